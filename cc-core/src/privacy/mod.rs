//! What is kept, how precisely, and for how long.
//!
//! A car that reports all day tells where somebody lives, when they leave, how fast they drive. The law (in Europe the
//! GDPR, article 5) asks two things of whoever stores that: to keep only what a purpose needs, and no longer than it
//! needs it. Both fail in practice when every system has a clean-up script of its own. Here is one table ([`Policy`]) and
//! one function ([`minimise`]), for the backend, the partner and the app.
//!
//! # What is done
//!
//! Every event has one [`DataKind`], and the table says for each kind and [`Purpose`]:
//!
//! - **How long**: never, an hour, sixty days, until deletion ([`Retention`]). The most recent event of each type may stay
//!   beside its history, however old it is: "where is my car" needs the last position.
//! - **How precisely**: positions become the middle of a cell ([`PositionPrecision`]), instants the beginning of a step,
//!   also those inside a body ([`TimePrecision`]). Speeds above 130 km/h become 130; accelerations under 0.2 g are dropped.
//! - **Whose**: what may be known of the vehicle and its people ([`Disclosure`]), from a pseudonym ([`PseudonymKey`]) to
//!   everything.
//!
//! # What nobody here knows
//!
//! It may say anything, so it goes, in every purpose: events of unknown types, or whose essential fields cannot be read;
//! unknown fields, also inside known ones; the sender's own spelling of what means the same; texts where texts are not
//! allowed, unless they are words that every sender of the data stream uses (`engine`, `ISOTP`, a code in hexadecimal).
//! Custom signals are kept only where texts are, since their names are texts.
//!
//! # What it does not do
//!
//! A pseudonym is not anonymity: who has a vehicle's odometer and the dates of its services can find it again among the
//! rest. And the report counts events, so for very few of them it tells something of each.
//!
//! # Examples
//!
//! ```
//! use cc_core::Event;
//! use cc_core::privacy::{Policy, Purpose, minimise};
//!
//! let ignition = |time| {
//!     Event::from_json(format!(r#"{{"id":1,"vehicleId":7,"organizationKey":"local","time":"{time}","type":"car_ignition","value":true}}"#))
//! };
//! let events = [ignition("2026-01-01T08:00:00Z")?, ignition("2026-01-02T08:00:00Z")?];
//! let now = "2026-05-01T12:00:00Z".parse().unwrap();
//! let kept = minimise(&Policy::default(), Purpose::Operation, None, now, events.clone())?;
//! // Both are older than sixty days: the most recent one stays.
//! assert_eq!(kept.events, events[1..]);
//! assert_eq!(
//!     kept.report.to_canonical_json(),
//!     r#"{"kinds":{"ignition":{"changed":{},"dropped":{"too_old":1},"kept":1,"kept_as_latest":1}},"purpose":"operation"}"#
//! );
//!
//! let error = Policy::from_json(r#"{"purposes": {"fleet": {"position": "1 km"}}}"#).unwrap_err();
//! assert_eq!(
//!     error.to_string(),
//!     "policy:1:37: /purposes/fleet/position: expected exact, 10 m to 100000 m, or 0 to 6 decimals"
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod body;
mod kind;
mod minimise;
mod policy;
mod position;
mod pseudonym;
mod read;
mod report;
mod retention;
#[cfg(test)]
mod tests;

pub use kind::DataKind;
pub use minimise::{MinimiseError, Minimised, minimise, minimise_one};
pub use policy::{Disclosure, KindRule, Policy, Purpose, PurposeRules, TimePrecision};
pub use position::PositionPrecision;
pub use pseudonym::{KeyError, Pseudonym, PseudonymKey};
pub use read::{PolicyError, PolicyReadError};
pub use report::{ChangeReason, DropReason, KindReport, Report};
pub use retention::{KeepUntil, Retention};

/// The examples of the guide are run as tests.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/guides/privacy.md")]
struct Guide;
