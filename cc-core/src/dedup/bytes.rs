//! The memory as bytes.
//!
//! Layout, version 1: parts, one after another. A part is `CCD` and the version; its kind, 0 for everything and 1 for what
//! was added; how many marks it has, in eight bytes, most significant first; the marks; and the first sixteen bytes of
//! the SHA-256 of all that. The first part is of kind 0, and its marks are sorted; those of the others come in the order
//! in which they were added, because what they pushed out follows from it.

use alloc::vec::Vec;

use sha2::{Digest, Sha256};

use super::{Dedup, DedupLimits, EventMark, Saved};

/// Why bytes are not a memory of events.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum DedupError {
    /// A part is not as it was written, or its end is missing. What is before it can be restored.
    #[error("damaged or cut off in the part that begins at byte {offset}")]
    Damaged {
        /// Where the part begins; the bytes before it are whole.
        offset: u64,
    },
    /// They were written by another version of this crate.
    #[error("a memory of events of version {found}, this crate reads version {VERSION}")]
    Version {
        /// The version found.
        found: u8,
    },
}

const MAGIC: &[u8; 3] = b"CCD";
const VERSION: u8 = 1;
const HEAD: usize = 13;
const SUM: usize = 16;
/// What was not saved may have so many marks, also in a small memory.
const LEAST_ADDED: usize = 1024;

/// The kinds of parts.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Kind {
    Everything = 0,
    Added = 1,
}

impl Dedup {
    /// Everything as bytes, given in pieces of a few kilobytes, so that no second copy of a large memory is needed.
    ///
    /// They replace what was saved before. From now on [`Self::save_added`] gives what comes after it.
    ///
    /// # Examples
    ///
    /// ```
    /// use cc_core::dedup::{Dedup, DedupLimits, EventMark};
    ///
    /// let limits = DedupLimits { capacity: 5_000, horizon: None };
    /// let mut seen = Dedup::new(limits);
    /// let mut file = Vec::new();
    /// seen.save(|piece| file.extend_from_slice(piece));
    ///
    /// let mark = EventMark::from_bytes([7; 41]);
    /// seen.insert_mark(mark);
    /// match seen.save_added() {
    ///     Some(added) => file.extend(added),
    ///     None => seen.save(|_| unreachable!("one mark is not worth a new file")),
    /// }
    /// assert!(Dedup::restore(limits, &file)?.contains_mark(&mark));
    /// # Ok::<(), cc_core::dedup::DedupError>(())
    /// ```
    pub fn save(&mut self, mut piece: impl FnMut(&[u8])) {
        self.write(&mut piece);
        self.saved = Saved { is_begun: true, ..Saved::default() };
    }

