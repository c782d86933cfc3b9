//! Runs the cases in Rust. `CC_UPDATE_CONFORMANCE=1` makes the cases of the standard pack anew from its tests, and writes
//! every answer; the facts stay, and must hold.

#![expect(clippy::unwrap_used, reason = "a test may panic, also in what its tests share")]
#![expect(
    clippy::disallowed_methods,
    reason = "a test may read its environment and write how many cases it ran"
)]

use std::collections::BTreeSet;
use std::error::Error;
use std::path::Path;

use cc_conformance::{
    CaseFile, answer, check_facts, folder, identity_cases, identity_cases_of_rule_blocks, load, manifest,
    save, save_manifest, standard_cases, standard_rules,
};

fn updating() -> bool {
    std::env::var("CC_UPDATE_CONFORMANCE").is_ok_and(|value| value == "1")
}

fn update() {
    let about =
        "The standard pack's own tests, as cases: made by `CC_UPDATE_CONFORMANCE=1`, not by hand.".to_owned();
    let cases = standard_cases().unwrap_or_else(|error| panic!("{error}"));
    save(&folder().join("rules/standard.json"), &CaseFile { about, cases }).unwrap();
    // Made once: packs and events of the golden corpus stay.
    let corpora = [
        ("rules/identity.json", identity_cases as fn() -> Result<CaseFile, Box<dyn Error>>),
        ("rules/identity-rule-blocks.json", identity_cases_of_rule_blocks),
    ];
    for (name, make) in corpora {
        let corpus = folder().join(name);
        if !corpus.exists() {
            save(&corpus, &make().unwrap_or_else(|error| panic!("{error}"))).unwrap();
        }
    }
    let mut count = 0;
    for (path, mut file) in load().unwrap() {
        for case in &mut file.cases {
            case.expect = answer(case).unwrap_or_else(|error| panic!("{}: {error}", case.name));
        }
        count += file.cases.len();
        save(&path, &file).unwrap();
    }
    save_manifest(count).unwrap();
}

#[test]
fn every_case_gives_its_answer() {
    if updating() {
        update();
    }
    let mut wrong = Vec::new();
    let mut count = 0;
    for (path, file) in load().unwrap() {
        for case in &file.cases {
            count += 1;
            let answer = answer(case).unwrap_or_else(|error| panic!("{}: {error}", case.name));
            let place = || format!("{}: {}", path.display(), case.name);
            if answer != case.expect {
                wrong.push(format!("{}\n  expected {}\n  found    {answer}", place(), case.expect));
            }
            if let Err(why) = check_facts(case, &answer) {
                wrong.push(format!("{}\n  {why}", place()));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {count} cases:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(manifest().unwrap(), Some(count), "manifest.json is out of date: CC_UPDATE_CONFORMANCE=1");
    assert!(count >= 200, "there are {count} cases");
    if let Ok(counts) = std::env::var("CC_CONFORMANCE_COUNTS") {
        std::fs::create_dir_all(&counts).unwrap();
        std::fs::write(Path::new(&counts).join("rust"), format!("{count}\n")).unwrap();
    }
}

#[test]
fn the_cases_of_the_standard_pack_are_its_tests() {
    if updating() {
        return;
    }
    let files = load().unwrap();
    let written = files.iter().find(|(path, _)| path.ends_with("rules/standard.json"));
    let written = written.map(|(_, file)| file.cases.clone()).unwrap_or_default();
    let made = standard_cases().unwrap();
    assert_eq!(written.len(), made.len(), "out of date: CC_UPDATE_CONFORMANCE=1");
    for (written, made) in written.iter().zip(&made) {
        let same = written.name == made.name
            && written.facts == made.facts
            && written.batches.iter().map(|b| &b.events).eq(made.batches.iter().map(|b| &b.events));
        assert!(same, "out of date: {} (CC_UPDATE_CONFORMANCE=1)", made.name);
    }
}

#[test]
fn every_rule_of_the_standard_pack_fires_in_a_case_and_stays_silent_in_another() {
    if updating() {
        return;
    }
    let cases: Vec<_> = load().unwrap().into_iter().flat_map(|(_, file)| file.cases).collect();
    for rule in standard_rules() {
        let of_rule = |fires: bool| {
            cases.iter().any(|case| {
                let mut facts = case.facts.iter().flatten();
                // In a group whose recommendation is open already, a rule that fires updates it.
                let fired = facts.any(|fact| fact["rule"] == *rule && fact["change"] != "cleared");
                fired == fires && (fires || case.rule.as_deref() == Some(&rule))
            })
        };
        assert!(of_rule(true), "{rule} fires in no case");
        assert!(of_rule(false), "{rule} is silent in no case of its own");
    }
}

#[test]
fn names_are_unique_and_every_error_code_has_a_case() {
    if updating() {
        return;
    }
    let mut codes = BTreeSet::new();
    for (path, file) in load().unwrap() {
        let names: BTreeSet<_> = file.cases.iter().map(|case| &case.name).collect();
        assert_eq!(names.len(), file.cases.len(), "{}: a name stands twice", path.display());
        codes.extend(file.cases.iter().filter_map(|case| case.expect["error"].as_str().map(str::to_owned)));
    }
    // `internal` is a bug, which no input brings about; the facades test it with a panic of their own.
    let codes: Vec<_> = codes.iter().map(String::as_str).collect();
    assert_eq!(
        codes,
        [
            "config_invalid",
            "option_invalid",
            "pack_invalid",
            "pack_untrusted",
            "recommendation_invalid",
            "recommendation_mismatch",
            "signal_set_invalid",
            "state_invalid"
        ]
    );
}
