//! Where input comes from: a file, or standard input as `-`.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, IsTerminal, Read, Write};
use std::path::Path;

use crate::Failure;

/// An open input, read in pieces.
pub struct Input {
    name: String,
    reader: BufReader<Box<dyn Read>>,
}

impl Input {
    /// Opens a file; no file and `-` are standard input. A person at a terminal is told that we wait.
    pub fn open(file: Option<&Path>) -> Result<Self, Failure> {
        let Some(path) = file.filter(|path| *path != Path::new("-")) else {
            if io::stdin().is_terminal() {
                let _ = writeln!(io::stderr(), "reading from the terminal; end with Ctrl-D");
            }
            return Ok(Self::new("standard input".to_owned(), Box::new(io::stdin().lock())));
        };
        let name = path.display().to_string();
        match File::open(path) {
            Ok(file) => Ok(Self::new(name, Box::new(file))),
            Err(source) => Err(Failure::File { action: "open", name, source }),
        }
    }

    /// An input from memory, such as a sample that is part of the program.
    pub fn from_text(name: &str, text: &'static str) -> Self {
        Self::new(name.to_owned(), Box::new(text.as_bytes()))
    }

    fn new(name: String, reader: Box<dyn Read>) -> Self {
        Self { name, reader: BufReader::with_capacity(PIECE, reader) }
    }

    /// Reads on until `is_enough`, at most `limit` bytes, and gives what was read; it is read again afterwards.
    pub fn look_ahead(
        self,
        limit: usize,
        is_enough: impl Fn(&[u8]) -> bool,
    ) -> Result<(Vec<u8>, Self), Failure> {
        let Self { name, mut reader } = self;
        let mut head = Vec::new();
        while head.len() < limit && !is_enough(&head) {
            let piece = reader.fill_buf().map_err(|source| Failure::File {
                action: "read",
                name: name.clone(),
                source,
            })?;
            if piece.is_empty() {
                break;
            }
            let length = piece.len();
            head.extend_from_slice(piece);
            reader.consume(length);
        }
        let again = Cursor::new(head.clone()).chain(reader);
        Ok((head, Self::new(name, Box::new(again))))
    }

    /// Whether the next read may have to wait: only white space is left of what was read.
    pub fn is_drained(&self) -> bool {
        self.reader.buffer().trim_ascii_start().is_empty()
    }

    /// The name for people: the path, or `standard input`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The bytes that are there without reading on, at most some 64 KiB; empty at the end of the input.
    pub fn peek(&mut self) -> Result<&[u8], Failure> {
        match self.reader.fill_buf() {
            Ok(bytes) => Ok(bytes),
            Err(source) => Err(Failure::File { action: "read", name: self.name.clone(), source }),
        }
    }

    /// Calls `each` with piece after piece of the input, as they come.
    pub fn for_each_piece(
        mut self,
        mut each: impl FnMut(&[u8]) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        loop {
            let piece = self.peek()?;
            if piece.is_empty() {
                return Ok(());
            }
            let length = piece.len();
            each(piece)?;
            self.reader.consume(length);
        }
    }

    /// Everything, for inputs that are small by nature, such as a rule pack; more than `limit` bytes fail.
    pub fn read_all(self, limit: u64) -> Result<Vec<u8>, Failure> {
        let mut bytes = Vec::new();
        let fail = |source| Failure::File { action: "read", name: self.name.clone(), source };
        self.reader.take(limit + 1).read_to_end(&mut bytes).map_err(fail)?;
        if bytes.len() as u64 > limit {
            let source = io::Error::other(format!("more than {limit} bytes"));
            return Err(Failure::File { action: "read", name: self.name, source });
        }
        Ok(bytes)
    }
}

impl std::fmt::Debug for Input {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Input").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Read for Input {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.reader.read(buffer)
    }
}

impl BufRead for Input {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.reader.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.reader.consume(amount);
    }
}

const PIECE: usize = 64 * 1024;
