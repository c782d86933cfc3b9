//! What the store said, and what follows from it.

use super::{Effect, Engine, StoreAnswer, Ticket};
use crate::decide::{FeedInput, Loss, OutboxInput, OutboxState};
use crate::store::{StoreError, Taken};
use crate::{Mono, Offset};

impl Engine {
    pub(super) fn stored(&mut self, now: Mono, ticket: u64, answer: Result<StoreAnswer, StoreError>) {
        let Some(what) = self.tickets.remove(&ticket) else { return };
        if what.writes() {
            match &answer {
                // Another process had read on, or has the lock, and nothing was written.
                Ok(
                    StoreAnswer::Taken(Taken { elsewhere: Some(_), .. })
                    | StoreAnswer::Locked { taken: false, .. },
                ) => {}
                Ok(_) => self.store_full = false,
                Err(StoreError::Full) => self.store_full = true,
                Err(_) => {}
            }
        }
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => return self.store_lost(now, what, &error),
        };
        match (what, answer) {
            (Ticket::Told { feed, to }, StoreAnswer::Taken(Taken { elsewhere: None, .. })) => {
                self.missed.remove(&feed);
                self.feed(now, &feed, FeedInput::Stored { to });
            }
            (
                Ticket::Position { feed, to } | Ticket::Take { feed, to } | Ticket::Told { feed, to },
                StoreAnswer::Taken(taken),
            ) => {
                if let Some(at) = taken.elsewhere {
                    // What it has stored, nobody here was told of.
                    self.out.push(Effect::Changed { records: Vec::new() });
                    return self.stands_elsewhere(now, &feed, at, to);
                }
                if !taken.fresh.is_empty() {
                    self.out.push(Effect::Changed { records: taken.fresh });
                }
                self.feed(now, &feed, FeedInput::Stored { to });
            }
            (Ticket::Anew { feed, is_gap }, StoreAnswer::Taken(taken)) => {
                self.begins_anew(now, &feed, is_gap, taken.elsewhere);
            }
            (Ticket::Replace { feed, to }, StoreAnswer::Replaced(records)) => {
                self.unlisted = 0;
                // Also where none has: another process may have listed the same before.
                self.out.push(Effect::Changed { records });
                self.feed(now, &feed, FeedInput::Refetched { offset: to });
            }
            (Ticket::Replace { feed, .. }, StoreAnswer::Taken(taken)) => {
                // Another process has listed, or read on, meanwhile: go on from where it is.
                self.out.push(Effect::Changed { records: Vec::new() });
                let offset = taken.elsewhere.unwrap_or(Offset::BEGINNING);
                self.feed(now, &feed, FeedInput::Refetched { offset });
            }
            (Ticket::Load, StoreAnswer::Rows(rows)) => self.loaded(now, rows),
            (Ticket::Load, StoreAnswer::Unresolved) => self.none_loaded(now),
            (Ticket::Settle { told }, _) => {
                self.out.extend(told.into_iter().map(|(id, outcome)| Effect::Settled { id, outcome }));
                let effects = self.outbox.handle(now, OutboxInput::Settled);
                self.outbox_effects(now, effects);
            }
            (Ticket::StampAnew, StoreAnswer::Stamped(again)) => {
                self.out.extend(again.into_iter().map(|(id, now)| Effect::SentAgain { id, now }));
                self.stamped_anew(now);
            }
            (Ticket::KeepQuiet, StoreAnswer::Quiet { left, .. }) => {
                self.quiet.is_unkept = false;
                self.quiet_kept(now, left);
            }
            (Ticket::Quiet, StoreAnswer::Quiet { left, doubt }) => {
                self.others_doubt(now, doubt);
                self.quiet_kept(now, left);
            }
            (Ticket::Epoch, StoreAnswer::Epoch(epoch)) => self.reclaimed(now, epoch),
            (Ticket::Look, StoreAnswer::Rows(rows)) => {
                let found = if rows.is_empty() { OutboxState::Idle } else { OutboxState::Loading };
                self.looked(now, found);
            }
            (Ticket::Look, StoreAnswer::Unresolved) => self.looked(now, OutboxState::Unresolved),
            (Ticket::Untold { connection }, StoreAnswer::Untold(writes)) => {
                self.found_untold(now, connection, writes);
            }
            (Ticket::ForgetUntold { connection }, _) => self.untold_forgotten(connection),
            (Ticket::UntoldBefore { listing }, StoreAnswer::Untold(writes)) => {
                self.lists_behind(now, listing, writes);
            }
            (Ticket::Keep { .. }, StoreAnswer::LetGo(writes)) => self.gone(now, writes),
            (Ticket::Belong, StoreAnswer::Belongs { anew }) => self.belongs(now, anew),
            (Ticket::Lock, StoreAnswer::Locked { taken, value }) => {
                self.locked(now, taken, value.as_ref().map(|value| value.as_slice()));
            }
            _ => {}
        }
    }

    /// Somebody else has asked the store, and it failed for good; says whether that is new.
    #[cfg(feature = "tokio")]
    pub(crate) fn store_has_failed(&mut self) -> bool {
        !std::mem::replace(&mut self.store_failed, true)
    }

    fn store_lost(&mut self, now: Mono, what: Ticket, error: &StoreError) {
        self.store_failed |= !error.passes();
        let random = self.random.next();
        let loss = if matches!(error, StoreError::Full) { Loss::StorageFull } else { Loss::StoreFailed };
        match what {
            Ticket::Anew { feed, .. } => {
                // It is asked from where it was, told once more that this is gone, and begins anew after a wait.
                let stored = self.feeds.get(&feed).map(|followed| followed.machine.stored().clone());
                let offset = stored.unwrap_or_default();
                self.feed(now, &feed, FeedInput::Refetched { offset });
            }
            Ticket::Take { feed, .. } | Ticket::Position { feed, .. } | Ticket::Told { feed, .. } => {
                self.forget_deliveries(&feed);
                // What is given anew begins behind the same gap, or behind a longer one.
                if self.missed.contains(&feed) {
                    self.says_missed(feed.clone());
                }
                self.feed(now, &feed, FeedInput::StoreFailed { loss, random });
            }
            Ticket::Replace { feed, .. } => self.list_later(now, &feed, loss, error.passes()),
            Ticket::Load => {
                let effects = self.outbox.handle(now, OutboxInput::LoadFailed { random });
                self.outbox_effects(now, effects);
            }
            Ticket::Epoch => {
                let effects = self.outbox.handle(now, OutboxInput::ReclaimFailed { random });
                self.outbox_effects(now, effects);
            }
            Ticket::StampAnew => self.not_stamped(now),
            Ticket::Settle { .. } => {
                // The same rows are asked about again; the server knows them by then.
                let effects = self.outbox.handle(now, OutboxInput::SettleFailed { random });
                self.outbox_effects(now, effects);
            }
            Ticket::Belong => self.belongs_to_nobody(now),
            Ticket::Lock => self.locked(now, false, None),
            Ticket::Keep { command, turn } => self.not_kept(command, turn),
            // They are looked for with the next connection.
            Ticket::Untold { connection } => self.found_untold(now, connection, Vec::new()),
            Ticket::UntoldBefore { listing } => self.lists_behind(now, listing, Vec::new()),
            // They are forgotten with the next look.
            Ticket::ForgetUntold { .. } | Ticket::Deliver { .. } | Ticket::Look | Ticket::Nothing => {}
            Ticket::KeepDoubt => self.quiet.is_doubt_unkept = true,
            // What is about to go has a look of its own, which this one has passed.
            Ticket::KeepQuiet => self.quiet.is_unkept = true,
            Ticket::Quiet => self.looked_for_quiet(now),
        }
    }
}
