//! Events in, recommendations out: the rules engine made for cars.
//!
//! A [`Pack`] is a checked set of rules, a [`VehicleState`] what is remembered of one vehicle. [`apply`] takes complete
//! instants of one vehicle; a [`Runner`] takes events of many vehicles as they arrive and knows when an instant is
//! complete. Everything is a function of its arguments: no clock, no I/O, no threads, the same bytes on every platform.
//!
//! Quick tour: [`standard_pack`], the rules that come with this crate; [`source::compile`], packs from YAML;
//! [`Runner::feed`] and [`Runner::drain`], events to [`Change`](cc_core::Change)s; [`apply_explained`] and [`why_not`],
//! the reasons; [`Pack::message`], words for people; [`screen`], which keeps the future out.
//!
//! ```
//! use cc_core::{Body, Event, EventId, Timestamp, TroubleCode};
//!
//! let pack = cc_rules::standard_pack();
//! let mut runner = cc_rules::Runner::new(pack.clone(), chrono::TimeDelta::minutes(5));
//! let misfire = Body::TroubleCode(TroubleCode::new("P0301".parse()?));
//! runner.feed([Event::new("local/0".parse()?, Timestamp::UNIX_EPOCH, EventId(1), misfire)]);
//! let changes = runner.drain();
//! let message = pack.message("en", &changes[0].message, &changes[0].args).ok_or("no such message")?;
//! assert_eq!(message.title, "Engine issue: spark plugs");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![allow(
    clippy::single_match_else,
    reason = "a match names both cases; the second one often is the one that reports"
)]

pub mod batch;
mod diagnostic;
mod diff;
mod engine;
mod explain;
mod expr;
mod hex;
mod messages;
mod open;
mod pack;
mod parallel;
mod reload;
mod runner;
mod screen;
pub mod shadow;
#[cfg(feature = "verify")]
pub mod signed;
#[cfg(feature = "source")]
pub mod source;
pub mod staged;
mod standard;
mod state;
#[cfg(feature = "source")]
pub mod testing;
mod waiting;
mod wire;

pub use diagnostic::{Diagnostic, Diagnostics};
pub use diff::{FieldDiff, PackDiff, PartChange, PartDiff, PartKind};
pub use engine::{
    Applied, RulePhase, Trace, Transition, advance, advance_traced, apply, apply_explained, apply_traced,
    next_deadline,
};
pub use explain::{Evidence, Explanation, Part, Standing, Truth, why_not};
pub use messages::Message;
pub use pack::{
    CountInfo, NumbersInfo, OccurrenceInfo, Pack, Profile, RuleInfo, SequenceInfo, StageInfo, WindowInfo,
    limits,
};
pub use reload::Reloaded;
pub use runner::{Runner, RunnerStats};
pub use screen::{FUTURE_TOLERANCE, Screened, screen};
pub use standard::standard_pack;
pub use state::{Migration, StateError, VehicleState};
