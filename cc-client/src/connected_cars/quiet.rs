//! A host's wish to be left alone.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::ConnectedCarsError;
use crate::engine::HttpHead;
use crate::transport::now;
use crate::wire::LONGEST_WAIT;

/// Until when a host wishes to be left alone, and with which status it said so.
#[derive(Clone, Default)]
pub(super) struct Quiet(Arc<Mutex<Option<(Instant, u16)>>>);

impl Quiet {
    /// For how long a refusal wishes that.
    pub(super) fn wish(head: &HttpHead) -> Option<Duration> {
        let is_busy = matches!(head.status, 429 | 500..);
        Some(head.retry_after(None).filter(|_| is_busy)?.min(LONGEST_WAIT))
    }

    /// Fails where the host is still to be left alone.
    pub(super) fn check(&self, path: &'static str) -> Result<(), ConnectedCarsError> {
        let quiet = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let left = quiet.map(|(until, status)| (until.saturating_duration_since(now()), status));
        match left.filter(|(left, _)| !left.is_zero()) {
            Some((left, status)) => Err(ConnectedCarsError::Refused { path, status, wait: Some(left) }),
            None => Ok(()),
        }
    }

    /// An answer has come; gives its wish.
    pub(super) fn hear(&self, head: &HttpHead) -> Option<Duration> {
        let wait = Self::wish(head)?;
        let until = now() + wait;
        let mut quiet = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *quiet = quiet.filter(|(known, _)| *known > until).or(Some((until, head.status)));
        Some(wait)
    }
}
