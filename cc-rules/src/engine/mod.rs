//! Steps and deadlines: how events and the passing of time become changes.
//!
//! Everything happens at an instant. First the events of the instant are taken in as one step, and the rules they touch
//! are evaluated; then the deadlines of the instant run: timers first, then values that grow too old. The semantics
//! are written down in `docs/reference/rules.md`.

mod blocks;
mod deadlines;
mod facts;
mod groups;
mod quick;
mod ready;
mod rules;
mod trace;

use std::borrow::Borrow;
use std::cmp::Ordering;

use cc_core::{Body, Change, ChangeKind, Event, Timestamp};

use crate::explain::Explanation;
use crate::expr::EvalCounters;
use crate::pack::{Linked, Pack, Part};
use crate::state::{NEVER, NONE, Phase, VehicleState, View, day_of, instant, mark};
pub(crate) use blocks::{
    absence_truth, age_truth, heard as heard_of, hits_and_blanks, last_truth, sequence_truth, window_value,
};
pub(crate) use deadlines::first_deadline;
pub(crate) use groups::{arguments, duration as duration_of, id_of};
use rules::Moment;
pub(crate) use rules::enough as enough_of;
pub use trace::{RulePhase, Trace, Transition, advance_traced, apply_traced};

/// Takes in events of one vehicle, each instant complete, and gives the changes in order.
///
/// The events may come in any order within the call, also twice. Instants that were done before are late: they are left
/// out and counted in [`Applied::late`]. Afterwards everything up to and including the newest event's instant is done.
/// To feed events as they arrive, in any order and in any batches, use a [`crate::Runner`], which holds them back until
/// their instant is complete.
///
/// # Examples
///
/// ```
/// use cc_core::{Body, Event, EventId, Timestamp, TroubleCode, VehicleRef};
/// use cc_rules::VehicleState;
///
/// let pack = cc_rules::standard_pack();
/// let car: VehicleRef = "local/0".parse()?;
/// let mut state = VehicleState::new(&pack, car.clone());
/// let misfire = Body::TroubleCode(TroubleCode::new("P0301".parse()?));
/// let event = Event::new(car, Timestamp::UNIX_EPOCH, EventId(1), misfire);
/// let applied = cc_rules::apply(&pack, &mut state, &[event.clone()]);
/// assert_eq!(applied.changes[0].rule.as_ref(), "misfire");
///
/// // Its instant is done: the same event again is late, and changes nothing.
/// let applied = cc_rules::apply(&pack, &mut state, &[event]);
/// assert_eq!((applied.changes.len(), applied.late), (0, 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn apply(pack: &Pack, state: &mut VehicleState, events: &[Event]) -> Applied {
    apply_with(pack, state, events, false, None).0
}

/// Like [`apply`], and explains each change: the explanations stand in the order of the changes.
pub fn apply_explained(
    pack: &Pack,
    state: &mut VehicleState,
    events: &[Event],
) -> (Applied, Vec<Explanation>) {
    apply_with(pack, state, events, true, None)
}

/// Lets time pass: nothing before `until` will come any more. Deadlines before it run, each at its own instant.
pub fn advance(pack: &Pack, state: &mut VehicleState, until: Timestamp) -> Vec<Change> {
    let mut run = Run::new(pack, state, false);
    if let Some(until) = nanos(until) {
        run.advance(until);
    }
    run.sorted_changes()
}

/// When advancing will matter next: the first deadline, if no event comes before it.
///
/// [`advance`] runs it once it is called with a later instant.
pub fn next_deadline(pack: &Pack, state: &VehicleState) -> Option<Timestamp> {
    instant(first_deadline(&pack.0, state))
}

/// What came of a call of [`apply`].
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Applied {
    /// The changes, sorted by instant, then rule.
    pub changes: Vec<Change>,
    /// Events whose instant was done already.
    pub late: u64,
    /// Events of other vehicles, or whose instant lies outside the years 1678 to 2261.
    pub refused: u64,
    /// Events that were there twice.
    pub duplicates: u64,
    /// Evaluations that had no value because of an overflow, a division by zero or an unreadable text.
    pub uncomputable: u64,
}

