//! Facts about ISO 14229-1 messages: bytes with their meaning, and the traps beside them.
#![allow(clippy::unwrap_used, reason = "tests")]

use cc_obd::service::{AnswerError, Layer, NegativeCode, NegativeResponse, dtc_count, dtcs_by_status};
use cc_obd::uds::{
    Answer, DtcReport, DynamicDefinition, DynamicallyDefineDataIdentifierRequest, ReadDtcInformationAnswer,
    Request, SERVICES, SourceData, encode_snapshot, encode_stored_data,
};

fn bytes(text: &str) -> Vec<u8> {
    text.split_whitespace().map(|byte| u8::from_str_radix(byte, 16).unwrap()).collect()
}

fn report(answer: &[u8]) -> Result<DtcReport<'_>, AnswerError> {
    ReadDtcInformationAnswer::parse(answer).map(|answer| answer.report)
}

#[test]
fn the_first_reports_read_as_their_functions_read_them() {
    let list = bytes("59 02 CA E1 00 00 0A E1 01 00 0A 9A 89 13 0A");
    let DtcReport::DtcByStatusMask { records } = report(&list).unwrap() else { panic!() };
    assert_eq!(Ok(records), dtcs_by_status(&list));
    let codes: Vec<_> = records.iter().map(|record| record.dtc.to_string()).collect();
    // The availability mask is no status of a code.
    assert_eq!((records.availability(), codes.join(" ").as_str()), (0xCA, "U210000 U210100 B1A8913"));

    let count = bytes("59 01 FF 01 00 03");
    let DtcReport::NumberOfDtcByStatusMask { count: read } = report(&count).unwrap() else { panic!() };
    assert_eq!(Ok(read), dtc_count(&count));
    assert_eq!((read.format.name(), read.count), (Some("ISO_14229-1_DTCFormat"), 3));
}

#[test]
fn padding_is_cut_and_counted_whatever_its_filler() {
    for (text, codes, padding) in [
        ("59 02 FF 01 23 11 2F 00 00 00", 1, 3),
        ("59 02 FF 01 23 11 2F 00 00 00 00 00", 1, 5),
        ("59 02 FF 01 23 11 2F AA AA AA", 1, 3),
        ("59 02 FF 01 23 11 2F AA AA AA AA AA", 1, 5),
        // Whole records of a filler that is no zero may be codes.
        ("59 02 FF 01 23 11 2F AA AA AA AA", 2, 0),
        ("59 02 FF 00 00 00 00", 0, 4),
    ] {
        let answer = bytes(text);
        let DtcReport::DtcByStatusMask { records } = report(&answer).unwrap() else { panic!() };
        assert_eq!((records.len(), records.padding()), (codes, padding), "{text}");
    }
    let answer = bytes("59 14 12 34 56 3F 55");
    let DtcReport::DtcFaultDetectionCounter { records } = report(&answer).unwrap() else { panic!() };
    assert_eq!((records.len(), records.padding()), (1, 1));
}

#[test]
fn severity_records_have_six_bytes_and_world_wide_ones_five() {
    let answer = bytes("59 08 FF 20 01 12 34 56 2F");
    let DtcReport::DtcBySeverityMaskRecord { records, .. } = report(&answer).unwrap() else { panic!() };
    let record = records.iter().next().unwrap();
    assert_eq!((record.severity.0, record.functional_unit, record.status.0), (0x20, 1, 0x2F));
    assert_eq!(record.dtc.to_string(), "P123456");

    let answer = bytes("59 42 33 0F FF 04 20 12 34 56 2F");
    let DtcReport::WwhObdDtcByMaskRecord { functional_group, availability, format, records, .. } =
        report(&answer).unwrap()
    else {
        panic!()
    };
    assert_eq!((functional_group, availability, format.0), (0x33, 0x0F, 4));
    let record = records.iter().next().unwrap();
    assert_eq!((record.severity.0, record.code, record.status.0), (0x20, [0x12, 0x34, 0x56], 0x2F));

    // The permanent ones have no severity.
    let answer = bytes("59 55 33 0F 04 12 34 56 2F");
    let DtcReport::WwhObdDtcWithPermanentStatus { records, .. } = report(&answer).unwrap() else { panic!() };
    assert_eq!(records.iter().next().unwrap().code, [0x12, 0x34, 0x56]);
}

