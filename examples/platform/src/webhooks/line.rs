//! Threads of their own for what goes to partners' servers: whatever one of them answers, and for however long, takes the time of webhooks
//! and of nobody else; and those that did not answer last, or never did, take none of the time of those that do.

use std::fmt;

use tokio::runtime::{Builder, Runtime};

/// Where requests to partners' servers run.
pub(super) struct Lines {
    /// To those that answered.
    sound: Option<Runtime>,
    others: Option<Runtime>,
}

impl Default for Lines {
    fn default() -> Self {
        let line =
            |name| Builder::new_multi_thread().worker_threads(1).thread_name(name).enable_all().build().ok();
        Self { sound: line("webhooks"), others: line("webhooks-2") }
    }
}

impl fmt::Debug for Lines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lines").finish_non_exhaustive()
    }
}

impl Drop for Lines {
    fn drop(&mut self) {
        // What drops it may be a task of another runtime, which cannot wait.
        for runtime in [self.sound.take(), self.others.take()].into_iter().flatten() {
            runtime.shutdown_background();
        }
    }
}

impl Lines {
    /// Does it there; `None` where it came to nothing. What is no longer waited for is given up.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        is_sound: bool,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Option<T> {
        let line = if is_sound { &self.sound } else { &self.others };
        let mut tasks = tokio::task::JoinSet::new();
        tasks.spawn_on(work, line.as_ref()?.handle());
        tasks.join_next().await?.ok()
    }
}

#[cfg(test)]
#[allow(clippy::disallowed_methods, reason = "tests")]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_goes_to_partners_takes_no_thread_of_others_and_goes_with_the_one_who_waits() {
        let lines = Lines::default();
        let name = || async { std::thread::current().name().map(str::to_owned) };
        assert_eq!(lines.run(true, name()).await.flatten().as_deref(), Some("webhooks"));
        assert_eq!(lines.run(false, name()).await.flatten().as_deref(), Some("webhooks-2"));
        // It never lets go of its thread by itself.
        let busy = lines.run(true, async { std::thread::sleep(std::time::Duration::from_millis(300)) });
        let quick = tokio::time::timeout(std::time::Duration::from_millis(50), busy);
        assert!(quick.await.is_err());
        let (told, gone) = tokio::sync::oneshot::channel::<()>();
        let waits = lines.run(true, async move {
            std::future::pending::<()>().await;
            drop(told);
        });
        assert!(tokio::time::timeout(std::time::Duration::from_millis(50), waits).await.is_err());
        let gone = tokio::time::timeout(std::time::Duration::from_secs(5), gone);
        assert!(gone.await.is_ok_and(|told| told.is_err()), "it goes on for nobody");
    }
}
