//! A bulk is rejected only when it cannot be parsed or validated.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use cc_core::decode_batch;
use cc_core::stream::{Bulk, BulkRejection, StreamLimits, accept_bulk};
use proptest::prelude::*;

const HEAD: &str = "\"id\":1,\"time\":\"2026-05-01T10:00:00Z\"";

#[test]
fn what_is_merely_unknown_or_unlikely_is_no_reason_to_reject() {
    let good = format!("{{{HEAD},\"type\":\"car_ignition\",\"value\":true}}");
    for (why, body, events) in [
        ("no events", "[]".to_owned(), 0),
        ("an unknown type", format!("[{{{HEAD},\"type\":\"tomorrows_type\",\"x\":[1,{{}}]}},{good}]"), 2),
        (
            "an unknown field",
            format!("[{{{HEAD},\"type\":\"car_ignition\",\"value\":true,\"later\":{{}}}}]"),
            1,
        ),
        (
            "an unknown word",
            format!("[{{{HEAD},\"type\":\"can_dtc\",\"code\":\"0301\",\"diff\":\"maybe\"}}]"),
            1,
        ),
        (
            "a code nobody can read",
            format!("[{{{HEAD},\"type\":\"can_dtc\",\"code\":\"?\",\"diff\":\"add\"}}]"),
            1,
        ),
        ("an older name", format!("[{{{HEAD},\"type\":\"can_oil_degration_percent\",\"value\":1}}]"), 1),
        ("a field that is absent", format!("[{{{HEAD},\"type\":\"car_ignition\"}}]"), 1),
        ("a field that is null", format!("[{{{HEAD},\"type\":\"car_ignition\",\"value\":null}}]"), 1),
        ("no vehicle", good.clone(), 1),
        ("a vehicle that is null", format!("[{{{HEAD},\"vehicleId\":null,\"type\":\"x\"}}]"), 1),
        (
            "a vehicle nobody knows",
            format!("[{{{HEAD},\"vehicleId\":404,\"organizationKey\":\"?\",\"type\":\"x\"}}]"),
            1,
        ),
        ("a VIN that is none", format!("[{{{HEAD},\"vin\":\"none\",\"type\":\"x\"}}]"), 1),
        ("duplicates", format!("[{good},{good},{good}]"), 3),
        ("one id for two events", format!("[{good},{}]", good.replace("true", "false")), 2),
        ("any order", format!("[{},{good}]", good.replace("2026", "2036")), 2),
        ("long ago", format!("[{}]", good.replace("2026", "0001")), 1),
        ("a value no car can mean", format!("[{{{HEAD},\"type\":\"can_odometer_km\",\"value\":-1e300}}]"), 1),
        (
            "nowhere on Earth",
            format!("[{{{HEAD},\"type\":\"gps_position\",\"latitude\":123,\"longitude\":456}}]"),
            1,
        ),
        ("one name twice", format!("[{{{HEAD},\"id\":2,\"type\":\"x\"}}]"), 1),
        ("an integer with a fraction of nothing", format!("[{}]", good.replace("\"id\":1", "\"id\":1.0")), 1),
        ("lines", format!("\u{feff}{good}\r\n\r\n{good}\r\n"), 2),
        ("one object over several lines", good.replace(',', ",\n"), 1),
        ("more than one array", format!("[{good}]\n[{good}]"), 2),
    ] {
        assert_eq!(accept_bulk(body.as_bytes()).map(|events| events.len()), Ok(events), "{why}");
    }
}

