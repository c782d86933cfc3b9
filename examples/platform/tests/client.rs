//! The real client against the real platform, which is killed and started again while the client writes.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "tests")]

mod common;

use std::path::Path;
use std::time::Duration;

use cc_client::decide::SendOutcome;
use cc_client::store::{Durability, SqliteStore};
use cc_client::transport::{ReqwestOptions, ReqwestTransport};
use cc_client::{Client, WriteKind};
use common::process::{Process, port, ready};
use common::sign_in;

async fn client(base: &str, session: &str, store: &Path) -> Client {
    let transport = ReqwestTransport::new(base, ReqwestOptions::default()).unwrap();
    let store = SqliteStore::open(store, Durability::Process).unwrap();
    Client::builder(transport, store).session(session).start().await.unwrap()
}

async fn shows(client: &Client, key: &str) {
    let mut changed = client.changed();
    let wait = async {
        loop {
            let item = client.item("places", key).await.unwrap();
            if item.is_some_and(|item| !item.pending && item.version > 0) {
                return;
            }
            changed.changed().await.unwrap();
        }
    };
    tokio::time::timeout(Duration::from_secs(60), wait).await.unwrap_or_else(|_| panic!("{key} never came"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_when_the_platform_is_killed_while_a_client_writes() {
    let folder = tempfile::tempdir().unwrap();
    let port = port();
    let base = format!("http://127.0.0.1:{port}");
    let data = folder.path().join("platform");
    let mut platform = Process::start(&data, port);
    ready(&base).await;
    let session = sign_in(&base, "anna").await;
    let phone = client(&base, &session, &folder.path().join("phone.db")).await;
    let tablet = client(&base, &sign_in(&base, "anna").await, &folder.path().join("tablet.db")).await;
    let body = common::place("Pier").to_string();
    let mut ids = Vec::new();
    for round in 0..4 {
        for count in 0..25 {
            let key = format!("place-{round}-{count}");
            ids.push((key.clone(), phone.submit("places", &key, WriteKind::Put, &body).await.unwrap()));
            tokio::time::sleep(Duration::from_millis(4)).await;
        }
        platform.kill();
        platform = Process::start(&data, port);
        ready(&base).await;
    }
    phone.flush(Duration::from_secs(90)).await.unwrap();
    assert!(phone.unresolved().await.unwrap().is_empty());
    for (key, _) in &ids {
        shows(&tablet, key).await;
        shows(&phone, key).await;
        // Once, and not twice.
        assert_eq!(tablet.item("places", key).await.unwrap().unwrap().version, 1, "{key}");
    }
    phone.shutdown().await.unwrap();
    tablet.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_session_that_is_revoked_ends_the_client_and_a_new_one_goes_on() {
    let world = common::World::start().await;
    let folder = tempfile::tempdir().unwrap();
    let session = sign_in(&world.base, "anna").await;
    let phone = client(&world.base, &session, &folder.path().join("phone.db")).await;
    let id = phone.submit("places", "p1", WriteKind::Put, &common::place("Pier").to_string()).await.unwrap();
    assert_eq!(phone.outcome(id).await.unwrap(), SendOutcome::Applied);
    let other = world.person("anna").await;
    other.ask(reqwest::Method::DELETE, "/v1/auth/sessions").send().await.unwrap();
    let id = phone.submit("places", "p2", WriteKind::Put, &common::place("Quay").to_string()).await.unwrap();
    let mut out = phone.signed_out();
    tokio::time::timeout(Duration::from_secs(30), out.wait_for(|out| *out)).await.unwrap().unwrap();
    phone.sign_in(sign_in(&world.base, "anna").await).unwrap();
    assert_eq!(
        tokio::time::timeout(Duration::from_secs(30), phone.outcome(id)).await.unwrap().unwrap(),
        SendOutcome::Applied
    );
    phone.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_phone_that_moves_and_calls_off_its_booking_offline_is_in_no_conflict_with_itself() {
    let world = common::World::start().await;
    let folder = tempfile::tempdir().unwrap();
    let session = sign_in(&world.base, "anna").await;
    let phone = client(&world.base, &session, &folder.path().join("phone.db")).await;
    let on = |day: u8| {
        let date = format!("2099-01-{day:02}T10:00:00Z");
        serde_json::json!({"vehicleId": 7, "workshopId": 9, "appointmentDate": date}).to_string()
    };
    let made = phone.submit("bookings", "b1", WriteKind::Put, &on(1)).await.unwrap();
    assert_eq!(phone.outcome(made).await.unwrap(), SendOutcome::Applied);
    phone.set_network(false).unwrap();
    let cancel = r#"{"action":"cancel"}"#.to_owned();
    let mut written = Vec::new();
    for (kind, body) in [(WriteKind::Put, on(2)), (WriteKind::Put, on(3)), (WriteKind::Act, cancel)] {
        written.push(phone.submit("bookings", "b1", kind, &body).await.unwrap());
    }
    phone.set_network(true).unwrap();
    for id in written {
        let outcome = tokio::time::timeout(Duration::from_secs(30), phone.outcome(id)).await;
        assert_eq!(outcome.unwrap().unwrap(), SendOutcome::Applied);
    }
    phone.shutdown().await.unwrap();
}
