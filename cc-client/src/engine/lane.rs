//! Several processes with one file: who sends, and how one finds what another left.
//!
//! All of them write into one outbox, and whoever has the newest epoch sends all of it. A process that is fenced takes the lane back after a
//! wait that grows with each time; one that is killed leaves rows, which the others find when they look.

use std::time::Duration;

use super::{Effect, Engine, StoreCommand, Ticket};
use crate::Mono;
use crate::decide::{OutboxInput, OutboxState};
use crate::store::Row;

/// What others left is looked for so often.
const LOOK: Duration = Duration::from_secs(15);

/// When to look, and whether at all.
pub(super) struct Lane {
    look: Mono,
    is_asleep: bool,
    is_up: bool,
}

impl Default for Lane {
    fn default() -> Self {
        Self { look: Mono::default() + LOOK, is_asleep: false, is_up: true }
    }
}

impl Lane {
    /// Whether there may be a network, and the app is awake.
    pub(super) fn may_send(&self) -> bool {
        self.is_up && !self.is_asleep
    }

    /// When to look next; a client that sleeps leaves its file closed.
    pub(super) fn next_deadline(&self) -> Option<Mono> {
        self.may_send().then_some(self.look)
    }
}

impl Engine {
    pub(super) fn lane_network(&mut self, up: bool) {
        self.lane.is_up = up;
    }

    /// The app sleeps; or it wakes, and others may have been here meanwhile.
    pub(super) fn lane_asleep(&mut self, now: Mono, asleep: bool) {
        self.lane.is_asleep = asleep;
        if !asleep {
            self.look(now);
        }
    }

    pub(super) fn lane_timer(&mut self, now: Mono) {
        if self.lane.next_deadline().is_some_and(|look| now >= look) {
            self.look(now);
        }
    }

    fn look(&mut self, now: Mono) {
        self.lane.look = now + LOOK;
        self.out.push(Effect::LookAgain);
        if self.tokens.session.is_some() && self.outbox.state() == OutboxState::Idle {
            self.ask_store(StoreCommand::Load { rows: 1, bytes: 1 }, Ticket::Look);
        }
    }

    pub(super) fn looked(&mut self, now: Mono, rows: &[Row]) {
        if !rows.is_empty() {
            let effects = self.outbox.handle(now, OutboxInput::Filled);
            self.outbox_effects(now, effects);
        }
    }

    pub(super) fn reclaim(&mut self) {
        self.ask_store(StoreCommand::Epoch, Ticket::Epoch);
    }

    pub(super) fn reclaimed(&mut self, now: Mono, epoch: u64) {
        self.config.epoch = epoch.max(self.config.epoch.saturating_add(1));
        let effects = self.outbox.handle(now, OutboxInput::Reclaimed);
        self.outbox_effects(now, effects);
    }
}
