//! What was under way when the network changed, against a network that a test moves by hand.
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

#[path = "common/engine.rs"]
mod engine;

use cc_client::engine::{EngineConfig, Input};
use cc_client::store::MemoryStore;
use engine::{JSON, PROBLEM, World, with_writes};

/// What hangs when the network changes, and how that comes about.
type Row = (&'static str, fn() -> World);
const ROWS: [Row; 4] = [
    ("/v1/changes", || {
        let mut world = World::start(EngineConfig::new(1, 7), with_writes(3));
        world.token("one");
        world
    }),
    ("/v1/auth/token", || World::start(EngineConfig::new(1, 7), MemoryStore::new())),
    ("/v1/auth/session", || {
        let mut world = World::start(EngineConfig::new(1, 7), MemoryStore::new());
        world.token("one");
        world.tell(Input::SignOut);
        world
    }),
    ("/v1/collections/", || {
        let mut world = World::start(EngineConfig::new(1, 7), MemoryStore::new());
        world.token("one");
        world.answer("/v1/feeds/me", 410, &[PROBLEM], r#"{"code":"offset_gone"}"#);
        world
    }),
];

/// So many seconds until that is asked for anew.
fn asked_anew_after(world: &mut World, path: &str, hung: u64) -> u64 {
    for second in 0..300 {
        if world.open.iter().any(|(request, http)| *request != hung && http.target.starts_with(path)) {
            assert!(!world.open.contains_key(&hung), "{path}");
            return second;
        }
        world.pass(1);
    }
    panic!("{path} is not asked for anew");
}

#[test]
fn behind_a_time_without_network_what_was_under_way_is_asked_anew_at_once() {
    for (path, begin) in ROWS {
        let mut world = begin();
        let hung = world.find(path);
        world.tell(Input::Network { up: false });
        world.tell(Input::Network { up: true });
        assert_eq!(asked_anew_after(&mut world, path, hung), 0, "{path}");
    }
}

#[test]
fn on_another_network_what_was_under_way_has_five_seconds_and_its_answer_counts() {
    for (path, begin) in ROWS {
        let mut world = begin();
        let hung = world.find(path);
        world.pass(3);
        world.tell(Input::Network { up: true });
        world.pass(1);
        assert!(world.open.contains_key(&hung), "{path}");
        let took = asked_anew_after(&mut world, path, hung);
        // And a first wait, which is a second at most.
        assert!((1..=3).contains(&took), "{path}: {took} s");

        // What was asked for long before has had its time.
        let mut world = begin();
        let hung = world.find(path);
        world.pass(20);
        world.tell(Input::Network { up: true });
        assert!(!world.open.contains_key(&hung), "{path}");
        let took = asked_anew_after(&mut world, path, hung);
        assert!(took <= 2, "{path}: {took} s");
    }
}

#[test]
fn what_was_under_way_before_a_sleep_is_asked_anew_behind_it() {
    for (path, begin) in ROWS {
        for slept in [1, 300] {
            let mut world = begin();
            let hung = world.find(path);
            world.tell(Input::Asleep(true));
            world.pass(slept);
            world.tell(Input::Asleep(false));
            let took = asked_anew_after(&mut world, path, hung);
            assert!(took <= 6, "{path}: {took} s behind {slept} s of sleep");
        }
    }
}

#[test]
fn a_system_that_speaks_of_the_same_network_again_and_again_costs_a_slow_answer_one_try_in_a_minute() {
    let mut world = (ROWS[0].1)();
    let mut tries = std::collections::BTreeSet::new();
    for _ in 0..120 {
        world.tell(Input::Network { up: true });
        tries.extend(
            world.open.iter().filter(|(_, http)| http.target == "/v1/changes").map(|(request, _)| *request),
        );
        world.pass(1);
    }
    assert!((2..=4).contains(&tries.len()), "{}", tries.len());

    // Answers that take less than five seconds are not cut, however often it speaks.
    let mut world = (ROWS[1].1)();
    let token = world.find("/v1/auth/token");
    for _ in 0..4 {
        world.pass(1);
        world.tell(Input::Network { up: true });
    }
    assert_eq!(world.find("/v1/auth/token"), token);
}

#[test]
fn an_answer_that_has_begun_is_waited_for_to_its_end() {
    let mut world = (ROWS[3].1)();
    let listing = world.find("/v1/collections/");
    world.pass(4);
    world.tell(Input::Network { up: true });
    world.head(listing, 200, &[JSON]);
    world.pass(20);
    assert!(world.open.contains_key(&listing));
    world.rest(listing, r#"{"items":[],"offset":"1"}"#, true);
    assert!(!world.is_asked("/v1/collections/places"), "{:?}", world.open);
}
