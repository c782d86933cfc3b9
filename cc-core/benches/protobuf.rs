//! How many events of the data stream are read from and written to protobuf in a second, on one core.

#![allow(missing_docs, reason = "criterion's macros make undocumented functions")]
#![allow(clippy::unwrap_used, reason = "a benchmark of broken input measures nothing")]

mod common;

use std::hint::black_box;

use cc_core::Event;
use cc_core::protobuf::{ProtobufDecoder, ProtobufEncoder, decode_delimited};
use common::MESSAGES;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

/// How many times the messages stand in a stream.
const ROUNDS: usize = 100;

fn protobuf(c: &mut Criterion) {
    let events: Vec<Event> = MESSAGES.iter().map(|message| Event::from_json(message).unwrap()).collect();
    let single: Vec<Vec<u8>> = events.iter().map(Event::to_protobuf).collect();
    let (mut stream, mut encoder) = (Vec::new(), ProtobufEncoder::default());
    for _ in 0..ROUNDS {
        for event in &events {
            encoder.write(event, &mut stream);
        }
    }
    let mut group = c.benchmark_group("protobuf");
    group.throughput(Throughput::Elements(MESSAGES.len() as u64));
    group.bench_function("decode", |b| {
        b.iter(|| {
            for bytes in &single {
                black_box(Event::from_protobuf(black_box(bytes)).unwrap());
            }
        });
    });
    group.bench_function("encode", |b| {
        b.iter(|| {
            for event in &events {
                black_box(black_box(event).to_protobuf());
            }
        });
    });
    group.throughput(Throughput::Elements((MESSAGES.len() * ROUNDS) as u64));
    group.bench_function("decode_stream", |b| {
        b.iter(|| {
            for item in decode_delimited(black_box(&stream)) {
                black_box(item.event.unwrap());
            }
        });
    });
    group.bench_function("decode_pieces", |b| {
        b.iter(|| {
            let mut decoder = ProtobufDecoder::new();
            for piece in black_box(&stream).chunks(64 * 1024) {
                decoder.push(piece);
                while let Some(item) = decoder.next_item() {
                    black_box(item.event.unwrap());
                }
            }
        });
    });
    group.bench_function("encode_stream", |b| {
        let mut out = Vec::with_capacity(stream.len());
        b.iter(|| {
            out.clear();
            for _ in 0..ROUNDS {
                for event in &events {
                    encoder.write(black_box(event), &mut out);
                }
            }
            black_box(out.len())
        });
    });
    group.finish();
}

criterion_group!(benches, protobuf);
criterion_main!(benches);
