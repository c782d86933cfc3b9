//! Work that each has under way: so much of one person or service at once, and the rest waits behind their own, so that whoever asks for
//! much holds up nobody else.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::auth::Who;

/// Who has what under way, within one node.
#[derive(Clone, Debug)]
pub(crate) struct Each {
    at_once: usize,
    known: Arc<Mutex<BTreeMap<String, Person>>>,
}

#[derive(Debug)]
struct Person {
    room: Arc<Semaphore>,
    /// What is under way, and what waits for that.
    count: usize,
}

/// A turn of someone; counted until it is dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    of: Each,
    who: String,
    permit: Option<OwnedSemaphorePermit>,
}

impl Each {
    pub(crate) fn new(at_once: usize) -> Self {
        Self { at_once, known: Arc::default() }
    }

    /// Waits until less of someone is under way.
    pub(crate) async fn turn(&self, who: &Who) -> Turn {
        let who = who.feed();
        let room = {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            let person = known
                .entry(who.clone())
                .or_insert_with(|| Person { room: Arc::new(Semaphore::new(self.at_once)), count: 0 });
            person.count += 1;
            person.room.clone()
        };
        let mut turn = Turn { of: self.clone(), who, permit: None };
        // It is never closed.
        turn.permit = room.acquire_owned().await.ok();
        turn
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut known = self.of.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(person) = known.get_mut(&self.who) {
            person.count = person.count.saturating_sub(1);
            if person.count == 0 {
                known.remove(&self.who);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn each_has_a_few_and_who_goes_is_forgotten() {
        let (each, anna, bo) = (Each::new(2), Who::new("demo", "user/1"), Who::new("demo", "user/2"));
        let first = each.turn(&anna).await;
        let second = each.turn(&anna).await;
        let soon = Duration::from_millis(20);
        assert!(tokio::time::timeout(soon, each.turn(&anna)).await.is_err());
        assert!(tokio::time::timeout(soon, each.turn(&bo)).await.is_ok());
        drop(first);
        assert!(tokio::time::timeout(soon, each.turn(&anna)).await.is_ok());
        drop(second);
        assert!(each.known.lock().unwrap().is_empty());
    }
}
