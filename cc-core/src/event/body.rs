//! The bodies of events.

use alloc::boxed::Box;

use super::{
    AccessChange, Booking, CodeScan, DrivingEvent, MappedDtc, MonitorReadiness, Position, TroubleCode,
    UnknownFields,
};
use crate::{MeasureUnit, SignalId, Timestamp, Value, Vin};

/// What happened.
///
/// Some forty types of the data stream are a [`Reading`] of a catalogue row; only structured bodies have a variant of
/// their own. A type this version does not know is [`Body::Other`] and survives a round trip.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// Access to a vehicle or fleet was granted or removed, or a vehicle joined or left a fleet (seven admin types but the booking).
    Access(AccessChange),
    /// A workshop booking was made, changed or cancelled (`car_service_booking`).
    Booking(Booking),
    /// An ECU's complete list of codes was read, possibly empty (our own type `can_dtc_scan`).
    CodeScan(CodeScan),
    /// The car was accelerated, braked or turned hard (`car_profiling`).
    Driving(DrivingEvent),
    /// The date of the next roadworthiness inspection (`car_roadworthy_inspection_date`).
    Inspection(Inspection),
    /// A code with the platform's own interpretation (`mapped_dtc`).
    MappedDtc(MappedDtc),
    /// The malfunction indicator lamp (`can_mil_lamp`).
    MilLamp(MilLamp),
    /// Which emission monitors are supported and ready (our own type `can_monitor_readiness`).
    MonitorReadiness(MonitorReadiness),
    /// A type this version does not know.
    Other(OtherBody),
    /// Where the car is (`gps_position`).
    Position(Position),
    /// One signal's value.
    Reading(Reading),
    /// A trouble code came, changed or went (`can_dtc`).
    TroubleCode(TroubleCode),
}

/// One signal's value.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// Which signal.
    pub signal: SignalId,
    /// Its value, in the catalogue's unit if it is a number.
    pub value: Value,
    /// The unit of a custom signal; catalogue rows know their own.
    pub unit: Option<MeasureUnit>,
}

impl Reading {
    /// A reading of a catalogue row, in the row's unit.
    pub fn new(signal: SignalId, value: impl Into<Value>) -> Self {
        Self { signal, value: value.into(), unit: None }
    }

    /// The unit of the value: the reading's own, else the catalogue's.
    pub fn unit(&self) -> MeasureUnit {
        self.unit.or_else(|| Some(self.signal.signal()?.unit)).unwrap_or(MeasureUnit::One)
    }
}

/// The malfunction indicator lamp.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct MilLamp {
    /// Whether it is lit.
    pub on: bool,
    /// Its colour, in the sender's words.
    pub color: Option<Box<str>>,
    /// How it blinks, in the sender's words.
    pub frequency: Option<Box<str>>,
}

/// The date of the next roadworthiness inspection.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Inspection {
    /// The fleet of the vehicle.
    pub fleet: Option<i64>,
    /// The fleet's own name for the vehicle.
    pub fleet_external_reference: Option<Box<str>>,
    /// The workshop of the vehicle.
    pub workshop: Option<i64>,
    /// The day, as an instant; midnight UTC.
    pub due: Option<Timestamp>,
    /// The vehicle, where the body names it rather than the envelope.
    pub vin: Option<Vin>,
}

/// The body of a type this version does not know.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct OtherBody {
    /// The type's name.
    pub type_name: Box<str>,
    /// Its fields, as they came.
    pub fields: UnknownFields,
}
