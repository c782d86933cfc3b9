//! Server-sent events: how fast they are read, beside `eventsource-stream`.
#![allow(missing_docs, reason = "a bench")]

use std::convert::Infallible;
use std::hint::black_box;

use cc_client::wire::SseParser;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use eventsource_stream::EventStream;
use futures_util::StreamExt;
use futures_util::stream;

/// A stream of so many events of so many bytes each, in pieces as sockets give them.
fn pieces(events: usize, bytes: usize) -> Vec<Vec<u8>> {
    let event = format!("event: data\ndata: {}\n\n", "x".repeat(bytes - 20));
    event.repeat(events).into_bytes().chunks(16 << 10).map(<[u8]>::to_vec).collect()
}

fn ours(pieces: &[Vec<u8>]) -> usize {
    let (mut parser, mut found) = (SseParser::with_limit(64 << 20), 0);
    for piece in pieces {
        let mut rest = piece.as_slice();
        while let Ok(Some(item)) = parser.next(&mut rest) {
            black_box(&item);
            found += 1;
        }
    }
    found
}

fn theirs(pieces: &[Vec<u8>]) -> usize {
    let pieces = stream::iter(pieces.iter().map(Ok::<_, Infallible>));
    let events = EventStream::new(pieces).fold(0, |found, event| {
        let _ = black_box(event);
        std::future::ready(found + 1)
    });
    futures_util::FutureExt::now_or_never(events).unwrap_or_default()
}

fn sse(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("sse");
    group.sample_size(10);
    for (name, events, bytes) in [
        ("32768 events of 256 B", 32_768, 256),
        ("4 events of 1 MiB", 4, 1 << 20),
        ("1 event of 4 MiB", 1, 4 << 20),
        ("1 event of 16 MiB", 1, 16 << 20),
    ] {
        let pieces = pieces(events, bytes);
        assert_eq!(ours(&pieces), events);
        group.throughput(Throughput::Bytes((events * bytes) as u64));
        group.bench_function(BenchmarkId::new("ours", name), |bencher| bencher.iter(|| ours(&pieces)));
        // Each round takes seconds there.
        if bytes <= 1 << 20 {
            assert_eq!(theirs(&pieces), events);
            let id = BenchmarkId::new("eventsource-stream", name);
            group.bench_function(id, |bencher| bencher.iter(|| theirs(&pieces)));
        }
    }
}

criterion_group!(benches, sse);
criterion_main!(benches);
