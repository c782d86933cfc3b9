//! What is kept of a file that was damaged for real.
#![cfg(feature = "sqlite")]
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

#[path = "common/writes.rs"]
mod writes;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use cc_client::decide::SendOutcome;
use cc_client::store::{Durability, Record, Settled, SqliteStore, Standing, Store, StoreError};
use cc_client::{Offset, Write};

const PAGE: usize = 4_096;
const WRITES: u32 = 2_000;

fn write(number: u32) -> Write {
    writes::write(
        number,
        &format!("{number:06}"),
        &format!("{{\"n\":{number},\"text\":\"{}\"}}", "x".repeat(150)),
    )
}

/// A file of 2,000 writes and 500 items, put on the disk page by page in turns as in life, that nobody has open.
fn file(folder: &Path) -> PathBuf {
    let path = folder.join("client.db");
    let mut store = SqliteStore::open(&path, Durability::Process).unwrap();
    store.set_value("node", b"12345678").unwrap();
    let mut position = Offset::BEGINNING;
    for round in 0..20_u32 {
        let writes: Vec<Write> = (0..100).map(|one| write(round * 100 + one)).collect();
        store.accept("main", &writes).unwrap();
        let records: Vec<Record> = (0..25)
            .map(|one| {
                let (key, value) = (round * 25 + one, "y".repeat(150));
                let text = format!(
                    r#"{{"collection":"trips","key":"{key}","version":1,"value":{{"t":"{value}"}}}}"#
                );
                Record::parse(&text).unwrap()
            })
            .collect();
        let to = Offset::new(&format!("{:02}", round + 1)).unwrap();
        store.take("me", &position, &records, &to).unwrap();
        position = to;
    }
    store.pause().unwrap();
    path
}

/// The writes that lie whole on a page of their table, by what is on the pages: counted without the database.
fn whole(bytes: &[u8]) -> BTreeSet<u32> {
    let mut found = BTreeSet::new();
    // The leaf of a table with rows begins with 13.
    for page in bytes.chunks_exact(PAGE).filter(|page| page[0] == 13) {
        for at in 0..page.len() - 6 {
            if page[at..].starts_with(b"{\"n\":") {
                let digits = page[at + 5..].iter().take_while(|byte| byte.is_ascii_digit());
                let number: String = digits.map(|byte| char::from(*byte)).collect();
                found.insert(number.parse().unwrap());
            }
        }
    }
    found
}

/// Damages a file, opens it, and gives how many writes are there; the damaged file stays as it was, and all whole rows are kept.
fn kept_after(name: &str, damage: impl Fn(&mut Vec<u8>)) -> (usize, bool) {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path());
    let mut bytes = std::fs::read(&path).unwrap();
    assert_eq!(whole(&bytes).len(), WRITES as usize, "the count finds all that there is");
    damage(&mut bytes);
    std::fs::write(&path, &bytes).unwrap();

    let (mut store, salvage) = SqliteStore::open_or_salvage(&path, Durability::Process).unwrap();
    let salvage = salvage.unwrap_or_else(|| panic!("{name}: nothing was seen of it"));
    assert_eq!(std::fs::read(&salvage.aside).unwrap(), bytes, "{name}: the damaged file was changed");
    let rows = store.waiting("main", u32::MAX, u32::MAX).unwrap();
    assert_eq!(rows.len() as u64, salvage.writes, "{name}");
    assert!(rows.is_sorted_by_key(|row| row.number), "{name}");
    let mut found = BTreeSet::new();
    for row in &rows {
        let number: u32 = row.write.key.parse().unwrap();
        assert_eq!(row.write, write(number), "{name}");
        found.insert(number);
    }
    let missing: Vec<_> = whole(&bytes).difference(&found).copied().collect();
    assert!(missing.is_empty(), "{name}: whole and not kept: {missing:?}");
    // It is a store like any other, with nothing beside it but what was set aside.
    store.accept("main", &[write(WRITES)]).unwrap();
    drop(store);
    let (mut again, salvage_again) = SqliteStore::open_or_salvage(&path, Durability::Process).unwrap();
    assert_eq!((salvage_again, again.waiting_count().unwrap()), (None, salvage.writes + 1), "{name}");
    let names = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
    assert_eq!(names.filter(|name| name.to_string_lossy().contains("salvage")).count(), 0, "{name}");
    (rows.len(), salvage.is_partial)
}

