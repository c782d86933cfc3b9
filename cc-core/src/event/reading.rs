//! Readings as events: most types of the data stream are one signal's value.

use alloc::boxed::Box;
use alloc::string::String;
use core::fmt;

use chrono::NaiveDate;

use super::EventDecodeError;
use super::codec::{EventField, FieldSink, FieldSource, FieldValue, Mismatch, ReadValue};
#[cfg(feature = "protobuf")]
use crate::protobuf::{FieldRow, WireValue as _};
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
    pub(crate) fn type_name(&self) -> &'static str {
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
    pub(crate) fn read<S: FieldSource>(
        signal: SignalId,
        fields: &mut S,
    ) -> Result<Option<Self>, EventDecodeError> {
        let row = signal.signal();
        let kind = row.map_or(ValueKind::Text, |row| row.kind);
        let whole = row.is_some_and(|row| row.whole);
        Ok(read_value(kind, whole, VALUE_NUMBER, fields)?.map(|value| Self { signal, value, unit: None }))
    }

    /// Reads a custom signal's value.
    pub(crate) fn read_custom<S: FieldSource>(fields: &mut S) -> Result<Option<Self>, EventDecodeError> {
        let Some(signal) = fields.optional_field::<SignalId>("signal", SIGNAL_NUMBER)? else {
            return Ok(None);
        };
        let kind = match fields.optional_field::<Box<str>>("kind", KIND_NUMBER)?.as_deref() {
            Some("date") => Some(ValueKind::Date),
            Some("instant") => Some(ValueKind::Instant),
            Some(_) => return Ok(None),
            None => fields.value_kind(),
        };
        let value = match kind {
            Some(kind) => read_value(kind, false, custom_value_number(kind), fields)?,
            None => None,
        };
        let unit = fields.optional_field("unit", UNIT_NUMBER)?;
        // A number in a unit nobody knows is not a reading.
        if unit.is_none() && fields.has_field("unit", UNIT_NUMBER) {
            return Ok(None);
        }
        Ok(value.map(|value| Self { signal, value, unit }))
    }

    pub(super) fn write<W: FieldSink>(&self, type_name: &str, out: &mut W) {
        let kind = self.value.kind();
        let is_custom = type_name == CUSTOM;
        let number = if is_custom { custom_value_number(kind) } else { VALUE_NUMBER };
        if is_custom {
            out.required_field("signal", SIGNAL_NUMBER, &self.signal);
            let kind: Option<Box<str>> = match kind {
                ValueKind::Date => Some("date".into()),
                ValueKind::Instant => Some("instant".into()),
                _ => None,
            };
            out.optional_field("kind", KIND_NUMBER, kind.as_ref());
        }
        match &self.value {
            // In a message of many kinds, a value that is zero is written too: it says which kind it is.
            Value::Bool(value) if is_custom => out.optional_field("value", number, Some(value)),
            Value::Number(value) if is_custom => out.optional_field("value", number, Some(value)),
            Value::Text(value) if is_custom => out.optional_field("value", number, Some(value)),
            Value::Bool(value) => out.required_field("value", number, value),
            Value::Date(value) => out.required_field("value", number, value),
            Value::Instant(value) => out.required_field("value", number, value),
            Value::Number(value) if self.signal.signal().is_some_and(|row| row.whole) => {
                out.required_field("value", number, &WholeNumber(value.clone()));
            }
            Value::Number(value) => out.required_field("value", number, value),
            Value::Text(value) => out.required_field("value", number, value),
        }
        if is_custom {
            out.optional_field("unit", UNIT_NUMBER, self.unit.as_ref());
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
pub(crate) const CUSTOM: &str = "signal_reading";

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

/// The number of [`CUSTOM`]'s message in the protobuf envelope.
pub(crate) const CUSTOM_NUMBER: u32 = 7;

// The fields' numbers in protobuf.
pub(crate) const VALUE_NUMBER: u32 = 3;
const SIGNAL_NUMBER: u32 = 7;
const KIND_NUMBER: u32 = 8;
const UNIT_NUMBER: u32 = 9;

/// The number of a custom signal's value in protobuf, where each kind has a field of its own.
pub(crate) const fn custom_value_number(kind: ValueKind) -> u32 {
    match kind {
        ValueKind::Number => VALUE_NUMBER,
        ValueKind::Bool => 10,
        ValueKind::Text => 11,
        ValueKind::Date => 12,
        ValueKind::Instant => 13,
    }
}

/// The fields of [`CUSTOM`] in protobuf, but for its value.
#[cfg(feature = "protobuf")]
pub(crate) const CUSTOM_MESSAGE: &[FieldRow] = &[
    FieldRow {
        json: "signal",
        renamed: None,
        number: SIGNAL_NUMBER,
        kind: SignalId::WIRE,
        required: true,
        about: "the signal's name",
    },
    FieldRow {
        json: "kind",
        renamed: None,
        number: KIND_NUMBER,
        kind: Box::<str>::WIRE,
        required: false,
        about: "date or instant, where the value is one",
    },
    FieldRow {
        json: "unit",
        renamed: None,
        number: UNIT_NUMBER,
        kind: MeasureUnit::WIRE,
        required: false,
        about: "the unit of a number, such as km/h",
    },
];

/// A number of which push-v2 says that it is whole. It need not be.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct WholeNumber(pub(crate) Number);

impl FieldValue for WholeNumber {
    const KIND: &'static str = Number::KIND;

    fn read(json: &str) -> Result<ReadValue<Self>, Mismatch> {
        let (number, keep) = Number::read(json)?;
        Ok((number.map(Self), keep))
    }

    fn write(&self, out: &mut String) {
        self.0.write(out);
    }
}

fn read_value<S: FieldSource>(
    kind: ValueKind,
    whole: bool,
    number: u32,
    fields: &mut S,
) -> Result<Option<Value>, EventDecodeError> {
    Ok(match kind {
        ValueKind::Bool => fields.required_field("value", number)?.map(Value::Bool),
        ValueKind::Date => fields.required_field::<NaiveDate>("value", number)?.map(Value::Date),
        ValueKind::Instant => fields.required_field::<Timestamp>("value", number)?.map(Value::Instant),
        ValueKind::Number if whole => {
            fields.required_field::<WholeNumber>("value", number)?.map(|number| Value::Number(number.0))
        }
        ValueKind::Number => fields.required_field::<Number>("value", number)?.map(Value::Number),
        ValueKind::Text => fields.required_field::<Box<str>>("value", number)?.map(Value::Text),
    })
}
