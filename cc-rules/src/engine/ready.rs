//! Events that can be taken as they stand, which is how they come one instant after the other.

use cc_core::{Event, OrganizationKey};

use super::{in_order, nanos};
use crate::pack::Linked;
use crate::state::VehicleState;

/// Whether the events are the vehicle's, all of them in time, in order and each there once: nothing is to be done before
/// they are taken.
pub(super) fn are_ready(pack: &Linked, state: &VehicleState, events: &[Event]) -> bool {
    let Some((first, others)) = events.split_first() else { return true };
    let Some(mut at) = nanos(first.at).filter(|at| *at >= state.reached) else { return false };
    let vehicle = Some(state.vehicle.vehicle);
    if first.vehicle != vehicle || first.organization.as_ref() != Some(&state.vehicle.organization) {
        return false;
    }
    let mut last = first;
    let mut last_type = pack.type_order(first);
    for event in others {
        if event.vehicle != vehicle || !is_alike(event.organization.as_ref(), last.organization.as_ref()) {
            return false;
        }
        let its_type = pack.type_order(event);
        // Most events are readings of different signals at one instant: their types decide, by number.
        let is_next = event.at == last.at
            && matches!((last_type, its_type), (Some(before), Some(after)) if before < after);
        if !is_next {
            let Some(its_at) = nanos(event.at).filter(|its_at| *its_at >= at) else { return false };
            if in_order(pack, (at, last), (its_at, event)).is_ge() {
                return false;
            }
            at = its_at;
        }
        (last, last_type) = (event, its_type);
    }
    true
}

/// Events of one sender mostly share the text of their scope.
#[inline]
fn is_alike(a: Option<&OrganizationKey>, b: Option<&OrganizationKey>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => std::ptr::eq(a.as_str(), b.as_str()) || a == b,
        (a, b) => a == b,
    }
}
