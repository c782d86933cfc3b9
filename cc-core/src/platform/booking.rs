//! Bookings of a workshop.

use alloc::boxed::Box;

use super::json::entity_json;
use super::transition::{StateMachine, StateTransition, goes, refused};
use super::words::words;
use super::{BookingId, values};
use crate::event::codec::Leftovers;
use crate::{
    Body, Event, EventId, FleetId, OrganizationKey, Timestamp, UnknownFields, VehicleId, VehicleRef, Vin,
    WorkshopId,
};

mod error;
mod ledger;

pub use error::{BookingError, BookingEventError};
pub use ledger::Bookings;

/// The reason key of a booking that was cancelled because its appointment had passed.
pub const AUTOMATICALLY_EXPIRED: &str = "automatically_expired";

words! {
    /// What was last said of a booking, in the words of the data stream.
    BookingState, "NEW, CHANGED or CANCELLED" {
        /// It was made.
        New = "NEW",
        /// It was changed since.
        Changed = "CHANGED",
        /// It does not take place.
        Cancelled = "CANCELLED",
    }
}

words! {
    /// Where a booking stands at an instant.
    BookingStatus, "NEW, CHANGED, CANCELLED or past" {
        /// It was made, and its appointment is to come.
        New = "NEW",
        /// It was changed, and its appointment is to come.
        Changed = "CHANGED",
        /// It does not take place.
        Cancelled = "CANCELLED",
        /// Its appointment has gone by.
        Past = "past",
    }
}

/// An appointment of one car with one workshop.
///
/// It is *active* while it is neither cancelled nor past: up to and at the instant of its appointment. Only an active
/// booking is changed or cancelled. When the appointment has gone by, the platform [expires](Self::expire) it, which
/// the data stream tells as `CANCELLED` with the reason [`AUTOMATICALLY_EXPIRED`]. That a car has one active booking at
/// most is kept by [`Bookings`].
///
/// # Examples
///
/// ```
/// use cc_core::WorkshopId;
/// use cc_core::platform::{Booking, BookingStatus};
///
/// let at = |text: &str| text.parse::<cc_core::Timestamp>().map_err(|error| error.to_string());
/// let (now, monday) = (at("2026-05-01T08:00:00Z")?, at("2026-05-04T07:30:00Z")?);
/// let booking = Booking::new("B-17".parse()?, "local/0".parse()?, WorkshopId(9), monday, now)?;
/// let tuesday = at("2026-05-05T07:30:00Z")?;
/// let booking = booking.change(tuesday, None, now)?;
/// assert_eq!((booking.status(now), booking.status(tuesday)), (BookingStatus::Changed, BookingStatus::Changed));
///
/// let booking = booking.cancel(Some("customer"), None, now)?;
/// let error = booking.change(monday, None, now).unwrap_err();
/// assert_eq!(error.to_string(), "a cancelled booking cannot be changed");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Eq, PartialEq)]
pub struct Booking {
    pub(super) id: BookingId,
    /// The system it was made in.
    pub source: Option<Box<str>>,
    pub(super) organization: OrganizationKey,
    pub(super) vehicle: VehicleId,
    /// The car's identification number, where it is known.
    pub vin: Option<Vin>,
    pub(super) state: BookingState,
    /// The dealer it was made with.
    pub dealer: Option<Box<str>>,
    workshop: Option<WorkshopId>,
    /// The fleet of the car.
    pub fleet: Option<FleetId>,
    /// The fleet's own name for the car.
    pub fleet_external_reference: Option<Box<str>>,
    pub(super) appointment: Timestamp,
    pub(super) created_at: Timestamp,
    pub(super) reason_key: Option<Box<str>>,
    reason_text: Option<Box<str>>,
    pub(super) updated_at: Timestamp,
    /// How often the platform has stored it; its own count.
    pub version: Option<i64>,
    /// Fields this version does not know.
    pub unknown: UnknownFields,
    kept: Leftovers,
}

impl Booking {
    /// A new booking, whose appointment is to come.
    pub fn new(
        id: BookingId,
        vehicle: VehicleRef,
        workshop: WorkshopId,
        appointment: Timestamp,
        now: Timestamp,
    ) -> Result<Self, BookingError> {
        if appointment < now {
            return Err(BookingError::PastAppointment);
        }
        Ok(Self {
            id,
            source: None,
            organization: vehicle.organization,
            vehicle: vehicle.vehicle,
            vin: None,
            state: BookingState::New,
            dealer: None,
            workshop: Some(workshop),
            fleet: None,
            fleet_external_reference: None,
            appointment,
            created_at: now,
            reason_key: None,
            reason_text: None,
            updated_at: now,
            version: None,
            unknown: UnknownFields::default(),
            kept: Leftovers::default(),
        })
    }

