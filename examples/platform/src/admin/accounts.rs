//! Accounts of people: made, shown, given another password, taken away.

use std::collections::BTreeSet;

use super::{AdminError, checked};
use crate::allowance;
use crate::auth::account::{
    Account, account, by_email, forget_addresses_of_nobody, lead_to, put_account, take_account,
};
use crate::auth::password::PasswordCost;
use crate::auth::{Role, Who, consents, session};
use crate::events::access;
use crate::items::Collection::{
    Bookings, Conversations, Messages, Places, Recommendations, Shares, Trips, Vehicles,
};
use crate::items::{
    Collection, Spot, begin_beyond, end_without_right, last, refresh, refresh_shared_with, ways,
};
use crate::storage::{
    Edit, JOINT, StorageError, View, all, from_json, get_json, if_it_reads, key, names, put_json,
};
use crate::webhooks;

/// The fewest letters of a password.
pub const SHORTEST: usize = 8;
/// The most bytes of a password.
pub const LONGEST: usize = 1024;

/// Hashes a password, which takes a while.
///
/// Errors: [`AdminError::Invalid`] where it is too short or too long.
pub fn hashed(cost: PasswordCost, password: &str) -> Result<String, AdminError> {
    let invalid =
        AdminError::Invalid { what: "the password", expected: "8 letters or more, and 1024 bytes at most" };
    if password.chars().count() < SHORTEST || password.len() > LONGEST {
        return Err(invalid);
    }
    cost.hash(password).ok_or(invalid)
}

/// Makes the account of a person under the next number of the organization. Numbers are not given again: what somebody has
/// written stays theirs.
///
/// Errors: [`AdminError::AccountExists`] where the address is somebody's, [`AdminError::Invalid`].
pub fn add(edit: &mut dyn Edit, org: &str, account: &Account) -> Result<Who, AdminError> {
    checked("the organization", org)?;
    let email = account.email.as_deref().unwrap_or_default();
    let is_address = email.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty());
    if !is_address
        || email.len() > 254
        || email.chars().any(|letter| letter.is_whitespace() || letter.is_control())
    {
        return Err(AdminError::Invalid { what: "the address", expected: "NAME@HOST" });
    }
    if by_email(edit, email)?.is_some() {
        return Err(AdminError::AccountExists { what: "`account password` gives it another password" });
    }
    if account.roles.is_empty() {
        return Err(AdminError::Invalid { what: "--role", expected: "one role at least" });
    }
    let has = |role| account.roles.contains(&role);
    if has(Role::Device) {
        let expected = "driver, fleet_manager, workshop, partner or support for a person";
        return Err(AdminError::Invalid { what: "--role", expected });
    }
    if !account.fleets.is_empty() && !has(Role::FleetManager) {
        return Err(AdminError::Invalid { what: "--role", expected: "fleet_manager, for --fleet" });
    }
    if account.workshop.is_some() != has(Role::Workshop) {
        let expected = "the workshop of one with --role workshop, and of nobody else";
        return Err(AdminError::Invalid { what: "--workshop", expected });
    }
    let who = Who::new(org, format!("user/{}", next(edit, org)?));
    enroll(edit, &who, account)?;
    Ok(who)
}

fn counter(org: &str) -> String {
    key(&["next user", org])
}

/// The number of the next person of an organization: larger than all that were ever given.
pub(crate) fn next(view: &dyn View, org: &str) -> Result<i64, StorageError> {
    let kept: i64 = get_json(view, &counter(org))?.unwrap_or(1);
    let subs = names(view, &key(&["account", org]))?;
    let last = subs.iter().filter_map(|sub| Who::new(org, sub.as_str()).user()).max().unwrap_or(0);
    Ok(kept.max(last.saturating_add(1)))
}

/// Writes a new account and tells everybody who sees more or less by that. What webhooks there are of one of that name go: a release of
/// before left them.
pub fn enroll(edit: &mut dyn Edit, who: &Who, account: &Account) -> Result<(), StorageError> {
    webhooks::take_all(edit, who)?;
    put_account(edit, who, account)?;
    if let Some(user) = who.user() {
        let next = next(edit, &who.org)?.max(user.saturating_add(1));
        put_json(edit, &counter(&who.org), &next)?;
    }
    look_again(edit, &who.org)
}

/// Changes an account, and tells everybody who sees more or less by that.
///
/// Errors: [`AdminError::AccountUnknown`], and those of `change`.
pub fn change(
    edit: &mut dyn Edit,
    who: &Who,
    change: impl FnOnce(&mut Account) -> Result<(), AdminError>,
) -> Result<(), AdminError> {
    let mut known = account(edit, who)?.ok_or(AdminError::AccountUnknown)?;
    change(&mut known)?;
    put_account(edit, who, &known)?;
    Ok(look_again(edit, &who.org)?)
}

/// Gives an account another password, by its hash, and ends its sessions; gives how many.
///
/// Errors: [`AdminError::AccountUnknown`].
pub fn password(edit: &mut dyn Edit, who: &Who, hash: String) -> Result<usize, AdminError> {
    let mut known = account(edit, who)?.ok_or(AdminError::AccountUnknown)?;
    known.password = Some(hash);
    put_account(edit, who, &known)?;
    Ok(session::end_all(edit, who)?.len())
}

