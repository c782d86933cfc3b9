//! Frames to values: the flat table at work.

use core::{fmt, slice};

use super::compile::{DbcMessage, DbcSignal, Kind, Step};
use crate::bits;

/// What a raw value is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RawValue {
    /// The bits of a float, 16, 32 or 64 of them, as the number they are.
    Float(f64),
    /// A number in two's complement.
    Signed(i64),
    /// A number without sign.
    Unsigned(u64),
}

/// Whether a value can be believed.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum Quality {
    /// The sender says that it cannot measure (SAE J1939-71: "error indicator").
    Failed,
    /// Within the range that the file gives, or the file gives none.
    #[default]
    InRange,
    /// The sender says that there is no value (SAE J1939-71: "not available"; a value table's entry such as `SNA`;
    /// a float that is not a number).
    NotAvailable,
    /// Outside the range that the file gives.
    OutOfRange,
}

/// One value of a frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DbcValue<'a> {
    /// The signal: its name, unit, words and what else the file says of it.
    pub signal: &'a DbcSignal,
    /// The bits as they are.
    pub raw: RawValue,
    /// The raw value times the factor, plus the offset.
    pub scaled: f64,
    /// Whether it can be believed.
    pub quality: Quality,
}

impl<'a> DbcValue<'a> {
    /// The word that the signal's value table has for the raw value.
    pub fn text(&self) -> Option<&'a str> {
        self.signal.text(self.raw)
    }
}

/// The values of one frame, in the order of the file. Nothing is allocated.
///
/// Signals whose bits the frame does not reach are left out, and multiplexed ones whose selector says otherwise.
#[derive(Clone)]
pub struct DbcValues<'a> {
    message: Option<&'a DbcMessage>,
    steps: slice::Iter<'a, Step>,
    signals: slice::Iter<'a, DbcSignal>,
    window: Window<'a>,
}

/// A frame's data, also as two numbers where it is short.
#[derive(Clone, Copy)]
struct Window<'a> {
    data: &'a [u8],
    /// The first byte lowest, zeros behind the data.
    little: u64,
    /// The first byte highest.
    big: u64,
}

impl<'a> Window<'a> {
    fn new(data: &'a [u8]) -> Self {
        let little = if let Ok(whole) = data.try_into() {
            u64::from_le_bytes(whole)
        } else {
            let mut bytes = [0; 8];
            for (to, from) in bytes.iter_mut().zip(data) {
                *to = *from;
            }
            u64::from_le_bytes(bytes)
        };
        Self { data, little, big: little.swap_bytes() }
    }

    /// The raw bits of a signal; `None` where the frame ends before it does.
    #[inline]
    fn bits(&self, step: &Step) -> Option<u64> {
        if usize::from(step.end) > self.data.len() {
            return None;
        }
        // Every signal of a classic frame is in the window.
        if step.end <= 8 {
            let window = if step.big_endian { self.big } else { self.little };
            return Some((window >> step.shift) & step.mask);
        }
        self.far_bits(step)
    }

    /// The bits of a signal that ends behind the first eight bytes.
    fn far_bits(&self, step: &Step) -> Option<u64> {
        if step.big_endian {
            return bits::unsigned(self.data, usize::from(step.first), step.bits.into());
        }
        let first = usize::from(step.first);
        let bytes = self.data.get(first / 8..usize::from(step.end))?;
        let all = bytes.iter().rev().fold(0_u128, |all, &byte| all << 8 | u128::from(byte));
        Some((all >> (first % 8)) as u64 & step.mask)
    }
}

impl<'a> DbcValues<'a> {
    pub(super) fn new(message: Option<&'a DbcMessage>, data: &'a [u8]) -> Self {
        let (steps, signals) = match message {
            Some(message) => (message.steps.iter(), message.signals.iter()),
            None => ([].iter(), [].iter()),
        };
        Self { message, steps, signals, window: Window::new(data) }
    }

    /// The message that the file has for the frame's identifier.
    pub fn message(&self) -> Option<&'a DbcMessage> {
        self.message
    }

    /// Whether the selectors have the values that the signal is for.
    fn is_selected(&self, step: &Step) -> bool {
        let Some(message) = self.message else { return false };
        let mut step = step;
        // Compiling has refused circles.
        while let Some(selector) = step.selector.and_then(|place| message.steps.get(usize::from(place))) {
            let Some(raw) = self.window.bits(selector) else { return false };
            let value = if selector.kind == Kind::Signed {
                bits::sign(raw, selector.bits.into()) as u64
            } else {
                raw
            };
            let ranges =
                message.ranges.get(step.ranges.0 as usize..step.ranges.1 as usize).unwrap_or_default();
            let behind = ranges.partition_point(|&(low, _)| low <= value);
            if behind == 0 || value > ranges[behind - 1].1 {
                return false;
            }
            step = selector;
        }
        true
    }
}

impl<'a> Iterator for DbcValues<'a> {
    type Item = DbcValue<'a>;

    #[inline]
    fn next(&mut self) -> Option<DbcValue<'a>> {
        loop {
            let (step, signal) = (self.steps.next()?, self.signals.next()?);
            if step.selector.is_some() && !self.is_selected(step) {
                continue;
            }
            if let Some(bits) = self.window.bits(step) {
                return Some(step.value(bits, signal));
            }
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (0, Some(self.steps.len()))
    }
}

/// Shows no data: the bytes may spell a VIN.
impl fmt::Debug for DbcValues<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.message.map(DbcMessage::name);
        write!(f, "DbcValues({name:?}, {} signals left)", self.steps.len())
    }
}

