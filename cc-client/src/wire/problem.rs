//! What a server says when it refuses (RFC 9457, *problem details*).

use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

use super::is_object;

/// A refusal, as far as a client needs it. `docs/protocol` lists the codes.
///
/// # Examples
///
/// ```
/// use cc_client::wire::{Problem, ProblemCode};
///
/// let body = br#"{"title": "Expired", "status": 401, "code": "token_expired", "retryable": true}"#;
/// let problem = Problem::read(401, Some("application/problem+json"), body);
/// assert_eq!(problem.code, ProblemCode::TokenExpired);
/// assert_eq!(problem.to_string(), "401 token_expired");
///
/// // A proxy's page says nothing but its status.
/// let problem = Problem::read(502, Some("text/html"), b"<html>");
/// assert_eq!((problem.code, problem.retryable), (ProblemCode::Other, true));
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Problem {
    /// The HTTP status.
    pub status: u16,
    /// What is wrong.
    pub code: ProblemCode,
    /// Whether the same request may succeed later.
    pub retryable: bool,
    /// Quote it to the platform's support.
    pub request_id: Option<Box<str>>,
    /// Why, as the platform said it.
    pub detail: Option<Detail>,
}

/// Why the platform refused something, in its own words. Show it to the person; never log it, since it may
/// quote what was sent.
///
/// # Examples
///
/// ```
/// use cc_client::wire::Detail;
///
/// let detail = Detail::new("the vehicle has an active booking\n").ok_or("nothing was said")?;
/// assert_eq!(detail.as_str(), "the vehicle has an active booking");
/// assert_eq!(format!("{detail:?}"), "Detail(33 bytes)");
/// assert_eq!(Detail::new("\u{7}"), None);
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, Eq, PartialEq)]
pub struct Detail(Box<str>);

impl Detail {
    /// The most bytes that are kept.
    pub const LARGEST: usize = 512;

    /// The words without control characters, up to [`Self::LARGEST`]; `None` if nothing is left.
    pub fn new(text: &str) -> Option<Self> {
        let mut kept = String::new();
        for letter in text.chars().filter(|letter| !letter.is_control()) {
            if kept.len() + letter.len_utf8() > Self::LARGEST {
                break;
            }
            kept.push(letter);
        }
        let kept = kept.trim();
        (!kept.is_empty()).then(|| Self(kept.into()))
    }

    /// The words.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Detail {
    /// Shows no words: they may quote what was sent.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Detail({} bytes)", self.0.len())
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)*) => {
        /// The stable codes of a refusal.
        #[non_exhaustive]
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub enum ProblemCode {
            $($(#[$doc])* $name,)*
            /// One that this version does not know, or none.
            Other,
        }

        impl ProblemCode {
            /// Every code with a word.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The word for it.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                    Self::Other => "other",
                }
            }
        }
    };
}

codes! {
    /// The client's clock is too far ahead.
    ClockAhead = "clock_ahead",
    /// The server has something newer.
    Conflict = "conflict",
    /// The stream holds another content type.
    ContentTypeMismatch = "content_type_mismatch",
    /// A change before it, of the same item, failed.
    Depends = "depends",
    /// The server is shutting down.
    Draining = "draining",
    /// This principal may not do that.
    Forbidden = "forbidden",
    /// The head of the request is too large.
    HeadersTooLarge = "headers_too_large",
    /// The fault is the server's.
    Internal = "internal",
    /// The entity breaks one of its rules.
    InvalidEntity = "invalid_entity",
    /// The request cannot be read.
    Malformed = "malformed",
    /// The offset cannot be read.
    MalformedOffset = "malformed_offset",
    /// There is no such method at this path.
    MethodNotAllowed = "method_not_allowed",
    /// There is no such thing, or it may not be seen.
    NotFound = "not_found",
    /// What stood at this offset is no longer kept.
    OffsetGone = "offset_gone",
    /// Another process has taken over.
    ProducerFenced = "producer_fenced",
    /// Too many requests.
    RateLimited = "rate_limited",
    /// The request took too long to arrive.
    RequestTimeout = "request_timeout",
    /// A batch before this one is missing.
    SequenceGap = "sequence_gap",
    /// The session has ended.
    SessionRevoked = "session_revoked",
    /// The data that the server keeps is damaged.
    StorageDamaged = "storage_damaged",
    /// The server's disk is full.
    StorageFull = "storage_full",
    /// The stream was closed.
    StreamClosed = "stream_closed",
    /// The token has expired.
    TokenExpired = "token_expired",
    /// The token or the credentials are not valid.
    TokenInvalid = "token_invalid",
    /// There was no token.
    TokenMissing = "token_missing",
    /// The body is too large.
    TooLarge = "too_large",
    /// Too many live streams at once.
    TooManyStreams = "too_many_streams",
    /// Too many webhooks of one partner or organization.
    TooManyWebhooks = "too_many_webhooks",
    /// The server cannot take requests now.
    Unavailable = "unavailable",
    /// The server does not know a parameter.
    UnknownParameter = "unknown_parameter",
    /// The server does not know the encoding of the body.
    UnsupportedEncoding = "unsupported_encoding",
    /// The server does not know the media type of the body.
    UnsupportedMediaType = "unsupported_media_type",
    /// Path and query are too long.
    UriTooLong = "uri_too_long",
    /// The item has another version than the one that the change was based on.
    VersionMismatch = "version_mismatch",
}

