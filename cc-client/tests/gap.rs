//! Messages that the platform forgot before they were read: the app is told, also where the process is killed before it has what came next.
#![cfg(all(feature = "testing", feature = "tokio", feature = "sqlite"))]
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "tests")]

use std::path::Path;
use std::time::Duration;

use cc_client::store::{Durability, SqliteStore};
use cc_client::testing::{FAKE_SESSION, FakeTransport};
use cc_client::{Client, Deliveries, Delivery};

const CAR: &str = "vehicles/local/7";

async fn start(world: &FakeTransport, path: &Path) -> (Client, Deliveries) {
    let store = SqliteStore::open(path, Durability::Process).unwrap();
    let builder = Client::builder(world.clone(), store).session(FAKE_SESSION).follow(CAR);
    let phone = builder.start().await.unwrap();
    let events = phone.read(CAR).unwrap();
    (phone, events)
}

async fn next(events: &mut Deliveries) -> Delivery {
    tokio::time::timeout(Duration::from_secs(20), events.recv()).await.unwrap().unwrap()
}

#[tokio::test]
async fn the_app_is_told_of_a_gap_until_it_has_what_came_behind_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("client.db");
    let world = FakeTransport::default();
    world.platform().tell(CAR, "0");
    let (phone, mut events) = start(&world, &path).await;
    let first = next(&mut events).await;
    assert!(!first.is_after_gap);
    first.taken();
    phone.shutdown().await.unwrap();
    for number in 1..20 {
        world.platform().tell(CAR, number.to_string());
    }
    world.platform().forget_old();

    // Two processes are killed before the app has it, and a third.
    for _ in 0..3 {
        let (phone, mut events) = start(&world, &path).await;
        let behind = next(&mut events).await;
        assert_eq!((&*behind.messages[0], behind.is_after_gap), ("15", true));
        phone.shutdown().await.unwrap();
    }
    let (phone, mut events) = start(&world, &path).await;
    let behind = next(&mut events).await;
    assert!(behind.is_after_gap);
    behind.taken();
    world.platform().tell(CAR, "20");
    assert!(!next(&mut events).await.is_after_gap);
    phone.shutdown().await.unwrap();

    // From then on there is nothing to tell.
    let (phone, mut events) = start(&world, &path).await;
    let rest = next(&mut events).await;
    assert_eq!((&*rest.messages[0], rest.is_after_gap), ("20", false));
    phone.shutdown().await.unwrap();
}
