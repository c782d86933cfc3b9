//! A new version of a pack meets the states that the old one left.
#![cfg(feature = "source")]
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::fmt::Write as _;

use cc_core::{Change, ChangeKind, Event, Urgency};
use cc_rules::{Pack, Runner, StateError, VehicleState};
use chrono::TimeDelta;
use common::{at, boolean, lines, number, pack};

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
