//! The laws of time and order, for packs of any shape, at any time there is.
#![cfg(feature = "source")]
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use cc_core::{Change, DtcDiff, Event, EventId, Timestamp};
use cc_rules::{Pack, Runner, VehicleState, advance, apply, next_deadline};
use chrono::TimeDelta;
use common::{at, boolean, code, newer_pack, number, ready, scan, service};
use proptest::prelude::*;
use proptest::sample::select;

const DECLARED: &str = "
signals: {engine_coolant_temperature: {max_age: 8 s}, battery_voltage: {max_age: 20 s}, odometer: {monotonic: true}}
codes: {misfire: {match: [P0300..P0312], clean_drives: 1}, network: {match: [U*]}}
rules:
";

/// A rule of any operators; what the pack's check refuses is made again.
fn rule() -> impl Strategy<Value = String> {
    let condition = || {
        select(vec![
            "engine_coolant_temperature > 110 °C",
            "battery_voltage < 12 V && !ignition",
            "ignition",
            "'!ignition || misfire'",
            "misfire",
            "network",
            "misfire.count >= 2 || battery_voltage < 11.5 V",
            "odometer > 1010 km",
            "now_and_then",
            "today - last_service_date > 30 d",
        ])
    };
    let wait = || select(vec!["0 s", "1 ms", "3 s", "10 s", "2 d", "3660 d"]);
    let window = select(vec![
        "{duration: 6 s, buckets: 3}",
        "{duration: 64 ms, buckets: 64}",
        "7 d",
        "2 drives",
        "{distance: 10 km, buckets: 5}",
    ]);
    let counted = prop_oneof![
        condition().prop_map(|when| format!("when: {when}")),
        Just("code: misfire".to_owned()),
        Just("event: can_dtc".to_owned()),
    ];
    let count = (counted, 1..4_u8, window.clone()).prop_map(|(of, at_least, window)| {
        format!("  count: {{{of}, at_least: {at_least}, window: {window}}}\n")
    });
    let group = select(vec!["", "  group: one\n", "  group: two\n"]);
    let span = || select(vec!["1 ms", "3 s", "8 s", "20 s", "10 min", "40 d", "3660 d"]);
    let last = (condition(), 1..3_u8, 2..5_u8, select(vec!["drive", "drive, held: whole", "sample"]))
        .prop_map(|(when, at_least, of_last, per)| {
            let when =
                if per == "sample" && matches!(when, "misfire" | "network") { "ignition" } else { when };
            format!("  count: {{when: {when}, at_least: {at_least}, of_last: {of_last}, per: {per}}}\n")
        });
    let count = prop_oneof![3 => count, 1 => last];
    let happening = || {
        prop_oneof![
            condition().prop_map(|when| format!("{{when: {when}}}")),
            select(vec!["{code: misfire}", "{event: can_dtc}", "{event: can_dtc_scan}"])
                .prop_map(str::to_owned),
        ]
    };
    let sequence = (prop::collection::vec(happening(), 2..4), span()).prop_map(|(steps, within)| {
        format!("  sequence: {{steps: [{}], within: {within}}}\n", steps.join(", "))
    });
    let absent = prop_oneof![happening(), Just("{signal: battery_voltage}".to_owned())];
    let absence = (absent, span()).prop_map(|(of, wait)| format!("  absence: {{of: {of}, for: {wait}}}\n"));
    let old = select(vec!["battery_voltage", "misfire", "ignition", "odometer"]);
    let age = (old, span()).prop_map(|(of, over)| format!("  age: {{of: {of}, over: {over}}}\n"));
    let windows = {
        let of = select(vec![
            "battery_voltage",
            "engine_coolant_temperature",
            "'ignition ? 1 : 3'",
            "odometer * 2.0",
        ]);
        let only = select(vec!["", ", while: ignition", ", while: '!misfire'"]);
        (prop::collection::vec((of, only, window.clone(), 1..3_u8), 1..3)).prop_map(|list| {
            let written = list.iter().enumerate().map(|(number, (of, only, window, at_least))| {
                format!("w{number}: {{of: {of}{only}, window: {window}, at_least: {at_least}}}")
            });
            format!("  windows: {{{}}}\n", written.collect::<Vec<_>>().join(", "))
        })
    };
    let read = select(vec![
        "w0.count > 1",
        "w0.average > w0.minimum",
        "w0.change > w0.slope",
        "w0.maximum > w0.minimum && !ignition",
        "has(w0.slope)",
    ]);
    let looks_back = (
        prop::option::weighted(0.2, sequence),
        prop::option::weighted(0.2, absence),
        prop::option::weighted(0.2, age),
        prop::option::weighted(0.3, (windows, read)),
    );
    let stage = (prop::option::of(span()), prop::option::of(condition()), select(vec!["high", "critical"]))
        .prop_map(|(after, when, urgency)| {
            let after = after.filter(|after| *after != "3660 d");
            let after = if when.is_none() { after.or(Some("3 s")) } else { after };
            let after = after.map(|after| format!("after: {after}, ")).unwrap_or_default();
            let when = when.map(|when| format!("when: {}, ", quoted(when))).unwrap_or_default();
            format!("{{{after}{when}urgency: {urgency}, due: 1 d}}")
        });
    let escalate = prop::collection::vec(stage, 1..4).prop_map(|mut stages| {
        // Urgencies do not fall.
        stages.sort_by_key(|stage| stage.contains("critical"));
        format!("  escalate: [{}]\n", stages.join(", "))
    });
    let valid_for = select(vec!["3660 d"]).prop_map(|span| format!("  valid_for: {span}\n"));
    let short = select(vec!["1 ms", "8 s", "20 s", "2 d"]).prop_map(|span| format!("  valid_for: {span}\n"));
    let voice = prop_oneof![
        3 => Just(String::new()),
        2 => escalate.clone(),
        1 => short,
        1 => (escalate, valid_for).prop_map(|(escalate, valid)| escalate + &valid),
    ];
    let unknown = select(vec!["hold", "clear"]);
    let timing = (prop::option::of((wait(), wait())), prop::option::of(wait()));
    let parts = (prop::option::of(condition()), prop::option::of(count), prop::option::of(condition()));
    let all = (parts, timing, group, unknown, looks_back, voice);
    all.prop_map(|((when, count, clear), (waits, cooldown), group, unknown, looks_back, voice)| {
        let (sequence, absence, age, windows) = looks_back;
        let (windows, read) = windows.unzip();
        let when = read.or(when);
        let others = [&count, &sequence, &absence, &age];
        let when = if others.iter().all(|block| block.is_none()) { when.or(Some("ignition")) } else { when };
        let line = |key: &str, value: Option<&str>| {
            value.map(|value| format!("  {key}: {value}\n")).unwrap_or_default()
        };
        let rule = [
            line("when", when),
            [count, sequence, absence, age, windows].into_iter().flatten().collect(),
            line("for", waits.map(|(wait, _)| wait)),
            line("max_gap", waits.map(|(_, gap)| gap)),
            line("clear", clear),
            line("cooldown", cooldown),
            line("on_unknown", Some(unknown)),
            group.to_owned(),
            voice,
        ];
        // A word that a truth is made of, whatever the kind of the list.
        rule.concat()
            .replace("now_and_then", "engine_load > 40 % && engine_load < 60 %")
            .replace(": misfire &&", ": 'misfire' &&")
    })
}

