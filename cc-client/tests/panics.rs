//! A store that panics: the app is told, and the client goes on with what the store still does.
#![cfg(all(feature = "testing", feature = "tokio"))]
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use cc_client::decide::SendOutcome;
use cc_client::store::{Item, MemoryStore, Record, Row, Settled, Standing, Store, StoreError, Taken, Work};
use cc_client::testing::{FAKE_SESSION, FakeTransport};
use cc_client::{Client, ClientError, Offset, Stamp, Write, WriteId, WriteKind};

/// Panics wherever it is asked for items or for what waits, while it is told to.
struct Panicking(MemoryStore, Arc<AtomicBool>);

impl Panicking {
    fn inner(&mut self) -> &mut MemoryStore {
        assert!(!self.1.load(Ordering::SeqCst), "a fault of the store");
        &mut self.0
    }
}

type Done<T> = Result<T, StoreError>;

impl Store for Panicking {
    fn position(&mut self, feed: &str) -> Done<Option<Offset>> {
        self.0.position(feed)
    }
    fn take(&mut self, feed: &str, from: &Offset, records: &[Record], to: &Offset) -> Done<Taken> {
        self.0.take(feed, from, records, to)
    }
    fn replace(&mut self, feed: &str, records: &[Record], to: &Offset) -> Done<Vec<Record>> {
        self.0.replace(feed, records, to)
    }
    fn item(&mut self, collection: &str, key: &str) -> Done<Option<Item>> {
        self.inner().item(collection, key)
    }
    fn items(&mut self, collection: &str, after: &str, limit: u32) -> Done<Vec<Item>> {
        self.inner().items(collection, after, limit)
    }
    fn accept(&mut self, lane: &str, writes: &[Write]) -> Done<()> {
        self.0.accept(lane, writes)
    }
    fn stamp_anew(&mut self, lane: &str, latest: Stamp, first: Stamp) -> Done<()> {
        self.0.stamp_anew(lane, latest, first)
    }
    fn waiting(&mut self, lane: &str, rows: u32, bytes: u32) -> Done<Vec<Row>> {
        self.inner().waiting(lane, rows, bytes)
    }
    fn settle(&mut self, settled: &[Settled]) -> Done<()> {
        self.0.settle(settled)
    }
    fn standing(&mut self, id: WriteId) -> Done<Option<Standing>> {
        self.0.standing(id)
    }
    fn unresolved(&mut self) -> Done<Vec<(Row, SendOutcome)>> {
        self.0.unresolved()
    }
    fn discard(&mut self, id: WriteId) -> Done<bool> {
        self.0.discard(id)
    }
    fn send_again(&mut self, id: WriteId, write: &Write) -> Done<bool> {
        self.0.send_again(id, write)
    }
    fn waiting_count(&mut self) -> Done<u64> {
        self.0.waiting_count()
    }
    fn value(&mut self, name: &str) -> Done<Option<Vec<u8>>> {
        self.0.value(name)
    }
    fn set_value(&mut self, name: &str, value: &[u8]) -> Done<()> {
        self.0.set_value(name, value)
    }
    fn lock(&mut self, name: &str, owner: u64, now: i64, until: i64) -> Done<bool> {
        self.0.lock(name, owner, now, until)
    }
    fn unlock(&mut self, name: &str, owner: u64) -> Done<()> {
        self.0.unlock(name, owner)
    }
    fn belong(&mut self, principal: &str) -> Done<bool> {
        self.0.belong(principal)
    }
    fn as_one(&mut self, work: Work<'_>) -> Done<()> {
        work(self)
    }
    fn aside_count(&mut self) -> Done<u64> {
        self.0.aside_count()
    }
}

#[tokio::test]
async fn a_store_that_panics_is_told_as_failed_and_asked_again() {
    let panics = Arc::new(AtomicBool::new(true));
    let store = Panicking(MemoryStore::new(), panics.clone());
    let phone = Client::builder(FakeTransport::default(), store).session(FAKE_SESSION).start().await.unwrap();
    let refused = phone.item("places", "1").await;
    assert!(matches!(refused, Err(ClientError::Store(StoreError::Failed { code: -1 }))), "{refused:?}");
    let mut status = phone.status();
    let failed = tokio::time::timeout(Duration::from_secs(5), status.wait_for(|status| status.store_failed));
    failed.await.expect("it looks healthy").unwrap();

    panics.store(false, Ordering::SeqCst);
    let id = phone.submit("places", "1", WriteKind::Put, "{}").await.unwrap();
    let outcome = tokio::time::timeout(Duration::from_secs(20), phone.outcome(id)).await;
    assert_eq!(outcome.expect("it hung").unwrap(), SendOutcome::Applied);
}

#[tokio::test]
async fn a_read_that_fails_shows_in_the_status_too() {
    let is_broken = Arc::new(AtomicBool::new(false));
    let store = Panicking(MemoryStore::new(), is_broken.clone());
    let phone = Client::builder(FakeTransport::default(), store).session(FAKE_SESSION).start().await.unwrap();
    let mut status = phone.status();
    let live = status.wait_for(|status| status.outbox == cc_client::decide::OutboxState::Idle);
    tokio::time::timeout(Duration::from_secs(20), live).await.unwrap().unwrap();
    phone.set_network(false).unwrap();
    is_broken.store(true, Ordering::SeqCst);
    assert!(!phone.status().borrow().store_failed);
    assert!(matches!(phone.items("places", "", 9).await, Err(ClientError::Store(_))));
    let failed = status.wait_for(|status| status.store_failed);
    tokio::time::timeout(Duration::from_secs(5), failed).await.unwrap().unwrap();
}