/// Takes an account away with its webhooks and what is known of its producers, and ends its sessions; gives how many. What it has written
/// stays, and is nobody's; what it shares is shared no longer.
///
/// Errors: [`AdminError::AccountUnknown`].
pub fn remove(edit: &mut dyn Edit, who: &Who) -> Result<usize, AdminError> {
    if account(edit, who)?.is_none() {
        return Err(AdminError::AccountUnknown);
    }
    let next = next(edit, &who.org)?;
    put_json(edit, &counter(&who.org), &next)?;
    take_account(edit, who)?;
    webhooks::take_all(edit, who)?;
    // One of the same name begins anew: its first request is no copy.
    for lanes in ["lane", "ingest"] {
        while edit.delete_some(&key(&[lanes, &who.org, &who.sub]), 1_000)? > 0 {}
    }
    let ended = session::end_all(edit, who)?.len();
    look_again(edit, &who.org)?;
    Ok(ended)
}

/// Everybody of an organization, or of all, in order.
pub fn list(view: &dyn View, org: Option<&str>) -> Result<Vec<(Who, Account)>, StorageError> {
    each(view, org)?.into_iter().map(|(who, account)| Ok((who, account?))).collect()
}

/// The same, each where it reads.
type Each = Vec<(Who, Result<Account, StorageError>)>;

fn each(view: &dyn View, org: Option<&str>) -> Result<Each, StorageError> {
    let prefix = org.map_or_else(|| "account".to_owned(), |org| key(&["account", org]));
    let mut found = Vec::new();
    for (name, value) in all(view, &prefix)? {
        let mut parts = name.split(JOINT).skip(1);
        let (Some(org), Some(sub)) = (parts.next(), parts.next()) else { continue };
        found.push((Who::new(org, sub), from_json(&value)));
    }
    Ok(found)
}

/// Which rules a database was looked through by.
pub(crate) const RULES: &str = "rules of sight";
/// Those of now. 1: bookings are of their drivers alone, and shares end with the right to share. 2: what a driver keeps is counted, also
/// what is older than the bound. 3: what is shared with an organization is seen by who speaks for it, and not by its drivers.
/// 4: with a vehicle its recommendations are told, and of an organization it is known what it was offered. 5: since when all who drive a
/// car let others see where it is. 6: what another organization shares has names of its own.
const OF_NOW: u64 = 6;

/// Looks once through a database of before, or one that was salvaged, since its rows say who saw what, and how much they keep, by the rules of
/// then, and lead to accounts and items; gives how many rows do not read. Those are passed over, and the next start looks again.
pub(crate) fn catch_up(edit: &mut dyn Edit) -> Result<usize, StorageError> {
    if get_json::<u64>(edit, RULES)?.is_some_and(|known| known >= OF_NOW) {
        return Ok(0);
    }
    let (mut unread, mut drivers, mut organizations) = (0, Vec::new(), BTreeSet::new());
    let mut driven = BTreeSet::new();
    for (who, account) in each(edit, None)? {
        organizations.insert(who.org.clone());
        let Ok(account) = account else {
            unread += 1;
            continue;
        };
        lead_to(edit, &who, &account)?;
        driven.extend(account.driven().into_iter().map(|vehicle| (who.org.clone(), vehicle)));
        if account.roles.contains(&Role::Driver) {
            drivers.push(who);
        }
    }
    forget_addresses_of_nobody(edit)?;
    // Once it is known of each who drives it.
    for (org, vehicle) in driven {
        consents::note(edit, &org, vehicle)?;
    }
    organizations.extend(names(edit, "organization")?);
    for org in &organizations {
        access::make_anew(edit, org)?;
        let made = ways::make_anew(edit, org)?;
        unread += made.unread;
        let next = next(edit, org)?.max(made.last_user.saturating_add(1));
        put_json(edit, &counter(org), &next)?;
    }
    unread += allowance::count_anew(edit, &drivers)?;
    for org in &organizations {
        unread += look_again_at(edit, org, &[Bookings, Shares, Places, Trips, Vehicles, Recommendations])?;
    }
    begin_beyond(edit, &organizations)?;
    if unread == 0 {
        put_json(edit, RULES, &OF_NOW)?;
    }
    Ok(unread)
}

/// Who sees the things of an organization, and what is shared with it, may be others by now: of each it is worked out anew. Shares of who
/// may no longer share end.
///
/// Errors: damage, too: whoever may see less by now shall not go on seeing it.
pub(super) fn look_again(edit: &mut dyn Edit, org: &str) -> Result<(), StorageError> {
    let every = [Vehicles, Recommendations, Bookings, Conversations, Messages, Shares];
    match look_again_at(edit, org, &every)? {
        0 => refresh_shared_with(edit, org),
        _ => Err(StorageError::Damaged { what: "an item" }),
    }
}

/// Gives how many do not read.
fn look_again_at(edit: &mut dyn Edit, org: &str, collections: &[Collection]) -> Result<usize, StorageError> {
    let mut unread = end_without_right(edit, org)?;
    for collection in collections {
        let prefix = key(&["item", org, collection.as_str()]);
        for (name, _) in all(edit, &prefix)? {
            let spot = Spot::shared(org, *collection, last(&name));
            unread += usize::from(if_it_reads(edit, |edit| refresh(edit, &spot))?.is_none());
        }
    }
    Ok(unread)
}

/// A role as people write it.
pub fn role(name: &str) -> Option<Role> {
    serde_json::from_value(name.replace('-', "_").into()).ok()
}

/// How people write a role.
pub fn role_word(role: Role) -> &'static str {
    match role {
        Role::Driver => "driver",
        Role::FleetManager => "fleet_manager",
        Role::Workshop => "workshop",
        Role::Partner => "partner",
        Role::Support => "support",
        Role::Device => "device",
    }
}
