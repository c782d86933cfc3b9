//! What a step costs in memory: nothing, as long as no rule moves.
#![cfg(feature = "source")]
#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "../benches/workload/mod.rs"]
mod workload;

use allocation_counter::measure;
use cc_core::{Body, Event, Number, Timestamp, Value};
use cc_rules::{apply, next_deadline};
use workload::{READINGS, RULES, Random, car, pack, steps, warm};

/// The same event so many seconds later, with the value a little larger.
fn later(event: &Event, seconds: i64) -> Event {
    let mut event = event.clone();
    event.at = Timestamp::from_timestamp(event.at.timestamp() + seconds, 0).unwrap();
    if let Body::Reading(reading) = &mut event.body {
        let value = reading.value.as_f64().unwrap() + 1e-6 * seconds as f64;
        reading.value = Value::Number(Number::from_f64(value).unwrap());
    }
    event
}

#[test]
fn a_step_in_which_no_rule_moves_takes_no_memory() {
    let pack = pack(RULES);
    let mut state = warm(&pack, 0);
    let step = steps(&car(0), 0, 1, &mut Random(9));
    apply(&pack, &mut state, &step);
    let bytes = state.to_bytes(&pack);
    for second in 1..100 {
        let next: Vec<Event> = step.iter().map(|event| later(event, second)).collect();
        let spent = measure(|| {
            let applied = apply(&pack, &mut state, &next);
            assert!(applied.changes.is_empty());
        });
        assert_eq!(spent.count_total, 0, "after {second} s");
    }
    assert_ne!(state.to_bytes(&pack), bytes);
    assert!(next_deadline(&pack, &state).is_some());
}

#[test]
fn steps_in_which_rules_wait_and_rest_again_take_hardly_any() {
    const STEPS: usize = 1_000;
    let pack = pack(RULES);
    let mut state = warm(&pack, 0);
    let events = steps(&car(0), 0, 2 * STEPS, &mut Random(9));
    let (first, then) = events.split_at(STEPS * READINGS);
    apply(&pack, &mut state, first);
    let spent = measure(|| {
        for step in then.chunks(READINGS) {
            apply(&pack, &mut state, step);
        }
    });
    assert!(spent.count_total <= STEPS as u64 / 10, "{} in {STEPS} steps", spent.count_total);
}
