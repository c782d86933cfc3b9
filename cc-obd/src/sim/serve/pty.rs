//! A pseudo-terminal: a serial port that leads to this program.

use core::pin::Pin;
use core::task::{Context, Poll, ready};
use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::string::ToString;
use std::vec::Vec;

use rustix::fs::{Mode, OFlags};
use rustix::pty::OpenptFlags;
use rustix::termios::OptionalActions;
use tokio::io::unix::AsyncFd;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The end of a pseudo-terminal that is ours; the other end has a [path](Self::path) that clients open as a serial port.
///
/// # Examples
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let pty = cc_obd::sim::serve::Pty::open()?;
/// assert!(pty.path().starts_with("/dev"));
/// # Ok::<(), std::io::Error>(())
/// # })?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Pty {
    ours: AsyncFd<OwnedFd>,
    path: PathBuf,
    /// Kept open, so that the terminal outlives its clients.
    _theirs: OwnedFd,
}

impl Pty {
    /// Opens a new one, in raw mode. To be called within a tokio runtime.
    pub fn open() -> io::Result<Self> {
        let ours = rustix::pty::openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY)?;
        rustix::pty::grantpt(&ours)?;
        rustix::pty::unlockpt(&ours)?;
        let path = rustix::pty::ptsname(&ours, Vec::new())?;
        let theirs = rustix::fs::open(&path, OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC, Mode::empty())?;
        let mut settings = rustix::termios::tcgetattr(&theirs)?;
        settings.make_raw();
        rustix::termios::tcsetattr(&theirs, OptionalActions::Now, &settings)?;
        let flags = rustix::fs::fcntl_getfl(&ours)?;
        rustix::fs::fcntl_setfl(&ours, flags | OFlags::NONBLOCK)?;
        let path = path.to_str().map_err(|error| io::Error::other(error.to_string()))?.into();
        #[expect(
            deprecated,
            reason = "sound for `OwnedFd`: its descriptor stays the same and open; the successor is unsafe"
        )]
        let ours = AsyncFd::new(ours)?;
        Ok(Self { ours, path, _theirs: theirs })
    }

    /// What clients open.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl AsyncRead for Pty {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        loop {
            let mut ready = ready!(self.ours.poll_read_ready(context))?;
            let room = buffer.initialize_unfilled();
            // Else it was not ready after all.
            if let Ok(read) = ready.try_io(|ours| Ok(rustix::io::read(ours.get_ref(), &mut *room)?)) {
                return Poll::Ready(read.map(|length| buffer.advance(length)));
            }
        }
    }
}

impl AsyncWrite for Pty {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        loop {
            let mut ready = ready!(self.ours.poll_write_ready(context))?;
            if let Ok(written) = ready.try_io(|ours| Ok(rustix::io::write(ours.get_ref(), bytes)?)) {
                return Poll::Ready(written);
            }
        }
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
