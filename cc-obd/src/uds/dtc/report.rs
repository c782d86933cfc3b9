//! The reports of service 0x19, what each asks for and what comes back; and service 0x14.

use cc_core::{DtcStatus, J2012FtbDtc};

use super::extended::{ExtendedData, ExtendedDataByRecord, ExtendedDataSupport};
use super::records::{
    DtcSeverity, FaultCounter, FormattedRecord, Records, SeverityRecord, SnapshotIdentification, WwhObdRecord,
};
use super::snapshot::{Snapshots, StoredData};
use crate::service::{DtcCount, DtcCountFormat, DtcRecords};

tagged! {
    /// A report that can be asked for, and which codes it shall be about.
    DtcReportRequest {
        /// how many codes match.
        0x01 NumberOfDtcByStatusMask "reportNumberOfDTCByStatusMask" {
            /// A code is meant where it has one of these status bits.
            status_mask: DtcStatus;
        }
        /// the codes that match.
        0x02 DtcByStatusMask "reportDTCByStatusMask" {
            /// A code is meant where it has one of these status bits.
            status_mask: DtcStatus;
        }
        /// which snapshots there are.
        0x03 DtcSnapshotIdentification "reportDTCSnapshotIdentification" {}
        /// the snapshots of one code.
        0x04 DtcSnapshotRecordByDtcNumber "reportDTCSnapshotRecordByDTCNumber" {
            /// The code.
            dtc: J2012FtbDtc;
            /// The number of the snapshot; FF asks for all.
            record_number: u8;
        }
        /// the snapshots of one number.
        0x05 DtcStoredDataByRecordNumber "reportDTCStoredDataByRecordNumber" {
            /// The number of the record; FF asks for all.
            record_number: u8;
        }
        /// the extended data of one code.
        0x06 DtcExtDataRecordByDtcNumber "reportDTCExtDataRecordByDTCNumber" {
            /// The code.
            dtc: J2012FtbDtc;
            /// The number of the record; FF asks for all, FE for all that the law asks for.
            record_number: u8;
        }
        /// how many codes match.
        0x07 NumberOfDtcBySeverityMaskRecord "reportNumberOfDTCBySeverityMaskRecord" {
            /// A code is meant where it has one of these severity bits.
            severity_mask: DtcSeverity;
            /// And one of these status bits.
            status_mask: DtcStatus;
        }
        /// the codes that match, with their severity.
        0x08 DtcBySeverityMaskRecord "reportDTCBySeverityMaskRecord" {
            /// A code is meant where it has one of these severity bits.
            severity_mask: DtcSeverity;
            /// And one of these status bits.
            status_mask: DtcStatus;
        }
        /// the severity of one code.
        0x09 SeverityInformationOfDtc "reportSeverityInformationOfDTC" {
            /// The code.
            dtc: J2012FtbDtc;
        }
        /// all codes that the ECU can set, with their status now.
        0x0A SupportedDtc "reportSupportedDTC" {}
        /// the code whose test failed first since codes were cleared.
        0x0B FirstTestFailedDtc "reportFirstTestFailedDTC" {}
        /// the code that was confirmed first since codes were cleared.
        0x0C FirstConfirmedDtc "reportFirstConfirmedDTC" {}
        /// the code whose test failed last.
        0x0D MostRecentTestFailedDtc "reportMostRecentTestFailedDTC" {}
        /// the code that was confirmed last.
        0x0E MostRecentConfirmedDtc "reportMostRecentConfirmedDTC" {}
        /// the codes of the mirror memory, which the customer's tools do not clear (edition of 2013).
        0x0F MirrorMemoryDtcByStatusMask "reportMirrorMemoryDTCByStatusMask" {
            /// A code is meant where it has one of these status bits.
            status_mask: DtcStatus;
        }
        /// the extended data of one code of the mirror memory (edition of 2013).
        0x10 MirrorMemoryDtcExtDataRecordByDtcNumber "reportMirrorMemoryDTCExtDataRecordByDTCNumber" {
            /// The code.
            dtc: J2012FtbDtc;
            /// The number of the record; FF asks for all, FE for all that the law asks for.
            record_number: u8;
        }
        /// how many codes of the mirror memory match (edition of 2013).
        0x11 NumberOfMirrorMemoryDtcByStatusMask "reportNumberOfMirrorMemoryDTCByStatusMask" {
            /// A code is meant where it has one of these status bits.
            status_mask: DtcStatus;
        }
        /// how many codes of emissions match (edition of 2013).
        0x12 NumberOfEmissionsObdDtcByStatusMask "reportNumberOfEmissionsOBDDTCByStatusMask" {
            /// A code is meant where it has one of these status bits.
            status_mask: DtcStatus;
        }
        /// the codes of emissions that match (edition of 2013).
        0x13 EmissionsObdDtcByStatusMask "reportEmissionsOBDDTCByStatusMask" {
            /// A code is meant where it has one of these status bits.
            status_mask: DtcStatus;
        }
        /// the codes on their way to be confirmed.
        0x14 DtcFaultDetectionCounter "reportDTCFaultDetectionCounter" {}
        /// the codes that only the car itself can clear.
        0x15 DtcWithPermanentStatus "reportDTCWithPermanentStatus" {}
        /// the extended data of one number.
        0x16 DtcExtDataRecordByRecordNumber "reportDTCExtDataRecordByRecordNumber" {
            /// The number of the record.
            record_number: u8;
        }
        /// the codes of a memory of the maker's own that match.
        0x17 UserDefMemoryDtcByStatusMask "reportUserDefMemoryDTCByStatusMask" {
            /// A code is meant where it has one of these status bits.
            status_mask: DtcStatus;
            /// Which memory, by the maker's numbers.
            memory_selection: u8;
        }
        /// the snapshots of one code in a memory of the maker's own.
        0x18 UserDefMemoryDtcSnapshotRecordByDtcNumber "reportUserDefMemoryDTCSnapshotRecordByDTCNumber" {
            /// The code.
            dtc: J2012FtbDtc;
            /// The number of the snapshot; FF asks for all.
            record_number: u8;
            /// Which memory, by the maker's numbers.
            memory_selection: u8;
        }
        /// the extended data of one code in a memory of the maker's own.
        0x19 UserDefMemoryDtcExtDataRecordByDtcNumber "reportUserDefMemoryDTCExtDataRecordByDTCNumber" {
            /// The code.
            dtc: J2012FtbDtc;
            /// The number of the record; FF asks for all, FE for all that the law asks for.
            record_number: u8;
            /// Which memory, by the maker's numbers.
            memory_selection: u8;
        }
        /// the codes that support extended data of one number.
        0x1A SupportedDtcExtDataRecord "reportSupportedDTCExtDataRecord" {
            /// The number of the record.
            record_number: u8;
        }
        /// the codes of a functional group that match (world-wide harmonized on-board diagnostics).
        0x42 WwhObdDtcByMaskRecord "reportWWHOBDDTCByMaskRecord" {
            /// The functional group: 33 emissions, D0 safety, FE vehicle on-board diagnostics (annex D).
            functional_group: u8;
            /// A code is meant where it has one of these status bits.
            status_mask: DtcStatus;
            /// And one of these severity bits.
            severity_mask: DtcSeverity;
        }
        /// the codes of a functional group that only the car itself can clear.
        0x55 WwhObdDtcWithPermanentStatus "reportWWHOBDDTCWithPermanentStatus" {
            /// The functional group: 33 emissions, D0 safety, FE vehicle on-board diagnostics (annex D).
            functional_group: u8;
        }
        /// the codes of a readiness group.
        0x56 DtcInformationByDtcReadinessGroupIdentifier "reportDTCInformationByDTCReadinessGroupIdentifier" {
            /// The functional group: 33 emissions, D0 safety, FE vehicle on-board diagnostics (annex D).
            functional_group: u8;
            /// The readiness group, by SAE J1979-DA.
            readiness_group: u8;
        }
    }
}

