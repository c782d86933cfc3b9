//! Hybrid logical clocks: which of two changes made on two devices is the later one.

use core::fmt;
use core::str::FromStr;
use core::time::Duration;

use cc_core::Timestamp;
use chrono::DateTime;

use crate::Mono;

/// A stamp that orders changes of all devices: 48 bits of milliseconds since 1970, 16 bits of counter, 64 bits of node.
///
/// Texts sort as stamps do. The format is that of `clock` in `docs/protocol`.
///
/// # Examples
///
/// ```
/// use cc_client::Stamp;
///
/// let stamp: Stamp = "0193c2a7b000-0001-a3f0000000000000".parse()?;
/// assert_eq!((stamp.millis, stamp.counter), (0x0193_c2a7_b000, 1));
/// assert_eq!(stamp.to_string(), "0193c2a7b000-0001-a3f0000000000000");
/// let error = "now".parse::<Stamp>().unwrap_err();
/// assert_eq!(error.to_string(), "expected a stamp: 12, 4 and 16 hexadecimal digits, joined by -");
/// # Ok::<(), cc_client::StampParseError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Stamp {
    /// Milliseconds since 1970-01-01T00:00:00Z; 48 bits.
    pub millis: u64,
    /// Tells changes of one millisecond apart.
    pub counter: u16,
    /// Which device; decides if all else is equal.
    pub node: u64,
}

impl Stamp {
    /// The next one of the same device.
    pub(crate) fn next(self) -> Self {
        match self.counter.checked_add(1) {
            Some(counter) => Self { counter, ..self },
            None => Self { millis: self.millis.saturating_add(1), counter: 0, ..self },
        }
    }
}

/// The text is not a stamp.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("expected a stamp: 12, 4 and 16 hexadecimal digits, joined by -")]
pub struct StampParseError;

impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:012x}-{:04x}-{:016x}", self.millis.min(LATEST_MILLIS), self.counter, self.node)
    }
}

impl FromStr for Stamp {
    type Err = StampParseError;

    fn from_str(text: &str) -> Result<Self, StampParseError> {
        let mut parts = text.split('-');
        let mut part = |digits: usize| {
            let part = parts.next().filter(|part| part.len() == digits).ok_or(StampParseError)?;
            let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
            if !part.bytes().all(is_hex) {
                return Err(StampParseError);
            }
            u64::from_str_radix(part, 16).map_err(|_| StampParseError)
        };
        let stamp = Self { millis: part(12)?, counter: part(4)? as u16, node: part(16)? };
        parts.next().is_none().then_some(stamp).ok_or(StampParseError)
    }
}

/// Makes stamps. Each is later than all that it made or saw before, and close to the server's time.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use cc_client::{Hlc, HlcError};
///
/// let now = "2026-05-01T10:00:00Z".parse()?;
/// let mut clock = Hlc::new(7);
/// let first = clock.stamp(now);
/// let second = clock.stamp(now);
/// assert!(first < second);
///
/// // The device's clock went back an hour: stamps go on.
/// assert!(second < clock.stamp(now - Duration::from_secs(3600)));
///
/// // Another device is two minutes ahead: its stamp is not believed.
/// let ahead = Hlc::new(8).stamp(now + Duration::from_secs(120));
/// assert_eq!(clock.see(ahead, now), Err(HlcError { ahead: Duration::from_secs(120) }));
/// # Ok::<(), chrono::ParseError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Hlc {
    node: u64,
    millis: u64,
    counter: u16,
}

/// The stamp is too far ahead.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a clock is {} s ahead", ahead.as_secs())]
pub struct HlcError {
    /// How far ahead.
    pub ahead: Duration,
}

/// How far ahead of the server's time a stamp may be.
pub const MAX_DRIFT: Duration = Duration::from_secs(60);

impl Hlc {
    /// A clock that has seen nothing.
    pub fn new(node: u64) -> Self {
        Self { node, millis: 0, counter: 0 }
    }