#[test]
fn what_is_done_and_no_feed_has_told_of_is_not_missed() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path());
    let mut store = SqliteStore::open(&path, Durability::Process).unwrap();
    let done: Vec<Settled> = store
        .waiting("main", 5, u32::MAX)
        .unwrap()
        .iter()
        .map(|row| {
            let mut done = Settled::new((row.number, row.write.id), SendOutcome::Applied);
            done.version = Some(1);
            done
        })
        .collect();
    store.settle(&done).unwrap();
    store.pause().unwrap();
    drop(store);
    let mut bytes = std::fs::read(&path).unwrap();
    let items = bytes.chunks_exact_mut(PAGE).find(|page| page.windows(20).any(|part| part == [b'y'; 20]));
    items.unwrap()[..8].fill(0xff);
    std::fs::write(&path, bytes).unwrap();
    let (mut store, salvage) = SqliteStore::open_or_salvage(&path, Durability::Process).unwrap();
    let salvage = salvage.unwrap();
    assert_eq!((salvage.writes, salvage.is_partial), (u64::from(WRITES) - 5, false));
    assert_eq!(store.standing(done[0].id).unwrap(), Some(Standing::Settled(SendOutcome::Applied)));
}

/// Pages that are sound each by itself.
#[test]
fn a_write_that_only_the_index_of_ids_still_knows_is_told() {
    // The last row of a leaf is hidden.
    let (kept, is_partial) = kept_after_hiding(|bytes| {
        let leaf =
            bytes.chunks_exact_mut(PAGE).rfind(|page| page[0] == 13 && !whole(page).is_empty()).unwrap();
        leaf[4] -= 1;
    });
    assert!(is_partial && kept < WRITES as usize, "{kept}");
}

fn kept_after_hiding(damage: impl Fn(&mut Vec<u8>)) -> (usize, bool) {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path());
    let mut bytes = std::fs::read(&path).unwrap();
    damage(&mut bytes);
    std::fs::write(&path, &bytes).unwrap();
    let (mut store, salvage) = SqliteStore::open_or_salvage(&path, Durability::Process).unwrap();
    let rows = store.waiting("main", u32::MAX, u32::MAX).unwrap();
    (rows.len(), salvage.unwrap().is_partial)
}

/// Of an index of some rows `SQLite` itself does not always say that it is another page.
#[test]
fn an_index_of_some_rows_that_is_another_page_is_damage() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path());
    let bytes = std::fs::read(&path).unwrap();
    let database = rusqlite::Connection::open(&path).unwrap();
    let sql = "SELECT rootpage FROM sqlite_master WHERE name = 'outbox_settled'";
    let root = database.query_row(sql, [], |row| row.get::<_, u32>(0)).unwrap() as usize - 1;
    drop(database);
    // Of each kind one: leaves and others, of indexes and tables.
    for kind in [2, 5, 10, 13] {
        let other = bytes.chunks_exact(PAGE).rposition(|page| page[0] == kind).unwrap();
        let (kept, is_partial) =
            kept_after_hiding(|bytes| bytes.copy_within(other * PAGE..(other + 1) * PAGE, root * PAGE));
        assert_eq!((kept, is_partial), (WRITES as usize, false), "{kind}");
    }
}

#[test]
fn with_a_broken_header_every_write_is_kept() {
    let all = (WRITES as usize, false);
    assert_eq!(kept_after("the first 100 bytes are zero", |bytes| bytes[..100].fill(0)), all);
    assert_eq!(kept_after("the first 16 bytes are garbage", |bytes| bytes[..16].fill(0xA5)), all);
    assert_eq!(kept_after("all 100 bytes are garbage", |bytes| bytes[..100].fill(0xA5)), all);
    assert_eq!(
        kept_after("the size of pages is another", |bytes| bytes[16..18].copy_from_slice(&[2, 0])),
        all
    );
    assert_eq!(kept_after("the first page is zero", |bytes| bytes[..PAGE].fill(0)), all);
}

/// Messages are not listed anew: how far they were taken is kept, and so it is told where some are missing.
#[test]
fn how_far_messages_were_taken_is_kept_and_items_are_listed_anew() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path());
    let taken = Offset::new("0000017").unwrap();
    let mut store = SqliteStore::open(&path, Durability::Process).unwrap();
    assert!(store.set_position("vehicles/local/7", &Offset::BEGINNING, &taken).unwrap());
    store.pause().unwrap();
    drop(store);
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[..PAGE].fill(0);
    std::fs::write(&path, &bytes).unwrap();
    let (mut store, salvage) = SqliteStore::open_or_salvage(&path, Durability::Process).unwrap();
    assert_eq!(salvage.unwrap().writes, u64::from(WRITES));
    assert_eq!(store.position("vehicles/local/7").unwrap(), Some(taken));
    assert_eq!(store.position("me").unwrap(), None);
}

