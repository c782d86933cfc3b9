//! What is kept is for the account that runs the platform: the database holds the seeds of its signing keys.
//!
//! `SQLite` gives the files beside a database the mode of the database, so that it is enough to make that one right.

use std::io;
use std::path::{Path, PathBuf};

/// Makes a folder that only its owner may enter, and those that it is in; one that is there stays as it is.
///
/// Errors: what the system says.
pub fn folder(path: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    for_owner(&mut builder);
    builder.create(path).map_err(|error| match error.kind() {
        // A file is there, or something else that nothing can be put into.
        io::ErrorKind::AlreadyExists => io::ErrorKind::NotADirectory.into(),
        _ => error,
    })
}

/// Makes a file that only its owner may read, where there is none, and takes away what others may with it and with those beside it whose
/// names begin with its name.
///
/// Errors: what the system says.
pub fn file(path: &Path) -> io::Result<()> {
    let mut options = std::fs::File::options();
    options.create(true).truncate(false).write(true);
    owned(&mut options);
    options.open(path)?;
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return Ok(()) };
    // A path without a folder is one in the folder where the process is.
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let is_beside = entry.file_name().as_encoded_bytes().starts_with(name.as_encoded_bytes());
        if is_beside && entry.file_type()?.is_file() {
            close_if_there(&entry.path())?;
        }
    }
    Ok(())
}

/// A file that has gone meanwhile, such as the log of a database that is closed, is read by nobody.
fn close_if_there(path: &Path) -> io::Result<()> {
    match close(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        closed => closed,
    }
}

/// Makes a file that only its owner may read, to write a secret into.
///
/// Errors: what the system says, also where something is there already.
pub fn new_file(path: &Path) -> io::Result<std::fs::File> {
    let mut options = std::fs::File::options();
    options.create_new(true).write(true);
    owned(&mut options);
    options.open(path)
}

#[cfg(unix)]
fn for_owner(builder: &mut std::fs::DirBuilder) {
    use std::os::unix::fs::DirBuilderExt as _;
    builder.mode(0o700);
}

#[cfg(unix)]
fn owned(options: &mut std::fs::OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt as _;
    options.mode(0o600);
}

#[cfg(unix)]
fn close(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = std::fs::metadata(path)?.permissions().mode();
    let of_owner = mode & 0o7_777 & !0o077;
    if of_owner == mode & 0o7_777 {
        return Ok(());
    }
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(of_owner))
}

#[cfg(not(unix))]
fn for_owner(_: &mut std::fs::DirBuilder) {}

#[cfg(not(unix))]
fn owned(_: &mut std::fs::OpenOptions) {}

#[cfg(not(unix))]
fn close(_: &Path) -> io::Result<()> {
    Ok(())
}

/// A folder for one run, which goes when this is dropped.
#[derive(Debug)]
pub struct Passing(PathBuf);

impl Passing {
    /// Makes one, under a name that nobody can have guessed and laid something else under.
    ///
    /// Errors: what the system says.
    pub fn make() -> io::Result<Self> {
        let path = std::env::temp_dir().join(format!("platform-{}", crate::random::text::<12>()));
        let mut builder = std::fs::DirBuilder::new();
        for_owner(&mut builder);
        builder.create(&path)?;
        Ok(Self(path))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Passing {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            tracing::warn!(kind = ?error.kind(), "the folder of this run could not be removed");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_goes_meanwhile_is_no_failure() {
        let folder = tempfile::tempdir().unwrap();
        close_if_there(&folder.path().join("platform.db-wal")).unwrap();
    }
}
