//! Answers that need room in memory until their readers have taken them.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::Body as _;
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::set;
use super::shared::{LARGE, Room, Shared};
use super::turn::{Frames, Turn};
use crate::auth::Who;
use crate::counts::OneOf;
use crate::node::Node;
use crate::problem::Problem;
use crate::storage::View;
use crate::tag;

/// How long a whole answer waits for a reader that takes it slowly: so long, and a second more for each so many bytes of it.
const PATIENCE: Duration = Duration::from_secs(300);
const PACE: u64 = 4 << 10;
/// Whose share answers are in that were made whole, whoever asked: strangers, too.
const WHOLE: &str = "";

/// Takes a look for somebody, and where there was no room for what it found, waits for it and looks again: nothing is held meanwhile.
/// `look` says how much room it lacks.
///
/// Errors: `unavailable` where there is none for as long as a request may take, `draining`, and those of `look`.
pub(super) async fn with_room<T: Send + 'static>(
    node: &Arc<Node>,
    who: &Who,
    look: impl Fn(&dyn View, Option<Room>) -> Result<Result<T, u32>, Problem> + Clone + Send + 'static,
) -> Result<T, Problem> {
    let of = who.feed();
    let look_with = move |room| {
        let look = look.clone();
        node.look_of(who, move |view| look(view, room))
    };
    until_fits(node, &of, look_with).await
}

/// Tries with the room that was waited for, for as long as a request may take. What is tried says how much room it lacks.
async fn until_fits<T, F: Future<Output = Result<Result<T, u32>, Problem>>>(
    node: &Arc<Node>,
    who: &str,
    mut attempt: impl FnMut(Option<Room>) -> F,
) -> Result<T, Problem> {
    let until = Instant::now() + Duration::from_millis(node.config.request);
    let mut room = None;
    loop {
        match attempt(room.take()).await? {
            Ok(found) => return Ok(found),
            Err(units) => room = Some(waited(node, who, units, until).await?),
        }
    }
}

/// Room that is waited for.
async fn waited(node: &Arc<Node>, who: &str, units: u32, until: Instant) -> Result<Room, Problem> {
    let mut draining = node.draining();
    let left = until.saturating_duration_since(Instant::now());
    let room = tokio::select! {
        room = node.shared.room(who, units, left) => room,
        _ = draining.changed() => return Err(Problem::draining().with("retry-after", 1)),
    };
    room.ok_or_else(|| {
        node.metrics.crowded.fetch_add(1, Relaxed);
        let why = "what waits for slow readers fills the memory that there is for it";
        Problem::unavailable().because(why).with("retry-after", 2)
    })
}

/// Looks for the JSON of an answer, and gives it with what else was found.
async fn told<T: Send + 'static>(
    node: &Arc<Node>,
    who: &Who,
    look: impl Fn(&dyn View) -> Result<(String, T), Problem> + Clone + Send + 'static,
) -> Result<(Response, T), Problem> {
    let one_more = node.readers.one_more(who, node.config.live_streams)?;
    let (known, of) = (node.clone(), who.feed());
    let found = with_room(node, who, move |view, room| {
        let (body, more) = look(view)?;
        let body = Bytes::from(body);
        if body.len() <= LARGE {
            return Ok(Ok((body, false, more)));
        }
        let held = known.shared.hold(&of, &body, room, &known.metrics.stream_bytes);
        Ok(held.map(|body| (body, true, more)))
    });
    let (body, is_large, more) = found.await?;
    let mut answer = if is_large { held(node, body, Some(one_more)) } else { body.into_response() };
    set(&mut answer, "content-type", "application/json");
    Ok((answer, more))
}

/// Looks for the JSON of an answer, and gives it.
///
/// Errors: those of [`with_room`].
pub(crate) async fn json(
    node: &Arc<Node>,
    who: &Who,
    look: impl Fn(&dyn View) -> Result<String, Problem> + Clone + Send + 'static,
) -> Result<Response, Problem> {
    let (answer, ()) = told(node, who, move |view| Ok((look(view)?, ()))).await?;
    Ok(answer)
}

/// The same with its tag; who says by the headers that they know it is given nothing else.
///
/// Errors: those of [`with_room`].
pub(crate) async fn tagged(
    node: &Arc<Node>,
    who: &Who,
    headers: &HeaderMap,
    look: impl Fn(&dyn View) -> Result<(String, String), Problem> + Clone + Send + 'static,
) -> Result<Response, Problem> {
    let known = tag::known(headers);
    let look = move |view: &dyn View| {
        let (body, etag) = look(view)?;
        let is_known = tag::is_known(&known, &etag);
        Ok((if is_known { String::new() } else { body }, (etag, is_known)))
    };
    let (mut answer, (etag, is_known)) = told(node, who, look).await?;
    if is_known {
        *answer.status_mut() = StatusCode::NOT_MODIFIED;
    }
    set(&mut answer, "etag", &etag);
    set(&mut answer, "cache-control", "private, no-cache");
    Ok(answer)
}

/// An answer that was made whole, wherever that was: where it is large it counts, too. What only reads waits for room; what was done
/// is answered, whatever there is.
pub(crate) async fn counted(node: &Arc<Node>, only_reads: bool, answer: Response) -> Response {
    let (mut parts, body) = answer.into_parts();
    let is_large = body.size_hint().exact().is_some_and(|size| size > LARGE as u64);
    if !is_large {
        return Response::from_parts(parts, body);
    }
    let Ok(body) = body.collect().await else { return Problem::internal().into_response() };
    let body = body.to_bytes();
    let body = if only_reads {
        let hold = |room| node.shared.hold(WHOLE, &body, room, &node.metrics.stream_bytes);
        match until_fits(node, WHOLE, |room| std::future::ready(Ok(hold(room)))).await {
            Ok(body) => body,
            Err(problem) => return problem.into_response(),
        }
    } else {
        Shared::hold_anyway(body, &node.metrics.stream_bytes)
    };
    let held = held(node, body, None);
    if let Some(size) = held.headers().get("content-length") {
        parts.headers.insert("content-length", size.clone());
    }
    Response::from_parts(parts, held.into_body())
}

/// Something large as the body of an answer: a little at a time, as its reader takes it, since hyper keeps a copy of what it is given.
pub(super) fn held(node: &Arc<Node>, body: Bytes, one_more: Option<OneOf>) -> Response {
    let size = body.len();
    let (out, turns) = mpsc::channel(1);
    // There is room for one.
    let _ = out.try_send(Box::new(Turn::shared(node, body, Bytes::new())));
    let until = Instant::now() + PATIENCE + Duration::from_secs(size as u64 / PACE);
    let mut answer = Body::new(Frames::of(turns, until, one_more)).into_response();
    set(&mut answer, "content-length", &size.to_string());
    answer
}
