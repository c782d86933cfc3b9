//! The history in blocks of whole lines, and where asked, of whole vehicles.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use example_terminal::Failure;
use flate2::read::MultiGzDecoder;
use memchr::{memchr, memchr_iter, memrchr};

use super::key;

/// Some lines of a file.
#[derive(Debug)]
pub(super) struct Block {
    /// The place of the file among the files.
    pub(super) file: u16,
    /// The number of the first line, from 1.
    pub(super) first_line: u64,
    pub(super) bytes: Vec<u8>,
}

impl Block {
    /// The lines that are not empty, each with its number.
    pub(super) fn lines(&self) -> impl Iterator<Item = (u64, &[u8])> {
        let mut rest = &self.bytes[..];
        let mut number = self.first_line;
        std::iter::from_fn(move || {
            while !rest.is_empty() {
                let end = memchr(b'\n', rest).unwrap_or(rest.len());
                let (line, here) = (&rest[..end], number);
                rest = rest.get(end + 1..).unwrap_or_default();
                number += 1;
                let line = line.trim_ascii();
                if !line.is_empty() {
                    return Some((here, line));
                }
            }
            None
        })
    }
}

/// A block has about so many bytes.
const BLOCK: usize = 2 << 20;
/// A longer line is no event.
pub(super) const LONGEST_LINE: usize = 1 << 20;
/// So many bytes of one vehicle can be held.
const LARGEST_VEHICLE: usize = 128 << 20;
/// Deflate makes at most some thousand bytes of one. Events make twenty; more than this is no history.
const LARGEST_RATIO: u64 = 200;
/// So much may come out of a small file whatever the ratio.
const SMALL: u64 = 64 << 20;

/// One file of a history.
pub(super) struct Source {
    name: String,
    file: u16,
    reader: Box<dyn Read + Send>,
    /// Bytes read from the disk, of all files.
    read: Arc<AtomicU64>,
    /// What `read` was when this file began, and what came out of it since; only for compressed files.
    unpacked: Option<(u64, u64)>,
    buffer: Vec<u8>,
    line: u64,
    at_end: bool,
    whole_vehicles: bool,
}

impl Source {
    /// Opens a file, or standard input as `-`; what begins like gzip is unpacked.
    pub(super) fn open(
        path: &Path,
        file: u16,
        whole_vehicles: bool,
        read: &Arc<AtomicU64>,
    ) -> Result<Self, Failure> {
        let is_stdin = path == Path::new("-");
        let name = if is_stdin { "standard input".to_owned() } else { path.display().to_string() };
        let fail = |action, source| Failure::File { action, name: name.clone(), source };
        let raw: Box<dyn Read + Send> = if is_stdin {
            Box::new(io::stdin())
        } else {
            Box::new(File::open(path).map_err(|e| fail("open", e))?)
        };
        let began = read.load(Ordering::Relaxed);
        let mut raw = Counted { inner: raw, read: Arc::clone(read) };
        let mut head = Vec::new();
        raw.by_ref().take(2).read_to_end(&mut head).map_err(|e| fail("read", e))?;
        let is_gzip = head == [0x1F, 0x8B];
        let whole = io::Cursor::new(head).chain(raw);
        let reader: Box<dyn Read + Send> =
            if is_gzip { Box::new(MultiGzDecoder::new(whole)) } else { Box::new(whole) };
        Ok(Self {
            name,
            file,
            reader,
            read: Arc::clone(read),
            unpacked: is_gzip.then_some((began, 0)),
            buffer: Vec::new(),
            line: 1,
            at_end: false,
            whole_vehicles,
        })
    }

