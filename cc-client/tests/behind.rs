//! A process that is behind another one of the same file: what it would read is read, and may be gone by now.
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

#[path = "common/engine.rs"]
mod engine;

use cc_client::Offset;
use cc_client::engine::Input;
use cc_client::store::{MemoryStore, Store};
use engine::{JSON, PROBLEM, World};

const LIVE: &str = "/v1/feeds/a?live=sse";

fn offset(text: &str) -> Offset {
    Offset::new(text).unwrap()
}

/// A process that has read a feed up to 1, and waits for what comes.
fn live() -> World {
    let mut world = World::with_token(&["a"], MemoryStore::new());
    world.nothing_new("/v1/feeds/a");
    world
}

/// Another process moves the position.
fn another_reads(world: &mut World, from: &str, to: &str) {
    assert!(world.store.set_position("a", &offset(from), &offset(to)).unwrap());
}

/// Messages come in a page that leads to a position; gives the number under which they are handed out.
fn page(world: &mut World, to: &str) -> u64 {
    let headers = [JSON, ("stream-next-offset", to), ("stream-up-to-date", "true")];
    world.answer("/v1/feeds/a?offset", 200, &headers, "[7]");
    let said = world.said.iter().rfind(|said| said.starts_with("Deliver(a")).expect("nothing is handed out");
    assert_eq!(said, "Deliver(a, 1)");
    world.last_ticket
}

/// What the engine says when those are about to be handed out.
fn handing(world: &mut World, ticket: u64) -> Vec<String> {
    world.said.clear();
    let at = world.store.position("a").unwrap().unwrap_or_default();
    world.tell(Input::Handing { ticket, at });
    std::mem::take(&mut world.said)
}

fn is_said(world: &World, what: &str) -> bool {
    world.said.iter().any(|said| said.starts_with(what))
}

fn position(world: &mut World) -> Offset {
    world.store.position("a").unwrap().unwrap_or_default()
}

#[test]
fn messages_that_are_gone_and_were_read_by_another_process_are_not_missed() {
    // Another process has read on, or came upon the same gap, or is not there.
    for (of_another, is_missed) in [(None, true), (Some("9"), false), (Some("-1"), true)] {
        let mut world = live();
        if let Some(to) = of_another {
            another_reads(&mut world, "1", to);
        }
        world.answer(LIVE, 410, &[PROBLEM], r#"{"code":"offset_gone"}"#);
        assert_eq!(is_said(&world, "Missed"), is_missed, "{of_another:?}");
        let asked = format!("/v1/feeds/a?offset={}", of_another.unwrap_or("-1"));
        assert!(world.is_asked(&asked), "{of_another:?}: {:?}", world.open);
    }
}

#[test]
fn what_is_taken_moves_the_position_on_wherever_others_have_moved_it_and_never_back() {
    for (of_another, expected, is_read_on) in [
        (None, "5", true),
        (Some("3"), "5", true),
        (Some("5"), "5", true),
        (Some("8"), "8", true),
        // Another process came upon a gap: positions of before and behind it are not compared.
        (Some("-1"), "-1", false),
    ] {
        let mut world = World::with_token(&["a"], MemoryStore::new());
        another_reads(&mut world, "-1", "2");
        let mut world = World::with_token(&["a"], std::mem::take(&mut world.store));
        let ticket = page(&mut world, "5");
        if let Some(to) = of_another {
            another_reads(&mut world, "2", to);
        }
        world.tell(Input::Delivered { ticket });
        assert_eq!(position(&mut world), offset(expected), "{of_another:?}");
        assert_eq!(world.is_asked(LIVE), is_read_on, "{of_another:?}: {:?}", world.open);
        assert_eq!(is_said(&world, "Missed"), !is_read_on, "{of_another:?}");
    }
}

#[test]
fn what_another_has_taken_is_not_handed_out_and_the_rest_is_read_anew() {
    for (of_another, is_handed, asked) in [
        (None, true, LIVE),
        (Some("3"), false, "/v1/feeds/a?offset=3"),
        (Some("5"), false, LIVE),
        (Some("-1"), false, "/v1/feeds/a?offset=-1"),
    ] {
        let mut world = World::with_token(&["a"], MemoryStore::new());
        another_reads(&mut world, "-1", "2");
        let mut world = World::with_token(&["a"], std::mem::take(&mut world.store));
        let ticket = page(&mut world, "5");
        if let Some(to) = of_another {
            another_reads(&mut world, "2", to);
        }
        let said = handing(&mut world, ticket);
        assert_eq!(said.iter().any(|said| said.starts_with("Withdrawn(a")), !is_handed, "{of_another:?}");
        assert!(world.is_asked(asked), "{of_another:?}: {:?}", world.open);
        // What is not handed out cannot be taken.
        world.tell(Input::Delivered { ticket });
        assert_eq!(position(&mut world), offset(of_another.unwrap_or("5")));
    }
}
