//! The server's time, and stamps that a device with a wrong clock has made.
//!
//! ```text
//!   offline, the device's clock says 2036: a write ──▶ stamp of 2036, on disk
//!   the platform answers, and says 2026            ──▶ stamps begin anew in 2026, and what waits is stamped anew, in its order
//! ```
//!
//! The platform refuses writes that are stamped more than a minute ahead, and stamps never go back by themselves.
//! Without this, a device whose clock was wrong for a day could never send again.

use cc_core::Timestamp;

use super::{Asking, Engine, StoreCommand, Ticket};
use crate::decide::{OutboxInput, OutboxState};
use crate::hlc::latest;
use crate::store::Row;
use crate::wire::ProblemCode;
use crate::{Hlc, Mono, Stamp, WriteId};

impl Engine {
    /// The stamp of the next write, at `now`. `device` is the device's time; it is used until the server's is
    /// known.
    pub fn stamp(&mut self, now: Mono, device: Timestamp) -> Stamp {
        self.hlc.stamp(self.clock.now(now).unwrap_or(device))
    }

    /// The server's time, once it is known.
    pub fn server_time(&self, now: Mono) -> Option<Timestamp> {
        self.clock.now(now)
    }

    /// The answer to a request is the platform's: it is believed when that was made.
    pub(super) fn hear_date(&mut self, now: Mono, request: u64) {
        let Some(asked) = self.requests.get(&request) else { return };
        if let Some((date, came)) = asked.date {
            self.heard(now, date, asked.at, came);
        }
    }

    /// The platform's clock said so. Only its own is heard: a portal or a cache would set all stamps back.
    pub(super) fn heard(&mut self, now: Mono, date: Timestamp, asked: Mono, came: Mono) {
        self.clock.heard(date, asked, came);
        if self.clock.now(now).is_some_and(|server| self.hlc.begin_anew(server)) {
            self.stamp_anew(now);
        }
    }

    /// Whether one of these rows has a stamp that the platform would refuse.
    pub(super) fn is_ahead(&self, now: Mono, rows: &[u64]) -> bool {
        let writes = rows.iter().filter_map(|row| self.uplink.rows.get(row));
        self.clock.now(now).is_some_and(|server| writes.into_iter().any(|write| write.clock > latest(server)))
    }

    /// Whether the platform has refused the stamp of one of these rows, and it is still the same; or has refused two of it, and may know
    /// its id.
    pub(super) fn is_refused(&self, now: Mono, rows: &[u64]) -> bool {
        let writes = rows.iter().filter_map(|row| self.uplink.rows.get(row));
        self.clock.now(now).is_some() && writes.into_iter().any(|write| self.uplink.is_refused(write))
    }

    /// What waits and is stamped too far ahead, and all behind it, gets stamps from now on: of two writes of one's own the later one counts.
    /// What a platform said so of twice that may remember it gets another id, too.
    pub(super) fn stamp_anew(&mut self, now: Mono) {
        let Some(server) = self.clock.now(now) else { return };
        let mut latest = latest(server);
        let refused = self.uplink.rows.values().filter(|write| self.uplink.is_refused(write));
        if let Some(lowest) = refused.map(|write| write.clock.millis).min() {
            // The platform knows better than what its answers' dates came to.
            latest =
                latest.min(Stamp { millis: lowest.saturating_sub(1), counter: u16::MAX, node: u64::MAX });
            self.hlc = Hlc::new(self.config.node);
        }
        let mut again = Vec::new();
        // What became of what is under way is not known yet.
        let is_free = !self.is_sending();
        for (number, write) in self.uplink.rows.iter().filter(|_| is_free) {
            if self.uplink.ahead.get(&write.id).is_some_and(|(_, times)| *times > 1) {
                let mut random = [0; 10];
                random[..8].copy_from_slice(&self.random.bits().to_be_bytes());
                random[8..].copy_from_slice(&self.random.bits().to_be_bytes()[..2]);
                again.push((Row::new(*number, write.clone()), WriteId::new(server, random)));
            }
        }
        let command = StoreCommand::StampAnew { latest, first: self.hlc.block(server), again };
        self.ask_store(command, Ticket::StampAnew);
    }

    /// It is on disk: what was read before is read again. What is under way is answered, and settled, first.
    pub(super) fn stamped_anew(&mut self, now: Mono) {
        if !self.is_sending() && self.outbox.state() != OutboxState::Settling {
            self.uplink.rows.clear();
            self.uplink.is_stamped = true;
            let effects = self.outbox.handle(now, OutboxInput::Stamped);
            self.outbox_effects(now, effects);
        }
    }

    /// It could not be stored: what should have been sent waits.
    pub(super) fn not_stamped(&mut self, now: Mono) {
        if !self.is_sending() {
            let (code, random) = (ProblemCode::Other, self.random.next());
            let failed =
                OutboxInput::Failed { status: None, code, retry_after: None, expected: None, random };
            let effects = self.outbox.handle(now, failed);
            self.outbox_effects(now, effects);
        }
    }

    fn is_sending(&self) -> bool {
        self.requests.values().any(|asked| matches!(asked.what, Asking::Outbox { .. }))
    }
}
