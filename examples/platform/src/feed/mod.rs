//! Reading of logs as streams: catch-up, long-poll, server-sent events, lines.

pub mod frames;
mod live;
mod offset;
mod query;
pub(crate) mod room;
mod shared;
mod streams;
mod turn;

use std::sync::Arc;
use std::time::Duration;

use axum::http::header;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use cc_core::Timestamp;
use sha2::{Digest as _, Sha256};

use crate::auth::{Caller, Who};
use crate::counts::OneOf;
use crate::kinds::is_json;
use crate::metrics::Metrics;
use crate::node::Node;
use crate::problem::Problem;
use crate::routes::PAGE;
use crate::storage::{StorageError, Tail, View, hex};
use crate::tag;
pub use offset::Offset;
pub use query::{Live, Position, Reading, cursor};
use shared::Framed;
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
pub type Lens = Arc<dyn Fn(&dyn View, &Bytes) -> Result<Option<Bytes>, StorageError> + Send + Sync>;

/// A log as one reader may read it.
#[expect(clippy::struct_excessive_bools, reason = "each is a property of its own")]
#[derive(Clone)]
pub struct Source {
    /// The log.
    pub log: String,
    /// What the offset of its first message is: another one for each log of a name.
    pub base: u64,
    /// What its messages are.
    pub kind: Kind,
    /// How it is declared.
    pub content_type: String,
    /// It takes nothing more.
    pub closed: bool,
    /// What the reader sees of each message; `None`: all of it, as it is.
    pub lens: Option<Lens>,
    /// What was said just now is told as it is: the lens is for what was said earlier.
    pub new_is_plain: bool,
    /// Messages are pointers to those of other logs.
    pub pointers: bool,
    /// What is no longer kept stands in collections: who begins lists them first.
    pub listed: bool,
    /// It is a feed of the protocol and says how often it will say something.
    pub heartbeats: bool,
    /// When it is over, as far as is known now.
    pub ends: Option<Timestamp>,
}

impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Source").field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// Finds a source anew: whether it may be read can change while it is read.
pub type Finder = Arc<dyn Fn(&dyn View) -> Result<Source, Problem> + Send + Sync>;

/// How much of a log is read for a stream at once, bytes.
const TURN: usize = 16 << 10;

/// How many times one answer about the past looks for something that its reader may see, and for how long.
const LOOKS: usize = 64;
const LOOKING: Duration = Duration::from_secs(5);

/// Some messages of a source. The numbers of `next` and `tail` are those of the log and the base of the source.
pub(crate) struct Page {
    pub source: Source,
    pub messages: Vec<Bytes>,
    /// The messages as its readers share them, where they are large; then `messages` is empty.
    pub frame: Option<Bytes>,
    /// The messages as they are told, where they are small and that is written already.
    pub written: Option<Bytes>,
    pub next: Offset,
    pub tail: Tail,
}

impl Page {
    /// It has no messages.
    pub(crate) fn is_empty(&self) -> bool {
        self.messages.is_empty() && self.frame.is_none()
    }

    /// Its messages as they are told.
    fn written(&mut self, live: Live) -> Bytes {
        let written = self.written.take();
        written.unwrap_or_else(|| frames::data(self.source.kind, live, &self.messages))
    }

    /// Nothing more is there at present.
    pub(crate) fn up_to_date(&self) -> bool {
        self.next.number >= self.tail.next
    }

    /// Nothing more will ever come.
    pub(crate) fn ended(&self) -> bool {
        self.source.closed && self.up_to_date()
    }
}

