//! Wrong passwords: after some, waiting. An attempt counts before it is looked at, so that many at once are no way around it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::counts::{Counts, OneOf};
use crate::problem::Problem;

/// Counts failures by account and by address, within one node. They fade: half of them are forgotten every quarter of an hour.
#[derive(Debug, Default)]
pub struct Throttle {
    known: Mutex<BTreeMap<String, Known>>,
}

/// What is known of an account or address.
#[derive(Clone, Copy, Debug)]
struct Known {
    failures: u32,
    last: Instant,
    /// Until when failures have faded.
    faded: Instant,
}

impl Known {
    fn fade(&mut self, now: Instant) {
        let halves = now.saturating_duration_since(self.faded).as_secs() / HALF.as_secs();
        let halves = u32::try_from(halves).unwrap_or(u32::MAX);
        self.failures = self.failures.checked_shr(halves).unwrap_or(0);
        self.faded = self.faded.checked_add(HALF.saturating_mul(halves)).unwrap_or(now);
    }

    /// Whether the next attempt may come, of which so many fail before it has to wait.
    ///
    /// Errors: how long is left to wait.
    fn waited(&self, free: u32, now: Instant) -> Result<(), Duration> {
        let Some(over) = self.failures.checked_sub(free) else { return Ok(()) };
        let wait = Duration::from_secs(1 << over.min(10)).min(LONGEST);
        let wait = (self.last + wait).saturating_duration_since(now);
        if wait.is_zero() { Ok(()) } else { Err(wait) }
    }
}

/// So many attempts an account has, in a row, before it waits.
pub const FREE_OF_ACCOUNT: u32 = 5;
/// And so many an address, behind which many people may be: a stranger's guesses must not soon keep the others out.
pub const FREE_OF_ADDRESS: u32 = 100;
const LONGEST: Duration = Duration::from_secs(900);
/// In such a time half of the failures are forgotten.
const HALF: Duration = Duration::from_secs(900);
/// The most names that are remembered; the oldest go first.
const MOST: usize = 100_000;

impl Throttle {
    /// Whether an address may try. Attempts under way of others behind it do not count: how many there are is bounded by [`Hashing`].
    ///
    /// Errors: how long it has to wait, where `free` attempts have failed.
    pub fn look(&self, name: &str, free: u32, now: Instant) -> Result<(), Duration> {
        look(&mut self.known.lock().unwrap_or_else(PoisonError::into_inner), name, free, now)
    }

    /// Counts an attempt as failed until it is known to be none: [`Self::succeeded`], [`Self::give_back`].
    ///
    /// Errors: how long whoever this is has to wait, where `free` attempts were made; this one does not count then.
    pub fn attempt(&self, name: &str, free: u32, now: Instant) -> Result<(), Duration> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        look(&mut known, name, free, now)?;
        count(&mut known, name, now);
        Ok(())
    }

    /// Counts an attempt that failed.
    pub fn failed(&self, name: &str, now: Instant) {
        count(&mut self.known.lock().unwrap_or_else(PoisonError::into_inner), name, now);
    }

    /// The attempt was none.
    pub fn give_back(&self, name: &str) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = known.get_mut(name) {
            entry.failures = entry.failures.saturating_sub(1);
            if entry.failures == 0 {
                known.remove(name);
            }
        }
    }

    /// It succeeded: what failed before is forgotten.
    pub fn succeeded(&self, name: &str) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
    }
}

fn look(known: &mut BTreeMap<String, Known>, name: &str, free: u32, now: Instant) -> Result<(), Duration> {
    known.get_mut(name).map_or(Ok(()), |known| {
        known.fade(now);
        known.waited(free, now)
    })
}

fn count(known: &mut BTreeMap<String, Known>, name: &str, now: Instant) {
    make_room(known, name, now);
    let known = known.entry(name.to_owned()).or_insert(Known { failures: 0, last: now, faded: now });
    known.fade(now);
    known.failures = known.failures.saturating_add(1);
    known.last = known.last.max(now);
}

/// Forgets who was longest ago where too many are known for one more.
fn make_room(known: &mut BTreeMap<String, Known>, name: &str, now: Instant) {
    if known.len() < MOST || known.contains_key(name) {
        return;
    }
    known.retain(|_, known| now.saturating_duration_since(known.last) < LONGEST);
    if known.len() >= MOST
        && let Some(oldest) = known.iter().min_by_key(|(_, known)| known.last)
    {
        let oldest = oldest.0.clone();
        known.remove(&oldest);
    }
}

/// Bounds how many passwords are hashed at once: each takes 19 MiB.
#[derive(Debug)]
pub struct Hashing {
    places: Arc<Semaphore>,
    waiting: AtomicUsize,
    /// The attempts of each account.
    under_way: Counts,
}

/// A place where a password is hashed.
#[derive(Debug)]
pub struct Place {
    _place: OwnedSemaphorePermit,
    _attempt: OneOf,
}

/// So many hashes at once.
const AT_ONCE: usize = 2;
/// So many more wait for a place.
const QUEUE: usize = 64;
/// So many of one account are hashed or wait.
const OF_ACCOUNT: u32 = FREE_OF_ACCOUNT;

