//! What comes over a connection of a feed: its head, news and words on where it stands, and its end.

use std::time::Duration;

use super::connection::{Body, Connection, Taken, split};
use super::{FeedEffect, FeedHead, FeedMachine, FeedState, Live, Loss, Next, PROOF};
use crate::wire::Control;
use crate::{Mono, Offset};

/// A server that has so many pages with nothing in them, and never comes to an end, is asked for more after a wait only.
const MOST_EMPTY: u32 = 64;
/// So many bytes of a stream that are neither news nor a word on where it stands are none: comments come now and then.
const MOST_CHATTER: usize = 1 << 20;
/// A stream that ended sooner than this, and without news, counts as a failure.
const TOO_SHORT: Duration = Duration::from_secs(1);
/// Stands in for the status of an answer that is no feed.
const NOT_A_FEED: u16 = 0;
/// An answer that is no feed is let go after so many bytes: no refusal is as long.
pub(crate) const REFUSAL: usize = 65_536;

impl FeedMachine {
    pub(super) fn head(&mut self, now: Mono, mut head: FeedHead, out: &mut Vec<FeedEffect>) {
        match head.status {
            200 | 204 => self.refetched = false,
            401 => {
                self.abort(out);
                self.state = FeedState::NeedsToken;
                return out.push(FeedEffect::Unauthorized);
            }
            // The wait is drawn when the body has come to its end, with that input's random number. Only the body tells whether it
            // was the platform that said no.
            _ => {}
        }
        self.given_up = 0;
        let Some(connection) = &mut self.connection else { return };
        let kind = head.content_type.as_deref().and_then(|kind| kind.split(';').next()).unwrap_or_default();
        if head.status == 200 && !kind.trim().eq_ignore_ascii_case(connection.live.content_type()) {
            head.status = NOT_A_FEED;
        }
        connection.head = Some(head);
        if connection.is_stream() || connection.is_refusal() {
            connection.opened = now;
        }
    }

    pub(super) fn bytes(&mut self, now: Mono, mut bytes: &[u8], out: &mut Vec<FeedEffect>) {
        let Some(mut connection) = self.connection.take() else { return };
        let (mut loss, came, mut is_whole) = (None, bytes.len(), false);
        if connection.is_refusal() {
            connection.chatter += came;
            let is_endless = connection.chatter > REFUSAL;
            self.connection = Some(connection);
            if is_endless {
                self.cut_refusal(now, 1.0, out);
            }
            return;
        }
        if connection.head.as_ref().is_some_and(|head| head.status == 200) {
            loop {
                let before = bytes.len();
                let taken = connection.body.take(&mut bytes, self.config.limit);
                connection.partial += before - bytes.len();
                match taken {
                    Ok(Taken::Control(control))
                        if self.was_read(&control.next, connection.body.has_messages()) =>
                    {
                        loss = Some(Loss::NotAFeed);
                        break;
                    }
                    Ok(Taken::Control(control)) => {
                        is_whole = true;
                        self.control(now, &mut connection, control, out);
                    }
                    Ok(Taken::Data) => {
                        is_whole = true;
                        connection.unplaced += std::mem::take(&mut connection.partial);
                        if connection.unplaced > self.config.limit.saturating_mul(2) {
                            loss = Some(Loss::TooLarge);
                            break;
                        }
                    }
                    Ok(Taken::Nothing) => {
                        is_whole = true;
                        connection.chatter += std::mem::take(&mut connection.partial);
                        if connection.chatter > MOST_CHATTER {
                            loss = Some(Loss::NotAFeed);
                            break;
                        }
                    }
                    Ok(Taken::Everything) => break,
                    Err(problem) => {
                        loss = Some(problem);
                        break;
                    }
                }
            }
        }
        if is_whole {
            connection.progress.ended();
        } else {
            connection.progress.came(now, came);
        }
        self.connection = Some(connection);
        if let Some(loss) = loss {
            // Reading the same again would fail in the same way: the longest wait.
            self.lose(now, loss, None, 1.0, out);
        } else if self.is_full() && self.state == FeedState::Live {
            self.go_on(now, out);
        }
    }

