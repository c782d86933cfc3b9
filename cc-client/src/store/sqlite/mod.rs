//! A store in one `SQLite` file, which several processes may share.
//!
//! It has a write-ahead log and one writer at a time (`BEGIN IMMEDIATE`). Each commit is on the disk before a call
//! returns. Rows are numbered in the order of writing, so that the file grows at its end.

mod lock;
mod log;
mod mend;
mod one;
mod opening;
mod rows;
mod salvage;
mod schema;

use std::fmt;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, ErrorCode, OptionalExtension, params};

use lock::Lock;
use one::One;
use opening::{Identity, place};
use rows::{
    SETTLED, base_of, forget, keep, keep_stamp, leave, outcome_of, position, readable, record_of, rest_of,
    row_of, seen, set_position, set_unreadable, set_value, settle, stamp_anew, value, waiting, word_of,
};
pub use salvage::Salvage;

use super::{
    Item, LeftOut, NAMELESS, PRINCIPAL, Record, Row, Settled, Standing, Store, StoreError, Taken, UNSURE,
    Work,
};
use crate::decide::SendOutcome;
use crate::wire::Detail;
use crate::{Offset, Stamp, Write, WriteId};

/// What a commit survives.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Durability {
    /// The loss of power.
    #[default]
    Disk,
    /// The end of the process, but not the loss of power; several times faster.
    Process,
}

/// Keeps everything in one file.
///
/// # Examples
///
/// ```
/// use cc_client::store::{Durability, SqliteStore, Store};
///
/// let mut store = SqliteStore::in_memory()?;
/// store.set_value("epoch", b"7")?;
/// assert_eq!(store.value("epoch")?.as_deref(), Some(&b"7"[..]));
///
/// let error = SqliteStore::open("/no/such/folder/client.db", Durability::Disk).unwrap_err();
/// assert_eq!(error.to_string(), r#"the folder of "client.db" is not there"#);
/// # Ok::<(), cc_client::store::StoreError>(())
/// ```
pub struct SqliteStore {
    /// None while paused.
    connection: Option<Connection>,
    path: Option<PathBuf>,
    durability: Durability,
    /// How much is being done as one, one within the other.
    depth: u32,
    /// None while paused.
    lock: Option<Lock>,
    /// Somebody holds the lock for it.
    is_alone: bool,
    /// It holds the lock beside others.
    is_held: bool,
    /// It is beside another of this process, for reads: it makes no file, and leaves the log to the other.
    is_reader: bool,
    /// Of the file that is open, or was before this slept.
    identity: Option<Identity>,
    /// Of the log of the file that is open, and of its index.
    log: Option<[Option<Identity>; 2]>,
    /// The number that changes with what others write, as it was last; of the connection that is open.
    version: Option<i64>,
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore")
            .field("open", &self.connection.is_some())
            .field("durability", &self.durability)
            .finish_non_exhaustive()
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        /// A write that the system would not do, for which it names no full disk: in a file that only we write, a limit.
        const IO_ERROR_WRITE: i32 = 778;
        /// Or that it would not do for the index of the log.
        const IO_ERROR_INDEX_SIZE: i32 = 4_874;
        /// Of a log less is there than its index says: somebody has cut it off, or put another in its place.
        const IO_ERROR_SHORT_READ: i32 = 522;
        let failure = match &error {
            rusqlite::Error::SqliteFailure(failure, _) => failure,
            rusqlite::Error::SqlInputError { error, .. } => error,
            // What the tables say is not what was written there.
            error if rows::is_of_value(error) => return Self::Corrupt,
            _ => return Self::Failed { code: -1 },
        };
        match failure.code {
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::Busy,
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Self::Corrupt,
            ErrorCode::DiskFull => Self::Full,
            ErrorCode::ReadOnly => Self::ReadOnly,
            _ if failure.extended_code == IO_ERROR_SHORT_READ => Self::Corrupt,
            _ if matches!(failure.extended_code, IO_ERROR_WRITE | IO_ERROR_INDEX_SIZE) => Self::Full,
            _ => Self::Failed { code: failure.extended_code },
        }
    }
}

/// What the system says of a file, in the words of a store.
fn failed(error: &std::io::Error) -> StoreError {
    /// A file that cannot be read, written or moved.
    const IO_ERROR: i32 = 10;
    /// Windows moves no file that another process has open.
    const SHARED_ON_WINDOWS: i32 = 32;
    match error.kind() {
        _ if cfg!(windows) && error.raw_os_error() == Some(SHARED_ON_WINDOWS) => StoreError::Busy,
        std::io::ErrorKind::FileTooLarge
        | std::io::ErrorKind::QuotaExceeded
        | std::io::ErrorKind::StorageFull => StoreError::Full,
        std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => StoreError::ReadOnly,
        _ => StoreError::Failed { code: IO_ERROR },
    }
}

