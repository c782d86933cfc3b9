//! What the date of a service is worked out from.

use alloc::vec::Vec;
use core::fmt;

use chrono::NaiveDate;

use super::NoPrediction;
use super::rate::{DailyDistance, Driven};
use crate::dashboard::state::{Bytes, Stored};
use crate::{Body, Event, Number, Reading, SignalId, Timestamp, Value};

/// A car's odometer week by week, and what the car said of its service, in at most some 2 KiB.
///
/// It is a function of the set of readings: their order, batches and duplicates do not matter, and two halves merged are
/// the whole. Beyond 60 weeks with readings the oldest week goes. `Debug` shows how much there is, not where the car has
/// got to.
///
/// # Examples
///
/// ```
/// use cc_core::Event;
/// use cc_core::prediction::ServiceHistory;
///
/// let mut history = ServiceHistory::default();
/// history.add(&Event::from_json(
///     r#"{"id":1,"vehicleId":7,"organizationKey":"semler","time":"2026-05-01T10:00:00Z","type":"can_odometer_km","value":74211}"#,
/// )?);
/// assert_eq!(history.weeks(), 1);
/// let now = "2026-05-02T10:00:00Z".parse().unwrap();
/// let error = history.daily_distance(now).unwrap_err();
/// assert_eq!(error.to_string(), "expected readings of the odometer over 14 days or more, found 0 days");
/// # Ok::<(), cc_core::EventDecodeError>(())
/// ```
#[derive(Clone, Default, Eq, PartialEq)]
pub struct ServiceHistory {
    /// In order.
    weeks: Vec<Week>,
    pub(super) told: Told,
}

/// The first and the last reading of a week.
#[derive(Clone, Copy, Eq, PartialEq)]
struct Week {
    number: i32,
    first: Point,
    last: Point,
}

/// A reading: seconds after the week's start, metres.
type Point = (u32, u32);

/// What was said last of something, and when; of two at once, the greater.
pub(super) type Last<T> = Option<(Timestamp, T)>;

/// What the car says of its service.
#[derive(Clone, Copy, Default, Eq, PartialEq)]
pub(super) struct Told {
    /// Metres left.
    pub(super) distance_left: Last<i64>,
    /// Days left.
    pub(super) days_left: Last<i64>,
    /// Days left, in steps of 30, rounded down.
    pub(super) months_left: Last<i64>,
    pub(super) last_date: Last<NaiveDate>,
    /// Metres on the odometer at the last service.
    pub(super) last_odometer: Last<i64>,
    /// Metres driven since the last service.
    pub(super) last_distance: Last<i64>,
    /// Days since the last service.
    pub(super) last_time: Last<i64>,
    /// Metres between services.
    pub(super) interval: Last<i64>,
    /// Days between services.
    pub(super) interval_days: Last<i64>,
}

const WEEK: i64 = 7 * 86_400;
/// A year, and what it takes to see it whole.
const MOST_WEEKS: usize = 60;

impl ServiceHistory {
    /// Takes in an event; all but odometer and service readings say nothing here.
    pub fn add(&mut self, event: &Event) {
        match &event.body {
            Body::Reading(reading) => self.add_reading(event.at, reading),
            Body::TripStarted(trip) => trip.odometer.iter().for_each(|km| self.add_odometer(event.at, km)),
            Body::TripEnded(trip) => trip.odometer.iter().for_each(|km| self.add_odometer(event.at, km)),
            _ => {}
        }
    }

    /// Takes in a reading. The device's own count of kilometres is not the odometer, and not taken.
    pub fn add_reading(&mut self, at: Timestamp, reading: &Reading) {
        // A number in another unit than the row's is another matter.
        if reading.unit.is_some_and(|unit| reading.signal.signal().is_none_or(|row| row.unit != unit)) {
            return;
        }
        let told = &mut self.told;
        match (&reading.signal, &reading.value) {
            (signal, Value::Number(km)) if ODOMETERS.contains(signal) => self.add_odometer(at, km),
            (signal, Value::Number(km)) if *signal == SignalId::NEXT_SERVICE_DISTANCE => {
                latest(&mut told.distance_left, at, meters(km));
            }
            (signal, Value::Number(days)) if *signal == SignalId::NEXT_SERVICE_TIME => {
                latest(&mut told.days_left, at, whole_days(days));
            }
            (signal, Value::Number(days)) if *signal == SignalId::NEXT_SERVICE_30DAYS => {
                latest(&mut told.months_left, at, whole_days(days));
            }
            (signal, Value::Date(date)) if *signal == SignalId::LAST_SERVICE_DATE => {
                latest(&mut told.last_date, at, Some(*date));
            }
            (signal, Value::Number(km)) if *signal == SignalId::LAST_SERVICE_ODOMETER => {
                latest(&mut told.last_odometer, at, meters(km));
            }
            (signal, Value::Number(km)) if *signal == SignalId::LAST_SERVICE_DISTANCE => {
                latest(&mut told.last_distance, at, meters(km).filter(|meters| *meters >= 0));
            }
            (signal, Value::Number(days)) if *signal == SignalId::LAST_SERVICE_TIME => {
                latest(&mut told.last_time, at, whole_days(days).filter(|days| *days >= 0));
            }
            (signal, Value::Number(km)) if *signal == SignalId::SERVICE_INTERVAL_DISTANCE => {
                latest(&mut told.interval, at, meters(km).filter(|meters| *meters > 0));
            }
            (signal, Value::Number(days)) if *signal == SignalId::SERVICE_INTERVAL_TIME => {
                latest(&mut told.interval_days, at, whole_days(days).filter(|days| *days > 0));
            }
            _ => {}
        }
    }

