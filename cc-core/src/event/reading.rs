//! Readings as events: most types of the data stream are one signal's value.

use alloc::boxed::Box;
use core::fmt;

use chrono::NaiveDate;

use super::EventDecodeError;
use super::codec::{EventField, FieldReader, FieldValue, FieldWriter};
use crate::{MeasureUnit, Number, Signal, SignalId, Timestamp, Value, ValueKind};

/// One signal's value.
#[derive(Clone, PartialEq)]
pub struct Reading {
    /// Which signal.
    pub signal: SignalId,
    /// Its value, in the catalogue's unit if it is a number.
    pub value: Value,
    /// The unit of a custom signal; catalogue rows know their own.
    pub unit: Option<MeasureUnit>,
}

impl Reading {
    /// A reading of a catalogue row, in the row's unit.
    pub fn new(signal: SignalId, value: impl Into<Value>) -> Self {
        Self { signal, value: value.into(), unit: None }
    }

    /// The unit of the value: the reading's own, else the catalogue's.
    pub fn unit(&self) -> MeasureUnit {
        self.unit.or_else(|| Some(self.signal.signal()?.unit)).unwrap_or(MeasureUnit::One)
    }

    /// The type that says this: the catalogue row's, or [`CUSTOM`] for a custom signal and for a value that is not of
    /// the row's kind or unit.
    pub(super) fn type_name(&self) -> &'static str {
        match self.signal.signal() {
            Some(row) if self.fits(row) => row.stream,
            _ => CUSTOM,
        }
    }

    /// Whether a type name, current or older, fits this reading.
    pub(super) fn has_type(&self, name: &str) -> bool {
        name == CUSTOM
            || self.signal.signal().is_some_and(|row| self.fits(row) && row.stream_aliases.contains(&name))
    }

    fn fits(&self, row: &Signal) -> bool {
        row.kind == self.value.kind() && self.unit.is_none_or(|unit| unit == row.unit)
    }

    /// Reads the value of a catalogue row.
    pub(super) fn read(
        signal: SignalId,
        fields: &mut FieldReader<'_, '_>,
    ) -> Result<Option<Self>, EventDecodeError> {
        let kind = signal.signal().map_or(ValueKind::Text, |row| row.kind);
        Ok(read_value(kind, fields)?.map(|value| Self { signal, value, unit: None }))
    }

    /// Reads a custom signal's value.
    pub(super) fn read_custom(fields: &mut FieldReader<'_, '_>) -> Result<Option<Self>, EventDecodeError> {
        let Some(signal) = fields.optional::<SignalId>("signal")? else { return Ok(None) };
        let kind = match fields.optional::<Box<str>>("kind")?.as_deref() {
            Some("date") => Some(ValueKind::Date),
            Some("instant") => Some(ValueKind::Instant),
            Some(_) => return Ok(None),
            None => match fields.peek("value").and_then(|json| json.bytes().next()) {
                Some(b'"') => Some(ValueKind::Text),
                Some(b't' | b'f') => Some(ValueKind::Bool),
                Some(b'-' | b'0'..=b'9') => Some(ValueKind::Number),
                _ => None,
            },
        };
        let value = match kind {
            Some(kind) => read_value(kind, fields)?,
            None => None,
        };
        let (unit, has_unit) =
            (fields.optional("unit")?, fields.peek("unit").is_some_and(|json| json != "null"));
        // A number in a unit nobody knows is not a reading.
        if unit.is_none() && has_unit {
            return Ok(None);
        }
        Ok(value.map(|value| Self { signal, value, unit }))
    }

    pub(super) fn write(&self, type_name: &str, out: &mut FieldWriter<'_>) {
        if type_name == CUSTOM {
            out.required("signal", &self.signal);
            let kind: Option<Box<str>> = match self.value.kind() {
                ValueKind::Date => Some("date".into()),
                ValueKind::Instant => Some("instant".into()),
                _ => None,
            };
            out.optional("kind", kind.as_ref());
        }
        match &self.value {
            Value::Bool(value) => out.required("value", value),
            Value::Date(value) => out.required("value", value),
            Value::Instant(value) => out.required("value", value),
            Value::Number(value) => out.required("value", value),
            Value::Text(value) => out.required("value", value),
        }
        if type_name == CUSTOM {
            out.optional("unit", self.unit.as_ref());
        }
    }
}

/// Shows a custom signal's value but not its name, which may hold anything.
impl fmt::Debug for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let signal = self.signal.signal().map_or("…", |row| row.id);
        f.debug_struct("Reading")
            .field("signal", &signal)
            .field("value", &self.value)
            .field("unit", &self.unit())
            .finish()
    }
}

/// The type of readings that no type of their own has.
pub(super) const CUSTOM: &str = "signal_reading";

/// The field of a catalogue row's type.
pub(super) const VALUE: &[EventField] =
    &[EventField { name: "value", kind: "by the signal's kind", required: true, about: "the value" }];

/// The fields of [`CUSTOM`].
pub(super) const CUSTOM_FIELDS: &[EventField] = &[
    EventField { name: "signal", kind: SignalId::KIND, required: true, about: "the signal's name" },
    EventField {
        name: "kind",
        kind: "date or instant",
        required: false,
        about: "what a text stands for, if not for itself",
    },
    EventField {
        name: "value",
        kind: "a number, true or false, or a text",
        required: true,
        about: "the value",
    },
    EventField {
        name: "unit",
        kind: MeasureUnit::KIND,
        required: false,
        about: "the unit of a number, such as km/h",
    },
];

fn read_value(kind: ValueKind, fields: &mut FieldReader<'_, '_>) -> Result<Option<Value>, EventDecodeError> {
    Ok(match kind {
        ValueKind::Bool => fields.optional("value")?.map(Value::Bool),
        ValueKind::Date => fields.optional::<NaiveDate>("value")?.map(Value::Date),
        ValueKind::Instant => fields.optional::<Timestamp>("value")?.map(Value::Instant),
        ValueKind::Number => fields.optional::<Number>("value")?.map(Value::Number),
        ValueKind::Text => fields.optional::<Box<str>>("value")?.map(Value::Text),
    })
}
