//! Another network, or none: what was under way on the one before has its answer soon, or none.
//!
//! Systems tell of a network also where it is the one of before, and with each change of its strength. What was asked for just now is given
//! its time then: a line that is slow would bring nothing to its end else.

use super::asked::{Asked, Asking};
use super::{Engine, FeedInput};
use crate::Mono;
use crate::decide::{OutboxInput, patience};

impl Engine {
    pub(super) fn network(&mut self, now: Mono, up: bool) {
        self.lane_network(up);
        self.hurry(now);
        if up {
            self.quiet_network(now);
            self.tokens_anew(now);
            self.listing_anew(now);
        }
        self.each_feed(now, |_| FeedInput::Network { up });
        let effects = self.outbox.handle(now, OutboxInput::Network { up });
        self.outbox_effects(now, effects);
        if up {
            self.leaving_again(now);
        }
    }

    /// What was sent over a network that is gone, or before a sleep, has its time to begin, and to go on where it has begun; then it is given up.
    /// Feeds ask anew by themselves.
    pub(super) fn hurry(&mut self, now: Mono) {
        let given_up = &self.given_up;
        let until = |asked: &Asked| match asked.head {
            Some(_) => now + patience(0),
            None => asked.at + asked.upload + patience(given_up[asked.what.kind()]),
        };
        let under_way = self.requests.iter().filter(|(_, asked)| !matches!(asked.what, Asking::Feed { .. }));
        let late = under_way.map(|(request, asked)| (*request, until(asked))).collect::<Vec<_>>();
        for (request, until) in late {
            if !self.is_waiting(request) {
                // What has stopped is not given its time anew.
                let answer = self.awaited.entry(request).or_default();
                answer.until = Some(answer.until.map_or(until, |before| before.min(until)));
            }
        }
        self.give_up_what_is_late(now);
    }
}
