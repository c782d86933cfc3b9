//! How much is remembered of a car.
#![cfg(feature = "source")]
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::fmt::Write as _;

use cc_rules::{VehicleState, apply};
use common::{boolean, car, number};

#[test]
fn a_car_takes_less_than_a_kibibyte_under_a_hundred_rules() {
    let signals: Vec<&str> = cc_core::catalogue()
        .iter()
        .filter(|row| {
            row.kind == cc_core::ValueKind::Number
                && row.range.is_some_and(|(low, high)| low <= 10.0 && high > 90.0)
        })
        .take(25)
        .map(|row| row.id)
        .collect();
    let mut text = "rules:\n".to_owned();
    for rule in 0..100 {
        let signal = signals[rule % 25];
        let unit = signal.parse::<cc_core::SignalId>().unwrap().signal().unwrap().unit;
        let unit = if unit == cc_core::MeasureUnit::One { String::new() } else { unit.to_string() };
        writeln!(text, "- id: rule-{rule}").unwrap();
        // A quarter is open, a quarter waits, a quarter counts, a quarter is at rest.
        match rule % 4 {
            0 => writeln!(text, "  when: {signal} > 5.0 {unit}"),
            1 => writeln!(text, "  when: {signal} > 5.0 {unit}\n  for: 1 d\n  max_gap: 1 d"),
            2 => writeln!(text, "  count: {{when: '{signal} > 5.0 {unit}', at_least: 3, window: 1 d}}"),
            _ => writeln!(text, "  when: {signal} < 5.0 {unit}"),
        }
        .unwrap();
        writeln!(text, "  recommend: {{action: book, urgency: low, message: m}}").unwrap();
    }
    let pack = common::pack(&text);
    let mut state = VehicleState::new(&pack, car());
    let events: Vec<_> = (0..60)
        .map(|n| number(f64::from(n) * 7.0, signals[n as usize % 25], 12.3 + f64::from(n)))
        .chain([boolean(1.0, "ignition", true)])
        .collect();
    let applied = apply(&pack, &mut state, &events);
    let bytes = state.to_bytes(&pack).len();
    assert!(applied.changes.len() >= 25, "{}", applied.changes.len());
    assert!(bytes < 1_024, "{bytes} bytes");
}

/// A tenth of the rules looks back over time in each of the ways that need most.
#[test]
fn blocks_that_look_back_take_little_more() {
    let mut text = "rules:\n".to_owned();
    for rule in 0..100 {
        writeln!(text, "- id: rule-{rule}").unwrap();
        let lines = match rule % 20 {
            0 => "count: {when: battery_voltage < 12 V, at_least: 2, of_last: 5, per: drive}",
            1 => "count: {when: battery_voltage < 12 V, at_least: 3, of_last: 5, per: sample}",
            2 => "sequence: {steps: [{when: battery_voltage < 12 V}, {when: ignition}], within: 10 min}",
            3 => "absence: {of: {event: can_dtc_scan}, for: 30 d}",
            4 => "age: {of: battery_voltage, over: 30 d}",
            5 if rule < 40 => {
                "windows: {w: {of: battery_voltage, window: {duration: 7 d, buckets: 7}}}\n  when: w.average < 10 V"
            }
            _ => "when: battery_voltage < 1 V",
        };
        writeln!(text, "  {lines}\n  recommend: {{action: book, urgency: low, message: m}}").unwrap();
    }
    let pack = common::newer_pack(&text);
    let mut state = VehicleState::new(&pack, car());
    let day = 86_400.0;
    let mut events = Vec::new();
    for n in 0..10 {
        let at = f64::from(n) * day;
        events.extend(common::drive(at, at + 3_600.0));
        events.push(number(at + 60.0, "battery_voltage", 11.5 + f64::from(n % 3) / 2.0));
        events.push(number(at + 70.0, "battery_voltage", 12.53));
    }
    apply(&pack, &mut state, &events);
    let bytes = state.to_bytes(&pack).len();
    assert!((256..1_024).contains(&bytes), "{bytes} bytes");
}
