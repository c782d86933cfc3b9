//! Odometers: counters of three kinds that are read now and then, and may be wrong.

use super::fact::Odometer;
use super::options::Limits;
use super::wire::wire;

/// What one odometer of a car shows.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Counter {
    /// Metres, and when they were read.
    pub(super) last: Option<(u64, i64)>,
    /// Whether it ever showed parts of its step.
    pub(super) fine: bool,
    /// A reading that was set aside, and how many in a row agree with it.
    candidate: Option<(u64, i64)>,
    agreeing: u8,
}

wire!(Counter { last, fine, candidate, agreeing });

/// What became of a reading.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Verdict {
    Believed,
    /// It is believed, and what was counted before has nothing to do with it: a new instrument cluster.
    BelievedAnew,
    Refused,
}

impl Counter {
    /// Takes a reading in. One that is lower, or higher than the car can have driven, is refused, unless three agree.
    pub(super) fn judge(&mut self, meters: u64, at: i64, whole: bool, step: u64, limits: &Limits) -> Verdict {
        self.fine |= !whole;
        let follows = |(before, since): (u64, i64)| {
            meters >= before && meters - before <= limits.reach(at.saturating_sub(since)) / 100 + step
        };
        let verdict = if self.last.is_none_or(follows) {
            Verdict::Believed
        } else {
            self.agreeing =
                if self.candidate.is_some_and(follows) { self.agreeing.saturating_add(1) } else { 1 };
            self.candidate = Some((meters, at));
            if self.agreeing < BELIEVED {
                return Verdict::Refused;
            }
            Verdict::BelievedAnew
        };
        *self = Self { last: Some((meters, at)), fine: self.fine, candidate: None, agreeing: 0 };
        verdict
    }
}

/// What a trip knows of one odometer.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Span {
    /// What it showed when the trip began, read while the car was parked.
    pub(super) before: Option<u64>,
    /// The first reading of the trip, and when.
    pub(super) first: Option<(u64, i64)>,
    /// The newest reading of the trip, and when.
    pub(super) last: Option<(u64, i64)>,
    /// Whether the counter was changed during the trip.
    pub(super) broken: bool,
}

wire!(Span { before, first, last, broken });

/// The readings a distance is the difference of.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Ends {
    pub(super) start: u64,
    pub(super) end: u64,
    /// Whether the readings are those of the trip's ends, and not of somewhere within it.
    pub(super) whole: bool,
}

impl Span {
    pub(super) fn reading(&mut self, meters: u64, at: i64, verdict: Verdict) {
        match verdict {
            Verdict::Refused => return,
            Verdict::BelievedAnew => *self = Self { broken: true, ..Self::default() },
            Verdict::Believed => {}
        }
        self.first.get_or_insert((meters, at));
        self.last = Some((meters, at));
    }

    /// The readings at both ends. What was read before the trip counts for its start where the car cannot have been
    /// elsewhere meanwhile: `near` says that it still stood where it was parked, and the difference must be one that
    /// can be driven since the start.
    pub(super) fn ends(&self, start: i64, end: i64, near: bool, step: u64, limits: &Limits) -> Option<Ends> {
        let ((first, first_at), (last, last_at)) = (self.first?, self.last?);
        if self.broken {
            return None;
        }
        let drivable = limits.reach(first_at.saturating_sub(start)) / 100 + step;
        let before = self.before.filter(|before| near && first.saturating_sub(*before) <= drivable);
        let soon = first_at.saturating_sub(start) <= SOON;
        let late = end.saturating_sub(last_at) <= SOON;
        Some(Ends { start: before.unwrap_or(first), end: last, whole: (before.is_some() || soon) && late })
    }
}

/// How far apart two neighbouring readings are, metres.
pub(super) fn step(which: Odometer, fine: bool) -> u64 {
    match (which, fine) {
        (Odometer::CarTens, _) => 10_000,
        (Odometer::Device | Odometer::Car | Odometer::Daily, true) => 100,
        (Odometer::Car | Odometer::Daily | Odometer::Device, false) => 1_000,
    }
}

/// So many refused readings that agree are believed.
const BELIEVED: u8 = 3;
/// A reading so near to an end of a trip is that end's: 2 minutes.
const SOON: i64 = 120 * 1_000_000_000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trips::TripOptions;

    const MINUTE: i64 = 60 * 1_000_000_000;

    #[test]
    fn a_counter_goes_up_as_fast_as_a_car_drives_or_is_a_new_one() {
        use Verdict::{Believed, BelievedAnew, Refused};
        let limits = Limits::of(&TripOptions::default()).unwrap();
        let mut counter = Counter::default();
        for (minute, km, verdict) in [
            (0, 84_150, Believed),
            (1, 84_151, Believed),
            (2, 84_100, Refused),
            (3, 99_999, Refused),
            (4, 84_160, Believed),
            (5, 12, Refused),
            (6, 12, Refused),
            (7, 13, BelievedAnew),
            (8, 14, Believed),
        ] {
            let found = counter.judge(km * 1_000, minute * MINUTE, true, 1_000, &limits);
            assert_eq!(found, verdict, "{km} km");
        }
    }

    #[test]
    fn the_reading_of_the_parked_car_counts_where_it_can() {
        let limits = Limits::of(&TripOptions::default()).unwrap();
        let span = |before, first, last| Span {
            before,
            first: Some((first, 5 * MINUTE)),
            last: Some((last, 29 * MINUTE)),
            broken: false,
        };
        for (case, span, near, start, whole) in [
            ("parked and near", span(Some(100_000), 104_000, 130_000), true, 100_000, true),
            ("parked elsewhere", span(Some(100_000), 104_000, 130_000), false, 104_000, false),
            ("too far to drive in five minutes", span(Some(100_000), 140_000, 160_000), true, 140_000, false),
            ("never read before", span(None, 104_000, 130_000), true, 104_000, false),
        ] {
            let ends = span.ends(0, 30 * MINUTE, near, 1_000, &limits).unwrap();
            assert_eq!((ends.start, ends.whole), (start, whole), "{case}");
        }
    }
}
