//! Byte vectors of KWP2000.
#![allow(clippy::unwrap_used, reason = "tests")]

use cc_obd::kwp::{
    Answer, DtcGroup, DtcRequestStatus, DtcStatus, DtcSymptom, IdentificationOption, Measurement,
    ReadDtcByStatusAnswer, Request, SessionMode, StorageState,
};
use cc_obd::service::{AnswerError, Layer};

#[test]
fn requests_of_testers_are_read() {
    for (bytes, name) in [
        (&[0x10, 0x89][..], "StartDiagnosticSession"),
        (&[0x11, 0x01], "ECUReset"),
        (&[0x13, 0xFF, 0x00], "ReadDiagnosticTroubleCodes"),
        (&[0x13], "ReadDiagnosticTroubleCodes"),
        (&[0x14, 0xFF, 0x00], "ClearDiagnosticInformation"),
        (&[0x17, 0x45, 0x3E], "ReadStatusOfDiagnosticTroubleCodes"),
        (&[0x18, 0x02, 0xFF, 0x00], "ReadDiagnosticTroubleCodesByStatus"),
        (&[0x1A, 0x9B], "ReadECUIdentification"),
        (&[0x21, 0x01], "ReadDataByLocalIdentifier"),
        (&[0x27, 0x01], "SecurityAccess"),
        (&[0x30, 0x01, 0x07, 0xFF], "InputOutputControlByLocalIdentifier"),
        (&[0x31, 0xB8, 0x00, 0x00], "StartRoutineByLocalIdentifier"),
        (&[0x3E], "TesterPresent"),
        (&[0x3E, 0x02], "TesterPresent"),
        (&[0x81], "StartCommunication"),
    ] {
        let request = Request::parse(bytes).unwrap_or_else(|error| panic!("{bytes:02X?}: {error}"));
        assert_eq!(request.name(), name);
        let mut out = Vec::new();
        request.encode(&mut out);
        assert_eq!(out, bytes);
    }
    let Request::ReadDtcByStatus(request) = Request::parse(&[0x18, 0x02, 0xFF, 0x00]).unwrap() else {
        panic!()
    };
    assert_eq!((request.status, request.group), (DtcRequestStatus::STORED_HEX, DtcGroup::ALL));
    assert_eq!(SessionMode::VAG_DIAGNOSTIC.raw(), 0x89);
    for (bytes, error) in [
        (&[0x18, 0x02, 0xFF][..], AnswerError::Truncated { layer: Layer::Field("group"), offset: 2 }),
        (&[0x14], AnswerError::Truncated { layer: Layer::Field("group"), offset: 1 }),
        (&[0x30, 0x01], AnswerError::Truncated { layer: Layer::Field("control"), offset: 2 }),
        (&[0x19, 0x02], AnswerError::Truncated { layer: Layer::ServiceId, offset: 0 }),
    ] {
        assert_eq!(Request::parse(bytes), Err(error), "{bytes:02X?}");
    }
}

#[test]
fn codes_have_two_bytes_and_a_status_of_their_own() {
    let answer = [0x58, 0x03, 0x45, 0x3E, 0x62, 0x46, 0x66, 0xE4, 0x01, 0x33, 0x28];
    let answer = ReadDtcByStatusAnswer::parse(&answer).unwrap();
    let seen: Vec<_> = answer
        .dtcs
        .iter()
        .map(|record| {
            (record.vag().unwrap().to_string(), record.dtc.j2012().to_string(), record.status.storage())
        })
        .collect();
    assert_eq!(
        seen,
        [
            ("VAG 17726".to_owned(), "C053E".to_owned(), StorageState::StoredAndPresent),
            ("VAG 18022".to_owned(), "C0666".to_owned(), StorageState::StoredAndPresent),
            ("VAG 00307".to_owned(), "P0133".to_owned(), StorageState::Stored),
        ]
    );
    // VAG 18022 is P1614 in the group's own arithmetic.
    let record = answer.dtcs.iter().nth(1).unwrap();
    assert_eq!(record.vag().unwrap().p_code().unwrap().to_string(), "P1614");
    assert_eq!((answer.dtcs.len(), answer.dtcs.is_empty()), (3, false));
    assert!(ReadDtcByStatusAnswer::parse(&[0x58, 0x00]).unwrap().dtcs.is_empty());
    let cut = ReadDtcByStatusAnswer::parse(&[0x58, 0x01, 0x45, 0x3E]).unwrap_err();
    assert_eq!(cut, AnswerError::Truncated { layer: Layer::Field("dtcs"), offset: 2 });
    let more = ReadDtcByStatusAnswer::parse(&[0x58, 0x00, 0x45, 0x3E, 0x62]).unwrap_err();
    assert_eq!(more, AnswerError::Trailing { layer: Layer::ParameterData, offset: 2 });
}

