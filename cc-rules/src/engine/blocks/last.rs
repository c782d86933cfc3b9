//! So many of the last drives or samples: three hard starts in the last five drives.

use super::super::rules::Truth;
use crate::pack::{Last, Per};
use crate::state::{LastUnits, View};

/// Brings the units up to the instant: `truth` is that of what is counted, `sampled` whether a reading came that it reads.
pub(super) fn look(last: &Last, state: &mut LastUnits, truth: Truth, sampled: bool, view: &View<'_>) {
    match last.per {
        Per::Drive { .. } => {
            let ordinal = view.facts.drives.ordinal;
            // Emptied in this drive, the next one is the first again.
            if ordinal == 0 || state.units == 0 && ordinal == state.ordinal {
                return;
            }
            let passed = if state.units == 0 { 1 } else { ordinal.saturating_sub(state.ordinal) };
            state.shift(passed, last.of);
            state.ordinal = ordinal;
        }
        Per::Sample if sampled && truth.is_some() => state.shift(1, last.of),
        Per::Sample => return,
    }
    match truth {
        Some(true) => state.was_true |= 1,
        Some(false) => state.was_false |= 1,
        None => {}
    }
}

/// How many units are hits, and of how many nothing is known.
pub(crate) fn hits_and_blanks(last: &Last, state: &LastUnits) -> (u32, u32) {
    let LastUnits { units, was_true, was_false, .. } = state;
    let whole = last.per == Per::Drive { whole: true };
    let hits = if whole { was_true & !was_false } else { *was_true };
    let known = (was_true | was_false).count_ones();
    (hits.count_ones(), u32::from(*units).saturating_sub(known))
}

/// Whether enough of them are hits; unknown where the blank ones decide.
pub(crate) fn enough(last: &Last, state: &LastUnits, view: &View<'_>) -> Truth {
    let mut state = *state;
    if state.units > 0 && matches!(last.per, Per::Drive { .. }) {
        // The rule is looked at when a drive begins; before that look the new drive is blank.
        state.shift(view.facts.drives.ordinal.saturating_sub(state.ordinal), last.of);
    }
    let (hits, blanks) = hits_and_blanks(last, &state);
    if hits >= last.at_least {
        Some(true)
    } else if hits.saturating_add(blanks) < last.at_least {
        Some(false)
    } else {
        None
    }
}
