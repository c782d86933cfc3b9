//! Protobuf to [`Event`].

use alloc::boxed::Box;
use core::fmt;

use super::MessageId;
use super::raw::{Raw, unknown_records};
use super::reader::MessageReader;
use super::schema::{Header, MESSAGES_END, is_known, shared_kind, signal_of};
use super::wire::{LENGTH, Record, Records, SLOTS, Slot, Slots};
use crate::event::codec::{ENVELOPE, FieldSource};
use crate::event::reading::{CUSTOM, VALUE_NUMBER};
use crate::event::{Kept, Leftovers, Spelling};
use crate::{
    Body, Event, EventDecodeError, EventId, OrganizationKey, Reading, Signal, SignalId, ValueKind, Vin,
};

impl Event {
    /// Reads one `cc.sdk.event.v1.Event`.
    ///
    /// Nothing is lost: fields and messages that this version does not know come back from [`Event::to_protobuf`], and
    /// [`Event::to_json`] shows them as the member `protobuf`.
    ///
    /// # Examples
    ///
    /// ```
    /// use cc_core::Event;
    ///
    /// // Field 47, the message CanRangeTotalKm: its type is left out, the id is 7, the value 3, the time 9 s.
    /// let bytes = b"\xFA\x02\x08\x10\x07\x18\x03\x2A\x02\x08\x09";
    /// let event = Event::from_protobuf(bytes)?;
    /// assert_eq!(
    ///     event.to_json(),
    ///     r#"{"id":7,"time":"1970-01-01T00:00:09Z","type":"can_range_total_km","value":3}"#
    /// );
    ///
    /// let error = Event::from_protobuf(&bytes[..8]).unwrap_err();
    /// assert_eq!(error.to_string(), "expected the rest of the field at byte 3");
    /// # Ok::<(), cc_core::EventDecodeError>(())
    /// ```
    pub fn from_protobuf(bytes: impl AsRef<[u8]>) -> Result<Self, EventDecodeError> {
        read_envelope(bytes.as_ref(), 0, &mut Shared::default())
    }
}

/// Reads one message that says itself what it is only by the topic it came on.
///
/// # Examples
///
/// ```
/// use cc_core::protobuf::{MessageId, decode_message};
///
/// let odometer = MessageId::of_event_type("can_odometer_km");
/// let event = decode_message(odometer, b"\x0A\x0Fcan_odometer_km\x10\x07\x18\xB9\x60\x2A\x02\x08\x09")?;
/// assert!(event.to_json().ends_with(r#""type":"can_odometer_km","value":12345}"#));
///
/// let error = decode_message(odometer, b"\x0A\x03car\x2A\x02\x08\x09").unwrap_err();
/// assert_eq!(error.to_string(), "type: expected the type that the message is for at byte 0");
/// # Ok::<(), cc_core::EventDecodeError>(())
/// ```
pub fn decode_message(message: MessageId, bytes: &[u8]) -> Result<Event, EventDecodeError> {
    let unknown = (!is_known(message.0)).then_some(message.0);
    read_message(message.0, bytes, 0, Raw { message: unknown, ..Raw::default() }, &mut Shared::default())
}

/// What is used again from message to message.
pub(super) struct Shared {
    slots: Slots,
    vin: Option<Vin>,
    organization: Option<OrganizationKey>,
}

/// A VIN stays out of logs, and the places in a message say nothing.
impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}

impl Default for Shared {
    fn default() -> Self {
        Self { slots: [Slot::default(); SLOTS], vin: None, organization: None }
    }
}

/// Reads the envelope: the last message in it that this version knows, else the last that may be one.
pub(super) fn read_envelope(bytes: &[u8], base: u64, shared: &mut Shared) -> Result<Event, EventDecodeError> {
    let mut records = Records::new(bytes);
    let (mut known, mut unknown, mut count) = (None::<Record>, None::<Record>, 0);
    while let Some(record) = records.next().map_err(|error| error.at_base(base))? {
        count += 1;
        if record.wire == LENGTH && record.number < MESSAGES_END {
            let place = if is_known(record.number) { &mut known } else { &mut unknown };
            *place = Some(record);
        }
    }
    let Some(record) = known.or(unknown) else {
        return Err(EventDecodeError::Syntax { expected: "a message", offset: base + bytes.len() as u64 });
    };
    let mut raw = Raw { message: known.is_none().then_some(record.number), ..Raw::default() };
    if count > 1 {
        // Of several messages the last counts, as in every reader of protobuf.
        raw.envelope = unknown_records(bytes, |other| {
            other.wire == LENGTH && (is_known(other.number) || known.is_none() && other.number < MESSAGES_END)
        });
    }
    read_message(record.number, &bytes[record.start..record.end], base + record.start as u64, raw, shared)
}

/// What a message is about.
enum Content {
    Custom,
    Other,
    Signal(SignalId),
    Structured,
    /// A signal's value, but this version knows no such signal.
    UnknownSignal(ValueKind),
    UnknownMessage,
}

