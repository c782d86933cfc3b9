//! How an event changes the facts, and which rules that touches.

use cc_core::{Body, CodeScan, Event, Reading, SignalId, TroubleCode, Value, ValueKind};

use super::Touched;
use crate::expr::Val;
use crate::pack::{CODE_FIELDS, Linked, SignalSlot};
use crate::state::{Cell, CellValue, CodeState, Edge, Facts, Guard, NONE, VehicleState, is_sentinel};

/// What the events of one step say beyond single values; settled once all of them are read.
#[derive(Default)]
pub(super) struct Day<'e> {
    codes: Vec<CodeReport<'e>>,
    /// The latest date of service.
    service: Option<i64>,
    /// The last word on the ignition.
    ignition: Option<bool>,
    moved: bool,
}

enum CodeReport<'e> {
    Scan(&'e CodeScan),
    Single(&'e TroubleCode),
}

pub(super) fn take<'e>(
    pack: &Linked,
    state: &mut VehicleState,
    touched: &mut Touched,
    day: &mut Day<'e>,
    event: &'e Event,
    at: i64,
) {
    if !pack.listeners.events.is_empty() {
        let name = event.type_name();
        for (_, rule, part) in pack.listeners.events.iter().filter(|(heard, ..)| **heard == *name) {
            touched.hear(*rule, *part);
        }
    }
    match &event.body {
        Body::Reading(reading) => read(pack, state, touched, day, reading, at),
        Body::TroubleCode(code) => day.codes.push(CodeReport::Single(code)),
        Body::CodeScan(scan) => day.codes.push(CodeReport::Scan(scan)),
        Body::MilLamp(lamp) => {
            lamp_reads(pack, state, touched, day, lamp.on, at);
            // A lamp that does not say how it blinks no longer blinks as it did before.
            let frequency = lamp.frequency.as_deref().unwrap_or_default();
            let signal = SignalId::MALFUNCTION_INDICATOR_FREQUENCY;
            read(pack, state, touched, day, &Reading::new(signal, frequency), at);
        }
        Body::Inspection(inspection) => {
            if let Some(due) = inspection.due {
                let reading = Reading::new(SignalId::ROADWORTHY_INSPECTION_DUE, Value::Instant(due));
                read(pack, state, touched, day, &reading, at);
            }
        }
        Body::MonitorReadiness(readiness) => {
            state.facts.readiness = Some(readiness.all_ready());
            lamp_reads(pack, state, touched, day, readiness.mil, at);
        }
        Body::Position(position) if position.speed.as_ref().is_some_and(|speed| speed.as_f64() > 0.0) => {
            day.moved = true;
        }
        _ => {}
    }
}

/// Codes, services and edges of drives, in this order whatever the order of the events.
pub(super) fn settle(pack: &Linked, state: &mut VehicleState, touched: &mut Touched, day: &Day<'_>, at: i64) {
    let Facts { codes, drives, readiness, service, .. } = &mut state.facts;
    let before = *service;
    *service = before.max(day.service.unwrap_or(NONE));
    let is_serviced = before != NONE && *service > before;
    let edge = match day.ignition {
        Some(on) => drives.ignition(on, at),
        None if day.moved => drives.motion(at),
        None => Edge::Nothing,
    };
    state.wake = state.wake.min(drives.deadline());
    if edge == Edge::Started {
        for rule in &pack.drive_readers {
            touched.rule(*rule);
        }
    }
    if !is_serviced && day.codes.is_empty() && edge != Edge::Ended {
        return;
    }
    for (index, (code, slot)) in codes.iter_mut().zip(&pack.codes).enumerate() {
        if is_serviced {
            changed(pack, touched, index, code, |code| code.service(at));
        }
        for report in &day.codes {
            let spoken = changed(pack, touched, index, code, |code| match report {
                CodeReport::Scan(scan) => code.scan(slot, scan, at),
                CodeReport::Single(single) => code.trouble_code(slot, single, at),
            });
            let Some(counts) = spoken else { continue };
            touched.readers(&pack.code_waiters[index * pack.words..(index + 1) * pack.words]);
            if counts {
                for (rule, part) in &pack.listeners.codes[index] {
                    touched.hear(*rule, *part);
                }
            }
        }
        if edge == Edge::Ended {
            changed(pack, touched, index, code, |code| code.drive_ended(slot, drives, *readiness));
        }
    }
}

