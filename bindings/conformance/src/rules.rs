//! Cases made from the tests that stand in the standard pack: a new rule's tests become cases by themselves.

#![expect(clippy::disallowed_methods, reason = "the sources of the pack are files")]

use std::error::Error;
use std::fs;
use std::path::Path;

use cc_core::Timestamp;
use cc_rules::source::{Compiled, compile, includes};
use cc_rules::testing::PackTest;
use chrono::{SecondsFormat, TimeDelta};
use serde_json::json;

use crate::files::{Batch, Case, Profile};

/// The ids of the standard pack's rules.
pub fn standard_rules() -> Vec<String> {
    cc_rules::standard_pack().rule_ids().map(str::to_owned).collect()
}

/// One case for each test of the standard pack, without answers. The facts are what the test expects.
pub fn standard_cases() -> Result<Vec<Case>, Box<dyn Error>> {
    let compiled = sources()?;
    Ok(compiled.tests.iter().map(|test| case(test, &compiled)).collect())
}

pub(crate) fn sources() -> Result<Compiled, Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cc-rules/packs/standard");
    let mut files = Vec::new();
    let mut wanted = vec!["pack.yaml".to_owned()];
    while let Some(name) = wanted.pop() {
        let text = fs::read_to_string(root.join(&name))?;
        wanted.extend(includes(&name, &text));
        files.push((name, text));
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    Ok(compile("pack.yaml", &files)?)
}

fn case(test: &PackTest, compiled: &Compiled) -> Case {
    let events: Vec<_> = test.events(&compiled.pack).iter().map(cc_core::Event::to_json).collect();
    let mut expected: Vec<_> = test.expected().collect();
    expected.sort_by_key(|(at, _, rule)| (*at, *rule));
    let facts = expected
        .into_iter()
        .map(|(at, change, rule)| json!({ "at": instant(at), "change": change.as_str(), "rule": rule }));
    Case {
        name: test.name.to_string(),
        call: "run".to_owned(),
        profiles: profiles(test),
        batches: vec![Batch {
            events: events.join("\n"),
            until: Some(end(test.end(&compiled.pack))),
            ..Batch::default()
        }],
        rule: test.rule.as_deref().map(str::to_owned),
        facts: Some(facts.collect()),
        ..Case::default()
    }
}

fn profiles(test: &PackTest) -> Vec<Profile> {
    let value = |dimension| test.profile().value(dimension).map(str::to_owned);
    let profile = Profile {
        vehicle: "local/0".to_owned(),
        engine_family: value("engine_family"),
        model: value("model"),
        market: value("market"),
        fleet: value("fleet"),
    };
    let is_set =
        [&profile.engine_family, &profile.model, &profile.market, &profile.fleet].iter().any(|v| v.is_some());
    is_set.then_some(profile).into_iter().collect()
}

/// The end in whole microseconds: Python's datetimes have no more.
fn end(end: Timestamp) -> String {
    let rest = i64::from(end.timestamp_subsec_nanos() % 1_000);
    let whole = end + TimeDelta::nanoseconds((1_000 - rest) % 1_000);
    whole.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// As changes write it: without the zeros at the end of a second's fraction.
fn instant(at: Timestamp) -> String {
    let text = at.to_rfc3339_opts(SecondsFormat::Nanos, true);
    let digits = text.trim_end_matches('Z').trim_end_matches('0').trim_end_matches('.');
    format!("{digits}Z")
}
