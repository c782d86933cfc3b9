//! Salvages on a disk with ever less room.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use cc_client::store::{Durability, SqliteStore, Store, StoreError};

use super::crash::write;

const PAGE: usize = 4_096;
const WRITES: u32 = 400;

/// A file of 400 writes, a page of which is damaged.
fn damaged(path: &Path) -> Vec<u8> {
    let mut store = SqliteStore::open(path, Durability::Process).unwrap();
    let writes: Vec<_> = (0..WRITES).map(write).collect();
    store.accept("main", &writes).unwrap();
    store.pause().unwrap();
    drop(store);
    let mut bytes = fs::read(path).unwrap();
    let mut leaves = bytes.chunks(PAGE).enumerate().filter(|(_, page)| page[0] == 13).map(|(at, _)| at);
    let at = leaves.nth(30).unwrap() * PAGE;
    bytes[at..at + PAGE].fill(0xA5);
    bytes
}

fn begin(folder: &Path, bytes: &[u8]) {
    for file in fs::read_dir(folder).unwrap() {
        fs::remove_file(file.unwrap().path()).unwrap();
    }
    fs::write(folder.join("client.db"), bytes).unwrap();
}

/// Fills the disk, but for so many bytes.
fn leave(folder: &Path, room: u64) {
    let mut filler = fs::File::create(folder.join("other-app")).unwrap();
    while filler.write_all(&[1; PAGE]).is_ok() {}
    let length = filler.metadata().unwrap().len();
    filler.set_len(length.saturating_sub(room)).unwrap();
}

fn salvaged(path: &Path) -> Result<u64, StoreError> {
    let (mut store, salvage) = SqliteStore::open_or_salvage(path, Durability::Process)?;
    let salvage = salvage.expect("it is damaged");
    assert_eq!(store.waiting_count().unwrap(), salvage.writes);
    Ok(salvage.writes)
}

/// In a folder on a small disk: whatever room there is, all is kept that can be, or nothing is done and that is told.
pub(super) fn salvage_with_ever_less(folder: &str) {
    let folder = Path::new(folder);
    let path = folder.join("client.db");
    let bytes = damaged(&path);
    begin(folder, &bytes);
    let all = salvaged(&path).unwrap();
    assert!(all < u64::from(WRITES) && all > u64::from(WRITES) - 10, "{all}");
    let (mut told, mut kept) = (0, 0);
    for room in (0..4 * bytes.len()).step_by(3 * PAGE) {
        begin(folder, &bytes);
        leave(folder, room as u64);
        match salvaged(&path) {
            Ok(writes) => {
                assert_eq!(writes, all, "with {room} bytes of room");
                kept += 1;
            }
            Err(StoreError::Full) => {
                assert!(fs::read(&path).unwrap() == bytes, "with {room} bytes of room: it is another file");
                fs::remove_file(folder.join("other-app")).unwrap();
                assert_eq!(salvaged(&path).unwrap(), all, "after {room} bytes of room");
                told += 1;
            }
            Err(other) => panic!("with {room} bytes of room: {other:?}"),
        }
    }
    println!(
        "salvages on a disk with less room than they need: {told} told, {kept} done, of {all} writes each"
    );
    assert!(told > 20 && kept > 20);
}