impl SqliteStore {
    /// Opens a file, or makes it. Blocks, up to a minute while another process salvages the file: call it
    /// before an async runtime starts, or in its `spawn_blocking`.
    ///
    /// The path is taken word for word. Where it leads, through links and from the folder of the process, is
    /// looked up here and once. An empty file `PATH-lock` is made beside it, and stays.
    ///
    /// It reads what tells of the rest, not each page: a damaged page in the middle shows in the first call
    /// that reads it. [`Self::open_or_salvage`] reads all of the file.
    ///
    /// A store that is open while another process salvages goes on in the new file with its next call. If the
    /// file is removed and no new one is in its place, or if its log is removed, it takes no more writes:
    /// each call is [`StoreError::Gone`].
    ///
    /// # Errors
    ///
    /// - [`StoreError::Corrupt`]: the header is damaged, or the text that makes the tables, or (with
    ///   [`Durability::Disk`]) the log; the file ends early and has no log; or the file is gone and its log
    ///   is there. The file is left as it is.
    /// - [`StoreError::Foreign`], [`StoreError::TooNew`]: it is of another program, or of a newer version. It
    ///   is left as it is.
    /// - [`StoreError::NotFound`], [`StoreError::CannotOpen`], [`StoreError::ReadOnly`]: why there can be no
    ///   file.
    /// - [`StoreError::Busy`]: another process has used the file for too long.
    pub fn open(path: impl AsRef<Path>, durability: Durability) -> Result<Self, StoreError> {
        let path = place(path.as_ref())?;
        let mut store = Self::closed(Some(path), durability, false);
        store.open_in_place()?;
        Ok(store)
    }

    /// A database that ends with the process.
    ///
    /// # Errors
    ///
    /// [`StoreError::Failed`] if the system gives no memory.
    pub fn in_memory() -> Result<Self, StoreError> {
        let mut store = Self::closed(None, Durability::Process, false);
        store.open_in_place()?;
        Ok(store)
    }

    fn connection(&mut self) -> Result<&mut Connection, StoreError> {
        /// The database has undone what was begun.
        const UNDONE: i32 = 516;
        // Where another has salvaged it, what is written into the old one would never be sent.
        if self.connection.is_none() || (self.depth == 0 && (self.is_elsewhere() || self.is_log_gone())) {
            self.open_in_place()?;
        }
        let connection = self.connection.as_mut().ok_or(StoreError::Failed { code: -1 })?;
        // The rest of it must not happen alone.
        if self.depth > 0 && connection.is_autocommit() {
            return Err(StoreError::Failed { code: UNDONE });
        }
        Ok(connection)
    }

    /// One commit: all of it happens, or nothing. It is part of what is being done as one, if something is.
    fn commit<T>(
        &mut self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let one = One::begin(self, "BEGIN IMMEDIATE")?;
        let done = work(one.store.connection()?)?;
        one.commit()?;
        Ok(done)
    }
}

/// Those of the outbox, and of what is set aside.
const COLUMNS: &str = "number, id, lane, collection, key, kind, base, clock, body, outcome, detail";

impl Store for SqliteStore {
    fn position(&mut self, feed: &str) -> Result<Option<Offset>, StoreError> {
        position(self.connection()?, feed)
    }

    fn take(
        &mut self,
        feed: &str,
        from: &Offset,
        records: &[Record],
        to: &Offset,
    ) -> Result<Taken, StoreError> {
        self.commit(|transaction| {
            let known = position(transaction, feed)?.unwrap_or_default();
            if known != *from {
                return Ok(Taken { elsewhere: Some(known), ..Taken::default() });
            }
            let mut fresh = Vec::new();
            for record in records {
                if keep(transaction, record)? {
                    fresh.push(record.clone());
                }
            }
            set_position(transaction, feed, to)?;
            Ok(Taken { fresh, elsewhere: None })
        })
    }

