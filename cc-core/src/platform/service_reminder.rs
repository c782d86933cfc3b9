//! Reminders of a service that is due.

use chrono::{Days, NaiveDate};

use super::json::entity_json;
use super::transition::{StateMachine, StateTransition, goes, refused};
use super::words::words;
use super::{BookingId, ServiceDue, ServiceSignals, values};
use crate::event::codec::Leftovers;
use crate::{Number, OrganizationKey, Timestamp, UnknownFields, VehicleId, VehicleRef};

words! {
    /// What is due.
    ServiceKind, "oil_change or service" {
        /// An oil change.
        OilChange = "oil_change",
        /// A service by the maker's plan.
        Service = "service",
    }
}

words! {
    /// What was said of a reminder. How far off it is, the calendar says: [`ServiceReminder::status`].
    ReminderState, "open, booked or done" {
        /// Nothing was done about it yet.
        Open = "open",
        /// There is an appointment.
        Booked = "booked",
        /// The service was done.
        Done = "done",
    }
}

words! {
    /// Where a reminder stands at an instant.
    ReminderStatus, "upcoming, due, overdue, booked or done" {
        /// It is further off than the horizon.
        Upcoming = "upcoming",
        /// It is within the horizon.
        Due = "due",
        /// Its day has gone by, or its distance is used up.
        Overdue = "overdue",
        /// There is an appointment.
        Booked = "booked",
        /// The service was done.
        Done = "done",
    }
}

/// From when on a service counts as due.
///
/// Thirty days and 1,500 km by default: a product choice, long enough to book a workshop.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct DueHorizon {
    /// Days before its day.
    pub days: u32,
    /// Kilometres before its distance is used up.
    pub kilometers: u32,
}

impl Default for DueHorizon {
    fn default() -> Self {
        Self { days: 30, kilometers: 1_500 }
    }
}

/// One service that one car will need: by a day, by a distance, or by whichever comes first.
///
/// Until something is done about it, the calendar and the car's counters move it from *upcoming* to *due* to *overdue*.
/// An appointment makes it *booked*; when that is called off, it is back where calendar and counters put it. Once
/// *done* it stays so: the next service is another reminder.
///
/// # Examples
///
/// ```
/// use cc_core::platform::{DueHorizon, ReminderStatus, ServiceDue, ServiceKind, ServiceReminder};
///
/// let at = |text: &str| text.parse::<cc_core::Timestamp>().map_err(|error| error.to_string());
/// let now = at("2026-05-01T08:00:00Z")?;
/// let due = ServiceDue { date: chrono::NaiveDate::from_ymd_opt(2026, 5, 20), distance_left: Some(4_000.into()) };
/// let reminder = ServiceReminder::new("local/0".parse()?, ServiceKind::Service, due, now);
/// assert_eq!(reminder.status(now, DueHorizon::default()), ReminderStatus::Due);
/// let booked = reminder.book("B-17".parse()?, now)?;
/// assert_eq!(booked.status(now, DueHorizon::default()), ReminderStatus::Booked);
///
/// let error = booked.complete(now)?.book("B-18".parse()?, now).unwrap_err();
/// assert_eq!(error.to_string(), "the service is done");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Eq, PartialEq)]
pub struct ServiceReminder {
    organization: OrganizationKey,
    vehicle: VehicleId,
    kind: ServiceKind,
    due_date: Option<NaiveDate>,
    distance_left: Option<Number>,
    state: ReminderState,
    booking: Option<BookingId>,
    created_at: Timestamp,
    updated_at: Timestamp,
    /// How often the platform has stored it; its own count.
    pub version: Option<i64>,
    /// Fields this version does not know.
    pub unknown: UnknownFields,
    kept: Leftovers,
}

impl ServiceReminder {
    /// A reminder that nothing was done about yet.
    pub fn new(vehicle: VehicleRef, kind: ServiceKind, due: ServiceDue, now: Timestamp) -> Self {
        Self {
            organization: vehicle.organization,
            vehicle: vehicle.vehicle,
            kind,
            due_date: due.date,
            distance_left: due.distance_left,
            state: ReminderState::Open,
            booking: None,
            created_at: now,
            updated_at: now,
            version: None,
            unknown: UnknownFields::default(),
            kept: Leftovers::default(),
        }
    }

    /// The car tells anew what is left.
    pub fn update(&self, due: ServiceDue, now: Timestamp) -> Result<Self, ReminderError> {
        if self.state == ReminderState::Done {
            return Err(ReminderError::Done);
        }
        Ok(Self { due_date: due.date, distance_left: due.distance_left, ..self.turned(self.state, now) })
    }

    /// Takes in what the car has said: a service that it tells of on a later day than the reminder was made on
    /// completes it; otherwise what is left is told anew. Cars tell of no oil change, so that one is completed by
    /// [`complete`](Self::complete) alone.
    pub fn follow(&self, signals: &ServiceSignals, now: Timestamp) -> Result<Self, ReminderError> {
        let made = self.created_at.date_naive();
        let serviced = signals.last_service().is_some_and(|day| day > made);
        if serviced && self.kind == ServiceKind::Service {
            return self.complete(now);
        }
        self.update(signals.due(self.kind).unwrap_or_else(|| self.due()), now)
    }

    /// There is an appointment for it.
    pub fn book(&self, booking: BookingId, now: Timestamp) -> Result<Self, ReminderError> {
        match self.state {
            ReminderState::Booked => Err(ReminderError::Booked),
            ReminderState::Done => Err(ReminderError::Done),
            ReminderState::Open => {
                Ok(Self { booking: Some(booking), ..self.turned(ReminderState::Booked, now) })
            }
        }
    }

