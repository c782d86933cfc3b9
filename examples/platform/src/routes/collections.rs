//! `GET /v1/collections/…`.

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::parameters::Parameters;
use crate::auth::Caller;
use crate::feed::{offset_text, set};
use crate::items::{Collection, Item, Spot, listing};
use crate::node::Node;
use crate::problem::Problem;
use crate::storage::{JOINT, Scan, View, from_json, get_json};

fn collection(name: &str) -> Result<Collection, Problem> {
    Collection::find(name).ok_or_else(Problem::not_found)
}

/// A cursor: where the listing began in the feed, and the last key.
fn read_cursor(cursor: &str) -> Option<(u64, String)> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    let (offset, key) = text.split_once(' ')?;
    Some((offset.parse().ok()?, key.to_owned()))
}

/// Items that the caller sees, by key.
pub async fn list(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<impl IntoResponse, Problem> {
    let collection = collection(&name)?;
    let query = Parameters::parse(query.as_deref(), &["cursor", "limit"])?;
    let limit = query.limit()?;
    let malformed = || Problem::malformed().because("cursor: as it was given");
    let cursor = query.one("cursor")?.map(|text| read_cursor(text).ok_or_else(malformed)).transpose()?;
    let answer = node
        .look(move |view| {
            let prefix = listing(&caller.who, collection);
            let after = cursor.as_ref().map(|(_, key)| format!("{prefix}{JOINT}{key}"));
            let scan = Scan { prefix: &prefix, after: after.as_deref(), limit: limit + 1, backwards: false };
            let mut found = view.scan(scan)?;
            let more = found.len() > limit;
            found.truncate(limit);
            let offset = match &cursor {
                Some((offset, _)) => *offset,
                None => view.tail(&caller.who.feed())?.next,
            };
            let (mut items, mut last) = (Vec::new(), String::new());
            for (place, spot) in found {
                let spot: Spot = from_json(&spot)?;
                crate::items::last(&place).clone_into(&mut last);
                if let Some(item) = Item::load(view, &spot)?
                    && let Some(sight) = item.is_seen_by(&caller.who)
                {
                    items.push(format!("{{{}}}", item.shown(&spot, sight)));
                }
            }
            let cursor = URL_SAFE_NO_PAD.encode(format!("{offset} {last}"));
            Ok(format!(
                r#"{{"items":[{}],"cursor":"{cursor}","more":{more},"offset":"{}"}}"#,
                items.join(","),
                offset_text(offset)
            ))
        })
        .await?;
    Ok(([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")], answer))
}

fn find(
    view: &dyn View,
    caller: &Caller,
    collection: Collection,
    key: &str,
) -> Result<(String, u64), Problem> {
    let place = format!("{}{JOINT}{key}", listing(&caller.who, collection));
    let spot: Spot = get_json(view, &place)?.ok_or_else(Problem::not_found)?;
    let item = Item::load(view, &spot)?.ok_or_else(Problem::not_found)?;
    let sight = item.is_seen_by(&caller.who).ok_or_else(Problem::not_found)?;
    Ok((format!("{{{}}}", item.shown(&spot, sight)), item.version))
}

/// One item.
pub async fn one(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path((name, key)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let collection = collection(&name)?;
    let (body, version) = node.look(move |view| find(view, &caller, collection, &key)).await?;
    let etag = format!("\"{version}\"");
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let mut answer =
        if known == Some(&etag) { StatusCode::NOT_MODIFIED.into_response() } else { body.into_response() };
    set(&mut answer, "content-type", "application/json");
    set(&mut answer, "etag", &etag);
    set(&mut answer, "cache-control", "private, no-cache");
    Ok(answer)
}
