//! Messages to frames, at the pace the receiver asks for.

use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;

use super::{Address, FlowStatus, IsoTpError, Options, Pci, SeparationTime, address};
use crate::frame::CanFrame;

/// Sends the messages of one end of a conversation, one after the other.
///
/// Nothing is sent by itself: [`poll`](Self::poll) gives the frame that is due, [`handle`](Self::handle) takes flow
/// control. Time is a [`Duration`] since any fixed instant.
#[derive(Clone)]
pub struct Sender {
    address: Address,
    options: Options,
    message: Vec<u8>,
    sent: usize,
    number: u8,
    state: State,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum State {
    /// A whole block has been sent, or the first frame; the receiver has the word.
    AwaitingFlow {
        until: Duration,
        waits: u8,
    },
    Idle,
    /// The first or only frame is due.
    Ready,
    /// Consecutive frames are due, `left` of them in this block if it has an end.
    Sending {
        due: Duration,
        pause: Duration,
        left: Option<u8>,
    },
}

impl Sender {
    /// A sender with nothing to send.
    pub fn new(address: Address, options: Options) -> Self {
        Self { address, options, message: Vec::new(), sent: 0, number: 0, state: State::Idle }
    }

    /// Takes a message to send. One at a time: another is refused until this one is sent or given up.
    pub fn start(&mut self, message: &[u8]) -> Result<(), IsoTpError> {
        if self.is_sending() {
            return Err(IsoTpError::Busy);
        }
        if message.is_empty() {
            return Err(IsoTpError::EmptyMessage);
        }
        let length = message.len();
        if u32::try_from(length).is_err() || (self.address.is_functional() && length > self.single_most()) {
            let limit = if self.address.is_functional() { self.single_most() } else { u32::MAX as usize };
            return Err(IsoTpError::OverLimit { length, limit });
        }
        self.message.clear();
        self.message.extend_from_slice(message);
        self.sent = 0;
        self.number = 0;
        self.state = State::Ready;
        Ok(())
    }

    /// Whether a message is not yet sent whole.
    pub fn is_sending(&self) -> bool {
        self.state != State::Idle
    }

    /// Gives up the message.
    pub fn cancel(&mut self) {
        self.state = State::Idle;
    }

    /// The frame that is due, if one is. An error ends the message: the receiver kept silent.
    pub fn poll(&mut self, now: Duration) -> Result<Option<CanFrame>, IsoTpError> {
        match self.state {
            State::Idle => Ok(None),
            State::Ready => self.first(now).map(Some),
            State::AwaitingFlow { until, .. } if now >= until => {
                self.state = State::Idle;
                Err(IsoTpError::FlowTimeout { sent: self.sent, length: self.message.len() })
            }
            State::Sending { due, pause, left } if now >= due => self.consecutive(now, pause, left).map(Some),
            State::AwaitingFlow { .. } | State::Sending { .. } => Ok(None),
        }
    }

    /// When [`poll`](Self::poll) has something to do next.
    pub fn next_deadline(&self) -> Option<Duration> {
        match self.state {
            State::Idle => None,
            State::Ready => Some(Duration::ZERO),
            State::AwaitingFlow { until, .. } => Some(until),
            State::Sending { due, .. } => Some(due),
        }
    }

    /// Takes the bytes of a frame from the control byte on; only flow control concerns a sender. An error ends the
    /// message. Flow control that nobody waits for is passed over.
    pub fn handle(&mut self, now: Duration, bytes: &[u8]) -> Result<(), IsoTpError> {
        let State::AwaitingFlow { waits, .. } = self.state else { return Ok(()) };
        let Ok(Pci::FlowControl { status, block_size, separation }) = Pci::parse(bytes) else {
            return Ok(());
        };
        match FlowStatus::from_raw(status) {
            Some(FlowStatus::Continue) => {
                let pause = SeparationTime(separation).pause();
                self.state = State::Sending { due: now, pause, left: (block_size > 0).then_some(block_size) };
                Ok(())
            }
            Some(FlowStatus::Wait) if waits < self.options.waits => {
                self.state = State::AwaitingFlow { until: now + self.options.flow_timeout, waits: waits + 1 };
                Ok(())
            }
            refusal => {
                self.state = State::Idle;
                Err(match refusal {
                    Some(FlowStatus::Overflow) => IsoTpError::Refused { length: self.message.len() },
                    Some(_) => IsoTpError::TooManyWaits { limit: self.options.waits },
                    None => IsoTpError::ReservedFlow(status),
                })
            }
        }
    }

    /// The longest message that one frame holds.
    fn single_most(&self) -> usize {
        let extension = usize::from(self.address.extension().is_some());
        let size = self.options.frame_size.bytes();
        if size > 8 { size - 2 - extension } else { 7 - extension }
    }

    fn first(&mut self, now: Duration) -> Result<CanFrame, IsoTpError> {
        let length = self.message.len();
        let short = 7 - usize::from(self.address.extension().is_some());
        if length <= self.single_most() {
            self.state = State::Idle;
            self.sent = length;
            let control: &[u8] = if length <= short { &[length as u8] } else { &[0, length as u8] };
            return self.frame(control, &self.message);
        }
        let [a, b, c, d] = (length as u32).to_be_bytes();
        let control: &[u8] = if length <= 0xFFF { &[0x10 | c, d] } else { &[0x10, 0, a, b, c, d] };
        let extension = usize::from(self.address.extension().is_some());
        self.sent = self.options.frame_size.bytes() - extension - control.len();
        self.state = State::AwaitingFlow { until: now + self.options.flow_timeout, waits: 0 };
        self.frame(control, &self.message[..self.sent])
    }

    fn consecutive(
        &mut self,
        now: Duration,
        pause: Duration,
        left: Option<u8>,
    ) -> Result<CanFrame, IsoTpError> {
        let extension = usize::from(self.address.extension().is_some());
        let room = self.options.frame_size.bytes() - extension - 1;
        let end = (self.sent + room).min(self.message.len());
        self.number = (self.number + 1) & 0x0F;
        let frame = self.frame(&[0x20 | self.number], &self.message[self.sent..end])?;
        self.sent = end;
        self.state = match left {
            _ if end == self.message.len() => State::Idle,
            Some(1) => State::AwaitingFlow { until: now + self.options.flow_timeout, waits: 0 },
            left => State::Sending { due: now + pause, pause, left: left.map(|left| left - 1) },
        };
        Ok(frame)
    }

    fn frame(&self, control: &[u8], data: &[u8]) -> Result<CanFrame, IsoTpError> {
        build(&self.address, &self.options, control, data)
    }
}

/// A frame of control bytes and data, with its address and filling.
pub(super) fn build(
    address: &Address,
    options: &Options,
    control: &[u8],
    data: &[u8],
) -> Result<CanFrame, IsoTpError> {
    let mut bytes = [options.padding.unwrap_or(FILLER); 64];
    let mut used = 0;
    for part in [address.extension().as_slice(), control, data] {
        let room = bytes.get_mut(used..used + part.len()).ok_or(IsoTpError::FrameLength { bytes: 64 })?;
        room.copy_from_slice(part);
        used += part.len();
    }
    let least = if options.padding.is_some() { used.max(8) } else { used };
    let length = address::fitting(least);
    options
        .frame_size
        .frame(address.transmit(), &bytes[..length])
        .map_err(|_| IsoTpError::FrameLength { bytes: length as u8 })
}

/// What CAN FD frames are filled with where nothing is asked for.
const FILLER: u8 = 0xCC;

impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sender({} of {} bytes, {:?})", self.sent, self.message.len(), self.state)
    }
}
