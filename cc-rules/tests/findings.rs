//! What a pack's author is told: one finding a mistake, in its place, with what to write instead.
#![cfg(feature = "source")]
#![allow(clippy::unwrap_used, reason = "tests")]

use cc_rules::source;

const HEAD: &str = "\
pack: {id: demo, version: 1.0.0, language: 1, min_engine: 0.1.0}
signals: {ignition: {}, battery_voltage: {max_age: 1 h}, engine_coolant_temperature: {}}
codes: {misfire: {match: [P0300..P0312]}}
rules:
";

/// A good end of any rule.
const GOOD: &str = "  recommend: {action: book, urgency: high, due: 1 d, message: m}\n";

/// Line, column, code, text and suggestion of every finding about these rules; lines count from the first rule.
fn findings(rules: &str) -> Vec<(u32, u32, &'static str, String, String)> {
    let text = format!("{HEAD}{}", rules.replace("GOOD\n", GOOD));
    let Err(found) = source::compile("pack.yaml", &[("pack.yaml", &text)]) else { return Vec::new() };
    let row = |found: &cc_rules::Diagnostic| {
        let suggestion = found.suggestion.as_deref().unwrap_or_default().to_owned();
        (found.line - 4, found.column, found.code, found.text.to_string(), suggestion)
    };
    found.iter().map(row).collect()
}

