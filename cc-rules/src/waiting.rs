//! Events that wait until their instant is complete, and the watermark that says when it is.

use cc_core::Event;

use crate::engine::{Run, in_order};
use crate::pack::limits::MAX_WAITING;
use crate::state::NONE;

/// The waiting events of one vehicle.
#[derive(Clone, Debug, Default)]
pub(crate) struct Waiting {
    /// The newest accepted instant.
    newest: Option<i64>,
    /// Sorted up to `sorted`, then as they came.
    queue: Vec<(i64, Event)>,
    sorted: usize,
}

/// What releasing events came to.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Released {
    pub(crate) duplicates: u64,
    /// Released before their time, for want of room.
    pub(crate) early: u64,
}

impl Waiting {
    pub(crate) fn restore(newest: Option<i64>, queue: Vec<(i64, Event)>) -> Self {
        Self { newest, queue, sorted: 0 }
    }

    pub(crate) fn newest(&self) -> Option<i64> {
        self.newest
    }

    /// Everything before this is complete: the newest instant less the lateness.
    pub(crate) fn watermark(&self, lateness: i64) -> i64 {
        self.newest.map_or(NONE, |newest| newest.saturating_sub(lateness))
    }

    /// The earliest waiting instant.
    pub(crate) fn earliest(&self) -> Option<i64> {
        self.queue.iter().map(|(at, _)| *at).min()
    }

    pub(crate) fn add(&mut self, at: i64, event: Event) {
        self.newest = self.newest.max(Some(at));
        self.queue.push((at, event));
    }

    pub(crate) fn is_over_full(&self) -> bool {
        self.queue.len() > MAX_WAITING
    }

    /// The waiting events in canonical order.
    pub(crate) fn sorted(&mut self) -> &[(i64, Event)] {
        if self.sorted < self.queue.len() {
            self.queue.sort_by(|a, b| in_order((a.0, &a.1), (b.0, &b.1)));
            self.sorted = self.queue.len();
        }
        &self.queue
    }

    /// Hands every event before `until` to the run, then lets time pass up to it.
    pub(crate) fn release_before(&mut self, until: i64, run: &mut Run<'_>) -> Released {
        let count = self.sorted().partition_point(|(at, _)| *at < until);
        let duplicates = self.release(count, run);
        run.advance(until);
        Released { duplicates, early: 0 }
    }

    /// Hands over everything.
    pub(crate) fn release_all(&mut self, run: &mut Run<'_>) -> Released {
        let count = self.sorted().len();
        Released { duplicates: self.release(count, run), early: 0 }
    }

    /// Hands over the earliest instant, complete or not.
    pub(crate) fn release_earliest(&mut self, run: &mut Run<'_>) -> Released {
        let queue = self.sorted();
        let first = queue.first().map(|(at, _)| *at);
        let count = queue.partition_point(|(at, _)| Some(*at) == first);
        Released { duplicates: self.release(count, run), early: count as u64 }
    }

    fn release(&mut self, count: usize, run: &mut Run<'_>) -> u64 {
        if count == 0 {
            return 0;
        }
        let duplicates = {
            let released: Vec<(i64, &Event)> =
                self.queue[..count].iter().map(|(at, event)| (*at, event)).collect();
            run.take(&released)
        };
        self.queue.drain(..count);
        self.sorted -= count;
        duplicates
    }
}
