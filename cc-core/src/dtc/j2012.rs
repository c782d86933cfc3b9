//! Codes by SAE J2012 / ISO 15031-6: two bytes, or three with a failure type byte (SAE J2012-DA).

use core::fmt;
use core::str::FromStr;

use super::parse_error::{DtcParseError, hex_digit};

/// The part of the car a code belongs to: the top two bits, the letter of the text.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum DtcSystem {
    /// `P`: engine and transmission.
    Powertrain,
    /// `C`: brakes, steering, suspension.
    Chassis,
    /// `B`: comfort and safety inside the car.
    Body,
    /// `U`: the network between ECUs.
    Network,
}

impl DtcSystem {
    /// The letter that starts the code's text.
    pub fn letter(self) -> char {
        match self {
            Self::Powertrain => 'P',
            Self::Chassis => 'C',
            Self::Body => 'B',
            Self::Network => 'U',
        }
    }
}

/// A two-byte trouble code (SAE J2012), such as `P0301`: one family of [`Dtc`](super::Dtc).
///
/// Two bytes as the car sends them: the top two bits name the [`DtcSystem`], the rest are the four digits.
/// Every `u16` is a valid code, so a `J2012Dtc` is never wrong.
///
/// # Examples
///
/// ```
/// let misfire: cc_core::J2012Dtc = "P0301".parse()?;
/// assert_eq!(misfire, cc_core::J2012Dtc::from_raw(0x0301));
/// let error = "X0301".parse::<cc_core::J2012Dtc>().unwrap_err();
/// assert_eq!(error.to_string(), "expected one of P, C, B, U, found 'X'");
/// # Ok::<(), cc_core::DtcParseError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct J2012Dtc(u16);

impl J2012Dtc {
    /// The code of two bytes, read big-endian.
    pub const fn from_raw(raw: u16) -> Self {
        Self(raw)
    }

    /// The two bytes, big-endian.
    pub const fn raw(self) -> u16 {
        self.0
    }

    /// The part of the car, from the top two bits.
    pub const fn system(self) -> DtcSystem {
        match self.0 >> 14 {
            0 => DtcSystem::Powertrain,
            1 => DtcSystem::Chassis,
            2 => DtcSystem::Body,
            _ => DtcSystem::Network,
        }
    }

    /// Whether the standard gives the code its meaning, rather than the maker (SAE J2012 §5).
    ///
    /// The first digit decides: 0 is the standard's and 1 the maker's everywhere; 2 is the standard's for P and the
    /// maker's elsewhere; 3 is shared: the maker's below `P3400`, reserved or the standard's for B, C and U.
    pub const fn is_generic(self) -> bool {
        match (self.system(), (self.0 >> 12) & 0b11) {
            (_, 0) | (DtcSystem::Powertrain, 2) => true,
            (DtcSystem::Powertrain, 3) => (self.0 >> 8) & 0xF >= 4,
            (DtcSystem::Body | DtcSystem::Chassis | DtcSystem::Network, 3) => true,
            _ => false,
        }
    }
}

impl FromStr for J2012Dtc {
    type Err = DtcParseError;

    fn from_str(text: &str) -> Result<Self, DtcParseError> {
        code_and_failure_type(text, 5).map(|raw| Self(raw as u16))
    }
}

impl fmt::Display for J2012Dtc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{:04X}", self.system().letter(), self.0 & 0x3FFF)
    }
}

/// A three-byte trouble code: a two-byte code and a failure type byte (SAE J2012-DA), such as `P157000`.
///
/// # Examples
///
/// ```
/// let code: cc_core::J2012FtbDtc = "B1A8913".parse()?;
/// assert_eq!(code, cc_core::J2012FtbDtc::from_bytes([0x9A, 0x89, 0x13]));
/// assert_eq!(code.base().to_string(), "B1A89");
/// assert_eq!(code.failure_type(), 0x13);
/// assert!("P1570".parse::<cc_core::J2012FtbDtc>().is_err());
/// # Ok::<(), cc_core::DtcParseError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct J2012FtbDtc {
    base: J2012Dtc,
    failure_type: u8,
}

