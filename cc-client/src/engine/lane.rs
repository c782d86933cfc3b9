//! Several processes with one file: who sends, and how one finds what another left.
//!
//! All of them write into one outbox, and whoever has the newest epoch sends all of it. A process that is fenced takes the lane back after a
//! wait that grows with each time; one that is killed leaves rows, which the others find when they look.

use std::time::Duration;

use super::{Effect, Engine, StoreCommand, Ticket};
use crate::Mono;
use crate::decide::{OutboxInput, OutboxState};
use crate::store::LeftOut;

/// What others left is looked for so often.
const LOOK: Duration = Duration::from_secs(15);

/// And so often, while another process does not know yet whether what it was told is the platform's wish, whether it knows.
const SOON: Duration = Duration::from_secs(1);

/// An epoch is a number of which JSON knows each digit.
pub(super) const LAST_EPOCH: u64 = (1 << 53) - 1;

/// When to look, and whether at all.
pub(super) struct Lane {
    look: Mono,
    is_asleep: bool,
    is_up: bool,
    /// The epoch that the platform said is the newest, when it refused this one.
    newest: Option<u64>,
}

impl Default for Lane {
    fn default() -> Self {
        Self { look: Mono::default() + LOOK, is_asleep: false, is_up: true, newest: None }
    }
}

impl Lane {
    /// The app sleeps, or there is no network: nothing is sent.
    pub(super) fn rests(&self) -> bool {
        self.is_asleep || !self.is_up
    }

    /// When to look next; a client that sleeps leaves its file closed.
    pub(super) fn next_deadline(&self) -> Option<Mono> {
        (!self.rests()).then_some(self.look)
    }
}

impl Engine {
    pub(super) fn lane_network(&mut self, up: bool) {
        self.lane.is_up = up;
        if up {
            self.keep_again();
        }
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

    pub(super) fn look_soon(&mut self, now: Mono) {
        self.lane.look = self.lane.look.min(now + SOON);
    }

    fn look(&mut self, now: Mono) {
        self.lane.look = now + LOOK;
        self.out.push(Effect::LookAgain);
        self.keep_again();
        self.forget_untold();
        self.look_for_quiet_again(now);
        if self.tokens.session.is_some() && self.outbox.rests() {
            let look = StoreCommand::Load { rows: 1, bytes: 1, left_out: LeftOut::new() };
            self.ask_store(look, Ticket::Look);
        }
    }

    /// Another process may have put something in, or resolved a conflict: what there is to do is in the way that this state says, or not.
    pub(super) fn looked(&mut self, now: Mono, found: OutboxState) {
        if self.outbox.rests() && self.outbox.state() != found {
            let effects = self.outbox.handle(now, OutboxInput::Filled);
            self.outbox_effects(now, effects);
        }
    }

    pub(super) fn reclaim(&mut self) {
        self.ask_store(StoreCommand::Epoch, Ticket::Epoch);
    }

    /// The platform knows a newer epoch.
    pub(super) fn fenced_by(&mut self, epoch: u64) {
        self.lane.newest = Some(epoch).filter(|epoch| *epoch < LAST_EPOCH);
    }

    pub(super) fn reclaimed(&mut self, now: Mono, epoch: u64) {
        // A file that was put back, or lost its count, knows fewer starts than the platform does.
        let newest = self.lane.newest.take().unwrap_or_default().max(self.config.epoch);
        self.config.epoch = epoch.max(newest.saturating_add(1));
        let effects = self.outbox.handle(now, OutboxInput::Reclaimed);
        self.outbox_effects(now, effects);
    }
}
