use alloc::format;
use alloc::string::ToString;

use proptest::prelude::*;

use super::*;
use crate::{Action, Urgency};

const OPEN: &str = r#"{"action":"book","aliases":["000000000000000000000000000000ab"],"args":{"code":"P0301","count":3,"hot":true,"temperature":{"unit":"°C","value":118.5}},"due":"2026-05-02T10:00:00Z","group":"engine","id":"00112233445566778899aabbccddeeff","message":"misfire","rule":"misfire","since":"2026-05-01T10:00:00.25Z","urgency":"high","vehicle":"semler/7"}"#;

#[test]
fn canonical_json_comes_back_to_the_byte() {
    let open = Recommendation::from_json(OPEN).unwrap();
    assert_eq!(open.to_canonical_json(), OPEN);
    assert_eq!((open.id.0[1], open.aliases.len(), open.args.len()), (0x11, 1, 4));
    let temperature = Argument::Number { value: 118.5, unit: MeasureUnit::Celsius };
    assert_eq!(open.args.get("temperature"), Some(&temperature));
}

#[test]
fn spelling_does_not_matter() {
    for (from, to) in [
        ("{\"action\"", "\u{FEFF} {\n\"title\":\"Misfire\",\"dismissed\":{\"a\":[1]},\t\"action\""),
        ("\"book\"", "\"b\\u006fok\""),
        ("\"rule\"", "\"r\\u0075le\""),
        ("7\"}", "007\"}\r\n"),
        ("10:00:00.25Z", "12:00:00.250000000+02:00"),
        ("aabbccddeeff", "AABBCCDDEEFF"),
        ("[\"0", "[ \"00112233445566778899aabbccddeeff\" , \"0"),
        ("\"count\":3,", "\"count\":{\"value\":3.0e0,\"unit\":\"1\"},"),
        ("°C", "degC"),
    ] {
        assert!(OPEN.contains(from), "{from}");
        let spelled = Recommendation::from_json(OPEN.replacen(from, to, 1)).unwrap();
        assert_eq!(spelled.to_canonical_json(), OPEN, "{to}");
    }
    let bare = r#"{"action":"none","group":"g","id":"00000000000000000000000000000001","message":"m","rule":"r","since":"2016-12-31T23:59:60Z","urgency":"info","vehicle":"a/b/-1"}"#;
    let nothing = bare.replace("\"group\"", "\"due\":null,\"args\":null,\"aliases\":null,\"group\"");
    let open = Recommendation::from_json(bare).unwrap();
    assert_eq!(open, Recommendation::from_json(nothing).unwrap());
    assert_eq!(open.since, "2017-01-01T00:00:00Z".parse::<Timestamp>().unwrap());
    assert_eq!(Recommendation::from_json(open.to_canonical_json()), Ok(open));
}

