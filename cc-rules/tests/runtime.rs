//! Running packs over many vehicles: batches and threads, another pack between two calls, stages, and a shadow.
#![cfg(feature = "source")]
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;
#[path = "common/fleet.rs"]
mod fleet;

use std::collections::{BTreeMap, BTreeSet};

use cc_core::{Change, ChangeKind, Event, VehicleId, VehicleRef};
use cc_rules::batch::{BatchOptions, Job, Outcome, Start, apply_many};
use cc_rules::shadow::{Difference, DifferentField, ShadowRunner};
use cc_rules::staged::{Rollout, StagedRunner};
use cc_rules::{Pack, Profile, Runner, VehicleState, advance, apply};
use chrono::TimeDelta;
use common::{at, lines, number, pack};
use fleet::{Random, fleet};
use proptest::prelude::*;

const RULES: &str = include_str!("snapshots/fleet.yaml");
const CARS: i64 = 30;

fn compile(text: &str) -> Pack {
    cc_rules::source::compile("fleet.yaml", &[("fleet.yaml", text)]).unwrap_or_else(|e| panic!("{e}")).pack
}

fn rules() -> Pack {
    compile(RULES)
}

/// Other thresholds, layouts and groups.
fn other_rules() -> Pack {
    let other = RULES
        .replace("95 °C", "105 °C")
        .replace("3 drives", "2 drives")
        .replace("urgency: low", "urgency: medium");
    compile(&other.replace("version: 1.0.0", "version: 1.1.0").replace("  group: cooling\n", ""))
}

fn car(number: i64) -> VehicleRef {
    VehicleRef { organization: "local".parse().unwrap(), vehicle: VehicleId(number) }
}

/// Changes as text, and all states.
fn ended(mut runner: Runner) -> (Vec<String>, String) {
    runner.advance(at(300.0));
    let changes = runner.take_changes();
    (changes.iter().map(Change::to_canonical_json).collect(), runner.save())
}

fn jobs(pack: &Pack, encoded: bool) -> Vec<Job> {
    let mut by_car: BTreeMap<VehicleRef, Vec<Event>> = BTreeMap::new();
    for event in fleet(1, CARS, 0.0, 120.0, 50) {
        by_car.entry(event.vehicle_ref().unwrap()).or_default().push(event);
    }
    let job = |(vehicle, events): (VehicleRef, Vec<Event>)| {
        let start = match vehicle.vehicle.0 % 3 {
            0 => Start::New(vehicle, Profile::default()),
            _ if encoded => Start::Bytes(VehicleState::new(pack, vehicle).to_bytes(pack)),
            _ => Start::State(Box::new(VehicleState::new(pack, vehicle))),
        };
        Job { start, events, until: Some(at(300.0)) }
    };
    by_car.into_iter().map(job).collect()
}

fn text(outcome: &Outcome) -> (Vec<String>, Vec<u8>) {
    (outcome.applied.changes.iter().map(Change::to_canonical_json).collect(), outcome.bytes.clone())
}

#[test]
fn a_batch_gives_what_one_vehicle_after_the_other_gives_whatever_the_number_of_threads() {
    let pack = rules();
    let one_by_one: Vec<_> = jobs(&pack, false)
        .into_iter()
        .map(|job| {
            let vehicle = job.events[0].vehicle_ref().unwrap();
            let mut state = VehicleState::new(&pack, vehicle);
            let mut changes = apply(&pack, &mut state, &job.events).changes;
            changes.extend(advance(&pack, &mut state, at(300.0)));
            (changes.iter().map(Change::to_canonical_json).collect::<Vec<_>>(), state.to_bytes(&pack))
        })
        .collect();
    assert!(one_by_one.iter().map(|(changes, _)| changes.len()).sum::<usize>() > 100);
    for threads in [1, 2, 3, 8, 0] {
        for encoded in [false, true] {
            let options = BatchOptions { encode: true, threads };
            let outcomes = apply_many(&pack, jobs(&pack, encoded), options);
            let found: Vec<_> = outcomes.iter().map(|outcome| text(outcome.as_ref().unwrap())).collect();
            assert_eq!(found, one_by_one, "{threads} threads");
        }
    }
}

