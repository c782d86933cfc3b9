//! A vehicle of which events came late is read anew: its history in order, behind an earlier state.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use cc_core::{Event, Timestamp, VehicleRef};
use cc_rules::{Pack, Runner};
use chrono::TimeDelta;

use super::bases;
use super::heard::Passed;
use crate::clock;
use crate::events::counted;
use crate::events::history::History;
use crate::node::Node;
use crate::problem::Problem;
use crate::storage::{StorageError, View};

/// A vehicle is read anew once in so long, at most.
const REST: TimeDelta = TimeDelta::seconds(5);
/// And it rests for so many times as long as reading took.
const RESTS: u32 = 10;
/// No longer than this: what was put off for longer was by a clock that was ahead.
const LONGEST: TimeDelta = TimeDelta::hours(1);
/// The most that waits for its instant, of all vehicles and of one; of those that say more of what is to come, the history is read when
/// it has come.
const ALL_AHEAD: Room = Room { events: 20_000, bytes: 32 << 20 };
const OWN_AHEAD: Room = Room { events: 2_000, bytes: 1 << 20 };
/// The most that is held of what comes of a vehicle while it is read anew.
const MEANWHILE: Room = Room { events: 20_000, bytes: 8 << 20 };

/// So much before what a state has reached is read again.
const AGAIN: TimeDelta = TimeDelta::milliseconds(2);

/// How many events, and about how many bytes of memory they are.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
struct Room {
    events: usize,
    bytes: usize,
}

impl Room {
    fn has(self, more: usize, most: Self) -> bool {
        self.events < most.events && self.bytes + more <= most.bytes
    }

    fn add(&mut self, bytes: usize) {
        *self = Self { events: self.events + 1, bytes: self.bytes + bytes };
    }

    fn take(&mut self, bytes: usize) {
        *self = Self { events: self.events - 1, bytes: self.bytes - bytes };
    }
}

/// About how much memory an event takes: each of its members is a name and a text of its own.
fn weight(event: &Event) -> usize {
    const EVENT: usize = 512;
    const MEMBER: usize = 96;
    let text = event.to_json();
    EVENT + text.len() + MEMBER * counted::object(text.as_bytes()).0
}

/// Events that are held, as far as there is room for them.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) events: Vec<Event>,
    /// The earliest instant of those for which there was none: from there on the vehicle is to be read anew.
    pub(super) beyond: Option<Timestamp>,
    room: Room,
    most: Room,
}

impl Held {
    /// What comes of a vehicle while it is read.
    pub(super) fn meanwhile() -> Self {
        Self { events: Vec::new(), beyond: None, room: Room::default(), most: MEANWHILE }
    }

    fn ahead() -> Self {
        Self { most: OWN_AHEAD, ..Self::meanwhile() }
    }

