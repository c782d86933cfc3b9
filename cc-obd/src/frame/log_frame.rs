//! A frame as a log has it.

use core::fmt;

use super::{CanFrame, Interface};

/// A frame, and what a log says of it: what [`AscLog`](super::AscLog) and [`CsvLog`](super::CsvLog) read a line to.
///
/// `Debug` shows the id and the length of the frame only: the bytes may spell a VIN.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct LogFrame {
    /// The channel or interface that heard it, where the log names one.
    pub interface: Option<Interface>,
    /// The time in microseconds: since 1970 where the log says so, else since its start.
    pub micros: Option<i64>,
    /// The frame.
    pub frame: CanFrame,
}

/// A row of words between spaces, each with its place in the line.
#[derive(Clone)]
pub(super) struct Words<'a> {
    line: &'a [u8],
    at: usize,
}

/// One word, and where in the line it begins.
#[derive(Clone, Copy)]
pub(super) struct Word<'a> {
    pub(super) text: &'a [u8],
    pub(super) offset: usize,
}

impl<'a> Words<'a> {
    pub(super) fn new(line: &'a [u8]) -> Self {
        Self { line, at: 0 }
    }
}

impl<'a> Iterator for Words<'a> {
    type Item = Word<'a>;

    fn next(&mut self) -> Option<Word<'a>> {
        let rest = self.line.get(self.at..)?;
        let offset = self.at + rest.iter().position(|c| !c.is_ascii_whitespace())?;
        let rest = &self.line[offset..];
        let length = rest.iter().position(u8::is_ascii_whitespace).unwrap_or(rest.len());
        self.at = offset + length;
        Some(Word { text: &rest[..length], offset })
    }
}

impl fmt::Debug for Words<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Words({} of {})", self.at, self.line.len())
    }
}

/// `12.034567` seconds as microseconds; further digits are cut. A comma may stand for the point.
pub(super) fn seconds(text: &[u8]) -> Option<i64> {
    let split = text.iter().position(|&c| matches!(c, b'.' | b',')).unwrap_or(text.len());
    let (whole, fraction) = (&text[..split], text.get(split + 1..).unwrap_or_default());
    if whole.is_empty() || !fraction.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let places = (0..6).map(|place| fraction.get(place).copied().unwrap_or(b'0'));
    whole.iter().copied().chain(places).try_fold(0_i64, |number, digit| {
        digit.is_ascii_digit().then_some(())?;
        number.checked_mul(10)?.checked_add(i64::from(digit - b'0'))
    })
}

/// The bytes behind a data length code (ISO 11898-1): 9 to 15 belong to CAN FD, and a classic frame has 8 then.
pub(super) fn bytes_of_code(code: usize, is_fd: bool) -> Option<usize> {
    match code {
        0..=8 => Some(code),
        9..=15 if is_fd => [12, 16, 20, 24, 32, 48, 64].get(code - 9).copied(),
        9..=15 => Some(8),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_have_a_fraction_or_none() {
        for (text, micros) in [
            (&b"0.5"[..], Some(500_000)),
            (b"12", Some(12_000_000)),
            (b"12,0345678", Some(12_034_567)),
            (b"1579876676.199750", Some(1_579_876_676_199_750)),
            (b".5", None),
            (b"1.5s", None),
            (b"-1", None),
            (b"9223372036854775807", None),
        ] {
            assert_eq!(seconds(text), micros);
        }
    }
}
