//! Compact bytes: variable-length whole numbers, and instants as distances from a base.

use crate::pack::{Beginning, Key};
use crate::state::NONE;

/// Units that a distance in time is written in, the largest first: second, millisecond, microsecond, nanosecond.
const UNITS: [u64; 4] = [1_000_000_000, 1_000_000, 1_000, 1];
/// Powers of ten that make most readings whole.
const SCALES: [f64; 4] = [1.0, 10.0, 100.0, 1_000.0];

/// Where doubles are whole numbers, and sums are rounded to one.
const WHOLE: f64 = 6_755_399_441_055_744.0;

/// Writes into memory that is longer than what was written, so that eight bytes can be put down at once, whatever their
/// number.
pub(crate) struct Writer {
    room: Vec<u8>,
    length: usize,
    base: i64,
}

/// Up to eight bytes, the first the lowest, and how many they are.
#[derive(Clone, Copy)]
struct Word(u64, usize);

impl Writer {
    #[cfg(test)]
    pub(crate) fn new(base: i64) -> Self {
        Self::reusing(Vec::new(), base)
    }

    /// Into memory that was used before.
    pub(crate) fn reusing(room: Vec<u8>, base: i64) -> Self {
        Self { room, length: 0, base }
    }

    pub(crate) fn done(mut self) -> Vec<u8> {
        self.room.truncate(self.length);
        self.room
    }

    #[inline]
    fn word(&mut self, Word(bytes, length): Word) {
        loop {
            if let Some(room) = self.room.get_mut(self.length..self.length + 8) {
                room.copy_from_slice(&bytes.to_le_bytes());
                self.length += length;
                return;
            }
            self.grow(8);
        }
    }

    #[cold]
    fn grow(&mut self, by: usize) {
        self.room.resize((2 * self.length).max(1_024).max(self.length + by), 0);
    }

    #[inline]
    pub(crate) fn byte(&mut self, byte: u8) {
        self.word(Word(u64::from(byte), 1));
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        let end = self.length + bytes.len();
        if self.room.len() < end {
            self.grow(bytes.len());
        }
        if let Some(room) = self.room.get_mut(self.length..end) {
            room.copy_from_slice(bytes);
        }
        self.length = end;
    }

    /// What most entries are: the first `length` bytes of a key and one more, a number and an instant. Where all three are
    /// short, they are put down at once.
    #[inline]
    pub(crate) fn entry(&mut self, key: Key, length: usize, byte: u8, value: f64, at: i64) {
        if let (1..8, Some(number), Some(instant)) = (length, short_number(value), self.short_instant(at)) {
            loop {
                if let Some(room) = self.room.get_mut(self.length..).and_then(<[u8]>::first_chunk_mut::<32>) {
                    let mut end = 0;
                    for Word(bytes, length) in [head(key, length, byte), number, instant] {
                        if let Some(room) = room.get_mut(end..end + 8) {
                            room.copy_from_slice(&bytes.to_le_bytes());
                        }
                        end += length;
                    }
                    self.length += end;
                    return;
                }
                self.grow(32);
            }
        }
        self.key_and(key, length, byte);
        self.number(value);
        self.instant(at);
    }

    /// The first `length` bytes of a key, at most eight, and one more.
    #[inline]
    pub(crate) fn key_and(&mut self, key: Key, length: usize, byte: u8) {
        if length > 7 {
            self.key(key, length);
            return self.byte(byte);
        }
        self.word(head(key, length, byte));
    }

    /// The first `length` bytes of a key, at most eight.
    #[inline]
    pub(crate) fn key(&mut self, key: Key, length: usize) {
        self.word(Word(u64::from_le_bytes(key), length.min(8)));
    }

    #[inline]
    pub(crate) fn unsigned(&mut self, value: u64) {
        if value < 0x80 {
            self.byte(value as u8);
        } else if value < SPREAD {
            self.word(spread(value));
        } else {
            self.word(Word(spread(value % SPREAD).0 | MARKS, 8));
            self.word(spread(value / SPREAD));
        }
    }

