//! Tracks: the places of a drive, in the order they were passed.

use alloc::vec::Vec;

use geo_types::Point;

use super::sphere::{Arrow, chord_square};
use super::{PointError, checked};

/// Metres along a track: the sum of [`distance`](super::distance) from each point to the next.
///
/// Every wobble of a receiver counts too, so a track of fixes is longer than the way, and a parked car drives: leave
/// out what is not moving before.
///
/// # Examples
///
/// ```
/// use cc_core::geography::{point, track_length};
///
/// let track = [point(55.5, 5.0)?, point(55.6, 5.0)?, point(55.5, 5.0)?];
/// assert_eq!(track_length(&track)?.round(), 22_239.0);
///
/// let error = track_length(&[track[0], geo_types::Point::new(5.0, -90.5)]).unwrap_err();
/// assert_eq!(error.to_string(), "point 1: latitude is not a number from -90 to 90");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn track_length(track: &[Point]) -> Result<f64, TrackError> {
    check_track(track)?;
    let mut metres = 0.0;
    let mut before: Option<Arrow> = None;
    for arrow in track.iter().copied().map(Arrow::of) {
        metres += before.map_or(0.0, |before| before.metres_to(arrow));
        before = Some(arrow);
    }
    Ok(metres)
}

/// Which points of a track draw the same line, give or take a tolerance in metres: their indices, in order.
///
/// The first and the last point always stay, and no point that goes is further than the tolerance from the line between
/// the two that stay around it (the algorithm of Ramer, and of Douglas and Peucker, over great circles). Indices
/// come back instead of points, so that times and speeds beside them can be kept too.
///
/// Some 10 m, a lane's width and a receiver's error, draw a road on a map of the town. A tolerance that is not above zero
/// keeps all.
///
/// Long tracks are cut at each 1,024th point, which stays: so that a track made to be slow is not.
///
/// # Examples
///
/// ```
/// use cc_core::geography::{point, simplify_track};
///
/// // East, with a wobble of a metre, then north.
/// let track = [
///     point(55.5, 5.0)?,
///     point(55.500_01, 5.001)?,
///     point(55.5, 5.002)?,
///     point(55.501, 5.002)?,
/// ];
/// assert_eq!(simplify_track(&track, 10.0)?, [0, 2, 3]);
/// assert_eq!(simplify_track(&track, 0.1)?, [0, 1, 2, 3]);
///
/// let error = simplify_track(&[geo_types::Point::new(555.0, 5.0)], 10.0).unwrap_err();
/// assert_eq!(error.to_string(), "point 0: longitude is not a number from -180 to 180");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn simplify_track(track: &[Point], tolerance_metres: f64) -> Result<Vec<usize>, TrackError> {
    check_track(track)?;
    if tolerance_metres.is_nan() || tolerance_metres <= 0.0 || track.len() < 3 {
        return Ok((0..track.len()).collect());
    }
    let arrows: Vec<Arrow> = track.iter().copied().map(Arrow::of).collect();
    let tolerance = chord_square(tolerance_metres);
    let last = arrows.len() - 1;
    let mut kept = Vec::new();
    kept.push(0);
    // Pieces still to be looked at, the foremost on top.
    let mut pieces: Vec<(usize, usize)> = Vec::new();
    for start in (0..last).step_by(LONGEST_PIECE) {
        pieces.push((start, (start + LONGEST_PIECE).min(last)));
        while let Some((first, end)) = pieces.pop() {
            match farthest(&arrows, first, end) {
                Some((middle, square)) if square > tolerance => {
                    pieces.push((middle, end));
                    pieces.push((first, middle));
                }
                _ => kept.push(end),
            }
        }
    }
    Ok(kept)
}

/// A track is cut after so many points, so that the time for it grows with its length and not with the square.
const LONGEST_PIECE: usize = 1_024;

/// The point farthest from the line between two others, with the square of its chord to it; the first of equals.
fn farthest(arrows: &[Arrow], first: usize, end: usize) -> Option<(usize, f64)> {
    let line = GreatCircle::between(*arrows.get(first)?, *arrows.get(end)?);
    let mut farthest: Option<(usize, f64)> = None;
    for (index, arrow) in arrows.iter().enumerate().take(end).skip(first + 1) {
        let square = line.chord_square_to(*arrow);
        if farthest.is_none_or(|(_, most)| square > most) {
            farthest = Some((index, square));
        }
    }
    farthest
}

/// The shorter part of a great circle between two points.
struct GreatCircle {
    start: Arrow,
    end: Arrow,
    /// The circle's axis; none where the points are one, or antipodes.
    axis: Option<Arrow>,
    /// The directions in which the part sets out from its start, and arrives at its end.
    ahead: Arrow,
    arriving: Arrow,
}

impl GreatCircle {
    fn between(start: Arrow, end: Arrow) -> Self {
        let axis = start.cross(end);
        let length = libm::sqrt(axis.square());
        // A thousandth of a millimetre: two fixes of one place.
        let axis = (length > 1e-13).then(|| axis.times(1.0 / length));
        let around = axis.unwrap_or(Arrow([0.0; 3]));
        Self { start, end, axis, ahead: around.cross(start), arriving: around.cross(end) }
    }

