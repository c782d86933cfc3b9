//! Small values that several entities have: names, texts, amounts and coordinates.

use alloc::boxed::Box;
use alloc::string::String;
use core::fmt;
use core::str::FromStr;

use super::json::entity_json;
use super::words::text_field;
use crate::event::codec::{FieldValue, Keep, Leftovers, Mismatch, ReadValue};
use crate::{Number, Timestamp, UnknownFields};

macro_rules! bounded_text {
    ($(#[$doc:meta])* $name:ident, $most:literal, $what:literal, $allowed:expr) => {
        $(#[$doc])*
        #[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub struct $name(Box<str>);

        impl $name {
            /// The text, never empty.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = TextError;

            fn from_str(text: &str) -> Result<Self, TextError> {
                let allowed: fn(char) -> bool = $allowed;
                let count = text.chars().count();
                if (1..=$most).contains(&count) && text.chars().all(allowed) {
                    Ok(Self(text.into()))
                } else {
                    Err(TextError { expected: $what })
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }

        text_field!($name, $what);
    };
}

bounded_text! {
    /// A text on one line, such as the name of a place: 1 to 200 characters, none of them a control character. `Debug`
    /// does not show it.
    ///
    /// # Examples
    ///
    /// ```
    /// let name: cc_core::platform::TextLine = "Summer house".parse()?;
    /// assert_eq!((name.as_str(), format!("{name:?}").as_str()), ("Summer house", "TextLine(…)"));
    /// let error = "two\nlines".parse::<cc_core::platform::TextLine>().unwrap_err();
    /// assert_eq!(error.to_string(), "expected a text of 1 to 200 characters on one line");
    /// # Ok::<(), cc_core::platform::TextError>(())
    /// ```
    TextLine, 200, "a text of 1 to 200 characters on one line", |character| !character.is_control()
}

bounded_text! {
    /// What a person wrote, such as a message: 1 to 10,000 characters, line ends and tabs among them. `Debug` does not
    /// show it.
    Prose, 10_000, "a text of 1 to 10000 characters",
    |character| !character.is_control() || matches!(character, '\n' | '\r' | '\t')
}

/// A text that is too long, empty, or has characters it may not have.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("expected {expected}")]
pub struct TextError {
    /// What the text should be.
    pub expected: &'static str,
}

/// A number that cannot be negative, such as a distance; it keeps the digits it came with.
///
/// # Examples
///
/// ```
/// use cc_core::Number;
/// use cc_core::platform::Amount;
///
/// assert_eq!(Amount::new("12.50".parse::<Number>()?).map(|amount| amount.to_string()), Some("12.50".into()));
/// assert_eq!(Amount::new(Number::from(-1)), None);
/// # Ok::<(), cc_core::NumberParseError>(())
/// ```
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Amount(Number);

impl Amount {
    /// The amount, unless the number is below zero or beyond what a double holds.
    pub fn new(number: Number) -> Option<Self> {
        (number.as_f64() >= 0.0 && number.as_f64().is_finite()).then_some(Self(number))
    }

    /// The number.
    pub fn number(&self) -> &Number {
        &self.0
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl FieldValue for Amount {
    const KIND: &'static str = "a number from 0";

    fn read(json: &str) -> Result<ReadValue<Self>, Mismatch> {
        match json.parse().ok().and_then(Self::new) {
            Some(amount) => Ok((Some(amount), Keep::Nothing)),
            None => Mismatch::expected(Self::KIND),
        }
    }

    fn write(&self, out: &mut String) {
        self.0.write(out);
    }
}

/// A point on the earth (WGS 84). It changes as one, so that no merge ever mixes two points. `Debug` does not show it.
///
/// # Examples
///
/// ```
/// use cc_core::platform::Coordinates;
///
/// let buoy = Coordinates::new("0.5".parse()?, "-140".parse()?).ok_or("on earth")?;
/// assert_eq!(buoy.to_json(), r#"{"latitude":0.5,"longitude":-140}"#);
/// assert_eq!(format!("{buoy:?}"), "Coordinates { .. }");
/// let error = Coordinates::from_json(r#"{"latitude":91,"longitude":0}"#).unwrap_err();
/// assert_eq!(error.to_string(), "latitude: expected degrees from -90 to 90 at byte 12");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Eq, PartialEq)]
pub struct Coordinates {
    latitude: Number,
    longitude: Number,
    unknown: UnknownFields,
    kept: Leftovers,
}

impl Coordinates {
    /// The point, if latitude is from -90 to 90 and longitude from -180 to 180 degrees.
    pub fn new(latitude: Number, longitude: Number) -> Option<Self> {
        let point =
            Self { latitude, longitude, unknown: UnknownFields::default(), kept: Leftovers::default() };
        point.check().is_ok().then_some(point)
    }

    /// Degrees north of the equator.
    pub fn latitude(&self) -> &Number {
        &self.latitude
    }

    /// Degrees east of Greenwich.
    pub fn longitude(&self) -> &Number {
        &self.longitude
    }

    fn check(&self) -> Result<(), super::json::Fault> {
        if !(-90.0..=90.0).contains(&self.latitude.as_f64()) {
            return Err(("latitude", "degrees from -90 to 90"));
        }
        if !(-180.0..=180.0).contains(&self.longitude.as_f64()) {
            return Err(("longitude", "degrees from -180 to 180"));
        }
        Ok(())
    }
}

entity_json! {
    Coordinates {
        required "latitude" => latitude: Number, "degrees north of the equator, WGS 84";
        required "longitude" => longitude: Number, "degrees east of Greenwich, WGS 84";
    }
    shows []
    check Self::check
}

/// An instant that is later than the last change, so that changes keep their order even where clocks do not: `now`,
/// or a millisecond after the last change.
pub(super) fn after(now: Timestamp, last: Option<Timestamp>) -> Timestamp {
    match last.and_then(|last| last.checked_add_signed(chrono::TimeDelta::milliseconds(1))) {
        Some(earliest) => now.max(earliest),
        None => now,
    }
}
