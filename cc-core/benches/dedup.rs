//! How many events a second are known again, in a memory of a million (`CC_DEDUP_ENTRIES`) of 25,000 vehicles.

#![allow(missing_docs, reason = "criterion's macros make undocumented functions")]
#![allow(clippy::unwrap_used, reason = "a benchmark of broken input measures nothing")]
#![allow(clippy::disallowed_methods, reason = "the number of entries can be chosen")]

use std::hint::black_box;

use cc_core::Event;
use cc_core::dedup::{Dedup, DedupLimits, EventMark};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};

fn mix(x: u64) -> u64 {
    let x = (x ^ x >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ x >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ x >> 31
}

/// The mark of the number-th event of a fleet whose vehicles speak in turn.
fn mark(number: u64, vehicles: u64) -> EventMark {
    let (vehicle, second) = (number % vehicles, number / vehicles);
    let mut bytes = [0; EventMark::LENGTH];
    bytes[..4].copy_from_slice(&(mix(vehicle) as u32).to_be_bytes());
    bytes[4..9].copy_from_slice(&(second | 1 << 39).to_be_bytes()[3..]);
    for (i, digest) in bytes[9..].chunks_mut(8).enumerate() {
        digest.copy_from_slice(&mix(number << 3 | i as u64).to_be_bytes());
    }
    EventMark::from_bytes(bytes)
}

fn dedup(c: &mut Criterion) {
    let entries: u64 =
        std::env::var("CC_DEDUP_ENTRIES").ok().and_then(|text| text.parse().ok()).unwrap_or(1_000_000);
    let vehicles = entries / 40;
    let mut seen = Dedup::new(DedupLimits { capacity: entries as usize, horizon: None });
    for number in 0..entries {
        seen.insert_mark(mark(number, vehicles));
    }
    let mut group = c.benchmark_group("dedup");
    group.throughput(Throughput::Elements(1_000));
    let mut at = 0_u64;
    group.bench_function("look_up", |b| {
        b.iter_batched(
            || {
                at += 1_000;
                (at..at + 1_000).map(|n| mark(mix(n) % entries, vehicles)).collect::<Vec<_>>()
            },
            |marks| assert!(marks.iter().all(|mark| seen.contains_mark(black_box(mark)))),
            BatchSize::LargeInput,
        );
    });
    let mut number = entries;
    group.bench_function("insert_and_forget", |b| {
        b.iter_batched(
            || {
                number += 1_000;
                (number..number + 1_000).map(|n| mark(n, vehicles)).collect::<Vec<_>>()
            },
            |marks| marks.into_iter().for_each(|mark| assert!(seen.insert_mark(mark))),
            BatchSize::LargeInput,
        );
    });
    group.throughput(Throughput::Elements(1));
    let event = Event::from_json(
        r#"{"id":48151626,"vehicleId":7042,"vin":"WVWZZZ1KZAM000001","organizationKey":"semler","time":"2026-05-01T10:00:02.113Z","type":"gps_position","latitude":12.345678,"longitude":-7.654321,"speed":62,"direction":184,"eph":4,"hdop":null}"#,
    )
    .unwrap();
    group.bench_function("mark_of_event", |b| b.iter(|| EventMark::of(black_box(&event))));
    group.bench_function("save", |b| {
        b.iter(|| {
            let mut length = 0;
            seen.save(|piece| length += piece.len());
            length
        });
    });
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20);
    targets = dedup
}
criterion_main!(benches);
