//! States that older versions of this crate wrote, kept as files: they go on being read.
//!
//! `tests/snapshots/fleet-vN.jsonl` is what [`Runner::save`] gave when states had version N, for the pack in
//! `fleet.yaml` and the first half of a small fleet's events. `CC_UPDATE_REFERENCE=1` writes the file of the present
//! version if there is none; older files are never written again.
#![cfg(feature = "source")]
#![allow(clippy::unwrap_used, reason = "tests")]
#![allow(clippy::disallowed_methods, reason = "this test reads its snapshots from files")]

mod common;
#[path = "common/fleet.rs"]
mod fleet;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use cc_core::{Change, Event};
use cc_rules::{Pack, Runner, VehicleState};
use chrono::TimeDelta;
use common::at;

const LATENESS: TimeDelta = TimeDelta::seconds(20);
const CARS: i64 = 24;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots")
}

fn source() -> String {
    std::fs::read_to_string(folder().join("fleet.yaml")).unwrap()
}

fn compile(text: &str) -> Pack {
    cc_rules::source::compile("fleet.yaml", &[("fleet.yaml", text)]).unwrap_or_else(|e| panic!("{e}")).pack
}

fn first_half() -> Vec<Event> {
    fleet::fleet(4, CARS, 0.0, 120.0, 40)
}

fn second_half() -> Vec<Event> {
    fleet::fleet(5, CARS, 120.0, 240.0, 40)
}

/// The first half is fed; what it released is taken.
fn begun(pack: &Pack) -> (Runner, Vec<Change>) {
    let mut runner = Runner::new(pack.clone(), LATENESS);
    runner.feed(first_half());
    let changes = runner.take_changes();
    (runner, changes)
}

fn finished(mut runner: Runner) -> Vec<Change> {
    runner.feed(second_half());
    runner.advance(at(600.0));
    runner.take_changes()
}

/// The saved runners of all versions, with the version.
fn snapshots() -> Vec<(u8, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let version = name.strip_prefix("fleet-v").and_then(|rest| rest.strip_suffix(".jsonl"));
        if let Some(version) = version {
            found.push((version.parse().unwrap(), std::fs::read_to_string(&path).unwrap()));
        }
    }
    found.sort_unstable();
    found
}

#[test]
fn the_present_version_has_its_snapshot() {
    let pack = compile(&source());
    let saved = begun(&pack).0.save();
    let version = pack_version(&saved);
    let path = folder().join(format!("fleet-v{version}.jsonl"));
    if std::env::var_os("CC_UPDATE_REFERENCE").is_some() && !path.exists() {
        std::fs::write(&path, &saved).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap(), saved);
}

fn pack_version(saved: &str) -> String {
    let heading = saved.lines().next().unwrap();
    heading.rsplit_once(':').unwrap().1.trim_end_matches('}').to_owned()
}

#[test]
fn a_state_of_any_version_goes_on_as_if_it_had_never_been_saved() {
    let pack = compile(&source());
    let (straight, before) = begun(&pack);
    let kinds: BTreeSet<_> = before.iter().map(|change| (change.rule.clone(), change.change)).collect();
    assert!(kinds.len() > 12, "{kinds:?}");
    let expected = finished(straight);
    assert!(expected.len() > 50, "{}", expected.len());
    let all = snapshots();
    assert_eq!(all[0].0, 2);
    for (version, text) in all {
        let (runner, lost) = Runner::restore(pack.clone(), LATENESS, &text).unwrap();
        assert!(lost.is_empty(), "version {version} lost {lost:?}");
        assert_eq!(finished(runner), expected, "version {version}");
    }
}

#[test]
fn thresholds_that_changed_keep_the_timers_of_old_states() {
    let source = source();
    let other =
        source.replace("95 °C", "105 °C").replace("at_least: 2", "at_least: 3").replace("10 s", "12 s");
    assert_ne!(source, other);
    let (old, new) = (compile(&source), compile(&other));
    for (version, text) in snapshots() {
        let (mut runner, lost) = Runner::restore(new.clone(), LATENESS, &text).unwrap();
        assert!(lost.is_empty(), "version {version} lost {lost:?}");
        // Whatever waited or was open keeps the start of its episode, unless the look under the new version ends it.
        let (under_old, _) = Runner::restore(old.clone(), LATENESS, &text).unwrap();
        for (a, b) in under_old.vehicles().zip(runner.vehicles()) {
            let open = |state: &VehicleState, pack: &Pack| {
                state.open_rules(pack).map(|(rule, since)| (rule.to_owned(), since)).collect::<Vec<_>>()
            };
            assert_eq!(open(a, &old), open(b, &new), "version {version}");
        }
        runner.feed(second_half());
        assert!(!runner.drain().is_empty());
    }
}

#[test]
fn layouts_that_changed_start_again_and_say_so() {
    let other = source().replace("  for: 10 s\n  max_gap: 30 s\n", "").replace("3 drives", "2 drives");
    let new = compile(&other);
    for (version, text) in snapshots() {
        let (runner, lost) = Runner::restore(new.clone(), LATENESS, &text).unwrap();
        let reset: BTreeSet<&str> =
            lost.iter().flat_map(|(_, lost)| &lost.reset).map(AsRef::as_ref).collect();
        assert_eq!(reset, BTreeSet::from(["misfires", "network"]), "version {version}");
        assert!(lost.iter().any(|(_, lost)| !lost.kept().is_empty()), "version {version}");
        assert!(!finished(runner).is_empty());
    }
}

#[test]
fn a_signal_and_a_rule_that_are_gone_are_dropped_and_counted() {
    let other = source().replace("battery_voltage", "engine_oil_pressure").replace(" V", " kPa");
    let new = compile(&other.replace("- id: parked", "- id: standing"));
    for (version, text) in snapshots() {
        let (runner, lost) = Runner::restore(new.clone(), LATENESS, &text).unwrap();
        let dropped: usize = lost.iter().map(|(_, lost)| lost.dropped).sum();
        assert!(dropped > CARS as usize, "version {version}: {dropped}");
        assert!(!finished(runner).is_empty());
    }
}