/// A condition inside braces.
fn quoted(condition: &str) -> String {
    if condition.starts_with('\'') || condition == "now_and_then" {
        "ignition".to_owned()
    } else {
        format!("'{condition}'")
    }
}

fn packs() -> impl Strategy<Value = Pack> {
    let urgencies = prop::collection::vec(select(vec!["info", "low", "high", "critical"]), 6);
    let silences = prop::collection::vec(prop::option::weighted(0.3, any::<prop::sample::Index>()), 6);
    (prop::collection::vec(rule(), 1..6), urgencies, silences).prop_map(|(rules, urgencies, silences)| {
        let rules = rules.iter().zip(urgencies).zip(silences).enumerate().map(|(index, ((rule, urgency), by))| {
            // Only earlier rules, so that there is no circle; a stage is at least as urgent as its rule.
            let by = by.filter(|_| index > 0).map(|by| format!("  suppressed_by: r{}\n", by.index(index)));
            let by = by.unwrap_or_default();
            let urgency = if rule.contains("escalate") && urgency == "critical" { "low" } else { urgency };
            format!("- id: r{index}\n{rule}{by}  recommend: {{action: book, urgency: {urgency}, due: 7 d, message: m}}\n")
        });
        newer_pack(&format!("{DECLARED}{}", rules.collect::<String>()))
    })
}

