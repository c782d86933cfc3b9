//! What a naive rules engine gets wrong: one test a trap.
#![cfg(feature = "source")]
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use cc_core::{Body, DtcDiff, Event, EventId, MeasureUnit, Reading, SignalId, Timestamp, Value};
use cc_rules::{Pack, Profile, Runner, VehicleState, advance, apply, next_deadline, screen};
use chrono::TimeDelta;
use common::{at, boolean, car, code, drive, event, findings, number, pack, ready, run, scan, service};

fn nothing() -> Vec<String> {
    Vec::new()
}

/// A rule with its advice left short.
fn rule(body: &str) -> Pack {
    pack(&with_advice(body))
}

fn with_advice(body: &str) -> String {
    format!("{body}\n  recommend: {{action: book, urgency: medium, message: m}}\n")
}

#[test]
fn trap_01_a_missing_reading_is_not_zero() {
    let pack = rule("rules:\n- id: oil\n  when: odometer - last_service_odometer > 15000 km");
    assert_eq!(run(&pack, [number(0.0, "odometer", 80_000.0)], 60.0), nothing());
    let events = [number(0.0, "odometer", 80_000.0), number(1.0, "last_service_odometer", 60_000.0)];
    assert_eq!(run(&pack, events, 60.0), ["1 raised oil"]);
}

#[test]
fn trap_02_missing_is_neither_true_nor_false() {
    // `!` and `!=` of a missing value are unknown, and an unknown condition opens nothing.
    for condition in
        ["!(engine_speed > 5 rpm)", "engine_speed != 10 rpm", "!(engine_speed > 5 rpm) && ignition"]
    {
        let pack = rule(&format!("rules:\n- id: r\n  when: '{condition}'"));
        assert_eq!(run(&pack, [boolean(0.0, "ignition", true)], 60.0), nothing(), "{condition}");
    }
    // What decides without the missing value does decide.
    let pack = rule("rules:\n- id: r\n  when: engine_speed > 5 rpm || ignition");
    assert_eq!(run(&pack, [boolean(0.0, "ignition", true)], 60.0), ["0 raised r"]);
    // An open rule holds while its condition is unknown, unless it says otherwise.
    for (policy, expected) in
        [("", &["0 raised r"][..]), ("\n  on_unknown: clear", &["0 raised r", "10 cleared r"])]
    {
        let text = format!(
            "signals: {{engine_speed: {{max_age: 10 s}}}}\nrules:\n- id: r\n  when: engine_speed > 5 rpm{policy}"
        );
        assert_eq!(run(&rule(&text), [number(0.0, "engine_speed", 900.0)], 60.0), expected);
    }
}

#[test]
fn trap_03_time_is_event_time_also_when_two_hours_arrive_in_one_batch() {
    let pack = rule(
        "signals: {engine_coolant_temperature: {max_age: 1 min}}\nrules:\n- id: hot\n  when: engine_coolant_temperature > 110 °C\n  for: 10 s",
    );
    let trip: Vec<Event> = (0..3_600)
        .map(|n| number(f64::from(2 * n), "engine_coolant_temperature", if n < 1_500 { 90.0 } else { 115.0 }))
        .collect();
    assert_eq!(run(&pack, trip.clone(), 7_200.0), ["3010 raised hot"]);
    let mut upload = Runner::new(pack, TimeDelta::hours(3));
    upload.feed(trip.into_iter().rev());
    assert_eq!(common::lines(&upload.drain()), ["3010 raised hot"]);
}

#[test]
fn trap_04_the_watermark_is_of_one_car_and_the_future_stays_outside() {
    let from_the_future = Event::new(
        car(),
        "2038-01-19T03:14:08Z".parse().unwrap(),
        EventId(1),
        Body::Reading(Reading::new(SignalId::IGNITION, true)),
    );
    let screened = screen([from_the_future, boolean(0.0, "ignition", true)], at(30.0));
    assert_eq!((screened.accepted.len(), screened.future.len()), (1, 1));
    let pack = rule("rules:\n- id: on\n  when: ignition");
    let mut runner = Runner::new(pack, TimeDelta::zero());
    runner.feed(screened.accepted);
    runner.feed([boolean(60.0, "ignition", false)]);
    assert_eq!((runner.stats().late, common::lines(&runner.drain()).len()), (0, 2));
}

