//! The golden corpus under any order and any batches: the same bytes of outputs and states. `CC_UPDATE_CONFORMANCE=1`
//! writes `identity.sha256`; a hash that changes there is a change of meaning.

#![expect(clippy::unwrap_used, reason = "a test may panic, also in what its tests share")]
#![expect(clippy::disallowed_methods, reason = "a test may read its environment and the hashes")]

use std::fmt::Write as _;
use std::path::Path;

use cc_conformance::{Case, Random, folder, load};
use cc_core::{Change, Event};
use cc_rules::{Pack, Runner};
use chrono::TimeDelta;
use sha2::{Digest, Sha256};

fn corpus() -> Vec<Case> {
    let files = load().unwrap();
    let of_corpus =
        |path: &Path| path.file_stem().is_some_and(|name| name.to_string_lossy().starts_with("identity"));
    let files = files.into_iter().filter(|(path, _)| of_corpus(path));
    let mut cases: Vec<Case> = files.flat_map(|(_, file)| file.cases).collect();
    // As they came to be, so that old hashes keep their lines.
    cases.sort_by_key(|case| case.name.starts_with(RULE_BLOCKS));
    cases
}

fn hash(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn events(case: &Case) -> Vec<Event> {
    let lines = case.batches.iter().flat_map(|batch| batch.events.lines());
    lines.map(|line| Event::from_json(line).unwrap()).collect()
}

/// Outputs and states.
fn hashes(mut runner: Runner, mut changes: Vec<Change>) -> (String, String) {
    changes.extend(runner.drain());
    changes.sort_by(|a, b| (a.at, &a.vehicle, &a.rule).cmp(&(b.at, &b.vehicle, &b.rule)));
    let lines: String = changes.iter().map(|change| change.to_canonical_json() + "\n").collect();
    (hash(&lines), hash(&runner.save()))
}

/// The cases of what stands around a condition.
const RULE_BLOCKS: &str = "every block around a condition";

/// Each rule is heard of, and stages come: else the corpus would fix nothing of them.
fn all_rules_speak(case: &Case, pack: &Pack) {
    let batches = case.expect["batches"].as_array().into_iter().flatten();
    let changes: Vec<serde_json::Value> = batches
        .flat_map(|batch| batch["changes"].as_array().into_iter().flatten())
        .map(|line| serde_json::from_str(line.as_str().unwrap()).unwrap())
        .collect();
    for rule in pack.rule_ids() {
        assert!(changes.iter().any(|change| change["rule"] == *rule), "{rule} is silent");
    }
    for (rule, urgency) in
        [("misfire", "high"), ("misfire", "critical"), ("warm", "high"), ("parked-low", "medium")]
    {
        let stage = changes.iter().any(|change| change["rule"] == *rule && change["urgency"] == *urgency);
        assert!(stage, "{rule} never becomes {urgency}");
    }
}

#[test]
fn outputs_and_states_of_the_golden_corpus_never_change_whatever_the_order_and_the_batches() {
    let mut table = String::new();
    for case in corpus() {
        let pack = Pack::load(case.pack.as_deref().unwrap().as_bytes()).unwrap();
        let events = events(&case);
        assert!(events.len() > 500, "{} events", events.len());
        let mut in_order = events.clone();
        in_order.sort_by(Event::canonical_cmp);
        if case.name.starts_with(RULE_BLOCKS) {
            all_rules_speak(&case, &pack);
        }
        // In order, event by event, without any lateness.
        let mut runner = Runner::new(pack.clone(), TimeDelta::zero());
        let mut changes = Vec::new();
        for event in in_order {
            runner.feed([event]);
            changes.extend(runner.take_changes());
        }
        assert_eq!(runner.stats().late, 0);
        let expected = hashes(runner, changes);
        for seed in 0..6 {
            let mut random = Random(seed);
            let mut mixed = events.clone();
            mixed.extend(events.iter().take(200).cloned());
            random.shuffle(&mut mixed);
            let mut runner = Runner::new(pack.clone(), TimeDelta::days(4_000));
            let mut rest = &mixed[..];
            while !rest.is_empty() {
                let (batch, after) = rest.split_at((1 + random.below(400)).min(rest.len()));
                runner.feed(batch.iter().cloned());
                rest = after;
            }
            assert_eq!(hashes(runner, Vec::new()), expected, "{}: seed {seed}", case.name);
        }
        let (changes, states) = expected;
        writeln!(table, "{changes}  changes, {}\n{states}  states, {}", case.name, case.name).unwrap();
    }
    let path = folder().with_file_name("identity.sha256");
    if std::env::var("CC_UPDATE_CONFORMANCE").is_ok_and(|value| value == "1") {
        std::fs::write(&path, &table).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap(), table);
    assert_eq!(table.lines().count(), 12);
}
