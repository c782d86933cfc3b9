//! Windows by duration, distance and drives; drives with and without ignition; what happens at one instant.
#![cfg(feature = "source")]

mod common;

use cc_core::{DtcDiff, Event};
use common::{boolean, code, drive, number, pack, run};

fn counting(count: &str) -> cc_rules::Pack {
    pack(&format!(
        "codes: {{misfire: {{match: [P0300..P0312]}}}}\nrules:\n- id: many\n  count: {{{count}}}\n  recommend: {{action: book, urgency: low, message: m}}\n"
    ))
}

#[test]
fn a_window_by_duration_is_whole_buckets_aligned_to_the_epoch() {
    let pack = counting("code: misfire, at_least: 2, window: {duration: 60 s, buckets: 6}");
    let reports = |times: &[f64]| -> Vec<Event> {
        times.iter().enumerate().map(|(n, t)| code(*t, ["P0301", "P0302"][n % 2], DtcDiff::Add)).collect()
    };
    // The report at 9 s is in the bucket 0 to 10 s, which leaves the window at 60 s.
    assert_eq!(run(&pack, reports(&[9.0, 59.0]), 200.0), ["59 raised many", "60 cleared many"]);
    assert_eq!(run(&pack, reports(&[9.0, 60.0]), 200.0), Vec::<String>::new());
    assert_eq!(run(&pack, reports(&[10.0, 60.0]), 200.0), ["60 raised many", "70 cleared many"]);
}

#[test]
fn a_predicate_counts_when_it_becomes_true_and_a_gap_is_no_fall() {
    let pack = pack(
        "signals: {battery_voltage: {max_age: 10 s}}\nrules:\n- id: weak\n  count: {when: battery_voltage < 12 V, at_least: 2, window: 1 d}\n  recommend: {action: book, urgency: low, message: m}\n",
    );
    let volts = |list: &[(f64, f64)]| -> Vec<Event> {
        list.iter().map(|(t, volts)| number(*t, "battery_voltage", *volts)).collect()
    };
    assert!(run(&pack, volts(&[(0.0, 11.9), (5.0, 11.8), (100.0, 11.7)]), 200.0).is_empty());
    assert_eq!(run(&pack, volts(&[(0.0, 11.9), (5.0, 12.1), (6.0, 11.7)]), 200.0), ["6 raised weak"]);
}

#[test]
fn a_window_by_distance_follows_the_odometer() {
    let pack = counting("code: misfire, at_least: 2, window: {distance: 100 km, buckets: 10}");
    let km = |t: f64, km: f64| number(t, "odometer", km);
    let story = vec![
        code(0.0, "P0301", DtcDiff::Add), // No odometer yet: it is not counted.
        km(1.0, 1_000.0),
        code(2.0, "P0302", DtcDiff::Add),
        km(3.0, 1_095.0),
        code(4.0, "P0303", DtcDiff::Add),
        km(5.0, 1_099.0),
        km(6.0, 1_100.0),
    ];
    assert_eq!(run(&pack, story, 10.0), ["4 raised many", "6 cleared many"]);
}

#[test]
fn a_window_by_drives_counts_the_drives_themselves() {
    let pack = counting("code: misfire, at_least: 2, window: 2 drives");
    let mut story: Vec<Event> =
        (0..4).flat_map(|n| drive(100.0 * f64::from(n), 100.0 * f64::from(n) + 50.0)).collect();
    story.push(code(10.0, "P0301", DtcDiff::Add));
    // After the drive, and still of it.
    story.push(code(60.0, "P0302", DtcDiff::Add));
    story.sort_by(Event::canonical_cmp);
    assert_eq!(run(&pack, story, 500.0), ["60 raised many", "200 cleared many"]);
}

#[test]
fn without_ignition_a_drive_is_motion_with_pauses_of_ten_minutes_at_most() {
    let pack = counting("code: misfire, at_least: 1, window: 1 drives");
    let moving = |t: f64| number(t, "vehicle_speed", 30.0);
    let story =
        [moving(0.0), code(1.0, "P0301", DtcDiff::Add), moving(600.0), moving(1_199.0), moving(1_800.0)];
    // The pause of 601 s ends the drive; the next motion begins another.
    assert_eq!(run(&pack, story, 3_000.0), ["1 raised many", "1800 cleared many"]);
}

