//! Who delivers: a task a webhook, and in each round a task a vehicle. What was not delivered waits on disk, and what comes after it from
//! the same vehicle waits behind it. A round does not wait long for a vehicle whose events are taken slowly: what is under way of it waits on
//! disk, too, until it is known what became of it, and the others go on.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use std::time::Duration;

use cc_core::Event;
use serde_json::Value;
use tokio::sync::Semaphore;
use tokio::task::{JoinError, JoinSet};

use super::Hook;
use super::places::Place;
use super::send::Sender;
use super::waiting::{
    EVENTS, Now, Settled, VEHICLES, Waiting, looked, row, seen_now, settle, vehicle, wait, waits,
};
use crate::clock;
use crate::events;
use crate::node::Node;
use crate::problem::Problem;
use crate::storage::{View, all, from_json};
use crate::work::lasting;

/// Vehicles whose events a webhook sends at the same time.
const AT_ONCE: usize = 16;
/// How long a round waits for what it has begun.
const PATIENCE: Duration = Duration::from_secs(1);
/// How long what was not delivered is tried, milliseconds.
const LONGEST: i64 = 3 * 86_400_000;
/// How long a vehicle waits of which something that is kept does not read, milliseconds.
const UNREADABLE: i64 = 600_000;
/// After so many failures in a row a server is left alone until something is due again.
const FAILURES: u32 = 8;

/// One task a webhook, as they appear.
pub(crate) async fn run(node: Arc<Node>) {
    let (mut news, mut draining) = (node.bus.listen("hooks"), node.draining());
    let mut running: BTreeMap<String, String> = BTreeMap::new();
    let mut tasks = JoinSet::new();
    loop {
        let hooks = node.look(|view| Ok(all(view, "hook")?)).await;
        let is_blind = hooks.is_err();
        if let Ok(hooks) = hooks {
            let there: BTreeSet<&String> = hooks.iter().map(|(name, _)| name).collect();
            running.retain(|name, _| there.contains(name));
            for (name, hook) in hooks {
                let Ok(hook) = from_json::<Hook>(&hook) else { continue };
                if running.insert(name, hook.made.clone()).as_ref() != Some(&hook.made) {
                    let follow = move |node| follow(node, hook.clone());
                    tasks.spawn(lasting("a webhook", node.clone(), follow));
                }
            }
        }
        while tasks.try_join_next().is_some() {}
        tokio::select! {
            _ = news.recv() => {}
            () = tokio::time::sleep(PATIENCE), if is_blind => {}
            _ = draining.changed() => break,
        }
    }
    while tasks.join_next().await.is_some() {}
}

async fn follow(node: Arc<Node>, hook: Hook) {
    let (mut news, mut draining) = (node.bus.listen(&events::log_of_all(&hook.who.org)), node.draining());
    let mut courier = Courier::of(node.clone(), hook);
    let mut why = None;
    while !*draining.borrow() {
        let round = courier.round().await;
        let paused = std::mem::replace(&mut why, round.as_ref().err().map(|problem| problem.code));
        match round {
            Ok(Round::Over) => return,
            Ok(Round::More) => {}
            Ok(Round::Wait) => tokio::select! {
                _ = news.recv() => {}
                () = tokio::time::sleep(Duration::from_secs(1)) => {}
                _ = draining.changed() => {}
            },
            Err(problem) => {
                if paused != why {
                    tracing::warn!(code = problem.code, "a webhook pauses");
                }
                courier.waits = None;
                tokio::select! {
                    () = tokio::time::sleep(Duration::from_secs(5)) => {}
                    _ = draining.changed() => {}
                }
            }
        }
    }
    if let Err(problem) = courier.end().await {
        tracing::warn!(code = problem.code, "what a webhook sent last may be sent again");
    }
}

enum Round {
    /// The webhook was taken away, or set anew.
    Over,
    More,
    Wait,
}

struct Courier {
    node: Arc<Node>,
    hook: Hook,
    sender: Arc<Sender>,
    places: Arc<Semaphore>,
    /// Vehicles whose events wait, with the instant when the first of them is due; `None`: not read yet.
    waits: Option<BTreeMap<String, i64>>,
    /// What is being sent, and the vehicles that it is of.
    under_way: JoinSet<Ended>,
    busy: BTreeMap<String, Busy>,
    /// The webhook was taken away, or set anew.
    is_gone: Arc<AtomicBool>,
    /// What became of what was sent, until the next turn to write it.
    outcome: Settled,
    /// The same that is to be on disk, and is not yet: nothing more is begun before it is, else it would be sent again.
    unsettled: Option<Arc<Settled>>,
}

