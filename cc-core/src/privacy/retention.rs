//! How long data are kept.

use core::fmt;
use core::str::FromStr;

use chrono::TimeDelta;

use super::PolicyError;
use crate::Timestamp;

/// How long data of a kind are kept.
///
/// In a policy: `never`, `until_deletion`, or a duration of ISO 8601 with one unit, such as `PT1H` or `P60D`.
///
/// # Examples
///
/// ```
/// use cc_core::privacy::{KeepUntil, Retention};
///
/// let week: Retention = "P7D".parse()?;
/// let at = "2026-05-01T10:00:00Z".parse().unwrap();
/// assert_eq!(week.until(at), KeepUntil::Instant("2026-05-08T10:00:00Z".parse().unwrap()));
/// assert_eq!(week.to_string(), "P7D");
///
/// let error = "a week".parse::<Retention>().unwrap_err();
/// assert_eq!(error.to_string(), "expected never, until_deletion, or a duration such as PT1H or P7D");
/// # Ok::<(), cc_core::privacy::PolicyError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Retention {
    /// For so many seconds.
    Seconds(u32),
    /// Not at all: the purpose does not need them.
    Never,
    /// Until the person asks for their deletion, or the contract ends.
    UntilDeletion,
}

/// When an item has to be deleted.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum KeepUntil {
    /// When the person asks for it, or the contract ends.
    Deletion,
    /// At this instant, which no longer belongs to it.
    Instant(Timestamp),
    /// It must not be kept at all.
    Never,
}

impl KeepUntil {
    /// Whether the item may still be there at an instant.
    pub fn holds_at(self, now: Timestamp) -> bool {
        match self {
            Self::Deletion => true,
            Self::Instant(end) => now < end,
            Self::Never => false,
        }
    }
}

impl Retention {
    /// So many days.
    pub(super) const fn days(days: u32) -> Self {
        Self::Seconds(days * DAY)
    }

    /// When an item of this instant has to be deleted. An end that no calendar holds is none.
    pub fn until(self, at: Timestamp) -> KeepUntil {
        match self {
            Self::Seconds(seconds) => match at.checked_add_signed(TimeDelta::seconds(seconds.into())) {
                Some(end) => KeepUntil::Instant(end),
                None => KeepUntil::Deletion,
            },
            Self::Never => KeepUntil::Never,
            Self::UntilDeletion => KeepUntil::Deletion,
        }
    }
}

/// Reads a duration of ISO 8601 with one unit: days, hours, minutes or seconds, at least one and at most 100 years.
pub(super) fn seconds(text: &str) -> Option<u32> {
    let (number, unit) = match text.strip_prefix("PT") {
        Some(time) => match time.as_bytes().last()? {
            b'H' => (&time[..time.len() - 1], 3_600),
            b'M' => (&time[..time.len() - 1], 60),
            b'S' => (&time[..time.len() - 1], 1),
            _ => return None,
        },
        None => (text.strip_prefix('P')?.strip_suffix('D')?, DAY),
    };
    if number.is_empty() || !number.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let seconds = number.parse::<u32>().ok()?.checked_mul(unit)?;
    (1..=36_525 * DAY).contains(&seconds).then_some(seconds)
}

/// Writes a duration in its biggest whole unit.
pub(super) fn write_seconds(f: &mut fmt::Formatter<'_>, seconds: u32) -> fmt::Result {
    match seconds {
        _ if seconds.is_multiple_of(DAY) => write!(f, "P{}D", seconds / DAY),
        _ if seconds.is_multiple_of(3_600) => write!(f, "PT{}H", seconds / 3_600),
        _ if seconds.is_multiple_of(60) => write!(f, "PT{}M", seconds / 60),
        _ => write!(f, "PT{seconds}S"),
    }
}

impl FromStr for Retention {
    type Err = PolicyError;

    fn from_str(text: &str) -> Result<Self, PolicyError> {
        match text {
            "never" => Ok(Self::Never),
            "until_deletion" => Ok(Self::UntilDeletion),
            _ => seconds(text).map(Self::Seconds).ok_or(PolicyError::Word {
                expected: "never, until_deletion, or a duration such as PT1H or P7D",
            }),
        }
    }
}

impl fmt::Display for Retention {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Seconds(seconds) => write_seconds(f, *seconds),
            Self::Never => f.write_str("never"),
            Self::UntilDeletion => f.write_str("until_deletion"),
        }
    }
}

const DAY: u32 = 86_400;

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn durations_read_and_print() {
        for (text, retention, printed) in [
            ("PT1H", Retention::Seconds(3_600), "PT1H"),
            ("P60D", Retention::Seconds(5_184_000), "P60D"),
            ("PT24H", Retention::Seconds(86_400), "P1D"),
            ("PT90S", Retention::Seconds(90), "PT90S"),
            ("PT2M", Retention::Seconds(120), "PT2M"),
            ("never", Retention::Never, "never"),
            ("until_deletion", Retention::UntilDeletion, "until_deletion"),
        ] {
            assert_eq!(text.parse(), Ok(retention));
            assert_eq!(retention.to_string(), printed);
        }
        for text in [
            "",
            "P",
            "PT",
            "PTH",
            "P0D",
            "PT-1H",
            "P+1D",
            "P1W",
            "P1DT1H",
            "P36526D",
            "P99999999999D",
            "7",
            "P١D",
            "PT1é",
        ] {
            assert!(text.parse::<Retention>().is_err(), "{text}");
        }
    }

    #[test]
    fn an_item_is_gone_at_its_end_and_not_before() {
        let at: Timestamp = "2026-05-01T10:00:00Z".parse().unwrap();
        let hour = Retention::Seconds(3_600).until(at);
        assert!(hour.holds_at("2026-05-01T10:59:59.999Z".parse().unwrap()));
        assert!(!hour.holds_at("2026-05-01T11:00:00Z".parse().unwrap()));
        assert_eq!(Retention::days(60).until(Timestamp::MAX_UTC), KeepUntil::Deletion);
    }
}
