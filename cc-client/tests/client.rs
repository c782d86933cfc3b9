//! The running client against a platform in memory.
#![cfg(all(feature = "testing", feature = "tokio", feature = "sqlite"))]
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "tests")]

use std::time::Duration;

use cc_client::decide::SendOutcome;
use cc_client::engine::FeedKind;
use cc_client::store::{Durability, MemoryStore, SqliteStore, Store};
use cc_client::testing::{FAKE_SESSION, FakeTransport};
use cc_client::{Client, ClientError, WriteKind};

async fn client(world: &FakeTransport, store: impl Store + 'static) -> Client {
    Client::builder(world.clone(), store).session(FAKE_SESSION).start().await.unwrap()
}

/// Waits until an item looks as expected.
async fn shows(client: &Client, key: &str, expected: &str) {
    let mut changed = client.changed();
    let wait = async {
        loop {
            let item = client.item("places", key).await.unwrap();
            if item.is_some_and(|item| &*item.value == expected && !item.pending) {
                return;
            }
            changed.changed().await.unwrap();
        }
    };
    tokio::time::timeout(Duration::from_secs(20), wait).await.expect("the item never looked as expected");
}

#[tokio::test]
async fn what_one_device_writes_shows_on_the_other() {
    let world = FakeTransport::default();
    let phone = client(&world, MemoryStore::new()).await;
    let tablet = client(&world, MemoryStore::new()).await;
    let id = phone.submit("places", "1", WriteKind::Put, r#"{"name":"Home"}"#).await.unwrap();
    assert_eq!(phone.outcome(id).await.unwrap(), SendOutcome::Applied);
    shows(&tablet, "1", r#"{"name":"Home"}"#).await;
    tablet.submit("places", "1", WriteKind::Patch, r#"{"radius":150}"#).await.unwrap();
    shows(&phone, "1", r#"{"name":"Home","radius":150}"#).await;
    phone.shutdown().await;
    assert!(matches!(phone.outcome(id).await, Err(ClientError::Closed)));
}

#[tokio::test]
async fn offline_everything_is_readable_and_writable_and_goes_out_later() {
    let world = FakeTransport::default();
    let phone = client(&world, MemoryStore::new()).await;
    phone.set_network(false).unwrap();
    let id = phone.submit("places", "1", WriteKind::Put, r#"{"name":"Home"}"#).await.unwrap();
    let item = phone.item("places", "1").await.unwrap().unwrap();
    assert_eq!((&*item.value, item.pending, item.version), (r#"{"name":"Home"}"#, true, 0));
    assert!(matches!(phone.flush(Duration::from_millis(50)).await, Err(ClientError::TimedOut)));
    assert!(!world.platform().knows(id));
    phone.set_network(true).unwrap();
    phone.flush(Duration::from_secs(20)).await.unwrap();
    assert!(world.platform().knows(id));
}

#[tokio::test]
async fn a_write_that_can_never_be_sent_is_refused_where_it_is_written() {
    let world = FakeTransport::default();
    let phone = client(&world, MemoryStore::new()).await;
    let refused = phone.submit("places", "1", WriteKind::Put, "[1]").await.unwrap_err();
    assert_eq!(refused.to_string(), "the body of a put is a JSON object");
}

#[tokio::test]
async fn an_app_that_sleeps_lets_go_of_its_file_and_goes_on_when_it_wakes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("client.db");
    let world = FakeTransport::default();
    let phone = client(&world, SqliteStore::open(&path, Durability::Process).unwrap()).await;
    phone.submit("places", "1", WriteKind::Put, r#"{"name":"Home"}"#).await.unwrap();
    shows(&phone, "1", r#"{"name":"Home"}"#).await;
    phone.suspend().await.unwrap();
    phone.resume().unwrap();
    phone.submit("places", "1", WriteKind::Patch, r#"{"name":"House"}"#).await.unwrap();
    shows(&phone, "1", r#"{"name":"House"}"#).await;
    phone.shutdown().await;

    // The next start knows everything, without a network.
    let again =
        client(&FakeTransport::default(), SqliteStore::open(&path, Durability::Process).unwrap()).await;
    again.set_network(false).unwrap();
    assert_eq!(&*again.item("places", "1").await.unwrap().unwrap().value, r#"{"name":"House"}"#);
}

#[tokio::test]
async fn a_session_that_has_ended_is_told() {
    let world = FakeTransport::default();
    let phone = Client::builder(world, MemoryStore::new()).session("another").start().await.unwrap();
    let mut out = phone.signed_out();
    tokio::time::timeout(Duration::from_secs(20), out.wait_for(|out| *out)).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_person_who_signs_in_again_is_signed_in() {
    let world = FakeTransport::default();
    let phone = Client::builder(world.clone(), MemoryStore::new()).session("another").start().await.unwrap();
    let mut out = phone.signed_out();
    tokio::time::timeout(Duration::from_secs(20), out.wait_for(|out| *out)).await.unwrap().unwrap();
    let id = phone.submit("places", "1", WriteKind::Put, "{}").await.unwrap();
    phone.sign_in(FAKE_SESSION).unwrap();
    tokio::time::timeout(Duration::from_secs(20), out.wait_for(|out| !*out)).await.unwrap().unwrap();
    assert_eq!(phone.outcome(id).await.unwrap(), SendOutcome::Applied);
}

#[tokio::test]
async fn messages_that_a_reader_did_not_take_are_given_again_and_those_it_took_are_not() {
    let world = FakeTransport::default();
    let writer = client(&world, MemoryStore::new()).await;
    let reader = Client::builder(world.clone(), MemoryStore::new())
        .session(FAKE_SESSION)
        .configure(|config| config.feeds = vec![("me".into(), FeedKind::Messages)])
        .start()
        .await
        .unwrap();
    let next = async |messages: &mut tokio::sync::mpsc::Receiver<cc_client::Delivery>| {
        tokio::time::timeout(Duration::from_secs(20), messages.recv()).await.unwrap().unwrap()
    };
    writer.submit("places", "1", WriteKind::Put, r#"{"n":1}"#).await.unwrap();
    let mut first = reader.read("me").unwrap();
    // This reader dies with what it holds.
    let dropped = next(&mut first).await.messages.clone();
    drop(first);
    let mut second = reader.read("me").unwrap();
    let again = next(&mut second).await;
    assert_eq!((again.messages.len(), &again.messages), (1, &dropped));
    again.taken();
    writer.submit("places", "1", WriteKind::Put, r#"{"n":2}"#).await.unwrap();
    let news = next(&mut second).await;
    assert!(news.messages.len() == 1 && news.messages != dropped);
}
