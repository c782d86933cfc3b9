//! Whose a store is, and what of another person's it keeps.

use super::{
    Offset, ProblemCode, SendOutcome, Standing, Store, WriteId, WriteKind, offset, record, settled, write,
};

point!(another_person_finds_nothing_and_the_first_finds_all_writes_again, store, {
    // What is there before anybody is known is of the first who is.
    store.accept("main", &[write(1, "a", WriteKind::Put, "{}")]).unwrap();
    assert!(!store.belong("anna").unwrap());
    assert!(!store.belong("anna").unwrap());
    store.take("me", &Offset::BEGINNING, &[record("b", 4, "{}")], &offset("4")).unwrap();
    store.accept("main", &[write(2, "b", WriteKind::Put, "{\"n\":1}")]).unwrap();
    let row = store.waiting("main", 1, 900).unwrap().remove(0);
    store.settle(&[settled(&row, SendOutcome::Conflict, None)]).unwrap();

    assert!(store.belong("bo").unwrap());
    assert_eq!((store.items("places", "", 9).unwrap(), store.position("me").unwrap()), (vec![], None));
    assert_eq!((store.waiting("main", 9, 900).unwrap(), store.waiting_count().unwrap()), (vec![], 0));
    assert_eq!((store.unresolved().unwrap(), store.aside_count().unwrap()), (vec![], 2));
    store.accept("main", &[write(3, "a", WriteKind::Put, "{}")]).unwrap();

    assert!(store.belong("anna").unwrap());
    let waiting = store.waiting("main", 9, 900).unwrap();
    assert_eq!((waiting.len(), waiting[0].write.id), (1, WriteId([2; 16])));
    assert_eq!(store.unresolved().unwrap()[0].0.write.id, WriteId([1; 16]));
    assert_eq!((store.aside_count().unwrap(), store.position("me").unwrap()), (1, None));
    assert!(store.belong("bo").unwrap());
    assert_eq!(store.waiting("main", 9, 900).unwrap()[0].write.id, WriteId([3; 16]));
    // Who signed out before the platform said who it was is nobody's namesake.
    store.set_value("unsure", b"left").unwrap();
    assert!(!store.belong("bo").unwrap());
    assert_eq!(store.value("unsure").unwrap(), None);
});

point!(what_is_set_aside_under_a_name_comes_back_or_leaves_for_good, store, {
    let gone = SendOutcome::Rejected(ProblemCode::SessionRevoked);
    for (number, outcome) in [(1, None), (3, Some(gone))] {
        store.belong("somebody").unwrap();
        let keys = ["a", "b"].into_iter().zip(number..);
        let writes: Vec<_> = keys.map(|(key, number)| write(number, key, WriteKind::Put, "{}")).collect();
        store.accept("main", &writes).unwrap();
        let row = store.waiting("main", 1, 900).unwrap().remove(0);
        store.settle(&[settled(&row, SendOutcome::Conflict, None)]).unwrap();
        let waits = store.waiting_count().unwrap();
        assert!(store.belong("bo").unwrap());
        assert_eq!(store.fetch_aside("nobody", outcome).unwrap(), []);
        let told = store.fetch_aside("somebody", outcome).unwrap();
        assert_eq!((told.len() as u64, told.last()), (waits, Some(&writes[1].id)));
        assert_eq!(store.aside_count().unwrap(), 0);
        let standing = |waits: Standing| Some(outcome.map_or(waits, Standing::Settled));
        assert_eq!(store.standing(writes[1].id).unwrap(), standing(Standing::Waiting));
        let conflict = Some(Standing::Settled(SendOutcome::Conflict));
        assert_eq!(store.standing(row.write.id).unwrap(), conflict);
        let back = u64::from(outcome.is_none());
        assert_eq!((store.waiting_count().unwrap(), store.unresolved().unwrap().len() as u64), (back, back));
        for write in &writes {
            store.discard(write.id).unwrap();
        }
    }
});

point!(writes_of_somebody_who_was_never_known_are_let_go, store, {
    let nobodys = [write(1, "a", WriteKind::Put, "{}"), write(2, "b", WriteKind::Put, "{}")];
    store.accept("main", &nobodys).unwrap();
    store.set_value("unsure", b"left").unwrap();
    assert!(store.belong("anna").unwrap());
    assert_eq!((store.waiting_count().unwrap(), store.aside_count().unwrap()), (0, 0));
    assert_eq!((store.unresolved().unwrap(), store.items("places", "", 9).unwrap()), (vec![], vec![]));
    let gone = SendOutcome::Rejected(ProblemCode::SessionRevoked);
    for write in &nobodys {
        assert_eq!(store.standing(write.id).unwrap(), Some(Standing::Settled(gone)));
    }
    // The same writes are not taken for new ones.
    store.accept("main", &nobodys).unwrap();
    assert_eq!(store.waiting_count().unwrap(), 0);
});
