//! Untrusted input: packs, states and sources of any shape, and secrets planted in them.
#![cfg(feature = "source")]
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use cc_core::{Body, DtcDiff, Event, EventId, Reading, SignalId, Value};
use cc_rules::{Pack, Runner, VehicleState, apply, source, why_not};
use chrono::TimeDelta;
use common::{at, boolean, car, code, number, pack};
use proptest::prelude::*;

const SOURCE: &str = "pack: {id: test, version: 1.0.0, language: 1, min_engine: 0.2.0}
signals: {engine_coolant_temperature: {max_age: 10 min}}
codes: {misfire: {match: [P0300..P0312], status: confirmed}}
params: {overtemp: {default: 115 °C, by: {market: {NO: 110 °C}}}}
rules:
- id: hot
  when: engine_coolant_temperature > $overtemp && !misfire
  for: 10 s
  count: {when: ignition, at_least: 2, window: 7 d}
  clear: engine_coolant_temperature < $overtemp - 8 °C
  recommend: {action: book, urgency: low, due: 7 d, message: hot, args: [engine_coolant_temperature]}
- id: later
  windows: {w: {of: battery_voltage, while: '!ignition', window: {duration: 7 d, buckets: 7}, at_least: 2}}
  when: w.average < 12 V && w.slope < 0 V
  count: {when: ignition, at_least: 2, of_last: 3, per: drive, held: whole}
  sequence: {steps: [{code: misfire}, {when: ignition}, {event: can_dtc}], within: 10 min}
  absence: {of: {signal: battery_voltage}, for: 1 h}
  age: {of: misfire, over: 1 d}
  recommend: {action: book, urgency: info, message: hot, args: {engine_coolant_temperature: w.change}}
messages: {en: {hot: {title: Hot, text: 'It is {engine_coolant_temperature}.'}}}
tests: [{name: t, events: {ignition: 'truex5@1s'}, expect: []}]
";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_bytes_are_a_pack_or_findings(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(Pack::load(&bytes).is_err());
    }

    #[test]
    fn a_changed_byte_of_a_pack_is_found_or_makes_another_pack(place in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let pack = source::compile("p", &[("p", SOURCE)]).unwrap().pack;
        let mut bytes = pack.to_canonical_json().as_bytes().to_vec();
        let place = place.index(bytes.len());
        let changed = bytes[place] != byte;
        bytes[place] = byte;
        if let Ok(other) = Pack::load(&bytes) {
            prop_assert_eq!(other.to_canonical_json().as_bytes(), &bytes[..]);
            prop_assert_eq!(other.hash() != pack.hash(), changed);
        }
    }

    #[test]
    fn any_text_is_a_source_or_findings(text in ".{0,200}") {
        let found = source::compile("p", &[("p", &text)]).unwrap_err();
        prop_assert!(!found.0.is_empty());
    }

    #[test]
    fn a_damaged_source_has_findings_with_places(
        place in any::<prop::sample::Index>(), cut in 0..12_usize, junk in "[-a-z{}\\[\\]:,'\"$°0-9 \n&*!|>]{0,6}",
    ) {
        let mut text: Vec<char> = SOURCE.chars().collect();
        let start = place.index(text.len());
        text.splice(start..(start + cut).min(text.len()), junk.chars());
        let text: String = text.into_iter().collect();
        if let Err(found) = source::compile("p", &[("p", &text)]) {
            prop_assert!(found.iter().all(|found| found.line > 0 && found.column > 0));
        }
    }

    #[test]
    fn any_text_is_a_saved_runner_or_an_error(text in ".{0,200}") {
        let pack = pack("rules: []");
        prop_assert!(Runner::restore(pack, TimeDelta::zero(), &text).is_err());
    }
}

