//! Long messages put together.

use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;

use super::control::{AbortReason, Control};
use super::{RETRIES, T1, T2, TransportError, TransportFault};
use crate::frame::CanFrame;
use crate::j1939::{GLOBAL_ADDRESS, Id, Message, Part, Pgn};

/// Puts the messages of a bus together: of one frame, broadcast, and sent to one node.
///
/// A [listener](Self::listener) hears the messages of all to all and says nothing. A [node](Self::node) also answers
/// what is sent to its own address: [`poll`](Self::poll) gives its frames.
///
/// At most 64 transfers go on at once by default; one more takes the place of the one that was silent longest, as one
/// that never ends must not stop the others. Buffers are kept: once they have grown, nothing is allocated.
///
/// # Examples
///
/// ```
/// use core::time::Duration;
/// use cc_obd::frame::CandumpLine;
/// use cc_obd::j1939::{CodeList, transport::Receiver};
///
/// let mut receiver = Receiver::listener();
/// let mut codes = Vec::new();
/// for line in [
///     "can0 1CECFF00#200A0002FFCAFE00", // 10 bytes of DM1 in two packets
///     "can0 1CEBFF00#0104FFB8040A036E",
///     "can0 1CEBFF00#02000001FFFFFFFF",
/// ] {
///     let frame = *CandumpLine::parse(line.as_bytes())?.frame().unwrap();
///     if let Some(message) = receiver.handle(Duration::ZERO, &frame)? {
///         codes.extend(CodeList::parse(message.data)?.iter().map(|code| code.dtc(None).unwrap().to_string()));
///     }
/// }
/// assert_eq!(codes, ["SPN 1208 FMI 10", "SPN 110 FMI 0"]);
///
/// let lost = |line: &str| *CandumpLine::parse(line.as_bytes()).unwrap().frame().unwrap();
/// receiver.handle(Duration::ZERO, &lost("can0 1CECFF00#200A0002FFCAFE00"))?;
/// let error = receiver.handle(Duration::ZERO, &lost("can0 1CEBFF00#02000001FFFFFFFF")).unwrap_err();
/// assert_eq!(error.to_string(), "message 65226 of 00: expected packet 1, found 2");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Receiver {
    own: Option<u8>,
    most: usize,
    sessions: Vec<Session>,
    outbox: VecDeque<CanFrame>,
}

/// One transfer: at most one from a sender to a destination.
#[derive(Clone)]
struct Session {
    active: bool,
    source: u8,
    destination: u8,
    priority: u8,
    pgn: Pgn,
    size: u16,
    packets: u8,
    /// The packets that have arrived.
    have: [u64; 4],
    /// How many.
    count: u8,
    /// The last packet asked for (in a node).
    block_end: u8,
    /// How many the sender gives at a time (in a node).
    at_once: u8,
    retries: u8,
    /// Whether the first packet of the block is still out.
    is_fresh: bool,
    /// When the last frame of it came.
    last: Duration,
    data: Vec<u8>,
}

/// How many frames wait to be sent at most; what cannot be said is not said.
const MOST_FRAMES: usize = 256;

impl Receiver {
    /// Hears everything, says nothing.
    pub const fn listener() -> Self {
        Self { own: None, most: 64, sessions: Vec::new(), outbox: VecDeque::new() }
    }

    /// Hears everything, and takes part in transfers to this address.
    pub const fn node(address: u8) -> Self {
        Self { own: Some(address), most: 64, sessions: Vec::new(), outbox: VecDeque::new() }
    }

    /// How many transfers go on at once, 1 at least.
    #[must_use]
    pub fn with_limit(mut self, transfers: usize) -> Self {
        self.most = transfers.max(1);
        self
    }

