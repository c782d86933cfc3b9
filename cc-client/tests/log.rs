//! The log beside a file, damaged after the process was killed: what was promised is not forgotten in silence.
#![cfg(feature = "sqlite")]
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

#[path = "common/writes.rs"]
mod writes;

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering::SeqCst;
use std::sync::atomic::{AtomicBool, AtomicU32};

use cc_client::Write;
use cc_client::store::{Durability, Salvage, SqliteStore, Store, StoreError};

const WRITES: u32 = 300;
const FRAME: usize = 24 + 4_096;

fn write(number: u32) -> Write {
    writes::write(number, &number.to_string(), &format!("{{\"text\":\"{}\"}}", "x".repeat(150)))
}

/// What a process that was killed leaves: 300 writes, two thirds of them in the file and the rest in its log, one commit each.
fn killed(folder: &Path) -> PathBuf {
    let (open, path) = (folder.join("open.db"), folder.join("client.db"));
    let mut store = SqliteStore::open(&open, Durability::Disk).unwrap();
    for number in 0..WRITES {
        store.accept("main", &[write(number)]).unwrap();
        if number == WRITES * 2 / 3 {
            store.pause().unwrap();
        }
    }
    std::fs::copy(&open, &path).unwrap();
    std::fs::copy(log(&open), log(&path)).unwrap();
    path
}

fn log(path: &Path) -> PathBuf {
    format!("{}-wal", path.display()).into()
}

/// Damages the log; gives what was kept and how many writes are there.
fn after(killed: &Path, name: &str, damage: impl Fn(&mut Vec<u8>)) -> (Option<Salvage>, u64) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("client.db");
    std::fs::copy(killed, &path).unwrap();
    let mut bytes = std::fs::read(log(killed)).unwrap();
    assert!(bytes.len() > 200 * FRAME, "the log is too short to show anything");
    damage(&mut bytes);
    std::fs::write(log(&path), &bytes).unwrap();
    let is_refused = matches!(SqliteStore::open(&path, Durability::Disk), Err(StoreError::Corrupt));
    let (mut store, salvage) = SqliteStore::open_or_salvage(&path, Durability::Disk).unwrap();
    assert_eq!(is_refused, salvage.is_some(), "{name}");
    if let Some(salvage) = &salvage {
        assert_eq!(std::fs::read(log(&salvage.aside)).unwrap(), bytes, "{name}: the log was changed");
    }
    let rows = store.waiting("main", u32::MAX, u32::MAX).unwrap();
    for row in &rows {
        let number: u32 = row.write.key.parse().unwrap();
        assert_eq!(row.write, write(number), "{name}");
    }
    drop(store);
    let again = SqliteStore::open_or_salvage(&path, Durability::Disk).unwrap().1;
    assert_eq!(again, None, "{name}");
    (salvage, rows.len() as u64)
}

#[test]
fn one_bit_in_the_log_loses_one_write_at_most_and_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let killed = killed(folder.path());
    for at in
        [0, 5, 20, 25, 100, 32 + FRAME + 9, 32 + 20 * FRAME + 18, 32 + 50 * FRAME + 300, 32 + 99 * FRAME]
    {
        for bit in [0, 7] {
            let name = format!("bit {bit} of byte {at}");
            let (salvage, writes) = after(&killed, &name, |bytes| bytes[at] ^= 1 << bit);
            let salvage = salvage.unwrap_or_else(|| panic!("{name}: nothing was seen of it"));
            assert_eq!(salvage.is_partial, at >= 32, "{name}");
            assert_eq!(salvage.writes, writes, "{name}");
            let all = u64::from(WRITES);
            assert!(writes == all || (at >= 32 && writes + 20 > all), "{name}: {writes}");
        }
    }
}

type Damage = fn(&mut Vec<u8>);

