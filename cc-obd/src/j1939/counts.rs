//! Counters: DM21 and DM29 (SAE J1939-73, 5.7.21 and 5.7.29).

use super::{MessageError, Part, array};

/// How far and how long, with the malfunction indicator on and since codes were cleared (DM21).
///
/// `None` where the ECU does not know.
///
/// # Examples
///
/// ```
/// use cc_obd::j1939::{DistanceAndTime, MessageError};
///
/// let counted = DistanceAndTime::parse(&[0x2C, 0x01, 0xE8, 0x03, 0xFF, 0xFF, 0x0A, 0x00])?;
/// assert_eq!((counted.distance_with_mil_on, counted.distance_since_clear), (Some(300), Some(1000)));
/// assert_eq!((counted.run_time_with_mil_on, counted.time_since_clear), (None, Some(10)));
///
/// let error = DistanceAndTime::parse(&[0; 7]).unwrap_err();
/// assert_eq!(error.to_string(), "counts cut short at offset 0");
/// # Ok::<(), MessageError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct DistanceAndTime {
    /// Kilometres driven while the malfunction indicator was on (SPN 3069).
    pub distance_with_mil_on: Option<u16>,
    /// Kilometres driven since codes were cleared (SPN 3294).
    pub distance_since_clear: Option<u16>,
    /// Minutes the engine ran while the malfunction indicator was on (SPN 3295).
    pub run_time_with_mil_on: Option<u16>,
    /// Minutes the engine ran since codes were cleared (SPN 3296).
    pub time_since_clear: Option<u16>,
}

impl DistanceAndTime {
    /// Reads the data.
    pub fn parse(data: &[u8]) -> Result<Self, MessageError> {
        let bytes = array::<8>(data, 0, Part::Counts)?;
        let at = |offset| array(&bytes, offset, Part::Counts).map(word);
        Ok(Self {
            distance_with_mil_on: at(0)?,
            distance_since_clear: at(2)?,
            run_time_with_mil_on: at(4)?,
            time_since_clear: at(6)?,
        })
    }
}

/// How many codes there are of each kind (DM29); `None` where the ECU does not say.
///
/// # Examples
///
/// ```
/// use cc_obd::j1939::{CodeCounts, MessageError};
///
/// let counts = CodeCounts::parse(&[1, 2, 3, 4, 5, 0xFF, 0xFF, 0xFF])?;
/// assert_eq!((counts.pending, counts.confirmed, counts.permanent), (Some(1), Some(3), Some(5)));
/// assert_eq!(CodeCounts::parse(&[1, 2, 3, 4]).unwrap_err().to_string(), "counts cut short at offset 0");
/// # Ok::<(), MessageError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct CodeCounts {
    /// Emission-related pending codes: DM6 lists them.
    pub pending: Option<u8>,
    /// All pending codes: DM27.
    pub all_pending: Option<u8>,
    /// Emission-related codes that light the malfunction indicator: DM12.
    pub confirmed: Option<u8>,
    /// Emission-related codes that lit it before: DM23.
    pub previously_confirmed: Option<u8>,
    /// Permanent codes: DM28.
    pub permanent: Option<u8>,
}

impl CodeCounts {
    /// Reads the data.
    pub fn parse(data: &[u8]) -> Result<Self, MessageError> {
        let [pending, all_pending, confirmed, previous, permanent] =
            array::<5>(data, 0, Part::Counts)?.map(byte);
        Ok(Self { pending, all_pending, confirmed, previously_confirmed: previous, permanent })
    }
}

/// A count of one byte: what is above 250 is no number (SAE J1939-71, table 1).
pub(super) fn byte(raw: u8) -> Option<u8> {
    Some(raw).filter(|&raw| raw <= 0xFA)
}

/// A count of two bytes: what is above 64255 is no number (SAE J1939-71, table 1).
pub(super) fn word(bytes: [u8; 2]) -> Option<u16> {
    Some(u16::from_le_bytes(bytes)).filter(|&raw| raw <= 0xFAFF)
}
