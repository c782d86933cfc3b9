//! When to send which waiting events.

use core::time::Duration;
use std::collections::VecDeque;
use std::time::Instant;

use cc_core::Event;

use crate::Backoff;

/// Decides when waiting events are sent: once there are enough of them, or once the oldest has waited long enough.
///
/// One upload is under way at a time. Its events leave only when the server has said that it has them; after a failure
/// the same batch is sent again, in the same order, after a [`Backoff`].
///
/// # Examples
///
/// ```
/// use std::time::{Duration, Instant};
/// use cc_client::{Input, Output, Uploader};
/// use cc_core::{Body, Event, EventId, Reading, SignalId};
///
/// let start = Instant::now();
/// let at = "2026-05-01T10:00:00Z".parse()?;
/// let body = Body::Reading(Reading::new(SignalId::IGNITION, true));
/// let event = Event::new("local/0".parse()?, at, EventId(1), body);
///
/// let mut uploader = Uploader::default();
/// uploader.handle(start, Input::Happened(event.clone()));
/// assert_eq!(uploader.poll(start), None);
/// assert_eq!(uploader.next_deadline(), Some(start + Duration::from_secs(5)));
/// assert_eq!(uploader.poll(start + Duration::from_secs(5)), Some(Output::Upload(vec![event])));
/// uploader.handle(start, Input::Stored);
/// assert!(uploader.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Uploader {
    backoff: Backoff,
    waiting: VecDeque<Event>,
    /// When the oldest waiting event came in.
    oldest: Option<Instant>,
    /// How many events, from the front, the upload under way carries.
    under_way: usize,
    failures: u32,
    not_before: Option<Instant>,
}

/// What happened.
#[expect(clippy::large_enum_variant, reason = "an input lives for one call")]
#[derive(Clone, Debug)]
pub enum Input {
    /// The upload under way failed.
    Failed(UploadFailure),
    /// An event is to be sent.
    Happened(Event),
    /// The server has the events of the upload under way.
    Stored,
}

/// How an upload failed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UploadFailure {
    /// The server's word on when to come back.
    pub retry_after: Option<Duration>,
    /// A fresh random number from 0 to 1.
    pub random: f64,
}

/// What to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// Send these events, and report [`Input::Stored`] or [`Input::Failed`].
    Upload(Vec<Event>),
}

/// The oldest event waits no longer than this.
const LONGEST_WAIT: Duration = Duration::from_secs(5);
/// An upload carries no more events than this.
const LARGEST_BATCH: usize = 500;

impl Uploader {
    /// Takes in what happened at `now`.
    pub fn handle(&mut self, now: Instant, input: Input) {
        match input {
            Input::Happened(event) => {
                self.oldest.get_or_insert(now);
                self.waiting.push_back(event);
            }
            Input::Stored => {
                self.waiting.drain(..self.under_way);
                self.under_way = 0;
                self.failures = 0;
                self.not_before = None;
                self.oldest = (!self.waiting.is_empty()).then_some(now);
            }
            Input::Failed(failure) if self.under_way > 0 => {
                self.under_way = 0;
                let delay = self.backoff.delay(self.failures, failure.random, failure.retry_after);
                self.failures = self.failures.saturating_add(1);
                self.not_before = Some(now + delay);
            }
            Input::Failed(_) => {}
        }
    }

    /// What to do at `now`, if anything.
    pub fn poll(&mut self, now: Instant) -> Option<Output> {
        if self.next_deadline().is_none_or(|deadline| now < deadline) {
            return None;
        }
        self.under_way = self.waiting.len().min(LARGEST_BATCH);
        Some(Output::Upload(self.waiting.iter().take(self.under_way).cloned().collect()))
    }

    /// When to poll again if nothing happens before; `None` while there is nothing to wait for.
    pub fn next_deadline(&self) -> Option<Instant> {
        if self.under_way > 0 {
            return None;
        }
        let oldest = self.oldest?;
        let due = if self.waiting.len() >= LARGEST_BATCH { oldest } else { oldest + LONGEST_WAIT };
        Some(self.not_before.map_or(due, |not_before| due.max(not_before)))
    }

    /// Whether nothing waits to be sent or confirmed.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test needs some instant to start from")]
mod tests {
    use cc_core::{Body, EventId, Reading, SignalId};

    use super::*;

    fn event(id: i64) -> Event {
        let at = "2026-05-01T10:00:00Z".parse().unwrap();
        let body = Body::Reading(Reading::new(SignalId::IGNITION, true));
        Event::new("local/0".parse().unwrap(), at, EventId(id), body)
    }

    fn batch(ids: core::ops::Range<i64>) -> Output {
        Output::Upload(ids.map(event).collect())
    }

    #[test]
    fn uploads_once_the_oldest_event_is_five_seconds_old() {
        let start = Instant::now();
        let mut uploader = Uploader::default();
        uploader.handle(start, Input::Happened(event(0)));
        assert_eq!(uploader.poll(start + Duration::from_millis(4_999)), None);
        assert_eq!(uploader.poll(start + Duration::from_secs(5)), Some(batch(0..1)));
    }

    #[test]
    fn a_full_batch_goes_at_once_and_one_is_under_way_at_a_time() {
        let start = Instant::now();
        let mut uploader = Uploader::default();
        (0..600).for_each(|id| uploader.handle(start, Input::Happened(event(id))));
        assert_eq!(uploader.poll(start), Some(batch(0..500)));
        assert_eq!(uploader.poll(start + Duration::from_secs(60)), None);
        uploader.handle(start, Input::Stored);
        assert_eq!(uploader.poll(start + Duration::from_secs(5)), Some(batch(500..600)));
    }

    #[test]
    fn a_failed_batch_is_sent_again_in_the_same_order_after_its_wait() {
        let start = Instant::now();
        let mut uploader = Uploader::default();
        (0..3).for_each(|id| uploader.handle(start, Input::Happened(event(id))));
        let due = start + Duration::from_secs(5);
        assert_eq!(uploader.poll(due), Some(batch(0..3)));
        let failure = UploadFailure { retry_after: Some(Duration::from_secs(30)), random: 0.0 };
        uploader.handle(due, Input::Failed(failure));
        uploader.handle(due, Input::Happened(event(3)));
        assert_eq!(uploader.poll(due + Duration::from_secs(29)), None);
        assert_eq!(uploader.poll(due + Duration::from_secs(30)), Some(batch(0..4)));
    }
}