fn apply_with(
    pack: &Pack,
    state: &mut VehicleState,
    events: &[Event],
    explain: bool,
    trace: Option<&mut Trace>,
) -> (Applied, Vec<Explanation>) {
    let mut applied = Applied::default();
    let mut queue: Vec<(i64, &Event)> = Vec::new();
    let is_ready = ready::are_ready(&pack.0, state, events);
    if !is_ready {
        queue.reserve_exact(events.len());
        for event in events {
            match nanos(event.at) {
                Some(at) if belongs(event, state) => {
                    if at < state.reached {
                        applied.late += 1;
                    } else {
                        queue.push((at, event));
                    }
                }
                _ => applied.refused += 1,
            }
        }
        queue.sort_by(|a, b| in_order(&pack.0, *a, *b));
        let before = queue.len();
        queue.dedup_by(|b, a| in_order(&pack.0, *a, *b).is_eq());
        applied.duplicates = (before - queue.len()) as u64;
    }
    let mut run = Run::new(pack, state, explain);
    run.trace = trace;
    if is_ready {
        run.take(events);
    } else {
        run.take(&queue);
    }
    applied.uncomputable = run.uncomputable;
    if !explain {
        applied.changes = run.sorted_changes();
        return (applied, Vec::new());
    }
    let mut pairs: Vec<_> = run.changes.into_iter().zip(run.explanations).collect();
    pairs.sort_by(|(a, _), (b, _)| (a.at, &a.rule).cmp(&(b.at, &b.rule)));
    let (changes, explanations) = pairs.into_iter().unzip();
    applied.changes = changes;
    (applied, explanations)
}

/// Instant, then the canonical order of events.
#[inline]
pub(crate) fn in_order(pack: &Linked, a: (i64, &Event), b: (i64, &Event)) -> Ordering {
    let ((a_at, a), (b_at, b)) = (a, b);
    if a_at != b_at {
        return a_at.cmp(&b_at);
    }
    // Most events are readings of different signals at one instant: their types decide, by number.
    match (pack.type_order(a), pack.type_order(b)) {
        (Some(a_type), Some(b_type)) if a_type != b_type && a.at == b.at => a_type.cmp(&b_type),
        _ => a.canonical_cmp(b),
    }
}

/// An event with the instant at which it is taken.
pub(crate) trait Ready {
    fn instant(&self) -> i64;
    fn event(&self) -> &Event;
    fn is_beside(&self, other: &Self) -> bool;
}

impl<E: Borrow<Event>> Ready for (i64, E) {
    fn instant(&self) -> i64 {
        self.0
    }

    fn event(&self) -> &Event {
        self.1.borrow()
    }

    fn is_beside(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Ready for Event {
    fn instant(&self) -> i64 {
        nanos(self.at).unwrap_or(NONE)
    }

    fn event(&self) -> &Event {
        self
    }

    fn is_beside(&self, other: &Self) -> bool {
        self.at == other.at || self.instant() == other.instant()
    }
}

pub(crate) fn belongs(event: &Event, state: &VehicleState) -> bool {
    event.vehicle == Some(state.vehicle.vehicle)
        && event.organization.as_ref() == Some(&state.vehicle.organization)
}

/// Nanoseconds since the epoch, where they fit.
pub(crate) fn nanos(at: Timestamp) -> Option<i64> {
    at.timestamp_nanos_opt().filter(|nanos| *nanos != NONE && *nanos != NEVER)
}

/// The public form of a truth.
pub(crate) fn truth_of(truth: rules::Truth) -> crate::explain::Truth {
    match truth {
        Some(true) => crate::explain::Truth::True,
        Some(false) => crate::explain::Truth::False,
        None => crate::explain::Truth::Unknown,
    }
}

/// One run over a vehicle's state, with what comes out of it.
pub(crate) struct Run<'a> {
    pack: &'a Linked,
    state: &'a mut VehicleState,
    pub(crate) changes: Vec<Change>,
    pub(crate) explanations: Vec<Explanation>,
    /// Conditions without a value because of an overflow, a division by zero or an unreadable text.
    pub(crate) uncomputable: u64,
    explain: bool,
    trace: Option<&'a mut Trace>,
    touched: Touched,
    groups: Vec<u16>,
}

/// The rules to evaluate, and what their blocks heard, of the present step.
#[derive(Debug)]
struct Touched {
    /// Rules in the first words; a pack with more has them all in `many`.
    few: [u64; FEW_WORDS],
    many: Vec<u64>,
    any: bool,
    /// Whether rules that a new value leaves as they are must be looked at all the same.
    all_readers: bool,
    heard: Vec<(u16, Part, u32)>,
}

/// Enough for 256 rules without memory of its own.
const FEW_WORDS: usize = 4;

impl Touched {
    fn new(words: usize) -> Self {
        let many = if words > FEW_WORDS { vec![0; words] } else { Vec::new() };
        Self { few: [0; FEW_WORDS], many, any: false, all_readers: false, heard: Vec::new() }
    }

