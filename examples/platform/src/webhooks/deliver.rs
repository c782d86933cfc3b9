//! Who delivers: a task a webhook. What was not delivered waits on disk, and what comes after it from the same vehicle waits behind it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use bytes::Bytes;
use cc_core::Event;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::send::Sender;
use super::{Hook, find, place};
use crate::clock::{self, instant_of};
use crate::node::Node;
use crate::problem::Problem;
use crate::storage::{Edit, Scan, StorageError, View, all, from_json, key, put_json};
use crate::{events, feed, random};

/// An event that was not delivered yet.
#[derive(Clone, Deserialize, Serialize)]
struct Waiting {
    pointer: String,
    /// How often it was tried.
    tries: u32,
    /// When it came, milliseconds since 1970.
    since: i64,
    /// When it is tried next.
    due: i64,
}

/// How much is sent between two commits, bytes of pointers.
const PAGE: usize = 4 << 10;
/// Vehicles that are tried again in one round, and events of one of them.
const VEHICLES: usize = 20;
const EVENTS: usize = 20;
/// How long what was not delivered is tried, milliseconds.
const LONGEST: i64 = 3 * 86_400_000;
/// After so many failures in a row a server is left alone until something is due again.
const FAILURES: u32 = 3;

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
        tokio::select! {
            _ = news.recv() => {}
            _ = draining.changed() => break,
        }
    }
    while tasks.join_next().await.is_some() {}
}

async fn follow(node: Arc<Node>, hook: Hook) {
    let (mut news, mut draining) = (node.bus.listen(&events::log_of_all(&hook.who.org)), node.draining());
    let mut courier = Courier { node: node.clone(), hook, sender: Sender::default(), waits: None };
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
    sender: Sender,
    /// Vehicles whose events wait, with the instant when the first of them is due; `None`: not read yet.
    waits: Option<BTreeMap<String, i64>>,
}

/// An event as its subscriber may see it: which one, and what it says, if anything.
type Seen = (String, Option<Bytes>);

/// A row of a waiting event: its key, what it says, and the event as its subscriber may see it.
type Row = (String, Waiting, Option<Bytes>);

/// What one look found.
struct Found {
    hook: Hook,
    new: Vec<Seen>,
    /// Rows of vehicles that are due.
    due: Vec<(String, Vec<Row>)>,
    next: u64,
    more: bool,
}

/// What became of a round.
#[derive(Default)]
struct Settled {
    /// Where to go on in the log.
    next: u64,
    /// Rows that wait no longer.
    done: Vec<String>,
    undone: Vec<Waiting>,
    given_up: Vec<Waiting>,
}

/// The row of a waiting event; rows of one vehicle stand in the order of its log.
fn row(hook: &Hook, pointer: &str) -> String {
    let number = pointer.split(' ').next().unwrap_or_default();
    let Hook { who, id, .. } = hook;
    key(&["hook waits", &who.org, &who.sub, id, &vehicle(pointer), &format!("{number:0>20}")])
}

/// The vehicle of a pointer.
fn vehicle(pointer: &str) -> String {
    let log = pointer.split_once(' ').map_or("", |(_, log)| log);
    events::vehicle_of(log).map(|(_, vehicle)| vehicle.to_string()).unwrap_or_default()
}

impl Courier {
    /// Sends what is new and what is due again.
    async fn round(&mut self) -> Result<Round, Problem> {
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
        if found.hook.made != self.hook.made {
            return Ok(Round::Over);
        }
        let (mut failures, mut outcome) = (0, Settled { next: found.next, ..Settled::default() });
        // The old before the new; of one vehicle nothing overtakes.
        for (vehicle, rows) in found.due {
            let mut again = (rows.len() == EVENTS).then_some(now);
            for (name, waiting, event) in rows {
                let is_tried = failures < FAILURES;
                if is_tried && self.deliver(event.as_deref()).await {
                    failures = 0;
                    outcome.done.push(name);
                    continue;
                }
                failures += u32::from(is_tried);
                let tries = waiting.tries + u32::from(is_tried);
                let waiting = Waiting { tries, due: now + wait(tries), ..waiting };
                if is_tried && waiting.due - waiting.since > LONGEST {
                    again = Some(now);
                    outcome.done.push(name);
                    outcome.given_up.push(waiting);
                } else {
                    again = Some(waiting.due);
                    outcome.undone.push(waiting);
                }
                break;
            }
            self.again(vehicle, again);
        }
        for (pointer, event) in found.new {
            let vehicle = vehicle(&pointer);
            let is_behind = self.waits.as_ref().is_some_and(|waits| waits.contains_key(&vehicle));
            let is_tried = !is_behind && failures < FAILURES;
            if is_tried && self.deliver(event.as_deref()).await {
                failures = 0;
                continue;
            }
            failures += u32::from(is_tried);
            let tries = u32::from(is_tried);
            let due = if is_behind { now } else { now + wait(tries) };
            if !is_behind {
                self.again(vehicle, Some(due));
            }
            outcome.undone.push(Waiting { pointer, tries, since: now, due });
        }
        let again = found.more || !outcome.done.is_empty();
        if outcome.next != found.hook.next || !outcome.done.is_empty() || !outcome.undone.is_empty() {
            let hook = self.hook.clone();
            self.node.metrics.webhooks_given_up.fetch_add(outcome.given_up.len() as u64, Relaxed);
            self.node.commit(move |edit| Ok(settle(edit, &hook, &outcome)?)).await?;
        }
        Ok(if again { Round::More } else { Round::Wait })
    }

