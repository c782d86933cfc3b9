//! What a node does beside answering.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;

use crate::node::Node;

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
    loop {
        tokio::select! {
            _ = every.tick() => {}
            _ = draining.changed() => return,
        }
        let mut due = node.look(|view| crate::items::is_share_due(view)).await;
        while due == Ok(true) && !node.is_draining() {
            due = node.commit(|edit| Ok(crate::items::expire_shares(edit)?)).await;
        }
        if let Err(problem) = due {
            tracing::warn!(code = problem.code, "shares did not end");
        }
    }
}
