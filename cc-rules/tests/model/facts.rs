//! What is known of a vehicle at a moment, by definition, from all that was ever heard of it.

use std::collections::{BTreeMap, BTreeSet};

use cc_core::{Body, Event, MeasureUnit, Number, SignalId, Timestamp, ValueKind};

use crate::codes::{CodeFacts, State, code_story};
use crate::expr::{Name, Value};
use crate::model::bucket;
use crate::spec::{DAY, SECOND, Spec, Window};

/// The parts of an instant, in their order.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Phase {
    Step,
    /// A state of another version of the pack goes on.
    Upgrade,
    Timers,
    Expiries,
}

/// Nanoseconds since 1970, and the part of that instant.
pub(crate) type Moment = (i64, Phase);

/// The signals of this test, with their kind and unit.
pub(crate) const SIGNALS: [(&str, ValueKind, MeasureUnit); 11] = [
    ("engine_coolant_temperature", ValueKind::Number, MeasureUnit::Celsius),
    ("battery_voltage", ValueKind::Number, MeasureUnit::Volt),
    ("engine_load", ValueKind::Number, MeasureUnit::Percent),
    ("odometer", ValueKind::Number, MeasureUnit::Kilometer),
    ("vehicle_speed", ValueKind::Number, MeasureUnit::KilometerPerHour),
    ("cell", ValueKind::Number, MeasureUnit::Volt),
    ("ignition", ValueKind::Bool, MeasureUnit::One),
    ("door", ValueKind::Bool, MeasureUnit::One),
    ("malfunction_indicator", ValueKind::Bool, MeasureUnit::One),
    ("mode", ValueKind::Text, MeasureUnit::One),
    ("last_service_date", ValueKind::Date, MeasureUnit::One),
];

/// An accepted reading.
#[derive(Clone, Debug)]
pub(crate) struct Heard {
    pub(crate) signal: &'static str,
    pub(crate) at: i64,
    pub(crate) value: Value,
}

#[derive(Clone, Debug)]
pub(crate) struct Drive {
    pub(crate) start: i64,
    pub(crate) end: Option<Moment>,
}

/// All events of a vehicle, and what follows from them.
pub(crate) struct Log<'a> {
    pub(crate) spec: &'a Spec,
    /// Distinct, in canonical order.
    pub(crate) events: Vec<Event>,
    pub(crate) heard: Vec<Heard>,
    /// Dates of a service, whether or not a rule reads them.
    pub(crate) services: Vec<Heard>,
    pub(crate) drives: Vec<Drive>,
    /// Accepted odometer readings, of either signal: instant and kilometres.
    pub(crate) odometer: Vec<(i64, f64)>,
    /// Each code's facts from a moment on.
    codes: Vec<Vec<(Moment, CodeFacts)>>,
}

/// What is known at a moment.
#[derive(Clone)]
pub(crate) struct Facts {
    pub(crate) now: Moment,
    signals: BTreeMap<&'static str, Value>,
    pub(crate) codes: Vec<CodeFacts>,
    /// The current drive, or the one before; 0 before the first.
    pub(crate) drive: i64,
    pub(crate) odometer: Option<f64>,
    params: Vec<f64>,
    /// The fields of the windows of the rule that is looked at.
    windows: Vec<BTreeMap<&'static str, Value>>,
}

pub(crate) fn nanos(at: Timestamp) -> i64 {
    at.timestamp_nanos_opt().unwrap()
}

impl<'a> Log<'a> {
    pub(crate) fn new(spec: &'a Spec, events: Vec<Event>) -> Self {
        Self::since(spec, events, None)
    }

    /// What the new version of a pack knows: nothing of what the old one did not read, before the instant reached.
    pub(crate) fn upgraded(spec: &'a Spec, events: Vec<Event>, old: &Spec, reached: i64) -> Self {
        Self::since(spec, events, Some((&old.signals_read(), reached)))
    }

    fn since(spec: &'a Spec, mut events: Vec<Event>, known: Option<(&BTreeSet<Name>, i64)>) -> Self {
        events.sort_by(Event::canonical_cmp);
        events.dedup_by(|a, b| a.same_as(b));
        let all = heard(spec, &events, |_, _| true);
        let is_known =
            |name: Name, at: i64| known.is_none_or(|(names, reached)| at > reached || names.contains(&name));
        let heard = heard(spec, &events, |signal, at| is_known(Name::Signal(signal), at));
        let drives = drives(&events, &all);
        let odometer = odometer(&events);
        let services = all.into_iter().filter(|heard| heard.signal == "last_service_date").collect();
        let mut log = Self { spec, events, heard, services, drives, odometer, codes: Vec::new() };
        log.codes = spec.codes.iter().map(|code| code_story(code, &log)).collect();
        log
    }

