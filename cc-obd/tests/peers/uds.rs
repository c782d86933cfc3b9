//! Reports of trouble codes (ISO 14229-1, service 0x19), generated, and what cc-obd reads in them: in the words in
//! which the peers' scripts tell what they read.

use std::collections::BTreeMap;

use cc_core::{DtcStatus, J2012FtbDtc};
use cc_obd::service::AnswerError;
use cc_obd::uds::{
    DtcCount, DtcCountFormat, DtcRecord, DtcRecords, DtcReport, DtcSeverity, ExtendedData,
    ExtendedDataByRecord, ExtendedDataSupport, ExtendedRecord, FaultCounter, FormattedRecord, RawData,
    ReadDtcInformationAnswer, Record, Records, SeverityRecord, SnapshotData, SnapshotIdentification,
    Snapshots, StoredData, WwhObdRecord, encode_snapshot, encode_stored_data,
};
use serde_json::{Value, json};

use crate::peer::{Random, hex};

/// A generated answer, and the lengths that its bytes do not tell.
pub(crate) struct Case {
    pub(crate) answer: Vec<u8>,
    /// Of the data of each identifier.
    pub(crate) lengths: BTreeMap<u16, usize>,
    /// Of the extended data of each code.
    pub(crate) sizes: BTreeMap<u32, usize>,
}

/// The one identifier whose length py-uds knows: the active session.
pub(crate) const SESSION: u16 = 0xF186;

/// How answers are made whose records have lengths that only the maker knows.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Shape {
    /// Any data: the reader knows the lengths.
    Known,
    /// Only the last data have a length of their own.
    Tail,
}

pub(crate) fn number(dtc: J2012FtbDtc) -> u32 {
    let [high, low, failure] = dtc.bytes();
    u32::from_be_bytes([0, high, low, failure])
}

fn dtc(random: &mut Random) -> J2012FtbDtc {
    // Three zeros are no code.
    J2012FtbDtc::from_bytes([random.next() as u8, random.next() as u8, 1 + random.below(255) as u8])
}

fn status(random: &mut Random) -> DtcStatus {
    DtcStatus(random.next() as u8)
}

fn bytes_of<R: Record>(records: &[R]) -> Vec<u8> {
    let mut out = Vec::new();
    for record in records {
        record.encode(&mut out);
    }
    out
}

