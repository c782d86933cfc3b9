//! The store's own thread: its calls block, and nothing else may wait for a disk.

use std::sync::mpsc;
use std::thread;

use tokio::sync::oneshot;

use crate::store::{Store, StoreError};

type Job = Box<dyn FnOnce(&mut dyn Store) + Send>;

/// Does calls of a store one after the other, in the order in which they were given.
#[derive(Clone)]
pub(crate) struct StoreThread(mpsc::Sender<Job>);

impl StoreThread {
    /// Starts the thread; it ends once nobody can give it work any more.
    #[expect(clippy::disallowed_methods, reason = "the driver may start threads")]
    pub(crate) fn start(mut store: Box<dyn Store>) -> Self {
        let (sender, jobs) = mpsc::channel::<Job>();
        thread::spawn(move || {
            for job in jobs {
                job(&mut *store);
            }
        });
        Self(sender)
    }

    /// Gives work. What was given is done, whether or not anybody waits for it.
    pub(crate) fn give(&self, work: impl FnOnce(&mut dyn Store) + Send + 'static) {
        // The thread lives as long as somebody can give it work.
        let _ = self.0.send(Box::new(work));
    }

    /// Gives work and waits for its answer.
    pub(crate) async fn call<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut dyn Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (answer, receiver) = oneshot::channel();
        self.give(move |store| {
            let _ = answer.send(work(store));
        });
        receiver.await.unwrap_or(Err(StoreError::Failed { code: -1 }))
    }
}