#[test]
fn of_a_file_that_was_cut_off_the_writes_before_the_cut_are_kept() {
    let (half, is_partial) = kept_after("cut at half", |bytes| bytes.truncate(bytes.len() / 2));
    assert!(is_partial && (800..1_200).contains(&half), "{half}");
    let (most, is_partial) = kept_after("cut at three quarters", |bytes| bytes.truncate(bytes.len() * 3 / 4));
    assert!(is_partial && (1_300..1_700).contains(&most), "{most}");
    let (odd, is_partial) = kept_after("cut in a page", |bytes| bytes.truncate(bytes.len() / 2 + 1_000));
    assert!(is_partial && odd >= half, "{odd}");
    let both = |bytes: &mut Vec<u8>| {
        bytes.truncate(bytes.len() / 2);
        bytes[..100].fill(0);
    };
    assert_eq!(kept_after("cut, and without a header", both), (half, true));
}

#[test]
fn without_a_page_in_the_middle_all_others_are_kept() {
    let mut lost = 0;
    for page in 0..4 {
        let name = format!("page {page} behind the middle is zero");
        let (kept, is_partial) = kept_after(&name, |bytes| {
            let at = (bytes.len() / PAGE / 2 + page) * PAGE;
            bytes[at..at + PAGE].fill(0);
        });
        assert!(kept >= WRITES as usize - 20, "{name}: {kept}");
        assert_eq!(is_partial, kept < WRITES as usize, "{name}");
        lost += WRITES as usize - kept;
    }
    assert!(lost > 0, "none of the pages was one of writes");
}

#[test]
fn without_the_page_that_leads_to_all_others_their_writes_are_found_all_the_same() {
    let (kept, is_partial) = kept_after("all pages that lead to others are zero", |bytes| {
        // They begin with 5.
        let leading = bytes.chunks_exact_mut(PAGE).filter(|page| page[0] == 5);
        assert!(leading.map(|page| page.fill(0)).count() > 0);
    });
    assert_eq!((kept, is_partial), (WRITES as usize, true));
}

/// The page that leads to all writes.
fn root(bytes: &mut [u8]) -> &mut [u8] {
    bytes.chunks_exact_mut(PAGE).find(|page| page[0] == 5).unwrap()
}

/// The keys of what waits in a damaged file.
fn kept(path: &Path, bytes: &[u8]) -> BTreeSet<u32> {
    std::fs::write(path, bytes).unwrap();
    let (mut store, salvage) = SqliteStore::open_or_salvage(path, Durability::Process).unwrap();
    assert!(salvage.unwrap().is_partial);
    let rows = store.waiting("main", u32::MAX, u32::MAX).unwrap();
    rows.iter().map(|row| row.write.key.parse().unwrap()).collect()
}

#[test]
fn what_was_sent_is_nowhere_in_the_file_and_the_rest_is_found_wherever_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path());
    let mut store = SqliteStore::open(&path, Durability::Process).unwrap();
    for row in store.waiting("main", u32::MAX, u32::MAX).unwrap().iter().take(1_500) {
        assert!(store.discard(row.write.id).unwrap());
    }
    store.pause().unwrap();
    drop(store);
    let bytes = std::fs::read(&path).unwrap();
    let rest: BTreeSet<u32> = (1_500..WRITES).collect();
    assert_eq!(whole(&bytes), rest);
    let first_free = u32::from_be_bytes(bytes[32..36].try_into().unwrap()) as usize;
    assert_ne!(first_free, 0, "no page is free: the test shows nothing");

    let mut lost = bytes.clone();
    root(&mut lost).fill(0);
    assert_eq!(kept(&path, &lost), rest);
    // Also where the list of free pages is lost, or cut off, or its beginning in the header.
    let mut no_list = lost.clone();
    no_list[(first_free - 1) * PAGE..first_free * PAGE].fill(0xA5);
    assert_eq!(kept(&path, &no_list), rest);
    let mut no_header = lost.clone();
    no_header[..100].fill(0);
    assert_eq!(kept(&path, &no_header), rest);
    let mut elsewhere = lost;
    elsewhere[32..36].copy_from_slice(&u32::MAX.to_be_bytes());
    assert_eq!(kept(&path, &elsewhere), rest);
}

