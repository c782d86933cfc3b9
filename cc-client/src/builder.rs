//! How a client begins: what it is made of, and what is on disk.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::{mpsc, watch};

use crate::Session;
use crate::client::{Client, ClientError, LANE};
use crate::clock::{Clock, device};
use crate::conflict::{ConflictPolicy, Policies};
use crate::deliveries::Doorkeeper;
use crate::driver::Driver;
use crate::engine::{Engine, EngineConfig, FeedKind, NameError, StoreClient, next_epoch};
use crate::fresh::random;
use crate::metrics::Metrics;
use crate::mine::Mine;
use crate::store::Store;
use crate::store_thread::StoreThread;
use crate::transport::Transport;
use crate::waiters::Waiters;
use crate::wire::COLLECTIONS;

/// What a client is made of: begun by [`Client::builder`], ended by [`Self::start`].
///
/// # Examples
///
#[cfg_attr(feature = "testing", doc = "```")]
#[cfg_attr(not(feature = "testing"), doc = "```ignore")]
/// use std::time::Duration;
/// use cc_client::store::MemoryStore;
/// use cc_client::testing::{FAKE_SESSION, FakeTransport};
/// use cc_client::{Client, ClientError, ConflictPolicy};
///
/// # tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(async {
/// let phone = Client::builder(FakeTransport::default(), MemoryStore::new())
///     .session(FAKE_SESSION)
///     .follow("vehicles/local/7")
///     .on_conflict("bookings", ConflictPolicy::TakeTheirs)
///     .configure(|config| config.feed.silence = Duration::from_secs(30))
///     .start()
///     .await?;
/// assert!(phone.read("vehicles/local/7").is_ok());
///
/// let error = phone.read("vehicles/local/8").unwrap_err();
/// assert_eq!(error.to_string(), "the client does not follow this feed: name it with `follow`");
/// # Ok::<(), ClientError>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "a builder does nothing until it starts"]
pub struct ClientBuilder {
    transport: Arc<dyn Transport>,
    store: Box<dyn Store>,
    config: EngineConfig,
    session: Option<Session>,
    policies: Policies,
    metrics: Option<Arc<dyn Metrics>>,
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder").field("signed_in", &self.session.is_some()).finish_non_exhaustive()
    }
}

impl ClientBuilder {
    /// The session: what [`crate::sign_in`] gave, or the text that the app has kept of it. Without one, call
    /// [`Client::sign_in`] later.
    ///
    /// With a [`SignedIn`](crate::sign_in::SignedIn) it is known who that is. A file that is nobody's belongs
    /// to that person from the start, and a file of their own is open to them at once. A file of another
    /// person becomes theirs only once the platform has confirmed them.
    pub fn session(mut self, session: impl Into<Session>) -> Self {
        self.session = Some(session.into());
        self
    }

    /// Follows another feed, such as `vehicles/local/7`: its messages go to [`Client::read`]. The person's
    /// own feed, `me`, is followed in any case: its changes become items, and `read` does not give them. A
    /// malformed name is an error of [`Self::start`].
    pub fn follow(mut self, feed: impl Into<Box<str>>) -> Self {
        self.config.follow(feed);
        self
    }

    /// Changes how the client decides. `node`, `seed` and `epoch` are set by the client and overwritten.
    pub fn configure(mut self, change: impl FnOnce(&mut EngineConfig)) -> Self {
        change(&mut self.config);
        self
    }

    /// How conflicts of a collection are resolved. Without a policy they wait for a person
    /// ([`Client::unresolved`]). [`Self::start`] refuses a policy for a collection that neither the protocol has
    /// nor a listing asks for.
    pub fn on_conflict(mut self, collection: impl Into<Box<str>>, policy: ConflictPolicy) -> Self {
        self.policies.of.insert(collection.into(), policy);
        self
    }

