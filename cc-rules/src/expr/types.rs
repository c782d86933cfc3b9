//! Types and values, and what the language asks of the engine: names while compiling, slots while evaluating.

use std::fmt;

use cc_core::MeasureUnit;

/// How a number with a unit of temperature is meant; every other number is absolute.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Scale {
    /// A point on the scale: 20 °C are 68 °F.
    Absolute,
    /// The distance of two points: 20 °C are 36 °F.
    Difference,
}

/// The unit of a double; [`UnitTy::PLAIN`] for a number without one.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct UnitTy {
    /// The unit that the value is in.
    pub(crate) unit: MeasureUnit,
    /// For temperatures, how the value is meant.
    pub(crate) scale: Scale,
}

impl UnitTy {
    /// A number without a unit.
    pub(crate) const PLAIN: Self = Self::absolute(MeasureUnit::One);

    /// A value in `unit`; for a temperature, a point on the scale.
    pub(crate) const fn absolute(unit: MeasureUnit) -> Self {
        Self { unit, scale: Scale::Absolute }
    }
}

/// The type of an expression.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Ty {
    /// True or false.
    Bool,
    /// A whole number of 64 bits.
    Int,
    /// A double with its unit. A *name* in a unit of time is read as [`Ty::Duration`].
    Double(UnitTy),
    /// Text.
    String,
    /// An instant.
    Timestamp,
    /// A length of time.
    Duration,
}

/// What the place of an expression needs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Expected {
    /// A condition.
    Bool,
    /// Anything; ask [`super::Program::ty`].
    Any,
    /// This type; a number is converted to its unit.
    Ty(Ty),
}

/// What a name stands for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Symbol {
    /// A value that changes with events: a signal, a code or a field of a code.
    Slot {
        /// Its number in [`Slots::get`].
        slot: u16,
        /// Its type; a unit of time makes it a duration inside the expression.
        ty: Ty,
    },
    /// A value that is constant for one vehicle.
    Param {
        /// Its number in [`Slots::param`].
        index: u16,
        /// Its type.
        ty: Ty,
    },
}

/// The names that an expression may use.
pub(crate) trait Names {
    /// What `name` stands for; dotted names come whole (`misfire.since`), parameters without their `$`.
    fn resolve(&self, name: &str, is_param: bool) -> Option<Symbol>;
    /// The names that exist, for suggestions; parameters without their `$`.
    fn candidates(&self, is_param: bool) -> Vec<&str>;
    /// What may follow a name and a dot; nothing for most names.
    fn fields(&self, _name: &str) -> &'static [&'static str] {
        &[]
    }
}

/// One value while evaluating.
///
/// [`Ty::Double`] is in the unit of its symbol. A value of another kind than its symbol's type, or a double that is
/// not finite, is read as unknown.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Val<'a> {
    /// Missing, too old, or not computable.
    Unknown,
    /// [`Ty::Bool`].
    Bool(bool),
    /// [`Ty::Int`].
    Int(i64),
    /// [`Ty::Double`], in the unit of the type.
    Double(f64),
    /// [`Ty::String`].
    Str(&'a str),
    /// [`Ty::Timestamp`], in nanoseconds since 1970-01-01T00:00:00Z.
    Time(i64),
    /// [`Ty::Duration`], in nanoseconds.
    Duration(i64),
}

impl fmt::Debug for Val<'_> {
    /// Shows a text's length only: it may come from a car.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("Unknown"),
            Self::Bool(value) => write!(f, "Bool({value})"),
            Self::Int(value) => write!(f, "Int({value})"),
            Self::Double(value) => write!(f, "Double({value:?})"),
            Self::Str(text) => write!(f, "Str({} bytes)", text.len()),
            Self::Time(nanos) => write!(f, "Time({nanos})"),
            Self::Duration(nanos) => write!(f, "Duration({nanos})"),
        }
    }
}

/// The values that an expression reads.
pub(crate) trait Slots {
    /// The value of a slot at the instant of the step; [`Val::Unknown`] where it is missing or too old.
    fn get(&self, slot: u16) -> Val<'_>;
    /// The same for a slot of doubles, if it is known and finite.
    #[inline]
    fn number(&self, slot: u16) -> Option<f64> {
        match self.get(slot) {
            Val::Double(value) if value.is_finite() => Some(value),
            _ => None,
        }
    }
    /// How old the value is, in nanoseconds; `None` where it was never seen or has no age.
    fn age(&self, slot: u16) -> Option<i64>;
    /// The value of a parameter for this vehicle.
    fn param(&self, index: u16) -> Val<'_>;
}
