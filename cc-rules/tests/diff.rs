//! What differs between two packs, in meaning.
#![cfg(feature = "source")]
#![allow(clippy::unwrap_used, reason = "tests")]

use cc_rules::source::compile;
use cc_rules::{Pack, PackDiff, PartChange, PartKind, Runner};

const BASE: &str = "
pack: {id: demo, version: 1.0.0, language: 1, min_engine: 0.1.0}
signals: {engine_coolant_temperature: {max_age: 10 min}}
codes: {misfire: {match: [P0300..P0312], status: confirmed}}
params: {limit: {default: 115 °C, by: {model: {A: 120 °C}}}}
rules:
- id: hot
  when: engine_coolant_temperature > $limit
  for: 10 s
  recommend: {action: stop_safely, urgency: critical, due: now, message: hot}
- id: misfire
  count: {code: misfire, at_least: 3, window: 7 d}
  recommend: {action: book, urgency: high, due: 7 d, message: misfire}
messages:
  en: {hot: {title: Hot, text: Stop.}, misfire: {title: Misfire, text: Book.}}
";

fn pack(text: &str) -> Pack {
    compile("pack.yaml", &[("pack.yaml", text)]).unwrap().pack
}

#[test]
fn each_change_is_told_with_its_field_before_and_after() {
    for (from, to, expected) in [
        ("version: 1.0.0", "version: 1.1.0", "changed pack\n  version: 1.0.0 → 1.1.0\n"),
        ("10 min", "90 s", "changed signal engine_coolant_temperature\n  max_age: 10 min → 90 s\n"),
        ("P0300..P0312", "P0300, P0301", "changed code misfire\n  match: P0300..P0312 → P0300, P0301\n"),
        ("115 °C", "110 °C", "changed parameter limit\n  default: 115 °C → 110 °C\n"),
        (
            "A: 120 °C",
            "B: 120 °C",
            "changed parameter limit\n  by.model.A: 120 °C → not there\n  by.model.B: not there → 120 °C\n",
        ),
        ("for: 10 s", "for: 1 min", "changed rule hot\n  for: 10 s → 1 min\n"),
        ("  for: 10 s\n", "", "changed rule hot (its timers start again)\n  for: 10 s → not there\n"),
        ("due: now", "due: 1 d", "changed rule hot\n  recommend.due: now → 1 d\n"),
        ("at_least: 3", "at_least: 4", "changed rule misfire\n  count.at_least: 3 → 4\n"),
        (
            "window: 7 d",
            "window: 5 drives",
            "changed rule misfire (its timers start again)\n  count.window: 7 d → 5 drives\n",
        ),
        ("text: Stop.", "text: Stop now.", "changed message en.hot\n  text: Stop. → Stop now.\n"),
    ] {
        let diff = PackDiff::between(&pack(BASE), &pack(&BASE.replacen(from, to, 1)));
        assert_eq!(diff.to_string(), expected, "{from} → {to}");
    }
}

#[test]
fn what_does_not_change_the_meaning_is_no_difference() {
    let again =
        BASE.replace("- id: hot\n", "# A comment.\n- id: hot\n").replace("for: 10 s", "for: 10000 ms");
    assert!(PackDiff::between(&pack(BASE), &pack(&again)).is_empty());
}

#[test]
fn a_part_that_is_new_in_one_direction_is_gone_in_the_other() {
    let without = BASE
        .replace(BASE.split_once("- id: misfire").unwrap().1.split_once("messages:").unwrap().0, "")
        .replace("- id: misfire", "");
    let (small, large) = (pack(&without), pack(BASE));
    let diff = PackDiff::between(&small, &large);
    let rule = &diff.parts[0];
    assert_eq!((rule.kind, &*rule.name, rule.change), (PartKind::Rule, "misfire", PartChange::Added));
    assert!(diff.to_string().starts_with("added rule misfire\n  count.at_least: 3\n"), "{diff}");
    let back = PackDiff::between(&large, &small);
    assert_eq!(back.parts[0].change, PartChange::Removed);
    assert!(
        back.parts[0]
            .to_canonical_json()
            .starts_with(r#"{"change":"removed","fields":[{"field":"count.at_least","new":null,"old":"3"},"#)
    );
}

/// The word about timers is the engine's own: a state of the old pack is read under the new one.
#[test]
fn timers_start_again_exactly_where_the_engine_resets_a_rule() {
    for (from, to) in [
        ("for: 10 s", "for: 1 min"),
        ("  for: 10 s\n", ""),
        ("window: 7 d", "window: 8 d"),
        ("at_least: 3", "at_least: 2"),
    ] {
        let (old, new) = (pack(BASE), pack(&BASE.replacen(from, to, 1)));
        let mut runner = Runner::new(old.clone(), chrono::TimeDelta::zero());
        let event = |text: &str| cc_core::Event::from_json(text).unwrap();
        let common = r#""vehicleId":7,"organizationKey":"demo","time":"2026-05-01T10:00:00Z""#;
        runner.feed([
            event(&format!(r#"{{"id":1,{common},"type":"can_engine_coolant_temperature_celsius","value":118}}"#)),
            event(&format!(
                r#"{{"id":2,{common},"type":"can_dtc","code":"030100","diff":"add","status":"2f","sourceType":"j2012","txId":"0x7e0","transport":"ISOTP","application":"UDS"}}"#
            )),
        ]);
        runner.drain();
        let (_, lost) = Runner::restore(new.clone(), chrono::TimeDelta::zero(), &runner.save()).unwrap();
        let reset: Vec<_> = lost.into_iter().flat_map(|(_, migration)| migration.reset).collect();
        let diff = PackDiff::between(&old, &new);
        let told: Vec<_> =
            diff.parts.into_iter().filter(|part| part.starts_again).map(|part| part.name).collect();
        assert_eq!(told, reset, "{from} → {to}");
    }
}
