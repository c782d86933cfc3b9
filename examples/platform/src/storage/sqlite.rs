//! One file of `SQLite`: a thread that writes, many requests to one sync, and connections that read beside it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, mpsc};

use bytes::Bytes;
use rusqlite::{Connection, ErrorCode, OptionalExtension as _, params};
use tokio::sync::{Semaphore, oneshot};

use super::{Edit, JOINT, Later, ReadJob, Scan, Storage, StorageError, Tail, View, WriteJob};
use crate::bus::{Bus, News};
use crate::clock;

/// The most transactions of one sync.
const GROUP: usize = 512;
/// How many look at the same time.
const READERS: usize = 8;
/// The version of the tables.
const VERSION: i64 = 1;

const TABLES: &str = "
CREATE TABLE map (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE logs (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, first INTEGER NOT NULL, next INTEGER NOT NULL);
CREATE TABLE messages (log INTEGER NOT NULL, number INTEGER NOT NULL, at INTEGER NOT NULL, body BLOB NOT NULL,
    PRIMARY KEY (log, number)) WITHOUT ROWID;
";

/// The storage of one node in one file.
pub struct SqliteStorage {
    path: PathBuf,
    inbox: mpsc::Sender<Request>,
    readers: Arc<Mutex<Vec<Connection>>>,
    room: Arc<Semaphore>,
}

struct Request {
    job: WriteJob,
    done: oneshot::Sender<Result<(), StorageError>>,
}

impl std::fmt::Debug for SqliteStorage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SqliteStorage").finish_non_exhaustive()
    }
}

impl SqliteStorage {
    /// Opens a file, or makes it; what is committed is told to `bus`.
    pub fn open(path: &Path, bus: Arc<dyn Bus>) -> Result<Self, StorageError> {
        let mut connection = connect(path)?;
        let version: i64 =
            connection.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(failed)?;
        match version {
            0 => {
                let tables = connection.transaction().map_err(failed)?;
                tables.execute_batch(TABLES).map_err(failed)?;
                tables.pragma_update(None, "user_version", VERSION).map_err(failed)?;
                tables.commit().map_err(failed)?;
            }
            VERSION => {}
            _ => return Err(StorageError::Damaged { what: "the version of the database" }),
        }
        let (inbox, requests) = mpsc::channel();
        #[expect(clippy::disallowed_methods, reason = "SQLite has one writer, and it waits for the disk")]
        std::thread::spawn(move || write(&connection, &requests, bus.as_ref()));
        Ok(Self {
            path: path.to_owned(),
            inbox,
            readers: Arc::default(),
            room: Arc::new(Semaphore::new(READERS)),
        })
    }
}

impl Storage for SqliteStorage {
    fn write(&self, job: WriteJob) -> Later<'_, Result<(), StorageError>> {
        let (done, answer) = oneshot::channel();
        let sent = self.inbox.send(Request { job, done }).map_err(|_| StorageError::Closed);
        Box::pin(async move {
            sent?;
            answer.await.map_err(|_| StorageError::Closed)?
        })
    }

    fn read(&self, job: ReadJob) -> Later<'_, Result<(), StorageError>> {
        Box::pin(async move {
            let permit = self.room.clone().acquire_owned().await.map_err(|_| StorageError::Closed)?;
            let (readers, path) = (self.readers.clone(), self.path.clone());
            let look = move || {
                let known = readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
                let connection = known.map_or_else(|| connect(&path), Ok)?;
                connection.execute_batch("BEGIN").map_err(failed)?;
                job(&Snapshot { connection: &connection });
                connection.execute_batch("COMMIT").map_err(failed)?;
                readers.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
                drop(permit);
                Ok(())
            };
            tokio::task::spawn_blocking(look).await.map_err(|_| StorageError::Closed)?
        })
    }
}

fn connect(path: &Path) -> Result<Connection, StorageError> {
    let connection = Connection::open(path).map_err(failed)?;
    connection.set_prepared_statement_cache_capacity(64);
    // What was answered is on disk: FULL syncs the log of changes at each commit.
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000; PRAGMA cache_size = -32000;",
        )
        .map_err(failed)?;
    Ok(connection)
}

