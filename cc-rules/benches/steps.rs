//! Steps of eight readings through a hundred rules over 64 signals: one hot car, many cars in runs of twenty, states as
//! bytes on each step; beside a bare loop over the values, and what compiling takes.
//!
//! `CC_BENCH_CARS` says how many cars there are, 250,000 if it says nothing: they take some gigabytes of memory.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, missing_docs, reason = "a benchmark measures time")]

#[path = "workload/mod.rs"]
mod workload;

use std::hint::black_box;
use std::time::{Duration, Instant};

use cc_rules::{Pack, Runner, VehicleState, apply};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use workload::{Bare, READINGS, RUN, Random, bare_steps, car, pack, source, steps, warm};

const STEPS: usize = 4_096;

fn hot(criterion: &mut Criterion) {
    let pack = pack(workload::RULES);
    let vehicle = car(0);
    let events = steps(&vehicle, 0, STEPS, &mut Random(9));
    let state = warm(&pack, 0);
    let mut group = criterion.benchmark_group("steps");
    group.throughput(Throughput::Elements(STEPS as u64));
    let bare = bare_steps(&events);
    group.bench_function("bare_loop", |bencher| {
        let mut slots = Bare::new(workload::RULES);
        bencher.iter(|| bare.iter().map(|step| slots.step(black_box(step))).sum::<usize>());
    });
    group.bench_function("hot", |bencher| {
        bencher.iter_custom(|rounds| {
            let mut spent = Duration::ZERO;
            for _ in 0..rounds {
                let mut state = state.clone();
                let start = Instant::now();
                for step in events.chunks(READINGS) {
                    black_box(apply(&pack, &mut state, black_box(step)));
                }
                spent += start.elapsed();
            }
            spent
        });
    });
    group.bench_function("bytes_in_and_out", |bencher| {
        let bytes = state.to_bytes(&pack);
        bencher.iter_custom(|rounds| {
            let mut spent = Duration::ZERO;
            for _ in 0..rounds {
                let mut bytes = bytes.clone();
                let start = Instant::now();
                for step in events.chunks(READINGS) {
                    let (mut state, _) = VehicleState::from_bytes(&pack, &bytes).unwrap();
                    black_box(apply(&pack, &mut state, black_box(step)));
                    state.to_bytes_into(&pack, &mut bytes);
                }
                spent += start.elapsed();
            }
            spent
        });
    });
    group.throughput(Throughput::Elements(events.len() as u64));
    let lines: String = events.iter().map(|event| event.to_json() + "\n").collect();
    group.bench_function("push_v2_lines", |bencher| {
        bencher.iter(|| {
            let mut runner = Runner::new(pack.clone(), chrono::TimeDelta::zero());
            runner
                .feed(cc_core::decode_batch(black_box(lines.as_bytes())).filter_map(|item| item.event.ok()));
            runner.drain().len()
        });
    });
    group.finish();
    println!("a car's state: {} bytes", state.to_bytes(&pack).len());
}

fn fleet(criterion: &mut Criterion) {
    let cars = std::env::var("CC_BENCH_CARS").ok().and_then(|cars| cars.parse().ok()).unwrap_or(250_000);
    let pack: Pack = pack(workload::RULES);
    let samples: Vec<VehicleState> = (0..64).map(|number| warm(&pack, number)).collect();
    let runs: Vec<_> =
        (0..64).map(|number| steps(&car(number), 0, RUN, &mut Random(number as u64))).collect();
    let fresh: Vec<VehicleState> = (0..cars).map(|number: usize| samples[number % 64].clone()).collect();
    let mut group = criterion.benchmark_group("steps");
    group.sample_size(10);
    group.throughput(Throughput::Elements((cars * RUN) as u64));
    group.bench_function("fleet_in_runs_of_20", |bencher| {
        bencher.iter_custom(|rounds| {
            let mut spent = Duration::ZERO;
            for _ in 0..rounds {
                let mut states = fresh.clone();
                let start = Instant::now();
                for (number, state) in states.iter_mut().enumerate() {
                    for step in runs[number % 64].chunks(READINGS) {
                        black_box(apply(&pack, state, step));
                    }
                }
                spent += start.elapsed();
            }
            spent
        });
    });
    group.finish();
}

fn compiling(criterion: &mut Criterion) {
    let text = source(500);
    let canonical = pack(500).to_canonical_json().to_owned();
    let mut group = criterion.benchmark_group("pack_of_500_rules");
    group.bench_function("compile", |bencher| {
        bencher.iter(|| cc_rules::source::compile("p", &[("p", black_box(&text))]).unwrap().pack);
    });
    group.bench_function("load", |bencher| {
        bencher.iter(|| Pack::load(black_box(canonical.as_bytes())).unwrap());
    });
    group.finish();
}

criterion_group!(benches, hot, compiling, fleet);
criterion_main!(benches);
