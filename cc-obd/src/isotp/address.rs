//! Who speaks to whom, and how frames say it (ISO 15765-2:2016, 10.3).

use super::IsoTpError;
use crate::frame::{CanFrame, CanId, FrameError};

/// Both ends of one conversation: the ids and extra address bytes of the frames that go out and of those that come in.
///
/// Normal addressing says everything by the id. Extended addressing puts the target's address before the control
/// byte, mixed addressing an address extension that both directions share. The fixed forms build 29-bit ids from two
/// addresses, as SAE J1939 lays them out.
///
/// # Examples
///
/// ```
/// use cc_obd::frame::CanId;
/// use cc_obd::isotp::Address;
///
/// let engine = Address::normal(CanId::base(0x7E0)?, CanId::base(0x7E8)?);
/// assert_eq!(engine.extension(), None);
/// let truck = Address::normal_fixed(0xF1, 0x10);
/// assert_eq!((truck.transmit().to_string(), truck.receive().to_string()), ("18DA10F1".into(), "18DAF110".into()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Address {
    transmit: CanId,
    receive: CanId,
    transmit_extension: Option<u8>,
    receive_extension: Option<u8>,
    functional: bool,
}

impl Address {
    /// Normal addressing: the ids say it all.
    pub const fn normal(transmit: CanId, receive: CanId) -> Self {
        Self { transmit, receive, transmit_extension: None, receive_extension: None, functional: false }
    }

    /// Normal fixed addressing: `18DA`, target, source. `own` is mostly the tester's address, F1.
    pub const fn normal_fixed(own: u8, peer: u8) -> Self {
        Self::normal(fixed(0xDA, own, peer), fixed(0xDA, peer, own))
    }

    /// Extended addressing: each frame begins with the address of the one it is for.
    pub const fn extended(transmit: CanId, receive: CanId, own: u8, peer: u8) -> Self {
        let mut address = Self::normal(transmit, receive);
        address.transmit_extension = Some(peer);
        address.receive_extension = Some(own);
        address
    }

    /// Mixed addressing with 11-bit ids: each frame begins with an extension of the address, the same both ways.
    pub const fn mixed(transmit: CanId, receive: CanId, extension: u8) -> Self {
        Self::extended(transmit, receive, extension, extension)
    }

    /// Mixed addressing with 29-bit ids: `18CE`, target, source, and an extension before the control byte.
    pub const fn mixed_fixed(own: u8, peer: u8, extension: u8) -> Self {
        Self::mixed(fixed(0xCE, own, peer), fixed(0xCE, peer, own), extension)
    }

    /// The request goes to all who listen (`7DF`, `18DB33F1`): only messages that fit one frame may be sent.
    pub const fn functional(mut self, transmit: CanId) -> Self {
        self.transmit = transmit;
        self.functional = true;
        self
    }

    /// The id of frames that go out.
    pub const fn transmit(&self) -> CanId {
        self.transmit
    }

    /// The id of frames that come in.
    pub const fn receive(&self) -> CanId {
        self.receive
    }

    /// The byte before the control byte of frames that go out.
    pub const fn extension(&self) -> Option<u8> {
        self.transmit_extension
    }

    /// Whether requests go to all who listen.
    pub const fn is_functional(&self) -> bool {
        self.functional
    }

    /// The bytes of a frame from its control byte on, if the frame is for this end of the conversation.
    pub fn accept<'a>(&self, frame: &'a CanFrame) -> Option<&'a [u8]> {
        if frame.id() != self.receive {
            return None;
        }
        match (self.receive_extension, frame.data()) {
            (None, bytes) => Some(bytes),
            (Some(own), [address, bytes @ ..]) if *address == own => Some(bytes),
            _ => None,
        }
    }
}

/// `18`, the format, the target's and the source's address.
const fn fixed(format: u32, source: u8, target: u8) -> CanId {
    match CanId::extended(0x1800_0000 | format << 16 | (target as u32) << 8 | source as u32) {
        Ok(id) => id,
        // Priority 6 and three bytes always fit into 29 bits.
        Err(_) => unreachable!(),
    }
}

/// How long the frames are that go out: `TX_DL` of ISO 15765-2.
///
/// # Examples
///
/// ```
/// use cc_obd::isotp::{FrameSize, IsoTpError};
///
/// assert_eq!(FrameSize::CLASSIC.bytes(), 8);
/// assert_eq!(FrameSize::fd(64)?.bytes(), 64);
/// let error = FrameSize::fd(10).unwrap_err();
/// assert_eq!(error.to_string(), "10 is not a length of CAN FD frames: 8, 12, 16, 20, 24, 32, 48 or 64");
/// # Ok::<(), IsoTpError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct FrameSize {
    bytes: u8,
    fd: bool,
}

/// The lengths a CAN FD frame can have from 8 bytes on (ISO 11898-1, data length codes 8 to 15).
const FD_LENGTHS: [u8; 8] = [8, 12, 16, 20, 24, 32, 48, 64];

impl FrameSize {
    /// Classic CAN: 8 bytes.
    pub const CLASSIC: Self = Self { bytes: 8, fd: false };

    /// CAN FD with frames of this many bytes.
    pub fn fd(bytes: u8) -> Result<Self, IsoTpError> {
        if FD_LENGTHS.contains(&bytes) {
            Ok(Self { bytes, fd: true })
        } else {
            Err(IsoTpError::FrameLength { bytes })
        }
    }

    /// The longest frame, in bytes.
    pub const fn bytes(self) -> usize {
        self.bytes as usize
    }

    /// Whether frames are CAN FD.
    pub const fn is_fd(self) -> bool {
        self.fd
    }

    pub(super) fn frame(self, id: CanId, bytes: &[u8]) -> Result<CanFrame, FrameError> {
        if self.fd { CanFrame::new_fd(id, bytes) } else { CanFrame::new(id, bytes) }
    }
}

/// The length a frame of `used` bytes must have: CAN FD has no frames of, say, 9 bytes.
pub(super) fn fitting(used: usize) -> usize {
    if used <= 8 {
        return used;
    }
    FD_LENGTHS.iter().map(|&length| usize::from(length)).find(|&length| length >= used).unwrap_or(used)
}
