//! What the language promises, as tables and laws. `docs/reference/rule-expressions.md` is held to the same tables.

mod conformance;
mod explained;
mod language;
mod laws;
mod mistakes;
mod page;
mod peer;
mod reference;
mod textproto;

use cc_core::MeasureUnit as U;

use super::diagnostic::Code;
use super::*;

/// A difference of temperatures.
pub(super) const DEGREES: UnitTy = UnitTy { unit: U::Celsius, scale: Scale::Difference };

/// The names of these tests: signals, codes and parameters of every type.
pub(super) struct Dictionary;

const SLOTS: &[(&str, Ty)] = &[
    ("coolant", Ty::Double(UnitTy::absolute(U::Celsius))),
    ("ambient", Ty::Double(UnitTy::absolute(U::Celsius))),
    ("engine_speed", Ty::Double(UnitTy::absolute(U::RevolutionsPerMinute))),
    ("voltage", Ty::Double(UnitTy::absolute(U::Volt))),
    ("odometer", Ty::Double(UnitTy::absolute(U::Kilometer))),
    ("last_service", Ty::Double(UnitTy::absolute(U::Kilometer))),
    ("fuel_level", Ty::Double(UnitTy::absolute(U::Percent))),
    ("run_time", Ty::Double(UnitTy::absolute(U::Second))),
    ("ratio", Ty::Double(UnitTy::PLAIN)),
    ("load", Ty::Double(UnitTy::PLAIN)),
    ("trip", Ty::Double(UnitTy::absolute(U::Mile))),
    ("ignition", Ty::Bool),
    ("door_open", Ty::Bool),
    ("misfire", Ty::Bool),
    ("misfire.since", Ty::Timestamp),
    ("misfire.count", Ty::Int),
    ("misfire.clean_drives", Ty::Int),
    ("fuel_type", Ty::String),
    ("at", Ty::Timestamp),
    ("wait", Ty::Duration),
    ("gear", Ty::Int),
    ("vehicle_speed", Ty::Double(UnitTy::absolute(U::KilometerPerHour))),
];

const PARAMS: &[(&str, Ty)] = &[
    ("overtemp", Ty::Double(UnitTy::absolute(U::Celsius))),
    ("margin", Ty::Double(DEGREES)),
    ("brand", Ty::String),
    ("limit", Ty::Int),
    ("pause", Ty::Duration),
];

impl Names for Dictionary {
    fn resolve(&self, name: &str, is_param: bool) -> Option<Symbol> {
        let list = if is_param { PARAMS } else { SLOTS };
        let place = list.iter().position(|(known, _)| *known == name)?;
        let (number, ty) = (place as u16, list[place].1);
        Some(if is_param { Symbol::Param { index: number, ty } } else { Symbol::Slot { slot: number, ty } })
    }

    fn candidates(&self, is_param: bool) -> Vec<&str> {
        let list = if is_param { PARAMS } else { SLOTS };
        list.iter().map(|(name, _)| *name).collect()
    }

    fn fields(&self, name: &str) -> &'static [&'static str] {
        if name == "misfire" { &["since", "count", "clean_drives"] } else { &[] }
    }
}

/// Values for the names; what is not set is unknown.
#[derive(Clone, Debug, Default)]
pub(super) struct Car {
    slots: Vec<(u16, Val<'static>)>,
    params: Vec<(u16, Val<'static>)>,
}

impl Car {
    /// Sets a name, `$` in front for a parameter.
    pub(super) fn with(mut self, name: &str, value: Val<'static>) -> Self {
        let (list, name, is_param) = match name.strip_prefix('$') {
            Some(name) => (&mut self.params, name, true),
            None => (&mut self.slots, name, false),
        };
        let number = match Dictionary.resolve(name, is_param) {
            Some(Symbol::Slot { slot, .. }) => slot,
            Some(Symbol::Param { index, .. }) => index,
            None => panic!("{name} is not in the dictionary"),
        };
        list.push((number, value));
        self
    }

    /// The value of a name, `$` in front for a parameter.
    pub(super) fn value(&self, name: &str) -> Val<'static> {
        let (list, symbol) = match name.strip_prefix('$') {
            Some(name) => (&self.params, Dictionary.resolve(name, true)),
            None => (&self.slots, Dictionary.resolve(name, false)),
        };
        let Some(Symbol::Slot { slot: number, .. } | Symbol::Param { index: number, .. }) = symbol else {
            panic!("{name} is not in the dictionary")
        };
        list.iter().rev().find(|(known, _)| *known == number).map_or(Val::Unknown, |(_, value)| *value)
    }
}

impl Slots for Car {
    fn get(&self, slot: u16) -> Val<'_> {
        self.slots.iter().rev().find(|(known, _)| *known == slot).map_or(Val::Unknown, |(_, value)| *value)
    }

    fn age(&self, slot: u16) -> Option<i64> {
        self.slots.iter().any(|(known, _)| *known == slot).then_some(i64::from(slot) * 1_000_000_000)
    }

    fn param(&self, index: u16) -> Val<'_> {
        self.params.iter().rev().find(|(known, _)| *known == index).map_or(Val::Unknown, |(_, value)| *value)
    }
}

/// The value of a text, with what was counted; mistakes in the text fail the test.
pub(super) fn evaluate(text: &str, car: &Car) -> (Explained, EvalCounters) {
    let program = match compile(text, &Dictionary, Expected::Any) {
        Ok(program) => program,
        Err(mistakes) => panic!("{text}: {mistakes:?}"),
    };
    let mut counters = EvalCounters::default();
    let value = Explained::from(program.eval(car, &mut counters));
    assert_eq!(program.explain(car).value, value, "{text} explained");
    (value, counters)
}
