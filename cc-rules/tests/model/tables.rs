//! Decision tables, over all rows: which fit, which one speaks, and whether the table is a good one.

use std::collections::BTreeSet;
use std::fmt::{self, Write as _};

use cc_core::SignalId;

use crate::expr::{Expr, Name, Value, both, infix};
use crate::facts::Facts;
use crate::spec::RuleSpec;

/// A table: its inputs, and a cell of each row for each of them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TableSpec {
    pub(crate) id: &'static str,
    /// `first`, `unique` or `collect`.
    pub(crate) hit: &'static str,
    /// Each with the unit of its cells.
    pub(crate) inputs: Vec<(Expr, &'static str)>,
    pub(crate) rows: Vec<Vec<Cell>>,
    pub(crate) otherwise: Otherwise,
}

/// What holds where no row does.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Otherwise {
    NotWritten,
    Nothing,
    Recommends,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cell {
    Any,
    Compare(&'static str, f64),
    /// Whether the lower end is inside, the ends, whether the upper one is.
    Between(bool, f64, f64, bool),
    Is(bool),
    OneOf(Vec<&'static str>),
    Not(&'static str),
}

impl Cell {
    fn fits(&self, value: &Value) -> Option<bool> {
        if matches!(value, Value::Unknown) && *self != Self::Any {
            return None;
        }
        match (self, value) {
            (Self::Any, _) => Some(true),
            (Self::Compare(operator, limit), value) => {
                Some(infix(value, operator, &Value::Number(*limit)) == Value::Bool(true))
            }
            (Self::Between(with_low, low, high, with_high), Value::Number(value)) => Some(
                (*value > *low || *with_low && value == low)
                    && (*value < *high || *with_high && value == high),
            ),
            (Self::Is(wanted), Value::Bool(value)) => Some(wanted == value),
            (Self::OneOf(texts), Value::Text(text)) => Some(texts.contains(&text.as_str())),
            (Self::Not(other), Value::Text(text)) => Some(other != text),
            other => panic!("{other:?} do not meet"),
        }
    }

    /// The numbers that a cell names.
    fn limits(&self) -> Vec<f64> {
        match self {
            Self::Compare(_, limit) => vec![*limit],
            Self::Between(_, low, high, _) => vec![*low, *high],
            _ => Vec::new(),
        }
    }
}

impl TableSpec {
    /// Whether all cells of a row fit.
    fn fits(&self, row: usize, values: &[Value]) -> Option<bool> {
        let cells = self.rows[row].iter().zip(values);
        cells.map(|(cell, value)| cell.fits(value)).fold(Some(true), both)
    }

    /// What a row, or what is left behind the last one, says.
    pub(crate) fn speaks(&self, row: usize, facts: &Facts) -> Option<bool> {
        let values: Vec<Value> = self.inputs.iter().map(|(input, _)| input.value(facts)).collect();
        let own = if row < self.rows.len() { self.fits(row, &values) } else { Some(true) };
        let denied = self.denied(row).map(|earlier| self.fits(earlier, &values).map(|fits| !fits));
        denied.fold(own, both)
    }

    /// The rows that must not fit.
    fn denied(&self, row: usize) -> std::ops::Range<usize> {
        if self.hit == "first" || row == self.rows.len() { 0..row } else { 0..0 }
    }

    /// What the rule of a row reads: its cells, and those of the rows that it has to deny because no input keeps them
    /// apart.
    pub(crate) fn reads(&self, row: usize) -> BTreeSet<Name> {
        let denied =
            self.denied(row).filter(|earlier| row == self.rows.len() || !self.are_apart(row, *earlier));
        let rows = denied.chain((row < self.rows.len()).then_some(row));
        let cells = rows.flat_map(|row| self.inputs.iter().zip(&self.rows[row]));
        cells.filter(|(_, cell)| **cell != Cell::Any).flat_map(|((input, _), _)| input.reads()).collect()
    }

    fn are_apart(&self, one: usize, other: usize) -> bool {
        (0..self.inputs.len()).any(|place| {
            let (one, other) = (&self.rows[one][place], &self.rows[other][place]);
            let fits = |value: &Value| one.fits(value) == Some(true) && other.fits(value) == Some(true);
            *one != Cell::Any && *other != Cell::Any && !self.values(place).iter().any(fits)
        })
    }

    /// A value of each kind that the cells of an input tell apart.
    fn values(&self, place: usize) -> Vec<Value> {
        let cells = || self.rows.iter().map(|row| &row[place]);
        if cells().any(|cell| matches!(cell, Cell::OneOf(_) | Cell::Not(_))) {
            return ["eco", "sport", "æ", "another"].map(|text| Value::Text(text.into())).to_vec();
        }
        let mut limits: Vec<f64> = cells().flat_map(Cell::limits).collect();
        if limits.is_empty() {
            return vec![Value::Bool(false), Value::Bool(true)];
        }
        limits.sort_by(f64::total_cmp);
        let between = limits.windows(2).map(|pair| f64::midpoint(pair[0], pair[1]));
        let outside = [limits[0] - 1.0, limits[limits.len() - 1] + 1.0];
        let mut all: Vec<f64> = between.chain(outside).chain(limits.iter().copied()).collect();
        if let (Expr::Name(Name::Signal(signal)), _) = &self.inputs[place]
            && let Some((low, high)) = signal.parse::<SignalId>().unwrap().signal().and_then(|row| row.range)
        {
            all.retain(|value| low <= *value && *value <= high);
        }
        all.into_iter().map(Value::Number).collect()
    }

    /// The codes of what is wrong with the table: every situation there is, against every row.
    pub(crate) fn faults(&self) -> BTreeSet<&'static str> {
        let mut situations: Vec<Vec<Value>> = vec![Vec::new()];
        for place in 0..self.inputs.len() {
            let values = self.values(place);
            let longer = situations.iter().flat_map(|situation| {
                values.iter().map(move |value| situation.iter().chain([value]).cloned().collect())
            });
            situations = longer.collect();
        }
        let mut faults = BTreeSet::new();
        let (mut reached, mut is_left) = (BTreeSet::new(), false);
        for situation in &situations {
            let fitting: Vec<usize> =
                (0..self.rows.len()).filter(|row| self.fits(*row, situation) == Some(true)).collect();
            is_left |= fitting.is_empty();
            if fitting.is_empty() && self.otherwise == Otherwise::NotWritten {
                faults.insert("table-incomplete");
            }
            if fitting.len() > 1 && self.hit == "unique" {
                faults.insert("table-overlap");
            }
            reached.extend(if self.hit == "first" { fitting.into_iter().take(1).collect() } else { fitting });
        }
        if reached.len() < self.rows.len() || self.otherwise == Otherwise::Recommends && !is_left {
            faults.insert("table-unreachable");
        }
        faults
    }

    /// The table as a workshop expert would write it, from its rules.
    pub(crate) fn write(&self, rules: &[&RuleSpec], out: &mut String) {
        writeln!(out, "- id: {}\n  table:\n    hit: {}", self.id, self.hit).unwrap();
        let inputs: Vec<String> = self
            .inputs
            .iter()
            .enumerate()
            .map(|(place, (input, _))| format!("i{place}: \"{input}\""))
            .collect();
        writeln!(out, "    inputs: {{{}}}\n    rows:", inputs.join(", ")).unwrap();
        for rule in rules {
            let Some((_, row)) = rule.row else { continue };
            let Some(cells) = self.rows.get(row) else {
                writeln!(out, "    otherwise: {{recommend: {}}}", rule.advice()).unwrap();
                continue;
            };
            let cells = cells.iter().zip(&self.inputs).enumerate();
            let cells = cells.filter(|(_, (cell, _))| **cell != Cell::Any);
            let cells: Vec<String> = cells
                .map(|(place, (cell, (_, unit)))| format!("i{place}: \"{}\"", Written(cell, unit)))
                .collect();
            let id = rule.id.rsplit('-').next().unwrap();
            writeln!(
                out,
                "    - id: {id}\n      if: {{{}}}\n      recommend: {}",
                cells.join(", "),
                rule.advice()
            )
            .unwrap();
            rule.write_stages("      ", out);
        }
        if self.otherwise == Otherwise::Nothing {
            out.push_str("    otherwise: none\n");
        }
        if let Some(rule) = rules.first() {
            rule.write_keys(out);
        }
    }
}

/// A cell with the unit of its numbers.
struct Written<'a>(&'a Cell, &'a str);

impl fmt::Display for Written<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(cell, unit) = self;
        match cell {
            Cell::Any => f.write_str("-"),
            Cell::Compare(operator, limit) => write!(f, "{operator} {limit:?} {unit}"),
            Cell::Between(with_low, low, high, with_high) => {
                let open = if *with_low { '[' } else { '(' };
                let close = if *with_high { ']' } else { ')' };
                write!(f, "{open}{low:?} {unit} .. {high:?} {unit}{close}")
            }
            Cell::Is(value) => write!(f, "{value}"),
            Cell::OneOf(texts) => f.write_str(&texts.join(" | ")),
            Cell::Not(text) => write!(f, "!= '{text}'"),
        }
    }
}
