//! ISO-TP (ISO 15765-2): CAN frames to messages.
//!
//! [`Reassembler`] follows one sender; [`Network`] keeps one for each sender, so that answers of several ECUs may
//! interleave. Errors are typed, never end another sender's message, and leave the reassembler ready for the next.

mod network;
mod pci;
mod reassembler;

pub use network::{MessageRef, Network, Source};
pub use pci::Pci;
pub use reassembler::{Addressing, DEFAULT_LIMIT, Reassembler};

/// Why a frame does not continue or complete a message.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum IsoTpError {
    /// The frame has no byte that says what it is.
    #[error("empty frame")]
    Empty,
    /// A first frame has fewer than 8 bytes, or a length that would have fitted a single frame.
    #[error("not a valid first frame")]
    FirstFrame,
    /// A new message began before the last one was complete; the new one is being received.
    #[error("message broken off after {have} of {length} bytes")]
    Interrupted {
        /// Bytes received.
        have: usize,
        /// Bytes announced.
        length: usize,
    },
    /// The announced length is over the limit.
    #[error("message of {length} bytes is over the limit of {limit}")]
    OverLimit {
        /// Bytes announced.
        length: usize,
        /// The limit of this reassembler.
        limit: usize,
    },
    /// The type of the frame is reserved.
    #[error("reserved frame type {0:x}")]
    ReservedType(u8),
    /// A consecutive frame is missing or stands twice; the message is dropped.
    #[error("expected consecutive frame {expected}, found {found}")]
    Sequence {
        /// The number due, 0 to 15.
        expected: u8,
        /// The number found.
        found: u8,
    },
    /// A single frame's length is zero or more than the frame holds.
    #[error("single frame says {stated} bytes, holds {found}")]
    SingleFrame {
        /// The length it states.
        stated: usize,
        /// The bytes behind the length.
        found: usize,
    },
    /// A consecutive frame came without a first one.
    #[error("consecutive frame without a first one")]
    Stray,
    /// More senders than one network follows.
    #[error("more than {limit} senders")]
    TooManySenders {
        /// The limit.
        limit: usize,
    },
    /// The input ended, or the answer did, before the message was complete.
    #[error("message ended after {have} of {length} bytes")]
    Unfinished {
        /// Bytes received.
        have: usize,
        /// Bytes announced.
        length: usize,
    },
}
