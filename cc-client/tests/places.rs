//! Where a file is: links lead to it, and the process may change its folder.
#![cfg(all(feature = "sqlite", unix))]
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

#[path = "common/writes.rs"]
mod writes;

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use cc_client::Write;
use cc_client::store::{Durability, SqliteStore, Store, StoreError};

fn write(number: u32) -> Write {
    writes::write(number, &number.to_string(), &format!("{{\"text\":\"{}\"}}", "x".repeat(200)))
}

fn beside(path: &Path, end: &str) -> PathBuf {
    format!("{}{end}", path.display()).into()
}

fn names(folder: &Path) -> Vec<String> {
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    let mut names: Vec<_> = names.map(|name| name.into_string().unwrap()).collect();
    names.sort_unstable();
    names
}

/// What a process that was killed leaves behind a link, `client.db` to `real/data.db`: 100 writes, the last 40 of them in the log only.
fn killed(folder: &Path) -> [PathBuf; 2] {
    let (open, real, link) = (folder.join("open.db"), folder.join("real/data.db"), folder.join("client.db"));
    std::fs::create_dir(folder.join("real")).unwrap();
    symlink("real/data.db", &link).unwrap();
    // Where it leads, nothing is there yet.
    drop(SqliteStore::open(&link, Durability::Disk).unwrap());
    assert_eq!(names(&folder.join("real")), ["data.db", "data.db-lock"]);
    let mut store = SqliteStore::open(&open, Durability::Disk).unwrap();
    store.accept("main", &(0..60).map(write).collect::<Vec<_>>()).unwrap();
    store.pause().unwrap();
    (60..100).for_each(|number| store.accept("main", &[write(number)]).unwrap());
    for end in ["", "-wal"] {
        std::fs::copy(beside(&open, end), beside(&real, end)).unwrap();
    }
    drop(store);
    for end in ["", "-lock"] {
        std::fs::remove_file(beside(&open, end)).unwrap();
    }
    [link, real]
}

#[test]
fn a_salvage_behind_a_link_keeps_what_is_in_the_log_and_the_link() {
    let folder = tempfile::tempdir().unwrap();
    let [link, real] = killed(folder.path());
    let mut bytes = std::fs::read(&real).unwrap();
    // The table of positions, of which the log has nothing.
    bytes[4_096..8_192].fill(0);
    std::fs::write(&real, bytes).unwrap();
    let (mut store, salvage) = SqliteStore::open_or_salvage(&link, Durability::Disk).unwrap();
    let salvage = salvage.unwrap();
    assert_eq!((salvage.writes, salvage.is_partial), (100, false));
    assert_eq!(store.waiting_count().unwrap(), 100);
    assert_eq!(salvage.aside, real.canonicalize().unwrap().with_file_name("data.db.damaged-1"));
    drop(store);
    assert!(link.is_symlink());
    assert_eq!(names(folder.path()), ["client.db", "real"]);
    assert_eq!(SqliteStore::open(&real, Durability::Disk).unwrap().waiting_count().unwrap(), 100);
}

#[test]
fn a_damaged_log_behind_a_link_is_seen() {
    let folder = tempfile::tempdir().unwrap();
    let [link, real] = killed(folder.path());
    let mut bytes = std::fs::read(beside(&real, "-wal")).unwrap();
    bytes[..32].fill(0);
    std::fs::write(beside(&real, "-wal"), &bytes).unwrap();
    let refused = SqliteStore::open(&link, Durability::Disk).unwrap_err();
    assert!(matches!(refused, StoreError::Corrupt), "{refused}");
    assert_eq!(std::fs::read(beside(&real, "-wal")).unwrap(), bytes);
    let (mut store, salvage) = SqliteStore::open_or_salvage(&link, Durability::Disk).unwrap();
    assert_eq!((salvage.unwrap().writes, store.waiting_count().unwrap()), (100, 100));
}

#[test]
fn a_folder_on_the_way_that_is_not_there_and_links_in_a_circle_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    symlink("circle.db", folder.path().join("circle.db")).unwrap();
    symlink("nobody/client.db", folder.path().join("lost.db")).unwrap();
    for (path, expected) in [
        ("nobody/../client.db", r#"the folder of "client.db" is not there"#),
        ("lost.db", r#"the folder of "lost.db" is not there"#),
        (
            "circle.db",
            r#""circle.db" cannot be opened: it is not a usable file name, is a folder or device, is not permitted, or this process has too many open files"#,
        ),
    ] {
        let path = folder.path().join(path);
        let error = SqliteStore::open(&path, Durability::Disk).unwrap_err();
        assert_eq!(error.to_string(), expected);
        let error = SqliteStore::open_or_salvage(&path, Durability::Disk).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
    assert_eq!(names(folder.path()), ["circle.db", "lost.db"]);
}

#[test]
fn a_process_that_changes_its_folder_goes_on_in_the_file_that_it_opened() {
    let folder = tempfile::tempdir().unwrap();
    let (began, other) = (std::env::current_dir().unwrap(), folder.path().join("other"));
    std::fs::create_dir(&other).unwrap();
    // The only test in this program that depends on the folder in which it runs.
    std::env::set_current_dir(folder.path()).unwrap();
    let opened = SqliteStore::open("client.db", Durability::Disk).unwrap();
    let (salvaged, salvage) = SqliteStore::open_or_salvage("client.db", Durability::Disk).unwrap();
    assert_eq!(salvage, None);
    std::env::set_current_dir(&other).unwrap();
    for (mut store, number) in [(opened, 0), (salvaged, 2)] {
        store.accept("main", &[write(number)]).unwrap();
        store.pause().unwrap();
        store.accept("main", &[write(number + 1)]).unwrap();
        assert_eq!(store.waiting_count().unwrap(), u64::from(number) + 2);
    }
    std::env::set_current_dir(began).unwrap();
    assert!(names(&other).is_empty());
    assert_eq!(names(folder.path()), ["client.db", "client.db-lock", "other"]);
}
