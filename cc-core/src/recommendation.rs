//! What a person should do: urgency, action, changes over time, and what is open now.

use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::fmt;
use core::str::FromStr;

use chrono::SecondsFormat;

use crate::event::codec::compare_keys;
use crate::json::{ObjectWriter, write_number};
use crate::{MeasureUnit, Timestamp, VehicleRef};

mod error;
mod json;

pub use error::{RecommendationDecodeError, RecommendationMergeError};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident, $what:literal { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)*
        }

        impl $name {
            /// Every one, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The word for it in packs and changes.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = WordParseError;

            fn from_str(text: &str) -> Result<Self, WordParseError> {
                Self::ALL.iter().copied().find(|word| word.as_str() == text).ok_or(WordParseError { expected: $what })
            }
        }
    };
}

words! {
    /// How much it matters, from the least to the most.
    ///
    /// # Examples
    ///
    /// ```
    /// use cc_core::Urgency;
    ///
    /// assert!(Urgency::Critical > Urgency::Medium);
    /// assert_eq!("high".parse(), Ok(Urgency::High));
    /// assert_eq!("urgent".parse::<Urgency>().unwrap_err().to_string(), "expected info, low, medium, high or critical");
    /// ```
    Urgency, "info, low, medium, high or critical" {
        /// Good to know.
        Info = "info",
        /// When convenient.
        Low = "low",
        /// Soon.
        Medium = "medium",
        /// This week.
        High = "high",
        /// Now.
        Critical = "critical",
    }
}

words! {
    /// What a person should do.
    Action, "text_workshop, book, call_assistance, stop_safely, battery_test, check_yourself or none" {
        /// Write to the workshop.
        TextWorkshop = "text_workshop",
        /// Book a visit at the workshop.
        Book = "book",
        /// Call roadside assistance.
        CallAssistance = "call_assistance",
        /// Stop as soon as it is safe.
        StopSafely = "stop_safely",
        /// Have the battery tested.
        BatteryTest = "battery_test",
        /// Look at it yourself.
        CheckYourself = "check_yourself",
        /// Nothing; it is only said.
        None = "none",
    }
}

words! {
    /// What became of a recommendation.
    ChangeKind, "raised, updated or cleared" {
        /// It is new.
        Raised = "raised",
        /// It is still open, and says something else.
        Updated = "updated",
        /// It is over.
        Cleared = "cleared",
    }
}

/// A text that is none of the words of a list.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("expected {expected}")]
pub struct WordParseError {
    /// The words there are.
    pub expected: &'static str,
}

/// The id of a recommendation: the same on phone and server, because it is derived and not drawn.
///
/// It is the first 16 bytes of a SHA-256 over vehicle, rule and the start of the episode, written in hex.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct RecommendationId(pub [u8; 16]);

impl fmt::Display for RecommendationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// One argument of a message. `Debug` does not show a text, which may come from a car.
#[derive(Clone, PartialEq)]
pub enum Argument {
    /// True or false.
    Bool(bool),
    /// A number with its unit; canonical JSON writes `{"unit":"°C","value":118}`, or the bare number without a unit.
    Number {
        /// The number.
        value: f64,
        /// Its unit.
        unit: MeasureUnit,
    },
    /// A text, such as a trouble code.
    Text(Box<str>),
}

impl fmt::Debug for Argument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(value) => write!(f, "Bool({value})"),
            Self::Number { value, unit } => write!(f, "Number({value} {unit})"),
            Self::Text(_) => f.write_str("Text(…)"),
        }
    }
}

impl Argument {
    fn write(&self, out: &mut String) {
        match self {
            Self::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Self::Number { value, unit: MeasureUnit::One } => write_number(out, *value),
            Self::Number { value, unit } => {
                let mut object = ObjectWriter::new(out);
                object.string("unit", unit.symbol());
                object.number("value", *value);
                object.end();
            }
            Self::Text(text) => crate::json::write_string(out, text),
        }
    }
}

/// The arguments of a message by name.
pub type Arguments = BTreeMap<Box<str>, Argument>;

/// One change of one recommendation, as the rules engine gives it out.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// When, in the time of the events.
    pub at: Timestamp,
    /// The vehicle.
    pub vehicle: VehicleRef,
    /// The recommendation.
    pub id: RecommendationId,
    /// The rule behind it.
    pub rule: Box<str>,
    /// What became of it.
    pub change: ChangeKind,
    /// How much it matters.
    pub urgency: Urgency,
    /// What to do.
    pub action: Action,
    /// Until when, if there is a limit; equal to the start of the episode for "now".
    pub due: Option<Timestamp>,
    /// The key of the message in the pack's catalogues.
    pub message: Box<str>,
    /// The arguments of the message.
    pub args: Arguments,
}

