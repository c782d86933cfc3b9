//! Polygons on a map of degrees, checked and laid out without a jump at the antimeridian.

use alloc::vec::Vec;

use geo::coordinate_position::{CoordPos, CoordinatePosition, coord_pos_relative_to_ring};
use geo::{BoundingRect, Intersects, Kernel, Orientation};
use geo_types::{Coord, Line, LineString, Point, Polygon, Rect};

use super::super::sphere::sin_cos_degrees;
use super::super::{EARTH_RADIUS_METRES, checked};
use super::{Fence, FenceError};

/// A polygon whose rings do not meet, whose holes are inside, and whose longitudes run on past ±180.
#[derive(Clone, PartialEq)]
pub(super) struct CheckedPolygon {
    area: Polygon<f64>,
    bounds: Rect<f64>,
}

impl CheckedPolygon {
    pub(super) fn new(area: &Polygon<f64>) -> Result<Self, FenceError> {
        let rings = || core::iter::once(area.exterior()).chain(area.interiors());
        // The last point of a ring repeats the first.
        let found = rings().map(|ring| ring.0.len().saturating_sub(1)).sum();
        if found > Fence::MAX_POINTS {
            return Err(FenceError::TooManyPoints { found });
        }
        let mut unrolled = Vec::with_capacity(1 + area.interiors().len());
        for (ring, line) in rings().enumerate() {
            unrolled.push(unroll(ring, line)?);
        }
        let outline = unrolled.remove(0);
        let Some(bounds) = outline.bounding_rect() else {
            return Err(FenceError::TooFewPoints { ring: 0, found: 0 });
        };
        if bounds.width() >= 360.0 {
            return Err(FenceError::AroundPole { ring: 0 });
        }
        for (hole, line) in unrolled.iter_mut().enumerate() {
            if !turn_into(line, bounds) {
                return Err(FenceError::HoleOutside { ring: hole + 1 });
            }
        }
        let area = Polygon::new(outline, unrolled);
        rings_do_not_meet(&area)?;
        holes_are_inside(&area)?;
        Ok(Self { area, bounds })
    }

    pub(super) fn bounds(&self) -> Rect<f64> {
        self.bounds
    }

    pub(super) fn len(&self) -> usize {
        let rings = core::iter::once(self.area.exterior()).chain(self.area.interiors());
        rings.map(|ring| ring.0.len().saturating_sub(1)).sum()
    }

    pub(super) fn contains(&self, place: Point) -> bool {
        TURNS.iter().any(|turn| {
            let place = Coord { x: place.x() + turn, y: place.y() };
            self.bounds.intersects(&place) && self.area.coordinate_position(&place) != CoordPos::Outside
        })
    }

    /// Metres to the nearest side, on a map drawn around the place.
    pub(super) fn metres_to_border(&self, place: Point) -> f64 {
        let metres = EARTH_RADIUS_METRES.to_radians();
        let (_, cos_latitude) = sin_cos_degrees(place.y());
        let mut nearest = f64::INFINITY;
        for turn in TURNS {
            let on_map = |corner: Coord<f64>| Coord {
                x: (corner.x - turn - place.x()) * cos_latitude * metres,
                y: (corner.y - place.y()) * metres,
            };
            for ring in core::iter::once(self.area.exterior()).chain(self.area.interiors()) {
                for side in ring.lines() {
                    nearest = nearest.min(square_to_origin(on_map(side.start), on_map(side.end)));
                }
            }
        }
        libm::sqrt(nearest)
    }
}

/// A place and a polygon may count their longitudes from turns apart.
const TURNS: [f64; 3] = [0.0, 360.0, -360.0];

/// The square of the distance from the origin to a line from one point to another.
fn square_to_origin(start: Coord<f64>, end: Coord<f64>) -> f64 {
    let way = end - start;
    let length = way.x * way.x + way.y * way.y;
    let part =
        if length == 0.0 { 0.0 } else { (-(start.x * way.x + start.y * way.y) / length).clamp(0.0, 1.0) };
    let foot = start + way * part;
    foot.x * foot.x + foot.y * foot.y
}

