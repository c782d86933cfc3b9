//! A store that panics, or is in use, and a transport that does: the app is told, and the client goes on with what they still do.
#![cfg(all(feature = "testing", feature = "tokio"))]
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

#[path = "common/known.rs"]
mod known;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use cc_client::decide::SendOutcome;
use cc_client::engine::HttpRequest;
use cc_client::store::{
    Item, LeftOut, MemoryStore, Record, Row, Settled, Standing, Store, StoreError, Taken, Work,
};
use cc_client::testing::{FAKE_SESSION, FakeTransport};
use cc_client::transport::{Boxed, HttpAnswer, Transport, TransportError};
use cc_client::{Client, ClientError, ConflictPolicy, Offset, Stamp, Write, WriteId, WriteKind};
use known::is_known;

/// Panics wherever it is asked for items or for what waits, while it is told to; and is in use by another process just after it has become
/// somebody's, where it is told that.
#[derive(Default)]
struct Faulty {
    inner: MemoryStore,
    panics: Arc<AtomicBool>,
    is_in_use_afterwards: bool,
    is_in_use: bool,
    is_one: bool,
    /// So often there is no room to let a write go.
    full: Arc<AtomicUsize>,
}

impl Faulty {
    fn panicking(panics: &Arc<AtomicBool>) -> Self {
        Self { panics: panics.clone(), ..Self::default() }
    }

    fn inner(&mut self) -> &mut MemoryStore {
        assert!(!self.panics.load(Ordering::SeqCst), "a fault of the store");
        &mut self.inner
    }
}

type Done<T> = Result<T, StoreError>;

impl Store for Faulty {
    fn position(&mut self, feed: &str) -> Done<Option<Offset>> {
        self.inner.position(feed)
    }
    fn take(&mut self, feed: &str, from: &Offset, records: &[Record], to: &Offset) -> Done<Taken> {
        self.inner.take(feed, from, records, to)
    }
    fn replace(&mut self, feed: &str, records: &[Record], to: &Offset) -> Done<Vec<Record>> {
        self.inner.replace(feed, records, to)
    }
    fn item(&mut self, collection: &str, key: &str) -> Done<Option<Item>> {
        self.inner().item(collection, key)
    }
    fn told(&mut self, collection: &str, key: &str) -> Done<Option<Item>> {
        self.inner().told(collection, key)
    }
    fn items(&mut self, collection: &str, after: &str, limit: u32) -> Done<Vec<Item>> {
        self.inner().items(collection, after, limit)
    }
    fn accept(&mut self, lane: &str, writes: &[Write]) -> Done<()> {
        self.inner.accept(lane, writes)
    }
    fn stamp_anew(&mut self, lane: &str, latest: Stamp, first: Stamp) -> Done<()> {
        self.inner.stamp_anew(lane, latest, first)
    }
    fn waiting(&mut self, lane: &str, rows: u32, bytes: u32) -> Done<Vec<Row>> {
        self.inner().waiting(lane, rows, bytes)
    }
    fn waiting_beside(&mut self, lane: &str, rows: u32, bytes: u32, left_out: &LeftOut) -> Done<Vec<Row>> {
        self.inner().waiting_beside(lane, rows, bytes, left_out)
    }
    fn settle(&mut self, settled: &[Settled]) -> Done<()> {
        self.inner.settle(settled)
    }
    fn untold(&mut self) -> Done<Vec<WriteId>> {
        self.inner.untold()
    }
    fn forget_untold(&mut self, writes: &[WriteId]) -> Done<()> {
        self.inner.forget_untold(writes)
    }
    fn standing(&mut self, id: WriteId) -> Done<Option<Standing>> {
        self.inner.standing(id)
    }
    fn unresolved(&mut self) -> Done<Vec<(Row, SendOutcome)>> {
        self.inner.unresolved()
    }
    fn discard(&mut self, id: WriteId) -> Done<bool> {
        let take = |left: usize| left.checked_sub(1);
        if self.full.fetch_update(Ordering::SeqCst, Ordering::SeqCst, take).is_ok() {
            return Err(StoreError::Full);
        }
        self.inner.discard(id)
    }
    fn send_again(&mut self, id: WriteId, write: &Write) -> Done<bool> {
        self.inner.send_again(id, write)
    }
    fn fetch_aside(&mut self, owner: &str, outcome: Option<SendOutcome>) -> Done<Vec<WriteId>> {
        self.inner.fetch_aside(owner, outcome)
    }
    fn waiting_count(&mut self) -> Done<u64> {
        self.inner.waiting_count()
    }
    fn value(&mut self, name: &str) -> Done<Option<Vec<u8>>> {
        if !self.is_one && std::mem::take(&mut self.is_in_use) {
            return Err(StoreError::Busy);
        }
        self.inner.value(name)
    }
    fn set_value(&mut self, name: &str, value: &[u8]) -> Done<()> {
        self.inner.set_value(name, value)
    }
    fn lock(&mut self, name: &str, owner: u64, now: i64, until: i64) -> Done<bool> {
        self.inner.lock(name, owner, now, until)
    }
    fn unlock(&mut self, name: &str, owner: u64) -> Done<()> {
        self.inner.unlock(name, owner)
    }
    fn belong(&mut self, principal: &str) -> Done<bool> {
        self.is_in_use = self.is_in_use_afterwards;
        self.inner.belong(principal)
    }
    fn as_one(&mut self, work: Work<'_>) -> Done<()> {
        let was_one = std::mem::replace(&mut self.is_one, true);
        let done = work(self);
        self.is_one = was_one;
        done
    }
    fn aside_count(&mut self) -> Done<u64> {
        self.inner.aside_count()
    }
}

