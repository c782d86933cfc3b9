//! The readings that nearly all events are: a number after a number, which some rules compare.

use cc_core::{Reading, Value};

use super::Touched;
use crate::pack::Linked;
use crate::state::VehicleState;

/// Takes a plain reading; false where it is not one, and nothing was done: the long way of [`super::facts`] knows them
/// all and comes to the same.
#[inline]
pub(super) fn read(
    pack: &Linked,
    state: &mut VehicleState,
    touched: &mut Touched,
    reading: &Reading,
    at: i64,
) -> bool {
    let (Some(row), None, Value::Number(number)) = (reading.signal.position(), reading.unit, &reading.value)
    else {
        return false;
    };
    let Some(signal) = pack.quick.get(row) else { return false };
    // Adding zero makes of the negative zero the one that is written without a sign.
    let value = number.as_f64() + 0.0;
    let in_range = |value: f64| signal.low <= value && value <= signal.high;
    let slot = usize::from(signal.slot);
    if touched.all_readers || !in_range(value) {
        return false;
    }
    let Some(before) = state.facts.cells.replace_number(slot, value, at) else { return false };
    state.wake = state.wake.min(at.saturating_add(signal.max_age));
    if before == value {
        return true;
    }
    if in_range(before) {
        touched.readers_between(pack, &state.busy, slot, before, value);
    } else {
        // Another version of the pack left a number that the tests of this one do not speak of.
        touched.readers(&pack.signal_readers[slot * pack.words..(slot + 1) * pack.words]);
    }
    true
}
