//! How a feed is followed: from the stored position to its end, then live, through every kind of loss.
//!
//! ```text
//!            ┌────────────── gone ──────────────▶ Refetching
//!            │                                        │
//!  Idle ─▶ CatchingUp ─▶ Connecting ─▶ Live ◀─────────┘ (by way of CatchingUp)
//!            ▲    │           │          │
//!            │    └───────────┴── loss ──┤
//!            └──── Backoff ◀─────────────┘      Offline, Suspended, NeedsToken: wait to be told
//! ```
//!
//! What has come is shown only once it is stored, together with the position behind it: a crash at any point loses
//! and repeats nothing. A new connection begins behind what was handed out; if that could not be stored, at the
//! stored position.

mod arrived;
mod connection;
mod time;
mod words;

use std::collections::VecDeque;
use std::time::Duration;

use crate::{Mono, Offset};
pub(crate) use arrived::REFUSAL;
use connection::Connection;
pub use words::{FeedConfig, FeedEffect, FeedHead, FeedInput, FeedRequest, FeedState, Live, Loss};

/// Follows one feed.
///
/// # Examples
///
/// ```
/// use cc_client::decide::{FeedEffect, FeedHead, FeedInput, FeedMachine, FeedState, Live};
/// use cc_client::{Mono, Offset};
///
/// let now = Mono::default();
/// let mut feed = FeedMachine::default();
/// let effects = feed.handle(now, FeedInput::Start { stored: Offset::BEGINNING });
/// let FeedEffect::Open { connection, request } = &effects[0] else { panic!("nothing opened") };
/// assert_eq!((request.live, request.query().as_str()), (Live::No, "offset=-1"));
///
/// let head = FeedHead {
///     status: 200,
///     content_type: Some("application/json".into()),
///     next: Offset::new("05"),
///     up_to_date: true,
///     ..Default::default()
/// };
/// feed.handle(now, FeedInput::Head { connection: *connection, head });
/// feed.handle(now, FeedInput::Bytes { connection: *connection, bytes: b"[{\"n\":1}]" });
/// let effects = feed.handle(now, FeedInput::Ended { connection: *connection, whole: true, random: 0.5 });
/// let FeedEffect::Store { messages, to, .. } = &effects[0] else { panic!("nothing to store") };
/// assert_eq!((messages[0].as_ref(), to.as_str()), ("{\"n\":1}", "05"));
///
/// // It goes live from there; had that not been stored, it would be asked for again.
/// assert!(matches!(&effects[1], FeedEffect::Open { request, .. } if request.live == Live::Sse));
/// assert_eq!(feed.state(), FeedState::Connecting);
/// assert!(feed.handle(now, FeedInput::Stored { to: to.clone() }).is_empty());
/// ```
#[derive(Debug)]
pub struct FeedMachine {
    config: FeedConfig,
    state: FeedState,
    /// What is on disk.
    stored: Offset,
    /// What has been handed out to be stored.
    received: Offset,
    /// The bytes of each thing that was handed out and is not on disk yet.
    waiting: VecDeque<(usize, Offset)>,
    cursor: Option<Box<str>>,
    /// How live data comes on this network.
    live: Live,
    /// When streams are tried again on a network that held them back.
    probe: Option<Mono>,
    held_back: u32,
    connection: Option<Connection>,
    connections: u64,
    failures: u32,
    /// Pages without a message, one after the other.
    empty: u32,
    /// When more is asked for.
    next: Next,
    /// It was listed anew, and has not been read since.
    refetched: bool,
    /// When it is looked for again, where it was not there.
    again: Option<Mono>,
    /// How often in a row it was given up before its answer began, because the network might be another.
    given_up: u32,
    /// When it may be opened anew once more, on a word of the system's.
    anew: Mono,
    suspended: bool,
    offline: bool,
}

/// When a feed asks for more.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Next {
    /// Whatever waits to be stored.
    AtOnce,
    /// Once what was handed out is stored: there is too much of it, or it is gone at the server.
    OnceStored,
}

/// A stream is let go while so much of it waits to be stored, or to be taken by the app: it would fill the memory.
const MOST_WAITING: usize = 64;
/// And so many bytes of it.
const MOST_BYTES: usize = 16 << 20;
/// A stream that says nothing for so long after its head is held back on its way; and a refusal is whole by then.
pub(crate) const FIRST_WORD: Duration = Duration::from_secs(10);
/// After so long a live stream has proven itself.
const PROOF: Duration = Duration::from_secs(60);
const SHORTEST_SILENCE: Duration = Duration::from_secs(20);
/// A server that promises a heartbeat each hour would hide a dead connection for as long.
const LONGEST_SILENCE: Duration = Duration::from_secs(300);

