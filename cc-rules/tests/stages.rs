//! Escalation, suppression and rules that end by themselves: each sentence of the page has its row.
#![cfg(feature = "source")]
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use cc_core::{Change, Event};
use cc_rules::{Pack, Runner, VehicleState, advance, apply, next_deadline, why_not};
use chrono::TimeDelta;
use common::{at, boolean, car, newer_pack, number};

const SIGNALS: &str = "signals: {engine_coolant_temperature: {max_age: 1 d}}\nrules:\n";

/// `10 raised a low book m`, one a change, with `due` in seconds after the start where there is one.
fn told(pack: &Pack, events: impl IntoIterator<Item = Event>, until: f64) -> Vec<String> {
    let mut runner = Runner::new(pack.clone(), TimeDelta::zero());
    runner.feed(events);
    runner.advance(at(until) + TimeDelta::nanoseconds(1));
    runner.take_changes().iter().map(line).collect()
}

fn seconds(at_: cc_core::Timestamp) -> f64 {
    (at_ - at(0.0)).num_milliseconds() as f64 / 1_000.0
}

fn line(change: &Change) -> String {
    let due = change.due.map(|due| format!(" due {}", seconds(due))).unwrap_or_default();
    format!(
        "{} {} {} {} {} {}{due}",
        seconds(change.at),
        change.change,
        change.rule,
        change.urgency,
        change.action,
        change.message
    )
}

const LADDER: &str = "
- id: a
  when: ignition
  recommend: {action: book, urgency: low, due: 1 h, message: m}
  escalate:
  - {after: 10 s, urgency: medium}
  - {when: engine_coolant_temperature > 110 °C, urgency: high, action: stop_safely, due: now, message: hot}
  - {after: 30 s, when: engine_coolant_temperature > 120 °C, urgency: critical}
";

fn heat(t: f64, celsius: f64) -> Event {
    number(t, "engine_coolant_temperature", celsius)
}

#[test]
fn an_open_rule_climbs_its_stages_and_never_falls() {
    let pack = newer_pack(&format!("{SIGNALS}{LADDER}"));
    let on = || boolean(0.0, "ignition", true);
    let raised = "0 raised a low book m due 3600";
    let medium = "10 updated a medium book m due 3600";
    for (events, until, expected) in [
        // Time alone; the test of the second stage is unknown, and does not hold.
        (vec![on()], 60.0, vec![raised, medium]),
        // A condition, before time; the stage before it is skipped, and what it lacks is as in the stage before.
        (vec![on(), heat(5.0, 111.0)], 60.0, vec![raised, "5 updated a high stop_safely hot due 0"]),
        // In the step that opens it.
        (vec![on(), heat(0.0, 111.0)], 60.0, vec!["0 raised a high stop_safely hot due 0"]),
        // It stays in its stage when the test no longer holds.
        (
            vec![on(), heat(5.0, 111.0), heat(6.0, 90.0), heat(7.0, 112.0)],
            60.0,
            vec![raised, "5 updated a high stop_safely hot due 0"],
        ),
        // Both must hold: at the deadline, if the condition held before.
        (
            vec![on(), heat(20.0, 121.0)],
            60.0,
            vec![
                raised,
                medium,
                "20 updated a high stop_safely hot due 0",
                "30 updated a critical stop_safely hot due 0",
            ],
        ),
        // And later, if it holds later.
        (
            vec![on(), heat(40.0, 121.0)],
            60.0,
            vec![raised, medium, "40 updated a critical stop_safely hot due 0"],
        ),
        // The next episode begins at the bottom.
        (
            vec![on(), boolean(20.0, "ignition", false), boolean(25.0, "ignition", true)],
            30.0,
            vec![raised, medium, "20 cleared a medium book m", "25 raised a low book m due 3625"],
        ),
    ] {
        assert_eq!(told(&pack, events, until), expected);
    }
}