#[test]
fn trap_05_a_gap_is_neither_a_reset_nor_still_true() {
    let text = |gap: &str| {
        format!(
            "signals: {{engine_coolant_temperature: {{max_age: 30 s}}}}\nrules:\n- id: hot\n  when: engine_coolant_temperature > 110 °C\n  for: 3 min\n  max_gap: {gap}"
        )
    };
    let samples = |times: &[f64]| -> Vec<Event> {
        times.iter().map(|t| number(*t, "engine_coolant_temperature", 118.0)).collect()
    };
    // Three weeks of silence are not three weeks of heat.
    let pack = rule(&text("1 min"));
    assert_eq!(run(&pack, samples(&[0.0, 1_814_400.0]), 1_814_400.0 + 60.0), nothing());
    // A gap that is short enough is no reset: unknown from 30 s on, known again at 80 s.
    let mut kept = samples(&[0.0, 80.0, 110.0, 140.0, 170.0, 190.0]);
    assert_eq!(run(&pack, kept.clone(), 200.0), ["180 raised hot"]);
    // One that is too long starts again: unknown from 30 s, longer than ten seconds.
    kept.push(number(210.0, "engine_coolant_temperature", 118.0));
    assert_eq!(run(&rule(&text("10 s")), kept, 230.0), nothing());
    // Without any `max_age`, `for` must say how long silence may last, and silence is a gap.
    let silent = with_advice("rules:\n- id: hot\n  when: engine_coolant_temperature > 110 °C\n  for: 10 s");
    assert_eq!(findings(&silent), [("max-gap-missing", 5, 8)]);
    let pack =
        rule("rules:\n- id: hot\n  when: engine_coolant_temperature > 110 °C\n  for: 1 h\n  max_gap: 10 min");
    assert_eq!(run(&pack, samples(&[0.0, 1_814_400.0, 1_814_401.0]), 1_814_500.0), nothing());
}

#[test]
fn trap_06_a_timer_survives_an_unrelated_rule_and_a_new_threshold() {
    let one = "signals: {engine_coolant_temperature: {max_age: 1 min}}\nrules:\n- id: hot\n  when: engine_coolant_temperature > 110 °C\n  for: 30 s\n  recommend: {action: book, urgency: low, message: m}\n";
    let other = format!(
        "{}- id: another\n  when: ignition\n  recommend: {{action: book, urgency: low, message: m}}\n",
        one.replace("110", "105")
    );
    let (old, new) = (pack(one), pack(&other));
    let mut state = VehicleState::new(&old, car());
    apply(&old, &mut state, &[number(0.0, "engine_coolant_temperature", 118.0)]);
    let (mut state, migration) = VehicleState::from_bytes(&new, &state.to_bytes(&old)).unwrap();
    assert!(migration.is_clean());
    assert_eq!(migration.kept(), ["hot"]);
    assert_eq!(common::lines(&advance(&new, &mut state, at(31.0))), ["30 raised hot"]);
    // A changed layout starts again, and is reported.
    let counted = pack(&one.replace("for: 30 s", "count: {when: ignition, at_least: 1, window: 1 d}"));
    let mut state = VehicleState::new(&old, car());
    apply(&old, &mut state, &[number(0.0, "engine_coolant_temperature", 118.0)]);
    let (_, migration) = VehicleState::from_bytes(&counted, &state.to_bytes(&old)).unwrap();
    assert_eq!((&*migration.reset, migration.kept().len()), (&["hot".into()][..], 0));
}

const MISFIRE: &str =
    "codes: {misfire: {match: [P0300..P0312], status: confirmed}}\nrules:\n- id: misfire\n  when: misfire";