#[test]
fn a_mistake_is_one_finding_in_its_place() {
    for (rules, line, column, code, text, suggestion) in [
        // Types of events.
        (
            "- id: a\n  count: {event: car_profilng, at_least: 2, window: 7 d}\nGOOD\n",
            2,
            18,
            "unknown-event",
            "no type of event",
            "`car_profiling`",
        ),
        (
            "- id: a\n  count: {event: can_oil_degration_percent, at_least: 2, window: 7 d}\nGOOD\n",
            2,
            18,
            "unknown-event",
            "newer name",
            "`can_oil_deg",
        ),
        // Fields of codes.
        ("- id: a\n  when: misfir.count > 3\nGOOD\n", 2, 9, "unknown-name", "", "`misfire.count`"),
        (
            "- id: a\n  when: misfire.cnt > 3\nGOOD\n",
            2,
            9,
            "unknown-name",
            "the code `misfire` has no such field; it has since, count, clean_drives",
            "",
        ),
        (
            "- id: a\n  when: battery_voltage.count > 3\nGOOD\n",
            2,
            9,
            "unknown-name",
            "`battery_voltage` has no fields",
            "only codes",
        ),
        // What is not there.
        ("- id: a\n  when: ignition\n", 1, 3, "missing-key", "needs `recommend`", ""),
        ("- when: ignition\nGOOD\n", 1, 3, "missing-key", "a rule needs an `id`", ""),
        (
            "- id: a\n  when: ignition\n  recommend: {action: book, message: m}\n",
            3,
            14,
            "missing-key",
            "needs `urgency`",
            "",
        ),
        (
            "- id: a\n  when: ignition\n  recomend: {action: book, urgency: high, message: m}\n",
            3,
            3,
            "unknown-key",
            "",
            "`recommend`",
        ),
        (
            "- id: a\n  when: ignition\n  recommend: {action: book, urgenzy: high, message: m}\n",
            3,
            29,
            "unknown-key",
            "",
            "`urgency`",
        ),
        (
            "- id: a\n  when: ignition\n  recommend: {action: , urgency: high, message: m}\n",
            3,
            21,
            "empty-value",
            "",
            "",
        ),
        ("- id: a\n  when: ignition\n  recommend: book\n", 3, 14, "wrong-kind", "", ""),
        ("- id: a\n  wen: ignition\nGOOD\n", 2, 3, "unknown-key", "", "`when`"),
        ("- id: a\n  count: {code: misfire, at_least: 2}\nGOOD\n", 2, 10, "missing-key", "`window`", ""),
        ("- id: a\n  count: {code: misfire, windw: 7 d}\nGOOD\n", 2, 26, "unknown-key", "", "`window`"),
        ("- id: a\n  when: ignition\n  on_unknown: hodl\nGOOD\n", 3, 15, "unknown-word", "", "`hold`"),
        // Words of other languages and of later versions.
        (
            "- id: a\n  when: ignition\n  absent: {of: ignition}\nGOOD\n",
            3,
            3,
            "not-supported",
            "absence by this word is not part of language 1",
            "`absence: {of:",
        ),
        ("- id: a\n  when: ignition\n  slope: 3\nGOOD\n", 3, 3, "not-supported", "slope", "`windows: {"),
        ("- id: a\n  when: ignition\n  over: 5 drives\nGOOD\n", 3, 3, "not-supported", "`age`", "of_last"),
        // One mistake is not taken for two.
        (
            "- id: a\n  when: ignition\n  for: 5 minutter\n  max_gap: 1 s\nGOOD\n",
            3,
            8,
            "bad-duration",
            "",
            "",
        ),
        ("- id: a\n  when: ignition\n  for: 5 s\n  max_gap: 1 sek\nGOOD\n", 4, 12, "bad-duration", "", ""),
        (
            "- id: a\n  when: ignition\n  for: 1,5 min\n  max_gap: 1 s\nGOOD\n",
            3,
            8,
            "bad-number",
            "",
            "`1.5 min`",
        ),
        (
            "- id: a\n  when: battery_voltage < 12,4 V\nGOOD\n",
            2,
            27,
            "bad-number",
            "has a point",
            "write `12.4 V`",
        ),
        ("- id: a\n  when: P0301\nGOOD\n", 2, 9, "unknown-name", "", "under `codes`"),
        // Rules are told apart by their place, not by their id.
        (
            "- id: b\n  when: ignition\nGOOD\n- id: a\n  when: ignition\nGOOD\n- id: b\n  when: misfire\nGOOD\n",
            7,
            7,
            "duplicate-rule",
            "another rule has this id",
            "in pack.yaml at line 5",
        ),
        (
            "- id: b\n  when: ignition\nGOOD\n- id: a\n  when: ignition\n  recommend: {action: bok, urgency: high, message: m}\n",
            6,
            23,
            "unknown-word",
            "",
            "`book`",
        ),
    ] {
        let found = findings(rules);
        let [(at, from, kind, what, instead)] = &found[..] else { panic!("{rules}{found:#?}") };
        assert_eq!((*at, *from, *kind), (line, column, code), "{rules}{found:#?}");
        assert!(what.contains(text) && instead.contains(suggestion), "{rules}{found:#?}");
    }
}

/// The same for a pack of the newer engine.
fn newer(rules: &str) -> Vec<(u32, u32, &'static str, String, String)> {
    let head = HEAD.replace("min_engine: 0.1.0", "min_engine: 0.2.0");
    let text = format!("{head}{}", rules.replace("GOOD\n", GOOD));
    let Err(found) = source::compile("pack.yaml", &[("pack.yaml", &text)]) else { return Vec::new() };
    let row = |found: &cc_rules::Diagnostic| {
        let suggestion = found.suggestion.as_deref().unwrap_or_default().to_owned();
        (found.line - 4, found.column, found.code, found.text.to_string(), suggestion)
    };
    found.iter().map(row).collect()
}

