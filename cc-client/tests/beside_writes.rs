//! What is read while a write waits for another process, which was stopped with the file's lock in its hand.
#![cfg(all(feature = "testing", feature = "tokio", feature = "sqlite"))]
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

use std::path::Path;
use std::time::Duration;

use cc_client::store::{Durability, SqliteStore, Store, StoreError};
use cc_client::testing::{FAKE_SESSION, FakeTransport};
use cc_client::{Client, ClientError, WriteKind};

async fn start(path: &Path) -> Client {
    let store = SqliteStore::open(path, Durability::Process).unwrap();
    let phone = Client::builder(FakeTransport::default(), store).session(FAKE_SESSION).start().await.unwrap();
    phone.wait_until_known(Duration::from_secs(20)).await.unwrap();
    phone
}

/// Another process, which was stopped with the file's lock in its hand.
fn stopped(path: &Path) -> rusqlite::Connection {
    let stopped = rusqlite::Connection::open(path).unwrap();
    stopped.busy_timeout(Duration::from_secs(5)).unwrap();
    stopped.execute_batch("BEGIN IMMEDIATE").unwrap();
    stopped
}

async fn put(phone: &Client, key: &str) {
    phone.submit("places", key, WriteKind::Put, "{}").await.unwrap();
}

/// Well before a write gives up waiting.
async fn soon<T>(read: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(3), read).await.expect("it waits for a write")
}

#[tokio::test]
async fn what_is_shown_waits_for_no_write() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("client.db");
    let phone = start(&path).await;
    put(&phone, "1").await;
    phone.flush(Duration::from_secs(20)).await.unwrap();
    let stopped = stopped(&path);
    let waits = tokio::spawn({
        let phone = phone.clone();
        async move { put(&phone, "2").await }
    });
    // Its turn comes before that of what is read.
    tokio::time::sleep(Duration::from_millis(100)).await;
    soon(async {
        assert!(phone.item("places", "1").await.unwrap().is_some());
        assert_eq!(phone.items("places", "", 9).await.unwrap().len(), 1);
        assert_eq!(phone.pages("places", 9).next().await.unwrap().unwrap().len(), 1);
        assert!(phone.unresolved().await.unwrap().is_empty());
        assert_eq!(phone.set_aside().await.unwrap(), 0);
    })
    .await;
    assert!(!waits.is_finished());
    stopped.execute_batch("ROLLBACK").unwrap();
    waits.await.unwrap();
    assert!(phone.item("places", "2").await.unwrap().is_some());
    phone.shutdown().await.unwrap();
    drop(stopped);
    assert!(!folder.path().join("client.db-wal").exists(), "the file is held open");
}

#[tokio::test]
async fn what_was_accepted_is_seen_by_the_read_behind_it() {
    let folder = tempfile::tempdir().unwrap();
    let phone = start(&folder.path().join("client.db")).await;
    for number in 0..200 {
        let key = number.to_string();
        let id = phone.submit("places", &key, WriteKind::Put, "{}").await.unwrap();
        assert!(phone.item("places", &key).await.unwrap().is_some(), "{key}");
        if number % 3 == 0 && phone.discard(id).await.unwrap() {
            // On its way it may be done all the same.
            let item = phone.item("places", &key).await.unwrap();
            assert!(item.is_none_or(|item| item.version > 0), "{key}");
        }
    }
}

#[tokio::test]
async fn what_is_read_makes_no_new_file_in_the_place_of_one_that_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("client.db");
    let phone = start(&path).await;
    phone.set_network(false).unwrap();
    std::fs::rename(&path, folder.path().join("elsewhere.db")).unwrap();
    let gone = phone.item("places", "1").await.unwrap_err();
    assert_eq!(gone.to_string(), "the database or its log (-wal, -shm) was removed while it was in use");
    // Whoever waits hears of it, too.
    let outcome = tokio::time::timeout(Duration::from_secs(10), phone.outcome(cc_client::WriteId([7; 16])));
    assert_eq!(
        outcome.await.unwrap().unwrap_err().to_string(),
        "the database or its log (-wal, -shm) was removed while it was in use"
    );
    assert!(!path.exists());

    let mut store = SqliteStore::in_memory().unwrap();
    assert!(store.reader().is_none());
}