    /// Moves it to another time, and to another workshop where one is given.
    pub fn change(
        &self,
        appointment: Timestamp,
        workshop: Option<WorkshopId>,
        now: Timestamp,
    ) -> Result<Self, BookingError> {
        match self.status(now) {
            BookingStatus::Cancelled => return Err(BookingError::ChangeCancelled),
            BookingStatus::Past => return Err(BookingError::ChangePast),
            BookingStatus::New | BookingStatus::Changed => {}
        }
        if appointment < now {
            return Err(BookingError::PastAppointment);
        }
        let workshop = workshop.or(self.workshop);
        Ok(Self { workshop, appointment, ..self.turned(BookingState::Changed, now) })
    }

    /// Calls it off, with a reason as a key and in words.
    pub fn cancel(
        &self,
        reason_key: Option<&str>,
        reason_text: Option<&str>,
        now: Timestamp,
    ) -> Result<Self, BookingError> {
        match self.status(now) {
            BookingStatus::Cancelled => return Err(BookingError::CancelCancelled),
            BookingStatus::Past => return Err(BookingError::CancelPast),
            BookingStatus::New | BookingStatus::Changed => {}
        }
        let (reason_key, reason_text) = (reason_key.map(Into::into), reason_text.map(Into::into));
        Ok(Self { reason_key, reason_text, ..self.turned(BookingState::Cancelled, now) })
    }

    /// Closes it once its appointment has gone by; [`AUTOMATICALLY_EXPIRED`] is then its reason.
    pub fn expire(&self, now: Timestamp) -> Result<Self, BookingError> {
        match self.status(now) {
            BookingStatus::Cancelled => Err(BookingError::CancelCancelled),
            BookingStatus::Past => {
                let reason_key = Some(AUTOMATICALLY_EXPIRED.into());
                Ok(Self { reason_key, reason_text: None, ..self.turned(BookingState::Cancelled, now) })
            }
            BookingStatus::New | BookingStatus::Changed => Err(BookingError::ExpireActive),
        }
    }

    /// Where it stands at an instant.
    pub fn status(&self, now: Timestamp) -> BookingStatus {
        match self.state {
            BookingState::Cancelled => BookingStatus::Cancelled,
            _ if self.appointment < now => BookingStatus::Past,
            BookingState::New => BookingStatus::New,
            BookingState::Changed => BookingStatus::Changed,
        }
    }

    /// Whether it is neither cancelled nor past.
    pub fn is_active(&self, now: Timestamp) -> bool {
        matches!(self.status(now), BookingStatus::New | BookingStatus::Changed)
    }

    /// Its name in the system it was made in.
    pub fn id(&self) -> &BookingId {
        &self.id
    }

    /// The car with its scope.
    pub fn vehicle_ref(&self) -> VehicleRef {
        VehicleRef { organization: self.organization.clone(), vehicle: self.vehicle }
    }

    /// The workshop.
    pub fn workshop(&self) -> Option<WorkshopId> {
        self.workshop
    }

    /// When the car should be there.
    pub fn appointment(&self) -> Timestamp {
        self.appointment
    }

    /// When it was made.
    pub fn created_at(&self) -> Timestamp {
        self.created_at
    }

    /// When it last changed.
    pub fn updated_at(&self) -> Timestamp {
        self.updated_at
    }

    /// Why it was last changed or cancelled, as a key.
    pub fn reason_key(&self) -> Option<&str> {
        self.reason_key.as_deref()
    }

    /// Why, in words.
    pub fn reason_text(&self) -> Option<&str> {
        self.reason_text.as_deref()
    }

