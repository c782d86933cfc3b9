//! Whoever reads a feed of messages: what waits for them, oldest first, and what they have in hand.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::mpsc;

use crate::client::Order;
use crate::decide::Backoff;

/// Messages of a feed. The next delivery comes once this one was taken.
#[must_use = "messages that are not taken come again"]
pub struct Delivery {
    /// The messages, each a JSON text.
    pub messages: Vec<Box<str>>,
    /// Messages before these are missing: the platform no longer keeps what was not read in time. How many is
    /// not known.
    pub is_after_gap: bool,
    handed: Handed,
    /// It is of a person who is not signed in any more.
    is_void: Arc<AtomicBool>,
}

impl Delivery {
    pub(crate) fn is_void(&self) -> bool {
        self.is_void.load(Ordering::SeqCst)
    }

    /// Acknowledges the delivery. Once that is stored, no process with this file gets it again. If the
    /// process crashes or the disk is full before that, it comes again. Acknowledge before `shutdown`; after
    /// it nothing is stored.
    ///
    /// Another process may have had the same messages in hand at the same time: it keeps them as well. A
    /// delivery that is dropped without this comes again, after a wait that grows to 30 s, or at once to a
    /// new reader.
    pub fn taken(mut self) {
        self.handed.is_taken = true;
    }
}

impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivery").field("messages", &self.messages.len()).finish_non_exhaustive()
    }
}

/// One handing of messages to a reader: the client hears of its end, however that comes.
struct Handed {
    orders: mpsc::WeakUnboundedSender<Order>,
    feed: Box<str>,
    ticket: u64,
    number: u64,
    is_taken: bool,
}

impl Drop for Handed {
    fn drop(&mut self) {
        // Without a client nothing is marked as taken.
        let Some(orders) = self.orders.upgrade() else { return };
        let feed = std::mem::take(&mut self.feed);
        let end = End { ticket: self.ticket, number: self.number, is_taken: self.is_taken };
        let _ = orders.send(Order::Handed { feed, end });
    }
}

/// How a handing ended.
#[derive(Clone, Copy)]
pub(crate) struct End {
    ticket: u64,
    number: u64,
    is_taken: bool,
}

/// What follows from the end of a handing.
#[derive(Default)]
pub(crate) struct Ended {
    /// These messages are done with.
    pub(crate) ticket: Option<u64>,
    /// They are handed again after that time, unless something else was handed by then.
    pub(crate) again: Option<(u64, Duration)>,
}

/// Who reads a feed of messages, and what waits for it, oldest first.
#[derive(Default)]
pub(crate) struct Reader {
    to: Option<mpsc::Sender<Delivery>>,
    unread: VecDeque<Unread>,
    /// Which handing the reader has in hand, or dropped and has to wait for.
    handed: Option<u64>,
    handings: u64,
    /// Of what was handed last.
    is_void: Arc<AtomicBool>,
    /// How often in a row the oldest were dropped.
    untaken: u32,
    /// What was before that which comes next is gone.
    is_after_gap: bool,
    /// Whether another process has the oldest is being looked for.
    is_looked_for: bool,
}

/// What waits to be handed out.
struct Unread {
    ticket: u64,
    messages: Vec<Box<str>>,
    is_after_gap: bool,
}

/// A reader that drops what it gets, because its disk is full say, gets it again so soon.
const AGAIN: Backoff = Backoff { base: Duration::from_secs(1), cap: Duration::from_secs(30) };

impl Reader {
    /// Another reader takes the place of the one before, and waits for nothing that it did. What that one had not fetched is the other's.
    pub(crate) fn replace(&mut self, to: mpsc::Sender<Delivery>) {
        self.to = Some(to);
        self.is_void.store(true, Ordering::SeqCst);
        self.handed = None;
        self.untaken = 0;
    }

