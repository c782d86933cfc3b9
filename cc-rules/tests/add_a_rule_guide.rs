//! The change that `docs/guides/add-a-rule.md` shows is applied to the pack as it is, compiled and tested.
#![cfg(feature = "source")]
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test reads the guide and the sources of the pack"
)]

#[path = "common/pack_texts.rs"]
mod pack_texts;
#[path = "common/standard_pack.rs"]
mod standard_pack;

use std::collections::BTreeMap;

use cc_rules::Diagnostics;
use cc_rules::source::{Compiled, compile, format, reference};
use standard_pack::sources;

const GUIDE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/guides/add-a-rule.md");

#[test]
fn the_change_of_the_guide_applies_compiles_and_passes_its_tests() {
    let compiled = try_compile(&changed()).unwrap_or_else(|found| panic!("{found}"));
    assert!(compiled.pack.rule("water-in-fuel").is_some());
    let own: Vec<_> =
        compiled.tests.iter().filter(|test| test.rule.as_deref() == Some("water-in-fuel")).collect();
    assert_eq!(own.len(), 5);
    for test in own {
        let outcome = test.run(&compiled.pack);
        assert!(outcome.passed(), "{outcome}");
    }
}

#[test]
fn the_change_of_the_guide_is_laid_out_and_tested_as_the_pack_demands() {
    let files = changed();
    for (name, text) in &files {
        assert_eq!(format(text).as_ref(), Ok(text), "{name}");
    }
    let tests: Vec<_> = files.values().flat_map(|text| pack_texts::tests_of(text)).collect();
    assert_eq!(pack_texts::not_shown(&tests, "water-in-fuel"), [""; 0]);
    // Nor does any other rule of the pack lose what its tests show.
    let compiled = try_compile(&files).unwrap();
    for id in compiled.pack.rule_ids() {
        assert_eq!(pack_texts::not_shown(&tests, id), [""; 0]);
    }
    let page = reference(&compiled.pack, &compiled.tests, "The standard pack", "");
    assert!(page.contains("It holds when water in fuel lamp"), "{page}");
}

#[test]
fn who_has_made_the_change_of_the_guide_already_is_not_told_to_make_it() {
    let once = changed();
    assert_eq!(apply(once.clone()), once);
    assert_ne!(once, sources_without_the_change());
}

#[test]
fn a_rule_of_ones_own_may_stand_where_the_guide_puts_its_own() {
    let mut files = changed();
    let hunks = hunks_of_the_guide();
    for text in files.values_mut() {
        for hunk in &hunks {
            let own = hunk
                .added
                .replace("water-in-fuel", "water-in-diesel")
                .replace("water_in_fuel:", "water_in_diesel:");
            *text = text.replacen(
                &hunk.added,
                &own.replace("message: water_in_fuel", "message: water_in_diesel"),
                1,
            );
        }
    }
    let both = apply(files.clone());
    assert_ne!(both, files);
    let compiled = try_compile(&both).unwrap_or_else(|found| panic!("{found}"));
    assert!(["water-in-fuel", "water-in-diesel"].iter().all(|id| compiled.pack.rule(id).is_some()));
}

#[test]
fn the_mistake_of_the_guide_is_reported_as_it_says() {
    let mut files = changed();
    let diesel = files.get_mut("rules/diesel.yaml").unwrap();
    *diesel = diesel.replacen("  for: 1 min\n  max_gap: 1 d\n", "  for: 1 min\n", 1);
    let found = try_compile(&files).unwrap_err().to_string();
    let guide = std::fs::read_to_string(GUIDE).unwrap();
    let shown = guide.split_once("```text\n").unwrap().1.split_once("\n```").unwrap().0;
    assert!(found.contains(shown), "{found}");
}

