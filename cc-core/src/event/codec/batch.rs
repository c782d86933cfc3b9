//! Many events in one text: a JSON array, JSON Lines, or one object.

use alloc::vec::Vec;

use super::EventDecodeError;
use super::decode::{after_mark, read_event};
use super::syntax::{Cursor, Span};
use crate::Event;

/// One item of a batch: where it stands, and the event or why there is none.
#[derive(Clone, Debug, PartialEq)]
pub struct BatchItem {
    /// The item's place in the batch, from 0.
    pub index: usize,
    /// The line the item begins on, from 1.
    pub line: u64,
    /// The line the item ends on, from 1.
    pub last_line: u64,
    /// The byte the item begins at, from 0.
    pub offset: usize,
    /// The event; an error's offset counts from the start of the batch too.
    pub event: Result<Event, EventDecodeError>,
}

/// Reads a batch of events: a JSON array (one POST of the data stream), JSON Lines (also with an array a line), or
/// one object over several lines. White space, blank lines, `\r\n` and a byte order mark are allowed.
///
/// An item that is no event does not stop the others: reading goes on after it, or, where its end cannot be found, at
/// the next line that begins an object. An array that ends before its bracket is an error of its own.
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
    EventBatch {
        cursor: Cursor::new(batch, after_mark(batch)),
        spans: Vec::with_capacity(16),
        place: Place::Between,
        index: 0,
        line: 1,
        counted: 0,
        patience: 4 * batch.len(),
    }
}

/// The items of a batch, one after another. See [`decode_batch`].
#[derive(Debug)]
pub struct EventBatch<'a> {
    cursor: Cursor<'a>,
    spans: Vec<Span>,
    place: Place,
    index: usize,
    /// The line at byte `counted`.
    line: u64,
    counted: usize,
    /// How many more bytes may be read twice in search of the ends of broken items, so that no input takes long.
    patience: usize,
}

/// Where the next item is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Place {
    /// In an array, after an item.
    AfterItem,
    /// In an array, where an item must stand.
    BeforeItem,
    /// Outside arrays.
    Between,
    /// In an array, after its bracket.
    First,
}

impl Iterator for EventBatch<'_> {
    type Item = BatchItem;

    fn next(&mut self) -> Option<BatchItem> {
        loop {
            self.cursor.space();
            let at = self.cursor.at;
            match (self.place, self.cursor.peek()) {
                (Place::Between, None) => return None,
                (Place::Between, Some(b'[')) => self.step(Place::First),
                (Place::AfterItem, Some(b',')) => self.step(Place::BeforeItem),
                (Place::AfterItem | Place::First, Some(b']')) => self.step(Place::Between),
                (Place::AfterItem, Some(b'{')) => {
                    // Only the comma is missing: the next item can be read all the same.
                    self.place = Place::BeforeItem;
                    return Some(self.failed(at, at, "',' or ']'"));
                }
                (Place::AfterItem, found) => {
                    if found.is_none() {
                        self.place = Place::Between;
                    } else {
                        self.after_broken(at);
                    }
                    return Some(self.failed(at, at, "',' or ']'"));
                }
                (Place::First | Place::BeforeItem, None) => {
                    self.place = Place::Between;
                    return Some(self.failed(at, at, "an object or ']'"));
                }
                (Place::BeforeItem, Some(b']')) => {
                    self.step(Place::Between);
                    return Some(self.failed(at, at, "an object"));
                }
                (Place::Between | Place::First | Place::BeforeItem, Some(_)) => return Some(self.item(at)),
            }
        }
    }
}

