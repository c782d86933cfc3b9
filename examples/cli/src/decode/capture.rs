//! Decoding captures.

use cc_obd::capture::{Decoded, Decoder, EventClock, Item};
use example_terminal::{Failure, Input, Output, Verdict};

use super::{Target, line};
use crate::complain;

/// What becomes of the items of a capture.
pub(super) struct Writer {
    pub(super) clock: EventClock,
    /// Whether an instant was given for captures that have none of their own.
    pub(super) is_timed: bool,
    pub(super) to: Target,
}

/// Decodes the input piece by piece: what is decoded leaves before more is waited for.
/// `bad` things were found before.
pub(super) fn run(
    input: Input,
    mut decoder: Decoder,
    mut writer: Writer,
    mut bad: u64,
) -> Result<Verdict, Failure> {
    let name = input.name().to_owned();
    let mut out = Output::stdout();
    let mut take = |decoder: &mut Decoder| {
        while let Some(decoded) = decoder.next_item() {
            if let Item::Error(error) = &decoded.item {
                bad += u64::from(!error.is_silence());
            }
            writer.write(decoded, &name, &mut out)?;
        }
        out.flush()
    };
    input.for_each_piece(|piece| {
        decoder.push(piece);
        take(&mut decoder)
    })?;
    decoder.finish();
    take(&mut decoder)?;
    Ok(Verdict::from_bad(bad))
}

impl Writer {
    fn write(&mut self, mut decoded: Decoded, name: &str, out: &mut Output) -> Result<(), Failure> {
        let events = self.clock.events(&decoded);
        if self.to == Target::PushV2 {
            if let Item::Error(error) = &decoded.item {
                complain(&format!("{name}:{}: {error}", decoded.line));
            }
            return events.iter().try_for_each(|event| out.line(&event.to_json()));
        }
        match (&decoded.item, events.first()) {
            (Item::Scan(_) | Item::Readiness(_), Some(event)) => {
                out.line(&line::whole_event(decoded.line, decoded.ecu.as_deref(), event))
            }
            (_, event) => {
                decoded.at = decoded.at.or(event.filter(|_| self.is_timed).map(|event| event.at));
                out.line(&decoded.to_canonical_json())
            }
        }
    }
}
