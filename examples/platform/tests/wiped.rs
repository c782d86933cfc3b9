//! What was taken away is overwritten, so that a salvage may take all that it finds.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    missing_docs,
    reason = "tests"
)]

mod common;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use platform::bus::LocalBus;
use platform::clock::Clock;
use platform::storage::{SqliteOptions, SqliteStorage, Storage as _, StorageError, commit, key, salvage};

const PAGE: usize = 4_096;
const KEPT: u64 = 900;

fn open(folder: &Path, clock: &Clock) -> SqliteStorage {
    let mut options = SqliteOptions::default();
    options.clock = clock.clone();
    SqliteStorage::open(&folder.join("platform.db"), Arc::new(LocalBus::default()), options).unwrap()
}

/// A value of its own length: short, over several pages, or kept apart.
fn value(of: &str, number: u64) -> Vec<u8> {
    let length = [100, 3_000, 6_000, 20_000][number as usize % 4];
    format!("\"{of} {number:06} {}\"", "x".repeat(length)).into_bytes()
}

/// A file of 900 values and messages, from which twice as many were taken away.
async fn file(folder: &Path) -> PathBuf {
    let clock = Clock::default();
    let storage = open(folder, &clock);
    for round in 0..KEPT / 100 {
        let numbers = round * 100..(round + 1) * 100;
        commit(&storage, move |edit| {
            for number in numbers {
                for of in ["gone", "lost", "kept"] {
                    edit.put(&key(&["allowance", of, &format!("{number:06}")]), &value(of, number))?;
                    edit.append(of, &[&value(&format!("{of} note"), number)])?;
                }
            }
            Ok::<(), StorageError>(())
        })
        .await
        .unwrap();
    }
    for of in ["gone", "lost"] {
        while commit(&storage, move |edit| {
            Ok::<bool, StorageError>(
                edit.delete_some(&key(&["allowance", of]), 70)? + edit.drop_some(of, 70)? > 0,
            )
        })
        .await
        .unwrap()
        {}
    }
    storage.close().await.unwrap();
    folder.join("platform.db")
}

/// The numbers of the values of a kind that stand anywhere in a file.
fn found(bytes: &[u8], of: &str) -> BTreeSet<u64> {
    let text = String::from_utf8_lossy(bytes);
    let begins = format!("\"{of} ");
    let begun = text.split(begins.as_str()).skip(1);
    begun.filter_map(|rest| rest.get(..6)?.parse().ok()).collect()
}

fn number(bytes: &[u8], at: usize) -> usize {
    u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap()) as usize
}

fn root(file: &Path, table: &str) -> usize {
    let database = rusqlite::Connection::open(file).unwrap();
    let sql = "SELECT rootpage FROM sqlite_schema WHERE name = ?";
    database.query_row(sql, [table], |row| row.get::<_, i64>(0)).unwrap() as usize
}

#[tokio::test]
async fn a_salvage_finds_all_that_is_there_and_nothing_that_was_taken_away() {
    let folder = tempfile::tempdir().unwrap();
    let file = file(folder.path()).await;
    let bytes = std::fs::read(&file).unwrap();
    assert!(number(&bytes, 36) > 1_000, "few pages are free: the test shows little");
    for of in ["gone", "lost", "gone note", "lost note"] {
        assert_eq!(found(&bytes, of), BTreeSet::new(), "{of}");
    }
    assert_eq!(found(&bytes, "kept"), (0..KEPT).collect());

    // The pages that lead to all values and to all that is large are lost, and what tells which pages are free, too.
    let roots = [root(&file, "map"), root(&file, "large")];
    let page = |number: usize| (number - 1) * PAGE..number * PAGE;
    let mut lost = bytes.clone();
    for root in roots {
        lost[page(root)].fill(0);
    }
    let its_list = page(number(&bytes, 32));
    for (case, at) in [
        ("none", 0..0),
        ("the list", its_list),
        ("the header", 0..100),
        ("the beginning of the list", 32..36),
    ] {
        let mut bytes = lost.clone();
        bytes[at].fill(0xA5);
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("platform.db"), &bytes).unwrap();
        let kept = salvage(folder.path()).unwrap();
        // A page that leads to others has rows of its own, which are lost with it.
        assert!(kept.is_less && kept.rows > KEPT - 20 && kept.messages == KEPT, "{case}: {kept:?}");
    }
}

