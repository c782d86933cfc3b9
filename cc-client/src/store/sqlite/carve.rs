//! Writes on pages that no other page leads to any more: the one that did is damaged.
//!
//! A page of rows reads the same wherever it lies. In a copy of the file, each in its turn is put in the place where the outbox begins, and
//! `SQLite` reads it as if it were all of the outbox.

use std::collections::BTreeSet;
use std::path::Path;

use rusqlite::{Connection, OpenFlags, Transaction};

use super::mend::{PAGE, beginning, is_header, put_page};
use super::salvage::{Rows, rows_from};
use crate::Stamp;
use crate::store::StoreError;

/// What a page of rows of a table begins with (`SQLite`, "Database File Format", 1.6).
const LEAF: u8 = 13;
/// Where the header has the versions of reading and writing, the first page of the list of free ones, and how many these are.
const VERSIONS: usize = 18;
const FREE: usize = 32;
/// More rows than any page has.
const MOST_ROWS: usize = PAGE;

/// Copies what waits on pages that are in use; `old` is a copy of the damaged file, at `path`, whose header was sound.
pub(super) fn carve(
    path: &Path,
    old: Connection,
    new: &Transaction<'_>,
    writes: &mut u64,
    latest: &mut Option<Stamp>,
) -> Result<(), StoreError> {
    let root =
        old.query_row("SELECT rootpage FROM sqlite_schema WHERE name = 'outbox'", [], |row| row.get(0));
    let Ok(root) = root.map(|root: u32| root as usize) else { return Ok(()) };
    let _ = old.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    drop(old);
    let bytes = beginning(path, u64::MAX)?;
    let Some(free) = free_pages(&bytes) else { return Ok(()) };
    if !(2..=bytes.len() / PAGE).contains(&root) {
        return Ok(());
    }
    let Some(mut first) = bytes.get(..PAGE).map(<[u8]>::to_vec) else { return Ok(()) };
    // Without a log, which would be looked for at each opening.
    first[VERSIONS..VERSIONS + 2].fill(1);
    put_page(path, 1, &first)?;
    for (number, page) in (1..).zip(bytes.chunks_exact(PAGE)).skip(1) {
        if page[0] != LEAF || free.contains(&number) || number == root {
            continue;
        }
        put_page(path, root, page)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let Ok(one) = Connection::open_with_flags(path, flags) else { continue };
        let mut from = 0;
        for _ in 0..MOST_ROWS {
            match rows_from(&one, new, from, writes, latest)? {
                // Not even the first: it is a page of something else, or damaged.
                (Rows::Unreadable, next) if next > from => from = next,
                _ => break,
            }
        }
    }
    Ok(())
}

/// The pages that are in no use: what lies there was taken out long ago. `None` where their list cannot be read.
fn free_pages(bytes: &[u8]) -> Option<BTreeSet<usize>> {
    let number = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?) as usize);
    if !is_header(bytes) {
        return None;
    }
    let (mut trunk, count) = (number(FREE)?, number(FREE + 4)?);
    let mut free = BTreeSet::new();
    while trunk != 0 {
        // A list that bites its own tail is damaged too.
        if !free.insert(trunk) {
            return None;
        }
        let at = (trunk - 1).checked_mul(PAGE)?;
        let leaves = number(at + 4)?;
        if leaves > PAGE / 4 - 2 {
            return None;
        }
        for leaf in 0..leaves {
            free.insert(number(at + 8 + 4 * leaf)?);
        }
        trunk = number(at)?;
    }
    (free.len() == count).then_some(free)
}