    pub(super) fn push(&mut self, event: Event) {
        let weight = weight(&event);
        if self.room.has(weight, self.most) {
            self.room.add(weight);
            self.events.push(event);
        } else {
            self.beyond = Some(self.beyond.map_or(event.at, |at| at.min(event.at)));
        }
    }
}

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
    ahead: BTreeMap<Timestamp, Vec<(usize, Event)>>,
    room: Room,
    rooms: BTreeMap<VehicleRef, Room>,
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
        for (_, event) in self.ahead.values().flatten() {
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

    /// The earliest instant of a vehicle that was missed.
    pub(super) fn missed(&self, vehicle: &VehicleRef) -> Option<Timestamp> {
        self.marks.get(vehicle).map(|mark| mark.earliest)
    }

    /// The next vehicle to be read anew, if its time has come: the one that waits longest.
    pub(super) fn due(&self, now: Timestamp) -> Option<VehicleRef> {
        let due = self.marks.iter().map(|(vehicle, mark)| {
            let from = self.from(vehicle, mark);
            let is_ahead = mark.earliest <= now && from - now > LONGEST;
            (if is_ahead { now } else { from }, vehicle)
        });
        due.min().filter(|(from, _)| *from <= now).map(|(_, vehicle)| vehicle.clone())
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
        let rest = TimeDelta::from_std(took.saturating_mul(RESTS)).unwrap_or(LONGEST).clamp(REST, LONGEST);
        self.rests.retain(|_, until| *until > now);
        self.rests.insert(vehicle, now + rest);
    }

    /// What of events is to be done now; the others wait for their instant.
    pub(super) fn sift(&mut self, events: Vec<Event>, now: Timestamp) -> Vec<Event> {
        let (done, ahead): (Vec<Event>, Vec<Event>) = events.into_iter().partition(|event| event.at <= now);
        for event in ahead {
            let Some(vehicle) = event.vehicle_ref() else { continue };
            let weight = weight(&event);
            let own = self.rooms.get(&vehicle).copied().unwrap_or_default();
            if self.room.has(weight, ALL_AHEAD) && own.has(weight, OWN_AHEAD) {
                self.room.add(weight);
                self.rooms.entry(vehicle).or_default().add(weight);
                self.ahead.entry(event.at).or_default().push((weight, event));
            } else {
                self.mark(vehicle, event.at, event.at);
            }
        }
        done
    }

    /// What waited, and whose instant has come.
    pub(super) fn come(&mut self, now: Timestamp) -> Vec<Event> {
        let mut come = Vec::new();
        while let Some(first) = self.ahead.first_entry().filter(|first| *first.key() <= now) {
            for (weight, event) in first.remove() {
                self.room.take(weight);
                if let Some(vehicle) = event.vehicle_ref()
                    && let Entry::Occupied(mut own) = self.rooms.entry(vehicle)
                {
                    own.get_mut().take(weight);
                    if own.get().events == 0 {
                        own.remove();
                    }
                }
                come.push(event);
            }
        }
        come
    }

    /// Forgets what of a vehicle waits.
    pub(super) fn forget(&mut self, vehicle: &VehicleRef) {
        let Some(own) = self.rooms.remove(vehicle) else { return };
        self.room.events -= own.events;
        self.room.bytes -= own.bytes;
        self.ahead.retain(|_, events| {
            events.retain(|(_, event)| event.vehicle_ref().as_ref() != Some(vehicle));
            !events.is_empty()
        });
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
pub(super) enum Found {
    Read(Box<Read>),
    /// Some of it was forgotten while it was read, each time.
    Forgotten,
    /// Something of it does not read.
    Unreadable,
}

/// A vehicle's history, as far as it was read.
pub(super) struct Read {
    /// A runner of the one vehicle; `None` where nothing that is kept reaches back.
    pub(super) runner: Option<Runner>,
    /// Events whose instant had not come; where nothing reaches back, all.
    pub(super) ahead: Held,
    /// States on the way.
    pub(super) passed: Passed,
    /// What is earlier than this was not read, where something was missed there.
    pub(super) since: Option<Timestamp>,
}

/// Reads a vehicle's history in order, behind the newest state that knows nothing of what was missed. Where there is none, and the history does
/// not begin with the vehicle, or something between that state and the history is no longer kept, it is read behind the oldest state that will
/// do; and where there is none either, from what was missed on, for the state that there is now.
pub(super) async fn read(node: Arc<Node>, job: Job) -> Result<Found, Problem> {
    /// So often it is read again, where some of it was forgotten meanwhile.
    const TRIES: usize = 3;
    for _ in 0..TRIES {
        match read_once(&node, job.clone()).await {
            Ok(None) => {}
            Ok(Some(read)) => return Ok(Found::Read(Box::new(read))),
            Err(problem) if problem.code == Problem::storage_damaged().code => return Ok(Found::Unreadable),
            Err(problem) => return Err(problem),
        }
    }
    Ok(Found::Forgotten)
}

/// Whether a vehicle's history begins with it, and the latest instant of what of it is no longer kept.
fn gone(view: &dyn View, org: &str, number: i64) -> Result<(bool, Option<Timestamp>), StorageError> {
    let first = view.tail(&crate::events::log_of(org, number))?.first;
    Ok((first == 0, History::of(org, number).forgotten(view)?))
}

/// Where a reading begins.
struct Start {
    /// `None` where nothing that is kept reaches back.
    runner: Option<Runner>,
    /// `None`: with the history.
    from: Option<Timestamp>,
    since: Option<Timestamp>,
}

async fn start(node: &Node, job: &Job) -> Result<Start, Problem> {
    let (org, number) = (job.vehicle.organization.as_str().to_owned(), job.vehicle.vehicle.0);
    let (of, earliest) = (org.clone(), job.earliest);
    let look = node.look(move |view| {
        let (is_whole, forgotten) = gone(view, &of, number)?;
        let mut states = bases::instants(view, &of, number)?;
        // One that has not reached this lacks something that is no longer kept.
        states.retain(|reached| forgotten.is_none_or(|latest| *reached >= latest + AGAIN));
        let (mut states, later): (Vec<_>, Vec<_>) = states.into_iter().partition(|own| *own <= earliest);
        states.reverse();
        if !is_whole {
            states.extend(later);
        }
        Ok((states, is_whole))
    });
    let (states, is_whole) = look.await?;
    // One that does not read is none.
    for reached in states {
        let of = org.clone();
        let state = node.look(move |view| Ok(bases::state(view, &of, number, reached)?)).await?;
        if let Some((runner, _)) =
            state.and_then(|state| Runner::restore(job.pack.clone(), job.lateness, &state).ok())
        {
            let since = Some(reached).filter(|reached| *reached > earliest);
            return Ok(Start { runner: Some(runner), from: Some(reached - AGAIN), since });
        }
    }
    let runner = is_whole.then(|| Runner::new(job.pack.clone(), job.lateness));
    Ok(Start { from: Some(earliest).filter(|_| runner.is_none()), runner, since: None })
}

/// Reads it once; `None` where some of it was forgotten meanwhile.
async fn read_once(node: &Node, job: Job) -> Result<Option<Read>, Problem> {
    let Start { mut runner, from, since } = start(node, &job).await?;
    let Job { vehicle, before, .. } = job;
    let (org, number) = (vehicle.organization.as_str().to_owned(), vehicle.vehicle.0);
    let now = node.config.clock.now();
    let (mut place, mut ahead, mut passed) = (None, Held::ahead(), Passed::default());
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
            events.into_iter().partition(|event| runner.is_some() && event.at <= now);
        events.sort_by(Event::canonical_cmp);
        for event in later {
            ahead.push(event);
        }
        if let Some(runner) = &mut runner {
            runner.feed(events);
            passed.at(runner, &vehicle);
        }
        match next {
            // What is behind is later still, and is read when it has come.
            Some(next) if ahead.beyond.is_none() => place = Some(next),
            _ => break,
        }
    }
    let Some(read) = &mut runner else { return Ok(Some(Read { runner, ahead, passed, since })) };
    // What the earlier state has done already is none that is late.
    read.take_late();
    let (is_whole, forgotten) = node.look(move |view| Ok(gone(view, &org, number)?)).await?;
    let was_kept = from.map_or(is_whole, |from| forgotten.is_none_or(|forgotten| forgotten <= from));
    Ok(was_kept.then_some(Read { runner, ahead, passed, since }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(vehicle: i64, ahead: i64, letters: usize) -> Event {
        let at = clock::text(clock::instant_of(1_700_000_000_000 + ahead));
        let note = "a".repeat(letters);
        Event::from_json(format!(
            r#"{{"id":{ahead},"vehicleId":{vehicle},"organizationKey":"demo","time":"{at}","type":"x","note":"{note}"}}"#
        ))
        .unwrap()
    }

    #[test]
    fn of_one_vehicle_so_many_bytes_wait_and_the_rest_is_read_when_it_has_come() {
        let (mut agenda, now) = (Agenda::default(), clock::instant_of(1_700_000_000_000));
        let large: Vec<Event> = (1..=30).map(|ahead| said(7, ahead, 100_000)).collect();
        assert!(agenda.sift(large.clone(), now).is_empty());
        let seven = large[0].vehicle_ref().unwrap();
        assert_eq!((agenda.room.events, agenda.rooms[&seven]), (10, agenda.room));
        assert!(agenda.room.bytes <= OWN_AHEAD.bytes);
        // The first for which there was no room is where it is read from, when its instant has come.
        assert_eq!(agenda.marks[&seven].earliest, large[10].at);
        assert_eq!(agenda.due(large[9].at), None);
        assert_eq!(agenda.due(large[10].at), Some(seven.clone()));
        // Others have their own room.
        agenda.sift(vec![said(8, 1, 10)], now);
        assert_eq!((agenda.room.events, agenda.marks.len()), (11, 1));
        assert_eq!(agenda.come(large[4].at).len(), 6);
        agenda.forget(&seven);
        assert_eq!((agenda.room, agenda.rooms.len(), agenda.ahead.len()), (Room::default(), 0, 0));
    }

    #[test]
    fn what_was_put_off_by_a_clock_that_was_ahead_is_read_once_it_is_right() {
        let (mut agenda, at) =
            (Agenda::default(), |days: i64| clock::instant_of(1_700_000_000_000 + days * 86_400_000));
        let (seven, eight) = ("demo/7".parse().unwrap(), "demo/8".parse().unwrap());
        agenda.mark(seven, at(0), at(9));
        assert_eq!(agenda.due(at(1)), Some("demo/7".parse().unwrap()));
        agenda.begin(&"demo/7".parse().unwrap());
        // What is of later waits for its instant.
        agenda.mark(eight, at(5), at(5));
        assert_eq!((agenda.due(at(4)), agenda.due(at(5))), (None, Some("demo/8".parse().unwrap())));
    }

    #[test]
    fn who_waits_longest_is_read_next_whatever_its_number() {
        let (mut agenda, at) =
            (Agenda::default(), |millis: i64| clock::instant_of(1_700_000_000_000 + millis));
        for (vehicle, due) in [("demo/1", 20), ("demo/2", 10), ("demo/3", 30)] {
            agenda.mark(vehicle.parse().unwrap(), at(0), at(due));
        }
        agenda.rest("demo/2".parse().unwrap(), at(0), std::time::Duration::ZERO);
        let mut order = Vec::new();
        while let Some(vehicle) = agenda.due(at(60_000)) {
            agenda.begin(&vehicle);
            order.push(vehicle.vehicle.0);
        }
        assert_eq!(order, [1, 3, 2]);
    }

    #[test]
    fn members_weigh_more_than_their_bytes() {
        let members = |count: i64| {
            let members = (0..count).map(|n| format!(r#","m{n}":1"#)).collect::<Vec<_>>().concat();
            Event::from_json(format!(r#"{{"id":1,"time":"2026-05-01T10:00:00Z","type":"x"{members}}}"#))
                .unwrap()
        };
        let (few, many) = (members(1), members(1_000));
        assert!(weight(&many) - weight(&few) > 99 * 999, "{}", weight(&many));
    }

    #[test]
    fn what_is_held_knows_the_earliest_that_is_not() {
        let mut held = Held::ahead();
        for ahead in [5, 9, 8] {
            held.push(said(7, ahead, 500_000));
        }
        held.push(said(7, 7, 500_000));
        assert_eq!((held.events.len(), held.beyond), (2, Some(clock::instant_of(1_700_000_000_007))));
    }

    /// A node with what vehicle 7 said each minute, so many times; all of it came at once.
    async fn node_with(minutes: i64) -> (tempfile::TempDir, Arc<Node>) {
        let folder = tempfile::tempdir().unwrap();
        let node = Node::open(folder.path(), crate::node::NodeConfig::default()).await.unwrap();
        let job = move |edit: &mut dyn crate::storage::Edit| {
            let (mut history, log) = (History::of("demo", 7), crate::events::log_of("demo", 7));
            for minute in 0..minutes {
                let event = said(7, minute * 60_000, 1);
                let rest = crate::events::history::rest(&event);
                history.add(edit, (&event, &rest), minute.cast_unsigned())?;
                edit.append(&log, &[event.to_json().as_bytes()])?;
            }
            Ok(())
        };
        node.commit(job).await.unwrap();
        (folder, node)
    }

    fn job(minute: i64, before: u64) -> Job {
        Job {
            vehicle: "demo/7".parse().unwrap(),
            earliest: clock::instant_of(1_700_000_000_000) + TimeDelta::minutes(minute),
            before,
            pack: cc_rules::standard_pack(),
            lateness: TimeDelta::seconds(2),
        }
    }

    async fn keep(node: &Node, states: Vec<super::super::heard::State>) {
        let job = move |edit: &mut dyn crate::storage::Edit| {
            for (reached, state) in &states {
                bases::keep(edit, "demo", (7, *reached), state)?;
            }
            Ok(())
        };
        node.commit(job).await.unwrap();
    }

    async fn read(node: &Arc<Node>, job: Job) -> Read {
        match super::read(node.clone(), job).await.unwrap() {
            Found::Read(read) => *read,
            Found::Forgotten | Found::Unreadable => panic!("it was not read"),
        }
    }

    #[tokio::test]
    async fn what_is_read_again_and_again_begins_where_the_reading_before_came_by() {
        let (_folder, node) = node_with(2_100).await;
        let first = read(&node, job(2_000, 2_100)).await;
        let states = first.passed.states();
        assert!(states.len() > 3, "{}", states.len());
        let newest =
            states.iter().map(|(reached, _)| *reached).filter(|at| *at < job(2_000, 0).earliest).max();
        keep(&node, states).await;
        let second = read(&node, job(2_000, 2_100)).await;
        let states = second.passed.states();
        assert_eq!(states.len(), 1);
        assert!(Some(states[0].0) > newest);
        let saved = |read: &Read| read.runner.as_ref().unwrap().save_vehicle(&job(0, 0).vehicle);
        assert_eq!(saved(&second), saved(&first));
    }

    #[tokio::test]
    async fn a_state_that_does_not_read_is_passed_over() {
        let (_folder, node) = node_with(600).await;
        let whole = read(&node, job(590, 600)).await;
        keep(&node, whole.passed.states()).await;
        let states = node.look(|view| Ok(bases::instants(view, "demo", 7)?)).await.unwrap();
        let saved = |read: &Read| read.runner.as_ref().unwrap().save_vehicle(&job(0, 0).vehicle);
        for reached in states.into_iter().rev() {
            let spoil = move |edit: &mut dyn crate::storage::Edit| {
                let row = crate::storage::key(&["rules base", "demo", "7", &clock::text(reached)]);
                assert!(edit.get(&row)?.is_some());
                Ok(edit.put(&row, b"x")?)
            };
            node.commit(spoil).await.unwrap();
            let again = read(&node, job(590, 600)).await;
            assert_eq!((saved(&again), again.since), (saved(&whole), None));
        }
    }

    #[tokio::test]
    async fn behind_a_state_that_does_not_know_what_is_forgotten_nothing_is_read() {
        let (_folder, node) = node_with(600).await;
        let states = read(&node, job(590, 300)).await.passed.states();
        let reached = states[0].0;
        keep(&node, states).await;
        assert!(read(&node, job(590, 600)).await.runner.is_some());
        // What the state does not know is still kept.
        let forget = |most: usize| {
            move |edit: &mut dyn crate::storage::Edit| {
                Ok(crate::events::ingest::forget_messages(edit, i64::MAX, most)?)
            }
        };
        let known = (reached - clock::instant_of(1_700_000_000_000)).num_minutes() as usize;
        node.commit(forget(known)).await.unwrap();
        assert!(read(&node, job(590, 600)).await.runner.is_some());
        // What was missed before anything that can be read is left out, and what is behind it is read.
        let earlier = read(&node, job(-1, 600)).await;
        assert_eq!(earlier.since.unwrap(), reached + TimeDelta::milliseconds(1));
        assert_eq!(read(&node, job(590, 600)).await.since, None);
        node.commit(forget(5)).await.unwrap();
        // Where nothing reaches back, what was missed and what is behind it is for the state that there is.
        let behind = read(&node, job(590, 600)).await;
        assert!(behind.runner.is_none());
        let instants: Vec<Timestamp> = behind.ahead.events.iter().map(|event| event.at).collect();
        assert_eq!(instants, (590..600).map(|minute| job(minute, 0).earliest).collect::<Vec<_>>());
    }
}
