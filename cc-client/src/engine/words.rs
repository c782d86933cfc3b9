//! What an engine is told and what it asks for: plain data, so that a run can be repeated.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;

use cc_core::Timestamp;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::decide::{AuthLoss, AuthState, FeedState, OutboxState, SendOutcome};
use crate::store::{LeftOut, Record, Row, Settled, StoreError, Taken};
use crate::wire::{RetryAfter, parse_http_date};
use crate::{Offset, Session, Stamp, WriteId};

/// A request to the platform. Its headers and its body are wiped when it is dropped, since they may hold a secret: a transport that passes them
/// on takes them by `std::mem::take`.
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
    /// The answer goes on for as long as it lives: no limit of time, a connection of its own, no compression.
    pub is_stream: bool,
}

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
    /// An answer that says what time it is itself is taken at its word; a date is none where nobody knows what time it is there.
    pub(crate) fn retry_after(&self, server: Option<Timestamp>) -> Option<Duration> {
        match RetryAfter::parse(self.header("retry-after")?)? {
            RetryAfter::In(wait) => Some(wait),
            date @ RetryAfter::At(_) => Some(date.wait(self.date().or(server)?)),
        }
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
    /// Somebody signed out, or in, and whose the store is has not been looked at since; or the session is none that is known to be of
    /// the person whose the store is.
    pub is_unsure: bool,
    /// The value `sessions` of the store: digests of sessions of the person whose the store is.
    pub sessions: Vec<u8>,
    /// The value `stamp` of the store: the last stamp that was given out.
    pub stamp: Option<Stamp>,
    /// Feeds of messages of which some are missing, and the app may not know it.
    pub missed: BTreeSet<Box<str>>,
    /// How far each feed was read.
    pub positions: BTreeMap<Box<str>, Offset>,
    /// How much longer the platform wishes to be left alone.
    pub quiet: Duration,
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
    /// An answer is whole, or its connection broke.
    Ended {
        /// Which request.
        request: u64,
        /// It is whole.
        whole: bool,
    },
    /// Writes were accepted by the store.
    Filled,
    /// Messages are about to be handed to the app: another process may have taken them.
    Handing {
        /// As in [`Effect::Deliver`].
        ticket: u64,
        /// Where the feed stands, by what is on disk.
        at: Offset,
    },
    /// The head of an answer came.
    Head {
        /// Which request.
        request: u64,
        /// The head.
        head: HttpHead,
    },
    /// No answer came, or not all of it.
    Lost {
        /// Which request.
        request: u64,
        /// Why.
        loss: AuthLoss,
    },
    /// The network changed.
    Network {
        /// There is one.
        up: bool,
    },
    /// A person signs out, here only: the platform is told, and the secrets are forgotten.
    SignOut,
    /// A person or a service signed in.
    SignedIn {
        /// The session, a secret, and whose it is where the app knows that.
        session: Session,
    },
    /// A write was discarded. What the store has read before is not sent after that, also where it has yet to tell; what waited behind it
    /// may be.
    Discarded {
        /// Which.
        id: WriteId,
    },
    /// The store has done what it was asked.
    Stored {
        /// As in [`Effect::Store`].
        ticket: u64,
        /// What it said.
        answer: Result<StoreAnswer, StoreError>,
    },
    /// A deadline may have come.
    Timer,
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
        })
    }
}

