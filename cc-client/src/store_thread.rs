//! The store's own thread: its calls block, and nothing else may wait for a disk. Reads have another, where the store can be read beside
//! what is written: a write may wait for seconds, for a process that was stopped with the file's lock in its hand.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use crate::client::Order;
use crate::store::hurry::{self, Hurry};
use crate::store::{Store, StoreError, as_one};

/// What is asked of a store before it goes to sleep may wait so long for other processes: a system gives an app five seconds and more.
const PATIENCE: Duration = Duration::from_secs(4);

type Job = Box<dyn FnOnce(&mut dyn Store, &mut bool) + Send>;

/// Does calls of a store one after the other, in the order in which they were given, what goes first before the rest; and reads beside them.
#[derive(Clone)]
pub(crate) struct StoreThread {
    jobs: mpsc::Sender<Job>,
    /// What goes before all that waits there.
    firsts: mpsc::Sender<Job>,
    reads: Option<mpsc::Sender<Job>>,
    hurry: Hurry,
    /// Who is told that the store has failed, whoever had asked it.
    driver: tokio::sync::mpsc::WeakUnboundedSender<Order>,
}

impl StoreThread {
    /// Starts the threads; they end once nobody can give them work any more.
    ///
    /// Errors: [`StoreError::Failed`] where the system gives no thread.
    pub(crate) fn start(
        mut store: Box<dyn Store>,
        driver: tokio::sync::mpsc::WeakUnboundedSender<Order>,
    ) -> Result<Self, StoreError> {
        let hurry = Hurry::default();
        let reader = caught(|| Ok(store.reader())).ok().flatten();
        let (firsts, hasty) = mpsc::channel();
        let none = || mpsc::channel().1;
        let reads = reader.map(|reader| begin(reader, none(), hurry.clone())).transpose()?;
        Ok(Self { jobs: begin(store, hasty, hurry.clone())?, firsts, reads, hurry, driver })
    }

    /// The store lets go of its files, behind what it was given before, and after each call until it is woken. Where that takes too long, no
    /// call waits for other processes until this one is done: what was given is done, or [`StoreError::Busy`].
    pub(crate) fn sleep(&self, done: oneshot::Sender<Result<(), StoreError>>) {
        let (hurry, number) = (self.hurry.clone(), self.hurry.ask());
        let (read, reads_end) = mpsc::channel::<()>();
        if let Some(reads) = &self.reads {
            let _ = reads.send(Box::new(move |store, is_asleep| {
                *is_asleep = true;
                let _ = caught(|| store.pause());
                drop(read);
            }));
        } else {
            drop(read);
        }
        let _ = self.jobs.send(Box::new(move |store, is_asleep| {
            *is_asleep = true;
            // Who lets go of the file last puts what is in its log in its place. It ends with the other's letting go.
            let _ = reads_end.recv();
            let paused = caught(|| store.pause());
            hurry.is_done(number);
            let _ = done.send(paused);
        }));
        // Without a runtime there is nothing that counts the time.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let hurry = self.hurry.clone();
        runtime.spawn(async move {
            tokio::time::sleep(PATIENCE).await;
            hurry.is_late(number);
        });
    }

    /// The store may keep its files open.
    pub(crate) fn wake(&self) {
        for thread in [Some(&self.jobs), self.reads.as_ref()].into_iter().flatten() {
            let _ = thread.send(Box::new(|_, is_asleep| *is_asleep = false));
        }
    }

