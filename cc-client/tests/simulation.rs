//! Days of faults, from seeds: `CC_SIM_SEEDS` says how many (300), `CC_SIM_SEED` repeats one.
#![cfg(feature = "testing")]
#![allow(clippy::disallowed_methods, reason = "the number of seeds comes from outside")]

use cc_client::testing::{Faults, Report, simulate};

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn nothing_is_lost_doubled_or_shown_out_of_order_whatever_fails() {
    if let Some(seed) = number("CC_SIM_SEED") {
        println!("{:?}", simulate(seed, Faults::default()).unwrap());
        return;
    }
    let (mut sum, seeds) = (Report::default(), number("CC_SIM_SEEDS").unwrap_or(300));
    for seed in 0..seeds {
        let day = simulate(seed, Faults::default()).unwrap_or_else(|broken| panic!("{broken}"));
        sum.accepted += day.accepted;
        sum.crashes += day.crashes;
        sum.listings += day.listings;
        sum.requests += day.requests;
        sum.tokens += day.tokens;
    }
    println!("{sum:?}");
    // The days are bad enough to prove something.
    assert!(sum.accepted > 100 * seeds && sum.crashes > 10 * seeds && sum.listings > 5 * seeds, "{sum:?}");
}
