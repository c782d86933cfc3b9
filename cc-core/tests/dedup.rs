//! What was delivered before is known again; what was not is never taken for it.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};

use cc_core::Event;
use cc_core::dedup::{Dedup, DedupError, DedupLimits, EventMark};
use chrono::TimeDelta;
use proptest::prelude::*;

const UNBOUNDED: DedupLimits = DedupLimits { capacity: usize::MAX, horizon: None };

fn limits(capacity: usize, horizon: Option<i64>) -> DedupLimits {
    DedupLimits { capacity, horizon: horizon.map(TimeDelta::seconds) }
}

fn event(vehicle: u8, second: u32, value: &str) -> Event {
    let (minutes, seconds) = (second / 60, second % 60);
    let json = format!(
        "{{\"id\":1,\"organizationKey\":\"demo\",\"vehicleId\":{vehicle},\"time\":\"2026-05-01T10:{minutes:02}:{seconds:02}Z\",\
         \"type\":\"car_ignition\",\"value\":{value}}}"
    );
    Event::from_json(json).unwrap()
}

/// Marks of few vehicles and seconds, so that they come again.
fn marks() -> impl Strategy<Value = Vec<EventMark>> {
    let event = (0..5_u8, 0..30_u32, any::<bool>());
    prop::collection::vec(event, 0..80).prop_map(|events| {
        events.into_iter().map(|(car, at, value)| EventMark::of(&event_of(car, at, value))).collect()
    })
}

fn event_of(car: u8, at: u32, value: bool) -> Event {
    event(car, at, if value { "true" } else { "false" })
}

fn group(mark: &EventMark) -> [u8; 4] {
    mark.to_bytes()[..4].try_into().unwrap()
}

fn second(mark: &EventMark) -> u64 {
    mark.to_bytes()[4..9].iter().fold(0, |second, byte| second << 8 | u64::from(*byte))
}

fn filled(limits: DedupLimits, marks: &[EventMark]) -> Dedup {
    let mut seen = Dedup::new(limits);
    for mark in marks {
        seen.insert_mark(*mark);
    }
    seen
}

#[test]
fn two_shards_may_say_two_things_under_one_id() {
    // Same vehicle, second, type and id.
    let (one, other) = (event(7, 0, "true"), event(7, 0, "false"));
    let again = Event::from_json(one.to_json().replace("10:00:00Z", "12:00:00.000+02:00")).unwrap();
    let mut seen = Dedup::new(limits(100, None));
    let news: Vec<bool> = [&one, &other, &one, &again, &other].map(|event| seen.insert(event)).into();
    assert_eq!(news, [true, true, false, false, false]);
    assert!(seen.contains(&one) && seen.contains(&other) && seen.len() == 2);
    // Another organisation's vehicle 7 is another vehicle.
    let elsewhere = Event::from_json(one.to_json().replace("demo", "other")).unwrap();
    assert!(seen.insert(&elsewhere));
}

#[test]
fn the_vehicle_with_the_most_gives_up_its_oldest() {
    let mut seen = Dedup::new(limits(6, None));
    // One car chatters, and its clock is far ahead of the other's, which uploads a day late and backwards.
    for second in 0..20 {
        assert!(seen.insert(&event(1, 1000 + second, "true")));
    }
    for second in (0..20).rev() {
        assert!(seen.insert(&event(2, second, "true")));
    }
    let remembered = |car, seconds: std::ops::Range<u32>| {
        seconds.filter(|second| seen.contains(&event(car, *second, "true"))).collect::<Vec<_>>()
    };
    assert_eq!((remembered(1, 1000..1020), remembered(2, 0..20)), (vec![1017, 1018, 1019], vec![17, 18, 19]));
}

#[test]
fn a_memory_of_no_room_lets_everything_through() {
    let mut seen = Dedup::new(limits(0, Some(0)));
    assert!(seen.insert(&event(1, 0, "true")) && seen.insert(&event(1, 0, "true")) && seen.is_empty());
}

/// The rule in other words: an event is as deep as it has events of its vehicle from its own place to the newest; the
/// shallowest are remembered, among equals those of the vehicles that come first.
fn shallowest(marks: &BTreeSet<EventMark>, capacity: usize) -> BTreeSet<EventMark> {
    let mut of_group = BTreeMap::<_, Vec<_>>::new();
    for mark in marks.iter().rev() {
        of_group.entry(group(mark)).or_default().push(*mark);
    }
    let mut by_depth: Vec<_> = of_group
        .into_iter()
        .flat_map(|(group, marks)| {
            marks.into_iter().enumerate().map(move |(depth, mark)| (depth, group, mark))
        })
        .collect();
    by_depth.sort_unstable();
    by_depth.into_iter().take(capacity).map(|(_, _, mark)| mark).collect()
}

