//! Byte vectors of every service, and damage.
#![allow(clippy::unwrap_used, reason = "tests")]

use cc_core::{IgnitionType, Monitor, SignalId};
use cc_obd::pid::{PidTable, PidValue};
use cc_obd::service::{
    AnswerError, DtcService, Framing, InfoItem, Layer, NegativeResponse, Supported, VehicleInfoAssembler,
    data_by_identifier, dtc_count, dtcs_by_status, freeze_frame, live_data, parameter_length, readiness,
    stored_dtcs, vehicle_info,
};
use proptest::prelude::*;

/// Hexadecimal bytes; spaces do not matter.
fn bytes(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(|c| !c.is_ascii_whitespace()).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

#[test]
fn codes_are_read_by_count_on_can_and_to_the_padding_on_k_line() {
    for (answer, service, framing, codes) in [
        ("43 00", DtcService::Stored, Framing::Can, &[][..]),
        ("43 01 04 20", DtcService::Stored, Framing::Can, &["P0420"]),
        ("43 02 01 33 02 44", DtcService::Stored, Framing::Can, &["P0133", "P0244"]),
        ("43 02 01 33 02 44 00 00", DtcService::Stored, Framing::Can, &["P0133", "P0244"]),
        ("47 01 04 20", DtcService::Pending, Framing::Can, &["P0420"]),
        ("47 02 22 6D 22 6E", DtcService::Pending, Framing::Can, &["P226D", "P226E"]),
        ("4A 01 C1 00", DtcService::Permanent, Framing::Can, &["U0100"]),
        (
            "43 04 01 18 01 22 02 23 26 10",
            DtcService::Stored,
            Framing::Can,
            &["P0118", "P0122", "P0223", "P2610"],
        ),
        ("43 01 33 02 44 00 00", DtcService::Stored, Framing::Kline, &["P0133", "P0244"]),
        ("43 00 00 00 00 00 00", DtcService::Stored, Framing::Kline, &[]),
        ("43 01 04 20 00 00 00", DtcService::Stored, Framing::Kline, &["P0104", "P2000"]),
        ("43", DtcService::Stored, Framing::Kline, &[]),
    ] {
        let answer_bytes = bytes(answer);
        let read =
            stored_dtcs(&answer_bytes, service, framing).unwrap_or_else(|error| panic!("{answer}: {error}"));
        let texts: Vec<_> = read.iter().map(|code| code.to_string()).collect();
        assert_eq!(texts, codes, "{answer}");
        assert_eq!((read.len(), read.is_empty()), (codes.len(), codes.is_empty()));
    }
}

#[test]
fn damaged_code_lists_are_errors() {
    let list = |offset| AnswerError::Truncated { layer: Layer::DtcList, offset };
    for (answer, framing, error) in [
        ("43", Framing::Can, AnswerError::Truncated { layer: Layer::Count, offset: 1 }),
        ("43 02 01 33 02", Framing::Can, list(2)),
        ("43 01 04 20 01 33", Framing::Can, AnswerError::Trailing { layer: Layer::DtcList, offset: 4 }),
        ("43 01 33 02", Framing::Kline, list(1)),
        ("41 0C 1A F8", Framing::Can, AnswerError::OtherService { expected: 0x43, found: 0x41 }),
        ("", Framing::Can, AnswerError::Truncated { layer: Layer::ServiceId, offset: 0 }),
    ] {
        assert_eq!(stored_dtcs(&bytes(answer), DtcService::Stored, framing), Err(error), "{answer}");
    }
}

#[test]
fn a_negative_response_is_never_data() {
    for (answer, service, code, pending) in [
        ("7F 01 12", 0x01, 0x12, false),
        ("7F 03 78", 0x03, 0x78, true),
        ("7F 19 78", 0x19, 0x78, true),
        ("7F 22 31 AA AA AA AA", 0x22, 0x31, false),
        ("7F 01 12 00 00 00 00", 0x01, 0x12, false),
        // K-line repeats the request before the reason.
        ("7F 01 0C 00 00 00 12", 0x01, 0x12, false),
    ] {
        let read = NegativeResponse::parse(&bytes(answer)).unwrap();
        assert_eq!((read.service, read.code.0, read.is_pending()), (service, code, pending), "{answer}");
    }
    let refused = bytes("7F 03 12");
    let AnswerError::Negative(negative) =
        stored_dtcs(&refused, DtcService::Stored, Framing::Can).unwrap_err()
    else {
        panic!()
    };
    assert_eq!(negative.code.0, 0x12);
    assert!(matches!(live_data(&refused), Err(AnswerError::OtherService { expected: 0x41, found: 0x7F })));
    assert!(NegativeResponse::parse(&bytes("7F 19")).is_err());
    assert!(NegativeResponse::parse(&bytes("7F 19 12 34")).is_err());
}

#[test]
fn live_data_is_split_into_its_parameters() {
    for (answer, parameters) in [
        ("41 0C 1A F8", &[(0x0C, "1A F8")][..]),
        ("41 08 7C", &[(0x08, "7C")]),
        ("41 0C 1A F8 0D 32 05 7B", &[(0x0C, "1A F8"), (0x0D, "32"), (0x05, "7B")]),
        ("41 0C 1A F8 00 00 00", &[(0x0C, "1A F8 00 00 00")]),
        ("41 06 80 7F", &[(0x06, "80 7F")]),
        ("41 6D 01 02 03", &[(0x6D, "01 02 03")]),
        ("41 00 BE 3F A8 13", &[(0x00, "BE 3F A8 13")]),
    ] {
        let answer_bytes = bytes(answer);
        let read = live_data(&answer_bytes).unwrap_or_else(|error| panic!("{answer}: {error}"));
        let seen: Vec<_> = read.iter().map(|parameter| (parameter.id, parameter.data.to_vec())).collect();
        let expected: Vec<_> = parameters.iter().map(|&(id, data)| (id, bytes(data))).collect();
        assert_eq!(seen, expected, "{answer}");
    }
    for (answer, error) in [
        ("41", AnswerError::Truncated { layer: Layer::ParameterId, offset: 1 }),
        ("41 0C 1A", AnswerError::Truncated { layer: Layer::ParameterData, offset: 2 }),
        ("41 0D 32 33", AnswerError::Trailing { layer: Layer::ParameterData, offset: 3 }),
        ("41 6D", AnswerError::Truncated { layer: Layer::ParameterData, offset: 2 }),
    ] {
        assert_eq!(live_data(&bytes(answer)), Err(error), "{answer}");
    }
}

#[test]
fn the_table_follows_the_catalogue() {
    let table = PidTable::standard();
    for (line, signal, value) in [
        ("41 0C 1A F8", SignalId::ENGINE_SPEED, 1726.0),
        ("410C1AF8", SignalId::ENGINE_SPEED, 1726.0),
        ("7E8 04 41 0C 1A F8", SignalId::ENGINE_SPEED, 1726.0),
        ("7E804410C1AF8", SignalId::ENGINE_SPEED, 1726.0),
        ("7E8 04 41 0C 1A F8 AA AA AA", SignalId::ENGINE_SPEED, 1726.0),
        ("41 05 7B", SignalId::ENGINE_COOLANT_TEMPERATURE, 83.0),
        ("41 42 36 B0", SignalId::BATTERY_VOLTAGE, 14.0),
    ] {
        let reading = table.read_line(line.as_bytes()).unwrap().unwrap_or_else(|| panic!("{line}"));
        assert_eq!((reading.signal, reading.value), (&signal, PidValue::Number(value)), "{line}");
    }
    for line in ["43 00", "NO DATA", "", "41 00 BE 3F A8 13", "7E8 10 0A 43 04 01 18 01 22", "0:41"] {
        assert!(matches!(table.read_line(line.as_bytes()), Ok(None)), "{line}");
    }
    for line in ["7E8 03 7F 01 12", "41 0C 1A", "7E8 04 41 0C 1A"] {
        assert!(table.read_line(line.as_bytes()).is_err(), "{line}");
    }
}

#[test]
fn freeze_frames_have_a_number_before_their_data() {
    let answer = bytes("42 02 00 04 20");
    let frame = freeze_frame(&answer).unwrap();
    assert_eq!((frame.frame, frame.dtc().map(|code| code.to_string())), (0, Some("P0420".to_owned())));
    assert_eq!(freeze_frame(&bytes("42 02 00 00 00")).unwrap().dtc(), None);
    let answer = bytes("42 0C 01 1A F8");
    let frame = freeze_frame(&answer).unwrap();
    assert_eq!((frame.id, frame.frame, frame.data), (0x0C, 1, &[0x1A, 0xF8][..]));
    let cut = AnswerError::Truncated { layer: Layer::ParameterData, offset: 3 };
    assert_eq!(freeze_frame(&bytes("42 0C 01 1A")), Err(cut));
}

#[test]
fn readiness_names_the_monitors_of_each_kind_of_engine() {
    let petrol = readiness([0x00, 0x07, 0xA1, 0x00]);
    assert_eq!((petrol.mil, petrol.dtc_count, petrol.ignition), (false, 0, IgnitionType::Spark));
    let diesel = readiness([0x81, 0x0F, 0xEB, 0x48]);
    assert_eq!((diesel.mil, diesel.dtc_count, diesel.ignition), (true, 1, IgnitionType::Compression));
    let expected = [
        (Monitor::Misfire, true),
        (Monitor::FuelSystem, true),
        (Monitor::Components, true),
        (Monitor::NmhcCatalyst, true),
        (Monitor::NoxAftertreatment, true),
        (Monitor::BoostPressure, false),
        (Monitor::ExhaustGasSensor, true),
        (Monitor::ParticulateFilter, false),
        (Monitor::Egr, true),
    ];
    assert_eq!(diesel.monitors, expected);
}

#[test]
fn bitmaps_count_from_the_most_significant_bit() {
    let ids: Vec<_> = Supported::new(0x00, [0xBE, 0x3F, 0xA8, 0x13]).iter().collect();
    let expected = [1, 3, 4, 5, 6, 7, 0x0B, 0x0C, 0x0D, 0x0E, 0x0F, 0x10, 0x11, 0x13, 0x15, 0x1C, 0x1F, 0x20];
    assert_eq!(ids, expected);
    assert_eq!(Supported::new(0xE0, [0xFF; 4]).iter().last(), Some(0xFF));
}

#[test]
fn a_vin_is_read_whole_on_every_bus() {
    for vin in ["1HGCM82633A004352", "WP0ZZZ99ZTS390000", "5YJSA1E26HF000337"] {
        let read = |items: Vec<InfoItem>| match &items[..] {
            [InfoItem::Vin(vin)] => vin.as_str().to_owned(),
            other => panic!("{other:?}"),
        };
        let can = [&[0x49, 0x02, 0x01][..], vin.as_bytes()].concat();
        assert_eq!(read(vehicle_info(&can, Framing::Can).unwrap().items().unwrap()), vin);

        let padded = [&[0; 3][..], vin.as_bytes()].concat();
        let mut joined = VehicleInfoAssembler::default();
        let mut whole = None;
        for (place, part) in padded.chunks(4).enumerate() {
            let message = [&[0x49, 0x02, place as u8 + 1], part].concat();
            whole = joined.push(&vehicle_info(&message, Framing::Kline).unwrap()).unwrap();
        }
        assert_eq!(read(whole.unwrap()), vin);
    }
}

#[test]
fn calibrations_and_names_are_texts_and_bytes() {
    let items = |answer: &[u8]| vehicle_info(answer, Framing::Can).unwrap().items();
    let names = [&[0x49, 0x04, 0x02][..], b"JMB*36761500\0\0\0\0", b"JMB*47872611\0\0\0\0"].concat();
    let expected = ["JMB*36761500", "JMB*47872611"].map(|name| InfoItem::CalibrationId(name.to_owned()));
    assert_eq!(items(&names).unwrap(), expected);
    let numbers = bytes("49 06 02 17 91 BC 82 16 E0 62 BE");
    let expected =
        [[0x17, 0x91, 0xBC, 0x82], [0x16, 0xE0, 0x62, 0xBE]].map(InfoItem::CalibrationVerification);
    assert_eq!(items(&numbers).unwrap(), expected);
    let name = [&[0x49, 0x0A, 0x01][..], b"ECM\0-EngineControl\0\0"].concat();
    assert_eq!(items(&name).unwrap(), [InfoItem::EcuName("ECM -EngineControl".to_owned())]);
    assert_eq!(
        items(&bytes("49 00 55 40 00 00")).unwrap(),
        [InfoItem::Supported(Supported::new(0, [0x55, 0x40, 0, 0]))]
    );
    assert!(items(&numbers[..8]).is_err());
    assert!(items(&[&[0x49, 0x02, 0x01][..], b"not a vin at all!"].concat()).is_err());
}

#[test]
fn uds_codes_have_three_bytes_and_a_status() {
    for (answer, availability, codes, padding) in [
        (
            "59 02 CA E1 00 00 0A E1 01 00 0A 9A 89 13 0A",
            0xCA,
            &[("U210000", "0A"), ("U210100", "0A"), ("B1A8913", "0A")][..],
            0,
        ),
        ("59 02 FF 15 70 00 2F", 0xFF, &[("P157000", "2F")], 0),
        ("59 02 FF 01 33 00 2F", 0xFF, &[("P013300", "2F")], 0),
        ("59 02 FF", 0xFF, &[], 0),
        ("59 02 FF 01 23 11 2F 00 00 00 00", 0xFF, &[("P012311", "2F")], 4),
        ("59 02 FF 01 23 11 2F 00 00", 0xFF, &[("P012311", "2F")], 2),
        ("59 02 FF 01 23 11 2F AA AA AA", 0xFF, &[("P012311", "2F")], 3),
        ("59 02 FF 01 23 11 2F AA AA AA AA AA AA", 0xFF, &[("P012311", "2F")], 6),
    ] {
        let answer_bytes = bytes(answer);
        let read = dtcs_by_status(&answer_bytes).unwrap_or_else(|error| panic!("{answer}: {error}"));
        let seen: Vec<_> = read.iter().map(|r| (r.dtc.to_string(), r.status.to_string())).collect();
        let expected: Vec<_> =
            codes.iter().map(|&(code, status)| (code.to_owned(), status.to_owned())).collect();
        assert_eq!(
            (read.availability(), seen, read.padding()),
            (availability, expected, padding),
            "{answer}"
        );
    }
    for (answer, error) in [
        ("59 02", AnswerError::Truncated { layer: Layer::StatusMask, offset: 2 }),
        ("59 0A FF", AnswerError::Truncated { layer: Layer::SubFunction, offset: 1 }),
        ("59 02 FF 01 23 11", AnswerError::Truncated { layer: Layer::DtcList, offset: 3 }),
        ("62 02 FF", AnswerError::OtherService { expected: 0x59, found: 0x62 }),
    ] {
        assert_eq!(dtcs_by_status(&bytes(answer)), Err(error), "{answer}");
    }
    let count = dtc_count(&bytes("59 01 FF 01 00 03")).unwrap();
    assert_eq!((count.availability, count.format.0, count.count), (0xFF, 1, 3));
}

#[test]
fn data_identifiers_are_big_endian() {
    let answer = bytes("62 F1 90 41 42");
    let record = data_by_identifier(&answer).unwrap();
    assert_eq!((record.identifier, record.data), (0xF190, &b"AB"[..]));
    assert!(data_by_identifier(&bytes("62 F1")).is_err());
    assert!(!format!("{record:?}").contains("41"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_answer_panics(
        service in prop::sample::select(vec![0x41_u8, 0x42, 0x43, 0x47, 0x49, 0x4A, 0x59, 0x62, 0x7F, 0x00]),
        rest in prop::collection::vec(any::<u8>(), 0..64),
    ) {
        let answer = [&[service][..], &rest].concat();
        let _ = live_data(&answer).map(|data| data.iter().count());
        let _ = freeze_frame(&answer).map(|frame| frame.dtc());
        for kind in [DtcService::Stored, DtcService::Pending, DtcService::Permanent] {
            for framing in [Framing::Can, Framing::Kline] {
                let _ = stored_dtcs(&answer, kind, framing).map(|codes| codes.len());
            }
        }
        for framing in [Framing::Can, Framing::Kline] {
            if let Ok(info) = vehicle_info(&answer, framing) {
                let _ = info.items();
                let _ = VehicleInfoAssembler::default().push(&info);
            }
        }
        let _ = dtcs_by_status(&answer).map(|records| records.iter().count());
        let _ = dtc_count(&answer);
        let _ = data_by_identifier(&answer);
        let _ = NegativeResponse::parse(&answer);
    }

    #[test]
    fn every_list_of_codes_is_read_back(raws in prop::collection::vec(1_u16.., 0..60)) {
        let pairs: Vec<u8> = raws.iter().flat_map(|raw| raw.to_be_bytes()).collect();
        let answer = [&[0x43, raws.len() as u8][..], &pairs].concat();
        let read = stored_dtcs(&answer, DtcService::Stored, Framing::Can).unwrap();
        prop_assert_eq!(read.iter().map(cc_core::J2012Dtc::raw).collect::<Vec<_>>(), raws);
    }

    #[test]
    fn parameters_asked_for_together_are_read_apart(ids in prop::collection::vec(1_u8..0x60, 1..6)) {
        let mut answer = vec![0x41];
        for &id in &ids {
            answer.push(id);
            answer.extend(std::iter::repeat_n(id, parameter_length(id).unwrap()));
        }
        let read: Vec<_> = live_data(&answer).unwrap().iter().map(|parameter| parameter.id).collect();
        prop_assert_eq!(read, ids);
    }
}