impl Step {
    /// The value of a signal's bits. Its parts stay in registers until the end: passing them about in memory costs more
    /// than everything else.
    #[inline]
    fn value<'a>(&self, bits: u64, signal: &'a DbcSignal) -> DbcValue<'a> {
        let (payload, scaled) = if self.is_rare() {
            self.rare(bits)
        } else {
            // Two's complement without a branch: the sign bit is zero for numbers without sign.
            let whole = (bits ^ self.sign_bit).wrapping_sub(self.sign_bit);
            (whole, whole as i64 as f64 * self.factor + self.offset)
        };
        let quality = self.quality(bits, payload, scaled, signal);
        let raw = match self.kind {
            Kind::Float => RawValue::Float(f64::from_bits(payload)),
            Kind::Signed | Kind::WideSigned => RawValue::Signed(payload as i64),
            Kind::Unsigned | Kind::WideUnsigned => RawValue::Unsigned(payload),
        };
        DbcValue { signal, raw, scaled, quality }
    }

    fn is_rare(&self) -> bool {
        matches!(self.kind, Kind::WideUnsigned | Kind::WideSigned | Kind::Float)
    }

    /// The raw value's own 64 bits, and the scaled value: of floats, and of whole numbers that a double may not hold.
    #[inline(never)]
    fn rare(&self, bits: u64) -> (u64, f64) {
        match self.kind {
            Kind::Float => {
                let float = match self.bits {
                    16 => half(bits as u16),
                    32 => f64::from(f32::from_bits(bits as u32)),
                    _ => f64::from_bits(bits),
                };
                (float.to_bits(), self.scale(float))
            }
            Kind::WideSigned | Kind::Signed => {
                let signed = bits::sign(bits, self.bits.into());
                (signed as u64, self.scale_whole(signed.into(), signed as f64))
            }
            Kind::WideUnsigned | Kind::Unsigned => (bits, self.scale_whole(bits.into(), bits as f64)),
        }
    }

    /// A factor of 1 and an offset of 0 leave a float's sign and payload alone.
    fn scale(&self, float: f64) -> f64 {
        if self.factor == 1.0 && self.offset == 0.0 { float } else { float * self.factor + self.offset }
    }

    /// Whole factors and offsets are reckoned exactly, and rounded once.
    fn scale_whole(&self, raw: i128, rounded: f64) -> f64 {
        let Some(factor) = whole(self.factor) else { return rounded * self.factor + self.offset };
        let Some(product) = raw.checked_mul(factor) else { return rounded * self.factor + self.offset };
        match whole(self.offset).and_then(|offset| product.checked_add(offset)) {
            Some(sum) => sum as f64,
            None => product as f64 + self.offset,
        }
    }

    #[inline]
    fn quality(&self, bits: u64, payload: u64, scaled: f64, signal: &DbcSignal) -> Quality {
        if self.is_special {
            let said = self.said(bits, payload, signal);
            if said != Quality::InRange {
                return said;
            }
        }
        if scaled >= self.min && scaled <= self.max {
            Quality::InRange
        } else if scaled.is_nan() {
            Quality::NotAvailable
        } else {
            Quality::OutOfRange
        }
    }

    /// What the sender says instead of a value, if it does.
    #[inline(never)]
    fn said(&self, bits: u64, payload: u64, signal: &DbcSignal) -> Quality {
        if self.kind != Kind::Float && signal.is_absent(payload as i64) {
            return Quality::NotAvailable;
        }
        if !self.is_j1939 || !matches!(self.kind, Kind::Unsigned | Kind::WideUnsigned) {
            return Quality::InRange;
        }
        // SAE J1939-71, 5.1.4: the top byte says it where there are whole bytes, else all ones and one less.
        let (top, all) = match self.bits {
            1 => return Quality::InRange,
            8 | 16 | 24 | 32 => (bits >> (self.bits - 8), 0xFF),
            _ => (bits, self.mask),
        };
        match all - top {
            0 => Quality::NotAvailable,
            1 if self.bits <= 8 || all == 0xFF => Quality::Failed,
            _ => Quality::InRange,
        }
    }
}

/// A whole number as such.
pub(super) fn whole(number: f64) -> Option<i128> {
    let whole = number as i128;
    (whole as f64 == number && number.abs() < 1e36).then_some(whole)
}

/// A 16-bit float (IEEE 754, binary16).
fn half(bits: u16) -> f64 {
    let sign = if bits & 0x8000 == 0 { 1.0 } else { -1.0 };
    let (exponent, fraction) = (bits >> 10 & 0x1F, f64::from(bits & 0x3FF));
    match exponent {
        // 2^-24 for subnormal numbers.
        0 => sign * fraction * f64::from_bits((1023 - 24) << 52),
        31 if fraction == 0.0 => sign * f64::INFINITY,
        31 => f64::NAN,
        _ => sign * (1024.0 + fraction) * f64::from_bits((1023 - 25 + u64::from(exponent)) << 52),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_read_by_ieee_754() {
        for (bits, number) in [
            (0x0000, 0.0),
            (0x3C00, 1.0),
            (0xC000, -2.0),
            (0x7BFF, 65504.0),
            (0x0001, 5.960_464_477_539_063e-8),
            (0x3555, 0.333_251_953_125),
            (0x7C00, f64::INFINITY),
        ] {
            assert_eq!(half(bits), number, "{bits:04x}");
        }
        assert!(half(0x7E00).is_nan());
    }
}