#[test]
fn trap_07_a_code_that_vanished_is_not_a_repair() {
    let pack = rule(MISFIRE);
    let reported = [code(0.0, "P0301", DtcDiff::Add), code(10.0, "P0301", DtcDiff::Remove)];
    let drives = |count: usize| -> Vec<Event> {
        (0..count).flat_map(|n| drive(100.0 + 1_000.0 * n as f64, 900.0 + 1_000.0 * n as f64)).collect()
    };
    let story = |events: Vec<Event>| run(&pack, reported.iter().cloned().chain(events), 20_000.0);
    assert_eq!(story(vec![]), ["0 raised misfire"]);
    assert_eq!(story(drives(2)), ["0 raised misfire"]);
    assert_eq!(story(drives(3)), ["0 raised misfire", "2900 cleared misfire"]);
    // The code comes back: the drives count anew.
    let mut back = drives(2);
    back.extend([code(1_950.0, "P0302", DtcDiff::Add), code(1_960.0, "P0302", DtcDiff::Remove)]);
    back.extend([drive(2_000.0, 2_100.0), drive(2_200.0, 2_300.0), drive(2_400.0, 2_500.0)].concat());
    assert_eq!(story(back), ["0 raised misfire", "2500 cleared misfire"]);
    // A service ends it at once; the first date that is heard is no service.
    let serviced = vec![service(20.0, "2025-06-01"), service(500.0, "2026-01-01")];
    assert_eq!(story(serviced), ["0 raised misfire", "500 cleared misfire"]);
    // Drives count only with monitors ready, where that is known.
    let mut waiting = vec![ready(50.0, false)];
    waiting.extend(drives(3));
    waiting.push(ready(3_000.0, true));
    waiting.extend([drive(4_000.0, 4_100.0), drive(4_200.0, 4_300.0), drive(4_400.0, 4_500.0)].concat());
    assert_eq!(story(waiting), ["0 raised misfire", "4500 cleared misfire"]);
    // A partial read denies nothing; a complete scan does.
    let after = |scan: Event| {
        let events = [code(0.0, "P0301", DtcDiff::Add), scan].into_iter().chain(drives(3));
        run(&pack, events, 20_000.0).len()
    };
    assert_eq!(after(scan(20.0, &[], false)), 1);
    assert_eq!(after(scan(20.0, &["P0420"], true)), 2);
    assert_eq!(after(scan(20.0, &["P0301"], true)), 1);
}

#[test]
fn trap_08_what_nobody_reports_happens_at_its_deadline_and_is_stamped_with_it() {
    let pack =
        rule("signals: {ignition: {max_age: 30 d}}\nrules:\n- id: parked\n  when: '!ignition'\n  for: 7 d");
    let mut state = VehicleState::new(&pack, car());
    assert!(apply(&pack, &mut state, &[boolean(0.0, "ignition", false)]).changes.is_empty());
    assert_eq!(next_deadline(&pack, &state), Some(at(604_800.0)));
    // Nothing before it, and its own instant whenever the tick comes.
    assert!(advance(&pack, &mut state, at(604_800.0)).is_empty());
    assert_eq!(common::lines(&advance(&pack, &mut state, at(700_000.0))), ["604800 raised parked"]);
}

#[test]
fn trap_09_output_is_sorted_and_canonical_whatever_the_order_of_rules_and_files() {
    let rule = |id: &str| {
        format!("- id: {id}\n  when: ignition\n  recommend: {{action: book, urgency: low, message: m}}\n")
    };
    let (a, b) = (rule("alpha"), rule("beta"));
    let (first, second) = (pack(&format!("rules:\n{a}{b}")), pack(&format!("rules:\n{b}{a}")));
    assert_eq!(first.to_canonical_json(), second.to_canonical_json());
    let lines = run(&first, [boolean(0.0, "ignition", true)], 1.0);
    assert_eq!(lines, ["0 raised alpha", "0 raised beta"]);
    let mut runner = Runner::new(first, TimeDelta::zero());
    runner.feed([boolean(0.0, "ignition", true)]);
    let json = runner.drain()[0].to_canonical_json();
    let keys: Vec<&str> = json.split(',').filter_map(|part| part.split('"').nth(1)).collect();
    assert!(keys.is_sorted(), "{json}");
}

