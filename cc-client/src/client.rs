//! The client of an app: reads and writes that need no network, and news as they come.

mod life;
mod reach;
mod tokens;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};

pub use crate::client_error::ClientError;
use crate::clock::Clock;
use crate::conflict::{Resolution, resolve};
use crate::decide::{OutboxState, SendOutcome};
use crate::deliveries::{Deliveries, Doorkeeper};
use crate::draft::Draft;
use crate::engine::Status;
use crate::fresh::fresh_id;
use crate::mine::{Hidden, Mine};
use crate::pages::{ItemPages, page_of};
use crate::reader::{Delivery, End};
use crate::store::{Item, Row, Standing, Store, StoreError, as_one, is_nameless, read_as_one};
use crate::store_thread::StoreThread;
use crate::waiters::{Resolved, Waiter};
use crate::{AccessToken, Session, Stamp, Write, WriteId, WriteKind, again};

/// Whoever waits until all is sent looks so often whether another process has sent it.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// The lane of the outbox that clients write into: those of one file share it.
pub(crate) const LANE: &str = "main";
/// How long a store is looked at by who does not wait.
pub(crate) const LOOK: Duration = Duration::from_millis(100);

/// A running client. Clones are the same client. It ends with the last clone, or by [`Self::shutdown`].
///
/// All futures may be dropped at any time. A write, a discard or a resolution that was begun is still done; a
/// read may be skipped. After the last clone is dropped, the file is closed in the background: to wait for
/// that, call [`Self::shutdown`].
#[derive(Clone)]
pub struct Client {
    pub(crate) store: StoreThread,
    pub(crate) orders: mpsc::UnboundedSender<Order>,
    pub(crate) status: watch::Receiver<Status>,
    pub(crate) changed: watch::Receiver<u64>,
    pub(crate) signed_out: watch::Receiver<bool>,
    pub(crate) mine: Mine,
    pub(crate) door: Doorkeeper,
    /// The feeds of messages.
    pub(crate) followed: Arc<[Box<str>]>,
    pub(crate) clock: Clock,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("status", &*self.status.borrow()).finish_non_exhaustive()
    }
}

/// What the app wishes.
pub(crate) enum Order {
    Filled,
    /// A write was discarded.
    Gone {
        id: WriteId,
    },
    /// A reader has taken what it had in hand, or dropped it.
    Handed {
        feed: Box<str>,
        end: End,
    },
    Network {
        up: bool,
    },
    Outcome {
        id: WriteId,
        waiter: Waiter,
    },
    Read {
        feed: Box<str>,
        reader: mpsc::Sender<Delivery>,
    },
    /// A person has resolved a conflict or a rejection.
    Resolved {
        id: WriteId,
        resolved: Resolved,
    },
    Shutdown {
        done: oneshot::Sender<Result<(), StoreError>>,
    },
    SignIn {
        session: Session,
    },
    SignOut,
    /// Does something with a fresh stamp.
    Stamp {
        then: Box<dyn FnOnce(Stamp) + Send>,
    },
    /// It gave an error to whoever asked it.
    StoreFailed,
    Suspend {
        done: oneshot::Sender<Result<(), StoreError>>,
    },
    /// The app wants a token for a request of its own.
    Token {
        done: oneshot::Sender<Result<AccessToken, ClientError>>,
    },
    TokenRefused {
        number: u64,
    },
    Wake,
}

impl Client {
    /// Accepts a write, and sends it as soon as that is possible. When this returns, the write is on disk.
    /// For a new thing, make a new UUID as its key: each key exists once in an organization. The body is a
    /// JSON object; for a [`WriteKind::Delete`] it is empty.
    ///
    /// # Errors
    ///
    /// In each of these cases the write was not accepted:
    ///
    /// - [`ClientError::Write`]: the protocol can never take it.
    /// - [`ClientError::AnotherPerson`], [`ClientError::NotYetKnown`], [`ClientError::SignedOut`]: it would
    ///   not, or might not, belong to this person.
    /// - [`ClientError::Store`]: it could not be put on disk.
    /// - [`ClientError::Closed`]: the client had ended before.
    pub async fn submit(
        &self,
        collection: &str,
        key: &str,
        kind: WriteKind,
        body: &str,
    ) -> Result<WriteId, ClientError> {
        let write = Draft::new(collection, key, kind, body)?.named(fresh_id());
        let id = write.id;
        self.accept(vec![write]).await?;
        Ok(id)
    }

