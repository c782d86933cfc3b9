//! `ccars rules`, letter by letter where it matters. `UPDATE_GOLDEN=1 cargo test -p ccars` writes the files anew.
#![allow(clippy::unwrap_used, reason = "tests")]
#![allow(clippy::disallowed_methods, reason = "tests read and write files")]

mod common;

use std::path::PathBuf;

use common::{Run, assert_golden, ccars};

/// A file of `tests/packs`, as the samples' folder sees it.
fn pack(name: &str) -> String {
    format!("../cli/tests/packs/{name}.yaml")
}

/// Readings of the coolant of one car: second after the start, and degrees.
fn coolant(samples: &[(u32, i32)]) -> Vec<String> {
    let event = |(second, celsius): &(u32, i32)| {
        format!(
            "{{\"id\":{second},\"vehicleId\":7,\"organizationKey\":\"demo\",\"time\":\"2026-05-01T10:{:02}:{:02}Z\",\
             \"type\":\"can_engine_coolant_temperature_celsius\",\"value\":{celsius}}}",
            second / 60,
            second % 60
        )
    };
    samples.iter().map(event).collect()
}

/// Readings of the battery of one car, a minute apart.
fn battery(volts: &[f64]) -> Vec<String> {
    let event = |(minute, volts): (usize, &f64)| {
        format!(
            "{{\"id\":{minute},\"vehicleId\":7,\"organizationKey\":\"demo\",\"time\":\"2026-05-01T10:{minute:02}:00Z\",\
             \"type\":\"car_battery_voltage\",\"value\":{volts}}}"
        )
    };
    volts.iter().enumerate().map(event).collect()
}

fn run(arguments: &[&str], events: &[String]) -> Run {
    ccars(&[&["rules", "run", "--events", "-"], arguments].concat(), &(events.join("\n") + "\n"))
}

#[test]
fn output_is_as_it_was() {
    let (good, wrong, failing) = (pack("good"), pack("wrong"), pack("failing"));
    let hot: Vec<(u32, i32)> = (0..=12).map(|second| (second, 118)).chain([(20, 90)]).collect();
    let events = coolant(&hot).join("\n");
    let (blocks, low) = (pack("blocks"), battery(&[12.6, 12.1, 12.5, 12.2, 12.0]).join("\n"));
    for (name, arguments, stdin) in [
        ("rules-check", &["check", &good][..], ""),
        ("rules-check-findings", &["check", &wrong], ""),
        ("rules-check-canonical", &["check", &good, "--canonical", "-"], ""),
        ("rules-test", &["test", &good], ""),
        ("rules-test-failing", &["test", &failing], ""),
        ("rules-test-none-fits", &["test", &good, "--filter", "nosuch"], ""),
        ("rules-explain", &["explain", &good, "--lang", "da"], ""),
        ("rules-explain-events", &["explain", &good, "--events", "-"], &events),
        ("rules-explain-events-da", &["explain", &good, "--events", "-", "--lang", "da"], &events),
        ("rules-explain-blocks", &["explain", &blocks], ""),
        ("rules-explain-blocks-events", &["explain", &blocks, "--events", "-"], &low),
        (
            "rules-explain-why-not",
            &["explain", &blocks, "--events", "-", "--rule", "weekly", "--why-not"],
            &low,
        ),
        ("rules-explain-why-not-what", &["explain", &good, "--why-not"], ""),
        ("rules-explain-no-such-rule", &["explain", &good, "--rule", "cold"], ""),
        ("rules-run", &["run", "--pack", &good, "--events", "-"], &events),
        ("help-rules", &["--help"], ""),
        ("help-rules-check", &["check", "--help"], ""),
        ("help-rules-test", &["test", "--help"], ""),
        ("help-rules-explain", &["explain", "--help"], ""),
        ("help-rules-run", &["run", "--help"], ""),
    ] {
        assert_golden(name, &ccars(&[&["rules"], arguments].concat(), stdin));
    }
}

#[test]
fn the_standard_pack_is_good_and_its_tests_pass() {
    for arguments in
        [["rules", "check", "standard"], ["rules", "test", "standard"], ["rules", "explain", "standard"]]
    {
        let run = ccars(&arguments, "");
        assert_eq!(run.code, 0, "{run:?}");
    }
}

#[test]
fn a_pack_is_yaml_its_canonical_form_or_standard() {
    let canonical = ccars(&["rules", "check", &pack("good"), "--canonical", "-"], "");
    let file = std::env::temp_dir().join(format!("ccars-{}-canonical.json", std::process::id()));
    std::fs::write(&file, &canonical.stdout).unwrap();
    let events = coolant(&[(0, 118), (5, 118), (11, 118)]);
    let by_yaml = run(&["--pack", &pack("good")], &events);
    let by_json = run(&["--pack", file.to_str().unwrap()], &events);
    std::fs::remove_file(&file).unwrap();
    assert_eq!(by_yaml.stdout, by_json.stdout);
    assert_eq!(by_yaml.stdout.lines().count(), 1, "{by_yaml:?}");
    assert_eq!(run(&["--pack", "standard"], &events).code, 0);
}

