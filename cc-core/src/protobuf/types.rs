//! Every message with its fields: what the `.proto` files and the reference page are written from.

use alloc::string::String;
use alloc::vec::Vec;

use super::schema::{DOCUMENTED, FieldRow, Header, KINDS, MessageId, PLAIN, StructuredMessage, shared};
use super::wire::{JSON, NULL_FIELDS, TIME_DIGITS, VIN};
use crate::event::reading::{CUSTOM, CUSTOM_MESSAGE, VALUE_NUMBER, custom_value_number};
use crate::{Body, MappedStatus, ValueKind, catalogue};

/// The type of a field in a `.proto` file.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ProtobufKind {
    /// `bool`.
    Bool,
    /// `double`.
    Double,
    /// `int64`.
    Int64,
    /// `map<string, bool>`.
    Map,
    /// A message of this project, by its name.
    Message(&'static str),
    /// Any number of a message of this project, by its name.
    Repeated(&'static str),
    /// `string`.
    Text,
    /// `google.protobuf.Timestamp`.
    Timestamp,
    /// `uint32`.
    Uint32,
    /// Any number of `uint32`.
    Uint32List,
}

/// Where a message comes from.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum MessageSource {
    /// Published: its name, its fields' names, numbers and types.
    Documented,
    /// Published is the rule: the fields every event has, and `value` as number 3. The message's name and the type of
    /// `value` follow from the type in JSON and are this project's.
    Rule,
    /// This project's own.
    Own,
}

/// One field of a [`MessageType`].
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct MessageField {
    /// Its name.
    pub name: String,
    /// Its number, which is its for ever.
    pub number: u32,
    /// Its type.
    pub kind: ProtobufKind,
    /// Whether the `.proto` file says `optional`: absent is not zero.
    pub optional: bool,
    /// Whether it is one of several of which a message has one.
    pub oneof: bool,
    /// What it means.
    pub about: &'static str,
}

/// One message of the envelope, for the `.proto` files and the reference page.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct MessageType {
    /// The message.
    pub id: MessageId,
    /// Its name within its package.
    pub name: String,
    /// The package.
    pub package: &'static str,
    /// Where it comes from.
    pub source: MessageSource,
    /// The type of event it is for, unless several share it.
    pub event_type: Option<&'static str>,
    /// What it says.
    pub about: &'static str,
    /// Its fields.
    pub fields: Vec<MessageField>,
}

/// The package of the published messages about vehicles.
pub const VEHICLE_PACKAGE: &str = "cc.protobuf.vehicle.v1";
/// The package of the published messages about bookings.
pub const BOOKING_PACKAGE: &str = "cc.protobuf.booking.v1";
/// The package of the envelope and of this project's own messages.
pub const EVENT_PACKAGE: &str = "cc.sdk.event.v1";

/// Every message of the envelope, by number.
pub fn message_types() -> Vec<MessageType> {
    let mut types = Vec::new();
    types.push(MessageType {
        id: MessageId::OTHER,
        name: "OtherEvent".into(),
        package: EVENT_PACKAGE,
        source: MessageSource::Own,
        event_type: None,
        about: "An event of a type that the sender did not know, or one that lacks what makes its type what it is. \
                Its fields are in `json`.",
        fields: with_header(&Header::EVENT, MessageSource::Own, Vec::new()),
    });
    for (kind, name, about) in [
        (ValueKind::Number, "NumberValue", "The number of a signal that has no message of its own."),
        (ValueKind::Bool, "BoolValue", "The truth value of a signal that has no message of its own."),
        (ValueKind::Text, "TextValue", "The text of a signal that has no message of its own."),
        (ValueKind::Date, "DateValue", "The calendar day of a signal that has no message of its own."),
        (ValueKind::Instant, "InstantValue", "The instant of a signal that has no message of its own."),
    ] {
        types.push(MessageType {
            id: MessageId(shared(kind)),
            name: name.into(),
            package: EVENT_PACKAGE,
            source: MessageSource::Own,
            event_type: None,
            about,
            fields: with_header(&Header::EVENT, MessageSource::Own, [value(kind, false)].into()),
        });
    }
    types.push(custom());
    types.extend(Body::structured_messages().into_iter().map(structured));
    types.extend(catalogue().iter().filter_map(|row| {
        let source =
            if DOCUMENTED.contains(&row.stream) { MessageSource::Documented } else { MessageSource::Rule };
        Some(MessageType {
            id: MessageId(row.message?),
            name: camel_case(row.stream),
            package: VEHICLE_PACKAGE,
            source,
            event_type: Some(row.stream),
            about: row.about,
            fields: with_header(&Header::EVENT, source, [value(row.kind, row.whole)].into()),
        })
    }));
    types.sort_by_key(|message| message.id);
    types
}

/// A message that stands within others, for the `.proto` files and the reference page.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PartType {
    /// Its name within the package [`EVENT_PACKAGE`].
    pub name: &'static str,
    /// What it says.
    pub about: &'static str,
    /// Its fields.
    pub fields: Vec<MessageField>,
}

