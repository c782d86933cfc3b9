//! What a failing test of a pack shows, and what a trace of the engine tells.
#![cfg(feature = "source")]
#![allow(clippy::unwrap_used, reason = "tests")]

use cc_rules::RulePhase::{Idle, Open, Pending};
use cc_rules::source::{Compiled, compile};
use cc_rules::{Trace, VehicleState};

fn compiled(tests: &str) -> Compiled {
    let text = format!(
        "
pack: {{id: demo, version: 1.0.0, language: 1, min_engine: 0.1.0}}
signals: {{engine_coolant_temperature: {{max_age: 10 s}}}}
codes: {{misfire: {{match: [P0300..P0312], status: any}}}}
rules:
- id: hot
  when: engine_coolant_temperature > 115 °C
  for: 20 s
  max_gap: 1 min
  clear: engine_coolant_temperature < 100 °C
  recommend: {{action: stop_safely, urgency: critical, message: hot}}
- id: misfire
  when: misfire
  recommend: {{action: book, urgency: high, message: misfire}}
messages: {{en: {{hot: Hot., misfire: Misfire.}}}}
tests:
{tests}"
    );
    compile("pack.yaml", &[("pack.yaml", &text)]).unwrap()
}

#[test]
fn a_failing_test_shows_samples_gaps_codes_drives_phases_and_changes() {
    let Compiled { pack, tests, .. } = compiled(
        "- name: all at once
  events: {ignition: \"true@50s false\", engine_coolant_temperature: \"90@10s 118 118 118 _x2 120 90\"}
  codes: [{at: 30 s, add: P0301}]
  expect: [{at: 20 s, raised: hot}]
",
    );
    let outcome = tests[0].run(&pack);
    assert!(!outcome.passed());
    let text = outcome.timeline().unwrap().to_text(false);
    for row in
        ["ignition", "engine_coolant_temperature", "codes", "drive", "hot", "misfire", "expected", "got"]
    {
        assert!(text.lines().any(|line| line.trim_start().starts_with(row)), "{row}\n{text}");
    }
    assert!(text.is_ascii() || text.contains("°"), "{text}");
    let row = |name: &str| text.lines().find(|line| line.trim_start().starts_with(name)).unwrap().to_owned();
    // The value is known for ten seconds: then there is a gap.
    assert!(row("engine_coolant").contains("-    "), "{text}");
    assert!(row("hot").contains(".~") && row("hot").contains("~#"), "{text}");
    assert!(row("codes").contains('+') && row("codes").ends_with("+P0301"), "{text}");
    assert!(row("got").matches('R').count() >= 1 && row("expected").contains('R'), "{text}");
    let blocks = outcome.timeline().unwrap().to_text(true);
    assert!(blocks.contains('█') && blocks.contains('░') && blocks.contains('━'), "{blocks}");
}

#[test]
fn a_test_that_passes_is_one_line() {
    let Compiled { pack, tests, .. } =
        compiled("- name: nothing\n  events: {ignition: \"true\"}\n  expect: []\n");
    let outcome = tests[0].run(&pack);
    assert_eq!(outcome.to_string(), "ok   nothing");
    assert!(outcome.timeline().is_none());
}

#[test]
fn very_short_and_very_long_tests_have_a_timeline_too() {
    for (events, at) in [("\"118\"", "0 s"), ("\"118x9@1ms\"", "1 ms"), ("\"118x3@300d 90\"", "3000 d")] {
        let Compiled { pack, tests, .. } = compiled(&format!(
            "- name: t\n  events: {{engine_coolant_temperature: {events}}}\n  expect: [{{at: {at}, cleared: hot}}]\n"
        ));
        let outcome = tests[0].run(&pack);
        assert!(
            outcome.timeline().unwrap().to_text(false).lines().all(|line| line.chars().count() < 120),
            "{outcome}"
        );
    }
}

#[test]
fn a_trace_changes_nothing_and_tells_every_phase() {
    let Compiled { pack, tests, .. } =
        compiled("- name: t\n  events: {engine_coolant_temperature: \"90@5s 118x9@5s 90\"}\n  expect: []\n");
    let events = tests[0].events(&pack);
    let vehicle = events[0].vehicle_ref().unwrap();
    let (mut plain, mut traced) =
        (VehicleState::new(&pack, vehicle.clone()), VehicleState::new(&pack, vehicle));
    let mut trace = Trace::new(&pack);
    let expected = cc_rules::apply(&pack, &mut plain, &events);
    let found = cc_rules::apply_traced(&pack, &mut traced, &events, &mut trace);
    assert_eq!((found, traced.to_bytes(&pack)), (expected, plain.to_bytes(&pack)));
    let phases: Vec<_> =
        trace.take_transitions().iter().map(|moved| (moved.rule, moved.from, moved.to)).collect();
    assert_eq!(phases, [(0, Idle, Pending), (0, Pending, Open), (0, Open, Idle)]);
    assert!(trace.take_transitions().is_empty());
    // Every rule is looked at at the first step.
    assert!(trace.evaluations()[0] >= 3 && trace.evaluations()[1] == 1, "{trace:?}");
}

/// A rule that passes two numbers, and one that reads a signal which the test may leave out.
fn outcome(fields: &str) -> String {
    let text = format!(
        "
pack: {{id: demo, version: 1.0.0, language: 1, min_engine: 0.1.0}}
signals: {{battery_voltage: {{max_age: 10 min}}}}
rules:
- id: flat
  when: battery_voltage < 12 V && !ignition
  recommend: {{action: book, urgency: high, due: 3 d, message: flat, args: {{n: 1 + 2, volts: battery_voltage + 0.2 V}}}}
messages: {{en: {{flat: '{{n}} {{volts}}'}}}}
tests:
- name: t
  {fields}"
    );
    let Compiled { pack, tests, .. } =
        compile("pack.yaml", &[("pack.yaml", &text)]).unwrap_or_else(|found| panic!("{found}"));
    tests[0].run(&pack).to_string()
}

#[test]
fn a_change_that_comes_otherwise_tells_what_was_expected_and_what_came() {
    let events = "events: {ignition: \"false\", battery_voltage: \"11.9\"}\n  expect:";
    for (expected, text) in [
        ("args: {n: 4}", "(argument n: expected 4, came 3)"),
        ("args: {n: 3, volts: 12.2 V}", "(argument volts: expected 12.2 V, came 12.1 V)"),
        ("urgency: low", "(urgency: expected low, came high)"),
        ("action: battery_test", "(action: expected battery_test, came book)"),
        ("due: 14 d", "(due: expected 14 d, came 3 d)"),
        ("due: now, urgency: low", "(urgency: expected low, came high; due: expected now, came 3 d)"),
    ] {
        let found = outcome(&format!("{events} [{{at: 0 s, raised: flat, {expected}}}]\n"));
        let line = found.lines().find(|line| line.starts_with("  !")).unwrap_or_else(|| panic!("{found}"));
        assert!(line.ends_with(text), "{expected}\n{found}");
    }
    // 11.9 V + 0.2 V is not 12.1 V to the last bit.
    let met = outcome(&format!("{events} [{{at: 0 s, raised: flat, due: 3 d, args: {{volts: 12.1 V}}}}]\n"));
    assert_eq!(met, "ok   t");
}

#[test]
fn a_change_that_does_not_come_tells_why_not() {
    let found =
        outcome("events: {battery_voltage: \"12.4@1min 11.9\"}\n  expect: [{at: 1 min, raised: flat}]\n");
    let row = found.lines().find(|line| line.starts_with("  ignition")).unwrap_or_else(|| panic!("{found}"));
    assert_eq!(row.split_whitespace().collect::<Vec<_>>(), ["ignition", "never", "sent"]);
    let (_, why) = found.split_once("raised flat  (expected, did not come)\n").unwrap();
    assert_eq!(
        why,
        "      flat at 2026-01-01T00:01:00Z: does not hold
        when:
          battery_voltage < 12 V && !ignition = unknown
            battery_voltage < 12 V = true
              battery_voltage = 11.9 V (0 s old)
            !ignition = unknown
              ignition = unknown
        heard battery_voltage = 11.9 V at 2026-01-01T00:01:00Z"
    );
}

#[test]
fn a_sample_that_is_set_aside_is_marked_and_not_known() {
    let Compiled { pack, tests, .. } = compiled(
        "- name: broken sensor
  events: {engine_coolant_temperature: \"90@10s 999 95 999 999 120\"}
  expect: [{at: 20 s, raised: hot}]
",
    );
    let text = tests[0].run(&pack).timeline().unwrap().to_text(false);
    let at = text.lines().position(|line| line.trim_start().starts_with("engine_coolant")).unwrap();
    let rows: Vec<&str> = text.lines().skip(at).take(2).collect();
    let cells = rows[0].split_whitespace().nth(1).unwrap();
    assert!(cells.starts_with("1-") && cells.contains("-x"), "{text}");
    assert!(rows[0].matches('x').count() == 3 && rows[0].ends_with("90 to 120 °C"), "{text}");
    // A value that was set aside is not known.
    assert!(!rows[0].contains("x-"), "{text}");
    assert_eq!(rows[1].trim(), "x set aside: out of -40 to 215 °C", "{text}");
}