#[test]
fn order_duplicates_and_layout_of_the_events_change_no_byte() {
    let samples: Vec<(u32, i32)> =
        (0..200).map(|i| (i * 7, if (i / 20) % 2 == 0 { 119 } else { 90 })).collect();
    let events = coolant(&samples);
    let pack = pack("good");
    let expected = run(&["--pack", &pack], &events);
    assert!(expected.code == 0 && expected.stdout.lines().count() >= 10, "{expected:?}");
    let mut backwards = events.clone();
    backwards.reverse();
    let mut shuffled: Vec<_> = (0..events.len()).map(|i| events[i * 37 % events.len()].clone()).collect();
    shuffled.extend(events.iter().step_by(3).cloned());
    for other in [backwards, shuffled, vec![format!("[{}]", events.join(",\n"))]] {
        let found = run(&["--pack", &pack, "--lateness", "1 h"], &other);
        assert_eq!((found.stdout.as_str(), found.stderr.as_str()), (expected.stdout.as_str(), ""));
    }
}

#[test]
fn a_run_goes_on_from_its_state() {
    let events = coolant(&[(0, 90), (10, 118), (15, 118), (19, 118), (21, 118), (30, 90)]);
    let pack = pack("good");
    let whole = run(&["--pack", &pack, "--lateness", "0"], &events);
    let file: PathBuf = std::env::temp_dir().join(format!("ccars-{}-state.txt", std::process::id()));
    let state = file.to_str().unwrap();
    let mut parts = String::new();
    for (index, part) in events.chunks(2).enumerate() {
        let mut arguments = vec!["--pack", &pack, "--lateness", "0", "--state-out", state];
        if index > 0 {
            arguments.extend(["--state-in", state]);
        }
        let found = run(&arguments, part);
        assert_eq!((found.code, found.stderr.as_str()), (0, ""));
        parts.push_str(&found.stdout);
    }
    let rest = run(&["--pack", &pack, "--state-in", state], &[]);
    parts.push_str(&rest.stdout);
    std::fs::write(&file, "not a state").unwrap();
    let damaged = run(&["--pack", &pack, "--state-in", state], &[]);
    std::fs::remove_file(&file).unwrap();
    assert_eq!(parts, whole.stdout);
    assert_eq!(damaged.code, 2, "{damaged:?}");
}

#[test]
fn time_passes_until_the_instant_given() {
    let pack = pack("good");
    let events = coolant(&[(0, 118), (5, 118)]);
    assert_eq!(run(&["--pack", &pack], &events).stdout, "");
    let until = run(&["--pack", &pack, "--until", "2026-05-01T10:00:11Z"], &events);
    assert!(until.stdout.contains("\"at\":\"2026-05-01T10:00:10Z\""), "{until:?}");
}

#[test]
fn one_event_from_the_future_does_not_make_the_real_ones_late() {
    let mut events = vec![
        "{\"id\":1,\"vehicleId\":7,\"organizationKey\":\"demo\",\"time\":\"2038-01-19T03:14:08Z\",\
         \"type\":\"car_ignition\",\"value\":true}"
            .to_owned(),
    ];
    events.extend(coolant(&[(0, 118), (5, 118), (11, 118)]));
    let pack = pack("good");
    let without = run(&["--pack", &pack], &events);
    assert_eq!((without.stdout.as_str(), without.stderr.matches("late: ").count()), ("", 3), "{without:?}");
    let screened = run(&["--pack", &pack, "--received-at", "2026-05-01T10:01:00Z"], &events);
    assert_eq!((screened.code, screened.stdout.lines().count()), (0, 1), "{screened:?}");
    assert_eq!(
        screened.stderr,
        "standard input:1: set aside: the event is from the future of --received-at\n\
         standard input: 1 of the events are from the future of --received-at\n"
    );
    // Ten minutes a car's clock may be ahead.
    let nearly = run(&["--pack", &pack, "--received-at", "2026-05-01T09:50:11Z"], &events[1..]);
    assert_eq!((nearly.stdout.lines().count(), nearly.stderr.as_str()), (1, ""), "{nearly:?}");
}

#[test]
fn a_flood_of_late_events_is_reported_by_its_first_lines_and_its_number() {
    let samples: Vec<_> = std::iter::once((3_000, 90)).chain((0..500).map(|second| (second, 90))).collect();
    let found = run(&["--pack", &pack("good")], &coolant(&samples));
    let lines: Vec<_> = found.stderr.lines().collect();
    assert_eq!(lines.len(), 23, "{found:?}");
    assert!(lines[0].contains(":2: late") && lines[19].contains(":21: late"), "{found:?}");
    assert!(
        lines[20].contains("only counted") && lines[21].contains("500 of the events came too late"),
        "{found:?}"
    );
    // What to do about it is said once, at the end, and only where events came late.
    assert!(lines[22].contains("--lateness 24h"), "{found:?}");
    let waited = run(&["--pack", &pack("good"), "--lateness", "24h"], &coolant(&samples));
    assert_eq!(waited.stderr, "", "{waited:?}");
}

