//! What became of writes is remembered in the order in which they were settled, in each store.
#![cfg(feature = "sqlite")]
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

use cc_client::decide::SendOutcome;
use cc_client::store::{Durability, MemoryStore, Record, Row, Settled, SqliteStore, Standing, Store};
use cc_client::{Offset, Stamp, Write, WriteId, WriteKind};
use cc_core::Timestamp;

fn write(number: u64, collection: &str, key: &str, base: Option<u64>) -> Write {
    let mut random = [0; 10];
    random[..8].copy_from_slice(&number.to_be_bytes());
    let id = WriteId::new(Timestamp::default(), random);
    let clock = Stamp { millis: number, counter: 0, node: 1 };
    let mut write = Write::new(id, (collection, key), WriteKind::Put, "{}", clock);
    write.base = base;
    write
}

fn settled(row: &Row, outcome: SendOutcome, version: Option<u64>) -> Settled {
    let mut settled = Settled::new((row.number, row.write.id), outcome);
    settled.version = version;
    settled
}

fn stores() -> (tempfile::TempDir, [Box<dyn Store>; 2]) {
    let folder = tempfile::tempdir().unwrap();
    let file = SqliteStore::open(folder.path().join("client.db"), Durability::Process).unwrap();
    (folder, [Box::new(MemoryStore::new()), Box::new(file)])
}

/// The feed tells of these versions of items.
fn tells(store: &mut dyn Store, position: &mut Offset, told: &[(&str, &str, u64)]) {
    let records: Vec<Record> = told
        .iter()
        .map(|(collection, key, version)| {
            let text =
                format!(r#"{{"collection":"{collection}","key":"{key}","version":{version},"value":{{}}}}"#);
            Record::parse(&text).unwrap()
        })
        .collect();
    let number = position.as_str().parse::<u64>().unwrap_or(0) + 1;
    let to = Offset::new(&format!("{number:04}")).unwrap();
    store.take("me", position, &records, &to).unwrap();
    *position = to;
}

/// Writes the item `b`, and the platform and its feed tell of that version.
fn is_done(store: &mut dyn Store, position: &mut Offset, number: u64, version: u64) {
    store.accept("main", &[write(number, "places", "b", None)]).unwrap();
    let row = store.waiting("main", 1, u32::MAX).unwrap().remove(0);
    store.settle(&[settled(&row, SendOutcome::Applied, Some(version))]).unwrap();
    tells(store, position, &[("places", "b", version)]);
}

#[test]
fn a_write_that_waited_long_is_remembered_as_long_as_what_is_settled_with_it() {
    let (_folder, stores) = stores();
    for mut store in stores {
        let store = &mut *store;
        let mut position = Offset::BEGINNING;
        store.accept("main", &[write(1, "bookings", "7", None)]).unwrap();
        let row = store.waiting("main", 1, u32::MAX).unwrap().remove(0);
        store.settle(&[settled(&row, SendOutcome::Conflict, None)]).unwrap();
        // Many others are done meanwhile.
        for turn in 0..11_u64 {
            let writes: Vec<Write> =
                (0..1_000).map(|one| write(10 + turn * 1_000 + one, "places", "b", None)).collect();
            store.accept("main", &writes).unwrap();
            let rows = store.waiting("main", u32::MAX, u32::MAX).unwrap();
            let done: Vec<Settled> =
                rows.iter().map(|row| settled(row, SendOutcome::Applied, Some(turn + 1))).collect();
            store.settle(&done).unwrap();
            tells(store, &mut position, &[("places", "b", turn + 1)]);
        }
        let again = write(2, "bookings", "7", Some(3));
        assert!(store.send_again(row.write.id, &again).unwrap());
        let row = store.waiting("main", 1, u32::MAX).unwrap().remove(0);
        store.settle(&[settled(&row, SendOutcome::Applied, Some(4))]).unwrap();
        tells(store, &mut position, &[("bookings", "7", 4)]);
        // One more is settled: what is old goes.
        is_done(store, &mut position, 3, 99);
        let applied = Some(Standing::Settled(SendOutcome::Applied));
        assert_eq!(store.standing(again.id).unwrap(), applied);
        assert_eq!(store.standing(write(3, "places", "b", None).id).unwrap(), applied);
        assert_eq!(store.standing(write(10, "places", "b", None).id).unwrap(), None);
    }
}

#[test]
fn what_is_discarded_makes_nothing_forgotten() {
    let (_folder, stores) = stores();
    for mut store in stores {
        let store = &mut *store;
        let mut position = Offset::BEGINNING;
        is_done(store, &mut position, 1, 1);
        for turn in 0..12_u64 {
            let refused: Vec<Write> =
                (0..1_000).map(|one| write(10 + turn * 1_000 + one, "places", "c", None)).collect();
            store.accept("main", &refused).unwrap();
            let mut discard = |store: &mut dyn Store| {
                refused.iter().try_for_each(|write| store.discard(write.id).map(drop))
            };
            store.as_one(&mut discard).unwrap();
        }
        assert_eq!(store.waiting_count().unwrap(), 0);
        is_done(store, &mut position, 30_000, 30_000);
        is_done(store, &mut position, 30_001, 30_001);
        for number in [1, 30_000, 30_001] {
            let standing = store.standing(write(number, "places", "b", None).id).unwrap();
            assert_eq!(standing, Some(Standing::Settled(SendOutcome::Applied)), "{number}");
        }
    }
}