/// Takes requests until nobody can send any, and commits those that wait together.
fn write(connection: &Connection, requests: &mpsc::Receiver<Request>, bus: &dyn Bus) {
    while let Ok(first) = requests.recv() {
        let group: Vec<Request> = std::iter::once(first).chain(requests.try_iter().take(GROUP - 1)).collect();
        let (mut answers, mut news) = (Vec::new(), Vec::new());
        let committed = connection.execute_batch("BEGIN IMMEDIATE").map_err(failed).and_then(|()| {
            for request in group {
                let outcome = alone(connection, request.job, &mut news);
                answers.push((request.done, outcome));
            }
            connection.execute_batch("COMMIT").map_err(failed)
        });
        if let Err(error) = &committed {
            tracing::error!(%error, "a commit failed");
            let _ = connection.execute_batch("ROLLBACK");
        } else {
            for told in news {
                bus.publish(told);
            }
        }
        for (done, outcome) in answers {
            let outcome = committed.clone().and(outcome);
            let _ = done.send(outcome);
        }
    }
}

/// Does one job of a group; a refused one is taken back without the others.
fn alone(connection: &Connection, job: WriteJob, news: &mut Vec<News>) -> Result<(), StorageError> {
    connection.execute_batch("SAVEPOINT job").map_err(failed)?;
    let at = clock::now().timestamp_millis();
    let mut edit = Transaction { connection, at, news: BTreeMap::new() };
    let outcome = job(&mut edit);
    let told = edit.news;
    if outcome.is_ok() {
        connection.execute_batch("RELEASE job").map_err(failed)?;
        news.extend(told.into_values());
    } else {
        connection.execute_batch("ROLLBACK TO job; RELEASE job").map_err(failed)?;
    }
    outcome
}

#[expect(clippy::needless_pass_by_value, reason = "made for map_err")]
fn failed(error: rusqlite::Error) -> StorageError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => StorageError::Full,
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            StorageError::Damaged { what: "the database" }
        }
        Some(code) => StorageError::Failed { why: format!("{code:?}") },
        None => StorageError::Failed { why: "it was not asked right".to_owned() },
    }
}

struct Snapshot<'a> {
    connection: &'a Connection,
}

struct Transaction<'a> {
    connection: &'a Connection,
    at: i64,
    news: BTreeMap<String, News>,
}

fn get(connection: &Connection, key: &str) -> Result<Option<Vec<u8>>, StorageError> {
    let mut select = connection.prepare_cached("SELECT value FROM map WHERE key = ?").map_err(failed)?;
    select.query_row([key], |row| row.get(0)).optional().map_err(failed)
}

fn scan(connection: &Connection, scan: Scan<'_>) -> Result<Vec<(String, Vec<u8>)>, StorageError> {
    let (low, high) = bounds(scan.prefix);
    let sql = match (scan.backwards, scan.after.is_some()) {
        (false, false) => "SELECT key, value FROM map WHERE key > ?1 AND key < ?2 ORDER BY key LIMIT ?3",
        (false, true) => {
            "SELECT key, value FROM map WHERE key > ?4 AND key > ?1 AND key < ?2 ORDER BY key LIMIT ?3"
        }
        (true, false) => "SELECT key, value FROM map WHERE key > ?1 AND key < ?2 ORDER BY key DESC LIMIT ?3",
        (true, true) => {
            "SELECT key, value FROM map WHERE key > ?1 AND key < ?2 AND key < ?4 ORDER BY key DESC LIMIT ?3"
        }
    };
    let limit = i64::try_from(scan.limit).unwrap_or(i64::MAX);
    let mut select = connection.prepare_cached(sql).map_err(failed)?;
    let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
    let rows = match scan.after {
        None => select.query_map(params![low, high, limit], row),
        Some(after) => select.query_map(params![low, high, limit, after], row),
    };
    rows.and_then(Iterator::collect).map_err(failed)
}

/// All keys under a prefix lie between these.
fn bounds(prefix: &str) -> (String, String) {
    (format!("{prefix}{JOINT}"), format!("{prefix} "))
}

fn log(connection: &Connection, name: &str) -> Result<Option<(i64, Tail)>, StorageError> {
    let mut select =
        connection.prepare_cached("SELECT id, first, next FROM logs WHERE name = ?").map_err(failed)?;
    let row = |row: &rusqlite::Row<'_>| {
        let (first, next): (i64, i64) = (row.get(1)?, row.get(2)?);
        Ok((row.get(0)?, Tail { first: first.max(0) as u64, next: next.max(0) as u64 }))
    };
    select.query_row([name], row).optional().map_err(failed)
}

