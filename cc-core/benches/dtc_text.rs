//! How fast a code becomes a sentence.

#![allow(missing_docs, reason = "criterion's macros make undocumented functions")]

use std::hint::black_box;

use cc_core::Dtc;
use cc_core::Language;
use cc_core::dtc_text::codes;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

fn describe(c: &mut Criterion) {
    let codes: Vec<Dtc> = codes().map(Dtc::from).collect();
    let mut group = c.benchmark_group("dtc_text");
    group.throughput(Throughput::Elements(codes.len() as u64));
    group.bench_function("describe every code in German", |b| {
        b.iter(|| {
            for code in &codes {
                black_box(code.describe(Language::German));
            }
        });
    });
    group.bench_function("the sentence of every code in English", |b| {
        b.iter(|| {
            for code in &codes {
                black_box(code.describe(Language::English).to_string());
            }
        });
    });
    group.finish();
}

criterion_group!(benches, describe);
criterion_main!(benches);
