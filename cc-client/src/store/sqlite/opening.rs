//! How a file is opened, followed where another takes its place, and closed.

use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::lock::Lock;
use super::{Durability, SqliteStore, failed, log, salvage, schema};
use crate::store::StoreError;
use crate::store::hurry::{BETWEEN, may_wait, tries_left};
use crate::store::sqlite_mend::beside;

/// A minute: so long may it take another process to salvage a file.
const TRIES_OF_SALVAGE: i32 = 6_000;

/// Waits a little for whoever writes, as the database asks that failed so often; false where that was long enough.
pub(super) fn waits(tries: i32) -> bool {
    waits_of(tries, tries_left())
}

/// The same for whoever salvages.
pub(super) fn waits_for_salvage(tries: i32) -> bool {
    waits_of(tries, TRIES_OF_SALVAGE)
}

#[expect(clippy::disallowed_methods, reason = "a store's calls block, as the database's own waiting does")]
fn waits_of(tries: i32, most: i32) -> bool {
    let waits = tries < most && may_wait();
    if waits {
        std::thread::sleep(BETWEEN);
    }
    waits
}

/// Which file it is, whatever its name: its device, and its number there. Where a system tells none, nobody can move a file that is open.
pub(super) type Identity = Option<(u64, u64)>;

/// Which file is at a path now.
fn identity(path: &Path) -> std::io::Result<Identity> {
    let file = std::fs::metadata(path)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        Ok(Some((file.dev(), file.ino())))
    }
    #[cfg(not(unix))]
    {
        let _ = file;
        Ok(None)
    }
}

/// Where a file is, or will be: from the root on, with each link followed. A process may change its folder, and `SQLite` keeps a log beside
/// what a link leads to. It is taken word for word: by itself `SQLite` takes some names for something else (`:memory:`, `file:…`, none).
pub(super) fn place(path: &Path) -> Result<PathBuf, StoreError> {
    /// As many as Linux follows.
    const LINKS: u32 = 40;
    let cannot = || StoreError::CannotOpen { file: file_name(path) };
    let is_other = std::fs::metadata(path).is_ok_and(|there| !there.is_file());
    if path.as_os_str().as_encoded_bytes().contains(&0) || is_other {
        return Err(cannot());
    }
    let mut led = path.to_owned();
    for _ in 0..LINKS {
        let name = led.file_name().ok_or_else(cannot)?;
        let folder = led.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = std::fs::canonicalize(folder.unwrap_or(Path::new("."))).map_err(|error| {
            let is_gone = matches!(error.kind(), ErrorKind::NotADirectory | ErrorKind::NotFound);
            if is_gone { StoreError::NotFound { file: file_name(path) } } else { cannot() }
        })?;
        let place = folder.join(name);
        // It need not be there yet, and neither what a link leads to.
        match std::fs::read_link(&place) {
            Ok(target) => led = folder.join(target),
            Err(_) => return Ok(place),
        }
    }
    Err(cannot())
}

/// The name of a file, without the folders that lead to it.
pub(super) fn file_name(path: &Path) -> Box<str> {
    path.components()
        .next_back()
        .map_or("".into(), |name| Component::as_os_str(name).to_string_lossy().into())
}

/// What could not be opened at a path, and why.
pub(super) fn not_opened(path: &Path, error: rusqlite::Error) -> StoreError {
    if error.sqlite_error_code() != Some(ErrorCode::CannotOpen) {
        return error.into();
    }
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    if parent.is_some_and(|parent| !parent.is_dir()) {
        return StoreError::NotFound { file: file_name(path) };
    }
    StoreError::CannotOpen { file: file_name(path) }
}

/// Why a file could not be opened. Where a number in the header is damaged, `SQLite` calls that an error of the question; and the questions are
/// ours.
fn unread(error: StoreError) -> StoreError {
    let is_damage = matches!(error, StoreError::Failed { code: rusqlite::ffi::SQLITE_ERROR });
    if is_damage { StoreError::Corrupt } else { error }
}

/// Whether a log is beside a file, and not an empty one.
fn has_log(path: &Path) -> bool {
    std::fs::metadata(beside(path, "-wal")).is_ok_and(|log| log.len() > 0)
}

