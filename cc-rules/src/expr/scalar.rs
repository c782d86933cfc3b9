//! What each operator and function does to values: shared by folding, evaluating and explaining.
//!
//! All of them are strict: unknown in, unknown out. Only `&&`, `||`, `?:` and `in` are not, and live in their users.

use std::cmp::Ordering;

use cc_core::MeasureUnit;
use chrono::DateTime;

use super::ast::{BinaryOp, Comparison};
use super::eval::EvalCounters;
use super::tree::Function;
use super::types::{Ty, UnitTy, Val};
use super::units;

/// One hour in nanoseconds; the longest unit of a duration's text.
const HOUR: i128 = 3_600_000_000_000;

/// `left op right`.
pub(super) fn binary<'a>(
    op: BinaryOp,
    left: Val<'a>,
    right: Val<'a>,
    counters: &mut EvalCounters,
) -> Val<'a> {
    match (op, left, right) {
        (_, Val::Unknown, _) | (_, _, Val::Unknown) => Val::Unknown,
        (BinaryOp::Compare(comparison), left, right) => compare(comparison, left, right),
        (op, Val::Int(left), Val::Int(right)) => int(op, left, right, counters),
        (op, Val::Double(left), Val::Double(right)) => double(op, left, right, counters),
        (BinaryOp::Add, Val::Time(time), Val::Duration(by))
        | (BinaryOp::Add, Val::Duration(by), Val::Time(time)) => {
            counters.within(time.checked_add(by)).map_or(Val::Unknown, Val::Time)
        }
        (BinaryOp::Subtract, Val::Time(time), Val::Duration(by)) => {
            counters.within(time.checked_sub(by)).map_or(Val::Unknown, Val::Time)
        }
        (BinaryOp::Subtract, Val::Time(left), Val::Time(right)) => {
            counters.within(left.checked_sub(right)).map_or(Val::Unknown, Val::Duration)
        }
        (BinaryOp::Add, Val::Duration(left), Val::Duration(right)) => {
            counters.within(left.checked_add(right)).map_or(Val::Unknown, Val::Duration)
        }
        (BinaryOp::Subtract, Val::Duration(left), Val::Duration(right)) => {
            counters.within(left.checked_sub(right)).map_or(Val::Unknown, Val::Duration)
        }
        _ => Val::Unknown,
    }
}

fn int<'a>(op: BinaryOp, left: i64, right: i64, counters: &mut EvalCounters) -> Val<'a> {
    let result = match op {
        BinaryOp::Add => left.checked_add(right),
        BinaryOp::Subtract => left.checked_sub(right),
        BinaryOp::Multiply => left.checked_mul(right),
        BinaryOp::Divide | BinaryOp::Remainder if right == 0 => return counters.divided_by_zero(),
        BinaryOp::Divide => left.checked_div(right),
        BinaryOp::Remainder => left.checked_rem(right),
        BinaryOp::Compare(_) => return Val::Unknown,
    };
    counters.within(result).map_or(Val::Unknown, Val::Int)
}

/// `left op right` of doubles as they come from a slot: one that is not finite is unknown.
#[inline]
pub(super) fn doubles<'a>(
    op: BinaryOp,
    left: Val<'_>,
    right: Val<'_>,
    counters: &mut EvalCounters,
) -> Val<'a> {
    match (left, right) {
        (Val::Double(left), Val::Double(right)) if left.is_finite() && right.is_finite() => {
            double(op, left, right, counters)
        }
        _ => Val::Unknown,
    }
}

#[inline]
fn double<'a>(op: BinaryOp, left: f64, right: f64, counters: &mut EvalCounters) -> Val<'a> {
    let result = match op {
        BinaryOp::Add => left + right,
        BinaryOp::Subtract => left - right,
        BinaryOp::Multiply => left * right,
        BinaryOp::Divide if right == 0.0 => return counters.divided_by_zero(),
        BinaryOp::Divide => left / right,
        BinaryOp::Remainder | BinaryOp::Compare(_) => return Val::Unknown,
    };
    finite(result, counters)
}

/// A double, unless it overflowed.
#[inline]
pub(super) fn finite<'a>(value: f64, counters: &mut EvalCounters) -> Val<'a> {
    counters.within(Some(value).filter(|value| value.is_finite())).map_or(Val::Unknown, Val::Double)
}

/// `left cmp right`; whole and decimal numbers compare by their exact values.
pub(super) fn compare<'a>(comparison: Comparison, left: Val<'_>, right: Val<'_>) -> Val<'a> {
    match order(left, right) {
        Some(order) => Val::Bool(holds(comparison, order)),
        None => Val::Unknown,
    }
}

/// Whether a comparison is true of this order.
pub(super) fn holds(comparison: Comparison, order: Ordering) -> bool {
    match comparison {
        Comparison::Equal => order.is_eq(),
        Comparison::NotEqual => order.is_ne(),
        Comparison::Less => order.is_lt(),
        Comparison::LessEqual => order.is_le(),
        Comparison::Greater => order.is_gt(),
        Comparison::GreaterEqual => order.is_ge(),
    }
}

