//! What a client decides, as pure state machines: each is given the time and what happened, and says what to do.

use std::time::Duration;

mod auth;
mod backoff;
mod budget;
mod feed;
mod outbox;
pub(crate) mod progress;

pub use auth::{AuthEffect, AuthInput, AuthLoss, AuthMachine, AuthState, TokenUse};
pub use backoff::Backoff;
pub use budget::RetryBudget;
pub(crate) use feed::REFUSAL;
pub use feed::{
    FeedConfig, FeedEffect, FeedHead, FeedInput, FeedMachine, FeedRequest, FeedState, Live, Loss,
};
pub use outbox::{OutboxConfig, OutboxEffect, OutboxInput, OutboxMachine, OutboxState, SendOutcome};

/// So long what was asked for is waited for, where the network may be another by now: systems tell of it also where it is the same.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);
/// A platform that has much to do answers later than that: it is not asked again and again because a system speaks.
pub(crate) const SELDOM: Duration = Duration::from_secs(60);
