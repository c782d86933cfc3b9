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
//! - **How precisely**: positions become the middle of a cell ([`PositionPrecision`]), instants the beginning of a step
//!   ([`TimePrecision`]). Speeds above 130 km/h become 130; accelerations under 0.2 g are dropped.
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
pub use minimise::{MinimiseError, Minimised, minimise};
pub use policy::{Disclosure, KindRule, Policy, Purpose, PurposeRules, TimePrecision};
pub use position::PositionPrecision;
pub use pseudonym::{KeyError, Pseudonym, PseudonymKey};
pub use read::{PolicyError, PolicyReadError};
pub use report::{ChangeReason, DropReason, KindReport, Report};
pub use retention::{KeepUntil, Retention};
