//! Many events, each with its length before it.

use alloc::vec::Vec;
use core::fmt;

use super::decode::{Shared, read_envelope};
use super::encode::write_delimited;
use crate::{Event, EventDecodeError};

/// One item of a stream: where it stands, and the event or why there is none.
#[derive(Clone, Debug, PartialEq)]
pub struct ProtobufItem {
    /// The item's place in the stream, from 0.
    pub index: u64,
    /// The byte of the stream that the item begins at with its length, from 0.
    pub offset: u64,
    /// The event; an error's offset counts from the start of the stream too.
    pub event: Result<Event, EventDecodeError>,
}

/// What is missing where a stream ends within an item…
const REST: &str = "the rest of the event";
/// … and where nothing says how long the next is.
const LENGTH: &str = "a length";

impl ProtobufItem {
    /// Whether nothing behind this item can be read: the stream ends within it, or its length is none.
    ///
    /// # Examples
    ///
    /// ```
    /// use cc_core::protobuf::decode_delimited;
    ///
    /// let cut: Vec<bool> = decode_delimited(b"\x02\x08\x01\x05\x08").map(|item| item.is_cut()).collect();
    /// // The first is damaged, and says where the second begins; that one ends too early.
    /// assert_eq!(cut, [false, true]);
    /// ```
    pub fn is_cut(&self) -> bool {
        matches!(&self.event, Err(EventDecodeError::Syntax { expected, .. }) if [REST, LENGTH].contains(expected))
    }
}

/// Reads a stream of events piece by piece: `cc.sdk.event.v1.Event` messages, each with its length as a varint before
/// it.
///
/// Any cutting of the stream into pieces gives the same items. What is held is one unfinished item and the piece given
/// last. An item that is no event, or is too long, does not stop the others; where a length cannot be read, nothing
/// says where the next item is, and the stream ends with that error.
///
/// # Examples
///
/// ```
/// use cc_core::Event;
/// use cc_core::protobuf::{ProtobufDecoder, ProtobufEncoder};
///
/// let event = Event::from_json(r#"{"id":1,"time":"2026-05-01T10:00:00Z","type":"car_ignition","value":true}"#)?;
/// let mut stream = Vec::new();
/// let mut encoder = ProtobufEncoder::default();
/// encoder.write(&event, &mut stream);
/// stream.extend([2, 0x08, 0x01]); // not an event
/// encoder.write(&event, &mut stream);
///
/// let mut decoder = ProtobufDecoder::new();
/// let mut items = Vec::new();
/// for piece in stream.chunks(7) {
///     decoder.push(piece);
///     items.extend(core::iter::from_fn(|| decoder.next_item()));
/// }
/// decoder.finish();
/// items.extend(core::iter::from_fn(|| decoder.next_item()));
///
/// assert_eq!((items[0].event.as_ref(), items[2].event.as_ref()), (Ok(&event), Ok(&event)));
/// let error = items[1].event.as_ref().unwrap_err();
/// assert_eq!(error.to_string(), format!("expected a message at byte {}", items[2].offset));
/// # Ok::<(), cc_core::EventDecodeError>(())
/// ```
pub struct ProtobufDecoder {
    held: Vec<u8>,
    /// Where the next item begins in `held`.
    start: usize,
    /// Where `held[start]` stands in the stream.
    offset: u64,
    index: u64,
    limit: usize,
    /// How many bytes of an item that is too long are still to come.
    skip: u64,
    is_finished: bool,
    is_broken: bool,
    shared: Shared,
}

impl ProtobufDecoder {
    /// The longest item that is read, in bytes, unless another limit is set: 4 MiB.
    pub const LIMIT: usize = 4 * 1024 * 1024;

    /// A decoder at the start of a stream.
    pub fn new() -> Self {
        Self {
            held: Vec::new(),
            start: 0,
            offset: 0,
            index: 0,
            limit: Self::LIMIT,
            skip: 0,
            is_finished: false,
            is_broken: false,
            shared: Shared::default(),
        }
    }

    /// Items longer than so many bytes are errors.
    #[must_use]
    pub fn with_limit(mut self, limit: usize) -> Self {
        self.limit = limit;
        self
    }

    /// Takes the next piece of the stream. Take the items out before the next piece comes.
    pub fn push(&mut self, piece: &[u8]) {
        if self.is_broken {
            return;
        }
        if self.start > 0 {
            self.held.drain(..self.start);
            self.start = 0;
        }
        self.held.extend_from_slice(piece);
    }

    /// The stream has ended: an item that was not finished is an error.
    pub fn finish(&mut self) {
        self.is_finished = true;
    }

