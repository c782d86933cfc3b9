//! The last value of each signal that some rule reads.
//!
//! A fleet is as quick as its states are small: of every signal there are sixteen bytes and a letter for its kind; the
//! few texts stand beside.

use std::fmt;

use crate::expr::Val;
use crate::pack::SignalSlot;

use super::{NEVER, NONE};

/// A value with the instant it was measured, on its way into or out of [`Cells`].
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Cell {
    pub(crate) value: CellValue,
    pub(crate) at: i64,
    /// Older than the signal's `max_age`: kept for explanations, read as unknown.
    pub(crate) stale: bool,
}

#[derive(Clone, PartialEq)]
pub(crate) enum CellValue {
    Bool(bool),
    Number(f64),
    Text(Box<str>),
    Time(i64),
}

/// For each signal slot, its last value.
#[derive(Clone, PartialEq)]
pub(crate) struct Cells {
    measured: Box<[Measured]>,
    /// One of the letters below, with [`STALE`] where the value is too old.
    kinds: Box<[u8]>,
    /// By slot, ascending.
    texts: Vec<(u16, Box<str>)>,
}

#[derive(Clone, Copy, PartialEq)]
struct Measured {
    /// A truth, the bits of a finite number or an instant; zero for a text, which stands beside.
    bits: u64,
    at: i64,
}

const EMPTY: u8 = 0;
const BOOL: u8 = 1;
const NUMBER: u8 = 2;
const TEXT: u8 = 3;
const TIME: u8 = 4;
const STALE: u8 = 0x80;

impl Cells {
    /// So many signals, of none of which anything was heard.
    pub(crate) fn new(signals: usize) -> Self {
        let measured = vec![Measured { bits: 0, at: NONE }; signals].into();
        Self { measured, kinds: vec![EMPTY; signals].into(), texts: Vec::new() }
    }

    /// The value, known or too old; unknown only where nothing was heard.
    #[inline]
    pub(crate) fn last(&self, slot: usize) -> Val<'_> {
        self.of_kind(slot, self.kind(slot) & !STALE)
    }

    /// The value, unless it is too old.
    #[inline]
    pub(crate) fn read(&self, slot: usize) -> Val<'_> {
        // A kind with the mark of the old is none of the kinds.
        self.of_kind(slot, self.kind(slot))
    }

    /// For each slot, the value as [`Self::last`] gives it, when it was measured, and whether it is too old.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (Val<'_>, i64, bool)> {
        let cells = self.measured.iter().zip(&self.kinds).enumerate();
        cells.map(|(slot, (cell, kind))| {
            (self.value(slot, kind & !STALE, cell.bits), cell.at, kind & STALE != 0)
        })
    }

    #[inline]
    fn of_kind(&self, slot: usize, kind: u8) -> Val<'_> {
        self.measured.get(slot).map_or(Val::Unknown, |cell| self.value(slot, kind, cell.bits))
    }

    #[inline]
    fn value(&self, slot: usize, kind: u8, bits: u64) -> Val<'_> {
        match kind {
            NUMBER => Val::Double(f64::from_bits(bits)),
            BOOL => Val::Bool(bits != 0),
            TIME => Val::Time(bits as i64),
            TEXT => self.text(slot).map_or(Val::Unknown, Val::Str),
            _ => Val::Unknown,
        }
    }

    /// The value, if it is a number and not too old; all numbers of cells are finite.
    #[inline]
    pub(crate) fn number(&self, slot: usize) -> Option<f64> {
        let value = f64::from_bits(self.measured.get(slot)?.bits);
        (self.kind(slot) == NUMBER && value.is_finite()).then_some(value)
    }

    /// Puts a number in the place of one that is not too old, and gives that; `None` where there is no such number, and
    /// nothing is done.
    #[inline]
    pub(crate) fn replace_number(&mut self, slot: usize, value: f64, at: i64) -> Option<f64> {
        if self.kind(slot) != NUMBER {
            return None;
        }
        let cell = self.measured.get_mut(slot)?;
        let before = f64::from_bits(cell.bits);
        *cell = Measured { bits: value.to_bits(), at };
        Some(before)
    }

    /// Puts a number in the place of what was there before.
    #[inline]
    pub(crate) fn set_number(&mut self, slot: usize, value: f64, at: i64, stale: bool) {
        if self.kind(slot) & !STALE == TEXT {
            self.set_text(slot, None);
        }
        if let (Some(place), Some(kind)) = (self.measured.get_mut(slot), self.kinds.get_mut(slot)) {
            *place = Measured { bits: value.to_bits(), at };
            *kind = NUMBER | if stale { STALE } else { 0 };
        }
    }

    #[inline]
    fn kind(&self, slot: usize) -> u8 {
        self.kinds.get(slot).copied().unwrap_or(EMPTY)
    }

    fn text(&self, slot: usize) -> Option<&str> {
        let place = self.texts.binary_search_by_key(&slot, |(of, _)| usize::from(*of)).ok()?;
        self.texts.get(place).map(|(_, text)| &**text)
    }

    /// When the value was measured; [`NONE`] where nothing was heard.
    #[inline]
    pub(crate) fn at(&self, slot: usize) -> i64 {
        self.measured.get(slot).map_or(NONE, |cell| cell.at)
    }

    /// Of how many signals something was heard.
    pub(crate) fn heard(&self) -> usize {
        self.kinds.iter().filter(|kind| **kind & !STALE != EMPTY).count()
    }

    pub(crate) fn is_stale(&self, slot: usize) -> bool {
        self.kind(slot) & STALE != 0
    }

    pub(crate) fn set_stale(&mut self, slot: usize, stale: bool) {
        if let Some(kind) = self.kinds.get_mut(slot) {
            *kind = *kind & !STALE | if stale { STALE } else { 0 };
        }
    }

    /// When the value becomes too old; without a `max_age` that is never, however long ago it was measured.
    #[inline]
    pub(crate) fn expiry(&self, slot: usize, max_age: i64) -> i64 {
        let kind = self.kind(slot);
        if kind == EMPTY || kind & STALE != 0 || max_age == NEVER {
            return NEVER;
        }
        self.at(slot).saturating_add(max_age)
    }

    /// When each of the values becomes too old.
    pub(crate) fn expiries<'a>(&'a self, signals: &'a [SignalSlot]) -> impl Iterator<Item = i64> {
        let cells = self.measured.iter().zip(&self.kinds).zip(signals);
        let ages = cells.filter(|((_, kind), signal)| (1..STALE).contains(*kind) && signal.max_age != NEVER);
        ages.map(|((cell, _), signal)| cell.at.saturating_add(signal.max_age))
    }

    /// Puts a value in the place of the one before.
    pub(crate) fn set(&mut self, slot: usize, cell: Cell) {
        let Cell { value, at, stale } = cell;
        let (kind, bits, text) = match value {
            CellValue::Bool(value) => (BOOL, u64::from(value), None),
            CellValue::Number(value) => (NUMBER, value.to_bits(), None),
            CellValue::Text(text) => (TEXT, 0, Some(text)),
            CellValue::Time(nanos) => (TIME, nanos as u64, None),
        };
        let (Some(place), Some(letter)) = (self.measured.get_mut(slot), self.kinds.get_mut(slot)) else {
            return;
        };
        let had_text = *letter & !STALE == TEXT;
        *place = Measured { bits, at };
        *letter = kind | if stale { STALE } else { 0 };
        if had_text || text.is_some() {
            self.set_text(slot, text);
        }
    }

    fn set_text(&mut self, slot: usize, text: Option<Box<str>>) {
        match (self.texts.binary_search_by_key(&slot, |(of, _)| usize::from(*of)), text) {
            (Ok(place), Some(text)) => self.texts[place].1 = text,
            (Ok(place), None) => {
                self.texts.remove(place);
            }
            (Err(place), Some(text)) => self.texts.insert(place, (slot as u16, text)),
            (Err(_), None) => {}
        }
    }
}

