//! What must hold, whatever fails.

use std::collections::BTreeMap;
use std::time::Duration;

use cc_core::Timestamp;
use sha2::{Digest as _, Sha256};

use super::people::SOMEBODY;
use super::{CAR, Event, Unread, World, position};
use crate::decide::{FeedState, OutboxState, SendOutcome};
use crate::engine::{Input, StoreClient, StoreCommand, gap};
use crate::store::{MemoryStore, NAMELESS, Record, Standing, Store};
use crate::testing::Flaw;
use crate::wire::ProblemCode;
use crate::{WriteId, again};

/// Whether a write waits for the platform to say whose the session, of this digest, is under which it was written.
pub(super) fn waits_aside(
    store: &MemoryStore,
    device: Timestamp,
    id: WriteId,
    session: Option<[u8; 32]>,
) -> Result<bool, String> {
    let (mut store, client) = (store.clone(), StoreClient { lane: "main", owner: 0 });
    let answer = client.execute(&mut store, device, StoreCommand::LetGo { session });
    answer.and_then(|_| Ok(store.standing(id)?.is_some())).map_err(|error| error.to_string())
}

impl World {
    pub(super) fn changed(&mut self, records: &[Record]) {
        for record in records {
            let place = (record.collection.clone(), record.key.clone());
            // Only a listing may go back: it tells what is gone in the version that was known.
            let last = self.shown.insert(place, record.version);
            if last.is_some_and(|last| last > record.version) {
                self.breaks(format!("version {} was shown after {last:?}", record.version));
            }
        }
    }

    pub(super) fn settled(&mut self, id: WriteId, outcome: SendOutcome) {
        if self.strange.contains(&id) && outcome == NAMELESS {
            return;
        }
        if !self.platform.knows(id) {
            self.breaks("a write was settled that never arrived");
        }
        let is_due = match outcome {
            SendOutcome::Rejected(ProblemCode::TooLarge) => self.large.contains(&id),
            SendOutcome::Rejected(_) | SendOutcome::Unreadable => false,
            _ => true,
        };
        if !is_due {
            self.breaks(format!("a write was settled as {outcome:?}"));
        }
        match self.writes.get_mut(&id) {
            None => self.breaks("a write was settled that nobody wrote"),
            Some(Some(before)) => {
                let before = *before;
                self.breaks(format!("a write was settled twice: {before:?}, {outcome:?}"));
            }
            Some(open) => *open = Some(outcome),
        }
    }

    /// A write goes on under another id: what is done under the old one would be done twice.
    pub(super) fn sent_again(&mut self, id: WriteId, now: WriteId) {
        self.count("sent again");
        match self.writes.remove(&id) {
            Some(None) => drop(self.writes.insert(now, None)),
            _ => self.breaks("a write that nobody waits for has another id"),
        }
        if self.large.remove(&id) {
            self.large.insert(now);
        }
    }

    /// A process that was killed may not have told the app that a write has another id.
    pub(super) fn looks_for_other_ids(&mut self) {
        let open = self.writes.iter().filter(|(_, outcome)| outcome.is_none());
        for id in open.map(|(id, _)| *id).collect::<Vec<_>>() {
            if let Ok(Some(now)) = again::now(&mut self.store, id) {
                self.sent_again(id, now);
            }
        }
    }

    /// Messages are handed out: each after the one before it, and none left out.
    pub(super) fn delivered(&mut self, messages: &[Box<str>], ticket: u64) {
        let (mut from, mut is_told) = (None, false);
        for message in messages {
            let number = message.trim_start_matches("{\"n\":").trim_end_matches('}').parse::<usize>();
            let Ok(number) = number else { return self.breaks("a message that nobody sent") };
            // What the platform has forgotten meanwhile cannot come.
            let was_cut = number > self.next && self.cuts.contains(&number);
            is_told |= self.missed.take().is_some();
            let was_told = self.unread.iter().any(|unread| unread.tells == Some(self.gaps));
            if self.gaps_told != self.gaps && !is_told && !was_told {
                return self.breaks("messages behind a gap came, and nobody said so");
            }
            // A feed that was never read begins with what is kept.
            let is_new = self.store.position(CAR).ok().flatten().is_none();
            if was_cut && !is_told && !is_new {
                return self
                    .breaks(format!("message {number} came, and nobody said that others are missing"));
            }
            if number != self.next && !was_cut {
                return self.breaks(format!("message {number} came where {} was due", self.next));
            }
            from.get_or_insert(number);
            self.next = number + 1;
        }
        self.report.messages += messages.len() as u64;
        let tells = is_told.then_some(self.gaps);
        self.unread.push_back(Unread { ticket, range: from.unwrap_or(self.next)..self.next, tells });
        if self.has_flaw(Flaw::TakesUnread) {
            self.tell(Input::Delivered { ticket });
        }
        if self.unread.len() == 1 {
            self.reads_on();
        }
    }

    /// The app is told that messages are missing.
    pub(super) fn missed(&mut self, feed: &str) {
        self.missed = Some(self.now);
        self.count("missed");
        // A process of before may not have got round to it.
        let is_kept = gap::is_kept(&mut self.store, feed).unwrap_or(false);
        if feed != CAR || (!is_kept && self.platform.begins(CAR) <= self.position()) {
            self.breaks(format!("messages of {feed} were said to be missing that are kept"));
        }
    }

