//! Freeze frames: DM4 and DM25 (SAE J1939-73, 5.7.4 and 5.7.25).

use core::fmt;

use super::{CodeRecord, MessageError, Part, is_filler};

/// The freeze frames of one message, read in place.
///
/// Each is a byte of length, a code, and what was measured when it came up. An ECU without one sends a length of zero, or
/// a frame of a code that is none.
///
/// # Examples
///
/// ```
/// use cc_obd::j1939::{FreezeFrames, MessageError};
///
/// let data = [0x0C, 0x6E, 0x00, 0x00, 0x01, 0x04, 0x32, 0x40, 0x1F, 0x50, 0xA0, 0x00, 0x50];
/// let frames = FreezeFrames::parse(&data)?;
/// let frame = frames.iter().next().unwrap();
/// assert_eq!(frame.code.dtc(None).unwrap().to_string(), "SPN 110 FMI 0");
/// // The first eight bytes of DM4 are set by the standard: here 1000 rpm, 120 °C, 80 km/h.
/// assert_eq!((frame.engine_speed(), frame.coolant_temperature(), frame.vehicle_speed()), (Some(1000.0), Some(120.0), Some(80.0)));
///
/// let cut = FreezeFrames::parse(&data[..9]).unwrap_err();
/// assert_eq!(cut.to_string(), "freeze frame cut short at offset 0");
/// # Ok::<(), MessageError>(())
/// ```
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct FreezeFrames<'a> {
    data: &'a [u8],
}

/// One freeze frame.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct FreezeFrame<'a> {
    /// The code that stored it.
    pub code: CodeRecord,
    /// What was measured: in DM4 eight bytes that the standard sets and then the maker's, in DM25 the parameters that
    /// DM24 names, in its order.
    pub data: &'a [u8],
}

impl<'a> FreezeFrames<'a> {
    /// Reads the data of DM4 or DM25.
    pub fn parse(data: &'a [u8]) -> Result<Self, MessageError> {
        let mut rest = data;
        if rest.is_empty() {
            return Err(MessageError::Truncated { part: Part::FreezeFrame, offset: 0 });
        }
        // What a message is filled with is no freeze frame; nor is a length of zero, and the zeros of its code.
        while !is_filler(rest) && !is_none(rest) {
            let offset = data.len() - rest.len();
            rest = split(rest).ok_or(MessageError::Truncated { part: Part::FreezeFrame, offset })?.1;
        }
        Ok(Self { data: &data[..data.len() - rest.len()] })
    }

    /// The frames in the ECU's order; a frame of no code is left out.
    pub fn iter(&self) -> impl Iterator<Item = FreezeFrame<'a>> + use<'a> {
        let mut rest = self.data;
        core::iter::from_fn(move || {
            let (frame, next) = split(rest)?;
            rest = next;
            Some(frame)
        })
        .filter(|frame| !frame.code.is_none())
    }
}

impl FreezeFrame<'_> {
    /// Engine speed in revolutions per minute (SPN 190), in a DM4.
    pub fn engine_speed(&self) -> Option<f64> {
        self.word(2).map(|raw| f64::from(raw) * 0.125)
    }

    /// Load of the engine at its speed in percent (SPN 92), in a DM4.
    pub fn engine_load(&self) -> Option<f64> {
        self.byte(4).map(f64::from)
    }

    /// Temperature of the coolant in °C (SPN 110), in a DM4.
    pub fn coolant_temperature(&self) -> Option<f64> {
        self.byte(5).map(|raw| f64::from(raw) - 40.0)
    }

    /// Boost pressure in kPa (SPN 102), in a DM4.
    pub fn boost_pressure(&self) -> Option<f64> {
        self.byte(1).map(|raw| f64::from(raw) * 2.0)
    }

    /// Speed by the wheels in km/h (SPN 84), in a DM4.
    pub fn vehicle_speed(&self) -> Option<f64> {
        self.word(6).map(|raw| f64::from(raw) / 256.0)
    }

    fn byte(&self, at: usize) -> Option<u8> {
        super::counts::byte(*self.data.get(at)?)
    }

    fn word(&self, at: usize) -> Option<u16> {
        super::counts::word(*self.data.get(at..)?.first_chunk()?)
    }
}

impl fmt::Debug for FreezeFrames<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl fmt::Debug for FreezeFrame<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FreezeFrame({:?}, {} bytes)", self.code, self.data.len())
    }
}

/// A length of zero with no code behind it, perhaps filled.
fn is_none(data: &[u8]) -> bool {
    matches!(data, [0, rest @ ..] if rest.iter().all(|byte| matches!(byte, 0 | 0xFF)))
}

/// The first frame and what follows it. The length counts the bytes behind it: a code and at least nothing.
fn split(data: &[u8]) -> Option<(FreezeFrame<'_>, &[u8])> {
    let (&length, rest) = data.split_first()?;
    let (frame, rest) = rest.split_at_checked(length.into())?;
    let (code, data) = frame.split_first_chunk()?;
    Some((FreezeFrame { code: CodeRecord(*code), data }, rest))
}