#[test]
fn fault_detection_counters_have_a_sign() {
    for (byte, counter) in [(0x3F, 63), (0x7F, 127), (0x80, -128), (0xFF, -1)] {
        let answer = [0x59, 0x14, 0x12, 0x34, 0x56, byte];
        let DtcReport::DtcFaultDetectionCounter { records } = report(&answer).unwrap() else { panic!() };
        assert_eq!(records.iter().next().unwrap().counter, counter);
    }
}

#[test]
fn a_snapshot_without_a_known_length_is_never_refused() {
    // A real answer's shape: nine identifiers of unknown lengths.
    let answer = bytes("59 04 C2 59 00 09 01 19 CF 00 78 CF 01 00 00 CF 02 17 04 04");
    let DtcReport::DtcSnapshotRecordByDtcNumber { snapshots } = report(&answer).unwrap() else { panic!() };
    let all: Vec<_> = snapshots.iter(|_| None).map(Result::unwrap).collect();
    assert_eq!((all.len(), all[0].identifier, all[0].data.len(), all[0].is_bounded), (1, 0xCF00, 10, false));

    // With what is known of them, as far as it goes.
    let lengths = |identifier| match identifier {
        0xCF00 => Some(1),
        0xCF01 => Some(2),
        _ => None,
    };
    let all: Vec<_> = snapshots.iter(lengths).map(Result::unwrap).collect();
    let found: Vec<_> = all.iter().map(|item| (item.identifier, item.data.len(), item.is_bounded)).collect();
    assert_eq!(found, [(0xCF00, 1, true), (0xCF01, 2, true), (0xCF02, 3, false)]);
}

#[test]
fn snapshots_end_where_their_count_says_and_zero_counts_nothing() {
    let mut records = Vec::new();
    encode_snapshot(1, &[(0x0100, &[1, 2]), (0x0101, &[3])], &mut records);
    encode_snapshot(2, &[(0x0100, &[4, 5])], &mut records);
    let answer = [&bytes("59 18 07 12 34 56 2F")[..], &records, &[0, 0, 0]].concat();
    let DtcReport::UserDefMemoryDtcSnapshotRecordByDtcNumber { memory_selection, snapshots } =
        report(&answer).unwrap()
    else {
        panic!()
    };
    let lengths = |identifier: u16| Some(2 - usize::from(identifier as u8));
    let all: Vec<_> = snapshots.iter(lengths).map(Result::unwrap).collect();
    let found: Vec<_> = all.iter().map(|item| (item.record_number, item.identifier, item.data)).collect();
    let expected: [(u8, u16, &[u8]); 3] = [(1, 0x0100, &[1, 2]), (1, 0x0101, &[3]), (2, 0x0100, &[4, 5])];
    assert_eq!((memory_selection, &found[..]), (7, &expected[..]));

    // Without a count, all the rest is the record's.
    let answer = bytes("59 04 12 34 56 2F 01 00 01 00 AA BB 01 01 CC");
    let DtcReport::DtcSnapshotRecordByDtcNumber { snapshots } = report(&answer).unwrap() else { panic!() };
    assert_eq!(snapshots.iter(lengths).map(Result::unwrap).count(), 2);

    // A record that ends inside is an error at its place, and the end.
    let answer = bytes("59 04 12 34 56 2F 01 02 01 00 AA BB 01");
    let DtcReport::DtcSnapshotRecordByDtcNumber { snapshots } = report(&answer).unwrap() else { panic!() };
    let mut items = snapshots.iter(lengths);
    assert!(items.next().unwrap().is_ok());
    let cut = AnswerError::Truncated { layer: Layer::DataIdentifier, offset: 12 };
    assert_eq!((items.next(), items.next()), (Some(Err(cut)), None));
}

