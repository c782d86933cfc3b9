//! What goes wrong on a simulated day, and what the day came to.

use std::collections::BTreeMap;

/// Faults of a simulated day. Each number is one chance in so many; 0 means never.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Faults {
    /// A request does not arrive.
    pub drop_request: u64,
    /// An answer does not arrive.
    pub drop_answer: u64,
    /// A request arrives twice.
    pub duplicate: u64,
    /// An answer breaks off.
    pub break_off: u64,
    /// A request or an answer takes so long that later ones overtake it.
    pub delay: u64,
    /// An answer comes one byte a second, and does not end.
    pub drip: u64,
    /// A stream falls silent without being closed.
    pub half_open: u64,
    /// The client is killed while it commits: just before, or right after.
    pub crash: u64,
    /// The disk is full.
    pub disk_full: u64,
    /// The platform answers 503, with or without `Retry-After`.
    pub unavailable: u64,
    /// A page of a captive portal answers, or JSON of a gateway.
    pub portal: u64,
    /// A proxy on the way takes small requests only.
    pub small: u64,
    /// The app writes more than the platform takes.
    pub large: u64,
}

impl Default for Faults {
    fn default() -> Self {
        Self {
            drop_request: 12,
            drop_answer: 12,
            duplicate: 15,
            break_off: 15,
            delay: 25,
            drip: 60,
            half_open: 20,
            crash: 60,
            disk_full: 80,
            unavailable: 25,
            portal: 60,
            small: 20,
            large: 100,
        }
    }
}

/// A mistake made on purpose, as a client or a platform could make it. A simulated day must find each of
/// them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Flaw {
    /// The platform does a write again when it arrives again.
    ForgetfulPlatform,
    /// A restart forgets that the app is to be told of a gap.
    ForgetsGap,
    /// A restart forgets that the platform wishes to be left alone.
    ForgetsQuiet,
    /// Writes are dropped when their answer is lost.
    GivesUp,
    /// Requests are sent before the platform's `Retry-After` is over.
    IgnoresRetryAfter,
    /// A write gets a new id each time it is sent.
    NewIdEachTry,
    /// A feed's position is stored before its messages, not with them.
    PositionFirst,
    /// A second token refresh begins while one is under way.
    SecondRefresh,
    /// Messages count as read before the app has them.
    TakesUnread,
    /// The store says that something is on disk before it is.
    Unsynced,
}

impl Flaw {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::ForgetfulPlatform,
        Self::ForgetsGap,
        Self::ForgetsQuiet,
        Self::GivesUp,
        Self::IgnoresRetryAfter,
        Self::NewIdEachTry,
        Self::PositionFirst,
        Self::SecondRefresh,
        Self::TakesUnread,
        Self::Unsynced,
    ];
}

/// A mistake made on purpose, as processes on one file, or their platform, could make it. A simulated hour
/// must find each of them.
#[cfg(feature = "tokio")]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum SiblingFlaw {
    /// A process's commands to the store are done whoever the store belongs to by then.
    AsksForAnybody,
    /// A wait that another process was told of is ignored.
    DeafToOthers,
    /// The platform does a write again when it arrives again.
    ForgetfulPlatform,
    /// An app is not told that items have changed.
    ForgetsToShow,
    /// Messages are handed out without a look whether another process has taken them.
    GivesWithoutALook,
    /// A kept write in a conflict claims a version that nobody has seen.
    KeepsMineUnseen,
    /// Messages that wait for the app are given to whoever signs in next.
    KeepsUnread,
    /// Items are read whoever they belong to.
    ReadsForAnybody,
    /// Each process takes the shared lock though another has it.
    SecondRefresh,
    /// Messages count as read before an app has them.
    TakesUnread,
    /// A change of an item is told again.
    TellsTwice,
}

#[cfg(feature = "tokio")]
impl SiblingFlaw {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::AsksForAnybody,
        Self::DeafToOthers,
        Self::ForgetfulPlatform,
        Self::ForgetsToShow,
        Self::GivesWithoutALook,
        Self::KeepsMineUnseen,
        Self::KeepsUnread,
        Self::ReadsForAnybody,
        Self::SecondRefresh,
        Self::TakesUnread,
        Self::TellsTwice,
    ];
}

/// What happened on one simulated day, or on several.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Report {
    /// Writes that were accepted.
    pub accepted: u64,
    /// Times the client was killed.
    pub crashes: u64,
    /// Times everything was listed anew.
    pub listings: u64,
    /// Messages that the app was given.
    pub messages: u64,
    /// Requests that arrived.
    pub requests: u64,
    /// What went wrong, and how often.
    pub struck: BTreeMap<&'static str, u64>,
    /// Tokens that were given out.
    pub tokens: u64,
}

impl Report {
    /// Adds another day.
    pub fn add(&mut self, other: &Self) {
        let Self { accepted, crashes, listings, messages, requests, struck, tokens } = other;
        self.accepted += accepted;
        self.crashes += crashes;
        self.listings += listings;
        self.messages += messages;
        self.requests += requests;
        self.tokens += tokens;
        for (name, times) in struck {
            *self.struck.entry(name).or_default() += times;
        }
    }
}
