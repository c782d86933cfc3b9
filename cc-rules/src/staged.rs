//! A new pack for some vehicles first: stages of a rollout, and a runner that keeps to them.
//!
//! A new version of a pack goes to one vehicle in a hundred, then to five, then to all. Which vehicles those are follows
//! from the rollout's name and the vehicle alone ([`cc_core::rollout::bucket`]), so the phone and the backend agree
//! without asking each other, and growing a stage only adds vehicles to it.

use std::fmt;

use cc_core::rollout::{ExperimentName, Percent, bucket};
use cc_core::{Change, Event, Timestamp, VehicleRef};
use chrono::TimeDelta;

use crate::pack::{Pack, Profile};
use crate::reload::{Reloaded, moved_to};
use crate::runner::{Runner, RunnerStats, saved};
use crate::state::{Migration, StateError};

/// Which pack a vehicle gets: that of the first stage that reaches it, else the one that everybody else has.
///
/// Stages are given from the newest pack to the oldest, each reaching further than the one before: with 5 % of one pack
/// and 20 % of another, the first 5 % get the first pack, the next 15 % the second.
///
/// # Examples
///
/// ```
/// # #[cfg(feature = "source")] {
/// use cc_rules::staged::Rollout;
///
/// let pack = |version: &str| {
///     let text = format!("pack: {{id: demo, version: {version}, language: 1, min_engine: 0.1.0}}\nrules: []\n");
///     cc_rules::source::compile("demo.yaml", &[("demo.yaml", &text)]).unwrap().pack
/// };
/// let everyone = Rollout::new("pack-2026.12".parse()?, pack("2026.11.1"));
/// let canary = everyone.clone().with_stage("5".parse()?, pack("2026.12.0"))?;
/// // Vehicle local/0 is in bucket 8,787 of 10,000 of this rollout: in at 90 %, not at 5 %.
/// assert_eq!(canary.pack_for(&"local/0".parse()?).version(), "2026.11.1");
/// let most = everyone.clone().with_stage("90".parse()?, pack("2026.12.0"))?;
/// assert_eq!(most.pack_for(&"local/0".parse()?).version(), "2026.12.0");
///
/// let error = most.with_stage("20".parse()?, pack("2026.12.1")).unwrap_err();
/// assert_eq!(error.to_string(), "a stage of 20 % after one of 90 % reaches nobody");
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Rollout {
    name: ExperimentName,
    stages: Vec<(Percent, Pack)>,
    base: Pack,
}

impl Rollout {
    /// Everybody has the one pack.
    pub fn new(name: ExperimentName, base: Pack) -> Self {
        Self { name, stages: Vec::new(), base }
    }

    /// Adds a stage behind those there are.
    pub fn with_stage(mut self, percent: Percent, pack: Pack) -> Result<Self, StageError> {
        let before = self.stages.last().map_or(Percent::NONE, |(percent, _)| *percent);
        if percent <= before {
            return Err(StageError { percent, before });
        }
        self.stages.push((percent, pack));
        Ok(self)
    }

    /// The name, which decides who comes first.
    pub fn name(&self) -> &ExperimentName {
        &self.name
    }

    /// The pack of a vehicle.
    pub fn pack_for(&self, vehicle: &VehicleRef) -> &Pack {
        self.pack(self.place_of(vehicle))
    }

    /// The place of the vehicle's stage; behind the last one where none reaches it.
    fn place_of(&self, vehicle: &VehicleRef) -> usize {
        let bucket = bucket(&self.name, vehicle);
        let reached = |(percent, _): &(Percent, Pack)| bucket < percent.hundredths();
        self.stages.iter().position(reached).unwrap_or(self.stages.len())
    }

    fn pack(&self, place: usize) -> &Pack {
        self.stages.get(place).map_or(&self.base, |(_, pack)| pack)
    }

    fn packs(&self) -> impl Iterator<Item = &Pack> {
        self.stages.iter().map(|(_, pack)| pack).chain([&self.base])
    }
}

impl fmt::Debug for Rollout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percents: Vec<_> = self.stages.iter().map(|(percent, _)| percent.to_string()).collect();
        f.debug_struct("Rollout").field("name", &self.name).field("stages", &percents).finish_non_exhaustive()
    }
}

/// A stage that reaches no vehicle: it does not reach further than the one before it.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a stage of {percent} after one of {before} reaches nobody")]
pub struct StageError {
    /// How far the stage reaches.
    pub percent: Percent,
    /// How far the one before it reaches; nothing where there is none.
    pub before: Percent,
}

/// A [`Runner`] in which each vehicle has the pack of its stage.
#[derive(Clone, Debug)]
pub struct StagedRunner {
    rollout: Rollout,
    /// One a stage, the last one for everybody else.
    runners: Vec<Runner>,
}

impl StagedRunner {
    /// A runner without vehicles.
    pub fn new(rollout: Rollout, lateness: TimeDelta) -> Self {
        let runners = rollout.packs().map(|pack| Runner::new(pack.clone(), lateness)).collect();
        Self { rollout, runners }
    }

    /// The rollout in force.
    pub fn rollout(&self) -> &Rollout {
        &self.rollout
    }

    /// As [`Runner::set_threads`].
    pub fn set_threads(&mut self, threads: usize) {
        for runner in &mut self.runners {
            runner.set_threads(threads);
        }
    }

