//! The three kinds of line.

use core::fmt;
use std::boxed::Box;
use std::io;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;

use super::AdapterAddress;
use crate::frame::CanFrame;

/// An open line.
pub(super) enum Line {
    Can(can::Socket),
    Text(Box<dyn Duplex>),
}

/// Bytes both ways.
pub(super) trait Duplex: AsyncRead + AsyncWrite + Send + Sync + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Sync + Unpin> Duplex for T {}

/// What waiting came to.
pub(super) enum Heard {
    Bytes(usize),
    Frame(CanFrame),
    Nothing,
    Written(usize),
}

impl Line {
    pub(super) async fn open(address: &AdapterAddress) -> io::Result<Self> {
        Ok(match address {
            AdapterAddress::Can { interface } => Self::Can(can::Socket::open(interface)?),
            AdapterAddress::Serial { path, baud } => {
                let port = serial2_tokio::SerialPort::open(path, *baud)?;
                Self::Text(Box::new(port))
            }
            AdapterAddress::Tcp { host, port } => {
                let host = host.trim_start_matches('[').trim_end_matches(']');
                let stream = TcpStream::connect((host, *port)).await?;
                stream.set_nodelay(true)?;
                Self::Text(Box::new(stream))
            }
        })
    }

    pub(super) async fn read(&mut self, buffer: &mut [u8]) -> io::Result<Heard> {
        match self {
            Self::Can(socket) => socket.read().await.map(Heard::Frame),
            Self::Text(stream) => stream.read(buffer).await.map(Heard::Bytes),
        }
    }

    pub(super) async fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            // Frames are written at once.
            Self::Can(_) => Ok(bytes.len()),
            Self::Text(stream) => stream.write(bytes).await,
        }
    }
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Can(_) => "Can",
            Self::Text(_) => "Text",
        })
    }
}

#[cfg(target_os = "linux")]
mod can {
    use std::io;

    use socketcan::tokio::CanSocket;
    use socketcan::{EmbeddedFrame, ExtendedId, Id, StandardId};

    use crate::frame::{CanFrame, CanId};

    pub(crate) struct Socket(CanSocket);

    impl Socket {
        pub(crate) fn open(interface: &str) -> io::Result<Self> {
            CanSocket::open(interface).map(Self)
        }

        /// The next data frame; what is no data is passed over.
        pub(crate) async fn read(&self) -> io::Result<CanFrame> {
            loop {
                let frame = self.0.read_frame().await?;
                if !matches!(frame, socketcan::CanFrame::Data(_)) {
                    continue;
                }
                let id = match frame.id() {
                    Id::Standard(id) => CanId::base(id.as_raw()),
                    Id::Extended(id) => CanId::extended(id.as_raw()),
                };
                if let Ok(frame) = id.and_then(|id| CanFrame::new(id, frame.data())) {
                    return Ok(frame);
                }
            }
        }

        /// Puts a frame into the queue of the interface.
        pub(crate) fn write(&self, frame: &CanFrame) -> io::Result<()> {
            let raw = frame.id().raw();
            let id = if frame.id().is_extended() {
                ExtendedId::new(raw).map(Id::Extended)
            } else {
                StandardId::new(raw as u16).map(Id::Standard)
            };
            let frame = id.and_then(|id| socketcan::CanFrame::new(id, frame.data()));
            self.0.try_write_frame(frame.ok_or(io::ErrorKind::InvalidInput)?)
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod can {
    use std::io;

    use crate::frame::CanFrame;

    /// There is none on this system.
    pub(crate) enum Socket {}

    impl Socket {
        pub(crate) fn open(_: &str) -> io::Result<Self> {
            Err(io::ErrorKind::Unsupported.into())
        }

        pub(crate) async fn read(&self) -> io::Result<CanFrame> {
            match *self {}
        }

        pub(crate) fn write(&self, _: &CanFrame) -> io::Result<()> {
            match *self {}
        }
    }
}
