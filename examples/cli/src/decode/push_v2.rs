//! Decoding the data stream.

use cc_core::protobuf::ProtobufDecoder;
use example_terminal::{Failure, Input, JsonEvents, Output, Verdict};

use super::{Target, line};
use crate::complain;

pub(super) fn run(input: Input, to: Target) -> Result<Verdict, Failure> {
    let name = input.name().to_owned();
    let mut events = JsonEvents::new(input);
    let mut out = Output::stdout();
    let mut bad = 0;
    loop {
        if events.is_drained() {
            out.flush()?;
        }
        let Some(decoded) = events.next_event()? else { break };
        bad += u64::from(decoded.is_err());
        match (decoded, to) {
            (Ok(event), Target::Lines) => out.line(&line::event(events.line(), &event))?,
            (Ok(event), Target::PushV2) => out.line(&event.to_json())?,
            (Err(reason), Target::Lines) => out.line(&line::error(events.line(), &reason))?,
            (Err(reason), Target::PushV2) => complain(&format!("{name}:{}: {reason}", events.line())),
        }
    }
    out.flush()?;
    Ok(Verdict::from_bad(bad))
}

/// The same for protobuf, where the number of the event stands for its line.
pub(super) fn run_protobuf(input: Input, to: Target) -> Result<Verdict, Failure> {
    let name = input.name().to_owned();
    let mut decoder = ProtobufDecoder::new();
    let mut out = Output::stdout();
    let mut bad = 0;
    let mut take = |decoder: &mut ProtobufDecoder| {
        while let Some(item) = decoder.next_item() {
            bad += u64::from(item.event.is_err());
            let number = item.index + 1;
            match (item.event, to) {
                (Ok(event), Target::Lines) => out.line(&line::event(number, &event))?,
                (Ok(event), Target::PushV2) => out.line(&event.to_json())?,
                (Err(error), Target::Lines) => out.line(&line::error(number, &error.to_string()))?,
                (Err(error), Target::PushV2) => complain(&format!("{name}: event {number}: {error}")),
            }
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