impl CellValue {
    #[inline]
    pub(crate) fn read(&self) -> Val<'_> {
        match self {
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

impl fmt::Debug for Cells {
    /// Shows of how many signals something was heard.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cells").field("heard", &self.heard()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(value: CellValue, at: i64) -> Cell {
        Cell { value, at, stale: false }
    }

    #[test]
    fn a_slot_holds_any_kind_of_value_after_any_other() {
        let values = [
            CellValue::Bool(true),
            CellValue::Number(-1.5),
            CellValue::Text("P".into()),
            CellValue::Text("R".into()),
            CellValue::Time(NONE),
        ];
        let mut cells = Cells::new(3);
        for before in &values {
            for value in &values {
                for slot in [2, 0] {
                    cells.set(slot, cell(before.clone(), 1));
                    cells.set(slot, cell(value.clone(), 2));
                    assert_eq!((cells.read(slot), cells.at(slot)), (value.read(), 2));
                    cells.set_stale(slot, true);
                    assert_eq!((cells.read(slot), cells.last(slot)), (Val::Unknown, value.read()));
                    assert_eq!((cells.number(slot), cells.expiry(slot, 5)), (None, NEVER));
                    assert_eq!(cells.replace_number(slot, 3.0, 3), None);
                }
            }
        }
        assert_eq!((cells.read(1), cells.at(1), cells.expiry(1, 5)), (Val::Unknown, NONE, NEVER));
    }

    #[test]
    fn a_number_follows_a_number_that_is_not_too_old() {
        let mut cells = Cells::new(2);
        assert_eq!(cells.replace_number(1, 7.0, 1), None);
        cells.set(1, cell(CellValue::Number(7.0), 1));
        assert_eq!(cells.replace_number(1, 8.0, 2), Some(7.0));
        assert_eq!((cells.number(1), cells.expiry(1, 5), cells.number(9)), (Some(8.0), 7, None));
        assert_eq!(format!("{cells:?}"), "Cells { heard: 1, .. }");
    }
}
