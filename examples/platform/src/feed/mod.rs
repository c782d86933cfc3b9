//! Reading of logs as streams: catch-up, long-poll, server-sent events, lines.

pub mod frames;
mod live;
mod query;
mod shared;
mod streams;
mod turn;

use std::sync::Arc;

use axum::http::header;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;

use crate::auth::Caller;
use crate::node::Node;
use crate::problem::Problem;
use crate::storage::{Tail, View};
pub use query::{Live, Position, Reading, cursor, offset_text};
pub use shared::Shared;
pub use streams::Streams;

/// What the messages of a log are.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// Any bytes; base64 in server-sent events.
    Binary,
    /// JSON texts.
    Json,
    /// UTF-8.
    Text,
}

impl Kind {
    /// What a media type makes of messages.
    pub fn of(media_type: &str) -> Self {
        match media_type.split(';').next().unwrap_or_default().trim() {
            "application/json" => Self::Json,
            text if text.starts_with("text/") => Self::Text,
            _ => Self::Binary,
        }
    }
}

/// What a reader may see of a message: all, another text, or nothing.
pub type Lens = Arc<dyn Fn(&dyn View, &Bytes) -> Option<Bytes> + Send + Sync>;

/// A log as one reader may read it.
#[expect(clippy::struct_excessive_bools, reason = "each is a property of its own")]
#[derive(Clone)]
pub struct Source {
    /// The log.
    pub log: String,
    /// What its messages are.
    pub kind: Kind,
    /// How it is declared.
    pub content_type: String,
    /// It takes nothing more.
    pub closed: bool,
    /// What the reader sees of each message; `None`: all of it, as it is.
    pub lens: Option<Lens>,
    /// Messages are pointers to those of other logs.
    pub pointers: bool,
    /// What is no longer kept stands in collections: who begins lists them first.
    pub listed: bool,
    /// It is a feed of the protocol and says how often it will say something.
    pub heartbeats: bool,
}

impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Source").field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// Finds a source anew: whether it may be read can change while it is read.
pub type Finder = Arc<dyn Fn(&dyn View) -> Result<Source, Problem> + Send + Sync>;

/// How much of a log one answer holds.
const PAGE: usize = 1 << 20;

/// Some messages of a source.
pub(crate) struct Page {
    pub source: Source,
    pub messages: Vec<Bytes>,
    /// The messages as an event that its readers share, where they are large; then `messages` is empty.
    pub frame: Option<Bytes>,
    pub next: u64,
    pub tail: Tail,
}

impl Page {
    /// It has no messages.
    pub(crate) fn is_empty(&self) -> bool {
        self.messages.is_empty() && self.frame.is_none()
    }

    /// Nothing more is there at present.
    pub(crate) fn up_to_date(&self) -> bool {
        self.next >= self.tail.next
    }

    /// Nothing more will ever come.
    pub(crate) fn ended(&self) -> bool {
        self.source.closed && self.up_to_date()
    }
}

/// Reads some messages from a position on: up to so many bytes, and the one that goes beyond.
pub(crate) fn page(
    view: &dyn View,
    find: &Finder,
    position: Position,
    bytes: usize,
) -> Result<Page, Problem> {
    let source = find(view)?;
    let tail = view.tail(&source.log)?;
    let from = match position {
        Position::Beginning if tail.first > 0 && source.listed => return Err(Problem::offset_gone()),
        Position::Beginning => tail.first,
        Position::Now => tail.next,
        Position::At(number) if number < tail.first => return Err(Problem::offset_gone()),
        // The stream is another one than it was.
        Position::At(number) if number > tail.next => return Err(Problem::offset_gone()),
        Position::At(number) => number,
    };
    let raw = if from < tail.next { view.read(&source.log, from, bytes)? } else { Vec::new() };
    let (messages, taken) = some_seen(view, &source, raw, bytes)?;
    Ok(Page { source, messages, frame: None, next: from + taken, tail })
}

