//! Reads damaged `SQLite` files, whatever tables they have: it makes a copy that can be opened, and finds rows on
//! pages that no other page leads to any more.
//!
//! The first page tells how large the file is and where the tables begin; without it nothing can be read. [`mend`]
//! puts that right in a copy. It leaves other damage: whoever reads the copy steps over it. If a page in the middle
//! is lost, the pages that it led to are still there: [`Pages`] brings them back one by one.
//!
//! Deleted data must not come back by that. A file has a list of its free pages. There is nothing on them if the
//! file's owner runs [`WIPE`] once, and has `PRAGMA secure_delete` on whenever it writes.
//!
//! The damaged file is only read. Its pages must have `SQLite`'s default size, [`PAGE`]. Sources: `SQLite`,
//! "Database File Format", 1.3 (the header), 1.5 (the list of free pages), 1.6 (pages of a tree).
//!
//! # Examples
//!
//! ```
//! use cc_client::store::sqlite_mend::{self, Pages, Table};
//! use rusqlite::Connection;
//!
//! let folder = tempfile::tempdir()?;
//! let [file, copy] = ["notes.db", "copy.db"].map(|name| folder.path().join(name));
//! let notes = Connection::open(&file)?;
//! notes.execute_batch("CREATE TABLE notes (number INTEGER PRIMARY KEY, text TEXT)")?;
//! // The first page of a new file with the same tables.
//! let sound = sqlite_mend::first_page(&file)?;
//! for _ in 0..1_000 {
//!     notes.execute("INSERT INTO notes (text) VALUES (?1)", [&"x".repeat(100)])?;
//! }
//! drop(notes);
//!
//! // The page that leads to all others of the table is lost.
//! let mut bytes = std::fs::read(&file)?;
//! bytes[4_096..8_192].fill(0xA5);
//! std::fs::write(&file, bytes)?;
//! let count = |path| Connection::open(path)?.query_row("SELECT count(*) FROM notes", [], |row| row.get(0));
//! assert_eq!(count(&file).unwrap_err().to_string(), "database disk image is malformed");
//!
//! let opens = |path: &std::path::Path| {
//!     let tables = "SELECT count(*) FROM sqlite_schema WHERE name = 'notes'";
//!     Connection::open(path).is_ok_and(|copy| copy.query_row(tables, [], |row| row.get(0)) == Ok(1))
//! };
//! let mended = sqlite_mend::mend(&file, &copy, &sound, opens)?.ok_or("nothing helps")?;
//! assert!(mended.is_header_sound);
//! let mut pages = Pages::of(&copy, &[Table::numbered(2)], false)?.ok_or("which pages are in use is not known")?;
//! let mut found = 0_i64;
//! while pages.put_next()? {
//!     let on_page: i64 = count(&copy)?;
//!     found += on_page;
//! }
//! assert_eq!(found, 1_000);
//!
//! let error = sqlite_mend::first_page(&folder.path().join("none.db")).unwrap_err();
//! assert_eq!(error.kind(), std::io::ErrorKind::NotFound);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod aside;
mod pages;

use std::ffi::OsString;
use std::fs::OpenOptions;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

pub use aside::{free_name, put_aside, remove};
pub use pages::{Pages, Table};

/// Overwrites the free pages of a file with zeros, once: each in turn becomes a page of the table that this
/// makes. The table also marks the file ([`IS_WIPED`]). `PRAGMA secure_delete` must be on, then and from then
/// on.
pub const WIPE: &str = "
    CREATE TABLE wiped (page BLOB NOT NULL) STRICT;
    WITH RECURSIVE page (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM page)
    INSERT INTO wiped SELECT zeroblob(4000) FROM page LIMIT (SELECT freelist_count + 1 FROM pragma_freelist_count);
    DELETE FROM wiped;
    INSERT INTO wiped VALUES (CAST('on pages in no use nothing stands' AS BLOB));
";
/// Selects whether a file is marked so. The mark is a row on a page of its own, so that the first page of
/// another file does not bring it along.
pub const IS_WIPED: &str =
    "SELECT EXISTS (SELECT 1 FROM wiped WHERE page = CAST('on pages in no use nothing stands' AS BLOB))";
/// The size of a page in bytes: `SQLite`'s default.
pub const PAGE: usize = 4_096;
/// The header of a database file.
const HEADER: usize = 100;
const MAGIC: &[u8; 16] = b"SQLite format 3\0";
/// Where the header has the versions of reading and writing, the counter of changes, the size in pages, and the counter at which that size
/// was right.
const VERSIONS: usize = 18;
const CHANGES: usize = 24;
const SIZE: usize = 28;
const SIZED_AT: usize = 92;

