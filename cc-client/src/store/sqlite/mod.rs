//! A store in one `SQLite` file, which several processes may share.
//!
//! Write-ahead log, one writer at a time (`BEGIN IMMEDIATE`), and each commit on the disk before a call returns. Rows are
//! numbered in the order of writing, so that the file grows at its end.

mod mend;
mod salvage;
mod schema;

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{
    Connection, ErrorCode, OpenFlags, OptionalExtension, Transaction, TransactionBehavior, params,
};

pub use salvage::Salvage;

use super::memory::view;
use super::{
    Item, NAMELESS, PRINCIPAL, REMEMBERED, Record, Row, STAMP, Settled, Standing, Store, StoreError, Taken,
    UNSURE,
};
use crate::decide::SendOutcome;
use crate::wire::ProblemCode;
use crate::{Offset, Stamp, Write, WriteId, WriteKind};

/// What a commit promises.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Durability {
    /// Survives the loss of power.
    #[default]
    Disk,
    /// Survives the end of the process, not the loss of power; several times faster.
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
/// assert_eq!(error.to_string(), "the database failed with code 14");
/// # Ok::<(), cc_client::store::StoreError>(())
/// ```
pub struct SqliteStore {
    /// None while paused.
    connection: Option<Connection>,
    path: Option<PathBuf>,
    durability: Durability,
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
        let rusqlite::Error::SqliteFailure(failure, _) = error else { return Self::Failed { code: -1 } };
        match failure.code {
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::Busy,
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Self::Corrupt,
            ErrorCode::DiskFull => Self::Full,
            _ => Self::Failed { code: failure.extended_code },
        }
    }
}

impl SqliteStore {
    /// Opens a file, or makes it.
    pub fn open(path: impl AsRef<Path>, durability: Durability) -> Result<Self, StoreError> {
        let mut store = Self { connection: None, path: Some(path.as_ref().to_owned()), durability };
        store.connection = Some(store.connect()?);
        Ok(store)
    }

    /// A database that ends with the process.
    pub fn in_memory() -> Result<Self, StoreError> {
        let mut store = Self { connection: None, path: None, durability: Durability::Process };
        store.connection = Some(store.connect()?);
        Ok(store)
    }

    fn connect(&self) -> Result<Connection, StoreError> {
        let mut connection = match &self.path {
            Some(path) => Connection::open_with_flags(
                path,
                OpenFlags::SQLITE_OPEN_READ_WRITE
                    | OpenFlags::SQLITE_OPEN_CREATE
                    | OpenFlags::SQLITE_OPEN_NO_MUTEX,
            )?,
            None => Connection::open_in_memory()?,
        };
        connection.busy_timeout(Duration::from_secs(5))?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        let synchronous = if self.durability == Durability::Disk { "FULL" } else { "NORMAL" };
        connection.pragma_update(None, "synchronous", synchronous)?;
        // Where the system has it, a commit waits for the disk and not for its cache.
        connection.pragma_update(None, "fullfsync", self.durability == Durability::Disk)?;
        connection.pragma_update(None, "checkpoint_fullfsync", self.durability == Durability::Disk)?;
        // There may be no folder for temporary files on a phone.
        connection.pragma_update(None, "temp_store", "MEMORY")?;
        connection.set_prepared_statement_cache_capacity(64);
        schema::upgrade(&mut connection)?;
        Ok(connection)
    }