#[test]
fn trap_10_numbers_are_doubles_and_no_nan_gets_in() {
    assert!(
        cc_core::Number::from_f64(f64::NAN).is_none() && cc_core::Number::from_f64(f64::INFINITY).is_none()
    );
    // What is out of a signal's range is set aside, and counted.
    let pack = rule("rules:\n- id: hot\n  when: engine_coolant_temperature > 110 °C");
    let mut state = VehicleState::new(&pack, car());
    let applied = apply(&pack, &mut state, &[number(0.0, "engine_coolant_temperature", 1e300)]);
    assert_eq!((applied.changes.len(), state.rejected()), (0, 1));
    // The negative zero is written as the zero it is.
    let zero = rule("signals: {mine: {unit: V}}\nrules:\n- id: zero\n  when: mine == 0 V");
    let states = [0.0, -0.0].map(|value| {
        let mut state = VehicleState::new(&zero, car());
        let mut reading =
            Reading::new("mine".parse().unwrap(), Value::Number(cc_core::Number::from_f64(value).unwrap()));
        reading.unit = Some(MeasureUnit::Volt);
        apply(&zero, &mut state, &[event(0.0, Body::Reading(reading))]);
        state.to_bytes(&zero)
    });
    assert_eq!(states[0], states[1]);
}

#[test]
fn trap_11_hysteresis_ends_flapping_and_a_cooldown_counts_from_the_last_clear() {
    let flapping = |t: u32| {
        number(f64::from(t), "engine_coolant_temperature", if t.is_multiple_of(2) { 110.5 } else { 109.5 })
    };
    let steady = rule(
        "rules:\n- id: hot\n  when: engine_coolant_temperature > 110 °C\n  clear: engine_coolant_temperature < 102 °C",
    );
    assert_eq!(run(&steady, (0..20).map(flapping), 20.0), ["0 raised hot"]);
    let cooled = rule("rules:\n- id: hot\n  when: engine_coolant_temperature > 110 °C\n  cooldown: 60 s");
    let events = [(0.0, 111.0), (50.0, 109.0), (70.0, 111.0), (130.0, 109.0)];
    let events = events.map(|(t, celsius)| number(t, "engine_coolant_temperature", celsius));
    // Raised at 0, cleared at 50: not again before 110, although it was raised 70 seconds ago at 70.
    assert_eq!(
        run(&cooled, events, 200.0),
        ["0 raised hot", "50 cleared hot", "110 raised hot", "130 cleared hot"]
    );
}

#[test]
fn trap_12_one_cause_makes_one_recommendation() {
    let pack = pack(
        "
codes:
  misfire: {match: [P0300..P0312]}
rules:
- {id: lamp, when: malfunction_indicator, group: engine, recommend: {action: text_workshop, urgency: medium, due: 14 d, message: lamp}}
- {id: misfire, when: misfire, group: engine, recommend: {action: book, urgency: high, due: 7 d, message: plugs}}
- {id: rough, when: engine_speed < 500 rpm, group: engine, recommend: {action: book, urgency: low, message: rough}}
",
    );
    let mut runner = Runner::new(pack, TimeDelta::zero());
    runner.feed([
        boolean(0.0, "malfunction_indicator", true),
        code(5.0, "P0301", DtcDiff::Add),
        code(6.0, "P0300", DtcDiff::Add),
        number(7.0, "engine_speed", 400.0),
        number(8.0, "engine_speed", 900.0),
        service(8.5, "2025-01-01"),
        service(9.0, "2026-01-01"),
        boolean(10.0, "malfunction_indicator", false),
    ]);
    let changes = runner.drain();
    assert_eq!(
        common::lines(&changes),
        ["0 raised lamp", "5 updated misfire", "9 updated lamp", "10 cleared lamp"]
    );
    assert!(changes.iter().all(|change| change.id == changes[0].id));
    assert_eq!(changes[1].due, Some(at(5.0 + 7.0 * 86_400.0)));
}

