//! What Connected Cars' hosts are asked, and when: files, who signed in, which organizations there are, and a wish to be left alone.
#![cfg(feature = "connected-cars")]
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::disallowed_methods, reason = "tests")]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bytes::Bytes;
use cc_client::connected_cars::{
    ConnectedCars, ConnectedCarsError, Credentials, File, MOST_OF_FILE, global_organizations,
};
use cc_client::engine::{HttpHead, HttpRequest};
use cc_client::transport::{Boxed, HttpAnswer, HttpBody, Transport, TransportError};

const PASSWORD: &str = "/auth/login/email/password";
const REFRESH: &str = "/auth/tokenRefresh";
const TOKEN: &str = r#"{"token":"t","level":"AM1","expires":3600}"#;

/// Both hosts: what each path answers, with which wait, and what was asked.
#[derive(Clone, Default)]
struct Hosts(Arc<Mutex<Script>>);

#[derive(Default)]
struct Script {
    answers: BTreeMap<&'static str, (u16, Option<&'static str>, String)>,
    asked: Vec<HttpRequest>,
}

struct Once(Option<Bytes>);

impl HttpBody for Once {
    fn next(&mut self) -> Boxed<'_, Option<Result<Bytes, TransportError>>> {
        let piece = self.0.take().map(Ok);
        Box::pin(async move { piece })
    }
}

impl Transport for Hosts {
    fn send(&self, request: HttpRequest) -> Boxed<'static, Result<HttpAnswer, TransportError>> {
        let mut script = self.0.lock().unwrap();
        let (status, wait, body) = script.answers[&*request.target].clone();
        script.asked.push(request);
        let wait = wait.map(|wait| ("retry-after".to_owned(), wait.to_owned()));
        let head = HttpHead { status, headers: wait.into_iter().collect() };
        Box::pin(async move { Ok(HttpAnswer { head, body: Box::new(Once(Some(body.into()))) }) })
    }
}

impl Hosts {
    fn new() -> Self {
        let hosts = Self::default();
        hosts.answers(PASSWORD, 200, None, TOKEN);
        hosts.answers("/graphql", 200, None, r#"{"data":{"a":1}}"#);
        hosts
    }

    fn answers(&self, path: &'static str, status: u16, wait: Option<&'static str>, body: &str) {
        self.0.lock().unwrap().answers.insert(path, (status, wait, body.to_owned()));
    }

    fn connection(&self) -> ConnectedCars {
        let who = Credentials::Password {
            email: "ada@example.invalid".to_owned(),
            password: "made up".to_owned().into(),
        };
        ConnectedCars::new(self.clone(), self.clone(), "semler:workshop", who)
    }

    fn count(&self, path: &str) -> usize {
        self.0.lock().unwrap().asked.iter().filter(|asked| asked.target == path).count()
    }

    fn last(&self) -> HttpRequest {
        self.0.lock().unwrap().asked.last().unwrap().clone()
    }
}

fn header<'a>(request: &'a HttpRequest, name: &str) -> Option<&'a str> {
    request.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| &**value)
}