/// An answer to this report, built by cc-obd's types.
pub(crate) fn generate(report: u8, shape: Shape, random: &mut Random) -> Case {
    let mut case = Case { answer: Vec::new(), lengths: BTreeMap::new(), sizes: BTreeMap::new() };
    // Reports 09 and 0B to 0E are about one code.
    let most = if matches!(report, 0x09 | 0x0B..=0x0E) { 2 } else { 12 };
    let count = random.below(most) as usize;
    let availability = random.next() as u8;
    let format = DtcCountFormat(random.pick(&[2, 4]));
    let functional_group = random.pick(&[0x33, 0xD0, 0xFE, 0x01]);
    let memory_selection = random.next() as u8;
    let plain: Vec<_> = (0..count).map(|_| DtcRecord { dtc: dtc(random), status: status(random) }).collect();
    let four: Vec<_> = plain.iter().map(|record| record.bytes()).collect();
    let records = DtcRecords::new(availability, &four);
    let formatted: Vec<_> = plain
        .iter()
        .map(|record| FormattedRecord { code: record.dtc.bytes(), status: record.status })
        .collect();
    let formatted = bytes_of(&formatted);
    let formatted = Records::new(&formatted).unwrap();
    let dtc_count =
        DtcCount { availability, format: DtcCountFormat(random.next() as u8), count: random.next() as u16 };
    let severities: Vec<_> = (0..count)
        .map(|_| SeverityRecord {
            severity: DtcSeverity(random.next() as u8),
            functional_unit: random.next() as u8,
            dtc: dtc(random),
            status: status(random),
        })
        .collect();
    let severities = bytes_of(&severities);
    let severities = Records::new(&severities).unwrap();
    let (owner, state) = (dtc(random), status(random));
    let snapshot_bytes = snapshots(shape, random, &mut case.lengths, |data, random, out| {
        encode_snapshot(1 + random.below(254) as u8, data, out);
    });
    let snapshots_of = Snapshots::new(owner, state, &snapshot_bytes);
    let extended_bytes = extended(owner, shape, random, &mut case.sizes);
    let extended_data = ExtendedData::new(owner, state, &extended_bytes);
    let any: Vec<u8>;
    let made = match report {
        0x01 => DtcReport::NumberOfDtcByStatusMask { count: dtc_count },
        0x02 => DtcReport::DtcByStatusMask { records },
        0x03 => {
            any = bytes_of(
                &plain
                    .iter()
                    .map(|record| SnapshotIdentification {
                        dtc: record.dtc,
                        record_number: random.next() as u8,
                    })
                    .collect::<Vec<_>>(),
            );
            DtcReport::DtcSnapshotIdentification { records: Records::new(&any).unwrap() }
        }
        0x04 => DtcReport::DtcSnapshotRecordByDtcNumber { snapshots: snapshots_of },
        0x05 => {
            any = snapshots(shape, random, &mut case.lengths, |data, random, out| {
                encode_stored_data(1 + random.below(254) as u8, dtc(random), status(random), data, out);
            });
            DtcReport::DtcStoredDataByRecordNumber { stored_data: StoredData::new(&any).unwrap() }
        }
        0x06 => DtcReport::DtcExtDataRecordByDtcNumber { extended_data },
        0x07 => DtcReport::NumberOfDtcBySeverityMaskRecord { count: dtc_count },
        0x08 => DtcReport::DtcBySeverityMaskRecord { availability, records: severities },
        0x09 => DtcReport::SeverityInformationOfDtc { availability, records: severities },
        0x0A => DtcReport::SupportedDtc { records },
        0x0B => DtcReport::FirstTestFailedDtc { records },
        0x0C => DtcReport::FirstConfirmedDtc { records },
        0x0D => DtcReport::MostRecentTestFailedDtc { records },
        0x0E => DtcReport::MostRecentConfirmedDtc { records },
        0x0F => DtcReport::MirrorMemoryDtcByStatusMask { records },
        0x10 => DtcReport::MirrorMemoryDtcExtDataRecordByDtcNumber { extended_data },
        0x11 => DtcReport::NumberOfMirrorMemoryDtcByStatusMask { count: dtc_count },
        0x12 => DtcReport::NumberOfEmissionsObdDtcByStatusMask { count: dtc_count },
        0x13 => DtcReport::EmissionsObdDtcByStatusMask { records },
        0x14 => {
            any = bytes_of(
                &plain
                    .iter()
                    .map(|record| FaultCounter { dtc: record.dtc, counter: random.next() as i8 })
                    .collect::<Vec<_>>(),
            );
            DtcReport::DtcFaultDetectionCounter { records: Records::new(&any).unwrap() }
        }
        0x15 => DtcReport::DtcWithPermanentStatus { records },
        0x16 => {
            let record_number = 1 + random.below(0xEF) as u8;
            any = by_record(shape, random, &mut case.sizes);
            let records = RawData(&any);
            DtcReport::DtcExtDataRecordByRecordNumber {
                extended_data: ExtendedDataByRecord { record_number, records },
            }
        }
        0x17 => DtcReport::UserDefMemoryDtcByStatusMask { memory_selection, records },
        0x18 => {
            DtcReport::UserDefMemoryDtcSnapshotRecordByDtcNumber { memory_selection, snapshots: snapshots_of }
        }
        0x19 => DtcReport::UserDefMemoryDtcExtDataRecordByDtcNumber { memory_selection, extended_data },
        0x1A => {
            let number = 1 + random.below(0xFD) as u8;
            let flat = four.as_flattened();
            let support = ExtendedDataSupport::new(availability, number, Records::new(flat).unwrap());
            DtcReport::SupportedDtcExtDataRecord { support }
        }
        0x42 => {
            any = bytes_of(
                &plain
                    .iter()
                    .map(|record| WwhObdRecord {
                        severity: DtcSeverity(random.next() as u8),
                        code: record.dtc.bytes(),
                        status: record.status,
                    })
                    .collect::<Vec<_>>(),
            );
            DtcReport::WwhObdDtcByMaskRecord {
                functional_group,
                availability,
                severity_availability: DtcSeverity(random.next() as u8),
                format,
                records: Records::new(&any).unwrap(),
            }
        }
        0x55 => DtcReport::WwhObdDtcWithPermanentStatus {
            functional_group,
            availability,
            format,
            records: formatted,
        },
        0x56 => DtcReport::DtcInformationByDtcReadinessGroupIdentifier {
            functional_group,
            availability,
            format,
            readiness_group: random.next() as u8,
            records: formatted,
        },
        other => panic!("report {other:02x}"),
    };
    ReadDtcInformationAnswer { report: made }.encode(&mut case.answer);
    case
}