/// Each would wait for five seconds of its own.
#[tokio::test]
async fn many_writes_wait_no_longer_for_another_process_than_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("client.db");
    let phone = start(&path).await;
    let stopped = stopped(&path);
    let all: Vec<_> = (0..8)
        .map(|number| {
            let phone = phone.clone();
            tokio::spawn(
                async move { phone.submit("places", &number.to_string(), WriteKind::Put, "{}").await },
            )
        })
        .collect();
    let answered = tokio::time::timeout(Duration::from_secs(12), async {
        for one in all {
            let refused = one.await.unwrap().unwrap_err();
            assert!(matches!(refused, ClientError::Store(StoreError::Busy)), "{refused}");
        }
    });
    answered.await.expect("each waits behind the others");
    stopped.execute_batch("ROLLBACK").unwrap();
    put(&phone, "later").await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_that_was_removed_while_the_app_slept_takes_no_more_writes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("client.db");
    let phone = start(&path).await;
    phone.set_network(false).unwrap();
    put(&phone, "1").await;
    phone.suspend().await.unwrap();
    std::fs::remove_file(&path).unwrap();
    phone.resume().unwrap();
    let refused = phone.submit("places", "2", WriteKind::Put, "{}").await.unwrap_err();
    assert!(matches!(refused, ClientError::Store(StoreError::Gone)), "{refused}");
    assert!(!path.exists());
    let mut status = phone.status();
    let failed = status.wait_for(|status| status.store_failed);
    tokio::time::timeout(Duration::from_secs(5), failed).await.expect("it looks healthy").unwrap();
}

/// Writes so much that all of it takes a while to read.
async fn fill(phone: &Client) {
    phone.set_network(false).unwrap();
    let text = format!("{{\"text\":\"{}\"}}", "a".repeat(60_000));
    for key in 0..100 {
        phone.submit("places", &key.to_string(), WriteKind::Put, &text).await.unwrap();
    }
}

/// Reads all of it again and again, and does not wait for that; what is read behind it comes soon: together they would take many seconds.
async fn reads_and_goes_away(phone: &Client) {
    for _ in 0..2_000 {
        let page = tokio::time::timeout(Duration::from_micros(100), phone.items("places", "", 100));
        let _ = page.await;
    }
    soon(phone.item("places", "1")).await.unwrap();
}

/// As a `select!` with a tick does, or a text that is searched with each key that is typed.
#[tokio::test]
async fn a_read_that_nobody_waits_for_any_more_is_not_done() {
    let folder = tempfile::tempdir().unwrap();
    let phone = start(&folder.path().join("client.db")).await;
    fill(&phone).await;
    reads_and_goes_away(&phone).await;
}

/// A store that cannot be read beside what is written.
#[tokio::test]
async fn nor_is_it_where_reads_have_no_way_of_their_own() {
    let store = cc_client::store::MemoryStore::new();
    let builder = Client::builder(FakeTransport::default(), store).session(FAKE_SESSION);
    let phone = builder.start().await.unwrap();
    fill(&phone).await;
    reads_and_goes_away(&phone).await;
}

#[tokio::test]
async fn an_app_that_is_to_sleep_waits_for_many_reads_no_longer_than_it_says() {
    let folder = tempfile::tempdir().unwrap();
    let phone = start(&folder.path().join("client.db")).await;
    fill(&phone).await;
    let reads: Vec<_> = (0..6_000)
        .map(|_| {
            let phone = phone.clone();
            tokio::spawn(async move { phone.items("places", "", 100).await.map(drop) })
        })
        .collect();
    tokio::task::yield_now().await;
    tokio::time::timeout(Duration::from_secs(8), phone.suspend()).await.expect("it waits for all").unwrap();
    for read in reads {
        let read = read.await.unwrap();
        assert!(matches!(read, Ok(()) | Err(ClientError::Store(StoreError::Busy))), "{read:?}");
    }
}

/// Each process goes by the server's time as it knows it, and that may be some hundred milliseconds off.
#[tokio::test]
async fn what_is_written_later_has_a_later_stamp_whatever_time_another_process_takes_it_to_be() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("client.db");
    let phone = start(&path).await;
    phone.set_network(false).unwrap();
    put(&phone, "1").await;
    let other = rusqlite::Connection::open(&path).unwrap();
    let clocks = || -> Vec<String> {
        let mut select = other.prepare("SELECT clock FROM outbox ORDER BY number").unwrap();
        select.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    let first: cc_client::Stamp = clocks()[0].parse().unwrap();
    let ahead = cc_client::Stamp { millis: first.millis + 5_000, counter: u16::MAX, node: u64::MAX };
    let sql = "UPDATE small_values SET value = ?1 WHERE name = 'stamp'";
    assert_eq!(other.execute(sql, [ahead.to_string().as_bytes()]).unwrap(), 1);
    put(&phone, "2").await;
    put(&phone, "3").await;
    let found = clocks();
    assert!(found[0] < ahead.to_string() && ahead.to_string() < found[1] && found[1] < found[2], "{found:?}");
    assert!(found.iter().all(|clock| clock.ends_with(&first.to_string()[18..])), "{found:?}");
}
