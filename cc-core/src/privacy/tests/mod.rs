//! What the table says, and what is made of events by it.

mod laws;

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use alloc::{format, vec};

use chrono::TimeDelta;

use super::*;
use crate::{
    Body, Event, EventId, Reading, SignalId, Timestamp, TroubleCode, Value, catalogue, structured_types,
};

const NOW: &str = "2026-05-01T12:00:00Z";

/// What must never come out where it is not allowed.
const CANARY: &str = "WVWZZZ1KZAM000001";

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn key() -> PseudonymKey {
    PseudonymKey::new(&[7; 32]).unwrap()
}

fn event(json: &str) -> Event {
    Event::from_json(json).unwrap()
}

/// An event of `semler/7` at an instant of the day.
fn at(time: &str, rest: &str) -> Event {
    event(&format!(
        r#"{{"id":1,"vehicleId":7,"organizationKey":"semler","vin":"WVWZZZ1KZAM000001","time":"2026-05-01T{time}Z",{rest}}}"#
    ))
}

fn applied(purpose: Purpose, events: &[Event]) -> Minimised {
    minimise(&Policy::default(), purpose, Some(&key()), now(), events.iter().cloned()).unwrap()
}

fn json(minimised: &Minimised) -> Vec<String> {
    minimised.events.iter().map(Event::to_json).collect()
}

/// The published types by kind, in this test's own words: all 56, each once.
const PUBLISHED: [(DataKind, &str); 13] = [
    (
        DataKind::Access,
        "access_granted_to_fleet access_granted_to_vehicle access_removed_from_fleet access_removed_from_vehicle vehicle_added_to_fleet vehicle_removed_from_fleet",
    ),
    (DataKind::BatteryVoltage, "car_battery_voltage"),
    (DataKind::Booking, "car_service_booking"),
    (
        DataKind::CanActivity,
        "can_ambient_air_temperature_celsius can_engine_coolant_temperature_celsius can_high_voltage_battery_charge_percent can_high_voltage_battery_temperature_celsius can_vehicle_speed_kph",
    ),
    (DataKind::DrivingEvent, "car_profiling"),
    (DataKind::ErrorCode, "can_dtc mapped_dtc"),
    (
        DataKind::FuelLevel,
        "can_adblue_remaining_distance_km can_fuel_level_liters can_fuel_level_percent can_range_total_km",
    ),
    (DataKind::Identity, "can_engine_code can_vin"),
    (DataKind::Ignition, "calc_vehicle_idle car_ignition"),
    (DataKind::Mileage, "can_odometer_km can_odometer10_km car_odometer_km daily_can_odometer_km"),
    (DataKind::Position, "gps_position"),
    (DataKind::PowerFailure, "gpio_battery_external_disconnect"),
    (DataKind::WarningLight, "can_mil_lamp can_distance_with_mil_on_km"),
];

