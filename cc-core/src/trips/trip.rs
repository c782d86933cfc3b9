//! What comes out: trips, other movements and refuelling, as they were measured.

use core::fmt;
use std::boxed::Box;
use std::string::{String, ToString};
use std::vec::Vec;

use chrono::TimeDelta;
use sha2::{Digest, Sha256};

use super::distance::Distance;
use super::spot::{DEGREE, Spot};
use super::wire::wire_words;
use crate::geography::{PolylinePrecision, encode_polyline};
use crate::{Body, Event, EventId, Number, Refuel, Timestamp, TripEnded, TripStarted, VehicleRef};

/// One trip of a car, as its events tell it. `Debug` shows no place.
///
/// What a person makes of a trip (business or private, comments, sharing) is kept elsewhere, beside the
/// [`MeasuredTripId`].
#[derive(Clone, Debug, PartialEq)]
pub struct MeasuredTrip {
    /// The trip: made of the car and the start.
    pub id: MeasuredTripId,
    /// The car.
    pub vehicle: VehicleRef,
    /// Its beginning.
    pub start: TripEdge,
    /// Its end; so far, while it is `open`.
    pub end: TripEdge,
    /// Whether it may still go on: it is under way, or its end is so near that it may turn out to be a stop.
    pub open: bool,
    /// How far it went, where anything says so.
    pub distance: Option<Distance>,
    /// How long the car stood with its engine running, where its motion is known. Stops with the ignition off are not
    /// part of it.
    pub idle: Option<TimeDelta>,
    /// The fuel used, where the level is known at both ends.
    pub fuel: Option<FuelUsed>,
    /// The highest speed, where one is known.
    pub top_speed: Option<TopSpeed>,
    /// Stops with the ignition off that were too short to end it.
    pub stops: Vec<TripStop>,
    /// How long nothing was heard of the car, in silences longer than
    /// [`max_silence`](super::TripOptions::max_silence).
    pub unheard: TimeDelta,
    /// The way it went: positions at least 15 metres apart, thinned when there are more than
    /// [`route_points`](super::TripOptions::route_points).
    pub route: Vec<Waypoint>,
}

/// One end of a trip.
#[derive(Clone, Debug, PartialEq)]
pub struct TripEdge {
    /// When.
    pub at: Timestamp,
    /// What told it.
    pub told_by: ToldBy,
    /// Where, with the instant of the position; where it started without a fix, that is where it was parked.
    pub place: Option<Waypoint>,
    /// What the odometer of the car showed, metres.
    pub odometer_meters: Option<u64>,
}

/// What told that a trip began or ended.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum ToldBy {
    /// The ignition was switched on or off.
    Ignition,
    /// The car drove, or its engine ran, and no ignition had told it.
    Motion,
    /// Nothing yet: it is still under way.
    Running,
    /// Nothing was heard any more, and the car did not drive in the silence.
    Silence,
    /// The car stood, and no ignition told why.
    Standing,
}

impl ToldBy {
    /// The word for it: `ignition`, `motion`, `running`, `silence` or `standing`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ignition => "ignition",
            Self::Motion => "motion",
            Self::Running => "running",
            Self::Silence => "silence",
            Self::Standing => "standing",
        }
    }
}

wire_words!(ToldBy { Ignition = 0, Motion = 1, Running = 2, Silence = 3, Standing = 4 });

/// A place and an instant. `Debug` shows neither degree.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct Waypoint(pub(super) Spot);

impl Waypoint {
    /// When the car was there.
    pub fn at(&self) -> Timestamp {
        Timestamp::from_timestamp_nanos(self.0.at)
    }

    /// Degrees north of the equator, WGS 84.
    pub fn latitude(&self) -> f64 {
        f64::from(self.0.latitude) / DEGREE
    }

    /// Degrees east of Greenwich, WGS 84.
    pub fn longitude(&self) -> f64 {
        f64::from(self.0.longitude) / DEGREE
    }

    /// The place: x is the longitude, y the latitude.
    pub fn point(&self) -> geo_types::Point<f64> {
        self.0.point()
    }
}

impl fmt::Debug for Waypoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Waypoint(…)")
    }
}

/// A stop within a trip, with the ignition off.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct TripStop {
    /// When the car stopped.
    pub from: Timestamp,
    /// When it went on.
    pub until: Timestamp,
}

/// The fuel of a trip: level before, plus what was filled in, less level after. Levels are medians of five readings,
/// so that a figure is exact to some 2 % of the tank.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct FuelUsed {
    /// Millilitres used: by a car that tells litres, or whose tank is known.
    pub milliliters: Option<u64>,
    /// Thousandths of a percent of the tank used, by a car that tells percent.
    pub millipercent: Option<u64>,
    /// Whether the tank was filled up on the way.
    pub refuelled: bool,
}

/// The highest speed of a trip.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TopSpeed {
    /// Kilometres an hour.
    pub kilometers_per_hour: f64,
    /// Whether the car's own sensors said so, and not its satellite receiver.
    pub by_car: bool,
}

/// A movement that is not a trip. `Debug` shows no place.
#[derive(Clone, Debug, PartialEq)]
pub struct Movement {
    /// The car.
    pub vehicle: VehicleRef,
    /// How it was moved.
    pub kind: MovementKind,
    /// Where and when it was last seen before.
    pub from: Waypoint,
    /// Where and when it was seen after.
    pub until: Waypoint,
    /// How far, metres: along the positions on the way where there were any.
    pub meters: u64,
}

