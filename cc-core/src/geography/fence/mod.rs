//! Geofences: areas that somebody wants to know about.
//!
//! The yard that vans sleep in, the town in which a delivery may be made, the 200 m around a workshop: a fence is drawn
//! on a map, and the platform says when a car comes and when it goes.

mod error;
mod polygon;
mod set;
mod tracker;

use core::fmt;

use geo_types::{Point, Polygon, Rect};

use self::polygon::CheckedPolygon;
use super::sphere::{Arrow, chord_square, sin_cos_degrees};
use super::{EARTH_RADIUS_METRES, checked};

pub use error::FenceError;
pub use set::FenceSet;
pub use tracker::{Crossing, CrossingKind, FenceOptions, FenceTracker};

/// An area on the ground: a circle, or a polygon with holes. Its border belongs to it. `Debug` does not show where it is.
///
/// # Examples
///
/// ```
/// use cc_core::geography::{Fence, FenceError, point};
/// use geo_types::polygon;
///
/// let around_a_buoy = Fence::circle(point(55.5, 5.0)?, 200.0)?;
/// assert!(around_a_buoy.contains(point(55.501, 5.0)?));
/// assert!(!around_a_buoy.contains(point(55.51, 5.0)?));
///
/// // Longitude is x, latitude is y. This one lies across the antimeridian.
/// let strait = polygon![(x: 179.5, y: 10.0), (x: -179.5, y: 10.0), (x: -179.5, y: 11.0), (x: 179.5, y: 11.0)];
/// let strait = Fence::polygon(&strait)?;
/// assert!(strait.contains(point(10.5, -179.9)?) && !strait.contains(point(10.5, 0.0)?));
///
/// let bow_tie = polygon![(x: 0.0, y: 0.0), (x: 1.0, y: 1.0), (x: 1.0, y: 0.0), (x: 0.0, y: 1.0)];
/// let error = Fence::polygon(&bow_tie).unwrap_err();
/// assert_eq!(error, FenceError::SelfCrossing { ring: 0 });
/// assert_eq!(error.to_string(), "ring 0 crosses or touches itself");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct Fence(Shape);

#[derive(Clone, PartialEq)]
enum Shape {
    Circle { centre: Point, arrow: Arrow, radius_metres: f64 },
    Polygon(CheckedPolygon),
}

impl Fence {
    /// The largest radius of a circle: half the Earth.
    pub const MAX_RADIUS_METRES: f64 = 10_000_000.0;

    /// The most points that a polygon and its holes may have together.
    pub const MAX_POINTS: usize = 10_000;

    /// Everything at most `radius_metres` from a place, by [`distance`](super::distance).
    pub fn circle(centre: Point, radius_metres: f64) -> Result<Self, FenceError> {
        let centre = checked(centre).map_err(FenceError::Centre)?;
        if !(radius_metres > 0.0 && radius_metres <= Self::MAX_RADIUS_METRES) {
            return Err(FenceError::Radius);
        }
        Ok(Self(Shape::Circle { centre, arrow: Arrow::of(centre), radius_metres }))
    }

    /// The inside of a polygon without that of its holes: `x` is the **longitude**, `y` the **latitude**.
    ///
    /// Its sides are straight on a map of degrees, as `GeoJSON` (RFC 7946 §3.1.1) draws them. Each takes the short way
    /// round the Earth, so a side from 179° to −179° is two degrees long. Rings may turn either way round, and begin
    /// anywhere. Errors count the rings: 0 is the outline, 1 the first hole.
    pub fn polygon(area: &Polygon<f64>) -> Result<Self, FenceError> {
        CheckedPolygon::new(area).map(|polygon| Self(Shape::Polygon(polygon)))
    }

    /// Whether a place is inside or on the border; never for a place that is not [`checked`](super::checked).
    pub fn contains(&self, place: Point) -> bool {
        let Ok(place) = checked(place) else { return false };
        match &self.0 {
            Shape::Circle { arrow, radius_metres, .. } => {
                Arrow::of(place).metres_to(*arrow) <= *radius_metres
            }
            Shape::Polygon(polygon) => polygon.contains(place),
        }
    }

