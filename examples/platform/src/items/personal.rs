//! Places and settings: field by field, the latest counts.

use std::collections::BTreeMap;

use cc_client::Stamp;
use cc_client::merge::{Stamps, merge_by_clock};
use cc_core::platform::Place;

use super::changes::{Asked, Kind, Stop, invalid};
use super::members::Members;
use super::{Collection, Item};
use crate::storage::{Edit, put_json};

/// The most members of settings.
const MOST: usize = 1000;

pub(super) fn change(edit: &mut dyn Edit, asked: &Asked<'_>) -> Result<u64, Stop> {
    let user = asked.user()?;
    let mut item = match asked.item(edit)? {
        Some(item) => item,
        None => asked.fresh(edit)?,
    };
    asked.own(&item)?;
    if item.value.is_none() {
        asked.may_be_made()?;
    }
    let body: BTreeMap<String, String> = match asked.kind {
        Kind::Act => return Err(asked.not_here()),
        // Of settings goes what is older, and the rest stays; a place without some of its members would be none.
        Kind::Delete
            if item.value.is_some() && asked.collection == Collection::Settings && is_older(&item, asked) =>
        {
            taken_away(&item).collect()
        }
        Kind::Delete => return delete(edit, asked, item),
        // What a whole entity does not say is taken away.
        Kind::Put => taken_away(&item).chain(asked.body.0.clone()).collect(),
        Kind::Patch => asked.body.0.clone(),
    };
    let body = Members(body);
    let now_whole = (asked.kind != Kind::Patch).then(|| whole(&item, asked));
    let (was_gone, version) = (item.value.is_none(), item.version);
    if was_gone {
        // What a device deletes and writes again with one stamp, it writes later.
        let stamp = asked.stamp.to_string();
        item.stamps.retain(|_, known| *known != stamp);
    }
    let is_late = is_older(&item, asked);
    let written_later =
        last_whole(&item).is_some_and(|(stamp, _)| stamp > asked.stamp && !is_own(stamp, asked));
    let mut item = laid_over(item, &body, asked).ok_or_else(|| invalid("an object"))?;
    let mut members = item.value.as_deref().and_then(Members::parse).unwrap_or_default();
    if was_gone && members == Members::default() {
        if is_late {
            // Older than what took it away.
            return Ok(version);
        }
        if asked.kind == Kind::Patch && version > 0 {
            // It is no other version: what it takes away is not there, and stays away.
            item.value = None;
            item.written.values_mut().for_each(|written| *written = (*written).min(version));
            put_json(edit, &asked.spot.place(), &item)?;
            return Ok(version);
        }
    }
    if asked.kind == Kind::Delete && members == Members::default() && !written_later {
        // Nothing stays, and nobody has said that it shall be there empty.
        (item.value, item.whole) = (None, now_whole);
        return Ok(item.store(edit, &asked.spot)?);
    }
    if asked.collection == Collection::Places {
        members.set_text("placeId", &asked.spot.key);
        members.set_number("userId", user);
        Place::from_json(members.to_json()).map_err(invalid)?;
    } else if members.0.len() > MOST {
        return Err(invalid("at most 1000 members"));
    }
    item.value = Some(members.to_json());
    item.whole = now_whole.or(item.whole);
    Ok(item.store(edit, &asked.spot)?)
}

/// Takes an item away, unless something of it was written later.
fn delete(edit: &mut dyn Edit, asked: &Asked<'_>, mut item: Item) -> Result<u64, Stop> {
    if item.version == 0 || is_older(&item, asked) {
        return Ok(item.version);
    }
    let (stamp, whole) = (asked.stamp.to_string(), whole(&item, asked));
    item.stamps.values_mut().filter(|known| **known < stamp).for_each(|known| known.clone_from(&stamp));
    if item.value.is_none() {
        // It is no other version: it only went later.
        item.whole = Some((whole.0, item.version));
        put_json(edit, &asked.spot.place(), &item)?;
        return Ok(item.version);
    }
    item.whole = Some(whole);
    item.written.values_mut().for_each(|version| *version = item.version + 1);
    item.value = None;
    Ok(item.store(edit, &asked.spot)?)
}

