//! The store in a file, as processes see it.
#![cfg(all(feature = "sqlite", feature = "testing"))]
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

use cc_client::store::{Durability, SqliteStore, Store, StoreError, checklist};
use cc_client::{Stamp, Write, WriteId, WriteKind};

fn write(number: u8) -> Write {
    Write::new(
        WriteId([number; 16]),
        ("places", &number.to_string()),
        WriteKind::Put,
        "{}",
        Stamp { millis: 1, counter: 0, node: 1 },
    )
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
fn what_is_read_as_one_is_of_one_instant_and_holds_nobody_up() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("client.db");
    let mut app = SqliteStore::open(&path, Durability::Process).unwrap();
    let mut extension = SqliteStore::open(&path, Durability::Process).unwrap();
    app.belong("anna").unwrap();
    app.accept("main", &[write(1)]).unwrap();
    let mut seen = Vec::new();
    app.read_as_one(&mut |app| {
        assert_eq!(app.value("principal")?.as_deref(), Some(&b"anna"[..]));
        extension.belong("bo")?;
        extension.accept("main", &[write(2)])?;
        seen = app.waiting("main", 9, 900)?.into_iter().map(|row| row.write).collect();
        Ok(())
    })
    .unwrap();
    assert_eq!(seen, [write(1)]);
    assert_eq!(app.waiting("main", 9, 900).unwrap()[0].write, write(2));
}

#[test]
fn nobody_writes_between_what_is_done_as_one_and_a_panic_undoes_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("client.db");
    let mut app = SqliteStore::open(&path, Durability::Process).unwrap();
    let other = rusqlite::Connection::open(&path).unwrap();
    other.busy_timeout(std::time::Duration::ZERO).unwrap();
    let sign_in = "INSERT OR REPLACE INTO small_values VALUES ('principal', x'626f')";
    app.as_one(&mut |app| {
        assert_eq!(app.value("principal")?, None);
        assert_eq!(
            other.execute(sign_in, []).unwrap_err().sqlite_error_code(),
            Some(rusqlite::ErrorCode::DatabaseBusy)
        );
        app.accept("main", &[write(1)])
    })
    .unwrap();
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        app.as_one(&mut |app| {
            app.accept("main", &[write(2)])?;
            panic!("a fault of the app")
        })
    }));
    assert!(panicked.is_err());
    assert_eq!(app.waiting_count().unwrap(), 1);
    other.execute(sign_in, []).unwrap();
    app.accept("main", &[write(3)]).unwrap();
    assert_eq!(SqliteStore::open(&path, Durability::Process).unwrap().waiting_count().unwrap(), 2);
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
    assert_eq!(refused.to_string(), "a database of version 99, this client reads up to 5");
}

#[test]
fn an_older_file_becomes_a_newer_one_and_keeps_what_it_holds() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("older.db");
    drop(SqliteStore::open(&path, Durability::Disk).unwrap());
    // As the first version made it.
    let raw = rusqlite::Connection::open(&path).unwrap();
    raw.execute_batch(
        "DROP TABLE aside; DROP TABLE wiped;
         ALTER TABLE records DROP COLUMN updated;
         ALTER TABLE outbox DROP COLUMN detail;
         INSERT INTO records (collection, key, version, value) VALUES ('places', 'a', 3, '{}');
         PRAGMA user_version = 1;",
    )
    .unwrap();
    drop(raw);
    let mut store = SqliteStore::open(&path, Durability::Disk).unwrap();
    let item = store.item("places", "a").unwrap().unwrap();
    assert_eq!((item.version, &*item.value, item.updated), (3, "{}", None));
}

