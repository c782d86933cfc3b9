//! Who comes and who goes.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::fmt;

use chrono::TimeDelta;
use geo_types::Point;

use super::super::{PointError, checked};
use super::FenceSet;
use crate::Timestamp;

/// How sure to be before a crossing is told.
///
/// Both defaults are a product choice: a receiver with a clear sky is 5 m off and between houses 20 m, and a fix that
/// jumps out of a fence and back does so within seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FenceOptions {
    /// A car has left when it is more than this outside; within the margin it is where it was. Metres; 25 by default.
    /// What is not above zero counts as zero.
    pub margin_metres: f64,
    /// A car has come, or left, when it has been seen so for this long; 10 s by default. A car that passes within this
    /// time was never there.
    pub dwell: TimeDelta,
}

impl Default for FenceOptions {
    fn default() -> Self {
        Self { margin_metres: 25.0, dwell: TimeDelta::seconds(10) }
    }
}

/// Which way over the border.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum CrossingKind {
    /// In.
    Enter,
    /// Out.
    Leave,
}

/// A car came into a fence, or left it.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Crossing<Name> {
    /// When it was first seen there: earlier than the fix that made it sure.
    pub at: Timestamp,
    /// Which fence.
    pub fence: Name,
    /// Which way.
    pub kind: CrossingKind,
}

/// Follows one car through the fences.
///
/// The noise of a receiver at the border must not ring a bell every second. So the border is crossed inwards at the
/// line and outwards [`margin_metres`](FenceOptions::margin_metres) beyond it, and neither counts before it has lasted
/// for [`dwell`](FenceOptions::dwell). What was seen first is when it happened.
///
/// Fixes are taken in the order of their time. One that is not newer than the last is counted and left out, so sort
/// what came late before it is fed, and the same fixes give the same crossings. It remembers the fences around the
/// car and nothing else.
///
/// # Examples
///
/// ```
/// use cc_core::Timestamp;
/// use cc_core::geography::{CrossingKind, Fence, FenceOptions, FenceSet, FenceTracker, point};
/// use chrono::TimeDelta;
///
/// let fences: FenceSet<&str> = [("yard", Fence::circle(point(55.5, 5.0)?, 300.0)?)].into_iter().collect();
/// let mut car = FenceTracker::new(FenceOptions::default());
/// let mut crossings = Vec::new();
/// for (second, latitude) in [(0, 55.51), (30, 55.502), (60, 55.5), (90, 55.5028), (120, 55.51), (150, 55.52)] {
///     let at = Timestamp::UNIX_EPOCH + TimeDelta::seconds(second);
///     crossings.extend(car.update(&fences, at, point(latitude, 5.0)?)?);
/// }
/// // 10 m outside at second 90 is no reason to say that it left.
/// let times = crossings.iter().map(|crossing| (crossing.kind, crossing.at.timestamp())).collect::<Vec<_>>();
/// assert_eq!(times, [(CrossingKind::Enter, 30), (CrossingKind::Leave, 120)]);
///
/// let nowhere = car.update(&fences, Timestamp::UNIX_EPOCH, geo_types::Point::new(5.0, 95.0)).unwrap_err();
/// assert_eq!(nowhere.to_string(), "latitude is not a number from -90 to 90");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct FenceTracker<Name: Clone + Ord> {
    options: FenceOptions,
    last: Option<Timestamp>,
    late: u64,
    states: BTreeMap<Name, State>,
}

/// What is thought of one fence; nothing is kept of a fence the car is far from.
#[derive(Clone, Copy, PartialEq)]
enum State {
    Entering { since: Timestamp },
    Inside { since: Timestamp },
    Leaving { inside_since: Timestamp, since: Timestamp },
}

impl<Name: Clone + Ord> FenceTracker<Name> {
    /// A car that is in no fence yet.
    pub fn new(options: FenceOptions) -> Self {
        Self { options, last: None, late: 0, states: BTreeMap::new() }
    }

    /// A car that goes on from what [`inside`](Self::inside) and [`last`](Self::last) said before a restart; a crossing
    /// that was not sure then is watched anew.
    pub fn resume(
        options: FenceOptions,
        inside: impl IntoIterator<Item = (Name, Timestamp)>,
        last: Option<Timestamp>,
    ) -> Self {
        let states = inside.into_iter().map(|(name, since)| (name, State::Inside { since })).collect();
        Self { options, last, late: 0, states }
    }

