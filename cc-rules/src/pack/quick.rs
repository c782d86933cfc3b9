//! Which readings are plain: a number of a signal of the catalogue, in the unit that the rules read it in.

use cc_core::ValueKind;

use super::{Linked, Roles};

/// For each row of the catalogue, what taking one of its readings comes to, where that is nothing but a number that
/// rules compare.
#[derive(Debug, Default)]
pub(crate) struct Quick {
    rows: Vec<Option<QuickSignal>>,
}

/// A signal whose readings have no other meaning to the engine than their value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct QuickSignal {
    pub(crate) slot: u16,
    /// What is below or above is none of the signal's values.
    pub(crate) low: f64,
    pub(crate) high: f64,
    pub(crate) max_age: i64,
}

impl Quick {
    pub(super) fn of(linked: &Linked) -> Self {
        Self { rows: linked.rows.iter().map(|roles| signal(linked, *roles)).collect() }
    }

    /// The signal of a row, if it is a plain one.
    #[inline]
    pub(crate) fn get(&self, row: usize) -> Option<&QuickSignal> {
        self.rows.get(row)?.as_ref()
    }
}

fn signal(linked: &Linked, roles: Roles) -> Option<QuickSignal> {
    let slot = roles.slot?;
    let index = usize::from(slot);
    let signal = linked.signals.get(index)?;
    let has_listeners = !linked.listeners.events.is_empty()
        || linked.listeners.signals.get(index).is_none_or(|listeners| !listeners.is_empty());
    let is_plain = signal.kind == ValueKind::Number && signal.unit == signal.usual_unit && !signal.monotonic;
    let has_roles = roles.ignition || roles.speed || roles.odometer || roles.service_date;
    let arrival_matters = linked.arrival_matters.get(index).copied().unwrap_or(true);
    // Without a range, what is finite is in it.
    let (low, high) = signal.range.unwrap_or((f64::MIN, f64::MAX));
    let is_bounded = low.is_finite() && high.is_finite();
    (is_plain && is_bounded && !has_listeners && !has_roles && !arrival_matters).then_some(QuickSignal {
        slot,
        low,
        high,
        max_age: signal.max_age,
    })
}
