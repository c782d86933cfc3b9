//! Something that did not happen: no scan of the control units for thirty days.

use super::super::rules::Moment;
use crate::pack::{Absence, Occurrence};
use crate::state::{AbsenceState, NONE};

/// Brings the block up to the instant. `occurs` is whether the event came, or whether the condition is true.
pub(super) fn look(absence: &Absence, state: &mut AbsenceState, occurs: bool, now: i64, moment: Moment) {
    let is_condition = matches!(absence.of, Occurrence::When(_));
    let begins = occurs && !(is_condition && state.goes_on);
    let ends = state.goes_on && !occurs;
    if begins || ends || state.at == NONE {
        state.at = now;
        state.ripe = false;
    }
    state.goes_on = is_condition && occurs;
    let since = now.saturating_sub(state.at);
    if !state.goes_on && (since > absence.wait || (since == absence.wait && moment == Moment::Deadline)) {
        state.ripe = true;
    }
}

pub(crate) fn truth(absence: &Absence, state: &AbsenceState, now: i64) -> bool {
    if state.goes_on || state.at == NONE {
        return false;
    }
    let since = now.saturating_sub(state.at);
    since > absence.wait || (since == absence.wait && state.ripe)
}
