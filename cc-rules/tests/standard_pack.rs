//! The standard pack: current, tested, sourced, and complete in its languages.
#![cfg(feature = "source")]
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test reads the sources of the pack")]

#[path = "common/standard_pack.rs"]
mod sources;

use sources::compiled;

#[test]
fn the_embedded_pack_is_the_one_that_its_sources_make() {
    let compiled = compiled();
    assert!(
        compiled.pack.hash() == cc_rules::standard_pack().hash(),
        "packs/standard.json is out of date: cargo run -p cc-rules --example compile_standard_pack"
    );
}

#[test]
fn nothing_in_the_pack_is_hardly_ever_meant() {
    assert_eq!(compiled().warnings.to_string(), "");
}

#[test]
fn the_tests_of_the_pack_pass() {
    let compiled = compiled();
    let failed: Vec<String> = compiled
        .tests
        .iter()
        .map(|test| test.run(&compiled.pack))
        .filter(|outcome| !outcome.passed())
        .map(|outcome| outcome.to_string())
        .collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn every_rule_says_what_it_finds_why_and_where_its_threshold_comes_from() {
    let pack = cc_rules::standard_pack();
    for id in pack.rule_ids() {
        let rule = pack.rule(id).unwrap();
        assert!(rule.what.is_some() && rule.why.is_some(), "{id}");
        let (document, section) = rule.source.unwrap_or(("the device itself", None));
        assert!(section.is_some() || document == "product choice" || document == "the device itself", "{id}");
        assert!(!document.contains("://"), "{id}: a source is a document, not a link");
    }
}

#[test]
fn every_message_exists_in_english_and_danish() {
    let pack = cc_rules::standard_pack();
    assert_eq!(pack.languages().collect::<Vec<_>>(), ["da", "en"]);
    for id in pack.rule_ids() {
        let key = pack.rule(id).unwrap().message;
        let texts =
            ["da", "en"].map(|language| pack.message(language, key, &cc_core::Arguments::new()).unwrap());
        assert_ne!(texts[0], texts[1], "{id}");
    }
}
