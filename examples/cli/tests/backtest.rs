//! `ccars rules backtest` over the history of a made-up fleet, whose faults are known.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests read and write files")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::PathBuf;

use common::{Run, assert_golden, ccars, ccars_with_bytes};
use example_fleet::{Fault, Fleet, Order, write_history};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

const FLEET: Fleet = Fleet { cars: 400, days: 7, events: 48_000, seed: 7 };

/// Enough for the tests that ask for no faults.
const SMALL: Fleet = Fleet { cars: 150, days: 7, events: 18_000, seed: 7 };

fn history(fleet: &Fleet, order: Order) -> Vec<u8> {
    let mut history = Vec::new();
    write_history(fleet, order, 2, &mut history).unwrap();
    history
}

/// A file of this test, removed at the end.
struct Temporary(PathBuf);

impl Temporary {
    fn new(name: &str, bytes: &[u8]) -> Self {
        let path = std::env::temp_dir().join(format!("ccars-{}-{name}", std::process::id()));
        std::fs::write(&path, bytes).unwrap();
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }

    fn lines(&self) -> Vec<String> {
        std::fs::read_to_string(&self.0).unwrap().lines().map(str::to_owned).collect()
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        std::fs::remove_file(&self.0).ok();
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn backtest(arguments: &[&str], stdin: &[u8]) -> Run {
    ccars_with_bytes(&[&["rules", "backtest", "standard"], arguments].concat(), stdin)
}

#[test]
fn every_fault_is_found_and_no_other() {
    let file = Temporary::new("truth.jsonl", &history(&FLEET, Order::Vehicle));
    let changes = Temporary::new("truth-changes.jsonl", b"");
    let run = backtest(&[file.path(), "--changes", changes.path()], b"");
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
    let mut raised: BTreeMap<(String, String), String> = BTreeMap::new();
    for line in changes.lines() {
        let change: Value = serde_json::from_str(&line).unwrap();
        let text = |key: &str| change[key].as_str().unwrap().to_owned();
        if text("change") != "cleared" {
            raised.entry((text("vehicle"), text("rule"))).or_insert(text("at"));
        }
    }
    let mut wanted = BTreeSet::new();
    for number in 1..=FLEET.cars {
        let Some(injected) = FLEET.car(number).fault else { continue };
        let key = (format!("fleet/{number}"), injected.fault.rule().to_owned());
        let at = chrono::DateTime::parse_from_rfc3339(&raised[&key]).unwrap();
        assert!(at.timestamp_millis() >= injected.from, "{key:?}");
        wanted.insert(key);
    }
    let kinds: BTreeSet<_> = wanted.iter().map(|(_, rule)| rule.as_str()).collect();
    assert_eq!(kinds.len(), Fault::ALL.len(), "{kinds:?}");
    // A battery that grows weak is seen to fade first: the same fault, earlier.
    raised.retain(|(vehicle, rule), _| {
        rule != "battery-fading" || !wanted.contains(&(vehicle.clone(), "battery-weak".to_owned()))
    });
    assert_eq!(raised.into_keys().collect::<BTreeSet<_>>(), wanted);
}

#[test]
fn order_packing_threads_and_standard_input_change_nothing() {
    let (by_vehicle, by_time) = (history(&SMALL, Order::Vehicle), history(&SMALL, Order::Time));
    let vehicle = Temporary::new("vehicle.jsonl", &by_vehicle);
    let time = Temporary::new("time.jsonl", &by_time);
    let packed = Temporary::new("time.jsonl.gz", &gzip(&by_time));
    let (head, tail) = by_time.split_at(by_time.len() / 2);
    let (parts, rest) = (Temporary::new("head.jsonl", head), Temporary::new("tail.jsonl", tail));
    let changes = Temporary::new("changes.jsonl", b"");
    let run = |arguments: &[&str], stdin: &[u8]| {
        let run = backtest(&[arguments, &["--changes", changes.path(), "--all"]].concat(), stdin);
        let mut lines = changes.lines();
        let as_written = lines.clone();
        lines.sort();
        (run, lines, as_written)
    };
    let (expected, lines, written) = run(&[vehicle.path()], b"");
    assert!(expected.code == 0 && lines.len() > 10, "{expected:?}");
    for arguments in [
        &[vehicle.path(), "--threads", "1"][..],
        &[vehicle.path(), "--threads", "5"],
        &[vehicle.path(), "--order", "vehicle"],
        &[vehicle.path(), "--order", "any"],
        &[time.path()],
        &[packed.path(), "--threads", "3"],
    ] {
        let (found, found_lines, found_written) = run(arguments, b"");
        assert_eq!(found.stdout, expected.stdout, "{arguments:?}");
        assert_eq!(found_lines, lines, "{arguments:?}");
        if arguments.first() == Some(&vehicle.path()) && !arguments.contains(&"any") {
            assert_eq!(found_written, written);
        }
    }
    for stdin in [&by_vehicle, &by_time, &gzip(&by_vehicle)] {
        let (found, found_lines, _) = run(&["-"], stdin);
        assert_eq!((found.stdout, found_lines), (expected.stdout.clone(), lines.clone()));
    }
    // A line that is cut in two by the split is two lines that are no events.
    let (found, ..) = run(&[parts.path(), rest.path()], b"");
    assert_eq!((found.code, found.stderr.lines().count()), (1, 2), "{found:?}");
    let (refused, ..) = run(&[time.path(), "--order", "vehicle"], b"");
    assert!(refused.code == 2 && refused.stderr.contains("comes again"), "{refused:?}");
}

#[test]
fn output_is_as_it_was() {
    let fleet = Fleet { cars: 60, days: 7, events: 7_200, seed: 7 };
    let mut history = Vec::new();
    write_history(&fleet, Order::Time, 1, &mut history).unwrap();
    let history = String::from_utf8(history).unwrap();
    let hot = |name: &str| format!("../cli/tests/packs/{name}.yaml");
    let (good, better) = (hot("good"), hot("better"));
    let damaged = history.lines().take(100).collect::<Vec<_>>().join("\n").replacen(
        "car_ignition\",\"value\":true",
        "car_ignition\",\"value\":tru",
        1,
    ) + "\nnot an event\n\n{\"id\":1,\"time\":\"2026-06-01T00:00:00Z\",\"type\":\"car_ignition\",\"value\":true}\n";
    for (name, arguments, stdin) in [
        ("rules-backtest", &["standard", "-"][..], &history),
        ("rules-backtest-json", &[&better, "-", "--json"], &history),
        ("rules-backtest-against", &[&better, "-", "--against", &good], &history),
        ("rules-backtest-against-json", &[&better, "-", "--against", &good, "--json"], &history),
        ("rules-backtest-damaged", &["standard", "-"], &damaged),
        ("rules-backtest-nothing", &["standard", "-"], &String::new()),
        ("rules-backtest-no-file", &["standard", "no-such-file"], &String::new()),
        ("help-rules-backtest", &["--help"], &String::new()),
    ] {
        assert_golden(name, &ccars(&[&["rules", "backtest"], arguments].concat(), stdin));
    }
}

#[test]
fn profiles_choose_the_parameters_of_each_vehicle() {
    let pack = "pack: {id: p, version: 1.0.0, language: 1, min_engine: 0.1.0}\n\
        signals: {engine_coolant_temperature: {max_age: 10 min}}\n\
        params: {limit: {default: 110 °C, by: {engine_family: {LM7: 121 °C}, market: {DK: 100 °C}}}}\n\
        rules:\n- id: hot\n  when: engine_coolant_temperature > $limit\n  \
        recommend: {action: book, urgency: high, message: m, args: {limit: $limit}}\n";
    let pack = Temporary::new("profiles.yaml", pack.as_bytes());
    let event = |vehicle: u32, celsius: u32| {
        format!(
            "{{\"id\":1,\"vehicleId\":{vehicle},\"organizationKey\":\"fleet\",\"time\":\"2026-06-01T00:00:00Z\",\
             \"type\":\"can_engine_coolant_temperature_celsius\",\"value\":{celsius}}}\n"
        )
    };
    let history = [event(1, 115), event(2, 115), event(3, 105), event(4, 105)].concat();
    let history = Temporary::new("profiles-history.jsonl", history.as_bytes());
    let profiles = "{\"vehicle\":\"fleet/1\",\"engine_family\":\"LM7\"}\n\n{\"market\":\"DK\",\"vehicle\":\"fleet/3\"}\n";
    let profiles = Temporary::new("profiles.jsonl", profiles.as_bytes());
    let changes = Temporary::new("profiles-changes.jsonl", b"");
    let raised = |more: &[&str]| {
        let arguments =
            [&["rules", "backtest", pack.path(), history.path(), "--changes", changes.path()], more];
        let run = ccars(&arguments.concat(), "");
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
        let vehicle = |line: &String| {
            let change: Value = serde_json::from_str(line).unwrap();
            (change["vehicle"].as_str().unwrap().to_owned(), change["args"]["limit"]["value"].as_u64())
        };
        changes.lines().iter().map(vehicle).collect::<Vec<_>>()
    };
    let car = |number: u32, limit| (format!("fleet/{number}"), Some(limit));
    assert_eq!(raised(&[]), [car(1, 110), car(2, 110)]);
    for order in ["vehicle", "any"] {
        let mut found = raised(&["--profiles", profiles.path(), "--order", order]);
        found.sort();
        assert_eq!(found, [car(2, 110), car(3, 100)], "{order}");
    }
    let wrong = Temporary::new("profiles-wrong.jsonl", b"{\"vehicle\":\"fleet/1\",\"year\":\"2020\"}\n");
    let run = backtest(&[history.path(), "--profiles", wrong.path()], b"");
    assert!(run.code == 2 && run.stderr.contains(":1: expected vehicle, engine_family"), "{run:?}");
}

#[test]
fn with_another_pack_beside_the_changes_say_whose_they_are() {
    let fleet = Fleet { cars: 60, days: 7, events: 7_200, seed: 7 };
    let file = Temporary::new("apart.jsonl", &history(&fleet, Order::Vehicle));
    let pack = |name: &str| format!("../cli/tests/packs/{name}.yaml");
    let out = Temporary::new("apart-changes.jsonl", b"");
    let changes = |arguments: &[&str]| {
        let all = [&["rules", "backtest"], arguments, &[file.path(), "--changes", out.path()]].concat();
        let run = ccars(&all, "");
        assert_eq!(run.code, 0, "{run:?}");
        out.lines()
    };
    let (good, better) = (pack("good"), pack("better"));
    let (here, there) = (changes(&[&better]), changes(&[&good]));
    let apart = changes(&[&better, "--against", &good]);
    let of = |by: &[&str]| -> Vec<String> {
        let lines = apart.iter().filter_map(|line| {
            let (found, change) = line.strip_prefix("{\"by\":\"")?.split_once("\",\"change\":")?;
            by.contains(&found).then(|| change.strip_suffix('}').unwrap().to_owned())
        });
        lines.collect()
    };
    assert_eq!((of(&["both", "here"]), of(&["both", "against"])), (here, there));
    assert_eq!((of(&["here"]).len(), of(&["against"]).len()), (3, 3), "{apart:#?}");
    let same = changes(&[&good, "--against", &good]);
    assert!(!same.is_empty() && same.iter().all(|line| line.starts_with("{\"by\":\"both\"")), "{same:?}");
}

#[test]
fn a_small_file_that_unpacks_without_an_end_is_refused() {
    let bomb = Temporary::new("bomb.gz", &gzip(&vec![b'0'; 80 << 20]));
    let run = backtest(&[bomb.path()], b"");
    assert!(run.code == 2 && run.stderr.contains("two hundred times"), "{run:?}");
}

#[test]
fn a_line_that_is_far_too_long_is_left_out_and_the_rest_is_read() {
    let mut text = history(&SMALL, Order::Vehicle);
    text.truncate(text.iter().position(|byte| *byte == b'\n').unwrap() + 1);
    let event = text.clone();
    text.extend(std::iter::repeat_n(b'x', 9 << 20));
    text.push(b'\n');
    text.extend(&event);
    let file = Temporary::new("long.jsonl", &text);
    for arguments in [&[file.path(), "--json"][..], &[file.path(), "--json", "--order", "any"]] {
        let run = backtest(arguments, b"");
        assert_eq!(run.code, 1);
        assert!(run.stderr.contains(":2: the line is longer than 1 MiB"), "{run:?}");
        let whole: Value = serde_json::from_str(run.stdout.lines().last().unwrap()).unwrap();
        assert_eq!(
            (&whole["events"], &whole["duplicates"], &whole["unreadable"]),
            (&2.into(), &1.into(), &1.into())
        );
    }
}

#[test]
fn one_event_of_one_vehicle_is_told_in_the_singular() {
    let event = "{\"id\":1,\"vehicleId\":7,\"organizationKey\":\"demo\",\"time\":\"2026-05-01T10:00:00Z\",\
                 \"type\":\"car_ignition\",\"value\":true}\n";
    let run = backtest(&["-"], event.as_bytes());
    assert!(run.stdout.contains(": 1 event of 1 vehicle (0 came twice); "), "{run:?}");
}
