//! What a feed is told, what it says, and where it is.

use std::fmt;
use std::time::Duration;

use crate::decide::Backoff;
use crate::{Mono, Offset};

/// What a feed may take.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct FeedConfig {
    /// Waits between tries.
    pub backoff: Backoff,
    /// How live data is asked for at first.
    pub live: Live,
    /// The longest answer and the longest event, in bytes.
    pub limit: usize,
    /// The longest listing, in bytes: all its pages together, each item with 128 beside its own. It is gathered in memory before any of it is
    /// shown. A longer one ends in [`FeedState::Failed`] with [`Loss::TooLarge`].
    pub listing: usize,
    /// After so long without a byte a connection is dead, where the server promised nothing; and so is one from which less than 4 KiB of
    /// something unfinished came in that time, whatever was promised.
    pub silence: Duration,
}

impl Default for FeedConfig {
    /// Server-sent events, 16 MiB, 512 MiB, 45 s.
    fn default() -> Self {
        Self {
            backoff: Backoff::default(),
            live: Live::Sse,
            limit: 16 << 20,
            listing: 512 << 20,
            silence: Duration::from_secs(45),
        }
    }
}

/// How news come.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Live {
    /// As lines of JSON.
    Lines,
    /// One answer at a time, each when there is something.
    LongPoll,
    /// Not at all: only what is there already.
    No,
    /// As server-sent events.
    Sse,
}

/// Where a feed is. Everything that can happen to it shows here.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum FeedState {
    /// Waits for the next try.
    Backoff {
        /// When.
        until: Mono,
        /// What went wrong.
        loss: Loss,
    },
    /// Reads what it has missed.
    CatchingUp,
    /// The stream has ended for good.
    Closed,
    /// Waits for the stream's first word.
    Connecting,
    /// The platform said no in its own words: it is tried anew when somebody signs in, the network changes or the app wakes. Where there is
    /// no such feed, or none that one may see ([`Loss::Refused`] of 404), it is looked for each five minutes, too ([`Backoff::cap`]). Or
    /// its listing is longer than [`FeedConfig::listing`] ([`Loss::TooLarge`]): what is shown stays.
    Failed(Loss),
    /// Not started.
    Idle,
    /// Shows every change at once.
    Live,
    /// Waits for a token.
    NeedsToken,
    /// Waits for a network.
    Offline,
    /// The position is gone: everything is listed anew.
    Refetching,
    /// The app sleeps, or the client was shut down.
    Suspended,
}

/// Why a connection came to nothing.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Loss {
    /// The platform, or somebody in front of it, asked to be left alone (`Retry-After`).
    AskedToWait,
    /// It broke or could not be made; or the network comes and goes, and its turn is within a second.
    Broken,
    /// The stream was held back on its way.
    HeldBack,
    /// What came is no feed, or no news of it: the page of a captive portal, a cache that gives what was read already, or a broken server.
    NotAFeed,
    /// The server said no.
    Refused(u16),
    /// Nothing was heard for too long.
    Silent,
    /// What came could not be stored: the disk is full.
    StorageFull,
    /// What came could not be stored: the store is busy, or fails.
    StoreFailed,
    /// More came at once than is allowed ([`FeedConfig::limit`]), or a listing is too long ([`FeedConfig::listing`]).
    TooLarge,
    /// It came so slowly that it would not have ended: less than 4 KiB, and nothing whole, in the time of [`FeedConfig::silence`].
    TooSlow,
}

/// What happened.
#[derive(Clone)]
#[non_exhaustive]
pub enum FeedInput<'a> {
    /// A connection that waited for its turn is asked for now.
    Asked {
        /// Which.
        connection: u64,
    },
    /// The app sleeps, or wakes.
    Asleep(bool),
    /// Part of a body.
    Bytes {
        /// Whose.
        connection: u64,
        /// The bytes.
        bytes: &'a [u8],
    },
    /// A body came to its end, or the connection broke.
    Ended {
        /// Which.
        connection: u64,
        /// The body is whole.
        whole: bool,
        /// A fresh random number from 0 to 1.
        random: f64,
    },
    /// The platform said in its own words that there is nothing at this position any more, that the position is none, or that there is no
    /// such stream. The answer has ended.
    Gone {
        /// Which.
        connection: u64,
        /// With this status: 400, 404 or 410.
        status: u16,
    },
    /// The head of an answer.
    Head {
        /// Whose.
        connection: u64,
        /// The head.
        head: FeedHead,
    },
    /// The network changed.
    Network {
        /// There is one.
        up: bool,
    },
    /// A connection waits for its turn to be asked for: until [`Self::Asked`] nothing is expected of it.
    Queued {
        /// Which.
        connection: u64,
    },
    /// All collections were listed anew, and are in place.
    Refetched {
        /// The position of the listing.
        offset: Offset,
    },
    /// The platform said no in its own words, to what was asked or to listing it anew, or that listing is too long. An answer without such
    /// words is a loss as any other, and tried again.
    Refused(Loss),
    /// Begin, or begin anew, from what is on disk.
    Start {
        /// The position on disk.
        stored: Offset,
    },
    /// What was handed out is on disk. Of what was handed out before the last start, or before the last failure of the store, it is not heard.
    Stored {
        /// Up to there.
        to: Offset,
    },
    /// What was handed out could not be stored.
    StoreFailed {
        /// Why.
        loss: Loss,
        /// A fresh random number from 0 to 1.
        random: f64,
    },
    /// A deadline may have come.
    Timer {
        /// A fresh random number from 0 to 1.
        random: f64,
    },
    /// Somebody signed in: what was refused may be theirs.
    SignedIn,
    /// The session has ended: what is open was asked for with its token.
    SignedOut,
    /// There is a good token.
    TokenReady,
}