#[test]
fn a_mistake_in_a_block_that_looks_back_is_one_finding_in_its_place() {
    for (line, column, code, text, suggestion) in [
        // The last units.
        ("count: {when: ignition, at_least: 3, of_last: 5}", 10, "missing-key", "`per`", ""),
        ("count: {when: ignition, at_least: 3, of_last: 5, per: drives}", 57, "unknown-word", "", "`drive`"),
        ("count: {when: ignition, at_least: 3, of_last: 65, per: drive}", 49, "out-of-range", "1 to 64", ""),
        ("count: {when: ignition, at_least: 3, of_last: 2, per: drive}", 37, "out-of-range", "more than", ""),
        ("count: {code: misfire, at_least: 3, of_last: 5, per: drive}", 10, "bad-count", "`when`", ""),
        (
            "count: {when: ignition, at_least: 1, of_last: 2, per: drive, window: 7 d}",
            72,
            "bad-count",
            "either",
            "",
        ),
        (
            "count: {when: ignition, at_least: 1, of_last: 2, per: drive, held: all}",
            70,
            "unknown-word",
            "whole",
            "",
        ),
        (
            "count: {when: ignition, at_least: 1, of_last: 2, per: sample, held: whole}",
            71,
            "bad-count",
            "drives",
            "",
        ),
        ("count: {when: misfire, at_least: 1, of_last: 2, per: sample}", 17, "no-samples", "signal", ""),
        ("count: {when: ignition, at_least: 1, window: 7 d, per: drive}", 58, "bad-count", "`of_last`", ""),
        ("count: {when: ignition, at_least: 3}", 10, "missing-key", "`window` or `of_last`", ""),
        // Sequences.
        ("sequence: {steps: [{code: misfire}], within: 5 min}", 21, "bad-sequence", "2 to 4", ""),
        (
            "sequence: {steps: [{code: misfir}, {when: ignition}], within: 5 min}",
            29,
            "unknown-name",
            "",
            "`misfire`",
        ),
        (
            "sequence: {steps: [{code: misfire}, {when: ignitio}], within: 5 min}",
            46,
            "unknown-name",
            "",
            "`ignition`",
        ),
        (
            "sequence: {steps: [{code: misfire}, {signal: ignition}], within: 5 min}",
            39,
            "bad-occurrence",
            "`when`",
            "",
        ),
        (
            "sequence: {steps: [{code: misfire, when: ignition}, {when: ignition}], within: 5 min}",
            22,
            "bad-occurrence",
            "one of",
            "",
        ),
        (
            "sequence: {steps: [{code: misfire}, {when: ignition}], within: 0 s}",
            66,
            "out-of-range",
            "longer",
            "",
        ),
        ("sequence: {steps: [{code: misfire}, {when: ignition}]}", 13, "missing-key", "`within`", ""),
        (
            "sequence: {steps: [{code: misfire}, {event: can_dtd}], within: 5 min}",
            47,
            "unknown-event",
            "",
            "`can_dtc`",
        ),
        ("sequence: [{code: misfire}, {when: ignition}]", 13, "wrong-kind", "", ""),
        // Absence and age.
        ("absence: {of: {signal: ignitio}, for: 1 d}", 26, "unknown-name", "", "`ignition`"),
        ("absence: {of: {}, for: 1 d}", 17, "bad-occurrence", "`signal`", ""),
        ("absence: {of: {signal: ignition}}", 12, "missing-key", "`for`", ""),
        ("absence: {of: {signal: ignition}, for: 4000 d}", 42, "out-of-range", "at most ten years", ""),
        (
            "absence: {of: {signal: ignition}, for: 4000 dags}",
            42,
            "bad-duration",
            "`dags` is no unit",
            "d or weeks",
        ),
        (
            "count: {when: ignition, at_least: 3, window: 100000 d}",
            48,
            "out-of-range",
            "at most ten years",
            "",
        ),
        (
            "count: {when: ignition, at_least: 3, window: 2000000 km}",
            48,
            "out-of-range",
            "a million kilometres",
            "",
        ),
        (
            "count: {when: ignition, at_least: 3, window: {duration: 40000 d, buckets: 4}}",
            59,
            "out-of-range",
            "at most ten years",
            "",
        ),
        (
            "count: {when: battery_voltage < 12,4 V, at_least: 3, window: 7 d}",
            35,
            "bad-number",
            "has a point",
            "write `12.4 V`",
        ),
        (
            "count: {when: ignition, at_least: 3, window: 1,5 h}",
            48,
            "bad-number",
            "has a point",
            "write `1.5 h`",
        ),
        ("age: {of: misfir, over: 1 d}", 13, "unknown-name", "", "`misfire`"),
        ("age: {of: ignition}", 8, "missing-key", "`over`", ""),
        ("age: {of: ignition, ovr: 1 d}", 23, "unknown-key", "", "`over`"),
        // Windows.
        (
            "windows: {w: {of: ignition, window: 7 d}}\n  when: w.count > 1",
            21,
            "type-mismatch",
            "numbers",
            "",
        ),
        ("windows: {w: {of: 5 V, window: 7 d}}\n  when: w.count > 1", 21, "no-samples", "signal", ""),
        (
            "windows: {w: {of: battery_voltag, window: 7 d}}\n  when: w.count > 1",
            21,
            "unknown-name",
            "",
            "`battery_voltage`",
        ),
        ("windows: {w: {of: battery_voltage}}\n  when: w.count > 1", 16, "missing-key", "`window`", ""),
        (
            "windows: {w: {of: battery_voltage, window: 7 d, at_least: 0}}\n  when: w.count > 1",
            61,
            "out-of-range",
            "",
            "",
        ),
        (
            "windows: {ignition: {of: battery_voltage, window: 7 d}}\n  when: ignition",
            13,
            "duplicate-key",
            "already",
            "",
        ),
        (
            "windows: {w: {of: battery_voltage, window: {duration: 7 d, buckets: 65}}}\n  when: w.count > 1",
            46,
            "out-of-range",
            "64",
            "",
        ),
        (
            "windows: {w: {of: battery_voltage, window: 7 d}, v: {of: w.average, window: 7 d}}\n  when: w.count > 1",
            60,
            "window-of-window",
            "",
            "",
        ),
        (
            "windows: {w: {of: battery_voltage, window: 7 d}}\n  absence: {of: {when: w.count > 1}, for: 1 d}",
            24,
            "window-of-window",
            "",
            "",
        ),
    ] {
        let rules = format!("- id: a\n  {line}\nGOOD\n");
        let found = newer(&rules);
        let [(at, from, kind, what, instead)] = &found[..] else { panic!("{rules}{found:#?}") };
        let last = if rules.contains("absence: {of: {when: w") { 3 } else { 2 };
        assert_eq!((*at, *from, *kind), (last, column, code), "{rules}{found:#?}");
        assert!(what.contains(text) && instead.contains(suggestion), "{rules}{found:#?}");
    }
}

