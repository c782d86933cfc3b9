//! By which key somebody knows an item.
//!
//! Keys are made by clients, and nothing keeps two organizations from using the same. Within an organization a key names its own item. What
//! another organization shares is named by both, `@organization/key`, and no item is made by a key that begins with `@`: so of one name
//! there is ever one item, and its versions grow.
//!
//! Earlier versions told of such items by their keys alone where these were free, or as `organization/key`. Those names are taken back.

use std::collections::BTreeMap;

use super::audience::Sight;
use super::{Collection, Item, Spot};
use crate::auth::Who;
use crate::storage::{Edit, StorageError, View, get_json, key, put_json};

/// Before the organization whose an item is.
const FOREIGN: char = '@';

/// The row by which somebody sees an item.
fn row(who: &Who, collection: &str, name: &str) -> String {
    key(&["seen", &who.org, &who.sub, collection, name])
}

/// Whether others than its organization may see it by its key alone: keys of vehicles name their organization already.
fn may_be_guest(spot: &Spot) -> bool {
    matches!(spot.collection(), Some(Collection::Places | Collection::Shares | Collection::Trips))
}

/// Whether a key is none that an item is made by.
pub(super) fn is_foreign(spot: &Spot) -> bool {
    may_be_guest(spot) && spot.key.starts_with(FOREIGN)
}

/// How an organization is told of an item.
fn name_in(org: &str, spot: &Spot) -> String {
    if org == spot.org || !may_be_guest(spot) {
        spot.key.clone()
    } else {
        format!("{FOREIGN}{}/{}", spot.org, spot.key)
    }
}

/// By which names earlier versions told another organization of an item.
fn of_before(spot: &Spot) -> [String; 2] {
    [spot.key.clone(), format!("{}/{}", spot.org, spot.key)]
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

fn leads_to(view: &dyn View, row: &str, spot: &Spot) -> Result<bool, StorageError> {
    Ok(get_json::<Spot>(view, row)?.as_ref() == Some(spot))
}

/// Whether all of another organization who see an item know it by its name.
pub(super) fn are_right(
    view: &dyn View,
    spot: &Spot,
    viewers: &[(Who, Sight)],
) -> Result<bool, StorageError> {
    for (who, _) in viewers.iter().filter(|(who, _)| who.org != spot.org && may_be_guest(spot)) {
        let row = row(who, &spot.collection, &name_in(&who.org, spot));
        if !leads_to(view, &row, spot)? {
            return Ok(false);
        }
    }
    Ok(true)
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
        let name = name_in(&who.org, spot);
        let row = row(who, &spot.collection, &name);
        if leads_to(edit, &row, spot)? {
            edit.delete(&row)?;
        }
        edit.append(&who.feed(), &[item.record(&name, spot, None).as_bytes()])?;
        take_back(edit, who, spot, item)?;
    }
    for (who, sight) in now {
        take_back(edit, who, spot, item)?;
        let name = name_in(&who.org, spot);
        let row = row(who, &spot.collection, &name);
        if !leads_to(edit, &row, spot)? {
            put_json(edit, &row, spot)?;
        }
        edit.append(&who.feed(), &[item.record(&name, spot, Some(*sight)).as_bytes()])?;
    }
    Ok(())
}

/// Makes the rows anew by which those see an item who were told of it. Others, who know it by its name among strangers, are told once more
/// where one of theirs is missing: [`are_right`].
pub(super) fn lead_to(edit: &mut dyn Edit, spot: &Spot, item: &Item) -> Result<(), StorageError> {
    for (who, _) in item.viewers.iter().filter(|(who, _)| who.org == spot.org || !may_be_guest(spot)) {
        let row = row(who, &spot.collection, &spot.key);
        match get_json::<Spot>(edit, &row) {
            // One that leads elsewhere is of an earlier version, and is taken back with what it leads to.
            Ok(Some(_)) => {}
            Ok(None) | Err(StorageError::Damaged { .. }) => put_json(edit, &row, spot)?,
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Says to somebody of another organization that an item is gone by the names that it had.
fn take_back(edit: &mut dyn Edit, who: &Who, spot: &Spot, item: &Item) -> Result<(), StorageError> {
    if who.org == spot.org || !may_be_guest(spot) {
        return Ok(());
    }
    for name in of_before(spot) {
        let row = row(who, &spot.collection, &name);
        if !leads_to(edit, &row, spot)? {
            continue;
        }
        edit.delete(&row)?;
        // It may have stood in the place of an own item, whose versions go on from there.
        let own = own_of(&who.org, spot, &name);
        let hidden = Item::load(edit, &own)?;
        let is_seen = hidden.as_ref().is_some_and(|hidden| hidden.is_seen_by(who).is_some());
        if let Some(mut hidden) = hidden {
            hidden.version = hidden.version.max(item.version);
            if hidden.value.is_some() {
                hidden.store(edit, &own)?;
            } else {
                put_json(edit, &own.place(), &hidden)?;
            }
        }
        if !is_seen {
            edit.append(&who.feed(), &[item.record(&name, spot, None).as_bytes()])?;
        }
    }
    Ok(())
}
