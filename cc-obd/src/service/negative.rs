//! Negative responses (ISO 14229-1:2020, annex A.1; ISO 14230-3 for K-line).

use alloc::vec::Vec;
use core::fmt;

use super::{AnswerError, Layer, byte, bytes, truncated};
use nom::Parser;
use nom::combinator::verify;

/// The code that says why an ECU refused: any byte, with the names of ISO 14229-1 (table A.1). 0x78 is no refusal: the
/// request was understood, and the answer comes later.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct NegativeCode(pub u8);

macro_rules! codes {
    ($($value:literal $constant:ident $name:literal;)*) => {
        impl NegativeCode {
            $(#[doc = concat!("`", stringify!($value), "`: ", $name, ".")] pub const $constant: Self = Self($value);)*

            /// The codes that ISO 14229-1 names, with their names in lower case.
            pub const NAMES: &'static [(u8, &'static str)] = &[$(($value, $name)),*];

            /// The name in ISO 14229-1, in lower case; `None` for codes without one.
            pub const fn name(self) -> Option<&'static str> {
                match self.0 {
                    $($value => Some($name),)*
                    _ => None,
                }
            }
        }
    };
}

codes! {
    0x10 GENERAL_REJECT "general reject";
    0x11 SERVICE_NOT_SUPPORTED "service not supported";
    0x12 SUB_FUNCTION_NOT_SUPPORTED "sub-function not supported";
    0x13 INCORRECT_LENGTH_OR_FORMAT "incorrect message length or invalid format";
    0x14 RESPONSE_TOO_LONG "response too long";
    0x21 BUSY_REPEAT_REQUEST "busy, repeat request";
    0x22 CONDITIONS_NOT_CORRECT "conditions not correct";
    0x24 REQUEST_SEQUENCE_ERROR "request sequence error";
    0x25 NO_RESPONSE_FROM_SUBNET_COMPONENT "no response from subnet component";
    0x26 FAILURE_PREVENTS_EXECUTION_OF_REQUESTED_ACTION "failure prevents execution of requested action";
    0x31 REQUEST_OUT_OF_RANGE "request out of range";
    0x33 SECURITY_ACCESS_DENIED "security access denied";
    0x34 AUTHENTICATION_REQUIRED "authentication required";
    0x35 INVALID_KEY "invalid key";
    0x36 EXCEEDED_NUMBER_OF_ATTEMPTS "exceeded number of attempts";
    0x37 REQUIRED_TIME_DELAY_NOT_EXPIRED "required time delay not expired";
    0x38 SECURE_DATA_TRANSMISSION_REQUIRED "secure data transmission required";
    0x39 SECURE_DATA_TRANSMISSION_NOT_ALLOWED "secure data transmission not allowed";
    0x3A SECURE_DATA_VERIFICATION_FAILED "secure data verification failed";
    0x50 CERTIFICATE_VERIFICATION_FAILED_INVALID_TIME_PERIOD "certificate verification failed, invalid time period";
    0x51 CERTIFICATE_VERIFICATION_FAILED_INVALID_SIGNATURE "certificate verification failed, invalid signature";
    0x52 CERTIFICATE_VERIFICATION_FAILED_INVALID_CHAIN_OF_TRUST "certificate verification failed, invalid chain of trust";
    0x53 CERTIFICATE_VERIFICATION_FAILED_INVALID_TYPE "certificate verification failed, invalid type";
    0x54 CERTIFICATE_VERIFICATION_FAILED_INVALID_FORMAT "certificate verification failed, invalid format";
    0x55 CERTIFICATE_VERIFICATION_FAILED_INVALID_CONTENT "certificate verification failed, invalid content";
    0x56 CERTIFICATE_VERIFICATION_FAILED_INVALID_SCOPE "certificate verification failed, invalid scope";
    0x57 CERTIFICATE_VERIFICATION_FAILED_INVALID_CERTIFICATE "certificate verification failed, invalid certificate";
    0x58 OWNERSHIP_VERIFICATION_FAILED "ownership verification failed";
    0x59 CHALLENGE_CALCULATION_FAILED "challenge calculation failed";
    0x5A SETTING_ACCESS_RIGHTS_FAILED "setting access rights failed";
    0x5B SESSION_KEY_CREATION_OR_DERIVATION_FAILED "session key creation or derivation failed";
    0x5C CONFIGURATION_DATA_USAGE_FAILED "configuration data usage failed";
    0x5D DE_AUTHENTICATION_FAILED "de-authentication failed";
    0x70 UPLOAD_DOWNLOAD_NOT_ACCEPTED "upload or download not accepted";
    0x71 TRANSFER_DATA_SUSPENDED "transfer data suspended";
    0x72 GENERAL_PROGRAMMING_FAILURE "general programming failure";
    0x73 WRONG_BLOCK_SEQUENCE_COUNTER "wrong block sequence counter";
    0x78 PENDING "request received, response pending";
    0x7E SUB_FUNCTION_NOT_SUPPORTED_IN_ACTIVE_SESSION "sub-function not supported in active session";
    0x7F SERVICE_NOT_SUPPORTED_IN_ACTIVE_SESSION "service not supported in active session";
    0x81 ENGINE_SPEED_TOO_HIGH "engine speed too high";
    0x82 ENGINE_SPEED_TOO_LOW "engine speed too low";
    0x83 ENGINE_IS_RUNNING "engine is running";
    0x84 ENGINE_IS_NOT_RUNNING "engine is not running";
    0x85 ENGINE_RUN_TIME_TOO_LOW "engine run time too low";
    0x86 TEMPERATURE_TOO_HIGH "temperature too high";
    0x87 TEMPERATURE_TOO_LOW "temperature too low";
    0x88 VEHICLE_SPEED_TOO_HIGH "vehicle speed too high";
    0x89 VEHICLE_SPEED_TOO_LOW "vehicle speed too low";
    0x8A THROTTLE_OR_PEDAL_TOO_HIGH "throttle or pedal too high";
    0x8B THROTTLE_OR_PEDAL_TOO_LOW "throttle or pedal too low";
    0x8C TRANSMISSION_NOT_IN_NEUTRAL "transmission not in neutral";
    0x8D TRANSMISSION_NOT_IN_GEAR "transmission not in gear";
    0x8F BRAKE_NOT_CLOSED "brake not closed";
    0x90 SHIFTER_NOT_IN_PARK "shifter not in park";
    0x91 TORQUE_CONVERTER_CLUTCH_LOCKED "torque converter clutch locked";
    0x92 VOLTAGE_TOO_HIGH "voltage too high";
    0x93 VOLTAGE_TOO_LOW "voltage too low";
    0x94 RESOURCE_TEMPORARILY_NOT_AVAILABLE "resource temporarily not available";
}

impl NegativeCode {
    /// Whether it names a condition of the maker's own that is not met.
    pub const fn is_maker_specific(self) -> bool {
        matches!(self.0, 0xF0..=0xFE)
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