/// A copy that can be opened.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Mended {
    /// The header is the file's own, except for the size in it.
    pub is_header_sound: bool,
}

/// The first page of a file, filled up with zeros if the file is shorter.
///
/// # Errors
///
/// What the system says.
pub fn first_page(path: &Path) -> io::Result<Vec<u8>> {
    let mut page = Vec::new();
    OpenOptions::new().read(true).open(path)?.take(PAGE as u64).read_to_end(&mut page)?;
    page.resize(PAGE, 0);
    Ok(page)
}

/// Copies a damaged file and its log of changes, and mends the first page of the copy as little as needed for
/// `opens` to say yes. It tries the size, the header, all but the header, then all of it; `None` if nothing
/// helps. `sound` is the [`first_page`] of a new file: the tables that matter begin where they begin there.
///
/// `opens` opens the copy and looks whether the tables are there. If they are not, it must not put the log
/// into the copy (`SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE`): the next attempt would find another file.
///
/// # Errors
///
/// What the system says, of the file or the copy.
pub fn mend(
    path: &Path,
    copy: &Path,
    sound: &[u8],
    mut opens: impl FnMut(&Path) -> bool,
) -> io::Result<Option<Mended>> {
    // The log first: who ends meanwhile puts it into the file, and deletes it.
    for end in ["-wal", ""] {
        if_there(std::fs::copy(beside(path, end), beside(copy, end)))?;
    }
    let first = first_page(copy)?;
    // Of a page that was cut off, what is missing would be read as zeros. Of no page the header tells none, and the log does.
    let pages = std::fs::metadata(copy)?.len() / PAGE as u64;
    let mut with_header = first.clone();
    let has_header = is_header(&first);
    if !has_header {
        with_header.splice(..HEADER, sound.iter().take(HEADER).copied());
    }
    // The header may be right where what follows on the page, which says where tables begin, is not.
    let head = first.iter().take(HEADER).chain(sound.iter().skip(HEADER)).copied().collect();
    let with_tables = if has_header { head } else { sound.to_vec() };
    for (page, is_header_sound) in
        [(with_header, has_header), (with_tables, has_header), (sound.to_vec(), false)]
    {
        put_first_page(copy, page, pages)?;
        if opens(copy) {
            return Ok(Some(Mended { is_header_sound }));
        }
    }
    Ok(None)
}

/// Whether these bytes may be the header of a file of such pages.
pub(crate) fn is_header(page: &[u8]) -> bool {
    let size = page.get(16..18).map_or(0, |size| usize::from(size[0]) << 8 | usize::from(size[1]));
    page.starts_with(MAGIC) && size == PAGE && page.get(21..24) == Some(&[64, 32, 32])
}

/// Writes the first page of a file that has so many.
fn put_first_page(path: &Path, mut page: Vec<u8>, pages: u64) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).open(path)?;
    let size = u32::try_from(pages).unwrap_or(u32::MAX).to_be_bytes();
    if page.len() >= HEADER {
        page[SIZE..SIZE + 4].copy_from_slice(&size);
        page.copy_within(CHANGES..CHANGES + 4, SIZED_AT);
        if beside(path, "-wal").exists() {
            // Else the log would not be read, or only what of it lies within the file.
            page[VERSIONS..VERSIONS + 2].fill(2);
            page[SIZE..SIZE + 4].fill(0);
        }
    }
    file.set_len(pages.max(1) * PAGE as u64)?;
    file.seek(SeekFrom::Start(0))?;
    file.write_all(&page)?;
    file.flush()
}

/// Fills a shorter file up with zeros. `SQLite` takes a log for damaged that goes far beyond the end of its
/// file.
///
/// # Errors
///
/// What the system says.
pub fn lengthen(path: &Path, length: u64) -> io::Result<()> {
    let file = OpenOptions::new().write(true).open(path)?;
    if file.metadata()?.len() < length { file.set_len(length) } else { Ok(()) }
}

/// What was done with a file; `None` where it is not there, or is not there any more.
pub(crate) fn if_there<T>(done: io::Result<T>) -> io::Result<Option<T>> {
    match done {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        done => done.map(Some),
    }
}

/// The path with `end` appended, as the files beside a database are named.
pub fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(end);
    name.into()
}