impl Change {
    /// The change as canonical JSON (RFC 8785), one line without a line end.
    pub fn to_canonical_json(&self) -> String {
        let mut out = String::with_capacity(256);
        let mut object = ObjectWriter::new(&mut out);
        object.string("action", self.action.as_str());
        write_arguments(&self.args, object.key("args"));
        object.string("at", &instant(self.at));
        object.string("change", self.change.as_str());
        object.optional_string("due", self.due.map(instant).as_deref());
        object.string("id", &alloc::format!("{}", self.id));
        object.string("message", &self.message);
        object.string("rule", &self.rule);
        object.string("urgency", self.urgency.as_str());
        object.string("vehicle", &alloc::format!("{}", self.vehicle));
        object.end();
        out
    }
}

fn write_arguments(args: &Arguments, out: &mut String) {
    let mut object = ObjectWriter::new(out);
    let mut args: Vec<_> = args.iter().collect();
    // They are sorted by bytes already, which for ASCII is the order of RFC 8785.
    if !args.iter().all(|(name, _)| name.is_ascii()) {
        args.sort_by(|(a, _), (b, _)| compare_keys(a, b));
    }
    for (name, value) in args {
        value.write(object.key(name));
    }
    object.end();
}

/// RFC 3339 in UTC, with only the digits after the second that are needed.
fn instant(at: Timestamp) -> String {
    let text = at.to_rfc3339_opts(SecondsFormat::Nanos, true);
    match text.strip_suffix('Z').and_then(|t| t.split_once('.')) {
        Some((seconds, fraction)) => match fraction.trim_end_matches('0') {
            "" => alloc::format!("{seconds}Z"),
            digits => alloc::format!("{seconds}.{digits}Z"),
        },
        None => text,
    }
}

/// A recommendation that is open now.
#[derive(Clone, Debug, PartialEq)]
pub struct Recommendation {
    /// Its id.
    pub id: RecommendationId,
    /// Ids of recommendations that were merged into this one.
    pub aliases: BTreeSet<RecommendationId>,
    /// The vehicle.
    pub vehicle: VehicleRef,
    /// The rule behind it.
    pub rule: Box<str>,
    /// The group: at most one recommendation is open per vehicle and group. A rule without a group is its own.
    pub group: Box<str>,
    /// The start of the episode.
    pub since: Timestamp,
    /// How much it matters.
    pub urgency: Urgency,
    /// What to do.
    pub action: Action,
    /// Until when.
    pub due: Option<Timestamp>,
    /// The key of the message.
    pub message: Box<str>,
    /// The arguments of the message.
    pub args: Arguments,
}

impl Recommendation {
    /// Joins two recommendations of one vehicle and group into one.
    ///
    /// Phone and server see different samples of one fault and may start its episode at different instants. The one
    /// that started first gives id and start and keeps the other's id as an alias; the more urgent one gives words,
    /// action and urgency; the earlier due date holds. The order of joining does not matter.
    ///
    /// Two of different vehicles or groups are not joined: the error gives both back.
    pub fn merge(self, other: Self) -> Result<Self, Box<(Self, Self)>> {
        if self.vehicle != other.vehicle || self.group != other.group {
            return Err(Box::new((self, other)));
        }
        let first_comes_first = (self.since, self.id) <= (other.since, other.id);
        let (first, second) = if first_comes_first { (self, other) } else { (other, self) };
        let due = match (first.due, second.due) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        let mut aliases = first.aliases;
        aliases.extend(second.aliases);
        aliases.insert(second.id);
        aliases.remove(&first.id);
        // Of equally urgent ones the rule's name decides, then who knows more, then what stands there: so that neither order of
        // joining nor ids do.
        let order = second.urgency.cmp(&first.urgency);
        let order = order.then_with(|| first.rule.cmp(&second.rule));
        let order = order.then_with(|| second.args.len().cmp(&first.args.len()));
        let order = order.then_with(|| (first.action, &first.message).cmp(&(second.action, &second.message)));
        let first_speaks = order.then_with(|| compare_args(&first.args, &second.args)).is_le();
        let words = if first_speaks {
            (first.rule, first.urgency, first.action, first.message, first.args)
        } else {
            (second.rule, second.urgency, second.action, second.message, second.args)
        };
        let (rule, urgency, action, message, args) = words;
        Ok(Self {
            id: first.id,
            aliases,
            vehicle: first.vehicle,
            rule,
            group: first.group,
            since: first.since,
            urgency,
            action,
            due,
            message,
            args,
        })
    }
}