#[test]
fn an_outcome_goes_on_from_its_bytes_under_another_pack_and_says_when_to_look_again() {
    let (old, new) = (rules(), other_rules());
    let mut first = jobs(&old, true);
    for job in &mut first {
        job.until = None;
    }
    let outcomes = apply_many(&old, first, BatchOptions { encode: true, threads: 0 });
    let mut reset = 0;
    for outcome in outcomes {
        let outcome = outcome.unwrap();
        assert_eq!(outcome.bytes, outcome.state.to_bytes(&old));
        assert_eq!(outcome.next_deadline, cc_rules::next_deadline(&old, &outcome.state));
        let job = Job { start: Start::Bytes(outcome.bytes), events: Vec::new(), until: Some(at(300.0)) };
        let again = apply_many(&new, vec![job], BatchOptions::default()).remove(0).unwrap();
        reset += again.migration.reset.len();
        assert!(again.bytes.is_empty());
    }
    assert!(reset > 0);
}

#[test]
fn a_runner_gives_the_same_bytes_on_any_number_of_threads() {
    let mut events = fleet(2, CARS, 0.0, 120.0, 50);
    Random::new(7).shuffle(&mut events);
    let mut first = None;
    for (threads, size) in [(1, 1), (1, 400), (2, 400), (3, 64), (0, 10_000)] {
        let mut runner = Runner::new(rules(), TimeDelta::seconds(200));
        runner.set_threads(threads);
        for batch in events.chunks(size) {
            runner.feed(batch.iter().cloned());
        }
        let stats = runner.stats();
        let found = (ended(runner), stats);
        assert_eq!(first.get_or_insert_with(|| found.clone()), &found, "{threads} threads, {size} a batch");
    }
    let ((changes, _), stats) = first.unwrap();
    assert!(changes.len() > 100 && stats.accepted == events.len() as u64);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_state_goes_on_with_all_that_it_has_not_done(seed: u64, cut in 1..900_usize, lateness in 1..60_i64) {
        let mut events = fleet(seed, 6, 0.0, 120.0, 150);
        let lateness = TimeDelta::seconds(lateness);
        let vehicle = events[0].vehicle_ref().unwrap();
        events.retain(|event| event.vehicle_ref().as_ref() == Some(&vehicle));
        let cut = cut.min(events.len());
        let mut runner = Runner::new(rules(), lateness);
        runner.feed(events[..cut].iter().cloned());
        runner.take_changes();
        let (whole, state) = (runner.save_vehicle(&vehicle).unwrap(), runner.save_state(&vehicle).unwrap());
        prop_assert!(state.len() < whole.len());
        let reached = runner.vehicle(&vehicle).unwrap().reached();
        let (mut restored, _) = Runner::restore(rules(), lateness, &state).unwrap();
        restored.feed(events.iter().filter(|event| Some(event.at) >= reached).cloned());
        runner.feed(events[cut..].iter().cloned());
        prop_assert_eq!(ended(restored), ended(runner));
    }

    #[test]
    fn reloading_is_saving_and_restoring_under_the_other_pack(seed: u64, cut in 0..900_usize, lateness in 0..60_i64) {
        let events = fleet(seed, 6, 0.0, 120.0, 150);
        let lateness = TimeDelta::seconds(lateness);
        let mut runner = Runner::new(rules(), lateness);
        runner.feed(events[..cut].iter().cloned());
        let mut before = runner.take_changes();
        let (mut restored, lost) = Runner::restore(other_rules(), lateness, &runner.save()).unwrap();
        let report = runner.reload(other_rules()).unwrap();
        prop_assert_eq!(&report.lost, &lost);
        prop_assert_eq!(report.vehicles, runner.vehicles().len());
        prop_assert_eq!(runner.save(), restored.save());
        for runner in [&mut runner, &mut restored] {
            runner.feed(events[cut..].iter().cloned());
        }
        let (changes, state) = ended(runner.clone());
        prop_assert_eq!((&changes, &state), (&ended(restored).0, &state));
        // A recommendation that was open is not raised again by the same id.
        runner.advance(at(300.0));
        before.extend(runner.take_changes());
        let mut open = BTreeSet::new();
        before.sort_by_key(|change| (change.at, change.change));
        for change in &before {
            let key = (change.vehicle.clone(), change.id);
            match change.change {
                ChangeKind::Raised => prop_assert!(open.insert(key)),
                ChangeKind::Updated => prop_assert!(open.contains(&key)),
                ChangeKind::Cleared => prop_assert!(open.remove(&key)),
            }
        }
    }
}