#[test]
fn an_event_of_the_deadline_itself_comes_first() {
    let pack = newer_pack(&format!("{SIGNALS}{LADDER}"));
    let events = vec![boolean(0.0, "ignition", true), boolean(10.0, "ignition", false)];
    assert_eq!(told(&pack, events, 60.0), ["0 raised a low book m due 3600", "10 cleared a low book m"]);
}

#[test]
fn a_stage_and_the_next_deadline_survive_a_restart() {
    let pack = newer_pack(&format!("{SIGNALS}{LADDER}"));
    let mut state = VehicleState::new(&pack, car());
    apply(&pack, &mut state, &[boolean(0.0, "ignition", true)]);
    assert_eq!(next_deadline(&pack, &state), Some(at(10.0)));
    for until in [5.0, 10.0, 10.5, 30.0, 31.0] {
        advance(&pack, &mut state, at(until));
        let bytes = state.to_bytes(&pack);
        let (again, migration) = VehicleState::from_bytes(&pack, &bytes).unwrap();
        assert!(migration.is_clean());
        assert_eq!(again.to_bytes(&pack), bytes);
        assert_eq!(next_deadline(&pack, &again), next_deadline(&pack, &state), "{until}");
        state = again;
    }
    let why = why_not(&pack, &state, "a", at(31.0)).unwrap();
    assert_eq!(why.stage, Some((1, at(10.0))));
    let text = why.to_string();
    assert!(text.contains("open since 2026-01-01T00:00:00Z, stage 1 since 2026-01-01T00:00:10Z"), "{text}");
}

#[test]
fn a_stage_beyond_the_last_of_a_new_version_is_its_last() {
    let old = newer_pack(&format!("{SIGNALS}{LADDER}"));
    let ladder = LADDER.split("  - {when").next().unwrap();
    let new = newer_pack(&format!("{SIGNALS}{ladder}"));
    let none = newer_pack(&format!("{SIGNALS}{}", LADDER.split("  escalate").next().unwrap()));
    let mut state = VehicleState::new(&old, car());
    apply(&old, &mut state, &[boolean(0.0, "ignition", true), heat(5.0, 111.0)]);
    let bytes = state.to_bytes(&old);
    for (pack, expected) in [
        (new, vec!["5 updated a medium book m due 3600"]),
        (none, vec!["5 updated a low book m due 3600"]),
        (old, vec![]),
    ] {
        let (mut state, migration) = VehicleState::from_bytes(&pack, &bytes).unwrap();
        assert_eq!((migration.kept().len(), migration.reset.len()), (1, 0));
        let changes = advance(&pack, &mut state, at(8.0));
        assert_eq!(changes.iter().map(line).collect::<Vec<_>>(), expected);
    }
}

