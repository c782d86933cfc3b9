//! One request of a client's, whatever its transport does.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use tokio::sync::mpsc;

use crate::decide::AuthLoss;
use crate::driver::Happened;
use crate::engine::HttpRequest;
use crate::transport::{Transport, TransportError};

/// After so long without a head, or without a byte, a request is given up that its transport does not end. Those that stay open, as streams
/// do, have limits of their own.
const LONGEST: Duration = Duration::from_secs(300);

/// Makes a request, and reports what comes of it: in any case that it has ended.
pub(crate) async fn carry(
    transport: Arc<dyn Transport>,
    request: u64,
    http: HttpRequest,
    pieces: mpsc::Sender<Happened>,
) {
    let work = made(transport, (request, http), &pieces, LONGEST);
    let ended = caught(work).await.unwrap_or_else(|| {
        tracing::warn!("the transport panicked");
        Some(Happened::Lost(request, AuthLoss::Broken))
    });
    if let Some(ended) = ended {
        let _ = pieces.send(ended).await;
    }
}

/// How it ended; `None` where nobody listens any more.
async fn made(
    transport: Arc<dyn Transport>,
    (request, http): (u64, HttpRequest),
    pieces: &mpsc::Sender<Happened>,
    longest: Duration,
) -> Option<Happened> {
    let longest = Some(longest).filter(|_| !http.is_stream);
    let mut answer = match in_time(longest, transport.send(http)).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(error)) | Err(error) => {
            tracing::debug!(%error, "no answer");
            return Some(Happened::Lost(request, loss(error)));
        }
    };
    tracing::debug!(status = answer.head.status, "answer");
    pieces.send(Happened::Head(request, answer.head)).await.ok()?;
    loop {
        match in_time(longest, answer.body.next()).await {
            Ok(None) => return Some(Happened::Ended(request, true)),
            Ok(Some(Ok(bytes))) => pieces.send(Happened::Bytes(request, bytes)).await.ok()?,
            Ok(Some(Err(error))) | Err(error) => return Some(Happened::Lost(request, loss(error))),
        }
    }
}

async fn in_time<T>(longest: Option<Duration>, work: impl Future<Output = T>) -> Result<T, TransportError> {
    match longest {
        Some(longest) => tokio::time::timeout(longest, work).await.map_err(|_| TransportError::TimedOut),
        None => Ok(work.await),
    }
}

/// What came of it; `None` where it panicked.
pub(crate) async fn caught<T>(work: impl Future<Output = T>) -> Option<T> {
    let mut work = pin!(work);
    std::future::poll_fn(move |context| {
        match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context))) {
            Ok(Poll::Ready(done)) => Poll::Ready(Some(done)),
            Ok(Poll::Pending) => Poll::Pending,
            Err(_) => Poll::Ready(None),
        }
    })
    .await
}

fn loss(error: TransportError) -> AuthLoss {
    match error {
        TransportError::NotConnected => AuthLoss::NotConnected,
        TransportError::NotTrusted => AuthLoss::NotTrusted,
        TransportError::TimedOut => AuthLoss::TimedOut,
        TransportError::Unsendable => AuthLoss::Unsendable,
        _ => AuthLoss::Broken,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::engine::HttpHead;
    use crate::transport::{Boxed, HttpAnswer, HttpBody};

    /// Gives no head, or a head and no more.
    struct Endless(bool);

    impl Transport for Endless {
        fn send(&self, _: HttpRequest) -> Boxed<'static, Result<HttpAnswer, TransportError>> {
            if !self.0 {
                return Box::pin(std::future::pending());
            }
            let head = HttpHead { status: 200, headers: Vec::new() };
            Box::pin(async { Ok(HttpAnswer { head, body: Box::new(Endless(true)) }) })
        }
    }

    impl HttpBody for Endless {
        fn next(&mut self) -> Boxed<'_, Option<Result<Bytes, TransportError>>> {
            Box::pin(std::future::pending())
        }
    }

    #[tokio::test]
    async fn what_never_ends_is_given_up_unless_it_is_a_stream() {
        for gives_head in [false, true] {
            for is_stream in [false, true] {
                let (pieces, _heard) = mpsc::channel(4);
                let mut http = HttpRequest::get("/v1/feeds/me");
                http.is_stream = is_stream;
                let work = made(Arc::new(Endless(gives_head)), (1, http), &pieces, Duration::from_millis(20));
                let ended = tokio::time::timeout(Duration::from_millis(500), work).await;
                let given_up = matches!(ended, Ok(Some(Happened::Lost(1, AuthLoss::TimedOut))));
                assert_eq!((given_up, ended.is_err()), (!is_stream, is_stream), "{gives_head}");
            }
        }
    }
}
