//! The fold: one car's facts in order, and what they come to.
//!
//! A car is under way (`run`), or has just stopped and may go on (`paused`), or is parked. What happens depends on the
//! facts alone, in their order; time passes by [`Car::pass`], which only does what no later fact could change.

use std::boxed::Box;
use std::vec::Vec;

use super::fact::{Fact, Fix, FuelUnit, Odometer, Says};
use super::fuel::{Fuel, Pour};
use super::gps::{Parked, Receiver, Verdict};
use super::motion::{DRIVES, STANDS};
use super::odometer::{self, Counter};
use super::options::Limits;
use super::run::Run;
use super::spot::{METER, Spot};
use super::track::{Arrival, Place};
use super::trip::{MovementKind, ToldBy};
use super::wire::{Wire, wire};

/// What is remembered of a car.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Car {
    /// What the ignition said last; none after it has proved wrong.
    ignition: Option<bool>,
    receiver: Receiver,
    parked: Parked,
    /// By [`Odometer`].
    counters: [Counter; 3],
    /// By [`FuelUnit`].
    fuels: [Fuel; 2],
    /// When it was last seen standing.
    stood_at: Option<i64>,
    pub(super) run: Option<Box<Run>>,
    /// A trip that is over unless the car goes on soon, and when it ended.
    pub(super) paused: Option<(Box<Run>, i64)>,
    /// Values set aside because they cannot be true.
    pub(super) refused: u64,
    /// Times the ignition was on and the car only stood.
    pub(super) stood: u64,
}

wire!(Car { ignition, receiver, parked, counters, fuels, stood_at, run, paused, refused, stood });

/// What the fold gives out.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Done {
    Trip(Box<Ended>),
    Movement { kind: MovementKind, from: Spot, until: Spot, length: u64 },
    Refuelling { unit: FuelUnit, pour: Pour, place: Option<Spot> },
}

/// A trip with its end.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Ended {
    pub(super) run: Run,
    pub(super) end: i64,
    pub(super) told_by: ToldBy,
}

wire!(Ended { run, end, told_by });

/// Whether a fact shows that the car is on its way.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Sign {
    /// It does.
    Driving,
    /// The car is awake; a sign only where the ignition tells trips.
    Awake,
    No,
}

impl Car {
    /// Lets time pass until `at`: what was waiting for something that did not come is decided.
    pub(super) fn pass(&mut self, at: i64, limits: &Limits, out: &mut Vec<Done>) {
        if let Some((_, end)) = self.paused
            && end.saturating_add(limits.join_stop) <= at
        {
            self.close_paused(out);
        }
        if let Some(run) = &self.run {
            let sums = &run.sums;
            let held = sums.ignition || sums.carried;
            let silence = if held { limits.longest_silence } else { limits.max_silence };
            if sums.heard_at.saturating_add(silence) <= at {
                self.end_at_sign(ToldBy::Silence, out);
            }
        }
    }

    /// Takes in the next fact.
    pub(super) fn take(&mut self, fact: Fact, limits: &Limits, out: &mut Vec<Done>) {
        let at = fact.at;
        self.pass(at, limits, out);
        if let Some(run) = &mut self.run {
            run.hear(at, limits);
        }
        let sign = match fact.says {
            Says::IgnitionOn => {
                self.ignition_on(at, limits, out);
                Sign::Driving
            }
            Says::Engine(on) => self.engine(at, on, limits, out),
            Says::Idle(idle) => self.idle(at, idle, limits),
            Says::Speed(speed) => self.speed(at, speed, limits, out),
            Says::Odometer(which, meters, whole) => self.odometer(at, which, meters, whole, limits, out),
            Says::Fuel(unit, level) => self.fuel(at, unit, level, limits, out),
            Says::Position(fix) => self.position(fix, limits, out),
            Says::IgnitionOff => {
                self.ignition_off(at, limits);
                return;
            }
        };
        let Some(run) = &mut self.run else { return };
        if sign == Sign::Driving || (sign == Sign::Awake && run.sums.ignition && !run.sums.carried) {
            run.sign(at);
            return;
        }
        let stand =
            if run.sums.ignition && !run.sums.carried { limits.longest_stand } else { limits.join_stop };
        if at.saturating_sub(run.sums.sign.at) >= stand {
            self.end_at_sign(ToldBy::Standing, out);
        }
    }

