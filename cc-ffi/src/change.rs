//! What the rules say: changes of recommendations, and their words.

use std::time::SystemTime;

use cc_core::{Action, Argument, Arguments, Change, MeasureUnit, Urgency};

/// What became of a recommendation.
#[derive(Clone, Copy, Debug, Eq, PartialEq, uniffi::Enum)]
pub enum ChangeKind {
    /// It is new.
    Raised,
    /// It is still open, and says something else.
    Updated,
    /// It is over.
    Cleared,
}

/// How much it matters, from the least to the most.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, uniffi::Enum)]
pub enum RecommendationUrgency {
    /// Good to know.
    Info,
    /// When convenient.
    Low,
    /// Soon.
    Medium,
    /// This week.
    High,
    /// Now.
    Critical,
}

/// What a person should do.
#[derive(Clone, Copy, Debug, Eq, PartialEq, uniffi::Enum)]
pub enum RecommendationAction {
    /// Write to the workshop.
    TextWorkshop,
    /// Book a visit at the workshop.
    Book,
    /// Call roadside assistance.
    CallAssistance,
    /// Stop as soon as it is safe.
    StopSafely,
    /// Have the battery tested.
    BatteryTest,
    /// Look at it yourself.
    CheckYourself,
    /// Nothing; it is only said.
    Nothing,
}

/// One change of one recommendation.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct RecommendationChange {
    /// When, in the time of the events.
    pub at: SystemTime,
    /// The vehicle with its organisation, such as `local/0`.
    pub vehicle: String,
    /// The recommendation's id: 32 hexadecimal digits, derived, the same on every platform.
    pub id: String,
    /// The rule behind it.
    pub rule: String,
    /// What became of it.
    pub change: ChangeKind,
    /// How much it matters.
    pub urgency: RecommendationUrgency,
    /// What to do.
    pub action: RecommendationAction,
    /// Until when, if there is a limit.
    pub due: Option<SystemTime>,
    /// The key of its words in the pack; see [`RulePack::words`](crate::RulePack::words).
    pub message_key: String,
    /// The arguments of the words.
    pub arguments: Vec<MessageArgument>,
    /// The change as canonical JSON (RFC 8785), the same bytes in every language.
    pub json: String,
}

/// One argument of a recommendation's words.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct MessageArgument {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: MessageArgumentValue,
}

/// The value of an argument.
#[derive(Clone, Debug, PartialEq, uniffi::Enum)]
pub enum MessageArgumentValue {
    /// True or false.
    Truth {
        /// Which of the two.
        value: bool,
    },
    /// A number with its unit, such as `°C`; without one for plain numbers.
    Quantity {
        /// The number.
        value: f64,
        /// Its unit.
        unit: Option<String>,
    },
    /// A text, such as a trouble code.
    Words {
        /// The text.
        value: String,
    },
}

/// The words of a recommendation in one language.
#[derive(Clone, Debug, Eq, PartialEq, uniffi::Record)]
pub struct RecommendationText {
    /// One line, for a list.
    pub title: String,
    /// What to tell the driver.
    pub text: String,
}

impl From<Change> for RecommendationChange {
    fn from(change: Change) -> Self {
        let json = change.to_canonical_json();
        let Change { at, vehicle, id, rule, change, urgency, action, due, message, args } = change;
        Self {
            at: at.into(),
            vehicle: vehicle.to_string(),
            id: id.to_string(),
            rule: rule.into(),
            change: change.into(),
            urgency: urgency.into(),
            action: action.into(),
            due: due.map(Into::into),
            message_key: message.into(),
            arguments: message_arguments(args),
            json,
        }
    }
}

impl From<cc_core::ChangeKind> for ChangeKind {
    fn from(kind: cc_core::ChangeKind) -> Self {
        match kind {
            cc_core::ChangeKind::Raised => Self::Raised,
            cc_core::ChangeKind::Updated => Self::Updated,
            cc_core::ChangeKind::Cleared => Self::Cleared,
        }
    }
}

impl From<Urgency> for RecommendationUrgency {
    fn from(urgency: Urgency) -> Self {
        match urgency {
            Urgency::Info => Self::Info,
            Urgency::Low => Self::Low,
            Urgency::Medium => Self::Medium,
            Urgency::High => Self::High,
            Urgency::Critical => Self::Critical,
        }
    }
}

impl From<Action> for RecommendationAction {
    fn from(action: Action) -> Self {
        match action {
            Action::TextWorkshop => Self::TextWorkshop,
            Action::Book => Self::Book,
            Action::CallAssistance => Self::CallAssistance,
            Action::StopSafely => Self::StopSafely,
            Action::BatteryTest => Self::BatteryTest,
            Action::CheckYourself => Self::CheckYourself,
            Action::None => Self::Nothing,
        }
    }
}

impl From<Argument> for MessageArgumentValue {
    fn from(argument: Argument) -> Self {
        match argument {
            Argument::Bool(value) => Self::Truth { value },
            Argument::Number { value, unit } => Self::Quantity { value, unit: unit_text(unit) },
            Argument::Text(value) => Self::Words { value: value.into() },
        }
    }
}

/// The arguments as they cross the border.
pub(crate) fn message_arguments(args: Arguments) -> Vec<MessageArgument> {
    let argument =
        |(name, value): (Box<str>, Argument)| MessageArgument { name: name.into(), value: value.into() };
    args.into_iter().map(argument).collect()
}

/// The arguments as the core takes them; a unit nobody knows leaves a plain number.
pub(crate) fn core_arguments(arguments: Vec<MessageArgument>) -> Arguments {
    let value = |value| match value {
        MessageArgumentValue::Truth { value } => Argument::Bool(value),
        MessageArgumentValue::Quantity { value, unit } => {
            let unit = unit.and_then(|unit| unit.parse().ok()).unwrap_or(MeasureUnit::One);
            Argument::Number { value, unit }
        }
        MessageArgumentValue::Words { value } => Argument::Text(value.into()),
    };
    arguments.into_iter().map(|argument| (argument.name.into(), value(argument.value))).collect()
}

/// A unit's symbol; none for plain numbers.
pub(crate) fn unit_text(unit: MeasureUnit) -> Option<String> {
    (unit != MeasureUnit::One).then(|| unit.symbol().to_owned())
}
