//! Decoding captures.

use std::io::{self, Write};

use cc_obd::capture::{Decoded, Decoder, EventClock, Item};
use example_terminal::{Failure, Input, Output, Verdict};

use super::{Target, item};

pub(super) fn run(
    input: Input,
    mut decoder: Decoder,
    clock: EventClock,
    is_timed: bool,
    to: Target,
) -> Result<Verdict, Failure> {
    let name = input.name().to_owned();
    let mut writer = Writer { out: Output::stdout(), text: String::new(), clock, is_timed, to, name, bad: 0 };
    input.for_each_piece(|piece| {
        decoder.push(piece);
        writer.take(&mut decoder)
    })?;
    decoder.finish();
    writer.take(&mut decoder)?;
    Ok(Verdict::from_bad(writer.bad))
}

struct Writer {
    out: Output,
    text: String,
    clock: EventClock,
    /// Whether an instant was given for captures that have none of their own.
    is_timed: bool,
    to: Target,
    name: String,
    bad: u64,
}

impl Writer {
    /// Writes all that is decoded so far and sends it out: what comes next may have to be waited for.
    fn take(&mut self, decoder: &mut Decoder) -> Result<(), Failure> {
        while let Some(decoded) = decoder.next_item() {
            if let Item::Error(error) = &decoded.item {
                self.bad += u64::from(!error.is_silence());
            }
            self.text.clear();
            match self.to {
                Target::Lines => self.line(&decoded),
                Target::PushV2 => self.events(&decoded),
            }
            self.out.text(&self.text)?;
        }
        self.out.flush()
    }

    fn line(&mut self, decoded: &Decoded) {
        let events = self.clock.events(decoded);
        let event = events.first();
        let at = decoded.at.or_else(|| event.filter(|_| self.is_timed).map(|event| event.at));
        item::write(&mut self.text, decoded, at, event);
    }

    fn events(&mut self, decoded: &Decoded) {
        if let Item::Error(error) = &decoded.item {
            // Nowhere is left to report a standard error that cannot be written.
            let _ = writeln!(io::stderr(), "{}:{}: {error}", self.name, decoded.line);
        }
        for event in self.clock.events(decoded) {
            self.text.push_str(&event.to_json());
            self.text.push('\n');
        }
    }
}
