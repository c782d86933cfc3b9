//! A phone and a platform that see different samples of one fault end with one recommendation.
//!
//! The faults are the stories that the standard pack's own tests tell. The phone hears all of them, in order, and time
//! passes at once; the platform hears some of the samples, its codes a moment later, out of order and late.
#![cfg(feature = "source")]
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test reads the sources of the pack")]

mod common;
#[path = "common/fleet.rs"]
mod fleet;
#[path = "common/standard_pack.rs"]
mod standard_pack;

use std::collections::{BTreeMap, BTreeSet};

use cc_core::{
    Body, Event, Reading, Recommendation, RecommendationId, SignalId, Timestamp, Value, VehicleRef,
};
use cc_rules::source::Compiled;
use cc_rules::testing::PackTest;
use cc_rules::{Pack, Runner};
use chrono::TimeDelta;
use fleet::Random;
use standard_pack::compiled;

const SEEDS: u64 = 6;
const MOST_SEEDS: u64 = 10 * SEEDS;

/// What the platform hears of the same fault: each n-th sample of each number, from some place on; whatever else there
/// is comes up to half a minute later. All of it mixed up.
fn thinned(events: &[Event], random: &mut Random) -> Vec<Event> {
    let every = 1 + random.below(3);
    let moved = TimeDelta::milliseconds(random.below(30_000) as i64);
    let mut counts: BTreeMap<SignalId, u64> = BTreeMap::new();
    let mut heard = Vec::new();
    for event in events {
        if let Body::Reading(Reading { signal, value: Value::Number(_), .. }) = &event.body {
            let start = random.below(every);
            let count = counts.entry(signal.clone()).or_insert(start);
            if count.is_multiple_of(every) {
                heard.push(event.clone());
            }
            *count += 1;
        } else {
            let mut later = event.clone();
            later.at += moved;
            heard.push(later);
        }
    }
    random.shuffle(&mut heard);
    heard
}

/// One side: events in, and what is open at the instants that are asked for.
fn open_at(
    pack: &Pack,
    test: &PackTest,
    lateness: TimeDelta,
    events: Vec<Event>,
    instants: &BTreeSet<Timestamp>,
) -> Vec<Vec<Recommendation>> {
    let car: VehicleRef = "local/0".parse().unwrap();
    let mut runner = Runner::new(pack.clone(), lateness);
    runner.set_profile(car.clone(), test.profile().clone());
    let mut rest = events.into_iter().peekable();
    instants
        .iter()
        .map(|at| {
            // All that this side hears until then, in whatever order it came.
            let batch: Vec<Event> = std::iter::from_fn(|| rest.next_if(|event| event.at <= *at)).collect();
            runner.feed(batch);
            runner.advance(*at + TimeDelta::nanoseconds(1));
            runner.vehicle(&car).map(|state| state.recommendations(pack)).unwrap_or_default()
        })
        .collect()
}

/// When something happens on one side.
fn instants_of(pack: &Pack, test: &PackTest, lateness: TimeDelta, events: Vec<Event>) -> BTreeSet<Timestamp> {
    let mut runner = Runner::new(pack.clone(), lateness);
    runner.set_profile("local/0".parse().unwrap(), test.profile().clone());
    runner.feed(events);
    runner.advance(test.end(pack) + TimeDelta::minutes(1));
    assert_eq!(runner.stats().late, 0, "{}", test.name);
    runner.take_changes().iter().map(|change| change.at).collect()
}

/// The platform's table: one recommendation a vehicle and group, whatever comes in.
fn joined(reports: Vec<Recommendation>) -> BTreeMap<(VehicleRef, Box<str>), Recommendation> {
    let mut table: BTreeMap<(VehicleRef, Box<str>), Recommendation> = BTreeMap::new();
    for report in reports {
        let key = (report.vehicle.clone(), report.group.clone());
        let one = match table.remove(&key) {
            None => report,
            Some(other) => other.merge(report).unwrap(),
        };
        table.insert(key, one);
    }
    table
}

#[test]
fn phone_and_platform_end_with_one_recommendation_for_each_rule_of_the_standard_pack() {
    let Compiled { pack, tests, .. } = compiled();
    let mut met: BTreeSet<Box<str>> = BTreeSet::new();
    let (mut both, mut different) = (0, 0);
    let lonely = |met: &BTreeSet<Box<str>>| -> Vec<&str> {
        pack.rule_ids().filter(|rule| !met.contains(*rule)).collect()
    };
    for seed in 0..MOST_SEEDS {
        // More only where chance has hidden a fault from one side so far.
        if seed >= SEEDS && lonely(&met).is_empty() {
            break;
        }
        for (number, test) in tests.iter().enumerate() {
            let mut random = Random::new(seed * 10_000 + number as u64);
            let dense = test.events(&pack);
            let (late, none) = (TimeDelta::days(4_000), TimeDelta::zero());
            let mut sparse = thinned(&dense, &mut random);
            let mut instants = instants_of(&pack, test, none, dense.clone());
            instants.extend(instants_of(&pack, test, late, sparse.clone()));
            // What lies behind the instant that is asked for comes later; before it, the order stays mixed up.
            let place = |event: &Event| instants.range(event.at..).next().copied();
            sparse.sort_by_key(|event| place(event).unwrap_or(Timestamp::MAX_UTC));
            let phone = open_at(&pack, test, none, dense, &instants);
            let platform = open_at(&pack, test, late, sparse, &instants);
            for (phone, platform) in phone.into_iter().zip(platform) {
                let reports: Vec<_> = phone.iter().chain(&platform).cloned().collect();
                let table = joined(reports.clone());
                let mut backwards = reports.clone();
                random.shuffle(&mut backwards);
                // A side that tells the same again changes nothing.
                backwards.extend(phone.iter().cloned());
                assert_eq!(joined(backwards), table, "{}: seed {seed}", test.name);
                for ((vehicle, group), one) in &table {
                    let same: Vec<_> =
                        reports.iter().filter(|r| r.vehicle == *vehicle && r.group == *group).collect();
                    let first = same.iter().min_by_key(|r| (r.since, r.id)).unwrap();
                    let ids: BTreeSet<RecommendationId> = same.iter().map(|r| r.id).collect();
                    let mut known = one.aliases.clone();
                    assert!(known.insert(one.id), "an id is its own alias");
                    assert_eq!((one.id, known), (first.id, ids), "{}: seed {seed}", test.name);
                    assert_eq!(Some(one.since), same.iter().map(|r| r.since).min());
                    assert_eq!(Some(one.urgency), same.iter().map(|r| r.urgency).max());
                    assert_eq!(one.due, same.iter().filter_map(|r| r.due).min());
                    assert!(same.iter().any(|r| {
                        (&r.rule, r.urgency, r.action, &r.message, &r.args)
                            == (&one.rule, one.urgency, one.action, &one.message, &one.args)
                    }));
                    if let [here, there] = &same[..] {
                        both += 1;
                        different += u32::from(here.id != there.id);
                        met.extend([here, there].map(|r| r.rule.clone()));
                    }
                }
            }
        }
    }
    let lonely = lonely(&met);
    assert!(lonely.is_empty(), "no fault of these was seen by both sides: {lonely:?}");
    assert!(different > 100 && different < both, "{different} of {both} had two ids before");
}
