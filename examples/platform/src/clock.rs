//! The only place that reads a clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use cc_core::Timestamp;
use chrono::{Datelike as _, Timelike as _};

/// The time of day as a node knows it: that of the system, and so much ahead of it as tests have made it.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    ahead: Arc<AtomicI64>,
}

impl Clock {
    /// What time it is.
    pub fn now(&self) -> Timestamp {
        let (now, ahead) = (now(), chrono::TimeDelta::milliseconds(self.ahead.load(Relaxed)));
        now.checked_add_signed(ahead).unwrap_or(now)
    }

    /// Seconds since 1970.
    pub fn unix(&self) -> u64 {
        self.now().timestamp().max(0) as u64
    }

    /// Lets time go by, for tests; all copies of a clock go together.
    pub fn advance(&self, time: Duration) {
        self.ahead.fetch_add(i64::try_from(time.as_millis()).unwrap_or(i64::MAX), Relaxed);
    }
}

/// Milliseconds of a day.
pub(crate) const DAY: i64 = 86_400_000;

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

/// Reads an instant of RFC 3339, as everything that is kept is read again: its year in UTC has four digits, and a second 60 ends a day of UTC.
pub fn read(text: &str) -> Option<Timestamp> {
    let at: Timestamp = text.parse().ok()?;
    let is_leap = at.nanosecond() >= 1_000_000_000;
    let may_leap = at.num_seconds_from_midnight() == 86_399;
    ((0..=9999).contains(&at.year()) && (may_leap || !is_leap)).then_some(at)
}

/// An instant of so many milliseconds since 1970.
pub fn instant_of(millis: i64) -> Timestamp {
    Timestamp::from_timestamp_millis(millis).unwrap_or_default()
}