/// The end of a drive that only motion told of.
pub(super) fn drive_ended(pack: &Linked, state: &mut VehicleState, touched: &mut Touched) {
    let Facts { codes, drives, readiness, .. } = &mut state.facts;
    drives.end();
    for (index, (code, slot)) in codes.iter_mut().zip(&pack.codes).enumerate() {
        changed(pack, touched, index, code, |code| code.drive_ended(slot, drives, *readiness));
    }
}

/// Does something to a code, which touches the readers of those of its fields that come out otherwise.
fn changed<T>(
    pack: &Linked,
    touched: &mut Touched,
    index: usize,
    code: &mut CodeState,
    happens: impl FnOnce(&mut CodeState) -> T,
) -> T {
    let before = code.fields();
    let outcome = happens(code);
    for (field, (before, now)) in before.into_iter().zip(code.fields()).enumerate() {
        if before != now {
            let place = (index * CODE_FIELDS + field) * pack.words;
            touched.readers(&pack.code_readers[place..place + pack.words]);
        }
    }
    outcome
}

/// The lamp that [`cc_core::MilLamp`] and [`cc_core::MonitorReadiness`] tell of is a signal as well.
fn lamp_reads(
    pack: &Linked,
    state: &mut VehicleState,
    touched: &mut Touched,
    day: &mut Day<'_>,
    on: bool,
    at: i64,
) {
    read(pack, state, touched, day, &Reading::new(SignalId::MALFUNCTION_INDICATOR, on), at);
}

fn read(
    pack: &Linked,
    state: &mut VehicleState,
    touched: &mut Touched,
    day: &mut Day<'_>,
    reading: &Reading,
    at: i64,
) {
    let Some(roles) = pack.roles(&reading.signal) else { return };
    if let Some(slot) = roles.slot {
        let index = usize::from(slot);
        let signal = &pack.signals[index];
        match accept(signal, slot, &mut state.facts, reading) {
            Some(value) => {
                let cells = &mut state.facts.cells;
                // The same value again changes no truth, and so touches nobody but those who count on its arrival.
                let known = !cells.is_stale(index);
                let is_same = known && cells.last(index) == value.read();
                let before = cells.number(index).filter(|_| known);
                cells.set(index, Cell { value, at, stale: false });
                let now = cells.number(index);
                state.wake = state.wake.min(cells.expiry(index, signal.max_age));
                for (rule, part) in &pack.listeners.signals[index] {
                    touched.hear(*rule, *part);
                }
                if pack.arrival_matters[index] {
                    touched.readers(&pack.signal_waiters[index * pack.words..(index + 1) * pack.words]);
                }
                match (before, now) {
                    _ if is_same => {}
                    // Another version of the pack may have left a number that the tests of this one do not speak of.
                    (Some(before), Some(value)) if is_in_range(signal, before) => {
                        touched.readers_between(pack, &state.busy, index, before, value);
                    }
                    _ => touched.readers(&pack.signal_readers[index * pack.words..(index + 1) * pack.words]),
                }
            }
            None => state.facts.rejected += 1,
        }
    }
    if roles.ignition
        && let Value::Bool(on) = reading.value
    {
        day.ignition = Some(on);
    }
    if roles.speed && reading.value.as_f64().is_some_and(|speed| speed > 0.0) {
        day.moved = true;
    }
    if roles.odometer {
        odometer(pack, state, touched, reading);
    }
    if roles.service_date
        && let Some(date) = time_of(&reading.value)
    {
        day.service = day.service.max(Some(date));
    }
}

