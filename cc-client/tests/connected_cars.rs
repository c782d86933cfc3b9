//! Connected Cars' interfaces against a local server that behaves as they are described.
#![cfg(all(feature = "connected-cars", feature = "reqwest"))]
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::disallowed_methods, reason = "tests")]

mod common;

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use cc_client::connected_cars::{
    ConnectedCars, ConnectedCarsError, Credentials, KeyFile, KeyFileError, WebhookError, WebhookReceiver,
};
use cc_client::engine::HttpHead;
use cc_client::jwt::{Expected, Jwt, JwtError, KeySet};
use cc_client::transport::{
    Boxed, HttpAnswer, HttpBody, ReqwestOptions, ReqwestTransport, Transport, TransportError,
};
use cc_core::Timestamp;
use common::{Answer, Request, Server};
use ring::signature::{Ed25519KeyPair, KeyPair};
use sha2::{Digest, Sha256};

const KEY_FILE: &str = include_str!("data/made-up-service-account.key");
const KEY_SET: &[u8] = include_bytes!("data/made-up-service-account.jwks.json");

fn reach(server: &Server) -> ReqwestTransport {
    ReqwestTransport::new(&server.url, ReqwestOptions::default()).unwrap()
}

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn connection(server: &Server) -> ConnectedCars {
    let file = KeyFile::parse(KEY_FILE).unwrap();
    let who = Credentials::ServiceAccount(Box::new(file));
    ConnectedCars::new(reach(server), reach(server), "semler:workshop", who)
}

/// A platform that gives out tokens `t1`, `t2`, …, each for so many seconds, and takes only the last.
#[derive(Default)]
struct Platform {
    made: AtomicUsize,
    life: AtomicUsize,
    revoked: AtomicBool,
    no_renewal: AtomicUsize,
}

impl Platform {
    fn token(&self) -> Answer {
        let number = self.made.fetch_add(1, Ordering::SeqCst) + 1;
        self.revoked.store(false, Ordering::SeqCst);
        let life = self.life.load(Ordering::SeqCst);
        (200, format!("{{\"token\":\"t{number}\",\"level\":\"AM1\",\"expires\":{life}}}"))
    }

    fn is_good(&self, request: &Request) -> bool {
        let last = format!("Bearer t{}", self.made.load(Ordering::SeqCst));
        request.header("authorization") == last && !self.revoked.load(Ordering::SeqCst)
    }

