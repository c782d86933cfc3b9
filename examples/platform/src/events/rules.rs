//! The rules run beside ingest: they read an organization's events from its log, and write what they find.
//!
//! States are in memory, and on disk every half minute together with how far the log was read. After a crash the events since
//! then are read again; what they find was found before under the same ids, and changes nothing.
//!
//! What a car says now is told within seconds. What comes later than that is not lost: the vehicle's history is read anew, in order, and
//! its recommendations become what they would be if all had come in time. An event from the future waits until its instant has come.

mod again;
mod bases;
mod heard;
mod kept;
mod page;
mod repeated;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

use cc_core::{Change, Event, Timestamp, VehicleRef};
use cc_rules::{Pack, Runner, VehicleState, standard_pack};
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use tokio::task::JoinSet;

use self::again::{Agenda, Found, Held, Job, Kept, Read};
use self::heard::{Heard, State};
use self::repeated::Repeated;
use crate::clock;
use crate::items::{Raised, raise, settle};
use crate::node::Node;
use crate::panics::caught_of;
use crate::problem::Problem;
use crate::storage::{Edit, StorageError, View, get_json, if_it_reads, key, names};
use crate::work::pause_after;

#[derive(Default, Deserialize, Serialize)]
struct Checkpoint {
    next: u64,
    states: Option<String>,
    /// Vehicles that are to be read anew.
    #[serde(default)]
    again: Vec<Kept>,
    /// Vehicles of which something came that no earlier state covers yet, and when.
    heard: Option<Vec<(i64, i64)>>,
}

const CHECKPOINT: Duration = Duration::from_secs(30);
/// Changes that are told in one transaction.
const TOLD: usize = 25;
/// So many milliseconds the rules wait, at most: a day.
const MOST_LATE: u64 = 86_400_000;
/// How long a vehicle waits of which something that is kept does not read.
const UNREADABLE: TimeDelta = TimeDelta::minutes(10);
/// Earlier states that are written at once, and about how many bytes.
const AT_ONCE: (usize, usize) = (100, 256 << 10);

/// One task an organization, as they appear.
pub(crate) async fn run(node: Arc<Node>) {
    let mut draining = node.draining();
    let mut news = node.bus.listen("organization");
    let (mut known, mut tasks) = (BTreeSet::new(), JoinSet::new());
    loop {
        let orgs = node.look(|view| Ok(names(view, "organization")?)).await;
        let is_blind = orgs.is_err();
        if let Ok(orgs) = orgs {
            for org in orgs {
                if known.insert(org.clone()) {
                    tasks.spawn(organization(node.clone(), org));
                }
            }
        }
        tokio::select! {
            _ = news.recv() => {}
            () = tokio::time::sleep(Duration::from_secs(1)), if is_blind => {}
            _ = draining.changed() => break,
        }
    }
    while tasks.join_next().await.is_some() {}
}

async fn organization(node: Arc<Node>, org: String) {
    let mut draining = node.draining();
    let mut pause = Duration::ZERO;
    while !*draining.borrow() {
        let began = clock::instant();
        let followed = caught_of("the rules", follow(&node, &org)).await;
        if let Err(problem) = followed.unwrap_or_else(|_| Err(Problem::internal())) {
            pause = pause_after(pause, began.elapsed());
            tracing::warn!(
                code = problem.code,
                pause = pause.as_secs(),
                "the rules stopped, and begin again"
            );
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                _ = draining.changed() => {}
            }
        }
    }
}

/// The rules of one organization, as they run.
struct Rules {
    node: Arc<Node>,
    org: String,
    pack: Pack,
    lateness: TimeDelta,
    runner: Runner,
    /// Where the next event of the log is.
    next: u64,
    agenda: Agenda,
    /// The vehicle that is read anew, and what came of it meanwhile.
    under_way: Option<(VehicleRef, Timestamp, Instant, Held)>,
    reads: JoinSet<Result<Found, Problem>>,
    /// Vehicles of which an earlier state is to be kept.
    heard: Heard,
    /// Late events that were counted.
    late: u64,
    /// What an earlier run had read behind the checkpoint, while it is read again.
    repeated: Option<Repeated>,
}

