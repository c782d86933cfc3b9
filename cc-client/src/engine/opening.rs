//! Whose turn it is to open a connection: of thousands of feeds, few at a time are being opened or read what they have missed.
//!
//! A connection that begins takes several times the memory that it keeps, and a server that comes back is not to be asked for everything at
//! once. What waits for its turn is not asked for yet: its patience begins when it is.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use super::{Asking, Engine, FeedKind, HttpRequest};
use crate::Mono;
use crate::decide::{FeedHead, FeedInput, FeedRequest, Live};

/// After so long without an answer a connection holds up no other, though it may still be made.
const LONGEST_TURN: Duration = Duration::from_secs(10);

#[derive(Default)]
pub(super) struct Opening {
    /// The requests whose turn it is: until when, and whether it ends with the head of the answer.
    turns: BTreeMap<u64, (Mono, bool)>,
    /// Who waits: feed and connection. Some have given up meanwhile.
    queue: VecDeque<(Box<str>, u64, FeedRequest)>,
}

impl Opening {
    /// A request has come to its end, or was dropped.
    pub(super) fn is_done(&mut self, request: u64) {
        self.turns.remove(&request);
    }

    /// The head of an answer came: a stream is open with it, a page of the past is still to come.
    pub(super) fn is_answered(&mut self, request: u64) {
        if self.turns.get(&request).is_some_and(|(_, ends_with_head)| *ends_with_head) {
            self.turns.remove(&request);
        }
    }

    /// When somebody's turn may come without an answer.
    pub(super) fn next_deadline(&self, quiet: Mono) -> Option<Mono> {
        if self.queue.is_empty() {
            return None;
        }
        Some(self.turns.values().map(|(until, _)| *until).min().unwrap_or_default().max(quiet))
    }
}

impl Engine {
    /// A feed wants a connection: it gets one when it is its turn.
    pub(super) fn open_in_turn(&mut self, now: Mono, name: &str, connection: u64, request: FeedRequest) {
        self.feed(now, name, FeedInput::Queued { connection });
        let request = match request.live {
            Live::No => Some(request),
            _ => self.look_for_untold(name, connection, request),
        };
        if let Some(request) = request {
            self.line_up(now, name, connection, request);
        }
    }

    /// Nothing but others is in the way of a connection now.
    pub(super) fn line_up(&mut self, now: Mono, name: &str, connection: u64, request: FeedRequest) {
        // An answer that comes when there is news holds nothing up.
        if request.live == Live::LongPoll {
            self.open(now, name, connection, &request);
            return;
        }
        let of_a_person = self.feeds.get(name).is_some_and(|feed| feed.kind == FeedKind::Records);
        let waits = (name.into(), connection, request);
        if of_a_person {
            self.opening.queue.push_front(waits);
        } else {
            self.opening.queue.push_back(waits);
        }
        // A network that comes and goes leaves many who have given up.
        if self.opening.queue.len() > 2 * self.feeds.len() {
            self.opening.queue.retain(|(name, connection, _)| {
                self.feeds.get(name).is_some_and(|feed| feed.machine.is_queued(*connection))
            });
        }
    }

    /// Lets those go whose turn it is.
    pub(super) fn open_next(&mut self, now: Mono) {
        if self.opening.queue.is_empty() || now < self.quiet.until() {
            return;
        }
        self.opening.turns.retain(|_, (until, _)| now < *until);
        let most = self.config.opening.max(1);
        while self.opening.turns.len() < most
            && let Some((name, connection, request)) = self.opening.queue.pop_front()
        {
            if let Some(number) = self.open(now, &name, connection, &request) {
                let ends_with_head = request.live != Live::No;
                self.opening.turns.insert(number, (now + LONGEST_TURN, ends_with_head));
            }
        }
    }

    /// The feed waits, as if the token had been refused.
    pub(super) fn no_token_to_open(&mut self, now: Mono, name: &str, connection: u64) {
        let head = FeedHead { status: 401, ..FeedHead::default() };
        self.feed(now, name, FeedInput::Head { connection, head });
    }

    /// Asks for a connection whose turn it is; gives the number of the request, `None` where nobody waits for it any longer, or there is no
    /// token.
    fn open(&mut self, now: Mono, name: &str, connection: u64, request: &FeedRequest) -> Option<u64> {
        if self.feeds.get(name).is_none_or(|feed| !feed.machine.is_queued(connection)) {
            return None;
        }
        self.feed(now, name, FeedInput::Asked { connection });
        let Some((token, bearer)) = self.bearer(now) else {
            self.no_token_to_open(now, name, connection);
            return None;
        };
        let http = HttpRequest {
            method: "GET",
            target: format!("/v1/feeds/{name}?{}", request.query()),
            headers: vec![("accept", request.accept().to_owned()), ("authorization", bearer)],
            body: Vec::new(),
            is_stream: request.live != Live::No,
        };
        let request = self.request(now, Asking::Feed { feed: name.into(), connection, token }, http);
        self.feeds.asked(name, connection, request);
        Some(request)
    }
}
