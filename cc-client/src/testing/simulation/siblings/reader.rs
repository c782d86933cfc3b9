//! The messages that wait for an app, as a driver hands them out: once it is looked whether another process has taken them, and to nobody of
//! whom it is not known who they are.

use std::collections::VecDeque;
use std::ops::Range;
use std::time::Duration;

use serde::Deserialize;

use super::{Address, CAR, Event, Job, NAMES, SECOND, SiblingFlaw, World, position};
use crate::engine::Input;
use crate::handing::Looked;

/// Messages that wait for the app to take them.
#[derive(Clone)]
pub(super) struct Unread {
    ticket: u64,
    who: usize,
    range: Range<usize>,
}

#[derive(Default)]
pub(super) struct Reader {
    unread: VecDeque<Unread>,
    /// Whether another process has the oldest is being looked for.
    is_looked_for: bool,
    /// On its way to the app, or in its hands.
    handed: Option<Unread>,
    /// Somebody else came before the app had it.
    is_void: bool,
    /// It counts for whoever reads by now.
    counts: bool,
    /// Messages before that were taken here.
    taken: usize,
    /// How often the feed had begun anew when that began to count.
    begun: u64,
}

impl Reader {
    /// Somebody begins to read: what the app has in hand is of whoever did before.
    pub(super) fn counts_anew(&mut self, begun: u64) {
        self.begun = begun;
        self.taken = 0;
        self.counts = false;
    }

    /// Messages from there on may come again.
    pub(super) fn comes_again(&mut self, from: usize) {
        self.taken = self.taken.min(from);
    }
}

impl World {
    /// Messages came: they wait until the app has taken those before them.
    pub(super) fn delivered(&mut self, number: usize, messages: &[Box<str>], ticket: u64) {
        #[derive(Deserialize)]
        struct Message {
            n: usize,
            of: usize,
        }
        let mut range = 0..0;
        let mut who = 0;
        for (index, message) in messages.iter().enumerate() {
            let Ok(message) = serde_json::from_str::<Message>(message) else {
                return self.breaks("a message that nobody sent");
            };
            who = message.of;
            if index > 0 && message.n != range.end {
                return self.breaks(format!("message {} came where {} was due", message.n, range.end));
            }
            range = if index == 0 { message.n..message.n + 1 } else { range.start..message.n + 1 };
        }
        self.report.messages += messages.len() as u64;
        self.processes[number].reader.unread.push_back(Unread { ticket, who, range });
        if self.has_flaw(SiblingFlaw::TakesUnread) {
            self.tell(number, Input::Delivered { ticket });
        }
        self.hands_out(number);
    }

    /// These come again, or another process has them.
    pub(super) fn withdrawn(&mut self, number: usize, ticket: u64) {
        self.processes[number].reader.unread.retain(|unread| unread.ticket != ticket);
    }

    /// Another person is here.
    pub(super) fn forget_messages(&mut self, number: usize) {
        if !self.has_flaw(SiblingFlaw::KeepsUnread) {
            self.processes[number].reader.unread.clear();
            self.processes[number].reader.is_void = true;
        }
    }

    /// The oldest messages are to be handed out, unless the app has some in hand.
    pub(super) fn hands_out(&mut self, number: usize) {
        let reader = &mut self.processes[number].reader;
        if reader.handed.is_none()
            && !reader.is_looked_for
            && let Some(ticket) = reader.unread.front().map(|unread| unread.ticket)
        {
            reader.is_looked_for = true;
            self.give(number, Job::Stands { ticket });
        }
    }

    /// The store says where the feed stands.
    pub(super) fn looks_where(&mut self, number: usize, ticket: u64) {
        let mine = self.processes[number].mine.clone();
        let found = Looked::at(&mine, &mut self.store, CAR);
        let (looked, is_anothers) = found.unwrap_or((Looked::Unread, false));
        self.processes[number].is_anothers |= is_anothers;
        let when = self.heard_at(number);
        let to = self.address(number);
        self.at(when, Event::Stands { to, ticket, looked });
    }

