//! What is large is kept apart from the rows that are searched: it is read and written as before, goes with its row, and slows no search.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    missing_docs,
    reason = "tests"
)]

mod common;

use std::path::Path;
use std::sync::Arc;

use platform::bus::LocalBus;
use platform::clock::Clock;
use platform::storage::{
    Edit, OpenError, Scan, SqliteOptions, SqliteStorage, Storage as _, StorageError, View, commit, key, look,
    peek_alone, salvage,
};

fn open(folder: &Path, clock: &Clock) -> SqliteStorage {
    try_open(folder, clock).unwrap()
}

fn try_open(folder: &Path, clock: &Clock) -> Result<SqliteStorage, OpenError> {
    let mut options = SqliteOptions::default();
    options.clock = clock.clone();
    SqliteStorage::open(&folder.join("platform.db"), Arc::new(LocalBus::default()), options)
}

async fn edit<T: Send + 'static>(
    storage: &SqliteStorage,
    job: impl FnOnce(&mut dyn Edit) -> Result<T, StorageError> + Send + 'static,
) -> T {
    commit(storage, job).await.unwrap()
}

/// A value that a salvage takes for one: JSON.
fn long(letter: &str) -> Vec<u8> {
    format!("\"{}\"", letter.repeat(100_000)).into_bytes()
}

fn name(of: &str) -> String {
    key(&["allowance", of])
}

fn count(folder: &Path, sql: &str) -> i64 {
    let database = rusqlite::Connection::open(folder.join("platform.db")).unwrap();
    database.query_row(sql, [], |row| row.get(0)).unwrap()
}

#[tokio::test]
async fn it_is_read_as_it_was_written_and_goes_with_its_row() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::default();
    let storage = open(folder.path(), &clock);
    edit(&storage, |edit| {
        for (of, value) in [("a", long("a")), ("b", long("b")), ("c", b"short".to_vec()), ("d", long("d"))] {
            edit.put(&name(of), &value)?;
        }
        edit.append("log", &[&long("1"), b"short", &long("2")]).map(drop)
    })
    .await;
    look(&storage, |view| {
        assert_eq!(view.get(&name("a"))?.unwrap(), long("a"));
        let scan = Scan { prefix: "allowance", after: None, limit: 10, backwards: false };
        let values: Vec<usize> = view.scan(scan)?.iter().map(|(_, value)| value.len()).collect();
        assert_eq!(values, [100_002, 100_002, 5, 100_002]);
        assert_eq!(view.keys(scan)?, ["a", "b", "c", "d"].map(name));
        let log: Vec<usize> = view.read("log", 0, 1 << 20)?.iter().map(bytes::Bytes::len).collect();
        assert_eq!(log, [100_002, 5, 100_002]);
        assert_eq!(view.one("log", 2)?.unwrap(), long("2"));
        assert!(view.came("log", 2)?.is_some_and(|came| came <= view.at()));
        Ok(())
    })
    .await
    .unwrap();
    // No row that is searched is long.
    let longest =
        "SELECT max(length(value)) FROM (SELECT value FROM map UNION ALL SELECT body FROM messages)";
    assert!(count(folder.path(), longest) < 10, "all that is long stands apart");
    assert_eq!(count(folder.path(), "SELECT count(*) FROM large"), 5);

    // Written anew, as long and short; what is refused leaves no trace.
    edit(&storage, |edit| {
        edit.put(&name("a"), &long("A"))?;
        edit.put(&name("b"), b"short")?;
        let mut part = |edit: &mut dyn Edit| {
            edit.put(&name("a"), &long("x"))?;
            edit.append("log", &[&long("x")])?;
            Err(StorageError::Refused)
        };
        assert_eq!(edit.part(&mut part), Err(StorageError::Refused));
        assert_eq!(edit.get(&name("a"))?.unwrap(), long("A"));
        Ok(())
    })
    .await;
    assert_eq!(count(folder.path(), "SELECT count(*) FROM large"), 4);
    clock.advance(std::time::Duration::from_secs(10));
    edit(&storage, |edit| {
        edit.delete(&name("a"))?;
        assert_eq!(edit.delete_some("allowance", 10)?, 3);
        let forgotten = edit.forget_before(edit.at(), 10)?;
        assert_eq!(forgotten.iter().map(|gone| gone.body.len()).collect::<Vec<_>>(), [100_002, 5, 100_002]);
        edit.append("other", &[&long("3"), &long("4")])?;
        assert_eq!(edit.drop_some("other", 1)?, 1);
        Ok(())
    })
    .await;
    assert_eq!(count(folder.path(), "SELECT count(*) FROM large"), 1);
}

#[tokio::test]
async fn what_is_large_is_forgotten_a_mebibyte_at_a_time_also_where_some_of_it_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::default();
    let storage = open(folder.path(), &clock);
    let body = vec![b'x'; 600_000];
    let append =
        move |edit: &mut dyn Edit| edit.append("log", &[&body, &body, b"short", &body, &body]).map(drop);
    edit(&storage, append).await;
    storage.close().await.unwrap();
    clock.advance(std::time::Duration::from_secs(10));
    let file = rusqlite::Connection::open(folder.path().join("platform.db")).unwrap();
    assert_eq!(file.execute("DELETE FROM large WHERE name = 1", []).unwrap(), 1);
    assert_eq!(file.execute("UPDATE messages SET body = 1.5 WHERE number = 2", []).unwrap(), 1);
    drop(file);
    let storage = open(folder.path(), &clock);
    for expected in [&[600_000, 0, 0, 600_000][..], &[600_000], &[]] {
        let forgotten = edit(&storage, |edit| edit.forget_before(edit.at(), 10)).await;
        let sizes: Vec<usize> = forgotten.iter().map(|gone| gone.body.len()).collect();
        assert_eq!(sizes, expected);
    }
}