    /// How far outside a place is, in metres: 0 inside and on the border, NaN for a place that is not
    /// [`checked`](super::checked). Right to one percent up to 50 km from the border, except within 5° of a pole, and
    /// only an idea beyond.
    pub fn metres_outside(&self, place: Point) -> f64 {
        let Ok(place) = checked(place) else { return f64::NAN };
        match &self.0 {
            Shape::Circle { arrow, radius_metres, .. } => {
                (Arrow::of(place).metres_to(*arrow) - radius_metres).max(0.0)
            }
            Shape::Polygon(polygon) if polygon.contains(place) => 0.0,
            Shape::Polygon(polygon) => polygon.metres_to_border(place),
        }
    }

    /// A box of degrees that the fence lies in; its longitudes may reach past ±180.
    fn bounds(&self) -> Rect<f64> {
        let (centre, radius_metres) = match &self.0 {
            Shape::Circle { centre, radius_metres, .. } => (*centre, *radius_metres),
            Shape::Polygon(polygon) => return polygon.bounds(),
        };
        let reach = (radius_metres / EARTH_RADIUS_METRES).to_degrees() + ROUNDING_DEGREES;
        let (south, north) = (centre.y() - reach, centre.y() + reach);
        // The widest meridians touch the circle at sin(width) = sin(radius) / cos(latitude).
        let sin_reach = libm::sqrt(chord_square(2.0 * radius_metres)) / 2.0;
        let (_, cos_latitude) = sin_cos_degrees(centre.y());
        let holds_a_pole = south <= -90.0 || north >= 90.0 || sin_reach >= cos_latitude;
        let width = if holds_a_pole {
            360.0
        } else {
            libm::asin(sin_reach / cos_latitude).to_degrees() + ROUNDING_DEGREES
        };
        Rect::new((centre.x() - width, south), (centre.x() + width, north))
    }
}

/// Far wider than any rounding of an angle: the box may be a hand too wide, never too narrow.
const ROUNDING_DEGREES: f64 = 1e-6;

