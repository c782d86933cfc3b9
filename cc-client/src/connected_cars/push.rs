//! The receiving end of the data stream: an HTTP POST of events, in bulk, at least once.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::{Buf, BytesMut};
use cc_core::Event;
use cc_core::dedup::{Dedup, EventMark};
use cc_core::stream::accept_bulk;
use http::header::AUTHORIZATION;
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body::Body;
use subtle::ConstantTimeEq as _;
use tokio::runtime::Handle;
use tokio::sync::Mutex;
use tower_service::Service;

/// What became of a bulk.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum PushAnswer {
    /// The events are stored: they must not come again.
    Stored,
    /// They could not be stored: the whole bulk must come again.
    TryAgain,
}

/// Whether headers carry that secret, as `Authorization: Bearer …`. The time it takes depends on the length
/// of a wrong secret, never on where it differs from the right one. So nobody can guess it piece by piece.
///
/// # Examples
///
/// ```
/// use cc_client::connected_cars::has_bearer;
/// use http::{HeaderMap, HeaderValue};
///
/// let mut headers = HeaderMap::new();
/// assert!(!has_bearer(&headers, "of-the-stream"));
/// headers.insert("authorization", HeaderValue::from_static("Bearer of-the-stream"));
/// assert!(has_bearer(&headers, "of-the-stream"));
/// assert!(!has_bearer(&headers, "of-another"));
/// ```
pub fn has_bearer(headers: &HeaderMap, secret: &str) -> bool {
    let value = headers.get(AUTHORIZATION).map_or(&b""[..], |value| value.as_bytes());
    let Some((scheme, found)) = value.split_at_checked(BEARER.len()) else { return false };
    // One that was forgotten in a configuration opens nothing.
    !secret.is_empty() && scheme.eq_ignore_ascii_case(BEARER) && bool::from(found.ct_eq(secret.as_bytes()))
}

const BEARER: &[u8] = b"Bearer ";

/// A service that takes events of the data stream. It asks `authorize` about the headers, reads and checks
/// the bulk, and leaves out events that it has seen. `store` gets the rest. It answers 200 only once `store`
/// has said [`PushAnswer::Stored`].
///
/// One bulk is stored at a time, since the next may hold the same events. Others wait for their turn: let
/// `store` only write them down.
///
/// Any server that speaks `tower` can hold it, under any path.
///
/// # Examples
///
/// ```
/// use cc_client::connected_cars::{PushAnswer, PushReceiver, has_bearer};
/// use cc_core::dedup::{Dedup, DedupLimits};
/// use http::Request;
/// use tower_service::Service;
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let mut receiver = PushReceiver::new(
///     |headers| has_bearer(headers, "of-the-stream"),
///     |events| async move {
///         println!("{} events", events.len());
///         PushAnswer::Stored
///     },
///     Dedup::new(DedupLimits { capacity: 100_000, horizon: None }),
/// );
/// let body = r#"[{"id":1,"organizationKey":"local","vehicleId":7,"time":"2026-05-01T10:00:00Z","type":"ignition","ignition":true}]"#;
/// let request = Request::post("/events").header("authorization", "Bearer of-the-stream").body(body.to_owned())?;
/// assert_eq!(receiver.call(request).await?.status(), 200);
///
/// let request = Request::post("/events").header("authorization", "Bearer of-the-stream").body("[{}]".to_owned())?;
/// assert_eq!(receiver.call(request).await?.status(), 400);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct PushReceiver<A, S> {
    authorize: Arc<A>,
    store: Arc<S>,
    seen: Arc<Mutex<Dedup>>,
    limit: usize,
}

impl<A, S> PushReceiver<A, S> {
    /// A receiver of bulks of up to 16 MiB.
    pub fn new<F>(authorize: A, store: S, seen: Dedup) -> Self
    where
        A: Fn(&HeaderMap) -> bool,
        S: Fn(Vec<Event>) -> F,
        F: Future<Output = PushAnswer>,
    {
        let seen = Arc::new(Mutex::new(seen));
        Self { authorize: Arc::new(authorize), store: Arc::new(store), seen, limit: 16 << 20 }
    }