#[tokio::test]
async fn a_store_that_panics_is_told_as_failed_and_asked_again() {
    let panics = Arc::new(AtomicBool::new(true));
    let store = Faulty::panicking(&panics);
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
    let store = Faulty::panicking(&is_broken);
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

#[tokio::test]
async fn a_policy_that_finds_no_room_decides_once_there_is_though_nobody_waits_for_it() {
    let world = FakeTransport::default();
    let store = Faulty { full: Arc::new(AtomicUsize::new(1)), ..Faulty::default() };
    let full = store.full.clone();
    let phone =
        Client::builder(world.clone(), MemoryStore::new()).session(FAKE_SESSION).start().await.unwrap();
    let tablet = Client::builder(world.clone(), store).session(FAKE_SESSION);
    let tablet = tablet.on_conflict("bookings", ConflictPolicy::TakeTheirs).start().await.unwrap();
    let write = async |phone: &Client, body: &str| {
        let id = phone.submit("bookings", "7", WriteKind::Patch, body).await.unwrap();
        assert_eq!(phone.outcome(id).await.unwrap(), SendOutcome::Applied);
    };
    let made = phone.submit("bookings", "7", WriteKind::Put, r#"{"time":"09:00"}"#).await.unwrap();
    assert_eq!(phone.outcome(made).await.unwrap(), SendOutcome::Applied);
    for device in [&phone, &tablet] {
        is_known(device, "bookings", "7").await;
    }
    tablet.set_network(false).unwrap();
    tablet.submit("bookings", "7", WriteKind::Patch, r#"{"time":"10:00"}"#).await.unwrap();
    tablet.submit("bookings", "7", WriteKind::Patch, r#"{"note":"keys"}"#).await.unwrap();
    write(&phone, r#"{"time":"08:00"}"#).await;
    tablet.set_network(true).unwrap();
    // Nothing but the client itself goes on with it.
    let decided = async {
        while full.load(Ordering::SeqCst) > 0 || !tablet.unresolved().await.unwrap().is_empty() {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), decided).await.expect("it stays open");
    tablet.flush(Duration::from_secs(20)).await.unwrap();
}

/// Counts requests for tokens.
#[derive(Clone, Default)]
struct Counting(FakeTransport, Arc<AtomicUsize>);

impl Transport for Counting {
    fn send(&self, request: HttpRequest) -> Boxed<'static, Result<HttpAnswer, TransportError>> {
        self.1.fetch_add(usize::from(request.target == "/v1/auth/token"), Ordering::SeqCst);
        self.0.send(request)
    }
}

#[tokio::test]
async fn what_was_done_counts_where_it_cannot_be_read_afterwards_whose_the_store_is() {
    let world = Counting::default();
    let store = Faulty { is_in_use_afterwards: true, ..Faulty::default() };
    let phone = Client::builder(world.clone(), store).session(FAKE_SESSION).start().await.unwrap();
    let id = phone.submit("places", "1", WriteKind::Put, "{}").await.unwrap();
    let outcome = tokio::time::timeout(Duration::from_secs(20), phone.outcome(id)).await;
    assert_eq!(outcome.expect("it hung").unwrap(), SendOutcome::Applied);
    assert_eq!(world.1.load(Ordering::SeqCst), 1, "the token that came was thrown away");
}

struct Panicking(AtomicUsize);

impl cc_client::Metrics for Panicking {
    fn take(&self, _: &cc_client::Sample) {
        self.0.fetch_add(1, Ordering::SeqCst);
        panic!("the app counts wrongly");
    }
}

#[tokio::test]
async fn metrics_that_panic_take_nothing_of_the_client_with_them() {
    let counted = Arc::new(Panicking(AtomicUsize::new(0)));
    let builder = Client::builder(FakeTransport::default(), cc_client::store::MemoryStore::new());
    let phone = builder.session(FAKE_SESSION).metrics(counted.clone()).start().await.unwrap();
    let id = phone.submit("places", "1", WriteKind::Put, "{}").await.unwrap();
    let outcome = tokio::time::timeout(Duration::from_secs(20), phone.outcome(id)).await;
    assert_eq!(outcome.expect("it hung").unwrap(), SendOutcome::Applied);
    assert!(counted.0.load(Ordering::SeqCst) > 1);
}

/// Panics the first times that it is asked for something, before or while it is waited for; and whenever the network changes.
#[derive(Clone, Default)]
struct Wild {
    inner: FakeTransport,
    asked: Arc<std::sync::Mutex<std::collections::BTreeMap<String, u32>>>,
}

impl Transport for Wild {
    fn send(&self, request: HttpRequest) -> Boxed<'static, Result<HttpAnswer, TransportError>> {
        let path = request.target.split('?').next().unwrap_or_default().to_owned();
        let asked = {
            let mut asked = self.asked.lock().unwrap();
            let asked = asked.entry(path).or_default();
            *asked += 1;
            *asked
        };
        assert!(asked != 1, "a fault of the transport");
        if asked == 2 {
            return Box::pin(async { panic!("a fault while it is waited for") });
        }
        self.inner.send(request)
    }

    fn network_changed(&self) {
        panic!("a fault of the transport");
    }
}

#[tokio::test]
async fn a_transport_that_panics_is_taken_for_broken() {
    let wild = Wild::default();
    let builder = Client::builder(wild.clone(), MemoryStore::new()).session(FAKE_SESSION);
    let phone = builder.start().await.unwrap();
    phone.set_network(true).unwrap();
    let id = phone.submit("places", "1", WriteKind::Put, "{}").await.unwrap();
    let outcome = tokio::time::timeout(Duration::from_secs(60), phone.outcome(id)).await;
    assert_eq!(outcome.expect("it hung").unwrap(), SendOutcome::Applied);
    let mut status = phone.status();
    let live = status.wait_for(|status| status.feeds[0].1 == cc_client::decide::FeedState::Live);
    tokio::time::timeout(Duration::from_secs(60), live).await.expect("its feed hung").unwrap();
    assert!(wild.asked.lock().unwrap().values().all(|asked| *asked > 2));
}
