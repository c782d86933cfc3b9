//! Times as a clock on the wall shows them.

use core::fmt;
use core::str::FromStr;

use super::words::text_field;

/// A time on the wall, to the minute: `00:00` to `24:00`, the latter being the end of the day.
///
/// # Examples
///
/// ```
/// let opens: cc_core::platform::ClockTime = "07:30".parse()?;
/// assert_eq!((opens.minutes(), opens.to_string().as_str()), (450, "07:30"));
/// let error = "7:30".parse::<cc_core::platform::ClockTime>().unwrap_err();
/// assert_eq!(error.to_string(), "expected a time from 00:00 to 24:00");
/// # Ok::<(), cc_core::platform::ClockTimeParseError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct ClockTime(u16);

impl ClockTime {
    /// The end of the day.
    pub const END_OF_DAY: Self = Self(1440);

    /// A time by its minutes after midnight, up to 1,440.
    pub fn from_minutes(minutes: u16) -> Option<Self> {
        (minutes <= Self::END_OF_DAY.0).then_some(Self(minutes))
    }

    /// Minutes after midnight.
    pub fn minutes(self) -> u16 {
        self.0
    }
}

impl FromStr for ClockTime {
    type Err = ClockTimeParseError;

    fn from_str(text: &str) -> Result<Self, ClockTimeParseError> {
        let [h1, h2, b':', m1, m2] = *text.as_bytes() else { return Err(ClockTimeParseError) };
        if ![h1, h2, m1, m2].iter().all(u8::is_ascii_digit) {
            return Err(ClockTimeParseError);
        }
        let two = |tens: u8, ones: u8| u16::from(tens - b'0') * 10 + u16::from(ones - b'0');
        let (hours, minutes) = (two(h1, h2), two(m1, m2));
        if minutes > 59 {
            return Err(ClockTimeParseError);
        }
        Self::from_minutes(hours * 60 + minutes).ok_or(ClockTimeParseError)
    }
}

impl fmt::Display for ClockTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

text_field!(ClockTime, "a time from 00:00 to 24:00");

/// A text that is no time of a day.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("expected a time from 00:00 to 24:00")]
pub struct ClockTimeParseError;

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_times_of_a_day_are_times() {
        for (text, minutes) in [
            ("00:00", Some(0)),
            ("09:05", Some(545)),
            ("24:00", Some(1440)),
            ("24:01", None),
            ("23:60", None),
            ("9:05", None),
            ("+9:05", None),
            ("09.05", None),
            ("09:0é", None),
            ("", None),
        ] {
            assert_eq!(text.parse().ok().map(ClockTime::minutes), minutes, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_time_prints_what_it_parses(minutes in 0_u16..=1440) {
            let time = ClockTime::from_minutes(minutes).unwrap();
            prop_assert_eq!(time.to_string().parse(), Ok(time));
        }
    }
}
