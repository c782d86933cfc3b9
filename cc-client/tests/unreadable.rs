//! One row that damage has made unreadable, in a file that is whole otherwise.
#![cfg(all(feature = "sqlite", feature = "testing", feature = "tokio"))]
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

use std::path::{Path, PathBuf};
use std::time::Duration;

use cc_client::decide::SendOutcome;
use cc_client::store::{Durability, SqliteStore, Standing, Store};
use cc_client::testing::{FAKE_SESSION, FakeTransport};
use cc_client::{Client, Stamp, Write, WriteId, WriteKind};

fn write(number: u8) -> Write {
    Write::new(
        WriteId([number; 16]),
        ("places", &number.to_string()),
        WriteKind::Put,
        r#"{"name":"Pier"}"#,
        Stamp { millis: u64::from(number), counter: 0, node: 1 },
    )
}

/// Five writes, the third of which is damaged by one change of its row.
fn file(folder: &Path, damage: &str) -> PathBuf {
    let path = folder.join("client.db");
    let mut store = SqliteStore::open(&path, Durability::Process).unwrap();
    store.accept("main", &[1, 2, 3, 4, 5].map(write)).unwrap();
    drop(store);
    let raw = rusqlite::Connection::open(&path).unwrap();
    assert_eq!(raw.execute(&format!("UPDATE outbox SET {damage} WHERE number = 3"), []).unwrap(), 1);
    path
}

const DAMAGES: [&str; 5] = [
    "body = CAST(x'7B226EFF223A317D' AS TEXT)",
    "kind = 'pvt'",
    "clock = 'zz'",
    "id = x'010203'",
    "key = CAST(x'FF' AS TEXT)",
];

#[test]
fn a_file_with_a_row_that_cannot_be_read_is_damaged_and_the_rest_is_kept() {
    for damage in DAMAGES.into_iter().chain(["outcome = 'conflicu'", "lane = CAST(x'FF' AS TEXT)"]) {
        let folder = tempfile::tempdir().unwrap();
        let path = file(folder.path(), damage);
        let (mut store, salvage) = SqliteStore::open_or_salvage(&path, Durability::Process).unwrap();
        let salvage = salvage.unwrap_or_else(|| panic!("{damage}: nothing was seen of it"));
        assert_eq!((salvage.writes, salvage.is_partial), (4, true), "{damage}");
        assert_eq!(store.waiting("main", 9, 9_000).unwrap().len(), 4, "{damage}");
        drop(store);
        assert_eq!(SqliteStore::open_or_salvage(&path, Durability::Process).unwrap().1, None, "{damage}");
    }
}

#[test]
fn writes_that_were_accepted_before_the_protocol_was_asked_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path(), "clock = 'zz'");
    let mut before = [6, 7, 8].map(write);
    before[0].key = "a\nb".into();
    before[1].collection = "../x".into();
    before[2].body = format!("{{\"a\":\"{}\"}}", "x".repeat(100_000)).into();
    SqliteStore::open(&path, Durability::Process).unwrap().accept("main", &before).unwrap();
    let (mut store, salvage) = SqliteStore::open_or_salvage(&path, Durability::Process).unwrap();
    assert_eq!(salvage.map(|salvage| salvage.writes), Some(7));
    let kept: Vec<_> = store.waiting("main", 9, 900_000).unwrap().into_iter().map(|row| row.write).collect();
    assert_eq!(kept[4..], before);
}

#[test]
fn rows_of_every_table_are_read() {
    for damage in [
        "INSERT INTO records (collection, key, version, value) VALUES ('places', 'a', 1, CAST(x'FF' AS TEXT))",
        "INSERT INTO positions VALUES ('me', CAST(x'FF' AS TEXT))",
        "INSERT INTO settled VALUES (9, x'01', 'applied')",
        "INSERT INTO settled VALUES (9, x'01010101010101010101010101010101', 'appliee')",
        "INSERT INTO small_values VALUES (CAST(x'FF' AS TEXT), x'00')",
        "INSERT INTO aside (owner, number, id, lane, collection, key, kind, clock, body)
         VALUES ('anna', 9, x'01', 'main', 'places', 'a', 'put', '1', '{}')",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = file(folder.path(), "number = 3");
        rusqlite::Connection::open(&path).unwrap().execute(damage, []).unwrap();
        let (mut store, salvage) = SqliteStore::open_or_salvage(&path, Durability::Process).unwrap();
        assert_eq!(salvage.map(|salvage| salvage.writes), Some(5), "{damage}");
        assert_eq!(store.waiting_count().unwrap(), 5, "{damage}");
        drop(store);
        assert_eq!(SqliteStore::open_or_salvage(&path, Durability::Process).unwrap().1, None, "{damage}");
    }
}

