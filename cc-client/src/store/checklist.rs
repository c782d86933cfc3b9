//! What every store must pass, whoever wrote it.

use super::{LeftOut, Record, Row, Settled, Standing, Store, StoreError};
use crate::decide::SendOutcome;
use crate::wire::{Detail, ProblemCode};
use crate::{Offset, Stamp, Write, WriteId, WriteKind};

/// Runs the whole list, each point on a fresh store. Panics with the point that the store fails.
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
        conflicts::a_conflict_holds_back_its_item_only,
        conflicts::what_is_written_on_top_of_ones_own_write_has_seen_it,
        conflicts::what_is_written_on_top_of_what_one_made_has_seen_it_whatever_its_version_is,
        conflicts::a_rejection_is_kept_until_it_is_discarded,
        conflicts::when_an_item_changed_is_learned_from_the_feed_after_a_conflict,
        conflicts::what_is_sent_again_is_rejected_for_its_own_reasons,
        conflicts::what_is_sent_again_keeps_its_place,
        conflicts::what_is_sent_again_has_seen_ones_own_write_of_which_the_feed_has_not_told,
        conflicts::what_is_said_of_a_write_is_not_believed_of_another_in_its_place,
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

mod conflicts;
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
        .accept(
            "main",
            &[(1, "a"), (2, "b"), (3, "c")].map(|(number, key)| write(number, key, WriteKind::Put, "{}")),
        )
        .unwrap();
    let rows = store.waiting("main", 10, 1_000).unwrap();
    let done: Vec<_> = rows.iter().map(|row| settled(row, SendOutcome::Applied, Some(2))).collect();
    store.settle(&done).unwrap();
    assert_eq!(shown(store, "a"), Some(("{}".into(), 0, false)));
    let listing = [record("b", 1, "{\"old\":1}"), record("c", 2, "{\"c\":2}")];
    store.replace("me", &listing, &offset("9")).unwrap();
    // Whoever has asked for the listing knows which were done before.
    assert_eq!(
        (shown(store, "a"), shown(store, "b")),
        (Some(("{}".into(), 0, false)), Some(("{}".into(), 1, false)))
    );
    assert_eq!(shown(store, "c"), Some(("{\"c\":2}".into(), 2, false)));
    store.forget_untold(&[rows[0].write.id]).unwrap();
    assert_eq!((shown(store, "a"), shown(store, "b")), (None, Some(("{}".into(), 1, false))));
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