    fn connection(&mut self) -> Result<&mut Connection, StoreError> {
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.connect()?,
        };
        Ok(self.connection.insert(connection))
    }

    /// One commit: all of it happens, or nothing.
    fn commit<T>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let transaction = self.connection()?.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let done = work(&transaction)?;
        transaction.commit()?;
        Ok(done)
    }
}

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
                let record = record?;
                old.insert((record.collection.clone(), record.key.clone()), record);
            }
            transaction.execute("DELETE FROM records", [])?;
            let mut new = std::collections::BTreeMap::new();
            for record in records {
                keep(transaction, record)?;
                new.insert((record.collection.clone(), record.key.clone()), record.clone());
            }
            let not_listed = "NOT EXISTS (SELECT 1 FROM records WHERE records.collection = outbox.collection
                AND records.key = outbox.key AND records.version < outbox.version)";
            // What the listing lacks was taken away after it was written.
            leave(transaction, not_listed, &[])?;
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
        seen(self.connection()?, collection, key)
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
            let keys = keys.collect::<Result<Vec<String>, _>>()?;
            for key in &keys {
                found.extend(seen(connection, collection, key)?);
            }
            match keys.last() {
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
                insert.execute(params![
                    write.id.0,
                    lane,
                    write.collection,
                    write.key,
                    write.kind.as_str(),
                    write.base.map(|base| base as i64),
                    write.clock.to_string(),
                    write.body,
                ])?;
            }
            keep_stamp(transaction, writes.iter().map(|write| write.clock).max())
        })
    }

    fn waiting(&mut self, lane: &str, rows: u32, bytes: u32) -> Result<Vec<Row>, StoreError> {
        let connection = self.connection()?;
        let mut select = connection.prepare_cached(
            "SELECT number, id, collection, key, kind, base, clock, body, outcome FROM outbox AS waits
             WHERE lane = ?1 AND outcome IS NULL AND NOT EXISTS (
                 SELECT 1 FROM outbox AS open WHERE open.collection = waits.collection AND open.key = waits.key
                 AND open.outcome = 'conflict')
             ORDER BY number LIMIT ?2",
        )?;
        let (mut found, mut size) = (Vec::new(), 0);
        for row in select.query_map(params![lane, rows], row_of)? {
            let (row, _) = row??;
            size += row.write.body.len();
            if size > bytes as usize && !found.is_empty() {
                break;
            }
            found.push(row);
        }
        Ok(found)
    }

    fn settle(&mut self, settled: &[Settled]) -> Result<(), StoreError> {
        self.commit(|transaction| {
            for one in settled {
                settle(transaction, one)?;
            }
            transaction.execute(
                "DELETE FROM settled WHERE number <= (SELECT max(number) FROM settled) - ?1",
                [REMEMBERED as i64],
            )?;
            Ok(())
        })
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
            Some(Some(word)) => Ok(Some(Standing::Settled(outcome_of(&word)?))),
        }
    }

    fn unresolved(&mut self) -> Result<Vec<(Row, SendOutcome)>, StoreError> {
        let connection = self.connection()?;
        let mut select = connection.prepare_cached(
            "SELECT number, id, collection, key, kind, base, clock, body, outcome FROM outbox
             WHERE outcome IS NOT NULL AND outcome NOT IN ('applied', 'duplicate') ORDER BY number",
        )?;
        let mut found = Vec::new();
        for row in select.query_map([], row_of)? {
            let (row, word) = row??;
            found.push((row, outcome_of(&word.unwrap_or_default())?));
        }
        Ok(found)
    }

    fn discard(&mut self, id: WriteId) -> Result<bool, StoreError> {
        self.commit(|transaction| Ok(transaction.execute("DELETE FROM outbox WHERE id = ?1", [id.0])? > 0))
    }

    fn send_again(&mut self, id: WriteId, write: &Write) -> Result<bool, StoreError> {
        self.commit(|transaction| {
            let mut update = transaction.prepare_cached(
                "UPDATE outbox SET id = ?2, kind = ?3, base = ?4, clock = ?5, body = ?6, outcome = NULL
                 WHERE id = ?1 AND outcome IS NOT NULL AND outcome NOT IN ('applied', 'duplicate')",
            )?;
            let base = write.base.map(|base| base as i64);
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
        let columns = "number, id, lane, collection, key, kind, base, clock, body, outcome";
        self.commit(|transaction| {
            let owner = value(transaction, PRINCIPAL)?;
            let is_unsure = value(transaction, UNSURE)?.is_some_and(|word| !word.is_empty());
            let is_other = owner.as_deref().map_or(is_unsure, |owner| owner != principal.as_bytes());
            if is_other {
                leave(transaction, "TRUE", &[])?;
                if let Some(owner) = owner {
                    let owner = String::from_utf8(owner).map_err(|_| StoreError::Corrupt)?;
                    let set_aside =
                        format!("INSERT INTO aside (owner, {columns}) SELECT ?1, {columns} FROM outbox");
                    transaction.execute(&set_aside, [owner])?;
                } else {
                    let gone = "INSERT OR REPLACE INTO settled (number, id, outcome)
                        SELECT number, id, coalesce(outcome, ?1) FROM outbox";
                    transaction.execute(gone, [word_of(NAMELESS)])?;
                }
                transaction.execute_batch(
                    "DELETE FROM outbox; DELETE FROM records; DELETE FROM positions;
                     DELETE FROM small_values WHERE name = 'token';",
                )?;
            }
            let back = format!(
                "INSERT INTO outbox ({columns}) SELECT {columns} FROM aside WHERE owner = ?1 ORDER BY number"
            );
            transaction.execute(&back, [principal])?;
            transaction.execute("DELETE FROM aside WHERE owner = ?1", [principal])?;
            transaction.execute("DELETE FROM small_values WHERE name = ?1", [UNSURE])?;
            set_value(transaction, PRINCIPAL, principal.as_bytes())?;
            Ok(is_other)
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

    fn pause(&mut self) -> Result<(), StoreError> {
        if self.path.is_none() {
            return Ok(());
        }
        if let Some(connection) = self.connection.take() {
            // Another process may be reading: what cannot be put in place now is so later.
            let _ = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
            connection.close().map_err(|(_, error)| error)?;
        }
        Ok(())
    }
}

fn position(connection: &Connection, feed: &str) -> Result<Option<Offset>, StoreError> {
    let mut select = connection.prepare_cached("SELECT position FROM positions WHERE feed = ?1")?;
    let text: Option<String> = select.query_row([feed], |row| row.get(0)).optional()?;
    text.map(|text| Offset::new(&text).ok_or(StoreError::Corrupt)).transpose()
}

fn set_position(connection: &Connection, feed: &str, to: &Offset) -> Result<(), StoreError> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO positions (feed, position) VALUES (?1, ?2)
         ON CONFLICT (feed) DO UPDATE SET position = excluded.position",
    )?;
    insert.execute(params![feed, to.as_str()])?;
    Ok(())
}

fn value(connection: &Connection, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
    let mut select = connection.prepare_cached("SELECT value FROM small_values WHERE name = ?1")?;
    Ok(select.query_row([name], |row| row.get(0)).optional()?)
}

fn set_value(connection: &Connection, name: &str, value: &[u8]) -> Result<(), StoreError> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO small_values (name, value) VALUES (?1, ?2)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    )?;
    insert.execute(params![name, value])?;
    Ok(())
}

