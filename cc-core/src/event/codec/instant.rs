//! Instants as RFC 3339 writes them.

use alloc::string::String;
use core::fmt::Write as _;

use chrono::{Datelike, Timelike};

use crate::Timestamp;

/// An instant read from a text, and how many digits followed the second.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct ReadInstant {
    pub(crate) at: Timestamp,
    /// Digits after the second as written; beyond the ninth they are not part of `at`.
    pub(crate) digits: usize,
}

/// Reads a date and time of RFC 3339 with any offset. A leap second is one at the end of a UTC day.
pub(crate) fn read(text: &str) -> Option<ReadInstant> {
    let bytes = text.as_bytes();
    if bytes.len() < 20 || !matches!(bytes[10], b'T' | b't' | b' ') || bytes[13] != b':' || bytes[16] != b':'
    {
        return None;
    }
    let days = days(read_date(&bytes[..10])?);
    let (hour, minute, second) = (two(bytes, 11)?, two(bytes, 14)?, two(bytes, 17)?);
    let mut rest = &bytes[19..];
    let (mut nanos, mut digits) = (0, 0);
    if rest[0] == b'.' {
        rest = &rest[1..];
        let mut unit = 100_000_000;
        while let Some(&digit @ b'0'..=b'9') = rest.get(digits) {
            nanos += u32::from(digit - b'0') * unit;
            unit /= 10;
            digits += 1;
        }
        if digits == 0 {
            return None;
        }
        rest = &rest[digits..];
    }
    let offset = match rest {
        [b'Z' | b'z'] => 0,
        [sign @ (b'+' | b'-'), _, _, b':', _, _] => {
            let (hours, minutes) = (two(rest, 1)?, two(rest, 4)?);
            if hours > 23 || minutes > 59 {
                return None;
            }
            let offset = i64::from(hours) * 3600 + i64::from(minutes) * 60;
            if *sign == b'-' { -offset } else { offset }
        }
        _ => return None,
    };
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let leap = second == 60;
    let seconds =
        i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second - u32::from(leap)) - offset;
    if leap {
        if seconds.rem_euclid(86_400) != 86_399 {
            return None;
        }
        nanos += 1_000_000_000;
    }
    Some(ReadInstant { at: Timestamp::from_timestamp(days * 86_400 + seconds, nanos)?, digits })
}