#[test]
fn an_open_rule_keeps_others_silent() {
    let rules = "
- {id: a, when: ignition, suppressed_by: ['b', 'group:hot'], recommend: {action: book, urgency: low, message: m}}
- {id: b, when: vehicle_speed > 5 km/h, suppressed_by: [c], recommend: {action: book, urgency: low, message: m}}
- {id: c, when: engine_coolant_temperature > 110 °C, group: hot, recommend: {action: book, urgency: low, message: m}}
";
    let pack = newer_pack(&format!("{SIGNALS}{rules}"));
    let on = |t: f64| boolean(t, "ignition", true);
    let speed = |t: f64, kmh: f64| number(t, "vehicle_speed", kmh);
    for (events, expected) in [
        // Cleared when it becomes suppressed, raised when it no longer is.
        (
            vec![on(0.0), heat(5.0, 120.0), heat(9.0, 90.0)],
            vec!["0 raised a", "5 cleared a", "5 raised c", "9 raised a", "9 cleared c"],
        ),
        // Openings of one instant are settled together.
        (vec![on(0.0), heat(0.0, 120.0)], vec!["0 raised c"]),
        // A suppressed rule still suppresses, and goes on as always.
        (
            vec![on(0.0), speed(1.0, 9.0), heat(2.0, 120.0), speed(3.0, 0.0)],
            vec!["0 raised a", "1 cleared a", "1 raised b", "2 cleared b", "2 raised c"],
        ),
        // A suppressed rule that ends says nothing.
        (
            vec![on(0.0), heat(5.0, 120.0), boolean(6.0, "ignition", false), heat(9.0, 90.0)],
            vec!["0 raised a", "5 cleared a", "5 raised c", "9 cleared c"],
        ),
    ] {
        assert_eq!(common::run(&pack, events, 60.0), expected);
    }
    let mut state = VehicleState::new(&pack, car());
    let first = apply(&pack, &mut state, &[on(0.0)]).changes;
    apply(&pack, &mut state, &[heat(5.0, 120.0)]);
    let why = why_not(&pack, &state, "a", at(5.0)).unwrap();
    assert_eq!(why.suppressed_by, ["c".into()]);
    assert!(why.to_string().contains("open since 2026-01-01T00:00:00Z, suppressed by c"), "{why}");
    let (mut state, _) = VehicleState::from_bytes(&pack, &state.to_bytes(&pack)).unwrap();
    let last = apply(&pack, &mut state, &[heat(9.0, 90.0)]).changes;
    assert_eq!(last[0].id, first[0].id, "the same episode has the same id");
}

#[test]
fn a_group_goes_on_without_its_suppressed_rule() {
    let rules = "
- {id: a, when: ignition, group: g, suppressed_by: c, recommend: {action: book, urgency: high, message: m}}
- {id: b, when: ignition, group: g, recommend: {action: book, urgency: low, message: m}}
- {id: c, when: engine_coolant_temperature > 110 °C, recommend: {action: book, urgency: low, message: m}}
";
    let pack = newer_pack(&format!("{SIGNALS}{rules}"));
    let events = vec![boolean(0.0, "ignition", true), heat(5.0, 120.0), heat(9.0, 90.0)];
    assert_eq!(
        common::run(&pack, events, 60.0),
        ["0 raised a", "5 updated b", "5 raised c", "9 updated a", "9 cleared c"]
    );
}

#[test]
fn a_rule_ends_by_itself() {
    let rule = |more: &str| {
        newer_pack(&format!(
            "{SIGNALS}- id: a\n  when: ignition\n  valid_for: 10 s\n{more}  recommend: {{action: book, urgency: low, message: m}}\n"
        ))
    };
    let on = |t: f64| boolean(t, "ignition", true);
    let off = |t: f64| boolean(t, "ignition", false);
    let clear = "  clear: engine_coolant_temperature > 110 °C\n";
    for (more, events, expected) in [
        // At the deadline; as its condition still holds, it is spent.
        ("", vec![on(0.0), on(20.0)], vec!["0 raised a", "10 cleared a"]),
        (
            "",
            vec![on(0.0), off(12.0), on(15.0)],
            vec!["0 raised a", "10 cleared a", "15 raised a", "25 cleared a"],
        ),
        // The end of its condition in the step of that instant comes first: it is not spent then.
        (
            "",
            vec![on(0.0), off(10.0), on(11.0)],
            vec!["0 raised a", "10 cleared a", "11 raised a", "21 cleared a"],
        ),
        // The cooldown starts.
        (
            "  cooldown: 20 s\n",
            vec![on(0.0), off(12.0), on(15.0)],
            vec!["0 raised a", "10 cleared a", "30 raised a", "40 cleared a"],
        ),
        (clear, vec![on(0.0), off(5.0)], vec!["0 raised a", "10 cleared a"]),
        (clear, vec![on(0.0), heat(5.0, 120.0)], vec!["0 raised a", "5 cleared a"]),
    ] {
        assert_eq!(common::run(&rule(more), events, 60.0), expected, "{more}");
    }
}