/// A disk loses sectors, and not bytes.
#[test]
fn a_log_whose_first_sectors_are_gone_is_damage_and_what_stands_behind_them_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let killed = killed(folder.path());
    let damages: [(&str, Damage); 8] = [
        ("two headers", |bytes| bytes[..56].fill(0)),
        ("a hundred bytes", |bytes| bytes[..100].fill(0xFF)),
        ("a sector", |bytes| bytes[..512].fill(0)),
        ("a large sector", |bytes| bytes[..4_096].fill(0)),
        ("some frames", |bytes| bytes[..20_000].fill(0)),
        ("noise", |bytes| {
            let mut seed = 1_u32;
            for byte in &mut bytes[..8_192] {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                *byte = (seed >> 24) as u8;
            }
        }),
        ("a sector less", |bytes| drop(bytes.drain(..512))),
        ("a large sector less", |bytes| drop(bytes.drain(..4_096))),
    ];
    for (name, damage) in damages {
        let (salvage, writes) = after(&killed, name, damage);
        let salvage = salvage.unwrap_or_else(|| panic!("{name}: nothing was seen of it"));
        assert!(salvage.is_partial, "{name}");
        assert_eq!(salvage.writes, writes, "{name}");
        assert!(writes + 20 > u64::from(WRITES), "{name}: {writes}");
    }
}

/// An outbox is often sent in one go, and its log is one commit.
#[test]
fn a_log_of_one_commit_whose_header_does_not_read_is_damage() {
    let folder = tempfile::tempdir().unwrap();
    let open = folder.path().join("open.db");
    drop(SqliteStore::open(&open, Durability::Disk).unwrap());
    let damages: [(&str, Damage); 8] = [
        ("header", |bytes| bytes[..32].fill(0)),
        ("order", |bytes| bytes[3] ^= 1),
        ("two headers", |bytes| bytes[..56].fill(0)),
        ("a sector", |bytes| bytes[..512].fill(0)),
        ("a large sector", |bytes| bytes[..4_096].fill(0)),
        ("two large sectors", |bytes| bytes[..8_192].fill(0xA5)),
        ("a large sector less", |bytes| drop(bytes.drain(..4_096))),
        ("all", |bytes| bytes.fill(0)),
    ];
    for writes in [1, 150] {
        let path = folder.path().join(format!("{writes}.db"));
        std::fs::copy(&open, &path).unwrap();
        let mut store = SqliteStore::open(&path, Durability::Disk).unwrap();
        store.accept("main", &(0..writes).map(write).collect::<Vec<_>>()).unwrap();
        let bytes = std::fs::read(log(&path)).unwrap();
        for (name, damage) in damages {
            let (there, mut bytes) = (folder.path().join(format!("{writes} {name}.db")), bytes.clone());
            std::fs::copy(&path, &there).unwrap();
            damage(&mut bytes);
            std::fs::write(log(&there), &bytes).unwrap();
            let refused = SqliteStore::open(&there, Durability::Disk).map(drop);
            assert!(matches!(refused, Err(StoreError::Corrupt)), "{writes}, {name}: {refused:?}");
            let (mut kept, salvage) = SqliteStore::open_or_salvage(&there, Durability::Disk).unwrap();
            let salvage = salvage.unwrap_or_else(|| panic!("{writes}, {name}: nothing was seen of it"));
            assert_eq!(std::fs::read(log(&salvage.aside)).unwrap(), bytes, "{writes}, {name}");
            assert_eq!(salvage.writes, kept.waiting_count().unwrap(), "{writes}, {name}");
            let is_whole = ["header", "order"].contains(&name);
            assert_eq!(salvage.is_partial, !is_whole, "{writes}, {name}");
            let all = u64::from(writes);
            // One write is on the page whose frame is gone; of many, the frames behind it hold the rest.
            assert_eq!(salvage.writes == all, is_whole || (all > 1 && name != "all"), "{writes}, {name}");
        }
    }
}