impl ProblemCode {
    /// The code for a word; [`Self::Other`] if this version does not know the word.
    pub fn from_word(word: &str) -> Self {
        Self::ALL.iter().copied().find(|code| code.as_str() == word).unwrap_or(Self::Other)
    }
}

impl fmt::Display for ProblemCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Display for Problem {
    /// Status and code; texts of the server are left out, since they may quote what was sent.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.status, self.code)
    }
}

impl std::error::Error for Problem {}

/// The members of a problem. One of another type than it has to be is as good as absent (RFC 9457 §3.1).
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct ProblemBody {
    #[serde(deserialize_with = "if_it_fits")]
    pub(crate) code: String,
    #[serde(deserialize_with = "if_it_fits")]
    pub(crate) retryable: Option<bool>,
    #[serde(deserialize_with = "if_it_fits", rename = "requestId")]
    request_id: Option<String>,
    #[serde(deserialize_with = "if_it_fits")]
    title: String,
    #[serde(deserialize_with = "if_it_fits")]
    detail: String,
}

impl ProblemBody {
    /// What it says to people.
    pub(crate) fn words(&self) -> Option<Detail> {
        Detail::new(&self.detail).or_else(|| Detail::new(&self.title))
    }
}

/// A member where it has the type that it has to have.
pub(crate) fn if_it_fits<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + DeserializeOwned,
{
    Ok(T::deserialize(serde_json::Value::deserialize(deserializer)?).unwrap_or_default())
}

impl Problem {
    /// Reads an answer that is not a success. The body may be anything: the status alone says enough.
    pub fn read(status: u16, content_type: Option<&str>, body: &[u8]) -> Self {
        let is_problem = content_type.is_some_and(|kind| {
            let kind = kind.split(';').next().unwrap_or_default().trim();
            kind.eq_ignore_ascii_case("application/problem+json")
                || kind.eq_ignore_ascii_case("application/json")
        });
        // The members of an array would be taken for those of an object.
        let body = if is_problem && is_object(body) {
            serde_json::from_slice(body).unwrap_or_default()
        } else {
            ProblemBody::default()
        };
        let detail = body.words();
        let request_id = body.request_id.filter(|id| id.len() <= 64 && id.bytes().all(is_id_byte));
        Self {
            status,
            code: ProblemCode::from_word(&body.code),
            retryable: body.retryable.unwrap_or(matches!(status, 408 | 425 | 429 | 500 | 502..=504)),
            request_id: request_id.map(Into::into),
            detail,
        }
    }
}

fn is_id_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_of_another_type_is_as_good_as_absent() {
        for odd in [
            r#""detail":null"#,
            r#""title":[]"#,
            r#""requestId":7"#,
            r#""retryable":"no""#,
            r#""instance":5"#,
        ] {
            let body = format!(r#"{{"code":"session_revoked",{odd}}}"#);
            let problem = Problem::read(401, Some("application/problem+json"), body.as_bytes());
            assert_eq!((problem.code, problem.retryable), (ProblemCode::SessionRevoked, false), "{odd}");
        }
        let problem = Problem::read(401, Some("application/problem+json"), br#"{"code":7,"detail":"later"}"#);
        assert_eq!((problem.code, problem.detail), (ProblemCode::Other, Detail::new("later")));
        // The members of an array are those of no object.
        let problem = Problem::read(401, Some("application/json"), br#"["session_revoked"]"#);
        assert_eq!(problem.code, ProblemCode::Other);
        assert_eq!(crate::wire::Control::parse(r#"["07"]"#), None);
    }

    #[test]
    fn texts_of_the_server_are_not_repeated() {
        let body = br#"{"code": "WVWZZZ1KZAM000001", "detail": "WVWZZZ1KZAM000001", "requestId": "a b"}"#;
        let problem = Problem::read(400, Some("application/problem+json; charset=utf-8"), body);
        assert_eq!(format!("{problem} {problem:?}").matches("WVW").count(), 0);
        assert_eq!(problem.request_id, None);
    }

    #[test]
    fn of_what_the_server_says_so_much_is_kept() {
        for (detail, kept) in [
            ("x".repeat(600), "x".repeat(512)),
            ("\u{e9}".repeat(400), "\u{e9}".repeat(256)),
            (format!("x{}", "\u{e9}".repeat(400)), format!("x{}", "\u{e9}".repeat(255))),
            ("a\u{1b}[31m\r\n\tb\u{0}".to_owned(), "a[31mb".to_owned()),
        ] {
            assert_eq!(Detail::new(&detail).unwrap().as_str(), kept);
        }
        let body = br#"{"title": "Not now", "detail": " "}"#;
        let problem = Problem::read(400, Some("application/problem+json"), body);
        assert_eq!(problem.detail.unwrap().as_str(), "Not now");
    }

    #[test]
    fn every_code_has_a_word_of_its_own() {
        for code in ProblemCode::ALL {
            assert_eq!(ProblemCode::from_word(code.as_str()), *code);
        }
        assert!(ProblemCode::ALL.is_sorted_by_key(|code| code.as_str()));
    }
}
