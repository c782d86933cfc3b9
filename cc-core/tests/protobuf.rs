//! Protobuf at its edges: newer senders, other senders, changed events, damage, and what never shows.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::fmt::Write as _;

use cc_core::protobuf::{
    MessageId, ProtobufDecoder, ProtobufEncoder, ProtobufItem, decode_delimited, decode_message,
};
use cc_core::{Body, DtcDiff, Event, EventDecodeError};
use common::random::{self, Random};
use common::types::{MORE_TYPES, OWN_TYPES, TYPES};
use proptest::prelude::*;

fn event(json: &str) -> Event {
    Event::from_json(json).unwrap()
}

/// An envelope around a message.
fn envelope(number: u32, message: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    field(number, message, &mut out);
    out
}

fn varint(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn field(number: u32, payload: &[u8], out: &mut Vec<u8>) {
    varint(u64::from(number) << 3 | 2, out);
    varint(payload.len() as u64, out);
    out.extend_from_slice(payload);
}

/// The members of some messages by hand: id 7, second 9.
const HEAD: &[u8] = b"\x10\x07\x2A\x02\x08\x09";

// Other and newer senders.

#[test]
fn what_another_sender_leaves_out_or_adds_is_understood() {
    let odometer = MessageId::of_event_type("can_odometer_km").number();
    let start = r#"{"id":7,"time":"1970-01-01T00:00:09Z","type":"#;
    for (number, rest, json) in [
        // Zero is not written.
        (odometer, &b""[..], r#""can_odometer_km","value":0}"#),
        (odometer, b"\x18\x05", r#""can_odometer_km","value":5}"#),
        // Another kind of number.
        (odometer, b"\x19\x00\x00\x00\x00\x00\x00\x29\x40", r#""can_odometer_km","value":12.5}"#),
        (odometer, b"\x1D\x00\x00\x48\x41", r#""can_odometer_km","value":12.5}"#),
        (
            odometer,
            b"\x19\x00\x00\x82\x05\x8D\x92\xB8\xC3",
            r#""can_odometer_km","value":-1770632658305417200}"#,
        ),
        // Of two the last counts.
        (odometer, b"\x18\x05\x18\x06", r#""can_odometer_km","value":6}"#),
        // A field of a newer sender; a null of one; a group.
        (odometer, b"\x18\x05\x80\x7D\x01", r#""can_odometer_km","value":5,"protobuf":"807d01"}"#),
        (odometer, b"\x18\x05\xD2\x3E\x01\x0B", r#""can_odometer_km","value":5,"protobuf":"d23e010b"}"#),
        (odometer, b"\x18\x05\x5B\x58\x01\x5C", r#""can_odometer_km","value":5,"protobuf":"5b58015c"}"#),
        // No day of the calendar, which JSON has as a text.
        (7, b"\x3A\x01x\x62\x0A2026-p2-28", r#""signal_reading","signal":"x","value":"2026-p2-28"}"#),
        // A word of a newer sender where this version needs one it knows.
        (13, b"\x42\x05novel\x50\x01", r#""can_dtc_scan","service":"novel","complete":true,"codes":[]}"#),
        (
            13,
            b"\x42\x03uds\x5A\x08\x0A\x040301\x20\x01",
            r#""can_dtc_scan","service":"uds","complete":false,"codes":[{"code":"0301","protobuf":"2001"}]}"#,
        ),
        // A status with a field of a newer sender.
        (10, b"\x52\x04\x10\x01\x30\x01", r#""mapped_dtc","status":{"confirmed":true,"protobuf":"3001"}}"#),
        // A value that is null, which zero is not.
        (42, b"\xD2\x3E\x01\x03", r#""can_vehicle_speed_kph","value":null}"#),
        // A signal of a newer sender.
        (2, b"\x0A\x03new\x19\x00\x00\x00\x00\x00\x00\x29\x40", r#""new","value":12.5}"#),
        // A type that its sender did not know.
        (1, b"\x0A\x0Ccar_ignition\xDA\x3E\x0D\x0A\x05value\x12\x04true", r#""car_ignition","value":true}"#),
        // A message of a newer sender.
        (999, b"\x0A\x03new\x18\x05", r#""new","protobuf":"999:1805"}"#),
        (999, b"\x0A\x03new", r#""new","protobuf":"999:"}"#),
    ] {
        let bytes = envelope(number, &[HEAD, rest].concat());
        let event = Event::from_protobuf(&bytes).unwrap();
        assert_eq!(event.to_json(), format!("{start}{json}"));
        let again = Event::from_protobuf(event.to_protobuf()).unwrap();
        assert!(again == event, "{json}");
        assert!(Event::from_json(event.to_json()).unwrap().same_as(&event), "{json}");
    }
}

#[test]
fn what_is_unknown_leaves_as_it_came() {
    for (number, unknown) in [
        (43, &b"\x80\x7D\x01"[..]),
        (43, b"\x5B\x58\x01\x5C"),
        (9, b"\xF2\x01\x02hi"),
        (999, b"\x18\x05"),
        (1, b"\x18\x05"),
    ] {
        let mut message = HEAD.to_vec();
        if number == 1 || number == 999 {
            message.extend_from_slice(b"\x0A\x03new");
        }
        message.extend_from_slice(unknown);
        // Beside the message too.
        let bytes = [envelope(number, &message), b"\xC2\x3E\x02hi".to_vec()].concat();
        let out = Event::from_protobuf(&bytes).unwrap().to_protobuf();
        assert!(out.windows(unknown.len()).any(|part| part == unknown), "{number}");
        assert!(out.ends_with(b"\xC2\x3E\x02hi"));
        let mut key = Vec::new();
        varint(u64::from(number) << 3 | 2, &mut key);
        assert!(out.starts_with(&key), "in the message it came in");
    }
}

#[test]
fn what_is_unknown_of_a_part_leaves_as_it_came() {
    let code = b"\x5A\x08\x0A\x040301\x20\x01";
    let status = b"\x52\x04\x10\x01\x30\x01";
    for (number, rest, part) in
        [(13, [&b"\x42\x03uds"[..], code].concat(), &code[2..]), (10, status.to_vec(), &status[2..])]
    {
        let event = Event::from_protobuf(envelope(number, &[HEAD, &rest].concat())).unwrap();
        let out = event.to_protobuf();
        let mut tail = part.to_vec();
        if number == 13 {
            // How the code is read stands between.
            tail = part[part.len() - 2..].to_vec();
        }
        assert!(out.windows(tail.len()).any(|window| window == tail), "{number}: {out:x?}");
        assert_eq!(Event::from_protobuf(out).unwrap(), event);
    }
}

#[test]
fn of_several_messages_the_last_known_one_counts() {
    let ignition = MessageId::of_event_type("car_ignition").number();
    let two = [envelope(43, HEAD), envelope(ignition, HEAD)].concat();
    assert_eq!(Event::from_protobuf(&two).unwrap().type_name(), "car_ignition");
    let newer = [envelope(43, HEAD), envelope(998, b"\x08\x01")].concat();
    let event = Event::from_protobuf(&newer).unwrap();
    assert_eq!(
        (event.type_name(), event.unknown.get("protobuf")),
        ("can_odometer_km", Some("\";b23e020801\""))
    );
    assert_eq!(Event::from_protobuf(event.to_protobuf()).unwrap(), event);
}

#[test]
fn a_message_spread_over_several_occurrences_is_one() {
    // Seconds and nanoseconds apart.
    let bytes = envelope(43, b"\x10\x07\x2A\x02\x08\x09\x2A\x03\x10\x80\x01");
    assert!(Event::from_protobuf(&bytes).unwrap().to_json().contains("00:00:09.000000128Z"));
}

// Changed events.

#[test]
fn what_was_changed_speaks_for_itself() {
    let mut changed = event(
        r#"{"id":1,"vin":"unreadable","time":"2026-05-01T10:00:00Z","type":"can_dtc","code":"0301","diff":"novel","rxId":null}"#,
    );
    changed.vin = Some("WVWZZZ1KZAM000001".parse().unwrap());
    let Body::TroubleCode(code) = &mut changed.body else { panic!("a trouble code") };
    code.diff = Some(DtcDiff::Remove);
    code.rx_id = Some("7e8".into());
    assert_eq!(Event::from_protobuf(changed.to_protobuf()).unwrap().to_json(), changed.to_json());
}

#[test]
fn a_typed_field_that_was_changed_on_the_way_counts_more_than_its_json() {
    let written = event(r#"{"id":7,"time":"1970-01-01T00:00:09Z","type":"can_odometer_km","value":12.50}"#);
    let (message, bytes) = written.to_protobuf_message();
    assert_eq!(decode_message(message, &bytes).unwrap(), written);
    let changed = [&bytes[..], b"\x18\x14"].concat();
    assert!(decode_message(message, &changed).unwrap().to_json().ends_with("\"value\":20}"));
}

#[test]
fn a_zero_left_out_counts_only_where_the_field_cannot_say_it() {
    let zero = b"\xDA\x3E\x0E\x0A\x09vehicleId\x12\x010";
    let start = r#"{"id":7,"time":"1970-01-01T00:00:09Z","type":"#;
    for (number, rest, json) in [
        (
            43,
            &b""[..],
            r#"{"id":7,"vehicleId":0,"time":"1970-01-01T00:00:09Z","type":"can_odometer_km","value":0}"#,
        ),
        // Changed since.
        (
            43,
            b"\x20\x05",
            r#"{"id":7,"vehicleId":5,"time":"1970-01-01T00:00:09Z","type":"can_odometer_km","value":0}"#,
        ),
        // Made null since.
        (
            43,
            b"\xD2\x3E\x01\x04",
            r#"{"id":7,"vehicleId":null,"time":"1970-01-01T00:00:09Z","type":"can_odometer_km","value":0}"#,
        ),
        // Taken away since: this message has `optional int64 vehicle_id`.
        (2, b"\x0A\x03new", &format!("{start}\"new\",\"value\":0}}")),
    ] {
        let event = Event::from_protobuf(envelope(number, &[HEAD, rest, zero].concat())).unwrap();
        assert_eq!(event.to_json(), json);
    }
}

#[test]
fn an_empty_type_is_a_type_where_json_says_it() {
    let json = r#"{"id":7,"time":"1970-01-01T00:00:09Z","type":""}"#;
    assert_eq!(Event::from_protobuf(event(json).to_protobuf()).unwrap().to_json(), json);
    let said = [HEAD, b"\xDA\x3E\x0A\x0A\x04type\x12\x02\"\""].concat();
    assert_eq!(Event::from_protobuf(envelope(1, &said)).unwrap().to_json(), json);
    // A message with a type of its own has no other.
    let error = Event::from_protobuf(envelope(43, &said)).unwrap_err();
    assert_eq!(error.to_string(), "type: expected the type that the message is for at byte 3");
    let error = Event::from_protobuf(envelope(1, &[HEAD, b"\x0A\x00"].concat())).unwrap_err();
    assert_eq!(error.to_string(), "type: expected a value in the event at byte 2");
}

// Errors.

#[test]
fn an_error_says_what_was_expected_where() {
    let long = envelope(
        43,
        &[HEAD, &[0xDA, 0x3E, 0x8E, 0x02, 0x0A, 0x01, b'a', 0x12, 0x88, 0x02], &[b'['; 264]].concat(),
    );
    for (bytes, text) in [
        (b"".to_vec(), "expected a message at byte 0"),
        (b"\xDA\x02\x05\x10\x07".to_vec(), "expected the rest of the field at byte 3"),
        (envelope(43, b"\x10\x07"), "time: expected a value in the event at byte 3"),
        (envelope(2, HEAD), "type: expected a value in the event at byte 2"),
        (envelope(43, b"\x2A\x01\x08"), "time: expected a varint at byte 6"),
        (
            envelope(43, b"\x2A\x08\x08\x00\x10\x80\x94\xEB\xDC\x03"),
            "time: expected a Timestamp of the years 1 to 9999 at byte 5",
        ),
        (
            envelope(43, b"\x2A\x07\x08\x80\x80\x80\x80\x80\x20"),
            "time: expected a Timestamp of the years 1 to 9999 at byte 5",
        ),
        (
            envelope(43, b"\x2A\x0B\x10\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01"),
            "time: expected a Timestamp of the years 1 to 9999 at byte 5",
        ),
        (envelope(43, b"\x2A\x02\x08\x09\x10\x07\x1A\x01a"), "value: expected a number at byte 11"),
        (envelope(43, b"\x2A\x02\x08\x09\x32\x02\xC3\x28"), "organizationKey: expected UTF-8 at byte 9"),
        (
            envelope(42, b"\x2A\x02\x08\x09\x19\x00\x00\x00\x00\x00\x00\xF0\x7F"),
            "value: expected a finite number at byte 8",
        ),
        (
            envelope(43, b"\x2A\x02\x08\x09\x0A\x01a"),
            "type: expected the type that the message is for at byte 3",
        ),
        (
            envelope(2, b"\x2A\x02\x08\x09\x0A\x0Ccar_ignition"),
            "type: expected the type that the message is for at byte 2",
        ),
        (
            envelope(14, b"\x2A\x02\x08\x09\x40\x80\x02"),
            "dtcCount: expected an integer from 0 to 255 at byte 7",
        ),
        (
            envelope(43, b"\x2A\x02\x08\x09\xC8\x3E\x0A"),
            "time: expected a number of digits from 0 to 9 at byte 9",
        ),
        (envelope(43, b"\x2A\x02\x08\x09\xD2\x3E\x01\x80"), "expected numbers of fields at byte 10"),
        (
            envelope(43, b"\x2A\x02\x08\x09\xDA\x3E\x05\x0A\x00\x12\x01x"),
            "expected JSON, at most 128 levels deep at byte 14",
        ),
        (
            envelope(43, b"\x2A\x02\x08\x09\xDA\x3E\x07\x0A\x00\x12\x031 2"),
            "expected nothing after the value at byte 15",
        ),
        (
            envelope(1, b"\x0A\x0Ccar_ignition\x2A\x02\x08\x09\xDA\x3E\x0C\x0A\x05value\x12\x03\"x\""),
            "value: expected true or false at byte 2",
        ),
        (long, "expected JSON, at most 128 levels deep at byte 147"),
    ] {
        let error = Event::from_protobuf(&bytes).unwrap_err();
        assert_eq!(error.to_string(), text, "{bytes:x?}");
    }
}

#[test]
fn no_planted_secret_shows_in_debug_or_errors() {
    let secret = "WVWZZZ1KZAM000001";
    let json = format!(
        r#"{{"id":1,"vin":"{secret}","organizationKey":"o","time":"2026-05-01T10:00:00Z","type":"gps_position","latitude":1.23456789,"longitude":-7.654321}}"#
    );
    let bytes = event(&json).to_protobuf();
    let (mut decoder, mut encoder, mut out) =
        (ProtobufDecoder::new(), ProtobufEncoder::default(), Vec::new());
    encoder.write(&event(&json), &mut out);
    decoder.push(&out);
    let item = decoder.next_item().unwrap();
    decoder.push(&out[..20]);
    let mut shown = format!("{decoder:?} {encoder:?} {item:?} {:?}", decode_delimited(&out));
    for at in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x55;
        if let Err(error) = Event::from_protobuf(&damaged) {
            write!(shown, "{error} {error:?}").unwrap();
        }
    }
    for planted in [secret, "1.2345", "7.6543", "57, 56, 57"] {
        assert!(!shown.contains(planted), "{planted}");
    }
    // The VIN's bytes as numbers, as a derived Debug would show them.
    assert!(!shown.contains("87, 86, 87"));
}

// Streams.

/// Any stream: events of all types, with damage between them.
fn stream(seed: u64, damage: bool) -> Vec<u8> {
    let mut random = Random::new(seed);
    let types: Vec<_> = TYPES.iter().chain(&MORE_TYPES).chain(&OWN_TYPES).collect();
    let (mut json, mut out, mut encoder) = (String::new(), Vec::new(), ProtobufEncoder::default());
    for _ in 0..random.below(12) {
        let (name, fields) = types[random.below(types.len() as u64) as usize];
        random::message(&mut random, name, fields, &mut json);
        if let Ok(event) = Event::from_json(&json) {
            encoder.write(&event, &mut out);
        }
        if damage && random.one_in(3) {
            let noise: Vec<u8> = (0..random.below(200)).map(|_| random.next() as u8).collect();
            varint(noise.len() as u64, &mut out);
            out.extend_from_slice(&noise);
        }
    }
    out
}

fn pieces(stream: &[u8], sizes: impl Iterator<Item = usize>, limit: usize) -> Vec<ProtobufItem> {
    let mut decoder = ProtobufDecoder::new().with_limit(limit);
    let (mut items, mut rest) = (Vec::new(), stream);
    for size in sizes {
        let (piece, tail) = rest.split_at(size.min(rest.len()));
        decoder.push(piece);
        items.extend(std::iter::from_fn(|| decoder.next_item()));
        rest = tail;
        if rest.is_empty() {
            break;
        }
    }
    decoder.push(rest);
    decoder.finish();
    items.extend(std::iter::from_fn(|| decoder.next_item()));
    items
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_cutting_of_a_stream_gives_the_same_items(
        seed: u64,
        cut in 0_usize..64,
        noise in prop::collection::vec(any::<u8>(), 0..16),
        sizes in prop::collection::vec(1_usize..40, 1..8),
        limit in prop_oneof![Just(1_000_000_usize), 1_usize..300],
    ) {
        let mut stream = stream(seed, true);
        stream.extend(noise);
        stream.truncate(stream.len().saturating_sub(cut));
        let whole = pieces(&stream, std::iter::once(usize::MAX), limit);
        prop_assert_eq!(&pieces(&stream, std::iter::repeat(1), limit), &whole);
        prop_assert_eq!(&pieces(&stream, sizes.iter().copied().cycle(), limit), &whole);
        for (i, item) in whole.iter().enumerate() {
            prop_assert!(item.index == i as u64 && item.offset <= stream.len() as u64);
        }
        // Where no item is too long, a stream in memory gives them too.
        let all: Vec<ProtobufItem> = decode_delimited(&stream).collect();
        if !whole.iter().any(|item| matches!(item.event, Err(EventDecodeError::Size { .. }))) {
            prop_assert_eq!(all, whole);
        }
    }

    #[test]
    fn any_bytes_are_read_without_panic(
        seed: u64,
        cuts in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let mut bytes = stream(seed, false);
        if !bytes.is_empty() {
            for (at, byte) in cuts {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
        }
        for item in decode_delimited(&bytes) {
            if let Ok(event) = item.event {
                let again = Event::from_protobuf(event.to_protobuf()).unwrap();
                prop_assert!(again.same_as(&event), "{}\n{}", again.to_json(), event.to_json());
                prop_assert!(Event::from_json(event.to_json()).unwrap().same_as(&event), "{}", event.to_json());
            }
        }
    }
}

#[test]
fn damage_stops_a_stream_only_where_no_length_tells_the_rest() {
    let ignition = event(r#"{"id":1,"time":"2026-05-01T10:00:00Z","type":"car_ignition","value":true}"#);
    let mut good = Vec::new();
    ProtobufEncoder::default().write(&ignition, &mut good);
    let stream = |parts: &[&[u8]]| parts.concat();
    let long = [&[0xC8, 0x01][..], &[0; 200]].concat();
    let endless = [0xFF; 11];
    let size = good.len();
    let expected = |text: &str, at: usize| Some(format!("expected {text} at byte {at}"));
    for (bytes, expected) in [
        (stream(&[&good, &good]), vec![(0, None), (size, None)]),
        (stream(&[&[0], &good]), vec![(0, expected("a message", 1)), (1, None)]),
        (
            stream(&[&good, &[1, 0xFF], &good]),
            vec![(0, None), (size, expected("a varint", size + 1)), (size + 2, None)],
        ),
        (stream(&[&long, &good]), vec![(0, expected("at most 100 bytes", 0)), (202, None)]),
        (stream(&[&good, &endless, &good]), vec![(0, None), (size, expected("a length", size))]),
        (stream(&[&good, &good[..9]]), vec![(0, None), (size, expected("the rest of the event", size + 9))]),
        (stream(&[&good, &long[..50]]), vec![(0, None), (size, expected("at most 100 bytes", size))]),
    ] {
        let found: Vec<(usize, Option<String>)> = pieces(&bytes, std::iter::repeat(3), 100)
            .into_iter()
            .map(|item| (item.offset as usize, item.event.err().map(|error| error.to_string())))
            .collect();
        assert_eq!(found, expected);
    }
}

#[test]
fn a_stream_that_is_cut_says_so_and_damage_within_an_event_does_not() {
    for (bytes, is_cut) in [
        (&[2, 8][..], true),
        (&[0x80][..], true),
        (&[0xFF; 11][..], true),
        (&[1, 0xFF][..], false),
        (&[0][..], false),
    ] {
        let whole = decode_delimited(bytes).last().unwrap();
        assert_eq!(whole.is_cut(), is_cut, "{bytes:?}");
        assert_eq!(pieces(bytes, std::iter::repeat(1), 100).pop(), Some(whole), "{bytes:?}");
    }
}

#[test]
fn no_input_takes_long() {
    // A hundred thousand members of JSON, of fields and of nulls.
    let mut many = HEAD.to_vec();
    for i in 0..100_000 {
        field(1003, format!("\x0A\x06{i:06}\x12\x011").as_bytes(), &mut many);
    }
    let event = Event::from_protobuf(envelope(43, &many)).unwrap();
    assert_eq!(event.unknown.len(), 100_000);
    let same = [HEAD, &b"\xDA\x3E\x06\x0A\x01a\x12\x011".repeat(100_000)].concat();
    assert_eq!(Event::from_protobuf(envelope(43, &same)).unwrap().unknown.len(), 1);
    let fields = [HEAD, &b"\x38\x01".repeat(100_000)].concat();
    assert_eq!(Event::from_protobuf(envelope(43, &fields)).unwrap().unknown.len(), 1);
    let codes = [HEAD, b"\x42\x03uds", &b"\x5A\x06\x0A\x040301".repeat(100_000)].concat();
    assert_eq!(Event::from_protobuf(envelope(13, &codes)).unwrap().type_name(), "can_dtc_scan");
}
