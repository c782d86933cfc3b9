//! Who delivers: a task a webhook, and in each round a task a vehicle. What was not delivered waits on disk, and what comes after it from
//! the same vehicle waits behind it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use std::time::Duration;

use cc_core::Event;
use serde_json::Value;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::Hook;
use super::send::{Sender, send};
use super::waiting::{
    EVENTS, Now, Settled, VEHICLES, Waiting, looked, seen_now, settle, vehicle, wait, waits,
};
use crate::clock;
use crate::events;
use crate::node::Node;
use crate::problem::Problem;
use crate::storage::{all, from_json};

/// Vehicles whose events a webhook sends at the same time.
const AT_ONCE: usize = 16;
/// How long what was not delivered is tried, milliseconds.
const LONGEST: i64 = 3 * 86_400_000;
/// After so many failures in a row a server is left alone until something is due again.
const FAILURES: u32 = 8;

/// One task a webhook, as they appear.
pub(crate) async fn run(node: Arc<Node>) {
    let (mut news, mut draining) = (node.bus.listen("hooks"), node.draining());
    let mut running: BTreeMap<String, String> = BTreeMap::new();
    let mut tasks = JoinSet::new();
    loop {
        if let Ok(hooks) = node.look(|view| Ok(all(view, "hook")?)).await {
            for (name, hook) in hooks {
                let Ok(hook) = from_json::<Hook>(&hook) else { continue };
                if running.insert(name, hook.made.clone()).as_ref() != Some(&hook.made) {
                    tasks.spawn(follow(node.clone(), hook));
                }
            }
        }
        while tasks.try_join_next().is_some() {}
        tokio::select! {
            _ = news.recv() => {}
            _ = draining.changed() => break,
        }
    }
    while tasks.join_next().await.is_some() {}
}

