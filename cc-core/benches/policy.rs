//! How much a bucket, a document and minimised events cost.
#![allow(clippy::unwrap_used, missing_docs, reason = "a benchmark")]

use std::fmt::Write as _;
use std::hint::black_box;

use cc_core::config::{Layer, Subject, compile};
use cc_core::privacy::{Policy, PseudonymKey, Purpose, minimise};
use cc_core::rollout::{Experiment, bucket};
use cc_core::{Event, VehicleRef};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};

/// A layer of 200 values in 20 objects, one of them an experiment.
fn layer(name: &str) -> Layer {
    let mut json = String::from(
        r#"{"map":{"$rollout":{"experiment":"new_map","percent":50,"value":"new","otherwise":"old"}}"#,
    );
    for group in 0..20 {
        let _ = write!(json, r#","group{group}":{{"name":"{name}""#);
        for value in 1..10 {
            let _ = write!(json, r#","value{value}":{group}.{value}0"#);
        }
        json.push('}');
    }
    json.push('}');
    Layer::parse(name, json).unwrap()
}

/// Positions, speeds, codes and readings of 100 cars, a second apart.
fn events() -> Vec<Event> {
    let bodies = [
        r#""type":"gps_position","latitude":0.12345,"longitude":-150.54321,"speed":131,"direction":90"#,
        r#""type":"can_vehicle_speed_kph","value":88.5"#,
        r#""type":"can_dtc","code":"030100","diff":"add","status":"2f","ecu":"engine","sourceType":"j2012""#,
        r#""type":"can_engine_coolant_temperature_celsius","value":90"#,
        r#""type":"car_ignition","value":true"#,
    ];
    let event = |i: usize| {
        let (body, car, minute, second) = (bodies[i % bodies.len()], i % 100, i / 60 % 60, i % 60);
        let json = format!(
            r#"{{"id":{i},"vehicleId":{car},"organizationKey":"local","vin":"WVWZZZ1KZAM000001","time":"2026-05-01T11:{minute:02}:{second:02}Z",{body}}}"#
        );
        Event::from_json(json).unwrap()
    };
    (0..10_000).map(event).collect()
}

fn policy(criterion: &mut Criterion) {
    let car: VehicleRef = "local/7".parse().unwrap();
    let experiment = Experiment::switch("new_map".parse().unwrap(), "10".parse().unwrap());
    criterion.bench_function("rollout: bucket", |bench| {
        bench.iter(|| bucket(black_box(experiment.name()), black_box(&car)));
    });

    let layers = ["global", "brand", "market", "fleet", "vehicle"].map(layer);
    let subject = Subject::vehicle(car);
    criterion.bench_function("config: five layers of 200 values", |bench| {
        bench.iter(|| compile(black_box(&layers), &subject).unwrap().to_json());
    });

    let (events, policy) = (events(), Policy::default());
    let (key, now) = (PseudonymKey::new(&[7; 32]).unwrap(), "2026-05-01T12:00:00Z".parse().unwrap());
    let mut group = criterion.benchmark_group("privacy");
    group.throughput(Throughput::Elements(events.len() as u64)).sample_size(20);
    for purpose in Purpose::ALL {
        group.bench_function(purpose.as_str(), |bench| {
            let run = |events| minimise(&policy, *purpose, Some(&key), now, events).unwrap();
            bench.iter_batched(|| events.clone(), run, BatchSize::LargeInput);
        });
    }
    group.finish();
}

criterion_group!(benches, policy);
criterion_main!(benches);
