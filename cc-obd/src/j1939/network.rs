//! Whole messages, and the groups by which nodes ask and refuse (SAE J1939-21, 5.4).

use core::fmt;

use super::{GLOBAL_ADDRESS, Id, MessageError, Part, Pgn, array};
use crate::frame::CanFrame;

/// One message, of one frame or put together by the transport protocol.
///
/// `Debug` shows the length only: the bytes may spell a VIN.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct Message<'a> {
    /// 0 to 7; of a long message, that of the frame that announced it.
    pub priority: u8,
    /// What it is about.
    pub pgn: Pgn,
    /// Who sent it.
    pub source: u8,
    /// Who it is for; [`GLOBAL_ADDRESS`] is all.
    pub destination: u8,
    /// Its bytes.
    pub data: &'a [u8],
}

impl<'a> Message<'a> {
    pub(crate) fn of(id: Id, data: &'a [u8]) -> Self {
        Self {
            priority: id.priority(),
            pgn: id.pgn(),
            source: id.source(),
            destination: id.destination(),
            data,
        }
    }
}

impl fmt::Debug for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { priority: _, pgn, source, destination, data } = self;
        write!(f, "Message({pgn} of {source:02X} to {destination:02X}, {} bytes)", data.len())
    }
}

/// Asks for a message (RQST, 59904): the answer is the message itself, or an [`Acknowledgement`] that says no.
///
/// # Examples
///
/// ```
/// use cc_obd::j1939::{DiagnosticMessage, MessageError, Request};
///
/// let request = Request { pgn: DiagnosticMessage::Dm2.pgn() };
/// let frame = request.frame(0x00, 0xF9);
/// assert_eq!((frame.id().to_string().as_str(), frame.data()), ("18EA00F9", &[0xCB, 0xFE, 0x00][..]));
/// assert_eq!(Request::parse(frame.data())?, request);
///
/// let error = Request::parse(&[0xCB, 0xFE]).unwrap_err();
/// assert_eq!(error.to_string(), "parameter group number cut short at offset 0");
/// # Ok::<(), MessageError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Request {
    /// The group that is wanted.
    pub pgn: Pgn,
}

impl Request {
    /// Reads the data of a request.
    pub fn parse(data: &[u8]) -> Result<Self, MessageError> {
        let bytes = array(data, 0, Part::Pgn)?;
        let pgn = Pgn::from_bytes(bytes).ok_or(MessageError::Invalid { part: Part::Pgn, offset: 0 })?;
        Ok(Self { pgn })
    }

    /// The frame that asks `destination` ([`GLOBAL_ADDRESS`]: everyone who has it).
    pub fn frame(self, destination: u8, source: u8) -> CanFrame {
        frame(Id::addressed(6, Pgn::REQUEST, destination, source), &self.pgn.to_bytes())
    }
}

/// What an [`Acknowledgement`] says.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum AcknowledgementControl {
    /// Done (ACK).
    Positive,
    /// Not supported, or refused (NACK).
    Negative,
    /// Not with the rights the asker has.
    AccessDenied,
    /// Not now: the node is busy.
    CannotRespond,
}

/// Says yes or no to a request (ACKM, 59392). Clearing codes (DM3, DM11) is answered by it.
///
/// # Examples
///
/// ```
/// use cc_obd::j1939::{Acknowledgement, AcknowledgementControl, DiagnosticMessage, MessageError};
///
/// let data = [0x00, 0xFF, 0xFF, 0xFF, 0xF9, 0xD3, 0xFE, 0x00];
/// let answer = Acknowledgement::parse(&data)?;
/// assert_eq!((answer.control, answer.address), (AcknowledgementControl::Positive, Some(0xF9)));
/// assert_eq!(DiagnosticMessage::of(answer.pgn), Some(DiagnosticMessage::Dm11));
/// assert_eq!(answer.frame(0x00).data(), data);
///
/// let error = Acknowledgement::parse(&[9, 0xFF, 0xFF, 0xFF, 0xF9, 0xD3, 0xFE, 0x00]).unwrap_err();
/// assert_eq!(error.to_string(), "control byte invalid at offset 0");
/// # Ok::<(), MessageError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Acknowledgement {
    /// Yes or no.
    pub control: AcknowledgementControl,
    /// The group function that was asked for; `None` where the group has none (255).
    pub group_function: Option<u8>,
    /// Who asked; `None` in messages of nodes built before 2001, which leave it out (255).
    pub address: Option<u8>,
    /// The group that was asked for.
    pub pgn: Pgn,
}

impl Acknowledgement {
    /// Reads the data of an acknowledgement.
    pub fn parse(data: &[u8]) -> Result<Self, MessageError> {
        let [control, group_function, _, _, address, pgn @ ..] = array::<8>(data, 0, Part::Control)?;
        let control = match control {
            0 => AcknowledgementControl::Positive,
            1 => AcknowledgementControl::Negative,
            2 => AcknowledgementControl::AccessDenied,
            3 => AcknowledgementControl::CannotRespond,
            _ => return Err(MessageError::Invalid { part: Part::Control, offset: 0 }),
        };
        let pgn = Pgn::from_bytes(pgn).ok_or(MessageError::Invalid { part: Part::Pgn, offset: 5 })?;
        let given = |byte| Some(byte).filter(|&byte| byte != 0xFF);
        Ok(Self { control, group_function: given(group_function), address: given(address), pgn })
    }

    /// The frame, to all, as the standard has it.
    pub fn frame(self, source: u8) -> CanFrame {
        let control = match self.control {
            AcknowledgementControl::Positive => 0,
            AcknowledgementControl::Negative => 1,
            AcknowledgementControl::AccessDenied => 2,
            AcknowledgementControl::CannotRespond => 3,
        };
        let [low, middle, high] = self.pgn.to_bytes();
        let (function, address) = (self.group_function.unwrap_or(0xFF), self.address.unwrap_or(0xFF));
        let data = [control, function, 0xFF, 0xFF, address, low, middle, high];
        frame(Id::addressed(6, Pgn::ACKNOWLEDGEMENT, GLOBAL_ADDRESS, source), &data)
    }
}

/// A frame of at most 8 bytes; more are cut.
pub(super) fn frame(id: Id, data: &[u8]) -> CanFrame {
    CanFrame::cut(id.can_id(), data)
}
