//! Hours of several processes with one file, from seeds: `CC_SIBLINGS_SEEDS` says how many (300), `CC_SIBLINGS_SEED` repeats one.
#![cfg(all(feature = "testing", feature = "tokio"))]
#![allow(clippy::disallowed_methods, reason = "the number of seeds comes from outside")]

#[path = "common/days.rs"]
mod days;

use cc_client::testing::{Faults, SiblingFlaw, simulate_siblings, simulate_siblings_flawed};

/// Everything that can go wrong: none of it is only said to.
const STRUCK: &[&str] = &[
    "answer broken off",
    "answer dripped",
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
    "cut after 60 s",
    "delivery dropped",
    "discarded",
    "disk full",
    "found signed out",
    "half open",
    "hidden where it looked",
    "kept by a policy",
    "kept mine",
    "known from the start",
    "let go by a policy",
    "missed",
    "network changed",
    "portal",
    "portal in JSON",
    "portal whose clock is wrong",
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
    "small requests only",
    "store busy",
    "store slow",
    "store slow to tell",
    "storm of refusals",
    "unavailable",
    "write refused",
];

#[test]
fn processes_of_one_file_lose_double_and_mix_nothing_up_whatever_fails() {
    let lived = days::live_through("CC_SIBLINGS", |seed| simulate_siblings(seed, Faults::default()));
    let Some((seeds, sum)) = lived else { return };
    // The hours are bad enough to prove something.
    assert!(sum.accepted > 15 * seeds && sum.crashes > 10 * seeds && sum.listings > 10 * seeds, "{sum:?}");
    assert!(sum.messages > 50 * seeds && sum.tokens > 10 * seeds, "{sum:?}");
    days::struck(STRUCK, (seeds, &sum), 60);
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
