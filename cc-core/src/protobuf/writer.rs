//! The fields of a message, written one after another.

use alloc::string::String;
use alloc::vec::Vec;

use prost::encoding::{encode_varint, encoded_len_varint};

use super::raw::{RAW_MEMBER, Raw};
use super::schema::lacks_presence;
use super::value::WireValue;
use super::wire::{JSON, NULL_FIELDS, TIME_DIGITS, number_of, put_bytes, put_varint, slot_of};
use crate::Timestamp;
use crate::event::codec::{EventTime, FieldSink, FieldValue, Leftovers, unescape};
use crate::json::write_string;

/// An empty text as JSON.
pub(super) const EMPTY: &str = "\"\"";

/// Writes the fields of one message. What they do not say rides along as JSON.
pub(crate) struct MessageWriter<'a> {
    out: &'a mut Vec<u8>,
    /// The message's number in the envelope; a part of one has none.
    message: Option<u32>,
    leftovers: &'a Leftovers,
    place: u8,
    /// The slots of the fields that are null.
    nulls: u64,
}

impl<'a> MessageWriter<'a> {
    pub(crate) fn new(out: &'a mut Vec<u8>) -> Self {
        Self { out, message: None, leftovers: Leftovers::NONE, place: 0, nulls: 0 }
    }

    /// Writes the fields of the message with this number in the envelope.
    pub(crate) fn of_message(out: &'a mut Vec<u8>, number: u32) -> Self {
        Self { message: Some(number), ..Self::new(out) }
    }

    /// The fields written from here on belong to another table.
    pub(crate) fn table(&mut self, leftovers: &'a Leftovers) {
        self.place = 0;
        self.leftovers = leftovers;
    }

    /// The name of the event's type, which a field says. Where it is empty, JSON says that it is there.
    pub(crate) fn type_name(&mut self, number: u32, name: &str) {
        put_bytes(number, name.as_bytes(), self.out);
        if name.is_empty() {
            self.json_member("type", EMPTY);
        }
    }

    /// The event's time, with the digits it was written with.
    pub(crate) fn time(&mut self, number: u32, at: Timestamp, digits: Option<u8>) {
        let time = EventTime { at, digits };
        let kept = self.leftovers.kept_for(self.place, Some(&time)).map(|(json, _)| json);
        self.place += 1;
        at.put(number, self.out);
        match kept {
            Some(json) => self.json_member("time", json),
            None if at.is_exact() => {
                if let Some(digits) = digits {
                    put_varint(TIME_DIGITS, digits.into(), self.out);
                }
            }
            None => {
                let mut json = String::new();
                time.write(&mut json);
                self.json_member("time", &json);
            }
        }
    }

    #[inline]
    fn field<T: FieldValue + WireValue>(
        &mut self,
        name: &'static str,
        number: u32,
        value: Option<&T>,
        is_implicit: bool,
    ) {
        let place = self.place;
        self.place += 1;
        let leftovers = self.leftovers;
        if !leftovers.kept.is_empty()
            && let Some((json, _)) = leftovers.kept_for(place, value)
        {
            self.kept(name, number, value, json, is_implicit);
            return;
        }
        match value {
            Some(value) => {
                if !(is_implicit && T::absent().as_ref().is_some_and(|zero| zero.looks_like(value))) {
                    value.put(number, self.out);
                }
                if !value.is_exact() || !is_implicit && value.is_zero() && self.lacks_presence(number) {
                    let mut json = String::new();
                    value.write(&mut json);
                    self.json_member(name, &json);
                }
            }
            None if leftovers.is_null(place) => {
                if let Some(slot) = slot_of(number) {
                    self.nulls |= 1 << slot;
                }
            }
            None => {}
        }
    }

    /// Whether other writers leave the field out where it is zero or empty, though an absent one says something else.
    #[cold]
    fn lacks_presence(&self, number: u32) -> bool {
        self.message.is_some_and(|message| lacks_presence(message, number))
    }

    /// A field of which the JSON was kept: a text goes as the sender wrote it, and what a text does not say beside it.
    #[cold]
    fn kept<T: FieldValue + WireValue>(
        &mut self,
        name: &'static str,
        number: u32,
        value: Option<&T>,
        json: &str,
        is_implicit: bool,
    ) {
        let text = json.strip_prefix('"').and_then(|json| json.strip_suffix('"')).and_then(unescape);
        if T::IS_TEXT
            && let Some(text) = text
        {
            put_bytes(number, text.as_bytes(), self.out);
            let mut plain = String::with_capacity(json.len());
            write_string(&mut plain, &text);
            if plain != json || text.is_empty() && (is_implicit || self.lacks_presence(number)) {
                self.json_member(name, json);
            }
            return;
        }
        if let Some(value) = value {
            value.put_kept(number, json, self.out);
        }
        self.json_member(name, json);
    }

    /// A member of the JSON object that rides along.
    pub(crate) fn json_member(&mut self, name: &str, json: &str) {
        let length = |text: &str| 1 + encoded_len_varint(text.len() as u64) + text.len();
        prost::encoding::encode_key(JSON, prost::encoding::WireType::LengthDelimited, self.out);
        encode_varint((length(name) + length(json)) as u64, self.out);
        put_bytes(1, name.as_bytes(), self.out);
        put_bytes(2, json.as_bytes(), self.out);
    }

    /// Unknown fields: those that came in protobuf go as they came, the others as JSON.
    ///
    /// `known` are the slots of the fields that the message has.
    pub(crate) fn unknown<'f>(&mut self, fields: impl Iterator<Item = (&'f str, &'f str)>, known: u64) {
        let mut fields = fields.peekable();
        while let Some((name, json)) = fields.next() {
            if name == RAW_MEMBER
                && fields.peek().is_none()
                && let Some(raw) = Raw::from_json(json)
                && raw.message.is_none()
                && raw.envelope.is_empty()
                && raw.fits(known)
            {
                self.out.extend_from_slice(&raw.fields);
            } else {
                self.json_member(name, json);
            }
        }
    }

    pub(crate) fn raw(&mut self, fields: &[u8]) {
        self.out.extend_from_slice(fields);
    }

    /// Writes what had to wait for the last field.
    pub(crate) fn end(self) {
        if self.nulls == 0 {
            return;
        }
        let mut nulls = self.nulls;
        let mut packed = Vec::with_capacity(16);
        while nulls != 0 {
            encode_varint(number_of(nulls.trailing_zeros() as usize).into(), &mut packed);
            nulls &= nulls - 1;
        }
        put_bytes(NULL_FIELDS, &packed, self.out);
    }
}

impl FieldSink for MessageWriter<'_> {
    #[inline]
    fn optional_field<T: FieldValue + WireValue>(
        &mut self,
        name: &'static str,
        number: u32,
        value: Option<&T>,
    ) {
        self.field(name, number, value, false);
    }

    #[inline]
    fn required_field<T: FieldValue + WireValue>(&mut self, name: &'static str, number: u32, value: &T) {
        self.field(name, number, Some(value), true);
    }
}
