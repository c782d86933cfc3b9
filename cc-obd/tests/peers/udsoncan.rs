//! Reports of trouble codes, read by udsoncan and by cc-obd; and requests, built by both.

use cc_core::DtcStatus;
use cc_obd::uds::{
    self, DtcReport, DtcReportRequest, DtcSeverity, MemoryRange, RawData, ReadDtcInformationRequest, Request,
    SecurityAccessType, SomeData,
};
use serde_json::{Value, json};

use crate::peer::{Peer, Random, cases, hex};
use crate::uds::{Case, Shape, generate, number, read};

/// The reports that udsoncan knows: 1A and 56 it lists as still to do.
fn reports() -> Vec<u8> {
    DtcReport::NAMES
        .iter()
        .map(|&(report, _)| report)
        .filter(|report| !matches!(report, 0x1A | 0x56))
        .collect()
}

fn ours(case: &Case) -> Value {
    let sizes = |dtc| case.sizes.get(&number(dtc)).copied();
    match read(&case.answer, |identifier| case.lengths.get(&identifier).copied(), sizes) {
        Ok(found) => found,
        Err(error) => json!({"error": error.to_string()}),
    }
}

/// What udsoncan reads otherwise, applied to our answer: see docs/reference/peers.md.
fn as_udsoncan(case: &Case, mut found: Value) -> Value {
    let report = case.answer[1];
    // Of a severity byte it keeps the upper three bits: the class is lost.
    let upper = |value: &mut Value| *value = (value.as_u64().unwrap() & 0xE0).into();
    if report == 0x42 && found["head"].is_object() {
        upper(&mut found["head"]["severity_availability"]);
    }
    if matches!(report, 0x08 | 0x09 | 0x42) && found["rows"].is_array() {
        found["rows"].as_array_mut().unwrap().iter_mut().for_each(|row| upper(&mut row[0]));
    }
    // It takes the records of report 55 for those of report 42, of five bytes.
    if report == 0x55 {
        let (records, rest) = case.answer[5..].as_chunks::<5>();
        if !rest.is_empty() {
            return json!({"error": "refused"});
        }
        let row = |&[_, high, middle, low, status]: &[u8; 5]| {
            json!([u32::from_be_bytes([0, high, middle, low]), status])
        };
        found["rows"] = records.iter().map(row).collect();
    }
    // It gathers the snapshots of a code.
    if report == 0x03 && found["rows"].is_array() {
        let rows = found["rows"].as_array().unwrap().clone();
        let mut gathered: Vec<Value> = Vec::new();
        for row in &rows {
            if !gathered.iter().any(|known| known[0] == row[0]) {
                gathered.extend(rows.iter().filter(|other| other[0] == row[0]).cloned());
            }
        }
        found["rows"] = gathered.into();
    }
    found
}

/// A refusal without its words.
fn refusal(mut told: Value) -> Value {
    if told["error"].is_string() {
        told["error"] = "refused".into();
    }
    told
}

fn question(case: &Case, padded: bool) -> Value {
    let lengths: serde_json::Map<_, _> =
        case.lengths.iter().map(|(identifier, length)| (identifier.to_string(), (*length).into())).collect();
    let sizes: serde_json::Map<_, _> =
        case.sizes.iter().map(|(code, size)| (code.to_string(), (*size).into())).collect();
    json!({"answer": hex(&case.answer), "lengths": lengths, "sizes": sizes, "padded": padded})
}

#[test]
fn reports_read_as_udsoncan_reads_them() {
    let Some(mut peer) = Peer::start("udsoncan_peer.py") else { return };
    let mut random = Random::seeded();
    let reports = reports();
    for case in 0..cases(3000) {
        let report = reports[case % reports.len()];
        let mut generated = generate(report, Shape::Known, &mut random);
        // Zeros behind the answer, as a transport without lengths leaves them; behind these two, it takes none.
        let is_padded = !matches!(report, 0x42 | 0x55) && random.below(4) == 0;
        let padding = if is_padded { random.below(8) as usize } else { 0 };
        generated.answer.resize(generated.answer.len() + padding, 0);
        let theirs = refusal(peer.ask(&question(&generated, padding > 0)));
        let ours = as_udsoncan(&generated, ours(&generated));
        assert_eq!(ours, theirs, "case {case}: {}", hex(&generated.answer));
    }
}

#[test]
fn answers_cut_short_are_refused_where_udsoncan_refuses_them() {
    let Some(mut peer) = Peer::start("udsoncan_peer.py") else { return };
    let mut random = Random::seeded();
    // Of report 55, it refuses whole answers.
    let reports: Vec<_> = reports().into_iter().filter(|&report| report != 0x55).collect();
    for case in 0..cases(3000) {
        let report = reports[case % reports.len()];
        let mut generated = generate(report, Shape::Known, &mut random);
        generated.answer.truncate(2 + random.below(generated.answer.len() as u64 - 1) as usize);
        let ours = refusal(as_udsoncan(&generated, ours(&generated)));
        let theirs = refusal(peer.ask(&question(&generated, false)));
        if ours != theirs {
            let why = explained(&generated, &ours, &mut peer);
            assert!(why, "case {case}: {} is {ours} and {theirs}", hex(&generated.answer));
        }
    }
}

