//! `ccars convert`: from one form of events to another.

use std::path::PathBuf;

use cc_core::stream::StreamPart;
use clap::{Args, ValueEnum};
use example_terminal::{Failure, Input, JsonEvents, Output, Verdict};

use crate::complain;

/// Decode events and encode them again
///
/// Nothing is lost on the way: unknown types and fields, old type names and big integers come back as they were; `time`
/// comes back in UTC. An array stays an array and lines stay lines. A bad event is left out, reported on standard error
/// with its line and reason, and does not stop the rest.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  ccars convert --from push-v2 --to push-v2 events.json > clean.json
  curl -s https://feed.example/events | ccars convert --from push-v2 --to push-v2

Exit codes: 0 all converted; 1 some were bad and left out; 2 the command could not be run.")]
pub(crate) struct Convert {
    /// The form of the input
    #[arg(long, value_enum, value_name = "FORMAT")]
    from: EventFormat,

    /// The form of the output
    #[arg(long, value_enum, value_name = "FORMAT")]
    to: EventFormat,

    /// The events; standard input where no file, or `-`, is given
    file: Option<PathBuf>,
}

/// The forms of events.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum EventFormat {
    /// The data stream's JSON: an array, or one event a line
    PushV2,
}

impl Convert {
    pub(crate) fn run(self) -> Result<Verdict, Failure> {
        let (EventFormat::PushV2, EventFormat::PushV2) = (self.from, self.to);
        let input = Input::open(self.file.as_deref())?;
        let name = input.name().to_owned();
        let mut events = JsonEvents::new(input);
        let mut out = Output::stdout();
        let mut array = None;
        let mut bad = 0;
        loop {
            if events.is_drained() {
                out.flush()?;
            }
            let error = match events.next_part()? {
                None => break,
                Some(StreamPart::ArrayStart) => {
                    array = Some(Elements::None);
                    out.text("[")?;
                    continue;
                }
                Some(StreamPart::ArrayEnd) => {
                    out.line(if array == Some(Elements::Some) { "\n]" } else { "]" })?;
                    array = None;
                    continue;
                }
                Some(StreamPart::Item(item)) => match item.event {
                    Ok(event) => {
                        write(&mut out, &event.to_json(), &mut array)?;
                        continue;
                    }
                    Err(error) => error,
                },
            };
            bad += 1;
            complain(&format!("{name}:{}: {error}", events.line()));
        }
        out.flush()?;
        Ok(Verdict::from_bad(bad))
    }
}

/// Whether the array that is being written has elements.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Elements {
    None,
    Some,
}

fn write(out: &mut Output, event: &str, array: &mut Option<Elements>) -> Result<(), Failure> {
    match array {
        None => return out.line(event),
        Some(Elements::None) => out.text("\n")?,
        Some(Elements::Some) => out.text(",\n")?,
    }
    *array = Some(Elements::Some);
    out.text(event)
}
