//! SLCAN, the ASCII protocol of serial CAN adapters (Lawicel CAN232 manual; CAN FD letters as in Linux `slcan` tools).

use core::fmt;

use super::{CanFrame, CanId, FrameError};
use crate::hex;

/// One line of an SLCAN adapter: `t7E8403410D32`, a type letter, the id, a length code, the data, and perhaps a time
/// stamp in milliseconds.
///
/// `t` and `T` are data frames with 11 and 29 bits, `r` and `R` remote requests, `d` and `D`, `b` and `B` CAN FD without
/// and with the faster data phase. Lines without a frame (`z`, `Z`, `V1013`, the commands `S6`, `O`, `C`, a bell for "no")
/// have none.
///
/// # Examples
///
/// ```
/// use cc_obd::frame::{FrameError, SlcanLine};
///
/// let line = SlcanLine::parse(b"t7E8403410D32A1B2")?;
/// let frame = line.frame().unwrap();
/// assert_eq!((frame.id().to_string().as_str(), frame.data()), ("7E8", &[3, 0x41, 0x0D, 0x32][..]));
/// assert_eq!(line.milliseconds(), Some(0xA1B2));
/// assert!(SlcanLine::parse(b"z")?.frame().is_none());
///
/// let cut = SlcanLine::parse(b"t7E8403410D").unwrap_err();
/// assert_eq!(cut.to_string(), "length says 4 bytes, found 3");
/// # Ok::<(), FrameError>(())
/// ```
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct SlcanLine {
    frame: Option<CanFrame>,
    milliseconds: Option<u16>,
}

/// The bytes behind the data length codes 9 to 15 of CAN FD (ISO 11898-1).
const FD_LENGTHS: [usize; 7] = [12, 16, 20, 24, 32, 48, 64];

impl SlcanLine {
    /// Reads a line without its line end. Bells of an answer before it are passed over.
    pub fn parse(line: &[u8]) -> Result<Self, FrameError> {
        let bells = line.iter().take_while(|&&byte| byte == b'\x07').count();
        let line = hex::trim(&line[bells..]);
        let none = Self { frame: None, milliseconds: None };
        let Some((letter, rest)) = line.split_first() else { return Ok(none) };
        let (id_digits, fd, remote) = match letter {
            b't' => (3, false, false),
            b'T' => (8, false, false),
            b'r' => (3, false, true),
            b'R' => (8, false, true),
            b'd' | b'b' => (3, true, false),
            b'D' | b'B' => (8, true, false),
            _ if is_control(line) => return Ok(none),
            _ => return Err(FrameError::UnknownShape),
        };
        let offset = line.len() - rest.len();
        let (Some(id), Some(&code)) = (rest.get(..id_digits), rest.get(id_digits)) else {
            return Err(FrameError::UnknownShape);
        };
        let id = CanId::from_digits(id).map_err(|error| match error {
            FrameError::NotHex { offset: at } => FrameError::NotHex { offset: at + offset },
            other => other,
        })?;
        let code = hex::digit(code).ok_or(FrameError::NotHex { offset: offset + id_digits })?.into();
        let stated: usize = match code {
            0..=8 => code,
            _ if fd => FD_LENGTHS[code - 9],
            _ => return Err(FrameError::TooLong { found: code, most: 8 }),
        };
        let data = &rest[id_digits + 1..];
        if let Some(at) = data.iter().position(|&c| hex::digit(c).is_none()) {
            return Err(FrameError::NotHex { offset: offset + id_digits + 1 + at });
        }
        let digits = if remote { 0 } else { 2 * stated };
        let Some((data, stamp)) = data.split_at_checked(digits) else {
            return Err(FrameError::LengthMismatch { stated, found: data.len() / 2 });
        };
        let milliseconds = match stamp.len() {
            0 => None,
            4 => Some(hex::read_number(stamp).ok_or(FrameError::UnknownShape)? as u16),
            odd if odd % 2 == 1 => return Err(FrameError::HalfByte),
            _ => return Err(FrameError::LengthMismatch { stated, found: stated + stamp.len() / 2 }),
        };
        if remote {
            return Ok(Self { frame: None, milliseconds });
        }
        let frame = CanFrame::from_hex(id, data, fd).map_err(|error| match error {
            FrameError::NotHex { offset: at } => FrameError::NotHex { offset: at + offset + id_digits + 1 },
            other => other,
        })?;
        Ok(Self { frame: Some(frame), milliseconds })
    }

    /// The frame; `None` for a remote request and for what is no frame.
    pub fn frame(&self) -> Option<&CanFrame> {
        self.frame.as_ref()
    }

    /// The adapter's clock in milliseconds, which starts again every minute, where the line has it.
    pub fn milliseconds(&self) -> Option<u16> {
        self.milliseconds
    }
}

/// Whether a line is an adapter's answer or a command to it.
fn is_control(line: &[u8]) -> bool {
    let (letter, rest) = (line[0], &line[1..]);
    match letter {
        // Sent; opened, listening, looped, closed; flags, serial number, versions.
        b'z' | b'Z' | b'O' | b'L' | b'l' | b'C' | b'F' | b'N' | b'V' | b'v' | b'P' | b'A' => rest.len() <= 8,
        // Bit rates, filters, time stamps, automatic polling.
        b'S' | b's' | b'Y' | b'y' | b'M' | b'm' | b'W' | b'X' | b'Q' | b'U' => {
            !rest.is_empty() && rest.len() <= 8
        }
        _ => false,
    }
}

impl fmt::Debug for SlcanLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SlcanLine")
            .field("frame", &self.frame)
            .field("milliseconds", &self.milliseconds)
            .finish()
    }
}
