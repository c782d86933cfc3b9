//! Which rules a step looks at: a time that is up at its very instant waits for the deadlines, unless the step says
//! something that matters to the rule.
#![cfg(feature = "source")]
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use cc_core::{DtcDiff, Event};
use cc_rules::Pack;
use common::{boolean, code, number, pack, run, scan};

/// `late` opens three seconds after the start, `early` with its cue, and the first of them raises what both recommend.
/// Every word on what `late` reads keeps `waits` from silence.
fn rules(condition: &str) -> Pack {
    pack(&format!(
        "codes: {{misfire: {{match: [P0300..P0312]}}}}
signals: {{cue: {{kind: boolean}}, battery_voltage: {{max_age: 10 min}}}}
rules:
- {{id: early, when: cue, group: one, recommend: {{action: book, urgency: low, message: m}}}}
- {{id: late, when: '{condition} && battery_voltage > 5 V', for: 3 s, group: one, recommend: {{action: book, urgency: high, message: m}}}}
- {{id: waits, when: '{condition}', for: 1 h, max_gap: 1 h, recommend: {{action: none, urgency: info, message: m}}}}
"
    ))
}

#[test]
fn a_word_that_changes_nothing_looks_only_at_rules_that_wait_for_silence() {
    let load = |seconds, value| number(seconds, "engine_load", value);
    let report = |seconds, name| code(seconds, name, DtcDiff::Add);
    let (apart, together): (&[&str], &[&str]) = (&["3 raised early", "3 updated late"], &["3 raised late"]);
    // (condition, what is heard first, what is heard when the time is up, what comes of it)
    let table: &[(&str, Event, &[Event], &[&str])] = &[
        ("engine_load > 10 %", load(0.0, 50.0), &[load(3.0, 50.0)], apart),
        ("engine_load > 10 %", load(0.0, 50.0), &[load(3.0, 60.0)], together),
        // Changed, and changed back.
        ("engine_load > 10 %", load(0.0, 50.0), &[load(3.0, 40.0), load(3.0, 50.0)], together),
        // A second report is counted, and changes nothing else.
        ("misfire", report(0.0, "P0301"), &[report(3.0, "P0301")], apart),
        ("misfire.count > 0", report(0.0, "P0301"), &[report(3.0, "P0301")], together),
        ("has(misfire.since)", report(0.0, "P0301"), &[report(3.0, "P0302")], apart),
        // A denial: the code is gone, and holds until clean drives show it.
        ("misfire", report(0.0, "P0301"), &[code(3.0, "P0301", DtcDiff::Remove)], apart),
        ("misfire", report(0.0, "P0301"), &[scan(3.0, &[], true)], apart),
        ("misfire.clean_drives == 0", report(0.0, "P0301"), &[scan(3.0, &[], true)], apart),
        // A word on another code.
        ("misfire", report(0.0, "P0301"), &[report(3.0, "P0420")], apart),
    ];
    for (condition, first, then, expected) in table {
        let before = [number(0.0, "battery_voltage", 12.0), first.clone()];
        let events = before.into_iter().chain(then.iter().cloned()).chain([boolean(3.0, "cue", true)]);
        assert_eq!(run(&rules(condition), events, 60.0), *expected, "{condition}: {then:?}");
    }
}