#[test]
fn trap_13_units_are_converted_or_refused() {
    let pack = rule("rules:\n- id: far\n  when: odometer > 100000 km");
    let miles = |value: i64, unit: MeasureUnit| {
        let mut reading = Reading::new("odometer".parse().unwrap(), value);
        reading.unit = Some(unit);
        event(0.0, Body::Reading(reading))
    };
    assert_eq!(run(&pack, [miles(70_000, MeasureUnit::Mile)], 1.0), ["0 raised far"]);
    assert_eq!(run(&pack, [miles(70_000, MeasureUnit::Kilometer)], 1.0), nothing());
    assert_eq!(run(&pack, [miles(700_000, MeasureUnit::Liter)], 1.0), nothing());
    for (condition, code) in [
        ("odometer > 100000", "missing-unit"),
        ("odometer > 5 L", "unit-mismatch"),
        ("odometer + fuel_level_volume > 5 km", "unit-mismatch"),
    ] {
        let found = findings(&with_advice(&format!("rules:\n- id: far\n  when: {condition}")));
        assert_eq!(found[0].0, code, "{condition}");
    }
    // 12.3 V mean one thing at rest and another while driving.
    let rest = rule("rules:\n- id: weak\n  when: battery_voltage < 12.4 V && !ignition");
    for (ignition, expected) in [(true, 0), (false, 1)] {
        let events = [boolean(0.0, "ignition", ignition), number(1.0, "battery_voltage", 12.3)];
        assert_eq!(run(&rest, events, 2.0).len(), expected);
    }
}

#[test]
fn trap_14_thresholds_differ_by_engine() {
    let pack = rule(
        "params: {overtemp: {default: 115 °C, by: {engine_family: {LS: 121 °C}, model: {Reno: 107 °C}}}}\nrules:\n- id: hot\n  when: engine_coolant_temperature > $overtemp",
    );
    let profile = |list: &[(&str, &str)]| {
        list.iter().fold(Profile::default(), |profile, (by, value)| profile.with(by, value).unwrap())
    };
    for (profile, celsius, expected) in [
        (profile(&[]), 116.0, 1),
        (profile(&[("engine_family", "LS")]), 118.0, 0),
        (profile(&[("model", "Reno")]), 110.0, 1),
        // The engine decides over the model.
        (profile(&[("model", "Reno"), ("engine_family", "LS")]), 118.0, 0),
        (profile(&[("market", "DK")]), 114.0, 0),
    ] {
        let mut state = VehicleState::with_profile(&pack, car(), profile.clone());
        let applied = apply(&pack, &mut state, &[number(0.0, "engine_coolant_temperature", celsius)]);
        assert_eq!(applied.changes.len(), expected, "{profile:?}");
        // The profile is part of the state.
        let (again, _) = VehicleState::from_bytes(&pack, &state.to_bytes(&pack)).unwrap();
        assert_eq!(again.to_bytes(&pack), state.to_bytes(&pack));
    }
}

#[test]
fn trap_15_a_pack_is_compiled_once_and_events_come_in_batches() {
    // A call takes any number of events; what it costs is measured by the benchmark `rules_100`.
    let pack = rule("rules:\n- id: on\n  when: ignition");
    let events: Vec<Event> = (0..1_000).map(|n| boolean(f64::from(n), "ignition", n == 500)).collect();
    let mut state = VehicleState::new(&pack, car());
    assert_eq!(
        common::lines(&apply(&pack, &mut state, &events).changes),
        ["500 raised on", "501 cleared on"]
    );
}

#[test]
fn trap_16_hashes_are_the_same_on_every_machine() {
    let pack = rule("rules:\n- id: on\n  when: ignition");
    assert_eq!(pack.hash()[..8], [0x16, 0x6c, 0xb5, 0x7f, 0x88, 0x45, 0x5a, 0x97]);
}

#[test]
fn trap_17_ids_are_derived_from_vehicle_rule_and_start() {
    let pack = rule(
        "rules:\n- id: hot\n  when: engine_coolant_temperature > 110 °C\n  for: 10 s\n  max_gap: 10 min",
    );
    let ids = |times: &[f64]| {
        let mut runner = Runner::new(pack.clone(), TimeDelta::zero());
        runner.feed(times.iter().map(|t| number(*t, "engine_coolant_temperature", 118.0)));
        runner.advance(at(500.0));
        runner.take_changes().iter().map(|change| change.id.to_string()).collect::<Vec<_>>()
    };
    // A phone sees every second, the cloud every minute: the episode starts with the same sample.
    let (phone, cloud) = (ids(&(0..120).map(f64::from).collect::<Vec<_>>()), ids(&[0.0, 60.0]));
    assert_eq!(phone, cloud);
    assert_eq!((phone.len(), phone[0].len()), (1, 32));
}

