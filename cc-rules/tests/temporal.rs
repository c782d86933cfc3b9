//! The blocks that look back over time, each sentence of the reference page by itself.
#![cfg(feature = "source")]
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use cc_core::{DtcDiff, Event};
use cc_rules::{OccurrenceInfo, Pack, Truth, VehicleState, WindowInfo, apply, why_not};
use common::{at, boolean, car, code, drive, newer_pack, number, run, scan, service};

const DECLARED: &str = "
signals: {battery_voltage: {max_age: 20 s}, odometer: {monotonic: true}}
codes: {misfire: {match: [P0300..P0312], clean_drives: 1}}
";

/// One rule `r` of these lines.
fn rule(lines: &str) -> Pack {
    let advice = "recommend: {action: book, urgency: low, message: m}";
    newer_pack(&format!("{DECLARED}rules:\n- id: r\n  {}\n  {advice}\n", lines.replace('\n', "\n  ")))
}

/// What the rule does, each change as `raised` or `cleared` and its second.
fn story(lines: &str, events: impl IntoIterator<Item = Event>, until: f64) -> Vec<String> {
    let mut events: Vec<Event> = events.into_iter().collect();
    events.sort_by(Event::canonical_cmp);
    let lines = run(&rule(lines), events, until);
    lines.iter().map(|line| line.trim_end_matches(" r").to_owned()).collect()
}

fn volts(list: &[(f64, f64)]) -> Vec<Event> {
    list.iter().map(|(t, volts)| number(*t, "battery_voltage", *volts)).collect()
}

fn report(t: f64) -> Event {
    code(t, "P0301", DtcDiff::Add)
}

fn ignition(list: &[(f64, bool)]) -> Vec<Event> {
    list.iter().map(|(t, on)| boolean(*t, "ignition", *on)).collect()
}

/// Drives one hundred seconds apart, each fifty long, with a voltage in the middle of those that have one.
fn drives(list: &[Option<f64>]) -> Vec<Event> {
    let mut events = Vec::new();
    for (number, volts) in list.iter().enumerate() {
        let start = 100.0 * number as f64;
        events.extend(drive(start, start + 50.0));
        events.extend(volts.map(|volts| self::number(start + 25.0, "battery_voltage", volts)));
    }
    events
}

const LOW: f64 = 11.0;
const FULL: f64 = 13.0;
const OF_DRIVES: &str = "count: {when: battery_voltage < 12 V, at_least: 2, of_last: 3, per: drive}";

#[test]
fn of_the_last_drives_so_many_were_hits() {
    for (list, expected) in [
        // Two in a row, two with one between, and the oldest that leaves.
        (&[Some(LOW), Some(LOW)][..], &["125 raised"][..]),
        (&[Some(LOW), Some(FULL), Some(LOW)], &["225 raised"]),
        (&[Some(LOW), Some(FULL), Some(FULL), Some(LOW)], &[]),
        (&[Some(LOW), Some(LOW), Some(FULL), Some(FULL)], &["125 raised", "325 cleared"]),
        // Drives of which nothing is known are neither: they hold what is open, and open nothing.
        (&[Some(LOW), None, None, Some(LOW)], &[]),
        (&[Some(LOW), Some(LOW), None, None, None], &["125 raised"]),
        (&[Some(LOW), Some(LOW), None, None, Some(FULL), Some(FULL)], &["125 raised", "525 cleared"]),
    ] {
        assert_eq!(story(OF_DRIVES, drives(list), 900.0), expected, "{list:?}");
    }
    // More drives than there were: the missing ones are misses, and nothing is unknown.
    let of_many = OF_DRIVES.replace("of_last: 3", "of_last: 64");
    assert_eq!(story(&of_many, drives(&[Some(LOW), Some(LOW)]), 900.0), ["125 raised"]);
    let unknown = format!("{of_many}\non_unknown: clear");
    assert_eq!(story(&unknown, drives(&[Some(LOW), Some(LOW), None]), 900.0), ["125 raised"]);
}

