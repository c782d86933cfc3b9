//! Vehicles that are known before they say anything themselves.

use cc_core::VehicleRef;
use serde_json::Value;

use super::{AdminError, checked};
use crate::auth::account::near;
use crate::items::audience::fleets_of;
use crate::items::{Collection, Item, Spot, last, note_known_vehicle};
use crate::storage::{Edit, JOINT, StorageError, View, all, from_json, key};

/// A vehicle as a listing shows it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Listed {
    /// `ORGANIZATION/NUMBER`.
    pub vehicle: String,
    /// How many drive it.
    pub drivers: usize,
    /// The fleets that it is in.
    pub fleets: Vec<String>,
}

fn spot(vehicle: &VehicleRef) -> Spot {
    Spot::shared(vehicle.organization.as_str(), Collection::Vehicles, vehicle.to_string())
}

/// Makes a vehicle with what is known of it (`brand`, `market`, `name` …), or sets that of one that is there; gives whether it is new.
///
/// Errors: [`AdminError::Invalid`].
pub fn add(edit: &mut dyn Edit, vehicle: &VehicleRef, facts: &[(&str, &str)]) -> Result<bool, AdminError> {
    let org = vehicle.organization.as_str();
    checked("the organization", org)?;
    if vehicle.vehicle.0 < 0 {
        return Err(AdminError::Invalid { what: "the vehicle", expected: "a number from 0" });
    }
    let spot = spot(vehicle);
    let known = Item::load(edit, &spot)?.filter(|item| item.value.is_some());
    let is_new = known.is_none();
    let item = match known {
        Some(item) => item,
        None => Item::fresh(edit, &spot, "")?,
    };
    let mut value: Value =
        item.value.as_deref().map_or(Ok(Value::Null), |value| from_json(value.as_bytes()))?;
    value["organizationKey"] = org.into();
    value["vehicleId"] = vehicle.vehicle.0.into();
    for (name, fact) in facts {
        if fact.is_empty() || fact.len() > 200 || fact.chars().any(char::is_control) {
            return Err(AdminError::Invalid {
                what: "a fact of the vehicle",
                expected: "1 to 200 letters on a line",
            });
        }
        value[*name] = (*fact).into();
    }
    if is_new || !facts.is_empty() {
        Item { value: Some(value.to_string()), ..item }.store(edit, &spot)?;
    }
    note_known_vehicle(edit, org, vehicle.vehicle.0)?;
    Ok(is_new)
}

/// Whether there is such a vehicle.
///
/// Errors: [`AdminError::VehicleUnknown`].
pub fn must_be(view: &dyn View, vehicle: &VehicleRef) -> Result<(), AdminError> {
    let item = Item::load(view, &spot(vehicle))?;
    item.filter(|item| item.value.is_some()).map(|_| ()).ok_or(AdminError::VehicleUnknown)
}

/// Vehicles of an organization, or of all, in order.
pub fn list(view: &dyn View, org: Option<&str>) -> Result<Vec<Listed>, StorageError> {
    let organizations = match org {
        Some(org) => vec![org.to_owned()],
        None => all(view, "organization")?.iter().map(|(name, _)| last(name).to_owned()).collect(),
    };
    let mut found = Vec::new();
    for org in organizations {
        let mut numbers: Vec<i64> = all(view, &key(&["known", &org]))?
            .iter()
            .filter_map(|(name, _)| name.rsplit(JOINT).next()?.parse().ok())
            .collect();
        numbers.sort_unstable();
        for number in numbers {
            found.push(Listed {
                vehicle: format!("{org}/{number}"),
                drivers: near(view, &org, &format!("vehicle/{number}"))?.len(),
                fleets: fleets_of(view, &org, number)?,
            });
        }
    }
    Ok(found)
}
