//! Numbers, instants and texts to bytes.

use super::word::{MARKS, SPREAD, Word, head, spread, spread_evenly, zigzag};
use super::{SCALES, UNITS};
use crate::pack::Key;
use crate::state::NONE;

/// Where doubles are whole numbers, and sums are rounded to one.
const WHOLE: f64 = 6_755_399_441_055_744.0;

/// Writes into memory that is longer than what was written, so that eight bytes can be put down at once, whatever their
/// number.
pub(crate) struct Writer {
    room: Vec<u8>,
    length: usize,
    base: i64,
}

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
        let (number, instant) = (short_number(value), self.short_instant(at));
        if (1..8).contains(&length) && number.is_any() && instant.is_any() {
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

    /// Leaves room for a count that is not yet known, and says where.
    pub(crate) fn count_later(&mut self) -> usize {
        self.byte(0);
        self.length - 1
    }

    /// Fills in a count where there is room for it.
    pub(crate) fn fill_count(&mut self, place: usize, count: usize) {
        match self.room.get_mut(place) {
            Some(byte) if count < 0x80 => *byte = count as u8,
            _ => {
                let behind = self.room.get(place + 1..self.length).map(<[u8]>::to_vec).unwrap_or_default();
                self.length = place;
                self.unsigned(count as u64);
                self.bytes(&behind);
            }
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
        let short = self.short_instant(at);
        if short.is_any() { self.word(short) } else { self.long_instant(at) }
    }

    /// [`Word::NONE`] where it takes more than eight bytes.
    #[expect(
        clippy::inline_always,
        reason = "called for each signal of a state, where the call takes as long as the work"
    )]
    #[inline(always)]
    fn short_instant(&self, at: i64) -> Word {
        if at == NONE {
            return Word(0, 1);
        }
        let (value, head) = self.distance(at);
        if value < 1 << 52 { spread((value << 3 | head) + 1) } else { Word::NONE }
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
        let short = short_number(value);
        if short.is_any() { self.word(short) } else { self.any_number(value) }
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

/// A number that is not large and whole in thousandths at most; [`Word::NONE`] for any other. Inlined like
/// [`Writer::short_instant`].
#[inline(always)]
fn short_number(value: f64) -> Word {
    const SMALL: f64 = 1_073_741_824.0;
    if value.abs() < SMALL {
        for (place, scale) in SCALES.iter().enumerate() {
            let sum = value * scale + WHOLE;
            if ((sum - WHOLE) / scale).to_bits() == value.to_bits() {
                // Between one power of two and the next, the bits of doubles count whole numbers.
                let whole = sum.to_bits().wrapping_sub(WHOLE.to_bits()) as i64;
                let Word(bytes, length) = spread_evenly(zigzag(whole));
                return Word(bytes << 8 | place as u64, length + 1);
            }
        }
    }
    Word::NONE
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

/// The nearest whole number. Halves may go either way: half of a unit is never near enough to be written as one.
#[inline]
fn nearest(value: f64) -> f64 {
    const SMALL: f64 = 1_099_511_627_776.0;
    if value.abs() < SMALL { (value + WHOLE) - WHOLE } else { value.round() }
}
