//! Who may tell a feed that it is over: the platform in its own words, and no gateway that stands in between.
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

#[path = "common/engine.rs"]
mod engine;

use cc_client::Offset;
use cc_client::decide::{FeedState, Loss};
use cc_client::engine::{EngineConfig, Input};
use cc_client::store::{MemoryStore, Store};
use engine::World;

const JSON: &str = engine::JSON.1;
const PROBLEM: &str = engine::PROBLEM.1;

/// With a token, following a feed of two collections.
fn start() -> World {
    let mut config = EngineConfig::new(1, 7);
    config.collections = vec!["places".into(), "trips".into()];
    let mut world = World::start(config, MemoryStore::new());
    world.token_for("one", 86_400);
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
        (401, &[engine::JSON], r#"{"message":"Unauthorized"}"#, true, false),
        (404, &[engine::JSON], r#"{"message":"no Route matched"}"#, true, false),
        (404, &[], "", true, false),
        (410, &[engine::JSON], "{}", true, false),
        (410, &[engine::PROBLEM], r#"{"code":"of_another"}"#, true, false),
        // Half of the platform's word is none.
        (410, &[engine::PROBLEM], r#"{"code":"offset_gone","#, false, false),
        (404, &[engine::PROBLEM], r#"{"code":"not_found"}"#, true, true),
        (410, &[engine::PROBLEM], GONE, true, true),
    ];
    for (status, headers, body, whole, is_gone) in rows {
        let mut store = MemoryStore::new();
        let place = Offset::new(PLACE).unwrap();
        store.take(CAR, &Offset::BEGINNING, &[], &place).unwrap();
        let mut world = World::with_token(&[CAR], store);
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
fn a_feed_that_one_may_not_see_has_failed_and_is_looked_for_now_and_then() {
    const CAR: &str = "vehicles/local/7";
    let path = format!("/v1/feeds/{CAR}");
    for place in [Offset::BEGINNING, Offset::new("00042").unwrap()] {
        let mut store = MemoryStore::new();
        store.take(CAR, &Offset::BEGINNING, &[], &place).unwrap();
        let mut world = World::with_token(&[CAR], store);
        let not_found = |world: &mut World| {
            world.answer(&path, 404, &[engine::PROBLEM], r#"{"code":"not_found"}"#);
        };
        if place != Offset::BEGINNING {
            not_found(&mut world);
        }
        for _ in 0..3 {
            assert!(world.is_asked(&format!("{path}?offset=-1")), "{:?}", world.open);
            not_found(&mut world);
            let shown = world.engine.status(world.now).feeds[0].1;
            assert_eq!(shown, FeedState::Failed(Loss::Refused(404)));
            world.pass(299);
            assert!(!world.is_asked(&path), "{:?}", world.open);
            world.pass(1);
            if world.is_asked("/v1/auth/token") {
                world.token("next");
            }
        }
        // It is granted.
        world.nothing_new(&path);
        assert!(world.is_asked(&format!("{path}?live=sse&offset=1")), "{:?}", world.open);
        let missed = world.said.iter().filter(|said| said.starts_with("Missed")).count();
        assert_eq!(missed, usize::from(place != Offset::BEGINNING));
    }
}

#[test]
fn a_position_that_is_none_to_the_platform_is_as_good_as_gone() {
    const BAD: &str = r#"{"code":"malformed_offset"}"#;
    let mut store = MemoryStore::new();
    store.take("me", &Offset::BEGINNING, &[], &Offset::new("of-another-platform").unwrap()).unwrap();
    let mut config = EngineConfig::new(1, 7);
    config.collections = vec!["places".into()];
    let mut world = World::start(config, store);
    world.token("one");
    world.answer(FEED, 400, &[engine::PROBLEM], BAD);
    assert_eq!(world.engine.status(world.now).feeds[0].1, FeedState::Refetching);
    world.answer(LISTING, 200, &[engine::JSON], r#"{"items":[],"more":false,"offset":"00007"}"#);
    assert_eq!(world.store.position("me").unwrap(), Offset::new("00007"));
    // Where not even that one is good, it is no circle.
    world.answer(FEED, 400, &[engine::PROBLEM], BAD);
    assert_eq!(world.engine.status(world.now).feeds[0].1, FeedState::Failed(Loss::Refused(400)));
    assert!(world.open.is_empty(), "{:?}", world.open);
    world.pass(300);
    world.nothing_new(FEED);
    assert_eq!(world.engine.status(world.now).feeds[0].1, FeedState::Connecting);
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
            world.token_for("next", 86_400);
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
