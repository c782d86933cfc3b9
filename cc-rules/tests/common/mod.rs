//! What the tests of the engine share: packs, events, and texts of what came out.
#![allow(dead_code, clippy::unwrap_used, reason = "each test file uses a part")]

use cc_core::{
    Body, Change, CodeScan, Dtc, DtcDiff, Event, EventId, IgnitionType, Monitor, MonitorReadiness, Reading,
    ScanService, ScannedCode, SignalId, Timestamp, TroubleCode, Value, VehicleRef,
};
use cc_rules::{Pack, Runner};
use chrono::TimeDelta;

/// The start of every story: midnight, on a bucket's edge for every window of whole days.
pub(crate) const START: i64 = 1_767_225_600;

/// Compiles rules; the sections before them are given without the header.
pub(crate) fn pack(sections: &str) -> Pack {
    pack_for("0.1.0", sections)
}

/// The same for rules with blocks that the first engine did not know.
pub(crate) fn newer_pack(sections: &str) -> Pack {
    pack_for("0.2.0", sections)
}

fn pack_for(engine: &str, sections: &str) -> Pack {
    let header = format!("pack: {{id: test, version: 1.0.0, language: 1, min_engine: {engine}}}\n");
    let text = format!("{header}{sections}");
    match cc_rules::source::compile("test.yaml", &[("test.yaml", &text)]) {
        Ok(compiled) => compiled.pack,
        Err(found) => panic!("{found}"),
    }
}

/// What `compile` finds in rules that are wrong: code, line and column of each.
pub(crate) fn findings(sections: &str) -> Vec<(&'static str, u32, u32)> {
    let header = "pack: {id: test, version: 1.0.0, language: 1, min_engine: 0.1.0}\n";
    let text = format!("{header}{sections}");
    let found = cc_rules::source::compile("test.yaml", &[("test.yaml", &text)]).unwrap_err();
    found.iter().map(|found| (found.code, found.line, found.column)).collect()
}

pub(crate) fn car() -> VehicleRef {
    "local/0".parse().unwrap()
}

/// Seconds after [`START`].
pub(crate) fn at(seconds: f64) -> Timestamp {
    Timestamp::from_timestamp(START, 0).unwrap() + TimeDelta::milliseconds((seconds * 1_000.0).round() as i64)
}

pub(crate) fn event(seconds: f64, body: Body) -> Event {
    Event::new(car(), at(seconds), EventId(1), body)
}

pub(crate) fn number(seconds: f64, signal: &str, value: f64) -> Event {
    let value = Value::Number(cc_core::Number::from_f64(value).unwrap());
    event(seconds, Body::Reading(Reading::new(signal.parse::<SignalId>().unwrap(), value)))
}

pub(crate) fn boolean(seconds: f64, signal: &str, value: bool) -> Event {
    event(seconds, Body::Reading(Reading::new(signal.parse::<SignalId>().unwrap(), value)))
}

pub(crate) fn service(seconds: f64, date: &str) -> Event {
    let value = Value::Date(date.parse().unwrap());
    event(seconds, Body::Reading(Reading::new(SignalId::LAST_SERVICE_DATE, value)))
}

pub(crate) fn code(seconds: f64, code: &str, diff: DtcDiff) -> Event {
    let mut report = TroubleCode::new(code.parse().unwrap());
    report.diff = Some(diff);
    report.status = Some("08".into());
    event(seconds, Body::TroubleCode(report))
}

pub(crate) fn scan(seconds: f64, codes: &[&str], complete: bool) -> Event {
    let codes =
        codes.iter().map(|text| ScannedCode { dtc: text.parse::<Dtc>().unwrap(), status: None }).collect();
    let (service, status_mask) = (ScanService::Stored, None);
    event(seconds, Body::CodeScan(CodeScan { ecu: None, service, status_mask, complete, codes }))
}

pub(crate) fn ready(seconds: f64, ready: bool) -> Event {
    event(
        seconds,
        Body::MonitorReadiness(MonitorReadiness {
            mil: false,
            dtc_count: 0,
            ignition: IgnitionType::Spark,
            monitors: vec![(Monitor::Misfire, ready)],
        }),
    )
}

/// A drive: ignition on, then off.
pub(crate) fn drive(from: f64, to: f64) -> [Event; 2] {
    [boolean(from, "ignition", true), boolean(to, "ignition", false)]
}

/// Runs events in order and then lets time pass up to and including `until`.
pub(crate) fn run(pack: &Pack, events: impl IntoIterator<Item = Event>, until: f64) -> Vec<String> {
    let mut runner = Runner::new(pack.clone(), TimeDelta::zero());
    runner.feed(events);
    runner.advance(at(until) + TimeDelta::nanoseconds(1));
    lines(&runner.take_changes())
}

/// `10 raised overheat`, one a change; instants in seconds after the start.
pub(crate) fn lines(changes: &[Change]) -> Vec<String> {
    let line = |change: &Change| {
        let millis = (change.at - at(0.0)).num_milliseconds();
        format!("{} {} {}", millis as f64 / 1_000.0, change.change, change.rule)
    };
    changes.iter().map(line).collect()
}
