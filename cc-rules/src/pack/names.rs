//! The names that expressions may use: signals, codes and their fields, parameters.

use std::cell::{Cell, RefCell};

use cc_core::{MeasureUnit, SignalId, ValueKind, catalogue};
use sha2::{Digest, Sha256};

use super::blocks::WINDOW_FIELDS;
use super::check_blocks::window_symbol;
use super::limits::MAX_DURATION_MS;
use super::link::{Problem, dimension, same_kind, too_many_values};
use super::model::{RawPack, RawParam, RawSignal};
use super::{CODE_SLOT, Constant, Key, ParamSlot, SignalSlot, TODAY_SLOT};
use crate::diagnostic::did_you_mean;
use crate::expr::{self, EvalCounters, Expected, Names, Slots, Symbol, Ty, UnitTy, Val};

/// Resolves names, and gives a slot to every signal that is read.
pub(crate) struct Scope<'a> {
    raw: &'a RawPack,
    params: Vec<ParamSlot>,
    /// Parameters whose default has a finding, so that nobody knows their type.
    misunderstood: Vec<u16>,
    /// Whether such a parameter was named since this was asked last.
    missed: Cell<bool>,
    signals: RefCell<Vec<SignalSlot>>,
}

impl<'a> Scope<'a> {
    pub(crate) fn new(raw: &'a RawPack, found: &mut Vec<Problem>) -> Self {
        for (id, signal) in &raw.signals {
            check_signal(id, signal, found);
        }
        for id in raw.codes.keys().chain(raw.params.keys()) {
            let section = if raw.codes.contains_key(id) { "codes" } else { "params" };
            if !is_expression_name(id) {
                let text = "a name in expressions has letters, digits and `_`, and starts with a letter";
                found.push(Problem::new(format!("{section}.{id}"), "bad-name", text));
            }
            if section == "codes" && (is_catalogued(id) || raw.signals.contains_key(id) || id == TODAY) {
                let text = "a signal has this name already";
                found.push(Problem::new(format!("codes.{id}"), "duplicate-key", text));
            }
        }
        let mut misunderstood = Vec::new();
        let mut params = Vec::new();
        for (index, (id, param)) in raw.params.iter().enumerate() {
            let slot = check_param(id, param, found).unwrap_or_else(|| {
                misunderstood.push(index as u16);
                ParamSlot { ty: Ty::Bool, default: Constant::Bool(false), by: Vec::new() }
            });
            params.push(slot);
        }
        Self { raw, params, misunderstood, missed: Cell::new(false), signals: RefCell::new(Vec::new()) }
    }

    /// Whether a parameter was named, since this was asked last, whose default has a finding: what reads it need not
    /// repeat that.
    pub(crate) fn take_missed(&self) -> bool {
        self.missed.take()
    }

    /// Nanoseconds after which the slot's value is too old.
    pub(super) fn max_age(&self, slot: u16) -> Option<i64> {
        let signals = self.signals.borrow();
        signals.get(usize::from(slot)).map(|signal| signal.max_age).filter(|age| *age != i64::MAX)
    }

    pub(super) fn into_slots(self) -> (Vec<SignalSlot>, Vec<ParamSlot>) {
        (self.signals.into_inner(), self.params)
    }

    /// Whether a signal or code has this name.
    pub(super) fn is_taken(&self, name: &str) -> bool {
        is_catalogued(name)
            || self.raw.signals.contains_key(name)
            || self.raw.codes.contains_key(name)
            || matches!(name, TODAY | "math")
    }

    /// The names of signals and codes.
    pub(super) fn known(&self) -> Vec<&str> {
        self.candidates(false)
    }

    /// A signal, which gets a slot now that it is read.
    pub(super) fn signal(&self, name: &str) -> Option<Symbol> {
        let declared = self.raw.signals.get(name);
        let id: SignalId = name.parse().ok()?;
        let (kind, unit, range) = match id.signal() {
            Some(row) => (row.kind, row.unit, row.range),
            None => {
                let declared = declared?;
                (custom_kind(declared.kind.as_deref())?, custom_unit(declared.unit.as_deref())?, None)
            }
        };
        let mut signals = self.signals.borrow_mut();
        let slot = match signals.iter().position(|slot| slot.id == id) {
            Some(slot) => slot,
            None if signals.len() >= super::limits::MAX_SIGNALS => return None,
            None => {
                let max_age = declared.and_then(|signal| signal.max_age);
                signals.push(SignalSlot {
                    key: key_of(name),
                    usual_unit: id.signal().map_or(MeasureUnit::One, |row| row.unit),
                    id,
                    kind,
                    unit,
                    range,
                    max_age: max_age.map_or(i64::MAX, |ms| (ms.min(MAX_DURATION_MS) as i64) * 1_000_000),
                    monotonic: declared.is_some_and(|signal| signal.monotonic),
                });
                signals.len() - 1
            }
        };
        Some(Symbol::Slot { slot: slot as u16, ty: type_of(kind, unit) })
    }
}

