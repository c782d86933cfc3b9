//! What a feed tells later of what it told then.
//!
//! Records stay in a feed for thirty days, and who was told of an item may see nothing of it by now, or less. So a record is told anew as
//! what may be seen at the moment of the answer: without its value where that is nothing, and as the item is now where less than all of
//! it is seen, or a key may have named another item by then.

use std::borrow::Cow;

use bytes::Bytes;
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;

use super::{Collection, Item, Sight, seen_by};
use crate::auth::Who;
use crate::storage::{StorageError, View};

#[derive(Deserialize)]
struct Record<'a> {
    #[serde(borrow)]
    collection: Cow<'a, str>,
    #[serde(borrow)]
    key: Cow<'a, str>,
    #[serde(default)]
    version: u64,
    #[serde(default)]
    updated: String,
    #[serde(borrow)]
    value: &'a RawValue,
}

/// A record of somebody's feed, as they may see it now.
///
/// Errors: those of the storage.
pub(crate) fn told(view: &dyn View, who: &Who, record: &Bytes) -> Result<Bytes, StorageError> {
    let read = serde_json::from_slice(record).map_err(|_| StorageError::Damaged { what: "a record" })?;
    let Record { collection, key, version, updated, value } = read;
    // Of settings only a tag is told, to those who see the vehicle.
    if collection == "config" && seen_by(view, who, Collection::Vehicles, &key)?.is_none() {
        let gone = json!({"collection": collection, "key": key, "version": version, "updated": updated, "value": null});
        return Ok(gone.to_string().into());
    }
    let Some(kind) = Collection::find(&collection).filter(|_| value.get() != "null") else {
        return Ok(record.clone());
    };
    let Some((spot, item, sight)) = seen_by(view, who, kind, &key)? else {
        let gone = Item { version, updated, ..Item::default() };
        let spot = super::Spot::of(who, kind, &key);
        return Ok(gone.record(&key, &spot, None).into());
    };
    let may_be_another = matches!(kind, Collection::Places | Collection::Shares | Collection::Trips);
    // One version may be seen in two ways: a fleet is told by steps, and what was taken away is not seen from before.
    if sight == Sight::Full && (item.version == version || !may_be_another) {
        return Ok(record.clone());
    }
    Ok(item.record(&key, &spot, Some(sight)).into())
}