    /// Its appointment was called off.
    pub fn unbook(&self, now: Timestamp) -> Result<Self, ReminderError> {
        match self.state {
            ReminderState::Open => Err(ReminderError::NotBooked),
            ReminderState::Done => Err(ReminderError::Done),
            ReminderState::Booked => Ok(Self { booking: None, ..self.turned(ReminderState::Open, now) }),
        }
    }

    /// The service was done.
    pub fn complete(&self, now: Timestamp) -> Result<Self, ReminderError> {
        match self.state {
            ReminderState::Done => Err(ReminderError::Done),
            ReminderState::Open | ReminderState::Booked => Ok(self.turned(ReminderState::Done, now)),
        }
    }

    /// Where it stands at an instant; days are those of UTC. It is overdue from the day after its own.
    pub fn status(&self, now: Timestamp, horizon: DueHorizon) -> ReminderStatus {
        match self.state {
            ReminderState::Booked => return ReminderStatus::Booked,
            ReminderState::Done => return ReminderStatus::Done,
            ReminderState::Open => {}
        }
        let today = now.date_naive();
        let left = self.distance_left.as_ref().map(Number::as_f64);
        if self.due_date.is_some_and(|day| day < today) || left.is_some_and(|left| left < 0.0) {
            return ReminderStatus::Overdue;
        }
        let soon = today.checked_add_days(Days::new(horizon.days.into())).unwrap_or(NaiveDate::MAX);
        let near = left.is_some_and(|left| left <= f64::from(horizon.kilometers));
        if near || self.due_date.is_some_and(|day| day <= soon) {
            return ReminderStatus::Due;
        }
        ReminderStatus::Upcoming
    }

    /// The car with its scope.
    pub fn vehicle_ref(&self) -> VehicleRef {
        VehicleRef { organization: self.organization.clone(), vehicle: self.vehicle }
    }

    /// What is due.
    pub fn kind(&self) -> ServiceKind {
        self.kind
    }

    /// When it is due.
    pub fn due(&self) -> ServiceDue {
        ServiceDue { date: self.due_date, distance_left: self.distance_left.clone() }
    }

    /// The appointment made for it, also once it is done.
    pub fn booking(&self) -> Option<&BookingId> {
        self.booking.as_ref()
    }

    /// When it was made.
    pub fn created_at(&self) -> Timestamp {
        self.created_at
    }

    /// When it last changed.
    pub fn updated_at(&self) -> Timestamp {
        self.updated_at
    }

    fn turned(&self, state: ReminderState, now: Timestamp) -> Self {
        Self { state, updated_at: values::after(now, Some(self.updated_at)), ..self.clone() }
    }
}

entity_json! {
    ServiceReminder {
        required "organizationKey" => organization: OrganizationKey, "the scope of the numbered ids";
        required "vehicleId" => vehicle: VehicleId, "the car";
        required "kind" => kind: ServiceKind, "what is due";
        optional "dueDate" => due_date: NaiveDate, "the day it is due";
        optional "distanceLeftKm" => distance_left: Number, "the distance left when the car last told it, km; below zero it is overdue";
        required "state" => state: ReminderState, "what was last said of it";
        optional "bookingId" => booking: BookingId, "the appointment made for it";
        required "createdAt" => created_at: Timestamp, "when it was made";
        required "updatedAt" => updated_at: Timestamp, "when it last changed";
        optional "version" => version: i64, "how often the platform has stored it";
    }
    shows [vehicle, kind, due_date, distance_left, state, updated_at, version]
    check |reminder| match (reminder.state, &reminder.booking) {
        (ReminderState::Open, Some(_)) => Err(("bookingId", "no appointment while the state is open")),
        (ReminderState::Booked, None) => Err(("bookingId", "an appointment while the state is booked")),
        _ => Ok(()),
    }
}

/// Why a reminder does not change.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ReminderError {
    /// There is an appointment already.
    #[error("the service is already booked")]
    Booked,
    /// It was done.
    #[error("the service is done")]
    Done,
    /// There is no appointment to call off.
    #[error("the service is not booked")]
    NotBooked,
}

pub(super) const STATES: StateMachine = StateMachine {
    entity: "Service reminder",
    states: &[
        ("upcoming", "it is further off than the horizon"),
        ("due", "its day or distance is within the horizon"),
        ("overdue", "its day has gone by, or its distance is used up"),
        ("booked", "there is an appointment"),
        ("done", "the service was done"),
    ],
    actions: &[
        ("book", "an appointment was made"),
        ("unbook", "the appointment was called off"),
        ("complete", "the service was done"),
        ("update", "the car tells anew what is left"),
    ],
    transitions: TRANSITIONS,
    refusals: &[],
};

const LATER: &str = "upcoming or due or overdue";

const TRANSITIONS: &[StateTransition] = &[
    goes("upcoming", "book", "booked"),
    refused("upcoming", "unbook", "the service is not booked"),
    goes("upcoming", "complete", "done"),
    goes("upcoming", "update", LATER),
    goes("due", "book", "booked"),
    refused("due", "unbook", "the service is not booked"),
    goes("due", "complete", "done"),
    goes("due", "update", LATER),
    goes("overdue", "book", "booked"),
    refused("overdue", "unbook", "the service is not booked"),
    goes("overdue", "complete", "done"),
    goes("overdue", "update", LATER),
    refused("booked", "book", "the service is already booked"),
    goes("booked", "unbook", LATER),
    goes("booked", "complete", "done"),
    goes("booked", "update", "booked"),
    refused("done", "book", "the service is done"),
    refused("done", "unbook", "the service is done"),
    refused("done", "complete", "the service is done"),
    refused("done", "update", "the service is done"),
];

#[cfg(test)]
mod tests;
