//! One input's values, split into the parts between which the rows of a table differ.

use std::cmp::Ordering;

use cc_core::MeasureUnit;

use super::cell::{Bound, Cell, Sign};
use crate::engine::duration_of;
use crate::expr::{Ty, UnitTy};
use crate::pack::Constant;
use crate::state::instant;

/// A set of rows.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Rows([u64; super::MAX_ROWS / 64]);

impl Rows {
    pub(super) fn first(count: usize) -> Self {
        let mut rows = Self::default();
        (0..count).for_each(|row| rows.add(row));
        rows
    }

    pub(super) fn add(&mut self, row: usize) {
        if let Some(word) = self.0.get_mut(row / 64) {
            *word |= 1 << (row % 64);
        }
    }

    pub(super) fn has(self, row: usize) -> bool {
        self.0.get(row / 64).is_some_and(|word| word & (1 << (row % 64)) != 0)
    }

    pub(super) fn and(mut self, other: Self) -> Self {
        for (word, other) in self.0.iter_mut().zip(other.0) {
            *word &= other;
        }
        self
    }

    pub(super) fn iter(self) -> impl Iterator<Item = usize> {
        (0..super::MAX_ROWS).filter(move |row| self.has(*row))
    }
}

/// A part of what an input may be: all values in it are alike to every row.
#[derive(Clone, Debug)]
pub(super) struct Part {
    /// A value of it, for people.
    pub(super) example: String,
    /// The rows whose cell holds there.
    pub(super) holds: Rows,
    /// The rows whose cell may hold there; more than those that do where parameters decide.
    pub(super) may_hold: Rows,
}

/// Splits what an input of this type may be. `cells` has one entry a row; `range` is that of a signal.
pub(super) fn parts(cells: &[Option<&Cell>], ty: Ty, range: Option<(f64, f64)>) -> Vec<Part> {
    let bounds: Vec<&Bound> = cells.iter().flatten().flat_map(|cell| cell.bounds()).collect();
    let params: Vec<&str> =
        bounds.iter().filter(|bound| bound.is_param()).map(|bound| bound.text.as_str()).collect();
    // A single parameter and nothing else: whatever it is, values lie below it, at it, or above it.
    let alone = params.first().filter(|first| {
        ty != Ty::String && params.len() == bounds.len() && params.iter().all(|param| param == *first)
    });
    let in_percent = bounds.iter().any(|bound| bound.text.ends_with('%'));
    let values: Vec<(Value, String)> = match (ty, alone) {
        (Ty::Bool, _) => {
            [true, false].map(|truth| (Value::Truth(truth), truth.to_string())).into_iter().collect()
        }
        (_, Some(param)) => [(-1, "below"), (0, "equal to"), (1, "above")]
            .map(|(side, word)| (Value::Whole(side), format!("{word} {param}")))
            .into_iter()
            .collect(),
        _ => examples(&bounds, ty, range)
            .into_iter()
            .map(|value| (value.clone(), value.show(ty, in_percent)))
            .collect(),
    };
    let mut parts: Vec<Part> = Vec::new();
    for (value, example) in values {
        let mut part = Part { example, holds: Rows::default(), may_hold: Rows::default() };
        for (row, cell) in cells.iter().enumerate() {
            let truth = cell.map_or(Some(true), |cell| fits(cell, &value, alone.is_some()));
            if truth == Some(true) {
                part.holds.add(row);
            }
            if truth != Some(false) {
                part.may_hold.add(row);
            }
        }
        // Parts that all rows see alike are one.
        if !parts.iter().any(|known| (known.holds, known.may_hold) == (part.holds, part.may_hold)) {
            parts.push(part);
        }
    }
    parts
}

/// A value of an input; those of one column are of one kind.
#[derive(Clone, Debug, PartialEq)]
enum Value {
    Double(f64),
    /// A text that no cell names.
    Other,
    Text(Box<str>),
    Truth(bool),
    /// A whole number, an instant, a duration, or the side of a parameter.
    Whole(i64),
}

impl Value {
    fn of(constant: &Constant) -> Self {
        match constant {
            Constant::Bool(truth) => Self::Truth(*truth),
            Constant::Double(number) => Self::Double(*number),
            Constant::Int(whole) | Constant::Time(whole) | Constant::Duration(whole) => Self::Whole(*whole),
            Constant::Text(text) => Self::Text(text.clone()),
        }
    }

    fn compare(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Double(a), Self::Double(b)) => a.partial_cmp(b).unwrap_or(Ordering::Equal),
            (Self::Whole(a), Self::Whole(b)) => a.cmp(b),
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            (Self::Other, Self::Other) => Ordering::Equal,
            // A text that no cell names differs from all; which way does not matter.
            _ => Ordering::Greater,
        }
    }

    /// As the author writes it; a share in percent, where the cells are.
    fn show(&self, ty: Ty, in_percent: bool) -> String {
        let with_unit = |number: f64, unit: MeasureUnit| {
            let mut text = String::new();
            cc_core::json::write_number(&mut text, number);
            if unit != MeasureUnit::One {
                text.extend([" ", unit.symbol()]);
            }
            text
        };
        match (self, ty) {
            (Self::Double(share), Ty::Double(UnitTy { unit: MeasureUnit::One, .. })) if in_percent => {
                // A hundredth is no exact double: the nearest one with fifteen digits is meant.
                let percent = format!("{:.13e}", share * 100.0).parse().unwrap_or(share * 100.0);
                with_unit(percent, MeasureUnit::One) + " %"
            }
            (Self::Double(number), Ty::Double(UnitTy { unit, .. })) => with_unit(*number, unit),
            (Self::Double(number), _) => with_unit(*number, MeasureUnit::One),
            (Self::Whole(nanos), Ty::Duration) => {
                let (number, unit) = duration_of(*nanos);
                with_unit(number, unit)
            }
            (Self::Whole(nanos), Ty::Timestamp) => instant(*nanos)
                .map_or_else(String::new, |at| at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)),
            (Self::Whole(whole), _) => whole.to_string(),
            (Self::Other, _) => "another text".to_owned(),
            (Self::Text(text), _) => format!("'{text}'"),
            (Self::Truth(truth), _) => truth.to_string(),
        }
    }
}

