//! Trips as a person keeps them.

use super::json::entity_json;
use super::transition::{StateMachine, StateTransition, goes, refused};
use super::values::{Amount, Coordinates, Prose};
use super::words::words;
use super::{TripId, values};
use crate::event::codec::Leftovers;
use crate::{Number, OrganizationKey, Timestamp, TripEnded, UnknownFields, UserId, VehicleId, VehicleRef};

words! {
    /// What a trip was for. Tax offices tell the three apart: the way to work is neither business nor private.
    TripPurpose, "business, commute or private" {
        /// For work.
        Business = "business",
        /// Between home and the usual place of work.
        Commute = "commute",
        /// For oneself.
        Private = "private",
    }
}

words! {
    /// Where a trip is in its life.
    TripState, "recording or ended" {
        /// It goes on, and its figures grow.
        Recording = "recording",
        /// It is over, and its figures stand.
        Ended = "ended",
    }
}

/// What was measured of a trip: plain figures, each only where something measured it.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct TripFigures {
    /// How far it went, km.
    pub distance: Option<Amount>,
    /// The fuel used, litres.
    pub fuel: Option<Amount>,
    /// How long the engine ran while the car stood, seconds.
    pub idle: Option<Amount>,
}

/// What an event says of the trip it ended; figures that cannot be are left out.
impl From<&TripEnded> for TripFigures {
    fn from(event: &TripEnded) -> Self {
        let amount = |number: &Option<Number>| number.clone().and_then(Amount::new);
        Self { distance: amount(&event.distance), fuel: amount(&event.fuel), idle: None }
    }
}

/// One drive of one car, kept by the person who drove it.
///
/// What was measured comes from the car and is settled when the trip ends; what it was for and what to remember of it
/// is the driver's to say, at any time. Nobody else sees a trip unless it is shared ([`Share`](super::Share)).
///
/// # Examples
///
/// ```
/// use cc_core::platform::{Trip, TripFigures, TripPurpose};
///
/// let at = |text: &str| text.parse::<cc_core::Timestamp>().map_err(|error| error.to_string());
/// let start = at("2026-05-01T08:00:00Z")?;
/// let trip = Trip::start("0190b5e8-7d1a-7c3f-9a44-000000000001".parse()?, "local/0".parse()?, cc_core::UserId(1), start);
/// let end = at("2026-05-01T08:25:00Z")?;
/// let trip = trip.end(end, None, TripFigures::default(), end)?.classify(Some(TripPurpose::Commute), end);
/// assert_eq!(trip.duration(), Some(chrono::TimeDelta::minutes(25)));
///
/// let error = trip.end(end, None, TripFigures::default(), end).unwrap_err();
/// assert_eq!(error.to_string(), "the trip has already ended");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Eq, PartialEq)]
pub struct Trip {
    /// Its name.
    pub id: TripId,
    /// The scope of the other ids.
    pub organization: OrganizationKey,
    /// The car.
    pub vehicle: VehicleId,
    /// Who keeps the trip.
    pub owner: UserId,
    started_at: Timestamp,
    ended_at: Option<Timestamp>,
    /// Where it began.
    pub start_position: Option<Coordinates>,
    /// Where it ended.
    pub end_position: Option<Coordinates>,
    /// The odometer at its start, km.
    pub start_odometer: Option<Number>,
    distance: Option<Amount>,
    fuel: Option<Amount>,
    idle: Option<Amount>,
    /// What it was for, once the driver has said so.
    pub purpose: Option<TripPurpose>,
    /// What the driver wants to remember of it.
    pub comment: Option<Prose>,
    /// When it last changed.
    pub updated_at: Option<Timestamp>,
    /// How often the platform has stored it; its own count.
    pub version: Option<i64>,
    /// Fields this version does not know.
    pub unknown: UnknownFields,
    kept: Leftovers,
}

impl Trip {
    /// A trip that begins.
    pub fn start(id: TripId, vehicle: VehicleRef, owner: UserId, at: Timestamp) -> Self {
        Self {
            id,
            organization: vehicle.organization,
            vehicle: vehicle.vehicle,
            owner,
            started_at: at,
            ended_at: None,
            start_position: None,
            end_position: None,
            start_odometer: None,
            distance: None,
            fuel: None,
            idle: None,
            purpose: None,
            comment: None,
            updated_at: Some(at),
            version: None,
            unknown: UnknownFields::default(),
            kept: Leftovers::default(),
        }
    }