/// The marks that are within the horizon of their vehicle's newest.
fn within(marks: &BTreeSet<EventMark>, horizon: i64) -> BTreeSet<EventMark> {
    let newest =
        |of: &EventMark| marks.iter().filter(|mark| group(mark) == group(of)).map(second).max().unwrap();
    marks.iter().filter(|mark| newest(mark) - second(mark) <= horizon as u64).copied().collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn what_is_called_a_duplicate_was_there_before(
        marks in marks(),
        capacity in 0..40_usize,
        horizon in prop::option::of(0..30_i64),
    ) {
        let (mut seen, mut all) = (Dedup::new(limits(capacity, horizon)), BTreeSet::new());
        let mut unbounded = Dedup::new(UNBOUNDED);
        for mark in marks {
            let is_new = all.insert(mark);
            prop_assert!(seen.insert_mark(mark) || !is_new, "an event was dropped");
            prop_assert_eq!(unbounded.insert_mark(mark), is_new, "with room for all, every duplicate is found");
            prop_assert!(seen.len() <= capacity);
            prop_assert!(seen.marks().all(|mark| all.contains(mark)));
        }
    }

    #[test]
    fn what_is_remembered_depends_on_the_events_and_not_on_their_order(
        marks in marks(),
        other in any::<prop::sample::Index>(),
        capacity in 0..40_usize,
        horizon in 0..30_i64,
    ) {
        let all: BTreeSet<_> = marks.iter().copied().collect();
        let mut turned = marks.clone();
        turned.rotate_left(if marks.is_empty() { 0 } else { other.index(marks.len()) });
        let backwards: Vec<_> = marks.iter().rev().copied().collect();
        for marks in [marks, turned, backwards, all.iter().copied().collect()] {
            let seen = filled(limits(capacity, None), &marks);
            prop_assert_eq!(seen.marks().copied().collect::<BTreeSet<_>>(), shallowest(&all, capacity));
            let seen = filled(limits(usize::MAX, Some(horizon)), &marks);
            prop_assert_eq!(seen.marks().copied().collect::<BTreeSet<_>>(), within(&all, horizon));
        }
    }

    #[test]
    fn a_restart_at_any_point_changes_nothing(
        marks in marks(),
        capacity in 0..40_usize,
        horizon in prop::option::of(0..30_i64),
        restarts in prop::collection::btree_map(0..80_usize, 0..3_u8, 0..8),
    ) {
        let limits = limits(capacity, horizon);
        let (mut steady, mut seen) = (Dedup::new(limits), Dedup::new(limits));
        let mut file = Vec::new();
        for (i, mark) in marks.into_iter().enumerate() {
            match restarts.get(&i) {
                Some(0) => {
                    file.clear();
                    seen.save(|piece| file.extend_from_slice(piece));
                }
                Some(kind) => {
                    if let Some(added) = seen.save_added() {
                        file.extend(added);
                    } else {
                        file.clear();
                        seen.save(|piece| file.extend_from_slice(piece));
                    }
                    prop_assert_eq!(seen.save_added(), Some(Vec::new()), "nothing is added twice");
                    if *kind == 2 {
                        seen = Dedup::restore(limits, &file).unwrap();
                    }
                }
                None => {}
            }
            prop_assert_eq!(seen.insert_mark(mark), steady.insert_mark(mark));
            prop_assert_eq!(seen.to_bytes(), steady.to_bytes());
        }
    }

    #[test]
    fn what_is_damaged_is_refused_and_what_is_before_it_is_not(
        marks in marks(),
        cut in any::<prop::sample::Index>(),
        flip in any::<prop::sample::Index>(),
        bit in 0..8_u8,
    ) {
        let limits = limits(20, None);
        let mut seen = filled(limits, &marks);
        let mut file = Vec::new();
        seen.save(|piece| file.extend_from_slice(piece));
        prop_assert_eq!(&file, &seen.to_bytes());
        let image = file.len();
        for second in 0..3 {
            seen.insert(&event(9, 100 + second, "true"));
            file.extend(seen.save_added().unwrap());
        }
        let part = (file.len() - image) / 3;
        let again = Dedup::restore(limits, &file).unwrap();
        prop_assert_eq!(again.to_bytes(), seen.to_bytes());

        let cut = cut.index(file.len());
        let whole = if cut < image { 0 } else { image + (cut - image) / part * part };
        match Dedup::restore(limits, &file[..cut]) {
            Ok(_) => prop_assert_eq!(cut, whole),
            Err(error) => {
                prop_assert_eq!(error, DedupError::Damaged { offset: whole as u64 });
                prop_assert_eq!(Dedup::restore(limits, &file[..whole]).is_ok(), whole > 0);
            }
        }
        let at = flip.index(file.len());
        file[at] ^= 1 << bit;
        prop_assert!(Dedup::restore(limits, &file).is_err());
    }

    #[test]
    fn smaller_limits_forget_as_if_they_had_always_been(
        marks in marks(),
        capacity in 0..40_usize,
        horizon in 0..30_i64,
    ) {
        let bytes = filled(UNBOUNDED, &marks).to_bytes();
        for limits in [limits(capacity, None), limits(usize::MAX, Some(horizon))] {
            let again = Dedup::restore(limits, &bytes).unwrap();
            prop_assert_eq!(again.to_bytes(), filled(limits, &marks).to_bytes());
        }
    }
}

