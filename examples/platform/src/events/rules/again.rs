//! A vehicle of which events came late is read anew: its history in order, behind an earlier state.

use std::collections::BTreeMap;
use std::sync::Arc;

use cc_core::{Event, Timestamp, VehicleRef};
use cc_rules::{Pack, Runner};
use chrono::TimeDelta;

use super::bases;
use crate::clock;
use crate::events::history::History;
use crate::node::Node;
use crate::problem::Problem;

/// A vehicle is read anew once in so long, at most.
const REST: TimeDelta = TimeDelta::seconds(5);
/// And it rests for so many times as long as reading took.
const RESTS: u32 = 10;
/// The most events that wait for their instant; of vehicles that say more of what is to come, the history is read when it has come.
const MOST_AHEAD: usize = 20_000;

/// From when a vehicle is to be read anew.
#[derive(Clone, Copy, Debug)]
struct Mark {
    /// The earliest instant that was missed.
    earliest: Timestamp,
    /// Not before.
    due: Timestamp,
}

/// The vehicles that are to be read anew, and events whose instant has not come.
#[derive(Debug, Default)]
pub(super) struct Agenda {
    marks: BTreeMap<VehicleRef, Mark>,
    rests: BTreeMap<VehicleRef, Timestamp>,
    ahead: BTreeMap<Timestamp, Vec<Event>>,
    count: usize,
}

/// What is kept of a mark: the vehicle's number, the earliest instant and when it is due, milliseconds since 1970.
pub(super) type Kept = (i64, i64, i64);

impl Agenda {
    /// That of an organization, as it was kept.
    pub(super) fn of(org: &str, kept: &[Kept]) -> Self {
        let mut agenda = Self::default();
        for (number, earliest, due) in kept {
            if let Ok(vehicle) = format!("{org}/{number}").parse() {
                agenda.mark(vehicle, clock::instant_of(*earliest), clock::instant_of(*due));
            }
        }
        agenda
    }

    /// What is to be kept: after a crash, what waits for its instant is read anew.
    pub(super) fn kept(&self) -> Vec<Kept> {
        let mut all = Self { marks: self.marks.clone(), ..Self::default() };
        for event in self.ahead.values().flatten() {
            if let Some(vehicle) = event.vehicle_ref() {
                all.mark(vehicle, event.at, event.at);
            }
        }
        let row = |(vehicle, mark): (&VehicleRef, &Mark)| {
            (vehicle.vehicle.0, mark.earliest.timestamp_millis(), mark.due.timestamp_millis())
        };
        all.marks.iter().map(row).collect()
    }

    /// Something of a vehicle was missed.
    pub(super) fn mark(&mut self, vehicle: VehicleRef, earliest: Timestamp, due: Timestamp) {
        let mark = self.marks.entry(vehicle).or_insert(Mark { earliest, due });
        *mark = Mark { earliest: earliest.min(mark.earliest), due: due.min(mark.due) };
    }

    /// Whether something of a vehicle was missed.
    pub(super) fn is_marked(&self, vehicle: &VehicleRef) -> bool {
        self.marks.contains_key(vehicle)
    }

    /// The next vehicle to be read anew, if its time has come.
    pub(super) fn due(&self, now: Timestamp) -> Option<VehicleRef> {
        self.marks.iter().find(|(vehicle, mark)| self.from(vehicle, mark) <= now).map(|(of, _)| of.clone())
    }

    fn from(&self, vehicle: &VehicleRef, mark: &Mark) -> Timestamp {
        self.rests.get(vehicle).map_or(mark.due, |rests| mark.due.max(*rests))
    }

    /// When something is to be done next; `reads`: also that a vehicle is read anew.
    pub(super) fn next(&self, reads: bool) -> Option<Timestamp> {
        let marks = self.marks.iter().map(|(vehicle, mark)| self.from(vehicle, mark));
        marks.filter(|_| reads).chain(self.ahead.keys().next().copied()).min()
    }

    /// Takes a mark away; gives its earliest instant.
    pub(super) fn begin(&mut self, vehicle: &VehicleRef) -> Option<Timestamp> {
        self.marks.remove(vehicle).map(|mark| mark.earliest)
    }

