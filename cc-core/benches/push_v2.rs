//! How many events of the data stream are read, written and encoded in a second, on one core.

#![allow(missing_docs, reason = "criterion's macros make undocumented functions")]
#![allow(clippy::unwrap_used, reason = "a benchmark of broken input measures nothing")]

mod common;

use std::hint::black_box;

use cc_core::stream::EventStream;
use cc_core::{Event, decode_batch};
use common::MESSAGES;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

fn push_v2(c: &mut Criterion) {
    let mut group = c.benchmark_group("push_v2");
    group.throughput(Throughput::Elements(MESSAGES.len() as u64));
    group.bench_function("decode", |b| {
        b.iter(|| {
            for message in MESSAGES {
                black_box(Event::from_json(black_box(message)).unwrap());
            }
        });
    });
    let batch = format!("[{}]", MESSAGES.join(",\n"));
    group.bench_function("decode_batch", |b| {
        b.iter(|| {
            for item in decode_batch(black_box(batch.as_bytes())) {
                black_box(item.event.unwrap());
            }
        });
    });
    group.finish();

    // A body of a megabyte: at once, and in the pieces that a socket or a file gives.
    let mut group = c.benchmark_group("push_v2_body");
    let body = format!("[{}]", vec![MESSAGES.join(",\n"); 800].join(",\n"));
    group.throughput(Throughput::Elements(800 * MESSAGES.len() as u64));
    group.bench_function("decode_batch", |b| {
        b.iter(|| decode_batch(black_box(body.as_bytes())).filter(|item| item.event.is_ok()).count());
    });
    for piece in [64 * 1024, 1500] {
        group.bench_function(format!("stream/{piece}"), |b| {
            b.iter(|| {
                let (mut stream, mut good) = (EventStream::default(), 0);
                for piece in black_box(body.as_bytes()).chunks(piece) {
                    stream.push(piece);
                    while let Some(item) = stream.next_item() {
                        good += usize::from(black_box(item).event.is_ok());
                    }
                }
                good
            });
        });
    }
    group.finish();

    let mut group = c.benchmark_group("push_v2");
    group.throughput(Throughput::Elements(MESSAGES.len() as u64));
    let events: Vec<Event> = MESSAGES.iter().map(|message| Event::from_json(message).unwrap()).collect();
    group.bench_function("encode", |b| {
        b.iter(|| {
            for event in &events {
                black_box(black_box(event).to_json());
            }
        });
    });
    group.bench_function("canonical_encoding", |b| {
        b.iter(|| {
            for event in &events {
                black_box(black_box(event).canonical_encoding());
            }
        });
    });
    group.finish();
}

criterion_group!(benches, push_v2);
criterion_main!(benches);