#[test]
fn what_was_rejected_before_reasons_were_kept_has_none() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("older.db");
    SqliteStore::open(&path, Durability::Disk).unwrap().accept("main", &[write(1), write(2)]).unwrap();
    // As the third version made it.
    let raw = rusqlite::Connection::open(&path).unwrap();
    raw.execute_batch(
        "DROP TABLE wiped;
         ALTER TABLE outbox DROP COLUMN detail;
         ALTER TABLE aside DROP COLUMN detail;
         UPDATE outbox SET outcome = 'rejected:invalid_entity' WHERE number = 1;
         PRAGMA user_version = 3; PRAGMA application_id = 0;",
    )
    .unwrap();
    drop(raw);
    let (mut store, salvage) = SqliteStore::open_or_salvage(&path, Durability::Disk).unwrap();
    assert_eq!((salvage, store.waiting_count().unwrap()), (None, 1));
    let open = store.unresolved().unwrap();
    assert_eq!((open.len(), &open[0].0.write, &open[0].0.detail), (1, &write(1), &None));
}

/// A store of 300 writes, half of them in its log only, as files that nobody has open.
fn files_with_writes(folder: &std::path::Path) -> std::path::PathBuf {
    let (open, path) = (folder.join("open.db"), folder.join("client.db"));
    let mut store = SqliteStore::open(&open, Durability::Process).unwrap();
    let many = |numbers: std::ops::Range<u16>| {
        let mut writes = Vec::new();
        for number in numbers {
            let mut one = write(0);
            one.id.0[..2].copy_from_slice(&number.to_be_bytes());
            one.key = format!("{number:03}").into();
            one.body = format!("{{\"text\":\"{}\"}}", "x".repeat(200)).into();
            writes.push(one);
        }
        writes
    };
    store.accept("main", &many(0..150)).unwrap();
    store.set_value("node", b"12345678").unwrap();
    store.pause().unwrap();
    store.accept("side", &many(150..300)).unwrap();
    for end in ["", "-wal"] {
        let file = |path: &std::path::Path| format!("{}{end}", path.display());
        std::fs::copy(file(&open), file(&path)).unwrap();
    }
    path
}

#[test]
fn what_was_set_aside_for_another_person_survives_damage() {
    let folder = tempfile::tempdir().unwrap();
    let path = files_with_writes(folder.path());
    let mut store = SqliteStore::open(&path, Durability::Process).unwrap();
    store.belong("anna").unwrap();
    assert!(store.belong("bo").unwrap());
    for number in 200..210 {
        let mut his = write(number);
        his.body = "{\"of\":\"bo\"}".into();
        store.accept("main", &[his]).unwrap();
    }
    store.pause().unwrap();
    drop(store);
    let mut bytes = std::fs::read(&path).unwrap();
    let bos = bytes.windows(11).position(|body| body == b"{\"of\":\"bo\"}").unwrap() / 4_096 * 4_096;
    bytes[bos..bos + 4_096].fill(0xA5);
    std::fs::write(&path, &bytes).unwrap();

    let (mut store, salvage) = SqliteStore::open_or_salvage(&path, Durability::Process).unwrap();
    assert!(salvage.unwrap().is_partial);
    assert_eq!(store.aside_count().unwrap(), 300);
    assert!(store.belong("anna").unwrap());
    assert_eq!((store.waiting_count().unwrap(), store.waiting("side", 9, 9_000).unwrap().len()), (300, 9));
}

