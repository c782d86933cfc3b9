//! Captures to events: time, vehicle, what becomes an event and what does not; and that nothing leaks or panics.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::fmt::Write as _;

use cc_core::{Body, DtcDiff, Event, SignalId, Timestamp, Value};
use cc_obd::capture::{CaptureFormat, Decoder, EventClock, Item};
use cc_obd::pid::PidTable;
use cc_obd::service::{Framing, parameter_length};
use chrono::TimeDelta;
use common::{decode, decoder};
use proptest::prelude::*;

fn events(format: &str, lines: &[&str]) -> Vec<Event> {
    let mut clock = EventClock::new("local/0".parse().unwrap(), Timestamp::UNIX_EPOCH, TimeDelta::seconds(1));
    let input = lines.join("\n");
    decode(decoder(format, None), input.as_bytes()).iter().flat_map(|decoded| clock.events(decoded)).collect()
}

fn show(event: &Event) -> String {
    let what = match &event.body {
        Body::Reading(reading) => format!("{} {:?}", reading.signal, reading.value),
        Body::TroubleCode(code) => {
            let diff = match code.diff {
                Some(DtcDiff::Add) => "added",
                Some(DtcDiff::Change) => "changed",
                _ => "again",
            };
            format!("{} {diff} {}", code.dtc().unwrap(), code.status.as_deref().unwrap_or("-"))
        }
        Body::CodeScan(scan) => format!("scan of {}", scan.codes.len()),
        Body::MonitorReadiness(readiness) => {
            format!("{} monitors, lamp {}", readiness.monitors.len(), readiness.mil)
        }
        other => format!("{other:?}"),
    };
    format!("{} {what}", event.at.timestamp())
}

#[test]
fn untimed_answers_are_a_step_apart() {
    let seen: Vec<_> = events(
        "elm327",
        &[
            ">010C",
            "41 0C 1A F8",
            ">03",
            "NO DATA",
            ">03",
            "43 02 01 33 02 44",
            ">0101",
            "41 01 81 07 65 04",
            ">010D",
            "41 0D 32",
        ],
    )
    .iter()
    .map(show)
    .collect();
    let expected = [
        "0 engine_speed Number(1726)",
        "1 P0133 added 08",
        "1 P0244 added 08",
        "1 scan of 2",
        "2 malfunction_indicator Bool(true)",
        "2 trouble_code_count Number(1)",
        "2 7 monitors, lamp true",
        "3 vehicle_speed Number(50)",
    ];
    assert_eq!(seen, expected);
}

#[test]
fn a_candump_keeps_its_own_time() {
    let seen =
        events("candump", &["(1436509052.249713) can0 7E8#04410C1AF8", "(1436509053.5) can0 7E8#03410D32"]);
    let at: Vec<_> = seen.iter().map(|event| event.at.timestamp_micros()).collect();
    assert_eq!(at, [1_436_509_052_249_713, 1_436_509_053_500_000]);
}

#[test]
fn a_vin_once_read_stands_in_every_later_event() {
    let vin = ["7E8 10 14 49 02 01 31 48 47", "7E8 21 43 4D 38 32 36 33 33", "7E8 22 41 30 30 34 33 35 32"];
    let seen = events("elm327", &["41 0D 31", vin[0], vin[1], vin[2], "41 0D 32"]);
    assert_eq!(seen.len(), 2);
    assert_eq!(seen[0].vin, None);
    assert_eq!(seen[1].vin.map(|vin| vin.as_str().to_owned()).as_deref(), Some("1HGCM82633A004352"));
    let reference = seen[1].vehicle_ref().unwrap();
    assert_eq!((reference.to_string().as_str(), seen[1].id.0, seen[1].at.timestamp()), ("local/0", 2, 2));
}

#[test]
fn codes_come_change_and_stay() {
    let seen: Vec<_> = events(
        "pairs",
        &["1902FF>5902FF01330004", "1902FF>5902FF0133002F", "1902FF>5902FF0133002F", "07>470104 20"],
    )
    .iter()
    .map(show)
    .filter(|line| !line.contains("scan"))
    .collect();
    assert_eq!(
        seen,
        ["0 P013300 added 04", "1 P013300 changed 2f", "2 P013300 again 2f", "3 P0420 added 04"]
    );
}

