//! Days of faults, from seeds: `CC_SIM_SEEDS` says how many (300), `CC_SIM_SEED` repeats one.
#![cfg(feature = "testing")]
#![allow(clippy::disallowed_methods, reason = "the number of seeds comes from outside")]

#[path = "common/days.rs"]
mod days;

use cc_client::testing::{Faults, Flaw, simulate, simulate_flawed};

/// Everything that can go wrong: none of it is only said to.
const STRUCK: &[&str] = &[
    "answer broken off",
    "answer dripped",
    "answer dropped",
    "answer late",
    "clock jump of a day",
    "crash after accept",
    "crash after lock",
    "crash after position",
    "crash after quiet",
    "crash after replace",
    "crash after settle",
    "crash after take",
    "crash after unlock",
    "crash after value",
    "crash at any time",
    "crash before lock",
    "crash before position",
    "crash before quiet",
    "crash before replace",
    "crash before settle",
    "crash before take",
    "crash before unlock",
    "crash before value",
    "cut after 60 s",
    "discarded",
    "disk full",
    "half open",
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
    "sleep or waking",
    "small requests only",
    "somebody before",
    "storm of refusals",
    "too large",
    "unavailable",
];

#[test]
fn nothing_is_lost_doubled_or_shown_out_of_order_whatever_fails() {
    let lived = days::live_through("CC_SIM", |seed| simulate(seed, Faults::default()));
    let Some((seeds, sum)) = lived else { return };
    // The days are bad enough to prove something.
    assert!(sum.accepted > 100 * seeds && sum.crashes > 10 * seeds && sum.listings > 5 * seeds, "{sum:?}");
    assert!(sum.messages > 10 * seeds, "{sum:?}");
    days::struck(STRUCK, (seeds, &sum), 50);
}

#[test]
fn a_day_finds_every_mistake_that_is_made_on_purpose() {
    for flaw in Flaw::ALL {
        // The rarest shows on one day of twenty.
        let found =
            (0..100).find_map(|seed| Some((seed, simulate_flawed(seed, Faults::default(), flaw).err()?)));
        let (seed, broken) = found.unwrap_or_else(|| panic!("no day of 100 found {flaw:?}"));
        println!("{flaw:?}, day {seed}: {broken}");
    }
}
