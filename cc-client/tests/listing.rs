//! Listing everything anew, where some of it cannot be had.
#![cfg(all(feature = "testing", feature = "tokio"))]
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

use std::time::Duration;

use bytes::Bytes;
use cc_client::decide::FeedState;
use cc_client::engine::HttpRequest;
use cc_client::store::{MemoryStore, Store};
use cc_client::testing::{FAKE_SESSION, FakeTransport};
use cc_client::transport::{Boxed, HttpAnswer, HttpBody, Transport, TransportError};
use cc_client::{Client, Offset, Stamp};

/// Refuses one collection, and damages an item of another.
struct Damaged(FakeTransport);

impl Transport for Damaged {
    fn send(&self, mut request: HttpRequest) -> Boxed<'static, Result<HttpAnswer, TransportError>> {
        let target = request.target.clone();
        if target.starts_with("/v1/collections/shares") {
            // What the fake platform refuses as well: a token that it did not give.
            request.headers.clear();
        }
        let answer = self.0.send(request);
        Box::pin(async move {
            let mut answer = answer.await?;
            if target.starts_with("/v1/collections/shares") {
                answer.head.status = 403;
                answer.body = Box::new(Once(Some(r#"{"code":"forbidden"}"#.into())));
            } else if target.starts_with("/v1/collections/places") {
                let mut text = Vec::new();
                while let Some(piece) = answer.body.next().await {
                    text.extend_from_slice(&piece?);
                }
                let text = String::from_utf8(text).unwrap().replace("\"items\":[", "\"items\":[{\"key\":5},");
                answer.body = Box::new(Once(Some(text.into())));
            }
            Ok(answer)
        })
    }
}

struct Once(Option<Bytes>);

impl HttpBody for Once {
    fn next(&mut self) -> Boxed<'_, Option<Result<Bytes, TransportError>>> {
        let rest = self.0.take().map(Ok);
        Box::pin(async move { rest })
    }
}

#[tokio::test]
async fn a_damaged_item_and_a_refused_collection_hold_up_no_other() {
    let world = FakeTransport::default();
    for key in ["1", "2"] {
        let place = ("places".to_owned(), key.to_owned());
        let stamp = Stamp { millis: 1, counter: 0, node: 9 };
        for number in 0..10 {
            world.platform().write(&place, "put", &format!("{{\"n\":{number}}}"), stamp);
        }
    }
    let mut store = MemoryStore::new();
    // A place of the feed that the platform has forgotten.
    store.set_position("me", &Offset::BEGINNING, &Offset::new("00000001").unwrap()).unwrap();
    world.platform().forget_old();
    let client = Client::builder(Damaged(world), store).session(FAKE_SESSION).start().await.unwrap();
    let mut status = client.status();
    let live = status.wait_for(|status| status.feeds.iter().all(|(_, feed)| *feed == FeedState::Live));
    tokio::time::timeout(Duration::from_secs(20), live).await.expect("never live").unwrap();
    let keys = client.items("places", "", 9).await.unwrap().into_iter().map(|item| item.key.to_string());
    assert_eq!(keys.collect::<Vec<_>>(), ["1", "2"]);
}

#[tokio::test]
async fn a_persons_own_feed_stays_what_it_is_when_it_is_followed_once_more() {
    let world = FakeTransport::default();
    let place = ("places".to_owned(), "1".to_owned());
    world.platform().write(&place, "put", "{}", Stamp { millis: 1, counter: 0, node: 9 });
    let builder = Client::builder(world, MemoryStore::new()).session(FAKE_SESSION).follow("me");
    let client = builder.start().await.unwrap();
    let mut status = client.status();
    let live = status.wait_for(|status| status.feeds.iter().all(|(_, feed)| *feed == FeedState::Live));
    tokio::time::timeout(Duration::from_secs(20), live).await.expect("never live").unwrap();
    let mut changed = client.changed();
    tokio::time::timeout(Duration::from_secs(20), changed.wait_for(|count| *count > 0))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(client.items("places", "", 9).await.unwrap().len(), 1);
}