#[test]
fn frozen_values_and_this_cycles_monitors_are_not_the_state_now() {
    assert!(
        events("pairs", &["020C00>420C001AF8", "020200>4202000420", "0141>4141000765 04", "010C>7F0112"])
            .is_empty()
    );
}

#[test]
fn the_first_ecu_keeps_a_signal_and_any_of_them_may_light_the_lamp() {
    let seen: Vec<_> = events(
        "elm327",
        &[
            "7E8 04 41 0C 1A F8",
            "7E9 04 41 0C 00 00",
            "7E8 06 41 01 81 07 65 04",
            "7E9 06 41 01 00 04 00 00",
            "7E8 04 41 0C 1A FC",
        ],
    )
    .iter()
    .map(show)
    .filter(|line| ["engine_speed", "malfunction", "monitors"].iter().any(|word| line.contains(word)))
    .collect();
    let expected = [
        "0 engine_speed Number(1726)",
        "2 malfunction_indicator Bool(true)",
        "2 7 monitors, lamp true",
        "3 malfunction_indicator Bool(true)",
        "3 1 monitors, lamp true",
        "4 engine_speed Number(1727)",
    ];
    assert_eq!(seen, expected);
}

#[test]
fn clearing_takes_back_what_its_ecu_said_of_the_lamp() {
    let seen: Vec<_> = events(
        "elm327",
        &[
            ">0101",
            "7E8 06 41 01 81 07 65 04",
            "7E9 06 41 01 81 04 00 00",
            ">04",
            "7E8 01 44",
            ">0101",
            "7E8 06 41 01 00 07 65 04",
            ">04",
            "7E8 01 44",
            "7E9 01 44",
            ">0101",
            "7E9 06 41 01 00 04 00 00",
        ],
    )
    .iter()
    .map(show)
    .filter(|line| line.contains("monitors"))
    .collect();
    // The car has one lamp: on while any ECU asks for it.
    let expected = [
        "0 7 monitors, lamp true",
        "1 1 monitors, lamp true",
        "3 7 monitors, lamp true",
        "6 1 monitors, lamp false",
    ];
    assert_eq!(seen, expected);
}

#[test]
fn a_session_may_switch_its_headers_on() {
    let seen: Vec<_> = events(
        "elm327",
        &[
            "41 0C 1A F8",
            "41 01 81 07 65 04",
            "7E8 04 41 0C 1A FC",
            "7E9 04 41 0C 00 00",
            "7E8 06 41 01 00 07 65 04",
        ],
    )
    .iter()
    .map(show)
    .filter(|line| line.contains("engine_speed") || line.contains("malfunction"))
    .collect();
    let expected = [
        "0 engine_speed Number(1726)",
        "1 malfunction_indicator Bool(true)",
        "2 engine_speed Number(1727)",
        "4 malfunction_indicator Bool(false)",
    ];
    assert_eq!(seen, expected);
}

#[test]
fn a_truck_tells_its_faults_itself() {
    let seen: Vec<_> = events(
        "candump",
        &[
            "(10.0) can0 0CF00400#FFFFFF6813FFFFFF",
            "(11.0) can0 18FECA00#44FFB8040A03FFFF",
            "(12.0) can0 18FECA03#00FF00000000FFFF",
            "(13.0) can0 18FECA00#44FFB8040A04FFFF",
            "(14.0) can0 18FECB00#44FF6E000001FFFF",
            "(15.0) can0 18FED400#44FFB8040A04FFFF",
            "(16.0) can0 18FECE00#0200141300000000",
            "(17.0) can0 18FECA00#00FF00000000FFFF",
        ],
    )
    .iter()
    .map(show)
    .collect();
    assert_eq!(
        seen,
        [
            "10 engine_speed Number(621)",
            "11 malfunction_indicator Bool(true)",
            "11 SPN 1208 FMI 10 added 09",
            "11 scan of 1",
            // The gearbox asks for no lamp, the engine still does.
            "12 malfunction_indicator Bool(true)",
            "12 scan of 0",
            "13 malfunction_indicator Bool(true)",
            "13 SPN 1208 FMI 10 again 09",
            "13 scan of 1",
            // What was active is no fault of now (DM2); DM12 says that the code lights the lamp.
            "15 SPN 1208 FMI 10 added 89",
            "16 obd_standard Number(20)",
            "16 2 monitors, lamp true",
            "17 malfunction_indicator Bool(false)",
            "17 scan of 0",
        ]
    );
}