/// Shows the kind and the size, not the place.
impl fmt::Debug for Fence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Shape::Circle { radius_metres, .. } => write!(f, "Fence(circle of {radius_metres} m, …)"),
            Shape::Polygon(polygon) => write!(f, "Fence(polygon of {} points, …)", polygon.len()),
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::ToString;
    use alloc::vec;
    use alloc::vec::Vec;

    use geo_types::{LineString, polygon};
    use proptest::prelude::*;

    use super::super::samples::{anywhere, at};
    use super::super::{PointError, destination, distance};
    use super::*;

    fn ring(points: &[(f64, f64)]) -> LineString<f64> {
        points.iter().map(|(latitude, longitude)| at(*latitude, *longitude)).collect()
    }

    fn square(south: f64, west: f64, size: f64) -> LineString<f64> {
        let (north, east) = (south + size, west + size);
        ring(&[(south, west), (south, east), (north, east), (north, west)])
    }

    fn fence(outline: LineString<f64>, holes: Vec<LineString<f64>>) -> Result<Fence, FenceError> {
        Fence::polygon(&Polygon::new(outline, holes))
    }

    #[test]
    fn holes_and_borders_are_where_they_are_drawn() {
        let yard =
            fence(square(55.0, 5.0, 1.0), vec![square(55.2, 5.2, 0.2), square(55.6, 5.6, 0.2)]).unwrap();
        for (latitude, longitude, inside) in [
            (55.1, 5.1, true),
            (55.3, 5.3, false),
            (55.7, 5.7, false),
            (55.5, 5.5, true),
            (55.2, 5.3, true),
            (55.0, 5.5, true),
            (56.0, 6.0, true),
            (56.000_001, 6.0, false),
            (54.9, 5.5, false),
            (55.5, -174.0, false),
        ] {
            assert_eq!(yard.contains(at(latitude, longitude)), inside, "{latitude} {longitude}");
        }
        assert!(!yard.contains(at(f64::NAN, 5.5)) && yard.metres_outside(at(f64::NAN, 5.5)).is_nan());
    }

    #[test]
    fn the_antimeridian_is_no_border() {
        let strait = fence(square(-1.0, 179.0, 0.5), vec![]).unwrap();
        assert!(strait.contains(at(-0.7, 179.2)));
        for outline in [
            ring(&[(-1.0, 179.0), (-1.0, -179.0), (1.0, -179.0), (1.0, 179.0)]),
            ring(&[(1.0, -179.0), (-1.0, -179.0), (-1.0, 179.0), (1.0, 179.0)]),
        ] {
            let hole = ring(&[(-0.5, -179.9), (-0.5, -179.5), (0.5, -179.5), (0.5, -179.9)]);
            let strait = fence(outline, vec![hole]).unwrap();
            for (latitude, longitude, inside) in [
                (0.0, 180.0, true),
                (0.0, -180.0, true),
                (0.0, 179.0, true),
                (0.0, -179.0, true),
                (0.0, -179.7, false),
                (0.0, -178.9, false),
                (0.0, 0.0, false),
            ] {
                assert_eq!(strait.contains(at(latitude, longitude)), inside, "{latitude} {longitude}");
            }
            assert!((strait.metres_outside(at(0.0, -178.99)) - 1_112.0).abs() < 1.0);
            assert!((strait.metres_outside(at(0.0, 178.99)) - 1_112.0).abs() < 1.0);
        }
    }

    #[test]
    fn circles_reach_over_the_pole_and_the_antimeridian() {
        let arctic = Fence::circle(at(89.0, 0.0), 200_000.0).unwrap();
        assert!(arctic.contains(at(89.5, 180.0)) && arctic.contains(at(90.0, -77.0)));
        assert!(!arctic.contains(at(89.0, 180.0)));
        let strait = Fence::circle(at(0.0, 180.0), 20_000.0).unwrap();
        assert!(strait.contains(at(0.0, -179.9)) && strait.contains(at(0.0, 179.9)));
        assert_eq!(strait.metres_outside(at(0.0, -179.9)), 0.0);
        assert!((strait.metres_outside(at(0.0, -179.0)) - 91_195.0).abs() < 1.0);
    }

    #[test]
    fn what_is_no_area_says_why() {
        let outline = || square(55.0, 5.0, 1.0);
        for (found, expected, text) in [
            (
                fence(ring(&[(55.0, 5.0), (55.0, 6.0), (55.0, 5.0)]), vec![]),
                FenceError::TooFewPoints { ring: 0, found: 2 },
                "ring 0 has 2 different points, at least 3 make an area",
            ),
            (
                fence(ring(&[]), vec![]),
                FenceError::TooFewPoints { ring: 0, found: 0 },
                "ring 0 has 0 different points, at least 3 make an area",
            ),
            (
                fence(ring(&[(55.0, 5.0), (95.0, 6.0), (56.0, 5.0)]), vec![]),
                FenceError::Point { ring: 0, index: 1, error: PointError::Latitude },
                "point 1 of ring 0: latitude is not a number from -90 to 90",
            ),
            (
                fence(outline(), vec![ring(&[(55.3, 5.3), (55.4, 5.4), (55.3, f64::NAN)])]),
                FenceError::Point { ring: 1, index: 2, error: PointError::Longitude },
                "point 2 of ring 1: longitude is not a number from -180 to 180",
            ),
            (
                fence(ring(&[(55.0, 5.0), (56.0, 6.0), (55.0, 6.0), (56.0, 5.0)]), vec![]),
                FenceError::SelfCrossing { ring: 0 },
                "ring 0 crosses or touches itself",
            ),
            // A spike, a corner met twice, and three points on one line.
            (
                fence(ring(&[(55.0, 5.0), (55.0, 6.0), (55.0, 5.5), (56.0, 5.5)]), vec![]),
                FenceError::SelfCrossing { ring: 0 },
                "ring 0 crosses or touches itself",
            ),
            (
                fence(
                    ring(&[(55.0, 5.0), (56.0, 5.0), (55.5, 5.5), (56.0, 6.0), (55.0, 6.0), (55.5, 5.5)]),
                    vec![],
                ),
                FenceError::SelfCrossing { ring: 0 },
                "ring 0 crosses or touches itself",
            ),
            (
                fence(ring(&[(55.0, 5.0), (56.0, 5.0), (57.0, 5.0)]), vec![]),
                FenceError::SelfCrossing { ring: 0 },
                "ring 0 crosses or touches itself",
            ),
            (
                fence(outline(), vec![square(55.5, 5.5, 1.0)]),
                FenceError::RingsMeet { ring: 0, other: 1 },
                "rings 0 and 1 cross or touch",
            ),
            (
                fence(outline(), vec![square(55.2, 5.2, 0.3), square(55.4, 5.4, 0.3)]),
                FenceError::RingsMeet { ring: 1, other: 2 },
                "rings 1 and 2 cross or touch",
            ),
            (
                fence(outline(), vec![square(57.0, 5.0, 0.1)]),
                FenceError::HoleOutside { ring: 1 },
                "ring 1 is a hole outside the area",
            ),
            (
                fence(outline(), vec![square(55.2, 5.2, 0.5), square(55.3, 5.3, 0.1)]),
                FenceError::HoleOutside { ring: 2 },
                "ring 2 is a hole outside the area",
            ),
            (
                fence(ring(&[(80.0, 0.0), (80.0, 120.0), (80.0, -120.0)]), vec![]),
                FenceError::AroundPole { ring: 0 },
                "ring 0 goes round a pole",
            ),
            // Once round and back again, a little further north: two arms of a snail, one above the other.
            (
                fence(
                    ring(&[
                        (0.0, 0.0),
                        (0.0, 120.0),
                        (0.0, -120.0),
                        (5.0, 10.0),
                        (6.0, 10.0),
                        (1.0, -120.0),
                        (1.0, 120.0),
                        (1.0, 0.0),
                    ]),
                    vec![],
                ),
                FenceError::AroundPole { ring: 0 },
                "ring 0 goes round a pole",
            ),
            (
                fence(ring(&[(0.0, -90.0), (0.0, 90.0), (10.0, 0.0)]), vec![]),
                FenceError::WideSide { ring: 0, index: 0 },
                "the side from point 0 of ring 0 is 180° long",
            ),
            (
                Fence::circle(at(91.0, 0.0), 1.0),
                FenceError::Centre(PointError::Latitude),
                "centre: latitude is not a number from -90 to 90",
            ),
            (
                Fence::circle(at(1.0, 0.0), 0.0),
                FenceError::Radius,
                "radius is not above 0 m and up to 10,000 km",
            ),
            (
                Fence::circle(at(1.0, 0.0), f64::NAN),
                FenceError::Radius,
                "radius is not above 0 m and up to 10,000 km",
            ),
        ] {
            assert_eq!(found, Err(expected));
            assert_eq!(expected.to_string(), text);
        }
        let circle = (0..=Fence::MAX_POINTS).map(|i| destination(at(55.0, 5.0), i as f64 * 0.03, 5_000.0));
        assert_eq!(fence(circle.collect(), vec![]), Err(FenceError::TooManyPoints { found: 10_001 }));
    }

    #[test]
    fn a_fence_does_not_say_where_it_is() {
        let area = polygon![(x: 5.0, y: 55.0), (x: 6.0, y: 55.0), (x: 6.0, y: 56.0)];
        assert_eq!(format!("{:?}", Fence::polygon(&area)), "Ok(Fence(polygon of 3 points, …))");
        assert_eq!(format!("{:?}", Fence::circle(at(55.0, 5.0), 200.0)), "Ok(Fence(circle of 200 m, …))");
    }

    proptest! {
        #[test]
        fn a_circle_lies_within_its_bounds(centre in anywhere(), radius in 1.0..1e7f64, direction in 0.0..360.0f64, part in 0.0..1.0f64) {
            let circle = Fence::circle(centre, radius).unwrap();
            let inside = destination(centre, direction, radius * part);
            prop_assert_eq!(circle.contains(inside), distance(centre, inside) <= radius);
            let bounds = circle.bounds();
            let within = |x: f64| (bounds.min().x..=bounds.max().x).contains(&x);
            prop_assert!((bounds.min().y..=bounds.max().y).contains(&inside.y()));
            prop_assert!([-360.0, 0.0, 360.0].iter().any(|turn| within(inside.x() + turn)));
        }

        #[test]
        fn a_polygon_drawn_as_a_circle_is_one(latitude in -80.0..80.0f64, longitude in -180.0..=180.0f64, radius in 10.0..2e4f64, direction in 0.0..360.0f64, part in 0.0..2.0f64, turn: bool) {
            let centre = at(latitude, longitude);
            let mut outline: Vec<Point> = (0..180).map(|i| destination(centre, f64::from(i) * 2.0, radius)).collect();
            if turn {
                outline.reverse();
            }
            let drawn = fence(outline.into_iter().collect(), vec![]).unwrap();
            let circle = Fence::circle(centre, radius).unwrap();
            let place = destination(centre, direction, radius * part);
            if (part - 1.0).abs() > 0.002 {
                prop_assert_eq!(drawn.contains(place), circle.contains(place));
            }
            let (a, b) = (drawn.metres_outside(place), circle.metres_outside(place));
            prop_assert!((a - b).abs() <= 0.01 * b + 0.001 * radius, "{a} {b}");
        }
    }
}
