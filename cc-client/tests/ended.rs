//! A client whose runtime is gone says so wherever it is asked.
#![cfg(all(feature = "testing", feature = "tokio"))]
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

use std::time::Duration;

use cc_client::decide::{FeedState, OutboxState};
use cc_client::store::MemoryStore;
use cc_client::testing::{FAKE_SESSION, FakeTransport};
use cc_client::{Client, ClientError};
use tokio::runtime::{Builder, Runtime};

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
