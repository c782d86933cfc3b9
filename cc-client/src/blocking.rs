//! The client for programs that are not async: each call waits for its answer, on a runtime of the client's
//! own.
//!
//! The runtime is one thread, which this module starts and ends. Calls from inside an async runtime are
//! refused with [`ClientError::InsideRuntime`]: they would hold up everything else that runs there, or wait
//! for themselves. Calls from a thread of `spawn_blocking` are refused, too, since such a thread looks the
//! same. A program that has a runtime uses [`crate::Client`].

use std::fmt;
use std::future::Future;
use std::sync::{Arc, OnceLock, mpsc};
use std::thread;
use std::time::Duration;

use tokio::runtime::{Builder, Handle};
use tokio::sync::{oneshot, watch};

use crate::builder::ClientBuilder;
use crate::client::{ClientError, LOOK};
use crate::conflict::Resolution;
use crate::decide::SendOutcome;
use crate::deliveries;
use crate::engine::Status;
use crate::pages::ItemPages;
use crate::reader::Delivery;
use crate::store::{Item, Row};
use crate::{AccessToken, Draft, Mono, WriteId, WriteKind};

/// A running client whose calls block. Clones are the same client. It ends with the last clone, or by
/// [`Self::shutdown`]. Dropping the last clone may wait up to 5 s, for what it was told before and for a
/// sign-out.
///
/// # Examples
///
#[cfg_attr(feature = "testing", doc = "```")]
#[cfg_attr(not(feature = "testing"), doc = "```ignore")]
/// use std::time::Duration;
/// use cc_client::store::MemoryStore;
/// use cc_client::testing::{FAKE_SESSION, FakeTransport};
/// use cc_client::{Client, WriteKind, blocking, decide::SendOutcome};
///
/// let builder = Client::builder(FakeTransport::default(), MemoryStore::new()).session(FAKE_SESSION);
/// let desk = blocking::Client::start(builder)?;
/// let key = "019f3c52-8d1e-7b60-a4c9-5e2f71d08b36"; // a new UUID for each thing
/// let home = r#"{"name": "Home", "position": {"latitude": 0.5, "longitude": -150.25}, "radiusMeters": 150}"#;
/// let id = desk.submit("places", key, WriteKind::Put, home)?;
/// assert_eq!(desk.outcome(id, Duration::from_secs(20))?, SendOutcome::Applied);
/// desk.shutdown()?;
///
/// let runtime = tokio::runtime::Builder::new_current_thread().build()?;
/// let error = runtime.block_on(async { desk.item("places", key).unwrap_err() });
/// assert_eq!(error.to_string(), "this call blocks, and was made inside an async runtime: use the async client");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Client {
    inner: crate::Client,
    runtime: Arc<Runtime>,
}

/// A client that ends by its last copy does what it was told before, and says its last words, for so long at most.
const LAST: Duration = Duration::from_secs(5);

/// The thread on which the client runs; it ends with the last copy.
struct Runtime {
    handle: Handle,
    end: Option<oneshot::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Drop for Runtime {
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(thread) = self.thread.take()
            && thread.thread().id() != thread::current().id()
            && Handle::try_current().is_err()
        {
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("blocking::Client").field(&self.inner).finish()
    }
}

/// Waits for a future that needs no client, such as those of [`crate::sign_in`].
///
/// # Errors
///
/// [`ClientError::InsideRuntime`]; [`ClientError::NoRuntime`] if the system gives none.
///
/// # Examples
///
#[cfg_attr(feature = "testing", doc = "```")]
#[cfg_attr(not(feature = "testing"), doc = "```ignore")]
/// use cc_client::testing::{FAKE_PASSWORD, FakeTransport};
/// use cc_client::{blocking, sign_in};
///
/// let platform = FakeTransport::default();
/// let anna = blocking::wait(sign_in::with_password(&platform, "anna@demo.example", FAKE_PASSWORD, "desk"))??;
/// assert_eq!(&*anna.organization, "demo");
///
/// let guess = blocking::wait(sign_in::with_password(&platform, "anna@demo.example", "guess", "desk"))?;
/// assert_eq!(guess.unwrap_err().to_string(), "the credentials were refused");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn wait<F: Future>(future: F) -> Result<F::Output, ClientError> {
    outside()?;
    let runtime = Builder::new_current_thread().enable_all().build().map_err(|_| ClientError::NoRuntime)?;
    let done = runtime.block_on(future);
    // A name that the system still looks up holds up nobody.
    runtime.shutdown_background();
    Ok(done)
}

