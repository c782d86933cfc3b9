//! Our rates beside those of other crates, in one program: the best of many rounds, so that what else runs matters least.
//! Built by `run` beside this file, in a project of its own: no crate of others is a dependency of this workspace.

use std::hint::black_box;
use std::time::Instant;

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
}
