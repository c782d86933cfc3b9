//! Tests that stand in a pack, in series notation (feature `source`).
//!
//! A series is a list of samples: `AxN@S` is A, then N more, S apart; `_` stands for no sample. What follows comes S
//! later; without `@S` the step of the part before is kept, at first one second. See `docs/reference/rules.md`.

mod events;
mod outcome;
mod series;
mod timeline;

use cc_core::{Change, ChangeKind, Event, Timestamp, VehicleRef};

use crate::engine::{advance, apply, nanos};
use crate::explain::{Explanation, why_not};
use crate::pack::{Pack, Profile};
use crate::runner::Runner;
use crate::state::VehicleState;
pub(crate) use events::{Report, What, quantity, refused};
pub use outcome::TestOutcome;
pub(crate) use series::{Sample, parse_series};
pub use timeline::Timeline;

/// The vehicle of every test.
const VEHICLE: &str = "local/0";

/// One test of a pack: what a vehicle sends, and the changes that must follow.
#[derive(Clone, Debug)]
pub struct PackTest {
    /// What it shows, as a sentence.
    pub name: Box<str>,
    /// The only rule whose changes are compared, if not all are.
    pub rule: Option<Box<str>>,
    pub(crate) profile: Profile,
    pub(crate) start: Timestamp,
    /// Signal, then its samples.
    pub(crate) series: Vec<(Box<str>, Vec<Sample>)>,
    pub(crate) reports: Vec<Report>,
    /// Milliseconds after the start.
    pub(crate) until: Option<u64>,
    pub(crate) expect: Vec<Expected>,
}

/// One expected change.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Expected {
    /// Milliseconds after the start.
    pub(crate) at: u64,
    pub(crate) change: ChangeKind,
    pub(crate) rule: Box<str>,
    pub(crate) urgency: Option<Box<str>>,
    pub(crate) action: Option<Box<str>>,
    /// Milliseconds after the change.
    pub(crate) due: Option<u64>,
    /// Argument, then its value as text.
    pub(crate) args: Vec<(Box<str>, Box<str>)>,
}

impl PackTest {
    /// Runs the test.
    pub fn run(&self, pack: &Pack) -> TestOutcome {
        let Ok(vehicle) = VEHICLE.parse::<VehicleRef>() else {
            return TestOutcome::new(self, pack, Vec::new());
        };
        let mut runner = Runner::new(pack.clone(), chrono::TimeDelta::zero());
        runner.set_profile(vehicle, self.profile.clone());
        runner.explain(true);
        runner.feed(self.events(pack));
        runner.advance(self.end(pack));
        let changes: Vec<_> = runner
            .take_explained()
            .into_iter()
            .filter(|(change, _)| self.rule.as_ref().is_none_or(|rule| *rule == change.rule))
            .collect();
        TestOutcome::new(self, pack, changes)
    }

    /// What the vehicle (`local/0`) sends, in the order of time.
    pub fn events(&self, pack: &Pack) -> Vec<Event> {
        VEHICLE.parse().map(|vehicle| events::of(self, pack, &vehicle)).unwrap_or_default()
    }

    /// What the vehicle is.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// The expected changes: instant, kind and rule, in the order they are written.
    pub fn expected(&self) -> impl Iterator<Item = (Timestamp, ChangeKind, &str)> {
        self.expect
            .iter()
            .filter_map(|expected| Some((self.at(expected.at)?, expected.change, &*expected.rule)))
    }

    /// Whether it is a test of this rule: by name, or because it expects a change of it.
    pub(crate) fn is_about(&self, rule: &str) -> bool {
        match self.rule.as_deref() {
            Some(only) => only == rule,
            None => self.expect.iter().any(|expected| *expected.rule == *rule),
        }
    }

    /// Whether it says that no rule at all speaks.
    pub(crate) fn is_about_all(&self) -> bool {
        self.rule.is_none() && self.expect.is_empty()
    }

    /// The expected changes: how long after the start, as text, and the kind.
    pub(crate) fn expected_after(&self) -> impl Iterator<Item = (String, ChangeKind)> {
        self.expect.iter().map(|expected| (outcome::elapsed(expected.at), expected.change))
    }

    /// Where the rule of an expected change stands when the change should have come; nothing for an unknown rule.
    pub(crate) fn why_not(&self, pack: &Pack, expected: &Expected) -> Option<Explanation> {
        let at = self.at(expected.at)?;
        let mut state = VehicleState::with_profile(pack, VEHICLE.parse().ok()?, self.profile.clone());
        let events = self.events(pack);
        let until_then = events.partition_point(|event| event.at <= at);
        apply(pack, &mut state, events.get(..until_then)?);
        advance(pack, &mut state, at.checked_add_signed(chrono::TimeDelta::nanoseconds(1))?);
        why_not(pack, &state, &expected.rule, at)
    }

    /// The instant before which everything is run: just after the end, so that deadlines at the end run as well.
    pub fn end(&self, pack: &Pack) -> Timestamp {
        let last = self.events(pack).last().map(|event| event.at);
        let end = [self.until, self.expect.iter().map(|expected| expected.at).max()];
        let end = end.into_iter().flatten().max().and_then(|ms| self.at(ms)).max(last).unwrap_or(self.start);
        end.checked_add_signed(chrono::TimeDelta::nanoseconds(1)).unwrap_or(end)
    }

    /// The instant so many milliseconds after the start.
    pub(crate) fn at(&self, ms: u64) -> Option<Timestamp> {
        self.start.checked_add_signed(chrono::TimeDelta::milliseconds(i64::try_from(ms).ok()?))
    }

    /// How long after the start, in milliseconds.
    pub(crate) fn after_start(&self, at: Timestamp) -> Option<u64> {
        let nanos = nanos(at)?.checked_sub(nanos(self.start)?)?;
        u64::try_from(nanos / 1_000_000).ok()
    }
}

impl Expected {
    /// What differs between this and the change: each thing with what was expected and what came.
    pub(crate) fn differences(&self, test: &PackTest, change: &Change) -> Vec<String> {
        let mut list = Vec::new();
        let mut compare = |what: &str, wanted: Option<&str>, came: &str| {
            if let Some(wanted) = wanted
                && wanted != came
            {
                list.push(format!("{what}: expected {wanted}, came {came}"));
            }
        };
        let at = test.after_start(change.at);
        if at != Some(self.at) {
            compare("at", Some(&outcome::elapsed(self.at)), &at.map_or("never".into(), outcome::elapsed));
        }
        compare("change", Some(self.change.as_str()), change.change.as_str());
        compare("rule", Some(&self.rule), &change.rule);
        compare("urgency", self.urgency.as_deref(), change.urgency.as_str());
        compare("action", self.action.as_deref(), change.action.as_str());
        // What was due before the change is due now.
        let due = change.due.and_then(|due| u64::try_from((due - change.at).num_milliseconds().max(0)).ok());
        if self.due.is_some() && self.due != due {
            let written = |due: Option<u64>| match due {
                None => "none".to_owned(),
                Some(0) => "now".to_owned(),
                Some(ms) => crate::pack::duration_text(ms),
            };
            compare("due", Some(&written(self.due)), &written(due));
        }
        for (name, wanted) in &self.args {
            let came = match change.args.get(name) {
                Some(argument) if events::shows(argument, wanted) => continue,
                Some(argument) => outcome::argument(argument),
                None => "none, as its value is unknown".to_owned(),
            };
            list.push(format!("argument {name}: expected {wanted}, came {came}"));
        }
        list
    }
}
