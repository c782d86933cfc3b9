//! Signing in: what a platform, or whoever answers in its place, says to it.
#![cfg(all(feature = "testing", feature = "verify"))]
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::time::Duration;

use bytes::Bytes;
use cc_client::engine::{HttpHead, HttpRequest};
use cc_client::jwt::{Jwt, KeySet};
use cc_client::sign_in::{self, SignInError, SignedIn};
use cc_client::testing::{FAKE_PASSWORD, FAKE_SESSION, FakeTransport};
use cc_client::transport::{Boxed, HttpAnswer, HttpBody, Transport, TransportError};
use cc_client::wire::ProblemCode;
use cc_client::{KeyFile, KeyFileError};

/// Gives one answer to everything, and keeps what was asked.
struct Canned {
    status: u16,
    headers: Vec<(&'static str, &'static str)>,
    body: Bytes,
    asked: Mutex<Vec<(String, Vec<u8>)>>,
}

impl Canned {
    fn new(status: u16, headers: &[(&'static str, &'static str)], body: impl Into<Bytes>) -> Self {
        Self { status, headers: headers.to_vec(), body: body.into(), asked: Mutex::default() }
    }
}

struct Once(Option<Bytes>);

impl HttpBody for Once {
    fn next(&mut self) -> Boxed<'_, Option<Result<Bytes, TransportError>>> {
        Box::pin(async move { self.0.take().map(Ok) })
    }
}

impl Transport for Canned {
    fn send(&self, request: HttpRequest) -> Boxed<'static, Result<HttpAnswer, TransportError>> {
        self.asked.lock().unwrap().push((request.target.clone(), request.body.clone()));
        let headers = self.headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let head = HttpHead { status: self.status, headers: headers.collect() };
        let body = Box::new(Once(Some(self.body.clone())));
        Box::pin(async move { Ok(HttpAnswer { head, body }) })
    }
}

const JSON: (&str, &str) = ("content-type", "application/json");
const PROBLEM: (&str, &str) = ("content-type", "application/problem+json");
const HTML: (&str, &str) = ("content-type", "text/html");
const GOOD: &str = r#"{"session": "CANARY", "sessionExpires": "2026-08-01T00:00:00Z", "principal": "user/7",
    "organization": "demo", "new": 1}"#;

async fn with_password(transport: &Canned) -> Result<SignedIn, SignInError> {
    sign_in::with_password(transport, "a\"b@demo.example", "p\\w", "phone").await
}

#[tokio::test]
async fn a_person_gets_a_session_and_debug_shows_no_secret() {
    let platform = Canned::new(200, &[JSON], GOOD);
    let who = with_password(&platform).await.unwrap();
    assert_eq!((who.session.as_str(), &*who.principal, &*who.organization), ("CANARY", "user/7", "demo"));
    assert_eq!(who.expires.to_rfc3339(), "2026-08-01T00:00:00+00:00");
    assert_eq!(format!("{who:?}"), "SignedIn { expires: 2026-08-01T00:00:00Z, .. }");
    let asked = std::mem::take(&mut *platform.asked.lock().unwrap());
    assert_eq!(asked[0].0, "/v1/auth/password");
    assert_eq!(
        std::str::from_utf8(&asked[0].1).unwrap(),
        r#"{"email":"a\"b@demo.example","password":"p\\w","device":"phone"}"#
    );
    let fake = FakeTransport::default();
    let who = sign_in::with_password(&fake, "anna@demo.example", FAKE_PASSWORD, "phone").await.unwrap();
    assert_eq!(who.session.as_str(), FAKE_SESSION);
}