#[test]
fn the_rules_over_time_compile_and_do_what_the_guide_says() {
    let guide = std::fs::read_to_string(GUIDE).unwrap();
    let section = guide.split_once("## 3. Over time").unwrap().1.split_once("\n## 4.").unwrap().0;
    let rules: Vec<_> =
        section.split("```yaml\n").skip(1).map(|part| part.split_once("```").unwrap().0).collect();
    let tests = "
- name: less every day
  rule: battery-sags
  events: {ignition: \"false\", battery_voltage: \"12.6x1@12h 12.4x1@12h 12.2x1@12h 12.0x1@12h\"}
  until: 4 d
  expect: [{at: 3 d, raised: battery-sags}]
- name: the same every day
  rule: battery-sags
  events: {ignition: \"false\", battery_voltage: \"12.3x8@12h\"}
  until: 4 d
  expect: []
- name: it stopped
  rule: stalled-after-misfire
  codes: [{at: 10 s, add: P0301, status: confirmed}]
  events: {engine_speed: \"900x59@1s 0x59@1s 900\"}
  expect: [{at: 1 min, raised: stalled-after-misfire}, {at: 2 min, cleared: stalled-after-misfire}]
- name: it stopped before
  rule: stalled-after-misfire
  codes: [{at: 70 s, add: P0301, status: confirmed}]
  events: {engine_speed: \"900x59@1s 0x59@1s 900\"}
  expect: []
- name: hot, not hot, hot, hot, and never scanned
  rule: often-hot
  events:
    ignition: \"truex1@10d falsex1@10d truex1@10d falsex1@10d truex1@10d falsex1@10d true\"
    engine_coolant_temperature: \"106x1@20d 90x1@20d 106x1@20d 106\"
  expect: [{at: 120 d, raised: often-hot}]
";
    let head = "pack: {id: guide, version: 1.0.0, language: 1, min_engine: 0.2.0}\ncodes: {misfire: {match: [P0300..P0312]}}\nrules:\n";
    let text = format!("{head}{}tests:{tests}", rules.concat());
    let compiled = compile("pack.yaml", &[("pack.yaml", &text)]).unwrap_or_else(|found| panic!("{found}"));
    assert_eq!(compiled.pack.rule_ids().len(), rules.len());
    assert_eq!(rules.len(), 3);
    for test in &compiled.tests {
        let outcome = test.run(&compiled.pack);
        assert!(outcome.passed(), "{outcome}");
    }
}

#[test]
fn the_table_the_stages_and_the_words_of_the_guide_do_what_it_says() {
    let guide = std::fs::read_to_string(GUIDE).unwrap();
    let section = guide.split_once("## 4. Many situations").unwrap().1;
    let parts: Vec<_> =
        section.split("```yaml\n").skip(1).map(|part| part.split_once("```").unwrap().0).collect();
    let [table, first, stages, english, german] = parts[..] else { panic!("{} parts", parts.len()) };
    let counts = "
- id: misfires
  when: misfire
  recommend: {action: book, urgency: low, message: misfires, args: {times: misfire.count}}
";
    let tests = "
tests:
- name: empty, then cold
  rule: washer-empty
  events: {washer_fluid_lamp: \"true\", ambient_air_temperature: \"10x1@20d 1\"}
  until: 70 d
  expect:
  - {at: 0 s, raised: washer-empty, urgency: info}
  - {at: 14 d, updated: washer-empty, urgency: low}
  - {at: 40 d, updated: washer-empty, urgency: medium, due: now}
  - {at: 60 d, cleared: washer-empty}
- name: hot, and no lamp
  events: {engine_coolant_temperature: \"118x20@1s\"}
  expect: [{at: 10 s, raised: stop-now-heat}]
- name: no longer charged
  rule: charging-dead
  events: {engine_speed: \"900x10@1min\", battery_voltage: \"14x2@1min 12.3x7@1min\"}
  expect: [{at: 8 min, raised: charging-dead}]
";
    let head = "pack: {id: guide, version: 1.0.0, language: 1, min_engine: 0.2.0}\ncodes: {misfire: {match: [P0300..P0312]}}\nrules:\n";
    let text = format!("{head}{table}{first}{stages}{counts}{english}{tests}");
    let compiled = compile("pack.yaml", &[("pack.yaml", &text)]).unwrap_or_else(|found| panic!("{found}"));
    for test in &compiled.tests {
        let outcome = test.run(&compiled.pack);
        assert!(outcome.passed(), "{outcome}");
    }
    // What the guide says of a car without the lamp: the row below opens only because missing means no.
    let careless =
        text.replace("has(low_oil_pressure_lamp) && low_oil_pressure_lamp", "low_oil_pressure_lamp");
    assert_ne!(careless, text);
    let careless =
        compile("pack.yaml", &[("pack.yaml", &careless)]).unwrap_or_else(|found| panic!("{found}"));
    let without_lamp = careless.tests.iter().find(|test| &*test.name == "hot, and no lamp").unwrap();
    assert!(!without_lamp.run(&careless.pack).passed());
    let found =
        compile("pack.yaml", &[("pack.yaml", &text.replacen("    otherwise: none\n", "", 1))]).unwrap_err();
    let shown = "no row holds where volts = 11.8 V, runs = false";
    assert!(found.to_string().contains(shown) && section.contains(shown), "{found}");
    let pack = compiled.pack.with_catalogue("de", german).unwrap_or_else(|found| panic!("{found}"));
    let times = |value| {
        cc_core::Arguments::from([(
            "times".into(),
            cc_core::Argument::Number { value, unit: cc_core::MeasureUnit::One },
        )])
    };
    let say = |language, value| pack.message(language, "misfires", &times(value)).unwrap().text;
    assert_eq!(
        [say("en", 1.0), say("en", 3.0), say("de", 1.0), say("de", 1200.0)],
        [
            "The engine misfired.",
            "The engine misfired 3 times.",
            "1 Fehlzündung gezählt.",
            "1.200 Fehlzündungen gezählt."
        ]
    );
    assert_eq!(pack.message("de", "flat", &times(1.0)).unwrap().text, "The battery is flat.");
}

fn try_compile(files: &BTreeMap<String, String>) -> Result<Compiled, Diagnostics> {
    let files: Vec<_> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    compile("pack.yaml", &files)
}

/// The sources of the pack with the guide's diff applied.
fn changed() -> BTreeMap<String, String> {
    apply(sources())
}

/// Applies the guide's diff; what stands in the files already, because a reader made that very change, stays. Rules and
/// messages of a reader's own may stand in the same places.
fn apply(mut files: BTreeMap<String, String>) -> BTreeMap<String, String> {
    for Hunk { file, before, added, behind } in hunks_of_the_guide() {
        let text = files.get_mut(&file).unwrap();
        if text.contains(&added) {
            continue;
        }
        let places = (text.matches(&before).count(), text.contains(&behind));
        assert_eq!(places, (1, true), "the guide's context is not in {file}:\n{before}…\n{behind}");
        *text = text.replacen(&before, &format!("{before}{added}"), 1);
    }
    files
}

/// The sources of the pack as they were before a reader made the change.
fn sources_without_the_change() -> BTreeMap<String, String> {
    let mut files = sources();
    for hunk in hunks_of_the_guide() {
        let text = files.get_mut(&hunk.file).unwrap();
        *text = text.replacen(&hunk.added, "", 1);
    }
    files
}

/// One place of the diff: the lines before what is added, these, and the lines behind them.
#[derive(Default)]
struct Hunk {
    file: String,
    before: String,
    added: String,
    behind: String,
}

fn hunks_of_the_guide() -> Vec<Hunk> {
    let guide = std::fs::read_to_string(GUIDE).unwrap();
    let diff = guide.split_once("```diff\n").unwrap().1.split_once("\n```").unwrap().0;
    let mut hunks: Vec<Hunk> = Vec::new();
    let mut file = "";
    for line in diff.lines() {
        if let Some(path) = line.strip_prefix("+++ b/cc-rules/packs/standard/") {
            file = path;
        } else if line.starts_with("@@") {
            hunks.push(Hunk { file: file.to_owned(), ..Hunk::default() });
        } else if let (Some(hunk), Some((mark, rest))) = (hunks.last_mut(), line.split_at_checked(1)) {
            if line.starts_with("--- a/") {
                continue;
            }
            let part = match mark {
                "+" => &mut hunk.added,
                _ if hunk.added.is_empty() => &mut hunk.before,
                _ => &mut hunk.behind,
            };
            part.extend([rest, "\n"]);
        }
    }
    hunks
}
