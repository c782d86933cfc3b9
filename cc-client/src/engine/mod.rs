//! All decisions of one client together, without a socket, a clock, a thread or a disk.
//!
//! ```text
//!   what happened ──▶ Engine::handle(now, input) ──▶ effects: requests, commands to the store, news for the app
//!                         │
//!                         ├── AuthMachine     tokens
//!                         ├── FeedMachine …   one a feed
//!                         └── OutboxMachine   what waits to be sent
//! ```
//!
//! A driver carries the effects out and reports what came of them; the simulation of feature `testing` does the same in one thread
//! with an invented network. Both run these very decisions.

mod asked;
mod clock;
mod execute;
mod followed;
mod lane;
mod listing;
mod opening;
mod people;
mod quiet;
mod stored;
mod tokens;
mod uplink;
mod words;

use std::collections::BTreeMap;
use std::fmt;

use crate::decide::progress::Progress;
use crate::decide::{
    AuthLoss, AuthMachine, AuthState, FeedConfig, FeedEffect, FeedHead, FeedInput, Loss, OutboxConfig,
    OutboxInput, OutboxMachine, OutboxState,
};
use crate::random::split_mix;
use crate::store::{NEW, Record};
use crate::{Hlc, Mono, Offset, ServerClock};
use asked::{Asked, Asking, Ticket};
pub use execute::StoreClient;
#[cfg(feature = "tokio")]
pub(crate) use execute::next_epoch;
use followed::Feeds;
use lane::Lane;
use listing::Listing;
use opening::Opening;
use quiet::{Quiet, gone, is_own, is_strange, refusal};
use tokens::Tokens;
use uplink::Uplink;
#[cfg(feature = "connected-cars")]
pub(crate) use words::bearer;
pub use words::{Begin, Effect, HttpHead, HttpRequest, Input, Status, StoreAnswer, StoreCommand};

/// What an engine is made of.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct EngineConfig {
    /// Names this process among those that share the store, and this device among the writers of an item.
    pub node: u64,
    /// The seed of everything that is drawn: waits, above all.
    pub seed: u64,
    /// The feeds to follow, with what their messages are: one of records at most, since a listing holds all that a person may see.
    pub(crate) feeds: Vec<(Box<str>, FeedKind)>,
    /// What a listing asks for.
    pub collections: Vec<Box<str>>,
    /// How feeds are followed.
    pub feed: FeedConfig,
    /// So many connections of feeds are being opened, or read what was missed, at a time (64); the rest wait for their turn. One that
    /// gets no answer holds its place for ten seconds.
    pub opening: usize,
    /// How writes are sent.
    pub outbox: OutboxConfig,
    /// Whether processes share tokens through the store. Off, each has its own, and none is ever on disk.
    pub share_tokens: bool,
    /// Which start of this outbox it is: larger each time. The platform refuses what an older one sends.
    pub epoch: u64,
}

impl EngineConfig {
    /// A client that follows its own feed with all collections of the protocol.
    pub fn new(node: u64, seed: u64) -> Self {
        let collections = [
            "bookings",
            "conversations",
            "messages",
            "places",
            "recommendations",
            "settings",
            "shares",
            "trips",
            "vehicles",
        ];
        Self {
            node,
            seed,
            feeds: vec![("me".into(), FeedKind::Records)],
            collections: collections.into_iter().map(Into::into).collect(),
            feed: FeedConfig::default(),
            opening: 64,
            outbox: OutboxConfig::default(),
            share_tokens: false,
            epoch: 0,
        }
    }

    /// Follows another feed: its messages are handed to the app. One that is followed already stays what it is.
    ///
    /// # Examples
    ///
    /// ```
    /// use cc_client::engine::{Engine, EngineConfig};
    ///
    /// let mut config = EngineConfig::new(1, 7);
    /// config.follow("vehicles/local/7");
    /// assert_eq!(Engine::new(config).feeds().collect::<Vec<_>>(), ["me", "vehicles/local/7"]);
    /// ```
    pub fn follow(&mut self, feed: impl Into<Box<str>>) {
        let feed = feed.into();
        if self.feeds.iter().all(|(known, _)| *known != feed) {
            self.feeds.push((feed, FeedKind::Messages));
        }
    }

