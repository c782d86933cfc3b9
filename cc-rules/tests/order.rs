//! Order, batches, duplicates and restarts do not matter.
#![cfg(feature = "source")]
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use cc_core::{Body, Change, ChangeKind, DtcDiff, Event, EventId, Reading, RecommendationId, SignalId};
use cc_rules::{Pack, Runner, VehicleState, advance, apply, next_deadline};
use chrono::TimeDelta;
use common::{at, boolean, code, newer_pack, number, pack, ready, scan, service};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;

/// Every operator there is, with times short enough for random events to meet.
fn everything() -> Pack {
    versions()[0].clone()
}

/// That, and later versions of it: other thresholds and words, other layouts and groups, other rules.
fn versions() -> &'static [Pack; 4] {
    static VERSIONS: LazyLock<[Pack; 4]> = LazyLock::new(|| {
        let words = EVERYTHING.replace("within: 30 s", "within: 20 s").replace("for: 25 s", "for: 20 s");
        let words = words.replace("95 °C", "105 °C").replace("urgency: high", "urgency: low");
        let layouts = EVERYTHING.replace("  for: 10 s\n", "").replace("3 drives", "2 drives");
        let layouts = layouts.replace("of_last: 3", "of_last: 5").replace("buckets: 8", "buckets: 4");
        let layouts = layouts.replace("  group: cooling\n", "").replace("  max_gap: 30 s\n", "");
        let rules = EVERYTHING.replace("- id: hot\n", "- id: hotter\n");
        let rules = rules.replace("- id: misfire\n", "- id: plugs\n  group: cooling\n");
        [EVERYTHING, &words, &layouts, &rules].map(newer_pack)
    });
    &VERSIONS
}

/// Follows the open recommendations by id: none is raised twice, what is updated or cleared is open, and after each
/// instant no two are about one rule.
fn follow(open: &mut BTreeMap<RecommendationId, Box<str>>, changes: &[Change]) -> bool {
    let each = |open: &mut BTreeMap<_, _>, change: &Change| match change.change {
        ChangeKind::Raised => open.insert(change.id, change.rule.clone()).is_none(),
        ChangeKind::Updated => open.insert(change.id, change.rule.clone()).is_some(),
        ChangeKind::Cleared => open.remove(&change.id).is_some(),
    };
    changes.chunk_by(|a, b| a.at == b.at).all(|instant| {
        let rules = |open: &BTreeMap<_, Box<str>>| open.values().cloned().collect::<BTreeSet<_>>().len();
        // Changes of one instant are sorted by rule, not by what came first.
        let mut instant: Vec<_> = instant.iter().collect();
        instant.sort_by_key(|change| change.change);
        instant.into_iter().all(|change| each(open, change)) && rules(open) == open.len()
    })
}

const EVERYTHING: &str = "
signals:
  engine_coolant_temperature: {max_age: 8 s}
  battery_voltage: {max_age: 20 s}
  odometer: {monotonic: true}
codes:
  misfire: {match: [P0300..P0312], status: confirmed, clean_drives: 2}
  network: {match: [U*]}
params:
  overtemp: {default: 110 °C, by: {engine_family: {LS: 121 °C}}}
rules:
- id: hot
  when: engine_coolant_temperature > $overtemp
  for: 5 s
  max_gap: 3 s
  clear: engine_coolant_temperature < $overtemp - 8 °C
  cooldown: 15 s
  group: cooling
  recommend: {action: stop_safely, urgency: critical, due: now, message: hot, args: [engine_coolant_temperature]}
- id: warm
  when: engine_coolant_temperature > 95 °C
  on_unknown: clear
  group: cooling
  recommend: {action: book, urgency: low, due: 7 d, message: warm}
- id: weak
  count: {when: battery_voltage < 12 V && !ignition, at_least: 2, window: {duration: 30 s, buckets: 6}}
  clear: battery_voltage > 13 V
  recommend: {action: battery_test, urgency: medium, message: weak}
- id: misfire
  when: misfire
  recommend: {action: book, urgency: high, message: misfire, args: {count: misfire.count, since: misfire.since}}
- id: misfires
  count: {code: misfire, at_least: 3, window: 3 drives}
  recommend: {action: book, urgency: high, message: misfires}
- id: network
  when: network
  for: 10 s
  max_gap: 30 s
  recommend: {action: book, urgency: low, message: network}
- id: far
  count: {event: can_dtc, at_least: 2, window: {distance: 10 km, buckets: 5}}
  recommend: {action: book, urgency: info, message: far}
- id: parked
  when: '!ignition'
  for: 12 s
  max_gap: 9 s
  cooldown: 5 s
  recommend: {action: none, urgency: info, message: parked}