#[test]
fn stored_data_carry_their_codes_or_a_number_alone() {
    let mut records = Vec::new();
    let dtc = cc_core::J2012FtbDtc::from_bytes([0x9A, 0x89, 0x13]);
    encode_stored_data(1, dtc, cc_core::DtcStatus(0x0A), &[(0xF40D, &[0x32])], &mut records);
    let answer = [&[0x59, 0x05][..], &records].concat();
    let DtcReport::DtcStoredDataByRecordNumber { stored_data } = report(&answer).unwrap() else { panic!() };
    let item = stored_data.iter(|_| Some(1)).next().unwrap().unwrap();
    assert_eq!((item.record_number, item.dtc, item.identifier, item.data), (1, dtc, 0xF40D, &[0x32][..]));

    for alone in ["59 05 10", "59 05 10 00 00 00"] {
        let answer = bytes(alone);
        let DtcReport::DtcStoredDataByRecordNumber { stored_data } = report(&answer).unwrap() else {
            panic!()
        };
        assert_eq!((stored_data.record_number(), stored_data.iter(|_| None).count()), (0x10, 0));
    }
    assert!(report(&bytes("59 05")).is_err());
}

#[test]
fn a_refusal_is_never_data() {
    let refused = NegativeResponse { service: 0x19, code: NegativeCode::REQUEST_OUT_OF_RANGE };
    assert_eq!(Answer::parse(&[0x7F, 0x19, 0x31]), Ok(Answer::Negative(refused)));
    assert_eq!(Answer::parse(&[0x7F, 0x22, 0x78]), Ok(Answer::Pending { service: 0x22 }));
    assert_eq!(report(&[0x7F, 0x19, 0x31]), Err(AnswerError::Negative(refused)));
    for message in [&[][..], &[0x7F], &[0x19, 0x02], &[0xFF, 0x00]] {
        assert!(Answer::parse(message).is_err(), "{message:02x?}");
    }
}

#[test]
fn refusals_of_the_standard_have_names_and_those_of_makers_a_range() {
    assert_eq!(NegativeCode::NAMES.len(), 59);
    assert!(NegativeCode::NAMES.is_sorted());
    for code in 0..=u8::MAX {
        let (code, is_makers) = (NegativeCode(code), (0xF0..=0xFE).contains(&code));
        assert_eq!(code.is_maker_specific(), is_makers);
        assert!(!is_makers || code.name().is_none());
    }
}

#[test]
fn no_message_cut_anywhere_panics_or_reads_as_the_whole() {
    for text in [
        "19 42 33 FF 1E",
        "19 19 12 34 56 FF 01",
        "10 83",
        "27 02 12 34",
        "28 05 01 12 34",
        "2C 01 F3 01 12 34 01 02 00 00 00 00",
        "2C 02 F3 01 12 10 20 30",
        "29 01 00 00 02 11 22 00 01 33",
        "31 01 FF 00",
        "34 00 24 20 48 13 92 01 03",
        "38 01 00 02 61 62 00 01 05 03",
        "84 00 01 02 00 01 00 09 22 F1 90 AA",
        "86 47 02 F1 90 01 00 00 00 10 05 04 00 22 F1 90",
        "87 02 01 02 03",
    ] {
        let message = bytes(text);
        let whole = Request::parse(&message).unwrap();
        for length in 0..message.len() {
            assert_ne!(Request::parse(&message[..length]), Ok(whole), "{text} at {length}");
        }
        let longer = [&message[..], &[0]].concat();
        assert_ne!(Request::parse(&longer), Ok(whole), "{text}");
    }
}

