//! One connection of a feed, and what its body is made of.

use std::fmt;
use std::time::Duration;

use serde_json::value::RawValue;

use super::{FeedHead, Live, Loss};
use crate::Mono;
use crate::decide::progress::Progress;
use crate::wire::{Control, LineParser, SseItem, SseParser};

#[derive(Debug)]
pub(super) struct Connection {
    pub(super) number: u64,
    pub(super) live: Live,
    /// When it was asked for; from the head of a stream, or of a refusal, on, when that came.
    pub(super) opened: Mono,
    pub(super) heard: Mono,
    /// The network may be another: until then something has to be heard.
    pub(super) proof: Option<Mono>,
    pub(super) head: Option<FeedHead>,
    /// When the stream said its first word.
    pub(super) live_since: Option<Mono>,
    pub(super) heartbeat: Option<Duration>,
    /// It waits for its turn, and was not asked for yet.
    pub(super) is_queued: bool,
    /// Bytes of an event that is not whole yet.
    pub(super) partial: usize,
    /// Bytes of news since the last word on where it stands.
    pub(super) unplaced: usize,
    /// Bytes of comments and the like since the last word on where it stands, or of what is no feed.
    pub(super) chatter: usize,
    /// Of what has come and is not whole.
    pub(super) progress: Progress,
    pub(super) body: Body,
}

pub(super) enum Body {
    Lines(LineParser, Vec<Box<str>>),
    /// An answer that is read when it is whole.
    Plain(Vec<u8>),
    Sse(SseParser, Vec<Box<str>>),
}

impl fmt::Debug for Body {
    /// Shows how much there is, not what.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lines(_, messages) | Self::Sse(_, messages) => write!(f, "{} messages", messages.len()),
            Self::Plain(bytes) => write!(f, "{} bytes", bytes.len()),
        }
    }
}

/// What was taken out of a body.
pub(super) enum Taken {
    Control(Control),
    Data,
    /// There is no more in these bytes.
    Everything,
    /// A comment, or a kind of event that this version does not know.
    Nothing,
}

impl Connection {
    pub(super) fn new(number: u64, live: Live, now: Mono, limit: usize) -> Self {
        let body = match live {
            Live::Lines => Body::Lines(LineParser::with_limit(limit), Vec::new()),
            Live::Sse => Body::Sse(SseParser::with_limit(limit), Vec::new()),
            Live::LongPoll | Live::No => Body::Plain(Vec::new()),
        };
        Self {
            number,
            live,
            opened: now,
            heard: now,
            proof: None,
            head: None,
            live_since: None,
            heartbeat: None,
            is_queued: false,
            partial: 0,
            unplaced: 0,
            chatter: 0,
            progress: Progress::default(),
            body,
        }
    }

    pub(super) fn is_stream(&self) -> bool {
        matches!(self.body, Body::Lines(..) | Body::Sse(..))
    }

    /// It waits for an answer that is to come at once.
    pub(super) fn is_asked(&self) -> bool {
        self.head.is_none() && self.live != Live::LongPoll
    }

    /// Something has begun to come, and is not whole.
    pub(super) fn is_coming(&self) -> bool {
        self.head.is_some() && (!self.is_stream() || self.partial > 0 || self.unplaced > 0)
    }

    /// What comes is no feed.
    pub(super) fn is_refusal(&self) -> bool {
        self.head.as_ref().is_some_and(|head| !matches!(head.status, 200 | 204))
    }

    /// The head of a feed came, and not yet a word.
    pub(super) fn is_mute(&self) -> bool {
        self.head.is_some() && self.is_stream() && self.live_since.is_none() && !self.is_refusal()
    }

    pub(super) fn lived(&self, now: Mono) -> Duration {
        self.live_since.map_or(Duration::ZERO, |since| now - since)
    }
}

impl Body {
    /// Takes the next thing out of these bytes.
    pub(super) fn take(&mut self, bytes: &mut &[u8], limit: usize) -> Result<Taken, Loss> {
        match self {
            Self::Plain(body) => {
                if body.len() + bytes.len() > limit {
                    return Err(Loss::TooLarge);
                }
                body.extend_from_slice(bytes);
                *bytes = &[];
                Ok(Taken::Everything)
            }
            Self::Sse(parser, messages) => match parser.next(bytes).map_err(|_| Loss::TooLarge)? {
                None => Ok(Taken::Everything),
                Some(SseItem::Event(event)) => match event.name.as_ref() {
                    "data" => {
                        let before = messages.len();
                        split(&event.data, messages).ok_or(Loss::NotAFeed)?;
                        Ok(if messages.len() > before { Taken::Data } else { Taken::Nothing })
                    }
                    "control" => Control::parse(&event.data).map(Taken::Control).ok_or(Loss::NotAFeed),
                    // Kinds of events that this version does not know.
                    _ => Ok(Taken::Nothing),
                },
                Some(SseItem::Comment | SseItem::Retry(_)) => Ok(Taken::Nothing),
            },
            Self::Lines(parser, messages) => match parser.next(bytes).map_err(|_| Loss::TooLarge)? {
                None => Ok(Taken::Everything),
                Some(b"") => Ok(Taken::Nothing),
                Some(line) => read_line(line, messages).ok_or(Loss::NotAFeed),
            },
        }
    }

    pub(super) fn has_messages(&self) -> bool {
        match self {
            Self::Lines(_, messages) | Self::Sse(_, messages) => !messages.is_empty(),
            Self::Plain(_) => false,
        }
    }

    /// The messages so far.
    pub(super) fn messages(&mut self) -> Vec<Box<str>> {
        match self {
            Self::Lines(_, messages) | Self::Sse(_, messages) => std::mem::take(messages),
            Self::Plain(_) => Vec::new(),
        }
    }
}

/// Takes the messages out of an array; `None` if it is not an array.
pub(super) fn split(text: &str, messages: &mut Vec<Box<str>>) -> Option<()> {
    let values: Vec<&RawValue> = serde_json::from_str(text).ok()?;
    messages.extend(values.into_iter().map(|value| value.get().into()));
    Some(())
}

/// Takes in a line: `{"data": […]}` or `{"control": {…}}`.
fn read_line(line: &[u8], messages: &mut Vec<Box<str>>) -> Option<Taken> {
    #[derive(serde::Deserialize)]
    struct Line<'a> {
        #[serde(borrow, default)]
        data: Option<Vec<&'a RawValue>>,
        #[serde(borrow, default)]
        control: Option<&'a RawValue>,
    }
    let line: Line<'_> = serde_json::from_slice(line).ok()?;
    messages.extend(line.data.into_iter().flatten().map(|value| value.get().into()));
    match line.control {
        Some(control) => Control::parse(control.get()).map(Taken::Control),
        None => Some(Taken::Data),
    }
}