#[test]
fn over_so_many_drives_is_all_of_the_last_ones() {
    let all = "count: {when: battery_voltage < 12 V, at_least: 3, of_last: 3, per: drive}";
    assert_eq!(story(all, drives(&[Some(LOW), Some(LOW), Some(LOW)]), 900.0), ["225 raised"]);
    assert!(story(all, drives(&[Some(LOW), Some(FULL), Some(LOW), Some(LOW)]), 900.0).is_empty());
}

#[test]
fn a_drive_is_a_hit_by_one_moment_or_by_all_that_are_known() {
    let both = |t: f64| volts(&[(t, LOW), (t + 10.0, FULL)]);
    let events = || [drives(&[None, None]), both(10.0), both(110.0)].concat();
    assert_eq!(story(OF_DRIVES, events(), 150.0), ["110 raised"]);
    let whole = OF_DRIVES.replace("per: drive", "per: drive, held: whole");
    assert!(story(&whole, events(), 150.0).is_empty());
    assert_eq!(story(&whole, drives(&[Some(LOW), Some(LOW)]), 150.0), ["125 raised"]);
}

#[test]
fn what_is_told_between_two_drives_belongs_to_the_one_before_and_before_the_first_to_none() {
    let parked = |extra: &[(f64, f64)]| [drives(&[None, None]), volts(extra)].concat();
    assert_eq!(story(OF_DRIVES, parked(&[(60.0, LOW), (125.0, LOW)]), 150.0), ["125 raised"]);
    // Twice in one drive is once.
    assert!(story(OF_DRIVES, parked(&[(25.0, LOW), (30.0, FULL), (60.0, LOW)]), 150.0).is_empty());
    let before = [volts(&[(-50.0, LOW), (-20.0, FULL), (25.0, LOW)]), drives(&[None, None])].concat();
    assert!(story(OF_DRIVES, before, 150.0).is_empty());
}

#[test]
fn cleared_drives_count_from_anew() {
    let lines = format!("{OF_DRIVES}\nclear: vehicle_speed > 50 km/h");
    let list = [Some(LOW), Some(LOW), Some(LOW), Some(LOW)];
    let events =
        [drives(&list), vec![number(130.0, "vehicle_speed", 60.0), number(131.0, "vehicle_speed", 0.0)]]
            .concat();
    // The second drive goes on low and does not count any more; the next two do.
    assert_eq!(story(&lines, events, 900.0), ["125 raised", "130 cleared", "325 raised"]);
}

#[test]
fn of_the_last_samples_so_many_were_hits() {
    let lines = "count: {when: battery_voltage < 12 V, at_least: 3, of_last: 4, per: sample}";
    for (list, expected) in [
        // A value that is told again is a sample again.
        (&[LOW, LOW, LOW][..], &["2 raised"][..]),
        (&[LOW, FULL, LOW, LOW], &["3 raised"]),
        (&[LOW, FULL, LOW, FULL, LOW], &[]),
        (&[LOW, LOW, LOW, FULL, FULL], &["2 raised", "4 cleared"]),
    ] {
        let list: Vec<_> = list.iter().enumerate().map(|(n, volts)| (n as f64, *volts)).collect();
        assert_eq!(story(lines, volts(&list), 10.0), expected, "{list:?}");
    }
    // An instant is one sample, and time alone is none.
    assert!(story(lines, volts(&[(0.0, LOW), (1.0, LOW), (1.0, 10.0)]), 100.0).is_empty());
}

const ONE_THEN_OTHER: &str = "sequence: {steps: [{code: misfire}, {when: '!ignition'}], within: 10 s}";

#[test]
fn one_thing_and_then_the_other_in_time() {
    let off = |t: f64| ignition(&[(t - 0.5, true), (t, false)]);
    for (events, expected) in [
        // True from the completion until the first step is older than the span; at that instant it still holds.
        ([vec![report(1.0)], off(5.0)].concat(), &["5 raised", "11 cleared"][..]),
        ([vec![report(1.0)], off(11.0)].concat(), &["11 raised", "11 cleared"]),
        ([vec![report(1.0)], off(11.5)].concat(), &[]),
        // The other way round, and both at one instant.
        ([vec![report(5.0)], off(1.0)].concat(), &[]),
        ([vec![report(5.0)], off(5.0)].concat(), &[]),
        // Of several first steps, the latest one that works counts.
        ([vec![report(1.0), report(4.0)], off(5.0)].concat(), &["5 raised", "14 cleared"]),
        ([vec![report(1.0), report(5.0)], off(5.0)].concat(), &["5 raised", "11 cleared"]),
        // A second match prolongs it.
        ([vec![report(1.0)], off(5.0), vec![report(8.0)], off(9.0)].concat(), &["5 raised", "18 cleared"]),
    ] {
        let shown: Vec<_> = events.iter().map(|event| event.at).collect();
        assert_eq!(story(ONE_THEN_OTHER, events, 60.0), expected, "{shown:?}");
    }
}