/// What the store is asked to do.
#[derive(Clone)]
#[non_exhaustive]
pub enum StoreCommand {
    /// [`crate::store::Store::belong`]; and in the same commit, by which sessions the store is opened: by this one, and by those that were
    /// known of this very person before.
    Belong {
        /// The person.
        principal: Box<str>,
        /// The digest of the session of which the platform said that.
        session: [u8; 32],
    },
    /// [`crate::store::Store::forget_untold`].
    ForgetUntold {
        /// The writes.
        writes: Vec<WriteId>,
    },
    /// Counts up the value `epoch`: which start, or taking back, of this outbox it is.
    Epoch,
    /// Remembers until when the platform wishes to be left alone, and for how long. Where it has wished for more before, in whichever
    /// process, that stays. The answer is [`StoreAnswer::Quiet`].
    KeepQuiet {
        /// How much longer.
        millis: i64,
    },
    /// Somebody has left a session. Where that opens the store, no session opens it any more, until the platform says whose one is. What nobody
    /// will ever send after that is let go with it, as by [`Self::LetGo`], which is also the answer.
    Left {
        /// The digest of the session.
        session: [u8; 32],
    },
    /// Settles what is set aside as written under that session, and all that waits in a store that was left and of which nobody knows whose it
    /// is: nobody will ever send it.
    LetGo {
        /// The digest of a session that is over, and of which the platform never said whose it was.
        session: Option<[u8; 32]>,
    },
    /// Somebody signs in with a session that this process takes for known, or on a store that it takes for nobody's; the store knows best. Where
    /// it knows the session, that somebody else was here hides nothing any more; one that is nobody's is that session's. Any other stays as it is.
    Known {
        /// The digest of the session.
        session: [u8; 32],
    },
    /// [`crate::store::Store::waiting`].
    Load {
        /// At most so many rows.
        rows: u32,
        /// Of at most so many bytes.
        bytes: u32,
        /// Of none of these items.
        left_out: LeftOut,
    },
    /// [`crate::store::Store::lock`], for so many milliseconds, and the value of that name.
    Lock {
        /// The lock's name, and the value's.
        name: &'static str,
        /// How long.
        millis: i64,
    },
    /// Remembers that messages of a feed are missing, and that it is read from its beginning.
    Missed {
        /// The feed.
        feed: Box<str>,
        /// From there.
        from: Offset,
    },
    /// Remembers how far a feed of messages was taken. Where other processes have taken some of them, or more, it is how far the first of them
    /// has come; only where one of them has begun anew, nothing is changed.
    Position {
        /// The feed.
        feed: Box<str>,
        /// From there.
        from: Offset,
        /// To there.
        to: Offset,
    },
    /// How long the platform wishes to be left alone, whichever process it told: reads one value, and is done before anything is sent.
    Quiet,
    /// [`crate::store::Store::replace`], if the feed stands at `from`: what another process has read meanwhile is newer than a listing.
    Replace {
        /// The feed.
        feed: Box<str>,
        /// The position on disk.
        from: Offset,
        /// Every item.
        records: Vec<Record>,
        /// The position.
        to: Offset,
    },
    /// [`crate::store::Store::set_value`].
    SetValue {
        /// The value's name.
        name: &'static str,
        /// The value; some hold a secret.
        value: Zeroizing<Vec<u8>>,
    },
    /// [`crate::store::Store::settle`].
    Settle {
        /// What became of which rows.
        settled: Vec<Settled>,
    },
    /// [`crate::store::Store::stamp_anew`]; and some rows get another id, since the platform may hold the stamp of before against theirs.
    StampAnew {
        /// Later stamps are refused.
        latest: Stamp,
        /// The first new one.
        first: Stamp,
        /// Rows, each with the id that it gets.
        again: Vec<(Row, WriteId)>,
    },
    /// [`crate::store::Store::take`].
    Take {
        /// The feed.
        feed: Box<str>,
        /// The position on disk.
        from: Offset,
        /// What came.
        records: Vec<Record>,
        /// The position behind it.
        to: Offset,
    },
    /// As [`Self::Position`]; and that the app knows that messages before those are missing.
    Told {
        /// The feed.
        feed: Box<str>,
        /// From there.
        from: Offset,
        /// To there.
        to: Offset,
    },
    /// [`crate::store::Store::unlock`].
    Unlock {
        /// The lock's name.
        name: &'static str,
    },
    /// [`crate::store::Store::untold`].
    Untold,
}

/// What the store said.
#[derive(Clone)]
#[non_exhaustive]
pub enum StoreAnswer {
    /// Whether what was there was of another.
    Belongs {
        /// It was.
        anew: bool,
    },
    /// It is done.
    Done,
    /// The new epoch.
    Epoch(u64),
    /// Writes that were let go.
    LetGo(Vec<WriteId>),
    /// Whether the lock was taken, and the value of its name.
    Locked {
        /// It was.
        taken: bool,
        /// The value, which may hold a secret.
        value: Option<Zeroizing<Vec<u8>>>,
    },
    /// How much longer the platform wishes to be left alone.
    Quiet(Duration),
    /// Items changed by a listing; where the feed stood elsewhere, it is [`Self::Taken`] instead, and nothing was changed.
    Replaced(Vec<Record>),
    /// Rows.
    Rows(Vec<Row>),
    /// What waits has new stamps; some of it has another id: the old one, and the one of now.
    Stamped(Vec<(WriteId, WriteId)>),
    /// What a page brought.
    Taken(Taken),
    /// There are rows, and none may be sent: they stand behind a conflict that is open.
    Unresolved,
    /// Writes that are done, and of which no feed has told.
    Untold(Vec<WriteId>),
}