#[test]
fn a_reload_reports_what_starts_again_and_the_same_pack_changes_nothing() {
    let mut runner = Runner::new(rules(), TimeDelta::zero());
    for event in fleet(3, CARS, 0.0, 120.0, 50) {
        runner.feed([event]);
    }
    let saved = runner.save();
    let report = runner.reload(rules()).unwrap();
    assert!(report.is_clean() && report.vehicles == CARS as usize);
    assert_eq!(runner.save(), saved);
    let report = runner.reload(other_rules()).unwrap();
    assert_eq!(report.reset.keys().map(AsRef::as_ref).collect::<Vec<&str>>(), ["misfires"]);
    assert!(report.kept.contains_key("hot") && report.dropped == 0);
    let starts = report.reset["misfires"];
    assert_eq!(report.to_string(), format!("{CARS} vehicles; `misfires` starts again on {starts}"));
    assert_eq!(report.lost.len(), starts);
}

fn staged(percent: &str) -> Rollout {
    let rollout = Rollout::new("pack-1.1".parse().unwrap(), rules());
    if percent == "0" {
        rollout
    } else {
        rollout.with_stage(percent.parse().unwrap(), other_rules()).unwrap()
    }
}

#[test]
fn a_growing_stage_only_adds_vehicles() {
    let in_stage = |percent: &str| -> Vec<i64> {
        let rollout = staged(percent);
        (0..2_000).filter(|number| rollout.pack_for(&car(*number)).version() == "1.1.0").collect()
    };
    let (five, twenty, all) = (in_stage("5"), in_stage("20"), in_stage("100"));
    assert!(
        (60..140).contains(&five.len()) && (330..470).contains(&twenty.len()),
        "{} {}",
        five.len(),
        twenty.len()
    );
    assert!(five.iter().all(|number| twenty.contains(number)));
    assert_eq!(all.len(), 2_000);
    // Two stages: the newest pack for the first ones, the one before it for the next.
    let third = compile(&RULES.replace("version: 1.0.0", "version: 1.2.0"));
    let rollout = Rollout::new("pack-1.1".parse().unwrap(), rules());
    let rollout = rollout.with_stage("5".parse().unwrap(), third).unwrap();
    let rollout = rollout.with_stage("20".parse().unwrap(), other_rules()).unwrap();
    for number in 0..2_000 {
        let expected = match (five.contains(&number), twenty.contains(&number)) {
            (true, _) => "1.2.0",
            (_, true) => "1.1.0",
            _ => "1.0.0",
        };
        assert_eq!(rollout.pack_for(&car(number)).version(), expected);
    }
}

#[test]
fn a_vehicle_that_comes_into_a_stage_takes_its_state_along() {
    let before = fleet(4, CARS, 0.0, 120.0, 50);
    let after = fleet(5, CARS, 120.0, 240.0, 50);
    let mut staged_runner = StagedRunner::new(staged("10"), TimeDelta::zero());
    let mut plain = Runner::new(rules(), TimeDelta::zero());
    let mut other = Runner::new(other_rules(), TimeDelta::zero());
    let mut changes = Vec::new();
    staged_runner.feed(before.iter().cloned());
    plain.feed(before.iter().cloned());
    other.feed(before);
    changes.extend(staged_runner.take_changes());
    let (plain_begun, other_begun) = (plain.take_changes(), other.take_changes());
    let mut moved_runner = plain.clone();
    moved_runner.reload(other_rules()).unwrap();
    let report = staged_runner.set_rollout(staged("60")).unwrap();
    let of = |percent: &str, number: i64| staged(percent).pack_for(&car(number)).version() == "1.1.0";
    let moving = (0..CARS).filter(|number| of("60", *number) && !of("10", *number)).count();
    assert!(moving > 5 && report.vehicles == moving, "{moving} of {report:?}");
    // Saved and read under yet another rollout and back: the same.
    let saved = staged_runner.save();
    let (again, lost) = StagedRunner::restore(staged("60"), TimeDelta::zero(), &saved).unwrap();
    assert!(lost.is_empty() && again.save() == saved);
    assert_eq!(again.packs().map(|(_, cars)| cars).sum::<usize>(), CARS as usize);
    // Each vehicle is what it is in a runner of its own pack from the beginning, or from its move on.
    staged_runner.feed(after.iter().cloned());
    staged_runner.advance(at(300.0));
    changes.extend(staged_runner.take_changes());
    let finish = |mut runner: Runner, begun: &[Change]| {
        runner.feed(after.iter().cloned());
        runner.advance(at(300.0));
        [begun, &runner.take_changes()].concat()
    };
    let (plain, moved) = (finish(plain, &plain_begun), finish(moved_runner, &plain_begun));
    let other = finish(other, &other_begun);
    for number in 0..CARS {
        let expected = match (of("10", number), of("60", number)) {
            (true, _) => &other,
            (_, true) => &moved,
            _ => &plain,
        };
        let own = |changes: &[Change]| -> Vec<String> {
            let own = changes.iter().filter(|change| change.vehicle == car(number));
            own.map(Change::to_canonical_json).collect()
        };
        assert_eq!(own(&changes), own(expected), "vehicle {number}");
    }
}