    /// Ends it: with the instant and place it ended at, and what was measured.
    pub fn end(
        &self,
        at: Timestamp,
        position: Option<Coordinates>,
        figures: TripFigures,
        now: Timestamp,
    ) -> Result<Self, TripError> {
        if self.ended_at.is_some() {
            return Err(TripError::Ended);
        }
        if at < self.started_at {
            return Err(TripError::EndsBeforeItStarts);
        }
        let TripFigures { distance, fuel, idle } = figures;
        let ended = Self { ended_at: Some(at), end_position: position, distance, fuel, idle, ..self.clone() };
        Ok(ended.changed(now))
    }

    /// Says what it was for, or takes that back.
    pub fn classify(&self, purpose: Option<TripPurpose>, now: Timestamp) -> Self {
        Self { purpose, ..self.clone() }.changed(now)
    }

    /// Says what to remember of it, or takes that back.
    pub fn comment(&self, comment: Option<Prose>, now: Timestamp) -> Self {
        Self { comment, ..self.clone() }.changed(now)
    }

    /// Where it is in its life.
    pub fn state(&self) -> TripState {
        if self.ended_at.is_some() { TripState::Ended } else { TripState::Recording }
    }

    /// When it began.
    pub fn started_at(&self) -> Timestamp {
        self.started_at
    }

    /// When it ended.
    pub fn ended_at(&self) -> Option<Timestamp> {
        self.ended_at
    }

    /// How long it took from start to end.
    pub fn duration(&self) -> Option<chrono::TimeDelta> {
        Some(self.ended_at?.signed_duration_since(self.started_at))
    }

    /// What was measured of it.
    pub fn figures(&self) -> TripFigures {
        TripFigures { distance: self.distance.clone(), fuel: self.fuel.clone(), idle: self.idle.clone() }
    }

    /// The car with its scope.
    pub fn vehicle_ref(&self) -> VehicleRef {
        VehicleRef { organization: self.organization.clone(), vehicle: self.vehicle }
    }

    fn changed(self, now: Timestamp) -> Self {
        Self { updated_at: Some(values::after(now, self.updated_at)), ..self }
    }
}

entity_json! {
    Trip {
        required "tripId" => id: TripId, "the trip";
        required "organizationKey" => organization: OrganizationKey, "the scope of the numbered ids";
        required "vehicleId" => vehicle: VehicleId, "the car";
        required "userId" => owner: UserId, "who keeps the trip";
        required "startedAt" => started_at: Timestamp, "when it began";
        optional "endedAt" => ended_at: Timestamp, "when it ended; absent while it goes on";
        optional "startPosition" => start_position: Coordinates, "where it began";
        optional "endPosition" => end_position: Coordinates, "where it ended";
        optional "startOdometerKm" => start_odometer: Number, "the odometer at its start, km";
        optional "distanceKm" => distance: Amount, "how far it went, km";
        optional "fuelLiters" => fuel: Amount, "the fuel used, litres";
        optional "idleSeconds" => idle: Amount, "how long the engine ran while the car stood, seconds";
        lenient "purpose" => purpose: TripPurpose, "what it was for; another word is kept, and means nothing yet";
        optional "comment" => comment: Prose, "what the driver wants to remember";
        optional "updatedAt" => updated_at: Timestamp, "when it last changed";
        optional "version" => version: i64, "how often the platform has stored it";
    }
    shows [id, vehicle, purpose, updated_at, version]
    check |trip| match trip.ended_at {
        Some(end) if end < trip.started_at => Err(("endedAt", "an instant that is not before startedAt")),
        _ => Ok(()),
    }
}

/// Why a trip does not change.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum TripError {
    /// It has an end, which does not move.
    #[error("the trip has already ended")]
    Ended,
    /// The end given lies before its start.
    #[error("a trip cannot end before it starts")]
    EndsBeforeItStarts,
}

pub(super) const STATES: StateMachine = StateMachine {
    entity: "Trip",
    states: &[
        ("recording", "it goes on, and its figures grow"),
        ("ended", "it is over, and its figures stand"),
    ],
    actions: &[
        ("end", "the car stopped for good"),
        ("classify", "say what it was for"),
        ("comment", "write something down"),
    ],
    transitions: TRANSITIONS,
    refusals: &["a trip cannot end before it starts"],
};

const TRANSITIONS: &[StateTransition] = &[
    goes("recording", "end", "ended"),
    goes("recording", "classify", "recording"),
    goes("recording", "comment", "recording"),
    refused("ended", "end", "the trip has already ended"),
    goes("ended", "classify", "ended"),
    goes("ended", "comment", "ended"),
];

