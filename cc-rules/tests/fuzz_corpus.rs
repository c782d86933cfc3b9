//! The fuzz targets' functions over their committed seeds, on stable Rust. Crashes found by fuzzing become seeds.
#![cfg(all(feature = "source", feature = "verify"))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]
#![allow(clippy::disallowed_methods, reason = "this test reads the seeds from files")]

#[allow(unreachable_pub, reason = "public for the fuzz crate, which includes the same file")]
#[path = "../fuzz/src/lib.rs"]
mod targets;

mod common;

use std::path::Path;

use cc_core::{DtcDiff, Event, VehicleId};
use cc_rules::{Runner, VehicleState, apply, standard_pack};
use chrono::TimeDelta;
use common::{at, boolean, car, code, number, ready, scan, service};

/// A target's function.
type Target = fn(&[u8]);

const TARGETS: [(&str, Target); 6] = [
    ("batch_restore", targets::batch_restore),
    ("pack_load", targets::pack_load),
    ("pack_source", targets::pack_source),
    ("runner_restore", targets::runner_restore),
    ("signed_load", targets::signed_load),
    ("state_restore", targets::state_restore),
];

#[test]
fn no_seed_breaks_a_law() {
    for (name, target) in TARGETS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(name);
        let mut seeds = 0;
        for entry in std::fs::read_dir(&folder).unwrap() {
            target(&std::fs::read(entry.unwrap().path()).unwrap());
            seeds += 1;
        }
        assert!(seeds > 0, "{name} has no seeds");
    }
}

#[test]
fn every_target_has_its_program() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/fuzz_targets");
    let mut programs: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    programs.sort_unstable();
    let mut names = TARGETS.map(|(name, _)| name);
    names.sort_unstable();
    assert_eq!(programs, names);
}

fn story() -> Vec<Event> {
    vec![
        boolean(0.0, "ignition", true),
        code(1.0, "P0301", DtcDiff::Add),
        scan(2.0, &["P0420", "U0100"], true),
        ready(3.0, true),
        service(3.0, "2026-01-01"),
        number(3.0, "odometer", 1000.0),
        number(4.0, "odometer", 990.0),
        boolean(5.0, "malfunction_indicator", true),
        number(6.0, "battery_voltage", 11.0),
        number(6.5, "engine_speed", 2000.0),
        number(7.0, "engine_coolant_temperature", 120.0),
        number(8.0, "engine_coolant_temperature", 121.0),
    ]
}

/// States worth starting from: never heard of, codes and pending rules, and a drive that only motion tells of.
fn states() -> Vec<(&'static str, Vec<u8>)> {
    let pack = standard_pack();
    let after = |events: &[Event]| {
        let mut state = VehicleState::new(&pack, car());
        apply(&pack, &mut state, events);
        state.to_bytes(&pack)
    };
    let moving = [number(0.0, "vehicle_speed", 50.0), number(1.0, "battery_voltage", 11.9)];
    // And those of other packs: blocks that all remember something, rules in stages, silent ones and emptied units.
    let of = |source: &str, events: &[Event]| {
        let pack = cc_rules::source::compile("seed", &[("seed", source)]).unwrap().pack;
        let mut state = VehicleState::new(&pack, car());
        apply(&pack, &mut state, events);
        state.to_bytes(&pack)
    };
    let voices = [
        boolean(0.0, "ignition", true),
        number(0.0, "battery_voltage", 11.0),
        number(1.0, "battery_voltage", 12.0),
        number(2.0, "engine_coolant_temperature", 98.0),
        number(3.0, "engine_coolant_temperature", 118.0),
        boolean(4.0, "ignition", false),
    ];
    vec![
        ("new", after(&[])),
        ("hot", after(&story())),
        ("moving", after(&moving)),
        ("blocks", of(include_str!("../fuzz/corpus/pack_source/blocks"), &story())),
        ("voices", of(include_str!("../fuzz/corpus/pack_source/voices"), &voices)),
    ]
}

fn saved() -> String {
    let mut runner = Runner::new(standard_pack(), TimeDelta::seconds(3));
    let mut other = boolean(5.0, "ignition", false);
    other.vehicle = Some(VehicleId(7));
    runner.feed(story().into_iter().chain([other]));
    runner.advance(at(6.0));
    runner.save()
}

/// `CC_UPDATE_REFERENCE=1` writes the seeds anew, for a new version of their form.
#[test]
fn the_seeds_of_states_are_states_of_this_version() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    if std::env::var_os("CC_UPDATE_REFERENCE").is_some() {
        std::fs::write(folder.join("runner_restore/two"), saved()).unwrap();
        let joined: Vec<u8> = states().into_iter().flat_map(|(_, bytes)| bytes).collect();
        std::fs::write(folder.join("batch_restore/three"), joined).unwrap();
    }
    let pack = standard_pack();
    for (name, bytes) in states() {
        if std::env::var_os("CC_UPDATE_REFERENCE").is_some() {
            std::fs::write(folder.join("state_restore").join(name), bytes).unwrap();
        }
        let seed = std::fs::read(folder.join("state_restore").join(name)).unwrap();
        assert!(VehicleState::from_bytes(&pack, &seed).is_ok(), "{name}");
    }
    let seed = std::fs::read_to_string(folder.join("runner_restore/two")).unwrap();
    assert!(Runner::restore(pack, TimeDelta::zero(), &seed).is_ok());
}

/// `CC_UPDATE_REFERENCE=1` writes the seeds anew.
#[cfg(feature = "sign")]
#[test]
fn the_seed_of_signed_packs_is_signed_by_the_key_that_the_target_trusts() {
    use cc_rules::Pack;
    use cc_rules::signed::{SigningKey, TrustedKeys, sign};

    let seed = "ed25519-private:9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
    let key: SigningKey = seed.parse().unwrap();
    let rules = common::pack(
        "rules: [{id: hot, when: ignition, recommend: {action: book, urgency: low, message: m}}]",
    );
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/signed_load/good");
    if std::env::var_os("CC_UPDATE_REFERENCE").is_some() {
        std::fs::write(&path, sign(&rules, &[&key])).unwrap();
    }
    let trusted = TrustedKeys::default().with(key.public_key());
    assert!(Pack::load_signed(&std::fs::read(path).unwrap(), &trusted, at(0.0)).is_ok());
}