    /// What could not be stored comes again.
    pub(super) fn withdrawn(&mut self, ticket: u64) {
        let Some(place) = self.unread.iter().position(|unread| unread.ticket == ticket) else { return };
        // That messages are missing is said with what comes next.
        if self.unread.remove(place).is_some_and(|gone| gone.tells.is_some()) {
            self.missed = Some(self.now);
        }
    }

    /// The app takes what it was handed, one after the other, when it has the time.
    fn reads_on(&mut self) {
        let wait = Duration::from_millis(self.dice.below(if self.calm { 1_000 } else { 20_000 }));
        self.at(self.now + wait, Event::Taken { life: self.life });
    }

    /// The app has messages for good.
    pub(super) fn taken(&mut self) {
        let Some(Unread { ticket, range, tells }) = self.unread.pop_front() else { return };
        self.gaps_told = tells.unwrap_or(self.gaps_told);
        if range.start > self.has && !self.cuts.contains(&range.start) {
            return self
                .breaks(format!("message {} came, and the app has {} of them", range.start, self.has));
        }
        self.has = self.has.max(range.end);
        if !self.unread.is_empty() {
            self.reads_on();
        }
        self.tell(Input::Delivered { ticket });
    }

    /// What the position on disk says was read, is on disk.
    pub(super) fn nothing_is_missing(&mut self) {
        let read = position(self.store.position("me").ok().flatten().as_ref()).unwrap_or(0);
        let (mut told, mut deleted) = (BTreeMap::new(), BTreeMap::new());
        for (index, text) in self.platform.log("me").iter().enumerate() {
            let Some(Record { collection, key, version, value, .. }) = Record::parse(text) else { continue };
            if value.is_none() {
                deleted.insert((collection, key), version);
            } else if index < read {
                told.insert((collection, key), version);
            }
        }
        for (place, version) in told {
            let known = self.store.record(&place.0, &place.1).map(|record| record.version);
            // What was deleted since may be gone here, too: a listing tells of it earlier than the feed.
            let may_be_gone = deleted.get(&place).is_some_and(|deleted| *deleted > version);
            if known < Some(version) && !(known.is_none() && may_be_gone) {
                let (collection, key) = place;
                return self
                    .breaks(format!("{collection} {key} is {known:?} on disk, and was read as {version}"));
            }
        }
    }

    /// A backoff after the last fault: everything must have come to rest, and both sides tell the same.
    pub(super) fn evening(&mut self) -> Result<(), String> {
        let status = self.engine.status(self.now);
        let live = status.feeds.iter().all(|(_, state)| {
            matches!(state, FeedState::Live | FeedState::Connecting | FeedState::CatchingUp)
        });
        if !live || status.outbox != OutboxState::Idle {
            return Err(format!("no rest: {status:?}"));
        }
        for id in &self.strange {
            let standing = self.store.standing(*id).map_err(|error| error.to_string())?;
            let session = Some(Sha256::digest(SOMEBODY.as_bytes()).into());
            let is_kept = match standing {
                None => waits_aside(&self.store, self.device_time(), *id, session)?,
                standing => standing == Some(Standing::Settled(NAMELESS)),
            };
            if self.platform.knows(*id) || !is_kept {
                return Err(format!("what somebody wrote whom nobody knew is {standing:?}"));
            }
        }
        if let Some(id) = self.platform.applied().keys().find(|id| !self.writes.contains_key(id)) {
            return Err(format!("the change {id} was done, and nobody wrote it"));
        }
        for (id, outcome) in &self.writes {
            if !self.platform.knows(*id) {
                return Err(format!("the accepted write {id} never arrived"));
            }
            let times = self.platform.applied().get(id).copied().unwrap_or(0);
            let is_done = matches!(outcome, Some(SendOutcome::Applied | SendOutcome::Duplicate));
            if times > 1 || (is_done && times == 0) {
                return Err(format!("the write {id} was done {times} times, and told as {outcome:?}"));
            }
        }
        let (told, on_disk) = (self.platform.log(CAR).len(), self.position());
        if self.has != told || on_disk != told {
            return Err(format!("the app has {} of {told} messages, {on_disk} by what is on disk", self.has));
        }
        for (collection, key) in
            self.platform.keys().map(|(a, b)| (a.to_owned(), b.to_owned())).collect::<Vec<_>>()
        {
            let known = self.store.item(&collection, &key).map_err(|error| error.to_string())?;
            let expected = self.platform.item(&collection, &key);
            let found = known.as_ref().map(|item| (item.version, &*item.value));
            if found != expected {
                return Err(format!("{collection} {key}: {found:?} here, {expected:?} there"));
            }
        }
        let items = self.store.items("places", "", u32::MAX).map_err(|error| error.to_string())?;
        for item in items {
            if self.platform.item("places", &item.key).is_none() {
                return Err(format!("places {} is here and not there", item.key));
            }
        }
        Ok(())
    }
}