#[test]
fn a_pack_is_read_in_its_canonical_spelling_only() {
    let pack = source::compile("p", &[("p", SOURCE)]).unwrap().pack;
    let spaced = pack.to_canonical_json().replace("\":", "\": ");
    assert_eq!(Pack::load(spaced.as_bytes()).unwrap_err().0[0].code, "not-canonical");
    let unknown = pack.to_canonical_json().replace("\"codes\"", "\"kodes\"");
    assert_eq!(Pack::load(unknown.as_bytes()).unwrap_err().0[0].code, "not-a-pack");
    // An expression is checked again, and the finding says in which rule.
    let wrong = pack.to_canonical_json().replace("&& !misfire", "&& !missfire");
    let found = Pack::load(wrong.as_bytes()).unwrap_err();
    assert_eq!((found.0[0].code, &*found.0[0].path), ("unknown-name", "rules[0].when"));
}

#[test]
fn several_mistakes_are_found_in_one_run_each_at_its_character() {
    let text = SOURCE
        .replace("for: 10 s", "for: 10 parsecs")
        .replace("!misfire", "!missfire")
        .replace("urgency: low", "urgency: lowest")
        .replace("  clear:", "  cleer:");
    let found = source::compile("p", &[("p", &text)]).unwrap_err();
    let places: Vec<_> = found.iter().map(|found| (found.code, found.line, found.column)).collect();
    assert_eq!(
        places,
        [("unknown-name", 7, 52), ("bad-duration", 8, 8), ("unknown-key", 10, 3), ("unknown-word", 11, 38)]
    );
    let hints: Vec<_> = found.iter().map(|found| found.suggestion.as_deref().unwrap_or_default()).collect();
    assert!(hints[0].contains("misfire") && hints[2].contains("clear"), "{hints:?}");
}

#[test]
fn words_of_older_yaml_are_refused_where_they_would_mean_something_else() {
    for (from, to, code) in [
        ("max_age: 10 min", "monotonic: on", "not-boolean"),
        ("max_age: 10 min", "monotonic: NO", "not-boolean"),
        ("at_least: 2", "at_least: 08", "not-a-whole-number"),
        ("at_least: 2", "at_least: 1e3", "not-a-whole-number"),
        ("at_least: 2", "at_least: 0x2", "not-a-whole-number"),
        ("for: 10 s", "for: 1e3 s", "bad-duration"),
        ("message: hot", "message: ~", "empty-value"),
    ] {
        let found = source::compile("p", &[("p", &SOURCE.replace(from, to))]).unwrap_err();
        assert!(found.iter().any(|found| found.code == code), "{to}: {found}");
    }
    // Norway is a market, not a no.
    let pack = source::compile("p", &[("p", SOURCE)]).unwrap().pack;
    assert!(pack.to_canonical_json().contains("\"NO\":\"110 °C\""));
}

#[test]
fn an_included_file_is_found_beside_the_file_that_asks_for_it() {
    let main = "pack: {id: t, version: 1.0.0, language: 1, min_engine: 0.1.0}\ninclude: [rules/a.yaml]\n";
    let files =
        [("p/main.yaml", main), ("p/rules/a.yaml", "include: [b.yaml]\n"), ("p/rules/b.yaml", "rulez: []\n")];
    assert_eq!(source::includes("p/rules/a.yaml", files[1].1), ["p/rules/b.yaml"]);
    let found = source::compile("p/main.yaml", &files).unwrap_err();
    assert_eq!(found.to_string(), "p/rules/b.yaml:1:1: unknown key [unknown-key]; did you mean `rules`?");
    for (asked, code) in [("../x.yaml", "bad-include"), ("/etc/x", "bad-include"), ("x.yaml", "missing-file")]
    {
        let main = main.replace("rules/a.yaml", asked);
        assert_eq!(source::compile("m", &[("m", &main)]).unwrap_err().0[0].code, code, "{asked}");
    }
}

