//! Waiting for what comes.
//!
//! What waits for the reader of a stream is two [`Turn`]s at most, 64 KiB: the one that it takes, and the one behind it. The next is
//! read from the storage when it begins with that. A reader that is slow, or reads nothing, costs no more; a message larger than a turn
//! is in memory once for all who wait for it, and only where there is room for it. Whoever waits in vain is let go, and goes on with its
//! offset.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use axum::body::Body;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use cc_core::Timestamp;
use tokio::sync::{broadcast, mpsc, watch};
use tokio::time::Instant;

use super::frames::{self, Control};
use super::turn::{Frames, Turn};
use super::{Finder, Kind, Live, Offset, Page, Position, Reading, cursor, mark, read, set, whole};
use crate::auth::{Caller, Who};
use crate::bus::News;
use crate::counts::OneOf;
use crate::node::Node;
use crate::problem::Problem;

/// The longest life of a stream.
const LONGEST: Duration = Duration::from_secs(3600);
/// How long a source at least is waited for that should be over.
const SHORTEST: Duration = Duration::from_millis(50);
/// How much longer the event under way waits for a reader that takes it slowly.
const LAST: Duration = Duration::from_secs(300);

/// Waits until a source is over, as far as is known; for ever, where it has no end.
async fn end_of(node: &Node, ends: Option<Timestamp>) {
    match ends {
        // A little apart, also where clocks differ: what is not over yet is asked again.
        Some(at) => {
            let left = (at - node.config.clock.now()).to_std().unwrap_or_default();
            tokio::time::sleep(left.max(SHORTEST)).await;
        }
        None => std::future::pending().await,
    }
}

/// Answers once something is there, or with nothing after a while.
pub(super) async fn long_poll(
    node: &Arc<Node>,
    caller: &Caller,
    find: Finder,
    reading: Reading,
) -> Result<Response, Problem> {
    let one_more = node.readers.one_more(&caller.who, node.config.live_streams)?;
    let patience = Duration::from_millis(node.config.long_poll);
    let until = Instant::now() + patience;
    let mut draining = node.draining();
    let (first, mut news) = listen(node, &caller.who, &find, reading.position, Live::LongPoll).await?;
    let mut page = first;
    loop {
        let over = Instant::now() >= until || *draining.borrow();
        let some = !page.is_empty();
        if some || page.ended() || over {
            let ended = page.ended();
            let mut answer = if some {
                whole(node, page, one_more)
            } else {
                let mut nothing = StatusCode::NO_CONTENT.into_response();
                mark(&mut nothing, &page);
                nothing
            };
            if !ended {
                set(&mut answer, "stream-cursor", &cursor(reading.cursor.as_deref()));
            }
            return Ok(answer);
        }
        if page.up_to_date() {
            tokio::select! {
                _ = news.recv() => {}
                () = tokio::time::sleep_until(until) => {}
                () = end_of(node, page.source.ends) => {}
                _ = draining.changed() => {}
            }
        }
        // Whoever has signed out while it waited is told nothing more.
        if node.is_revoked(&caller.sid) {
            return Err(Problem::session_revoked());
        }
        page = read(node, &caller.who, &find, Position::At(page.next), Live::LongPoll).await?;
    }
}

/// Listens to a source, and reads what is there.
async fn listen(
    node: &Arc<Node>,
    who: &Who,
    find: &Finder,
    position: Position,
    live: Live,
) -> Result<(Page, broadcast::Receiver<Arc<News>>), Problem> {
    let named = find.clone();
    let source = node.look(move |view| named(view)).await?;
    let news = node.bus.listen(&source.log);
    Ok((read(node, who, find, position, live).await?, news))
}

