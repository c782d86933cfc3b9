//! Numbers that keep the digits they came with.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use core::cmp::Ordering;
use core::fmt;
use core::str::FromStr;

/// A JSON number (RFC 8259 §6) that prints as it was received.
///
/// Most numbers fit a double and print the same from it; only the others (`12.0`, `1e3`, integers above 2^53)
/// carry their text along, so a number never changes by passing through the SDK.
/// Two numbers are equal when their texts are.
///
/// # Examples
///
/// ```
/// use cc_core::Number;
///
/// let big: Number = "9007199254740993".parse()?;
/// assert_eq!(big.to_string(), "9007199254740993");
/// assert_eq!(big.as_i64(), Some(9_007_199_254_740_993));
/// assert_eq!("12.50".parse::<Number>()?.as_f64(), 12.5);
/// assert!("0x10".parse::<Number>().is_err());
/// # Ok::<(), cc_core::NumberParseError>(())
/// ```
#[derive(Clone)]
pub struct Number {
    value: f64,
    /// The text as received, where printing `value` would give another.
    text: Option<Box<str>>,
}

impl Number {
    /// Zero.
    pub const ZERO: Self = Self { value: 0.0, text: None };

    /// The nearest double: exact for integers up to 2^53.
    pub fn as_f64(&self) -> f64 {
        self.value
    }

    /// The exact integer, if this is one of 64 bits; `12.0` is.
    pub fn as_i64(&self) -> Option<i64> {
        match &self.text {
            Some(text) => text.parse().ok().or_else(|| exact_i64(self.value)),
            None => exact_i64(self.value),
        }
    }

    /// The number, if it is finite: JSON has no NaN and no infinity.
    pub fn from_f64(value: f64) -> Option<Self> {
        // Negative zero prints as `0`, as in RFC 8785.
        let value = if value == 0.0 { 0.0 } else { value };
        value.is_finite().then_some(Self { value, text: None })
    }

    /// Whether two texts mean the same number, as doubles: `12` and `12.0` do.
    pub fn same_value(&self, other: &Self) -> bool {
        match (self.as_i64(), other.as_i64()) {
            (Some(a), Some(b)) => a == b,
            _ => self.value == other.value,
        }
    }
}

/// The integer a double stands for, if it is one whose neighbours are integers of their own.
fn exact_i64(value: f64) -> Option<i64> {
    const LIMIT: f64 = 9_007_199_254_740_992.0;
    (value.abs() < LIMIT && value as i64 as f64 == value).then_some(value as i64)
}

/// Whether a double prints back as this text: plain decimals of at most fifteen digits do.
fn prints_back(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.len() > 16 || digits.bytes().any(|b| !b.is_ascii_digit() && b != b'.') {
        return false;
    }
    match digits.split_once('.') {
        None => digits.len() <= 15 && text != "-0",
        Some((_, fraction)) => !fraction.ends_with('0'),
    }
}

/// Whether a text is a number by the grammar of RFC 8259 §6.
fn is_json_number(text: &str) -> bool {
    fn digits(rest: &[u8]) -> usize {
        rest.iter().take_while(|b| b.is_ascii_digit()).count()
    }
    let mut rest = text.as_bytes();
    rest = rest.strip_prefix(b"-").unwrap_or(rest);
    let whole = digits(rest);
    if whole == 0 || (whole > 1 && rest[0] == b'0') {
        return false;
    }
    rest = &rest[whole..];
    if let Some(fraction) = rest.strip_prefix(b".") {
        let count = digits(fraction);
        if count == 0 {
            return false;
        }
        rest = &fraction[count..];
    }
    if let Some(exponent) = rest.strip_prefix(b"e").or_else(|| rest.strip_prefix(b"E")) {
        let exponent =
            exponent.strip_prefix(b"+").or_else(|| exponent.strip_prefix(b"-")).unwrap_or(exponent);
        let count = digits(exponent);
        return count > 0 && count == exponent.len();
    }
    rest.is_empty()
}

