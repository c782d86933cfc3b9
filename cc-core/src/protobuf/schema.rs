//! The messages: what the `.proto` files and the reference page are written from.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::wire::{JSON, NULL_FIELDS, TIME_DIGITS, VIN, slot_of};
use crate::event::reading::{CUSTOM, CUSTOM_MESSAGE, CUSTOM_NUMBER, VALUE_NUMBER, custom_value_number};
use crate::{Body, Event, MappedStatus, Signal, SignalId, StructuredType, ValueKind, catalogue};

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

/// What a field means, by number.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FieldRow {
    pub(crate) json: &'static str,
    /// Its name in protobuf, where that is not its name in JSON in `snake_case`.
    pub(crate) renamed: Option<&'static str>,
    pub(crate) number: u32,
    pub(crate) kind: ProtobufKind,
    pub(crate) required: bool,
    pub(crate) about: &'static str,
}

/// The numbers of what every event has.
#[derive(Debug)]
pub(crate) struct Header {
    pub(crate) type_name: Option<u32>,
    pub(crate) id: u32,
    pub(crate) vehicle: u32,
    pub(crate) vin: u32,
    pub(crate) organization: u32,
    pub(crate) time: u32,
    pub(crate) time_name: &'static str,
}

impl Header {
    /// The numbers of every message but two, and of every message to come.
    pub(crate) const EVENT: Self =
        Self { type_name: Some(1), id: 2, vehicle: 4, vin: VIN, organization: 6, time: 5, time_name: "time" };

    /// The slots of these fields, and of those that every message has beside them.
    pub(crate) fn slots(&self) -> u64 {
        let numbers = [self.id, self.vehicle, self.vin, self.organization, self.time, TIME_DIGITS];
        numbers.into_iter().chain(self.type_name).filter_map(slot_of).fold(0, |slots, slot| slots | 1 << slot)
    }
}

/// The message of a type with fields of its own.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StructuredMessage {
    pub(crate) row: &'static StructuredType,
    pub(crate) header: &'static Header,
    pub(crate) fields: &'static [FieldRow],
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

/// A message by its number in the envelope, which is its for ever.
///
/// # Examples
///
/// ```
/// use cc_core::protobuf::MessageId;
///
/// let message = MessageId::of_event_type("can_odometer_km");
/// assert_eq!((message.number(), message.to_string().as_str()), (43, "cc.protobuf.vehicle.v1.CanOdometerKm"));
/// assert_eq!(MessageId::by_name("cc.protobuf.vehicle.v1.CanOdometerKm"), Some(message));
/// assert_eq!(MessageId::by_name("cc.protobuf.vehicle.v1.CanOdometerMiles"), None);
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct MessageId(pub(crate) u32);

impl MessageId {
    /// Of a type that this version does not know, or whose own message cannot say what the event says.
    pub(crate) const OTHER: Self = Self(1);
    pub(crate) const CUSTOM: Self = Self(CUSTOM_NUMBER);

    /// The message that events of a type of the data stream are written as. A type this version does not know is a
    /// `cc.sdk.event.v1.OtherEvent`.
    pub fn of_event_type(type_name: &str) -> Self {
        if let Some(message) = Body::structured_message(|row| row.name == type_name) {
            return Self(message.row.number);
        }
        match Signal::by_stream(type_name) {
            Some(signal) => Self::of_signal(&signal),
            None if type_name == CUSTOM => Self::CUSTOM,
            None => Self::OTHER,
        }
    }

    /// The message of this full name, such as `cc.protobuf.vehicle.v1.CanOdometerKm`.
    pub fn by_name(full_name: &str) -> Option<Self> {
        message_types()
            .into_iter()
            .find(|message| full_name.strip_prefix(message.package) == Some(&[".", &message.name].concat()))
            .map(|message| message.id)
    }

    /// Its number in the envelope.
    pub fn number(self) -> u32 {
        self.0
    }

    pub(crate) fn of_signal(signal: &SignalId) -> Self {
        match signal.signal() {
            Some(row) => Self(row.message.unwrap_or(shared(row.kind))),
            None => Self::CUSTOM,
        }
    }

