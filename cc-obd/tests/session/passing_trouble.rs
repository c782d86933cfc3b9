//! Trouble that passes: nothing of the car is lost by it, and the session is soon back.

use std::time::Duration;

use cc_core::SignalId;
use cc_obd::capture::Item;
use cc_obd::session::{Job, Report, SessionError};
use cc_obd::sim::{FaultWindow, Scenario, SimFault};

use crate::harness::{Line, World, word};

const SECOND: Duration = Duration::from_secs(1);

fn world(faults: &[(f64, f64, SimFault)]) -> World {
    let mut scenario = Scenario::standard();
    scenario.faults = faults.iter().map(|&(at, lasts, fault)| FaultWindow { at, lasts, fault }).collect();
    World::new(scenario, Line::default())
}

/// The seconds at which a value of a signal came from an ECU.
fn seconds(world: &World, signal: &SignalId) -> Vec<f64> {
    let readings = world
        .items()
        .filter(|decoded| matches!(&decoded.item, Item::Reading(reading) if reading.signal == *signal));
    let mut seconds: Vec<f64> =
        readings.filter_map(|decoded| Some(decoded.at?.timestamp_millis() as f64 / 1e3)).collect();
    seconds.dedup();
    seconds
}

fn longest_pause(seconds: &[f64]) -> f64 {
    seconds.windows(2).map(|pair| pair[1] - pair[0]).fold(0.0, f64::max)
}

#[test]
fn no_ecu_is_lost_where_the_first_answers_come_damaged() {
    for (name, fault) in SimFault::ALL {
        if matches!(fault, SimFault::Silence | SimFault::Disconnect | SimFault::LowVoltageReset) {
            continue;
        }
        let mut world = world(&[(0.0, 4.0, fault)]);
        assert_eq!(world.job(Job::Codes), Ok(()), "{name}");
        let known = world.session.knowledge();
        assert_eq!((known.ecus.len(), known.is_partial), (2, false), "{name}: {:?}", world.sent);
        assert!(known.vin.is_some(), "{name}");
        let words: Vec<String> = world.items().map(word).collect();
        for expected in ["7E8 Stored 2 true", "7E9 Stored 1 true"] {
            assert!(words.iter().any(|word| word == expected), "{name}: {expected} in {words:?}");
        }
        assert!(!world.reports.contains(&Report::CarChanged), "{name}");
    }
}

#[test]
fn what_stays_damaged_is_said_to_be_partial_and_asked_for_again() {
    let mut world = world(&[(0.0, 30.0, SimFault::BufferFull)]);
    world.run_while(SECOND * 60, |world| !world.session.is_ready());
    assert!(world.session.knowledge().is_partial);
    assert_eq!(world.session.knowledge().ecus.len(), 1);
    world.run_until(SECOND * 90);
    let known = world.session.knowledge();
    assert_eq!((known.ecus.len(), known.is_partial, known.vin.is_some()), (2, false, true));
    assert!(world.reports.iter().filter(|report| **report == Report::Ready).count() >= 2);
}

#[test]
fn what_an_adapter_lacks_is_named() {
    for (lacks, job, error) in [
        ("ATSH", Job::Codes, SessionError::HeaderRefused),
        ("ATH1", Job::Info, SessionError::Headless { service: 0x09 }),
    ] {
        let mut scenario = Scenario::standard();
        scenario.adapter.unknown_commands = vec![lacks.into()];
        let mut world = World::new(scenario, Line::default());
        assert_eq!(world.job(job), Err(error.clone()), "{lacks}: {:?}", world.sent);
        assert!(error.advice().contains("without headers"), "{error}");
    }
}

#[test]
fn a_number_that_came_damaged_is_not_one_that_the_car_does_not_give() {
    let mut damaged = world(&[(0.0, 400.0, SimFault::DataError)]);
    damaged.run_while(SECOND * 200, |world| !world.session.is_ready());
    let known = damaged.session.knowledge();
    assert_eq!((known.vin, known.vin_asked, known.is_vin_damaged), (None, true, true));
    let mut scenario = Scenario::standard();
    scenario.vin = None;
    let mut without = World::new(scenario, Line::default());
    without.run_while(SECOND * 60, |world| !world.session.is_ready());
    let known = without.session.knowledge();
    assert_eq!((known.vin, known.vin_asked, known.is_vin_damaged), (None, true, false));
}

#[test]
fn three_seconds_without_an_answer_are_a_hole_of_few_seconds() {
    let mut everything = world(&[
        (4.0, 3.0, SimFault::BufferFull),
        (9.0, 3.0, SimFault::DataError),
        (14.0, 3.0, SimFault::NoData),
    ]);
    everything.session.watch_all(SECOND);
    everything.run_until(SECOND * 60);
    let pause = longest_pause(&seconds(&everything, &SignalId::ENGINE_SPEED));
    assert!(pause < 6.0, "{pause}: {:?}", seconds(&everything, &SignalId::ENGINE_SPEED));
    assert!(everything.problems().contains(&SessionError::CarLost), "{:?}", everything.problems());
    assert!(!everything.problems().contains(&SessionError::CarSilent), "{:?}", everything.problems());

    let mut one = world(&[(6.0, 3.0, SimFault::NoData)]);
    one.session.watch(&SignalId::ENGINE_SPEED, SECOND).unwrap();
    one.run_until(SECOND * 40);
    let pause = longest_pause(&seconds(&one, &SignalId::ENGINE_SPEED));
    assert!(pause < 6.0, "{pause}: {:?}", seconds(&one, &SignalId::ENGINE_SPEED));
}

#[test]
fn one_change_of_car_is_told_once() {
    let mut world = world(&[]);
    world.run_while(SECOND * 60, |world| !world.session.is_ready());
    world.adapter.car_mut().scenario_mut().vin = Some("WVWZZZ1KZAM000346".parse().unwrap());
    world.unplug(SECOND, true);
    world.run_until(world.now + SECOND * 30);
    assert_eq!(world.reports.iter().filter(|report| **report == Report::CarChanged).count(), 1);
    assert!(world.session.is_ready());
    assert_eq!(world.session.knowledge().ecus.len(), 2);
}

#[test]
fn a_value_whose_answer_came_damaged_is_missing_until_it_is_read() {
    let mut world = world(&[]);
    world.session.watch(&SignalId::ENGINE_SPEED, SECOND * 5).unwrap();
    world.run_while(SECOND * 60, |world| !world.session.has_polled_all());
    assert!(!world.session.has_damaged_values());
    for fault in [SimFault::BusError, SimFault::DataError, SimFault::Garbage] {
        world.adapter.inject(fault);
        world.run_until(world.now + SECOND * 5);
        assert!(world.session.has_damaged_values(), "{fault}");
        world.run_until(world.now + SECOND * 5);
        assert!(!world.session.has_damaged_values(), "{fault}");
    }
    // Silence is no damage.
    world.adapter.inject(SimFault::NoData);
    world.run_until(world.now + SECOND * 5);
    assert!(!world.session.has_damaged_values());
    // What is watched no longer is not missing.
    world.adapter.inject(SimFault::DataError);
    world.run_until(world.now + SECOND * 5);
    assert!(world.session.has_damaged_values());
    world.session.unwatch(&SignalId::ENGINE_SPEED);
    assert!(!world.session.has_damaged_values());
}