/// Up to four snapshots of up to three identifiers.
fn snapshots(
    shape: Shape,
    random: &mut Random,
    lengths: &mut BTreeMap<u16, usize>,
    write: impl Fn(&[(u16, &[u8])], &mut Random, &mut Vec<u8>),
) -> Vec<u8> {
    let mut out = Vec::new();
    // An answer to report 05 without a record is the number alone, which other tests look at.
    let records = 1 + random.below(4);
    for record in 0..records {
        let data: Vec<(u16, Vec<u8>)> = (0..=random.below(3))
            .map(|_| match shape {
                Shape::Tail => (SESSION, random.bytes(1)),
                Shape::Known => {
                    let identifier = random.below(0x1_0000) as u16;
                    let length = *lengths.entry(identifier).or_insert_with(|| random.below(6) as usize);
                    (identifier, random.bytes(length))
                }
            })
            .collect();
        let mut data = data;
        if shape == Shape::Tail && record + 1 == records {
            let length = 1 + random.below(8) as usize;
            data.push((random.below(0xF000) as u16, random.bytes(length)));
        }
        let data: Vec<_> = data.iter().map(|(identifier, bytes)| (*identifier, bytes.as_slice())).collect();
        write(&data, random, &mut out);
    }
    out
}

/// Records of extended data: of one code, all of one length.
fn extended(
    owner: J2012FtbDtc,
    shape: Shape,
    random: &mut Random,
    sizes: &mut BTreeMap<u32, usize>,
) -> Vec<u8> {
    let size = 1 + random.below(6) as usize;
    sizes.insert(number(owner), size);
    let count = if shape == Shape::Tail { 1 } else { random.below(4) };
    (0..count)
        .flat_map(|_| {
            let mut record = vec![1 + random.below(254) as u8];
            record.extend(random.bytes(size));
            record
        })
        .collect()
}

/// Records of extended data: of many codes, each with a length of its own.
fn by_record(shape: Shape, random: &mut Random, sizes: &mut BTreeMap<u32, usize>) -> Vec<u8> {
    sizes.clear();
    let count = if shape == Shape::Tail { 1 } else { random.below(5) };
    let mut out = Vec::new();
    for _ in 0..count {
        let owner = dtc(random);
        let size = 1 + random.below(6) as usize;
        // A code may come once.
        if sizes.insert(number(owner), size).is_none() {
            DtcRecord { dtc: owner, status: status(random) }.encode(&mut out);
            out.extend(random.bytes(size));
        }
    }
    out
}