    #[inline]
    fn rules(&mut self) -> &mut [u64] {
        if self.many.is_empty() { &mut self.few } else { &mut self.many }
    }

    #[inline]
    fn rule(&mut self, rule: u16) {
        self.rules()[usize::from(rule) / 64] |= 1 << (rule % 64);
        self.any = true;
    }

    /// A block of the rule hears of something at this step.
    fn hear(&mut self, rule: u16, part: Part) {
        self.rule(rule);
        match self.heard.iter_mut().find(|(known, of, _)| (*known, *of) == (rule, part)) {
            Some((_, _, times)) => *times = times.saturating_add(1),
            None => self.heard.push((rule, part, 1)),
        }
    }

    #[inline]
    fn readers(&mut self, readers: &[u64]) {
        for (word, more) in self.rules().iter_mut().zip(readers) {
            *word |= more;
        }
        self.any = true;
    }

    /// The readers of a signal that went from one known value to another: but for those at rest whose comparisons with
    /// it come out as before, or no longer hold.
    #[inline]
    fn readers_between(&mut self, pack: &Linked, busy: &[u64], slot: usize, before: f64, value: f64) {
        let readers = slot * pack.words..(slot + 1) * pack.words;
        if self.all_readers {
            return self.readers(&pack.signal_readers[readers]);
        }
        let mut found = 0;
        let readers = pack.cuts.readers(slot, pack.words);
        for ((word, [watchful, spared]), busy) in self.rules().iter_mut().zip(readers).zip(busy) {
            let more = watchful | spared & busy;
            *word |= more;
            found |= more;
        }
        self.any |= found != 0;
        for cut in pack.cuts.tests(slot) {
            if cut.is_entered(before, value) {
                self.rule(cut.rule);
            }
        }
    }
}

impl<'a> Run<'a> {
    pub(crate) fn new(pack: &'a Pack, state: &'a mut VehicleState, explain: bool) -> Self {
        let pack = &*pack.0;
        Self {
            pack,
            state,
            changes: Vec::new(),
            explanations: Vec::new(),
            uncomputable: 0,
            explain,
            trace: None,
            touched: Touched::new(pack.words),
            groups: Vec::new(),
        }
    }

    /// The changes by instant, then rule.
    fn sorted_changes(mut self) -> Vec<Change> {
        self.changes.sort_by(|a, b| (a.at, &a.rule).cmp(&(b.at, &b.rule)));
        self.changes
    }

    /// Takes events in order, each once and none before what is done.
    pub(crate) fn take<E: Ready>(&mut self, queue: &[E]) {
        self.touched.all_readers = self.trace.is_some();
        for step in queue.chunk_by(E::is_beside) {
            let Some(at) = step.first().map(E::instant) else { continue };
            self.deadlines(at.saturating_sub(1));
            self.step(at, step);
            self.deadlines(at);
            self.state.reached = self.state.reached.max(at + 1);
        }
    }

    /// Everything before `until` is done.
    pub(crate) fn advance(&mut self, until: i64) {
        if until > self.state.reached {
            self.deadlines(until.saturating_sub(1));
            self.state.reached = until;
        }
    }

    fn step<E: Ready>(&mut self, at: i64, events: &[E]) {
        self.state.now = at;
        if self.state.day == NONE {
            self.state.day = day_of(at);
            self.state.wake = NONE;
            // Of a vehicle never heard of, everything changes: from unknown to what it is.
            self.touch_all();
        }
        let mut day = facts::Day::default();
        for event in events.iter().map(E::event) {
            if let Body::Reading(reading) = &event.body
                && quick::read(self.pack, self.state, &mut self.touched, reading, at)
            {
                continue;
            }
            facts::take(self.pack, self.state, &mut self.touched, &mut day, event, at);
        }
        facts::settle(self.pack, self.state, &mut self.touched, &day, at);
        self.evaluate(at, Moment::Step);
    }

