//! What a car's own messages mean, loaded at run time and compiled to flat tables: OBDb signal sets and DBC files.
//!
//! Signal sets describe answers to requests, DBC files ([`dbc`]) the frames that a bus carries unasked.
//!
//! A [`SignalSet`] is one JSON document of the OBDb project's format: commands, and in each the signals of its answer.
//! [`SignalSets`] lays several over each other: a signal that a car's own set has wins over the standard one. Nothing
//! of OBDb is part of this crate.

mod compile;
pub mod dbc;
mod sets;
mod source;
mod unit;

pub use compile::{SignalSet, SignalSetError};
pub use sets::{SetReading, SetValue, SignalSets};
