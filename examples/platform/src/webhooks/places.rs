//! Places for work under way: so many of all, and so many of them of one partner, so that a slow partner holds up no other.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::auth::Who;
use crate::each::{Each, Turn};

/// Who has how many places.
#[derive(Debug)]
pub(super) struct Places {
    pub all: Arc<Semaphore>,
    own: Each,
}

impl Places {
    pub(super) fn new(all: usize, of_one: usize) -> Self {
        Self { all: Arc::new(Semaphore::new(all)), own: Each::new(of_one) }
    }

    /// A place among the partner's own, and then one among all: who waits for its own stands in nobody's way.
    pub(super) async fn take(&self, who: &Who) -> Option<(Turn, OwnedSemaphorePermit)> {
        let own = self.own.turn(who).await;
        Some((own, self.all.clone().acquire_owned().await.ok()?))
    }
}