async fn follow(node: Arc<Node>, hook: Hook) {
    let (mut news, mut draining) = (node.bus.listen(&events::log_of_all(&hook.who.org)), node.draining());
    let mut courier =
        Courier { node: node.clone(), hook, sender: Arc::default(), waits: None, unsettled: None };
    while !*draining.borrow() {
        match courier.round().await {
            Ok(Round::Over) => return,
            Ok(Round::More) => {}
            Ok(Round::Wait) => tokio::select! {
                _ = news.recv() => {}
                () = tokio::time::sleep(Duration::from_secs(1)) => {}
                _ = draining.changed() => {}
            },
            Err(problem) => {
                tracing::warn!(code = problem.code, "a webhook pauses");
                courier.waits = None;
                tokio::select! {
                    () = tokio::time::sleep(Duration::from_secs(5)) => {}
                    _ = draining.changed() => {}
                }
            }
        }
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
    /// Vehicles whose events wait, with the instant when the first of them is due; `None`: not read yet.
    waits: Option<BTreeMap<String, i64>>,
    /// What became of a round and is not on disk yet: nothing more is sent before it is, else it would be sent again.
    unsettled: Option<Arc<Settled>>,
}

/// Events of one vehicle, in their order; those that waited have the key of their row.
struct Lane {
    vehicle: String,
    events: Vec<(Option<String>, Waiting)>,
    /// More of them wait behind these.
    more: bool,
}

impl Courier {
    /// Sends what is new and what is due again.
    async fn round(&mut self) -> Result<Round, Problem> {
        self.settle().await?;
        let now = self.node.config.clock.now().timestamp_millis();
        if self.waits.is_none() {
            let hook = self.hook.clone();
            self.waits = Some(self.node.look(move |view| Ok(waits(view, &hook)?)).await?);
        }
        let waits = self.waits.get_or_insert_default();
        let due = waits.iter().filter(|(_, due)| **due <= now).map(|(vehicle, _)| vehicle.clone());
        let due: Vec<String> = due.take(VEHICLES).collect();
        let hook = self.hook.clone();
        let Some(found) = self.node.look(move |view| looked(view, &hook, &due)).await? else {
            return Ok(Round::Over);
        };
        if found.unreadable > 0 {
            tracing::warn!(
                rows = found.unreadable,
                "rows of a webhook do not read; what waits in them is sent by their keys"
            );
        }
        let run = Arc::new(Run::of(self, now));
        let mut outcome = Settled { next: found.next, ..Settled::default() };
        // The old before the new; of one vehicle nothing overtakes.
        let old = found.due.into_iter().map(|(vehicle, rows)| Lane {
            vehicle,
            more: rows.len() == EVENTS,
            events: rows.into_iter().map(|(name, waiting)| (Some(name), waiting)).collect(),
        });
        self.send(&run, old.collect(), &mut outcome).await?;
        let mut lanes: BTreeMap<String, Lane> = BTreeMap::new();
        for pointer in found.new {
            let waiting = Waiting { tries: 0, since: now, due: now, pointer };
            let vehicle = vehicle(&waiting.pointer);
            if self.waits.as_ref().is_some_and(|waits| waits.contains_key(&vehicle)) {
                outcome.undone.push(waiting);
                continue;
            }
            let lane = Lane { vehicle: vehicle.clone(), events: Vec::new(), more: false };
            lanes.entry(vehicle).or_insert(lane).events.push((None, waiting));
        }
        self.send(&run, lanes.into_values().collect(), &mut outcome).await?;
        if run.is_gone.load(Relaxed) {
            return Ok(Round::Over);
        }
        let again = found.more || !outcome.done.is_empty();
        if outcome.next != found.hook.next || !outcome.done.is_empty() || !outcome.undone.is_empty() {
            self.unsettled = Some(Arc::new(outcome));
            self.settle().await?;
        }
        Ok(if again { Round::More } else { Round::Wait })
    }

    /// Writes what became of the last round, if that is not done.
    async fn settle(&mut self) -> Result<(), Problem> {
        let Some(outcome) = self.unsettled.clone() else { return Ok(()) };
        let (hook, given_up) = (self.hook.clone(), outcome.given_up.len() as u64);
        self.node.commit(move |edit| Ok(settle(edit, &hook, &outcome)?)).await?;
        self.unsettled = None;
        self.node.metrics.webhooks_given_up.fetch_add(given_up, Relaxed);
        Ok(())
    }

    /// Sends the events of several vehicles at the same time, those of each one after another.
    async fn send(&mut self, run: &Arc<Run>, lanes: Vec<Lane>, outcome: &mut Settled) -> Result<(), Problem> {
        let mut under_way = JoinSet::new();
        for lane in lanes {
            under_way.spawn(run.clone().follow(lane));
        }
        let waits = self.waits.get_or_insert_default();
        while let Some(ended) = under_way.join_next().await {
            let (vehicle, again, came_to) = ended.map_err(|_| Problem::internal())?;
            match again {
                Some(due) => waits.insert(vehicle, due),
                None => waits.remove(&vehicle),
            };
            outcome.done.extend(came_to.done);
            outcome.undone.extend(came_to.undone);
            outcome.given_up.extend(came_to.given_up);
        }
        Ok(())
    }
}

/// One round, as its vehicles share it.
struct Run {
    node: Arc<Node>,
    hook: Hook,
    sender: Arc<Sender>,
    now: i64,
    places: Semaphore,
    /// Failures in a row.
    failures: AtomicU32,
    /// The webhook was taken away, or set anew.
    is_gone: AtomicBool,
}

/// What became of an event.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Sent {
    /// The receiver has it, or is not to have it.
    Done,
    Failed,
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
            places: Semaphore::new(AT_ONCE),
            failures: AtomicU32::new(0),
            is_gone: AtomicBool::new(false),
        }
    }

    /// Sends the events of a vehicle up to the first that is not taken; gives the vehicle, when its next is due, and what came of it.
    async fn follow(self: Arc<Self>, lane: Lane) -> (String, Option<i64>, Settled) {
        let _place = self.places.acquire().await;
        let mut came_to = Settled::default();
        let mut again = lane.more.then_some(self.now);
        let mut events = lane.events.into_iter();
        while let Some((name, waiting)) = events.next() {
            let sent = self.deliver(&waiting.pointer).await;
            if sent == Sent::Done {
                came_to.done.extend(name);
                continue;
            }
            let tries = waiting.tries + u32::from(sent == Sent::Failed);
            // What a platform that drains has left is tried when it is back.
            let pause = if sent == Sent::Left && self.node.is_draining() { 0 } else { wait(tries) };
            let waiting = Waiting { tries, due: self.now + pause, ..waiting };
            if sent == Sent::Failed && waiting.due - waiting.since > LONGEST {
                // What is behind it goes on in the next round.
                again = Some(self.now);
                came_to.done.extend(name);
                came_to.given_up.push(waiting);
            } else {
                again = Some(waiting.due);
                came_to.undone.push(waiting);
            }
            // Those behind it that have a row have it still.
            let behind = events.by_ref().filter(|(name, _)| name.is_none());
            came_to.undone.extend(behind.map(|(_, waiting)| waiting));
        }
        (lane.vehicle, again, came_to)
    }

    /// Sends one event, as it may be seen by now.
    async fn deliver(&self, pointer: &str) -> Sent {
        let is_left = || self.failures.load(Relaxed) >= FAILURES || self.node.is_draining();
        if is_left() || self.is_gone.load(Relaxed) {
            return Sent::Left;
        }
        // A name that is sought for long takes no place meanwhile.
        let to = self.sender.client(&self.node, &self.hook).await;
        let _places = self.node.posts.places.take(&self.hook.who).await;
        let (hook, of) = (self.hook.clone(), pointer.to_owned());
        let event = match self.node.look(move |view| seen_now(view, &hook, &of)).await {
            _ if is_left() => return Sent::Left,
            Ok(Now::Event(event)) => event,
            Ok(Now::Nothing) => return Sent::Done,
            Ok(Now::Gone) => {
                self.is_gone.store(true, Relaxed);
                return Sent::Left;
            }
            Err(_) => return Sent::Left,
        };
        let is_taken = match to {
            Some((client, url)) => send(&self.node, client, url, body(&event)).await.unwrap_or(false),
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
fn body(event: &Event) -> String {
    format!(
        r#"{{"id":"{}","type":{},"time":"{}","data":{}}}"#,
        event.id,
        Value::from(event.type_name()),
        clock::text(event.at),
        event.to_json()
    )
}
