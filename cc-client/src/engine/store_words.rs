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
    /// [`crate::store::Store::belong`]. In the same commit it sets which sessions open the store: this one,
    /// and those already known to be of this person.
    Belong {
        /// The person.
        principal: Box<str>,
        /// The digest of the session that the platform confirmed.
        session: [u8; 32],
    },
    /// [`crate::store::Store::forget_untold`], if the feed has been read up to `end`.
    ForgetUntold {
        /// The feed.
        feed: Box<str>,
        /// The end of the feed at that time.
        end: Offset,
        /// The writes.
        writes: Vec<WriteId>,
    },
    /// Counts up the value `epoch`: which start of this outbox, or which taking back of its lane, it is.
    Epoch,
    /// Remembers until when the platform wishes to be left alone, and for how long. A longer wish from before
    /// stays, whichever process heard it. The answer is [`StoreAnswer::Quiet`].
    KeepQuiet {
        /// How much longer, in milliseconds.
        millis: i64,
    },
    /// Remembers a wish to be left alone that may not be the platform's: this process does not know yet. It
    /// is for the other processes, and for the next start if this process ends before it knows. It replaces
    /// what this process kept so before; zero milliseconds remove that.
    KeepDoubt {
        /// How much longer, in milliseconds.
        millis: i64,
    },
    /// Somebody signed out of a session. If it opens the store, no session opens it any more until the
    /// platform says whose one is. What nobody will ever send after that is let go, as by [`Self::LetGo`],
    /// which is also the answer.
    Left {
        /// The digest of the session.
        session: [u8; 32],
    },
    /// Settles writes that nobody will ever send: those set aside under that session, and all that wait in a
    /// store that was signed out of before its person was known.
    LetGo {
        /// The digest of a session that has ended before the platform said whose it was.
        session: Option<[u8; 32]>,
    },
    /// Somebody signs in, and this process takes the session for known, or the store for nobody's. The store
    /// knows best. If it knows the session, it is no longer hidden because somebody else was here. If it is
    /// nobody's, it becomes that session's. Otherwise it stays as it is.
    Known {
        /// The digest of the session.
        session: [u8; 32],
    },
    /// [`crate::store::Store::waiting`].
    Load {
        /// The most rows.
        rows: u32,
        /// The most bytes in all.
        bytes: u32,
        /// Without the writes of these items.
        left_out: LeftOut,
    },
    /// [`crate::store::Store::lock`] for so many milliseconds; it also reads the value of that name.
    Lock {
        /// The lock's name, and the value's.
        name: &'static str,
        /// How long.
        millis: i64,
    },
    /// Remembers that a feed has a gap, and that it is read from its beginning.
    Missed {
        /// The feed.
        feed: Box<str>,
        /// The position on disk so far.
        from: Offset,
    },
    /// Remembers how far a feed of messages was taken. If several processes take from it, the position is
    /// that of the one that is furthest ahead. If one of them has begun anew, nothing is changed.
    Position {
        /// The feed.
        feed: Box<str>,
        /// The position before these messages.
        from: Offset,
        /// The position behind them.
        to: Offset,
    },
    /// Reads how much longer the platform wishes to be left alone, whichever process it told. It is a small
    /// read, done before anything is sent.
    Quiet,
    /// [`crate::store::Store::replace`], if the feed stands at `from`. If not, another process has read on
    /// meanwhile, which is newer than the listing.
    Replace {
        /// The feed.
        feed: Box<str>,
        /// The position on disk.
        from: Offset,
        /// Every item.
        records: Vec<Record>,
        /// The writes that were done before the listing was asked for:
        /// [`crate::store::Store::forget_untold`].
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
    /// [`crate::store::Store::stamp_anew`]. Some rows also get another id, since the platform may remember
    /// the old stamp under the old one.
    StampAnew {
        /// Later stamps are refused.
        latest: Stamp,
        /// The first new one.
        first: Stamp,
        /// These rows, each with its new id.
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
    /// As [`Self::Position`]; and the app knows now of the gap before these messages.
    Told {
        /// The feed.
        feed: Box<str>,
        /// The position before these messages.
        from: Offset,
        /// The position behind them.
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
    /// The store belongs to that person.
    Belongs {
        /// Whether something in it belonged to another.
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
        /// Whether it was taken.
        taken: bool,
        /// The value, which may hold a secret.
        value: Option<Zeroizing<Vec<u8>>>,
    },
    /// How much longer the platform is to be left alone.
    Quiet {
        /// How long it wishes that.
        left: Duration,
        /// How long it may wish that, by what another process heard; zero if that was not asked for.
        doubt: Duration,
    },
    /// The items that a listing changed. If the feed stood elsewhere, the answer is [`Self::Taken`] instead,
    /// and nothing was changed.
    Replaced(Vec<Record>),
    /// Rows.
    Rows(Vec<Row>),
    /// Waiting writes have new stamps. Some also have a new id: old and new.
    Stamped(Vec<(WriteId, WriteId)>),
    /// What storing a page did.
    Taken(Taken),
    /// There are rows, but none may be sent: all are behind an open conflict.
    Unresolved,
    /// Done writes of which no feed has told.
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