/// Whether something is tried again by now. What is farther away than the longest pause was put off by a clock that was ahead.
fn is_due(due: i64, now: i64) -> bool {
    due <= now || due - now > wait(u32::MAX)
}

/// Events of one vehicle, in their order; those that waited have the key of their row.
struct Lane {
    vehicle: String,
    events: Vec<(Option<String>, Waiting)>,
    /// More of them wait behind these.
    more: bool,
}

/// A vehicle whose events are being sent.
#[derive(Default)]
struct Busy {
    /// Those that have no row: they are given one where the others go on without it.
    new: Vec<Waiting>,
    /// They were given one.
    has_rows: bool,
    /// More of them were written behind these.
    more: bool,
    /// It was begun in an earlier round.
    is_slow: bool,
}

/// What became of a lane.
struct Ended {
    vehicle: String,
    /// When its next is due.
    again: Option<i64>,
    came_to: Settled,
    /// Events that had no row when it began, and need none.
    over: Vec<String>,
}

impl Courier {
    fn of(node: Arc<Node>, hook: Hook) -> Self {
        Self {
            node,
            hook,
            sender: Arc::default(),
            places: Arc::new(Semaphore::new(AT_ONCE)),
            waits: None,
            under_way: JoinSet::new(),
            busy: BTreeMap::new(),
            is_gone: Arc::default(),
            outcome: Settled::default(),
            unsettled: None,
        }
    }

    /// Sends what is new and what is due again.
    async fn round(&mut self) -> Result<Round, Problem> {
        while let Some(ended) = self.under_way.try_join_next() {
            self.ended(ended)?;
        }
        // What was sent is off the disk before that is looked at.
        self.settle().await?;
        let now = self.node.config.clock.now().timestamp_millis();
        if self.waits.is_none() {
            let hook = self.hook.clone();
            let look = move |view: &dyn View| Ok(waits(view, &hook)?);
            self.waits = Some(self.node.posts.look(&self.node, &self.hook.who, look).await?);
        }
        let waits = self.waits.get_or_insert_default();
        let due =
            waits.iter().filter(|(vehicle, due)| is_due(**due, now) && !self.busy.contains_key(*vehicle));
        let due: Vec<String> = due.map(|(vehicle, _)| vehicle.clone()).take(VEHICLES).collect();
        let hook = self.hook.clone();
        let look = move |view: &dyn View| looked(view, &hook, &due);
        let Some(found) = self.node.posts.look(&self.node, &self.hook.who, look).await? else {
            return Ok(Round::Over);
        };
        if found.unreadable > 0 {
            tracing::warn!(
                rows = found.unreadable,
                "rows of a webhook do not read; what waits in them is sent by their keys"
            );
        }
        for _ in 0..found.aside {
            self.node.message_unreadable();
        }
        self.outcome.next = Some(found.next).filter(|next| *next != found.hook.next);
        self.begin(found.due, found.new, now);
        self.follow().await?;
        if self.is_gone.load(Relaxed) {
            return Ok(Round::Over);
        }
        self.let_be(now);
        let mut waits = self.waits.iter().flatten();
        let is_due = waits.any(|(vehicle, due)| is_due(*due, now) && !self.busy.contains_key(vehicle));
        let again = found.more || is_due || !self.outcome.done.is_empty();
        self.settle().await?;
        Ok(if again { Round::More } else { Round::Wait })
    }

    /// Begins to send: what waited, and what is new of vehicles of which nothing waits and nothing is under way.
    fn begin(&mut self, due: Vec<(String, Vec<(String, Waiting)>)>, new: Vec<String>, now: i64) {
        let run = Arc::new(Run::of(self, now));
        for (vehicle, rows) in due {
            let more = rows.len() == EVENTS;
            let events = rows.into_iter().map(|(name, waiting)| (Some(name), waiting)).collect();
            self.busy.insert(vehicle.clone(), Busy::default());
            self.under_way.spawn(run.clone().follow(Lane { vehicle, events, more }));
        }
        let mut lanes: BTreeMap<String, Vec<Waiting>> = BTreeMap::new();
        let waits = self.waits.get_or_insert_default();
        for pointer in new {
            let waiting = Waiting { tries: 0, since: now, due: now, came: None, pointer };
            let vehicle = vehicle(&waiting.pointer);
            let busy = self.busy.get_mut(&vehicle);
            if busy.is_none() && !waits.contains_key(&vehicle) {
                lanes.entry(vehicle).or_default().push(waiting);
                continue;
            }
            if let Some(busy) = busy {
                busy.more = true;
            }
            self.outcome.undone.push(waiting);
        }
        for (vehicle, new) in lanes {
            let events = new.iter().cloned().map(|waiting| (None, waiting)).collect();
            self.busy.insert(vehicle.clone(), Busy { new, ..Busy::default() });
            self.under_way.spawn(run.clone().follow(Lane { vehicle, events, more: false }));
        }
    }

