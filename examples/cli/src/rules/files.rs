//! Files that the commands write.

use std::fs;
use std::path::Path;

use example_terminal::Failure;

/// Writes a file whole or not at all: beside its place first, then over it.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let written = fs::write(&beside, bytes).and_then(|()| fs::rename(&beside, path));
    written.map_err(|source| Failure::File { action: "write", name: path.display().to_string(), source })
}