#[test]
fn where_nothing_says_how_far_numbers_went_none_of_a_write_set_aside_is_given_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("client.db");
    let mut store = SqliteStore::open(&path, Durability::Process).unwrap();
    for (owner, writes) in [("anna", [1, 2, 3, 4]), ("bo", [5, 6, 7, 8])] {
        store.belong(owner).unwrap();
        store.accept("main", &writes.map(write)).unwrap();
    }
    store.belong("anna").unwrap();
    drop(store);
    let damage = "DELETE FROM sqlite_sequence; UPDATE outbox SET clock = 'zz' WHERE number = 4";
    rusqlite::Connection::open(&path).unwrap().execute_batch(damage).unwrap();
    let (mut store, salvage) = SqliteStore::open_or_salvage(&path, Durability::Process).unwrap();
    assert_eq!(salvage.map(|salvage| salvage.writes), Some(7));
    store.accept("main", &[9, 10, 11, 12].map(write)).unwrap();
    store.belong("bo").unwrap();
    let waiting = store.waiting("main", 9, 9_000).unwrap();
    assert_eq!(waiting.into_iter().map(|row| row.write).collect::<Vec<_>>(), [5, 6, 7, 8].map(write));
    store.belong("anna").unwrap();
    assert_eq!(store.waiting("main", 9, 9_000).unwrap().len(), 7);
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_told_and_the_rest_is_sent() {
    for damage in DAMAGES {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(file(folder.path(), damage), Durability::Process).unwrap();
        let phone = Client::builder(FakeTransport::default(), store).session(FAKE_SESSION).start();
        let phone = phone.await.unwrap();
        phone.flush(Duration::from_secs(20)).await.unwrap_or_else(|error| panic!("{damage}: {error}"));
        let shown = phone.items("places", "", 9).await.unwrap();
        assert_eq!(shown.len(), 4, "{damage}");
        let open = phone.unresolved().await.unwrap();
        assert_eq!((open.len(), open[0].1), (1, SendOutcome::Unreadable), "{damage}");
        assert!(!phone.status().borrow().store_failed, "{damage}");
        // It can be let go like any other.
        assert!(phone.discard(open[0].0.write.id).await.unwrap(), "{damage}");
        assert!(phone.unresolved().await.unwrap().is_empty(), "{damage}");
        phone.shutdown().await.unwrap();
    }
}

#[test]
fn what_became_of_it_is_known_by_its_id() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = SqliteStore::open(file(folder.path(), DAMAGES[0]), Durability::Process).unwrap();
    // One at a time: the damaged one is not given, and holds up nobody.
    assert_eq!(store.waiting("main", 1, 9_000).unwrap()[0].number, 1);
    assert_eq!(store.waiting("main", 3, 9_000).unwrap().len(), 3);
    let unreadable = Some(Standing::Settled(SendOutcome::Unreadable));
    assert_eq!(store.standing(WriteId([3; 16])).unwrap(), unreadable);
    assert_eq!(store.waiting_count().unwrap(), 4);
}

