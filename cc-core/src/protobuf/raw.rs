//! Fields of protobuf that this version does not know, and how an event carries them: as the bytes they came in, in
//! hexadecimal digits, so that JSON shows them too.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write as _;

use super::reader::MessageReader;
use super::wire::{Record, Records, SLOTS, Slot};

/// The name in JSON of what protobuf said and this version does not know.
pub(crate) const RAW_MEMBER: &str = "protobuf";

/// What protobuf said and this version does not know. In JSON it is one text: the number of the message and a colon
/// where the message itself is unknown, then the message's fields in hexadecimal digits, then, after a semicolon, the
/// envelope's.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Raw {
    /// The number of a message that this version does not know.
    pub(crate) message: Option<u32>,
    /// The records of the message.
    pub(crate) fields: Vec<u8>,
    /// The records beside the message.
    pub(crate) envelope: Vec<u8>,
}

impl Raw {
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether a message with fields in these slots would read the records as unknown again, and as the same ones.
    pub(crate) fn fits(&self, known: u64) -> bool {
        let mut slots = [Slot::default(); SLOTS];
        !self.fields.is_empty()
            && MessageReader::new(&self.fields, 0, &mut slots)
                .is_ok_and(|fields| fields.unknown_beside(known) == self.fields)
    }

    pub(crate) fn to_json(&self) -> Box<str> {
        let mut json = String::from("\"");
        if let Some(message) = self.message {
            // Writing to a String cannot fail.
            let _ = write!(json, "{message}:");
        }
        json.push_str(&to_hex(&self.fields));
        if !self.envelope.is_empty() {
            json.push(';');
            json.push_str(&to_hex(&self.envelope));
        }
        json.push('"');
        json.into()
    }

    /// Reads what [`Self::to_json`] wrote, and nothing else.
    pub(crate) fn from_json(json: &str) -> Option<Self> {
        let text = json.strip_prefix('"')?.strip_suffix('"')?;
        let (message, rest) = match text.split_once(':') {
            Some((message, rest)) => (Some(message.parse().ok()?), rest),
            None => (None, text),
        };
        let (fields, envelope) = rest.split_once(';').unwrap_or((rest, ""));
        let raw = Self { message, fields: from_hex(fields)?, envelope: from_hex(envelope)? };
        (*raw.to_json() == *json).then_some(raw)
    }
}

/// Whether the bytes are records, each as `is_fine` asks.
pub(crate) fn are_records(bytes: &[u8], is_fine: impl Fn(&Record) -> bool) -> bool {
    let mut records = Records::new(bytes);
    loop {
        match records.next() {
            Ok(Some(record)) if is_fine(&record) => {}
            Ok(None) => return true,
            _ => return false,
        }
    }
}

/// The records of a message that was read before, but for the known ones.
pub(crate) fn unknown_records(message: &[u8], is_known: impl Fn(&Record) -> bool) -> Vec<u8> {
    let mut unknown = Vec::new();
    let mut records = Records::new(message);
    while let Ok(Some(record)) = records.next() {
        if !is_known(&record) {
            unknown.extend_from_slice(&message[record.at..record.end]);
        }
    }
    unknown
}

pub(crate) fn to_hex(bytes: &[u8]) -> String {
    const DIGITS: [u8; 16] = *b"0123456789abcdef";
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 0xF)]));
    }
    text
}

pub(crate) fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).map(|digit| digit as u8);
    let (pairs, odd) = text.as_bytes().as_chunks::<2>();
    if !odd.is_empty() {
        return None;
    }
    pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_text_stands_for_one_set_of_bytes() {
        for (json, is_one) in [
            ("\"08ff\"", true),
            ("\"200:08ff\"", true),
            ("\"200:\"", true),
            ("\"08;0900\"", true),
            ("\"200:08;09\"", true),
            ("\"\"", true),
            ("\"08FF\"", false),
            ("\"8\"", false),
            ("\"0200:08\"", false),
            ("\"+2:08\"", false),
            ("\"08;\"", false),
            ("\"08;09;0a\"", false),
            ("\"zz\"", false),
            ("17", false),
            ("\"", false),
        ] {
            let raw = Raw::from_json(json);
            assert_eq!(raw.is_some(), is_one, "{json}");
            assert!(raw.is_none_or(|raw| *raw.to_json() == *json));
        }
    }
}
