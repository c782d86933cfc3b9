//! A simulated car and a simulated adapter, for tests, examples and robot cars.
//!
//! A [`Scenario`] says what there is: the ECUs with their trouble codes, freeze frames, test results and names, how
//! each signal runs over time, the adapter at the plug, and when it fails. [`Car`] answers requests as those ECUs do.
//! In front of it stands one of two ways in:
//!
//! - [`Elm327`]: the text of an adapter, its `AT` and `ST` commands, and its faults;
//! - [`CanCar`]: frames of a bus, both sides of the transport (ISO 15765-2).
//!
//! Both decide and never act: bytes or frames go in with an instant, and come out when they are due. With the feature
//! `tokio` as well, the module `serve` puts the adapter on TCP and on a pseudo-terminal.
//!
//! # Examples
//!
//! ```
//! use core::time::Duration;
//! use cc_obd::sim::{Elm327, Scenario, SimOutput};
//!
//! let mut adapter = Elm327::new(Scenario::standard());
//! let mut said = String::new();
//! for (second, command) in [(0, "ATE0\r"), (1, "ATSP6\r"), (2, "0902\r")] {
//!     adapter.handle(Duration::from_secs(second), command.as_bytes());
//!     while let Some(due) = adapter.next_deadline() {
//!         if let Some(SimOutput::Bytes(bytes)) = adapter.poll(due) {
//!             said.push_str(&String::from_utf8_lossy(&bytes));
//!         }
//!     }
//! }
//! assert!(said.contains("014\r0: 49 02 01 57 56 57\r"), "{said}");
//! ```

mod beyond;
mod can;
mod car;
mod checks;
mod course;
mod elm;
mod elm_settings;
mod error;
mod fault;
mod scenario;
#[cfg(feature = "tokio")]
pub mod serve;
mod text;
mod wire;

pub use can::CanCar;
pub use car::{Car, Reply, Target};
pub use course::{Course, CourseError};
pub use elm::{Elm327, SimOutput};
pub use error::ScenarioError;
pub use fault::{FaultWindow, SimFault};
pub use scenario::{AdapterSpec, Calibration, EcuSpec, FreezeFrameSpec, MonitorResult, Scenario, UdsCode};