    /// Follows these feeds of messages and no other, not even the person's own: no item is kept.
    ///
    /// # Examples
    ///
    /// ```
    /// use cc_client::engine::{Engine, EngineConfig};
    ///
    /// let mut config = EngineConfig::new(1, 7);
    /// config.follow_only(["vehicles/local/7"]);
    /// assert_eq!(Engine::new(config).feeds().collect::<Vec<_>>(), ["vehicles/local/7"]);
    /// ```
    ///
    /// A second feed of items cannot be asked for, since a listing after a loss would replace those of the first:
    ///
    /// ```compile_fail,E0616
    /// let mut config = cc_client::engine::EngineConfig::new(1, 7);
    /// config.feeds.clear(); // error[E0616]: field `feeds` of struct `EngineConfig` is private
    /// ```
    pub fn follow_only(&mut self, feeds: impl IntoIterator<Item = impl Into<Box<str>>>) {
        self.feeds.clear();
        feeds.into_iter().for_each(|feed| self.follow(feed));
    }
}

/// What the messages of a feed are.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum FeedKind {
    /// Anything: handed to the app, and counted as read once it has them.
    Messages,
    /// Changes of items: kept in the store.
    Records,
}

/// All decisions of one client.
pub struct Engine {
    config: EngineConfig,
    random: Random,
    auth: AuthMachine,
    tokens: Tokens,
    uplink: Uplink,
    outbox: OutboxMachine,
    lane: Lane,
    feeds: Feeds,
    listing: Option<Listing>,
    opening: Opening,
    requests: BTreeMap<u64, Asked>,
    tickets: BTreeMap<u64, Ticket>,
    last: u64,
    clock: ServerClock,
    hlc: Hlc,
    /// Of answers that are read as a whole, and are under way.
    reading: BTreeMap<u64, Progress>,
    quiet: Quiet,
    /// Requests that wait while somebody asked to be left alone, the app sleeps or there is no network.
    held: Vec<(u64, HttpRequest)>,
    store_failed: bool,
    /// What the app was told last, but for the feeds.
    shown: Option<(AuthState, OutboxState, bool, Option<Mono>)>,
    feeds_changed: bool,
    out: Vec<Effect>,
}

/// The answer with a token is no larger than that.
const TOKEN_ANSWER: usize = 16 << 10;
/// The largest answer that is read as a whole, but for feeds.
const LARGEST_ANSWER: usize = 32 << 20;

impl Engine {
    /// An engine that has not started: what is on disk is given to [`Self::start`].
    pub fn new(config: EngineConfig) -> Self {
        Self {
            random: Random(config.seed),
            auth: AuthMachine::new(),
            tokens: Tokens::default(),
            uplink: Uplink::default(),
            outbox: OutboxMachine::new(config.outbox),
            lane: Lane::default(),
            feeds: Feeds::new(&config.feeds, config.feed),
            listing: None,
            opening: Opening::default(),
            requests: BTreeMap::new(),
            tickets: BTreeMap::new(),
            last: 0,
            clock: ServerClock::default(),
            hlc: Hlc::new(config.node),
            reading: BTreeMap::new(),
            quiet: Quiet::default(),
            held: Vec::new(),
            store_failed: false,
            shown: None,
            feeds_changed: false,
            out: Vec::new(),
            config,
        }
    }

    /// The feeds that it follows: the driver reads how far each of them was read.
    pub fn feeds(&self) -> impl Iterator<Item = &str> {
        self.feeds.iter().map(|(name, _)| name)
    }

    /// Begins, from what is on disk.
    pub fn start(&mut self, now: Mono, begin: Begin) -> Vec<Effect> {
        if let Some(stamp) = begin.stamp {
            self.hlc = Hlc::after(stamp, self.config.node);
        }
        let positions = begin.positions;
        let signed_in = begin.session.is_some();
        self.tokens.session = begin.session;
        self.tokens.principal = begin.principal;
        self.tokens.is_unsure = begin.is_unsure;
        self.tokens.sessions = begin.sessions;
        if begin.is_unsure {
            if signed_in {
                self.unsure(NEW);
            }
            self.let_go_of_the_nameless();
        }
        self.quiet_from(now, begin.quiet);
        for name in self.feeds.names() {
            let stored = positions.get(&name).cloned().unwrap_or_default();
            self.feed(now, &name, FeedInput::Start { stored });
        }
        let filled = self.outbox.handle(now, OutboxInput::Filled);
        self.outbox_effects(now, filled);
        if !signed_in {
            self.signed_out(now);
        }
        self.done(now)
    }