/// What to do.
#[non_exhaustive]
pub enum Effect {
    /// Drop a request.
    Abort {
        /// Which.
        request: u64,
    },
    /// Another person signed in: what is shown, and messages that the app has not taken, are of the one before. Forget them.
    Anew,
    /// Show these items: they have changed, and are on disk.
    Changed {
        /// The items as the server told them; what is to be shown is in the store.
        records: Vec<Record>,
    },
    /// Hand messages of a feed to the app, and report [`Input::Delivered`] once it has them for good. Where other processes have the same
    /// store, report [`Input::Handing`] just before, and hand out what is not [`Self::Withdrawn`] then.
    Deliver {
        /// The feed.
        feed: Box<str>,
        /// JSON texts.
        messages: Vec<Box<str>>,
        /// To be reported.
        ticket: u64,
    },
    /// Make a request, and report its head, its bytes and its end.
    Http {
        /// Its number.
        request: u64,
        /// What to ask.
        http: HttpRequest,
    },
    /// Another process may have sent what is waited for: ask the store what became of it.
    LookAgain,
    /// A write that waits has another id from now on: whoever waits for it waits for that.
    SentAgain {
        /// Its id so far.
        id: WriteId,
        /// The one that it has now.
        now: WriteId,
    },
    /// Tell whoever waits what became of a write; it is on disk.
    Settled {
        /// The write.
        id: WriteId,
        /// What became of it.
        outcome: SendOutcome,
    },
    /// Messages of a feed that were not read yet are no longer kept: it goes on with what there is. How many they were is not known.
    Missed {
        /// The feed.
        feed: Box<str>,
    },
    /// Nobody is signed in any more.
    SignedOut,
    /// Something in [`Status`] changed.
    StatusChanged,
    /// Messages of a feed of records, or items of a listing, were none, and left out: damaged, or of a kind that this version does not know.
    Unreadable {
        /// How many.
        messages: usize,
    },
    /// Ask the store, and report [`Input::Stored`]. Commands are done in the order in which they were given.
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

impl fmt::Debug for StoreCommand {
    /// Shows what kind it is: some hold secrets, or what a person wrote.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Belong { .. } => "Belong",
            Self::Epoch => "Epoch",
            Self::KeepQuiet { .. } => "KeepQuiet",
            Self::Known { .. } => "Known",
            Self::Left { .. } => "Left",
            Self::LetGo { .. } => "LetGo",
            Self::Load { .. } => "Load",
            Self::Lock { .. } => "Lock",
            Self::Missed { .. } => "Missed",
            Self::Position { .. } => "Position",
            Self::Quiet => "Quiet",
            Self::Replace { .. } => "Replace",
            Self::SetValue { .. } => "SetValue",
            Self::Settle { .. } => "Settle",
            Self::StampAnew { .. } => "StampAnew",
            Self::Take { .. } => "Take",
            Self::Told { .. } => "Told",
            Self::Unlock { .. } => "Unlock",
            Self::ForgetUntold { .. } => "ForgetUntold",
            Self::Untold => "Untold",
        })
    }
}

impl fmt::Debug for StoreAnswer {
    /// Shows what kind it is: some hold secrets, or what a person wrote.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Belongs { .. } => "Belongs",
            Self::Done => "Done",
            Self::Epoch(_) => "Epoch",
            Self::LetGo(_) => "LetGo",
            Self::Locked { .. } => "Locked",
            Self::Quiet(_) => "Quiet",
            Self::Replaced(_) => "Replaced",
            Self::Rows(_) => "Rows",
            Self::Stamped(_) => "Stamped",
            Self::Taken(_) => "Taken",
            Self::Unresolved => "Unresolved",
            Self::Untold(_) => "Untold",
        })
    }
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

/// How a client stands. Nothing happens to it that does not show here.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[expect(clippy::struct_excessive_bools, reason = "each may be true whatever the others are")]
pub struct Status {
    /// Another process has signed somebody else in on the same file, which this one finds within 15 s while it is awake and has a network: it
    /// shows nothing, sends nothing and takes nothing, whatever else this says and also once this person has signed out here, until somebody
    /// signs in here, or that process signs this person in again. An engine does not see the file: of it this is false, and a client looks.
    pub another_person: bool,
    /// Tokens.
    pub auth: AuthState,
    /// Each feed.
    pub feeds: Vec<(Box<str>, FeedState)>,
    /// What waits to be sent.
    pub outbox: OutboxState,
    /// The server's time, once it is known.
    pub server_time: Option<Timestamp>,
    /// The store has failed since the start, and not because it was busy or full: what is on disk may be damaged. Writes are accepted as
    /// long as the store takes them, and tried again, but may never be sent: stop, and open the file anew with `open_or_salvage`.
    pub store_failed: bool,
    /// The disk had no room for what the client last wanted to write down, such as what became of writes or what a feed brought: it is tried
    /// again, and nothing is lost, but outcomes come and feeds go on only once there is room.
    pub store_full: bool,
    /// Somebody has signed out, and the platform does not know of it yet: it is told as soon as it can be reached.
    pub signing_out: bool,
}
