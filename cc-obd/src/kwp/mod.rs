//! Diagnostics of KWP2000 (ISO 14230-3): requests and answers of its services, as one set of types.
//!
//! Cars of about 1997 to 2008 answer these on a K-line, and some on CAN. They are the forerunner of
//! [UDS](crate::uds): a service byte leads, a positive answer has 0x40 added, a refusal is `7F`. Trouble codes have two
//! bytes and a status of their own; what they mean, the standard leaves to the maker ([`DtcRecord`]). Cars of the
//! Volkswagen group use the numbers of [`cc_core::VagDtc`] and the measuring blocks of [`MeasuringBlock`].
//!
//! Quick tour: [`Request`] and [`Answer`] are any message; [`SERVICES`] lists what there is; [`DtcStatus`] is the status
//! of a code, which is not that of UDS.
//!
//! # Examples
//!
//! ```
//! use cc_obd::kwp::{Answer, DtcGroup, DtcRequestStatus, ReadDtcByStatusRequest, StorageState};
//! use cc_obd::service::AnswerError;
//!
//! let mut request = Vec::new();
//! ReadDtcByStatusRequest { status: DtcRequestStatus::STORED_HEX, group: DtcGroup::ALL }.encode(&mut request);
//! assert_eq!(request, [0x18, 0x02, 0xFF, 0x00]);
//!
//! let answer = Answer::parse(&[0x58, 0x01, 0x45, 0x3E, 0x62])?;
//! let Answer::ReadDtcByStatus(answer) = answer else { panic!("codes") };
//! let record = answer.dtcs.iter().next().unwrap();
//! assert_eq!(record.vag().unwrap().to_string(), "VAG 17726");
//! assert_eq!(record.status.storage(), StorageState::StoredAndPresent);
//!
//! let error = Answer::parse(&[0x58, 0x02, 0x45, 0x3E, 0x62]).unwrap_err();
//! assert_eq!(error.to_string(), "dtcs cut short or invalid at offset 2");
//! # Ok::<(), AnswerError>(())
//! ```

mod codes;
mod management;
mod measuring;

use alloc::vec::Vec;

pub use codes::{
    ClearDiagnosticInformationAnswer, ClearDiagnosticInformationRequest, DtcGroup, DtcList, DtcNumber,
    DtcRecord, DtcRequestStatus, DtcStatus, DtcSymptom, Dtcs, ReadDtcAnswer, ReadDtcByStatusAnswer,
    ReadDtcByStatusRequest, ReadDtcRequest, ReadStatusOfDtcAnswer, ReadStatusOfDtcRequest, StorageState,
};
pub use management::{
    EcuResetAnswer, EcuResetRequest, IdentificationOption, InputOutputControlAnswer,
    InputOutputControlRequest, ReadDataByLocalIdentifierAnswer, ReadDataByLocalIdentifierRequest,
    ReadEcuIdentificationAnswer, ReadEcuIdentificationRequest, RequestRoutineResultsAnswer,
    RequestRoutineResultsRequest, ResetMode, ResponseRequired, SecurityAccessAnswer, SecurityAccessRequest,
    SessionMode, StartCommunicationAnswer, StartCommunicationRequest, StartDiagnosticSessionAnswer,
    StartDiagnosticSessionRequest, StartRoutineAnswer, StartRoutineRequest, StopCommunicationAnswer,
    StopCommunicationRequest, StopDiagnosticSessionAnswer, StopDiagnosticSessionRequest, StopRoutineAnswer,
    StopRoutineRequest, TesterPresentAnswer, TesterPresentRequest,
};
pub use measuring::{Measurement, MeasuringBlock};

use crate::service::{AnswerError, Layer, NegativeCode, NegativeResponse};
pub use crate::uds::Service;
#[cfg(test)]
use crate::uds::sample;

services! {
    0x10 "StartDiagnosticSession" "ISO 14230-3" StartDiagnosticSession
        StartDiagnosticSessionRequest<'a> StartDiagnosticSessionAnswer<'a> [SessionMode];
    0x11 "ECUReset" "ISO 14230-3" EcuReset
        EcuResetRequest EcuResetAnswer<'a> [ResetMode];
    0x13 "ReadDiagnosticTroubleCodes" "ISO 14230-3" ReadDtc
        ReadDtcRequest ReadDtcAnswer<'a>;
    0x14 "ClearDiagnosticInformation" "ISO 14230-3" ClearDiagnosticInformation
        ClearDiagnosticInformationRequest ClearDiagnosticInformationAnswer;
    0x17 "ReadStatusOfDiagnosticTroubleCodes" "ISO 14230-3" ReadStatusOfDtc
        ReadStatusOfDtcRequest ReadStatusOfDtcAnswer<'a>;
    0x18 "ReadDiagnosticTroubleCodesByStatus" "ISO 14230-3" ReadDtcByStatus
        ReadDtcByStatusRequest ReadDtcByStatusAnswer<'a> [DtcRequestStatus];
    0x1A "ReadECUIdentification" "ISO 14230-3" ReadEcuIdentification
        ReadEcuIdentificationRequest ReadEcuIdentificationAnswer<'a> [IdentificationOption];
    0x20 "StopDiagnosticSession" "ISO 14230-3" StopDiagnosticSession
        StopDiagnosticSessionRequest StopDiagnosticSessionAnswer;
    0x21 "ReadDataByLocalIdentifier" "ISO 14230-3" ReadDataByLocalIdentifier
        ReadDataByLocalIdentifierRequest<'a> ReadDataByLocalIdentifierAnswer<'a>;
    0x27 "SecurityAccess" "ISO 14230-3" SecurityAccess
        SecurityAccessRequest<'a> SecurityAccessAnswer<'a>;
    0x30 "InputOutputControlByLocalIdentifier" "ISO 14230-3" InputOutputControl
        InputOutputControlRequest<'a> InputOutputControlAnswer<'a>;
    0x31 "StartRoutineByLocalIdentifier" "ISO 14230-3" StartRoutine
        StartRoutineRequest<'a> StartRoutineAnswer<'a>;
    0x32 "StopRoutineByLocalIdentifier" "ISO 14230-3" StopRoutine
        StopRoutineRequest<'a> StopRoutineAnswer<'a>;
    0x33 "RequestRoutineResultsByLocalIdentifier" "ISO 14230-3" RequestRoutineResults
        RequestRoutineResultsRequest RequestRoutineResultsAnswer<'a>;
    0x3E "TesterPresent" "ISO 14230-3" TesterPresent
        TesterPresentRequest TesterPresentAnswer [ResponseRequired];
    0x81 "StartCommunication" "ISO 14230-2" StartCommunication
        StartCommunicationRequest StartCommunicationAnswer;
    0x82 "StopCommunication" "ISO 14230-2" StopCommunication
        StopCommunicationRequest StopCommunicationAnswer;
}