    /// Takes in what happened at `now`.
    pub fn handle(&mut self, now: Mono, input: Input<'_>) -> Vec<Effect> {
        match input {
            Input::Head { request, head } => self.head(now, request, head),
            Input::Bytes { request, bytes } => self.bytes(now, request, bytes),
            Input::Ended { request, whole } => self.ended(now, request, whole),
            Input::Lost { request, loss } => {
                if let Some(asked) = self.requests.get_mut(&request) {
                    asked.loss = Some(loss);
                }
                self.ended(now, request, false);
            }
            Input::Stored { ticket, answer } => self.stored(now, ticket, answer),
            Input::Delivered { ticket } => {
                if let Some(Ticket::Deliver { feed, from, to }) = self.tickets.remove(&ticket) {
                    let command = StoreCommand::Position { feed: feed.clone(), from, to: to.clone() };
                    self.ask_store(command, Ticket::Position { feed, to });
                }
            }
            Input::Filled => {
                let effects = self.outbox.handle(now, OutboxInput::Filled);
                self.outbox_effects(now, effects);
            }
            Input::Network { up } => {
                self.lane_network(up);
                if up {
                    self.quiet_network(now);
                    self.tokens_network(now);
                    self.listing_network(now);
                }
                self.each_feed(now, |_| FeedInput::Network { up });
                let effects = self.outbox.handle(now, OutboxInput::Network { up });
                self.outbox_effects(now, effects);
            }
            Input::Asleep(asleep) => {
                self.lane_asleep(now, asleep);
                self.release(now);
                self.each_feed(now, |_| FeedInput::Asleep(asleep));
                let effects = self.outbox.handle(now, OutboxInput::Asleep(asleep));
                self.outbox_effects(now, effects);
            }
            Input::SignOut => self.sign_out(now),
            Input::SignedIn { session } => self.signed_in(now, session),
            Input::Timer => self.timer(now),
        }
        self.done(now)
    }

    /// When to report [`Input::Timer`] next.
    pub fn next_deadline(&self) -> Option<Mono> {
        let rest = [
            self.feeds.next_deadline(),
            self.auth.next_deadline(),
            self.outbox.next_deadline(),
            self.lane.next_deadline(),
            self.tokens.lock_again.filter(|_| !self.lane.rests()),
            self.listing.as_ref().and_then(|listing| listing.again),
            (!self.held.is_empty() && !self.lane.rests()).then_some(self.quiet.until()),
            self.opening.next_deadline(self.quiet.until()),
        ];
        let slow = self.reading.values().filter_map(|read| read.deadline(self.config.feed.silence));
        slow.chain(rest.into_iter().flatten()).min()
    }

    fn done(&mut self, now: Mono) -> Vec<Effect> {
        self.open_next(now);
        // Not all feeds are looked through each time: there may be thousands.
        let wait = self.asked_to_wait(now);
        let now_so = Some((self.auth.state(), self.outbox.state(), self.store_failed, wait));
        if std::mem::take(&mut self.feeds_changed) || self.shown != now_so {
            self.shown = now_so;
            self.out.push(Effect::StatusChanged);
        }
        std::mem::take(&mut self.out)
    }

    fn number(&mut self) -> u64 {
        self.last += 1;
        self.last
    }

    fn ask_store(&mut self, command: StoreCommand, what: Ticket) {
        let ticket = self.number();
        self.tickets.insert(ticket, what);
        self.out.push(Effect::Store { ticket, command });
    }

    fn request(&mut self, now: Mono, what: Asking, http: HttpRequest) -> u64 {
        let request = self.number();
        // So long that that of a token does not grow, and leave what it was.
        let body = Vec::with_capacity(if matches!(what, Asking::Token) { TOKEN_ANSWER } else { 0 }).into();
        let asked = Asked { what, at: now, head: None, date: None, body, wish: None, loss: None };
        self.requests.insert(request, asked);
        if now < self.quiet.until() || self.lane.rests() {
            self.held.push((request, http));
        } else {
            self.out.push(Effect::Http { request, http });
        }
        request
    }

