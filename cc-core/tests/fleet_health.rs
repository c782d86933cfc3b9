//! How cars are: part by part, in one line, and as the sums of a fleet.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use cc_core::dashboard::{Dashboard, Evidence, FleetSummary, Health, HealthPolicy, RowKind, VehicleSystem};
use cc_core::{
    Action, Argument, Arguments, Change, ChangeKind, Event, Language, RecommendationId, Timestamp, Urgency,
};
use proptest::prelude::*;

fn event(vehicle: i64, at: &str, rest: &str) -> Event {
    Event::from_json(format!(
        r#"{{"id":1,"vehicleId":{vehicle},"organizationKey":"semler","time":"{at}",{rest}}}"#
    ))
    .unwrap()
}

fn raised(vehicle: i64, urgency: Urgency, name: &str) -> Change {
    let mut args = Arguments::new();
    args.insert("what".into(), Argument::Text(name.into()));
    Change {
        at: "2026-05-01T10:00:00Z".parse().unwrap(),
        vehicle: format!("semler/{vehicle}").parse().unwrap(),
        id: RecommendationId([urgency as u8; 16]),
        rule: "rule".into(),
        change: ChangeKind::Raised,
        urgency,
        action: Action::Book,
        due: None,
        message: "message".into(),
        args,
    }
}

const NOON: &str = "2026-05-01T12:00:00Z";
const MISFIRE: &str = r#""type":"can_dtc","code":"0301","sourceType":"j2012","diff":"add""#;
const TEXT_CODE: &str = r#""type":"can_dtc","code":"no code","diff":"add""#;
const VOLTAGE: &str = r#""type":"car_battery_voltage","value":12.6"#;
const NO_CODES: &str =
    r#""type":"can_dtc_scan","ecu":"engine","service":"stored","complete":true,"codes":[]"#;
const BRAKES_RED: &str = r#""type":"can_brake_lamp","value":true"#;
const BRAKES_OK: &str = r#""type":"can_brake_lamp","value":false"#;
const LOW_FUEL: &str = r#""type":"can_low_fuel_lamp","value":true"#;
const SOFT_TIRE: &str = r#""type":"can_tire_pressure_rear_left_low","value":true"#;
const OVERDUE: &str = r#""type":"can_next_service_days","value":-3"#;
const POSITION: &str = r#""type":"gps_position","latitude":12.5,"longitude":-30.5"#;

#[test]
fn each_part_is_as_what_is_known_of_it() {
    use Health::{Attention, Ok, Unknown, Urgent};
    use VehicleSystem::{Battery, Brakes, Engine, Service, Tires};
    // What was said, of which part; the part and the car two hours and a month later.
    for (said, changes, system, part, car, later) in [
        (&[][..], &[][..], Engine, Unknown, Unknown, (Unknown, Unknown)),
        (&[POSITION], &[], Engine, Unknown, Unknown, (Unknown, Unknown)),
        (&[VOLTAGE], &[], Battery, Ok, Ok, (Unknown, Unknown)),
        (&[VOLTAGE], &[], Brakes, Unknown, Ok, (Unknown, Unknown)),
        (&[NO_CODES], &[], Engine, Ok, Ok, (Unknown, Unknown)),
        (&[BRAKES_OK], &[], Brakes, Ok, Ok, (Unknown, Unknown)),
        (&[BRAKES_RED], &[], Brakes, Urgent, Urgent, (Urgent, Urgent)),
        (&[MISFIRE], &[], Engine, Attention, Attention, (Attention, Attention)),
        (&[MISFIRE], &[(Urgency::Info, "P0301")], Engine, Attention, Attention, (Attention, Attention)),
        (&[MISFIRE], &[(Urgency::High, "P0301")], Engine, Urgent, Urgent, (Urgent, Urgent)),
        (&[MISFIRE], &[(Urgency::High, "other")], Engine, Attention, Urgent, (Attention, Urgent)),
        (&[VOLTAGE], &[(Urgency::Medium, "other")], Battery, Ok, Attention, (Unknown, Attention)),
        (&[TEXT_CODE], &[], Engine, Unknown, Attention, (Unknown, Attention)),
        (&[LOW_FUEL, VOLTAGE], &[], Battery, Ok, Ok, (Unknown, Unknown)),
        (&[SOFT_TIRE], &[], Tires, Attention, Attention, (Attention, Attention)),
        (&[OVERDUE], &[], Service, Attention, Attention, (Attention, Attention)),
    ] {
        let mut dashboard = Dashboard::default();
        for said in said {
            dashboard.add(&event(7, "2026-05-01T10:00:00Z", said));
        }
        for (urgency, name) in changes {
            dashboard.add_change(&raised(7, *urgency, name));
        }
        for (now, expected) in [(NOON, (part, car)), ("2026-06-01T12:00:00Z", later)] {
            let health = dashboard.health(
                &"semler/7".parse().unwrap(),
                &HealthPolicy::default(),
                now.parse().unwrap(),
            );
            assert_eq!(
                (health.system(system).health, health.overall),
                expected,
                "{said:?} {changes:?} {now}"
            );
        }
    }
}

