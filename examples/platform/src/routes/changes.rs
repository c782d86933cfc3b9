//! `POST /v1/changes`.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::IntoResponse;

use crate::allowance;
use crate::auth::Caller;
use crate::body::{self, USUAL};
use crate::items::changes::apply;
use crate::items::sent::Changes;
use crate::node::Node;
use crate::problem::Problem;
use crate::producer::Producer;
use crate::storage::key;

/// Takes what a client has written.
pub async fn write(
    State(node): State<Arc<Node>>,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<impl IntoResponse, Problem> {
    let producer = Producer::parse(&headers)?;
    if body::media_type(&headers).as_deref() != Some("application/json") {
        return Err(Problem::unsupported_media_type().because("application/json"));
    }
    let bytes = body::read(&node, &caller.who, &headers, body, USUAL).await?;
    let answer = node
        .commit(move |edit| {
            let changes = Changes::parse(&bytes)?;
            if let Some(producer) = &producer {
                let lane = key(&["lane", &caller.who.org, &caller.who.sub, &producer.id]);
                producer.turn_of_named(edit, &lane)?;
                producer.done(edit, &lane)?;
            }
            allowance::writes(edit, &caller, changes.count(), bytes.len())?;
            apply(edit, &caller, &changes)
        })
        .await?;
    Ok(([(header::CONTENT_TYPE, "application/json")], answer))
}