#[tokio::test]
async fn what_a_release_of_before_has_left_goes_with_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let file = file(folder.path()).await;
    let database = rusqlite::Connection::open(&file).unwrap();
    database
        .execute_batch(
            "DROP TABLE wiped; PRAGMA user_version = 3;
             DELETE FROM map WHERE key > 'allowance' || char(31) || 'kept' || char(31) || '000400'",
        )
        .unwrap();
    drop(database);
    let bytes = std::fs::read(&file).unwrap();
    let left = |bytes: &[u8]| found(bytes, "kept").range(401..).count();
    assert!(left(&bytes) > 100, "{} are left: the test shows little", left(&bytes));
    // Until then a salvage takes nothing that may have been taken away.
    let mut lost = bytes.clone();
    let map = root(&file, "map");
    lost[(map - 1) * PAGE..map * PAGE].fill(0);
    let other = tempfile::tempdir().unwrap();
    std::fs::write(other.path().join("platform.db"), &lost).unwrap();
    let listed = salvage(other.path()).unwrap();
    assert!((380..402).contains(&listed.rows), "{listed:?}");
    // Also where what tells of the tables is that of a new file.
    for (case, damaged) in [
        ("the list", [32..36, 0..0]),
        ("the tables, and the list", [32..36, 100..PAGE]),
        ("the tables, and how many are free", [36..40, 100..PAGE]),
        ("the first page", [0..PAGE, 0..0]),
    ] {
        let mut lost = lost.clone();
        for range in damaged {
            lost[range].fill(0xA5);
        }
        let other = tempfile::tempdir().unwrap();
        std::fs::write(other.path().join("platform.db"), &lost).unwrap();
        // Nothing of the map is left that leads anywhere, and without it nothing at all may be.
        let kept = salvage(other.path());
        assert!(kept.is_err() || kept.as_ref().unwrap().rows == 0, "{case}: {kept:?}");
    }

    open(folder.path(), &Clock::default()).close().await.unwrap();
    let bytes = std::fs::read(&file).unwrap();
    // What is left on a page that is in use is not read by a salvage.
    assert_eq!(found(&bytes, "kept").range(..=400).count(), 401);
    assert!(left(&bytes) < 30, "{}", left(&bytes));
}

#[tokio::test]
async fn what_was_taken_away_in_the_log_of_a_file_that_is_cut_off_does_not_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let file = file(folder.path()).await;
    let database = rusqlite::Connection::open(&file).unwrap();
    let settings = "PRAGMA secure_delete = ON; PRAGMA wal_autocheckpoint = 0";
    database.execute_batch(settings).unwrap();
    let taken = "DELETE FROM map WHERE key LIKE 'allowance%kept%000_5_'";
    assert_eq!(database.execute(taken, []).unwrap(), 90);
    let [bytes, log] = ["", "-wal"].map(|end| std::fs::read(format!("{}{end}", file.display())).unwrap());
    drop(database);
    for part in [1, 2, 5, 9] {
        let other = tempfile::tempdir().unwrap();
        let path = other.path().join("platform.db");
        std::fs::write(&path, &bytes[..bytes.len() / 10 * part]).unwrap();
        std::fs::write(other.path().join("platform.db-wal"), &log).unwrap();
        let Ok(kept) = salvage(other.path()) else { continue };
        let database = rusqlite::Connection::open(&path).unwrap();
        let back: i64 =
            database.query_row(&taken.replace("DELETE", "SELECT count(*)"), [], |row| row.get(0)).unwrap();
        assert_eq!(back, 0, "{part} tenths: {kept:?}");
        assert!(part < 9 || kept.rows > 400, "{part} tenths: {kept:?}");
    }
}
