//! One rule at one instant: is its condition true, and what follows.

use super::blocks::{self, Heard};
use crate::expr::{EvalCounters, Program};
use crate::pack::{CODE_SLOT, Count, Counted, Gap, Part, Rule};
use crate::state::{Blocks, Facts, NEVER, NONE, Phase, RuleState, View};

/// In which half of an instant a rule is looked at.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Moment {
    /// After the events: what ends at this instant still holds.
    Step,
    /// After the step: what ends at this instant has ended.
    Deadline,
}

/// Kleene's truth of a condition: `None` is unknown.
pub(crate) type Truth = Option<bool>;

pub(crate) fn truth(program: &Program, view: &View<'_>, counters: &mut EvalCounters) -> Truth {
    program.truth(view, counters)
}

pub(crate) fn and(a: Truth, b: Truth) -> Truth {
    match (a, b) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

/// Whether the condition of a rule that counts nothing is true.
pub(super) fn holds(index: usize, view: &View<'_>, counters: &mut EvalCounters) -> bool {
    view.pack.rules[index].when.as_ref().is_none_or(|when| truth(when, view, counters) == Some(true))
}

/// What became of a rule.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Moved {
    pub(super) opened_or_closed: bool,
    /// It came into another stage.
    pub(super) escalated: bool,
}

/// Brings a rule up to the instant.
pub(super) fn evaluate(
    index: usize,
    state: &mut RuleState,
    view: &View<'_>,
    heard: &[(u16, Part, u32)],
    moment: Moment,
    counters: &mut EvalCounters,
) -> Moved {
    let rule = &view.pack.rules[index];
    let heard = Heard { all: heard, rule: index as u16 };
    let Some(of) = &rule.blocks else {
        return move_and_escalate(rule, state, view, heard, moment, counters);
    };
    let mut blocks = state.blocks.take().unwrap_or_else(|| Box::new(Blocks::new(of.numbers.len())));
    blocks::sample(of, &mut blocks, view, heard, counters);
    // The samples stand aside, so that expressions may read them while the rest of the state changes.
    let samples = std::mem::take(&mut blocks.numbers);
    let view = view.with_windows(&of.numbers, &samples);
    blocks::look(of, &mut blocks, &view, heard, moment, counters);
    state.blocks = Some(blocks);
    let moved = move_and_escalate(rule, state, &view, heard, moment, counters);
    counters.overflow = counters.overflow.saturating_add(view.overflow());
    if let Some(blocks) = &mut state.blocks {
        blocks.numbers = samples;
    }
    moved
}

fn move_and_escalate(
    rule: &Rule,
    state: &mut RuleState,
    view: &View<'_>,
    heard: Heard<'_>,
    moment: Moment,
    counters: &mut EvalCounters,
) -> Moved {
    let opened_or_closed = move_on(rule, state, view, heard, moment, counters);
    Moved { opened_or_closed, escalated: escalate(rule, state, view, counters) }
}

/// Brings an open rule into the latest stage whose test holds; it never falls back.
fn escalate(rule: &Rule, state: &mut RuleState, view: &View<'_>, counters: &mut EvalCounters) -> bool {
    if state.phase != Phase::Open || rule.stages.is_empty() {
        return false;
    }
    state.look(view.now);
    let later = rule.stages.iter().enumerate().skip(usize::from(state.stage));
    for (number, stage) in later.rev() {
        let is_time = view.now >= state.opened.saturating_add(stage.after);
        let mut holds = || stage.when.as_ref().is_none_or(|when| truth(when, view, counters) == Some(true));
        if is_time && holds() {
            state.escalate(number as u8 + 1, view.now);
            return true;
        }
    }
    false
}

/// The count, the condition, and what follows from it.
fn move_on(
    rule: &Rule,
    state: &mut RuleState,
    view: &View<'_>,
    heard: Heard<'_>,
    moment: Moment,
    counters: &mut EvalCounters,
) -> bool {
    let (facts, at) = (view.facts, view.now);
    if let Some(count) = &rule.count {
        tally(count, state, view, heard, counters);
    }
    let condition = condition(rule, state, view, counters);
    if state.phase == Phase::Open {
        return close(rule, state, condition, view, moment, counters);
    }
    if state.spent {
        if condition != Some(false) {
            return false;
        }
        state.spent = false;
    }
    let silent = match rule.gap {
        Gap::Silence(gap) if rule.wait > 0 => at.saturating_sub(last_sample(rule, facts)) >= gap,
        _ => false,
    };
    match condition {
        Some(true) if !silent => open(rule, state, view, counters),
        Some(false) => {
            state.rest();
            false
        }
        _ => {
            wait_for_knowledge(rule, state, at, moment, silent);
            false
        }
    }
}

/// The whole condition: `when`, the count and the other blocks.
pub(crate) fn condition(
    rule: &Rule,
    state: &RuleState,
    view: &View<'_>,
    counters: &mut EvalCounters,
) -> Truth {
    let mut all = rule.when.as_ref().map_or(Some(true), |program| truth(program, view, counters));
    if let Some(count) = &rule.count {
        all = and(all, enough(count, state, view));
    }
    if let Some(of) = &rule.blocks {
        all = and(all, blocks::condition(of, state.blocks.as_deref(), view));
    }
    all
}