/// How a car was moved without a trip.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum MovementKind {
    /// On a ferry, a train or a tow truck: it moved with its ignition off and its wheels still.
    Carried,
    /// Nothing was heard: at the start of a trip the car was not where it had been parked.
    Unseen,
}

impl MovementKind {
    /// The word for it: `carried` or `unseen`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Carried => "carried",
            Self::Unseen => "unseen",
        }
    }
}

wire_words!(MovementKind { Carried = 0, Unseen = 1 });

/// Fuel was filled in. `Debug` shows no place.
#[derive(Clone, Debug, PartialEq)]
pub struct Refuelling {
    /// The car.
    pub vehicle: VehicleRef,
    /// The first reading that shows it.
    pub at: Timestamp,
    /// Where the car was.
    pub place: Option<Waypoint>,
    /// The level before, if in litres or with a known tank: millilitres.
    pub before_milliliters: Option<u64>,
    /// The same, after.
    pub after_milliliters: Option<u64>,
    /// The level before, by a car that tells percent: thousandths of a percent.
    pub before_millipercent: Option<u64>,
    /// The same, after.
    pub after_millipercent: Option<u64>,
}

/// One thing the segmenter found.
#[derive(Clone, Debug, PartialEq)]
pub enum Finding {
    /// A trip that is over.
    Trip(Box<MeasuredTrip>),
    /// A movement that is not a trip.
    Movement(Movement),
    /// Fuel was filled in.
    Refuelling(Refuelling),
}

/// The name of a trip: the same wherever it is worked out, because it is derived and not drawn.
///
/// It is the first 16 bytes of a SHA-256 over the car and the start, written in hex. A late event that moves the end
/// of a trip does not change it; one that moves the start makes it another trip.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct MeasuredTripId(pub [u8; 16]);

impl MeasuredTripId {
    pub(super) fn of(vehicle: &VehicleRef, start: i64) -> Self {
        let text = std::format!("{vehicle}\ntrip\n{start}");
        let mut id = [0; 16];
        id.copy_from_slice(&Sha256::digest(text.as_bytes())[..16]);
        Self(id)
    }

    /// A number made of it, so that an event that is made twice is the same: 48 bits, which JSON keeps everywhere.
    fn event_id(self) -> EventId {
        EventId(self.0[..6].iter().fold(0, |number, byte| number << 8 | i64::from(*byte)))
    }
}

impl fmt::Display for MeasuredTripId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl MeasuredTrip {
    /// How long it took, stops included.
    pub fn duration(&self) -> TimeDelta {
        self.end.at - self.start.at
    }

    /// The way it went as an encoded polyline of five decimals (a metre), as maps take it: as private as the
    /// positions.
    pub fn polyline(&self) -> String {
        let points: Vec<geo_types::Point<f64>> = self.route.iter().map(Waypoint::point).collect();
        // Positions were checked when they were taken in.
        encode_polyline(&points, PolylinePrecision::Five).unwrap_or_default()
    }

    /// The event that says that it began, under the trip's id.
    pub fn started_event(&self) -> Event {
        let body = TripStarted {
            trip: Some(self.id.to_string().into()),
            odometer: self.start.odometer_meters.and_then(thousandths),
        };
        Event::new(self.vehicle.clone(), self.start.at, self.id.event_id(), Body::TripStarted(body))
    }

    /// The event that says that it ended; none while it is open.
    pub fn ended_event(&self) -> Option<Event> {
        let body = TripEnded {
            trip: Some(self.id.to_string().into()),
            odometer: self.end.odometer_meters.and_then(thousandths),
            distance: self.distance.and_then(|distance| thousandths(distance.meters)),
            duration: Some(Number::from(self.duration().num_seconds())),
            fuel: self.fuel.and_then(|fuel| thousandths(fuel.milliliters?)),
        };
        let event = Event::new(self.vehicle.clone(), self.end.at, self.id.event_id(), Body::TripEnded(body));
        (!self.open).then_some(event)
    }
}

impl Refuelling {
    /// The event that says so, where the level is known in litres.
    pub fn event(&self) -> Option<Event> {
        let body = Refuel {
            before: self.before_milliliters.and_then(thousandths),
            after: self.after_milliliters.and_then(thousandths)?,
        };
        let id = MeasuredTripId::of(&self.vehicle, self.at.timestamp_nanos_opt()?);
        Some(Event::new(self.vehicle.clone(), self.at, id.event_id(), Body::Refuel(body)))
    }
}

/// A whole number of thousandths, as a number.
fn thousandths(value: u64) -> Option<Number> {
    Number::from_f64(value as f64 / 1_000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_made_of_car_and_start() {
        let car: VehicleRef = "demo/7".parse().unwrap();
        let id = MeasuredTripId::of(&car, 1);
        assert_eq!(id, MeasuredTripId::of(&car, 1));
        assert_ne!(id, MeasuredTripId::of(&car, 2));
        assert_ne!(id, MeasuredTripId::of(&"demo/8".parse().unwrap(), 1));
        assert_eq!(id.to_string().len(), 32);
    }
}