    fn control(
        &mut self,
        now: Mono,
        connection: &mut Connection,
        control: Control,
        out: &mut Vec<FeedEffect>,
    ) {
        connection.live_since.get_or_insert(now);
        (connection.chatter, connection.unplaced, connection.partial) = (0, 0, 0);
        connection.heartbeat = control.heartbeat.or(connection.heartbeat);
        self.held_back = 0;
        self.cursor = control.cursor.or(self.cursor.take());
        self.state = if control.closed { FeedState::Closed } else { FeedState::Live };
        let end = control.up_to_date.then(|| control.next.clone());
        self.give(connection.body.messages(), control.next, out);
        out.extend(end.map(|end| FeedEffect::AtEnd { connection: connection.number, end }));
    }

    /// Whether what leads to that place was read already: a cache gave an older answer to whoever asked for what comes next. Positions sort
    /// as texts, and messages lead on.
    fn was_read(&self, next: &Offset, brings_messages: bool) -> bool {
        let is_a_place = self.received != Offset::NOW && self.received != Offset::BEGINNING;
        let lies_behind = is_a_place && *next < self.received;
        lies_behind || brings_messages && *next == self.received
    }

    /// Hands out what was read up to `to`.
    fn give(&mut self, messages: Vec<Box<str>>, to: Offset, out: &mut Vec<FeedEffect>) {
        if messages.is_empty() && to == self.received {
            return;
        }
        let from = std::mem::replace(&mut self.received, to.clone());
        let bytes = messages.iter().map(|message| message.len()).sum();
        self.waiting.push_back((bytes, to.clone()));
        out.push(FeedEffect::Store { from, messages, to });
    }

    pub(super) fn on_disk(&mut self, now: Mono, to: Offset, out: &mut Vec<FeedEffect>) {
        // Of what was handed out before a new start it says nothing: that is read again, or was read by another process.
        let Some(place) = self.waiting.iter().position(|(_, waiting)| *waiting == to) else { return };
        self.waiting.drain(..=place);
        self.stored = to;
        self.failures = 0;
        if self.stored != self.received {
            return;
        }
        self.next = Next::AtOnce;
        if self.connection.is_some() {
            return;
        }
        match self.state {
            FeedState::CatchingUp => self.open(now, Live::No, out),
            FeedState::Connecting | FeedState::Live => self.go_live(now, out),
            _ => {}
        }
    }

    pub(super) fn ended(&mut self, now: Mono, whole: bool, random: f64, out: &mut Vec<FeedEffect>) {
        let Some(mut connection) = self.connection.take() else { return };
        if self.state == FeedState::Closed {
            return;
        }
        let Some(head) = connection.head.take() else {
            return self.lose(now, Loss::Broken, None, random, out);
        };
        match (head.status, &mut connection.body) {
            (NOT_A_FEED, _) => self.lose(now, Loss::NotAFeed, None, random, out),
            (200 | 204, Body::Plain(_)) if !whole => self.lose(now, Loss::Broken, None, random, out),
            (200 | 204, Body::Plain(body)) => {
                let body = std::mem::take(body);
                self.answered(now, &connection, head, &body, random, out);
            }
            (200 | 204, _) => self.stream_ended(now, &connection, random, out),
            (status, _) => self.lose(now, Loss::Refused(status), head.retry_after, random, out),
        }
    }

    /// What is no feed is not waited for any longer. What it says, and who says it, is not known then.
    pub(super) fn cut_refusal(&mut self, now: Mono, random: f64, out: &mut Vec<FeedEffect>) {
        if let Some(connection) = &self.connection {
            out.push(FeedEffect::Abort { connection: connection.number });
            self.ended(now, false, random, out);
        }
    }

