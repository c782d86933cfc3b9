//! The same questions to us and to other projects, which run as processes of their own: no answer may differ without
//! a reason that docs/reference/peers.md gives.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]
#![allow(
    clippy::disallowed_methods,
    reason = "a test may look at the environment, and at the clock for a seed"
)]

mod can_isotp;
mod can_j1939;
mod cantools_dbc;
mod peer;
mod py_uds;
mod python_obd;
mod uds;
mod udsoncan;
mod udsoncan_answers;