impl Client {
    /// Starts a client, with a thread for it to run on.
    ///
    /// # Errors
    ///
    /// As for [`ClientBuilder::start`]; [`ClientError::InsideRuntime`]; [`ClientError::NoRuntime`] if the system
    /// gives no thread.
    #[expect(clippy::disallowed_methods, reason = "the driver may start threads")]
    pub fn start(builder: ClientBuilder) -> Result<Self, ClientError> {
        outside()?;
        let (tell, told) = mpsc::channel();
        let (end, ended) = oneshot::channel::<()>();
        // It ends once the client has done what it was told.
        let running = Arc::<OnceLock<watch::Receiver<Status>>>::default();
        let is_running = running.clone();
        let work = move || {
            let Ok(runtime) = Builder::new_current_thread().enable_all().build() else { return };
            let _ = tell.send(runtime.handle().clone());
            // An error is the end as well: nobody holds the client any more.
            runtime.block_on(async {
                let _ = ended.await;
                let Some(mut status) = is_running.get().cloned() else { return };
                let goes_on = async { while status.changed().await.is_ok() {} };
                let _ = tokio::time::timeout(LAST, goes_on).await;
            });
            runtime.shutdown_background();
        };
        let thread = thread::Builder::new().name("cc-client".to_owned()).spawn(work);
        let thread = thread.map_err(|_| ClientError::NoRuntime)?;
        let handle = told.recv().map_err(|_| ClientError::NoRuntime)?;
        let runtime = Arc::new(Runtime { handle, end: Some(end), thread: Some(thread) });
        let inner = runtime.wait(builder.start())??;
        let _ = running.set(inner.status());
        Ok(Self { inner, runtime })
    }

    /// As [`crate::Client::submit`].
    pub fn submit(
        &self,
        collection: &str,
        key: &str,
        kind: WriteKind,
        body: &str,
    ) -> Result<WriteId, ClientError> {
        let (collection, key, body) = (collection.to_owned(), key.to_owned(), body.to_owned());
        self.call(move |client| async move { client.submit(&collection, &key, kind, &body).await })?
    }

    /// As [`crate::Client::submit_all`].
    pub fn submit_all(&self, drafts: impl IntoIterator<Item = Draft>) -> Result<Vec<WriteId>, ClientError> {
        let drafts: Vec<Draft> = drafts.into_iter().collect();
        self.call(move |client| async move { client.submit_all(drafts).await })?
    }

    /// As [`crate::Client::outcome`], but waits for at most `limit` and a moment. With [`Duration::ZERO`] it
    /// says what is known by now.
    ///
    /// # Errors
    ///
    /// Those of [`crate::Client::outcome`], and [`ClientError::TimedOut`] if it takes longer. The write is
    /// not lost by that.
    pub fn outcome(&self, id: WriteId, limit: Duration) -> Result<SendOutcome, ClientError> {
        self.call(move |client| async move {
            match tokio::time::timeout(limit, client.outcome(id)).await {
                Ok(outcome) => outcome,
                // A short limit is over before the store was asked.
                Err(_) => match tokio::time::timeout(LOOK, client.known_outcome(id)).await {
                    Ok(Err(ClientError::Store(_))) | Err(_) => Err(ClientError::TimedOut),
                    Ok(known) => known?.ok_or(ClientError::TimedOut),
                },
            }
        })?
    }

