//! Wrong passwords in a row: after five, waiting.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Counts failures by account and by address, within one node.
#[derive(Debug, Default)]
pub struct Throttle {
    known: Mutex<BTreeMap<String, (u32, Instant)>>,
}

const FREE: u32 = 5;
const LONGEST: Duration = Duration::from_secs(900);
/// The most names that are remembered; the oldest go first.
const MOST: usize = 100_000;

impl Throttle {
    /// How long whoever this is has to wait; zero: not at all.
    pub fn wait(&self, name: &str, now: Instant) -> Duration {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((failures, last)) = known.get(name) else { return Duration::ZERO };
        if *failures < FREE {
            return Duration::ZERO;
        }
        let wait = Duration::from_secs(1 << (failures - FREE).min(10)).min(LONGEST);
        (*last + wait).saturating_duration_since(now)
    }

    /// It failed.
    pub fn failed(&self, name: &str, now: Instant) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST {
            known.retain(|_, (_, last)| now.saturating_duration_since(*last) < LONGEST);
        }
        let entry = known.entry(name.to_owned()).or_insert((0, now));
        *entry = (entry.0.saturating_add(1), now);
    }

    /// It succeeded.
    pub fn succeeded(&self, name: &str) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock;

    #[test]
    fn the_sixth_attempt_waits_and_success_forgets() {
        let (throttle, now) = (Throttle::default(), clock::instant());
        for _ in 0..5 {
            assert_eq!(throttle.wait("a", now), Duration::ZERO);
            throttle.failed("a", now);
        }
        assert_eq!(throttle.wait("a", now), Duration::from_secs(1));
        assert_eq!(throttle.wait("b", now), Duration::ZERO);
        throttle.failed("a", now);
        assert_eq!(throttle.wait("a", now), Duration::from_secs(2));
        throttle.succeeded("a");
        assert_eq!(throttle.wait("a", now), Duration::ZERO);
    }
}
