//! What an ECU can tell: DM20 and DM24 (SAE J1939-73, 5.7.20 and 5.7.24).

use core::fmt;

use super::counts::word;
use super::{MessageError, Part, array, is_filler};

/// One parameter of [`SupportedSpns`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct SupportedSpn {
    /// The suspect parameter number.
    pub spn: u32,
    /// Whether it stands in the freeze frames of DM25.
    pub in_freeze_frame: bool,
    /// Whether the ECU sends it.
    pub in_data_stream: bool,
    /// Whether tests give results for it (DM30).
    pub has_test_results: bool,
    /// How many bytes it has in a freeze frame.
    pub length: u8,
}

/// Which parameters the ECU can give (DM24), read in place.
///
/// # Examples
///
/// ```
/// use cc_obd::j1939::{MessageError, SupportedSpns};
///
/// let supported = SupportedSpns::parse(&[0x5C, 0x00, 0x1C, 0x01, 0xBE, 0x00, 0x1D, 0x02])?;
/// let spns: Vec<_> = supported.iter().map(|s| (s.spn, s.in_freeze_frame, s.length)).collect();
/// assert_eq!(spns, [(92, true, 1), (190, false, 2)]);
/// let cut = SupportedSpns::parse(&[0x5C, 0x00, 0x1C]).unwrap_err();
/// assert_eq!(cut.to_string(), "suspect parameter number cut short at offset 0");
/// # Ok::<(), MessageError>(())
/// ```
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct SupportedSpns<'a> {
    entries: &'a [[u8; 4]],
}

impl<'a> SupportedSpns<'a> {
    /// Reads the data of DM24.
    pub fn parse(data: &'a [u8]) -> Result<Self, MessageError> {
        let (entries, rest) = data.as_chunks();
        if entries.is_empty() || !is_filler(rest) {
            return Err(MessageError::Truncated { part: Part::Spn, offset: data.len() - rest.len() });
        }
        Ok(Self { entries })
    }

    /// The parameters in the ECU's order; entries of ones fill a frame and are left out. A bit of zero is "supported".
    pub fn iter(&self) -> impl Iterator<Item = SupportedSpn> + use<'a> {
        self.entries.iter().filter(|entry| **entry != [0xFF; 4]).map(|&[low, middle, high, length]| {
            SupportedSpn {
                spn: spn([low, middle, high]),
                in_freeze_frame: high & 1 == 0,
                in_data_stream: high & 2 == 0,
                has_test_results: high & 4 == 0,
                length,
            }
        })
    }
}

/// How often one monitor ran.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct PerformanceRatio {
    /// The suspect parameter number of the monitor.
    pub spn: u32,
    /// How often it ran to its end.
    pub completed: Option<u16>,
    /// How often the conditions for it were met.
    pub possible: Option<u16>,
}

/// How often the monitors ran (DM20), read in place.
///
/// # Examples
///
/// ```
/// use cc_obd::j1939::{MessageError, PerformanceRatios};
///
/// let ratios = PerformanceRatios::parse(&[10, 0, 8, 0, 0xF2, 0x0B, 0x1F, 3, 0, 6, 0])?;
/// assert_eq!((ratios.ignition_cycles(), ratios.conditions_met()), (Some(10), Some(8)));
/// let first = ratios.iter().next().unwrap();
/// assert_eq!((first.spn, first.completed, first.possible), (3058, Some(3), Some(6)));
/// assert_eq!(PerformanceRatios::parse(&[10, 0, 8]).unwrap_err().to_string(), "counts cut short at offset 0");
/// # Ok::<(), MessageError>(())
/// ```
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct PerformanceRatios<'a> {
    head: [u8; 4],
    entries: &'a [[u8; 7]],
}

impl<'a> PerformanceRatios<'a> {
    /// Reads the data of DM20.
    pub fn parse(data: &'a [u8]) -> Result<Self, MessageError> {
        let head = array(data, 0, Part::Counts)?;
        let (entries, rest) = data[4..].as_chunks();
        if !is_filler(rest) {
            return Err(MessageError::Truncated { part: Part::Ratio, offset: data.len() - rest.len() });
        }
        Ok(Self { head, entries })
    }

    /// How often the ignition was switched on.
    pub fn ignition_cycles(&self) -> Option<u16> {
        word([self.head[0], self.head[1]])
    }

    /// How often the car was driven in a way that lets monitors run.
    pub fn conditions_met(&self) -> Option<u16> {
        word([self.head[2], self.head[3]])
    }

    /// The monitors in the ECU's order.
    pub fn iter(&self) -> impl Iterator<Item = PerformanceRatio> + use<'a> {
        self.entries.iter().filter(|entry| **entry != [0xFF; 7]).map(
            |&[low, middle, high, completed_low, completed_high, possible @ ..]| PerformanceRatio {
                spn: spn([low, middle, high]),
                completed: word([completed_low, completed_high]),
                possible: word(possible),
            },
        )
    }
}

impl fmt::Debug for SupportedSpns<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl fmt::Debug for PerformanceRatios<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// 19 bits, low byte first, the top three above the rest of the third byte.
fn spn([low, middle, high]: [u8; 3]) -> u32 {
    u32::from_le_bytes([low, middle, high >> 5, 0])
}
