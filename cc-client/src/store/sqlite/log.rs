//! The write-ahead log beside a file: frames, each a page and a checksum over all frames before it, of which `SQLite` reads those up to the
//! first that does not fit, and forgets the rest without a word (`SQLite`, "WAL-mode File Format").
//!
//! That is right where power was lost in the middle of the last commit, and wrong where a bit has flipped. What tells the two apart: a
//! commit is on the disk before the next is written ([`Durability::Disk`](super::Durability::Disk)), so that frames which go on behind the
//! commit of a bad frame were promised. A bad frame in the very last commit looks like one that never ended.

use std::fs::OpenOptions;
use std::io::{Read as _, Write as _};
use std::path::Path;

use super::failed;
use crate::store::StoreError;
use crate::store::sqlite_mend::{PAGE, beside, if_there};

const HEADER: usize = 32;
/// What stands before the page in a frame.
const HEAD: usize = 24;
const FRAME: usize = HEAD + PAGE;
/// The magic number of a log whose checksums read numbers from the low end; one more, from the high end.
const MAGIC: u32 = 0x377F_0682;
const FORMAT: u32 = 3_007_000;

/// A log that `SQLite` reads to its end, made of a damaged one.
pub(super) struct MendedLog {
    bytes: Vec<u8>,
    /// Where the first frame stands that does not fit.
    bad: usize,
    /// A page was damaged, not only the header.
    is_partial: bool,
}

/// Whether a file and its log are not as they were left, in a way that `SQLite` would hide.
pub(super) fn is_damaged(path: &Path) -> Result<bool, StoreError> {
    let length = |end| std::fs::metadata(beside(path, end)).map_or(0, |file| file.len());
    if length("-wal") < (HEADER + FRAME) as u64 {
        return Ok(false);
    }
    if length("") == 0 {
        // There is no log before the first page is on the disk; `SQLite` would delete it.
        return Ok(true);
    }
    let log = beside(path, "-wal");
    let mut before = None;
    // Twice the same: another process may begin the log anew while it is read, or have written a frame just after it was read. Those before a
    // frame that is there are there, too.
    for _ in 0..2 {
        // Who was the last to have it open puts it into the file, and deletes it.
        let Some(bytes) = read(&log)? else { return Ok(false) };
        let Some(MendedLog { bad, .. }) = mended(&bytes, true) else { return Ok(false) };
        let part = |at: usize, length| bytes.get(at..at + length).map(<[u8]>::to_vec);
        let found = (part(0, HEADER), bad, part(bad, FRAME));
        if before.is_some_and(|before| before != found) {
            return Ok(false);
        }
        before = Some(found);
    }
    Ok(true)
}

/// Mends a copy of a log, if it is damaged; whether what it holds may be wrong or missing in parts. A damaged page is as good as it is, but for
/// the first one, where that is to be sound.
pub(super) fn mend(log: &Path, has_any_first: bool) -> Result<bool, StoreError> {
    let Some(mended) = read(log)?.and_then(|bytes| mended(&bytes, has_any_first)) else { return Ok(false) };
    overwrite(log, &mended.bytes)?;
    Ok(mended.is_partial)
}

/// What there is of it; `None` where it is not there.
fn read(path: &Path) -> Result<Option<Vec<u8>>, StoreError> {
    let mut bytes = Vec::new();
    let read = OpenOptions::new().read(true).open(path).and_then(|mut file| file.read_to_end(&mut bytes));
    let is_there = if_there(read).map_err(|error| failed(&error))?.is_some();
    Ok(is_there.then_some(bytes))
}

/// Writes a file that is of nobody but a salvage.
pub(super) fn overwrite(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let file = OpenOptions::new().write(true).create(true).truncate(true).open(path);
    file.and_then(|mut file| file.write_all(bytes)).map_err(|error| failed(&error))
}

/// A frame of a log.
#[derive(Clone, Copy)]
struct Frame<'a>(&'a [u8]);

impl Frame<'_> {
    fn salts(self) -> u64 {
        u64::from(number(self.0, 8)) << 32 | u64::from(number(self.0, 12))
    }

    fn checksum(self) -> Sum {
        Sum(number(self.0, 16), number(self.0, 20))
    }

    fn page(self) -> u32 {
        number(self.0, 0)
    }

    /// The size of the file in pages after it, where it is the last of a commit.
    fn commit(self) -> u32 {
        number(self.0, 4)
    }

    /// Whether it was written behind what has this checksum.
    fn follows(self, before: Sum, is_high_first: bool) -> bool {
        let head = before.over(self.0.get(..8).unwrap_or_default(), is_high_first);
        head.over(self.0.get(HEAD..).unwrap_or_default(), is_high_first) == self.checksum()
    }
}

#[derive(Clone, Copy, Eq, PartialEq)]
struct Sum(u32, u32);

impl Sum {
    /// The checksum goes on over more bytes.
    fn over(self, bytes: &[u8], is_high_first: bool) -> Self {
        let word = |bytes: &[u8]| {
            let bytes = bytes.try_into().unwrap_or_default();
            if is_high_first { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) }
        };
        let Self(mut first, mut second) = self;
        for two in bytes.chunks_exact(8) {
            first = first.wrapping_add(word(&two[..4])).wrapping_add(second);
            second = second.wrapping_add(word(&two[4..])).wrapping_add(first);
        }
        Self(first, second)
    }

    fn bytes(self) -> [u8; 8] {
        (u64::from(self.0) << 32 | u64::from(self.1)).to_be_bytes()
    }
}

