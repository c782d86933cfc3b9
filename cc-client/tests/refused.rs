//! Who may tell a feed that it is over: the platform in its own words, and no gateway that stands in between.
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

#[path = "common/engine.rs"]
mod engine;

use cc_client::Offset;
use cc_client::decide::{FeedState, Loss};
use cc_client::engine::Input;
use cc_client::store::{MemoryStore, Store};
use engine::{JSON, PROBLEM, World};

mod by_hand;

/// With a token, following a feed of two collections.
fn start() -> World {
    let mut world = World::start(|config| config.collections = vec!["places".into(), "trips".into()]);
    world.token(86_400);
    world
}

/// Answers the request that is open, which is for this path.
fn answer(world: &mut World, path: &str, status: u16, kind: &str, body: &str) {
    let headers = [("content-type", kind), ("stream-next-offset", "1"), ("stream-up-to-date", "true")];
    world.answer(path, status, &headers, body);
}

fn state(world: &World) -> FeedState {
    world.engine.status(world.now).feeds[0].1
}

const FEED: &str = "/v1/feeds/me";
const LISTING: &str = "/v1/collections/";
const GONE: &str = r#"{"code":"offset_gone"}"#;

/// What gateways say, in JSON.
const OF_OTHERS: [(u16, &str, &str); 11] = [
    (400, JSON, r#"{"error":"bad"}"#),
    (403, JSON, r#"{"message":"Forbidden"}"#),
    (403, PROBLEM, r#"{"code":"blocked_by_policy"}"#),
    (403, PROBLEM, r#"{"code":"too_large"}"#),
    (404, JSON, r#"{"message":"no Route matched"}"#),
    (404, PROBLEM, r#"{"code":"offset_gone"}"#),
    (405, JSON, "{}"),
    (409, PROBLEM, "[]"),
    (410, JSON, r#"{"message":"Gone"}"#),
    (410, PROBLEM, r#"{"code":"not_found"}"#),
    (415, JSON, ""),
];

#[test]
fn a_feed_outlives_the_refusals_of_gateways() {
    for (status, kind, body) in OF_OTHERS {
        let mut world = start();
        for _ in 0..5 {
            answer(&mut world, FEED, status, kind, body);
            let shown = state(&world);
            assert!(
                matches!(shown, FeedState::Backoff { loss: Loss::Refused(found), .. } if found == status),
                "{status} {body}: {shown:?}"
            );
            world.wait();
        }
        answer(&mut world, FEED, 200, JSON, "[]");
        assert_eq!(state(&world), FeedState::Connecting, "{status} {body}");
    }
}

#[test]
fn a_position_is_given_up_on_the_platforms_word_only() {
    const CAR: &str = "vehicles/local/7";
    const PLACE: &str = "00042";
    type Row = (u16, &'static [(&'static str, &'static str)], &'static str, bool, bool);
    let rows: [Row; 8] = [
        (401, &[by_hand::JSON], r#"{"message":"Unauthorized"}"#, true, false),
        (404, &[by_hand::JSON], r#"{"message":"no Route matched"}"#, true, false),
        (404, &[], "", true, false),
        (410, &[by_hand::JSON], "{}", true, false),
        (410, &[by_hand::PROBLEM], r#"{"code":"of_another"}"#, true, false),
        // Half of the platform's word is none.
        (410, &[by_hand::PROBLEM], r#"{"code":"offset_gone","#, false, false),
        (404, &[by_hand::PROBLEM], r#"{"code":"not_found"}"#, true, true),
        (410, &[by_hand::PROBLEM], GONE, true, true),
    ];
    for (status, headers, body, whole, is_gone) in rows {
        let mut store = MemoryStore::new();
        let place = Offset::new(PLACE).unwrap();
        store.take(CAR, &Offset::BEGINNING, &[], &place).unwrap();
        let mut world = by_hand::World::with_token(&[CAR], store);
        let path = format!("/v1/feeds/{CAR}");
        let request = world.find(&path);
        world.pass(10);
        world.head(request, status, headers);
        assert_eq!(
            world.store.position(CAR).unwrap(),
            Some(place.clone()),
            "{status}: the head says nothing"
        );
        world.rest(request, body, whole);
        let is_at = world.store.position(CAR).unwrap().unwrap();
        assert_eq!(is_at == Offset::BEGINNING, is_gone, "{status} {body}");
        let said = world.said.iter().any(|said| said.starts_with("Missed"));
        assert_eq!(said, is_gone, "{status} {body}: {:?}", world.said);
        if status == 401 {
            world.token("two");
        }
        world.pass(5);
        let asked = if is_gone { "offset=-1" } else { "offset=00042" };
        assert!(world.is_asked(&format!("{path}?{asked}")), "{status} {body}: {:?}", world.open);
    }
}

#[test]
fn a_listing_outlives_the_refusals_of_gateways_and_pages_that_are_none() {
    // A listing has no position that could be gone: the platform itself says so of feeds only.
    let more = [(410, PROBLEM, GONE), (200, JSON, r#"{"items":[]}"#)];
    for (status, kind, body) in OF_OTHERS.into_iter().chain(more) {
        let mut world = start();
        answer(&mut world, FEED, 410, PROBLEM, GONE);
        for _ in 0..5 {
            answer(&mut world, LISTING, status, kind, body);
            let shown = state(&world);
            assert!(matches!(shown, FeedState::Backoff { .. }), "{status} {body}: {shown:?}");
            world.wait();
        }
        for collection in ["places", "trips"] {
            answer(
                &mut world,
                &format!("{LISTING}{collection}"),
                200,
                JSON,
                r#"{"items":[],"more":false,"offset":"1"}"#,
            );
        }
        answer(&mut world, FEED, 200, JSON, "[]");
        assert_eq!(state(&world), FeedState::Connecting, "{status} {body}");
    }
}

#[test]
fn what_the_platform_itself_refuses_is_over_until_something_changes() {
    let changes: [fn(&mut World); 3] = [
        |world| world.tell(Input::Network { up: true }),
        |world| {
            world.tell(Input::Asleep(true));
            assert_eq!(state(world), FeedState::Suspended);
            world.tell(Input::Asleep(false));
        },
        |world| {
            world.tell(Input::SignedIn { session: "another".to_owned().into() });
            assert_eq!(state(world), FeedState::NeedsToken);
            world.token(86_400);
        },
    ];
    for change in changes {
        for at_listing in [false, true] {
            let mut world = start();
            if at_listing {
                answer(&mut world, FEED, 410, PROBLEM, GONE);
                answer(&mut world, LISTING, 403, PROBLEM, r#"{"code":"forbidden"}"#);
                answer(&mut world, LISTING, 403, PROBLEM, r#"{"code":"forbidden"}"#);
            } else {
                answer(&mut world, FEED, 403, PROBLEM, r#"{"code":"forbidden"}"#);
            }
            assert_eq!(state(&world), FeedState::Failed(Loss::Refused(403)));
            world.tell(Input::Timer);
            assert!(world.open.is_empty(), "{:?}", world.open);
            change(&mut world);
            answer(&mut world, FEED, 200, JSON, "[]");
            assert_eq!(state(&world), FeedState::Connecting);
        }
    }
}
