//! Events of cars: taken in once, kept, and read again.

pub mod history;
pub mod ingest;
pub mod lens;
pub(crate) mod rules;

use bytes::Bytes;

use crate::clock;
use crate::storage::{Edit, StorageError, View, key};

/// The log of a vehicle's events.
pub fn log_of(org: &str, vehicle: i64) -> String {
    key(&["events", org, &vehicle.to_string()])
}

/// The log of all events of an organization: pointers to those of its vehicles.
pub fn log_of_all(org: &str) -> String {
    key(&["all events", org])
}

/// What a pointer points to; `None` where that is forgotten.
pub fn follow(view: &dyn View, pointer: &[u8]) -> Result<Option<Bytes>, StorageError> {
    let damaged = || StorageError::Damaged { what: "a pointer" };
    let text = std::str::from_utf8(pointer).map_err(|_| damaged())?;
    let (number, log) = text.split_once(' ').ok_or_else(damaged)?;
    let number: u64 = number.parse().map_err(|_| damaged())?;
    if view.tail(log)?.first > number {
        return Ok(None);
    }
    Ok(view.read(log, number, 1)?.into_iter().next())
}

/// Makes an event findable by time, and by type and time.
fn index(
    edit: &mut dyn Edit,
    org: &str,
    vehicle: i64,
    entry: &history::Entry<'_>,
) -> Result<(), StorageError> {
    let (vehicle, at, number) = (vehicle.to_string(), clock::text(entry.at), format!("{:020}", entry.number));
    edit.put(&key(&["history", org, &vehicle, &at, &number]), b"")?;
    edit.put(&key(&["history of", org, &vehicle, entry.type_name, &at, &number]), b"")
}