#[test]
fn a_damaged_count_of_lower_readings_is_no_panic() {
    let pack = pack(
        "signals: {odometer: {monotonic: true}}\nrules: [{id: far, when: odometer > 1 km, recommend: {action: none, urgency: info, message: m}}]",
    );
    let mut state = VehicleState::new(&pack, car());
    apply(&pack, &mut state, &[number(0.0, "odometer", 70.0), number(1.0, "odometer", 60.0)]);
    let bytes = state.to_bytes(&pack);
    let lower = number(2.0, "odometer", 65.0);
    for place in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[place] = 255;
        if let Ok((mut state, _)) = VehicleState::from_bytes(&pack, &damaged) {
            apply(&pack, &mut state, std::slice::from_ref(&lower));
        }
    }
}

#[test]
fn a_saved_runner_holds_no_event_whose_instant_is_done_or_to_come() {
    let pack = pack("rules: []");
    let mut runner = Runner::new(pack.clone(), TimeDelta::seconds(10));
    runner.feed([boolean(0.0, "ignition", true), boolean(20.0, "ignition", true)]);
    let saved = runner.save();
    assert!(saved.contains("00:00:20"), "{saved}");
    for other in ["00:00:09", "00:00:21"] {
        let damaged = saved.replace("00:00:20", other);
        assert!(Runner::restore(pack.clone(), TimeDelta::zero(), &damaged).is_err(), "{other}");
    }
    assert!(Runner::restore(pack, TimeDelta::zero(), &saved).is_ok());
}

const SECRET: &str = "WVWZZZ1KZAW123456";

#[test]
fn a_planted_secret_appears_in_no_finding_error_or_debug() {
    for place in
        ["hot", "misfire", "ignition", "overtemp", "book", "7 d", "engine_coolant_temperature", "NO", "P0300"]
    {
        let text = SOURCE.replacen(place, SECRET, 1);
        if let Err(found) = source::compile("p", &[("p", &text)]) {
            assert!(!format!("{found} {found:?}").contains(SECRET), "{place}: {found}");
        }
    }
    let pack = pack(
        "signals: {note: {kind: text}}\nrules: [{id: r, when: note == 'x', recommend: {action: none, urgency: info, message: m}}]",
    );
    let mut state = VehicleState::new(&pack, car());
    let note = Reading::new("note".parse::<SignalId>().unwrap(), Value::Text(SECRET.into()));
    apply(&pack, &mut state, &[Event::new(car(), at(0.0), EventId(1), Body::Reading(note))]);
    let mut runner = Runner::new(pack.clone(), TimeDelta::zero());
    runner.feed([boolean(0.0, "ignition", true)]);
    assert!(!format!("{state:?} {runner:?} {pack:?}").contains(SECRET));
    let bytes = [SECRET.as_bytes(), b"junk"].concat();
    assert!(!format!("{:?}", VehicleState::from_bytes(&pack, &bytes)).contains(SECRET));
    assert!(!format!("{:?}", Pack::load(&bytes)).contains(SECRET));
    assert!(!format!("{:?}", Runner::restore(pack, TimeDelta::zero(), SECRET)).contains(SECRET));
}

#[test]
fn an_explanation_shows_values_units_ages_and_what_was_heard() {
    let pack = source::compile("p", &[("p", SOURCE)]).unwrap().pack;
    let mut state = VehicleState::new(&pack, car());
    let events = [number(0.0, "engine_coolant_temperature", 118.5), code(3.0, "P0301", DtcDiff::Add)];
    apply(&pack, &mut state, &events);
    let why = why_not(&pack, &state, "hot", at(5.0)).unwrap();
    let text = why.to_string();
    for part in [
        "engine_coolant_temperature > $overtemp && !misfire = false",
        "engine_coolant_temperature = 118.5 °C (5 s old)",
        "$overtemp = 115 °C",
        "misfire = true (2 s old)",
        "count: 0 of 2 needed = false",
        "heard engine_coolant_temperature = 118.5 °C at 2026-01-01T00:00:00Z",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
}
