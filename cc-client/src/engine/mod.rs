//! All decisions of one client, without a socket, a clock, a thread or a disk.
//!
//! ```text
//!   what happened ──▶ Engine::handle(now, input) ──▶ effects: requests, commands to the store, news for the app
//!                         │
//!                         ├── AuthMachine     tokens
//!                         ├── FeedMachine …   one a feed
//!                         └── OutboxMachine   what waits to be sent
//! ```
//!
//! A driver carries the effects out and reports what came of them. The simulation of feature `testing` does the
//! same in one thread with an invented network. Both run this same code.
//!
//! # Examples
//!
//! ```
//! use cc_client::engine::{Begin, Effect, Engine, EngineConfig, HttpHead, Input, StoreAnswer, StoreCommand};
//! use cc_client::{Mono, decide::AuthState};
//! use std::time::Duration;
//!
//! let now = Mono::default();
//! let mut engine = Engine::new(EngineConfig::new(1, 7));
//! let mut begin = Begin::default();
//! begin.session = Some("made-up".to_owned().into());
//! let asks = |effects: &[Effect]| {
//!     let http = effects.iter().find_map(|effect| match effect {
//!         Effect::Http { request, http } => Some((*request, http.target.clone())),
//!         _ => None,
//!     });
//!     http.ok_or("nothing is asked")
//! };
//! // Before anything is sent, the store is asked whether another process was told to leave the platform alone: here none was.
//! let look = |engine: &mut Engine, now, effects: &[Effect]| {
//!     let ticket = effects.iter().find_map(|effect| match effect {
//!         Effect::Store { ticket, command: StoreCommand::Quiet } => Some(*ticket),
//!         _ => None,
//!     });
//!     let answer = Ok(StoreAnswer::Quiet { left: Duration::ZERO, doubt: Duration::ZERO });
//!     ticket.map(|ticket| engine.handle(now, Input::Stored { ticket, answer })).ok_or("nobody is asked")
//! };
//! // A session is worth a token.
//! let effects = engine.start(now, begin);
//! let (request, target) = asks(&look(&mut engine, now, &effects)?)?;
//! assert_eq!(target, "/v1/auth/token");
//!
//! // Somebody answers: a captive portal, and not the platform.
//! let head = HttpHead { status: 200, headers: vec![("content-type".to_owned(), "text/html".to_owned())] };
//! engine.handle(now, Input::Head { request, head });
//! engine.handle(now, Input::Bytes { request, bytes: b"<html>" });
//! engine.handle(now, Input::Ended { request, whole: true });
//! assert!(matches!(engine.status(now).auth, AuthState::Backoff { .. }));
//! // Nobody is signed out by that: it is tried again.
//! let later = engine.next_deadline().ok_or("nothing will ever happen")?;
//! let effects = engine.handle(later, Input::Timer);
//! assert_eq!(asks(&look(&mut engine, later, &effects)?)?.1, "/v1/auth/token");
//! # Ok::<(), &str>(())
//! ```

mod answered;
mod answers;
mod asked;
mod clock;
mod config;
mod device_time;
mod execute;
mod followed;
pub(crate) mod gap;
mod kept_quiet;
mod lane;
mod leaving;
mod listing;
mod network;
mod opening;
mod people;
mod quiet;
mod store_words;
mod stored;
mod together;
mod tokens;
mod unkept;
mod untold;
mod uplink;
#[cfg(all(test, feature = "tokio"))]
#[allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]
mod whose;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;

