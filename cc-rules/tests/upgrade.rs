//! A new version of a pack meets the states that the old one left.
#![cfg(feature = "source")]
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::fmt::Write as _;

use cc_core::{Change, ChangeKind, Event, Urgency};
use cc_rules::{Pack, Runner, StateError, VehicleState};
use chrono::TimeDelta;
use common::{at, boolean, lines, newer_pack, number, pack};

const ADVICE: &str = "recommend: {action: book, urgency: high, due: 1 d, message: m}";

/// One rule about the coolant, and more rules after it.
fn hot(condition: &str, more: &str) -> Pack {
    pack(&format!(
        "signals: {{engine_coolant_temperature: {{max_age: 10 min}}}}\nrules:\n- id: hot\n  when: {condition}\n  {ADVICE}\n{more}"
    ))
}

fn celsius(seconds: f64, value: f64) -> Event {
    number(seconds, "engine_coolant_temperature", value)
}

/// The old pack takes events and reaches five seconds; what it saved goes on under the new one.
fn upgraded(old: &Pack, before: impl IntoIterator<Item = Event>, new: &Pack) -> (Vec<Change>, Runner) {
    let mut runner = Runner::new(old.clone(), TimeDelta::zero());
    runner.feed(before);
    runner.advance(at(5.0));
    let changes = runner.take_changes();
    let (again, _) = Runner::restore(new.clone(), TimeDelta::zero(), &runner.save()).unwrap();
    // Saving and reading once more, before anything happened, changes nothing.
    let text = again.save();
    let (again, _) = Runner::restore(new.clone(), TimeDelta::zero(), &text).unwrap();
    assert_eq!(again.save(), text);
    (changes, again)
}

/// What the new pack says, fed event by event and also only advanced.
fn story(old: &Pack, before: &[Event], new: &Pack, after: &[Event]) -> Vec<String> {
    let (_, runner) = upgraded(old, before.iter().cloned(), new);
    let (mut singly, mut at_once) = (runner.clone(), runner);
    assert_eq!(singly.next_deadline(), Some(at(5.0)));
    for event in after {
        singly.feed([event.clone()]);
    }
    at_once.feed(after.iter().cloned());
    for runner in [&mut singly, &mut at_once] {
        runner.advance(at(60.0));
    }
    let changes = singly.take_changes();
    assert_eq!(changes, at_once.take_changes());
    assert_eq!(singly.save(), at_once.save());
    lines(&changes)
}

#[test]
fn every_rule_is_looked_at_at_the_instant_reached_also_without_a_new_value() {
    let old = hot("engine_coolant_temperature > 110 °C", "");
    let before = [celsius(0.0, 118.0), boolean(0.0, "ignition", true)];
    let again = [celsius(20.0, 118.0), celsius(40.0, 118.0)];
    let raised = hot("engine_coolant_temperature > 120 °C", "");
    let another = hot(
        "engine_coolant_temperature > 110 °C",
        &format!("- id: new\n  when: engine_coolant_temperature > 115 °C\n  {ADVICE}\n"),
    );
    for after in [&[][..], &again[..]] {
        assert_eq!(story(&old, &before, &another, after), ["5 raised new"]);
        assert_eq!(story(&old, &before, &raised, after), ["5 cleared hot"]);
        assert_eq!(story(&raised, &before, &old, after), ["5 raised hot"]);
    }
    // An event at the instant reached comes first.
    assert_eq!(story(&old, &before, &raised, &[celsius(5.0, 121.0)]), Vec::<String>::new());
    // The same pack has nothing to look at.
    let (_, same) = upgraded(&old, before, &old);
    assert_eq!(same.next_deadline(), Some(at(600.0)));
}

#[test]
fn a_pending_rule_whose_threshold_rose_above_the_value_does_not_open() {
    let with = |degrees: u32| {
        hot(&format!("engine_coolant_temperature > {degrees} °C\n  for: 10 s\n  max_gap: 1 min"), "")
    };
    assert_eq!(story(&with(110), &[celsius(0.0, 118.0)], &with(119), &[]), Vec::<String>::new());
    assert_eq!(story(&with(110), &[celsius(0.0, 118.0)], &with(105), &[]), ["10 raised hot"]);
}

