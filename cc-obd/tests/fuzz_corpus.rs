//! The fuzz targets' functions over their committed seeds, on stable Rust. Crashes found by fuzzing become seeds.
#![allow(clippy::unwrap_used, reason = "tests")]
#![allow(clippy::disallowed_methods, reason = "this test reads the seeds from files")]

#[allow(unreachable_pub, reason = "public for the fuzz crate, which includes the same file")]
#[path = "../fuzz/src/lib.rs"]
mod targets;

use std::path::Path;

/// A target's function.
type Target = fn(&[u8]);

const TARGETS: &[(&str, Target)] = &[
    ("asc_log", targets::asc_log),
    ("bus_log", targets::bus_log),
    ("candump_line", targets::candump_line),
    ("capture", targets::capture),
    ("csv_log", targets::csv_log),
    ("dbc", targets::dbc),
    ("elm_line", targets::elm_line),
    ("elm_scanner", targets::elm_scanner),
    ("isotp", targets::isotp),
    ("isotp_channel", targets::isotp_channel),
    ("j1939_bus", targets::j1939_bus),
    ("j1939_message", targets::j1939_message),
    ("j1979_answer", targets::j1979_answer),
    ("kwp_answer", targets::kwp_answer),
    ("legacy_frame", targets::legacy_frame),
    ("obd_request", targets::obd_request),
    ("pid_line", targets::pid_line),
    ("read_vin", targets::read_vin),
    ("services", targets::services),
    ("session", targets::session),
    ("signal_set", targets::signal_set),
    ("sim_adapter", targets::sim_adapter),
    ("sim_scenario", targets::sim_scenario),
    ("slcan_line", targets::slcan_line),
    ("uds_answer", targets::uds_answer),
    ("uds_request", targets::uds_request),
    ("words", targets::words),
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
    assert_eq!(programs, TARGETS.iter().map(|(name, _)| *name).collect::<Vec<_>>());
}