#[test]
fn events_of_captures_survive_the_data_stream() {
    for event in
        events("elm327", &["41 0C 1A F8", "43 02 01 33 02 44", "41 01 81 07 65 04", "59 02 FF 15 70 00 2F"])
    {
        let again = Event::from_json(event.to_json().as_bytes()).unwrap();
        assert_eq!(again.canonical_encoding(), event.canonical_encoding());
    }
}

#[test]
fn catalogue_rows_fit_their_parameters() {
    let mut rows = 0;
    for row in cc_core::catalogue() {
        let Some(source) = row.obd.filter(|source| source.service == 0x01) else { continue };
        rows += 1;
        let end = usize::from(source.bit) + usize::from(source.bits);
        // Fuel trims of banks 3 and 4 are a second byte that not every car sends.
        let second_bank = usize::from(matches!(source.pid, 0x06..=0x09 | 0x55..=0x58));
        if let Some(length) = parameter_length(source.pid) {
            assert!(end <= (length + second_bank) * 8, "{} ends at bit {end} of {length} bytes", row.id);
        }
        let data = [0xFF; 64];
        let parameter = cc_obd::service::Parameter { id: source.pid, data: &data };
        let table = PidTable::standard();
        assert!(
            source.absent.is_some() || table.read(parameter).any(|reading| reading.signal.as_str() == row.id),
            "{}",
            row.id
        );
    }
    assert!(rows > 50, "{rows} rows");
}

#[test]
fn a_planted_vin_appears_in_no_error_and_no_debug_text() {
    const VIN: &str = "WVWZZZ1KZAW000001";
    let hex: String = VIN.bytes().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().concat();
    let mut shown = String::new();
    for format in ["elm327", "candump", "pairs"] {
        for line in [
            VIN.to_owned(),
            format!(">{VIN}"),
            format!("AT@3 {VIN}"),
            format!("49 02 01 {hex}"),
            format!("490201{hex}"),
            format!("62F190{hex}"),
            format!("62F19E{hex}"),
            format!("490A01{hex}000000"),
            format!("490401{hex}"),
            format!("014\n0:490201{}\n1:{}", &hex[..6], &hex[6..20]),
            format!("0902>490201{hex}"),
            format!("22F190>62F190{hex}"),
            format!("22F190>62F190{hex}ZZ"),
            format!("can0 7E8#{hex}"),
            format!("can0 7E8##1{hex}"),
            format!("can0 7E8#{VIN}"),
            format!("7E8 10 14 49 02 01 {}", &hex[..6]),
        ] {
            let mut decoder = decoder(format, None);
            decoder.push(line.as_bytes());
            write!(shown, "{decoder:?}").unwrap();
            decoder.finish();
            while let Some(decoded) = decoder.next_item() {
                write!(shown, "{decoded:?}{:?}", decoded.item).unwrap();
                if let Item::Error(error) = decoded.item {
                    shown += &error.to_string();
                }
            }
        }
    }
    let upper = shown.to_uppercase();
    for secret in [VIN, &VIN[3..], &hex, &hex[6..]] {
        assert!(!upper.contains(secret), "{secret} leaked");
    }
    // As a list of decimal bytes, as a derived `Debug` would print it.
    assert!(!shown.contains("87, 86, 87"));
}

