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

use model::Coverage;

/// Runs in CI.
const RUNS: u64 = 5_000;

#[allow(clippy::disallowed_methods, reason = "how long to look is the caller's choice")]
fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().map_or(default, |text| text.parse().expect("a whole number"))
}

#[test]
fn the_engine_does_what_the_page_says() {
    let (first, runs) = (setting("CC_MODEL_SEED", 1), setting("CC_MODEL_RUNS", RUNS));
    let threads = if runs > RUNS { std::thread::available_parallelism().map_or(1, usize::from) as u64 } else { 1 };
    let mut coverage = Coverage::new();
    std::thread::scope(|scope| {
        let part = |part: u64| (first..first + runs).filter(move |seed| seed % threads == part);
        let handles: Vec<_> = (0..threads).map(|number| scope.spawn(move || check(part(number)))).collect();
        for handle in handles {
            match handle.join() {
                Ok(part) => part.into_iter().for_each(|(name, count)| *coverage.entry(name).or_default() += count),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
    });
    println!("{runs} runs from seed {first}: {coverage:#?}");
    if runs >= RUNS {
        for (name, floor) in FLOORS {
            // A thousandth of the runs each time, at least.
            let reached = coverage.get(name).copied().unwrap_or_default() * RUNS / runs;
            assert!(reached >= *floor, "{name}: {reached}, expected {floor} in {RUNS} runs");
        }
    }
}

/// What must have happened in so many of 5,000 runs.
const FLOORS: &[(&str, u64)] = &[];

fn check(seeds: impl Iterator<Item = u64>) -> Coverage {
    let mut coverage = Coverage::new();
    for seed in seeds {
        let case = case::Case::new(seed);
        let seen = case.check().unwrap_or_else(|_| panic!("{}", shrink::report(seed, case)));
        assert!(!seen.contains_key("refused"), "the pack of seed {seed} is none");
        // How many runs saw it, not how often it was seen.
        seen.into_keys().for_each(|name| *coverage.entry(name).or_default() += 1);
    }
    coverage
}