    /// The fences that the car is in, with the instant it came.
    pub fn inside(&self) -> impl Iterator<Item = (&Name, Timestamp)> {
        self.states.iter().filter_map(|(name, state)| match state {
            State::Entering { .. } => None,
            State::Inside { since } | State::Leaving { inside_since: since, .. } => Some((name, *since)),
        })
    }

    /// The instant of the newest fix.
    pub fn last(&self) -> Option<Timestamp> {
        self.last
    }

    /// How many fixes were left out because they were not newer than the last.
    pub fn late(&self) -> u64 {
        self.late
    }

    /// Takes a fix, and tells which crossings are now sure: by time, then by fence. A fence that is no longer in the set
    /// is left.
    pub fn update(
        &mut self,
        fences: &FenceSet<Name>,
        at: Timestamp,
        place: Point,
    ) -> Result<Vec<Crossing<Name>>, PointError> {
        let place = checked(place)?;
        if self.last.is_some_and(|last| at <= last) {
            self.late = self.late.saturating_add(1);
            return Ok(Vec::new());
        }
        self.last = Some(at);
        for name in fences.containing(place) {
            if !self.states.contains_key(name) {
                self.states.insert(name.clone(), State::Entering { since: at });
            }
        }
        let FenceOptions { margin_metres, dwell } = self.options;
        let lasted = |since: Timestamp| at.signed_duration_since(since) >= dwell;
        let mut crossings = Vec::new();
        self.states.retain(|name, state| {
            let mut tell = |at, kind| crossings.push(Crossing { at, fence: name.clone(), kind });
            let outside = fences.get(name).map(|fence| fence.metres_outside(place));
            let is_inside = outside == Some(0.0);
            let is_away = outside.is_none_or(|metres| metres > margin_metres.max(0.0));
            match *state {
                State::Entering { since } if is_inside => {
                    if lasted(since) {
                        tell(since, CrossingKind::Enter);
                        *state = State::Inside { since };
                    }
                    true
                }
                State::Entering { .. } => false,
                State::Inside { since } | State::Leaving { inside_since: since, .. } if !is_away => {
                    *state = State::Inside { since };
                    true
                }
                State::Inside { since: inside_since } => {
                    let gone = fences.get(name).is_none() || lasted(at);
                    *state = State::Leaving { inside_since, since: at };
                    if gone {
                        tell(at, CrossingKind::Leave);
                    }
                    !gone
                }
                State::Leaving { since, .. } => {
                    let gone = fences.get(name).is_none() || lasted(since);
                    if gone {
                        tell(since, CrossingKind::Leave);
                    }
                    !gone
                }
            }
        });
        crossings.sort();
        Ok(crossings)
    }
}

