//! What the command-line examples share: where input comes from, where output goes, colour, exit codes, the arguments
//! that mean a duration, an instant or a vehicle, and the tables of the dashboard.
//!
//! Nothing here decides about cars; that is all in the `cc-*` crates.
#![allow(clippy::disallowed_methods, reason = "a program reads files; the inner crates take bytes")]

mod color;
pub mod dashboard;
mod exit;
mod input;
mod json_events;
mod output;
pub mod parse;
mod table;

pub use color::{ColorArg, Palette};
pub use exit::{Failure, Verdict, finish};
pub use input::Input;
pub use json_events::JsonEvents;
pub use output::{Output, printable};
pub use table::{Cell, Table};
