//! One row of the catalogue.

use crate::{MeasureUnit, SignalId, ValueKind};

/// One signal: its name, unit and valid range, and where it is found.
///
/// # Examples
///
/// ```
/// use cc_core::{Signal, SignalId, ValueKind};
///
/// let id = Signal::by_stream("can_fuel_level_percent").unwrap();
/// assert_eq!(id, SignalId::FUEL_LEVEL);
/// let row = id.signal().unwrap();
/// assert_eq!((row.kind, row.unit.symbol(), row.range), (ValueKind::Number, "%", Some((0.0, 100.0))));
/// assert_eq!(row.vss, Some("Vehicle.Powertrain.FuelSystem.RelativeLevel"));
///
/// // A trouble code is an event of its own, not a signal.
/// assert_eq!(Signal::by_stream("can_dtc"), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Signal {
    /// The name, such as `engine_coolant_temperature`.
    pub id: &'static str,
    /// What the signal means, one sentence or more.
    pub about: &'static str,
    /// The kind of value.
    pub kind: ValueKind,
    /// The unit of a number; [`MeasureUnit::One`] for everything else.
    pub unit: MeasureUnit,
    /// The lowest and the highest number that can be true; where OBD answers the signal, what its field can hold.
    pub range: Option<(f64, f64)>,
    /// The type name in the data stream: push-v2's own where it has one, else one in its style.
    pub stream: &'static str,
    /// Whether `stream` is one of push-v2's published types.
    pub published: bool,
    /// Whether push-v2 says that its numbers are whole: protobuf then writes an integer, with what is not whole beside it.
    pub whole: bool,
    /// The number of its own message in the protobuf envelope, which is its for ever; rows without one share a message
    /// by the kind of value.
    pub message: Option<u32>,
    /// Older names of the same type, read but written back only where they were read.
    pub stream_aliases: &'static [&'static str],
    /// What the numbers of an enumerated signal mean. Where a number holds one bit a state, the label stands at the
    /// bit's value.
    pub labels: &'static [(u32, &'static str)],
    /// The path in the COVESA Vehicle Signal Specification (6.0, with its OBD overlay), where it has one.
    pub vss: Option<&'static str>,
    /// Where OBD (SAE J1979) answers it.
    pub obd: Option<ObdSource>,
}

/// Where a signal stands in the answer of an OBD service (SAE J1979): value = raw · `mul` / `div` + `add`. A truth
/// value is one bit.
///
/// # Examples
///
/// ```
/// use cc_core::SignalId;
///
/// // 41 0C 1A F8: the data bytes follow the echoed parameter id.
/// let speed = SignalId::ENGINE_SPEED.signal().unwrap().obd.unwrap();
/// assert_eq!((speed.service, speed.pid), (0x01, 0x0C));
/// assert_eq!(speed.value_in(&[0x1A, 0xF8]), Some(1726.0));
/// assert_eq!(speed.value_in(&[0x1A]), None); // cut short
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ObdSource {
    /// The service, 0x01 for live data.
    pub service: u8,
    /// The parameter id.
    pub pid: u8,
    /// The first bit; 0 is the most significant bit of the first data byte after the echoed parameter id.
    pub bit: u16,
    /// How many bits, 1 to 32.
    pub bits: u8,
    /// Whether the raw field is in two's complement.
    pub signed: bool,
    /// Factor.
    pub mul: i32,
    /// Divisor, never 0.
    pub div: i32,
    /// Offset, in the signal's unit.
    pub add: f64,
    /// The raw number that stands for no value.
    pub absent: Option<u32>,
    /// A bit that says whether the field holds a value at all, in answers that carry several sensors.
    pub supported_by: Option<u16>,
}

impl ObdSource {
    /// The raw number of the field in the data bytes after the echoed parameter id. None where the answer is too
    /// short for the field (banks 3 and 4 are not sent by every car), or where the car says that it holds no value.
    pub fn raw_in(&self, data: &[u8]) -> Option<u32> {
        if let Some(bit) = self.supported_by
            && field(data, bit, 1)? == 0
        {
            return None;
        }
        field(data, self.bit, self.bits).filter(|raw| self.absent != Some(*raw))
    }

    /// What a raw number means.
    pub const fn value_of(&self, raw: u32) -> f64 {
        let number = if self.signed && matches!(self.bits, 1..=32) && raw >> (self.bits - 1) & 1 == 1 {
            raw as i64 - (1 << self.bits)
        } else {
            raw as i64
        };
        // At most 32 by 31 bits: the product is exact as a whole number, and rounds once as a float.
        (number * self.mul as i64) as f64 / self.div as f64 + self.add
    }

    /// The value of the field in the data bytes after the echoed parameter id; see [`raw_in`](Self::raw_in).
    pub fn value_in(&self, data: &[u8]) -> Option<f64> {
        self.raw_in(data).map(|raw| self.value_of(raw))
    }

    /// What the field's lowest and highest number mean.
    const fn range(&self) -> (f64, f64) {
        let highest = (u32::MAX as u64 >> (32 - self.bits)) as u32;
        if self.signed {
            (self.value_of(highest / 2 + 1), self.value_of(highest / 2))
        } else {
            (self.value_of(0), self.value_of(highest))
        }
    }
}

/// A field of 1 to 32 bits, most significant bit first.
fn field(data: &[u8], bit: u16, bits: u8) -> Option<u32> {
    if !matches!(bits, 1..=32) {
        return None;
    }
    let (first, end) = (usize::from(bit), usize::from(bit) + usize::from(bits));
    let bytes = data.get(first / 8..end.div_ceil(8))?;
    let number = bytes.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    let mask = (1_u64 << bits) - 1;
    Some((number >> (bytes.len() * 8 - first % 8 - usize::from(bits)) & mask) as u32)
}

