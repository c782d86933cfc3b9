//! How many events the dashboard takes in a second, on one core, and how long a page takes.

#![allow(missing_docs, reason = "criterion's macros make undocumented functions")]
#![allow(clippy::unwrap_used, reason = "a benchmark of broken input measures nothing")]
#![allow(clippy::disallowed_methods, reason = "a benchmark reads the clock")]

use std::hint::black_box;

use cc_core::dashboard::{Dashboard, HealthPolicy, PageQuery, RowFilter, RowOrder};
use cc_core::{Event, VehicleId};
use chrono::TimeDelta;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

/// The mix of `push_v2.rs`: seven readings and a trouble code. Made up.
const MIX: [&str; 8] = [
    r#""type":"car_battery_voltage","value":12.43"#,
    r#""type":"can_engine_coolant_temperature_celsius","value":88"#,
    r#""type":"car_ignition","value":true"#,
    r#""type":"gps_position","latitude":12.345678,"longitude":-7.654321,"speed":62,"direction":184,"eph":4,"hdop":null"#,
    r#""type":"can_odometer_km","value":74211"#,
    r#""type":"can_vehicle_speed_kph","value":61.5"#,
    r#""type":"can_dtc","code":"00463a","diff":"add","status":"2f","ecu":"engine","sourceType":"vag""#,
    r#""type":"can_fuel_level_percent","value":54"#,
];

const CARS: i64 = 10_000;

fn event(vehicle: i64, id: usize, rest: &str) -> Event {
    Event::from_json(format!(
        r#"{{"id":{id},"vehicleId":{vehicle},"vin":"WVWZZZ1KZAM000001","organizationKey":"semler","time":"2026-05-01T10:00:00Z",{rest}}}"#
    ))
    .unwrap()
}

/// Every car's mix, ten minutes apart; `interleaved` lets no car say two things in a row.
fn feed(interleaved: bool) -> Vec<Event> {
    let mut events: Vec<Event> = (0..CARS)
        .flat_map(|car| {
            MIX.iter().enumerate().map(move |(id, rest)| event(car * 7_919 % 1_000_003, id, rest))
        })
        .collect();
    if interleaved {
        events.sort_by_key(|event| (event.id, event.vehicle.map(|vehicle| vehicle.0 * 31 % 10_007)));
    }
    events
}

fn advance(events: &mut [Event]) {
    for event in events {
        event.at += TimeDelta::minutes(10);
    }
}

fn add(c: &mut Criterion) {
    let mut group = c.benchmark_group("dashboard");
    for (name, interleaved) in [("add_by_car", false), ("add_interleaved", true)] {
        let mut events = feed(interleaved);
        group.throughput(Throughput::Elements(events.len() as u64));
        let mut dashboard = Dashboard::default();
        for event in &events {
            dashboard.add(event);
        }
        group.bench_function(name, |b| {
            b.iter_custom(|times| {
                let mut taken = std::time::Duration::ZERO;
                for _ in 0..times {
                    advance(&mut events);
                    let start = std::time::Instant::now();
                    for event in &events {
                        dashboard.add(black_box(event));
                    }
                    taken += start.elapsed();
                }
                taken
            });
        });
        let bytes = dashboard.bytes() / CARS as usize;
        eprintln!("{name}: {bytes} bytes a car, {} rows", dashboard.rows().len());
    }
    let readings: Vec<_> = feed(false).into_iter().filter(|event| !Dashboard::is_made_of(event)).collect();
    let mut dashboard = Dashboard::default();
    group.throughput(Throughput::Elements(readings.len() as u64));
    group.bench_function("add_readings_no_row_is_made_of", |b| {
        b.iter(|| readings.iter().for_each(|event| dashboard.add(black_box(event))));
    });
    group.finish();
}

/// Ten rows a car.
fn page(c: &mut Criterion) {
    let mut dashboard = Dashboard::default();
    for code in 0..10 {
        let mut event = event(
            0,
            1,
            &format!(
                r#""type":"can_dtc","code":"03{code:02}","diff":"add","ecu":"engine","sourceType":"j2012""#
            ),
        );
        for car in 0..CARS {
            event.vehicle = Some(VehicleId(car));
            event.at += TimeDelta::seconds((car * 7_919 + code * 104_729) % 3_600 - 1_800);
            dashboard.add(&event);
        }
    }
    eprintln!("page: {} bytes a car, {} rows", dashboard.bytes() / CARS as usize, dashboard.rows().len());
    let mut group = c.benchmark_group("dashboard");
    for (name, order) in
        [("page_50_of_100000_by_urgency", RowOrder::Urgency), ("page_50_of_100000_by_name", RowOrder::Name)]
    {
        let first = PageQuery { order, ..PageQuery::default() };
        let query = PageQuery { after: dashboard.page(&first).next, ..first };
        group.bench_function(name, |b| b.iter(|| black_box(dashboard.page(black_box(&query)))));
    }
    let text = RowFilter { text: Some("p0305".into()), ..RowFilter::default() };
    let query = PageQuery { filter: text, ..PageQuery::default() };
    group.bench_function("page_50_of_100000_by_text", |b| {
        b.iter(|| black_box(dashboard.page(black_box(&query))));
    });
    let vehicles = (0..100).map(|car| format!("semler/{}", car * 83).parse().unwrap()).collect();
    let query = PageQuery {
        filter: RowFilter { vehicles: Some(vehicles), ..RowFilter::default() },
        ..PageQuery::default()
    };
    group.bench_function("page_50_of_a_workshop_of_100_cars", |b| {
        b.iter(|| black_box(dashboard.page(black_box(&query))));
    });
    let version = dashboard.version();
    let mut late = event(77, 9, r#""type":"can_mil_lamp","value":true"#);
    late.at += TimeDelta::days(2);
    dashboard.add(&late);
    group.bench_function("changed_since", |b| {
        b.iter(|| black_box(dashboard.changed_since(black_box(version))));
    });
    let now = late.at;
    group.bench_function("summary_of_10000_cars", |b| {
        b.iter(|| black_box(dashboard.summary(&HealthPolicy::default(), now)));
    });
    let bytes = dashboard.save();
    eprintln!("saved: {} bytes a car", bytes.len() / CARS as usize);
    group.bench_function("save_10000_cars", |b| b.iter(|| black_box(dashboard.save())));
    group.bench_function("restore_10000_cars", |b| {
        b.iter(|| black_box(Dashboard::default().restore(black_box(&bytes)).unwrap()));
    });
    group.finish();
}

criterion_group!(benches, add, page);
criterion_main!(benches);