/// Which log is beside a file now, and which index of it.
fn log_of(path: &Path) -> [Option<Identity>; 2] {
    ["-wal", "-shm"].map(|end| identity(&beside(path, end)).ok())
}

impl SqliteStore {
    /// Of a file that is not open yet. `is_alone`: whoever asks for it holds the lock of the file as long as it is.
    pub(super) fn closed(path: Option<PathBuf>, durability: Durability, is_alone: bool) -> Self {
        Self {
            connection: None,
            path,
            durability,
            depth: 0,
            lock: None,
            is_alone,
            is_held: false,
            is_reader: false,
            identity: None,
            log: None,
            version: None,
        }
    }

    /// Keeps the file in its place until [`Self::let_go`]; whether it is for the caller to let it go.
    pub(super) fn hold(&mut self) -> Result<bool, StoreError> {
        let Some(path) = self.path.as_deref().filter(|_| !self.is_alone && !self.is_held) else {
            return Ok(false);
        };
        let lock = match self.lock.take() {
            Some(lock) => lock,
            None => Lock::of(path)?,
        };
        self.lock.insert(lock).share()?;
        self.is_held = true;
        Ok(true)
    }

    /// [`Self::hold`], unless another process holds it alone.
    fn hold_at_once(&mut self) -> Result<(), StoreError> {
        if let Some(path) = self.path.as_deref().filter(|_| !self.is_alone && !self.is_held) {
            self.lock = Some(Lock::at_once(path)?);
        }
        self.hold().map(drop)
    }

    pub(super) fn let_go(&mut self) {
        if let Some(lock) = &self.lock {
            lock.let_go();
        }
        self.is_held = false;
    }

    /// Whether the file that is open is not the one in its place any more.
    pub(super) fn is_elsewhere(&self) -> bool {
        self.path.as_deref().is_some_and(|path| match identity(path) {
            Ok(there) => Some(there) != self.identity,
            Err(error) => error.kind() == ErrorKind::NotFound,
        })
    }

    /// Whether somebody has taken the log of the file that is open away, or its index: what is written to it now is lost with this process, or
    /// spoils what others write.
    pub(super) fn is_log_gone(&self) -> bool {
        let Some((path, log)) = self.path.as_deref().zip(self.log) else { return false };
        log_of(path) != log
    }

    /// Whether another was begun since: what this one holds is put in no file then.
    fn is_log_taken(&self) -> bool {
        let Some((path, log)) = self.path.as_deref().zip(self.log) else { return false };
        let [wal, index] = log_of(path);
        wal != log[0] && has_log(path) || index != log[1] && index.is_some()
    }

    /// Opens the file in its place, where it is not open.
    pub(super) fn open_in_place(&mut self) -> Result<(), StoreError> {
        let is_to_let_go = self.hold()?;
        let opened = self.open_held();
        if is_to_let_go {
            self.let_go();
        }
        opened
    }

    fn open_held(&mut self) -> Result<(), StoreError> {
        while !self.is_alone
            && let Some(path) = self.path.as_deref().filter(|path| salvage::is_cut_short(path))
        {
            let path = path.to_owned();
            self.let_go();
            salvage::end(&path)?;
            self.hold()?;
        }
        if self.connection.is_some() && !self.is_elsewhere() {
            return if self.is_log_gone() { Err(StoreError::Gone) } else { Ok(()) };
        }
        // What is written now would be in no file. A new one would hide that the old one is gone, also while the app slept.
        if self.identity.is_some() && self.path.as_deref().is_some_and(|path| !path.exists()) {
            return Err(StoreError::Gone);
        }
        if self.connection.is_some() {
            self.close_connection(false)?;
        }
        self.connection = Some(self.connect().map_err(|error| self.why_not_made(unread(error)))?);
        self.version = None;
        self.identity = self.path.as_deref().and_then(|path| identity(path).ok());
        self.log = self.path.as_deref().map(log_of).filter(|log| log.iter().all(Option::is_some));
        Ok(())
    }