#[test]
fn steps_come_in_their_order_each_later_than_the_one_before() {
    let lines = "sequence: {steps: [{event: can_dtc}, {event: can_dtc_scan}, {event: can_dtc}, {when: ignition}], within: 10 s}";
    let story = |events: Vec<Event>| story(lines, events, 60.0);
    let on = || boolean(9.0, "ignition", true);
    assert_eq!(story(vec![report(1.0), scan(2.0, &[], true), report(3.0), on()]), ["9 raised", "11 cleared"]);
    assert!(story(vec![report(1.0), scan(1.0, &[], true), report(3.0), on()]).is_empty());
    assert!(story(vec![report(1.0), scan(2.0, &[], true), on()]).is_empty());
    assert!(story(vec![scan(2.0, &[], true), report(3.0), report(4.0), on()]).is_empty());
    assert!(story(vec![report(1.0), scan(2.0, &[], true), report(9.0), on()]).is_empty());
    // The report at 3 s ends the first match and begins another one.
    let again = [report(1.0), scan(2.0, &[], true), report(3.0), scan(5.0, &[], true), report(6.0)];
    assert_eq!(story(again.into_iter().chain([on()]).collect()), ["9 raised", "13 cleared"]);
}

#[test]
fn a_step_that_becomes_unknown_keeps_its_last_known_truth() {
    let lines = "sequence: {steps: [{when: battery_voltage < 12 V}, {code: misfire}], within: 30 s}";
    // Low, silent for longer than the value is known, low again: it became low once.
    let silent = volts(&[(0.0, LOW), (40.0, LOW)]);
    assert!(story(lines, [silent, vec![report(41.0)]].concat(), 60.0).is_empty());
    let fell = volts(&[(0.0, LOW), (40.0, FULL), (40.5, LOW)]);
    assert_eq!(story(lines, [fell, vec![report(41.0)]].concat(), 60.0), ["41 raised"]);
}

#[test]
fn a_cleared_sequence_forgets_its_matches() {
    let lines = format!("{ONE_THEN_OTHER}\nclear: vehicle_speed > 50 km/h");
    let fast = |t: f64| [number(t, "vehicle_speed", 60.0), number(t + 0.5, "vehicle_speed", 0.0)];
    let events = [
        vec![report(1.0)],
        ignition(&[(1.5, true), (2.0, false), (4.0, true), (5.0, false), (7.0, true), (8.0, false)]),
        fast(3.0).to_vec(),
        vec![report(6.0)],
    ]
    .concat();
    assert_eq!(story(&lines, events, 60.0), ["2 raised", "3 cleared", "8 raised"]);
}

#[test]
fn one_instant_serves_no_two_steps_though_it_is_looked_at_twice() {
    // The value is unknown from the deadlines of second 20 on, at which the code was reported.
    let lines = "sequence: {steps: [{code: misfire}, {when: '!has(battery_voltage)'}], within: 10 s}";
    assert!(story(lines, [volts(&[(0.0, LOW)]), vec![report(20.0)]].concat(), 60.0).is_empty());
    let earlier = [volts(&[(0.0, LOW)]), vec![report(19.0), report(20.0)]].concat();
    assert_eq!(story(lines, earlier, 60.0), ["20 raised", "29 cleared"]);
}

