//! Names in bytes: those that follow each other often begin alike.

use crate::wire::{Reader, Writer};

/// The names of rules and messages so far.
#[derive(Default)]
pub(super) struct Words {
    pub(super) rules: Names,
    pub(super) messages: Names,
}

/// Names in a row: each is told by how much of the one before it begins with, and the rest.
#[derive(Default)]
pub(super) struct Names {
    last: String,
}

/// No more is shared, so that a few bytes cannot stand for many.
const MOST_SHARED: usize = 64;

impl Names {
    pub(super) fn write(&mut self, name: &str, out: &mut Writer) {
        let shared = self.shared(name);
        out.unsigned(shared as u64);
        self.write_rest(name, shared, out);
    }

    pub(super) fn read(&mut self, input: &mut Reader<'_>) -> Option<Box<str>> {
        let shared = input.unsigned()?;
        self.read_rest(shared, input)
    }

    /// The same for a name that may be `usual`, which takes one byte.
    pub(super) fn write_unless(&mut self, usual: &str, name: &str, out: &mut Writer) {
        if name == usual {
            return out.byte(0);
        }
        let shared = self.shared(name);
        out.unsigned(shared as u64 + 1);
        self.write_rest(name, shared, out);
    }

    pub(super) fn read_unless(&mut self, usual: &str, input: &mut Reader<'_>) -> Option<Box<str>> {
        match input.unsigned()? {
            0 => Some(usual.into()),
            shared => self.read_rest(shared - 1, input),
        }
    }

    fn shared(&self, name: &str) -> usize {
        let alike = self.last.char_indices().zip(name.chars()).take_while(|((_, a), b)| a == b);
        let ends = alike.map(|((start, char), _)| start + char.len_utf8());
        ends.take_while(|end| *end <= MOST_SHARED).last().unwrap_or(0)
    }

    fn write_rest(&mut self, name: &str, shared: usize, out: &mut Writer) {
        out.text(name.get(shared..).unwrap_or_default());
        self.last.clear();
        self.last.push_str(name);
    }

    fn read_rest(&mut self, shared: u64, input: &mut Reader<'_>) -> Option<Box<str>> {
        let shared = usize::try_from(shared).ok().filter(|shared| *shared <= MOST_SHARED)?;
        self.last.get(..shared)?;
        self.last.truncate(shared);
        self.last.push_str(input.text()?);
        Some(self.last.as_str().into())
    }
}