    /// A vehicle was read anew, and that took so long.
    pub(super) fn rest(&mut self, vehicle: VehicleRef, now: Timestamp, took: std::time::Duration) {
        let rest = TimeDelta::from_std(took.saturating_mul(RESTS)).unwrap_or(REST).max(REST);
        self.rests.retain(|_, until| *until > now);
        self.rests.insert(vehicle, now + rest);
    }

    /// What of events is to be done now; the others wait for their instant.
    pub(super) fn sift(&mut self, events: Vec<Event>, now: Timestamp) -> Vec<Event> {
        let (done, ahead): (Vec<Event>, Vec<Event>) = events.into_iter().partition(|event| event.at <= now);
        for event in ahead {
            if self.count < MOST_AHEAD {
                self.count += 1;
                self.ahead.entry(event.at).or_default().push(event);
            } else if let Some(vehicle) = event.vehicle_ref() {
                self.mark(vehicle, event.at, event.at);
            }
        }
        done
    }

    /// What waited, and whose instant has come.
    pub(super) fn come(&mut self, now: Timestamp) -> Vec<Event> {
        let mut come = Vec::new();
        while let Some(first) = self.ahead.first_entry().filter(|first| *first.key() <= now) {
            come.extend(first.remove());
        }
        self.count -= come.len();
        come
    }

    /// Forgets what of a vehicle waits.
    pub(super) fn forget(&mut self, vehicle: &VehicleRef) {
        self.ahead.retain(|_, events| {
            events.retain(|event| event.vehicle_ref().as_ref() != Some(vehicle));
            !events.is_empty()
        });
        self.count = self.ahead.values().map(Vec::len).sum();
    }
}

/// A vehicle that is read anew.
#[derive(Clone)]
pub(super) struct Job {
    pub(super) vehicle: VehicleRef,
    /// What was missed is of this instant and later.
    pub(super) earliest: Timestamp,
    /// Of its log so many messages.
    pub(super) before: u64,
    pub(super) pack: Pack,
    pub(super) lateness: TimeDelta,
}

/// What came of it.
pub(super) struct Read {
    /// A runner of the one vehicle.
    pub(super) runner: Runner,
    /// Events whose instant had not come.
    pub(super) ahead: Vec<Event>,
}

/// Reads a vehicle's history in order, behind the newest state that knows nothing of what was missed; `None` where there is none, and the
/// history does not begin with the vehicle.
pub(super) async fn read(node: Arc<Node>, job: Job) -> Result<Option<Read>, Problem> {
    let Job { vehicle, earliest, before, pack, lateness } = job;
    let (org, number) = (vehicle.organization.as_str().to_owned(), vehicle.vehicle.0);
    let (base, is_whole) = {
        let org = org.clone();
        let look = node.look(move |view| {
            let first = view.tail(&crate::events::log_of(&org, number))?.first;
            Ok((bases::before(view, &org, number, earliest)?, first == 0))
        });
        look.await?
    };
    let base = base.and_then(|(reached, state)| {
        let (runner, _) = Runner::restore(pack.clone(), lateness, &state).ok()?;
        Some((runner, Some(reached - TimeDelta::milliseconds(2))))
    });
    let (mut runner, from) = match base {
        Some(base) => base,
        None if is_whole => (Runner::new(pack, lateness), None),
        None => return Ok(None),
    };
    let now = node.config.clock.now();
    let (mut place, mut ahead) = (None, Vec::new());
    loop {
        let (org, known) = (org.clone(), place.take());
        let (events, next) = node
            .look(move |view| {
                let history = History::of(&org, number);
                let place = known.unwrap_or_else(|| history.place_of(from));
                Ok(history.some_behind(view, place, before)?)
            })
            .await?;
        let (mut events, later): (Vec<Event>, Vec<Event>) =
            events.into_iter().partition(|event| event.at <= now);
        events.sort_by(Event::canonical_cmp);
        ahead.extend(later);
        runner.feed(events);
        match next {
            Some(next) => place = Some(next),
            None => break,
        }
    }
    // What the earlier state has done already is none that is late.
    runner.take_late();
    Ok(Some(Read { runner, ahead }))
}