/// The names that the expressions of one rule may use: those of the pack, and the windows of the rule.
pub(super) struct RuleScope<'a> {
    pub(super) scope: &'a Scope<'a>,
    /// Name, unit, and whether the window was understood.
    pub(super) windows: &'a [(Box<str>, UnitTy, bool)],
    /// Whether a window was named that was not understood, or has no place here.
    pub(super) missed: Cell<bool>,
    pub(super) may_read_windows: bool,
}

impl Names for RuleScope<'_> {
    fn resolve(&self, name: &str, is_param: bool) -> Option<Symbol> {
        let owner = name.split_once('.').map_or(name, |(owner, _)| owner);
        let window = self.windows.iter().find(|(known, ..)| !is_param && **known == *owner);
        let Some((_, _, understood)) = window else { return self.scope.resolve(name, is_param) };
        if !understood || !self.may_read_windows {
            self.missed.set(true);
        }
        window_symbol(self.windows, name)
    }

    fn candidates(&self, is_param: bool) -> Vec<&str> {
        let mut names = self.scope.candidates(is_param);
        if !is_param && self.may_read_windows {
            names.extend(self.windows.iter().map(|(name, ..)| &**name));
        }
        names
    }

    fn fields(&self, name: &str) -> &'static [&'static str] {
        if self.windows.iter().any(|(known, ..)| **known == *name) {
            &WINDOW_FIELDS
        } else {
            self.scope.fields(name)
        }
    }
}

/// Whether an expression can hold it as a name.
pub(super) fn is_expression_name(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && letters.all(|c| c.is_ascii_alphanumeric() || c == '_')
        && name.len() <= super::limits::MAX_NAME
}

impl Names for Scope<'_> {
    fn resolve(&self, name: &str, is_param: bool) -> Option<Symbol> {
        if is_param {
            let index = self.raw.params.keys().position(|id| id == name)?;
            if self.misunderstood.contains(&(index as u16)) {
                self.missed.set(true);
            }
            return Some(Symbol::Param { index: index as u16, ty: self.params[index].ty });
        }
        if name == TODAY {
            return Some(Symbol::Slot { slot: TODAY_SLOT, ty: Ty::Timestamp });
        }
        let (code, field) = name.split_once('.').unwrap_or((name, ""));
        if let Some(index) = self.raw.codes.keys().position(|id| id == code) {
            let field = CODE_FIELDS.iter().position(|known| *known == field)?;
            let ty = [Ty::Bool, Ty::Timestamp, Ty::Int, Ty::Int][field];
            return Some(Symbol::Slot { slot: CODE_SLOT | (index * 4 + field) as u16, ty });
        }
        self.signal(name)
    }

    fn candidates(&self, is_param: bool) -> Vec<&str> {
        if is_param {
            return self.raw.params.keys().map(String::as_str).collect();
        }
        let declared = self.raw.codes.keys().chain(self.raw.signals.keys()).map(String::as_str);
        declared.chain([TODAY]).chain(catalogue().iter().map(|row| row.id)).collect()
    }

    fn fields(&self, name: &str) -> &'static [&'static str] {
        if self.raw.codes.contains_key(name) { &CODE_FIELDS[1..] } else { &[] }
    }
}

/// The beginning of the current day in UTC.
const TODAY: &str = "today";

/// What follows a code's name; the number of a field is its place here.
static CODE_FIELDS: [&str; 4] = ["", "since", "count", "clean_drives"];

/// The first eight bytes of a name's SHA-256.
pub(crate) fn key_of(name: &str) -> Key {
    let mut key = [0; 8];
    key.copy_from_slice(&Sha256::digest(name.as_bytes())[..8]);
    key
}

/// What the tests of a pack ask about its signals.
#[cfg(feature = "source")]
impl super::Pack {
    /// The kind of a signal that the pack declares itself.
    pub(crate) fn kind_of(&self, signal: &str) -> Option<ValueKind> {
        custom_kind(self.0.raw.signals.get(signal)?.kind.as_deref())
    }

    /// The unit of a signal that the pack declares itself.
    pub(crate) fn unit_of(&self, signal: &str) -> Option<MeasureUnit> {
        custom_unit(Some(self.0.raw.signals.get(signal)?.unit.as_deref()?))
    }

    pub(crate) fn knows_signal(&self, signal: &str) -> bool {
        is_catalogued(signal) || self.0.raw.signals.contains_key(signal)
    }
}

fn is_catalogued(id: &str) -> bool {
    id.parse::<SignalId>().is_ok_and(|id| id.signal().is_some())
}

fn type_of(kind: ValueKind, unit: MeasureUnit) -> Ty {
    match kind {
        ValueKind::Bool => Ty::Bool,
        ValueKind::Number => Ty::Double(UnitTy::absolute(unit)),
        ValueKind::Text => Ty::String,
        _ => Ty::Timestamp,
    }
}

fn custom_kind(kind: Option<&str>) -> Option<ValueKind> {
    match kind {
        None | Some("number") => Some(ValueKind::Number),
        Some("boolean") => Some(ValueKind::Bool),
        Some("text") => Some(ValueKind::Text),
        Some("date") => Some(ValueKind::Date),
        Some("instant") => Some(ValueKind::Instant),
        Some(_) => None,
    }
}