/// Keeps the latest stamp that was given out; writes may arrive in another order than their stamps.
fn keep_stamp(connection: &Connection, stamp: Option<Stamp>) -> Result<(), StoreError> {
    let mut select = connection.prepare_cached("SELECT value FROM small_values WHERE name = ?1")?;
    let known: Option<Vec<u8>> = select.query_row([STAMP], |row| row.get(0)).optional()?;
    let known = known.and_then(|known| String::from_utf8(known).ok()?.parse().ok());
    match stamp.filter(|stamp| Some(*stamp) > known) {
        Some(latest) => set_value(connection, STAMP, latest.to_string().as_bytes()),
        None => Ok(()),
    }
}

/// Keeps a record, unless what is there is as new.
fn keep(connection: &Connection, record: &Record) -> Result<bool, StoreError> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO records (collection, key, version, value, updated) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (collection, key)
         DO UPDATE SET version = excluded.version, value = excluded.value, updated = excluded.updated
         WHERE excluded.version > version",
    )?;
    let version = record.version as i64;
    let updated = record.updated.map(|updated| updated.to_rfc3339());
    let changed = insert.execute(params![record.collection, record.key, version, record.value, updated])? > 0;
    if changed {
        let of_item = "collection = ?1 AND key = ?2 AND version <= ?3";
        leave(connection, of_item, params![record.collection, record.key, version])?;
    }
    Ok(changed)
}

/// Writes that are done, and of which the feed has told, leave the outbox; what became of them is remembered.
fn leave(connection: &Connection, told: &str, params: &[&dyn rusqlite::ToSql]) -> Result<(), StoreError> {
    let done = format!("outcome IN ('applied', 'duplicate') AND {told}");
    let insert = format!(
        "INSERT OR REPLACE INTO settled (number, id, outcome) SELECT number, id, outcome FROM outbox WHERE {done}"
    );
    if connection.prepare_cached(&insert)?.execute(params)? > 0 {
        connection.prepare_cached(&format!("DELETE FROM outbox WHERE {done}"))?.execute(params)?;
    }
    Ok(())
}

fn record_of(row: &rusqlite::Row<'_>) -> rusqlite::Result<Record> {
    let (version, updated): (i64, Option<String>) = (row.get(2)?, row.get(4)?);
    Ok(Record {
        collection: row.get(0)?,
        key: row.get(1)?,
        version: version as u64,
        updated: updated.and_then(|updated| updated.parse().ok()),
        value: row.get(3)?,
    })
}

