//! What every store must pass, whoever writes it.

use super::{LeftOut, Record, Row, Settled, Standing, Store, StoreError};
use crate::decide::SendOutcome;
use crate::wire::{Detail, ProblemCode};
use crate::{Offset, Stamp, Write, WriteId, WriteKind};

/// Runs the whole list, each point on a store of its own; panics with the point that a store fails.
///
/// # Examples
///
/// ```
/// cc_client::store::checklist::run(|| Box::new(cc_client::store::MemoryStore::new()));
/// ```
#[allow(clippy::unwrap_used, clippy::missing_panics_doc, reason = "a checklist panics where a store fails")]
pub fn run(mut fresh: impl FnMut() -> Box<dyn Store>) {
    for point in [
        pages_come_once_and_in_order,
        old_records_are_no_news,
        a_listing_replaces_items_and_keeps_writes,
        waiting_writes_show_at_once,
        a_write_is_accepted_once,
        batches_are_bounded_and_never_empty,
        what_is_done_and_gone_does_not_come_back,
        what_is_done_shows_until_the_feed_tells_of_it,
        what_is_stamped_too_far_ahead_is_stamped_anew_with_all_behind_it,
        a_conflict_holds_back_its_item_only,
        what_is_written_on_top_of_ones_own_write_has_seen_it,
        what_is_written_on_top_of_what_one_made_has_seen_it_whatever_its_version_is,
        a_rejection_is_kept_until_it_is_discarded,
        when_an_item_changed_is_learned_from_the_feed_after_a_conflict,
        what_is_sent_again_is_rejected_for_its_own_reasons,
        what_is_sent_again_keeps_its_place,
        what_is_said_of_a_write_is_not_believed_of_another_in_its_place,
        what_no_feed_tells_of_waits_for_none,
        what_the_platform_has_forgotten_is_shown_no_longer,
        one_owner_holds_a_lock,
        a_pause_loses_nothing,
        what_is_done_as_one_happens_or_not,
        an_item_tells_when_the_server_changed_it,
        what_the_server_has_is_known_without_what_waits,
        people::another_person_finds_nothing_and_the_first_finds_all_writes_again,
        people::what_is_set_aside_under_a_name_comes_back_or_leaves_for_good,
        people::writes_of_somebody_who_was_never_known_are_let_go,
    ] {
        point(&mut *fresh());
    }
}

fn record(key: &str, version: u64, value: &str) -> Record {
    let value = (!value.is_empty()).then(|| value.into());
    Record { collection: "places".into(), key: key.into(), version, updated: None, value }
}

fn write(number: u8, key: &str, kind: WriteKind, body: &str) -> Write {
    Write {
        id: WriteId([number; 16]),
        collection: "places".into(),
        key: key.into(),
        kind,
        base: None,
        clock: Stamp { millis: number.into(), counter: 0, node: 1 },
        body: body.into(),
    }
}

fn offset(text: &str) -> Offset {
    Offset::new(text).unwrap_or_default()
}

fn settled(row: &Row, outcome: SendOutcome, version: Option<u64>) -> Settled {
    Settled { version, ..Settled::new((row.number, row.write.id), outcome) }
}

#[allow(clippy::unwrap_used, reason = "a checklist panics where a store fails")]
fn shown(store: &mut dyn Store, key: &str) -> Option<(String, u64, bool)> {
    let item = store.item("places", key).unwrap()?;
    Some((item.value.into(), item.version, item.pending))
}

macro_rules! point {
    ($name:ident, $store:ident, $body:block) => {
        #[allow(clippy::unwrap_used, reason = "a checklist panics where a store fails")]
        pub(super) fn $name($store: &mut dyn Store) $body
    };
}

mod people;

