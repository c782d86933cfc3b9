//! One file of `SQLite`: a thread that writes, many requests to one sync, and connections that read beside it.

mod group;
mod open;
mod salvage;
mod tables;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;

use cc_client::store::sqlite_mend::WIPE;
use rusqlite::{Connection, ErrorCode};
use tokio::sync::{Semaphore, oneshot};

use super::{Later, ReadJob, Storage, StorageError, WriteJob};
use crate::bus::Bus;
use crate::clock::Clock;
use crate::panics::caught;
use group::Writer;
pub use open::{OpenError, must_be_there, peek, peek_alone};
pub use salvage::{Salvaged, must_have_files, salvage};
use tables::Snapshot;

/// How many look at the same time.
const READERS: usize = 8;
/// How long looks are waited for before the file is closed.
const LOOKS: Duration = Duration::from_secs(5);
/// The version of the tables.
const VERSION: i64 = 4;
/// Those of before, which are read and go on as this: in the one what was taken out may stand where nothing is, in the other what is large
/// is not kept apart either.
const NOT_WIPED: i64 = 3;
const WITHOUT_LARGE: i64 = 2;
/// The age of a log without messages.
const NEVER: i64 = i64::MAX;
/// Bytes of a page of the file.
const PAGE: u64 = 4096;
/// The most bytes that stand in a row itself: a search reads the whole of each row that it compares with.
const SHORT: usize = 8192;
/// About so many bytes of messages are forgotten in one transaction.
const AT_ONCE: usize = 1 << 20;

const TABLES: &str = "
CREATE TABLE map (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE logs (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, first INTEGER NOT NULL, next INTEGER NOT NULL,
    oldest INTEGER NOT NULL);
CREATE INDEX logs_by_age ON logs (oldest);
CREATE TABLE messages (log INTEGER NOT NULL, number INTEGER NOT NULL, at INTEGER NOT NULL, body BLOB NOT NULL,
    PRIMARY KEY (log, number)) WITHOUT ROWID;
";

/// What is longer than [`SHORT`], and the row that it is of: 0 and a key of the map, or a log and a number. The row has the negative of
/// its `id` in the place of it, and takes it along when it goes.
const LARGE: &str =
    "TABLE large (id INTEGER PRIMARY KEY, log INTEGER NOT NULL, name NOT NULL, body BLOB NOT NULL)";
const LARGE_GOES: &str = "
CREATE TRIGGER value_goes AFTER DELETE ON map WHEN old.value < 0 BEGIN DELETE FROM large WHERE id = -old.value; END;
CREATE TRIGGER value_changes AFTER UPDATE OF value ON map WHEN old.value < 0 AND old.value IS NOT new.value
    BEGIN DELETE FROM large WHERE id = -old.value; END;
CREATE TRIGGER message_goes AFTER DELETE ON messages WHEN old.body < 0 BEGIN DELETE FROM large WHERE id = -old.body; END;
";

/// How a file is kept.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct SqliteOptions {
    /// What time it is.
    pub clock: Clock,
    /// The most bytes that the file may have; what goes beyond is refused as if the disk were full.
    pub limit: Option<u64>,
}

/// The storage of one node in one file.
pub struct SqliteStorage {
    path: PathBuf,
    clock: Clock,
    inbox: mpsc::Sender<Request>,
    readers: Arc<Mutex<Vec<Connection>>>,
    room: Arc<Semaphore>,
    beside: Arc<Semaphore>,
    health: Health,
}

enum Request {
    Write { job: WriteJob, done: oneshot::Sender<Result<(), StorageError>> },
    Limit(Option<u64>),
    Close { done: oneshot::Sender<Result<(), StorageError>> },
}

impl std::fmt::Debug for SqliteStorage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SqliteStorage").finish_non_exhaustive()
    }
}

impl SqliteStorage {
    /// Opens a file, or makes it; what is committed is told to `bus`.
    ///
    /// Errors: what the file is that it should not be, and what can be done.
    pub fn open(path: &Path, bus: Arc<dyn Bus>, options: SqliteOptions) -> Result<Self, OpenError> {
        open::look(path)?;
        let said = |error| OpenError::of(path, error);
        private(path).map_err(said)?;
        let mut connection = connect(path, CACHE_OF_THE_WRITER).map_err(said)?;
        let version = open::version(path, &connection)?;
        if version < VERSION {
            match make(&mut connection, version) {
                // It goes on as it is until there is room.
                Err(StorageError::Full) if version == NOT_WIPED => {
                    tracing::warn!(
                        "no room to wipe what was taken out of the database before: a salvage keeps less of it"
                    );
                }
                made => made.map_err(said)?,
            }
        }
        limit(&connection, options.limit).map_err(said)?;
        let health = Health::default();
        let (inbox, requests) = mpsc::channel();
        let writer = Writer::new(connection, bus, options.clock.clone(), health.clone());
        #[expect(clippy::disallowed_methods, reason = "SQLite has one writer, and it waits for the disk")]
        std::thread::spawn(move || writer.run(&requests));
        Ok(Self {
            path: path.to_owned(),
            clock: options.clock,
            inbox,
            readers: Arc::default(),
            room: Arc::new(Semaphore::new(READERS)),
            beside: Arc::new(Semaphore::new(1)),
            health,
        })
    }

