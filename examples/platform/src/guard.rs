//! What holds for every request: its id, its headers, its line in the log, its figures.

use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::node::Node;
use crate::problem::REQUEST_ID;
use crate::{clock, random};

const ALWAYS: &[(&str, &str)] = &[
    ("access-control-allow-origin", "*"),
    (
        "access-control-expose-headers",
        "ETag, Location, Retry-After, X-Request-Id, Stream-Next-Offset, Stream-Cursor, Stream-Up-To-Date, Stream-Closed, \
         Stream-TTL, Stream-Expires-At, Stream-SSE-Data-Encoding, Producer-Epoch, Producer-Seq, Producer-Expected-Seq, \
         Producer-Received-Seq, Config-Max-Age",
    ),
    ("cross-origin-resource-policy", "cross-origin"),
    ("x-content-type-options", "nosniff"),
];

/// A token goes with every request, never a cookie: any page may ask, and none is trusted.
const PREFLIGHT: &[(&str, &str)] = &[
    ("access-control-allow-methods", "GET, HEAD, POST, PUT, DELETE, OPTIONS"),
    (
        "access-control-allow-headers",
        "Authorization, Content-Type, Content-Encoding, If-None-Match, X-Request-Id, Producer-Id, Producer-Epoch, \
         Producer-Seq, Stream-Seq, Stream-TTL, Stream-Expires-At, Stream-Closed",
    ),
    ("access-control-max-age", "86400"),
];

/// Goes around every handler.
pub(crate) async fn guard(State(node): State<Arc<Node>>, request: Request, next: Next) -> Response {
    let began = clock::instant();
    let id = request_id(request.headers());
    let method = request.method().clone();
    let word = method_word(&method);
    // The pattern and not the path, which names vehicles and people.
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let mut answer = if method == Method::OPTIONS {
        let mut answer = StatusCode::NO_CONTENT.into_response();
        put(answer.headers_mut(), PREFLIGHT);
        answer
    } else {
        REQUEST_ID.scope(id.clone(), next.run(request)).await
    };
    put(answer.headers_mut(), ALWAYS);
    if let Ok(value) = HeaderValue::from_str(&id) {
        answer.headers_mut().insert("x-request-id", value);
    }
    let (status, took) = (answer.status().as_u16(), began.elapsed());
    node.metrics.answered(word, &route, status, took);
    let millis = took.as_millis() as u64;
    tracing::info!(request = id, method = word, route, status, millis, "answered");
    answer
}

/// A method as figures and the log name it: who asks may invent as many as it likes.
fn method_word(method: &Method) -> &'static str {
    const KNOWN: [&str; 8] = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"];
    KNOWN.into_iter().find(|known| *known == method.as_str()).unwrap_or("other")
}

fn put(headers: &mut HeaderMap, values: &'static [(&'static str, &'static str)]) {
    for (name, value) in values {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
}

/// The client's own id, if it is one; an invented one else.
fn request_id(headers: &HeaderMap) -> String {
    let given = headers.get("x-request-id").and_then(|value| value.to_str().ok());
    let fits = |text: &&str| {
        (1..=64).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    };
    given.filter(fits).map_or_else(random::text::<12>, str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invented_method_has_no_figures_of_its_own() {
        assert_eq!(method_word(&Method::POST), "POST");
        for invented in ["X1", "get", "BREW"] {
            assert_eq!(method_word(&Method::from_bytes(invented.as_bytes()).unwrap()), "other");
        }
    }
}
