//! What a file is before it is trusted: what is missing, cut or foreign is said before anything is written beside it.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use cc_client::store::sqlite_mend::{WIPE, beside};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::tables::Snapshot;
use super::{Health, LARGE, LARGE_GOES, NOT_WIPED, TABLES, VERSION, WITHOUT_LARGE, failed, unread};
use crate::problem::Problem;
use crate::storage::{StorageError, View};

/// Why a database could not be opened: which file, what was found, and what can be done.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum OpenError {
    /// The file is shorter than its own header says.
    #[error("{}: the file is cut: {found} bytes of {expected}; put a whole copy back, or keep what can be read of this one with --salvage", path.display())]
    Cut {
        /// The file.
        path: PathBuf,
        /// How long it has to be, bytes.
        expected: u64,
        /// How long it is.
        found: u64,
    },
    /// Something in the file cannot be read.
    #[error("{}: the database is damaged; stop all platforms on it, and keep what can be read of it with --salvage", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
    },
    /// The file is empty or missing, and its log of changes is not.
    #[error(
        "{}: the database is empty beside a log of changes (-wal) of {log} bytes, so its data is lost or was not copied; \
         put both files back from a copy, keep what the log has with --salvage, or move the log away to begin anew", path.display()
    )]
    Emptied {
        /// The file.
        path: PathBuf,
        /// The bytes of the log.
        log: u64,
    },
    /// The system does not let it be read or written.
    #[error("{}: {why}", path.display())]
    Failed {
        /// The file.
        path: PathBuf,
        /// In words.
        why: String,
    },
    /// It is a database of something else.
    #[error("{}: this is a database of another program; name another folder", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// The file is empty or missing, and there was a database.
    #[error(
        "{}: the database is empty or missing, and one was kept here before; put a copy back, or start once with --new to begin \
         anew, or name another folder", path.display()
    )]
    Gone {
        /// The file.
        path: PathBuf,
    },
    /// Another release of the platform wrote it.
    #[error("{}: version {found} of the database, and this platform reads version {known}; start the release that wrote it", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: i64,
        /// The one that is known.
        known: i64,
    },
    /// The file does not begin as a database does.
    #[error("{}: this is no database: its beginning is damaged or was never one; put a copy back, keep what can be read of it with --salvage, or move it away to begin anew", path.display())]
    NotADatabase {
        /// The file.
        path: PathBuf,
    },
}

impl OpenError {
    /// What became of a storage, said of its file.
    pub fn of(path: &Path, error: StorageError) -> Self {
        let path = path.to_owned();
        match error {
            StorageError::Damaged { .. } => Self::Damaged { path },
            other => Self::Failed { path, why: other.to_string() },
        }
    }

    /// What kept a node from starting, said of its file.
    pub(crate) fn of_problem(path: &Path, problem: &Problem) -> Self {
        match problem.code {
            "storage_damaged" => Self::Damaged { path: path.to_owned() },
            _ => Self::Failed { path: path.to_owned(), why: problem.title.to_lowercase() },
        }
    }
}