    fn ignition_on(&mut self, at: i64, limits: &Limits, out: &mut Vec<Done>) {
        self.ignition = Some(true);
        match &mut self.run {
            Some(run) if run.sums.carried => {
                self.end_at_sign(ToldBy::Standing, out);
                self.start(at, ToldBy::Ignition, limits, out);
            }
            // It was on already: in the silence it was off.
            Some(run) if run.gap.is_some() => {
                self.cut(limits, out);
                self.ignition = Some(true);
                match &mut self.run {
                    Some(run) => run.sums.ignition = true,
                    None => self.start(at, ToldBy::Ignition, limits, out),
                }
            }
            Some(run) => run.sums.ignition = true,
            None => self.start(at, ToldBy::Ignition, limits, out),
        }
    }

    fn ignition_off(&mut self, at: i64, limits: &Limits) {
        self.ignition = Some(false);
        self.stood_at = Some(at);
        let Some(mut run) = self.run.take() else { return };
        if run.sums.carried && self.wheels_stood(&run) == Some(true) {
            self.run = Some(run);
            return;
        }
        // It was on, or it could not go off.
        run.sums.carried = false;
        run.gap = None;
        run.sums.motion.stop(at, limits.max_silence);
        run.sums.speeds.stop(at);
        run.sign(at);
        self.parked = Parked::at(run.sums.track.end().map(|spot| spot.at(at)));
        self.paused = Some((run, at));
    }

    fn engine(&mut self, at: i64, on: bool, limits: &Limits, out: &mut Vec<Done>) -> Sign {
        if on {
            self.wake(at, limits, out);
        } else {
            self.stood_at = Some(at);
        }
        let Some(run) = &mut self.run else { return Sign::No };
        run.sums.motion.engine(at, on, limits.max_silence);
        if on { Sign::Driving } else { Sign::Awake }
    }

    fn idle(&mut self, at: i64, idle: bool, limits: &Limits) -> Sign {
        let Some(run) = &mut self.run else { return Sign::No };
        run.sums.motion.by_car(at, idle, limits.max_silence);
        if idle {
            self.stood_at = Some(at);
        }
        Sign::Awake
    }

    fn speed(&mut self, at: i64, speed: u32, limits: &Limits, out: &mut Vec<Done>) -> Sign {
        if u64::from(speed) > limits.max_speed_kph * 100 {
            self.refused = self.refused.saturating_add(1);
            return Sign::No;
        }
        let (drives, stands) = (speed >= DRIVES, speed < STANDS);
        if drives {
            self.wake(at, limits, out);
        }
        if stands {
            self.stood_at = Some(at);
        }
        let Some(run) = &mut self.run else { return Sign::No };
        run.sums.motion.by_car(at, stands, limits.max_silence);
        run.sums.speeds.by_car(at, speed, run.sums.start);
        run.sums.drove |= drives;
        if let Some(gap) = &mut run.gap {
            gap.drove |= drives;
        }
        if drives { Sign::Driving } else { Sign::Awake }
    }

