//! Trips of a simulated month against the truth, which was written by hand: `month/truth.rs`.

#![cfg(feature = "geography")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod month;

use cc_core::Event;
use cc_core::trips::{
    Added, CarTrips, Finding, MeasuredTrip, Segmenter, SegmenterStateError, ToldBy, TripOptions, Waypoint,
    segment,
};
use chrono::{TimeDelta, Timelike};
use month::truth::{MOVEMENTS, REFUELLINGS, TRIPS, Truth};
use month::{Seed, march};
use proptest::prelude::*;

const CAR: &str = "demo/7";

fn month() -> Vec<Event> {
    month::month(CAR, 42)
}

fn trips_of(events: &[Event]) -> CarTrips {
    let cars = segment(events, &TripOptions::default()).unwrap();
    assert_eq!(cars.len(), 1);
    cars.into_iter().next().unwrap()
}

fn assert_is(trip: &MeasuredTrip, truth: &Truth) {
    let (day, time, told_by) = truth.start;
    let name = format!("the trip of the {day}th at {time}");
    assert_eq!((trip.start.at, trip.start.told_by), (march(day, time), told_by), "{name}");
    let (day, time, told_by) = truth.end;
    assert_eq!((trip.end.at, trip.end.told_by), (march(day, time), told_by), "{name}");
    assert_eq!(trip.open, told_by == ToldBy::Running, "{name}");
    let stops: Vec<_> = trip.stops.iter().map(|stop| (stop.from, stop.until)).collect();
    let expected: Vec<_> =
        truth.stops.iter().map(|(from, until)| (march(day, from), march(day, until))).collect();
    assert_eq!(stops, expected, "{name}");
}

fn assert_measures(trip: &MeasuredTrip, truth: &Truth) {
    let name = format!("the trip of the {}th at {}", truth.start.0, truth.start.1);
    let distance = trip.distance.unwrap();
    let wrong = distance.meters.abs_diff(truth.meters);
    assert!(wrong <= distance.precision_meters, "{name}: {distance:?}, not {} m", truth.meters);
    assert!(distance.precision_meters <= 2_000.max(truth.meters / 20), "{name}: {distance:?}");
    // Speeds come every ten seconds, and the car stands a little before its ignition goes off.
    let idle = trip.idle.unwrap();
    let wrong = (idle - TimeDelta::minutes(truth.idle_minutes)).abs();
    assert!(wrong <= TimeDelta::seconds(40), "{name}: idle {idle}");
    assert!(trip.route.is_sorted_by_key(Waypoint::at), "{name}");
}

#[test]
fn a_simulated_month_gives_the_trips_written_down_by_hand() {
    let found = trips_of(&month());
    for (trip, truth) in found.trips.iter().zip(TRIPS) {
        assert_is(trip, truth);
        assert_measures(trip, truth);
    }
    assert_eq!(found.trips.len(), TRIPS.len());
    let movements: Vec<_> = found
        .movements
        .iter()
        .map(|movement| {
            let (from, until) = (movement.from.at(), movement.until.at());
            let hour = |at: cc_core::Timestamp| format!("{:02}", at.hour());
            (
                movement.kind.as_str(),
                from.format("%-d").to_string(),
                hour(from),
                hour(until),
                (movement.meters + 500) / 1_000,
            )
        })
        .collect();
    let expected: Vec<_> = MOVEMENTS
        .iter()
        .map(|(kind, day, from, until, km)| {
            (*kind, day.to_string(), (*from).to_owned(), (*until).to_owned(), *km)
        })
        .collect();
    assert_eq!(movements, expected);
    assert_eq!(found.refuellings.len(), REFUELLINGS.len());
    for (refuelling, (day, hour, liters)) in found.refuellings.iter().zip(REFUELLINGS) {
        assert_eq!(refuelling.at.format("%-d %H").to_string(), format!("{day} {hour}"));
        let added = refuelling.after_milliliters.unwrap() - refuelling.before_milliliters.unwrap();
        assert!(added.abs_diff(liters * 1_000) <= 1_500, "{added} ml");
    }
    assert_eq!(found.stats.stood, 1);
    assert!(found.stats.implausible >= 4, "{:?}", found.stats);
}

#[test]
fn other_noise_gives_the_same_trips() {
    for seed in 1..20 {
        let found = trips_of(&month::month(CAR, seed));
        assert_eq!(found.trips.len(), TRIPS.len(), "seed {seed}");
        for (trip, truth) in found.trips.iter().zip(TRIPS) {
            assert_is(trip, truth);
            assert_measures(trip, truth);
        }
    }
}