#[test]
fn events_of_one_instant_are_one_step() {
    let pack = pack(
        "rules:\n- {id: weak, when: 'battery_voltage < 12.4 V && !ignition', recommend: {action: book, urgency: low, message: m}}\n",
    );
    // Whichever comes first: at no instant was the voltage low and the ignition off.
    let story = [
        boolean(0.0, "ignition", false),
        number(0.0, "battery_voltage", 12.6),
        number(5.0, "battery_voltage", 11.0),
        boolean(5.0, "ignition", true),
    ];
    assert!(run(&pack, story, 10.0).is_empty());
}

#[test]
fn a_value_is_known_at_the_very_instant_of_its_expiry_and_a_timer_comes_first() {
    let pack = pack(
        "signals: {engine_coolant_temperature: {max_age: 10 s}}\nrules:\n- {id: hot, when: 'engine_coolant_temperature > 110 °C', for: 10 s, on_unknown: clear, recommend: {action: book, urgency: low, message: m}}\n",
    );
    let story = [number(0.0, "engine_coolant_temperature", 118.0)];
    assert_eq!(run(&pack, story, 20.0), ["10 raised hot", "10 cleared hot"]);
}

#[test]
fn a_rule_cleared_by_its_clear_waits_for_its_condition_to_end() {
    let pack = pack(
        "rules:\n- {id: lamp, when: malfunction_indicator, clear: '!ignition', recommend: {action: book, urgency: low, message: m}}\n",
    );
    let story = [
        boolean(0.0, "malfunction_indicator", true),
        boolean(1.0, "ignition", true),
        boolean(2.0, "ignition", false),
        boolean(3.0, "ignition", true),
        boolean(4.0, "malfunction_indicator", false),
        boolean(5.0, "malfunction_indicator", true),
    ];
    assert_eq!(run(&pack, story, 10.0), ["0 raised lamp", "2 cleared lamp", "5 raised lamp"]);
}

#[test]
fn a_mapped_code_is_an_event_and_no_report_of_a_code() {
    let pack = pack(
        "codes: {misfire: {match: [P0301]}}\nrules:\n- {id: a, when: misfire, recommend: {action: book, urgency: low, message: m}}\n- {id: b, count: {event: mapped_dtc, at_least: 1, window: 1 d}, recommend: {action: book, urgency: low, message: m}}\n",
    );
    // In VAG's numbering the same digits are 769.
    let json = "{\"id\":1,\"type\":\"mapped_dtc\",\"organizationKey\":\"local\",\"vehicleId\":0,\"time\":\"2026-01-01T00:00:00Z\",\"codeId\":\"1\",\"vendorId\":\"1\",\"rawCode\":\"0301\",\"status\":{\"confirmed\":true},\"enabled\":true,\"ecu\":\"engine\"}";
    assert_eq!(run(&pack, [Event::from_json(json).unwrap()], 10.0), ["0 raised b"]);
}

#[test]
fn centuries_pass_day_by_day_and_a_value_without_max_age_stays_known() {
    let pack = pack(
        "rules:\n- {id: r, when: 'roadworthy_inspection_due - today <= 30 d', recommend: {action: book, urgency: low, message: m}}\n",
    );
    let at = |text: &str| text.parse::<cc_core::Timestamp>().unwrap();
    let mut state = cc_rules::VehicleState::new(&pack, common::car());
    let body = cc_core::Body::Reading(cc_core::Reading::new(
        cc_core::SignalId::ROADWORTHY_INSPECTION_DUE,
        cc_core::Value::Instant(at("2250-06-15T12:00:00Z")),
    ));
    let event = cc_core::Event::new(common::car(), at("1700-02-03T04:05:06Z"), cc_core::EventId(1), body);
    assert!(cc_rules::apply(&pack, &mut state, &[event]).changes.is_empty());
    let changes = cc_rules::advance(&pack, &mut state, at("2262-01-01T00:00:00Z"));
    assert_eq!(changes.iter().map(|change| change.at).collect::<Vec<_>>(), [at("2250-05-17T00:00:00Z")]);
}

#[test]
fn a_division_by_zero_is_unknown_and_counted() {
    let pack = pack(
        "rules:\n- {id: r, when: 'battery_voltage / engine_load > 1 V', recommend: {action: book, urgency: low, message: m}}\n",
    );
    let mut state = cc_rules::VehicleState::new(&pack, common::car());
    let events = [number(0.0, "engine_load", 0.0), number(1.0, "battery_voltage", 12.0)];
    let applied = cc_rules::apply(&pack, &mut state, &events);
    assert_eq!((applied.changes.len(), applied.uncomputable), (0, 1));
}
