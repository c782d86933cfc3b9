//! What a client decides, as pure state machines: each is given the time and what happened, and says what to do.

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