    /// The next item, if all of it is there.
    pub fn next_item(&mut self) -> Option<ProtobufItem> {
        if self.is_broken {
            return None;
        }
        if self.skip > 0 {
            let skip = usize::try_from(self.skip).unwrap_or(usize::MAX).min(self.held.len() - self.start);
            self.advance(skip);
            self.skip -= skip as u64;
        }
        let rest = self.held.get(self.start..).unwrap_or_default();
        let (offset, start) = (self.offset, self.start);
        let event = match next_part(rest, self.limit) {
            Part::Nothing => return None,
            Part::Cut if !self.is_finished => return None,
            Part::Cut => {
                self.is_broken = true;
                let offset = offset + rest.len() as u64;
                Err(EventDecodeError::Syntax { expected: REST, offset })
            }
            Part::NoLength => {
                self.is_broken = true;
                Err(EventDecodeError::Syntax { expected: LENGTH, offset })
            }
            Part::TooLong { prefix, length } => {
                self.advance(prefix);
                self.skip = length;
                Err(EventDecodeError::Size { limit: self.limit as u64, offset })
            }
            Part::Item { prefix, end } => {
                self.start += end;
                self.offset += end as u64;
                let base = offset + prefix as u64;
                read_envelope(&self.held[start + prefix..start + end], base, &mut self.shared)
            }
        };
        if self.is_broken {
            self.held = Vec::new();
            self.start = 0;
        }
        let index = self.index;
        self.index += 1;
        Some(ProtobufItem { index, offset, event })
    }

    fn advance(&mut self, bytes: usize) {
        self.start += bytes;
        self.offset += bytes as u64;
    }
}

/// The bytes may hold anything, and are not shown.
impl fmt::Debug for ProtobufDecoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProtobufDecoder")
            .field("index", &self.index)
            .field("offset", &self.offset)
            .finish_non_exhaustive()
    }
}

impl Default for ProtobufDecoder {
    fn default() -> Self {
        Self::new()
    }
}

/// Reads a whole stream of events that is in memory; otherwise as [`ProtobufDecoder`] does, without a limit.
///
/// # Examples
///
/// ```
/// let items: Vec<_> = cc_core::protobuf::decode_delimited(b"\x02\x08\x01\x05\x08").collect();
/// assert_eq!(items.len(), 2);
/// assert_eq!((items[1].offset, items[1].index), (3, 1));
/// assert_eq!(items[1].event.as_ref().unwrap_err().to_string(), "expected the rest of the event at byte 5");
/// ```
pub fn decode_delimited(stream: &[u8]) -> ProtobufItems<'_> {
    ProtobufItems { stream, at: 0, index: 0, shared: Shared::default() }
}

/// The items of a stream, one after another. See [`decode_delimited`].
pub struct ProtobufItems<'a> {
    stream: &'a [u8],
    at: usize,
    index: u64,
    shared: Shared,
}

impl Iterator for ProtobufItems<'_> {
    type Item = ProtobufItem;

    fn next(&mut self) -> Option<ProtobufItem> {
        let rest = self.stream.get(self.at..).unwrap_or_default();
        let offset = self.at as u64;
        let event = match next_part(rest, usize::MAX) {
            Part::Nothing => return None,
            Part::Item { prefix, end } => {
                self.at += end;
                read_envelope(&rest[prefix..end], offset + prefix as u64, &mut self.shared)
            }
            part => {
                self.at = self.stream.len();
                let (expected, offset) = match part {
                    Part::NoLength => (LENGTH, offset),
                    _ => (REST, self.stream.len() as u64),
                };
                Err(EventDecodeError::Syntax { expected, offset })
            }
        };
        let index = self.index;
        self.index += 1;
        Some(ProtobufItem { index, offset, event })
    }
}

impl fmt::Debug for ProtobufItems<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProtobufItems").field("index", &self.index).finish_non_exhaustive()
    }
}

/// Writes a stream of events, each with its length before it.
#[derive(Default)]
pub struct ProtobufEncoder {
    message: Vec<u8>,
}

impl fmt::Debug for ProtobufEncoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProtobufEncoder")
    }
}

impl ProtobufEncoder {
    /// Writes one event at the end of `out`.
    pub fn write(&mut self, event: &Event, out: &mut Vec<u8>) {
        write_delimited(event, &mut self.message, out);
    }
}

/// What stands at the beginning of a stream.
enum Part {
    /// An item of which the end is not there.
    Cut,
    Item {
        prefix: usize,
        end: usize,
    },
    NoLength,
    Nothing,
    TooLong {
        prefix: usize,
        length: u64,
    },
}

fn next_part(bytes: &[u8], limit: usize) -> Part {
    if bytes.is_empty() {
        return Part::Nothing;
    }
    let Some(last) = bytes.iter().take(10).position(|byte| *byte < 0x80) else {
        return if bytes.len() < 10 { Part::Cut } else { Part::NoLength };
    };
    let prefix = last + 1;
    let Ok(length) = prost::encoding::decode_varint(&mut &bytes[..prefix]) else { return Part::NoLength };
    match usize::try_from(length) {
        Ok(length) if length <= limit => match prefix.checked_add(length) {
            Some(end) if end <= bytes.len() => Part::Item { prefix, end },
            _ => Part::Cut,
        },
        _ if limit == usize::MAX => Part::Cut,
        _ => Part::TooLong { prefix, length },
    }
}
