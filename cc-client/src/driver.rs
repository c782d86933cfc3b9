//! The client's own task: gives the engine what happened, and carries out what it decides.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::AbortHandle;
use tracing::Instrument as _;

use crate::carry::carry;
use crate::client::{ClientError, Order};
use crate::clock::{Clock, device_time};
use crate::conflict::Policies;
use crate::decide::{AuthLoss, AuthState, FeedState, OutboxState, SendOutcome};
use crate::deliveries::Doorkeeper;
use crate::engine::{Effect, Engine, HttpHead, Input, Status, StoreAnswer};
use crate::fresh::fresh_id;
use crate::handing::Looked;
use crate::metrics::{Endpoint, Metrics, Sample};
use crate::mine::{Hidden, Mine};
use crate::reader::Reader;
use crate::store::{Standing, Store, StoreError, as_one};
use crate::store_thread::StoreThread;
use crate::transport::Transport;
use crate::waiters::{Resolved, Waiters};
use crate::{AccessToken, Mono, WriteId, again};

pub(crate) struct Driver {
    pub(crate) engine: Engine,
    pub(crate) store: StoreThread,
    pub(crate) owner: u64,
    pub(crate) mine: Mine,
    pub(crate) door: Doorkeeper,
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) clock: Clock,
    pub(crate) orders: mpsc::UnboundedReceiver<Order>,
    /// An order that was looked at, and comes next.
    pub(crate) put_back: Option<Order>,
    /// What is told to itself by what it has given away, which does not keep it running.
    pub(crate) me: mpsc::WeakUnboundedSender<Order>,
    pub(crate) status: watch::Sender<Status>,
    pub(crate) changed: watch::Sender<u64>,
    pub(crate) signed_out: watch::Sender<bool>,
    pub(crate) requests: BTreeMap<u64, AbortHandle>,
    pub(crate) waiters: Waiters,
    /// Who waits for a token.
    pub(crate) token_waiters: Vec<oneshot::Sender<Result<AccessToken, ClientError>>>,
    pub(crate) readers: BTreeMap<Box<str>, Reader>,
    pub(crate) status_changed: bool,
    /// The store was another person's when it was looked at last.
    pub(crate) is_anothers: bool,
    /// It was known who had signed in when it was last heard of.
    pub(crate) is_known: bool,
    pub(crate) policies: Option<Arc<Mutex<Policies>>>,
    pub(crate) metrics: Option<Arc<dyn Metrics>>,
    /// Requests that wait for their head: what for, since when.
    pub(crate) asked: BTreeMap<u64, (Endpoint, Mono)>,
}

/// What reaches the driver from its own tasks.
pub(crate) enum Happened {
    Bytes(u64, Bytes),
    Ended(u64, bool),
    Head(u64, HttpHead),
    Lost(u64, AuthLoss),
}

/// What reaches the driver from the store.
pub(crate) enum Told {
    Answer(u64, Result<StoreAnswer, StoreError>, Duration),
    /// Whether the store is another person's.
    Anothers(bool),
    /// Another process has written: what is shown may be something else by now.
    Changed,
    /// A write that is waited for is of this person, and the store is another's.
    Lost(WriteId),
    /// The store does not say how these writes stand.
    Failed(Vec<WriteId>, StoreError),
    /// A conflict was resolved by its policy.
    Resolved(WriteId, Resolved),
    /// A write has that id now.
    SentAgain(WriteId, WriteId),
    Standing(WriteId, Option<Standing>),
    /// Where that feed stands, which is looked at before those messages are handed out.
    Stands {
        feed: Box<str>,
        ticket: u64,
        looked: Looked,
    },
    /// Messages of that feed that were not taken may be handed again.
    Waited(Box<str>, u64),
}

/// A busy client tells how it stands so often.
const STATUS_EVERY: Duration = Duration::from_millis(50);

/// Bodies wait where the driver has so much to do already.
const PIECES: usize = 256;

impl Drop for Driver {
    /// Also where its task ended with the runtime: nothing goes on.
    fn drop(&mut self) {
        self.end();
    }
}

impl Driver {
    pub(crate) fn now(&self) -> Mono {
        self.clock.now()
    }

