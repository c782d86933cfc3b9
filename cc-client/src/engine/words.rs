//! What an engine is told and what it asks for: plain data, so that a run can be repeated. `store_words` has what it
//! asks of a store.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;

use cc_core::Timestamp;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::{StoreAnswer, StoreCommand};
use crate::decide::{AuthLoss, AuthState, FeedState, OutboxState, SendOutcome};
use crate::store::{Record, StoreError};
use crate::wire::{RetryAfter, parse_http_date};
use crate::{Offset, Session, Stamp, WriteId};

/// A request to the platform. Headers and body are wiped when it is dropped, since they may hold a secret. A
/// transport that passes them on takes them by `std::mem::take`.
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub struct HttpRequest {
    /// `GET`, `POST` or `DELETE`.
    pub method: &'static str,
    /// Path and query, beginning with `/`.
    pub target: String,
    /// Names in lower case.
    pub headers: Vec<(&'static str, String)>,
    /// The body; empty for none.
    pub body: Vec<u8>,
    /// The answer is a stream: no limit of time, a connection of its own, no compression.
    pub is_stream: bool,
}

/// So many bytes of a body leave in a second, at least: less is as good as nothing.
const SLOWEST_UPLOAD: u32 = 8 << 10;

impl HttpRequest {
    /// A plain request without a body, as a test of a transport needs one.
    pub fn get(target: impl Into<String>) -> Self {
        Self { method: "GET", target: target.into(), headers: Vec::new(), body: Vec::new(), is_stream: false }
    }
}

impl HttpRequest {
    /// Puts another token in.
    pub(crate) fn authorize(&mut self, bearer: String) {
        self.headers.retain(|(known, _)| *known != "authorization");
        self.headers.push(("authorization", bearer));
    }

    /// How long it may take to send over a slow line.
    pub(crate) fn slowest_upload(&self) -> Duration {
        Duration::from_secs(self.body.len() as u64) / SLOWEST_UPLOAD
    }
}

impl Drop for HttpRequest {
    fn drop(&mut self) {
        self.headers.iter_mut().for_each(|(_, value)| value.zeroize());
        self.body.zeroize();
    }
}

impl ZeroizeOnDrop for HttpRequest {}

/// The value of `authorization`, made in one piece: no part of it is left where it grew.
pub(crate) fn bearer(secret: &str) -> String {
    ["Bearer ", secret].concat()
}

impl fmt::Debug for HttpRequest {
    /// Shows neither headers nor body: they hold secrets and what a person wrote.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.target.split('?').next().unwrap_or_default();
        f.debug_struct("HttpRequest")
            .field("method", &self.method)
            .field("path", &path)
            .field("bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// The head of an answer.
#[derive(Clone, Default)]
pub struct HttpHead {
    /// The status.
    pub status: u16,
    /// Names in lower case, with their values.
    pub headers: Vec<(String, String)>,
}

impl fmt::Debug for HttpHead {
    /// Shows no headers: some hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpHead").field("status", &self.status).finish_non_exhaustive()
    }
}

impl HttpHead {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Puts a number in the place of a header, or adds it.
    pub(super) fn set(&mut self, name: &str, value: u64) {
        self.headers.retain(|(known, _)| known != name);
        self.headers.push((name.to_owned(), value.to_string()));
    }

    /// Whether it is that of a feed, which nobody else makes.
    pub(super) fn is_of_feed(&self) -> bool {
        let kind = self.header("content-type").unwrap_or_default().to_ascii_lowercase();
        let is_stream = kind.starts_with("text/event-stream") || kind.starts_with("application/x-ndjson");
        is_stream || self.header("stream-next-offset").is_some()
    }

    /// When it was made, by the clock of whoever made it; `None` where that was a while ago, and a cache has kept it.
    pub(super) fn date(&self) -> Option<Timestamp> {
        let is_fresh = self.header("age").is_none_or(|age| age.trim() == "0");
        parse_http_date(self.header("date").filter(|_| is_fresh)?)
    }

    /// How long the platform wishes to be left alone, if it said so; `server` is its time, as far as that is known.
    /// An answer that says what time it is itself is taken at its word; a date counts for nothing if nobody knows what time it is there.
    /// Of several words the longest counts.
    pub(crate) fn retry_after(&self, server: Option<Timestamp>) -> Option<Duration> {
        let lines = self.headers.iter().filter(|(name, _)| name == "retry-after");
        // Whoever joins two lines puts a comma between them.
        let words = lines.flat_map(|(_, text)| std::iter::once(&**text).chain(text.split(',')));
        let waits = words.filter_map(|word| match RetryAfter::parse(word)? {
            RetryAfter::In(wait) => Some(wait),
            date @ RetryAfter::At(_) => Some(date.wait(self.date().or(server)?)),
        });
        waits.max()
    }
}

/// What is on disk when a client starts.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct Begin {
    /// The session, a secret; `None` where nobody is signed in.
    pub session: Option<Zeroizing<String>>,
    /// Whose the store is, as far as that is known.
    pub principal: Option<Box<str>>,
    /// The session may be of another person than the one whose the store is. Or somebody signed out or in,
    /// and whose the store is has not been checked since.
    pub is_unsure: bool,
    /// The value `sessions` of the store: digests of sessions of the person whose the store is.
    pub sessions: Vec<u8>,
    /// The value `stamp` of the store: the last stamp that was given out.
    pub stamp: Option<Stamp>,
    /// Feeds of messages with a gap that the app may not know of yet.
    pub missed: BTreeSet<Box<str>>,
    /// How far each feed was read.
    pub positions: BTreeMap<Box<str>, Offset>,
    /// How much longer the platform wishes to be left alone.
    pub quiet: Duration,
    /// How much longer it may wish that: another process was told so, and has not said yet whether it was the
    /// platform.
    pub doubt: Duration,
}

impl fmt::Debug for Begin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Begin")
            .field("signed_in", &self.session.is_some())
            .field("positions", &self.positions)
            .finish_non_exhaustive()
    }
}

