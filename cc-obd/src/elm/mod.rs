//! The text dialect of ELM327 and STN adapters.
//!
//! [`Scanner`] takes the bytes of a serial port in any chunks and names what stands in them as [`ElmEvent`]s: data
//! lines, the echo of commands, the prompt, every error word ([`AdapterFault`], all in [`WORDS`]), and unknown text, which
//! is kept.
//! What a data line means (headers, spaces, numbered lines) is read by [`crate::frame::ElmLine`].

mod event;
mod fault;
mod scanner;
mod word;

pub use event::ElmEvent;
pub(crate) use event::millivolts;
pub use fault::AdapterFault;
pub use scanner::{MAX_LINE, Scanner};
pub use word::{AdapterWord, WORDS};