#[test]
fn a_field_of_a_window_is_read_as_what_it_is() {
    let window = "windows: {week: {of: engine_coolant_temperature, window: 7 d}}";
    for (when, column, code, text, suggestion) in [
        (
            "week.averag > 90 °C",
            9,
            "unknown-name",
            "the window `week` has no such field; it has average, change",
            "`week.average`",
        ),
        ("week > 90 °C", 9, "unknown-name", "read by its fields", "`week.average`"),
        ("wek.average > 90 °C", 9, "unknown-name", "", "`week.average`"),
        ("week.average > 90 V", 9, "unit-mismatch", "", ""),
        ("week.sum > 90 °C", 9, "temperature-sum", "do not add up", "`average`"),
        ("week.count > 5.0 V", 9, "missing-unit", "plain number", ""),
    ] {
        let found = newer(&format!("- id: a\n  {window}\n  when: {when}\nGOOD\n"));
        let [(at, from, kind, what, instead)] = &found[..] else { panic!("{when}{found:#?}") };
        assert_eq!((*at, *from, *kind), (3, column, code), "{when}{found:#?}");
        assert!(what.contains(text) && instead.contains(suggestion), "{when}{found:#?}");
    }
}

#[test]
fn a_block_that_an_older_engine_lacks_asks_for_a_newer_one() {
    for block in [
        "sequence: {steps: [{code: misfire}, {when: ignition}], within: 5 min}",
        "absence: {of: {code: misfire}, for: 5 min}",
        "age: {of: misfire, over: 5 min}",
        "windows: {w: {of: battery_voltage, window: 7 d}}\n  when: w.count > 1",
        "count: {when: ignition, at_least: 1, of_last: 2, per: drive}",
    ] {
        let rules = format!("- id: a\n  {block}\nGOOD\n");
        assert_eq!(newer(&rules), [], "{block}");
        let text = format!("{HEAD}{}", rules.replace("GOOD\n", GOOD));
        let found = source::compile("pack.yaml", &[("pack.yaml", &text)]).unwrap_err();
        assert_eq!(
            found.to_string(),
            "pack.yaml:1:59: an older engine does not know all blocks of the rules [engine-too-low]; write `min_engine: 0.2.0`"
        );
    }
}

