//! The data lines of an adapter, and plain hexadecimal lines.

use core::fmt;

use super::legacy::MOST;
use super::{CanFrame, CanId, FrameError};
use crate::hex::{self, HexFault};

/// Whether lines carry headers (`AT H1`).
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum HeaderStyle {
    /// Told from the line itself: a CAN id starts with 0 to 1F or has three digits, an answer starts with 40 or more.
    #[default]
    Auto,
    /// Every line is an answer without header.
    Off,
    /// Every line starts with a CAN id.
    Can,
}

/// The bytes of a line without a CAN id: an answer, a part of one, or a K-line or J1850 frame.
///
/// `Debug` shows the length only: the bytes may spell a VIN.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct Payload {
    length: u16,
    bytes: [u8; MOST],
}

impl Payload {
    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length)]
    }

    fn from_hex(text: &[u8]) -> Result<Self, FrameError> {
        let mut bytes = [0; MOST];
        match hex::read_bytes(text, &mut bytes) {
            Ok(length) => Ok(Self { length: length as u16, bytes }),
            Err(HexFault::HalfByte) => Err(FrameError::HalfByte),
            Err(HexFault::NotHex { offset }) => Err(FrameError::NotHex { offset }),
            Err(HexFault::TooLong) => Err(FrameError::TooLong {
                found: hex::count_digits(text).unwrap_or(0).div_ceil(2),
                most: MOST,
            }),
        }
    }
}

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Payload({} bytes)", self.length)
    }
}

/// One data line of an adapter.
///
/// # Examples
///
/// ```
/// use cc_obd::frame::{ElmLine, FrameError, HeaderStyle};
///
/// for line in ["7E8 04 41 0C 1A F8", "7E804410C1AF8"] {
///     let ElmLine::Can(frame) = ElmLine::parse(line.as_bytes(), HeaderStyle::Auto)? else { panic!() };
///     assert_eq!((frame.id().to_string().as_str(), frame.data()), ("7E8", &[4, 0x41, 0x0C, 0x1A, 0xF8][..]));
/// }
/// assert!(matches!(ElmLine::parse(b"00A", HeaderStyle::Auto)?, ElmLine::Length(10)));
/// let glued = b"7EC2502D4460002C7EC260001113F000106";
/// assert_eq!(ElmLine::parse(glued, HeaderStyle::Auto), Err(FrameError::TooLong { found: 16, most: 8 }));
/// # Ok::<(), FrameError>(())
/// ```
// One frame is moved once from here to the reassembler; boxing the larger variant would cost an allocation a line.
#[allow(clippy::large_enum_variant)]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ElmLine {
    /// A CAN frame: the line has an id (`AT H1`).
    Can(CanFrame),
    /// The line that announces a long answer with headers off: its length in bytes, `00A`.
    Length(u16),
    /// A whole answer without header, or a K-line or J1850 frame.
    Payload(Payload),
    /// A numbered line of a long answer with headers off, `0:430401180122`.
    Segment {
        /// The digit before the colon; after F comes 0 again.
        number: u8,
        /// The bytes behind it.
        payload: Payload,
    },
}

impl ElmLine {
    /// Reads a line of digits, spaces and at most one colon.
    pub fn parse(text: &[u8], style: HeaderStyle) -> Result<Self, FrameError> {
        let text = hex::trim(text);
        if let [number, b':', rest @ ..] = text {
            let number = hex::digit(*number).ok_or(FrameError::NotHex { offset: 0 })?;
            return Ok(Self::Segment { number, payload: Payload::from_hex(rest)? });
        }
        let Some(digits) = hex::count_digits(text) else {
            let offset = text.iter().position(|&c| hex::digit(c).is_none() && !hex::is_space(c));
            return Err(offset.map_or(FrameError::UnknownShape, |offset| FrameError::NotHex { offset }));
        };
        if style != HeaderStyle::Can && digits == 3 && text.len() == 3 {
            return Ok(Self::Length(hex::read_number(text).unwrap_or(0) as u16));
        }
        let first = text.iter().position(|&c| hex::is_space(c)).unwrap_or(text.len());
        if style == HeaderStyle::Off {
            return Payload::from_hex(text).map(Self::Payload);
        }
        if first == 1
            && let Some((id, data)) = j1939_header(text)
        {
            return Self::can(id, data);
        }
        if first > 3
            && first == text.len()
            && let Some((id, data)) = with_length(text, style)
        {
            return Self::can_of(id, data);
        }
        match first {
            // `7E8 04 41 …`
            3 => Self::can(CanId::from_digits(&text[..3])?, &text[3..]),
            // `18DAF110 04 41 …`
            8 if first < text.len() && matches!(text[0], b'0' | b'1') => {
                Self::can(CanId::from_digits(&text[..8])?, &text[8..])
            }
            // `7E804410C1AF8`: bytes are pairs, so that an odd number of digits betrays the three of an id.
            _ if first == text.len() && digits % 2 == 1 && digits > 3 => {
                Self::can(CanId::from_digits(&text[..3])?, &text[3..])
            }
            // `18DAF11004410C1AF8` and `18 DA F1 10 04 41 …`
            _ if digits >= 8 && (style == HeaderStyle::Can || starts_extended(text)) => {
                let mut id = [0; 4];
                let split = after_digits(text, 8);
                hex::read_bytes(&text[..split], &mut id).map_err(|_| FrameError::HalfByte)?;
                Self::can(CanId::extended(u32::from_be_bytes(id))?, &text[split..])
            }
            _ if style == HeaderStyle::Can => Err(FrameError::UnknownShape),
            _ => Payload::from_hex(text).map(Self::Payload),
        }
    }

