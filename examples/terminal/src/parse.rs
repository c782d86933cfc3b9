//! Arguments that mean a duration, an instant or a vehicle, as clap's value parsers.

use cc_core::{Timestamp, VehicleRef};
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};

use crate::Failure;

/// A duration: numbers with units (`5min`, `10 s`, `1h 30min`), or ISO 8601 (`PT5M`, `P1DT12H`).
///
/// # Examples
///
/// ```
/// use example_terminal::parse::duration;
///
/// assert_eq!(duration("5min"), duration("PT5M"));
/// assert_eq!(duration("1.5 s")?.num_milliseconds(), 1_500);
/// assert_eq!(duration("5").unwrap_err().to_string(), "expected a unit after the number: ms, s, min, h, d or weeks");
/// # Ok::<(), example_terminal::parse::DurationParseError>(())
/// ```
pub fn duration(text: &str) -> Result<TimeDelta, DurationParseError> {
    let text = text.trim();
    if text == "0" {
        return Ok(TimeDelta::zero());
    }
    let (mut rest, iso) = match text.strip_prefix(['P', 'p']) {
        Some(rest) => (rest, true),
        None => (text, false),
    };
    let (mut total, mut in_time, mut parts) = (0_i64, false, 0);
    loop {
        rest = rest.trim_start();
        if iso && !in_time && rest.starts_with(['T', 't']) {
            (in_time, rest) = (true, &rest[1..]);
            continue;
        }
        if rest.is_empty() {
            break;
        }
        let digits = rest.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(rest.len());
        let thousandths = thousandths(&rest[..digits]).ok_or(DurationParseError::Number)?;
        rest = rest[digits..].trim_start();
        let letters = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
        let letters = if iso { letters.min(1) } else { letters };
        let unit = if iso { iso_unit(&rest[..letters], in_time) } else { unit(&rest[..letters]) };
        let unit = unit.ok_or(DurationParseError::MeasureUnit)?;
        rest = &rest[letters..];
        let part = thousandths.checked_mul(unit).ok_or(DurationParseError::Range)?;
        total = total.checked_add(part / 1_000).ok_or(DurationParseError::Range)?;
        parts += 1;
    }
    if parts == 0 {
        return Err(DurationParseError::Number);
    }
    TimeDelta::try_milliseconds(total).filter(|_| total <= LONGEST_MS).ok_or(DurationParseError::Range)
}

/// An instant: RFC 3339 (`2026-03-01T08:00:00Z`), or a day (`2026-03-01`), which is its midnight in UTC.
///
/// # Examples
///
/// ```
/// use example_terminal::parse::instant;
///
/// assert_eq!(instant("2026-03-01"), instant("2026-03-01T01:00:00+01:00"));
/// assert_eq!(instant("yesterday").unwrap_err().to_string(), "expected an instant, such as 2026-03-01T08:00:00Z");
/// # Ok::<(), example_terminal::parse::InstantParseError>(())
/// ```
pub fn instant(text: &str) -> Result<Timestamp, InstantParseError> {
    if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
        return Ok(instant.with_timezone(&Utc));
    }
    match text.parse::<NaiveDate>() {
        Ok(day) => Ok(day.and_time(NaiveTime::MIN).and_utc()),
        Err(_) => Err(InstantParseError),
    }
}

/// What a capture does not say of itself: whose it is, and when it was.
#[derive(Clone, Debug, clap::Args)]
pub struct CaptureArgs {
    /// When an untimed capture starts [such as 2026-03-01T08:00:00Z; default: 1970-01-01T00:00:00Z]
    #[arg(long, value_name = "TIME", value_parser = instant)]
    pub start: Option<Timestamp>,

    /// The time from one answer of an untimed capture to the next [such as 500ms, '2 s' or PT2S]
    #[arg(long, value_name = "DURATION", value_parser = duration, default_value = "1s")]
    pub step: TimeDelta,

    /// The vehicle that a capture is of, as ORGANIZATION/NUMBER
    #[arg(long, value_name = "VEHICLE", default_value = "local/0")]
    vehicle: String,
}

