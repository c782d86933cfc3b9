//! Simulated days, one seed after another: how many, or which one, is said from outside.

use cc_client::testing::Report;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Lives through so many (300 where `NAME_SEEDS` says nothing), and gives how many and what they came to: none of them may break. Only
/// through the one that `NAME_SEED` names: then there is nothing to give.
pub(crate) fn live_through(
    name: &str,
    live: impl Fn(u64) -> Result<Report, String>,
) -> Option<(u64, Report)> {
    if let Some(seed) = number(&format!("{name}_SEED")) {
        println!("{:?}", live(seed).unwrap_or_else(|broken| panic!("{broken}")));
        return None;
    }
    let (mut sum, seeds) = (Report::default(), number(&format!("{name}_SEEDS")).unwrap_or(300));
    let mut broken = Vec::new();
    for seed in 0..seeds {
        match live(seed) {
            Ok(lived) => sum.add(&lived),
            Err(what) => broken.push(what),
        }
    }
    assert!(broken.is_empty(), "{} of {seeds}: {broken:#?}", broken.len());
    println!("{sum:?}");
    Some((seeds, sum))
}

/// Each of these was struck, and at least once in so many seeds.
pub(crate) fn struck(names: &[&str], (seeds, sum): (u64, &Report), one_in: u64) {
    for name in names {
        let times = sum.struck.get(name).copied().unwrap_or(0);
        assert!(times > 0 && times * one_in >= seeds, "{name}: {times} times in {seeds}");
    }
}