point!(what_is_stamped_too_far_ahead_is_stamped_anew_with_all_behind_it, store, {
    let stamp = |millis, counter| Stamp { millis, counter, node: 1 };
    let clocks = |store: &mut dyn Store, lane| -> Vec<Stamp> {
        store.waiting(lane, u32::MAX, u32::MAX).unwrap().iter().map(|row| row.write.clock).collect()
    };
    for (number, clock) in [(1, stamp(5, 0)), (2, stamp(90, 0)), (3, stamp(6, 0)), (4, stamp(91, 0))] {
        let one = Write { clock, ..write(number, "7", WriteKind::Patch, "{}") };
        store.accept("main", &[one]).unwrap();
    }
    let other = Write { clock: stamp(95, 0), ..write(9, "7", WriteKind::Patch, "{}") };
    store.accept("other", &[other]).unwrap();
    store.stamp_anew("main", stamp(90, 0), stamp(20, 0)).unwrap();
    // The last only was too far ahead.
    assert_eq!(clocks(store, "main"), [stamp(5, 0), stamp(90, 0), stamp(6, 0), stamp(20, 0)]);
    store.stamp_anew("main", stamp(70, 0), stamp(20, u16::MAX)).unwrap();
    assert_eq!(clocks(store, "main"), [stamp(5, 0), stamp(20, u16::MAX), stamp(21, 0), stamp(21, 1)]);
    assert_eq!(clocks(store, "other"), [stamp(95, 0)]);
    // The next start goes on there, though later stamps were given out.
    let kept = store.value("stamp").unwrap().unwrap();
    assert_eq!(kept, stamp(21, 1).to_string().into_bytes());
    store.stamp_anew("main", stamp(70, 0), stamp(30, 0)).unwrap();
    assert_eq!(store.value("stamp").unwrap().unwrap(), stamp(30, 0).to_string().into_bytes());
    assert_eq!(clocks(store, "main")[3], stamp(21, 1));
});

point!(pages_come_once_and_in_order, store, {
    assert_eq!(store.position("me").unwrap(), None);
    let page = [record("a", 1, "{}"), record("b", 1, "{}")];
    let taken = store.take("me", &Offset::BEGINNING, &page, &offset("2")).unwrap();
    assert_eq!((taken.fresh.as_slice(), taken.elsewhere), (&page[..], None));
    // The same page again, from another connection: the feed stands elsewhere.
    let again = store.take("me", &Offset::BEGINNING, &page, &offset("2")).unwrap();
    assert_eq!(again.elsewhere, Some(offset("2")));
    assert_eq!(store.position("me").unwrap(), Some(offset("2")));
    assert_eq!(store.position("other").unwrap(), None);
});

point!(what_the_server_has_is_known_without_what_waits, store, {
    let told = |store: &mut dyn Store| {
        let item = store.told("places", "a").unwrap();
        item.map(|item| (String::from(item.value), item.version, item.pending))
    };
    assert_eq!(told(store), None);
    store.accept("main", &[write(1, "a", WriteKind::Put, "{\"n\":1}")]).unwrap();
    assert_eq!(told(store), None);
    let rows = store.waiting("main", 1, 1_000).unwrap();
    store.settle(&[settled(&rows[0], SendOutcome::Applied, Some(4))]).unwrap();
    // No feed has told of it yet.
    assert_eq!(told(store).map(|(value, ..)| value).as_deref(), Some("{\"n\":1}"));
    store.take("me", &Offset::BEGINNING, &[record("a", 4, "{\"n\":1}")], &offset("1")).unwrap();
    store.accept("main", &[write(2, "a", WriteKind::Delete, "")]).unwrap();
    assert_eq!((shown(store, "a"), told(store)), (None, Some(("{\"n\":1}".to_owned(), 4, false))));
    store.accept("main", &[write(3, "a", WriteKind::Put, "{}")]).unwrap();
    assert_eq!(told(store), Some(("{\"n\":1}".to_owned(), 4, false)));
});

point!(an_item_tells_when_the_server_changed_it, store, {
    let changed = "2026-05-01T10:00:00.25Z".parse().ok();
    let told = Record { updated: changed, ..record("a", 1, "{\"n\":1}") };
    store.take("me", &Offset::BEGINNING, &[told.clone(), record("b", 1, "{}")], &offset("1")).unwrap();
    // What waits is not changed on the server.
    store.accept("main", &[write(1, "a", WriteKind::Patch, "{\"n\":2}")]).unwrap();
    let updated =
        |store: &mut dyn Store, key| store.item("places", key).unwrap().and_then(|item| item.updated);
    assert_eq!((updated(store, "a"), updated(store, "b")), (changed, None));
    let later = "2026-05-01T11:00:00Z".parse().ok();
    let again = Record { version: 2, updated: later, ..told };
    store.take("me", &offset("1"), &[again], &offset("2")).unwrap();
    assert_eq!(store.items("places", "", 9).unwrap()[0].updated, later);
});

point!(old_records_are_no_news, store, {
    store.take("me", &Offset::BEGINNING, &[record("a", 5, "{\"n\":5}")], &offset("1")).unwrap();
    let page = [record("a", 5, "{\"n\":9}"), record("a", 4, "{\"n\":4}"), record("a", 6, "")];
    let taken = store.take("me", &offset("1"), &page, &offset("2")).unwrap();
    assert_eq!(taken.fresh, &page[2..]);
    assert_eq!(shown(store, "a"), None);
});