impl EventBatch<'_> {
    fn step(&mut self, place: Place) {
        self.cursor.at += 1;
        self.place = place;
    }

    fn item(&mut self, start: usize) -> BatchItem {
        let event = match read_event(&mut self.cursor, &mut self.spans) {
            Ok(event) => {
                if self.place != Place::Between {
                    self.place = Place::AfterItem;
                }
                event
            }
            Err(error) => {
                if self.place == Place::Between {
                    self.after_broken_line(start);
                } else {
                    self.after_broken(start);
                }
                Err(error)
            }
        };
        let end = match &event {
            Err(error) => error.offset().clamp(start, self.cursor.at),
            Ok(_) => self.cursor.at,
        };
        self.found(start, end, event)
    }

    fn failed(&mut self, start: usize, end: usize, expected: &'static str) -> BatchItem {
        self.found(start, end, Err(EventDecodeError::Syntax { expected, offset: start }))
    }

    fn found(&mut self, start: usize, end: usize, event: Result<Event, EventDecodeError>) -> BatchItem {
        let line = self.line_of(start);
        let last_line = self.line_of(end);
        let index = self.index;
        self.index += 1;
        BatchItem { index, line, last_line, offset: start, event }
    }

    /// The line of a byte at or after the last one asked for.
    fn line_of(&mut self, at: usize) -> u64 {
        if let Some(between) = self.cursor.bytes.get(self.counted..at) {
            self.line += between.iter().map(|byte| u64::from(*byte == b'\n')).sum::<u64>();
            self.counted = at;
        }
        self.line
    }

    /// Outside arrays an item that is no JSON ends with its line; lines that can only continue it go with it.
    fn after_broken_line(&mut self, start: usize) {
        let object = self.cursor.bytes.get(start) == Some(&b'{');
        self.cursor.at = start;
        loop {
            self.cursor.at = self.line_end(self.cursor.at);
            self.cursor.space();
            if !object || !matches!(self.cursor.peek(), Some(b'"' | b'}' | b']')) {
                return;
            }
        }
    }

    fn line_end(&self, at: usize) -> usize {
        let rest = self.cursor.bytes.get(at..).unwrap_or_default();
        at + rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len())
    }

    /// In an array, an item that is no JSON ends where its brackets close, or before the next comma or the array's
    /// bracket; if its brackets do not close, before the next line that begins an object.
    fn after_broken(&mut self, start: usize) {
        self.place = Place::AfterItem;
        if let Some(end) = self.balanced_end(start) {
            self.cursor.at = end;
            return;
        }
        let mut at = start;
        loop {
            at = self.line_end(at);
            let mut next = Cursor::new(self.cursor.bytes, at);
            next.space();
            match next.peek() {
                None => {
                    // The error of the item speaks for the array's missing end too.
                    self.cursor.at = next.at;
                    self.place = Place::Between;
                    return;
                }
                Some(b'{') => {
                    self.cursor.at = next.at;
                    self.place = Place::BeforeItem;
                    return;
                }
                Some(b'[') => {
                    self.cursor.at = next.at;
                    self.place = Place::Between;
                    return;
                }
                Some(_) => at = next.at,
            }
        }
    }

    fn balanced_end(&mut self, start: usize) -> Option<usize> {
        let bytes = &self.cursor.bytes[..self.cursor.bytes.len().min(start + self.patience)];
        let (end, read) = balanced_end(bytes, start);
        self.patience -= read.min(self.patience);
        end
    }
}

/// Where an item ends by its brackets, and how many bytes were read to find out.
fn balanced_end(bytes: &[u8], start: usize) -> (Option<usize>, usize) {
    let (mut braces, mut brackets, mut at) = (0_usize, 0_usize, start);
    let end = loop {
        let Some(byte) = bytes.get(at) else { break None };
        match byte {
            b'"' => {
                at += 1;
                while let Some(byte) = bytes.get(at)
                    && !matches!(byte, b'"' | b'\n')
                {
                    at += if *byte == b'\\' { 2 } else { 1 };
                }
            }
            b'{' => braces += 1,
            b'[' => brackets += 1,
            b'}' if braces > 0 => braces -= 1,
            b']' if brackets > 0 => brackets -= 1,
            b'}' if brackets > 0 => break None,
            b']' if braces > 0 => break None,
            b']' => break Some(at),
            b',' if braces + brackets == 0 => break Some(at),
            _ => {}
        }
        at += 1;
    };
    (end, at - start)
}