fn read(connection: &Connection, name: &str, from: u64, bytes: usize) -> Result<Vec<Bytes>, StorageError> {
    let Some((id, _)) = log(connection, name)? else { return Ok(Vec::new()) };
    let mut select = connection
        .prepare_cached("SELECT body FROM messages WHERE log = ? AND number >= ? ORDER BY number")
        .map_err(failed)?;
    let mut rows = select.query(params![id, from as i64]).map_err(failed)?;
    let (mut messages, mut size) = (Vec::new(), 0);
    while let Some(row) = rows.next().map_err(failed)? {
        let body: Vec<u8> = row.get(0).map_err(failed)?;
        size += body.len() + 1;
        if size > bytes && !messages.is_empty() {
            break;
        }
        messages.push(Bytes::from(body));
    }
    Ok(messages)
}

impl View for Snapshot<'_> {
    fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StorageError> {
        get(self.connection, key)
    }

    fn scan(&self, range: Scan<'_>) -> Result<Vec<(String, Vec<u8>)>, StorageError> {
        scan(self.connection, range)
    }

    fn tail(&self, name: &str) -> Result<Tail, StorageError> {
        Ok(log(self.connection, name)?.map_or(Tail::default(), |(_, tail)| tail))
    }

    fn read(&self, log: &str, from: u64, bytes: usize) -> Result<Vec<Bytes>, StorageError> {
        read(self.connection, log, from, bytes)
    }
}

impl View for Transaction<'_> {
    fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StorageError> {
        get(self.connection, key)
    }

    fn scan(&self, range: Scan<'_>) -> Result<Vec<(String, Vec<u8>)>, StorageError> {
        scan(self.connection, range)
    }

    fn tail(&self, name: &str) -> Result<Tail, StorageError> {
        Ok(log(self.connection, name)?.map_or(Tail::default(), |(_, tail)| tail))
    }

    fn read(&self, log: &str, from: u64, bytes: usize) -> Result<Vec<Bytes>, StorageError> {
        read(self.connection, log, from, bytes)
    }
}

impl Transaction<'_> {
    fn run(&self, sql: &str, params: impl rusqlite::Params) -> Result<usize, StorageError> {
        self.connection.prepare_cached(sql).and_then(|mut done| done.execute(params)).map_err(failed)
    }
}

impl Edit for Transaction<'_> {
    fn put(&mut self, key: &str, value: &[u8]) -> Result<(), StorageError> {
        self.run(
            "INSERT INTO map VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
            params![key, value],
        )?;
        Ok(())
    }

    fn delete(&mut self, key: &str) -> Result<(), StorageError> {
        self.run("DELETE FROM map WHERE key = ?", [key])?;
        Ok(())
    }

    fn delete_all(&mut self, prefix: &str) -> Result<(), StorageError> {
        let (low, high) = bounds(prefix);
        self.run("DELETE FROM map WHERE key > ? AND key < ?", [low, high])?;
        Ok(())
    }

    fn append(&mut self, name: &str, messages: &[&[u8]]) -> Result<u64, StorageError> {
        let (id, from) = if let Some((id, tail)) = log(self.connection, name)? {
            (id, tail.next)
        } else {
            self.run("INSERT INTO logs (name, first, next) VALUES (?, 0, 0)", [name])?;
            (self.connection.last_insert_rowid(), 0)
        };
        for (number, body) in (from..).zip(messages) {
            self.run("INSERT INTO messages VALUES (?, ?, ?, ?)", params![id, number as i64, self.at, body])?;
        }
        let next = from + messages.len() as u64;
        self.run("UPDATE logs SET next = ? WHERE id = ?", params![next as i64, id])?;
        let news = self.news.entry(name.to_owned()).or_default();
        if news.messages.is_empty() {
            (news.log, news.from) = (name.to_owned(), from);
        }
        news.messages.extend(messages.iter().map(|body| Bytes::copy_from_slice(body)));
        Ok(from)
    }

    fn forget_before(&mut self, at: i64) -> Result<u64, StorageError> {
        let gone = self.run("DELETE FROM messages WHERE at < ?", [at])?;
        if gone > 0 {
            self.run(
                "UPDATE logs SET first = COALESCE((SELECT MIN(number) FROM messages WHERE log = logs.id), next)",
                [],
            )?;
        }
        Ok(gone as u64)
    }

    fn drop_log(&mut self, name: &str) -> Result<(), StorageError> {
        if let Some((id, _)) = log(self.connection, name)? {
            self.run("DELETE FROM messages WHERE log = ?", [id])?;
            self.run("DELETE FROM logs WHERE id = ?", [id])?;
        }
        self.wake(name);
        Ok(())
    }

    fn wake(&mut self, name: &str) {
        let news = self.news.entry(name.to_owned()).or_default();
        (news.log, news.changed) = (name.to_owned(), true);
    }

    fn at(&self) -> i64 {
        self.at
    }
}
