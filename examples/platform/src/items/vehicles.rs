//! Vehicles: what the platform and a fleet keep of them, merged three ways.

use cc_client::merge::{ThreeWay, merge_patch, three_way};
use cc_core::VehicleRef;
use serde_json::json;

use super::changes::{Asked, Kind, LARGEST_TOGETHER, Stop, conflict, invalid};
use super::members::Members;
use super::{Collection, Item, Sight, Spot};
use crate::auth::Role;
use crate::problem::Problem;
use crate::storage::{Edit, StorageError, each_under, from_json, key, names};

/// Makes a vehicle that was not known before, by an event of it.
///
/// Errors: those of the storage.
pub(crate) fn know(edit: &mut dyn Edit, org: &str, vehicle: i64) -> Result<(), StorageError> {
    if edit.get(&known(org, vehicle))?.is_some() {
        return Ok(());
    }
    make(edit, org, vehicle, 0)?;
    note_known(edit, org, vehicle)?;
    edit.wake("organization");
    Ok(())
}

fn known(org: &str, vehicle: i64) -> String {
    key(&["known", org, &vehicle.to_string()])
}

/// Makes a vehicle whose versions come behind those of before.
fn make(edit: &mut dyn Edit, org: &str, vehicle: i64, before: u64) -> Result<(), StorageError> {
    let spot = Spot::shared(org, Collection::Vehicles, format!("{org}/{vehicle}"));
    let value = json!({"organizationKey": org, "vehicleId": vehicle}).to_string();
    let fresh = Item::fresh(edit, &spot, "")?;
    Item { value: Some(value), version: fresh.version.max(before), ..fresh }.store(edit, &spot)?;
    Ok(())
}

/// Writes the rows by which a vehicle is known: without them its next event would make it once more.
///
/// Errors: those of the storage.
pub(crate) fn note_known(edit: &mut dyn Edit, org: &str, vehicle: i64) -> Result<(), StorageError> {
    edit.put(&known(org, vehicle), b"")?;
    edit.put(&key(&["organization", org]), b"1")
}

/// The same of a vehicle that is kept.
pub(super) fn lead_to(edit: &mut dyn Edit, spot: &Spot) -> Result<(), StorageError> {
    let vehicle: Option<VehicleRef> = spot.key.parse().ok();
    vehicle.map_or(Ok(()), |vehicle| note_known(edit, &spot.org, vehicle.vehicle.0))
}

/// Makes vehicles that are known, and of which nothing is kept any more. Which version each had is not known: they begin far beyond the latest of
/// the others, since whoever was told of a later one passes over an earlier.
pub(super) fn make_missing(edit: &mut dyn Edit, org: &str) -> Result<(), StorageError> {
    const FAR: u64 = 100_000;
    let mut most = 0;
    each_under(edit, &key(&["item", org, Collection::Vehicles.as_str()]), |_, item| {
        most = most.max(from_json::<Item>(item).map_or(0, |item| item.version));
    })?;
    for name in names(edit, &key(&["known", org]))? {
        let spot = Spot::shared(org, Collection::Vehicles, format!("{org}/{name}"));
        if let (Ok(vehicle), None) = (name.parse(), edit.get(&spot.place())?) {
            make(edit, org, vehicle, most + FAR)?;
        }
    }
    Ok(())
}

pub(super) fn change(edit: &mut dyn Edit, asked: &Asked<'_>) -> Result<u64, Stop> {
    let mut item: Item = asked.must(edit)?;
    // A share lets somebody see a car; only its fleet writes.
    if !asked.caller.has(Role::FleetManager) || item.is_seen_by(&asked.caller.who) != Some(Sight::Full) {
        return Err(Problem::forbidden().into());
    }
    let value = item.value.clone().unwrap_or_default();
    let known = item.bases.iter().find(|(version, _)| *version == asked.base).map(|(_, value)| value);
    let known = known.or(Some(&value).filter(|_| asked.base == item.version));
    let base = known.map_or("{}", |known| known);
    let body = asked.body.to_json();
    let over = |base: &str| match asked.kind {
        Kind::Put => Ok(body.clone()),
        Kind::Patch => merge_patch(Some(base), &body).ok_or_else(|| invalid("a merge patch")),
        Kind::Act | Kind::Delete => Err(asked.not_here()),
    };
    match three_way(base, &over(base)?, &value) {
        // Against nothing, what is to be taken away seems to be there since.
        Some(ThreeWay::Merged(merged)) if known.is_none() && !is_same(&merged, &over(&value)?) => {
            Err(conflict(asked))
        }
        Some(ThreeWay::Merged(merged)) => {
            let members = Members::parse(&merged).unwrap_or_default();
            let named = |name: &str| Members::parse(&value).unwrap_or_default().0.get(name).cloned();
            for name in ["organizationKey", "vehicleId", "vin"] {
                if members.0.get(name) != named(name).as_ref() {
                    return Err(invalid("a vehicle keeps its names"));
                }
            }
            let merged = members.to_json();
            // One that an earlier version let grow may still become smaller.
            if merged.len() as u64 > LARGEST_TOGETHER.max(value.len() as u64) {
                let why =
                    format!("a vehicle: at most {} KiB; take members away first", LARGEST_TOGETHER >> 10);
                return Err(Problem::too_large().because(why).into());
            }
            item.value = Some(merged);
            Ok(item.store(edit, &asked.spot)?)
        }
        Some(ThreeWay::Conflict(_)) => Err(conflict(asked)),
        None => Err(invalid("an object")),
    }
}

/// Whether two JSON texts say the same.
fn is_same(one: &str, other: &str) -> bool {
    let read = |text| serde_json::from_str::<serde_json::Value>(text).ok();
    read(one) == read(other)
}