point!(a_listing_replaces_items_and_keeps_writes, store, {
    let page = [record("a", 1, "{}"), record("b", 1, "{}"), record("c", 1, "{}")];
    store.take("me", &Offset::BEGINNING, &page, &offset("1")).unwrap();
    store.accept("main", &[write(1, "b", WriteKind::Patch, "{\"n\":1}")]).unwrap();
    // Versions may begin anew on a server that was set up again.
    let listing = [record("a", 1, "{}"), record("d", 1, "{}")];
    let changed = store.replace("me", &listing, &offset("9")).unwrap();
    let changed: Vec<_> = changed.iter().map(|one| (&*one.key, one.value.is_some())).collect();
    assert_eq!(changed, [("b", false), ("c", false), ("d", true)]);
    assert_eq!(store.position("me").unwrap(), Some(offset("9")));
    assert_eq!(shown(store, "b"), Some(("{\"n\":1}".into(), 0, true)));
});

point!(waiting_writes_show_at_once, store, {
    store.take("me", &Offset::BEGINNING, &[record("a", 3, "{\"n\":1,\"x\":1}")], &offset("1")).unwrap();
    let writes = [
        write(1, "a", WriteKind::Patch, "{\"n\":2}"),
        write(2, "z", WriteKind::Put, "{\"new\":true}"),
        write(3, "a", WriteKind::Patch, "{\"x\":null}"),
        write(4, "a", WriteKind::Act, "{\"action\":\"share\"}"),
    ];
    store.accept("main", &writes).unwrap();
    assert_eq!(shown(store, "a"), Some(("{\"n\":2}".into(), 3, true)));
    // News from the server do not overwrite what waits.
    store.take("me", &offset("1"), &[record("a", 4, "{\"n\":7,\"y\":1}")], &offset("2")).unwrap();
    assert_eq!(shown(store, "a"), Some(("{\"n\":2,\"y\":1}".into(), 4, true)));
    let keys = |items: Vec<super::Item>| items.into_iter().map(|item| item.key).collect::<Vec<_>>();
    assert_eq!(keys(store.items("places", "", 10).unwrap()), ["a".into(), "z".into()]);
    assert_eq!(keys(store.items("places", "a", 1).unwrap()), ["z".into()]);
    store.accept("main", &[write(5, "a", WriteKind::Delete, "")]).unwrap();
    assert_eq!(keys(store.items("places", "", 1).unwrap()), ["z".into()]);
});

point!(a_write_is_accepted_once, store, {
    let one = write(1, "a", WriteKind::Put, "{}");
    store.accept("main", &[one.clone(), one.clone()]).unwrap();
    store.accept("main", std::slice::from_ref(&one)).unwrap();
    let rows = store.waiting("main", 10, 1_000).unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].write, one);
    store.settle(&[settled(&rows[0], SendOutcome::Applied, Some(1))]).unwrap();
    store.accept("main", std::slice::from_ref(&one)).unwrap();
    assert_eq!(store.waiting_count().unwrap(), 0);
    // Writes may come in another order than their stamps: the latest stays.
    store.accept("main", &[write(7, "b", WriteKind::Put, "{}")]).unwrap();
    store.accept("main", &[write(5, "b", WriteKind::Put, "{}")]).unwrap();
    let latest = write(7, "b", WriteKind::Put, "{}").clock.to_string();
    assert_eq!(store.value(super::STAMP).unwrap().as_deref(), Some(latest.as_bytes()));
});

point!(batches_are_bounded_and_never_empty, store, {
    let body = format!("{{\"text\":\"{}\"}}", "x".repeat(100));
    let writes: Vec<_> = (1..=5).map(|number| write(number, "a", WriteKind::Put, &body)).collect();
    store.accept("main", &writes).unwrap();
    store.accept("side", &[write(9, "a", WriteKind::Put, "{}")]).unwrap();
    assert_eq!(store.waiting("main", 3, 10_000).unwrap().len(), 3);
    assert_eq!(store.waiting("main", 10, 250).unwrap().len(), 2);
    assert_eq!(store.waiting("main", 10, 1).unwrap().len(), 1);
    assert!(store.waiting("main", 10, 10_000).unwrap().is_sorted_by_key(|row| row.number));
    assert_eq!(store.waiting("side", 10, 10_000).unwrap().len(), 1);
    assert_eq!(store.waiting_count().unwrap(), 6);

    let others: Vec<_> = (10..=14).map(|number| write(number, "b", WriteKind::Put, &body)).collect();
    store.accept("main", &others).unwrap();
    let left_out = LeftOut::from([("places".into(), "a".into())]);
    let beside = |store: &mut dyn Store, rows, bytes| {
        let rows = store.waiting_beside("main", rows, bytes, &left_out).unwrap();
        rows.into_iter().map(|row| row.write.id).collect::<Vec<_>>()
    };
    let ids = |count: usize| others[..count].iter().map(|write| write.id).collect::<Vec<_>>();
    assert_eq!(beside(store, 10, 10_000), ids(5));
    assert_eq!(beside(store, 3, 10_000), ids(3));
    assert_eq!(beside(store, 10, 250), ids(2));
    assert_eq!(beside(store, 10, 1), ids(1));
});