#[test]
fn any_order_and_any_duplicates_give_the_same_trips() {
    let events = month();
    let expected = trips_of(&events);
    for seed in 1..12 {
        let mut seed = Seed(seed);
        let mut shuffled = events.clone();
        let again: Vec<Event> =
            (0..events.len() / 3).map(|_| events[seed.below(events.len())].clone()).collect();
        let duplicates = again.len() as u64;
        shuffled.extend(again);
        seed.shuffle(&mut shuffled);
        let found = trips_of(&shuffled);
        assert_eq!(found.stats.duplicates, duplicates + expected.stats.duplicates);
        assert!(found.trips == expected.trips);
        assert!(found.movements == expected.movements);
        assert!(found.refuellings == expected.refuellings);
    }
}

/// The trips whose ends the ignition told do not depend on any single reading.
#[test]
fn a_tenth_of_the_readings_lost_does_not_change_what_the_ignition_told() {
    let told: Vec<&Truth> = TRIPS
        .iter()
        .filter(|truth| (truth.start.2, truth.end.2) == (ToldBy::Ignition, ToldBy::Ignition))
        .collect();
    assert!(told.len() > 40);
    for seed in 1..12 {
        let mut seed = Seed(seed);
        let mut events = month();
        events.retain(|event| event.type_name() == "car_ignition" || seed.below(10) > 0);
        let found = trips_of(&events);
        let found: Vec<&MeasuredTrip> = found
            .trips
            .iter()
            .filter(|trip| (trip.start.told_by, trip.end.told_by) == (ToldBy::Ignition, ToldBy::Ignition))
            .filter(|trip| !trip.open)
            .collect();
        assert_eq!(
            found.len(),
            told.len(),
            "{:?}",
            found.iter().map(|t| (t.start.at, t.end.at)).collect::<Vec<_>>()
        );
        for (trip, truth) in found.iter().zip(&told) {
            assert_is(trip, truth);
        }
    }
}

/// The trips whose both ends the ignition told, and whose readings do not tell more than a receiver.
#[test]
fn cars_that_say_less_have_the_same_trips() {
    type Keeps = fn(&str) -> bool;
    let cars: [(&str, Keeps); 3] = [
        ("ignition and positions", |name| name == "car_ignition" || name == "gps_position"),
        ("ignition, speed and odometer", |name| name != "gps_position"),
        ("ignition and odometer", |name| name == "car_ignition" || name == "can_odometer_km"),
    ];
    // The radio of the 19th is a trip for a car that tells neither speed nor position.
    let radio = march(19, "12:00:00");
    // In the jam of the 24th its odometer stands still, and a car that says nothing else is silent.
    let jam = march(24, "16:00:00");
    for (case, keeps) in cars {
        let mut events = month();
        events.retain(|event| keeps(event.type_name()));
        let found = trips_of(&events);
        let told = |start: ToldBy, end: ToldBy| (start, end) == (ToldBy::Ignition, ToldBy::Ignition);
        let found: Vec<&MeasuredTrip> = found
            .trips
            .iter()
            .filter(|trip| told(trip.start.told_by, trip.end.told_by) && !trip.open && trip.start.at != radio)
            .collect();
        let silent = case == "ignition and odometer";
        let truths: Vec<&Truth> = TRIPS
            .iter()
            .filter(|truth| told(truth.start.2, truth.end.2))
            .filter(|truth| !silent || march(truth.start.0, truth.start.1) != jam)
            .collect();
        for (trip, truth) in found.iter().zip(&truths) {
            assert_is(trip, truth);
            let distance = trip.distance.unwrap();
            assert!(
                distance.meters.abs_diff(truth.meters) <= distance.precision_meters,
                "{case}: {distance:?} {}",
                truth.meters
            );
        }
        assert_eq!(found.len(), truths.len(), "{case}");
    }
}

