//! What must hold, whatever fails, and whichever process does what.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::super::checks::waits_aside;
use super::network::{ROUNDING, SLOW, ids, kept_doubt, kept_wait};
use super::people::marker;
use super::{CAR, Event, Fate, Job, NAMES, Place, SECOND, SiblingFlaw, World};
use crate::WriteId;
use crate::decide::{FeedState, OutboxState, SendOutcome};
use crate::engine::StoreAnswer;
use crate::mine::Hidden;
use crate::store::{NAMELESS, Record, Standing, Store, StoreError};

#[derive(Deserialize)]
struct Results<'a> {
    #[serde(borrow)]
    results: Vec<OneResult<'a>>,
}

#[derive(Deserialize)]
struct OneResult<'a> {
    id: &'a str,
    outcome: &'a str,
    #[serde(default)]
    version: u64,
}

impl World {
    /// The store has done something: what follows for what is to be watched.
    pub(super) fn executed(
        &mut self,
        number: usize,
        is_load: bool,
        answer: &Result<StoreAnswer, StoreError>,
    ) {
        match answer {
            Ok(StoreAnswer::Rows(rows)) if is_load => {
                self.read.extend(rows.iter().map(|row| (row.write.id, number)));
            }
            Ok(StoreAnswer::Stamped(again)) => {
                for (id, now) in again {
                    self.sent_again(*id, *now, None);
                }
            }
            Ok(StoreAnswer::Belongs { anew: true }) => {
                self.count("changed hands");
                self.hands += 1;
            }
            _ => {}
        }
        for (known, name) in self.quiet_kept.iter_mut().zip(["quiet", "quiet_in_doubt"]) {
            let kept = self.store.value(name).ok().flatten().unwrap_or_default();
            if kept != known.0 {
                *known = (kept, self.now);
            }
        }
    }

    /// Nobody asks before what is on disk allows it, as soon as they have looked; and nobody looks longer than a slow disk takes.
    pub(super) fn heeds_what_is_kept(&mut self, number: usize) {
        let [(wish, wished), (doubts, doubted)] = self.quiet_kept.clone();
        let doubt = kept_doubt(&doubts, self.processes[number].life);
        for (until, since) in [(kept_wait(&wish), wished), (doubt, doubted)] {
            let Some(until) = until else { continue };
            let left = until - self.now.0.as_millis() as i64;
            let has_looked = self.processes[number].looked_for_quiet > since;
            if left > ROUNDING && (has_looked || self.now - since > SLOW) {
                self.breaks(format!("process {number} asks {left} ms before the time that is on disk"));
            }
        }
    }

    /// A platform has answered writes: they are its own person's, and done once, over nothing that was not seen.
    pub(super) fn platform_changed(&mut self, who: usize, asked: &[u8], answered: &[u8]) {
        for id in ids(asked) {
            match self.writes.get(&id) {
                None => return self.breaks(format!("the write {id} was sent, and nobody wrote it")),
                Some(written) if written.who != who => {
                    let (from, to) = (NAMES[written.who], NAMES[who]);
                    return self.breaks(format!("a write of {from} was sent to the account of {to}"));
                }
                Some(_) => {}
            }
        }
        let Ok(answer) = serde_json::from_slice::<Results<'_>>(answered) else { return };
        for result in answer.results {
            let Ok(id) = result.id.parse::<WriteId>() else { continue };
            let outcome = if result.outcome == "duplicate" { "applied" } else { result.outcome };
            self.said.insert(id, outcome.into());
            if result.outcome == "applied" {
                self.was_applied(who, id, result.version);
            }
        }
    }

    fn was_applied(&mut self, who: usize, id: WriteId, version: u64) {
        let times = self.platforms[who].applied().get(&id).copied().unwrap_or(0);
        if times > 1 {
            return self.breaks(format!("the write {id} was done {times} times"));
        }
        let Some(written) = self.writes.get(&id) else { return };
        if let Fate::Discarded { was_read: false } = written.fate {
            return self.breaks(format!("the write {id} was done that was taken out before it left"));
        }
        let (place, seen) = (written.place.clone(), written.seen);
        let history = self.history.entry((who, place.clone())).or_default();
        history.insert(version, id);
        // Behind the last time that it was taken away, and what the same person had seen who decided about a write before it.
        let before: Vec<_> = history.range(..version).collect();
        let of = |id: &WriteId| self.writes.get(id);
        let gone = before.iter().rev().find(|(_, id)| of(id).is_some_and(|written| written.deletes));
        let decided = before.iter().filter_map(|(_, id)| of(id).map(|written| written.seen)).max();
        let from = seen.max(decided.unwrap_or(0)).max(gone.map_or(0, |(version, _)| **version));
        let unseen = (from + 1..version).find(|version| !history.contains_key(version));
        if let Some(unseen) = unseen.filter(|_| *place.0 == *"bookings") {
            self.breaks(format!(
                "a write of one who had seen version {seen} was done over version {unseen}, as {version}"
            ));
        }
    }

