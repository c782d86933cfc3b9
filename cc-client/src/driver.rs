//! Carries out what the engine decides: the one place that knows an async runtime and a clock.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use cc_core::Timestamp;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::AbortHandle;
use tracing::Instrument as _;

use crate::client::{Delivery, Order, fresh_id};
use crate::conflict::Policies;
use crate::decide::{AuthLoss, AuthState, FeedState, OutboxState, SendOutcome};
use crate::engine::{Effect, Engine, HttpHead, HttpRequest, Input, Status, StoreAnswer, StoreClient};
use crate::metrics::{Endpoint, Metrics, Sample};
use crate::mine::Mine;
use crate::store::{Standing, StoreError, as_one};
use crate::store_thread::StoreThread;
use crate::transport::{Transport, TransportError};
use crate::{Mono, WriteId};

pub(crate) struct Driver {
    pub(crate) engine: Engine,
    pub(crate) store: StoreThread,
    pub(crate) owner: u64,
    pub(crate) mine: Mine,
    pub(crate) lane: Arc<str>,
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) started: Instant,
    pub(crate) orders: mpsc::UnboundedReceiver<Order>,
    pub(crate) status: watch::Sender<Status>,
    pub(crate) changed: watch::Sender<u64>,
    pub(crate) signed_out: watch::Sender<bool>,
    pub(crate) requests: BTreeMap<u64, AbortHandle>,
    pub(crate) waiters: BTreeMap<WriteId, Vec<oneshot::Sender<SendOutcome>>>,
    pub(crate) readers: BTreeMap<Box<str>, Reader>,
    pub(crate) status_changed: bool,
    pub(crate) policies: Option<Arc<Mutex<Policies>>>,
    pub(crate) metrics: Option<Arc<dyn Metrics>>,
    /// Requests that wait for their head: what for, since when.
    pub(crate) asked: BTreeMap<u64, (Endpoint, Mono)>,
}

/// Who reads a feed of messages, and what waits for it, oldest first.
#[derive(Default)]
pub(crate) struct Reader {
    to: Option<mpsc::Sender<Delivery>>,
    unread: VecDeque<(u64, Vec<Box<str>>)>,
    /// The oldest are with the reader.
    is_handed: bool,
    /// What was before the oldest is gone.
    is_after_gap: bool,
}

/// What reaches the driver from its own tasks.
pub(crate) enum Happened {
    Bytes(u64, Bytes),
    Ended(u64, bool),
    Head(u64, HttpHead),
    Lost(u64, AuthLoss),
}

/// What reaches the driver from the store.
enum Told {
    Answer(u64, Result<StoreAnswer, StoreError>, Duration),
    /// Conflicts were resolved by their policies.
    Resolved,
    Standing(WriteId, Option<Standing>),
    /// A reader has taken the messages of that feed and ticket, or has gone before it did.
    Taken(Box<str>, u64, bool),
}

/// A busy client tells how it stands so often.
const STATUS_EVERY: Duration = Duration::from_millis(50);

/// Bodies wait where the driver has so much to do already.
const PIECES: usize = 256;

/// The time by the device's clock.
#[expect(clippy::disallowed_methods, reason = "the driver reads the clock for all others")]
pub(crate) fn device_time() -> Timestamp {
    Timestamp::from(std::time::SystemTime::now())
}

impl Driver {
    fn now(&self) -> Mono {
        Mono(self.started.elapsed())
    }

