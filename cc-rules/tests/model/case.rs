//! One run: a pack, events as they arrive, and all the ways of giving them to the engine.

use std::panic::{AssertUnwindSafe, catch_unwind};

use cc_core::{Change, Event, Timestamp};
use cc_rules::{Migration, Pack, Profile, Runner, VehicleState, advance, apply};
use chrono::TimeDelta;

use crate::dice::Dice;
use crate::facts::nanos;
use crate::groups::{VEHICLE, lines};
use crate::model::{Coverage, run, run_upgraded};
use crate::packs;
use crate::spec::{DAY, SECOND, Spec};
use crate::stories;
use crate::upgrade;

#[derive(Clone)]
pub(crate) struct Case {
    pub(crate) spec: Spec,
    /// In order of arrival, copies included.
    pub(crate) arrivals: Vec<Event>,
    pub(crate) lateness: i64,
    /// How long time goes on after the last event.
    pub(crate) tail: i64,
    /// The next version of the pack, the step after which it comes, and how long after.
    pub(crate) next: Option<(Spec, usize, i64)>,
    /// Decides the sizes of batches, restarts and advances.
    pub(crate) dice: Dice,
}

/// What was expected and what came.
pub(crate) struct Disagreement {
    pub(crate) way: &'static str,
    pub(crate) expected: Vec<String>,
    pub(crate) found: Vec<String>,
    pub(crate) trace: Vec<String>,
}

impl Case {
    pub(crate) fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let theme = packs::theme(&mut dice);
        let spec = packs::spec(&mut dice, &theme);
        let mut arrivals = stories::story(&mut dice, &theme.events);
        let lateness = dice.one(&[0, 1, 5, 20, 3_600]) * SECOND;
        // Beyond the lateness now and then: late events are left out.
        let spread = if dice.once_in(6) { lateness * 3 } else { lateness };
        for _ in 0..dice.below(4) {
            arrivals.push(arrivals[dice.below(arrivals.len())].clone());
        }
        arrivals.sort_by_cached_key(|event| {
            nanos(event.at) + (dice.next() % (spread / SECOND + 1) as u64) as i64 * SECOND
        });
        let tail = dice.one(&[0, SECOND, 30 * SECOND, 700 * SECOND, 2 * DAY, 41 * DAY]);
        let next = dice.once_in(2).then(|| {
            let next = upgrade::changed(&mut dice, &theme, &spec);
            (
                next,
                dice.below(arrivals.len()),
                dice.one(&[0, 0, 1, SECOND / 4, SECOND, 10 * SECOND, 50 * DAY]),
            )
        });
        Self { spec, arrivals, lateness, tail, next, dice }
    }

    /// Compares the model with the engine in every way; gives what the model went through.
    pub(crate) fn check(&self) -> Result<Coverage, Disagreement> {
        let text = self.spec.yaml();
        let Ok(compiled) = cc_rules::source::compile("model.yaml", &[("model.yaml", &text)]) else {
            // A shrunk pack may be none; one that was made is.
            return Ok(Coverage::from([("refused", 1)]));
        };
        let pack = compiled.pack;
        let until = self.arrivals.iter().map(|event| nanos(event.at)).max().unwrap_or(0) + self.tail + 1;
        let (expected, mut coverage, trace) = run(&self.spec, self.arrivals.clone(), until);
        let fail = |way, expected: &[String], found: Vec<String>, trace: &[String]| Disagreement {
            way,
            expected: expected.to_vec(),
            found,
            trace: trace.to_vec(),
        };
        for (way, found) in [
            ("in order", caught(|| in_order(&self.spec, &pack, &self.arrivals, until))),
            (
                "step by step, through bytes",
                caught(|| through_bytes(&self.spec, &pack, &self.arrivals, until)),
            ),
        ] {
            if found != expected {
                return Err(fail(way, &expected, found, &trace));
            }
        }
        let accepted = self.accepted();
        let (expected, trace) = if accepted.len() == self.arrivals.len() {
            (expected, trace)
        } else {
            coverage.insert("late events", 1);
            let (expected, _, trace) = run(&self.spec, accepted, until);
            (expected, trace)
        };
        let found = caught(|| self.as_they_arrive(&pack, until));
        if found != expected {
            return Err(fail("as they arrive", &expected, found, &trace));
        }
        if let Some((next, after, later)) = &self.next
            && !self.arrivals.is_empty()
        {
            self.check_upgrade(&pack, next, (*after, *later), until, &mut coverage)?;
        }
        Ok(coverage)
    }

    /// Why its packs are none.
    pub(crate) fn refusal(&self) -> String {
        let packs = [Some(&self.spec), self.next.as_ref().map(|(next, ..)| next)];
        let refused = packs.into_iter().flatten().filter_map(|spec| {
            let text = spec.yaml();
            let found = cc_rules::source::compile("model.yaml", &[("model.yaml", &text)]).err()?;
            Some(format!("{found}\n{text}"))
        });
        refused.collect()
    }

    /// Reads the state under the next version of the pack at some instant.
    fn check_upgrade(
        &self,
        pack: &Pack,
        next: &Spec,
        (after, later): (usize, i64),
        until: i64,
        coverage: &mut Coverage,
    ) -> Result<(), Disagreement> {
        let text = next.yaml();
        let Ok(compiled) = cc_rules::source::compile("model.yaml", &[("model.yaml", &text)]) else {
            coverage.insert("refused", 1);
            return Ok(());
        };
        let new = compiled.pack;
        let mut events = self.arrivals.clone();
        events.sort_by(Event::canonical_cmp);
        events.dedup_by(|a, b| a.same_as(b));
        let after = nanos(events[after % events.len()].at);
        let next_step = events.iter().map(|event| nanos(event.at)).find(|at| *at > after);
        // Its whole instant is done.
        let reached = (after + 1 + later).min(next_step.map_or(i64::MAX, |at| at - 1));
        let until = until.max(reached + 1);
        let (expected, reached_states, trace, fates) =
            run_upgraded((&self.spec, next), events.clone(), reached, until);
        for (name, count) in reached_states {
            *coverage.entry(name).or_default() += count;
        }
        let mut said = Vec::new();
        let found = caught(|| {
            let (changes, migration) = upgraded(&self.spec, (pack, &new), &events, (after, reached), until);
            said = upgrade::disagreements(&fates, &migration);
            changes
        });
        if found == expected && said.is_empty() {
            return Ok(());
        }
        let found = found.into_iter().chain(said).collect();
        Err(Disagreement { way: "upgraded", expected, found, trace })
    }

    /// What §2 accepts: judged one by one against the newest so far.
    fn accepted(&self) -> Vec<Event> {
        let mut newest = i64::MIN;
        let mut accepted = Vec::new();
        for event in &self.arrivals {
            let at = nanos(event.at);
            if at >= newest.saturating_sub(self.lateness) {
                newest = newest.max(at);
                accepted.push(event.clone());
            }
        }
        accepted
    }

    /// Batches of any size, restarts in between, and time that passes where that says nothing new.
    fn as_they_arrive(&self, pack: &Pack, until: i64) -> Vec<Change> {
        let mut dice = self.dice.clone();
        let lateness = TimeDelta::nanoseconds(self.lateness);
        let mut runner = Runner::new(pack.clone(), lateness);
        runner.set_profile(VEHICLE.parse().unwrap(), profile(&self.spec));
        let mut changes = Vec::new();
        let mut newest = i64::MIN;
        let mut rest = &self.arrivals[..];
        while !rest.is_empty() {
            let (batch, later) = rest.split_at(1 + dice.below(rest.len().min(6)));
            rest = later;
            runner.feed(batch.iter().cloned());
            newest = batch.iter().map(|event| nanos(event.at)).max().unwrap_or(newest).max(newest);
            if dice.once_in(3) {
                runner.advance(Timestamp::from_timestamp_nanos(newest - self.lateness));
            }
            if dice.once_in(3) {
                changes.extend(runner.take_changes());
                runner = Runner::restore(pack.clone(), lateness, &runner.save()).unwrap().0;
            }
        }
        runner.advance(Timestamp::from_timestamp_nanos(until));
        changes.extend(runner.take_changes());
        changes
    }
}

