//! Workshop bookings.

use alloc::boxed::Box;
use core::fmt;

use super::codec::body_fields;
use super::{StructuredBody, StructuredType};
#[cfg(feature = "protobuf")]
use crate::protobuf::Header;
use crate::{FleetId, Timestamp, WorkshopId};

/// A workshop booking was made, changed or cancelled (`car_service_booking`). `Debug` hides what a person wrote.
///
/// The vehicle's VIN is the event's.
#[derive(Clone, Eq, PartialEq)]
pub struct Booking {
    /// The system the booking was made in.
    pub source: Option<Box<str>>,
    /// The booking's id in that system.
    pub booking_id: Option<Box<str>>,
    /// `NEW`, `CHANGED` or `CANCELLED`.
    pub status: Option<Box<str>>,
    /// The dealer it was made with.
    pub dealer: Option<Box<str>>,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// The fleet of the vehicle.
    pub fleet: Option<FleetId>,
    /// The fleet's own name for the vehicle.
    pub fleet_external_reference: Option<Box<str>>,
    /// Why, as a key.
    pub reason_key: Option<Box<str>>,
    /// Why, in words.
    pub reason_text: Option<Box<str>>,
    /// The workshop.
    pub workshop: Option<WorkshopId>,
    /// The appointment.
    pub appointment: Option<Timestamp>,
}

impl StructuredBody for Booking {
    #[cfg(feature = "protobuf")]
    const HEADER: &'static Header = &Header {
        type_name: None,
        id: 1,
        vehicle: 6,
        vin: 7,
        organization: 16,
        time: 14,
        time_name: "created_date",
    };
    const TYPES: &'static [StructuredType] = &[StructuredType {
        name: "car_service_booking",
        published: true,
        number: 15,
        about: "A workshop booking was made, changed or cancelled.",
        fields: Self::FIELDS,
    }];

    body_fields! { Booking {
        optional 2 "bookingSource" => source: Box<str>, "the system the booking was made in";
        optional 3 "bookingId" => booking_id: Box<str>, "the booking's id in that system";
        optional 4 "bookingStatus" => status: Box<str>, "NEW, CHANGED or CANCELLED";
        optional 5 "bookingDealer" => dealer: Box<str>, "the dealer it was made with";
        optional 15 "bookingCreatedDate" => created: Timestamp, "when it was made";
        optional 8 "fleetId" => fleet: FleetId, "the fleet of the vehicle";
        optional 9 "fleetExternalReference" => fleet_external_reference: Box<str>, "the fleet's own name for the vehicle";
        optional 10 "reasonKey" => reason_key: Box<str>, "why, as a key";
        optional 11 "reasonText" => reason_text: Box<str>, "why, in words";
        optional 12 "workshopId" => workshop: WorkshopId, "the workshop";
        optional 13 "value" as "appointment_date" => appointment: Timestamp, "the appointment";
    }}
}

impl fmt::Debug for Booking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Booking")
            .field("workshop", &self.workshop)
            .field("appointment", &self.appointment)
            .finish_non_exhaustive()
    }
}