    /// A clock that goes on after `last`, the latest stamp that was stored.
    pub fn after(last: Stamp, node: u64) -> Self {
        Self { node, millis: last.millis, counter: last.counter }
    }

    /// The next stamp, at `now` of the server's time as this device knows it.
    pub fn stamp(&mut self, now: Timestamp) -> Stamp {
        let now = millis(now);
        if now > self.millis {
            (self.millis, self.counter) = (now, 0);
        } else {
            self.step();
        }
        Stamp { millis: self.millis, counter: self.counter, node: self.node }
    }

    /// Takes note of another device's stamp, unless that is more than [`MAX_DRIFT`] ahead of `now`.
    ///
    /// # Errors
    ///
    /// [`HlcError`] if it is further ahead: the clock stays as it was.
    pub fn see(&mut self, other: Stamp, now: Timestamp) -> Result<(), HlcError> {
        let ahead = Duration::from_millis(other.millis.saturating_sub(millis(now)));
        if ahead > MAX_DRIFT {
            return Err(HlcError { ahead });
        }
        if (other.millis, other.counter) > (self.millis, self.counter) {
            (self.millis, self.counter) = (other.millis, other.counter);
        }
        Ok(())
    }

    /// Starts over at `now` of the server's time, if the clock is more than [`MAX_DRIFT`] ahead of it: then
    /// the device's clock was wrong, and its stamps are refused everywhere. Returns whether it did: then
    /// unsent writes need new stamps.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use cc_client::{Hlc, MAX_DRIFT};
    ///
    /// let now = "2026-05-01T10:00:00Z".parse()?;
    /// let mut clock = Hlc::new(7);
    /// clock.stamp(now + MAX_DRIFT);
    /// assert!(!clock.begin_anew(now));
    /// let wrong = clock.stamp(now + Duration::from_secs(3600));
    /// assert!(clock.begin_anew(now));
    /// assert!(clock.stamp(now) < wrong);
    /// # Ok::<(), chrono::ParseError>(())
    /// ```
    pub fn begin_anew(&mut self, now: Timestamp) -> bool {
        let is_ahead = self.millis > latest(now).millis;
        if is_ahead {
            (self.millis, self.counter) = (0, 0);
        }
        is_ahead
    }

    /// A stamp at `now`, and as many behind it ([`Stamp::next`]) as any outbox has rows: the clock goes on behind them.
    pub(crate) fn block(&mut self, now: Timestamp) -> Stamp {
        let first = self.stamp(now);
        self.millis = self.millis.saturating_add(BLOCK_MILLIS);
        first
    }

    fn step(&mut self) {
        let Stamp { millis, counter, .. } =
            Stamp { millis: self.millis, counter: self.counter, node: self.node }.next();
        (self.millis, self.counter) = (millis, counter);
    }
}

/// The latest time that a stamp tells, which is in the year 10889: its text has twelve digits.
const LATEST_MILLIS: u64 = (1 << 48) - 1;

/// A tenth of a second has 6.5 million stamps.
const BLOCK_MILLIS: u64 = 100;

/// The latest stamp that is not refused at `now` of the server's time.
pub(crate) fn latest(now: Timestamp) -> Stamp {
    Stamp { millis: millis(now) + MAX_DRIFT.as_millis() as u64, counter: u16::MAX, node: u64::MAX }
}

fn millis(at: Timestamp) -> u64 {
    u64::try_from(at.timestamp_millis()).unwrap_or(0).min(LATEST_MILLIS)
}

/// The server's time, worked out on this device from the `Date` of its answers.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use cc_client::{Mono, ServerClock};
///
/// let mut clock = ServerClock::default();
/// let asked = Mono(Duration::from_secs(10));
/// let answered = Mono(Duration::from_secs(12));
/// assert_eq!(clock.now(answered), None);
/// clock.heard("2026-05-01T10:00:00Z".parse()?, asked, answered);
/// // Half of the way is taken to be the answer's.
/// assert_eq!(clock.now(answered).unwrap().to_rfc3339(), "2026-05-01T10:00:01+00:00");
/// # Ok::<(), chrono::ParseError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct ServerClock {
    best: Option<Heard>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Heard {
    server: Timestamp,
    at: Mono,
    /// How wrong that may be.
    doubt: Duration,
}

