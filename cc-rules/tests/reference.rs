//! The reference page of rules is true: its pack compiles, its test passes, its limits are the real ones.
#![cfg(feature = "source")]
#![allow(clippy::unwrap_used, reason = "tests")]

use cc_rules::{limits, source};

const PAGE: &str = include_str!("../../docs/reference/rules.md");

/// The blocks of YAML that begin with these words.
fn block(start: &str) -> &'static str {
    let mut blocks = PAGE.split("```yaml\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    blocks.find(|block| block.starts_with(start)).unwrap()
}

#[test]
fn the_example_compiles_and_its_test_passes() {
    let text = format!("{}{}", block("pack:"), block("tests:"));
    let files = [("pack.yaml", text.as_str()), ("rules/engine.yaml", "")];
    let compiled = source::compile("pack.yaml", &files).unwrap_or_else(|found| panic!("{found}"));
    assert_eq!(compiled.tests.len(), 1);
    let outcome = compiled.tests[0].run(&compiled.pack);
    assert!(outcome.passed(), "{outcome}");
}

#[test]
fn the_example_of_a_count_is_one() {
    let count = block("count:").lines().next().unwrap();
    let text = format!(
        "pack: {{id: t, version: 1.0.0, language: 1, min_engine: 0.1.0}}\nrules:\n- id: weak\n  {count}\n  recommend: {{action: book, urgency: low, message: m}}\n"
    );
    assert!(source::compile("pack.yaml", &[("pack.yaml", &text)]).is_ok());
}

#[test]
fn the_limits_are_the_ones_of_the_code() {
    let thousands = |value: usize| {
        if value < 1_000 { value.to_string() } else { format!("{},{:03}", value / 1_000, value % 1_000) }
    };
    for (value, what) in [
        (limits::MAX_RULES, "rules"),
        (limits::MAX_SIGNALS, "signals"),
        (limits::MAX_BUCKETS as usize, "buckets a window"),
        (limits::MAX_ARGS, "arguments a message"),
    ] {
        let text = format!("{} {what}", thousands(value));
        assert!(PAGE.contains(&text), "{text}");
    }
    assert!(PAGE.contains(&format!("At most {} events of a vehicle wait", thousands(limits::MAX_WAITING))));
}
