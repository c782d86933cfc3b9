//! How long a call waits for other processes: a phone gives an app that goes to sleep a few seconds, and from then on nobody is waited for.

use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

thread_local! {
    static OF_THIS_THREAD: RefCell<Hurry> = RefCell::default();
    static STALLED: Cell<bool> = const { Cell::new(false) };
    static LEFT: Cell<Duration> = const { Cell::new(PATIENCE) };
}

/// So long does a call wait for other processes.
const PATIENCE: Duration = Duration::from_secs(5);
/// Between two tries.
#[cfg(feature = "sqlite")]
pub(crate) const BETWEEN: Duration = Duration::from_millis(10);

/// Whether a thread has no more time to wait. Copies of it are the same.
#[derive(Clone, Default)]
pub(crate) struct Hurry(Arc<Numbers>);

/// Of what is to be done soon: the last that was asked for, that is late, and that is done.
#[derive(Default)]
struct Numbers {
    #[cfg(feature = "tokio")]
    asked: AtomicU64,
    late: AtomicU64,
    done: AtomicU64,
}

/// The next call of this thread was asked for so long ago. Where those before it waited in vain for another process, it has waited for that one
/// as well.
#[cfg(feature = "tokio")]
pub(crate) fn begins(waited: Duration) {
    let waited = if STALLED.get() { waited } else { Duration::ZERO };
    LEFT.set(PATIENCE.saturating_sub(waited));
}

/// It has ended, and waited in vain or not.
#[cfg(feature = "tokio")]
pub(crate) fn ended(in_vain: bool) {
    STALLED.set(in_vain);
    LEFT.set(PATIENCE);
}

/// How often this thread's call may still try.
#[cfg(feature = "sqlite")]
pub(crate) fn tries_left() -> i32 {
    i32::try_from(LEFT.get().as_millis() / BETWEEN.as_millis()).unwrap_or(i32::MAX)
}

#[cfg(feature = "tokio")]
impl Hurry {
    /// The calls that this thread makes heed it from now on.
    pub(crate) fn is_heeded_here(&self) {
        OF_THIS_THREAD.set(self.clone());
    }

    /// Something is to be done soon, behind all that was asked for before; gives its number.
    pub(crate) fn ask(&self) -> u64 {
        self.0.asked.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// There is no more time until that is done, if it is not.
    pub(crate) fn is_late(&self, number: u64) {
        self.0.late.fetch_max(number, Ordering::Relaxed);
    }

    pub(crate) fn is_done(&self, number: u64) {
        self.0.done.fetch_max(number, Ordering::Relaxed);
    }
}

/// Whether this thread may go on waiting for another process.
#[cfg(any(feature = "sqlite", feature = "tokio"))]
pub(crate) fn may_wait() -> bool {
    let load = |number: &AtomicU64| number.load(Ordering::Relaxed);
    OF_THIS_THREAD.with_borrow(|hurry| load(&hurry.0.late) <= load(&hurry.0.done))
}