    /// The next block; `None` at the end.
    pub(super) fn next_block(&mut self) -> Result<Option<Block>, Failure> {
        let mut wanted = BLOCK;
        loop {
            self.fill(wanted)?;
            if self.buffer.is_empty() {
                return Ok(None);
            }
            let end = match memrchr(b'\n', &self.buffer) {
                _ if self.at_end => self.buffer.len(),
                Some(last) => last + 1,
                None if self.buffer.len() > LONGEST_LINE => {
                    self.skip_line()?;
                    continue;
                }
                None => {
                    wanted += BLOCK;
                    continue;
                }
            };
            let cut =
                if self.whole_vehicles && !self.at_end { last_vehicle(&self.buffer[..end]) } else { end };
            if cut == 0 {
                if self.buffer.len() > LARGEST_VEHICLE {
                    let text = format!("{}: one vehicle has more than 128 MiB of events", self.name);
                    return Err(Failure::usage(text));
                }
                wanted = self.buffer.len() * 2;
                continue;
            }
            let rest = self.buffer.split_off(cut);
            let bytes = std::mem::replace(&mut self.buffer, rest);
            let first_line = self.line;
            self.line += memchr_iter(b'\n', &bytes).count() as u64;
            return Ok(Some(Block { file: self.file, first_line, bytes }));
        }
    }

    fn fill(&mut self, wanted: usize) -> Result<(), Failure> {
        if self.at_end || self.buffer.len() >= wanted {
            return Ok(());
        }
        let missing = (wanted - self.buffer.len()) as u64;
        self.buffer.reserve(missing as usize);
        let fail = |source| Failure::File { action: "read", name: self.name.clone(), source };
        let got = (&mut self.reader).take(missing).read_to_end(&mut self.buffer).map_err(fail)?;
        self.at_end = (got as u64) < missing;
        self.unpacked(got)
    }

    /// So many bytes came out; refuses a file that unpacks to far more than events do.
    fn unpacked(&mut self, got: usize) -> Result<(), Failure> {
        let Some((began, out)) = &mut self.unpacked else { return Ok(()) };
        *out += got as u64;
        let packed = self.read.load(Ordering::Relaxed).saturating_sub(*began);
        if *out > SMALL && *out / packed.max(1) > LARGEST_RATIO {
            let source = io::Error::other("it unpacks to more than two hundred times its size");
            return Err(Failure::File { action: "read", name: self.name.clone(), source });
        }
        Ok(())
    }

    /// Leaves out the rest of a line that is far too long; its beginning stays, for the report.
    fn skip_line(&mut self) -> Result<(), Failure> {
        self.buffer.truncate(LONGEST_LINE + 1);
        let mut piece = Vec::new();
        loop {
            piece.clear();
            let fail = |source| Failure::File { action: "read", name: self.name.clone(), source };
            let got = (&mut self.reader).take(BLOCK as u64).read_to_end(&mut piece).map_err(fail)?;
            self.unpacked(got)?;
            if let Some(end) = memchr(b'\n', &piece) {
                self.buffer.extend_from_slice(&piece[end..]);
                return Ok(());
            }
            if got == 0 {
                self.at_end = true;
                return Ok(());
            }
        }
    }
}

/// Where the last vehicle of some lines begins; 0 where there is only one.
fn last_vehicle(lines: &[u8]) -> usize {
    let mut start = lines.len();
    let mut last = None;
    while start > 0 {
        let end = start - 1;
        let begin = memrchr(b'\n', &lines[..end]).map_or(0, |at| at + 1);
        if let Some(key) = key::of_line(&lines[begin..end]) {
            if last.is_some_and(|last| last != key) {
                return start;
            }
            last = Some(key);
        }
        start = begin;
    }
    0
}

/// The sum of the sizes of the files; `None` where one cannot be told.
pub(super) fn total(files: &[PathBuf]) -> Option<u64> {
    files
        .iter()
        .map(|path| path.metadata().ok().filter(std::fs::Metadata::is_file).map(|data| data.len()))
        .sum()
}

/// Counts what is read.
struct Counted<R> {
    inner: R,
    read: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let got = self.inner.read(buffer)?;
        self.read.fetch_add(got as u64, Ordering::Relaxed);
        Ok(got)
    }
}
