//! The only place that reads a clock.

use std::time::Instant;

use cc_core::Timestamp;

/// The time of day.
#[expect(clippy::disallowed_methods, reason = "a server lives in time; everything else is given it")]
pub fn now() -> Timestamp {
    chrono::Utc::now()
}

/// An instant to measure from.
#[expect(clippy::disallowed_methods, reason = "a server lives in time; everything else is given it")]
pub fn instant() -> Instant {
    Instant::now()
}

/// Seconds since 1970.
pub fn unix() -> u64 {
    now().timestamp().max(0) as u64
}

/// RFC 3339 in UTC with milliseconds: of one length, so that texts sort as instants do.
pub fn text(at: Timestamp) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}
