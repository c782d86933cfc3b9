//! Files that each hold all lines of some vehicles.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use example_terminal::Failure;
use tempfile::TempDir;

use super::blocks::Block;
use super::key;
use super::work::{Done, Worker};

/// A file has about so many bytes, where there are not too many files.
const SIZE: u64 = 32 << 20;
/// Systems let a program open about a thousand files.
const MOST: u64 = 512;
/// So many bytes are written in one go.
const PIECE: usize = 32 << 10;

/// The files, in a folder of their own that only we may read; it is removed at the end.
pub(super) struct Partitions {
    folder: TempDir,
    files: Vec<Mutex<File>>,
}

pub(super) fn failure(source: io::Error) -> Failure {
    Failure::File { action: "use", name: "the folder for temporary files".to_owned(), source }
}

impl Partitions {
    pub(super) fn create(folder: &Path, size: Option<u64>) -> Result<Self, Failure> {
        let count = size.map_or(MOST, |size| (size / SIZE + 1).min(MOST));
        let folder = TempDir::with_prefix_in("ccars-backtest-", folder).map_err(failure)?;
        let create = |number| {
            let path = path(folder.path(), number as usize);
            OpenOptions::new().write(true).create_new(true).open(path).map(Mutex::new)
        };
        let files = (0..count).map(create).collect::<io::Result<_>>().map_err(failure)?;
        Ok(Self { folder, files })
    }

    pub(super) fn count(&self) -> usize {
        self.files.len()
    }

    pub(super) fn writer(&self) -> Writer<'_> {
        Writer { files: &self.files, pieces: vec![Vec::new(); self.files.len()] }
    }

    /// Works off the vehicles of one file.
    pub(super) fn work(&self, number: usize, worker: &mut Worker) -> io::Result<Done> {
        let path = path(self.folder.path(), number);
        let bytes = std::fs::read(&path)?;
        std::fs::remove_file(&path)?;
        let mut records: Vec<Record<'_>> = Vec::new();
        let mut rest = &bytes[..];
        while let Some((record, after)) = Record::read(rest) {
            records.push(record);
            rest = after;
        }
        records.sort_unstable_by_key(|record| (record.key, record.file, record.line));
        let mut done = Done::default();
        for vehicle in records.chunk_by(|a, b| a.key == b.key) {
            worker.lines(vehicle.iter().map(|record| (record.file, record.line, record.text)), &mut done);
        }
        Ok(done)
    }
}

fn path(folder: &Path, number: usize) -> PathBuf {
    folder.join(format!("{number}.lines"))
}

/// One worker's way into the files.
pub(super) struct Writer<'p> {
    files: &'p [Mutex<File>],
    pieces: Vec<Vec<u8>>,
}

impl Writer<'_> {
    pub(super) fn block(&mut self, block: &Block) -> io::Result<()> {
        for (line, text) in block.lines() {
            // What is no event of a vehicle is told when it is read.
            let key = key::of_line(text).unwrap_or(0);
            let place = (key % self.files.len() as u64) as usize;
            let piece = &mut self.pieces[place];
            Record { key, file: block.file, line, text }.write(piece);
            if piece.len() > PIECE {
                write(&self.files[place], piece)?;
            }
        }
        Ok(())
    }

    pub(super) fn finish(&mut self) -> io::Result<()> {
        self.files.iter().zip(&mut self.pieces).try_for_each(|(file, piece)| write(file, piece))
    }
}

fn write(file: &Mutex<File>, piece: &mut Vec<u8>) -> io::Result<()> {
    let mut file = file.lock().map_err(|_| io::Error::other("another writer failed"))?;
    file.write_all(piece)?;
    piece.clear();
    Ok(())
}

/// A line on its way through a file.
struct Record<'b> {
    key: u64,
    file: u16,
    line: u64,
    text: &'b [u8],
}

impl<'b> Record<'b> {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.key.to_le_bytes());
        out.extend_from_slice(&self.file.to_le_bytes());
        out.extend_from_slice(&self.line.to_le_bytes());
        out.extend_from_slice(&(self.text.len() as u32).to_le_bytes());
        out.extend_from_slice(self.text);
    }

    fn read(bytes: &'b [u8]) -> Option<(Self, &'b [u8])> {
        let (key, rest) = bytes.split_first_chunk()?;
        let (file, rest) = rest.split_first_chunk()?;
        let (line, rest) = rest.split_first_chunk()?;
        let (length, rest) = rest.split_first_chunk()?;
        let (text, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        let record = Self {
            key: u64::from_le_bytes(*key),
            file: u16::from_le_bytes(*file),
            line: u64::from_le_bytes(*line),
            text,
        };
        Some((record, rest))
    }
}