fn hot(condition: &str, words: &str) -> Pack {
    pack(&format!(
        "rules:\n- id: hot\n  when: engine_coolant_temperature > {condition}\n  recommend: {{action: book, {words}, message: m}}\n"
    ))
}

fn celsius(seconds: f64, value: f64) -> Event {
    number(seconds, "engine_coolant_temperature", value)
}

#[test]
fn a_shadow_says_what_would_be_different_and_keeps_it_from_the_live_changes() {
    let live = hot("110 °C", "urgency: low");
    let story = [
        celsius(0.0, 100.0),
        celsius(1.0, 112.0),
        celsius(2.0, 122.0),
        celsius(3.0, 90.0),
        celsius(4.0, 90.0),
    ];
    for (candidate, kinds, fields) in [
        (hot("110 °C", "urgency: low"), &[][..], &[][..]),
        (hot("110 °C", "urgency: high"), &["differs"], &[DifferentField::Urgency]),
        (hot("120 °C", "urgency: low"), &["differs"], &[DifferentField::Raised]),
        (hot("130 °C", "urgency: low"), &["only_live"], &[]),
        (hot("110 °C\n  for: 5 s\n  max_gap: 1 min", "urgency: low"), &["only_live"], &[]),
        (hot("110 °C\n  group: g", "urgency: low"), &["only_live", "only_candidate"], &[]),
        (hot("80 °C", "urgency: low"), &["differs"], &[DifferentField::Cleared, DifferentField::Raised]),
        (hot("110 °C", "urgency: low, due: 1 d"), &["differs"], &[DifferentField::Due]),
    ] {
        let mut shadow = ShadowRunner::new(live.clone(), candidate, TimeDelta::zero());
        let mut alone = Runner::new(live.clone(), TimeDelta::zero());
        let mut changes = Vec::new();
        for event in &story {
            shadow.feed([event.clone()]);
            alone.feed([event.clone()]);
            changes.extend(shadow.take_changes());
        }
        changes.extend(shadow.drain());
        assert_eq!(lines(&changes), ["1 raised hot", "3 cleared hot"]);
        assert_eq!(changes, alone.drain());
        let report = shadow.finish();
        let mut found: Vec<_> = report.differences.iter().map(Difference::kind).collect();
        found.sort_by_key(|kind| kinds.iter().position(|expected| expected == kind));
        assert_eq!(found, kinds);
        if !fields.is_empty() {
            assert_eq!(report.differences[0].fields, fields);
        }
    }
}

#[test]
fn a_candidate_that_flaps_is_one_pair_and_the_rest_only_its_own() {
    let live = hot("100 °C", "urgency: low");
    let mut shadow = ShadowRunner::new(live, hot("120 °C", "urgency: low"), TimeDelta::zero());
    let values = [101.0, 121.0, 110.0, 121.0, 110.0, 121.0, 90.0, 90.0];
    shadow.feed(values.iter().enumerate().map(|(second, value)| celsius(second as f64, *value)));
    shadow.drain();
    let report = shadow.take_report();
    assert_eq!(report.to_string(), "hot: 1 live, 3 candidate; 1 different, 2 only candidate, 1 later");
    assert_eq!(shadow.finish().differences.len(), 0);
    let json = report.differences[0].to_canonical_json();
    assert!(
        json.contains("\"fields\":[\"cleared\",\"raised\"],\"group\":\"hot\",\"kind\":\"differs\""),
        "{json}"
    );
    serde_json::from_str::<serde_json::Value>(&json).unwrap();
}

