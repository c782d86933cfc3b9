//! The laws of merging, as a phone's app sees them: whatever came in whatever order, and however often, is one.
#![expect(clippy::unwrap_used, reason = "a test may panic, also in what its tests share")]

use cc_ffi::{
    CcError, MessageArgumentValue, Recommendation, RecommendationAction, RecommendationUrgency, RulePack,
    RunOptions, merge_recommendations, read_recommendation,
};
use proptest::prelude::*;
use proptest::sample::select;

const ARGS: [&str; 4] =
    ["{}", r#"{"a":1}"#, r#"{"a":{"unit":"°C","value":-0.0},"b":true}"#, r#"{"a":{"unit":"°C","value":0}}"#];

/// One that is open for one vehicle and group: few values of each member, so that they are often equal.
fn open() -> impl Strategy<Value = String> {
    let id = |id: u8| format!("\"{id:032x}\"");
    let aliases = proptest::collection::vec((0..6_u8).prop_map(id), 0..3);
    let instants = || 10..14;
    let words =
        (select(&["low", "high", "critical"][..]), select(&["book", "none"][..]), select(&["q", "r"][..]));
    (0..6_u8, aliases, select(&ARGS[..]), instants(), proptest::option::of(instants()), words).prop_map(
        move |(number, aliases, args, since, due, (urgency, action, rule))| {
            let due = due.map_or_else(|| "null".to_owned(), |due| format!("\"2026-05-02T{due}:00:00Z\""));
            format!(
                r#"{{"id":{},"aliases":[{}],"vehicle":"local/7","group":"g","rule":"{rule}","message":"{rule}","action":"{action}",
                "since":"2026-05-01T{since}:00:00Z","due":{due},"urgency":"{urgency}","args":{args}}}"#,
                id(number),
                aliases.join(","),
            )
        },
    )
}

fn merge(first: &str, second: &str) -> Recommendation {
    merge_recommendations(first.to_owned(), second.to_owned()).unwrap()
}

proptest! {
    #[test]
    fn neither_order_nor_repetition_matters([a, b, c] in proptest::array::uniform3(open())) {
        let one = merge(&merge(&a, &b).json, &c);
        prop_assert_eq!(&merge(&a, &merge(&b, &c).json), &one);
        prop_assert_eq!(&merge(&merge(&c, &a).json, &b), &one);
        prop_assert_eq!(&merge(&b, &a), &merge(&a, &b));
        for told_again in [&a, &b, &c, &one.json] {
            prop_assert_eq!(&merge(&one.json, told_again), &one);
            prop_assert_eq!(&merge(told_again, told_again), &read_recommendation(told_again.clone()).unwrap());
        }
        prop_assert_eq!(&read_recommendation(one.json.clone()).unwrap(), &one);

        let all = [a, b, c].map(|json| read_recommendation(json).unwrap());
        prop_assert_eq!(Some(one.since), all.iter().map(|open| open.since).min());
        prop_assert_eq!(Some(one.urgency), all.iter().map(|open| open.urgency).max());
        prop_assert_eq!(one.due, all.iter().filter_map(|open| open.due).min());
        prop_assert!(all.iter().all(|open| open.id == one.id || one.aliases.contains(&open.id)));
        prop_assert!(!one.aliases.contains(&one.id));
    }

    #[test]
    fn others_are_never_joined(a in open(), b in open()) {
        for (from, to, reason) in [
            ("local/7", "local/8", "expected two recommendations of one vehicle"),
            ("local/7", "other/7", "expected two recommendations of one vehicle"),
            ("\"group\":\"g\"", "\"group\":\"h\"", "expected two recommendations of one group"),
        ] {
            let other = b.replace(from, to);
            let reason = reason.to_owned();
            let error = CcError::RecommendationMismatch { reason };
            prop_assert_eq!(merge_recommendations(a.clone(), other.clone()), Err(error.clone()));
            prop_assert_eq!(merge_recommendations(other, a.clone()), Err(error));
        }
    }
}

#[test]
fn what_a_run_left_open_has_its_fields() {
    let pack = RulePack::standard().unwrap();
    let event = |second: u8, kind: &str, value: &str| {
        format!(
            r#"{{"id":{second},"organizationKey":"local","vehicleId":0,"time":"2026-05-01T10:00:{second:02}Z","type":"{kind}","value":{value}}}"#
        )
    };
    let hot = (0..15).map(|second| event(second, "can_engine_coolant_temperature_celsius", "118"));
    let events: Vec<String> = hot.chain([event(0, "car_ignition", "true")]).collect();
    let outcome = pack.run(events.join("\n").into_bytes(), RunOptions::default()).unwrap();
    let open = pack.recommendations(outcome.state).unwrap();
    let [open] = &open[..] else { panic!("{open:?}") };
    assert_eq!((&*open.vehicle, &*open.rule, &*open.message_key), ("local/0", "overheat", "overheat"));
    assert_eq!(open.action, RecommendationAction::StopSafely);
    assert_eq!(open.urgency, RecommendationUrgency::Critical);
    assert_eq!((&open.id, open.due), (&outcome.changes[0].id, outcome.changes[0].due));
    let temperature = open.arguments.iter().find(|argument| argument.name == "temperature").unwrap();
    let degrees = MessageArgumentValue::Quantity { value: 118.0, unit: Some("°C".to_owned()) };
    assert_eq!(temperature.value, degrees);
    assert_eq!(read_recommendation(open.json.clone()).as_ref(), Ok(open));
    assert!(pack.words("da".to_owned(), open.message_key.clone(), open.arguments.clone()).unwrap().is_some());

    let nothing = pack.run(Vec::new(), RunOptions::default()).unwrap();
    assert_eq!(pack.recommendations(nothing.state), Ok(Vec::new()));
}

#[test]
fn a_text_that_is_none_says_which_and_where() {
    let good = r#"{"id":"00112233445566778899aabbccddeeff","vehicle":"local/7","group":"g","rule":"r","since":"2026-05-01T10:00:00Z",
        "urgency":"low","action":"book","message":"m"}"#;
    for (first, second, reason) in [
        (good, "nothing", "second: expected an object at byte 0"),
        ("{}", good, "first: id: expected a value in the object at byte 0"),
    ] {
        let reason = reason.to_owned();
        let error = merge_recommendations(first.to_owned(), second.to_owned()).unwrap_err();
        assert_eq!(error, CcError::RecommendationInvalid { reason });
    }
}
