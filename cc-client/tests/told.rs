//! Two processes of one file: what one of them has stored, the app of the other is told of as well.
#![cfg(feature = "testing")]
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

#[path = "common/engine.rs"]
mod common;

use cc_client::Offset;
use cc_client::engine::EngineConfig;
use cc_client::store::{MemoryStore, Record, Store as _};
use common::{JSON, World};

const RECORD: &str = r#"{"collection":"places","key":"1","version":2,"value":{"n":2}}"#;

fn offset(text: &str) -> Offset {
    Offset::new(text).unwrap()
}

fn told(version: u64) -> [Record; 1] {
    [Record::new("places", "1", version, Some(&format!("{{\"n\":{version}}}")))]
}

fn page(next: &str) -> [(&'static str, &str); 3] {
    [JSON, ("stream-next-offset", next), ("stream-up-to-date", "true")]
}

/// A client that follows the feed of its person, which was read up to there.
fn reader(position: &str) -> World {
    let mut store = MemoryStore::new();
    store.take("me", &Offset::BEGINNING, &told(1), &offset(position)).unwrap();
    let mut config = EngineConfig::new(1, 7);
    config.collections = vec!["places".into()];
    let mut world = World::start(config, store);
    world.token("one");
    world.said.clear();
    world
}

#[test]
fn what_another_process_has_read_is_to_be_shown_here_too() {
    let mut world = reader("01");
    world.store.take("me", &offset("01"), &told(2), &offset("02")).unwrap();
    world.answer("/v1/feeds/me", 200, &page("02"), &format!("[{RECORD}]"));
    assert_eq!(world.said, ["Changed(0)"]);
    let next = &world.open[&world.find("/v1/feeds/me")].target;
    assert!(next.contains("offset=02"), "{next}");
}

/// The position is gone, and everything is listed.
fn lists(world: &mut World) {
    let gone = r#"{"title":"gone","status":410,"code":"offset_gone"}"#;
    world.answer("/v1/feeds/me", 410, &[common::PROBLEM], gone);
    world.wait();
}

const LISTING: &str =
    r#"{"items":[{"key":"1","version":1,"value":{"n":1}}],"cursor":"x","more":false,"offset":"05"}"#;

#[test]
fn what_another_process_has_listed_before_is_to_be_shown_here_too() {
    let mut world = reader("01");
    lists(&mut world);
    world.answer("/v1/collections/places", 200, &[JSON], LISTING);
    assert_eq!(world.said, ["Changed(0)"]);
}

#[test]
fn a_listing_takes_nothing_back_that_another_process_has_read_since() {
    let mut world = reader("01");
    lists(&mut world);
    // The other one has listed, and read on.
    world.store.take("me", &offset("01"), &told(3), &offset("07")).unwrap();
    world.answer("/v1/collections/places", 200, &[JSON], LISTING);
    assert_eq!(world.store.position("me").unwrap(), Some(offset("07")));
    assert_eq!(world.store.item("places", "1").unwrap().map(|item| item.version), Some(3));
    assert_eq!(world.said, ["Changed(0)"]);
    let next = &world.open[&world.find("/v1/feeds/me")].target;
    assert!(next.contains("offset=07"), "{next}");
}
