//! `/v1/ingest`.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use axum::Json;
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::parameters::Parameters;
use crate::auth::{Caller, Role};
use crate::body::{self, EVENTS};
use crate::events::{ingest, turns};
use crate::node::Node;
use crate::problem::Problem;
use crate::producer::Producer;

/// Takes events in.
pub async fn take(
    State(node): State<Arc<Node>>,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let producer = Producer::parse(&headers)?;
    let media_type = body::media_type(&headers).unwrap_or_default();
    let bytes = body::read(&node, &caller.who, &headers, body, EVENTS).await?;
    // Somebody on the way may have taken it off: what is said to be here would not be.
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(Problem::malformed().because("a body, and be it of no event"));
    }
    // A large body takes a while to read: not on a thread that others wait for.
    let body = bytes.clone();
    let read = move || ingest::read(&media_type, &body);
    let sent = tokio::task::spawn_blocking(read).await.map_err(|_| Problem::internal())??;
    let taken = Node::to_the_end(async move {
        let count = sent.len() as u64;
        let taken = turns::take(&node, &caller, producer, sent).await.inspect_err(|problem| {
            if problem.code == "rate_limited" {
                node.metrics.limited.fetch_add(count, Relaxed);
            }
        })?;
        if let Some(taken) = &taken {
            node.metrics.events.fetch_add(taken.accepted as u64, Relaxed);
            node.metrics.duplicates.fetch_add(taken.duplicates as u64, Relaxed);
            node.metrics.limited.fetch_add(taken.limited as u64, Relaxed);
            node.metrics.refused.fetch_add((taken.refused.len() - taken.limited) as u64, Relaxed);
        }
        // Until now what was made of the body takes its room.
        drop(bytes);
        Ok(taken)
    })
    .await?;
    Ok(match taken {
        Some(taken) => Json(taken.to_json()).into_response(),
        None => StatusCode::NO_CONTENT.into_response(),
    })
}

/// What was set aside.
pub async fn quarantine(
    State(node): State<Arc<Node>>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, Problem> {
    caller.must_be(Role::Support)?;
    let limit = Parameters::parse(query.as_deref(), &["limit"])?.limit()?;
    let items = node.look(move |view| Ok(ingest::quarantine(view, &caller.who.org, limit)?)).await?;
    Ok(Json(json!({"items": items})))
}
