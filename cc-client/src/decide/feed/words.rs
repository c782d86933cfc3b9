//! What a feed is told, what it says, and where it is.

use std::fmt;
use std::time::Duration;

use crate::decide::Backoff;
use crate::{Mono, Offset};

/// Limits of a feed.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct FeedConfig {
    /// Waits between tries.
    pub backoff: Backoff,
    /// How to ask for live data at first.
    pub live: Live,
    /// The longest answer and the longest event, in bytes.
    pub limit: usize,
    /// The longest listing, in bytes: all its pages together, with 128 bytes more for each item. It is
    /// gathered in memory before any of it is shown. A longer one ends in [`FeedState::Failed`] with
    /// [`Loss::TooLarge`].
    pub listing: usize,
    /// A connection is dead after so long without a byte, if the server promised no heartbeat. It is dead,
    /// too, if less than 4 KiB of something unfinished came in that time, whatever was promised.
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
    /// One answer at a time, each once there is something.
    LongPoll,
    /// Not at all: only what is there already.
    No,
    /// As server-sent events.
    Sse,
}

/// How following a feed stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum FeedState {
    /// The feed was lost; the next try is then.
    Backoff {
        /// When the next try is.
        until: Mono,
        /// Why it was lost.
        loss: Loss,
    },
    /// Reads what it has missed.
    CatchingUp,
    /// The stream has ended for good.
    Closed,
    /// Waits for the first word of the stream.
    Connecting,
    /// The platform itself refused the feed. It is retried when somebody signs in, the network changes or the
    /// app wakes.
    ///
    /// If there is no such feed, or this person may not see it ([`Loss::Refused`] with 404), it is also
    /// retried every five minutes ([`Backoff::cap`]). With [`Loss::TooLarge`] the listing is longer than
    /// [`FeedConfig::listing`]; what is shown stays.
    Failed(Loss),
    /// Not started.
    Idle,
    /// Changes arrive as they happen.
    Live,
    /// Waits for a token.
    NeedsToken,
    /// Waits for a network.
    Offline,
    /// The platform no longer keeps this position: everything is listed anew.
    Refetching,
    /// The app sleeps, or the client was shut down.
    Suspended,
}

/// Why a feed was lost.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Loss {
    /// The platform, or somebody in front of it, asked to be left alone (`Retry-After`).
    AskedToWait,
    /// The connection broke or could not be made. Or the network comes and goes, and the next try is within a
    /// second.
    Broken,
    /// Something on the way held the stream back.
    HeldBack,
    /// The answer is not a feed, or has no news: the page of a captive portal, a cache that repeats what was
    /// read already, or a broken server.
    NotAFeed,
    /// The request was refused with this status.
    Refused(u16),
    /// Nothing came for too long.
    Silent,
    /// What came could not be stored: the disk is full.
    StorageFull,
    /// What came could not be stored: the store is busy, or fails.
    StoreFailed,
    /// More came at once than is allowed ([`FeedConfig::limit`]), or a listing is too long ([`FeedConfig::listing`]).
    TooLarge,
    /// It came so slowly that it would not have ended: less than 4 KiB, and nothing whole, in the time of
    /// [`FeedConfig::silence`].
    TooSlow,
}

/// What happened.
#[derive(Clone)]
#[non_exhaustive]
pub enum FeedInput<'a> {
    /// A connection that waited for its turn is being opened now.
    Asked {
        /// The connection.
        connection: u64,
    },
    /// The app sleeps, or wakes.
    Asleep(bool),
    /// Part of a body.
    Bytes {
        /// The connection.
        connection: u64,
        /// The bytes.
        bytes: &'a [u8],
    },
    /// A body ended, or the connection broke.
    Ended {
        /// The connection.
        connection: u64,
        /// The body is whole.
        whole: bool,
        /// A fresh random number from 0 to 1.
        random: f64,
    },
    /// The platform itself said that this position is not valid or no longer kept, or that there is no such
    /// stream. The answer has ended.
    Gone {
        /// The connection.
        connection: u64,
        /// With this status: 400, 404 or 410.
        status: u16,
    },
    /// The head of an answer.
    Head {
        /// The connection.
        connection: u64,
        /// The head.
        head: FeedHead,
    },
    /// The network changed.
    Network {
        /// There is one.
        up: bool,
    },
    /// A connection waits for its turn: until [`Self::Asked`] nothing is expected of it.
    Queued {
        /// The connection.
        connection: u64,
    },
    /// All collections were listed anew and stored.
    Refetched {
        /// The position of the listing.
        offset: Offset,
    },
    /// The platform itself refused the request or the listing, or the listing is too long. A refusal by
    /// anybody else is a loss as any other, and is retried.
    Refused(Loss),
    /// Begin, or begin anew, from the stored position.
    Start {
        /// The position on disk.
        stored: Offset,
    },
    /// What was handed out is on disk. For what was handed out before the last start or the last failure of
    /// the store, this is ignored.
    Stored {
        /// Up to there.
        to: Offset,
    },
    /// What was handed out could not be stored.
    StoreFailed {
        /// Why it failed.
        loss: Loss,
        /// A fresh random number from 0 to 1.
        random: f64,
    },
    /// A deadline may have passed.
    Timer {
        /// A fresh random number from 0 to 1.
        random: f64,
    },
    /// Somebody signed in: what was refused may be allowed now.
    SignedIn,
    /// The session has ended; open connections were made with its token.
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
    /// The position to read from.
    pub offset: Offset,
    /// How to ask for live data.
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
        /// The connection.
        connection: u64,
    },
    /// The platform has nothing more at present. It said so over a connection that will also bring what comes
    /// next.
    AtEnd {
        /// The connection.
        connection: u64,
        /// The position behind everything.
        end: Offset,
    },
    /// Open a connection, and report its head, its bytes and its end.
    Open {
        /// Its number.
        connection: u64,
        /// What to ask for.
        request: FeedRequest,
    },
    /// List all collections anew without touching what is shown, then replace it. Report
    /// [`FeedInput::Refetched`].
    Refetch,
    /// Store these messages and the position behind them in one transaction, if the position on disk is
    /// `from`. Then report [`FeedInput::Stored`], and only then show them.
    Store {
        /// The position on disk.
        from: Offset,
        /// Each the JSON text of one message.
        messages: Vec<Box<str>>,
        /// The position behind them.
        to: Offset,
    },
    /// The server refused the token.
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
