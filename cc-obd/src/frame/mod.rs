//! Frames as they stand in text: CAN (11 and 29 bit, FD), K-line and J1850.
//!
//! Each frame knows who sent it. [`ElmLine`] reads the lines of an adapter and plain hexadecimal lines,
//! [`CandumpLine`] the formats of SocketCAN's `candump`, [`SlcanLine`] those of serial CAN adapters, [`AscLog`] the logs of
//! Vector's tools, [`CsvLog`] the tables of loggers; [`LegacyFrame`] checks K-line sums and J1850 CRCs.

mod asc;
mod can;
mod candump;
mod csv;
mod csv_header;
mod elm_line;
pub(crate) mod legacy;
mod log_frame;
pub(crate) mod log_line;
mod slcan;

pub use asc::AscLog;
pub use can::{CanFrame, CanId};
pub use candump::{CandumpLine, Interface};
pub use csv::CsvLog;
pub use elm_line::{ElmLine, HeaderStyle, Payload};
pub use legacy::{LegacyCheck, LegacyFrame};
pub use log_frame::LogFrame;
pub use slcan::SlcanLine;

/// Why a line is not a frame. Offsets count bytes from the start of the line.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum FrameError {
    /// The checksum (K-line) or CRC (J1850) does not match the bytes before it.
    #[error("wrong checksum: expected {expected:02x}, found {found:02x}")]
    Checksum {
        /// What the bytes call for: a K-line sum, or a CRC under the header of J1850 PWM (`41 6B`).
        expected: u8,
        /// What stands there.
        found: u8,
    },
    /// A digit stands alone: half of a byte is missing.
    #[error("half a byte is missing")]
    HalfByte,
    /// The identifier does not fit into 11 or 29 bits.
    #[error("identifier wider than {bits} bits")]
    IdTooWide {
        /// 11 or 29.
        bits: u8,
    },
    /// The stated data length and the data differ.
    #[error("length says {stated} bytes, found {found}")]
    LengthMismatch {
        /// What the line says.
        stated: usize,
        /// How many bytes there are.
        found: usize,
    },
    /// The header of a table names no column for what every frame has.
    #[error("the table has no column of {what}")]
    MissingColumn {
        /// What is missing.
        what: &'static str,
    },
    /// A number where a byte belongs is above 255.
    #[error("more than a byte at offset {offset}")]
    NotAByte {
        /// Where in the line.
        offset: usize,
    },
    /// What stands where the identifier belongs is none: it has three or eight hexadecimal digits.
    #[error("not an identifier at offset {offset}")]
    NotAnId {
        /// Where in the line: the first wrong character, or where the identifier begins.
        offset: usize,
    },
    /// A time or a length is not a number.
    #[error("not a number at offset {offset}")]
    NotANumber {
        /// Where in the line.
        offset: usize,
    },
    /// A character is not a hexadecimal digit.
    #[error("not a hexadecimal digit at offset {offset}")]
    NotHex {
        /// Where in the line.
        offset: usize,
    },
    /// More bytes than a frame of this kind carries: often two frames glued onto one line.
    #[error("{found} data bytes, a frame carries at most {most}")]
    TooLong {
        /// How many bytes stand there.
        found: usize,
        /// How many fit.
        most: usize,
    },
    /// Fewer bytes than the smallest frame of this kind.
    #[error("{found} bytes, a frame has at least {least}")]
    TooShort {
        /// How many bytes stand there.
        found: usize,
        /// How many are needed.
        least: usize,
    },
    /// The line has none of the known shapes.
    #[error("not a frame in a known format")]
    UnknownShape,
}

impl FrameError {
    /// The error of a part of a line that has so many bytes before it.
    pub(crate) fn behind(self, before: usize) -> Self {
        match self {
            Self::NotAByte { offset } => Self::NotAByte { offset: before + offset },
            Self::NotANumber { offset } => Self::NotANumber { offset: before + offset },
            Self::NotAnId { offset } => Self::NotAnId { offset: before + offset },
            Self::NotHex { offset } => Self::NotHex { offset: before + offset },
            other => other,
        }
    }
}
