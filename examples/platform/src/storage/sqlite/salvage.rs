//! What can be kept of a file that is damaged: everything that can still be read, in a new file.
//!
//! What is read is a copy, in which the first page is mended as far as it takes. Each table is walked through, past what cannot be read;
//! then rows are taken from each page in use by itself, also where none leads there.

mod rows;
mod walk;

use std::path::{Path, PathBuf};

use cc_client::store::sqlite_mend::{
    self, IS_WIPED, Mended, PAGE, Pages, Table, beside, free_name, lengthen, put_aside, remove,
};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::open::flipped;
use super::{NOT_WIPED, VERSION, WITHOUT_LARGE, failed, make};
use crate::storage::StorageError;
use rows::Found;

/// What was kept.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Salvaged {
    /// Where the damaged file is now, with its log of changes beside it.
    pub aside: PathBuf,
    /// Rows of the map.
    pub rows: u64,
    /// Logs.
    pub logs: u64,
    /// Logs of which messages are missing: they begin behind the last gap, and who reads them is told that the rest is gone.
    pub logs_cut: u64,
    /// Messages.
    pub messages: u64,
    /// Rows and messages that do not read as what they are (JSON that is none any more), and are left out.
    pub left_out: u64,
    /// Something could not be read.
    pub is_less: bool,
}

impl Salvaged {
    /// What the new file has.
    fn count(&mut self, new: &Connection) -> Result<(), StorageError> {
        let count = |table: &str| -> Result<u64, StorageError> {
            let count: i64 = new
                .query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0))
                .map_err(failed)?;
            Ok(count.max(0) as u64)
        };
        (self.rows, self.logs, self.messages) = (count("map")?, count("logs")?, count("messages")?);
        Ok(())
    }
}

/// Puts a damaged file of a folder aside as `platform.db.damaged-1`, or under the next number that is free, and what can be read of it into
/// a new `platform.db`. No platform may run on it meanwhile.
///
/// Errors: [`StorageError::Damaged`] where nothing can be read, or another release wrote it; then all stays as it was.
pub fn salvage(folder: &Path) -> Result<Salvaged, StorageError> {
    let file = |name: &str| folder.join(name);
    let (used, new, copy) =
        (file("platform.db"), file("platform.db.salvage"), file("platform.db.salvage-copy"));
    let aside = free_name(&used);
    if !used.exists() && new.exists() {
        // It was cut short when the new file was whole, and the old one aside.
        let mut kept = Salvaged { aside: used.clone(), is_less: true, ..Salvaged::default() };
        kept.count(&Connection::open(&new).map_err(failed)?)?;
        if kept.rows + kept.messages > 0 {
            put_aside(&used, &aside, &new).map_err(|error| said(&error))?;
            return Ok(Salvaged { aside, ..kept });
        }
    }
    remove(&new);
    remove(&copy);
    // All may be in its log yet: then an empty file stands for it.
    let is_made = !used.exists() && std::fs::metadata(beside(&used, "-wal")).is_ok_and(|log| log.len() > 0);
    let there =
        if is_made { Ok(()) } else { std::fs::metadata(&used).map(|_| ()).map_err(|error| said(&error)) };
    let kept = there.and_then(|()| super::private(&used)).and_then(|()| read_into(&used, &copy, &new));
    remove(&copy);
    let is_kept = kept.as_ref().is_ok_and(|kept| kept.rows + kept.messages > 0);
    if is_made && !is_kept {
        let _ = std::fs::remove_file(&used);
    }
    match kept {
        Ok(kept) if kept.rows + kept.messages == 0 => {
            remove(&new);
            Err(StorageError::Damaged { what: "all of the database" })
        }
        Ok(kept) => {
            put_aside(&used, &aside, &new).map_err(|error| said(&error))?;
            Ok(Salvaged { aside, ..kept })
        }
        Err(error) => {
            remove(&new);
            Err(error)
        }
    }
}

/// Refuses a folder in which there is nothing to salvage, nor a lock that another may hold, and makes nothing in it.
///
/// Errors: [`StorageError::Failed`].
pub fn must_have_files(folder: &Path) -> Result<(), StorageError> {
    let used = folder.join("platform.db");
    let has_log = std::fs::metadata(beside(&used, "-wal")).is_ok_and(|log| log.len() > 0);
    if has_log || ["platform.db.salvage", "platform.lock"].iter().any(|name| folder.join(name).exists()) {
        return Ok(());
    }
    std::fs::metadata(&used).map(|_| ()).map_err(|error| said(&error))
}

