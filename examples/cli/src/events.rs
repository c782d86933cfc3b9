//! The events of an input, in either form of the data stream.

use std::io::BufRead;
use std::path::Path;

use cc_core::Event;
use cc_core::protobuf::{ProtobufDecoder, ProtobufItem};
use clap::ValueEnum;
use example_terminal::{Failure, Input, JsonEvents};

/// The forms of events.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum EventFormat {
    /// The data stream's JSON: an array, or one event a line
    PushV2,
    /// The data stream's protobuf: cc.sdk.event.v1.Event messages, each with its length as a varint before it
    PushV2Protobuf,
}

/// Reads events one by one, and remembers where the newest one stood.
pub(crate) struct Events {
    name: String,
    source: Source,
}

enum Source {
    Json(Box<JsonEvents>),
    Protobuf(Box<ProtobufEvents>),
}

impl Events {
    /// The events of a file, or of standard input.
    pub(crate) fn open(file: Option<&Path>, form: EventFormat) -> Result<Self, Failure> {
        Ok(Self::of(Input::open(file)?, form))
    }

    /// The events of an opened input.
    pub(crate) fn of(input: Input, form: EventFormat) -> Self {
        let name = input.name().to_owned();
        let source = match form {
            EventFormat::PushV2 => Source::Json(Box::new(JsonEvents::new(input))),
            EventFormat::PushV2Protobuf => Source::Protobuf(Box::new(ProtobufEvents::new(input))),
        };
        Self { name, source }
    }

    /// The name of the input for people.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Whether the next event may have to be waited for: a good moment to send out what was written.
    pub(crate) fn is_drained(&mut self) -> bool {
        match &mut self.source {
            Source::Json(events) => events.is_drained(),
            Source::Protobuf(events) => events.is_drained(),
        }
    }

    /// The next event, or why there is none where one should be; `None` at the end.
    pub(crate) fn next_event(&mut self) -> Result<Option<Result<Event, String>>, Failure> {
        match &mut self.source {
            Source::Json(events) => events.next_event(),
            Source::Protobuf(events) => events.next_event(),
        }
    }

    /// The line of what came last; in protobuf its number, from 1.
    pub(crate) fn number(&self) -> u64 {
        match &self.source {
            Source::Json(events) => events.line(),
            Source::Protobuf(events) => events.number,
        }
    }

    /// Where what came last stood, for people.
    pub(crate) fn place(&self) -> String {
        let Self { name, source } = self;
        match source {
            Source::Json(events) => format!("{name}:{}", events.line()),
            Source::Protobuf(events) => format!("{name}: event {}", events.number),
        }
    }
}

/// Feeds an input to a [`ProtobufDecoder`].
struct ProtobufEvents {
    input: Input,
    decoder: ProtobufDecoder,
    /// An item that was taken to see whether there is one.
    ahead: Option<ProtobufItem>,
    number: u64,
    is_finished: bool,
}

impl ProtobufEvents {
    fn new(input: Input) -> Self {
        Self { input, decoder: ProtobufDecoder::new(), ahead: None, number: 0, is_finished: false }
    }

    /// Each piece of the input is taken whole: where the decoder has nothing, the input has to be waited for.
    fn is_drained(&mut self) -> bool {
        if self.ahead.is_none() {
            self.ahead = self.decoder.next_item();
        }
        self.ahead.is_none()
    }

    fn next_event(&mut self) -> Result<Option<Result<Event, String>>, Failure> {
        loop {
            if let Some(item) = self.ahead.take().or_else(|| self.decoder.next_item()) {
                self.number = item.index + 1;
                return Ok(Some(item.event.map_err(|error| error.to_string())));
            }
            if self.is_finished {
                return Ok(None);
            }
            let piece = self.input.peek()?;
            let length = piece.len();
            if length == 0 {
                self.decoder.finish();
                self.is_finished = true;
            } else {
                self.decoder.push(piece);
                self.input.consume(length);
            }
        }
    }
}