/// Whether the cell holds at the value; `None` where a parameter decides.
fn fits(cell: &Cell, value: &Value, alone: bool) -> Option<bool> {
    let side = |bound: &Bound| match &bound.value {
        Some(constant) => Some(value.compare(&Value::of(constant))),
        None if alone => Some(value.compare(&Value::Whole(0))),
        None => None,
    };
    match cell {
        Cell::Truth(wanted) => Some(*value == Value::Truth(*wanted)),
        Cell::Compare(sign, bound) => side(bound).map(|side| match sign {
            Sign::Equal => side.is_eq(),
            Sign::Greater => side.is_gt(),
            Sign::GreaterEqual => side.is_ge(),
            Sign::Less => side.is_lt(),
            Sign::LessEqual => side.is_le(),
            Sign::NotEqual => side.is_ne(),
        }),
        Cell::Between { low, low_in, high, high_in } => {
            let above = side(low).map(|side| side.is_gt() || (*low_in && side.is_eq()));
            let below = side(high).map(|side| side.is_lt() || (*high_in && side.is_eq()));
            match (above, below) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            }
        }
        Cell::Words(words) => {
            let mut truth = Some(false);
            for word in words {
                match side(word) {
                    Some(Ordering::Equal) => return Some(true),
                    Some(_) => {}
                    None => truth = None,
                }
            }
            truth
        }
    }
}

/// A value of every part into which the literals split the type, in order.
fn examples(bounds: &[&Bound], ty: Ty, range: Option<(f64, f64)>) -> Vec<Value> {
    let mut literals: Vec<Value> =
        bounds.iter().filter_map(|bound| bound.value.as_ref()).map(Value::of).collect();
    literals.sort_by(Value::compare);
    literals.dedup();
    let mut values = Vec::new();
    match ty {
        Ty::String => {
            values = literals;
            values.push(Value::Other);
        }
        Ty::Double(_) => {
            let (least, most) = range.unwrap_or((f64::NEG_INFINITY, f64::INFINITY));
            let mut from = f64::NEG_INFINITY;
            for literal in literals {
                let Value::Double(at) = literal else { continue };
                values.extend(between(from, at, least, most).map(Value::Double));
                if (least..=most).contains(&at) {
                    values.push(Value::Double(at));
                }
                from = at;
            }
            values.extend(between(from, f64::INFINITY, least, most).map(Value::Double));
        }
        _ => {
            let mut from = None;
            for literal in literals {
                let Value::Whole(at) = literal else { continue };
                // Below the first literal, or right behind the one before.
                let before = from.map_or(at.checked_sub(1), |from: i64| from.checked_add(1));
                values.extend(before.filter(|before| *before < at).map(Value::Whole));
                values.push(Value::Whole(at));
                from = Some(at);
            }
            values.extend(from.map_or(Some(0), |from| from.checked_add(1)).map(Value::Whole));
        }
    }
    values
}

/// A short number strictly between `from` and `to`, and within the range, ends included.
fn between(from: f64, to: f64, least: f64, most: f64) -> Option<f64> {
    if from >= to || from >= most || to <= least {
        return None;
    }
    let (low, high) = (from.max(least), to.min(most));
    let inside = |value: f64| from < value && value < to && (least..=most).contains(&value);
    let wanted = match (low.is_finite(), high.is_finite()) {
        (true, true) => low / 2.0 + high / 2.0,
        (true, false) => low + 1.0,
        (false, true) => high - 1.0,
        (false, false) => 0.0,
    };
    let rounded =
        (0..=17).filter_map(|digits| format!("{wanted:.digits$}").parse().ok()).find(|short| inside(*short));
    rounded.or_else(|| [wanted, low, high].into_iter().find(|value| inside(*value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_is_short_and_lies_inside() {
        let (no, yes) = (f64::NEG_INFINITY, f64::INFINITY);
        for (from, to, least, most, expected) in [
            (no, yes, no, yes, Some(0.0)),
            (no, 15.0, no, yes, Some(14.0)),
            (15.0, yes, no, yes, Some(16.0)),
            (0.1, 0.2, no, yes, Some(0.15)),
            (0.0, 100.0, 0.0, 100.0, Some(50.0)),
            (100.0, yes, 0.0, 100.0, None),
            (no, 0.0, 0.0, 100.0, None),
            (no, 5.0, 3.0, 3.0, Some(3.0)),
            (90.0, yes, 0.0, 100.0, Some(95.0)),
            (1.0, 1.0, no, yes, None),
            (1e300, yes, no, yes, None),
        ] {
            assert_eq!(between(from, to, least, most), expected, "{from} {to}");
        }
    }
}