/// How much two quartz clocks part in a second, at worst.
const DRIFT_PER_SECOND: f64 = 100e-6;

impl ServerClock {
    /// The server said that it was `date` (whole seconds) in an answer to what was `asked`, which came at `answered`.
    pub fn heard(&mut self, date: Timestamp, asked: Mono, answered: Mono) {
        let way = answered - asked;
        let doubt = way / 2 + Duration::from_millis(500);
        let doubt_now = |heard: &Heard| heard.doubt + (answered - heard.at).mul_f64(DRIFT_PER_SECOND);
        if self.best.is_none_or(|best| doubt <= doubt_now(&best) || is_far(&best, date, answered, doubt)) {
            self.best = Some(Heard { server: date + way / 2, at: answered, doubt });
        }
    }

    /// The server's time; `None` before the first answer.
    pub fn now(&self, now: Mono) -> Option<Timestamp> {
        let heard = self.best?;
        DateTime::checked_add_signed(heard.server, chrono::TimeDelta::from_std(now - heard.at).ok()?)
    }
}

/// What the best answer tells cannot be true any more: the server's clock was set.
fn is_far(best: &Heard, date: Timestamp, answered: Mono, doubt: Duration) -> bool {
    let expected = best.server + (answered - best.at);
    (date - expected).abs().to_std().is_ok_and(|gap| gap > best.doubt + doubt + Duration::from_secs(2))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn stamps_grow_whatever_the_clock_does(times in prop::collection::vec(0_i64..10_000, 1..50)) {
            let mut clock = Hlc::new(1);
            let stamps: Vec<_> =
                times.into_iter().map(|at| clock.stamp(DateTime::from_timestamp_millis(at).unwrap())).collect();
            prop_assert!(stamps.is_sorted_by(|a, b| a < b));
            for stamp in stamps {
                prop_assert_eq!(stamp.to_string().parse(), Ok(stamp));
            }
        }

        #[test]
        fn texts_sort_as_stamps_do(a: (u32, u16, u64), b: (u32, u16, u64)) {
            let stamp = |(millis, counter, node): (u32, u16, u64)| Stamp { millis: millis.into(), counter, node };
            let (a, b) = (stamp(a), stamp(b));
            prop_assert_eq!(a.cmp(&b), a.to_string().cmp(&b.to_string()));
        }
    }

    #[test]
    fn what_is_behind_the_last_time_of_a_stamp_is_at_it() {
        let late = Stamp { millis: u64::MAX, counter: 7, node: 1 };
        let last = Stamp { millis: LATEST_MILLIS, ..late };
        assert_eq!(late.to_string().parse(), Ok(last));
        assert_eq!(Hlc::new(1).stamp(Timestamp::MAX_UTC).millis, LATEST_MILLIS);
    }

    #[test]
    fn a_full_counter_borrows_a_millisecond() {
        let now = DateTime::from_timestamp_millis(5).unwrap();
        let mut clock = Hlc::after(Stamp { millis: 5, counter: u16::MAX, node: 1 }, 1);
        assert_eq!(clock.stamp(now), Stamp { millis: 6, counter: 0, node: 1 });
    }

    #[test]
    fn a_server_whose_clock_was_set_is_followed() {
        let mut clock = ServerClock::default();
        let at = |seconds| Mono(Duration::from_secs(seconds));
        let date = |text: &str| text.parse::<Timestamp>().unwrap();
        clock.heard(date("2026-05-01T10:00:00Z"), at(0), at(0));
        clock.heard(date("2026-05-01T10:00:10Z"), at(4), at(12));
        assert_eq!(clock.now(at(12)), Some(date("2026-05-01T10:00:12Z")));
        clock.heard(date("2026-05-02T10:00:20Z"), at(20), at(20));
        assert_eq!(clock.now(at(20)), Some(date("2026-05-02T10:00:20Z")));
    }
}