#[test]
fn what_a_version_of_before_left_on_free_pages_is_not_found_again_and_goes_with_the_next_opening() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path());
    let raw = rusqlite::Connection::open(&path).unwrap();
    raw.execute_batch("DROP TABLE wiped; DELETE FROM outbox WHERE number <= 1500; PRAGMA user_version = 4")
        .unwrap();
    drop(raw);
    let bytes = std::fs::read(&path).unwrap();
    let rest: BTreeSet<u32> = (1_500..WRITES).collect();
    assert!(whole(&bytes).len() > rest.len(), "nothing is left on free pages: the test shows nothing");
    let mut lost = bytes.clone();
    root(&mut lost).fill(0);
    assert_eq!(kept(&path, &lost), rest);
    // Which pages are in use is not known then, and nothing leads to any.
    let mut no_list = lost;
    no_list[32..36].copy_from_slice(&u32::MAX.to_be_bytes());
    assert_eq!(kept(&path, &no_list), BTreeSet::new());

    std::fs::write(&path, &bytes).unwrap();
    SqliteStore::open(&path, Durability::Process).unwrap().pause().unwrap();
    let bytes = std::fs::read(&path).unwrap();
    let on_pages_in_use = whole(&bytes).len();
    assert!((500..520).contains(&on_pages_in_use), "{on_pages_in_use}");
}

#[test]
fn what_is_in_the_log_only_is_kept_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path());
    let mut store = SqliteStore::open(&path, Durability::Process).unwrap();
    store.accept("main", &(WRITES..WRITES + 50).map(write).collect::<Vec<_>>()).unwrap();
    let damaged = folder.path().join("damaged.db");
    let log = |path: &Path| PathBuf::from(format!("{}-wal", path.display()));
    std::fs::copy(&path, &damaged).unwrap();
    std::fs::copy(log(&path), log(&damaged)).unwrap();
    drop(store);
    let mut bytes = std::fs::read(&damaged).unwrap();
    bytes[..100].fill(0);
    std::fs::write(&damaged, &bytes).unwrap();
    let (mut store, salvage) = SqliteStore::open_or_salvage(&damaged, Durability::Process).unwrap();
    assert_eq!(store.waiting_count().unwrap(), u64::from(WRITES) + 50, "{salvage:?}");
}

#[test]
fn a_file_of_a_newer_version_is_not_damaged_and_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path());
    let raw = rusqlite::Connection::open(&path).unwrap();
    raw.pragma_update(None, "user_version", 99).unwrap();
    drop(raw);
    let bytes = std::fs::read(&path).unwrap();
    let refused = SqliteStore::open_or_salvage(&path, Durability::Process).unwrap_err();
    assert!(matches!(refused, StoreError::TooNew { found: 99, .. }), "{refused}");
    assert_eq!(refused.to_string(), "a database of version 99, this client reads up to 5");
    assert_eq!(std::fs::read(&path).unwrap(), bytes);
    let names = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
    assert_eq!(names.filter(|name| name != "client.db-lock").count(), 1);
}

/// Only the log says whose it is: the file itself is as it was made.
#[test]
fn what_is_another_programs_or_a_newer_versions_is_left_as_it_is_also_where_its_log_is_damaged() {
    for is_ours in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let (path, whole) = (folder.path().join("client.db"), folder.path().join("whole.db"));
        let log = |path: &Path| PathBuf::from(format!("{}-wal", path.display()));
        let store = is_ours.then(|| SqliteStore::open(&whole, Durability::Process).unwrap());
        let raw = rusqlite::Connection::open(&whole).unwrap();
        raw.pragma_update(None, "journal_mode", "WAL").unwrap();
        if is_ours {
            raw.execute_batch("CREATE TABLE of_tomorrow (a)").unwrap();
            raw.pragma_update(None, "user_version", 99).unwrap();
        } else {
            raw.execute_batch("CREATE TABLE notes (text TEXT)").unwrap();
        }
        for number in 0..5 {
            raw.execute_batch(&format!("CREATE TABLE more_{number} (a)")).unwrap();
        }
        for name in [|path: &Path| path.to_owned(), log] {
            std::fs::copy(name(&whole), name(&path)).unwrap();
        }
        drop((raw, store));
        // A bit in the page of a commit before the last.
        let mut bytes = std::fs::read(log(&path)).unwrap();
        let frame = bytes.len() - 4 * (PAGE + 24);
        bytes[frame + 24 + 1_000] ^= 1;
        std::fs::write(log(&path), &bytes).unwrap();
        let before = [std::fs::read(&path).unwrap(), bytes];
        let refused = SqliteStore::open_or_salvage(&path, Durability::Process).unwrap_err();
        let is_right = if is_ours {
            matches!(refused, StoreError::TooNew { found: 99, .. })
        } else {
            matches!(refused, StoreError::Foreign { .. })
        };
        assert!(is_right, "{is_ours}: {refused}");
        assert_eq!([std::fs::read(&path).unwrap(), std::fs::read(log(&path)).unwrap()], before, "{is_ours}");
        let names = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
        let ours = names.filter(|name| name.to_string_lossy().starts_with("client"));
        assert_eq!(ours.count(), 3, "the file, its log, and the lock");
    }
}