/// Whether a comparison is true of two finite doubles.
#[inline]
pub(super) fn holds_of_doubles(comparison: Comparison, left: f64, right: f64) -> bool {
    match comparison {
        Comparison::Equal => left == right,
        Comparison::NotEqual => left != right,
        Comparison::Less => left < right,
        Comparison::LessEqual => left <= right,
        Comparison::Greater => left > right,
        Comparison::GreaterEqual => left >= right,
    }
}

/// The order of two values; none where one is unknown.
pub(super) fn order(left: Val<'_>, right: Val<'_>) -> Option<Ordering> {
    match (left, right) {
        (Val::Bool(left), Val::Bool(right)) => Some(left.cmp(&right)),
        (Val::Int(left), Val::Int(right)) | (Val::Time(left), Val::Time(right)) => Some(left.cmp(&right)),
        (Val::Duration(left), Val::Duration(right)) => Some(left.cmp(&right)),
        (Val::Double(left), Val::Double(right)) => left.partial_cmp(&right),
        (Val::Int(left), Val::Double(right)) => int_to_double(left, right),
        (Val::Double(left), Val::Int(right)) => int_to_double(right, left).map(Ordering::reverse),
        // By code point, which is the order of UTF-8 bytes.
        (Val::Str(left), Val::Str(right)) => Some(left.cmp(right)),
        _ => None,
    }
}

/// The exact order of a whole and a decimal number, without rounding the whole one.
fn int_to_double(left: i64, right: f64) -> Option<Ordering> {
    const TWO_TO_63: f64 = 9_223_372_036_854_775_808.0;
    if right.is_nan() {
        return None;
    }
    if right >= TWO_TO_63 {
        return Some(Ordering::Less);
    }
    if right < -TWO_TO_63 {
        return Some(Ordering::Greater);
    }
    let whole = right.trunc();
    Some(
        left.cmp(&(whole as i64))
            .then_with(|| 0.0_f64.partial_cmp(&(right - whole)).unwrap_or(Ordering::Equal)),
    )
}

/// `!value`.
pub(super) fn not<'a>(value: Val<'_>) -> Val<'a> {
    match value {
        Val::Bool(value) => Val::Bool(!value),
        _ => Val::Unknown,
    }
}

/// `-value`.
pub(super) fn negate<'a>(value: Val<'_>, counters: &mut EvalCounters) -> Val<'a> {
    match value {
        Val::Int(value) => counters.within(value.checked_neg()).map_or(Val::Unknown, Val::Int),
        Val::Double(value) => Val::Double(-value),
        _ => Val::Unknown,
    }
}

/// Kleene's `left && right`, for the two truths at once.
#[inline]
pub(super) fn and<'a>(left: Val<'_>, right: Val<'_>) -> Val<'a> {
    match (left, right) {
        (Val::Bool(false), _) | (_, Val::Bool(false)) => Val::Bool(false),
        (Val::Bool(true), Val::Bool(true)) => Val::Bool(true),
        _ => Val::Unknown,
    }
}

/// Kleene's `left || right`.
#[inline]
pub(super) fn or<'a>(left: Val<'_>, right: Val<'_>) -> Val<'a> {
    match (left, right) {
        (Val::Bool(true), _) | (_, Val::Bool(true)) => Val::Bool(true),
        (Val::Bool(false), Val::Bool(false)) => Val::Bool(false),
        _ => Val::Unknown,
    }
}

/// `value` in another unit.
pub(super) fn convert<'a>(value: Val<'_>, from: UnitTy, to: UnitTy, counters: &mut EvalCounters) -> Val<'a> {
    match value {
        Val::Double(value) => finite(units::convert(value, from, to), counters),
        _ => Val::Unknown,
    }
}

/// A number of units of time as a duration.
pub(super) fn duration_of<'a>(value: Val<'_>, unit: MeasureUnit, counters: &mut EvalCounters) -> Val<'a> {
    match value {
        Val::Double(value) => counters.within(units::nanos(value, unit)).map_or(Val::Unknown, Val::Duration),
        Val::Duration(nanos) => Val::Duration(nanos),
        _ => Val::Unknown,
    }
}

