//! Byte vectors of SAE J1979: requests, results of tests, counters, frozen data.
#![allow(clippy::unwrap_used, reason = "tests")]

use cc_core::{IgnitionType, MeasureUnit};
use cc_obd::j1979::{
    Answer, FrameIds, FreezeFrameRequest, Ids, MonitorItem, OXYGEN_TESTS, OxygenSensorTest, Request,
    SCALINGS, ScalingId, SensorLocation, SupportWalk, TestOutcome, monitor_tests,
};
use cc_obd::service::{
    AnswerError, DtcService, Framing, InfoItem, Layer, Supported, VehicleInfoAssembler, freeze_frames,
    vehicle_info,
};

/// Hexadecimal bytes; spaces do not matter.
fn bytes(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(|c| !c.is_ascii_whitespace()).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

#[test]
fn requests_are_the_bytes_of_the_standard() {
    let frames = FreezeFrameRequest { ids: FrameIds::new(&[(0x02, 0), (0x0C, 0), (0x0D, 1)]).unwrap() };
    for (request, text) in [
        (Request::current_data(0x0C), "01 0C"),
        (Request::current_data(Ids::new(&[0x0C, 0x0D, 0x05]).unwrap()), "01 0C 0D 05"),
        (Request::current_data(Ids::FIRST_LISTS), "01 00 20 40 60 80 A0"),
        (Request::current_data(Ids::LAST_LISTS), "01 C0 E0"),
        (Request::freeze_frame(0x02, 0), "02 02 00"),
        (Request::FreezeFrame(frames), "02 02 00 0C 00 0D 01"),
        (Request::dtcs(DtcService::Stored), "03"),
        (Request::dtcs(DtcService::Pending), "07"),
        (Request::dtcs(DtcService::Permanent), "0A"),
        (Request::monitor_tests(0x01), "06 01"),
        (Request::vehicle_info(0x02), "09 02"),
    ] {
        let mut out = Vec::new();
        request.encode(&mut out);
        assert_eq!(out, bytes(text), "{request:?}");
        assert_eq!(Request::parse(&out), Ok(request));
    }
    for (text, service) in [("04", 0x04), ("05 01 01", 0x05), ("08 01 00 00 00 00 00", 0x08)] {
        assert_eq!(Request::parse(&bytes(text)).unwrap().service(), service);
    }
    let ids = |layer| AnswerError::Truncated { layer: Layer::Field(layer), offset: 1 };
    for (text, error) in [
        ("01", ids("ids")),
        ("01 01 02 03 04 05 06 07", ids("ids")),
        ("02 0C", ids("ids")),
        ("02 0C 00 0D 00 05 00 0B 00", ids("ids")),
        ("05", ids("test")),
        ("04 00", AnswerError::Trailing { layer: Layer::ParameterData, offset: 1 }),
        ("22 F1 90", AnswerError::Truncated { layer: Layer::ServiceId, offset: 0 }),
        ("", AnswerError::Truncated { layer: Layer::ServiceId, offset: 0 }),
    ] {
        assert_eq!(Request::parse(&bytes(text)), Err(error), "{text}");
    }
}

#[test]
fn support_is_walked_from_the_first_list_to_the_last() {
    let mut walk = SupportWalk::default();
    let mut asked = Vec::new();
    while let Some(base) = walk.next_list() {
        asked.push(base);
        let next = base.checked_add(0x20);
        walk.answered(Supported::of(base, [base + 1].into_iter().chain(next)));
    }
    assert_eq!(asked, [0x00, 0x20, 0x40, 0x60, 0x80, 0xA0, 0xC0, 0xE0]);
    assert_eq!(walk.iter().filter(|id| id % 0x20 == 1).count(), 8);
    assert!(walk.contains(0xE1) && !walk.contains(0xFF));
}

#[test]
fn frozen_parameters_asked_for_together_are_read_apart() {
    let answer = bytes("42 02 00 04 20 0C 00 1A F8 0D 01 32");
    let frames = freeze_frames(&answer).unwrap();
    let seen: Vec<_> = frames.iter().map(|frame| (frame.id, frame.frame, frame.data.to_vec())).collect();
    assert_eq!(seen, [(0x02, 0, vec![0x04, 0x20]), (0x0C, 0, vec![0x1A, 0xF8]), (0x0D, 1, vec![0x32])]);
    assert_eq!(frames.iter().next().unwrap().dtc().unwrap().to_string(), "P0420");
    let padded = bytes("42 0C 00 1A F8 AA AA");
    assert_eq!(freeze_frames(&padded).unwrap().iter().count(), 1);
    let cut = AnswerError::Trailing { layer: Layer::ParameterData, offset: 5 };
    assert_eq!(freeze_frames(&bytes("42 0C 00 1A F8 0C 00 1A")), Err(cut));
}

#[test]
fn results_of_monitors_have_a_unit_and_an_outcome() {
    for (record, value, unit, outcome) in [
        ("01 01 0A 0B B0 0B B0 0B B0", Some(365.024), Some(MeasureUnit::Millivolt), TestOutcome::Passed),
        ("01 05 10 00 48 00 00 00 60", Some(72.0), Some(MeasureUnit::Millisecond), TestOutcome::Passed),
        ("21 80 1E 80 00 00 00 7F FF", Some(0.999_424), Some(MeasureUnit::One), TestOutcome::Failed),
        ("39 81 FE FF FC FF F0 00 10", Some(-1.0), Some(MeasureUnit::Pascal), TestOutcome::Passed),
        // Read without a sign, it would fail.
        ("35 82 9C FF FF FF 00 00 FF", Some(-0.01), Some(MeasureUnit::Degree), TestOutcome::Passed),
        ("35 82 9C 80 00 FF 00 00 FF", Some(-327.68), Some(MeasureUnit::Degree), TestOutcome::Failed),
        ("A2 0B 24 00 00 00 00 FF FF", Some(0.0), Some(MeasureUnit::One), TestOutcome::Passed),
        ("A2 0C 24 00 00 00 00 00 00", Some(0.0), Some(MeasureUnit::One), TestOutcome::NotRun),
        // A unit that nobody has given: its sign is still known.
        ("E1 90 F0 FF FF FF FE 00 00", None, None, TestOutcome::Passed),
        ("E1 90 70 FF FF FF FE 00 00", None, None, TestOutcome::Failed),
    ] {
        let answer = bytes(&format!("46 {record}"));
        let tests = monitor_tests(&answer, Framing::Can).unwrap();
        let Some(MonitorItem::Test(test)) = tests.iter().next() else { panic!("{record}") };
        assert_eq!(test.scaled(test.value), value, "{record}");
        assert_eq!(test.scaling.row().and_then(|row| row.unit), unit, "{record}");
        assert_eq!(test.outcome(), outcome, "{record}");
    }
}

#[test]
fn several_records_lists_and_padding_are_told_apart() {
    let record = "01 01 0A 0B B0 0B B0 0B B0";
    for (answer, framing, items, padding) in [
        (format!("46 {record} {record}"), Framing::Can, 2, 0),
        (format!("46 {record} AA AA AA AA"), Framing::Can, 1, 4),
        (format!("46 {record} 00 00 00 00 00"), Framing::Can, 1, 5),
        ("46 00 C0 00 00 01 20 80 00 00 00".to_owned(), Framing::Can, 2, 0),
        ("46 00 C0 00 00 01 00 00".to_owned(), Framing::Can, 1, 2),
        ("46 00 FF C0 00 00 00".to_owned(), Framing::Kline, 1, 0),
        ("46 01 81 00 10 00 20".to_owned(), Framing::Kline, 1, 0),
    ] {
        let answer = bytes(&answer);
        let tests = monitor_tests(&answer, framing).unwrap_or_else(|error| panic!("{answer:02X?}: {error}"));
        assert_eq!((tests.iter().count(), tests.padding()), (items, padding), "{answer:02X?}");
    }
    let result = Layer::Field("test_result");
    for (answer, framing, error) in [
        ("46", Framing::Can, AnswerError::Truncated { layer: result, offset: 1 }),
        ("46 01 01 0A 0B B0", Framing::Can, AnswerError::Truncated { layer: result, offset: 1 }),
        ("46 01 81 00 10 00", Framing::Kline, AnswerError::Truncated { layer: result, offset: 1 }),
        ("46 01 81 00 10 00 20 01", Framing::Kline, AnswerError::Trailing { layer: result, offset: 7 }),
        ("47 00", Framing::Can, AnswerError::OtherService { expected: 0x46, found: 0x47 }),
    ] {
        assert_eq!(monitor_tests(&bytes(answer), framing), Err(error), "{answer}");
    }
}

#[test]
fn a_component_passes_on_the_right_side_of_its_limit() {
    for (answer, component, is_minimum, passed) in [
        ("46 01 81 00 20 00 10", 1, true, true),
        ("46 01 81 00 0F 00 10", 1, true, false),
        ("46 02 05 00 10 00 10", 5, false, true),
        ("46 02 05 00 11 00 10", 5, false, false),
    ] {
        let answer = bytes(answer);
        let tests = monitor_tests(&answer, Framing::Kline).unwrap();
        let Some(MonitorItem::Component(test)) = tests.iter().next() else { panic!() };
        assert_eq!((test.component, test.is_minimum, test.passed()), (component, is_minimum, passed));
    }
}

#[test]
fn every_scaling_reads_its_ends() {
    assert_eq!(SCALINGS.len(), 92);
    for row in SCALINGS {
        let (least, most) = if row.id.is_signed() { (0x8000, 0x7FFF) } else { (0x0000, 0xFFFF) };
        assert!(row.scaled(least) < row.scaled(most), "{}", row.id);
        assert!(row.scaled(least).is_finite() && row.scaled(most).is_finite());
        let (zero, one) = (row.scaled(0), row.scaled(1));
        assert!((one - zero - row.factor()).abs() < 1e-9, "{}", row.id);
        assert_eq!(row.id.is_signed(), row.scaled(0xFFFF) < row.scaled(0), "{}", row.id);
    }
    // A percentage with an offset is signed by that.
    assert_eq!(ScalingId(0x39).scaled(0x8001), Some(0.01 + -327.68 + 327.68));
}

#[test]
fn oxygen_sensors_have_tests_with_limits_and_constants() {
    let constant = OxygenSensorTest::parse(&bytes("45 01 01 5A")).unwrap();
    assert_eq!(constant.scaled(0x5A), Some((0.45, MeasureUnit::Volt)));
    assert_eq!(constant.passed(), None);
    let failed = OxygenSensorTest::parse(&bytes("45 07 10 32 00 20")).unwrap();
    assert_eq!((failed.sensor, failed.passed()), (SensorLocation(0x10), Some(false)));
    let padded = OxygenSensorTest::parse(&bytes("45 01 01 5A 00 00")).unwrap();
    assert_eq!(padded, constant);
    assert_eq!(OXYGEN_TESTS.len(), 10);
    let error = OxygenSensorTest::parse(&bytes("45 00 01 C0 00")).unwrap_err();
    assert_eq!(error, AnswerError::Truncated { layer: Layer::Field("supported_tests"), offset: 3 });
}

#[test]
fn answers_of_every_service_are_told_apart() {
    for (text, framing, name) in [
        ("41 0C 1A F8", Framing::Can, "CurrentData"),
        ("42 0C 00 1A F8", Framing::Can, "FreezeFrame"),
        ("43 01 04 20", Framing::Can, "Dtcs(Stored"),
        ("43 01 33 00 00 00 00", Framing::Kline, "Dtcs(Stored"),
        ("44", Framing::Can, "DtcsCleared"),
        ("44 00 00 00", Framing::Can, "DtcsCleared"),
        ("45 01 01 5A", Framing::Kline, "OxygenSensorTest"),
        ("46 00 C0 00 00 01", Framing::Can, "MonitorTests"),
        ("47 00", Framing::Can, "Dtcs(Pending"),
        ("48 00 80 00 00 00", Framing::Can, "Control"),
        ("49 00 54 00 00 00", Framing::Can, "VehicleInfo"),
        ("4A 00", Framing::Can, "Dtcs(Permanent"),
        ("7F 01 12", Framing::Can, "Negative"),
        ("7F 09 78", Framing::Can, "Pending"),
    ] {
        let answer = bytes(text);
        let shown = format!("{:?}", Answer::parse(&answer, framing).unwrap());
        assert!(shown.starts_with(name), "{text}: {shown}");
    }
    assert!(Answer::parse(&bytes("44 12"), Framing::Can).is_err());
    assert!(Answer::parse(&bytes("59 02 FF"), Framing::Can).is_err());
}

#[test]
fn counters_are_named_by_the_engine() {
    let values = (1..=20).map(|value| format!("{value:04X}")).collect::<Vec<_>>().concat();
    let answer = bytes(&format!("49 08 14 {values}"));
    let items = vehicle_info(&answer, Framing::Can).unwrap().items().unwrap();
    let [InfoItem::Performance(counters)] = &items[..] else { panic!() };
    assert_eq!(counters.ignition, IgnitionType::Spark);
    let names: Vec<_> = counters.iter().map(|(name, _)| name).collect();
    assert_eq!((names.len(), names[0], names[19]), (20, "OBDCOND", "SO2SCOND2"));
    assert_eq!((counters.get("EVAPCOMP"), counters.get("AFRICOMP1")), (Some(15), None));

    let answer = bytes(&format!("49 0B 10 {}", &values[..64]));
    let items = vehicle_info(&answer, Framing::Can).unwrap().items().unwrap();
    let [InfoItem::Performance(counters)] = &items[..] else { panic!() };
    assert_eq!((counters.ignition, counters.get("BPCOND")), (IgnitionType::Compression, Some(16)));

    let cut = vehicle_info(&bytes("49 08 10 00 01"), Framing::Can).unwrap().items().unwrap_err();
    assert_eq!(cut, AnswerError::Truncated { layer: Layer::ParameterData, offset: 3 });

    // On a K-line every message has two of them.
    let message = bytes("49 08 03 00 07 00 08");
    let message = vehicle_info(&message, Framing::Kline).unwrap();
    let items = VehicleInfoAssembler::default().push(&message).unwrap().unwrap();
    let [InfoItem::Performance(counters)] = &items[..] else { panic!() };
    assert_eq!(counters.iter().collect::<Vec<_>>(), [("CATCOMP2", 7), ("CATCOND2", 8)]);
}

#[test]
fn newer_info_types_are_read() {
    let text = |text: &str| text.bytes().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().concat();
    for (answer, shown) in [
        (format!("49 0D 01 {}", text("ESN00000000000001")), "[EngineSerialNumber(…)]"),
        (format!("49 0F 01 {}", text("E1-715-2007-0000A")), "[ExhaustRegulation(…)]"),
        ("49 10 01 01".to_owned(), "[ProtocolIdentification(01)]"),
        (format!("49 11 01 {}", text("GTR05.000.1")), "[GlobalTechnicalRegulation(…)]"),
        ("49 12 01 01 00".to_owned(), "[IgnitionCycles(256)]"),
        (format!("49 13 01 {}", text("AAAAA02.0XYZ")), "[EngineFamily(…)]"),
        ("49 14 01 00 0A".to_owned(), "[EvaporativeDistance(10)]"),
        // Another edition's length is no damage.
        ("49 12 01 01 00 02 03".to_owned(), "[Other(12, 4 bytes)]"),
        ("49 01 05".to_owned(), "[MessageCount(02, 5)]"),
        ("49 2A 01 01".to_owned(), "[Other(2A, 1 bytes)]"),
    ] {
        let answer = bytes(&answer);
        let items = vehicle_info(&answer, Framing::Can).unwrap().items().unwrap();
        assert_eq!(format!("{items:?}"), shown);
    }
    // Five messages of four bytes hold seventeen characters behind three zeros.
    let mut joined = VehicleInfoAssembler::default();
    let padded = [&[0; 3][..], b"ESN00000000000001"].concat();
    for (number, part) in padded.chunks(4).enumerate() {
        let message = [&[0x49, 0x0D, number as u8 + 1], part].concat();
        let items = joined.push(&vehicle_info(&message, Framing::Kline).unwrap()).unwrap();
        if number == 4 {
            assert_eq!(items, Some(vec![InfoItem::EngineSerialNumber("ESN00000000000001".to_owned())]));
        }
    }
}
