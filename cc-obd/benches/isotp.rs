//! ISO-TP: frames of a bus to messages, and whole conversations with flow control. One core; frames a second.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "criterion's macros make undocumented items; inputs are known"
)]

use std::hint::black_box;
use std::time::Duration;

use cc_obd::frame::{CanFrame, CanId};
use cc_obd::isotp::{Address, Addressing, Channel, Network, Options, Reassembler};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

/// The frames of a message, as a tester without limits would be sent them.
fn frames(length: usize) -> Vec<CanFrame> {
    let (request, answer) = (CanId::base(0x7E0).unwrap(), CanId::base(0x7E8).unwrap());
    let mut tester = Channel::new(Address::normal(request, answer), Options::default());
    let mut engine = Channel::new(Address::normal(answer, request), Options::default());
    engine.send(&vec![0x5A; length]).unwrap();
    let mut frames = Vec::new();
    while engine.is_sending() {
        while let Some(frame) = engine.poll(Duration::ZERO).unwrap() {
            frames.push(frame);
            tester.handle(Duration::ZERO, &frame).unwrap();
        }
        while let Some(flow) = tester.poll(Duration::ZERO).unwrap() {
            engine.handle(Duration::ZERO, &flow).unwrap();
        }
    }
    frames
}

fn isotp(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("isotp");
    for length in [20, 200] {
        let frames = frames(length);
        group.throughput(Throughput::Elements(frames.len() as u64));
        group.bench_function(format!("reassemble {length} bytes of one sender"), |bencher| {
            let mut engine = Reassembler::default();
            bencher.iter(|| {
                for frame in &frames {
                    black_box(engine.push(black_box(frame.data())).unwrap());
                }
            });
        });
        group.bench_function(format!("reassemble {length} bytes, senders told apart"), |bencher| {
            let mut network = Network::default();
            bencher.iter(|| {
                for frame in &frames {
                    black_box(network.push(black_box(frame), Addressing::Normal).unwrap());
                }
            });
        });
    }
    // First frame, flow control and two frames: the transfer that can-isotp is measured by.
    group.throughput(Throughput::Elements(1));
    group.bench_function("transfer of 20 bytes, both ends", |bencher| {
        let (request, answer) = (CanId::base(0x7E0).unwrap(), CanId::base(0x7E8).unwrap());
        let mut tester = Channel::new(Address::normal(request, answer), Options::default());
        let mut engine = Channel::new(Address::normal(answer, request), Options::default());
        bencher.iter(|| {
            engine.send(black_box(&[0x5A; 20])).unwrap();
            while engine.is_sending() {
                while let Some(frame) = engine.poll(Duration::ZERO).unwrap() {
                    black_box(tester.handle(Duration::ZERO, &frame).unwrap());
                }
                while let Some(flow) = tester.poll(Duration::ZERO).unwrap() {
                    engine.handle(Duration::ZERO, &flow).unwrap();
                }
            }
        });
    });
    group.finish();
}

criterion_group!(benches, isotp);
criterion_main!(benches);