#[test]
fn a_log_that_ends_in_the_middle_of_its_last_commit_is_not_damaged() {
    let folder = tempfile::tempdir().unwrap();
    let killed = killed(folder.path());
    let all = u64::from(WRITES);
    for (name, lost, damage) in [
        ("whole", 0, (|_: &mut Vec<u8>| {}) as fn(&mut Vec<u8>)),
        ("without its last byte", 1, |bytes| bytes.truncate(bytes.len() - 1)),
        ("without the last half of a frame", 1, |bytes| bytes.truncate(bytes.len() - FRAME / 2)),
        ("with zeros at the end", 1, |bytes| {
            let at = bytes.len() - 1_000;
            bytes[at..].fill(0);
        }),
        ("with zeros behind", 0, |bytes| bytes.extend([0; 3 * FRAME])),
        ("with a first frame of the last commit that was not written", 1, |bytes| {
            // Each commit here has two frames or more; the last frame is whole.
            let at = bytes.len() - 2 * FRAME;
            bytes[at..at + FRAME].fill(0);
        }),
    ] {
        assert_eq!(after(&killed, name, damage), (None, all - lost), "{name}");
    }
}

#[test]
fn what_is_left_of_a_log_that_began_anew_is_not_damage() {
    let folder = tempfile::tempdir().unwrap();
    let (open, path) = (folder.path().join("open.db"), folder.path().join("client.db"));
    let mut store = SqliteStore::open(&open, Durability::Disk).unwrap();
    let mut longest = 0;
    for number in 0..WRITES {
        store.accept("main", &[write(number)]).unwrap();
        let length = std::fs::metadata(log(&open)).unwrap().len();
        // It has gone on at its beginning, and the end is of before.
        if number % 10 == 0 && length == longest {
            std::fs::copy(&open, &path).unwrap();
            std::fs::copy(log(&open), log(&path)).unwrap();
            drop(SqliteStore::open(&path, Durability::Disk).unwrap());
            longest = u64::MAX;
        }
        longest = longest.max(length);
    }
    assert_eq!(longest, u64::MAX, "the log never began anew");
}

#[test]
fn a_log_without_its_file_is_damage_and_no_new_file() {
    for is_there in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("client.db");
        {
            let open = folder.path().join("open.db");
            let mut store = SqliteStore::open(&open, Durability::Disk).unwrap();
            store.accept("main", &(0..50).map(write).collect::<Vec<_>>()).unwrap();
            std::fs::copy(log(&open), log(&path)).unwrap();
        }
        if is_there {
            std::fs::write(&path, []).unwrap();
        }
        let bytes = std::fs::read(log(&path)).unwrap();
        let refused = SqliteStore::open(&path, Durability::Disk).unwrap_err();
        assert!(matches!(refused, StoreError::Corrupt), "{refused}");
        assert_eq!(std::fs::read(log(&path)).unwrap(), bytes, "the log was touched");
        let (mut store, salvage) = SqliteStore::open_or_salvage(&path, Durability::Disk).unwrap();
        let salvage = salvage.unwrap();
        assert_eq!((salvage.writes, salvage.is_partial, store.waiting_count().unwrap()), (50, true, 50));
        assert_eq!(std::fs::read(log(&salvage.aside)).unwrap(), bytes);
    }
}

/// A log that began anew after so many writes were in the file; then `more` happened, and the file is gone. Gives the keys that are kept.
fn kept_of_a_long_outbox(first: u32, more: impl Fn(&mut SqliteStore)) -> Vec<u32> {
    let folder = tempfile::tempdir().unwrap();
    let (path, open) = (folder.path().join("client.db"), folder.path().join("open.db"));
    let mut store = SqliteStore::open(&open, Durability::Disk).unwrap();
    store.belong("anna").unwrap();
    store.accept("main", &(0..first).map(write).collect::<Vec<_>>()).unwrap();
    // All of it is in the file, and the log begins anew.
    store.pause().unwrap();
    more(&mut store);
    std::fs::copy(log(&open), log(&path)).unwrap();
    let bytes = std::fs::read(log(&path)).unwrap();
    let (mut kept, salvage) = SqliteStore::open_or_salvage(&path, Durability::Disk).unwrap();
    let salvage = salvage.unwrap();
    assert_eq!((salvage.writes, salvage.is_partial), (kept.waiting_count().unwrap(), true));
    assert_eq!(std::fs::read(log(&salvage.aside)).unwrap(), bytes);
    let rows = kept.waiting("main", u32::MAX, u32::MAX).unwrap();
    let keys = rows.into_iter().map(|row| {
        let key = row.write.key.parse().unwrap();
        assert_eq!(row.write, write(key));
        key
    });
    let keys = keys.collect();
    assert_eq!(kept.value("principal").unwrap().as_deref(), Some(&b"anna"[..]));
    keys
}

