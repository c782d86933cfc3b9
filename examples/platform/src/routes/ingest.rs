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
use crate::events::ingest;
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
    // A large body takes a while to read: not on a thread that others wait for.
    let read = move || ingest::read(&media_type, &bytes).map(|sent| (sent, bytes));
    // What was read of it takes as much: it counts until that is kept.
    let (sent, _bytes) = tokio::task::spawn_blocking(read).await.map_err(|_| Problem::internal())??;
    let (count, per_day) = (sent.len() as u64, node.config.vehicle_day);
    let taken = node.commit(move |edit| ingest::take(edit, &caller, producer.as_ref(), sent, per_day)).await;
    let taken = taken.inspect_err(|problem| {
        if problem.code == "rate_limited" {
            node.metrics.limited.fetch_add(count, Relaxed);
        }
    })?;
    let Some(taken) = taken else { return Ok(StatusCode::NO_CONTENT.into_response()) };
    node.metrics.events.fetch_add(taken.accepted as u64, Relaxed);
    node.metrics.duplicates.fetch_add(taken.duplicates as u64, Relaxed);
    node.metrics.limited.fetch_add(taken.limited as u64, Relaxed);
    node.metrics.refused.fetch_add((taken.refused.len() - taken.limited) as u64, Relaxed);
    Ok(Json(taken.to_json()).into_response())
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