use crate::decide::{AuthMachine, AuthState, FeedEffect, FeedInput, OutboxInput, OutboxMachine, OutboxState};
use crate::random::split_mix;
use crate::store::Record;
use crate::{Hlc, Mono, Offset, ServerClock};
use answers::Awaited;
use asked::{Asked, Asking, KINDS, Ticket};
pub(crate) use config::FeedKind;
pub use config::{EngineConfig, NameError};
pub use device_time::DeviceTime;
pub use execute::StoreClient;
#[cfg(feature = "tokio")]
pub(crate) use execute::next_epoch;
use followed::Feeds;
use lane::Lane;
use leaving::Leaving;
use listing::Listing;
use opening::Opening;
#[cfg(feature = "tokio")]
pub(crate) use people::claim;
use quiet::Quiet;
#[cfg(feature = "tokio")]
pub(crate) use quiet::Wished;
pub use store_words::{StoreAnswer, StoreCommand};
use tokens::Tokens;
use unkept::Unkept;
use untold::Untold;
use uplink::Uplink;
#[cfg(feature = "connected-cars")]
pub(crate) use words::bearer;
pub use words::{Begin, Effect, HttpHead, HttpRequest, Input, Status};

/// All decisions of one client.
pub struct Engine {
    config: EngineConfig,
    random: Random,
    auth: AuthMachine,
    tokens: Tokens,
    uplink: Uplink,
    outbox: OutboxMachine,
    lane: Lane,
    leaving: Leaving,
    feeds: Feeds,
    listing: Option<Listing>,
    /// How often in a row what was listed could not be stored.
    unlisted: u32,
    untold: Untold,
    opening: Opening,
    requests: BTreeMap<u64, Asked>,
    tickets: BTreeMap<u64, Ticket>,
    last: u64,
    clock: ServerClock,
    hlc: Hlc,
    /// Answers that are read as a whole, and begin to come, or have to.
    awaited: BTreeMap<u64, Awaited>,
    /// Of each kind of request, how many were given up with their network since the last that was answered.
    given_up: [u32; KINDS],
    quiet: Quiet,
    unkept: Unkept,
    /// Feeds of messages of which the app is still to be told that some are missing.
    missed: BTreeSet<Box<str>>,
    /// Requests that wait while somebody asked to be left alone, the app sleeps or there is no network.
    held: Vec<(u64, HttpRequest)>,
    store_failed: bool,
    store_full: bool,
    /// What the app was told last, but for the feeds.
    shown: Option<(AuthState, OutboxState, [bool; 3], Option<Mono>)>,
    feeds_changed: bool,
    out: Vec<Effect>,
}

/// The answer with a token is no larger than that.
const TOKEN_ANSWER: usize = 16 << 10;

impl Engine {
    /// An engine that has not started: give what is on disk to [`Self::start`].
    pub fn new(mut config: EngineConfig) -> Self {
        // With less, no answer would come in time.
        config.feed.silence = config.feed.silence.max(Duration::from_secs(1));
        Self {
            random: Random(config.seed),
            auth: AuthMachine::new(),
            tokens: Tokens::default(),
            uplink: Uplink::default(),
            outbox: OutboxMachine::new(config.outbox),
            lane: Lane::default(),
            leaving: Leaving::default(),
            feeds: Feeds::new(&config.feeds, config.feed),
            listing: None,
            unlisted: 0,
            untold: Untold::default(),
            opening: Opening::default(),
            requests: BTreeMap::new(),
            tickets: BTreeMap::new(),
            last: 0,
            clock: ServerClock::default(),
            hlc: Hlc::new(config.node),
            awaited: BTreeMap::new(),
            given_up: [0; KINDS],
            quiet: Quiet::default(),
            unkept: Unkept::default(),
            missed: BTreeSet::new(),
            held: Vec::new(),
            store_failed: false,
            store_full: false,
            shown: None,
            feeds_changed: false,
            out: Vec::new(),
            config,
        }
    }