    /// Takes in what the odometer shows, km. What is below 0 or above 4,000,000 km is no odometer's, and left out.
    pub fn add_odometer(&mut self, at: Timestamp, km: &Number) {
        let Some(meters) = meters(km).and_then(|meters| u32::try_from(meters).ok()) else { return };
        if meters > HIGHEST {
            return;
        }
        let seconds = at.timestamp();
        let number = seconds.div_euclid(WEEK) as i32;
        let point = (seconds.rem_euclid(WEEK) as u32, meters);
        self.add_week(Week { number, first: point, last: point });
    }

    /// Adds what another history of the same car knows.
    pub fn merge(&mut self, other: &Self) {
        other.weeks.iter().for_each(|week| self.add_week(*week));
        let (told, other) = (&mut self.told, &other.told);
        told.distance_left = told.distance_left.max(other.distance_left);
        told.days_left = told.days_left.max(other.days_left);
        told.months_left = told.months_left.max(other.months_left);
        told.last_date = told.last_date.max(other.last_date);
        told.last_odometer = told.last_odometer.max(other.last_odometer);
        told.last_distance = told.last_distance.max(other.last_distance);
        told.last_time = told.last_time.max(other.last_time);
        told.interval = told.interval.max(other.interval);
        told.interval_days = told.interval_days.max(other.interval_days);
    }

    /// How many weeks there are readings of.
    pub fn weeks(&self) -> usize {
        self.weeks.len()
    }

    /// How far the car is driven a day, as of `now`: readings from after it are left out.
    pub fn daily_distance(&self, now: Timestamp) -> Result<DailyDistance, NoPrediction> {
        self.driven(now).daily_distance()
    }

    /// The line of distance over time, up to an instant.
    pub(super) fn driven(&self, now: Timestamp) -> Driven {
        let now = now.timestamp();
        let points = self.weeks.iter().flat_map(|week| {
            let start = i64::from(week.number) * WEEK;
            [week.first, week.last].map(|(seconds, meters)| (start + i64::from(seconds), i64::from(meters)))
        });
        Driven::new(points.filter(|(at, _)| *at <= now))
    }

    /// The memory it holds beside itself, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        size_of::<Self>() + self.weeks.capacity() * size_of::<Week>()
    }

    fn add_week(&mut self, new: Week) {
        // Most comes in order.
        let place = match self.weeks.last_mut() {
            Some(last) if last.number == new.number => return last.add(new),
            Some(last) if last.number < new.number => self.weeks.len(),
            _ => match self.weeks.binary_search_by_key(&new.number, |week| week.number) {
                Ok(place) => {
                    self.weeks.iter_mut().skip(place).take(1).for_each(|week| week.add(new));
                    return;
                }
                Err(place) => place,
            },
        };
        if self.weeks.len() < MOST_WEEKS {
            self.weeks.insert(place, new);
        } else if place > 0 {
            self.weeks.remove(0);
            self.weeks.insert(place - 1, new);
        }
    }
}

impl Stored for ServiceHistory {
    fn write(&self, out: &mut Vec<u8>) {
        let weeks: Vec<_> = self.weeks.iter().map(|week| (week.number, (week.first, week.last))).collect();
        weeks.write(out);
        let told = &self.told;
        for number in [
            told.distance_left,
            told.days_left,
            told.months_left,
            told.last_odometer,
            told.last_distance,
            told.last_time,
            told.interval,
            told.interval_days,
        ] {
            number.write(out);
        }
        told.last_date.write(out);
    }

    fn read(bytes: &mut Bytes<'_>) -> Option<Self> {
        let mut history = Self::default();
        for (number, (first, last)) in Vec::<(i32, (Point, Point))>::read(bytes)? {
            history.add_week(Week { number, first, last });
        }
        history.told = Told {
            distance_left: Stored::read(bytes)?,
            days_left: Stored::read(bytes)?,
            months_left: Stored::read(bytes)?,
            last_odometer: Stored::read(bytes)?,
            last_distance: Stored::read(bytes)?,
            last_time: Stored::read(bytes)?,
            interval: Stored::read(bytes)?,
            interval_days: Stored::read(bytes)?,
            last_date: Stored::read(bytes)?,
        };
        Some(history)
    }
}

impl Week {
    fn add(&mut self, other: Self) {
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
    }
}

/// The odometer, however it is said.
const ODOMETERS: [SignalId; 3] = [SignalId::ODOMETER, SignalId::DAILY_ODOMETER, SignalId::ODOMETER10];

/// Metres; no car has come so far.
const HIGHEST: u32 = 4_000_000_000;

fn latest<T: Copy + Ord>(last: &mut Last<T>, at: Timestamp, value: Option<T>) {
    if let Some(value) = value {
        *last = (*last).max(Some((at, value)));
    }
}

/// Kilometres in whole metres, rounded to the nearest. Doubles multiply and round the same everywhere.
fn meters(km: &Number) -> Option<i64> {
    let meters = km.as_f64() * 1_000.0;
    let nearest = if meters < 0.0 { meters - 0.5 } else { meters + 0.5 };
    (nearest.abs() < 1e12).then_some(nearest as i64)
}

fn whole_days(days: &Number) -> Option<i64> {
    let days = days.as_f64();
    (days.abs() < 100_000.0).then_some(days as i64)
}

impl fmt::Debug for ServiceHistory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceHistory").field("weeks", &self.weeks.len()).finish_non_exhaustive()
    }
}
