//! Many vehicles, events as they arrive.

pub(crate) mod saved;

use std::collections::BTreeMap;
use std::fmt;
use std::iter::Peekable;

use cc_core::{Change, Event, Timestamp, VehicleRef};
use chrono::TimeDelta;

use crate::engine::{Run, belongs, first_deadline, nanos};
use crate::explain::Explanation;
use crate::pack::{Pack, Profile};
use crate::parallel;
use crate::state::{NEVER, VehicleState, instant};
use crate::waiting::{Desk, Queued, Released, Waiting};

/// Runs a pack over the events of many vehicles, in whatever order and batches they come.
///
/// Per vehicle, an instant is released once it lies before the newest event less the lateness; until then its events
/// wait. In order at lateness zero, or in any order within the lateness, in any batches, with any duplicates: the same
/// changes and the same state, byte for byte.
///
/// # Examples
///
/// ```
/// use cc_core::{Body, Event, EventId, TroubleCode};
///
/// let mut runner = cc_rules::Runner::new(cc_rules::standard_pack(), chrono::TimeDelta::minutes(5));
/// let misfire = |at: &str| {
///     let body = Body::TroubleCode(TroubleCode::new("P0301".parse().unwrap()));
///     Event::new("local/7".parse().unwrap(), at.parse().unwrap(), EventId(1), body)
/// };
/// runner.feed([misfire("2026-05-01T10:00:12Z"), misfire("2026-05-01T10:00:00Z")]);
/// assert!(runner.take_changes().is_empty());
/// let changes = runner.drain();
/// assert_eq!(changes.len(), 1);
///
/// // What comes after its instant is done is late, and counted.
/// runner.feed([misfire("2026-05-01T09:00:00Z")]);
/// assert_eq!(runner.stats().late, 1);
/// ```
#[derive(Clone)]
pub struct Runner {
    pub(crate) pack: Pack,
    lateness: i64,
    pub(crate) cars: BTreeMap<VehicleRef, Car>,
    pub(crate) told: Told,
    explain: bool,
    threads: usize,
}

#[derive(Clone)]
pub(crate) struct Car {
    pub(crate) state: VehicleState,
    waiting: Waiting,
}

/// What came out.
#[derive(Clone, Default)]
pub(crate) struct Told {
    changes: Vec<(Change, Option<Explanation>)>,
    stats: RunnerStats,
    /// The earliest late instant of each vehicle.
    late: BTreeMap<VehicleRef, i64>,
}

#[derive(Clone, Copy)]
struct Settings {
    lateness: i64,
    explain: bool,
}

/// What happened beside the changes; not part of the output or the state.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct RunnerStats {
    /// Events taken in.
    pub accepted: u64,
    /// Events that came after their instant was done.
    pub late: u64,
    /// Events that were there twice.
    pub duplicates: u64,
    /// Events released before their time because too many waited; the order promise ends with the first.
    pub early: u64,
    /// Evaluations that had no value because of an overflow, a division by zero or an unreadable text.
    pub uncomputable: u64,
    /// Events without a vehicle, or outside the years 1678 to 2261.
    pub refused: u64,
}

impl Runner {
    /// A runner without vehicles. A negative lateness counts as none.
    pub fn new(pack: Pack, lateness: TimeDelta) -> Self {
        let lateness = lateness.num_nanoseconds().unwrap_or(i64::MAX).max(0);
        Self { pack, lateness, cars: BTreeMap::new(), told: Told::default(), explain: false, threads: 1 }
    }

    /// Whether each change is explained from now on, for [`Self::take_explained`].
    pub fn explain(&mut self, explain: bool) {
        self.explain = explain;
    }

    /// The pack that runs.
    pub fn pack(&self) -> &Pack {
        &self.pack
    }

    /// Says what a vehicle is, before its first event; false where it has a state already.
    pub fn set_profile(&mut self, vehicle: VehicleRef, profile: Profile) -> bool {
        if self.cars.contains_key(&vehicle) {
            return false;
        }
        let state = VehicleState::with_profile(&self.pack, vehicle.clone(), profile);
        self.cars.insert(vehicle, Car { state, waiting: Waiting::default() });
        true
    }

