//! What people read of the standard pack, and that every rule of it is tested from every side.
#![cfg(feature = "source")]
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test reads the sources of the pack")]

#[path = "common/pack_texts.rs"]
mod pack_texts;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

fn pack() -> Value {
    serde_json::from_str(cc_rules::standard_pack().to_canonical_json()).unwrap()
}

/// The names that braces begin with, without what is said of their form. The cases of a plural have no names.
fn placeholders(text: &str) -> BTreeSet<&str> {
    let name =
        |rest: &str| rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
    let inside = text.split('{').skip(1).map(|rest| rest.split_at(name(rest)));
    inside.filter(|(_, then)| then.starts_with(['}', ':', ','])).map(|(name, _)| name).collect()
}

#[test]
fn every_message_is_a_title_and_advice_with_the_same_arguments_in_every_language() {
    let pack = pack();
    let (danish, english) = (&pack["messages"]["da"], &pack["messages"]["en"]);
    for (key, message) in english.as_object().unwrap() {
        for (language, message) in [("en", message), ("da", &danish[key])] {
            let (title, text) = (message["title"].as_str().unwrap(), message["text"].as_str().unwrap());
            assert!(title.chars().count() <= 45 && !title.ends_with('.'), "{language} {key}: {title}");
            assert!(text.ends_with('.') && text.len() > 20, "{language} {key}: {text}");
            assert!(!text.contains('!') && !title.contains('{'), "{language} {key}: {text}");
        }
        let [a, b] = [message, &danish[key]].map(|message| placeholders(message["text"].as_str().unwrap()));
        assert_eq!(a, b, "{key}");
    }
    assert_eq!(english.as_object().unwrap().len(), danish.as_object().unwrap().len());
}

#[test]
fn every_message_belongs_to_one_rule_and_shows_all_its_arguments() {
    let pack = pack();
    let english = &pack["messages"]["en"];
    let shown = |key: &str| placeholders(english[key]["text"].as_str().unwrap());
    let mut rules: BTreeMap<&str, &str> = BTreeMap::new();
    for rule in pack["rules"].as_array().unwrap() {
        let id = rule["id"].as_str().unwrap();
        let key = rule["recommend"]["message"].as_str().unwrap();
        assert_eq!(rules.insert(key, id), None, "{id}: two rules say the same");
        let args: BTreeSet<&str> =
            rule["recommend"]["args"].as_object().into_iter().flatten().map(|(name, _)| &**name).collect();
        assert_eq!(shown(key), args, "{id}");
        for stage in rule["escalate"].as_array().into_iter().flatten() {
            if let Some(key) = stage["message"].as_str() {
                assert_eq!(rules.insert(key, id), None, "{id}: a stage says what was said already");
                assert!(shown(key).is_subset(&args), "{id}: {key}");
            }
        }
    }
    let keys: BTreeSet<_> = english.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(rules.keys().copied().collect::<BTreeSet<_>>(), keys);
}

#[test]
fn every_standard_code_has_advice_of_one_rule() {
    let pack = cc_rules::standard_pack();
    // The same fault is looked at when it is pending, once more in the cold, and once more when it comes back often.
    // A table asks for the lamp beside the code: its rows share one code.
    let second = [
        "emission-code-pending",
        "gearbox-fault-lamp",
        "gearbox-limp",
        "glow-plugs-cold",
        "malfunction-indicator",
        "misfire-catalyst",
        "network-fault",
        "particulate-filter-lamp",
        "unexplained-fault-lit",
    ];
    for raw in 0..=u16::MAX {
        let code = cc_core::Dtc::J2012(cc_core::J2012Dtc::from_raw(raw));
        let advice: Vec<_> = pack.rules_about(code).filter(|id| !second.contains(id)).collect();
        assert_eq!(advice.len(), 1, "{code}: {advice:?}");
    }
}

#[test]
fn only_rules_about_the_device_have_no_source() {
    for rule in pack()["rules"].as_array().unwrap() {
        let about_the_device = rule["id"].as_str().unwrap().starts_with("device-");
        let (id, has_source) = (&rule["id"], rule.get("source").is_some());
        assert!(has_source || about_the_device, "{id}: no `source` says where its figures come from");
        assert!(!has_source || !about_the_device, "{id}: a rule about the device has a `source`");
    }
}

/// The tests of the sources, each as the lines of its list entry.
fn tests_of_the_sources() -> Vec<String> {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("packs/standard/rules");
    let files = std::fs::read_dir(rules).unwrap();
    files
        .flat_map(|entry| {
            pack_texts::tests_of(&std::fs::read_to_string(entry.unwrap().path()).unwrap()).collect::<Vec<_>>()
        })
        .collect()
}

#[test]
fn every_rule_is_shown_to_fire_to_stay_silent_to_end_and_what_a_gap_in_the_data_does() {
    let tests = tests_of_the_sources();
    let missing: Vec<_> = pack()["rules"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|rule| pack_texts::not_shown(&tests, rule["id"].as_str().unwrap()))
        .collect();
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn a_rule_without_tests_is_told_all_that_is_missing() {
    let missing = pack_texts::not_shown(&[], "lonely");
    assert_eq!(missing.len(), 4, "{missing:?}");
    assert_eq!(missing[3], "lonely: no test tells what silence does");
}
