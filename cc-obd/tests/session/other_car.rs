//! Another car at the plug: nothing of the one before stands beside what it says.

use std::time::Duration;

use cc_core::SignalId;
use cc_obd::capture::Item;
use cc_obd::session::{ConfirmClear, Job, Report, SessionError};
use cc_obd::sim::{Course, Scenario};

use crate::harness::{Line, World, finished, items};

const SECOND: Duration = Duration::from_secs(1);

fn ready() -> World {
    let mut world = World::new(Scenario::standard(), Line::default());
    world.run_while(SECOND * 60, |world| !world.session.is_ready());
    assert!(world.session.is_ready(), "{:?} {:?}", world.session, world.sent);
    world
}

/// The plug goes into another car, which has one code and two signals.
fn change(world: &mut World) {
    let mut other = Scenario::standard();
    other.vin = Some("WVWZZZ1KZAM000777".parse().unwrap());
    other.ecus.truncate(1);
    other.ecus[0].stored = vec!["P0128".parse().unwrap()];
    *world.adapter.car_mut().scenario_mut() = other;
    world.unplug(SECOND, true);
}

fn changed_at(world: &World) -> usize {
    world.reports.iter().position(|report| *report == Report::CarChanged).expect("the car changed")
}

#[test]
fn another_car_is_not_taken_for_the_one_before() {
    let mut world = ready();
    world.adapter.car_mut().scenario_mut().vin = Some("WVWZZZ1KZAM000346".parse().unwrap());
    world.unplug(SECOND, true);
    world.run_until(world.now + SECOND * 30);
    assert!(world.reports.contains(&Report::CarChanged));
    assert_eq!(
        world.session.knowledge().vin.map(|vin| vin.to_string()).as_deref(),
        Some("WVWZZZ1KZAM000346")
    );
    assert!(world.session.is_ready());
}

#[test]
fn a_job_begins_anew_for_another_car() {
    let mut world = ready();
    let job = world.session.start(Job::Codes);
    // The stored codes of the first car were read, and the rest was not.
    world.run_while(SECOND * 90, |world| !world.items().any(|decoded| matches!(decoded.item, Item::Scan(_))));
    change(&mut world);
    world.run_while(SECOND * 200, |world| finished(&world.reports, job).is_none());
    assert_eq!(finished(&world.reports, job), Some(Ok(())));
    let after = &world.reports[changed_at(&world)..];
    let codes: Vec<String> = items(after)
        .filter_map(|decoded| match &decoded.item {
            Item::TroubleCode(code) if code.service == Some(0x03) => Some(code.dtc.to_string()),
            _ => None,
        })
        .collect();
    assert_eq!(codes, ["P0128"]);
}

#[test]
fn codes_of_another_car_are_not_cleared() {
    let mut world = ready();
    change(&mut world);
    let consent = ConfirmClear::i_understand_that_evidence_is_erased();
    let job = world.session.start(Job::ClearCodes(consent));
    world.run_until(world.now + SECOND * 60);
    assert_eq!(finished(&world.reports, job), Some(Err(SessionError::CarChanged)));
    assert!(!world.sent.iter().any(|sent| sent == "04"), "{:?}", world.sent);
    assert_eq!(world.adapter.car_mut().scenario().ecus[0].stored.len(), 1);
}

#[test]
fn every_value_of_another_car_is_read_before_all_counts_as_read() {
    let mut world = ready();
    world.session.watch_all(SECOND * 1_000);
    world.run_while(world.now + SECOND * 60, |world| !world.session.has_polled_all());
    change(&mut world);
    world.run_while(world.now + SECOND * 60, |world| !world.reports.contains(&Report::CarChanged));
    assert!(!world.session.has_polled_all());
    world.run_while(world.now + SECOND * 60, |world| !world.session.has_polled_all());
    let after = &world.reports[changed_at(&world)..];
    let values = items(after).filter(|decoded| matches!(decoded.item, Item::Reading(_))).count();
    assert!(values >= 20, "{values}");
}

#[test]
fn a_car_that_does_not_say_which_it_is_is_another_one() {
    let mut world = ready();
    world.adapter.car_mut().scenario_mut().vin = None;
    world.unplug(SECOND, true);
    world.run_until(world.now + SECOND * 30);
    assert!(world.reports.contains(&Report::CarChanged));
    assert_eq!(world.session.knowledge().vin, None);
    assert!(world.session.is_ready() && world.session.knowledge().vin_asked);
    assert_eq!(world.sent.iter().filter(|sent| *sent == "0902").count(), 1 + 3 + 1);
}

#[test]
fn what_one_car_does_not_give_is_asked_of_the_next() {
    let mut scenario = Scenario::standard();
    scenario.ecus[0].signals.remove("fuel_level");
    let mut world = World::new(scenario, Line::default());
    world.session.watch(&SignalId::FUEL_LEVEL, SECOND).unwrap();
    world.run_until(SECOND * 10);
    let not_given = [SessionError::NotGiven { signal: SignalId::FUEL_LEVEL }];
    assert_eq!(world.problems(), not_given);
    // The line comes and goes, and it is not said again.
    world.unplug(SECOND, true);
    world.run_until(world.now + SECOND * 10);
    assert_eq!(world.problems().len(), 2);
    let scenario = world.adapter.car_mut().scenario_mut();
    scenario.vin = Some("WVWZZZ1KZAM000777".parse().unwrap());
    scenario.ecus[0].signals.insert("fuel_level".into(), Course::Steady(50.0));
    world.unplug(SECOND, true);
    world.run_until(world.now + SECOND * 10);
    assert!(world.items().any(|decoded| matches!(&decoded.item, Item::Reading(reading)
        if reading.signal == SignalId::FUEL_LEVEL)));
}
