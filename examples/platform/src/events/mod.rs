//! Events of cars: taken in once, kept, and read again.

use bytes::Bytes;

use crate::storage::{StorageError, View};

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