    /// What waits is of a person who is not signed in any more. What comes next waits for what the reader has in hand.
    pub(crate) fn forget(&mut self) {
        self.unread.clear();
        self.is_void.store(true, Ordering::SeqCst);
        self.is_after_gap = false;
    }

    pub(crate) fn push(&mut self, ticket: u64, messages: Vec<Box<str>>) {
        // A delivery of nothing tells nobody.
        let is_after_gap = !messages.is_empty() && std::mem::take(&mut self.is_after_gap);
        self.unread.push_back(Unread { ticket, messages, is_after_gap });
    }

    /// These are not to be handed out: another process has them, or they come again.
    pub(crate) fn withdraw(&mut self, ticket: u64) {
        let Some(place) = self.unread.iter().position(|unread| unread.ticket == ticket) else { return };
        let Some(gone) = self.unread.remove(place) else { return };
        if place == 0 {
            // Nor is it given to a reader for whom it waits.
            self.is_void.store(true, Ordering::SeqCst);
        }
        // That messages are missing is said with what comes next.
        let next = self.unread.get_mut(place).map(|next| &mut next.is_after_gap);
        *next.unwrap_or(&mut self.is_after_gap) |= gone.is_after_gap;
    }

    pub(crate) fn missed(&mut self) {
        self.is_after_gap = true;
    }

    /// The oldest messages, where they would be handed out: it is to be looked whether another process has them.
    pub(crate) fn next(&mut self) -> Option<u64> {
        let is_open = self.to.as_ref().is_some_and(|to| !to.is_closed());
        let next = self.unread.front().filter(|_| is_open && self.handed.is_none() && !self.is_looked_for)?;
        self.is_looked_for = true;
        Some(next.ticket)
    }

    /// Was looked for, and may be handed out; false where something else is the oldest by now.
    pub(crate) fn was_looked_for(&mut self, ticket: u64) -> bool {
        self.is_looked_for = false;
        self.unread.front().is_some_and(|oldest| oldest.ticket == ticket)
    }

    /// Hands out the oldest messages, unless the reader has something in hand.
    pub(crate) fn hand(&mut self, feed: &str, orders: &mpsc::WeakUnboundedSender<Order>) {
        let Some(to) = self.to.as_ref().filter(|to| !to.is_closed() && self.handed.is_none()) else { return };
        let Some(Unread { ticket, messages, is_after_gap }) = self.unread.front() else { return };
        self.handings += 1;
        self.handed = Some(self.handings);
        // Nobody is to be troubled with no messages: only the position moves, in its turn.
        let is_taken = messages.is_empty();
        let (orders, feed) = (orders.clone(), feed.into());
        let handed = Handed { orders, feed, ticket: *ticket, number: self.handings, is_taken };
        if !is_taken {
            let is_void = Arc::<AtomicBool>::default();
            self.is_void = is_void.clone();
            let (messages, is_after_gap) = (messages.clone(), *is_after_gap);
            let delivery = Delivery { messages, is_after_gap, handed, is_void };
            // There is room: what was handed before has left it.
            let _ = to.try_send(delivery);
        }
    }

    /// A handing has ended: the messages are done with, or wait to be handed again. A reader of before may take them late.
    pub(crate) fn ended(&mut self, end: End) -> Ended {
        let is_oldest = self.unread.front().is_some_and(|oldest| oldest.ticket == end.ticket);
        let is_present = self.handed == Some(end.number);
        let mut ended = Ended::default();
        if end.is_taken && is_oldest {
            self.unread.pop_front();
            self.untaken = 0;
            ended.ticket = Some(end.ticket);
        }
        if is_present && is_oldest && !end.is_taken {
            ended.again = Some((end.number, AGAIN.delay(self.untaken, 1.0, None)));
            self.untaken = self.untaken.saturating_add(1);
        } else if is_present {
            self.handed = None;
        }
        ended
    }

    /// The wait after an untaken delivery is over.
    pub(crate) fn waited(&mut self, number: u64) {
        if self.handed == Some(number) {
            self.handed = None;
        }
    }
}
