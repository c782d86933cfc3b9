//! Events of cars: taken in once, kept, and read again.

pub(crate) mod access;
pub(crate) mod counted;
pub mod history;
pub mod ingest;
pub mod lens;
mod quota;
pub(crate) mod rules;
pub(crate) mod turns;

use bytes::Bytes;

use crate::storage::{StorageError, View, key};

/// The log of a vehicle's events.
pub fn log_of(org: &str, vehicle: i64) -> String {
    key(&["events", org, &vehicle.to_string()])
}

/// Whether a text can be the type of an event: 1 to 100 bytes without control characters. Which there are is not asked.
pub(crate) fn is_type(name: &str) -> bool {
    (1..=100).contains(&name.len()) && !name.chars().any(char::is_control)
}

/// Whose log this is, if it is one of a vehicle's events.
pub(crate) fn vehicle_of(log: &str) -> Option<(&str, i64)> {
    let mut parts = log.split(crate::storage::JOINT);
    let (kind, org, vehicle) = (parts.next()?, parts.next()?, parts.next()?);
    if kind == "events" { Some((org, vehicle.parse().ok()?)) } else { None }
}

/// The log of all events of an organization: pointers to those of its vehicles.
pub fn log_of_all(org: &str) -> String {
    key(&["all events", org])
}

/// What a pointer points to; `None` where that is forgotten.
pub fn follow(view: &dyn View, pointer: &[u8]) -> Result<Option<Bytes>, StorageError> {
    let pointer = std::str::from_utf8(pointer).ok().and_then(self::pointer);
    let (number, log) = pointer.ok_or(StorageError::Damaged { what: "a pointer" })?;
    view.one(log, number)
}

/// In which place of which log a pointer says that an event stands; `None` where it is none.
pub(crate) fn pointer(text: &str) -> Option<(u64, &str)> {
    let (number, log) = text.split_once(' ')?;
    Some((number.parse().ok()?, log))
}