/// Whether docs/reference/peers.md says why an answer that was cut short is read in two ways: what is left of a
/// record is of one filler, which is padding to us; without it, the two agree.
fn explained(case: &Case, ours: &Value, peer: &mut Peer) -> bool {
    let Case { answer, lengths, sizes } = case;
    let fill = answer[answer.len() - 1];
    let filled = answer.iter().rev().take_while(|&&byte| byte == fill).count().min(answer.len() - 2);
    [0x00, 0x55, 0xAA, 0xCC, 0xFF].contains(&fill)
        && (1..=filled).any(|cut| {
            let answer = answer[..answer.len() - cut].to_vec();
            let case = Case { answer, lengths: lengths.clone(), sizes: sizes.clone() };
            refusal(peer.ask(&question(&case, false))) == *ours
        })
}

#[test]
fn requests_are_built_as_udsoncan_builds_them() {
    use DtcReportRequest as R;
    let Some(mut peer) = Peer::start("udsoncan_peer.py") else { return };
    let mut random = Random::seeded();
    let reports = reports();
    for case in 0..cases(1000) {
        let report = reports[case % reports.len()];
        let (status_mask, severity_mask) = (random.next() as u8, random.next() as u8);
        let dtc =
            cc_core::J2012FtbDtc::from_bytes([random.next() as u8, random.next() as u8, random.next() as u8]);
        let record_number = random.below(0xF0) as u8;
        let (memory_selection, functional_group) = (random.next() as u8, random.next() as u8);
        let suppress = random.below(2) == 0;
        let asked = json!({"request": {
            "service": 0x19, "report": report, "suppress": suppress, "status_mask": status_mask,
            "severity_mask": severity_mask, "dtc": number(dtc), "record_number": record_number,
            "memory_selection": memory_selection, "functional_group": functional_group,
        }});
        let theirs = peer.ask(&asked);
        let status_mask = DtcStatus(status_mask);
        let severity_mask = DtcSeverity(severity_mask);
        let report = match report {
            0x01 => R::NumberOfDtcByStatusMask { status_mask },
            0x02 => R::DtcByStatusMask { status_mask },
            0x03 => R::DtcSnapshotIdentification {},
            0x04 => R::DtcSnapshotRecordByDtcNumber { dtc, record_number },
            0x05 => R::DtcStoredDataByRecordNumber { record_number },
            0x06 => R::DtcExtDataRecordByDtcNumber { dtc, record_number },
            0x07 => R::NumberOfDtcBySeverityMaskRecord { severity_mask, status_mask },
            0x08 => R::DtcBySeverityMaskRecord { severity_mask, status_mask },
            0x09 => R::SeverityInformationOfDtc { dtc },
            0x0A => R::SupportedDtc {},
            0x0B => R::FirstTestFailedDtc {},
            0x0C => R::FirstConfirmedDtc {},
            0x0D => R::MostRecentTestFailedDtc {},
            0x0E => R::MostRecentConfirmedDtc {},
            0x0F => R::MirrorMemoryDtcByStatusMask { status_mask },
            0x10 => R::MirrorMemoryDtcExtDataRecordByDtcNumber { dtc, record_number },
            0x11 => R::NumberOfMirrorMemoryDtcByStatusMask { status_mask },
            0x12 => R::NumberOfEmissionsObdDtcByStatusMask { status_mask },
            0x13 => R::EmissionsObdDtcByStatusMask { status_mask },
            0x14 => R::DtcFaultDetectionCounter {},
            0x15 => R::DtcWithPermanentStatus {},
            0x16 => R::DtcExtDataRecordByRecordNumber { record_number },
            0x17 => R::UserDefMemoryDtcByStatusMask { status_mask, memory_selection },
            0x18 => R::UserDefMemoryDtcSnapshotRecordByDtcNumber { dtc, record_number, memory_selection },
            0x19 => R::UserDefMemoryDtcExtDataRecordByDtcNumber { dtc, record_number, memory_selection },
            0x42 => R::WwhObdDtcByMaskRecord { functional_group, status_mask, severity_mask },
            0x55 => R::WwhObdDtcWithPermanentStatus { functional_group },
            other => panic!("report {other:02x}"),
        };
        let mut bytes = Vec::new();
        ReadDtcInformationRequest { report, suppress_positive_response: suppress }.encode(&mut bytes);
        assert_eq!(json!({"bytes": hex(&bytes)}), theirs, "case {case}: {asked}");
    }
}

