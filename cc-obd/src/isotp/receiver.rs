//! Frames to messages, with the flow control that asks for them.

use core::fmt;
use core::time::Duration;

use super::{Address, FlowStatus, IsoTpError, Options, Pci, Reassembler, sender};
use crate::frame::CanFrame;

/// Receives the messages of one end of a conversation and says when the other side may go on.
///
/// [`handle`](Self::handle) takes the bytes of frames, [`poll`](Self::poll) gives the flow control that is due. Time is a
/// [`Duration`] since any fixed instant.
#[derive(Clone)]
pub struct Receiver {
    address: Address,
    options: Options,
    reassembler: Reassembler,
    /// Flow control that is due, and since when it may be sent.
    due: Option<(FlowStatus, Duration)>,
    /// When the next frame must have come.
    until: Option<Duration>,
    /// Frames left in the block.
    left: u8,
    waits: u8,
    paused: bool,
    /// What a single frame broke off, until it is told.
    broken: Option<IsoTpError>,
}

impl Receiver {
    /// A receiver that waits for its first frame.
    pub fn new(address: Address, options: Options) -> Self {
        Self {
            address,
            options,
            reassembler: Reassembler::with_limit(options.limit),
            due: None,
            until: None,
            left: 0,
            waits: 0,
            paused: false,
            broken: None,
        }
    }

    /// Takes the bytes of a frame from the control byte on. Gives the message that the frame completes, if any.
    ///
    /// An error concerns one message; the receiver is ready for the next. A message over the limit is answered with
    /// overflow by the next [`poll`](Self::poll). A message that begins in the middle of another one ends that: where it
    /// is a single frame, the next [`poll`](Self::poll) says so ([`IsoTpError::Interrupted`]), else the error does.
    pub fn handle<'a>(&'a mut self, now: Duration, bytes: &'a [u8]) -> Result<Option<&'a [u8]>, IsoTpError> {
        let kind = bytes.first().map_or(0, |first| first >> 4);
        let late = self.until.is_some_and(|until| now >= until);
        if late && kind == 2 {
            // The frame is too late: its message was over.
            return self.expire().map(|()| None);
        }
        let is_receiving = |receiver: &Reassembler| receiver.is_receiving();
        match self.reassembler.take(bytes) {
            Ok(Some(_)) if kind == 2 => {
                self.rest();
                // The borrow of the message above ends before the state changes: take it again.
                Ok(Some(self.reassembler.message()))
            }
            Ok(Some((_, interrupted))) => {
                if let Some(interrupted) = interrupted {
                    self.rest();
                    self.broken = Some(interrupted);
                }
                Ok(Pci::parse(bytes).ok().and_then(|pci| match pci {
                    Pci::Single(message) => Some(message),
                    _ => None,
                }))
            }
            Ok(None) => {
                match kind {
                    1 => self.begin(now),
                    2 => self.next(now),
                    _ => {}
                }
                Ok(None)
            }
            Err(error) => {
                match error {
                    IsoTpError::OverLimit { .. } => {
                        self.rest();
                        self.due = Some((FlowStatus::Overflow, now));
                    }
                    IsoTpError::Interrupted { .. } => self.begin(now),
                    _ if !is_receiving(&self.reassembler) => self.rest(),
                    _ => {}
                }
                Err(error)
            }
        }
    }

    /// The flow control that is due, if any. An error says that a message was given up: the sender kept silent or broke
    /// it off, or "wait" was said too often.
    pub fn poll(&mut self, now: Duration) -> Result<Option<CanFrame>, IsoTpError> {
        if let Some(broken) = self.broken.take() {
            return Err(broken);
        }
        if self.until.is_some_and(|until| now >= until) {
            return self.expire().map(|()| None);
        }
        let Some((status, since)) = self.due else { return Ok(None) };
        if now < since {
            return Ok(None);
        }
        let status = match status {
            FlowStatus::Continue if self.paused => {
                if self.options.waits == 0 {
                    // Nothing may be said: the sender waits for as long as it will.
                    return Ok(None);
                }
                if self.waits >= self.options.waits {
                    self.reassembler.finish().ok();
                    self.rest();
                    return Err(IsoTpError::TooManyWaits { limit: self.options.waits });
                }
                self.waits += 1;
                self.due = Some((FlowStatus::Continue, now + self.options.flow_timeout / 2));
                FlowStatus::Wait
            }
            status => {
                self.due = None;
                if status == FlowStatus::Continue {
                    self.waits = 0;
                    self.left = self.options.block_size;
                    self.until = Some(now + self.options.frame_timeout);
                }
                status
            }
        };
        let control = [0x30 | status.raw(), self.options.block_size, self.options.separation.0];
        sender::build(&self.address, &self.options, &control, &[]).map(Some)
    }

    /// When [`poll`](Self::poll) has something to do next.
    pub fn next_deadline(&self) -> Option<Duration> {
        if self.broken.is_some() {
            return Some(Duration::ZERO);
        }
        let due = self.due.filter(|_| !self.paused || self.options.waits > 0).map(|(_, since)| since);
        [due, self.until].into_iter().flatten().min()
    }

    /// Holds the other side back: "wait" is said instead of "go on" until this is called with `false`.
    pub fn pause(&mut self, paused: bool) {
        self.paused = paused;
        if !paused && let Some((FlowStatus::Continue, since)) = &mut self.due {
            *since = Duration::ZERO;
        }
    }

    /// Whether a long message has begun and is not complete.
    pub fn is_receiving(&self) -> bool {
        self.reassembler.is_receiving()
    }

    /// A message has begun: the sender waits for flow control.
    fn begin(&mut self, now: Duration) {
        self.until = None;
        self.waits = 0;
        self.due = Some((FlowStatus::Continue, now));
    }

    /// A frame of the message came, and more are to come.
    fn next(&mut self, now: Duration) {
        self.until = Some(now + self.options.frame_timeout);
        if self.left == 1 {
            self.begin(now);
        }
        self.left = self.left.saturating_sub(1);
    }

    fn rest(&mut self) {
        self.due = None;
        self.until = None;
        self.left = 0;
        self.waits = 0;
    }

    fn expire(&mut self) -> Result<(), IsoTpError> {
        self.rest();
        self.reassembler.finish().map_err(|error| match error {
            IsoTpError::Unfinished { have, length } => IsoTpError::FrameTimeout { have, length },
            other => other,
        })
    }
}

impl fmt::Debug for Receiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Receiver({:?}, due {:?})", self.reassembler, self.due)
    }
}