/// What happened.
#[non_exhaustive]
pub enum Input<'a> {
    /// The app sleeps, or wakes.
    Asleep(bool),
    /// Part of an answer's body.
    Bytes {
        /// Which request.
        request: u64,
        /// The bytes.
        bytes: &'a [u8],
    },
    /// Messages of a feed were taken by the app.
    Delivered {
        /// As in [`Effect::Deliver`].
        ticket: u64,
    },
    /// An answer ended, or its connection broke.
    Ended {
        /// Which request.
        request: u64,
        /// Whether the answer is whole.
        whole: bool,
    },
    /// Writes were accepted by the store.
    Filled,
    /// Messages are about to be handed to the app; another process may have taken them already.
    Handing {
        /// As in [`Effect::Deliver`].
        ticket: u64,
        /// The position of the feed on disk.
        at: Offset,
    },
    /// The head of an answer came.
    Head {
        /// Which request.
        request: u64,
        /// The head.
        head: HttpHead,
    },
    /// A request failed: no answer came, or not all of it.
    Lost {
        /// Which request.
        request: u64,
        /// Why it failed.
        loss: AuthLoss,
    },
    /// The network changed.
    Network {
        /// Whether there is one.
        up: bool,
    },
    /// A person signs out on this device: the secrets are forgotten, and the platform is told.
    SignOut,
    /// A person or a service signed in.
    SignedIn {
        /// The session, a secret, and whose it is if the app knows that.
        session: Session,
    },
    /// A write was discarded. After that it is not sent, even if the store has read it before and has yet to
    /// say so. What waited behind it may be sent.
    Discarded {
        /// The write.
        id: WriteId,
    },
    /// The store has done what it was asked.
    Stored {
        /// As in [`Effect::Store`].
        ticket: u64,
        /// What it said.
        answer: Result<StoreAnswer, StoreError>,
    },
    /// A deadline may have passed.
    Timer,
    /// The platform refused a token in a request of the app's own.
    TokenRefused {
        /// Its number.
        number: u64,
    },
    /// The app wants a token for a request of its own: once there is one, [`Engine::access_token`](super::Engine::access_token) gives it.
    TokenWanted,
}

impl fmt::Debug for Input<'_> {
    /// Shows what kind it is: some hold secrets, or what a person wrote.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Asleep(_) => "Asleep",
            Self::Bytes { .. } => "Bytes",
            Self::Delivered { .. } => "Delivered",
            Self::Ended { .. } => "Ended",
            Self::Filled => "Filled",
            Self::Handing { .. } => "Handing",
            Self::Discarded { .. } => "Discarded",
            Self::Head { .. } => "Head",
            Self::Lost { .. } => "Lost",
            Self::Network { .. } => "Network",
            Self::SignOut => "SignOut",
            Self::SignedIn { .. } => "SignedIn",
            Self::Stored { .. } => "Stored",
            Self::Timer => "Timer",
            Self::TokenRefused { .. } => "TokenRefused",
            Self::TokenWanted => "TokenWanted",
        })
    }
}