impl From<i64> for Number {
    fn from(value: i64) -> Self {
        let float = value as f64;
        let exact = exact_i64(float) == Some(value);
        Self { value: float, text: (!exact).then(|| value.to_string().into()) }
    }
}

impl From<i32> for Number {
    fn from(value: i32) -> Self {
        Self { value: value.into(), text: None }
    }
}

impl FromStr for Number {
    type Err = NumberParseError;

    fn from_str(text: &str) -> Result<Self, NumberParseError> {
        if !is_json_number(text) {
            return Err(NumberParseError);
        }
        let value: f64 = text.parse().map_err(|_| NumberParseError)?;
        let plain = value.is_finite() && prints_back(text);
        Ok(Self { value, text: (!plain).then(|| text.into()) })
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.text {
            Some(text) => f.write_str(text),
            None => match exact_i64(self.value) {
                Some(whole) => fmt::Display::fmt(&whole, f),
                None => fmt::Display::fmt(&self.value, f),
            },
        }
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Number({self})")
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        match (&self.text, &other.text) {
            (None, None) => self.value == other.value,
            (Some(a), Some(b)) => a == b,
            (Some(text), None) => **text == *other.to_string(),
            (None, Some(text)) => **text == *self.to_string(),
        }
    }
}

impl Eq for Number {}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// By value, then by text, so that the order agrees with equality.
impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        self.value.total_cmp(&other.value).then_with(|| String::cmp(&self.to_string(), &other.to_string()))
    }
}

/// A text that is not a JSON number.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("expected a number as JSON writes it")]
pub struct NumberParseError;

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_json_number_prints_as_it_came() {
        for text in [
            "0",
            "-0",
            "0.0",
            "12",
            "12.0",
            "12.40",
            "-17.5",
            "1e3",
            "1E+3",
            "0.1",
            "123456789012345",
            "1234567890123456",
            "9007199254740993",
            "-9223372036854775808",
            "18446744073709551616",
            "0.000001",
            "123456.123456789",
            "1e400",
            "3.141592653589793238",
            "100000000000000000000",
        ] {
            assert_eq!(text.parse::<Number>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn an_integer_is_never_a_rounded_one() {
        for (text, integer) in [
            ("12.0", Some(12)),
            ("1e3", Some(1_000)),
            ("12.5", None),
            ("9007199254740993", Some(9_007_199_254_740_993)),
            ("9007199254740993.0", None),
            ("18446744073709551616", None),
        ] {
            assert_eq!(text.parse::<Number>().unwrap().as_i64(), integer, "{text}");
        }
    }

    #[test]
    fn what_json_does_not_call_a_number_is_refused() {
        for text in
            ["", "-", "01", "1.", ".5", "+1", "1e", "1e+", "NaN", "Infinity", "0x1", "1 ", " 1", "1_000"]
        {
            assert_eq!(text.parse::<Number>(), Err(NumberParseError), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn a_decimal_prints_back_the_same(text in "-?(0|[1-9][0-9]{0,18})(\\.[0-9]{1,18})?([eE][+-]?[0-9]{1,3})?") {
            prop_assert_eq!(text.parse::<Number>().unwrap().to_string(), text);
        }

        #[test]
        fn a_double_comes_back_the_same(value in proptest::num::f64::NORMAL) {
            let number = Number::from_f64(value).unwrap();
            prop_assert_eq!(number.as_f64(), value);
            let again: Number = number.to_string().parse().unwrap();
            prop_assert_eq!(again.as_f64(), value);
            prop_assert_eq!(again, number);
        }

        #[test]
        fn an_integer_keeps_all_its_digits(value: i64) {
            prop_assert_eq!(Number::from(value).to_string(), value.to_string());
            prop_assert_eq!(Number::from(value).as_i64(), Some(value));
        }
    }
}