    /// Runs until it is told to end, or nobody holds the client any more.
    pub(crate) async fn run(mut self, first: Vec<Effect>) {
        let (pieces, mut happened) = mpsc::channel(PIECES);
        let (tell, mut told) = mpsc::unbounded_channel();
        self.carry_out(first, &pieces, &tell);
        self.resolve_conflicts(&tell);
        let mut told_status = Mono::default();
        loop {
            // Of many changes at once the app is told the last.
            let is_quiet = happened.is_empty() && told.is_empty() && self.orders.is_empty();
            if self.status_changed && (is_quiet || self.now() - told_status > STATUS_EVERY) {
                self.status_changed = false;
                told_status = self.now();
                self.status.send_replace(self.engine.status(told_status));
            }
            let deadline = self.engine.next_deadline();
            // Whoever sends without end does not hold up the time.
            if deadline.is_some_and(|deadline| self.now() >= deadline) {
                let effects = self.engine.handle(self.now(), Input::Timer);
                self.carry_out(effects, &pieces, &tell);
                // A deadline that stays in the past lets the others go on all the same.
                if self.engine.next_deadline() != deadline {
                    continue;
                }
            }
            let wait = deadline.map_or(Duration::from_secs(3_600), |deadline| deadline - self.now());
            let input = tokio::select! {
                biased;
                order = self.orders.recv() => match order {
                    None => break,
                    Some(Order::Shutdown { done }) => {
                        self.end();
                        let _ = done.send(());
                        break;
                    }
                    Some(order) => {
                        self.order(order, &pieces, &tell);
                        continue;
                    }
                },
                Some(told) = told.recv() => match told {
                    Told::Answer(ticket, answer, took) => {
                        self.sample(&Sample::Stored { is_failed: answer.is_err(), took });
                        Input::Stored { ticket, answer }
                    }
                    Told::Resolved => {
                        self.changed.send_modify(|count| *count += 1);
                        Input::Filled
                    }
                    Told::Taken(feed, ticket, is_taken) => {
                        let Some(ticket) = self.taken(&feed, ticket, is_taken, &tell) else { continue };
                        Input::Delivered { ticket }
                    }
                    Told::Standing(id, standing) => {
                        if let Some(Standing::Settled(outcome)) = standing {
                            self.settled(id, outcome);
                        }
                        continue;
                    }
                },
                Some(happened) = happened.recv() => match happened {
                    Happened::Head(request, head) => {
                        if let Some((endpoint, since)) = self.asked.remove(&request) {
                            let took = self.now() - since;
                            self.sample(&Sample::Answer { endpoint, status: head.status, took });
                        }
                        Input::Head { request, head }
                    }
                    Happened::Bytes(request, bytes) => {
                        let effects = self.engine.handle(self.now(), Input::Bytes { request, bytes: &bytes });
                        self.carry_out(effects, &pieces, &tell);
                        continue;
                    }
                    Happened::Ended(request, whole) => {
                        self.ended(request);
                        Input::Ended { request, whole }
                    }
                    Happened::Lost(request, loss) => {
                        self.ended(request);
                        Input::Lost { request, loss }
                    }
                },
                () = tokio::time::sleep(wait) => Input::Timer,
            };
            let effects = self.engine.handle(self.now(), input);
            self.carry_out(effects, &pieces, &tell);
        }
        self.end();
    }

    fn ended(&mut self, request: u64) {
        self.requests.remove(&request);
        if let Some((endpoint, since)) = self.asked.remove(&request) {
            self.sample(&Sample::NoAnswer { endpoint, took: self.now() - since });
        }
    }

    /// Nothing goes on, and what was shown as such says so.
    fn end(&mut self) {
        self.status.send_modify(|status| {
            status.auth = if status.auth == AuthState::SignedOut { status.auth } else { AuthState::Idle };
            status.outbox = OutboxState::Suspended;
            status.feeds.iter_mut().for_each(|(_, feed)| *feed = FeedState::Suspended);
        });
        for request in std::mem::take(&mut self.requests).into_values() {
            request.abort();
        }
    }

    fn order(&mut self, order: Order, pieces: &mpsc::Sender<Happened>, tell: &mpsc::UnboundedSender<Told>) {
        let now = self.now();
        let effects = match order {
            Order::Suspend { done } => {
                let effects = self.engine.handle(now, Input::Asleep(true));
                self.carry_out(effects, pieces, tell);
                // Behind everything that the engine has asked of the store so far.
                self.store.sleep(done);
                return;
            }
            Order::Wake => {
                self.store.wake();
                self.engine.handle(now, Input::Asleep(false))
            }
            Order::Filled => self.engine.handle(now, Input::Filled),
            Order::Network { up } => {
                if up {
                    self.transport.network_changed();
                }
                self.engine.handle(now, Input::Network { up })
            }
            Order::Outcome { id, waiter } => {
                self.waiters.entry(id).or_default().push(waiter);
                let tell = tell.clone();
                self.store.give(move |store| {
                    let _ = tell.send(Told::Standing(id, store.standing(id).ok().flatten()));
                });
                return;
            }
            Order::Read { feed, reader } => {
                self.readers.entry(feed.clone()).or_default().to = Some(reader);
                self.hand(&feed, tell);
                return;
            }
            Order::Shutdown { .. } => return,
            Order::SignOut => self.engine.handle(now, Input::SignOut),
            Order::SignIn { session } => {
                self.signed_out.send_replace(false);
                self.engine.handle(now, Input::SignedIn { session })
            }
            Order::Stamp { stamped } => {
                let _ = stamped.send(self.engine.stamp(now, device_time()));
                return;
            }
        };
        self.carry_out(effects, pieces, tell);
    }

