//! Trouble codes: services 0x14, `ClearDiagnosticInformation`, and 0x19, `ReadDTCInformation`, with every report of
//! ISO 14229-1:2020 (12.2 and 12.3) and those that the edition of 2013 had beside them.

mod extended;
mod records;
mod report;
mod snapshot;

pub use extended::{ExtendedData, ExtendedDataByRecord, ExtendedDataSupport, ExtendedRecord};
pub use records::{
    DtcSeverity, FaultCounter, FormattedRecord, Record, Records, SeverityRecord, SnapshotIdentification,
    WwhObdRecord,
};
pub use report::{
    ClearDiagnosticInformationAnswer, ClearDiagnosticInformationRequest, DtcGroup, DtcReport,
    DtcReportRequest, ReadDtcInformationAnswer, ReadDtcInformationRequest,
};
pub use snapshot::{SnapshotData, Snapshots, StoredData, encode_snapshot, encode_stored_data};