    /// What another version of the pack left behind is brought up to this one.
    fn look_at_everything(&mut self) {
        self.touch_all();
        self.groups = (0..self.pack.groups.len() as u16).collect();
        for said in std::mem::take(&mut self.state.orphans) {
            if let Some(change) = groups::cleared(&self.state.vehicle, said, self.state.now) {
                self.tell(change, self.state.now);
            }
        }
    }

    fn touch_all(&mut self) {
        for rule in 0..self.pack.rules.len() {
            self.touched.rule(rule as u16);
        }
        self.touched.any = true;
    }

    fn evaluate(&mut self, at: i64, moment: Moment) {
        if !self.touched.any {
            return;
        }
        self.touched.any = false;
        let VehicleState { facts, rules: states, busy, wake, .. } = &mut *self.state;
        let view = View::new(self.pack, facts, at);
        let mut counters = EvalCounters::default();
        for word in 0..self.pack.words {
            let mut bits = std::mem::take(&mut self.touched.rules()[word]);
            while bits != 0 {
                let index = word * 64 + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                if let Some(trace) = &mut self.trace {
                    trace.evaluated(index);
                }
                // A rule at rest without blocks changes only by becoming true.
                let at_rest = self.pack.plain[word] & !busy[word] & (1 << (index % 64)) != 0;
                if at_rest && !rules::holds(index, &view, &mut counters) {
                    continue;
                }
                let rule_state = &mut states[index];
                let phase = rule_state.phase;
                let moved =
                    rules::evaluate(index, rule_state, &view, &self.touched.heard, moment, &mut counters);
                *wake = (*wake).min(rules::deadline(&self.pack.rules[index], rule_state, view.facts));
                mark(busy, &self.pack.timed, index, rule_state);
                let phase_now = rule_state.phase;
                if phase_now == Phase::Idle {
                    states.forget_idle(index);
                }
                if let Some(trace) = &mut self.trace {
                    trace.moved(index, at, phase, phase_now);
                }
                let rule = &self.pack.rules[index];
                let own = (moved.opened_or_closed || moved.escalated).then_some(&rule.group);
                let silenced: &[u16] = if moved.opened_or_closed { &rule.silences } else { &[] };
                for group in own.into_iter().chain(silenced) {
                    if let Err(place) = self.groups.binary_search(group) {
                        self.groups.insert(place, *group);
                    }
                }
            }
        }
        self.uncomputable = self
            .uncomputable
            .saturating_add(counters.overflow + counters.division_by_zero + counters.unreadable);
        self.touched.heard.clear();
        if !self.groups.is_empty() {
            self.resolve(at);
        }
    }

    fn tell(&mut self, change: Change, at: i64) {
        if self.explain {
            self.explanations.push(Explanation::of_change(self.pack, self.state, &change, at));
        }
        self.changes.push(change);
    }

    fn resolve(&mut self, at: i64) {
        let start = self.changes.len();
        for group in std::mem::take(&mut self.groups) {
            if let Some(change) = groups::resolve(self.pack, self.state, group, at) {
                self.tell(change, at);
            }
        }
        if self.explain {
            let mut pairs: Vec<_> =
                self.changes.drain(start..).zip(self.explanations.drain(start..)).collect();
            pairs.sort_by(|a, b| in_one_settling(&a.0, &b.0));
            for (change, explanation) in pairs {
                self.changes.push(change);
                self.explanations.push(explanation);
            }
        } else {
            self.changes[start..].sort_by(in_one_settling);
        }
    }
}

/// By rule; where one recommendation ends and a rule that spoke in it speaks in another group, the end comes first.
fn in_one_settling(a: &Change, b: &Change) -> Ordering {
    let begins = |change: &Change| change.change != ChangeKind::Cleared;
    (&a.rule, begins(a)).cmp(&(&b.rule, begins(b)))
}

impl VehicleState {
    /// The rules that hold at present, in order of id, each with the start of its episode.
    pub fn open_rules<'a>(&'a self, pack: &'a Pack) -> impl Iterator<Item = (&'a str, Timestamp)> {
        self.rules
            .kept()
            .filter(|(_, state)| state.phase == Phase::Open)
            .filter_map(|(rule, state)| Some((&*pack.0.rules.get(rule)?.id, instant(state.since)?)))
    }
}