#[test]
fn what_is_wrong_is_named_with_its_place_and_not_shown() {
    let numbers = "a number of 64 bits";
    for (from, to, error) in [
        (
            "\"book\"",
            "\"repair\"",
            format!(
                "action: expected {} at \"repair\"",
                "text_workshop, book, call_assistance, stop_safely, battery_test, check_yourself or none"
            ),
        ),
        ("\"high\"", "7", "urgency: expected info, low, medium, high or critical at 7,\"vehicle".into()),
        ("\"high\"", "null", "urgency: expected a value in the object at {\"action".into()),
        ("\"urgency\"", "\"agency\"", "urgency: expected a value in the object at {\"action".into()),
        ("\"rule\"", "\"group\"", "group: expected every name once at \"misfire".into()),
        ("\"misfire\"", "\"\"", "message: expected a text that is not empty at \"\",\"rule\"".into()),
        ("\"misfire\"", "\"\\ud800\"", "message: expected a text that is not empty at \"\\ud800\"".into()),
        ("semler/7", "semler", "vehicle: expected a vehicle such as local/0 at \"semler\"".into()),
        ("[\"0", "[\"+", format!("aliases: expected {ID} at \"+000000")),
        ("ff\"", "f\"", format!("id: expected {ID} at \"0011223")),
        ("ff\"", "fff\"", format!("id: expected {ID} at \"0011223")),
        ("ff\"", "fg\"", format!("id: expected {ID} at \"0011223")),
        ("ff\"", "é\"", format!("id: expected {ID} at \"0011223")),
        (
            "[\"000000000000000000000000000000ab\"]",
            "\"none\"",
            "aliases: expected an array of ids at \"none\",\"".into(),
        ),
        ("ab\"]", "ab\",1]", format!("aliases: expected {ID} at 1],\"args")),
        ("2026-05-01", "2026-02-30", format!("since: expected {INSTANT} at \"2026-02")),
        ("2026-05-02", "1677-01-01", format!("due: expected {INSTANT} at \"1677-01")),
        ("{\"code\"", "[{\"code\"", "expected ',' or ']' at :\"2026".into()),
        ("\"P0301\"", "null", format!("args: expected {ARGUMENT} at null,\"co")),
        ("\"P0301\"", "[]", format!("args: expected {ARGUMENT} at [],\"coun")),
        ("\"P0301\"", "1e999", format!("args: expected {numbers} at 1e999,\"c")),
        ("\"P0301\"", "\"\\udc00\"", format!("args: expected {ARGUMENT} at \"\\udc00\"")),
        ("\"count\"", "\"code\"", "args: expected every name once at 3,\"hot\":".into()),
        ("\"count\"", "\"\\ud800\"", "args: expected a name that is text at 3,\"hot\":".into()),
        ("\"°C\"", "\"warm\"", "args: expected the symbol of a unit at \"warm\",\"".into()),
        ("118.5", "\"118\"", format!("args: expected {numbers} at \"118\"}}}},")),
        ("\"unit\"", "\"in\"", format!("args: expected {ARGUMENT} at {{\"in\":\"°")),
        ("118.5", "118.5,\"more\":1", format!("args: expected {ARGUMENT} at {{\"unit\":")),
        (",\"value\":118.5", "", format!("args: expected {ARGUMENT} at {{\"unit\":")),
        ("semler/7\"}", "semler/7\"", "expected ',' or '}' at ".into()),
        ("semler/7\"}", "semler/7\"}}", "expected nothing more at }".into()),
        ("{\"action\"", "[{\"action\"", "expected an object at [{\"actio".into()),
    ] {
        assert!(OPEN.contains(from), "{from}");
        let wrong = OPEN.replacen(from, to, 1);
        let found = Recommendation::from_json(&wrong).unwrap_err().to_string();
        let (text, offset) = found.rsplit_once(" at byte ").unwrap();
        let (expected, place) = error.rsplit_once(" at ").unwrap();
        assert_eq!(text, expected, "{to}");
        assert!(wrong[offset.parse().unwrap()..].starts_with(place), "{to}: {found}");
    }
    let told = |bytes: &[u8]| Recommendation::from_json(bytes).unwrap_err().to_string();
    assert_eq!(told(b""), "expected an object at byte 0");
    assert_eq!(told(b"{\"id\":\xFF}"), "expected UTF-8 at byte 6");
    assert_eq!(told(" ".repeat(65_537).as_bytes()), "expected at most 65536 bytes, found 65537");
    let deep = format!("{{\"a\":{}", "[".repeat(1_000));
    assert_eq!(told(deep.as_bytes()), "expected at most 128 levels of nesting at byte 132");
}

