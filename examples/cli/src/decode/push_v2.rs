//! Decoding the data stream.

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
