//! The network of trucks, buses and machines (SAE J1939): 29-bit CAN identifiers, messages and their parameters.
//!
//! In a car a tester asks and one ECU answers. In a truck everyone talks all the time: each message has a number, its
//! *parameter group* ([`Pgn`]), and the address of who sent it; the parameters in it have numbers too (*suspect
//! parameter numbers*, SPN), and a fault names the parameter and the way it failed ([`cc_core::J1939Dtc`]).
//!
//! - [`Id`]: the identifier of a frame: priority, group, source, destination (J1939-21, 5.2);
//! - [`transport`]: messages of up to 1,785 bytes, broadcast or to one node (J1939-21, 5.10);
//! - [`Request`], [`Acknowledgement`] (J1939-21, 5.4), [`Name`] (J1939-81): how nodes ask, refuse and introduce themselves;
//! - [`DiagnosticMessage`]: DM1 and its kin (J1939-73): [`CodeList`], [`Lamps`], [`FreezeFrames`], [`Readiness`] …
//! - [`spn`]: the parameters of the common groups (J1939-71), from a table.
//!
//! Everything reads in place: no allocation per frame or message.
//!
//! # Examples
//!
//! ```
//! use core::time::Duration;
//! use cc_obd::frame::{CanFrame, CanId};
//! use cc_obd::j1939::{CodeList, DiagnosticMessage, transport::Receiver};
//!
//! let frame = CanFrame::new(CanId::extended(0x18FE_CA00)?, &[0x04, 0xFF, 0xB8, 0x04, 0x0A, 0x03, 0xFF, 0xFF])?;
//! let mut receiver = Receiver::listener();
//! let message = receiver.handle(Duration::ZERO, &frame)?.unwrap();
//! assert_eq!(DiagnosticMessage::of(message.pgn), Some(DiagnosticMessage::Dm1));
//! let list = CodeList::parse(message.data)?;
//! let code = list.iter().next().unwrap();
//! assert_eq!(code.dtc(None).unwrap().to_string(), "SPN 1208 FMI 10");
//! assert_eq!(code.occurrences(), Some(3));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod code;
mod code_list;
mod counts;
mod dm;
mod freeze_frame;
mod id;
mod lamps;
mod name;
mod network;
mod readiness;
pub mod spn;

mod support;
pub mod transport;

pub use code::{CodeRecord, SpnConversion};
pub use code_list::CodeList;
pub use counts::{CodeCounts, DistanceAndTime};
pub use dm::DiagnosticMessage;
pub use freeze_frame::{FreezeFrame, FreezeFrames};
pub use id::{GLOBAL_ADDRESS, Id, IdError, NULL_ADDRESS, Pgn};
pub use lamps::{LampState, Lamps};
pub use name::Name;
pub use network::{Acknowledgement, AcknowledgementControl, Message, Request};
pub use readiness::{Readiness, ReadinessMonitor, TripReadiness};
pub use support::{PerformanceRatio, PerformanceRatios, SupportedSpn, SupportedSpns};

/// The part of a message that could not be read.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Part {
    /// The control byte of an acknowledgement or of the transport protocol.
    Control,
    /// A trouble code.
    Code,
    /// The counters of a diagnostic message.
    Counts,
    /// A freeze frame.
    FreezeFrame,
    /// The lamps.
    Lamps,
    /// The NAME of a node.
    Name,
    /// A parameter group number.
    Pgn,
    /// A performance ratio.
    Ratio,
    /// The state of the monitors.
    Readiness,
    /// The size or the number of packets of a long message.
    Size,
    /// A parameter that the node supports.
    Spn,
    /// The vehicle identification number.
    Vin,
}

impl core::fmt::Display for Part {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Control => "control byte",
            Self::Code => "code",
            Self::Counts => "counts",
            Self::FreezeFrame => "freeze frame",
            Self::Lamps => "lamps",
            Self::Name => "name",
            Self::Pgn => "parameter group number",
            Self::Ratio => "performance ratio",
            Self::Readiness => "monitors",
            Self::Size => "size",
            Self::Spn => "suspect parameter number",
            Self::Vin => "VIN",
        })
    }
}

/// Why the data of a message cannot be read. Offsets count from the first byte of the message.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum MessageError {
    /// A part has a value that the standard does not know.
    #[error("{part} invalid at offset {offset}")]
    Invalid {
        /// The part concerned.
        part: Part,
        /// Where it starts.
        offset: usize,
    },
    /// The message ends too early.
    #[error("{part} cut short at offset {offset}")]
    Truncated {
        /// The part concerned.
        part: Part,
        /// Where it starts.
        offset: usize,
    },
}

/// The bytes from `offset` on, as many as wanted.
fn array<const N: usize>(data: &[u8], offset: usize, part: Part) -> Result<[u8; N], MessageError> {
    data.get(offset..)
        .and_then(|rest| rest.first_chunk())
        .copied()
        .ok_or(MessageError::Truncated { part, offset })
}

/// Whether the bytes are what short messages are filled with.
fn is_filler(bytes: &[u8]) -> bool {
    bytes.iter().all(|&byte| byte == 0xFF) || bytes.iter().all(|&byte| byte == 0)
}
