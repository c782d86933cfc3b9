//! What a signal can say.

use alloc::boxed::Box;
use core::fmt;

use chrono::NaiveDate;

use crate::{Number, Timestamp};

/// The kind of value a signal has.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum ValueKind {
    /// True or false.
    Bool,
    /// A calendar day.
    Date,
    /// An instant.
    Instant,
    /// A number in the signal's unit.
    Number,
    /// A text.
    Text,
}

/// One value. A number is in the unit of its signal.
///
/// `Debug` does not show a text, since it may be a VIN.
#[derive(Clone, Eq, PartialEq)]
pub enum Value {
    /// True or false.
    Bool(bool),
    /// A calendar day, written `YYYY-MM-DD`.
    Date(NaiveDate),
    /// An instant.
    Instant(Timestamp),
    /// A number, with its digits as received.
    Number(Number),
    /// A text.
    Text(Box<str>),
}

impl Value {
    /// The kind of this value.
    pub fn kind(&self) -> ValueKind {
        match self {
            Self::Bool(_) => ValueKind::Bool,
            Self::Date(_) => ValueKind::Date,
            Self::Instant(_) => ValueKind::Instant,
            Self::Number(_) => ValueKind::Number,
            Self::Text(_) => ValueKind::Text,
        }
    }

    /// The number, if this is one.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(number.as_f64()),
            _ => None,
        }
    }

    /// The truth value, if this is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            _ => None,
        }
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(value) => write!(f, "Bool({value})"),
            Self::Date(value) => write!(f, "Date({value})"),
            Self::Instant(value) => write!(f, "Instant({})", value.timestamp()),
            Self::Number(value) => fmt::Debug::fmt(value, f),
            Self::Text(_) => f.write_str("Text(…)"),
        }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<Number> for Value {
    fn from(value: Number) -> Self {
        Self::Number(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Number(value.into())
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.into())
    }
}
