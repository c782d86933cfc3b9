//! A connection to someone who may read nothing any more: it is not waited for without end.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

/// What is to be taken within so many times the patience, bytes: more than waits for a socket, so that what waits does not stay.
const PACE: usize = 128 << 10;
const TIMES: u32 = 5;

/// Breaks off where nothing can be written for so long, or so little that what waits would stay for hours. What it needs for that it has
/// only while it waits.
pub(crate) struct Patient<S> {
    inner: S,
    patience: Duration,
    waits: Option<Pin<Box<Sleep>>>,
    /// Since when it is slow, and what was taken since then.
    slow: Option<(Instant, usize)>,
}

impl<S> Patient<S> {
    /// Waits so long for `inner` to take something.
    pub(crate) fn new(inner: S, patience: Duration) -> Self {
        Self { inner, patience, waits: None, slow: None }
    }

    fn judge<T>(&mut self, outcome: Poll<io::Result<T>>, context: &mut Context<'_>) -> Poll<io::Result<T>> {
        if outcome.is_ready() {
            self.waits = None;
            return outcome;
        }
        let (began, _) = *self.slow.get_or_insert_with(|| (Instant::now(), 0));
        let patience = self.patience.min((self.patience * TIMES).saturating_sub(began.elapsed()));
        let waits = self.waits.get_or_insert_with(|| Box::pin(tokio::time::sleep(patience)));
        waits.as_mut().poll(context).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }

    fn judge_written(
        &mut self,
        outcome: Poll<io::Result<usize>>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        if let Poll::Ready(Ok(bytes)) = outcome {
            self.slow =
                self.slow.map(|(began, taken)| (began, taken + bytes)).filter(|(_, taken)| *taken < PACE);
        }
        self.judge(outcome, context)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Patient<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Patient<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.inner).poll_write(context, bytes);
        self.judge_written(outcome, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.inner).poll_write_vectored(context, pieces);
        self.judge_written(outcome, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let outcome = Pin::new(&mut self.inner).poll_flush(context);
        if outcome.is_ready() {
            // All of it was taken.
            self.slow = None;
        }
        self.judge(outcome, context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let outcome = Pin::new(&mut self.inner).poll_shutdown(context);
        self.judge(outcome, context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    // Time goes on where nobody has anything left to do: so who is to read in time does.
    #[tokio::test(start_paused = true)]
    async fn who_reads_nothing_is_waited_for_so_long_and_no_longer() {
        let (near, mut far) = tokio::io::duplex(8);
        let patience = Duration::from_millis(500);
        let mut near = Patient::new(near, patience);
        near.write_all(b"12345678").await.unwrap();
        // Whoever reads in time is waited for, again and again.
        for _ in 0..3 {
            let read = async {
                tokio::time::sleep(patience / 2).await;
                far.read_exact(&mut [0; 8]).await.unwrap();
            };
            let (written, ()) = tokio::join!(near.write_all(b"12345678"), read);
            written.unwrap();
        }
        let began = tokio::time::Instant::now();
        assert_eq!(near.write_all(b"1").await.unwrap_err().kind(), io::ErrorKind::TimedOut);
        assert!(began.elapsed() >= patience);
    }

    #[tokio::test(start_paused = true)]
    async fn who_takes_a_little_now_and_then_is_waited_for_no_longer_than_for_what_waits() {
        let (near, mut far) = tokio::io::duplex(8);
        let patience = Duration::from_millis(200);
        let mut near = Patient::new(near, patience);
        let reads = tokio::spawn(async move {
            // Each in time, for as long as there is anything.
            while far.read_exact(&mut [0; 1]).await.is_ok() {
                tokio::time::sleep(patience / 8).await;
            }
        });
        let began = Instant::now();
        let broken = near.write_all(&[0; 1_000]).await.unwrap_err();
        assert_eq!(broken.kind(), io::ErrorKind::TimedOut);
        assert!(began.elapsed() >= patience * TIMES);
        drop(near);
        reads.await.unwrap();
        // Slow is who takes more than that.
        let (near, mut far) = tokio::io::duplex(64 << 10);
        let mut near = Patient::new(near, patience);
        let reads = tokio::spawn(async move {
            for _ in 0..40 {
                tokio::time::sleep(patience / 4).await;
                far.read_exact(&mut vec![0; 32 << 10]).await.unwrap();
            }
        });
        near.write_all(&vec![0; 40 * (32 << 10)]).await.unwrap();
        reads.await.unwrap();
    }
}
