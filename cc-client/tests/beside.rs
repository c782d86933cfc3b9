//! One salvages, and others are beside it: nothing that any of them accepted is lost.
#![cfg(feature = "sqlite")]
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

#[path = "common/writes.rs"]
mod writes;

use std::path::{Path, PathBuf};
use std::sync::Barrier;
use std::time::{Duration, Instant};

use cc_client::Write;
use cc_client::store::{Durability, SqliteStore, Store, StoreError};

const PAGE: usize = 4_096;
const WRITES: u32 = 300;

fn write(number: u32) -> Write {
    writes::write(number, &format!("{number:06}"), &format!("{{\"text\":\"{}\"}}", "x".repeat(200)))
}

/// A file of 300 writes that nobody has open.
fn file(folder: &Path) -> PathBuf {
    let path = folder.join("client.db");
    let mut store = SqliteStore::open(&path, Durability::Process).unwrap();
    store.set_value("principal", b"anna").unwrap();
    for from in (0..WRITES).step_by(100) {
        store.accept("main", &(from..from + 100).map(write).collect::<Vec<_>>()).unwrap();
    }
    path
}

fn damage(path: &Path, damage: impl Fn(&mut [u8])) {
    let mut bytes = std::fs::read(path).unwrap();
    damage(&mut bytes);
    std::fs::write(path, &bytes).unwrap();
}

fn without_header(bytes: &mut [u8]) {
    bytes[..100].fill(0);
}

/// The page that leads to all others of the outbox: its writes are found all the same.
fn without_root(bytes: &mut [u8]) {
    bytes.chunks_exact_mut(PAGE).find(|page| page[0] == 5).unwrap().fill(0);
}

fn keys(path: &Path) -> Vec<u32> {
    let mut store = SqliteStore::open(path, Durability::Process).unwrap();
    let rows = store.waiting("main", u32::MAX, u32::MAX).unwrap();
    rows.iter().map(|row| row.write.key.parse().unwrap()).collect()
}

#[test]
fn of_several_that_salvage_at_once_one_does_it_and_the_others_open_what_it_made() {
    for round in 0..12 {
        let folder = tempfile::tempdir().unwrap();
        let path = file(folder.path());
        damage(&path, if round % 2 == 0 { without_header } else { without_root });
        let start = Barrier::new(3);
        let salvaged: Vec<_> = std::thread::scope(|scope| {
            let start_one = |number| {
                let (path, start) = (&path, &start);
                scope.spawn(move || {
                    start.wait();
                    let opened = SqliteStore::open_or_salvage(path, Durability::Process);
                    let (mut store, salvage) =
                        opened.unwrap_or_else(|error| panic!("round {round}: {error}"));
                    store.accept("main", &[write(WRITES + number)]).unwrap();
                    salvage
                })
            };
            let threads: Vec<_> = (0..3).map(start_one).collect();
            threads.into_iter().filter_map(|one| one.join().unwrap()).collect()
        });
        assert_eq!(salvaged.len(), 1, "round {round}: {salvaged:?}");
        assert_eq!(salvaged[0].writes, u64::from(WRITES), "round {round}");
        let mut keys = keys(&path);
        keys.sort_unstable();
        assert_eq!(keys, (0..WRITES + 3).collect::<Vec<_>>(), "round {round}");
    }
}

/// The last to close a file deletes its log.
#[test]
fn processes_that_open_and_close_a_file_all_the_time_are_not_in_each_others_way() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("client.db");
    std::thread::scope(|scope| {
        for number in 0..2 {
            let path = &path;
            scope.spawn(move || {
                for round in 0..100 {
                    let opened = match number % 2 {
                        0 => SqliteStore::open(path, Durability::Disk),
                        _ => SqliteStore::open_or_salvage(path, Durability::Disk).map(|(store, salvage)| {
                            assert_eq!(salvage, None);
                            store
                        }),
                    };
                    let mut store = opened.unwrap_or_else(|error| panic!("round {round}: {error}"));
                    store.accept("main", &[write(number * 100 + round)]).unwrap();
                }
            });
        }
    });
    assert_eq!(keys(&path).len(), 200);
}

/// On Windows nobody can move a file that is open.
#[cfg(unix)]
#[test]
fn whoever_has_the_file_open_while_another_salvages_goes_on_in_the_new_one() {
    for (name, ends_first) in [("the app ends first", true), ("the extension ends first", false)] {
        let folder = tempfile::tempdir().unwrap();
        let path = file(folder.path());
        let mut extension = SqliteStore::open(&path, Durability::Process).unwrap();
        extension.accept("main", &[write(WRITES)]).unwrap();
        assert_eq!(extension.waiting_count().unwrap(), u64::from(WRITES) + 1);
        damage(&path, without_header);
        let (mut app, salvage) = SqliteStore::open_or_salvage(&path, Durability::Process).unwrap();
        let salvage = salvage.unwrap();
        assert_eq!((salvage.writes, salvage.is_partial), (u64::from(WRITES) + 1, false), "{name}");
        let aside = std::fs::read(&salvage.aside).unwrap();

        extension.accept("main", &[write(WRITES + 1)]).unwrap();
        app.accept("main", &[write(WRITES + 2)]).unwrap();
        let as_one = extension.as_one(&mut |store| store.accept("main", &[write(WRITES + 3)]));
        as_one.unwrap();
        assert_eq!(extension.value("principal").unwrap().as_deref(), Some(&b"anna"[..]), "{name}");
        for store in [&mut extension, &mut app] {
            assert_eq!(store.waiting_count().unwrap(), u64::from(WRITES) + 4, "{name}");
        }
        if ends_first {
            drop(app);
            drop(extension);
        } else {
            drop(extension);
            drop(app);
        }
        assert_eq!(keys(&path), (0..WRITES + 4).collect::<Vec<_>>(), "{name}");
        assert_eq!(std::fs::read(&salvage.aside).unwrap(), aside, "{name}: the damaged file was changed");
    }
}

