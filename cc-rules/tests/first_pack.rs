//! What the author of a first pack runs into: each slip is one finding, which says what to write.
#![cfg(feature = "source")]
#![allow(clippy::unwrap_used, reason = "tests")]

use cc_rules::source;

const HEAD: &str = "\
pack: {id: demo, version: 1.0.0, language: 1, min_engine: 0.2.0}
signals: {ignition: {}, vehicle_speed: {max_age: 1 min}, engine_coolant_temperature: {max_age: 1 min}}
";

/// Rules, and the sections behind them, under a good head: what is found there, a line each, counted from the rules.
fn found(rules: &str) -> Vec<String> {
    let text = format!("{HEAD}{rules}");
    let found = match source::compile("p", &[("p", &text)]) {
        Ok(compiled) => compiled.warnings,
        Err(found) => found,
    };
    found.iter().map(line).collect()
}

fn line(found: &cc_rules::Diagnostic) -> String {
    let mut found = found.clone();
    found.line = found.line.saturating_sub(2);
    found.to_string()
}

/// Each is a rule's end and what stands behind the rules, with the only finding.
fn assert_found(cases: &[(&str, &str)]) {
    let mut wrong = Vec::new();
    for (rules, expected) in cases {
        let found = found(rules);
        if found != [*expected] {
            wrong.push(format!("{rules}\nexpected {expected}\n{}", found.join("\n")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// A rule with these keys, whose message asks for these arguments.
fn rule(keys: &str, args: &str, text: &str) -> String {
    format!(
        "rules:\n- id: a\n{keys}  recommend: {{action: book, urgency: low, message: m, args: {args}}}\n\
         messages: {{en: {{m: {{title: T, text: \"{text}\"}}}}}}\n"
    )
}

#[test]
fn an_entry_of_a_list_of_arguments_that_is_no_text_is_a_finding() {
    let when = "  when: ignition\n";
    assert_found(&[
        (
            &rule(when, "[v: vehicle_speed]", "{v}"),
            "p:4:62: expected a text [wrong-kind]; write `{v: vehicle_speed}`",
        ),
        (
            &rule(when, "[ignition, v: vehicle_speed]", "{v} {ignition}"),
            "p:4:72: expected a text [wrong-kind]; write `{ignition: ignition, v: vehicle_speed}`",
        ),
        (&rule(when, "[[vehicle_speed]]", "T"), "p:4:62: expected a text [wrong-kind]"),
    ]);
}

#[test]
fn one_slip_does_not_make_others_of_what_depends_on_it() {
    let when = "  when: ignition\n";
    let hot = "  when: engine_coolant_temperature > $hot\n";
    let params = |rule: String, params: &str| format!("params: {{hot: {params}}}\n{rule}");
    assert_found(&[
        (
            &rule(when, "[engine_coolant_temperatur]", "{engine_coolant_temperature}"),
            "p:4:62: no signal or code has this name [unknown-name]; did you mean `engine_coolant_temperature`?",
        ),
        (
            &params(rule(hot, "[$hot]", "{hot, number, .1}"), "70 C"),
            "p:1:18: this is not a unit [unknown-unit]; write `70 °C`",
        ),
        (
            &params(rule(hot, "[$hot]", "{hot}"), "{default: 70 C, by: {market: {DK: 80 °C}}}"),
            "p:1:28: this is not a unit [unknown-unit]; write `70 °C`",
        ),
        (&params(rule(hot, "[]", "T"), ""), "p:1:13: the value is missing [empty-value]"),
        (&rule("  when: ignition\n  clear:\n", "[]", "T"), "p:4:8: the value is missing [empty-value]"),
        (&rule("  when: ignition\n  on_unknown:\n", "[]", "T"), "p:4:13: the value is missing [empty-value]"),
        (
            &rule("  when: ignition\n  suppressed_by:\n", "[]", "T"),
            "p:4:16: the value is missing [empty-value]",
        ),
        (&rule("  when:\n", "[]", "T"), "p:3:7: the value is missing [empty-value]"),
    ]);
}

#[test]
fn a_message_that_one_language_lacks_is_added_there_and_not_renamed() {
    let rule =
        "rules:\n- id: a\n  when: ignition\n  recommend: {action: book, urgency: low, message: engine_hot}\n";
    assert_found(&[
        (
            &format!("{rule}messages: {{en: {{engine_hot: T}}, da: {{}}}}\n"),
            "p:4:52: the message has no text in `da` [missing-message]; add it under `da`",
        ),
        (
            &format!("{rule}messages: {{en: {{engine_hott: T}}}}\n"),
            "p:4:52: the message has no text in `en` [missing-message]; did you mean `engine_hott`?",
        ),
    ]);
}

#[test]
fn a_decision_table_is_no_rule_and_its_rows_are() {
    let table = "rules:
- id: tyre
  table:
    hit: first
    inputs: {speed: vehicle_speed}
    rows:
    - {id: slow, if: {speed: \"< 50 km/h\"}, recommend: {action: book, urgency: low, message: m}}
    - {id: fast, if: {speed: \">= 50 km/h\"}, recommend: {action: book, urgency: low, message: m}}
- id: other
  when: ignition
  recommend: {action: book, urgency: low, message: m}
";
    let messages = "messages: {en: {m: T}}\n";
    let expected = "this is a decision table, and each of its rows is a rule [unknown-rule]; its rules are `tyre-slow`, \
                    `tyre-fast`; `group:tyre` names all of them";
    assert_found(&[
        (&format!("{table}  suppressed_by: [tyre]\n{messages}"), &format!("p:12:19: {expected}")),
        (
            &format!("{table}{messages}tests: [{{name: t, rule: tyre, events: {{}}, expect: []}}]\n"),
            &format!("p:13:25: {expected}"),
        ),
        (
            &format!(
                "{table}{messages}tests: [{{name: t, events: {{}}, expect: [{{at: 1 s, raised: tyre}}]}}]\n"
            ),
            &format!("p:13:58: {expected}"),
        ),
    ]);
}

#[test]
fn what_keeps_a_rule_from_opening_or_ending_is_a_warning() {
    let hot = "engine_coolant_temperature > 110 °C";
    let shut = "this is true whenever `when` is, so the rule never opens [never-opens]; `clear` says when it is over: \
                write what `when` excludes, or leave it out";
    let two = |when: &str, clear: &str| rule(&format!("  when: {when}\n  clear: {clear}\n"), "[]", "T");
    let clear = format!("p:4:10: {shut}");
    for (when, clear_text) in [
        (hot, hot),
        (hot, "engine_coolant_temperature > 100 °C"),
        (hot, "engine_coolant_temperature > 212 °F"),
        (hot, "engine_coolant_temperature > 100 °C || ignition"),
        ("ignition && engine_coolant_temperature > 110 °C", "engine_coolant_temperature >= 110 °C"),
        (
            "ignition && engine_coolant_temperature > 110 °C",
            "engine_coolant_temperature > 110 °C && ignition",
        ),
        ("engine_coolant_temperature > 120 °C || engine_coolant_temperature > 130 °C", hot),
        ("ignition", "ignition"),
    ] {
        assert_eq!(found(&two(when, clear_text)), [&*clear], "{when} / {clear_text}");
    }
    for clear in
        ["engine_coolant_temperature < 100 °C", "engine_coolant_temperature > 120 °C", "\"!ignition\""]
    {
        assert_eq!(found(&two(hot, clear)), [""; 0], "{clear}");
    }
    assert_eq!(
        found(&two(
            "engine_coolant_temperature > 110 °C && ignition",
            "vehicle_speed < 5 km/h || engine_coolant_temperature < 90 °C"
        )),
        [""; 0]
    );
    let whole = "ignition && (vehicle_speed > 3 km/h || ignition) && engine_coolant_temperature > 999 °C";
    assert_found(&[
        (
            &two(hot, "ignition && engine_coolant_temperature > 999 °C"),
            "p:4:22: this is true of no value from -40 to 215 °C, so it never ends the rule [never-true]",
        ),
        (
            &rule(&format!("  when: {whole}\n"), "[]", "T"),
            "p:3:61: this is true of no value from -40 to 215 °C, so the rule never opens [never-true]",
        ),
    ]);
}

#[test]
fn a_rule_that_clear_holds_shut_says_so() {
    let rules = "rules:
- id: hot
  when: engine_coolant_temperature > 110 °C
  clear: ignition
  recommend: {action: book, urgency: low, message: hot}
messages: {en: {hot: T}}
tests:
- name: shut
  events: {ignition: \"true\", engine_coolant_temperature: \"90@1s 120x9\"}
  expect: [{at: 5 s, raised: hot}]
";
    let text = format!("{HEAD}{rules}");
    let compiled = source::compile("p", &[("p", &text)]).unwrap();
    let outcome = compiled.tests[0].run(&compiled.pack).to_string();
    let expected = "hot at 2026-01-01T00:00:05Z: holds since 2026-01-01T00:00:01Z, but `clear` is true and keeps it shut\n";
    assert!(outcome.contains(expected), "{outcome}");
}

#[test]
fn a_finding_says_what_is_missing_and_where_it_belongs() {
    let when = "  when: ignition\n";
    let rest = "  recommend: {action: book, urgency: low, message: m}\nmessages: {en: {m: T}}\n";
    let plain = |keys: &str| format!("rules:\n- id: a\n{keys}{rest}");
    let test =
        |expect: &str| format!("{}tests: [{{name: t, events: {{}}, expect: [{expect}]}}]\n", plain(when));
    assert_found(&[
        (&format!("rules:\n- when: ignition\n{rest}"), "p:2:3: a rule needs an `id` [missing-key]"),
        (
            &plain("  when: ignition\n  for: 14 years\n"),
            "p:4:8: `years` is no unit [bad-duration]; write a number and a unit: ms, s, min, h, d or weeks",
        ),
        (
            &plain("  count: {when: ignition, at_least: 2, window: 0 s}\n"),
            "p:3:48: the window is longer than 0 [out-of-range]",
        ),
        (
            &plain("  when: ignition\n  severity: high\n"),
            "p:4:3: unknown key [unknown-key]; write `urgency` under `recommend`",
        ),
        (
            "rules:\n- id: a\n  when: ignition\n  urgency: high\n  recommend: {action: book, message: m}\nmessages: {en: {m: T}}\n",
            "p:4:3: unknown key [unknown-key]; write `urgency` under `recommend`",
        ),
        (
            "rules:\n- id: a\n  when: ignition\n  recommend: {action: book, severity: high, message: m}\nmessages: {en: {m: T}}\n",
            "p:4:29: unknown key [unknown-key]; write `urgency`",
        ),
        (
            "rules:\n- id: a\n  when: ignition\n  recommend: {action: book, urgency: low, due: soon, message: m}\nmessages: {en: {m: T}}\n",
            "p:4:48: not a duration [bad-duration]; write `now`, or a number and a unit: ms, s, min, h, d or weeks",
        ),
        (
            &test("{at: 1 s, opened: a}"),
            "p:6:50: unknown key [unknown-key]; a change is raised, updated or cleared",
        ),
        (
            &rule(when, "[vehicle_speed]", "{tyres}"),
            "p:5:39: the text asks for an argument that its rule `a` does not give [unknown-argument]; it gives `vehicle_speed`",
        ),
        (
            &rule(when, "[]", "{tyres}"),
            "p:5:39: the text asks for an argument that its rule `a` does not give [unknown-argument]; it gives none: add \
             `args` to its `recommend`",
        ),
        (
            &format!("{}include: [x.yaml]\n", plain(when)),
            "p:6:11: the included file cannot be opened, or was not given [missing-file]",
        ),
        (
            &format!(
                "{}tests:\n- {{name: t, events: {{}}, expect: []}}\n- {{name: t, events: {{}}, expect: []}}\n",
                plain(when)
            ),
            "p:8:10: another test has this name [duplicate-name]",
        ),
    ]);
    let head = "pack: {id: demo, version: 1.0.0, min_engine: 0.2.0}\nsignals: {ignition: {}}\n";
    let error = source::compile("p", &[("p", &format!("{head}{}", plain(when)))]).unwrap_err();
    assert_eq!(error.to_string(), "p:1:7: the key `language` is missing: write `language: 1` [missing-key]");
}
