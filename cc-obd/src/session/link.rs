//! One request and its reply, over either kind of line.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write;
use core::time::Duration;

use cc_core::Timestamp;
use chrono::TimeDelta;

use super::can_link::CanLink;
use super::text_link::{Purpose, TextLink};
use super::{Input, Output, SessionError};
use crate::capture::{CaptureError, Decoded, Item};
use crate::elm::AdapterFault;

/// How a reply ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Ended {
    /// As it should.
    Whole,
    /// With all its lines but no prompt.
    WithoutPrompt,
    /// Nothing came at all.
    Silent,
    /// Data without end, and no prompt.
    Flood,
}

/// Everything between a request and the next one.
#[derive(Clone, Debug)]
pub(super) struct Reply {
    pub(super) ended: Ended,
    /// The last fault word.
    pub(super) fault: Option<AdapterFault>,
    pub(super) is_okay: bool,
    /// The command came back as it was sent.
    pub(super) is_echoed: bool,
    /// The lines of a command for the adapter itself.
    pub(super) texts: Vec<String>,
    /// The adapter named itself, or lost its supply: its settings are gone.
    pub(super) is_restart: bool,
    pub(super) items: Vec<Decoded>,
}

impl Reply {
    pub(super) fn new() -> Self {
        Self {
            ended: Ended::Whole,
            fault: None,
            is_okay: false,
            is_echoed: false,
            texts: Vec::new(),
            is_restart: false,
            items: Vec::new(),
        }
    }

    /// Whether the car said anything.
    pub(super) fn has_answer(&self) -> bool {
        self.items.iter().any(|decoded| !matches!(decoded.item, Item::Error(_)))
    }

    /// Whether the only answers are pleas for patience.
    pub(super) fn is_pending(&self) -> bool {
        let mut answers =
            self.items.iter().filter(|decoded| !matches!(decoded.item, Item::Error(_))).peekable();
        answers.peek().is_some()
            && answers
                .all(|decoded| matches!(&decoded.item, Item::Negative(negative) if negative.is_pending()))
    }

    /// What a person is told where every reply without an answer is like this one.
    pub(super) fn trouble(&self, service: u8) -> SessionError {
        match self.fault {
            Some(fault) if is_transient(fault) => SessionError::Fault(fault),
            _ if self.is_damaged() => SessionError::Unreadable { service },
            _ => SessionError::CarSilent,
        }
    }

    /// A part of it is damaged, or the adapter says that something was lost.
    pub(super) fn is_damaged(&self) -> bool {
        self.items.iter().any(|decoded| match decoded.item {
            Item::Error(CaptureError::Adapter(fault)) => is_transient(fault),
            Item::Error(error) => !error.is_silence(),
            _ => false,
        })
    }
}

/// Whether the same request may well be answered the next time.
pub(super) fn is_transient(fault: AdapterFault) -> bool {
    !matches!(
        fault,
        AdapterFault::NoData
            | AdapterFault::UnableToConnect
            | AdapterFault::BusInit
            | AdapterFault::UnknownCommand
            | AdapterFault::ActivityAlert
            | AdapterFault::LowPowerAlert
    )
}

/// A request to the car.
#[derive(Clone, Debug)]
pub(super) struct Request<'a> {
    pub(super) bytes: &'a [u8],
    /// One ECU, by the id that it answers with; `None`: all.
    pub(super) ecu: Option<&'a str>,
    /// How many ECUs will answer with one frame each, where that is known.
    pub(super) answers: Option<usize>,
    pub(super) patience: Duration,
    /// It asks whether anybody is on this bus: no answer is an answer.
    pub(super) is_probe: bool,
}

/// The line.
#[derive(Debug)]
pub(super) enum Link {
    Text(Box<TextLink>),
    Can(Box<CanLink>),
}

impl Link {
    /// Sends a command for the adapter itself. A bus without adapter has none.
    pub(super) fn command(&mut self, now: Duration, text: &str, patience: Duration, out: &mut Vec<Output>) {
        if let Self::Text(link) = self {
            link.start(now, text, Purpose::Adapter, patience, out);
        }
    }

    pub(super) fn request(&mut self, now: Duration, request: &Request<'_>, out: &mut Vec<Output>) {
        match self {
            Self::Text(link) => {
                let mut text = String::new();
                for byte in request.bytes {
                    // Writing to a String cannot fail.
                    let _ = write!(text, "{byte:02X}");
                }
                if let Some(count @ 1..=9) = request.answers {
                    let _ = write!(text, "{count}");
                }
                let purpose = if request.is_probe { Purpose::Probe } else { Purpose::Car };
                link.start(now, &text, purpose, request.patience, out);
            }
            Self::Can(link) => link.start(now, request, out),
        }
    }

    pub(super) fn handle(&mut self, now: Duration, input: Input<'_>, out: &mut Vec<Output>) {
        match (self, input) {
            (Self::Text(link), Input::Received(bytes)) => link.received(now, bytes, out),
            (Self::Text(link), _) => link.tick(now, out),
            (Self::Can(link), Input::Frame(frame)) => link.received(now, frame, out),
            (Self::Can(link), _) => link.tick(now, out),
        }
    }

    /// Forgets what is on its way: the line was cut.
    pub(super) fn cut(&mut self, out: &mut Vec<Output>) {
        match self {
            Self::Text(link) => link.cut(out),
            Self::Can(link) => link.cut(),
        }
    }

    /// The reply, once it is whole.
    pub(super) fn take(&mut self) -> Option<Reply> {
        match self {
            Self::Text(link) => link.take(),
            Self::Can(link) => link.take(),
        }
    }

    /// Whether nothing is on its way, and the line was quiet long enough.
    pub(super) fn is_free(&self, now: Duration) -> bool {
        match self {
            Self::Text(link) => link.is_free(now),
            Self::Can(link) => link.is_free(),
        }
    }

    /// Passes over what comes for a while: replies and requests no longer fit together.
    pub(super) fn drain(&mut self, now: Duration) {
        if let Self::Text(link) = self {
            link.drain(now);
        }
    }

    /// Sets the instant of [`Duration::ZERO`].
    pub(super) fn set_epoch(&mut self, epoch: Timestamp) {
        match self {
            Self::Text(link) => link.set_epoch(epoch),
            Self::Can(link) => link.set_epoch(epoch),
        }
    }

    pub(super) fn next_deadline(&self) -> Option<Duration> {
        match self {
            Self::Text(link) => link.next_deadline(),
            Self::Can(link) => link.next_deadline(),
        }
    }

    pub(super) fn is_can(&self) -> bool {
        matches!(self, Self::Can(_))
    }
}

/// The instant of an item.
pub(super) fn instant(epoch: Timestamp, now: Duration) -> Timestamp {
    let passed = TimeDelta::from_std(now).unwrap_or(TimeDelta::MAX);
    epoch.checked_add_signed(passed).unwrap_or(Timestamp::MAX_UTC)
}
