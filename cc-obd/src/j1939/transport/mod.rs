//! Messages of 9 to 1,785 bytes (SAE J1939-21, 5.10): announced, sent in packets of seven bytes, put together.
//!
//! To all nodes a message is broadcast (BAM): an announcement and packets 50 to 200 ms apart. To one node it is agreed on
//! (RTS and CTS): the receiver says how many packets may come, asks again for lost ones, and says when it has all.
//!
//! [`Receiver`] puts messages together, of all nodes of a bus at once, as a listener or as a node that answers;
//! [`Sender`] sends one at a time. Both decide and never act: they take frames and give frames, and time is an argument.
//!
//! # Examples
//!
//! ```
//! use core::time::Duration;
//! use cc_obd::j1939::{Pgn, transport::{Receiver, Sender}};
//!
//! let data: Vec<u8> = (0..20).collect();
//! let (mut engine, mut display) = (Sender::new(0x00), Receiver::node(0x28));
//! engine.start(6, Pgn::new(65_226)?, 0x28, &data)?;
//! let (mut now, mut received) = (Duration::ZERO, None);
//! while engine.is_sending() {
//!     while let Some(frame) = engine.poll(now)? {
//!         if let Some(message) = display.handle(now, &frame)? {
//!             received = Some(message.data.to_vec());
//!         }
//!     }
//!     while let Some(frame) = display.poll(now)? {
//!         engine.handle(now, &frame)?;
//!     }
//!     now += Duration::from_millis(10);
//! }
//! assert_eq!(received, Some(data));
//!
//! // Nobody answers: after 1.25 s the sender gives up, and says so on the bus.
//! engine.start(6, Pgn::new(65_226)?, 0x29, &[0; 20])?;
//! engine.poll(now)?;
//! now += Duration::from_millis(1251);
//! assert_eq!(engine.poll(now)?.unwrap().data()[..2], [255, 3]);
//! assert_eq!(engine.poll(now).unwrap_err().to_string(), "message 65226 of 00: timed out");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod control;
mod receiver;
mod sender;

use core::time::Duration;

use super::Pgn;

pub use control::{AbortReason, Control};
pub use receiver::Receiver;
pub use sender::Sender;

/// The longest message, in bytes: 255 packets of seven.
pub const LONGEST: usize = 1785;

/// The longest pause between packets.
const T1: Duration = Duration::from_millis(750);
/// How long a receiver waits for the first packet after it asked.
const T2: Duration = Duration::from_millis(1250);
/// How long a sender waits for an answer.
const T3: Duration = Duration::from_millis(1250);
/// How long a sender waits after it was told to hold.
const T4: Duration = Duration::from_millis(1050);
/// The pause between the packets of a broadcast.
const BROADCAST_PAUSE: Duration = Duration::from_millis(50);
/// How often packets are asked for again.
const RETRIES: u8 = 2;

/// Why a long message did not arrive or could not be sent.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("message {pgn} of {source_address:02X}: {fault}")]
pub struct TransportError {
    /// What the message was about.
    pub pgn: Pgn,
    /// Who sent it.
    pub source_address: u8,
    /// What went wrong.
    pub fault: TransportFault,
}

/// What went wrong with a long message.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum TransportFault {
    /// One side gave up.
    #[error("aborted: {0}")]
    Aborted(AbortReason),
    /// A message is already being sent.
    #[error("another message is being sent")]
    Busy,
    /// A frame of the protocol is damaged.
    #[error("{0}")]
    Control(super::MessageError),
    /// Nothing more came of it: the input ended.
    #[error("ended after {have} of {packets} packets")]
    Ended {
        /// Packets received.
        have: u8,
        /// Packets announced.
        packets: u8,
    },
    /// Another message of the same sender began before this one was whole.
    #[error("interrupted after {have} of {packets} packets")]
    Interrupted {
        /// Packets received.
        have: u8,
        /// Packets announced.
        packets: u8,
    },
    /// A packet of a broadcast is missing or stands in the wrong place: nobody can ask for it again.
    #[error("expected packet {expected}, found {found}")]
    Sequence {
        /// The packet due.
        expected: u8,
        /// The one that came.
        found: u8,
    },
    /// The sender went silent in the middle.
    #[error("timed out after {have} of {packets} packets")]
    Silent {
        /// Packets received.
        have: u8,
        /// Packets announced.
        packets: u8,
    },
    /// No message can have this size.
    #[error("{bytes} bytes, a message has at most {most}", most = LONGEST)]
    Size {
        /// How many bytes.
        bytes: usize,
    },
    /// Nobody answered the sender.
    #[error("timed out")]
    Timeout,
}