async fn follow(node: &Arc<Node>, org: &str) -> Result<(), Problem> {
    let log = super::log_of_all(org);
    let mut rules = Rules::load(node, org).await?;
    let (mut news, mut draining) = (node.bus.listen(&log), node.draining());
    let mut saved = (rules.next, rules.kept(), clock::instant());
    loop {
        let more = rules.step(&log).await?;
        let stop = *draining.borrow();
        // Of what is read again nothing is told yet: until it is, what was kept last is where a start begins.
        if rules.repeated.is_none() && (stop || saved.2.elapsed() >= CHECKPOINT) {
            let now = (rules.next, rules.kept());
            if (saved.0, &saved.1) != (now.0, &now.1) || rules.is_to_be_saved() {
                rules.save(now.1.clone()).await?;
            }
            saved = (now.0, now.1, clock::instant());
        }
        if stop {
            return Ok(());
        }
        if more {
            continue;
        }
        let now = node.config.clock.now();
        let deadline = rules.runner.next_deadline().map(|at| at + rules.lateness);
        let due = deadline.into_iter().chain(rules.agenda.next(rules.under_way.is_none())).min();
        let wait = due.map(|at| (at - now).to_std().unwrap_or_default());
        let wait = wait.unwrap_or(CHECKPOINT).clamp(Duration::from_millis(50), CHECKPOINT);
        tokio::select! {
            _ = news.recv() => {}
            () = tokio::time::sleep(wait) => {}
            _ = draining.changed() => {}
            Some(read) = rules.reads.join_next() => {
                rules.was_read(read.map_err(|_| Problem::internal())??).await?;
            }
        }
    }
}

impl Rules {
    async fn load(node: &Arc<Node>, org: &str) -> Result<Self, Problem> {
        // Of one millisecond nothing is late, whatever the order of its events.
        let lateness = TimeDelta::milliseconds(node.config.lateness.clamp(1, MOST_LATE).cast_signed());
        let (pack, place) = (standard_pack(), key(&["rules", org]));
        let look = move |view: &dyn View| match get_json::<Checkpoint>(view, &place) {
            Err(StorageError::Damaged { .. }) => Ok((Checkpoint::default(), 1)),
            known => Ok((known?.unwrap_or_default(), 0)),
        };
        let (Checkpoint { next, states, again, heard }, mut aside) = node.look(look).await?;
        let of_pack = pack.clone();
        // What is known of thousands of cars takes a while to read: not on a thread that others wait for.
        let restore = move || {
            let Some(text) = states else { return (Runner::new(of_pack, lateness), 0, 0) };
            match kept::restored(&of_pack, lateness, &text) {
                Some((runner, aside)) => (runner, next, aside),
                // Without a state that can be read, the rules begin with what is kept.
                None => (Runner::new(of_pack, lateness), 0, 1),
            }
        };
        let (runner, next, lost) =
            tokio::task::spawn_blocking(restore).await.map_err(|_| Problem::internal())?;
        aside += lost;
        let log = super::log_of_all(org);
        let until = node.look(move |view| Ok(view.tail(&log)?.next)).await?;
        let mut agenda = Agenda::of(org, &again);
        // Without any state, what is kept no longer is known of earlier ones alone.
        if lost > 0 || next == 0 {
            let now = node.config.clock.now();
            for (vehicle, base) in without_state(node, org, &runner).await? {
                if base.is_some() || next > 0 {
                    agenda.mark(vehicle, base.unwrap_or(Timestamp::UNIX_EPOCH), now);
                }
            }
        }
        if aside > 0 {
            node.set_aside(aside);
        }
        let mut loaded = Heard::of(org, heard.as_deref().unwrap_or_default());
        if heard.is_none() {
            // An earlier version did not say of which vehicles a state is to be kept.
            let now = node.config.clock.now();
            runner.vehicles().for_each(|state| loaded.note(state.vehicle().clone(), now));
        }
        Ok(Self {
            node: node.clone(),
            org: org.to_owned(),
            pack,
            lateness,
            runner,
            next,
            agenda,
            under_way: None,
            reads: JoinSet::new(),
            heard: loaded,
            late: 0,
            repeated: (next < until).then(|| Repeated::up_to(until)),
        })
    }

