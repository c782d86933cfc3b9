//! How long to wait before the next try.

use core::time::Duration;

/// Exponential backoff with full jitter: the n-th wait is drawn evenly from zero to `base · 2ⁿ`, capped.
///
/// So a fleet that lost its server does not come back in one instant. Randomness is an argument, so that a
/// run can be repeated.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use cc_client::decide::Backoff;
///
/// let backoff = Backoff { base: Duration::from_secs(1), cap: Duration::from_secs(60) };
/// assert_eq!(backoff.delay(3, 0.5, None), Duration::from_secs(4));
/// assert_eq!(backoff.delay(30, 1.0, None), Duration::from_secs(60));
/// // A server that says when to come back is obeyed, up to an hour: a wrong header must not lock a car out for a day.
/// assert_eq!(backoff.delay(0, 0.0, Some(Duration::from_secs(90))), Duration::from_secs(90));
/// assert_eq!(backoff.delay(0, 0.0, Some(Duration::from_secs(60_497))), Duration::from_secs(3_600));
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Backoff {
    /// The longest first wait.
    pub base: Duration,
    /// The longest wait.
    pub cap: Duration,
}

/// A server's word on when to come back is believed up to here.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(3_600);

impl Default for Backoff {
    /// One second, at most five minutes.
    fn default() -> Self {
        Self { base: Duration::from_secs(1), cap: Duration::from_secs(300) }
    }
}

impl Backoff {
    /// The wait after `failures` failed tries in a row. `random` is from 0 to 1. The wait is never below
    /// `retry_after`, which the server said (an hour at most).
    pub fn delay(&self, failures: u32, random: f64, retry_after: Option<Duration>) -> Duration {
        let ceiling = self.base.saturating_mul(1_u32.checked_shl(failures).unwrap_or(u32::MAX)).min(self.cap);
        let random = fraction(random);
        let asked = retry_after.unwrap_or_default().min(LONGEST_RETRY_AFTER);
        ceiling.mul_f64(random).max(asked)
    }
}

/// A random number from 0 to 1, whatever comes for one.
pub(super) fn fraction(random: f64) -> f64 {
    if random.is_nan() { 1.0 } else { random.clamp(0.0, 1.0) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_wait_is_longer_than_the_cap_or_shorter_than_asked(failures: u32, random: f64, asked in 0_u64..7_200) {
            let backoff = Backoff::default();
            let asked = Duration::from_secs(asked);
            let delay = backoff.delay(failures, random, Some(asked));
            prop_assert!(delay >= asked.min(LONGEST_RETRY_AFTER));
            prop_assert!(delay <= backoff.cap.max(asked));
        }
    }
}