#[test]
fn whatever_forty_flipped_bits_do_all_that_is_kept_can_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("whole.db");
    let mut store = SqliteStore::open(&path, Durability::Process).unwrap();
    for round in 0..10_u8 {
        let writes: Vec<Write> = (0..20).map(|one| write(round * 20 + one)).collect();
        store.accept("main", &writes).unwrap();
        store.set_value(&round.to_string(), &[round; 300]).unwrap();
    }
    store.pause().unwrap();
    drop(store);
    let whole = std::fs::read(&path).unwrap();
    let mut dice = cc_client::testing::Dice(7);
    for round in 0..60 {
        let mut bytes = whole.clone();
        for _ in 0..40 {
            let bit = dice.below(bytes.len() as u64 * 8);
            bytes[(bit / 8) as usize] ^= 1 << (bit % 8);
        }
        let path = folder.path().join(format!("{round}.db"));
        std::fs::write(&path, &bytes).unwrap();
        let opened = SqliteStore::open_or_salvage(&path, Durability::Process);
        let (mut store, _) = opened.unwrap_or_else(|error| panic!("{round}: {error}"));
        // A lane is a text like any other: one whose name was damaged is another lane.
        let raw = rusqlite::Connection::open(&path).unwrap();
        let mut lanes = raw.prepare("SELECT DISTINCT lane FROM outbox").unwrap();
        let lanes = lanes.query_map([], |row| row.get::<_, String>(0)).unwrap();
        let read: usize =
            lanes.map(|lane| store.waiting(&lane.unwrap(), u32::MAX, u32::MAX).unwrap().len()).sum();
        assert_eq!(read as u64, store.waiting_count().unwrap(), "{round}");
        assert!(store.unresolved().unwrap().is_empty(), "{round}");
        store.items("places", "", 1_000).unwrap();
        drop(store);
        assert_eq!(SqliteStore::open_or_salvage(&path, Durability::Process).unwrap().1, None, "{round}");
    }
}

/// A file of Anna's writes that were checkpointed, and of which the log has lost how they were set aside: what is set aside is not sent again.
#[test]
fn what_is_set_aside_and_in_the_outbox_as_well_stays_aside() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path(), "kind = 'pvt'");
    let mut store = SqliteStore::open(&path, Durability::Process).unwrap();
    store.belong("anna").unwrap();
    store.pause().unwrap();
    let raw = rusqlite::Connection::open(&path).unwrap();
    let columns = "number, id, lane, collection, key, kind, base, clock, body, outcome";
    let copy =
        format!("INSERT INTO aside (owner, {columns}) SELECT 'bo', {columns} FROM outbox WHERE number < 3");
    assert_eq!(raw.execute(&copy, []).unwrap(), 2);
    drop(raw);
    let (mut store, salvage) = SqliteStore::open_or_salvage(&path, Durability::Process).unwrap();
    assert_eq!(salvage.map(|salvage| salvage.writes), Some(4));
    assert_eq!((store.waiting_count().unwrap(), store.aside_count().unwrap()), (2, 2));
    store.belong("bo").unwrap();
    assert_eq!((store.waiting_count().unwrap(), store.aside_count().unwrap()), (2, 2));
}

#[test]
fn who_a_file_is_of_is_a_text_or_damage() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path(), "kind = kind");
    SqliteStore::open(&path, Durability::Process).unwrap().belong("anna").unwrap();
    assert_eq!(SqliteStore::open_or_salvage(&path, Durability::Process).unwrap().1, None);
    let raw = rusqlite::Connection::open(&path).unwrap();
    raw.execute("UPDATE small_values SET value = x'616EFF61' WHERE name = 'principal'", []).unwrap();
    drop(raw);
    let (mut store, salvage) = SqliteStore::open_or_salvage(&path, Durability::Process).unwrap();
    assert_eq!(salvage.map(|salvage| (salvage.writes, salvage.is_partial)), Some((5, true)));
    store.belong("anna").unwrap();
    assert_eq!(SqliteStore::open_or_salvage(&path, Durability::Process).unwrap().1, None);
}

/// Why the platform rejected a write is kept with it.
#[test]
fn a_rejection_is_kept_with_its_words() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path(), "kind = 'pvt'");
    let raw = rusqlite::Connection::open(&path).unwrap();
    let reject =
        "UPDATE outbox SET outcome = 'rejected:invalid_entity', detail = 'no such place' WHERE number = 4";
    raw.execute(reject, []).unwrap();
    drop(raw);
    let (mut store, salvage) = SqliteStore::open_or_salvage(&path, Durability::Process).unwrap();
    assert_eq!(salvage.map(|salvage| salvage.writes), Some(4));
    let rejected = store.unresolved().unwrap();
    assert_eq!(rejected.len(), 1);
    assert_eq!(rejected[0].0.detail.as_ref().map(cc_client::wire::Detail::as_str), Some("no such place"));
}
