//! How far, and which way.

use core::fmt;

use geo::{Distance, Geodesic};
use geo_types::Point;

use super::sphere::{Arrow, sin_cos_degrees};

/// The mean radius of the Earth, R₁ of GRS 80 (the ellipsoid that WGS 84 shares to a tenth of a millimetre).
pub const EARTH_RADIUS_METRES: f64 = 6_371_008.8;

/// Metres from one point to another along the great circle, on a ball with the Earth's mean radius.
///
/// **Error.** The Earth is flattened, so this is up to 0.56 % more than the distance on WGS 84 (north–south at the
/// equator) and up to 0.45 % less (at the poles); at 56° N it is 0.34 % short going east and 0.13 % going north. For
/// ways below a kilometre a satellite fix that is 5 m off is worse than that. Where the difference matters,
/// [`geodesic_distance`] is exact and some ten times slower.
///
/// Exactly the same on every platform, exactly symmetric, zero for the same place however it is written. A point that
/// is not [`checked`](super::checked) may give NaN.
///
/// # Examples
///
/// ```
/// use cc_core::geography::{distance, point};
///
/// // Across the antimeridian: two degrees, not 358.
/// let metres = distance(point(0.0, 179.0)?, point(0.0, -179.0)?);
/// assert_eq!(metres.round(), 222_390.0);
/// # Ok::<(), cc_core::geography::PointError>(())
/// ```
pub fn distance(a: Point, b: Point) -> f64 {
    Arrow::of(a).metres_to(Arrow::of(b))
}

/// Metres from one point to another along the ellipsoid of WGS 84, right to a micrometre (Karney 2013).
///
/// It asks the platform for its sines, so the last digit may differ between platforms: round before comparing.
///
/// # Examples
///
/// ```
/// use cc_core::geography::{distance, geodesic_distance, point};
///
/// let (pole, equator) = (point(90.0, 0.0)?, point(0.0, 0.0)?);
/// assert_eq!(geodesic_distance(pole, equator).round(), 10_001_966.0);
/// assert_eq!(distance(pole, equator).round(), 10_007_557.0);
/// # Ok::<(), cc_core::geography::PointError>(())
/// ```
pub fn geodesic_distance(a: Point, b: Point) -> f64 {
    Geodesic.distance(a, b)
}

/// The direction in which the great circle to another point sets out: degrees clockwise from north, 0 to 360 without
/// 360. `None` where every direction is as good: to the same place, or to its antipode.
///
/// The direction changes along the way, unless it goes due north or along the equator. From a pole it is counted from
/// the meridian that the point names.
///
/// # Examples
///
/// ```
/// use cc_core::geography::{CompassSector, bearing, point};
///
/// let here = point(55.5, 5.0)?;
/// assert_eq!(bearing(here, point(54.5, 5.0)?), Some(180.0));
/// assert_eq!(bearing(here, here), None);
/// # Ok::<(), cc_core::geography::PointError>(())
/// ```
pub fn bearing(from: Point, to: Point) -> Option<f64> {
    let (sin_from, cos_from) = sin_cos_degrees(from.y());
    let (sin_to, cos_to) = sin_cos_degrees(to.y());
    let (sin_between, cos_between) = sin_cos_degrees(to.x() - from.x());
    let (start, end) = (Arrow::of(from), Arrow::of(to));
    if start == end || start.plus(end) == Arrow([0.0; 3]) {
        return None;
    }
    let east = sin_between * cos_to;
    let north = cos_from * sin_to - sin_from * cos_to * cos_between;
    let degrees = libm::atan2(east, north).to_degrees();
    let degrees = if degrees < 0.0 { degrees + 360.0 } else { degrees + 0.0 };
    // A hair west of north adds up to 360.
    (degrees <= 360.0).then_some(if degrees == 360.0 { 0.0 } else { degrees })
}

/// Where one arrives who sets out in a direction (degrees clockwise from north) and goes so many metres along the great
/// circle, on the ball of [`distance`].
///
/// # Examples
///
/// ```
/// use cc_core::geography::{destination, distance, point};
///
/// let start = point(55.5, 5.0)?;
/// let end = destination(start, 90.0, 1_000.0);
/// assert_eq!(distance(start, end).round(), 1_000.0);
/// assert_eq!((end.x() * 10_000.0).round(), 50_159.0);
/// # Ok::<(), cc_core::geography::PointError>(())
/// ```
pub fn destination(from: Point, bearing_degrees: f64, metres: f64) -> Point {
    let (north, east) = Arrow::north_and_east(from);
    let (sin_bearing, cos_bearing) = sin_cos_degrees(bearing_degrees);
    let ahead = north.times(cos_bearing).plus(east.times(sin_bearing));
    let (sin_way, cos_way) = libm::sincos(metres / EARTH_RADIUS_METRES);
    Arrow::of(from).times(cos_way).plus(ahead.times(sin_way)).point()
}