tagged! {
    /// A report: what an ECU answers to a [`DtcReportRequest`].
    DtcReport<'a> {
        /// how many codes match.
        0x01 NumberOfDtcByStatusMask "reportNumberOfDTCByStatusMask" {
            /// How many there are.
            count: DtcCount;
        }
        /// the codes that match.
        0x02 DtcByStatusMask "reportDTCByStatusMask" {
            /// The codes, behind the mask of status bits that this ECU knows.
            records: DtcRecords<'a>;
        }
        /// which snapshots there are.
        0x03 DtcSnapshotIdentification "reportDTCSnapshotIdentification" {
            /// Code and number of each snapshot.
            records: Records<'a, SnapshotIdentification>;
        }
        /// the snapshots of one code.
        0x04 DtcSnapshotRecordByDtcNumber "reportDTCSnapshotRecordByDTCNumber" {
            /// The code and its snapshots.
            snapshots: Snapshots<'a>;
        }
        /// the snapshots of one number.
        0x05 DtcStoredDataByRecordNumber "reportDTCStoredDataByRecordNumber" {
            /// The records, each with its code.
            stored_data: StoredData<'a>;
        }
        /// the extended data of one code.
        0x06 DtcExtDataRecordByDtcNumber "reportDTCExtDataRecordByDTCNumber" {
            /// The code and its extended data.
            extended_data: ExtendedData<'a>;
        }
        /// how many codes match.
        0x07 NumberOfDtcBySeverityMaskRecord "reportNumberOfDTCBySeverityMaskRecord" {
            /// How many there are.
            count: DtcCount;
        }
        /// the codes that match, with their severity.
        0x08 DtcBySeverityMaskRecord "reportDTCBySeverityMaskRecord" {
            /// The status bits that this ECU knows.
            availability: u8;
            /// The codes.
            records: Records<'a, SeverityRecord>;
        }
        /// the severity of one code.
        0x09 SeverityInformationOfDtc "reportSeverityInformationOfDTC" {
            /// The status bits that this ECU knows.
            availability: u8;
            /// The codes.
            records: Records<'a, SeverityRecord>;
        }
        /// all codes that the ECU can set, with their status now.
        0x0A SupportedDtc "reportSupportedDTC" {
            /// The codes, behind the mask of status bits that this ECU knows.
            records: DtcRecords<'a>;
        }
        /// the code whose test failed first since codes were cleared.
        0x0B FirstTestFailedDtc "reportFirstTestFailedDTC" {
            /// The codes, behind the mask of status bits that this ECU knows.
            records: DtcRecords<'a>;
        }
        /// the code that was confirmed first since codes were cleared.
        0x0C FirstConfirmedDtc "reportFirstConfirmedDTC" {
            /// The codes, behind the mask of status bits that this ECU knows.
            records: DtcRecords<'a>;
        }
        /// the code whose test failed last.
        0x0D MostRecentTestFailedDtc "reportMostRecentTestFailedDTC" {
            /// The codes, behind the mask of status bits that this ECU knows.
            records: DtcRecords<'a>;
        }
        /// the code that was confirmed last.
        0x0E MostRecentConfirmedDtc "reportMostRecentConfirmedDTC" {
            /// The codes, behind the mask of status bits that this ECU knows.
            records: DtcRecords<'a>;
        }
        /// the codes of the mirror memory, which the customer's tools do not clear (edition of 2013).
        0x0F MirrorMemoryDtcByStatusMask "reportMirrorMemoryDTCByStatusMask" {
            /// The codes, behind the mask of status bits that this ECU knows.
            records: DtcRecords<'a>;
        }
        /// the extended data of one code of the mirror memory (edition of 2013).
        0x10 MirrorMemoryDtcExtDataRecordByDtcNumber "reportMirrorMemoryDTCExtDataRecordByDTCNumber" {
            /// The code and its extended data.
            extended_data: ExtendedData<'a>;
        }
        /// how many codes of the mirror memory match (edition of 2013).
        0x11 NumberOfMirrorMemoryDtcByStatusMask "reportNumberOfMirrorMemoryDTCByStatusMask" {
            /// How many there are.
            count: DtcCount;
        }
        /// how many codes of emissions match (edition of 2013).
        0x12 NumberOfEmissionsObdDtcByStatusMask "reportNumberOfEmissionsOBDDTCByStatusMask" {
            /// How many there are.
            count: DtcCount;
        }
        /// the codes of emissions that match (edition of 2013).
        0x13 EmissionsObdDtcByStatusMask "reportEmissionsOBDDTCByStatusMask" {
            /// The codes, behind the mask of status bits that this ECU knows.
            records: DtcRecords<'a>;
        }
        /// the codes on their way to be confirmed.
        0x14 DtcFaultDetectionCounter "reportDTCFaultDetectionCounter" {
            /// Each code with its counter.
            records: Records<'a, FaultCounter>;
        }
        /// the codes that only the car itself can clear.
        0x15 DtcWithPermanentStatus "reportDTCWithPermanentStatus" {
            /// The codes, behind the mask of status bits that this ECU knows.
            records: DtcRecords<'a>;
        }
        /// the extended data of one number.
        0x16 DtcExtDataRecordByRecordNumber "reportDTCExtDataRecordByRecordNumber" {
            /// Each code with its data.
            extended_data: ExtendedDataByRecord<'a>;
        }
        /// the codes of a memory of the maker's own that match.
        0x17 UserDefMemoryDtcByStatusMask "reportUserDefMemoryDTCByStatusMask" {
            /// Which memory, by the maker's numbers.
            memory_selection: u8;
            /// The codes, behind the mask of status bits that this ECU knows.
            records: DtcRecords<'a>;
        }
        /// the snapshots of one code in a memory of the maker's own.
        0x18 UserDefMemoryDtcSnapshotRecordByDtcNumber "reportUserDefMemoryDTCSnapshotRecordByDTCNumber" {
            /// Which memory, by the maker's numbers.
            memory_selection: u8;
            /// The code and its snapshots.
            snapshots: Snapshots<'a>;
        }
        /// the extended data of one code in a memory of the maker's own.
        0x19 UserDefMemoryDtcExtDataRecordByDtcNumber "reportUserDefMemoryDTCExtDataRecordByDTCNumber" {
            /// Which memory, by the maker's numbers.
            memory_selection: u8;
            /// The code and its extended data.
            extended_data: ExtendedData<'a>;
        }
        /// the codes that support extended data of one number.
        0x1A SupportedDtcExtDataRecord "reportSupportedDTCExtDataRecord" {
            /// The codes that support it.
            support: ExtendedDataSupport<'a>;
        }
        /// the codes of a functional group that match (world-wide harmonized on-board diagnostics).
        0x42 WwhObdDtcByMaskRecord "reportWWHOBDDTCByMaskRecord" {
            /// The functional group: 33 emissions, D0 safety, FE vehicle on-board diagnostics (annex D).
            functional_group: u8;
            /// The status bits that this ECU knows.
            availability: u8;
            /// The severity bits that this ECU knows.
            severity_availability: DtcSeverity;
            /// The format of the codes.
            format: DtcCountFormat;
            /// The codes.
            records: Records<'a, WwhObdRecord>;
        }
        /// the codes of a functional group that only the car itself can clear.
        0x55 WwhObdDtcWithPermanentStatus "reportWWHOBDDTCWithPermanentStatus" {
            /// The functional group: 33 emissions, D0 safety, FE vehicle on-board diagnostics (annex D).
            functional_group: u8;
            /// The status bits that this ECU knows.
            availability: u8;
            /// The format of the codes.
            format: DtcCountFormat;
            /// The codes.
            records: Records<'a, FormattedRecord>;
        }
        /// the codes of a readiness group.
        0x56 DtcInformationByDtcReadinessGroupIdentifier "reportDTCInformationByDTCReadinessGroupIdentifier" {
            /// The functional group: 33 emissions, D0 safety, FE vehicle on-board diagnostics (annex D).
            functional_group: u8;
            /// The status bits that this ECU knows.
            availability: u8;
            /// The format of the codes.
            format: DtcCountFormat;
            /// The readiness group, by SAE J1979-DA.
            readiness_group: u8;
            /// The codes.
            records: Records<'a, FormattedRecord>;
        }
    }
}

