//! The reports of service 19 beside the one by status mask: what they say as a whole, and of each code.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

use cc_core::{Dtc, DtcStatus};

use super::CaptureCode;
use crate::service::{AnswerError, DtcCount, DtcCountFormat, DtcRecord, DtcRecords};
use crate::uds::{
    DtcReport, DtcSeverity, ExtendedRecord, FormattedRecord, ReadDtcInformationAnswer, Record, Records,
    SnapshotData,
};

/// How many codes match (reports 01, 07, 11 and 12).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct CodeCount {
    /// The report: 01 by status, 07 by severity, 11 of the mirror memory, 12 of emissions.
    pub report: u8,
    /// The number, and what belongs to it.
    pub count: DtcCount,
}

/// A report as a whole; its codes follow, one item each.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct CodeReport {
    /// The report, as [`DtcReport::NAMES`] has it.
    pub report: u8,
    /// The status bits that the ECU knows.
    pub availability: Option<u8>,
    /// The severity bits that it knows (report 42).
    pub severity_availability: Option<DtcSeverity>,
    /// How it writes codes (reports 42, 55 and 56).
    pub format: Option<DtcCountFormat>,
    /// Functional group (reports 42, 55 and 56).
    pub functional_group: Option<u8>,
    /// Readiness group (report 56).
    pub readiness_group: Option<u8>,
    /// The memory, where it is one of the maker's own (reports 17 to 19).
    pub memory: Option<u8>,
    /// The number of the record that was asked for (reports 05, 16 and 1A).
    pub record_number: Option<u8>,
    /// The code that was asked for (reports 04, 06, 10, 18 and 19).
    pub dtc: Option<Dtc>,
    /// The status of that code.
    pub status: Option<DtcStatus>,
}

/// What a report says of a code beside that it is there; or that it is there, in a list that is not one of faults.
///
/// `Debug` hides data: they may spell a VIN.
#[derive(Clone, Debug, PartialEq)]
pub struct CodeDetail {
    /// The report.
    pub report: u8,
    /// The memory, where it is one of the maker's own.
    pub memory: Option<u8>,
    /// The code.
    pub dtc: Dtc,
    /// Its status, where the report has it.
    pub status: Option<DtcStatus>,
    /// What is said.
    pub detail: Detail,
}

/// What a report says of a code.
#[non_exhaustive]
#[derive(Clone, PartialEq)]
pub enum Detail {
    /// Extended data: counters and the like (reports 06, 10, 16 and 19).
    ExtendedData {
        /// The number of the record: 01 to 8F are the maker's, 90 to EF the law's.
        record_number: u8,
        /// The data, in the maker's own format.
        data: Box<[u8]>,
        /// Whether their length is known. Where it is not, they are all that is left of the answer.
        is_bounded: bool,
    },
    /// How near it is to be confirmed: −128 passed, 127 failed (report 14).
    FaultCounter(i8),
    /// It is in the list: of another memory (reports 0F and 17), or of all that the ECU can set (0A, 1A, 56) without a
    /// fault.
    Listed,
    /// What was measured when it appeared (reports 04, 05 and 18).
    Snapshot {
        /// The number of the snapshot; 0 is the one that the law asks for.
        record_number: u8,
        /// What was measured.
        identifier: u16,
        /// Its value, in the maker's own format.
        data: Box<[u8]>,
        /// Whether its length is known. Where it is not, the data are all that is left of the answer.
        is_bounded: bool,
    },
    /// A snapshot of this number was stored with it (report 03).
    SnapshotRecord(u8),
}

impl fmt::Debug for Detail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ExtendedData { record_number, data, .. } => {
                write!(f, "ExtendedData({record_number:02X}, {} bytes)", data.len())
            }
            Self::FaultCounter(counter) => write!(f, "FaultCounter({counter})"),
            Self::Listed => f.write_str("Listed"),
            Self::Snapshot { record_number, identifier, data, .. } => {
                write!(f, "Snapshot({record_number:02X}, {identifier:04X}, {} bytes)", data.len())
            }
            Self::SnapshotRecord(record_number) => write!(f, "SnapshotRecord({record_number:02X})"),
        }
    }
}

/// What an answer of service 19 says.
pub(super) enum Report {
    Count(CodeCount),
    List(List),
}

/// A report, its codes and what it says of them.
pub(super) struct List {
    pub(super) head: CodeReport,
    pub(super) codes: Vec<CaptureCode>,
    pub(super) details: Vec<CodeDetail>,
    pub(super) padding: usize,
    /// Why the rest could not be read.
    pub(super) error: Option<AnswerError>,
}