    /// As [`Runner::set_profile`].
    pub fn set_profile(&mut self, vehicle: VehicleRef, profile: Profile) -> bool {
        let place = self.rollout.place_of(&vehicle);
        self.runners.get_mut(place).is_some_and(|runner| runner.set_profile(vehicle, profile))
    }

    /// As [`Runner::feed`].
    pub fn feed(&mut self, events: impl IntoIterator<Item = Event>) {
        let mut parts: Vec<Vec<Event>> = vec![Vec::new(); self.runners.len()];
        let mut last: Option<(VehicleRef, usize)> = None;
        for event in events {
            let place = match (event.vehicle_ref(), &last) {
                // The runner counts it as refused.
                (None, _) => 0,
                (Some(vehicle), Some((same, place))) if *same == vehicle => *place,
                (Some(vehicle), _) => {
                    let place = self.rollout.place_of(&vehicle);
                    last = Some((vehicle, place));
                    place
                }
            };
            if let Some(part) = parts.get_mut(place) {
                part.push(event);
            }
        }
        for (runner, part) in self.runners.iter_mut().zip(parts) {
            runner.feed(part);
        }
    }

    /// As [`Runner::advance`].
    pub fn advance(&mut self, until: Timestamp) {
        for runner in &mut self.runners {
            runner.advance(until);
        }
    }

    /// As [`Runner::next_deadline`].
    pub fn next_deadline(&self) -> Option<Timestamp> {
        self.runners.iter().filter_map(Runner::next_deadline).min()
    }

    /// As [`Runner::take_changes`], over all stages.
    pub fn take_changes(&mut self) -> Vec<Change> {
        Self::sorted(self.runners.iter_mut().map(Runner::take_changes))
    }

    /// As [`Runner::drain`], over all stages.
    pub fn drain(&mut self) -> Vec<Change> {
        Self::sorted(self.runners.iter_mut().map(Runner::drain))
    }

    fn sorted(parts: impl Iterator<Item = Vec<Change>>) -> Vec<Change> {
        let mut changes: Vec<Change> = parts.flatten().collect();
        changes.sort_by(|a, b| (a.at, &a.vehicle, &a.rule).cmp(&(b.at, &b.vehicle, &b.rule)));
        changes
    }

    /// As [`Runner::stats`], summed.
    pub fn stats(&self) -> RunnerStats {
        self.runners.iter().fold(RunnerStats::default(), |mut sum, runner| {
            sum.append(runner.stats());
            sum
        })
    }

    /// The runner of each pack with how many vehicles it has, the newest pack first.
    pub fn packs(&self) -> impl ExactSizeIterator<Item = (&Pack, usize)> {
        self.runners.iter().map(|runner| (runner.pack(), runner.cars.len()))
    }

    /// Goes on under another rollout: more vehicles in a stage, another stage, or the end of it.
    ///
    /// A vehicle whose pack stays the same is left alone. The others move as [`Runner::reload`] moves them; the report is
    /// of those. On an error nothing has changed.
    pub fn set_rollout(&mut self, rollout: Rollout) -> Result<Reloaded, StateError> {
        let Some(first) = self.runners.first() else { return Ok(Reloaded::default()) };
        let mut next: Vec<Runner> = rollout.packs().map(|pack| first.like(pack.clone())).collect();
        let mut report = Reloaded::default();
        for old in &self.runners {
            for (vehicle, car) in &old.cars {
                let Some(new) = next.get_mut(rollout.place_of(vehicle)) else { continue };
                let mut car = car.clone();
                if old.pack.hash() != new.pack.hash() {
                    let (state, migration) = moved_to(&car.state, &old.pack, &new.pack)?;
                    car.state = state;
                    report.add(vehicle, migration);
                }
                new.cars.insert(vehicle.clone(), car);
            }
        }
        report.lost.sort_by(|(a, _), (b, _)| a.cmp(b));
        // What was told and has not been taken yet is the first runner's to give.
        if let Some(new) = next.first_mut() {
            for old in &mut self.runners {
                new.told.append(std::mem::take(&mut old.told));
            }
        }
        self.rollout = rollout;
        self.runners = next;
        Ok(report)
    }

    /// States and waiting events as text, as [`Runner::save`] gives them: which pack a vehicle had, its state says itself.
    pub fn save(&self) -> String {
        let mut text = saved::heading(&self.rollout.base);
        let mut cars: Vec<_> = self
            .runners
            .iter()
            .flat_map(|runner| runner.cars.iter().map(|(vehicle, car)| (vehicle, car, &runner.pack)))
            .collect();
        cars.sort_by(|a, b| a.0.cmp(b.0));
        for (_, car, pack) in cars {
            saved::write_car(car, pack, &mut text);
        }
        text
    }

    /// Goes on from a text of [`Self::save`] or [`Runner::save`], under whatever rollout is in force now; the second value
    /// says what each vehicle lost, where it lost anything.
    pub fn restore(
        rollout: Rollout,
        lateness: TimeDelta,
        text: &str,
    ) -> Result<(Self, Vec<(VehicleRef, Migration)>), StateError> {
        let mut staged = Self::new(rollout, lateness);
        let mut lost = Vec::new();
        for line in saved::lines(text)? {
            let line = line?;
            let vehicle = line.vehicle()?;
            let Some(runner) = staged.runners.get_mut(staged.rollout.place_of(&vehicle)) else { continue };
            let (car, migration) = line.car(&runner.pack)?;
            if !migration.is_clean() {
                lost.push((vehicle.clone(), migration));
            }
            runner.cars.insert(vehicle, car);
        }
        Ok((staged, lost))
    }
}