    /// The square of the chord from the nearest point of the part.
    fn chord_square_to(&self, place: Arrow) -> f64 {
        match self.axis {
            Some(axis) if self.ahead.dot(place) > 0.0 && self.arriving.dot(place) < 0.0 => {
                // The sine of the angle to the circle; the chord follows without losing digits.
                let sine = axis.dot(place);
                let square = (sine * sine).min(1.0);
                2.0 * square / (1.0 + libm::sqrt(1.0 - square))
            }
            _ => self.start.minus(place).square().min(self.end.minus(place).square()),
        }
    }
}

pub(super) fn check_track(track: &[Point]) -> Result<(), TrackError> {
    for (index, place) in track.iter().enumerate() {
        checked(*place).map_err(|error| TrackError { index, error })?;
    }
    Ok(())
}

/// A point of a track that is no place on the Earth.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("point {index}: {error}")]
pub struct TrackError {
    /// Which point, from 0.
    pub index: usize,
    /// Why.
    pub error: PointError,
}

#[cfg(test)]
mod tests {
    use geo::{Closest, HaversineClosestPoint, Line};
    use proptest::prelude::*;

    use super::super::samples::{anywhere, at};
    use super::super::{destination, distance};
    use super::*;

    #[test]
    fn small_tracks_stay_as_they_are() {
        assert_eq!(simplify_track(&[], 10.0), Ok(alloc::vec![]));
        assert_eq!(track_length(&[]), Ok(0.0));
        assert_eq!(track_length(&[at(55.0, 5.0)]), Ok(0.0));
        for count in 1..3 {
            let track = [at(55.0, 5.0); 2];
            assert_eq!(simplify_track(&track[..count], 10.0).unwrap().len(), count);
        }
        for tolerance in [0.0, -1.0, f64::NAN] {
            assert_eq!(simplify_track(&[at(55.0, 5.0); 5], tolerance).unwrap().len(), 5);
        }
        assert_eq!(simplify_track(&[at(55.0, 5.0); 5], f64::INFINITY).unwrap(), [0, 4]);
    }

    #[test]
    fn a_straight_drive_of_a_thousand_kilometres_is_straight() {
        // Along a great circle, which is no straight line in degrees, over the antimeridian and past the pole.
        for start in [at(55.0, 5.0), at(10.0, 175.0), at(85.0, 0.0)] {
            let track: Vec<Point> =
                (0..1_000).map(|step| destination(start, 60.0, f64::from(step) * 1_000.0)).collect();
            assert_eq!(simplify_track(&track, 0.001).unwrap(), [0, 999]);
            assert!((track_length(&track).unwrap() - 999_000.0).abs() < 0.001);
        }
    }

    #[test]
    fn a_turn_back_is_kept() {
        let track: Vec<Point> = [0.0, 500.0, 1_000.0, 500.0, 20.0]
            .iter()
            .map(|metres| destination(at(55.0, 5.0), 90.0, *metres))
            .collect();
        assert_eq!(simplify_track(&track, 10.0).unwrap(), [0, 2, 4]);
    }

    #[test]
    fn a_track_made_to_be_slow_is_not() {
        // A zigzag that fades: each cut takes one point off its thick end, and looks at all the others.
        let track: Vec<Point> = (0..100_000)
            .map(|step| {
                at(if step % 2 == 0 { 0.0 } else { 1.0 / f64::from(step) }, 5.0 + f64::from(step) * 1e-6)
            })
            .collect();
        let kept = simplify_track(&track, 0.001).unwrap();
        assert!(kept.len() > 1_000 && kept.windows(2).all(|pair| pair[0] < pair[1]));
    }

    proptest! {
        #[test]
        fn nothing_that_goes_is_further_away_than_the_tolerance(
            start in anywhere(),
            steps in proptest::collection::vec((0.0..360.0f64, 0.0..2_000.0f64), 1..80),
            tolerance in 1.0..2_000.0f64,
        ) {
            let mut track = alloc::vec![start];
            for (direction, metres) in steps {
                track.push(destination(track[track.len() - 1], direction, metres));
            }
            let kept = simplify_track(&track, tolerance).unwrap();
            prop_assert_eq!((kept[0], kept[kept.len() - 1]), (0, track.len() - 1));
            for pair in kept.windows(2) {
                prop_assert!(pair[0] < pair[1]);
                let line = Line::new(track[pair[0]], track[pair[1]]);
                for place in &track[pair[0] + 1..pair[1]] {
                    // The other formula loses its way at the poles and the antimeridian.
                    if start.y().abs() > 80.0 || start.x().abs() > 175.0 {
                        continue;
                    }
                    let foot = match line.haversine_closest_point(place) {
                        Closest::Intersection(foot) | Closest::SinglePoint(foot) => foot,
                        Closest::Indeterminate => line.start_point(),
                    };
                    prop_assert!(distance(foot, *place) <= tolerance * 1.001 + 0.1, "{}", distance(foot, *place));
                }
            }
            let length = track_length(&track).unwrap();
            let drawn: Vec<Point> = kept.iter().map(|index| track[*index]).collect();
            prop_assert!(track_length(&drawn).unwrap() <= length + 1e-6);
        }
    }
}
