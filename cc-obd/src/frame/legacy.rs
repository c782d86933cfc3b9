//! Frames of the buses before CAN: K-line (ISO 9141-2, ISO 14230-2) and J1850 (SAE J1850).

use core::fmt;

use super::FrameError;

/// Which check byte ended a [`LegacyFrame`].
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum LegacyCheck {
    /// The sum of all bytes, modulo 256: ISO 9141-2 and ISO 14230-2 (K-line).
    Sum,
    /// The CRC-8 of SAE J1850 (polynomial 1D, start FF, inverted).
    Crc,
}

/// One frame of a K-line or J1850 bus: header, data, check byte.
///
/// The header is three bytes: `48 6B 10` (priority and type, target, source) on ISO 9141-2 and J1850 VPW, `41 6B 10` on
/// J1850 PWM (there only the CRC counts), `8n F1 10` or
/// `Cn F1 10` on ISO 14230-2, where n is the number of data bytes (0: a length byte follows the header).
///
/// `Debug` shows no data: the bytes may spell a VIN.
///
/// # Examples
///
/// ```
/// use cc_obd::frame::{FrameError, LegacyCheck, LegacyFrame};
///
/// let mut bytes = [0x48, 0x6B, 0x10, 0x43, 0x01, 0x33, 0x02, 0x44, 0x00, 0x00, 0x80];
/// let frame = LegacyFrame::new(&bytes)?;
/// assert_eq!((frame.source(), frame.check()), (0x10, LegacyCheck::Sum));
/// assert_eq!(frame.data(), [0x43, 0x01, 0x33, 0x02, 0x44, 0x00, 0x00]);
///
/// bytes[10] = 0x26;
/// assert_eq!(LegacyFrame::new(&bytes)?.check(), LegacyCheck::Crc);
/// bytes[10] = 0x3F;
/// assert_eq!(LegacyFrame::new(&bytes), Err(FrameError::Checksum { expected: 0x80, found: 0x3F }));
/// # Ok::<(), FrameError>(())
/// ```
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct LegacyFrame<'a> {
    target: u8,
    source: u8,
    check: LegacyCheck,
    data: &'a [u8],
}

/// The longest frame: four header bytes, 255 data bytes and the sum (ISO 14230-2).
pub(crate) const MOST: usize = 260;

impl<'a> LegacyFrame<'a> {
    /// Reads a whole frame, header and check byte included.
    pub fn new(bytes: &'a [u8]) -> Result<Self, FrameError> {
        if bytes.len() > MOST {
            return Err(FrameError::TooLong { found: bytes.len(), most: MOST });
        }
        let [format, target, source, rest @ ..] = bytes else {
            return Err(FrameError::TooShort { found: bytes.len(), least: 5 });
        };
        let [body @ .., found] = rest else { return Err(FrameError::TooShort { found: 3, least: 5 }) };
        let checked = &bytes[..bytes.len() - 1];
        let check = if is_pwm(*format, *target) {
            // A K-line's sum may be the same by chance.
            let expected = crc(checked);
            if expected != *found {
                return Err(FrameError::Checksum { expected, found: *found });
            }
            LegacyCheck::Crc
        } else if sum(checked) == *found {
            LegacyCheck::Sum
        } else if crc(checked) == *found {
            LegacyCheck::Crc
        } else {
            return Err(FrameError::Checksum { expected: sum(checked), found: *found });
        };
        let data = if is_kwp(*format, *target) { kwp_data(*format, body)? } else { body };
        if data.is_empty() {
            return Err(FrameError::TooShort { found: bytes.len(), least: 5 });
        }
        Ok(Self { target: *target, source: *source, check, data })
    }

    /// The address the frame is for: `6B` (all testers) or `F1`.
    pub fn target(&self) -> u8 {
        self.target
    }

    /// The address of the ECU that sent the frame, such as `10` (engine) or `18` (gearbox).
    pub fn source(&self) -> u8 {
        self.source
    }

    /// Which check byte was right.
    pub fn check(&self) -> LegacyCheck {
        self.check
    }

    /// The service answer: the bytes between header and check byte.
    pub fn data(&self) -> &'a [u8] {
        self.data
    }

    /// Whether the bytes start like an answer on one of these buses: `48 6B`, or an ISO 14230-2 header to the tester.
    pub fn looks_like(bytes: &[u8]) -> bool {
        match *bytes {
            [0x48, 0x6B, _, _, _, ..] => bytes.len() <= 12,
            [format, target, _, _, _, ..] => is_kwp(format, target),
            _ => false,
        }
    }
}

impl fmt::Debug for LegacyFrame<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { source, check, data, .. } = self;
        write!(f, "LegacyFrame({source:02X}, {} bytes, {check:?})", data.len())
    }
}

/// `41 6B`: an answer on J1850 PWM, whose check byte is a CRC and never a sum (SAE J1979).
pub(crate) fn is_pwm(format: u8, target: u8) -> bool {
    (format, target) == (0x41, 0x6B)
}

/// ISO 14230-2 format bytes carry an address mode (10: physical, 11: functional); the tester is F1.
fn is_kwp(format: u8, target: u8) -> bool {
    format >= 0x80 && target == 0xF1
}

fn kwp_data(format: u8, body: &[u8]) -> Result<&[u8], FrameError> {
    let (stated, data) = match (format & 0x3F, body) {
        (0, [length, data @ ..]) => (usize::from(*length), data),
        (length, data) => (usize::from(length), data),
    };
    if stated == data.len() {
        Ok(data)
    } else {
        Err(FrameError::LengthMismatch { stated, found: data.len() })
    }
}

/// The check byte of K-lines.
pub(crate) fn sum(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |sum: u8, &byte| sum.wrapping_add(byte))
}

/// The check byte of J1850.
pub(crate) fn crc(bytes: &[u8]) -> u8 {
    !bytes.iter().fold(0xFF_u8, |crc, &byte| {
        (0..8).fold(crc ^ byte, |crc, _| if crc & 0x80 == 0 { crc << 1 } else { crc << 1 ^ 0x1D })
    })
}