    /// Nobody waits for an answer any more.
    fn forget(&mut self, request: u64) {
        self.requests.remove(&request);
        self.reading.remove(&request);
        self.opening.is_done(request);
        self.quiet.is_done(request);
        let held = self.held.len();
        self.held.retain(|(waits, _)| *waits != request);
        if held == self.held.len() {
            self.out.push(Effect::Abort { request });
        }
    }

    fn each_feed(&mut self, now: Mono, input: impl Fn(&str) -> FeedInput<'static>) {
        for name in self.feeds.names() {
            self.feed(now, &name, input(&name));
        }
    }

    fn feed(&mut self, now: Mono, name: &str, input: FeedInput<'_>) {
        let (effects, is_changed) = self.feeds.handle(now, name, input);
        self.feeds_changed |= is_changed;
        for effect in effects {
            self.feed_effect(now, name, effect);
        }
    }

    fn feed_effect(&mut self, now: Mono, name: &str, effect: FeedEffect) {
        match effect {
            FeedEffect::Abort { connection } => {
                let request = self.feeds.request_of(name, connection);
                if let Some(request) = request.filter(|request| self.requests.contains_key(request)) {
                    self.forget(request);
                }
            }
            FeedEffect::Open { connection, request } => self.open_in_turn(now, name, connection, request),
            FeedEffect::Refetch => self.list(now, name),
            FeedEffect::Store { from, messages, to } => self.give(name, from, messages, to),
            // The next token may have come while its refusal of the one before was under way.
            FeedEffect::Unauthorized if self.has_token(now) => self.feed(now, name, FeedInput::TokenReady),
            FeedEffect::Unauthorized => self.wanted(now),
        }
    }

    fn give(&mut self, name: &str, from: Offset, messages: Vec<Box<str>>, to: Offset) {
        let kind = self.feeds.get(name).map_or(FeedKind::Messages, |feed| feed.kind);
        let feed: Box<str> = name.into();
        match kind {
            FeedKind::Records => {
                // What is no record is of a kind that this version does not know.
                let records: Vec<Record> = messages.iter().filter_map(|text| Record::parse(text)).collect();
                if records.len() < messages.len() {
                    self.out.push(Effect::Unreadable { messages: messages.len() - records.len() });
                }
                let command = StoreCommand::Take { feed: feed.clone(), from, records, to: to.clone() };
                self.ask_store(command, Ticket::Take { feed, to });
            }
            // Behind messages that the app has not taken yet, the position waits for them.
            FeedKind::Messages if messages.is_empty() && !self.is_delivering(name) => {
                let command = StoreCommand::Position { feed: feed.clone(), from, to: to.clone() };
                self.ask_store(command, Ticket::Position { feed, to });
            }
            FeedKind::Messages => {
                let ticket = self.number();
                self.tickets.insert(ticket, Ticket::Deliver { feed: feed.clone(), from, to });
                self.out.push(Effect::Deliver { feed, messages, ticket });
            }
        }
    }

    /// Whether the app has messages of a feed that it did not take yet.
    fn is_delivering(&self, name: &str) -> bool {
        let of_it = |ticket: &Ticket| matches!(ticket, Ticket::Deliver { feed, .. } if **feed == *name);
        self.tickets.values().any(of_it)
    }

    fn head(&mut self, now: Mono, request: u64, mut head: HttpHead) {
        let Some(asked) = self.requests.get_mut(&request) else { return };
        asked.date = head.date().map(|date| (date, now));
        self.hear_wish(now, request, &mut head);
        let Some(asked) = self.requests.get_mut(&request) else { return };
        let to_feed = if let Asking::Feed { feed, connection, token } = &asked.what {
            Some((feed.clone(), *connection, *token))
        } else {
            None
        };
        let is_strange = is_strange(&head);
        if is_strange {
            // Whoever stands in between, nobody is signed out, rejected or told that something is gone on their word.
            head.status = if to_feed.is_some() { 200 } else { 502 };
            asked.loss = Some(AuthLoss::NotThePlatform);
        }
        // Who says no to a feed shows in the body.
        if to_feed.is_none() || (400..=499).contains(&head.status) {
            asked.head = Some(head.clone());
        }
        if let Some((feed, connection, token)) = to_feed {
            if !is_strange && head.status < 300 && head.is_of_feed() {
                self.hear_date(now, request);
            }
            match head.status {
                401 => self.refused(now, token),
                200 | 204 if !is_strange => self.accepted(now, token),
                _ => {}
            }
            let mut head = feed_head(&head);
            if is_strange {
                head.content_type = None;
            }
            self.opening.is_answered(request);
            self.feed(now, &feed, FeedInput::Head { connection, head });
        }
    }

