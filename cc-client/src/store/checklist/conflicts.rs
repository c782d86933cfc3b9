//! What is in conflict, what is sent again, and what was written on top of it.

use super::{
    Detail, Offset, ProblemCode, Record, SendOutcome, Settled, Standing, Store, Write, WriteId, WriteKind,
    offset, record, settled, shown, write,
};

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

point!(what_is_sent_again_has_seen_ones_own_write_of_which_the_feed_has_not_told, store, {
    let booking = |number, base| Write {
        collection: "bookings".into(),
        base: Some(base),
        ..write(number, "7", WriteKind::Put, "{}")
    };
    let told = Record { collection: "bookings".into(), ..record("7", 3, "{}") };
    store.take("me", &Offset::BEGINNING, &[told], &offset("1")).unwrap();
    store.accept("main", &[booking(1, 3), booking(2, 3)]).unwrap();
    let rows = store.waiting("main", 9, 1_000).unwrap();
    let rejected = SendOutcome::Rejected(ProblemCode::InvalidEntity);
    store.settle(&[settled(&rows[0], rejected, None)]).unwrap();
    store.settle(&[settled(&rows[1], SendOutcome::Applied, Some(4))]).unwrap();
    assert!(store.send_again(WriteId([1; 16]), &booking(5, 3)).unwrap());
    let again = store.waiting("main", 9, 1_000).unwrap().remove(0);
    assert_eq!(again.write.base, Some(4));
    // Of somebody else's version in between nobody here has seen anything.
    store.settle(&[settled(&again, SendOutcome::Conflict, None)]).unwrap();
    assert!(store.send_again(again.write.id, &booking(6, 2)).unwrap());
    assert_eq!(store.waiting("main", 9, 1_000).unwrap()[0].write.base, Some(2));
});