impl fmt::Debug for FeedInput<'_> {
    /// Shows no bytes: they may hold a position.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Asked { connection } => write!(f, "Asked({connection})"),
            Self::Asleep(asleep) => write!(f, "Asleep({asleep})"),
            Self::Bytes { connection, bytes } => write!(f, "Bytes({connection}, {} bytes)", bytes.len()),
            Self::Ended { connection, whole, .. } => write!(f, "Ended({connection}, whole: {whole})"),
            Self::Gone { connection, status } => write!(f, "Gone({connection}, {status})"),
            Self::Head { connection, head } => write!(f, "Head({connection}, {head:?})"),
            Self::Network { up } => write!(f, "Network({up})"),
            Self::Queued { connection } => write!(f, "Queued({connection})"),
            Self::Refetched { offset } => write!(f, "Refetched({offset:?})"),
            Self::Refused(loss) => write!(f, "Refused({loss:?})"),
            Self::SignedIn => f.write_str("SignedIn"),
            Self::SignedOut => f.write_str("SignedOut"),
            Self::Start { stored } => write!(f, "Start({stored:?})"),
            Self::Stored { to } => write!(f, "Stored({to:?})"),
            Self::StoreFailed { loss, .. } => write!(f, "StoreFailed({loss:?})"),
            Self::Timer { .. } => f.write_str("Timer"),
            Self::TokenReady => f.write_str("TokenReady"),
        }
    }
}

/// The head of an answer, as far as feeds go.
#[derive(Clone, Debug, Default)]
pub struct FeedHead {
    /// The HTTP status.
    pub status: u16,
    /// `Content-Type`.
    pub content_type: Option<Box<str>>,
    /// `Stream-Next-Offset`.
    pub next: Option<Offset>,
    /// `Stream-Cursor`.
    pub cursor: Option<Box<str>>,
    /// `Stream-Up-To-Date`.
    pub up_to_date: bool,
    /// `Stream-Closed`.
    pub closed: bool,
    /// `Retry-After`, as a wait.
    pub retry_after: Option<Duration>,
}

/// What to ask for.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct FeedRequest {
    /// From where.
    pub offset: Offset,
    /// How.
    pub live: Live,
    /// The server's cursor.
    pub cursor: Option<Box<str>>,
}

impl FeedRequest {
    /// The query of the request, its parameters sorted by name.
    pub fn query(&self) -> String {
        let mut query = String::new();
        if let (Some(cursor), true) = (&self.cursor, self.live != Live::No) {
            query.push_str("cursor=");
            escape(cursor, &mut query);
            query.push('&');
        }
        match self.live {
            Live::No => {}
            Live::LongPoll => query.push_str("live=long-poll&"),
            Live::Lines | Live::Sse => query.push_str("live=sse&"),
        }
        query.push_str("offset=");
        escape(self.offset.as_str(), &mut query);
        query
    }

    /// The `Accept` header of the request.
    pub fn accept(&self) -> &'static str {
        self.live.content_type()
    }
}

impl Live {
    /// The type of an answer's content.
    pub(super) fn content_type(self) -> &'static str {
        match self {
            Self::Lines => "application/x-ndjson",
            Self::Sse => "text/event-stream",
            Self::LongPoll | Self::No => "application/json",
        }
    }
}

/// Percent-encodes all but the unreserved characters of RFC 3986.
fn escape(text: &str, out: &mut String) {
    use std::fmt::Write as _;
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
}

/// What to do.
#[derive(Clone)]
#[non_exhaustive]
pub enum FeedEffect {
    /// Drop a connection.
    Abort {
        /// Which.
        connection: u64,
    },
    /// The platform has nothing more at present, as it said over a connection on which it will say what comes.
    AtEnd {
        /// Which.
        connection: u64,
        /// The position behind all that there is.
        end: Offset,
    },
    /// Make a connection, and report its head, its bytes and its end.
    Open {
        /// Its number.
        connection: u64,
        /// What to ask for.
        request: FeedRequest,
    },
    /// List all collections anew beside what is shown, swap, and report [`FeedInput::Refetched`].
    Refetch,
    /// Store these messages and the position behind them in one transaction, if the position on disk is `from`; then
    /// report [`FeedInput::Stored`], and only then show them.
    Store {
        /// The position on disk.
        from: Offset,
        /// Each the JSON text of one message.
        messages: Vec<Box<str>>,
        /// The position behind them.
        to: Offset,
    },
    /// The server did not take the token.
    Unauthorized,
}

impl fmt::Debug for FeedEffect {
    /// Shows no messages: they may hold a position.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Abort { connection } => write!(f, "Abort({connection})"),
            Self::AtEnd { connection, end } => write!(f, "AtEnd({connection}, {end:?})"),
            Self::Open { connection, request } => write!(f, "Open({connection}, {request:?})"),
            Self::Refetch => f.write_str("Refetch"),
            Self::Store { from, messages, to } => {
                write!(f, "Store({} messages, {from:?} to {to:?})", messages.len())
            }
            Self::Unauthorized => f.write_str("Unauthorized"),
        }
    }
}
