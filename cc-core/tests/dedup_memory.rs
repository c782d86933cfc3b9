//! What a memory of events costs, as the system counts it. `CC_DEDUP_ENTRIES=10000000` makes it that of a server.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "the test asks the system how much memory it holds")]

use cc_core::dedup::{Dedup, DedupLimits, EventMark};

/// The memory this process holds, in bytes.
fn held() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let held = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    held.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
}

/// The mark of a vehicle's event; SHA-256 gives no more order than this does.
fn mark(vehicle: u64, second: u64) -> EventMark {
    let mix = |x: u64| {
        let x = (x ^ x >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let x = (x ^ x >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ x >> 31
    };
    let mut bytes = [0; EventMark::LENGTH];
    bytes[..4].copy_from_slice(&(mix(vehicle) as u32).to_be_bytes());
    bytes[4..9].copy_from_slice(&(second | 1 << 39).to_be_bytes()[3..]);
    for (i, digest) in bytes[9..].chunks_mut(8).enumerate() {
        digest.copy_from_slice(&mix(vehicle << 40 ^ second << 3 ^ i as u64).to_be_bytes());
    }
    EventMark::from_bytes(bytes)
}

#[test]
fn an_entry_costs_less_than_sixty_four_bytes_and_memory_stays_within_the_capacity() {
    let capacity: u64 =
        std::env::var("CC_DEDUP_ENTRIES").ok().and_then(|text| text.parse().ok()).unwrap_or(200_000);
    let vehicles = capacity / 40;
    let before = held();
    let mut seen = Dedup::new(DedupLimits { capacity: capacity as usize, horizon: None });
    let mut costs = Vec::new();
    // Each vehicle speaks in turn, until everything was forgotten and replaced twice.
    for second in 0..120 {
        for vehicle in 0..vehicles {
            assert!(seen.insert_mark(mark(vehicle, second)));
        }
        if second % 40 == 39 {
            costs.push((held() - before) as f64 / capacity as f64);
        }
    }
    println!("{capacity} entries, bytes each: {costs:.1?}");
    assert_eq!(seen.len() as u64, capacity);
    assert!(!seen.insert_mark(mark(3, 119)) && seen.insert_mark(mark(3, 79)));
    // A small memory is held in pages of the system, which count too.
    assert!(costs.iter().all(|cost| *cost < 64.0), "{costs:?}");
}