    /// As [`crate::Client::access_token`], for at most `limit` and a moment.
    ///
    /// # Errors
    ///
    /// Those of [`crate::Client::access_token`], and [`ClientError::TimedOut`] where it takes longer.
    pub fn access_token(&self, limit: Duration) -> Result<AccessToken, ClientError> {
        self.call(move |client| async move {
            let token = tokio::time::timeout(limit.max(LOOK), client.access_token()).await;
            token.unwrap_or(Err(ClientError::TimedOut))
        })?
    }

    /// As [`crate::Client::token_was_refused`].
    pub fn token_was_refused(&self, token: &AccessToken) -> Result<(), ClientError> {
        self.inner.token_was_refused(token)
    }

    /// As [`crate::Client::item`].
    pub fn item(&self, collection: &str, key: &str) -> Result<Option<Item>, ClientError> {
        let (collection, key) = (collection.to_owned(), key.to_owned());
        self.call(move |client| async move { client.item(&collection, &key).await })?
    }

    /// As [`crate::Client::items`].
    pub fn items(&self, collection: &str, after: &str, limit: u32) -> Result<Vec<Item>, ClientError> {
        let (collection, after) = (collection.to_owned(), after.to_owned());
        self.call(move |client| async move { client.items(&collection, &after, limit).await })?
    }

    /// As [`crate::Client::unresolved`].
    pub fn unresolved(&self) -> Result<Vec<(Row, SendOutcome)>, ClientError> {
        self.call(|client| async move { client.unresolved().await })?
    }

    /// As [`crate::Client::discard`].
    pub fn discard(&self, id: WriteId) -> Result<bool, ClientError> {
        self.call(move |client| async move { client.discard(id).await })?
    }

    /// As [`crate::Client::resolve`].
    pub fn resolve(&self, id: WriteId, resolution: Resolution) -> Result<Option<WriteId>, ClientError> {
        self.call(move |client| async move { client.resolve(id, resolution).await })?
    }

    /// As [`crate::Client::set_aside`].
    pub fn set_aside(&self) -> Result<u64, ClientError> {
        self.call(|client| async move { client.set_aside().await })?
    }

    /// As [`crate::Client::pages`]: an iterator that waits for each page.
    pub fn pages(&self, collection: &str, limit: u32) -> Pages {
        Pages { pages: Some(self.inner.pages(collection, limit)), runtime: self.runtime.clone() }
    }

    /// As [`crate::Client::flush`].
    pub fn flush(&self, limit: Duration) -> Result<(), ClientError> {
        self.call(move |client| async move { client.flush(limit).await })?
    }

    /// As [`crate::Client::suspend`].
    pub fn suspend(&self) -> Result<(), ClientError> {
        self.call(|client| async move { client.suspend().await })?
    }

    /// As [`crate::Client::resume`].
    pub fn resume(&self) -> Result<(), ClientError> {
        self.inner.resume()
    }

    /// As [`crate::Client::set_network`].
    pub fn set_network(&self, up: bool) -> Result<(), ClientError> {
        self.inner.set_network(up)
    }

    /// As [`crate::Client::sign_in`].
    pub fn sign_in(&self, session: impl Into<crate::Session>) -> Result<(), ClientError> {
        self.inner.sign_in(session)
    }

    /// As [`crate::Client::wait_until_known`].
    pub fn wait_until_known(&self, limit: Duration) -> Result<(), ClientError> {
        self.call(move |client| async move { client.wait_until_known(limit).await })?
    }

    /// As [`crate::Client::sign_out`].
    pub fn sign_out(&self) -> Result<(), ClientError> {
        self.inner.sign_out()
    }

    /// Whether the session has ended, so that a person has to sign in.
    pub fn signed_out(&self) -> bool {
        *self.inner.signed_out().borrow()
    }