#[test]
fn the_line_says_ok_where_the_car_is_and_not_where_nothing_is_known() {
    const TEXT: &str = r#""type":"can_engine_code","value":"X""#;
    const MAPPED: &str = r#""type":"mapped_dtc","enabled":true,"rawCode":"0301","status":{"confirmed":true}"#;
    const APRIL: &str = "2026-04-01T12:00:00Z";
    let (ok, yet) = ("Systems checked ok, updated just now", "No systems checked yet, updated just now");
    for (said, health, line) in [
        (&[][..], Health::Unknown, "Nothing heard from the car yet"),
        (&[(NOON, TEXT)], Health::Unknown, yet),
        (&[(NOON, POSITION)], Health::Unknown, yet),
        // It retells a code, and makes no row.
        (&[(NOON, MAPPED)], Health::Unknown, yet),
        (&[(NOON, VOLTAGE)], Health::Ok, ok),
        (&[(NOON, NO_CODES)], Health::Ok, ok),
        (
            &[(NOON, POSITION), (APRIL, VOLTAGE)],
            Health::Unknown,
            "No systems checked for 30 days, updated just now",
        ),
        (&[(NOON, POSITION), ("2026-04-20T12:00:00Z", VOLTAGE)], Health::Ok, ok),
        (&[(APRIL, VOLTAGE)], Health::Unknown, "Nothing heard from the car for 30 days"),
        (&[(NOON, TEXT_CODE)], Health::Attention, "1 open warning, updated just now"),
    ] {
        let mut dashboard = Dashboard::default();
        for (at, rest) in said {
            dashboard.add(&event(7, at, rest));
        }
        let car = "semler/7".parse().unwrap();
        let now = NOON.parse().unwrap();
        let found = dashboard.health(&car, &HealthPolicy::default(), now);
        assert_eq!((found.overall, &*found.status.line(Language::English, now)), (health, line), "{said:?}");
        assert_eq!(dashboard.status(&car), found.status);
        assert_eq!(dashboard.rows().len(), usize::from(health == Health::Attention), "{said:?}");
    }
}

#[test]
fn health_says_what_it_is_based_on_and_how_old_that_is() {
    let mut dashboard = Dashboard::default();
    dashboard.add(&event(7, "2026-05-01T09:00:00Z", BRAKES_RED));
    dashboard.add(&event(7, "2026-05-01T10:00:00Z", VOLTAGE));
    let now: Timestamp = NOON.parse().unwrap();
    let health = dashboard.health(&"semler/7".parse().unwrap(), &HealthPolicy::default(), now);
    let brakes = health.system(VehicleSystem::Brakes);
    let row = Evidence::Row { kind: RowKind::WarningLight, name: "brake_lamp".into(), urgency: None };
    assert_eq!((brakes.evidence.clone(), brakes.age(now).unwrap().num_hours()), (row, 3));
    let battery = health.system(VehicleSystem::Battery);
    assert_eq!((battery.evidence.clone(), battery.age(now).unwrap().num_hours()), (Evidence::Watched, 2));
    assert_eq!(health.system(VehicleSystem::Tires).evidence, Evidence::Nothing);
    assert_eq!(health.systems.len(), VehicleSystem::ALL.len());
    assert_eq!(health.status.line(Language::English, now), "1 open warning, updated 2 hours ago");
}

