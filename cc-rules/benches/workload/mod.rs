//! The workload that speed is judged by: a hundred rules over 64 signals; a step is eight readings of one instant.
#![allow(dead_code, clippy::unwrap_used, unreachable_pub, missing_docs, reason = "shared by two benchmarks")]

use std::fmt::Write as _;

use cc_core::{
    Body, Event, EventId, Number, Reading, SignalId, Timestamp, Value, ValueKind, VehicleId, VehicleRef,
};
use cc_rules::{Pack, VehicleState};

pub const RULES: usize = 100;
pub const SIGNALS: usize = 64;
pub const READINGS: usize = 8;
pub const RUN: usize = 20;

/// A signal of the catalogue with the values that cars send: lowest and span.
#[derive(Clone, Debug)]
pub struct Signal {
    pub id: SignalId,
    pub low: f64,
    pub span: f64,
}

/// What a rule compares: `a > above && b < below`; two thirds of them also wait.
#[derive(Clone, Copy, Debug)]
pub struct Condition {
    pub a: usize,
    pub above: f64,
    pub b: usize,
    pub below: f64,
}

pub fn signals() -> Vec<Signal> {
    let wide = |row: &&cc_core::Signal| {
        row.kind == ValueKind::Number
            && row.range.is_some_and(|(low, high)| high - low >= 20.0 && high - low < 1e9)
            && !row.id.contains("odometer")
    };
    let rows = cc_core::catalogue().iter().filter(wide).take(SIGNALS);
    rows.map(|row| {
        let (low, high) = row.range.unwrap();
        Signal { id: row.id.parse().unwrap(), low, span: high - low }
    })
    .collect()
}

pub fn conditions(rules: usize) -> Vec<Condition> {
    let signals = signals();
    let level = |signal: usize, part: f64| {
        let Signal { low, span, .. } = &signals[signal];
        ((low + span * part) * 10.0).round() / 10.0
    };
    let condition = |rule: usize| {
        let (a, b) = (rule % SIGNALS, (rule * 7 + rule / SIGNALS + 3) % SIGNALS);
        // True for one value in forty: like a fault, seldom.
        Condition { a, above: level(a, 0.8), b, below: level(b, 0.125) }
    };
    (0..rules).map(condition).collect()
}

pub fn source(rules: usize) -> String {
    let signals = signals();
    let unit = |signal: usize| {
        let unit = signals[signal].id.signal().unwrap().unit;
        if unit == cc_core::MeasureUnit::One { String::new() } else { unit.symbol().to_string() }
    };
    let mut text = "pack: {id: bench, version: 1.0.0, language: 1, min_engine: 0.1.0}\nsignals:\n".to_owned();
    for signal in &signals {
        writeln!(text, "  {}: {{max_age: 10 min}}", signal.id).unwrap();
    }
    text += "rules:\n";
    for (rule, Condition { a, above, b, below }) in conditions(rules).into_iter().enumerate() {
        writeln!(text, "- id: rule-{rule:03}").unwrap();
        writeln!(
            text,
            "  when: '{} > {above:?} {} && {} < {below:?} {}'",
            signals[a].id,
            unit(a),
            signals[b].id,
            unit(b)
        )
        .unwrap();
        if rule % 3 > 0 {
            writeln!(text, "  for: 10 min").unwrap();
        }
        writeln!(text, "  cooldown: 1 d\n  recommend: {{action: book, urgency: low, message: m}}").unwrap();
    }
    text
}

pub fn pack(rules: usize) -> Pack {
    let text = source(rules);
    match cc_rules::source::compile("bench.yaml", &[("bench.yaml", &text)]) {
        Ok(compiled) => compiled.pack,
        Err(found) => panic!("{found}"),
    }
}

pub struct Random(pub u64);

impl Random {
    /// From 0 to below 1.
    pub fn part(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as f64 / (1_u64 << 31) as f64
    }
}

pub fn car(number: i64) -> VehicleRef {
    VehicleRef { organization: "bench".parse().unwrap(), vehicle: VehicleId(number) }
}

/// Steps of a vehicle, a second apart, each eight readings of eight different signals.
pub fn steps(vehicle: &VehicleRef, first: i64, count: usize, random: &mut Random) -> Vec<Event> {
    let signals = signals();
    let mut events = Vec::with_capacity(count * READINGS);
    for step in 0..count {
        let at = Timestamp::from_timestamp(1_777_629_600 + first + step as i64, 0).unwrap();
        let start = (random.part() * SIGNALS as f64) as usize;
        for place in 0..READINGS {
            let Signal { id, low, span } = &signals[(start + place * 7) % SIGNALS];
            let value = ((low + random.part() * span) * 10.0).round() / 10.0;
            let reading = Reading::new(id.clone(), Value::Number(Number::from_f64(value).unwrap()));
            events.push(Event::new(vehicle.clone(), at, EventId(place as i64), Body::Reading(reading)));
        }
    }
    // Steps come as the engine takes them: in canonical order.
    events.chunks_mut(READINGS).for_each(|step| step.sort_by(Event::canonical_cmp));
    events
}

/// A vehicle that has heard of every signal.
pub fn warm(pack: &Pack, number: i64) -> VehicleState {
    let vehicle = car(number);
    let mut state = VehicleState::new(pack, vehicle.clone());
    let mut random = Random(number as u64 + 1);
    cc_rules::apply(pack, &mut state, &steps(&vehicle, -60, 60, &mut random));
    state
}

/// The same conditions in a bare loop: values in an array, and for each signal the rules that read it.
pub struct Bare {
    conditions: Vec<Condition>,
    readers: Vec<Vec<usize>>,
    pub values: Vec<f64>,
}

impl Bare {
    pub fn new(rules: usize) -> Self {
        let conditions = conditions(rules);
        let readers = (0..SIGNALS).map(|signal| {
            (0..rules).filter(|rule| conditions[*rule].a == signal || conditions[*rule].b == signal).collect()
        });
        Self { readers: readers.collect(), conditions, values: vec![f64::NAN; SIGNALS] }
    }

    /// How many conditions hold after the readings, of those that read them.
    pub fn step(&mut self, readings: &[(usize, f64)]) -> usize {
        for (signal, value) in readings {
            self.values[*signal] = *value;
        }
        let mut hold = 0;
        for (signal, _) in readings {
            for rule in &self.readers[*signal] {
                let Condition { a, above, b, below } = self.conditions[*rule];
                hold += usize::from(self.values[a] > above && self.values[b] < below);
            }
        }
        hold
    }
}

/// The readings of steps as the bare loop takes them.
pub fn bare_steps(events: &[Event]) -> Vec<Vec<(usize, f64)>> {
    let signals = signals();
    let reading = |event: &Event| {
        let Body::Reading(reading) = &event.body else { return (0, 0.0) };
        let place = signals.iter().position(|signal| signal.id == reading.signal).unwrap_or_default();
        (place, reading.value.as_f64().unwrap_or_default())
    };
    events.chunks(READINGS).map(|step| step.iter().map(reading).collect()).collect()
}
