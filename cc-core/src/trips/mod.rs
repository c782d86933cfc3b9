//! Trips, worked out from what a car said.
//!
//! Nobody tells when a trip begins. A device in the car reports that the ignition went on, where the car is every few
//! seconds, what the odometer shows now and then, that the ignition went off; some of it late, some of it twice, and
//! some never. People ask other questions: when did I drive, from where to where, how far, on how much fuel? The tax
//! office asks too, and wants the same answer next year. This module is the way from the one to the other.
//!
//! ```text
//!  ignition   on───────────────────off  on──────off              (off)           on──…
//!  position    · · · · · · · · · · · ·  · · · · · ·   ~ ~ ~ ~ ~ ~ ~ ~ ~ ~ ~        ·
//!             ├────────────────────────────────────┤  ├─────────────────┤        ├────
//!             one trip: the stop was short            carried: a ferry            the next, open
//! ```
//!
//! [`Segmenter`] takes the events of one car as they arrive; [`segment`] and [`TripHistory`] take a history of many
//! cars at once. Both give the same [`MeasuredTrip`]s, whatever the order of the events, in whatever batches they come
//! and however often.
//!
//! An upload that comes three weeks late is late for a segmenter, and it says so. A platform that stores events then
//! works the days around it out anew: ids are derived from car and start, so that the trips that did not change keep
//! theirs, and the others take their place.
//!
//! # Where a trip begins and ends
//!
//! - The ignition opens a trip and closes it. Where it is off for less than
//!   [`join_stop`](TripOptions::join_stop), the trip goes on: a stalled engine, a fuel stop. What was measured at the
//!   very instant of an end belongs to the trip.
//! - A speed of 5 km/h, or a running engine, opens a trip too: the news that the ignition went on was lost. In the ten
//!   seconds after the ignition went off they are taken for old news.
//! - A car that never tells its ignition is on a trip from the last position where it was parked until it stands for
//!   `join_stop`. It has left where it was parked when two positions in a row are
//!   [`parked_radius_meters`](TripOptions::parked_radius_meters) away: noise of the receiver is no trip.
//! - A car that moves with its ignition off is carried: a ferry, a tow truck. That is a [`Movement`], and not a trip;
//!   unless it has a speed, or its odometer counts at least half the way, or the ignition then goes off a second time.
//! - A car that stood all the time the ignition was on has made no trip. It is counted in [`SegmenterStats::stood`].
//!
//! # Silence
//!
//! When nothing is heard for [`max_silence`](TripOptions::max_silence), the trip is over where the silence began; a
//! tunnel or a lost upload is not an end, though. The trip goes on over a silence with the ignition on, if
//!
//! 1. the car came forward by 10 km/h or more in it, as positions or odometer show; or
//! 2. the first thing heard that could tell is that the ignition goes off, or nothing ever tells.
//!
//! It does not go on if the silence is as long as [`longest_silence`](TripOptions::longest_silence), or if the
//! ignition goes *on* after it. Where the next trip then starts elsewhere, an [`Unseen`](MovementKind::Unseen)
//! movement says so. A car whose positions say for [`longest_stand`](TripOptions::longest_stand) that it stands, and
//! which says nothing else, has lost the end of its trip: it ended with the last sign of driving.
//!
//! # Distance
//!
//! Five sources know how far a trip went, and none is always right. The first of these that there is decides:
//!
//! 1. the car's odometer, where it counted at least twenty of its steps (20 km for whole kilometres): exact to a step;
//! 2. the device's own odometer: exact to a step and 1 %;
//! 3. the positions, where none is missing: exact to 3 % and 20 metres. One is missing where two are two minutes and
//!    500 metres apart. A track that differs from the odometer by more than a step and a tenth is not believed;
//! 4. the car's speed times the time, where no reading is missing for more than a minute: exact to 5 % and 20 metres;
//! 5. the car's odometer, coarse as it is;
//! 6. what the positions, an odometer read within the trip, or the speed show, as a lower bound.
//!
//! An odometer reading counts for the start of a trip where it was read in the trip's first two minutes, or while the
//! car was parked (if it starts where it was parked, and can have driven the difference since); for the end, where it
//! was read in its last two minutes or in the stop after it.
//!
//! # The same everywhere
//!
//! All sums are whole numbers: nanoseconds, centimetres, millilitres. The only float that decides is the great circle
//! between two positions ([`distance`](crate::geography::distance), alike on every platform), rounded to whole
//! centimetres at once. Facts are taken in by their instants; those of one instant in an order of their own (ignition
//! on, readings, position, ignition off; by value where two are of one kind), and the same fact twice is one. It is a
//! coarser order than [`Event::canonical_cmp`](crate::Event::canonical_cmp): events that differ only in their ids, or
//! in what no trip is made of, are the same here.
//!
//! `trip_started`, `trip_ended` and `refuel` events are what this module gives out, and not what it takes in: fed
//! back, they change nothing.
//!
//! What is remembered of a car is bounded: the trip that is under way (at most
//! [`route_points`](TripOptions::route_points) points and 250 stops), at most 4,096 facts that wait, and what was
//! found and not yet taken. Positions are as private as VINs: no `Debug` here shows one.
//!
//! # Examples
//!
//! ```
//! use cc_core::trips::{ToldBy, TripOptions, segment};
//! use cc_core::{Event, decode_batch};
//!
//! let batch = br#"[
//!     {"id":5,"vehicleId":7,"organizationKey":"demo","time":"2026-05-01T07:31:20Z","type":"car_ignition","value":false},
//!     {"id":2,"vehicleId":7,"organizationKey":"demo","time":"2026-05-01T07:00:01Z","type":"can_odometer_km","value":84150},
//!     {"id":1,"vehicleId":7,"organizationKey":"demo","time":"2026-05-01T06:59:40Z","type":"car_ignition","value":true},
//!     {"id":3,"vehicleId":7,"organizationKey":"demo","time":"2026-05-01T07:14:00Z","type":"can_vehicle_speed_kph","value":88},
//!     {"id":4,"vehicleId":7,"organizationKey":"demo","time":"2026-05-01T07:31:00Z","type":"can_odometer_km","value":84184}
//! ]"#;
//! let events = decode_batch(batch).map(|item| item.event).collect::<Result<Vec<Event>, _>>()?;
//! let cars = segment(&events, &TripOptions::default())?;
//! let trip = &cars[0].trips[0];
//! assert_eq!((trip.duration().num_minutes(), trip.end.told_by), (31, ToldBy::Ignition));
//! let distance = trip.distance.ok_or("no distance")?;
//! assert_eq!((distance.meters, distance.precision_meters), (34_000, 1_000));
//!
//! let mut options = TripOptions::default();
//! options.route_points = 1;
//! let error = segment(&events, &options).unwrap_err();
//! assert_eq!(error.to_string(), "route_points: expected 2 to 1000000");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

/// The example of the guide, run.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/guides/trips.md")]
struct Guide;

mod car;
mod distance;
mod fact;
mod fuel;
mod gps;
mod history;
mod json;
mod measure;
mod motion;
mod odometer;
mod options;
mod run;
mod segmenter;
mod spot;
mod track;
mod trip;
mod wire;

pub use distance::{Distance, DistanceSource};
pub use history::{CarTrips, TripHistory, segment};
pub use json::Places;
pub use options::{TripOptions, TripOptionsError};
pub use segmenter::{Added, Segmenter, SegmenterStateError, SegmenterStats};
pub use trip::{
    Finding, FuelUsed, MeasuredTrip, MeasuredTripId, Movement, MovementKind, Refuelling, ToldBy, TopSpeed,
    TripEdge, TripStop, Waypoint,
};
