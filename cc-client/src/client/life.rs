//! How a client lives: the network comes and goes, the app sleeps and wakes, and it ends.

use tokio::sync::oneshot;

use super::{Client, ClientError, Order};
use crate::Mono;

impl Client {
    /// The system says that there is a network (`true`), or none (`false`). To be called with `true` for another network, too: connections
    /// over the last are used no more, and what failed there is tried again at once. What is under way there is given up and sent again
    /// where no answer begins within 5 s of when it was sent (and a second more for each 8 KiB of it; twice as long where that was given up
    /// like this before and has had no answer since, up to 40 s), or an answer that has begun brings nothing for 5 s. So a system may tell of
    /// the same network as often as it likes. Without a network nothing is sent, and what is under way has the same time.
    ///
    /// # Errors
    ///
    /// [`ClientError::Closed`] once the client has ended.
    pub fn set_network(&self, up: bool) -> Result<(), ClientError> {
        self.order(Order::Network { up })
    }

    /// The app is put to sleep: streams end, nothing more is asked of the platform, and the store lets go of its files and holds no lock.
    /// When this returns, that is done, within some five seconds: what was asked of the store before and still waits for another process
    /// then is [`StoreError::Busy`], and was not done; so is what was to be read and had no turn. A call before [`Self::resume`] opens the files for itself, and lets go of them again.
    /// To be called in the time that the system gives for that.
    ///
    /// # Errors
    ///
    /// [`ClientError::Store`] where the file could not be let go, [`ClientError::Closed`] once the client has ended.
    pub async fn suspend(&self) -> Result<(), ClientError> {
        let (done, paused) = oneshot::channel();
        self.order(Order::Suspend { done })?;
        Ok(paused.await.map_err(|_| ClientError::Closed)??)
    }

    /// The app wakes: what [`Self::suspend`] ended goes on. Also where nobody had called that, what waits after failures is tried at once, and
    /// what is under way has the time that it has on another network.
    ///
    /// # Errors
    ///
    /// [`ClientError::Closed`] once the client has ended.
    pub fn resume(&self) -> Result<(), ClientError> {
        self.order(Order::Wake)
    }

    /// Ends the client: what was accepted stays on disk, and goes on with the next start. [`Self::status`] says `Suspended` from then on.
    /// Where somebody has signed out, and the platform does not know of it yet, it waits up to two seconds for that; not where the platform
    /// asked to be left alone.
    /// When this returns, also where another call ended it, the file is closed: it may be moved, together with its log (`PATH-wal`) where
    /// that is still there, as it is where the disk is full or another process has the file open. What is read after that opens and closes it.
    ///
    /// # Errors
    ///
    /// [`ClientError::Store`] where the file could not be let go. What was accepted is on disk all the same.
    pub async fn shutdown(&self) -> Result<(), ClientError> {
        let (done, ended) = oneshot::channel();
        let told = self.order(Order::Shutdown { done });
        let ended = match told {
            Ok(()) => ended.await.ok(),
            Err(_) => None,
        };
        if let Some(ended) = ended {
            return Ok(ended?);
        }
        // It was told to end before, or its runtime has ended: behind what it still gave the store to do, the file is closed.
        let (done, closed) = oneshot::channel();
        self.store.sleep(done);
        // A store whose thread has ended has let go of the file with it.
        Ok(closed.await.unwrap_or(Ok(()))?)
    }

    /// What the clock shows by which [`Self::status`] says until when something is waited for.
    ///
    /// # Examples
    ///
    #[cfg_attr(feature = "testing", doc = "```")]
    #[cfg_attr(not(feature = "testing"), doc = "```ignore")]
    /// use cc_client::decide::OutboxState;
    /// use cc_client::store::MemoryStore;
    /// use cc_client::testing::FakeTransport;
    /// use cc_client::Client;
    ///
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(async {
    /// let phone = Client::builder(FakeTransport::default(), MemoryStore::new()).start().await?;
    /// let shown = match phone.status().borrow().outbox {
    ///     OutboxState::Backoff { until } => format!("again in {} s", (until - phone.now()).as_secs()),
    ///     _ => "nothing is waited for".to_owned(),
    /// };
    /// assert_eq!(shown, "nothing is waited for");
    /// # Ok::<(), cc_client::ClientError>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn now(&self) -> Mono {
        self.clock.now()
    }
}