fn known(connection: &Connection, collection: &str, key: &str) -> Result<Option<Record>, StoreError> {
    let mut select = connection.prepare_cached(
        "SELECT collection, key, version, value, updated FROM records WHERE collection = ?1 AND key = ?2",
    )?;
    Ok(select.query_row([collection, key], record_of).optional()?)
}

fn seen(connection: &Connection, collection: &str, key: &str) -> Result<Option<Item>, StoreError> {
    let mut select = connection.prepare_cached(
        "SELECT number, id, collection, key, kind, base, clock, body, outcome FROM outbox
         WHERE collection = ?1 AND key = ?2 AND (outcome IS NULL OR outcome IN ('applied', 'duplicate'))
         ORDER BY number",
    )?;
    let mut writes = Vec::new();
    for row in select.query_map([collection, key], row_of)? {
        let (row, outcome) = row??;
        writes.push((row.write, outcome.is_none()));
    }
    let writes: Vec<(&Write, bool)> = writes.iter().map(|(write, waits)| (write, *waits)).collect();
    Ok(view(key, known(connection, collection, key)?, &writes))
}

type Read = Result<(Row, Option<String>), StoreError>;

/// A row of the outbox, and the word for its outcome.
fn row_of(row: &rusqlite::Row<'_>) -> rusqlite::Result<Read> {
    let (number, id): (i64, [u8; 16]) = (row.get(0)?, row.get(1)?);
    let (kind, base, clock): (String, Option<i64>, String) = (row.get(4)?, row.get(5)?, row.get(6)?);
    let kind = WriteKind::ALL.iter().find(|(_, word)| *word == kind);
    let (Some((kind, _)), Ok(clock)) = (kind, clock.parse()) else { return Ok(Err(StoreError::Corrupt)) };
    let write = Write {
        id: WriteId(id),
        collection: row.get(2)?,
        key: row.get(3)?,
        kind: *kind,
        base: base.map(|base| base as u64),
        clock,
        body: row.get(7)?,
    };
    Ok(Ok((Row { number: number as u64, write }, row.get(8)?)))
}

fn settle(connection: &Connection, one: &Settled) -> Result<(), StoreError> {
    let number = one.number as i64;
    let mut select = connection.prepare_cached(
        "SELECT number, id, collection, key, kind, base, clock, body, outcome FROM outbox
         WHERE number = ?1 AND outcome IS NULL",
    )?;
    let Some(row) = select.query_row([number], row_of).optional()? else { return Ok(()) };
    let write = row?.0.write;
    match one.outcome {
        SendOutcome::Applied | SendOutcome::Duplicate => {
            let version = one.version.map_or(0, |version| i64::try_from(version).unwrap_or(i64::MAX));
            let mut update = connection
                .prepare_cached("UPDATE outbox SET outcome = ?2, version = ?3 WHERE number = ?1")?;
            update.execute(params![number, word_of(one.outcome), version])?;
            let known =
                known(connection, &write.collection, &write.key)?.map_or(0, |known| known.version as i64);
            if version <= known {
                leave(connection, "number = ?1", params![number])?;
            }
        }
        SendOutcome::Depends => {}
        SendOutcome::Conflict | SendOutcome::Rejected(_) => {
            if let Some(record) = &one.current {
                keep(connection, record)?;
            }
            let mut update = connection.prepare_cached("UPDATE outbox SET outcome = ?2 WHERE number = ?1")?;
            update.execute(params![number, word_of(one.outcome)])?;
        }
    }
    Ok(())
}

const REJECTED: &str = "rejected:";

fn word_of(outcome: SendOutcome) -> String {
    match outcome {
        SendOutcome::Applied => "applied".to_owned(),
        SendOutcome::Conflict => "conflict".to_owned(),
        SendOutcome::Depends => "depends".to_owned(),
        SendOutcome::Duplicate => "duplicate".to_owned(),
        SendOutcome::Rejected(code) => format!("{REJECTED}{code}"),
    }
}

fn outcome_of(word: &str) -> Result<SendOutcome, StoreError> {
    Ok(match word {
        "applied" => SendOutcome::Applied,
        "conflict" => SendOutcome::Conflict,
        "depends" => SendOutcome::Depends,
        "duplicate" => SendOutcome::Duplicate,
        _ => {
            let code = word.strip_prefix(REJECTED).ok_or(StoreError::Corrupt)?;
            SendOutcome::Rejected(ProblemCode::from_word(code))
        }
    })
}
