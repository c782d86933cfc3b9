//! The items of a batch, found in a buffer that may still grow: the one reader behind
//! [`decode_batch`](super::decode_batch) and [`EventStream`](crate::stream::EventStream).
//!
//! What comes out depends on the bytes alone and never on how they were cut. Three rules see to that. An item is read
//! within its first `longest` bytes and no others. A broken item is decided by what was found at places that count from
//! the start of the batch. And a thing that more bytes could change is not decided before they are there.
//!
//! Work is linear in the length of the batch: an item that is not whole is read again only when its brackets say that it
//! may be, or when it has doubled; and searching for the end of broken items may read no more than [`AGAIN`] bytes a
//! byte of the batch twice.

use alloc::vec::Vec;

use super::decode::read_event;
use super::outline::{Mark, Outline};
use super::syntax::{Cursor, Span};
use super::{BatchItem, EventDecodeError};
use crate::Event;
use crate::stream::StreamPart;

/// Finds items; the buffer is the caller's.
#[derive(Debug)]
pub(crate) struct BatchReader {
    /// How many bytes an item may have.
    longest: usize,
    /// Where the next item is.
    place: Place,
    task: Task,
    /// Where reading goes on in the buffer; what is before it is not needed any more.
    at: usize,
    /// Where the buffer begins in the batch.
    base: u64,
    index: u64,
    /// The line at byte `counted` of the buffer.
    line: u64,
    counted: usize,
    /// Where the last line began that was dropped from the buffer.
    dropped_line: u64,
    /// An item that is broken and was not given yet.
    broken: Option<Broken>,
    /// Whether the beginning of an array was given, and not yet its end.
    in_array: bool,
    /// How many bytes were read twice so far, in search of the ends of broken items.
    reread: u64,
    spans: Vec<Span>,
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

/// What is being done at the place.
#[derive(Clone, Copy, Debug)]
enum Task {
    /// An item of an array is broken: the end of its brackets is looked for, within `window` bytes of its start.
    Balance { outline: Outline, window: usize },
    /// Nothing was read yet, not even a byte order mark.
    Begin,
    /// A line that begins an item is looked for.
    Lines(Lines),
    /// The next item, comma or bracket.
    Next,
    /// An item is skipped.
    Skip { outline: Outline, by: Skip },
    /// An item was not whole in its first `tried` bytes.
    Wait { outline: Outline, tried: usize },
}

/// How an item is skipped that cannot be held.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Skip {
    /// It is broken: to whatever comes first, the comma or bracket after it or a line that begins an object.
    Broken,
    /// It is JSON so far, and too long: to its last bracket, or a line that begins an object in its own column.
    Long { column: u64 },
}

/// A search for a line.
#[derive(Clone, Copy, Debug)]
struct Lines {
    /// Outside arrays: whether lines that can only continue an object are skipped too.
    of_object: bool,
    /// Whether the line was left, so that the next byte that is no space decides.
    left: bool,
}

#[derive(Debug)]
struct Broken {
    start: u64,
    line: u64,
    error: EventDecodeError,
}

/// What a step came to.
#[expect(clippy::large_enum_variant, reason = "nearly all steps give an item, and none is kept")]
enum Step {
    /// A part of the batch.
    Give(StreamPart),
    /// Another step is due.
    On,
    /// More bytes are needed; or, if there are none, the batch is over.
    Starved,
}

/// How often on average a byte may be read again in search of the ends of broken items.
const AGAIN: u64 = 4;
/// The members of a larger item are not remembered for the next one.
const USUAL_MEMBERS: usize = 256;

impl BatchReader {
    pub(crate) fn new(longest: usize) -> Self {
        Self {
            longest: longest.max(1),
            place: Place::Between,
            task: Task::Begin,
            at: 0,
            base: 0,
            index: 0,
            line: 1,
            counted: 0,
            dropped_line: 0,
            broken: None,
            in_array: false,
            reread: 0,
            spans: Vec::with_capacity(16),
        }
    }

    /// How many bytes at the front of the buffer are not needed any more.
    pub(crate) fn read(&self) -> usize {
        self.at
    }

