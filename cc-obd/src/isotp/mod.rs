//! ISO-TP (ISO 15765-2): CAN frames to messages.
//!
//! A CAN frame carries 8 bytes, a VIN has 17: ISO-TP cuts a message into frames, and lets the receiver set the pace.
//!
//! To listen: [`Reassembler`] follows one sender; [`Network`] keeps one for each sender, so that answers of several ECUs
//! may interleave. Errors are typed, never end another sender's message, and leave the reassembler ready for the next.
//! A message that begins in the middle of another one of its sender ends that, and says so.
//! To take part: a [`Channel`] sends and receives the messages of one conversation, with flow control and timeouts; it
//! is made of a [`Sender`] and a [`Receiver`].

mod address;
mod channel;
mod flow;
mod network;
mod pci;
mod reassembler;
mod receiver;
mod sender;

pub use address::{Address, FrameSize};
pub use channel::Channel;
pub use flow::{FlowStatus, Options, SeparationTime};
pub use network::{MessageRef, Network, Source};
pub use pci::Pci;
pub use reassembler::{Addressing, DEFAULT_LIMIT, Reassembler};
pub use receiver::Receiver;
pub use sender::Sender;

/// Why frames do not make a message, or a message was given up.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum IsoTpError {
    /// A message is still being sent.
    #[error("a message is still being sent")]
    Busy,
    /// A consecutive frame is longer than the first one of its message; the message is dropped.
    #[error("consecutive frame of {found} bytes, the first one had {expected}")]
    ConsecutiveLength {
        /// The bytes behind the control byte that the first frame had room for.
        expected: usize,
        /// The bytes found there.
        found: usize,
    },
    /// The frame has no byte that says what it is.
    #[error("empty frame")]
    Empty,
    /// A message without bytes cannot be sent.
    #[error("empty message")]
    EmptyMessage,
    /// A first frame does not fill its CAN frame of 8 bytes or more, or says a length that would have fitted a single frame.
    #[error("not a valid first frame")]
    FirstFrame,
    /// Flow control has three bytes.
    #[error("flow control of {found} bytes, expected 3")]
    FlowControl {
        /// The bytes found.
        found: usize,
    },
    /// The receiver said nothing after a block of frames (`N_Bs`); the message is given up.
    #[error("no flow control after {sent} of {length} bytes")]
    FlowTimeout {
        /// Bytes sent.
        sent: usize,
        /// Bytes of the message.
        length: usize,
    },
    /// CAN has no frames of this length.
    #[error("{bytes} is not a length of CAN FD frames: 8, 12, 16, 20, 24, 32, 48 or 64")]
    FrameLength {
        /// The length asked for.
        bytes: u8,
    },
    /// The next frame did not come in time (`N_Cr`); the message is dropped.
    #[error("no frame after {have} of {length} bytes")]
    FrameTimeout {
        /// Bytes received.
        have: usize,
        /// Bytes announced.
        length: usize,
    },
    /// A new message of the same sender began before the last one was complete: the last one is dropped, the new one
    /// received (ISO 15765-2:2016, 9.8.3).
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
    /// The receiver has no room for the message.
    #[error("the receiver refused a message of {length} bytes")]
    Refused {
        /// Bytes of the message.
        length: usize,
    },
    /// The flow status is reserved; the message is given up.
    #[error("reserved flow status {0:x}")]
    ReservedFlow(u8),
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
    /// "Wait" was said too often (`N_WFTmax`); the message is given up.
    #[error("more than {limit} times wait")]
    TooManyWaits {
        /// The limit.
        limit: u8,
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
