//! Answers that come late: after the token with which they were asked for was replaced, after another person signed in.
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

#[path = "common/engine.rs"]
mod engine;

use cc_client::decide::OutboxState;
use cc_client::engine::{EngineConfig, Input};
use cc_client::store::{MemoryStore, Store};
use engine::{JSON, PROBLEM, World, with_writes, write};

const EXPIRED: &str = r#"{"code":"token_expired"}"#;

#[test]
fn a_refusal_that_comes_after_the_next_token_has_come_parks_nobody() {
    for late in ["/v1/feeds/b", "/v1/changes"] {
        let mut world = World::with_token(&["a", "b"], with_writes(1));
        let straggler = world.find(late);
        world.pass(10);
        world.answer("/v1/feeds/a", 401, &[PROBLEM], EXPIRED);
        world.token("two");
        world.head(straggler, 401, &[PROBLEM]);
        world.rest(straggler, EXPIRED, true);
        assert_eq!(world.token_of(late), "two");
        assert!(!world.is_asked("/v1/auth/token"), "one refresh is enough");
    }
}

#[test]
fn a_listing_that_is_refused_after_the_next_token_has_come_goes_on() {
    let mut config = EngineConfig::new(1, 7);
    config.follow("a");
    let mut world = World::start(config, MemoryStore::new());
    world.token("one");
    world.answer("/v1/feeds/me", 410, &[PROBLEM], r#"{"code":"offset_gone"}"#);
    let straggler = world.find("/v1/collections/bookings");
    world.pass(10);
    world.answer("/v1/feeds/a", 401, &[PROBLEM], EXPIRED);
    world.token("two");
    world.head(straggler, 401, &[PROBLEM]);
    world.rest(straggler, EXPIRED, true);
    assert_eq!(world.token_of("/v1/collections/bookings"), "two");
}

#[test]
fn what_was_held_is_sent_with_the_token_of_the_time_when_it_goes() {
    let mut world = World::with_token(&["a", "b"], with_writes(1));
    let (a, b) = (world.find("/v1/feeds/a"), world.find("/v1/feeds/b"));
    let long = ("retry-after", "900");
    world.head(b, 503, &[PROBLEM, long]);
    world.rest(b, r#"{"code":"unavailable"}"#, true);
    // Asked for while the platform is left alone: both are held, and the first token ends meanwhile.
    world.head(a, 200, &[JSON, ("stream-next-offset", "1"), ("stream-up-to-date", "true")]);
    world.rest(a, "[]", true);
    let changes = world.find("/v1/changes");
    world.head(changes, 503, &[]);
    world.rest(changes, "", true);
    world.pass(899);
    assert!(world.open.is_empty(), "{:?}", world.open);
    // Whoever has looked meanwhile has seen whole milliseconds.
    world.pass(2);
    // None of them is sent with a token that has ended.
    assert_eq!(world.open.len(), 1, "{:?}", world.open);
    world.token("two");
    for path in ["/v1/feeds/a", "/v1/feeds/b"] {
        assert_eq!(world.token_of(path), "two");
    }
    world.pass(60);
    assert_eq!(world.token_of("/v1/changes"), "two");
}

/// Tokens of two people of one organization.
const ANNA: &str = "e30.eyJvcmciOiJvIiwic3ViIjoiYSJ9.x";
const BEN: &str = "e30.eyJvcmciOiJvIiwic3ViIjoiYiJ9.x";

#[test]
fn a_lane_that_is_being_taken_back_while_another_person_comes_is_taken_back() {
    let mut world = World::start(EngineConfig::new(1, 7), with_writes(1));
    world.token(ANNA);
    world.answer("/v1/changes", 403, &[PROBLEM], r#"{"code":"producer_fenced"}"#);
    assert_eq!(world.engine.status(world.now).outbox, OutboxState::Fenced);
    world.tell(Input::SignedIn { session: "another".to_owned().into() });
    // The store is asked whose it is, and for a new epoch, before it has answered either.
    world.is_store_slow = true;
    world.token(BEN);
    world.pass(2);
    let mut asked: Vec<String> = world.asked.iter().map(|(_, command)| format!("{command:?}")).collect();
    asked.retain(|command| command != "Quiet");
    assert!(asked.ends_with(&["Belong".to_owned(), "Epoch".to_owned()]), "{asked:?}");
    world.store_answers();
    world.store.accept("main", &[write(9)]).unwrap();
    world.tell(Input::Filled);
    assert_eq!(world.token_of("/v1/changes"), BEN);
}

#[test]
fn what_is_about_to_be_asked_while_another_person_signs_in_is_not_asked_with_the_token_of_before() {
    let mut config = EngineConfig::new(1, 7);
    config.follow_only(["a"]);
    let mut world = World::start(config, MemoryStore::new());
    world.token(ANNA);
    world.is_store_slow = true;
    world.nothing_new("/v1/feeds/a");
    assert!(world.open.is_empty(), "{:?}", world.open);
    world.tell(Input::SignedIn { session: "another".to_owned().into() });
    world.store_answers();
    assert!(!world.is_asked("/v1/feeds/a"), "{:?}", world.open);
    world.token(BEN);
    assert_eq!(world.token_of("/v1/feeds/a"), BEN);
}
