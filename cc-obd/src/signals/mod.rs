//! OBDb signal sets, loaded at run time and compiled to a flat table.
//!
//! A [`SignalSet`] is one JSON document of the OBDb project's format: commands, and in each the signals of its answer.
//! [`SignalSets`] lays several over each other: a signal that a car's own set has wins over the standard one. Nothing
//! of OBDb is part of this crate.

mod compile;
mod sets;
mod source;
mod unit;

pub use compile::{SignalSet, SignalSetError};
pub use sets::{SetReading, SetValue, SignalSets};
