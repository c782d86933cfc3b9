//! Writes that are told apart by a number.

use cc_client::{Stamp, Write, WriteId, WriteKind};

/// A place that is put.
pub(crate) fn write(number: u32, key: &str, body: &str) -> Write {
    let mut id = [7; 16];
    id[..4].copy_from_slice(&number.to_be_bytes());
    let clock = Stamp { millis: u64::from(number), counter: 0, node: 1 };
    Write::new(WriteId(id), ("places", key), WriteKind::Put, body, clock)
}
