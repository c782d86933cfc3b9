//! An item that the platform cannot change for now, since it has it damaged: its changes wait, and hold up no others.
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

#[path = "common/engine.rs"]
mod engine;

use cc_client::decide::OutboxState;
use cc_client::engine::Input;
use cc_client::store::{MemoryStore, Store};
use cc_client::{Stamp, Write, WriteId, WriteKind};
use cc_core::Timestamp;
use engine::{JSON, World, write};

const CHANGES: &str = "/v1/changes";
const DEPENDS: &str = r#""outcome":"rejected","problem":{"code":"depends"}"#;
const APPLIED: &str = r#""outcome":"applied","version":1"#;

/// A large change of the place that is damaged.
fn of_damaged(number: u8) -> Write {
    let id = WriteId::new(Timestamp::default(), [100 + number; 10]);
    let text = format!("{{\"name\":\"{}\"}}", "x".repeat(64_000));
    let clock = Stamp { millis: 1, counter: 0, node: 1 };
    let mut write = Write::new(id, ("places", "damaged"), WriteKind::Patch, &text, clock);
    write.base = Some(1);
    write
}

/// A write of another item.
fn of(number: u8, collection: &str, kind: WriteKind, base: Option<u64>) -> Write {
    let mut write = write(number);
    (write.collection, write.kind, write.base) = (collection.into(), kind, base);
    write
}

/// Which of these are on their way.
fn sent(world: &World, writes: &[Write]) -> usize {
    let body = String::from_utf8(world.open[&world.find(CHANGES)].body.clone()).unwrap();
    writes.iter().filter(|write| body.contains(&write.id.to_string())).count()
}

