//! Accounts: people and services of organizations, what they may do, and what they are near to.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::jose::PublicKey;
use super::{Role, Who, consents};
use crate::storage::{Edit, StorageError, View, all, from_json, get_json, key, names, put_json};

/// A person or service. Never printed: it holds a name and secrets.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Account {
    /// Roles.
    pub roles: Vec<Role>,
    /// The address a person signs in with.
    pub email: Option<String>,
    /// The password, hashed by argon2id.
    pub password: Option<String>,
    /// Keys that a service signs assertions with.
    pub keys: Vec<PublicKey>,
    /// Cars that a person drives or a device speaks for.
    pub vehicles: Vec<i64>,
    /// When a person began to drive each of them, milliseconds since 1970: nothing of before is shown. Earlier grants have no such
    /// instant, and show all.
    pub since: BTreeMap<i64, i64>,
    /// A gateway speaks for all cars of its organization.
    pub all_vehicles: bool,
    /// Fleets that a manager looks after.
    pub fleets: Vec<i64>,
    /// The workshop that someone answers for.
    pub workshop: Option<i64>,
    /// What a person allows, beyond what needs no leave: `positions` lets a fleet see where the car is.
    pub consents: Vec<String>,
}

impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Account").field("roles", &self.roles).finish_non_exhaustive()
    }
}

fn place(who: &Who) -> String {
    key(&["account", &who.org, &who.sub])
}

/// The account of someone.
pub fn account(view: &dyn View, who: &Who) -> Result<Option<Account>, StorageError> {
    get_json(view, &place(who))
}

/// Who signs in with an address.
pub fn by_email(view: &dyn View, email: &str) -> Result<Option<Who>, StorageError> {
    get_json(view, &address(email))
}

/// The row of an address, however its letters are written.
fn address(email: &str) -> String {
    key(&["email", &email.to_lowercase()])
}

/// Everyone of an organization who is near to something, such as `vehicle/7`, `workshop/3`, `fleet/1`, `support`.
pub fn near(view: &dyn View, org: &str, what: &str) -> Result<Vec<Who>, StorageError> {
    let subs = names(view, &key(&["near", org, what]))?;
    Ok(subs.into_iter().map(|sub| Who::new(org, sub)).collect())
}

/// What those are near to who speak for an organization.
pub(crate) const SPEAKERS: &str = "speakers";

/// Writes an account, and what it is near to.
pub fn put_account(edit: &mut dyn Edit, who: &Who, account: &Account) -> Result<(), StorageError> {
    let old = self::account(edit, who)?.unwrap_or_default();
    for what in old.near() {
        edit.delete(&key(&["near", &who.org, &what, &who.sub]))?;
    }
    if let Some(email) = &old.email {
        edit.delete(&address(email))?;
    }
    put_near(edit, who, account)?;
    if let Some(email) = &account.email {
        put_json(edit, &address(email), who)?;
    }
    put_row(edit, who, account)?;
    old.driven().union(&account.driven()).try_for_each(|vehicle| consents::note(edit, &who.org, *vehicle))
}

fn put_near(edit: &mut dyn Edit, who: &Who, account: &Account) -> Result<(), StorageError> {
    let near = account.near();
    near.iter().try_for_each(|what| edit.put(&key(&["near", &who.org, what, &who.sub]), b"1"))
}

/// Makes the rows anew by which an account is found: what it is near to, and the address that it signs in with, unless that is another's.
///
/// Errors: those of the storage.
pub(crate) fn lead_to(edit: &mut dyn Edit, who: &Who, account: &Account) -> Result<(), StorageError> {
    put_near(edit, who, account)?;
    let Some(email) = &account.email else { return Ok(()) };
    match by_email(edit, email) {
        Ok(None) | Err(StorageError::Damaged { .. }) => put_json(edit, &address(email), who),
        known => known.map(drop),
    }
}

/// Takes addresses away that lead to no account any more: nobody could be given them again.
///
/// Errors: those of the storage.
pub(crate) fn forget_addresses_of_nobody(edit: &mut dyn Edit) -> Result<(), StorageError> {
    for (row, who) in all(edit, "email")? {
        if let Ok(who) = from_json::<Who>(&who)
            && matches!(account(edit, &who), Ok(None))
        {
            edit.delete(&row)?;
        }
    }
    Ok(())
}

/// Takes an account away, and with it what it was near to.
pub fn take_account(edit: &mut dyn Edit, who: &Who) -> Result<(), StorageError> {
    // As one of nobody it is near to nothing that has a name.
    put_account(edit, who, &Account::default())?;
    edit.delete(&key(&["near", &who.org, "everyone", &who.sub]))?;
    take_row(edit, who)
}

/// Writes an account that is near to nothing.
pub(crate) fn put_row(edit: &mut dyn Edit, who: &Who, account: &Account) -> Result<(), StorageError> {
    put_json(edit, &place(who), account)
}

/// Takes an account away that is near to nothing.
pub(crate) fn take_row(edit: &mut dyn Edit, who: &Who) -> Result<(), StorageError> {
    edit.delete(&place(who))
}

impl Account {
    fn near(&self) -> Vec<String> {
        let has = |role| self.roles.contains(&role);
        let mut near = vec!["everyone".to_owned()];
        near.extend(self.driven().iter().map(|vehicle| format!("vehicle/{vehicle}")));
        if has(Role::FleetManager) {
            near.extend(self.fleets.iter().map(|fleet| format!("fleet/{fleet}")));
        }
        if has(Role::Workshop) {
            near.extend(self.workshop.map(|workshop| format!("workshop/{workshop}")));
        }
        if has(Role::Partner) {
            near.push("partner".to_owned());
        }
        if has(Role::Support) {
            near.push("support".to_owned());
        }
        if self.speaks_for_organization() {
            near.push(SPEAKERS.to_owned());
        }
        near
    }

    /// Whether it answers what is offered to its organization, and sees what is shared with it. Drivers are its customers, and devices
    /// its cars: neither does.
    pub(crate) fn speaks_for_organization(&self) -> bool {
        let speaks = [Role::FleetManager, Role::Partner, Role::Support, Role::Workshop];
        self.roles.iter().any(|role| speaks.contains(role))
    }

    /// The cars that it drives.
    pub(crate) fn driven(&self) -> BTreeSet<i64> {
        let drives = self.roles.contains(&Role::Driver);
        self.vehicles.iter().copied().filter(|_| drives).collect()
    }

    /// Whether it drives a car.
    pub fn drives(&self, vehicle: i64) -> bool {
        self.roles.contains(&Role::Driver) && self.vehicles.contains(&vehicle)
    }

    /// Whether it drove a car at an instant (milliseconds since 1970), as far as is known.
    pub fn drove(&self, vehicle: i64, at: i64) -> bool {
        self.drives(vehicle) && self.since.get(&vehicle).is_none_or(|since| *since <= at)
    }

    /// Whether it may send events of a car.
    pub fn speaks_for(&self, vehicle: i64) -> bool {
        let device = self.roles.contains(&Role::Device);
        self.drives(vehicle) || device && (self.all_vehicles || self.vehicles.contains(&vehicle))
    }
}
