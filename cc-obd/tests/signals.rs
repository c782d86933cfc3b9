//! Signal sets: the meaning of every field, on sets made by hand.
#![allow(clippy::unwrap_used, reason = "tests")]

use cc_core::MeasureUnit;
use cc_obd::capture::{CaptureFormat, Decoder, Item};
use cc_obd::frame::CanId;
use cc_obd::isotp::Addressing;
use cc_obd::signals::{SetValue, SignalSet, SignalSets};
use proptest::prelude::*;

/// A set of one command with these fields, and signals as `"ID", "fmt"` pairs.
fn set(command: &str, signals: &[(&str, &str)]) -> SignalSet {
    let signals: Vec<_> = signals
        .iter()
        .map(|(id, fmt)| format!(r#"{{"id": "{id}", "fmt": {fmt}, "name": "n", "path": "p"}}"#))
        .collect();
    let json = format!(
        r#"{{"commands": [{{{command}, "freq": 1, "signals": [{}]}}], "signalGroups": []}}"#,
        signals.join(",")
    );
    SignalSet::from_json(json.as_bytes()).unwrap_or_else(|error| panic!("{json}: {error}"))
}

/// What the sets read from an answer, as `ID=value`.
fn read(sets: &SignalSets, answer: &[u8], sender: Option<&str>, year: Option<i32>) -> Vec<String> {
    let sender = sender.map(|id| id.parse().unwrap());
    let value = |value: SetValue<'_>| match value {
        SetValue::Number(number) => number.to_string(),
        SetValue::Text(text) => text.to_owned(),
        SetValue::Null => "null".to_owned(),
        SetValue::Unlisted(raw) => format!("unlisted {raw}"),
    };
    sets.read(answer, sender, year)
        .map(|reading| format!("{}={}", reading.id, value(reading.value)))
        .collect()
}

#[test]
fn every_field_of_a_format_means_what_it_says() {
    for (fmt, data, expected) in [
        (r#"{"len": 8, "max": 255}"#, &[0x9F][..], "159"),
        (r#"{"bix": 8, "len": 16, "max": 65535}"#, &[0xFF, 0x12, 0x34], "4660"),
        (r#"{"bix": 3, "len": 2, "max": 3}"#, &[0b0001_1000], "3"),
        (r#"{"len": 8, "mul": 100, "div": 255, "max": 100}"#, &[0xFF], "100"),
        (r#"{"len": 8, "add": -40, "min": -40, "max": 215}"#, &[0x00], "-40"),
        // Two's complement of the field's own bits.
        (r#"{"len": 16, "sign": true, "min": -100, "max": 100}"#, &[0xFF, 0xFE], "-2"),
        (r#"{"bix": 4, "len": 4, "sign": true, "min": -8, "max": 7}"#, &[0x0F], "-1"),
        // An absent `min` is 0, also with a sign.
        (r#"{"len": 8, "sign": true, "max": 100}"#, &[0xFE], "0"),
        (r#"{"len": 8, "max": 51, "div": 5}"#, &[0xFF], "51"),
        (r#"{"len": 8, "min": 4, "max": 69}"#, &[0x00], "4"),
        // Limits out of order, or none, do not clamp.
        (r#"{"len": 8, "min": 10, "max": 10}"#, &[0x02], "2"),
        (r#"{"len": 8, "min": -5, "max": -10}"#, &[0xFF], "255"),
        (r#"{"len": 8, "add": -40}"#, &[0x00], "-40"),
        // Bytes of the value in reverse order, then the sign.
        (r#"{"len": 16, "blsb": true, "max": 65535}"#, &[0x34, 0x12], "4660"),
        (
            r#"{"len": 16, "blsb": true, "sign": true, "min": -180, "max": 180, "div": 100}"#,
            &[0x9C, 0xFF],
            "-1",
        ),
        // Limits beyond which there is no value, on the scaled number.
        (r#"{"len": 8, "max": 255, "nullmax": 255}"#, &[0xFF], "null"),
        (r#"{"len": 8, "max": 255, "nullmax": 255}"#, &[0xFE], "254"),
        (r#"{"len": 8, "max": 100, "mul": 100, "div": 255, "nullmin": 0}"#, &[0x00], "null"),
        (r#"{"len": 8, "map": {"1": {"description": "d", "value": "ONE"}}}"#, &[0x01], "ONE"),
        (r#"{"len": 8, "map": {"1": {"description": "d", "value": "ONE"}}}"#, &[0x02], "unlisted 2"),
        (
            r#"{"len": 8, "sign": true, "map": {"-1": {"description": "d", "value": "BACK"}}}"#,
            &[0xFF],
            "BACK",
        ),
        (r#"{"len": 32, "max": 4294967295}"#, &[0xFF; 4], "4294967295"),
        (r#"{"len": 64, "max": 1e30}"#, &[0x01, 0, 0, 0, 0, 0, 0, 0], "72057594037927940"),
    ] {
        let sets =
            SignalSets::new([set(r#""hdr": "7E0", "rax": "7E8", "cmd": {"22": "1164"}"#, &[("X", fmt)])]);
        let answer = [&[0x62, 0x11, 0x64], data].concat();
        assert_eq!(read(&sets, &answer, Some("7E8"), None), [format!("X={expected}")], "{fmt}");
        assert!(read(&sets, &answer[..3], Some("7E8"), None).is_empty(), "{fmt}");
    }
}

#[test]
fn units_are_named() {
    for (name, unit) in [
        ("kilometersPerHour", Some(MeasureUnit::KilometerPerHour)),
        ("psi", Some(MeasureUnit::PoundPerSquareInch)),
        ("miles", Some(MeasureUnit::Mile)),
        ("celsius", Some(MeasureUnit::Celsius)),
        ("scalar", Some(MeasureUnit::One)),
        ("offon", None),
        ("yesno", None),
        ("unknown", None),
        ("somethingNew", None),
    ] {
        let fmt = format!(r#"{{"len": 8, "max": 255, "unit": "{name}"}}"#);
        let sets = SignalSets::new([set(r#""cmd": {"22": "1164"}"#, &[("X", &fmt)])]);
        let reading = sets.read(&[0x62, 0x11, 0x64, 1], None, None).next().unwrap();
        assert_eq!(reading.unit, unit, "{name}");
    }
}

#[test]
fn the_answering_id_follows_header_and_rax() {
    for (header, right, wrong) in [
        (r#""hdr": "7E0", "rax": "7E8""#, "7E8", "7E9"),
        (r#""hdr": "7E0""#, "7E8", "7E9"),
        (r#""hdr": "713""#, "77D", "7E8"),
        (r#""hdr": "DA1D", "rax": "1D""#, "18DAF11D", "18DAF110"),
        (r#""hdr": "DA1D""#, "18DAF11D", "18DAF110"),
        (r#""hdr": "18DA10F1""#, "18DAF110", "18DAF111"),
        (r#""hdr": "18DA10F1", "rax": "18DAF110""#, "18DAF110", "18DAF111"),
        (r#""hdr": "7A0", "rax": "7A8""#, "7A8", "7E8"),
    ] {
        let sets = SignalSets::new([set(
            &format!(r#"{header}, "cmd": {{"22": "1164"}}"#),
            &[("X", r#"{"len": 8}"#)],
        )]);
        let answer = [0x62, 0x11, 0x64, 7];
        assert_eq!(read(&sets, &answer, Some(right), None), ["X=7"], "{header}");
        assert!(read(&sets, &answer, Some(wrong), None).is_empty(), "{header}");
        assert_eq!(
            read(&sets, &answer, None, None),
            ["X=7"],
            "{header}: an unknown sender may be the right one"
        );
        assert!(sets.knows_sender(right.parse().unwrap()) && !sets.knows_sender(wrong.parse().unwrap()));
    }
    for header in [r#""hdr": "7DF""#, r#""hdr": "DB33""#] {
        let sets = SignalSets::new([set(
            &format!(r#"{header}, "cmd": {{"22": "1164"}}"#),
            &[("X", r#"{"len": 8}"#)],
        )]);
        for id in ["7E8", "7EA", "18DAF110"] {
            assert_eq!(read(&sets, &[0x62, 0x11, 0x64, 7], Some(id), None), ["X=7"], "{header} {id}");
        }
    }
}

#[test]
fn standard_services_mean_the_same_whoever_answers() {
    let standard =
        set(r#""hdr": "7E0", "rax": "7E8", "cmd": {"01": "0D"}"#, &[("VSS", r#"{"len": 8, "max": 255}"#)]);
    let sets = SignalSets::new([standard]);
    for id in ["7E8", "7E9", "18DAF110"] {
        assert_eq!(read(&sets, &[0x41, 0x0D, 50], Some(id), None), ["VSS=50"], "{id}");
    }
}

#[test]
fn a_cars_own_set_lies_over_the_standard_whatever_their_order() {
    let standard = || {
        set(
            r#""hdr": "7E0", "rax": "7E8", "cmd": {"01": "0D"}"#,
            &[("VSS", r#"{"len": 8}"#), ("B", r#"{"len": 4}"#)],
        )
    };
    let own = || {
        let json = r#"{"commands": [
            {"hdr": "7E0", "rax": "7E8", "cmd": {"01": "0D"}, "signals": [{"id": "VSS", "fmt": {"len": 8, "mul": 2}}]},
            {"hdr": "7E0", "rax": "7E8", "cmd": {"22": "0001"}, "signals": [{"id": "A", "fmt": {"len": 8}}]}
        ]}"#;
        SignalSet::from_json(json.as_bytes()).unwrap()
    };
    for sets in [SignalSets::new([standard(), own()]), SignalSets::new([own(), standard()])] {
        assert_eq!(read(&sets, &[0x41, 0x0D, 0x15], Some("7E8"), None), ["VSS=42", "B=1"]);
    }
    // Between equals the later lies on top.
    let later =
        set(r#""hdr": "7E0", "rax": "7E8", "cmd": {"01": "0D"}"#, &[("VSS", r#"{"len": 8, "mul": 3}"#)]);
    let sets = SignalSets::new([standard(), later]);
    assert_eq!(read(&sets, &[0x41, 0x0D, 0x15], Some("7E8"), None), ["VSS=63", "B=1"]);
}

#[test]
fn commands_are_for_their_years() {
    for (filter, years, others) in [
        (r#"{"to": 2011}"#, &[2005, 2011][..], &[2012][..]),
        (r#"{"from": 2011}"#, &[2011, 2024], &[2010]),
        (r#"{"from": 2011, "to": 2014}"#, &[2011, 2013, 2014], &[2010, 2015]),
        // Before 2008, from 2022, and two years between.
        (
            r#"{"to": 2008, "years": [2010, 2011], "from": 2022}"#,
            &[2000, 2008, 2010, 2011, 2022],
            &[2009, 2012],
        ),
        (r#"{"years": [2019]}"#, &[2019], &[2018, 2020]),
    ] {
        let command = format!(r#""hdr": "7E0", "cmd": {{"22": "1164"}}, "filter": {filter}"#);
        let sets = SignalSets::new([set(&command, &[("X", r#"{"len": 8}"#)])]);
        let reads = |year| !read(&sets, &[0x62, 0x11, 0x64, 7], Some("7E8"), year).is_empty();
        assert!(years.iter().all(|&year| reads(Some(year))), "{filter}");
        assert!(!others.iter().any(|&year| reads(Some(year))), "{filter}");
        assert!(reads(None), "{filter}");
    }
}

#[test]
fn an_extended_address_is_known_from_the_set() {
    let sets = SignalSets::new([set(
        r#""hdr": "6F1", "rax": "612", "eax": "12", "cmd": {"22": "1164"}"#,
        &[("X", r#"{"len": 8}"#)],
    )]);
    assert_eq!(sets.addressing(CanId::base(0x612).unwrap()), Addressing::Extended);
    assert_eq!(sets.addressing(CanId::base(0x613).unwrap()), Addressing::Normal);
}

#[test]
fn a_request_with_an_extended_address_is_one_in_every_log() {
    let sets = SignalSets::new([set(
        r#""hdr": "6F1", "rax": "612", "eax": "12", "cmd": {"22": "1164"}"#,
        &[("X", r#"{"len": 8}"#)],
    )]);
    for (format, log) in [
        (CaptureFormat::Elm327, "6F1 12 03 22 11 64\r612 F1 04 62 11 64 07\r"),
        (CaptureFormat::Candump, "can0 6F1#1203221164\ncan0 612#F10462116407\n"),
    ] {
        let mut decoder = Decoder::new(format).with_signals(sets.clone());
        decoder.push(log.as_bytes());
        decoder.finish();
        let seen: Vec<_> =
            std::iter::from_fn(|| decoder.next_item()).map(|item| item.to_canonical_json()).collect();
        assert_eq!(seen, [r#"{"ecu":"612","line":2,"signal":"X","unit":null,"value":7}"#], "{format}");
    }
}

#[test]
fn identifiers_asked_for_together_are_told_apart_by_the_set() {
    let json = r#"{"commands": [
        {"hdr": "7E0", "cmd": {"22": "0001"}, "signals": [{"id": "A", "fmt": {"len": 16}}]},
        {"hdr": "7E0", "cmd": {"22": "0002"}, "signals": [{"id": "B", "fmt": {"len": 8}}]}
    ]}"#;
    let sets = SignalSets::new([SignalSet::from_json(json.as_bytes()).unwrap()]);
    for (line, expected) in [
        ("2200010002>62000112340002FF", &["A", "B"][..]),
        ("22000100020003>62000112340002FF0003AA", &["A", "B", "other"]),
        ("220001>62000112340002FF", &["A"]),
        (
            "22000100020003>62000112340002FF00",
            &["A", "B", "data identifier cut short or invalid at offset 8"],
        ),
    ] {
        let mut decoder = Decoder::new(CaptureFormat::Pairs).with_signals(sets.clone());
        decoder.push(line.as_bytes());
        decoder.finish();
        let seen: Vec<_> = std::iter::from_fn(|| decoder.next_item())
            .map(|decoded| match decoded.item {
                Item::Reading(reading) => reading.signal.to_string(),
                Item::Other(_) => "other".to_owned(),
                Item::Error(error) => error.to_string(),
                item => format!("{item:?}"),
            })
            .collect();
        assert_eq!(seen, expected, "{line}");
    }
}

#[test]
fn the_catalogue_may_speak_beside_the_sets() {
    let standard = set(r#""hdr": "7E0", "rax": "7E8", "cmd": {"01": "0D"}"#, &[("VSS", r#"{"len": 8}"#)]);
    let sets = SignalSets::new([standard]);
    let signals = |decoder: Decoder| {
        let mut decoder = decoder.with_signals(sets.clone());
        decoder.push(b"7E8 03 41 0D 32\r7E8 04 41 0C 1A F8\r");
        let items = std::iter::from_fn(|| decoder.next_item());
        let signal =
            |item| if let Item::Reading(reading) = item { reading.signal.to_string() } else { String::new() };
        items.map(|decoded| signal(decoded.item)).collect::<Vec<_>>()
    };
    let decoder = || Decoder::new(CaptureFormat::Elm327);
    assert_eq!(signals(decoder()), ["VSS", "engine_speed"]);
    assert_eq!(signals(decoder().with_catalogue_beside_sets()), ["VSS", "vehicle_speed", "engine_speed"]);
}

#[test]
fn what_is_no_signal_set_says_why() {
    for (json, error) in [
        ("", "not a signal set at line 1, column 0: EOF while parsing a value"),
        ("{}", "not a signal set at line 1, column 2: missing field `commands`"),
        (
            r#"{"commands": [{"cmd": {"22": "116"}, "signals": []}]}"#,
            "command 1: not a hexadecimal service and parameter",
        ),
        (
            r#"{"commands": [{"cmd": {}, "signals": []}]}"#,
            "command 1: not a hexadecimal service and parameter",
        ),
        (
            r#"{"commands": [{"hdr": "XYZ", "cmd": {"22": "1164"}, "signals": []}]}"#,
            "command 1: hdr is not an identifier",
        ),
        (
            r#"{"commands": [{"hdr": "7E0", "rax": "12345", "cmd": {"22": "1164"}, "signals": []}]}"#,
            "command 1: rax is not an identifier",
        ),
        (
            r#"{"commands": [{"cmd": {"22": "1164"}, "signals": [{"id": "a b", "fmt": {"len": 8}}]}]}"#,
            "command 1: signal 1 has no valid id",
        ),
        (
            r#"{"commands": [{"cmd": {"22": "1164"}, "signals": [{"id": "A", "fmt": {"len": 0}}]}]}"#,
            "signal A: len out of range",
        ),
        (
            r#"{"commands": [{"cmd": {"22": "1164"}, "signals": [{"id": "A", "fmt": {"len": 8, "div": 0}}]}]}"#,
            "signal A: div out of range",
        ),
        (
            r#"{"commands": [{"cmd": {"22": "1164"}, "signals": [{"id": "A", "fmt": {"len": 8, "bix": 4000000000}}]}]}"#,
            "signal A: bix out of range",
        ),
        (
            r#"{"commands": [{"cmd": {"22": "1164"}, "signals": [{"id": "A", "fmt": {"len": 8, "map": {"x": {"value": "y"}}}}]}]}"#,
            "signal A: map out of range",
        ),
        ("[1]", "not a signal set at line 1, column 2: invalid type: integer `1`, expected a sequence"),
        (r#"{"commands": []}"#, "a signal set without signals"),
        (r#"{"commands": [{"cmd": {"22": "1164"}, "signals": []}]}"#, "a signal set without signals"),
    ] {
        assert_eq!(SignalSet::from_json(json.as_bytes()).unwrap_err().to_string(), error, "{json}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_format_reads_any_answer_without_panic(
        bix in 0_u32..100, len in 1_u32..65, sign: bool, blsb: bool, mul in any::<i32>(), div in 1_i32.., add: i16,
        min in prop::option::of(any::<i16>()), max in prop::option::of(any::<i16>()), data in prop::collection::vec(any::<u8>(), 0..20),
    ) {
        let limit = |name, limit: Option<i16>| limit.map(|limit| format!(r#", "{name}": {limit}"#)).unwrap_or_default();
        let fmt = format!(
            r#"{{"bix": {bix}, "len": {len}, "sign": {sign}, "blsb": {blsb}, "mul": {mul}, "div": {div}, "add": {add}{}{}}}"#,
            limit("min", min), limit("max", max),
        );
        let sets = SignalSets::new([set(r#""cmd": {"22": "1164"}"#, &[("X", &fmt)])]);
        let answer = [&[0x62, 0x11, 0x64][..], &data].concat();
        let found = sets.read(&answer, None, None).count();
        prop_assert_eq!(found == 1, (bix + len) as usize <= data.len() * 8);
    }

    #[test]
    fn no_document_panics(json in prop_oneof![
        prop::collection::vec(any::<u8>(), 0..100),
        "\\{\"commands\": \\[\\{\"hdr\": \"[0-9A-F]{0,9}\", \"rax\": \"[0-9A-F]{0,9}\", \"cmd\": \\{\"[0-9A-F]{0,3}\": \"[0-9A-F]{0,18}\"\\}, \"signals\": \\[\\]\\}\\]\\}".prop_map(String::into_bytes),
    ]) {
        if let Ok(set) = SignalSet::from_json(&json) {
            let _ = SignalSets::new([set]).describes(&[0x62, 0x11, 0x64], None, None);
        }
    }
}