point!(what_is_done_shows_until_the_feed_tells_of_it, store, {
    store.take("me", &Offset::BEGINNING, &[record("a", 3, "{\"n\":1}")], &offset("1")).unwrap();
    let writes = [write(1, "a", WriteKind::Patch, "{\"n\":2}"), write(2, "a", WriteKind::Patch, "{\"x\":3}")];
    store.accept("main", &writes).unwrap();
    let rows = store.waiting("main", 10, 1_000).unwrap();
    store.settle(&[settled(&rows[0], SendOutcome::Applied, Some(5))]).unwrap();
    assert_eq!(shown(store, "a"), Some(("{\"n\":2,\"x\":3}".into(), 3, true)));
    assert_eq!(store.standing(WriteId([1; 16])).unwrap(), Some(Standing::Settled(SendOutcome::Applied)));
    assert_eq!(store.standing(WriteId([2; 16])).unwrap(), Some(Standing::Waiting));
    assert_eq!(store.standing(WriteId([3; 16])).unwrap(), None);
    store.settle(&[settled(&rows[1], SendOutcome::Duplicate, Some(6))]).unwrap();
    assert_eq!((store.waiting_count().unwrap(), store.unresolved().unwrap().len()), (0, 0));
    // Somebody else's change came in between: what this device wrote does not vanish meanwhile.
    store.take("me", &offset("1"), &[record("a", 4, "{\"n\":1,\"y\":4}")], &offset("2")).unwrap();
    assert_eq!(shown(store, "a"), Some(("{\"n\":2,\"x\":3,\"y\":4}".into(), 4, false)));
    let told = [record("a", 5, "{\"n\":2,\"y\":4}"), record("a", 6, "{\"n\":2,\"x\":3,\"y\":5}")];
    store.take("me", &offset("2"), &told, &offset("4")).unwrap();
    assert_eq!(shown(store, "a"), Some(("{\"n\":2,\"x\":3,\"y\":5}".into(), 6, false)));
    // Saying it again changes nothing, and what became of it is remembered.
    store.settle(&[settled(&rows[1], SendOutcome::Rejected(ProblemCode::Other), None)]).unwrap();
    assert_eq!(store.standing(WriteId([2; 16])).unwrap(), Some(Standing::Settled(SendOutcome::Duplicate)));
});

point!(what_is_done_and_gone_does_not_come_back, store, {
    store
        .accept("main", &[write(1, "a", WriteKind::Put, "{}"), write(2, "b", WriteKind::Put, "{}")])
        .unwrap();
    let rows = store.waiting("main", 10, 1_000).unwrap();
    let done: Vec<_> = rows.iter().map(|row| settled(row, SendOutcome::Applied, Some(2))).collect();
    store.settle(&done).unwrap();
    assert_eq!(shown(store, "a"), Some(("{}".into(), 0, false)));
    store.replace("me", &[record("b", 1, "{\"old\":1}")], &offset("9")).unwrap();
    assert_eq!((shown(store, "a"), shown(store, "b")), (None, Some(("{}".into(), 1, false))));
});

point!(a_conflict_holds_back_its_item_only, store, {
    let writes = [
        write(1, "a", WriteKind::Put, "{\"n\":1}"),
        write(2, "b", WriteKind::Put, "{}"),
        write(3, "a", WriteKind::Patch, "{\"n\":2}"),
    ];
    store.accept("main", &writes).unwrap();
    let rows = store.waiting("main", 10, 1_000).unwrap();
    let current = Some(record("a", 8, "{\"n\":9}"));
    let conflict = Settled { current, ..settled(&rows[0], SendOutcome::Conflict, Some(8)) };
    store.settle(&[conflict, settled(&rows[2], SendOutcome::Depends, None)]).unwrap();
    let waiting = store.waiting("main", 10, 1_000).unwrap();
    assert_eq!(waiting.iter().map(|row| &*row.write.key).collect::<Vec<_>>(), ["b"]);
    let open = store.unresolved().unwrap();
    assert_eq!((open.len(), open[0].1, open[0].0.write.id), (1, SendOutcome::Conflict, WriteId([1; 16])));
    assert_eq!(shown(store, "a"), Some(("{\"n\":2}".into(), 8, true)));
    assert!(store.discard(WriteId([1; 16])).unwrap());
    assert!(!store.discard(WriteId([1; 16])).unwrap());
    assert_eq!(store.waiting("main", 10, 1_000).unwrap().len(), 2);
});