#[test]
fn every_type_of_event_has_exactly_one_kind() {
    let by_name: BTreeMap<&str, DataKind> =
        PUBLISHED.iter().flat_map(|(kind, names)| names.split(' ').map(|name| (name, *kind))).collect();
    // Structured types are named by their smallest event; which fields those need stands in the table of the types.
    let mut seen = BTreeSet::new();
    for row in structured_types() {
        let fields: Vec<String> = row.fields.iter().filter(|field| field.required).map(smallest).collect();
        let rest = [&[String::new()], &fields[..]].concat().join(",");
        let event = event(&format!(r#"{{"id":1,"time":"{NOW}","type":"{}"{rest}}}"#, row.name));
        let kind = DataKind::of(&event).unwrap_or_else(|| panic!("{} has no kind", row.name));
        if row.published {
            seen.insert(row.name);
            assert_eq!(kind, by_name.get(row.name).copied().unwrap_or(DataKind::Service), "{}", row.name);
        }
    }
    for row in catalogue() {
        let kind = DataKind::of_signal(&row.id.parse().unwrap());
        if row.published {
            seen.insert(row.stream);
            let expected = by_name.get(row.stream).copied().unwrap_or(DataKind::Service);
            assert_eq!(kind, expected, "{}", row.stream);
        }
    }
    assert_eq!(seen.len(), 56);
    assert!(by_name.keys().all(|name| seen.contains(name)));
}

/// A field with a value that makes its event what it is.
fn smallest(field: &crate::EventField) -> String {
    let value = match field.name {
        "value" if field.kind.starts_with("true") => "true",
        "gForce" | "latitude" | "longitude" | "litersAfter" | "dtcCount" => "1",
        "mil" | "complete" => "true",
        "value" => "1",
        "signal" => r#""cell""#,
        "codes" => "[]",
        "monitors" => "{}",
        "ignition" => r#""spark""#,
        "service" => r#""stored""#,
        "code" => r#""0301""#,
        "direction" => r#""brake_low""#,
        _ if field.kind == "a text" => r#""a""#,
        _ if field.kind.starts_with("a number") => "1",
        other => panic!("no value for {other}"),
    };
    format!("\"{}\":{value}", field.name)
}

#[test]
fn operation_keeps_what_the_published_overview_says() {
    let rules = Policy::default();
    let rules = rules.purpose(Purpose::Operation);
    for (kind, keep) in [
        (DataKind::Position, "PT1H"),
        (DataKind::WarningLight, "P7D"),
        (DataKind::ErrorCode, "P7D"),
        (DataKind::BatteryWarning, "P7D"),
        (DataKind::CanActivity, "P7D"),
        (DataKind::Ignition, "P60D"),
        (DataKind::Mileage, "P60D"),
        (DataKind::FuelLevel, "P60D"),
        (DataKind::Service, "P60D"),
        (DataKind::BatteryVoltage, "until_deletion"),
        (DataKind::Trip, "until_deletion"),
        (DataKind::DrivingEvent, "until_deletion"),
        (DataKind::Chat, "until_deletion"),
        (DataKind::Contact, "until_deletion"),
        (DataKind::PowerFailure, "until_deletion"),
    ] {
        let rule = rules.kind(kind);
        assert_eq!(rule.keep.to_string(), keep, "{kind}");
        assert_eq!(rule.latest, keep != "until_deletion", "{kind}");
    }
    assert_eq!(Policy::default().speed_cap().to_string(), "130");
    assert_eq!(Policy::default().least_acceleration().to_string(), "0.2");
}

#[test]
fn no_other_purpose_gets_more_than_operation() {
    let policy = Policy::default();
    let far = Timestamp::UNIX_EPOCH + TimeDelta::days(40_000);
    let length = |purpose, kind| match policy.keep_until(purpose, kind, Timestamp::UNIX_EPOCH) {
        KeepUntil::Never => Timestamp::UNIX_EPOCH,
        KeepUntil::Instant(end) => end,
        KeepUntil::Deletion => far,
    };
    for purpose in Purpose::ALL {
        for kind in DataKind::ALL {
            assert!(length(*purpose, *kind) <= length(Purpose::Operation, *kind), "{purpose} {kind}");
        }
    }
}

#[test]
fn history_ends_and_the_most_recent_one_stays() {
    let place = |time: &str| at(time, r#""type":"gps_position","latitude":1,"longitude":-150"#);
    let other = event(
        r#"{"id":2,"vehicleId":8,"organizationKey":"semler","time":"2026-05-01T02:00:00Z","type":"gps_position","latitude":1,"longitude":-150}"#,
    );
    let events = [place("10:59:00"), place("09:00:00"), place("11:00:00"), place("10:00:00"), other.clone()];
    let kept = applied(Purpose::Operation, &events);
    // 11:00 is an hour ago: no history is left but the last position of each vehicle.
    let times: Vec<String> = kept.events.iter().map(|event| event.at.to_string()).collect();
    assert_eq!(times, ["2026-05-01 02:00:00 UTC", "2026-05-01 11:00:00 UTC"]);
    let row = &kept.report.kinds[&Some(DataKind::Position)];
    assert_eq!((row.kept, row.kept_as_latest), (2, 2));
    assert_eq!(row.dropped, BTreeMap::from([(DropReason::TooOld, 3)]));

    let events = [place("11:30:00"), place("11:45:00"), place("10:00:00"), other];
    assert_eq!(applied(Purpose::Operation, &events).events.len(), 3);
    assert_eq!(applied(Purpose::Analytics, &events).events.len(), 2);
    assert_eq!(applied(Purpose::Workshop, &events).events.len(), 0);
}

#[test]
fn speeds_are_capped_and_soft_accelerations_dropped() {
    for (rest, kept) in [
        (r#""type":"can_vehicle_speed_kph","value":130.0"#, Some(r#""value":130.0"#)),
        (r#""type":"can_vehicle_speed_kph","value":130.01"#, Some(r#""value":130"#)),
        (r#""type":"can_vehicle_speed_kph","value":1e400"#, Some(r#""value":130"#)),
        (r#""type":"can_vehicle_speed_kph","value":-200"#, Some(r#""value":130"#)),
        (
            r#""type":"signal_reading","signal":"gps_speed","value":40,"unit":"m/s""#,
            Some(r#""value":130,"unit":"km/h""#),
        ),
        (
            r#""type":"signal_reading","signal":"gps_speed","value":36,"unit":"m/s""#,
            Some(r#""value":36,"unit":"m/s""#),
        ),
        (r#""type":"can_engine_coolant_temperature_celsius","value":131"#, Some(r#""value":131"#)),
        (r#""type":"car_profiling","gForce":0.2,"direction":"brake_low""#, Some(r#""gForce":0.2"#)),
        (r#""type":"car_profiling","gForce":-0.31,"direction":"brake_low""#, Some(r#""gForce":-0.31"#)),
        (r#""type":"car_profiling","gForce":0.19,"direction":"brake_low""#, None),
        (r#""type":"gps_position","latitude":1,"longitude":2,"speed":171"#, Some(r#""speed":130"#)),
        (r#""type":"gps_position","latitude":91,"longitude":2"#, None),
    ] {
        let minimised = applied(Purpose::Operation, &[at("11:59:00", rest)]);
        match kept {
            Some(kept) => {
                let json = &json(&minimised)[0];
                assert!(json.contains(&format!("{kept},")) || json.contains(&format!("{kept}}}")), "{json}");
            }
            None => assert!(minimised.events.is_empty(), "{rest}"),
        }
    }
}

#[test]
fn each_purpose_sees_what_it_needs() {
    let booking = at(
        "11:59:00",
        r#""type":"car_service_booking","bookingSource":"web","bookingId":"B-1","bookingStatus":"NEW","fleetId":3,
        "fleetExternalReference":"van of Ann","reasonText":"call Ann","workshopId":9,"value":"2026-05-02T08:00:00Z""#,
    );
    let head = r#"{"id":1,"vehicleId":7,"vin":"WVWZZZ1KZAM000001","organizationKey":"semler","time":"2026-05-01T11:59:00Z","type":"car_service_booking""#;
    assert_eq!(
        json(&applied(Purpose::Fleet, core::slice::from_ref(&booking))),
        [format!(
            r#"{head},"bookingId":"B-1","bookingStatus":"NEW","fleetId":3,"fleetExternalReference":"van of Ann","workshopId":9,"value":"2026-05-02T08:00:00Z"}}"#
        )]
    );
    assert!(json(&applied(Purpose::Workshop, core::slice::from_ref(&booking)))[0].contains("call Ann"));
    assert!(applied(Purpose::Analytics, &[booking]).events.is_empty());

    let code = at(
        "11:59:30.5",
        r#""type":"can_dtc","code":"030100","diff":"add","status":"2F","ecu":"Ann's","rxId":"7E8","transport":"ISOTP","sourceType":"j2012","sessionType":"Ann","txId":null"#,
    );
    let analytics = json(&applied(Purpose::Analytics, core::slice::from_ref(&code)));
    assert!(
        analytics[0].ends_with(
            r#""time":"2026-05-01T11:59:00Z","type":"can_dtc","code":"030100","diff":"add","status":"2f","rxId":"7E8","transport":"ISOTP","sourceType":"j2012"}"#
        ),
        "{analytics:?}"
    );
    assert!(json(&applied(Purpose::Workshop, &[code]))[0].contains("Ann's"));
}

#[test]
fn a_vin_that_is_none_is_a_text() {
    let reading = |value: &str| at("11:59:00", &format!(r#""type":"can_vin","value":"{value}""#));
    for (purpose, value, kept) in [
        (Purpose::Fleet, "WVWZZZ1KZAM000001", true),
        (Purpose::Fleet, "Ann Example, Road 3", false),
        (Purpose::Fleet, "WVWZZZ1KZAM00000", false),
        (Purpose::Fleet, "WVWZZZ1KZAM00000O", false),
        (Purpose::Fleet, "", false),
        (Purpose::Workshop, "Ann Example, Road 3", true),
        (Purpose::Operation, "Ann Example, Road 3", true),
    ] {
        let minimised = applied(purpose, &[reading(value)]);
        assert_eq!(minimised.events.len(), usize::from(kept), "{purpose} {value}");
        let dropped = &minimised.report.kinds[&Some(DataKind::Identity)].dropped;
        assert_eq!(dropped.get(&DropReason::Text), (!kept).then_some(&1), "{purpose} {value}");
    }
    // A program may also say a number there.
    let number = Body::Reading(Reading::new(SignalId::VIN, 12_345));
    let number = Event::new("semler/7".parse().unwrap(), now(), EventId(1), number);
    assert_eq!(applied(Purpose::Fleet, &[number]).events, []);
}

#[test]
fn instants_inside_a_body_are_as_coarse_as_the_events_own() {
    let all = |time: &str| {
        let mut policy =
            Policy::from_json(format!(r#"{{"purposes":{{"analytics":{{"time":"{time}"}}}}}}"#)).unwrap();
        for rule in &mut policy.purposes[Purpose::Analytics as usize].kinds {
            *rule = KindRule { keep: Retention::UntilDeletion, latest: false };
        }
        policy
    };
    for (time, rest, kept) in [
        (
            "PT1M",
            r#""type":"service_reminder_lead","value":"2026-06-01T08:15:42.123Z""#,
            Some("2026-06-01T08:15:00Z"),
        ),
        (
            "PT1M",
            r#""type":"can_roadworthy_inspection_due","value":"2026-06-01T08:15:42.123Z""#,
            Some("2026-06-01T08:15:00Z"),
        ),
        (
            "PT1M",
            r#""type":"car_roadworthy_inspection_date","value":"2026-06-01T08:15:42.123Z""#,
            Some("2026-06-01T08:15:00Z"),
        ),
        (
            "PT1M",
            r#""type":"car_service_booking","value":"2026-06-01T08:15:42.123Z""#,
            Some("2026-06-01T08:15:00Z"),
        ),
        (
            "PT1H",
            r#""type":"car_service_booking","bookingCreatedDate":"2026-06-01T08:15:42.123Z""#,
            Some("2026-06-01T08:00:00Z"),
        ),
        ("PT1M", r#""type":"can_last_service_at_date","value":"2026-06-03""#, Some("2026-06-03")),
        // Thirty days from 1970-01-01 on; a day and a half is counted as two.
        ("P30D", r#""type":"can_last_service_at_date","value":"2026-06-03""#, Some("2026-05-07")),
        ("PT36H", r#""type":"can_last_service_at_date","value":"2026-06-03""#, Some("2026-06-02")),
        (
            "exact",
            r#""type":"service_reminder_lead","value":"2026-06-01T08:15:42.123Z""#,
            Some("2026-06-01T08:15:42.123Z"),
        ),
        ("P36525D", r#""type":"service_reminder_lead","value":"0000-01-01T00:00:00Z""#, None),
        ("P36525D", r#""type":"can_last_service_at_date","value":"0000-01-01""#, None),
    ] {
        let of = |event| minimise(&all(time), Purpose::Analytics, Some(&key()), now(), [event]).unwrap();
        let minimised = of(at("11:59:00", rest));
        let Some(kept) = kept else {
            assert_eq!(minimised.events, [], "{rest}");
            continue;
        };
        let json = &json(&minimised)[0];
        assert!(json.ends_with(&format!("\"{kept}\"}}")), "{json}");
        let changed: Vec<_> = minimised.report.kinds.values().flat_map(|row| row.changed.keys()).collect();
        assert_eq!(changed.contains(&&ChangeReason::Time), time != "exact" && !rest.contains(kept), "{rest}");
        assert!(!changed.contains(&&ChangeReason::Text), "{rest}");
    }
}

#[test]
fn pseudonyms_are_stable_within_a_purpose_and_differ_between_them() {
    let json = r#"{"purposes": {"fleet": {"disclosure": "pseudonym"}}}"#;
    let policy = Policy::from_json(json).unwrap();
    let ignition = |time: &str| at(time, r#""type":"car_ignition","value":true"#);
    let of = |purpose, key: &PseudonymKey| {
        let events = [ignition("11:00:00"), ignition("11:30:00")];
        minimise(&policy, purpose, Some(key), now(), events).unwrap().events
    };
    let (analytics, fleet) = (of(Purpose::Analytics, &key()), of(Purpose::Fleet, &key()));
    assert_eq!(analytics[0].vehicle_ref(), analytics[1].vehicle_ref());
    assert_eq!(
        analytics[0].vehicle.unwrap().0,
        key().pseudonym(Purpose::Analytics, &"semler/7".parse().unwrap()).number()
    );
    assert_ne!(analytics[0].id, analytics[1].id);
    for (a, b) in analytics.iter().zip(&fleet) {
        assert!(a.vehicle != b.vehicle && a.organization != b.organization && a.id != b.id);
    }
    let other = of(Purpose::Analytics, &PseudonymKey::new(&[8; 32]).unwrap());
    assert!(other[0].vehicle != analytics[0].vehicle && other[0].organization != analytics[0].organization);
    // Who writes the organisation of pseudonyms without the key is not believed.
    let mut forged = ignition("11:00:00");
    forged.organization = Some("pseudonym-00000000000000000000000000000000".parse().unwrap());
    let forged = minimise(&policy, Purpose::Analytics, Some(&key()), now(), [forged]).unwrap();
    assert_ne!(forged.events[0].vehicle.unwrap().0, 7);
}

#[test]
fn a_table_of_ones_own_lays_over_the_default_and_reads_back() {
    let own = r#"{"$schema": "x", "speed_cap_kph": 110, "acceleration_from_g": 0.30, "purposes": {"workshop": {}, "fleet": {"kinds": {}},
        "analytics": {"disclosure": "vehicle", "position": "2 decimals", "time": "PT1H",
        "kinds": {"position": {"keep": "P1D", "latest": true}, "trip": {}}}}}"#;
    let policy = Policy::from_json(own).unwrap();
    let rules = policy.purpose(Purpose::Analytics);
    assert_eq!((rules.disclosure, rules.position), (Disclosure::Vehicle, PositionPrecision::Decimals(2)));
    assert_eq!(rules.kind(DataKind::Position), KindRule { keep: Retention::days(1), latest: true });
    assert_eq!(policy.purpose(Purpose::Fleet), Policy::default().purpose(Purpose::Fleet));
    assert_eq!(
        (policy.speed_cap().to_string(), policy.least_acceleration().to_string()),
        ("110".into(), "0.30".into())
    );
    assert_eq!(Policy::from_json(policy.to_canonical_json()).unwrap(), policy);
    assert_eq!(Policy::from_json("{}").unwrap(), Policy::default());
    for (json, error) in [
        ("{", "policy:1:2: expected a key"),
        (r#"{"speed_cap_kph": "fast"}"#, "policy:1:19: /speed_cap_kph: expected a number from 1 to 1000"),
        (r#"{"speed_cap": 1}"#, "policy:1:15: /speed_cap: expected a purpose, kind and setting of the table"),
        (r#"{"purposes": 1}"#, "policy:1:14: /purposes: expected a purpose, kind and setting of the table"),
        (
            r#"{"purposes": {"sale": {}}}"#,
            "policy:1:23: /purposes/sale: expected a purpose, kind and setting of the table",
        ),
        (
            r#"{"purposes": {"fleet": {"kinds": {"trip": {"keep": 7}}}}}"#,
            "policy:1:52: /purposes/fleet/kinds/trip/keep: expected never, until_deletion, or a duration such as PT1H or P7D",
        ),
        (
            r#"{"purposes": {"fleet": {"kinds": {"trip": {"keep": {"x": 1}}}}}}"#,
            "policy:1:58: /purposes/fleet/kinds/trip/keep/x: expected a purpose, kind and setting of the table",
        ),
        (
            r#"{"purposes": {"fleet": {"kinds": {"trip": {"latest": 1}}}}}"#,
            "policy:1:54: /purposes/fleet/kinds/trip/latest: expected true or false",
        ),
    ] {
        assert_eq!(Policy::from_json(json).unwrap_err().to_string(), error, "{json}");
    }
}

#[test]
fn what_a_program_made_is_minimised_too() {
    let car: crate::VehicleRef = "semler/7".parse().unwrap();
    let make = |body| Event::new(car.clone(), now(), EventId(1), body);
    let code = make(Body::TroubleCode(TroubleCode::from_hex(CANARY, None)));
    let text = make(Body::Reading(Reading::new(SignalId::VEHICLE_SPEED, Value::Text(CANARY.into()))));
    let minimised = applied(Purpose::Fleet, &[code.clone(), text.clone()]);
    assert_eq!(minimised.events, []);
    let minimised = applied(Purpose::Analytics, &[code, text]);
    assert_eq!(minimised.events, []);
    assert_eq!(
        minimised.report.kinds[&Some(DataKind::ErrorCode)].dropped,
        BTreeMap::from([(DropReason::Text, 1)])
    );
}

#[test]
fn the_report_does_not_depend_on_which_of_two_spellings_came_first() {
    let plain = at("02:00:00", r#""type":"can_mil_lamp","value":true"#);
    let spelled = at("02:00:00.000", r#""type":"can_mil_lamp","value":true,"color":null"#);
    let policy = Policy::from_json(
        r#"{"purposes":{"operation":{"kinds":{"warning_light":{"keep":"PT1S","latest":true}}}}}"#,
    );
    let policy = policy.unwrap();
    let of = |events: [&Event; 2]| {
        minimise(&policy, Purpose::Operation, None, now(), events.map(Clone::clone)).unwrap()
    };
    let (one, other) = (of([&plain, &spelled]), of([&spelled, &plain]));
    assert_eq!(one, other);
    assert_eq!(
        one.report.kinds[&Some(DataKind::WarningLight)].changed,
        BTreeMap::from([(ChangeReason::Unknown, 1)])
    );
}

#[test]
fn what_nobody_knows_goes_even_where_texts_are_allowed() {
    let head = r#""id":1,"vehicleId":7,"organizationKey":"local","vin":"WVWZZZ1KZAM000001?","time":"2026-05-01T11:59:00.000Z""#;
    for (rest, kept) in [
        (format!(r#""type":"car_ignition","value":true,"note":"{CANARY}""#), true),
        (format!(r#""type":"can_dtc","code":"0301","diff":"{CANARY}""#), true),
        (format!(r#""type":"mapped_dtc","enabled":true,"status":{{"pending":true,"{CANARY}":1}}"#), true),
        (
            format!(
                r#""type":"can_monitor_readiness","mil":true,"dtcCount":0,"ignition":"spark","monitors":{{"{CANARY}":true}}"#
            ),
            true,
        ),
        (
            format!(
                r#""type":"can_dtc_scan","service":"stored","complete":true,"codes":[{{"code":"0301","x":"{CANARY}"}}]"#
            ),
            true,
        ),
        (
            format!(
                r#""type":"can_dtc_scan","service":"stored","complete":true,"codes":[],"statusMask":"{CANARY}""#
            ),
            true,
        ),
        (format!(r#""type":"car_service_booking","bookingStatus":"NEW","value":"{CANARY}""#), true),
        (format!(r#""type":"signal_reading","signal":"cell","value":1,"unit":"{CANARY}""#), false),
        (format!(r#""type":"gps_position","latitude":null,"x":"{CANARY}""#), false),
        (format!(r#""type":"{CANARY}","value":1"#), false),
    ] {
        let event = event(&format!("{{{head},{rest}}}"));
        assert!(event.to_json().contains(CANARY), "{rest}");
        let minimised = applied(Purpose::Operation, &[event]);
        assert_eq!(minimised.events.len(), usize::from(kept), "{rest}");
        for event in &minimised.events {
            let canonical = String::from_utf8(event.canonical_encoding()).unwrap();
            assert!(!(event.to_json() + &canonical).contains(CANARY), "{}", event.to_json());
        }
    }
}
