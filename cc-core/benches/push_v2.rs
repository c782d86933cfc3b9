//! How many events of the data stream are read, written and encoded in a second, on one core.

#![allow(missing_docs, reason = "criterion's macros make undocumented functions")]
#![allow(clippy::unwrap_used, reason = "a benchmark of broken input measures nothing")]

use std::hint::black_box;

use cc_core::stream::EventStream;
use cc_core::{Event, decode_batch};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

/// A mix as a car sends it: mostly single values, some positions, a trouble code now and then. Made up.
const MESSAGES: [&str; 8] = [
    r#"{"id":48151623,"vehicleId":7042,"vin":"WVWZZZ1KZAM000001","organizationKey":"semler","time":"2026-05-01T10:00:00.250Z","type":"car_battery_voltage","value":12.43}"#,
    r#"{"id":48151624,"vehicleId":7042,"vin":"WVWZZZ1KZAM000001","organizationKey":"semler","time":"2026-05-01T10:00:01.000Z","type":"can_engine_coolant_temperature_celsius","value":88}"#,
    r#"{"id":48151625,"vehicleId":7042,"vin":"WVWZZZ1KZAM000001","organizationKey":"semler","time":"2026-05-01T10:00:02Z","type":"car_ignition","value":true}"#,
    r#"{"id":48151626,"vehicleId":7042,"vin":"WVWZZZ1KZAM000001","organizationKey":"semler","time":"2026-05-01T10:00:02.113Z","type":"gps_position","latitude":12.345678,"longitude":-7.654321,"speed":62,"direction":184,"eph":4,"hdop":null}"#,
    r#"{"id":48151627,"vehicleId":7042,"vin":"WVWZZZ1KZAM000001","organizationKey":"semler","time":"2026-05-01T10:00:03Z","type":"can_odometer_km","value":74211}"#,
    r#"{"id":48151628,"vehicleId":7042,"vin":"WVWZZZ1KZAM000001","organizationKey":"semler","time":"2026-05-01T10:00:03.500Z","type":"can_vehicle_speed_kph","value":61.5}"#,
    r#"{"id":48151629,"vehicleId":7042,"vin":"WVWZZZ1KZAM000001","organizationKey":"semler","time":"2026-05-01T10:00:04Z","type":"can_dtc","code":"00463a","diff":"add","status":"2f","rxId":"0x7e8","txId":"0x7e0","transport":"ISOTP","application":"UDS","ecu":"engine","sourceType":"vag","rxLocalId":null,"txLocalId":null,"serviceAndDid":null,"useFunctionalAddressing":null,"sessionType":null}"#,
    r#"{"id":48151630,"vehicleId":7042,"vin":"WVWZZZ1KZAM000001","organizationKey":"semler","time":"2026-05-01T10:00:05Z","type":"can_fuel_level_percent","value":54}"#,
];

fn push_v2(c: &mut Criterion) {
    let mut group = c.benchmark_group("push_v2");
    group.throughput(Throughput::Elements(MESSAGES.len() as u64));
    group.bench_function("decode", |b| {
        b.iter(|| {
            for message in MESSAGES {
                black_box(Event::from_json(black_box(message)).unwrap());
            }
        });
    });
    let batch = format!("[{}]", MESSAGES.join(",\n"));
    group.bench_function("decode_batch", |b| {
        b.iter(|| {
            for item in decode_batch(black_box(batch.as_bytes())) {
                black_box(item.event.unwrap());
            }
        });
    });
    group.finish();

    // A body of a megabyte: at once, and in the pieces that a socket or a file gives.
    let mut group = c.benchmark_group("push_v2_body");
    let body = format!("[{}]", vec![MESSAGES.join(",\n"); 800].join(",\n"));
    group.throughput(Throughput::Elements(800 * MESSAGES.len() as u64));
    group.bench_function("decode_batch", |b| {
        b.iter(|| decode_batch(black_box(body.as_bytes())).filter(|item| item.event.is_ok()).count());
    });
    for piece in [64 * 1024, 1500] {
        group.bench_function(format!("stream/{piece}"), |b| {
            b.iter(|| {
                let (mut stream, mut good) = (EventStream::default(), 0);
                for piece in black_box(body.as_bytes()).chunks(piece) {
                    stream.push(piece);
                    while let Some(item) = stream.next_item() {
                        good += usize::from(black_box(item).event.is_ok());
                    }
                }
                good
            });
        });
    }
    group.finish();

    let mut group = c.benchmark_group("push_v2");
    group.throughput(Throughput::Elements(MESSAGES.len() as u64));
    let events: Vec<Event> = MESSAGES.iter().map(|message| Event::from_json(message).unwrap()).collect();
    group.bench_function("encode", |b| {
        b.iter(|| {
            for event in &events {
                black_box(black_box(event).to_json());
            }
        });
    });
    group.bench_function("canonical_encoding", |b| {
        b.iter(|| {
            for event in &events {
                black_box(black_box(event).canonical_encoding());
            }
        });
    });
    group.finish();
}

criterion_group!(benches, push_v2);
criterion_main!(benches);
