//! What a node does beside answering.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;

use crate::node::Node;

/// The tasks of a node.
#[derive(Debug)]
pub struct Workers {
    tasks: Vec<JoinHandle<()>>,
}

/// Starts them.
pub fn start(node: &Arc<Node>) -> Workers {
    Workers { tasks: vec![tokio::spawn(tidy(node.clone()))] }
}

impl Workers {
    /// Waits until they have come to an end; a node that drains ends them.
    pub async fn stop(self) {
        for task in self.tasks {
            let _ = task.await;
        }
    }
}

/// Keys, sessions, and what is too old.
async fn tidy(node: Arc<Node>) {
    let mut draining = node.draining();
    let mut every = tokio::time::interval(Duration::from_secs(600));
    loop {
        tokio::select! {
            _ = every.tick() => {}
            _ = draining.changed() => return,
        }
        for done in [node.rotate().await, node.forget_revoked().await] {
            if let Err(problem) = done {
                tracing::warn!(code = problem.code, "tidying failed");
            }
        }
    }
}
