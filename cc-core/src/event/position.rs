//! Where a car is.

use core::fmt;

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

impl fmt::Debug for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Position(…)")
    }
}
