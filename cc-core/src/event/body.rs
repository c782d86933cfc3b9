//! The bodies of events: one row a structured type.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

use super::codec::{ENVELOPE, EventField, FieldReader, FieldSink, FieldSource, body_fields};
use super::reading::{self, Reading};
use super::{
    AccessChange, Booking, CodeScan, DrivingEvent, EventDecodeError, MappedDtc, MonitorReadiness, Position,
    Refuel, TripEnded, TripStarted, TroubleCode, UnknownFields,
};
#[cfg(feature = "protobuf")]
use crate::protobuf::{FieldRow, Header, MessageReader, StructuredMessage};
use crate::{FleetId, Signal, Timestamp, WorkshopId};

/// A type of event with fields of its own, for the reference page.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct StructuredType {
    /// Its name in the data stream.
    pub name: &'static str,
    /// Whether push-v2 publishes it; the others are our own, in its style.
    pub published: bool,
    /// The number of its message in the protobuf envelope, which is its for ever.
    pub number: u32,
    /// What it says.
    pub about: &'static str,
    /// Its fields, in the order they are written.
    pub fields: &'static [EventField],
}

/// A body with fields of its own.
pub(crate) trait StructuredBody: Sized {
    /// The types it stands for; mostly one.
    const TYPES: &'static [StructuredType];
    /// Every field of these types.
    const FIELDS: &'static [EventField];
    /// Where protobuf has what every event has.
    #[cfg(feature = "protobuf")]
    const HEADER: &'static Header = &Header::EVENT;
    /// Every field of these types, in protobuf.
    #[cfg(feature = "protobuf")]
    const MESSAGE: &'static [FieldRow];

    /// The type this one is of.
    fn row(&self) -> &'static StructuredType {
        &Self::TYPES[0]
    }

    /// Takes the fields; `None` where those that make the body what it is are missing.
    fn read<S: FieldSource>(
        type_name: &'static str,
        fields: &mut S,
    ) -> Result<Option<Self>, EventDecodeError>;

    fn write<W: FieldSink>(&self, out: &mut W);
}