    /// Where `SQLite` cannot make a file it does not say why: a disk may have room, and none for a file more, or take none at all.
    fn why_not_made(&self, error: StoreError) -> StoreError {
        let is_not_made = match error {
            StoreError::CannotOpen { .. } => true,
            StoreError::Failed { code } => code & 0xFF == rusqlite::ffi::SQLITE_CANTOPEN,
            _ => false,
        };
        let Some(path) = self.path.as_deref().filter(|_| is_not_made) else { return error };
        let probe = beside(path, ".probe");
        match OpenOptions::new().write(true).create_new(true).open(&probe) {
            Err(refused) if refused.kind() == ErrorKind::ReadOnlyFilesystem => StoreError::ReadOnly,
            Err(refused) if matches!(failed(&refused), StoreError::Full) => StoreError::Full,
            Err(_) => error,
            Ok(_) => {
                let _ = std::fs::remove_file(&probe);
                error
            }
        }
    }

    fn connect(&self) -> Result<Connection, StoreError> {
        // Where commits do not wait for the disk, a loss of power leaves a log like that as well.
        if let Some(path) = &self.path
            && self.durability == Durability::Disk
            && log::is_damaged(path)?
        {
            return Err(StoreError::Corrupt);
        }
        let has_log = self.path.as_deref().is_some_and(has_log);
        let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        // A new file would hide that the old one is gone.
        flags.set(OpenFlags::SQLITE_OPEN_CREATE, !self.is_reader);
        let mut connection = match &self.path {
            Some(path) => {
                Connection::open_with_flags(path, flags).map_err(|error| not_opened(path, error))?
            }
            None => Connection::open_in_memory()?,
        };
        connection.busy_handler(Some(waits))?;
        // Before anything is written, also by closing it where there is a log: it may be of somebody else.
        let path = self.path.as_deref().unwrap_or(Path::new(""));
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, has_log)?;
        schema::version(&connection, path)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
        use_log(&connection).map_err(|error| not_opened(path, error))?;
        let synchronous = if self.durability == Durability::Disk { "FULL" } else { "NORMAL" };
        connection.pragma_update(None, "synchronous", synchronous)?;
        // Where the system has it, a commit waits for the disk and not for its cache.
        connection.pragma_update(None, "fullfsync", self.durability == Durability::Disk)?;
        connection.pragma_update(None, "checkpoint_fullfsync", self.durability == Durability::Disk)?;
        // There may be no folder for temporary files on a phone.
        connection.pragma_update(None, "temp_store", "MEMORY")?;
        // What is taken out is overwritten: a salvage cannot bring it back (see `WIPE`).
        connection.pragma_update(None, "secure_delete", true)?;
        connection.set_prepared_statement_cache_capacity(64);
        schema::upgrade(&mut connection, path)?;
        Ok(connection)
    }

    /// Lets go of the file and its lock; what its log holds is put in its place, `fully` or as far as that needs no waiting. It stays in the
    /// log where another process salvages the file meanwhile, which may take longer than a phone gives an app that ends.
    pub(super) fn close(&mut self, fully: bool) -> Result<(), StoreError> {
        let is_in_place = self.hold_at_once().is_ok() && !self.is_elsewhere() && !self.is_log_taken();
        if let Some(connection) = self.connection.as_ref().filter(|_| fully && is_in_place) {
            // Another process may be reading: what cannot be put in place now is so later.
            let _ = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        }
        let closed = self.close_connection(is_in_place);
        self.let_go();
        self.lock = None;
        closed
    }

    /// Where another file is in its place, neither the old file nor the log that bears its name is touched.
    fn close_connection(&mut self, is_in_place: bool) -> Result<(), StoreError> {
        let Some(connection) = self.connection.take() else { return Ok(()) };
        if !is_in_place {
            connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        }
        connection.close().map_err(|(_, error)| error.into())
    }
}

impl Drop for SqliteStore {
    fn drop(&mut self) {
        if self.connection.is_some() {
            let _ = self.close(false);
        }
    }
}

/// Writes go to a log from now on. `SQLite` does not wait for others who open a new file in the same instant: the first start of an
/// app with its extensions.
fn use_log(connection: &Connection) -> rusqlite::Result<()> {
    let mut tries = 0;
    loop {
        let done = connection.pragma_update(None, "journal_mode", "WAL");
        let is_busy =
            done.as_ref().is_err_and(|error| error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy));
        if !is_busy || !waits(tries) {
            return done;
        }
        tries += 1;
    }
}