#[test]
fn requests_of_other_services_are_built_as_udsoncan_builds_them() {
    let Some(mut peer) = Peer::start("udsoncan_peer.py") else { return };
    let mut random = Random::seeded();
    let services =
        [0x10, 0x11, 0x14, 0x22, 0x23, 0x27, 0x2E, 0x31, 0x34, 0x35, 0x36, 0x37, 0x3D, 0x3E, 0x85_u8];
    for case in 0..cases(2000) {
        let service = services[case % services.len()];
        let identifiers: Vec<_> = (0..=random.below(4)).map(|_| random.next() as u16).collect();
        let pairs: Vec<_> = identifiers.iter().map(|identifier| identifier.to_be_bytes()).collect();
        let length = 1 + random.below(12) as usize;
        let data = random.bytes(length);
        let [address, size] = [random.next() >> random.below(33), random.next() >> random.below(33)]
            .map(|number| u128::from(number & 0xFFFF_FFFF));
        let range = MemoryRange::with_widths(address, 4, size, 4).unwrap();
        let (counter, group) = (random.next() as u8, random.below(0x100_0000) as u32);
        let memory = (random.below(2) == 0).then(|| random.next() as u8);
        let kind = 1 + random.below(2) as u8;
        let level = 1 + random.below(0x7D) as u8;
        let suppress = matches!(service, 0x10 | 0x11 | 0x27 | 0x31 | 0x3E | 0x85) && random.below(2) == 0;
        let asked = json!({"request": {
            "service": service, "type": kind, "level": level, "identifiers": identifiers, "group": group,
            "identifier": identifiers[0], "data": hex(&data), "range": [address as u64, 4, size as u64, 4],
            "counter": counter, "memory": memory, "suppress": suppress,
        }});
        let theirs = peer.ask(&asked);
        let (raw, some) = (RawData(&data), SomeData::new(&data).unwrap());
        let access_type = SecurityAccessType::from_raw(level);
        let is_seed = access_type.is_request_seed();
        let request = match service {
            0x10 => Request::DiagnosticSessionControl(uds::DiagnosticSessionControlRequest {
                session: uds::SessionType::from_raw(kind),
                suppress_positive_response: suppress,
            }),
            0x11 => Request::EcuReset(uds::EcuResetRequest {
                reset_type: uds::ResetType::from_raw(kind),
                suppress_positive_response: suppress,
            }),
            0x14 => Request::ClearDiagnosticInformation(uds::ClearDiagnosticInformationRequest {
                group: uds::DtcGroup(group),
                memory_selection: memory,
            }),
            0x22 => Request::ReadDataByIdentifier(uds::ReadDataByIdentifierRequest {
                identifiers: uds::DataIdentifiers::new(&pairs).unwrap(),
            }),
            0x23 => Request::ReadMemoryByAddress(uds::ReadMemoryByAddressRequest { range }),
            0x27 => Request::SecurityAccess(uds::SecurityAccessRequest {
                access_type,
                suppress_positive_response: suppress,
                data_record: is_seed.then_some(raw),
                key: (!is_seed).then_some(some),
            }),
            0x2E => Request::WriteDataByIdentifier(uds::WriteDataByIdentifierRequest {
                identifier: identifiers[0],
                data: some,
            }),
            0x31 => Request::RoutineControl(uds::RoutineControlRequest {
                control_type: uds::RoutineControlType::from_raw(kind),
                suppress_positive_response: suppress,
                routine: identifiers[0],
                option_record: raw,
            }),
            0x34 => Request::RequestDownload(uds::RequestDownloadRequest { format: 0, range }),
            0x35 => Request::RequestUpload(uds::RequestUploadRequest { format: 0, range }),
            0x36 => {
                Request::TransferData(uds::TransferDataRequest { block_sequence_counter: counter, data: raw })
            }
            0x37 => Request::RequestTransferExit(uds::RequestTransferExitRequest { data: raw }),
            0x3D => Request::WriteMemoryByAddress(uds::WriteMemoryByAddressRequest { range, data: some }),
            0x3E => Request::TesterPresent(uds::TesterPresentRequest {
                sub_function: uds::ZeroSubFunction::ZERO,
                suppress_positive_response: suppress,
            }),
            _ => Request::ControlDtcSetting(uds::ControlDtcSettingRequest {
                setting: uds::DtcSettingType::from_raw(kind),
                suppress_positive_response: suppress,
                option_record: raw,
            }),
        };
        let mut bytes = Vec::new();
        request.encode(&mut bytes);
        assert_eq!(json!({"bytes": hex(&bytes)}), theirs, "case {case}: {asked}");
        assert_eq!(Request::parse(&bytes), Ok(request), "case {case}");
    }
}