    /// Takes some events, and tells what they come to; true where there are more.
    async fn step(&mut self, log: &str) -> Result<bool, Problem> {
        let now = self.node.config.clock.now();
        let wanted = if self.under_way.is_none() { self.agenda.due(now) } else { None };
        let page = page::read(&self.node, log, self.next, wanted.clone()).await?;
        self.next = page.next;
        if page.aside > 0 {
            self.node.set_aside(page.aside);
        }
        let now = self.node.config.clock.now();
        if let Some((vehicle, .., meanwhile)) = &mut self.under_way {
            let is_its = |event: &&Event| event.vehicle_ref().as_ref() == Some(vehicle);
            for event in page.events.iter().filter(is_its) {
                meanwhile.push(event.clone());
            }
        }
        let mut events = self.agenda.sift(page.events, now);
        events.extend(self.agenda.come(now));
        let vehicles: BTreeSet<VehicleRef> = events.iter().filter_map(Event::vehicle_ref).collect();
        for vehicle in &vehicles {
            self.heard.note(vehicle.clone(), now);
        }
        // What comes together comes in order.
        events.sort_by(Event::canonical_cmp);
        self.runner.feed(events);
        if !page.more {
            self.runner.advance(now - self.lateness);
        }
        let changes = self.runner.take_changes();
        if let Some(repeated) = &mut self.repeated {
            repeated.add(vehicles, changes);
        } else {
            self.tell(changes).await?;
        }
        let late = std::mem::replace(&mut self.late, self.runner.stats().late);
        self.node.metrics.events_late.fetch_add(self.late.saturating_sub(late), Relaxed);
        for (vehicle, earliest) in self.runner.take_late() {
            match &mut self.under_way {
                // What is under way has it, or will be given it; after a crash it is read from there.
                Some((of, from, ..)) if *of == vehicle => *from = earliest.min(*from),
                _ => self.agenda.mark(vehicle, earliest, now),
            }
        }
        if let Some(repeated) = self.repeated.take_if(|repeated| repeated.is_over(self.next)) {
            self.was_repeated(repeated).await?;
        }
        if let (Some(vehicle), Some(before)) = (wanted, page.of_vehicle) {
            self.read_anew(vehicle, before);
        }
        Ok(page.more)
    }

    /// Tells changes one by one.
    async fn tell(&mut self, changes: Vec<Change>) -> Result<(), Problem> {
        for (vehicle, at) in told(&self.node, &self.pack, changes).await? {
            self.put_off(vehicle, at);
        }
        Ok(())
    }

    /// What is to be read anew, as it is kept.
    fn kept(&self) -> Vec<Kept> {
        let mut kept = self.agenda.kept();
        if let Some((vehicle, earliest, ..)) = &self.under_way {
            let earliest = earliest.timestamp_millis();
            kept.push((vehicle.vehicle.0, earliest, earliest));
        }
        kept
    }

    /// Begins to read a vehicle, one at a time, of whose log so many messages are done.
    fn read_anew(&mut self, vehicle: VehicleRef, before: u64) {
        let Some(earliest) = self.agenda.begin(&vehicle) else { return };
        let (pack, lateness) = (self.pack.clone(), self.lateness);
        let job = Job { vehicle: vehicle.clone(), earliest, before, pack, lateness };
        self.reads.spawn(again::read(self.node.clone(), job));
        self.under_way = Some((vehicle, earliest, clock::instant(), Held::meanwhile()));
    }

    /// Something that is kept of a vehicle does not read: the vehicle is read anew later, and holds up no other.
    fn put_off(&mut self, vehicle: VehicleRef, earliest: Timestamp) {
        self.node.note_damage();
        self.agenda.mark(vehicle, earliest, self.node.config.clock.now() + UNREADABLE);
    }

