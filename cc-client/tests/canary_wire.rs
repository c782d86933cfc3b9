//! What everybody in the process logs, at its finest, while secrets go over the wire: none of them.
#![cfg(all(feature = "connected-cars", feature = "reqwest", feature = "sqlite"))]
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

mod common;

use std::fmt::{Debug, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use cc_client::connected_cars::{ConnectedCars, Credentials};
use cc_client::engine::HttpRequest;
use cc_client::store::{Durability, SqliteStore};
use cc_client::transport::{Proxy, ReqwestOptions, ReqwestTransport, Transport as _};
use cc_client::{Client, WriteKind, sign_in};
use common::{Request, Server};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Everything that was logged.
static LOG: Mutex<String> = Mutex::new(String::new());
static SPANS: AtomicU64 = AtomicU64::new(1);

fn line(of: &str, fields: impl FnOnce(&mut String)) {
    let mut log = LOG.lock().unwrap_or_else(PoisonError::into_inner);
    log.push_str(of);
    fields(&mut log);
    log.push('\n');
}

struct Writer<'a>(&'a mut String);

impl Visit for Writer<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let _ = write!(self.0, " {field}={value:?}");
    }
}

/// Listens to `tracing` and to `log`.
struct Everything;

impl Subscriber for Everything {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        line(span.metadata().target(), |log| span.record(&mut Writer(log)));
        Id::from_u64(SPANS.fetch_add(1, Ordering::SeqCst))
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        line("", |log| values.record(&mut Writer(log)));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        line(event.metadata().target(), |log| event.record(&mut Writer(log)));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

impl log::Log for Everything {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        line(record.target(), |log| write!(log, " {}", record.args()).unwrap());
    }

    fn flush(&self) {}
}

fn reach(url: &str) -> ReqwestTransport {
    ReqwestTransport::new(url, ReqwestOptions::default()).unwrap()
}

#[tokio::test]
async fn nobody_in_the_process_logs_a_secret() {
    log::set_logger(&Everything).unwrap();
    log::set_max_level(log::LevelFilter::Trace);
    tracing::subscriber::set_global_default(Everything).unwrap();
    let server = Server::start(|request: &Request| {
        (
            200,
            match &*request.target {
                "/graphql" => r#"{"data":{"canary-answer":1}}"#,
                "/v1/auth/token" => r#"{"token":"canary-token.eyJzdWIiOiJhbm5hIn0.x","expiresIn":600}"#,
                _ => r#"{"token":"canary-token","level":"AM1","expires":3600}"#,
            }
            .to_owned(),
        )
    })
    .await;

    let password = "canary-password".to_owned().into();
    let who = Credentials::Password { email: "canary-mail@x.invalid".to_owned(), password };
    let cars = ConnectedCars::new(reach(&server.url), reach(&server.url), "semler:workshop", who);
    cars.graphql("{canary-query}", None, None).await.unwrap();
    let platform = reach(&server.url);
    let told =
        sign_in::with_password(&platform, "canary-mail@x.invalid", "canary-password", "canary-device").await;
    let mut shown = format!("{told:?} {cars:?} {platform:?}");

    for url in [&*server.url, "http://127.0.0.1:9"] {
        let mut request = HttpRequest::get("/v1/collections/places?cursor=canary-cursor");
        request.headers.push(("authorization", "Bearer canary-bearer".to_owned()));
        let _ = write!(shown, "{:?}", reach(url).send(request).await.map(|answer| answer.head));
    }
    let mut options = ReqwestOptions::default();
    options.proxy = Proxy::At("http://canary-user:canary-secret@127.0.0.1:9".to_owned());
    let proxied = ReqwestTransport::new(&server.url, options).unwrap();
    let _ =
        write!(shown, "{:?}", proxied.send(HttpRequest::get("/canary-path")).await.map(|answer| answer.head));

    let folder = tempfile::Builder::new().prefix("canary-folder").tempdir().unwrap();
    let store = SqliteStore::open(folder.path().join("client.db"), Durability::Process).unwrap();
    let phone = Client::builder(platform, store).session("canary-session").start().await.unwrap();
    phone.submit("places", "canary-key", WriteKind::Put, r#"{"name":"canary-name"}"#).await.unwrap();
    let has_written = |request: &Request| request.method == "POST" && request.target == "/v1/changes";
    let writes = async {
        while !server.asked().iter().any(has_written) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), writes).await.expect("nothing is written");
    phone.shutdown().await.unwrap();

    let logged = LOG.lock().unwrap().clone();
    for who in ["cc_client", "hyper", "reqwest"] {
        assert!(logged.lines().any(|line| line.starts_with(who)), "{who} says nothing: {logged}");
    }
    assert_eq!(server.count("/graphql"), 1);
    for (place, text) in [("logs", &logged), ("`Debug`", &shown)] {
        let leak = text.lines().find(|line| line.contains("canary"));
        assert_eq!(leak, None, "in {place}");
    }
}
