//! The reports of service 19 that list codes with their status.

use alloc::vec::Vec;

use cc_core::{DtcStatus, ScannedCode};

use crate::service::{AnswerError, Layer};
use crate::uds::{DtcRecord, DtcReport, FormattedRecord, ReadDtcInformationAnswer, Record, Records};

/// The codes of a report.
pub(super) struct Listed {
    pub(super) codes: Vec<ScannedCode>,
    pub(super) padding: usize,
}

/// The codes of a report that lists them with their status; `None` for other reports, for those of other memories,
/// and for those that the standard does not have.
///
/// Lists of all codes that an ECU can set (reports 0A, 1A and 56) give those alone whose status shows a fault.
pub(super) fn listed(answer: &[u8]) -> Result<Option<Listed>, AnswerError> {
    let report = match ReadDtcInformationAnswer::parse(answer) {
        Ok(answer) => answer.report,
        Err(AnswerError::Truncated { layer: Layer::SubFunction, .. }) => return Ok(None),
        Err(error) => return Err(error),
    };
    let plain = |record: DtcRecord| code(record.dtc.into(), record.status);
    let listed = match report {
        DtcReport::FirstTestFailedDtc { records }
        | DtcReport::FirstConfirmedDtc { records }
        | DtcReport::MostRecentTestFailedDtc { records }
        | DtcReport::MostRecentConfirmedDtc { records }
        | DtcReport::EmissionsObdDtcByStatusMask { records }
        | DtcReport::DtcWithPermanentStatus { records } => {
            Listed { codes: records.iter().map(plain).collect(), padding: records.padding() }
        }
        DtcReport::SupportedDtc { records } => {
            let codes = records.iter().map(plain).filter(shows_fault).collect();
            Listed { codes, padding: records.padding() }
        }
        DtcReport::SupportedDtcExtDataRecord { support } => {
            let mut list = list(support.records(), plain);
            list.codes.retain(shows_fault);
            list
        }
        DtcReport::DtcBySeverityMaskRecord { records, .. }
        | DtcReport::SeverityInformationOfDtc { records, .. } => {
            list(records, |record| code(record.dtc.into(), record.status))
        }
        DtcReport::WwhObdDtcByMaskRecord { format, records, .. } => {
            list(records, |record| code(format.dtc(record.code), record.status))
        }
        DtcReport::WwhObdDtcWithPermanentStatus { format, records, .. } => {
            list(records, |record| code(format.dtc(record.code), record.status))
        }
        DtcReport::DtcInformationByDtcReadinessGroupIdentifier { format, records, .. } => {
            let mut list =
                list(records, |record: FormattedRecord| code(format.dtc(record.code), record.status));
            list.codes.retain(shows_fault);
            list
        }
        _ => return Ok(None),
    };
    Ok(Some(listed))
}

fn list<R: Record>(records: Records<'_, R>, read: impl Fn(R) -> ScannedCode) -> Listed {
    Listed { codes: records.iter().map(read).collect(), padding: records.padding() }
}

fn code(dtc: cc_core::Dtc, status: DtcStatus) -> ScannedCode {
    ScannedCode { dtc, status: Some(status) }
}

/// Whether a test failed, or a lamp is asked for: any bit but the two that say that a test has not ended.
fn shows_fault(code: &ScannedCode) -> bool {
    code.status.is_some_and(|status| status.0 & 0xAF != 0)
}