    /// A vehicle was read anew: its recommendations become what was found.
    async fn was_read(&mut self, found: Found) -> Result<(), Problem> {
        let Some((vehicle, earliest, began, meanwhile)) = self.under_way.take() else { return Ok(()) };
        let now = self.node.config.clock.now();
        self.agenda.rest(vehicle.clone(), now, began.elapsed());
        let Read { runner, ahead, passed, since } = match found {
            Found::Read(read) => *read,
            Found::Forgotten => {
                self.agenda.mark(vehicle, earliest, now);
                return Ok(());
            }
            Found::Unreadable => {
                self.put_off(vehicle, earliest);
                return Ok(());
            }
        };
        if runner.is_none() || since.is_some() {
            self.node.metrics.vehicles_not_read.fetch_add(1, Relaxed);
        }
        let earliest = since.map_or(earliest, |since| since.max(earliest));
        self.agenda.forget(&vehicle);
        for beyond in [ahead.beyond, meanwhile.beyond].into_iter().flatten() {
            self.agenda.mark(vehicle.clone(), beyond, beyond);
        }
        let mut events = self.agenda.sift([ahead.events, meanwhile.events].concat(), now);
        events.sort_by(Event::canonical_cmp);
        let Some(mut runner) = runner else {
            // What is late stays out; the rest is done by the state that there is.
            let reached = self.runner.vehicle(&vehicle).and_then(VehicleState::reached);
            events.retain(|event| reached.is_none_or(|reached| event.at >= reached));
            self.heard.note(vehicle, now);
            self.runner.feed(events);
            return Ok(());
        };
        runner.feed(events);
        runner.advance(now - self.lateness);
        for (vehicle, earliest) in runner.take_late() {
            self.agenda.mark(vehicle, earliest, now);
        }
        let changes = raised(&self.pack, runner.take_changes());
        let open = runner.vehicle(&vehicle).map(|state| state.open(&self.pack)).unwrap_or_default();
        let open = raised(&self.pack, open);
        let of = vehicle.clone();
        let (count, reads) = self
            .node
            .commit(move |edit| {
                let (org, number) = (of.organization.as_str(), of.vehicle.0);
                let is_forgotten =
                    if_it_reads(edit, |edit| bases::forget_after(edit, org, number, earliest))?.is_some();
                let (count, reads) = settle(edit, &of, &changes, &open)?;
                Ok((count, reads && is_forgotten))
            })
            .await?;
        if !reads {
            self.put_off(vehicle.clone(), earliest);
        }
        self.node.metrics.recommendations.fetch_add(count, Relaxed);
        self.node.metrics.vehicles_read.fetch_add(1, Relaxed);
        if let Some(repeated) = &mut self.repeated {
            repeated.is_settled(&vehicle);
        }
        self.heard.read_anew(vehicle, passed, now);
        self.runner.adopt(runner);
        self.late = self.runner.stats().late;
        Ok(())
    }

    /// From when on something of a vehicle was missed.
    fn missed(&self) -> impl Fn(&VehicleRef) -> Option<Timestamp> {
        let Self { agenda, under_way, .. } = self;
        move |vehicle| {
            let read = under_way.as_ref().filter(|(of, ..)| of == vehicle).map(|(_, from, ..)| *from);
            read.into_iter().chain(agenda.missed(vehicle)).min()
        }
    }

    /// Whether states of vehicles are to be kept.
    fn is_to_be_saved(&self) -> bool {
        self.heard.is_due(&self.runner, self.missed())
    }