    /// An app reads what it shows.
    pub(super) fn looks(&mut self, number: usize) {
        let mine = self.processes[number].mine.clone();
        let read = |store: &mut dyn Store| {
            let mut found = Vec::new();
            for collection in ["bookings", "places"] {
                let items = store.items(collection, "", u32::MAX)?;
                found.extend(items.into_iter().map(|item| (Box::<str>::from(collection), item)));
            }
            Ok(found)
        };
        let found = if self.has_flaw(SiblingFlaw::ReadsForAnybody) {
            read(&mut self.store)
        } else {
            mine.read(&mut self.store, read)
        };
        let Ok(found) = found else { return };
        self.processes[number].screen.clear();
        for (collection, item) in found {
            let owner = (0..NAMES.len()).find(|who| item.value.contains(&marker(*who)));
            if let (Some(owner), Some(mine)) = (owner, self.processes[number].who())
                && owner != mine
            {
                let (mine, owner) = (NAMES[mine], NAMES[owner]);
                return self.breaks(format!("process {number} shows {mine} what is {owner}'s"));
            }
            let place: Place = (collection, item.key.clone());
            let looked = self.processes[number].looked.insert(place.clone(), item.version);
            // What is gone and written anew has none.
            let goes_back = looked.is_some_and(|looked| looked > item.version);
            if item.version > 0 && goes_back && !self.begins_anew(number) {
                let (collection, key) = &place;
                self.breaks(format!(
                    "process {number} shows {collection} {key} in version {} after {looked:?}",
                    item.version
                ));
            }
            self.processes[number].screen.insert(place, (item.version, item.value));
        }
    }

    /// A process looks whether another has signed somebody in, or has written anything: its app may have to show something else.
    pub(super) fn looks_whose(&mut self, number: usize, is_timed: bool) {
        let mine = self.processes[number].mine.clone();
        let Ok(hidden) = mine.hidden(&mut self.store) else { return };
        let (written, is_told_nothing) = (self.written, self.has_flaw(SiblingFlaw::ForgetsToShow));
        let process = &mut self.processes[number];
        let is_anothers = hidden == Some(Hidden::Another);
        let is_found_again = std::mem::replace(&mut process.is_anothers, is_anothers) && !is_anothers;
        let by_others = written - process.written;
        if is_timed
            && !is_told_nothing
            && std::mem::replace(&mut process.written_by_others, by_others) != by_others
        {
            self.give(number, Job::Look);
        }
        if is_found_again {
            self.hands_out(number);
        }
    }

    /// A process is told that items have changed, and its app reads them.
    pub(super) fn changed(&mut self, number: usize, records: &[Record]) {
        for record in records {
            let place = (record.collection.clone(), record.key.clone());
            let now = (record.version, record.value.clone());
            let before = self.processes[number].told.insert(place.clone(), now.clone());
            let Some(before) = before else { continue };
            let is_again = before == now && self.lists.is_none();
            if (before.0 > now.0 || is_again) && self.begins_anew(number) {
                self.processes[number].told.insert(place, now);
            } else if before.0 > now.0 {
                self.breaks(format!("process {number} was told version {} after {}", now.0, before.0));
            } else if is_again {
                // A listing tells what is there, also where another's had taken it away meanwhile.
                self.breaks(format!("process {number} was told version {} twice", now.0));
            }
        }
        if !self.has_flaw(SiblingFlaw::ForgetsToShow) {
            self.give(number, Job::Look);
        }
    }

    /// The store became another's, and is this person's again: everything is told anew, once.
    fn begins_anew(&mut self, number: usize) -> bool {
        let process = &mut self.processes[number];
        process.told.clear();
        process.looked.clear();
        std::mem::replace(&mut process.hands, self.hands) != self.hands
    }

    pub(super) fn counts_anew(&mut self, number: usize) {
        self.begins_anew(number);
        // What it had in hand when somebody else came may be taken later, and then everything comes from the beginning.
        self.processes[number].reader.counts_anew(u64::MAX);
    }

    /// Another person is here.
    pub(super) fn anew(&mut self, number: usize) {
        self.forget_messages(number);
        self.counts_anew(number);
        self.give(number, Job::Look);
    }