    /// Reads, and waits for no write that was not done when this was called, where the store can be read so. What cannot be read like that
    /// is read in its turn, which tells why.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl Fn(&mut dyn Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let Some(reads) = &self.reads else { return self.call_while_waited_for(work).await };
        let (answer, receiver) = oneshot::channel();
        let _ = reads.send(Box::new(move |store, _| {
            if answer.is_closed() {
                // Nobody waits for it any more, and others may.
                return;
            }
            // An app that is to sleep waits for reads only so long.
            let done = if hurry::may_wait() { caught(|| work(store)) } else { Err(StoreError::Busy) };
            let _ = answer.send((done, work));
        }));
        match receiver.await {
            // It has waited for others for as long as anybody does.
            Ok((done @ (Ok(_) | Err(StoreError::Busy)), _)) => done,
            Ok((Err(_), work)) => self.call(work).await,
            Err(_) => Err(StoreError::Failed { code: -1 }),
        }
    }

    /// Gives work. What was given is done, and `then` hears what came of it, whether or not anybody waits.
    pub(crate) fn give<T>(
        &self,
        work: impl FnOnce(&mut dyn Store) -> Result<T, StoreError> + Send + 'static,
        then: impl FnOnce(Result<T, StoreError>) + Send + 'static,
    ) {
        // The thread lives as long as somebody can give it work.
        let _ = self.jobs.send(self.job(work, then));
    }

    /// The same, of what other processes are to know at once: it is done before all that was given and has not begun.
    pub(crate) fn give_first<T>(
        &self,
        work: impl FnOnce(&mut dyn Store) -> Result<T, StoreError> + Send + 'static,
        then: impl FnOnce(Result<T, StoreError>) + Send + 'static,
    ) {
        let _ = self.firsts.send(self.job(work, then));
        // Where nothing waits, nobody would look.
        let _ = self.jobs.send(Box::new(|_, _| {}));
    }

    fn job<T>(
        &self,
        work: impl FnOnce(&mut dyn Store) -> Result<T, StoreError> + Send + 'static,
        then: impl FnOnce(Result<T, StoreError>) + Send + 'static,
    ) -> Job {
        let driver = self.driver.clone();
        let asked = now();
        Box::new(move |store, _| {
            hurry::begins(now().duration_since(asked));
            let done = caught(|| work(store));
            hurry::ended(matches!(done, Err(StoreError::Busy)));
            if done.as_ref().is_err_and(|error| !error.passes())
                && let Some(driver) = driver.upgrade()
            {
                let _ = driver.send(Order::StoreFailed);
            }
            then(done);
        })
    }

    /// Gives work and waits for its answer.
    pub(crate) async fn call<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut dyn Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (answer, receiver) = oneshot::channel();
        self.give(work, |done| {
            let _ = answer.send(done);
        });
        receiver.await.unwrap_or(Err(StoreError::Failed { code: -1 }))
    }

    /// The same, of what is not done where nobody waits for it any more when its turn comes.
    async fn call_while_waited_for<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut dyn Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (waits, waiter) = oneshot::channel::<()>();
        let done =
            self.call(move |store| if waits.is_closed() { Ok(None) } else { work(store).map(Some) }).await;
        drop(waiter);
        done?.ok_or(StoreError::Failed { code: -1 })
    }

    /// Gives work that happens as one, or not at all, and waits for its answer.
    pub(crate) async fn call_as_one<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut dyn Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.call(|store| as_one(store, work)).await
    }
}

#[expect(clippy::disallowed_methods, reason = "how long somebody waits is told by a clock")]
fn now() -> Instant {
    Instant::now()
}

/// A thread that does calls of a store, before each of them all `firsts`.
#[expect(clippy::disallowed_methods, reason = "the driver may start threads")]
fn begin(
    mut store: Box<dyn Store>,
    firsts: mpsc::Receiver<Job>,
    hurry: Hurry,
) -> Result<mpsc::Sender<Job>, StoreError> {
    let (sender, jobs) = mpsc::channel::<Job>();
    let work = move || {
        hurry.is_heeded_here();
        let mut is_asleep = false;
        for job in jobs {
            for job in firsts.try_iter().chain([job]) {
                job(&mut *store, &mut is_asleep);
                if is_asleep {
                    // It was opened for this call, and is let go again.
                    let _ = caught(|| store.pause());
                }
            }
        }
    };
    let begun = thread::Builder::new().name("cc-client-store".to_owned()).spawn(work);
    begun.map(|_| sender).map_err(|error| StoreError::Failed { code: error.raw_os_error().unwrap_or(-1) })
}

/// A store that panics has failed, and is asked again: it takes nothing of the client with it.
fn caught<T>(work: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(Err(StoreError::Failed { code: -1 }))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::store::MemoryStore;

    #[test]
    fn what_others_are_to_know_at_once_goes_before_what_waits() {
        let (driver, _orders) = tokio::sync::mpsc::unbounded_channel();
        let store = StoreThread::start(Box::new(MemoryStore::default()), driver.downgrade()).unwrap();
        let (go, begins) = mpsc::channel::<()>();
        let (tell, told) = mpsc::channel();
        let note = |name: &'static str| {
            let tell = tell.clone();
            move |_: &mut dyn Store| tell.send(name).map_err(|_| StoreError::Busy)
        };
        store.give(move |_| begins.recv().map_err(|_| StoreError::Busy), drop);
        store.give(note("a write"), drop);
        store.give_first(note("a wish"), drop);
        store.give(note("another write"), drop);
        store.give_first(note("its end"), drop);
        go.send(()).unwrap();
        let order: Vec<_> = (0..4).map(|_| told.recv().unwrap()).collect();
        assert_eq!(order, ["a wish", "its end", "a write", "another write"]);
        // Also where nothing waits.
        store.give_first(note("alone"), drop);
        assert_eq!(told.recv_timeout(Duration::from_secs(60)), Ok("alone"));
    }
}
