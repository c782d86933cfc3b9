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
    let mut item = asked.item(edit)?.unwrap_or_default();
    if item.version > 0 {
        asked.own(&item)?;
    }
    item.owner.clone_from(&asked.caller.who.sub);
    let body = match asked.kind {
        Kind::Act => return Err(asked.not_here()),
        Kind::Delete => {
            if stamps(&item).values().any(|known| *known > asked.stamp) || item.value.is_none() {
                return Ok(item.version);
            }
            let stamp = asked.stamp.to_string();
            item.stamps.values_mut().for_each(|known| known.clone_from(&stamp));
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
    let (value, stamps) = laid_over(&item, body, asked.stamp).ok_or_else(|| invalid("an object"))?;
    let mut members = Members::parse(&value).unwrap_or_default();
    if item.value.is_none() && members == Members::default() {
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
    item.stamps = stamps.into_iter().map(|(name, stamp)| (name, stamp.to_string())).collect();
    Ok(item.store(edit, &asked.spot)?)
}

fn stamps(item: &Item) -> Stamps {
    item.stamps.iter().filter_map(|(name, stamp)| Some((name.clone(), stamp.parse().ok()?))).collect()
}

/// Lays members over an item; each keeps the stamp of who wrote it last.
pub(super) fn laid_over(item: &Item, body: Members, stamp: Stamp) -> Option<(String, Stamps)> {
    let mut value = item.value.clone().unwrap_or_else(|| "{}".to_owned());
    let mut stamps = stamps(item);
    merge_by_clock(&mut value, &mut stamps, &body.to_json(), stamp)?;
    Some((value, stamps))
}