/// Some fixed order of arguments: by name, then kind, then value.
fn compare_args(a: &Arguments, b: &Arguments) -> Ordering {
    let kind = |argument: &Argument| match argument {
        Argument::Bool(_) => 0,
        Argument::Number { .. } => 1,
        Argument::Text(_) => 2,
    };
    let value = |a: &Argument, b: &Argument| match (a, b) {
        (Argument::Bool(a), Argument::Bool(b)) => a.cmp(b),
        (Argument::Text(a), Argument::Text(b)) => a.cmp(b),
        (Argument::Number { value: a, unit: of_a }, Argument::Number { value: b, unit: of_b }) => {
            a.total_cmp(b).then_with(|| of_a.symbol().cmp(of_b.symbol()))
        }
        _ => kind(a).cmp(&kind(b)),
    };
    a.keys().cmp(b.keys()).then_with(|| {
        let pairs = a.values().zip(b.values());
        pairs.fold(Ordering::Equal, |order, (a, b)| order.then_with(|| value(a, b)))
    })
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    fn open(id: u8, since: i64, urgency: Urgency, rule: &str) -> Recommendation {
        Recommendation {
            id: RecommendationId([id; 16]),
            aliases: BTreeSet::new(),
            vehicle: "local/0".parse().unwrap(),
            rule: rule.into(),
            group: "cooling".into(),
            since: Timestamp::from_timestamp(since, 0).unwrap(),
            urgency,
            action: Action::Book,
            due: None,
            message: rule.into(),
            args: Arguments::new(),
        }
    }

    #[test]
    fn merging_keeps_the_earliest_start_and_the_highest_urgency() {
        let phone = open(1, 100, Urgency::Medium, "warm");
        let server = open(2, 160, Urgency::Critical, "overheat");
        let merged = phone.clone().merge(server.clone()).unwrap();
        assert_eq!(merged.id, phone.id);
        assert_eq!(
            (merged.since, merged.urgency, &*merged.rule),
            (phone.since, Urgency::Critical, "overheat")
        );
        assert_eq!(merged.aliases, BTreeSet::from([server.id]));
        assert_eq!(server.merge(phone).unwrap(), merged);
    }

    #[test]
    fn merging_in_any_order_gives_the_same() {
        let all = [
            open(1, 100, Urgency::High, "a"),
            open(2, 100, Urgency::High, "b"),
            open(3, 50, Urgency::Low, "c"),
        ];
        let merge = |a: &Recommendation, b: &Recommendation| a.clone().merge(b.clone()).unwrap();
        let expected = merge(&merge(&all[0], &all[1]), &all[2]);
        for [x, y, z] in [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            assert_eq!(merge(&merge(&all[x], &all[y]), &all[z]), expected);
            assert_eq!(merge(&all[x], &merge(&all[y], &all[z])), expected);
        }
        assert_eq!(merge(&expected, &expected), expected);
    }

    #[test]
    fn two_cars_are_never_joined() {
        let mut other = open(2, 100, Urgency::Low, "a");
        other.vehicle = "local/1".parse().unwrap();
        assert!(open(1, 100, Urgency::Low, "a").merge(other).is_err());
    }

    #[test]
    fn a_change_is_one_line_of_canonical_json() {
        let change = Change {
            at: "2026-05-01T10:00:00.250Z".parse().unwrap(),
            vehicle: "semler/7".parse().unwrap(),
            id: RecommendationId([0xab; 16]),
            rule: "overheat".into(),
            change: ChangeKind::Raised,
            urgency: Urgency::Critical,
            action: Action::StopSafely,
            due: Some("2026-05-01T10:00:00Z".parse().unwrap()),
            message: "overheat".into(),
            args: [("temperature".into(), Argument::Number { value: 118.0, unit: MeasureUnit::Celsius })]
                .into(),
        };
        assert_eq!(
            change.to_canonical_json(),
            r#"{"action":"stop_safely","args":{"temperature":{"unit":"°C","value":118}},"at":"2026-05-01T10:00:00.25Z","change":"raised","due":"2026-05-01T10:00:00Z","id":"abababababababababababababababab","message":"overheat","rule":"overheat","urgency":"critical","vehicle":"semler/7"}"#
        );
        assert_eq!(change.id.to_string().len(), 32);
    }
}
