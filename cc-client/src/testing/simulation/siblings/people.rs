//! The people with the apps, what they do in which process, and what the world does to them.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::TimeDelta;

use super::{CAR, Event, Fate, Job, PERSONS, Place, SECOND, SiblingFlaw, World, Written};
use crate::conflict::{Resolution, resolve};
use crate::engine::Input;
use crate::store::{PRINCIPAL, Row, Store, as_one, is_nameless};
use crate::waiters::Resolved;
use crate::{Session, Stamp, Write, WriteId, WriteKind};

const COLLECTIONS: [&str; 2] = ["bookings", "places"];
/// Few items, so that everybody wants the same.
const KEYS: u64 = 5;

impl World {
    pub(super) fn happens(&mut self) {
        if self.calm {
            return;
        }
        let number = self.dice.below(self.processes.len() as u64) as usize;
        let who = self.dice.below(self.platforms.len() as u64) as usize;
        let random = self.dice.roll();
        match self.dice.below(34) {
            0..=5 => self.app_writes(number),
            6..=9 => self.somebody_else_writes(who),
            10..=13 => {
                // Several in a row: some wait while the app has others in hand.
                for _ in 0..=self.dice.below(3) {
                    let wait = Duration::from_millis(self.dice.below(6_000));
                    self.at(self.now + wait, Event::Tells(who));
                }
            }
            14 | 15 => self.give(number, Job::Resolve { random, resolution: Resolution::KeepMine }),
            16 => self.give(number, Job::Resolve { random, resolution: Resolution::TakeTheirs }),
            17 => self.give(number, Job::Discard { random }),
            18 => self.platforms[who].revoke_tokens(),
            19 if self.dice.one_in(3) => {
                self.jump = TimeDelta::minutes(self.dice.below(181) as i64 - 90);
                self.count("clock jump");
            }
            20 if self.dice.one_in(2) => {
                self.count("network changed");
                let up = !self.up;
                self.set_network(up);
            }
            21 | 22 => {
                self.count("sleep or waking");
                let asleep = !self.processes[number].asleep;
                self.sleeps(number, asleep);
            }
            23 if self.dice.one_in(4) => self.forget_old(who),
            24 | 25 if self.dice.one_in(2) => {
                self.count("crash at any time");
                self.kill(number);
            }
            26 if self.dice.one_in(4) => {
                self.count("storm of refusals");
                self.storm = self.now + SECOND * (30 + self.dice.below(120) as u32);
            }
            27 if self.dice.one_in(2) => self.signs_in(number, who),
            28 if self.dice.one_in(6) => self.signs_out(number),
            29..=31 => self.give(number, Job::Look),
            _ => {}
        }
        let next = Duration::from_millis(self.dice.below(16_000));
        self.at(self.now + next, Event::Happens);
    }

    pub(super) fn set_network(&mut self, up: bool) {
        if std::mem::replace(&mut self.up, up) == up {
            return;
        }
        self.streams.clear();
        for number in 0..self.processes.len() {
            if self.processes[number].is_running {
                self.tell(number, Input::Network { up });
            }
        }
    }

    pub(super) fn sleeps(&mut self, number: usize, asleep: bool) {
        if !self.processes[number].is_running || self.processes[number].asleep == asleep {
            return;
        }
        self.processes[number].asleep = asleep;
        self.tell(number, Input::Asleep(asleep));
    }

    /// The feed of messages has another.
    pub(super) fn tells(&mut self, who: usize) {
        let number = self.platforms[who].log(CAR).len();
        self.platforms[who].tell(CAR, format!("{{\"n\":{number},\"of\":{who}}}"));
    }

    /// Readers that are behind have to go on with what there is: nobody can have what is gone.
    fn forget_old(&mut self, who: usize) {
        self.platforms[who].forget_old();
        let begins = self.platforms[who].begins(CAR);
        self.had[who].extend(0..begins);
    }