/// What cc-obd reads.
pub(crate) fn read(
    answer: &[u8],
    lengths: impl Fn(u16) -> Option<usize>,
    sizes: impl Fn(J2012FtbDtc) -> Option<usize>,
) -> Result<Value, AnswerError> {
    use DtcReport as R;
    let count = |count: DtcCount| {
        let head =
            json!({"availability": count.availability, "format": count.format.0, "count": count.count});
        (head, vec![])
    };
    let list = |records: DtcRecords<'_>| {
        let rows = records.iter().map(|record| json!([number(record.dtc), record.status.0])).collect();
        (json!({"availability": records.availability()}), rows)
    };
    let severities = |availability: u8, records: Records<'_, SeverityRecord>| {
        let row = |r: SeverityRecord| json!([r.severity.0, r.functional_unit, number(r.dtc), r.status.0]);
        (json!({"availability": availability}), records.iter().map(row).collect())
    };
    let formatted = |records: Records<'_, FormattedRecord>| {
        let row = |r: FormattedRecord| json!([number(J2012FtbDtc::from_bytes(r.code)), r.status.0]);
        records.iter().map(row).collect::<Vec<_>>()
    };
    let snapshot = |item: SnapshotData<'_>| {
        json!([item.record_number, number(item.dtc), item.status.0, item.identifier, hex(item.data)])
    };
    let record = |item: ExtendedRecord<'_>| {
        json!([item.record_number, number(item.dtc), item.status.0, hex(item.data)])
    };
    let snapshots = |snapshots: Snapshots<'_>| {
        let rows = snapshots.iter(&lengths).map(|item| item.map(snapshot)).collect::<Result<_, _>>()?;
        Ok((json!({"dtc": [number(snapshots.dtc), snapshots.status.0]}), rows))
    };
    let extended = |data: ExtendedData<'_>| {
        let size = sizes(data.dtc);
        let rows = data.iter(|_| size).map(|item| item.map(record)).collect::<Result<_, _>>()?;
        Ok((json!({"dtc": [number(data.dtc), data.status.0]}), rows))
    };
    let (mut head, rows): (Value, Vec<Value>) = match ReadDtcInformationAnswer::parse(answer)?.report {
        R::NumberOfDtcByStatusMask { count: found }
        | R::NumberOfDtcBySeverityMaskRecord { count: found }
        | R::NumberOfMirrorMemoryDtcByStatusMask { count: found }
        | R::NumberOfEmissionsObdDtcByStatusMask { count: found } => count(found),
        R::DtcByStatusMask { records }
        | R::SupportedDtc { records }
        | R::FirstTestFailedDtc { records }
        | R::FirstConfirmedDtc { records }
        | R::MostRecentTestFailedDtc { records }
        | R::MostRecentConfirmedDtc { records }
        | R::MirrorMemoryDtcByStatusMask { records }
        | R::EmissionsObdDtcByStatusMask { records }
        | R::DtcWithPermanentStatus { records }
        | R::UserDefMemoryDtcByStatusMask { records, .. } => list(records),
        R::DtcSnapshotIdentification { records } => {
            (json!({}), records.iter().map(|r| json!([number(r.dtc), r.record_number])).collect())
        }
        R::DtcSnapshotRecordByDtcNumber { snapshots: found }
        | R::UserDefMemoryDtcSnapshotRecordByDtcNumber { snapshots: found, .. } => snapshots(found)?,
        R::DtcStoredDataByRecordNumber { stored_data } => {
            let rows = stored_data.iter(&lengths).map(|item| item.map(snapshot));
            (json!({}), rows.collect::<Result<_, _>>()?)
        }
        R::DtcExtDataRecordByDtcNumber { extended_data }
        | R::MirrorMemoryDtcExtDataRecordByDtcNumber { extended_data }
        | R::UserDefMemoryDtcExtDataRecordByDtcNumber { extended_data, .. } => extended(extended_data)?,
        R::DtcBySeverityMaskRecord { availability, records }
        | R::SeverityInformationOfDtc { availability, records } => severities(availability, records),
        R::DtcFaultDetectionCounter { records } => {
            (json!({}), records.iter().map(|r| json!([number(r.dtc), r.counter as u8])).collect())
        }
        R::DtcExtDataRecordByRecordNumber { extended_data } => {
            let rows = extended_data.iter(&sizes).map(|item| item.map(record));
            (json!({}), rows.collect::<Result<_, _>>()?)
        }
        R::SupportedDtcExtDataRecord { support } => {
            let rows = support.records().iter().map(|r| json!([number(r.dtc), r.status.0])).collect();
            let mut head = json!({"availability": support.availability});
            if let Some(number) = support.record_number() {
                head["record_number"] = number.into();
            }
            (head, rows)
        }
        R::WwhObdDtcByMaskRecord {
            functional_group,
            availability,
            severity_availability,
            format,
            records,
        } => {
            let row =
                |r: WwhObdRecord| json!([r.severity.0, number(J2012FtbDtc::from_bytes(r.code)), r.status.0]);
            let head = json!({
                "group": functional_group,
                "availability": availability,
                "severity_availability": severity_availability.0,
                "format": format.0,
            });
            (head, records.iter().map(row).collect())
        }
        R::WwhObdDtcWithPermanentStatus { functional_group, availability, format, records } => {
            let head = json!({"group": functional_group, "availability": availability, "format": format.0});
            (head, formatted(records))
        }
        R::DtcInformationByDtcReadinessGroupIdentifier {
            functional_group,
            availability,
            format,
            readiness_group,
            records,
        } => {
            let head = json!({
                "group": functional_group,
                "availability": availability,
                "format": format.0,
                "readiness_group": readiness_group,
            });
            (head, formatted(records))
        }
    };
    if matches!(answer[1], 0x17..=0x19) {
        head["memory"] = answer[2].into();
    }
    Ok(json!({"head": head, "rows": rows}))
}
