//! Decision tables: what they become, what is said of a bad one, and that the check and the engine agree.
#![cfg(feature = "source")]
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::fmt::Write as _;

use cc_rules::{Pack, VehicleState, apply};
use common::{car, number};
use proptest::prelude::*;

const HEAD: &str = "
pack: {id: t, version: 1.0.0, language: 1, min_engine: 0.1.0}
signals:
  a: {kind: number, unit: V}
  b: {kind: number, unit: V}
  oil: {kind: number, unit: °C}
  on: {kind: boolean}
  x: {kind: number}
  y: {kind: number}
  fuel: {kind: text}
codes:
  lean: {match: [P0171]}
params:
  limit: 5 V
  other: 7 V
rules:
";

fn compiled(rules: &str) -> Result<Pack, String> {
    let text = format!("{HEAD}{rules}");
    cc_rules::source::compile("t.yaml", &[("t.yaml", &text)])
        .map(|compiled| compiled.pack)
        .map_err(|found| found.to_string())
}

/// A table with a row for each text, numbered from 0, and one advice.
fn table(hit: &str, inputs: &str, rows: &[&str], otherwise: &str) -> String {
    let mut text = format!("- id: t\n  table:\n    hit: {hit}\n    inputs: {{{inputs}}}\n    rows:\n");
    for (index, cells) in rows.iter().enumerate() {
        writeln!(text, "    - {{id: r{index}, if: {{{cells}}}, recommend: {ADVICE}}}").unwrap();
    }
    if !otherwise.is_empty() {
        writeln!(text, "    otherwise: {otherwise}").unwrap();
    }
    text
}

const ADVICE: &str = "{action: book, urgency: low, message: m}";

/// The conditions of the rules, each after its id.
fn conditions(pack: &Pack) -> Vec<String> {
    let rules = pack.rule_ids().map(|id| (id, pack.rule(id).unwrap().when.unwrap()));
    rules.map(|(id, when)| format!("{id}: {when}")).collect()
}

#[test]
fn a_table_becomes_a_rule_a_row() {
    let rules = "
- id: trim
  what: The mixture is off.
  source: product choice
  when: on
  table:
    hit: first
    inputs: {volts: a, heat: oil - 20 °C, code: lean, fuel: fuel}
    rows:
    - {id: high, if: {volts: '> 15 V', code: 'true'}, recommend: {action: book, urgency: low, message: m}}
    - {id: low, what: It is low., if: {volts: '[1 V .. 15 V)', heat: '>= 70 °C', fuel: petrol | e85}, recommend: {action: book, urgency: low, message: m}}
    - {id: apart, if: {volts: '<= $limit', code: '-'}, recommend: {action: book, urgency: low, message: m}}
    otherwise: {recommend: {action: none, urgency: info, message: m}}
  for: 1 min
  max_gap: 1 min
  cooldown: 1 d
";
    let pack = compiled(rules).unwrap();
    assert_eq!(
        conditions(&pack),
        [
            "trim-apart: on && a <= $limit && !(a > 15 V && lean) && !(a >= 1 V && a < 15 V && (oil - 20 °C) >= 70 °C && fuel in ['petrol', 'e85'])",
            "trim-high: on && a > 15 V && lean",
            "trim-low: on && a >= 1 V && a < 15 V && (oil - 20 °C) >= 70 °C && fuel in ['petrol', 'e85']",
            "trim-otherwise: on && !(a > 15 V && lean) && !(a >= 1 V && a < 15 V && (oil - 20 °C) >= 70 °C && fuel in ['petrol', 'e85']) && !(a <= $limit)",
        ]
    );
    let low = pack.rule("trim-low").unwrap();
    let shared = (low.group, low.wait, low.cooldown, low.source.map(|(document, _)| document));
    let minutes = chrono::TimeDelta::minutes;
    assert_eq!(
        shared,
        (Some("trim"), Some(minutes(1)), Some(chrono::TimeDelta::days(1)), Some("product choice"))
    );
    assert_eq!(
        (low.what, pack.rule("trim-high").unwrap().what),
        (Some("It is low."), Some("The mixture is off."))
    );
    assert_eq!(Pack::load(pack.to_canonical_json().as_bytes()).unwrap().hash(), pack.hash());
}