    fn somebody_else_writes(&mut self, who: usize) {
        let place = (COLLECTIONS[self.dice.below(2) as usize].to_owned(), self.dice.below(KEYS).to_string());
        let millis = self.true_time().timestamp_millis() as u64;
        let stamp = Stamp { millis, counter: 0, node: 1_000_000 + self.dice.below(3) };
        let body = body_of(who, self.dice.below(3), self.dice.below(1_000));
        self.platforms[who].write(&place, "patch", &body, stamp);
    }

    /// Somebody writes in the app.
    fn app_writes(&mut self, number: usize) {
        let Some(who) = self.processes[number].who().filter(|_| self.processes[number].is_running) else {
            return;
        };
        let collection = COLLECTIONS[self.dice.below(2) as usize];
        let kinds = [WriteKind::Patch, WriteKind::Patch, WriteKind::Put, WriteKind::Delete];
        let kind = kinds[self.dice.below(4) as usize];
        let body = match kind {
            WriteKind::Delete => String::new(),
            _ => body_of(who, self.dice.below(3), self.dice.below(1_000)),
        };
        let key = self.dice.below(KEYS).to_string();
        self.give(number, Job::Write { collection, key, kind, body });
    }

    fn fresh(&mut self) -> WriteId {
        let mut random = [0; 10];
        random[..8].copy_from_slice(&self.dice.roll().to_be_bytes());
        WriteId::new(self.device_time(), random)
    }

    fn stamp(&mut self, number: usize) -> Stamp {
        let (now, device) = (self.clock(number), self.device_time());
        self.processes[number].engine.stamp(now, device)
    }

    /// As `Client::submit` does.
    pub(super) fn writes(
        &mut self,
        number: usize,
        (collection, key): (&str, &str),
        kind: WriteKind,
        body: &str,
    ) {
        let Some(who) = self.processes[number].who() else { return };
        // What was to be written by somebody who has left meanwhile is not.
        if !body.is_empty() && !body.contains(&marker(who)) {
            return;
        }
        let (id, clock) = (self.fresh(), self.stamp(number));
        let mut write = Write::new(id, (collection, key), kind, body, clock);
        let mine = self.processes[number].mine.clone();
        let accepted = as_one(&mut self.store, |store| {
            if mine.closed(store)?.is_some() || is_nameless(store)? {
                return Ok(None);
            }
            let known = store.item(collection, key)?;
            write.base = known.map(|item| item.version).filter(|version| *version > 0);
            store.accept("main", std::slice::from_ref(&write))?;
            Ok(Some(store.value(PRINCIPAL)?.is_none()))
        });
        let Ok(Some(is_nameless)) = accepted else { return self.count("write refused") };
        self.report.accepted += 1;
        let session = self.processes[number].mine.person().session.filter(|_| is_nameless);
        let place: Place = (collection.into(), key.into());
        let seen = write.base.unwrap_or(0);
        let deletes = kind == WriteKind::Delete;
        self.writes.insert(id, Written { who, place, seen, deletes, is_nameless, session, fate: Fate::Open });
        if self.fault(self.faults.crash, "crash after accept") {
            return self.kill(number);
        }
        self.tell(number, Input::Filled);
        self.give(number, Job::Look);
    }

    /// What is unresolved, as an app is shown it.
    fn unresolved(&mut self, number: usize) -> Vec<Row> {
        let process = &self.processes[number];
        let mine = process.mine.clone();
        let open = mine.read(&mut self.store, |store| store.unresolved()).unwrap_or_default();
        let of = |row: &Row| self.writes.get(&row.write.id).map(|written| written.who);
        let strange = open.iter().find_map(|(row, _)| of(row).filter(|who| Some(*who) != process.who()));
        if let (Some(owner), Some(mine)) = (strange, process.who()) {
            let (mine, owner) = (super::NAMES[mine], super::NAMES[owner]);
            self.breaks(format!("process {number} asks {mine} about what {owner} wrote"));
        }
        open.into_iter().map(|(row, _)| row).collect()
    }