request! {
    /// A request for trouble codes: service 0x19, `ReadDTCInformation` (ISO 14229-1:2020, 12.3).
    ///
    /// # Examples
    ///
    /// ```
    /// use cc_core::DtcStatus;
    /// use cc_obd::uds::{DtcReportRequest, ReadDtcInformationRequest};
    ///
    /// let confirmed = ReadDtcInformationRequest {
    ///     report: DtcReportRequest::DtcByStatusMask { status_mask: DtcStatus(0x08) },
    ///     suppress_positive_response: false,
    /// };
    /// let mut bytes = Vec::new();
    /// confirmed.encode(&mut bytes);
    /// assert_eq!(bytes, [0x19, 0x02, 0x08]);
    /// assert_eq!(ReadDtcInformationRequest::parse(&bytes), Ok(confirmed));
    ///
    /// let cut = ReadDtcInformationRequest::parse(&[0x19, 0x42, 0x33]).unwrap_err();
    /// assert_eq!(cut.to_string(), "status mask cut short or invalid at offset 3");
    /// ```
    ReadDtcInformationRequest = 0x19 {
        sub
        /// What to report.
        report: DtcReportRequest;
    }
}

answer! {
    /// Trouble codes: the answer of service 0x19, `ReadDTCInformation` (ISO 14229-1:2020, 12.3), read in place.
    ///
    /// # Examples
    ///
    /// ```
    /// use cc_obd::uds::{DtcReport, ReadDtcInformationAnswer};
    ///
    /// let answer = [0x59, 0x42, 0x33, 0x0F, 0xFF, 0x04, 0x20, 0x12, 0x34, 0x56, 0x2F];
    /// let DtcReport::WwhObdDtcByMaskRecord { format, records, .. } = ReadDtcInformationAnswer::parse(&answer)?.report else {
    ///     panic!("report 42");
    /// };
    /// let first = records.iter().next().unwrap();
    /// assert!(first.severity.maintenance_only());
    /// assert_eq!(format.dtc(first.code).to_string(), "P123456");
    ///
    /// let cut = ReadDtcInformationAnswer::parse(&answer[..9]).unwrap_err();
    /// assert_eq!(cut.to_string(), "code list cut short or invalid at offset 6");
    /// # Ok::<(), cc_obd::service::AnswerError>(())
    /// ```
    ReadDtcInformationAnswer<'a> = 0x19 {
        sub
        /// What was reported.
        report: DtcReport<'a>;
    }
}

