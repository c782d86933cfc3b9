//! Whether what comes, comes fast enough to end some day.

use std::time::Duration;

use crate::Mono;

/// How much of something unfinished has come: a page of the past, or an event of a stream.
///
/// A server, or whoever stands in between, that sends a byte now and then is never silent, and yet says nothing.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Progress {
    /// Since the last time that enough had come.
    bytes: usize,
    /// Since the first of these bytes.
    since: Mono,
}

/// What has to come in the time that is given: less than the slowest network of phones brings in a few seconds.
const LEAST: usize = 4_096;

impl Progress {
    /// Bytes came that ended nothing.
    pub(crate) fn came(&mut self, now: Mono, bytes: usize) {
        if self.bytes == 0 {
            self.since = now;
        }
        self.bytes = self.bytes.saturating_add(bytes);
        if self.bytes >= LEAST {
            self.ended();
        }
    }

    /// Something is whole.
    pub(crate) fn ended(&mut self) {
        self.bytes = 0;
    }

    /// When it is too slow, unless more comes until then.
    pub(crate) fn deadline(&self, given: Duration) -> Option<Mono> {
        (self.bytes > 0).then(|| self.since + given)
    }

    /// Whether it was too slow.
    pub(crate) fn is_too_slow(&self, now: Mono, given: Duration) -> bool {
        self.deadline(given).is_some_and(|deadline| now >= deadline)
    }
}
