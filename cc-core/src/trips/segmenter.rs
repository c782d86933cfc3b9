//! Events as they arrive, and the facts that wait until their instant is complete.

use core::fmt;
use std::collections::VecDeque;
use std::vec::Vec;

use sha2::{Digest, Sha256};

use super::car::{Car, Done};
use super::fact::{Fact, NoFact};
use super::measure::{finding, measured};
use super::options::{Limits, TripOptions, TripOptionsError};
use super::trip::{Finding, MeasuredTrip};
use super::wire::{Wire, wire};
use crate::{Event, OrganizationKey, Timestamp, VehicleId, VehicleRef};

/// Works out the trips of one car from its events, in whatever order and batches they come.
///
/// An instant is worked off once it lies before the newest event less the
/// [`lateness`](TripOptions::lateness), or before an instant given to [`Self::advance`]; until then its facts wait, at
/// most 4,096 of them. In order, or in any order within the lateness, in any batches, with any duplicates: the same
/// trips and the same state, byte for byte.
///
/// # Examples
///
/// ```
/// use cc_core::trips::{Finding, Segmenter, TripOptions};
/// use cc_core::{Body, Event, EventId, Reading, SignalId, VehicleRef};
///
/// let car: VehicleRef = "demo/7".parse()?;
/// let ignition = |at: &str, on: bool| {
///     let body = Body::Reading(Reading::new(SignalId::IGNITION, on));
///     Event::new(car.clone(), at.parse().unwrap(), EventId(1), body)
/// };
/// let mut segmenter = Segmenter::new(car.clone(), &TripOptions::default())?;
/// segmenter.add(&ignition("2026-05-01T07:31:20Z", false)); // first the end,
/// segmenter.add(&ignition("2026-05-01T06:59:40Z", true)); // then the start, but too late
/// assert_eq!(segmenter.stats().late, 1);
///
/// let mut segmenter = Segmenter::new(car.clone(), &TripOptions::default())?;
/// segmenter.add(&ignition("2026-05-01T06:59:40Z", true));
/// segmenter.add(&ignition("2026-05-01T07:31:20Z", false));
/// segmenter.advance("2026-05-01T08:00:00Z".parse().unwrap());
/// let findings = segmenter.finished();
/// let Some(Finding::Trip(trip)) = findings.first() else { panic!("a trip") };
/// assert_eq!(trip.duration().num_seconds(), 1_900);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Segmenter {
    vehicle: VehicleRef,
    limits: Limits,
    state: State,
}

/// Everything but the car's name and the options.
#[derive(Clone, Debug, Eq, PartialEq)]
struct State {
    /// In order, each fact once.
    waiting: VecDeque<Fact>,
    newest: Option<i64>,
    /// Everything before this is done.
    reached: i64,
    car: Car,
    /// Found and not yet given out.
    done: Vec<Done>,
    stats: SegmenterStats,
}

wire!(State { waiting, newest, reached, car, done, stats });

/// What became of an event.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Added {
    /// It is taken in.
    Accepted,
    /// What it says was there already.
    Duplicate,
    /// Its instant is done. Work the stored events around it out anew with [`segment`](super::segment).
    Late,
    /// It says nothing about trips, or nothing that can be true.
    NotUsed,
    /// It is about another car, or its instant is outside the years 1678 to 2261.
    Refused,
}

/// What happened beside the trips.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct SegmenterStats {
    /// Events taken in.
    pub accepted: u64,
    /// Events that were there already.
    pub duplicates: u64,
    /// Events that came after their instant was done.
    pub late: u64,
    /// Facts worked off before their time because too many waited; the order promise ends with the first.
    pub early: u64,
    /// Events whose value cannot be true, or is too inexact.
    pub unusable: u64,
    /// Positions, odometer readings and speeds that do not follow from those before.
    pub implausible: u64,
    /// Times the ignition was on and the car only stood: no trips.
    pub stood: u64,
    /// Events of another car, or outside the years 1678 to 2261.
    pub refused: u64,
}

impl SegmenterStats {
    fn count(&mut self, which: impl Fn(&mut Self) -> &mut u64) {
        let count = which(self);
        *count = count.saturating_add(1);
    }
}

wire!(SegmenterStats { accepted, duplicates, late, early, unusable, implausible, stood, refused });

impl Segmenter {
    /// A car of which nothing is known.
    pub fn new(vehicle: VehicleRef, options: &TripOptions) -> Result<Self, TripOptionsError> {
        Ok(Self::with_limits(vehicle, Limits::of(options)?))
    }

    pub(super) fn with_limits(vehicle: VehicleRef, limits: Limits) -> Self {
        let state = State {
            waiting: VecDeque::new(),
            newest: None,
            reached: i64::MIN,
            car: Car::default(),
            done: Vec::new(),
            stats: SegmenterStats::default(),
        };
        Self { vehicle, limits, state }
    }

