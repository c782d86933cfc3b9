//! Several senders at once.

use alloc::collections::BTreeMap;
use core::fmt;

use super::{Addressing, DEFAULT_LIMIT, IsoTpError, Reassembler};
use crate::frame::{CanFrame, CanId};

/// Who sent a message: the CAN id and, with extended addressing, the address byte.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Source {
    /// The CAN id of the sender's frames.
    pub id: CanId,
    /// The address byte before the control byte, where the id uses extended addressing.
    pub address: Option<u8>,
}

/// A complete message, borrowed until the next frame.
///
/// `Debug` shows no data: the bytes may spell a VIN.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct MessageRef<'a> {
    /// Who sent it.
    pub source: Source,
    /// The message, padding cut.
    pub data: &'a [u8],
    /// The long message of the same sender that this one broke off, where it did ([`IsoTpError::Interrupted`]).
    pub interrupted: Option<IsoTpError>,
}

impl fmt::Debug for MessageRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MessageRef({}, {} bytes)", self.source.id, self.data.len())
    }
}

/// The most senders followed at once; a car has some dozens of ECUs.
const MOST_SENDERS: usize = 256;

/// One [`Reassembler`] for each sender.
///
/// # Examples
///
/// ```
/// use cc_obd::frame::{CanFrame, CanId};
/// use cc_obd::isotp::{Addressing, Network};
///
/// let mut network = Network::default();
/// let (engine, gearbox) = (CanId::base(0x7E8)?, CanId::base(0x7E9)?);
/// let first = CanFrame::new(engine, &[0x10, 0x0A, 0x43, 0x04, 0x01, 0x18, 0x01, 0x22])?;
/// let other = CanFrame::new(gearbox, &[0x04, 0x43, 0x01, 0x07, 0x00])?;
/// let last = CanFrame::new(engine, &[0x21, 0x02, 0x23, 0x26, 0x10, 0, 0, 0])?;
///
/// assert_eq!(network.push(&first, Addressing::Normal)?, None);
/// assert_eq!(network.push(&other, Addressing::Normal)?.unwrap().data, [0x43, 0x01, 0x07, 0x00]);
/// assert_eq!(network.push(&last, Addressing::Normal)?.unwrap().data.len(), 10);
///
/// let stray = network.push(&last, Addressing::Normal).unwrap_err();
/// assert_eq!(stray.to_string(), "consecutive frame without a first one");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Network {
    limit: usize,
    senders: BTreeMap<Source, Reassembler>,
}

impl Default for Network {
    fn default() -> Self {
        Self::with_limit(DEFAULT_LIMIT)
    }
}

impl Network {
    /// A network whose messages have at most `limit` bytes.
    pub fn with_limit(limit: usize) -> Self {
        Self { limit, senders: BTreeMap::new() }
    }

    /// Takes one frame. Gives the message that it completes, if any; an error concerns this sender only.
    pub fn push<'a>(
        &'a mut self,
        frame: &'a CanFrame,
        addressing: Addressing,
    ) -> Result<Option<MessageRef<'a>>, IsoTpError> {
        let (address, bytes) = addressing.split(frame.data())?;
        let source = Source { id: frame.id(), address };
        is_full(frame, bytes)?;
        if !self.senders.contains_key(&source) && self.senders.len() >= MOST_SENDERS {
            self.senders.retain(|_, sender| sender.is_receiving());
            if self.senders.len() >= MOST_SENDERS {
                return Err(IsoTpError::TooManySenders { limit: MOST_SENDERS });
            }
        }
        let sender = self.senders.entry(source).or_insert_with(|| Reassembler::with_limit(self.limit));
        Ok(sender.take(bytes)?.map(|(data, interrupted)| MessageRef { source, data, interrupted }))
    }

    /// Ends the input, or an answer: every sender whose message is incomplete, with the error.
    pub fn finish(&mut self, mut each: impl FnMut(Source, IsoTpError)) {
        for (&source, sender) in &mut self.senders {
            if let Err(error) = sender.finish() {
                each(source, error);
            }
        }
    }
}

/// A first frame fills its CAN frame (ISO 15765-2:2016, 9.6.3.2); an address before the control byte counts.
#[inline]
pub(super) fn is_full(frame: &CanFrame, bytes: &[u8]) -> Result<(), IsoTpError> {
    match bytes.first() {
        Some(first) if first >> 4 == 1 && frame.data().len() < 8 => Err(IsoTpError::FirstFrame),
        _ => Ok(()),
    }
}
