//! The lock between those who work on a database, each beside the others, and whoever puts another file in its place, alone.
//!
//! It is one of `SQLite`'s own, which there are wherever there is `SQLite`, on a file beside the database, `PATH-lock`: the database itself
//! moves. Nothing is written in that file, what somebody else has put there does not count, and it stays where it is.

use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::failed;
use super::opening::{file_name, not_opened, waits_for_salvage};
use crate::store::StoreError;
use crate::store::sqlite_mend::beside;

/// Holds nothing at first, and nothing once it is dropped.
pub(super) struct Lock(Connection);

impl Lock {
    pub(super) fn of(path: &Path) -> Result<Self, StoreError> {
        Self::with_patience(path, waits_for_salvage)
    }

    /// One that waits for nobody.
    pub(super) fn at_once(path: &Path) -> Result<Self, StoreError> {
        Self::with_patience(path, |_| false)
    }

    fn with_patience(path: &Path, waits: fn(i32) -> bool) -> Result<Self, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let file = beside(path, "-lock");
        let mut connection =
            Connection::open_with_flags(&file, flags).map_err(|error| match not_opened(path, error) {
                StoreError::CannotOpen { .. } => not_made(path, &file),
                error => error,
            })?;
        connection.busy_handler(Some(waits))?;
        // Whatever stands in the file is taken for nothing.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_RESET_DATABASE, true)?;
        // Nothing is ever written in it, and there is nothing to undo.
        connection.pragma_update(None, "journal_mode", "MEMORY")?;
        Ok(Self(connection))
    }

    /// Holds it beside others: the file stays where it is.
    pub(super) fn share(&self) -> Result<(), StoreError> {
        self.take("BEGIN")?;
        // It is held from the first read on; this one asks nothing of what stands in the file.
        let read = self.0.prepare_cached("PRAGMA user_version").and_then(|mut read| read.exists([]));
        read.map(drop).map_err(|error| {
            self.let_go();
            error.into()
        })
    }

    /// Holds it while nobody else does.
    pub(super) fn alone(&self) -> Result<(), StoreError> {
        self.take("BEGIN EXCLUSIVE")
    }

    fn take(&self, begin: &str) -> Result<(), StoreError> {
        self.0.prepare_cached(begin)?.execute([])?;
        Ok(())
    }

    pub(super) fn let_go(&self) {
        if !self.0.is_autocommit() {
            let _ = self.0.prepare_cached("ROLLBACK").and_then(|mut end| end.execute([]));
        }
    }
}

/// Why there is no lock beside a file: `SQLite` does not say what the system does.
fn not_made(path: &Path, lock: &Path) -> StoreError {
    let made = OpenOptions::new().write(true).create_new(true).open(lock);
    match made.map_err(|error| (error.kind(), failed(&error))) {
        Err((_, StoreError::Full)) => StoreError::Full,
        Err((ErrorKind::ReadOnlyFilesystem, _)) => StoreError::ReadOnly,
        // Only what stands beside it cannot be written.
        Err((_, StoreError::ReadOnly)) if path.exists() => StoreError::ReadOnly,
        Ok(_) | Err((ErrorKind::AlreadyExists, _)) => StoreError::CannotOpen { file: file_name(lock) },
        Err(_) => StoreError::CannotOpen { file: file_name(path) },
    }
}