#[tokio::test]
async fn a_host_that_wishes_to_be_left_alone_is_asked_nothing_before() {
    for (status, path) in [(429, "/graphql"), (503, "/graphql"), (429, PASSWORD), (503, PASSWORD)] {
        let hosts = Hosts::new();
        let connection = hosts.connection();
        hosts.answers(path, status, Some("2"), "{}");
        let began = Instant::now();
        for _ in 0..3 {
            let refused = connection.graphql("{a}", None, None).await.unwrap_err();
            let ConnectedCarsError::Refused { path: told, status: with, wait: Some(wait) } = refused else {
                panic!("{path} {status}: {refused:?}")
            };
            assert_eq!((told, with), (path, status));
            let whole = Duration::from_secs(2);
            assert!(wait <= whole && wait + began.elapsed() >= whole, "{wait:?}");
        }
        assert_eq!(hosts.count(path), 1, "{path} {status}");
        hosts.answers(path, 200, None, if path == PASSWORD { TOKEN } else { r#"{"data":{"a":1}}"# });
        tokio::time::sleep(Duration::from_millis(2_050)).await;
        assert_eq!(&*connection.graphql("{a}", None, None).await.unwrap(), r#"{"a":1}"#);
    }
}

#[tokio::test]
async fn a_wish_of_more_than_an_hour_or_with_another_status_is_not_believed() {
    let hosts = Hosts::new();
    let connection = hosts.connection();
    hosts.answers("/graphql", 404, Some("60"), "{}");
    for _ in 0..2 {
        let refused = connection.graphql("{a}", None, None).await.unwrap_err();
        assert_eq!(refused.to_string(), "/graphql answered 404");
    }
    assert_eq!(hosts.count("/graphql"), 2);
    hosts.answers("/graphql", 429, Some("99999999999999999999"), "{}");
    let refused = connection.graphql("{a}", None, None).await.unwrap_err();
    let said = "/graphql answered 429, and wishes to be left alone for 3600 s";
    assert_eq!(refused.to_string(), said);
}

#[tokio::test]
async fn who_may_not_renew_a_token_now_does_not_sign_in_instead() {
    let hosts = Hosts::new();
    hosts.answers(PASSWORD, 200, None, &TOKEN.replace("3600", "0"));
    hosts.answers(REFRESH, 503, Some("30"), "{}");
    let connection = hosts.connection();
    connection.graphql("{a}", None, None).await.unwrap();
    for _ in 0..2 {
        let refused = connection.graphql("{a}", None, None).await.unwrap_err();
        assert!(matches!(refused, ConnectedCarsError::Refused { status: 503, wait: Some(_), .. }));
    }
    assert_eq!((hosts.count(PASSWORD), hosts.count(REFRESH)), (1, 1));
}

#[tokio::test]
async fn a_token_that_no_header_takes_is_none() {
    for token in [r#"{"token":"a\nb","expires":3600}"#, r#"{"token":"","expires":3600}"#] {
        let hosts = Hosts::new();
        let connection = hosts.connection();
        hosts.answers(PASSWORD, 200, None, token);
        let error = connection.graphql("{a}", None, None).await.unwrap_err();
        assert_eq!(error.to_string(), "the answer of /auth/login/email/password cannot be read");
        hosts.answers(PASSWORD, 200, None, TOKEN);
        connection.graphql("{a}", None, None).await.unwrap();
        assert_eq!(connection.level().await.unwrap().as_deref(), Some("AM1"));
    }
}

#[tokio::test]
async fn a_file_is_the_last_part_of_a_form() {
    let hosts = Hosts::new();
    let connection = hosts.connection();
    let file = File { name: "a \"tyre\".jpg", media_type: "image/jpeg", bytes: b"\xFF\xD8\r\n--" };
    let asked = connection.upload("mutation M { m }", Some("M"), Some(r#"{"id":7}"#), &file);
    assert_eq!(&*asked.await.unwrap(), r#"{"a":1}"#);
    let sent = hosts.last();
    assert_eq!(header(&sent, "x-organization-namespace"), Some("semler:workshop"));
    assert_eq!(header(&sent, "authorization"), Some("Bearer t"));
    let boundary = header(&sent, "content-type").unwrap().strip_prefix("multipart/form-data; boundary=");
    let boundary = boundary.unwrap();
    let part = |name: &str, value: &str| {
        format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let file = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a %22tyre%22.jpg\"\r\n\
         Content-Type: image/jpeg\r\n\r\n"
    );
    let fields =
        [part("operationName", "M"), part("query", "mutation M { m }"), part("variables", r#"{"id":7}"#)];
    let before = fields.concat() + &file;
    let after = format!("\r\n--{boundary}--\r\n");
    assert_eq!(sent.body, [before.as_bytes(), b"\xFF\xD8\r\n--", after.as_bytes()].concat());

    let large = vec![0; MOST_OF_FILE + 1];
    let large = File { name: "large", media_type: "image/jpeg", bytes: &large };
    let error = connection.upload("mutation { m }", None, None, &large).await.unwrap_err();
    assert_eq!(error.to_string(), "the file has 5242881 bytes, and may have 5242880 at most");
    let odd = File { name: "odd", media_type: "image/jpeg\r\nX: y", bytes: b"" };
    let error = connection.upload("mutation { m }", None, None, &odd).await.unwrap_err();
    assert!(matches!(error, ConnectedCarsError::Transport(TransportError::Unsendable)), "{error:?}");
    assert_eq!(hosts.count("/graphql"), 1);
}

#[tokio::test]
async fn who_has_signed_in_is_told_as_json() {
    let hosts = Hosts::new();
    let connection = hosts.connection();
    hosts.answers("/user/info", 200, None, r#" {"id": 7} "#);
    assert_eq!(&*connection.user_info().await.unwrap(), r#"{"id": 7}"#);
    let sent = hosts.last();
    assert_eq!((sent.method, header(&sent, "authorization")), ("GET", Some("Bearer t")));
    hosts.answers("/user/info", 200, None, "<html>");
    let error = connection.user_info().await.unwrap_err();
    assert_eq!(error.to_string(), "the answer of /user/info cannot be read");
    hosts.answers("/user/info", 401, None, "{}");
    let error = connection.user_info().await.unwrap_err();
    assert_eq!(error.to_string(), "/user/info answered 401");
    // Once with another token.
    assert_eq!((hosts.count("/user/info"), hosts.count(PASSWORD)), (4, 2));
}

#[tokio::test]
async fn organizations_are_told_to_who_has_not_signed_in() {
    let hosts = Hosts::new();
    let one = r#"{"data":{"globalOrganizations":[{"key":"semler","apiDomain":"api.example","authApiDomain":"auth.example"}]}}"#;
    hosts.answers("/graphql", 200, None, one);
    let found = global_organizations(&hosts).await.unwrap();
    let told = |at: usize| (&*found[at].key, &*found[at].api_domain, &*found[at].auth_api_domain);
    assert_eq!((found.len(), told(0)), (1, ("semler", "api.example", "auth.example")));
    assert_eq!(header(&hosts.last(), "authorization"), None);
    hosts.answers("/graphql", 200, None, r#"{"data":{"globalOrganizations":7}}"#);
    let error = global_organizations(&hosts).await.unwrap_err();
    assert_eq!(error.to_string(), "the answer of /graphql cannot be read");
    hosts.answers("/graphql", 429, Some("7"), "{}");
    let error = global_organizations(&hosts).await.unwrap_err();
    assert_eq!(error.to_string(), "/graphql answered 429, and wishes to be left alone for 7 s");
}