fn custom_unit(unit: Option<&str>) -> Option<MeasureUnit> {
    unit.map_or(Some(MeasureUnit::One), |unit| unit.parse().ok())
}

fn check_signal(id: &str, signal: &RawSignal, found: &mut Vec<Problem>) {
    let path = format!("signals.{id}");
    if signal.max_age.is_some_and(|ms| ms == 0 || ms > MAX_DURATION_MS) {
        found.push(Problem::new(
            path.clone(),
            "out-of-range",
            "`max_age` is longer than nothing and at most ten years",
        ));
    }
    let custom = signal.kind.is_some() || signal.unit.is_some();
    if is_catalogued(id) {
        if custom {
            let text = "the catalogue says this signal's kind and unit";
            found.push(Problem::new(path, "catalogued-signal", text));
        }
        return;
    }
    if !custom {
        let hint = did_you_mean(id, catalogue().iter().map(|row| row.id));
        let hint = hint.or_else(|| Some("give `kind` and `unit` to declare a signal of your own".into()));
        let mut problem = Problem::new(path, "unknown-signal", "the catalogue has no such signal");
        problem.suggestion = hint;
        found.push(problem);
        return;
    }
    if id.parse::<SignalId>().is_err() {
        found.push(Problem::new(path.clone(), "bad-name", "not a name for a signal"));
    }
    if custom_kind(signal.kind.as_deref()).is_none() {
        let text = "expected number, boolean, text, date or instant";
        found.push(Problem::new(format!("{path}.kind"), "unknown-word", text));
    }
    if custom_unit(signal.unit.as_deref()).is_none() {
        found.push(Problem::new(format!("{path}.unit"), "unknown-unit", "not a unit"));
    }
}

/// A parameter; none where its default is not understood.
fn check_param(id: &str, param: &RawParam, found: &mut Vec<Problem>) -> Option<ParamSlot> {
    let path = format!("params.{id}");
    let default = constant(&param.default, &format!("{path}.default"), Expected::Any, found);
    // What the other values must be, nobody knows without the default.
    let expected = default.as_ref().map_or(Expected::Any, |(ty, _)| Expected::Ty(*ty));
    let mut by = Vec::new();
    for (name, values) in &param.by {
        let inner = format!("{path}.by.{name}");
        let Some(index) = dimension(name) else {
            let mut problem =
                Problem::new(inner, "unknown-word", "expected engine_family, model, market or fleet");
            problem.suggestion = did_you_mean(name, super::DIMENSIONS);
            found.push(problem);
            continue;
        };
        if too_many_values(values.len()) {
            found.push(Problem::new(inner, "too-many", "too many values"));
            continue;
        }
        for (case, text) in values {
            let at = format!("{inner}.{case}");
            let is_alike = |ty| default.as_ref().is_none_or(|(wanted, _)| same_kind(ty, *wanted));
            match constant(text, &at, expected, found) {
                Some((found_ty, value)) if is_alike(found_ty) => {
                    by.push((index, case.as_str().into(), value));
                }
                Some(_) => found.push(Problem::new(at, "type-mismatch", "the default is of another type")),
                None => {}
            }
        }
    }
    by.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    let (ty, default) = default?;
    Some(ParamSlot { ty, default, by })
}

/// Evaluates an expression that reads nothing.
pub(crate) fn constant(
    text: &str,
    path: &str,
    expected: Expected,
    found: &mut Vec<Problem>,
) -> Option<(Ty, Constant)> {
    let program = match expr::compile(text, &Nothing, expected) {
        Ok(program) => program,
        Err(list) => {
            found.extend(list.into_iter().map(|diagnostic| Problem {
                path: path.into(),
                offset: Some(diagnostic.span.start),
                code: diagnostic.code.as_str(),
                text: diagnostic.text.into(),
                suggestion: diagnostic.suggestion.map(Into::into),
            }));
            return None;
        }
    };
    let value = match program.eval(&Nothing, &mut EvalCounters::default()) {
        Val::Unknown => {
            found.push(Problem::new(path, "not-computable", "the value cannot be computed"));
            return None;
        }
        Val::Bool(value) => Constant::Bool(value),
        Val::Int(value) => Constant::Int(value),
        Val::Double(value) => Constant::Double(value),
        Val::Str(text) => Constant::Text(text.into()),
        Val::Time(nanos) => Constant::Time(nanos),
        Val::Duration(nanos) => Constant::Duration(nanos),
    };
    Some((program.ty(), value))
}

/// No names, no values.
struct Nothing;

impl Names for Nothing {
    fn resolve(&self, _: &str, _: bool) -> Option<Symbol> {
        None
    }

    fn candidates(&self, _: bool) -> Vec<&str> {
        Vec::new()
    }
}

impl Slots for Nothing {
    fn get(&self, _: u16) -> Val<'_> {
        Val::Unknown
    }

    fn age(&self, _: u16) -> Option<i64> {
        None
    }

    fn param(&self, _: u16) -> Val<'_> {
        Val::Unknown
    }
}