    #[inline]
    pub(crate) fn signed(&mut self, value: i64) {
        self.unsigned(zigzag(value));
    }

    pub(crate) fn fixed(&mut self, value: i64) {
        self.bytes(&value.to_be_bytes());
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.unsigned(text.len() as u64);
        self.bytes(text.as_bytes());
    }

    /// Zero for no instant; else unit and direction of the distance in the lowest bits, moved up by one.
    #[inline]
    pub(crate) fn instant(&mut self, at: i64) {
        match self.short_instant(at) {
            Some(word) => self.word(word),
            None => self.long_instant(at),
        }
    }

    /// `None` where it takes more than eight bytes.
    #[inline]
    fn short_instant(&self, at: i64) -> Option<Word> {
        if at == NONE {
            return Some(Word(0, 1));
        }
        let (value, head) = self.distance(at);
        (value < 1 << 52).then(|| spread((value << 3 | head) + 1))
    }

    #[cold]
    fn long_instant(&mut self, at: i64) {
        let (value, head) = self.distance(at);
        if value < 1 << 59 {
            self.unsigned((value << 3 | head) + 1);
        } else {
            // Too long to share a number with its head.
            self.unsigned(u64::MAX);
            self.fixed(at);
        }
    }

    /// How far an instant is from the base, with unit and direction.
    #[inline]
    fn distance(&self, at: i64) -> (u64, u64) {
        let (place, value) = in_units(at.abs_diff(self.base));
        (value, place << 1 | u64::from(at > self.base))
    }

    /// A whole number of thousandths at most, where that is exact; else all bits.
    #[inline]
    pub(crate) fn number(&mut self, value: f64) {
        match short_number(value) {
            Some(word) => self.word(word),
            None => self.any_number(value),
        }
    }

    fn any_number(&mut self, value: f64) {
        const EXACT: f64 = 4_503_599_627_370_496.0;
        for (place, scale) in SCALES.iter().enumerate() {
            let scaled = nearest(value * scale);
            if scaled.abs() < EXACT && (scaled as i64 as f64 / scale).to_bits() == value.to_bits() {
                self.byte(place as u8);
                return self.signed(scaled as i64);
            }
        }
        self.byte(4);
        self.bytes(&value.to_bits().to_be_bytes());
    }

    /// A number, or the one infinity that stands for a sum that is too large.
    pub(crate) fn sum(&mut self, value: f64) {
        if value.is_finite() { self.number(value) } else { self.byte(5) }
    }
}

/// The first `length` bytes of a key, at most seven, and one more.
#[inline]
fn head(key: Key, length: usize, byte: u8) -> Word {
    let bits = 8 * length;
    let key = u64::from_le_bytes(key) & !(u64::MAX << bits);
    Word(key | u64::from(byte) << bits, length + 1)
}

/// A number that is not large and whole in thousandths at most; `None` for any other.
#[inline]
fn short_number(value: f64) -> Option<Word> {
    const SMALL: f64 = 1_073_741_824.0;
    if value.abs() < SMALL {
        for (place, scale) in SCALES.iter().enumerate() {
            let sum = value * scale + WHOLE;
            if ((sum - WHOLE) / scale).to_bits() == value.to_bits() {
                // Between one power of two and the next, the bits of doubles count whole numbers.
                let whole = sum.to_bits().wrapping_sub(WHOLE.to_bits()) as i64;
                let Word(bytes, length) = spread_evenly(zigzag(whole));
                return Some(Word(bytes << 8 | place as u64, length + 1));
            }
        }
    }
    None
}

#[inline]
fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

#[inline]
fn unzigzag(value: u64) -> i64 {
    (value >> 1) as i64 ^ -((value & 1) as i64)
}