impl Default for Hashing {
    fn default() -> Self {
        Self {
            places: Arc::new(Semaphore::new(AT_ONCE)),
            waiting: AtomicUsize::new(0),
            under_way: Counts::default(),
        }
    }
}

impl Hashing {
    /// A place for an attempt of an account, to be held while the hash is made.
    ///
    /// Errors: `rate_limited` where too many of the account are under way, `unavailable` where too many wait.
    pub async fn place(&self, name: &str) -> Result<Place, Problem> {
        /// However the waiting ends, it is counted.
        struct Waits<'a>(&'a AtomicUsize);
        impl Drop for Waits<'_> {
            fn drop(&mut self) {
                self.0.fetch_sub(1, Ordering::Relaxed);
            }
        }
        let attempt = self.under_way.one_more(name.to_owned(), OF_ACCOUNT);
        let attempt = attempt.ok_or_else(|| Problem::rate_limited().with("retry-after", 1))?;
        let before = self.waiting.fetch_add(1, Ordering::Relaxed);
        let _waits = Waits(&self.waiting);
        if before >= QUEUE {
            return Err(Problem::unavailable().with("retry-after", 1));
        }
        let place = self.places.clone().acquire_owned().await.map_err(|_| Problem::internal())?;
        Ok(Place { _place: place, _attempt: attempt })
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

    #[test]
    fn failures_fade_by_half_each_quarter_of_an_hour() {
        let (throttle, now) = (Throttle::default(), clock::instant());
        let after = |minutes: u64| now + Duration::from_secs(60 * minutes);
        for _ in 0..107 {
            throttle.failed("a", now);
        }
        for (minutes, expected) in
            [(0, Err(128)), (1, Err(68)), (14, Ok(())), (15, Ok(())), (60, Ok(())), (24 * 60, Ok(()))]
        {
            let found = throttle.look("a", 100, after(minutes)).map_err(|wait| wait.as_secs());
            assert_eq!(found, expected, "{minutes} min");
        }
        let (throttle, failures) = (Throttle::default(), |throttle: &Throttle| {
            throttle.known.lock().unwrap().get("a").map_or(0, |known| known.failures)
        });
        for _ in 0..107 {
            throttle.failed("a", now);
        }
        for (minutes, expected) in [(14, 107), (16, 53), (29, 53), (30, 26), (31, 26), (120, 0)] {
            throttle.look("a", 100, after(minutes)).unwrap();
            assert_eq!(failures(&throttle), expected, "{minutes} min");
        }
    }

    #[test]
    fn who_signs_in_keeps_nobody_else_behind_the_address_waiting() {
        let (throttle, now) = (Throttle::default(), clock::instant());
        for _ in 0..100 {
            throttle.failed("address", now);
        }
        assert_eq!(throttle.look("address", 100, now), Err(Duration::from_secs(1)));
        // Everybody who comes a second later may try, whoever else does.
        for _ in 0..200 {
            assert_eq!(throttle.look("address", 100, now + Duration::from_secs(1)), Ok(()));
        }
    }

    #[tokio::test]
    async fn two_hashes_are_made_at_once_and_a_bounded_number_waits() {
        let hashing = Arc::new(Hashing::default());
        let (first, _second) = (hashing.place("a").await.unwrap(), hashing.place("b").await.unwrap());
        let mut waiting = Vec::new();
        for n in 0..QUEUE {
            let hashing = hashing.clone();
            waiting.push(tokio::spawn(async move { hashing.place(&format!("c{n}")).await.is_ok() }));
        }
        while hashing.waiting.load(Ordering::Relaxed) < QUEUE {
            tokio::task::yield_now().await;
        }
        assert_eq!(hashing.place("d").await.unwrap_err().code, "unavailable");
        drop(first);
        for waits in waiting {
            assert!(waits.await.unwrap());
        }
        assert_eq!(hashing.waiting.load(Ordering::Relaxed), 0);
    }

    #[tokio::test]
    async fn one_account_has_few_of_the_places_however_often_it_succeeds() {
        let (throttle, hashing) = (Throttle::default(), Arc::new(Hashing::default()));
        let (first, second) = (hashing.place("a").await.unwrap(), hashing.place("b").await.unwrap());
        let mut waiting = Vec::new();
        for _ in 0..2 * QUEUE {
            assert_eq!(throttle.attempt("c", FREE_OF_ACCOUNT, clock::instant()), Ok(()));
            throttle.succeeded("c");
            let hashing = hashing.clone();
            waiting.push(tokio::spawn(async move { hashing.place("c").await.map(drop) }));
        }
        while hashing.waiting.load(Ordering::Relaxed) < OF_ACCOUNT as usize
            || waiting.iter().filter(|waits| waits.is_finished()).count() < 2 * QUEUE - OF_ACCOUNT as usize
        {
            tokio::task::yield_now().await;
        }
        assert_eq!(hashing.place("c").await.unwrap_err().code, "rate_limited");
        drop((first, second));
        assert!(hashing.place("d").await.is_ok());
        let mut refused = Vec::new();
        for waits in waiting {
            refused.extend(waits.await.unwrap().err().map(|problem| problem.code));
        }
        assert_eq!(refused, vec!["rate_limited"; 2 * QUEUE - OF_ACCOUNT as usize]);
        assert!(hashing.place("c").await.is_ok());
        assert!(hashing.under_way.is_empty());
    }
}
