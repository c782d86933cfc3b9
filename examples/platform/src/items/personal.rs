//! Places and settings: field by field, the latest counts.

use cc_client::Stamp;
use cc_client::merge::{Stamps, merge_by_clock};
use cc_core::platform::Place;

use super::changes::{Asked, Kind, Stop, invalid};
use super::members::Members;
use super::{Collection, Item};
use crate::storage::Edit;

/// The most members of settings.
const MOST: usize = 1000;

pub(super) fn change(edit: &mut dyn Edit, asked: &Asked<'_>) -> Result<u64, Stop> {
    let user = asked.user()?;
    let mut item = match asked.item(edit)? {
        Some(item) => item,
        None => Item::fresh(edit, &asked.spot, &asked.caller.who.sub)?,
    };
    asked.own(&item)?;
    let body = match asked.kind {
        Kind::Act => return Err(asked.not_here()),
        Kind::Delete => {
            if item.value.is_none() || is_older(&item, asked) {
                return Ok(item.version);
            }
            let stamp = asked.stamp.to_string();
            let next = item.version + 1;
            item.stamps
                .values_mut()
                .filter(|known| **known < stamp)
                .for_each(|known| known.clone_from(&stamp));
            item.written.values_mut().for_each(|version| *version = next);
            item.value = None;
            return Ok(item.store(edit, &asked.spot)?);
        }
        // What a whole entity does not say is taken away.
        Kind::Put => {
            let known = item.value.as_deref().and_then(Members::parse).unwrap_or_default();
            let gone = known.0.into_keys().map(|name| (name, "null".to_owned()));
            Members(gone.chain(asked.body.0.clone()).collect())
        }
        Kind::Patch => asked.body.clone(),
    };
    let was_gone = item.value.is_none();
    if was_gone {
        // What a device deletes and writes again with one stamp, it writes later.
        let stamp = asked.stamp.to_string();
        item.stamps.retain(|_, known| *known != stamp);
    }
    let is_late = is_older(&item, asked);
    let mut item = laid_over(item, &body, asked).ok_or_else(|| invalid("an object"))?;
    let mut members = item.value.as_deref().and_then(Members::parse).unwrap_or_default();
    if was_gone && is_late && members == Members::default() {
        // Older than what took it away.
        return Ok(item.version);
    }
    if asked.collection == Collection::Places {
        members.set_text("placeId", &asked.spot.key);
        members.set_number("userId", user);
        Place::from_json(members.to_json()).map_err(invalid)?;
    } else if members.0.len() > MOST {
        return Err(invalid("at most 1000 members"));
    }
    item.value = Some(members.to_json());
    Ok(item.store(edit, &asked.spot)?)
}

/// Whether something was written later, by somebody who is not known to have seen this.
fn is_older(item: &Item, asked: &Asked<'_>) -> bool {
    asked.base < item.version && stamps(item).values().any(|known| *known > asked.stamp)
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
    let before = stamps(&item);
    let mut stamps = before.clone();
    let knew = |name: &String| item.written.get(name).is_some_and(|version| *version <= asked.base);
    stamps.retain(|name, _| !(body.0.contains_key(name) && knew(name)));
    merge_by_clock(&mut value, &mut stamps, &body.to_json(), asked.stamp)?;
    for (name, stamp) in &mut stamps {
        let known = before.get(name);
        if known != Some(stamp) {
            item.written.insert(name.clone(), item.version + 1);
        }
        // Stamps of a member grow, so that what is older than both stays older.
        if let Some(known) = known.filter(|known| **known > *stamp) {
            *stamp = after(*known, asked.stamp.node);
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