    /// The car.
    pub fn vehicle(&self) -> &VehicleRef {
        &self.vehicle
    }

    /// Takes an event in.
    pub fn add(&mut self, event: &Event) -> Added {
        if event.vehicle != Some(self.vehicle.vehicle)
            || event.organization.as_ref() != Some(&self.vehicle.organization)
        {
            self.state.stats.count(|stats| &mut stats.refused);
            return Added::Refused;
        }
        match Fact::of(event, &self.limits) {
            Ok(fact) => self.add_fact(fact),
            Err(NoFact::Other) => Added::NotUsed,
            Err(NoFact::Value) => {
                self.state.stats.count(|stats| &mut stats.unusable);
                Added::NotUsed
            }
            Err(NoFact::Instant) => {
                self.state.stats.count(|stats| &mut stats.refused);
                Added::Refused
            }
        }
    }

    fn add_fact(&mut self, fact: Fact) -> Added {
        let state = &mut self.state;
        let watermark = state.newest.map_or(i64::MIN, |newest| newest.saturating_sub(self.limits.lateness));
        if fact.at < state.reached.max(watermark) {
            state.stats.count(|stats| &mut stats.late);
            return Added::Late;
        }
        if state.waiting.back().is_none_or(|newest| *newest < fact) {
            state.waiting.push_back(fact);
        } else {
            match state.waiting.binary_search(&fact) {
                Ok(_) => {
                    state.stats.count(|stats| &mut stats.duplicates);
                    return Added::Duplicate;
                }
                Err(index) => state.waiting.insert(index, fact),
            }
        }
        state.stats.count(|stats| &mut stats.accepted);
        let newest = state.newest.map_or(fact.at, |newest| newest.max(fact.at));
        state.newest = Some(newest);
        state.release(newest.saturating_sub(self.limits.lateness), &self.limits);
        while state.waiting.len() > MOST_WAITING {
            state.stats.count(|stats| &mut stats.early);
            state.release_first(&self.limits);
        }
        Added::Accepted
    }

    /// Works off a whole history: facts in order, each once.
    pub(super) fn take_all(&mut self, facts: &[Fact]) {
        for fact in facts {
            self.state.car.take(*fact, &self.limits, &mut self.state.done);
        }
        self.drain();
    }

    /// Nothing before `until` will come any more: works it all off.
    pub fn advance(&mut self, until: Timestamp) {
        if let Some(until) = until.timestamp_nanos_opt() {
            self.state.release(until, &self.limits);
        }
    }

    /// Works off everything that waits, and ends a trip whose end may have been a stop: nothing more will come. A trip
    /// that is still under way stays [`Self::open`].
    pub fn drain(&mut self) {
        while !self.state.waiting.is_empty() {
            self.state.release_first(&self.limits);
        }
        self.state.car.close_paused(&mut self.state.done);
    }

    /// What was found since the last call, in the order in which it became known.
    pub fn finished(&mut self) -> Vec<Finding> {
        let done = core::mem::take(&mut self.state.done);
        done.into_iter().map(|done| finding(done, &self.vehicle, &self.limits)).collect()
    }

    /// The trip that is under way, or has just ended and may go on; as far as it is worked off.
    pub fn open(&self) -> Option<MeasuredTrip> {
        let ended = self.state.car.open()?;
        Some(MeasuredTrip { open: true, ..measured(&ended, &self.vehicle, &self.limits) })
    }

    /// What happened beside the trips.
    pub fn stats(&self) -> SegmenterStats {
        let car = &self.state.car;
        SegmenterStats { implausible: car.refused, stood: car.stood, ..self.state.stats }
    }

    /// The memory this car takes up, in bytes, with what it waits for and what was not yet taken.
    pub fn memory(&self) -> usize {
        let state = &self.state;
        let of_run = |run: &super::run::Run| {
            size_of::<super::run::Run>() + run.route.memory() + run.stops.capacity() * size_of::<(i64, i64)>()
        };
        let of_done = |done: &Done| match done {
            Done::Trip(ended) => size_of::<super::car::Ended>() + of_run(&ended.run),
            Done::Movement { .. } | Done::Refuelling { .. } => 0,
        };
        size_of::<Self>()
            + state.waiting.capacity() * size_of::<Fact>()
            + state.done.capacity() * size_of::<Done>()
            + state.done.iter().map(of_done).sum::<usize>()
            + state.car.run.iter().map(|run| of_run(run)).sum::<usize>()
            + state.car.paused.iter().map(|(run, _)| of_run(run)).sum::<usize>()
    }

