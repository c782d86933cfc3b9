//! A data folder is one platform's at a time: two that write into it would each take the other's work for damage.

use std::fs::{File, TryLockError};
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// The folder, until this is dropped or the process ends, however it does.
#[derive(Debug)]
pub struct Claim {
    file: File,
}

/// What the lock says of a folder with a database.
const MARK: &[u8] = b"a database was made here\n";

/// Why a folder could not be had.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum ClaimError {
    /// The file `platform.lock` could not be made or locked.
    #[error("{}: the file platform.lock cannot be locked: {}", folder.display(), crate::words::of(error))]
    Io {
        /// The folder.
        folder: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// Another process has it.
    #[error("{}: another platform runs on this folder; stop it first", folder.display())]
    Taken {
        /// The folder.
        folder: PathBuf,
    },
}

impl std::fmt::Debug for ClaimError {
    /// As a person reads it: that is how `main` shows it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

impl Claim {
    /// Claims a folder, which is there.
    pub fn of(folder: &Path) -> Result<Self, ClaimError> {
        let failed = |error| ClaimError::Io { folder: folder.to_owned(), error };
        let path = folder.join("platform.lock");
        crate::private::file(&path).map_err(failed)?;
        let file = File::options().write(true).open(path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { file }),
            Err(TryLockError::WouldBlock) => Err(ClaimError::Taken { folder: folder.to_owned() }),
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }

    /// Whether a database was made in the folder before.
    pub fn is_marked(&self) -> bool {
        self.file.metadata().is_ok_and(|file| file.len() > 0)
    }

    /// Notes that there is a database in the folder from now on: where it is missing later, it is lost.
    pub fn mark(&self) {
        if !self.is_marked() {
            // A folder that could not be marked is one of before there were marks.
            let _ = (&self.file).write_all(MARK).and_then(|()| self.file.sync_all());
        }
    }
}