    fn carry_out(
        &mut self,
        effects: Vec<Effect>,
        pieces: &mpsc::Sender<Happened>,
        tell: &mpsc::UnboundedSender<Told>,
    ) {
        self.mine.learn(&self.engine);
        for effect in effects {
            match effect {
                Effect::Abort { request } => {
                    self.asked.remove(&request);
                    if let Some(task) = self.requests.remove(&request) {
                        task.abort();
                    }
                }
                Effect::Anew => {
                    for reader in self.readers.values_mut() {
                        reader.unread.clear();
                        reader.is_handed = false;
                        reader.is_after_gap = false;
                    }
                    self.changed.send_modify(|count| *count += 1);
                }
                Effect::Changed { records } => {
                    self.sample(&Sample::Changed { items: records.len() });
                    self.changed.send_modify(|count| *count += 1);
                }
                Effect::Deliver { feed, messages, ticket } => {
                    self.sample(&Sample::Delivered { messages: messages.len() });
                    self.readers.entry(feed.clone()).or_default().unread.push_back((ticket, messages));
                    self.hand(&feed, tell);
                }
                Effect::Http { request, http } => {
                    let endpoint = Endpoint::of(&http.target, http.is_stream);
                    self.asked.insert(request, (endpoint, self.now()));
                    let span = tracing::debug_span!("request", request, endpoint = endpoint.as_str());
                    let carry = carry(self.transport.clone(), request, http, pieces.clone());
                    let task = tokio::spawn(carry.instrument(span));
                    self.requests.insert(request, task.abort_handle());
                }
                Effect::LookAgain => self.look_again(tell),
                Effect::Settled { id, outcome } => {
                    self.sample(&Sample::Settled { outcome });
                    tracing::debug!(%id, ?outcome, "settled");
                    self.changed.send_modify(|count| *count += 1);
                    self.settled(id, outcome);
                    if outcome == SendOutcome::Conflict {
                        self.resolve_conflicts(tell);
                    }
                }
                Effect::Missed { feed } => {
                    self.sample(&Sample::Missed);
                    tracing::warn!("messages that were not read yet are no longer kept");
                    self.readers.entry(feed).or_default().is_after_gap = true;
                }
                Effect::Unreadable { messages } => {
                    self.sample(&Sample::Unreadable { messages });
                    tracing::warn!(messages, "messages of a feed were no records");
                }
                Effect::SignedOut => {
                    self.sample(&Sample::SignedOut);
                    tracing::info!("signed out");
                    self.signed_out.send_replace(true);
                }
                Effect::StatusChanged => self.status_changed = true,
                Effect::Store { ticket, command } => {
                    let (tell, lane, owner) = (tell.clone(), self.lane.clone(), self.owner);
                    let (started, asked, person) = (self.started, self.now(), self.mine.person());
                    self.store.give(move |store| {
                        let client = StoreClient { lane: &lane, owner };
                        let answer = person.execute(store, client, device_time(), command);
                        if let Err(error) = &answer {
                            tracing::warn!(%error, "the store failed");
                        }
                        let took = started.elapsed().saturating_sub(asked.0);
                        let _ = tell.send(Told::Answer(ticket, answer, took));
                    });
                }
            }
        }
    }

    fn sample(&self, sample: &Sample) {
        if let Some(metrics) = &self.metrics {
            metrics.take(sample);
        }
    }

    /// Lets policies decide about what is open.
    fn resolve_conflicts(&mut self, tell: &mpsc::UnboundedSender<Told>) {
        let Some(policies) = self.policies.clone() else { return };
        let clock = self.engine.stamp(self.now(), device_time());
        let (tell, person) = (tell.clone(), self.mine.person());
        self.store.give(move |store| {
            let mut policies = policies.lock().unwrap_or_else(PoisonError::into_inner);
            let resolved = as_one(store, |store| {
                if person.owns(store)? { policies.resolve_all(store, fresh_id, clock) } else { Ok(0) }
            });
            // A store that fails says so elsewhere too; what is open is looked at again with the next conflict or start.
            if resolved.is_ok_and(|resolved| resolved > 0) {
                let _ = tell.send(Told::Resolved);
            }
        });
    }

