//! The protocol control information that starts every ISO-TP frame (ISO 15765-2:2016, 9.6).

use core::fmt;

use super::IsoTpError;

/// What a frame is, with the data behind its control bytes.
///
/// `Debug` shows no data: it may spell a VIN.
#[derive(Clone, Copy, Eq, PartialEq)]
pub enum Pci<'a> {
    /// A consecutive frame: its number (0 to 15) and data, padding included.
    Consecutive {
        /// 1 for the first one, after 15 comes 0.
        number: u8,
        /// The data, perhaps longer than the message needs.
        data: &'a [u8],
    },
    /// The first frame of a long message.
    First {
        /// The length of the whole message.
        length: usize,
        /// Its first bytes.
        data: &'a [u8],
    },
    /// Flow control: a receiver's word to the sender of a long message.
    FlowControl {
        /// 0 continue, 1 wait, 2 overflow.
        status: u8,
        /// Frames until the next flow control; 0: no limit.
        block_size: u8,
        /// The least pause between frames, as coded in ISO 15765-2.
        separation: u8,
    },
    /// A whole message; padding is cut by its length.
    Single(&'a [u8]),
}

impl<'a> Pci<'a> {
    /// Reads the bytes of a frame from the control byte on (without an extended address).
    ///
    /// # Examples
    ///
    /// ```
    /// use cc_obd::isotp::{IsoTpError, Pci};
    ///
    /// let padded = [0x04, 0x47, 0x01, 0x04, 0x20, 0xAA, 0xAA, 0xAA];
    /// assert_eq!(Pci::parse(&padded), Ok(Pci::Single(&[0x47, 0x01, 0x04, 0x20])));
    /// assert_eq!(Pci::parse(&[0x05, 0x41]), Err(IsoTpError::SingleFrame { stated: 5, found: 1 }));
    /// ```
    pub fn parse(bytes: &'a [u8]) -> Result<Self, IsoTpError> {
        // Hand-written: one match on the top half byte; this runs for every frame of a bus.
        let [first, rest @ ..] = bytes else { return Err(IsoTpError::Empty) };
        let low = usize::from(first & 0x0F);
        match first >> 4 {
            0 => {
                // A frame longer than 8 bytes (CAN FD) has its length in the second byte, and zero in the first (9.6.2.2).
                let (stated, data) = match (low, rest) {
                    (0, [length, data @ ..]) if bytes.len() > 8 => (usize::from(*length), data),
                    (stated, _) if bytes.len() > 8 => {
                        return Err(IsoTpError::SingleFrame { stated, found: rest.len() });
                    }
                    _ => (low, rest),
                };
                let found = data.len();
                match data.get(..stated) {
                    Some(message) if stated > 0 => Ok(Self::Single(message)),
                    _ => Err(IsoTpError::SingleFrame { stated, found }),
                }
            }
            1 => {
                let (length, data) = match (low, rest) {
                    (0, [0, a, b, c, d, data @ ..]) => {
                        let length = u32::from_be_bytes([*a, *b, *c, *d]) as usize;
                        // A length that 12 bits hold must not be sent in 32.
                        if length <= 0xFFF {
                            return Err(IsoTpError::FirstFrame);
                        }
                        (length, data)
                    }
                    (_, [second, data @ ..]) => (low << 8 | usize::from(*second), data),
                    _ => return Err(IsoTpError::FirstFrame),
                };
                // A first frame fills its CAN frame, of which an extended address may have had a byte, and its message
                // would not fit into a single one (9.6.3.1, table 14: one byte less where that has its length in two).
                let least = if bytes.len() > 8 { bytes.len() - 1 } else { bytes.len() };
                if bytes.len() < 7 || length < least {
                    return Err(IsoTpError::FirstFrame);
                }
                Ok(Self::First { length, data })
            }
            2 => Ok(Self::Consecutive { number: first & 0x0F, data: rest }),
            3 => {
                let [block_size, separation, ..] = *rest else {
                    return Err(IsoTpError::FlowControl { found: bytes.len() });
                };
                Ok(Self::FlowControl { status: first & 0x0F, block_size, separation })
            }
            reserved => Err(IsoTpError::ReservedType(reserved)),
        }
    }
}

impl fmt::Debug for Pci<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Consecutive { number, data } => write!(f, "Consecutive({number}, {} bytes)", data.len()),
            Self::First { length, data } => write!(f, "First({length}, {} bytes)", data.len()),
            Self::FlowControl { status, block_size, separation } => {
                write!(f, "FlowControl({status}, {block_size}, {separation})")
            }
            Self::Single(data) => write!(f, "Single({} bytes)", data.len()),
        }
    }
}
