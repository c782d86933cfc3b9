//! One node: what every request is answered with. It keeps nothing that another node would need.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::admin::accounts::catch_up;
use crate::allowance;
use crate::auth::jose::Unverified;
use crate::auth::keys::KeySet;
use crate::auth::password::PasswordCost;
use crate::auth::throttle::{Hashing, Throttle};
use crate::auth::verified::Verified;
use crate::auth::{Caller, Role, Who, session};
use crate::bus::{Bus, LocalBus};
use crate::clock::Clock;
use crate::coming::Coming;
use crate::counts::Counts;
use crate::each::Each;
use crate::feed::{Shared, Streams};
use crate::metrics::Metrics;
use crate::problem::Problem;
use crate::random;
use crate::ready::Readiness;
use crate::storage::{self, Edit, OpenError, SqliteOptions, SqliteStorage, Storage, StorageError, View};

/// How many looks of one person wait for the storage, or run, at once.
const LOOKS: usize = 2;
/// How many transactions of one driver wait for the writer, or run, at once; and how many of whoever works for an organization.
const WRITES: usize = 2;
const WRITES_OF_OTHERS: usize = 16;

/// How a node is run.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct NodeConfig {
    /// What the platform calls itself in tokens (`iss` and `aud`).
    pub issuer: String,
    /// How long tokens are good for, seconds.
    pub token_life: u64,
    /// How much work a password is.
    pub password_cost: PasswordCost,
    /// How long a long-poll waits, milliseconds.
    pub long_poll: u64,
    /// How often streams say something, milliseconds.
    pub heartbeat: u64,
    /// How long the parts of a request may take, milliseconds.
    pub request: u64,
    /// Whether webhooks may go to private addresses and over plain HTTP: for tests alone.
    pub webhooks_anywhere: bool,
    /// How long the rules wait for events that come late, milliseconds; what comes later still makes them read its vehicle anew.
    pub lateness: u64,
    /// The most bytes of the database; what goes beyond is refused as where the disk is full.
    pub storage_limit: Option<u64>,
    /// The most connections of one address at once; the proxies that are trusted may have more.
    pub connections: u32,
    /// The most live streams of one person or service at once, and the most answers of which much waits.
    pub live_streams: u32,
    /// The most bytes of events that are kept of one vehicle in a day.
    pub vehicle_day: u64,
    /// The most bytes of large messages and pages that wait for their readers, all together; one person or service has an eighth.
    pub reader_memory: u64,
    /// Whether figures are shown where everything else is; else only by [`crate::server::serve_metrics`].
    pub public_metrics: bool,
    /// Proxies that are believed when they say who they speak for.
    pub proxies: Vec<IpAddr>,
    /// What time it is.
    pub clock: Clock,
}

impl Default for NodeConfig {
    fn default() -> Self {
        Self {
            issuer: "https://platform.example".to_owned(),
            token_life: 600,
            password_cost: PasswordCost::Full,
            long_poll: 20_000,
            heartbeat: 20_000,
            request: 10_000,
            webhooks_anywhere: false,
            lateness: 2_000,
            storage_limit: None,
            connections: crate::server::connections_of_one(),
            live_streams: 100,
            vehicle_day: 256 << 20,
            reader_memory: 128 << 20,
            public_metrics: true,
            proxies: Vec::new(),
            clock: Clock::default(),
        }
    }
}

/// One node.
pub struct Node {
    /// How it is run.
    pub config: NodeConfig,
    /// What it keeps.
    pub storage: Arc<dyn Storage>,
    /// How it hears of appends.
    pub bus: Arc<dyn Bus>,
    /// Figures.
    pub metrics: Metrics,
    /// Wrong passwords.
    pub throttle: Throttle,
    /// Passwords that are being hashed.
    pub hashing: Hashing,
    /// Who has how many live streams.
    pub streams: Streams,
    /// Who reads how much that is not live.
    pub readers: Streams,
    /// Which organizations' vehicles are being told of settings.
    pub(crate) tellings: Counts,
    /// Bodies of requests that are under way.
    pub coming: Coming,
    /// The large events and pages that readers wait for.
    pub shared: Shared,
    looks: Each,
    writes: Each,
    writes_of_others: Each,
    /// What is sent to partners' servers.
    pub(crate) posts: crate::webhooks::Posts,
    keys: RwLock<KeySet>,
    revoked: Mutex<BTreeMap<String, u64>>,
    verified: Verified<Claims>,
    readiness: Readiness,
    behind: AtomicBool,
    damage: AtomicBool,
    draining: watch::Sender<bool>,
}

impl std::fmt::Debug for Node {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Node").field("config", &self.config).finish_non_exhaustive()
    }
}

/// What a token says.
#[derive(Deserialize, Serialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    org: String,
    roles: Vec<Role>,
    sid: String,
    iat: u64,
    nbf: u64,
    exp: u64,
    jti: String,
}

/// How much clocks may differ, seconds.
const TOLERANCE: u64 = 60;

