//! Parsers of what comes over the wire, without a socket.

mod control;
mod lines;
mod problem;
mod retry_after;
mod sse;

pub use control::Control;
pub use lines::{LineError, LineParser};
pub use problem::{Detail, Problem, ProblemCode};
pub(crate) use problem::{ProblemBody, if_it_fits};
pub use retry_after::RetryAfter;
pub(crate) use retry_after::{LONGEST_WAIT, parse_http_date};
pub use sse::{SseError, SseEvent, SseItem, SseParser};

/// The collections of the protocol.
pub(crate) const COLLECTIONS: [&str; 9] = [
    "bookings",
    "conversations",
    "messages",
    "places",
    "recommendations",
    "settings",
    "shares",
    "trips",
    "vehicles",
];

/// Whether a JSON text is an object: the members of an array would be taken for it, one after the other.
pub(crate) fn is_object(json: &[u8]) -> bool {
    json.trim_ascii_start().first() == Some(&b'{')
}
