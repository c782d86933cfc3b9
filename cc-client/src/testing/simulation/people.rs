//! The person with the app, and everybody else.

use std::time::Duration;

use chrono::TimeDelta;
use sha2::{Digest as _, Sha256};

use super::{CAR, Event, SECOND, World};
use crate::engine::{Input, StoreClient};
use crate::store::{PRINCIPAL, SESSIONS, Store, UNSURE};
use crate::testing::platform::SESSION;
use crate::{Stamp, Write, WriteId, WriteKind};

/// The session of somebody who was here before.
pub(super) const SOMEBODY: &str = "session-of-somebody-else";

impl World {
    /// Whether the store was left, or opened by somebody else of whom the platform has not spoken.
    fn is_unknown(&mut self) -> bool {
        let mut value = |name| self.store.value(name).ok().flatten().unwrap_or_default();
        let (sessions, mine) = (value(SESSIONS), Sha256::digest(SESSION.as_bytes()));
        let is_mine =
            sessions.is_empty() || sessions.chunks_exact(mine.len()).any(|known| known == &mine[..]);
        !value(UNSURE).is_empty() || (value(PRINCIPAL).is_empty() && !is_mine)
    }

    pub(super) fn app_writes(&mut self) {
        if self.calm {
            return;
        }
        if self.is_unknown() {
            // Nobody knows yet who writes: a client takes nothing.
            return self.at(self.now + SECOND, Event::AppWrites);
        }
        let kind = [WriteKind::Patch, WriteKind::Patch, WriteKind::Patch, WriteKind::Delete]
            [self.dice.below(4) as usize];
        let collection = if self.dice.one_in(6) { "bookings" } else { "places" };
        let key = self.dice.below(8).to_string();
        let known = self.store.item(collection, &key).ok().flatten().map(|item| item.version);
        let mut random = [0; 10];
        random[..8].copy_from_slice(&self.dice.roll().to_be_bytes());
        let mut body = format!("{{\"f{}\":{}}}", self.dice.below(3), self.dice.below(1_000));
        let is_large = kind != WriteKind::Delete && self.fault(self.faults.large, "too large");
        if is_large {
            body = format!("{{\"f0\":\"{}\"}}", "x".repeat(64 << 10));
        }
        let device = self.device_time();
        let write = Write {
            id: WriteId::new(device, random),
            collection: collection.into(),
            key: key.into(),
            kind,
            base: known,
            clock: self.engine.stamp(self.now, device),
            body: if kind == WriteKind::Delete { "".into() } else { body.into() },
        };
        let id = write.id;
        if self.store.accept("main", &[write]).is_ok() {
            self.report.accepted += 1;
            self.writes.insert(id, None);
            if is_large {
                self.large.insert(id);
            }
            self.sync();
            if self.fault(self.faults.crash, "crash after accept") {
                self.crash();
            } else {
                self.tell(Input::Filled);
            }
        }
        let next = Duration::from_millis(self.dice.below(120_000));
        self.at(self.now + next, Event::AppWrites);
    }

    /// Somebody wrote under a session of their own, and never got a token.
    pub(super) fn somebody_was_here(&mut self) {
        let client = StoreClient { lane: "main", owner: 0 };
        let (device, session) = (self.device(), Some(SOMEBODY.to_owned().into()));
        let write = Write {
            id: WriteId::new(device.wall, [7; 10]),
            collection: "places".into(),
            key: "theirs".into(),
            kind: WriteKind::Put,
            base: None,
            clock: self.engine.stamp(self.now, device.wall),
            body: "{}".into(),
        };
        self.strange.insert(write.id);
        let begun = client.begin(&mut self.store, device, std::iter::empty(), session);
        if begun.and_then(|_| self.store.accept("main", &[write])).is_err() {
            self.breaks("a disk in memory failed");
        }
        self.synced = self.store.clone();
        self.changes_hands = 1;
        self.count("somebody before");
    }

    pub(super) fn happens(&mut self) {
        if self.calm {
            return;
        }
        match self.dice.below(19) {
            0..=6 => {
                let place = ("places".to_owned(), self.dice.below(8).to_string());
                let stamp = Stamp {
                    millis: self.true_time().timestamp_millis() as u64,
                    counter: 0,
                    node: 2 + self.dice.below(3),
                };
                let body = format!("{{\"f{}\":{}}}", self.dice.below(3), self.dice.below(1_000));
                self.platform.write(&place, "patch", &body, stamp);
            }
            7 => self.platform.revoke_tokens(),
            8 => {
                let before =
                    std::mem::replace(&mut self.jump, TimeDelta::hours(self.dice.below(49) as i64 - 24));
                self.count("clock jump");
                if (self.jump - before).abs() >= TimeDelta::days(1) {
                    self.count("clock jump of a day");
                }
            }
            9 | 10 => {
                self.up = !self.up;
                self.count("network changed");
                self.streams.clear();
                self.tell(Input::Network { up: self.up });
            }
            11 => {
                self.asleep = !self.asleep;
                self.count("sleep or waking");
                self.tell(Input::Asleep(self.asleep));
            }
            12 if self.dice.one_in(4) => {
                self.platform.forget_old();
                self.cuts.insert(self.platform.begins(CAR));
            }
            13 if self.dice.one_in(4) => {
                self.count("crash at any time");
                self.crash();
            }
            14 if self.dice.one_in(4) => {
                self.count("storm of refusals");
                self.storm = self.now + SECOND * (30 + self.dice.below(120) as u32);
            }
            15..=17 => {
                let number = self.platform.log(CAR).len();
                self.platform.tell(CAR, format!("{{\"n\":{number}}}"));
            }
            18 => self.changes_ones_mind(),
            _ => {}
        }
        let next = Duration::from_millis(self.dice.below(60_000));
        self.at(self.now + next, Event::Happens);
    }

    /// Somebody takes out what has never left the device: nobody is to do it after that.
    fn changes_ones_mind(&mut self) {
        let waiting = self.store.waiting("main", u32::MAX, u32::MAX).unwrap_or_default();
        let mut ids = waiting.iter().map(|row| row.write.id);
        let Some(id) = ids.find(|id| !self.left.contains(id) && self.writes.contains_key(id)) else { return };
        if self.store.discard(id).unwrap_or(false) {
            self.count("discarded");
            self.sync();
            // Were it done, the day would find that nobody wrote it.
            self.writes.remove(&id);
            self.large.remove(&id);
            self.tell(Input::Filled);
        }
    }

    pub(super) fn wake_up(&mut self) {
        // Whoever is awake is told nothing: it goes on by itself.
        if !std::mem::replace(&mut self.up, true) {
            self.tell(Input::Network { up: true });
        }
        if std::mem::take(&mut self.asleep) {
            self.tell(Input::Asleep(false));
        }
    }

    /// Somebody looks at what the server would not do, and lets it go.
    pub(super) fn person_decides(&mut self) {
        let mut open = self.store.unresolved().unwrap_or_default();
        // What somebody wrote whom nobody knew is let go by itself.
        open.retain(|(row, _)| !self.strange.contains(&row.write.id));
        for (row, _) in &open {
            // A disk in memory does not fail.
            let _ = self.store.discard(row.write.id);
        }
        if !open.is_empty() {
            self.tell(Input::Filled);
        }
    }
}