macro_rules! bodies {
    ($($(#[doc = $doc:literal])+ $body:ident($type:ty),)*) => {
        /// What happened.
        ///
        /// Some forty types of the data stream are a [`Reading`] of a catalogue row; only structured bodies have a variant
        /// of their own. A type this version does not know is [`Body::Other`] and survives a round trip.
        #[non_exhaustive]
        #[derive(Clone, Debug, PartialEq)]
        pub enum Body {
            $($(#[doc = $doc])+ $body($type),)*
            /// A type this version does not know, or one of which the fields that make it what it is are absent, null or
            /// without a known meaning.
            Other(OtherBody),
            /// One signal's value.
            Reading(Reading),
        }

        impl Body {
            /// Reads the body of a type; with it, the older type name that the sender used for it.
            pub(super) fn read(
                type_name: &str,
                fields: &mut FieldReader<'_, '_>,
            ) -> Result<(Option<Self>, Option<&'static str>), EventDecodeError> {
                let (body, older_name) = Self::read_known(type_name, fields)?;
                if body.is_none() {
                    fields.give_back_all_but(&ENVELOPE);
                }
                Ok((body, older_name))
            }

            fn read_known(
                type_name: &str,
                fields: &mut FieldReader<'_, '_>,
            ) -> Result<(Option<Self>, Option<&'static str>), EventDecodeError> {
                $(if let Some(row) = <$type>::TYPES.iter().find(|row| row.name == type_name) {
                    return Ok((<$type as StructuredBody>::read(row.name, fields)?.map(Self::$body), None));
                })*
                if let Some(signal) = Signal::by_stream(type_name) {
                    let older_name = signal.signal().and_then(|row| row.stream_aliases.iter().find(|name| **name == type_name));
                    return Ok((Reading::read(signal, fields)?.map(Self::Reading), older_name.copied()));
                }
                if type_name == reading::CUSTOM {
                    let reading = Reading::read_custom(fields)?;
                    // A catalogue row's value that came under the general type goes back under it.
                    let older_name = reading.as_ref().filter(|reading| reading.type_name() != reading::CUSTOM);
                    let older_name = older_name.map(|_| reading::CUSTOM);
                    return Ok((reading.map(Self::Reading), older_name));
                }
                Ok((None, None))
            }

            pub(crate) fn write<W: FieldSink>(&self, type_name: &str, out: &mut W) {
                match self {
                    $(Self::$body(body) => StructuredBody::write(body, out),)*
                    Self::Other(_) => {}
                    Self::Reading(reading) => reading.write(type_name, out),
                }
            }

            /// The fields the body is written with.
            pub(crate) fn fields(&self) -> &'static [EventField] {
                match self {
                    $(Self::$body(_) => <$type>::FIELDS,)*
                    Self::Other(_) => &[],
                    Self::Reading(reading) if reading.type_name() == reading::CUSTOM => reading::CUSTOM_FIELDS,
                    Self::Reading(_) => reading::VALUE,
                }
            }

            /// The current name of the type, unless only the sender knows it.
            pub(crate) fn static_type_name(&self) -> &'static str {
                match self {
                    $(Self::$body(body) => StructuredBody::row(body).name,)*
                    Self::Other(_) => "",
                    Self::Reading(reading) => reading.type_name(),
                }
            }
        }

        #[cfg(feature = "protobuf")]
        impl Body {
            /// The first type with fields of its own that is the one looked for.
            pub(crate) fn structured_message(is_it: impl Fn(&StructuredType) -> bool) -> Option<StructuredMessage> {
                $(if let Some(row) = <$type>::TYPES.iter().find(|row| is_it(row)) {
                    return Some(StructuredMessage { row, header: <$type>::HEADER, fields: <$type>::MESSAGE });
                })*
                None
            }

            /// Every message of a type with fields of its own.
            pub(crate) fn structured_messages() -> Vec<StructuredMessage> {
                let mut messages = Vec::new();
                $(messages.extend(<$type>::TYPES.iter().map(|row| {
                    StructuredMessage { row, header: <$type>::HEADER, fields: <$type>::MESSAGE }
                }));)*
                messages
            }

            /// Reads the body of such a message.
            pub(crate) fn read_message(
                number: u32,
                fields: &mut MessageReader<'_, '_>,
            ) -> Result<Option<Self>, EventDecodeError> {
                $(if let Some(row) = <$type>::TYPES.iter().find(|row| row.number == number) {
                    return Ok(<$type as StructuredBody>::read(row.name, fields)?.map(Self::$body));
                })*
                Ok(None)
            }

            /// The message of such a body.
            pub(crate) fn structured(&self) -> Option<StructuredMessage> {
                match self {
                    $(Self::$body(body) => Some(StructuredMessage {
                        row: StructuredBody::row(body),
                        header: <$type>::HEADER,
                        fields: <$type>::MESSAGE,
                    }),)*
                    Self::Other(_) | Self::Reading(_) => None,
                }
            }
        }

        /// Every type with fields of its own; the types of single values are the rows of the [`catalogue`](crate::catalogue).
        pub fn structured_types() -> Vec<StructuredType> {
            let mut types: Vec<StructuredType> = Vec::new();
            $(types.extend_from_slice(<$type>::TYPES);)*
            types.push(StructuredType {
                name: reading::CUSTOM,
                published: false,
                number: reading::CUSTOM_NUMBER,
                about: "A value of a signal that has no type of its own.",
                fields: reading::CUSTOM_FIELDS,
            });
            types
        }
    };
}

bodies! {
    /// A trouble code came, changed or went (`can_dtc`).
    TroubleCode(TroubleCode),
    /// Where the car is (`gps_position`).
    Position(Position),
    /// The car was accelerated, braked or turned hard (`car_profiling`).
    Driving(DrivingEvent),
    /// The malfunction indicator lamp (`can_mil_lamp`).
    MilLamp(MilLamp),
    /// A code with the platform's own interpretation (`mapped_dtc`).
    MappedDtc(MappedDtc),
    /// An ECU's list of codes was read, possibly empty (our own type `can_dtc_scan`).
    CodeScan(CodeScan),
    /// Which emission monitors are supported and ready (our own type `can_monitor_readiness`).
    MonitorReadiness(MonitorReadiness),
    /// The date of the next roadworthiness inspection (`car_roadworthy_inspection_date`).
    Inspection(Inspection),
    /// A workshop booking was made, changed or cancelled (`car_service_booking`).
    Booking(Booking),
    /// A trip began (our own type `trip_started`).
    TripStarted(TripStarted),
    /// A trip ended (our own type `trip_ended`).
    TripEnded(TripEnded),
    /// The car was refuelled (our own type `refuel`).
    Refuel(Refuel),
    /// Access to a vehicle or fleet changed, or a vehicle joined or left a fleet (the other six admin types).
    Access(AccessChange),
}

impl Body {
    pub(crate) fn other(type_name: &str, fields: UnknownFields) -> Self {
        Self::Other(OtherBody { type_name: type_name.into(), fields })
    }

    /// The current name of the type in the data stream, also where the sender used an older one.
    pub fn type_name(&self) -> &str {
        match self {
            Self::Other(other) => {
                match Signal::by_stream(&other.type_name).and_then(|signal| signal.signal()) {
                    Some(row) => row.stream,
                    None => &other.type_name,
                }
            }
            _ => self.static_type_name(),
        }
    }
}

/// The malfunction indicator lamp.
#[derive(Clone, Eq, PartialEq)]
pub struct MilLamp {
    /// Whether it is lit.
    pub on: bool,
    /// Its colour, in the sender's words.
    pub color: Option<Box<str>>,
    /// How it blinks, in the sender's words.
    pub frequency: Option<Box<str>>,
}

impl StructuredBody for MilLamp {
    const TYPES: &'static [StructuredType] = &[StructuredType {
        name: "can_mil_lamp",
        published: true,
        number: 12,
        about: "The malfunction indicator lamp.",
        fields: Self::FIELDS,
    }];

    body_fields! { MilLamp {
        required 3 "value" => on: bool, "whether it is lit";
        optional 7 "color" => color: Box<str>, "its colour";
        optional 8 "frequency" => frequency: Box<str>, "how it blinks";
    }}
}

