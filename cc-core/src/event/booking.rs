//! Workshop bookings.

use alloc::boxed::Box;
use core::fmt;

use crate::{Timestamp, Vin};

/// A workshop booking was made, changed or cancelled (`car_service_booking`). `Debug` hides what a person wrote.
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
    /// The vehicle.
    pub vin: Option<Vin>,
    /// The fleet of the vehicle.
    pub fleet: Option<i64>,
    /// The fleet's own name for the vehicle.
    pub fleet_external_reference: Option<Box<str>>,
    /// Why, as a key.
    pub reason_key: Option<Box<str>>,
    /// Why, in words.
    pub reason_text: Option<Box<str>>,
    /// The workshop.
    pub workshop: Option<i64>,
    /// The appointment.
    pub appointment: Option<Timestamp>,
}

impl fmt::Debug for Booking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Booking")
            .field("status", &self.status)
            .field("workshop", &self.workshop)
            .field("appointment", &self.appointment)
            .finish_non_exhaustive()
    }
}