/// A group of codes: one code, or all of a system (ISO 14229-1:2020, annex D.1).
///
/// # Examples
///
/// ```
/// use cc_obd::uds::DtcGroup;
///
/// assert_eq!(DtcGroup::ALL.0, 0xFF_FFFF);
/// assert_eq!(DtcGroup::of_functional_group(0x33), DtcGroup::EMISSIONS);
/// assert_eq!(DtcGroup::from("P0301".parse::<cc_core::J2012Dtc>()?).0, 0x03_0100);
/// # Ok::<(), cc_core::DtcParseError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct DtcGroup(pub u32);

impl DtcGroup {
    /// Every code.
    pub const ALL: Self = Self(0xFF_FFFF);
    /// All codes that concern emissions.
    pub const EMISSIONS: Self = Self::of_functional_group(0x33);
    /// All codes that concern safety.
    pub const SAFETY: Self = Self::of_functional_group(0xD0);
    /// All codes of vehicle on-board diagnostics.
    pub const VEHICLE_OBD: Self = Self::of_functional_group(0xFE);

    /// All codes of a functional group.
    pub const fn of_functional_group(group: u8) -> Self {
        Self(0xFF_FF00 | group as u32)
    }
}

impl From<J2012FtbDtc> for DtcGroup {
    fn from(dtc: J2012FtbDtc) -> Self {
        let [high, low, failure] = dtc.bytes();
        Self(u32::from_be_bytes([0, high, low, failure]))
    }
}

