//! Compact bytes: variable-length whole numbers, and instants as distances from a base.

use crate::state::NONE;

/// Units that a distance in time is written in, the largest first: second, millisecond, microsecond, nanosecond.
const UNITS: [u64; 4] = [1_000_000_000, 1_000_000, 1_000, 1];
/// Powers of ten that make most readings whole.
const SCALES: [f64; 4] = [1.0, 10.0, 100.0, 1_000.0];

pub(crate) struct Writer {
    out: Vec<u8>,
    base: i64,
}

impl Writer {
    #[cfg(test)]
    pub(crate) fn new(base: i64) -> Self {
        Self::reusing(Vec::new(), base)
    }

    /// Into memory that was used before.
    pub(crate) fn reusing(mut out: Vec<u8>, base: i64) -> Self {
        out.clear();
        Self { out, base }
    }

    pub(crate) fn done(self) -> Vec<u8> {
        self.out
    }

    pub(crate) fn byte(&mut self, byte: u8) {
        self.out.push(byte);
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }

    pub(crate) fn unsigned(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.out.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.out.push(value as u8);
    }

    pub(crate) fn signed(&mut self, value: i64) {
        self.unsigned(((value << 1) ^ (value >> 63)) as u64);
    }

    pub(crate) fn fixed(&mut self, value: i64) {
        self.bytes(&value.to_be_bytes());
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.unsigned(text.len() as u64);
        self.bytes(text.as_bytes());
    }

    /// Zero for no instant; else unit and direction of the distance in the lowest bits, moved up by one.
    pub(crate) fn instant(&mut self, at: i64) {
        if at == NONE {
            return self.byte(0);
        }
        let distance = at.abs_diff(self.base);
        let place = UNITS.iter().position(|unit| distance.is_multiple_of(*unit)).unwrap_or(3);
        let head = (place as u64) << 1 | u64::from(at > self.base);
        let value = distance / UNITS[place];
        if value < 1 << 59 {
            self.unsigned((value << 3 | head) + 1);
        } else {
            // Too long to share a number with its head.
            self.unsigned(u64::MAX);
            self.fixed(at);
        }
    }

    /// A whole number of thousandths at most, where that is exact; else all bits.
    pub(crate) fn number(&mut self, value: f64) {
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

/// The nearest whole number. Halves may go either way: half of a unit is never near enough to be written as one.
#[inline]
fn nearest(value: f64) -> f64 {
    /// Where doubles are whole numbers, and sums are rounded to one.
    const WHOLE: f64 = 6_755_399_441_055_744.0;
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

    pub(crate) fn signed(&mut self) -> Option<i64> {
        let value = self.unsigned()?;
        Some((value >> 1) as i64 ^ -((value & 1) as i64))
    }

    pub(crate) fn fixed(&mut self) -> Option<i64> {
        Some(i64::from_be_bytes(self.bytes(8)?.try_into().ok()?))
    }

    pub(crate) fn text(&mut self) -> Option<&'a str> {
        let length = usize::try_from(self.unsigned()?).ok()?;
        std::str::from_utf8(self.bytes(length)?).ok()
    }

    /// A number of entries, each at least `smallest` bytes long: never more than can follow.
    pub(crate) fn count(&mut self, smallest: usize) -> Option<usize> {
        let count = usize::try_from(self.unsigned()?).ok()?;
        (count <= self.rest.len() / smallest.max(1)).then_some(count)
    }

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
    fn near_instants_and_plain_readings_are_short() {
        let mut out = Writer::new(1_000_000_000_000);
        out.instant(990_000_000_000);
        out.number(12.6);
        assert_eq!(out.done().len(), 1 + 3);
    }
}