    /// On how many threads batches are worked through; 0 is as many as there are cores. It changes no byte of what comes
    /// out. Without the feature `parallel` it is always one, the caller's.
    ///
    /// Several threads are worth their while for batches of many vehicles, which they take in as a whole.
    pub fn set_threads(&mut self, threads: usize) {
        self.threads = threads;
    }

    /// Takes events as they arrive, and releases the instants that become complete. A car's events are taken fastest
    /// when they come in runs.
    pub fn feed(&mut self, events: impl IntoIterator<Item = Event>) {
        let mut events = events.into_iter().peekable();
        if parallel::is_worth_while(self.threads) {
            return self.feed_in_parallel(events);
        }
        let mut desk = Vec::new();
        let settings = self.settings();
        while let Some(event) = events.next() {
            let Some(vehicle) = event.vehicle_ref() else {
                self.told.stats.refused += 1;
                continue;
            };
            let car = self.cars.entry(vehicle).or_insert_with_key(|vehicle| Car::new(&self.pack, vehicle));
            car.take(&self.pack, settings, event, &mut events, &mut desk, &mut self.told);
        }
    }

    /// The events of each vehicle in the order they came, the vehicles beside each other.
    fn feed_in_parallel(&mut self, events: impl Iterator<Item = Event>) {
        struct Job {
            vehicle: VehicleRef,
            car: Car,
            events: Vec<Event>,
            told: Told,
        }
        let mut batches: BTreeMap<VehicleRef, Vec<Event>> = BTreeMap::new();
        for event in events {
            match event.vehicle_ref() {
                Some(vehicle) => batches.entry(vehicle).or_default().push(event),
                None => self.told.stats.refused += 1,
            }
        }
        let jobs = batches.into_iter().map(|(vehicle, events)| {
            let car = self.cars.remove(&vehicle).unwrap_or_else(|| Car::new(&self.pack, &vehicle));
            Job { vehicle, car, events, told: Told::default() }
        });
        let mut jobs: Vec<_> = jobs.collect();
        let (pack, settings) = (&self.pack, self.settings());
        parallel::each(&mut jobs, self.threads, |job| {
            let mut events = std::mem::take(&mut job.events).into_iter().peekable();
            let mut desk = Vec::new();
            while let Some(event) = events.next() {
                job.car.take(pack, settings, event, &mut events, &mut desk, &mut job.told);
            }
        });
        for job in jobs {
            self.cars.insert(job.vehicle, job.car);
            self.told.append(job.told);
        }
    }

    /// Changes that were taken are to be taken again.
    pub(crate) fn put_back(&mut self, changes: Vec<Change>) {
        self.told.changes.extend(changes.into_iter().map(|change| (change, None)));
    }

    /// A runner without vehicles, with the same settings.
    pub(crate) fn like(&self, pack: Pack) -> Self {
        Self {
            pack,
            lateness: self.lateness,
            cars: BTreeMap::new(),
            told: Told::default(),
            explain: self.explain,
            threads: self.threads,
        }
    }

    fn settings(&self) -> Settings {
        Settings { lateness: self.lateness, explain: self.explain }
    }

    /// Nothing before `until` will come any more, from any vehicle: releases it all.
    pub fn advance(&mut self, until: Timestamp) {
        let Some(until) = nanos(until) else { return };
        self.each(|desk, run| desk.release_before(until, run));
    }

    /// When advancing will matter next: the first waiting instant or deadline of any vehicle.
    pub fn next_deadline(&self) -> Option<Timestamp> {
        let of_car = |car: &Car| {
            let deadline = first_deadline(&self.pack.0, &car.state);
            car.waiting.queue().first().map_or(NEVER, |(at, _)| *at).min(deadline)
        };
        instant(self.cars.values().map(of_car).min().unwrap_or(NEVER))
    }

