//! The client of an app: reads and writes that need no network, and news as they come.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, oneshot, watch};
use zeroize::Zeroizing;

use crate::conflict::{ConflictPolicy, Policies, Resolution, resolve};
use crate::decide::{OutboxState, SendOutcome};
use crate::driver::{Driver, device_time};
use crate::engine::{Engine, EngineConfig, FeedKind, Status, StoreClient, next_epoch};
use crate::metrics::Metrics;
use crate::mine::Mine;
use crate::store::{Item, Row, Store, StoreError, is_nameless};
use crate::store_thread::StoreThread;
use crate::transport::Transport;
use crate::{Stamp, Write, WriteError, WriteId, WriteKind};

/// What a client is made of.
pub struct ClientBuilder {
    transport: Arc<dyn Transport>,
    store: Box<dyn Store>,
    config: EngineConfig,
    session: Option<Zeroizing<String>>,
    lane: Arc<str>,
    policies: Policies,
    metrics: Option<Arc<dyn Metrics>>,
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder").field("signed_in", &self.session.is_some()).finish_non_exhaustive()
    }
}

impl ClientBuilder {
    /// The session of a person who has signed in before.
    pub fn session(mut self, session: impl Into<String>) -> Self {
        self.session = Some(Zeroizing::new(session.into()));
        self
    }

    /// Follows another feed beside the person's own, such as `vehicles/local/7`: its messages go to [`Client::read`].
    pub fn follow(mut self, feed: impl Into<Box<str>>) -> Self {
        self.config.follow(feed);
        self
    }

    /// Changes how the client decides.
    pub fn configure(mut self, change: impl FnOnce(&mut EngineConfig)) -> Self {
        change(&mut self.config);
        self
    }

    /// How conflicts of a collection are resolved; a person is asked where nothing is said.
    pub fn on_conflict(mut self, collection: impl Into<Box<str>>, policy: ConflictPolicy) -> Self {
        self.policies.of.insert(collection.into(), policy);
        self
    }

    /// Who takes what the client measures.
    pub fn metrics(mut self, metrics: Arc<dyn Metrics>) -> Self {
        self.metrics = Some(metrics);
        self
    }

    /// Starts on the runtime that this is called in.
    pub async fn start(mut self) -> Result<Client, ClientError> {
        let store = StoreThread::start(self.store);
        let (owner, seed) = (random(), random());
        let fresh = random().to_be_bytes();
        // Which device it is, for ever; and which start of it.
        let (node, epoch) = store
            .call(move |store| {
                let number = |value: Option<Vec<u8>>| value?.try_into().ok().map(u64::from_be_bytes);
                let node = number(store.value("node")?);
                if node.is_none() {
                    store.set_value("node", &fresh)?;
                }
                Ok((node.unwrap_or(u64::from_be_bytes(fresh)), next_epoch(store)?))
            })
            .await?;
        (self.config.node, self.config.seed, self.config.epoch) = (node, seed, epoch);
        let followed = self.config.feeds.iter().filter(|(_, kind)| *kind == FeedKind::Messages);
        let followed: Arc<[Box<str>]> = followed.map(|(name, _)| name.clone()).collect();
        let mut engine = Engine::new(self.config);
        let feeds: Vec<String> = engine.feeds().map(str::to_owned).collect();
        let lane = self.lane.clone();
        let session = self.session;
        let begin = store
            .call(move |store| {
                let client = StoreClient { lane: &lane, owner };
                client.begin(store, device_time(), feeds.iter().map(String::as_str), session)
            })
            .await?;
        #[expect(clippy::disallowed_methods, reason = "the driver reads the clock for all others")]
        let started = Instant::now();
        let first = engine.start(crate::Mono::default(), begin);
        let mine = Mine::default();
        mine.learn(&engine);
        let (orders, inbox) = mpsc::unbounded_channel();
        let (status, status_of) = watch::channel(engine.status(crate::Mono::default()));
        let (changed, changed_of) = watch::channel(0);
        let (signed_out, signed_out_of) = watch::channel(false);
        let driver = Driver {
            engine,
            store: store.clone(),
            owner,
            mine: mine.clone(),
            lane: self.lane.clone(),
            transport: self.transport,
            started,
            orders: inbox,
            status,
            changed,
            signed_out,
            requests: BTreeMap::new(),
            waiters: BTreeMap::new(),
            readers: BTreeMap::new(),
            status_changed: false,
            policies: (!self.policies.of.is_empty()).then(|| Arc::new(Mutex::new(self.policies))),
            metrics: self.metrics,
            asked: BTreeMap::new(),
        };
        tokio::spawn(driver.run(first));
        Ok(Client {
            store,
            orders,
            status: status_of,
            changed: changed_of,
            signed_out: signed_out_of,
            mine,
            lane: self.lane,
            followed,
        })
    }
}

