//! Two processes of one file that follow a person's own feed: what another has stored meanwhile.
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

#[path = "common/engine.rs"]
mod engine;

use cc_client::Offset;
use cc_client::decide::{FeedState, Loss};
use cc_client::engine::{EngineConfig, Input};
use cc_client::store::{MemoryStore, Store as _, StoreError};
use engine::{JSON, PROBLEM, World};

const ME: &str = "/v1/feeds/me";
const LIVE: &str = "/v1/feeds/me?live=sse";
const GONE: &str = r#"{"code":"offset_gone"}"#;

/// A process whose stream is open behind position 1; and that stream.
fn live() -> (World, u64) {
    let mut config = EngineConfig::new(1, 7);
    config.collections = vec!["places".into(), "bookings".into()];
    let mut world = World::start(config, MemoryStore::new());
    world.token("one");
    world.nothing_new(ME);
    let stream = world.find(LIVE);
    world.head(stream, 200, &[("content-type", "text/event-stream")]);
    event(&mut world, stream, "1", "1");
    assert_eq!(state(&world), FeedState::Live);
    (world, stream)
}

/// A message comes over a stream, or none where nothing leads on.
fn event(world: &mut World, request: u64, from: &str, to: &str) {
    let data = if from == to { "" } else { "event: data\ndata: [{}]\n\n" };
    let control = format!("event: control\ndata: {{\"streamNextOffset\":\"{to}\",\"upToDate\":true}}\n\n");
    world.tell(Input::Bytes { request, bytes: format!("{data}{control}").as_bytes() });
}

fn another_stores(world: &mut World, from: &str, to: &str) {
    let place = |text| Offset::new(text).unwrap();
    assert_eq!(world.store.take("me", &place(from), &[], &place(to)).unwrap().elsewhere, None);
}

fn state(world: &World) -> FeedState {
    world.engine.status(world.now).feeds[0].1
}

#[test]
fn who_is_told_of_what_another_has_stored_stays_where_it_is() {
    let (mut world, stream) = live();
    // As far as both were told; and further.
    for (from, to, at) in [("1", "2", "2"), ("2", "3", "4"), ("3", "4", "4")] {
        let before = world.store.position("me").unwrap().unwrap();
        if before.as_str() != at {
            another_stores(&mut world, before.as_str(), at);
        }
        world.said.clear();
        event(&mut world, stream, from, to);
        assert_eq!((state(&world), world.find(ME)), (FeedState::Live, stream), "{to}");
        assert!(world.said.iter().any(|said| said.starts_with("Changed")), "{to}: {:?}", world.said);
        assert_eq!(world.open.len(), 1, "{to}: {:?}", world.open);
    }
    // Part of it: nobody stored the rest.
    another_stores(&mut world, "4", "5");
    event(&mut world, stream, "4", "6");
    assert!(world.is_asked("/v1/feeds/me?offset=5"), "{:?}", world.open);
    assert_eq!(world.open.len(), 1, "{:?}", world.open);
}

/// Two messages are being stored, and another process has stored part of the first: it goes on from there. Before that is answered, the second
/// is stored as well, since the other has stored the rest of the first.
fn is_behind_itself() -> World {
    let (mut world, stream) = live();
    world.is_store_slow = true;
    event(&mut world, stream, "1", "3");
    event(&mut world, stream, "3", "4");
    world.asked.retain(|(_, command)| format!("{command:?}") == "Take");
    another_stores(&mut world, "1", "2");
    let (ticket, command) = world.asked.remove(0);
    world.is_store_slow = false;
    world.store_does(ticket, command);
    assert!(world.is_asked("/v1/feeds/me?offset=2"), "{:?}", world.open);
    world
}

#[test]
fn what_was_handed_out_before_a_new_start_holds_nothing_up() {
    let mut world = is_behind_itself();
    another_stores(&mut world, "2", "3");
    world.store_answers();
    assert_eq!(world.store.position("me").unwrap(), Offset::new("4"));
    world.answer(ME, 410, &[PROBLEM], GONE);
    assert!(world.is_asked("/v1/collections/places"), "{:?} {:?}", state(&world), world.open);
}

#[test]
fn a_late_word_of_the_store_begins_no_other_listing() {
    let mut world = is_behind_itself();
    world.answer(ME, 410, &[PROBLEM], GONE);
    world.answer("/v1/collections/places", 200, &[JSON], r#"{"items":[],"more":false,"offset":"9"}"#);
    let asked = world.find("/v1/collections/bookings");
    world.store_answers();
    assert_eq!(world.find("/v1/"), asked, "{:?}", world.open);
    assert_eq!((state(&world), world.open.len()), (FeedState::Refetching, 1), "{:?}", world.open);
    world.answer("/v1/collections/bookings", 200, &[JSON], r#"{"items":[],"more":false,"offset":"9"}"#);
    assert!(world.is_asked("/v1/feeds/me?offset=9"), "{:?} {:?}", state(&world), world.open);
}

#[test]
fn a_disk_is_full_until_something_was_written() {
    let (mut world, stream) = live();
    world.is_store_slow = true;
    event(&mut world, stream, "1", "2");
    event(&mut world, stream, "2", "3");
    world.asked.retain(|(_, command)| format!("{command:?}") == "Take");
    let (ticket, _) = world.asked.remove(0);
    world.tell(Input::Stored { ticket, answer: Err(StoreError::Full) });
    world.store_answers();
    assert!(world.engine.status(world.now).store_full);
    assert!(
        matches!(state(&world), FeedState::Backoff { loss: Loss::StorageFull, .. }),
        "{:?}",
        state(&world)
    );
    assert!(world.open.is_empty(), "{:?}", world.open);
}
