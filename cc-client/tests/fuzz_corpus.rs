//! The fuzz targets' functions over their committed seeds and over bytes made at random, on stable Rust. Crashes found by fuzzing become
//! seeds.
#![cfg(all(feature = "connected-cars", feature = "sqlite", feature = "testing"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]
#![allow(clippy::disallowed_methods, reason = "this test reads the seeds from files")]

#[allow(unreachable_pub, reason = "public for the fuzz crate, which includes the same file")]
#[path = "../fuzz/src/lib.rs"]
mod targets;

use std::path::{Path, PathBuf};

use cc_client::store::{Durability, SqliteStore, Store as _};
use proptest::collection::vec;
use proptest::prelude::*;

/// A target's function.
type Target = fn(&[u8]);

/// Every target by its name, which is also its folder of seeds.
const TARGETS: [(&str, Target); 7] = [
    ("client", targets::client),
    ("lines", targets::lines),
    ("merging", targets::merging),
    ("sse", targets::sse),
    ("store_file", targets::store_file),
    ("tokens", targets::tokens),
    ("words", targets::words),
];

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz").join(name)
}

fn seeds(name: &str) -> Vec<Vec<u8>> {
    let seeds = std::fs::read_dir(folder("corpus").join(name)).unwrap();
    seeds.map(|entry| std::fs::read(entry.unwrap().path()).unwrap()).collect()
}

#[test]
fn no_seed_breaks_a_law() {
    for (name, target) in TARGETS {
        let seeds = seeds(name);
        assert!(!seeds.is_empty(), "{name} has no seeds");
        for seed in &seeds {
            target(seed);
        }
    }
}

#[test]
fn every_target_has_its_program() {
    let mut programs: Vec<_> = std::fs::read_dir(folder("fuzz_targets"))
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    programs.sort_unstable();
    assert_eq!(programs, TARGETS.map(|(name, _)| name));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// What a client may live through in a few dozen steps.
    #[test]
    fn no_day_of_a_client_breaks_a_law(input in vec(any::<u8>(), 0..300)) {
        targets::client(&input);
    }

    #[test]
    fn no_bytes_break_a_law(input in vec(any::<u8>(), 0..300), text in "[ -~\n]{0,200}") {
        for (name, target) in TARGETS {
            if !matches!(name, "client" | "store_file") {
                target(&input);
                target(text.as_bytes());
            }
        }
    }
}

/// `CC_UPDATE_REFERENCE=1` writes the seed anew, for a new version of its form.
#[test]
fn the_seed_of_files_is_a_store_of_this_version() {
    let seed = folder("corpus/store_file/three_writes");
    let scratch = tempfile::tempdir().unwrap();
    let path = scratch.path().join("client.db");
    if std::env::var_os("CC_UPDATE_REFERENCE").is_some() {
        let mut store = SqliteStore::open(&path, Durability::Process).unwrap();
        for number in 1..4 {
            store.accept("main", &[targets::write(number, ("places", "1"), "{}")]).unwrap();
        }
        drop(store);
        std::fs::copy(&path, &seed).unwrap();
    }
    std::fs::copy(&seed, &path).unwrap();
    let mut store = SqliteStore::open(&path, Durability::Process).unwrap();
    assert_eq!(store.waiting_count().unwrap(), 3);
}

#[test]
fn the_seed_of_tokens_is_signed_by_the_key_that_the_target_trusts() {
    use cc_client::jwt::{Jwt, KeySet};

    let keys = KeySet::parse(targets::KEYS.as_bytes()).unwrap();
    let seed = String::from_utf8(std::fs::read(folder("corpus/tokens/good")).unwrap()).unwrap();
    assert_eq!(Jwt::verify(seed.trim_end(), &keys).unwrap().sub.as_deref(), Some("user/1"));
}
