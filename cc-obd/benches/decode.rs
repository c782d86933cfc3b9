//! Parsing throughput: an adapter's line to a reading, and an answer of eight codes. One core; elements a second.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "criterion's macros make undocumented items; inputs are known"
)]

use std::hint::black_box;

use cc_obd::capture::{CaptureFormat, Decoder};
use cc_obd::elm::{ElmEvent, Scanner};
use cc_obd::pid::{PidTable, PidValue};
use cc_obd::service::dtcs_by_status;
use cc_obd::uds::{Answer, DtcReport, ReadDtcInformationAnswer};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

/// A thousand lines of engine speed, all different.
fn lines(before: &str) -> Vec<String> {
    (0_u32..1000).map(|i| format!("{before}41 0C {:02X} {:02X}", i % 64, i * 7 % 256)).collect()
}

fn value(reading: PidValue) -> f64 {
    match reading {
        PidValue::Number(number) => number,
        PidValue::Bool(_) => 0.0,
    }
}

fn elm_line(criterion: &mut Criterion) {
    let table = PidTable::standard();
    let mut group = criterion.benchmark_group("elm line to engine speed");
    group.throughput(Throughput::Elements(1000));
    for (name, before) in [("bare", ""), ("with header", "7E8 04 ")] {
        let lines = lines(before);
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                lines
                    .iter()
                    .map(|line| value(table.read_line(black_box(line.as_bytes())).unwrap().unwrap().value))
                    .sum::<f64>()
            });
        });
        let stream = lines.join("\r") + "\r";
        group.bench_function(format!("{name}, from a byte stream"), |bencher| {
            bencher.iter(|| {
                let mut sum = 0.0;
                Scanner::new().feed(black_box(stream.as_bytes()), |event| {
                    if let ElmEvent::Data(line) = event {
                        sum += value(table.read_line(line).unwrap().unwrap().value);
                    }
                });
                sum
            });
        });
        group.bench_function(format!("{name}, through the capture decoder"), |bencher| {
            bencher.iter(|| {
                let mut decoder = Decoder::new(CaptureFormat::Elm327);
                decoder.push(black_box(stream.as_bytes()));
                std::iter::from_fn(|| decoder.next_item()).count()
            });
        });
    }
    group.finish();
}

fn uds_codes(criterion: &mut Criterion) {
    let answers: Vec<Vec<u8>> = (0_u8..=255)
        .map(|i| {
            let mut answer = vec![0x59, 0x02, 0xFF];
            answer.extend((0_u8..8).flat_map(|k| [i, k, i ^ k, 0x2F]));
            answer
        })
        .collect();
    let mut group = criterion.benchmark_group("answer of eight codes");
    group.throughput(Throughput::Elements(answers.len() as u64));
    group.bench_function("any report, decode and iterate", |bencher| {
        bencher.iter(|| {
            let mut sum = 0_u32;
            for answer in &answers {
                let Ok(answer) = ReadDtcInformationAnswer::parse(black_box(answer)) else { continue };
                let DtcReport::DtcByStatusMask { records } = answer.report else { continue };
                for record in records.iter() {
                    let [high, low, failure] = record.dtc.bytes();
                    sum = sum.wrapping_add(u32::from(high) + u32::from(low) + u32::from(failure));
                    sum = sum.wrapping_add(u32::from(record.status.0));
                }
            }
            sum
        });
    });
    group.bench_function("any answer, decode and iterate", |bencher| {
        bencher.iter(|| {
            let mut sum = 0_u32;
            for answer in &answers {
                let Ok(Answer::ReadDtcInformation(answer)) = Answer::parse(black_box(answer)) else {
                    continue;
                };
                let DtcReport::DtcByStatusMask { records } = answer.report else { continue };
                for record in records.iter() {
                    let [high, low, failure] = record.dtc.bytes();
                    sum = sum.wrapping_add(u32::from(high) + u32::from(low) + u32::from(failure));
                    sum = sum.wrapping_add(u32::from(record.status.0));
                }
            }
            sum
        });
    });
    group.bench_function("decode and iterate", |bencher| {
        bencher.iter(|| {
            let mut sum = 0_u32;
            for answer in &answers {
                for record in dtcs_by_status(black_box(answer)).unwrap().iter() {
                    let [high, low, failure] = record.dtc.bytes();
                    sum = sum.wrapping_add(u32::from_be_bytes([high, low, failure, record.status.0]));
                }
            }
            sum
        });
    });
    group.finish();
}

criterion_group!(benches, elm_line, uds_codes);
criterion_main!(benches);