    /// Waits for what was begun in this round: not for long, as long as there are places for others.
    async fn follow(&mut self) -> Result<(), Problem> {
        let patience = tokio::time::sleep(PATIENCE);
        tokio::pin!(patience);
        while self.busy.values().any(|busy| !busy.is_slow) {
            let ended = tokio::select! {
                ended = self.under_way.join_next() => ended,
                () = &mut patience, if self.under_way.len() < AT_ONCE => return Ok(()),
            };
            match ended {
                Some(ended) => self.ended(ended)?,
                None => return Ok(()),
            }
        }
        Ok(())
    }

    /// Goes on without those that are still under way: what has no row of theirs is given one.
    fn let_be(&mut self, now: i64) {
        for (vehicle, busy) in &mut self.busy {
            busy.is_slow = true;
            if !busy.new.is_empty() {
                busy.has_rows = true;
                self.outcome.undone.append(&mut busy.new);
                self.waits.get_or_insert_default().insert(vehicle.clone(), now);
            }
        }
    }

    /// Notes what became of a vehicle's events.
    fn ended(&mut self, ended: Result<Ended, JoinError>) -> Result<(), Problem> {
        let Ok(Ended { vehicle, again, came_to, over }) = ended else {
            // Nobody knows of which: all that is not on disk is sent again.
            (self.under_way, self.busy, self.outcome) = Default::default();
            return Err(Problem::internal());
        };
        let busy = self.busy.remove(&vehicle).unwrap_or_default();
        let outcome = &mut self.outcome;
        if busy.has_rows {
            outcome.done.extend(over.iter().map(|pointer| row(&self.hook, pointer)));
        }
        outcome.done.extend(came_to.done);
        outcome.undone.extend(came_to.undone);
        outcome.given_up.extend(came_to.given_up);
        // Where it is not read yet, it is once this is on disk.
        let Some(waits) = &mut self.waits else { return Ok(()) };
        match again.or((busy.has_rows || busy.more).then_some(0)) {
            Some(due) => waits.insert(vehicle, due),
            None => waits.remove(&vehicle),
        };
        Ok(())
    }

    /// Writes what became of what was sent.
    async fn settle(&mut self) -> Result<(), Problem> {
        loop {
            let Some(outcome) = self.unsettled.clone() else {
                if self.outcome.is_empty() {
                    return Ok(());
                }
                self.unsettled = Some(Arc::new(std::mem::take(&mut self.outcome)));
                continue;
            };
            let (hook, given_up) = (self.hook.clone(), outcome.given_up.len() as u64);
            self.node.commit(move |edit| Ok(settle(edit, &hook, &outcome)?)).await?;
            self.unsettled = None;
            self.node.metrics.webhooks_given_up.fetch_add(given_up, Relaxed);
        }
    }

    /// Waits for what is under way, and writes what became of it.
    async fn end(&mut self) -> Result<(), Problem> {
        while let Some(ended) = self.under_way.join_next().await {
            self.ended(ended)?;
        }
        self.settle().await
    }
}

/// One round, as its vehicles share it.
struct Run {
    node: Arc<Node>,
    hook: Hook,
    sender: Arc<Sender>,
    now: i64,
    places: Arc<Semaphore>,
    /// Failures in a row.
    failures: AtomicU32,
    /// The webhook was taken away, or set anew.
    is_gone: Arc<AtomicBool>,
}

/// What became of an event.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Sent {
    /// The receiver has it, or is not to have it.
    Done,
    Failed,
    /// What is kept does not tell whether the receiver is to have it.
    Damaged,
    /// There is nothing to send any more.
    Forgotten,
    /// It was not tried: the server is left alone, the webhook is gone, or the platform drains.
    Left,
}

impl Run {
    fn of(courier: &Courier, now: i64) -> Self {
        Self {
            node: courier.node.clone(),
            hook: courier.hook.clone(),
            sender: courier.sender.clone(),
            now,
            places: courier.places.clone(),
            failures: AtomicU32::new(0),
            is_gone: courier.is_gone.clone(),
        }
    }