#[cfg(unix)]
#[test]
fn whoever_only_ends_or_pauses_after_that_leaves_the_new_file_and_its_log_alone() {
    for pauses in [true, false] {
        let folder = tempfile::tempdir().unwrap();
        let path = file(folder.path());
        let mut extension = SqliteStore::open(&path, Durability::Process).unwrap();
        assert_eq!(extension.waiting_count().unwrap(), u64::from(WRITES));
        damage(&path, without_header);
        let (mut app, _) = SqliteStore::open_or_salvage(&path, Durability::Process).unwrap();
        app.accept("main", &[write(WRITES)]).unwrap();
        let log = format!("{}-wal", path.display());
        let before = std::fs::read(&log).unwrap();
        if pauses {
            extension.pause().unwrap();
            assert_eq!(std::fs::read(&log).unwrap(), before);
            assert_eq!(extension.waiting_count().unwrap(), u64::from(WRITES) + 1);
        } else {
            drop(extension);
            assert_eq!(std::fs::read(&log).unwrap(), before);
        }
        drop(app);
        assert_eq!(keys(&path).len(), WRITES as usize + 1);
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_is_gone_takes_no_more_writes() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path());
    let mut store = SqliteStore::open(&path, Durability::Process).unwrap();
    std::fs::remove_file(&path).unwrap();
    for _ in 0..2 {
        let error = store.accept("main", &[write(WRITES)]).unwrap_err();
        assert!(matches!(error, StoreError::Gone), "{error}");
    }
    assert!(!path.exists());
}

#[cfg(unix)]
#[test]
fn a_file_whose_log_is_gone_takes_no_more_writes_and_loses_none() {
    for (others, end) in [(false, "-wal"), (true, "-wal"), (false, "-shm"), (true, "-shm")] {
        let folder = tempfile::tempdir().unwrap();
        let path = file(folder.path());
        let mut store = SqliteStore::open(&path, Durability::Process).unwrap();
        let mut other = others.then(|| SqliteStore::open(&path, Durability::Process).unwrap());
        store.accept("main", &[write(WRITES)]).unwrap();
        std::fs::remove_file(format!("{}{end}", path.display())).unwrap();
        let error = store.accept("main", &[write(WRITES + 1)]).unwrap_err();
        assert!(matches!(error, StoreError::Gone), "{error}");
        if let Some(other) = &mut other {
            let error = other.accept("main", &[write(WRITES + 1)]).unwrap_err();
            assert!(matches!(error, StoreError::Gone), "{error}");
        }
        // Who opens it in between sees less than there is, or damage, and harms nothing.
        let found = SqliteStore::open(&path, Durability::Process).and_then(|mut found| found.waiting_count());
        assert!(matches!(found, Ok(_) | Err(StoreError::Corrupt)), "{found:?}");
        // What was accepted is in the log that is open, and gets into the file as that is closed.
        drop(store);
        drop(other);
        let (mut store, _) = SqliteStore::open_or_salvage(&path, Durability::Process).unwrap();
        assert_eq!(store.waiting_count().unwrap(), u64::from(WRITES) + 1, "{others} {end}");
    }
}

#[test]
fn a_salvage_that_was_cut_short_is_ended_by_whoever_opens_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path());
    let name = |end: &str| format!("{}{end}", path.display());
    // The damaged file is aside, and the new one not yet in its place.
    std::fs::rename(&path, name(".salvage")).unwrap();
    std::fs::write(name(".damaged-1"), "damaged").unwrap();
    assert_eq!(keys(&path).len(), WRITES as usize);
    assert!(!Path::new(&name(".salvage")).exists());
}

#[test]
fn a_new_file_that_was_not_whole_when_the_salvage_was_cut_short_takes_no_place() {
    let folder = tempfile::tempdir().unwrap();
    let (open, path) = (folder.path().join("open.db"), folder.path().join("client.db"));
    let mut store = SqliteStore::open(&open, Durability::Process).unwrap();
    store.accept("main", &[write(0)]).unwrap();
    let name = |end: &str| format!("{}{end}", path.display());
    // Only the log is left of the file, and what was begun is empty.
    std::fs::copy(format!("{}-wal", open.display()), name("-wal")).unwrap();
    drop(SqliteStore::open(name(".salvage-new"), Durability::Process).unwrap());
    let (mut store, salvage) = SqliteStore::open_or_salvage(&path, Durability::Process).unwrap();
    assert_eq!((salvage.unwrap().writes, store.waiting_count().unwrap()), (1, 1));
    assert!(!Path::new(&name(".salvage-new")).exists());
}

#[test]
fn whoever_ends_or_pauses_while_another_salvages_does_not_wait_for_it() {
    for pauses in [true, false] {
        let folder = tempfile::tempdir().unwrap();
        let path = file(folder.path());
        let mut app = SqliteStore::open(&path, Durability::Process).unwrap();
        app.accept("main", &[write(WRITES)]).unwrap();
        // As whoever salvages holds it.
        let alone = rusqlite::Connection::open(folder.path().join("client.db-lock")).unwrap();
        alone.execute_batch("BEGIN EXCLUSIVE").unwrap();
        let began = Instant::now();
        if pauses {
            app.pause().unwrap();
        } else {
            drop(app);
        }
        assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
        drop(alone);
        // What the log holds stays there, and is found.
        assert_eq!(keys(&path).len(), WRITES as usize + 1);
    }
}
