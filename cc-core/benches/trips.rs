//! How many events of a fleet's month become trips in a second, on one core, and how much memory a car takes up.

#![allow(missing_docs, reason = "criterion's macros make undocumented functions")]
#![allow(clippy::unwrap_used, reason = "a benchmark of broken input measures nothing")]

#[path = "../tests/month/mod.rs"]
mod month;

use std::hint::black_box;

use cc_core::Event;
use cc_core::trips::{Segmenter, TripOptions, segment};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

/// So many cars, each with noise of its own.
const CARS: u64 = 20;

fn trips(c: &mut Criterion) {
    let options = TripOptions::default();
    let names: Vec<String> = (0..CARS).map(|car| format!("demo/{car}")).collect();
    let cars: Vec<Vec<Event>> = names.iter().zip(1..).map(|(name, seed)| month::month(name, seed)).collect();
    let all: Vec<Event> = cars.iter().flatten().cloned().collect();
    let (mut most, mut parked) = (0, 0);
    let mut segmenter = Segmenter::new(names[0].parse().unwrap(), &options).unwrap();
    for event in &cars[0] {
        segmenter.add(event);
        segmenter.finished();
        most = most.max(segmenter.memory());
        parked = segmenter.to_bytes().len();
    }
    let empty = Segmenter::new(names[0].parse().unwrap(), &options).unwrap().memory();
    println!("a car takes up {empty} to {most} bytes; {parked} bytes written at the end of its month");

    let mut group = c.benchmark_group("trips");
    group.sample_size(20);
    group.throughput(Throughput::Elements(all.len() as u64));
    group.bench_function("segment", |b| b.iter(|| segment(black_box(&all), &options).unwrap()));
    let mut mixed = all.clone();
    month::Seed(7).shuffle(&mut mixed);
    group.bench_function("segment_shuffled", |b| b.iter(|| segment(black_box(&mixed), &options).unwrap()));
    group.bench_function("add", |b| {
        b.iter(|| {
            let mut found = 0;
            for (name, events) in names.iter().zip(&cars) {
                let mut segmenter = Segmenter::new(name.parse().unwrap(), &options).unwrap();
                for event in events {
                    black_box(segmenter.add(event));
                }
                segmenter.drain();
                found += segmenter.finished().len();
            }
            found
        });
    });
    group.finish();
}

criterion_group!(benches, trips);
criterion_main!(benches);
