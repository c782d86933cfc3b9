//! Sync and streaming: what the client decides, without a socket, a clock or a thread.
//!
//! This crate is young. It holds the first decisions of the upload side, each a pure state machine that is given the
//! time and a random number and says what to do: [`Uploader`], when to send which waiting events, and [`Backoff`], how
//! long to wait after a failure. What waits is held in memory only; a durable outbox, feeds and transports build on
//! this.

mod backoff;
mod uploader;

pub use backoff::Backoff;
pub use uploader::{Input, Output, UploadFailure, Uploader};