    /// Says that the caller dropped so many bytes at the front of the buffer, at most [`Self::read`].
    pub(crate) fn dropped(&mut self, bytes: &[u8], count: usize) {
        self.line_of(bytes, self.base + count as u64);
        if let Some(at) = bytes[..count].iter().rposition(|byte| *byte == b'\n') {
            self.dropped_line = self.base + at as u64 + 1;
        }
        self.counted = self.counted.saturating_sub(count);
        self.at -= count;
        self.base += count as u64;
        if let Task::Skip { outline, .. } | Task::Wait { outline, .. } | Task::Balance { outline, .. } =
            &mut self.task
        {
            outline.at -= count;
        }
    }

    /// The next part, from a buffer of which `bytes` are there by now; `ended` says that no more will come.
    pub(crate) fn next(&mut self, bytes: &[u8], ended: bool) -> Option<StreamPart> {
        loop {
            if let Some(part) = self.due(bytes) {
                return Some(part);
            }
            let step = match self.task {
                Task::Balance { outline, window } => self.balance(bytes, ended, outline, window),
                Task::Begin => self.begin(bytes, ended),
                Task::Lines(lines) => self.lines(bytes, ended, lines),
                Task::Next => self.item_or_bracket(bytes, ended),
                Task::Skip { outline, by } => self.skip(bytes, ended, outline, by),
                Task::Wait { outline, tried } => self.wait(bytes, ended, outline, tried),
            };
            match step {
                Step::Give(part) => return Some(part),
                Step::On => {}
                // An error may be due only now that reading stands behind its place.
                Step::Starved => return self.due(bytes),
            }
        }
    }

    /// What was found out before and can be given now.
    fn due(&mut self, bytes: &[u8]) -> Option<StreamPart> {
        let next = matches!(self.task, Task::Next);
        let here = self.base + self.at as u64;
        // Where an item is broken may be behind the place where the next one begins: that place counts.
        if let Some(Broken { start, line, error }) =
            self.broken.take_if(|broken| next || here >= broken.error.offset())
        {
            let end = error.offset().clamp(start, here);
            return Some(self.item(bytes, (start, line), end, Err(error)));
        }
        if next && self.in_array && self.place == Place::Between {
            self.in_array = false;
            return Some(StreamPart::ArrayEnd);
        }
        None
    }

    fn begin(&mut self, bytes: &[u8], ended: bool) -> Step {
        if MARK.starts_with(bytes) && bytes != MARK && !ended {
            return Step::Starved;
        }
        if bytes.starts_with(MARK) {
            self.at = MARK.len();
        }
        self.task = Task::Next;
        Step::On
    }

    #[inline]
    fn item_or_bracket(&mut self, bytes: &[u8], ended: bool) -> Step {
        let mut cursor = Cursor::new(bytes, self.at);
        cursor.space();
        self.at = cursor.at;
        match (self.place, cursor.peek()) {
            (Place::Between, None) => return Step::Starved,
            (_, None) if !ended => return Step::Starved,
            (Place::Between, Some(b'[')) => {
                self.step(Place::First);
                self.in_array = true;
                return Step::Give(StreamPart::ArrayStart);
            }
            (Place::AfterItem, Some(b',')) => self.step(Place::BeforeItem),
            (Place::AfterItem | Place::First, Some(b']')) => self.step(Place::Between),
            (Place::AfterItem, Some(b'{')) => {
                // Only the comma is missing: the next item can be read all the same.
                self.place = Place::BeforeItem;
                return self.failed(bytes, self.at, "',' or ']'");
            }
            (Place::AfterItem, None) => {
                self.place = Place::Between;
                return self.failed(bytes, self.at, "',' or ']'");
            }
            (Place::AfterItem, Some(_)) => {
                let offset = self.base + self.at as u64;
                self.breaks(bytes, EventDecodeError::Syntax { expected: "',' or ']'", offset });
            }
            (Place::First | Place::BeforeItem, None) => {
                self.place = Place::Between;
                return self.failed(bytes, self.at, "an object or ']'");
            }
            (Place::BeforeItem, Some(b']')) => {
                let start = self.at;
                self.step(Place::Between);
                return self.failed(bytes, start, "an object");
            }
            (Place::Between | Place::First | Place::BeforeItem, Some(_)) => {
                return self.event(bytes, ended, None);
            }
        }
        Step::On
    }