    /// The changes so far, sorted by instant, vehicle and rule; each is given once.
    pub fn take_changes(&mut self) -> Vec<Change> {
        self.take_explained().into_iter().map(|(change, _)| change).collect()
    }

    /// The same with explanations, where [`Self::explain`] asked for them.
    pub fn take_explained(&mut self) -> Vec<(Change, Option<Explanation>)> {
        let mut out = std::mem::take(&mut self.told.changes);
        out.sort_by(|(a, _), (b, _)| (a.at, &a.vehicle, &a.rule).cmp(&(b.at, &b.vehicle, &b.rule)));
        out
    }

    /// Releases every waiting event, and gives the changes so far.
    pub fn drain(&mut self) -> Vec<Change> {
        self.drain_explained().into_iter().map(|(change, _)| change).collect()
    }

    /// The same with explanations, where [`Self::explain`] asked for them.
    pub fn drain_explained(&mut self) -> Vec<(Change, Option<Explanation>)> {
        #[expect(
            clippy::redundant_closure_for_method_calls,
            reason = "the method alone is not general enough over the lifetime of its desk"
        )]
        self.each(|desk, run| desk.release_all(run));
        self.take_explained()
    }

    fn each(&mut self, release: impl Fn(&mut Desk<'_>, &mut Run<'_>) -> Released + Sync) {
        let Self { pack, cars, told, explain, threads, .. } = self;
        let one = |car: &mut Car, desk: &mut Vec<_>, told: &mut Told| {
            let mut desk = car.waiting.open(desk);
            let mut run = Run::new(pack, &mut car.state, *explain);
            told.stats.add(release(&mut desk, &mut run));
            told.take(run);
            told.stats.duplicates += desk.close();
        };
        if parallel::is_worth_while(*threads) {
            let mut jobs: Vec<_> = cars.values_mut().map(|car| (car, Told::default())).collect();
            parallel::each(&mut jobs, *threads, |(car, told)| one(car, &mut Vec::new(), told));
            for (_, more) in jobs {
                told.append(more);
            }
        } else {
            let mut desk = Vec::new();
            for car in cars.values_mut() {
                one(car, &mut desk, told);
            }
        }
    }

    /// The vehicles of which events came late since this was asked last, each with the earliest instant of them; not part of
    /// what [`Self::save`] writes.
    ///
    /// A late event changes nothing. Whoever keeps a vehicle's events can have its output as if it had come in time: they
    /// feed them in order to another runner, and this one adopts the vehicle.
    ///
    /// # Examples
    ///
    /// ```
    /// use cc_core::{Body, Event, EventId, TroubleCode};
    /// use cc_rules::{Runner, standard_pack};
    ///
    /// let lateness = chrono::TimeDelta::seconds(2);
    /// let code = |at: &str| {
    ///     let body = Body::TroubleCode(TroubleCode::new("P0301".parse().unwrap()));
    ///     Event::new("local/7".parse().unwrap(), at.parse().unwrap(), EventId(1), body)
    /// };
    /// let mut kept = vec![code("2026-05-01T10:00:00Z"), code("2026-05-01T09:00:00Z")];
    /// let mut live = Runner::new(standard_pack(), lateness);
    /// live.feed(kept.clone());
    /// let late = live.take_late();
    /// assert_eq!(late.first_key_value().unwrap().1.to_rfc3339(), "2026-05-01T09:00:00+00:00");
    /// assert!(live.take_late().is_empty());
    ///
    /// kept.sort_by(Event::canonical_cmp);
    /// let mut anew = Runner::new(standard_pack(), lateness);
    /// anew.feed(kept);
    /// live.adopt(anew);
    /// let changes = live.drain();
    /// assert_eq!(changes[0].at.to_rfc3339(), "2026-05-01T09:00:00+00:00");
    /// ```
    pub fn take_late(&mut self) -> BTreeMap<VehicleRef, Timestamp> {
        let late = std::mem::take(&mut self.told.late);
        late.into_iter().filter_map(|(vehicle, at)| Some((vehicle, instant(at)?))).collect()
    }

    /// Takes over the vehicles of another runner of the same pack, in place of its own of the same name, with their waiting
    /// events and the changes that were not taken yet.
    pub fn adopt(&mut self, other: Self) {
        self.cars.extend(other.cars);
        self.told.append(other.told);
    }

    /// What happened beside the changes.
    pub fn stats(&self) -> RunnerStats {
        self.told.stats
    }

    /// The vehicles, sorted, with their state.
    pub fn vehicles(&self) -> impl ExactSizeIterator<Item = &VehicleState> {
        self.cars.values().map(|car| &car.state)
    }

    /// The state of one vehicle.
    pub fn vehicle(&self, vehicle: &VehicleRef) -> Option<&VehicleState> {
        self.cars.get(vehicle).map(|car| &car.state)
    }
}