    fn answer(&self, request: &Request) -> Answer {
        if request.header("x-organization-namespace") != "semler:workshop" {
            return (400, "{}".to_owned());
        }
        match (&*request.method, &*request.target) {
            ("POST", "/auth/login/serviceAccountConverter") => {
                let body: serde_json::Value = serde_json::from_str(&request.body).unwrap();
                let keys = KeySet::parse(KEY_SET).unwrap();
                let assertion = Jwt::verify(body["token"].as_str().unwrap(), &keys).unwrap();
                let now = Timestamp::from(std::time::SystemTime::now());
                let (issuer, audience) = ("made-up@serviceaccount.example", "https://auth-api.example");
                let mut expected = Expected::new(issuer, audience, now);
                expected.tolerance = Duration::from_secs(60);
                assertion.check(&expected).unwrap();
                assert_eq!(assertion.exp.unwrap() - assertion.iat.unwrap(), 3_600);
                self.token()
            }
            ("POST", "/auth/login/email/password") => {
                let right = r#"{"email":"ada@example.invalid","password":"two \"words\""}"#;
                if request.body == right { self.token() } else { (401, "{}".to_owned()) }
            }
            ("GET", "/auth/tokenRefresh") => match self.no_renewal.load(Ordering::SeqCst) {
                0 => self.token(),
                status => (status as u16, "{}".to_owned()),
            },
            ("POST", "/graphql") if !self.is_good(request) => (401, "{}".to_owned()),
            ("POST", "/graphql") => (200, r#"{"data":{"viewer":{"id":7}}}"#.to_owned()),
            _ => (404, "{}".to_owned()),
        }
    }
}

async fn platform(life: usize) -> (Arc<Platform>, Server) {
    let platform = Arc::new(Platform { life: AtomicUsize::new(life), ..Platform::default() });
    let answers = platform.clone();
    (platform, Server::start(move |request| answers.answer(request)).await)
}

const SERVICE: &str = "/auth/login/serviceAccountConverter";
const TOKEN: &str = r#"{"token":"t","level":"AM1","expires":3600}"#;
const REFRESH: &str = "/auth/tokenRefresh";

#[tokio::test]
async fn a_service_account_asks_with_one_token_for_all_questions() {
    let (_, server) = platform(3_600).await;
    let connection = connection(&server);
    for _ in 0..3 {
        let data = connection.graphql("{viewer{id}}", Some("q"), Some(r#"{"n":1}"#)).await.unwrap();
        assert_eq!(&*data, r#"{"viewer":{"id":7}}"#);
    }
    assert_eq!((server.count(SERVICE), server.count(REFRESH), server.count("/graphql")), (1, 0, 3));
    let question = server.asked().pop().unwrap();
    assert_eq!(question.body, r#"{"query":"{viewer{id}}","operationName":"q","variables":{"n":1}}"#);
    assert_eq!(question.header("content-type"), "application/json");
    let none = connection.graphql("{viewer{id}}", None, Some("[1]")).await.unwrap_err();
    assert_eq!(none.to_string(), "the request could not be made: its address or a header is not valid");
}

#[tokio::test]
async fn a_token_with_less_than_five_minutes_left_is_renewed_with_itself() {
    let (_, server) = platform(299).await;
    let connection = connection(&server);
    connection.graphql("{a}", None, None).await.unwrap();
    connection.graphql("{a}", None, None).await.unwrap();
    assert_eq!((server.count(SERVICE), server.count(REFRESH)), (1, 1));
    let renewal = server.asked().into_iter().find(|request| request.target == REFRESH).unwrap();
    assert_eq!((renewal.method.as_str(), renewal.header("authorization")), ("GET", "Bearer t1"));
}

#[tokio::test]
async fn an_expired_token_is_renewed_with_itself_too() {
    let (_, server) = platform(0).await;
    let connection = connection(&server);
    connection.graphql("{a}", None, None).await.unwrap();
    connection.graphql("{a}", None, None).await.unwrap();
    assert_eq!((server.count(SERVICE), server.count(REFRESH)), (1, 1));
}

#[tokio::test]
async fn a_token_that_cannot_be_renewed_is_got_anew_and_one_whose_host_is_down_is_used_on() {
    let (answers, server) = platform(299).await;
    let connection = connection(&server);
    connection.graphql("{a}", None, None).await.unwrap();
    answers.no_renewal.store(503, Ordering::SeqCst);
    for _ in 0..3 {
        connection.graphql("{a}", None, None).await.unwrap();
    }
    // It was tried once, and is not tried again with each question.
    assert_eq!((server.count(SERVICE), server.count(REFRESH)), (1, 1));

    answers.no_renewal.store(401, Ordering::SeqCst);
    answers.life.store(0, Ordering::SeqCst);
    let another = self::connection(&server);
    another.graphql("{a}", None, None).await.unwrap();
    another.graphql("{a}", None, None).await.unwrap();
    assert_eq!((server.count(SERVICE), server.count(REFRESH)), (3, 2));
}

#[tokio::test]
async fn who_cannot_renew_a_token_that_is_over_signs_in_unless_there_are_too_many_questions() {
    for (status, signs_in) in [(404, true), (500, true), (503, true), (429, false)] {
        let (answers, server) = platform(0).await;
        let connection = connection(&server);
        connection.graphql("{a}", None, None).await.unwrap();
        answers.no_renewal.store(status, Ordering::SeqCst);
        let asked = connection.graphql("{a}", None, None).await;
        assert_eq!(asked.is_ok(), signs_in, "{status}: {asked:?}");
        assert_eq!(
            (server.count(SERVICE), server.count(REFRESH)),
            (1 + usize::from(signs_in), 1),
            "{status}"
        );
    }
}

/// Asks so many questions at the same time.
async fn at_once(connection: &Arc<ConnectedCars>, count: usize) -> Vec<Result<(), ConnectedCarsError>> {
    let ask = |number| {
        let (connection, variables) = (connection.clone(), format!("{{\"n\":{number}}}"));
        tokio::spawn(async move { connection.graphql("{a}", None, Some(&variables)).await.map(drop) })
    };
    let mut answers = Vec::new();
    for question in (0..count).map(ask).collect::<Vec<_>>() {
        answers.push(question.await.unwrap());
    }
    answers
}

#[tokio::test]
async fn a_thousand_refused_questions_at_once_get_one_new_token() {
    let (answers, server) = platform(3_600).await;
    let connection = Arc::new(connection(&server));
    connection.graphql("{a}", None, None).await.unwrap();
    answers.revoked.store(true, Ordering::SeqCst);
    for answer in at_once(&connection, 1_000).await {
        answer.unwrap();
    }
    assert_eq!((server.count(SERVICE), server.count(REFRESH)), (2, 0));
}

#[tokio::test]
async fn refusals_that_come_late_drop_no_new_token_though_it_says_the_same() {
    let asked = std::sync::Mutex::new(std::collections::BTreeSet::new());
    let server = Server::start(move |request| match &*request.target {
        "/graphql" if asked.lock().unwrap().insert(request.body.clone()) => (401, "{}".to_owned()),
        "/graphql" => (200, r#"{"data":{}}"#.to_owned()),
        _ => (200, TOKEN.to_owned()),
    })
    .await;
    for answer in at_once(&Arc::new(connection(&server)), 300).await {
        answer.unwrap();
    }
    // Who began with the second token and is refused once has a third.
    assert!(server.count(SERVICE) <= 3, "{} sign-ins", server.count(SERVICE));
}

#[tokio::test]
async fn a_question_that_is_refused_twice_is_not_asked_a_third_time() {
    let server = Server::start(|request| match &*request.target {
        "/graphql" => (401, "{}".to_owned()),
        _ => (200, TOKEN.to_owned()),
    })
    .await;
    let refused = connection(&server).graphql("{a}", None, None).await.unwrap_err();
    assert_eq!(refused.to_string(), "/graphql answered 401");
    assert_eq!((server.count(SERVICE), server.count("/graphql")), (2, 2));
}

#[tokio::test]
async fn a_person_signs_in_with_a_password_and_a_wrong_one_is_told() {
    let (_, server) = platform(3_600).await;
    let connect = |password: &str| {
        let email = "ada@example.invalid".to_owned();
        let who = Credentials::Password { email, password: password.to_owned().into() };
        ConnectedCars::new(reach(&server), reach(&server), "semler:workshop", who)
    };
    connect("two \"words\"").graphql("{a}", None, None).await.unwrap();
    let refused = connect("one").graphql("{a}", None, None).await.unwrap_err();
    assert_eq!(refused.to_string(), "the credentials were refused with 401");
}

#[tokio::test]
async fn errors_of_graphql_are_typed_and_keep_the_data_that_came() {
    let answer = r#"{"data":{"viewer":null},"errors":[
        {"message":"no such vehicle","path":["viewer","vehicles",0],"extensions":{"code":"NOT_FOUND"}}]}"#;
    let server = Server::start(move |request| match &*request.target {
        "/graphql" => (200, answer.to_owned()),
        _ => (200, TOKEN.to_owned()),
    })
    .await;
    let error = connection(&server).graphql("{a}", None, None).await.unwrap_err();
    assert_eq!(error.to_string(), "1 errors of GraphQL, the first at viewer.vehicles.0");
    let ConnectedCarsError::GraphQl { errors, data } = error else { panic!("another error") };
    assert_eq!(data.as_deref(), Some(r#"{"viewer":null}"#));
    assert_eq!(errors[0].extensions.as_ref().unwrap().code.as_deref(), Some("NOT_FOUND"));
    assert!(!format!("{errors:?}").contains("no such vehicle"));
}

/// An alias is the app's word, and a server's code may be anything.
#[tokio::test]
async fn no_number_of_a_car_stands_in_what_an_error_shows() {
    let long = format!(r#"["{}"]"#, vec!["a"; 10_000].join(r#"",""#));
    for (path, code) in [
        (r#"["WVWZZZ1KZAM000001","position"]"#, r#""WVWZZZ1KZAM000001""#),
        (r#"["viewer","WVWZZZ1KZAM000001\n"]"#, r#"{"vin":"WVWZZZ1KZAM000001"}"#),
        (&*long, "7"),
    ] {
        let answer =
            format!(r#"{{"errors":[{{"message":"m","path":{path},"extensions":{{"code":{code}}}}}]}}"#);
        let server = Server::start(move |request| match &*request.target {
            "/graphql" => (200, answer.clone()),
            _ => (200, TOKEN.to_owned()),
        })
        .await;
        let error = connection(&server).graphql("{a}", None, None).await.unwrap_err();
        let ConnectedCarsError::GraphQl { errors, .. } = &error else { panic!("another error") };
        let shown = format!("{error} {error:?} {errors:?} {:?} {:?}", errors[0].extensions, errors[0].path);
        let shown_of_path = format!("{error} {error:?}");
        assert!(!shown.contains("WVW") && shown_of_path.len() < 500, "{shown}");
    }
}

#[tokio::test]
async fn errors_of_graphql_in_other_shapes_are_errors_and_null_is_none() {
    for (errors, expected) in [
        ("null", Ok(())),
        ("[]", Ok(())),
        (r#"[{"message":"m","extensions":{"code":404}}]"#, Err(Some("404"))),
        (r#"[{"message":7,"path":"viewer","extensions":[]}]"#, Err(None)),
        ("[{}]", Err(None)),
        ("[null]", Err(None)),
        (r#"["no such vehicle"]"#, Err(None)),
        (r#"[{"extensions":{"code":"A"}},null]"#, Err(Some("A"))),
        (r#""no such vehicle""#, Err(None)),
    ] {
        let answer = format!("{{\"data\":{{\"viewer\":1}},\"errors\":{errors}}}");
        let server = Server::start(move |request| match &*request.target {
            "/graphql" => (200, answer.clone()),
            _ => (200, TOKEN.to_owned()),
        })
        .await;
        match (connection(&server).graphql("{a}", None, None).await, expected) {
            (Ok(data), Ok(())) => assert_eq!(&*data, r#"{"viewer":1}"#),
            (Err(ConnectedCarsError::GraphQl { errors: found, data }), Err(code)) => {
                assert_eq!(data.as_deref(), Some(r#"{"viewer":1}"#));
                assert_eq!(found[0].extensions.as_ref().and_then(|more| more.code.as_deref()), code);
            }
            (found, _) => panic!("{errors}: {found:?}"),
        }
    }
}

/// Takes its time for each answer.
struct Slow {
    asked: Arc<AtomicUsize>,
    renewals: Arc<AtomicUsize>,
    life: usize,
}

struct Once(Option<bytes::Bytes>);

impl HttpBody for Once {
    fn next(&mut self) -> Boxed<'_, Option<Result<bytes::Bytes, TransportError>>> {
        Box::pin(async move { self.0.take().map(Ok) })
    }
}

impl Transport for Slow {
    fn send(
        &self,
        request: cc_client::engine::HttpRequest,
    ) -> Boxed<'static, Result<HttpAnswer, TransportError>> {
        let renews = request.method == "GET";
        let count = if renews { &self.renewals } else { &self.asked };
        count.fetch_add(1, Ordering::SeqCst);
        let text = format!("{{\"token\":\"t\",\"level\":\"AM1\",\"expires\":{}}}", self.life);
        Box::pin(async move {
            tokio::time::sleep(Duration::from_millis(700)).await;
            if renews {
                return Err(TransportError::TimedOut);
            }
            let head = HttpHead { status: 200, headers: Vec::new() };
            Ok(HttpAnswer { head, body: Box::new(Once(Some(text.into()))) })
        })
    }
}

fn slowly(server: &Server, life: usize) -> (ConnectedCars, [Arc<AtomicUsize>; 2]) {
    let counts: [Arc<AtomicUsize>; 2] = Default::default();
    let slow = Slow { asked: counts[0].clone(), renewals: counts[1].clone(), life };
    let who = Credentials::ServiceAccount(Box::new(KeyFile::parse(KEY_FILE).unwrap()));
    (ConnectedCars::new(slow, reach(server), "semler:workshop", who), counts)
}

#[tokio::test]
async fn a_sign_in_goes_on_where_those_who_waited_went_away() {
    let server = Server::start(|_| (200, r#"{"data":{"a":1}}"#.to_owned())).await;
    let (connection, [asked, _]) = slowly(&server, 3_600);
    let (mut tries, mut patience) = (0, Duration::from_millis(200));
    while tokio::time::timeout(patience, connection.graphql("{a}", None, None)).await.is_err() {
        (tries, patience) = (tries + 1, patience + Duration::from_millis(100));
        assert!(tries < 20, "nobody gets a token");
    }
    assert!(tries > 0);
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn all_who_wait_for_a_renewal_that_fails_go_on_with_the_token_of_before() {
    let server = Server::start(|_| (200, r#"{"data":{"a":1}}"#.to_owned())).await;
    let (connection, [asked, renewals]) = slowly(&server, 299);
    connection.graphql("{a}", None, None).await.unwrap();
    let connection = Arc::new(connection);
    for answer in at_once(&connection, 10).await {
        answer.unwrap();
    }
    assert_eq!((asked.load(Ordering::SeqCst), renewals.load(Ordering::SeqCst)), (1, 1));
}

#[tokio::test]
async fn all_who_wait_for_a_token_hear_of_one_refusal_and_the_next_asks_again() {
    let server = Server::start(|_| (401, "{}".to_owned())).await;
    let connection = Arc::new(connection(&server));
    for round in 1..=2 {
        for answer in at_once(&connection, 40).await {
            assert_eq!(answer.unwrap_err().to_string(), "the credentials were refused with 401");
        }
        assert_eq!(server.count(SERVICE), round);
    }
}

/// The page behind a cursor of a list of five, two a page; `broken` leaves out the second cursor.
fn page(request: &Request, broken: bool) -> Answer {
    let body: serde_json::Value = serde_json::from_str(&request.body).unwrap();
    let after: usize = body["variables"]["after"].as_str().map_or(0, |after| after.parse().unwrap());
    let items: Vec<usize> = (after..5).take(2).collect();
    let end = after + items.len();
    let cursor = if broken && end == 4 { "null".to_owned() } else { format!("\"{end}\"") };
    let info = format!("{{\"hasNextPage\":{},\"endCursor\":{cursor}}}", end < 5);
    (200, format!("{{\"data\":{{\"fleet\":{{\"vehicles\":{{\"items\":{items:?},\"pageInfo\":{info}}}}}}}}}"))
}

#[tokio::test]
async fn a_list_comes_page_by_page_and_one_that_cannot_go_on_is_no_whole_list() {
    for broken in [false, true] {
        let server = Server::start(move |request| match &*request.target {
            "/graphql" => page(request, broken),
            _ => (200, TOKEN.to_owned()),
        })
        .await;
        let connection = connection(&server);
        let mut pages = connection.pages("query", r#"{"first":2}"#, "/fleet/vehicles");
        let mut found = Vec::new();
        let error = loop {
            match pages.next().await {
                Some(Ok(items)) => found.push(items.join(" ")),
                Some(Err(error)) => break Some(error.to_string()),
                None => break None,
            }
        };
        assert!(pages.next().await.is_none());
        if broken {
            assert_eq!(found, ["0 1", "2 3"]);
            assert_eq!(error.as_deref(), Some("the answer of /graphql cannot be read"));
        } else {
            assert_eq!((found.join(" ").as_str(), error), ("0 1 2 3 4", None));
        }
    }
}

#[tokio::test]
async fn a_list_that_goes_round_in_a_circle_ends_with_an_error() {
    for circle in [1, 2, 5] {
        let asked = AtomicUsize::new(0);
        let server = Server::start(move |request| match &*request.target {
            "/graphql" => {
                let cursor = asked.fetch_add(1, Ordering::SeqCst) % circle;
                let info = format!("{{\"hasNextPage\":true,\"endCursor\":\"{cursor}\"}}");
                (200, format!("{{\"data\":{{\"items\":[1],\"pageInfo\":{info}}}}}"))
            }
            _ => (200, TOKEN.to_owned()),
        })
        .await;
        let connection = connection(&server);
        let mut pages = connection.pages("query", "{}", "");
        let mut count = 0;
        let error = loop {
            match pages.next().await.unwrap() {
                Ok(_) => count += 1,
                Err(error) => break error.to_string(),
            }
        };
        assert_eq!(error, "the answer of /graphql cannot be read");
        assert!((circle..=3 * circle).contains(&count), "{count} pages of {circle}");
        assert!(pages.next().await.is_none());
    }
}

#[tokio::test]
async fn a_list_is_found_by_names_and_indexes() {
    let server = Server::start(|request| match &*request.target {
        "/graphql" => {
            let list = r#"{"items":[7],"pageInfo":{"hasNextPage":false}}"#;
            (200, format!("{{\"data\":{{\"viewer\":[{{}},{{\"a/b~\":{list}}}]}}}}"))
        }
        _ => (200, TOKEN.to_owned()),
    })
    .await;
    let connection = connection(&server);
    for (list, is_there) in [
        ("/viewer/1/a~1b~0", true),
        ("/viewer/0/a~1b~0", false),
        ("/viewer/2/a~1b~0", false),
        ("/viewer/x", false),
        ("/viewer/01/a~1b~0", false),
        ("/viewer/+1/a~1b~0", false),
        ("/viewer/1/a/b", false),
    ] {
        let page = connection.pages("query", "{}", list).next().await.unwrap();
        assert_eq!(page.is_ok_and(|items| *items[0] == *"7"), is_there, "{list}");
    }
}

#[tokio::test]
async fn variables_of_a_list_that_are_no_object_are_told_and_not_left_out() {
    let (_, server) = platform(3_600).await;
    let connection = connection(&server);
    for variables in ["{broken", "[1]", ""] {
        let mut pages = connection.pages("query", variables, "/viewer");
        assert_eq!(
            pages.next().await.unwrap().unwrap_err().to_string(),
            "the request could not be made: its address or a header is not valid"
        );
        assert!(pages.next().await.is_none());
    }
    assert_eq!(server.count("/graphql"), 0);
}

#[test]
fn key_files_that_lack_something_say_what() {
    let without = |part: &str| KeyFile::parse(&KEY_FILE.replace(part, "")).unwrap_err();
    assert_eq!(without("iss: made-up@serviceaccount.example"), KeyFileError::FieldMissing { field: "iss" });
    assert_eq!(without("kid: made-up-1").to_string(), "the line `kid: …` is missing");
    let no_key = KEY_FILE.split("-----BEGIN PRIVATE KEY").next().unwrap();
    assert_eq!(KeyFile::parse(no_key).unwrap_err(), KeyFileError::Key);
    // Other ends of lines are read as well.
    let file = KeyFile::parse(&KEY_FILE.replace('\n', "\r\n")).unwrap();
    assert_eq!(format!("{file:?}"), r#"KeyFile { key_id: "made-up-1", .. }"#);
}

struct Signer(Ed25519KeyPair, &'static str);

impl Signer {
    fn new(seed: u8, id: &'static str) -> Self {
        Self(Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap(), id)
    }

    fn key(&self) -> String {
        let x = URL_SAFE_NO_PAD.encode(self.0.public_key());
        format!("{{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"{}\",\"x\":\"{x}\"}}", self.1)
    }

    fn sign(&self, request: &str, body: &str, made: Timestamp) -> String {
        self.sign_with(request, body, made, "")
    }

    fn sign_with(&self, request: &str, body: &str, made: Timestamp, more: &str) -> String {
        let header = format!("{{\"alg\":\"EdDSA\",\"kid\":\"{}\"}}", self.1);
        let sub = STANDARD.encode(Sha256::digest(body));
        let claims =
            format!("{{\"rid\":\"{request}\",\"sub\":\"{sub}\",\"iat\":{}{more}}}", made.timestamp());
        let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
        let signature = URL_SAFE_NO_PAD.encode(self.0.sign(signed.as_bytes()));
        format!("{signed}.{signature}")
    }
}

const EVENT: &str = r#"{"id":"0190d2c4-0000-7000-8000-000000000001","type":"vehicle_activated","time":"2026-05-01T10:00:00Z","data":{"vin":"WVWZZZ1KZAM000001"}}"#;

#[tokio::test]
async fn webhooks_are_verified_with_keys_that_may_change() {
    let (old, new) = (Signer::new(1, "old"), Signer::new(2, "new"));
    let published = Arc::new(Mutex::new(format!("{{\"keys\":[{}]}}", old.key())));
    let shown = published.clone();
    let server = Server::start(move |_| (200, shown.lock().unwrap().clone())).await;
    let webhooks = WebhookReceiver::new(reach(&server));
    let now = time("2026-05-01T10:00:30Z");
    let event = webhooks.verify("r1", &old.sign("r1", EVENT, now), EVENT.as_bytes(), now).await.unwrap();
    assert_eq!((&*event.kind, &*event.data), ("vehicle_activated", r#"{"vin":"WVWZZZ1KZAM000001"}"#));
    assert!(!format!("{event:?}").contains("WVWZZZ1KZAM000001"));

    let signature = old.sign("r1", EVENT, now);
    let other = EVENT.replace("activated", "deactivated");
    let late = now + chrono::TimeDelta::seconds(301);
    let early = now - chrono::TimeDelta::seconds(301);
    let with = |claim, away| old.sign_with("r1", EVENT, now, &format!(",{claim}:{}", now.timestamp() + away));
    for (claim, away) in [("\"exp\"", -299), ("\"nbf\"", 299)] {
        webhooks.verify("r1", &with(claim, away), EVENT.as_bytes(), now).await.unwrap();
    }
    for (request, signature, body, now, expected) in [
        ("r2", &signature, EVENT, now, WebhookError::OtherRequest),
        ("r1", &signature, other.as_str(), now, WebhookError::OtherBody),
        ("r1", &signature, EVENT, late, WebhookError::Time { seconds: 301 }),
        ("r1", &signature, EVENT, early, WebhookError::Time { seconds: 301 }),
        ("r1", &with("\"exp\"", -301), EVENT, now, JwtError::Expired.into()),
        ("r1", &with("\"nbf\"", 301), EVENT, now, JwtError::NotYet.into()),
        ("r1", &old.sign("r1", "[]", now), "[]", now, WebhookError::Body),
        ("r1", &Signer::new(3, "old").sign("r1", EVENT, now), EVENT, now, JwtError::Signature.into()),
    ] {
        let found = webhooks.verify(request, signature, body.as_bytes(), now).await.unwrap_err();
        assert_eq!(found, expected);
    }
    assert_eq!(server.count("/webhooks/public-keys"), 1);

    // A key that is not known is looked for, but not by every forger who makes one up.
    *published.lock().unwrap() = format!("{{\"keys\":[{},{}]}}", old.key(), new.key());
    let signature = new.sign("r3", EVENT, now);
    for _ in 0..100 {
        let refused = webhooks.verify("r3", &signature, EVENT.as_bytes(), now).await.unwrap_err();
        assert_eq!(refused, JwtError::UnknownKey.into());
    }
    assert_eq!(server.count("/webhooks/public-keys"), 1);
    let later = WebhookReceiver::new(reach(&server));
    later.verify("r3", &signature, EVENT.as_bytes(), now).await.unwrap();
}

#[tokio::test]
async fn without_keys_a_webhook_is_refused_and_says_why() {
    let server = Server::start(|_| (200, "<html>".to_owned())).await;
    let webhooks = WebhookReceiver::new(reach(&server));
    let now = time("2026-05-01T10:00:30Z");
    for _ in 0..3 {
        let refused = webhooks.verify("r1", "e30.e30.", b"{}", now).await.unwrap_err();
        assert_eq!(refused.to_string(), "the keys could not be fetched: the connection broke");
    }
    // Whoever forges them makes nobody ask without end.
    assert_eq!(server.count("/webhooks/public-keys"), 1);
}
