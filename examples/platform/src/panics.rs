//! Panics: a fault of the platform's own ends what it was about, and nothing beside it.
//!
//! What a panic says may hold what it was about, such as a text that was cut in the middle of a letter. So it is told where it was, once,
//! and never what it says.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::cell::Cell;
use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::task::Poll;

/// How many there were in this process.
static COUNT: AtomicU64 = AtomicU64::new(0);

thread_local! {
    /// Whether somebody hears of panics of this thread, and tells of them.
    static IS_HEARD: Cell<bool> = const { Cell::new(false) };
    /// Where the last of those was.
    static PLACE: Cell<Option<String>> = const { Cell::new(None) };
}

/// It panicked; that was told.
#[derive(Debug)]
pub(crate) struct Panicked;

/// From now on the log says of each panic of this process where it was, and nothing says what it says.
pub fn tell_where() {
    set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        let trace = Backtrace::capture();
        if trace.status() == BacktraceStatus::Captured {
            // Names of functions alone. Where nobody can read it, it is lost.
            let _ = writeln!(std::io::stderr(), "platform: a panic\n{trace}");
        }
        if IS_HEARD.try_with(Cell::get).unwrap_or(false) {
            let _ = PLACE.try_with(|last| last.set(place));
        } else {
            tell("the platform", place);
        }
    }));
}

/// How many panics there were that were told of.
pub(crate) fn count() -> u64 {
    COUNT.load(Relaxed)
}

fn tell(what: &'static str, place: Option<String>) {
    COUNT.fetch_add(1, Relaxed);
    let place = place.unwrap_or_default();
    tracing::error!(what, place, "a fault of the platform's own: what it was about is not done");
}

/// What a job comes to, which is named in the log where it panics.
pub(crate) fn caught<T>(what: &'static str, job: impl FnOnce() -> T) -> Result<T, Panicked> {
    let was_heard = IS_HEARD.replace(true);
    let outcome = catch_unwind(AssertUnwindSafe(job));
    IS_HEARD.set(was_heard);
    outcome.map_err(|_| {
        tell(what, PLACE.take());
        Panicked
    })
}

/// The same of work that goes on for a while.
pub(crate) async fn caught_of<T>(what: &'static str, work: impl Future<Output = T>) -> Result<T, Panicked> {
    let mut work = pin!(work);
    std::future::poll_fn(move |context| match caught(what, || work.as_mut().poll(context)) {
        Ok(Poll::Ready(done)) => Poll::Ready(Ok(done)),
        Ok(Poll::Pending) => Poll::Pending,
        Err(panicked) => Poll::Ready(Err(panicked)),
    })
    .await
}