#[test]
fn a_shadow_that_begins_beside_a_running_pack_compares_what_is_open() {
    let live = hot("110 °C", "urgency: low");
    for (candidate, text) in [
        (hot("110 °C", "urgency: low"), "hot: 1 live, 1 candidate; 1 the same"),
        (hot("120 °C", "urgency: low"), "hot: 1 live, 1 candidate; 1 different"),
    ] {
        let mut runner = Runner::new(live.clone(), TimeDelta::zero());
        runner.feed([celsius(0.0, 115.0), celsius(1.0, 115.0)]);
        assert_eq!(runner.take_changes().len(), 1);
        let mut shadow = ShadowRunner::beside(runner, candidate).unwrap();
        shadow.feed([celsius(9.0, 90.0), celsius(10.0, 90.0)]);
        assert_eq!(lines(&shadow.take_changes()), ["9 cleared hot"]);
        assert_eq!(shadow.clone().finish().to_string(), text);
        assert_eq!(shadow.into_live().vehicles().len(), 1);
    }
}

#[test]
fn the_live_side_of_a_shadow_is_the_live_pack_alone_over_a_whole_fleet() {
    let events = fleet(6, CARS, 0.0, 120.0, 50);
    let mut alone = Runner::new(rules(), TimeDelta::seconds(30));
    let mut shadow = ShadowRunner::new(rules(), other_rules(), TimeDelta::seconds(30));
    let mut found = Vec::new();
    for batch in events.chunks(37) {
        alone.feed(batch.iter().cloned());
        shadow.feed(batch.iter().cloned());
        found.extend(shadow.take_changes());
    }
    found.extend(shadow.drain());
    let key = |change: &Change| (change.at, change.vehicle.clone(), change.rule.clone());
    let mut expected = alone.drain();
    expected.sort_by_key(key);
    found.sort_by_key(key);
    assert_eq!(found, expected);
    let report = shadow.finish();
    let raised = expected.iter().filter(|change| change.change == ChangeKind::Raised).count() as u64;
    assert_eq!(report.rules.values().map(|counts| counts.live).sum::<u64>(), raised);
    let kinds: BTreeSet<_> = report.differences.iter().map(Difference::kind).collect();
    assert!(kinds.len() >= 2, "{kinds:?}");
}

#[test]
fn a_car_of_which_events_were_late_is_read_anew_as_if_they_had_come_in_time() {
    let pack = rules();
    let mut events = fleet(1, CARS, 0.0, 120.0, 50);
    events.sort_by(Event::canonical_cmp);
    let mut straight = Runner::new(pack.clone(), TimeDelta::zero());
    straight.feed(events.clone());
    straight.advance(at(300.0));
    // A recommendation is open until it is cleared.
    let mut told: BTreeMap<_, Change> = BTreeMap::new();
    for change in straight.take_changes() {
        let _ = match change.change {
            ChangeKind::Cleared => told.remove(&change.id),
            _ => told.insert(change.id, change),
        };
    }
    let open: Vec<Change> = straight.vehicles().flat_map(|state| state.open(&pack)).collect();
    assert!(!open.is_empty());
    assert_eq!(told.keys().copied().collect::<BTreeSet<_>>(), open.iter().map(|change| change.id).collect());
    for change in &open {
        let said = |change: &Change| {
            (change.rule.clone(), change.urgency, change.action, change.due, change.message.clone())
        };
        assert_eq!(said(change), said(&told[&change.id]));
    }

    for threads in [1, 4] {
        let mut live = Runner::new(pack.clone(), TimeDelta::zero());
        live.set_threads(threads);
        live.feed(events.iter().rev().cloned());
        let late = live.take_late();
        assert_eq!(late.len(), CARS as usize);
        for (vehicle, earliest) in late {
            let mut of = events.iter().filter(|event| event.vehicle_ref().as_ref() == Some(&vehicle));
            assert_eq!(of.clone().next().map(|event| event.at), Some(earliest));
            let mut anew = Runner::new(pack.clone(), TimeDelta::zero());
            anew.feed(of.by_ref().take(20).cloned());
            let text = anew.save_vehicle(&vehicle).unwrap();
            assert_eq!(text, anew.save());
            let (mut anew, _) = Runner::restore(pack.clone(), TimeDelta::zero(), &text).unwrap();
            anew.feed(of.cloned());
            live.adopt(anew);
        }
        assert!(live.take_late().is_empty());
        assert_eq!(live.save_vehicle(&car(CARS + 999)), None);
        assert_eq!(live.save_state(&car(CARS + 999)), None);
        assert_eq!(ended(live).1, straight.save(), "{threads} threads");
    }
}