/// Reads a report; `None` where the standard does not have it. `lengths` says how many bytes the data of an identifier
/// have.
///
/// Lists of all codes that an ECU can set (reports 0A, 1A and 56) give those alone as codes whose status shows a fault.
pub(super) fn read(
    answer: &[u8],
    lengths: impl FnMut(u16) -> Option<usize>,
) -> Result<Option<Report>, AnswerError> {
    let is_known = |&report: &u8| DtcReport::NAMES.iter().any(|&(known, _)| known == report);
    if answer.get(1).is_some_and(|report| !is_known(report)) {
        return Ok(None);
    }
    let report = ReadDtcInformationAnswer::parse(answer)?.report;
    let mut list = List::new(report.sub_function());
    match report {
        DtcReport::NumberOfDtcByStatusMask { count }
        | DtcReport::NumberOfDtcBySeverityMaskRecord { count }
        | DtcReport::NumberOfMirrorMemoryDtcByStatusMask { count }
        | DtcReport::NumberOfEmissionsObdDtcByStatusMask { count } => {
            return Ok(Some(Report::Count(CodeCount { report: report.sub_function(), count })));
        }
        DtcReport::DtcByStatusMask { records }
        | DtcReport::FirstTestFailedDtc { records }
        | DtcReport::FirstConfirmedDtc { records }
        | DtcReport::MostRecentTestFailedDtc { records }
        | DtcReport::MostRecentConfirmedDtc { records }
        | DtcReport::EmissionsObdDtcByStatusMask { records }
        | DtcReport::DtcWithPermanentStatus { records } => list.plain(records, |_| true),
        DtcReport::SupportedDtc { records } => list.plain(records, shows_fault),
        DtcReport::MirrorMemoryDtcByStatusMask { records } => list.plain(records, |_| false),
        DtcReport::UserDefMemoryDtcByStatusMask { memory_selection, records } => {
            list.head.memory = Some(memory_selection);
            list.plain(records, |_| false);
        }
        DtcReport::SupportedDtcExtDataRecord { support } => {
            list.head.availability = Some(support.availability);
            list.head.record_number = support.record_number();
            list.records(support.records(), |record: DtcRecord| {
                let code = code(record.dtc.into(), record.status, None);
                (code, shows_fault(record.status))
            });
        }
        DtcReport::DtcBySeverityMaskRecord { availability, records }
        | DtcReport::SeverityInformationOfDtc { availability, records } => {
            list.head.availability = Some(availability);
            list.records(records, |record| {
                let severity =
                    CodeSeverity { severity: record.severity, functional_unit: Some(record.functional_unit) };
                (code(record.dtc.into(), record.status, Some(severity)), true)
            });
        }
        DtcReport::WwhObdDtcByMaskRecord {
            functional_group,
            availability,
            severity_availability,
            format,
            records,
        } => {
            list.head.severity_availability = Some(severity_availability);
            list.formatted(functional_group, availability, format);
            list.records(records, |record| {
                let severity = CodeSeverity { severity: record.severity, functional_unit: None };
                (code(format.dtc(record.code), record.status, Some(severity)), true)
            });
        }
        DtcReport::WwhObdDtcWithPermanentStatus { functional_group, availability, format, records } => {
            list.formatted(functional_group, availability, format);
            list.records(records, |record| (code(format.dtc(record.code), record.status, None), true));
        }
        DtcReport::DtcInformationByDtcReadinessGroupIdentifier {
            functional_group,
            availability,
            format,
            readiness_group,
            records,
        } => {
            list.formatted(functional_group, availability, format);
            list.head.readiness_group = Some(readiness_group);
            list.records(records, |record: FormattedRecord| {
                (code(format.dtc(record.code), record.status, None), shows_fault(record.status))
            });
        }
        DtcReport::DtcSnapshotIdentification { records } => {
            list.padding = records.padding();
            list.details_of(
                records
                    .iter()
                    .map(|found| (found.dtc.into(), None, Detail::SnapshotRecord(found.record_number))),
            );
        }
        DtcReport::DtcFaultDetectionCounter { records } => {
            list.padding = records.padding();
            list.details_of(
                records.iter().map(|found| (found.dtc.into(), None, Detail::FaultCounter(found.counter))),
            );
        }
        DtcReport::DtcSnapshotRecordByDtcNumber { snapshots } => {
            list.about(snapshots.dtc.into(), snapshots.status);
            list.all(snapshots.iter(lengths).map(|data| data.map(snapshot)));
        }
        DtcReport::UserDefMemoryDtcSnapshotRecordByDtcNumber { memory_selection, snapshots } => {
            list.head.memory = Some(memory_selection);
            list.about(snapshots.dtc.into(), snapshots.status);
            list.all(snapshots.iter(lengths).map(|data| data.map(snapshot)));
        }
        DtcReport::DtcStoredDataByRecordNumber { stored_data } => {
            list.head.record_number = Some(stored_data.record_number());
            list.all(stored_data.iter(lengths).map(|data| data.map(snapshot)));
        }
        DtcReport::DtcExtDataRecordByDtcNumber { extended_data }
        | DtcReport::MirrorMemoryDtcExtDataRecordByDtcNumber { extended_data } => {
            list.about(extended_data.dtc.into(), extended_data.status);
            list.all(extended_data.iter(|_| None).map(|data| data.map(extended)));
        }
        DtcReport::UserDefMemoryDtcExtDataRecordByDtcNumber { memory_selection, extended_data } => {
            list.head.memory = Some(memory_selection);
            list.about(extended_data.dtc.into(), extended_data.status);
            list.all(extended_data.iter(|_| None).map(|data| data.map(extended)));
        }
        DtcReport::DtcExtDataRecordByRecordNumber { extended_data } => {
            list.head.record_number = Some(extended_data.record_number);
            list.all(extended_data.iter(|_| None).map(|data| data.map(extended)));
        }
    }
    Ok(Some(Report::List(list)))
}

