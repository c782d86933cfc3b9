//! Whole numbers spread over bytes, seven bits to each, eight bytes at a time.

use crate::pack::Key;

/// Up to eight bytes, the first the lowest, and how many they are.
#[derive(Clone, Copy)]
pub(super) struct Word(pub(super) u64, pub(super) usize);

impl Word {
    /// Without bytes. An `Option` would not fit into two registers.
    pub(super) const NONE: Self = Self(0, 0);

    #[inline]
    pub(super) fn is_any(self) -> bool {
        self.1 > 0
    }
}

/// The first `length` bytes of a key, at most seven, and one more.
#[inline]
pub(super) fn head(key: Key, length: usize, byte: u8) -> Word {
    let bits = 8 * length;
    let key = u64::from_le_bytes(key) & !(u64::MAX << bits);
    Word(key | u64::from(byte) << bits, length + 1)
}

#[inline]
pub(super) fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

#[inline]
pub(super) fn unzigzag(value: u64) -> i64 {
    (value >> 1) as i64 ^ -((value & 1) as i64)
}

/// Numbers below this have at most eight bytes.
pub(super) const SPREAD: u64 = 1 << 56;
/// In each byte, the mark of more to come.
pub(super) const MARKS: u64 = 0x8080_8080_8080_8080;

/// A number below [`SPREAD`], seven bits to a byte.
#[inline]
pub(super) fn spread(value: u64) -> Word {
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
pub(super) fn spread_evenly(value: u64) -> Word {
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
pub(super) fn gathered(word: u64) -> Option<Word> {
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
pub(super) fn gathered_evenly(word: u64) -> Option<Word> {
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