#[test]
fn what_does_not_happen_is_absent() {
    let lines = "absence: {of: {event: can_dtc_scan}, for: 10 s}";
    let on = |t: f64| boolean(t, "ignition", true);
    let scan = |t: f64| scan(t, &[], true);
    for (events, expected) in [
        // From the first step of the vehicle, whatever it was.
        (vec![on(3.0)], &["13 raised"][..]),
        (vec![on(0.0), scan(5.0)], &["15 raised"]),
        (vec![on(0.0), scan(5.0), scan(15.0), scan(30.0)], &["25 raised", "30 cleared", "40 raised"]),
        (vec![on(0.0), scan(9.0), scan(18.0), scan(27.0)], &["37 raised"]),
    ] {
        let shown: Vec<_> = events.iter().map(|event| event.at).collect();
        assert_eq!(story(lines, events, 45.0), expected, "{shown:?}");
    }
    // In the step of the instant it is not true yet: what happens then is in time.
    assert_eq!(story(lines, vec![on(0.0), scan(10.0)], 19.0), Vec::<String>::new());
}

#[test]
fn a_signal_is_there_by_every_reading_and_a_code_by_every_report() {
    let silent = "absence: {of: {signal: battery_voltage}, for: 10 s}";
    assert_eq!(story(silent, volts(&[(0.0, LOW), (9.0, LOW), (18.0, LOW)]), 60.0), ["28 raised"]);
    // One that is out of range is set aside.
    let odd = [volts(&[(0.0, LOW)]), volts(&[(9.0, -5.0)])].concat();
    assert_eq!(story(silent, odd, 60.0), ["10 raised"]);
    let quiet = "absence: {of: {code: misfire}, for: 10 s}";
    assert_eq!(story(quiet, vec![report(0.0), report(9.0)], 60.0), ["19 raised"]);
}

#[test]
fn a_condition_goes_on_as_long_as_it_is_true() {
    let lines = "absence: {of: {when: battery_voltage > 12 V}, for: 10 s}";
    for (list, expected) in [
        // Never full: from the first look on.
        (&[(0.0, LOW)][..], &["10 raised"][..]),
        // It ends at second 5, or when the value is too old.
        (&[(0.0, FULL), (5.0, LOW)], &["15 raised"]),
        (&[(0.0, FULL)], &["30 raised"]),
        (&[(0.0, FULL), (15.0, FULL)], &["45 raised"]),
        (&[(0.0, LOW), (12.0, FULL), (13.0, LOW)], &["10 raised", "12 cleared", "23 raised"]),
    ] {
        assert_eq!(story(lines, volts(list), 60.0), expected, "{list:?}");
    }
}

#[test]
fn the_last_word_on_a_signal_grows_old_whether_it_is_still_known_or_not() {
    let lines = "age: {of: battery_voltage, over: 30 s}";
    assert_eq!(story(lines, volts(&[(0.0, LOW)]), 60.0), ["30 raised"]);
    assert_eq!(
        story(lines, volts(&[(0.0, LOW), (30.0, LOW), (70.0, LOW)]), 80.0),
        ["60 raised", "70 cleared"]
    );
    // Never read: unknown.
    assert!(story(lines, vec![boolean(0.0, "ignition", true)], 60.0).is_empty());
    assert!(story(&format!("{lines}\non_unknown: clear"), vec![report(0.0)], 60.0).is_empty());
}

#[test]
fn a_code_is_as_old_as_its_episode() {
    let lines = "age: {of: misfire, over: 30 s}";
    // Reports of the same episode do not make it younger.
    assert_eq!(story(lines, vec![report(0.0), report(20.0)], 60.0), ["30 raised"]);
    // A service ends the episode: unknown, which holds what is open.
    let served = [report(0.0), service(1.0, "2026-01-01"), service(10.0, "2026-01-02"), report(20.0)];
    assert_eq!(story(lines, served.to_vec(), 60.0), ["50 raised"]);
}