#[test]
fn bytes_of_another_version_say_so() {
    let mut bytes = Dedup::new(UNBOUNDED).to_bytes();
    bytes[3] = 9;
    let error = Dedup::restore(UNBOUNDED, &bytes).unwrap_err();
    assert_eq!(error.to_string(), "a memory of events of version 9, this crate reads version 1");
    assert_eq!(Dedup::restore(UNBOUNDED, &[]).unwrap_err(), DedupError::Damaged { offset: 0 });
}

/// Version 1, byte for byte: what was written once can always be read.
#[test]
fn the_form_of_bytes_does_not_change() {
    let mut bytes = b"CCD\x01\x00\0\0\0\0\0\0\0\x02".to_vec();
    let marks = [1_u8, 2].map(|n| EventMark::from_bytes([n; EventMark::LENGTH]));
    bytes.extend(marks.iter().flat_map(EventMark::to_bytes));
    let seen = filled(UNBOUNDED, &marks);
    let written = seen.to_bytes();
    assert_eq!((&written[..bytes.len()], written.len()), (&bytes[..], bytes.len() + 16));
    let mark = EventMark::of(&event(7, 0, "true")).to_bytes();
    assert_eq!(hex(&mark[..9]), "cc415fc38069f479a0");
    assert_eq!(hex(&written[bytes.len()..]), "a7fc6d9083ad14188d9481edc3d9ab47");
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}

#[test]
fn a_file_that_grows_is_written_anew_when_it_is_twice_as_long() {
    let mut seen = Dedup::new(limits(2_000, None));
    let (mut files, mut longest, mut file) = (0, 0, Vec::new());
    let mut restored = Vec::new();
    for number in 0..20_000_u32 {
        let mut bytes = [0; EventMark::LENGTH];
        bytes[5..9].copy_from_slice(&number.to_be_bytes());
        assert!(seen.insert_mark(EventMark::from_bytes(bytes)));
        if number % 10 == 0 {
            if let Some(added) = seen.save_added() {
                file.extend(added);
            } else {
                (files, file) = (files + 1, Vec::new());
                seen.save(|piece| file.extend_from_slice(piece));
            }
            longest = longest.max(file.len());
        }
        if number % 5_000 == 1 {
            restored = Dedup::restore(seen.limits(), &file).unwrap().to_bytes();
        }
    }
    assert!(files <= 20 && longest < 2 * 2_000 * 45 && restored.len() > 2_000 * 41, "{files} {longest}");
    // Who never saves holds nothing to be saved, and who stops saving holds an eighth at most.
    let mut seen = Dedup::new(limits(100_000, None));
    seen.save(|_| {});
    for second in 0..3_000 {
        seen.insert(&event(1, second, "true"));
    }
    assert_eq!(seen.save_added(), None);
}

#[test]
fn no_debug_shows_an_event() {
    let event = event(7, 0, "true");
    let mut seen = Dedup::new(UNBOUNDED);
    seen.insert(&event);
    let shown = format!("{seen:?}");
    assert!(shown.contains("length: 1") && !shown.contains("demo"), "{shown}");
}