#[test]
fn of_what_never_was_a_database_nothing_is_kept_and_that_is_told() {
    for (name, bytes) in [
        ("text", b"no database at all. ".repeat(1_000)),
        ("zeros", vec![0; 10 * PAGE]),
        ("one byte", vec![7]),
        ("only a header", b"SQLite format 3\0".to_vec()),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("client.db");
        std::fs::write(&path, &bytes).unwrap();
        let (mut store, salvage) = SqliteStore::open_or_salvage(&path, Durability::Process).unwrap();
        let salvage = salvage.unwrap_or_else(|| panic!("{name}: nothing was seen of it"));
        assert_eq!(
            (salvage.writes, salvage.is_partial, store.waiting_count().unwrap()),
            (0, true, 0),
            "{name}"
        );
        assert_eq!(std::fs::read(&salvage.aside).unwrap(), bytes, "{name}");
    }
}

#[test]
fn whichever_byte_of_the_text_of_its_tables_is_another_every_write_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("client.db");
    let mut store = SqliteStore::open(&path, Durability::Process).unwrap();
    store.accept("main", &(0..200).map(write).collect::<Vec<_>>()).unwrap();
    store.pause().unwrap();
    drop(store);
    let sound = std::fs::read(&path).unwrap();
    // The rows of the schema lie at the end of the first page, the latest first.
    let from = sound[..PAGE].windows(6).position(|bytes| bytes == b"CREATE").unwrap() - 40;
    let base = sound[..PAGE].windows(12).position(|bytes| bytes == b"base INTEGER").unwrap();
    let strided = (from..PAGE).step_by(23).map(|at| (at, sound[at] ^ 0x15));
    let told = [(base, 0xD8), (base, 0x80), (base, b' '), (base, b'B'), (base + 2, 0)];
    let mut damaged = 0;
    for (at, byte) in told.into_iter().chain(strided) {
        let mut bytes = sound.clone();
        bytes[at] = byte;
        std::fs::write(&path, &bytes).unwrap();
        let opened = SqliteStore::open(&path, Durability::Process).map(drop);
        let (mut store, salvage) = SqliteStore::open_or_salvage(&path, Durability::Process).unwrap();
        let rows = store.waiting("main", u32::MAX, u32::MAX).unwrap();
        assert_eq!(rows.len(), 200, "byte {at} is {byte:#x}: {opened:?}, {salvage:?}");
        assert!(rows.iter().zip(0..).all(|(row, number)| row.write == write(number)), "byte {at}");
        if let Some(salvage) = salvage {
            damaged += 1;
            std::fs::remove_file(salvage.aside).unwrap();
        }
        if told.contains(&(at, byte)) {
            assert!(matches!(opened, Err(StoreError::Corrupt)), "byte {at} is {byte:#x}: {opened:?}");
        }
        store.pause().unwrap();
    }
    assert!(damaged > 60, "{damaged}");
}

#[test]
fn opening_sees_what_tells_of_the_rest_and_reading_sees_a_page() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path());
    let sound = std::fs::read(&path).unwrap();
    let damaged = |damage: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = sound.clone();
        damage(&mut bytes);
        std::fs::write(&path, bytes).unwrap();
        SqliteStore::open(&path, Durability::Disk)
    };
    for opened in [
        damaged(&|bytes| bytes[..100].fill(0)),
        damaged(&|bytes| bytes[..PAGE].fill(0)),
        damaged(&|bytes| bytes.truncate(bytes.len() / 2)),
    ] {
        assert!(matches!(opened, Err(StoreError::Corrupt)), "{opened:?}");
    }
    // Leaves of the outbox, and not what leads to them.
    let leaves = |bytes: &mut Vec<u8>| {
        let leaves = bytes.chunks_exact_mut(PAGE).filter(|page| page[0] == 13 && !whole(page).is_empty());
        leaves.for_each(|page| page.fill(0));
    };
    let mut store = damaged(&leaves).unwrap();
    assert!(matches!(store.waiting("main", 100, u32::MAX), Err(StoreError::Corrupt)));
}
