//! What a node does beside answering.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;

use crate::items::EndsOfShares;
use crate::node::Node;
use crate::problem::Problem;

/// The tasks of a node.
#[derive(Debug)]
pub(crate) struct Workers {
    tasks: Vec<JoinHandle<()>>,
}

/// Starts them.
pub(crate) fn start(node: &Arc<Node>) -> Workers {
    Workers {
        tasks: vec![
            tokio::spawn(tidy(node.clone())),
            tokio::spawn(expire(node.clone())),
            tokio::spawn(crate::events::access::run(node.clone())),
            tokio::spawn(crate::events::rules::run(node.clone())),
            tokio::spawn(crate::streams::gone::run(node.clone())),
            tokio::spawn(crate::webhooks::run(node.clone())),
        ],
    }
}

impl Workers {
    /// Waits until they have come to an end, so long at most; a node that drains ends them.
    pub(crate) async fn stop(mut self, most: Duration) {
        let end = async {
            for task in &mut self.tasks {
                let _ = task.await;
            }
        };
        if tokio::time::timeout(most, end).await.is_err() {
            // What they were about is taken up by the next start.
            tracing::warn!("work was cut");
            self.tasks.iter().for_each(JoinHandle::abort);
        }
    }
}

/// Keys, sessions, what is too old, and what was not told to its end.
async fn tidy(node: Arc<Node>) {
    let mut draining = node.draining();
    let mut every = tokio::time::interval(Duration::from_secs(600));
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = every.tick() => {}
            _ = draining.changed() => return,
        }
        if let Err(problem) = node.tidy().await {
            tracing::warn!(code = problem.code, "tidying failed");
        }
        if let Err(problem) = crate::settings::tell_rest(&node).await {
            tracing::warn!(code = problem.code, "not all were told of their settings");
        }
    }
}

/// Shares end when their time has come.
async fn expire(node: Arc<Node>) {
    let mut draining = node.draining();
    let mut every = tokio::time::interval(Duration::from_secs(1));
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut unread = 0;
    loop {
        tokio::select! {
            _ = every.tick() => {}
            _ = draining.changed() => return,
        }
        match end_shares(&node).await {
            Ok(now) => {
                // Each pass comes to them again: of the same is said nothing more.
                if now > 0 && now != unread {
                    node.note_damage();
                    tracing::warn!(count = now, "shares whose time has come do not read, and did not end");
                }
                unread = now;
            }
            Err(problem) => tracing::warn!(code = problem.code, "shares did not end"),
        }
    }
}

/// One pass; gives how many of the shares whose time has come do not read.
async fn end_shares(node: &Node) -> Result<usize, Problem> {
    let mut pass = EndsOfShares::default();
    if !node.look(|view| crate::items::is_share_due(view)).await? {
        return Ok(0);
    }
    while !pass.is_over && !node.is_draining() {
        pass = node.commit(|edit| Ok(pass.turn(edit)?)).await?;
    }
    Ok(pass.unread)
}
