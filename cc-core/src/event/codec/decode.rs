//! JSON to [`Event`].

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::field::{FieldReader, read_object};
use super::syntax::{Cursor, DEEPEST, Span, SyntaxError};
use super::{EventTime, text};
use crate::event::{Body, Kept, Spelling};
use crate::{Event, EventId};

/// The members every event may have; what is left belongs to its type.
pub(crate) const ENVELOPE: [&str; 6] = ["id", "vehicleId", "vin", "organizationKey", "time", "type"];

/// Why a text is not an event. It says where, and never what stands there.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum EventDecodeError {
    /// Objects and arrays are nested too deep.
    #[error("expected at most {DEEPEST} levels of nesting at byte {offset}")]
    Depth {
        /// Where the level too many begins.
        offset: u64,
    },
    /// The text is not UTF-8.
    #[error("expected UTF-8 at byte {offset}")]
    Encoding {
        /// Where the first wrong byte stands.
        offset: u64,
    },
    /// A field holds JSON of another type than it should.
    #[error("{field}: expected {expected} at byte {offset}")]
    Field {
        /// The field's name, with the path inside it: `codes[1].status`.
        field: Box<str>,
        /// What it should hold.
        expected: &'static str,
        /// Where its value stands.
        offset: u64,
    },
    /// A field without which there is no event is absent or null.
    #[error("{field}: expected a value in the event at byte {offset}")]
    Missing {
        /// The field's name.
        field: &'static str,
        /// Where the event begins.
        offset: u64,
    },
    /// The event is longer than the reader takes. Only readers of many events have a limit, not [`Event::from_json`].
    #[error("expected at most {limit} bytes at byte {offset}")]
    Size {
        /// How long an event may be.
        limit: u64,
        /// Where the event begins.
        offset: u64,
    },
    /// The text is not JSON, or not an object; or the bytes are not protobuf.
    #[error("expected {expected} at byte {offset}")]
    Syntax {
        /// What should stand there.
        expected: &'static str,
        /// Where.
        offset: u64,
    },
}

impl EventDecodeError {
    /// The byte of the input the error is about, from 0. A stream may be longer than memory is wide, hence 64 bits on
    /// every platform.
    pub fn offset(&self) -> u64 {
        match self {
            Self::Depth { offset }
            | Self::Encoding { offset }
            | Self::Field { offset, .. }
            | Self::Missing { offset, .. }
            | Self::Size { offset, .. }
            | Self::Syntax { offset, .. } => *offset,
        }
    }

    /// The same error, about another byte.
    #[cfg(feature = "protobuf")]
    pub(crate) fn at(mut self, byte: u64) -> Self {
        match &mut self {
            Self::Depth { offset }
            | Self::Encoding { offset }
            | Self::Field { offset, .. }
            | Self::Missing { offset, .. }
            | Self::Size { offset, .. }
            | Self::Syntax { offset, .. } => *offset = byte,
        }
        self
    }
}

impl EventDecodeError {
    /// The error of a text that begins at byte `base` of the input.
    pub(super) fn syntax(error: SyntaxError, base: u64) -> Self {
        match error {
            SyntaxError::Depth(at) => Self::Depth { offset: base + at as u64 },
            SyntaxError::Expected(expected, at) => Self::Syntax { expected, offset: base + at as u64 },
        }
    }
}

