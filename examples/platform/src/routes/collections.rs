//! `GET /v1/collections/…`.

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::PAGE;
use super::parameters::Parameters;
use crate::auth::Caller;
use crate::feed::{Offset, room};
use crate::items::{self, Collection, Item, Sight, Spot, last, listing};
use crate::kinds;
use crate::node::Node;
use crate::problem::Problem;
use crate::storage::{JOINT, Scan, StorageError, View, from_json};

fn collection(name: &str) -> Result<Collection, Problem> {
    Collection::find(name).ok_or_else(Problem::not_found)
}

/// A cursor: where the listing began in the feed, and the last key.
fn read_cursor(cursor: &str) -> Option<(Offset, String)> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    let (offset, key) = text.split_once(' ')?;
    // A release of before wrote the number alone.
    let of_before = || Some(Offset { number: offset.parse().ok()?, came: None });
    Some((Offset::parse(offset).or_else(of_before)?, key.to_owned()))
}

/// Where the items are that the caller sees, by the keys that they have for the caller, after one, so many at most.
fn seen(
    view: &dyn View,
    caller: &Caller,
    collection: Collection,
    after: Option<&str>,
    limit: usize,
) -> Result<Vec<(String, Option<Spot>)>, Problem> {
    let prefix = listing(&caller.who, collection);
    let after = after.map(|key| format!("{prefix}{JOINT}{key}"));
    let found = view.scan(Scan { prefix: &prefix, after: after.as_deref(), limit, backwards: false })?;
    Ok(found.iter().map(|(row, spot)| (last(row).to_owned(), from_json(spot).ok())).collect())
}

/// The same for the messages of one conversation, which the caller must see.
fn of_conversation(
    view: &dyn View,
    caller: &Caller,
    name: &str,
    after: Option<&str>,
    limit: usize,
) -> Result<Vec<(String, Option<Spot>)>, Problem> {
    let spot = Spot::of(&caller.who, Collection::Conversations, name);
    let item = Item::load(view, &spot)?.filter(|item| item.is_seen_by(&caller.who).is_some());
    let item = item.ok_or_else(Problem::not_found)?;
    let found = items::messages(view, &spot, &item, after, limit)?;
    Ok(found.into_iter().map(|spot| (spot.key.clone(), Some(spot))).collect())
}

/// What becomes of an item in a listing.
enum Listed {
    Item(String),
    Unreadable,
    Unseen,
}

/// An item as a listing shows it.
fn listed(view: &dyn View, caller: &Caller, name: &str, spot: Option<&Spot>) -> Result<Listed, Problem> {
    let Some(spot) = spot else { return Ok(Listed::Unreadable) };
    // A row that leads to it outlives no item.
    let Some(bytes) = view.get(&spot.place())? else { return Ok(Listed::Unreadable) };
    let Ok(item) = from_json::<Item>(&bytes) else { return Ok(Listed::Unreadable) };
    let Some(sight) = items::sight(view, spot, &item, &caller.who)? else { return Ok(Listed::Unseen) };
    let item = format!("{{{}}}", item.shown(name, spot, sight));
    Ok(if kinds::is_json(item.as_bytes()) { Listed::Item(item) } else { Listed::Unreadable })
}

/// Items that the caller sees, by key.
pub async fn list(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let collection = collection(&name)?;
    let of_messages = collection == Collection::Messages;
    let known: &[&str] =
        if of_messages { &["cursor", "limit", "conversationId"] } else { &["cursor", "limit"] };
    let query = Parameters::parse(query.as_deref(), known)?;
    let limit = query.limit()?;
    let malformed = || Problem::malformed().because("cursor: as it was given");
    let cursor = query.cursor()?.map(|text| read_cursor(text).ok_or_else(malformed)).transpose()?;
    let conversation = query.one("conversationId")?.map(str::to_owned);
    let (known, asks) = (node.clone(), caller.who.clone());
    let look = move |view: &dyn View| {
        let after = cursor.as_ref().map(|(_, key)| key.as_str());
        let mut found = match &conversation {
            Some(name) => of_conversation(view, &caller, name, after, limit + 1)?,
            None => seen(view, &caller, collection, after, limit + 1)?,
        };
        let mut more = found.len() > limit;
        found.truncate(limit);
        let offset = match &cursor {
            Some((offset, _)) => *offset,
            None => Offset::end(view, &caller.who.feed(), 0)?,
        };
        let (mut items, mut size, mut last) = (Vec::new(), 0, String::new());
        for (name, spot) in found {
            if size >= PAGE {
                more = true;
                break;
            }
            last.clone_from(&name);
            match listed(view, &caller, &name, spot.as_ref())? {
                Listed::Unseen => {}
                Listed::Unreadable => {
                    // Whoever is given less would take the rest for deleted.
                    known.metrics.item_unreadable();
                    return Err(StorageError::Damaged { what: "an item" }.into());
                }
                Listed::Item(item) => {
                    size += item.len() + 1;
                    items.push(item);
                }
            }
        }
        let cursor = more.then(|| URL_SAFE_NO_PAD.encode(format!("{offset} {last}")));
        Ok(format!(
            r#"{{"items":[{}],"cursor":{},"more":{more},"offset":"{offset}"}}"#,
            items.join(","),
            serde_json::Value::from(cursor)
        ))
    };
    room::json(&node, &asks, look).await
}

/// An item as it is shown, and its tag.
fn find(
    view: &dyn View,
    caller: &Caller,
    collection: Collection,
    key: &str,
) -> Result<(String, String), Problem> {
    let seen = items::seen_by(view, &caller.who, collection, key)?;
    let (spot, item, sight) = seen.ok_or_else(Problem::not_found)?;
    let shown = format!("{{{}}}", item.shown(key, &spot, sight));
    if !kinds::is_json(shown.as_bytes()) {
        return Err(StorageError::Damaged { what: "a value" }.into());
    }
    // Whoever sees less of the same version has another item.
    let part = if sight == Sight::Full { "" } else { "-shared" };
    Ok((shown, format!("\"{}{part}\"", item.version)))
}

/// One item.
pub async fn one(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path((name, key)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let collection = collection(&name)?;
    let who = caller.who.clone();
    room::tagged(&node, &who, &headers, move |view| find(view, &caller, collection, &key)).await
}
