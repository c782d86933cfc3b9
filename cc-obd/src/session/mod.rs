//! A diagnostic session: one adapter, one car, and what is asked of it, from the first plug to the last answer.
//!
//! A [`Session`] decides and never acts. The caller gives it what happened ([`Input`]) with an instant, does what
//! [`Session::poll`] gives ([`Output`]) and comes back at [`Session::next_deadline`]. It speaks to an ELM327 or STN adapter
//! over any line ([`Session::with_adapter`]), or to a CAN bus itself ([`Session::with_can`]).
//!
//! What it does, in this order: it finds out who the adapter is, and what it lacks although its version says otherwise;
//! it finds the protocol, that of last time first; it asks every ECU what it knows; and then it polls what is
//! [watched](Session::watch), each signal at its own rate and several in one request where the car allows it, with
//! [jobs](Job) in between: trouble codes, freeze frames, names, clearing. When the line is cut it keeps all it knows and
//! goes on where it was once there is a line again.
//!
//! Readings, codes and all else come as the [`Decoded`](crate::capture::Decoded) items of [`crate::capture`], so that
//! [`EventClock`](crate::capture::EventClock) makes the same events of a live car as of a recorded one. An answer counts
//! when it is whole: what was on its way when the line was cut is asked for again.
//!
//! # Examples
//!
//! A session asks a made-up adapter, which does not know the first command:
//!
//! ```
//! use core::time::Duration;
//! use cc_obd::session::{Input, Output, Session, SessionOptions};
//!
//! let mut session = Session::with_adapter(SessionOptions::default());
//! session.handle(Duration::ZERO, Input::Connected);
//! let Some(Output::Send(command)) = session.poll() else { panic!("nothing to send") };
//! assert_eq!(command, b"ATZ\r");
//!
//! session.handle(Duration::from_millis(700), Input::Received(b"\r\rELM327 v1.5\r\r>"));
//! let Some(Output::Send(command)) = session.poll() else { panic!("nothing to send") };
//! assert_eq!(command, b"ATE0\r");
//! ```

mod can_link;
mod choose;
mod clear;
mod error;
mod identity;
mod job;
mod knowledge;
mod link;
mod machine;
mod options;
mod protocol;
mod report;
mod running;
mod schedule;
mod setup;
mod spoken;
mod text_link;

pub use clear::ConfirmClear;
pub use error::SessionError;
pub use identity::AdapterIdentity;
pub use job::{Job, JobId};
pub use knowledge::{EcuKnowledge, IdSet, Knowledge};
pub use machine::Session;
pub use options::SessionOptions;
pub use protocol::BusProtocol;
pub use report::{Input, Output, Report};
