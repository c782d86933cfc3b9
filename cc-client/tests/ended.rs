//! A client whose runtime is gone says so wherever it is asked.
#![cfg(all(feature = "testing", feature = "tokio"))]
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

use std::future::Future as _;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use cc_client::decide::{FeedState, OutboxState};
use cc_client::engine::HttpRequest;
use cc_client::store::MemoryStore;
use cc_client::testing::{FAKE_SESSION, FakeTransport};
use cc_client::transport::{Boxed, HttpAnswer, Transport, TransportError};
use cc_client::{Client, ClientError};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Notify;

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_time().build().unwrap()
}

async fn start() -> Client {
    Client::builder(FakeTransport::default(), MemoryStore::new()).session(FAKE_SESSION).start().await.unwrap()
}

#[test]
fn without_its_runtime_a_client_shows_nothing_as_going_on_and_its_streams_end() {
    // Also where its task never had a turn.
    for is_live in [true, false] {
        let first = runtime();
        let client = first.block_on(async {
            let client = start().await;
            let mut status = client.status();
            if is_live {
                let live = status.wait_for(|status| {
                    status.outbox == OutboxState::Idle
                        && status.feeds.iter().all(|(_, state)| *state == FeedState::Live)
                });
                tokio::time::timeout(Duration::from_secs(20), live).await.unwrap().unwrap();
            }
            client
        });
        drop(first);
        let mut status = client.status();
        let now = status.borrow_and_update().clone();
        assert_eq!(now.outbox, OutboxState::Suspended, "{is_live}");
        assert!(now.feeds.iter().all(|(_, state)| *state == FeedState::Suspended), "{is_live}: {now:?}");
        runtime().block_on(async {
            assert!(status.changed().await.is_err(), "more is to come");
            assert!(matches!(client.flush(Duration::from_secs(1)).await, Err(ClientError::Closed)));
        });
    }
}

/// Answers no request for a token.
#[derive(Clone, Default)]
struct Hangs(FakeTransport, Arc<Notify>);

impl Transport for Hangs {
    fn send(&self, request: HttpRequest) -> Boxed<'static, Result<HttpAnswer, TransportError>> {
        if request.target != "/v1/auth/token" {
            return self.0.send(request);
        }
        self.1.notify_one();
        Box::pin(std::future::pending())
    }
}

#[cfg(feature = "sqlite")]
#[tokio::test]
async fn a_client_that_ends_while_it_renews_the_token_holds_up_no_other_process() {
    use cc_client::decide::SendOutcome;
    use cc_client::store::{Durability, SqliteStore};
    for is_shut_down in [true, false] {
        let folder = tempfile::tempdir().unwrap();
        let open = || SqliteStore::open(folder.path().join("client.db"), Durability::Process).unwrap();
        let hangs = Hangs::default();
        let builder = Client::builder(hangs.clone(), open()).session(FAKE_SESSION);
        let first = builder.configure(|config| config.share_tokens = true).start().await.unwrap();
        tokio::time::timeout(Duration::from_secs(10), hangs.1.notified()).await.expect("it renews nothing");
        if is_shut_down {
            first.shutdown().await.unwrap();
        }
        drop(first);
        let second = Client::builder(FakeTransport::default(), open()).session(FAKE_SESSION);
        let second = second.configure(|config| config.share_tokens = true).start().await.unwrap();
        second.wait_until_known(Duration::from_secs(10)).await.unwrap();
        let id = second.submit("places", "1", cc_client::WriteKind::Put, "{}").await.unwrap();
        let outcome = tokio::time::timeout(Duration::from_secs(10), second.outcome(id)).await;
        let outcome = outcome.unwrap_or_else(|_| panic!("{is_shut_down}: {:?}", second.status().borrow()));
        assert_eq!(outcome.unwrap(), SendOutcome::Applied, "{is_shut_down}");
    }
}

#[test]
fn a_client_does_not_start_where_it_could_not_run() {
    let builder = || Client::builder(FakeTransport::default(), MemoryStore::new()).session(FAKE_SESSION);
    let nowhere = pin!(builder().start()).poll(&mut Context::from_waker(Waker::noop()));
    assert!(matches!(nowhere, Poll::Ready(Err(ClientError::NoRuntime))));
    // Without a clock it would end with its first wait.
    let timeless = Builder::new_current_thread().build().unwrap();
    let error = timeless.block_on(builder().start()).unwrap_err();
    assert_eq!(error.to_string(), "a client needs an async runtime with its clock enabled");
}