impl Default for FeedMachine {
    fn default() -> Self {
        Self::new(FeedConfig::default())
    }
}

impl FeedMachine {
    /// A feed that has not started.
    pub fn new(config: FeedConfig) -> Self {
        Self {
            live: config.live,
            config,
            state: FeedState::Idle,
            stored: Offset::BEGINNING,
            received: Offset::BEGINNING,
            waiting: VecDeque::new(),
            cursor: None,
            probe: None,
            held_back: 0,
            connection: None,
            connections: 0,
            failures: 0,
            empty: 0,
            next: Next::AtOnce,
            refetched: false,
            again: None,
            given_up: 0,
            anew: Mono::default(),
            suspended: false,
            offline: false,
        }
    }

    /// How following the feed stands.
    pub fn state(&self) -> FeedState {
        self.state
    }

    /// The position on disk.
    pub fn stored(&self) -> &Offset {
        &self.stored
    }

    /// How live data comes at present.
    pub fn live(&self) -> Live {
        self.live
    }

    /// Takes in what happened at `now`.
    pub fn handle(&mut self, now: Mono, input: FeedInput<'_>) -> Vec<FeedEffect> {
        let mut out = Vec::new();
        match input {
            FeedInput::Start { stored } => {
                self.abort(&mut out);
                self.received = stored.clone();
                self.stored = stored;
                self.waiting.clear();
                self.next = Next::AtOnce;
                self.failures = 0;
                self.go_on(now, &mut out);
            }
            FeedInput::Asked { connection } => {
                if let Some(asked) = self.connection.as_mut().filter(|one| one.number == connection) {
                    asked.is_queued = false;
                    (asked.opened, asked.heard) = (now, now);
                }
            }
            FeedInput::Queued { connection } => {
                if let Some(queued) = self.connection.as_mut().filter(|one| one.number == connection) {
                    queued.is_queued = true;
                }
            }
            FeedInput::Head { connection, head } => {
                if self.hears(now, connection) {
                    self.head(now, head, &mut out);
                }
            }
            FeedInput::Bytes { connection, bytes } => {
                if self.hears(now, connection) {
                    self.bytes(now, bytes, &mut out);
                }
            }
            FeedInput::Ended { connection, whole, random } => {
                if self.hears(now, connection) {
                    self.ended(now, whole, random, &mut out);
                }
            }
            FeedInput::Gone { connection, status } => {
                if self.hears(now, connection) {
                    self.gone(now, status, &mut out);
                }
            }
            FeedInput::Stored { to } => self.on_disk(now, to, &mut out),
            FeedInput::StoreFailed { loss, random } => {
                self.received = self.stored.clone();
                self.waiting.clear();
                self.next = Next::AtOnce;
                if self.state == FeedState::Closed {
                    // Its end is not on disk: it comes again.
                    self.state = FeedState::CatchingUp;
                }
                self.lose(now, loss, None, random, &mut out);
            }
            FeedInput::Refetched { offset } => {
                if self.state == FeedState::Refetching {
                    self.refetched = true;
                    self.received = offset.clone();
                    self.stored = offset;
                    self.go_on(now, &mut out);
                }
            }
            FeedInput::Refused(loss) => {
                if self.state == FeedState::Refetching || self.connection.is_some() {
                    self.abort(&mut out);
                    self.state = FeedState::Failed(loss);
                    self.again = None;
                }
            }
            FeedInput::SignedIn => {
                if matches!(self.state, FeedState::Failed(_)) {
                    self.failures = 0;
                    self.state = FeedState::NeedsToken;
                }
            }
            FeedInput::SignedOut => {
                let waits = matches!(self.state, FeedState::Backoff { .. } | FeedState::CatchingUp);
                if waits || matches!(self.state, FeedState::Connecting | FeedState::Live) {
                    self.abort(&mut out);
                    self.state = FeedState::NeedsToken;
                }
            }
            FeedInput::TokenReady => {
                if self.state == FeedState::NeedsToken {
                    self.go_on(now, &mut out);
                }
            }
            FeedInput::Network { up } => self.network(now, up, &mut out),
            FeedInput::Asleep(asleep) => self.asleep(now, asleep, &mut out),
            FeedInput::Timer { random } => self.timer(now, random, &mut out),
        }
        out
    }

    /// Whether what leads to that position was handed out, and is not on disk as far as is known here. What was handed out before a new start
    /// or a failure of the store is not waited for any more.
    pub(crate) fn waits_for(&self, to: &Offset) -> bool {
        self.waiting.iter().any(|(_, waiting)| waiting == to)
    }

