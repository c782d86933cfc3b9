//! What a workshop sees: events folded into rows, and the app's status line.
//!
//! The fold depends on the events and on nothing else: not on the order they arrive in, not on how they are cut into
//! batches, and an event delivered twice counts once.

mod fact;
mod status;

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::cmp::Reverse;
use core::fmt;

use crate::{
    Change, ChangeKind, Dtc, Event, EventId, RecommendationId, SignalId, Timestamp, Urgency, VehicleRef, Vin,
};
use fact::{Fact, Line};

pub use status::Status;

/// What kind of trouble a [`Row`] is about.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum RowKind {
    /// A trouble code.
    ErrorCode,
    /// A service or an oil change that is due.
    ServiceReminder,
    /// A lamp on the instruments.
    WarningLight,
}

impl fmt::Display for RowKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::ErrorCode => "error code",
            Self::ServiceReminder => "service reminder",
            Self::WarningLight => "warning light",
        })
    }
}

/// What a row is about, for those who know which rule is about it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Subject {
    /// A trouble code.
    Code(Dtc),
    /// A signal: of a lamp, or of what is left until a service.
    Signal(SignalId),
}

/// One row of the dashboard. `Display` shows all of it, the VIN too, on purpose; `Debug` hides what identifies.
#[derive(Clone, Eq, PartialEq)]
pub struct Row {
    /// When it last occurred.
    pub last_occurred: Timestamp,
    /// How much it matters, where an open recommendation is about it.
    pub urgency: Option<Urgency>,
    /// What kind of trouble it is.
    pub kind: RowKind,
    /// The code's canonical text (or the text sent, if it is no code), or the signal's id.
    pub name: Box<str>,
    /// The ECU that told it, where one did.
    pub ecu: Option<Box<str>>,
    /// How often it came.
    pub count: u64,
    /// The car's VIN, where it is known.
    pub vin: Option<Vin>,
    /// Whether it is still there.
    pub open: bool,
    /// The car.
    pub vehicle: VehicleRef,
    /// What the row is about, if this version can read it.
    pub subject: Option<Subject>,
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let urgency = self.urgency.map_or("-", Urgency::as_str);
        let at = self.last_occurred.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
        let state = if self.open { "open" } else { "closed" };
        write!(f, "{at}  {urgency:<8}  {:<16}  {}", self.kind, self.name)?;
        if let Some(ecu) = &self.ecu {
            write!(f, " ({ecu})")?;
        }
        write!(f, "  {}  ", self.count)?;
        match &self.vin {
            Some(vin) => write!(f, "{vin}")?,
            None => f.write_str("-")?,
        }
        write!(f, "  {state}")
    }
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Row")
            .field("last_occurred", &self.last_occurred)
            .field("urgency", &self.urgency)
            .field("kind", &self.kind)
            .field("count", &self.count)
            .field("vin", &self.vin)
            .field("open", &self.open)
            .field("subject", &self.subject)
            .finish_non_exhaustive()
    }
}

/// The rows of many cars, kept up to date event by event.
///
/// A row is open from the event that says so until one that says the opposite. A trouble code opens with `can_dtc`
/// (unless `diff` is `remove`) or when a scan lists it; it closes with `remove`, or with a complete scan of the same ECU
/// by the same service that does not list it. A lamp is open while it is lit. A service reminder is open while nothing
/// is left of its distance or time. `count` says how often a row opened, or how often the code was added, whichever is
/// more.
///
/// Memory grows with the events that rows are made of, since an event that arrives late may still change what the
/// later ones mean; readings that no row is made of are not kept.
///
/// # Examples
///
/// ```
/// use cc_core::dashboard::{Dashboard, RowKind};
/// use cc_core::decode_batch;
///
/// let batch = br#"[
///     {"id":2,"vehicleId":7,"organizationKey":"semler","time":"2026-05-01T10:05:00Z","type":"can_mil_lamp","value":true},
///     {"id":1,"vehicleId":7,"organizationKey":"semler","time":"2026-05-01T10:00:00Z","type":"can_dtc","code":"030100",
///      "sourceType":"j2012","diff":"add","ecu":"engine","vin":"WVWZZZ1KZAM000001"},
///     {"id":3,"vehicleId":7,"organizationKey":"semler","time":"2026-05-01T11:00:00Z","type":"can_dtc","code":"030100",
///      "sourceType":"j2012","diff":"remove","ecu":"engine"}
/// ]"#;
/// let mut dashboard = Dashboard::default();
/// for item in decode_batch(batch) {
///     dashboard.add(&item.event?);
/// }
/// let rows = dashboard.rows();
/// assert_eq!((rows[0].kind, &*rows[0].name, rows[0].open), (RowKind::WarningLight, "malfunction_indicator", true));
/// assert_eq!((rows[1].kind, &*rows[1].name, rows[1].open), (RowKind::ErrorCode, "P030100", false));
/// assert_eq!(
///     rows[1].to_string(),
///     "2026-05-01T10:00:00Z  -         error code        P030100 (engine)  1  WVWZZZ1KZAM000001  closed"
/// );
/// # Ok::<(), cc_core::EventDecodeError>(())
/// ```
#[derive(Clone, Default)]
pub struct Dashboard {
    cars: BTreeMap<VehicleRef, Car>,
}