#[test]
fn rows_of_a_collecting_table_speak_for_themselves() {
    let pack = compiled(&table("collect", "a: a", &["a: '> 1 V'", "a: '> 2 V'"], "none")).unwrap();
    assert_eq!(conditions(&pack), ["t-r0: a > 1 V", "t-r1: a > 2 V"]);
    assert_eq!(pack.rule("t-r0").unwrap().group, None);
}

#[test]
fn the_whole_table_is_judged_with_an_example() {
    for (hit, inputs, rows, otherwise, expected) in [
        ("unique", "a: a", vec!["a: '< 1 V'", "a: '>= 1 V'"], "", None),
        (
            "unique",
            "a: a",
            vec!["a: '< 1 V'", "a: '> 1 V'"],
            "",
            Some("no row holds where a = 1 V [table-incomplete]; add a row, or say `otherwise: none`"),
        ),
        (
            "unique",
            "a: a",
            vec!["a: '<= 1 V'", "a: '>= 1 V'"],
            "none",
            Some(
                "this row and `r0` both hold, for example where a = 1 V [table-overlap]; change a cell, or write `hit: first` if the earlier row is to win",
            ),
        ),
        (
            "first",
            "a: a",
            vec!["a: '> 1 V'", "a: '> 2 V'"],
            "none",
            Some(
                "the row is never reached: earlier rows hold wherever it does, such as `r0` where a = 3 V [table-unreachable]",
            ),
        ),
        (
            "first",
            "a: a, on: on",
            vec!["a: '> 1 V'", "on: 'true'", "a: '> 2 V', on: 'false'"],
            "none",
            Some("such as `r0` where a = 3 V, on = false"),
        ),
        (
            "collect",
            "a: a",
            vec!["a: '(2 V .. 2 V)'"],
            "none",
            Some("the row is never reached: nothing fits all its cells"),
        ),
        ("collect", "a: a", vec!["a: '[3 V .. 2 V]'"], "none", Some("nothing fits all its cells")),
        (
            "unique",
            "on: on, fuel: fuel",
            vec!["on: 'true'", "on: 'false', fuel: petrol"],
            "",
            Some("no row holds where on = false, fuel is another text"),
        ),
        (
            "unique",
            "on: on, fuel: fuel",
            vec!["on: 'true'", "on: 'false', fuel: petrol", "on: 'false', fuel: '!= petrol'"],
            "",
            None,
        ),
        ("unique", "a: a", vec!["a: '< $limit'", "a: '>= $limit'"], "", None),
        (
            "unique",
            "a: a",
            vec!["a: '< $limit'", "a: '> $limit'"],
            "",
            Some("no row holds where a is equal to $limit"),
        ),
        ("unique", "a: a", vec!["a: '< $limit'", "a: '>= $other'"], "", Some("no row holds where a = 0 V")),
        ("unique", "a: a", vec!["a: '< $limit'", "a: '>= $other'"], "none", None),
        ("first", "a: a", vec!["a: '< $limit'", "a: '< 3 V'", "a: '-'"], "", None),
        ("unique", "n: lean.count", vec!["n: '< 2'", "n: '> 2'"], "", Some("no row holds where n = 2")),
        ("unique", "n: lean.count", vec!["n: '< 2'", "n: '>= 2'"], "", None),
        (
            "unique",
            "age: timestamp('2026-01-02T00:00:00Z') - today",
            vec!["age: '< 1 d'", "age: '> 1 d'"],
            "",
            Some("no row holds where age = 1 d"),
        ),
        ("unique", "level: fuel_level", vec!["level: '[0 % .. 50 %)'", "level: '[50 % .. 100 %]'"], "", None),
        (
            "unique",
            "level: fuel_level",
            vec!["level: '[0 % .. 50 %)'", "level: '(50 % .. 90 %]'"],
            "",
            Some("no row holds where level = 50 %"),
        ),
        ("unique", "p: x", vec!["p: '< 29 %'", "p: '> 29 %'"], "", Some("no row holds where p = 29 %")),
        ("unique", "p: x", vec!["p: '< 0.29'", "p: '> 0.29'"], "", Some("no row holds where p = 0.29")),
        ("unique", "t: oil", vec!["t: '< 212 °F'", "t: '>= 100 °C'"], "", None),
        (
            "first",
            "a: a",
            vec!["a: '-'"],
            "{recommend: {action: book, urgency: low, message: m}}",
            Some("`otherwise` is never reached: some row always holds"),
        ),
    ] {
        let text = table(hit, inputs, &rows, otherwise);
        match (compiled(&text), expected) {
            (Ok(_), None) => {}
            (Err(found), Some(expected)) => {
                assert!(found.contains(expected) && found.lines().count() == 1, "{text}\n{found}");
            }
            (result, _) => panic!("{text}\n{result:?}"),
        }
    }
}

