//! Diagnostic trouble codes: one enum over the families, each with its own canonical text.

mod j1939;
mod j2012;
mod parse_error;
mod plain;
mod status;
mod vag;

use core::fmt;
use core::str::FromStr;

pub use j1939::J1939Dtc;
pub use j2012::{DtcSystem, J2012Dtc, J2012FtbDtc};
pub use parse_error::DtcParseError;
pub use plain::{KwpDtc, RawDtc};
pub use status::{DtcStatus, DtcStatusParseError};
pub use vag::VagDtc;

/// A diagnostic trouble code of any family. Two codes are equal when family and bytes are.
///
/// The canonical texts are read and printed; parsing ignores letter case and nothing else, so what parses prints
/// back the same up to case. Use [`Dtc::p_code`] to compare codes of different families by their meaning.
///
/// # Examples
///
/// ```
/// use cc_core::Dtc;
///
/// for text in ["P0301", "P157000", "VAG 17978", "SPN 1208 FMI 10", "KWP 4321", "RAW 43-21"] {
///     assert_eq!(text.parse::<Dtc>()?.to_string(), text);
/// }
/// // Volkswagen's five digits and the P-code are two views of one fault.
/// assert_eq!("VAG 17978".parse::<Dtc>()?.p_code().unwrap().to_string(), "P1570");
///
/// let error = "P03G1".parse::<Dtc>().unwrap_err();
/// assert_eq!(error.to_string(), "expected a hex digit at position 4, found 'G'");
/// # Ok::<(), cc_core::DtcParseError>(())
/// ```
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Dtc {
    /// Suspect parameter and failure mode of a truck: `SPN 1208 FMI 10`.
    J1939(J1939Dtc),
    /// Two bytes: `P0301`.
    J2012(J2012Dtc),
    /// Three bytes, the last a failure type: `P157000`.
    J2012Ftb(J2012FtbDtc),
    /// Two bytes of a KWP2000 ECU whose maker's meaning is not known: `KWP 4321`.
    Kwp(KwpDtc),
    /// Bytes of a format nobody named: `RAW 43-21`.
    Raw(RawDtc),
    /// A number of the Volkswagen group: `VAG 17978`.
    Vag(VagDtc),
}

impl Dtc {
    /// The two-byte code this one stands for, where there is one: what rules compare.
    ///
    /// A three-byte code gives its first two bytes; a VAG number its P-code, if it has one. Truck, KWP and raw codes
    /// have none.
    pub fn p_code(self) -> Option<J2012Dtc> {
        match self {
            Self::J2012(code) => Some(code),
            Self::J2012Ftb(code) => Some(code.base()),
            Self::Vag(code) => code.p_code(),
            Self::J1939(_) | Self::Kwp(_) | Self::Raw(_) => None,
        }
    }
}

impl fmt::Display for Dtc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::J1939(code) => fmt::Display::fmt(code, f),
            Self::J2012(code) => fmt::Display::fmt(code, f),
            Self::J2012Ftb(code) => fmt::Display::fmt(code, f),
            Self::Kwp(code) => fmt::Display::fmt(code, f),
            Self::Raw(code) => fmt::Display::fmt(code, f),
            Self::Vag(code) => fmt::Display::fmt(code, f),
        }
    }
}

impl FromStr for Dtc {
    type Err = DtcParseError;

    fn from_str(text: &str) -> Result<Self, DtcParseError> {
        let family = text.split(' ').next().unwrap_or_default();
        if family.len() < text.len() {
            return match family {
                f if f.eq_ignore_ascii_case("VAG") => text.parse().map(Self::Vag),
                f if f.eq_ignore_ascii_case("SPN") => text.parse().map(Self::J1939),
                f if f.eq_ignore_ascii_case("KWP") => text.parse().map(Self::Kwp),
                f if f.eq_ignore_ascii_case("RAW") => text.parse().map(Self::Raw),
                _ => Err(DtcParseError::Family),
            };
        }
        match text.chars().count() {
            7 => text.parse().map(Self::J2012Ftb),
            _ => text.parse().map(Self::J2012),
        }
    }
}

impl From<J2012Dtc> for Dtc {
    fn from(code: J2012Dtc) -> Self {
        Self::J2012(code)
    }
}

impl From<J2012FtbDtc> for Dtc {
    fn from(code: J2012FtbDtc) -> Self {
        Self::J2012Ftb(code)
    }
}

impl From<VagDtc> for Dtc {
    fn from(code: VagDtc) -> Self {
        Self::Vag(code)
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_same_digits_in_two_families_are_two_codes() {
        let j2012: Dtc = "P1570".parse().unwrap();
        let three_bytes: Dtc = "P157000".parse().unwrap();
        let vag: Dtc = "VAG 17978".parse().unwrap();
        assert!(j2012 != three_bytes && j2012 != vag);
        assert_eq!(j2012.p_code(), three_bytes.p_code());
        assert_eq!(j2012.p_code(), vag.p_code());
    }

    #[test]
    fn nothing_else_is_accepted() {
        for text in [
            "",
            " ",
            "P",
            "P030",
            "P03011",
            "P03011F0",
            "X0301",
            "P4301",
            "p0301 ",
            " P0301",
            "P 0301",
            "VAG",
            "VAG ",
            "VAG 1",
            "VAG 123456",
            "VAG 17978 ",
            "VAG  17978",
            "VAG +7978",
            "SPN 1 FMI",
            "SPN 01 FMI 2",
            "SPN 1 FMI 02",
            "SPN 524288 FMI 1",
            "SPN 1 FMI 32",
            "SPN +1 FMI 2",
            "KWP 432",
            "KWP 43210",
            "RAW",
            "RAW ",
            "RAW 4",
            "RAW 43-2",
            "RAW 43 21",
            "RAW 43-",
            "RAW -43",
            "WAS 1234",
            "Ｐ0301",
            "P03０1",
        ] {
            assert!(text.parse::<Dtc>().is_err(), "{text:?} should not parse");
        }
    }

    proptest! {
        #[test]
        fn what_parses_prints_back_the_same(
            text in "([PCBUXpcbu]?[0-9A-Fa-f+ -]{0,8})|((VAG|vag|KWP|RAW|Raw|SPN) [0-9A-Fa-f -]{0,9})|(SPN [0-9]{1,6} FMI [0-9]{1,2})"
        ) {
            if let Ok(dtc) = text.parse::<Dtc>() {
                prop_assert_eq!(dtc.to_string(), text.to_ascii_uppercase());
            }
        }

        #[test]
        fn any_text_is_read_without_panic(text in "\\PC{0,24}") {
            let _ = text.parse::<Dtc>();
        }
    }
}
