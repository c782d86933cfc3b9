//! Points as arrows from the centre of a ball to its surface: no edge at the antimeridian, no crowding at the poles.
//!
//! Only sums, products and square roots, which every platform rounds alike, and the functions of `libm`, which are
//! compiled in: the same bits everywhere.

use geo_types::Point;

use super::EARTH_RADIUS_METRES;

/// An arrow of length one, or one made from such: x towards 0° N 0° E, y towards 0° N 90° E, z towards the north pole.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Arrow(pub(super) [f64; 3]);

impl Arrow {
    pub(super) fn of(point: Point) -> Self {
        let (sin_latitude, cos_latitude) = sin_cos_degrees(point.y());
        let (sin_longitude, cos_longitude) = sin_cos_degrees(point.x());
        Self([cos_latitude * cos_longitude, cos_latitude * sin_longitude, sin_latitude])
    }

    /// The arrow of one component north and one east, as seen at a point, both level with the ground there.
    pub(super) fn north_and_east(point: Point) -> (Self, Self) {
        let (sin_latitude, cos_latitude) = sin_cos_degrees(point.y());
        let (sin_longitude, cos_longitude) = sin_cos_degrees(point.x());
        let north = [-sin_latitude * cos_longitude, -sin_latitude * sin_longitude, cos_latitude];
        (Self(north), Self([-sin_longitude, cos_longitude, 0.0]))
    }

    pub(super) fn point(self) -> Point {
        let [x, y, z] = self.0;
        let latitude = libm::atan2(z, libm::sqrt(x * x + y * y)).to_degrees();
        let longitude = libm::atan2(y, x).to_degrees();
        Point::new(longitude, latitude)
    }

    pub(super) fn dot(self, other: Self) -> f64 {
        let (a, b) = (self.0, other.0);
        a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
    }

    pub(super) fn cross(self, other: Self) -> Self {
        let (a, b) = (self.0, other.0);
        Self([a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]])
    }

    pub(super) fn plus(self, other: Self) -> Self {
        let (a, b) = (self.0, other.0);
        Self([a[0] + b[0], a[1] + b[1], a[2] + b[2]])
    }

    pub(super) fn minus(self, other: Self) -> Self {
        let (a, b) = (self.0, other.0);
        Self([a[0] - b[0], a[1] - b[1], a[2] - b[2]])
    }

    pub(super) fn times(self, factor: f64) -> Self {
        Self(self.0.map(|component| component * factor))
    }

    /// The length, squared.
    pub(super) fn square(self) -> f64 {
        self.dot(self)
    }

    /// Metres over the ground to another arrow. Exact to the nanometre for neighbours and for antipodes alike
    /// (W. Kahan's form of the angle between two arrows).
    pub(super) fn metres_to(self, other: Self) -> f64 {
        let chord = libm::sqrt(self.minus(other).square());
        let rest = libm::sqrt(self.plus(other).square());
        2.0 * libm::atan2(chord, rest) * EARTH_RADIUS_METRES
    }
}

/// The square of the straight line through the Earth (of radius one) between points so many metres apart on its face.
pub(super) fn chord_square(metres: f64) -> f64 {
    let half_angle = (metres / EARTH_RADIUS_METRES / 2.0).clamp(0.0, core::f64::consts::FRAC_PI_2);
    let chord = 2.0 * libm::sin(half_angle);
    chord * chord
}

/// Sine and cosine of an angle in degrees; exactly 0 and 1 where they should be.
pub(super) fn sin_cos_degrees(degrees: f64) -> (f64, f64) {
    let quarters = libm::rint(degrees / 90.0);
    let (sin, cos) = libm::sincos((degrees - 90.0 * quarters).to_radians());
    match (quarters as i64).rem_euclid(4) {
        0 => (sin, cos),
        1 => (cos, -sin),
        2 => (-sin, -cos),
        _ => (-cos, sin),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn right_angles_are_exact() {
        for (degrees, sin, cos) in [
            (-180.0, 0.0, -1.0),
            (-90.0, -1.0, 0.0),
            (0.0, 0.0, 1.0),
            (90.0, 1.0, 0.0),
            (180.0, 0.0, -1.0),
            (270.0, -1.0, 0.0),
        ] {
            assert_eq!(sin_cos_degrees(degrees), (sin, cos), "{degrees}");
        }
        assert!((sin_cos_degrees(30.0).0 - 0.5).abs() < 1e-15);
    }

    #[test]
    fn the_same_place_has_one_arrow() {
        assert!(Arrow::of(Point::new(180.0, 10.0)) == Arrow::of(Point::new(-180.0, 10.0)));
        assert!(Arrow::of(Point::new(17.0, 90.0)) == Arrow::of(Point::new(-55.0, 90.0)));
    }
}