    /// Writes a checkpoint, and states that vehicles may be read anew from.
    async fn save(&mut self, again: Vec<Kept>) -> Result<(), Problem> {
        let mut heard = std::mem::take(&mut self.heard);
        let rows = heard.rows();
        let states = heard.take(&self.runner, self.missed());
        self.heard = heard;
        let place = key(&["rules", &self.org]);
        // What is known of thousands of cars takes a while to write out: not on a thread that others wait for.
        let empty = Runner::new(self.pack.clone(), self.lateness);
        let (runner, next) = (std::mem::replace(&mut self.runner, empty), self.next);
        let write = move || {
            let checkpoint = Checkpoint { next, states: Some(runner.save()), again, heard: Some(rows) };
            (serde_json::to_vec(&checkpoint), runner)
        };
        let (written, same) = tokio::task::spawn_blocking(write).await.map_err(|_| Problem::internal())?;
        self.runner = same;
        let written = written.map_err(|_| Problem::internal())?;
        self.node.commit(move |edit| Ok(edit.put(&place, &written)?)).await?;
        let mut states = states.into_iter().peekable();
        while states.peek().is_some() {
            let (mut part, mut bytes) = (Vec::new(), 0);
            while part.len() < AT_ONCE.0
                && bytes < AT_ONCE.1
                && let Some(state) = states.next()
            {
                bytes += state.1.1.len();
                part.push(state);
            }
            self.keep(part).await?;
        }
        Ok(())
    }

    /// Keeps some earlier states.
    async fn keep(&mut self, states: Vec<(VehicleRef, State)>) -> Result<(), Problem> {
        let org = self.org.clone();
        let job = move |edit: &mut dyn Edit| {
            let keep = |(vehicle, (reached, state)): (VehicleRef, State)| {
                let kept =
                    if_it_reads(edit, |edit| bases::keep(edit, &org, (vehicle.vehicle.0, reached), &state))?;
                Ok((vehicle, kept.ok_or(reached)))
            };
            Ok(states.into_iter().map(keep).collect::<Result<Vec<_>, StorageError>>()?)
        };
        for (vehicle, kept) in self.node.commit(job).await? {
            match kept {
                Ok(reached) => self.heard.kept(vehicle, reached),
                Err(reached) => {
                    self.node.note_damage();
                    self.heard.not_kept(vehicle, reached);
                }
            }
        }
        Ok(())
    }
}

/// Vehicles that have said something and of which no state is known, each with the instant from which it is to be read anew: that of its
/// newest earlier state.
async fn without_state(
    node: &Node,
    org: &str,
    runner: &Runner,
) -> Result<Vec<(VehicleRef, Option<Timestamp>)>, Problem> {
    let known: BTreeSet<VehicleRef> = runner.vehicles().map(|state| state.vehicle().clone()).collect();
    let (org, now) = (org.to_owned(), node.config.clock.now());
    node.look(move |view| {
        let mut found = Vec::new();
        for name in names(view, &key(&["item", &org, "vehicles", ""]))? {
            let Ok(vehicle) = name.parse::<VehicleRef>() else { continue };
            let number = vehicle.vehicle.0;
            if known.contains(&vehicle) || view.tail(&super::log_of(&org, number))?.next == 0 {
                continue;
            }
            let base = bases::instants(view, &org, number)?.into_iter().rfind(|reached| *reached <= now);
            found.push((vehicle, base));
        }
        Ok(found)
    })
    .await
}

/// Changes with what the pack knows of their rules.
fn raised(pack: &Pack, changes: Vec<Change>) -> Vec<Raised> {
    let raised = |change: Change| {
        let group = pack.rule(&change.rule).and_then(|rule| rule.group).unwrap_or(&change.rule).to_owned();
        let words =
            pack.message("en", &change.message, &change.args).map(|message| (message.title, message.text));
        Raised { change, group, words }
    };
    changes.into_iter().map(raised).collect()
}