- id: often-weak
  count: {when: battery_voltage < 12 V, at_least: 2, of_last: 3, per: drive}
  clear: battery_voltage > 13 V
  recommend: {action: battery_test, urgency: low, message: often-weak}
- id: flickers
  count: {when: battery_voltage < 12 V, at_least: 3, of_last: 4, per: sample}
  recommend: {action: battery_test, urgency: low, message: flickers}
- id: stalls
  sequence: {steps: [{code: misfire}, {when: engine_coolant_temperature > 100 °C}, {when: '!ignition'}], within: 30 s}
  clear: engine_coolant_temperature < 95 °C
  recommend: {action: book, urgency: high, message: stalls}
- id: unscanned
  absence: {of: {event: can_dtc_scan}, for: 25 s}
  recommend: {action: none, urgency: info, message: unscanned}
- id: never-warm
  when: ignition
  absence: {of: {when: engine_coolant_temperature > 100 °C}, for: 12 s}
  recommend: {action: book, urgency: low, message: never-warm}
- id: unheard
  age: {of: odometer, over: 20 s}
  recommend: {action: none, urgency: info, message: unheard}
- id: sags
  windows:
    rest: {of: battery_voltage, while: '!ignition', window: {duration: 40 s, buckets: 8}, at_least: 2}
    road: {of: engine_coolant_temperature, window: 2 drives}
  when: rest.average < 13 V && rest.slope < 0.1 V || road.change > 20 °C
  recommend: {action: battery_test, urgency: medium, message: sags, args: {low: rest.minimum, samples: road.count}}
";

/// Events within a minute and a half, several at one instant now and then.
fn story() -> impl Strategy<Value = Vec<Event>> {
    let one = (0..180_u32, 0..11_u8, 0..12_u8, 1..4_i64).prop_map(|(half_second, kind, value, id)| {
        let t = f64::from(half_second) / 2.0;
        let level = f64::from(value);
        let name = if value % 2 == 0 { "P0301" } else { "P0302" };
        let mut event = match kind {
            0..=2 => number(t, "engine_coolant_temperature", 90.0 + level * 4.0),
            3 | 4 => number(t, "battery_voltage", 11.0 + level / 4.0),
            5 => boolean(t, "ignition", value % 2 == 0),
            6 => code(t, name, if value % 3 == 0 { DtcDiff::Remove } else { DtcDiff::Add }),
            7 => scan(t, if value % 3 == 0 { &[] } else { &["P0301", "U0100"] }, value % 4 != 1),
            8 => number(t, "odometer", 1000.0 + level * 2.0),
            9 => ready(t, value % 2 == 0),
            _ => service(t, if value < 6 { "2026-01-01" } else { "2026-02-01" }),
        };
        event.id = EventId(id);
        event
    });
    prop::collection::vec(one, 0..60)
}

/// Output and state after everything was released and the clock ran on to two minutes.
fn finish(mut runner: Runner) -> (Vec<String>, Option<Vec<u8>>) {
    runner.drain_into(at(120.0))
}

trait Finish {
    fn drain_into(&mut self, until: cc_core::Timestamp) -> (Vec<String>, Option<Vec<u8>>);
}

impl Finish for Runner {
    fn drain_into(&mut self, until: cc_core::Timestamp) -> (Vec<String>, Option<Vec<u8>>) {
        self.advance(until);
        let changes = self.take_changes().iter().map(cc_core::Change::to_canonical_json).collect();
        (changes, self.vehicle(&common::car()).map(|state| state.to_bytes(self.pack())))
    }
}

