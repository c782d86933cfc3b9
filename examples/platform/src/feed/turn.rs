//! What waits for the reader of a stream.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::Frame;
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::counts::OneOf;
use crate::node::Node;

/// How much a socket is given at once, bytes: more would be copied for it before it goes out.
const PIECE: usize = 16 << 10;

/// Events that go to a reader together; counted until they were taken.
pub(super) struct Turn {
    first: Bytes,
    second: Bytes,
    /// The first part is counted by those who share it.
    is_shared: bool,
    node: Arc<Node>,
}

impl Turn {
    /// Two parts, the second behind the first; each may be empty.
    pub(super) fn of(node: &Arc<Node>, first: Bytes, second: Bytes) -> Self {
        node.metrics.stream_bytes.fetch_add((first.len() + second.len()) as u64, Relaxed);
        Self { first, second, is_shared: false, node: node.clone() }
    }

    /// The same, of which others hold the first part, too.
    pub(super) fn shared(node: &Arc<Node>, first: Bytes, second: Bytes) -> Self {
        let mut turn = Self::of(node, Bytes::new(), second);
        (turn.first, turn.is_shared) = (first, true);
        turn
    }

    /// The next piece.
    fn take(&mut self) -> Option<Bytes> {
        let is_shared = self.is_shared && !self.first.is_empty();
        let parts = [&mut self.first, &mut self.second];
        let part = parts.into_iter().find(|part| !part.is_empty())?;
        let piece = part.split_to(part.len().min(PIECE));
        if !is_shared {
            self.node.metrics.stream_bytes.fetch_sub(piece.len() as u64, Relaxed);
        }
        Some(piece)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        // What nobody takes any more.
        while self.take().is_some() {}
    }
}

/// The turns of a stream, as hyper takes them when its socket takes more.
pub(super) struct Frames {
    turns: mpsc::Receiver<Box<Turn>>,
    under_way: Option<Box<Turn>>,
    /// When it is over for who takes it so slowly; what is under way breaks off.
    until: Instant,
    /// Its reader has one more answer, until it is taken.
    _one_more: Option<OneOf>,
}

impl Frames {
    /// The frames of turns, up to an instant.
    pub(super) fn of(turns: mpsc::Receiver<Box<Turn>>, until: Instant, one_more: Option<OneOf>) -> Self {
        Self { turns, under_way: None, until, _one_more: one_more }
    }
}

impl hyper::body::Body for Frames {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        loop {
            if let Some(part) = self.under_way.as_mut().and_then(|turn| turn.take()) {
                if Instant::now() >= self.until {
                    return Poll::Ready(Some(Err(std::io::ErrorKind::TimedOut.into())));
                }
                return Poll::Ready(Some(Ok(Frame::data(part))));
            }
            self.under_way = match self.turns.poll_recv(context) {
                Poll::Ready(Some(turn)) => Some(turn),
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Pending => {
                    self.under_way = None;
                    return Poll::Pending;
                }
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt as _;

    use super::*;

    #[tokio::test]
    async fn what_is_taken_too_slowly_breaks_off_and_is_free() {
        let folder = tempfile::tempdir().unwrap();
        let node = Node::open(folder.path(), crate::node::NodeConfig::default()).await.unwrap();
        for (left, is_told) in [(3_600, true), (0, false)] {
            let (out, turns) = mpsc::channel(1);
            out.try_send(Box::new(Turn::of(&node, Bytes::from_static(b"abc"), Bytes::new()))).unwrap();
            let until = Instant::now() + std::time::Duration::from_secs(left);
            let mut frames = Frames::of(turns, until, None);
            let told = frames.frame().await.unwrap();
            assert_eq!(
                told.map(|frame| frame.into_data().unwrap()).ok(),
                is_told.then(|| Bytes::from_static(b"abc"))
            );
            drop(frames);
            assert!(out.is_closed());
            assert_eq!(node.metrics.stream_bytes.load(Relaxed), 0);
        }
    }
}