#[test]
fn a_damaged_database_is_moved_aside_and_its_writes_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = files_with_writes(folder.path());
    // What is whole is left alone.
    let (mut store, salvage) = SqliteStore::open_or_salvage(&path, Durability::Process).unwrap();
    assert_eq!((salvage, store.waiting_count().unwrap()), (None, 300));
    store.pause().unwrap();
    drop(store);
    // Three pages in the middle of the outbox are gone.
    let mut bytes = std::fs::read(&path).unwrap();
    let bodies = bytes.windows(9).enumerate().filter(|(_, nine)| nine == b"{\"text\":\"");
    let middle = bodies.map(|(at, _)| at).nth(150).unwrap() / 4_096 * 4_096;
    bytes[middle..middle + 3 * 4_096].fill(0xA5);
    std::fs::write(&path, &bytes).unwrap();

    let (mut store, salvage) = SqliteStore::open_or_salvage(&path, Durability::Process).unwrap();
    let salvage = salvage.unwrap();
    assert_eq!(std::fs::read(&salvage.aside).unwrap(), bytes);
    assert_eq!(salvage.writes, store.waiting_count().unwrap());
    assert!(salvage.is_partial && (240..300).contains(&salvage.writes), "{salvage:?}");
    assert_eq!(store.value("node").unwrap().as_deref(), Some(&b"12345678"[..]));
    // Those at both ends are there, each in its lane, in order.
    let main = store.waiting("main", 1_000, u32::MAX).unwrap();
    let side = store.waiting("side", 1_000, u32::MAX).unwrap();
    assert_eq!((&*main[0].write.key, &*side.last().unwrap().write.key), ("000", "299"));
    assert!(main.is_sorted_by_key(|row| row.number) && side.is_sorted_by_key(|row| row.number));
    store.accept("main", &[write(255)]).unwrap();
    assert!(store.waiting("main", 1_000, u32::MAX).unwrap().last().unwrap().number > 300);
    drop(store);
    let (_, again) = SqliteStore::open_or_salvage(&path, Durability::Process).unwrap();
    assert_eq!(again, None);
}

#[test]
fn a_salvage_that_was_cut_short_is_ended_by_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let path = files_with_writes(folder.path());
    SqliteStore::open(&path, Durability::Process).unwrap().pause().unwrap();
    let name = |end: &str| format!("{}{end}", path.display());
    // The damaged file is aside, and the new one not yet in its place.
    std::fs::rename(&path, name(".salvage")).unwrap();
    std::fs::write(name(".damaged-1"), "damaged").unwrap();
    std::fs::write(name("-wal"), "its log").unwrap();
    let (mut store, salvage) = SqliteStore::open_or_salvage(&path, Durability::Process).unwrap();
    assert_eq!((salvage, store.waiting_count().unwrap()), (None, 300));
    assert_eq!(std::fs::read(name(".damaged-2-wal")).unwrap(), b"its log");
}

#[test]
fn what_others_write_is_told_apart_from_what_this_one_does() {
    let folder = tempfile::tempdir().unwrap();
    let open = || SqliteStore::open(folder.path().join("client.db"), Durability::Process).unwrap();
    let (mut mine, mut other) = (open(), open());
    // What was before is not known.
    assert!(mine.is_changed_elsewhere().unwrap());
    mine.set_value("a", b"1").unwrap();
    assert!(!mine.is_changed_elsewhere().unwrap());
    other.set_value("a", b"2").unwrap();
    assert!(mine.is_changed_elsewhere().unwrap());
    assert!(!mine.is_changed_elsewhere().unwrap());
    mine.pause().unwrap();
    assert!(mine.is_changed_elsewhere().unwrap());
}

#[cfg(unix)]
#[test]
fn a_file_of_somebody_elses_beside_one_that_cannot_be_opened_stays() {
    let folder = tempfile::tempdir().unwrap();
    let (path, theirs) = (folder.path().join("client.db"), folder.path().join("client.db.probe"));
    // Its log leads nowhere.
    std::os::unix::fs::symlink(folder.path().join("none/log"), folder.path().join("client.db-wal")).unwrap();
    std::fs::write(&theirs, "theirs").unwrap();
    let refused = SqliteStore::open(&path, Durability::Process).unwrap_err();
    assert!(matches!(refused, StoreError::CannotOpen { .. } | StoreError::Failed { .. }), "{refused:?}");
    assert_eq!(std::fs::read(&theirs).unwrap(), b"theirs");
    std::fs::remove_file(&theirs).unwrap();
    SqliteStore::open(&path, Durability::Process).unwrap_err();
    assert!(!theirs.exists(), "nothing is left");
}
