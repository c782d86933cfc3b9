//! OBD, UDS and trouble codes: bytes in, `cc-core` values out.
//!
//! Layers, each usable alone, all incremental (any chunking of the bytes gives the same result):
//!
//! - [`elm`]: the text of ELM327 and STN adapters to named events;
//! - [`frame`]: CAN, K-line and J1850 frames from text, each with its sender;
//! - [`isotp`]: frames to messages, several senders at once;
//! - [`service`]: answers of SAE J1979 services 01, 02, 03, 07, 09 and 0A and UDS 0x19 and 0x22, read in place;
//! - [`j1979`]: the same services complete, requests and answers as one set of types;
//! - [`j1939`]: messages of trucks: long ones, their parameters and trouble codes;
//! - [`kwp`]: the services of KWP2000, requests and answers as one set of types;
//! - [`uds`]: every service and report of ISO 14229-1, requests and answers as one set of types;
//! - [`pid`]: the decode table of service 01, compiled from the signal catalogue;
//! - [`signals`]: OBDb signal sets, loaded at run time;
//! - [`session`]: a live car: finds adapter, protocol and ECUs, polls, reads and clears codes, survives cuts;
//! - `sim` (feature `sim`): a simulated car and adapter that answer;
//! - `adapter` (feature `tokio`): serial lines, TCP and SocketCAN for a session;
//! - [`capture`]: all of it together: whole logs to readings and trouble codes, and to events.
//!
//! ```
//! use cc_obd::capture::{CaptureFormat, Decoder, Item};
//!
//! let mut decoder = Decoder::new(CaptureFormat::Elm327);
//! decoder.push(b">03\r7E8 10 0A 43 04 01 18 01 22\r7E9 04 43 01 07 00\r7E8 21 02 23 26 10 00 00 00\r>");
//! let mut codes = Vec::new();
//! while let Some(decoded) = decoder.next_item() {
//!     if let (Some(ecu), Item::TroubleCode(code)) = (decoded.ecu, decoded.item) {
//!         codes.push(format!("{ecu}: {}", code.dtc));
//!     }
//! }
//! assert_eq!(codes, ["7E9: P0700", "7E8: P0118", "7E8: P0122", "7E8: P0223", "7E8: P2610"]);
//! ```
//!
//! No input or output, no clock, no thread: time is an argument, and callers move the bytes. A VIN never appears in an
//! error or in `Debug` output of this crate.
#![no_std]

extern crate alloc;
#[cfg(any(test, feature = "tokio"))]
extern crate std;

// First: the messages of `j1979` and `kwp` are written with its macros.
#[macro_use]
pub mod uds;

#[cfg(feature = "tokio")]
pub mod adapter;
mod bits;
pub mod capture;
pub mod elm;
pub mod frame;
mod hex;
pub mod isotp;
pub mod j1939;
pub mod j1979;
pub mod kwp;
#[cfg(test)]
mod laws;
pub mod pid;
pub mod service;
pub mod session;
pub mod signals;
#[cfg(feature = "sim")]
pub mod sim;