#[test]
fn a_service_that_should_have_been_is_said_once_its_day_is_over() {
    let mut dashboard = Dashboard::default();
    dashboard.add(&event(7, "2026-05-01T10:00:00Z", r#""type":"can_next_service_days","value":10"#));
    let car = "semler/7".parse().unwrap();
    for (now, health, evidence) in [
        ("2026-05-11T23:00:00Z", Health::Ok, Evidence::Watched),
        ("2026-05-12T01:00:00Z", Health::Attention, Evidence::ServiceOverdue),
    ] {
        let found = dashboard.health(&car, &HealthPolicy::default(), now.parse().unwrap());
        let service = found.system(VehicleSystem::Service);
        assert_eq!((service.health, service.evidence), (health, evidence), "{now}");
    }
}

#[test]
fn a_fleet_is_the_sum_of_its_cars() {
    let mut dashboard = Dashboard::default();
    dashboard.add(&event(1, "2026-05-01T10:00:00Z", VOLTAGE));
    dashboard.add(&event(2, "2026-05-01T10:00:00Z", MISFIRE));
    dashboard.add_change(&raised(2, Urgency::High, "P0301"));
    dashboard.add(&event(3, "2026-05-01T10:00:00Z", SOFT_TIRE));
    dashboard.add(&event(4, "2026-03-01T10:00:00Z", VOLTAGE));
    dashboard.add(&event(5, "2026-05-01T10:00:00Z", r#""type":"can_next_service_days","value":30"#));
    dashboard.add(&event(6, "2026-05-01T10:00:00Z", r#""type":"can_next_service_days","value":31"#));
    dashboard.add(&event(7, "2026-05-01T10:00:00Z", OVERDUE));
    let (policy, now) = (HealthPolicy::default(), NOON.parse().unwrap());
    let fleet = dashboard.summary(&policy, now);
    assert_eq!((fleet.vehicles, fleet.silent, fleet.open_recommendations), (7, 1, 1));
    let health = Health::ALL.map(|health| fleet.of(health));
    assert_eq!(health, [3, 1, 2, 1]);
    assert_eq!((fleet.services_due, fleet.services_overdue), (2, 1));
    let rows: Vec<_> =
        fleet.open_rows.iter().map(|((kind, urgency), count)| (*kind, *urgency, *count)).collect();
    assert_eq!(
        rows,
        [
            (RowKind::ErrorCode, Some(Urgency::High), 1),
            (RowKind::ServiceReminder, None, 1),
            (RowKind::WarningLight, None, 1)
        ]
    );
    let cars: Vec<_> = (6..=8).map(|car| format!("semler/{car}").parse().unwrap()).collect();
    let some = dashboard.summary_of(&cars, &policy, now);
    assert_eq!((some.vehicles, some.silent, some.of(Health::Unknown)), (3, 1, 1), "one was never heard of");
}

proptest! {
    #[test]
    fn the_summary_of_the_parts_is_the_summary_of_the_whole(
        said in prop::collection::vec((0..12_i64, prop::sample::select(vec![MISFIRE, VOLTAGE, BRAKES_RED, SOFT_TIRE, OVERDUE, POSITION])), 0..40),
        urgent in prop::collection::vec((0..12_i64, prop::sample::select(Urgency::ALL.to_vec())), 0..10),
        cut in 0..12_i64,
    ) {
        let (policy, now) = (HealthPolicy::default(), NOON.parse().unwrap());
        let (mut whole, mut low, mut high) = (Dashboard::default(), Dashboard::default(), Dashboard::default());
        for (vehicle, rest) in said {
            let event = event(vehicle, "2026-05-01T10:00:00Z", rest);
            whole.add(&event);
            if vehicle < cut { low.add(&event) } else { high.add(&event) }
        }
        for (vehicle, urgency) in urgent {
            let change = raised(vehicle, urgency, "P0301");
            whole.add_change(&change);
            if vehicle < cut { low.add_change(&change) } else { high.add_change(&change) }
        }
        let mut sum = FleetSummary::default();
        sum.merge(&low.summary(&policy, now));
        sum.merge(&high.summary(&policy, now));
        prop_assert_eq!(sum, whole.summary(&policy, now));
    }
}
