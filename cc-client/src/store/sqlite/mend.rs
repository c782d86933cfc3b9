//! A copy of a damaged file in which the outbox is there, and the writes on pages that no other leads to.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use super::salvage::{Rows, rows_from};
use super::{failed, log, schema};
use crate::Stamp;
use crate::store::StoreError;
use crate::store::sqlite_mend::{self, PAGE, Pages, Table, beside, lengthen};

/// What the index of a log takes, bytes, and some.
const NEEDED: usize = 64 << 10;
/// More rows than any page has.
const MOST_ROWS: usize = PAGE;

/// A copy that can be read.
pub(super) struct Mended {
    pub(super) connection: Connection,
    /// The copy may tell which of its pages are in no use, or they have nothing on them.
    pub(super) is_use_known: bool,
    /// Nothing stands on pages that are in no use.
    pub(super) is_wiped: bool,
    /// Pages of the log may be wrong, or missing.
    pub(super) is_log_partial: bool,
}

/// Copies a damaged file and its log, and opens the copy with as little mended as it takes; `None` where nothing helps. `sound` is the
/// first page of a new file.
pub(super) fn open_copy(path: &Path, copy: &Path, sound: &[u8]) -> Result<Option<Mended>, StoreError> {
    let mended = opened(path, copy, sound, true)?;
    if mended.is_some() {
        return Ok(mended);
    }
    // What was known of the other log.
    let _ = std::fs::remove_file(beside(copy, "-shm"));
    // A damaged first page in the log hides the one in the file, and any that is put there.
    let mended = opened(path, copy, sound, false)?;
    if mended.is_none() {
        has_room(copy)?;
    }
    Ok(mended)
}

/// Without room for what `SQLite` has beside a file, none can be read, and it may be sound.
fn has_room(copy: &Path) -> Result<(), StoreError> {
    let probe = beside(copy, ".probe");
    let written = log::overwrite(&probe, &vec![0; NEEDED]);
    let _ = std::fs::remove_file(&probe);
    written
}

/// Such a copy, with the first page as the log has it, damaged or not; or as it has it where it is not.
fn opened(path: &Path, copy: &Path, sound: &[u8], has_any_first: bool) -> Result<Option<Mended>, StoreError> {
    let (mut opened, mut log, mut whose) = (None, None, None);
    let opens = |copy: &Path| {
        if matches!(whose, Some(Err(_))) {
            return false;
        }
        // Before `SQLite` reads it for the first time.
        if log.get_or_insert_with(|| log::mend(&beside(copy, "-wal"), has_any_first)).is_err() {
            return false;
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let Ok(old) = Connection::open_with_flags(copy, flags) else { return false };
        // By its own header, and with its log: that may be the first to say so.
        whose.get_or_insert_with(|| match schema::version(&old, path) {
            Err(error @ (StoreError::Foreign { .. } | StoreError::TooNew { .. })) => Err(error),
            _ => Ok(()),
        });
        // A table whose text is damaged is not there: its rows are read as those of a sound one.
        let is_there = schema::is_whole(&old, 1..=schema::VERSION).unwrap_or(false);
        if is_there {
            opened = Some(old);
        } else {
            // With the log in it, the copy would not be what it was.
            let _ = old.set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true);
        }
        is_there
    };
    let mended = sqlite_mend::mend(path, copy, sound, opens).map_err(|error| failed(&error))?;
    whose.transpose()?;
    let is_log_partial = log.transpose()?.unwrap_or(false);
    let Some((mended, connection)) = mended.zip(opened) else { return Ok(None) };
    // What was wiped in a part of the log that is lost stands in the file as it was.
    let is_wiped =
        !is_log_partial && connection.query_row(sqlite_mend::IS_WIPED, [], |row| row.get(0)).unwrap_or(false);
    // Where there is no file, the header is in the log, too, if a page was let go since that began.
    let is_all_in_log = is_gone(path) && !is_log_partial;
    let is_use_known = is_wiped || has_any_first && (mended.is_header_sound || is_all_in_log);
    Ok(Some(Mended { connection, is_use_known, is_wiped, is_log_partial }))
}

/// Whether nothing is left of a file but what lies beside it.
pub(super) fn is_gone(path: &Path) -> bool {
    std::fs::metadata(path).map_or(0, |file| file.len()) == 0
}

/// Copies what waits on pages that are in use; `old` is a copy of the damaged file, at `path`, which tells which these are.
pub(super) fn carve(
    path: &Path,
    Mended { connection: old, is_wiped, .. }: Mended,
    new: &Connection,
    writes: &mut u64,
    latest: &mut Option<Stamp>,
) -> Result<(), StoreError> {
    let root =
        old.query_row("SELECT rootpage FROM sqlite_schema WHERE name = 'outbox'", [], |row| row.get(0));
    let Ok(root) = root else { return Ok(()) };
    let pages: u32 = old.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap_or(0);
    lengthen(path, u64::from(pages) * PAGE as u64).map_err(|error| failed(&error))?;
    // With the log beside it, pages would be read as they were before.
    if old.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0)) != Ok(0) {
        return has_room(path);
    }
    drop(old);
    let pages = Pages::of(path, &[Table::numbered(root)], is_wiped).map_err(|error| failed(&error))?;
    let Some(mut pages) = pages else { return Ok(()) };
    while pages.put_next().map_err(|error| failed(&error))? {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let Ok(one) = Connection::open_with_flags(path, flags) else { continue };
        let mut from = 0;
        for _ in 0..MOST_ROWS {
            match rows_from(&one, new, from, writes, latest)? {
                // Not even the first: it is a page of something else, or damaged.
                (Rows::Unreadable, next) if next > from => from = next,
                _ => break,
            }
        }
    }
    Ok(())
}
