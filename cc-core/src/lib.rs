//! The shared vocabulary of the SDK: trouble codes, signals, events and recommendations.
//!
//! This crate holds plain values and the rules that make them valid. It does no input or output, never reads the
//! clock, and depends on no other `cc-*` crate.
//!
//! Quick tour: [`Dtc`], a diagnostic trouble code; [`SignalId`] and the [`catalogue`], what a car can say;
//! [`MeasureUnit`], units that convert exactly and refuse to mix; [`Event`], one thing a car said, lossless in the
//! push-v2 data-stream format; [`Vin`], a vehicle identification number, hidden in logs; [`Recommendation`] and
//! [`Change`], what a person should do.
#![no_std]

extern crate alloc;
#[cfg(any(test, feature = "geography", feature = "protobuf"))]
extern crate std;

pub mod config;
pub mod dashboard;
pub mod dedup;
pub mod driving;
mod dtc;
pub mod dtc_text;
mod event;
#[cfg(feature = "geography")]
pub mod geography;
mod ids;
pub mod json;
mod language;
mod number;
pub mod platform;
pub mod prediction;
pub mod privacy;
#[cfg(feature = "protobuf")]
pub mod protobuf;
mod recommendation;
pub mod rollout;
mod signal;
pub mod stream;
#[cfg(feature = "geography")]
pub mod trips;
mod unit;
mod value;
mod vin;

pub use dtc::*;
pub use event::*;
pub use ids::{EventId, FleetId, IdParseError, OrganizationKey, UserId, VehicleId, VehicleRef, WorkshopId};
pub use language::{Language, LanguageParseError};
pub use number::{Number, NumberParseError};
pub use recommendation::{
    Action, Argument, Arguments, Change, ChangeKind, Recommendation, RecommendationDecodeError,
    RecommendationId, RecommendationMergeError, Urgency, WordParseError,
};
pub use signal::{ObdSource, Signal, SignalId, SignalIdParseError, catalogue};
pub use unit::{Dimension, MeasureUnit, Quantity, UnitMismatch, UnitParseError};
pub use value::{Value, ValueKind};
pub use vin::{CheckDigit, Vin, VinCountry, VinParseError, WorldRegion};

/// An instant in UTC.
pub type Timestamp = chrono::DateTime<chrono::Utc>;