point!(when_an_item_changed_is_learned_from_the_feed_after_a_conflict, store, {
    store.accept("main", &[write(1, "a", WriteKind::Put, "{}")]).unwrap();
    let row = store.waiting("main", 1, 1_000).unwrap().remove(0);
    let current = Record { updated: None, ..record("a", 8, "{\"n\":9}") };
    let conflict =
        Settled { current: Some(current.clone()), ..settled(&row, SendOutcome::Conflict, Some(8)) };
    store.settle(&[conflict]).unwrap();
    store.discard(WriteId([1; 16])).unwrap();
    let updated = Some("2026-05-01T10:00:00Z".parse().unwrap());
    let told = Record { updated, ..current.clone() };
    let fresh =
        store.take("me", &Offset::BEGINNING, std::slice::from_ref(&told), &offset("1")).unwrap().fresh;
    assert_eq!(fresh, std::slice::from_ref(&told));
    assert_eq!(
        store.item("places", "a").unwrap().map(|item| (item.version, item.updated)),
        Some((8, updated))
    );
    // It is learned once, and never forgotten.
    let fresh = store.take("me", &offset("1"), &[told, current], &offset("2")).unwrap().fresh;
    assert_eq!((fresh, store.item("places", "a").unwrap().unwrap().updated), (vec![], updated));
});

point!(what_is_written_on_top_of_ones_own_write_has_seen_it, store, {
    let booking = |number, key, base| {
        let write = write(number, key, WriteKind::Put, "{}");
        Write { collection: "bookings".into(), base, ..write }
    };
    let bases = |store: &mut dyn Store, lane| {
        let rows = store.waiting(lane, 10, 1_000).unwrap();
        rows.into_iter().map(|row| (row.write.id.0[0], row.write.base)).collect::<Vec<_>>()
    };
    let writes = [
        booking(1, "a", Some(4)),
        booking(2, "a", Some(4)),
        booking(3, "b", None),
        booking(4, "a", Some(2)),
        booking(5, "b", None),
        Write { base: Some(4), ..write(6, "a", WriteKind::Put, "{}") },
    ];
    store.accept("main", &writes).unwrap();
    store.accept("side", &[booking(7, "a", Some(4))]).unwrap();
    let rows = store.waiting("main", 10, 1_000).unwrap();
    store.settle(&[settled(&rows[0], SendOutcome::Applied, Some(5))]).unwrap();
    let seen = [(2, Some(5)), (3, None), (4, Some(5)), (5, None), (6, Some(4))];
    assert_eq!(bases(store, "main"), seen);
    assert_eq!(bases(store, "side"), [(7, Some(4))]);
    // The feed has not told yet what was done.
    store.accept("main", &[booking(8, "a", Some(4)), booking(9, "a", Some(3))]).unwrap();
    assert_eq!(bases(store, "main")[5..], [(8, Some(5)), (9, Some(3))]);
    // A new item's first version; and somebody else's version in between, which nobody here has seen.
    store.settle(&[settled(&rows[2], SendOutcome::Duplicate, Some(1))]).unwrap();
    store.settle(&[settled(&rows[1], SendOutcome::Applied, Some(7))]).unwrap();
    assert_eq!(bases(store, "main")[..2], [(4, Some(5)), (5, Some(1))]);
    // What is sent again after a conflict has seen what is there, and so has what was written on top of it.
    store.settle(&[settled(&rows[3], SendOutcome::Conflict, Some(7))]).unwrap();
    assert!(store.send_again(WriteId([4; 16]), &booking(10, "a", Some(7))).unwrap());
    let again = store.waiting("main", 10, 1_000).unwrap().remove(0);
    store.settle(&[settled(&again, SendOutcome::Applied, Some(8))]).unwrap();
    assert_eq!(bases(store, "main"), [(5, Some(1)), (6, Some(4)), (8, Some(8)), (9, Some(8))]);
});