    /// Runs until it is told to end, or nobody holds the client any more.
    pub(crate) async fn run(mut self, first: Vec<Effect>) {
        let (pieces, mut happened) = mpsc::channel(PIECES);
        let (tell, mut told) = mpsc::unbounded_channel();
        self.carry_out(first, &pieces, &tell);
        self.decide(&tell);
        let mut told_status = Mono::default();
        loop {
            self.hand_tokens();
            // Of many changes at once the app is told the last.
            let is_quiet =
                happened.is_empty() && told.is_empty() && self.orders.is_empty() && self.put_back.is_none();
            if self.status_changed && (is_quiet || self.now() - told_status > STATUS_EVERY) {
                self.status_changed = false;
                told_status = self.now();
                let mut status = self.engine.status(told_status);
                status.another_person = self.is_anothers;
                self.status.send_replace(status);
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
                order = next(&mut self.put_back, &mut self.orders) => match order {
                    None => break,
                    Some(Order::Shutdown { done }) => {
                        self.let_go(&pieces, &tell);
                        self.end();
                        self.say_last_words().await;
                        // Behind everything that was asked of the store so far.
                        self.store.sleep(done);
                        return;
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
                    Told::Anothers(is_anothers) => {
                        if is_anothers != self.is_anothers {
                            self.is_anothers = is_anothers;
                            self.open_or_hide();
                            self.status_changed = true;
                            // Whoever waits for a write hears it.
                            self.look_again(&tell);
                            if !is_anothers {
                                self.hand_all(&tell);
                            }
                        }
                        continue;
                    }
                    Told::Changed => {
                        self.changed.send_modify(|count| *count += 1);
                        continue;
                    }
                    Told::Failed(ids, error) => {
                        self.waiters.failed(&ids, &error);
                        continue;
                    }
                    Told::Lost(id) => {
                        self.waiters.lost(id);
                        continue;
                    }
                    Told::Resolved(id, resolved) => {
                        self.waiters.resolved(id, resolved);
                        self.changed.send_modify(|count| *count += 1);
                        Input::Filled
                    }
                    Told::Waited(feed, number) => {
                        if let Some(reader) = self.readers.get_mut(&feed) {
                            reader.waited(number);
                        }
                        self.hand(&feed, &tell);
                        continue;
                    }
                    Told::Stands { feed, ticket, looked } => {
                        self.stands(&feed, (ticket, looked), &pieces, &tell);
                        continue;
                    }
                    Told::SentAgain(id, now) => {
                        self.waiters.resolved(id, Resolved::Again(now));
                        continue;
                    }
                    Told::Standing(id, standing) => {
                        self.waiters.told(id, standing);
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
        self.let_go(&pieces, &tell);
        self.end();
        self.say_last_words().await;
    }

    /// What other processes wait for is given back.
    fn let_go(&mut self, pieces: &mpsc::Sender<Happened>, tell: &mpsc::UnboundedSender<Told>) {
        let effects = self.engine.end(self.now());
        self.carry_out(effects, pieces, tell);
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
        self.door.ends();
    }

    /// Who waits for a token has it, once there is one, or hears that there will be none.
    fn hand_tokens(&mut self) {
        if self.token_waiters.is_empty() {
            return;
        }
        let token = self.engine.access_token(self.now());
        if token.is_some() || self.engine.is_signed_out() {
            for waiter in self.token_waiters.drain(..) {
                let _ = waiter.send(token.clone().ok_or(ClientError::SignedOut));
            }
        }
    }

    /// Connections of before are of no use.
    fn network_changed(&self) {
        // What a transport does in it ends nothing.
        let _ = catch_unwind(AssertUnwindSafe(|| self.transport.network_changed()));
    }

    /// What waits for readers is given to them, or not.
    fn open_or_hide(&self) {
        self.door.hides(self.mine.is_unknown() || self.is_anothers);
    }

    fn order(&mut self, order: Order, pieces: &mpsc::Sender<Happened>, tell: &mpsc::UnboundedSender<Told>) {
        let now = self.now();
        let effects = match order {
            Order::Suspend { done } => {
                let effects = self.engine.handle(now, Input::Asleep(true));
                self.carry_out(effects, pieces, tell);
                // Connections that nobody uses are closed as well.
                self.network_changed();
                // Behind everything that the engine has asked of the store so far.
                self.store.sleep(done);
                return;
            }
            Order::Wake => {
                self.store.wake();
                self.engine.handle(now, Input::Asleep(false))
            }
            Order::Filled => self.engine.handle(now, Input::Filled),
            Order::Token { done } => {
                // Those who wait no more are let go now and then: to look at all of them each time takes long where they are many.
                if self.token_waiters.len().is_power_of_two() {
                    self.token_waiters.retain(|waiter| !waiter.is_closed());
                }
                self.token_waiters.push(done);
                self.engine.handle(now, Input::TokenWanted)
            }
            Order::TokenRefused { number } => self.engine.handle(now, Input::TokenRefused { number }),
            Order::Network { mut up } => {
                // Of several in a row the last counts, and whether there was none before: each makes all connections anew.
                let mut was_down = false;
                while let Ok(order) = self.orders.try_recv() {
                    let Order::Network { up: later } = order else {
                        self.put_back = Some(order);
                        break;
                    };
                    was_down |= !up;
                    up = later;
                }
                if up {
                    self.network_changed();
                }
                if was_down && up {
                    let effects = self.engine.handle(now, Input::Network { up: false });
                    self.carry_out(effects, pieces, tell);
                }
                self.engine.handle(now, Input::Network { up })
            }
            Order::Outcome { id, waiter } => {
                if let Some(id) = self.waiters.wait(id, waiter) {
                    self.ask(vec![id], tell);
                }
                return;
            }
            Order::Gone { id } => {
                self.waiters.told(id, None);
                self.engine.handle(now, Input::Discarded { id })
            }
            Order::Resolved { id, resolved } => {
                self.waiters.resolved(id, resolved);
                self.engine.handle(now, Input::Filled)
            }
            Order::Read { feed, reader } => {
                let place = self.readers.entry(feed.clone()).or_default();
                place.replace(reader);
                self.hand(&feed, tell);
                return;
            }
            Order::Handed { feed, end } => {
                let Some(reader) = self.readers.get_mut(&feed) else { return };
                let ended = reader.ended(end);
                if let Some((number, wait)) = ended.again {
                    let (tell, of) = (tell.clone(), feed.clone());
                    tokio::spawn(async move {
                        tokio::time::sleep(wait).await;
                        let _ = tell.send(Told::Waited(of, number));
                    });
                }
                if let Some(ticket) = ended.ticket {
                    let effects = self.engine.handle(now, Input::Delivered { ticket });
                    self.carry_out(effects, pieces, tell);
                }
                // Behind what that has asked of the store.
                self.hand(&feed, tell);
                return;
            }
            Order::Shutdown { .. } => return,
            Order::StoreFailed => {
                self.status_changed |= self.engine.store_has_failed();
                return;
            }
            Order::SignOut => self.engine.handle(now, Input::SignOut),
            Order::SignIn { session } => {
                self.signed_out.send_replace(false);
                // Who waits for a token waits for one of the person before.
                for waiter in self.token_waiters.drain(..) {
                    let _ = waiter.send(Err(ClientError::NotYetKnown));
                }
                let effects = self.engine.handle(now, Input::SignedIn { session });
                self.mine.learn(&self.engine);
                self.door.came(self.mine.is_unknown() || self.is_anothers);
                effects
            }
            Order::Stamp { then } => {
                then(self.engine.stamp(now, device_time()));
                return;
            }
        };
        self.carry_out(effects, pieces, tell);
    }

    pub(crate) fn carry_out(
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
                    self.readers.values_mut().for_each(Reader::forget);
                    self.look_again(tell);
                    self.changed.send_modify(|count| *count += 1);
                }
                Effect::Changed { records } => {
                    self.sample(&Sample::Changed { items: records.len() });
                    self.changed.send_modify(|count| *count += 1);
                }
                Effect::Deliver { feed, messages, ticket } => {
                    self.sample(&Sample::Delivered { messages: messages.len() });
                    let reader = self.readers.entry(feed.clone()).or_default();
                    reader.push(ticket, messages);
                    self.hand(&feed, tell);
                }
                Effect::Withdrawn { feed, ticket } => {
                    self.readers.entry(feed).or_default().withdraw(ticket);
                }
                Effect::Http { request, http } => {
                    let endpoint = Endpoint::of(&http.target, http.is_stream);
                    self.asked.insert(request, (endpoint, self.now()));
                    let span = tracing::debug_span!("request", request, endpoint = endpoint.as_str());
                    let carry = carry(self.transport.clone(), request, http, pieces.clone());
                    let task = tokio::spawn(carry.instrument(span));
                    self.requests.insert(request, task.abort_handle());
                }
                Effect::LookAgain => {
                    self.look_again(tell);
                    self.look_whose(tell);
                    self.hand_all(tell);
                }
                Effect::SentAgain { id, now } => {
                    tracing::debug!(%id, %now, "goes on under another id");
                    self.waiters.resolved(id, Resolved::Again(now));
                    self.changed.send_modify(|count| *count += 1);
                }
                Effect::Settled { id, outcome } => {
                    self.sample(&Sample::Settled { outcome });
                    tracing::debug!(%id, ?outcome, "settled");
                    self.changed.send_modify(|count| *count += 1);
                    if outcome == SendOutcome::Conflict && self.policies.is_some() {
                        // What is said of it, its policy decides.
                        self.ask(vec![id], tell);
                    } else {
                        self.waiters.settled(id, outcome);
                    }
                }
                Effect::Missed { feed } => {
                    self.sample(&Sample::Missed);
                    tracing::warn!("messages that were not read yet are no longer kept");
                    self.readers.entry(feed).or_default().missed();
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
                Effect::Store { ticket, command } => self.ask_store(ticket, command, tell),
            }
        }
        // What is of another person was forgotten by now.
        self.open_or_hide();
        let is_known = !self.mine.is_unknown();
        if !std::mem::replace(&mut self.is_known, is_known) && is_known {
            self.hand_all(tell);
        }
    }

    fn sample(&self, sample: &Sample) {
        if let Some(metrics) = &self.metrics {
            // Whoever counts what a client does takes nothing of it away.
            let _ = catch_unwind(AssertUnwindSafe(|| metrics.take(sample)));
        }
    }

    /// What lets policies decide about all that is open, on the store's thread.
    fn resolver(
        &mut self,
        tell: &mpsc::UnboundedSender<Told>,
    ) -> Option<impl Fn(&mut dyn Store) -> Result<(), StoreError> + Send + use<>> {
        let policies = self.policies.clone()?;
        let clock = self.engine.stamp(self.now(), device_time());
        let (tell, person) = (tell.clone(), self.mine.person());
        Some(move |store: &mut dyn Store| {
            let mut policies = policies.lock().unwrap_or_else(PoisonError::into_inner);
            let done = as_one(store, |store| {
                let is_owned = person.owns(store)?;
                is_owned.then(|| policies.resolve_all(store, fresh_id, clock)).transpose()
            })?;
            for (id, resolved) in done.map(|done| policies.count(done)).unwrap_or_default() {
                let _ = tell.send(Told::Resolved(id, resolved));
            }
            Ok(())
        })
    }

    /// Asks how writes stand. What is in conflict, its policy decides about first.
    fn ask(&mut self, ids: Vec<WriteId>, tell: &mpsc::UnboundedSender<Told>) {
        let (resolve, tell, mine) = (self.resolver(tell), tell.clone(), self.mine.clone());
        let is_out = *self.signed_out.borrow();
        let (waited, fails) = (ids.clone(), tell.clone());
        let work = move |store: &mut dyn Store| {
            for mut id in ids {
                let mut standing = store.standing(id)?;
                // It may have been sent again before this start, or by another process.
                if let (None, Some(now)) = (standing, again::now(store, id)?) {
                    standing = store.standing(now)?;
                    let _ = tell.send(Told::SentAgain(id, now));
                    id = now;
                }
                if let (Some(resolve), Some(Standing::Settled(SendOutcome::Conflict))) = (&resolve, standing)
                {
                    resolve(store)?;
                    standing = store.standing(id)?;
                }
                let hidden = if standing.is_none() { mine.hidden(store)? } else { None };
                let _ = match hidden {
                    Some(Hidden::Another) => tell.send(Told::Lost(id)),
                    // It may be set aside until the platform has said who this is.
                    Some(Hidden::NotYetKnown) if !is_out => Ok(()),
                    _ => tell.send(Told::Standing(id, standing)),
                };
            }
            Ok(())
        };
        // What passes is looked at again; else whoever waits hears of it, as from any call.
        self.store.give(work, move |asked| {
            if let Some(error) = asked.err().filter(|error| !error.passes()) {
                let _ = fails.send(Told::Failed(waited, error));
            }
        });
    }

    /// Lets policies decide about all that is open, where there is something about which they have not.
    fn decide(&mut self, tell: &mpsc::UnboundedSender<Told>) {
        if let Some((resolve, policies)) = self.resolver(tell).zip(self.policies.clone()) {
            let work = move |store: &mut dyn Store| {
                let have_news = policies.lock().unwrap_or_else(PoisonError::into_inner).have_news(store)?;
                if have_news { resolve(store) } else { Ok(()) }
            };
            // What it could not do now it does with the next look.
            self.store.give(work, drop);
        }
    }

    /// Asks what became of that which is waited for, in case another process has sent it, and lets policies decide about what another was told
    /// or they could not.
    fn look_again(&mut self, tell: &mpsc::UnboundedSender<Told>) {
        self.decide(tell);
        let waited = self.waiters.ids();
        if !waited.is_empty() {
            self.ask(waited, tell);
        }
    }
}

/// The next order; `None` where nobody is left to give one.
async fn next(put_back: &mut Option<Order>, orders: &mut mpsc::UnboundedReceiver<Order>) -> Option<Order> {
    match put_back.take() {
        Some(order) => Some(order),
        None => orders.recv().await,
    }
}
