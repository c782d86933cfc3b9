//! Wrong passwords: after some, waiting. An attempt counts before it is looked at, so that many at once are no way around it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::problem::Problem;

/// Counts failures by account and by address, within one node.
#[derive(Debug, Default)]
pub struct Throttle {
    known: Mutex<BTreeMap<String, (u32, Instant)>>,
}

/// So many attempts an account has, in a row, before it waits.
pub const FREE_OF_ACCOUNT: u32 = 5;
/// And so many an address, behind which many people may be: a stranger's guesses must not soon keep the others out.
pub const FREE_OF_ADDRESS: u32 = 100;
const LONGEST: Duration = Duration::from_secs(900);
/// The most names that are remembered; the oldest go first.
const MOST: usize = 100_000;

impl Throttle {
    /// Counts an attempt as failed until it is known to be none: [`Self::succeeded`], [`Self::give_back`].
    ///
    /// Errors: how long whoever this is has to wait, where `free` attempts were made; this one does not count then.
    pub fn attempt(&self, name: &str, free: u32, now: Instant) -> Result<(), Duration> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((failures, last)) = known.get(name)
            && *failures >= free
        {
            let wait = Duration::from_secs(1 << (failures - free).min(10)).min(LONGEST);
            let wait = (*last + wait).saturating_duration_since(now);
            if !wait.is_zero() {
                return Err(wait);
            }
        }
        if known.len() >= MOST && !known.contains_key(name) {
            known.retain(|_, (_, last)| now.saturating_duration_since(*last) < LONGEST);
            if known.len() >= MOST
                && let Some(oldest) = known.iter().min_by_key(|(_, (_, last))| *last)
            {
                let oldest = oldest.0.clone();
                known.remove(&oldest);
            }
        }
        let entry = known.entry(name.to_owned()).or_insert((0, now));
        *entry = (entry.0.saturating_add(1), now);
        Ok(())
    }

    /// The attempt was none, or none that failed.
    pub fn give_back(&self, name: &str) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((failures, _)) = known.get_mut(name) {
            *failures = failures.saturating_sub(1);
            if *failures == 0 {
                known.remove(name);
            }
        }
    }

    /// It succeeded: what failed before is forgotten.
    pub fn succeeded(&self, name: &str) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
    }
}

/// Bounds how many passwords are hashed at once: each takes 19 MiB.
#[derive(Debug)]
pub struct Hashing {
    places: Arc<Semaphore>,
    waiting: AtomicUsize,
}

/// So many hashes at once.
const AT_ONCE: usize = 2;
/// So many more wait for a place.
const QUEUE: usize = 64;

impl Default for Hashing {
    fn default() -> Self {
        Self { places: Arc::new(Semaphore::new(AT_ONCE)), waiting: AtomicUsize::new(0) }
    }
}

impl Hashing {
    /// A place, to be held while the hash is made.
    ///
    /// Errors: `unavailable` where too many wait.
    pub async fn place(&self) -> Result<OwnedSemaphorePermit, Problem> {
        /// However the waiting ends, it is counted.
        struct Waits<'a>(&'a AtomicUsize);
        impl Drop for Waits<'_> {
            fn drop(&mut self) {
                self.0.fetch_sub(1, Ordering::Relaxed);
            }
        }
        let before = self.waiting.fetch_add(1, Ordering::Relaxed);
        let _waits = Waits(&self.waiting);
        if before >= QUEUE {
            return Err(Problem::unavailable().with("retry-after", 1));
        }
        self.places.clone().acquire_owned().await.map_err(|_| Problem::internal())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock;

    #[test]
    fn the_sixth_attempt_waits_and_success_forgets() {
        let (throttle, now) = (Throttle::default(), clock::instant());
        let attempt = |name: &str, seconds| throttle.attempt(name, 5, now + Duration::from_secs(seconds));
        for _ in 0..5 {
            assert_eq!(attempt("a", 0), Ok(()));
        }
        assert_eq!(attempt("a", 0), Err(Duration::from_secs(1)));
        assert_eq!(attempt("b", 0), Ok(()));
        assert_eq!(attempt("a", 1), Ok(()));
        assert_eq!(attempt("a", 1), Err(Duration::from_secs(2)));
        throttle.give_back("a");
        assert_eq!(attempt("a", 1), Err(Duration::from_secs(1)));
        throttle.succeeded("a");
        assert_eq!(attempt("a", 1), Ok(()));
    }

    #[tokio::test]
    async fn two_hashes_are_made_at_once_and_a_bounded_number_waits() {
        let hashing = Arc::new(Hashing::default());
        let (first, _second) = (hashing.place().await.unwrap(), hashing.place().await.unwrap());
        let mut waiting = Vec::new();
        for _ in 0..QUEUE {
            let hashing = hashing.clone();
            waiting.push(tokio::spawn(async move { hashing.place().await.is_ok() }));
        }
        while hashing.waiting.load(Ordering::Relaxed) < QUEUE {
            tokio::task::yield_now().await;
        }
        assert_eq!(hashing.place().await.unwrap_err().code, "unavailable");
        drop(first);
        for waits in waiting {
            assert!(waits.await.unwrap());
        }
        assert_eq!(hashing.waiting.load(Ordering::Relaxed), 0);
    }
}
