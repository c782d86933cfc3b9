//! Where a damaged file goes when a new one takes its place.

use std::io;
use std::path::{Path, PathBuf};

use super::{beside, if_there};

/// The first free name for a damaged file: `PATH.damaged-1`, or the next number.
///
/// # Examples
///
/// ```
/// use cc_client::store::sqlite_mend::{free_name, put_aside};
///
/// let folder = tempfile::tempdir()?;
/// let [file, log, new] = ["notes.db", "notes.db-wal", "notes.db.new"].map(|name| folder.path().join(name));
/// for (path, text) in [(&file, "damaged"), (&log, "its log"), (&new, "whole")] {
///     std::fs::write(path, text)?;
/// }
/// let aside = free_name(&file);
/// assert!(aside.ends_with("notes.db.damaged-1"));
/// put_aside(&file, &aside, &new)?;
/// assert_eq!(std::fs::read_to_string(&file)?, "whole");
/// assert_eq!(std::fs::read_to_string(&aside)?, "damaged");
/// assert!(free_name(&file).ends_with("notes.db.damaged-2"));
///
/// let error = put_aside(&file, &free_name(&file), &new).unwrap_err();
/// assert_eq!(error.kind(), std::io::ErrorKind::NotFound);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn free_name(path: &Path) -> PathBuf {
    let names = (1_u32..).map(|number| beside(path, &format!(".damaged-{number}")));
    let mut free = names.filter(|name| !name.exists() && !beside(name, "-wal").exists());
    free.next().unwrap_or_else(|| beside(path, ".damaged"))
}

/// Moves a damaged file and its log aside, as far as they are there, and a new one to its place. Cut short at any moment, the same again
/// with another free name goes on with it: the new file moves last.
///
/// # Errors
///
/// What the system says.
pub fn put_aside(path: &Path, aside: &Path, new: &Path) -> io::Result<()> {
    for end in ["", "-wal"] {
        if_there(std::fs::rename(beside(path, end), beside(aside, end)))?;
    }
    let _ = std::fs::remove_file(beside(path, "-shm"));
    std::fs::rename(new, path)
}

/// Removes a copy that was made on the way, with what lies beside it, as far as that is possible: whatever is left is found at the next
/// try. It is for the salvage of this workspace's own databases, and for no file that anybody needs.
#[doc(hidden)]
pub fn remove(path: &Path) {
    for end in ["", "-wal", "-shm", "-journal"] {
        let _ = std::fs::remove_file(beside(path, end));
    }
}