/// Whoever waits until all is sent looks so often whether another process has sent it.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// A running client. Copies of it are the same client; it ends with the last of them, or by [`Self::shutdown`].
///
/// Dropping a future of it ends the waiting, never the work.
#[derive(Clone)]
pub struct Client {
    store: StoreThread,
    orders: mpsc::UnboundedSender<Order>,
    status: watch::Receiver<Status>,
    changed: watch::Receiver<u64>,
    signed_out: watch::Receiver<bool>,
    mine: Mine,
    lane: Arc<str>,
    /// The feeds of messages.
    followed: Arc<[Box<str>]>,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("status", &*self.status.borrow()).finish_non_exhaustive()
    }
}

/// What the app wishes.
pub(crate) enum Order {
    Filled,
    Network { up: bool },
    Outcome { id: WriteId, waiter: oneshot::Sender<SendOutcome> },
    Read { feed: Box<str>, reader: mpsc::Sender<Delivery> },
    Shutdown { done: oneshot::Sender<()> },
    SignIn { session: Zeroizing<String> },
    SignOut,
    Stamp { stamped: oneshot::Sender<Stamp> },
    Suspend { done: oneshot::Sender<Result<(), StoreError>> },
    Wake,
}

/// Messages of a feed, of which the next come once these were taken.
pub struct Delivery {
    /// Each a JSON text.
    pub messages: Vec<Box<str>>,
    /// Messages before these are missing: the platform no longer keeps what was not read in time. How many is not known.
    pub is_after_gap: bool,
    pub(crate) ack: oneshot::Sender<()>,
}

impl Delivery {
    /// The app has them for good: they are not given again.
    pub fn taken(self) {
        let _ = self.ack.send(());
    }
}

impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivery").field("messages", &self.messages.len()).finish_non_exhaustive()
    }
}

/// Why a client could not do what it was asked.
#[non_exhaustive]
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// Somebody signed in, or the client was started with a session that is not known, and the platform has not yet said who it is: what is on this device may be of another person, so that nothing is
    /// shown or accepted until it has ([`crate::engine::Status::auth`] is idle then). Or another process has signed somebody else in
    /// on the same file: sign in anew, with a session of theirs.
    #[error("it is not yet known who signed in")]
    AnotherPerson,
    /// It was shut down.
    #[error("the client was shut down")]
    Closed,
    /// A call of [`crate::blocking`] came from inside an async runtime, which it would hold up.
    #[error("a call that blocks, from inside an async runtime")]
    InsideRuntime,
    /// The feed is none of those that [`ClientBuilder::follow`] named.
    #[error("the client does not follow that feed")]
    NotFollowed,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Nobody is signed in, and whoever was signed out before the platform said who it was: a write would be nobody's, and never sent.
    #[error("nobody is signed in, and it was never known who was")]
    SignedOut,
    /// The time that the caller gave is over.
    #[error("it took longer than was given")]
    TimedOut,
    /// The write can never be sent.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// Items of a collection that come page by page, network or not.
pub struct ItemPages {
    client: Client,
    collection: String,
    /// The last key so far; `None` behind the last page.
    after: Option<String>,
    limit: u32,
}

impl fmt::Debug for ItemPages {
    /// Shows no key: some tell of a person.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ItemPages").field("collection", &self.collection).finish_non_exhaustive()
    }
}

impl ItemPages {
    /// The next page; `None` behind the last.
    pub async fn next(&mut self) -> Option<Result<Vec<Item>, ClientError>> {
        let after = self.after.take()?;
        let page = self.client.items(&self.collection, &after, self.limit).await;
        if let Ok(items) = &page {
            self.after = items.last().map(|item| item.key.to_string());
            if items.is_empty() {
                return None;
            }
        }
        Some(page)
    }
}

impl Client {
    /// Begins to build one.
    pub fn builder(transport: impl Transport, store: impl Store + 'static) -> ClientBuilder {
        ClientBuilder {
            transport: Arc::new(transport),
            store: Box::new(store),
            config: EngineConfig::new(0, 0),
            session: None,
            lane: "main".into(),
            policies: Policies::default(),
            metrics: None,
        }
    }