    /// What happened to the facts, for the counters of what was reached.
    pub(crate) fn remarkable(&self) -> Vec<&'static str> {
        let ends = self.drives.iter().filter_map(|drive| drive.end);
        let mut all: Vec<&'static str> = ends
            .map(|(_, phase)| if phase == Phase::Timers { "drive by motion" } else { "drive by ignition" })
            .collect();
        if self.odometer.windows(2).any(|pair| pair[1].1 < pair[0].1) {
            all.push("new odometer");
        }
        for pair in self.codes.iter().flat_map(|story| story.windows(2)) {
            all.push(match (pair[0].1.state, pair[1].1.state) {
                (State::Present, State::Gone) => "code gone",
                (State::Gone, State::Absent) => "code absent again",
                (State::Gone, State::Present) => "code back",
                (State::Unknown, State::Absent) => "code absent",
                (State::Present, State::Absent) => "code ended by service",
                _ => continue,
            });
        }
        all
    }

    /// The instants of the events, each once.
    pub(crate) fn instants(&self) -> Vec<i64> {
        let mut instants: Vec<i64> = self.events.iter().map(|event| nanos(event.at)).collect();
        instants.dedup();
        instants
    }

    pub(crate) fn events_at(&self, at: i64) -> impl Iterator<Item = &Event> {
        self.events.iter().filter(move |event| nanos(event.at) == at)
    }

    /// Whether a signal that is among the names has an accepted reading at an instant.
    pub(crate) fn reads_one_of(&self, names: &BTreeSet<Name>, at: i64) -> bool {
        self.heard.iter().any(|heard| heard.at == at && names.contains(&Name::Signal(heard.signal)))
    }

    /// The last accepted reading of a signal.
    pub(crate) fn last_heard(&self, signal: &str, now: Moment) -> Option<&Heard> {
        self.heard.iter().rev().find(|heard| heard.signal == signal && heard.at <= now.0)
    }

    /// Whether something changed what a name stands for: an event of the step too that a later one of it undid.
    pub(crate) fn changed(&self, name: Name, before: &Facts, facts: &Facts) -> bool {
        let (now, phase) = facts.now;
        match name {
            Name::Signal(signal) if phase == Phase::Step => {
                let mut last = before.value(name);
                let readings = self.heard.iter().filter(|heard| heard.at == now && heard.signal == signal);
                readings
                    .into_iter()
                    .any(|heard| std::mem::replace(&mut last, heard.value.clone()) != heard.value)
            }
            Name::Code(code, field) => self.codes[code]
                .iter()
                .any(|(moment, facts)| *moment == (now, phase) && facts.changed.contains(field)),
            name => before.value(name) != facts.value(name),
        }
    }

    /// Whether a window by distance moves on at a step, even if only to come back.
    pub(crate) fn moves(&self, window: Window, before: &Facts, now: i64) -> bool {
        let mut last = bucket(window, before);
        let readings = self.odometer.iter().filter(|(at, _)| *at == now);
        let mut buckets = readings.map(|(_, value)| {
            bucket(window, &Facts { now: (now, Phase::Step), odometer: Some(*value), ..before.clone() })
        });
        buckets.any(|bucket| std::mem::replace(&mut last, bucket) != bucket)
    }

    pub(crate) fn facts(&self, now: Moment) -> Facts {
        let mut signals = BTreeMap::new();
        for (signal, ..) in SIGNALS {
            let Some(heard) = self.last_heard(signal, now) else { continue };
            let is_too_old =
                self.spec.max_age(signal).is_some_and(|age| (heard.at + age, Phase::Expiries) <= now);
            if !is_too_old {
                signals.insert(signal, heard.value.clone());
            }
        }
        let codes = self.codes.iter().map(|story| {
            let last = story.iter().rev().find(|(moment, _)| *moment <= now);
            last.map_or_else(CodeFacts::default, |(_, facts)| facts.clone())
        });
        Facts {
            now,
            signals,
            codes: codes.collect(),
            drive: self.drives.iter().filter(|drive| drive.start <= now.0).count() as i64,
            odometer: self.odometer.iter().rev().find(|(at, _)| *at <= now.0).map(|(_, value)| *value),
            params: self.spec.params.iter().map(|param| param.value(&self.spec.profile)).collect(),
            windows: Vec::new(),
        }
    }
}

impl Facts {
    pub(crate) fn with_windows(&self, windows: Vec<BTreeMap<&'static str, Value>>) -> Self {
        Self { windows, ..self.clone() }
    }

    pub(crate) fn value(&self, name: Name) -> Value {
        match name {
            Name::Signal(signal) => self.signals.get(signal).cloned().unwrap_or(Value::Unknown),
            Name::Code(code, field) => self.codes[code].field(field),
            Name::Today => Value::Time(self.now.0.div_euclid(DAY) * DAY),
            Name::Param(param) => Value::Number(self.params[param]),
            Name::Window(window, field) => self.windows[window].get(field).cloned().unwrap_or(Value::Unknown),
        }
    }
}

