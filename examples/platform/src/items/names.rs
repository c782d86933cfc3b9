//! By which key somebody knows an item.
//!
//! Keys are made by clients, and nothing keeps two organizations from using the same. Within an organization a key names its own item,
//! if there is one. What another organization shares is named by its key where that is free and has no `/`, and else by its organization, too:
//! `organization/key`. To whom a key fell stays so, since clients count the versions of each key.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::audience::Sight;
use super::{Collection, Item, Spot};
use crate::auth::Who;
use crate::storage::{Edit, StorageError, View, get_json, key, put_json};

/// Whose item a key names within an organization.
#[derive(Deserialize, Serialize)]
struct Holder {
    org: String,
    /// The last version of another organization's item that was told by it.
    version: u64,
}

fn holder(org: &str, spot: &Spot) -> String {
    key(&["holder", org, &spot.collection, &spot.key])
}

/// The row by which somebody sees an item.
fn row(who: &Who, collection: &str, name: &str) -> String {
    key(&["seen", &who.org, &who.sub, collection, name])
}

/// Whether others than its organization may see it by its key alone: keys of vehicles name their organization already.
fn may_be_guest(spot: &Spot) -> bool {
    matches!(spot.collection(), Some(Collection::Places | Collection::Shares | Collection::Trips))
}

fn qualified(spot: &Spot) -> String {
    format!("{}/{}", spot.org, spot.key)
}

/// Where an item of an organization would be, by a key.
fn own_of(org: &str, spot: &Spot, name: &str) -> Spot {
    Spot { org: org.to_owned(), key: name.to_owned(), ..spot.clone() }
}

/// The item that somebody means by a key, and where it is: that of the own organization, before any other.
///
/// Errors: those of the storage; what should be there and is not is damaged.
pub(super) fn found(
    view: &dyn View,
    who: &Who,
    collection: Collection,
    name: &str,
) -> Result<Option<(Spot, Item)>, StorageError> {
    let known: Option<Spot> = get_json(view, &row(who, collection.as_str(), name))?;
    // A row that leads to an item outlives none: where there is nothing, it is not gone but damaged.
    let gone = || StorageError::Damaged { what: "an item" };
    let known = match known {
        Some(spot) => {
            let item = Item::load(view, &spot)?.ok_or_else(gone)?;
            Some((spot, item))
        }
        None => None,
    };
    if known.as_ref().is_some_and(|(spot, _)| spot.org == who.org) {
        return Ok(known);
    }
    let own = Spot::of(who, collection, name);
    let item = Item::load(view, &own)?.filter(|item| item.is_seen_by(who).is_some());
    Ok(item.map(|item| (own, item)).or(known))
}

/// The item that somebody means by a key, where it is, and what they see of it at this instant; `None` where that is nothing.
///
/// Errors: those of [`found`].
pub(crate) fn seen_by(
    view: &dyn View,
    who: &Who,
    collection: Collection,
    name: &str,
) -> Result<Option<(Spot, Item, Sight)>, StorageError> {
    let Some((spot, item)) = found(view, who, collection, name)? else { return Ok(None) };
    let sight = super::sight(view, &spot, &item, who)?;
    Ok(sight.map(|sight| (spot, item, sight)))
}

/// The last version that was told in an organization by the key of an item that it does not have yet.
pub(super) fn told(view: &dyn View, spot: &Spot) -> Result<u64, StorageError> {
    if !may_be_guest(spot) {
        return Ok(0);
    }
    Ok(get_json::<Holder>(view, &holder(&spot.org, spot))?.map_or(0, |holder| holder.version))
}

