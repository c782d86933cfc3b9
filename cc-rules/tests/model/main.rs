//! The engine against a slow, plain reference that was written from `docs/reference/rules.md` alone: random packs,
//! random stories, in any order, batches and with restarts.
//!
//! `CC_MODEL_RUNS` says how many runs, `CC_MODEL_SEED` which one is the first.
#![cfg(feature = "source")]
#![allow(clippy::unwrap_used, reason = "tests")]

mod blocks;
mod case;
mod codes;
mod dice;
mod expr;
mod facts;
mod groups;
mod model;
mod over_time;
mod packs;
mod shrink;
mod spec;
mod stories;
mod tables;
mod upgrade;
mod voices;

use std::sync::atomic::{AtomicBool, Ordering};

use model::Coverage;

/// Runs in CI.
const RUNS: u64 = 5_000;

#[allow(clippy::disallowed_methods, reason = "how long to look is the caller's choice")]
fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().map_or(default, |text| text.parse().unwrap())
}

#[test]
fn a_table_is_refused_for_what_all_its_situations_show() {
    let mut found = Coverage::new();
    for seed in 1..=400 {
        for fault in voices::judge_a_table(&mut dice::Dice::new(seed)) {
            *found.entry(fault).or_default() += 1;
        }
    }
    println!("{found:?}");
    for fault in ["table-incomplete", "table-overlap", "table-unreachable", "none"] {
        assert!(found.get(fault).is_some_and(|count| *count >= 20), "{fault}: {found:?}");
    }
}

#[test]
fn the_engine_does_what_the_page_says() {
    let (first, runs) = (setting("CC_MODEL_SEED", 1), setting("CC_MODEL_RUNS", RUNS));
    let threads =
        if runs > RUNS { std::thread::available_parallelism().map_or(1, usize::from) as u64 } else { 1 };
    let mut coverage = Coverage::new();
    std::thread::scope(|scope| {
        let part = |part: u64| (first..first + runs).filter(move |seed| seed % threads == part);
        let handles: Vec<_> = (0..threads).map(|number| scope.spawn(move || check(part(number)))).collect();
        for handle in handles {
            match handle.join() {
                Ok(part) => {
                    for (name, count) in part {
                        *coverage.entry(name).or_default() += count;
                    }
                }
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
    });
    println!("{runs} runs from seed {first}: {coverage:#?}");
    if runs >= RUNS {
        for (name, floor) in FLOORS {
            let reached = coverage.get(name).copied().unwrap_or_default() * RUNS / runs;
            assert!(reached >= *floor, "{name}: {reached}, expected {floor} in {RUNS} runs");
        }
    }
}

/// What must have happened in so many of 5,000 runs.
const FLOORS: &[(&str, u64)] = &[
    ("cleared", 500),
    ("code absent again", 40),
    ("code back", 80),
    ("code ended by service", 100),
    ("code gone", 250),
    ("counted", 700),
    ("drive by ignition", 1_000),
    ("drive by motion", 150),
    ("ended by clear", 120),
    ("ended by unknown", 100),
    ("ended by valid_for", 250),
    ("escalated", 200),
    ("gap survived", 15),
    ("gap too long", 250),
    ("held by clear", 200),
    ("held by cooldown", 50),
    ("held while unknown", 300),
    ("idle at once without for", 30),
    ("late events", 150),
    ("new odometer", 70),
    ("no longer suppressed", 15),
    ("opened a row of collect", 20),
    ("opened a row of first", 50),
    ("opened a row of unique", 15),
    ("opened what rows leave", 15),
    ("opened with a count by distance", 15),
    ("opened with a count by drives", 40),
    ("opened with a count by time", 60),
    ("opened with a count of drives", 25),
    ("opened with a count of samples", 45),
    ("opened with a count of whole drives", 25),
    ("opened with a parameter of the vehicle", 40),
    ("opened with a sequence", 25),
    ("opened with an absence", 190),
    ("opened with an age", 110),
    ("opened with numbers by distance", 25),
    ("opened with numbers by drives", 40),
    ("opened with numbers by time", 90),
    ("raised", 900),
    ("skipped a stage", 200),
    ("spent", 60),
    ("spent no more", 20),
    ("suppressed", 60),
    ("updated", 60),
    ("upgrade: another group", 30),
    ("upgrade: dropped", 80),
    ("upgrade: goes on", 300),
    ("upgrade: no place", 20),
    ("upgrade: starts again", 60),
];

static HAS_FAILED: AtomicBool = AtomicBool::new(false);

fn check(seeds: impl Iterator<Item = u64>) -> Coverage {
    let mut coverage = Coverage::new();
    for seed in seeds {
        // Another thread found something: that is enough.
        if HAS_FAILED.load(Ordering::Relaxed) {
            break;
        }
        let case = case::Case::new(seed);
        let Ok(seen) = case.check() else {
            HAS_FAILED.store(true, Ordering::Relaxed);
            panic!("{}", shrink::report(seed, case))
        };
        assert!(!seen.contains_key("refused"), "the pack of seed {seed} is none\n{}", case.refusal());
        // How many runs saw it, not how often it was seen.
        for name in seen.into_keys() {
            *coverage.entry(name).or_default() += 1;
        }
    }
    coverage
}
