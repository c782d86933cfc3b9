//! What an engine asks of its store, and what that says.

use std::fmt;
use std::time::Duration;

use zeroize::Zeroizing;

use crate::store::{LeftOut, Record, Row, Settled, Taken};
use crate::{Offset, Stamp, WriteId};

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
    /// [`crate::store::Store::forget_untold`], if the feed has come so far.
    ForgetUntold {
        /// The feed.
        feed: Box<str>,
        /// Where it came to its end.
        end: Offset,
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
    /// Remembers until when a wish to be left alone holds of which this process does not know yet whether it is the platform's: for the other
    /// processes, and for the next start where this one ends before it knows. It takes the place of what this process kept so before; after
    /// zero milliseconds nothing of it is kept.
    KeepDoubt {
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
    /// How long the platform wishes to be left alone, whichever process it told: reads little, and is done before anything is sent.
    Quiet,
    /// [`crate::store::Store::replace`], if the feed stands at `from`: what another process has read meanwhile is newer than a listing.
    Replace {
        /// The feed.
        feed: Box<str>,
        /// The position on disk.
        from: Offset,
        /// Every item.
        records: Vec<Record>,
        /// The writes that were done before it was asked for: [`crate::store::Store::forget_untold`].
        done: Vec<WriteId>,
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
    /// How much longer the platform is to be left alone.
    Quiet {
        /// It wishes that.
        left: Duration,
        /// It may wish that, by what another process was told; none where it was not asked for.
        doubt: Duration,
    },
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

#[cfg(feature = "tokio")]
impl StoreCommand {
    /// Whether it is about a wish to be left alone: it passes what waits to be written.
    pub(crate) fn is_wish(&self) -> bool {
        matches!(self, Self::KeepDoubt { .. } | Self::KeepQuiet { .. })
    }
}

impl fmt::Debug for StoreCommand {
    /// Shows what kind it is: some hold secrets, or what a person wrote.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Belong { .. } => "Belong",
            Self::Epoch => "Epoch",
            Self::ForgetUntold { .. } => "ForgetUntold",
            Self::KeepDoubt { .. } => "KeepDoubt",
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
            Self::Quiet { .. } => "Quiet",
            Self::Replaced(_) => "Replaced",
            Self::Rows(_) => "Rows",
            Self::Stamped(_) => "Stamped",
            Self::Taken(_) => "Taken",
            Self::Unresolved => "Unresolved",
            Self::Untold(_) => "Untold",
        })
    }
}
