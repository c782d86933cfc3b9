//! `/v1/webhooks/…`.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::auth::{Caller, Role};
use crate::body;
use crate::events::is_type;
use crate::node::Node;
use crate::problem::Problem;
use crate::webhooks;

#[derive(Deserialize)]
struct Wanted {
    url: String,
    #[serde(default)]
    types: Vec<String>,
}

/// The most types of one webhook. Which there are is not asked: cars may say what this platform has not heard of.
const MOST_TYPES: usize = 200;

fn name(id: String) -> Result<String, Problem> {
    let fits = (1..=64).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    if fits { Ok(id) } else { Err(Problem::not_found()) }
}

/// Asks for events.
pub async fn set(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, Problem> {
    caller.must_be(Role::Partner)?;
    let id = name(id)?;
    let wanted: Wanted = body::json(&node, &caller.who, &headers, body).await?;
    if wanted.types.len() > MOST_TYPES {
        return Err(Problem::invalid_entity().because(format!("types: at most {MOST_TYPES}")));
    }
    if !wanted.types.iter().all(|name| is_type(name)) {
        let each = "types: each of 1 to 100 bytes without control characters";
        return Err(Problem::invalid_entity().because(each));
    }
    // A `DELETE` before may not have come to its end.
    webhooks::clear(&node, &caller.who, &id).await?;
    let anywhere = node.config.webhooks_anywhere;
    let set = move |edit: &mut dyn crate::storage::Edit| {
        webhooks::set(edit, &caller.who, &id, &wanted.url, wanted.types, anywhere)
    };
    let new = node.commit(set).await?;
    Ok(if new { StatusCode::CREATED } else { StatusCode::NO_CONTENT })
}

/// What was asked for.
pub async fn read(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Value>, Problem> {
    caller.must_be(Role::Partner)?;
    let id = name(id)?;
    let hook = node.look(move |view| webhooks::find(view, &caller.who, &id)).await?;
    Ok(Json(shown(&hook)))
}

fn shown(hook: &webhooks::Hook) -> Value {
    json!({"id": hook.id, "url": hook.url, "types": hook.types})
}

/// All that the caller has asked for.
pub async fn list(State(node): State<Arc<Node>>, caller: Caller) -> Result<Json<Value>, Problem> {
    caller.must_be(Role::Partner)?;
    let who = caller.who;
    let hooks = node.look(move |view| Ok(webhooks::list(view, Some(&who.org), Some(&who.sub))?)).await?;
    Ok(Json(json!({"items": hooks.iter().map(shown).collect::<Vec<_>>()})))
}

/// Asks for nothing any more.
pub async fn remove(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    caller.must_be(Role::Partner)?;
    let id = name(id)?;
    Node::to_the_end(async move { webhooks::remove(&node, &caller.who, &id).await }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What was given up.
pub async fn failures(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Value>, Problem> {
    caller.must_be(Role::Partner)?;
    let id = name(id)?;
    let items = node.look(move |view| webhooks::failures(view, &caller.who, &id)).await?;
    Ok(Json(json!({"items": items})))
}
