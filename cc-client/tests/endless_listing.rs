//! Listings that do not go on, have no end, or lose their place: what is shown stays, and nobody asks in a circle.
#![cfg(feature = "tokio")]
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

#[path = "common/engine.rs"]
mod engine;

use cc_client::Offset;
use cc_client::decide::{FeedState, Loss};
use cc_client::engine::{EngineConfig, Input};
use cc_client::store::{MemoryStore, Record, Store};
use engine::{JSON, PROBLEM, World};

const PLACES: &str = "/v1/collections/places";

/// A client that shows a place, and lists anew.
fn lists() -> World {
    lists_within(EngineConfig::new(1, 7).feed.listing)
}

/// One that takes listings of so many bytes.
fn lists_within(bytes: usize) -> World {
    let mut config = EngineConfig::new(1, 7);
    config.feed.listing = bytes;
    config.collections = vec!["places".into()];
    let mut store = MemoryStore::new();
    let text = r#"{"collection":"places","key":"shown","version":1,"op":"put","value":{}}"#;
    let record = Record::parse(text).unwrap();
    store.replace("me", &[record], &Offset::new("5").unwrap()).unwrap();
    let mut world = World::start(config, store);
    world.token_for("one", 86_400);
    world.answer("/v1/feeds/me", 410, &[PROBLEM], r#"{"code":"offset_gone"}"#);
    assert!(world.is_asked(PLACES));
    world
}

fn shown(world: &mut World) -> usize {
    world.store.items("places", "", 9).unwrap().len()
}

fn page(items: &str, cursor: &str) -> String {
    format!(r#"{{"items":[{items}],"cursor":{cursor},"more":true,"offset":"7"}}"#)
}

const ITEM: &str = r#"{"key":"a","version":2,"value":{}}"#;

#[test]
fn a_page_that_does_not_go_on_is_no_end() {
    for cursor in ["null", "\"\"", "\"a b\""] {
        let mut world = lists();
        world.answer(PLACES, 200, &[JSON], &page("", cursor));
        assert_eq!(shown(&mut world), 1, "{cursor}");
        let state = world.engine.status(world.now).feeds[0].1;
        assert!(matches!(state, FeedState::Backoff { loss: Loss::NotAFeed, .. }), "{cursor}: {state:?}");
    }
    // The same place again.
    let mut world = lists();
    for _ in 0..2 {
        world.answer(PLACES, 200, &[JSON], &page(ITEM, "\"c\""));
    }
    assert_eq!(shown(&mut world), 1);
    assert!(world.open.is_empty());
    world.wait();
    world.answer(PLACES, 200, &[JSON], r#"{"items":[],"more":false}"#);
    assert_eq!(world.store.item("places", "a").unwrap().unwrap().version, 2);
}

#[test]
fn a_place_that_is_read_no_more_begins_the_listing_anew_ever_more_slowly() {
    let mut world = lists();
    let began = world.now;
    for _ in 0..12 {
        world.answer(PLACES, 200, &[JSON], &page(ITEM, "\"c\""));
        assert!(world.is_asked("/v1/collections/places?cursor=c&"));
        world.answer(PLACES, 400, &[PROBLEM], r#"{"code":"malformed"}"#);
        world.wait();
        assert!(world.is_asked("/v1/collections/places?limit"), "{:?}", world.open);
    }
    assert!((world.now - began).as_secs() > 60, "{:?}", world.now - began);
    assert_eq!(shown(&mut world), 1);
    world.answer(PLACES, 200, &[JSON], r#"{"items":[],"more":false,"offset":"9"}"#);
    assert_eq!(shown(&mut world), 0);
}

#[test]
fn pages_without_items_and_without_end_are_asked_for_ever_more_slowly() {
    let mut world = lists();
    let began = world.now;
    for number in 0..20 {
        world.answer(PLACES, 200, &[JSON], &page("", &format!("\"{number}\"")));
        world.wait();
    }
    assert!((world.now - began).as_secs() > 120, "{:?}", world.now - began);
    assert_eq!(shown(&mut world), 1);
}

#[test]
fn pages_with_items_and_without_end_are_read_up_to_a_bound() {
    // What can be read and kept, and what cannot: both come at full speed.
    for item in [ITEM, r#"{"key":5}"#] {
        let size = page(item, "\"10\"").len() + 128;
        let mut world = lists_within(size * 20);
        let mut pages = 0;
        while world.is_asked(PLACES) {
            pages += 1;
            world.answer(PLACES, 200, &[JSON], &page(item, &format!("\"{}\"", 10 + pages)));
            assert!(pages < 99);
        }
        assert_eq!(pages, 21);
        assert_eq!(shown(&mut world), 1, "what is shown stays");
        assert_eq!(world.engine.status(world.now).feeds[0].1, FeedState::Failed(Loss::TooLarge));
        world.pass(3_600);
        assert!(world.open.is_empty(), "{:?}", world.open);
        world.tell(Input::Network { up: true });
        assert!(world.is_asked("/v1/feeds/me"), "{:?}", world.open);
    }
}

#[test]
fn a_listing_of_just_so_much_is_taken() {
    let end = r#"{"items":[{"key":"a","version":2,"value":{}}],"offset":"9"}"#;
    for (bytes, is_taken) in [(end.len() + 128, true), (end.len() + 127, false)] {
        let mut world = lists_within(bytes);
        world.answer(PLACES, 200, &[JSON], end);
        assert_eq!(world.store.item("places", "a").unwrap().is_some(), is_taken);
    }
}

#[test]
fn of_an_item_that_is_listed_twice_the_latest_version_counts() {
    let mut world = World::start(EngineConfig::new(1, 7), MemoryStore::new());
    world.token("one");
    world.answer("/v1/feeds/me", 410, &[PROBLEM], r#"{"code":"offset_gone"}"#);
    let item = |version: u32| {
        let (key, updated) = (r#""key":"1""#, r#""updated":"2026-05-01T10:00:00Z""#);
        format!("{{{key},\"version\":{version},{updated},\"value\":{{\"n\":{version}}}}}")
    };
    let page = format!("{{\"items\":[{},{},{}],\"offset\":\"1\"}}", item(3), item(7), item(5));
    world.answer("/v1/collections/", 200, &[JSON], &page);
    while world.is_asked("/v1/collections/") {
        world.answer("/v1/collections/", 200, &[JSON], r#"{"items":[],"offset":"1"}"#);
    }
    let collection = EngineConfig::new(1, 7).collections[0].clone();
    let shown = world.store.item(&collection, "1").unwrap().expect("nothing is shown");
    assert_eq!((shown.version, &*shown.value), (7, r#"{"n":7}"#));
}
