//! Unified diagnostic services (ISO 14229-1:2020): requests and answers of every service, as one set of types.
//!
//! A tester asks an ECU with a request: a service byte and what belongs to it. The ECU gives a positive answer, which
//! begins with that byte and 0x40, or refuses. Each service has a request type and an answer type; both read a whole
//! message (ISO-TP removed) in place, without allocation, and write themselves to the same bytes: a tester builds
//! requests and reads answers, an ECU the other way round.
//!
//! Quick tour: [`Request`] and [`Answer`] are any message; [`DtcReportRequest`] and [`DtcReport`] are the reports of
//! trouble codes; [`SERVICES`] lists what there is. A refusal is never data: it is [`Answer::Negative`], or
//! [`Answer::Pending`] where the ECU asks for patience; a type of one service gives it as
//! [`AnswerError::Negative`].
//!
//! What only the maker knows stays bytes: [`RawData`]. Lengths that no message tells (of the data of an identifier,
//! in [`Snapshots`] and the like) are an argument.
//!
//! # Examples
//!
//! ```
//! use cc_obd::service::AnswerError;
//! use cc_obd::uds::{Answer, DtcReport, Request};
//!
//! let request = Request::parse(&[0x19, 0x0A])?;
//! assert_eq!(request.name(), "ReadDTCInformation");
//! let answer = Answer::parse(&[0x59, 0x0A, 0xFF, 0x9A, 0x89, 0x13, 0x2F])?;
//! let Answer::ReadDtcInformation(answer) = answer else { panic!("codes") };
//! let DtcReport::SupportedDtc { records } = answer.report else { panic!("report 0A") };
//! assert_eq!(records.iter().next().unwrap().dtc.to_string(), "B1A8913");
//!
//! assert_eq!(Answer::parse(&[0x7F, 0x19, 0x78])?, Answer::Pending { service: 0x19 });
//! let error = Request::parse(&[0x19, 0x0A, 0x00]).unwrap_err();
//! assert_eq!(error.to_string(), "bytes left over behind the parameter data at offset 2");
//! # Ok::<(), AnswerError>(())
//! ```

#[macro_use]
mod macros;

mod authentication;
mod control;
mod data;
mod dtc;
mod dynamic;
mod event;
mod file;
mod link;
mod memory;
pub(crate) mod part;
#[cfg(test)]
pub(crate) mod sample;
mod scaling;
mod secured;
mod source;

use alloc::vec::Vec;

use part::Reader;

