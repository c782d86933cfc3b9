//! Secrets and what tells of a person never stand in logs, errors or `Debug`.
#![cfg(all(feature = "testing", feature = "tokio"))]
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

#[path = "common/known.rs"]
mod known;

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use cc_client::store::{MemoryStore, Record};
use cc_client::testing::{FAKE_SESSION, FakeTransport};
use cc_client::transport::{Boxed, HttpAnswer, Transport, TransportError};
use cc_client::{Client, ConflictPolicy, Metrics, Sample, WriteKind, engine};
use known::is_known;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record as Fields};
use tracing::{Event, Metadata, Subscriber};

/// Words that must never show. The session of the fake platform is one; the fake tokens begin with another.
const CANARIES: [&str; 6] =
    [FAKE_SESSION, "token-1", "token-2", "canary-key", "canary-body", "WVWZZZ1KZAM000001"];

/// Keeps everything that is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<String>>, Arc<AtomicU64>);

struct Writer<'a>(&'a mut String);

impl Visit for Writer<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        let _ = write!(self.0, " {field}={value:?}");
    }
}

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("cc_client")
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut log = self.0.lock().unwrap();
        log.push_str(span.metadata().name());
        span.record(&mut Writer(&mut log));
        log.push('\n');
        Id::from_u64(self.1.fetch_add(1, Ordering::SeqCst) + 1)
    }

    fn record(&self, _: &Id, values: &Fields<'_>) {
        values.record(&mut Writer(&mut self.0.lock().unwrap()));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut log = self.0.lock().unwrap();
        event.record(&mut Writer(&mut log));
        log.push('\n');
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// Writes down the requests as a careless transport would.
struct Careless(FakeTransport, Log);

impl Transport for Careless {
    fn send(&self, request: engine::HttpRequest) -> Boxed<'static, Result<HttpAnswer, TransportError>> {
        let mut log = self.1.0.lock().unwrap();
        let _ = writeln!(log, "{request:?}");
        self.0.send(request)
    }
}

#[derive(Default)]
struct Samples(Mutex<Vec<String>>);

impl Metrics for Samples {
    fn take(&self, sample: &Sample) {
        self.0.lock().unwrap().push(format!("{sample:?}"));
    }
}

#[tokio::test]
async fn no_canary_sings() {
    let (log, samples) = (Log::default(), Arc::new(Samples::default()));
    let guard = tracing::subscriber::set_default(log.clone());
    let world = FakeTransport::default();
    let builder = Client::builder(Careless(world.clone(), log.clone()), MemoryStore::new())
        .session(FAKE_SESSION)
        .metrics(samples.clone())
        .on_conflict("bookings", ConflictPolicy::KeepMine);
    let mut shown = format!("{builder:?}");
    let client = builder.start().await.unwrap();
    let body = r#"{"text":"canary-body","vin":"WVWZZZ1KZAM000001"}"#;
    let id = client.submit("places", "canary-key", WriteKind::Put, body).await.unwrap();
    client.outcome(id).await.unwrap();
    is_known(&client, "places", "canary-key").await;
    // A new token, and a conflict.
    world.platform().revoke_tokens();
    for booking in ["canary-body 1", "canary-body 2"] {
        let text = format!("{{\"text\":\"{booking}\"}}");
        let id = client.submit("bookings", "canary-key", WriteKind::Put, &text).await.unwrap();
        let _ = write!(shown, "{:?}", client.outcome(id).await);
    }
    let refused = client.submit("places", "canary-key", WriteKind::Put, "canary-body").await.unwrap_err();
    let _ = write!(shown, "{refused} {refused:?}");
    let _ = write!(shown, "{client:?} {:?}", client.status().borrow());
    let _ = write!(shown, "{:?}", client.items("places", "", 10).await);
    let _ = write!(shown, "{:?}", client.unresolved().await);
    let _ = write!(shown, "{:?}", client.pages("places", 10).next().await);
    let text = r#"{"collection":"places","key":"canary-key","version":3,"value":"canary-body"}"#;
    let _ = write!(shown, "{:?}", Record::parse(text));
    client.sign_out().unwrap();
    client.shutdown().await.unwrap();
    drop(guard);

    let logged = log.0.lock().unwrap().clone();
    let measured = samples.0.lock().unwrap().join("\n");
    // There is something to look through.
    assert!(logged.contains("endpoint=\"feed_stream\"") && logged.contains("settled"), "{logged}");
    assert!(measured.contains("Settled") && measured.contains("FeedPage"), "{measured}");
    for canary in CANARIES {
        for (place, text) in [("logs", &logged), ("metrics", &measured), ("`Debug`", &shown)] {
            assert!(!text.contains(canary), "{canary} in {place}: {text}");
        }
    }
}
