//! Our rates beside those of other crates, in one program: the best of many rounds, so that what else runs matters least.
//! Built by `run` beside this file, in a project of its own: no crate of others is a dependency of this workspace.

use std::hint::black_box;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use cc_obd::frame::CanId;
use cc_obd::isotp::{Address, Channel, Options};
use cc_obd::pid::{PidTable, PidValue};
use cc_obd::service::dtcs_by_status;
use cc_obd::uds::{Answer, DtcReport};
use obd2_rs::decoder::Value;
use obd2_rs::message::Protocol;
use obd2_rs::protocol::CanProtocol;
use uds_protocol::{Decode as _, Response};

/// Millions a second: of 60 rounds the best.
fn rate(name: &str, items: usize, mut round: impl FnMut() -> f64) -> f64 {
    let mut best = f64::INFINITY;
    for _ in 0..60 {
        let began = Instant::now();
        black_box(round());
        best = best.min(began.elapsed().as_secs_f64());
    }
    let rate = items as f64 / best / 1e6;
    println!("{name}: {rate:.2} M/s");
    rate
}

fn main() {
    let lines: Vec<String> =
        (0_u32..1000).map(|i| format!("7E8 04 41 0C {:02X} {:02X}", i % 64, i * 7 % 256)).collect();
    let table = PidTable::standard();
    let ours = |line: &str| match table.read_line(line.as_bytes()).unwrap().unwrap().value {
        PidValue::Number(number) => number,
        PidValue::Bool(_) => 0.0,
    };
    let protocol = Protocol::new(Box::new(CanProtocol::Iso15765411bit500k), &[]);
    let rpm = obd2_rs::commands::by_name("RPM").unwrap();
    let theirs = |line: &String| match rpm.call(&protocol.call(std::slice::from_ref(line))).value {
        Some(Value::Quantity(number, _)) => number,
        _ => 0.0,
    };
    assert!(lines.iter().all(|line| ours(line) == theirs(line)));
    let a = rate("ELM line to engine speed, cc-obd", 1000, || {
        lines.iter().map(|line| ours(black_box(line))).sum()
    });
    let b = rate("ELM line to engine speed, obd2-rs 0.2.0", 1000, || {
        lines.iter().map(|line| theirs(black_box(line))).sum()
    });
    println!("  {:.1} times as fast", a / b);

    let answers: Vec<Vec<u8>> = (0_u8..=255)
        .map(|i| {
            let mut answer = vec![0x59, 0x02, 0xFF];
            answer.extend((0_u8..8).flat_map(|k| [i, k, i ^ k, 0x2F]));
            answer
        })
        .collect();
    let sum = |bytes: [u8; 4]| u32::from_be_bytes(bytes);
    let direct = |answer: &[u8]| {
        let records = dtcs_by_status(answer).unwrap();
        records.iter().fold(0_u32, |all, record| {
            let [high, low, failure] = record.dtc.bytes();
            all.wrapping_add(sum([high, low, failure, record.status.0]))
        })
    };
    let any = |answer: &[u8]| {
        let Ok(Answer::ReadDtcInformation(answer)) = Answer::parse(answer) else { return 0 };
        let DtcReport::DtcByStatusMask { records } = answer.report else { return 0 };
        records.iter().fold(0_u32, |all, record| {
            let [high, low, failure] = record.dtc.bytes();
            all.wrapping_add(sum([high, low, failure, record.status.0]))
        })
    };
    let theirs = |answer: &[u8]| {
        let Ok((Response::ReadDtcInfo(answer), _)) = Response::decode(answer) else { return 0 };
        answer.dtc_and_status_iter().unwrap().fold(0_u32, |all, record| {
            let (dtc, status) = record.unwrap();
            all.wrapping_add(sum([dtc.high_byte(), dtc.middle_byte(), dtc.low_byte(), status.bits()]))
        })
    };
    assert!(answers.iter().all(|answer| direct(answer) == theirs(answer) && any(answer) == theirs(answer)));
    let each =
        |read: &dyn Fn(&[u8]) -> u32| answers.iter().map(|answer| f64::from(read(black_box(answer)))).sum();
    let a = rate("eight codes, cc-obd, this report", 256, || each(&direct));
    let b = rate("eight codes, cc-obd, any answer of UDS", 256, || each(&any));
    let c = rate("eight codes, uds_protocol 0.7.0, any answer of UDS", 256, || each(&theirs));
    println!("  {:.2} and {:.2} times as fast", a / c, b / c);

    let (request, answer) = (CanId::base(0x7E0).unwrap(), CanId::base(0x7E8).unwrap());
    let mut tester = Channel::new(Address::normal(request, answer), Options::default());
    let mut engine = Channel::new(Address::normal(answer, request), Options::default());
    let mut transfer = || {
        let mut arrived = 0;
        engine.send(black_box(&[0x5A; 20])).unwrap();
        while engine.is_sending() {
            while let Some(frame) = engine.poll(Duration::ZERO).unwrap() {
                arrived += tester.handle(Duration::ZERO, &frame).unwrap().map_or(0, <[u8]>::len);
            }
            while let Some(flow) = tester.poll(Duration::ZERO).unwrap() {
                engine.handle(Duration::ZERO, &flow).unwrap();
            }
        }
        assert_eq!(arrived, 20);
        arrived as f64
    };
    let a = rate("ISO-TP, 20 bytes from end to end, cc-obd", 1000, || (0..1000).map(|_| transfer()).sum());
    if let Some(b) = can_isotp() {
        println!(
            "ISO-TP, 20 bytes from end to end, can-isotp 2.0.7: {b:.4} M/s\n  {:.0} times as fast",
            a / b
        );
    }
}

/// Millions of transfers a second, where `CC_PEERS_PYTHON` names a Python that has can-isotp: of five rounds the best.
fn can_isotp() -> Option<f64> {
    let python = std::env::var("CC_PEERS_PYTHON").ok()?;
    let script = std::env::var("CC_CAN_ISOTP").ok()?;
    let mut child =
        Command::new(python).arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().ok()?;
    child.stdin.take()?.write_all(&b"{\"rate\": 1}\n".repeat(5)).ok()?;
    let output = child.wait_with_output().ok()?;
    let rates = String::from_utf8(output.stdout).ok()?;
    let best = rates.lines().filter_map(|line| line.parse::<f64>().ok()).fold(0.0, f64::max);
    (best > 0.0).then_some(best / 1e6)
}
