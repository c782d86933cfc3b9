//! The border: events from the future are set aside before the engine sees them.

use cc_core::{Event, Timestamp};
use chrono::TimeDelta;

/// How far a vehicle's clock may be ahead of the receiver's.
pub const FUTURE_TOLERANCE: TimeDelta = TimeDelta::minutes(10);

/// Parts events that may have happened from those that claim to be from the future.
///
/// One device whose clock says 2038 would move its vehicle's watermark there, and everything real after it would be
/// late. The engine itself knows no time of receipt; a replay uses events that were screened when they came.
///
/// # Examples
///
/// ```
/// use cc_core::{Body, Event, EventId, Reading, SignalId};
///
/// let ignition = |at: &str| {
///     let body = Body::Reading(Reading::new(SignalId::IGNITION, true));
///     Event::new("local/0".parse().unwrap(), at.parse().unwrap(), EventId(1), body)
/// };
/// let events = vec![ignition("2026-05-01T10:09:00Z"), ignition("2038-01-19T03:14:08Z")];
/// let screened = cc_rules::screen(events, "2026-05-01T10:00:00Z".parse().unwrap());
/// assert_eq!((screened.accepted.len(), screened.future.len()), (1, 1));
/// ```
pub fn screen(events: impl IntoIterator<Item = Event>, received_at: Timestamp) -> Screened {
    let latest = received_at.checked_add_signed(FUTURE_TOLERANCE).unwrap_or(received_at);
    let (accepted, future) = events.into_iter().partition(|event| event.at <= latest);
    Screened { accepted, future }
}

/// Events on both sides of the border, each in the order they came.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Screened {
    /// To be fed to the engine.
    pub accepted: Vec<Event>,
    /// Set aside: later than [`FUTURE_TOLERANCE`] after their receipt.
    pub future: Vec<Event>,
}
