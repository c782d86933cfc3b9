//! Wishes to be left alone of which the end is still to come: what other processes, and the next start, know of them.
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

#[path = "common/engine.rs"]
mod engine;

use cc_client::engine::{EngineConfig, Input, StoreAnswer, StoreClient, StoreCommand};
use cc_client::store::{MemoryStore, Store as _, StoreError};
use engine::{JSON, PROBLEM, World, device, with_writes};
use std::time::Duration;

const LONG: (&str, &str) = ("retry-after", "3000");
const OWN: &str = r#"{"code":"unavailable"}"#;
const OF_A_GATEWAY: &str = r#"{"message":"busy"}"#;

/// How many seconds another process that looks now would wait.
fn left(world: &mut World) -> u64 {
    let other = StoreClient { lane: "main", owner: 2 };
    match other.execute(&mut world.store, device(world.now), StoreCommand::Quiet).unwrap() {
        StoreAnswer::Quiet { left, doubt } => left.max(doubt).as_secs(),
        other => panic!("{other:?}"),
    }
}

/// Something is asked, of any kind, and the head of a refusal has come.
fn refused(path: &str, status: u16, kind: (&str, &str), wait: &str) -> (World, u64) {
    let mut world = match path {
        "/v1/auth/token" => World::start(EngineConfig::new(1, 7), MemoryStore::new()),
        _ => World::with_token(&["a"], with_writes(1)),
    };
    let request = world.find(path);
    world.head(request, status, &[kind, ("retry-after", wait)]);
    (world, request)
}

#[test]
fn what_may_be_the_platforms_wish_is_known_to_all_as_soon_as_it_begins() {
    for path in ["/v1/auth/token", "/v1/changes", "/v1/feeds/a"] {
        for (status, wait, expected) in [(503, "3000", 60), (429, "20", 20), (503, "3000", 60), (500, "9", 0)]
        {
            let (mut world, _) = refused(path, status, PROBLEM, wait);
            assert_eq!(left(&mut world), expected, "{path} {status}");
            world.now = world.now + Duration::from_secs(expected + 1);
            assert_eq!(left(&mut world), 0, "{path} {status}");
        }
        // What is not JSON is nobody's whose word holds elsewhere.
        let (mut world, _) = refused(path, 503, ("content-type", "text/html"), "3000");
        assert_eq!(left(&mut world), 0, "{path}");
    }
}

#[test]
fn its_end_says_how_long_it_holds() {
    for (body, whole, expected, elsewhere) in
        [(OWN, true, 3_000, 3_000), (OF_A_GATEWAY, true, 0, 0), (OWN, false, 59, 59), ("", false, 59, 59)]
    {
        let (mut world, request) = refused("/v1/changes", 503, PROBLEM, LONG.1);
        // A look meanwhile makes it no one's wish that is known.
        world.pass(1);
        world.tell(Input::Filled);
        assert_eq!(left(&mut world), 59);
        world.rest(request, body, whole);
        let least = expected.min(2_999);
        assert!((least..=expected).contains(&left(&mut world)), "{body} {whole}: {}", left(&mut world));
        world.open.clear();
        world.tell(Input::Network { up: false });
        world.tell(Input::Network { up: true });
        assert_eq!(world.open.is_empty(), elsewhere > 0, "{body} {whole}");
    }
}

#[test]
fn of_several_the_longest_holds_until_the_last_was_judged() {
    let mut world = World::with_token(&["a", "b"], MemoryStore::new());
    let [first, second] = ["/v1/feeds/a", "/v1/feeds/b"].map(|path| world.find(path));
    world.head(first, 503, &[JSON, ("retry-after", "40")]);
    world.head(second, 503, &[JSON, ("retry-after", "20")]);
    assert_eq!(left(&mut world), 40);
    world.rest(first, OF_A_GATEWAY, true);
    assert_eq!(left(&mut world), 20);
    world.rest(second, OF_A_GATEWAY, true);
    assert_eq!(left(&mut world), 0);
}

#[test]
fn who_is_killed_before_the_end_comes_asks_nothing_with_the_next_start() {
    for (wait, expected) in [("3000", 60), ("9", 9)] {
        let (world, _) = refused("/v1/changes", 503, PROBLEM, wait);
        let mut world = World::start_as(3, EngineConfig::new(2, 8), world.store.clone());
        // Also on another network.
        world.tell(Input::Network { up: false });
        world.tell(Input::Network { up: true });
        world.pass(expected - 1);
        assert!(world.open.is_empty(), "{:?}", world.open);
        world.pass(2);
        assert!(world.is_asked("/v1/auth/token"));
    }
}

/// What another process does with its own doubt.
fn another_doubts(world: &mut World, owner: u64, seconds: i64) {
    let other = StoreClient { lane: "main", owner };
    let command = StoreCommand::KeepDoubt { millis: seconds * 1_000 };
    other.execute(&mut world.store, device(world.now), command).unwrap();
}

#[test]
fn nobody_ends_the_doubt_of_another_process() {
    // Process 2 was told by the platform, and is killed; process 1 by a gateway, and hears its end.
    let (mut world, request) = refused("/v1/changes", 503, JSON, "30");
    another_doubts(&mut world, 3, 20);
    world.rest(request, OF_A_GATEWAY, true);
    assert_eq!(left(&mut world), 20);
    world.tell(Input::Network { up: false });
    world.tell(Input::Network { up: true });
    world.pass(18);
    assert!(world.open.keys().all(|open| *open < request), "{:?}", world.open);
    world.pass(3);
    assert!(world.is_asked("/v1/changes"), "{:?}", world.open);
    // What is over is taken away by whoever writes next.
    another_doubts(&mut world, 4, 0);
    assert_eq!(world.store.value("quiet_in_doubt").unwrap(), Some(Vec::new()));
}

#[test]
fn a_doubt_of_another_process_holds_no_longer_than_that_is_in_doubt() {
    for on_another_network in [false, true] {
        let mut world = World::with_token(&["a"], with_writes(0));
        world.nothing_new("/v1/feeds/a");
        let before = world.open.len();
        another_doubts(&mut world, 2, 60);
        world.tell(Input::Asleep(true));
        world.tell(Input::Asleep(false));
        world.pass(5);
        assert!(world.open.len() < before, "{:?}", world.open);
        another_doubts(&mut world, 2, 0);
        if on_another_network {
            world.tell(Input::Network { up: false });
            world.tell(Input::Network { up: true });
            world.pass(1);
        } else {
            world.pass(2);
        }
        assert!(world.is_asked("/v1/feeds/a"), "{:?}", world.engine.status(world.now));
    }
}

#[test]
fn what_could_not_be_kept_of_a_doubt_is_kept_with_the_next_look() {
    for ends in [false, true] {
        let mut world = World::with_token(&["a"], with_writes(1));
        let request = world.find("/v1/changes");
        world.is_store_slow = true;
        world.head(request, 503, &[PROBLEM, LONG]);
        if ends {
            // It was kept, and that it is over is not.
            world.store_answers();
            world.is_store_slow = true;
            world.rest(request, OF_A_GATEWAY, true);
        }
        let place = world.asked.iter().position(|(_, asked)| format!("{asked:?}") == "KeepDoubt").unwrap();
        let (ticket, _) = world.asked.remove(place);
        world.tell(Input::Stored { ticket, answer: Err(StoreError::Busy) });
        world.store_answers();
        assert_eq!(left(&mut world) > 0, ends);
        world.pass(16);
        assert_eq!(left(&mut world) > 0, !ends);
    }
}
