//! What nobody has read of a body when its request is refused: it is read on and forgotten, since who still sends does not read the
//! answer, and a connection that is closed on them takes it away.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::http::header;
use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::{Body as HttpBody, Frame, SizeHint};

/// The most that is read in vain, and how long, in patiences.
const MOST: usize = 128 << 20;
const LONGEST: u32 = 4;

/// Where the rest of a body comes back to.
#[derive(Clone, Default)]
pub(crate) struct Rest(Arc<Mutex<Option<Body>>>);

impl Rest {
    /// Lends the body of a request out.
    pub(crate) fn of(request: Request) -> (Request, Self) {
        let rest = Self::default();
        // Who asks first whether to send it has not sent it.
        if request.headers().contains_key(header::EXPECT) || request.body().is_end_stream() {
            return (request, rest);
        }
        let slot = rest.clone();
        (request.map(|body| Body::new(Lent { body: Some(body), slot })), rest)
    }

    /// Reads what came back; false where something is left.
    pub(crate) async fn discard(self, patience: Duration) -> bool {
        let Some(mut body) = self.0.lock().unwrap_or_else(PoisonError::into_inner).take() else {
            return true;
        };
        let read = async {
            let mut left = MOST;
            loop {
                match tokio::time::timeout(patience, body.frame()).await {
                    Ok(Some(Ok(frame))) => left = left.saturating_sub(frame.data_ref().map_or(1, Bytes::len)),
                    Ok(None) => return true,
                    Ok(Some(Err(_))) | Err(_) => return false,
                }
                if left == 0 {
                    return false;
                }
            }
        };
        tokio::time::timeout(patience * LONGEST, read).await.unwrap_or(false)
    }
}

/// A body that comes back when it is dropped.
struct Lent {
    body: Option<Body>,
    slot: Rest,
}

impl HttpBody for Lent {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        self.body.as_mut().map_or(Poll::Ready(None), |body| Pin::new(body).poll_frame(context))
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(HttpBody::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map(HttpBody::size_hint).unwrap_or_default()
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let rest = self.body.take().filter(|body| !body.is_end_stream());
        *self.slot.0.lock().unwrap_or_else(PoisonError::into_inner) = rest;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_was_not_read_comes_back_and_what_never_comes_is_not_waited_for() {
        let patience = Duration::from_millis(200);
        let (mut request, rest) = Rest::of(Request::new(Body::from("whole")));
        assert_eq!(&request.body_mut().collect().await.unwrap().to_bytes()[..], b"whole");
        drop(request);
        assert!(rest.discard(patience).await);
        let (request, rest) = Rest::of(Request::new(Body::from("nobody reads this")));
        drop(request);
        assert!(rest.discard(patience).await);
        let (request, rest) = Rest::of(Request::new(Body::new(Never)));
        drop(request);
        assert!(!rest.discard(patience).await);
    }

    /// A body whose sender is silent.
    struct Never;

    impl HttpBody for Never {
        type Data = Bytes;
        type Error = axum::Error;

        fn poll_frame(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
            Poll::Pending
        }
    }
}
