//! The way a car went, from position to position.

use std::vec::Vec;

use super::gps::Verdict;
use super::spot::{METER, Spot};
use super::wire::{Wire, read_route, wire, write_route};

/// The length of the way, and what it starts from.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Track {
    /// Where the car was parked before.
    pub(super) parked: Option<Spot>,
    /// Whether the way starts there.
    pub(super) near: bool,
    /// Whether the car ever was as far from the start as a trip must go.
    pub(super) gone: bool,
    pub(super) first: Option<Spot>,
    /// Where the way was measured to.
    vertex: Option<Spot>,
    /// The newest position.
    pub(super) last: Option<Spot>,
    /// Centimetres.
    pub(super) length: u64,
    /// The part of it that is a straight line between positions far apart.
    pub(super) holes: u64,
    /// Positions, the parking place not counted.
    pub(super) positions: u64,
}

wire!(Track { parked, near, gone, first, vertex, last, length, holes, positions });

/// What a position is to a way.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Place {
    /// It belongs to it.
    OnTheWay,
    /// It is the first one, and not where the car was parked: the car was moved meanwhile, and nobody saw it.
    Elsewhere,
}

/// A position, and what is known of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arrival {
    pub(super) spot: Spot,
    pub(super) verdict: Verdict,
    /// Whether the car's own sensors see it stand.
    pub(super) still: bool,
    /// Whether the car was watched since it left its parking place.
    pub(super) watched: bool,
}

impl Track {
    /// A way from a parking place on, where one is known.
    pub(super) fn from(parked: Option<Spot>) -> Self {
        Self { parked, near: true, ..Self::default() }
    }

    /// Takes a position in.
    pub(super) fn position(
        &mut self,
        fix: Arrival,
        start: i64,
        min_distance: u64,
        route: &mut Route,
    ) -> Place {
        let Arrival { spot, verdict, still, watched } = fix;
        self.positions = self.positions.saturating_add(1);
        if verdict == Verdict::BelievedAnew && self.positions == 2 {
            // The only position so far was wrong.
            *self = Self { positions: 1, ..Self::from(self.parked) };
            route.clear();
        }
        let mut place = Place::OnTheWay;
        if self.first.is_none() {
            self.first = Some(spot);
            if let Some(parked) = self.parked {
                let reach =
                    500 * METER + DRIVEN * (spot.at.saturating_sub(start).max(0) / SECOND).unsigned_abs();
                self.near = watched || parked.distance(spot) <= reach;
                if self.near {
                    let parked = parked.at(start);
                    (self.vertex, self.last) = (Some(parked), Some(parked));
                    route.push(parked);
                } else {
                    place = Place::Elsewhere;
                }
            }
        }
        let before = self.last.replace(spot);
        let Some(vertex) = self.vertex else {
            self.vertex = Some(spot);
            route.push(spot);
            return place;
        };
        let leg = vertex.distance(spot);
        let shortest = if still { STILL } else { NOISE };
        if leg < shortest {
            return place;
        }
        let quiet = before.map_or(0, |before| spot.at.saturating_sub(before.at));
        if verdict == Verdict::BelievedAnew {
            // How the car came here is unknown.
            self.holes = self.holes.saturating_add(leg);
        } else {
            self.length = self.length.saturating_add(leg);
            if quiet > HOLE && leg > 500 * METER {
                self.holes = self.holes.saturating_add(leg);
            }
        }
        if !self.gone {
            let from = if self.near { self.parked } else { None }.or(self.first);
            self.gone = from.is_some_and(|from| from.distance(spot) >= min_distance);
        }
        self.vertex = Some(spot);
        route.push(spot);
        place
    }

    /// Where the way starts.
    pub(super) fn start(&self, start: i64) -> Option<Spot> {
        match self.parked {
            Some(parked) if self.near => Some(parked.at(start)),
            _ => self.first,
        }
    }

    /// Where the way ends so far; the parking place where no position came since.
    pub(super) fn end(&self) -> Option<Spot> {
        self.last.or(self.parked)
    }
}

/// The points of a way, thinned when there are too many: every second one is left out, and from then on every second
/// new one.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Route {
    points: Vec<Spot>,
    /// Every so many points one is kept.
    stride: u32,
    skipped: u32,
    most: u32,
}

impl Route {
    pub(super) fn new(most: usize) -> Self {
        Self { points: Vec::new(), stride: 1, skipped: 0, most: u32::try_from(most).unwrap_or(u32::MAX) }
    }

    fn push(&mut self, spot: Spot) {
        self.skipped += 1;
        if self.skipped < self.stride && !self.points.is_empty() {
            return;
        }
        self.skipped = 0;
        if self.points.len() >= self.most as usize {
            let mut index = 0_usize;
            self.points.retain(|_| {
                index += 1;
                index % 2 == 1
            });
            self.stride = self.stride.saturating_mul(2);
        }
        self.points.push(spot);
    }

    /// The memory of its points, bytes.
    pub(super) fn memory(&self) -> usize {
        self.points.capacity() * size_of::<Spot>()
    }

    fn clear(&mut self) {
        *self = Self::new(self.most as usize);
    }

    /// The points up to an instant, and the end.
    pub(super) fn until(&self, until: i64, end: Option<Spot>) -> Vec<Spot> {
        let length = self.points.partition_point(|spot| spot.at <= until);
        let mut points = Vec::with_capacity(length + 1);
        points.extend_from_slice(&self.points[..length]);
        if let Some(end) =
            end.filter(|end| end.at <= until && points.last().is_some_and(|last| last.at < end.at))
        {
            points.push(end);
        }
        points
    }
}

impl Wire for Route {
    fn write(&self, out: &mut Vec<u8>) {
        let Self { points, stride, skipped, most } = self;
        write_route(points, out);
        stride.write(out);
        skipped.write(out);
        most.write(out);
    }

    fn read(input: &mut &[u8]) -> Option<Self> {
        let points = read_route(input)?;
        let (stride, skipped, most) = (u32::read(input)?, u32::read(input)?, u32::read(input)?);
        let holds = (2..=1_000_000).contains(&most) && stride > 0 && skipped < stride;
        let in_order = points.is_sorted_by_key(|spot| spot.at);
        (holds && in_order).then_some(Self { points, stride, skipped, most })
    }
}

const SECOND: i64 = 1_000_000_000;
/// A position nearer than this to the one before is the receiver's noise.
const NOISE: u64 = 15 * METER;
/// The same while the car's own sensors see it stand.
const STILL: u64 = 100 * METER;
/// Positions further apart in time, and 500 metres apart, leave a hole: 2 minutes.
const HOLE: i64 = 120 * SECOND;
/// Centimetres that a car drives in a second, at 130 km/h.
const DRIVEN: u64 = 3_600;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_route_is_thinned_and_keeps_its_first_point() {
        let mut route = Route::new(4);
        for second in 0..20 {
            route.push(Spot { at: second, latitude: 0, longitude: 0 });
        }
        let kept: Vec<i64> = route.until(i64::MAX, None).iter().map(|spot| spot.at).collect();
        assert_eq!(kept, [0, 8, 16]);
        let end = Spot { at: 19, latitude: 0, longitude: 0 };
        assert_eq!(route.until(i64::MAX, Some(end)).last(), Some(&end));
        assert_eq!(route.until(9, Some(end)).len(), 2);
    }
}
