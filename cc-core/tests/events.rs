//! What an event is: which spellings make it another one, what is kept, and what never shows.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Write as _;

use cc_core::{
    Body, CodeScan, Dtc, DtcDiff, DtcStatus, Event, EventDecodeError, EventId, IgnitionType, MeasureUnit,
    Monitor, MonitorReadiness, Number, Reading, ScanService, ScannedCode, SignalId, Timestamp, TroubleCode,
    Value, decode_batch, structured_types,
};

fn event(rest: &str) -> Event {
    Event::from_json(format!("{{\"id\":1,\"time\":\"2026-05-01T10:00:00Z\",{rest}}}")).unwrap()
}

fn built(body: Body) -> Event {
    Event::new(
        "local/0".parse().unwrap(),
        Timestamp::from_timestamp(1_777_629_600, 0).unwrap(),
        EventId(1),
        body,
    )
}

// Identity.

#[test]
fn spellings_of_one_event_have_one_encoding() {
    let first = r#"{"id":1,"vehicleId":7,"vin":"WVWZZZ1KZAM000001","organizationKey":"semler","time":"2026-05-01T10:00:00.5Z","type":"can_oil_degradation_percent","value":40,"new":{"a":1,"b":[true]}}"#;
    let encoding = Event::from_json(first).unwrap().canonical_encoding();
    for other in [
        // Order of members, white space, escapes.
        r#"{ "new":{"b":[ true ],"a":1}, "value":40,"type":"can_oil_degradation_percent","time":"2026-05-01T10:00:00.5Z","organizationKey":"se\u006dler","vin":"WVWZZZ1KZAM000001","vehicleId":7,"id":1}"#,
        // Digits after the second, offset, letter case of the time.
        r#"{"id":1,"vehicleId":7,"vin":"WVWZZZ1KZAM000001","organizationKey":"semler","time":"2026-05-01t12:00:00.500000+02:00","type":"can_oil_degradation_percent","value":40,"new":{"a":1,"b":[true]}}"#,
        // The type's older name, the VIN's letter case, an id with a point.
        r#"{"id":1.0,"vehicleId":7,"vin":"wvwzzz1kzam000001","organizationKey":"semler","time":"2026-05-01T10:00:00.50Z","type":"can_oil_degration_percent","value":40,"new":{"a":1,"b":[true]}}"#,
        // Of two members of one name the last counts.
        r#"{"id":2,"id":1,"vehicleId":7,"vin":"WVWZZZ1KZAM000001","organizationKey":"semler","time":"2026-05-01T10:00:00.5Z","type":"can_oil_degradation_percent","value":"x","value":40,"new":0,"new":{"a":0,"a":1,"b":[true]}}"#,
    ] {
        let other = Event::from_json(other).unwrap();
        assert_eq!(String::from_utf8(other.canonical_encoding()), String::from_utf8(encoding.clone()));
    }
}

