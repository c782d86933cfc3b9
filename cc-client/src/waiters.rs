//! Whoever waits to hear what became of a write, and which ids writes have that were sent again.

use std::collections::BTreeMap;

use tokio::sync::oneshot;

use crate::WriteId;
use crate::client::ClientError;
use crate::decide::SendOutcome;
use crate::store::{REMEMBERED, Standing, StoreError};

pub(crate) type Waiter = oneshot::Sender<Result<SendOutcome, ClientError>>;

/// What became of a write whose conflict, or rejection, was resolved.
#[derive(Clone, Copy)]
pub(crate) enum Resolved {
    /// It was sent again under that id.
    Again(WriteId),
    /// It was let go, after the platform had said this.
    LetGo(SendOutcome),
}

impl Resolved {
    /// What was said of a write, and the id that it has now.
    pub(crate) fn of((id, outcome): (WriteId, SendOutcome), now: WriteId) -> Self {
        if now == id { Self::LetGo(outcome) } else { Self::Again(now) }
    }
}

/// So many may be kept who wait no more.
const MANY: usize = 64;

#[derive(Default)]
pub(crate) struct Waiters {
    waiting: BTreeMap<WriteId, Vec<Waiter>>,
    /// How many were left when those were let go who wait no more.
    left: usize,
    /// As many as a store remembers; the oldest ids come first, and go first.
    resolved: BTreeMap<WriteId, Resolved>,
}

impl Waiters {
    /// Somebody waits for a write: gives the id to ask the store about, `None` where the answer was known.
    pub(crate) fn wait(&mut self, mut id: WriteId, waiter: Waiter) -> Option<WriteId> {
        // Each was made after the one before it: this comes to an end.
        while let Some(resolved) = self.resolved.get(&id) {
            match *resolved {
                Resolved::Again(again) => id = again,
                Resolved::LetGo(outcome) => {
                    let _ = waiter.send(Ok(outcome));
                    return None;
                }
            }
        }
        if self.waiting.len() > MANY + 2 * self.left {
            self.left = self.ids().len();
        }
        let waiters = self.waiting.entry(id).or_default();
        waiters.retain(|waiter| !waiter.is_closed());
        waiters.push(waiter);
        Some(id)
    }

    /// The writes that somebody still waits for.
    pub(crate) fn ids(&mut self) -> Vec<WriteId> {
        self.waiting.retain(|_, waiters| {
            waiters.retain(|waiter| !waiter.is_closed());
            !waiters.is_empty()
        });
        self.waiting.keys().copied().collect()
    }

    /// The store has said how a write stands; one that it does not know is not waited for.
    pub(crate) fn told(&mut self, id: WriteId, standing: Option<Standing>) {
        match standing {
            None => self.answer(id, || Err(ClientError::UnknownWrite)),
            Some(Standing::Settled(outcome)) => self.settled(id, outcome),
            Some(Standing::Waiting) => {}
        }
    }

    /// Nothing is said of a write as long as the store is another person's.
    pub(crate) fn lost(&mut self, id: WriteId) {
        self.answer(id, || Err(ClientError::AnotherPerson));
    }

    /// The store fails, and says nothing of these.
    pub(crate) fn failed(&mut self, ids: &[WriteId], error: &StoreError) {
        for id in ids {
            self.answer(*id, || Err(ClientError::Store(error.clone())));
        }
    }

    pub(crate) fn settled(&mut self, id: WriteId, outcome: SendOutcome) {
        self.answer(id, || Ok(outcome));
    }

    /// Whoever waits for a write that was sent again waits for that.
    pub(crate) fn resolved(&mut self, id: WriteId, resolved: Resolved) {
        self.resolved.insert(id, resolved);
        if self.resolved.len() as u64 > REMEMBERED {
            self.resolved.pop_first();
        }
        match resolved {
            Resolved::Again(again) => {
                let waiters = self.waiting.remove(&id).unwrap_or_default();
                if !waiters.is_empty() {
                    self.waiting.entry(again).or_default().extend(waiters);
                }
            }
            Resolved::LetGo(outcome) => self.settled(id, outcome),
        }
    }

    fn answer(&mut self, id: WriteId, answer: impl Fn() -> Result<SendOutcome, ClientError>) {
        for waiter in self.waiting.remove(&id).unwrap_or_default() {
            let _ = waiter.send(answer());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_waits_no_more_is_let_go() {
        let mut waiters = Waiters::default();
        let (waits, mut told) = oneshot::channel();
        waiters.wait(WriteId([9; 16]), waits);
        for number in 0..10_000_u128 {
            // The caller's patience is over at once.
            let (gone, _) = oneshot::channel();
            waiters.wait(WriteId(number.to_be_bytes()), gone);
        }
        assert!(waiters.waiting.len() <= 100, "{}", waiters.waiting.len());
        waiters.settled(WriteId([9; 16]), SendOutcome::Applied);
        assert!(matches!(told.try_recv(), Ok(Ok(SendOutcome::Applied))));
    }
}