    /// When to report [`FeedInput::Timer`] next.
    pub fn next_deadline(&self) -> Option<Mono> {
        match self.state {
            FeedState::Backoff { until, .. } => return Some(until),
            FeedState::Failed(_) => return self.again,
            _ => {}
        }
        let connection = self.connection.as_ref().filter(|connection| !connection.is_queued)?;
        let silent = connection.heard + self.patience(connection);
        let is_without_word = connection.is_mute() || connection.is_refusal();
        let mute = is_without_word.then_some(connection.opened + FIRST_WORD);
        let slow = connection.progress.deadline(self.config.silence);
        mute.into_iter().chain(slow).chain(connection.proof).chain([silent]).min()
    }

    /// Whether that connection waits for its turn.
    pub(crate) fn is_queued(&self, number: u64) -> bool {
        self.connection.as_ref().is_some_and(|connection| connection.number == number && connection.is_queued)
    }

    fn has_ended(&self) -> bool {
        self.is_over() || matches!(self.state, FeedState::Failed(_))
    }

    /// Nothing but a new start brings it back.
    fn is_over(&self) -> bool {
        matches!(self.state, FeedState::Idle | FeedState::Closed)
    }

    /// These go on only when they are told to.
    fn is_told(&self) -> bool {
        matches!(self.state, FeedState::Refetching | FeedState::NeedsToken)
    }

    /// Too much waits to be stored.
    fn is_full(&self) -> bool {
        self.waiting.len() >= MOST_WAITING
            || self.waiting.iter().map(|(bytes, _)| bytes).sum::<usize>() >= MOST_BYTES
    }

    fn patience(&self, connection: &Connection) -> Duration {
        let promised = connection.heartbeat.map(|beat| beat.saturating_mul(5) / 2);
        promised.map_or(self.config.silence, |promised| promised.clamp(SHORTEST_SILENCE, LONGEST_SILENCE))
    }

    fn hears(&mut self, now: Mono, number: u64) -> bool {
        let connection = self.connection.as_mut().filter(|connection| connection.number == number);
        let heard = connection.map(|connection| (connection.heard, connection.proof) = (now, None));
        heard.is_some()
    }

    fn abort(&mut self, out: &mut Vec<FeedEffect>) {
        if let Some(connection) = self.connection.take() {
            out.push(FeedEffect::Abort { connection: connection.number });
        }
    }

    /// Opens the next connection, from what is on disk, as soon as nothing waits to be stored.
    fn go_on(&mut self, now: Mono, out: &mut Vec<FeedEffect>) {
        self.abort(out);
        if self.suspended || self.offline {
            self.state = if self.suspended { FeedState::Suspended } else { FeedState::Offline };
            return;
        }
        self.state = FeedState::CatchingUp;
        if self.is_full() {
            self.next = Next::OnceStored;
        }
        if self.received == self.stored || self.next == Next::AtOnce {
            self.open(now, Live::No, out);
        }
    }

    fn open(&mut self, now: Mono, live: Live, out: &mut Vec<FeedEffect>) {
        self.connections += 1;
        let connection = self.connections;
        self.connection = Some(Connection::new(connection, live, now, self.config.limit));
        let request = FeedRequest { offset: self.received.clone(), live, cursor: self.cursor.clone() };
        out.push(FeedEffect::Open { connection, request });
    }

    /// What was read is all there is: news are waited for.
    fn go_live(&mut self, now: Mono, out: &mut Vec<FeedEffect>) {
        if self.config.live == Live::No {
            self.state = FeedState::Closed;
            return;
        }
        if self.probe.is_some_and(|probe| now >= probe) {
            self.probe = None;
            self.held_back = 0;
            self.live = self.config.live;
        }
        self.state = if self.live == Live::LongPoll { FeedState::Live } else { FeedState::Connecting };
        self.open(now, self.live, out);
    }

    /// Some of what came may wait to be taken; with too much of it, nothing more is asked for.
    fn go_live_unless_full(&mut self, now: Mono, out: &mut Vec<FeedEffect>) {
        if self.stored == self.received || !self.is_full() {
            self.go_live(now, out);
        } else {
            self.go_on(now, out);
        }
    }

    fn lose(
        &mut self,
        now: Mono,
        loss: Loss,
        retry_after: Option<Duration>,
        random: f64,
        out: &mut Vec<FeedEffect>,
    ) {
        if self.connection.as_ref().is_some_and(|connection| connection.lived(now) >= PROOF) {
            self.failures = 0;
        }
        self.abort(out);
        if self.has_ended() || self.is_told() {
            return;
        }
        if self.suspended || self.offline {
            return self.go_on(now, out);
        }
        let wait = self.config.backoff.delay(self.failures, random, retry_after);
        self.failures = self.failures.saturating_add(1);
        self.state = FeedState::Backoff { until: now + wait, loss };
    }
}
