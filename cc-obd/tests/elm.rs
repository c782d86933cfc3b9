//! The adapter's dialect: tables of what adapters say, and the law that chunking does not matter.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::fmt::Write as _;

use cc_obd::elm::{AdapterFault, ElmEvent, MAX_LINE, Scanner, WORDS};
use proptest::prelude::*;

/// The events of a text as words, data shown.
fn events(chunks: &[&[u8]]) -> Vec<String> {
    let mut seen = Vec::new();
    let mut scanner = Scanner::new();
    let mut note = |event: ElmEvent<'_>| {
        seen.push(match event {
            ElmEvent::Data(text) => format!("data {}", String::from_utf8_lossy(text)),
            ElmEvent::Echo(text) => format!("echo {}", String::from_utf8_lossy(text)),
            ElmEvent::Identity(text) => format!("identity {}", String::from_utf8_lossy(text)),
            ElmEvent::Unknown(text) => format!("unknown {}", String::from_utf8_lossy(text)),
            ElmEvent::Fault(fault) => fault.to_string(),
            ElmEvent::Voltage(millivolts) => format!("{millivolts} mV"),
            ElmEvent::Damaged { byte, offset } => format!("damaged {byte:02X} at {offset}"),
            other => format!("{other:?}").to_lowercase(),
        });
    };
    for chunk in chunks {
        scanner.feed(chunk, &mut note);
    }
    scanner.finish(&mut note);
    seen
}

#[test]
fn every_word_of_an_adapter_has_a_type() {
    for (text, expected) in [
        ("NO DATA", AdapterFault::NoData),
        ("CAN ERROR", AdapterFault::CanError),
        ("BUFFER FULL", AdapterFault::BufferFull),
        ("STOPPED", AdapterFault::Stopped),
        ("UNABLE TO CONNECT", AdapterFault::UnableToConnect),
        ("BUS INIT: ERROR", AdapterFault::BusInit),
        ("BUS INIT: ...ERROR", AdapterFault::BusInit),
        ("BUS INIT: STOPPED", AdapterFault::Stopped),
        ("BUS BUSY", AdapterFault::BusBusy),
        ("BUS ERROR", AdapterFault::BusError),
        ("FB ERROR", AdapterFault::Feedback),
        ("DATA ERROR", AdapterFault::DataError),
        ("<DATA ERROR", AdapterFault::DataErrorHere),
        ("<RX ERROR", AdapterFault::ReceiveErrorHere),
        ("LV RESET", AdapterFault::LowVoltageReset),
        ("LP ALERT", AdapterFault::LowPowerAlert),
        ("!LP ALERT", AdapterFault::LowPowerAlert),
        ("ACT ALERT", AdapterFault::ActivityAlert),
        ("!ACT ALERT", AdapterFault::ActivityAlert),
        ("ERR94", AdapterFault::InternalError(94)),
        ("?", AdapterFault::UnknownCommand),
        ("FC RX TIMEOUT", AdapterFault::FlowControlTimeout),
        ("OUT OF MEMORY", AdapterFault::OutOfMemory),
        ("UART RX OVERFLOW", AdapterFault::SerialOverflow),
        ("ERROR", AdapterFault::Unspecified),
        ("UNABLETOCONNECT", AdapterFault::UnableToConnect),
        ("NODATA", AdapterFault::NoData),
        ("RX ERROR", AdapterFault::ReceiveErrorHere),
        ("BUSINIT:...ERROR", AdapterFault::BusInit),
    ] {
        assert_eq!(events(&[text.as_bytes(), b"\r"]), [expected.to_string()], "{text}");
        assert_eq!(events(&[text.to_lowercase().as_bytes(), b"\r\n"]), [expected.to_string()], "{text}");
    }
}

#[test]
fn every_word_of_the_table_is_read_with_and_without_its_spaces() {
    for word in WORDS {
        for text in [word.text.to_owned(), word.text.replace(' ', ""), word.text.to_lowercase()] {
            let seen = events(&[text.as_bytes(), b"\r"]);
            match word.fault {
                Some(fault) => assert_eq!(seen, [fault.to_string()], "{text}"),
                None => assert!(!seen[0].starts_with("unknown"), "{text}: {seen:?}"),
            }
        }
        assert!(word.meaning.ends_with('.'), "{}", word.text);
    }
}

#[test]
fn a_word_glued_to_data_is_found() {
    for word in WORDS.iter().filter(|word| word.fault.is_some() && word.text.len() > 5) {
        let text = format!("41 0C {}\r", word.text);
        let fault = word.fault.unwrap().to_string();
        let seen = events(&[text.as_bytes()]);
        if word.text.starts_with("BUS INIT") {
            continue;
        }
        assert_eq!(seen, ["unknown 41 0C", &fault], "{text}");
    }
}