#[test]
fn trap_18_memory_is_bounded_by_the_pack() {
    let pack = rule("codes: {any: {match: ['*']}}\nrules:\n- id: any\n  when: any");
    let mut state = VehicleState::new(&pack, car());
    let flood: Vec<Event> = (0..5_000_u16)
        .map(|raw| code(f64::from(raw), &cc_core::J2012Dtc::from_raw(raw).to_string(), DtcDiff::Add))
        .collect();
    apply(&pack, &mut state, &flood);
    assert!(state.to_bytes(&pack).len() < 400, "{}", state.to_bytes(&pack).len());
    // What was not kept may still be there: single removals cannot clear it.
    let removals: Vec<Event> = (0..5_000_u16)
        .map(|raw| {
            code(6_000.0 + f64::from(raw), &cc_core::J2012Dtc::from_raw(raw).to_string(), DtcDiff::Remove)
        })
        .collect();
    apply(&pack, &mut state, &removals[4_000..]);
    let drives = [drive(20_000.0, 20_100.0), drive(20_200.0, 20_300.0), drive(20_400.0, 20_500.0)].concat();
    assert!(apply(&pack, &mut state, &drives).changes.is_empty());
    // A complete scan of everything can.
    let mut after = vec![scan(21_000.0, &[], true)];
    after.extend([drive(22_000.0, 22_100.0), drive(22_200.0, 22_300.0), drive(22_400.0, 22_500.0)].concat());
    assert_eq!(common::lines(&apply(&pack, &mut state, &after).changes), ["22500 cleared any"]);
}

#[test]
fn trap_19_an_untrusted_pack_is_bounded() {
    let deep = format!("{}ignition{}", "(".repeat(100), ")".repeat(100));
    let long = vec!["ignition"; 400].join(" || ");
    for (condition, code) in [(deep, "too-deep"), (long, "too-many-operators")] {
        let found = findings(&with_advice(&format!("rules:\n- id: r\n  when: {condition}")));
        assert_eq!(found[0].0, code);
    }
    let nested = format!("rules: {}1{}", "[".repeat(10_000), "]".repeat(10_000));
    assert_eq!(findings(&nested)[0].0, "yaml");
    let window = with_advice(
        "rules:\n- id: r\n  count: {when: ignition, at_least: 1, window: {duration: 65 d, buckets: 65}}",
    );
    assert_eq!(findings(&window)[0].0, "out-of-range");
    let big = " ".repeat(cc_rules::limits::MAX_PACK_BYTES + 1);
    assert_eq!(cc_rules::Pack::load(big.as_bytes()).unwrap_err().0[0].code, "too-big");
}

#[test]
fn trap_20_an_odometer_only_grows_and_days_are_days_of_utc() {
    let pack = rule("signals: {odometer: {monotonic: true}}\nrules:\n- id: low\n  when: odometer < 50000 km");
    let km = |t: f64, value: f64| number(t, "odometer", value);
    // A single lower reading and the sentinel of three bytes are set aside.
    let events = [km(0.0, 80_000.0), km(1.0, 0.0), km(2.0, 16_777_215.0), km(3.0, 80_001.0)];
    assert_eq!(run(&pack, events, 10.0), nothing());
    // Three lower readings that agree are a new instrument cluster.
    let events = [km(0.0, 80_000.0), km(1.0, 10.0), km(2.0, 11.0), km(3.0, 12.0)];
    assert_eq!(run(&pack, events, 10.0), ["3 raised low"]);
    // `today` begins at midnight in UTC, on the night that clocks change as on any other.
    let due = rule("rules:\n- id: due\n  when: roadworthy_inspection_due - today <= 2 d");
    let inspection = Value::Instant("2026-03-31T12:00:00Z".parse().unwrap());
    let mut state = VehicleState::new(&due, car());
    let start: Timestamp = "2026-03-20T08:00:00Z".parse().unwrap();
    let told = Reading::new(SignalId::ROADWORTHY_INSPECTION_DUE, inspection);
    assert!(
        apply(&due, &mut state, &[Event::new(car(), start, EventId(1), Body::Reading(told))])
            .changes
            .is_empty()
    );
    let changes = advance(&due, &mut state, "2026-04-02T00:00:00Z".parse().unwrap());
    assert_eq!(changes[0].at, "2026-03-30T00:00:00Z".parse::<Timestamp>().unwrap());
}
