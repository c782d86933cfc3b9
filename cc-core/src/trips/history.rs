//! Trips of a history at once.

use core::fmt;
use std::collections::BTreeMap;
use std::vec::Vec;

use super::fact::{Fact, NoFact};
use super::measure::Sorted;
use super::options::{Limits, TripOptions, TripOptionsError};
use super::segmenter::{Segmenter, SegmenterStats};
use super::trip::{MeasuredTrip, Movement, Refuelling};
use crate::{Event, VehicleRef};

/// What a history of one car holds.
#[derive(Clone, Debug, PartialEq)]
pub struct CarTrips {
    /// The car.
    pub vehicle: VehicleRef,
    /// Its trips, in order; the last one may be open.
    pub trips: Vec<MeasuredTrip>,
    /// Movements that are not trips, in order.
    pub movements: Vec<Movement>,
    /// Refuelling, in order.
    pub refuellings: Vec<Refuelling>,
    /// What happened beside.
    pub stats: SegmenterStats,
}

/// Works out the trips of a history at once, of all cars in it, sorted by car. Events without a car are left out.
///
/// This is a [`TripHistory`] for events that are in memory; see the [module docs](super) for an example.
pub fn segment<'a>(
    events: impl IntoIterator<Item = &'a Event>,
    options: &TripOptions,
) -> Result<Vec<CarTrips>, TripOptionsError> {
    let mut history = TripHistory::new(options)?;
    events.into_iter().for_each(|event| history.add(event));
    Ok(history.trips())
}

/// Gathers the events of many cars, in any order, and works out their trips at once.
///
/// Nothing is late here, however long [`lateness`](TripOptions::lateness) is. The history is held in memory: 40 bytes
/// an event.
///
/// # Examples
///
/// ```
/// use cc_core::trips::{TripHistory, TripOptions};
/// use cc_core::{Body, Event, EventId, Reading, SignalId};
///
/// let mut history = TripHistory::new(&TripOptions::default())?;
/// for (at, on) in [("2026-05-01T07:31:20Z", false), ("2026-05-01T06:59:40Z", true)] {
///     let body = Body::Reading(Reading::new(SignalId::IGNITION, on));
///     history.add(&Event::new("demo/7".parse()?, at.parse().unwrap(), EventId(1), body));
/// }
/// let cars = history.trips();
/// assert_eq!((cars.len(), cars[0].trips.len()), (1, 1));
///
/// let mut options = TripOptions::default();
/// options.max_speed_kph = 30;
/// let error = TripHistory::new(&options).unwrap_err();
/// assert_eq!(error.to_string(), "max_speed_kph: expected 50 to 1000");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct TripHistory {
    limits: Limits,
    cars: Vec<CarFacts>,
    places: BTreeMap<VehicleRef, usize>,
    /// A car's events come in runs: the next one is most likely of this car.
    newest: usize,
}

/// The facts of one car, as they came.
#[derive(Clone)]
struct CarFacts {
    vehicle: VehicleRef,
    facts: Vec<Fact>,
    refused: u64,
    unusable: u64,
}

impl TripHistory {
    /// A history without events.
    pub fn new(options: &TripOptions) -> Result<Self, TripOptionsError> {
        Ok(Self { limits: Limits::of(options)?, cars: Vec::new(), places: BTreeMap::new(), newest: 0 })
    }

    /// Takes an event in.
    pub fn add(&mut self, event: &Event) {
        let fact = match Fact::of(event, &self.limits) {
            Err(NoFact::Other) => return,
            fact => fact,
        };
        let Some(place) = self.place(event) else { return };
        self.newest = place;
        let Some(car) = self.cars.get_mut(place) else { return };
        match fact {
            Ok(fact) => car.facts.push(fact),
            Err(NoFact::Instant) => car.refused += 1,
            Err(NoFact::Other | NoFact::Value) => car.unusable += 1,
        }
    }

    /// Where the facts of the event's car are.
    fn place(&mut self, event: &Event) -> Option<usize> {
        let is_newest = self.cars.get(self.newest).is_some_and(|car| {
            event.vehicle == Some(car.vehicle.vehicle)
                && event.organization.as_ref() == Some(&car.vehicle.organization)
        });
        if is_newest {
            return Some(self.newest);
        }
        let vehicle = event.vehicle_ref()?;
        let cars = &mut self.cars;
        let place = self.places.entry(vehicle).or_insert_with_key(|vehicle| {
            cars.push(CarFacts { vehicle: vehicle.clone(), facts: Vec::new(), refused: 0, unusable: 0 });
            cars.len() - 1
        });
        Some(*place)
    }

    /// The trips of all cars, sorted by car.
    pub fn trips(self) -> Vec<CarTrips> {
        let limits = self.limits;
        let mut cars: Vec<CarTrips> = self.cars.into_iter().map(|car| car.trips(limits)).collect();
        cars.sort_by(|a, b| a.vehicle.cmp(&b.vehicle));
        cars
    }
}

impl fmt::Debug for TripHistory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let facts: usize = self.cars.iter().map(|car| car.facts.len()).sum();
        f.debug_struct("TripHistory")
            .field("cars", &self.cars.len())
            .field("facts", &facts)
            .finish_non_exhaustive()
    }
}

impl CarFacts {
    fn trips(self, limits: Limits) -> CarTrips {
        let Self { vehicle, mut facts, refused, unusable } = self;
        let count = facts.len();
        facts.sort_unstable();
        facts.dedup();
        let mut segmenter = Segmenter::with_limits(vehicle.clone(), limits);
        segmenter.take_all(&facts);
        let Sorted { mut trips, mut movements, refuellings } = Sorted::of(segmenter.finished());
        trips.extend(segmenter.open());
        movements.sort_by_key(|movement| movement.from.at());
        let accepted = facts.len() as u64;
        let duplicates = count as u64 - accepted;
        let stats = SegmenterStats { accepted, duplicates, unusable, refused, ..segmenter.stats() };
        CarTrips { vehicle, trips, movements, refuellings, stats }
    }
}
