//! How requests reach the platform: a trait for whatever HTTP there is, and one over reqwest.

#[cfg(feature = "reqwest")]
mod pins;
#[cfg(feature = "reqwest")]
mod reqwest;
#[cfg(feature = "reqwest")]
mod trust;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use zeroize::{Zeroize, Zeroizing};

use crate::carry::caught;
use crate::engine::{HttpHead, HttpRequest};
#[cfg(feature = "reqwest")]
pub use pins::{PinReport, Pins, PinsError};
#[cfg(feature = "reqwest")]
pub use reqwest::{OptionsError, Proxy, ReqwestOptions, ReqwestTransport};

/// A future in a box, as traits of many platforms need it.
pub type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Sends requests. A phone may do it with the system's own HTTP, a test with none.
///
/// Dropping a future, or a body, cancels its request. Each request should end by itself, in an answer or an
/// error. A client gives up a request from which nothing came for five minutes, and takes one that panics for
/// broken.
///
/// # Examples
///
/// ```
/// use cc_client::engine::HttpRequest;
/// use cc_client::transport::{Boxed, HttpAnswer, Transport, TransportError};
///
/// /// A device without a network.
/// struct Nowhere;
///
/// impl Transport for Nowhere {
///     fn send(&self, _: HttpRequest) -> Boxed<'static, Result<HttpAnswer, TransportError>> {
///         Box::pin(async { Err(TransportError::NotConnected) })
///     }
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let error = Nowhere.send(HttpRequest::get("/healthz")).await.unwrap_err();
/// assert_eq!(error.to_string(), "the platform cannot be reached");
/// # });
/// # Ok::<(), std::io::Error>(())
/// ```
pub trait Transport: Send + Sync + 'static {
    /// Sends a request, and waits for the head of its answer. An answer is not an error, whatever its status.
    fn send(&self, request: HttpRequest) -> Boxed<'static, Result<HttpAnswer, TransportError>>;

    /// The network changed: drop all connections made over the old one, since they may be dead without
    /// knowing it. It is also called when the app goes to sleep, which needs no connection.
    fn network_changed(&self) {}
}

/// An answer: its head, and its body in pieces.
pub struct HttpAnswer {
    /// The head.
    pub head: HttpHead,
    /// The body, decoded (of gzip, say).
    pub body: Box<dyn HttpBody>,
}

impl fmt::Debug for HttpAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpAnswer").field("status", &self.head.status).finish_non_exhaustive()
    }
}

/// A body that comes in pieces.
pub trait HttpBody: Send {
    /// The next piece. `None` after the last piece of a whole body.
    fn next(&mut self) -> Boxed<'_, Option<Result<Bytes, TransportError>>>;
}

/// Why a request has no answer.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum TransportError {
    /// The connection broke.
    #[error("the connection broke")]
    Broken,
    /// The platform could not be reached.
    #[error("the platform cannot be reached")]
    NotConnected,
    /// The platform's certificate is not one that this client trusts.
    #[error("the platform's certificate is not trusted")]
    NotTrusted,
    /// The head of the answer, or the connection, took too long.
    #[error("the platform took too long")]
    TimedOut,
    /// The answer is longer than this client reads.
    #[error("the answer is too large")]
    TooLarge,
    /// The request could not be made: its address or a header is not valid.
    #[error("the request could not be made: its address or a header is not valid")]
    Unsendable,
}

/// Shared by all that send.
impl<T: Transport + ?Sized> Transport for Arc<T> {
    fn send(&self, request: HttpRequest) -> Boxed<'static, Result<HttpAnswer, TransportError>> {
        (**self).send(request)
    }

    fn network_changed(&self) {
        (**self).network_changed();
    }
}

/// The most that an answer may be.
#[derive(Clone, Copy)]
pub(crate) struct Most {
    pub(crate) bytes: usize,
    /// From its head to its end.
    pub(crate) time: Duration,
}

/// A whole answer; it may hold a secret. A refusal whose body breaks has none.
///
/// A transport limits how long nothing comes. That little comes for ever is looked at with each piece: that needs no timer.
pub(crate) async fn whole(
    transport: &dyn Transport,
    http: HttpRequest,
    most: Most,
) -> Result<(HttpHead, Zeroizing<Vec<u8>>), TransportError> {
    let broken = || Some(Err(TransportError::Broken));
    let sent = caught(async { transport.send(http).await }).await;
    let mut answer = sent.unwrap_or(Err(TransportError::Broken))?;
    let began = now();
    // So long that what holds a secret does not grow, and leave what it was.
    let mut body = Zeroizing::new(Vec::with_capacity(16 << 10));
    while let Some(piece) = caught(answer.body.next()).await.unwrap_or_else(broken) {
        let broken = match piece {
            Ok(piece) if body.len() + piece.len() > most.bytes => TransportError::TooLarge,
            Ok(_) if now() - began > most.time => TransportError::TimedOut,
            Ok(piece) => {
                body.extend_from_slice(&piece);
                continue;
            }
            Err(error) => error,
        };
        // That it is refused, and until when, its head has said.
        if answer.head.status < 400 {
            return Err(broken);
        }
        body.zeroize();
        break;
    }
    Ok((answer.head, body))
}

/// By this an answer takes as long as it does, and tokens and keys live, whatever clock a client goes by.
#[expect(clippy::disallowed_methods, reason = "who drives no engine has no other clock")]
pub(crate) fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    /// Gives a little, and never comes to its end.
    struct Drip;

    impl HttpBody for Drip {
        fn next(&mut self) -> Boxed<'_, Option<Result<Bytes, TransportError>>> {
            Box::pin(async { Some(Ok(Bytes::from_static(b" "))) })
        }
    }

    impl Transport for Drip {
        fn send(&self, _: HttpRequest) -> Boxed<'static, Result<HttpAnswer, TransportError>> {
            let head = HttpHead { status: 200, headers: Vec::new() };
            Box::pin(async { Ok(HttpAnswer { head, body: Box::new(Drip) }) })
        }
    }

    #[tokio::test]
    async fn an_answer_that_never_ends_is_given_up_by_its_size_and_by_its_time() {
        for (bytes, time, why) in [
            (1_000, Duration::MAX, TransportError::TooLarge),
            (usize::MAX, Duration::from_millis(1), TransportError::TimedOut),
        ] {
            let found = whole(&Drip, HttpRequest::get("/"), Most { bytes, time }).await;
            assert_eq!(found.err(), Some(why));
        }
    }
}
