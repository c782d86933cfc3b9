//! A token that several processes share: one renews it at a time, under a lock that lasts for as long as that may take.
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

#[path = "common/engine.rs"]
mod engine;

use std::time::Duration;

use cc_client::decide::{AuthLoss, AuthState};
use cc_client::engine::{EngineConfig, Input, StoreCommand};
use cc_client::store::{MemoryStore, Store};
use engine::{PROBLEM, World, device};

const TOKEN: &str = "/v1/auth/token";

fn shares(store: MemoryStore) -> World {
    let mut config = EngineConfig::new(1, 7);
    config.share_tokens = true;
    World::start(config, store)
}

#[test]
fn who_may_not_ask_yet_takes_no_lock_and_asks_under_one_when_it_may() {
    let mut store = engine::with_writes(1);
    // A process before this one was told to wait for ten minutes, by a clock that says 100 s now.
    store.set_value("quiet", b"700000 600000").unwrap();
    let mut world = shares(store);
    let until = world.now + Duration::from_secs(600);
    assert!(world.may_another_refresh());
    let reason = AuthLoss::AskedToWait;
    assert_eq!(world.engine.status(world.now).auth, AuthState::Backoff { until, reason });
    world.pass(599);
    assert!(world.open.is_empty() && world.may_another_refresh(), "{:?}", world.open);
    // Another process is quicker.
    let now = device(world.now).timestamp_millis();
    assert!(world.store.lock("token", 2, now, now + 45_000).unwrap());
    world.pass(20);
    assert!(world.open.is_empty(), "{:?}", world.open);
    world.store.unlock("token", 2).unwrap();
    world.pass(1);
    assert!(world.is_asked(TOKEN) && !world.may_another_refresh(), "{:?}", world.open);
}

#[test]
fn a_lock_that_comes_when_nobody_may_ask_any_more_is_given_back() {
    let mut world = shares(MemoryStore::new());
    world.token("one");
    world.pass(475);
    world.is_store_slow = true;
    world.pass(5);
    let wait = [PROBLEM, ("retry-after", "300")];
    world.answer("/v1/feeds/me", 503, &wait, r#"{"code":"unavailable"}"#);
    world.store_answers();
    assert!(!world.is_asked(TOKEN) && world.may_another_refresh(), "{:?}", world.open);
    world.pass(299);
    assert!(world.open.is_empty() && world.may_another_refresh(), "{:?}", world.open);
    world.pass(2);
    assert!(world.is_asked(TOKEN) && !world.may_another_refresh(), "{:?}", world.open);
}

#[test]
fn what_another_process_was_told_a_moment_ago_holds_for_one_that_would_renew_the_token() {
    let mut world = shares(MemoryStore::new());
    // It is renewed between two looks.
    world.token_for("one", 610);
    world.pass(487);
    world.another_is_told_to_wait(300);
    world.pass(1);
    assert!(!world.is_asked(TOKEN) && world.may_another_refresh(), "{:?}", world.open);
    world.pass(300);
    assert!(world.is_asked(TOKEN), "{:?}", world.open);
}

#[test]
fn a_refresh_that_takes_longer_than_the_lock_is_given_up_before_another_may_begin() {
    let mut world = shares(MemoryStore::new());
    for is_begun in [false, true] {
        world.wait();
        let request = world.find(TOKEN);
        if is_begun {
            world.head(request, 200, &[engine::JSON]);
        }
        world.pass(34);
        assert!(world.is_asked(TOKEN) && !world.may_another_refresh());
        world.pass(1);
        assert!(world.open.is_empty() && world.may_another_refresh(), "{:?}", world.open);
        let auth = world.engine.status(world.now).auth;
        assert!(matches!(auth, AuthState::Backoff { reason: AuthLoss::TimedOut, .. }), "{auth:?}");
    }
}

fn is_lock((_, command): &(u64, StoreCommand)) -> bool {
    matches!(command, StoreCommand::Lock { .. })
}

/// The token that all share, with another number, as another process may have left it.
fn numbered(world: &mut World, number: u64) -> Vec<u8> {
    let shared = world.store.value("token").unwrap().unwrap();
    let mut shared: serde_json::Value = serde_json::from_slice(&shared).unwrap();
    shared["number"] = number.into();
    serde_json::to_vec(&shared).unwrap()
}

#[test]
fn whoever_signs_in_anew_takes_the_first_token_that_is_shared_whatever_its_number() {
    let mut world = shares(MemoryStore::new());
    for token in ["one", "two"] {
        world.token(token);
        world.pass(480);
    }
    world.token("three");
    let quicker = numbered(&mut world, 1);
    world.is_store_slow = true;
    world.tell(Input::SignedIn { session: "made-up".to_owned().into() });
    world.is_store_slow = false;
    for (ticket, command) in std::mem::take(&mut world.asked) {
        if is_lock(&(ticket, command.clone())) {
            world.store.set_value("token", &quicker).unwrap();
        }
        world.store_does(ticket, command);
    }
    assert!(!world.is_asked(TOKEN) && world.may_another_refresh(), "{:?}", world.open);
    world.tell(Input::Network { up: true });
    assert_eq!(world.token_of("/v1/feeds/me"), "three");
}

#[test]
fn the_number_of_a_new_token_is_higher_than_that_of_any_which_was_shared() {
    let mut world = shares(MemoryStore::new());
    world.token("one");
    // Of another process, which has ended since: it is too old to be used.
    let mut old: serde_json::Value = serde_json::from_slice(&numbered(&mut world, 40)).unwrap();
    old["life"] = 0.into();
    old["expires"] = serde_json::Value::Null;
    for (number, expected) in [(40, 41), (u64::MAX, u64::MAX)] {
        old["number"] = number.into();
        world.store.set_value("token", &serde_json::to_vec(&old).unwrap()).unwrap();
        world.pass(480);
        world.token("two");
        let shared = world.store.value("token").unwrap().unwrap();
        let shared: serde_json::Value = serde_json::from_slice(&shared).unwrap();
        assert_eq!(shared["number"], expected);
    }
}

#[test]
fn a_second_lock_is_not_given_back_under_a_refresh_when_nobody_may_ask_any_more() {
    let mut world = shares(MemoryStore::new());
    world.token("one");
    world.pass(475);
    world.is_store_slow = true;
    world.pass(5);
    assert!(world.asked.iter().any(is_lock));
    world.tell(Input::SignOut);
    world.tell(Input::SignedIn { session: "another".to_owned().into() });
    let mut asked = std::mem::take(&mut world.asked);
    let last = asked.iter().rposition(is_lock).unwrap();
    let (ticket, command) = asked.remove(last);
    for (ticket, command) in asked {
        world.store_does(ticket, command);
    }
    assert!(world.is_asked(TOKEN) && !world.may_another_refresh(), "{:?}", world.open);
    let wait = [PROBLEM, ("retry-after", "300")];
    world.answer("/v1/auth/session", 503, &wait, r#"{"code":"unavailable"}"#);
    world.store_does(ticket, command);
    world.store_answers();
    assert!(world.is_asked(TOKEN) && !world.may_another_refresh(), "{:?}", world.open);
}

#[test]
fn whoever_has_signed_out_asks_for_no_lock_any_more() {
    let mut store = MemoryStore::new();
    assert!(store.lock("token", 2, 100_000, 145_000).unwrap());
    let mut world = shares(store);
    world.tell(Input::SignOut);
    world.is_store_slow = true;
    world.pass(5);
    assert!(!world.asked.iter().any(is_lock), "{:?}", world.asked);
}