/// A rule that passes one argument, and a test of it with this in it.
fn findings_of_test(fields: &str) -> Vec<(u32, u32, &'static str, String, String)> {
    findings(&format!(
        "- id: a\n  when: engine_coolant_temperature > 110 °C\n  recommend: {{action: book, urgency: high, message: m, \
         args: {{limit: 110 °C}}}}\ntests:\n- name: t\n  {fields}\n"
    ))
}

#[test]
fn a_mistake_in_a_test_is_found_where_it_stands() {
    for (fields, column, code, text, suggestion) in [
        ("events: {engine_coolant_temperature: 250 °Fx3@1s}", 12, "bad-sample", "no value", "`110°C`"),
        ("events: {engine_coolant_temperature: 12kmx3@1s}", 12, "bad-sample", "no value", "`110°C`"),
        ("events: {ignition: 1}", 12, "bad-sample", "no value", "`true`"),
        (
            "expect: [{at: 1 s, raised: a, args: {limi: 110}}]",
            39,
            "unknown-argument",
            "does not pass",
            "`limit`",
        ),
        (
            "expect: [{at: 1 s, raised: a, args: {battery_voltage: 12}}]",
            39,
            "unknown-argument",
            "does not pass",
            "`args: [battery_voltage]`",
        ),
        (
            "expect: [{at: 1 s, cleared: a, args: {limit: 110}}]",
            40,
            "unknown-argument",
            "a clearing has no arguments",
            "",
        ),
        (
            "expect: [{at: 1 s, raised: a, args: {limit: 112 V}}]",
            39,
            "bad-argument",
            "`limit` is never such a value",
            "write a number in °C: `12 °C`",
        ),
        ("expect: [{at: 1 s, raised: a, args: {limit: hot}}]", 39, "bad-argument", "`limit`", "°C"),
        ("expect: [{at: 1x, raised: a}]", 17, "bad-duration", "", ""),
        ("expect: [{raised: a}]", 12, "missing-key", "expected `at`", ""),
        ("expect: [{at: 1 s, raised: b}]", 30, "unknown-rule", "no such rule", ""),
    ] {
        let found = findings_of_test(fields);
        let [(line, from, kind, what, instead)] = &found[..] else { panic!("{fields}{found:#?}") };
        assert_eq!((*line, *from, *kind), (6, column, code), "{fields}{found:#?}");
        assert!(what.contains(text) && instead.contains(suggestion), "{fields}{found:#?}");
    }
}

#[test]
fn a_sample_may_have_a_unit_of_its_signals_dimension() {
    let rules = format!(
        "{HEAD}- id: a\n  when: engine_coolant_temperature > 110 °C\n  recommend: {{action: book, urgency: high, \
         message: m, args: [engine_coolant_temperature]}}\n\
         tests:\n- name: t\n  events: {{engine_coolant_temperature: \"220°F 239°Fx2@1s 90°C\"}}\n  \
         expect: [{{at: 1 s, raised: a, args: {{engine_coolant_temperature: 115 °C}}}}, {{at: 4 s, cleared: a}}]\n"
    );
    let compiled = source::compile("pack.yaml", &[("pack.yaml", &rules)]).unwrap();
    let outcome = compiled.tests[0].run(&compiled.pack);
    assert!(outcome.passed(), "{outcome}");
}

