//! Sessions with a simulated adapter and car: imaginary time, real bytes.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod bad_lines;
mod harness;
mod laws;
mod other_car;
mod passing_trouble;
mod recordings;
mod simulator;
mod stories;
