//! DBC: a frame of ten signals, a file read, and a log of a whole bus with its signals. One core.
//!
//! With `CC_PEERS_PYTHON` (see `.ci/test peers`) cantools decodes the same message beside us, and its rate is printed.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "criterion's macros make undocumented items; inputs are known; the peer is found by the environment"
)]

use std::fmt::Write as _;
use std::hint::black_box;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};

use cc_obd::capture::BusLog;
use cc_obd::frame::CanId;
use cc_obd::signals::dbc::Dbc;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

/// Ten signals in eight bytes: both byte orders, signs, factors, ranges.
const TEN: &str = "BO_ 291 Battery: 8 BMS
 SG_ Voltage : 0|12@1+ (0.1,0) [0|409] \"V\" X
 SG_ Current : 12|12@1- (0.5,0) [-1000|1000] \"A\" X
 SG_ Charge : 24|7@1+ (1,0) [0|100] \"%\" X
 SG_ Ready : 31|1@1+ (1,0) [0|1] \"\" X
 SG_ Coldest : 39|6@0+ (2,-40) [-40|80] \"degC\" X
 SG_ Warmest : 33|6@0+ (2,-40) [-40|80] \"degC\" X
 SG_ Cell : 43|8@0+ (1,0) [0|0] \"\" X
 SG_ Limit : 51|4@0+ (10,0) [0|150] \"kW\" X
 SG_ State : 56|4@1+ (1,0) [0|15] \"\" X
 SG_ Counter : 60|4@1+ (1,0) [0|15] \"\" X
VAL_ 291 State 0 \"off\" 1 \"on\" 2 \"charging\" ;
";

fn ten_signals(criterion: &mut Criterion) {
    peer();
    let dbc = Dbc::parse(TEN.as_bytes()).unwrap();
    assert_eq!(dbc.faults(), []);
    let id = CanId::base(0x123).unwrap();
    let frames: Vec<[u8; 8]> =
        (0_u64..1000).map(|i| (i.wrapping_mul(0x9E37_79B9_7F4A_7C15)).to_le_bytes()).collect();
    let mut group = criterion.benchmark_group("dbc frame of ten signals");
    group.throughput(Throughput::Elements(frames.len() as u64));
    group.bench_function("decode and iterate", |bencher| {
        bencher.iter(|| {
            let mut count = 0;
            for data in &frames {
                for value in dbc.decode(black_box(id), black_box(data)) {
                    // All of it: raw, scaled, quality.
                    black_box(&value);
                    count += 1;
                }
            }
            assert_eq!(count, 10_000);
        });
    });
    group.finish();
}

/// A bus: fifty messages of eight signals, and one of ten.
fn bus() -> String {
    let mut text = TEN.to_owned();
    for message in 0..50 {
        let id = 0x200 + message * 3;
        let _ = writeln!(text, "BO_ {id} M{message}: 8 N");
        for signal in 0..8 {
            let (order, start) = if signal % 2 == 0 { (1, signal * 8) } else { (0, signal * 8 + 7) };
            let _ = writeln!(text, " SG_ S{signal} : {start}|8@{order}+ (0.5,{signal}) [0|200] \"km/h\" X");
        }
    }
    text
}

fn log(size: usize) -> Vec<u8> {
    let mut text = Vec::with_capacity(size + 64);
    let mut i = 0_u64;
    while text.len() < size {
        let random = i.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        // Every fourth frame is of a message that the file does not have.
        let id = match random >> 60 {
            0..4 => 0x400 + (random >> 32 & 0x7F),
            4 => 0x123,
            _ => 0x200 + (random >> 32) % 50 * 3,
        };
        let (seconds, micros) = (1_436_509_052 + i / 4000, i % 4000 * 250);
        writeln!(text, "({seconds}.{micros:06}) can0 {id:03X}#{random:016X}").unwrap();
        i += 1;
    }
    text
}

fn bus_log(criterion: &mut Criterion) {
    let dbc = Dbc::parse(bus().as_bytes()).unwrap();
    let log = log(64 << 20);
    let mut group = criterion.benchmark_group("candump log with signals");
    group.throughput(Throughput::Bytes(log.len() as u64)).sample_size(10);
    group.bench_function("64 MiB in pieces of 64 KiB", |bencher| {
        bencher.iter(|| {
            let mut reader = BusLog::new(&dbc);
            let mut count = 0_u64;
            for piece in log.chunks(64 << 10) {
                reader.push(piece, |line| {
                    for value in line.frame.unwrap().values {
                        black_box(&value);
                        count += 1;
                    }
                });
            }
            assert!(count > 5_000_000, "{count} values");
        });
    });
    group.finish();
}

fn parse(criterion: &mut Criterion) {
    let text = bus();
    let mut group = criterion.benchmark_group("dbc file");
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("51 messages, 410 signals", |bencher| {
        bencher.iter(|| Dbc::parse(black_box(text.as_bytes())).unwrap());
    });
    group.finish();
}

/// How fast cantools decodes the message of ten signals.
fn peer() {
    let Ok(python) = std::env::var("CC_PEERS_PYTHON") else { return };
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/cantools_dbc.py");
    let mut child =
        Command::new(python).arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let text = TEN.replace('"', "\\\"").replace('\n', "\\n");
    write!(input, "{{\"load\":\"BU_: BMS X\\n{text}\"}}\n{{\"rate\":2}}\n").unwrap();
    drop(input);
    let rate: Vec<_> = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap).collect();
    child.wait().unwrap();
    println!("cantools: {} frames of ten signals a second", rate.last().unwrap());
}

criterion_group!(benches, ten_signals, bus_log, parse);
criterion_main!(benches);