    fn replace(&mut self, feed: &str, records: &[Record], to: &Offset) -> Result<Vec<Record>, StoreError> {
        self.commit(|transaction| {
            let mut old = std::collections::BTreeMap::new();
            let mut all =
                transaction.prepare_cached("SELECT collection, key, version, value, updated FROM records")?;
            for record in all.query_map([], record_of)? {
                // What cannot be read is replaced all the same.
                let Some(record) = readable(record)? else { continue };
                old.insert((record.collection.clone(), record.key.clone()), record);
            }
            transaction.execute("DELETE FROM records", [])?;
            let mut new = std::collections::BTreeMap::new();
            for record in records {
                keep(transaction, record)?;
                new.insert((record.collection.clone(), record.key.clone()), record.clone());
            }
            // What it lacks may have been written after it was made.
            let is_listed = "EXISTS (SELECT 1 FROM records WHERE records.collection = outbox.collection
                AND records.key = outbox.key AND records.version >= outbox.version)";
            leave(transaction, is_listed, &[])?;
            set_position(transaction, feed, to)?;
            let gone = old.iter().filter(|(place, one)| one.value.is_some() && !new.contains_key(*place));
            let mut changed: Vec<_> = gone.map(|(_, one)| Record { value: None, ..one.clone() }).collect();
            changed.extend(
                new.into_iter().filter(|(place, one)| old.get(place) != Some(one)).map(|(_, one)| one),
            );
            Ok(changed)
        })
    }

    fn item(&mut self, collection: &str, key: &str) -> Result<Option<Item>, StoreError> {
        seen(self.connection()?, (collection, key), true)
    }

    fn told(&mut self, collection: &str, key: &str) -> Result<Option<Item>, StoreError> {
        seen(self.connection()?, (collection, key), false)
    }

    fn items(&mut self, collection: &str, after: &str, limit: u32) -> Result<Vec<Item>, StoreError> {
        let connection = self.connection()?;
        let (mut found, mut after) = (Vec::new(), after.to_owned());
        // Items that are gone have a key and no value: there may be fewer items than keys.
        while found.len() < limit as usize {
            let wanted = limit as usize - found.len();
            let mut keys = connection.prepare_cached(
                "SELECT key FROM records WHERE collection = ?1 AND key > ?2
                 UNION SELECT key FROM outbox WHERE collection = ?1 AND key > ?2 ORDER BY key LIMIT ?3",
            )?;
            let keys = keys.query_map(params![collection, after, wanted as i64], |row| row.get(0))?;
            let keys = keys.map(readable::<String>).collect::<Result<Vec<_>, _>>()?;
            for key in keys.iter().flatten() {
                found.extend(seen(connection, (collection, key), true)?);
            }
            match keys.iter().flatten().last() {
                Some(last) if keys.len() == wanted => after.clone_from(last),
                _ => break,
            }
        }
        Ok(found)
    }

    fn accept(&mut self, lane: &str, writes: &[Write]) -> Result<(), StoreError> {
        self.commit(|transaction| {
            let mut insert = transaction.prepare_cached(
                "INSERT OR IGNORE INTO outbox (id, lane, collection, key, kind, base, clock, body)
                 SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 WHERE NOT EXISTS (SELECT 1 FROM settled WHERE id = ?1)",
            )?;
            for write in writes {
                let base = rows::base_of(transaction, write)?;
                insert.execute(params![
                    write.id.0,
                    lane,
                    write.collection,
                    write.key,
                    write.kind.as_str(),
                    base.map(|base| base as i64),
                    write.clock.to_string(),
                    write.body,
                ])?;
            }
            keep_stamp(transaction, writes.iter().map(|write| write.clock).max())
        })
    }

    fn stamp_anew(&mut self, lane: &str, latest: Stamp, first: Stamp) -> Result<(), StoreError> {
        self.commit(|transaction| stamp_anew(transaction, lane, latest, first))
    }

    fn waiting(&mut self, lane: &str, rows: u32, bytes: u32) -> Result<Vec<Row>, StoreError> {
        self.waiting_beside(lane, rows, bytes, &LeftOut::new())
    }

    fn waiting_beside(
        &mut self,
        lane: &str,
        rows: u32,
        bytes: u32,
        left_out: &LeftOut,
    ) -> Result<Vec<Row>, StoreError> {
        loop {
            let (found, unreadable) = waiting(self.connection()?, lane, (rows, bytes), left_out)?;
            if unreadable.is_empty() {
                return Ok(found);
            }
            // They may have been all that was asked for.
            self.commit(|transaction| set_unreadable(transaction, &unreadable))?;
        }
    }

    fn settle(&mut self, settled: &[Settled]) -> Result<(), StoreError> {
        self.commit(|transaction| {
            for one in settled {
                settle(transaction, one)?;
            }
            if settled.iter().any(|one| one.is_untold) {
                leave(transaction, "true", &[])?;
            }
            forget(transaction)
        })
    }

    fn untold(&mut self) -> Result<Vec<WriteId>, StoreError> {
        // The first condition is that of the index.
        let sql = "SELECT id FROM outbox WHERE outcome IS NOT NULL AND outcome IN ('applied', 'duplicate')";
        let mut select = self.connection()?.prepare_cached(sql)?;
        let ids = select.query_map([], |row| row.get(0))?;
        Ok(ids
            .filter_map(|id| readable(id).transpose())
            .map(|id| id.map(WriteId))
            .collect::<Result<_, _>>()?)
    }

    fn forget_untold(&mut self, writes: &[WriteId]) -> Result<(), StoreError> {
        self.commit(|transaction| writes.iter().try_for_each(|id| leave(transaction, "id = ?1", &[&id.0])))
    }

    fn standing(&mut self, id: WriteId) -> Result<Option<Standing>, StoreError> {
        let found: Option<Option<String>> = self
            .connection()?
            .prepare_cached(
                "SELECT outcome FROM outbox WHERE id = ?1 UNION ALL SELECT outcome FROM settled WHERE id = ?1",
            )?
            .query_row([id.0], |row| row.get(0))
            .optional()?;
        match found {
            None => Ok(None),
            Some(None) => Ok(Some(Standing::Waiting)),
            Some(Some(word)) => {
                Ok(Some(Standing::Settled(outcome_of(&word).unwrap_or(SendOutcome::Unreadable))))
            }
        }
    }

    fn unresolved(&mut self) -> Result<Vec<(Row, SendOutcome)>, StoreError> {
        let connection = self.connection()?;
        let mut select = connection.prepare_cached(
            "SELECT number, id, collection, key, kind, base, clock, body, outcome, detail FROM outbox
             WHERE outcome IS NOT NULL AND outcome NOT IN ('applied', 'duplicate') ORDER BY number",
        )?;
        let mut found = Vec::new();
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            let told = row_of(row)?.ok().and_then(|(one, word)| Some((one, outcome_of(&word?).ok()?)));
            found.push(match told {
                Some((one, outcome)) => {
                    let detail = readable(row.get::<_, Option<String>>(9))?.flatten();
                    (Row { detail: detail.as_deref().and_then(Detail::new), ..one }, outcome)
                }
                None => (rest_of(row)?, SendOutcome::Unreadable),
            });
        }
        Ok(found)
    }

    fn discard(&mut self, id: WriteId) -> Result<bool, StoreError> {
        self.commit(|transaction| Ok(transaction.execute("DELETE FROM outbox WHERE id = ?1", [id.0])? > 0))
    }

    fn send_again(&mut self, id: WriteId, write: &Write) -> Result<bool, StoreError> {
        self.commit(|transaction| {
            let mut update = transaction.prepare_cached(
                "UPDATE outbox SET id = ?2, kind = ?3, base = ?4, clock = ?5, body = ?6, outcome = NULL, detail = NULL
                 WHERE id = ?1 AND outcome IS NOT NULL AND outcome NOT IN ('applied', 'duplicate')",
            )?;
            // One's own that is done, and not told yet, has been seen.
            let base = base_of(transaction, write)?.map(|base| base as i64);
            let (kind, clock) = (write.kind.as_str(), write.clock.to_string());
            keep_stamp(transaction, Some(write.clock))?;
            Ok(update.execute(params![id.0, write.id.0, kind, base, clock, write.body])? > 0)
        })
    }

    fn waiting_count(&mut self) -> Result<u64, StoreError> {
        let count: i64 =
            self.connection()?
                .query_row("SELECT count(*) FROM outbox WHERE outcome IS NULL", [], |row| row.get(0))?;
        Ok(count as u64)
    }

    fn belong(&mut self, principal: &str) -> Result<bool, StoreError> {
        self.commit(|transaction| {
            let owner = value(transaction, PRINCIPAL)?;
            let is_unsure = value(transaction, UNSURE)?.is_some_and(|word| !word.is_empty());
            let is_other = owner.as_deref().map_or(is_unsure, |owner| owner != principal.as_bytes());
            if is_other {
                leave(transaction, "TRUE", &[])?;
                if let Some(owner) = owner {
                    let owner = String::from_utf8(owner).map_err(|_| StoreError::Corrupt)?;
                    let set_aside =
                        format!("INSERT INTO aside (owner, {COLUMNS}) SELECT ?1, {COLUMNS} FROM outbox");
                    transaction.execute(&set_aside, [owner])?;
                } else {
                    let gone = format!("{SETTLED} coalesce(outcome, ?1) FROM outbox");
                    transaction.execute(&gone, [word_of(NAMELESS)])?;
                }
                transaction.execute_batch(
                    "DELETE FROM outbox; DELETE FROM records; DELETE FROM positions;
                     DELETE FROM small_values WHERE name = 'token';",
                )?;
            }
            let back = format!(
                "INSERT INTO outbox ({COLUMNS}) SELECT {COLUMNS} FROM aside WHERE owner = ?1 ORDER BY number"
            );
            transaction.execute(&back, [principal])?;
            transaction.execute("DELETE FROM aside WHERE owner = ?1", [principal])?;
            transaction.execute("DELETE FROM small_values WHERE name = ?1", [UNSURE])?;
            set_value(transaction, PRINCIPAL, principal.as_bytes())?;
            Ok(is_other)
        })
    }

    fn fetch_aside(&mut self, owner: &str, outcome: Option<SendOutcome>) -> Result<Vec<WriteId>, StoreError> {
        self.commit(|transaction| {
            let mut waited = transaction
                .prepare_cached("SELECT id FROM aside WHERE owner = ?1 AND outcome IS NULL ORDER BY number")?;
            let waited = waited.query_map([owner], |row| Ok(WriteId(row.get(0)?)))?;
            let waited = waited.collect::<Result<_, _>>()?;
            if let Some(outcome) = outcome {
                let gone = format!("{SETTLED} coalesce(outcome, ?2) FROM aside WHERE owner = ?1");
                transaction.execute(&gone, [owner, &word_of(outcome)])?;
            } else {
                let back = format!(
                    "INSERT INTO outbox ({COLUMNS}) SELECT {COLUMNS} FROM aside WHERE owner = ?1 ORDER BY number"
                );
                transaction.execute(&back, [owner])?;
            }
            transaction.execute("DELETE FROM aside WHERE owner = ?1", [owner])?;
            Ok(waited)
        })
    }

    fn aside_count(&mut self) -> Result<u64, StoreError> {
        let count: i64 = self.connection()?.query_row("SELECT count(*) FROM aside", [], |row| row.get(0))?;
        Ok(count as u64)
    }

    fn value(&mut self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        value(self.connection()?, name)
    }

    fn set_value(&mut self, name: &str, value: &[u8]) -> Result<(), StoreError> {
        self.commit(|transaction| set_value(transaction, name, value))
    }

    fn lock(&mut self, name: &str, owner: u64, now: i64, until: i64) -> Result<bool, StoreError> {
        self.commit(|transaction| {
            let taken = transaction.execute(
                "INSERT INTO locks (name, owner, until) VALUES (?1, ?2, ?4)
                 ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until = excluded.until
                 WHERE owner = excluded.owner OR until <= ?3 OR until > ?4",
                params![name, owner as i64, now, until],
            )?;
            Ok(taken > 0)
        })
    }

    fn unlock(&mut self, name: &str, owner: u64) -> Result<(), StoreError> {
        self.commit(|transaction| {
            let held = params![name, owner as i64];
            transaction.execute("DELETE FROM locks WHERE name = ?1 AND owner = ?2", held)?;
            Ok(())
        })
    }

    fn as_one(&mut self, work: Work<'_>) -> Result<(), StoreError> {
        let one = One::begin(self, "BEGIN IMMEDIATE")?;
        work(one.store)?;
        one.commit()
    }

    fn read_as_one(&mut self, work: Work<'_>) -> Result<(), StoreError> {
        let one = One::begin(self, "BEGIN")?;
        work(one.store)?;
        one.commit()
    }

    fn reader(&mut self) -> Option<Box<dyn Store>> {
        // It is opened with its first call.
        let path = self.path.clone().filter(|_| !self.is_alone)?;
        let mut reader = Self::closed(Some(path), self.durability, false);
        reader.is_reader = true;
        Some(Box::new(reader))
    }

    fn is_changed_elsewhere(&mut self) -> Result<bool, StoreError> {
        let version = self.connection()?.query_row("PRAGMA data_version", [], |row| row.get(0))?;
        Ok(self.version.replace(version) != Some(version))
    }

    fn pause(&mut self) -> Result<(), StoreError> {
        if self.path.is_none() || self.connection.is_none() || self.depth > 0 {
            return Ok(());
        }
        self.close(!self.is_reader)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_the_database_become_words() {
        for (code, expected) in [
            (5, "another process has used the database for too long"),
            (6, "another process has used the database for too long"),
            (8, "the database or its folder is read-only"),
            (10, "the database failed with code 10"),
            (11, "the database is damaged"),
            (13, "the disk is full"),
            (26, "the database is damaged"),
            (778, "the disk is full"),
            (1_544, "the database or its folder is read-only"),
        ] {
            let failure = rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(code), None);
            assert_eq!(StoreError::from(failure).to_string(), expected, "{code}");
        }
    }
}