/// A distance in the largest unit that keeps it whole, with the place of that unit.
#[inline]
fn in_units(distance: u64) -> (u64, u64) {
    const SECOND: u64 = UNITS[0];
    const MILLISECOND: u64 = UNITS[1];
    const MICROSECOND: u64 = UNITS[2];
    // One after the other, so that each division is one by a constant.
    if distance.is_multiple_of(SECOND) {
        (0, distance / SECOND)
    } else if distance.is_multiple_of(MILLISECOND) {
        (1, distance / MILLISECOND)
    } else if distance.is_multiple_of(MICROSECOND) {
        (2, distance / MICROSECOND)
    } else {
        (3, distance)
    }
}

/// Numbers below this have at most eight bytes.
const SPREAD: u64 = 1 << 56;
/// In each byte, the mark of more to come.
const MARKS: u64 = 0x8080_8080_8080_8080;

/// A number below [`SPREAD`], seven bits to a byte.
#[inline]
fn spread(value: u64) -> Word {
    // Most are short, and need less work.
    if value < 0x80 {
        return Word(value, 1);
    }
    if value < 0x4000 {
        return Word(value & 0x7F | 0x80 | value >> 7 << 8, 2);
    }
    spread_evenly(value)
}

/// The same without a guess how long it is, for numbers of which that is not known.
#[inline]
fn spread_evenly(value: u64) -> Word {
    if value >= 1 << 28 {
        return long_spread(value);
    }
    let value = value as u32;
    let length = (38 - (value | 1).leading_zeros()) / 7;
    let word = value & 0x0000_3FFF | (value & 0x0FFF_C000) << 2;
    let word = word & 0x007F_007F | (word & 0x3F80_3F80) << 1;
    Word(u64::from(word | 0x0080_8080 & !(u32::MAX << (8 * (length - 1)))), length as usize)
}

fn long_spread(value: u64) -> Word {
    let length = ((70 - (value | 1).leading_zeros()) / 7) as usize;
    let word = value & 0x0000_0000_0FFF_FFFF | (value & 0x00FF_FFFF_F000_0000) << 4;
    let word = word & 0x0000_3FFF_0000_3FFF | (word & 0x0FFF_C000_0FFF_C000) << 2;
    let word = word & 0x007F_007F_007F_007F | (word & 0x3F80_3F80_3F80_3F80) << 1;
    Word(word | MARKS & !(u64::MAX << (8 * (length - 1) as u32)), length)
}

/// What [`spread`] made the beginning of a word of, and how many bytes it has; `None` where it goes on behind the word,
/// and where there is a shorter way to write it.
#[inline]
fn gathered(word: u64) -> Option<Word> {
    let short = word as u32;
    if short & 0x80 == 0 {
        return Some(Word(word & 0x7F, 1));
    }
    if short & 0x8000 == 0 {
        return (short & 0x7F00 != 0).then_some(Word(word & 0x7F | (word & 0x7F00) >> 1, 2));
    }
    gathered_evenly(word)
}

/// The same without a guess how long it is.
#[inline]
fn gathered_evenly(word: u64) -> Option<Word> {
    let short = word as u32;
    let ends = !short & 0x8080_8080;
    if ends == 0 {
        return long_gathered(word);
    }
    let last = ends.trailing_zeros() / 8;
    let short = short & (u32::MAX >> (24 - 8 * last)) & 0x7F7F_7F7F;
    let short = short & 0x007F_007F | (short & 0x7F00_7F00) >> 1;
    let value = short & 0x0000_3FFF | (short & 0x3FFF_0000) >> 2;
    (last == 0 || value >> (7 * last) != 0).then_some(Word(u64::from(value), last as usize + 1))
}

fn long_gathered(word: u64) -> Option<Word> {
    let ends = !word & MARKS;
    if ends == 0 {
        return None;
    }
    let last = ends.trailing_zeros() / 8;
    let word = word & (u64::MAX >> (56 - 8 * last)) & !MARKS;
    let word = word & 0x007F_007F_007F_007F | (word & 0x7F00_7F00_7F00_7F00) >> 1;
    let word = word & 0x0000_3FFF_0000_3FFF | (word & 0x3FFF_0000_3FFF_0000) >> 2;
    let value = word & 0x0000_0000_0FFF_FFFF | (word & 0x0FFF_FFFF_0000_0000) >> 4;
    (last == 0 || value >> (7 * last) != 0).then_some(Word(value, last as usize + 1))
}