/// Every message that stands within others.
pub fn part_types() -> Vec<PartType> {
    let text = |name: &str, number, optional, about| MessageField {
        name: name.into(),
        number,
        kind: ProtobufKind::Text,
        optional,
        oneof: false,
        about,
    };
    let mut status: Vec<MessageField> =
        MappedStatus::ROWS.iter().map(|field| field_of(field, MessageSource::Own)).collect();
    status.push(json_field());
    [
        PartType {
            name: "JsonMember",
            about: "One member of a JSON object.",
            fields: [
                text("name", 1, false, "its name"),
                text("json", 2, false, "its value, as JSON text; numbers keep their digits"),
            ]
            .into(),
        },
        PartType { name: "MappedStatus", about: "The status of a trouble code, bit by bit.", fields: status },
        PartType {
            name: "ScannedCode",
            about: "One code of an ECU's list.",
            fields: [
                text("code", 1, false, "the code in hex"),
                text("source_type", 2, true, "how the code is read: vag or j2012 (ours: kwp, j1939)"),
                text("status", 3, true, "the status byte (ISO 14229-1 annex D.2) in hex"),
            ]
            .into(),
        },
    ]
    .into()
}

fn json_field() -> MessageField {
    MessageField {
        name: "json".into(),
        number: JSON,
        kind: ProtobufKind::Repeated("JsonMember"),
        optional: false,
        oneof: false,
        about: "what the other fields do not say, as in JSON",
    }
}

fn structured(message: StructuredMessage) -> MessageType {
    let StructuredMessage { row, header, fields } = message;
    let source = if DOCUMENTED.contains(&row.name) { MessageSource::Documented } else { MessageSource::Own };
    let package = match (source, row.name) {
        (MessageSource::Documented, "car_service_booking") => BOOKING_PACKAGE,
        (MessageSource::Documented, _) => VEHICLE_PACKAGE,
        _ => EVENT_PACKAGE,
    };
    let fields = fields.iter().map(|field| field_of(field, source)).collect();
    MessageType {
        id: MessageId(row.number),
        name: camel_case(row.name),
        package,
        source,
        event_type: Some(row.name),
        about: row.about,
        fields: with_header(header, source, fields),
    }
}

fn field_of(row: &FieldRow, source: MessageSource) -> MessageField {
    let name = row.renamed.map_or_else(|| snake_case(row.json), Into::into);
    let is_single =
        !matches!(row.kind, ProtobufKind::Map | ProtobufKind::Repeated(_) | ProtobufKind::Uint32List);
    let is_message = matches!(row.kind, ProtobufKind::Message(_) | ProtobufKind::Timestamp);
    let is_plain = source == MessageSource::Documented && PLAIN.contains(&row.json);
    MessageField {
        optional: !row.required && is_single && !is_message && !is_plain,
        name,
        number: row.number,
        kind: row.kind,
        oneof: false,
        about: row.about,
    }
}

fn custom() -> MessageType {
    let mut fields: Vec<MessageField> =
        CUSTOM_MESSAGE.iter().map(|field| field_of(field, MessageSource::Own)).collect();
    fields.extend(KINDS.into_iter().map(|kind| {
        MessageField {
            name: match kind {
                ValueKind::Number => "number_value",
                ValueKind::Bool => "bool_value",
                ValueKind::Text => "text_value",
                ValueKind::Date => "date_value",
                ValueKind::Instant => "instant_value",
            }
            .into(),
            number: custom_value_number(kind),
            oneof: true,
            ..value(kind, false)
        }
    }));
    MessageType {
        id: MessageId::CUSTOM,
        name: "SignalReading".into(),
        package: EVENT_PACKAGE,
        source: MessageSource::Own,
        event_type: Some(CUSTOM),
        about: "A value of a signal that has no type of its own.",
        fields: with_header(&Header::EVENT, MessageSource::Own, fields),
    }
}

fn value(kind: ValueKind, whole: bool) -> MessageField {
    let (kind, about) = match kind {
        ValueKind::Number if whole => (ProtobufKind::Int64, "the value, to the nearest whole number"),
        ValueKind::Number => (ProtobufKind::Double, "the value"),
        ValueKind::Bool => (ProtobufKind::Bool, "the value"),
        ValueKind::Text => (ProtobufKind::Text, "the value"),
        ValueKind::Date => (ProtobufKind::Text, "the value, as YYYY-MM-DD"),
        ValueKind::Instant => (ProtobufKind::Timestamp, "the value"),
    };
    MessageField { name: "value".into(), number: VALUE_NUMBER, kind, optional: false, oneof: false, about }
}