#[test]
fn a_mistake_in_a_table_is_reported_at_its_place() {
    let good = table("unique", "a: a, on: on", &["a: '< 1 V', on: 'true'"], "none");
    assert!(compiled(&good).is_ok());
    let mut wrong = Vec::new();
    for (from, to, expected) in [
        (
            "< 1 V",
            "< 1 km",
            "t.yaml:22:27: length (km) and voltage (V) cannot be compared or mixed [unit-mismatch]",
        ),
        ("< 1 V", "< 1", "t.yaml:22:27: "),
        ("< 1 V", "< wrong", "t.yaml:22:27: no signal or code has this name [unknown-name]"),
        ("< 1 V", "1 V", "t.yaml:22:25: not a condition on the input [bad-cell]"),
        ("< 1 V", "< $nowhere", "t.yaml:22:27: no parameter has this name [unknown-parameter]"),
        (
            "on: 'true'",
            "on: 'yes'",
            "t.yaml:22:38: the input is true or false [bad-cell]; write `true`, `false` or `-`",
        ),
        (
            "on: 'true'",
            "onn: 'true'",
            "t.yaml:22:33: the table has no such input [unknown-input]; did you mean `on`?",
        ),
        ("a: a,", "a: aa,", "t.yaml:20:17: no signal or code has this name"),
        (
            "hit: unique",
            "hit: uniqe",
            "t.yaml:19:10: expected first, unique or collect [unknown-word]; did you mean `unique`?",
        ),
        ("    hit: unique\n", "", "t.yaml:19:5: a table needs `hit` [missing-key]"),
        ("id: r0, ", "", "t.yaml:22:7: a row has an `id` [missing-key]"),
        ("urgency: low", "urgency: lo", "t.yaml:22:81: "),
        (
            "otherwise: none",
            "otherwise: nothing",
            "t.yaml:23:16: `otherwise` says what happens where no row holds [bad-table]",
        ),
        ("  table:", "  count: {code: lean}\n  table:", "t.yaml:18:3: unknown key [unknown-key]"),
        ("  table:", "  clear: a > 1 km\n  table:", "t.yaml:18:10: "),
        ("  table:", "  when: a > 1 km\n  table:", "t.yaml:18:9: "),
        (
            "  table:",
            "  for: 1 min\n  table:",
            "t.yaml:18:8: nothing that this rule reads has a `max_age`, so `for` needs a `max_gap`",
        ),
    ] {
        assert!(good.contains(from), "{from}");
        let found = compiled(&good.replace(from, to)).unwrap_err();
        if !(found.starts_with(expected) && found.lines().count() == 1) {
            wrong.push(format!("{to}: {found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_too_big_to_be_judged_is_refused() {
    let inputs: Vec<_> = (0..8).map(|index| format!("i{index}: a + {index} V")).collect();
    let rows: Vec<_> = (0..8)
        .map(|row| (0..8).map(|index| format!("i{index}: '< {row} V'")).collect::<Vec<_>>().join(", "))
        .collect();
    let rows: Vec<_> = rows.iter().map(String::as_str).collect();
    let found = compiled(&table("collect", &inputs.join(", "), &rows, "none")).unwrap_err();
    assert!(found.contains("the inputs combine in more than 100000 ways [too-many]"), "{found}");
    let many: Vec<_> = (0..257).map(|_| "a: '< 1 V'").collect();
    let found = compiled(&table("collect", "a: a", &many, "none")).unwrap_err();
    assert!(found.contains("a table has 1 to 256 rows [bad-table]"), "{found}");
    let inputs: Vec<_> = (0..17).map(|index| format!("i{index}: a")).collect();
    let found = compiled(&table("collect", &inputs.join(", "), &["i0: '< 1 V'"], "none")).unwrap_err();
    assert!(found.contains("a table has 1 to 16 inputs [bad-table]"), "{found}");
}

/// A cell, whether it holds at a value, and its limits.
type AnyCell = (String, Holds, f64, f64);

/// The value, and the limits of the cell.
type Holds = fn(f64, f64, f64) -> bool;

fn cells() -> impl Strategy<Value = AnyCell> {
    let limit = || (1..4_u8).prop_map(f64::from);
    let kinds: Vec<(&str, Holds)> = vec![
        ("-", |_, _, _| true),
        ("< A", |x, a, _| x < a),
        ("<= A", |x, a, _| x <= a),
        ("> A", |x, a, _| x > a),
        (">= A", |x, a, _| x >= a),
        ("[A .. B)", |x, a, b| x >= a && x < b),
        ("(A .. B]", |x, a, b| x > a && x <= b),
    ];
    (prop::sample::select(kinds), limit(), limit()).prop_map(|((text, holds), a, b)| {
        (text.replace('A', &format!("{a:?}")).replace('B', &format!("{b:?}")), holds, a, b)
    })
}

/// Every value that tells limits of 1, 2 and 3 apart.
const GRID: [f64; 7] = [0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5];

fn speakers(pack: &Pack, a: f64, b: f64) -> Vec<String> {
    let mut state = VehicleState::new(pack, car());
    apply(pack, &mut state, &[number(0.0, "x", a), number(0.0, "y", b)]);
    state.open_rules(pack).map(|(id, _)| id.to_owned()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn the_check_and_the_engine_see_the_same_table(
        hit in prop::sample::select(vec!["first", "unique", "collect"]),
        rows in prop::collection::vec((cells(), cells()), 1..5),
        says_otherwise: bool,
    ) {
        let written: Vec<String> = rows.iter().map(|(a, b)| format!("a: '{}', b: '{}'", a.0, b.0)).collect();
        let written: Vec<&str> = written.iter().map(String::as_str).collect();
        let text = table(hit, "a: x, b: y", &written, if says_otherwise { "none" } else { "" });
        let holding = |a: f64, b: f64| -> Vec<usize> {
            let holds = |(x, y): &(AnyCell, AnyCell)| {
                (x.1)(a, x.2, x.3) && (y.1)(b, y.2, y.3)
            };
            (0..rows.len()).filter(|row| holds(&rows[*row])).collect()
        };
        let grid: Vec<(f64, f64)> = GRID.iter().flat_map(|a| GRID.map(|b| (*a, b))).collect();
        let reached = |row: usize| grid.iter().any(|(a, b)| {
            let holding = holding(*a, *b);
            if hit == "first" { holding.first() == Some(&row) } else { holding.contains(&row) }
        });
        let mut expected = Vec::new();
        if !says_otherwise && grid.iter().any(|(a, b)| holding(*a, *b).is_empty()) {
            expected.push("table-incomplete");
        }
        if hit == "unique" && grid.iter().any(|(a, b)| holding(*a, *b).len() > 1) {
            expected.push("table-overlap");
        }
        let asks_nothing = |row: &usize| rows[*row].0.0 == "-" && rows[*row].1.0 == "-";
        if expected.is_empty() && (0..rows.len()).all(reached) && (0..rows.len()).any(|row| asks_nothing(&row) && (hit != "first" || row == 0)) {
            expected.push("bad-table");
        }
        if (0..rows.len()).any(|row| !reached(row)) {
            expected.push("table-unreachable");
        }
        match compiled(&text) {
            Err(found) => {
                let codes: Vec<_> = ["table-incomplete", "table-overlap", "bad-table", "table-unreachable"].into_iter().filter(|code| found.contains(code)).collect();
                prop_assert_eq!(codes, expected, "{}", found);
            }
            Ok(pack) => {
                prop_assert!(expected.is_empty(), "{}", text);
                for (a, b) in grid {
                    let mut speaking: Vec<String> = holding(a, b).iter().map(|row| format!("t-r{row}")).collect();
                    if hit == "first" {
                        speaking.truncate(1);
                    }
                    prop_assert_eq!(speakers(&pack, a, b), speaking, "{} {} {}", a, b, text);
                }
            }
        }
    }
}
