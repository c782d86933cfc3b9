//! Rows on pages that no other page leads to any more: the page that did is damaged.
//!
//! A page of rows reads the same wherever it lies. In a copy of the file, each page in turn is put where its
//! table begins, and `SQLite` reads it as if it were the whole table.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use super::{PAGE, SIZE, VERSIONS, is_header};

/// What a page of rows begins with: of a table by numbers, and of one by keys; and one of keys that leads to others.
const NUMBERED: u8 = 13;
const KEYED: u8 = 10;
const KEYED_ABOVE: u8 = 2;
/// The bytes before the places of the rows, on a page of rows and on one that leads to others.
const HEAD: usize = 8;
const HEAD_ABOVE: usize = 12;
/// The bytes that name another page, before a row on a page that leads to others.
const CHILD: u16 = 4;
/// Where the header has the first page of the list of free ones, and how many these are.
const FREE: usize = 32;

/// A table to look for rows of.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Table {
    root: u32,
    kind: u8,
}

impl Table {
    /// A table with row numbers that begins on this page (`rootpage` of `sqlite_schema`).
    pub const fn numbered(root: u32) -> Self {
        Self { root, kind: NUMBERED }
    }

    /// A table `WITHOUT ROWID`, or an index, that begins on this page.
    pub const fn keyed(root: u32) -> Self {
        Self { root, kind: KEYED }
    }
}

/// The used pages of rows of a copy, one after the other, each put where the tables begin.
///
/// A page does not tell which table it is of. So it stands in for all tables of its kind, and the others are
/// empty meanwhile. Take only rows that fit, also in the types of their values. Data that was deleted long
/// ago is on no page in use.
#[derive(Debug)]
pub struct Pages {
    file: File,
    tables: Vec<Table>,
    free: BTreeSet<u64>,
    count: u64,
    next: u64,
    /// The page that stands there.
    now: Vec<u8>,
    /// Pages with one row of it each, which come next.
    single: Vec<Vec<u8>>,
}

impl Pages {
    /// The pages of a copy that [`mend`](super::mend()) made, that nobody has open, and that has its log of
    /// changes in it. `None` if all that the tables begin on is cut off.
    ///
    /// If the list of free pages cannot be read, all pages are read, provided that the file `is_wiped`
    /// ([`WIPE`](super::WIPE)). If it is not, the result is `None`: deleted data would come back.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn of(copy: &Path, tables: &[Table], is_wiped: bool) -> io::Result<Option<Self>> {
        let mut file = OpenOptions::new().read(true).write(true).open(copy)?;
        let count = file.metadata()?.len() / PAGE as u64;
        let Some(free) = free_pages(&mut file).or_else(|| is_wiped.then(BTreeSet::new)) else {
            return Ok(None);
        };
        let is_there = |table: &Table| (2..=count).contains(&u64::from(table.root));
        let tables: Vec<_> = tables.iter().copied().filter(is_there).collect();
        if tables.is_empty() {
            return Ok(None);
        }
        // Without a log, which would be looked for at each opening; and as large as it is, with the log in it.
        file.seek(SeekFrom::Start(VERSIONS as u64))?;
        file.write_all(&[1, 1])?;
        file.seek(SeekFrom::Start(SIZE as u64))?;
        file.write_all(&u32::try_from(count).unwrap_or(u32::MAX).to_be_bytes())?;
        Ok(Some(Self { file, tables, free, count, next: 2, now: Vec::new(), single: Vec::new() }))
    }

    /// Puts the next page where its tables begin; false after the last. Open the copy anew to read it.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn put_next(&mut self) -> io::Result<bool> {
        if let Some(page) = self.single.pop() {
            self.put(page)?;
            return Ok(true);
        }
        while self.next <= self.count {
            let number = self.next;
            self.next += 1;
            if self.free.contains(&number) || self.tables.iter().any(|table| u64::from(table.root) == number)
            {
                continue;
            }
            let page = page(&mut self.file, number)?;
            let page = if page.first() == Some(&KEYED_ABOVE) { without_children(page) } else { page };
            if self.tables.iter().any(|table| page.first() == Some(&table.kind)) {
                self.put(page)?;
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Something on the page cannot be read: next come its rows one by one.
    pub fn apart(&mut self) {
        let places = places(&self.now, HEAD);
        if places.len() < 2 {
            return;
        }
        let alone = |place: &u16| {
            let mut page = self.now.clone();
            page[3..5].copy_from_slice(&1_u16.to_be_bytes());
            page[HEAD..HEAD + 2].copy_from_slice(&place.to_be_bytes());
            page
        };
        self.single = places.iter().rev().map(alone).collect();
    }

    fn put(&mut self, page: Vec<u8>) -> io::Result<()> {
        for table in &self.tables {
            self.file.seek(SeekFrom::Start(start(u64::from(table.root))))?;
            if page.first() == Some(&table.kind) {
                self.file.write_all(&page)?;
            } else {
                // A page without rows: those that there will be end where the page does.
                self.file.write_all(&[table.kind, 0, 0, 0, 0, 16, 0, 0])?;
            }
        }
        self.now = page;
        self.file.flush()
    }
}

/// Where a page begins; the first is number 1.
fn start(number: u64) -> u64 {
    number.saturating_sub(1).saturating_mul(PAGE as u64)
}

fn page(file: &mut File, number: u64) -> io::Result<Vec<u8>> {
    let mut page = vec![0; PAGE];
    file.seek(SeekFrom::Start(start(number)))?;
    file.read_exact(&mut page)?;
    Ok(page)
}

/// Where the rows of a page are, by its own word.
fn places(page: &[u8], head: usize) -> Vec<u16> {
    let two = |at: usize| Some(u16::from_be_bytes([*page.get(at)?, *page.get(at + 1)?]));
    let count = usize::from(two(3).unwrap_or(0));
    (0..count).map_while(|row| two(head + 2 * row)).collect()
}

/// A page that leads to others has rows of its own, too, where they are by keys: the same page without those it leads to.
fn without_children(mut page: Vec<u8>) -> Vec<u8> {
    let places = places(&page, HEAD_ABOVE);
    page[0] = KEYED;
    page[3..5].copy_from_slice(&(places.len() as u16).to_be_bytes());
    for (to, place) in page[HEAD..].chunks_exact_mut(2).zip(places) {
        to.copy_from_slice(&place.saturating_add(CHILD).to_be_bytes());
    }
    page
}

/// The pages that are in no use: what lies there was taken out long ago. `None` where their list cannot be read.
fn free_pages(file: &mut File) -> Option<BTreeSet<u64>> {
    let first = page(file, 1).ok()?;
    let number = |page: &[u8], at: usize| {
        let bytes = page.get(at..at + 4)?.try_into().ok()?;
        Some(u64::from(u32::from_be_bytes(bytes)))
    };
    if !is_header(&first) {
        return None;
    }
    let (mut trunk, count) = (number(&first, FREE)?, number(&first, FREE + 4)?);
    let mut free = BTreeSet::new();
    while trunk != 0 {
        // A list that bites its own tail is damaged too.
        if !free.insert(trunk) {
            return None;
        }
        let listed = page(file, trunk).ok()?;
        let leaves = number(&listed, 4)? as usize;
        if leaves > PAGE / 4 - 2 {
            return None;
        }
        for leaf in 0..leaves {
            free.insert(number(&listed, 8 + 4 * leaf)?);
        }
        trunk = number(&listed, 0)?;
    }
    (free.len() as u64 == count).then_some(free)
}
