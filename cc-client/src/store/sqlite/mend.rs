//! A copy of a damaged file that `SQLite` can open: its first page tells how large it is and where the tables begin, and without that page
//! nothing of the rest can be read.
//!
//! What is wrong elsewhere stays: whoever reads the copy steps over it.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use super::log;
use super::salvage::{beside, failed};
use crate::store::StoreError;

/// The size of a page: `SQLite`'s own, which no version of the tables has changed.
pub(super) const PAGE: usize = 4_096;
/// The header of a database file (`SQLite`, "Database File Format", 1.3).
const HEADER: usize = 100;
const MAGIC: &[u8; 16] = b"SQLite format 3\0";
/// Where the header has the counter of changes, the size in pages, and the counter at which that size was right.
const CHANGES: usize = 24;
const SIZE: usize = 28;
const SIZED_AT: usize = 92;

/// The first page of a file.
pub(super) fn first_page(path: &Path) -> Result<Vec<u8>, StoreError> {
    let mut page = beginning(path, PAGE as u64)?;
    page.resize(PAGE, 0);
    Ok(page)
}

/// A file, up to so many bytes.
pub(super) fn beginning(path: &Path, most: u64) -> Result<Vec<u8>, StoreError> {
    let mut bytes = Vec::new();
    let read =
        OpenOptions::new().read(true).open(path).and_then(|file| file.take(most).read_to_end(&mut bytes));
    read.map_err(|error| failed(&error))?;
    Ok(bytes)
}

/// A copy that can be read.
pub(super) struct Mended {
    pub(super) connection: Connection,
    /// The header is the file's own.
    pub(super) is_header_sound: bool,
    /// Pages of the log may be wrong, or missing.
    pub(super) is_log_partial: bool,
}

/// Copies a damaged file and its log, and opens the copy with as little mended as it takes; `None` where nothing helps. `sound` is the
/// first page of a new file: the tables that matter begin where they begin there.
pub(super) fn open_copy(path: &Path, copy: &Path, sound: &[u8]) -> Result<Option<Mended>, StoreError> {
    for end in ["", "-wal"] {
        if beside(path, end).exists() {
            std::fs::copy(beside(path, end), beside(copy, end)).map_err(|error| failed(&error))?;
        }
    }
    let is_log_partial = log::mend(&beside(copy, "-wal"))?;
    let first = first_page(copy)?;
    let mut with_header = first.clone();
    let has_header = is_header(&first);
    if !has_header {
        with_header.splice(..HEADER, sound.iter().take(HEADER).copied());
    }
    for (page, is_header_sound) in [(with_header, has_header), (sound.to_vec(), false)] {
        put_first_page(copy, page)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let Ok(old) = Connection::open_with_flags(copy, flags) else { continue };
        let tables = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'outbox'";
        if old.query_row(tables, [], |row| row.get(0)) == Ok(1_i64) {
            return Ok(Some(Mended { connection: old, is_header_sound, is_log_partial }));
        }
        // With the log in it, the copy would not be what it was.
        let kept = old.set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true);
        if kept.is_err() {
            return Ok(None);
        }
    }
    Ok(None)
}

/// Whether these bytes may be the header of a file of ours.
pub(super) fn is_header(page: &[u8]) -> bool {
    let size = page.get(16..18).map_or(0, |size| usize::from(size[0]) << 8 | usize::from(size[1]));
    page.starts_with(MAGIC) && size == PAGE && page.get(21..24) == Some(&[64, 32, 32])
}

/// Writes the first page, in which the size is that of the file.
fn put_first_page(path: &Path, mut page: Vec<u8>) -> Result<(), StoreError> {
    let mut file = OpenOptions::new().write(true).open(path).map_err(|error| failed(&error))?;
    let length = file.metadata().map_err(|error| failed(&error))?.len();
    // Of a page that was cut off, what is missing would be read as zeros.
    let pages = (length / PAGE as u64).max(1);
    let size = u32::try_from(pages).unwrap_or(u32::MAX).to_be_bytes();
    if page.len() >= HEADER {
        page[SIZE..SIZE + 4].copy_from_slice(&size);
        page.copy_within(CHANGES..CHANGES + 4, SIZED_AT);
    }
    let write = |file: &mut File| {
        file.set_len(pages * PAGE as u64)?;
        file.seek(SeekFrom::Start(0))?;
        file.write_all(&page)?;
        file.flush()
    };
    write(&mut file).map_err(|error| failed(&error))
}

/// Puts a page in the place of another; the first is number 1.
pub(super) fn put_page(path: &Path, number: usize, page: &[u8]) -> Result<(), StoreError> {
    let at = number.saturating_sub(1) as u64 * PAGE as u64;
    let write = || {
        let mut file = OpenOptions::new().write(true).open(path)?;
        file.seek(SeekFrom::Start(at))?;
        file.write_all(page)?;
        file.flush()
    };
    write().map_err(|error| failed(&error))
}