/// One of the eight winds, each 45° wide and centred on its own direction: for people, who say "north-east of here".
///
/// # Examples
///
/// ```
/// use cc_core::geography::CompassSector;
///
/// assert_eq!(CompassSector::of(337.5), Some(CompassSector::North));
/// assert_eq!(CompassSector::of(47.0).map(|sector| sector.to_string()), Some("NE".to_owned()));
/// assert_eq!(CompassSector::of(f64::NAN), None);
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum CompassSector {
    /// 337.5° to 22.5°.
    North,
    /// 22.5° to 67.5°.
    NorthEast,
    /// 67.5° to 112.5°.
    East,
    /// 112.5° to 157.5°.
    SouthEast,
    /// 157.5° to 202.5°.
    South,
    /// 202.5° to 247.5°.
    SouthWest,
    /// 247.5° to 292.5°.
    West,
    /// 292.5° to 337.5°.
    NorthWest,
}

impl CompassSector {
    /// The sector of a direction in degrees clockwise from north, any number of turns; `None` for what is no number.
    /// The border belongs to the sector that follows it clockwise.
    pub fn of(degrees: f64) -> Option<Self> {
        if !degrees.is_finite() {
            return None;
        }
        let turned = (degrees % 360.0 + 360.0 + 22.5) % 360.0;
        Some(match (turned / 45.0) as u8 {
            0 => Self::North,
            1 => Self::NorthEast,
            2 => Self::East,
            3 => Self::SouthEast,
            4 => Self::South,
            5 => Self::SouthWest,
            6 => Self::West,
            _ => Self::NorthWest,
        })
    }
}

