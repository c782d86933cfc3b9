//! The status byte that rides beside a code.

use core::fmt;
use core::str::FromStr;

/// The status of a trouble code, eight bits by ISO 14229-1:2020 annex D.2.
///
/// # Examples
///
/// ```
/// use cc_core::DtcStatus;
///
/// let status: DtcStatus = "2f".parse()?;
/// assert!(status.test_failed() && status.confirmed());
/// assert!(!status.warning_indicator_requested());
/// assert_eq!(status.to_string(), "2F");
/// assert!("2".parse::<DtcStatus>().is_err());
/// # Ok::<(), cc_core::DtcStatusParseError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct DtcStatus(pub u8);

macro_rules! bits {
    ($($(#[$doc:meta])* $name:ident = $bit:literal;)*) => {
        $(
            $(#[$doc])*
            pub const fn $name(self) -> bool {
                self.0 & (1 << $bit) != 0
            }
        )*
    };
}

impl DtcStatus {
    bits! {
        /// Bit 0: the last test that ended found the fault.
        test_failed = 0;
        /// Bit 1: the fault was found in this operation cycle.
        test_failed_this_operation_cycle = 1;
        /// Bit 2: the fault was found in this or the last operation cycle, and waits to be confirmed.
        pending = 2;
        /// Bit 3: the fault was found often enough to be stored.
        confirmed = 3;
        /// Bit 4: the test has not ended since codes were cleared.
        test_not_completed_since_last_clear = 4;
        /// Bit 5: the fault was found at least once since codes were cleared.
        test_failed_since_last_clear = 5;
        /// Bit 6: the test has not ended in this operation cycle.
        test_not_completed_this_operation_cycle = 6;
        /// Bit 7: the ECU asks for a warning lamp.
        warning_indicator_requested = 7;
    }
}

impl FromStr for DtcStatus {
    type Err = DtcStatusParseError;

    fn from_str(text: &str) -> Result<Self, DtcStatusParseError> {
        if text.len() != 2 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(DtcStatusParseError);
        }
        u8::from_str_radix(text, 16).map(Self).map_err(|_| DtcStatusParseError)
    }
}

impl fmt::Display for DtcStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02X}", self.0)
    }
}

/// A text that is not a status byte.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("expected two hex digits")]
pub struct DtcStatusParseError;