    /// Sends the events of a vehicle up to the first that is not taken.
    async fn follow(self: Arc<Self>, lane: Lane) -> Ended {
        let _place = self.places.acquire().await;
        let (mut came_to, mut over) = (Settled::default(), Vec::new());
        let mut again = lane.more.then_some(self.now);
        let mut events = lane.events.into_iter();
        while let Some((name, waiting)) = events.next() {
            let sent = self.deliver(&waiting.pointer).await;
            if matches!(sent, Sent::Done | Sent::Forgotten) {
                match name {
                    Some(name) => came_to.done.push(name),
                    None => over.push(waiting.pointer.clone()),
                }
                if sent == Sent::Forgotten {
                    came_to.given_up.push(waiting);
                }
                continue;
            }
            let tries = waiting.tries + u32::from(sent == Sent::Failed);
            let pause = match sent {
                // What a platform that drains has left is tried when it is back.
                Sent::Left if self.node.is_draining() => 0,
                Sent::Damaged => UNREADABLE,
                _ => wait(tries),
            };
            // At the end of its time it is tried once more, however long the wait is by then.
            let last = waiting.since.min(self.now) + LONGEST;
            let is_over = self.now >= last;
            // One that was left alone then comes soon: its time is over.
            let due = match sent {
                Sent::Damaged => self.now + pause,
                _ if is_over => self.now + pause.min(wait(0)),
                _ => last.min(self.now + pause),
            };
            let waiting = Waiting { tries, due, ..waiting };
            if sent == Sent::Failed && is_over {
                // What is behind it goes on in the next round.
                again = Some(self.now);
                match name {
                    Some(name) => came_to.done.push(name),
                    None => over.push(waiting.pointer.clone()),
                }
                came_to.given_up.push(waiting);
            } else {
                again = Some(waiting.due);
                came_to.undone.push(waiting);
            }
            // Those behind it that have a row have it still.
            let behind = events.by_ref().filter(|(name, _)| name.is_none());
            came_to.undone.extend(behind.map(|(_, waiting)| waiting));
        }
        Ended { vehicle: lane.vehicle, again, came_to, over }
    }

    /// A place to send: one of those for all only while the receiver answers, however long it was waited for.
    async fn place(&self) -> Option<Place> {
        loop {
            let is_sound = self.sender.is_sound();
            let place = self.node.posts.places.take_for(&self.hook.who, is_sound).await;
            if !is_sound || self.sender.is_sound() {
                return place;
            }
        }
    }

    /// Sends one event, as it may be seen by now.
    async fn deliver(&self, pointer: &str) -> Sent {
        let is_left = || self.failures.load(Relaxed) >= FAILURES || self.node.is_draining();
        if is_left() || self.is_gone.load(Relaxed) {
            return Sent::Left;
        }
        // A name that is sought for long takes no place meanwhile.
        let to = self.sender.to(&self.node, &self.hook).await;
        let _place = self.place().await;
        let (hook, of) = (self.hook.clone(), pointer.to_owned());
        let look = move |view: &dyn View| seen_now(view, &hook, &of);
        let body = match self.node.posts.look(&self.node, &self.hook.who, look).await {
            _ if is_left() => return Sent::Left,
            Ok(Now::Event(event, id)) => body(&event, &id),
            Ok(Now::Nothing) => return Sent::Done,
            Ok(Now::Forgotten) => return Sent::Forgotten,
            Ok(Now::Lost) => {
                self.node.message_unreadable();
                return Sent::Forgotten;
            }
            Ok(Now::Damaged) => {
                self.node.note_damage();
                return Sent::Damaged;
            }
            Ok(Now::Gone) => {
                self.is_gone.store(true, Relaxed);
                return Sent::Left;
            }
            Err(_) => return Sent::Left,
        };
        let is_taken = match to {
            Some(to) => self.sender.send(&self.node, to, body).await.unwrap_or(false),
            None => false,
        };
        if is_taken {
            self.failures.store(0, Relaxed);
            self.node.metrics.webhooks.fetch_add(1, Relaxed);
            Sent::Done
        } else {
            self.failures.fetch_add(1, Relaxed);
            Sent::Failed
        }
    }
}

/// What is sent of an event.
fn body(event: &Event, id: &str) -> String {
    format!(
        r#"{{"id":"{id}","type":{},"time":"{}","data":{}}}"#,
        Value::from(event.type_name()),
        clock::text(event.at),
        event.to_json()
    )
}
