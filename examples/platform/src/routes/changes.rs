//! `POST /v1/changes`.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::IntoResponse;

use crate::auth::Caller;
use crate::body::{self, USUAL};
use crate::items::sent::Changes;
use crate::items::turns;
use crate::node::Node;
use crate::problem::Problem;
use crate::producer::Producer;

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
    // A large body takes a while to read: not on a thread that others wait for.
    let body = bytes.clone();
    let read = move || Changes::parse(&body);
    let changes = tokio::task::spawn_blocking(read).await.map_err(|_| Problem::internal())??;
    let answer = Node::to_the_end(async move {
        let answer = turns::take(&node, &caller, producer, changes).await;
        // Until now what was made of the body takes its room.
        drop(bytes);
        answer
    })
    .await?;
    Ok(([(header::CONTENT_TYPE, "application/json")], answer))
}