    fn odometer(
        &mut self,
        at: i64,
        which: Odometer,
        meters: u64,
        whole: bool,
        limits: &Limits,
        out: &mut Vec<Done>,
    ) -> Sign {
        let index = index_of(which);
        let counter = &mut self.counters[index];
        let step = odometer::step(which, counter.fine || !whole);
        let before = counter.last;
        let verdict = counter.judge(meters, at, whole, step, limits);
        if verdict == odometer::Verdict::Refused {
            self.refused = self.refused.saturating_add(1);
            return Sign::No;
        }
        let fine = counter.fine;
        if let Some(run) = &self.run
            && let Some(gap) = &run.gap
            && verdict == odometer::Verdict::Believed
            && let Some((before, _)) = gap.before.odometers[index].last.or(before)
            && let Some(drove) =
                run.drove_in_gap(meters.saturating_sub(before).saturating_mul(METER), step * METER)
        {
            self.close_gap(drove, limits, out);
        }
        let paused = self.paused.as_mut().map(|(run, _)| run);
        if let Some(run) = self.run.as_mut().or(paused) {
            run.sums.odometers[index].reading(meters, at, verdict);
            run.sums.fine[index] = fine;
        }
        if which == Odometer::Daily { Sign::No } else { Sign::Awake }
    }

    fn fuel(&mut self, at: i64, unit: FuelUnit, level: u32, limits: &Limits, out: &mut Vec<Done>) -> Sign {
        let fuel = &mut self.fuels[unit as usize];
        let pour = fuel.reading(at, level, limits.refuel[unit as usize], self.stood_at);
        let sure = fuel.sure_level();
        if let Some(pour) = pour {
            let run = self.run.as_mut().or(self.paused.as_mut().map(|(run, _)| run));
            poured(unit, pour, run.map(|run| &mut **run), self.receiver.last, out);
        }
        if let Some(run) = &mut self.run {
            let span = &mut run.sums.fuel[unit as usize];
            span.start = span.start.or(sure);
        }
        Sign::Awake
    }

    fn position(&mut self, Fix { spot, speed }: Fix, limits: &Limits, out: &mut Vec<Done>) -> Sign {
        let verdict = self.receiver.judge(spot, limits);
        if verdict == Verdict::Refused {
            self.refused = self.refused.saturating_add(1);
            return Sign::No;
        }
        if let Some(run) = &self.run
            && let Some(gap) = &run.gap
            && let Some(before) = gap.before.track.end()
        {
            let drove = run.drove_in_gap(before.distance(spot), 0).unwrap_or(false);
            self.close_gap(drove, limits, out);
        }
        if self.run.is_none() {
            let Some(first) = self.parked.moved(spot, limits) else { return Sign::No };
            self.start_by_position(first, limits, out);
        }
        self.on_the_way(spot, speed, verdict, limits, out)
    }

    /// A position of the movement that is under way.
    fn on_the_way(
        &mut self,
        spot: Spot,
        speed: Option<u32>,
        verdict: Verdict,
        limits: &Limits,
        out: &mut Vec<Done>,
    ) -> Sign {
        let Some(run) = &mut self.run else { return Sign::No };
        let sums = &mut run.sums;
        let before = sums.track.last;
        let still = sums.motion.stands_by_car(spot.at);
        let fix = Arrival { spot, verdict, still, watched: sums.carried };
        let place = sums.track.position(fix, sums.start, limits.min_distance, &mut run.route);
        if place == Place::Elsewhere
            && let Some(parked) = sums.track.parked
        {
            let length = parked.distance(spot);
            out.push(Done::Movement { kind: MovementKind::Unseen, from: parked, until: spot, length });
        }
        let still = match (speed, before) {
            (Some(speed), _) => Some(speed < STANDS),
            (None, Some(before)) if spot.at > before.at => Some(before.distance(spot) < 15 * METER),
            (None, _) => None,
        };
        if let Some(still) = still {
            sums.motion.by_receiver(spot.at, still, limits.max_silence);
            if still {
                self.stood_at = Some(spot.at);
            }
        }
        if let Some(speed) = speed.filter(|speed| u64::from(*speed) <= limits.max_speed_kph * 100) {
            sums.speeds.by_receiver(speed);
        }
        if run.sign_by_position(spot) { Sign::Driving } else { Sign::No }
    }

