//! Writes that the platform has answered and forgotten since, as a copy of its database was put back: they are shown no longer.
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

#[path = "common/engine.rs"]
mod common;

use cc_client::decide::SendOutcome;
use cc_client::engine::{EngineConfig, Input, StoreCommand};
use cc_client::store::{MemoryStore, Settled, Store, StoreError};
use cc_client::{Offset, Stamp, Write, WriteId, WriteKind};
use common::{JSON, PROBLEM, World};

const FEED: &str = "/v1/feeds/me";
const AT_END: &str = "event: control\ndata: {\"streamNextOffset\":\"1\",\"upToDate\":true}\n\n";

/// A place that was written and answered, and of which no feed has told.
fn answered(store: &mut MemoryStore, key: &str) {
    let clock = Stamp { millis: 1, counter: 0, node: 1 };
    let id = WriteId::new(cc_core::Timestamp::default(), [key.as_bytes()[0]; 10]);
    store.accept("main", &[Write::new(id, ("places", key), WriteKind::Put, "{}", clock)]).unwrap();
    let number = store.waiting("main", 1, 1).unwrap()[0].number;
    let mut done = Settled::new((number, id), SendOutcome::Applied);
    done.version = Some(1);
    store.settle(&[done]).unwrap();
    assert!(is_shown(store, key));
}

fn is_shown(store: &mut MemoryStore, key: &str) -> bool {
    store.item("places", key).unwrap().is_some()
}

/// A client that has read what it has missed, and whose store does not answer at once.
fn before_it_is_live() -> World {
    let mut store = MemoryStore::new();
    store.set_position("me", &Offset::BEGINNING, &Offset::new("1").unwrap()).unwrap();
    answered(&mut store, "a");
    let mut config = EngineConfig::new(1, 7);
    config.collections = vec!["places".into()];
    let mut world = World::start(config, store);
    world.token("one");
    world.is_store_slow = true;
    world.nothing_new(FEED);
    world
}

/// The live connection says at once that nothing more is there.
fn is_at_end(world: &mut World) {
    let live = world.find(FEED);
    world.head(live, 200, &[("content-type", "text/event-stream")]);
    world.tell(Input::Bytes { request: live, bytes: AT_END.as_bytes() });
}

#[test]
fn what_no_feed_tells_of_is_shown_no_longer_however_slow_the_store_and_however_quick_the_platform_is() {
    let mut world = before_it_is_live();
    // Wishes of the platform pass what else the store is asked.
    for (ticket, command) in std::mem::take(&mut world.asked) {
        match format!("{command:?}").as_str() {
            "Quiet" => world.store_does(ticket, command),
            _ => world.asked.push((ticket, command)),
        }
    }
    assert!(!world.is_asked(FEED), "before the store has said what is not told");
    world.store_answers();
    is_at_end(&mut world);
    assert!(!is_shown(&mut world.store, "a"));
}

#[test]
fn what_is_answered_after_the_connection_was_asked_for_stays_until_it_is_told() {
    let mut world = before_it_is_live();
    world.store_answers();
    answered(&mut world.store, "b");
    is_at_end(&mut world);
    assert_eq!(["a", "b"].map(|key| is_shown(&mut world.store, key)), [false, true]);
}

#[test]
fn a_feed_is_asked_for_although_the_store_cannot_say() {
    let mut world = before_it_is_live();
    let (ticket, command) = world.asked.pop().unwrap();
    world.is_store_slow = false;
    assert_eq!(format!("{command:?}"), "Untold");
    world.tell(Input::Stored { ticket, answer: Err(StoreError::Busy) });
    is_at_end(&mut world);
    assert!(is_shown(&mut world.store, "a"));
}

#[test]
fn a_feed_that_was_let_go_meanwhile_is_not_asked_for() {
    let mut world = before_it_is_live();
    world.tell(Input::Asleep(true));
    world.store_answers();
    assert!(!world.is_asked(FEED));
}

#[test]
fn what_is_no_longer_told_of_is_forgotten_also_where_the_store_could_not_at_first() {
    let mut world = before_it_is_live();
    world.store_answers();
    world.is_store_slow = true;
    is_at_end(&mut world);
    let is_it = |(_, command): &(u64, StoreCommand)| format!("{command:?}") == "ForgetUntold";
    let (ticket, _) = world.asked.remove(world.asked.iter().position(is_it).unwrap());
    world.is_store_slow = false;
    world.tell(Input::Stored { ticket, answer: Err(StoreError::Busy) });
    assert!(is_shown(&mut world.store, "a"));
    // Nothing more comes of the feed but signs of life.
    let live = world.find(FEED);
    world.pass(10);
    world.tell(Input::Bytes { request: live, bytes: b":\n\n" });
    world.pass(6);
    assert!(!is_shown(&mut world.store, "a"));
}

/// The place of the feed is gone, and it is listed what there is.
#[test]
fn what_is_done_while_a_listing_is_on_its_way_stays_shown_and_what_was_before_leaves_where_it_is_not_listed()
{
    let mut store = MemoryStore::new();
    answered(&mut store, "a");
    let mut config = EngineConfig::new(1, 7);
    config.collections = vec!["places".into()];
    let mut world = World::start(config, store);
    world.token("one");
    world.answer(FEED, 410, &[PROBLEM], r#"{"code":"offset_gone"}"#);
    answered(&mut world.store, "b");
    let page = r#"{"items":[{"key":"c","version":1,"value":{}}],"more":false,"offset":"5"}"#;
    world.answer("/v1/collections/places", 200, &[JSON], page);
    assert_eq!(["a", "b", "c"].map(|key| is_shown(&mut world.store, key)), [false, true, true]);
}
