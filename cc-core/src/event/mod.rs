//! What a car said: one event, and the body it carries.

mod access;
mod body;
mod booking;
pub(crate) mod codec;
mod driving;
mod position;
mod readiness;
pub(crate) mod reading;
mod scan;
mod trip;
mod trouble_code;
mod unknown;

use alloc::boxed::Box;
use core::fmt;

use crate::{EventId, OrganizationKey, Timestamp, VehicleId, VehicleRef, Vin};

pub use access::{AccessChange, AccessKind};
pub use body::{Body, Inspection, MilLamp, OtherBody, StructuredType, structured_types};
pub use booking::Booking;
pub use codec::{BatchItem, EventBatch, EventDecodeError, EventField, decode_batch};
pub use driving::{DrivingDirection, DrivingEvent};
pub use position::Position;
pub use readiness::{IgnitionType, Monitor, MonitorReadiness};
pub use reading::Reading;
pub use scan::{CodeScan, ScanService, ScannedCode};
pub use trip::{Refuel, TripEnded, TripStarted};
pub use trouble_code::{DtcDiff, MappedDtc, MappedStatus, TroubleCode};
pub use unknown::UnknownFields;

pub(crate) use body::StructuredBody;
pub(crate) use codec::{BatchReader, Leftovers};

/// One thing a car, or the platform about a car, said at one instant.
///
/// Delivery is at least once and unordered, and ids are not unique: two events are the same only when their canonical
/// encodings are equal byte for byte ([`Event::same_as`]). `==` asks for more: that they were spelled the same too.
/// `Debug` shows neither a VIN nor a position, nor any text the sender chose.
#[derive(Clone, PartialEq)]
pub struct Event {
    /// The event's number; not unique.
    pub id: EventId,
    /// The scope of the ids. Admin events carry none.
    pub organization: Option<OrganizationKey>,
    /// The vehicle the event is about, unique only within the organisation.
    pub vehicle: Option<VehicleId>,
    /// The vehicle's identification number, where the event carries one. A text that is none is kept for
    /// [`Event::to_json`] all the same, for as long as this is `None`.
    pub vin: Option<Vin>,
    /// When it happened.
    pub at: Timestamp,
    /// What happened.
    pub body: Body,
    /// Fields this version does not know, kept for those who do.
    pub unknown: UnknownFields,
    pub(crate) spelling: Spelling,
}

/// How the sender spelled what means the same, and what the typed fields do not say.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Spelling {
    /// Digits after the second, where the sender wrote more than needed.
    pub(crate) fraction_digits: Option<u8>,
    /// The type's other name, where the sender used one.
    pub(crate) type_name: Option<&'static str>,
    pub(crate) kept: Option<Box<Kept>>,
}

/// JSON that the typed fields do not give back. It never speaks for a field that was changed since.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Kept {
    pub(crate) envelope: Leftovers,
    pub(crate) body: Leftovers,
    /// The type the body had.
    pub(crate) body_type: &'static str,
}

impl Event {
    /// An event of a vehicle.
    pub fn new(vehicle: VehicleRef, at: Timestamp, id: EventId, body: Body) -> Self {
        Self {
            id,
            organization: Some(vehicle.organization),
            vehicle: Some(vehicle.vehicle),
            vin: None,
            at,
            body,
            unknown: UnknownFields::default(),
            spelling: Spelling::default(),
        }
    }

    /// The vehicle with its scope, if the event names both.
    pub fn vehicle_ref(&self) -> Option<VehicleRef> {
        Some(VehicleRef { organization: self.organization.clone()?, vehicle: self.vehicle? })
    }

    /// The current name of the event's type, also where the sender used an older one.
    pub fn type_name(&self) -> &str {
        self.body.type_name()
    }

    /// The name of the type that the event is written with: the sender's, if it still fits the body.
    pub(crate) fn sent_type_name(&self) -> &str {
        match (&self.body, self.spelling.type_name) {
            (Body::Other(other), _) => &other.type_name,
            (Body::Reading(reading), Some(name)) if reading.has_type(name) => name,
            _ => self.body.static_type_name(),
        }
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event")
            .field("id", &self.id)
            .field("vehicle", &self.vehicle)
            .field("vin", &self.vin)
            .field("at", &self.at)
            .field("body", &self.body)
            .field("unknown", &self.unknown)
            .finish_non_exhaustive()
    }
}