    /// Takes a look once there is room among those.
    async fn read_among(&self, those: &Arc<Semaphore>, job: ReadJob) -> Result<(), StorageError> {
        let permit = those.clone().acquire_owned().await.map_err(|_| StorageError::Closed)?;
        let (readers, path, health) = (self.readers.clone(), self.path.clone(), self.health.clone());
        let at = self.clock.now().timestamp_millis();
        let look = move || {
            let known = readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let connection = known.map_or_else(|| connect(&path, CACHE_OF_A_READER), Ok)?;
            health.note(connection.execute_batch("BEGIN").map_err(failed))?;
            job(&Snapshot { connection: &connection, at, health: &health });
            health.note(connection.execute_batch("COMMIT").map_err(failed))?;
            readers.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
            drop(permit);
            Ok(())
        };
        // One that panics takes its connection along.
        let look = || caught("a look", look).unwrap_or(Err(StorageError::Panicked));
        tokio::task::spawn_blocking(look).await.map_err(|_| StorageError::Closed)?
    }

    /// Sets another limit (see [`SqliteOptions::limit`]) from the next transaction on.
    pub fn set_limit(&self, limit: Option<u64>) {
        // A storage that is closed needs no limit.
        let _ = self.inbox.send(Request::Limit(limit));
    }
}

impl Storage for SqliteStorage {
    fn write(&self, job: WriteJob) -> Later<'_, Result<(), StorageError>> {
        let (done, answer) = oneshot::channel();
        let sent = self.inbox.send(Request::Write { job, done }).map_err(|_| StorageError::Closed);
        Box::pin(async move {
            sent?;
            answer.await.map_err(|_| StorageError::Closed)?
        })
    }

    fn read(&self, job: ReadJob) -> Later<'_, Result<(), StorageError>> {
        Box::pin(self.read_among(&self.room, job))
    }

    fn read_beside(&self, job: ReadJob) -> Later<'_, Result<(), StorageError>> {
        Box::pin(self.read_among(&self.beside, job))
    }

    fn trouble(&self) -> Option<StorageError> {
        self.health.get()
    }

    fn failures(&self) -> u64 {
        self.health.lock().failures
    }

    fn close(&self) -> Later<'_, Result<(), StorageError>> {
        Box::pin(async move {
            // Who still looks is waited for, but not for ever: then the file is closed with the process.
            let looks = async { tokio::join!(self.room.acquire_many(READERS as u32), self.beside.acquire()) };
            let nobody_looks = tokio::time::timeout(LOOKS, looks).await.is_ok();
            self.room.close();
            self.beside.close();
            if nobody_looks {
                self.readers.lock().unwrap_or_else(PoisonError::into_inner).clear();
            }
            let (done, answer) = oneshot::channel();
            self.inbox.send(Request::Close { done }).map_err(|_| StorageError::Closed)?;
            answer.await.map_err(|_| StorageError::Closed)?
        })
    }
}

/// Makes the tables that a file of a version has not. What is large in one of before stays where it is until it is written anew.
fn make(connection: &mut Connection, version: i64) -> Result<(), StorageError> {
    let tables = connection.transaction().map_err(failed)?;
    if version < WITHOUT_LARGE {
        tables.execute_batch(TABLES).map_err(failed)?;
    }
    if version < NOT_WIPED {
        tables.execute_batch(&format!("CREATE {LARGE}; {LARGE_GOES}")).map_err(failed)?;
    }
    tables.execute_batch(WIPE).map_err(failed)?;
    tables.pragma_update(None, "user_version", VERSION).map_err(failed)?;
    tables.commit().map_err(failed)
}

/// KiB of pages that are kept in memory: those that many cars write to, and those that one look needs.
const CACHE_OF_THE_WRITER: u32 = 131_072;
const CACHE_OF_A_READER: u32 = 8_192;

fn connect(path: &Path, cache: u32) -> Result<Connection, StorageError> {
    let connection = Connection::open(path).map_err(failed)?;
    connection.set_prepared_statement_cache_capacity(64);
    // What was answered is on disk: FULL syncs the log of changes at each commit. It goes over into the file once it has 64 MiB, so
    // that a page that many commits change is copied once. What is taken out is overwritten (see `WIPE`).
    let settings = format!(
        "PRAGMA page_size = {PAGE}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000;
         PRAGMA secure_delete = ON; PRAGMA wal_autocheckpoint = 16384; PRAGMA journal_size_limit = 134217728; PRAGMA cache_size = -{cache};"
    );
    connection.execute_batch(&settings).map_err(unread)?;
    Ok(connection)
}

