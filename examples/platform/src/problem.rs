//! Errors as a client sees them (RFC 9457).

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::storage::StorageError;

/// Why a request was not done. `code` is stable; the texts never hold what stood in the request.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{code}: {title}")]
pub struct Problem {
    /// The status of the answer.
    pub status: u16,
    /// The stable word.
    pub code: &'static str,
    /// What it is, for people.
    pub title: &'static str,
    /// What exactly, for people.
    pub detail: Option<String>,
    /// Headers of the answer.
    pub headers: Vec<(&'static str, String)>,
}

macro_rules! problems {
    ($($name:ident = $status:literal $code:literal $title:literal;)*) => {
        impl Problem {
            $(#[doc = $title] pub fn $name() -> Self { Self::new($status, $code, $title) })*
            /// Every code with its status.
            pub const ALL: &'static [(u16, &'static str)] = &[$(($status, $code)),*];
        }
    };
}

problems! {
    clock_ahead = 422 "clock_ahead" "The clock of the change is too far ahead";
    conflict = 409 "conflict" "It is another way on the platform";
    content_type_mismatch = 409 "content_type_mismatch" "The stream holds another content type";
    depends = 422 "depends" "An earlier change of the same item was not done";
    draining = 503 "draining" "The platform is about to stop";
    forbidden = 403 "forbidden" "Not allowed";
    headers_too_large = 431 "headers_too_large" "The headers are too many or too large";
    internal = 500 "internal" "The platform has failed";
    invalid_entity = 422 "invalid_entity" "The entity is not valid";
    malformed = 400 "malformed" "The request cannot be read";
    malformed_offset = 400 "malformed_offset" "The offset is none of this stream";
    method_not_allowed = 405 "method_not_allowed" "There is no such method here";
    not_found = 404 "not_found" "There is no such thing, or it is not yours";
    offset_gone = 410 "offset_gone" "What stood there is no longer kept";
    producer_fenced = 403 "producer_fenced" "A newer process has taken over this lane";
    rate_limited = 429 "rate_limited" "Too many attempts";
    request_timeout = 408 "request_timeout" "The request took too long to come";
    sequence_gap = 409 "sequence_gap" "An earlier request of this lane has not come";
    session_revoked = 401 "session_revoked" "The session has ended";
    storage_damaged = 503 "storage_damaged" "What the platform keeps cannot be read";
    storage_full = 503 "storage_full" "The platform has no room left";
    stream_closed = 409 "stream_closed" "The stream was closed";
    token_expired = 401 "token_expired" "The token has expired";
    token_invalid = 401 "token_invalid" "The token is not valid";
    token_missing = 401 "token_missing" "A token is needed";
    too_large = 413 "too_large" "The request is too large";
    too_many_streams = 429 "too_many_streams" "Too many streams or large answers at once";
    too_many_webhooks = 422 "too_many_webhooks" "Too many webhooks";
    unavailable = 503 "unavailable" "The platform cannot answer now";
    unknown_parameter = 400 "unknown_parameter" "A parameter is not known here";
    unsupported_encoding = 415 "unsupported_encoding" "The content encoding is not known";
    unsupported_media_type = 415 "unsupported_media_type" "The content type is not known here";
    uri_too_long = 414 "uri_too_long" "The path with its query is too long";
}

impl Problem {
    fn new(status: u16, code: &'static str, title: &'static str) -> Self {
        Self { status, code, title, detail: None, headers: Vec::new() }
    }

    /// Says what exactly, in the platform's own words.
    pub fn because(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Adds a header to the answer.
    #[expect(clippy::needless_pass_by_value, reason = "numbers and texts alike")]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.headers.push((name, value.to_string()));
        self
    }

    /// Whether the same request may succeed later.
    pub fn is_retryable(&self) -> bool {
        matches!(self.status, 408 | 429 | 500..=599)
            || matches!(self.code, "clock_ahead" | "depends" | "token_expired")
    }

    /// The body; `id` is that of the request.
    pub fn to_json(&self, id: Option<&str>) -> serde_json::Value {
        let mut body = json!({
            "type": "about:blank", "title": self.title, "status": self.status, "code": self.code,
            "retryable": self.is_retryable(),
        });
        for (name, value) in [("detail", self.detail.as_deref()), ("requestId", id)] {
            if let Some(value) = value {
                body[name] = value.into();
            }
        }
        body
    }
}

impl From<StorageError> for Problem {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Full => Self::storage_full(),
            StorageError::Closed => Self::draining(),
            StorageError::Damaged { .. } => Self::storage_damaged(),
            StorageError::Failed { .. } => Self::unavailable(),
            StorageError::Panicked | StorageError::Refused => Self::internal(),
        }
    }
}

tokio::task_local! {
    /// The id of the request under way.
    pub(crate) static REQUEST_ID: String;
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = REQUEST_ID.try_with(|id| self.to_json(Some(id))).unwrap_or_else(|_| self.to_json(None));
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut answer = (status, body.to_string()).into_response();
        let headers = answer.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(challenge) = challenge(self.status, self.code) {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::try_from(value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
        answer
    }
}

/// How to prove who one is (RFC 6750 §3): nothing is said of an error where no token came.
fn challenge(status: u16, code: &str) -> Option<&'static str> {
    match (status, code) {
        (401, "token_missing") => Some(r#"Bearer realm="platform""#),
        (401, "token_expired") => Some(
            r#"Bearer realm="platform", error="invalid_token", error_description="The token has expired""#,
        ),
        (401, "session_revoked") => Some(
            r#"Bearer realm="platform", error="invalid_token", error_description="The session has ended""#,
        ),
        (401, _) => Some(
            r#"Bearer realm="platform", error="invalid_token", error_description="The token is not valid""#,
        ),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_says_its_code_and_whether_to_try_again() {
        let body = Problem::rate_limited().because("after 5 attempts").to_json(Some("r1"));
        assert_eq!(body["code"], "rate_limited");
        assert_eq!(body["retryable"], true);
        assert_eq!(body["requestId"], "r1");
        assert_eq!(Problem::not_found().to_json(None)["retryable"], false);
        assert_eq!(Problem::draining().to_string(), "draining: The platform is about to stop");
    }

    #[test]
    fn every_code_is_said_once() {
        let mut codes: Vec<_> = Problem::ALL.iter().map(|(_, code)| code).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), Problem::ALL.len());
    }
}