#[test]
fn zeros_in_a_request_are_no_padding() {
    let sources = |text| match Request::parse(&bytes(text))? {
        Request::DynamicallyDefineDataIdentifier(DynamicallyDefineDataIdentifierRequest {
            definition: DynamicDefinition::DefineByIdentifier { sources, .. },
            ..
        }) => Ok(sources.iter().map(SourceData::to_bytes).collect::<Vec<_>>()),
        other => panic!("{other:?}"),
    };
    assert_eq!(sources("2C 01 F3 01 00 00 00 00"), Ok(vec![[0; 4]]));
    assert_eq!(sources("2C 01 F3 01 12 34 01 02 55 55 55 55"), Ok(vec![[0x12, 0x34, 1, 2], [0x55; 4]]));
    let failed = |offset| Err(AnswerError::Truncated { layer: Layer::Field("sources"), offset });
    assert_eq!(sources("2C 01 F3 01"), failed(4));
    assert_eq!(sources("2C 01 F3 01 12 34 01 02 00 00"), failed(8));
}

#[test]
fn secrets_do_not_show_in_debug() {
    for text in [
        "2E F1 90 57 56 57 5A 5A 5A",
        "27 02 57 56 57 5A",
        "22 F1 90",
        "29 04 00 01 00 04 57 56 57 5A",
        "38 02 00 04 57 56 57 5A",
        "84 00 01 02 00 00 00 09 57 56 57 5A",
    ] {
        let message = bytes(text);
        let shown = format!("{:?}", Request::parse(&message).unwrap());
        assert!(!shown.contains("87, 86") && !shown.contains("WVWZ"), "{shown}");
    }
    let answer = bytes("59 04 12 34 56 2F 01 01 F1 90 57 56 57 5A");
    let DtcReport::DtcSnapshotRecordByDtcNumber { snapshots } = report(&answer).unwrap() else { panic!() };
    let item = snapshots.iter(|_| Some(4)).next().unwrap().unwrap();
    assert_eq!(format!("{item:?}"), "SnapshotData(1 of P123456, F190, 4 bytes)");
}

#[test]
fn nothing_is_allocated_per_message() {
    let answers: Vec<_> = [
        "59 02 FF 01 23 11 2F 01 24 11 2F",
        "59 04 12 34 56 2F 01 02 01 00 AA BB 01 01 CC",
        "59 06 12 34 56 2F 01 17",
        "59 42 33 0F FF 04 20 12 34 56 2F",
        "62 F4 0D 32",
        "50 03 00 32 01 F4",
        "7F 22 78",
    ]
    .map(bytes)
    .into();
    let mut out = Vec::with_capacity(64);
    let counted = allocation_counter::measure(|| {
        for answer in &answers {
            let read = Answer::parse(answer).unwrap();
            if let Answer::ReadDtcInformation(codes) = read {
                match codes.report {
                    DtcReport::DtcByStatusMask { records } => assert_eq!(records.iter().count(), 2),
                    DtcReport::DtcSnapshotRecordByDtcNumber { snapshots } => {
                        assert_eq!(
                            snapshots.iter(|identifier| Some(2 - usize::from(identifier as u8))).count(),
                            2
                        );
                    }
                    DtcReport::DtcExtDataRecordByDtcNumber { extended_data } => {
                        assert_eq!(extended_data.iter(|_| Some(1)).count(), 1);
                    }
                    _ => {}
                }
            }
            out.clear();
            read.encode(&mut out);
            assert_eq!(out, *answer);
        }
    });
    assert_eq!(counted.count_total, 0);
}

#[test]
fn every_service_of_the_table_has_a_request_and_an_answer() {
    assert_eq!(SERVICES.len(), 27);
    for service in SERVICES {
        // Whatever is missing, it is not the service.
        let missing = AnswerError::Truncated { layer: Layer::ServiceId, offset: 0 };
        assert_ne!(Request::parse(&[service.service]), Err(missing), "{}", service.name);
        assert_ne!(Answer::parse(&[service.service | 0x40]), Err(missing), "{}", service.name);
    }
}