impl Signal {
    /// The row whose data-stream name, or an older form of it, this is.
    pub fn by_stream(name: &str) -> Option<SignalId> {
        super::catalogue::index_of_stream(name).map(SignalId::row)
    }

    const fn new(kind: ValueKind, unit: MeasureUnit, stream: &'static str) -> Self {
        Self {
            id: "",
            about: "",
            kind,
            unit,
            range: None,
            stream,
            published: false,
            whole: false,
            message: None,
            stream_aliases: &[],
            labels: &[],
            vss: None,
            obd: None,
        }
    }

    pub(super) const fn number(unit: MeasureUnit, stream: &'static str) -> Self {
        Self::new(ValueKind::Number, unit, stream)
    }

    pub(super) const fn boolean(stream: &'static str) -> Self {
        Self::new(ValueKind::Bool, MeasureUnit::One, stream)
    }

    pub(super) const fn text(stream: &'static str) -> Self {
        Self::new(ValueKind::Text, MeasureUnit::One, stream)
    }

    pub(super) const fn date(stream: &'static str) -> Self {
        Self::new(ValueKind::Date, MeasureUnit::One, stream)
    }

    pub(super) const fn instant(stream: &'static str) -> Self {
        Self::new(ValueKind::Instant, MeasureUnit::One, stream)
    }

    /// Gives the row its name and meaning, and the range of its OBD field where it has no narrower one.
    pub(super) const fn finished(mut self, id: &'static str, about: &'static str) -> Self {
        self.id = id;
        self.about = about;
        if let (ValueKind::Number, None, Some(source)) = (self.kind, self.range, &self.obd) {
            self.range = Some(source.range());
        }
        self
    }

    /// Marks a type that push-v2 publishes, and gives it its message's number in the protobuf envelope.
    pub(super) const fn published(mut self, message: u32) -> Self {
        self.published = true;
        self.message = Some(message);
        self
    }

    /// The same for a type whose numbers push-v2 says are whole.
    pub(super) const fn published_whole(mut self, message: u32) -> Self {
        self.whole = true;
        self.published(message)
    }

    pub(super) const fn aliases(mut self, aliases: &'static [&'static str]) -> Self {
        self.stream_aliases = aliases;
        self
    }

    pub(super) const fn range(mut self, low: f64, high: f64) -> Self {
        self.range = Some((low, high));
        self
    }

    pub(super) const fn labels(mut self, labels: &'static [(u32, &'static str)]) -> Self {
        self.labels = labels;
        self
    }

    pub(super) const fn vss(mut self, path: &'static str) -> Self {
        self.vss = Some(path);
        self
    }

    /// Service 01: `pid`, first bit, bits, and value = raw · `mul` / `div` + `add`.
    pub(super) const fn mode01(mut self, pid: u8, bit: u16, bits: u8, mul: i32, div: i32, add: f64) -> Self {
        self.obd = Some(ObdSource {
            service: 0x01,
            pid,
            bit,
            bits,
            signed: false,
            mul,
            div,
            add,
            absent: None,
            supported_by: None,
        });
        self
    }

    /// Service 01: one bit.
    pub(super) const fn flag(self, pid: u8, bit: u16) -> Self {
        self.mode01(pid, bit, 1, 1, 1, 0.0)
    }

    /// Service 01: one byte, 255 is 100 %.
    pub(super) const fn percent(self, pid: u8, bit: u16) -> Self {
        self.mode01(pid, bit, 8, 100, 255, 0.0)
    }

    /// Service 01: one byte around 128, which is 0 %.
    pub(super) const fn trim(self, pid: u8, bit: u16) -> Self {
        self.mode01(pid, bit, 8, 100, 128, -100.0)
    }

    /// Service 01: one byte from -40 °C in steps of 1 °C.
    pub(super) const fn celsius(self, pid: u8, bit: u16) -> Self {
        self.mode01(pid, bit, 8, 1, 1, -40.0)
    }

    /// Service 01: two bytes from -40 °C in steps of 0.1 °C.
    pub(super) const fn wide_celsius(self, pid: u8, bit: u16) -> Self {
        self.mode01(pid, bit, 16, 1, 10, -40.0)
    }

    /// The raw field of the OBD source is in two's complement.
    pub(super) const fn signed(mut self) -> Self {
        if let Some(source) = &mut self.obd {
            source.signed = true;
        }
        self
    }

    /// The OBD answer carries the value only where this bit is set.
    pub(super) const fn supported_by(mut self, bit: u16) -> Self {
        if let Some(source) = &mut self.obd {
            source.supported_by = Some(bit);
        }
        self
    }

    /// This raw number of the OBD source stands for no value.
    pub(super) const fn absent(mut self, raw: u32) -> Self {
        if let Some(source) = &mut self.obd {
            source.absent = Some(raw);
        }
        self
    }
}

/// The name of a row in lower case.
pub(super) const fn lower_case<const LENGTH: usize>(name: &str) -> [u8; LENGTH] {
    let mut lower = [0; LENGTH];
    let mut i = 0;
    while i < LENGTH {
        lower[i] = name.as_bytes()[i].to_ascii_lowercase();
        i += 1;
    }
    lower
}

/// Text made of ASCII while compiling.
pub(super) const fn text(bytes: &'static [u8]) -> &'static str {
    match core::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) => "",
    }
}
