//! One sender's frames to messages.

use alloc::vec::Vec;
use core::fmt;

use super::{IsoTpError, Pci};

/// The longest message a [`Reassembler`] takes unless told otherwise: 64 KiB. ISO 15765-2 allows 4 GiB.
pub const DEFAULT_LIMIT: usize = 0x1_0000;

/// Where a frame's control byte stands.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Addressing {
    /// The first data byte is the control byte (normal and normal fixed addressing).
    #[default]
    Normal,
    /// The first data byte is an address, the second the control byte (extended and mixed addressing).
    Extended,
}

impl Addressing {
    /// Splits the data of a frame into the address byte, if there is one, and the bytes from the control byte on.
    pub fn split(self, data: &[u8]) -> Result<(Option<u8>, &[u8]), IsoTpError> {
        match (self, data) {
            (Self::Normal, data) => Ok((None, data)),
            (Self::Extended, [address, rest @ ..]) => Ok((Some(*address), rest)),
            (Self::Extended, []) => Err(IsoTpError::Empty),
        }
    }
}

/// Puts the messages of one sender together.
///
/// A message that begins in the middle of another one ends that (ISO 15765-2:2016, 9.8.3, table 23): what came of it
/// is never joined with what follows. Memory is bounded by the limit and grows with the bytes received, not with the length announced.
///
/// # Examples
///
/// ```
/// use cc_obd::isotp::{IsoTpError, Reassembler};
///
/// let mut engine = Reassembler::default();
/// assert_eq!(engine.push(&[0x10, 0x0A, 0x43, 0x04, 0x01, 0x18, 0x01, 0x22]), Ok(None));
/// let codes = engine.push(&[0x21, 0x02, 0x23, 0x26, 0x10, 0x00, 0x00, 0x00]);
/// assert_eq!(codes, Ok(Some(&[0x43, 0x04, 0x01, 0x18, 0x01, 0x22, 0x02, 0x23, 0x26, 0x10][..])));
///
/// assert_eq!(engine.push(&[0x21, 0x02]), Err(IsoTpError::Stray));
///
/// engine.push(&[0x10, 0x0A, 0x43, 0x04, 0x01, 0x18, 0x01, 0x22])?;
/// assert_eq!(engine.push(&[0x02, 0x43, 0x00]), Ok(Some(&[0x43, 0x00][..])));
/// assert_eq!(engine.interruption(), Some(IsoTpError::Interrupted { have: 6, length: 10 }));
/// # Ok::<(), IsoTpError>(())
/// ```
#[derive(Clone)]
pub struct Reassembler {
    limit: usize,
    /// The announced length; 0: no message is being received.
    length: usize,
    next: u8,
    /// The data bytes of the first frame behind its control byte: every consecutive frame but the last has as many.
    frame: usize,
    received: Vec<u8>,
    /// Bytes received and announced of the message that the last frame broke off.
    interrupted: Option<(usize, usize)>,
}

/// A message, and what it broke off.
pub(crate) type Whole<'a> = (&'a [u8], Option<IsoTpError>);

impl Default for Reassembler {
    fn default() -> Self {
        Self::with_limit(DEFAULT_LIMIT)
    }
}

impl Reassembler {
    /// A reassembler that refuses messages of more than `limit` bytes.
    pub fn with_limit(limit: usize) -> Self {
        Self { limit, length: 0, next: 0, frame: 0, received: Vec::new(), interrupted: None }
    }

    /// Takes the bytes of a frame from the control byte on. Gives the message that the frame completes, if any.
    ///
    /// Flow control frames are for the other side and give `None`. A first frame that breaks off a long message is
    /// taken, and [`IsoTpError::Interrupted`] says what it broke off; where a single frame does, its message is given,
    /// and [`interruption`](Self::interruption) says it.
    #[inline]
    pub fn push<'a>(&'a mut self, bytes: &'a [u8]) -> Result<Option<&'a [u8]>, IsoTpError> {
        self.take(bytes).map(|whole| whole.map(|(message, _)| message))
    }

    /// What the last frame broke off, where it was a single one.
    pub fn interruption(&self) -> Option<IsoTpError> {
        self.interrupted.map(|(have, length)| IsoTpError::Interrupted { have, length })
    }

    /// [`Self::push`] and [`Self::interruption`] in one.
    #[inline]
    pub(crate) fn take<'a>(&'a mut self, bytes: &'a [u8]) -> Result<Option<Whole<'a>>, IsoTpError> {
        self.interrupted = None;
        match Pci::parse(bytes)? {
            Pci::Single(message) => {
                if self.is_receiving() {
                    self.interrupted = Some((self.received.len(), self.length));
                    self.reset();
                }
                Ok(Some((message, self.interruption())))
            }
            Pci::FlowControl { .. } => Ok(None),
            Pci::First { length, data } => {
                let broken = self.unfinished();
                if length > self.limit {
                    self.reset();
                    return Err(IsoTpError::OverLimit { length, limit: self.limit });
                }
                self.length = length;
                self.next = 1;
                self.frame = bytes.len() - 1;
                self.received.clear();
                self.received.extend_from_slice(data);
                match broken {
                    Some(IsoTpError::Unfinished { have, length }) => {
                        Err(IsoTpError::Interrupted { have, length })
                    }
                    _ => Ok(None),
                }
            }
            Pci::Consecutive { number, data } => {
                self.consecutive(number, data).map(|message| message.map(|message| (message, None)))
            }
        }
    }

    fn consecutive(&mut self, number: u8, data: &[u8]) -> Result<Option<&[u8]>, IsoTpError> {
        if self.length == 0 {
            return Err(IsoTpError::Stray);
        }
        if number != self.next {
            let expected = self.next;
            self.reset();
            return Err(IsoTpError::Sequence { expected, found: number });
        }
        if data.len() > self.frame {
            let expected = self.frame;
            self.reset();
            return Err(IsoTpError::ConsecutiveLength { expected, found: data.len() });
        }
        let missing = self.length - self.received.len();
        // Only the last frame may be short, and it may not end before the message does.
        if data.len() < missing.min(self.frame) {
            let (have, length) = (self.received.len() + data.len(), self.length);
            self.reset();
            return Err(IsoTpError::Unfinished { have, length });
        }
        self.received.extend_from_slice(&data[..data.len().min(missing)]);
        self.next = (self.next + 1) & 0x0F;
        if self.received.len() < self.length {
            return Ok(None);
        }
        self.length = 0;
        Ok(Some(&self.received))
    }

    /// The long message that was completed last, until the next frame.
    pub(super) fn message(&self) -> &[u8] {
        &self.received
    }

    /// Whether a long message has begun and is not complete.
    pub fn is_receiving(&self) -> bool {
        self.length > 0
    }

    /// Ends the input: an error where a message is incomplete. The reassembler is then ready for the next.
    pub fn finish(&mut self) -> Result<(), IsoTpError> {
        let unfinished = self.unfinished();
        self.reset();
        unfinished.map_or(Ok(()), Err)
    }

    fn unfinished(&self) -> Option<IsoTpError> {
        let (have, length) = (self.received.len(), self.length);
        self.is_receiving().then_some(IsoTpError::Unfinished { have, length })
    }

    fn reset(&mut self) {
        self.length = 0;
        self.received.clear();
    }
}

impl fmt::Debug for Reassembler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reassembler({} of {} bytes)", self.received.len(), self.length)
    }
}