    /// Who takes what the client measures.
    pub fn metrics(mut self, metrics: Arc<dyn Metrics>) -> Self {
        self.metrics = Some(metrics);
        self
    }

    /// Starts the client on the tokio runtime that this is called in. That runtime needs its clock
    /// (`enable_time`) and what the transport needs; `#[tokio::main]` has all of it. It does not wait for the
    /// network: what is on disk can be read at once. That there is no clock is found by a panic of tokio's,
    /// which a panic hook hears; where panics abort, the process ends.
    ///
    /// # Errors
    ///
    /// [`ClientError::Name`] if a feed or a collection has a name that the protocol does not allow, or a policy is
    /// for a collection that neither the protocol has nor a listing asks for; [`ClientError::NoRuntime`] outside
    /// such a runtime; [`ClientError::Store`] if the store cannot be read or written.
    pub async fn start(mut self) -> Result<Client, ClientError> {
        self.config.check()?;
        let mut of = self.policies.of.keys();
        if !of.all(|of| COLLECTIONS.contains(&&**of) || self.config.collections.contains(of)) {
            return Err(NameError::Policy.into());
        }
        let runtime = runtime_with_a_clock()?;
        let (orders, inbox) = mpsc::unbounded_channel();
        let store = StoreThread::start(self.store, orders.downgrade())?;
        let (owner, seed) = (random(), random());
        let fresh = random().to_be_bytes();
        // Which device it is, for ever; and which start of it.
        let (node, epoch) = store
            .call_as_one(move |store| {
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
        let session = self.session;
        let begin = store
            .call_as_one(move |store| {
                let client = StoreClient { lane: LANE, owner };
                client.begin(store, device(), feeds.iter().map(String::as_str), session)
            })
            .await?;
        let clock = Clock::start();
        let first = engine.start(crate::Mono::default(), begin);
        let (mine, door) = (Mine::default(), Doorkeeper::new());
        mine.learn(&engine);
        let (status, status_of) = watch::channel(engine.status(crate::Mono::default()));
        let (changed, changed_of) = watch::channel(0);
        let (signed_out, signed_out_of) = watch::channel(false);
        let driver = Driver {
            engine,
            store: store.clone(),
            owner,
            mine: mine.clone(),
            door: door.clone(),
            transport: self.transport,
            clock,
            orders: inbox,
            put_back: None,
            me: orders.downgrade(),
            status,
            changed,
            signed_out,
            requests: BTreeMap::new(),
            waiters: Waiters::default(),
            token_waiters: Vec::new(),
            readers: BTreeMap::new(),
            status_changed: false,
            is_anothers: false,
            is_known: false,
            policies: (!self.policies.of.is_empty()).then(|| Arc::new(Mutex::new(self.policies))),
            metrics: self.metrics,
            asked: BTreeMap::new(),
        };
        runtime.spawn(driver.run(first));
        Ok(Client {
            store,
            orders,
            status: status_of,
            changed: changed_of,
            signed_out: signed_out_of,
            mine,
            door,
            followed,
            clock,
        })
    }
}

/// The runtime that this is called in.
fn runtime_with_a_clock() -> Result<Handle, ClientError> {
    let runtime = Handle::try_current().map_err(|_| ClientError::NoRuntime)?;
    // There is no other way to learn whether its clock goes than to ask for a timer, which panics where it does not.
    let timer = std::panic::catch_unwind(|| drop(tokio::time::sleep(Duration::ZERO)));
    timer.map(|()| runtime).map_err(|_| ClientError::NoRuntime)
}

impl Client {
    /// Begins to build a client that reaches the platform by `transport` and keeps everything in `store`.
    /// Several processes may share a store in a file.
    pub fn builder(transport: impl Transport, store: impl Store + 'static) -> ClientBuilder {
        ClientBuilder {
            transport: Arc::new(transport),
            store: Box::new(store),
            config: EngineConfig::new(0, 0),
            session: None,
            policies: Policies::default(),
            metrics: None,
        }
    }
}