/// Nobody else on the machine reads a file and those beside it.
fn private(path: &Path) -> Result<(), StorageError> {
    crate::private::file(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::FileTooLarge | std::io::ErrorKind::StorageFull => StorageError::Full,
        _ => StorageError::Failed { why: crate::words::of(&error) },
    })
}

fn limit(connection: &Connection, bytes: Option<u64>) -> Result<(), StorageError> {
    // The greatest number that SQLite takes.
    let pages = bytes.map_or(4_294_967_294, |bytes| (bytes / PAGE).max(1));
    connection.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(())).map_err(failed)
}

/// Why the header of a file does not read. An error of what was asked is one where a number in it is damaged: what is asked is ours.
fn unread(error: rusqlite::Error) -> StorageError {
    match error.sqlite_error_code() {
        Some(ErrorCode::Unknown) => StorageError::Damaged { what: "the database" },
        _ => failed(error),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "made for map_err")]
fn failed(error: rusqlite::Error) -> StorageError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => StorageError::Full,
        Some(ErrorCode::SystemIoFailure) if has_no_room(&error) => StorageError::Full,
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            StorageError::Damaged { what: "the database" }
        }
        Some(code) => StorageError::Failed { why: code_word(code).to_owned() },
        // What stands there is not of the kind that was written: a key that is no text.
        None if is_of_another_kind(&error) => StorageError::Damaged { what: "the database" },
        None => StorageError::Failed { why: "it was not asked right".to_owned() },
    }
}

fn is_of_another_kind(error: &rusqlite::Error) -> bool {
    use rusqlite::Error::{FromSqlConversionFailure, IntegralValueOutOfRange, InvalidColumnType, Utf8Error};
    matches!(
        error,
        FromSqlConversionFailure(..) | IntegralValueOutOfRange(..) | InvalidColumnType(..) | Utf8Error(..)
    )
}

/// Whether there was no room for the index of the log, or a write failed where the files of this process may only grow so far
/// (`ulimit -f`): `SQLite` does not tell these from others.
fn has_no_room(error: &rusqlite::Error) -> bool {
    use rusqlite::ffi::{SQLITE_IOERR_SHMSIZE, SQLITE_IOERR_TRUNCATE, SQLITE_IOERR_WRITE};
    let code = error.sqlite_error().map(|error| error.extended_code);
    let is_write = matches!(code, Some(SQLITE_IOERR_WRITE | SQLITE_IOERR_TRUNCATE));
    #[expect(clippy::disallowed_methods, reason = "what the system lets this process do")]
    let limits = || std::fs::read_to_string("/proc/self/limits");
    // The one that holds comes before the one it may be raised to.
    let is_limit = |line: &str| {
        line.strip_prefix("Max file size").is_some_and(|rest| !rest.trim_start().starts_with("unlimited"))
    };
    code == Some(SQLITE_IOERR_SHMSIZE)
        || is_write && limits().is_ok_and(|limits| limits.lines().any(is_limit))
}

fn code_word(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::CannotOpen => "the file cannot be opened",
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => "another program holds it",
        ErrorCode::OutOfMemory => "there is no memory left",
        ErrorCode::PermissionDenied | ErrorCode::AuthorizationForStatementDenied => {
            "this account may not do that"
        }
        ErrorCode::ReadOnly => "the file may only be read",
        ErrorCode::SystemIoFailure => "the disk does not read or write",
        ErrorCode::TooBig => "a value is too large",
        _ => "it refuses what it was asked",
    }
}

/// What is wrong with the file at present, if anything. Who runs a platform hears of it once, and once when it is over.
#[derive(Clone, Debug, Default)]
struct Health(Arc<Mutex<Trouble>>);

#[derive(Debug, Default)]
struct Trouble {
    now: Option<StorageError>,
    failures: u64,
}

impl Health {
    fn lock(&self) -> std::sync::MutexGuard<'_, Trouble> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn get(&self) -> Option<StorageError> {
        self.lock().now.clone()
    }

    /// Remembers what went wrong.
    fn note<T>(&self, outcome: Result<T, StorageError>) -> Result<T, StorageError> {
        if let Err(error) = &outcome {
            let mut trouble = self.lock();
            trouble.failures += 1;
            // What is damaged stays so, whatever else fails.
            let is_damaged = matches!(&trouble.now, Some(StorageError::Damaged { .. }));
            if !is_damaged && trouble.now.as_ref() != Some(error) {
                tracing::error!(%error, "the storage fails; nothing more is taken that it does not keep");
                trouble.now = Some(error.clone());
            }
        }
        outcome
    }

    /// Something that was written is on disk: there is room again.
    fn recovered(&self) {
        let mut trouble = self.lock();
        if matches!(&trouble.now, Some(StorageError::Full | StorageError::Failed { .. })) {
            tracing::info!("the storage works again");
            trouble.now = None;
        }
    }
}
