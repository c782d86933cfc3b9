//! What a client decides, as pure state machines. Each is given the time and what happened, and says what to
//! do.

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
pub(crate) use feed::{FIRST_WORD, REFUSAL};
pub use feed::{
    FeedConfig, FeedEffect, FeedHead, FeedInput, FeedMachine, FeedRequest, FeedState, Live, Loss,
};
pub use outbox::{OutboxConfig, OutboxEffect, OutboxInput, OutboxMachine, OutboxState, SendOutcome};

/// So long what was asked for is waited for, where the network may be another by now: systems tell of it also where it is the same.
const PATIENCE: Duration = Duration::from_secs(5);

/// The same of what was given up like that so often, and has had no answer since: a platform that has much to do is not asked again and again
/// because a system speaks.
pub(crate) fn patience(given_up: u32) -> Duration {
    PATIENCE * 2_u32.saturating_pow(given_up.min(3))
}
