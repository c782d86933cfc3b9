//! Workshops that care for a vehicle: they see it by a booking or a conversation about it, or because it was granted to them.
//!
//! There is a row of each, with whose booking or conversation it is. Earlier versions did not say whose a booking is.

use super::changes::Stop;
use super::{Collection, Spot};
use crate::problem::Problem;
use crate::storage::{Edit, JOINT, Scan, StorageError, View, key, keys};

/// The most workshops that a driver brings to one vehicle: who sees it is asked of each of them.
const WORKSHOPS: usize = 200;

/// The row of a workshop by a booking or a conversation.
pub(super) fn row(spot: &Spot, vehicle: i64, workshop: i64) -> String {
    let by = format!("{} {}", spot.collection.trim_end_matches('s'), spot.key);
    key(&["care", &spot.org, &vehicle.to_string(), &workshop.to_string(), &by])
}

/// Takes rows away whose booking or conversation is not there any more: nobody could end it.
pub(super) fn forget_lost(edit: &mut dyn Edit, org: &str) -> Result<(), StorageError> {
    for row in keys(edit, &key(&["care", org]))? {
        let by = row.rsplit(JOINT).next().unwrap_or_default().split_once(' ');
        let Some((kind @ ("booking" | "conversation"), name)) = by else { continue };
        let collection = if kind == "booking" { Collection::Bookings } else { Collection::Conversations };
        if edit.get(&Spot::shared(org, collection, name).place())?.is_none() {
            edit.delete(&row)?;
        }
    }
    Ok(())
}

/// Whether a workshop may be brought to a vehicle by somebody's booking or conversation; gives whether it does not care for it yet.
///
/// Errors: `too_large`.
pub(super) fn may(
    view: &dyn View,
    org: &str,
    owner: &str,
    vehicle: i64,
    workshop: i64,
) -> Result<bool, Stop> {
    if is_cared(view, org, vehicle, workshop)? {
        return Ok(false);
    }
    let known = workshops_of(view, org, vehicle)?;
    if known.iter().filter(|(_, by)| by == owner.as_bytes()).count() < WORKSHOPS {
        return Ok(true);
    }
    let why = format!("workshops that one driver brings to one vehicle: at most {WORKSHOPS}");
    Err(Problem::too_large().because(why).into())
}

/// The workshops that have a booking or a conversation about a vehicle, each with the value of its first row. However much a workshop has
/// with it, one row of it is read.
pub(super) fn workshops_of(
    view: &dyn View,
    org: &str,
    vehicle: i64,
) -> Result<Vec<(String, Vec<u8>)>, StorageError> {
    let prefix = key(&["care", org, &vehicle.to_string()]);
    let (mut found, mut after) = (Vec::new(), None::<String>);
    while let Some((name, value)) =
        view.scan(Scan { prefix: &prefix, after: after.as_deref(), limit: 1, backwards: false })?.pop()
    {
        let rest = name.get(prefix.len() + 1..).unwrap_or_default();
        let workshop = rest.split(JOINT).next().unwrap_or_default().to_owned();
        // A space stands right behind the joint, before all that a number goes on with.
        after = Some(format!("{prefix}{JOINT}{workshop} "));
        found.push((workshop, value));
    }
    Ok(found)
}

/// Whether a workshop is one of them.
pub(super) fn is_cared(
    view: &dyn View,
    org: &str,
    vehicle: i64,
    workshop: i64,
) -> Result<bool, StorageError> {
    let prefix = key(&["care", org, &vehicle.to_string(), &workshop.to_string()]);
    Ok(!view.scan(Scan { prefix: &prefix, after: None, limit: 1, backwards: false })?.is_empty())
}