fn read_message(
    number: u32,
    message: &[u8],
    base: u64,
    raw: Raw,
    shared: &mut Shared,
) -> Result<Event, EventDecodeError> {
    let Shared { slots, vin: shared_vin, organization: shared_organization } = shared;
    let mut fields = MessageReader::new(message, base, slots)?;
    fields.set_number(number);
    let own_signal = signal_of(number);
    let structured =
        if own_signal.is_some() { None } else { Body::structured_message(|row| row.number == number) };
    let header = structured.map_or(&Header::EVENT, |message| message.header);
    let missing = |field| EventDecodeError::Missing { field, offset: base };
    let id = fields.required_field::<EventId>("id", header.id)?.ok_or(missing("id"))?;
    let vehicle = fields.optional_field("vehicleId", header.vehicle)?;
    let vin = fields.shared_text("vin", header.vin, shared_vin, Vin::as_str)?;
    let organization = fields.shared_text(
        "organizationKey",
        header.organization,
        shared_organization,
        OrganizationKey::as_str,
    )?;
    let time = fields.time(header.time)?.ok_or(missing("time"))?;
    let type_name = match header.type_name {
        Some(number) => fields.type_name(number)?,
        None => None,
    };
    let envelope = fields.next_table();
    let wrong_type = || EventDecodeError::Field {
        field: "type".into(),
        expected: "the type that the message is for",
        offset: base,
    };
    let (content, type_name) = match (own_signal, structured) {
        (Some(signal), _) => {
            let row = signal.signal();
            let name = row.map_or("", |row| row.stream);
            let is_alias = |sent: &str| row.is_some_and(|row| row.stream_aliases.contains(&sent));
            match type_name {
                None => (Content::Signal(signal), name),
                Some(sent) if sent == name || is_alias(sent) => (Content::Signal(signal), sent),
                Some(_) => return Err(wrong_type()),
            }
        }
        (None, Some(message)) => match type_name {
            Some(sent) if sent != message.row.name => return Err(wrong_type()),
            _ => (Content::Structured, message.row.name),
        },
        (None, None) if number == MessageId::CUSTOM.0 => match type_name {
            Some(sent) if sent != CUSTOM => return Err(wrong_type()),
            _ => (Content::Custom, CUSTOM),
        },
        (None, None) => {
            let name = type_name.ok_or(missing("type"))?;
            let content = match (shared_kind(number), Signal::by_stream(name)) {
                (Some(kind), Some(signal)) => {
                    if signal.signal().is_none_or(|row| row.kind != kind) {
                        return Err(wrong_type());
                    }
                    Content::Signal(signal)
                }
                (Some(kind), None) => Content::UnknownSignal(kind),
                (None, _) if number == MessageId::OTHER.0 => Content::Other,
                (None, _) => Content::UnknownMessage,
            };
            (content, name)
        }
    };
    let mut body = read_body(number, &content, &mut fields)?;
    if body.is_none() {
        fields.collect();
        // What could not be read as a body is read once more, as the JSON of an unknown one.
        match content {
            Content::UnknownSignal(kind) => read_unknown(kind, &mut fields)?,
            _ => body = read_body(number, &content, &mut fields)?,
        }
    }
    let mut body_leftovers = fields.next_table();
    let mut unknown = fields.rest(raw, &ENVELOPE);
    let body = body.unwrap_or_else(|| {
        body_leftovers = Leftovers::default();
        Body::other(type_name, core::mem::take(&mut unknown))
    });
    let older_name = match &body {
        Body::Reading(reading) if type_name != reading.type_name() => match type_name {
            CUSTOM => Some(CUSTOM),
            _ => alias(&reading.signal, type_name),
        },
        Body::Other(_) => Signal::by_stream(type_name).and_then(|signal| alias(&signal, type_name)),
        _ => None,
    };
    let kept = (!envelope.is_empty() || !body_leftovers.is_empty()).then(|| {
        let body_type = body.static_type_name();
        Box::new(Kept { envelope, body: body_leftovers, body_type })
    });
    let spelling = Spelling { fraction_digits: time.digits, type_name: older_name, kept };
    let event = Event { id, organization, vehicle, vin, at: time.at, body, unknown, spelling };
    if matches!(event.body, Body::Other(_)) && MessageId::of_event_type(type_name) != MessageId::OTHER {
        // The sender did not know the type, or had no value for it, or the message says less than its JSON: JSON decides,
        // so that both encodings say the same.
        return Event::from_json(event.to_json()).map_err(|error| error.at(base));
    }
    Ok(event)
}

fn read_body(
    number: u32,
    content: &Content,
    fields: &mut MessageReader<'_, '_>,
) -> Result<Option<Body>, EventDecodeError> {
    match content {
        Content::Custom => Ok(Reading::read_custom(fields)?.map(Body::Reading)),
        Content::Signal(signal) => Ok(Reading::read(signal.clone(), fields)?.map(Body::Reading)),
        Content::Structured => Body::read_message(number, fields),
        Content::Other | Content::UnknownMessage | Content::UnknownSignal(_) => Ok(None),
    }
}

/// Reads the value of a signal that this version does not know.
fn read_unknown(kind: ValueKind, fields: &mut MessageReader<'_, '_>) -> Result<(), EventDecodeError> {
    match kind {
        ValueKind::Bool => drop(fields.required_field::<bool>("value", VALUE_NUMBER)?),
        ValueKind::Date => drop(fields.required_field::<chrono::NaiveDate>("value", VALUE_NUMBER)?),
        ValueKind::Instant => drop(fields.required_field::<crate::Timestamp>("value", VALUE_NUMBER)?),
        ValueKind::Number => drop(fields.required_field::<crate::Number>("value", VALUE_NUMBER)?),
        ValueKind::Text => drop(fields.required_field::<Box<str>>("value", VALUE_NUMBER)?),
    }
    Ok(())
}

/// The older name of a signal's type that this is.
fn alias(signal: &SignalId, type_name: &str) -> Option<&'static str> {
    signal.signal()?.stream_aliases.iter().find(|name| **name == type_name).copied()
}
