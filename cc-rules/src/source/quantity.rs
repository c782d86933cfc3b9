//! Numbers with a unit of time or distance, as authors write them.

use super::Sources;
use super::read::scalar;
use super::yaml::Node;
use crate::pack::limits::{MAX_DISTANCE_M, MAX_DURATION_MS};

pub(super) fn duration(node: &Node, found: &mut Sources<'_>) -> Option<u64> {
    duration_or(node, "", found)
}

/// When something is due: `now`, or a duration.
pub(super) fn due(node: &Node, found: &mut Sources<'_>) -> Option<u64> {
    if scalar(node) == Some("now") { Some(0) } else { duration_or(node, "`now`, or ", found) }
}

fn duration_or(node: &Node, other: &str, found: &mut Sources<'_>) -> Option<u64> {
    let read = scalar(node).and_then(parse_duration);
    if read.is_none() && !too_big(node, found) {
        let hint = format!("write {other}a number and a unit: ms, s, min, h, d or weeks");
        let text = match scalar(node).and_then(split_quantity) {
            Some((number, word))
                if decimal(number, 3).is_some() && is_short_word(word) && unit_ms(word).is_none() =>
            {
                format!("`{word}` is no unit")
            }
            _ => "not a duration".to_owned(),
        };
        found.report(node.place, "bad-duration", &text, Some(hint.into()));
    }
    read
}

/// Whether it may be meant as a unit, and is not something that was pasted by accident.
fn is_short_word(word: &str) -> bool {
    !word.is_empty() && word.len() <= 12 && word.chars().all(char::is_alphabetic)
}

/// Reports a quantity of time or distance that is too big, or has a decimal comma.
pub(super) fn too_big(node: &Node, found: &mut Sources<'_>) -> bool {
    let Some(written) = scalar(node).map(str::trim) else { return false };
    let split = |text: &str| text.split_once(',').map(|(whole, rest)| (whole.to_owned(), rest.to_owned()));
    if let Some((whole, rest)) = split(written)
        && decimal(&whole, 0).is_some()
        && let Some((fraction, unit)) = split_quantity(&rest)
        && !fraction.is_empty()
        && fraction.bytes().all(|byte| byte.is_ascii_digit())
        && (unit_ms(unit).is_some() || matches!(unit, "m" | "km"))
    {
        let hint = format!("write `{whole}.{fraction} {unit}`");
        found.report(node.place, "bad-number", "a decimal number has a point", Some(hint.into()));
        return true;
    }
    let Some((number, unit)) = split_quantity(written) else { return false };
    let digits = number.split('.').next().unwrap_or_default();
    if decimal(number, 3).is_none()
        && (digits.len() <= 15 || !digits.bytes().all(|byte| byte.is_ascii_digit()))
    {
        return false;
    }
    let most = |per_unit: u64, most: u64| {
        decimal(number, 3)
            .and_then(|thousandths| thousandths.checked_mul(per_unit))
            .is_none_or(|size| size / 1_000 > most)
    };
    let text = match (unit_ms(unit), unit) {
        (Some(ms), _) if most(ms, MAX_DURATION_MS) => "a duration is at most ten years, 3660 d",
        (None, "m") if most(1, MAX_DISTANCE_M) => "a distance is at most a million kilometres",
        (None, "km") if most(1_000, MAX_DISTANCE_M) => "a distance is at most a million kilometres",
        _ => return false,
    };
    found.report(node.place, "out-of-range", text, None);
    true
}

/// How many milliseconds a unit of time has.
fn unit_ms(unit: &str) -> Option<u64> {
    Some(match unit {
        "ms" => 1,
        "s" | "second" | "seconds" => 1_000,
        "min" | "minute" | "minutes" => 60_000,
        "h" | "hour" | "hours" => 3_600_000,
        "d" | "day" | "days" => 86_400_000,
        "w" | "week" | "weeks" => 604_800_000,
        _ => return None,
    })
}

/// `10 s`, `1.5 h`, `7 days`: whole milliseconds, at most [`MAX_DURATION_MS`].
pub(crate) fn parse_duration(text: &str) -> Option<u64> {
    let (number, unit) = split_quantity(text)?;
    let ms = unit_ms(unit)?;
    let thousandths = decimal(number, 3)?.checked_mul(ms)?;
    (thousandths % 1_000 == 0).then_some(thousandths / 1_000).filter(|ms| *ms <= MAX_DURATION_MS)
}

pub(super) fn split_quantity(text: &str) -> Option<(&str, &str)> {
    let text = text.trim();
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.'))?;
    let (number, unit) = text.split_at(end);
    Some((number, unit.trim_start()))
}

/// A decimal without sign, exponent or leading zero, in units of `10^-places`; more places are refused.
pub(super) fn decimal(text: &str, places: usize) -> Option<u64> {
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(w, f)| (w, Some(f)));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let leading_zero = whole.len() > 1 && whole.starts_with('0');
    if !digits(whole) || leading_zero || whole.len() > 15 {
        return None;
    }
    let mut value: u64 = whole.parse().ok()?;
    let fraction = match fraction {
        None => "",
        Some(fraction) if digits(fraction) && fraction.len() <= places => fraction,
        Some(_) => return None,
    };
    for place in 0..places {
        let digit = fraction.as_bytes().get(place).map_or(0, |b| u64::from(b - b'0'));
        value = value.checked_mul(10)?.checked_add(digit)?;
    }
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_whole_milliseconds_with_a_unit() {
        for (text, expected) in [
            ("10 s", Some(10_000)),
            ("10s", Some(10_000)),
            ("1.5 h", Some(5_400_000)),
            ("7 days", Some(604_800_000)),
            ("2 weeks", Some(1_209_600_000)),
            ("250 ms", Some(250)),
            ("0 s", Some(0)),
            ("10", None),
            ("08 s", None),
            ("1e3 s", None),
            ("0.0001 s", None),
            ("-1 s", None),
            ("10 km", None),
            ("99999999999999999999 d", None),
            ("4000 d", None),
        ] {
            assert_eq!(parse_duration(text), expected, "{text}");
        }
    }
}
