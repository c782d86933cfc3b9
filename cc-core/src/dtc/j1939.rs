//! The codes of trucks: suspect parameter and failure mode (SAE J1939-73).

use core::fmt;
use core::str::FromStr;

use super::parse_error::{DtcParseError, after_word, decimal};

/// A trouble code of a truck (SAE J1939-73), such as `SPN 1208 FMI 10`.
///
/// # Examples
///
/// ```
/// let code: cc_core::J1939Dtc = "SPN 1208 FMI 10".parse()?;
/// assert_eq!((code.spn(), code.fmi()), (1208, 10));
/// assert_eq!(code.to_string(), "SPN 1208 FMI 10");
/// let error = "SPN 1208 FMI 32".parse::<cc_core::J1939Dtc>().unwrap_err();
/// assert_eq!(error.to_string(), "expected at most 31, found 32");
/// # Ok::<(), cc_core::DtcParseError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct J1939Dtc {
    spn: u32,
    fmi: u8,
}

/// 19 bits.
const LARGEST_SPN: u32 = 0x7_FFFF;
/// 5 bits.
const LARGEST_FMI: u8 = 31;

impl J1939Dtc {
    /// The code of a suspect parameter number (19 bits) and failure mode identifier (5 bits).
    pub fn new(spn: u32, fmi: u8) -> Result<Self, DtcParseError> {
        if spn > LARGEST_SPN {
            return Err(DtcParseError::Range { largest: LARGEST_SPN, found: spn });
        }
        if fmi > LARGEST_FMI {
            return Err(DtcParseError::Range { largest: LARGEST_FMI.into(), found: fmi.into() });
        }
        Ok(Self { spn, fmi })
    }

    /// The suspect parameter number: what is wrong.
    pub const fn spn(self) -> u32 {
        self.spn
    }

    /// The failure mode identifier: how it is wrong.
    pub const fn fmi(self) -> u8 {
        self.fmi
    }
}

impl FromStr for J1939Dtc {
    type Err = DtcParseError;

    fn from_str(text: &str) -> Result<Self, DtcParseError> {
        let rest = after_word(text, "SPN ")?;
        let (spn, rest) = rest.split_once(' ').ok_or(DtcParseError::Word { expected: "FMI" })?;
        let fmi = after_word(rest, "FMI ")?;
        let spn = decimal(spn, LARGEST_SPN, 5)?;
        let position = text.chars().count() - fmi.chars().count() + 1;
        Self::new(spn, decimal(fmi, LARGEST_FMI.into(), position)? as u8)
    }
}

impl fmt::Display for J1939Dtc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SPN {} FMI {}", self.spn, self.fmi)
    }
}
