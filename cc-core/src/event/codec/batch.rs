//! Many events in one text: a JSON array, JSON Lines, or one object.

use core::fmt;

use super::EventDecodeError;
use super::reader::BatchReader;
use crate::Event;
use crate::stream::{StreamLimits, StreamPart};

/// One item of a batch: where it stands, and the event or why there is none.
#[derive(Clone, Debug, PartialEq)]
pub struct BatchItem {
    /// The item's place in the batch, from 0.
    pub index: u64,
    /// The line the item begins on, from 1.
    pub line: u64,
    /// The line the item ends on, from 1.
    pub last_line: u64,
    /// The byte the item begins at, from 0.
    pub offset: u64,
    /// The event; an error's offset counts from the start of the batch too.
    pub event: Result<Event, EventDecodeError>,
}

/// Reads a batch of events: a JSON array (one POST of the data stream), JSON Lines (also with an array a line), or
/// one object over several lines. White space, blank lines, `\r\n` and a byte order mark are allowed.
///
/// An item that is no event does not stop the others: reading goes on after it, or, where its end cannot be found, at
/// the next line that begins an object. An array that ends before its bracket is an error of its own. An item may have
/// as many bytes as [`StreamLimits::default`](crate::stream::StreamLimits) says.
///
/// [`EventStream`](crate::stream::EventStream) gives the same items of a body that is not there as a whole.
///
/// # Examples
///
/// ```
/// let batch = br#"[
///     {"id":1,"time":"2026-05-01T10:00:00Z","type":"car_ignition","value":true},
///     {"id":2,"time":"yesterday","type":"car_ignition","value":false},
///     {"id":3,"time":"2026-05-01T10:00:02Z","type":"car_ignition","value":false}
/// ]"#;
/// let items: Vec<_> = cc_core::decode_batch(batch).collect();
/// assert_eq!(items.iter().filter(|item| item.event.is_ok()).count(), 2);
/// let error = items[1].event.as_ref().unwrap_err();
/// assert_eq!((items[1].line, error.to_string().as_str()), (3, "time: expected a text (date and time of RFC 3339) at byte 100"));
/// ```
pub fn decode_batch(batch: &[u8]) -> EventBatch<'_> {
    EventBatch { batch, reader: BatchReader::new(StreamLimits::default().longest_item) }
}

/// The items of a batch, one after another. See [`decode_batch`].
pub struct EventBatch<'a> {
    batch: &'a [u8],
    reader: BatchReader,
}

impl fmt::Debug for EventBatch<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventBatch").field("length", &self.batch.len()).finish_non_exhaustive()
    }
}

impl Iterator for EventBatch<'_> {
    type Item = BatchItem;

    fn next(&mut self) -> Option<BatchItem> {
        loop {
            if let StreamPart::Item(item) = self.reader.next(self.batch, true)? {
                return Some(item);
            }
        }
    }
}
