//! The kinds of JSON a field can hold.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString};
use core::fmt::Write as _;

use chrono::NaiveDate;

use super::field::{FieldValue, Keep, Mismatch, ReadValue};
use super::instant;
use super::syntax::unescape;
use crate::json::write_string;
use crate::{
    DtcStatus, EventId, FleetId, MeasureUnit, Number, OrganizationKey, SignalId, Timestamp, VehicleId, Vin,
    WorkshopId,
};

/// The text of a JSON string.
pub(crate) fn text<'a>(
    json: &'a str,
    expected: &'static str,
) -> Result<alloc::borrow::Cow<'a, str>, Mismatch> {
    let inner = json.strip_prefix('"').and_then(|json| json.strip_suffix('"'));
    match inner.map(unescape) {
        Some(Some(text)) => Ok(text),
        Some(None) => Mismatch::expected("a text without half a surrogate pair"),
        None => Mismatch::expected(expected),
    }
}

impl FieldValue for bool {
    const KIND: &'static str = "true or false";

    fn read(json: &str) -> Result<ReadValue<Self>, Mismatch> {
        match json {
            "true" => Ok((Some(true), Keep::Nothing)),
            "false" => Ok((Some(false), Keep::Nothing)),
            _ => Mismatch::expected(Self::KIND),
        }
    }

    fn write(&self, out: &mut String) {
        out.push_str(if *self { "true" } else { "false" });
    }
}

impl FieldValue for Number {
    const KIND: &'static str = "a number";

    fn read(json: &str) -> Result<ReadValue<Self>, Mismatch> {
        match json.parse() {
            Ok(number) => Ok((Some(number), Keep::Nothing)),
            Err(_) => Mismatch::expected(Self::KIND),
        }
    }

    fn write(&self, out: &mut String) {
        // Writing to a String cannot fail.
        let _ = write!(out, "{self}");
    }
}

impl FieldValue for Box<str> {
    const KIND: &'static str = "a text";

    fn read(json: &str) -> Result<ReadValue<Self>, Mismatch> {
        Ok((Some(text(json, Self::KIND)?.into()), Keep::Nothing))
    }

    fn write(&self, out: &mut String) {
        write_string(out, self);
    }
}

impl FieldValue for i64 {
    const KIND: &'static str = "an integer of 64 bits";

    fn read(json: &str) -> Result<ReadValue<Self>, Mismatch> {
        match integer(json) {
            Some(number) => Ok((Some(number), Keep::Nothing)),
            None => Mismatch::expected(Self::KIND),
        }
    }

    fn write(&self, out: &mut String) {
        write_integer(out, *self);
    }
}

/// The integer a JSON number stands for: `7`, `7.0` and `7e0` are one number.
fn integer(json: &str) -> Option<i64> {
    if let Ok(number) = json.parse() {
        // JSON has no plus sign, so nothing but digits came through.
        return Some(number);
    }
    if let Some((whole, fraction)) = json.split_once('.')
        && fraction.bytes().all(|b| b == b'0')
    {
        return whole.parse().ok();
    }
    // Fifteen digits are exact in a double, and so is every power of ten they are multiplied with here.
    let number: Number = json.parse().ok()?;
    let digits = json.bytes().take_while(|b| !matches!(b, b'e' | b'E')).filter(u8::is_ascii_digit).count();
    let value = number.as_f64();
    (digits <= 15 && value.abs() < 1e15 && value as i64 as f64 == value).then_some(value as i64)
}

fn write_integer(out: &mut String, number: i64) {
    let mut digits = [0; 20];
    let mut at = digits.len();
    let mut rest = number.unsigned_abs();
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if number < 0 {
        out.push('-');
    }
    out.extend(digits[at..].iter().map(|digit| char::from(*digit)));
}

macro_rules! id_fields {
    ($($id:ident),*) => {$(
        impl FieldValue for $id {
            const KIND: &'static str = i64::KIND;

            fn read(json: &str) -> Result<ReadValue<Self>, Mismatch> {
                let (number, keep) = i64::read(json)?;
                Ok((number.map(Self), keep))
            }

            fn write(&self, out: &mut String) {
                self.0.write(out);
            }
        }
    )*};
}

id_fields!(EventId, FleetId, VehicleId, WorkshopId);

impl FieldValue for u8 {
    const KIND: &'static str = "an integer from 0 to 255";

    fn read(json: &str) -> Result<ReadValue<Self>, Mismatch> {
        match integer(json).map(u8::try_from) {
            Some(Ok(number)) => Ok((Some(number), Keep::Nothing)),
            _ => Mismatch::expected(Self::KIND),
        }
    }

    fn write(&self, out: &mut String) {
        i64::from(*self).write(out);
    }
}

/// A text that a Rust type reads and prints: kept as sent where it prints otherwise, and where it means nothing.
fn read_as<T: ToString>(
    json: &str,
    kind: &'static str,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<ReadValue<T>, Mismatch> {
    let text = text(json, kind)?;
    Ok(match parse(&text) {
        Some(value) if value.to_string() == text => (Some(value), Keep::Nothing),
        Some(value) => (Some(value), Keep::Spelling),
        None => (None, Keep::Content),
    })
}

impl FieldValue for OrganizationKey {
    const KIND: &'static str = "a text";

    fn read(json: &str) -> Result<ReadValue<Self>, Mismatch> {
        let key = text(json, Self::KIND)?.parse().ok();
        let keep = if key.is_some() { Keep::Nothing } else { Keep::Content };
        Ok((key, keep))
    }

