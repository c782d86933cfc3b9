//! The blocks of a rule that look back over time: each a small state machine that is brought up to an instant.
//!
//! At each look at the rule the windows take their sample first, then the other blocks take what happened; then the
//! condition is put together. Between looks nothing that they depend on changes.

mod absence;
mod age;
mod last;
mod numbers;
mod sequence;

use super::rules::{Moment, Truth, truth};
use crate::expr::EvalCounters;
use crate::pack::{self, Occurrence, Part};
use crate::state::{Blocks, Facts, NEVER, View};
pub(crate) use absence::truth as absence_truth;
pub(crate) use age::{heard, truth as age_truth};
pub(crate) use last::{enough as last_truth, hits_and_blanks};
pub(crate) use numbers::value as window_value;
pub(crate) use sequence::truth as sequence_truth;

/// What the rules' blocks heard at a step: rule, part, how often.
#[derive(Clone, Copy)]
pub(super) struct Heard<'a> {
    pub(super) all: &'a [(u16, Part, u32)],
    pub(super) rule: u16,
}

impl Heard<'_> {
    pub(super) fn times(self, part: Part) -> u32 {
        let mine = |(rule, of, _): &&(u16, Part, u32)| *rule == self.rule && *of == part;
        self.all.iter().find(mine).map_or(0, |(_, _, times)| *times)
    }
}

/// The windows take the step's sample, and leave behind what they no longer hold.
pub(super) fn sample(
    rule: &pack::Blocks,
    state: &mut Blocks,
    view: &View<'_>,
    heard: Heard<'_>,
    counters: &mut EvalCounters,
) {
    state.numbers.resize_with(rule.numbers.len(), Default::default);
    for (number, (window, state)) in rule.numbers.iter().zip(&mut state.numbers).enumerate() {
        numbers::look(window, state, view, heard.times(Part::window(number)) > 0, counters);
    }
}

/// The other blocks take what happened.
pub(super) fn look(
    rule: &pack::Blocks,
    state: &mut Blocks,
    view: &View<'_>,
    heard: Heard<'_>,
    moment: Moment,
    counters: &mut EvalCounters,
) {
    if let Some(last) = &rule.last {
        let sampled = heard.times(Part::SAMPLE) > 0;
        last::look(last, &mut state.last, truth(&last.when, view, counters), sampled, view);
    }
    if let Some(sequence) = &rule.sequence {
        let mut occurred = [false; crate::limits::MAX_STEPS];
        for (number, (step, occurred)) in sequence.steps.iter().zip(&mut occurred).enumerate() {
            *occurred = match step {
                Occurrence::When(program) => state.sequence.rises(number, truth(program, view, counters)),
                _ => heard.times(Part::step(number)) > 0,
            };
        }
        sequence::look(sequence, &mut state.sequence, &occurred, view.now);
    }
    if let Some(absence) = &rule.absence {
        let occurs = match &absence.of {
            Occurrence::When(program) => truth(program, view, counters) == Some(true),
            _ => heard.times(Part::ABSENCE) > 0,
        };
        absence::look(absence, &mut state.absence, occurs, view.now, moment);
    }
    if let Some(age) = &rule.age {
        state.aged = age::look(age, state.aged, view, moment);
    }
}

/// The truth of all blocks together; `None` of states is a rule that was never looked at.
pub(super) fn condition(rule: &pack::Blocks, state: Option<&Blocks>, view: &View<'_>) -> Truth {
    let mut all = Some(true);
    let nothing;
    let state = match state {
        Some(state) => state,
        None => {
            nothing = Blocks::new(0);
            &nothing
        }
    };
    if let Some(last) = &rule.last {
        all = super::rules::and(all, last_truth(last, &state.last, view));
    }
    if let Some(sequence) = &rule.sequence {
        all = super::rules::and(all, Some(sequence_truth(sequence, &state.sequence, view.now)));
    }
    if let Some(absence) = &rule.absence {
        all = super::rules::and(all, Some(absence_truth(absence, &state.absence, view.now)));
    }
    if let Some(age) = &rule.age {
        all = super::rules::and(all, age_truth(age, state.aged, view));
    }
    all
}

/// When the blocks must be looked at again if nothing is heard.
pub(super) fn deadline(rule: &pack::Blocks, state: Option<&Blocks>, facts: &Facts) -> i64 {
    let mut first = NEVER;
    if let Some(age) = &rule.age {
        first = first.min(age::deadline(age, state.is_some_and(|state| state.aged), facts));
    }
    let Some(state) = state else { return first };
    if let Some(sequence) = &rule.sequence {
        first = first.min(state.sequence.deadline(sequence.within));
    }
    if let Some(absence) = &rule.absence {
        first = first.min(state.absence.deadline(absence.wait));
    }
    for (window, state) in rule.numbers.iter().zip(&state.numbers) {
        first = first.min(state.deadline(window.window));
    }
    first
}
