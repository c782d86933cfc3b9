//! A place at an instant, and how far two places are apart.

use core::fmt;

use geo_types::Point;

use super::wire::wire;

/// Where a car was at an instant. Degrees are kept in steps of 1e-7, a centimetre. `Debug` shows no place.
#[derive(Clone, Copy, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Spot {
    /// Nanoseconds since 1970.
    pub(super) at: i64,
    pub(super) latitude: i32,
    pub(super) longitude: i32,
}

wire!(Spot { at, latitude, longitude });

impl Spot {
    /// The distance over ground in centimetres: a great circle on the mean sphere.
    ///
    /// This is the one place where a float decides. It is the same on every platform, and rounded to whole centimetres
    /// before anything is compared or added.
    pub(super) fn distance(self, other: Self) -> u64 {
        if (self.latitude, self.longitude) == (other.latitude, other.longitude) {
            return 0;
        }
        let meters = crate::geography::distance(self.point(), other.point());
        // A float becomes the nearest number there is, NaN becomes 0.
        (meters * 100.0).round() as u64
    }

    pub(super) fn point(self) -> Point<f64> {
        Point::new(f64::from(self.longitude) / DEGREE, f64::from(self.latitude) / DEGREE)
    }

    pub(super) fn at(self, at: i64) -> Self {
        Self { at, ..self }
    }
}

impl fmt::Debug for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Spot({})", self.at)
    }
}

/// Steps in a degree.
pub(super) const DEGREE: f64 = 1e7;
/// Centimetres in a metre.
pub(super) const METER: u64 = 100;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_those_of_the_sphere() {
        let spot = |latitude: f64, longitude: f64| Spot {
            at: 0,
            latitude: (latitude * DEGREE) as i32,
            longitude: (longitude * DEGREE) as i32,
        };
        for (a, b, meters) in [
            (spot(0.0, 0.0), spot(0.0, 1.0), 111_195),
            (spot(0.0, 0.0), spot(1.0, 0.0), 111_195),
            (spot(60.0, 0.0), spot(60.0, 1.0), 55_597),
            (spot(0.0, 179.5), spot(0.0, -179.5), 111_195),
            (spot(-30.0, 10.0), spot(-30.0, 10.0), 0),
            (spot(90.0, 0.0), spot(-90.0, 0.0), 20_015_114),
        ] {
            assert_eq!((a.distance(b) + 50) / METER, meters);
            assert_eq!(a.distance(b), b.distance(a));
        }
    }
}