pub use crate::service::{DtcCount, DtcCountFormat, DtcRecord, DtcRecords};
pub use authentication::{
    AuthenticationAnswer, AuthenticationRequest, AuthenticationResult, AuthenticationReturn,
    AuthenticationTask,
};
pub use control::{
    AccessTimingParameterAnswer, AccessTimingParameterRequest, CommunicationControlAnswer,
    CommunicationControlRequest, ControlDtcSettingAnswer, ControlDtcSettingRequest, ControlType,
    DiagnosticSessionControlAnswer, DiagnosticSessionControlRequest, DtcSettingType, EcuResetAnswer,
    EcuResetRequest, ResetType, SecurityAccessAnswer, SecurityAccessRequest, SecurityAccessType,
    SessionTiming, SessionType, TesterPresentAnswer, TesterPresentRequest, TimingParameterAccessType,
    ZeroSubFunction,
};
pub use data::{
    DataIdentifiers, InputOutputControl, InputOutputControlByIdentifierAnswer,
    InputOutputControlByIdentifierRequest, InputOutputControlParameter, ReadDataByIdentifierAnswer,
    ReadDataByIdentifierRequest, ReadScalingDataByIdentifierAnswer, ReadScalingDataByIdentifierRequest,
    RoutineControlAnswer, RoutineControlRequest, RoutineControlType, WriteDataByIdentifierAnswer,
    WriteDataByIdentifierRequest,
};
pub use dtc::{
    ClearDiagnosticInformationAnswer, ClearDiagnosticInformationRequest, DtcGroup, DtcReport,
    DtcReportRequest, DtcSeverity, ExtendedData, ExtendedDataByRecord, ExtendedDataSupport, ExtendedRecord,
    FaultCounter, FormattedRecord, ReadDtcInformationAnswer, ReadDtcInformationRequest, Record, Records,
    SeverityRecord, SnapshotData, SnapshotIdentification, Snapshots, StoredData, WwhObdRecord,
    encode_snapshot, encode_stored_data,
};
pub use dynamic::{
    DynamicDefinition, DynamicDefinitionResult, DynamicallyDefineDataIdentifierAnswer,
    DynamicallyDefineDataIdentifierRequest, PeriodicData, PeriodicTransmission,
    ReadDataByPeriodicIdentifierAnswer, ReadDataByPeriodicIdentifierRequest,
};
pub use event::{
    EventWindowTime, ResponseEvent, ResponseEventResult, ResponseOnEventAnswer, ResponseOnEventRequest,
    Stored,
};
pub use file::{
    AnsweredFileSizes, DirectoryLength, FileOperation, FileOperationResult, FileSizes,
    RequestFileTransferAnswer, RequestFileTransferRequest, SizedNumber,
};
pub use link::{LinkControl, LinkControlAnswer, LinkControlMode, LinkControlRequest, LinkControlType};
pub use memory::{
    BlockLength, DataFormat, MemoryRange, MemoryRanges, ReadMemoryByAddressAnswer,
    ReadMemoryByAddressRequest, RequestDownloadAnswer, RequestDownloadRequest, RequestTransferExitAnswer,
    RequestTransferExitRequest, RequestUploadAnswer, RequestUploadRequest, TransferDataAnswer,
    TransferDataRequest, WriteMemoryByAddressAnswer, WriteMemoryByAddressRequest,
};
pub use part::{Block, RawData, SomeBlock, SomeData};
pub use scaling::{ScalingRecord, ScalingRecords, ScalingType};
pub use secured::{SecuredDataTransmissionAnswer, SecuredDataTransmissionRequest, SecuredMessage};
pub use source::{SourceData, Sources};

use crate::service::{AnswerError, Layer, NegativeCode, NegativeResponse, is_padding, positive};

/// One service: a line of the table of services.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Service {
    /// The service byte of a request; a positive answer has 0x40 added.
    pub service: u8,
    /// The name in the standard.
    pub name: &'static str,
    /// Where it is defined: a clause of ISO 14229-1:2020, if nothing else is said.
    pub clause: &'static str,
    /// The sub-functions that the standard names.
    pub sub_functions: &'static [(u8, &'static str)],
}

macro_rules! services {
    ($($service:literal $name:literal $clause:literal $variant:ident
        $request:ident $(<$request_life:lifetime>)? $answer:ident $(<$answer_life:lifetime>)?
        $([$names:ident])?;)*) => {
        request_enum! {
            /// A request of any service, service byte first.
            "The service's name in the standard."
            $($service $name $variant $request $(<$request_life>)?;)*
        }

        /// An answer of any service, service byte first.
        #[non_exhaustive]
        #[derive(Clone, Copy, Debug, Eq, PartialEq)]
        pub enum Answer<'a> {
            /// `0x7F` The ECU refused.
            Negative(NegativeResponse),
            /// `0x7F` The ECU understood the request; its answer comes later (code 0x78).
            Pending {
                /// The service that was asked for.
                service: u8,
            },
            $(#[doc = concat!("`", stringify!($service), "` ", $name)] $variant($answer $(<$answer_life>)?),)*
        }

        /// Every service, by its byte.
        pub const SERVICES: &[Service] = &[$(Service {
            service: $service,
            name: $name,
            clause: $clause,
            sub_functions: names!($($names)?),
        }),*];

        impl<'a> Answer<'a> {
            /// Reads an answer. Padding behind it is passed over.
            #[inline]
            pub fn parse(answer: &'a [u8]) -> Result<Self, AnswerError> {
                let Some(&first) = answer.first() else {
                    return Err(AnswerError::Truncated { layer: Layer::ServiceId, offset: 0 });
                };
                if first == NegativeResponse::SERVICE {
                    let negative = NegativeResponse::parse(answer)?;
                    return Ok(if negative.is_pending() {
                        Self::Pending { service: negative.service }
                    } else {
                        Self::Negative(negative)
                    });
                }
                match first ^ 0x40 {
                    $($service => $answer::parse(answer).map(Self::$variant),)*
                    _ => Err(AnswerError::Truncated { layer: Layer::ServiceId, offset: 0 }),
                }
            }

            /// Appends the answer.
            pub fn encode(&self, out: &mut Vec<u8>) {
                match self {
                    Self::Negative(negative) => negative.encode(out),
                    Self::Pending { service } => {
                        NegativeResponse { service: *service, code: NegativeCode::PENDING }.encode(out);
                    }
                    $(Self::$variant(answer) => answer.encode(out),)*
                }
            }
        }

        #[cfg(test)]
        impl<'a> sample::Sample<'a> for Answer<'a> {
            fn sample(from: &mut sample::Entropy<'a>) -> Self {
                match SERVICES[usize::from(from.byte()) % SERVICES.len()].service {
                    $($service => Self::$variant(sample::Sample::sample(from)),)*
                    _ => unreachable!(),
                }
            }
        }
    };
}