#[test]
fn two_rules_of_one_id_keep_their_own_places() {
    let rules = "- id: a\n  when: ignition\n- id: a\n  when: engine_speed > 3000\nGOOD\n";
    let places: Vec<_> = findings(rules).into_iter().map(|(line, _, code, ..)| (line, code)).collect();
    assert_eq!(places, [(1, "missing-key"), (3, "duplicate-rule"), (4, "missing-unit")]);
}

#[test]
fn every_type_of_event_can_be_counted_by_its_current_name() {
    let structured = cc_core::structured_types();
    let names =
        structured.iter().map(|kind| kind.name).chain(cc_core::catalogue().iter().map(|row| row.stream));
    for name in names {
        let rules = format!("- id: a\n  count: {{event: {name}, at_least: 2, window: 7 d}}\nGOOD\n");
        assert_eq!(findings(&rules), [], "{name}");
    }
}

#[test]
fn what_is_hardly_ever_meant_is_a_warning_in_its_place() {
    let warnings = |text: &str| {
        let compiled = source::compile("pack.yaml", &[("pack.yaml", text)]).unwrap();
        compiled.warnings.iter().map(|found| (found.line, found.column, found.code)).collect::<Vec<_>>()
    };
    let words = "messages: {en: {m: Stop.}}\n";
    for (when, expected) in [
        ("engine_coolant_temperature > 400 °C", Some("never-true")),
        ("ignition && engine_coolant_temperature > 400 °C", Some("never-true")),
        ("engine_coolant_temperature < 752 °F", Some("always-true")),
        ("ignition || engine_coolant_temperature < 752 °F", Some("always-true")),
        ("3 > 2", Some("always-true")),
        ("false", Some("never-true")),
        ("ignition || engine_coolant_temperature > 400 °C", None),
        ("engine_coolant_temperature > 110 °C", None),
        ("ignition", None),
    ] {
        let text = format!("{HEAD}- id: a\n  when: {when}\n{GOOD}{words}");
        // A condition that is never true is so by one of its parts.
        let column = if when.starts_with("ignition &&") { 21 } else { 9 };
        assert_eq!(warnings(&text), Vec::from_iter(expected.map(|code| (6, column, code))), "{when}");
    }
    let rule = format!("{HEAD}- id: a\n  when: engine_coolant_temperature > $hot\n{GOOD}");
    let params = "params: {hot: 110 °C, ho: 1 V}\n";
    let messages = "messages:\n  da: {m: Stop., n: Nej.}\n  en: {m: Stop., n: No.}\n";
    let text = format!("{rule}{params}{messages}");
    assert_eq!(warnings(&text), [(8, 23, "unused-param"), (10, 18, "unused-message")]);
    assert_eq!(warnings(&format!("{rule}params: {{hot: 110 °C}}\n")), [(7, 63, "missing-message")]);
}

#[test]
fn a_version_of_the_language_is_no_language() {
    let text = format!("{HEAD}- id: a\n  when: ignition\n{GOOD}").replace("language: 1", "language: da");
    let found = source::compile("pack.yaml", &[("pack.yaml", &text)]).unwrap_err();
    assert_eq!(
        found.to_string(),
        "pack.yaml:1:44: not a whole number [not-a-whole-number]; `language` is the version of the rule language: write `language: 1`"
    );
}

#[test]
fn a_misspelt_message_is_guessed() {
    let text = format!("{HEAD}- id: a\n  when: ignition\n{GOOD}messages: {{en: {{n: No.}}}}\n");
    let found = source::compile("pack.yaml", &[("pack.yaml", &text)]).unwrap_err();
    assert!(found.to_string().ends_with("[missing-message]; did you mean `n`?"), "{found}");
}