    /// The stable form of everything that is remembered, with what waits and what was not yet taken. Equal states have
    /// equal bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut body = Vec::new();
        write_text(self.vehicle.organization.as_str(), &mut body);
        self.vehicle.vehicle.0.write(&mut body);
        self.state.write(&mut body);
        let mut out = Vec::with_capacity(body.len() + HEAD);
        out.extend_from_slice(MAGIC);
        out.push(VERSION);
        out.extend_from_slice(&checksum(&body));
        out.extend_from_slice(&body);
        out
    }

    /// Goes on from bytes of [`Self::to_bytes`], from now on with these options.
    ///
    /// # Examples
    ///
    /// ```
    /// use cc_core::trips::{Segmenter, TripOptions};
    ///
    /// let options = TripOptions::default();
    /// let mut bytes = Segmenter::new("demo/7".parse()?, &options)?.to_bytes();
    /// assert_eq!(Segmenter::from_bytes(&bytes, &options)?.vehicle().to_string(), "demo/7");
    ///
    /// bytes.pop();
    /// let error = Segmenter::from_bytes(&bytes, &options).unwrap_err();
    /// assert_eq!(error.to_string(), "not the state of a segmenter");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_bytes(bytes: &[u8], options: &TripOptions) -> Result<Self, SegmenterStateError> {
        let limits = Limits::of(options)?;
        let rest = bytes.strip_prefix(MAGIC).ok_or(SegmenterStateError::Damaged)?;
        let (version, rest) = rest.split_first().ok_or(SegmenterStateError::Damaged)?;
        if *version != VERSION {
            return Err(SegmenterStateError::Version { found: *version });
        }
        let (sum, mut body) = rest.split_first_chunk::<4>().ok_or(SegmenterStateError::Damaged)?;
        if *sum != checksum(body) {
            return Err(SegmenterStateError::Damaged);
        }
        let input = &mut body;
        let read = (|| {
            let organization: OrganizationKey = read_text(input)?.parse().ok()?;
            let vehicle = VehicleRef { organization, vehicle: VehicleId(i64::read(input)?) };
            let state = State::read(input).filter(State::is_sound)?;
            input.is_empty().then_some(Self { vehicle, limits, state })
        })();
        read.ok_or(SegmenterStateError::Damaged)
    }
}

impl State {
    /// Works off everything before `until`.
    fn release(&mut self, until: i64, limits: &Limits) {
        while self.waiting.front().is_some_and(|fact| fact.at < until) {
            self.release_first(limits);
        }
        if until > self.reached {
            self.reached = until;
            self.car.pass(until, limits, &mut self.done);
        }
    }

    fn release_first(&mut self, limits: &Limits) {
        if let Some(fact) = self.waiting.pop_front() {
            self.reached = self.reached.max(fact.at);
            self.car.take(fact, limits, &mut self.done);
        }
    }

    fn is_sound(&self) -> bool {
        let in_order = self.waiting.iter().zip(self.waiting.iter().skip(1)).all(|(a, b)| a < b);
        let waits = |fact: &Fact| fact.at >= self.reached && self.newest >= Some(fact.at);
        in_order && self.waiting.len() <= MOST_WAITING && self.waiting.iter().all(waits)
    }
}

impl Wire for VecDeque<Fact> {
    fn write(&self, out: &mut Vec<u8>) {
        (self.len() as u64).write(out);
        for fact in self {
            fact.write(out);
        }
    }

    fn read(input: &mut &[u8]) -> Option<Self> {
        Vec::read(input).map(Self::from)
    }
}

impl fmt::Debug for Segmenter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Segmenter")
            .field("vehicle", &self.vehicle)
            .field("waiting", &self.state.waiting.len())
            .field("stats", &self.stats())
            .finish_non_exhaustive()
    }
}

/// Why bytes are not a segmenter.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SegmenterStateError {
    /// They end too early, go on too long, or were changed.
    #[error("not the state of a segmenter")]
    Damaged,
    /// The options cannot be worked with.
    #[error(transparent)]
    Options(#[from] TripOptionsError),
    /// They were written by another version of this crate.
    #[error("a state of version {found}, this segmenter reads version {VERSION}")]
    Version {
        /// The version found.
        found: u8,
    },
}

fn write_text(text: &str, out: &mut Vec<u8>) {
    (text.len() as u64).write(out);
    out.extend_from_slice(text.as_bytes());
}

fn read_text<'a>(input: &mut &'a [u8]) -> Option<&'a str> {
    let length = super::wire::count(input)?;
    let (text, rest) = input.split_at_checked(length)?;
    *input = rest;
    core::str::from_utf8(text).ok()
}

/// The beginning of a SHA-256.
fn checksum(body: &[u8]) -> [u8; 4] {
    let digest = Sha256::digest(body);
    [digest[0], digest[1], digest[2], digest[3]]
}

const MAGIC: &[u8; 3] = b"CCT";
/// The version of the form in bytes.
const VERSION: u8 = 1;
/// Magic, version and checksum.
const HEAD: usize = 8;
/// So many facts wait at most: 160 kB a car.
const MOST_WAITING: usize = 4_096;

#[cfg(test)]
mod tests;
