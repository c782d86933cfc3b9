//! Places for work under way: so many of all, and of them so many of one organization and of one partner in it, so that a slow one holds up no
//! other.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::auth::Who;
use crate::each::{Each, Turn};

/// Who has how many places.
#[derive(Debug)]
pub(super) struct Places {
    pub all: Arc<Semaphore>,
    of_organization: Each,
    own: Each,
}

/// A place, until it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    _own: Turn,
    _of_organization: Turn,
    _among_all: OwnedSemaphorePermit,
}

impl Places {
    pub(super) fn new(all: usize, of_organization: usize, of_one: usize) -> Self {
        let all = Arc::new(Semaphore::new(all));
        Self { all, of_organization: Each::new(of_organization), own: Each::new(of_one) }
    }

    /// A place among the partner's own, among those of their organization, and then one among all: who waits for their own stands in nobody's
    /// way.
    pub(super) async fn take(&self, who: &Who) -> Option<Place> {
        let own = self.own.turn(who).await;
        let of_organization = self.of_organization.turn(&Who::new(&*who.org, "")).await;
        let among_all = self.all.clone().acquire_owned().await.ok()?;
        Some(Place { _own: own, _of_organization: of_organization, _among_all: among_all })
    }
}
