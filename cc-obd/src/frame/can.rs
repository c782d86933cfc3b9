//! CAN identifiers and frames.

use core::fmt;
use core::str::FromStr;

use super::FrameError;
use crate::hex::{self, HexFault};

/// A CAN identifier (ISO 11898-1): 11 bits (base) or 29 bits (extended).
///
/// Its text is three or eight hexadecimal digits, as `candump` prints it.
///
/// # Examples
///
/// ```
/// use cc_obd::frame::{CanId, FrameError};
///
/// let engine: CanId = "7E8".parse()?;
/// assert_eq!(engine, CanId::base(0x7E8)?);
/// assert_eq!("18daf110".parse::<CanId>()?.to_string(), "18DAF110");
/// assert_eq!("FFF".parse::<CanId>().unwrap_err().to_string(), "identifier wider than 11 bits");
/// # Ok::<(), FrameError>(())
/// ```
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct CanId(u32);

/// Set in the inner number of a 29-bit id, so that `7E8` and `000007E8` differ.
const EXTENDED: u32 = 1 << 31;

impl CanId {
    /// An 11-bit identifier.
    pub const fn base(id: u16) -> Result<Self, FrameError> {
        if id > 0x7FF { Err(FrameError::IdTooWide { bits: 11 }) } else { Ok(Self(id as u32)) }
    }

    /// A 29-bit identifier.
    pub const fn extended(id: u32) -> Result<Self, FrameError> {
        if id > 0x1FFF_FFFF { Err(FrameError::IdTooWide { bits: 29 }) } else { Ok(Self(id | EXTENDED)) }
    }

    /// An identifier of 29 bits; what is above them is cut.
    pub(crate) const fn of_29_bits(id: u32) -> Self {
        Self(id & 0x1FFF_FFFF | EXTENDED)
    }

    /// The number without its width.
    pub const fn raw(self) -> u32 {
        self.0 & !EXTENDED
    }

    /// Whether the identifier has 29 bits.
    pub const fn is_extended(self) -> bool {
        self.0 & EXTENDED != 0
    }

    /// Whether a tester hears diagnostic answers with this identifier: 7E8 to 7EF (ISO 15765-4), other answers in
    /// the range makers use for diagnosis (700 to 7FF without the tester's own 7DF and 7E0 to 7E7), 29-bit ids to a
    /// tester's address (18DAF1xx and 18DBF1xx; F0 to FF are testers), and Volkswagen's 17FE….
    pub const fn may_answer(self) -> bool {
        let raw = self.raw();
        if self.is_extended() {
            let format = raw >> 16;
            let target = raw >> 8 & 0xFF;
            ((format == 0x18DA || format == 0x18DB) && target >= 0xF0) || format == 0x17FE
        } else {
            raw >= 0x600 && raw != 0x7DF && !(raw >= 0x7E0 && raw <= 0x7E7)
        }
    }

    /// Whether a tester sends requests with this identifier: 7DF, 7E0 to 7E7, 18DA and 18DB to other addresses.
    pub const fn may_request(self) -> bool {
        let raw = self.raw();
        if self.is_extended() {
            let format = raw >> 16;
            ((format == 0x18DA || format == 0x18DB) && raw & 0xFF >= 0xF0) || format == 0x17FC
        } else {
            raw == 0x7DF || (raw >= 0x7E0 && raw <= 0x7E7)
        }
    }
}

impl fmt::Display for CanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_extended() { write!(f, "{:08X}", self.raw()) } else { write!(f, "{:03X}", self.raw()) }
    }
}

impl fmt::Debug for CanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CanId({self})")
    }
}

impl FromStr for CanId {
    type Err = FrameError;

    /// Reads three digits as 11 bits, eight as 29 bits.
    fn from_str(text: &str) -> Result<Self, FrameError> {
        Self::from_digits(text.as_bytes())
    }
}

impl CanId {
    /// Three or eight digits.
    pub(crate) fn from_digits(text: &[u8]) -> Result<Self, FrameError> {
        let number = hex::read_number(text).ok_or_else(|| {
            let offset = text.iter().position(|&c| hex::digit(c).is_none());
            offset.map_or(FrameError::UnknownShape, |offset| FrameError::NotHex { offset })
        })?;
        match text.len() {
            3 => Self::base(number as u16),
            8 => Self::extended(number),
            _ => Err(FrameError::UnknownShape),
        }
    }
}

/// One CAN data frame, classic (up to 8 bytes) or FD (up to 64).
///
/// `Debug` shows the id and the length only: the bytes may spell a VIN.
///
/// # Examples
///
/// ```
/// use cc_obd::frame::{CanFrame, CanId, FrameError};
///
/// let frame = CanFrame::new(CanId::base(0x7E8)?, &[0x03, 0x41, 0x0D, 0x32])?;
/// assert_eq!(frame.data(), [0x03, 0x41, 0x0D, 0x32]);
/// assert_eq!(CanFrame::new(frame.id(), &[0; 9]), Err(FrameError::TooLong { found: 9, most: 8 }));
/// # Ok::<(), FrameError>(())
/// ```
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct CanFrame {
    id: CanId,
    fd: bool,
    length: u8,
    data: [u8; 64],
}

impl CanFrame {
    /// A classic frame of up to 8 bytes.
    pub fn new(id: CanId, data: &[u8]) -> Result<Self, FrameError> {
        Self::with_limit(id, data, false)
    }

    /// A CAN FD frame of up to 64 bytes.
    pub fn new_fd(id: CanId, data: &[u8]) -> Result<Self, FrameError> {
        Self::with_limit(id, data, true)
    }

    fn with_limit(id: CanId, bytes: &[u8], fd: bool) -> Result<Self, FrameError> {
        let most = if fd { 64 } else { 8 };
        if bytes.len() > most {
            return Err(FrameError::TooLong { found: bytes.len(), most });
        }
        let mut data = [0; 64];
        data[..bytes.len()].copy_from_slice(bytes);
        Ok(Self { id, fd, length: bytes.len() as u8, data })
    }

    /// A classic frame; bytes beyond the eighth are cut.
    pub(crate) fn cut(id: CanId, bytes: &[u8]) -> Self {
        let length = bytes.len().min(8);
        let mut data = [0; 64];
        data[..length].copy_from_slice(&bytes[..length]);
        Self { id, fd: false, length: length as u8, data }
    }

    /// Reads digits, spaces between bytes allowed.
    pub(crate) fn from_hex(id: CanId, text: &[u8], fd: bool) -> Result<Self, FrameError> {
        let most = if fd { 64 } else { 8 };
        let mut data = [0; 64];
        match hex::read_bytes(text, &mut data[..most]) {
            Ok(length) => Ok(Self { id, fd, length: length as u8, data }),
            Err(HexFault::HalfByte) => Err(FrameError::HalfByte),
            Err(HexFault::NotHex { offset }) => Err(FrameError::NotHex { offset }),
            Err(HexFault::TooLong) => {
                Err(FrameError::TooLong { found: hex::count_digits(text).unwrap_or(0).div_ceil(2), most })
            }
        }
    }

    /// Who sent it.
    pub fn id(&self) -> CanId {
        self.id
    }

    /// Whether it is a CAN FD frame.
    pub fn is_fd(&self) -> bool {
        self.fd
    }

    /// The data bytes.
    pub fn data(&self) -> &[u8] {
        &self.data[..usize::from(self.length)]
    }
}

impl fmt::Debug for CanFrame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CanFrame({}, {} bytes)", self.id, self.length)
    }
}
