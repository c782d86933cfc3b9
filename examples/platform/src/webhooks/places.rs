//! Places for work under way: so many of all, and of them so many of one organization and of one partner in it, so that a slow one holds up no
//! other; and half of each, at most, for those that are not known to answer, so that who answers finds one.

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
    /// Those of them that may be taken for who is not known to answer.
    doubtful: Option<Box<Places>>,
}

/// A place, until it is dropped.
#[derive(Debug, Default)]
pub(super) struct Place {
    turns: Vec<Turn>,
    among_all: Vec<OwnedSemaphorePermit>,
}

impl Places {
    pub(super) fn new(all: usize, of_organization: usize, of_one: usize) -> Self {
        let all = Arc::new(Semaphore::new(all));
        Self { all, of_organization: Each::new(of_organization), own: Each::new(of_one), doubtful: None }
    }

    /// Such of which half are for nobody but those that are known to answer: of all, of an organization, and of one partner.
    pub(super) fn halved(all: usize, of_organization: usize, of_one: usize) -> Self {
        let doubtful = Some(Box::new(Self::new(all / 2, of_organization / 2, of_one / 2)));
        Self { doubtful, ..Self::new(all, of_organization, of_one) }
    }

    /// A place for one that is known to answer.
    pub(super) async fn take(&self, who: &Who) -> Option<Place> {
        self.take_for(who, true).await
    }

    /// A place among the partner's own, among those of their organization, and then one among all: who waits for their own stands in nobody's
    /// way. Who is not known to answer has one of the half at each step, too.
    pub(super) async fn take_for(&self, who: &Who, is_sound: bool) -> Option<Place> {
        let bounds = || self.doubtful.as_deref().filter(|_| !is_sound).into_iter().chain([self]);
        let organization = Who::new(&*who.org, "");
        let mut place = Place::default();
        for bound in bounds() {
            place.turns.push(bound.own.turn(who).await);
        }
        for bound in bounds() {
            place.turns.push(bound.of_organization.turn(&organization).await);
        }
        for bound in bounds() {
            place.among_all.push(bound.all.clone().acquire_owned().await.ok()?);
        }
        Some(place)
    }
}