/// Whether the window holds enough; unknown by distance as long as no odometer is known.
pub(crate) fn enough(count: &Count, state: &RuleState, view: &View<'_>) -> Truth {
    view.facts.bucket(count.window.by, view.now)?;
    Some(state.total() >= count.at_least)
}

fn tally(
    count: &Count,
    state: &mut RuleState,
    view: &View<'_>,
    heard: Heard<'_>,
    counters: &mut EvalCounters,
) {
    let times = match &count.of {
        Counted::When(program) => {
            let now = truth(program, view, counters);
            let risen = now == Some(true) && !state.predicate;
            state.predicate = now.unwrap_or(state.predicate);
            u32::from(risen)
        }
        Counted::Code(_) | Counted::Event(_) => heard.times(Part::COUNT),
    };
    let bucket = view.facts.bucket(count.window.by, view.now);
    let Some(bucket) = bucket else { return };
    // A new cluster may count from anew: buckets ahead of the odometer are none of this one's.
    state.buckets.retain(|(number, _)| *number <= bucket);
    if times > 0 {
        state.add(count.window, bucket, times);
    } else {
        state.trim(count.window, bucket);
    }
}

fn open(rule: &Rule, state: &mut RuleState, view: &View<'_>, counters: &mut EvalCounters) -> bool {
    state.unknown = NONE;
    if state.phase == Phase::Idle {
        state.phase = Phase::Pending;
        state.since = view.now;
    }
    // What would end it at once does not let it open, so that whether it is looked at again decides nothing.
    let ends = |clear| truth(clear, view, counters).unwrap_or(rule.clear_on_unknown);
    let cleared_now = rule.clear.as_ref().is_some_and(ends);
    let due = view.now >= state.opens_at(rule);
    state.blocked = due && cleared_now;
    if !due || cleared_now {
        return false;
    }
    state.phase = Phase::Open;
    state.opened = view.now;
    state.cleared = NONE;
    true
}

fn close(
    rule: &Rule,
    state: &mut RuleState,
    condition: Truth,
    view: &View<'_>,
    moment: Moment,
    counters: &mut EvalCounters,
) -> bool {
    let end = state.opened.saturating_add(rule.valid_for);
    let has_run_out = view.now > end || (view.now == end && moment == Moment::Deadline);
    let ended = match &rule.clear {
        Some(clear) => truth(clear, view, counters),
        None => condition.map(|holds| !holds),
    };
    if !has_run_out && !ended.unwrap_or(rule.clear_on_unknown) {
        return false;
    }
    state.rest();
    state.cleared = if rule.cooldown > 0 { view.now } else { NONE };
    if rule.clear.is_some() || has_run_out {
        state.buckets.clear();
        if let Some(blocks) = &mut state.blocks {
            blocks.clear();
        }
        state.spent = self::condition(rule, state, view, counters) == Some(true);
    }
    true
}

fn wait_for_knowledge(rule: &Rule, state: &mut RuleState, at: i64, moment: Moment, silent: bool) {
    let (Gap::Silence(gap) | Gap::Unknown(gap)) = rule.gap;
    if state.phase == Phase::Idle {
        return;
    }
    if silent || rule.wait == 0 {
        state.rest();
    } else if state.unknown == NONE {
        state.unknown = at;
        if gap == 0 {
            state.rest();
        }
    } else if moment == Moment::Deadline && at.saturating_sub(state.unknown) >= gap {
        state.rest();
    }
}

/// When anything that the condition reads was last heard of.
fn last_sample(rule: &Rule, facts: &Facts) -> i64 {
    let mut newest = NONE;
    for slot in &rule.reads {
        let seen = if slot & CODE_SLOT == 0 {
            facts.cells.at(usize::from(*slot))
        } else {
            facts.codes.get(usize::from((slot & !CODE_SLOT) / 4)).map_or(NONE, |code| code.seen)
        };
        newest = newest.max(seen);
    }
    if newest == NONE { NEVER } else { newest }
}

/// When the rule must be looked at again if nothing is heard.
pub(super) fn deadline(rule: &Rule, state: &RuleState, facts: &Facts) -> i64 {
    let mut first = NEVER;
    if state.phase == Phase::Pending {
        let (Gap::Silence(gap) | Gap::Unknown(gap)) = rule.gap;
        if state.unknown != NONE {
            first = state.unknown.saturating_add(gap);
        } else if !state.blocked {
            first = state.opens_at(rule);
        }
        if let Gap::Silence(gap) = rule.gap
            && rule.wait > 0
        {
            first = first.min(last_sample(rule, facts).saturating_add(gap));
        }
    }
    if state.phase == Phase::Open {
        first = state.moves_at(rule);
    }
    let falls = match state.phase {
        Phase::Idle => state.spent,
        Phase::Open => rule.clear.is_none(),
        Phase::Pending => true,
    };
    if let Some(count) = &rule.count
        && falls
    {
        first = first.min(state.falls_at(count));
    }
    match &rule.blocks {
        Some(of) => first.min(blocks::deadline(of, state.blocks.as_deref(), facts)),
        None => first,
    }
}
