//! `ccars convert`: from one form of events to another.

use std::path::PathBuf;

use cc_core::Event;
use cc_core::protobuf::ProtobufEncoder;
use cc_core::stream::StreamPart;
use clap::Args;
use example_terminal::{Failure, Input, JsonEvents, Output, Verdict};

use crate::complain;
use crate::events::{EventFormat, Events};

/// Decode events and encode them again
///
/// Nothing is lost on the way, between the forms too: unknown types and fields, old type names and big integers come back
/// as they were; `time` comes back in UTC. From JSON to JSON an array stays an array and lines stay lines; from protobuf
/// come lines. A bad event is left out, reported on standard error with its place and reason, and does not stop the rest.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  ccars convert --from push-v2 --to push-v2 events.json > clean.json
  curl -s https://feed.example/events | ccars convert --from push-v2 --to push-v2
  ccars convert --from push-v2 --to push-v2-protobuf events.json > events.pb
  ccars convert --from push-v2-protobuf --to push-v2 events.pb

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

impl Convert {
    pub(crate) fn run(self) -> Result<Verdict, Failure> {
        let file = self.file.as_deref();
        let writer = Writer {
            out: Output::stdout(),
            to: self.to,
            array: None,
            encoder: ProtobufEncoder::default(),
            bytes: Vec::new(),
        };
        match self.from {
            EventFormat::PushV2 => from_json(Input::open(file)?, writer),
            EventFormat::PushV2Protobuf => from_protobuf(Events::open(file, self.from)?, writer),
        }
    }
}

fn from_json(input: Input, mut writer: Writer) -> Result<Verdict, Failure> {
    let name = input.name().to_owned();
    let mut events = JsonEvents::new(input);
    let mut bad = 0;
    loop {
        if events.is_drained() {
            writer.out.flush()?;
        }
        let error = match events.next_part()? {
            None => break,
            Some(StreamPart::ArrayStart) => {
                writer.array_start()?;
                continue;
            }
            Some(StreamPart::ArrayEnd) => {
                writer.array_end()?;
                continue;
            }
            Some(StreamPart::Item(item)) => match item.event {
                Ok(event) => {
                    writer.event(&event)?;
                    continue;
                }
                Err(error) => error,
            },
        };
        bad += 1;
        complain(&format!("{name}:{}: {error}", events.line()));
    }
    writer.out.flush()?;
    Ok(Verdict::from_bad(bad))
}

fn from_protobuf(mut events: Events, mut writer: Writer) -> Result<Verdict, Failure> {
    let mut bad = 0;
    loop {
        if events.is_drained() {
            writer.out.flush()?;
        }
        match events.next_event()? {
            None => break,
            Some(Ok(event)) => writer.event(&event)?,
            Some(Err(reason)) => {
                bad += 1;
                complain(&format!("{}: {reason}", events.place()));
            }
        }
    }
    writer.out.flush()?;
    Ok(Verdict::from_bad(bad))
}

/// Writes events in the form that was asked for.
struct Writer {
    out: Output,
    to: EventFormat,
    array: Option<Elements>,
    encoder: ProtobufEncoder,
    bytes: Vec<u8>,
}

/// Whether the array that is being written has elements.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Elements {
    None,
    Some,
}

impl Writer {
    fn array_start(&mut self) -> Result<(), Failure> {
        if self.to == EventFormat::PushV2 {
            self.array = Some(Elements::None);
            self.out.text("[")?;
        }
        Ok(())
    }

    fn array_end(&mut self) -> Result<(), Failure> {
        match self.array.take() {
            None => Ok(()),
            Some(Elements::None) => self.out.line("]"),
            Some(Elements::Some) => self.out.line("\n]"),
        }
    }

    fn event(&mut self, event: &Event) -> Result<(), Failure> {
        if self.to == EventFormat::PushV2Protobuf {
            self.bytes.clear();
            self.encoder.write(event, &mut self.bytes);
            return self.out.bytes(&self.bytes);
        }
        match self.array {
            None => return self.out.line(&event.to_json()),
            Some(Elements::None) => self.out.text("\n")?,
            Some(Elements::Some) => self.out.text(",\n")?,
        }
        self.array = Some(Elements::Some);
        self.out.text(&event.to_json())
    }
}