fn number(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).and_then(|four| four.try_into().ok()).map_or(0, u32::from_be_bytes)
}

/// Where the frames begin of a log whose header does not read, and their salts: behind it, unless its beginning is gone and all stands
/// elsewhere. They are those of the first two frames that belong together: what was written before the log began anew stands behind what was
/// written since. Of one frame alone nobody can tell.
fn found(rest: &[u8], is_high_first: bool) -> (usize, u64) {
    let belong = |one: Frame<'_>, next: Frame<'_>| {
        one.page() > 0 && one.salts() == next.salts() && next.follows(one.checksum(), is_high_first)
    };
    let salts = |at: usize| {
        let frames = rest.get(at..).unwrap_or_default().chunks_exact(FRAME).map(Frame);
        let two = frames.clone().zip(frames.skip(1)).find(|(one, next)| belong(*one, *next));
        two.map(|(one, _)| (at, one.salts()))
    };
    // All that is written to a log has a length that eight divides.
    (0..FRAME).step_by(8).find_map(salts).unwrap_or_else(|| (0, Frame(rest).salts()))
}

/// Whether a header reads, and its checksums in this order.
fn reads(header: &[u8], is_high_first: bool) -> bool {
    number(header, 0) == MAGIC | u32::from(is_high_first)
        && number(header, 4) == FORMAT
        && Sum(0, 0).over(&header[..24], is_high_first) == Sum(number(header, 24), number(header, 28))
}

/// What can be read of a log that is damaged; `None` where it is sound, or ends in the middle of a commit.
fn mended(bytes: &[u8], has_any_first: bool) -> Option<MendedLog> {
    let (header, rest) = bytes.split_at_checked(HEADER)?;
    let order = [false, true].into_iter().find(|order| reads(header, *order));
    let is_sound = order.is_some();
    let orders = order.map_or(vec![false, true], |order| vec![order]);
    let mended = orders.into_iter().find_map(|is_high_first| {
        let stored = Sum(number(header, 24), number(header, 28));
        if is_sound && number(header, 8) as usize != PAGE {
            return None;
        }
        let (begin, salts) =
            if is_sound { (0, Frame(&header[8..]).salts()) } else { found(rest, is_high_first) };
        let frames: Vec<Frame<'_>> = rest.get(begin..)?.chunks_exact(FRAME).map(Frame).collect();
        let mut before = stored;
        let bad = frames.iter().position(|frame| {
            let fits = is_sound && frame.salts() == salts && frame.follows(before, is_high_first);
            before = frame.checksum();
            !fits
        })?;
        let follows = |at: usize| {
            let before =
                at.checked_sub(1).map_or(Some(stored), |one| frames.get(one).map(|one| one.checksum()));
            let frame = frames.get(at).filter(|frame| frame.salts() == salts);
            frame.zip(before).is_some_and(|(frame, before)| frame.follows(before, is_high_first))
        };
        // A commit is on the disk before the next.
        let goes_on = |at: &usize| {
            frames.get(*at).is_some_and(|frame| frame.commit() > 0 && frame.salts() == salts)
                && follows(at + 1)
        };
        if is_sound && !(bad..frames.len()).any(|at| goes_on(&at)) {
            return None;
        }
        let last = (0..frames.len()).rev().find(|at| frames[*at].commit() > 0 && follows(*at))?;
        let pages = frames[last].commit();
        let kept = frames.iter().take(last + 1).enumerate();
        let kept = kept.filter(|(at, frame)| {
            let lowest = if has_any_first { 1 } else { 2 };
            follows(*at) || (frame.salts() == salts && (lowest..=pages).contains(&frame.page()))
        });
        let kept: Vec<Frame<'_>> = kept.map(|(_, frame)| *frame).collect();
        let is_partial = begin > 0 || (usize::from(!is_sound)..=last).any(|at| !follows(at));
        Some(MendedLog {
            bytes: written(&kept, salts, header),
            bad: HEADER + begin + bad * FRAME,
            is_partial,
        })
    });
    // The header is on the disk before any frame, so that one which does not read is damage, also where nothing is left behind it.
    let is_lost = !is_sound && rest.len() >= FRAME;
    mended.or_else(|| is_lost.then(|| MendedLog { bytes: written(&[], 0, header), bad: 0, is_partial: true }))
}

/// A log of these frames.
fn written(frames: &[Frame<'_>], salts: u64, header: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(HEADER + frames.len() * FRAME);
    for field in [MAGIC, FORMAT, PAGE as u32, number(header, 12)] {
        bytes.extend(field.to_be_bytes());
    }
    bytes.extend(salts.to_be_bytes());
    let mut sum = Sum(0, 0).over(&bytes, false);
    bytes.extend(sum.bytes());
    for frame in frames {
        let page = frame.0.get(HEAD..).unwrap_or_default();
        sum = sum.over(&frame.0[..8], false).over(page, false);
        bytes.extend(&frame.0[..8]);
        bytes.extend(salts.to_be_bytes());
        bytes.extend(sum.bytes());
        bytes.extend(page);
    }
    bytes
}