fn in_order(pack: &Pack, events: &[Event]) -> (Vec<String>, Option<Vec<u8>>) {
    let mut events = events.to_vec();
    events.sort_by(Event::canonical_cmp);
    let mut runner = Runner::new(pack.clone(), TimeDelta::zero());
    for event in events {
        runner.feed([event]);
    }
    finish(runner)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_permutation_any_batches_and_any_duplicates_give_the_same_bytes(
        events in story(),
        shuffle in any::<u64>(),
        sizes in prop::collection::vec(1..9_usize, 1..20),
        doubles in prop::collection::vec(any::<prop::sample::Index>(), 0..20),
    ) {
        let pack = everything();
        let expected = in_order(&pack, &events);
        let mut seed = shuffle | 1;
        let mut mixed: Vec<(u64, Event)> = Vec::new();
        let extra: Vec<Event> = if events.is_empty() { Vec::new() } else {
            doubles.iter().map(|index| index.get(&events).clone()).collect()
        };
        for event in events.iter().cloned().chain(extra) {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            mixed.push((seed >> 20, event));
        }
        mixed.sort_by_key(|(key, _)| *key);
        let mut runner = Runner::new(pack, TimeDelta::seconds(90));
        let mut rest = mixed.into_iter().map(|(_, event)| event).peekable();
        let mut sizes = sizes.iter().cycle();
        while rest.peek().is_some() {
            let batch: Vec<Event> = rest.by_ref().take(*sizes.next().unwrap()).collect();
            runner.feed(batch);
        }
        prop_assert_eq!(runner.stats().late, 0);
        prop_assert_eq!(finish(runner), expected);
    }

    #[test]
    fn a_restart_at_any_point_changes_nothing(events in story(), lateness in 0..20_i64) {
        let pack = everything();
        let lateness = TimeDelta::seconds(lateness);
        let mut straight = Runner::new(pack.clone(), lateness);
        let mut restarted = straight.clone();
        let mut late = (0, 0);
        for event in events {
            straight.feed([event.clone()]);
            late.0 = straight.stats().late;
            let saved = restarted.save();
            let changes = restarted.take_changes();
            prop_assert!(changes.is_empty());
            let (mut again, lost) = Runner::restore(pack.clone(), lateness, &saved).unwrap();
            prop_assert!(lost.is_empty());
            prop_assert_eq!(again.save(), saved);
            again.feed([event]);
            late.1 += again.stats().late;
            let (a, b) = (straight.take_changes(), again.take_changes());
            prop_assert_eq!(a, b);
            restarted = again;
        }
        prop_assert_eq!(late.0, late.1);
        prop_assert_eq!(finish(restarted), finish(straight));
    }

    #[test]
    fn lateness_decides_only_when_never_what(events in story(), lateness in 0..200_i64) {
        let pack = everything();
        let expected = in_order(&pack, &events);
        let mut events = events;
        events.sort_by(Event::canonical_cmp);
        let mut runner = Runner::new(pack, TimeDelta::seconds(lateness));
        runner.feed(events);
        prop_assert_eq!(finish(runner), expected);
    }

    #[test]
    fn calling_advance_often_changes_nothing(events in story()) {
        let pack = everything();
        let mut events = events;
        events.sort_by(Event::canonical_cmp);
        let mut seldom = VehicleState::new(&pack, common::car());
        let mut often = seldom.clone();
        let mut a = apply(&pack, &mut seldom, &events).changes;
        a.extend(advance(&pack, &mut seldom, at(120.0)));
        let mut b = Vec::new();
        for step in events.chunk_by(|a, b| a.at == b.at) {
            // To each deadline and past it, as a live adapter does.
            while let Some(deadline) = next_deadline(&pack, &often).filter(|deadline| *deadline < step[0].at) {
                b.extend(advance(&pack, &mut often, deadline + TimeDelta::nanoseconds(1)));
            }
            b.extend(advance(&pack, &mut often, step[0].at));
            b.extend(apply(&pack, &mut often, step).changes);
        }
        b.extend(advance(&pack, &mut often, at(120.0)));
        prop_assert_eq!(a, b);
        prop_assert_eq!(seldom.to_bytes(&pack), often.to_bytes(&pack));
    }

    #[test]
    fn through_any_versions_of_a_pack_each_recommendation_ends_once(
        events in story(),
        places in prop::collection::vec((any::<prop::sample::Index>(), 0..4_usize), 0..5),
    ) {
        let versions = versions();
        let mut events = events;
        events.sort_by(Event::canonical_cmp);
        let mut runner = Runner::new(versions[0].clone(), TimeDelta::zero());
        let mut open = BTreeMap::new();
        for (index, event) in events.iter().enumerate() {
            runner.feed([event.clone()]);
            for (_, version) in places.iter().filter(|(place, _)| place.index(events.len()) == index) {
                prop_assert!(follow(&mut open, &runner.take_changes()));
                let newer = |saved: &str| {
                    Runner::restore(versions[*version].clone(), TimeDelta::zero(), saved).unwrap().0
                };
                runner = newer(&runner.save());
                let saved = runner.save();
                prop_assert_eq!(newer(&saved).save(), saved);
            }
        }
        runner.advance(at(120.0));
        prop_assert!(follow(&mut open, &runner.take_changes()));
        // A pack without rules leaves nothing open.
        let mut last = Runner::restore(pack("rules: []"), TimeDelta::zero(), &runner.save()).unwrap().0;
        last.advance(at(130.0));
        prop_assert!(follow(&mut open, &last.take_changes()));
        prop_assert!(open.is_empty(), "{:?}", open);
    }

    #[test]
    fn any_bytes_are_a_state_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let pack = everything();
        let _ = VehicleState::from_bytes(&pack, &bytes);
    }

    #[test]
    fn a_damaged_state_never_panics_also_when_it_runs(
        events in story(), place in any::<prop::sample::Index>(), byte in any::<u8>(),
    ) {
        let pack = everything();
        let mut state = VehicleState::new(&pack, common::car());
        apply(&pack, &mut state, &events);
        let mut bytes = state.to_bytes(&pack);
        *place.get_mut(&mut bytes) = byte;
        if let Ok((mut state, _)) = VehicleState::from_bytes(&pack, &bytes) {
            let mut last = None;
            while let Some(next) = next_deadline(&pack, &state) {
                prop_assert!(last < Some(next), "a deadline that ran is due again");
                last = Some(next);
                advance(&pack, &mut state, next + TimeDelta::nanoseconds(1));
            }
            let again = boolean(200.0, "ignition", true);
            let _ = apply(&pack, &mut state, &[again]);
            let _ = state.to_bytes(&pack);
        }
    }
}