#[tokio::test]
async fn one_that_is_lost_or_anothers_is_damage_and_a_salvage_leaves_it_out() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::default();
    let storage = open(folder.path(), &clock);
    edit(&storage, |edit| {
        for of in ["a", "b", "c", "d"] {
            edit.put(&name(of), &long(of))?;
        }
        edit.append("log", &[&long("1"), &long("2"), &long("3")]).map(drop)
    })
    .await;
    storage.close().await.unwrap();
    let database = rusqlite::Connection::open(folder.path().join("platform.db")).unwrap();
    for spoil in [
        "UPDATE large SET name = 'somebody' WHERE name = 'allowance' || char(31) || 'a'",
        "DELETE FROM large WHERE name = 'allowance' || char(31) || 'b'",
        "UPDATE large SET body = x'22' WHERE name = 'allowance' || char(31) || 'c'",
        "DELETE FROM large WHERE log = 1 AND name = 1",
    ] {
        assert_eq!(database.execute(spoil, []).unwrap(), 1, "{spoil}");
    }
    drop(database);
    let damaged = |outcome: Result<Option<Vec<u8>>, StorageError>| {
        assert!(matches!(outcome, Err(StorageError::Damaged { .. })), "{outcome:?}");
    };
    peek_alone(&folder.path().join("platform.db"), 0, |view| {
        damaged(view.get(&name("a")));
        damaged(view.get(&name("b")));
        assert_eq!(view.get(&name("d")).unwrap().unwrap(), long("d"));
        damaged(view.one("log", 1).map(|body| body.map(Into::into)));
    })
    .unwrap();
    let kept = salvage(folder.path()).unwrap();
    assert_eq!((kept.rows, kept.logs, kept.messages, kept.left_out), (1, 1, 1, 4), "{kept:?}");
    assert!(kept.is_less);
    assert_eq!(count(folder.path(), "SELECT count(*) FROM large"), 2);
    let storage = open(folder.path(), &clock);
    look(&storage, |view| {
        assert_eq!(view.get(&name("d"))?.unwrap(), long("d"));
        assert_eq!((view.tail("log")?.first, view.one("log", 2)?.unwrap().to_vec()), (2, long("3")));
        Ok(())
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn a_file_of_before_goes_on_and_keeps_what_it_has() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::default();
    open(folder.path(), &clock).close().await.unwrap();
    let file = folder.path().join("platform.db");
    let database = rusqlite::Connection::open(&file).unwrap();
    database
        .execute_batch(
            "DROP TRIGGER value_goes; DROP TRIGGER value_changes; DROP TRIGGER message_goes; DROP TABLE large;
             DROP TABLE wiped;
             PRAGMA user_version = 2",
        )
        .unwrap();
    for of in ["a", "b"] {
        database.execute("INSERT INTO map VALUES (?, ?)", (name(of), long(of))).unwrap();
    }
    drop(database);
    let has = |view: &dyn View, of: &str| assert_eq!(view.get(&name(of)).unwrap().unwrap(), long(of));
    // Looked at, and salvaged, as it is.
    peek_alone(&file, 0, |view| has(view, "a")).unwrap();
    assert_eq!(count(folder.path(), "PRAGMA user_version"), 2);
    let copy = tempfile::tempdir().unwrap();
    std::fs::copy(&file, copy.path().join("platform.db")).unwrap();
    let kept = salvage(copy.path()).unwrap();
    assert_eq!((kept.rows, kept.is_less), (2, false));

    let storage = open(folder.path(), &clock);
    edit(&storage, |edit| edit.put(&name("a"), &long("A"))).await;
    look(&storage, move |view| {
        assert_eq!(view.get(&name("a"))?.unwrap(), long("A"));
        has(view, "b");
        Ok(())
    })
    .await
    .unwrap();
    assert_eq!(count(folder.path(), "SELECT count(*) FROM large"), 1);
}

#[tokio::test]
async fn a_file_that_lacks_a_part_is_damaged_and_a_salvage_keeps_what_is_there() {
    for (part, rows) in [("TRIGGER value_goes", 3), ("INDEX logs_by_age", 3), ("TABLE large", 1)] {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::default();
        let storage = open(folder.path(), &clock);
        edit(&storage, |edit| {
            edit.put(&name("short"), b"1")?;
            ["a", "b"].into_iter().try_for_each(|of| edit.put(&name(of), &long(of)))
        })
        .await;
        storage.close().await.unwrap();
        let file = folder.path().join("platform.db");
        rusqlite::Connection::open(&file).unwrap().execute_batch(&format!("DROP {part}")).unwrap();
        let refused = peek_alone(&file, 0, |_| ()).unwrap_err();
        assert!(refused.to_string().contains("the database is damaged"), "{part}: {refused}");
        let refused = try_open(folder.path(), &clock).unwrap_err();
        assert!(matches!(refused, OpenError::Damaged { .. }), "{part}: {refused}");
        let kept = salvage(folder.path()).unwrap();
        assert_eq!((kept.rows, kept.left_out), (rows, 3 - rows), "{part}: {kept:?}");
        open(folder.path(), &clock).close().await.unwrap();
    }
}
