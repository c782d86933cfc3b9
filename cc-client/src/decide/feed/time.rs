//! What is not the server's doing: another network, sleep, and that time has passed.

use std::time::Duration;

use super::connection::Connection;
use super::{FIRST_WORD, FeedEffect, FeedMachine, FeedState, Live, Loss};
use crate::Mono;
use crate::decide::{backoff::fraction, patience};

/// What is known of a network is tried anew after so long, where a system has told of it once more.
const ANEW: Duration = Duration::from_secs(60);
/// A network that comes and goes all the time, or a system that puts the app to sleep and wakes it, opens a feed once in so long.
const FLAPS: Duration = Duration::from_secs(1);

impl FeedMachine {
    pub(super) fn network(&mut self, now: Mono, up: bool, out: &mut Vec<FeedEffect>) {
        let is_another = std::mem::replace(&mut self.offline, !up) || !up;
        // What another network does to streams is yet to be seen. It may be the same.
        if is_another {
            self.live = self.config.live;
            self.probe = None;
            self.held_back = 0;
        } else if let Some(probe) = &mut self.probe {
            *probe = (*probe).min(now + ANEW);
        }
        if self.is_over() || self.is_told() {
            return;
        }
        if up {
            self.failures = 0;
        }
        if is_another || self.has_had_its_time(now) {
            self.go_on_anew(now, out);
        }
    }

    /// Goes on as the system, or a wait that is over, says that it may, or may not.
    fn go_on_anew(&mut self, now: Mono, out: &mut Vec<FeedEffect>) {
        let may = !(self.suspended || self.offline);
        if may && now < self.anew {
            self.abort(out);
            self.state = FeedState::Backoff { until: self.anew, loss: Loss::Broken };
            return;
        }
        if may {
            self.anew = now + FLAPS;
        }
        self.go_on(now, out);
    }

    /// Whether nothing is under way that may yet show that its network is there.
    fn has_had_its_time(&mut self, now: Mono) -> bool {
        let is_over = !self.is_given_time(now);
        if is_over {
            self.counts_as_given_up();
        }
        is_over
    }

    /// What was asked for and has no answer is given up: the next has longer.
    fn counts_as_given_up(&mut self) {
        if self.connection.as_ref().is_some_and(Connection::is_asked) {
            self.given_up = self.given_up.saturating_add(1);
        }
    }

    /// Whether what is under way may yet show that its network is there: what was asked for just now, and what is coming.
    fn is_given_time(&mut self, now: Mono) -> bool {
        let Some(connection) = &mut self.connection else { return false };
        // These have limits of their own.
        if connection.is_queued || connection.is_refusal() || connection.is_mute() {
            return true;
        }
        let until = match (connection.is_asked(), connection.is_coming()) {
            (true, _) => connection.opened + patience(self.given_up),
            (false, true) => now + patience(0),
            (false, false) => connection.opened + patience(0),
        };
        // What has stopped is not given its time anew.
        let until = connection.proof.map_or(until, |before| before.min(until));
        connection.proof = Some(until);
        now < until
    }

    pub(super) fn asleep(&mut self, now: Mono, asleep: bool, out: &mut Vec<FeedEffect>) {
        self.suspended = asleep;
        if self.is_over() || self.is_told() {
            return;
        }
        if asleep {
            return self.go_on(now, out);
        }
        self.failures = 0;
        // It may have slept, and nobody had said so.
        if self.state == FeedState::Suspended || self.has_had_its_time(now) {
            self.go_on_anew(now, out);
        }
    }

    pub(super) fn timer(&mut self, now: Mono, random: f64, out: &mut Vec<FeedEffect>) {
        if let FeedState::Backoff { until, .. } = self.state {
            if now >= until {
                self.go_on_anew(now, out);
            }
            return;
        }
        if matches!(self.state, FeedState::Failed(_)) {
            if self.again.is_some_and(|again| now >= again) {
                self.go_on(now, out);
            }
            return;
        }
        let Some(connection) = self.connection.as_ref().filter(|connection| !connection.is_queued) else {
            return;
        };
        if connection.proof.is_some_and(|proof| now >= proof) {
            self.counts_as_given_up();
            return self.go_on(now, out);
        }
        if now >= connection.heard + self.patience(connection) {
            return self.lose(now, Loss::Silent, None, random, out);
        }
        if connection.is_refusal() && now >= connection.opened + FIRST_WORD {
            return self.cut_refusal(now, random, out);
        }
        if connection.progress.is_too_slow(now, self.config.silence) {
            return self.lose(now, Loss::TooSlow, None, random, out);
        }
        if connection.is_mute() && now >= connection.opened + FIRST_WORD {
            self.held_back += 1;
            if self.held_back < 2 {
                return self.lose(now, Loss::HeldBack, None, random, out);
            }
            self.live = Live::LongPoll;
            // Between 10 and 30 minutes.
            let wait = Duration::from_secs(1_200).mul_f64(fraction(random));
            self.probe = Some(now + Duration::from_secs(600) + wait);
            self.abort(out);
            self.go_live(now, out);
        }
    }
}