/// How a database begins.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// Looks at the files, before anything opens them.
pub(super) fn look(path: &Path) -> Result<(), OpenError> {
    let failed =
        |error: io::Error| OpenError::Failed { path: path.to_owned(), why: crate::words::of(&error) };
    let size = |path: &Path| match std::fs::metadata(path) {
        Ok(data) if data.is_dir() => Err(io::Error::from(io::ErrorKind::IsADirectory)),
        Ok(data) => Ok(Some(data.len())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    };
    let found = size(path).map_err(failed)?.unwrap_or(0);
    let log = size(&beside(path, "-wal")).map_err(failed)?.unwrap_or(0);
    if found == 0 {
        return if log == 0 { Ok(()) } else { Err(OpenError::Emptied { path: path.to_owned(), log }) };
    }
    let mut head = Vec::new();
    #[expect(clippy::disallowed_methods, reason = "the file of the database is ours to look at")]
    let file = File::open(path).map_err(failed)?;
    file.take(100).read_to_end(&mut head).map_err(failed)?;
    let number = |at: usize, bytes: usize| {
        head.get(at..at + bytes)?.iter().try_fold(0_u64, |all, byte| Some(all << 8 | u64::from(*byte)))
    };
    let none = || OpenError::NotADatabase { path: path.to_owned() };
    if !head.starts_with(MAGIC) {
        return Err(none());
    }
    let (size, pages) = (number(16, 2).ok_or_else(none)?, number(28, 4).ok_or_else(none)?);
    // 1 stands for the size that has no room in two bytes.
    let expected = pages * if size == 1 { 65_536 } else { size };
    // With a log of changes beside it, the rest may be in there.
    if found < expected && log == 0 {
        return Err(OpenError::Cut { path: path.to_owned(), expected, found });
    }
    Ok(())
}

/// Refuses a folder whose database was there before, and is empty or missing.
///
/// Errors: [`OpenError::Gone`]; where a log of changes is beside it, [`OpenError::Emptied`] says more, at the opening.
pub fn must_be_there(path: &Path) -> Result<(), OpenError> {
    let is_empty = |path: &Path| std::fs::metadata(path).map_or(true, |file| file.len() == 0);
    if is_empty(path) && is_empty(&beside(path, "-wal")) {
        return Err(OpenError::Gone { path: path.to_owned() });
    }
    Ok(())
}

const READ: OpenFlags = OpenFlags::SQLITE_OPEN_READ_ONLY.union(OpenFlags::SQLITE_OPEN_NO_MUTEX);
const WRITE: OpenFlags = OpenFlags::SQLITE_OPEN_READ_WRITE.union(OpenFlags::SQLITE_OPEN_NO_MUTEX);

/// Looks at a database that another process has open and writes to: as it is at this moment, and without changing anything.
///
/// Errors: what the file is that it should not be, and what can be done.
pub fn peek<T>(path: &Path, at: i64, job: impl FnOnce(&dyn View) -> T) -> Result<T, OpenError> {
    seen(path, at, Connection::open_with_flags(path, READ), ("", false), job)
}

/// Looks at a database that nobody has open, without a byte written: also on a full or read-only disk, and beside a log that a crash left.
///
/// Errors: what the file is that it should not be, and what can be done.
pub fn peek_alone<T>(path: &Path, at: i64, job: impl FnOnce(&dyn View) -> T) -> Result<T, OpenError> {
    look(path)?;
    let has_log = std::fs::metadata(beside(path, "-wal")).is_ok_and(|log| log.len() > 0);
    // Held alone, the index of the log is in memory and not in a file.
    let held = ("PRAGMA locking_mode = EXCLUSIVE;", has_log);
    let written = File::options().write(true).open(path);
    let is_still = written.is_err_and(|error| error.kind() == io::ErrorKind::ReadOnlyFilesystem);
    let connection = match unchanging(path) {
        // Nobody can make the log that would be looked for.
        Some(address) if is_still && !has_log => {
            Connection::open_with_flags(address, READ | OpenFlags::SQLITE_OPEN_URI)
        }
        // A file that cannot be written is locked by nobody, and without a lock the log would not be read.
        _ if is_still => Connection::open_with_flags_and_vfs(path, READ, c"unix-none"),
        _ => Connection::open_with_flags(path, WRITE),
    };
    seen(path, at, connection, held, job)
}

/// The address of a file that nobody changes.
fn unchanging(path: &Path) -> Option<String> {
    let address = reqwest::Url::from_file_path(std::path::absolute(path).ok()?).ok()?;
    Some(format!("{address}?immutable=1"))
}

fn seen<T>(
    path: &Path,
    at: i64,
    connection: rusqlite::Result<Connection>,
    (settings, keeps_log): (&str, bool),
    job: impl FnOnce(&dyn View) -> T,
) -> Result<T, OpenError> {
    let said = |error: rusqlite::Error| OpenError::of(path, failed(error));
    let connection = connection.map_err(said)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, keeps_log).map_err(said)?;
    connection.execute_batch(&format!("{settings} PRAGMA busy_timeout = 5000; BEGIN")).map_err(said)?;
    if version(path, &connection)? == WITHOUT_LARGE {
        connection.execute_batch(&format!("CREATE TEMP {LARGE}")).map_err(said)?;
    }
    let seen = job(&Snapshot { connection: &connection, at, health: &Health::default() });
    connection.execute_batch("COMMIT").map_err(said)?;
    Ok(seen)
}

/// The version whose tables are there, word for word, where one bit of its number is another: each version has tables of its own.
pub(super) fn flipped(connection: &Connection, found: i64) -> Option<i64> {
    // The number has 32 bits.
    let version = like(connection).ok().flatten()?;
    ((found ^ version) as u32).is_power_of_two().then_some(version)
}

fn like(connection: &Connection) -> rusqlite::Result<Option<i64>> {
    let texts = |of: &Connection| -> rusqlite::Result<BTreeSet<String>> {
        let mut select = of.prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL")?;
        select.query_map([], |row| row.get(0))?.collect()
    };
    let (found, model) = (texts(connection)?, Connection::open_in_memory()?);
    let large = format!("CREATE {LARGE}; {LARGE_GOES}");
    for (version, step) in [(WITHOUT_LARGE, TABLES), (NOT_WIPED, &large), (VERSION, WIPE)] {
        model.execute_batch(step)?;
        if texts(&model)? == found {
            return Ok(Some(version));
        }
    }
    Ok(None)
}

/// How many of the tables, the index and the triggers of this version are there; the one of before has all but `wiped`.
const PARTS: &str = "SELECT count(*) FROM sqlite_schema WHERE name IN
    ('map', 'logs', 'messages', 'large', 'logs_by_age', 'value_goes', 'value_changes', 'message_goes', 'wiped')";

/// The version of an open database, if it is ours; 0 where it is new.
pub(super) fn version(path: &Path, connection: &Connection) -> Result<i64, OpenError> {
    let number = |sql: &str| -> Result<i64, OpenError> {
        let read = connection.query_row(sql, [], |row| row.get(0)).map_err(unread);
        read.map_err(|error| OpenError::of(path, error))
    };
    let found = number("PRAGMA user_version")?;
    if found != VERSION && flipped(connection, found).is_some() {
        return Err(OpenError::Damaged { path: path.to_owned() });
    }
    match found {
        0 if number("SELECT count(*) FROM sqlite_master")? > 0 => {
            Err(OpenError::Foreign { path: path.to_owned() })
        }
        // What takes its large rows along may be missing and nothing would fail.
        VERSION if number(PARTS)? != 9 => Err(OpenError::Damaged { path: path.to_owned() }),
        NOT_WIPED if number(PARTS)? != 8 => Err(OpenError::Damaged { path: path.to_owned() }),
        found @ (0 | WITHOUT_LARGE | NOT_WIPED | VERSION) => Ok(found),
        found => Err(OpenError::Newer { path: path.to_owned(), found, known: VERSION }),
    }
}