fn said(error: &std::io::Error) -> StorageError {
    match error.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::FileTooLarge => StorageError::Full,
        _ => StorageError::Failed { why: crate::words::of(error) },
    }
}

fn read_into(from: &Path, copy: &Path, to: &Path) -> Result<Salvaged, StorageError> {
    super::private(to)?;
    let mut new = Connection::open(to).map_err(failed)?;
    new.execute_batch(&format!(
        "PRAGMA page_size = {PAGE}; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON"
    ))
    .map_err(failed)?;
    make(&mut new, 0)?;
    let sound = sqlite_mend::first_page(to).map_err(|error| said(&error))?;
    let Some((old, mended)) = open_copy(from, copy, &sound)? else {
        return Err(StorageError::Damaged { what: "all of the database" });
    };
    new.execute_batch("BEGIN").map_err(failed)?;
    let mut found = Found::new(&new);
    found.all(&old)?;
    if found.is_less {
        carve(copy, old, mended, &mut found)?;
    }
    let kept = found.finish()?;
    new.execute_batch("COMMIT").map_err(failed)?;
    Ok(kept)
}

/// A copy that can be read; `None` where nothing helps.
fn open_copy(from: &Path, copy: &Path, sound: &[u8]) -> Result<Option<(Connection, Mended)>, StorageError> {
    let (mut opened, mut version) = (None, VERSION);
    let opens = |copy: &Path| {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let Ok(old) = Connection::open_with_flags(copy, flags) else { return false };
        let tables = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN ('map', 'logs', 'messages', 'large')";
        version = old.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap_or_default();
        version = flipped(&old, version).unwrap_or(version);
        let count: i64 = old.query_row(tables, [], |row| row.get(0)).unwrap_or_default();
        let is_ours = count == 4 || (count == 3 && ![NOT_WIPED, VERSION].contains(&version));
        if is_ours {
            opened = Some(old);
        } else {
            // With the log in it, the copy would not be what it was.
            let _ = old.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true);
        }
        is_ours
    };
    let mended = sqlite_mend::mend(from, copy, sound, opens).map_err(|error| said(&error))?;
    if ![WITHOUT_LARGE, NOT_WIPED, VERSION].contains(&version) {
        return Err(StorageError::Damaged { what: "the version of the database" });
    }
    Ok(opened.zip(mended))
}

/// Takes the rows of each page that is in use by itself, where the file tells which these are, or nothing stands on the others.
fn carve(copy: &Path, old: Connection, mended: Mended, found: &mut Found<'_>) -> Result<(), StorageError> {
    let root = |name: &str| {
        old.query_row("SELECT rootpage FROM sqlite_schema WHERE name = ?", [name], |row| row.get::<_, u32>(0))
    };
    let is_wiped = old.query_row(IS_WIPED, [], |row| row.get(0)).unwrap_or(false);
    if !mended.is_header_sound && !is_wiped {
        return Ok(());
    }
    let (Ok(map), Ok(logs), Ok(messages)) = (root("map"), root("logs"), root("messages")) else {
        return Ok(());
    };
    let large = root("large").ok();
    let count: u32 = old.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap_or(0);
    lengthen(copy, u64::from(count) * PAGE as u64).map_err(|error| said(&error))?;
    // With the log beside it, pages would be read as they were before.
    if old.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0)) != Ok(0) {
        return Ok(());
    }
    drop(old);
    let mut tables = vec![Table::keyed(map), Table::numbered(logs), Table::keyed(messages)];
    tables.extend(large.map(Table::numbered));
    let pages = Pages::of(copy, &tables, is_wiped).map_err(|error| said(&error))?;
    let Some(mut pages) = pages else { return Ok(()) };
    while pages.put_next().map_err(|error| said(&error))? {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let Ok(one) = Connection::open_with_flags(copy, flags) else { continue };
        if !found.page(&one)? {
            pages.apart();
        }
    }
    Ok(())
}
