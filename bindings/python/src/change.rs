//! What the rules say: changes of recommendations, and their words.

use std::collections::BTreeMap;

use cc_core::{Argument, Arguments, MeasureUnit, Timestamp};
use pyo3::{FromPyObject, IntoPyObject, PyRef, pyclass, pymethods};

use crate::item::unit_text;

/// What became of a recommendation.
#[pyclass(frozen, eq, rename_all = "SCREAMING_SNAKE_CASE", module = "connected_cars")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) enum ChangeKind {
    Raised,
    Updated,
    Cleared,
}

/// How much it matters, from the least to the most.
#[pyclass(frozen, eq, ord, rename_all = "SCREAMING_SNAKE_CASE", module = "connected_cars")]
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(crate) enum Urgency {
    Info,
    Low,
    Medium,
    High,
    Critical,
}

/// What a person should do.
#[pyclass(frozen, eq, rename_all = "SCREAMING_SNAKE_CASE", module = "connected_cars")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) enum Action {
    TextWorkshop,
    Book,
    CallAssistance,
    StopSafely,
    BatteryTest,
    CheckYourself,
    Nothing,
}

/// A number with its unit.
#[pyclass(frozen, eq, get_all, module = "connected_cars")]
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Quantity {
    value: f64,
    unit: Option<String>,
}

#[pymethods]
impl Quantity {
    #[new]
    #[pyo3(signature = (value, unit = None))]
    fn new(value: f64, unit: Option<String>) -> Self {
        Self { value, unit }
    }

    fn __repr__(&self) -> String {
        format!("Quantity({}, {:?})", self.value, self.unit.as_deref().unwrap_or("None"))
    }
}

/// One argument of a recommendation's words.
#[derive(Clone, Debug, IntoPyObject, PartialEq)]
pub(crate) enum MessageArgument {
    Truth(bool),
    Quantity(Quantity),
    Words(String),
}

/// An argument as Python gives it.
#[derive(Debug, FromPyObject)]
pub(crate) enum GivenArgument<'py> {
    Truth(bool),
    Quantity(PyRef<'py, Quantity>),
    Number(f64),
    Words(String),
}

/// One change of one recommendation.
#[pyclass(frozen, get_all, eq, module = "connected_cars")]
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::struct_field_names, reason = "fields are named as in the change's JSON")]
pub(crate) struct Change {
    at: Timestamp,
    vehicle: String,
    id: String,
    rule: String,
    change: ChangeKind,
    urgency: Urgency,
    action: Action,
    due: Option<Timestamp>,
    message_key: String,
    arguments: BTreeMap<String, MessageArgument>,
    json: String,
}

/// The words of a recommendation in one language.
#[pyclass(frozen, get_all, eq, module = "connected_cars")]
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct RecommendationText {
    pub(crate) title: String,
    pub(crate) text: String,
}

macro_rules! texts {
    ($name:ident from $core:path { $($variant:ident = $from:ident),* $(,)? }) => {
        impl From<$core> for $name {
            fn from(word: $core) -> Self {
                use $core as Core;
                match word {
                    $(Core::$from => Self::$variant,)*
                }
            }
        }

        #[pymethods]
        impl $name {
            /// Equal words have equal hashes; the number of the word is as good as any.
            fn __hash__(&self) -> isize {
                *self as isize
            }
        }
    };
}

texts! { ChangeKind from cc_core::ChangeKind { Raised = Raised, Updated = Updated, Cleared = Cleared } }
texts! { Urgency from cc_core::Urgency { Info = Info, Low = Low, Medium = Medium, High = High, Critical = Critical } }
texts! { Action from cc_core::Action {
    TextWorkshop = TextWorkshop,
    Book = Book,
    CallAssistance = CallAssistance,
    StopSafely = StopSafely,
    BatteryTest = BatteryTest,
    CheckYourself = CheckYourself,
    Nothing = None,
} }

#[pymethods]
impl Change {
    fn __repr__(&self) -> String {
        format!("Change(rule={:?}, change={:?}, urgency={:?})", self.rule, self.change, self.urgency)
    }
}

#[pymethods]
impl RecommendationText {
    fn __repr__(&self) -> String {
        format!("RecommendationText(title={:?})", self.title)
    }
}

impl From<cc_core::Change> for Change {
    fn from(change: cc_core::Change) -> Self {
        let json = change.to_canonical_json();
        let cc_core::Change { at, vehicle, id, rule, change, urgency, action, due, message, args } = change;
        Self {
            at,
            vehicle: vehicle.to_string(),
            id: id.to_string(),
            rule: rule.into(),
            change: change.into(),
            urgency: urgency.into(),
            action: action.into(),
            due,
            message_key: message.into(),
            arguments: args.into_iter().map(|(name, value)| (name.into(), value.into())).collect(),
            json,
        }
    }
}

impl From<Argument> for MessageArgument {
    fn from(argument: Argument) -> Self {
        match argument {
            Argument::Bool(value) => Self::Truth(value),
            Argument::Number { value, unit } => Self::Quantity(Quantity { value, unit: unit_text(unit) }),
            Argument::Text(value) => Self::Words(value.into()),
        }
    }
}

/// The arguments as the core takes them; a unit nobody knows leaves a plain number.
pub(crate) fn core_arguments(given: BTreeMap<String, GivenArgument<'_>>) -> Arguments {
    let value = |value| match value {
        GivenArgument::Truth(value) => Argument::Bool(value),
        GivenArgument::Quantity(quantity) => {
            let unit = quantity.unit.as_deref().and_then(|unit| unit.parse().ok());
            Argument::Number { value: quantity.value, unit: unit.unwrap_or(MeasureUnit::One) }
        }
        GivenArgument::Number(value) => Argument::Number { value, unit: MeasureUnit::One },
        GivenArgument::Words(value) => Argument::Text(value.into()),
    };
    given.into_iter().map(|(name, given)| (name.into(), value(given))).collect()
}