impl Event {
    /// Reads one event of the data stream: a JSON object, with white space or a byte order mark around it allowed.
    ///
    /// `id`, `time` and `type` must be there. A type this version does not know, or one of which the fields that make
    /// it what it is are absent, null or without a known meaning, becomes [`Body::Other`]. Nothing is lost:
    /// [`Event::to_json`] gives the same JSON value back, `time` in UTC.
    ///
    /// # Examples
    ///
    /// ```
    /// use cc_core::{Body, Event};
    ///
    /// let json = r#"{"id":9007199254740993,"vehicleId":7,"organizationKey":"semler","time":"2026-05-01T12:00:00.50+02:00",
    ///     "type":"car_battery_voltage","value":12.40,"later":{"a":null}}"#;
    /// let event = Event::from_json(json)?;
    /// let Body::Reading(reading) = &event.body else { panic!("a reading") };
    /// assert_eq!(reading.value.as_f64(), Some(12.4));
    /// assert_eq!(
    ///     event.to_json(),
    ///     r#"{"id":9007199254740993,"vehicleId":7,"organizationKey":"semler","time":"2026-05-01T10:00:00.50Z","type":"car_battery_voltage","value":12.40,"later":{"a":null}}"#
    /// );
    ///
    /// let error = Event::from_json(r#"{"id":1,"time":"2026-05-01T10:00:00Z","type":"car_ignition","value":"on"}"#).unwrap_err();
    /// assert_eq!(error.to_string(), "value: expected true or false at byte 68");
    /// # Ok::<(), cc_core::EventDecodeError>(())
    /// ```
    pub fn from_json(json: impl AsRef<[u8]>) -> Result<Self, EventDecodeError> {
        let bytes = json.as_ref();
        let mut cursor = Cursor::new(bytes, after_mark(bytes));
        cursor.space();
        let mut spans = Vec::with_capacity(16);
        let event = read_event(&mut cursor, 0, &mut spans)
            .unwrap_or_else(|error| Err(EventDecodeError::syntax(error, 0)))?;
        cursor.space();
        if cursor.at < bytes.len() {
            return Err(EventDecodeError::Syntax { expected: "nothing more", offset: cursor.at as u64 });
        }
        Ok(event)
    }
}

/// Where the text begins, after a byte order mark.
pub(crate) fn after_mark(bytes: &[u8]) -> usize {
    if bytes.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 }
}

/// Reads the event at the cursor, whose bytes begin at byte `base` of the input. The outer error says that no JSON
/// object stands there; with the inner one the cursor is after the object, so that the next event can be read.
pub(crate) fn read_event(
    cursor: &mut Cursor<'_>,
    base: u64,
    spans: &mut Vec<Span>,
) -> Result<Result<Event, EventDecodeError>, SyntaxError> {
    spans.clear();
    let start = cursor.at;
    cursor.members(spans)?;
    let item = &cursor.bytes[start..cursor.at];
    let base = base + start as u64;
    let input = match core::str::from_utf8(item) {
        Ok(text) => text,
        Err(error) => {
            return Ok(Err(EventDecodeError::Encoding { offset: base + error.valid_up_to() as u64 }));
        }
    };
    for span in &mut *spans {
        for place in [&mut span.key.0, &mut span.key.1, &mut span.value.0, &mut span.value.1] {
            *place -= start;
        }
    }
    Ok(read_object(input, base, spans, |fields| event(fields, base)))
}

fn event(fields: &mut FieldReader<'_, '_>, start: u64) -> Result<Option<Event>, EventDecodeError> {
    let missing = |field| EventDecodeError::Missing { field, offset: start };
    let id = fields.optional::<EventId>("id")?.ok_or(missing("id"))?;
    let vehicle = fields.optional("vehicleId")?;
    let vin = fields.optional("vin")?;
    let organization = fields.optional("organizationKey")?;
    let time = fields.optional::<EventTime>("time")?.ok_or(missing("time"))?;
    let (json, offset) = fields.raw("type").ok_or(missing("type"))?;
    let type_name = text(json, "a text").map_err(|mismatch| EventDecodeError::Field {
        field: "type".into(),
        expected: mismatch.expected,
        offset,
    })?;
    let envelope = fields.next_table();
    let (body, older_name) = Body::read(&type_name, fields)?;
    let body_leftovers = fields.next_table();
    let Some(mut unknown) = fields.rest()? else {
        return Ok(None);
    };
    let body = match body {
        Some(body) => body,
        None => Body::other(&type_name, core::mem::take(&mut unknown)),
    };
    let kept = (!envelope.is_empty() || !body_leftovers.is_empty()).then(|| {
        let body_type = body.static_type_name();
        Box::new(Kept { envelope, body: body_leftovers, body_type })
    });
    let spelling = Spelling { fraction_digits: time.digits, type_name: older_name, kept };
    Ok(Some(Event { id, organization, vehicle, vin, at: time.at, body, unknown, spelling }))
}
