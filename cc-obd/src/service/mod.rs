//! Answers of the diagnostic services, one file a service.
//!
//! Each function takes one whole answer (ISO-TP removed), service byte included, and reads it in place. An answer
//! that is a negative response is an [`AnswerError::Negative`], never data.

mod data_by_identifier;
mod dtc_information;
mod freeze_frame;
mod live_data;
mod negative;
mod performance;
mod readiness;
mod stored_dtcs;
mod supported;
mod vehicle_info;

use nom::bytes::complete::take;
use nom::{IResult, Parser};

pub use data_by_identifier::{DataRecord, VIN_IDENTIFIER, data_by_identifier};
pub use dtc_information::{DtcCount, DtcCountFormat, DtcRecord, DtcRecords, dtc_count, dtcs_by_status};
pub use freeze_frame::{FreezeFrame, FreezeFrames, freeze_frame, freeze_frames};
pub(crate) use live_data::live_data_asked;
pub use live_data::{LiveData, Parameter, live_data, parameter_length};
pub use negative::{NegativeCode, NegativeResponse};
pub use performance::PerformanceCounters;
pub use readiness::{CycleReadiness, readiness};
pub use stored_dtcs::{DtcService, StoredDtcs, stored_dtcs};
pub use supported::{Supported, SupportedIds};
pub use vehicle_info::{INFO_TYPES, InfoItem, InfoTypeRow, VehicleInfo, VehicleInfoAssembler, vehicle_info};

/// The bus that carried an answer: some services look different on the old ones.
///
/// On CAN a count leads the codes of services 03, 07 and 0A and the values of service 09. On K-line and J1850 there
/// is none, and zeros fill the last message.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum Framing {
    /// CAN (ISO 15765-4).
    #[default]
    Can,
    /// K-line (ISO 9141-2, ISO 14230-4) and J1850.
    Kline,
}

/// The part of an answer that could not be read.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Layer {
    /// The count of codes or values.
    Count,
    /// A data identifier of service 22.
    DataIdentifier,
    /// The list of codes.
    DtcList,
    /// A field of an ISO 14229-1 message, by its name.
    Field(&'static str),
    /// The frame number of service 02.
    FrameNumber,
    /// An info type of service 09.
    InfoType,
    /// A parameter id.
    ParameterId,
    /// A parameter's or a record's data.
    ParameterData,
    /// The service byte.
    ServiceId,
    /// The status availability mask of service 19.
    StatusMask,
    /// The report type of service 19.
    SubFunction,
}

impl core::fmt::Display for Layer {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Field(name) => {
                let mut words = name.split('_');
                f.write_str(words.next().unwrap_or_default())?;
                return words.try_for_each(|word| write!(f, " {word}"));
            }
            Self::Count => "count",
            Self::DataIdentifier => "data identifier",
            Self::DtcList => "code list",
            Self::FrameNumber => "frame number",
            Self::InfoType => "info type",
            Self::ParameterId => "parameter id",
            Self::ParameterData => "parameter data",
            Self::ServiceId => "service id",
            Self::StatusMask => "status mask",
            Self::SubFunction => "sub-function",
        })
    }
}

/// Why an answer is not what was asked for.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum AnswerError {
    /// A value in several messages ended before its last one (service 09 on K-line and J1850).
    #[error("info type {info_type:02x} ended after {have} of {messages} messages")]
    Incomplete {
        /// The info type.
        info_type: u8,
        /// How many messages came; those behind are missing.
        have: u8,
        /// How many it takes.
        messages: u8,
    },
    /// The ECU refused, or asks for patience.
    #[error("{0}")]
    Negative(NegativeResponse),
    /// The request is for another service.
    #[error("expected request {expected:02x}, found {found:02x}")]
    OtherRequest {
        /// The service byte the caller asked for.
        expected: u8,
        /// The one found.
        found: u8,
    },
    /// The answer belongs to another service.
    #[error("expected answer {expected:02x}, found {found:02x}")]
    OtherService {
        /// The service byte the caller asked for, 0x40 added.
        expected: u8,
        /// The one found.
        found: u8,
    },
    /// Bytes are left behind a complete answer, and they are not padding.
    #[error("bytes left over behind the {layer} at offset {offset}")]
    Trailing {
        /// What was complete.
        layer: Layer,
        /// Where the left-over starts, counted from the service byte.
        offset: usize,
    },
    /// The answer ends too early, or a part has an impossible value.
    #[error("{layer} cut short or invalid at offset {offset}")]
    Truncated {
        /// The part concerned.
        layer: Layer,
        /// Where it starts, counted from the service byte.
        offset: usize,
    },
}

impl AnswerError {
    /// The error of a part of an answer that has so many more bytes before it.
    pub(crate) fn behind(self, before: usize) -> Self {
        match self {
            Self::Trailing { layer, offset } => Self::Trailing { layer, offset: before + offset },
            Self::Truncated { layer, offset } => Self::Truncated { layer, offset: before + offset },
            other => other,
        }
    }
}

/// Splits off the service byte: the rest of a positive answer to `service`.
pub(crate) fn positive(answer: &[u8], service: u8) -> Result<&[u8], AnswerError> {
    let expected = service | 0x40;
    match byte(answer) {
        Ok((rest, found)) if found == expected => Ok(rest),
        Ok((_, NegativeResponse::SERVICE)) => match NegativeResponse::parse(answer)? {
            negative if negative.service == service => Err(AnswerError::Negative(negative)),
            _ => Err(AnswerError::OtherService { expected, found: NegativeResponse::SERVICE }),
        },
        Ok((_, found)) => Err(AnswerError::OtherService { expected, found }),
        Err(_) => Err(AnswerError::Truncated { layer: Layer::ServiceId, offset: 0 }),
    }
}

/// The error for a part that starts at `rest` within `answer`.
pub(crate) fn truncated(layer: Layer, answer: &[u8], rest: &[u8]) -> AnswerError {
    AnswerError::Truncated { layer, offset: answer.len() - rest.len() }
}

fn byte(input: &[u8]) -> IResult<&[u8], u8, ()> {
    nom::number::complete::u8(input)
}

fn word(input: &[u8]) -> IResult<&[u8], u16, ()> {
    nom::number::complete::be_u16(input)
}

fn bytes(count: usize, input: &[u8]) -> IResult<&[u8], &[u8], ()> {
    take(count).parse(input)
}

/// Whether all bytes are one of the values that ECUs and adapters fill frames with.
pub(crate) fn is_padding(bytes: &[u8]) -> bool {
    [0x00, 0x55, 0xAA, 0xCC, 0xFF].iter().any(|&fill| bytes.iter().all(|&byte| byte == fill))
}
