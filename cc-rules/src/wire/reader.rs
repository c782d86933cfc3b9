//! Bytes to numbers, instants and texts.

use super::word::{MARKS, Word, gathered, gathered_evenly, unzigzag};
use super::{SCALES, UNITS};
use crate::pack::Beginning;
use crate::state::NONE;

/// Reads what a [`Writer`](super::Writer) wrote; every number has one spelling.
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
    pub(crate) base: i64,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, base: NONE }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// How many bytes are left.
    pub(crate) fn left(&self) -> usize {
        self.rest.len()
    }

    #[inline]
    pub(crate) fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    pub(crate) fn bytes(&mut self, length: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(bytes)
    }

    #[inline]
    pub(crate) fn unsigned(&mut self) -> Option<u64> {
        if let Some((first @ 0..0x80, rest)) = self.rest.split_first() {
            self.rest = rest;
            return Some(u64::from(*first));
        }
        if let Some(bytes) = self.rest.first_chunk::<8>() {
            let word = u64::from_le_bytes(*bytes);
            if word & MARKS != MARKS {
                let Word(value, length) = gathered(word)?;
                self.rest = self.rest.get(length..)?;
                return Some(value);
            }
        }
        self.long()
    }

    /// Byte by byte, where few are left or the number has more than eight.
    #[cold]
    fn long(&mut self) -> Option<u64> {
        let mut value = 0u64;
        for place in 0..10 {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7F);
            if place == 9 && bits > 1 {
                return None;
            }
            value |= bits << (7 * place);
            if byte < 0x80 {
                return (byte != 0 || place == 0).then_some(value);
            }
        }
        None
    }

    #[inline]
    pub(crate) fn signed(&mut self) -> Option<i64> {
        self.unsigned().map(unzigzag)
    }

    pub(crate) fn fixed(&mut self) -> Option<i64> {
        Some(i64::from_be_bytes(self.bytes(8)?.try_into().ok()?))
    }

    pub(crate) fn text(&mut self) -> Option<&'a str> {
        let length = usize::try_from(self.unsigned()?).ok()?;
        std::str::from_utf8(self.bytes(length)?).ok()
    }

    /// The beginning of a key, one to eight bytes long.
    #[inline]
    pub(crate) fn key(&mut self, length: usize) -> Option<Beginning> {
        let (bytes, rest) = self.rest.split_at_checked(length)?;
        let eight = self.rest.first_chunk::<8>().copied().unwrap_or_else(|| {
            let mut eight = [0; 8];
            eight.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
            eight
        });
        self.rest = rest;
        Some(Beginning::new(eight, length))
    }

    /// A short number and an instant of the past behind bytes that are expected, at most eight: `length` of them, kept by
    /// `mask`. `None`, and nothing is taken, where anything is otherwise: there is a longer way to read it.
    #[inline]
    pub(crate) fn plain(&mut self, expected: u64, mask: u64, length: usize) -> Option<(f64, i64)> {
        let bytes = self.rest.first_chunk::<32>()?;
        let word = |at: usize| Some(u64::from_le_bytes(*bytes.get(at..at + 8)?.first_chunk::<8>()?));
        if (word(0)? ^ expected) & mask != 0 {
            return None;
        }
        let number = word(length)?;
        let scale = SCALES.get(usize::from(number as u8))?;
        let Word(whole, digits) = gathered_evenly(number >> 8).filter(|Word(_, digits)| *digits < 8)?;
        let behind = length + 1 + digits;
        let Word(head, digits) = gathered(word(behind)?)?;
        let end = behind + digits;
        let head = head.checked_sub(1).filter(|head| head & 1 == 0)?;
        let distance = (head >> 3).checked_mul(UNITS[(head >> 1 & 3) as usize])?;
        let at = self.base.checked_sub_unsigned(distance)?;
        self.rest = self.rest.get(end..)?;
        Some((unzigzag(whole) as f64 / scale, at))
    }

    /// A number of entries, each at least `smallest` bytes long: never more than can follow.
    pub(crate) fn count(&mut self, smallest: usize) -> Option<usize> {
        let count = usize::try_from(self.unsigned()?).ok()?;
        (count <= self.rest.len() / smallest.max(1)).then_some(count)
    }

    #[inline]
    pub(crate) fn instant(&mut self) -> Option<i64> {
        if let [0, rest @ ..] = self.rest {
            self.rest = rest;
            return Some(NONE);
        }
        let value = match self.unsigned()? {
            0 => return Some(NONE),
            u64::MAX => return self.fixed(),
            value => value - 1,
        };
        let distance = (value >> 3).checked_mul(UNITS[(value >> 1 & 3) as usize])?;
        if value & 1 == 1 {
            self.base.checked_add_unsigned(distance)
        } else {
            self.base.checked_sub_unsigned(distance)
        }
    }

    /// An instant at which something was heard or done: not later than the base, which is the newest one.
    #[inline]
    pub(crate) fn past(&mut self) -> Option<i64> {
        self.instant().filter(|at| *at <= self.base)
    }

    pub(crate) fn sum(&mut self) -> Option<f64> {
        if self.rest.first() == Some(&5) {
            self.byte();
            return Some(f64::INFINITY);
        }
        self.number()
    }

    #[inline]
    pub(crate) fn number(&mut self) -> Option<f64> {
        let value = match self.byte()? {
            4 => f64::from_bits(u64::from_be_bytes(self.bytes(8)?.try_into().ok()?)),
            place => self.signed()? as f64 / SCALES.get(usize::from(place))?,
        };
        value.is_finite().then_some(value)
    }
}