/// Seconds between a story's beginning and the beginning that the common helpers count from.
fn beginnings() -> impl Strategy<Value = f64> {
    let seconds = |text: &str| {
        let text: Timestamp = text.parse().unwrap();
        (text - at(0.0)).num_seconds() as f64
    };
    select(vec![
        0.0,
        -30.0,
        seconds("1969-12-31T23:59:30Z"),
        seconds("1677-09-21T00:12:50Z"),
        seconds("2262-04-11T23:45:00Z"),
        seconds("2262-04-11T23:47:10Z"),
    ])
}

/// Events of some seconds, with a long pause now and then.
fn stories() -> impl Strategy<Value = Vec<Event>> {
    let one = (0..60_u32, 0..12_u8, 0..12_u8, 1..3_i64, 0..12_u8);
    (beginnings(), prop::collection::vec(one, 0..30)).prop_map(|(start, list)| {
        let mut pause = 0.0;
        let events = list.into_iter().map(|(step, kind, value, id, long)| {
            pause += match long {
                0 => 86_400.0 * 40.0,
                1 | 2 => 700.0,
                _ => 0.0,
            };
            let t = start + pause + f64::from(step) / 2.0;
            let level = f64::from(value);
            let name = if value % 2 == 0 { "P0301" } else { "P0302" };
            let mut event = match kind {
                0 | 1 => number(t, "engine_coolant_temperature", 90.0 + level * 4.0),
                2 | 3 => number(t, "battery_voltage", 11.0 + level / 4.0),
                4 => boolean(t, "ignition", value % 2 == 0),
                5 => code(t, name, if value % 3 == 0 { DtcDiff::Remove } else { DtcDiff::Add }),
                6 => scan(t, if value % 3 == 0 { &[] } else { &["P0301", "U0100"] }, value % 4 != 1),
                7 => number(t, "odometer", 1000.0 + level * 2.0),
                8 => ready(t, value % 2 == 0),
                9 => number(t, "engine_load", level * 9.0),
                10 => number(t, "vehicle_speed", level),
                _ => service(t, if value < 6 { "2026-01-01" } else { "1677-12-01" }),
            };
            event.id = EventId(id);
            event
        });
        // Beyond it, nothing is accepted.
        events.filter(|event| event.at < end_of_time()).collect()
    })
}

/// After everything that a story may contain; `None` where no such instant is.
fn later(events: &[Event], by: TimeDelta) -> Timestamp {
    let last = events.iter().map(|event| event.at).max().unwrap_or(at(0.0));
    last.checked_add_signed(by).map_or(end_of_time(), |later| later.min(end_of_time()))
}

fn end_of_time() -> Timestamp {
    "2262-04-11T23:47:16Z".parse().unwrap()
}

fn texts(changes: &[Change]) -> Vec<String> {
    changes.iter().map(Change::to_canonical_json).collect()
}

