//! A thread of its own for what goes to partners' servers: whatever one of them answers, and for however long, takes the time of webhooks and
//! of nobody else.

use std::fmt;

use tokio::runtime::{Builder, Runtime};

/// Where requests to partners' servers run.
pub(super) struct Line(Option<Runtime>);

impl Default for Line {
    fn default() -> Self {
        let runtime =
            Builder::new_multi_thread().worker_threads(1).thread_name("webhooks").enable_all().build();
        Self(runtime.ok())
    }
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Line").finish_non_exhaustive()
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        // What drops it may be a task of another runtime, which cannot wait.
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

impl Line {
    /// Does it there; `None` where it came to nothing. What is no longer waited for is given up.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Option<T> {
        let mut tasks = tokio::task::JoinSet::new();
        tasks.spawn_on(work, self.0.as_ref()?.handle());
        tasks.join_next().await?.ok()
    }
}

#[cfg(test)]
#[allow(clippy::disallowed_methods, reason = "tests")]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_goes_to_partners_takes_no_thread_of_others_and_goes_with_the_one_who_waits() {
        let line = Line::default();
        let name = async { std::thread::current().name().map(str::to_owned) };
        assert_eq!(line.run(name).await.flatten().as_deref(), Some("webhooks"));
        // It never lets go of its thread by itself.
        let busy = line.run(async { std::thread::sleep(std::time::Duration::from_millis(300)) });
        let quick = tokio::time::timeout(std::time::Duration::from_millis(50), busy);
        assert!(quick.await.is_err());
        let (told, gone) = tokio::sync::oneshot::channel::<()>();
        let waits = line.run(async move {
            std::future::pending::<()>().await;
            drop(told);
        });
        assert!(tokio::time::timeout(std::time::Duration::from_millis(50), waits).await.is_err());
        let gone = tokio::time::timeout(std::time::Duration::from_secs(5), gone);
        assert!(gone.await.is_ok_and(|told| told.is_err()), "it goes on for nobody");
    }
}
