//! One worker: lines to events, events to changes, changes to counts.

use std::collections::BTreeSet;

use cc_core::{Change, Event};

use super::blocks::{Block, LONGEST_LINE};
use super::key;
use super::tally::Tally;

/// A line that is no event.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct BadLine {
    pub(super) file: u16,
    pub(super) line: u64,
    pub(super) reason: String,
}

/// So many bad lines are told one by one.
pub(super) const TOLD: usize = 20;

/// What was read, whatever the rules made of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Counts {
    pub(super) events: u64,
    pub(super) vehicles: u64,
    pub(super) duplicates: u64,
    pub(super) bad: u64,
    /// The first of them.
    pub(super) bad_lines: BTreeSet<BadLine>,
    pub(super) without_vehicle: u64,
    /// Vehicles that the two packs say different things about, and changes that only one of them says.
    pub(super) different_vehicles: u64,
    pub(super) only_new: u64,
    pub(super) only_old: u64,
}

impl Counts {
    pub(super) fn add(&mut self, other: &Self) {
        self.events += other.events;
        self.vehicles += other.vehicles;
        self.duplicates += other.duplicates;
        self.bad += other.bad;
        self.without_vehicle += other.without_vehicle;
        self.different_vehicles += other.different_vehicles;
        self.only_new += other.only_new;
        self.only_old += other.only_old;
        self.bad_lines.extend(other.bad_lines.iter().cloned());
        while self.bad_lines.len() > TOLD {
            self.bad_lines.pop_last();
        }
    }

    fn bad(&mut self, file: u16, line: u64, reason: String) {
        self.bad += 1;
        if self.bad_lines.len() < TOLD {
            self.bad_lines.insert(BadLine { file, line, reason });
        }
    }
}

/// One worker's place.
pub(super) struct Worker {
    pub(super) new: Tally,
    pub(super) old: Option<Tally>,
    keep_changes: bool,
    events: Vec<Event>,
}

/// What became of a block.
#[derive(Debug, Default)]
pub(super) struct Done {
    pub(super) counts: Counts,
    /// Canonical JSON, one a line; with another pack beside, with who says it.
    pub(super) changes: Vec<u8>,
    /// The vehicles of the block, each once for every run of its events.
    pub(super) seen: Vec<u64>,
}

impl Worker {
    pub(super) fn new(new: Tally, old: Option<Tally>, keep_changes: bool) -> Self {
        Self { new, old, keep_changes, events: Vec::new() }
    }

    /// Works off a block in which each vehicle stands in one piece.
    pub(super) fn block(&mut self, block: &Block) -> Done {
        let mut done = Done::default();
        for (number, line) in block.lines() {
            if let Some(event) = event(line, block.file, number, &mut done.counts) {
                if self.events.first().is_some_and(|first| !is_same_vehicle(first, &event)) {
                    self.flush(&mut done);
                }
                self.events.push(event);
            }
        }
        self.flush(&mut done);
        done
    }

    /// Works off lines that are all of one vehicle, or of few.
    pub(super) fn lines<'l>(&mut self, lines: impl Iterator<Item = (u16, u64, &'l [u8])>, done: &mut Done) {
        let mut events = Vec::new();
        for (file, number, line) in lines {
            events.extend(event(line, file, number, &mut done.counts));
        }
        if let Some((first, rest)) = events.split_first()
            && rest.iter().any(|event| !is_same_vehicle(first, event))
        {
            events.sort_by_cached_key(|event| event.vehicle_ref().map(|v| (v.organization, v.vehicle)));
        }
        for event in events {
            if self.events.first().is_some_and(|first| !is_same_vehicle(first, &event)) {
                self.flush(done);
            }
            self.events.push(event);
        }
        self.flush(done);
    }

    fn flush(&mut self, done: &mut Done) {
        let Some(vehicle) = self.events.first().and_then(Event::vehicle_ref) else { return };
        let (changes, duplicates) = self.new.vehicle(&vehicle, &self.events);
        done.counts.events += self.events.len() as u64;
        done.counts.vehicles += 1;
        done.counts.duplicates += duplicates;
        if let Some(old) = &mut self.old {
            let (before, _) = old.vehicle(&vehicle, &self.events);
            compare(&changes, &before, &mut done.counts);
            if self.keep_changes {
                tell_apart(&changes, &before, &mut done.changes);
            }
        } else if self.keep_changes {
            for change in &changes {
                done.changes.extend_from_slice(change.to_canonical_json().as_bytes());
                done.changes.push(b'\n');
            }
        }
        done.seen.push(key::of_vehicle(&vehicle));
        self.events.clear();
    }
}

/// What only one of two packs says about a vehicle.
fn compare(new: &[Change], old: &[Change], counts: &mut Counts) {
    if new == old {
        return;
    }
    let only = |these: &[Change], those: &[Change]| {
        these.iter().filter(|change| !those.contains(change)).count() as u64
    };
    counts.different_vehicles += 1;
    counts.only_new += only(new, old);
    counts.only_old += only(old, new);
}

/// Writes what two packs say about a vehicle, each change with who says it, in the order of changes.
fn tell_apart(new: &[Change], old: &[Change], out: &mut Vec<u8>) {
    let of_new = new.iter().map(|change| (if old.contains(change) { "both" } else { "here" }, change));
    let only_old = old.iter().filter(|change| !new.contains(change)).map(|change| ("against", change));
    let mut all: Vec<_> = of_new.chain(only_old).collect();
    all.sort_by(|(_, a), (_, b)| (a.at, &a.rule).cmp(&(b.at, &b.rule)));
    for (by, change) in all {
        let line = format!("{{\"by\":\"{by}\",\"change\":{}}}\n", change.to_canonical_json());
        out.extend_from_slice(line.as_bytes());
    }
}

/// Reads one line; what is no event, or not about a vehicle, is counted.
fn event(line: &[u8], file: u16, number: u64, counts: &mut Counts) -> Option<Event> {
    if line.len() > LONGEST_LINE {
        counts.bad(file, number, "the line is longer than 1 MiB".to_owned());
        return None;
    }
    match Event::from_json(line) {
        Ok(event) if event.organization.is_some() && event.vehicle.is_some() => Some(event),
        Ok(_) => {
            counts.without_vehicle += 1;
            None
        }
        Err(reason) => {
            counts.bad(file, number, reason.to_string());
            None
        }
    }
}

fn is_same_vehicle(a: &Event, b: &Event) -> bool {
    a.vehicle == b.vehicle && a.organization == b.organization
}

#[cfg(test)]
#[test]
fn a_vehicle_is_its_number_within_its_organisation() {
    let event = |vehicle: &str| {
        let body = cc_core::Body::Reading(cc_core::Reading::new(cc_core::SignalId::IGNITION, true));
        let vehicle: cc_core::VehicleRef = vehicle.parse().unwrap();
        Event::new(vehicle, cc_core::Timestamp::UNIX_EPOCH, cc_core::EventId(1), body)
    };
    assert!(is_same_vehicle(&event("a/1"), &event("a/1")));
    assert!(!is_same_vehicle(&event("a/1"), &event("b/1")));
    assert!(!is_same_vehicle(&event("a/1"), &event("a/2")));
}
