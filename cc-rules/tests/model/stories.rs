//! What a car may say, at random: signals on a grid of half seconds, codes of several ECUs, drives, resets, silence.

use cc_core::{
    Body, CodeScan, Dtc, DtcDiff, DtcStatus, Event, EventId, IgnitionType, MeasureUnit, MilLamp, Monitor,
    MonitorReadiness, Number, Position, Reading, ScanService, ScannedCode, SignalId, Timestamp, TroubleCode,
    Value,
};

use crate::dice::Dice;
use crate::groups::VEHICLE;
use crate::spec::{DAY, SECOND};

/// A minute before midnight: stories pass it.
pub(crate) const START: i64 = 1_767_225_540 * SECOND;

pub(crate) fn story(dice: &mut Dice, kinds: &[usize]) -> Vec<Event> {
    let slow = dice.once_in(4);
    let mut now = START + (dice.below(40) as i64) * SECOND;
    let mut events = Vec::new();
    for _ in 0..=dice.below(36) {
        now += match dice.below(24) {
            0 => dice.one(&[40 * DAY, DAY, 700 * SECOND, 600 * SECOND]),
            1..6 => 0,
            6..10 => SECOND / 2,
            10..16 => SECOND,
            16..20 => dice.one(&[2, 3, 5, 8]) * SECOND,
            20 if slow => 120 * SECOND,
            _ => dice.one(&[10, 20, 21]) * SECOND,
        };
        let kind = dice.one(kinds);
        let body = body(dice, kind);
        let id = EventId(1 + dice.below(3) as i64);
        events.push(Event::new(VEHICLE.parse().unwrap(), Timestamp::from_timestamp_nanos(now), id, body));
    }
    events
}

fn body(dice: &mut Dice, kind: usize) -> Body {
    let level = dice.below(12) as f64;
    match kind {
        0 | 1 => match dice.below(12) {
            0 => number("engine_coolant_temperature", 230.0, Some(MeasureUnit::Fahrenheit)),
            1 => number("engine_coolant_temperature", 900.0, None),
            _ => number("engine_coolant_temperature", 90.0 + level * 4.0, None),
        },
        2 => number("battery_voltage", 11.0 + level / 4.0, None),
        3 => number("cell", 11.0 + level / 4.0, None),
        4 | 5 => boolean("ignition", dice.once_in(2)),
        6 => number("vehicle_speed", f64::from(dice.below(3) as u8) * 4.0, None),
        7 => report(dice),
        8 => scan(dice),
        9 => {
            let value = if dice.once_in(10) { 1_677_721.5 } else { 1_000.0 + level * 2.0 };
            number(dice.one(&["odometer", "odometer", "daily_odometer"]), value, None)
        }
        10 => number("engine_load", level * 9.0, None),
        11 => {
            let date = dice.one(&["2025-11-01", "2026-01-01", "2026-02-01"]);
            reading(Reading::new(SignalId::LAST_SERVICE_DATE, Value::Date(date.parse().unwrap())))
        }
        12 => boolean("door", dice.once_in(2)),
        13 => Body::MonitorReadiness(MonitorReadiness {
            mil: dice.once_in(3),
            dtc_count: 0,
            ignition: IgnitionType::Spark,
            monitors: vec![(Monitor::Misfire, !dice.once_in(3))],
        }),
        _ => match dice.below(3) {
            0 => Body::MilLamp(MilLamp { on: dice.once_in(2), color: None, frequency: None }),
            1 => {
                let mode = dice.one(&["eco", "sport", "æ"]);
                reading(Reading::new("mode".parse().unwrap(), mode))
            }
            _ => Body::Position(Position {
                latitude: Number::from(0),
                longitude: Number::from(-30),
                speed: Some(Number::from(dice.below(2) as i64 * 5)),
                direction: None,
                eph: None,
                hdop: None,
            }),
        },
    }
}

fn number(signal: &str, value: f64, unit: Option<MeasureUnit>) -> Body {
    let value = Value::Number(Number::from_f64(value).unwrap());
    Body::Reading(Reading { unit, ..Reading::new(signal.parse().unwrap(), value) })
}

fn boolean(signal: &str, value: bool) -> Body {
    reading(Reading::new(signal.parse().unwrap(), value))
}

fn reading(reading: Reading) -> Body {
    Body::Reading(reading)
}

const TEXTS: [&str; 8] = ["P0301", "P0301", "P0302", "P030100", "P0171", "P017100", "VAG 16555", "U0100"];

fn ecu(dice: &mut Dice) -> Option<Box<str>> {
    dice.one(&[None, None, Some("engine"), Some("engine"), Some("gearbox")]).map(Into::into)
}

fn status(dice: &mut Dice) -> Option<u8> {
    dice.one(&[None, Some(0x08), Some(0x08), Some(0x04), Some(0x8C), Some(0x00)])
}

fn report(dice: &mut Dice) -> Body {
    let dtc: Dtc = dice.one(&TEXTS).parse().unwrap();
    let mut report = TroubleCode::new(dtc);
    report.diff = dice.one(&[
        None,
        Some(DtcDiff::Add),
        Some(DtcDiff::Change),
        Some(DtcDiff::Remove),
        Some(DtcDiff::Remove),
    ]);
    report.status = status(dice).map(|byte| format!("{byte:02x}").into());
    report.ecu = ecu(dice);
    Body::TroubleCode(report)
}

fn scan(dice: &mut Dice) -> Body {
    let service = dice.one(&[
        ScanService::Stored,
        ScanService::Stored,
        ScanService::Uds,
        ScanService::Pending,
        ScanService::Permanent,
    ]);
    let count = dice.one(&[0, 0, 0, 1, 2]);
    let code = |dice: &mut Dice| ScannedCode {
        dtc: dice.one(&TEXTS).parse().unwrap(),
        status: status(dice).map(DtcStatus),
    };
    let status_mask = match service {
        ScanService::Uds => dice.one(&[None, Some(0x08), Some(0x0C), Some(0xFF)]),
        _ => None,
    };
    let codes = (0..count).map(|_| code(dice)).collect();
    Body::CodeScan(CodeScan {
        ecu: ecu(dice),
        service,
        status_mask: status_mask.map(DtcStatus),
        complete: !dice.once_in(4),
        codes,
    })
}
