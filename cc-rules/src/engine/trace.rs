//! What rules did on the way to their changes: for tools that judge a pack, not for the engine.

use cc_core::{Change, Event, Timestamp};

use super::{Applied, Run, apply_with, nanos};
use crate::pack::Pack;
use crate::state::{Phase, VehicleState, instant};

/// How far a rule is.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum RulePhase {
    /// Its condition does not hold.
    Idle,
    /// Its condition holds, but not for long enough yet.
    Pending,
    /// It holds.
    Open,
}

/// A rule came into another phase.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Transition {
    /// The place of the rule in [`Pack::rule_ids`].
    pub rule: usize,
    /// When.
    pub at: Timestamp,
    /// The phase before.
    pub from: RulePhase,
    /// The phase after.
    pub to: RulePhase,
}

/// What rules did on the way to their changes: how often each was looked at, and when it came into another phase.
///
/// A group shows one recommendation, whichever of its rules speaks; a trace shows every rule. It is no part of output
/// or state: with or without it, both are the same.
///
/// # Examples
///
/// ```
/// use cc_core::{Body, Event, EventId, Timestamp, TroubleCode, VehicleRef};
/// use cc_rules::{RulePhase, Trace, VehicleState};
///
/// let pack = cc_rules::standard_pack();
/// let car: VehicleRef = "local/0".parse()?;
/// let mut state = VehicleState::new(&pack, car.clone());
/// let misfire = Body::TroubleCode(TroubleCode::new("P0301".parse()?));
/// let mut trace = Trace::new(&pack);
/// cc_rules::apply_traced(&pack, &mut state, &[Event::new(car, Timestamp::UNIX_EPOCH, EventId(1), misfire)], &mut trace);
///
/// let rule = pack.rule_ids().position(|id| id == "misfire").ok_or("no such rule")?;
/// assert_eq!(trace.evaluations()[rule], 1);
/// let opened = trace.take_transitions().into_iter().find(|transition| transition.rule == rule);
/// assert_eq!(opened.map(|transition| transition.to), Some(RulePhase::Open));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Trace {
    evaluations: Vec<u64>,
    transitions: Vec<Transition>,
}

impl Trace {
    /// A trace of nothing yet, for the rules of `pack`.
    pub fn new(pack: &Pack) -> Self {
        Self { evaluations: vec![0; pack.0.rules.len()], transitions: Vec::new() }
    }

    /// How often each rule was looked at, in the order of [`Pack::rule_ids`].
    pub fn evaluations(&self) -> &[u64] {
        &self.evaluations
    }

    /// The changes of phase since the last call, in the order in which they happened.
    pub fn take_transitions(&mut self) -> Vec<Transition> {
        std::mem::take(&mut self.transitions)
    }

    pub(super) fn evaluated(&mut self, rule: usize) {
        if let Some(count) = self.evaluations.get_mut(rule) {
            *count = count.saturating_add(1);
        }
    }

    pub(super) fn moved(&mut self, rule: usize, at: i64, from: Phase, to: Phase) {
        if from != to
            && let Some(at) = instant(at)
        {
            self.transitions.push(Transition { rule, at, from: from.into(), to: to.into() });
        }
    }
}

impl From<Phase> for RulePhase {
    fn from(phase: Phase) -> Self {
        match phase {
            Phase::Idle => Self::Idle,
            Phase::Open => Self::Open,
            Phase::Pending => Self::Pending,
        }
    }
}

/// Like [`apply`](super::apply), and adds to `trace` what the rules did.
pub fn apply_traced(pack: &Pack, state: &mut VehicleState, events: &[Event], trace: &mut Trace) -> Applied {
    apply_with(pack, state, events, false, Some(trace)).0
}

/// Like [`advance`](super::advance), and adds to `trace` what the rules did.
pub fn advance_traced(
    pack: &Pack,
    state: &mut VehicleState,
    until: Timestamp,
    trace: &mut Trace,
) -> Vec<Change> {
    let mut run = Run::new(pack, state, false);
    run.trace = Some(trace);
    if let Some(until) = nanos(until) {
        run.advance(until);
    }
    run.sorted_changes()
}