#[test]
fn a_long_line_is_cut_around_the_mistake() {
    let file = std::env::temp_dir().join(format!("ccars-{}-long.yaml", std::process::id()));
    let before = "ignition && ".repeat(200);
    let after = " && ignition".repeat(200);
    let text = format!(
        "pack: {{id: demo, version: 1.0.0, language: 1, min_engine: 0.1.0}}\nrules:\n- id: a\n  when: \
         {before}battery_voltag > 1 V{after}\n  recommend: {{action: book, urgency: high, message: m}}\n"
    );
    std::fs::write(&file, text).unwrap();
    let found = ccars(&["rules", "check", file.to_str().unwrap()], "");
    std::fs::remove_file(&file).unwrap();
    assert!(found.stderr.lines().all(|line| line.chars().count() < 160), "{found:?}");
    let lines: Vec<Vec<char>> = found.stderr.lines().map(|line| line.chars().collect()).collect();
    let caret = lines.iter().find_map(|line| line.iter().position(|c| *c == '^')).unwrap();
    let source = lines.iter().find(|line| line.starts_with(&['4', ' ', '|'])).unwrap();
    assert!(source[caret..].starts_with(&"battery_voltag".chars().collect::<Vec<_>>()), "{found:?}");
}

#[test]
fn late_foreign_and_bad_events_are_reported_with_their_line() {
    let mut events = coolant(&[(600, 90), (0, 118)]);
    events.push(
        "{\"id\":1,\"time\":\"2026-05-01T10:00:00Z\",\"type\":\"car_ignition\",\"value\":true}".to_owned(),
    );
    let found = run(&["--pack", &pack("good"), "--lateness", "5min"], &events);
    assert_eq!(found.code, 0);
    assert!(found.stderr.contains(":2: late") && found.stderr.contains(":3: left out"), "{found:?}");
    events.push("{\"id\":\"WCCDEMXTESTCAR777\"}".to_owned());
    let found = run(&["--pack", &pack("good")], &events);
    assert_eq!(found.code, 1);
    assert!(found.stderr.contains(":4: ") && !found.stderr.contains("TESTCAR"), "{found:?}");
}

#[test]
fn warnings_are_shown_and_a_pack_without_words_is_not_good() {
    let file = std::env::temp_dir().join(format!("ccars-{}-warned.yaml", std::process::id()));
    let text = "pack: {id: demo, version: 1.0.0, language: 1, min_engine: 0.1.0}\nrules:\n- id: a\n  when: 3 > 2\n  \
                recommend: {action: book, urgency: high, message: m}\n";
    let check = |text: &str| {
        std::fs::write(&file, text).unwrap();
        ccars(&["rules", "check", file.to_str().unwrap()], "")
    };
    let found = check(&format!("{text}messages: {{en: {{m: Stop.}}}}\n"));
    assert!(found.code == 0 && found.stdout.starts_with("ok demo"), "{found:?}");
    assert!(
        found.stderr.contains("warning[always-true]") && found.stderr.ends_with("1 warning\n"),
        "{found:?}"
    );
    let found = check(text);
    assert!(found.code == 1 && found.stdout.is_empty(), "{found:?}");
    assert!(found.stderr.contains("error[missing-message]"), "{found:?}");
    std::fs::remove_file(&file).unwrap();
}

#[test]
fn a_language_without_messages_is_said() {
    let found = ccars(&["rules", "explain", &pack("good"), "--lang", "xx"], "");
    assert!(
        found.code == 0 && found.stderr.contains("no messages in `xx`; its languages: da, en"),
        "{found:?}"
    );
    assert_eq!(ccars(&["rules", "explain", &pack("good"), "--lang", "da-GL"], "").stderr, "");
    let events = coolant(&[(0, 90), (10, 118)]).join("\n");
    for (language, noted) in [("de", true), ("da", false)] {
        let explain = ["rules", "explain", &pack("good"), "--events", "-", "--lang", language];
        assert_eq!(ccars(&explain, &events).stderr.contains("no messages in `de`"), noted, "{language}");
    }
}

#[test]
fn a_decision_table_that_is_asked_for_as_a_rule_names_its_rules() {
    let file = std::env::temp_dir().join(format!("ccars-{}-table.yaml", std::process::id()));
    let text = "pack: {id: demo, version: 1.0.0, language: 1, min_engine: 0.1.0}\nrules:\n- id: tyre\n  table:\n    hit: \
                first\n    inputs: {low: tire_pressure_front_left_low, on: ignition}\n    rows:\n    - {id: now, if: {low: \
                true, on: true}, recommend: {action: book, urgency: low, message: m}}\n    - {id: later, if: {low: true}, \
                recommend: {action: book, urgency: low, message: m}}\n    otherwise: none\nmessages: {en: {m: T}}\n";
    std::fs::write(&file, text).unwrap();
    let found = ccars(&["rules", "explain", file.to_str().unwrap(), "--rule", "tyre"], "");
    std::fs::remove_file(&file).unwrap();
    assert_eq!(found.code, 2, "{found:?}");
    assert!(found.stderr.contains("each of its rows is one: tyre-later, tyre-now"), "{found:?}");
}
