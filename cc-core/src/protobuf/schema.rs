//! The messages by their numbers.

use core::fmt;

use super::types::{ProtobufKind, message_types};
use super::wire::{TIME_DIGITS, VIN, slot_of};
use crate::event::reading::{CUSTOM, CUSTOM_MESSAGE, CUSTOM_NUMBER, VALUE_NUMBER, custom_value_number};
use crate::{Body, Event, Signal, SignalId, StructuredType, ValueKind, catalogue};

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
static ROWS: [u16; MESSAGES_END as usize] = {
    let mut rows = [u16::MAX; MESSAGES_END as usize];
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

/// The types whose messages are published field by field.
pub(super) const DOCUMENTED: [&str; 4] =
    ["can_next_service_km", "can_odometer_km", "car_roadworthy_inspection_date", "car_service_booking"];

/// Fields of published messages that are not `optional` there, though an event may lack them.
pub(super) const PLAIN: [&str; 4] = ["bookingSource", "bookingId", "bookingStatus", "bookingDealer"];

/// Whether a message has a field without presence that an event may lack: zero and an empty text are told apart from
/// nothing only beside it. Of a message that this version does not know, anything may be so.
#[cold]
pub(super) fn lacks_presence(message: u32, field: u32) -> bool {
    if let Some(structured) = Body::structured_message(|row| row.number == message) {
        let StructuredMessage { row, header, fields } = structured;
        let is_published = DOCUMENTED.contains(&row.name);
        return field == header.vin && field != VIN
            || is_published
                && (field == header.vehicle
                    || field == header.organization
                    || fields.iter().any(|row| row.number == field && PLAIN.contains(&row.json)));
    }
    let is_of_event = field == Header::EVENT.vehicle || field == Header::EVENT.organization;
    is_of_event && (signal_of(message).is_some() || !is_known(message))
}

pub(crate) const KINDS: [ValueKind; 5] =
    [ValueKind::Number, ValueKind::Bool, ValueKind::Text, ValueKind::Date, ValueKind::Instant];

/// Whether this version has a message of this number.
pub(crate) fn is_known(number: u32) -> bool {
    number == MessageId::OTHER.0
        || number == CUSTOM_NUMBER
        || shared_kind(number).is_some()
        || signal_of(number).is_some()
        || Body::structured_message(|row| row.number == number).is_some()
}
