//! A plain reading takes a short way through the engine, and a trace makes every reading take the long one: both come to
//! the same.
#![cfg(feature = "source")]
#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "../benches/workload/mod.rs"]
mod workload;

use cc_core::{Body, Event, MeasureUnit, Number, Timestamp, Value};
use cc_rules::{Trace, apply, apply_traced};
use workload::{READINGS, RULES, Random, car, pack, steps, warm};

/// Readings as cars send them, and now and then one that is out of range, in a unit of its own, the same as before or no
/// number; and gaps in which values grow too old.
fn odd(events: Vec<Event>, random: &mut Random) -> Vec<Event> {
    let mut gap = 0;
    let mut odd = Vec::with_capacity(events.len());
    for (place, mut event) in events.into_iter().enumerate() {
        if place % READINGS == 0 && random.part() < 0.02 {
            gap += (random.part() * 2_000.0) as i64;
        }
        event.at = Timestamp::from_timestamp(event.at.timestamp() + gap, 0).unwrap();
        let number = |value: f64| Value::Number(Number::from_f64(value).unwrap());
        if let Body::Reading(reading) = &mut event.body {
            let value = reading.value.as_f64().unwrap();
            match (random.part() * 40.0) as u8 {
                0 => reading.value = number(value * 1e6),
                1 => reading.value = number(-1e9),
                2 => reading.value = Value::Text("n/a".into()),
                3 => reading.unit = Some(MeasureUnit::Kelvin),
                4 => reading.unit = reading.signal.signal().map(|row| row.unit),
                5 => reading.value = number(0.0),
                // Times come to a bound of their rules, and around it.
                6 => reading.value = number(value.round()),
                _ => {}
            }
        }
        odd.push(event);
    }
    odd
}

#[test]
fn the_short_way_comes_to_the_same_as_the_long_one() {
    let pack = pack(RULES);
    let mut random = Random(7);
    let (mut raised, mut rejected) = (0, 0);
    for number in 0..8 {
        let mut short = warm(&pack, number);
        let mut long = short.clone();
        let events = odd(steps(&car(number), 0, 400, &mut random), &mut random);
        for step in events.chunks(READINGS) {
            let applied = apply(&pack, &mut short, step);
            let traced = apply_traced(&pack, &mut long, step, &mut Trace::new(&pack));
            assert_eq!(applied, traced);
            raised += applied.changes.len();
            assert_eq!(short.to_bytes(&pack), long.to_bytes(&pack));
        }
        assert_eq!(short.rejected(), long.rejected());
        rejected += short.rejected();
    }
    assert!(raised > 50 && rejected > 500, "{raised} changes, {rejected} rejected");
}
