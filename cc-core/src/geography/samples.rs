//! Points for the tests of this module.

use geo_types::Point;
use proptest::prelude::*;

/// A point by latitude and longitude, unchecked.
pub(super) fn at(latitude: f64, longitude: f64) -> Point {
    Point::new(longitude, latitude)
}

/// Anywhere, and often where it hurts.
pub(super) fn anywhere() -> impl Strategy<Value = Point> {
    let latitude = prop_oneof![6 => -90.0..=90.0, 1 => Just(90.0), 1 => Just(-90.0), 1 => Just(0.0)];
    let longitude = prop_oneof![6 => -180.0..=180.0, 1 => Just(180.0), 1 => Just(-180.0), 1 => 179.9..180.0];
    (latitude, longitude).prop_map(|(latitude, longitude)| at(latitude, longitude))
}