/// The fields in the order of their numbers, with those that every message has.
fn with_header(header: &Header, source: MessageSource, mut fields: Vec<MessageField>) -> Vec<MessageField> {
    let is_own = source == MessageSource::Own;
    let mut add = |name: &str, number, kind, optional, about| {
        fields.push(MessageField { name: name.into(), number, kind, optional, oneof: false, about });
    };
    if let Some(number) = header.type_name {
        add("type", number, ProtobufKind::Text, false, "the type of the event");
    }
    add("id", header.id, ProtobufKind::Int64, false, "the event's number; not unique");
    add(
        "vehicle_id",
        header.vehicle,
        ProtobufKind::Int64,
        is_own,
        "the vehicle, unique only within its organisation",
    );
    add(header.time_name, header.time, ProtobufKind::Timestamp, false, "when it happened");
    add("organization_key", header.organization, ProtobufKind::Text, is_own, "the scope of every id");
    let ours = header.vin == VIN;
    add("vin", header.vin, ProtobufKind::Text, ours, "the vehicle's identification number (ISO 3779)");
    add(
        "time_digits",
        TIME_DIGITS,
        ProtobufKind::Uint32,
        true,
        "digits after the second in JSON, where more than needed",
    );
    add(
        "null_fields",
        NULL_FIELDS,
        ProtobufKind::Uint32List,
        false,
        "numbers of the fields that are null in JSON",
    );
    fields.push(json_field());
    fields.sort_by_key(|field| field.number);
    fields
}

/// `can_odometer_km` as `CanOdometerKm`.
fn camel_case(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for word in name.split('_') {
        let mut letters = word.chars();
        out.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        out.push_str(letters.as_str());
    }
    out
}

/// `bookingStatus` as `booking_status`.
fn snake_case(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            out.push('_');
        }
        out.push(letter.to_ascii_lowercase());
    }
    out
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeSet;

    use super::super::schema::{MESSAGES_END, is_known, known_slots, lacks_presence};
    use super::super::wire::slot_of;
    use super::*;

    #[test]
    fn every_message_has_a_number_and_a_name_of_its_own() {
        let types = message_types();
        let numbers: BTreeSet<u32> = types.iter().map(|message| message.id.0).collect();
        let names: BTreeSet<&str> = types.iter().map(|message| &*message.name).collect();
        assert_eq!((numbers.len(), names.len()), (types.len(), types.len()));
        for message in &types {
            assert!(is_known(message.id.0) && message.id.0 < MESSAGES_END, "{}", message.name);
            assert_eq!(MessageId::by_name(&alloc::format!("{}", message.id)), Some(message.id));
            if let Some(name) = message.event_type {
                assert_eq!(MessageId::of_event_type(name), message.id, "{name}");
            }
        }
        assert!(!is_known(999));
    }

    #[test]
    fn every_field_has_a_number_a_name_and_a_slot_of_its_own() {
        for message in message_types() {
            let numbers: BTreeSet<u32> = message.fields.iter().map(|field| field.number).collect();
            let names: BTreeSet<&str> = message.fields.iter().map(|field| &*field.name).collect();
            assert_eq!((numbers.len(), names.len()), (message.fields.len(), message.fields.len()));
            let known = known_slots(message.id.0);
            for field in &message.fields {
                assert!(
                    matches!(field.number, NULL_FIELDS | JSON)
                        || slot_of(field.number).is_some_and(|slot| known >> slot & 1 == 1),
                    "{}.{}",
                    message.name,
                    field.name
                );
            }
            assert_eq!(known.count_ones() as usize, message.fields.len() - 2, "{}", message.name);
        }
    }

    #[test]
    fn fields_without_presence_that_an_event_may_lack_are_known_and_have_a_zero() {
        for message in message_types() {
            let required: Vec<u32> = Body::structured_message(|row| row.number == message.id.0)
                .into_iter()
                .flat_map(|message| message.fields.iter().filter(|field| field.required))
                .map(|field| field.number)
                .collect();
            for field in &message.fields {
                let is_single =
                    matches!(field.kind, ProtobufKind::Int64 | ProtobufKind::Text | ProtobufKind::Double)
                        || matches!(field.kind, ProtobufKind::Bool | ProtobufKind::Uint32);
                let is_needed = ["type", "id", "value", "signal"].contains(&&*field.name)
                    || required.contains(&field.number);
                let lacks = is_single && !field.optional && !field.oneof && !is_needed;
                assert_eq!(
                    lacks_presence(message.id.0, field.number),
                    lacks,
                    "{}.{}",
                    message.name,
                    field.name
                );
                // These two tell their zero from other values.
                assert!(!lacks || matches!(field.kind, ProtobufKind::Int64 | ProtobufKind::Text));
            }
        }
        assert!(lacks_presence(999, 4) && !lacks_presence(999, 7));
    }

    #[test]
    fn names_are_written_in_the_style_of_protobuf() {
        assert_eq!(camel_case("can_next_oil_change_30days"), "CanNextOilChange30days");
        assert_eq!(snake_case("fleetExternalReference"), "fleet_external_reference");
    }
}