#[test]
fn what_cannot_be_parsed_or_validated_is_rejected_with_its_place() {
    let good = format!("{{{HEAD},\"type\":\"car_ignition\",\"value\":true}}");
    let deep = format!("{}{}", "[".repeat(128), "]".repeat(128));
    for (body, rejection) in [
        (String::new(), "expected events, found an empty body"),
        (" \r\n".to_owned(), "expected events, found an empty body"),
        // Not JSON.
        ("nonsense".to_owned(), "item 0 on line 1: expected an object at byte 0"),
        ("{\"id\":1".to_owned(), "item 0 on line 1: expected ',' or '}' at byte 7"),
        (format!("[{good}"), "item 1 on line 1: expected ',' or ']' at byte 74"),
        (format!("[{good},"), "item 1 on line 1: expected an object or ']' at byte 75"),
        (format!("[{good},]"), "item 1 on line 1: expected an object at byte 75"),
        (format!("[\n{good}\n{good}]"), "item 1 on line 3: expected ',' or ']' at byte 76"),
        (format!("[{good}] and more"), "item 1 on line 1: expected an object at byte 76"),
        (
            format!("[{{{HEAD},\"type\":\"x\",\"y\":{deep}}}]"),
            "item 0 on line 1: expected at most 128 levels of nesting at byte 181",
        ),
        // JSON, but no events.
        ("7".to_owned(), "item 0 on line 1: expected an object at byte 0"),
        (format!("[{good},[{good}]]"), "item 1 on line 1: expected an object at byte 75"),
        (format!("[{good},null]"), "item 1 on line 1: expected an object at byte 75"),
        // Events that do not say what every event must.
        ("[{}]".to_owned(), "item 0 on line 1: id: expected a value in the event at byte 1"),
        (good.replace("\"id\":1,", ""), "item 0 on line 1: id: expected a value in the event at byte 0"),
        (
            good.replace("\"id\":1", "\"id\":\"1\""),
            "item 0 on line 1: id: expected an integer of 64 bits at byte 6",
        ),
        (
            good.replace("\"id\":1", "\"id\":1.5"),
            "item 0 on line 1: id: expected an integer of 64 bits at byte 6",
        ),
        (
            good.replace("2026", "soon"),
            "item 0 on line 1: time: expected a text (date and time of RFC 3339) at byte 15",
        ),
        (good.replace("\"car_ignition\"", "null"), "item 0 on line 1: type: expected a text at byte 45"),
        // Fields of another kind than their type's.
        (good.replace("true", "\"on\""), "item 0 on line 1: value: expected true or false at byte 68"),
        (
            good.replace("\"id\":1", "\"id\":1,\"vehicleId\":\"7\""),
            "item 0 on line 1: vehicleId: expected an integer of 64 bits at byte 20",
        ),
        (
            format!(
                "[{{{HEAD},\"type\":\"mapped_dtc\",\"rawCode\":\"P0301\",\"status\":{{\"pending\":1}}}}]"
            ),
            "item 0 on line 1: status.pending: expected true or false at byte 97",
        ),
    ] {
        assert_eq!(accept_bulk(body.as_bytes()).unwrap_err().to_string(), rejection, "{body}");
    }
    let error = accept_bulk(b"[{\"id\":\"\xff\"}]").unwrap_err().to_string();
    assert_eq!(error, "item 0 on line 1: expected UTF-8 at byte 8");
    let mut bulk = Bulk::new(StreamLimits { longest_item: 50 });
    let error = bulk.push(format!("[{good}]").as_bytes()).unwrap_err();
    assert_eq!(error.to_string(), "item 0 on line 1: expected at most 50 bytes at byte 1");
    // Once rejected, it stays so.
    assert_eq!(bulk.push(b"[]").unwrap_err(), error);
    assert_eq!(bulk.finish().unwrap_err(), error);
}

proptest! {
    #[test]
    fn a_bulk_is_taken_exactly_when_every_item_of_the_batch_is_an_event(
        items in prop::collection::vec(prop::sample::select(vec![
            "{\"id\":1,\"time\":\"2026-05-01T10:00:00Z\",\"type\":\"x\"}",
            "{\"id\":2,\"time\":\"2026-05-01T10:00:00Z\",\"type\":\"car_ignition\",\"value\":true}",
            "{\"id\":2,\"time\":\"2026-05-01T10:00:00Z\",\"type\":\"car_ignition\",\"value\":0}",
            "{\"id\":2}",
            "{",
        ]), 0..5),
        piece in 1..90_usize,
    ) {
        let body = format!("[{}]", items.join(",\n"));
        let first = decode_batch(body.as_bytes()).find(|item| item.event.is_err());
        let mut bulk = Bulk::new(StreamLimits::default());
        let pushed = body.as_bytes().chunks(piece).try_for_each(|piece| bulk.push(piece));
        let found = pushed.clone().and_then(|()| bulk.finish());
        match first {
            None => prop_assert_eq!(found.map(|events| events.len()), Ok(items.len())),
            Some(item) => {
                let reason = item.event.unwrap_err();
                prop_assert_eq!(found, Err(BulkRejection::Item { index: item.index, line: item.line, reason }));
            }
        }
    }
}