    /// Takes a frame of the bus; gives the message that it is or completes. Frames that are not J1939, and packets of
    /// transfers whose beginning was not heard, are passed over.
    pub fn handle<'a>(
        &'a mut self,
        now: Duration,
        frame: &'a CanFrame,
    ) -> Result<Option<Message<'a>>, TransportError> {
        let Some(id) = Id::of(frame.id()) else { return Ok(None) };
        match id.pgn() {
            Pgn::TRANSPORT_CONTROL => self.control(now, id, frame.data()).map(|()| None),
            Pgn::TRANSPORT_DATA => {
                let completed = self.data(now, id, frame.data())?;
                Ok(completed.and_then(|at| self.sessions.get(at)).map(Session::message))
            }
            _ => Ok(Some(Message::of(id, frame.data()))),
        }
    }

    /// The next frame to send, if there is one. An error says which message was given up because its sender went
    /// silent: a listener's too, so that it is worth calling now and then.
    pub fn poll(&mut self, now: Duration) -> Result<Option<CanFrame>, TransportError> {
        if let Some(frame) = self.outbox.pop_front() {
            return Ok(Some(frame));
        }
        let Some(at) = self.sessions.iter().position(|session| session.active && session.is_over(now)) else {
            return Ok(None);
        };
        let node = self.is_node_of(at);
        let session = &mut self.sessions[at];
        if node && !session.is_fresh && session.retries < RETRIES {
            // Packets of the block were lost: asked for again.
            session.retries += 1;
            let ask = session.ask(now);
            return Ok(Some(ask));
        }
        session.active = false;
        let error = session.silence();
        if node {
            let frame = session.answer(Control::Abort { reason: AbortReason::TIMEOUT });
            self.say(frame);
        }
        Err(error)
    }

    /// When [`poll`](Self::poll) has something to do next; an instant that has passed means now.
    pub fn next_deadline(&self) -> Option<Duration> {
        if !self.outbox.is_empty() {
            return Some(Duration::ZERO);
        }
        self.sessions.iter().filter(|session| session.active).map(Session::deadline).min()
    }

    /// How many transfers go on.
    pub fn transfers(&self) -> usize {
        self.sessions.iter().filter(|session| session.active).count()
    }

    /// Ends the input: an error for each message that never became whole.
    pub fn finish(&mut self, mut unfinished: impl FnMut(TransportError)) {
        for session in self.sessions.iter_mut().filter(|session| session.active) {
            session.active = false;
            let (have, packets) = (session.count, session.packets);
            unfinished(session.error(TransportFault::Ended { have, packets }));
        }
    }

    fn control(&mut self, now: Duration, id: Id, data: &[u8]) -> Result<(), TransportError> {
        let (source, destination) = (id.source(), id.destination());
        let (control, pgn) = Control::parse(data).map_err(|error| {
            let pgn = match data {
                [.., low, middle, high] => Pgn::from_bytes([*low, *middle, *high]),
                _ => None,
            };
            let is_size = matches!(error, crate::j1939::MessageError::Invalid { part: Part::Size, .. });
            if let (true, Some(pgn), Some(own)) = (is_size, pgn, self.own)
                && own == destination
            {
                self.say(Control::Abort { reason: AbortReason::SIZE }.frame(pgn, source, own));
            }
            let pgn = pgn.unwrap_or(Pgn::TRANSPORT_CONTROL);
            TransportError { pgn, source_address: source, fault: TransportFault::Control(error) }
        })?;
        match control {
            Control::Broadcast { size, packets } if destination == GLOBAL_ADDRESS => {
                self.begin(now, id, pgn, size, packets, 0xFF)
            }
            Control::RequestToSend { size, packets, at_once } if destination != GLOBAL_ADDRESS => {
                self.begin(now, id, pgn, size, packets, at_once)
            }
            // The sender of an abort may be either side.
            Control::Abort { reason } => {
                let session = match self.find(source, destination) {
                    Some(at) if self.sessions[at].pgn == pgn => Some(at),
                    _ => self.find(destination, source).filter(|&at| self.sessions[at].pgn == pgn),
                };
                let Some(at) = session else { return Ok(()) };
                self.sessions[at].active = false;
                Err(self.sessions[at].error(TransportFault::Aborted(reason)))
            }
            // What the receiver of another transfer says keeps that alive, as far as a listener can see.
            Control::ClearToSend { .. } => {
                if let Some(at) = self.find(destination, source)
                    && self.sessions[at].pgn == pgn
                {
                    let session = &mut self.sessions[at];
                    (session.last, session.is_fresh) = (now, true);
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn begin(
        &mut self,
        now: Duration,
        id: Id,
        pgn: Pgn,
        size: u16,
        packets: u8,
        at_once: u8,
    ) -> Result<(), TransportError> {
        let (source, destination) = (id.source(), id.destination());
        let known = self.find(source, destination);
        // The same announcement again, before anything came, is a second try.
        let interrupted = known.map(|at| &self.sessions[at]).filter(|s| s.count > 0 || s.pgn != pgn);
        let interrupted = interrupted.map(|session| {
            let (have, packets) = (session.count, session.packets);
            session.error(TransportFault::Interrupted { have, packets })
        });
        let at = known.unwrap_or_else(|| self.free());
        let node = self.own == Some(destination);
        let session = &mut self.sessions[at];
        session.data.clear();
        session.data.resize(size.into(), 0xFF);
        *session = Session {
            active: true,
            source,
            destination,
            priority: id.priority(),
            pgn,
            size,
            packets,
            have: [0; 4],
            count: 0,
            block_end: packets,
            // A window of nothing would wait for ever.
            at_once: at_once.max(1),
            retries: 0,
            is_fresh: destination != GLOBAL_ADDRESS,
            last: now,
            data: core::mem::take(&mut session.data),
        };
        if node {
            let ask = session.ask(now);
            self.say(ask);
        }
        interrupted.map_or(Ok(()), Err)
    }

    /// Takes a packet; gives the place of the transfer that it completes.
    fn data(&mut self, now: Duration, id: Id, data: &[u8]) -> Result<Option<usize>, TransportError> {
        let Some(at) = self.find(id.source(), id.destination()) else { return Ok(None) };
        let node = self.is_node_of(at);
        let session = &mut self.sessions[at];
        if session.is_over(now) && !node {
            session.active = false;
            return Err(session.silence());
        }
        let Some((&number, bytes)) = data.split_first() else { return Ok(None) };
        let last = session.missing().saturating_sub(1);
        let is_broadcast = session.destination == GLOBAL_ADDRESS;
        let is_wrong = number == 0 || number > session.packets || (is_broadcast && number > last + 1);
        // The last packet heard twice is heard once; an older one belongs to a transfer whose beginning was lost.
        if is_wrong || (is_broadcast && number < last) {
            session.active = false;
            let error =
                session.error(TransportFault::Sequence { expected: last.saturating_add(1), found: number });
            if node {
                let frame = session.answer(Control::Abort { reason: AbortReason::BAD_SEQUENCE });
                self.say(frame);
            }
            return Err(error);
        }
        session.last = now;
        session.is_fresh = false;
        if !session.store(number, bytes) {
            return Ok(None);
        }
        if session.count == session.packets {
            session.active = false;
            if node {
                let (size, packets) = (session.size, session.packets);
                let frame = session.answer(Control::EndOfMessage { size, packets });
                self.say(frame);
            }
            return Ok(Some(at));
        }
        if node && number == session.block_end {
            session.retries = if session.missing() <= number { session.retries + 1 } else { 0 };
            let frame = if session.retries > RETRIES {
                session.active = false;
                session.answer(Control::Abort { reason: AbortReason::RETRANSMISSIONS })
            } else {
                session.ask(now)
            };
            self.say(frame);
        }
        Ok(None)
    }

    fn find(&self, source: u8, destination: u8) -> Option<usize> {
        self.sessions.iter().position(|s| s.active && (s.source, s.destination) == (source, destination))
    }

    /// A place for one more transfer.
    fn free(&mut self) -> usize {
        if let Some(at) = self.sessions.iter().position(|session| !session.active) {
            return at;
        }
        if self.sessions.len() < self.most {
            self.sessions.push(Session::idle());
            return self.sessions.len() - 1;
        }
        // The limit is 1 at least, so there is one.
        (0..self.sessions.len()).min_by_key(|&at| self.sessions[at].last).unwrap_or(0)
    }

    fn is_node_of(&self, at: usize) -> bool {
        self.own == Some(self.sessions[at].destination)
    }

    fn say(&mut self, frame: CanFrame) {
        if self.outbox.len() < MOST_FRAMES {
            self.outbox.push_back(frame);
        }
    }
}

impl Session {
    fn idle() -> Self {
        Self {
            active: false,
            source: 0,
            destination: 0,
            priority: 0,
            pgn: Pgn::TRANSPORT_DATA,
            size: 0,
            packets: 0,
            have: [0; 4],
            count: 0,
            block_end: 0,
            at_once: 1,
            retries: 0,
            is_fresh: false,
            last: Duration::ZERO,
            data: Vec::new(),
        }
    }

    fn message(&self) -> Message<'_> {
        let Self { priority, pgn, source, destination, ref data, .. } = *self;
        Message { priority, pgn, source, destination, data }
    }

    /// The first packet that has not arrived, from 1; one past the last where all have.
    fn missing(&self) -> u8 {
        let word = self.have.iter().position(|word| *word != u64::MAX).unwrap_or(3);
        let bit = word * 64 + self.have[word].trailing_ones() as usize;
        (bit + 1).min(usize::from(self.packets) + 1).min(255) as u8
    }

    /// Stores a packet that is within the message; `false` where it was there or is cut short.
    fn store(&mut self, number: u8, bytes: &[u8]) -> bool {
        let index = usize::from(number) - 1;
        let first = index * 7;
        let length = usize::from(self.size).saturating_sub(first).min(7);
        let (word, bit) = (index / 64, 1_u64 << (index % 64));
        let (Some(bytes), Some(to)) = (bytes.get(..length), self.data.get_mut(first..first + length)) else {
            return false;
        };
        if self.have[word] & bit != 0 {
            return false;
        }
        to.copy_from_slice(bytes);
        self.have[word] |= bit;
        self.count += 1;
        true
    }

    /// Asks for the first missing packet and those behind it.
    fn ask(&mut self, now: Duration) -> CanFrame {
        let next = self.missing();
        let packets = (self.packets - next + 1).min(self.at_once);
        self.block_end = next - 1 + packets;
        (self.last, self.is_fresh) = (now, true);
        self.answer(Control::ClearToSend { packets, next })
    }

    /// A frame from the receiver to the sender.
    fn answer(&self, control: Control) -> CanFrame {
        control.frame(self.pgn, self.source, self.destination)
    }

    fn silence(&self) -> TransportError {
        self.error(TransportFault::Silent { have: self.count, packets: self.packets })
    }

    fn error(&self, fault: TransportFault) -> TransportError {
        TransportError { pgn: self.pgn, source_address: self.source, fault }
    }

    fn deadline(&self) -> Duration {
        self.last.saturating_add(if self.is_fresh { T2 } else { T1 })
    }

    fn is_over(&self, now: Duration) -> bool {
        now > self.deadline()
    }
}

impl Default for Receiver {
    fn default() -> Self {
        Self::listener()
    }
}

impl fmt::Debug for Receiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Receiver({:?}, {} transfers, {} frames)", self.own, self.transfers(), self.outbox.len())
    }
}
