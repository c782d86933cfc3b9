//! The formatter: what it may change and what it may not.
#![cfg(feature = "source")]
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "tests read the sources of the pack")]

#[path = "common/standard_pack.rs"]
mod standard_pack;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use cc_rules::source::{compile, format};
use proptest::prelude::*;
use standard_pack::sources;

fn hash(files: &BTreeMap<String, String>) -> ([u8; 32], usize) {
    let files: Vec<_> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let compiled = compile("pack.yaml", &files).unwrap();
    (compiled.pack.hash(), compiled.tests.len())
}

#[test]
fn the_standard_pack_means_the_same_and_formatting_twice_is_formatting_once() {
    let files = sources();
    let formatted: BTreeMap<_, _> =
        files.iter().map(|(name, text)| (name.clone(), format(text).unwrap())).collect();
    assert_eq!(hash(&formatted), hash(&files));
    for (name, text) in &formatted {
        assert_eq!(format(text).unwrap(), *text, "{name}");
        let comments = |text: &str| text.lines().filter(|line| line.trim_start().starts_with('#')).count();
        assert_eq!(comments(text), comments(&files[name]), "{name}");
    }
}

#[test]
fn a_rule_is_laid_out_in_one_way() {
    let text = "\
# Head.

pack: {id: demo, version: 1.0.0, language: 1, min_engine: 0.1.0}
rules:   # behind rules
# About b.
- recommend: {message: m, urgency: high, action: 'book'}  # behind recommend
  when: >-
      ignition
      && engine_speed > 0 rpm
  # About the id.
  id:   b


- {id: a,
   # Inside.
   when: 'ignition', recommend: {action: book, urgency: high, message: m}}
tests:
- name: 'it''s: quoted'


  events: {ignition: \"true\"}
  expect: []
# Foot.
";
    let expected = "\
# Head.

pack: {id: demo, version: 1.0.0, language: 1, min_engine: 0.1.0}

rules: # behind rules
# About b.
# About the id.
- id: b
  when: >-
    ignition
    && engine_speed > 0 rpm
  recommend: {action: book, urgency: high, message: m} # behind recommend

- id: a
  # Inside.
  when: ignition
  recommend: {action: book, urgency: high, message: m}

tests:
- name: \"it's: quoted\"

  events: {ignition: \"true\"}
  expect: []
# Foot.
";
    let found = format(text).unwrap();
    assert_eq!(found, expected, "{found}");
    assert_eq!(format(&found).unwrap(), found);
}

#[test]
fn long_lines_are_folded_and_long_lists_filled() {
    let words = "word ".repeat(40);
    let codes: Vec<_> = (0..40).map(|code| format!("P{code:04}")).collect();
    let text = format!(
        "codes:\n  x: {{match: [{}], status: any}}\nrules:\n- id: a\n  what: {words}\n",
        codes.join(",")
    );
    let found = format_checked(&text);
    assert!(found.lines().all(|line| line.chars().count() <= 120), "{found}");
    assert!(
        found.contains("    match: [\n      P0000, P0001,") && found.contains("  what: >-\n    word word"),
        "{found}"
    );
}

fn format_checked(text: &str) -> String {
    let found = format(text).unwrap();
    assert_eq!(format(&found).unwrap(), found, "{found}");
    found
}

#[test]
fn what_is_no_file_of_a_pack_is_refused_with_its_place() {
    for (text, line, code) in
        [("a: 1\nb: [1", 2, "yaml"), ("a: &x 1", 1, "yaml-anchor"), ("a: 1\na: 2", 2, "duplicate-key")]
    {
        let found = format(text).unwrap_err();
        assert_eq!(found.0[0].code, code, "{text}");
        assert!(found.0[0].line >= line, "{text}");
    }
}

/// Texts with all that makes quoting hard.
fn scalar() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z]{1,8}",
        "[ -~°]{0,12}",
        Just("null".to_owned()),
        Just("it's # no comment".to_owned()),
        Just("- x".to_owned()),
        "([a-z]{1,9} ){20,30}[a-z]",
        Just("two\nlines".to_owned()),
    ]
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}

proptest! {
    #[test]
    fn whatever_stands_in_a_pack_formatting_keeps_its_meaning(
        texts in prop::collection::vec(scalar(), 1..8),
        flow in any::<bool>(),
        comments in prop::collection::vec("[ -~]{0,10}", 0..4),
    ) {
        let mut text = String::from("rules:\n");
        for (index, value) in texts.iter().enumerate() {
            if let Some(comment) = comments.get(index) {
                writeln!(text, "# {comment}").unwrap();
            }
            let value = quoted(value);
            if flow {
                writeln!(text, "- {{why: {value}, list: [{value}, {value}], id: r{index}}} # behind").unwrap();
            } else {
                writeln!(text, "- why: {value} # behind\n  list:\n  - {value}\n  id: r{index}").unwrap();
            }
        }
        // The formatter itself refuses to give anything that does not read back the same.
        let once = format(&text).unwrap();
        prop_assert_eq!(format(&once).unwrap(), once);
    }

    #[test]
    fn no_text_makes_the_formatter_panic_or_change_its_mind(text in "[-a-c:#\\[\\]{},'\"|> \n]{0,40}") {
        if let Ok(once) = format(&text) {
            prop_assert_eq!(format(&once).unwrap(), once);
        }
    }
}

#[test]
fn tables_and_their_rows_have_their_keys_in_order() {
    let text = "\
rules:
- id: t
  table:
    rows:
      - recommend: {message: m, urgency: high, action: book}
        if: {on: \"true\"}
        # About the row.
        id: a
    otherwise: {recommend: {urgency: low, message: m, action: none}, what: Nothing.}
    inputs: {on: ignition}
    hit: unique
";
    let expected = "\
rules:
- id: t
  table:
    hit: unique
    inputs: {on: ignition}
    rows:
      # About the row.
      - id: a
        if: {on: \"true\"}
        recommend: {action: book, urgency: high, message: m}
    otherwise: {what: Nothing., recommend: {action: none, urgency: low, message: m}}
";
    let found = format(text).unwrap();
    assert_eq!(found, expected, "{found}");
    assert_eq!(format(&found).unwrap(), found);
}