point!(what_is_written_on_top_of_what_one_made_has_seen_it_whatever_its_version_is, store, {
    let of = |collection: &str, number, key, base| Write {
        collection: collection.into(),
        base,
        ..write(number, key, WriteKind::Put, "{}")
    };
    let bases = |store: &mut dyn Store| {
        let rows = store.waiting("main", 10, 1_000).unwrap();
        rows.into_iter().map(|row| (row.write.id.0[0], row.write.base)).collect::<Vec<_>>()
    };
    // Under keys that were used before; what became of the first of them, this device has seen.
    let writes = [
        of("bookings", 1, "a", None),
        of("bookings", 2, "a", Some(3)),
        of("shares", 3, "b", None),
        of("shares", 4, "b", None),
        of("vehicles", 5, "c", None),
        of("vehicles", 6, "c", None),
        Write { kind: WriteKind::Patch, ..of("bookings", 7, "d", None) },
        of("bookings", 8, "d", None),
    ];
    store.accept("main", &writes).unwrap();
    let rows = store.waiting("main", 10, 1_000).unwrap();
    let done: Vec<_> =
        [0, 2, 4, 6].map(|at: usize| settled(&rows[at], SendOutcome::Applied, Some(4))).into_iter().collect();
    store.settle(&done).unwrap();
    // A vehicle is never made by who writes it, nor anything by a patch: others may have.
    assert_eq!(bases(store), [(2, Some(4)), (4, Some(4)), (6, None), (8, None)]);
    store.accept("main", &[of("bookings", 9, "a", Some(3)), of("shares", 10, "b", None)]).unwrap();
    store.accept("main", &[of("vehicles", 11, "c", None), of("bookings", 12, "a", Some(7))]).unwrap();
    assert_eq!(bases(store)[4..], [(9, Some(4)), (10, Some(4)), (11, None), (12, Some(7))]);
});

point!(a_rejection_is_kept_until_it_is_discarded, store, {
    store.accept("main", &[write(1, "a", WriteKind::Put, "{}")]).unwrap();
    let row = store.waiting("main", 1, 1_000).unwrap().remove(0);
    let rejected = SendOutcome::Rejected(ProblemCode::InvalidEntity);
    let why = Detail::new("the vehicle has an active booking");
    store.settle(&[Settled { detail: why.clone(), ..settled(&row, rejected, None) }]).unwrap();
    assert_eq!(store.unresolved().unwrap()[0].1, rejected);
    assert_eq!(store.unresolved().unwrap()[0].0.detail, why);
    // It is kept for whom it concerns.
    store.belong("anna").unwrap();
    store.belong("bo").unwrap();
    store.belong("anna").unwrap();
    assert_eq!(store.unresolved().unwrap()[0].0.detail, why);
    assert_eq!(store.standing(WriteId([1; 16])).unwrap(), Some(Standing::Settled(rejected)));
    assert_eq!((store.waiting_count().unwrap(), shown(store, "a")), (0, None));
});

point!(what_is_sent_again_is_rejected_for_its_own_reasons, store, {
    store.accept("main", &[write(1, "a", WriteKind::Put, "{}")]).unwrap();
    let row = store.waiting("main", 1, 1_000).unwrap().remove(0);
    let rejected = SendOutcome::Rejected(ProblemCode::InvalidEntity);
    store.settle(&[Settled { detail: Detail::new("no"), ..settled(&row, rejected, None) }]).unwrap();
    assert!(store.send_again(WriteId([1; 16]), &write(2, "a", WriteKind::Put, "{}")).unwrap());
    let again = store.waiting("main", 1, 1_000).unwrap().remove(0);
    assert_eq!(again.detail, None);
    store.settle(&[settled(&again, rejected, None)]).unwrap();
    assert_eq!(store.unresolved().unwrap()[0].0.detail, None);
});

point!(what_is_sent_again_keeps_its_place, store, {
    let writes = [write(1, "a", WriteKind::Patch, "{\"n\":1}"), write(2, "a", WriteKind::Patch, "{\"n\":2}")];
    store.accept("main", &writes).unwrap();
    let row = store.waiting("main", 1, 1_000).unwrap().remove(0);
    let again = Write { base: Some(8), ..write(3, "a", WriteKind::Patch, "{\"n\":3}") };
    // What waits is not in conflict, and what nobody knows is not there.
    assert!(!store.send_again(WriteId([1; 16]), &again).unwrap());
    assert!(!store.send_again(WriteId([9; 16]), &again).unwrap());
    store.settle(&[settled(&row, SendOutcome::Conflict, None)]).unwrap();
    assert!(store.send_again(WriteId([1; 16]), &again).unwrap());
    let rows = store.waiting("main", 10, 1_000).unwrap();
    assert_eq!((rows.len(), rows[0].number, &rows[0].write), (2, row.number, &again));
    assert_eq!(store.standing(WriteId([1; 16])).unwrap(), None);
    assert_eq!(store.standing(WriteId([3; 16])).unwrap(), Some(Standing::Waiting));
    assert!(store.unresolved().unwrap().is_empty());
});

