//! From sums to a trip.

use std::boxed::Box;
use std::vec::Vec;

use chrono::TimeDelta;

use super::car::{Done, Ended};
use super::distance::{Candidates, Counted};
use super::fact::{FuelUnit, Odometer};
use super::odometer::{Ends, step};
use super::options::Limits;
use super::run::{FuelSpan, Sums};
use super::spot::Spot;
use super::trip::{
    Finding, FuelUsed, MeasuredTrip, MeasuredTripId, Movement, Refuelling, TopSpeed, TripEdge, TripStop,
    Waypoint,
};
use crate::{Timestamp, VehicleRef};

/// A trip that is over, in words and units.
pub(super) fn measured(ended: &Ended, vehicle: &VehicleRef, limits: &Limits) -> MeasuredTrip {
    let Ended { run, end, told_by } = ended;
    let sums = &run.sums;
    let ends = odometer_ends(sums, *end, limits);
    let shown = ends[0].or(ends[1]);
    let edge = |at: i64, told_by, place: Option<Spot>, odometer_meters| TripEdge {
        at: Timestamp::from_timestamp_nanos(at),
        told_by,
        place: place.map(Waypoint),
        odometer_meters,
    };
    let top = |speed: u32, by_car| TopSpeed { kilometers_per_hour: f64::from(speed) / 100.0, by_car };
    let speeds = &sums.speeds;
    let by_receiver = speeds.top_by_receiver.map(|speed| top(speed, false));
    let stop = |(from, until): &(i64, i64)| TripStop {
        from: Timestamp::from_timestamp_nanos(*from),
        until: Timestamp::from_timestamp_nanos(*until),
    };
    MeasuredTrip {
        id: MeasuredTripId::of(vehicle, sums.start),
        vehicle: vehicle.clone(),
        start: edge(sums.start, sums.told_by, sums.track.start(sums.start), shown.map(|ends| ends.start)),
        end: edge(*end, *told_by, sums.track.last, shown.map(|ends| ends.end)),
        open: false,
        distance: candidates(sums, &ends).choose(),
        idle: sums.motion.known.then(|| TimeDelta::nanoseconds(sums.motion.idle)),
        fuel: fuel(&sums.fuel, limits),
        top_speed: speeds.top_by_car.map(|speed| top(speed, true)).or(by_receiver),
        stops: run.stops.iter().map(stop).collect(),
        unheard: TimeDelta::nanoseconds(sums.unheard),
        route: run.route.until(*end, sums.track.last).into_iter().map(Waypoint).collect(),
    }
}

/// The odometer readings at both ends: the car's, its coarse one, the device's.
fn odometer_ends(sums: &Sums, end: i64, limits: &Limits) -> [Option<Ends>; 3] {
    let mut ends = [None; 3];
    for (index, which) in ODOMETERS.into_iter().enumerate() {
        let step = step(which, sums.fine[index]);
        ends[index] = sums.odometers[index].ends(sums.start, end, sums.track.near, step, limits);
    }
    ends
}

fn candidates(sums: &Sums, ends: &[Option<Ends>; 3]) -> Candidates {
    let mut odometers = [None; 3];
    for (index, which) in ODOMETERS.into_iter().enumerate() {
        odometers[index] = ends[index].map(|ends| Counted {
            meters: ends.end.saturating_sub(ends.start),
            step: step(which, sums.fine[index]),
            whole: ends.whole,
        });
    }
    Candidates {
        odometers,
        track: (sums.track.positions >= 2).then_some((sums.track.length, sums.track.holes)),
        speed: sums.speeds.top_by_car.map(|_| (sums.speeds.length(), sums.speeds.gaps)),
    }
}

fn fuel(spans: &[FuelSpan; 2], limits: &Limits) -> Option<FuelUsed> {
    let used = |unit: FuelUnit| {
        let FuelSpan { start, added, end } = spans[unit as usize];
        Some((start?.saturating_add(added).saturating_sub(end?), added > 0))
    };
    let (liters, percent) = (used(FuelUnit::Liters), used(FuelUnit::Percent));
    let of_tank = percent.zip(limits.tank).map(|((used, _), tank)| share(used, tank));
    liters.or(percent)?;
    Some(FuelUsed {
        milliliters: liters.map(|(used, _)| used.into()).or(of_tank),
        millipercent: percent.map(|(used, _)| used.into()),
        refuelled: [liters, percent].iter().flatten().any(|(_, refuelled)| *refuelled),
    })
}

/// Thousandths of a percent of a tank in millilitres.
fn share(millipercent: u32, tank: u32) -> u64 {
    (u64::from(millipercent) * u64::from(tank) + 50_000) / 100_000
}

/// What was found, in words and units.
pub(super) fn finding(done: Done, vehicle: &VehicleRef, limits: &Limits) -> Finding {
    match done {
        Done::Trip(ended) => Finding::Trip(Box::new(measured(&ended, vehicle, limits))),
        Done::Movement { kind, from, until, length } => Finding::Movement(Movement {
            vehicle: vehicle.clone(),
            kind,
            from: Waypoint(from),
            until: Waypoint(until),
            meters: length.saturating_add(50) / 100,
        }),
        Done::Refuelling { unit, pour, place } => {
            let level = |level: u32| match unit {
                FuelUnit::Liters => (Some(level.into()), None),
                FuelUnit::Percent => (limits.tank.map(|tank| share(level, tank)), Some(level.into())),
            };
            let ((before_milliliters, before_millipercent), (after_milliliters, after_millipercent)) =
                (level(pour.before), level(pour.after));
            Finding::Refuelling(Refuelling {
                vehicle: vehicle.clone(),
                at: Timestamp::from_timestamp_nanos(pour.at),
                place: place.map(Waypoint),
                before_milliliters,
                after_milliliters,
                before_millipercent,
                after_millipercent,
            })
        }
    }
}

/// What was found of one car, by kind.
#[derive(Debug, Default)]
pub(super) struct Sorted {
    pub(super) trips: Vec<MeasuredTrip>,
    pub(super) movements: Vec<Movement>,
    pub(super) refuellings: Vec<Refuelling>,
}

impl Sorted {
    pub(super) fn of(findings: impl IntoIterator<Item = Finding>) -> Self {
        let mut sorted = Self::default();
        for finding in findings {
            match finding {
                Finding::Trip(trip) => sorted.trips.push(*trip),
                Finding::Movement(movement) => sorted.movements.push(movement),
                Finding::Refuelling(refuelling) => sorted.refuellings.push(refuelling),
            }
        }
        sorted
    }
}

/// In the order of their counters.
const ODOMETERS: [Odometer; 3] = [Odometer::Car, Odometer::CarTens, Odometer::Device];
