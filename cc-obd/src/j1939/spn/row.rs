//! One row of the table.

use cc_core::MeasureUnit;

use crate::j1939::Pgn;

/// A parameter group: a message and the parameters in it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Group {
    /// The parameter group number.
    pub pgn: u32,
    /// Its short name, such as `EEC1`.
    pub acronym: &'static str,
    /// Its name.
    pub name: &'static str,
    /// The priority it is sent with, unless set otherwise.
    pub priority: u8,
    /// Its parameters, in the order of its bytes.
    pub spns: &'static [Spn],
}

impl Group {
    /// The group of a number, where the table has it.
    pub fn of(pgn: Pgn) -> Option<&'static Self> {
        let groups = super::groups();
        groups.binary_search_by_key(&pgn.number(), |group| group.pgn).ok().and_then(|at| groups.get(at))
    }
}

/// A parameter: where it stands and what its raw number means: raw · `mul` / `div` + `add`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spn {
    /// The suspect parameter number.
    pub number: u32,
    /// The name of its signal: that of cc-core's catalogue where the catalogue has one, in the catalogue's unit.
    pub id: &'static str,
    /// What it is.
    pub name: &'static str,
    /// The first bit; 0 is the least significant bit of the first byte. Bytes follow each other low byte first.
    pub first: u16,
    /// How many bits, 1 to 32.
    pub bits: u8,
    /// What kind of value it has.
    pub kind: SpnKind,
    /// Factor.
    pub mul: u32,
    /// Divisor, never 0.
    pub div: u32,
    /// Offset, in the unit.
    pub add: f64,
    /// The unit; [`MeasureUnit::One`] for what has none.
    pub unit: MeasureUnit,
}

/// The kind of a parameter.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum SpnKind {
    /// A measured value.
    Number,
    /// The number of a state; all ones are "not available".
    State,
    /// The number of a state; all ones are "not available", and one less is an error.
    StateOrError,
    /// Off or on, error, not available: two bits.
    Switch,
}

/// What a parameter says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SpnValue {
    /// A measured value, in the unit of the row.
    Number(f64),
    /// The number of a state.
    State(u32),
    /// Off or on.
    Switch(bool),
    /// The sender knows that its sensor or its value is wrong.
    Error,
    /// The sender does not have this parameter.
    NotAvailable,
    /// A number that the standard keeps for other uses.
    Reserved,
}

impl Spn {
    /// The raw number; `None` where the data does not reach it.
    #[inline]
    pub fn raw(&self, data: &[u8]) -> Option<u32> {
        let (first, end) = (usize::from(self.first), usize::from(self.first) + usize::from(self.bits));
        let bytes = data.get(first / 8..end.div_ceil(8))?;
        let number = bytes.iter().rev().fold(0_u64, |number, &byte| number << 8 | u64::from(byte));
        Some((number >> (first % 8) & ((1 << self.bits) - 1)) as u32)
    }

    /// What the data says; `None` where it does not reach the parameter.
    #[inline]
    pub fn read(&self, data: &[u8]) -> Option<SpnValue> {
        self.raw(data).map(|raw| self.value_of(raw))
    }

    /// What a raw number means.
    #[inline]
    pub fn value_of(&self, raw: u32) -> SpnValue {
        let ones = (u64::MAX >> (64 - u32::from(self.bits))) as u32;
        match self.kind {
            SpnKind::Switch => match raw {
                0 => SpnValue::Switch(false),
                1 => SpnValue::Switch(true),
                2 => SpnValue::Error,
                _ => SpnValue::NotAvailable,
            },
            SpnKind::State | SpnKind::StateOrError if raw == ones => SpnValue::NotAvailable,
            SpnKind::StateOrError if raw == ones - 1 => SpnValue::Error,
            SpnKind::State | SpnKind::StateOrError => SpnValue::State(raw),
            SpnKind::Number => match self.special(raw) {
                Some(special) => special,
                // 32 by 32 bits: exact as a whole number below 2^53 for every row, and rounds once as a float.
                None => SpnValue::Number(
                    (u64::from(raw) * u64::from(self.mul)) as f64 / f64::from(self.div) + self.add,
                ),
            },
        }
    }

    /// The numbers that are no values: the top of the highest byte, and of the four bits of half a byte.
    fn special(&self, raw: u32) -> Option<SpnValue> {
        let top = match self.bits {
            8 | 16 | 24 | 32 => raw >> (self.bits - 8),
            4 => raw | 0xF0,
            _ => return (raw == (1 << self.bits) - 1).then_some(SpnValue::NotAvailable),
        };
        match (top, self.bits) {
            (0xFF, _) => Some(SpnValue::NotAvailable),
            (0xFE, _) => Some(SpnValue::Error),
            (0xFB..=0xFD, 8..) => Some(SpnValue::Reserved),
            _ => None,
        }
    }
}

/// A measured value that starts with a byte, from 1.
pub(super) const fn number(
    number: u32,
    id: &'static str,
    name: &'static str,
    (byte, bits): (u16, u8),
    (mul, div, add): (u32, u32, f64),
    unit: MeasureUnit,
) -> Spn {
    Spn { number, id, name, first: (byte - 1) * 8, bits, kind: SpnKind::Number, mul, div, add, unit }
}

/// A switch: the byte and the first bit, both from 1, as the standard counts.
pub(super) const fn switch(number: u32, id: &'static str, name: &'static str, at: (u16, u16)) -> Spn {
    bits(number, id, name, at, 2, SpnKind::Switch)
}

/// A state.
pub(super) const fn state(
    number: u32,
    id: &'static str,
    name: &'static str,
    at: (u16, u16),
    count: u8,
) -> Spn {
    bits(number, id, name, at, count, SpnKind::State)
}

/// A state that may be an error.
pub(super) const fn state_or_error(
    number: u32,
    id: &'static str,
    name: &'static str,
    at: (u16, u16),
    count: u8,
) -> Spn {
    bits(number, id, name, at, count, SpnKind::StateOrError)
}

const fn bits(
    number: u32,
    id: &'static str,
    name: &'static str,
    (byte, bit): (u16, u16),
    bits: u8,
    kind: SpnKind,
) -> Spn {
    let first = (byte - 1) * 8 + bit - 1;
    Spn { number, id, name, first, bits, kind, mul: 1, div: 1, add: 0.0, unit: MeasureUnit::One }
}