    /// Notes when the first event of a vehicle is due again; `None`: none of it waits.
    fn again(&mut self, vehicle: String, due: Option<i64>) {
        let waits = self.waits.get_or_insert_default();
        match due {
            Some(due) => waits.insert(vehicle, due),
            None => waits.remove(&vehicle),
        };
    }

    /// Sends one event; true where the receiver has it, or is not to have it.
    async fn deliver(&mut self, event: Option<&[u8]>) -> bool {
        // What is no longer kept, or no longer to be seen, is not sent.
        let Some(event) = event.and_then(|event| Event::from_json(event).ok()) else { return true };
        let type_name = event.type_name().to_owned();
        if !self.hook.types.is_empty() && !self.hook.types.contains(&type_name) {
            return true;
        }
        let body = format!(
            r#"{{"id":"{}","type":{},"time":"{}","data":{}}}"#,
            event.id,
            Value::from(type_name.as_str()),
            clock::text(event.at),
            event.to_json()
        );
        let sent = self.sender.send(&self.node, &self.hook.url, body).await;
        if sent {
            self.node.metrics.webhooks.fetch_add(1, Relaxed);
        }
        sent
    }
}

/// The vehicles whose events wait, and when the first of each is due.
fn waits(view: &dyn View, hook: &Hook) -> Result<BTreeMap<String, i64>, StorageError> {
    let prefix = key(&["hook waits", &hook.who.org, &hook.who.sub, &hook.id]);
    let mut found = BTreeMap::new();
    for (_, waiting) in all(view, &prefix)? {
        let waiting: Waiting = from_json(&waiting)?;
        found.entry(vehicle(&waiting.pointer)).or_insert(waiting.due);
    }
    Ok(found)
}

fn looked(view: &dyn View, hook: &Hook, due: &[String]) -> Result<Option<Found>, Problem> {
    let Ok(hook) = find(view, &hook.who, &hook.id) else { return Ok(None) };
    let who = hook.who.clone();
    let source = events::lens::organization_source(view, &who, &who.org)?;
    let seen = |pointer: &str| -> Result<Option<Bytes>, Problem> {
        Ok(feed::seen(view, &source, vec![Bytes::from(pointer.to_owned())])?.pop())
    };
    let tail = view.tail(&source.log)?;
    let from = hook.next.max(tail.first);
    let (mut new, mut old) = (Vec::new(), Vec::new());
    let pointers = view.read(&source.log, from, PAGE)?;
    for pointer in &pointers {
        let pointer = String::from_utf8_lossy(pointer).into_owned();
        let event = seen(&pointer)?;
        new.extend(event.map(|event| (pointer, Some(event))));
    }
    for vehicle in due {
        let prefix = key(&["hook waits", &hook.who.org, &hook.who.sub, &hook.id, vehicle]);
        let scan = Scan { prefix: &prefix, after: None, limit: EVENTS, backwards: false };
        let mut rows = Vec::new();
        for (name, waiting) in view.scan(scan)? {
            let waiting: Waiting = from_json(&waiting)?;
            let event = seen(&waiting.pointer)?;
            rows.push((name, waiting, event));
        }
        old.push((vehicle.clone(), rows));
    }
    let next = from + pointers.len() as u64;
    Ok(Some(Found { hook, new, due: old, next, more: next < tail.next }))
}

/// Writes what became of a round.
fn settle(edit: &mut dyn Edit, hook: &Hook, outcome: &Settled) -> Result<(), StorageError> {
    let Ok(known) = find(edit, &hook.who, &hook.id) else { return Ok(()) };
    put_json(edit, &place(&hook.who, &hook.id), &Hook { next: outcome.next, ..known })?;
    for name in &outcome.done {
        edit.delete(name)?;
    }
    for waiting in &outcome.undone {
        put_json(edit, &row(hook, &waiting.pointer), waiting)?;
    }
    for Waiting { pointer, tries, .. } in &outcome.given_up {
        let at = clock::text(instant_of(edit.at()));
        let place = key(&["hook failed", &hook.who.org, &hook.who.sub, &hook.id, &at, &random::text::<6>()]);
        let (event, vehicle) = (pointer.split(' ').next(), format!("{}/{}", hook.who.org, vehicle(pointer)));
        put_json(edit, &place, &json!({"at": at, "tries": tries, "event": event, "vehicle": vehicle}))?;
    }
    Ok(())
}

/// Three times 20 s apart, then from 2 minutes on twice as long each time, for three days.
fn wait(tries: u32) -> i64 {
    match tries {
        0..=3 => 20_000,
        tries => 120_000_i64 << (tries - 4).min(10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_delivered_waits_longer_each_time() {
        assert_eq!((wait(1), wait(3), wait(4), wait(5)), (20_000, 20_000, 120_000, 240_000));
    }
}
