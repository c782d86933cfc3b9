//! Places for work under way: so many of all, and so many of them of one partner, so that a slow partner holds up no other.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::auth::Who;

/// Who has how many places.
#[derive(Debug)]
pub(super) struct Places {
    pub all: Arc<Semaphore>,
    of_one: usize,
    of: Mutex<BTreeMap<Who, Arc<Semaphore>>>,
}

impl Places {
    pub(super) fn new(all: usize, of_one: usize) -> Self {
        Self { all: Arc::new(Semaphore::new(all)), of_one, of: Mutex::default() }
    }

    /// A place among the partner's own, and then one among all: who waits for its own stands in nobody's way.
    pub(super) async fn take(&self, who: &Who) -> Option<[OwnedSemaphorePermit; 2]> {
        let own = {
            let mut of = self.of.lock().unwrap_or_else(PoisonError::into_inner);
            of.entry(who.clone()).or_insert_with(|| Arc::new(Semaphore::new(self.of_one))).clone()
        };
        Some([own.acquire_owned().await.ok()?, self.all.clone().acquire_owned().await.ok()?])
    }
}
