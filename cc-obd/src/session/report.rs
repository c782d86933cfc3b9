//! What goes into a session, and what comes out.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

use super::{AdapterIdentity, BusProtocol, JobId, SessionError};
use crate::capture::Decoded;
use crate::frame::CanFrame;

/// What happened.
#[non_exhaustive]
#[derive(Clone, Copy, Eq, PartialEq)]
pub enum Input<'a> {
    /// There is a line to the adapter, or a socket on the bus.
    Connected,
    /// The line was cut.
    Disconnected,
    /// A frame came from the bus ([`Session::with_can`](super::Session::with_can)).
    Frame(&'a CanFrame),
    /// Bytes came from the adapter, in any chunks ([`Session::with_adapter`](super::Session::with_adapter)).
    Received(&'a [u8]),
    /// Time passed.
    Tick,
}

impl fmt::Debug for Input<'_> {
    /// Without the bytes: they may spell a VIN.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connected => f.write_str("Connected"),
            Self::Disconnected => f.write_str("Disconnected"),
            Self::Frame(frame) => write!(f, "Frame({frame:?})"),
            Self::Received(bytes) => write!(f, "Received({} bytes)", bytes.len()),
            Self::Tick => f.write_str("Tick"),
        }
    }
}

/// What to do.
#[non_exhaustive]
#[derive(Clone, PartialEq)]
pub enum Output {
    /// Close the line, and open it again after a pause: the other end is stuck.
    Hangup,
    /// Tell the person or program that uses the session.
    Report(Report),
    /// Send these bytes to the adapter.
    Send(Vec<u8>),
    /// Send this frame on the bus.
    SendFrame(CanFrame),
    /// Append these bytes to the recording, where one is kept
    /// ([`SessionOptions::transcript`](super::SessionOptions::transcript)).
    Transcript(Vec<u8>),
}

impl fmt::Debug for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hangup => f.write_str("Hangup"),
            Self::Report(report) => write!(f, "Report({report:?})"),
            Self::Send(bytes) => write!(f, "Send({} bytes)", bytes.len()),
            Self::SendFrame(frame) => write!(f, "SendFrame({frame:?})"),
            Self::Transcript(bytes) => write!(f, "Transcript({} bytes)", bytes.len()),
        }
    }
}

/// What a session has to tell.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq)]
pub enum Report {
    /// The adapter is ready.
    AdapterFound(AdapterIdentity),
    /// Another car answers than before, or one that does not say which it is: what was known of the old one is forgotten.
    /// Jobs that were not over begin anew, but for those that erase: they end with
    /// [`SessionError::CarChanged`]. What had ended is to be started again for this car.
    CarChanged,
    /// An ECU answered for the first time.
    EcuFound(Box<str>),
    /// A job is over.
    Finished {
        /// Which.
        job: JobId,
        /// How it ended. What was read came as items before.
        result: Result<(), SessionError>,
    },
    /// Something that the car said.
    Item(Decoded),
    /// Something went wrong. The session goes on where it can.
    Problem(SessionError),
    /// The bus is found.
    ProtocolFound(BusProtocol),
    /// The car's ECUs said what they know: polling begins, or goes on after a cut. Then codes are worth reading again, as
    /// they may have changed meanwhile.
    Ready,
}
