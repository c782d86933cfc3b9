//! Nothing of the person before is shown from a sign-in on, however soon it is asked for.
#![cfg(all(feature = "testing", feature = "tokio"))]
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

use std::time::Duration;

use cc_client::store::MemoryStore;
use cc_client::testing::{FAKE_SESSION, FakeTransport};
use cc_client::{Client, WriteKind};

/// A phone on which Anna has a place, and no network.
async fn annas() -> Client {
    let phone =
        Client::builder(FakeTransport::default(), MemoryStore::new()).session(FAKE_SESSION).start().await;
    let phone = phone.unwrap();
    let id = phone.submit("places", "home", WriteKind::Put, r#"{"of":"anna"}"#).await.unwrap();
    tokio::time::timeout(Duration::from_secs(20), phone.outcome(id)).await.expect("it hung").unwrap();
    phone.set_network(false).unwrap();
    phone
}

#[tokio::test]
async fn what_is_read_right_behind_a_sign_in_is_nothing_of_the_person_before() {
    for way in ["items", "item", "unresolved"] {
        let phone = annas().await;
        assert_eq!(phone.items("places", "", 9).await.unwrap().len(), 1);
        phone.sign_in("bos session").unwrap();
        match way {
            "items" => assert!(phone.items("places", "", 9).await.unwrap().is_empty()),
            "item" => assert_eq!(phone.item("places", "home").await.unwrap(), None),
            _ => assert!(phone.unresolved().await.unwrap().is_empty()),
        }
    }
}

#[tokio::test]
async fn a_session_that_is_known_shows_its_own_right_behind_its_sign_in() {
    let phone = annas().await;
    phone.sign_in(FAKE_SESSION).unwrap();
    assert!(phone.item("places", "home").await.unwrap().is_some());
    phone.shutdown().await.unwrap();
    // Also once it has ended.
    assert!(phone.item("places", "home").await.unwrap().is_some());
}