    /// Asks what became of that which is waited for, in case another process has sent it.
    fn look_again(&self, tell: &mpsc::UnboundedSender<Told>) {
        if self.waiters.is_empty() {
            return;
        }
        let (tell, waited) = (tell.clone(), self.waiters.keys().copied().collect::<Vec<_>>());
        self.store.give(move |store| {
            for id in waited {
                let _ = tell.send(Told::Standing(id, store.standing(id).ok().flatten()));
            }
        });
    }

    fn settled(&mut self, id: WriteId, outcome: SendOutcome) {
        for waiter in self.waiters.remove(&id).unwrap_or_default() {
            let _ = waiter.send(outcome);
        }
    }

    /// Hands the oldest messages of a feed to its reader, unless it has them already.
    fn hand(&mut self, feed: &str, tell: &mpsc::UnboundedSender<Told>) {
        let Some(reader) = self.readers.get_mut(feed).filter(|reader| !reader.is_handed) else { return };
        let Some(to) = reader.to.clone().filter(|to| !to.is_closed()) else { return };
        let Some((ticket, messages)) = reader.unread.front() else { return };
        let ticket = *ticket;
        reader.is_handed = true;
        if messages.is_empty() {
            // Nobody is to be troubled with that: only the position moves, in its turn.
            let _ = tell.send(Told::Taken(feed.into(), ticket, true));
            return;
        }
        let (ack, taken) = oneshot::channel();
        let delivery = Delivery { messages: messages.clone(), is_after_gap: reader.is_after_gap, ack };
        let (tell, feed) = (tell.clone(), feed.into());
        tokio::spawn(async move {
            let is_taken = to.send(delivery).await.is_ok() && taken.await.is_ok();
            let _ = tell.send(Told::Taken(feed, ticket, is_taken));
        });
    }

    /// The oldest messages are done with; gives their ticket. A reader that dropped them gets them again.
    fn taken(
        &mut self,
        feed: &str,
        ticket: u64,
        is_taken: bool,
        tell: &mpsc::UnboundedSender<Told>,
    ) -> Option<u64> {
        let reader = self.readers.get_mut(feed)?;
        if reader.unread.front().is_none_or(|(oldest, _)| *oldest != ticket) {
            // Of a person who is not signed in any more.
            return None;
        }
        reader.is_handed = false;
        let done = if is_taken { reader.unread.pop_front() } else { None };
        // A delivery of nothing tells nobody.
        reader.is_after_gap &= done.as_ref().is_none_or(|(_, messages)| messages.is_empty());
        self.hand(feed, tell);
        done.map(|(ticket, _)| ticket)
    }
}

/// Makes one request, and reports what comes of it.
async fn carry(
    transport: Arc<dyn Transport>,
    request: u64,
    http: HttpRequest,
    pieces: mpsc::Sender<Happened>,
) {
    let ended = match transport.send(http).await {
        Err(error) => {
            tracing::debug!(%error, "no answer");
            Happened::Lost(request, loss(error))
        }
        Ok(mut answer) => {
            tracing::debug!(status = answer.head.status, "answer");
            if pieces.send(Happened::Head(request, answer.head)).await.is_err() {
                return;
            }
            loop {
                match answer.body.next().await {
                    None => break Happened::Ended(request, true),
                    Some(Ok(bytes)) => {
                        if pieces.send(Happened::Bytes(request, bytes)).await.is_err() {
                            return;
                        }
                    }
                    Some(Err(error)) => break Happened::Lost(request, loss(error)),
                }
            }
        }
    };
    let _ = pieces.send(ended).await;
}

fn loss(error: TransportError) -> AuthLoss {
    match error {
        TransportError::NotConnected => AuthLoss::NotConnected,
        TransportError::NotTrusted => AuthLoss::NotTrusted,
        TransportError::TimedOut => AuthLoss::TimedOut,
        TransportError::Unsendable => AuthLoss::Unsendable,
        _ => AuthLoss::Broken,
    }
}