#[test]
fn a_shorter_validity_of_a_new_version_ends_it_at_the_upgrade() {
    let rule = |valid: &str| {
        newer_pack(&format!(
            "{SIGNALS}- {{id: a, when: ignition, valid_for: {valid}, recommend: {{action: book, urgency: low, message: m}}}}\n"
        ))
    };
    let (old, new) = (rule("1 h"), rule("10 s"));
    let mut state = VehicleState::new(&old, car());
    apply(&old, &mut state, &[boolean(0.0, "ignition", true)]);
    advance(&old, &mut state, at(60.0));
    let (mut state, migration) = VehicleState::from_bytes(&new, &state.to_bytes(&old)).unwrap();
    assert!(migration.is_clean());
    let changes = advance(&new, &mut state, at(61.0));
    assert_eq!(common::lines(&changes), ["60 cleared a"]);
}

#[test]
fn mistakes_are_found_where_they_stand() {
    let head = "pack: {id: t, version: 1.0.0, language: 1, min_engine: 0.2.0}\nrules:\n";
    let rest = "- {id: b, group: g, when: ignition, recommend: {action: book, urgency: low, message: m}}\n";
    let rule = |more: &str| {
        format!(
            "{head}- id: a\n  when: ignition\n  {more}\n  recommend: {{action: book, urgency: medium, message: m}}\n{rest}"
        )
    };
    for (more, expected) in [
        ("escalate: []", None),
        ("escalate: [{after: 1 d, urgency: high}]\n  valid_for: 2 d", None),
        ("suppressed_by: [b, 'group:g']", None),
        ("escalate: [{urgency: high}]", Some("t.yaml:5:14: a stage has `after` or `when` [missing-key]")),
        (
            "escalate: [{after: 1 d}]",
            Some("t.yaml:5:14: a stage changes `urgency`, `action`, `due` or `message` [missing-key]"),
        ),
        (
            "escalate: [{after: 1 d, urgency: low}]",
            Some("t.yaml:5:36: the urgency falls: the stage before has medium [falling-urgency]"),
        ),
        (
            "escalate: [{after: 1 d, urgency: hgh}]",
            Some(
                "t.yaml:5:36: expected info, low, medium, high or critical [unknown-word]; did you mean `high`?",
            ),
        ),
        ("escalate: [{after: 1 d, action: go}]", Some("t.yaml:5:35: ")),
        (
            "escalate: [{when: ignitoin, urgency: high}]",
            Some("t.yaml:5:21: no signal or code has this name [unknown-name]; did you mean `ignition`?"),
        ),
        (
            "escalate: [{afer: 1 d, urgency: high}]",
            Some("t.yaml:5:15: unknown key [unknown-key]; did you mean `after`?"),
        ),
        ("escalate: [{after: 1, urgency: high}]", Some("t.yaml:5:22: not a duration [bad-duration]")),
        (
            "escalate: [{after: 1 d, urgency: high}, {after: 1 d, urgency: high}, {after: 1 d, urgency: high}, {after: 1 d, urgency: high}, {after: 1 d, urgency: high}]",
            Some("t.yaml:5:13: more than 4 stages [too-many]"),
        ),
        (
            "escalate: [{after: 2 d, urgency: high}]\n  valid_for: 2 d",
            Some(
                "t.yaml:6:14: the rule ends before its last stage: `valid_for` is longer than every `after` [out-of-range]",
            ),
        ),
        (
            "valid_for: 0 s",
            Some("t.yaml:5:14: `valid_for` is longer than nothing and at most ten years [out-of-range]"),
        ),
        (
            "suppressed_by: [bb]",
            Some(
                "t.yaml:5:19: no rule or group has this name; a group is written `group:NAME` [unknown-rule]; did you mean `b`?",
            ),
        ),
        (
            "suppressed_by: ['group:h']",
            Some(
                "t.yaml:5:19: no rule or group has this name; a group is written `group:NAME` [unknown-rule]; did you mean `g`?",
            ),
        ),
        ("suppressed_by: a", Some("t.yaml:5:18: the rule suppresses itself [circular]")),
        (
            "group: g\n  suppressed_by: ['group:g']",
            Some("t.yaml:6:18: the rule suppresses itself [circular]"),
        ),
    ] {
        let text = rule(more);
        let result =
            cc_rules::source::compile("t.yaml", &[("t.yaml", &text)]).map_err(|found| found.to_string());
        match (result, expected) {
            (Ok(_), None) => {}
            (Err(found), Some(expected)) => {
                assert!(found.starts_with(expected) && found.lines().count() == 1, "{more}\n{found}");
            }
            (result, _) => panic!("{more}\n{result:?}"),
        }
    }
    let circle = rule("suppressed_by: b").replace("id: b,", "id: b, suppressed_by: [c],")
        + "- {id: c, suppressed_by: [a], when: ignition, recommend: {action: book, urgency: low, message: m}}\n"
        + "- {id: d, suppressed_by: [a], when: ignition, recommend: {action: book, urgency: low, message: m}}\n";
    let found = cc_rules::source::compile("t.yaml", &[("t.yaml", &circle)]).unwrap_err();
    let text = "the rule suppresses itself, by way of others [circular]";
    assert_eq!(found.to_string(), format!("t.yaml:5:18: {text}\nt.yaml:7:26: {text}\nt.yaml:8:26: {text}"));
    let old = rule("valid_for: 1 d").replace("0.2.0", "0.1.0");
    let found = cc_rules::source::compile("t.yaml", &[("t.yaml", &old)]).unwrap_err();
    assert_eq!(found.0[0].code, "engine-too-low");
}