/// Without an ignition a trip lasts from the last position at a place to the first at the next, so that it is known to
/// a sampling interval only; stops of less than ten minutes join.
#[test]
fn a_car_that_tells_positions_only_has_its_trips_to_a_minute() {
    let mut events = month();
    // Such devices say where they are while they are parked too: every five minutes, here.
    let expected: Vec<&Truth> = TRIPS.iter().filter(|truth| (2..6).contains(&truth.start.0)).collect();
    events.retain(|event| event.type_name() == "gps_position" && event.at < march(6, "00:00:00"));
    let mut all = Vec::new();
    for (event, next) in events.iter().zip(events.iter().skip(1).map(Some).chain([None])) {
        all.push(event.clone());
        let until = next.map_or(event.at + TimeDelta::hours(1), |next| next.at);
        let mut again = event.clone();
        while until - again.at > TimeDelta::minutes(5) {
            again.at += TimeDelta::minutes(5);
            all.push(again.clone());
        }
    }
    let found = trips_of(&all);
    assert_eq!(found.trips.len(), expected.len());
    for (trip, truth) in found.trips.iter().zip(expected) {
        let (start, end) = (march(truth.start.0, truth.start.1), march(truth.end.0, truth.end.1));
        assert!((trip.start.at - start).abs() <= TimeDelta::minutes(5), "{} {start}", trip.start.at);
        assert!((trip.end.at - end).abs() <= TimeDelta::minutes(1), "{} {end}", trip.end.at);
        assert!(trip.distance.unwrap().meters.abs_diff(truth.meters) <= truth.meters / 30, "{start}");
    }
}

/// Events as they arrive: each up to so many seconds late.
fn late(events: &[Event], seconds: usize, seed: &mut Seed) -> Vec<Event> {
    let mut arriving: Vec<_> = events
        .iter()
        .map(|event| (event.at + TimeDelta::seconds(seed.below(seconds + 1) as i64), event.clone()))
        .collect();
    arriving.sort_by_key(|(at, _)| *at);
    arriving.into_iter().map(|(_, event)| event).collect()
}

#[test]
fn live_and_afterwards_the_trips_are_the_same() {
    let events = month();
    let expected = trips_of(&events);
    for (case, arriving) in [
        ("in order", events.clone()),
        ("late", late(&events, 290, &mut Seed(5))),
        ("twice", late(&[events.clone(), events.clone()].concat(), 290, &mut Seed(6))),
    ] {
        let mut segmenter = Segmenter::new(CAR.parse().unwrap(), &TripOptions::default()).unwrap();
        let mut findings = Vec::new();
        for event in &arriving {
            segmenter.add(event);
            findings.extend(segmenter.finished());
        }
        segmenter.drain();
        findings.extend(segmenter.finished());
        let trips: Vec<MeasuredTrip> = findings
            .into_iter()
            .filter_map(|finding| if let Finding::Trip(trip) = finding { Some(*trip) } else { None })
            .chain(segmenter.open())
            .collect();
        assert_eq!(segmenter.stats().late, 0, "{case}");
        assert_eq!(segmenter.stats().accepted, expected.stats.accepted, "{case}");
        assert!(trips == expected.trips, "{case}");
    }
}

#[test]
fn what_comes_too_late_is_counted_and_changes_nothing() {
    let options = TripOptions::default();
    let mut segmenter = Segmenter::new(CAR.parse().unwrap(), &options).unwrap();
    let events = month();
    for event in &events[..2_000] {
        assert_eq!(segmenter.add(event), Added::Accepted);
    }
    let before = segmenter.to_bytes();
    assert_eq!(segmenter.add(&events[10]), Added::Late);
    assert_eq!(segmenter.stats().late, 1);
    let mut other = events[10].clone();
    other.vehicle = None;
    assert_eq!(segmenter.add(&other), Added::Refused);
    // Only the counts are new.
    assert_eq!(before.len(), segmenter.to_bytes().len());
}

#[test]
fn a_car_takes_up_little_memory() {
    let options = TripOptions::default();
    let mut segmenter = Segmenter::new(CAR.parse().unwrap(), &options).unwrap();
    let (mut most, mut most_bytes) = (0, 0);
    for event in month() {
        segmenter.add(&event);
        segmenter.finished();
        most = most.max(segmenter.memory());
        most_bytes = most_bytes.max(segmenter.to_bytes().len());
    }
    segmenter.advance(march(31, "23:00:00"));
    segmenter.finished();
    let parked = segmenter.to_bytes().len();
    assert!(most < 64 * 1024, "{most} bytes at most");
    assert!(most_bytes < 16 * 1024, "{most_bytes} bytes written");
    assert!(parked < 200, "{parked} bytes written while it is parked");
}

