//! Whose a file is, of which version, and in which words a store says that it cannot be opened.
#![cfg(feature = "sqlite")]
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

use cc_client::store::{Durability, SqliteStore, Store};
use cc_client::{Stamp, Write, WriteId, WriteKind};

fn write() -> Write {
    Write::new(
        WriteId([1; 16]),
        ("places", "a"),
        WriteKind::Put,
        "{}",
        Stamp { millis: 1, counter: 0, node: 1 },
    )
}

#[test]
fn what_cannot_be_opened_is_told_in_words_and_by_the_name_of_the_file_only() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("anna")).unwrap();
    std::fs::write(folder.path().join("file"), "text").unwrap();
    for (path, expected) in [
        (
            "anna",
            r#""anna" cannot be opened: it is not a usable file name, is a folder or device, is not permitted, or this process has too many open files"#,
        ),
        ("nobody/client.db", r#"the folder of "client.db" is not there"#),
        ("file/client.db", r#"the folder of "client.db" is not there"#),
    ] {
        let path = folder.path().join(path);
        let error = SqliteStore::open(&path, Durability::Disk).unwrap_err();
        assert_eq!(error.to_string(), expected);
        let error = SqliteStore::open_or_salvage(&path, Durability::Disk).unwrap_err();
        assert_eq!(error.to_string(), expected);
        assert!(!format!("{error:?}").contains(&*folder.path().to_string_lossy()));
    }
}

#[test]
fn what_is_no_name_of_a_file_is_told_as_that() {
    let long = "x".repeat(300);
    for (path, name) in [("", ""), (".", "."), ("..", ".."), ("a\0b", "a\0b"), (&*long, &*long)] {
        let expected = format!(
            "{name:?} cannot be opened: it is not a usable file name, is a folder or device, is not permitted, or this process has too many open files"
        );
        assert_eq!(SqliteStore::open(path, Durability::Disk).unwrap_err().to_string(), expected);
        assert_eq!(SqliteStore::open_or_salvage(path, Durability::Disk).unwrap_err().to_string(), expected);
    }
    #[cfg(unix)]
    {
        let error = SqliteStore::open("/dev/null", Durability::Disk).unwrap_err();
        assert!(error.to_string().starts_with("\"null\" cannot be opened: "), "{error}");
    }
}

#[test]
fn where_nothing_can_be_made_beside_a_file_that_is_told_and_the_file_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("client.db");
    drop(SqliteStore::open(&path, Durability::Disk).unwrap());
    let (bytes, lock) = (std::fs::read(&path).unwrap(), folder.path().join("client.db-lock"));
    // It holds nothing.
    assert_eq!(std::fs::metadata(&lock).unwrap().len(), 0);
    std::fs::remove_file(&lock).unwrap();
    std::fs::create_dir(&lock).unwrap();
    let error = SqliteStore::open(&path, Durability::Disk).unwrap_err();
    assert_eq!(
        error.to_string(),
        r#""client.db-lock" cannot be opened: it is not a usable file name, is a folder or device, is not permitted, or this process has too many open files"#
    );
    assert_eq!(std::fs::read(&path).unwrap(), bytes);
}

#[test]
fn whatever_stands_in_the_lock_file_it_is_a_lock() {
    let folder = tempfile::tempdir().unwrap();
    let [path, lock, other] =
        ["client.db", "client.db-lock", "other.db"].map(|name| folder.path().join(name));
    let raw = rusqlite::Connection::open(&other).unwrap();
    raw.execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE bookmarks (url TEXT)").unwrap();
    drop(raw);
    SqliteStore::open(&path, Durability::Disk).unwrap().accept("main", &[write()]).unwrap();
    let sound = std::fs::read(&path).unwrap();
    for content in [
        b"text".to_vec(),
        b"no lock at all. ".repeat(40),
        vec![0; 4_096],
        vec![0xA5; 8_192],
        std::fs::read(&other).unwrap(),
        sound[..100].to_vec(),
        Vec::new(),
    ] {
        std::fs::write(&lock, &content).unwrap();
        let mut store = SqliteStore::open(&path, Durability::Disk).unwrap();
        assert_eq!(store.waiting_count().unwrap(), 1);
        drop(store);
        std::fs::write(&path, [&[0; 100], &sound[100..]].concat()).unwrap();
        let (mut store, salvage) = SqliteStore::open_or_salvage(&path, Durability::Disk).unwrap();
        assert_eq!((salvage.unwrap().writes, store.waiting_count().unwrap()), (1, 1));
        assert_eq!(std::fs::read(&lock).unwrap(), content);
        drop(store);
        std::fs::write(&path, &sound).unwrap();
    }
}