fn profile(spec: &Spec) -> Profile {
    let each = spec.profile.iter();
    each.fold(Profile::default(), |profile, (dimension, is)| profile.with(dimension, is).unwrap())
}

fn caught(run: impl FnOnce() -> Vec<Change>) -> Vec<String> {
    catch_unwind(AssertUnwindSafe(run)).map_or_else(|_| vec!["a panic".to_owned()], lines)
}

/// Each event by itself, at lateness 0.
fn in_order(spec: &Spec, pack: &Pack, events: &[Event], until: i64) -> Vec<Change> {
    let mut events = events.to_vec();
    events.sort_by(Event::canonical_cmp);
    let mut runner = Runner::new(pack.clone(), TimeDelta::zero());
    runner.set_profile(VEHICLE.parse().unwrap(), profile(spec));
    for event in events {
        runner.feed([event]);
    }
    runner.advance(Timestamp::from_timestamp_nanos(until));
    runner.take_changes()
}

/// The pure functions, with the state read under another pack once the instant is reached.
fn upgraded(
    spec: &Spec,
    (pack, next): (&Pack, &Pack),
    events: &[Event],
    (after, reached): (i64, i64),
    until: i64,
) -> (Vec<Change>, Migration) {
    let mut state = VehicleState::with_profile(pack, VEHICLE.parse().unwrap(), profile(spec));
    let (mut now, mut migration) = (pack, None);
    let mut changes = Vec::new();
    let until = Timestamp::from_timestamp_nanos(until);
    for step in events.chunk_by(|a, b| a.at == b.at) {
        changes.extend(advance(now, &mut state, step[0].at));
        changes.extend(apply(now, &mut state, step).changes);
        if nanos(step[0].at) == after {
            changes.extend(advance(now, &mut state, Timestamp::from_timestamp_nanos(reached)));
            let bytes = state.to_bytes(pack);
            let (read, told) = VehicleState::from_bytes(next, &bytes).unwrap();
            (now, state, migration) = (next, read, Some(told));
        }
    }
    changes.extend(advance(now, &mut state, until));
    (changes, migration.unwrap())
}

/// The pure functions, with the state as bytes between any two instants.
fn through_bytes(spec: &Spec, pack: &Pack, events: &[Event], until: i64) -> Vec<Change> {
    let mut events = events.to_vec();
    events.sort_by(Event::canonical_cmp);
    events.dedup_by(|a, b| a.same_as(b));
    let mut state = VehicleState::with_profile(pack, VEHICLE.parse().unwrap(), profile(spec));
    let mut changes = Vec::new();
    for step in events.chunk_by(|a, b| a.at == b.at) {
        changes.extend(advance(pack, &mut state, step[0].at));
        changes.extend(apply(pack, &mut state, step).changes);
        state = VehicleState::from_bytes(pack, &state.to_bytes(pack)).unwrap().0;
    }
    changes.extend(advance(pack, &mut state, Timestamp::from_timestamp_nanos(until)));
    changes
}