    fn write(&self, out: &mut String) {
        write_string(out, self.as_str());
    }
}

impl FieldValue for Vin {
    const KIND: &'static str = "a text";

    fn read(json: &str) -> Result<ReadValue<Self>, Mismatch> {
        let text = text(json, Self::KIND)?;
        Ok(match text.parse::<Self>() {
            Ok(vin) if vin.as_str() == text => (Some(vin), Keep::Nothing),
            Ok(vin) => (Some(vin), Keep::Spelling),
            Err(_) => (None, Keep::Content),
        })
    }

    fn write(&self, out: &mut String) {
        write_string(out, self.as_str());
    }
}

impl FieldValue for MeasureUnit {
    const KIND: &'static str = "a text";

    fn read(json: &str) -> Result<ReadValue<Self>, Mismatch> {
        read_as(json, Self::KIND, |text| text.parse().ok())
    }

    fn write(&self, out: &mut String) {
        write_string(out, self.symbol());
    }
}

impl FieldValue for SignalId {
    const KIND: &'static str = "a text";

    fn read(json: &str) -> Result<ReadValue<Self>, Mismatch> {
        read_as(json, Self::KIND, |text| text.parse().ok())
    }

    fn write(&self, out: &mut String) {
        write_string(out, self.as_str());
    }
}

/// A mask of status bits. One that cannot be read covers no bit: a list read with it denies nothing.
impl FieldValue for DtcStatus {
    const KIND: &'static str = "a text (two hexadecimal digits)";

    fn read(json: &str) -> Result<ReadValue<Self>, Mismatch> {
        let text = text(json, Self::KIND)?;
        Ok(match text.parse::<Self>() {
            Ok(mask) if format!("{:02x}", mask.0) == text => (Some(mask), Keep::Nothing),
            Ok(mask) => (Some(mask), Keep::Spelling),
            Err(_) => (Some(Self(0)), Keep::Content),
        })
    }

    fn write(&self, out: &mut String) {
        write_string(out, &format!("{:02x}", self.0));
    }
}

impl FieldValue for NaiveDate {
    const KIND: &'static str = "a text (YYYY-MM-DD)";

    fn read(json: &str) -> Result<ReadValue<Self>, Mismatch> {
        let text = text(json, Self::KIND)?;
        let date = instant::read_date(text.as_bytes())
            .and_then(|(year, month, day)| Self::from_ymd_opt(year as i32, month, day));
        Ok(match date {
            Some(date) => (Some(date), Keep::Nothing),
            None => (None, Keep::Content),
        })
    }

    fn write(&self, out: &mut String) {
        write_string(out, &format!("{self}"));
    }
}

impl FieldValue for Timestamp {
    const KIND: &'static str = "a text (date and time of RFC 3339)";

    fn read(json: &str) -> Result<ReadValue<Self>, Mismatch> {
        let text = text(json, Self::KIND)?;
        let Some(read) = instant::read(&text) else {
            return Ok((None, Keep::Content));
        };
        let mut again = String::with_capacity(32);
        instant::write(&mut again, read.at, 0);
        let keep = match read.digits {
            _ if again == text => Keep::Nothing,
            0..=9 => Keep::Spelling,
            // More digits than an instant holds.
            _ => Keep::Content,
        };
        Ok((Some(read.at), keep))
    }

    fn write(&self, out: &mut String) {
        out.push('"');
        instant::write(out, *self, 0);
        out.push('"');
    }
}

/// An event's `time`: comes back in UTC with as many digits after the second as it had.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct EventTime {
    pub(crate) at: Timestamp,
    /// Digits after the second, where another number of them was written than needed.
    pub(crate) digits: Option<u8>,
}

impl FieldValue for EventTime {
    const KIND: &'static str = "a text (date and time of RFC 3339)";

    fn read(json: &str) -> Result<ReadValue<Self>, Mismatch> {
        let text = text(json, Self::KIND)?;
        let Some(read) = instant::read(&text) else {
            return Mismatch::expected(Self::KIND);
        };
        let needed = instant::digits(read.at);
        let digits = (read.digits != needed).then_some(read.digits.min(255) as u8);
        // What four digits of a year or nine of a second cannot say is kept as it came.
        let fits = read.digits <= 9 && (0..=9999).contains(&chrono::Datelike::year(&read.at));
        Ok((Some(Self { at: read.at, digits }), if fits { Keep::Nothing } else { Keep::Content }))
    }

    fn write(&self, out: &mut String) {
        out.push('"');
        instant::write(out, self.at, self.digits.unwrap_or(0).into());
        out.push('"');
    }
}

/// Enums that JSON writes as a word. A word this version does not know is kept and means nothing.
macro_rules! word_fields {
    ($type:ty { $($word:literal => $variant:ident),* $(,)? }) => {
        impl $crate::event::codec::FieldValue for $type {
            const KIND: &'static str = concat!("a text (" $(, $word, ", ")*, "or another)");

            fn read(
                json: &str,
            ) -> Result<$crate::event::codec::ReadValue<Self>, $crate::event::codec::Mismatch> {
                use $crate::event::codec::Keep;
                Ok(match &*$crate::event::codec::text(json, Self::KIND)? {
                    $($word => (Some(Self::$variant), Keep::Nothing),)*
                    _ => (None, Keep::Content),
                })
            }

            fn write(&self, out: &mut alloc::string::String) {
                $crate::json::write_string(out, match self { $(Self::$variant => $word),* });
            }
        }
    };
}
pub(crate) use word_fields;
