//! The fleet: always the same, readable, and as large as it was asked for.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;

use cc_core::Event;
use example_fleet::{Fault, Fleet, Order, write_history, write_truth};

const FLEET: Fleet = Fleet { cars: 300, days: 7, events: 36_007, seed: 3 };

fn history(fleet: &Fleet, order: Order, threads: usize) -> String {
    let mut history = Vec::new();
    write_history(fleet, order, threads, &mut history).unwrap();
    String::from_utf8(history).unwrap()
}

#[test]
fn every_line_is_an_event_and_there_are_as_many_as_asked_for() {
    let text = history(&FLEET, Order::Vehicle, 2);
    let events: Vec<Event> = text.lines().map(|line| Event::from_json(line).unwrap()).collect();
    assert_eq!(events.len() as u64, FLEET.events);
    let mut cars: BTreeMap<_, usize> = BTreeMap::new();
    for event in &events {
        *cars.entry(event.vehicle_ref().unwrap().to_string()).or_default() += 1;
    }
    assert_eq!(cars.len(), 300);
    assert!(cars.values().all(|count| (120..=121).contains(count)), "{cars:?}");
    for fleet in [
        Fleet { events: 5, ..FLEET },
        Fleet { cars: 1, events: 3_000, ..FLEET },
        Fleet { events: 0, ..FLEET },
    ] {
        assert_eq!(history(&fleet, Order::Vehicle, 1).lines().count() as u64, fleet.events);
        assert_eq!(history(&fleet, Order::Time, 3).lines().count() as u64, fleet.events);
    }
}

#[test]
fn the_seed_decides_and_the_threads_do_not() {
    for order in [Order::Vehicle, Order::Time] {
        let text = history(&FLEET, order, 1);
        assert_eq!(text, history(&FLEET, order, 4));
        assert_ne!(text, history(&Fleet { seed: 4, ..FLEET }, order, 1));
    }
    let sorted = |order| {
        let text = history(&FLEET, order, 2);
        let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert_eq!(sorted(Order::Vehicle), sorted(Order::Time));
}

#[test]
fn some_events_come_late_some_twice_and_a_tenth_of_the_cars_breaks() {
    let (mut late, mut twice, mut faults) = (0, 0, BTreeMap::new());
    for number in 1..=FLEET.cars {
        let car = FLEET.car(number);
        late += car.samples.iter().filter(|sample| sample.arrived - sample.at > 3_600_000).count();
        twice += car.samples.len()
            - car.samples.iter().map(|sample| sample.id).collect::<std::collections::BTreeSet<_>>().len();
        if let Some(injected) = car.fault {
            *faults.entry(injected.fault).or_insert(0) += 1;
        }
    }
    assert!(late > 100 && twice >= 300, "{late} late, {twice} twice");
    assert_eq!(faults.len(), Fault::ALL.len(), "{faults:?}");
    assert!((15..=60).contains(&faults.values().sum::<i32>()), "{faults:?}");
}

#[test]
fn the_truth_names_vehicle_fault_rule_and_time() {
    let mut truth = Vec::new();
    write_truth(&FLEET, 2, &mut truth).unwrap();
    let truth = String::from_utf8(truth).unwrap();
    let first = truth.lines().next().unwrap();
    assert!(first.starts_with("{\"vehicle\":\"fleet/") && first.contains("\"from\":\"2026-06-0"), "{first}");
    assert_eq!(truth.lines().count(), (1..=FLEET.cars).filter(|car| FLEET.car(*car).fault.is_some()).count());
    for fault in Fault::ALL {
        assert!(truth.contains(&format!("\"fault\":\"{}\",\"rule\":\"{}\"", fault.name(), fault.rule())));
    }
}