/// Tells changes; gives the vehicles of those that were not, since what is kept does not read, and when they were.
async fn told(
    node: &Node,
    pack: &Pack,
    changes: Vec<Change>,
) -> Result<Vec<(VehicleRef, Timestamp)>, Problem> {
    let (raised, mut untold) = (raised(pack, changes), Vec::new());
    // By turns: others write, too.
    for some in raised.chunks(TOLD) {
        let some = some.to_vec();
        let (count, not_told) = node
            .commit(move |edit| {
                let (mut count, mut untold) = (0, Vec::new());
                for one in &some {
                    match if_it_reads(edit, |edit| raise(edit, one))? {
                        Some(is_new) => count += u64::from(is_new),
                        None => untold.push((one.change.vehicle.clone(), one.change.at)),
                    }
                }
                Ok((count, untold))
            })
            .await?;
        node.metrics.recommendations.fetch_add(count, Relaxed);
        untold.extend(not_told);
    }
    Ok(untold)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::node::NodeConfig;

    #[tokio::test]
    async fn what_is_late_while_its_vehicle_is_read_is_read_after_a_crash_too() {
        let folder = tempfile::tempdir().unwrap();
        let node = Arc::new(Node::open(folder.path(), NodeConfig::default()).await.unwrap());
        let mut rules = Rules::load(&node, "demo").await.unwrap();
        let all = super::super::log_of_all("demo");
        let start = clock::instant_of(1_700_000_000_000);
        let minute = |minute: i64| start + TimeDelta::minutes(minute);
        for (number, at) in [(0, 10), (1, 2), (2, 4)] {
            let (of, log) = (super::super::log_of("demo", 7), all.clone());
            let event = format!(
                r#"{{"id":{number},"vehicleId":7,"organizationKey":"demo","time":"{}","type":"x"}}"#,
                clock::text(minute(at))
            );
            let job = move |edit: &mut dyn crate::storage::Edit| {
                edit.append(&of, &[event.as_bytes()])?;
                Ok(edit.append(&log, &[format!("{number} {of}").as_bytes()])?)
            };
            node.commit(job).await.unwrap();
            rules.step(&all).await.unwrap();
            if number == 0 {
                rules.agenda.mark("demo/7".parse().unwrap(), minute(5), minute(5));
                rules.read_anew("demo/7".parse().unwrap(), 1);
            }
        }
        let earliest = minute(2).timestamp_millis();
        assert_eq!(rules.kept(), [(7, earliest, earliest)]);
        assert_eq!(rules.missed()(&"demo/7".parse().unwrap()), Some(minute(2)));
    }

    #[tokio::test]
    async fn what_came_late_just_before_a_crash_is_what_is_told_after_it() {
        let folder = tempfile::tempdir().unwrap();
        let node = Arc::new(Node::open(folder.path(), NodeConfig::default()).await.unwrap());
        let all = super::super::log_of_all("demo");
        let now = node.config.clock.now();
        let said = async |number: u64, minutes: i64| {
            let (of, log) = (super::super::log_of("demo", 7), all.clone());
            let event = format!(
                r#"{{"id":{number},"vehicleId":7,"organizationKey":"demo","time":"{}","type":"can_dtc","code":"0301","sourceType":"j2012"}}"#,
                clock::text(now - TimeDelta::minutes(minutes))
            );
            let job = move |edit: &mut dyn Edit| {
                edit.append(&of, &[event.as_bytes()])?;
                Ok(edit.append(&log, &[format!("{number} {of}").as_bytes()])?)
            };
            node.commit(job).await.unwrap();
        };
        let since = async || {
            let items = key(&["item", "demo", "recommendations", ""]);
            let look = move |view: &dyn View| Ok(crate::storage::all(view, &items)?);
            let items = node.look(look).await.unwrap();
            assert_eq!(items.len(), 1);
            let item: crate::items::Item = crate::storage::from_json(&items[0].1).unwrap();
            let value: serde_json::Value = serde_json::from_str(&item.value.unwrap()).unwrap();
            value["since"].as_str().unwrap().to_owned()
        };
        let mut rules = Rules::load(&node, "demo").await.unwrap();
        for (number, minutes) in [(0, 20), (1, 40), (2, 30), (3, 60)] {
            said(number, minutes).await;
            if number == 0 {
                rules.step(&all).await.unwrap();
                assert_eq!(since().await, clock::text(now - TimeDelta::minutes(20)));
            }
        }
        let mut rules = Rules::load(&node, "demo").await.unwrap();
        assert!(!rules.step(&all).await.unwrap());
        assert_eq!(since().await, clock::text(now - TimeDelta::minutes(60)));
        assert_eq!(rules.kept(), []);
    }
}
