//! The fuzz targets' functions over their committed seeds, on stable Rust. Crashes found by fuzzing become seeds.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]
#![allow(clippy::disallowed_methods, reason = "this test reads the seeds from files")]

#[allow(unreachable_pub, reason = "public for the fuzz crate, which includes the same file")]
#[path = "../fuzz/src/lib.rs"]
mod targets;

use std::path::Path;

/// A target's function.
type Target = fn(&[u8]);

/// Every target by its name, which is also its folder of seeds.
const TARGETS: &[(&str, Target)] = &[
    ("config", targets::config),
    ("dedup", targets::dedup),
    ("events", targets::events),
    ("platform_entities", targets::platform_entities),
    ("polylines", targets::polylines),
    ("privacy", targets::privacy),
    ("protobuf", targets::protobuf),
    ("recommendations", targets::recommendations),
    ("stream", targets::stream),
    ("tables", targets::tables),
    ("texts", targets::texts),
    ("trips", targets::trips),
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
fn the_seeds_of_events_hold_events() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/events");
    let seeds = std::fs::read_dir(folder).unwrap().map(|entry| std::fs::read(entry.unwrap().path()).unwrap());
    let events = seeds.map(|seed| cc_core::decode_batch(&seed).filter(|item| item.event.is_ok()).count());
    assert!(events.sum::<usize>() >= 8);
}

#[test]
fn the_seeds_of_protobuf_hold_events() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/protobuf");
    let seeds = std::fs::read_dir(folder).unwrap().map(|entry| std::fs::read(entry.unwrap().path()).unwrap());
    let events = seeds
        .map(|seed| cc_core::protobuf::decode_delimited(&seed).filter(|item| item.event.is_ok()).count());
    assert!(events.sum::<usize>() >= 8);
}

#[test]
fn the_seeds_of_dedup_hold_memories() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/dedup");
    let limits = cc_core::dedup::DedupLimits { capacity: 50, horizon: None };
    let restored = ["appended", "empty", "full"].map(|name| {
        let seen = cc_core::dedup::Dedup::restore(limits, &std::fs::read(folder.join(name)).unwrap());
        seen.map(|seen| seen.len())
    });
    assert_eq!(restored, [Ok(5), Ok(0), Ok(50)]);
}

#[test]
fn the_seeds_of_recommendations_hold_some_that_can_be_merged() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/recommendations");
    let merged = ["three", "two"].map(|name| {
        let text = std::fs::read(folder.join(name)).unwrap();
        let mut lines = text.split(|byte| *byte == b'\n');
        let (first, second) = (lines.next().unwrap(), lines.next().unwrap());
        cc_core::Recommendation::merge_json(first, second).map(|one| one.aliases.len())
    });
    assert_eq!(merged, [Ok(2), Ok(1)]);
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