    fn step(&mut self, place: Place) {
        self.at += 1;
        self.place = place;
    }

    fn failed(&mut self, bytes: &[u8], start: usize, expected: &'static str) -> Step {
        let offset = self.base + start as u64;
        let line = self.line_of(bytes, offset);
        Step::Give(self.item(
            bytes,
            (offset, line),
            offset,
            Err(EventDecodeError::Syntax { expected, offset }),
        ))
    }

    /// Reads the item that begins here; `waited` is its outline, if it was not whole before.
    #[inline]
    fn event(&mut self, bytes: &[u8], ended: bool, waited: Option<Outline>) -> Step {
        let start = self.at;
        let window = &bytes[..bytes.len().min(start.saturating_add(self.longest))];
        let is_full = window.len() - start == self.longest;
        let mut cursor = Cursor::new(window, start);
        let read = read_event(&mut cursor, self.base, &mut self.spans);
        if self.spans.capacity() > USUAL_MEMBERS {
            self.spans = Vec::with_capacity(16);
        }
        let error = match read {
            Ok(event) => {
                self.at = cursor.at;
                self.task = Task::Next;
                if self.place != Place::Between {
                    self.place = Place::AfterItem;
                }
                let (start, here) = (self.base + start as u64, self.base + cursor.at as u64);
                let line = self.line_of(bytes, start);
                let end = event.as_ref().map_or_else(|error| error.offset().clamp(start, here), |_| here);
                return Step::Give(self.item(bytes, (start, line), end, event));
            }
            Err(error) if is_full && error.is_at_end(window) => {
                EventDecodeError::Size { limit: self.longest as u64, offset: self.base + start as u64 }
            }
            Err(error) if !ended && error.is_at_end(window) => {
                let mut outline = waited.unwrap_or_else(|| Outline::new(start));
                outline.follow(window);
                self.task = Task::Wait { outline, tried: window.len() - start };
                return Step::Starved;
            }
            Err(error) => EventDecodeError::syntax(error, self.base),
        };
        self.breaks(bytes, error);
        Step::On
    }

    fn wait(&mut self, bytes: &[u8], ended: bool, mut outline: Outline, tried: usize) -> Step {
        let window = &bytes[..bytes.len().min(self.at.saturating_add(self.longest))];
        let length = window.len() - self.at;
        let mut is_due = ended || length == self.longest || length >= 2 * tried;
        while !is_due && let Some((mark, _)) = outline.next(window) {
            is_due = !matches!(mark, Mark::Line | Mark::Separator);
        }
        if is_due {
            return self.event(bytes, ended, Some(outline));
        }
        self.task = Task::Wait { outline, tried };
        Step::Starved
    }

    /// The item that begins here is broken: sees to where the next one begins.
    fn breaks(&mut self, bytes: &[u8], error: EventDecodeError) {
        let (start, here) = (self.base + self.at as u64, self.at);
        let line = self.line_of(bytes, start);
        self.task = match error {
            EventDecodeError::Size { .. } => self.too_long(&bytes[..here + self.longest]),
            _ if self.place == Place::Between => {
                let of_object = bytes.get(here) == Some(&b'{');
                self.go_back(bytes.len(), error.offset());
                Task::Lines(Lines { of_object, left: false })
            }
            _ => {
                // What is looked through may have to be read again.
                let affordable = usize::try_from(self.allowance() / 2).unwrap_or(usize::MAX);
                let window = self.longest.min(affordable);
                Task::Balance { outline: Outline::new(here), window }
            }
        };
        self.broken = Some(Broken { start, line, error });
    }