/// The nearest whole number. Halves may go either way: half of a unit is never near enough to be written as one.
#[inline]
fn nearest(value: f64) -> f64 {
    const SMALL: f64 = 1_099_511_627_776.0;
    if value.abs() < SMALL { (value + WHOLE) - WHOLE } else { value.round() }
}

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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_written_reads_back(
            base in any::<i64>(), at in any::<i64>(), value in any::<f64>(), whole in any::<i64>(), text in ".{0,8}",
        ) {
            prop_assume!(value.is_finite());
            let mut out = Writer::new(base);
            out.instant(at);
            out.number(value);
            out.signed(whole);
            out.text(&text);
            let bytes = out.done();
            let mut input = Reader::new(&bytes);
            input.base = base;
            prop_assert_eq!(input.instant(), Some(at));
            prop_assert_eq!(input.number().map(f64::to_bits), Some(value.to_bits()));
            prop_assert_eq!(input.signed(), Some(whole));
            prop_assert_eq!(input.text(), Some(text.as_str()));
            prop_assert!(input.is_empty());
        }
    }

    #[test]
    fn a_number_is_read_alike_wherever_it_ends() {
        let all = (0..64).flat_map(|bit| [1_u64 << bit, (1 << bit) - 1, u64::MAX >> bit]);
        for value in all {
            let mut out = Writer::new(0);
            out.unsigned(value);
            let bytes = out.done();
            for more in 0..9 {
                let mut bytes = bytes.clone();
                bytes.resize(bytes.len() + more, 0xFF);
                let mut input = Reader::new(&bytes);
                assert_eq!(
                    (input.unsigned(), input.rest.len()),
                    (Some(value), more),
                    "{value} before {more}"
                );
            }
        }
        for (bytes, why) in [
            (&[0x80, 0x00, 1, 1, 1, 1, 1, 1, 1][..], "a byte of nothing"),
            (&[0x80, 0x00], "a byte of nothing at the end"),
            (&[0x80, 0x80], "no end"),
            (&[0xFF; 16], "too long"),
            (&[0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 2], "too large"),
        ] {
            assert_eq!(Reader::new(bytes).unsigned(), None, "{why}");
        }
    }

    #[test]
    fn a_plain_entry_is_read_as_its_parts_are() {
        let numbers = [0.0, -0.0, 12.6, -40.0, 1e9, 1.0 / 3.0, 123_456.789, 1e300];
        let instants = [NONE, 0, 1, 5_000_000_000, 4_999_999_999, 6_000_000_000, i64::MAX, i64::MIN + 1];
        let mut plain = 0;
        for (number, at) in numbers.iter().flat_map(|number| instants.map(|at| (*number, at))) {
            let mut out = Writer::new(5_000_000_000);
            out.bytes(b"key\x01");
            out.number(number);
            out.instant(at);
            out.bytes(&[0; 32]);
            let bytes = out.done();
            let mut input = Reader::new(&bytes);
            input.base = 5_000_000_000;
            let found = input.plain(u64::from_le_bytes(*b"key\x01\0\0\0\0"), 0xFFFF_FFFF, 4);
            let expected = [0, 1, 4_999_999_999, 5_000_000_000].contains(&at)
                && number.to_bits() != (-0.0_f64).to_bits();
            let expected = expected && ![1.0 / 3.0, 1e300].contains(&number);
            assert_eq!(found, expected.then_some((number, at)), "{number} {at}");
            assert_eq!(input.left() == 32, expected, "{number} {at}");
            plain += usize::from(expected);
            assert!(input.plain(0, 0xFF, 1).is_none());
        }
        assert_eq!(plain, 5 * 4);
    }

    #[test]
    fn near_instants_and_plain_readings_are_short() {
        let mut out = Writer::new(1_000_000_000_000);
        out.instant(990_000_000_000);
        out.number(12.6);
        assert_eq!(out.done().len(), 1 + 3);
    }
}
