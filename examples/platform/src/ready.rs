//! Whether a node keeps what it is asked to: tried by writing, since a disk that is full can still be read.

use std::time::{Duration, Instant};

use tokio::sync::Mutex;

use crate::clock;
use crate::node::Node;
use crate::problem::Problem;
use crate::storage::{StorageError, look_beside};

/// How much room a storage is asked for, bytes: what a request of ordinary size writes, so that what lets small writes through alone is
/// not taken for ready; and of one that had none, more.
const ORDINARY: usize = 16 << 10;
const ROOM: usize = 64 << 10;
/// How long an outcome holds, good and bad.
const GOOD: Duration = Duration::from_secs(2);
const BAD: Duration = Duration::from_secs(1);
/// How long a write is waited for.
const PATIENCE: Duration = Duration::from_secs(5);
/// Where it is written, by turns.
const PLACES: [&str; 2] = ["probe", "probe beside"];

/// What became of the last try.
#[derive(Debug)]
pub(crate) struct Readiness(Mutex<State>);

#[derive(Debug)]
struct State {
    until: Option<Instant>,
    outcome: Result<(), Problem>,
    /// How often the storage had failed by then.
    failures: u64,
}

impl Default for Readiness {
    fn default() -> Self {
        Self(Mutex::new(State { until: None, outcome: Ok(()), failures: 0 }))
    }
}

impl Readiness {
    /// The outcome of the last try, or of a new one where that is due: after some seconds, or at once where the storage has failed
    /// since. What was not kept once is kept again once a row of some size is on disk, and not before.
    pub(crate) async fn of(&self, node: &Node) -> Result<(), Problem> {
        // However many others read.
        look_beside(&*node.storage, |view| Ok(view.get(PLACES[0])?)).await?;
        if let Some(damaged @ StorageError::Damaged { .. }) = node.storage.trouble() {
            return Err(damaged.into());
        }
        let mut state = self.0.lock().await;
        let (now, has_failed) = (clock::instant(), node.storage.failures() != state.failures);
        let is_due = state.until.is_none_or(|until| until <= now) || has_failed && state.outcome.is_ok();
        if is_due {
            let room = if has_failed || state.outcome.is_err() { ROOM } else { ORDINARY };
            let tried = tokio::time::timeout(PATIENCE, try_it(node, room)).await;
            state.outcome =
                tried.unwrap_or_else(|_| Err(Problem::unavailable().because("the disk does not answer")));
            state.failures = node.storage.failures();
            state.until = Some(now + if state.outcome.is_ok() { GOOD } else { BAD });
        }
        state.outcome.clone()
    }
}

/// Writes a row where none is, and then takes the one of the last try away: what it needs is not what that one had.
async fn try_it(node: &Node, room: usize) -> Result<(), Problem> {
    node.commit(move |edit| {
        let is_first_full = edit.get(PLACES[0])?.is_some_and(|row| row.len() >= ORDINARY);
        let [full, empty] = if is_first_full { PLACES } else { [PLACES[1], PLACES[0]] };
        edit.put(empty, &vec![0; room])?;
        Ok(edit.delete(full)?)
    })
    .await
}
