//! Long messages taken apart.

use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;

use super::super::network::frame;
use super::control::{AbortReason, Control, packets};
use super::{BROADCAST_PAUSE, LONGEST, T3, T4, TransportError, TransportFault};
use crate::frame::CanFrame;
use crate::j1939::{GLOBAL_ADDRESS, Id, Pgn};

/// Sends the messages of one node, one at a time: in one frame, broadcast, or agreed on with the receiver.
///
/// See the [module](super) for an example. It decides and never acts: the caller sends what [`poll`](Self::poll) gives,
/// gives it the frames of the bus with [`handle`](Self::handle), and wakes up at
/// [`next_deadline`](Self::next_deadline).
#[derive(Clone)]
pub struct Sender {
    address: u8,
    state: State,
    priority: u8,
    pgn: Pgn,
    destination: u8,
    data: Vec<u8>,
    /// What was said on the bus, but not yet to the caller.
    failed: Option<TransportFault>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum State {
    Idle,
    /// One frame is enough.
    Single,
    /// The announcement is due.
    Announce,
    /// The next packet of a broadcast is due at this instant.
    Broadcast {
        next: u8,
        at: Duration,
    },
    /// The receiver has to say something.
    Await {
        until: Duration,
    },
    /// Packets up to this one may go.
    Block {
        next: u8,
        end: u8,
    },
    /// An abort is due.
    Abort {
        reason: AbortReason,
    },
}

impl Sender {
    /// A node with this address that sends nothing.
    pub const fn new(address: u8) -> Self {
        Self {
            address,
            state: State::Idle,
            priority: 6,
            pgn: Pgn::TRANSPORT_DATA,
            destination: GLOBAL_ADDRESS,
            data: Vec::new(),
            failed: None,
        }
    }

    /// Takes a message of up to [`LONGEST`] bytes. A message of an addressed group of up to 8 bytes goes to
    /// `destination` as it is, and one of any group that is longer by the transport protocol;
    /// [`GLOBAL_ADDRESS`] broadcasts it.
    ///
    /// # Errors
    ///
    /// [`TransportFault::Busy`] while another is being sent, [`TransportFault::Size`] for one too long. A short message
    /// of a group that goes to all is sent to all, whatever the destination.
    pub fn start(
        &mut self,
        priority: u8,
        pgn: Pgn,
        destination: u8,
        data: &[u8],
    ) -> Result<(), TransportError> {
        let fail = |fault| Err(TransportError { pgn, source_address: self.address, fault });
        if self.is_sending() {
            return fail(TransportFault::Busy);
        }
        if data.len() > LONGEST {
            return fail(TransportFault::Size { bytes: data.len() });
        }
        self.data.clear();
        self.data.extend_from_slice(data);
        (self.priority, self.pgn, self.destination) = (priority.min(7), pgn, destination);
        self.state = if data.len() <= 8 { State::Single } else { State::Announce };
        Ok(())
    }

    /// Takes a frame of the bus; those that are no answer to this node are passed over.
    pub fn handle(&mut self, now: Duration, frame: &CanFrame) -> Result<(), TransportError> {
        let Some(id) = Id::of(frame.id()) else { return Ok(()) };
        let is_answer = id.pgn() == Pgn::TRANSPORT_CONTROL
            && (id.source(), id.destination()) == (self.destination, self.address);
        if !is_answer || !matches!(self.state, State::Await { .. } | State::Block { .. }) {
            return Ok(());
        }
        let Ok((control, pgn)) = Control::parse(frame.data()) else { return Ok(()) };
        if pgn != self.pgn {
            return Ok(());
        }
        let all = packets(self.data.len());
        match control {
            Control::Abort { reason } => {
                self.state = State::Idle;
                return Err(self.error(TransportFault::Aborted(reason)));
            }
            Control::EndOfMessage { .. } => self.state = State::Idle,
            Control::ClearToSend { packets: 0, .. } => {
                self.state = State::Await { until: now.saturating_add(T4) };
            }
            Control::ClearToSend { packets, next } => {
                self.state = match self.state {
                    State::Block { .. } => State::Abort { reason: AbortReason::CTS_WHILE_SENDING },
                    _ if next == 0 || next > all => State::Abort { reason: AbortReason::BAD_SEQUENCE },
                    _ => State::Block { next, end: (next - 1).saturating_add(packets).min(all) },
                };
            }
            Control::Broadcast { .. } | Control::RequestToSend { .. } => {}
        }
        Ok(())
    }