    /// Everything as bytes. Memories of the same events have equal bytes, in whatever order the events came.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(HEAD + self.len() * EventMark::LENGTH + SUM);
        self.write(|piece| out.extend_from_slice(piece));
        out
    }

    fn write(&self, piece: impl FnMut(&[u8])) {
        write_part(Kind::Everything, self.len(), self.marks.blocks(), piece);
    }

    /// What was added since it was saved last, as bytes to append; empty if nothing was.
    ///
    /// `None` says to [save](Self::save) everything instead: because that was not done yet, or because the file is twice
    /// as long as it would be anew.
    pub fn save_added(&mut self) -> Option<Vec<u8>> {
        let Saved { is_begun, appended, added } = &mut self.saved;
        if !*is_begun || *appended + added.len() > self.marks.len().max(LEAST_ADDED) {
            return None;
        }
        let mut out = Vec::new();
        if !added.is_empty() {
            write_part(Kind::Added, added.len(), [&added[..]], |piece| out.extend_from_slice(piece));
            *appended += added.len();
            *added = Vec::new();
        }
        Some(out)
    }

    /// Notes what [`Self::save_added`] will give; where that is too much to be held too, everything is to be saved.
    pub(super) fn note(&mut self, mark: EventMark) {
        self.saved.added.push(mark);
        if self.saved.added.len() > (self.marks.len() / 8).max(LEAST_ADDED) {
            self.saved = Saved::default();
        }
    }

    /// A memory from what was saved, with all that was appended. Under smaller limits than before, less is remembered.
    ///
    /// Whoever appends and is interrupted leaves a part that is not whole: [`DedupError::Damaged`] says where it begins,
    /// and what is before can be restored, and be appended to, without it.
    pub fn restore(limits: DedupLimits, bytes: &[u8]) -> Result<Self, DedupError> {
        let mut this = Self::new(limits);
        let mut rest = bytes;
        let mut appended = 0;
        loop {
            let offset = (bytes.len() - rest.len()) as u64;
            let expected = if offset == 0 { Kind::Everything } else { Kind::Added };
            let (marks, after) = read_part(rest, expected)?.ok_or(DedupError::Damaged { offset })?;
            if expected == Kind::Everything {
                this.load(marks).ok_or(DedupError::Damaged { offset })?;
            } else {
                appended += marks.len();
                for mark in marks {
                    this.insert_mark(EventMark::from_bytes(*mark));
                }
            }
            rest = after;
            if rest.is_empty() {
                this.saved = Saved { is_begun: true, appended, added: Vec::new() };
                return Ok(this);
            }
        }
    }

    /// Takes marks that must be sorted.
    fn load(&mut self, marks: &[[u8; EventMark::LENGTH]]) -> Option<()> {
        if !marks.is_sorted_by(|a, b| a < b) {
            return None;
        }
        for of_group in marks.chunk_by(|a, b| a[..4] == b[..4]) {
            let mut group = 0;
            for mark in of_group {
                let mark = EventMark::from_bytes(*mark);
                group = mark.group();
                self.marks.insert(mark);
            }
            self.count(group, i32::try_from(of_group.len()).ok()?);
            let oldest = self.oldest_second(group, None);
            self.expire(group, oldest);
        }
        while self.marks.len() > self.limits.capacity {
            self.forget_one()?;
        }
        Some(())
    }
}

fn write_part<'a>(
    kind: Kind,
    count: usize,
    blocks: impl IntoIterator<Item = &'a [EventMark]>,
    mut piece: impl FnMut(&[u8]),
) {
    let mut sum = Sha256::new();
    let mut out = Vec::new();
    out.extend_from_slice(MAGIC);
    out.extend_from_slice(&[VERSION, kind as u8]);
    out.extend_from_slice(&(count as u64).to_be_bytes());
    for block in blocks {
        out.extend(block.iter().flat_map(EventMark::to_bytes));
        sum.update(&out);
        piece(&out);
        out.clear();
    }
    // The head alone, where there is no block.
    sum.update(&out);
    out.extend_from_slice(&sum.finalize()[..SUM]);
    piece(&out);
}

type Part<'a> = (&'a [[u8; EventMark::LENGTH]], &'a [u8]);

/// The marks of the part at the front, and what comes after it; `None` if it is not whole.
fn read_part(bytes: &[u8], expected: Kind) -> Result<Option<Part<'_>>, DedupError> {
    let Some((head, rest)) = bytes.split_first_chunk::<HEAD>() else { return Ok(None) };
    let [c, d, e, version, kind, count @ ..] = head;
    if [*c, *d, *e] != *MAGIC {
        return Ok(None);
    }
    if *version != VERSION {
        return Err(DedupError::Version { found: *version });
    }
    let length =
        usize::try_from(u64::from_be_bytes(*count)).ok().and_then(|n| n.checked_mul(EventMark::LENGTH));
    let Some((marks, rest)) = length.and_then(|length| rest.split_at_checked(length)) else {
        return Ok(None);
    };
    let Some((sum, rest)) = rest.split_first_chunk::<SUM>() else { return Ok(None) };
    let found = Sha256::digest(&bytes[..HEAD + marks.len()]);
    let (marks, _) = marks.as_chunks();
    Ok((*kind == expected as u8 && found[..SUM] == *sum).then_some((marks, rest)))
}