/// Runs each deadline by itself, as a live adapter does: each lies after the one before.
fn step_by_step(
    pack: &Pack,
    state: &mut VehicleState,
    until: Timestamp,
    most: usize,
) -> Result<Vec<Change>, TestCaseError> {
    let mut changes = Vec::new();
    let mut last = None;
    for _ in 0..most {
        let Some(next) = next_deadline(pack, state).filter(|next| *next < until) else { break };
        prop_assert!(last < Some(next), "{last:?} is due again");
        last = Some(next);
        changes.extend(advance(pack, state, next + TimeDelta::nanoseconds(1)));
    }
    Ok(changes)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn deadlines_one_by_one_or_all_at_once(pack in packs(), events in stories()) {
        let mut events = events;
        events.sort_by(Event::canonical_cmp);
        let until = later(&events, TimeDelta::days(20));
        let mut seldom = VehicleState::new(&pack, common::car());
        let mut often = seldom.clone();
        let mut a = apply(&pack, &mut seldom, &events).changes;
        a.extend(advance(&pack, &mut seldom, until));
        let mut b = Vec::new();
        for step in events.chunk_by(|a, b| a.at == b.at) {
            b.extend(step_by_step(&pack, &mut often, step[0].at, usize::MAX)?);
            b.extend(apply(&pack, &mut often, step).changes);
        }
        b.extend(step_by_step(&pack, &mut often, until, usize::MAX)?);
        b.extend(advance(&pack, &mut often, until));
        prop_assert_eq!(texts(&a), texts(&b));
        prop_assert_eq!(seldom.to_bytes(&pack), often.to_bytes(&pack));
    }

    #[test]
    fn any_order_and_restarts_give_the_same_bytes(pack in packs(), events in stories(), shuffle in any::<u64>()) {
        let until = later(&events, TimeDelta::hours(2));
        let mut sorted = events.clone();
        sorted.sort_by(Event::canonical_cmp);
        let mut straight = Runner::new(pack.clone(), TimeDelta::zero());
        for event in sorted {
            straight.feed([event]);
        }
        let mut seed = shuffle | 1;
        let mut mixed = events;
        mixed.sort_by_cached_key(|_| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            seed >> 20
        });
        let mut runner = Runner::new(pack.clone(), TimeDelta::days(3_660));
        let mut changes = Vec::new();
        for event in mixed {
            runner.feed([event]);
            let saved = runner.save();
            changes.extend(runner.take_changes());
            runner = Runner::restore(pack.clone(), TimeDelta::days(3_660), &saved).unwrap().0;
        }
        for runner in [&mut straight, &mut runner] {
            runner.advance(until);
        }
        changes.extend(runner.drain());
        prop_assert_eq!(texts(&straight.drain()), texts(&changes));
        prop_assert_eq!(straight.save(), runner.save());
    }

    #[test]
    fn after_an_upgrade_or_damage_time_goes_on(
        before in packs(), after in packs(), events in stories(), damage in prop::option::of((any::<prop::sample::Index>(), any::<u8>())),
    ) {
        let mut events = events;
        events.sort_by(Event::canonical_cmp);
        let mut state = VehicleState::new(&before, common::car());
        apply(&before, &mut state, &events);
        let mut bytes = state.to_bytes(&before);
        if let Some((place, byte)) = damage {
            *place.get_mut(&mut bytes) = byte;
        }
        let Ok((mut state, _)) = VehicleState::from_bytes(&after, &bytes) else {
            prop_assert!(damage.is_some());
            return Ok(());
        };
        let mut at_once = state.clone();
        let until = later(&events, TimeDelta::days(20));
        let mut a = step_by_step(&after, &mut state, until, 200)?;
        if next_deadline(&after, &state).is_none_or(|next| next >= until) {
            a.extend(advance(&after, &mut state, until));
            prop_assert_eq!(texts(&a), texts(&advance(&after, &mut at_once, until)));
            prop_assert_eq!(state.to_bytes(&after), at_once.to_bytes(&after));
        }
        let _ = apply(&after, &mut state, &events);
        let again = state.to_bytes(&after);
        prop_assert_eq!(VehicleState::from_bytes(&after, &again).unwrap().0.to_bytes(&after), again);
    }
}
