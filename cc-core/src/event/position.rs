//! Where a car is.

use core::fmt;

use super::codec::body_fields;
use super::{StructuredBody, StructuredType};
use crate::Number;

/// Where a car is, by its satellite receiver (`gps_position`). `Debug` does not show it.
#[derive(Clone, Eq, PartialEq)]
pub struct Position {
    /// Degrees north of the equator, WGS 84.
    pub latitude: Number,
    /// Degrees east of Greenwich, WGS 84.
    pub longitude: Number,
    /// Speed over ground, km/h.
    pub speed: Option<Number>,
    /// Course over ground, degrees clockwise from north.
    pub direction: Option<Number>,
    /// Estimated horizontal error, metres.
    pub eph: Option<Number>,
    /// Horizontal dilution of precision.
    pub hdop: Option<Number>,
}

impl StructuredBody for Position {
    const TYPES: &'static [StructuredType] = &[StructuredType {
        name: "gps_position",
        published: true,
        number: 8,
        about: "Where the car is, by its satellite receiver.",
        fields: Self::FIELDS,
    }];

    body_fields! { Position {
        required 7 "latitude" => latitude: Number, "degrees north of the equator, WGS 84";
        required 8 "longitude" => longitude: Number, "degrees east of Greenwich, WGS 84";
        optional 9 "speed" => speed: Number, "speed over ground, km/h";
        optional 10 "direction" => direction: Number, "course over ground, degrees clockwise from north";
        optional 11 "eph" => eph: Number, "estimated horizontal error, metres";
        optional 12 "hdop" => hdop: Number, "horizontal dilution of precision";
    }}
}

impl fmt::Debug for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Position(…)")
    }
}
