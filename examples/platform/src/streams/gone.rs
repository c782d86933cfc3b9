//! Streams that are gone: nobody sees them from that commit on, and their names are free. Any number of messages is left of one: they are
//! taken away some at a time, by a task beside the answers, and others write between. A row names each log until the last of it is gone.

use std::sync::Arc;
use std::time::Duration;

use super::Stream;
use crate::items::last;
use crate::node::Node;
use crate::pace::Pace;
use crate::problem::Problem;
use crate::storage::{Edit, StorageError, all, key};

/// The rows of streams that are gone.
const GONE: &str = "gone stream";
/// The most rows of a turn, and those that are taken away at once.
const ROWS: usize = 1000;
const STEP: usize = 20;
/// How long it rests where something failed.
const PAUSE: Duration = Duration::from_secs(600);

impl Stream {
    /// Takes it away: what is left of it goes later.
    pub(crate) fn remove(&self, edit: &mut dyn Edit, place: &str) -> Result<(), StorageError> {
        edit.delete(place)?;
        edit.put(&key(&[GONE, last(&self.log)]), self.log.as_bytes())?;
        edit.wake(&self.log);
        edit.wake(GONE);
        Ok(())
    }
}

/// Takes away what is left of streams, and at first of those of which something was left when the platform stopped.
pub(crate) async fn run(node: Arc<Node>) {
    let (mut news, mut draining) = (node.bus.listen(GONE), node.draining());
    while !*draining.borrow() {
        if let Err(problem) = clear(&node).await {
            tracing::warn!(code = problem.code, "what is left of streams was not taken away");
        }
        tokio::select! {
            _ = news.recv() => {}
            () = tokio::time::sleep(PAUSE) => {}
            _ = draining.changed() => {}
        }
    }
}

/// Clears each, unless the platform drains; one that fails holds up no other.
async fn clear(node: &Node) -> Result<(), Problem> {
    let mut outcome = Ok(());
    for (row, log) in node.look(|view| Ok(all(view, GONE)?)).await? {
        let mut is_over = false;
        while !is_over && !node.is_draining() {
            let (row, log) = (row.clone(), log.clone());
            let turn = move |edit: &mut dyn Edit| Ok(clear_some(edit, &row, &String::from_utf8_lossy(&log))?);
            is_over = node.commit(turn).await.unwrap_or_else(|problem| {
                outcome = Err(problem);
                true
            });
        }
    }
    outcome
}

/// One turn of it; gives whether it was the last.
fn clear_some(edit: &mut dyn Edit, row: &str, log: &str) -> Result<bool, StorageError> {
    let mut pace = Pace::of(ROWS / STEP);
    let producers = super::producers(log);
    while !pace.is_over() {
        if edit.drop_some(log, STEP)? + edit.delete_some(&producers, STEP)? == 0 {
            edit.delete(row)?;
            return Ok(true);
        }
        pace.did(0);
    }
    Ok(false)
}