/// Answers with a stream.
pub(super) async fn stream(
    node: &Arc<Node>,
    caller: &Caller,
    find: Finder,
    reading: Reading,
) -> Result<Response, Problem> {
    if *node.draining().borrow() {
        return Err(Problem::draining().with("retry-after", 1));
    }
    let one_more = node.streams.one_more(&caller.who, node.config.live_streams)?;
    let (first, news) = listen(node, &caller.who, &find, reading.position, reading.live).await?;
    let (out, turns) = mpsc::channel(1);
    let (kind, live) = (first.source.kind, reading.live);
    let end = Instant::now() + reading.close.map_or(LONGEST, Duration::from_secs).min(LONGEST);
    let writer = Writer {
        node: node.clone(),
        who: caller.who.clone(),
        sid: caller.sid.clone(),
        find,
        reading,
        end,
        out,
        news,
        was_late: false,
        _one_more: one_more,
    };
    tokio::spawn(writer.run(first));
    let mut answer = Body::new(Frames::of(turns, end + LAST, None)).into_response();
    let content_type = if live == Live::Lines { "application/x-ndjson" } else { "text/event-stream" };
    set(&mut answer, "content-type", content_type);
    set(&mut answer, "cache-control", "no-cache, no-transform");
    set(&mut answer, "x-accel-buffering", "no");
    if kind == Kind::Binary {
        set(&mut answer, "stream-sse-data-encoding", "base64");
    }
    Ok(answer)
}

struct Writer {
    node: Arc<Node>,
    who: Who,
    sid: String,
    find: Finder,
    reading: Reading,
    end: Instant,
    out: mpsc::Sender<Box<Turn>>,
    news: broadcast::Receiver<Arc<News>>,
    /// The reader was waited for: what was heard meanwhile is news no more.
    was_late: bool,
    _one_more: OneOf,
}

/// The reader has gone, or the stream is over.
struct Over;

impl Writer {
    async fn run(mut self, first: Page) {
        self.node.metrics.streams.fetch_add(1, Relaxed);
        // However it ends, it ends between two events.
        let _ = self.write(first).await;
        self.node.metrics.streams.fetch_sub(1, Relaxed);
    }

    /// Waits until the reader has taken what it was given; nothing is read for it before.
    async fn room(&mut self, end: Instant, draining: &mut watch::Receiver<bool>) -> Result<(), Over> {
        if self.out.try_reserve().is_ok() {
            return Ok(());
        }
        self.was_late = true;
        tokio::select! {
            room = self.out.reserve() => room.map(drop).map_err(|_| Over),
            () = tokio::time::sleep_until(end) => Err(Over),
            _ = draining.changed() => Err(Over),
        }
    }

    async fn send(&mut self, first: Bytes, second: Bytes) -> Result<(), Over> {
        self.give(Turn::of(&self.node, first, second)).await
    }

    async fn give(&mut self, turn: Turn) -> Result<(), Over> {
        self.was_late |= self.out.capacity() == 0;
        self.out.send(Box::new(turn)).await.map_err(|_| Over)
    }

    fn control(&self, page: &Page) -> Control {
        Control {
            next: page.next,
            cursor: Some(cursor(self.reading.cursor.as_deref())),
            up_to_date: page.up_to_date(),
            closed: page.ended(),
            heartbeat: None,
        }
    }