#[test]
fn of_a_long_outbox_without_its_file_everything_is_kept_that_stands_in_the_log() {
    for (first, more) in
        [180, 184, 187, 192, 195].into_iter().flat_map(|first| [(first, 1), (first, 8), (first, 90)])
    {
        let written = first..first + more;
        let kept = kept_of_a_long_outbox(first, |store| {
            written.clone().for_each(|number| store.accept("main", &[write(number)]).unwrap());
        });
        let is_all = kept.is_sorted() && kept.ends_with(&written.collect::<Vec<_>>());
        assert!(is_all, "{more} after {first}: {kept:?}");
    }
}

#[test]
fn what_left_the_outbox_does_not_come_back_out_of_a_log_without_its_file() {
    let id = |number| write(number).id;
    for (from, to) in [(0, 100), (190, 192), (0, 192)] {
        for is_first in [true, false] {
            let kept = kept_of_a_long_outbox(192, |store| {
                let add = |store: &mut SqliteStore| {
                    (192..210).for_each(|number| store.accept("main", &[write(number)]).unwrap());
                };
                if is_first {
                    add(store);
                }
                for number in from..to {
                    assert!(store.discard(id(number)).unwrap());
                }
                if !is_first {
                    add(store);
                }
            });
            assert!(!kept.iter().any(|number| (from..to).contains(number)), "{from} to {to}: {kept:?}");
            assert!(kept.ends_with(&(192..210).collect::<Vec<_>>()), "{from} to {to}: {kept:?}");
        }
    }
}

#[test]
fn a_log_that_another_process_is_writing_is_not_damaged() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("client.db");
    let mut writer = SqliteStore::open(&path, Durability::Process).unwrap();
    let (is_enough, written) = (AtomicBool::new(false), AtomicU32::new(0));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !is_enough.load(SeqCst) {
                let number = written.fetch_add(1, SeqCst);
                writer.accept("main", &[write(number)]).unwrap();
            }
        });
        // The log begins anew a few times meanwhile.
        let mut opened = 0;
        while opened < 6 || written.load(SeqCst) < 1_500 {
            let store = SqliteStore::open(&path, Durability::Disk);
            is_enough.store(store.is_err(), SeqCst);
            drop(store.unwrap());
            opened += 1;
        }
        is_enough.store(true, SeqCst);
    });
}

/// The log of a young file holds all of it, the tables too, and the file is a header.
#[test]
fn a_bad_frame_in_the_log_of_a_young_file_loses_no_write_that_does_not_stand_in_it() {
    for count in [3, 20] {
        let folder = tempfile::tempdir().unwrap();
        let (open, path) = (folder.path().join("open.db"), folder.path().join("client.db"));
        let mut store = SqliteStore::open(&open, Durability::Disk).unwrap();
        for number in 0..count {
            store.accept("main", &[write(number)]).unwrap();
        }
        std::fs::copy(&open, &path).unwrap();
        let bytes = std::fs::read(log(&open)).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().len(), 4_096);
        let damages: [(&str, Damage); 4] = [
            ("a bit of the first frame", |bytes| bytes[32 + 24 + 3_000] ^= 1),
            ("a bit of the second frame", |bytes| bytes[32 + FRAME + 24 + 3_000] ^= 1),
            ("a sector", |bytes| bytes[..512].fill(0)),
            ("a sector less", |bytes| drop(bytes.drain(..512))),
        ];
        for (name, damage) in damages {
            let path = folder.path().join(format!("{count} {name}"));
            std::fs::copy(&open, &path).unwrap();
            let mut bytes = bytes.clone();
            damage(&mut bytes);
            std::fs::write(log(&path), &bytes).unwrap();
            let (mut store, salvage) = SqliteStore::open_or_salvage(&path, Durability::Disk).unwrap();
            let salvage = salvage.unwrap_or_else(|| panic!("{name}: nothing was seen of it"));
            assert_eq!(store.waiting_count().unwrap(), u64::from(count), "{count}, {name}: {salvage:?}");
        }
    }
}
