//! Connection management: TP.CM (SAE J1939-21, 5.10).

use core::fmt;

use super::super::network::frame;
use super::super::{Id, MessageError, Part, Pgn, array};
use super::LONGEST;
use crate::frame::CanFrame;

/// Why one side of a transfer gave up (SAE J1939-21, table 7).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct AbortReason(pub u8);

impl AbortReason {
    /// The node is in another transfer.
    pub const BUSY: Self = Self(1);
    /// The node needs its memory for something else.
    pub const RESOURCES: Self = Self(2);
    /// The other side went silent.
    pub const TIMEOUT: Self = Self(3);
    /// Packets were asked for while packets came.
    pub const CTS_WHILE_SENDING: Self = Self(4);
    /// Packets were asked for again too often.
    pub const RETRANSMISSIONS: Self = Self(5);
    /// A packet came that nobody asked for.
    pub const UNEXPECTED_PACKET: Self = Self(6);
    /// A packet has a number that cannot be.
    pub const BAD_SEQUENCE: Self = Self(7);
    /// A packet came twice.
    pub const DUPLICATE: Self = Self(8);
    /// The message is too long.
    pub const SIZE: Self = Self(9);
    /// Something else.
    pub const OTHER: Self = Self(250);

    /// The meaning in plain words; `None` for numbers that the standard keeps free.
    pub const fn name(self) -> Option<&'static str> {
        Some(match self {
            Self::BUSY => "already in a transfer",
            Self::RESOURCES => "out of resources",
            Self::TIMEOUT => "timeout",
            Self::CTS_WHILE_SENDING => "asked while packets came",
            Self::RETRANSMISSIONS => "too many retransmissions",
            Self::UNEXPECTED_PACKET => "unexpected packet",
            Self::BAD_SEQUENCE => "bad sequence number",
            Self::DUPLICATE => "duplicate sequence number",
            Self::SIZE => "message too long",
            Self::OTHER => "other reason",
            _ => return None,
        })
    }
}

impl fmt::Display for AbortReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => write!(f, "{name} ({})", self.0),
            None => write!(f, "reason {}", self.0),
        }
    }
}

/// A message of connection management, written and read by one type.
///
/// # Examples
///
/// ```
/// use cc_obd::j1939::{MessageError, Pgn, transport::Control};
///
/// let announced = Control::parse(&[0x20, 0x0E, 0x00, 0x02, 0xFF, 0xCA, 0xFE, 0x00])?;
/// assert_eq!(announced, (Control::Broadcast { size: 14, packets: 2 }, Pgn::new(65_226).unwrap()));
/// assert_eq!(announced.0.to_bytes(announced.1), [0x20, 0x0E, 0x00, 0x02, 0xFF, 0xCA, 0xFE, 0x00]);
///
/// // 14 bytes do not need three packets.
/// let error = Control::parse(&[0x20, 0x0E, 0x00, 0x03, 0xFF, 0xCA, 0xFE, 0x00]).unwrap_err();
/// assert_eq!(error.to_string(), "size invalid at offset 1");
/// # Ok::<(), MessageError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Control {
    /// A transfer ends before its time (`Conn_Abort`, 255).
    Abort {
        /// Why.
        reason: AbortReason,
    },
    /// A message to all follows (BAM, 32).
    Broadcast {
        /// Its bytes.
        size: u16,
        /// Its packets.
        packets: u8,
    },
    /// Packets may come (CTS, 17).
    ClearToSend {
        /// How many; 0 holds the connection open.
        packets: u8,
        /// The first of them, from 1.
        next: u8,
    },
    /// All has arrived (`EndOfMsgACK`, 19).
    EndOfMessage {
        /// How many bytes.
        size: u16,
        /// How many packets.
        packets: u8,
    },
    /// A message is waiting to be sent (RTS, 16).
    RequestToSend {
        /// Its bytes.
        size: u16,
        /// Its packets.
        packets: u8,
        /// How many packets the sender can give at a time; 255 is any.
        at_once: u8,
    },
}

impl Control {
    /// Reads the data of a TP.CM frame: what it says, about which group.
    pub fn parse(data: &[u8]) -> Result<(Self, Pgn), MessageError> {
        let [control, a, b, c, d, pgn @ ..] = array::<8>(data, 0, Part::Control)?;
        let pgn = Pgn::from_bytes(pgn).ok_or(MessageError::Invalid { part: Part::Pgn, offset: 5 })?;
        let size = u16::from_le_bytes([a, b]);
        let sized = || {
            let fits = (9..=LONGEST).contains(&usize::from(size)) && packets(size.into()) == c;
            if fits { Ok(()) } else { Err(MessageError::Invalid { part: Part::Size, offset: 1 }) }
        };
        let control = match control {
            16 => sized().map(|()| Self::RequestToSend { size, packets: c, at_once: d })?,
            17 => Self::ClearToSend { packets: a, next: b },
            19 => Self::EndOfMessage { size, packets: c },
            32 => sized().map(|()| Self::Broadcast { size, packets: c })?,
            255 => Self::Abort { reason: AbortReason(a) },
            _ => return Err(MessageError::Invalid { part: Part::Control, offset: 0 }),
        };
        Ok((control, pgn))
    }

    /// The data of the frame.
    pub const fn to_bytes(self, pgn: Pgn) -> [u8; 8] {
        let [low, middle, high] = pgn.to_bytes();
        let [control, a, b, c, d] = match self {
            Self::Abort { reason } => [255, reason.0, 0xFF, 0xFF, 0xFF],
            Self::Broadcast { size, packets } => {
                let [a, b] = size.to_le_bytes();
                [32, a, b, packets, 0xFF]
            }
            Self::ClearToSend { packets, next } => [17, packets, next, 0xFF, 0xFF],
            Self::EndOfMessage { size, packets } => {
                let [a, b] = size.to_le_bytes();
                [19, a, b, packets, 0xFF]
            }
            Self::RequestToSend { size, packets, at_once } => {
                let [a, b] = size.to_le_bytes();
                [16, a, b, packets, at_once]
            }
        };
        [control, a, b, c, d, low, middle, high]
    }

    /// The frame. Connection management has priority 7.
    pub fn frame(self, pgn: Pgn, destination: u8, source: u8) -> CanFrame {
        frame(Id::addressed(7, Pgn::TRANSPORT_CONTROL, destination, source), &self.to_bytes(pgn))
    }
}

/// How many packets of seven bytes a message needs.
pub(super) const fn packets(size: usize) -> u8 {
    size.div_ceil(7) as u8
}
