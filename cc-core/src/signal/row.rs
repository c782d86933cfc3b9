//! One row of the catalogue.

use crate::{MeasureUnit, SignalId, ValueKind};

/// One signal: its name, unit and valid range, and where it is found.
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
    /// The lowest and the highest number that can be true.
    pub range: Option<(f64, f64)>,
    /// The type name in the data stream: push-v2's own where it has one, else one in its style.
    pub stream: &'static str,
    /// Whether `stream` is one of push-v2's published types.
    pub published: bool,
    /// Older names of the same type, read but written back only where they were read.
    pub stream_aliases: &'static [&'static str],
    /// The path in the COVESA Vehicle Signal Specification, where it has one.
    pub vss: Option<&'static str>,
    /// Where OBD (SAE J1979) answers it.
    pub obd: Option<ObdSource>,
}

/// Where a signal stands in the answer of an OBD service (SAE J1979): value = raw · `mul` / `div` + `add`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ObdSource {
    /// The service, 0x01 for live data.
    pub service: u8,
    /// The parameter id.
    pub pid: u8,
    /// The first bit; 0 is the most significant bit of the first data byte after the echoed parameter id.
    pub bit: u16,
    /// How many bits, at most 32.
    pub bits: u8,
    /// Whether the raw field is in two's complement.
    pub signed: bool,
    /// Factor.
    pub mul: i32,
    /// Divisor, never 0.
    pub div: i32,
    /// Offset, in the signal's unit.
    pub add: f64,
    /// A bit that says whether the field holds a value at all, in answers that carry several sensors.
    pub supported_by: Option<u16>,
}

impl Signal {
    /// The row whose data-stream name, or an older form of it, this is.
    pub fn by_stream(name: &str) -> Option<SignalId> {
        super::catalogue::index_of_stream(name).map(SignalId::row)
    }

    const fn new(id: &'static str, kind: ValueKind, unit: MeasureUnit, stream: &'static str) -> Self {
        Self {
            id,
            about: "",
            kind,
            unit,
            range: None,
            stream,
            published: false,
            stream_aliases: &[],
            vss: None,
            obd: None,
        }
    }

    pub(super) const fn number(id: &'static str, unit: MeasureUnit, stream: &'static str) -> Self {
        Self::new(id, ValueKind::Number, unit, stream)
    }

    pub(super) const fn boolean(id: &'static str, stream: &'static str) -> Self {
        Self::new(id, ValueKind::Bool, MeasureUnit::One, stream)
    }

    pub(super) const fn text(id: &'static str, stream: &'static str) -> Self {
        Self::new(id, ValueKind::Text, MeasureUnit::One, stream)
    }

    pub(super) const fn date(id: &'static str, stream: &'static str) -> Self {
        Self::new(id, ValueKind::Date, MeasureUnit::One, stream)
    }

    pub(super) const fn instant(id: &'static str, stream: &'static str) -> Self {
        Self::new(id, ValueKind::Instant, MeasureUnit::One, stream)
    }

    pub(super) const fn about(mut self, about: &'static str) -> Self {
        self.about = about;
        self
    }

    /// Marks a type that push-v2 publishes.
    pub(super) const fn published(mut self) -> Self {
        self.published = true;
        self
    }

    pub(super) const fn aliases(mut self, aliases: &'static [&'static str]) -> Self {
        self.stream_aliases = aliases;
        self
    }

    pub(super) const fn range(mut self, low: f64, high: f64) -> Self {
        self.range = Some((low, high));
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
            supported_by: None,
        });
        self
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
}