/// Reads some messages from a position on: up to so many bytes, and the one that goes beyond.
///
/// Errors: `storage_damaged` where the next is none of the kind that it should be: nobody is told it, nor that there was none.
fn page(
    view: &dyn View,
    metrics: &Metrics,
    find: &Finder,
    position: Position,
    bytes: usize,
) -> Result<Page, Problem> {
    let source = find(view)?;
    let tail = view.tail(&source.log)?;
    let tail = Tail { first: source.base + tail.first, next: source.base + tail.next };
    let from = match position {
        Position::Beginning if tail.first > source.base && source.listed => {
            return Err(Problem::offset_gone());
        }
        Position::Beginning => tail.first,
        Position::Now => tail.next,
        Position::At(offset) => offset.number,
    };
    let before = |number| Offset::before(view, &source.log, source.base, number);
    let mut next = before(from)?;
    if let Position::At(offset) = position {
        // Beyond the end, or after another message than there was, it is an offset of another log.
        if !(tail.first..=tail.next).contains(&from) || !offset.is_at(next) {
            return Err(Problem::offset_gone());
        }
        // While the message before it was kept it was told when that came.
        next.came = next.came.filter(|came| *came > 0).or(offset.came).or(next.came);
    }
    let raw = if from < tail.next { view.read(&source.log, from - source.base, bytes)? } else { Vec::new() };
    let (messages, taken) = some_seen(view, &source, raw, bytes)?;
    if taken == 0 && from < tail.next {
        metrics.message_unreadable();
        return Err(Problem::storage_damaged().because("the next message does not read as what it is"));
    }
    if taken > 0 {
        next = before(from + taken)?;
    }
    Ok(Page { source, messages, frame: None, written: None, next, tail })
}

/// What a reader sees of the first messages, until so many bytes are seen or were read for them, or one does not read; and how many they
/// are.
fn some_seen(
    view: &dyn View,
    source: &Source,
    raw: Vec<Bytes>,
    bytes: usize,
) -> Result<(Vec<Bytes>, u64), Problem> {
    let mut messages: Vec<Bytes> = Vec::with_capacity(raw.len());
    let (mut taken, mut size, mut all_read) = (0, 0, 0);
    for message in raw {
        // What is seen may be more than what stands there, and what is not seen, too: a pointer is short.
        if size >= bytes || all_read >= bytes {
            break;
        }
        let (seen, read) = match one_seen(view, source, message) {
            // It does not read, or what it tells of does not.
            Ok((Seen::Unreadable, _)) | Err(StorageError::Damaged { .. }) => break,
            one => one?,
        };
        all_read += read;
        if let Seen::Told(message) = seen {
            size += message.len();
            messages.push(message);
        }
        taken += 1;
    }
    Ok((messages, taken))
}

/// What a reader sees of a message.
pub(crate) enum Seen {
    /// It is not theirs to see, or no longer kept.
    Nothing,
    /// This.
    Told(Bytes),
    /// It is none of the kind that it should be.
    Unreadable,
}

/// That, and how many bytes were read for it.
///
/// Errors: those of the storage; `Damaged` where what tells whose it is to see does not read.
pub(crate) fn one_seen(
    view: &dyn View,
    source: &Source,
    message: Bytes,
) -> Result<(Seen, usize), StorageError> {
    let message = if source.pointers {
        // What it points to may be forgotten by now.
        match crate::events::follow(view, &message)? {
            Some(message) => message,
            None => return Ok((Seen::Nothing, message.len())),
        }
    } else {
        message
    };
    let read = message.len();
    if source.kind == Kind::Json && !is_json(&message) {
        return Ok((Seen::Unreadable, read));
    }
    let seen = match &source.lens {
        None => Seen::Told(message),
        Some(lens) => lens(view, &message)?.map_or(Seen::Nothing, Seen::Told),
    };
    Ok((seen, read))
}

/// Answers a request to read.
pub async fn answer(
    node: &Arc<Node>,
    caller: &Caller,
    find: Finder,
    reading: Reading,
) -> Result<Response, Problem> {
    match reading.live {
        Live::No => catch_up(node, caller, find, reading).await,
        Live::LongPoll => live::long_poll(node, caller, find, reading).await,
        Live::Sse | Live::Lines => live::stream(node, caller, find, reading).await,
    }
}

