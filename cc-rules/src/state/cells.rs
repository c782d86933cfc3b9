//! The last value of each signal that some rule reads.

use std::fmt;

use crate::expr::Val;

use super::{NEVER, NONE};

/// A value with the instant it was measured.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Cell {
    pub(crate) value: CellValue,
    pub(crate) at: i64,
    /// Older than the signal's `max_age`: kept for explanations, read as unknown.
    pub(crate) stale: bool,
}

#[derive(Clone, PartialEq)]
pub(crate) enum CellValue {
    Empty,
    Bool(bool),
    Number(f64),
    Text(Box<str>),
    Time(i64),
}

impl Cell {
    pub(crate) const EMPTY: Self = Self { value: CellValue::Empty, at: NONE, stale: false };

    #[inline]
    pub(crate) fn read(&self) -> Val<'_> {
        if self.stale { Val::Unknown } else { self.value.read() }
    }

    /// The value, if it is a number and not too old; all numbers of cells are finite.
    #[inline]
    pub(crate) fn number(&self) -> Option<f64> {
        match self.value {
            CellValue::Number(value) if !self.stale && value.is_finite() => Some(value),
            _ => None,
        }
    }

    /// When the value becomes too old; without a `max_age` that is never, however long ago it was measured.
    #[inline]
    pub(crate) fn expiry(&self, max_age: i64) -> i64 {
        if self.stale || max_age == NEVER || matches!(self.value, CellValue::Empty) {
            return NEVER;
        }
        self.at.saturating_add(max_age)
    }
}

impl CellValue {
    #[inline]
    pub(crate) fn read(&self) -> Val<'_> {
        match self {
            Self::Empty => Val::Unknown,
            Self::Bool(value) => Val::Bool(*value),
            Self::Number(value) => Val::Double(*value),
            Self::Text(text) => Val::Str(text),
            Self::Time(nanos) => Val::Time(*nanos),
        }
    }
}

impl fmt::Debug for CellValue {
    /// Shows a text's length only: it comes from a car.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.read().fmt(f)
    }
}
