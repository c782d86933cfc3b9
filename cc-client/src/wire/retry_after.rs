//! `Retry-After` (RFC 9110, 10.2.3): a server's word on when to come back.

use std::time::Duration;

use cc_core::Timestamp;
use chrono::{DateTime, NaiveDateTime};

/// When a server wishes to be asked again.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use cc_client::wire::RetryAfter;
///
/// let now = "2026-05-01T10:00:00Z".parse()?;
/// let wait = |text: &str| RetryAfter::parse(text).map(|word| word.wait(now));
/// assert_eq!(wait("120"), Some(Duration::from_secs(120)));
/// assert_eq!(wait("Fri, 01 May 2026 10:01:00 GMT"), Some(Duration::from_secs(60)));
/// // A date that has passed means now, and what is no such word means nothing.
/// assert_eq!(wait("Fri, 01 May 2026 09:00:00 GMT"), Some(Duration::ZERO));
/// assert_eq!(wait("-5"), None);
/// assert_eq!(wait("soon"), None);
/// # Ok::<(), chrono::ParseError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RetryAfter {
    /// At that instant, by the server's clock.
    At(Timestamp),
    /// So much later.
    In(Duration),
}

impl RetryAfter {
    /// Reads the value of the header; `None` for anything else than seconds or an HTTP date.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Some(Self::In(Duration::from_secs(text.parse().unwrap_or(u64::MAX))));
        }
        parse_http_date(text).map(Self::At)
    }

    /// How long that is from `now`, an instant of the server's clock.
    pub fn wait(self, now: Timestamp) -> Duration {
        match self {
            Self::At(at) => (at - now).to_std().unwrap_or_default(),
            Self::In(wait) => wait,
        }
    }
}

/// Reads an HTTP date in its one current form, as in `Fri, 01 May 2026 10:01:00 GMT`.
pub(crate) fn parse_http_date(text: &str) -> Option<Timestamp> {
    let (weekday, date) = text.split_once(", ")?;
    // Years of four digits: later ones would leave what can be reckoned with.
    if weekday.len() != 3 || date.len() != "01 May 2026 10:01:00 GMT".len() {
        return None;
    }
    let naive = NaiveDateTime::parse_from_str(date, "%d %b %Y %H:%M:%S GMT").ok()?;
    DateTime::from_timestamp(naive.and_utc().timestamp(), 0)
}
