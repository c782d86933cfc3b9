//! Every type of push-v2, in every shape its fields can take, comes back as the JSON value it was.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use cc_core::{Body, Event, Signal, decode_batch, structured_types};
use proptest::prelude::*;
use serde_json::value::RawValue;

mod common;

use common::same_json;
use common::types::Kind::{self, Bool, Date, DateTime, Diff, Integer, Number, OneOf, Status, Text};
use common::types::{MORE_TYPES, TYPES};

// Generating JSON.

/// A JSON string of a text, escaped in one of several ways.
fn quoted() -> impl Strategy<Value = String> {
    let text = prop_oneof![
        4 => "[a-zA-Z0-9_ -]{0,12}",
        1 => any::<String>(),
        1 => "[0-9a-fA-F]{2,8}",
        1 => Just("WVWZZZ1KZAM000001".to_owned()),
        1 => Just("wvwzzz1kzam000001".to_owned()),
        1 => Just("km/h".to_owned()),
        1 => Just("degC".to_owned()),
    ];
    (text, 0..3_u8).prop_map(|(text, style)| {
        let mut out = String::from("\"");
        for c in text.chars() {
            match c {
                _ if style == 2 => {
                    c.encode_utf16(&mut [0; 2]).iter().for_each(|u| write!(out, "\\u{u:04X}").unwrap());
                }
                '/' if style == 1 => out.push_str("\\/"),
                '"' | '\\' | '\0'..='\u{1f}' => write!(out, "\\u{:04x}", u32::from(c)).unwrap(),
                _ => out.push(c),
            }
        }
        out + "\""
    })
}

fn number() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => (-100_000..100_000_i64).prop_map(|n| n.to_string()),
        2 => "-?(0|[1-9][0-9]{0,5})\\.[0-9]{1,7}",
        1 => "-?(0|[1-9][0-9]{0,24})(\\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?",
        1 => prop::sample::select(vec!["-0", "1e3", "12.0", "12.50", "1E400", "9007199254740993", "18446744073709551616"])
            .prop_map(str::to_owned),
    ]
}

fn integer() -> impl Strategy<Value = String> {
    prop_oneof![any::<i32>().prop_map(|n| n.to_string()), any::<i64>().prop_map(|n| n.to_string())]
}

/// A date and time of RFC 3339 in any spelling, quoted.
fn date_time() -> impl Strategy<Value = String> {
    let seconds = -62_135_596_800 + 86_400..253_402_300_800_i64 - 86_400;
    (
        seconds,
        "(\\.[0-9]{1,9})?",
        prop::sample::select(vec!["Z", "z", "+02:00", "-11:30", "+00:00", "-00:00"]),
        any::<bool>(),
    )
        .prop_map(|(seconds, fraction, offset, lower)| {
            let local = chrono::DateTime::from_timestamp(seconds, 0).unwrap().format("%Y-%m-%dT%H:%M:%S");
            let local = local.to_string().replace('T', if lower { "t" } else { "T" });
            format!("\"{local}{fraction}{offset}\"")
        })
}

fn of_kind(kind: Kind) -> BoxedStrategy<String> {
    match kind {
        Bool => any::<bool>().prop_map(|b| b.to_string()).boxed(),
        Date => prop_oneof!["\"20[0-9]{2}-[01][0-9]-[0-3][0-9]\"", quoted()].boxed(),
        DateTime => prop_oneof![4 => date_time(), 1 => quoted()].boxed(),
        Diff => prop_oneof![
            prop::sample::select(vec!["\"add\"", "\"change\"", "\"remove\""]).prop_map(str::to_owned),
            quoted()
        ]
        .boxed(),
        Integer => integer().boxed(),
        Number => number().boxed(),
        OneOf(all) => prop::sample::select(all).prop_map(str::to_owned).boxed(),
        Text => quoted().boxed(),
        Status => prop::collection::btree_map(
            prop::sample::select(vec![
                "pending",
                "confirmed",
                "testNotCompletedSinceLastClear",
                "warningIndicatorRequested",
            ]),
            prop::sample::select(vec!["true", "false", "null"]).prop_map(str::to_owned),
            0..4,
        )
        .prop_flat_map(|known| (Just(known), unknown()))
        .prop_map(|(known, unknown)| {
            let known = known.into_iter().map(|(name, json)| (format!("\"{name}\""), json));
            object(known.chain(unknown.map(|json| ("\"later\"".to_owned(), json))).collect())
        })
        .boxed(),
    }
}

