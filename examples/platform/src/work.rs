//! What a node does beside answering.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::items::EndsOfShares;
use crate::node::Node;
use crate::panics::caught_of;
use crate::problem::Problem;

/// The shortest and the longest pause of work that stopped.
const PAUSES: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));

/// The tasks of a node.
#[derive(Debug)]
pub(crate) struct Workers {
    tasks: Vec<JoinHandle<()>>,
}

/// Starts them.
pub(crate) fn start(node: &Arc<Node>) -> Workers {
    Workers {
        tasks: vec![
            tokio::spawn(lasting("tidying", node.clone(), tidy)),
            tokio::spawn(lasting("the end of shares", node.clone(), expire)),
            tokio::spawn(lasting("fleets", node.clone(), crate::events::access::run)),
            tokio::spawn(lasting("all rules", node.clone(), crate::events::rules::run)),
            tokio::spawn(lasting("streams that are gone", node.clone(), crate::streams::gone::run)),
            tokio::spawn(lasting("all webhooks", node.clone(), crate::webhooks::run)),
        ],
    }
}

impl Workers {
    /// Waits until they have come to an end, so long at most; a node that drains ends them.
    pub(crate) async fn stop(mut self, most: Duration) {
        let end = async {
            for task in &mut self.tasks {
                let _ = task.await;
            }
        };
        if tokio::time::timeout(most, end).await.is_err() {
            // What they were about is taken up by the next start.
            tracing::warn!("work was cut");
            self.tasks.iter().for_each(JoinHandle::abort);
        }
    }
}

/// Does work that ends by itself once a node drains. Where it panics it is begun anew, after a pause that is longer each time.
pub(crate) async fn lasting<W: Future<Output = ()>>(
    what: &'static str,
    node: Arc<Node>,
    work: impl Fn(Arc<Node>) -> W,
) {
    let (mut draining, mut pause) = (node.draining(), Duration::ZERO);
    loop {
        let began = Instant::now();
        if caught_of(what, work(node.clone())).await.is_ok() || *draining.borrow() {
            return;
        }
        pause = pause_after(pause, began.elapsed());
        tracing::warn!(what, pause = pause.as_secs(), "work has panicked, and begins again");
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = draining.changed() => return,
        }
    }
}

/// How long work rests that stopped after so long: twice as long as before where it did not run longer than the longest pause.
pub(crate) fn pause_after(before: Duration, ran: Duration) -> Duration {
    if ran > PAUSES.1 { PAUSES.0 } else { (before * 2).clamp(PAUSES.0, PAUSES.1) }
}

/// Keys, sessions, what is too old, and what was not told to its end.
async fn tidy(node: Arc<Node>) {
    let mut draining = node.draining();
    let mut every = tokio::time::interval(Duration::from_secs(600));
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = every.tick() => {}
            _ = draining.changed() => return,
        }
        if let Err(problem) = node.tidy().await {
            tracing::warn!(code = problem.code, "tidying failed");
        }
        if let Err(problem) = crate::settings::tell_rest(&node).await {
            tracing::warn!(code = problem.code, "not all were told of their settings");
        }
    }
}

/// Shares end when their time has come.
async fn expire(node: Arc<Node>) {
    let mut draining = node.draining();
    let mut every = tokio::time::interval(Duration::from_secs(1));
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut unread = 0;
    loop {
        tokio::select! {
            _ = every.tick() => {}
            _ = draining.changed() => return,
        }
        match end_shares(&node).await {
            Ok(now) => {
                // Each pass comes to them again: of the same is said nothing more.
                if now > 0 && now != unread {
                    node.note_damage();
                    tracing::warn!(count = now, "shares whose time has come do not read, and did not end");
                }
                unread = now;
            }
            Err(problem) => tracing::warn!(code = problem.code, "shares did not end"),
        }
    }
}

/// One pass; gives how many of the shares whose time has come do not read.
async fn end_shares(node: &Node) -> Result<usize, Problem> {
    let mut pass = EndsOfShares::default();
    if !node.look(|view| crate::items::is_share_due(view)).await? {
        return Ok(0);
    }
    while !pass.is_over && !node.is_draining() {
        pass = node.commit(|edit| Ok(pass.turn(edit)?)).await?;
    }
    Ok(pass.unread)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::node::NodeConfig;

    #[test]
    fn work_that_stops_again_and_again_rests_longer_each_time_up_to_a_minute() {
        let (mut pause, mut pauses) = (Duration::ZERO, Vec::new());
        for ran in [0, 0, 1, 0, 0, 59, 0, 0, 61, 0] {
            pause = pause_after(pause, Duration::from_secs(ran));
            pauses.push(pause.as_secs());
        }
        assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 60, 60, 1, 2]);
    }

    #[tokio::test(start_paused = true)]
    async fn work_that_panics_is_begun_anew_and_does_not_spin() {
        let folder = tempfile::tempdir().unwrap();
        let node = Node::open(folder.path(), NodeConfig::default()).await.unwrap();
        let (count, began) = (Cell::new(0), Instant::now());
        let work = |_| {
            count.set(count.get() + 1);
            let is_last = count.get() == 6;
            async move {
                tokio::task::yield_now().await;
                assert!(is_last, "not yet");
            }
        };
        lasting("a test", node.clone(), work).await;
        assert_eq!((count.get(), began.elapsed().as_secs()), (6, 1 + 2 + 4 + 8 + 16));
        // Nor is it waited for by a node that drains.
        let (began, drained) = (Instant::now(), node.clone());
        let panics = async |_| panic!("again");
        tokio::join!(lasting("a test", node, panics), async move { drained.drain() });
        assert_eq!(began.elapsed().as_secs(), 0);
    }
}
