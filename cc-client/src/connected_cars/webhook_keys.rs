//! The keys of webhooks: fetched, kept, and fetched anew when they have changed.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cc_core::Timestamp;
use tokio::sync::Mutex;

use super::account::{LARGEST, now};
use super::{WebhookError, WebhookEvent, WebhookVerifier};
use crate::engine::HttpRequest;
use crate::jwt::{JwtError, KeySet};
use crate::transport::{Transport, TransportError, whole};

/// Verifies webhooks with the keys that the API host publishes, and keeps up with their change.
///
/// Keys are asked for when the first webhook comes, again when they are an hour old, and when a signature names a key that is not
/// among them. Where there are none, or one is missing, that is at most once a minute, so that forgers cannot make this client ask without
/// end. While the host cannot be asked, the keys of before are used.
///
/// # Examples
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use cc_client::connected_cars::{API_HOST, WebhookReceiver};
/// use cc_client::transport::{ReqwestOptions, ReqwestTransport};
///
/// let webhooks = WebhookReceiver::new(ReqwestTransport::new(API_HOST, ReqwestOptions::default())?);
/// let now = "2026-05-01T10:00:00Z".parse()?;
/// // The headers `X-Request-Id` and `X-Request-Signature`, and the body as it came.
/// let event = webhooks.verify("request-1", "e30.e30.", b"{}", now).await?;
/// println!("{}", event.kind);
/// # Ok(())
/// # }
/// ```
pub struct WebhookReceiver {
    api: Arc<dyn Transport>,
    tolerance: Duration,
    keys: Mutex<Keys>,
}

#[derive(Default)]
struct Keys {
    verifier: Option<WebhookVerifier>,
    fetched: Option<Instant>,
    /// The last time that the host was asked, whatever it said.
    asked: Option<Instant>,
    /// Why it had no keys then.
    refused: Option<TransportError>,
}

const PATH: &str = "/webhooks/public-keys";
const FRESH: Duration = Duration::from_secs(3_600);
const ASK_AGAIN: Duration = Duration::from_secs(60);

impl fmt::Debug for WebhookReceiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookReceiver").field("tolerance", &self.tolerance).finish_non_exhaustive()
    }
}

impl WebhookReceiver {
    /// Fetches keys by way of the API host; signatures may be five minutes old.
    pub fn new(api: impl Transport) -> Self {
        Self { api: Arc::new(api), tolerance: Duration::from_secs(300), keys: Mutex::default() }
    }

    /// How old a signature may be.
    pub fn tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// Verifies a request: the headers `X-Request-Id` and `X-Request-Signature`, and its body as it came.
    ///
    /// # Errors
    ///
    /// [`WebhookError::Keys`] where there are no keys and none can be had; the rest as [`WebhookVerifier::verify`].
    pub async fn verify(
        &self,
        request_id: &str,
        signature: &str,
        body: &[u8],
        time: Timestamp,
    ) -> Result<WebhookEvent, WebhookError> {
        let verifier = self.verifier(false).await?;
        match verifier.verify(request_id, signature, body, time) {
            Err(WebhookError::Token(JwtError::UnknownKey)) => {
                self.verifier(true).await?.verify(request_id, signature, body, time)
            }
            other => other,
        }
    }

    /// The keys; `is_unknown`: they lack one. Those who come at once wait for one answer.
    async fn verifier(&self, is_unknown: bool) -> Result<WebhookVerifier, WebhookError> {
        let mut keys = self.keys.lock().await;
        let within = |since: Option<Instant>, span| since.is_some_and(|since| now() - since < span);
        if let Some(verifier) = &keys.verifier
            && (within(keys.asked, ASK_AGAIN) || (!is_unknown && within(keys.fetched, FRESH)))
        {
            return Ok(verifier.clone());
        }
        if let Some(error) = keys.refused
            && keys.verifier.is_none()
            && within(keys.asked, ASK_AGAIN)
        {
            return Err(WebhookError::Keys(error));
        }
        keys.asked = Some(now());
        match fetch(&*self.api).await {
            Ok(found) => {
                keys.fetched = keys.asked;
                let verifier = WebhookVerifier::new(found).tolerance(self.tolerance);
                Ok(keys.verifier.insert(verifier).clone())
            }
            Err(error) => {
                keys.refused = Some(error);
                keys.verifier.clone().ok_or(WebhookError::Keys(error))
            }
        }
    }
}

async fn fetch(api: &dyn Transport) -> Result<KeySet, TransportError> {
    let headers = vec![("accept", "application/json".to_owned())];
    let http =
        HttpRequest { method: "GET", target: PATH.to_owned(), headers, body: Vec::new(), is_stream: false };
    let (head, body) = whole(api, http, LARGEST).await?;
    let keys = if head.status == 200 { KeySet::parse(&body).ok() } else { None };
    // A page that is no set of keys, or holds none that can be used, is as good as no answer.
    keys.filter(|keys| !keys.is_empty()).ok_or(TransportError::Broken)
}
