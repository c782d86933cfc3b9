//! What a pack did over a history, rule by rule.

use std::collections::BTreeMap;
use std::sync::Arc;

use cc_core::{Change, ChangeKind, Event, Timestamp, VehicleRef};
use cc_rules::{Pack, RulePhase, Trace, VehicleState};
use chrono::TimeDelta;

use super::profiles::Profiles;

/// What one rule did.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct RuleTally {
    /// How often it opened, whether its group let it speak or not.
    pub(super) opened: u64,
    /// On how many vehicles.
    pub(super) vehicles: u64,
    /// How many recommendations it raised, as the speaker of its group.
    pub(super) raised: u64,
    /// How often it ended.
    pub(super) ended: u64,
    /// How often it opened again so soon after it ended that the end was none.
    pub(super) false_clears: u64,
    /// How often it was looked at.
    pub(super) evaluations: u64,
}

/// What a pack did.
#[derive(Clone, Debug)]
pub(super) struct Tally {
    pack: Pack,
    span: TimeDelta,
    profiles: Arc<Profiles>,
    pub(super) rules: Vec<RuleTally>,
    pub(super) uncomputable: u64,
    trace: Trace,
    /// For each rule, when it ended last on the present vehicle; and whether it opened there.
    present: Vec<(Option<Timestamp>, bool)>,
}

impl Tally {
    /// A rule that opens within `span` after its end was cleared by mistake.
    pub(super) fn new(pack: &Pack, span: TimeDelta, profiles: Arc<Profiles>) -> Self {
        let count = pack.rule_ids().len();
        Self {
            pack: pack.clone(),
            span,
            profiles,
            rules: vec![RuleTally::default(); count],
            uncomputable: 0,
            trace: Trace::new(pack),
            present: vec![(None, false); count],
        }
    }

    /// Runs all events of one vehicle; gives the changes, and how many events were there twice.
    pub(super) fn vehicle(&mut self, vehicle: &VehicleRef, events: &[Event]) -> (Vec<Change>, u64) {
        let profile = self.profiles.get(vehicle).cloned().unwrap_or_default();
        let mut state = VehicleState::with_profile(&self.pack, vehicle.clone(), profile);
        let applied = cc_rules::apply_traced(&self.pack, &mut state, events, &mut self.trace);
        self.uncomputable += applied.uncomputable;
        let transitions = self.trace.take_transitions();
        for moved in &transitions {
            let (Some(rule), Some((ended, opened))) =
                (self.rules.get_mut(moved.rule), self.present.get_mut(moved.rule))
            else {
                continue;
            };
            if moved.to == RulePhase::Open {
                rule.opened += 1;
                rule.vehicles += u64::from(!*opened);
                rule.false_clears += u64::from(ended.is_some_and(|ended| moved.at - ended <= self.span));
                *opened = true;
            }
            if moved.from == RulePhase::Open {
                rule.ended += 1;
                *ended = Some(moved.at);
            }
        }
        for moved in &transitions {
            if let Some(present) = self.present.get_mut(moved.rule) {
                *present = (None, false);
            }
        }
        for change in applied.changes.iter().filter(|change| change.change == ChangeKind::Raised) {
            let place = self.pack.rule_ids().position(|rule| *rule == *change.rule);
            if let Some(rule) = place.and_then(|place| self.rules.get_mut(place)) {
                rule.raised += 1;
            }
        }
        (applied.changes, applied.duplicates)
    }

    /// Adds what another worker counted.
    pub(super) fn add(&mut self, other: &Self) {
        let evaluations = other.trace.evaluations();
        for ((rule, more), evaluations) in self.rules.iter_mut().zip(&other.rules).zip(evaluations) {
            rule.opened += more.opened;
            rule.vehicles += more.vehicles;
            rule.raised += more.raised;
            rule.ended += more.ended;
            rule.false_clears += more.false_clears;
            rule.evaluations += evaluations;
        }
        self.uncomputable += other.uncomputable;
    }

    /// Each rule by name.
    pub(super) fn by_rule(&self) -> BTreeMap<&str, RuleTally> {
        self.pack.rule_ids().zip(self.rules.iter().copied()).collect()
    }

    pub(super) fn evaluations(&self) -> u64 {
        self.rules.iter().map(|rule| rule.evaluations).sum()
    }
}
