//! From bytes to events.

use std::io::{self, Write};

use cc_obd::capture::{CaptureFormat, Decoder, EventClock, Item};
use example_terminal::{Failure, Input, JsonEvents};

use crate::guess::Format;
use crate::session::Session;

/// What was read.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) events: u64,
    /// Lines that could not be read.
    pub(crate) bad: u64,
    /// Whether the capture has times of its own.
    pub(crate) is_timed: bool,
}

/// Reads the input to its end, and gives the session every event. What cannot be read is said on standard error.
pub(crate) fn events(
    input: Input,
    format: Format,
    clock: EventClock,
    session: &mut Session,
) -> Result<Tally, Failure> {
    match format.capture() {
        Some(format) => capture(input, format, clock, session),
        None => data_stream(input, session),
    }
}

fn capture(
    input: Input,
    format: CaptureFormat,
    mut clock: EventClock,
    session: &mut Session,
) -> Result<Tally, Failure> {
    let mut decoder = Decoder::new(format);
    let mut tally = Tally::default();
    let mut take = |decoder: &mut Decoder| {
        while let Some(decoded) = decoder.next_item() {
            tally.is_timed |= decoded.at.is_some();
            if let Item::Error(error) = &decoded.item
                && !error.is_silence()
            {
                tally.bad(decoded.line, &error.to_string());
            }
            for event in clock.events(&decoded) {
                tally.events += 1;
                session.event(event);
            }
        }
    };
    input.for_each_piece(|piece| {
        decoder.push(piece);
        take(&mut decoder);
        Ok(())
    })?;
    decoder.finish();
    take(&mut decoder);
    Ok(tally)
}

fn data_stream(input: Input, session: &mut Session) -> Result<Tally, Failure> {
    let mut tally = Tally { is_timed: true, ..Tally::default() };
    let mut events = JsonEvents::new(input);
    while let Some(event) = events.next_event()? {
        match event {
            Ok(event) => {
                tally.events += 1;
                session.event(event);
            }
            Err(reason) => tally.bad(events.line(), &reason),
        }
    }
    Ok(tally)
}

impl Tally {
    fn bad(&mut self, line: u64, reason: &str) {
        self.bad += 1;
        // Nowhere is left to report a standard error that cannot be written.
        let _ = writeln!(io::stderr(), "line {line}: {reason}");
    }
}