    async fn write(&mut self, mut page: Page) -> Result<(), Over> {
        let live = self.reading.live;
        let end = self.end;
        let every = Duration::from_millis(self.node.config.heartbeat);
        let mut draining = self.node.draining();
        if page.source.heartbeats {
            let control = Control {
                heartbeat: Some((self.node.config.heartbeat / 1000).max(1)),
                ..self.control(&page)
            };
            // Before what is there already: where the reader was.
            let next = match self.reading.position {
                Position::At(offset) => offset,
                // Before the first that is kept.
                Position::Beginning => Offset { number: page.tail.first, came: Some(0) },
                Position::Now => page.next,
            };
            let nothing = page.is_empty() && next.number == page.next.number;
            let control =
                Control { next, up_to_date: nothing && control.up_to_date, closed: false, ..control };
            self.send(control.frame(live), Bytes::new()).await?;
        }
        let mut quiet = page.source.heartbeats && page.is_empty() && page.up_to_date();
        loop {
            let says = !quiet || page.ended();
            let control = if says { self.control(&page).frame(live) } else { Bytes::new() };
            if let Some(frame) = page.frame.take() {
                self.give(Turn::shared(&self.node, frame, control)).await?;
            } else if page.messages.is_empty() {
                if says {
                    self.send(control, Bytes::new()).await?;
                }
            } else {
                let data = page.written(live);
                page.messages = Vec::new();
                self.send(data, control).await?;
            }
            quiet = false;
            if page.ended() {
                return Ok(());
            }
            if !page.up_to_date() {
                self.room(end, &mut draining).await?;
                if self.node.is_revoked(&self.sid) {
                    return Ok(());
                }
                page = self.read(page.next).await?;
                continue;
            }
            loop {
                self.room(end, &mut draining).await?;
                if std::mem::take(&mut self.was_late) && !self.news.is_empty() {
                    // What came meanwhile may not be theirs to see any more.
                    if self.node.is_revoked(&self.sid) {
                        return Ok(());
                    }
                    let before = page.next;
                    self.news = self.news.resubscribe();
                    page = self.read(before).await?;
                    if page.next != before || page.ended() {
                        quiet = page.is_empty() && !page.ended();
                        break;
                    }
                    continue;
                }
                tokio::select! {
                    () = self.out.closed() => return Err(Over),
                    () = tokio::time::sleep_until(end) => return Ok(()),
                    _ = draining.changed() => return Ok(()),
                    () = end_of(&self.node, page.source.ends) => {
                        if self.node.is_revoked(&self.sid) {
                            return Ok(());
                        }
                        let before = page.next;
                        page = self.read(before).await?;
                        if page.next != before || page.ended() {
                            quiet = page.is_empty() && !page.ended();
                            break;
                        }
                    }
                    () = tokio::time::sleep(every) => {
                        if self.node.is_revoked(&self.sid) {
                            return Ok(());
                        }
                        // Whether it may still be read.
                        page = self.read(page.next).await?;
                        self.send(frames::heartbeat(live), Bytes::new()).await?;
                        // Of a page nothing may be theirs to see, and something of the next.
                        if !page.is_empty() || page.ended() || !page.up_to_date() {
                            quiet = page.is_empty() && !page.ended();
                            break;
                        }
                    }
                    news = self.news.recv() => {
                        if self.node.is_revoked(&self.sid) {
                            return Ok(());
                        }
                        let before = page.next;
                        page = self.hear(page, news.ok()).await?;
                        if page.next != before || page.ended() {
                            quiet = page.is_empty() && !page.ended();
                            break;
                        }
                    }
                }
            }
        }
    }

    async fn read(&self, from: Offset) -> Result<Page, Over> {
        // Where there is no room for it, its reader may be gone before there is.
        tokio::select! {
            page = read(&self.node, &self.who, &self.find, Position::At(from), self.reading.live) => page.map_err(|_| Over),
            () = self.out.closed() => Err(Over),
        }
    }

    /// What news bring: as a rule they hold it, and nothing needs to be read.
    async fn hear(&mut self, page: Page, news: Option<Arc<News>>) -> Result<Page, Over> {
        let Some(news) = news.filter(|news| {
            !news.changed && page.source.base + news.from == page.next.number && !news.messages.is_empty()
        }) else {
            return self.read(page.next).await;
        };
        let source = page.source.clone();
        if source.lens.is_some() && !source.new_is_plain || source.pointers {
            return self.read(page.next).await;
        }
        let number = page.next.number + news.messages.len() as u64;
        let next = Offset { number, came: Some(news.at) };
        let tail = crate::storage::Tail { next: number, ..page.tail };
        if source.kind == Kind::Json && self.reading.live == Live::Sse {
            let frame =
                news.frames.get_or_init(|| frames::data(Kind::Json, Live::Sse, &news.messages)).clone();
            let page = Page { source, messages: Vec::new(), frame: None, written: None, next, tail };
            self.send(frame, self.control(&page).frame(Live::Sse)).await?;
            return Ok(page);
        }
        let messages = news.messages.clone();
        Ok(Page { source, messages, frame: None, written: None, next, tail })
    }
}
