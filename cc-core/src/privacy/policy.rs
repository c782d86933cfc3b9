//! The table: which data, for which purpose, how long and how precisely.

use alloc::string::{String, ToString};
use core::fmt;
use core::str::FromStr;

use chrono::{NaiveDate, TimeDelta};

use super::kind::words;
use super::retention::{seconds, write_seconds};
use super::{DataKind, KeepUntil, PolicyError, PositionPrecision, Retention};
use crate::json::ObjectWriter;
use crate::{Number, Timestamp};

words! {
    /// What data are used for.
    Purpose, "a purpose",
    Analytics = "analytics", "Statistics and the development of the product: no vehicle is known by its name.";
    Fleet = "fleet", "Leasing, insurance and fleet systems: mileage, service, where the cars are.";
    Operation = "operation", "The platform itself, and the app of the person whose car it is.";
    Workshop = "workshop", "Diagnosis, repair and booking.";
}

words! {
    /// What may be known of a vehicle and its people. Each allows what those before it allow.
    Disclosure, "pseudonym, vehicle, identifiers or texts",
    Pseudonym = "pseudonym", "Vehicles have pseudonyms; events get numbers of their own; workshops and fleets are left out.";
    Vehicle = "vehicle", "The platform's own ids of vehicles, workshops and fleets.";
    Identifiers = "identifiers", "Also the vehicle identification number, and a fleet's or booking system's own name for it.";
    Texts = "texts", "Also what people and senders wrote in words of their own.";
}

/// How precisely instants are kept. In a policy: `exact`, or the length of a step, such as `PT1M`.
///
/// An event's instant, and those inside its body, become the beginning of their step; steps are counted from 1970-01-01T00:00:00Z.
///
/// ```
/// use cc_core::privacy::TimePrecision;
///
/// let minute: TimePrecision = "PT1M".parse()?;
/// let at = minute.coarsen("2026-05-01T10:00:59.5Z".parse().unwrap());
/// assert_eq!(at.to_rfc3339(), "2026-05-01T10:00:00+00:00");
/// assert_eq!("1 min".parse::<TimePrecision>().unwrap_err().to_string(), "expected exact, or a duration such as PT1M");
/// # Ok::<(), cc_core::privacy::PolicyError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum TimePrecision {
    /// As it came.
    Exact,
    /// Steps of so many seconds.
    Steps(u32),
}

impl TimePrecision {
    /// The beginning of the step.
    pub fn coarsen(self, at: Timestamp) -> Timestamp {
        match self {
            Self::Exact => at,
            Self::Steps(seconds) => {
                let step = i64::from(seconds.max(1));
                let start = at.timestamp().div_euclid(step) * step;
                Timestamp::from_timestamp(start, 0).unwrap_or(at)
            }
        }
    }

    /// The first day of the step, in steps of as many whole days as hold one of this length.
    pub(super) fn coarsen_day(self, day: NaiveDate) -> NaiveDate {
        match self {
            Self::Exact => day,
            Self::Steps(seconds) => {
                let step = i64::from(seconds.max(1).div_ceil(86_400));
                let past = (day - NaiveDate::default()).num_days().rem_euclid(step);
                day.checked_sub_signed(TimeDelta::days(past)).unwrap_or(day)
            }
        }
    }
}

impl FromStr for TimePrecision {
    type Err = PolicyError;

    fn from_str(text: &str) -> Result<Self, PolicyError> {
        match seconds(text) {
            Some(seconds) => Ok(Self::Steps(seconds)),
            None if text == "exact" => Ok(Self::Exact),
            None => Err(PolicyError::Word { expected: "exact, or a duration such as PT1M" }),
        }
    }
}

impl fmt::Display for TimePrecision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact => f.write_str("exact"),
            Self::Steps(seconds) => write_seconds(f, *seconds),
        }
    }
}

/// The rule of one kind for one purpose.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct KindRule {
    /// How long.
    pub keep: Retention,
    /// Whether the most recent event of each type is kept beside its history, however old it is.
    pub latest: bool,
}

/// The rules of one purpose.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PurposeRules {
    /// What may be known of a vehicle and its people.
    pub disclosure: Disclosure,
    /// How precisely places are told.
    pub position: PositionPrecision,
    /// How precisely instants are told.
    pub time: TimePrecision,
    pub(super) kinds: [KindRule; KINDS],
}

const KINDS: usize = DataKind::ALL.len();

impl PurposeRules {
    /// The rule of a kind.
    pub fn kind(&self, kind: DataKind) -> KindRule {
        self.kinds[kind as usize]
    }
}

/// The retention and minimisation table: one, applied by one function, so that a partner and the backend forget the same
/// things.
///
/// It always has a rule for every kind and purpose: a platform's own table lays over the default one
/// ([`Policy::from_json`]) and need only name what it changes.
///
/// # Examples
///
/// ```
/// use cc_core::privacy::{DataKind, KeepUntil, Policy, Purpose};
///
/// let policy = Policy::from_json(br#"{"purposes": {"operation": {"kinds": {"position": {"keep": "PT10M"}}}}}"#)?;
/// let at = "2026-05-01T10:00:00Z".parse().unwrap();
/// let end = policy.keep_until(Purpose::Operation, DataKind::Position, at);
/// assert_eq!(end, KeepUntil::Instant("2026-05-01T10:10:00Z".parse().unwrap()));
///
/// let error = Policy::from_json(br#"{"purposes": {"operation": {"kinds": {"places": {"keep": "PT10M"}}}}}"#).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "policy:1:58: /purposes/operation/kinds/places/keep: expected a purpose, kind and setting of the table"
/// );
/// # Ok::<(), cc_core::privacy::PolicyReadError>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Policy {
    pub(super) speed_cap: Number,
    pub(super) least_acceleration: Number,
    pub(super) purposes: [PurposeRules; Purpose::ALL.len()],
}