    /// An id and what follows: data, or a single digit for the data length (`AT D1`) and data.
    fn can(id: CanId, rest: &[u8]) -> Result<Self, FrameError> {
        let rest = hex::trim(rest);
        match rest {
            [length, space, ..] if hex::is_space(*space) && hex::digit(*length).is_some() => {
                Self::can_of(id, rest)
            }
            _ => CanFrame::from_hex(id, rest, false).map(Self::Can),
        }
    }

    /// An id, and behind it the data length and the data.
    fn can_of(id: CanId, rest: &[u8]) -> Result<Self, FrameError> {
        let (length, data) = rest.split_first().ok_or(FrameError::UnknownShape)?;
        let stated = usize::from(hex::digit(*length).ok_or(FrameError::UnknownShape)?);
        let frame = CanFrame::from_hex(id, data, false)?;
        let found = frame.data().len();
        if stated == found { Ok(Self::Can(frame)) } else { Err(FrameError::LengthMismatch { stated, found }) }
    }
}

/// `6 0FECA 00 …`: the header of J1939 as ELM327 writes it (`AT JHF1`): priority, parameter group, source.
fn j1939_header(text: &[u8]) -> Option<(CanId, &[u8])> {
    let (header, data) = text.split_at_checked(10)?;
    let [priority @ b'0'..=b'7', b' ', group @ .., b' ', high, low] = header else { return None };
    if !matches!(data, [] | [b' ', ..]) {
        return None;
    }
    let group = hex::read_number(group).filter(|group| *group < 1 << 18)?;
    let source = hex::read_number(&[*high, *low])?;
    let id = u32::from(priority - b'0') << 26 | group << 8 | source;
    Some((CanId::extended(id).ok()?, data))
}

/// `7E8804410C1AF8`: without spaces, but with the data length behind the id (`AT S0`, `AT D1`). That digit and the number of
/// digits must agree, and unless frames are certain, the id must be one that answers have.
fn with_length(text: &[u8], style: HeaderStyle) -> Option<(CanId, &[u8])> {
    let is_certain = style == HeaderStyle::Can;
    // Longer than any frame with an 11-bit id.
    let is_wide = text.len() > 3 + 1 + 16;
    let width = if text.len().is_multiple_of(2) { 3 } else { 8 };
    let may_be = match (width, text) {
        (3, [b'7', b'E' | b'e', b'8' | b'9' | b'A'..=b'F' | b'a'..=b'f', ..]) => true,
        (3, _) => is_certain,
        (_, [b'1', b'8', b'D' | b'd', b'A' | b'B' | b'a' | b'b', ..]) => true,
        (_, [b'0' | b'1', ..]) => is_wide,
        _ => false,
    };
    let (id, rest) = text.split_at_checked(width).filter(|_| may_be)?;
    let stated = usize::from(hex::digit(*rest.first()?)?);
    let fits = (1..=8).contains(&stated) && rest.len() == 1 + 2 * stated;
    Some((CanId::from_digits(id).ok()?, rest)).filter(|_| fits)
}

/// Whether the first byte starts a 29-bit id: 00 to 1F, and answers start with 40 or more. A frame without id but with
/// control bytes starts with 01 to 07 or 10 to 3F; ids that start with 01 to 07 or 10 to 13 (J1939 of high and middle
/// priority) are told from those only by [`HeaderStyle::Can`].
fn starts_extended(text: &[u8]) -> bool {
    match text {
        [b'0', second, ..] => !matches!(second, b'1'..=b'7'),
        [b'1', second, ..] => !matches!(second, b'0'..=b'3'),
        _ => false,
    }
}

/// The offset just behind the n-th digit.
fn after_digits(text: &[u8], count: usize) -> usize {
    let mut seen = 0;
    for (at, &character) in text.iter().enumerate() {
        if !hex::is_space(character) {
            seen += 1;
            if seen == count {
                return at + 1;
            }
        }
    }
    text.len()
}
