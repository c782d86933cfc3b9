//! What holds for every request: its id, its headers, its line in the log, its figures.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Version, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::feed::room;
use crate::node::Node;
use crate::problem::{Problem, REQUEST_ID};
use crate::rest::Rest;
use crate::{clock, random};

const ALWAYS: &[(&str, &str)] = &[
    ("access-control-allow-origin", "*"),
    (
        "access-control-expose-headers",
        "Allow, Date, ETag, Location, Retry-After, WWW-Authenticate, X-Request-Id, Stream-Next-Offset, Stream-Cursor, Stream-Up-To-Date, Stream-Closed, \
         Stream-TTL, Stream-Expires-At, Stream-SSE-Data-Encoding, Producer-Epoch, Producer-Seq, Producer-Expected-Seq, \
         Producer-Received-Seq, Config-Max-Age",
    ),
    ("cross-origin-resource-policy", "cross-origin"),
    ("x-content-type-options", "nosniff"),
];

/// The most headers of a request.
pub(crate) const MOST_HEADERS: usize = 64;
/// The most bytes of a path with its query, and of all headers together. The server itself reads four times as much of a head, so
/// that who goes past it is told.
pub(crate) const MOST_BYTES: usize = 16 << 10;

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
        let (request, rest) = Rest::of(request);
        let only_reads = matches!(method, Method::GET | Method::HEAD);
        let answer = async {
            match refusal(&node, &request) {
                Some(problem) => {
                    drop(request);
                    problem.into_response()
                }
                None => typed(room::counted(&node, only_reads, next.run(request).await).await),
            }
        };
        let mut answer = REQUEST_ID.scope(id.clone(), answer).await;
        let is_refused = answer.status().is_client_error() || answer.status().is_server_error();
        let may_send = is_refused && answer.status() != StatusCode::REQUEST_TIMEOUT;
        if may_send && !rest.discard(Duration::from_millis(node.config.request)).await {
            put(answer.headers_mut(), &[("connection", "close")]);
        }
        answer
    };
    put(answer.headers_mut(), ALWAYS);
    // What may be kept says so itself.
    if !answer.headers().contains_key(header::CACHE_CONTROL) && !answer.headers().contains_key(header::ETAG) {
        put(answer.headers_mut(), &[("cache-control", "no-store")]);
    }
    if let Ok(value) = HeaderValue::from_str(&id) {
        answer.headers_mut().insert("x-request-id", value);
    }
    let (status, took) = (answer.status().as_u16(), began.elapsed());
    node.metrics.answered(word, &route, status, took);
    let millis = took.as_millis() as u64;
    tracing::info!(request = id, method = word, route, status, millis, "answered");
    answer
}

/// What a request says once, or not at all.
const ONCE: [&str; 8] = [
    "Content-Type",
    "Producer-Epoch",
    "Producer-Id",
    "Producer-Seq",
    "Stream-Closed",
    "Stream-Expires-At",
    "Stream-Seq",
    "Stream-TTL",
];

/// Why a request is not looked at.
fn refusal(node: &Node, request: &Request) -> Option<Problem> {
    if request.uri().path_and_query().map_or(0, |path| path.as_str().len()) > MOST_BYTES {
        return Some(Problem::uri_too_long().because(format!("at most {MOST_BYTES} bytes")));
    }
    let headers = request.headers();
    let size: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if headers.len() > MOST_HEADERS || size > MOST_BYTES {
        let most = format!("at most {MOST_HEADERS} headers of {MOST_BYTES} bytes");
        return Some(Problem::headers_too_large().because(most));
    }
    // HTTP of before knew no hosts.
    let hosts = headers.get_all(header::HOST).iter().count();
    if hosts > 1 || hosts == 0 && request.version() == Version::HTTP_11 {
        return Some(Problem::malformed().because("Host: once"));
    }
    let mut codings = headers.get_all(header::TRANSFER_ENCODING).iter();
    if codings.next().is_some_and(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"chunked"))
        || codings.next().is_some()
    {
        let only = Problem::malformed().because("Transfer-Encoding: chunked, and nothing else");
        return Some(only.with("connection", "close"));
    }
    let is_twice = |name: &&&str| headers.get_all(**name).iter().count() > 1;
    if let Some(twice) = ONCE.iter().find(is_twice) {
        return Some(Problem::malformed().because(format!("{twice}: once")));
    }
    let is_of_operators = matches!(request.uri().path(), "/healthz" | "/metrics" | "/readyz");
    let is_late = node.is_draining() && !is_of_operators;
    is_late.then(|| Problem::draining().with("retry-after", 1).with("connection", "close"))
}

/// An error that the frame around the handlers found is told as theirs are.
fn typed(answer: Response) -> Response {
    let is_ours =
        answer.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == "application/problem+json");
    let problem = match answer.status().as_u16() {
        _ if is_ours => return answer,
        400 => Problem::malformed().because("the path or the query is no UTF-8"),
        404 => Problem::not_found(),
        405 => Problem::method_not_allowed(),
        408 => Problem::request_timeout(),
        413 => Problem::too_large(),
        415 => Problem::unsupported_media_type(),
        500 => Problem::internal(),
        _ => return answer,
    };
    problem.into_response()
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