#[test]
fn a_row_of_a_table_may_escalate_and_be_silenced() {
    let rules = "
- id: t
  suppressed_by: [z]
  valid_for: 30 s
  table:
    hit: first
    inputs: {on: ignition}
    rows:
    - {id: on, if: {on: 'true'}, recommend: {action: book, urgency: low, message: m}, escalate: [{after: 10 s, urgency: high}]}
    otherwise: none
- {id: z, when: engine_coolant_temperature > 110 °C, recommend: {action: book, urgency: low, message: m}}
";
    let pack = newer_pack(&format!("{SIGNALS}{rules}"));
    assert_eq!(pack.stages("t-on").count(), 1);
    assert_eq!(pack.rule("t-on").unwrap().suppressed_by, ["z"]);
    let events = vec![boolean(0.0, "ignition", true), heat(15.0, 120.0), heat(20.0, 90.0)];
    assert_eq!(
        common::run(&pack, events, 60.0),
        [
            "0 raised t-on",
            "10 updated t-on",
            "15 cleared t-on",
            "15 raised z",
            "20 raised t-on",
            "20 cleared z",
            "30 cleared t-on"
        ]
    );
}

#[test]
fn words_of_a_stage_are_checked_like_those_of_the_rule() {
    let head =
        "pack: {id: t, version: 1.0.0, language: 1, min_engine: 0.2.0}\nrules:\n- id: a\n  when: ignition\n";
    let text = format!(
        "{head}  recommend: {{action: book, urgency: low, message: m, args: {{n: odometer}}}}\n  escalate: [{{after: 1 d, message: late}}]\nmessages:\n  en: {{m: \"{{n}}\", late: \"{{n}} {{day}}\"}}\n"
    );
    let found = cc_rules::source::compile("t.yaml", &[("t.yaml", &text)]).unwrap_err().to_string();
    assert!(found.contains("the text asks for an argument that its rule `"), "{found}");
    let text = text.replace(", late: \"{n} {day}\"", "");
    let found = cc_rules::source::compile("t.yaml", &[("t.yaml", &text)]).unwrap_err().to_string();
    assert!(found.contains("the message has no text in `en` [missing-message]"), "{found}");
}
