//! OBD, UDS and trouble codes: bytes in, `cc-core` values out.
//!
//! Layers, each usable alone, all incremental (any chunking of the bytes gives the same result):
//!
//! - [`elm`]: the text of ELM327 and STN adapters to named events;
//! - [`frame`]: CAN, K-line and J1850 frames from text, each with its sender;
//! - [`isotp`]: frames to messages, several senders at once;
//! - [`service`]: answers of SAE J1979 services 01, 02, 03, 07, 09 and 0A and UDS 0x19 and 0x22, read in place;
//! - [`pid`]: the decode table of service 01, compiled from the signal catalogue;
//! - [`signals`]: OBDb signal sets, loaded at run time;
//! - [`capture`]: all of it together: whole logs to readings and trouble codes, and to events.
//!
//! No input or output, no clock, no thread: time is an argument, and callers move the bytes. A VIN never appears in an
//! error or in `Debug` output of this crate.
#![no_std]

extern crate alloc;
#[cfg(test)]
extern crate std;

mod bits;
pub mod capture;
pub mod elm;
pub mod frame;
mod hex;
pub mod isotp;
pub mod pid;
pub mod service;
pub mod signals;
