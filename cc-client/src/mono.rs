//! Time that only goes on.

use core::ops::{Add, Sub};
use core::time::Duration;

/// A point of a clock that never jumps and goes on while the device sleeps, measured from any start.
///
/// Timers are set by it. What a server or a person calls the time is a [`cc_core::Timestamp`]; the two never mix.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use cc_client::Mono;
///
/// let start = Mono::default();
/// let later = start + Duration::from_secs(5);
/// assert_eq!(later - start, Duration::from_secs(5));
/// // There is no time before the start.
/// assert_eq!(start - later, Duration::ZERO);
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Mono(pub Duration);

impl Add<Duration> for Mono {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(duration))
    }
}

impl Sub for Mono {
    type Output = Duration;

    fn sub(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}