    /// As `Client::resolve` does.
    pub(super) fn resolves(&mut self, number: usize, random: u64, resolution: &Resolution) {
        let open = self.unresolved(number);
        let Some(row) = open.get((random % open.len().max(1) as u64) as usize) else { return };
        let (fresh, clock) = (self.fresh(), self.stamp(number));
        let mine = self.processes[number].mine.clone();
        let (id, mut seen) = (row.write.id, 0);
        let latest = self.latest_version(number, &row.write);
        let is_unseen = self.has_flaw(SiblingFlaw::KeepsMineUnseen);
        let resolved = as_one(&mut self.store, |store| {
            if is_nameless(store)? || !mine.person().owns(store)? {
                return Ok(None);
            }
            seen = store.told(&row.write.collection, &row.write.key)?.map_or(0, |item| item.version);
            let now = resolve(store, &row.write, resolution, (fresh, clock))?.ok().flatten();
            if is_unseen && now == Some(fresh) {
                // A mistake: it says that it has seen what it has not.
                let refused = crate::store::Settled::new((row.number, fresh), super::SendOutcome::Conflict);
                store.settle(&[refused])?;
                let write = Write { id: fresh, base: latest, clock, ..row.write.clone() };
                store.send_again(fresh, &write)?;
            }
            Ok(now)
        });
        match resolved {
            Ok(Some(now)) if now == id => self.lets_go(number, id),
            Ok(Some(now)) => {
                self.count("kept mine");
                self.sent_again(id, now, Some(seen));
            }
            _ => return,
        }
        self.give(number, Job::Look);
        self.tell(number, Input::Filled);
    }

    /// As a driver lets them.
    pub(super) fn policies_decide(&mut self, number: usize) {
        let fresh: Vec<WriteId> = (0..20).map(|_| self.fresh()).collect();
        let (mut fresh, clock) = (fresh.into_iter(), self.stamp(number));
        let last = self.fresh();
        let process = &mut self.processes[number];
        let (person, policies) = (process.mine.person(), &mut process.policies);
        let decided = as_one(&mut self.store, |store| {
            if !person.owns(store)? || !policies.have_news(store)? {
                return Ok(None);
            }
            let mut seen = BTreeMap::new();
            for (Row { write, .. }, _) in store.unresolved()? {
                let item = store.told(&write.collection, &write.key)?;
                seen.insert(write.id, item.map_or(0, |item| item.version));
            }
            let decided = policies.resolve_all(store, || fresh.next().unwrap_or(last), clock)?;
            Ok(Some((decided, seen)))
        });
        let Ok(Some((decided, seen))) = decided else { return };
        for (id, resolved) in policies.count(decided) {
            if let Resolved::Again(now) = resolved {
                self.count("kept by a policy");
                self.sent_again(id, now, seen.get(&id).copied());
            } else {
                self.count("let go by a policy");
                self.lets_go(number, id);
            }
            self.give(number, Job::Look);
            self.tell(number, Input::Filled);
        }
    }

    fn latest_version(&self, number: usize, write: &Write) -> Option<u64> {
        let platform = self.platforms.get(self.processes[number].who()?)?;
        platform.item(&write.collection, &write.key).map(|(version, _)| version)
    }

    /// As `Client::discard` does.
    pub(super) fn discards(&mut self, number: usize, random: u64) {
        let who = self.processes[number].who();
        let waits = self.store.waiting("main", u32::MAX, u32::MAX).unwrap_or_default();
        let mut ids: Vec<WriteId> = waits.iter().map(|row| row.write.id).collect();
        ids.retain(|id| self.writes.get(id).map(|written| written.who) == who);
        let Some(id) = ids.get((random % ids.len().max(1) as u64) as usize).copied() else { return };
        if as_one(&mut self.store, |store| store.discard(id)).unwrap_or(false) {
            self.count("discarded");
            self.lets_go(number, id);
            self.give(number, Job::Look);
            self.tell(number, Input::Discarded { id });
        }
    }

