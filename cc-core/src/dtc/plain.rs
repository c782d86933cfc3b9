//! Codes whose meaning only their maker knows.

use core::fmt;
use core::str::FromStr;

use super::parse_error::{DtcParseError, after_word, hex_digit};

/// Two bytes of a KWP2000 ECU (ISO 14230-3) whose maker's meaning is not known, such as `KWP 4321`.
///
/// # Examples
///
/// ```
/// let code: cc_core::KwpDtc = "KWP 4321".parse()?;
/// assert_eq!(code, cc_core::KwpDtc::from_raw(0x4321));
/// assert!("KWP 432".parse::<cc_core::KwpDtc>().is_err());
/// # Ok::<(), cc_core::DtcParseError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct KwpDtc(u16);

impl KwpDtc {
    /// The code of two bytes, read big-endian.
    pub const fn from_raw(raw: u16) -> Self {
        Self(raw)
    }

    /// The two bytes, big-endian.
    pub const fn raw(self) -> u16 {
        self.0
    }
}

impl FromStr for KwpDtc {
    type Err = DtcParseError;

    fn from_str(text: &str) -> Result<Self, DtcParseError> {
        let digits = after_word(text, "KWP ")?;
        let found = digits.chars().count();
        if found != 4 {
            return Err(DtcParseError::Length { expected: 4, found });
        }
        let mut raw = 0;
        for (i, found) in digits.chars().enumerate() {
            raw = raw << 4 | hex_digit(found, i + 5)? as u16;
        }
        Ok(Self(raw))
    }
}

impl fmt::Display for KwpDtc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KWP {:04X}", self.0)
    }
}

/// One to [`RawDtc::LONGEST`] bytes of a format nobody named, such as `RAW 43-21`.
///
/// # Examples
///
/// ```
/// let code = cc_core::RawDtc::new(&[0x43, 0x21])?;
/// assert_eq!(code.to_string(), "RAW 43-21");
/// assert_eq!("RAW 43-21".parse(), Ok(code));
/// assert!(cc_core::RawDtc::new(&[]).is_err());
/// # Ok::<(), cc_core::DtcParseError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct RawDtc {
    bytes: [u8; Self::LONGEST],
    length: u8,
}

impl RawDtc {
    /// How many bytes a raw code can hold; no known format has more.
    pub const LONGEST: usize = 8;

    /// The code of these bytes.
    pub fn new(bytes: &[u8]) -> Result<Self, DtcParseError> {
        if bytes.is_empty() || bytes.len() > Self::LONGEST {
            return Err(DtcParseError::Length { expected: Self::LONGEST, found: bytes.len() });
        }
        let mut held = [0; Self::LONGEST];
        held[..bytes.len()].copy_from_slice(bytes);
        Ok(Self { bytes: held, length: bytes.len() as u8 })
    }

    /// The bytes, one to eight of them.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length)]
    }
}

impl FromStr for RawDtc {
    type Err = DtcParseError;

    fn from_str(text: &str) -> Result<Self, DtcParseError> {
        let pairs = after_word(text, "RAW ")?;
        let mut bytes = [0; Self::LONGEST];
        let mut length = 0;
        let mut position = 5;
        for pair in pairs.split('-') {
            let found = pair.chars().count();
            if found != 2 {
                return Err(DtcParseError::Length { expected: 2, found });
            }
            let mut byte = 0;
            for (i, found) in pair.chars().enumerate() {
                byte = byte << 4 | hex_digit(found, position + i)? as u8;
            }
            let slot = bytes
                .get_mut(length)
                .ok_or(DtcParseError::Length { expected: Self::LONGEST, found: length + 1 })?;
            *slot = byte;
            length += 1;
            position += 3;
        }
        Self::new(&bytes[..length])
    }
}

impl fmt::Display for RawDtc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RAW ")?;
        for (i, byte) in self.bytes().iter().enumerate() {
            write!(f, "{}{byte:02X}", if i == 0 { "" } else { "-" })?;
        }
        Ok(())
    }
}