    pub(super) fn signed_out(&mut self, number: usize) {
        let Some((who, session)) = self.processes[number].session.take() else { return };
        if !self.over.contains(&session) {
            self.breaks(format!("process {number} is signed out though its session is good"));
        }
        self.count("found signed out");
        let address = self.address(number);
        if self.calm {
            self.at(self.now + SECOND, Event::SignsIn(address, who));
        }
    }

    pub(super) fn settled(&mut self, number: usize, id: WriteId, outcome: SendOutcome) {
        let word = match outcome {
            SendOutcome::Applied | SendOutcome::Duplicate => "applied",
            SendOutcome::Conflict => "conflict",
            _ => "rejected",
        };
        let said = self.said.get(&id).map(|said| &**said);
        if said != Some(word) && outcome != NAMELESS && !self.has_flaw(SiblingFlaw::ForgetfulPlatform) {
            self.breaks(format!("a write was told as {outcome:?}, and the platform said {said:?}"));
        }
        let before = self.processes[number].settled.insert(id, outcome);
        let is_done = |outcome: SendOutcome| matches!(outcome, SendOutcome::Applied | SendOutcome::Duplicate);
        if let Some(before) = before.filter(|before| is_done(*before) != is_done(outcome)) {
            self.breaks(format!("process {number} was told {outcome:?} of a write after {before:?}"));
        }
        if outcome == SendOutcome::Conflict {
            self.give(number, Job::Policies);
        }
        self.give(number, Job::Look);
    }

    /// A backoff after the last fault: all processes of this person must have come to rest, and tell what the platform has.
    pub(super) fn evening(&mut self, who: usize) -> Result<(), String> {
        for number in 0..self.processes.len() {
            let now = self.clock(number);
            let status = self.processes[number].engine.status(now);
            let is_live = status.feeds.iter().all(|(_, state)| {
                matches!(state, FeedState::Live | FeedState::Connecting | FeedState::CatchingUp)
            });
            if !is_live || status.outbox != OutboxState::Idle {
                return Err(format!("no rest in process {number}: {status:?}"));
            }
        }
        self.nothing_was_lost(who)?;
        let there: BTreeMap<Place, (u64, Box<str>)> = self.platforms[who]
            .keys()
            .filter_map(|(collection, key)| {
                let (version, value) = self.platforms[who].item(collection, key)?;
                Some(((collection.into(), key.into()), (version, value.into())))
            })
            .collect();
        for number in 0..self.processes.len() {
            let shown = std::mem::take(&mut self.processes[number].screen);
            let differs = |place: &&Place| shown.get(*place) != there.get(*place);
            if let Some(place) = shown.keys().chain(there.keys()).find(differs) {
                self.looks(number);
                let is_there = self.processes[number].screen == there;
                let why = if is_there { "it was not told" } else { "the store has not" };
                return Err(format!(
                    "process {number} shows {} {place:?} as {:?}, the platform has {:?}: {why}",
                    NAMES[who],
                    shown.get(place),
                    there.get(place)
                ));
            }
        }
        Ok(())
    }

    fn nothing_was_lost(&mut self, who: usize) -> Result<(), String> {
        let waits = self.store.waiting_count().map_err(|error| error.to_string())?;
        if waits > 0 {
            return Err(format!("{waits} writes wait"));
        }
        for (id, written) in self.writes.iter().filter(|(_, written)| written.who == who) {
            let times = self.platforms[who].applied().get(id).copied().unwrap_or(0);
            let standing = self.store.standing(*id).map_err(|error| error.to_string())?;
            let is_right = match (written.fate, times) {
                (Fate::Open, 1) => standing != Some(Standing::Settled(NAMELESS)),
                (Fate::Open, 0) if standing.is_none() => {
                    waits_aside(&self.store, self.device_time(), *id, written.session)?
                }
                (Fate::Open, 0) => written.is_nameless && standing == Some(Standing::Settled(NAMELESS)),
                (Fate::Discarded { was_read }, times) => times == 0 || (was_read && times == 1),
                (Fate::SentAgain(_), times) => times == 0,
                (Fate::Open, _) => false,
            };
            if !is_right {
                let fate = match written.fate {
                    Fate::Open => "open".to_owned(),
                    Fate::Discarded { .. } => "discarded".to_owned(),
                    Fate::SentAgain(now) => format!("sent again as {now}"),
                };
                return Err(format!(
                    "the accepted write {id} was done {times} times, is {standing:?}, {fate}"
                ));
            }
        }
        let told = self.platforms[who].log(CAR).len();
        if let Some(lost) = (0..told).find(|number| !self.had[who].contains(number)) {
            return Err(format!("nobody was given message {lost} of {told} of {}", NAMES[who]));
        }
        Ok(())
    }
}