/// Checks the points of a ring, drops repeated ones, and lets the longitude run on where a side crosses the antimeridian.
fn unroll(ring: usize, line: &LineString<f64>) -> Result<LineString<f64>, FenceError> {
    let mut corners: Vec<Coord<f64>> = Vec::with_capacity(line.0.len());
    for (index, corner) in line.points().enumerate() {
        let corner = checked(corner).map_err(|error| FenceError::Point { ring, index, error })?;
        let Some(last) = corners.last().copied() else {
            corners.push(corner.into());
            continue;
        };
        let turns = libm::round((last.x - corner.x()) / 360.0);
        let corner = Coord { x: corner.x() + 360.0 * turns, y: corner.y() };
        if (corner.x - last.x).abs() >= 180.0 {
            return Err(FenceError::WideSide { ring, index: index - 1 });
        }
        if corner != last {
            corners.push(corner);
        }
    }
    match (corners.first(), corners.last()) {
        (Some(first), Some(last)) if corners.len() > 1 && (first.x - last.x).abs() > 180.0 => {
            Err(FenceError::AroundPole { ring })
        }
        _ if corners.len() < 4 => {
            Err(FenceError::TooFewPoints { ring, found: corners.len().saturating_sub(1) })
        }
        _ => Ok(LineString(corners)),
    }
}

/// Turns a hole round the Earth until it starts within its outline's bounds, if it can be.
fn turn_into(line: &mut LineString<f64>, bounds: Rect<f64>) -> bool {
    let Some(first) = line.0.first().copied() else { return false };
    let fits = |turn: &&f64| (bounds.min().x..=bounds.max().x).contains(&(first.x + **turn));
    let Some(turn) = TURNS.iter().find(fits) else { return false };
    for corner in &mut line.0 {
        corner.x += turn;
    }
    true
}

/// A side, with where it stands.
struct Side {
    line: Line<f64>,
    ring: usize,
    index: usize,
}

impl Side {
    fn west(&self) -> f64 {
        self.line.start.x.min(self.line.end.x)
    }

    fn east(&self) -> f64 {
        self.line.start.x.max(self.line.end.x)
    }

    fn south(&self) -> f64 {
        self.line.start.y.min(self.line.end.y)
    }

    fn north(&self) -> f64 {
        self.line.start.y.max(self.line.end.y)
    }
}

/// Compares each side with those that it shares longitudes and latitudes with.
fn rings_do_not_meet(area: &Polygon<f64>) -> Result<(), FenceError> {
    let mut sides = Vec::new();
    let mut lengths = Vec::new();
    for (ring, line) in core::iter::once(area.exterior()).chain(area.interiors()).enumerate() {
        lengths.push(line.0.len().saturating_sub(1));
        sides.extend(line.lines().enumerate().map(|(index, line)| Side { line, ring, index }));
    }
    sides.sort_by(|a, b| a.west().total_cmp(&b.west()));
    // Of several faults the one in the lowest rings is named, so that the order of the sweep does not show.
    let mut worst: Option<(usize, usize)> = None;
    for (i, a) in sides.iter().enumerate() {
        for b in sides.iter().skip(i + 1).take_while(|b| b.west() <= a.east()) {
            if a.south() <= b.north() && b.south() <= a.north() && meet(a, b, &lengths) {
                let fault = (a.ring.min(b.ring), a.ring.max(b.ring));
                if fault == (0, 0) {
                    return Err(FenceError::SelfCrossing { ring: 0 });
                }
                worst = Some(worst.map_or(fault, |worst| worst.min(fault)));
            }
        }
    }
    match worst {
        None => Ok(()),
        Some((ring, other)) if ring == other => Err(FenceError::SelfCrossing { ring }),
        Some((ring, other)) => Err(FenceError::RingsMeet { ring, other }),
    }
}

/// Whether two sides have more in common than the corner between neighbours.
fn meet(a: &Side, b: &Side, lengths: &[usize]) -> bool {
    if a.ring == b.ring {
        let count = lengths.get(a.ring).copied().unwrap_or(0).max(1);
        for (before, after) in [(a, b), (b, a)] {
            if (before.index + 1) % count == after.index {
                return folds_back(before.line, after.line);
            }
        }
    }
    a.line.intersects(&b.line)
}

/// Whether a side goes back over the one before it.
fn folds_back(before: Line<f64>, after: Line<f64>) -> bool {
    let straight = <f64 as geo::GeoNum>::Ker::orient2d(before.start, before.end, after.end);
    let (way, next) = (before.delta(), after.delta());
    straight == Orientation::Collinear && way.x * next.x + way.y * next.y < 0.0
}

/// As no rings meet, one corner of each hole speaks for all of it.
fn holes_are_inside(area: &Polygon<f64>) -> Result<(), FenceError> {
    for (hole, line) in area.interiors().iter().enumerate() {
        let Some(corner) = line.0.first() else { continue };
        let in_outline = coord_pos_relative_to_ring(*corner, area.exterior()) == CoordPos::Inside;
        let mut others = area.interiors().iter().enumerate().filter(|(other, _)| *other != hole);
        let in_other =
            others.any(|(_, other)| coord_pos_relative_to_ring(*corner, other) == CoordPos::Inside);
        if !in_outline || in_other {
            return Err(FenceError::HoleOutside { ring: hole + 1 });
        }
    }
    Ok(())
}