    /// Accepts several writes at once, in their order: all of them or none. When this returns, all are on
    /// disk. They wait for the disk once, where single [`Self::submit`]s wait once each. Other writes wait
    /// meanwhile: with up to a thousand at a time nobody waits for long.
    ///
    /// # Errors
    ///
    /// As for [`Self::submit`]: none of them was accepted.
    ///
    /// # Examples
    ///
    #[cfg_attr(feature = "testing", doc = "```")]
    #[cfg_attr(not(feature = "testing"), doc = "```ignore")]
    /// use cc_client::store::MemoryStore;
    /// use cc_client::testing::{FAKE_SESSION, FakeTransport};
    /// use cc_client::{Client, Draft, WriteKind, decide::SendOutcome};
    ///
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(async {
    /// let phone = Client::builder(FakeTransport::default(), MemoryStore::new()).session(FAKE_SESSION).start().await?;
    /// // A new UUID for each thing.
    /// let [home, pier] = ["019f3c52-8d1e-7b60-a4c9-5e2f71d08b36", "019f3c52-8d1e-7b61-8f02-3d9ac45b7e10"];
    /// let drafts = [
    ///     Draft::new("places", home, WriteKind::Put, r#"{"name":"Home"}"#)?,
    ///     Draft::new("places", pier, WriteKind::Put, r#"{"name":"Pier"}"#)?,
    /// ];
    /// let ids = phone.submit_all(drafts).await?;
    /// assert_eq!(phone.items("places", "", 0).await?.len(), 2);
    /// assert_eq!(phone.outcome(ids[1]).await?, SendOutcome::Applied);
    /// phone.shutdown().await?;
    ///
    /// let late = Draft::new("places", pier, WriteKind::Patch, r#"{"name":"Quay"}"#)?;
    /// let error = phone.submit_all([late]).await.unwrap_err();
    /// assert_eq!(error.to_string(), "the client has ended: it was shut down, or its runtime ended");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub async fn submit_all(
        &self,
        drafts: impl IntoIterator<Item = Draft>,
    ) -> Result<Vec<WriteId>, ClientError> {
        let writes: Vec<Write> = drafts.into_iter().map(|draft| draft.named(fresh_id())).collect();
        let ids = writes.iter().map(|write| write.id).collect();
        self.accept(writes).await?;
        Ok(ids)
    }

    /// Waits until the platform has said what became of a write. Without a network that does not end: an app
    /// that shows it sets a limit of its own (`tokio::time::timeout`).
    ///
    /// If the write is in conflict, its policy decides first
    /// ([`ClientBuilder::on_conflict`](crate::ClientBuilder::on_conflict)). If it is sent again, by a policy
    /// or by [`Self::resolve`], the old id stands for the new one (for the latest 256 such writes).
    ///
    /// # Errors
    ///
    /// - [`ClientError::UnknownWrite`]: nothing will ever be said of it; also if it is discarded meanwhile.
    /// - [`ClientError::AnotherPerson`]: another process has signed somebody else in, and nothing is known of
    ///   it.
    /// - [`ClientError::Store`]: the store fails for good.
    /// - [`ClientError::Closed`]: the client has ended.
    pub async fn outcome(&self, id: WriteId) -> Result<SendOutcome, ClientError> {
        let (waiter, outcome) = oneshot::channel();
        self.order(Order::Outcome { id, waiter })?;
        outcome.await.map_err(|_| ClientError::Closed)?
    }

    /// What became of a write, as far as it is stored and no policy decides about it.
    ///
    /// Errors: those of [`Self::outcome`].
    pub(crate) async fn known_outcome(&self, id: WriteId) -> Result<Option<SendOutcome>, ClientError> {
        let mine = self.mine.clone();
        let look = move |store: &mut dyn Store| {
            let id = again::now(store, id)?.unwrap_or(id);
            Ok((store.standing(id)?, mine.hidden(store)?))
        };
        match self.store.read(look).await? {
            (Some(Standing::Settled(outcome)), _) if outcome != SendOutcome::Conflict => Ok(Some(outcome)),
            (None, None) => Err(ClientError::UnknownWrite),
            (None, Some(Hidden::Another)) => Err(ClientError::AnotherPerson),
            _ => Ok(None),
        }
    }

    /// An item as a person should see it, network or not. `None` if there is no such item. Also `None` while
    /// it is not known who signed in, or if the store belongs to another person by now.
    ///
    /// # Errors
    ///
    /// [`ClientError::Store`] if the store fails.
    pub async fn item(&self, collection: &str, key: &str) -> Result<Option<Item>, ClientError> {
        let (collection, key) = (collection.to_owned(), key.to_owned());
        self.read_mine(move |store| store.item(&collection, &key)).await
    }

    /// Items of a collection as a person should see them, sorted by key: those behind the key `after` (an
    /// empty `after` means from the first), at most `limit` (0 means 100). It gives nothing where
    /// [`Self::item`] shows nothing.
    ///
    /// # Errors
    ///
    /// [`ClientError::Store`] if the store fails.
    pub async fn items(&self, collection: &str, after: &str, limit: u32) -> Result<Vec<Item>, ClientError> {
        let (collection, after) = (collection.to_owned(), after.to_owned());
        let limit = page_of(limit);
        self.read_mine(move |store| store.items(&collection, &after, limit)).await
    }

    /// All items of a collection as a person should see them, page by page. A page has at most `limit` items
    /// (0 means 100, as in [`Self::items`]).
    ///
    /// # Examples
    ///
    #[cfg_attr(feature = "testing", doc = "```")]
    #[cfg_attr(not(feature = "testing"), doc = "```ignore")]
    /// use cc_client::store::MemoryStore;
    /// use cc_client::testing::{FAKE_SESSION, FakeTransport};
    /// use cc_client::{Client, WriteKind};
    ///
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(async {
    /// let phone = Client::builder(FakeTransport::default(), MemoryStore::new()).session(FAKE_SESSION).start().await?;
    /// for end in ["7a", "7b", "7c"] {
    ///     let key = format!("019f3c52-8d1e-7b60-a4c9-5e2f71d08b{end}"); // a new UUID for each thing
    ///     phone.submit("places", &key, WriteKind::Put, r#"{"name":"Pier"}"#).await?;
    /// }
    /// let (mut pages, mut sizes) = (phone.pages("places", 2), Vec::new());
    /// while let Some(page) = pages.next().await {
    ///     sizes.push(page?.len());
    /// }
    /// assert_eq!(sizes, [2, 1]);
    /// # Ok::<(), cc_client::ClientError>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn pages(&self, collection: &str, limit: u32) -> ItemPages {
        ItemPages::new(self.clone(), collection, limit)
    }

    /// Conflicts and rejections that wait for a decision, all of them at once. [`Self::resolve`] or
    /// [`Self::discard`] ends each, by `row.write.id`.
    ///
    /// # Errors
    ///
    /// [`ClientError::Store`] if the store fails.
    pub async fn unresolved(&self) -> Result<Vec<(Row, SendOutcome)>, ClientError> {
        self.read_mine(|store| store.unresolved()).await
    }

    /// How many writes are set aside for other people. Each is sent once its owner signs in again on this
    /// device.
    ///
    /// # Errors
    ///
    /// [`ClientError::Store`] if the store fails.
    pub async fn set_aside(&self) -> Result<u64, ClientError> {
        Ok(self.store.read(|store| store.aside_count()).await?)
    }

    /// Removes a write that was rejected, is in conflict, or waits to be sent; old ids of it work, too.
    /// Returns whether there was one.
    ///
    /// A write that waits for its first try, for a network or for a token is not sent any more. If one is on
    /// its way, or was and has had no answer, nobody knows whether the platform does it. Nothing is undone:
    /// if the platform has done a write, this returns false and the item stays as it is shown, also before
    /// the feed has told of it.
    ///
    /// # Errors
    ///
    /// [`ClientError::Store`] if the store fails.
    pub async fn discard(&self, id: WriteId) -> Result<bool, ClientError> {
        let orders = self.orders.clone();
        let discard = move |store: &mut dyn Store| {
            // As one: another process may send it again, or hear what became of it.
            let gone = as_one(store, |store| {
                let id = again::now(store, id)?.unwrap_or(id);
                Ok((!is_done(store.standing(id)?) && store.discard(id)?).then_some(id))
            })?;
            if let Some(id) = gone {
                // What waited behind it may go now.
                let _ = orders.send(Order::Gone { id });
            }
            Ok(gone.is_some())
        };
        Ok(self.store.call(discard).await?)
    }

    /// Resolves a conflict or a rejection as a person has decided; old ids of the write work, too. Returns
    /// the id that the write has from now on, or its present id if it is let go. `None` means that nothing
    /// was done: it waits for no decision, it is another person's, or the resolution is [`Resolution::Ask`].
    ///
    /// # Errors
    ///
    /// In each of these cases it stays as it was:
    ///
    /// - [`ClientError::Write`]: with this body it can never be sent.
    /// - [`ClientError::Store`]: the store fails.
    /// - [`ClientError::Closed`]: the client had ended before.
    pub async fn resolve(&self, id: WriteId, resolution: Resolution) -> Result<Option<WriteId>, ClientError> {
        let mine = self.mine.clone();
        let decide = move |store: &mut dyn Store, clock| {
            if is_nameless(store)? || !mine.person().owns(store)? {
                return Ok(Ok(None));
            }
            let id = again::now(store, id)?.unwrap_or(id);
            let open = store.unresolved()?.into_iter().find(|(row, _)| row.write.id == id);
            let Some((row, outcome)) = open else { return Ok(Ok(None)) };
            let now = resolve(store, &row.write, &resolution, (fresh_id(), clock))?;
            Ok(now.map(|now| now.map(|now| (now, id, Resolved::of((id, outcome), now)))))
        };
        let told = self.stamped(decide, |now| {
            let (_, id, resolved) = now.as_ref().ok()?.as_ref()?;
            Some(Order::Resolved { id: *id, resolved: *resolved })
        });
        Ok(told.await??.map(|(now, ..)| now))
    }

    /// Reads the messages of a feed that [`crate::ClientBuilder::follow`] named. They start behind the last
    /// that were taken, and come one delivery at a time. A second reader of a feed takes the place of the
    /// first.
    ///
    /// # Errors
    ///
    /// [`ClientError::NotFollowed`] for any other feed; [`ClientError::Closed`] once the client has ended.
    ///
    /// # Examples
    ///
    #[cfg_attr(feature = "testing", doc = "```")]
    #[cfg_attr(not(feature = "testing"), doc = "```ignore")]
    /// use cc_client::Client;
    /// use cc_client::store::MemoryStore;
    /// use cc_client::testing::{FAKE_SESSION, FakeTransport};
    ///
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(async {
    /// let world = FakeTransport::default();
    /// world.platform().tell("vehicles/local/7", r#"{"type":"ignition","ignition":true}"#);
    /// let builder = Client::builder(world, MemoryStore::new()).session(FAKE_SESSION);
    /// let desk = builder.follow("vehicles/local/7").start().await?;
    /// let mut deliveries = desk.read("vehicles/local/7")?;
    /// let delivery = deliveries.recv().await.ok_or("the client has ended")?;
    /// assert_eq!(&*delivery.messages[0], r#"{"type":"ignition","ignition":true}"#);
    /// // Kept for good: what is dropped instead comes again.
    /// delivery.taken();
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn read(&self, feed: &str) -> Result<Deliveries, ClientError> {
        if !self.followed.iter().any(|followed| **followed == *feed) {
            return Err(ClientError::NotFollowed);
        }
        let (reader, receiver) = mpsc::channel(1);
        self.order(Order::Read { feed: feed.into(), reader })?;
        Ok(self.door.reader(receiver))
    }

    /// Counts up whenever an item has changed: then read the items on the screen again. Changes by another
    /// process on the same file are found within 15 s, while this one is awake and has a network, and on
    /// [`Self::resume`].
    pub fn changed(&self) -> watch::Receiver<u64> {
        self.changed.clone()
    }

    /// How the client stands; the receiver hears of each change. Once the client has ended, by
    /// [`Self::shutdown`] or with its runtime, feeds and outbox are `Suspended`, and the receiver is closed.
    pub fn status(&self) -> watch::Receiver<Status> {
        self.status.clone()
    }

    /// True once the session has ended and a person has to sign in.
    pub fn signed_out(&self) -> watch::Receiver<bool> {
        self.signed_out.clone()
    }

    /// A person has signed in. With a [`SignedIn`](crate::sign_in::SignedIn) it is known at once who that is.
    /// With a session alone it is known if the platform has confirmed that session on this file before; else
    /// once the first token has come.
    ///
    /// Until then, if the stored data may be another person's, reads are empty, readers get nothing, and
    /// writes are refused ([`ClientError::NotYetKnown`]). Other processes on the same file notice nothing
    /// until then. If it is another person, the data of the one before is hidden, and unsent writes are set
    /// aside until their owner signs in again ([`Self::set_aside`]).
    ///
    /// # Errors
    ///
    /// [`ClientError::Closed`] once the client has ended.
    pub fn sign_in(&self, session: impl Into<Session>) -> Result<(), ClientError> {
        self.door.comes();
        self.order(Order::SignIn { session: session.into() })
    }

    /// Waits until it is known whose the file is, so that writes are accepted and items shown. With a session
    /// that was here before, or a file that is nobody's yet, that is at once, also without a network. Else it
    /// waits until the platform has said who signed in.
    ///
    /// # Errors
    ///
    /// - [`ClientError::TimedOut`]: it takes longer than `limit`.
    /// - [`ClientError::AnotherPerson`]: the file is another person's.
    /// - [`ClientError::SignedOut`]: the session ended before its person was known.
    /// - [`ClientError::Store`]: the store fails.
    /// - [`ClientError::Closed`]: the client has ended.
    ///
    /// # Examples
    ///
    #[cfg_attr(feature = "testing", doc = "```")]
    #[cfg_attr(not(feature = "testing"), doc = "```ignore")]
    /// use std::time::Duration;
    /// use cc_client::store::MemoryStore;
    /// use cc_client::testing::{FAKE_SESSION, FakeTransport};
    /// use cc_client::{Client, WriteKind};
    ///
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(async {
    /// let phone = Client::builder(FakeTransport::default(), MemoryStore::new()).session(FAKE_SESSION).start().await?;
    /// phone.wait_until_known(Duration::from_secs(30)).await?;
    /// let key = "019f3c52-8d1e-7b60-a4c9-5e2f71d08b36"; // a new UUID for each thing
    /// phone.submit("places", key, WriteKind::Put, r#"{"name":"Pier"}"#).await?;
    ///
    /// phone.shutdown().await?;
    /// let error = phone.wait_until_known(Duration::from_secs(30)).await.unwrap_err();
    /// assert_eq!(error.to_string(), "the client has ended: it was shut down, or its runtime ended");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub async fn wait_until_known(&self, limit: Duration) -> Result<(), ClientError> {
        let known = async {
            let (mut status, mut changed) = (self.status(), self.changed());
            loop {
                status.mark_unchanged();
                changed.mark_unchanged();
                let mine = self.mine.clone();
                // Behind a sign-in that was asked for before.
                match self.stamped(move |store, _| mine.hidden(store), |_| None).await? {
                    None => return Ok(()),
                    Some(Hidden::Another) => return Err(ClientError::AnotherPerson),
                    Some(Hidden::NotYetKnown) if *self.signed_out.borrow() => {
                        return Err(ClientError::SignedOut);
                    }
                    Some(Hidden::NotYetKnown) => {}
                }
                let news = async {
                    tokio::select! {
                        news = status.changed() => news,
                        news = changed.changed() => news,
                    }
                };
                if let Ok(news) = tokio::time::timeout(LOOK_AGAIN, news).await {
                    news.map_err(|_| ClientError::Closed)?;
                }
            }
        };
        tokio::time::timeout(limit, known).await.map_err(|_| ClientError::TimedOut)?
    }

    /// Ends the session of this device and forgets its secrets. Only the one needed to tell the platform is
    /// kept: the client tells it until it knows ([`Status::signing_out`]), or until the process ends. A
    /// session of which the platform was never told lasts until it expires. Items and unsent writes stay on
    /// disk until the app deletes the file. They are shown and sent again when the same person signs in.
    ///
    /// If the platform never said who the person is, nobody could tell their writes from the next person's.
    /// Then [`Self::outcome`] gives `Rejected(SessionRevoked)` for each unsent one. [`Self::unresolved`]
    /// shows them until somebody signs in; then they are let go. Until then new writes are refused with
    /// [`ClientError::SignedOut`].
    ///
    /// # Errors
    ///
    /// [`ClientError::Closed`] once the client has ended.
    pub fn sign_out(&self) -> Result<(), ClientError> {
        self.order(Order::SignOut)
    }

    /// Waits until nothing waits to be sent. If nothing does, it returns at once, also without a network or
    /// while the client sleeps. A `limit` below 100 ms counts as 100 ms.
    ///
    /// Writes behind an unresolved conflict are not sent: the outbox is [`OutboxState::Unresolved`] then, and
    /// this waits until `limit`. So it does while something waits and the platform has yet to say whose it
    /// is.
    ///
    /// # Errors
    ///
    /// - [`ClientError::TimedOut`]: it takes longer than `limit`. Nothing is lost by that.
    /// - [`ClientError::AnotherPerson`]: another process has signed somebody else in.
    /// - [`ClientError::Store`]: the store fails.
    /// - [`ClientError::Closed`]: the client has ended.
    pub async fn flush(&self, limit: Duration) -> Result<(), ClientError> {
        let done = async {
            let mut status = self.status();
            // Another process may have left something, or sent what waited.
            self.order(Order::Filled)?;
            loop {
                let mine = self.mine.clone();
                // What another person left is not this process's to wait for.
                let waiting = move |store: &mut dyn Store| {
                    read_as_one(store, |store| {
                        if mine.is_anothers(store)? {
                            return Ok(None);
                        }
                        // Nor is it known to be another's while the platform has yet to say who this person is.
                        Ok(Some(store.waiting_count()?))
                    })
                };
                let waiting = self.store.call(waiting).await?.ok_or(ClientError::AnotherPerson)?;
                if waiting == 0 && is_at_rest(status.borrow().outbox) {
                    return Ok(());
                }
                if let Ok(changed) = tokio::time::timeout(LOOK_AGAIN, status.changed()).await {
                    changed.map_err(|_| ClientError::Closed)?;
                }
            }
        };
        // To look takes a moment, too.
        tokio::time::timeout(limit.max(LOOK), done).await.map_err(|_| ClientError::TimedOut)?
    }

    fn order(&self, order: Order) -> Result<(), ClientError> {
        self.orders.send(order).map_err(|_| ClientError::Closed)
    }
}

/// Whether nothing is under way: what is not there to be sent needs no network either, and nobody to wake, no turn and no decision.
fn is_at_rest(outbox: OutboxState) -> bool {
    use OutboxState::{Loading, Sending, Settling};
    !matches!(outbox, Loading | Sending | Settling)
}

/// Whether the platform has done a write: what is shown of it is there.
fn is_done(standing: Option<Standing>) -> bool {
    matches!(standing, Some(Standing::Settled(SendOutcome::Applied | SendOutcome::Duplicate)))
}
