//! An app that goes to sleep while another process holds its file: what was asked of the file is done, or refused, within a few seconds.
#![cfg(all(feature = "testing", feature = "tokio", feature = "sqlite"))]
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

use std::time::{Duration, Instant};

use cc_client::store::{Durability, SqliteStore, StoreError};
use cc_client::testing::{FAKE_SESSION, FakeTransport};
use cc_client::{Client, ClientError, WriteKind};

async fn start(path: &std::path::Path) -> Client {
    let store = SqliteStore::open(path, Durability::Process).unwrap();
    Client::builder(FakeTransport::default(), store).session(FAKE_SESSION).start().await.unwrap()
}

/// What another process holds alone: the file, as who writes, or the lock beside it, as who salvages.
async fn sleeps_within_seconds(held: &str) {
    let folder = tempfile::tempdir().unwrap();
    let phone = start(&folder.path().join("client.db")).await;
    phone.flush(Duration::from_secs(20)).await.unwrap();
    let other = rusqlite::Connection::open(folder.path().join(held)).unwrap();
    other.busy_timeout(Duration::from_secs(5)).unwrap();
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();

    let put = |key: &'static str| {
        let phone = phone.clone();
        tokio::spawn(async move { phone.submit("places", key, WriteKind::Put, "{}").await })
    };
    let asked = ["1", "2", "3"].map(put);
    tokio::time::sleep(Duration::from_millis(100)).await;
    let began = Instant::now();
    phone.suspend().await.unwrap();
    let took = began.elapsed();
    assert!(took < Duration::from_secs(6), "{held}: it took {took:?}");
    for answer in asked {
        let answer = answer.await.unwrap();
        assert!(matches!(answer, Err(ClientError::Store(StoreError::Busy))), "{held}: {answer:?}");
    }

    // Nothing of it stays: who wakes waits for others as before.
    other.execute_batch("ROLLBACK; BEGIN EXCLUSIVE").unwrap();
    phone.resume().unwrap();
    let waits = put("4");
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!waits.is_finished());
    other.execute_batch("ROLLBACK").unwrap();
    waits.await.unwrap().unwrap();
    assert!(phone.item("places", "4").await.unwrap().is_some());
    assert_eq!(phone.item("places", "1").await.unwrap(), None);
    phone.shutdown().await.unwrap();
}

#[tokio::test]
async fn an_app_goes_to_sleep_within_seconds_while_another_process_salvages_its_file() {
    sleeps_within_seconds("client.db-lock").await;
}

#[tokio::test]
async fn an_app_goes_to_sleep_within_seconds_while_another_process_writes_without_end() {
    sleeps_within_seconds("client.db").await;
}