#[cfg(test)]
mod tests {
    use alloc::string::{String, ToString};

    use proptest::prelude::*;

    use super::super::testing::{at, shuffled_round_trip, told};
    use super::super::transition::play;
    use super::*;

    fn recording() -> Trip {
        Trip::start("t1".parse().unwrap(), "local/0".parse().unwrap(), UserId(1), at(100))
    }

    fn end(trip: &Trip) -> Result<Trip, TripError> {
        trip.end(at(200), None, TripFigures::default(), at(200))
    }

    #[test]
    fn the_table_is_what_the_code_does() {
        play(&STATES, |from, action| {
            let trip = if from == "ended" { end(&recording()).unwrap() } else { recording() };
            assert_eq!(trip.state().as_str(), from);
            let next = match action {
                "end" => end(&trip),
                "classify" => Ok(trip.classify(Some(TripPurpose::Private), at(300))),
                "comment" => Ok(trip.comment(Some("late".parse().unwrap()), at(300))),
                _ => panic!("{action}"),
            };
            next.map(|trip| trip.state().to_string()).map_err(|error| error.to_string())
        });
        let early = recording().end(at(99), None, TripFigures::default(), at(200)).unwrap_err();
        assert_eq!([early.to_string().as_str()], STATES.refusals);
    }

    #[test]
    fn a_purpose_of_tomorrow_is_kept_and_an_end_before_the_start_is_not() {
        let json = r#"{"tripId":"t","organizationKey":"local","vehicleId":0,"userId":1,"startedAt":"2026-05-01T10:00:00Z","endedAt":null,"purpose":"charity","mood":{"x":1e3}}"#;
        let trip = Trip::from_json(json).unwrap();
        assert_eq!((trip.purpose, trip.to_json().as_str()), (None, json));
        let said = trip.classify(Some(TripPurpose::Business), at(0)).to_json();
        assert!(said.contains(r#""purpose":"business""#) && said.contains(r#""mood":{"x":1e3}"#), "{said}");
        let wrong = json.replace("null", "\"2026-05-01T09:59:59Z\"");
        let error = told(&wrong, &Trip::from_json(&wrong).unwrap_err());
        assert_eq!(error, "endedAt: expected an instant that is not before startedAt at \"2026-05");
    }

    proptest! {
        #[test]
        fn any_trip_comes_back(seconds in 0_i64..4_000_000_000, length in 0_i64..90_000, distance in "(0|[1-9][0-9]{0,4})(\\.[0-9]{1,3})?", comment in "\\PC{1,40}", purpose in 0_usize..3) {
            let figures = TripFigures { distance: Amount::new(distance.parse().unwrap()), ..TripFigures::default() };
            let trip = Trip::start("t1".parse().unwrap(), "local/0".parse().unwrap(), UserId(7), at(seconds));
            let end = at(seconds + length);
            let position = Coordinates::new(Number::from(0), "-140.50".parse().unwrap());
            let trip = trip.end(end, position, figures, end).unwrap();
            let trip = trip.classify(Some(TripPurpose::ALL[purpose]), end).comment(Some(comment.parse().unwrap()), end);
            shuffled_round_trip(&trip.to_json(), |json| Trip::from_json(json).unwrap().to_json());
            prop_assert_eq!(Trip::from_json(trip.to_json()).unwrap(), trip);
        }
    }

    #[test]
    fn what_was_measured_comes_from_the_event_that_ended_it() {
        let event = TripEnded {
            trip: None,
            odometer: None,
            distance: Some("12.50".parse().unwrap()),
            duration: None,
            fuel: Some(Number::from(-1)),
        };
        let trip = recording().end(at(200), None, (&event).into(), at(200)).unwrap();
        assert!(trip.to_json().contains(r#""distanceKm":12.50,"#));
        assert_eq!((trip.figures().fuel, trip.duration()), (None, Some(chrono::TimeDelta::seconds(100))));
    }

    #[test]
    fn debug_shows_nothing_of_a_person() {
        let trip = recording().comment(Some("CANARY".parse().unwrap()), at(100));
        let trip = Trip { end_position: Coordinates::new(Number::from(7), Number::from(-140)), ..trip };
        let shown: String = alloc::format!("{trip:?}");
        assert!(!shown.contains("CANARY") && !shown.contains("140"), "{shown}");
    }
}