    /// Accepts a write, and sends it as soon as that is possible. When this returns, it is on disk. The key of a new thing is a new UUID: an
    /// organization has each key once.
    pub async fn submit(
        &self,
        collection: &str,
        key: &str,
        kind: WriteKind,
        body: &str,
    ) -> Result<WriteId, ClientError> {
        let clock = self.stamp().await?;
        let id = fresh_id();
        let mut write = Write {
            id,
            collection: collection.into(),
            key: key.into(),
            kind,
            base: None,
            clock,
            body: body.into(),
        };
        write.check()?;
        let (lane, mine) = (self.lane.clone(), self.mine.clone());
        let refusal = self
            .store
            .call(move |store| {
                if mine.is_hidden(store)? {
                    return Ok(Some(ClientError::AnotherPerson));
                }
                if is_nameless(store)? {
                    return Ok(Some(ClientError::SignedOut));
                }
                let known = store.item(&write.collection, &write.key)?;
                write.base = known.map(|item| item.version).filter(|version| *version > 0);
                store.accept(&lane, std::slice::from_ref(&write))?;
                // Another process may have signed somebody else in right then.
                let is_others = mine.is_hidden(store)? && store.discard(id)?;
                Ok(is_others.then_some(ClientError::AnotherPerson))
            })
            .await?;
        if let Some(refusal) = refusal {
            return Err(refusal);
        }
        self.order(Order::Filled)?;
        Ok(id)
    }

    /// Waits until the platform has said what became of a write. A write that is not known, or was discarded, is waited for
    /// without end.
    pub async fn outcome(&self, id: WriteId) -> Result<SendOutcome, ClientError> {
        let (waiter, outcome) = oneshot::channel();
        self.order(Order::Outcome { id, waiter })?;
        outcome.await.map_err(|_| ClientError::Closed)
    }

    /// An item as a person should see it, network or not.
    pub async fn item(&self, collection: &str, key: &str) -> Result<Option<Item>, ClientError> {
        let (collection, key, mine) = (collection.to_owned(), key.to_owned(), self.mine.clone());
        let read = move |store: &mut dyn Store| store.item(&collection, &key);
        Ok(self.store.call(move |store| mine.read(store, read)).await?)
    }

    /// Items of a collection as a person should see them, by key, those after `after` first.
    pub async fn items(&self, collection: &str, after: &str, limit: u32) -> Result<Vec<Item>, ClientError> {
        let (collection, after, mine) = (collection.to_owned(), after.to_owned(), self.mine.clone());
        let read = move |store: &mut dyn Store| store.items(&collection, &after, limit);
        Ok(self.store.call(move |store| mine.read(store, read)).await?)
    }

    /// All items of a collection as a person should see them, page by page.
    pub fn pages(&self, collection: &str, limit: u32) -> ItemPages {
        ItemPages {
            client: self.clone(),
            collection: collection.to_owned(),
            after: Some(String::new()),
            limit,
        }
    }

    /// Conflicts and rejections that wait for a decision.
    pub async fn unresolved(&self) -> Result<Vec<(Row, SendOutcome)>, ClientError> {
        let mine = self.mine.clone();
        Ok(self.store.call(move |store| mine.read(store, |store| store.unresolved())).await?)
    }

    /// How many writes wait for other people to sign in on this device: they are sent when their owner does.
    pub async fn set_aside(&self) -> Result<u64, ClientError> {
        Ok(self.store.call(|store| store.aside_count()).await?)
    }

    /// Lets go of a write that the platform would not do, or that has not been sent. True if it was there.
    pub async fn discard(&self, id: WriteId) -> Result<bool, ClientError> {
        let found = self.store.call(move |store| store.discard(id)).await?;
        // What waited behind it may go now.
        self.order(Order::Filled)?;
        Ok(found)
    }

    /// Resolves a conflict, or a rejection, as a person has decided: gives the id that the write has from now on, `None` where it is
    /// not there.
    ///
    /// Errors: [`ClientError::Write`] where it can never be sent like that; it stays as it was.
    pub async fn resolve(&self, id: WriteId, resolution: Resolution) -> Result<Option<WriteId>, ClientError> {
        let (clock, mine) = (self.stamp().await?, self.mine.clone());
        let resolved = self
            .store
            .call(move |store| {
                if is_nameless(store)? || !mine.person().owns(store)? {
                    return Ok(Ok(None));
                }
                let open = store.unresolved()?.into_iter().find(|(row, _)| row.write.id == id);
                let Some((row, _)) = open else { return Ok(Ok(None)) };
                resolve(store, &row.write, &resolution, (fresh_id(), clock))
            })
            .await??;
        self.order(Order::Filled)?;
        Ok(resolved)
    }

    /// Reads the messages of a feed that [`ClientBuilder::follow`] named. They come from where the last were taken, one delivery at a
    /// time; a second reader of a feed takes the place of the first.
    ///
    /// Errors: [`ClientError::NotFollowed`] for any other feed.
    pub fn read(&self, feed: &str) -> Result<mpsc::Receiver<Delivery>, ClientError> {
        if !self.followed.iter().any(|followed| **followed == *feed) {
            return Err(ClientError::NotFollowed);
        }
        let (reader, receiver) = mpsc::channel(1);
        self.order(Order::Read { feed: feed.into(), reader })?;
        Ok(receiver)
    }

