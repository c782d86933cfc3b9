//! Packs that ask for too much: refused with a message, at once, on a small stack.
#![cfg(feature = "source")]
#![allow(clippy::unwrap_used, reason = "tests")]
#![allow(clippy::disallowed_methods, reason = "threads with a small stack, and a look at the clock")]

mod common;

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use cc_rules::{Pack, source};

const HEADER: &str = "pack: {id: test, version: 1.0.0, language: 1, min_engine: 0.2.0}\n";
const ADVICE: &str = "recommend: {action: book, urgency: low, message: m}";

/// So much stack is enough for everything, in a build without optimisation too: a thread of a phone has more.
const STACK: usize = 256 * 1024;

fn on_a_small_stack<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    std::thread::Builder::new().stack_size(STACK).spawn(work).unwrap().join().unwrap()
}

/// The codes of what is found.
fn codes(text: String) -> Vec<&'static str> {
    on_a_small_stack(move || {
        let start = Instant::now();
        let found = source::compile("p", &[("p", &text)]);
        assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
        found.err().map_or(Vec::new(), |found| found.iter().map(|found| found.code).collect())
    })
}

fn rule(when: &str) -> String {
    format!("{HEADER}rules:\n- id: a\n  when: '{when}'\n  {ADVICE}\n")
}

#[test]
fn deep_nesting_is_refused() {
    for (open, close) in [("(", ")"), ("!", ""), ("-", ""), ("true ? ", " : false"), ("true || (", ")")] {
        for depth in [64, 1_000, 20_000] {
            let text = rule(&format!("{}true{}", open.repeat(depth), close.repeat(depth)));
            assert!(!codes(text).is_empty(), "{depth} times {open}");
        }
    }
    for depth in [100, 10_000, 200_000] {
        for (open, close) in [("[", "]"), ("{a: ", "}")] {
            let text = format!("{HEADER}rules: {}{}\n", open.repeat(depth), close.repeat(depth));
            assert!(!codes(text).is_empty(), "{depth} times {open}");
            let json = format!("{}{}", open.repeat(depth), close.repeat(depth)).replace("{a: ", "{\"a\":");
            on_a_small_stack(move || assert!(Pack::load(json.as_bytes()).is_err()));
        }
    }
}

#[test]
fn huge_windows_and_spans_are_refused() {
    let huge = |block: &str| codes(format!("{HEADER}rules:\n- id: a\n  {block}\n  {ADVICE}\n"));
    for block in [
        "count: {when: ignition, at_least: 1, window: {duration: 7 d, buckets: 65}}",
        "count: {when: ignition, at_least: 1, window: 100000000 d}",
        "count: {when: ignition, at_least: 1, window: 4000000000 drives}",
        "count: {when: ignition, at_least: 1, window: {distance: 100000000 km, buckets: 5}}",
        "count: {when: ignition, at_least: 99999999999, window: 7 d}",
        "count: {when: ignition, at_least: 1, of_last: 65, per: drive}",
        "windows: {w: {of: battery_voltage, window: {duration: 7 d, buckets: 100000}}}\n  when: w.average > 12 V",
        "sequence: {steps: [{code: a}, {code: a}, {code: a}, {code: a}, {code: a}], within: 1 d}",
        "absence: {of: {signal: ignition}, for: 99999 weeks}",
        "age: {of: ignition, over: 99999999999999999999 d}",
        "when: ignition\n  for: 11000 d\n  max_gap: 1 d",
        "when: ignition\n  cooldown: 18446744073709551616 ms",
    ] {
        assert!(!huge(block).is_empty(), "{block}");
    }
    let mut windows = String::from("windows: {");
    for number in 0..9 {
        write!(windows, "w{number}: {{of: battery_voltage, window: 7 d}}, ").unwrap();
    }
    assert!(!huge(&format!("{windows}}}\n  when: w0.average > 12 V")).is_empty());
}

#[test]
fn bombs_of_cost_are_refused() {
    let terms = |count: usize| vec!["engine_speed > 1 rpm"; count].join(" && ");
    assert!(!codes(rule(&terms(2_000))).is_empty());
    let list = format!("ignition in [{}]", vec!["true"; 10_000].join(", "));
    assert!(!codes(rule(&list)).is_empty());
    let mut many = format!("{HEADER}rules:\n");
    for number in 0..5_000 {
        writeln!(many, "- {{id: r{number}, when: ignition, {ADVICE}}}").unwrap();
    }
    assert!(!codes(many).is_empty());
    assert!(!codes(format!("{HEADER}# {}\n", "x".repeat(1 << 20))).is_empty());
    let args = (0..17).map(|number| format!("a{number}: ignition")).collect::<Vec<_>>().join(", ");
    let text = format!(
        "{HEADER}rules: [{{id: a, when: ignition, recommend: {{action: book, urgency: low, message: m, args: {{{args}}}}}}}]"
    );
    assert!(!codes(text).is_empty());
    // Entities that grow, as in other formats, are not there at all.
    let text = format!("{HEADER}a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n");
    assert!(!codes(text).is_empty());
}

#[test]
fn the_biggest_pack_there_may_be_runs_on_a_small_stack() {
    let deep = format!("{}engine_speed > 1 rpm{}", "!(".repeat(10), ")".repeat(10));
    let mut text = format!("{HEADER}rules:\n");
    for number in 0..500 {
        writeln!(text, "- {{id: r{number}, when: '{deep}', {ADVICE}}}").unwrap();
    }
    on_a_small_stack(move || {
        let pack = source::compile("p", &[("p", &text)]).unwrap().pack;
        let mut state = cc_rules::VehicleState::new(&pack, common::car());
        let (applied, explained) =
            cc_rules::apply_explained(&pack, &mut state, &[common::number(0.0, "engine_speed", 900.0)]);
        assert_eq!((applied.changes.len(), explained.len()), (500, 500));
        let bytes = state.to_bytes(&pack);
        assert!(cc_rules::VehicleState::from_bytes(&pack, &bytes).is_ok());
        assert!(cc_rules::why_not(&pack, &state, "r7", common::at(1.0)).is_some());
    });
}
