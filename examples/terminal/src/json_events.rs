//! The events of an input: lines, or arrays of any size and layout, of which no more than one is held.

use std::io::BufRead;

use cc_core::Event;
use cc_core::stream::{EventStream, StreamPart};

use crate::{Failure, Input};

/// Feeds an input to an [`EventStream`], and remembers the line of what came out last.
#[derive(Debug)]
pub struct JsonEvents {
    input: Input,
    stream: EventStream,
    /// A part that was taken to see whether there is one.
    ahead: Option<StreamPart>,
    line: u64,
}

impl JsonEvents {
    /// Reads the events of an input.
    pub fn new(input: Input) -> Self {
        Self { input, stream: EventStream::default(), ahead: None, line: 1 }
    }

    /// The line, counted from 1, where the event given last ended, or where what is none began.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// Whether the next part may have to be waited for: a good moment to send out what was written.
    pub fn is_drained(&mut self) -> bool {
        if self.ahead.is_none() {
            self.ahead = self.stream.next_part();
        }
        self.ahead.is_none() && self.input.is_drained()
    }

    /// The next event, or why there is none where one should be; `None` at the end. Arrays and lines are all one.
    pub fn next_event(&mut self) -> Result<Option<Result<Event, String>>, Failure> {
        while let Some(part) = self.next_part()? {
            if let StreamPart::Item(item) = part {
                return Ok(Some(item.event.map_err(|error| error.to_string())));
            }
        }
        Ok(None)
    }

    /// The next part; `None` at the end.
    pub fn next_part(&mut self) -> Result<Option<StreamPart>, Failure> {
        loop {
            if let Some(part) = self.ahead.take().or_else(|| self.stream.next_part()) {
                if let StreamPart::Item(item) = &part {
                    self.line = if item.event.is_ok() { item.last_line } else { item.line };
                }
                return Ok(Some(part));
            }
            let piece = self.input.peek()?;
            let length = piece.len();
            self.stream.push(piece);
            self.input.consume(length);
            if length == 0 {
                self.stream.finish();
                return self.last_part();
            }
        }
    }

    /// What the end of the input brings.
    fn last_part(&mut self) -> Result<Option<StreamPart>, Failure> {
        self.ahead = self.stream.next_part();
        if self.ahead.is_none() { Ok(None) } else { self.next_part() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_comes_with_its_line() {
        let event = |id: u8| format!("{{\"id\":{id},\n\"time\":\"2026-05-01T10:00:00Z\",\"type\":\"x\"}}");
        let text = format!("[{},\n{{\"id\":2}},\n\n{}\n{}", event(1), event(3), event(4));
        let mut events = JsonEvents::new(Input::from_text("test", String::leak(text)));
        let mut found = Vec::new();
        assert!(!events.is_drained() || events.line() == 1);
        while let Some(event) = events.next_event().unwrap() {
            found.push((events.line(), event.map(|event| event.id.0).map_err(|_| ())));
        }
        // A comma is missing, and the array's bracket too.
        let bad = |line| (line, Err(()));
        assert_eq!(found, [(2, Ok(1)), bad(3), (6, Ok(3)), bad(7), (8, Ok(4)), bad(8)]);
        assert!(events.is_drained());
    }
}