/// All members that an item has, as what takes them away.
fn taken_away(item: &Item) -> impl Iterator<Item = (String, String)> + use<> {
    let known = item.value.as_deref().and_then(Members::parse).unwrap_or_default();
    known.0.into_keys().map(|name| (name, "null".to_owned()))
}

/// When all of an item was written last, with the version of that.
fn last_whole(item: &Item) -> Option<(Stamp, u64)> {
    item.whole.as_ref().and_then(|(stamp, version)| Some((stamp.parse().ok()?, *version)))
}

/// The same once all of it is written as is asked: a later time stays, and grows where its writer had seen it.
fn whole(item: &Item, asked: &Asked<'_>) -> (String, u64) {
    let next = item.version + 1;
    let (stamp, version) = match last_whole(item).filter(|(stamp, _)| *stamp > asked.stamp) {
        None => (asked.stamp, next),
        Some((stamp, seen)) if seen <= asked.base || is_own(stamp, asked) => {
            (after(stamp, asked.stamp.node), next)
        }
        Some(later) => later,
    };
    (stamp.to_string(), version)
}

/// Whether something was written later, by somebody who is not known to have seen this.
fn is_older(item: &Item, asked: &Asked<'_>) -> bool {
    let whole = last_whole(item).map(|(stamp, _)| stamp);
    let is_later = |known: Stamp| known > asked.stamp && !is_own(known, asked);
    asked.base < item.version && stamps(item).into_values().chain(whole).any(is_later)
}

/// Whether a device wrote that itself: its changes come in the order in which they were made, so what it asks for now is later. The stamp that
/// it has of the one before may have grown beyond that of this one.
fn is_own(known: Stamp, asked: &Asked<'_>) -> bool {
    known.node == asked.stamp.node
}

fn stamps(item: &Item) -> Stamps {
    item.stamps.iter().filter_map(|(name, stamp)| Some((name.clone(), stamp.parse().ok()?))).collect()
}

/// Lays members over an item; each keeps the stamp of who wrote it last.
///
/// Clocks decide only between writers who did not know of each other: a member that its writer had seen, by `base`, is
/// written over whatever the clocks say.
pub(super) fn laid_over(mut item: Item, body: &Members, asked: &Asked<'_>) -> Option<Item> {
    let mut value = item.value.take().unwrap_or_else(|| "{}".to_owned());
    let (before, whole) = (stamps(&item), last_whole(&item));
    let mut stamps = before.clone();
    let knew = |name: &String| {
        item.written.get(name).is_some_and(|version| *version <= asked.base)
            || before.get(name).is_some_and(|stamp| is_own(*stamp, asked))
    };
    stamps.retain(|name, _| !(body.0.contains_key(name) && knew(name)));
    // What it does not have was taken away when all of it was written.
    let is_all_later =
        whole.is_some_and(|(stamp, seen)| stamp > asked.stamp && seen > asked.base && !is_own(stamp, asked));
    let has = Members::parse(&value).unwrap_or_default();
    let counts = |name: &String| has.0.contains_key(name) || !is_all_later;
    let body = body.0.iter().filter(|(name, _)| counts(name));
    let body = Members(body.map(|(name, text)| (name.clone(), text.clone())).collect());
    merge_by_clock(&mut value, &mut stamps, &body.to_json(), asked.stamp)?;
    for (name, stamp) in &mut stamps {
        let known = before.get(name);
        if known != Some(stamp) {
            item.written.insert(name.clone(), item.version + 1);
        }
        // Stamps of a member grow, so that what is older than both stays older.
        let known = known.copied().max(whole.map(|(stamp, _)| stamp).filter(|_| !has.0.contains_key(name)));
        if let Some(known) = known.filter(|known| known > stamp) {
            *stamp = after(known, asked.stamp.node);
        }
    }
    item.stamps = stamps.into_iter().map(|(name, stamp)| (name, stamp.to_string())).collect();
    item.value = Some(value);
    Some(item)
}

fn after(stamp: Stamp, node: u64) -> Stamp {
    match stamp.counter.checked_add(1) {
        Some(counter) => Stamp { counter, node, ..stamp },
        None => Stamp { millis: stamp.millis + 1, counter: 0, node },
    }
}
