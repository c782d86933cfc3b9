//! A body of events of any length, read piece by piece.
//!
//! A platform sends what its cars said in bodies that can be large: an hour of a fleet is an array of hundreds of
//! megabytes, and a live feed of JSON Lines never ends. A phone or a small server cannot hold such a body; it need not.
//! [`EventStream`] takes the bytes as they come from the network or a file, in pieces of any size, and gives each event
//! as soon as its last byte is there.
//!
//! [`Bulk`] is the body of one POST, which is taken or rejected as a whole.
//!
//! How the bytes were cut makes no difference: the items are those that [`decode_batch`](crate::decode_batch) gives of
//! the whole, with the same places and errors. Memory is that of the longest item allowed, about twice, plus the piece
//! pushed last and the event being given, which of many tiny members takes some thirty times its length. Reading is
//! linear in the length of the body, also of a damaged one and in pieces of one byte.
//!
//! # Examples
//!
//! ```
//! use cc_core::stream::EventStream;
//!
//! let mut stream = EventStream::default();
//! let mut ids = Vec::new();
//! for piece in [r#"[{"id":1,"time":"2026-05-01T10:0"#, r#"0:00Z","type":"car_ignition","value":true},"#, "{]"] {
//!     stream.push(piece.as_bytes());
//!     while let Some(item) = stream.next_item() {
//!         ids.push(item.event.map(|event| event.id.0).map_err(|error| error.to_string()));
//!     }
//! }
//! stream.finish();
//! ids.extend(std::iter::from_fn(|| stream.next_item()).map(|item| Err(item.event.unwrap_err().to_string())));
//! assert_eq!(ids, [Ok(1), Err("expected a key at byte 76".to_owned())]);
//! ```

mod bulk;

use alloc::vec::Vec;
use core::fmt;

use crate::BatchItem;
use crate::event::BatchReader;

pub use bulk::{Bulk, BulkRejection, accept_bulk};

/// What a stream may ask of the memory.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct StreamLimits {
    /// How many bytes one item may have, from its first brace to its last. A longer one is an
    /// [`EventDecodeError::Size`](crate::EventDecodeError::Size), and reading goes on after it.
    pub longest_item: usize,
}

/// 1 MiB an item; events of the data stream have some hundred bytes.
impl Default for StreamLimits {
    fn default() -> Self {
        Self { longest_item: 1 << 20 }
    }
}

/// A part of a body of events.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "nearly all parts are items, and none is kept")]
pub enum StreamPart {
    /// An array ended; given for every array that began, also for one that ends without its bracket.
    ArrayEnd,
    /// An array began.
    ArrayStart,
    /// An event, or why there is none where one should be.
    Item(BatchItem),
}

/// The events of a body of any length; see the [module](self).
///
/// Take what is there with [`Self::next_item`] after each [`Self::push`], and say [`Self::finish`] at the end of the
/// body. What is not taken is kept. `Debug` shows none of the bytes.
pub struct EventStream {
    buffer: Vec<u8>,
    reader: BatchReader,
    is_finished: bool,
}

impl fmt::Debug for EventStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventStream")
            .field("held", &self.buffer.len())
            .field("is_finished", &self.is_finished)
            .finish_non_exhaustive()
    }
}

impl Default for EventStream {
    fn default() -> Self {
        Self::new(StreamLimits::default())
    }
}

impl EventStream {
    /// A stream of which nothing was read yet.
    pub fn new(limits: StreamLimits) -> Self {
        Self { buffer: Vec::new(), reader: BatchReader::new(limits.longest_item), is_finished: false }
    }

    /// Takes the next piece of the body, of any size. After [`Self::finish`] there is none: it is ignored.
    pub fn push(&mut self, piece: &[u8]) {
        if self.is_finished {
            return;
        }
        let read = self.reader.read();
        // What is left is moved only when that is less than what goes, so that small pieces cost no more than large ones.
        if read > 0 && read >= self.buffer.len() - read {
            self.reader.dropped(&self.buffer, read);
            self.buffer.copy_within(read.., 0);
            self.buffer.truncate(self.buffer.len() - read);
        }
        self.buffer.extend_from_slice(piece);
    }

    /// Says that the body is over.
    pub fn finish(&mut self) {
        self.is_finished = true;
    }

    /// The next item; `None` where more bytes are needed, or at the end of the body.
    pub fn next_item(&mut self) -> Option<BatchItem> {
        loop {
            if let StreamPart::Item(item) = self.next_part()? {
                return Some(item);
            }
        }
    }

    /// The next part, for those who must know where arrays begin and end; `None` as for [`Self::next_item`].
    pub fn next_part(&mut self) -> Option<StreamPart> {
        self.reader.next(&self.buffer, self.is_finished)
    }
}
