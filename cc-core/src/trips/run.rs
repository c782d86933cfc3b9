//! One movement of a car while it lasts: what a trip is made of.

use std::boxed::Box;
use std::vec::Vec;

use super::fact::FuelUnit;
use super::fuel::Pour;
use super::motion::{Motion, STANDS, Speeds};
use super::odometer::Span;
use super::options::Limits;
use super::spot::{METER, Spot};
use super::track::{Route, Track};
use super::trip::ToldBy;
use super::wire::wire;

/// A movement from its start on.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Run {
    pub(super) sums: Sums,
    pub(super) route: Route,
    /// Stops that did not end it: from and until.
    pub(super) stops: Vec<(i64, i64)>,
    pub(super) gap: Option<Box<Gap>>,
}

wire!(Run { sums, route, stops, gap });

/// What is added up.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Sums {
    pub(super) start: i64,
    pub(super) told_by: ToldBy,
    /// Whether the ignition is known to be on.
    pub(super) ignition: bool,
    /// Whether it moves with its ignition off.
    pub(super) carried: bool,
    /// Whether its own speed said that it drove.
    pub(super) drove: bool,
    pub(super) track: Track,
    pub(super) motion: Motion,
    pub(super) speeds: Speeds,
    /// By [`Odometer`](super::fact::Odometer).
    pub(super) odometers: [Span; 3],
    pub(super) fine: [bool; 3],
    /// By [`FuelUnit`].
    pub(super) fuel: [FuelSpan; 2],
    pub(super) sign: Sign,
    /// When anything was heard last.
    pub(super) heard_at: i64,
    /// Silences within the trip, nanoseconds.
    pub(super) unheard: i64,
}

wire!(Sums {
    start,
    told_by,
    ignition,
    carried,
    drove,
    track,
    motion,
    speeds,
    odometers,
    fine,
    fuel,
    sign,
    heard_at,
    unheard,
});

/// The newest sign that the car was on its way, and what was added up by then.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Sign {
    pub(super) at: i64,
    pub(super) spot: Option<Spot>,
    pub(super) length: u64,
    pub(super) holes: u64,
    pub(super) idle: i64,
}

wire!(Sign { at, spot, length, holes, idle });

/// The fuel of a trip: its level at both ends, and what was filled in.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct FuelSpan {
    pub(super) start: Option<u32>,
    pub(super) added: u32,
    pub(super) end: Option<u32>,
}

wire!(FuelSpan { start, added, end });

/// A silence of which it is not known yet whether the car drove in it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Gap {
    /// How things stood before it.
    pub(super) before: Sums,
    pub(super) until: i64,
    /// Whether the car drove after it.
    pub(super) drove: bool,
}

wire!(Gap { before, until, drove });

impl Run {
    pub(super) fn new(start: i64, told_by: ToldBy, parked: Option<Spot>, limits: &Limits) -> Self {
        Self {
            sums: Sums {
                start,
                told_by,
                ignition: told_by == ToldBy::Ignition,
                carried: false,
                drove: false,
                track: Track::from(parked),
                motion: Motion::default(),
                speeds: Speeds::default(),
                odometers: [Span::default(); 3],
                fine: [false; 3],
                fuel: [FuelSpan::default(); 2],
                sign: Sign { at: start, spot: parked, ..Sign::default() },
                heard_at: start,
                unheard: 0,
            },
            route: Route::new(limits.route_points),
            stops: Vec::new(),
            gap: None,
        }
    }

    /// Something is heard: after a long silence, what happened in it is an open question.
    pub(super) fn hear(&mut self, at: i64, limits: &Limits) {
        let Self { sums, gap, .. } = self;
        let silence = at.saturating_sub(sums.heard_at);
        if silence >= limits.max_silence {
            if sums.ignition && !sums.carried && gap.is_none() {
                *gap = Some(Box::new(Gap { before: *sums, until: at, drove: false }));
            }
            sums.unheard = sums.unheard.saturating_add(silence);
        }
        sums.heard_at = at;
    }

    /// The car shows that it is on its way.
    pub(super) fn sign(&mut self, at: i64) {
        let sums = &mut self.sums;
        let (spot, length, holes) = (sums.sign.spot, sums.track.length, sums.track.holes);
        sums.sign = Sign { at, spot, length, holes, idle: sums.motion.idle };
    }

    /// A position far enough from the last sign is one.
    pub(super) fn sign_by_position(&mut self, spot: Spot) -> bool {
        let moved = self.sums.sign.spot.is_none_or(|before| before.distance(spot) >= MOVED);
        if moved {
            self.sums.sign.spot = Some(spot);
            self.sign(spot.at);
        }
        moved
    }

    /// After a silence the car is `moved` centimetres from where it was, give or take: whether it drove meanwhile.
    /// None where the inexactness does not allow an answer.
    pub(super) fn drove_in_gap(&self, moved: u64, inexact: u64) -> Option<bool> {
        let gap = self.gap.as_ref()?;
        let silence = gap.until.saturating_sub(gap.before.heard_at).max(0).unsigned_abs();
        let needed = u64::try_from(u128::from(silence) * u128::from(SLOWEST) / SECOND).unwrap_or(u64::MAX);
        if moved >= needed {
            Some(true)
        } else if moved.saturating_add(inexact) < needed {
            Some(false)
        } else {
            None
        }
    }

    /// Fuel was filled in, during the trip or before it.
    pub(super) fn poured(&mut self, unit: FuelUnit, pour: &Pour) {
        let fuel = &mut self.sums.fuel[unit as usize];
        let added = pour.after.saturating_sub(pour.before);
        if pour.before_at >= self.sums.start {
            fuel.added = fuel.added.saturating_add(added);
        } else if let Some(start) = &mut fuel.start {
            *start = start.saturating_add(added);
        }
    }

    /// Whether it is known that the car only stood there.
    pub(super) fn only_stood(&self) -> bool {
        let Sums { drove, track, odometers, speeds, .. } = &self.sums;
        let counted = odometers.iter().any(|span| {
            span.first
                .zip(span.last)
                .is_some_and(|((first, _), (last, _))| last > span.before.unwrap_or(first).min(first))
        });
        // A car whose speed was read all the time knows better than its receiver.
        let read = speeds.top_by_car.is_some() && !speeds.gaps;
        // One position tells nothing, unless the receiver adds that it stands.
        let stands = speeds.top_by_receiver.is_some_and(|top| top < STANDS);
        let watched = track.positions >= 2 || stands || speeds.top_by_car.is_some();
        watched && !drove && !counted && (read || !track.gone)
    }
}

const SECOND: u128 = 1_000_000_000;
/// A position this far from the last one that counted is a sign that the car moves, and not noise.
const MOVED: u64 = 100 * METER;
/// Whoever comes forward slower than this in a silence did not drive all the time: 10 km/h, in cm/s.
const SLOWEST: u64 = 278;
