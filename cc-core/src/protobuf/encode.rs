//! [`Event`] to protobuf.

use alloc::vec::Vec;

use prost::encoding::{WireType, encode_key, encode_varint};

use super::raw::{RAW_MEMBER, Raw, are_records};
use super::schema::{Header, MESSAGES_END, is_known, known_slots};
use super::wire::LENGTH;
use super::writer::MessageWriter;
use super::{MessageId, wire};
use crate::event::Leftovers;
use crate::event::codec::{ENVELOPE, FieldSink as _};
use crate::{Body, Event, UnknownFields};

impl Event {
    /// The event as one `cc.sdk.event.v1.Event`, which says what it holds.
    ///
    /// What was decoded, from JSON or from protobuf, is all there: reading it back gives an equal event.
    ///
    /// # Examples
    ///
    /// ```
    /// let event = cc_core::Event::from_json(
    ///     r#"{"id":7,"vehicleId":1,"time":"1970-01-01T00:00:09Z","type":"can_odometer_km","value":12.5}"#,
    /// )?;
    /// let bytes = event.to_protobuf();
    /// // Field 43, the message CanOdometerKm, and in it the type, the id, and the nearest whole number.
    /// assert_eq!(bytes[..4], [0xDA, 0x02, 43, 0x0A]);
    /// assert!(bytes.windows(15).any(|part| part == b"can_odometer_km"));
    /// assert_eq!(cc_core::Event::from_protobuf(&bytes)?, event);
    /// # Ok::<(), cc_core::EventDecodeError>(())
    /// ```
    pub fn to_protobuf(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(128);
        write_envelope(self, &mut Vec::with_capacity(128), &mut out);
        out
    }

    /// The event as the message of its type alone, as a topic of one type carries it; which one comes with it.
    ///
    /// # Examples
    ///
    /// ```
    /// use cc_core::Event;
    /// use cc_core::protobuf::decode_message;
    ///
    /// let event = Event::from_json(r#"{"id":7,"time":"2026-05-01T10:00:00Z","type":"car_ignition","value":true}"#)?;
    /// let (message, bytes) = event.to_protobuf_message();
    /// assert_eq!(message.to_string(), "cc.protobuf.vehicle.v1.CarIgnition");
    /// assert_eq!(decode_message(message, &bytes)?, event);
    /// # Ok::<(), cc_core::EventDecodeError>(())
    /// ```
    pub fn to_protobuf_message(&self) -> (MessageId, Vec<u8>) {
        let mut out = Vec::with_capacity(128);
        // What stood beside the message in an envelope has no place but the message's JSON.
        let raw = raw_of(self).filter(|(_, raw)| raw.envelope.is_empty());
        let (message, _) = write_message(self, raw, &mut out);
        (message, out)
    }
}

/// Writes the envelope. `message` is a place to write the message to before its length is known.
pub(super) fn write_envelope(event: &Event, message: &mut Vec<u8>, out: &mut Vec<u8>) {
    message.clear();
    let (id, beside) = write_message(event, raw_of(event), message);
    wire::put_bytes(id.0, message, out);
    out.extend_from_slice(&beside);
}

/// Writes the envelope with its length before it.
pub(super) fn write_delimited(event: &Event, message: &mut Vec<u8>, out: &mut Vec<u8>) {
    message.clear();
    let (id, beside) = write_message(event, raw_of(event), message);
    let key = prost::encoding::key_len(id.0) + prost::encoding::encoded_len_varint(message.len() as u64);
    encode_varint((key + message.len() + beside.len()) as u64, out);
    encode_key(id.0, WireType::LengthDelimited, out);
    encode_varint(message.len() as u64, out);
    out.extend_from_slice(message);
    out.extend_from_slice(&beside);
}

/// Writes the message; gives which one it is, and what stands beside it in the envelope.
fn write_message(event: &Event, raw: Option<(MessageId, Raw)>, out: &mut Vec<u8>) -> (MessageId, Vec<u8>) {
    let (id, raw) = match raw {
        Some((id, raw)) => (id, Some(raw)),
        None => (MessageId::of_event(event), None),
    };
    let header = event.body.structured().map_or(&Header::EVENT, |message| message.header);
    let kept = event.spelling.kept.as_deref();
    let type_name = event.sent_type_name();
    let mut writer = MessageWriter::of_message(out, id.0);
    if let Some(number) = header.type_name {
        writer.type_name(number, type_name);
    }
    writer.table(kept.map_or(Leftovers::NONE, |kept| &kept.envelope));
    writer.required_field("id", header.id, &event.id);
    writer.optional_field("vehicleId", header.vehicle, event.vehicle.as_ref());
    writer.optional_field("vin", header.vin, event.vin.as_ref());
    writer.optional_field("organizationKey", header.organization, event.organization.as_ref());
    writer.time(header.time, event.at, event.spelling.fraction_digits);
    let kept = kept.filter(|kept| kept.body_type == event.body.static_type_name());
    writer.table(kept.map_or(Leftovers::NONE, |kept| &kept.body));
    event.body.write(type_name, &mut writer);
    write_unknown(event, id, raw.as_ref(), &mut writer);
    writer.end();
    (id, raw.map(|raw| raw.envelope).unwrap_or_default())
}

/// Writes what the type does not name, as [`Event::to_json`] does.
fn write_unknown(event: &Event, id: MessageId, raw: Option<&Raw>, writer: &mut MessageWriter<'_>) {
    let other = match &event.body {
        Body::Other(other) => Some(&other.fields),
        _ => None,
    };
    if event.unknown.is_empty() && other.is_none_or(UnknownFields::is_empty) {
        return;
    }
    let fields = event.body.fields();
    let is_known = |name: &str| ENVELOPE.contains(&name) || fields.iter().any(|field| field.name == name);
    let own = other.into_iter().flat_map(UnknownFields::iter);
    let beside =
        event.unknown.iter().filter(|(name, _)| other.is_none_or(|fields| fields.get(name).is_none()));
    let all = own.chain(beside).filter(|(name, _)| !is_known(name));
    match raw {
        Some(raw) => {
            for (name, json) in all.filter(|(name, _)| *name != RAW_MEMBER) {
                writer.json_member(name, json);
            }
            writer.raw(&raw.fields);
        }
        None => writer.unknown(all, known_slots(id.0)),
    }
}

/// Which message an event came in that this version does not know, and what stood beside the message.
fn raw_of(event: &Event) -> Option<(MessageId, Raw)> {
    let fields = match &event.body {
        Body::Other(other) if event.unknown.is_empty() => &other.fields,
        _ => &event.unknown,
    };
    let (name, json) = fields.last()?;
    if name != RAW_MEMBER {
        return None;
    }
    let raw = Raw::from_json(json)?;
    let id = match raw.message {
        None if raw.envelope.is_empty() => return None,
        None => MessageId::of_event(event),
        Some(number @ 1..MESSAGES_END) if matches!(event.body, Body::Other(_)) && !is_known(number) => {
            MessageId(number)
        }
        Some(_) => return None,
    };
    let fits = raw.fields.is_empty() || raw.fits(known_slots(id.0));
    let beside = are_records(&raw.envelope, |record| {
        !is_known(record.number)
            && (raw.message.is_none() || record.number >= MESSAGES_END || record.wire != LENGTH)
    });
    (fits && beside).then_some((id, raw))
}