impl Node {
    /// Opens a node on a folder.
    pub async fn open(folder: &Path, config: NodeConfig) -> Result<Arc<Self>, OpenError> {
        let bus: Arc<dyn Bus> = Arc::new(LocalBus::default());
        let mut options = SqliteOptions::default();
        (options.clock, options.limit) = (config.clock.clone(), config.storage_limit);
        let path = folder.join("platform.db");
        let storage = SqliteStorage::open(&path, bus.clone(), options)?;
        let started = Self::start(Arc::new(storage), bus, config).await;
        started.map_err(|problem| OpenError::of_problem(&path, &problem))
    }

    /// Starts a node on a storage.
    pub async fn start(
        storage: Arc<dyn Storage>,
        bus: Arc<dyn Bus>,
        config: NodeConfig,
    ) -> Result<Arc<Self>, Problem> {
        let keys = storage::commit(&*storage, |edit| KeySet::rotate(edit)).await?;
        // What is damaged is said when it is asked for; the next start tries again.
        let why = "who sees what could not be worked out anew";
        match storage::commit(&*storage, |edit| catch_up(edit).map_err(Problem::from)).await {
            Ok(0) => {}
            Ok(count) => tracing::warn!(count, "{why}, of rows that do not read"),
            Err(problem) => tracing::warn!(%problem, "{why}"),
        }
        let revoked = storage::look(&*storage, |view| Ok(session::revoked(view)?)).await?;
        Ok(Arc::new(Self {
            shared: Shared::with_room(config.reader_memory),
            config,
            storage,
            bus,
            metrics: Metrics::default(),
            throttle: Throttle::default(),
            hashing: Hashing::default(),
            streams: Streams::default(),
            posts: crate::webhooks::Posts::default(),
            looks: Each::new(LOOKS),
            writes: Each::new(WRITES),
            writes_of_others: Each::new(WRITES_OF_OTHERS),
            readers: Streams::default(),
            tellings: Counts::default(),
            coming: Coming::default(),
            keys: RwLock::new(keys),
            revoked: Mutex::new(revoked.into_iter().collect()),
            verified: Verified::default(),
            readiness: Readiness::default(),
            behind: AtomicBool::new(false),
            damage: AtomicBool::new(false),
            draining: watch::Sender::new(false),
        }))
    }

