//! What a car said: one event, and the body it carries.

mod access;
mod body;
mod booking;
mod driving;
mod position;
mod readiness;
mod scan;
mod trouble_code;
mod unknown;

use crate::{EventId, OrganizationKey, Timestamp, VehicleId, VehicleRef, Vin};

pub use access::{AccessChange, AccessKind};
pub use body::{Body, Inspection, MilLamp, OtherBody, Reading};
pub use booking::Booking;
pub use driving::{DrivingDirection, DrivingEvent};
pub use position::Position;
pub use readiness::{IgnitionType, Monitor, MonitorReadiness};
pub use scan::{CodeScan, ScanService, ScannedCode};
pub use trouble_code::{DtcDiff, MappedDtc, MappedStatus, TroubleCode};
pub use unknown::UnknownFields;

/// One thing a car, or the platform about a car, said at one instant.
///
/// Delivery is at least once and unordered, and ids are not unique: two events are the same only when their canonical
/// encodings are equal byte for byte.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// The event's number; not unique.
    pub id: EventId,
    /// The scope of the ids. Admin events carry none.
    pub organization: Option<OrganizationKey>,
    /// The vehicle the event is about, unique only within the organisation.
    pub vehicle: Option<VehicleId>,
    /// The vehicle's identification number, where the event carries one.
    pub vin: Option<Vin>,
    /// When it happened.
    pub at: Timestamp,
    /// What happened.
    pub body: Body,
    /// Fields this version does not know, kept for those who do.
    pub unknown: UnknownFields,
    pub(crate) spelling: Spelling,
}

/// How the sender spelled what means the same: kept for output only, never part of an event's identity.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Spelling {
    /// Digits after the second, where the sender wrote more or fewer than needed.
    pub(crate) fraction_digits: Option<u8>,
    /// The type's older name, where the sender used it.
    pub(crate) type_name: Option<&'static str>,
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
}