#[test]
fn the_oldest_is_released_early_beyond_4096_waiting_events() {
    let pack =
        pack("rules: [{id: on, when: ignition, recommend: {action: none, urgency: info, message: on}}]");
    let mut runner = Runner::new(pack, TimeDelta::days(1));
    let event = |index: i64| {
        let body = Body::Reading(Reading::new(SignalId::IGNITION, index % 2 == 0));
        Event::new(common::car(), at(index as f64), EventId(index), body)
    };
    runner.feed((0..4_096).map(event));
    assert_eq!((runner.stats().early, runner.take_changes().len()), (0, 0));
    runner.feed([event(4_096)]);
    assert_eq!((runner.stats().early, runner.take_changes().len()), (1, 1));
    runner.feed([event(0)]);
    assert_eq!(runner.stats().late, 1);
}

#[test]
fn copies_of_a_waiting_event_take_up_no_room() {
    let pack =
        pack("rules: [{id: on, when: ignition, recommend: {action: none, urgency: info, message: on}}]");
    let event = |index: i64| {
        let body = Body::Reading(Reading::new(SignalId::IGNITION, index % 2 == 0));
        Event::new(common::car(), at(index as f64), EventId(index), body)
    };
    // One event; two in turn; and as many as may wait, each of them many times, in and out of order.
    let one = vec![event(60); 10_000];
    let two: Vec<_> = (0..10_000).map(|n| event(60 + n % 2)).collect();
    let full: Vec<_> = (0..4_095).chain((0..8_000).map(|n| n * 7 % 4_095)).map(event).collect();
    for (flood, different) in [(one, 1), (two, 2), (full, 4_095)] {
        let copies = flood.len() as u64 - different;
        let mut runner = Runner::new(pack.clone(), TimeDelta::days(1));
        runner.feed(flood.clone());
        assert_eq!((runner.stats().early, runner.take_changes().len()), (0, 0));
        // An event from before them all is still in time.
        runner.feed([event(-2)]);
        assert_eq!((runner.stats().early, runner.stats().late), (0, 0));
        runner.feed(flood);
        assert_eq!(common::lines(&runner.drain())[0], "-2 raised on");
        let stats = runner.stats();
        assert_eq!((stats.early, stats.duplicates), (0, copies + copies + different), "{different}");
    }
}

#[test]
fn two_cars_keep_their_own_time() {
    let pack =
        pack("rules: [{id: on, when: ignition, recommend: {action: none, urgency: info, message: on}}]");
    let mut runner = Runner::new(pack, TimeDelta::zero());
    let event = |car: &str, seconds: f64| {
        let mut event = boolean(seconds, "ignition", true);
        event.vehicle = Some(car.parse::<cc_core::VehicleRef>().unwrap().vehicle);
        event
    };
    // One car's clock says 2038; the other's events are not late for that.
    runner.feed([event("local/1", 400_000_000.0), event("local/2", 5.0)]);
    runner.advance(at(500_000_000.0));
    assert_eq!(common::lines(&runner.take_changes()), ["5 raised on", "400000000 raised on"]);
    assert_eq!(runner.stats().late, 0);
}

#[test]
fn the_stories_reach_every_rule() {
    let pack = everything();
    let mut seen = BTreeSet::new();
    let mut random = proptest::test_runner::TestRunner::deterministic();
    for _ in 0..300 {
        let events = story().new_tree(&mut random).unwrap().current();
        for change in in_order(&pack, &events).0 {
            let kind =
                ["raised", "updated", "cleared"].into_iter().find(|kind| change.contains(kind)).unwrap();
            let rule = change.split("\"rule\":\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
            seen.insert((rule, kind));
        }
    }
    for rule in pack.rule_ids() {
        let spoke = ["raised", "updated"].map(|kind| seen.contains(&(rule.to_owned(), kind)));
        assert!(spoke.contains(&true), "{rule} never spoke");
    }
    assert!(seen.contains(&("hot".to_owned(), "updated")));
    assert!(seen.contains(&("misfire".to_owned(), "cleared")));
}
