//! Who is near to what: drivers, fleets and those who look after them, workshops, partners, and what a person consents to.

use cc_core::VehicleRef;
use serde_json::json;

use super::accounts::{change, look_again};
use super::{AdminError, vehicles};
use crate::auth::account::{Account, account, put_row, take_row};
use crate::auth::{Caller, Role, Who};
use crate::clock;
use crate::events::ingest;
use crate::items::audience::Fact;
use crate::storage::{Edit, key};

/// What an operator grants, or takes away again.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Grant {
    /// A person allows something: `positions` lets a fleet see where the car is.
    Consent {
        /// What.
        purpose: String,
    },
    /// A driver drives a vehicle, or a device speaks for it.
    Drive {
        /// The vehicle's number.
        vehicle: i64,
    },
    /// A manager looks after a fleet.
    Manage {
        /// The fleet's number.
        fleet: i64,
    },
    /// Someone answers for a workshop.
    Workshop {
        /// The workshop's number.
        workshop: i64,
    },
}

/// Purposes that a person may consent to.
pub const PURPOSES: [&str; 1] = ["positions"];

/// Grants something to an account, or takes it away.
///
/// Errors: [`AdminError::AccountUnknown`], [`AdminError::RoleMissing`], [`AdminError::VehicleUnknown`], [`AdminError::Invalid`].
pub fn to(edit: &mut dyn Edit, who: &Who, grant: &Grant, ends: bool) -> Result<(), AdminError> {
    if let (Grant::Drive { vehicle }, false) = (grant, ends) {
        vehicles::must_be(edit, &vehicle_of(&who.org, *vehicle)?)?;
    }
    let now = edit.at();
    change(edit, who, |known| {
        let must = |roles: &[Role], role| {
            let has = ends || roles.iter().any(|role| known.roles.contains(role));
            if has { Ok(()) } else { Err(AdminError::RoleMissing { role }) }
        };
        match grant {
            Grant::Consent { purpose } => {
                if !PURPOSES.contains(&purpose.as_str()) {
                    return Err(AdminError::Invalid { what: "the purpose", expected: "positions" });
                }
                must(&[Role::Driver], "driver")?;
                set(&mut known.consents, purpose.clone(), ends);
            }
            Grant::Drive { vehicle } => {
                must(&[Role::Driver, Role::Device], "driver or device")?;
                let drives = known.vehicles.contains(vehicle);
                set(&mut known.vehicles, *vehicle, ends);
                if ends {
                    known.since.remove(vehicle);
                } else if !drives {
                    // What was made in this very instant was there before.
                    known.since.insert(*vehicle, now + 1);
                }
            }
            Grant::Manage { fleet } => {
                must(&[Role::FleetManager], "fleet_manager")?;
                set(&mut known.fleets, *fleet, ends);
            }
            Grant::Workshop { workshop } => {
                must(&[Role::Workshop], "workshop")?;
                if ends && known.workshop != Some(*workshop) {
                    return Ok(());
                }
                known.workshop = Some(*workshop).filter(|_| !ends);
            }
        }
        Ok(())
    })
}

fn set<T: Ord>(all: &mut Vec<T>, one: T, ends: bool) {
    all.retain(|known| *known != one);
    if !ends {
        all.push(one);
        all.sort_unstable();
    }
}

fn vehicle_of(org: &str, number: i64) -> Result<VehicleRef, AdminError> {
    let invalid = |_| AdminError::Invalid { what: "the vehicle", expected: "ORGANIZATION/NUMBER" };
    format!("{org}/{number}").parse().map_err(invalid)
}

/// A workshop sees a vehicle and what is wrong with it, also without a booking; or no longer.
///
/// Errors: [`AdminError::VehicleUnknown`].
pub fn care(edit: &mut dyn Edit, vehicle: &VehicleRef, workshop: i64, ends: bool) -> Result<(), AdminError> {
    vehicles::must_be(edit, vehicle)?;
    let (org, number) = (vehicle.organization.as_str(), vehicle.vehicle.to_string());
    let place = key(&["care", org, &number, &workshop.to_string(), "grant"]);
    if ends {
        edit.delete(&place)?;
    } else {
        edit.put(&place, b"1")?;
    }
    Ok(look_again(edit, org)?)
}

/// What the partners of an organization may see.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Access {
    /// A vehicle is in a fleet.
    Inside(i64, i64),
    /// A whole fleet.
    Fleet(i64),
    /// A vehicle.
    Vehicle(i64),
}

/// Says that a vehicle is in a fleet, or what partners see: by an admin event, as a gateway would send it.
///
/// Errors: [`AdminError::VehicleUnknown`], [`AdminError::Invalid`].
pub fn access(edit: &mut dyn Edit, org: &str, access: Access, ends: bool) -> Result<(), AdminError> {
    let (kind, fleet, vehicle) = match (access, ends) {
        (Access::Inside(fleet, vehicle), false) => ("vehicle_added_to_fleet", Some(fleet), Some(vehicle)),
        (Access::Inside(fleet, vehicle), true) => ("vehicle_removed_from_fleet", Some(fleet), Some(vehicle)),
        (Access::Fleet(fleet), false) => ("access_granted_to_fleet", Some(fleet), None),
        (Access::Fleet(fleet), true) => ("access_removed_from_fleet", Some(fleet), None),
        (Access::Vehicle(vehicle), false) => ("access_granted_to_vehicle", None, Some(vehicle)),
        (Access::Vehicle(vehicle), true) => ("access_removed_from_vehicle", None, Some(vehicle)),
    };
    super::checked("the organization", org)?;
    if let Some(vehicle) = vehicle {
        vehicles::must_be(edit, &vehicle_of(org, vehicle)?)?;
    }
    // An operator's word is the last, whatever a wrong clock has said before.
    let of = [fleet, vehicle].map(|number| number.map_or_else(String::new, |number| number.to_string()));
    let fact = match access {
        Access::Inside(..) => Fact::Inside(&of[0], &of[1]),
        Access::Fleet(_) => Fact::Fleet(&of[0]),
        Access::Vehicle(_) => Fact::Vehicle(&of[1]),
    };
    edit.delete(&fact.row(org))?;
    let at = clock::instant_of(edit.at());
    let mut event = json!({"id": edit.at(), "time": clock::text(at), "type": kind, "organizationKey": org});
    for (name, number) in [("fleetId", fleet), ("vehicleId", vehicle)] {
        if let Some(number) = number {
            event[name] = number.into();
        }
    }
    let invalid = || AdminError::Invalid { what: "the grant", expected: "numbers of a fleet and a vehicle" };
    let sent = ingest::read("application/json", format!("[{event}]").as_bytes()).map_err(|_| invalid())?;
    // Only a gateway of the organization says such things: for this event the operator is one, whom nobody else sees.
    let caller = Caller {
        who: Who::new(org, "service/\u{2014}operator\u{2014}"),
        roles: vec![Role::Device],
        sid: String::new(),
    };
    if account(edit, &caller.who)?.is_some() {
        return Err(invalid());
    }
    put_row(
        edit,
        &caller.who,
        &Account { all_vehicles: true, roles: vec![Role::Device], ..Account::default() },
    )?;
    let taken = ingest::take(edit, &caller, sent.into_iter(), u64::MAX, ingest::Taken::default())
        .map_err(|_| invalid())?;
    take_row(edit, &caller.who)?;
    if taken.accepted == 1 { Ok(()) } else { Err(invalid()) }
}
