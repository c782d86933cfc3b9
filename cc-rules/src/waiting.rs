//! Events that wait until their instant is complete, and the watermark that says when it is.

use std::cmp::Ordering;

use cc_core::Event;

use crate::engine::Run;
use crate::pack::limits::MAX_WAITING;
use crate::state::NONE;

/// An event with its instant in nanoseconds.
pub(crate) type Queued = (i64, Event);

/// The waiting events of one vehicle, while nothing is done with them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Waiting {
    /// The newest accepted instant.
    newest: Option<i64>,
    /// In canonical order, each event once.
    queue: Vec<Queued>,
}

/// So few events are moved to the desk; a longer queue lends its memory.
const FEW: usize = 32;

/// What releasing events came to.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Released {
    pub(crate) duplicates: u64,
    /// Released before their time, for want of room.
    pub(crate) early: u64,
}

impl Waiting {
    pub(crate) fn restore(newest: Option<i64>, mut queue: Vec<Queued>) -> Self {
        settle(&mut queue);
        Self { newest, queue }
    }

    pub(crate) fn newest(&self) -> Option<i64> {
        self.newest
    }

    /// Everything before this is complete: the newest instant less the lateness.
    pub(crate) fn watermark(&self, lateness: i64) -> i64 {
        self.newest.map_or(NONE, |newest| newest.saturating_sub(lateness))
    }

    /// The waiting events in canonical order.
    pub(crate) fn queue(&self) -> &[Queued] {
        &self.queue
    }

    /// Puts the events on the desk, which must be empty.
    pub(crate) fn open<'d>(&'d mut self, desk: &'d mut Vec<Queued>) -> Desk<'d> {
        if self.queue.len() <= FEW {
            desk.append(&mut self.queue);
        } else {
            std::mem::swap(&mut self.queue, desk);
        }
        Desk { waiting: self, events: desk, settled: true, crowded: false, duplicates: 0 }
    }
}

/// One vehicle's waiting events, ready to be added to and released. One desk serves all vehicles in turn, so that none
/// keeps memory for events that it sent long ago.
pub(crate) struct Desk<'d> {
    waiting: &'d mut Waiting,
    events: &'d mut Vec<Queued>,
    /// Whether the events are in canonical order, each there once.
    settled: bool,
    /// Whether so many wait that finding one's place at once is cheaper than putting all in order again.
    crowded: bool,
    /// Dropped since the last release.
    duplicates: u64,
}

impl Desk<'_> {
    pub(crate) fn watermark(&self, lateness: i64) -> i64 {
        self.waiting.watermark(lateness)
    }

    /// Takes an event in, unless it waits already. Room is never taken up by a duplicate.
    pub(crate) fn add(&mut self, at: i64, event: Event) {
        self.waiting.newest = self.waiting.newest.max(Some(at));
        let order = self.events.last().map_or(Ordering::Less, |last| canonical(last, at, &event));
        match order {
            Ordering::Equal => self.duplicates += 1,
            Ordering::Less if self.settled => self.events.push((at, event)),
            _ if self.crowded || self.events.len() >= MAX_WAITING => {
                self.settle();
                self.crowded = self.events.len() > MAX_WAITING / 2;
                match self.events.binary_search_by(|queued| canonical(queued, at, &event)) {
                    Ok(_) => self.duplicates += 1,
                    Err(place) => self.events.insert(place, (at, event)),
                }
            }
            _ => {
                self.events.push((at, event));
                self.settled = false;
            }
        }
    }

    /// Whether more different events wait than may.
    pub(crate) fn is_over_full(&self) -> bool {
        self.events.len() > MAX_WAITING
    }

    /// Hands every event before `until` to the run, then lets time pass up to it.
    pub(crate) fn release_before(&mut self, until: i64, run: &mut Run<'_>) -> Released {
        self.settle();
        let count = self.events.partition_point(|(at, _)| *at < until);
        let duplicates = self.release(count, run);
        run.advance(until);
        Released { duplicates, early: 0 }
    }

    /// Hands over everything.
    pub(crate) fn release_all(&mut self, run: &mut Run<'_>) -> Released {
        self.settle();
        Released { duplicates: self.release(self.events.len(), run), early: 0 }
    }

    /// Hands over the earliest instant, complete or not.
    pub(crate) fn release_earliest(&mut self, run: &mut Run<'_>) -> Released {
        self.settle();
        let first = self.events.first().map(|(at, _)| *at);
        let count = self.events.partition_point(|(at, _)| Some(*at) == first);
        Released { duplicates: self.release(count, run), early: count as u64 }
    }

    /// Clears the desk; gives the duplicates dropped meanwhile.
    pub(crate) fn close(mut self) -> u64 {
        self.settle();
        if self.events.len() <= FEW {
            self.waiting.queue.append(self.events);
        } else {
            std::mem::swap(&mut self.waiting.queue, self.events);
        }
        self.duplicates
    }

    fn settle(&mut self) {
        if !self.settled {
            self.duplicates += settle(self.events);
            self.settled = true;
        }
    }

    fn release(&mut self, count: usize, run: &mut Run<'_>) -> u64 {
        run.take(&self.events[..count]);
        self.events.drain(..count);
        std::mem::take(&mut self.duplicates)
    }
}

fn canonical(queued: &Queued, at: i64, event: &Event) -> Ordering {
    queued.0.cmp(&at).then_with(|| queued.1.canonical_cmp(event))
}

/// Puts events in canonical order and drops those that are there twice; gives how many.
fn settle(events: &mut Vec<Queued>) -> u64 {
    events.sort_by(|a, b| canonical(a, b.0, &b.1));
    let before = events.len();
    events.dedup_by(|b, a| canonical(a, b.0, &b.1).is_eq());
    (before - events.len()) as u64
}
