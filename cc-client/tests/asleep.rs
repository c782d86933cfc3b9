//! An app that sleeps, and one without a network: nothing is sent, and the store is left alone, until that ends.
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

#[path = "common/engine.rs"]
mod engine;

use cc_client::decide::OutboxState;
use cc_client::engine::{EngineConfig, Input};
use cc_client::store::MemoryStore;
use engine::{JSON, PROBLEM, World, with_writes};

type Rest = fn(bool) -> Input<'static>;

const RESTS: [Rest; 2] = [Input::Asleep, |rests| Input::Network { up: !rests }];

#[test]
fn a_listing_stays_where_it_is_and_goes_on_from_there() {
    for rest in RESTS {
        let mut world = World::start(EngineConfig::new(1, 7), MemoryStore::new());
        world.token("one");
        world.answer("/v1/feeds/me", 410, &[PROBLEM], r#"{"code":"offset_gone"}"#);
        world.tell(rest(true));
        let page = r#"{"items":[],"more":false,"offset":"5"}"#;
        world.answer("/v1/collections/bookings", 200, &[JSON], page);
        world.pass(3_600);
        assert!(world.open.is_empty(), "{:?}", world.open);
        world.tell(rest(false));
        // The token has ended meanwhile.
        assert_eq!(world.open.len(), 1, "{:?}", world.open);
        world.token("two");
        assert_eq!(world.token_of("/v1/collections/conversations"), "two");
    }
}

#[test]
fn no_token_is_asked_for_and_no_lock_is_taken() {
    for rest in RESTS {
        for is_shared in [false, true] {
            let mut config = EngineConfig::new(1, 7);
            config.share_tokens = is_shared;
            let mut world = World::start(config, MemoryStore::new());
            world.token("one");
            world.tell(rest(true));
            assert!(world.open.is_empty(), "{:?}", world.open);
            world.is_store_slow = true;
            world.pass(500);
            assert!(world.open.is_empty(), "{:?}", world.open);
            let asked: Vec<_> = world.asked.iter().map(|(_, command)| format!("{command:?}")).collect();
            assert!(!asked.contains(&"Lock".to_owned()), "{asked:?}");
            world.store_answers();
            world.tell(rest(false));
            world.pass(1);
            assert!(world.is_asked("/v1/auth/token"), "{:?}", world.open);
        }
    }
}

#[test]
fn what_waited_until_the_platform_may_be_asked_waits_until_the_app_wakes() {
    for rest in RESTS {
        let mut world = World::with_token(&["a"], with_writes(1));
        world.answer("/v1/feeds/a", 503, &[PROBLEM, ("retry-after", "120")], r#"{"code":"unavailable"}"#);
        world.answer("/v1/changes", 503, &[PROBLEM], r#"{"code":"unavailable"}"#);
        // It tries again, which is held.
        world.pass(60);
        world.tell(rest(true));
        world.pass(300);
        assert!(world.open.is_empty(), "{:?}", world.open);
        world.tell(rest(false));
        assert!(world.is_asked("/v1/changes") && world.is_asked("/v1/feeds/a"), "{:?}", world.open);
    }
}

/// Shares its tokens, and has asked a slow store for the lock to renew one.
fn about_to_renew() -> World {
    let mut config = EngineConfig::new(1, 7);
    config.share_tokens = true;
    let mut world = World::start(config, MemoryStore::new());
    world.token("one");
    world.is_store_slow = true;
    world.pass(480);
    world
}

#[test]
fn a_lock_that_comes_too_late_is_given_back() {
    for rest in RESTS {
        let mut world = about_to_renew();
        world.tell(rest(true));
        world.store_answers();
        assert!(!world.is_asked("/v1/auth/token"), "{:?}", world.open);
        assert!(world.may_another_refresh());
        world.tell(rest(false));
        world.pass(1);
        assert!(world.is_asked("/v1/auth/token"), "{:?}", world.open);
    }
}

#[test]
fn a_token_that_is_under_way_is_let_go_with_its_lock() {
    for is_shared in [false, true] {
        let mut config = EngineConfig::new(1, 7);
        config.share_tokens = is_shared;
        let mut world = World::start(config, MemoryStore::new());
        assert!(world.is_asked("/v1/auth/token"));
        world.tell(Input::Asleep(true));
        assert!(world.open.is_empty(), "{:?}", world.open);
        assert!(world.may_another_refresh());
        world.pass(500);
        assert!(world.open.is_empty(), "{:?}", world.open);
        world.tell(Input::Asleep(false));
        world.pass(1);
        world.token("one");
        assert_eq!(world.token_of("/v1/feeds/me"), "one");
    }
}

#[test]
fn a_lock_that_the_store_has_yet_to_give_is_given_back_before_it_closes_its_file() {
    let mut world = about_to_renew();
    world.tell(Input::Asleep(true));
    let mut asked: Vec<_> = world.asked.iter().map(|(_, command)| format!("{command:?}")).collect();
    asked.retain(|command| command.ends_with("ock"));
    assert_eq!(asked, ["Lock", "Unlock"]);
    world.tell(Input::Asleep(false));
    world.pass(1);
    world.store_answers();
    assert!(!world.may_another_refresh(), "it holds the lock while it asks");
    world.token("two");
    assert!(world.may_another_refresh());
}

#[test]
fn a_lock_that_is_still_to_come_when_a_person_signs_out_and_the_app_sleeps_is_given_back() {
    let mut world = about_to_renew();
    world.tell(Input::SignOut);
    world.tell(Input::Asleep(true));
    world.store_answers();
    assert!(world.may_another_refresh());
}

#[test]
fn who_was_fenced_takes_the_lane_back_when_the_app_wakes_and_else_within_fifteen_seconds() {
    for (wakes, rests) in [(true, RESTS[0]), (true, RESTS[1]), (false, RESTS[0])] {
        let mut world = World::start(EngineConfig::new(1, 7), with_writes(1));
        world.token("one");
        // Again and again, so that the waits are the longest.
        for _ in 0..8 {
            world.answer("/v1/changes", 403, &[PROBLEM], r#"{"code":"producer_fenced"}"#);
            assert_eq!(world.engine.status(world.now).outbox, OutboxState::Fenced);
            if wakes {
                world.tell(rests(true));
                world.tell(rests(false));
            } else {
                world.pass(15);
            }
            assert!(world.is_asked("/v1/changes"));
        }
    }
}

/// A copy of the file was put back, or its count was lost: the platform says which epoch it knows.
#[test]
fn whose_epoch_is_far_behind_takes_the_lane_back_with_the_next_try_and_believes_no_number_that_is_none() {
    for (told, sent) in
        [("500", "501"), ("0", "1"), ("18446744073709551615", "1"), ("9007199254740991", "1"), ("x", "1")]
    {
        let mut world = World::start(EngineConfig::new(1, 7), with_writes(1));
        world.token("one");
        let headers = [PROBLEM, ("producer-epoch", told)];
        world.answer("/v1/changes", 403, &headers, r#"{"code":"producer_fenced"}"#);
        world.pass(15);
        let again = &world.open[&world.find("/v1/changes")];
        let epoch = again.headers.iter().find(|(name, _)| *name == "producer-epoch").unwrap();
        assert_eq!(epoch.1, sent, "{told}");
    }
}

/// An app that comes to the front has people in front of it, whether its system had said that it slept or not.
#[test]
fn what_waits_after_failures_is_tried_at_once_when_the_app_wakes() {
    for sleeps in [false, true] {
        for path in ["/v1/auth/token", "/v1/changes", "/v1/feeds/a"] {
            let mut config = EngineConfig::new(1, 7);
            config.follow_only(["a"]);
            let mut world = World::start(config, with_writes(1));
            if path != "/v1/auth/token" {
                world.token_for("one", 86_400);
            }
            for _ in 0..8 {
                while !world.is_asked(path) {
                    world.pass(1);
                }
                world.answer(path, 502, &[JSON], "{}");
            }
            if sleeps {
                world.tell(Input::Asleep(true));
            }
            assert!(!world.is_asked(path));
            world.tell(Input::Asleep(false));
            world.pass(1);
            assert!(world.is_asked(path), "{path} {sleeps}: {:?}", world.engine.status(world.now));
        }
    }
}

#[test]
fn a_feed_that_was_refused_is_tried_anew_when_the_app_wakes() {
    for sleeps in [false, true] {
        let mut world = World::with_token(&["a"], MemoryStore::new());
        world.answer("/v1/feeds/a", 403, &[PROBLEM], r#"{"code":"forbidden"}"#);
        world.pass(2);
        assert!(!world.is_asked("/v1/feeds/a"), "{:?}", world.engine.status(world.now));
        if sleeps {
            world.tell(Input::Asleep(true));
        }
        world.tell(Input::Asleep(false));
        assert!(world.is_asked("/v1/feeds/a"), "{sleeps}: {:?}", world.engine.status(world.now));
    }
}
