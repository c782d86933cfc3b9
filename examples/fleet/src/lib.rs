//! A made-up fleet: the history of its cars, with faults that are known.
//!
//! Rules are judged over history, and the history of real cars belongs to their drivers. This one belongs to nobody: cars
//! that drive, rest, fall silent, upload late and say things twice, and some of which break. Which car breaks how and
//! when is written beside the history, so that a rule can be asked whether it found them all, and nothing else.
//!
//! Everything follows from the seed: the same options give the same bytes, whatever the number of threads.
//!
//! Quick tour: [`Fleet`], the cars; [`Fault`], what breaks and the rule of the standard pack that should say so;
//! [`write_history`] and [`write_truth`], the two files.
#![allow(clippy::disallowed_methods, reason = "a program may start threads")]

mod car;
mod fault;
mod line;
mod random;
mod write;

pub use car::{Car, Sample};
pub use fault::{Fault, Injected};
pub use write::{Order, write_history, write_truth};

/// A fleet: how many cars, how long, how many events, and the seed that decides the rest.
///
/// # Examples
///
/// ```
/// use example_fleet::{Fleet, Order, write_history};
///
/// let fleet = Fleet { cars: 3, days: 7, events: 300, seed: 1 };
/// let mut history = Vec::new();
/// write_history(&fleet, Order::Vehicle, 2, &mut history)?;
/// let lines = String::from_utf8_lossy(&history);
/// assert_eq!(lines.lines().count(), 300);
/// assert!(lines.starts_with(r#"{"id":1,"vehicleId":1,"vin":"#));
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Fleet {
    /// How many cars, numbered from 1.
    pub cars: u32,
    /// How many days the history takes, from 2026-06-01T00:00:00Z.
    pub days: u32,
    /// How many events, all cars together.
    pub events: u64,
    /// Decides everything else.
    pub seed: u64,
}

impl Fleet {
    /// The history of the car with this number, from 1.
    pub fn car(&self, number: u32) -> Car {
        Car::new(self, number)
    }

    /// How many events a car has: all the same, but for the remainder.
    pub(crate) fn quota(&self, number: u32) -> u64 {
        let cars = u64::from(self.cars.max(1));
        self.events / cars + u64::from(u64::from(number) <= self.events % cars)
    }
}

/// The first instant of every history, in milliseconds since the epoch: 2026-06-01T00:00:00Z.
pub(crate) const START: i64 = 1_780_272_000_000;