    /// The process hears where the feed stands.
    pub(super) fn stands(&mut self, to: Address, ticket: u64, looked: Looked) {
        let number = to.process;
        self.processes[number].reader.is_looked_for = false;
        let oldest = |world: &Self| world.processes[number].reader.unread.front().cloned();
        let is_oldest = |world: &Self| oldest(world).is_some_and(|oldest| oldest.ticket == ticket);
        if let Looked::Hidden { is_unknown } = looked
            && is_oldest(self)
            && !self.processes[number].mine.is_unknown()
        {
            self.count("hidden where it looked");
            if is_unknown {
                self.hands_out(number);
            }
            return;
        }
        let mut stored = 0;
        if is_oldest(self)
            && let Looked::At(at) = looked
        {
            stored = position(Some(&at)).unwrap_or(0);
            if !self.has_flaw(SiblingFlaw::GivesWithoutALook) {
                self.tell(number, Input::Handing { ticket, at });
            }
        }
        if !is_oldest(self) {
            return self.hands_out(number);
        }
        let handed = oldest(self);
        if let Some(Unread { range, .. }) = &handed
            && range.start < range.end.min(stored)
            && !self.has_flaw(SiblingFlaw::TakesUnread)
        {
            return self.breaks(format!("process {number} is given message {}, which is taken", range.start));
        }
        self.processes[number].reader.is_void = false;
        self.processes[number].reader.handed = handed;
        self.gives(to);
    }

    /// What was handed out reaches the app, once it is known who that is.
    pub(super) fn gives(&mut self, to: Address) {
        let number = to.process;
        let process = &self.processes[number];
        let Some(Unread { who, range, .. }) = process.reader.handed.clone() else { return };
        let keeps = self.has_flaw(SiblingFlaw::KeepsUnread);
        if range.is_empty() {
            return self.taken(to);
        }
        if process.reader.is_void && !keeps {
            self.processes[number].reader.handed = None;
            return self.hands_out(number);
        }
        if (process.mine.is_unknown() || process.is_anothers) && !keeps {
            return self.at(self.now + SECOND, Event::Gives(to));
        }
        if let Some(last) = process.who().filter(|last| *last != who) {
            let (mine, owner) = (NAMES[last], NAMES[who]);
            return self.breaks(format!("process {number} gives {mine} messages of {owner}"));
        }
        let begun = self.hands + self.gaps;
        let reader = &mut self.processes[number].reader;
        let taken = reader.taken;
        if range.start < taken && std::mem::replace(&mut reader.begun, begun) != begun {
            // The store became another's, and is this person's again, or there was a gap: what is kept comes again, once.
            reader.counts_anew(begun);
        } else if range.start < taken && !self.has_flaw(SiblingFlaw::TakesUnread) {
            return self.breaks(format!(
                "process {number} is given message {} again, and has taken all before {taken}",
                range.start
            ));
        }
        self.processes[number].reader.counts = true;
        let wait = self.dice.below(if self.calm { 500 } else { 25_000 });
        self.at(self.now + Duration::from_millis(wait), Event::Taken(to));
    }

    /// The wait after a delivery that was not taken is over.
    pub(super) fn waited(&mut self, number: usize) {
        self.processes[number].reader.handed = None;
        self.hands_out(number);
    }

    /// An app has messages for good, or has dropped them.
    pub(super) fn taken(&mut self, to: Address) {
        let number = to.process;
        if self.processes[number].reader.handed.as_ref().is_some_and(|handed| !handed.range.is_empty())
            && self.fault(self.faults.drop_answer, "delivery dropped")
        {
            // It has them not: they come again after a wait.
            let wait = Duration::from_millis(1_000 + self.dice.below(29_000));
            return self.at(self.now + wait, Event::Waited(to));
        }
        let Some(Unread { ticket, who, range }) = self.processes[number].reader.handed.take() else { return };
        let reader = &mut self.processes[number].reader;
        if !range.is_empty() {
            if reader.counts {
                reader.taken = reader.taken.max(range.end);
            }
            if !self.has_flaw(SiblingFlaw::TakesUnread) || self.dice.one_in(2) {
                self.had[who].extend(range);
            }
        }
        let reader = &mut self.processes[number].reader;
        if reader.unread.front().is_some_and(|oldest| oldest.ticket == ticket) {
            reader.unread.pop_front();
            self.tell(number, Input::Delivered { ticket });
        }
        self.hands_out(number);
    }
}