#[test]
fn lines_are_what_they_say() {
    for (text, expected) in [
        ("41 0C 1A F8\r", &["data 41 0C 1A F8"][..]),
        ("7E8 04 41 0C 1A F8 \r\r>", &["data 7E8 04 41 0C 1A F8", "prompt"]),
        ("010C\r410C1AF8\r\r>", &["echo 010C", "data 410C1AF8", "prompt"]),
        (">01 0C 1\r41 0C 1A F8\r", &["prompt", "echo 01 0C 1", "data 41 0C 1A F8"]),
        (">ATZ\r\r\rELM327 v1.5\r\r>", &["prompt", "echo ATZ", "identity ELM327 v1.5", "prompt"]),
        ("STDI\rOBDLink SX r4.2\r", &["echo STDI", "identity OBDLink SX r4.2"]),
        ("ATE0\rOK\r>", &["echo ATE0", "okay", "prompt"]),
        ("ATRV\r12.6V\r>", &["echo ATRV", "12600 mV", "prompt"]),
        ("SEARCHING...4100BE3FA813\r", &["searching", "data 4100BE3FA813"]),
        ("SEARCHING...\r41 00 BE 3F A8 13\r", &["searching", "data 41 00 BE 3F A8 13"]),
        ("0100SEARCHING...\rUNABLE TO CONNECT\r", &["echo 0100", "searching", "unable to connect"]),
        ("BUS INIT: OK\r41 00 80\r", &["busready", "data 41 00 80"]),
        ("BUS INIT: ...OK\r", &["busready"]),
        (
            "00A\r0:430401180122\r1:02232610000000\r",
            &["data 00A", "data 0:430401180122", "data 1:02232610000000"],
        ),
        ("0: 43 04 01 18 01 22\r", &["data 0: 43 04 01 18 01 22"]),
        ("03NO DATA\r", &["echo 03", "no data"]),
        ("41 0C 1ABUFFER FULL\r", &["unknown 41 0C 1A", "buffer full"]),
        ("48 6B 10 43 01 <DATA ERROR\r", &["unknown 48 6B 10 43 01", "data error in this line"]),
        ("18DAF110 03 41 0D 00\r", &["data 18DAF110 03 41 0D 00"]),
        ("AUTO, ISO 15765-4 (CAN 11/500)\r", &["unknown AUTO, ISO 15765-4 (CAN 11/500)"]),
        ("41 0CERR94\r", &["unknown 41 0C", "internal error 94"]),
        ("SEARCHING...ERR94\r", &["searching", "internal error 94"]),
        ("BUS INIT: ...\rERROR\r", &["error"]),
        ("NO ERROR HERE\r", &["unknown NO ERROR HERE"]),
        ("VGATE ICAR PRO V2.2\r", &["identity VGATE ICAR PRO V2.2"]),
        ("6 0FECA 00 44 FF B8 04 0A 03 FF FF\r", &["data 6 0FECA 00 44 FF B8 04 0A 03 FF FF"]),
        ("WHAT IS THIS\r", &["unknown WHAT IS THIS"]),
        ("\x00\x004\x001 0D\x00 32\x00\r", &["data 41 0D 32"]),
        ("41 0D 32\u{FC}\r", &["damaged FC at 8"]),
        ("7E8 04 41 0C \u{B1}\u{C1} F8 AA\r", &["damaged B1 at 13"]),
        ("\x004\x01\x01 0D 32\r", &["damaged 01 at 2"]),
        ("0: 43 04 01 \x7F8 01 22\r", &["damaged 7F at 12"]),
        (">01\u{FF}0C\r", &["prompt", "damaged FF at 2"]),
        ("\u{FF}\u{FF}\r\x00\r41 0D 32\r", &["damaged FF at 0", "data 41 0D 32"]),
        ("12\u{FF}.6V\r", &["damaged FF at 2"]),
        ("7E8#0341\u{FF}0D32\r", &["damaged FF at 8"]),
        ("SEARCHING...\u{FC}4100BE3FA813\r", &["searching", "damaged FC at 12"]),
        ("\u{FC}ELM327 v1.5\r", &["identity ELM327 v1.5"]),
        ("O\u{FC}K\rNO DATA\u{FC}\r\u{FC}ATZ\r", &["okay", "no data", "echo ATZ"]),
        ("41 0C\u{FC}BUFFER FULL\r", &["damaged FC at 5", "buffer full"]),
    ] {
        let bytes: Vec<u8> = text.chars().map(|c| c as u32 as u8).collect();
        assert_eq!(events(&[&bytes]), expected, "{text:?}");
    }
}

#[test]
fn a_line_without_end_is_dropped_whole_and_said() {
    let long = vec![b'4'; MAX_LINE + 1];
    assert_eq!(events(&[&long, b"\r41 0D 32\r"]), ["overlong", "data 41 0D 32"]);
    assert_eq!(events(&[&long[..MAX_LINE], b"\r"]).len(), 1);
}

#[test]
fn debug_shows_no_text() {
    let mut scanner = Scanner::new();
    let mut shown = String::new();
    for line in
        ["WVWZZZ1KZAW000001\r", "57565731\r", "0: 57 56\r", "AT@1 WVWZZZ\r", "ELM327 WVWZZZ\r", "WVWZZZ"]
    {
        scanner.feed(line.as_bytes(), |event| write!(shown, "{event:?} ").unwrap());
    }
    write!(shown, "{scanner:?}").unwrap();
    assert!(!shown.contains("WVW") && !shown.contains("57"), "{shown}");
}

fn adapter_text() -> impl Strategy<Value = Vec<u8>> {
    let word = prop::sample::select(vec![
        &b"41 0C 1A F8\r"[..],
        b"7E8 10 14 49 02 01 31 31 31\r\n",
        b"SEARCHING...",
        b"NO DATA\r",
        b"\r\r>",
        b"010C",
        b"\0\xFC",
        b"0:4304",
        b"<RX ERROR\r",
        b"BUS INIT: ",
    ]);
    prop_oneof![
        prop::collection::vec(word, 0..12).prop_map(|words| words.concat()),
        prop::collection::vec(any::<u8>(), 0..200),
        prop::collection::vec(Just(b'A'), MAX_LINE - 2..MAX_LINE + 3),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_chunking_gives_the_same_events(text in adapter_text(), sizes in prop::collection::vec(1_usize..40, 1..60)) {
        let whole = events(&[&text]);
        let mut chunks = Vec::new();
        let mut rest = &text[..];
        for size in sizes.into_iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (chunk, next) = rest.split_at(size.min(rest.len()));
            chunks.push(chunk);
            rest = next;
        }
        prop_assert_eq!(events(&chunks), whole);
    }
}
