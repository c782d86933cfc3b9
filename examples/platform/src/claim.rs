//! A data folder is one platform's at a time: two that write into it would each take the other's work for damage.

use std::fs::{File, TryLockError};
use std::io::{ErrorKind, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

/// The folder, until this is dropped or the process ends, however it does.
#[derive(Debug)]
pub struct Claim {
    file: File,
}

/// What the lock says of a folder in which no database was made yet, and of one in which it was.
const FIRST: &[u8] = b"no database was made here yet\n";
const MARK: &[u8] = b"a database was made here\n";

/// More than either.
const MOST: u64 = 100;

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

fn lock(folder: &Path) -> PathBuf {
    folder.join("platform.lock")
}

/// Locks a file, which may take two seconds.
fn patiently(file: &File) -> Result<(), TryLockError> {
    const TRIES: u32 = 40;
    for _ in 0..TRIES {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => {
                #[expect(
                    clippy::disallowed_methods,
                    reason = "a program that begins has nothing else to do"
                )]
                std::thread::sleep(std::time::Duration::from_millis(50));
            }
            done => return done,
        }
    }
    file.try_lock()
}

impl Claim {
    /// Claims a folder, which is there; whoever only looks at it is waited for a little.
    pub fn of(folder: &Path) -> Result<Self, ClaimError> {
        Self::made(folder, patiently)
    }

    fn made(folder: &Path, lock_file: fn(&File) -> Result<(), TryLockError>) -> Result<Self, ClaimError> {
        let failed = |error| ClaimError::Io { folder: folder.to_owned(), error };
        let path = lock(folder);
        let is_first = !path.exists();
        crate::private::file(&path).map_err(failed)?;
        let file = File::options().read(true).write(true).open(&path).map_err(failed)?;
        let claim = Self::locked(file, lock_file, folder)?;
        if is_first && claim.text().map_err(failed)?.is_empty() {
            claim.write(FIRST).map_err(|error| {
                // An empty one would tell of a database.
                let _ = std::fs::remove_file(&path);
                failed(error)
            })?;
        }
        Ok(claim)
    }

    /// Claims a folder to look at what is in it. On a disk that is full or cannot be written a lock that is not there is not made: no
    /// platform has it.
    pub fn to_look(folder: &Path) -> Result<Option<Self>, ClaimError> {
        match Self::made(folder, File::try_lock) {
            Err(ClaimError::Io { error, .. })
                if matches!(
                    error.kind(),
                    ErrorKind::ReadOnlyFilesystem | ErrorKind::StorageFull | ErrorKind::QuotaExceeded
                ) => {}
            claim => return claim.map(Some),
        }
        match File::options().read(true).open(lock(folder)) {
            // Others may look at the same time.
            Ok(file) => Self::locked(file, File::try_lock_shared, folder).map(Some),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(ClaimError::Io { folder: folder.to_owned(), error }),
        }
    }

    fn locked(
        file: File,
        lock: fn(&File) -> Result<(), TryLockError>,
        folder: &Path,
    ) -> Result<Self, ClaimError> {
        match lock(&file) {
            Ok(()) => Ok(Self { file }),
            Err(TryLockError::WouldBlock) => Err(ClaimError::Taken { folder: folder.to_owned() }),
            Err(TryLockError::Error(error)) => Err(ClaimError::Io { folder: folder.to_owned(), error }),
        }
    }

    fn text(&self) -> std::io::Result<Vec<u8>> {
        let mut text = Vec::new();
        (&self.file).seek(SeekFrom::Start(0))?;
        (&self.file).take(MOST).read_to_end(&mut text)?;
        Ok(text)
    }

    fn write(&self, text: &[u8]) -> std::io::Result<()> {
        self.file.set_len(0)?;
        (&self.file).seek(SeekFrom::Start(0))?;
        (&self.file).write_all(text)?;
        self.file.sync_all()
    }

    /// Whether a database was made in the folder before. Where the lock is empty, a release of before there were marks made it, and a
    /// database with it.
    pub fn is_marked(&self) -> bool {
        self.text().is_ok_and(|text| text != FIRST)
    }

    /// Notes that there is a database in the folder from now on: where it is missing later, it is lost.
    pub fn mark(&self) {
        if !self.is_marked() {
            // Where it cannot be written it is empty, or as it was: a loss would be told, or not, and nothing else differs.
            let _ = self.write(MARK);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "a file of before")]
    fn a_lock_tells_whether_there_was_a_database_also_one_of_before_it_could() {
        let folder = tempfile::tempdir().unwrap();
        let marked = || Claim::of(folder.path()).unwrap().is_marked();
        assert!(!marked());
        assert!(!marked(), "a platform that did not come to make one");
        Claim::of(folder.path()).unwrap().mark();
        assert!(marked());
        Claim::of(folder.path()).unwrap().mark();
        let lock = folder.path().join("platform.lock");
        assert_eq!(std::fs::read_to_string(&lock).unwrap(), "a database was made here\n");
        std::fs::write(&lock, "").unwrap();
        assert!(marked());
    }
}
