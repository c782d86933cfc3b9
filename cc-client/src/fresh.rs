//! Ids and numbers that nobody else has.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::WriteId;
use crate::clock::device_time;
use crate::random::split_mix;

/// The id of a new write.
pub(crate) fn fresh_id() -> WriteId {
    let mut bytes = [0; 10];
    bytes[..8].copy_from_slice(&random().to_be_bytes());
    bytes[8..].copy_from_slice(&random().to_be_bytes()[..2]);
    WriteId::new(device_time(), bytes)
}

/// A number from the system's entropy.
pub(crate) fn random() -> u64 {
    let mut bytes = [0; 8];
    let is_filled = getrandom::fill(&mut bytes).is_ok();
    if is_filled { u64::from_be_bytes(bytes) } else { without_entropy() }
}

/// A number that this process gives once, and another hardly: it names things, and keeps no secret, for which TLS would need entropy as well.
fn without_entropy() -> u64 {
    static GIVEN: AtomicU64 = AtomicU64::new(0);
    let time = device_time().timestamp_nanos_opt().unwrap_or_default().unsigned_abs();
    let mut seed = time ^ u64::from(std::process::id()) << 32;
    // Its steps are as many different numbers as there are.
    split_mix(&mut seed).wrapping_add(GIVEN.fetch_add(1, Ordering::Relaxed))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    #[test]
    fn numbers_differ_without_entropy_as_well() {
        let numbers: BTreeSet<u64> = (0..1_000).map(|_| super::without_entropy()).collect();
        assert_eq!(numbers.len(), 1_000);
    }
}