/// The platform says that of each.
fn says(world: &mut World, of: &[Write], outcome: &str) {
    let one = |write: &Write| format!(r#"{{"id":"{}",{outcome}}}"#, write.id);
    let results = of.iter().map(one).collect::<Vec<_>>().join(",");
    world.answer(CHANGES, 200, &[JSON], &format!("{{\"results\":[{results}]}}"));
}

#[test]
fn changes_of_a_damaged_item_that_fill_a_batch_hold_up_no_others() {
    let damaged: Vec<Write> = (0..40).map(of_damaged).collect();
    let mut store = MemoryStore::new();
    store.accept("main", &damaged).unwrap();
    store.accept("main", &[write(0)]).unwrap();
    let mut world = World::with_token(&[], store);
    assert_eq!((sent(&world, &damaged), sent(&world, &[write(0)])), (14, 0));
    // One more comes while they are on their way: it is not sent before those that were written first.
    world.store.accept("main", &[of_damaged(40)]).unwrap();
    says(&mut world, &damaged[..14], DEPENDS);
    assert!(
        world.is_asked(CHANGES),
        "what is behind them waits: {:?}",
        world.engine.status(world.now).outbox
    );
    assert_eq!((sent(&world, &damaged), sent(&world, &[write(0)])), (0, 1));
    says(&mut world, &[write(0)], APPLIED);
    // Nothing else waits: all of them again, after a wait.
    assert!(matches!(world.engine.status(world.now).outbox, OutboxState::Backoff { .. }));
    world.wait();
    assert_eq!(sent(&world, &damaged), 14);
    assert_eq!(sent(&world, &damaged[..14]), 14);
    // The platform was mended.
    for from in [0, 14, 28] {
        let batch = &damaged[from..(from + 14).min(40)];
        assert_eq!(sent(&world, batch), batch.len());
        let rest: Vec<Write> = batch.iter().cloned().chain([of_damaged(40)]).collect();
        says(&mut world, if from == 28 { &rest } else { batch }, APPLIED);
    }
    assert_eq!(world.engine.status(world.now).outbox, OutboxState::Idle);
    assert_eq!(world.store.waiting_count().unwrap(), 0);
}

#[test]
fn while_nothing_else_waits_the_tries_come_ever_more_rarely() {
    let mut store = MemoryStore::new();
    store.accept("main", &[of_damaged(0)]).unwrap();
    let mut world = World::with_token(&[], store);
    let mut waits = Vec::new();
    for _ in 0..5 {
        let before = world.now;
        world.wait();
        waits.push(world.now - before);
        says(&mut world, &[of_damaged(0)], DEPENDS);
        assert!(!world.is_asked(CHANGES));
    }
    assert!(waits[1..].is_sorted_by(|earlier, later| earlier < later), "{waits:?}");
}

#[test]
fn a_change_behind_a_refused_one_of_its_item_is_sent_again_at_once() {
    let of_one = |number| {
        let mut one = write(number);
        one.key = "one".into();
        one
    };
    let mut store = MemoryStore::new();
    store.accept("main", &[of_one(0), of_one(1)]).unwrap();
    let mut world = World::with_token(&[], store);
    let refused = r#""outcome":"rejected","problem":{"code":"invalid_entity"}"#;
    let (first, second) = (of_one(0).id, of_one(1).id);
    let results = format!(r#"{{"id":"{first}",{refused}}},{{"id":"{second}",{DEPENDS}}}"#);
    world.answer(CHANGES, 200, &[JSON], &format!("{{\"results\":[{results}]}}"));
    assert_eq!(sent(&world, &[of_one(1)]), 1);
}

#[test]
fn what_is_written_while_a_damaged_item_waits_is_sent_at_once_beside_it() {
    let mut store = MemoryStore::new();
    store.accept("main", &[of_damaged(0)]).unwrap();
    let mut world = World::with_token(&[], store);
    // The last wait is of a minute.
    for _ in 0..6 {
        says(&mut world, &[of_damaged(0)], DEPENDS);
        world.wait();
    }
    says(&mut world, &[of_damaged(0)], DEPENDS);
    let waits = world.engine.status(world.now).outbox;
    for new in [write(0), write(1)] {
        world.store.accept("main", std::slice::from_ref(&new)).unwrap();
        world.tell(Input::Filled);
        assert_eq!((sent(&world, std::slice::from_ref(&new)), sent(&world, &[of_damaged(0)])), (1, 0));
        says(&mut world, &[new], APPLIED);
        assert_eq!(world.engine.status(world.now).outbox, waits, "its own wait goes on");
    }
    world.wait();
    assert_eq!(sent(&world, &[of_damaged(0)]), 1);
}

#[test]
fn however_many_items_are_damaged_few_batches_are_sent_between_two_waits() {
    let mut store = MemoryStore::new();
    let all: Vec<Write> = (0..2_048_u16)
        .map(|number| {
            let mut write = of(0, "places", WriteKind::Patch, Some(1));
            write.id.0[14..].copy_from_slice(&number.to_be_bytes());
            write.key = number.to_string().into();
            write
        })
        .collect();
    store.accept("main", &all).unwrap();
    let mut world = World::with_token(&[], store);
    let mut waits = Vec::new();
    for _ in 0..4 {
        let mut batches = 0;
        while world.is_asked(CHANGES) {
            batches += 1;
            says(&mut world, &all, DEPENDS);
        }
        assert!(batches <= 2, "{batches}");
        let before = world.now;
        world.wait();
        waits.push(world.now - before);
    }
    assert!(waits.is_sorted_by(|earlier, later| earlier < later), "{waits:?}");
}

#[test]
fn what_is_built_upon_an_item_is_not_sent_without_what_makes_it() {
    let message = of(2, "messages", WriteKind::Put, None);
    for before in
        [of(0, "conversations", WriteKind::Put, None), of(1, "conversations", WriteKind::Act, Some(3))]
    {
        let mut store = MemoryStore::new();
        store.accept("main", std::slice::from_ref(&before)).unwrap();
        let mut world = World::with_token(&[], store);
        // It comes while that is on its way.
        world.store.accept("main", std::slice::from_ref(&message)).unwrap();
        world.tell(Input::Filled);
        says(&mut world, std::slice::from_ref(&before), DEPENDS);
        let both = [before, message.clone()];
        for _ in 0..3 {
            assert_eq!(sent(&world, &both), 2);
            says(&mut world, &both, DEPENDS);
            assert!(!world.is_asked(CHANGES));
            world.wait();
        }
        // What is written meanwhile goes with them, and does not wait for them.
        says(&mut world, &both, DEPENDS);
        world.store.accept("main", &[write(3)]).unwrap();
        world.tell(Input::Filled);
        assert_eq!((sent(&world, &both), sent(&world, &[write(3)])), (2, 1));
    }
}

#[test]
fn behind_a_stamp_that_is_refused_nothing_is_taken_for_damaged() {
    let (first, mut second) = (write(0), write(1));
    second.key = first.key.clone();
    let mut store = MemoryStore::new();
    store.accept("main", &[first.clone(), second.clone()]).unwrap();
    let mut world = World::with_token(&[], store);
    let ahead = r#""outcome":"rejected","problem":{"code":"clock_ahead","retryable":true}"#;
    let results = format!(r#"{{"id":"{}",{ahead}}},{{"id":"{}",{DEPENDS}}}"#, first.id, second.id);
    world.answer(CHANGES, 200, &[JSON], &format!("{{\"results\":[{results}]}}"));
    world.store.accept("main", &[write(2)]).unwrap();
    world.tell(Input::Filled);
    assert!(!world.is_asked(CHANGES), "the wait ends before its time");
}