impl fmt::Debug for Runner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Runner")
            .field("vehicles", &self.cars.len())
            .field("stats", &self.told.stats)
            .finish_non_exhaustive()
    }
}

impl RunnerStats {
    pub(crate) fn append(&mut self, more: Self) {
        let Self { accepted, late, duplicates, early, uncomputable, refused } = more;
        self.accepted += accepted;
        self.late += late;
        self.duplicates += duplicates;
        self.early += early;
        self.uncomputable += uncomputable;
        self.refused += refused;
    }

    fn add(&mut self, released: Released) {
        self.duplicates += released.duplicates;
        self.early += released.early;
    }
}

impl Car {
    fn new(pack: &Pack, vehicle: &VehicleRef) -> Self {
        Self { state: VehicleState::new(pack, vehicle.clone()), waiting: Waiting::default() }
    }

    /// Takes the first event and those after it that are of the same vehicle.
    fn take<I: Iterator<Item = Event>>(
        &mut self,
        pack: &Pack,
        Settings { lateness, explain }: Settings,
        first: Event,
        events: &mut Peekable<I>,
        desk: &mut Vec<Queued>,
        told: &mut Told,
    ) {
        let Self { state, waiting } = self;
        let mut desk = waiting.open(desk);
        let mut next = Some(first);
        while let Some(event) = next {
            next = events.next_if(|event| belongs(event, state));
            let Some(at) = nanos(event.at) else {
                told.stats.refused += 1;
                continue;
            };
            let done = state.reached.max(desk.watermark(lateness));
            if at < done {
                told.late(&state.vehicle, at);
                continue;
            }
            told.stats.accepted += 1;
            desk.add(at, event);
            if desk.is_over_full() {
                let until = desk.watermark(lateness);
                let mut run = Run::new(pack, state, explain);
                told.stats.add(desk.release_before(until, &mut run));
                while desk.is_over_full() {
                    told.stats.add(desk.release_earliest(&mut run));
                }
                told.take(run);
            }
        }
        let until = desk.watermark(lateness);
        let mut run = Run::new(pack, state, explain);
        told.stats.add(desk.release_before(until, &mut run));
        told.take(run);
        told.stats.duplicates += desk.close();
    }
}

impl Told {
    /// Takes over what came out of a run.
    fn take(&mut self, run: Run<'_>) {
        self.stats.uncomputable += run.uncomputable;
        let mut explanations = run.explanations.into_iter();
        self.changes.extend(run.changes.into_iter().map(|change| (change, explanations.next())));
    }

    fn late(&mut self, vehicle: &VehicleRef, at: i64) {
        self.stats.late += 1;
        match self.late.get_mut(vehicle) {
            Some(earliest) => *earliest = at.min(*earliest),
            None => drop(self.late.insert(vehicle.clone(), at)),
        }
    }

    pub(crate) fn append(&mut self, mut more: Self) {
        self.changes.append(&mut more.changes);
        self.stats.append(more.stats);
        for (vehicle, at) in more.late {
            let earliest = self.late.entry(vehicle).or_insert(at);
            *earliest = at.min(*earliest);
        }
    }
}