/// A value as it was declared: anything of another kind, and a double that is not finite, is unknown.
#[inline]
pub(super) fn declared(value: Val<'_>, ty: Ty) -> Val<'_> {
    match (value, ty) {
        (Val::Double(number), Ty::Double(_)) if number.is_finite() => value,
        (Val::Bool(_), Ty::Bool)
        | (Val::Int(_), Ty::Int)
        | (Val::Str(_), Ty::String)
        | (Val::Time(_), Ty::Timestamp)
        | (Val::Duration(_), Ty::Duration) => value,
        _ => Val::Unknown,
    }
}

/// A function's value; `second` is unknown for functions of one argument.
pub(super) fn call<'a>(
    function: Function,
    first: Val<'a>,
    second: Val<'a>,
    counters: &mut EvalCounters,
) -> Val<'a> {
    match (function, first, second) {
        (Function::Abs, Val::Int(value), _) => {
            counters.within(value.checked_abs()).map_or(Val::Unknown, Val::Int)
        }
        (Function::Abs, Val::Double(value), _) => Val::Double(value.abs()),
        (Function::Least, left, right) => match order(left, right) {
            Some(order) => {
                if order.is_le() {
                    left
                } else {
                    right
                }
            }
            None => Val::Unknown,
        },
        (Function::Greatest, left, right) => match order(left, right) {
            Some(order) => {
                if order.is_ge() {
                    left
                } else {
                    right
                }
            }
            None => Val::Unknown,
        },
        (Function::Size, Val::Str(text), _) => Val::Int(text.chars().count() as i64),
        (Function::StartsWith, Val::Str(text), Val::Str(part)) => Val::Bool(text.starts_with(part)),
        (Function::EndsWith, Val::Str(text), Val::Str(part)) => Val::Bool(text.ends_with(part)),
        (Function::Contains, Val::Str(text), Val::Str(part)) => Val::Bool(text.contains(part)),
        (Function::ToInt, Val::Int(value), _) => Val::Int(value),
        (Function::ToInt, Val::Double(value), _) => {
            counters.within(whole(value)).map_or(Val::Unknown, Val::Int)
        }
        (Function::ToInt, Val::Str(text), _) => {
            counters.read(text.parse().ok()).map_or(Val::Unknown, Val::Int)
        }
        (Function::ToInt, Val::Time(nanos), _) => Val::Int(nanos.div_euclid(1_000_000_000)),
        (Function::ToDouble, Val::Double(value), _) => Val::Double(value),
        (Function::ToDouble, Val::Int(value), _) => Val::Double(value as f64),
        (Function::ToDouble, Val::Str(text), _) => {
            let value = text.parse().ok().filter(|value: &f64| value.is_finite());
            counters.read(value).map_or(Val::Unknown, Val::Double)
        }
        (Function::ToTimestamp, Val::Time(nanos), _) => Val::Time(nanos),
        (Function::ToTimestamp, Val::Int(seconds), _) => {
            counters.within(seconds.checked_mul(1_000_000_000)).map_or(Val::Unknown, Val::Time)
        }
        (Function::ToTimestamp, Val::Str(text), _) => {
            counters.read(parse_timestamp(text)).map_or(Val::Unknown, Val::Time)
        }
        (Function::ToDuration, Val::Duration(nanos), _) => Val::Duration(nanos),
        (Function::ToDuration, Val::Str(text), _) => {
            counters.read(parse_duration(text)).map_or(Val::Unknown, Val::Duration)
        }
        _ => Val::Unknown,
    }
}

/// The whole part of a double strictly between the least and the greatest whole number, as in CEL.
fn whole(value: f64) -> Option<i64> {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    (value > -LIMIT && value < LIMIT).then_some(value as i64)
}

/// The instant of an RFC 3339 text with an offset, in nanoseconds since 1970.
pub(super) fn parse_timestamp(text: &str) -> Option<i64> {
    // RFC 3339 in CEL has a `T`, and no leap seconds, which chrono reads as a second of two seconds' length.
    let plain = text.as_bytes().get(10) == Some(&b'T') && text.as_bytes().get(17..19) != Some(b"60");
    plain.then(|| DateTime::parse_from_rfc3339(text).ok()?.timestamp_nanos_opt()).flatten()
}

/// A duration as CEL writes it: signed decimal numbers, each with a unit: `h`, `m`, `s`, `ms`, `us`, `ns`.
pub(super) fn parse_duration(text: &str) -> Option<i64> {
    const UNITS: &[(&str, i128)] = &[
        ("ns", 1),
        ("us", 1_000),
        ("µs", 1_000),
        ("μs", 1_000),
        ("ms", 1_000_000),
        ("s", 1_000_000_000),
        ("m", HOUR / 60),
        ("h", HOUR),
    ];
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(0);
    }
    let mut total: i128 = 0;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let number = rest.find(|c: char| !(c.is_ascii_digit() || c == '.'))?;
        let (digits, behind) = rest.split_at(number);
        let word = behind.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(behind.len());
        let (unit, behind) = behind.split_at(word);
        let (_, nanos) = UNITS.iter().find(|(name, _)| *name == unit)?;
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        total = total.checked_add(decimal(whole, *nanos)?)?.checked_add(fraction_of(fraction, *nanos)?)?;
        rest = behind;
    }
    i64::try_from(if negative { -total } else { total }).ok()
}

fn decimal(digits: &str, nanos: i128) -> Option<i128> {
    let number: i128 = if digits.is_empty() { 0 } else { digits.parse().ok()? };
    number.checked_mul(nanos)
}

/// The nanoseconds of a decimal fraction, cut off below one.
fn fraction_of(digits: &str, nanos: i128) -> Option<i128> {
    if !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let mut unit = nanos;
    let mut numerator: i128 = 0;
    let mut denominator: i128 = 1;
    for digit in digits.bytes().take(18) {
        numerator = numerator * 10 + i128::from(digit - b'0');
        denominator *= 10;
    }
    unit = unit.checked_mul(numerator)?;
    Some(unit / denominator)
}