    /// Does a transaction.
    pub async fn commit<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut dyn Edit) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        self.noted(storage::commit(&*self.storage, job).await)
    }

    /// Does a transaction of someone. Of each few at once wait or run, of a driver fewer: however many requests they send, others have their
    /// turn between them.
    pub(crate) async fn commit_of<T: Send + 'static>(
        &self,
        caller: &Caller,
        job: impl FnOnce(&mut dyn Edit) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let writes = if allowance::is_counted(caller) { &self.writes } else { &self.writes_of_others };
        let turn = writes.turn(&caller.who).await;
        self.commit(move |edit| {
            // Also where whoever asked has gone meanwhile.
            let _turn = turn;
            job(edit)
        })
        .await
    }

    /// Remembers that something which was kept does not read.
    fn noted<T>(&self, outcome: Result<T, Problem>) -> Result<T, Problem> {
        let is_damaged = matches!(&outcome, Err(problem) if problem.code == "storage_damaged");
        if is_damaged {
            self.note_damage();
        }
        outcome
    }

    /// Something that was kept does not read; who runs the platform hears of the first.
    pub(crate) fn note_damage(&self) {
        if !self.damage.swap(true, Relaxed) {
            tracing::error!("something that was kept does not read; `salvage` mends it");
        }
    }

    /// A message does not read, and is passed over.
    pub(crate) fn message_unreadable(&self) {
        self.metrics.message_unreadable();
        self.note_damage();
    }

    /// So much of what the rules go by does not read: they go on without it.
    pub(crate) fn set_aside(&self, count: u64) {
        self.metrics.rules_aside.fetch_add(count, Relaxed);
        self.note_damage();
    }

    /// Whether something that was kept did not read since the node was started. A salvage mends it, which is done while it is stopped.
    pub fn has_met_damage(&self) -> bool {
        self.damage.load(Relaxed)
    }

    /// Does something to its end, also where whoever asked for it hangs up meanwhile: what follows a commit is done with it.
    pub(crate) async fn to_the_end<T: Send + 'static>(
        work: impl Future<Output = Result<T, Problem>> + Send + 'static,
    ) -> Result<T, Problem> {
        tokio::spawn(work).await.unwrap_or_else(|_| Err(Problem::internal()))
    }

    /// Takes a look.
    pub async fn look<T: Send + 'static>(
        &self,
        job: impl FnOnce(&dyn View) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        self.noted(storage::look(&*self.storage, job).await)
    }

    /// Takes a look of someone, of whom few at once wait or run: for those that may read much.
    pub(crate) async fn look_of<T: Send + 'static>(
        &self,
        who: &Who,
        job: impl FnOnce(&dyn View) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let turn = self.looks.turn(who).await;
        self.look(move |view| {
            // Also where whoever asked has gone meanwhile.
            let _turn = turn;
            job(view)
        })
        .await
    }

    /// The keys of this moment.
    pub fn keys(&self) -> KeySet {
        self.keys.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Makes and forgets keys as time goes by.
    async fn rotate(&self) -> Result<(), Problem> {
        let keys = self.commit(|edit| Ok(KeySet::rotate(edit)?)).await?;
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = keys;
        // What was signed with a key that is gone is to be looked at again.
        self.verified.clear();
        Ok(())
    }

    /// Makes a token of a session.
    pub fn token(&self, who: &Who, roles: &[Role], sid: &str) -> Result<String, Problem> {
        let now = self.config.clock.unix();
        let key = self.keys().signing(now).ok_or_else(Problem::internal)?;
        self.is_clock_behind();
        let claims = Claims {
            iss: self.config.issuer.clone(),
            aud: self.config.issuer.clone(),
            sub: who.sub.clone(),
            org: who.org.clone(),
            roles: roles.to_vec(),
            sid: sid.to_owned(),
            iat: now,
            nbf: now,
            exp: now.saturating_add(self.config.token_life),
            jti: random::text::<12>(),
        };
        Ok(key.signing.sign(Some(&key.kid), &claims))
    }

    /// Who a token speaks for.
    pub fn verify(&self, token: &str) -> Result<Caller, Problem> {
        let claims = match self.verified.find(token) {
            Some(known) => known,
            None => self.verified.insert(token, self.signed(token)?),
        };
        let now = self.config.clock.unix();
        if claims.iss != self.config.issuer
            || claims.aud != self.config.issuer
            || claims.nbf > now.saturating_add(TOLERANCE)
        {
            return Err(Problem::token_invalid());
        }
        if claims.exp.saturating_add(TOLERANCE) <= now {
            let since = now.saturating_sub(claims.exp);
            return Err(Problem::token_expired().because(format!("expired {since} s ago")));
        }
        if self.is_revoked(&claims.sid) {
            return Err(Problem::session_revoked());
        }
        let who = Who::new(&claims.org, &claims.sub);
        Ok(Caller { who, roles: claims.roles.clone(), sid: claims.sid.clone() })
    }

    /// What a token says that a key of the set has signed.
    fn signed(&self, token: &str) -> Result<Claims, Problem> {
        let invalid = |_| Problem::token_invalid();
        let parsed = Unverified::parse(token).map_err(invalid)?;
        let keys = self.keys();
        let key = parsed.kid().and_then(|kid| keys.find(kid)).ok_or_else(Problem::token_invalid)?;
        parsed.verify(&key.public).map_err(invalid)
    }

    /// Whether it takes and keeps what it is asked to.
    ///
    /// Errors: `draining`, `storage_full`, `storage_damaged`, `unavailable`.
    pub async fn ready(&self) -> Result<(), Problem> {
        if self.is_draining() {
            return Err(Problem::draining().with("retry-after", 1));
        }
        self.readiness.of(self).await
    }

    /// Whether the clock is before the start of every signing key. It is logged once, until that is over.
    pub fn is_clock_behind(&self) -> bool {
        let is_behind = self.keys().is_before_all(self.config.clock.unix());
        if is_behind && !self.behind.swap(true, Relaxed) {
            tracing::warn!("the clock is before the start of every signing key; the newest one signs");
        }
        if !is_behind {
            self.behind.store(false, Relaxed);
        }
        is_behind
    }

    /// Refuses tokens of a session from now on.
    pub fn revoke(&self, sid: &str) {
        let mut revoked = self.revoked.lock().unwrap_or_else(PoisonError::into_inner);
        revoked.insert(sid.to_owned(), self.config.clock.unix());
    }

    /// Whether a session was ended.
    pub fn is_revoked(&self, sid: &str) -> bool {
        self.revoked.lock().unwrap_or_else(PoisonError::into_inner).contains_key(sid)
    }

    /// Does what is due with the time: keys are made and forgotten, and what was kept for long enough goes.
    pub async fn tidy(&self) -> Result<(), Problem> {
        let rotated = self.rotate().await;
        self.forget_revoked();
        crate::sweep::sweep(self).await.and(rotated)
    }

    /// Forgets sessions whose last token has expired by now; their rows go with the others that are over.
    fn forget_revoked(&self) {
        let kept = self.config.token_life.saturating_add(2 * TOLERANCE).saturating_add(crate::sweep::AHEAD);
        let before = self.config.clock.unix().saturating_sub(kept);
        self.revoked.lock().unwrap_or_else(PoisonError::into_inner).retain(|_, at| *at >= before);
    }

    /// Begins to drain: streams end, and nothing new is taken.
    pub fn drain(&self) {
        self.draining.send_replace(true);
    }

    /// Whether it drains.
    pub fn is_draining(&self) -> bool {
        *self.draining.borrow()
    }

    /// Whether it drains, and when that begins.
    pub fn draining(&self) -> watch::Receiver<bool> {
        let mut draining = self.draining.subscribe();
        // Who comes when it drains already hears of it, too.
        if self.is_draining() {
            draining.mark_changed();
        }
        draining
    }
}

impl From<StorageError> for Box<Problem> {
    fn from(error: StorageError) -> Self {
        Self::new(error.into())
    }
}