/// Sometimes the JSON of a field nobody knows.
fn unknown() -> impl Strategy<Value = Option<String>> {
    let leaf = prop_oneof![number(), quoted(), Just("null".to_owned()), Just("true".to_owned())];
    let value = leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3)
                .prop_map(|items| format!("[ {}\n]", items.join(" , "))),
            prop::collection::btree_map(quoted(), inner, 0..3)
                .prop_map(|members| object(members.into_iter().collect())),
        ]
    });
    prop_oneof![2 => Just(None), 1 => value.prop_map(Some)]
}

fn object(members: Vec<(String, String)>) -> String {
    let members: Vec<String> = members.into_iter().map(|(key, json)| format!("{key} :{json}")).collect();
    format!("{{{}}}", members.join(", "))
}

/// Any message of a type: fields present, absent or null, in any order, with unknown ones between them.
fn message(
    type_name: &'static str,
    fields: &'static [(&'static str, Kind)],
) -> impl Strategy<Value = String> {
    let field = |name: &'static str, json: BoxedStrategy<String>| {
        prop_oneof![5 => json.prop_map(Some), 1 => Just(None), 1 => Just(Some("null".to_owned()))]
            .prop_map(move |json| json.map(|json| (format!("\"{name}\""), json)))
            .boxed()
    };
    let mut members = vec![
        integer().prop_map(|json| Some(("\"id\"".to_owned(), json))).boxed(),
        date_time().prop_map(|json| Some(("\"time\"".to_owned(), json))).boxed(),
        Just(Some(("\"type\"".to_owned(), format!("\"{type_name}\"")))).boxed(),
        field("vehicleId", integer().boxed()),
        field("organizationKey", quoted().boxed()),
        field("vin", quoted().boxed()),
        unknown().prop_map(|json| json.map(|json| ("\"futureField\"".to_owned(), json))).boxed(),
        unknown().prop_map(|json| json.map(|json| ("\"\\u00e6 \\\" b\"".to_owned(), json))).boxed(),
    ];
    members.extend(fields.iter().map(|(name, kind)| field(name, of_kind(*kind))));
    members.prop_shuffle().prop_map(|members| object(members.into_iter().flatten().collect()))
}

fn any_message() -> impl Strategy<Value = String> {
    prop::sample::select([&TYPES[..], &MORE_TYPES[..]].concat())
        .prop_flat_map(|(name, fields)| message(name, fields))
}

/// Whether `after` is `before`, but for `time` in UTC with the same number of fraction digits.
fn comes_back(before: &str, after: &str) -> bool {
    let members = |json| serde_json::from_str::<BTreeMap<String, Box<RawValue>>>(json).unwrap();
    let (mut before, mut after) = (members(before), members(after));
    let time = |members: &mut BTreeMap<String, Box<RawValue>>| {
        let text: String = serde_json::from_str(members.remove("time").unwrap().get()).unwrap();
        let digits =
            text.split_once('.').map_or(0, |(_, rest)| rest.bytes().take_while(u8::is_ascii_digit).count());
        (chrono::DateTime::parse_from_rfc3339(&text).unwrap().to_utc(), digits, text)
    };
    let ((at, digits, _), (again, digits_again, text)) = (time(&mut before), time(&mut after));
    let rest = |members| serde_json::to_string(&members).unwrap();
    at == again && digits == digits_again && text.ends_with('Z') && same_json(&rest(before), &rest(after))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn every_message_comes_back_as_it_was(json in any_message()) {
        let event = Event::from_json(&json).unwrap();
        let again = event.to_json();
        prop_assert!(comes_back(&json, &again), "{json}\n{again}");
        prop_assert!(!again.contains('\n'));
        // What was written reads as the same event, in the same words.
        let second = Event::from_json(&again).unwrap();
        prop_assert!(second.same_as(&event));
        prop_assert_eq!(second.to_json(), again);
    }

    #[test]
    fn any_bytes_are_read_without_panic(mut json in any_message(), cuts in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4)) {
        let mut bytes = std::mem::take(&mut json).into_bytes();
        for (at, byte) in cuts {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Ok(event) = Event::from_json(&bytes) {
            let again = event.to_json();
            prop_assert!(Event::from_json(&again).unwrap().same_as(&event));
        }
        prop_assert!(decode_batch(&bytes).count() <= bytes.len() + 1);
    }

    #[test]
    fn a_batch_gives_every_event_in_either_form(messages in prop::collection::vec(any_message(), 0..6)) {
        let one_by_one: Vec<Event> = messages.iter().map(|json| Event::from_json(json).unwrap()).collect();
        let array = format!("\u{feff} [ {} ]\r\n", messages.join(" ,\r\n"));
        let lines = messages.join("\r\n\r\n");
        for batch in [array, lines] {
            let items: Vec<Event> = decode_batch(batch.as_bytes()).map(|item| item.event.unwrap()).collect();
            prop_assert_eq!(&items, &one_by_one);
        }
    }
}