#[tokio::test]
async fn every_other_answer_is_told_apart() {
    const IN_A_MINUTE: &str = "Fri, 01 Jan 2100 10:00:00 GMT";
    let invalid = r#"{"code": "token_invalid", "status": 401}"#;
    let limited = |wait| SignInError::Limited { wait: Duration::from_secs(wait) };
    let cases = [
        (Canned::new(401, &[PROBLEM], invalid), SignInError::Credentials),
        (Canned::new(429, &[PROBLEM, ("retry-after", "32")], r#"{"code": "rate_limited"}"#), limited(32)),
        // What is no such word is no reason to wait for ever, or not at all.
        (Canned::new(429, &[("retry-after", "soon")], ""), limited(1)),
        (Canned::new(429, &[("retry-after", "1000000000000")], ""), limited(60)),
        // A date is none where nobody says what time it is there: the device's clock may say anything.
        (
            Canned::new(429, &[PROBLEM, ("retry-after", IN_A_MINUTE)], r#"{"code": "rate_limited"}"#),
            limited(1),
        ),
        (
            Canned::new(
                429,
                &[PROBLEM, ("retry-after", IN_A_MINUTE), ("date", "Fri, 01 Jan 2100 09:59:00 GMT")],
                r#"{"code": "rate_limited"}"#,
            ),
            limited(60),
        ),
        (
            Canned::new(429, &[PROBLEM, ("retry-after", "99999")], r#"{"code": "rate_limited"}"#),
            limited(3_600),
        ),
        // That it calls itself a problem makes it nobody's.
        (Canned::new(429, &[PROBLEM, ("retry-after", "99999")], r#"{"title": "Too many"}"#), limited(60)),
        (
            Canned::new(503, &[PROBLEM, ("retry-after", "99999")], r#"{"code": "unavailable"}"#),
            limited(3_600),
        ),
        (Canned::new(503, &[("retry-after", "99999")], ""), limited(60)),
        (Canned::new(429, &[HTML, ("retry-after", "99999")], "<html>"), SignInError::Answer),
        (Canned::new(200, &[JSON], GOOD.replace("CANARY", "CAN\\nARY")), SignInError::Answer),
        (Canned::new(200, &[JSON], GOOD.replace("CANARY", "")), SignInError::Answer),
        (Canned::new(204, &[], ""), SignInError::Answer),
        (Canned::new(401, &[HTML], "<html>"), SignInError::Answer),
        (Canned::new(403, &[HTML], "<html>"), SignInError::Answer),
        (Canned::new(404, &[JSON], r#"{"code": "wifi"}"#), SignInError::Answer),
        (Canned::new(511, &[HTML], "<html>"), SignInError::Answer),
        (
            Canned::new(200, &[("content-type", "text/html")], "<html>Welcome to the Wi-Fi"),
            SignInError::Answer,
        ),
        (Canned::new(200, &[JSON], "{}"), SignInError::Answer),
        (Canned::new(200, &[JSON], GOOD.replace("2026-08-01", "tomorrow")), SignInError::Answer),
        (Canned::new(302, &[("location", "http://portal.example")], ""), SignInError::Answer),
        (Canned::new(200, &[JSON], vec![b' '; 100_000]), SignInError::Transport(TransportError::TooLarge)),
    ];
    for (platform, expected) in cases {
        assert_eq!(with_password(&platform).await.unwrap_err(), expected);
    }
    let draining = Canned::new(503, &[PROBLEM], r#"{"code": "draining", "status": 503}"#);
    let error = with_password(&draining).await.unwrap_err();
    assert_eq!(error.to_string(), "signing in was refused: 503 draining");
    for (status, headers, body, code) in [
        (502, HTML, "<html>", ProblemCode::Other),
        (403, JSON, r#"{"code": "forbidden"}"#, ProblemCode::Forbidden),
        // Of a newer platform.
        (403, PROBLEM, r#"{"code": "locked"}"#, ProblemCode::Other),
    ] {
        let refuses = Canned::new(status, &[headers], body);
        let error = with_password(&refuses).await.unwrap_err();
        let SignInError::Refused(problem) = error else { panic!("{status}: {error}") };
        assert_eq!((problem.status, problem.code), (status, code));
    }
}

/// The key pair of RFC 8410, section 10.3.
const FILE: &str = "----- BEGIN CONNECTEDCARS INFO -----\niss: demo/box\naud: https://platform.example\nkid: one\n\
    ----- END CONNECTEDCARS INFO -----\n-----BEGIN PRIVATE KEY-----\n\
    MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n";

#[tokio::test]
async fn a_service_signs_with_the_key_it_has_and_no_assertion_comes_twice() {
    let file = KeyFile::parse(FILE).unwrap();
    let platform = Canned::new(200, &[JSON], GOOD);
    for _ in 0..2 {
        sign_in::with_key(&platform, &file).await.unwrap();
    }
    // The public half, by section 10.1.
    let keys = KeySet::parse(
        br#"{"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "one", "x": "Gb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE"}]}"#,
    )
    .unwrap();
    let mut ids = BTreeSet::new();
    for (path, body) in &*platform.asked.lock().unwrap() {
        assert_eq!(path, "/v1/auth/service-account");
        let body: serde_json::Value = serde_json::from_slice(body).unwrap();
        let assertion = Jwt::verify(body["assertion"].as_str().unwrap(), &keys).unwrap();
        assert!(assertion.is_for("https://platform.example"));
        ids.insert(body["assertion"].as_str().unwrap().to_owned());
    }
    assert_eq!(ids.len(), 2);
    let cut = FILE.replace("MC4CAQAwBQYDK2Vw", "MC4CAQAwBQYDK2Vx");
    assert_eq!(KeyFile::parse(&cut).unwrap_err(), KeyFileError::Key);
}
