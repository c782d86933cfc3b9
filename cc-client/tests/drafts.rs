//! Several writes accepted as one.
#![cfg(all(feature = "testing", feature = "sqlite", feature = "tokio"))]
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

use std::time::Duration;

use cc_client::decide::SendOutcome;
use cc_client::store::{Durability, MemoryStore, SqliteStore};
use cc_client::testing::{FAKE_SESSION, FakeTransport};
use cc_client::{Client, ClientError, Draft, WriteError, WriteKind, blocking};

fn draft(key: &str, kind: WriteKind, body: &str) -> Draft {
    Draft::new("places", key, kind, body).unwrap()
}

#[tokio::test]
async fn they_are_sent_in_their_order_and_each_has_an_outcome() {
    let world = FakeTransport::default();
    let phone =
        Client::builder(world.clone(), MemoryStore::new()).session(FAKE_SESSION).start().await.unwrap();
    phone.set_network(false).unwrap();
    // More than one batch on the way, and all of them changes of a few things.
    let of = |number: u32| {
        let (key, name) = ((number % 7).to_string(), format!("{{\"name\":\"{number}\"}}"));
        draft(&key, if number < 7 { WriteKind::Put } else { WriteKind::Patch }, &name)
    };
    let ids = phone.submit_all((0..1_200).map(of)).await.unwrap();
    let shown = phone.items("places", "", 0).await.unwrap();
    let names: Vec<&str> = shown.iter().map(|item| &*item.value).collect();
    let last =
        (0..7).map(|key| format!("{{\"name\":\"{}\"}}", (1_193..1_200).find(|n| n % 7 == key).unwrap()));
    assert_eq!(names, last.collect::<Vec<_>>());
    let alone = phone.submit("places", "0", WriteKind::Patch, r#"{"name":"the last"}"#).await.unwrap();

    phone.set_network(true).unwrap();
    phone.flush(Duration::from_secs(20)).await.unwrap();
    for id in ids.iter().chain([&alone]) {
        assert_eq!(phone.outcome(*id).await.unwrap(), SendOutcome::Applied);
    }
    let seen = phone.item("places", "0").await.unwrap().unwrap();
    assert_eq!(&*seen.value, r#"{"name":"the last"}"#);
    assert_eq!(phone.submit_all([]).await.unwrap(), []);
}

#[test]
fn all_of_them_are_in_the_file_when_the_call_returns_and_none_where_it_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let open = || SqliteStore::open(folder.path().join("client.db"), Durability::Disk).unwrap();
    let start = |store| {
        blocking::Client::start(Client::builder(FakeTransport::default(), store).session(FAKE_SESSION))
            .unwrap()
    };
    let desk = start(open());
    desk.wait_until_known(Duration::from_secs(20)).unwrap();
    desk.set_network(false).unwrap();
    let drafts = || (0..300).map(|number: u32| draft(&number.to_string(), WriteKind::Put, "{}"));
    let ids = desk.submit_all(drafts()).unwrap();
    assert_eq!(cc_client::store::Store::waiting_count(&mut open()).unwrap(), 300);
    desk.shutdown().unwrap();
    assert!(matches!(desk.submit_all(drafts()), Err(ClientError::Closed)));
    assert_eq!(cc_client::store::Store::waiting_count(&mut open()).unwrap(), 300);

    let desk = start(open());
    for id in ids {
        assert_eq!(desk.outcome(id, Duration::from_secs(20)).unwrap(), SendOutcome::Applied);
    }
}

#[test]
fn what_the_protocol_can_never_take_is_no_draft() {
    let error = Draft::new("places", "7", WriteKind::Delete, "{}").unwrap_err();
    assert_eq!(error, WriteError::Body { kind: "delete" });
    let error = Draft::new("", "7", WriteKind::Put, "{}").unwrap_err();
    assert_eq!(error, WriteError::Name { field: "collection", limit: 64 });
    let shown = format!("{:?}", draft("secret-key", WriteKind::Put, r#"{"name":"secret"}"#));
    assert!(!shown.contains("secret"), "{shown}");
}