/// What to do.
#[non_exhaustive]
pub enum Effect {
    /// Drop a request.
    Abort {
        /// The request.
        request: u64,
    },
    /// Another person signed in. What is shown, and messages that the app has not taken, belong to the person
    /// before: forget them.
    Anew,
    /// These items have changed, and are on disk: show them.
    Changed {
        /// The items as the server sent them. What to show of them is in the store.
        records: Vec<Record>,
    },
    /// Hand messages of a feed to the app, and report [`Input::Delivered`] once it has acknowledged them. If
    /// other processes share the store, report [`Input::Handing`] just before, and hand them out unless they
    /// are [`Self::Withdrawn`] then.
    Deliver {
        /// The feed.
        feed: Box<str>,
        /// JSON texts.
        messages: Vec<Box<str>>,
        /// Report it with the input.
        ticket: u64,
    },
    /// Send a request, and report its head, its bytes and its end.
    Http {
        /// Its number.
        request: u64,
        /// The request.
        http: HttpRequest,
    },
    /// Another process may have sent a write that somebody waits for: ask the store what became of it.
    LookAgain,
    /// A waiting write has a new id: whoever waits for the old one waits for the new one now.
    SentAgain {
        /// Its id so far.
        id: WriteId,
        /// The one that it has now.
        now: WriteId,
    },
    /// What became of a write is on disk: tell whoever waits for it.
    Settled {
        /// The write.
        id: WriteId,
        /// What became of it.
        outcome: SendOutcome,
    },
    /// The platform no longer keeps some messages that were not read. The feed goes on with what there is.
    /// How many are missing is not known.
    Missed {
        /// The feed.
        feed: Box<str>,
    },
    /// Nobody is signed in any more.
    SignedOut,
    /// Something in [`Status`] changed.
    StatusChanged,
    /// Messages of a feed, or items of a listing, were left out: they are damaged, or of a kind that this
    /// version does not know.
    Unreadable {
        /// How many.
        messages: usize,
    },
    /// Ask the store, and report [`Input::Stored`]. Carry commands out in the order in which they were given.
    /// Only [`StoreCommand::KeepDoubt`] and [`StoreCommand::KeepQuiet`] may overtake all others, in their own
    /// order.
    Store {
        /// To be reported.
        ticket: u64,
        /// What to do.
        command: StoreCommand,
    },
    /// Do not hand these messages to the app: another process has taken them, or they come again.
    Withdrawn {
        /// The feed.
        feed: Box<str>,
        /// As in [`Self::Deliver`].
        ticket: u64,
    },
}

impl fmt::Debug for Effect {
    /// Shows what kind it is: some hold secrets, or what a person wrote.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Abort { request } => write!(f, "Abort({request})"),
            Self::Anew => f.write_str("Anew"),
            Self::Changed { records } => write!(f, "Changed({})", records.len()),
            Self::Deliver { feed, messages, .. } => write!(f, "Deliver({feed}, {})", messages.len()),
            Self::Http { request, http } => write!(f, "Http({request}, {http:?})"),
            Self::LookAgain => f.write_str("LookAgain"),
            Self::SentAgain { id, now } => write!(f, "SentAgain({id}, {now})"),
            Self::Settled { id, outcome } => write!(f, "Settled({id}, {outcome:?})"),
            Self::Missed { feed } => write!(f, "Missed({feed})"),
            Self::SignedOut => f.write_str("SignedOut"),
            Self::Unreadable { messages } => write!(f, "Unreadable({messages})"),
            Self::StatusChanged => f.write_str("StatusChanged"),
            Self::Store { ticket, command } => write!(f, "Store({ticket}, {command:?})"),
            Self::Withdrawn { feed, ticket } => write!(f, "Withdrawn({feed}, {ticket})"),
        }
    }
}

/// How a client stands.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[expect(clippy::struct_excessive_bools, reason = "each may be true whatever the others are")]
pub struct Status {
    /// Another process has signed somebody else in on this file. Until somebody signs in here, or that
    /// process signs this person in again, this client shows, sends and receives nothing. That holds whatever
    /// the other fields say, also after a sign-out here.
    ///
    /// It is noticed within 15 s, while this client is awake and has a network. An engine does not see the
    /// file: here it is false, and a client looks.
    pub another_person: bool,
    /// How getting tokens stands.
    pub auth: AuthState,
    /// How each feed stands.
    pub feeds: Vec<(Box<str>, FeedState)>,
    /// How sending stands.
    pub outbox: OutboxState,
    /// The server's time, once it is known.
    pub server_time: Option<Timestamp>,
    /// The store has failed since the start, and not because it was busy or full: the file may be damaged.
    /// Writes are still accepted as far as the store takes them, but may never be sent. Stop, and open the
    /// file anew with `open_or_salvage`.
    pub store_failed: bool,
    /// The disk had no room for what the client wanted to write down, such as outcomes of writes, or what a
    /// feed brought. Nothing is lost, and it is retried. Outcomes and feeds go on only once there is room.
    pub store_full: bool,
    /// Somebody has signed out, and the platform does not know yet: it is told as soon as it can be reached.
    pub signing_out: bool,
}