/// What a reader sees of messages.
pub(crate) fn seen(view: &dyn View, source: &Source, raw: Vec<Bytes>) -> Result<Vec<Bytes>, Problem> {
    some_seen(view, source, raw, usize::MAX).map(|(messages, _)| messages)
}

/// What a reader sees of the first messages, until it is so many bytes; and how many they are.
fn some_seen(
    view: &dyn View,
    source: &Source,
    raw: Vec<Bytes>,
    bytes: usize,
) -> Result<(Vec<Bytes>, u64), Problem> {
    let mut messages: Vec<Bytes> = Vec::with_capacity(raw.len());
    let (mut taken, mut size) = (0, 0);
    for message in raw {
        // What is seen may be more than what stands there: a pointer is short.
        if size >= bytes {
            break;
        }
        taken += 1;
        let known = messages.len();
        let message = if source.pointers {
            // What it points to may be forgotten by now.
            match crate::events::follow(view, &message)? {
                Some(message) => message,
                None => continue,
            }
        } else {
            message
        };
        match &source.lens {
            None => messages.push(message),
            Some(lens) => messages.extend(lens(view, &message)),
        }
        size += messages.get(known).map_or(0, Bytes::len);
    }
    Ok((messages, taken))
}

/// Answers a request to read.
pub async fn answer(
    node: &Arc<Node>,
    caller: &Caller,
    find: Finder,
    reading: Reading,
) -> Result<Response, Problem> {
    match reading.live {
        Live::No => catch_up(node, find, reading).await,
        Live::LongPoll => live::long_poll(node, caller, find, reading).await,
        Live::Sse | Live::Lines => live::stream(node, caller, find, reading).await,
    }
}

async fn catch_up(node: &Arc<Node>, find: Finder, reading: Reading) -> Result<Response, Problem> {
    let position = reading.position;
    let page = node.look(move |view| page(view, &find, position, PAGE)).await?;
    let etag = etag(&page, position);
    if reading.if_none_match.as_deref() == Some(&*etag) {
        let mut answer = axum::http::StatusCode::NOT_MODIFIED.into_response();
        set(&mut answer, "etag", &etag);
        return Ok(answer);
    }
    let mut answer = whole(&page);
    set(&mut answer, "etag", &etag);
    Ok(answer)
}

/// The tag of what a page holds: logs only grow, so where it begins and ends says everything.
fn etag(page: &Page, position: Position) -> String {
    use sha2::Digest as _;
    let digest = sha2::Sha256::digest(page.source.log.as_bytes());
    let name = digest.iter().take(8).fold(0_u64, |name, byte| name << 8 | u64::from(*byte));
    let end = if page.ended() { "c" } else { "" };
    format!("\"{name:016x}-{position:?}-{}{end}\"", page.next)
}

/// A page as a whole body.
pub(crate) fn whole(page: &Page) -> Response {
    let body = match page.source.kind {
        Kind::Json => frames::array(&page.messages),
        Kind::Binary | Kind::Text => page.messages.concat(),
    };
    let mut answer = body.into_response();
    set(&mut answer, "content-type", &page.source.content_type);
    set(&mut answer, "cache-control", "no-store");
    mark(&mut answer, page);
    answer
}

/// Says where a page ends.
pub(crate) fn mark(answer: &mut Response, page: &Page) {
    set(answer, "stream-next-offset", &offset_text(page.next));
    if page.up_to_date() {
        set(answer, "stream-up-to-date", "true");
    }
    if page.ended() {
        set(answer, "stream-closed", "true");
    }
}

/// Sets a header; a value that is none is left out.
pub fn set(answer: &mut Response, name: &'static str, value: &str) {
    if let Ok(value) = header::HeaderValue::from_str(value) {
        answer.headers_mut().insert(header::HeaderName::from_static(name), value);
    }
}