point!(what_is_said_of_a_write_is_not_believed_of_another_in_its_place, store, {
    let (first, second) = (WriteId([1; 16]), WriteId([2; 16]));
    let current = Some(record("a", 8, "{\"n\":9}"));
    for outcome in [
        SendOutcome::Conflict,
        SendOutcome::Applied,
        SendOutcome::Duplicate,
        SendOutcome::Rejected(ProblemCode::InvalidEntity),
    ] {
        store.accept("main", &[write(1, "a", WriteKind::Put, "{}")]).unwrap();
        let row = store.waiting("main", 1, 1_000).unwrap().remove(0);
        store.settle(&[settled(&row, SendOutcome::Conflict, None)]).unwrap();
        assert!(store.send_again(first, &write(2, "a", WriteKind::Put, "{}")).unwrap());
        // The answer that another process has had of the first comes late.
        store.settle(&[Settled { current: current.clone(), ..settled(&row, outcome, Some(8)) }]).unwrap();
        assert_eq!(store.standing(second).unwrap(), Some(Standing::Waiting), "{outcome:?}");
        assert_eq!(shown(store, "a"), Some(("{}".into(), 0, true)), "{outcome:?}");
        assert!(store.discard(second).unwrap());
    }
});

point!(what_no_feed_tells_of_waits_for_none, store, {
    for number in 1..=4 {
        store.accept("main", &[write(number, "a", WriteKind::Put, "{}")]).unwrap();
    }
    let rows = store.waiting("main", 9, 1_000).unwrap();
    store.settle(&[settled(&rows[0], SendOutcome::Applied, Some(1))]).unwrap();
    assert_eq!(shown(store, "a"), Some(("{}".into(), 0, true)));
    let rejected = SendOutcome::Rejected(ProblemCode::InvalidEntity);
    store.settle(&[settled(&rows[1], rejected, None)]).unwrap();
    let untold = Settled { is_untold: true, ..settled(&rows[2], SendOutcome::Duplicate, Some(2)) };
    store.settle(&[untold]).unwrap();
    // What was done before has left, too; what was refused, and what waits, has not.
    for (number, expected) in [(1, SendOutcome::Applied), (2, rejected), (3, SendOutcome::Duplicate)] {
        assert_eq!(store.standing(WriteId([number; 16])).unwrap(), Some(Standing::Settled(expected)));
    }
    assert_eq!(store.unresolved().unwrap().len(), 1);
    assert_eq!(store.waiting("main", 9, 1_000).unwrap().len(), 1);
    assert_eq!(shown(store, "a"), Some(("{}".into(), 0, true)));
    let rest = Settled { is_untold: true, ..settled(&rows[3], SendOutcome::Applied, Some(3)) };
    store.settle(&[rest]).unwrap();
    assert_eq!(shown(store, "a"), None);
});

point!(what_the_platform_has_forgotten_is_shown_no_longer, store, {
    for number in 1..=4 {
        store.accept("main", &[write(number, "a", WriteKind::Put, &number.to_string())]).unwrap();
    }
    let rows = store.waiting("main", 9, 1_000).unwrap();
    assert_eq!(store.untold().unwrap(), []);
    store.settle(&[settled(&rows[0], SendOutcome::Applied, Some(1))]).unwrap();
    store.settle(&[settled(&rows[1], SendOutcome::Duplicate, Some(2))]).unwrap();
    store.settle(&[settled(&rows[2], SendOutcome::Conflict, None)]).unwrap();
    let [first, second] = [WriteId([1; 16]), WriteId([2; 16])];
    assert_eq!(store.untold().unwrap(), [first, second]);
    store.forget_untold(&[second, WriteId([3; 16]), WriteId([4; 16]), WriteId([9; 16])]).unwrap();
    assert_eq!(store.untold().unwrap(), [first]);
    // What is not done stays.
    assert_eq!((store.unresolved().unwrap().len(), store.waiting_count().unwrap()), (1, 1));
    let done = Some(Standing::Settled(SendOutcome::Duplicate));
    assert_eq!(store.standing(second).unwrap(), done);
    store.discard(WriteId([3; 16])).unwrap();
    store.discard(WriteId([4; 16])).unwrap();
    assert_eq!(shown(store, "a"), Some(("1".into(), 0, false)));
    store.forget_untold(&[first]).unwrap();
    assert_eq!(shown(store, "a"), None);
});