    /// The item is longer than the window. Where its brackets are not closed, the items after it seem to be part of it:
    /// they are told by a line that begins an object in the same column, which in a long item made for reading, whose
    /// inner lines are indented more, none does. Without such a line the item is skipped to its last bracket.
    fn too_long(&mut self, window: &[u8]) -> Task {
        let again = (window.len() - self.at) as u64;
        let column = match window[..self.at].iter().rposition(|byte| *byte == b'\n') {
            Some(newline) => (self.at - newline - 1) as u64,
            None => self.base + self.at as u64 - self.dropped_line,
        };
        if again <= self.allowance()
            && let Some(line) = sibling_line(window, self.at, column)
        {
            self.reread += again;
            self.at = line;
            if self.place != Place::Between {
                self.place = Place::BeforeItem;
            }
            return Task::Next;
        }
        Task::Skip { outline: Outline::new(self.at), by: Skip::Long { column } }
    }

    /// How many more bytes may be read twice by now.
    fn allowance(&self) -> u64 {
        let here = self.base + self.at as u64;
        AGAIN.saturating_mul(here.saturating_add(self.longest as u64)).saturating_sub(self.reread)
    }

    /// Looks for lines from here, though reading came as far as `furthest`; from there, where too much was read twice.
    fn go_back(&mut self, available: usize, furthest: u64) {
        let again = furthest.saturating_sub(self.base + self.at as u64);
        if again <= self.allowance() {
            self.reread += again;
        } else {
            self.at = usize::try_from(furthest - self.base).unwrap_or(available).min(available);
        }
    }

    /// In an array, a broken item ends before the next comma or bracket outside its own brackets; if they do not close,
    /// before the next line that begins an object.
    fn balance(&mut self, bytes: &[u8], ended: bool, mut outline: Outline, window: usize) -> Step {
        let start = self.at;
        let within = &bytes[..bytes.len().min(start.saturating_add(window))];
        let mark = loop {
            match outline.next(within) {
                Some((mark @ (Mark::Mismatch | Mark::Separator), at)) => break Some((mark, at)),
                Some(_) => {}
                None => break None,
            }
        };
        let is_full = within.len() - start == window;
        if mark.is_none() && !is_full && !ended {
            self.task = Task::Balance { outline, window };
            return Step::Starved;
        }
        let end = mark.map_or(within.len(), |(_, at)| at);
        self.reread += (end - start) as u64;
        match mark {
            Some((Mark::Separator, at)) => {
                self.at = at;
                self.place = Place::AfterItem;
                self.task = Task::Next;
                return Step::On;
            }
            None if is_full => {
                if let Some((at, place)) = object_line(within, start) {
                    self.reread += (end - start) as u64;
                    (self.at, self.place) = (at, place);
                    self.task = Task::Next;
                } else {
                    self.at = end;
                    self.task = Task::Skip { outline, by: Skip::Broken };
                }
                return Step::On;
            }
            _ => {}
        }
        let furthest = self.broken.as_ref().map_or(0, |broken| broken.error.offset());
        self.go_back(bytes.len(), furthest.max(self.base + end as u64));
        self.task = Task::Lines(Lines { of_object: false, left: false });
        Step::On
    }

    fn lines(&mut self, bytes: &[u8], ended: bool, mut lines: Lines) -> Step {
        loop {
            let byte;
            (self.at, lines.left, byte) = next_line(bytes, self.at, lines.left);
            let place = match byte {
                None if !ended => {
                    self.task = Task::Lines(lines);
                    return Step::Starved;
                }
                // The error of the item speaks for the array's missing end too.
                None => Some(Place::Between),
                Some(b'"' | b'}' | b']') if self.place == Place::Between && lines.of_object => None,
                Some(_) if self.place == Place::Between => Some(Place::Between),
                Some(byte) => place_in_array(byte),
            };
            if let Some(place) = place {
                self.place = place;
                self.task = Task::Next;
                return Step::On;
            }
            lines.left = false;
        }
    }