impl fmt::Debug for MilLamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MilLamp").field("on", &self.on).finish_non_exhaustive()
    }
}

/// The date of the next roadworthiness inspection. The vehicle's VIN is the event's.
#[derive(Clone, Eq, PartialEq)]
pub struct Inspection {
    /// The fleet of the vehicle.
    pub fleet: Option<FleetId>,
    /// The fleet's own name for the vehicle.
    pub fleet_external_reference: Option<Box<str>>,
    /// The workshop of the vehicle.
    pub workshop: Option<WorkshopId>,
    /// The day, as an instant; midnight UTC.
    pub due: Option<Timestamp>,
}

impl StructuredBody for Inspection {
    #[cfg(feature = "protobuf")]
    const HEADER: &'static Header = &Header {
        type_name: None,
        id: 1,
        vehicle: 2,
        vin: 3,
        organization: 4,
        time: 9,
        time_name: "created_date",
    };
    const TYPES: &'static [StructuredType] = &[StructuredType {
        name: "car_roadworthy_inspection_date",
        published: true,
        number: 16,
        about: "The date of the next roadworthiness inspection.",
        fields: Self::FIELDS,
    }];

    body_fields! { Inspection {
        optional 5 "fleetId" => fleet: FleetId, "the fleet of the vehicle";
        optional 6 "fleetExternalReference" => fleet_external_reference: Box<str>, "the fleet's own name for the vehicle";
        optional 7 "workshopId" => workshop: WorkshopId, "the workshop of the vehicle";
        optional 8 "value" as "roadworthy_inspection_date" => due: Timestamp, "the day, as midnight UTC";
    }}
}

impl fmt::Debug for Inspection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inspection").field("due", &self.due).finish_non_exhaustive()
    }
}

/// The body of a type this version does not know. `Debug` does not show it.
#[derive(Clone, Eq, PartialEq)]
pub struct OtherBody {
    /// The type's name, as sent.
    pub type_name: Box<str>,
    /// Its fields, as they came.
    pub fields: UnknownFields,
}

impl fmt::Debug for OtherBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OtherBody").field("fields", &self.fields).finish_non_exhaustive()
    }
}
