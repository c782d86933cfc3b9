//! Bytes in any chunks to numbered lines.

use alloc::vec::Vec;

/// The longest line of any format, in bytes: a pair whose answer has 64 KiB does not fit, one of 16 KiB does.
const MOST: usize = 0x1_0000;

/// Splits at CR, LF and CR LF.
#[derive(Clone, Default)]
pub(super) struct Lines {
    pending: Vec<u8>,
    overlong: bool,
    after_return: bool,
    number: u64,
}

/// One line, or the news that it was too long to keep.
pub(super) enum Line<'a> {
    Text(&'a [u8]),
    Overlong,
}

impl Lines {
    /// The number of the last line given, from 1.
    pub(super) fn push(&mut self, chunk: &[u8], mut each: impl FnMut(u64, Line<'_>)) {
        let mut rest = chunk;
        if self.after_return && !rest.is_empty() {
            self.after_return = false;
            if let [b'\n', next @ ..] = rest {
                rest = next;
            }
        }
        while let Some(end) = rest.iter().position(|&byte| matches!(byte, b'\r' | b'\n')) {
            let (text, ended_by) = (&rest[..end], rest[end]);
            rest = &rest[end + 1..];
            self.number += 1;
            if self.pending.is_empty() && !self.overlong && text.len() <= MOST {
                each(self.number, Line::Text(text));
            } else {
                self.keep(text);
                self.give(&mut each);
            }
            if ended_by == b'\r' {
                match rest {
                    [b'\n', next @ ..] => rest = next,
                    [] => self.after_return = true,
                    _ => {}
                }
            }
        }
        self.keep(rest);
    }

    /// Whether the next byte begins a line.
    pub(super) fn is_at_start(&self) -> bool {
        self.pending.is_empty() && !self.overlong && !self.after_return
    }

    /// Counts a line that was read by other means, and gives its number.
    pub(super) fn count(&mut self) -> u64 {
        self.number += 1;
        self.number
    }

    /// Gives a last line without its end.
    pub(super) fn finish(&mut self, mut each: impl FnMut(u64, Line<'_>)) {
        if !self.pending.is_empty() || self.overlong {
            self.number += 1;
            self.give(&mut each);
        }
    }

    pub(super) fn number(&self) -> u64 {
        self.number
    }

    fn keep(&mut self, bytes: &[u8]) {
        let room = MOST - self.pending.len();
        self.overlong |= bytes.len() > room;
        self.pending.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }

    fn give(&mut self, each: &mut impl FnMut(u64, Line<'_>)) {
        each(self.number, if self.overlong { Line::Overlong } else { Line::Text(&self.pending) });
        self.pending.clear();
        self.overlong = false;
    }
}