impl CaptureArgs {
    /// The vehicle. The failure does not show the text: an identifier names a person's car.
    pub fn vehicle(&self) -> Result<VehicleRef, Failure> {
        let form = "write it as ORGANIZATION/NUMBER";
        self.vehicle.parse().map_err(|error| Failure::usage(format!("--vehicle: {error}; {form}")))
    }
}

/// A duration as people write it, in the largest unit that it is a whole number of: `90 s`, `7 d`.
///
/// # Examples
///
/// ```
/// use example_terminal::parse::{duration, duration_text};
///
/// assert_eq!(duration_text(duration("PT90S")?), "90 s");
/// assert_eq!(duration_text(duration("2 weeks")?), "14 d");
/// # Ok::<(), example_terminal::parse::DurationParseError>(())
/// ```
pub fn duration_text(duration: TimeDelta) -> String {
    let ms = duration.num_milliseconds();
    let units = [(DAY_MS, "d"), (3_600_000, "h"), (60_000, "min"), (1_000, "s"), (1, "ms")];
    let (size, name) = units.into_iter().find(|(size, _)| ms % size == 0).unwrap_or((1, "ms"));
    if ms == 0 { "0 s".to_owned() } else { format!("{} {name}", ms / size) }
}

/// Why a text is not a duration.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum DurationParseError {
    /// A number has no unit, or one that is no unit of time.
    #[error("expected a unit after the number: ms, s, min, h, d or weeks")]
    MeasureUnit,
    /// There is no number where one should be.
    #[error("expected a number with a unit, such as 5min, '10 s' or PT5M")]
    Number,
    /// Longer than anything makes sense for.
    #[error("expected at most {} days", LONGEST_MS / DAY_MS)]
    Range,
}

/// A text that is not an instant.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("expected an instant, such as 2026-03-01T08:00:00Z")]
pub struct InstantParseError;

/// A decimal number in thousandths; at most three places.
fn thousandths(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(fraction) || fraction.len() > 3 {
        return None;
    }
    let fraction = format!("{fraction:0<3}").parse::<i64>().ok()?;
    whole.parse::<i64>().ok()?.checked_mul(1_000)?.checked_add(fraction)
}

fn unit(word: &str) -> Option<i64> {
    Some(match word {
        "ms" => 1,
        "s" | "sec" | "second" | "seconds" => 1_000,
        "m" | "min" | "minute" | "minutes" => 60_000,
        "h" | "hour" | "hours" => 3_600_000,
        "d" | "day" | "days" => DAY_MS,
        "w" | "week" | "weeks" => 7 * DAY_MS,
        _ => return None,
    })
}

fn iso_unit(letter: &str, in_time: bool) -> Option<i64> {
    Some(match (letter, in_time) {
        ("W" | "w", false) => 7 * DAY_MS,
        ("D" | "d", false) => DAY_MS,
        ("H" | "h", true) => 3_600_000,
        ("M" | "m", true) => 60_000,
        ("S" | "s", true) => 1_000,
        _ => return None,
    })
}

const DAY_MS: i64 = 86_400_000;
const LONGEST_MS: i64 = 3_650 * DAY_MS;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_with_units_or_as_iso_8601() {
        for (text, expected) in [
            ("0", Ok(0)),
            ("5min", Ok(300_000)),
            ("10 s", Ok(10_000)),
            ("250ms", Ok(250)),
            ("1h 30min", Ok(5_400_000)),
            ("1h30m", Ok(5_400_000)),
            ("2 weeks", Ok(1_209_600_000)),
            ("PT5M", Ok(300_000)),
            ("PT0.5S", Ok(500)),
            ("P1DT12H", Ok(129_600_000)),
            ("p1w", Ok(604_800_000)),
            ("", Err(DurationParseError::Number)),
            ("P", Err(DurationParseError::Number)),
            ("-5min", Err(DurationParseError::Number)),
            ("1.2345s", Err(DurationParseError::Number)),
            ("5", Err(DurationParseError::MeasureUnit)),
            ("5 km", Err(DurationParseError::MeasureUnit)),
            ("P5M", Err(DurationParseError::MeasureUnit)),
            ("99999 d", Err(DurationParseError::Range)),
            ("9223372036854775 weeks", Err(DurationParseError::Range)),
        ] {
            assert_eq!(duration(text).map(|duration| duration.num_milliseconds()), expected, "{text}");
        }
    }
}
