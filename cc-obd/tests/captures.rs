//! Every capture of `tests/data`, fed whole and in pieces.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::fmt::Write as _;

use common::{decoder, show};
use serde_json::Value as Json;

const FILES: [(&str, &str); 7] = [
    ("peers", include_str!("data/peers.json")),
    ("sessions", include_str!("data/sessions.json")),
    ("buses", include_str!("data/buses.json")),
    ("damage", include_str!("data/damage.json")),
    ("uds", include_str!("data/uds.json")),
    ("logs", include_str!("data/logs.json")),
    ("trucks", include_str!("data/trucks.json")),
];

/// Items as JSON, for those that have no short form.
#[test]
fn older_services_are_read() {
    let cases: Vec<Json> = serde_json::from_str(include_str!("data/older.json")).unwrap();
    assert!(cases.len() > 5);
    for case in cases {
        let lines: Vec<_> =
            case["input"].as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
        let expected: Vec<_> =
            case["expected"].as_array().unwrap().iter().map(|item| item.as_str().unwrap()).collect();
        let mut decoder = decoder(case["format"].as_str().unwrap(), case["framing"].as_str());
        decoder.push((lines.join("\n") + "\n").as_bytes());
        decoder.finish();
        let seen: Vec<_> =
            std::iter::from_fn(|| decoder.next_item()).map(|item| item.to_canonical_json()).collect();
        assert_eq!(seen, expected, "{}", case["name"]);
    }
}

fn check(file: &str) {
    let (_, text) = FILES.iter().find(|(name, _)| *name == file).unwrap();
    let cases: Vec<Json> = serde_json::from_str(text).unwrap();
    assert!(!cases.is_empty());
    for case in cases {
        let name = case["name"].as_str().unwrap();
        let lines: Vec<_> =
            case["input"].as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
        let expected: Vec<_> =
            case["expected"].as_array().unwrap().iter().map(|item| item.as_str().unwrap()).collect();
        for end in ["\n", "\r\n", "\r"] {
            let input = lines.join(end) + end;
            for size in [usize::MAX, 1, 3] {
                let mut decoder = decoder(case["format"].as_str().unwrap(), case["framing"].as_str());
                for chunk in input.as_bytes().chunks(size.min(input.len())) {
                    decoder.push(chunk);
                }
                decoder.finish();
                let seen: Vec<_> =
                    std::iter::from_fn(|| decoder.next_item()).map(|item| show(&item)).collect();
                assert_eq!(seen, expected, "{file}: {name}");
            }
        }
    }
}

#[test]
fn answers_that_others_read_wrongly_are_right() {
    check("peers");
}

#[test]
fn sessions_with_adapters_of_every_style_are_read() {
    check("sessions");
}

#[test]
fn every_bus_is_read() {
    check("buses");
}

#[test]
fn logs_of_other_tools_are_read() {
    check("logs");
}

#[test]
fn trucks_are_read_and_cars_are_not_taken_for_them() {
    check("trucks");
}

#[test]
fn numbered_lines_without_end_are_given_up() {
    let mut input = String::new();
    for line in 0..2000 {
        write!(input, "{:X}:43040118012201\r", line % 16).unwrap();
    }
    let items = common::decode(decoder("elm327", None), input.as_bytes());
    let seen: Vec<_> = items.iter().map(show).collect();
    assert_eq!(seen, ["586 - error message of 4102 bytes is over the limit of 4095"]);
}

#[test]
fn damage_is_an_error_and_what_stands_around_it_is_read() {
    check("damage");
}

#[test]
fn reports_of_codes_are_read_with_their_status() {
    check("uds");
}

#[test]
fn damage_anywhere_in_a_reply_leaves_no_list_complete() {
    let replies: [&[&str]; 4] = [
        &["48 6B 10 43 01 33 02 44 03 01 84", "48 6B 10 43 04 20 00 00 00 00 2A"],
        &["7E8 10 0A 43 04 01 18 01 22", "7E8 21 02 23 26 10 00 00 00", "7E9 02 43 00"],
        &["43 01 04 20", "43 00"],
        &["00A", "0:430401180122", "1:02232610000000"],
    ];
    let damage = [
        "BUFFER FULL",
        "STOPPED",
        "BUS ERROR",
        "CAN ERROR",
        "DATA ERROR",
        "7E8 04 43 01 04 20 <DATA ERROR",
        "7E8 04 43 01 04 2",
        "48 6B 10 43 04 20 00 00 00 00 99",
        "7E804430104207E90443010700",
        "43 02 01 33",
        "WHAT",
    ];
    for reply in replies {
        for word in damage {
            for place in 0..=reply.len() {
                let mut lines = reply.to_vec();
                lines.insert(place, word);
                let input = format!(">03\r{}\r\r>03\r7E8 02 43 00\r\r>", lines.join("\r"));
                let items = common::decode(decoder("elm327", None), input.as_bytes());
                let end = lines.len() as u64 + 2;
                let scans: Vec<_> = items
                    .iter()
                    .filter_map(|decoded| match &decoded.item {
                        cc_obd::capture::Item::Scan(scan) => Some((decoded.line > end, scan.complete)),
                        _ => None,
                    })
                    .collect();
                assert!(scans.iter().all(|(next, complete)| next == complete), "{lines:?}: {scans:?}");
                assert_eq!(scans.last(), Some(&(true, true)), "{lines:?}");
                assert!(items.is_sorted_by_key(|decoded| decoded.line), "{lines:?}");
            }
        }
    }
}