impl From<cc_core::J2012Dtc> for DtcGroup {
    fn from(dtc: cc_core::J2012Dtc) -> Self {
        Self(u32::from(dtc.raw()) << 8)
    }
}

impl crate::uds::part::Part<'_> for DtcGroup {
    fn read(
        reader: &mut crate::uds::part::Reader<'_>,
        layer: crate::service::Layer,
    ) -> Result<Self, crate::service::AnswerError> {
        let [high, middle, low] = reader.array(layer)?;
        Ok(Self(u32::from_be_bytes([0, high, middle, low])))
    }

    /// The lower three bytes.
    fn write(&self, out: &mut alloc::vec::Vec<u8>) {
        out.extend_from_slice(&self.0.to_be_bytes()[1..]);
    }
}

request! {
    /// A request to clear codes: service 0x14, `ClearDiagnosticInformation` (ISO 14229-1:2020, 12.2). What an ECU
    /// learnt about its faults is lost with them.
    ///
    /// # Examples
    ///
    /// ```
    /// use cc_obd::uds::{ClearDiagnosticInformationRequest, DtcGroup};
    ///
    /// let all = ClearDiagnosticInformationRequest::parse(&[0x14, 0xFF, 0xFF, 0xFF])?;
    /// assert_eq!((all.group, all.memory_selection), (DtcGroup::ALL, None));
    ///
    /// let cut = ClearDiagnosticInformationRequest::parse(&[0x14, 0xFF]).unwrap_err();
    /// assert_eq!(cut.to_string(), "group cut short or invalid at offset 1");
    /// # Ok::<(), cc_obd::service::AnswerError>(())
    /// ```
    ClearDiagnosticInformationRequest = 0x14 {
        /// Which codes.
        group: DtcGroup;
        /// Of which memory, by the maker's numbers; none is the usual one.
        memory_selection: Option<u8>;
    }
}

answer! {
    /// The answer of service 0x14: the codes are cleared.
    ClearDiagnosticInformationAnswer = 0x14 {}
}

#[cfg(test)]
impl crate::uds::sample::Sample<'_> for DtcGroup {
    fn sample(from: &mut crate::uds::sample::Entropy<'_>) -> Self {
        let [high, middle, low] = from.array();
        Self(u32::from_be_bytes([0, high, middle, low]))
    }
}