#[test]
fn of_two_members_of_the_envelope_the_last_counts_whatever_the_type_is() {
    let once = |r#type: &str, more: &str| {
        format!(
            r#"{{"id":1,"vehicleId":7,"vin":"WVWZZZ1KZAM000001","organizationKey":"semler","time":"2026-05-01T10:00:00Z","type":"{type}"{more}}}"#
        )
    };
    // A type that nobody knows, with fields and without; one that is known but lacks what makes it one.
    for (r#type, more) in
        [("own", ""), ("own", r#","x":1"#), ("mapped_dtc", ""), ("car_ignition", r#","value":null"#)]
    {
        let once = once(r#type, more);
        let event = Event::from_json(&once).unwrap();
        for before in [
            r#""id":2"#,
            r#""vehicleId":8"#,
            r#""vehicle\u0049d":8"#,
            r#""vin":"WVWZZZ1KZAM000002""#,
            r#""organizationKey":"other""#,
            r#""time":"2026-05-02T10:00:00Z""#,
            r#""type":"other""#,
        ] {
            let twice = format!("{{{before},{}", &once[1..]);
            assert_eq!(
                Event::from_json(&twice).unwrap().to_json(),
                event.to_json(),
                "{before} {type} {more}"
            );
        }
    }
}

#[test]
fn what_says_something_else_has_another_encoding() {
    let all = [
        r#""type":"can_dtc","code":"0301""#,
        r#""type":"can_dtc","code":"0302""#,
        r#""type":"can_dtc","code":"0301","diff":null"#,
        r#""type":"can_dtc","code":"0301","diff":"add""#,
        r#""type":"can_dtc","code":"0301","diff":"added""#,
        r#""type":"can_dtc","code":"0301","vehicleId":null"#,
        r#""type":"can_dtc","code":"0301","vehicleId":1"#,
        r#""type":"can_dtc","code":"0301","vin":null"#,
        r#""type":"can_dtc","code":"0301","vin":"unreadable""#,
        r#""type":"can_dtc","code":"0301","organizationKey":"""#,
        r#""type":"can_dtc","code":"0301","organizationKey":"a""#,
        r#""type":"can_dtc","code":"0301","new":null"#,
        r#""type":"can_dtc","code":"0301","new":1"#,
        r#""type":"can_dtc","code":"0301","new":1.0"#,
        r#""type":"mapped_dtc","status":{}"#,
        r#""type":"mapped_dtc","status":{"pending":null}"#,
        r#""type":"mapped_dtc","status":{"pending":true}"#,
        r#""type":"mapped_dtc","status":{"pending":true,"new":1}"#,
        r#""type":"car_ignition","value":true"#,
        r#""type":"car_ignition","value":null"#,
        r#""type":"car_ignition""#,
        r#""type":"service_reminder_lead","value":"2026-06-01T00:00:00Z""#,
        r#""type":"service_reminder_lead","value":"2026-06-01T00:00:00.5Z""#,
        r#""type":"service_reminder_lead","value":"2026-06-01T00:00:00.5000000001Z""#,
        r#""type":"unheard_of","value":true"#,
    ]
    .map(event);
    for (i, a) in all.iter().enumerate() {
        for (k, b) in all.iter().enumerate() {
            assert_eq!(a.same_as(b), i == k, "{i} and {k}");
            assert_eq!(a.digest() == b.digest(), i == k, "{i} and {k}");
            assert_eq!(a.canonical_cmp(b), b.canonical_cmp(a).reverse());
        }
    }
}

#[test]
fn the_order_is_instant_then_type_then_id() {
    let ordered = [
        r#"{"id":9,"time":"2026-05-01T11:59:59.9+02:00","type":"car_ignition","value":true}"#,
        r#"{"id":7,"time":"2026-05-01T10:00:00Z","type":"can_odometer_km","value":1}"#,
        r#"{"id":10,"time":"2026-05-01T10:00:00Z","type":"can_odometer_km","value":0}"#,
        r#"{"id":1,"time":"2026-05-01T10:00:00Z","type":"car_ignition","value":false}"#,
        r#"{"id":1,"time":"2026-05-01T10:00:00Z","type":"car_ignition","value":true}"#,
        r#"{"id":0,"time":"2016-12-31T23:59:60Z","type":"car_ignition","value":true}"#,
    ];
    let mut events: Vec<Event> = ordered.iter().rev().map(|json| Event::from_json(json).unwrap()).collect();
    events.sort_by(Event::canonical_cmp);
    let written: Vec<String> = events.iter().map(Event::to_json).collect();
    assert_eq!(written[0], ordered[5]);
    assert_eq!(written[2..], ordered[1..5]);
}

// What is kept, and what it may not do.

#[test]
fn what_was_changed_speaks_for_itself() {
    let mut event = event(
        r#""vin":"unreadable","type":"can_dtc","code":"0301","diff":"novel","rxId":null,"status":"2f","new":1"#,
    );
    event.vin = Some("WVWZZZ1KZAM000001".parse().unwrap());
    let Body::TroubleCode(code) = &mut event.body else { panic!("a trouble code") };
    code.diff = Some(DtcDiff::Remove);
    code.rx_id = Some("7e8".into());
    assert_eq!(
        event.to_json(),
        r#"{"id":1,"vin":"WVWZZZ1KZAM000001","time":"2026-05-01T10:00:00Z","type":"can_dtc","code":"0301","diff":"remove","status":"2f","rxId":"7e8","new":1}"#
    );
    event.body = Body::Reading(Reading::new(SignalId::IGNITION, true));
    assert_eq!(
        event.to_json(),
        r#"{"id":1,"vin":"WVWZZZ1KZAM000001","time":"2026-05-01T10:00:00Z","type":"car_ignition","value":true,"new":1}"#
    );
}

#[test]
fn an_older_name_stays_only_with_its_own_reading() {
    let mut event = event(r#""type":"can_oil_degration_percent","value":40.0"#);
    assert_eq!(event.type_name(), "can_oil_degradation_percent");
    assert!(event.to_json().contains(r#""type":"can_oil_degration_percent","value":40.0"#));
    event.body = Body::Reading(Reading::new(SignalId::ODOMETER, 7));
    assert!(event.to_json().contains(r#""type":"can_odometer_km","value":7"#));
}

#[test]
fn a_new_instant_keeps_at_least_its_own_digits() {
    let mut event = event(r#""type":"car_ignition","value":true"#);
    event.at = "2026-05-01T10:00:00.123456789Z".parse().unwrap();
    assert!(event.to_json().contains("10:00:00.123456789Z"));
}

#[test]
fn what_a_car_was_asked_for_directly_comes_back_typed() {
    let codes = ["P0301", "P157000", "VAG 17978", "KWP 4321", "SPN 1208 FMI 10", "RAW 43-21-00"];
    let codes = codes.map(|code| ScannedCode { dtc: code.parse().unwrap(), status: Some(DtcStatus(0x2f)) });
    for body in [
        Body::CodeScan(CodeScan {
            ecu: Some("7E8".into()),
            service: ScanService::Uds,
            status_mask: Some(DtcStatus(0x0c)),
            complete: true,
            codes: codes.into(),
        }),
        Body::CodeScan(CodeScan {
            ecu: None,
            service: ScanService::Stored,
            status_mask: None,
            complete: false,
            codes: vec![],
        }),
        Body::MonitorReadiness(MonitorReadiness {
            mil: true,
            dtc_count: 127,
            ignition: IgnitionType::Spark,
            monitors: vec![(Monitor::Misfire, true), (Monitor::Catalyst, false)],
        }),
        Body::TroubleCode(TroubleCode::new("P0420".parse().unwrap())),
        Body::Reading(Reading::new(SignalId::ENGINE_SPEED, 812)),
        Body::Reading(Reading {
            signal: "cell.3".parse().unwrap(),
            value: Number::from_f64(3.71).unwrap().into(),
            unit: Some(MeasureUnit::Volt),
        }),
        Body::Reading(Reading { signal: "cell.3".parse().unwrap(), value: "open".into(), unit: None }),
        Body::Reading(Reading {
            signal: "made_on".parse().unwrap(),
            value: Value::Date("2020-02-29".parse().unwrap()),
            unit: None,
        }),
        Body::Reading(Reading {
            signal: "seen_at".parse().unwrap(),
            value: Value::Instant(Timestamp::UNIX_EPOCH),
            unit: None,
        }),
        // A catalogue row in another unit is not what its type says.
        Body::Reading(Reading { signal: SignalId::ODOMETER, value: 5.into(), unit: Some(MeasureUnit::Mile) }),
        Body::Reading(Reading { signal: SignalId::ODOMETER, value: "unknown".into(), unit: None }),
    ] {
        let event = built(body);
        let again = Event::from_json(event.to_json()).unwrap();
        assert_eq!(again.body, event.body);
        assert!(again.same_as(&event), "{}", event.to_json());
    }
}

#[test]
fn a_known_type_without_its_meaning_is_kept_as_an_unknown_one() {
    for rest in [
        r#""type":"car_ignition","value":null"#,
        r#""type":"car_ignition""#,
        r#""type":"can_last_service_at_date","value":"2026-02-30""#,
        r#""type":"service_reminder_lead","value":"soon""#,
        r#""type":"gps_position","latitude":null,"longitude":1,"speed":null"#,
        r#""type":"can_dtc","code":null,"diff":"add""#,
        r#""type":"signal_reading","signal":"x","value":1,"unit":"furlong""#,
        r#""type":"signal_reading","signal":"two words","value":1"#,
        r#""type":"can_dtc_scan","service":"telepathy","complete":true,"codes":[]"#,
        r#""type":"can_dtc_scan","service":"uds","complete":true,"codes":[{"code":"xyz"}]"#,
    ] {
        let event = event(rest);
        assert!(matches!(event.body, Body::Other(_)), "{rest}");
        assert!(event.to_json().ends_with(&format!("{rest}}}")), "{rest}");
    }
}

#[test]
fn a_scan_whose_mask_cannot_be_read_covers_no_status() {
    for (mask, read) in [(r#""08""#, 8), (r#""0C""#, 12), (r#""all""#, 0), (r#""1""#, 0)] {
        let rest = format!(
            r#""type":"can_dtc_scan","service":"uds","statusMask":{mask},"complete":true,"codes":[]"#
        );
        let event = event(&rest);
        assert!(
            matches!(&event.body, Body::CodeScan(scan) if scan.status_mask == Some(DtcStatus(read))),
            "{rest}"
        );
        assert!(event.to_json().ends_with(&format!("{rest}}}")), "{}", event.to_json());
    }
}

// Errors.

#[test]
fn errors_say_where_and_what_was_expected() {
    let long = format!("{{\"a\":{}", "[".repeat(200));
    for (json, message) in [
        ("", "expected an object at byte 0"),
        ("[]", "expected an object at byte 0"),
        ("{\"id\":1", "expected ',' or '}' at byte 7"),
        ("{\"id\":1}x", "time: expected a value in the event at byte 0"),
        (r#"{"id":1,"time":"2026-05-01T10:00:00Z"}"#, "type: expected a value in the event at byte 0"),
        (r#"{"id":1,"time":"2026-05-01T10:00:00Z","type":"x"} y"#, "expected nothing more at byte 50"),
        (
            r#"{"id":1,"time":"2026-05-01","type":"x"}"#,
            "time: expected a text (date and time of RFC 3339) at byte 15",
        ),
        (
            r#"{"id":"1","time":"2026-05-01T10:00:00Z","type":"x"}"#,
            "id: expected an integer of 64 bits at byte 6",
        ),
        (r#"{"id":9223372036854775808,"type":"x"}"#, "id: expected an integer of 64 bits at byte 6"),
        (r#"{"id":9007199254740993.5,"type":"x"}"#, "id: expected an integer of 64 bits at byte 6"),
        (r#"{"id":1,"vehicleId":true}"#, "vehicleId: expected an integer of 64 bits at byte 20"),
        (r#"{"id":1,"time":"2026-05-01T10:00:00Z","type":7}"#, "type: expected a text at byte 45"),
        (
            r#"{"id":1,"time":"2026-05-01T10:00:00Z","type":"mapped_dtc","status":{"pending":1}}"#,
            "status.pending: expected true or false at byte 78",
        ),
        (
            r#"{"id":1,"time":"2026-05-01T10:00:00Z","type":"can_dtc_scan","codes":[{"code":"0301"},{"code":3}]}"#,
            "codes[1].code: expected a text at byte 93",
        ),
        (long.as_str(), "expected at most 128 levels of nesting at byte 132"),
    ] {
        assert_eq!(Event::from_json(json).unwrap_err().to_string(), message, "{json}");
    }
    let error = Event::from_json(b"{\"id\":\"\xff\"}").unwrap_err();
    assert_eq!(error, EventDecodeError::Encoding { offset: 7 });
}

#[test]
fn one_bad_item_loses_no_other() {
    let good = |id: i64| {
        format!(r#"{{"id":{id},"time":"2026-05-01T10:00:00Z","type":"car_ignition","value":true}}"#)
    };
    let (a, b, c) = (good(1), good(2), good(3));
    for (batch, expected) in [
        (format!("[{a},{b}]"), "12"),
        ("[]".into(), ""),
        (" \r\n\u{feff}".into(), "x"),
        ("\u{feff}\r\n".into(), ""),
        (format!("[{a},{{}},{b}]"), "1x2"),
        (format!("[{a},5,\"a,]\",null,[[1,2]],{b}]"), "1xxxx2"),
        (format!("[{a},{{\"id\":1,,\"x\":[{{}}]}},{b}]"), "1x2"),
        (format!("[{a},{{\"id\":}},{b}]"), "1x2"),
        (format!("[{a},{{\"a\":\"\\q\"}},{b}]"), "1x2"),
        (format!("[{a}{b}]"), "1x2"),
        (format!("[{a},,{b}]"), "1x2"),
        (format!("[{a},{b},]"), "12x"),
        (format!("[,{a}]"), "x1"),
        (format!("[{a},{b}"), "12x"),
        (format!("[{a},{}", &b[..30]), "1x"),
        (format!("[{a},"), "1x"),
        ("[".into(), "x"),
        (format!("[{a},\n{},\n{b},\n{c}]", &b[..30]), "1x23"),
        (format!("[{a},\n{{\"id\":\"unended}},\n{b}]"), "1x2"),
        (format!("[{a},{{\"deep\":{}{}}},{b}]", "[".repeat(500), "]".repeat(500)), "1x2"),
        (format!("{a}\n{b}\n"), "12"),
        (format!("{a}\r\n\r\n  {b}"), "12"),
        (format!("{a}{b} {c}"), "123"),
        (format!("{a}\n{}\n{b}\n", &b[..40]), "1x2"),
        (format!("{a}\nnot json\n{{\"x\":[1,\n{b}\n"), "1xx2"),
        (format!("[{a}]\n[{b},{c}]\n"), "123"),
        (format!("[{a}]\n[{b},{}\n[{c}]\n", &b[..40]), "12x3"),
        (a.replace(',', ",\n  "), "1"),
        (format!("{{\n  \"id\": 1,\n  \"time\": ,\n  \"x\": {{\n }}\n}}\n{b}"), "x2"),
    ] {
        let mut found = String::new();
        for (i, item) in decode_batch(batch.as_bytes()).enumerate() {
            assert_eq!(item.index, i as u64);
            let line = 1 + batch[..item.offset as usize].matches('\n').count() as u64;
            assert!(item.line == line && item.last_line >= line, "{batch}");
            match item.event {
                Ok(event) => write!(found, "{}", event.id).unwrap(),
                Err(_) => found.push('x'),
            }
        }
        assert_eq!(found, expected, "{batch}");
    }
    // A byte that is not UTF-8 spoils only its own item.
    let batch =
        [b"[".to_vec(), a.clone().into(), b",{\"id\":\"\xff\"},".to_vec(), b.into(), b"]".to_vec()].concat();
    let found: Vec<bool> = decode_batch(&batch).map(|item| item.event.is_ok()).collect();
    assert_eq!(found, [true, false, true]);
}

#[test]
fn no_input_takes_long() {
    let size = 200_000;
    for piece in [
        "[",
        "{",
        "{\"a\":",
        "[{\"a\n",
        "{\"a\":[\n",
        "\"",
        "\\",
        "{}",
        ",",
        "[1,\n",
        "{\"x\" \n",
        "]",
        "}\n",
    ] {
        for head in ["", "[", "{\"type\":"] {
            let batch = format!("{head}{}", piece.repeat(size / piece.len()));
            assert!(decode_batch(batch.as_bytes()).count() <= batch.len());
        }
    }
    // Many unknown fields, and many of one name.
    for name in ["", "x"] {
        let fields: String = (0..20_000).fold(String::new(), |mut out, i| {
            let key = if name.is_empty() { i.to_string() } else { name.to_owned() };
            write!(out, ",\"{key}\":{i}").unwrap();
            out
        });
        let event = event(&format!("\"type\":\"car_ignition\",\"value\":true{fields}"));
        assert_eq!(event.unknown.len(), if name.is_empty() { 20_000 } else { 1 });
        assert!(event.to_json().len() > 20 && !event.canonical_encoding().is_empty());
    }
}

// What never shows.

#[test]
fn no_planted_secret_shows_in_debug_or_errors() {
    const SECRETS: [&str; 3] = ["WVWZZZ1KZAM000001", "55.676097", "s3cr3t-t0ken"];
    let shown = |text: String| {
        for secret in SECRETS {
            assert!(!text.contains(secret) && !text.contains("wvwzzz1kzam000001"), "{text}");
        }
    };
    let mut names: Vec<(String, Vec<&str>)> = structured_types()
        .iter()
        .map(|row| (row.name.to_owned(), row.fields.iter().map(|field| field.name).collect()))
        .collect();
    names.extend(cc_core::catalogue().iter().map(|row| (row.stream.to_owned(), vec!["value"])));
    names.push((SECRETS[2].to_owned(), vec!["value"]));
    for (name, fields) in names {
        for json in SECRETS.map(|secret| format!("\"{secret}\"")).iter().chain([&SECRETS[1].to_owned()]) {
            let numbers = json.starts_with('5');
            if numbers && name != "gps_position" {
                continue;
            }
            // In each field alone, and in all at once.
            for only in 0..=fields.len() {
                let mut message = format!("{{\"id\":1,\"time\":\"2026-05-01T10:00:00Z\",\"type\":\"{name}\"");
                for (i, field) in fields.iter().enumerate() {
                    if only == i || only == fields.len() {
                        write!(message, ",\"{field}\":{json}").unwrap();
                    }
                }
                write!(
                    message,
                    ",\"organizationKey\":{0},\"vin\":{0},\"new\":{0}}}",
                    if numbers { "\"a\"" } else { json }
                )
                .unwrap();
                match Event::from_json(&message) {
                    Ok(event) => shown(format!("{event:?} {event:#?}")),
                    Err(error) => shown(format!("{error} {error:?}")),
                }
                let broken = message.replace("2026", "2O26");
                for item in decode_batch(broken.as_bytes())
                    .chain(decode_batch(&broken.as_bytes()[..broken.len() - 2]))
                {
                    shown(format!("{item:?}"));
                }
            }
        }
    }
    let dtc: Dtc = "P0301".parse().unwrap();
    assert!(format!("{:?}", built(Body::TroubleCode(TroubleCode::new(dtc)))).contains("TroubleCode"));
}