    /// What an event is written as.
    pub(crate) fn of_event(event: &Event) -> Self {
        match &event.body {
            Body::Other(_) => Self::OTHER,
            Body::Reading(_) if event.sent_type_name() == CUSTOM => Self::CUSTOM,
            Body::Reading(reading) => Self::of_signal(&reading.signal),
            body => body.structured().map_or(Self::OTHER, |message| Self(message.row.number)),
        }
    }
}

/// The full name; the number alone where this version does not know the message.
impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match message_types().into_iter().find(|message| message.id == *self) {
            Some(message) => write!(f, "{}.{}", message.package, message.name),
            None => write!(f, "{}", self.0),
        }
    }
}

/// The number of the message that the signals of a kind share.
pub(crate) const fn shared(kind: ValueKind) -> u32 {
    match kind {
        ValueKind::Number => 2,
        ValueKind::Bool => 3,
        ValueKind::Text => 4,
        ValueKind::Date => 5,
        ValueKind::Instant => 6,
    }
}

/// The kind of value of a shared message.
pub(crate) const fn shared_kind(number: u32) -> Option<ValueKind> {
    Some(match number {
        2 => ValueKind::Number,
        3 => ValueKind::Bool,
        4 => ValueKind::Text,
        5 => ValueKind::Date,
        6 => ValueKind::Instant,
        _ => return None,
    })
}

/// Numbers below this are messages; from here on they are facts about the envelope.
pub(crate) const MESSAGES_END: u32 = 1000;

/// The rows of the catalogue by the number of their own message.
static ROWS: [u16; 128] = {
    let mut rows = [u16::MAX; 128];
    let all = catalogue();
    let mut i = 0;
    while i < all.len() {
        if let Some(number) = all[i].message {
            rows[number as usize] = i as u16;
        }
        i += 1;
    }
    rows
};

/// The signal whose own message has this number.
pub(crate) fn signal_of(number: u32) -> Option<SignalId> {
    match ROWS.get(number as usize) {
        Some(&row) if row != u16::MAX => Some(SignalId::row(row)),
        _ => None,
    }
}

/// The slots of the fields that a known message has.
pub(crate) fn known_slots(number: u32) -> u64 {
    let bits = |numbers: &mut dyn Iterator<Item = u32>| {
        numbers.filter_map(slot_of).fold(0, |slots, slot| slots | 1_u64 << slot)
    };
    let event = Header::EVENT.slots();
    match Body::structured_message(|row| row.number == number) {
        Some(message) => message.header.slots() | bits(&mut message.fields.iter().map(|field| field.number)),
        None if number == CUSTOM_NUMBER => {
            let values = KINDS.into_iter().map(custom_value_number);
            event | bits(&mut CUSTOM_MESSAGE.iter().map(|field| field.number).chain(values))
        }
        None if shared_kind(number).is_some() || signal_of(number).is_some() => event | 1 << VALUE_NUMBER,
        None => event,
    }
}

const KINDS: [ValueKind; 5] =
    [ValueKind::Number, ValueKind::Bool, ValueKind::Text, ValueKind::Date, ValueKind::Instant];

/// Whether this version has a message of this number.
pub(crate) fn is_known(number: u32) -> bool {
    number == MessageId::OTHER.0
        || number == CUSTOM_NUMBER
        || shared_kind(number).is_some()
        || signal_of(number).is_some()
        || Body::structured_message(|row| row.number == number).is_some()
}

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

/// The types whose messages are published field by field.
const DOCUMENTED: [&str; 4] =
    ["can_next_service_km", "can_odometer_km", "car_roadworthy_inspection_date", "car_service_booking"];

/// Fields of published messages that are not `optional` there, though an event may lack them.
const PLAIN: [&str; 4] = ["booking_source", "booking_id", "booking_status", "booking_dealer"];

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
    let is_plain = source == MessageSource::Documented && PLAIN.contains(&&*name);
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
    fn names_are_written_in_the_style_of_protobuf() {
        assert_eq!(camel_case("can_next_oil_change_30days"), "CanNextOilChange30days");
        assert_eq!(snake_case("fleetExternalReference"), "fleet_external_reference");
    }
}