    /// What an event of the data stream says of a booking: the event's instant is that of the last change.
    ///
    /// # Examples
    ///
    /// ```
    /// use cc_core::Event;
    /// use cc_core::platform::Booking;
    ///
    /// let json = r#"{"id":1,"vehicleId":7,"organizationKey":"local","time":"2026-05-01T10:00:00Z","type":"car_service_booking",
    ///     "bookingId":"B-17","bookingStatus":"CANCELLED","reasonKey":"automatically_expired","value":"2026-05-01T09:00:00Z"}"#;
    /// let booking = Booking::from_event(&Event::from_json(json)?)?;
    /// assert_eq!(booking.reason_key(), Some(cc_core::platform::AUTOMATICALLY_EXPIRED));
    /// let error = Booking::from_event(&Event::from_json(json.replace("value", "later"))?).unwrap_err();
    /// assert_eq!(error.to_string(), "value: expected a value");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_event(event: &Event) -> Result<Self, BookingEventError> {
        let Body::Booking(body) = &event.body else { return Err(BookingEventError::AnotherType) };
        let missing = |field| BookingEventError::Missing { field };
        let vehicle = event.vehicle_ref().ok_or(missing("vehicleId and organizationKey"))?;
        let id = body.booking_id.as_deref().ok_or(missing("bookingId"))?;
        let state = body.status.as_deref().ok_or(missing("bookingStatus"))?;
        Ok(Self {
            id: id.parse().map_err(|_| BookingEventError::Value { field: "bookingId" })?,
            source: body.source.clone(),
            organization: vehicle.organization,
            vehicle: vehicle.vehicle,
            vin: event.vin,
            state: state.parse().map_err(|_| BookingEventError::Value { field: "bookingStatus" })?,
            dealer: body.dealer.clone(),
            workshop: body.workshop,
            fleet: body.fleet,
            fleet_external_reference: body.fleet_external_reference.clone(),
            appointment: body.appointment.ok_or(missing("value"))?,
            created_at: body.created.unwrap_or(event.at),
            reason_key: body.reason_key.clone(),
            reason_text: body.reason_text.clone(),
            updated_at: event.at,
            version: None,
            unknown: UnknownFields::default(),
            kept: Leftovers::default(),
        })
    }

    /// The booking as the data stream tells it.
    pub fn to_event(&self, id: EventId) -> Event {
        let body = crate::Booking {
            source: self.source.clone(),
            booking_id: Some(self.id.as_str().into()),
            status: Some(self.state.as_str().into()),
            dealer: self.dealer.clone(),
            created: Some(self.created_at),
            fleet: self.fleet,
            fleet_external_reference: self.fleet_external_reference.clone(),
            reason_key: self.reason_key.clone(),
            reason_text: self.reason_text.clone(),
            workshop: self.workshop,
            appointment: Some(self.appointment),
        };
        let mut event = Event::new(self.vehicle_ref(), self.updated_at, id, Body::Booking(body));
        event.vin = self.vin;
        event
    }

    fn turned(&self, state: BookingState, now: Timestamp) -> Self {
        let updated_at = values::after(now, Some(self.updated_at));
        Self { state, updated_at, reason_key: None, reason_text: None, ..self.clone() }
    }
}

entity_json! {
    Booking {
        required "bookingId" => id: BookingId, "its name in the system it was made in";
        optional "bookingSource" => source: Box<str>, "that system";
        required "organizationKey" => organization: OrganizationKey, "the scope of the numbered ids";
        required "vehicleId" => vehicle: VehicleId, "the car";
        lenient "vin" => vin: Vin, "the car's identification number; another text is kept";
        required "bookingStatus" => state: BookingState, "what was last said of it";
        optional "bookingDealer" => dealer: Box<str>, "the dealer it was made with";
        optional "workshopId" => workshop: WorkshopId, "the workshop";
        optional "fleetId" => fleet: FleetId, "the fleet of the car";
        optional "fleetExternalReference" => fleet_external_reference: Box<str>, "the fleet's own name for the car";
        required "appointmentDate" => appointment: Timestamp, "when the car should be there";
        required "bookingCreatedDate" => created_at: Timestamp, "when it was made";
        optional "reasonKey" => reason_key: Box<str>, "why it was last changed or cancelled, as a key";
        optional "reasonText" => reason_text: Box<str>, "why, in words";
        required "updatedAt" => updated_at: Timestamp, "when it last changed";
        optional "version" => version: i64, "how often the platform has stored it";
    }
    shows [id, vehicle, state, workshop, appointment, updated_at, version]
    check |_| Ok(())
}

pub(super) const STATES: StateMachine = StateMachine {
    entity: "Booking",
    states: &[
        ("NEW", "it was made, and its appointment is to come: active"),
        ("CHANGED", "it was changed, and its appointment is to come: active"),
        ("CANCELLED", "it does not take place"),
        ("past", "its appointment has gone by"),
    ],
    actions: &[
        ("change", "move it to another time or workshop"),
        ("cancel", "call it off"),
        ("expire", "close it because its appointment has gone by; reason `automatically_expired`"),
    ],
    transitions: TRANSITIONS,
    refusals: &[
        "the appointment is past",
        "the vehicle has an active booking",
        "the vehicle has no active booking",
        "the vehicle has a booking of this id",
        "the booking is about another vehicle",
    ],
};

const TRANSITIONS: &[StateTransition] = &[
    goes("NEW", "change", "CHANGED"),
    goes("NEW", "cancel", "CANCELLED"),
    refused("NEW", "expire", "an active booking cannot expire"),
    goes("CHANGED", "change", "CHANGED"),
    goes("CHANGED", "cancel", "CANCELLED"),
    refused("CHANGED", "expire", "an active booking cannot expire"),
    refused("CANCELLED", "change", "a cancelled booking cannot be changed"),
    refused("CANCELLED", "cancel", "the booking is already cancelled"),
    refused("CANCELLED", "expire", "the booking is already cancelled"),
    refused("past", "change", "a past booking cannot be changed"),
    refused("past", "cancel", "a past booking cannot be cancelled"),
    goes("past", "expire", "CANCELLED"),
];

#[cfg(test)]
mod tests;