    /// What this process has read and not sent, it does not send after that; another one may.
    fn lets_go(&mut self, number: usize, id: WriteId) {
        let has_read = |process| process != number && self.read.contains(&(id, process));
        let was_read = self.left.contains(&id) || (0..self.processes.len()).any(has_read);
        if let Some(written) = self.writes.get_mut(&id) {
            written.fate = Fate::Discarded { was_read };
        }
    }

    /// A write goes on under another id: what is done under the old one would be done twice.
    pub(super) fn sent_again(&mut self, id: WriteId, now: WriteId, seen: Option<u64>) {
        let Some(before) = self.writes.get_mut(&id) else {
            return self.breaks("a write that nobody wrote has another id");
        };
        before.fate = Fate::SentAgain(now);
        let seen = seen.unwrap_or(before.seen);
        let after = Written { place: before.place.clone(), fate: Fate::Open, seen, ..*before };
        self.writes.insert(now, after);
    }

    /// In the calm, somebody decides about all that the platform would not do.
    pub(super) fn somebody_decides(&mut self) {
        let number = self.dice.below(self.processes.len() as u64) as usize;
        if self.processes[number].is_running && !self.unresolved(number).is_empty() {
            let random = self.dice.roll();
            let keep = random.is_multiple_of(3);
            let resolution = if keep { Resolution::KeepMine } else { Resolution::TakeTheirs };
            self.give(number, Job::Resolve { random, resolution });
        }
    }

    /// Somebody signs in, with the session that they have, or a new one.
    pub(super) fn signs_in(&mut self, number: usize, who: usize) {
        if !self.processes[number].is_running {
            return;
        }
        self.count("signed in");
        if self.over.contains(&self.sessions[who]) || self.dice.one_in(3) {
            let name = super::NAMES[who];
            self.sessions[who] = format!("session-of-{name}-{}", self.dice.roll());
        }
        let session = self.sessions[who].clone();
        let process = &mut self.processes[number];
        process.session = Some((who, session.clone()));
        // The app shows and keeps nothing of before.
        process.screen.clear();
        self.counts_anew(number);
        let session = self.as_the_app_has_it((who, session));
        self.tell(number, Input::SignedIn { session });
        self.give(number, Job::Look);
    }

    /// Some apps know whose a session is, and some have kept the secret alone.
    pub(super) fn as_the_app_has_it(&mut self, (who, session): (usize, String)) -> Session {
        let is_known = self.dice.one_in(2);
        if is_known {
            self.count("known from the start");
        }
        Session { person: is_known.then(|| PERSONS[who].into()), ..session.into() }
    }

    pub(super) fn signs_out(&mut self, number: usize) {
        if self.processes[number].is_running && self.processes[number].session.take().is_some() {
            self.count("signed out");
            self.tell(number, Input::SignOut);
            self.give(number, Job::Look);
        }
    }

    /// Faults are over: everybody is awake, and has a session of this person. Who has a good one goes on by themselves.
    pub(super) fn settle_down(&mut self, who: usize) {
        for number in 0..self.processes.len() {
            if !self.processes[number].is_running {
                self.starts(number);
            }
            self.sleeps(number, false);
            let has = self.processes[number].session.as_ref();
            if !has.is_some_and(|(known, session)| *known == who && !self.over.contains(session)) {
                self.signs_in(number, who);
            }
        }
    }
}

/// What only this person's items hold.
pub(super) fn marker(who: usize) -> String {
    format!("\"{}", super::NAMES[who])
}

fn body_of(who: usize, field: u64, value: u64) -> String {
    format!("{{{}{field}\":{value}}}", marker(who))
}