/// The value of an argument at the raising, for one window of voltages.
fn field(window: &str, field: &str, events: &[Event]) -> Option<f64> {
    let text = format!(
        "{DECLARED}rules:\n- id: r\n  windows: {{w: {{of: battery_voltage, {window}}}}}\n  when: malfunction_indicator\n  \
         recommend: {{action: book, urgency: low, message: m, args: {{value: w.{field}}}}}\n"
    );
    let pack = newer_pack(&text);
    let mut state = VehicleState::new(&pack, car());
    let mut events = events.to_vec();
    events.sort_by(Event::canonical_cmp);
    let changes = apply(&pack, &mut state, &events).changes;
    match changes[0].args.get("value") {
        Some(cc_core::Argument::Number { value, .. }) => Some(*value),
        None => None,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_numbers_of_a_window() {
    let days: Vec<(f64, f64)> = [(0.1, 12.0), (0.2, 13.0), (1.5, 12.0), (3.5, 11.0)]
        .map(|(day, volts)| (day * 86_400.0, volts))
        .to_vec();
    let lamp = |day: f64| vec![boolean(day * 86_400.0, "malfunction_indicator", true)];
    let week = "window: {duration: 7 d, buckets: 7}";
    for (window, name, day, expected) in [
        (week, "count", 3.6, Some(4.0)),
        (week, "sum", 3.6, Some(48.0)),
        (week, "average", 3.6, Some(12.0)),
        (week, "minimum", 3.6, Some(11.0)),
        (week, "maximum", 3.6, Some(13.0)),
        (week, "change", 3.6, Some(-1.0)),
        // The days' averages are 12.5, 12 and 11, at 0, 1 and 3.
        (week, "slope", 3.6, Some((3.0 * 45.0 - 4.0 * 35.5) / (3.0 * 10.0 - 16.0))),
        // The first day leaves at the end of the seventh.
        (week, "count", 7.5, Some(2.0)),
        (week, "change", 7.5, Some(-1.0)),
        (week, "maximum", 7.5, Some(12.0)),
        (week, "slope", 8.5, None),
        (week, "minimum", 20.0, None),
        (week, "count", 20.0, Some(0.0)),
        ("window: 7 d, at_least: 5", "average", 3.6, None),
        ("window: 7 d, at_least: 4", "average", 3.6, Some(12.0)),
        ("window: 7 d, at_least: 5", "count", 3.6, Some(4.0)),
    ] {
        let found = field(window, name, &[volts(&days), lamp(day)].concat());
        assert_eq!(found, expected, "{window} {name} at day {day}");
    }
}

#[test]
fn a_sample_is_taken_at_every_reading_while_its_condition_holds() {
    let list = volts(&[(1.0, 12.0), (2.0, 12.0), (3.0, 13.0), (4.0, 14.0)]);
    let parked = ignition(&[(0.0, false), (3.0, true)]);
    let lamp = vec![boolean(9.0, "malfunction_indicator", true)];
    let events = [list, parked, lamp].concat();
    assert_eq!(field("window: 1 min", "count", &events), Some(4.0));
    // At second 3 the ignition is on, whatever the order of the step's events.
    assert_eq!(field("while: '!ignition', window: 1 min", "count", &events), Some(2.0));
    assert_eq!(field("while: '!has(ignition)', window: 1 min", "count", &events), Some(0.0));
}

#[test]
fn windows_by_distance_and_drives() {
    let km = |t: f64, km: f64| number(t, "odometer", km);
    let lamp = |t: f64| boolean(t, "malfunction_indicator", true);
    let by_distance = "window: {distance: 100 km, buckets: 10}";
    // Without an odometer nothing is known and no sample taken.
    assert_eq!(field(by_distance, "count", &[volts(&[(0.0, 12.0)]), vec![lamp(1.0)]].concat()), None);
    let moved =
        [volts(&[(0.0, 12.0), (2.0, 13.0), (4.0, 14.0)]), vec![km(1.0, 1_000.0), km(3.0, 1_095.0)]].concat();
    assert_eq!(field(by_distance, "count", &[moved.clone(), vec![lamp(5.0)]].concat()), Some(2.0));
    assert_eq!(field(by_distance, "count", &[moved, vec![km(5.0, 1_100.0), lamp(5.0)]].concat()), Some(1.0));
    let list = drives(&[Some(12.0), Some(13.0), Some(14.0), None]);
    assert_eq!(field("window: 2 drives", "average", &[list.clone(), vec![lamp(260.0)]].concat()), Some(13.5));
    assert_eq!(field("window: 2 drives", "average", &[list, vec![lamp(360.0)]].concat()), Some(14.0));
}

#[test]
fn a_rule_reads_its_windows_and_falls_when_they_move_on() {
    let lines = "windows: {w: {of: battery_voltage, window: {duration: 60 s, buckets: 6}, at_least: 2}}\nwhen: w.average < 12 V\non_unknown: clear";
    // The reading at 9 s leaves at 60 s: too few are left.
    assert_eq!(story(lines, volts(&[(9.0, 11.0), (11.0, 12.5)]), 90.0), ["11 raised", "60 cleared"]);
    let cleared = "windows: {w: {of: battery_voltage, window: 60 s}}\nwhen: battery_voltage < 12 V\nclear: w.minimum > 12 V";
    assert_eq!(story(cleared, volts(&[(0.0, LOW), (30.0, FULL)]), 90.0), ["0 raised", "60 cleared"]);
    let counted = "windows: {w: {of: battery_voltage, window: 60 s}}\ncount: {when: w.change > 1 V, at_least: 1, window: 1 d}";
    assert_eq!(story(counted, volts(&[(0.0, LOW), (30.0, FULL)]), 90.0), ["30 raised"]);
}

#[test]
fn temperatures_have_means_and_their_changes_are_differences() {
    let lines = "windows: {w: {of: engine_coolant_temperature, window: 60 s}}\nwhen: w.average > 190 °F && w.change > 9 °F";
    let hot = |t: f64, celsius: f64| number(t, "engine_coolant_temperature", celsius);
    // 190 °F are 87.8 °C; 9 °F more are 5 °C more.
    assert_eq!(story(lines, vec![hot(0.0, 86.0), hot(1.0, 91.0), hot(2.0, 92.0)], 10.0), ["2 raised"]);
    assert!(story(lines, vec![hot(0.0, 86.0), hot(1.0, 90.0)], 10.0).is_empty());
}

#[test]
fn whole_numbers_become_decimal_ones() {
    let lines = "windows: {w: {of: 'battery_voltage > 12 V ? 1 : 0', window: 60 s}}\nwhen: w.average >= 0.5";
    assert_eq!(story(lines, volts(&[(0.0, LOW), (1.0, FULL)]), 10.0), ["1 raised"]);
}

#[test]
fn a_number_that_is_not_finite_is_unknown_and_counted() {
    let pack = newer_pack(
        "signals: {x: {kind: number}}\nrules:\n- id: r\n  windows: {w: {of: x, window: 60 s}}\n  when: w.sum > 1.0\n  \
         recommend: {action: book, urgency: low, message: m}\n",
    );
    let mut state = VehicleState::new(&pack, car());
    let huge = |t: f64| number(t, "x", -1.7e308);
    assert_eq!(apply(&pack, &mut state, &[huge(0.0)]).uncomputable, 0);
    let applied = apply(&pack, &mut state, &[huge(1.0)]);
    assert_eq!((applied.changes.len(), applied.uncomputable), (0, 1));
    let bytes = state.to_bytes(&pack);
    assert_eq!(VehicleState::from_bytes(&pack, &bytes).unwrap().0.to_bytes(&pack), bytes);
}

#[test]
fn the_blocks_of_a_rule_are_one_condition() {
    let lines = "when: ignition\nabsence: {of: {code: misfire}, for: 5 s}\nage: {of: ignition, over: 1 s}\ncount: {when: battery_voltage < 12 V, at_least: 1, of_last: 4, per: sample}\nfor: 2 s\nmax_gap: 1 min";
    let events = [volts(&[(8.0, LOW)]), ignition(&[(0.0, true)])].concat();
    assert_eq!(story(lines, events.clone(), 20.0), ["10 raised"]);
    assert!(story(lines, [events, vec![report(9.0)]].concat(), 13.0).is_empty());
}

#[test]
fn a_rule_tells_of_its_blocks() {
    let minutes = chrono::TimeDelta::minutes;
    let all = rule(
        "windows: {w: {of: battery_voltage, window: {distance: 100 km, buckets: 10}}}\nwhen: w.count > 3\nabsence: {of: {signal: battery_voltage}, for: 30 min}\nage: {of: misfire, over: 2 min}\nsequence: {steps: [{event: can_dtc}, {when: ignition}], within: 10 min}",
    );
    let info = all.rule("r").unwrap();
    assert_eq!(info.absence, Some((OccurrenceInfo::Signal("battery_voltage"), minutes(30))));
    assert_eq!(info.age, Some(("misfire", minutes(2))));
    let sequence = info.sequence.unwrap();
    let steps = [OccurrenceInfo::Event("can_dtc"), OccurrenceInfo::When("ignition")].map(Some);
    assert_eq!((&sequence.steps[..2], sequence.within), (&steps[..], minutes(10)));
    let windows: Vec<_> = all.windows("r").map(|window| (window.name, window.of, window.window)).collect();
    assert_eq!(windows, [("w", "battery_voltage", WindowInfo::Distance(100_000))]);
    for (count, window) in [
        ("per: drive", WindowInfo::LastDrives { drives: 5, whole: false }),
        ("per: drive, held: whole", WindowInfo::LastDrives { drives: 5, whole: true }),
        ("per: sample", WindowInfo::LastSamples(5)),
    ] {
        let pack = rule(&format!("count: {{when: ignition, at_least: 3, of_last: 5, {count}}}"));
        let count = pack.rule("r").unwrap().count.unwrap();
        assert_eq!((count.of, count.at_least, count.window), ("ignition", 3, window));
    }
    // Who reads what is found through the blocks as well.
    let misfire = "P0301".parse().unwrap();
    assert_eq!(all.rules_about(misfire).collect::<Vec<_>>(), ["r"]);
    assert_eq!(all.rules_reading(&cc_core::SignalId::BATTERY_VOLTAGE).collect::<Vec<_>>(), ["r"]);
}

#[test]
fn every_block_explains_itself_with_its_numbers() {
    let pack = rule(
        "windows: {week: {of: battery_voltage, window: {duration: 7 d, buckets: 7}, while: '!ignition'}}\nwhen: week.average < 12 V\ncount: {when: battery_voltage < 12 V, at_least: 2, of_last: 3, per: drive}\nsequence: {steps: [{code: misfire}, {when: ignition}], within: 10 min}\nabsence: {of: {event: can_dtc_scan}, for: 30 d}\nage: {of: battery_voltage, over: 1 h}",
    );
    let mut state = VehicleState::new(&pack, car());
    let never = why_not(&pack, &state, "r", at(0.0)).unwrap();
    assert_eq!(never.blocks.len(), 5);
    let mut events = [drives(&[Some(LOW), None]), vec![report(5.0)], volts(&[(60.0, 11.5)])].concat();
    events.sort_by(Event::canonical_cmp);
    apply(&pack, &mut state, &events);
    let why = why_not(&pack, &state, "r", at(180.0)).unwrap();
    assert_eq!(why.count, Some((1, 2, Truth::Unknown)));
    let expected = "\
r at 2026-01-01T00:03:00Z: does not hold
  when:
    week.average < 12 V = true
      week.average = 11.5 V
  counts:
    battery_voltage < 12 V = unknown
      battery_voltage = unknown (2 min old)
  count: 1 of 2 needed = unknown
  window week, samples needed = 1
    week.average = 11.5 V
    week.count = 1
    week.slope = unknown
    week.sum = 11.5 V
    battery_voltage = unknown (2 min old)
    !ignition = true
      ignition = false (30 s old)
  2 of the last 3 drives = unknown
    hits = 1
    of which nothing is known = 1
    battery_voltage < 12 V = unknown
      battery_voltage = unknown (2 min old)
  sequence within 10 min = true
    code misfire, first step at = 2026-01-01T00:00:05Z
    when ignition, first step at = 2026-01-01T00:00:05Z
  absence of event can_dtc_scan for 30 d = false
    absent for = 3 min
    absent since = 2026-01-01T00:00:00Z
  age of battery_voltage over 1 h = false
    age = 2 min
  heard ignition = false at 2026-01-01T00:02:30Z
  heard battery_voltage = 11.5 V at 2026-01-01T00:01:00Z, too old
  heard misfire = true at 2026-01-01T00:00:05Z";
    assert_eq!(why.to_string(), expected);
}
