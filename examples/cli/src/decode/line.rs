//! Lines that are no item of a capture. Keys are sorted, as in those.

use cc_core::json::{ObjectWriter, write_string};
use cc_core::{Body, DtcDiff, Event, MeasureUnit, Reading, TroubleCode, Value};
use chrono::SecondsFormat;

/// A line for something unreadable.
pub(super) fn error(number: u64, reason: &str) -> String {
    object(|object| {
        object.string("error", reason);
        line(object, number);
    })
}

/// A line for an event: a reading and a trouble code as a car's own answers are, others whole.
pub(super) fn event(number: u64, event: &Event) -> String {
    match &event.body {
        Body::Reading(reading) => self::reading(number, event, reading),
        Body::TroubleCode(code) if code.dtc().is_some() => trouble_code(number, event, code),
        _ => whole_event(number, None, event),
    }
}

/// A line for an event as the data stream writes it.
pub(crate) fn whole_event(number: u64, ecu: Option<&str>, event: &Event) -> String {
    object(|object| {
        if let Some(ecu) = ecu {
            object.string("ecu", ecu);
        }
        object.key("event").push_str(&event.to_json());
        line(object, number);
    })
}

fn reading(number: u64, event: &Event, reading: &Reading) -> String {
    object(|object| {
        at(object, event);
        line(object, number);
        object.string("signal", reading.signal.as_str());
        let unit = Some(reading.unit()).filter(|unit| *unit != MeasureUnit::One);
        object.optional_string("unit", unit.map(MeasureUnit::symbol));
        value(object.key("value"), &reading.value);
        vehicle(object, event);
    })
}

fn trouble_code(number: u64, event: &Event, code: &TroubleCode) -> String {
    object(|object| {
        at(object, event);
        object.optional_string("diff", code.diff.map(diff));
        object.optional_string("dtc", code.dtc().map(|dtc| dtc.to_string()).as_deref());
        if let Some(ecu) = code.ecu.as_deref() {
            object.string("ecu", ecu);
        }
        line(object, number);
        object.optional_string("status", code.status.as_deref());
        vehicle(object, event);
    })
}

fn object(fill: impl FnOnce(&mut ObjectWriter<'_>)) -> String {
    let mut text = String::with_capacity(128);
    let mut object = ObjectWriter::new(&mut text);
    fill(&mut object);
    object.end();
    text
}

fn line(object: &mut ObjectWriter<'_>, number: u64) {
    object.key("line").push_str(&number.to_string());
}

fn at(object: &mut ObjectWriter<'_>, event: &Event) {
    object.string("at", &event.at.to_rfc3339_opts(SecondsFormat::AutoSi, true));
}

fn vehicle(object: &mut ObjectWriter<'_>, event: &Event) {
    if let Some(vehicle) = event.vehicle_ref() {
        object.string("vehicle", &vehicle.to_string());
    }
}

/// Numbers keep the digits they came with.
fn value(out: &mut String, value: &Value) {
    match value {
        Value::Number(number) => out.push_str(&number.to_string()),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Text(text) => write_string(out, text),
        Value::Date(date) => write_string(out, &date.to_string()),
        Value::Instant(at) => write_string(out, &at.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
    }
}

fn diff(diff: DtcDiff) -> &'static str {
    match diff {
        DtcDiff::Add => "add",
        DtcDiff::Change => "change",
        DtcDiff::Remove => "remove",
    }
}