    fn bytes(&mut self, now: Mono, request: u64, bytes: &[u8]) {
        let Some(asked) = self.requests.get_mut(&request) else { return };
        if let Asking::Feed { feed, connection, .. } = &asked.what {
            let (feed, connection) = (feed.clone(), *connection);
            if Self::wants_refusal(asked.wish.is_some() || asked.head.is_some(), asked.body.len()) {
                asked.body.extend_from_slice(bytes);
            }
            self.feed(now, &feed, FeedInput::Bytes { connection, bytes });
        } else if asked.body.len() + bytes.len() <= LARGEST_ANSWER {
            asked.body.extend_from_slice(bytes);
            self.reading.entry(request).or_default().came(now, bytes.len());
        } else {
            self.out.push(Effect::Abort { request });
            self.ended(now, request, false);
        }
    }

    fn ended(&mut self, now: Mono, request: u64, whole: bool) {
        let Some(mut asked) = self.requests.remove(&request) else { return };
        self.opening.is_done(request);
        self.reading.remove(&request);
        let mut head = asked.head.take().filter(|_| whole);
        if let Some((head, (date, came))) = head.as_ref().zip(asked.date)
            && is_own(head.status, &asked.body)
        {
            self.heard(now, date, asked.at, came);
        }
        self.judge_wish(now, request, &asked, head.as_mut(), whole);
        match asked.what {
            Asking::Feed { feed, connection, .. } => {
                let random = self.random.next();
                let (head, body) = (head.as_ref(), &asked.body);
                let input = match (gone(head, body), refusal(head, body)) {
                    (Some(status), _) => FeedInput::Gone { connection, status },
                    (_, Some(status)) => FeedInput::Refused(Loss::Refused(status)),
                    _ => FeedInput::Ended { connection, whole, random },
                };
                self.feed(now, &feed, input);
            }
            Asking::Listing { token } => self.listed(now, token, head.as_ref(), &asked.body),
            Asking::Outbox { token } => self.answered(now, token, head.as_ref(), &asked.body),
            Asking::SignOut => {}
            Asking::Token => self.token_answered(now, head.as_ref(), &asked.body, asked.loss),
        }
    }

    /// An answer that comes so slowly that it would not end is as good as none.
    fn give_up_what_drips(&mut self, now: Mono) {
        let given = self.config.feed.silence;
        let slow = self.reading.iter().filter(|(_, read)| read.is_too_slow(now, given));
        for request in slow.map(|(request, _)| *request).collect::<Vec<_>>() {
            self.reading.remove(&request);
            if self.requests.contains_key(&request) {
                self.out.push(Effect::Abort { request });
                self.ended(now, request, false);
            }
        }
    }

    fn timer(&mut self, now: Mono) {
        self.release(now);
        self.give_up_what_drips(now);
        let random = self.random.next();
        for name in self.feeds.due(now) {
            self.feed(now, &name, FeedInput::Timer { random });
        }
        self.token_timer(now);
        let effects = self.outbox.handle(now, OutboxInput::Timer);
        self.outbox_effects(now, effects);
        self.listing_timer(now);
        self.lane_timer(now);
    }
}

/// That the platform wishes to be left alone holds for all requests, and is no feed's own affair.
fn feed_head(head: &HttpHead) -> FeedHead {
    let is_true = |name| head.header(name).is_some_and(|value| value.eq_ignore_ascii_case("true"));
    FeedHead {
        status: head.status,
        content_type: head.header("content-type").map(Into::into),
        next: head.header("stream-next-offset").and_then(Offset::new),
        cursor: head.header("stream-cursor").map(Into::into),
        up_to_date: is_true("stream-up-to-date"),
        closed: is_true("stream-closed"),
        retry_after: None,
    }
}

/// Numbers from 0 to 1, from a seed: the same seed, the same waits.
struct Random(u64);

impl Random {
    fn next(&mut self) -> f64 {
        (split_mix(&mut self.0) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine")
            .field("auth", &self.auth.state())
            .field("outbox", &self.outbox.state())
            .field("requests", &self.requests.len())
            .finish_non_exhaustive()
    }
}
