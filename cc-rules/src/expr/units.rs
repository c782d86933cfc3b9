//! Units as the language writes them: which word after a number is a unit, and what it does to the number.

use cc_core::{Dimension, MeasureUnit};

use super::types::{Scale, UnitTy};

/// The longest unit at the start of `text` that ends where a word ends, with its length in bytes.
///
/// `km/h` is a unit, so `100 km/h` is a speed; `km/x` is not, so `100 km/x` is a distance divided by `x`.
pub(super) fn unit_at_start(text: &str) -> Option<(MeasureUnit, usize)> {
    let run = text.find(|c: char| !is_unit_character(c)).unwrap_or(text.len());
    let mut end = run;
    while end > 0 {
        let (word, rest) = (text.get(..end)?, text.get(end..)?);
        if !rest.starts_with(is_word_character)
            && let Some(unit) = unit_named(word)
        {
            return Some((unit, end));
        }
        end = word.char_indices().next_back()?.0;
    }
    None
}

/// The length of the word at the start of `text`, for the span of an unknown unit; 0 if none starts there.
pub(super) fn word_length(text: &str) -> usize {
    if text.starts_with(char::is_numeric) {
        return 0;
    }
    text.find(|c: char| !is_word_character(c)).unwrap_or(text.len())
}

/// The unit with this symbol or synonym. `1` is none: a number without a unit is written without one; `%` is read by
/// the lexer, because it is also an operator.
fn unit_named(word: &str) -> Option<MeasureUnit> {
    let starts_well = word.starts_with(|c: char| is_word_character(c) && !c.is_ascii_digit());
    word.parse().ok().filter(|_| starts_well && word != "%")
}

/// A symbol or synonym close to `word`, to suggest; also a unit that is written with the wrong letter case.
pub(super) fn similar_unit(word: &str) -> Option<&'static str> {
    let folded: String = word.chars().map(|c| if matches!(c, 'º' | '˚') { '°' } else { c }).collect();
    let folded = folded.replace('℃', "°C").replace('℉', "°F");
    if let Some((_, meant)) = DEGREES.iter().find(|(word, _)| folded.eq_ignore_ascii_case(word)) {
        return Some(meant);
    }
    let names = || {
        MeasureUnit::ALL
            .iter()
            .flat_map(|unit| std::iter::once(unit.symbol()).chain(unit.synonyms().iter().copied()))
    };
    let names = || names().filter(|name| *name != "1");
    names()
        .find(|name| *name == folded)
        .or_else(|| names().find(|name| name.eq_ignore_ascii_case(&folded)))
        .or_else(|| super::text::closest(&folded, names()))
}

/// Degrees as they are written without their sign.
const DEGREES: &[(&str, &str)] =
    &[("C", "°C"), ("celsius", "°C"), ("degC", "°C"), ("F", "°F"), ("fahrenheit", "°F"), ("degF", "°F")];

/// A unit of time makes a duration of a number.
pub(super) fn is_time(unit: MeasureUnit) -> bool {
    unit.dimension() == Dimension::Time
}

/// A unit of temperature has a zero of its own.
pub(super) fn is_temperature(unit: MeasureUnit) -> bool {
    unit.dimension() == Dimension::Temperature
}

/// The duration of `value` units of time, in nanoseconds, rounded to the nearest; `None` where it does not fit.
pub(super) fn nanos(value: f64, unit: MeasureUnit) -> Option<i64> {
    let factor = nanos_per(unit)?;
    let whole = value.trunc();
    // Whole numbers are multiplied exactly, so that 3 wk are 3 wk to the nanosecond.
    let exact =
        if whole.abs() < 9.0e15 { i128::from(whole as i64) * i128::from(factor) } else { return None };
    let rest = ((value - whole) * factor as f64).round();
    i64::try_from(exact + i128::from(rest as i64)).ok()
}

/// Every number of units nearer to zero than this has a duration; `None` where the unit is not one of time.
pub(super) fn nanos_limit(unit: MeasureUnit) -> Option<f64> {
    Some((9.2e18 / nanos_per(unit)? as f64).min(9.0e15))
}

/// How many nanoseconds one unit of time has.
fn nanos_per(unit: MeasureUnit) -> Option<i64> {
    let millis = unit.convert_difference(1.0, MeasureUnit::Millisecond).ok()?;
    is_time(unit).then_some(millis as i64 * 1_000_000)
}

/// `value` in another unit of the same dimension; not finite where the dimensions differ, which the checker excludes.
pub(super) fn convert(value: f64, from: UnitTy, to: UnitTy) -> f64 {
    let converted = match to.scale {
        Scale::Absolute => from.unit.convert(value, to.unit),
        Scale::Difference => from.unit.convert_difference(value, to.unit),
    };
    converted.unwrap_or(f64::NAN)
}

fn is_unit_character(c: char) -> bool {
    is_word_character(c) || matches!(c, '/' | '·' | '-')
}

/// Letters, digits and the signs that units are made of; a unit ends where these end.
fn is_word_character(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '°' | 'º' | '˚' | '℃' | '℉' | '²' | '³')
}