/// On Windows nobody can move a file that is open.
#[cfg(unix)]
#[test]
fn whoever_salvages_waits_for_others_whatever_stands_in_the_lock_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("client.db");
    std::fs::write(folder.path().join("client.db-lock"), b"no lock at all. ".repeat(40)).unwrap();
    let mut store = SqliteStore::open(&path, Durability::Disk).unwrap();
    store.accept("main", &[write()]).unwrap();
    store.pause().unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    let waits = std::sync::Mutex::new(None);
    store
        .as_one(&mut |store| {
            store.set_value("node", b"12345678")?;
            bytes[..100].fill(0);
            std::fs::write(&path, &bytes).unwrap();
            let path = path.clone();
            let thread = std::thread::spawn(move || SqliteStore::open_or_salvage(path, Durability::Disk));
            std::thread::sleep(std::time::Duration::from_millis(200));
            assert!(!thread.is_finished());
            *waits.lock().unwrap() = Some(thread);
            Ok(())
        })
        .unwrap();
    let thread = waits.into_inner().unwrap().unwrap();
    let (mut store, salvage) = thread.join().unwrap().unwrap();
    assert_eq!((salvage.unwrap().writes, store.waiting_count().unwrap()), (1, 1));
    assert_eq!(store.value("node").unwrap().as_deref(), Some(&b"12345678"[..]));
}

/// A name is what it says, whatever the database would take it for.
#[cfg(unix)]
#[test]
fn names_are_taken_word_for_word() {
    let folder = tempfile::tempdir().unwrap();
    // The only test in this program that depends on the folder in which it runs.
    let began = std::env::current_dir().unwrap();
    std::env::set_current_dir(folder.path()).unwrap();
    for name in [":memory:", "file:x.db", "file:y.db?mode=memory", "file::memory:?cache=shared", "plain.db"] {
        SqliteStore::open(name, Durability::Disk).unwrap().accept("main", &[write()]).unwrap();
        assert!(folder.path().join(name).is_file(), "{name}");
        let mut again = SqliteStore::open(name, Durability::Disk).unwrap();
        assert_eq!(again.waiting_count().unwrap(), 1, "{name}");
    }
    std::env::set_current_dir(began).unwrap();
}

#[test]
fn a_version_whose_number_was_damaged_is_known_by_its_tables() {
    for number in [-1, 0, 1, 2, 3, 4, 5 | 1 << 30, 5 | 1 << 4, i32::MIN | 5] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("client.db");
        SqliteStore::open(&path, Durability::Disk).unwrap().accept("main", &[write()]).unwrap();
        let raw = rusqlite::Connection::open(&path).unwrap();
        let version: i32 = raw.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
        assert_eq!(version, 5, "the numbers here are of another version");
        raw.pragma_update(None, "user_version", number).unwrap();
        drop(raw);
        let (mut store, salvage) = SqliteStore::open_or_salvage(&path, Durability::Disk)
            .unwrap_or_else(|error| panic!("{number}: {error}"));
        assert_eq!((salvage, store.waiting_count().unwrap()), (None, 1), "{number}");
    }
}

#[test]
fn whichever_bit_of_the_numbers_in_the_header_is_another_all_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("client.db");
    SqliteStore::open(&path, Durability::Disk).unwrap().accept("main", &[write()]).unwrap();
    let whole = std::fs::read(&path).unwrap();
    // From the counter of the tables to the version of ours (file format, 1.3).
    for bit in 40 * 8..64 * 8 {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("client.db");
        let mut bytes = whole.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        std::fs::write(&path, bytes).unwrap();
        let (mut store, _) = SqliteStore::open_or_salvage(&path, Durability::Process)
            .unwrap_or_else(|error| panic!("bit {bit}: {error}"));
        assert_eq!(store.waiting_count().unwrap(), 1, "bit {bit}");
    }
}

#[test]
fn a_database_of_another_program_is_refused_and_left_as_it_is() {
    for made in [
        "CREATE TABLE bookmarks (url TEXT)",
        "CREATE TABLE bookmarks (url TEXT); PRAGMA user_version = 3",
        "CREATE TABLE bookmarks (url TEXT); PRAGMA user_version = 99",
        "PRAGMA application_id = 7",
        "PRAGMA user_version = 7",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bookmarks.db");
        rusqlite::Connection::open(&path).unwrap().execute_batch(made).unwrap();
        let bytes = std::fs::read(&path).unwrap();
        for error in [
            SqliteStore::open(&path, Durability::Disk).unwrap_err(),
            SqliteStore::open_or_salvage(&path, Durability::Disk).unwrap_err(),
        ] {
            assert_eq!(error.to_string(), r#""bookmarks.db" is a database of another program"#, "{made}");
        }
        assert_eq!(std::fs::read(&path).unwrap(), bytes, "{made}");
        let names = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
        assert_eq!(names.filter(|name| name != "bookmarks.db-lock").count(), 1, "{made}");
    }
}

#[test]
fn a_file_of_before_becomes_one_that_says_whose_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("client.db");
    SqliteStore::open(&path, Durability::Disk).unwrap().accept("main", &[write()]).unwrap();
    let raw = rusqlite::Connection::open(&path).unwrap();
    raw.execute_batch("PRAGMA application_id = 0; CREATE TABLE of_the_app (name TEXT)").unwrap();
    drop(raw);
    assert_eq!(SqliteStore::open(&path, Durability::Disk).unwrap().waiting_count().unwrap(), 1);
    let raw = rusqlite::Connection::open(&path).unwrap();
    let owner: i64 = raw.query_row("PRAGMA application_id", [], |row| row.get(0)).unwrap();
    assert_eq!(&(owner as u32).to_be_bytes(), b"CCL1");
}