/// Reads `YYYY-MM-DD` as year, month and day of the calendar.
pub(crate) fn read_date(bytes: &[u8]) -> Option<(i64, u32, u32)> {
    let &[_, _, _, _, b'-', _, _, b'-', _, _] = bytes else {
        return None;
    };
    let year = i64::from(two(bytes, 0)? * 100 + two(bytes, 2)?);
    let (month, day) = (two(bytes, 5)?, two(bytes, 8)?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    (1..=length).contains(&day).then_some((year, month, day))
}

/// Days since 1970-01-01, counted in years that begin in March, so that the leap day comes last.
fn days((year, month, day): (i64, u32, u32)) -> i64 {
    let march_year = year - i64::from(month < 3);
    let march_month = i64::from((month + 9) % 12);
    march_year * 365 + march_year.div_euclid(4) - march_year.div_euclid(100)
        + march_year.div_euclid(400)
        + (march_month * 153 + 2) / 5
        + i64::from(day)
        - 719_469
}

fn two(bytes: &[u8], at: usize) -> Option<u32> {
    match (bytes[at], bytes[at + 1]) {
        (tens @ b'0'..=b'9', ones @ b'0'..=b'9') => {
            Some(u32::from(tens - b'0') * 10 + u32::from(ones - b'0'))
        }
        _ => None,
    }
}

/// Writes an instant in UTC with at least `digits` after the second, and as many more as it needs.
pub(crate) fn write(out: &mut String, at: Timestamp, digits: usize) {
    let date = at.date_naive();
    let year = date.year();
    // RFC 3339 has four digits for the year; a fifth or a sign is only there so that nothing is lost.
    if year < 0 {
        out.push('-');
    }
    let year = year.unsigned_abs();
    if year > 9999 {
        // Writing to a String cannot fail.
        let _ = write!(out, "{}", year / 10_000);
    }
    push_two(out, year / 100 % 100);
    push_two(out, year % 100);
    out.push('-');
    push_two(out, date.month());
    out.push('-');
    push_two(out, date.day());
    out.push('T');
    push_two(out, at.hour());
    out.push(':');
    push_two(out, at.minute());
    out.push(':');
    let nanos = at.nanosecond();
    push_two(out, at.second() + nanos / 1_000_000_000);
    let nanos = nanos % 1_000_000_000;
    let digits = digits.min(9).max(self::digits(at));
    if digits > 0 {
        out.push('.');
        let mut unit = 100_000_000;
        for _ in 0..digits {
            out.push(char::from(b'0' + (nanos / unit % 10) as u8));
            unit /= 10;
        }
    }
    out.push('Z');
}

/// How many digits after the second an instant needs.
pub(crate) fn digits(at: Timestamp) -> usize {
    let (mut nanos, mut needed) = (at.nanosecond() % 1_000_000_000, 9);
    while needed > 0 && nanos.is_multiple_of(10) {
        nanos /= 10;
        needed -= 1;
    }
    needed
}

fn push_two(out: &mut String, number: u32) {
    out.push(char::from(b'0' + (number / 10) as u8));
    out.push(char::from(b'0' + (number % 10) as u8));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn back(text: &str) -> Option<String> {
        let ReadInstant { at, digits } = read(text)?;
        let mut out = String::new();
        write(&mut out, at, digits);
        Some(out)
    }

    #[test]
    fn instants_come_back_in_utc_with_their_digits() {
        for (text, utc) in [
            ("2026-05-01T10:00:00Z", Some("2026-05-01T10:00:00Z")),
            ("2026-05-01t10:00:00.250z", Some("2026-05-01T10:00:00.250Z")),
            ("2026-01-01T00:30:00.123456789+02:00", Some("2025-12-31T22:30:00.123456789Z")),
            ("2024-02-29T23:59:59.0-00:30", Some("2024-03-01T00:29:59.0Z")),
            ("2016-12-31T23:59:60Z", Some("2016-12-31T23:59:60Z")),
            ("2017-01-01T01:59:60.5+02:00", Some("2016-12-31T23:59:60.5Z")),
            ("0000-01-01T00:00:00Z", Some("0000-01-01T00:00:00Z")),
            ("1969-12-31T23:59:59.999Z", Some("1969-12-31T23:59:59.999Z")),
            ("2026-05-01T12:30:60Z", None),
            ("2026-02-29T00:00:00Z", None),
            ("1900-02-29T00:00:00Z", None),
            ("2026-13-01T00:00:00Z", None),
            ("2026-05-01T24:00:00Z", None),
            ("2026-05-01T10:00:00", None),
            ("2026-05-01T10:00:00.Z", None),
            ("2026-05-01T10:00:00+2:00", None),
            ("2026-05-01T10:00:00+24:00", None),
            ("2026-05-01T10:00:00Zx", None),
            ("2026-5-01T10:00:00.00Z", None),
            ("+026-05-01T10:00:00Z", None),
            ("", None),
        ] {
            assert_eq!(back(text).as_deref(), utc, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(seconds in -62_167_219_200_i64..253_402_300_800, nanos in 0_u32..1_000_000_000, digits in 0_usize..=9) {
            let at = Timestamp::from_timestamp(seconds, nanos).unwrap();
            let mut out = String::new();
            write(&mut out, at, digits);
            prop_assert_eq!(read(&out).map(|read| read.at), Some(at), "{}", &out);
            let other = chrono::DateTime::parse_from_rfc3339(&out).unwrap();
            prop_assert_eq!(other.to_utc(), at);
        }

        #[test]
        fn any_text_is_read_without_panic(text in "[0-9TtZz:+. -]{0,36}|\\PC{0,30}") {
            let _ = read(&text);
        }
    }
}
