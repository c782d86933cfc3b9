//! How a client lives: the network comes and goes, the app sleeps and wakes, and it ends.

use tokio::sync::oneshot;

use super::{Client, ClientError, Order};
use crate::Mono;
#[cfg(doc)]
use crate::store::StoreError;

impl Client {
    /// The system says that there is a network (`true`) or none (`false`). Call it with `true` for another
    /// network, too: old connections are used no more, and what failed there is tried again at once. Call it
    /// as often as the system tells you, also about the same network.
    ///
    /// Requests under way get 5 s from when they were sent to begin an answer, plus 1 s for each 8 KiB of
    /// body. An answer that has begun gets 5 s to go on. Then the request is given up and sent again. Each
    /// time in a row that no answer begins doubles the 5 s, up to 40 s. Without a network nothing new is
    /// sent, and requests under way get the same time.
    ///
    /// # Errors
    ///
    /// [`ClientError::Closed`] once the client has ended.
    pub fn set_network(&self, up: bool) -> Result<(), ClientError> {
        self.order(Order::Network { up })
    }

    /// The app is put to sleep: streams end, nothing more is asked of the platform, and the store closes its
    /// files and holds no lock. Call it in the time that the system gives for that, and wait for it: it takes
    /// some five seconds at most.
    ///
    /// Calls that by then still wait for another process, and reads that had no turn, end with
    /// [`StoreError::Busy`]; nothing of them was done. A call before [`Self::resume`] opens the files for
    /// itself and closes them again.
    ///
    /// # Errors
    ///
    /// [`ClientError::Store`] if the file could not be closed; [`ClientError::Closed`] once the client has
    /// ended.
    pub async fn suspend(&self) -> Result<(), ClientError> {
        let (done, paused) = oneshot::channel();
        self.order(Order::Suspend { done })?;
        Ok(paused.await.map_err(|_| ClientError::Closed)??)
    }

    /// The app wakes: what [`Self::suspend`] ended goes on. It may be called without a `suspend` before it.
    /// What waits after failures is tried at once, and requests under way get the time that
    /// [`Self::set_network`] gives them.
    ///
    /// # Errors
    ///
    /// [`ClientError::Closed`] once the client has ended.
    pub fn resume(&self) -> Result<(), ClientError> {
        self.order(Order::Wake)
    }

    /// Ends the client. What was accepted stays on disk, and goes on with the next start. From then on
    /// [`Self::status`] says `Suspended`. If somebody has signed out and the platform does not know yet, it
    /// waits up to two seconds for that, unless the platform asked to be left alone.
    ///
    /// When this returns, also where another call ended the client, the file is closed. To move it, move
    /// its log (`PATH-wal`) with it, if there is one: it is left where the disk is full, or another process has
    /// the file open. A later read opens the file and closes it again.
    ///
    /// # Errors
    ///
    /// [`ClientError::Store`] if the file could not be closed. What was accepted is on disk all the same.
    pub async fn shutdown(&self) -> Result<(), ClientError> {
        let (done, ended) = oneshot::channel();
        if self.order(Order::Shutdown { done }).is_ok()
            && let Ok(ended) = ended.await
        {
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