    /// The platform itself said that the position, or the stream, is not there, or that the position is none.
    pub(super) fn gone(&mut self, now: Mono, status: u16, out: &mut Vec<FeedEffect>) {
        self.connection = None;
        let is_at_first = self.received == Offset::BEGINNING && self.stored == Offset::BEGINNING;
        if status != 410 && (self.refetched || is_at_first) {
            // No other position would do. Who may not see it today may be let in tomorrow.
            self.state = FeedState::Failed(Loss::Refused(status));
            self.again = Some(now + self.config.backoff.cap);
        } else if std::mem::take(&mut self.refetched) {
            // Not even a fresh position is known: asking at once would go round in a circle.
            self.lose(now, Loss::Refused(status), None, 1.0, out);
        } else if self.received == self.stored {
            self.state = FeedState::Refetching;
            out.push(FeedEffect::Refetch);
        } else {
            // What was handed out is kept nowhere else: it is taken first.
            self.next = Next::OnceStored;
            self.go_on(now, out);
        }
    }

    /// A whole answer came: a page of the past, or what a long-poll waited for.
    fn answered(
        &mut self,
        now: Mono,
        connection: &Connection,
        head: FeedHead,
        body: &[u8],
        random: f64,
        out: &mut Vec<FeedEffect>,
    ) {
        let mut messages = Vec::new();
        let text = std::str::from_utf8(body).ok();
        let readable = head.status == 204 || text.and_then(|text| split(text, &mut messages)).is_some();
        let is_next = |next: &Offset| readable && !self.was_read(next, !messages.is_empty());
        let Some(next) = head.next.filter(is_next) else {
            return self.lose(now, Loss::NotAFeed, None, random, out);
        };
        self.cursor = head.cursor.or(self.cursor.take());
        let polled = connection.live == Live::LongPoll;
        let news = next != self.received;
        let is_empty = messages.is_empty();
        self.empty = if is_empty && !head.up_to_date { self.empty.saturating_add(1) } else { 0 };
        let end = (polled && head.up_to_date).then(|| next.clone());
        self.give(messages, next, out);
        out.extend(end.map(|end| FeedEffect::AtEnd { connection: connection.number, end }));
        if head.closed && head.up_to_date {
            self.state = FeedState::Closed;
        } else if polled || head.up_to_date {
            // A long-poll that brings nothing and did not wait is none: asking again at once would be a circle.
            if polled && !news && now - connection.opened < TOO_SHORT {
                return self.lose(now, Loss::HeldBack, None, random, out);
            }
            self.state = if polled { FeedState::Live } else { FeedState::Connecting };
            self.failures = if polled { 0 } else { self.failures };
            self.go_live_unless_full(now, out);
        } else if news && self.empty > 0 && self.empty.is_multiple_of(MOST_EMPTY) {
            // It goes on from there, and ever more slowly: what is stored meanwhile is no success.
            self.failures = self.empty / MOST_EMPTY;
            self.lose(now, Loss::NotAFeed, None, random.max(0.5), out);
        } else if news {
            self.state = FeedState::CatchingUp;
            if self.stored == self.received {
                self.open(now, Live::No, out);
            }
        } else {
            // There is more, and it does not come.
            self.lose(now, Loss::NotAFeed, None, random, out);
        }
    }

    /// A server ends streams now and then: that is no failure, unless it is all that it does.
    fn stream_ended(&mut self, now: Mono, connection: &Connection, random: f64, out: &mut Vec<FeedEffect>) {
        if connection.live_since.is_none() {
            return self.lose(now, Loss::HeldBack, None, random, out);
        }
        let lived = connection.lived(now);
        if lived < TOO_SHORT {
            if self.failures > 0 {
                return self.lose(now, Loss::Broken, None, random, out);
            }
            self.failures = 1;
        } else if lived >= PROOF {
            self.failures = 0;
        }
        self.state = FeedState::Connecting;
        self.go_live_unless_full(now, out);
    }
}