/// The value in the slot's unit, if it is one that the car can have meant.
fn accept(signal: &SignalSlot, slot: u16, facts: &mut Facts, reading: &Reading) -> Option<CellValue> {
    let value = match (&reading.value, signal.kind) {
        (Value::Bool(value), ValueKind::Bool) => return Some(CellValue::Bool(*value)),
        (Value::Text(text), ValueKind::Text) => return Some(CellValue::Text(text.clone())),
        (value, ValueKind::Date | ValueKind::Instant) => return time_of(value).map(CellValue::Time),
        (Value::Number(number), ValueKind::Number) => number.as_f64(),
        _ => return None,
    };
    let unit = reading.unit.unwrap_or(signal.usual_unit);
    let value = if unit == signal.unit { value } else { unit.convert(value, signal.unit).ok()? };
    // Adding zero makes of the negative zero the one that is written without a sign.
    let value = value + 0.0;
    if !value.is_finite()
        || !is_in_range(signal, value)
        || (signal.monotonic && !grows(slot, signal, facts, value))
    {
        return None;
    }
    Some(CellValue::Number(value))
}

fn is_in_range(signal: &SignalSlot, value: f64) -> bool {
    signal.range.is_none_or(|(low, high)| (low..=high).contains(&value))
}

fn grows(slot: u16, signal: &SignalSlot, facts: &mut Facts, value: f64) -> bool {
    debug_assert!(signal.monotonic);
    if is_sentinel(value) {
        return false;
    }
    let lower = matches!(facts.cells.last(usize::from(slot)), Val::Double(before) if value < before);
    guarded(&mut facts.guards, slot, lower, value)
}

/// Whether a reading of a counter is to be believed.
fn guarded(guards: &mut Vec<(u16, Guard)>, key: u16, lower: bool, value: f64) -> bool {
    let place = guards.iter().position(|(known, _)| *known == key);
    if !lower {
        place.map(|place| guards.remove(place));
        return true;
    }
    let place = place.unwrap_or_else(|| {
        guards.push((key, Guard::default()));
        guards.sort_by_key(|(known, _)| *known);
        guards.iter().position(|(known, _)| *known == key).unwrap_or(0)
    });
    let believed = guards[place].1.believes(value);
    if believed {
        guards.remove(place);
    }
    believed
}

/// The guard of the engine's own odometer.
const ODOMETER_GUARD: u16 = u16::MAX;

fn odometer(pack: &Linked, state: &mut VehicleState, touched: &mut Touched, reading: &Reading) {
    let Some(value) = reading.value.as_f64() else { return };
    let range = reading.signal.signal().and_then(|row| row.range);
    let Ok(metres) = reading.unit().convert(value, cc_core::MeasureUnit::Meter) else { return };
    let credible = range.is_none_or(|(low, high)| (low..=high).contains(&value)) && !is_sentinel(value);
    if !credible || !(0.0..=FARTHEST_M).contains(&metres) {
        return;
    }
    let metres = metres as i64;
    let lower = state.facts.odometer.is_some_and(|before| metres < before);
    if guarded(&mut state.facts.guards, ODOMETER_GUARD, lower, metres as f64)
        && state.facts.odometer != Some(metres)
    {
        let before = state.facts.odometer.replace(metres);
        for (rule, size) in &pack.distance_readers {
            if before.map(|before| before / size) != Some(metres / size) {
                touched.rule(*rule);
            }
        }
    }
}

/// Ten million kilometres.
const FARTHEST_M: f64 = 1e10;

/// A date counts from its first instant in UTC.
fn time_of(value: &Value) -> Option<i64> {
    match value {
        Value::Date(date) => super::nanos(date.and_time(chrono::NaiveTime::MIN).and_utc()),
        Value::Instant(at) => super::nanos(*at),
        _ => None,
    }
}
