//! How old the last word on a signal or code is: an oil level that was last told half a year ago.

use super::super::rules::{Moment, Truth};
use crate::expr::Val;
use crate::pack::{Age, CODE_SLOT};
use crate::state::{Facts, NEVER, NONE, View};

/// When the signal was last read, or since when the code's episode lasts; `None` where there was no such thing.
pub(crate) fn heard(age: &Age, facts: &Facts) -> Option<i64> {
    if age.of & CODE_SLOT == 0 {
        return Some(facts.cells.at(usize::from(age.of))).filter(|at| *at != NONE);
    }
    match facts.codes.get(usize::from((age.of & !CODE_SLOT) / 4))?.read(1) {
        Val::Time(since) if since != NONE => Some(since),
        _ => None,
    }
}

/// Whether the deadline of the age has run, after this look.
pub(super) fn look(age: &Age, aged: bool, view: &View<'_>, moment: Moment) -> bool {
    heard(age, view.facts).is_some_and(|heard| {
        let since = view.now.saturating_sub(heard);
        since > age.over || (since == age.over && (aged || moment == Moment::Deadline))
    })
}

pub(crate) fn truth(age: &Age, aged: bool, view: &View<'_>) -> Truth {
    let since = view.now.saturating_sub(heard(age, view.facts)?);
    Some(since > age.over || (since == age.over && aged))
}

pub(super) fn deadline(age: &Age, aged: bool, facts: &Facts) -> i64 {
    if aged { NEVER } else { heard(age, facts).map_or(NEVER, |heard| heard.saturating_add(age.over)) }
}
