//! Looks at the storage that one person has under way: a few wait or run at once, and the rest wait behind their own, so that whoever
//! asks for much at once holds up nobody else.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::auth::Who;

/// How many looks of one person wait for the storage, or run, at once.
const EACH: usize = 2;

/// Who looks, within one node.
#[derive(Clone, Debug, Default)]
pub(crate) struct Looks(Arc<Mutex<BTreeMap<String, Person>>>);

#[derive(Debug)]
struct Person {
    room: Arc<Semaphore>,
    /// Who looks, and who waits for that.
    count: usize,
}

/// A look of someone; counted until it is dropped.
#[derive(Debug)]
pub(crate) struct Look {
    of: Looks,
    who: String,
    turn: Option<OwnedSemaphorePermit>,
}

impl Looks {
    /// Waits until fewer of someone's looks are under way.
    pub(crate) async fn turn(&self, who: &Who) -> Look {
        let who = who.feed();
        let room = {
            let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let person = known
                .entry(who.clone())
                .or_insert_with(|| Person { room: Arc::new(Semaphore::new(EACH)), count: 0 });
            person.count += 1;
            person.room.clone()
        };
        let mut look = Look { of: self.clone(), who, turn: None };
        // It is never closed.
        look.turn = room.acquire_owned().await.ok();
        look
    }
}

impl Drop for Look {
    fn drop(&mut self) {
        let mut known = self.of.0.lock().unwrap_or_else(PoisonError::into_inner);
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
        let (looks, anna, bo) = (Looks::default(), Who::new("demo", "user/1"), Who::new("demo", "user/2"));
        let first = looks.turn(&anna).await;
        let second = looks.turn(&anna).await;
        let soon = Duration::from_millis(20);
        assert!(tokio::time::timeout(soon, looks.turn(&anna)).await.is_err());
        assert!(tokio::time::timeout(soon, looks.turn(&bo)).await.is_ok());
        drop(first);
        assert!(tokio::time::timeout(soon, looks.turn(&anna)).await.is_ok());
        drop(second);
        assert!(looks.0.lock().unwrap().is_empty());
    }
}
