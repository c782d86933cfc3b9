//! The rules run beside ingest: they read an organization's events from its log, and write what they find.
//!
//! States are in memory, and on disk every half minute together with how far the log was read. After a crash the events since
//! then are read again; what they find was found before under the same ids, and changes nothing.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use cc_core::{Change, Event};
use cc_rules::{Pack, Runner, standard_pack};
use serde::{Deserialize, Serialize};
use tokio::task::JoinSet;

use crate::clock;
use crate::items::{Raised, raise};
use crate::node::Node;
use crate::problem::Problem;
use crate::storage::{get_json, key, names};

#[derive(Default, Deserialize, Serialize)]
struct Checkpoint {
    next: u64,
    states: Option<String>,
}

/// How much of the log is read at a time, bytes of pointers.
const PAGE: usize = 64 << 10;
const CHECKPOINT: Duration = Duration::from_secs(30);
/// Changes that are told in one transaction.
const TOLD: usize = 25;

/// One task an organization, as they appear.
pub(crate) async fn run(node: Arc<Node>) {
    let mut draining = node.draining();
    let mut news = node.bus.listen("organization");
    let (mut known, mut tasks) = (BTreeSet::new(), JoinSet::new());
    loop {
        if let Ok(orgs) = node.look(|view| Ok(names(view, "organization")?)).await {
            for org in orgs {
                if known.insert(org.clone()) {
                    tasks.spawn(organization(node.clone(), org));
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

async fn organization(node: Arc<Node>, org: String) {
    let mut draining = node.draining();
    while !*draining.borrow() {
        if let Err(problem) = follow(&node, &org).await {
            tracing::warn!(code = problem.code, "the rules stopped, and begin again");
            tokio::select! {
                () = tokio::time::sleep(Duration::from_secs(1)) => {}
                _ = draining.changed() => {}
            }
        }
    }
}

async fn follow(node: &Node, org: &str) -> Result<(), Problem> {
    let place = key(&["rules", org]);
    let log = super::log_of_all(org);
    let lateness = chrono::TimeDelta::milliseconds(i64::try_from(node.config.lateness).unwrap_or(i64::MAX));
    let pack = standard_pack();
    let known = place.clone();
    let checkpoint: Checkpoint =
        node.look(move |view| Ok(get_json(view, &known)?.unwrap_or_default())).await?;
    let restored = checkpoint.states.and_then(|text| Runner::restore(pack.clone(), lateness, &text).ok());
    let (mut runner, mut next) = match restored {
        Some((runner, _)) => (runner, checkpoint.next),
        // Without a state that can be read, the rules begin with what is kept.
        None => (Runner::new(pack.clone(), lateness), 0),
    };
    let (mut news, mut draining) = (node.bus.listen(&log), node.draining());
    let mut saved = (next, clock::instant());
    loop {
        let (events, reached, more) = read(node, &log, next).await?;
        next = reached;
        runner.feed(events);
        if !more {
            runner.advance(node.config.clock.now() - lateness);
        }
        let changes = runner.take_changes();
        if !changes.is_empty() {
            told(node, &pack, changes).await?;
        }
        let stop = *draining.borrow();
        if next != saved.0 && (stop || saved.1.elapsed() >= CHECKPOINT) {
            // What is known of thousands of cars takes a while to write out: not on a thread that others wait for.
            let write = move || {
                let checkpoint = Checkpoint { next, states: Some(runner.save()) };
                (serde_json::to_vec(&checkpoint), runner)
            };
            let (written, same) =
                tokio::task::spawn_blocking(write).await.map_err(|_| Problem::internal())?;
            let (written, place) = (written.map_err(|_| Problem::internal())?, place.clone());
            runner = same;
            node.commit(move |edit| Ok(edit.put(&place, &written)?)).await?;
            saved = (next, clock::instant());
        }
        if stop {
            return Ok(());
        }
        if more {
            continue;
        }
        let due = runner
            .next_deadline()
            .map(|at| (at + lateness - node.config.clock.now()).to_std().unwrap_or_default());
        let wait = due.unwrap_or(CHECKPOINT).clamp(Duration::from_millis(50), CHECKPOINT);
        tokio::select! {
            _ = news.recv() => {}
            () = tokio::time::sleep(wait) => {}
            _ = draining.changed() => {}
        }
    }
}

/// Events from a number on, where the next are, and whether there are more.
async fn read(node: &Node, log: &str, from: u64) -> Result<(Vec<Event>, u64, bool), Problem> {
    let log = log.to_owned();
    node.look(move |view| {
        let tail = view.tail(&log)?;
        let from = from.max(tail.first).min(tail.next);
        let pointers = view.read(&log, from, PAGE)?;
        let next = from + pointers.len() as u64;
        let mut events = Vec::with_capacity(pointers.len());
        for pointer in pointers {
            let event = super::follow(view, &pointer)?;
            events.extend(event.and_then(|event| Event::from_json(event).ok()));
        }
        Ok((events, next, next < tail.next))
    })
    .await
}

async fn told(node: &Node, pack: &Pack, changes: Vec<Change>) -> Result<(), Problem> {
    let raised = changes.into_iter().map(|change| {
        let group = pack.rule(&change.rule).and_then(|rule| rule.group).unwrap_or(&change.rule).to_owned();
        let words =
            pack.message("en", &change.message, &change.args).map(|message| (message.title, message.text));
        Raised { change, group, words }
    });
    let raised: Vec<Raised> = raised.collect();
    // By turns: others write, too.
    for some in raised.chunks(TOLD) {
        let some = some.to_vec();
        let count = node
            .commit(move |edit| {
                let mut count = 0;
                for one in &some {
                    count += u64::from(raise(edit, one)?);
                }
                Ok(count)
            })
            .await?;
        node.metrics.recommendations.fetch_add(count, Relaxed);
    }
    Ok(())
}