    /// The car drives, or its engine runs, whatever its ignition said.
    fn wake(&mut self, at: i64, limits: &Limits, out: &mut Vec<Done>) {
        match (&self.run, &self.paused) {
            (Some(run), _) if !run.sums.carried => return,
            (Some(_), _) => {}
            // What was measured before the ignition went off may be sent a little later.
            (None, Some((_, end))) if at.saturating_sub(*end) <= AFTERGLOW => return,
            (None, _) => self.start(at, ToldBy::Motion, limits, out),
        }
        let Some(run) = &mut self.run else { return };
        run.sums.carried = false;
        // A car that tells its ignition has switched it on, and the news was lost.
        run.sums.ignition |= self.ignition.is_some();
        self.ignition = self.ignition.map(|_| true);
    }

    /// The car goes on, or starts a trip.
    fn start(&mut self, at: i64, told_by: ToldBy, limits: &Limits, out: &mut Vec<Done>) {
        if let Some((run, end)) = &mut self.paused
            && run.stops.len() < MOST_STOPS
        {
            run.stops.push((*end, at));
            run.sums.speeds.resume(at);
            run.sums.heard_at = at;
            run.sums.ignition |= told_by == ToldBy::Ignition;
            run.sign(at);
            self.run = self.paused.take().map(|(run, _)| run);
            return;
        }
        self.close_paused(out);
        let mut run = Run::new(at, told_by, self.parked.spot, limits);
        for (span, counter) in run.sums.odometers.iter_mut().zip(&self.counters) {
            span.before = counter.last.map(|(meters, _)| meters);
        }
        for (span, fuel) in run.sums.fuel.iter_mut().zip(&self.fuels) {
            span.start = fuel.level();
        }
        self.run = Some(Box::new(run));
    }

    /// The parked car moved: `first` is its first position elsewhere.
    fn start_by_position(&mut self, first: Spot, limits: &Limits, out: &mut Vec<Done>) {
        // A trip that has just ended is not gone on with: the car would have told its ignition.
        self.close_paused(out);
        let seen = self.parked.seen;
        let soon = first.at.saturating_sub(seen) < limits.max_silence;
        self.start(if soon { seen } else { first.at }, ToldBy::Motion, limits, out);
        if let Some(run) = &mut self.run {
            run.sums.carried = self.ignition == Some(false);
            run.sums.heard_at = first.at;
            if let Some(spot) = &mut run.sums.track.parked {
                spot.at = seen;
            }
        }
        self.on_the_way(first, None, Verdict::Believed, limits, out);
    }

    /// A silence is explained: the car drove in it, or it was the end of the trip.
    fn close_gap(&mut self, drove: bool, limits: &Limits, out: &mut Vec<Done>) {
        if drove {
            if let Some(run) = &mut self.run {
                run.gap = None;
            }
        } else {
            self.cut(limits, out);
        }
    }

    /// The trip was over before the silence; if the car drove after it, that is another one.
    fn cut(&mut self, limits: &Limits, out: &mut Vec<Done>) {
        let Some(gap) = self.run.as_mut().and_then(|run| run.gap.take()) else { return };
        if let Some(run) = &mut self.run {
            run.sums = gap.before;
        }
        self.end_at_sign(ToldBy::Silence, out);
        if gap.drove {
            self.start(gap.until, ToldBy::Motion, limits, out);
        }
    }

    /// The movement ended at its last sign.
    fn end_at_sign(&mut self, told_by: ToldBy, out: &mut Vec<Done>) {
        let Some(mut run) = self.run.take() else { return };
        // What nothing explains is believed to be what the ignition said.
        run.gap = None;
        let sums = &mut run.sums;
        sums.track.length = sums.sign.length;
        sums.track.holes = sums.sign.holes;
        sums.motion.idle = sums.sign.idle;
        let end = sums.sign.at;
        self.parked = Parked::at(sums.track.end());
        self.parked.seen = sums.heard_at;
        self.stood_at = Some(end);
        if sums.carried && self.wheels_stood(&run) != Some(false) {
            if let (Some(from), Some(until)) = (run.sums.track.parked, run.sums.sign.spot) {
                let length = run.sums.sign.length;
                out.push(Done::Movement { kind: MovementKind::Carried, from, until, length });
            }
            return;
        }
        if !run.sums.carried {
            // It was said to be on, or was never told; now it is not known.
            self.ignition = None;
        }
        self.close(run, end, told_by, out);
    }

