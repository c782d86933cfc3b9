//! How a session goes about it.

use core::time::Duration;

use cc_core::Timestamp;

use super::BusProtocol;

/// How a session goes about it. The defaults suit a car that nothing is known of.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionOptions {
    /// The instant of [`Duration::ZERO`]: items are stamped with this plus the time of their last byte.
    pub epoch: Timestamp,
    /// The protocol of last time, tried first: a search takes seconds.
    pub protocol: Option<BusProtocol>,
    /// How soon the car is tried again after nobody answered. The pause doubles with each try, up to eight times this.
    /// One that answered a moment ago is asked five times on its own protocol first, each a fifth of this later.
    pub retry: Duration,
    /// Whether [`Output::Transcript`](super::Output::Transcript) is given: the dialogue as
    /// [`capture`](crate::capture) reads it.
    pub transcript: bool,
    /// Whether several parameters may be asked for in one request, where the car turns out to answer that.
    pub batches: bool,
    /// How long the answer to a usual request may take.
    pub patience: Duration,
}

impl Default for SessionOptions {
    fn default() -> Self {
        Self {
            epoch: Timestamp::UNIX_EPOCH,
            protocol: None,
            retry: Duration::from_secs(5),
            transcript: false,
            batches: true,
            patience: Duration::from_secs(5),
        }
    }
}
