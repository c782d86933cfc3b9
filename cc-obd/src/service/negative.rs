//! Negative responses (ISO 14229-1:2020, annex A.1; ISO 14230-3 for K-line).

use alloc::vec::Vec;
use core::fmt;

use super::{AnswerError, Layer, byte, bytes, truncated};
use nom::Parser;
use nom::combinator::verify;

/// The code that says why an ECU refused: any byte, with the names of ISO 14229-1.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct NegativeCode(pub u8);

impl NegativeCode {
    /// 0x78: the request was understood, and the answer comes later.
    pub const PENDING: Self = Self(0x78);

    /// The name in ISO 14229-1, in lower case; `None` for codes without one.
    pub fn name(self) -> Option<&'static str> {
        Some(match self.0 {
            0x10 => "general reject",
            0x11 => "service not supported",
            0x12 => "sub-function not supported",
            0x13 => "incorrect message length or invalid format",
            0x14 => "response too long",
            0x21 => "busy, repeat request",
            0x22 => "conditions not correct",
            0x24 => "request sequence error",
            0x25 => "no response from subnet component",
            0x26 => "failure prevents execution of requested action",
            0x31 => "request out of range",
            0x33 => "security access denied",
            0x34 => "authentication required",
            0x35 => "invalid key",
            0x36 => "exceeded number of attempts",
            0x37 => "required time delay not expired",
            0x70 => "upload or download not accepted",
            0x71 => "transfer data suspended",
            0x72 => "general programming failure",
            0x73 => "wrong block sequence counter",
            0x78 => "request received, response pending",
            0x7E => "sub-function not supported in active session",
            0x7F => "service not supported in active session",
            0x81 => "engine speed too high",
            0x82 => "engine speed too low",
            0x83 => "engine is running",
            0x84 => "engine is not running",
            0x85 => "engine run time too low",
            0x86 => "temperature too high",
            0x87 => "temperature too low",
            0x88 => "vehicle speed too high",
            0x89 => "vehicle speed too low",
            0x8A => "throttle or pedal too high",
            0x8B => "throttle or pedal too low",
            0x8C => "transmission not in neutral",
            0x8D => "transmission not in gear",
            0x8F => "brake not closed",
            0x90 => "shifter not in park",
            0x91 => "torque converter clutch locked",
            0x92 => "voltage too high",
            0x93 => "voltage too low",
            _ => return None,
        })
    }
}

impl fmt::Display for NegativeCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => write!(f, "{name} (0x{:02x})", self.0),
            None => write!(f, "0x{:02x}", self.0),
        }
    }
}

/// A negative response: `7F`, the refused service, the reason.
///
/// # Examples
///
/// ```
/// use cc_obd::service::{AnswerError, NegativeResponse};
///
/// let refused = NegativeResponse::parse(&[0x7F, 0x01, 0x12])?;
/// assert_eq!((refused.service, refused.code.0, refused.is_pending()), (0x01, 0x12, false));
/// assert_eq!(refused.to_string(), "service 01 refused: sub-function not supported (0x12)");
/// assert!(NegativeResponse::parse(&[0x7F, 0x19, 0x78])?.is_pending());
///
/// assert!(NegativeResponse::parse(&[0x7F, 0x19]).is_err());
/// # Ok::<(), AnswerError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct NegativeResponse {
    /// The service that was asked for.
    pub service: u8,
    /// Why not.
    pub code: NegativeCode,
}

impl NegativeResponse {
    /// The service byte of negative responses.
    pub const SERVICE: u8 = 0x7F;

    /// Reads `7F`, service, code. K-line answers to services 01 to 0A repeat the request's bytes between the two
    /// (SAE J1979): then the last byte is the code.
    pub fn parse(answer: &[u8]) -> Result<Self, AnswerError> {
        let (rest, _) = verify(byte, |&service| service == Self::SERVICE)
            .parse(answer)
            .map_err(|_: nom::Err<()>| truncated(Layer::ServiceId, answer, answer))?;
        let (rest, service) = byte(rest).map_err(|_| truncated(Layer::ServiceId, answer, rest))?;
        let repeats = rest.len() == 5 && (0x01..=0x0A).contains(&service) && !super::is_padding(&rest[1..]);
        let repeated = if repeats { 4 } else { 0 };
        let (rest, _) = bytes(repeated, rest).map_err(|_| truncated(Layer::ParameterData, answer, rest))?;
        let (rest, code) = byte(rest).map_err(|_| truncated(Layer::ParameterData, answer, rest))?;
        if !super::is_padding(rest) {
            return Err(AnswerError::Trailing {
                layer: Layer::ParameterData,
                offset: answer.len() - rest.len(),
            });
        }
        Ok(Self { service, code: NegativeCode(code) })
    }

    /// Appends the three bytes.
    pub fn encode(self, out: &mut Vec<u8>) {
        out.extend_from_slice(&[Self::SERVICE, self.service, self.code.0]);
    }

    /// Whether the ECU asks for patience: the answer follows (code 0x78).
    pub fn is_pending(self) -> bool {
        self.code == NegativeCode::PENDING
    }
}

impl fmt::Display for NegativeResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verb = if self.is_pending() { "pending" } else { "refused" };
        write!(f, "service {:02x} {verb}: {}", self.service, self.code)
    }
}