fn any_capture() -> impl Strategy<Value = Vec<u8>> {
    let line = prop_oneof![
        "[0-9A-F]{1,3} [0-9A-F]{2} (41|43|49|59|62|7F) [0-9A-F ]{0,24}",
        "7E[89A] (03|04|06) (41|43|7F|62) [0-9A-F]{2} [0-9A-F]{2} [0-9A-F]{2}",
        "7E[89] 1[01] [01][0-9A-F] (41|43|49|59|62) [0-9A-F]{2} [0-9A-F]{2} [0-9A-F]{2} [0-9A-F]{2} [0-9A-F]{2}",
        "7E[89] 2[0-9A-F]( [0-9A-F]{2}){7}",
        "(4[1-A]|59|62|7F)( [0-9A-F]{2}){1,9}",
        "48 6B 1[0-9](( [0-9A-F]{2}){5,8})",
        "[0-9A-F]{3}",
        "[0-3]:[0-9A-F]{12,14}",
        ">(0[1-9A]|1902|22)[0-9A-F]{0,4}",
        "\\(1[0-9]{9}\\.[0-9]{6}\\) can0 7E[0-9A]#[0-9A-F]{0,18}",
        "(0[1-9]|1902|22F190)[0-9A-F]{0,2}>(4[1-A]|59|62|7F)[0-9A-F]{0,20}",
        "(NO DATA|SEARCHING\\.\\.\\.|BUFFER FULL|OK|12\\.6V|ATRV|ATMA|\\?)",
        "\\PC{0,20}",
    ];
    let lines = prop::collection::vec(line, 0..12).prop_map(|lines| lines.join("\r").into_bytes());
    prop_oneof![4 => lines, 1 => prop::collection::vec(any::<u8>(), 0..200)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn any_chunking_of_any_capture_gives_the_same_items(
        input in any_capture(),
        size in 1_usize..9,
        kline: bool,
        format in prop::sample::select(vec![CaptureFormat::Elm327, CaptureFormat::Candump, CaptureFormat::Pairs]),
    ) {
        let decoder = || if kline { Decoder::new(format).with_framing(Framing::Kline) } else { Decoder::new(format) };
        let whole = decode(decoder(), &input);
        let mut pieces = decoder();
        let mut seen = Vec::new();
        for chunk in input.chunks(size) {
            pieces.push(chunk);
            seen.extend(std::iter::from_fn(|| pieces.next_item()));
        }
        pieces.finish();
        seen.extend(std::iter::from_fn(|| pieces.next_item()));
        prop_assert_eq!(&seen, &whole);
        // In the order of the input, and every item can be an event or not without panic.
        prop_assert!(whole.is_sorted_by_key(|decoded| decoded.line));
        prop_assert!(whole.is_sorted_by_key(|decoded| decoded.answer));
        let mut clock = EventClock::new("local/0".parse().unwrap(), Timestamp::UNIX_EPOCH, TimeDelta::MAX);
        for decoded in &whole {
            let _ = clock.events(decoded);
        }
    }

    #[test]
    fn an_engine_speed_is_the_same_on_every_road(raw: u16) {
        let expected = f64::from(raw) / 4.0;
        let [high, low] = raw.to_be_bytes();
        for (format, line) in [
            ("elm327", format!("41 0C {high:02X} {low:02X}")),
            ("elm327", format!("7E8 04 41 0C {high:02X} {low:02X}")),
            ("elm327", format!("7E804410C{high:02X}{low:02X}")),
            ("candump", format!("(1.0) can0 7E8#04410C{high:02X}{low:02X}AAAAAA")),
            ("pairs", format!("010C>410C{high:02X}{low:02X}")),
        ] {
            let items = decode(decoder(format, None), line.as_bytes());
            let [decoded] = &items[..] else { panic!("{line}: {items:?}") };
            let Item::Reading(reading) = &decoded.item else { panic!("{line}: {items:?}") };
            prop_assert_eq!(&reading.signal, &SignalId::ENGINE_SPEED);
            prop_assert_eq!(reading.value.as_f64(), Some(expected));
            prop_assert!(matches!(reading.value, Value::Number(_)));
        }
    }
}