#[test]
fn the_age_at_which_a_value_is_too_old_is_the_new_packs() {
    let with = |age: &str| {
        pack(&format!(
            "signals: {{engine_coolant_temperature: {{max_age: {age}}}}}\nrules:\n- id: hot\n  when: engine_coolant_temperature > 110 °C\n  on_unknown: clear\n  {ADVICE}\n"
        ))
    };
    let before = [celsius(0.0, 118.0)];
    assert_eq!(story(&with("1 h"), &before, &with("3 s"), &[]), ["5 cleared hot"]);
    assert_eq!(story(&with("3 s"), &before, &with("30 s"), &[]), ["5 raised hot", "30 cleared hot"]);
}

#[test]
fn a_step_that_came_too_late_stays_so_under_a_longer_within() {
    let with = |within: &str| {
        newer_pack(&format!(
            "rules:\n- id: after\n  sequence: {{steps: [{{when: ignition}}, {{when: battery_voltage < 12 V}}], within: {within}}}\n  {ADVICE}\n"
        ))
    };
    let (on, low) = (boolean(0.0, "ignition", true), |seconds| number(seconds, "battery_voltage", 11.0));
    let lows = [number(19.0, "battery_voltage", 13.0), low(20.0)];
    // (before, after, what the new version says)
    let table: &[(&[Event], &[Event], &[&str])] = &[
        // The step came too late.
        (&[on.clone(), low(4.0)], &[], &[]),
        // The match was over.
        (&[on.clone(), low(2.0)], &[], &[]),
        // What had begun could no longer be completed, whether or not anything was done since.
        (std::slice::from_ref(&on), &lows, &[]),
        (&[on.clone(), number(4.5, "battery_voltage", 13.0)], &lows, &[]),
        // What still could be completed goes on.
        (&[boolean(3.0, "ignition", true)], &lows, &["20 raised after", "33 cleared after"]),
    ];
    for (before, after, expected) in table {
        assert_eq!(story(&with("3 s"), before, &with("30 s"), after), *expected);
    }
}

#[test]
fn a_rule_that_spoke_in_another_group_ends_there_before_it_speaks_in_its_own() {
    let with = |condition: &str, group: &str| {
        pack(&format!(
            "rules:
- {{id: low, when: battery_voltage < 12 V, group: two, recommend: {{action: book, urgency: high, message: m}}}}
- {{id: on, when: '{condition}', group: {group}, recommend: {{action: book, urgency: low, message: m}}}}
"
        ))
    };
    // What `on` raised goes along into its new group, and ends with it.
    let before = [boolean(0.0, "ignition", true), number(1.0, "battery_voltage", 11.0)];
    let (old, new) = (with("ignition", "two"), with("!ignition", "one"));
    assert_eq!(lines(&upgraded(&old, before.clone(), &new).0), ["0 raised on", "1 updated low"]);
    assert_eq!(story(&old, &before, &new, &[]), ["5 cleared low", "5 raised low"]);
}

#[test]
fn a_recommendation_whose_rule_is_gone_ends() {
    let old = hot("engine_coolant_temperature > 110 °C", "");
    let new = pack(&format!("rules:\n- id: other\n  when: battery_voltage < 11 V\n  {ADVICE}\n"));
    let (before, mut runner) = upgraded(&old, [celsius(0.0, 118.0)], &new);
    runner.explain(true);
    runner.advance(at(60.0));
    let told = runner.take_explained();
    let (change, explanation) = &told[0];
    assert_eq!((told.len(), change.change, change.at), (1, ChangeKind::Cleared, at(5.0)));
    assert_eq!((change.id, &*change.rule, change.urgency), (before[0].id, "hot", Urgency::High));
    assert_eq!(&*explanation.as_ref().unwrap().rule, "hot");
    assert_eq!(runner.next_deadline(), None);
    // Nor does a pack without any rule leave it open.
    let (_, mut runner) = upgraded(&old, [celsius(0.0, 118.0)], &pack("rules: []"));
    runner.advance(at(60.0));
    assert_eq!(lines(&runner.take_changes()), ["5 cleared hot"]);
}

#[test]
fn a_rule_that_starts_again_goes_on_with_its_recommendation_or_ends_it() {
    let timed = hot("engine_coolant_temperature > 110 °C\n  for: 3 s\n  max_gap: 1 min", "");
    let plain = hot("engine_coolant_temperature > 110 °C", "");
    // It still holds: the same recommendation, due a day after the new opening.
    let (before, mut runner) = upgraded(&timed, [celsius(0.0, 118.0)], &plain);
    runner.feed([celsius(30.0, 90.0)]);
    runner.advance(at(60.0));
    let after = runner.take_changes();
    assert_eq!(lines(&after), ["5 updated hot", "30 cleared hot"]);
    assert!(after.iter().all(|change| change.id == before[0].id));
    // It no longer holds: an end.
    assert_eq!(
        story(&timed, &[celsius(0.0, 118.0)], &hot("engine_coolant_temperature > 120 °C", ""), &[]),
        ["5 cleared hot"]
    );
    // It must wait anew: an end, and another beginning.
    let (before, mut runner) = upgraded(&plain, [celsius(0.0, 118.0)], &timed);
    runner.advance(at(60.0));
    let after = runner.take_changes();
    assert_eq!(lines(&after), ["5 cleared hot", "8 raised hot"]);
    assert_eq!(after[0].id, before[0].id);
    assert_ne!(after[1].id, before[0].id);
}