impl fmt::Display for CompassSector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::North => "N",
            Self::NorthEast => "NE",
            Self::East => "E",
            Self::SouthEast => "SE",
            Self::South => "S",
            Self::SouthWest => "SW",
            Self::West => "W",
            Self::NorthWest => "NW",
        })
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use geo::{Bearing, Destination, Haversine};
    use proptest::prelude::*;

    use super::super::samples::{anywhere, at};
    use super::*;

    #[test]
    fn distances_are_those_of_the_ball() {
        let quarter = EARTH_RADIUS_METRES * core::f64::consts::FRAC_PI_2;
        for (a, b, metres) in [
            (at(0.0, 0.0), at(0.0, 90.0), quarter),
            (at(90.0, 10.0), at(0.0, -77.0), quarter),
            (at(90.0, 0.0), at(-90.0, 33.0), 2.0 * quarter),
            (at(12.0, 180.0), at(12.0, -180.0), 0.0),
            (at(90.0, 17.0), at(90.0, -120.0), 0.0),
            (at(0.0, 179.5), at(0.0, -179.5), quarter / 90.0),
            (at(89.0, 0.0), at(89.0, 180.0), quarter / 45.0),
            (at(-30.0, -60.0), at(30.0, 120.0), 2.0 * quarter),
            // A millimetre is still a millimetre.
            (at(56.0, 5.0), at(56.000_000_008_993_2, 5.0), 0.001),
        ] {
            assert!((distance(a, b) - metres).abs() < 1e-7, "{a:?} {b:?} {}", distance(a, b));
        }
        assert_eq!(EARTH_RADIUS_METRES, Haversine.radius());
        assert!(distance(at(f64::NAN, 0.0), at(0.0, 0.0)).is_nan());
    }

    #[test]
    fn the_ball_is_as_far_off_as_the_docs_say() {
        let off = |a, b| distance(a, b) / geodesic_distance(a, b) - 1.0;
        for (a, b, percent) in [
            (at(56.0, 5.0), at(56.0, 5.1), -0.34),
            (at(56.0, 5.0), at(56.1, 5.0), -0.13),
            (at(0.0, 5.0), at(0.1, 5.0), 0.56),
            (at(89.9, 0.0), at(89.9, 90.0), -0.45),
        ] {
            assert!((off(a, b) * 100.0 - percent).abs() < 0.01, "{a:?} {b:?} {}", off(a, b));
        }
    }

    #[test]
    fn bearings_start_at_north_and_go_clockwise() {
        for (from, to, expected) in [
            (at(0.0, 0.0), at(1.0, 0.0), Some(0.0)),
            (at(0.0, 0.0), at(0.0, 1.0), Some(90.0)),
            (at(0.0, 0.0), at(-1.0, 0.0), Some(180.0)),
            (at(0.0, 0.0), at(0.0, -1.0), Some(270.0)),
            (at(0.0, 179.0), at(0.0, -179.0), Some(90.0)),
            (at(0.0, -179.0), at(0.0, 179.0), Some(270.0)),
            (at(55.0, 5.0), at(90.0, 99.0), Some(0.0)),
            (at(90.0, 10.0), at(0.0, 10.0), Some(180.0)),
            (at(10.0, 180.0), at(10.0, -180.0), None),
            (at(90.0, 10.0), at(90.0, 20.0), None),
            (at(0.0, 0.0), at(0.0, 180.0), None),
            (at(f64::NAN, 0.0), at(0.0, 0.0), None),
        ] {
            assert_eq!(bearing(from, to), expected, "{from:?} {to:?}");
        }
    }

    #[test]
    fn every_platform_gives_the_same_bits() {
        for (a, b, metres, degrees, end) in [
            (
                at(55.5, 5.0),
                at(55.6, 5.2),
                0x40d0_6586_6c06_5c0e,
                0x4048_38ec_28a0_2e78,
                [0x404b_cbe0_fab5_80e1_u64, 0x4014_6e50_f52e_ab55],
            ),
            (
                at(-12.345_678, 179.987_654),
                at(10.0, -179.5),
                0x4142_f63e_f436_5b3e,
                0x3ff5_3af4_e47c_ce64,
                [0xc028_8171_ae15_1ba8, 0xc066_7e66_d27c_6b53],
            ),
            (
                at(89.999, 12.0),
                at(-33.3, 151.2),
                0x416a_268c_b221_fbd6_u64,
                0x4044_6674_7700_65c3_u64,
                [0x4056_78f2_9c1a_7793, 0x4063_cee0_85ee_69aa],
            ),
        ] {
            let bits = (distance(a, b).to_bits(), bearing(a, b).map(f64::to_bits));
            assert_eq!(bits, (metres, Some(degrees)), "{a:?} {b:?}");
            let place = destination(a, 33.25, 12_345.678);
            assert_eq!([place.y().to_bits(), place.x().to_bits()], end, "{a:?}");
        }
    }

    #[test]
    fn sectors_meet_at_their_borders() {
        for (degrees, sector) in [
            (0.0, "N"),
            (22.4, "N"),
            (22.5, "NE"),
            (90.0, "E"),
            (180.0, "S"),
            (269.0, "W"),
            (337.4, "NW"),
            (359.9, "N"),
            (-90.0, "W"),
            (765.0, "NE"),
        ] {
            assert_eq!(CompassSector::of(degrees).unwrap().to_string(), sector, "{degrees}");
        }
        assert_eq!(CompassSector::of(f64::INFINITY), None);
    }

    proptest! {
        #[test]
        fn distances_agree_with_an_independent_formula(a in anywhere(), b in anywhere()) {
            let metres = distance(a, b);
            let other = Haversine.distance(a, b);
            // Their formula loses digits near the antipode.
            let precision = if metres > 19_000_000.0 { 1.0 } else { 1e-5 };
            prop_assert!((metres - other).abs() < precision || other.is_nan(), "{metres} {other}");
            prop_assert_eq!(metres, distance(b, a));
            prop_assert!((0.0..=20_015_115.0).contains(&metres));
        }

        #[test]
        fn the_ball_is_never_more_than_0_57_percent_off(a in anywhere(), b in anywhere()) {
            let (ball, ellipsoid) = (distance(a, b), geodesic_distance(a, b));
            prop_assert!((ball - ellipsoid).abs() <= 0.005_7 * ellipsoid + 1e-6, "{ball} {ellipsoid}");
        }

        #[test]
        fn who_sets_out_arrives(start in anywhere(), direction in 0.0..360.0f64, metres in 1.0..19e6f64) {
            let end = destination(start, direction, metres);
            prop_assert!(super::super::checked(end).is_ok());
            prop_assert!((distance(start, end) - metres).abs() < 1e-3, "{}", distance(start, end));
            // At a pole their formula has lost its directions.
            if start.y().abs() < 89.0 {
                prop_assert!(distance(end, Haversine.destination(start, direction, metres)) < 0.1);
                let back = bearing(start, end).unwrap();
                let turn = (back - direction).abs();
                prop_assert!(turn.min(360.0 - turn) < 1e-3, "{direction} {back}");
                let theirs = Haversine.bearing(start, end).rem_euclid(360.0);
                let turn = (back - theirs).abs();
                prop_assert!(turn.min(360.0 - turn) < 1e-3, "{back} {theirs}");
            }
        }
    }
}