async fn catch_up(
    node: &Arc<Node>,
    caller: &Caller,
    find: Finder,
    reading: Reading,
) -> Result<Response, Problem> {
    let one_more = node.readers.one_more(&caller.who, node.config.live_streams)?;
    let position = reading.position;
    let page = found(node, caller, &find, position).await?;
    let etag = etag(&page, position);
    if tag::is_known(&reading.if_none_match, &etag) {
        let mut answer = axum::http::StatusCode::NOT_MODIFIED.into_response();
        set(&mut answer, "etag", &etag);
        return Ok(answer);
    }
    let mut answer = whole(node, page, one_more);
    set(&mut answer, "etag", &etag);
    Ok(answer)
}

/// Reads on until something is found that is its reader's to see, there is no more, or it was looked for so many times: a client that gets
/// one page after another with nothing in it would take that for a server that does not work.
async fn found(
    node: &Arc<Node>,
    caller: &Caller,
    find: &Finder,
    position: Position,
) -> Result<Page, Problem> {
    let began = crate::clock::instant();
    let mut page = read(node, &caller.who, find, position, Live::No).await?;
    for _ in 1..LOOKS {
        let is_long = began.elapsed() >= LOOKING;
        if is_long
            || !page.is_empty()
            || page.up_to_date()
            || *node.draining().borrow()
            || node.is_revoked(&caller.sid)
        {
            break;
        }
        match read(node, &caller.who, find, Position::At(page.next), Live::No).await {
            Ok(next) => page = next,
            // So far it goes well: the next request, from there on, is told.
            Err(_) => break,
        }
    }
    Ok(page)
}

/// The tag of what a page holds. Logs only grow, so where it begins and ends says everything of those that all see as they are; of the
/// others it says what was seen.
fn etag(page: &Page, position: Position) -> String {
    let mut digest = Sha256::new();
    digest.update(&page.source.log);
    if page.source.lens.is_some() {
        for message in page.messages.iter().chain(&page.frame) {
            digest.update(b"\n");
            digest.update(message);
        }
    }
    let name = hex(digest.finalize().get(..16).unwrap_or_default());
    let end = if page.ended() { "c" } else { "" };
    let from = match position {
        Position::At(offset) => offset.to_string(),
        named => format!("{named:?}"),
    };
    format!("\"{name}-{from}-{}{end}\"", page.next)
}

/// Reads a page of a source for somebody: that of a live stream is short, since its reader asks for the next itself. Where it is large, and there is no
/// room for it, it is waited for.
///
/// Errors: those of [`room::with_room`] and [`page`].
pub(crate) async fn read(
    node: &Arc<Node>,
    who: &Who,
    find: &Finder,
    position: Position,
    live: Live,
) -> Result<Page, Problem> {
    let most = if matches!(live, Live::No | Live::LongPoll) { PAGE } else { TURN };
    let (find, known, of) = (find.clone(), node.clone(), who.feed());
    room::with_room(node, who, move |view, room| {
        let mut page = page(view, &known.metrics, &find, position, most)?;
        let count = &known.metrics.stream_bytes;
        match known.shared.frame(&of, (page.source.kind, live), &page.messages, room, count) {
            Framed::Small(written) => page.written = Some(written),
            Framed::Large(frame) => (page.messages, page.frame) = (Vec::new(), Some(frame)),
            Framed::Crowded(units) => return Ok(Err(units)),
        }
        Ok(Ok(page))
    })
    .await
}

/// A page as a whole body.
fn whole(node: &Arc<Node>, mut page: Page, one_more: OneOf) -> Response {
    let mut answer = match page.frame.take() {
        Some(frame) => room::held(node, frame, Some(one_more)),
        None => page.written(Live::No).into_response(),
    };
    set(&mut answer, "content-type", &page.source.content_type);
    set(&mut answer, "cache-control", "no-store");
    mark(&mut answer, &page);
    answer
}

/// Says where a page ends.
pub(crate) fn mark(answer: &mut Response, page: &Page) {
    set(answer, "stream-next-offset", &page.next.to_string());
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