impl J2012FtbDtc {
    /// The code of three bytes as a UDS answer carries them (ISO 14229-1, DTC format identifier 0x00).
    pub const fn from_bytes(bytes: [u8; 3]) -> Self {
        Self { base: J2012Dtc::from_raw(u16::from_be_bytes([bytes[0], bytes[1]])), failure_type: bytes[2] }
    }

    /// The three bytes.
    pub const fn bytes(self) -> [u8; 3] {
        let [high, low] = self.base.raw().to_be_bytes();
        [high, low, self.failure_type]
    }

    /// The two-byte code without the failure type.
    pub const fn base(self) -> J2012Dtc {
        self.base
    }

    /// How it failed: 0x13 is an open circuit, 0x00 says nothing more (SAE J2012-DA).
    pub const fn failure_type(self) -> u8 {
        self.failure_type
    }
}

impl FromStr for J2012FtbDtc {
    type Err = DtcParseError;

    fn from_str(text: &str) -> Result<Self, DtcParseError> {
        let [_, high, low, failure_type] = code_and_failure_type(text, 7)?.to_be_bytes();
        Ok(Self::from_bytes([high, low, failure_type]))
    }
}

impl fmt::Display for J2012FtbDtc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{:02X}", self.base, self.failure_type)
    }
}

/// Reads the letter, the digit of two bits, and hex digits up to `expected` characters in all.
fn code_and_failure_type(text: &str, expected: usize) -> Result<u32, DtcParseError> {
    let mut characters = text.chars();
    let system = match characters.next() {
        Some('P' | 'p') => 0,
        Some('C' | 'c') => 1,
        Some('B' | 'b') => 2,
        Some('U' | 'u') => 3,
        Some(found) => return Err(DtcParseError::System { found }),
        None => return Err(DtcParseError::Length { expected, found: 0 }),
    };
    let found = text.chars().count();
    if found != expected {
        return Err(DtcParseError::Length { expected, found });
    }
    let mut raw = system;
    for (i, found) in characters.enumerate() {
        let digit = hex_digit(found, i + 2)?;
        if i == 0 {
            if digit > 3 {
                return Err(DtcParseError::Subsystem { found });
            }
            raw = raw << 2 | digit;
        } else {
            raw = raw << 4 | digit;
        }
    }
    Ok(raw)
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn the_top_two_bits_name_the_system() {
        for (text, raw, system) in [
            ("P0301", 0x0301, DtcSystem::Powertrain),
            ("P3FFF", 0x3FFF, DtcSystem::Powertrain),
            ("C0035", 0x4035, DtcSystem::Chassis),
            ("B3FFF", 0xBFFF, DtcSystem::Body),
            ("U0100", 0xC100, DtcSystem::Network),
        ] {
            let dtc = J2012Dtc::from_raw(raw);
            assert_eq!((dtc.to_string().as_str(), dtc.system()), (text, system));
        }
    }

    #[test]
    fn every_two_bytes_print_and_parse_back() {
        for raw in 0..=u16::MAX {
            let dtc = J2012Dtc::from_raw(raw);
            assert_eq!(dtc.to_string().parse(), Ok(dtc));
            let three = J2012FtbDtc::from_bytes([(raw >> 8) as u8, raw as u8, (raw % 251) as u8]);
            assert_eq!(three.to_string().parse(), Ok(three));
        }
    }

    #[test]
    fn uds_bytes_print_as_code_and_failure_type() {
        for (bytes, text) in [
            ([0xE1, 0x00, 0x00], "U210000"),
            ([0x9A, 0x89, 0x13], "B1A8913"),
            ([0x15, 0x70, 0x00], "P157000"),
        ] {
            assert_eq!(J2012FtbDtc::from_bytes(bytes).to_string(), text);
        }
    }

    #[test]
    fn the_first_digit_says_who_gave_the_meaning() {
        for (text, generic) in [
            ("P0301", true),
            ("P1570", false),
            ("P2002", true),
            ("P3000", false),
            ("P3400", true),
            ("U1000", false),
        ] {
            assert_eq!(text.parse::<J2012Dtc>().unwrap().is_generic(), generic, "{text}");
        }
    }
}
