//! Trips and refuelling, as the platform or an app works them out from what a car said. Our own types.

use alloc::boxed::Box;
use core::fmt;

use super::codec::body_fields;
use super::{StructuredBody, StructuredType};
use crate::Number;

/// A trip began (our own type `trip_started`).
#[derive(Clone, Eq, PartialEq)]
pub struct TripStarted {
    /// The trip, by the name its observer gave it.
    pub trip: Option<Box<str>>,
    /// The odometer, km.
    pub odometer: Option<Number>,
}

impl StructuredBody for TripStarted {
    const TYPES: &'static [StructuredType] = &[StructuredType {
        name: "trip_started",
        published: false,
        number: 17,
        about: "A trip began.",
        fields: Self::FIELDS,
    }];

    body_fields! { TripStarted {
        optional 7 "tripId" => trip: Box<str>, "the trip, by the name its observer gave it";
        optional 8 "odometerKm" => odometer: Number, "the odometer, km";
    }}
}

impl fmt::Debug for TripStarted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TripStarted").field("odometer", &self.odometer).finish_non_exhaustive()
    }
}

/// A trip ended (our own type `trip_ended`).
#[derive(Clone, Eq, PartialEq)]
pub struct TripEnded {
    /// The trip, by the name its observer gave it.
    pub trip: Option<Box<str>>,
    /// The odometer, km.
    pub odometer: Option<Number>,
    /// How far it went, km.
    pub distance: Option<Number>,
    /// How long it took, seconds.
    pub duration: Option<Number>,
    /// The fuel used, litres.
    pub fuel: Option<Number>,
}

impl StructuredBody for TripEnded {
    const TYPES: &'static [StructuredType] = &[StructuredType {
        name: "trip_ended",
        published: false,
        number: 18,
        about: "A trip ended.",
        fields: Self::FIELDS,
    }];

    body_fields! { TripEnded {
        optional 7 "tripId" => trip: Box<str>, "the trip, by the name its observer gave it";
        optional 8 "odometerKm" => odometer: Number, "the odometer, km";
        optional 9 "distanceKm" => distance: Number, "how far it went, km";
        optional 10 "durationSeconds" => duration: Number, "how long it took, seconds";
        optional 11 "fuelLiters" => fuel: Number, "the fuel used, litres";
    }}
}

impl fmt::Debug for TripEnded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TripEnded")
            .field("distance", &self.distance)
            .field("duration", &self.duration)
            .field("fuel", &self.fuel)
            .finish_non_exhaustive()
    }
}

/// The car was refuelled (our own type `refuel`).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Refuel {
    /// Fuel in the tank before, litres.
    pub before: Option<Number>,
    /// Fuel in the tank after, litres.
    pub after: Number,
}

impl StructuredBody for Refuel {
    const TYPES: &'static [StructuredType] = &[StructuredType {
        name: "refuel",
        published: false,
        number: 19,
        about: "The car was refuelled.",
        fields: Self::FIELDS,
    }];

    body_fields! { Refuel {
        optional 7 "litersBefore" => before: Number, "fuel in the tank before, litres";
        required 8 "litersAfter" => after: Number, "fuel in the tank after, litres";
    }}
}