/// A code, its status and what is said of it.
type Said = (Dtc, Option<DtcStatus>, Detail);

impl List {
    fn new(report: u8) -> Self {
        let head = CodeReport {
            report,
            availability: None,
            severity_availability: None,
            format: None,
            functional_group: None,
            readiness_group: None,
            memory: None,
            record_number: None,
            dtc: None,
            status: None,
        };
        Self { head, codes: Vec::new(), details: Vec::new(), padding: 0, error: None }
    }

    fn about(&mut self, dtc: Dtc, status: DtcStatus) {
        self.head.dtc = Some(dtc);
        self.head.status = Some(status);
    }

    fn formatted(&mut self, functional_group: u8, availability: u8, format: DtcCountFormat) {
        self.head.functional_group = Some(functional_group);
        self.head.availability = Some(availability);
        self.head.format = Some(format);
    }

    /// Codes with their status; `is_fault` says whether they are codes of the car now.
    fn plain(&mut self, records: DtcRecords<'_>, is_fault: impl Fn(DtcStatus) -> bool) {
        self.head.availability = Some(records.availability());
        self.padding = records.padding();
        for record in records.iter() {
            self.code(code(record.dtc.into(), record.status, None), is_fault(record.status));
        }
    }

    fn records<R: Record>(&mut self, records: Records<'_, R>, read: impl Fn(R) -> (CaptureCode, bool)) {
        self.padding = records.padding();
        for record in records.iter() {
            let (code, is_fault) = read(record);
            self.code(code, is_fault);
        }
    }

    fn code(&mut self, code: CaptureCode, is_fault: bool) {
        if is_fault {
            self.codes.push(code);
        } else {
            self.details_of([(code.dtc, code.status, Detail::Listed)]);
        }
    }

    fn details_of(&mut self, said: impl IntoIterator<Item = Said>) {
        let CodeReport { report, memory, .. } = self.head;
        let details =
            said.into_iter().map(|(dtc, status, detail)| CodeDetail { report, memory, dtc, status, detail });
        self.details.extend(details);
    }

    fn all(&mut self, said: impl Iterator<Item = Result<Said, AnswerError>>) {
        for said in said {
            match said {
                Ok(said) => self.details_of([said]),
                Err(error) => self.error = Some(error),
            }
        }
    }
}

/// How bad a fault is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct CodeSeverity {
    /// Its severity and class.
    pub severity: DtcSeverity,
    /// The function concerned, by the maker's numbers (reports 08 and 09).
    pub functional_unit: Option<u8>,
}

fn snapshot(data: SnapshotData<'_>) -> Said {
    let SnapshotData { record_number, dtc, status, identifier, data, is_bounded } = data;
    let detail = Detail::Snapshot { record_number, identifier, data: data.into(), is_bounded };
    (dtc.into(), Some(status), detail)
}

fn extended(record: ExtendedRecord<'_>) -> Said {
    let ExtendedRecord { record_number, dtc, status, data, is_bounded } = record;
    (dtc.into(), Some(status), Detail::ExtendedData { record_number, data: data.into(), is_bounded })
}

fn code(dtc: Dtc, status: DtcStatus, severity: Option<CodeSeverity>) -> CaptureCode {
    CaptureCode { status: Some(status), service: Some(0x19), severity, ..CaptureCode::of(dtc) }
}

/// Whether a test failed, or a lamp is asked for: any bit but the two that say that a test has not ended.
fn shows_fault(status: DtcStatus) -> bool {
    status.0 & 0xAF != 0
}
