//! `/v1/streams/…`: plain Durable Streams.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};

use crate::allowance;
use crate::auth::{Caller, Who};
use crate::body::{self, STREAM};
use crate::clock::instant_of;
use crate::feed::{self, Finder, Reading, set};
use crate::node::Node;
use crate::problem::Problem;
use crate::storage::Edit;
use crate::streams::{self, Append, Create, Stream};

async fn whole(
    node: &Arc<Node>,
    who: &Who,
    headers: &HeaderMap,
    body: Body,
) -> Result<bytes::Bytes, Problem> {
    if headers.contains_key("content-encoding") {
        return Err(Problem::unsupported_encoding().because("streams are never compressed"));
    }
    body::read(node, who, headers, body, STREAM).await
}

/// A large body takes a while to read: not on a thread that others wait for.
async fn read_of<T: Send + 'static>(
    read: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    tokio::task::spawn_blocking(read).await.map_err(|_| Problem::internal())?
}

/// `PUT`.
pub async fn create(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(name): Path<String>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let place = streams::place(&caller, &name)?;
    let body = whole(&node, &caller.who, &headers, body).await?;
    let (by, read) = (caller.clone(), body.clone());
    let wanted = read_of(move || Create::parse(&headers, &read)).await?;
    let create = move |edit: &mut dyn Edit| {
        streams::create(edit, &place, &wanted, |edit| {
            // Until now what was made of the body takes its room.
            allowance::writes(edit, &caller, wanted.count().max(1), body.len())
        })
    };
    let (new, stream, next) = node.commit_of(&by, create).await?;
    let status = if new { StatusCode::CREATED } else { StatusCode::OK };
    let mut answer = status.into_response();
    set(&mut answer, "content-type", &stream.content_type);
    set(&mut answer, "stream-next-offset", &next.to_string());
    if stream.closed {
        set(&mut answer, "stream-closed", "true");
    }
    if new {
        // Relative: what a client calls the platform says nothing of where it is.
        set(&mut answer, "location", uri.path());
    }
    Ok(answer)
}

/// `POST`.
pub async fn append(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let place = streams::place(&caller, &name)?;
    let body = whole(&node, &caller.who, &headers, body).await?;
    let (size, wanted) = (body.len(), read_of(move || Append::parse(&headers, body)).await?);
    let bare = wanted.is_bare();
    let by = caller.clone();
    let append = move |edit: &mut dyn Edit| {
        streams::append(edit, &place, &wanted, |edit| {
            allowance::writes(edit, &caller, wanted.count().max(1), size)
        })
    };
    let done = node.commit_of(&by, append).await?;
    let fresh = done.producer.is_some() && !done.duplicate && !bare;
    let mut answer = if fresh { StatusCode::OK } else { StatusCode::NO_CONTENT }.into_response();
    set(&mut answer, "stream-next-offset", &done.next.to_string());
    if done.closed {
        set(&mut answer, "stream-closed", "true");
    }
    if let Some((epoch, seq)) = done.producer {
        set(&mut answer, "producer-epoch", &epoch.to_string());
        set(&mut answer, "producer-seq", &seq.to_string());
    }
    Ok(answer)
}

/// `GET` and `HEAD`.
pub async fn read(
    State(node): State<Arc<Node>>,
    caller: Caller,
    method: Method,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let place = streams::place(&caller, &name)?;
    if method == Method::HEAD {
        return head(&node, place).await;
    }
    let reading = Reading::parse(query.as_deref(), &headers)?;
    let known = place.clone();
    let stream = node.look(move |view| Stream::must(view, &known, instant_of(view.at()))).await?;
    if stream.ttl.is_some() {
        let place = place.clone();
        node.commit_of(&caller, move |edit| Stream::touch(edit, &place)).await?;
    }
    let find: Finder = Arc::new(move |view| Ok(Stream::must(view, &place, instant_of(view.at()))?.source()));
    feed::answer(&node, &caller, find, reading).await
}

async fn head(node: &Node, place: String) -> Result<Response, Problem> {
    let (stream, next) = node
        .look(move |view| {
            let stream = Stream::must(view, &place, instant_of(view.at()))?;
            let next = stream.next(view)?;
            Ok((stream, next))
        })
        .await?;
    let mut answer = StatusCode::OK.into_response();
    set(&mut answer, "content-type", &stream.content_type);
    set(&mut answer, "stream-next-offset", &next.to_string());
    if stream.closed {
        set(&mut answer, "stream-closed", "true");
    }
    if let Some(ttl) = stream.ttl {
        set(&mut answer, "stream-ttl", &ttl.to_string());
    }
    if let Some(at) = &stream.expires_at {
        set(&mut answer, "stream-expires-at", at);
    }
    Ok(answer)
}

/// `DELETE`.
pub async fn remove(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<StatusCode, Problem> {
    let place = streams::place(&caller, &name)?;
    node.commit_of(&caller, move |edit| {
        let stream = Stream::must(edit, &place, instant_of(edit.at()))?;
        Ok(stream.remove(edit, &place)?)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