    /// Whether the wheels stood while the car moved, as far as an odometer tells.
    fn wheels_stood(&self, run: &Run) -> Option<bool> {
        let moved = run.sums.track.length / METER;
        run.sums.odometers.iter().zip(&self.counters).take(2).find_map(|(span, counter)| {
            let (before, (last, _)) = (span.before?, span.last?);
            let step = if counter.fine { 100 } else { 1_000 };
            (moved >= 4 * step).then_some(last.saturating_sub(before) < moved / 2)
        })
    }

    pub(super) fn close_paused(&mut self, out: &mut Vec<Done>) {
        if let Some((run, end)) = self.paused.take() {
            self.close(run, end, ToldBy::Ignition, out);
        }
    }

    fn close(&mut self, mut run: Box<Run>, end: i64, told_by: ToldBy, out: &mut Vec<Done>) {
        for (fuel, unit) in self.fuels.iter_mut().zip([FuelUnit::Liters, FuelUnit::Percent]) {
            if let Some(pour) = fuel.settle(end) {
                poured(unit, pour, Some(&mut run), self.receiver.last, out);
            }
            run.sums.fuel[unit as usize].end = fuel.level();
        }
        if run.only_stood() {
            self.stood = self.stood.saturating_add(1);
        } else {
            out.push(Done::Trip(Box::new(Ended { run: *run, end, told_by })));
        }
    }

    /// The trip that is under way, or may go on.
    pub(super) fn open(&self) -> Option<Ended> {
        if let Some((run, end)) = &self.paused {
            return Some(Ended { run: (**run).clone(), end: *end, told_by: ToldBy::Ignition });
        }
        let run = self.run.as_ref().filter(|run| !run.sums.carried)?;
        let mut run = (**run).clone();
        for (span, fuel) in run.sums.fuel.iter_mut().zip(&self.fuels) {
            span.end = fuel.level();
        }
        let end = run.sums.heard_at;
        Some(Ended { run, end, told_by: ToldBy::Running })
    }
}

fn poured(unit: FuelUnit, pour: Pour, run: Option<&mut Run>, place: Option<Spot>, out: &mut Vec<Done>) {
    if let Some(run) = run {
        run.poured(unit, &pour);
    }
    out.push(Done::Refuelling { unit, pour, place });
}

/// The counter of an odometer: what the car tells once a day is read from the same one.
fn index_of(which: Odometer) -> usize {
    match which {
        Odometer::Car | Odometer::Daily => 0,
        Odometer::CarTens => 1,
        Odometer::Device => 2,
    }
}

impl Wire for Done {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Trip(ended) => {
                out.push(0);
                ended.write(out);
            }
            Self::Movement { kind, from, until, length } => {
                out.push(1);
                kind.write(out);
                from.write(out);
                until.write(out);
                length.write(out);
            }
            Self::Refuelling { unit, pour, place } => {
                out.push(2);
                unit.write(out);
                pour.write(out);
                place.write(out);
            }
        }
    }

    fn read(input: &mut &[u8]) -> Option<Self> {
        Some(match u8::read(input)? {
            0 => Self::Trip(Wire::read(input)?),
            1 => Self::Movement {
                kind: Wire::read(input)?,
                from: Wire::read(input)?,
                until: Wire::read(input)?,
                length: Wire::read(input)?,
            },
            2 => Self::Refuelling {
                unit: Wire::read(input)?,
                pour: Wire::read(input)?,
                place: Wire::read(input)?,
            },
            _ => return None,
        })
    }
}

/// So long after the ignition went off, speed and engine may speak of the time before: 10 seconds.
const AFTERGLOW: i64 = 10 * 1_000_000_000;
/// A trip has at most so many stops.
const MOST_STOPS: usize = 250;