macro_rules! names {
    () => {
        &[]
    };
    ($names:ident) => {
        $names::NAMES
    };
}

services! {
    0x10 "DiagnosticSessionControl" "10.2" DiagnosticSessionControl
        DiagnosticSessionControlRequest DiagnosticSessionControlAnswer [SessionType];
    0x11 "ECUReset" "10.3" EcuReset
        EcuResetRequest EcuResetAnswer [ResetType];
    0x14 "ClearDiagnosticInformation" "12.2" ClearDiagnosticInformation
        ClearDiagnosticInformationRequest ClearDiagnosticInformationAnswer;
    0x19 "ReadDTCInformation" "12.3" ReadDtcInformation
        ReadDtcInformationRequest ReadDtcInformationAnswer<'a> [DtcReportRequest];
    0x22 "ReadDataByIdentifier" "11.2" ReadDataByIdentifier
        ReadDataByIdentifierRequest<'a> ReadDataByIdentifierAnswer<'a>;
    0x23 "ReadMemoryByAddress" "11.3" ReadMemoryByAddress
        ReadMemoryByAddressRequest ReadMemoryByAddressAnswer<'a>;
    0x24 "ReadScalingDataByIdentifier" "11.4" ReadScalingDataByIdentifier
        ReadScalingDataByIdentifierRequest ReadScalingDataByIdentifierAnswer<'a>;
    0x27 "SecurityAccess" "10.4" SecurityAccess
        SecurityAccessRequest<'a> SecurityAccessAnswer<'a> [SecurityAccessType];
    0x28 "CommunicationControl" "10.5" CommunicationControl
        CommunicationControlRequest CommunicationControlAnswer [ControlType];
    0x29 "Authentication" "10.6" Authentication
        AuthenticationRequest<'a> AuthenticationAnswer<'a> [AuthenticationTask];
    0x2A "ReadDataByPeriodicIdentifier" "11.5" ReadDataByPeriodicIdentifier
        ReadDataByPeriodicIdentifierRequest<'a> ReadDataByPeriodicIdentifierAnswer [PeriodicTransmission];
    0x2C "DynamicallyDefineDataIdentifier" "11.6" DynamicallyDefineDataIdentifier
        DynamicallyDefineDataIdentifierRequest<'a> DynamicallyDefineDataIdentifierAnswer [DynamicDefinition];
    0x2E "WriteDataByIdentifier" "11.7" WriteDataByIdentifier
        WriteDataByIdentifierRequest<'a> WriteDataByIdentifierAnswer;
    0x2F "InputOutputControlByIdentifier" "13.2" InputOutputControlByIdentifier
        InputOutputControlByIdentifierRequest<'a> InputOutputControlByIdentifierAnswer<'a> [InputOutputControl];
    0x31 "RoutineControl" "14.2" RoutineControl
        RoutineControlRequest<'a> RoutineControlAnswer<'a> [RoutineControlType];
    0x34 "RequestDownload" "15.2" RequestDownload
        RequestDownloadRequest RequestDownloadAnswer;
    0x35 "RequestUpload" "15.3" RequestUpload
        RequestUploadRequest RequestUploadAnswer;
    0x36 "TransferData" "15.4" TransferData
        TransferDataRequest<'a> TransferDataAnswer<'a>;
    0x37 "RequestTransferExit" "15.5" RequestTransferExit
        RequestTransferExitRequest<'a> RequestTransferExitAnswer<'a>;
    0x38 "RequestFileTransfer" "15.6" RequestFileTransfer
        RequestFileTransferRequest<'a> RequestFileTransferAnswer [FileOperation];
    0x3D "WriteMemoryByAddress" "11.8" WriteMemoryByAddress
        WriteMemoryByAddressRequest<'a> WriteMemoryByAddressAnswer;
    0x3E "TesterPresent" "10.7" TesterPresent
        TesterPresentRequest TesterPresentAnswer [ZeroSubFunction];
    0x83 "AccessTimingParameter" "ISO 14229-1:2013, 9.7" AccessTimingParameter
        AccessTimingParameterRequest<'a> AccessTimingParameterAnswer<'a> [TimingParameterAccessType];
    0x84 "SecuredDataTransmission" "16.2" SecuredDataTransmission
        SecuredDataTransmissionRequest<'a> SecuredDataTransmissionAnswer<'a>;
    0x85 "ControlDTCSetting" "10.8" ControlDtcSetting
        ControlDtcSettingRequest<'a> ControlDtcSettingAnswer [DtcSettingType];
    0x86 "ResponseOnEvent" "10.9" ResponseOnEvent
        ResponseOnEventRequest<'a> ResponseOnEventAnswer<'a> [ResponseEvent];
    0x87 "LinkControl" "10.10" LinkControl
        LinkControlRequest LinkControlAnswer [LinkControl];
}

