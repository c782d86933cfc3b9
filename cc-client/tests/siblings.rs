//! Hours of several processes with one file, from seeds: `CC_SIBLINGS_SEEDS` says how many (300), `CC_SIBLINGS_SEED` repeats one.
#![cfg(all(feature = "testing", feature = "tokio"))]
#![allow(clippy::disallowed_methods, reason = "the number of seeds comes from outside")]

use cc_client::testing::{Faults, Report, SiblingFlaw, simulate_siblings, simulate_siblings_flawed};

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Everything that can go wrong: none of it is only said to.
const STRUCK: &[&str] = &[
    "answer broken off",
    "answer dropped",
    "answer late",
    "changed hands",
    "clock jump",
    "crash after accept",
    "crash after belong",
    "crash after lock",
    "crash after position",
    "crash after quiet",
    "crash after settle",
    "crash after take",
    "crash after unlock",
    "crash after value",
    "crash at any time",
    "crash before belong",
    "crash before lock",
    "crash before position",
    "crash before quiet",
    "crash before replace",
    "crash before settle",
    "crash before take",
    "crash before unlock",
    "crash before value",
    "discarded",
    "disk full",
    "found signed out",
    "half open",
    "kept mine",
    "missed",
    "network changed",
    "portal",
    "position gone",
    "refused in a storm",
    "request doubled",
    "request dropped",
    "request late",
    "retry after",
    "session ended",
    "signed in",
    "signed out",
    "sleep or waking",
    "store busy",
    "store slow",
    "store slow to tell",
    "storm of refusals",
    "unavailable",
    "write refused",
];

#[test]
fn processes_of_one_file_lose_double_and_mix_nothing_up_whatever_fails() {
    if let Some(seed) = number("CC_SIBLINGS_SEED") {
        println!("{:?}", simulate_siblings(seed, Faults::default()).unwrap());
        return;
    }
    let (mut sum, seeds) = (Report::default(), number("CC_SIBLINGS_SEEDS").unwrap_or(300));
    let mut broken = Vec::new();
    for seed in 0..seeds {
        match simulate_siblings(seed, Faults::default()) {
            Ok(hour) => sum.add(&hour),
            Err(what) => broken.push(what),
        }
    }
    assert!(broken.is_empty(), "{} of {seeds} hours: {broken:#?}", broken.len());
    println!("{sum:?}");
    // The hours are bad enough to prove something.
    assert!(sum.accepted > 15 * seeds && sum.crashes > 10 * seeds && sum.listings > 10 * seeds, "{sum:?}");
    assert!(sum.messages > 50 * seeds && sum.tokens > 10 * seeds, "{sum:?}");
    for name in STRUCK {
        let times = sum.struck.get(name).copied().unwrap_or(0);
        assert!(times > 0 && times * 60 >= seeds, "{name}: {times} times in {seeds} hours");
    }
}

#[test]
fn an_hour_finds_every_mistake_that_is_made_on_purpose() {
    for flaw in SiblingFlaw::ALL {
        let found = (0..1_000)
            .find_map(|seed| Some((seed, simulate_siblings_flawed(seed, Faults::default(), flaw).err()?)));
        let (seed, broken) = found.unwrap_or_else(|| panic!("no hour of 1,000 found {flaw:?}"));
        println!("{flaw:?}, hour {seed}: {broken}");
    }
}
