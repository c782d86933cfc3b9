//! The first steps of the guide to sync, on the real platform. That they are the guide's is a test of cc-client.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "tests")]

mod common;

use std::time::Duration;

use cc_client::decide::SendOutcome;
use cc_client::store::{Durability, SqliteStore};
use cc_client::transport::{ReqwestOptions, ReqwestTransport};
use cc_client::wire::{Detail, ProblemCode};
use cc_client::{Client, WriteKind, sign_in};

#[tokio::test]
async fn the_first_example_of_the_guide_is_done_by_the_platform() -> Result<(), Box<dyn std::error::Error>> {
    let world = common::World::start().await;
    let path = world.folder.path().join("client.db");
    let (path, address) = (path.as_path(), world.base.as_str());
    let (email, password) = ("anna@demo.example", platform::demo::PASSWORD);
    let store = SqliteStore::open_or_salvage(path, Durability::Disk)?.0;
    let transport = ReqwestTransport::new(address, ReqwestOptions::default())?;
    let who = sign_in::with_password(&transport, email, password, "Anna's phone").await?;
    let client = Client::builder(transport, store).session(&who).start().await?;
    client.wait_until_known(Duration::from_secs(30)).await?;

    let pier =
        r#"{"name": "Pier", "position": {"latitude": 0.5, "longitude": -150.25}, "radiusMeters": 150}"#;
    let key = "019f3c52-8d1e-7b60-a4c9-5e2f71d08b36";
    // Without a network the feed cannot have told of it before it is looked at.
    client.set_network(false)?;
    let id = client.submit("places", key, WriteKind::Put, pier).await?;
    let shown = client.item("places", key).await?;
    client.set_network(true)?;
    let outcome = client.outcome(id).await?;
    assert_eq!(shown.map(|item| item.value.into_string()).as_deref(), Some(pier));
    assert_eq!(outcome, SendOutcome::Applied);
    // What the platform would not do, it gives a reason for.
    let id = client.submit("places", "nowhere", WriteKind::Put, r#"{"name": "Nowhere"}"#).await?;
    assert_eq!(client.outcome(id).await?, SendOutcome::Rejected(ProblemCode::InvalidEntity));
    let open = client.unresolved().await?;
    let detail = open[0].0.detail.as_ref().map(Detail::as_str).unwrap_or_default();
    assert!(detail.contains("position"), "{detail}");
    client.shutdown().await.unwrap();

    // A colleague has keys of their own: one that is taken says so, any new one is free.
    let transport = ReqwestTransport::new(address, ReqwestOptions::default())?;
    let who = sign_in::with_password(&transport, "bo@demo.example", password, "Bo's phone").await?;
    let store = SqliteStore::open(world.folder.path().join("bo.db"), Durability::Disk)?;
    let client = Client::builder(transport, store).session(&who).start().await?;
    client.wait_until_known(Duration::from_secs(30)).await?;
    let id = client.submit("places", key, WriteKind::Put, pier).await?;
    assert_eq!(client.outcome(id).await?, SendOutcome::Rejected(ProblemCode::NotFound));
    let of_bo = "019f3c52-8d1e-7b60-a4c9-5e2f71d08b37";
    let id = client.submit("places", of_bo, WriteKind::Put, pier).await?;
    assert_eq!(client.outcome(id).await?, SendOutcome::Applied);
    client.shutdown().await.unwrap();
    Ok(())
}
