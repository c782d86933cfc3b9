//! `Retry-After` (RFC 9110, 10.2.3): a server's word on when to come back.

use std::time::Duration;

use cc_core::Timestamp;
use chrono::{DateTime, NaiveDateTime};

/// A wish to be left alone is believed up to here.
pub(crate) const LONGEST_WAIT: Duration = Duration::from_secs(3_600);

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
/// assert_eq!(wait("Friday, 01-May-26 10:01:00 GMT"), Some(Duration::from_secs(60)));
/// assert_eq!(wait("Fri May  1 10:01:00 2026"), Some(Duration::from_secs(60)));
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
    /// After this time.
    In(Duration),
}

impl RetryAfter {
    /// Reads the value of the header; `None` if it is neither seconds nor an HTTP date.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Some(Self::In(Duration::from_secs(text.parse().unwrap_or(u64::MAX))));
        }
        parse_http_date(text).map(Self::At)
    }

    /// How long to wait, if the server's clock shows `now`.
    pub fn wait(self, now: Timestamp) -> Duration {
        match self {
            Self::At(at) => (at - now).to_std().unwrap_or_default(),
            Self::In(wait) => wait,
        }
    }
}

/// Reads an HTTP date (RFC 9110, 5.6.7): in its one current form, as in `Fri, 01 May 2026 10:01:00 GMT`, or in one of the two of before
/// (`Friday, 01-May-26 10:01:00 GMT`, `Fri May  1 10:01:00 2026`).
pub(crate) fn parse_http_date(text: &str) -> Option<Timestamp> {
    const FORMS: [(&str, &str, &str); 3] = [
        (", ", "01 May 2026 10:01:00 GMT", "%d %b %Y %H:%M:%S GMT"),
        (", ", "01-May-26 10:01:00 GMT", "%d-%b-%y %H:%M:%S GMT"),
        (" ", "May  1 10:01:00 2026", "%b %e %H:%M:%S %Y"),
    ];
    FORMS.into_iter().find_map(|(behind_weekday, like, form)| {
        let (weekday, date) = text.split_once(behind_weekday)?;
        // Years have four digits: later ones would leave what can be reckoned with.
        let is_like = date.len() == like.len() && weekday.bytes().all(|byte| byte.is_ascii_alphabetic());
        let naive = NaiveDateTime::parse_from_str(date, form).ok().filter(|_| is_like)?;
        DateTime::from_timestamp(naive.and_utc().timestamp(), 0)
    })
}