    fn skip(&mut self, bytes: &[u8], ended: bool, mut outline: Outline, by: Skip) -> Step {
        let is_sibling = |begins: Option<u64>| match by {
            Skip::Broken => begins.is_some(),
            Skip::Long { column } => begins.is_some_and(|indent| is_same_column(indent, column)),
        };
        let is_long = by != Skip::Broken;
        while let Some((mark, at)) = outline.next(bytes) {
            let (task, place) = match mark {
                Mark::Line | Mark::Unexpected if is_sibling(outline.begins) => {
                    (Task::Next, Place::BeforeItem)
                }
                Mark::Closed if is_long => (Task::Next, Place::AfterItem),
                Mark::Separator if !is_long => (Task::Next, Place::AfterItem),
                // The item was never closed: another one begins.
                Mark::Unexpected if is_long && bytes[at] == b'{' => (Task::Next, Place::BeforeItem),
                Mark::Unclosed | Mark::Unexpected if is_long => (AFTER_SKIPPED, Place::AfterItem),
                Mark::Mismatch => (AFTER_SKIPPED, Place::AfterItem),
                _ => continue,
            };
            (self.at, self.task) = (at, task);
            if self.place != Place::Between {
                self.place = place;
            }
            return Step::On;
        }
        self.at = bytes.len();
        if !ended {
            self.task = Task::Skip { outline, by };
            return Step::Starved;
        }
        self.place = Place::Between;
        self.task = Task::Next;
        Step::On
    }

    fn item(
        &mut self,
        bytes: &[u8],
        (offset, line): (u64, u64),
        end: u64,
        event: Result<Event, EventDecodeError>,
    ) -> StreamPart {
        let last_line = self.line_of(bytes, end);
        let index = self.index;
        self.index += 1;
        StreamPart::Item(BatchItem { index, line, last_line, offset, event })
    }

    /// The line of a byte of the batch at or after the last one asked for.
    #[inline]
    fn line_of(&mut self, bytes: &[u8], offset: u64) -> u64 {
        let at = offset.saturating_sub(self.base) as usize;
        if let Some(between) = bytes.get(self.counted..at) {
            self.line += between.iter().map(|byte| u64::from(*byte == b'\n')).sum::<u64>();
            self.counted = at;
        }
        self.line
    }
}

const MARK: &[u8] = b"\xEF\xBB\xBF";
const AFTER_SKIPPED: Task = Task::Lines(Lines { of_object: true, left: false });

/// Goes to the first byte of the next line that is no space: gives where it stands, whether the line was left, and the
/// byte, if it is there.
fn next_line(bytes: &[u8], at: usize, left: bool) -> (usize, bool, Option<u8>) {
    let rest = bytes.get(at..).unwrap_or_default();
    let end = if left { Some(0) } else { rest.iter().position(|byte| *byte == b'\n') };
    let Some(end) = end else { return (bytes.len(), false, None) };
    let mut next = Cursor::new(bytes, at + end);
    next.space();
    (next.at, true, next.peek())
}

/// The next line after `at` that begins an object or an array.
fn object_line(bytes: &[u8], mut at: usize) -> Option<(usize, Place)> {
    loop {
        let (next, _, byte) = next_line(bytes, at, false);
        if let Some(place) = place_in_array(byte?) {
            return Some((next, place));
        }
        at = next;
    }
}

/// Whether items in these columns are of one array; the first may stand one further, for the bracket before it.
fn is_same_column(a: u64, b: u64) -> bool {
    a.max(1) == b.max(1)
}

/// The next line after `at` that begins an object in this column.
fn sibling_line(bytes: &[u8], mut at: usize, column: u64) -> Option<usize> {
    loop {
        let (next, _, byte) = next_line(bytes, at, false);
        if byte? == b'{' {
            let indent = bytes[..next].iter().rev().take_while(|byte| **byte != b'\n').count() as u64;
            if is_same_column(indent, column) {
                return Some(next);
            }
        }
        at = next;
    }
}

/// What a line means that begins with this byte, where an item of an array is broken.
fn place_in_array(byte: u8) -> Option<Place> {
    match byte {
        b'{' => Some(Place::BeforeItem),
        b'[' => Some(Place::Between),
        _ => None,
    }
}