#[test]
fn every_status_is_split_into_its_parts() {
    for (status, symptom, complete, storage, lamp) in [
        (0x00, DtcSymptom::None, true, StorageState::NotDetected, false),
        (0x21, DtcSymptom::AboveMaximum, true, StorageState::Stored, false),
        (0x42, DtcSymptom::BelowMinimum, true, StorageState::Maturing, false),
        (0xE4, DtcSymptom::NoSignal, true, StorageState::StoredAndPresent, true),
        (0x78, DtcSymptom::InvalidSignal, false, StorageState::StoredAndPresent, false),
        (0x03, DtcSymptom::Other(3), true, StorageState::NotDetected, false),
    ] {
        let status = DtcStatus(status);
        assert_eq!(status.symptom(), symptom);
        assert_eq!((status.is_test_complete(), status.requests_warning_lamp()), (complete, lamp));
        assert_eq!(status.storage(), storage);
    }
}

#[test]
fn answers_are_read_and_refusals_are_none() {
    let Answer::ReadEcuIdentification(answer) = Answer::parse(b"\x5A\x908E0907115A").unwrap() else {
        panic!()
    };
    assert_eq!((answer.option, answer.data.0), (IdentificationOption::VIN, &b"8E0907115A"[..]));
    let Answer::StartCommunication(answer) = Answer::parse(&[0xC1, 0xEF, 0x8F]).unwrap() else { panic!() };
    assert_eq!(answer.key_bytes, [0xEF, 0x8F]);
    let Answer::ReadStatusOfDtc(answer) = Answer::parse(&[0x57, 0x01, 0x45, 0x3E, 0x62, 0x01]).unwrap()
    else {
        panic!()
    };
    assert_eq!((answer.dtc.0, answer.status, answer.data.0), (0x453E, DtcStatus(0x62), &[1][..]));
    assert_eq!(Answer::parse(&[0x7F, 0x18, 0x78]), Ok(Answer::Pending { service: 0x18 }));
    let Answer::Negative(refused) = Answer::parse(&[0x7F, 0x18, 0x11]).unwrap() else { panic!() };
    assert_eq!(refused.to_string(), "service 18 refused: service not supported (0x11)");
}

#[test]
fn measured_values_follow_their_formula() {
    for (formula, a, b, value) in [
        (1, 0xC8, 0x15, 840.0),
        (2, 200, 100, 40.0),
        (5, 10, 188, 88.0),
        (6, 75, 184, 13.8),
        (7, 100, 50, 50.0),
        (9, 50, 100, -27.0),
        (18, 250, 101, 1.01),
        (20, 128, 120, -8.0),
        (26, 40, 20, -20.0),
        (36, 1, 2, 2580.0),
    ] {
        assert_eq!(
            (Measurement { formula, a, b }).scaled().map(|(value, _)| value),
            Some(value),
            "{formula}"
        );
    }
    assert_eq!(Measurement { formula: 16, a: 1, b: 2 }.scaled(), None);
}