    /// The feeds that it follows: the driver reads the stored position of each.
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
            self.tokens.stranger = self.tokens.session.as_deref().map(|session| people::digest(session));
            self.let_go_of_the_nameless(None);
        }
        self.quiet_from(now, begin.quiet, begin.doubt);
        for feed in begin.missed {
            self.says_missed(feed);
        }
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
                if let Some(Ticket::Deliver { feed, from, to, tells }) = self.tickets.remove(&ticket) {
                    self.delivered(feed, (from, to), tells);
                }
            }
            Input::Handing { ticket, at } => self.handing(now, ticket, at),
            Input::Discarded { id } => self.discarded(now, id),
            Input::Filled => {
                let effects = self.outbox.handle(now, OutboxInput::Filled);
                self.outbox_effects(now, effects);
            }
            Input::Network { up } => self.network(now, up),
            Input::Asleep(asleep) => {
                self.lane_asleep(now, asleep);
                if !asleep {
                    self.hurry(now);
                    self.tokens_anew(now);
                    self.listing_anew(now);
                }
                self.release(now);
                self.each_feed(now, |_| FeedInput::Asleep(asleep));
                let effects = self.outbox.handle(now, OutboxInput::Asleep(asleep));
                self.outbox_effects(now, effects);
                if asleep {
                    self.tokens_asleep(now);
                } else {
                    self.leaving_again(now);
                }
            }
            Input::SignOut => self.sign_out(now),
            Input::SignedIn { session } => self.signed_in(now, session),
            Input::Timer => self.timer(now),
            Input::TokenRefused { number } => self.doubted(now, number),
            Input::TokenWanted => self.wanted(now),
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
            self.leaving_deadline(),
            self.tokens_deadline(),
            self.listing.as_ref().and_then(|listing| listing.again),
            (!self.held.is_empty() && !self.lane.rests()).then_some(self.quiet.until()),
            self.opening.next_deadline(self.quiet.until()),
        ];
        let late = self.awaited.values().filter_map(|answer| answer.deadline(self.config.feed.silence));
        late.chain(rest.into_iter().flatten()).min()
    }

    fn done(&mut self, now: Mono) -> Vec<Effect> {
        self.open_next(now);
        self.tell_of_quiet(now);
        // Not all feeds are looked through each time: there may be thousands.
        let wait = self.asked_to_wait(now);
        let flags = [self.store_failed, self.store_full, self.leaving.is_any()];
        let now_so = Some((self.auth.state(), self.outbox.state(), flags, wait));
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
        let upload = http.slowest_upload();
        let asked = Asked { what, at: now, upload, head: None, date: None, body, wish: None, loss: None };
        self.requests.insert(request, asked);
        self.goes(now, request, http);
        request
    }

    /// Nobody waits for an answer any more.
    fn forget(&mut self, request: u64) {
        self.requests.remove(&request);
        self.awaited.remove(&request);
        self.opening.is_done(request);
        self.quiet.is_cut(request);
        if !self.is_unsent(request) {
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
            FeedEffect::AtEnd { connection, end } => self.is_at_end(name, connection, end),
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
                let tells = !messages.is_empty() && self.missed.contains(&feed);
                self.tickets.insert(ticket, Ticket::Deliver { feed: feed.clone(), from, to, tells });
                self.out.push(Effect::Deliver { feed, messages, ticket });
            }
        }
    }

    /// Whether the app has messages of a feed that it did not take yet.
    fn is_delivering(&self, name: &str) -> bool {
        let of_it = |ticket: &Ticket| matches!(ticket, Ticket::Deliver { feed, .. } if **feed == *name);
        self.tickets.values().any(of_it)
    }

    fn timer(&mut self, now: Mono) {
        self.release(now);
        self.give_up_what_is_late(now);
        let random = self.random.next();
        for name in self.feeds.due(now) {
            self.feed(now, &name, FeedInput::Timer { random });
        }
        self.token_timer(now);
        let effects = self.outbox.handle(now, OutboxInput::Timer);
        self.outbox_effects(now, effects);
        self.listing_timer(now);
        self.lane_timer(now);
        self.leaving_timer(now);
    }
}

/// Numbers from 0 to 1, from a seed: the same seed, the same waits.
struct Random(u64);

impl Random {
    fn next(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn bits(&mut self) -> u64 {
        split_mix(&mut self.0)
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
