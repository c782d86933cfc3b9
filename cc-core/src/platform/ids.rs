//! Names of what people keep: trips, places, shares, conversations, messages and bookings.

use alloc::sync::Arc;
use core::fmt;
use core::str::FromStr;

use super::words::text_field;

/// How long a name may be, in bytes.
const LONGEST: usize = 200;

macro_rules! text_id {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        ///
        /// A text of 1 to 200 bytes without control characters. Those made here are UUIDs (RFC 9562); a text that comes
        /// from elsewhere is kept as it is. `Debug` shows only a UUID, since any other text may hold anything.
        #[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The name as text, never empty.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = NameParseError;

            fn from_str(text: &str) -> Result<Self, NameParseError> {
                check(text)?;
                Ok(Self(text.into()))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let shown = if is_uuid(&self.0) { &self.0 } else { "…" };
                write!(f, concat!(stringify!($name), "({})"), shown)
            }
        }

        text_field!($name, "a text of 1 to 200 bytes without control characters");
    )*};
}

text_id! {
    /// A workshop booking, in the system it was made in.
    ///
    /// # Examples
    ///
    /// ```
    /// let id: cc_core::platform::BookingId = "B-2026-17".parse()?;
    /// assert_eq!((id.as_str(), format!("{id:?}").as_str()), ("B-2026-17", "BookingId(…)"));
    /// let error = "".parse::<cc_core::platform::BookingId>().unwrap_err();
    /// assert_eq!(error.to_string(), "expected a name, found nothing");
    /// # Ok::<(), cc_core::platform::NameParseError>(())
    /// ```
    BookingId
    /// A conversation between a driver and a workshop.
    ConversationId
    /// One message of a conversation.
    MessageId
    /// A place a person keeps.
    PlaceId
    /// A share of a trip, a place or a vehicle.
    ShareId
    /// A trip a person keeps.
    TripId
}

fn check(text: &str) -> Result<(), NameParseError> {
    if text.is_empty() {
        return Err(NameParseError::Empty);
    }
    if text.len() > LONGEST {
        return Err(NameParseError::Length { found: text.len() });
    }
    match text.find(char::is_control) {
        Some(at) => Err(NameParseError::Control { at }),
        None => Ok(()),
    }
}

/// Whether a text is a UUID as RFC 9562 §4 writes it.
fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(i, byte)| match i {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// Why a text is not the name of something.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum NameParseError {
    /// It has a control character.
    #[error("expected no control character at byte {at}")]
    Control {
        /// Where.
        at: usize,
    },
    /// It is empty.
    #[error("expected a name, found nothing")]
    Empty,
    /// It is too long.
    #[error("expected at most {LONGEST} bytes, found {found}")]
    Length {
        /// How many bytes it has.
        found: usize,
    },
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::ToString;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_is_short_and_printable_and_debug_shows_only_a_uuid() {
        for (text, shown) in [
            ("7", Ok("TripId(…)")),
            ("0190b5e8-7d1a-7c3f-9a44-000000000001", Ok("TripId(0190b5e8-7d1a-7c3f-9a44-000000000001)")),
            ("0190b5e8-7d1a-7c3f-9a44-00000000000g", Ok("TripId(…)")),
            ("", Err("expected a name, found nothing")),
            ("a\nb", Err("expected no control character at byte 1")),
            (&"x".repeat(201), Err("expected at most 200 bytes, found 201")),
        ] {
            let found = text.parse::<TripId>().map(|id| format!("{id:?}")).map_err(|error| error.to_string());
            assert_eq!(found.as_deref().map_err(|error| &**error), shown);
        }
    }

    proptest! {
        #[test]
        fn what_parses_prints_back(text in "\\PC{0,210}|[a-z\\t]{0,9}") {
            if let Ok(id) = text.parse::<MessageId>() {
                prop_assert_eq!(id.to_string(), text);
            }
        }
    }
}