    /// How often items have changed so far: give it to [`Self::wait_for_change`].
    pub fn changed(&self) -> u64 {
        *self.inner.changed().borrow()
    }

    /// How the client stands now.
    pub fn status(&self) -> Status {
        self.inner.status().borrow().clone()
    }

    /// Waits until items have changed more often than `seen`, for at most `limit`. Returns how often they
    /// have changed by then.
    ///
    /// # Errors
    ///
    /// [`ClientError::TimedOut`] if nothing changes in that time.
    pub fn wait_for_change(&self, seen: u64, limit: Duration) -> Result<u64, ClientError> {
        self.call(move |client| async move {
            let mut changed = client.changed();
            let wait = tokio::time::timeout(limit, changed.wait_for(|count| *count > seen)).await;
            let count = *wait.map_err(|_| ClientError::TimedOut)?.map_err(|_| ClientError::Closed)?;
            Ok(count)
        })?
    }

    /// As [`crate::Client::read`]: an iterator that waits for each delivery.
    pub fn read(&self, feed: &str) -> Result<Deliveries, ClientError> {
        outside()?;
        Ok(Deliveries { inner: self.inner.read(feed)?, runtime: self.runtime.clone() })
    }

    /// As [`crate::Client::now`].
    pub fn now(&self) -> Mono {
        self.inner.now()
    }

    /// As [`crate::Client::shutdown`].
    pub fn shutdown(&self) -> Result<(), ClientError> {
        self.call(|client| async move { client.shutdown().await })?
    }

    fn call<F>(&self, work: impl FnOnce(crate::Client) -> F) -> Result<F::Output, ClientError>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        outside()?;
        self.runtime.wait(work(self.inner.clone()))
    }
}

impl Runtime {
    /// Waits for work that the client's own thread does.
    fn wait<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, ClientError> {
        let (tell, told) = mpsc::channel();
        self.handle.spawn(async move {
            let _ = tell.send(work.await);
        });
        told.recv().map_err(|_| ClientError::Closed)
    }
}

/// Items of a collection, page by page.
#[must_use = "it gives nothing until it is asked"]
pub struct Pages {
    /// None behind the last.
    pages: Option<ItemPages>,
    runtime: Arc<Runtime>,
}

impl fmt::Debug for Pages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").field("pages", &self.pages).finish_non_exhaustive()
    }
}

impl Iterator for Pages {
    type Item = Result<Vec<Item>, ClientError>;

    /// The next page; `None` after the last, and after an error.
    fn next(&mut self) -> Option<Self::Item> {
        if let Err(error) = outside() {
            return self.pages.take().map(|_| Err(error));
        }
        let mut pages = self.pages.take()?;
        let turned = self.runtime.wait(async move {
            let page = pages.next().await;
            (pages, page)
        });
        match turned {
            Ok((pages, page)) => {
                self.pages = page.as_ref().is_some_and(Result::is_ok).then_some(pages);
                page
            }
            Err(error) => Some(Err(error)),
        }
    }
}

/// The deliveries of a feed, as an iterator that waits for each: [`Client::read`]. It ends with the client.
/// Async programs use the type of the same name at the root of the crate, [`crate::Deliveries`], with `recv`
/// and `try_recv`.
#[must_use = "it gives nothing until it is asked"]
pub struct Deliveries {
    inner: deliveries::Deliveries,
    runtime: Arc<Runtime>,
}

impl fmt::Debug for Deliveries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Deliveries").finish_non_exhaustive()
    }
}

impl Iterator for Deliveries {
    type Item = Delivery;

    /// The next delivery; `None` once the client has ended, and inside an async runtime.
    fn next(&mut self) -> Option<Delivery> {
        outside().ok()?;
        self.runtime.handle.block_on(self.inner.recv())
    }
}

/// Whether the caller may block.
fn outside() -> Result<(), ClientError> {
    if Handle::try_current().is_ok() { Err(ClientError::InsideRuntime) } else { Ok(()) }
}
