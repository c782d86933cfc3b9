//! The store in a file, as processes see it.
#![cfg(all(feature = "sqlite", feature = "testing"))]
#![allow(clippy::disallowed_methods, reason = "a test of files")]

use cc_client::store::{Durability, SqliteStore, Store, StoreError, checklist};
use cc_client::{Stamp, Write, WriteId, WriteKind};

fn write(number: u8) -> Write {
    Write {
        id: WriteId([number; 16]),
        collection: "places".into(),
        key: number.to_string().into(),
        kind: WriteKind::Put,
        base: None,
        clock: Stamp { millis: 1, counter: 0, node: 1 },
        body: "{}".into(),
    }
}

#[test]
fn a_file_passes_the_checklist() {
    let folder = tempfile::tempdir().unwrap();
    let mut count = 0;
    checklist::run(|| {
        count += 1;
        let path = folder.path().join(format!("{count}.db"));
        Box::new(SqliteStore::open(path, Durability::Process).unwrap())
    });
}

#[test]
fn what_was_accepted_is_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("client.db");
    SqliteStore::open(&path, Durability::Disk).unwrap().accept("main", &[write(1)]).unwrap();
    let mut again = SqliteStore::open(&path, Durability::Disk).unwrap();
    assert_eq!(again.waiting("main", 10, 1_000).unwrap()[0].write, write(1));
}

#[test]
fn two_processes_may_share_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("client.db");
    let mut app = SqliteStore::open(&path, Durability::Disk).unwrap();
    let mut extension = SqliteStore::open(&path, Durability::Disk).unwrap();
    app.accept("main", &[write(1)]).unwrap();
    extension.accept("main", &[write(2), write(1)]).unwrap();
    assert_eq!(app.waiting_count().unwrap(), 2);
    app.pause().unwrap();
    extension.accept("main", &[write(3)]).unwrap();
    assert_eq!(app.waiting_count().unwrap(), 3);
}

#[test]
fn a_damaged_file_and_a_newer_one_are_refused_and_left_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let damaged = folder.path().join("damaged.db");
    let junk = vec![7; 4_096];
    std::fs::write(&damaged, &junk).unwrap();
    let refused = SqliteStore::open(&damaged, Durability::Disk).unwrap_err();
    assert!(matches!(refused, StoreError::Corrupt), "{refused}");
    assert_eq!(std::fs::read(&damaged).unwrap(), junk);

    let newer = folder.path().join("newer.db");
    drop(SqliteStore::open(&newer, Durability::Disk).unwrap());
    let raw = rusqlite::Connection::open(&newer).unwrap();
    raw.pragma_update(None, "user_version", 99).unwrap();
    drop(raw);
    let refused = SqliteStore::open(&newer, Durability::Disk).unwrap_err();
    assert_eq!(refused.to_string(), "a database of version 99, this client reads up to 1");
}