impl fmt::Debug for Dashboard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Dashboard({} cars)", self.cars.len())
    }
}

/// One car.
#[derive(Clone, Default)]
struct Car {
    facts: BTreeMap<Key, Fact>,
    vin: Option<(Key, Vin)>,
    heard: Option<Timestamp>,
    recommendations: BTreeMap<RecommendationId, Latest>,
}

/// The canonical order of events, the encoding standing in by its digest.
type Key = (Timestamp, Box<str>, EventId, [u8; 32]);

/// The last thing said about a recommendation.
#[derive(Clone, Eq, Ord, PartialEq, PartialOrd)]
struct Latest {
    at: Timestamp,
    change: ChangeKind,
    urgency: Urgency,
    rule: Box<str>,
    texts: Vec<Box<str>>,
}

impl Dashboard {
    /// Takes in an event. One without a vehicle or organisation is about no car, and changes nothing.
    pub fn add(&mut self, event: &Event) {
        let Some(vehicle) = event.vehicle_ref() else { return };
        let car = self.cars.entry(vehicle).or_default();
        car.heard = car.heard.max(Some(event.at));
        let (fact, vin) = (Fact::of(event), fact::vin(event));
        if fact.is_none() && vin.is_none() {
            return;
        }
        let key = (event.at, event.type_name().into(), event.id, event.digest());
        if let Some(vin) = vin
            && car.vin.as_ref().is_none_or(|(last, _)| *last < key)
        {
            car.vin = Some((key.clone(), vin));
        }
        if let Some(fact) = fact {
            car.facts.insert(key, fact);
        }
    }

    /// Takes in what the rules said: it gives rows their urgency and the status line its number.
    pub fn add_change(&mut self, change: &Change) {
        let car = self.cars.entry(change.vehicle.clone()).or_default();
        let texts = change.args.values().filter_map(|argument| match argument {
            crate::Argument::Text(text) => Some(text.clone()),
            _ => None,
        });
        let latest = Latest {
            at: change.at,
            change: change.change,
            urgency: change.urgency,
            rule: change.rule.clone(),
            texts: texts.collect(),
        };
        let known = car.recommendations.entry(change.id).or_insert_with(|| latest.clone());
        if *known < latest {
            *known = latest;
        }
    }

    /// The rows: open ones first, then by urgency, then the latest first. A recommendation is about a row if one of
    /// its arguments is the row's name.
    pub fn rows(&self) -> Vec<Row> {
        self.rows_by(|_, _| false)
    }

    /// The rows, where the caller also knows which rule (by its id) is about what.
    pub fn rows_by(&self, is_about: impl Fn(&str, &Subject) -> bool) -> Vec<Row> {
        let mut rows = Vec::new();
        for (vehicle, car) in &self.cars {
            for ((kind, name, ecu), line) in fact::fold(&car.facts) {
                let Line { subject, count, last_occurred: Some(last_occurred), open, .. } = line else {
                    continue;
                };
                let about = |latest: &&Latest| {
                    latest.change != ChangeKind::Cleared
                        && (latest.texts.contains(&name)
                            || subject.as_ref().is_some_and(|subject| is_about(&latest.rule, subject)))
                };
                let urgency = if open {
                    car.recommendations.values().filter(about).map(|latest| latest.urgency).max()
                } else {
                    None
                };
                let vin = car.vin.as_ref().map(|(_, vin)| *vin);
                rows.push(Row {
                    last_occurred,
                    urgency,
                    kind,
                    name,
                    ecu,
                    count,
                    vin,
                    open,
                    vehicle: vehicle.clone(),
                    subject,
                });
            }
        }
        rows.sort_by(|a, b| {
            let order = |row: &Row| (!row.open, Reverse(row.urgency), Reverse(row.last_occurred));
            order(a).cmp(&order(b)).then_with(|| {
                (&a.vehicle, a.kind, &a.name, &a.ecu).cmp(&(&b.vehicle, b.kind, &b.name, &b.ecu))
            })
        });
        rows
    }

    /// What the app says of a car in one line.
    pub fn status(&self, vehicle: &VehicleRef) -> Status {
        let Some(car) = self.cars.get(vehicle) else { return Status::default() };
        let open = car.recommendations.values().filter(|latest| latest.change != ChangeKind::Cleared).count();
        Status { open, heard: car.heard }
    }

    /// The cars there are rows or a status for.
    pub fn vehicles(&self) -> impl Iterator<Item = &VehicleRef> {
        self.cars.keys()
    }
}
