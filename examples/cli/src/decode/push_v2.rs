//! Decoding the data stream.

use example_terminal::{Failure, Output, Verdict};

use super::{Target, line};
use crate::complain;
use crate::events::Events;

/// In protobuf the number of the event stands for its line.
pub(super) fn run(mut events: Events, to: Target) -> Result<Verdict, Failure> {
    let mut out = Output::stdout();
    let mut bad = 0;
    loop {
        if events.is_drained() {
            out.flush()?;
        }
        let Some(decoded) = events.next_event()? else { break };
        bad += u64::from(decoded.is_err());
        match (decoded, to) {
            (Ok(event), Target::Lines) => out.line(&line::event(events.number(), &event))?,
            (Ok(event), Target::PushV2) => out.line(&event.to_json())?,
            (Err(reason), Target::Lines) => out.line(&line::error(events.number(), &reason))?,
            (Err(reason), Target::PushV2) => complain(&format!("{}: {reason}", events.place())),
        }
    }
    out.flush()?;
    Ok(Verdict::from_bad(bad))
}