#[test]
fn an_open_trip_keeps_its_id_while_it_goes_on() {
    let mut segmenter = Segmenter::new(CAR.parse().unwrap(), &TripOptions::default()).unwrap();
    let mut ids = std::collections::BTreeSet::new();
    let mut seen = 0;
    for event in month().iter().filter(|event| event.at < march(2, "06:58:00")) {
        segmenter.add(event);
        if let Some(trip) = segmenter.open() {
            assert!(trip.open);
            ids.insert(trip.id);
            seen += 1;
        }
    }
    assert_eq!(ids.len(), 1);
    assert!(seen > 100);
}

#[test]
fn a_finished_trip_says_so_as_events() {
    let found = trips_of(&month());
    let trip = &found.trips[5];
    let (started, ended) = (trip.started_event(), trip.ended_event().unwrap());
    assert_eq!((started.at, started.type_name()), (trip.start.at, "trip_started"));
    assert_eq!((ended.at, ended.type_name()), (trip.end.at, "trip_ended"));
    let again = Event::from_json(ended.to_json()).unwrap();
    assert!(again.same_as(&ended));
    let refuel = found.refuellings[0].event().unwrap();
    assert!(refuel.to_json().contains("\"type\":\"refuel\""));
    assert_eq!(found.trips.last().unwrap().ended_event(), None);
}

#[test]
fn nobody_reads_a_place_in_a_log() {
    let found = trips_of(&month());
    let shown = format!("{found:?} {:?}", found.trips[0].start.place);
    for place in ["-30.", "-20.", "-29.", "-19."] {
        assert!(!shown.contains(place), "{place}");
    }
    let hidden = found.trips[0].to_canonical_json(cc_core::trips::Places::Hidden);
    assert!(!hidden.contains("latitude"));
    assert!(found.trips[0].to_canonical_json(cc_core::trips::Places::Shown).contains("latitude"));
    let line = found.trips[0].polyline();
    assert!(found.trips[0].to_canonical_json(cc_core::trips::Places::Polyline).contains("\"polyline\":\""));
    let points =
        cc_core::geography::decode_polyline(&line, cc_core::geography::PolylinePrecision::Five).unwrap();
    assert_eq!(points.len(), found.trips[0].route.len());
}

#[test]
fn damaged_states_are_refused() {
    let options = TripOptions::default();
    let mut segmenter = Segmenter::new(CAR.parse().unwrap(), &options).unwrap();
    for event in &month()[..300] {
        segmenter.add(event);
    }
    let bytes = segmenter.to_bytes();
    assert_eq!(Segmenter::from_bytes(&bytes, &options).unwrap().to_bytes(), bytes);
    for place in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[place] ^= 0x10;
        let error = Segmenter::from_bytes(&damaged, &options).unwrap_err();
        let expected = if place == 3 {
            SegmenterStateError::Version { found: 0x11 }
        } else {
            SegmenterStateError::Damaged
        };
        assert_eq!(error, expected, "byte {place}");
        assert!(Segmenter::from_bytes(&bytes[..place], &options).is_err());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Three days, in any batches, each event late or twice, with restarts between.
    #[test]
    fn restarts_and_batches_do_not_matter(seed in 1_u64.., day in 2_u32..29, restarts in 0_usize..12) {
        let mut seed = Seed(seed);
        let events: Vec<Event> = month()
            .into_iter()
            .filter(|event| (march(day, "00:00:00")..march(day + 2, "23:00:00")).contains(&event.at))
            .collect();
        let options = TripOptions::default();
        let expected = segment(&events, &options).unwrap();
        let mut arriving = events.clone();
        arriving.extend((0..events.len() / 4).map(|_| events[seed.below(events.len())].clone()));
        let arriving = late(&arriving, 299, &mut seed);
        let restarts: Vec<usize> = (0..restarts).map(|_| seed.below(arriving.len().max(1))).collect();
        let mut segmenter = Segmenter::new(CAR.parse().unwrap(), &options).unwrap();
        for (number, event) in arriving.iter().enumerate() {
            prop_assert!(segmenter.add(event) != Added::Late);
            if restarts.contains(&number) {
                let bytes = segmenter.to_bytes();
                segmenter = Segmenter::from_bytes(&bytes, &options).unwrap();
                prop_assert_eq!(segmenter.to_bytes(), bytes);
            }
        }
        segmenter.drain();
        let mut trips = Vec::new();
        for finding in segmenter.finished() {
            if let Finding::Trip(trip) = finding {
                trips.push(*trip);
            }
        }
        trips.extend(segmenter.open());
        let expected = expected.into_iter().next().map(|car| car.trips).unwrap_or_default();
        prop_assert!(trips == expected);
    }
}
