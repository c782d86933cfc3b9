//! A system that tells of every breath of its network.
#![cfg(all(feature = "testing", feature = "tokio"))]
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use cc_client::decide::SendOutcome;
use cc_client::engine::HttpRequest;
use cc_client::store::MemoryStore;
use cc_client::testing::{FAKE_SESSION, FakeTransport};
use cc_client::transport::{Boxed, HttpAnswer, Transport, TransportError};
use cc_client::{Client, ClientError, WriteKind};

/// Counts how often its connections are made anew.
#[derive(Clone, Default)]
struct Counted(FakeTransport, Arc<AtomicU32>);

impl Transport for Counted {
    fn send(&self, request: HttpRequest) -> Boxed<'static, Result<HttpAnswer, TransportError>> {
        self.0.send(request)
    }

    fn network_changed(&self) {
        self.1.fetch_add(1, Ordering::SeqCst);
    }
}

#[tokio::test]
async fn of_many_words_in_a_row_the_last_counts_and_what_comes_between_keeps_its_place() {
    let world = Counted::default();
    let phone =
        Client::builder(world.clone(), MemoryStore::new()).session(FAKE_SESSION).start().await.unwrap();
    for _ in 0..100 {
        phone.set_network(false).unwrap();
        phone.set_network(true).unwrap();
    }
    let id = phone.submit("places", "1", WriteKind::Put, "{}").await.unwrap();
    let outcome = tokio::time::timeout(Duration::from_secs(20), phone.outcome(id)).await;
    assert_eq!(outcome.unwrap().unwrap(), SendOutcome::Applied);
    let times = world.1.load(Ordering::SeqCst);
    assert!((1..=2).contains(&times), "{times}");
    // Whoever sleeps keeps no connection.
    phone.suspend().await.unwrap();
    assert_eq!(world.1.load(Ordering::SeqCst), times + 1);
    phone.resume().unwrap();

    phone.set_network(true).unwrap();
    phone.set_network(false).unwrap();
    let id = phone.submit("places", "2", WriteKind::Put, "{}").await.unwrap();
    assert!(phone.flush(Duration::from_millis(100)).await.is_err());
    assert!(!world.0.platform().knows(id));
    phone.set_network(true).unwrap();
    phone.flush(Duration::from_secs(20)).await.unwrap();
}

#[tokio::test]
async fn who_flushes_and_has_nothing_to_send_waits_for_no_network_and_wakes_nobody() {
    let world = FakeTransport::default();
    for (sleeps, is_up) in [(true, true), (false, false), (true, false)] {
        let phone = Client::builder(world.clone(), MemoryStore::new()).session(FAKE_SESSION).start().await;
        let phone = phone.unwrap();
        phone.flush(Duration::from_secs(20)).await.unwrap();
        phone.set_network(is_up).unwrap();
        if sleeps {
            phone.suspend().await.unwrap();
        }
        phone.flush(Duration::from_secs(5)).await.unwrap_or_else(|error| panic!("{sleeps} {is_up}: {error}"));
        phone.submit("places", "1", WriteKind::Put, "{}").await.unwrap();
        let error = phone.flush(Duration::from_millis(100)).await.unwrap_err();
        assert!(matches!(error, ClientError::TimedOut), "{error}");
    }
}