/// How an organization is told of an item; `None`: not at all, where both names are those of its own items.
fn name_in(
    edit: &mut dyn Edit,
    org: &str,
    spot: &Spot,
    version: u64,
) -> Result<Option<String>, StorageError> {
    if org == spot.org || !may_be_guest(spot) {
        return Ok(Some(spot.key.clone()));
    }
    let name = qualified(spot);
    let is_taken = Item::load(edit, &own_of(org, spot, &name))?.is_some();
    let name = Some(name).filter(|_| !is_taken);
    if spot.key.contains('/') {
        // By itself it could be the qualified name of another.
        return Ok(name);
    }
    let place = holder(org, spot);
    let known: Option<Holder> = get_json(edit, &place)?;
    let holds = if Item::load(edit, &own_of(org, spot, &spot.key))?.is_some() {
        org
    } else {
        known.as_ref().map_or(&*spot.org, |known| &known.org)
    };
    if holds == spot.org {
        put_json(edit, &place, &Holder { org: spot.org.clone(), version })?;
        return Ok(Some(spot.key.clone()));
    }
    if known.as_ref().is_none_or(|known| known.org != holds) {
        let version = known.as_ref().map_or(0, |known| known.version);
        put_json(edit, &place, &Holder { org: holds.to_owned(), version })?;
    }
    Ok(name)
}

/// Tells everybody who sees an item, and those who did and no longer do.
pub(super) fn tell(
    edit: &mut dyn Edit,
    spot: &Spot,
    item: &Item,
    before: &[(Who, Sight)],
    now: &BTreeMap<Who, Sight>,
) -> Result<(), StorageError> {
    for (who, _) in before.iter().filter(|(who, _)| !now.contains_key(who)) {
        take_back(edit, who, spot, item, None)?;
    }
    let mut names: BTreeMap<&str, Option<String>> = BTreeMap::new();
    for (who, sight) in now {
        let name = if let Some(name) = names.get(&*who.org) {
            name.clone()
        } else {
            let name = name_in(edit, &who.org, spot, item.version)?;
            names.entry(&who.org).or_insert(name).clone()
        };
        if who.org == spot.org {
            step_aside(edit, who, spot)?;
        } else if may_be_guest(spot) {
            take_back(edit, who, spot, item, name.as_deref())?;
        }
        let Some(name) = name else { continue };
        put_json(edit, &row(who, &spot.collection, &name), spot)?;
        edit.append(&who.feed(), &[item.record(&name, spot, Some(*sight)).as_bytes()])?;
    }
    Ok(())
}

/// Says that an item is gone, by each name that it had but one.
fn take_back(
    edit: &mut dyn Edit,
    who: &Who,
    spot: &Spot,
    item: &Item,
    but: Option<&str>,
) -> Result<(), StorageError> {
    let is_guest = who.org != spot.org;
    let names = [Some(spot.key.clone()), Some(qualified(spot)).filter(|_| is_guest && may_be_guest(spot))];
    for name in names.into_iter().flatten().filter(|name| Some(&**name) != but) {
        let row = row(who, &spot.collection, &name);
        let is_its = get_json::<Spot>(edit, &row)?.as_ref() == Some(spot);
        if is_its {
            edit.delete(&row)?;
        } else if is_guest {
            continue;
        }
        // Earlier versions let it stand in the place of an own item, which is told again.
        let own = own_of(&who.org, spot, &name);
        let hidden = if is_guest { Item::load(edit, &own)? } else { None };
        if let Some(mut hidden) = hidden.filter(|hidden| hidden.is_seen_by(who).is_some()) {
            hidden.version = hidden.version.max(item.version);
            hidden.store(edit, &own)?;
        } else {
            edit.append(&who.feed(), &[item.record(&name, spot, None).as_bytes()])?;
        }
    }
    Ok(())
}

/// What another organization shares by the key of an own item is told by its qualified name from now on.
fn step_aside(edit: &mut dyn Edit, who: &Who, spot: &Spot) -> Result<(), StorageError> {
    if !may_be_guest(spot) {
        return Ok(());
    }
    let known: Option<Spot> = get_json(edit, &row(who, &spot.collection, &spot.key))?;
    let Some(other) = known.filter(|known| known.org != spot.org) else { return Ok(()) };
    let name = qualified(&other);
    let Some(item) = Item::load(edit, &other)? else { return Ok(()) };
    let is_taken = Item::load(edit, &own_of(&spot.org, spot, &name))?.is_some();
    if let Some(sight) = item.is_seen_by(who).filter(|_| !is_taken) {
        put_json(edit, &row(who, &spot.collection, &name), &other)?;
        edit.append(&who.feed(), &[item.record(&name, &other, Some(sight)).as_bytes()])?;
    }
    Ok(())
}
