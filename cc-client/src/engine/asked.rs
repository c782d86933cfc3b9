//! What is under way: requests that the platform has not answered, and commands that the store has not done.

use std::time::Duration;

use cc_core::Timestamp;
use zeroize::Zeroizing;

use super::quiet::Wish;
use super::{HttpHead, StoreCommand};
use crate::decide::{AuthLoss, SendOutcome};
use crate::{Mono, Offset, WriteId};

/// A request under way.
pub(super) struct Asked {
    pub(super) what: Asking,
    pub(super) at: Mono,
    /// How long it may take to send.
    pub(super) upload: Duration,
    pub(super) head: Option<HttpHead>,
    /// When the answer was made, by its own word, and when that came.
    pub(super) date: Option<(Timestamp, Mono)>,
    /// That of a token is a secret.
    pub(super) body: Zeroizing<Vec<u8>>,
    /// To be left alone.
    pub(super) wish: Option<Wish>,
    /// Somebody else answered, or nobody did, and why.
    pub(super) loss: Option<AuthLoss>,
}

pub(super) enum Asking {
    Feed { feed: Box<str>, connection: u64, token: u64 },
    Listing { token: u64 },
    Outbox { token: u64 },
    SignOut,
    Token,
}

/// How many kinds of requests there are.
pub(super) const KINDS: usize = 5;

impl Asking {
    /// What is asked, as a number below [`KINDS`].
    pub(super) fn kind(&self) -> usize {
        match self {
            Self::Feed { .. } => 0,
            Self::Listing { .. } => 1,
            Self::Outbox { .. } => 2,
            Self::SignOut => 3,
            Self::Token => 4,
        }
    }

    /// The number of the token that it is asked with.
    pub(super) fn token(&mut self) -> Option<&mut u64> {
        match self {
            Self::Feed { token, .. } | Self::Listing { token } | Self::Outbox { token } => Some(token),
            Self::SignOut | Self::Token => None,
        }
    }
}

/// What the store was asked.
pub(super) enum Ticket {
    Belong,
    /// A feed of messages begins anew.
    Anew {
        feed: Box<str>,
        /// Messages that nobody here has read are gone.
        is_gap: bool,
    },
    Deliver {
        feed: Box<str>,
        from: Offset,
        to: Offset,
        /// They are the first behind a gap.
        tells: bool,
    },
    Epoch,
    /// Who came or left is to be on disk; so often had somebody signed in when that was asked.
    Keep {
        command: StoreCommand,
        turn: u64,
    },
    /// What may be the platform's wish is to be on disk.
    KeepDoubt,
    /// The wish to be left alone is to be on disk.
    KeepQuiet,
    Load,
    Lock,
    Look,
    Nothing,
    Position {
        feed: Box<str>,
        to: Offset,
    },
    Quiet,
    Replace {
        feed: Box<str>,
        to: Offset,
    },
    Settle {
        told: Vec<(WriteId, SendOutcome)>,
    },
    StampAnew,
    Take {
        feed: Box<str>,
        to: Offset,
    },
    /// The app was told of a gap.
    Told {
        feed: Box<str>,
        to: Offset,
    },
    Untold {
        connection: u64,
    },
    /// Before a listing is asked for.
    UntoldBefore {
        listing: u64,
    },
    ForgetUntold {
        connection: u64,
    },
}

impl Ticket {
    /// Whether something is written down for it, so that there is room where it is done.
    pub(super) fn writes(&self) -> bool {
        match self {
            Self::Deliver { .. }
            | Self::Keep { command: StoreCommand::Known { .. } | StoreCommand::LetGo { .. }, .. }
            | Self::Load
            | Self::Look
            | Self::Nothing
            | Self::Quiet
            | Self::Untold { .. }
            | Self::UntoldBefore { .. } => false,
            Self::Anew { .. }
            | Self::Belong
            | Self::Epoch
            | Self::ForgetUntold { .. }
            | Self::Keep { .. }
            | Self::KeepDoubt
            | Self::KeepQuiet
            | Self::Lock
            | Self::Position { .. }
            | Self::Replace { .. }
            | Self::Settle { .. }
            | Self::StampAnew
            | Self::Take { .. }
            | Self::Told { .. } => true,
        }
    }
}