/// What follows the service byte of a request.
#[inline]
pub(crate) fn request_reader(request: &[u8], expected: u8) -> Result<Reader<'_>, AnswerError> {
    match request {
        [found, rest @ ..] if *found == expected => Ok(Reader::within(request.len(), rest)),
        [found, ..] => Err(AnswerError::OtherRequest { expected, found: *found }),
        [] => Err(AnswerError::Truncated { layer: Layer::ServiceId, offset: 0 }),
    }
}

/// What follows the service byte of a positive answer.
#[inline]
pub(crate) fn answer_reader(answer: &[u8], service: u8) -> Result<Reader<'_>, AnswerError> {
    match answer {
        [found, rest @ ..] if *found == service | 0x40 => Ok(Reader::within(answer.len(), rest)),
        _ => positive(answer, service).map(|rest| Reader::within(answer.len(), rest)),
    }
}

/// Whether a message was read to its end.
#[inline]
pub(crate) fn ends(reader: &Reader<'_>, or_padding: bool) -> Result<(), AnswerError> {
    let is_empty = reader.rest().is_empty();
    if is_empty && (or_padding || reader.padding() == 0) || or_padding && is_padding(reader.rest()) {
        return Ok(());
    }
    Err(AnswerError::Trailing { layer: Layer::ParameterData, offset: reader.offset() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_small_enough_to_copy() {
        let sizes = [size_of::<Request>(), size_of::<Answer>(), size_of::<ReadDtcInformationAnswer>()];
        assert!(sizes.iter().all(|&size| size <= 96), "{sizes:?}");
    }

    #[test]
    fn sub_functions_are_sorted_and_none_stands_twice() {
        for service in SERVICES {
            assert!(service.sub_functions.is_sorted_by(|a, b| a.0 < b.0), "{}", service.name);
        }
        assert_eq!(DtcReport::NAMES, DtcReportRequest::NAMES);
    }
}
