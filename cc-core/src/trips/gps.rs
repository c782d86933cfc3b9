//! Which positions are believed, and where a parked car stands.

use super::options::Limits;
use super::spot::Spot;
use super::wire::wire;

/// The receiver's positions, one after the other.
///
/// A position that no car could have reached since the one before is refused. When three in a row are refused but
/// could have been reached one from the other, it was the earlier one that was wrong.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Receiver {
    pub(super) last: Option<Spot>,
    refused: Option<Spot>,
    agreeing: u8,
}

wire!(Receiver { last, refused, agreeing });

/// What became of a position.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Verdict {
    /// It follows from the one before.
    Believed,
    /// It is believed, and the ones before it are not.
    BelievedAnew,
    Refused,
}

impl Receiver {
    pub(super) fn judge(&mut self, spot: Spot, limits: &Limits) -> Verdict {
        let follows = |before: Spot| before.distance(spot) <= limits.reach(spot.at.saturating_sub(before.at));
        if self.last.is_none_or(follows) {
            *self = Self { last: Some(spot), refused: None, agreeing: 0 };
            return Verdict::Believed;
        }
        self.agreeing = if self.refused.is_some_and(follows) { self.agreeing.saturating_add(1) } else { 1 };
        self.refused = Some(spot);
        if self.agreeing < BELIEVED {
            return Verdict::Refused;
        }
        *self = Self { last: Some(spot), refused: None, agreeing: 0 };
        Verdict::BelievedAnew
    }
}

/// Where a parked car stands, and whether it still does.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Parked {
    pub(super) spot: Option<Spot>,
    /// When it was last seen there.
    pub(super) seen: i64,
    /// A position elsewhere; the second in a row means that the car moved.
    outside: Option<Spot>,
}

wire!(Parked { spot, seen, outside });

impl Parked {
    pub(super) fn at(spot: Option<Spot>) -> Self {
        Self { spot, seen: spot.map_or(i64::MIN, |spot| spot.at), outside: None }
    }

    /// Takes a position in; the first one elsewhere, if this is the second.
    pub(super) fn moved(&mut self, spot: Spot, limits: &Limits) -> Option<Spot> {
        let Some(parked) = self.spot else {
            *self = Self::at(Some(spot));
            return None;
        };
        if parked.distance(spot) < limits.parked_radius {
            self.seen = spot.at;
            self.outside = None;
            return None;
        }
        let first = self.outside;
        self.outside.get_or_insert(spot);
        first
    }
}

/// So many refused positions that agree are believed.
const BELIEVED: u8 = 3;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trips::TripOptions;

    const SECOND: i64 = 1_000_000_000;

    /// A place so many metres north of the equator.
    fn spot(second: i64, meters: i32) -> Spot {
        Spot { at: second * SECOND, latitude: meters * 90, longitude: 1 }
    }

    fn limits() -> Limits {
        Limits::of(&TripOptions::default()).unwrap()
    }

    #[test]
    fn a_jump_is_refused_until_three_agree() {
        use Verdict::{Believed, BelievedAnew, Refused};
        let mut receiver = Receiver::default();
        for (second, meters, verdict) in [
            (0, 0, Believed),
            (10, 300, Believed),
            (20, 5_000, Refused),
            (30, 600, Believed),
            (40, 9_000, Refused),
            (50, 9_100, Refused),
            (60, 30_000, Refused),
            (70, 30_100, Refused),
            (80, 30_200, BelievedAnew),
            (80, 30_250, Believed),
            (80, 31_000, Refused),
        ] {
            assert_eq!(receiver.judge(spot(second, meters), &limits()), verdict, "{second} s, {meters} m");
        }
    }

    #[test]
    fn a_parked_car_has_moved_when_two_in_a_row_say_so() {
        let mut parked = Parked::default();
        for (second, meters, moved) in [
            (0, 0, None),
            (60, 120, None),
            (120, 400, None),
            (180, 10, None),
            (240, 310, None),
            (300, 900, Some(240)),
        ] {
            let found = parked.moved(spot(second, meters), &limits());
            assert_eq!(found.map(|spot| spot.at / SECOND), moved, "{second} s");
        }
        assert_eq!(parked.seen, 180 * SECOND);
    }
}