point!(one_owner_holds_a_lock, store, {
    assert!(store.lock("token", 1, 0, 100).unwrap());
    assert!(!store.lock("token", 2, 50, 150).unwrap());
    assert!(store.lock("token", 1, 60, 200).unwrap());
    // An owner that died gives it back by not asking again.
    assert!(store.lock("token", 2, 200, 300).unwrap());
    store.unlock("token", 1).unwrap();
    assert!(!store.lock("token", 1, 250, 400).unwrap());
    store.unlock("token", 2).unwrap();
    assert!(store.lock("token", 1, 250, 400).unwrap());
    // The clock was set back: a lock from the future would hold everybody up until then.
    assert!(store.lock("token", 2, 10, 160).unwrap());
});

point!(what_is_done_as_one_happens_or_not, store, {
    let add = |store: &mut dyn Store, number: u8| {
        store.set_value("latest", &[number])?;
        store.accept("main", &[write(number, "a", WriteKind::Put, "{}")])
    };
    let there = |store: &mut dyn Store| {
        (store.value("latest").unwrap().unwrap_or_default(), store.waiting_count().unwrap())
    };
    store.as_one(&mut |store| add(store, 1)).unwrap();
    assert_eq!(there(store), (vec![1], 1));
    // It reads what it wrote itself; an error leaves nothing of it, and is told.
    let failed = store.as_one(&mut |store| {
        add(store, 2)?;
        assert_eq!(there(store), (vec![2], 2));
        store.take("me", &Offset::BEGINNING, &[record("b", 1, "{}")], &offset("1"))?;
        store.belong("anna")?;
        store.pause()?;
        Err(StoreError::Full)
    });
    assert!(matches!(failed, Err(StoreError::Full)), "{failed:?}");
    assert_eq!((there(store), store.position("me").unwrap(), shown(store, "b")), ((vec![1], 1), None, None));
    assert_eq!(store.value(super::PRINCIPAL).unwrap(), None);
    // What was a part of it is undone alone, and with the rest.
    let part = |store: &mut dyn Store| {
        store.as_one(&mut |store| {
            add(store, 4)?;
            Err(StoreError::Busy)
        })
    };
    store
        .as_one(&mut |store| {
            add(store, 3)?;
            assert!(matches!(part(store), Err(StoreError::Busy)));
            store.as_one(&mut |store| store.set_value("part", b"done"))
        })
        .unwrap();
    assert_eq!((there(store), store.value("part").unwrap()), ((vec![3], 2), Some(b"done".to_vec())));
    let failed = store.as_one(&mut |store| {
        store.as_one(&mut |store| add(store, 5))?;
        part(store)
    });
    assert!(matches!(failed, Err(StoreError::Busy)), "{failed:?}");
    assert_eq!(there(store), (vec![3], 2));
    // A part that fails behind one of its own that failed takes all of itself back.
    store
        .as_one(&mut |store| {
            let failed = store.as_one(&mut |store| {
                store.set_value("part", b"not done")?;
                assert!(matches!(part(store), Err(StoreError::Busy)));
                Err(StoreError::Full)
            });
            assert!(matches!(failed, Err(StoreError::Full)), "{failed:?}");
            Ok(())
        })
        .unwrap();
    assert_eq!((there(store), store.value("part").unwrap()), ((vec![3], 2), Some(b"done".to_vec())));
    // And it goes on.
    let mut seen = None;
    store
        .read_as_one(&mut |store| {
            seen = Some((store.waiting_count()?, store.value("latest")?));
            Ok(())
        })
        .unwrap();
    assert_eq!(seen, Some((2, Some(vec![3]))));
    add(store, 6).unwrap();
    assert_eq!(there(store), (vec![6], 3));
});

point!(a_pause_loses_nothing, store, {
    store.set_value("clock", b"7").unwrap();
    store.accept("main", &[write(1, "a", WriteKind::Put, "{}")]).unwrap();
    store.pause().unwrap();
    assert_eq!(store.value("clock").unwrap().as_deref(), Some(&b"7"[..]));
    assert_eq!((store.value("other").unwrap(), store.waiting_count().unwrap()), (None, 1));
});

#[cfg(test)]
mod tests {
    #[test]
    fn the_memory_store_passes() {
        super::run(|| Box::new(crate::store::MemoryStore::new()));
    }

    #[cfg(feature = "sqlite")]
    #[test]
    fn the_sqlite_store_passes_in_memory() {
        super::run(|| Box::new(crate::store::SqliteStore::in_memory().unwrap()));
    }
}