#[test]
fn two_texts_become_one_or_say_why_not() {
    let other =
        OPEN.replace("00112233", "ff112233").replace("10:00:00.25", "10:00:01").replace("high", "critical");
    let merged = Recommendation::merge_json(OPEN, &other).unwrap();
    assert_eq!(
        merged.to_canonical_json(),
        Recommendation::merge_json(&other, OPEN).unwrap().to_canonical_json()
    );
    assert_eq!((merged.id.0[0], merged.aliases.len(), merged.urgency), (0, 2, Urgency::Critical));
    let told = |first: &str, second: &str| {
        let error = Recommendation::merge_json(first, second).unwrap_err();
        (error.is_mismatch(), error.to_string())
    };
    assert_eq!(
        told(OPEN, &OPEN.replace("semler", "other")),
        (true, "expected two recommendations of one vehicle".into())
    );
    assert_eq!(
        told(OPEN, &OPEN.replace("engine", "oil")),
        (true, "expected two recommendations of one group".into())
    );
    assert_eq!(told("", OPEN), (false, "first: expected an object at byte 0".into()));
    assert_eq!(told(OPEN, "[]"), (false, "second: expected an object at byte 0".into()));
}

#[test]
fn what_is_given_out_is_never_too_long_to_be_given_in() {
    let many = |from: usize| {
        let ids = (from..from + 1_000).map(|id| format!("\"{id:032x}\"")).collect::<Vec<_>>().join(",");
        OPEN.replace("\"000000000000000000000000000000ab\"", &ids)
    };
    assert!(Recommendation::merge_json(many(1), many(500)).is_ok());
    let error = Recommendation::merge_json(many(1), many(100_000)).unwrap_err();
    assert!(!error.is_mismatch());
    let found = OPEN.len() + 1_999 * 35;
    assert_eq!(
        error.to_string(),
        format!("expected both together to have at most 65536 bytes, found {found}")
    );
}

fn argument() -> impl Strategy<Value = Argument> {
    prop_oneof![
        any::<bool>().prop_map(Argument::Bool),
        (-1e9..1e9, proptest::sample::select(MeasureUnit::ALL))
            .prop_map(|(value, unit)| Argument::Number { value, unit }),
        ".{0,4}".prop_map(|text| Argument::Text(text.into())),
    ]
}

proptest! {
    #[test]
    fn any_recommendation_comes_back(
        (id, alias) in any::<(u8, u8)>(),
        (action, urgency) in (proptest::sample::select(Action::ALL), proptest::sample::select(Urgency::ALL)),
        (since, due) in (i64::MIN..=i64::MAX, proptest::option::of(any::<i64>())),
        names in proptest::array::uniform3(".{1,4}"),
        args in proptest::collection::btree_map(".{0,3}".prop_map(Into::into), argument(), 0..4),
        (organization, vehicle) in (".{1,4}", any::<i64>()),
    ) {
        let [rule, group, message] = names.map(Into::into);
        let id = RecommendationId([id; 16]);
        let mut aliases = BTreeSet::from([RecommendationId([alias; 16])]);
        aliases.remove(&id);
        let open = Recommendation {
            id,
            aliases,
            vehicle: format!("{organization}/{vehicle}").parse().unwrap(),
            rule,
            group,
            since: Timestamp::from_timestamp_nanos(since),
            urgency,
            action,
            due: due.map(Timestamp::from_timestamp_nanos),
            message,
            args,
        };
        let json = open.to_canonical_json();
        let mut canonical = alloc::string::String::new();
        crate::event::codec::write_canonical(&json, &mut canonical);
        prop_assert_eq!(&canonical, &json);
        prop_assert_eq!(Recommendation::from_json(&json), Ok(open.clone()));
        prop_assert_eq!(Recommendation::merge_json(&json, &json), Ok(open));
    }

    #[test]
    fn any_damage_is_an_error_with_its_place_or_another_recommendation(at in 0..OPEN.len(), byte: u8) {
        let mut bytes = OPEN.as_bytes().to_vec();
        bytes[at] = byte;
        if let Ok(open) = Recommendation::from_json(&bytes) {
            let json = open.to_canonical_json();
            prop_assert_eq!(Recommendation::from_json(&json).map(|open| open.to_canonical_json()), Ok(json));
        }
    }
}