#[test]
fn every_published_type_is_known() {
    let structured: Vec<&str> =
        structured_types().iter().filter(|row| row.published).map(|row| row.name).collect();
    let published = |name: &str| {
        structured.contains(&name)
            || Signal::by_stream(name).and_then(|id| id.signal()).is_some_and(|row| row.published)
    };
    for (name, _) in TYPES {
        assert!(published(name), "{name}");
    }
    let rows = cc_core::catalogue().iter().filter(|row| row.published).count();
    assert_eq!(rows + structured.len(), TYPES.len(), "nothing else is called published");
}

#[test]
fn every_type_is_more_than_an_unknown_one() {
    for (name, fields) in TYPES {
        let mut json = format!("{{\"id\":1,\"time\":\"2026-05-01T10:00:00Z\",\"type\":\"{name}\"");
        for (field, kind) in fields {
            let value = match kind {
                Bool => "true",
                Date => "\"2026-04-30\"",
                DateTime => "\"2026-06-01T08:00:00+02:00\"",
                Diff => "\"add\"",
                Integer => "7",
                Number => "12.50",
                OneOf(all) => all[0],
                Status => "{\"confirmed\":true}",
                Text => "\"0301\"",
            };
            write!(json, ",\"{field}\":{value}").unwrap();
        }
        json.push('}');
        let event = Event::from_json(&json).unwrap();
        assert!(!matches!(event.body, Body::Other(_)), "{name}");
        assert!(event.unknown.is_empty(), "{name}");
        assert_eq!((event.type_name(), event.to_json()), (name, json));
    }
}

/// The published facts are no part of this project. Where they lie beside it (`CC_SPEC_DIR`, else `../shared/spec`), this
/// test's table is held against them.
#[test]
#[expect(clippy::disallowed_methods, reason = "a test may read a file it is told of")]
fn the_table_says_what_the_published_facts_say() {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/spec");
    let folder = std::env::var_os("CC_SPEC_DIR").map_or(beside, PathBuf::from);
    if !folder.is_dir() {
        println!("skipped: no published facts at CC_SPEC_DIR or ../shared/spec");
        return;
    }
    let spec = std::fs::read_to_string(folder.join("push-v2.json")).unwrap();
    let spec: BTreeMap<&str, &RawValue> = serde_json::from_str(&spec).unwrap();
    let mut types = BTreeMap::new();
    for group in ["vehicle_events", "admin_events"] {
        types.extend(
            serde_json::from_str::<BTreeMap<&str, BTreeMap<&str, &RawValue>>>(spec[group].get()).unwrap(),
        );
    }
    assert_eq!(types.len(), TYPES.len());
    for (name, fields) in TYPES {
        let ours: Vec<&str> = fields.iter().map(|(field, _)| *field).collect();
        let envelope = ["vin", "vehicleId"];
        let theirs: Vec<&str> =
            types[name].keys().copied().filter(|field| !envelope.contains(field)).collect();
        assert!(ours.len() == theirs.len() && theirs.iter().all(|field| ours.contains(field)), "{name}");
        for row in structured_types().iter().filter(|row| row.name == name) {
            assert!(row.fields.iter().map(|field| field.name).eq(ours.iter().copied()), "{name}");
        }
    }
}
