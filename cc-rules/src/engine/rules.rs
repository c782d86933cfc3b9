//! One rule at one instant: is its condition true, and what follows.

use crate::expr::{EvalCounters, Program, Val};
use crate::pack::{CODE_SLOT, Count, Counted, Gap, Rule, WindowBy};
use crate::state::{Facts, NEVER, NONE, Phase, RuleState, View};

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
    match program.eval(view, counters) {
        Val::Bool(value) => Some(value),
        _ => None,
    }
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

/// Brings a rule up to the instant. True when it opened or closed.
pub(super) fn evaluate(
    index: usize,
    state: &mut RuleState,
    view: &View<'_>,
    counted: &[(u16, u32)],
    moment: Moment,
    counters: &mut EvalCounters,
) -> bool {
    let (rule, facts, at) = (&view.pack.rules[index], view.facts, view.now);
    if let Some(count) = &rule.count {
        tally(count, index as u16, state, view, counted, counters);
    }
    let condition = condition(rule, state, view, counters);
    if state.phase == Phase::Open {
        return close(rule, state, condition, view, counters);
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

/// The whole condition: `when` and the count.
pub(crate) fn condition(
    rule: &Rule,
    state: &RuleState,
    view: &View<'_>,
    counters: &mut EvalCounters,
) -> Truth {
    let when = rule.when.as_ref().map_or(Some(true), |program| truth(program, view, counters));
    let Some(count) = &rule.count else { return when };
    and(when, enough(count, state, view))
}

/// Whether the window holds enough; unknown by distance as long as no odometer is known.
pub(crate) fn enough(count: &Count, state: &RuleState, view: &View<'_>) -> Truth {
    bucket(count, view)?;
    Some(state.total() >= count.at_least)
}

/// The number of the current bucket.
fn bucket(count: &Count, view: &View<'_>) -> Option<i64> {
    match count.window.by {
        WindowBy::Duration(size) => Some(view.now.div_euclid(size)),
        WindowBy::Distance(size) => view.facts.odometer.map(|metres| metres.div_euclid(size)),
        WindowBy::Drives => Some(i64::from(view.facts.drives.ordinal)),
    }
}

fn tally(
    count: &Count,
    index: u16,
    state: &mut RuleState,
    view: &View<'_>,
    counted: &[(u16, u32)],
    counters: &mut EvalCounters,
) {
    let times = match &count.of {
        Counted::When(program) => {
            let now = truth(program, view, counters);
            let risen = now == Some(true) && !state.predicate;
            state.predicate = now.unwrap_or(state.predicate);
            u32::from(risen)
        }
        Counted::Code(_) | Counted::Event => {
            counted.iter().find(|(rule, _)| *rule == index).map_or(0, |(_, times)| *times)
        }
    };
    let Some(bucket) = bucket(count, view) else { return };
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
    counters: &mut EvalCounters,
) -> bool {
    let ended = match &rule.clear {
        Some(clear) => truth(clear, view, counters),
        None => condition.map(|holds| !holds),
    };
    if !ended.unwrap_or(rule.clear_on_unknown) {
        return false;
    }
    state.rest();
    state.cleared = if rule.cooldown > 0 { view.now } else { NONE };
    if rule.clear.is_some() {
        state.buckets.clear();
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
            facts.cells.get(usize::from(*slot)).map_or(NONE, |cell| cell.at)
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
    let falls = match state.phase {
        Phase::Idle => state.spent,
        Phase::Open => rule.clear.is_none(),
        Phase::Pending => true,
    };
    match &rule.count {
        Some(count) if falls => first.min(state.falls_at(count)),
        _ => first,
    }
}