#[test]
fn words_that_changed_while_open_are_an_update() {
    let old = hot("engine_coolant_temperature > 110 °C", "");
    for (from, to) in [
        ("urgency: high", "urgency: critical"),
        ("action: book", "action: stop_safely"),
        ("message: m", "message: n"),
        ("message: m", "message: hot"),
        ("due: 1 d", "due: 2 d"),
    ] {
        let text = "signals: {engine_coolant_temperature: {max_age: 10 min}}\nrules:\n- id: hot\n  when: engine_coolant_temperature > 110 °C\n  ";
        let new = pack(&format!("{text}{}\n", ADVICE.replace(from, to)));
        let (before, mut runner) = upgraded(&old, [celsius(0.0, 118.0)], &new);
        runner.advance(at(60.0));
        let after = runner.take_changes();
        assert_eq!(lines(&after), ["5 updated hot"], "{to}");
        assert_eq!(after[0].id, before[0].id);
    }
}

#[test]
fn at_most_one_recommendation_a_group_stays_open_when_groups_change() {
    let with = |ids: &[(&str, &str)]| {
        let mut rules = String::new();
        for (id, group) in ids {
            let group = if group.is_empty() { String::new() } else { format!("group: {group}, ") };
            let urgency = if *id == "b" { "critical" } else { "low" };
            let advice = format!("{{action: book, urgency: {urgency}, message: m}}");
            writeln!(rules, "- {{id: {id}, when: ignition, {group}recommend: {advice}}}").unwrap();
        }
        pack(&format!("rules:\n{rules}"))
    };
    let apart = with(&[("a", ""), ("b", "")]);
    let together = with(&[("a", "g"), ("b", "g")]);
    let before = [boolean(0.0, "ignition", true)];
    let off = [boolean(30.0, "ignition", false)];
    for (old, new, expected) in [
        // Two meet: the first by rule goes on, and the more urgent one speaks from then on.
        (&apart, &together, &["5 updated b", "5 cleared b", "30 cleared b"][..]),
        // They part: the one that the id is made of keeps the recommendation.
        (&together, &apart, &["5 updated a", "5 raised b", "30 cleared a", "30 cleared b"][..]),
        // The one that spoke is gone: the group goes on.
        (&together, &with(&[("a", "g")]), &["5 updated a", "30 cleared a"][..]),
        // Only the name of the group is new.
        (&together, &with(&[("a", "h"), ("b", "h")]), &["30 cleared b"][..]),
    ] {
        let mut found = story(old, &before, new, &off);
        found.sort_by_key(|line| (line.starts_with("30"), line.contains("cleared")));
        assert_eq!(found, expected);
    }
}

#[test]
fn a_state_of_another_version_says_so() {
    let pack = hot("ignition", "");
    let bytes = VehicleState::new(&pack, common::car()).to_bytes(&pack);
    let mut older = bytes.clone();
    older[3] = 1;
    let error = VehicleState::from_bytes(&pack, &older).unwrap_err();
    assert_eq!(error, StateError::Version { found: 1 });
    assert_eq!(error.to_string(), "a state of version 1, this engine reads versions 2 to 3");
    let saved = Runner::new(pack.clone(), TimeDelta::zero()).save();
    let older = saved.replace("\"version\":3", "\"version\":1");
    let error = Runner::restore(pack, TimeDelta::zero(), &older).unwrap_err();
    assert_eq!(error, StateError::Version { found: 1 });
}

/// A rule whose blocks all have something to remember.
const LOOKS_BACK: &str = "signals: {battery_voltage: {max_age: 10 min}}
codes: {misfire: {match: [P0301]}}
rules:
- id: last
  count: {when: battery_voltage < 12 V, at_least: 2, of_last: 5, per: drive}
  ADVICE
- id: samples
  count: {when: battery_voltage < 12 V, at_least: 2, of_last: 5, per: sample}
  ADVICE