/// A reading as the spec's signal takes it; `None` where it is set aside.
fn taken(signal: &str, value: &cc_core::Value, unit: MeasureUnit) -> Option<Value> {
    let (_, kind, own_unit) = SIGNALS.into_iter().find(|(name, ..)| *name == signal)?;
    if value.kind() != kind {
        return None;
    }
    Some(match value {
        cc_core::Value::Bool(value) => Value::Bool(*value),
        cc_core::Value::Text(text) => Value::Text(text.to_string()),
        cc_core::Value::Date(date) => Value::Time(nanos(date.and_hms_opt(0, 0, 0)?.and_utc())),
        cc_core::Value::Instant(at) => Value::Time(nanos(*at)),
        cc_core::Value::Number(number) => {
            let value = unit.convert(number.as_f64(), own_unit).ok()?;
            let range = signal.parse::<SignalId>().unwrap().signal().and_then(|row| row.range);
            let fits = range.is_none_or(|(low, high)| low <= value && value <= high);
            if !value.is_finite() || !fits {
                return None;
            }
            Value::Number(value)
        }
    })
}

fn heard(spec: &Spec, events: &[Event], is_known: impl Fn(&'static str, i64) -> bool) -> Vec<Heard> {
    let mut guards: BTreeMap<&str, Counter> = BTreeMap::new();
    let mut all = Vec::new();
    for event in events {
        let (signal, value) = match &event.body {
            Body::Reading(reading) => {
                (reading.signal.as_str(), taken(reading.signal.as_str(), &reading.value, reading.unit()))
            }
            Body::MilLamp(lamp) => ("malfunction_indicator", Some(Value::Bool(lamp.on))),
            Body::MonitorReadiness(told) => ("malfunction_indicator", Some(Value::Bool(told.mil))),
            _ => continue,
        };
        let known = SIGNALS.into_iter().find(|(name, ..)| *name == signal);
        let (Some((signal, ..)), Some(value)) = (known, value) else { continue };
        if !is_known(signal, nanos(event.at)) {
            continue;
        }
        if let (true, Value::Number(number)) = (spec.monotonic.contains(&signal), &value)
            && !guards.entry(signal).or_default().accepts(*number)
        {
            continue;
        }
        all.push(Heard { signal, at: nanos(event.at), value });
    }
    all
}

/// The guard of a counter: all-ones values and single lower values are refused.
#[derive(Default)]
struct Counter {
    accepted: Option<f64>,
    lower: Vec<f64>,
}

impl Counter {
    fn accepts(&mut self, value: f64) -> bool {
        if [16_777_215.0, 4_294_967_295.0, 1_677_721.5, 429_496_729.5].contains(&value) {
            return false;
        }
        if self.accepted.is_some_and(|accepted| value < accepted) {
            if self.lower.last().is_some_and(|before| value < *before) {
                self.lower.clear();
            }
            self.lower.push(value);
            if self.lower.len() < 3 {
                return false;
            }
        }
        self.lower.clear();
        self.accepted = Some(value);
        true
    }
}

/// The odometer that windows by distance go by: guarded, whether or not the pack calls the signal monotonic.
fn odometer(events: &[Event]) -> Vec<(i64, f64)> {
    let mut guard = Counter::default();
    let mut all = Vec::new();
    for event in events {
        let Body::Reading(reading) = &event.body else { continue };
        if !["odometer", "daily_odometer"].contains(&reading.signal.as_str()) {
            continue;
        }
        if let Some(Value::Number(value)) = taken("odometer", &reading.value, reading.unit())
            && guard.accepts(value)
        {
            all.push((nanos(event.at), value));
        }
    }
    all
}

const MOTION_ENDS_AFTER: i64 = 600 * SECOND;

fn drives(events: &[Event], heard: &[Heard]) -> Vec<Drive> {
    let mut drives: Vec<Drive> = Vec::new();
    let mut is_on = false;
    let mut has_told = false;
    let mut last_motion = None;
    let mut instants: Vec<i64> = events.iter().map(|event| nanos(event.at)).collect();
    instants.push(i64::MAX);
    instants.dedup();
    for now in instants {
        // The end of a drive by motion is a timer: it runs after the step of its instant.
        if let Some(end) = last_motion.map(|at: i64| at + MOTION_ENDS_AFTER)
            && is_on
            && end < now
        {
            drives.last_mut().unwrap().end = Some((end, Phase::Timers));
            (is_on, last_motion) = (false, None);
        }
        // Of several words of one instant, the last one counts.
        let told = heard.iter().rfind(|heard| heard.at == now && heard.signal == "ignition");
        if let Some(Heard { value: Value::Bool(on), .. }) = told {
            (has_told, last_motion) = (true, None);
            if *on && !is_on {
                drives.push(Drive { start: now, end: None });
            }
            if !*on && is_on {
                drives.last_mut().unwrap().end = Some((now, Phase::Step));
            }
            is_on = *on;
        }
        if !has_told && events.iter().any(|event| nanos(event.at) == now && moves(&event.body)) {
            if !is_on {
                drives.push(Drive { start: now, end: None });
            }
            (is_on, last_motion) = (true, Some(now));
        }
    }
    drives
}

fn moves(body: &Body) -> bool {
    match body {
        Body::Reading(reading) if reading.signal.as_str() == "vehicle_speed" => {
            matches!(taken("vehicle_speed", &reading.value, reading.unit()), Some(Value::Number(speed)) if speed > 0.0)
        }
        Body::Position(position) => {
            position.speed.as_ref().map(Number::as_f64).is_some_and(|speed| speed > 0.0)
        }
        _ => false,
    }
}
