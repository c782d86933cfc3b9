//! DBC files: where bits are, what they mean, what files may hold, and logs read by them.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod files;
mod layout;
mod logs;
mod meaning;

use cc_obd::frame::CanId;
use cc_obd::signals::dbc::Dbc;

fn base(id: u16) -> CanId {
    CanId::base(id).unwrap()
}

/// A message 1 of so many bytes with one signal `S`.
fn one(length: usize, signal: &str) -> Dbc {
    let dbc = Dbc::parse(format!("BO_ 1 M: {length} N\n SG_ S : {signal} X\n").as_bytes()).unwrap();
    assert_eq!(dbc.faults(), [], "{signal}");
    dbc
}

/// Name and scaled value of everything in a frame.
fn values(dbc: &Dbc, id: CanId, data: &[u8]) -> Vec<(String, f64)> {
    dbc.decode(id, data).map(|value| (value.signal.name().to_owned(), value.scaled)).collect()
}
