//! Webhooks: what Connected Cars tells a partner's server, and how that server knows who is speaking.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cc_core::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use crate::jwt::{Jwt, JwtError, KeySet};
use crate::transport::TransportError;
use crate::wire::is_object;

/// A webhook whose signature was verified.
#[derive(Clone)]
#[non_exhaustive]
pub struct WebhookEvent {
    /// Its id: a UUID, the same in every attempt.
    pub id: Box<str>,
    /// What happened, such as `vehicle_activated`.
    pub kind: Box<str>,
    /// When it happened.
    pub time: Timestamp,
    /// What it happened to, as JSON text.
    pub data: Box<str>,
}

impl std::fmt::Debug for WebhookEvent {
    /// Shows no data: it holds a VIN.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WebhookEvent").field("id", &self.id).field("kind", &self.kind).finish_non_exhaustive()
    }
}

impl WebhookEvent {
    fn read(body: &[u8]) -> Option<Self> {
        #[derive(Deserialize)]
        struct Event<'a> {
            id: Box<str>,
            #[serde(rename = "type")]
            kind: Box<str>,
            // Not borrowed: any of its letters may be escaped.
            time: Box<str>,
            #[serde(borrow)]
            data: &'a RawValue,
        }
        let event: Event<'_> = serde_json::from_slice(body).ok().filter(|_| is_object(body))?;
        let time = event.time.parse().ok().filter(|_| is_object(event.data.get().as_bytes()))?;
        Some(Self { id: event.id, kind: event.kind, time, data: event.data.get().into() })
    }
}

/// Why a webhook is not accepted. Answer with anything but 200, and it comes again.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum WebhookError {
    /// The body is not an event.
    #[error("the body is no event")]
    Body,
    /// There are no keys yet, and they could not be fetched.
    #[error("the keys could not be fetched: {0}")]
    Keys(TransportError),
    /// The signature is for another body.
    #[error("the signature is for another body")]
    OtherBody,
    /// The signature is for another request.
    #[error("the signature is for another request")]
    OtherRequest,
    /// The signature is too old, or from the future.
    #[error("the signature was made {seconds} s from now")]
    Time {
        /// How many seconds from now.
        seconds: u64,
    },
    /// The signature was not made with one of the keys.
    #[error(transparent)]
    Token(#[from] JwtError),
}

/// Verifies webhooks.
///
/// # Examples
///
/// ```
/// use cc_client::connected_cars::WebhookVerifier;
/// use cc_client::jwt::KeySet;
///
/// let keys = KeySet::parse(br#"{"keys":[]}"#)?;
/// let verifier = WebhookVerifier::new(keys);
/// let now = "2026-05-01T10:00:00Z".parse()?;
/// let error = verifier.verify("request-1", "e30.e30.", b"{}", now).unwrap_err();
/// assert_eq!(error.to_string(), "not a token");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct WebhookVerifier {
    keys: KeySet,
    tolerance: Duration,
}

impl WebhookVerifier {
    /// Verifies with these keys: the API host publishes them at `/webhooks/public-keys`. Signatures may be
    /// five minutes old.
    pub fn new(keys: KeySet) -> Self {
        Self { keys, tolerance: Duration::from_secs(300) }
    }

    /// How old a signature may be.
    pub fn tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// Verifies a request by its headers `X-Request-Id` and `X-Request-Signature`, and its body as it came.
    ///
    /// # Errors
    ///
    /// [`WebhookError`] says which part is wrong; [`WebhookError::Keys`] does not happen.
    pub fn verify(
        &self,
        request_id: &str,
        signature: &str,
        body: &[u8],
        now: Timestamp,
    ) -> Result<WebhookEvent, WebhookError> {
        let token = Jwt::verify(signature, &self.keys)?;
        if token.rid.as_deref() != Some(request_id) {
            return Err(WebhookError::OtherRequest);
        }
        if token.sub.as_deref() != Some(&STANDARD.encode(Sha256::digest(body))) {
            return Err(WebhookError::OtherBody);
        }
        let made = token.made().ok_or(JwtError::Missing { claim: "iat" })?;
        let seconds = (now - made).num_seconds().unsigned_abs();
        if seconds > self.tolerance.as_secs() {
            return Err(WebhookError::Time { seconds });
        }
        token.is_now(now, self.tolerance)?;
        WebhookEvent::read(body).ok_or(WebhookError::Body)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn an_event_reads_however_its_letters_are_written() {
        let body = br#"{"\u0069d":"1","type":"a\/b","time":"2026-05-01T12:00:00\u002B02:00","data":{"x":1}}"#;
        let event = WebhookEvent::read(body).unwrap();
        assert_eq!((&*event.id, &*event.kind, &*event.data), ("1", "a/b", r#"{"x":1}"#));
        assert_eq!(event.time, "2026-05-01T10:00:00Z".parse::<Timestamp>().unwrap());
        for bad in [
            r#"{"id":"1","type":"x","time":"now","data":{}}"#,
            r#"{"id":"1","type":"x","time":"2026-05-01T10:00:00Z","data":7}"#,
        ] {
            assert!(WebhookEvent::read(bad.as_bytes()).is_none(), "{bad}");
        }
    }
}
