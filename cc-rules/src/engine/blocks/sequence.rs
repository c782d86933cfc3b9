//! One thing after another: a misfire, and within ten minutes the engine stands still.

use crate::pack::Sequence;
use crate::state::{NONE, SequenceState};

impl SequenceState {
    /// Whether a step that is a condition occurs: it is true, and was not when it was last known.
    pub(super) fn rises(&mut self, step: usize, truth: Option<bool>) -> bool {
        let bit = 1 << step;
        let before = self.known & bit != 0;
        match truth {
            Some(true) => self.known |= bit,
            Some(false) => self.known &= !bit,
            None => {}
        }
        truth == Some(true) && !before
    }
}

/// Brings the matches up to the instant; `occurred` says which steps occur at it.
///
/// An instant may be looked at more than once, and never serves two steps: matches go on from what was before it.
pub(super) fn look(sequence: &Sequence, state: &mut SequenceState, occurred: &[bool], now: i64) {
    if state.instant != now {
        state.instant = now;
        state.before = state.partial;
    }
    let last = sequence.steps.len().saturating_sub(1);
    let in_time = |first: i64| first != NONE && now.saturating_sub(first) <= sequence.within;
    for (step, _) in occurred.iter().enumerate().take(last + 1).filter(|(_, occurs)| **occurs) {
        let first = match step.checked_sub(1) {
            None => now,
            Some(before) => state.before.get(before).copied().filter(|first| in_time(*first)).unwrap_or(NONE),
        };
        if step == last {
            state.complete = state.complete.max(first);
        } else if let Some(partial) = state.partial.get_mut(step) {
            *partial = (*partial).max(first);
        }
    }
    if !truth(sequence, state, now) {
        state.complete = NONE;
    }
}

/// Whether the latest complete match still counts.
pub(crate) fn truth(sequence: &Sequence, state: &SequenceState, now: i64) -> bool {
    state.complete != NONE && now.saturating_sub(state.complete) <= sequence.within
}
