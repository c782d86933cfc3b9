//! Another network, or none: what was under way on the one before has its answer soon, or none.
//!
//! Systems tell of a network also where it is the one of before, and with each change of its strength. What was asked for just now is given
//! its time then: a line that is slow would bring nothing to its end else.

use std::time::Duration;

use super::asked::{Asked, Asking};
use super::{Engine, FeedInput};
use crate::Mono;
use crate::decide::progress::Progress;
use crate::decide::{FIRST_WORD, OutboxInput, patience};

/// An answer that is waited for until it is whole.
#[derive(Default)]
pub(super) struct Awaited {
    progress: Progress,
    /// It was asked for on a network that may be gone: until then more of it has to come.
    until: Option<Mono>,
    /// It is no answer to what was asked, and short: until then it has to be whole.
    end: Option<Mono>,
}

impl Awaited {
    /// Its head came: the network is there.
    pub(super) fn begins(&mut self, now: Mono, is_refusal: bool) {
        self.until = None;
        self.end = is_refusal.then(|| now + FIRST_WORD);
    }

    /// Some of it came.
    pub(super) fn came(&mut self, now: Mono, bytes: usize) {
        self.until = None;
        self.progress.came(now, bytes);
    }

    /// It had its time on a network that may be gone.
    fn is_given_up_with_its_network(&self, now: Mono) -> bool {
        self.until.is_some_and(|until| now >= until)
    }

    /// When it is waited for no longer, where no byte may be missing for longer than what is given.
    pub(super) fn deadline(&self, given: Duration) -> Option<Mono> {
        self.until.into_iter().chain(self.end).chain(self.progress.deadline(given)).min()
    }
}

impl Engine {
    pub(super) fn network(&mut self, now: Mono, up: bool) {
        self.lane_network(up);
        if up {
            self.hurry(now);
            self.quiet_network(now);
            self.tokens_network(now);
            self.listing_network(now);
        }
        self.each_feed(now, |_| FeedInput::Network { up });
        let effects = self.outbox.handle(now, OutboxInput::Network { up });
        self.outbox_effects(now, effects);
        if up {
            self.leaving_again(now);
        }
    }

    /// What was sent over the last network, or before a sleep, has its time to begin, and to go on where it has begun; then it is given up.
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

    /// An answer that does not begin in time, or comes so slowly that it would not end, is as good as none.
    pub(super) fn give_up_what_is_late(&mut self, now: Mono) {
        let given = self.config.feed.silence;
        let is_late = |answer: &Awaited| answer.deadline(given).is_some_and(|deadline| now >= deadline);
        let late = self.awaited.iter().filter(|(_, answer)| is_late(answer));
        let late = late.map(|(request, answer)| (*request, answer.is_given_up_with_its_network(now)));
        for (request, with_its_network) in late.collect::<Vec<_>>() {
            if let Some(asked) = self.requests.get(&request).filter(|_| with_its_network) {
                let given_up = &mut self.given_up[asked.what.kind()];
                *given_up = given_up.saturating_add(1);
            }
            self.give_up(now, request);
        }
    }
}