    /// The next frame to send, if one is due. An error says that the message was given up; the bus has been told
    /// before.
    pub fn poll(&mut self, now: Duration) -> Result<Option<CanFrame>, TransportError> {
        if let Some(fault) = self.failed.take() {
            return Err(self.error(fault));
        }
        let all = packets(self.data.len());
        Ok(Some(match self.state {
            State::Idle => return Ok(None),
            State::Single => {
                self.state = State::Idle;
                let to = if self.pgn.is_addressed() { self.destination } else { GLOBAL_ADDRESS };
                frame(Id::addressed(self.priority, self.pgn, to, self.address), &self.data)
            }
            State::Announce => {
                let size = self.data.len() as u16;
                let (control, state) = if self.destination == GLOBAL_ADDRESS {
                    let at = now.saturating_add(BROADCAST_PAUSE);
                    (Control::Broadcast { size, packets: all }, State::Broadcast { next: 1, at })
                } else {
                    let until = now.saturating_add(T3);
                    (Control::RequestToSend { size, packets: all, at_once: 0xFF }, State::Await { until })
                };
                self.state = state;
                control.frame(self.pgn, self.destination, self.address)
            }
            State::Broadcast { at, .. } if now < at => return Ok(None),
            State::Broadcast { next, .. } => {
                self.state = if next == all {
                    State::Idle
                } else {
                    State::Broadcast { next: next + 1, at: now.saturating_add(BROADCAST_PAUSE) }
                };
                self.packet(next)
            }
            State::Block { next, end } => {
                self.state = if next == end {
                    State::Await { until: now.saturating_add(T3) }
                } else {
                    State::Block { next: next + 1, end }
                };
                self.packet(next)
            }
            State::Await { until } if now <= until => return Ok(None),
            State::Await { .. } => {
                self.failed = Some(TransportFault::Timeout);
                self.abort(AbortReason::TIMEOUT)
            }
            State::Abort { reason } => {
                self.failed = Some(TransportFault::Aborted(reason));
                self.abort(reason)
            }
        }))
    }

    /// When [`poll`](Self::poll) has something to do next; an instant that has passed means now.
    pub fn next_deadline(&self) -> Option<Duration> {
        match self.state {
            _ if self.failed.is_some() => Some(Duration::ZERO),
            State::Idle => None,
            State::Broadcast { at, .. } => Some(at),
            State::Await { until } => Some(until.saturating_add(Duration::from_nanos(1))),
            State::Single | State::Announce | State::Block { .. } | State::Abort { .. } => {
                Some(Duration::ZERO)
            }
        }
    }

    /// Whether a message is not yet sent, or not yet acknowledged.
    pub fn is_sending(&self) -> bool {
        self.state != State::Idle || self.failed.is_some()
    }

    fn abort(&mut self, reason: AbortReason) -> CanFrame {
        self.state = State::Idle;
        Control::Abort { reason }.frame(self.pgn, self.destination, self.address)
    }

    fn packet(&self, number: u8) -> CanFrame {
        let first = usize::from(number.saturating_sub(1)) * 7;
        let mut bytes = [0xFF; 8];
        bytes[0] = number;
        for (to, from) in bytes[1..].iter_mut().zip(self.data.get(first..).unwrap_or_default()) {
            *to = *from;
        }
        frame(Id::addressed(7, Pgn::TRANSPORT_DATA, self.destination, self.address), &bytes)
    }

    fn error(&self, fault: TransportFault) -> TransportError {
        TransportError { pgn: self.pgn, source_address: self.address, fault }
    }
}

impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sender({:02X}, {} bytes, {:?})", self.address, self.data.len(), self.state)
    }
}
