//! The tests of the standard pack notice mistakes: each rule is broken in many small ways, one at a time, and some test
//! of the pack has to fail.
#![cfg(feature = "source")]
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test reads the sources of the pack")]

mod mutation;
#[path = "common/standard_pack.rs"]
mod standard_pack;

use std::collections::{BTreeMap, BTreeSet};

use cc_rules::Pack;
use cc_rules::source::Compiled;
use cc_rules::testing::PackTest;
use mutation::{Mutant, expression_mutants, mutants, params_by_vehicle, without_numbers};
use serde_json::Value;
use standard_pack::compiled;

/// Mutants that mean what the rule means, and why: no test can tell them apart.
const EQUIVALENT: &[(&str, &str)] = &[];

fn json(compiled: &Compiled) -> Value {
    serde_json::from_str(compiled.pack.to_canonical_json()).unwrap()
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

/// The rules whose changes depend on each other: those of one group, and those that silence it.
fn company(pack: &Value, rule: &str) -> BTreeSet<String> {
    let rules = pack["rules"].as_array().unwrap();
    let group = |rule: &Value| rule["group"].as_str().unwrap_or(text(rule, "id")).to_owned();
    let mut ids = BTreeSet::from([rule.to_owned()]);
    let mut groups = BTreeSet::new();
    loop {
        let before = (ids.len(), groups.len());
        let known = ids.clone();
        for rule in rules.iter().filter(|rule| known.contains(text(rule, "id"))) {
            groups.insert(group(rule));
            for silencer in rule["suppressed_by"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                match silencer.strip_prefix("group:") {
                    Some(name) => groups.insert(name.to_owned()),
                    None => ids.insert(silencer.to_owned()),
                };
            }
        }
        ids.extend(
            rules.iter().filter(|rule| groups.contains(&group(rule))).map(|rule| text(rule, "id").to_owned()),
        );
        if before == (ids.len(), groups.len()) {
            return ids;
        }
    }
}

/// The pack with these rules alone.
fn reduced(pack: &Value, keep: &BTreeSet<String>) -> Value {
    let mut small = pack.clone();
    small["rules"].as_array_mut().unwrap().retain(|rule| keep.contains(text(rule, "id")));
    let kept = small["rules"].as_array().unwrap();
    let mut keys: BTreeSet<String> =
        kept.iter().map(|rule| text(&rule["recommend"], "message").to_owned()).collect();
    keys.extend(
        kept.iter()
            .flat_map(|rule| rule["escalate"].as_array().into_iter().flatten())
            .map(|stage| text(stage, "message").to_owned()),
    );
    for (_, catalogue) in small["messages"].as_object_mut().unwrap() {
        catalogue.as_object_mut().unwrap().retain(|key, _| keys.contains(key));
    }
    small
}

fn load(pack: &Value) -> Result<Pack, String> {
    Pack::load(pack.to_string().as_bytes()).map_err(|found| found.to_string())
}

fn noticed(pack: &Pack, tests: &[&PackTest]) -> bool {
    tests.iter().any(|test| !test.run(pack).passed())
}

#[test]
fn every_small_mistake_in_a_rule_is_noticed_by_a_test_of_the_pack() {
    let compiled = compiled();
    let pack = json(&compiled);
    let only = std::env::var("CC_MUTATIONS_OF").ok();
    let mut own: BTreeMap<&str, Vec<&PackTest>> = BTreeMap::new();
    let mut of_all = Vec::new();
    for test in &compiled.tests {
        match &test.rule {
            Some(rule) => own.entry(rule).or_default().push(test),
            None => of_all.push(test),
        }
    }
    let none = Vec::new();
    let (mut tried, mut refused, mut alive) = (0, 0, BTreeSet::new());
    let mut attempt = |small: &Value, whole: &Value, mutant: &Mutant, index: Option<usize>| {
        let tests = own.get(mutant.rule.as_str()).unwrap_or(&none);
        // The mutant is made in the small pack; where its own tests see nothing, the tests of whole situations are asked.
        let Ok(broken) = load(&mutant.pack) else {
            refused += 1;
            return;
        };
        tried += 1;
        if noticed(&broken, tests) {
            return;
        }
        let mut complete = whole.clone();
        complete["params"] = mutant.pack["params"].clone();
        if let Some(index) = index {
            let place =
                small["rules"].as_array().unwrap().iter().position(|rule| text(rule, "id") == mutant.rule);
            complete["rules"][index] = mutant.pack["rules"][place.unwrap()].clone();
        }
        let complete = load(&complete).unwrap_or_else(|found| panic!("{}: {found}", mutant.name));
        if !noticed(&complete, &of_all) {
            alive.insert(mutant.name.clone());
        }
    };
    for (index, rule) in pack["rules"].as_array().unwrap().iter().enumerate() {
        let id = text(rule, "id");
        if only.as_ref().is_some_and(|only| !id.starts_with(only.as_str())) {
            continue;
        }
        let small = reduced(&pack, &company(&pack, id));
        let intact = load(&small).unwrap_or_else(|found| panic!("{id}: {found}"));
        let tests = own.get(id).unwrap_or(&none);
        for test in tests {
            assert!(test.run(&intact).passed(), "{id}: {} fails without a mistake", test.name);
        }
        let place =
            small["rules"].as_array().unwrap().iter().position(|rule| text(rule, "id") == id).unwrap();
        for mutant in mutants(&small, place) {
            attempt(&small, &pack, &mutant, Some(index));
        }
    }
    if only.is_none() {
        for mutant in params_by_vehicle(&pack) {
            attempt(&pack, &pack, &mutant, None);
        }
    }
    println!("{tried} mutants tried, {refused} refused by the compiler, {} not noticed", alive.len());
    let equivalent: BTreeSet<String> = EQUIVALENT.iter().map(|(name, _)| (*name).to_owned()).collect();
    let survivors: Vec<_> = alive.difference(&equivalent).cloned().collect();
    assert!(survivors.is_empty(), "no test of the pack notices\n  {}", survivors.join("\n  "));
    if only.is_none() {
        let stale: Vec<_> = equivalent.difference(&alive).cloned().collect();
        assert!(
            stale.is_empty(),
            "noticed after all, or gone: take them off the list\n  {}",
            stale.join("\n  ")
        );
    }
}

#[test]
fn no_two_rules_differ_by_a_number_alone() {
    fn strip(value: &Value) -> Value {
        match value {
            Value::Number(_) => 0.into(),
            Value::String(text) => without_numbers(text).into(),
            Value::Array(list) => list.iter().map(strip).collect(),
            Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), strip(value))).collect(),
            other => other.clone(),
        }
    }
    let pack = json(&compiled());
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for rule in pack["rules"].as_array().unwrap() {
        let mut asks = rule.as_object().unwrap().clone();
        for key in ["id", "what", "why", "source", "recommend", "escalate", "group", "suppressed_by"] {
            asks.remove(key);
        }
        for key in ["for", "max_gap", "cooldown", "valid_for"] {
            asks.remove(key);
        }
        let asks = strip(&Value::Object(asks)).to_string();
        let id = text(rule, "id");
        if let Some(twin) = seen.insert(asks, id) {
            panic!("{id} and {twin} ask the same but for a number");
        }
    }
}

#[test]
fn an_operator_or_a_number_is_changed_at_a_time() {
    let changed = |text: &str| expression_mutants(text).into_iter().map(|(_, text)| text).collect::<Vec<_>>();
    for (text, expected) in [
        ("a < b && !c", &["a >= b && !c", "a < b || !c"][..]),
        ("a1 == 'x < y'", &["a1 != 'x < y'"]),
        ("v < 12 V", &["v >= 12 V", "v < 11.40000 V", "v < 12.60000 V"]),
        ("n > 0 d", &["n <= 0 d", "n > -1 d", "n > 1 d"]),
        ("lamp || $limit.x", &["lamp && $limit.x"]),
    ] {
        assert_eq!(changed(text), expected, "{text}");
    }
    assert_eq!(without_numbers("a1 < 12.5 V || b >= $limit"), "a1 < # V || b >= #");
}
