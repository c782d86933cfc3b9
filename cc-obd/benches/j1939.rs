//! Messages of trucks: a frame of the engine to its parameters, active codes in one frame and in many. One core;
//! elements a second.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "criterion's macros make undocumented items; inputs are known"
)]

use std::hint::black_box;
use std::time::Duration;

use cc_obd::frame::{CanFrame, CanId};
use cc_obd::j1939::spn::{SpnTable, SpnValue};
use cc_obd::j1939::transport::{Receiver, Sender};
use cc_obd::j1939::{CodeList, Pgn};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

/// The codes of one message, as a sum that no compiler can leave out.
fn sum(data: &[u8]) -> u32 {
    let list = CodeList::parse(data).unwrap();
    list.iter().map(|code| code.dtc(None).map_or(0, |dtc| dtc.spn() ^ u32::from(dtc.fmi()))).sum()
}

fn engine(criterion: &mut Criterion) {
    let table = SpnTable::standard();
    let id = CanId::extended(0x0CF0_0400).unwrap();
    let frames: Vec<_> =
        (0_u8..=249).map(|i| CanFrame::new(id, &[0xF1, i, 0x7D, i, 0x13, 0x00, 0xF4, i]).unwrap()).collect();
    let mut group = criterion.benchmark_group("EEC1");
    group.throughput(Throughput::Elements(frames.len() as u64));
    group.bench_function("frame to its seven parameters", |bencher| {
        let mut receiver = Receiver::listener();
        bencher.iter(|| {
            let mut sum = 0.0;
            for frame in &frames {
                let message = receiver.handle(Duration::ZERO, black_box(frame)).unwrap().unwrap();
                for reading in table.read(message.pgn, message.data) {
                    if let SpnValue::Number(number) = reading.value {
                        sum += number;
                    }
                }
            }
            sum
        });
    });
    group.finish();
}

fn codes(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("DM1");
    let id = CanId::extended(0x18FE_CA00).unwrap();
    let singles: Vec<_> = (0_u8..=249)
        .map(|i| CanFrame::new(id, &[0x04, 0xFF, i, 0x04, 0x0A, 0x03, 0xFF, 0xFF]).unwrap())
        .collect();
    group.throughput(Throughput::Elements(singles.len() as u64));
    group.bench_function("frame with one code", |bencher| {
        let mut receiver = Receiver::listener();
        bencher.iter(|| {
            singles.iter().fold(0_u32, |total, frame| {
                let message = receiver.handle(Duration::ZERO, black_box(frame)).unwrap().unwrap();
                total.wrapping_add(sum(message.data))
            })
        });
    });
    let data: Vec<u8> = [0x04, 0xFF].into_iter().chain((0..32).map(|i| i * 3 + 1)).collect();
    group.throughput(Throughput::Elements(1));
    group.bench_function("message of eight codes", |bencher| bencher.iter(|| sum(black_box(&data))));

    let mut sender = Sender::new(0);
    sender.start(6, Pgn::new(65_226).unwrap(), 0xFF, &data).unwrap();
    let (mut frames, mut now) = (Vec::new(), Duration::ZERO);
    while sender.is_sending() {
        frames.extend(sender.poll(now).unwrap());
        now += Duration::from_millis(50);
    }
    group.throughput(Throughput::Elements(frames.len() as u64));
    group.bench_function("frames of a broadcast of eight codes", |bencher| {
        let mut receiver = Receiver::listener();
        bencher.iter(|| {
            frames.iter().fold(0_u32, |total, frame| {
                let message = receiver.handle(Duration::ZERO, black_box(frame)).unwrap();
                total.wrapping_add(message.map_or(0, |message| sum(message.data)))
            })
        });
    });
    group.finish();
}

criterion_group!(benches, engine, codes);
criterion_main!(benches);