impl Policy {
    /// The rules of a purpose.
    pub fn purpose(&self, purpose: Purpose) -> &PurposeRules {
        &self.purposes[purpose as usize]
    }

    /// Speeds above this one are stored as this one, km/h.
    pub fn speed_cap(&self) -> &Number {
        &self.speed_cap
    }

    /// Accelerations below this one are not recorded, in g.
    pub fn least_acceleration(&self) -> &Number {
        &self.least_acceleration
    }

    /// When an item has to be deleted, for stores that hold it. The most recent one of a type may stay where
    /// [`KindRule::latest`] says so.
    pub fn keep_until(&self, purpose: Purpose, kind: DataKind, at: Timestamp) -> KeepUntil {
        self.purpose(purpose).kind(kind).keep.until(at)
    }

    /// The whole table as canonical JSON, as [`from_json`](Self::from_json) reads it.
    pub fn to_canonical_json(&self) -> String {
        let mut out = String::new();
        let mut table = ObjectWriter::new(&mut out);
        table.key("acceleration_from_g").push_str(&self.least_acceleration.to_string());
        let mut purposes = ObjectWriter::new(table.key("purposes"));
        for purpose in Purpose::ALL {
            let rules = self.purpose(*purpose);
            let mut object = ObjectWriter::new(purposes.key(purpose.as_str()));
            object.string("disclosure", rules.disclosure.as_str());
            let mut kinds = ObjectWriter::new(object.key("kinds"));
            for kind in DataKind::ALL {
                let rule = rules.kind(*kind);
                let mut object = ObjectWriter::new(kinds.key(kind.as_str()));
                object.string("keep", &rule.keep.to_string());
                object.boolean("latest", rule.latest);
                object.end();
            }
            kinds.end();
            object.string("position", &rules.position.to_string());
            object.string("time", &rules.time.to_string());
            object.end();
        }
        purposes.end();
        table.key("speed_cap_kph").push_str(&self.speed_cap.to_string());
        table.end();
        out
    }
}

/// The default table. Operation is the published overview for users; the other purposes get less, never more.
impl Default for Policy {
    fn default() -> Self {
        let rules = |column: usize, disclosure, position, time, latest| PurposeRules {
            disclosure,
            position,
            time,
            kinds: core::array::from_fn(|i| {
                let keep = TABLE[i].1[column];
                KindRule { keep, latest: latest && matches!(keep, Retention::Seconds(_)) }
            }),
        };
        Self {
            speed_cap: 130.into(),
            least_acceleration: Number::from_f64(0.2).unwrap_or(Number::ZERO),
            purposes: [
                rules(
                    0,
                    Disclosure::Pseudonym,
                    PositionPrecision::Meters(1_000),
                    TimePrecision::Steps(60),
                    false,
                ),
                rules(1, Disclosure::Identifiers, PositionPrecision::Meters(100), TimePrecision::Exact, true),
                rules(2, Disclosure::Texts, PositionPrecision::Exact, TimePrecision::Exact, true),
                rules(3, Disclosure::Texts, PositionPrecision::Exact, TimePrecision::Exact, true),
            ],
        }
    }
}

const H1: Retention = Retention::Seconds(3_600);
const D7: Retention = Retention::days(7);
const D60: Retention = Retention::days(60);
const DELETION: Retention = Retention::UntilDeletion;
const NEVER: Retention = Retention::Never;

/// In the order of the kinds: analytics, fleet, operation, workshop.
const TABLE: [(DataKind, [Retention; 4]); KINDS] = [
    (DataKind::Access, [NEVER, DELETION, DELETION, NEVER]),
    (DataKind::BatteryVoltage, [D60, NEVER, DELETION, D60]),
    (DataKind::BatteryWarning, [D7, D7, D7, D7]),
    (DataKind::Booking, [NEVER, D60, DELETION, DELETION]),
    (DataKind::CanActivity, [D7, NEVER, D7, D7]),
    (DataKind::Chat, [NEVER, NEVER, DELETION, DELETION]),
    (DataKind::Contact, [NEVER, NEVER, DELETION, DELETION]),
    (DataKind::CustomSignal, [NEVER, NEVER, D7, D7]),
    (DataKind::DrivingEvent, [D60, NEVER, DELETION, NEVER]),
    (DataKind::ErrorCode, [D7, D7, D7, D7]),
    (DataKind::FuelLevel, [D60, D60, D60, NEVER]),
    (DataKind::Identity, [NEVER, DELETION, DELETION, DELETION]),
    (DataKind::Ignition, [D60, D60, D60, NEVER]),
    (DataKind::Mileage, [D60, D60, D60, D60]),
    (DataKind::Position, [H1, H1, H1, NEVER]),
    (DataKind::PowerFailure, [D60, D60, DELETION, NEVER]),
    (DataKind::Service, [D60, D60, D60, D60]),
    (DataKind::Trip, [D60, D60, DELETION, NEVER]),
    (DataKind::WarningLight, [D7, D7, D7, D7]),
];

// Each row stands at the place of its kind.
const _: () = {
    let mut i = 0;
    while i < KINDS {
        assert!(TABLE[i].0 as usize == i);
        i += 1;
    }
};
