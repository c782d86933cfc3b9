//! A token that several processes share: one renews it at a time, under a lock that lasts for as long as that may take.
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

#[path = "common/engine.rs"]
mod engine;

use std::time::Duration;

use cc_client::decide::{AuthLoss, AuthState};
use cc_client::engine::EngineConfig;
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