    /// What it has seen so far. Keep it for the next start with [`Dedup::save`]. While a bulk is stored, this
    /// waits.
    pub async fn seen<T>(&self, look: impl FnOnce(&mut Dedup) -> T) -> T {
        look(&mut *self.seen.lock().await)
    }

    /// The largest bulk, in bytes.
    pub fn limit(mut self, limit: usize) -> Self {
        self.limit = limit;
        self
    }
}

impl<A, S> Clone for PushReceiver<A, S> {
    fn clone(&self) -> Self {
        let Self { authorize, store, seen, limit } = self;
        Self { authorize: authorize.clone(), store: store.clone(), seen: seen.clone(), limit: *limit }
    }
}

impl<A, S> fmt::Debug for PushReceiver<A, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PushReceiver").field("limit", &self.limit).finish_non_exhaustive()
    }
}

impl<A, S, F, B> Service<Request<B>> for PushReceiver<A, S>
where
    A: Fn(&HeaderMap) -> bool + Send + Sync + 'static,
    S: Fn(Vec<Event>) -> F + Send + Sync + 'static,
    F: Future<Output = PushAnswer> + Send + 'static,
    B: Body + Send + 'static,
    B::Data: Send,
{
    type Response = Response<String>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<String>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let receiver = self.clone();
        Box::pin(async move { Ok(receiver.take(request).await) })
    }
}

impl<A, S, F> PushReceiver<A, S>
where
    A: Fn(&HeaderMap) -> bool,
    S: Fn(Vec<Event>) -> F,
    F: Future<Output = PushAnswer> + Send + 'static,
{
    async fn take<B: Body>(self, request: Request<B>) -> Response<String> {
        if request.method() != Method::POST {
            return answer(StatusCode::METHOD_NOT_ALLOWED, "POST bulks of events");
        }
        if !(self.authorize)(request.headers()) {
            return answer(StatusCode::UNAUTHORIZED, "not authorized");
        }
        let mut body = pin!(request.into_body());
        let mut bulk = BytesMut::new();
        while let Some(frame) = std::future::poll_fn(|context| body.as_mut().poll_frame(context)).await {
            let Ok(frame) = frame else { return answer(StatusCode::BAD_REQUEST, "the body broke off") };
            let Ok(mut data) = frame.into_data() else { continue };
            if bulk.len() + data.remaining() > self.limit {
                return answer(StatusCode::PAYLOAD_TOO_LARGE, "the bulk is too large");
            }
            while data.has_remaining() {
                let piece = data.chunk();
                bulk.extend_from_slice(piece);
                let length = piece.len();
                data.advance(length);
            }
        }
        let mut events = match accept_bulk(&bulk) {
            Ok(events) => events,
            Err(rejection) => return answer(StatusCode::BAD_REQUEST, &rejection.to_string()),
        };
        // Held until the bulk is stored: its twin, at the same time, waits and finds it.
        let mut seen = self.seen.clone().lock_owned().await;
        let mut twins = BTreeSet::new();
        events.retain(|event| !seen.contains(event) && twins.insert(EventMark::of(event).to_bytes()));
        if events.is_empty() {
            return answer(StatusCode::OK, "");
        }
        let stored = (self.store)(events.clone());
        let put = async move {
            let stored = stored.await;
            if stored == PushAnswer::Stored {
                for event in &events {
                    seen.insert(event);
                }
            }
            stored
        };
        // A sender that goes away ends its request; what is stored is seen all the same.
        let stored = match Handle::try_current() {
            Ok(runtime) => runtime.spawn(put).await.unwrap_or(PushAnswer::TryAgain),
            Err(_) => put.await,
        };
        match stored {
            PushAnswer::Stored => answer(StatusCode::OK, ""),
            PushAnswer::TryAgain => answer(StatusCode::SERVICE_UNAVAILABLE, "not stored"),
        }
    }
}

fn answer(status: StatusCode, text: &str) -> Response<String> {
    let mut response = Response::new(text.to_owned());
    *response.status_mut() = status;
    response
}