- id: sequence
  sequence: {steps: [{when: ignition}, {code: misfire}, {when: '!ignition'}], within: 10 min}
  ADVICE
- id: absence
  absence: {of: {signal: battery_voltage}, for: 1 h}
  ADVICE
- id: age
  age: {of: battery_voltage, over: 1 h}
  ADVICE
- id: window
  windows: {week: {of: battery_voltage, window: 7 d, at_least: 2}}
  when: week.average < 11 V
  ADVICE
";

#[test]
fn blocks_that_look_back_go_on_under_other_thresholds_and_start_again_under_another_layout() {
    let with = |from: &str, to: &str| {
        assert!(LOOKS_BACK.contains(from), "{from}");
        common::newer_pack(&LOOKS_BACK.replace(from, to).replace("ADVICE", ADVICE))
    };
    let old = with("last", "last");
    let mut state = VehicleState::new(&old, common::car());
    let misfire = common::code(2.0, "P0301", cc_core::DtcDiff::Add);
    let events = [boolean(0.0, "ignition", true), number(1.0, "battery_voltage", 11.5), misfire];
    assert!(cc_rules::apply(&old, &mut state, &events).changes.is_empty());
    let bytes = state.to_bytes(&old);
    let all = ["absence", "last", "samples", "sequence", "window"];
    for (from, to, reset) in [
        ("at_least: 2, of_last", "at_least: 3, of_last", None),
        (
            "battery_voltage < 12 V, at_least: 2, of_last: 5, per: d",
            "battery_voltage < 11 V, at_least: 2, of_last: 5, per: d",
            None,
        ),
        ("within: 10 min", "within: 5 min", None),
        ("when: ignition}", "when: ignition && !misfire}", None),
        ("for: 1 h", "for: 2 h", None),
        ("over: 1 h", "over: 3 h", None),
        ("week.average < 11 V", "week.sum < 11 V && week.slope < 1 V", None),
        ("at_least: 2}}", "at_least: 3, while: ignition}}", None),
        ("of_last: 5, per: drive", "of_last: 6, per: drive", Some("last")),
        ("per: drive", "per: drive, held: whole", Some("last")),
        ("per: sample", "per: drive", Some("samples")),
        ("{code: misfire}", "{event: can_dtc}", Some("sequence")),
        (", {when: '!ignition'}]", "]", Some("sequence")),
        ("signal: battery_voltage", "event: can_dtc", Some("absence")),
        ("week.average < 11 V", "week.maximum < 11 V", Some("window")),
        ("window: 7 d", "window: 8 d", Some("window")),
        ("of: battery_voltage, window", "of: battery_voltage * 2.0, window", Some("window")),
    ] {
        let new = with(from, to);
        let (again, migration) = VehicleState::from_bytes(&new, &bytes).unwrap();
        let kept: Vec<_> = all.into_iter().filter(|rule| Some(*rule) != reset).collect();
        let found = migration.kept();
        assert_eq!((found, migration.reset.first().map(|rule| &**rule)), (kept, reset), "{to}");
        assert_eq!(again.to_bytes(&new).len() < bytes.len(), reset.is_some(), "{to}");
    }
}

#[test]
fn timers_of_blocks_are_the_new_packs_and_run_at_the_instant_reached_if_they_lie_before() {
    let with = |absent: &str, old: &str| {
        common::newer_pack(&format!(
            "rules:\n- id: a\n  absence: {{of: {{event: can_dtc}}, for: {absent}}}\n  {ADVICE}\n- id: b\n  age: {{of: battery_voltage, over: {old}}}\n  {ADVICE}\n"
        ))
    };
    let before = [number(0.0, "battery_voltage", 12.0)];
    let short = with("3 s", "3 s");
    assert_eq!(story(&with("1 h", "1 h"), &before, &short, &[]), ["5 raised a", "5 raised b"]);
    assert_eq!(story(&with("1 h", "1 h"), &before, &with("8 s", "9 s"), &[]), ["8 raised a", "9 raised b"]);
    assert_eq!(
        story(&short, &before, &with("8 s", "9 s"), &[]),
        ["5 cleared a", "5 cleared b", "8 raised a", "9 raised b"]
    );
    // A new rule waits from the instant at which it is looked at first.
    let none = pack(&format!("rules:\n- id: z\n  when: battery_voltage < 1 V\n  {ADVICE}\n"));
    assert_eq!(story(&none, &before, &short, &[]), ["5 raised b", "8 raised a"]);
}
