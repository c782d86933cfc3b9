//! Events through a hundred rules: a thousand cars, each sending its events in runs of twenty.
#![allow(clippy::unwrap_used, reason = "a benchmark")]

use std::fmt::Write as _;
use std::hint::black_box;

use cc_core::{Body, Event, EventId, Number, Reading, SignalId, Timestamp, Value, VehicleId, VehicleRef};
use cc_rules::{Pack, Runner};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};

/// Signals as cars send them: name, lowest value, span.
const SIGNALS: [(&str, f64, f64); 20] = [
    ("engine_coolant_temperature", 60.0, 60.0),
    ("engine_speed", 0.0, 6000.0),
    ("vehicle_speed", 0.0, 180.0),
    ("battery_voltage", 11.0, 4.0),
    ("fuel_level", 0.0, 100.0),
    ("engine_load", 0.0, 100.0),
    ("ambient_air_temperature", -20.0, 60.0),
    ("engine_oil_temperature", 40.0, 110.0),
    ("engine_oil_pressure", 0.0, 600.0),
    ("throttle_position", 0.0, 100.0),
    ("tire_pressure_front_left", 150.0, 150.0),
    ("tire_pressure_front_right", 150.0, 150.0),
    ("tire_pressure_rear_left", 150.0, 150.0),
    ("tire_pressure_rear_right", 150.0, 150.0),
    ("adblue_remaining_distance", 0.0, 5000.0),
    ("high_voltage_battery_charge", 0.0, 100.0),
    ("high_voltage_battery_temperature", 0.0, 60.0),
    ("next_service_distance", -1000.0, 30_000.0),
    ("oil_degradation", 0.0, 100.0),
    ("fuel_rate", 0.0, 50.0),
];
const CARS: i64 = 1_000;
const RUN: usize = 20;

/// A hundred rules: each reads two signals and the ignition now and then; a third waits, a tenth counts, or looks back
/// over time in one of the other ways.
fn pack(looks_back: bool) -> Pack {
    let mut text = "pack: {id: bench, version: 1.0.0, language: 1, min_engine: 0.2.0}\nsignals:\n".to_owned();
    for (name, ..) in SIGNALS {
        writeln!(text, "  {name}: {{max_age: 10 min}}").unwrap();
    }
    text += "rules:\n";
    for rule in 0..100 {
        let (a, low, span) = SIGNALS[rule % 20];
        let (b, b_low, b_span) = SIGNALS[(rule * 7 + rule / 20 + 3) % 20];
        let unit = |name: &str| name.parse::<SignalId>().unwrap().signal().unwrap().unit.symbol();
        let level = |low: f64, span: f64, part: usize| low + span * (50.0 + part as f64 % 50.0) / 100.0;
        let condition = format!(
            "{a} > {:.1} {} && ({b} < {:.1} {} || {b} > {:.1} {})",
            level(low, span, rule),
            unit(a),
            level(b_low, b_span, 0) - b_span / 4.0,
            unit(b),
            level(b_low, b_span, 49),
            unit(b),
        );
        writeln!(text, "- id: rule-{rule:03}").unwrap();
        if looks_back && rule % 10 == 9 {
            let block = match rule / 10 % 5 {
                0 => format!("count: {{when: '{condition}', at_least: 3, of_last: 5, per: drive}}"),
                1 => format!(
                    "sequence: {{steps: [{{when: '{condition}'}}, {{when: {b} < {b_low:.1} {}}}], within: 10 min}}",
                    unit(b)
                ),
                2 => format!("absence: {{of: {{when: '{condition}'}}, for: 30 d}}"),
                3 => format!("age: {{of: {a}, over: 30 d}}"),
                _ => format!(
                    "windows: {{w: {{of: {a}, while: '{condition}', window: {{duration: 7 d, buckets: 7}}, at_least: 50}}}}\n  when: w.average > {low:.1} {} && w.count > 3",
                    unit(a)
                ),
            };
            writeln!(text, "  {block}\n  max_gap: 1 h").unwrap();
        } else if rule % 10 == 9 {
            writeln!(text, "  count: {{when: '{condition}', at_least: 50, window: 1 d}}").unwrap();
        } else {
            writeln!(text, "  when: '{condition}'").unwrap();
        }
        if rule % 3 == 0 || looks_back && rule % 10 == 9 {
            writeln!(text, "  for: 10 min").unwrap();
        }
        writeln!(text, "  cooldown: 1 d").unwrap();
        writeln!(text, "  recommend: {{action: book, urgency: low, message: m}}").unwrap();
    }
    cc_rules::source::compile("bench.yaml", &[("bench.yaml", &text)]).unwrap().pack
}

/// Runs of twenty events, car by car, twice round.
fn events() -> Vec<Event> {
    let mut seed = 1_u64;
    let mut random = move || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as f64 / (1_u64 << 31) as f64
    };
    let signals: Vec<SignalId> = SIGNALS.iter().map(|(name, ..)| name.parse().unwrap()).collect();
    let organization: cc_core::OrganizationKey = "bench".parse().unwrap();
    let mut events = Vec::new();
    for round in 0..2 {
        for car in 0..CARS {
            for place in 0..RUN {
                let vehicle = VehicleRef { organization: organization.clone(), vehicle: VehicleId(car) };
                let which = (random() * 20.0) as usize % 20;
                let (_, low, span) = SIGNALS[which];
                let value = ((low + random() * span) * 10.0).round() / 10.0;
                let at = Timestamp::from_timestamp(1_777_629_600 + round * 60 + place as i64, 0).unwrap();
                let body = Body::Reading(Reading::new(
                    signals[which].clone(),
                    Value::Number(Number::from_f64(value).unwrap()),
                ));
                events.push(Event::new(vehicle, at, EventId(place as i64), body));
            }
        }
    }
    events
}

fn rules_100(criterion: &mut Criterion) {
    let events = events();
    let (first, second) = events.split_at(events.len() / 2);
    let mut group = criterion.benchmark_group("rules_100");
    group.throughput(Throughput::Elements(second.len() as u64));
    for (name, looks_back) in [("runs_of_20", false), ("runs_of_20_looking_back", true)] {
        let mut warm = Runner::new(pack(looks_back), chrono::TimeDelta::zero());
        warm.feed(first.iter().cloned());
        warm.take_changes();
        group.bench_function(name, |bencher| {
            bencher.iter_batched(
                || (warm.clone(), second.to_vec()),
                |(mut runner, events)| {
                    runner.feed(events);
                    black_box(&mut runner).take_changes();
                    runner
                },
                BatchSize::LargeInput,
            );
        });
    }
    group.finish();
}

criterion_group!(benches, rules_100);
criterion_main!(benches);