/// Shows how many fences the car is in, not which: a fence may be somebody's home.
impl<Name: Clone + Ord> fmt::Debug for FenceTracker<Name> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FenceTracker")
            .field("options", &self.options)
            .field("last", &self.last)
            .field("late", &self.late)
            .field("inside", &self.inside().count())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::super::destination;
    use super::super::super::samples::at;
    use super::super::Fence;
    use super::*;

    fn second(second: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + TimeDelta::seconds(second)
    }

    /// A name, the options, seconds with metres from the middle, and the crossings.
    type Case = (&'static str, FenceOptions, &'static [(i64, f64)], &'static [(CrossingKind, i64)]);

    /// A yard of 300 m, and a car so many metres east of its middle at each second.
    fn follow(options: FenceOptions, fixes: &[(i64, f64)]) -> Vec<(CrossingKind, i64)> {
        let middle = at(55.5, 5.0);
        let fences: FenceSet<u8> = [(1, Fence::circle(middle, 300.0).unwrap())].into_iter().collect();
        let mut car = FenceTracker::new(options);
        let mut crossings = Vec::new();
        for (time, metres) in fixes {
            let place = destination(middle, 90.0, *metres);
            crossings.extend(car.update(&fences, second(*time), place).unwrap());
        }
        crossings.into_iter().map(|crossing| (crossing.kind, crossing.at.timestamp())).collect()
    }

    #[test]
    fn crossings_are_told_once_they_are_sure() {
        use CrossingKind::{Enter, Leave};
        let quick = FenceOptions { dwell: TimeDelta::zero(), ..FenceOptions::default() };
        let patient = FenceOptions::default();
        let cases: [Case; 8] = [
            ("in and out", quick, &[(0, 400.0), (1, 200.0), (2, 400.0)], &[(Enter, 1), (Leave, 2)]),
            ("starts inside", quick, &[(0, 0.0), (9, 400.0)], &[(Enter, 0), (Leave, 9)]),
            ("noise at the border", quick, &[(0, 299.0), (1, 320.0), (2, 290.0), (3, 324.0)], &[(Enter, 0)]),
            ("dwell not reached", patient, &[(0, 400.0), (1, 200.0), (9, 200.0), (12, 400.0)], &[]),
            ("dwell reached", patient, &[(0, 400.0), (1, 200.0), (11, 200.0)], &[(Enter, 1)]),
            (
                "one fix jumps out",
                patient,
                &[(0, 0.0), (10, 0.0), (20, 900.0), (21, 0.0), (99, 0.0)],
                &[(Enter, 0)],
            ),
            (
                "out, told late",
                patient,
                &[(0, 0.0), (60, 0.0), (120, 900.0), (180, 900.0)],
                &[(Enter, 0), (Leave, 120)],
            ),
            ("late fixes are left out", quick, &[(5, 0.0), (4, 900.0), (5, 900.0), (6, 1.0)], &[(Enter, 5)]),
        ];
        for (name, options, fixes, expected) in cases {
            assert_eq!(follow(options, fixes), expected, "{name}");
        }
    }

    #[test]
    fn a_fence_that_is_gone_is_left_and_a_restart_is_not_seen() {
        let middle = at(55.5, 5.0);
        let mut fences: FenceSet<&str> =
            [("yard", Fence::circle(middle, 300.0).unwrap())].into_iter().collect();
        let mut car = FenceTracker::new(FenceOptions::default());
        car.update(&fences, second(0), middle).unwrap();
        assert_eq!(car.update(&fences, second(10), middle).unwrap().len(), 1);

        let inside: Vec<_> = car.inside().map(|(name, since)| (*name, since)).collect();
        assert_eq!(inside, [("yard", second(0))]);
        let mut resumed = FenceTracker::resume(FenceOptions::default(), inside, car.last());
        assert!(resumed == car);
        assert_eq!(resumed.update(&fences, second(20), middle).unwrap(), []);

        fences.remove(&"yard");
        let left = Crossing { at: second(30), fence: "yard", kind: CrossingKind::Leave };
        assert_eq!(resumed.update(&fences, second(30), middle).unwrap(), [left]);
        assert_eq!(resumed.inside().count(), 0);
        assert_eq!(resumed.update(&fences, second(20), middle).unwrap(), []);
        assert_eq!(resumed.late(), 1);
    }

    proptest! {
        #[test]
        fn noise_within_the_margin_never_flaps(noise in proptest::collection::vec(-12.0..12.0f64, 1..200), gap in 1i64..30) {
            let fixes: Vec<_> = noise.iter().enumerate().map(|(i, noise)| (i as i64 * gap, 300.0 + noise)).collect();
            prop_assert!(follow(FenceOptions::default(), &fixes).len() <= 1);
        }

        #[test]
        fn who_leaves_has_come_before(ways in proptest::collection::vec((1i64..20, 0.0..700.0f64), 0..200), dwell in 0i64..30) {
            let mut time = 0;
            let fixes: Vec<_> = ways.into_iter().map(|(gap, metres)| { time += gap; (time, metres) }).collect();
            let options = FenceOptions { dwell: TimeDelta::seconds(dwell), ..FenceOptions::default() };
            let crossings = follow(options, &fixes);
            for (i, (kind, _)) in crossings.iter().enumerate() {
                prop_assert_eq!(*kind, if i % 2 == 0 { CrossingKind::Enter } else { CrossingKind::Leave });
            }
            prop_assert!(crossings.windows(2).all(|pair| pair[0].1 < pair[1].1));
        }
    }
}