    /// Counts up whenever an item has changed: read the items that are shown again.
    pub fn changed(&self) -> watch::Receiver<u64> {
        self.changed.clone()
    }

    /// How the client stands, whenever that changes.
    pub fn status(&self) -> watch::Receiver<Status> {
        self.status.clone()
    }

    /// True once the session has ended and a person has to sign in.
    pub fn signed_out(&self) -> watch::Receiver<bool> {
        self.signed_out.clone()
    }

    /// A person has signed in. Who it is, the first token tells: until then nothing is shown or accepted of what another person may
    /// have left ([`ClientError::AnotherPerson`]). Another one finds nothing of that; writes that were not sent are set aside until
    /// their owner signs in again ([`Self::set_aside`]).
    pub fn sign_in(&self, session: impl Into<String>) -> Result<(), ClientError> {
        self.order(Order::SignIn { session: Zeroizing::new(session.into()) })
    }

    /// Ends the session of this device, and forgets its secrets. What was accepted and is shown stays on disk until the app deletes it, and
    /// is shown and sent again when the same person signs in.
    ///
    /// Where the platform never said who the person is, nobody could tell their writes from those of the next: [`Self::outcome`] says
    /// `Rejected(SessionRevoked)` of each that was not sent, [`Self::unresolved`] shows them until somebody signs in, and then they are
    /// let go. Until then a write is refused with [`ClientError::SignedOut`].
    pub fn sign_out(&self) -> Result<(), ClientError> {
        self.order(Order::SignOut)
    }

    /// The system says that there is a network (`true`), or none (`false`). To be called with `true` for another network, too: connections
    /// over the last are dropped, and what failed there is tried again at once.
    pub fn set_network(&self, up: bool) -> Result<(), ClientError> {
        self.order(Order::Network { up })
    }

    /// The app is put to sleep: streams end, nothing more is sent, and the store lets go of its files: also after each call until [`Self::resume`], which
    /// opens them for itself. When this returns, that is done. To be called in the time that the system gives for that.
    pub async fn suspend(&self) -> Result<(), ClientError> {
        let (done, paused) = oneshot::channel();
        self.order(Order::Suspend { done })?;
        Ok(paused.await.map_err(|_| ClientError::Closed)??)
    }

    /// The app wakes.
    pub fn resume(&self) -> Result<(), ClientError> {
        self.order(Order::Wake)
    }

    /// Waits until nothing waits to be sent.
    ///
    /// Errors: [`ClientError::TimedOut`] where that takes longer than `limit`; nothing is lost by that.
    pub async fn flush(&self, limit: Duration) -> Result<(), ClientError> {
        let done = async {
            let mut status = self.status();
            // Another process may have left something, or sent what waited.
            self.order(Order::Filled)?;
            loop {
                let mine = self.mine.clone();
                // What another person left is not this process's to wait for.
                let waiting = move |store: &mut dyn Store| {
                    if mine.person().owns(store)? { store.waiting_count() } else { Ok(0) }
                };
                let waiting = self.store.call(waiting).await?;
                if waiting == 0 && status.borrow().outbox == OutboxState::Idle {
                    return Ok(());
                }
                if let Ok(changed) = tokio::time::timeout(LOOK_AGAIN, status.changed()).await {
                    changed.map_err(|_| ClientError::Closed)?;
                }
            }
        };
        tokio::time::timeout(limit, done).await.map_err(|_| ClientError::TimedOut)?
    }

    /// Ends the client: what was accepted stays on disk, and goes on with the next start. [`Self::status`] says `Suspended` from then on.
    pub async fn shutdown(&self) {
        let (done, ended) = oneshot::channel();
        if self.order(Order::Shutdown { done }).is_ok() {
            let _ = ended.await;
        }
    }

    async fn stamp(&self) -> Result<Stamp, ClientError> {
        let (stamped, stamp) = oneshot::channel();
        self.order(Order::Stamp { stamped })?;
        stamp.await.map_err(|_| ClientError::Closed)
    }

    fn order(&self, order: Order) -> Result<(), ClientError> {
        self.orders.send(order).map_err(|_| ClientError::Closed)
    }
}

/// The id of a new write.
pub(crate) fn fresh_id() -> WriteId {
    let mut bytes = [0; 10];
    bytes[..8].copy_from_slice(&random().to_be_bytes());
    bytes[8..].copy_from_slice(&random().to_be_bytes()[..2]);
    WriteId::new(device_time(), bytes)
}

/// A number from the system's entropy.
fn random() -> u64 {
    let mut bytes = [0; 8];
    // Without entropy there is no TLS either; ids are then told apart by time and by the platform.
    let _ = getrandom::fill(&mut bytes);
    u64::from_be_bytes(bytes)
}
