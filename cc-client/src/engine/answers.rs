//! What comes back of requests: who is told of an answer, and when it does not count as one.

use std::time::Duration;

use super::asked::Asking;
use super::quiet::{gone, is_own, is_strange, refusal};
use super::{Effect, Engine, HttpHead};
use crate::decide::progress::Progress;
use crate::decide::{AuthLoss, FIRST_WORD, FeedHead, FeedInput, Loss, REFUSAL};
use crate::{Mono, Offset};

/// The largest answer that is read as a whole, but for feeds.
const LARGEST_ANSWER: usize = 32 << 20;

/// An answer that is waited for until it is whole.
#[derive(Default)]
pub(super) struct Awaited {
    progress: Progress,
    /// It was asked for on a network that may be gone: until then more of it has to come.
    pub(super) until: Option<Mono>,
    /// It is no answer to what was asked, and short: until then it has to be whole.
    end: Option<Mono>,
}

impl Awaited {
    /// Its head came: the network is there.
    fn begins(&mut self, now: Mono, is_refusal: bool) {
        self.until = None;
        self.end = is_refusal.then(|| now + FIRST_WORD);
    }

    /// Some of it came.
    fn came(&mut self, now: Mono, bytes: usize) {
        self.until = None;
        self.progress.came(now, bytes);
    }

    /// How many bytes of it are read.
    fn largest(&self) -> usize {
        if self.end.is_some() { REFUSAL } else { LARGEST_ANSWER }
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
    pub(super) fn head(&mut self, now: Mono, request: u64, mut head: HttpHead) {
        let Some(asked) = self.requests.get_mut(&request) else { return };
        asked.date = head.date().map(|date| (date, now));
        self.hear_wish(now, request, &mut head);
        let Some(asked) = self.requests.get_mut(&request) else { return };
        let to_feed = if let Asking::Feed { feed, connection, token } = &asked.what {
            Some((feed.clone(), *connection, *token))
        } else {
            None
        };
        let is_strange = is_strange(&head);
        if is_strange {
            // Whoever stands in between, nobody is signed out, rejected or told that something is gone on their word.
            head.status = if to_feed.is_some() { 200 } else { 502 };
            asked.loss = Some(AuthLoss::NotThePlatform);
        }
        // Who says no to a feed shows in the body.
        if to_feed.is_none() || (400..=499).contains(&head.status) {
            asked.head = Some(head.clone());
        }
        if to_feed.is_none() {
            self.given_up[asked.what.kind()] = 0;
            self.awaited.entry(request).or_default().begins(now, is_refusal(&head));
        }
        if let Some((feed, connection, token)) = to_feed {
            if !is_strange && head.status < 300 && head.is_of_feed() {
                self.hear_date(now, request);
            }
            match head.status {
                401 => self.refused(now, token),
                200 | 204 if !is_strange => self.accepted(now, token),
                _ => {}
            }
            let mut head = feed_head(&head);
            if is_strange {
                head.content_type = None;
            }
            self.opening.is_answered(request);
            self.feed(now, &feed, FeedInput::Head { connection, head });
        }
    }

    pub(super) fn bytes(&mut self, now: Mono, request: u64, bytes: &[u8]) {
        let Some(asked) = self.requests.get_mut(&request) else { return };
        if let Asking::Feed { feed, connection, .. } = &asked.what {
            let (feed, connection) = (feed.clone(), *connection);
            if Self::wants_refusal(asked.wish.is_some() || asked.head.is_some(), asked.body.len()) {
                asked.body.extend_from_slice(bytes);
            }
            self.feed(now, &feed, FeedInput::Bytes { connection, bytes });
            return;
        }
        let answer = self.awaited.entry(request).or_default();
        if asked.body.len() + bytes.len() <= answer.largest() {
            asked.body.extend_from_slice(bytes);
            answer.came(now, bytes.len());
        } else {
            self.out.push(Effect::Abort { request });
            self.ended(now, request, false);
        }
    }

    pub(super) fn ended(&mut self, now: Mono, request: u64, whole: bool) {
        let Some(mut asked) = self.requests.remove(&request) else { return };
        self.opening.is_done(request);
        self.awaited.remove(&request);
        let mut head = asked.head.take().filter(|_| whole);
        if let Some((head, (date, came))) = head.as_ref().zip(asked.date)
            && is_own(head.status, &asked.body)
        {
            self.heard(now, date, asked.at, came);
        }
        self.judge_wish(now, request, &asked, head.as_mut(), whole);
        match asked.what {
            Asking::Feed { feed, connection, .. } => {
                let random = self.random.next();
                let (head, body) = (head.as_ref(), &asked.body);
                let input = match (gone(head, body), refusal(head, body)) {
                    (Some(status), _) => FeedInput::Gone { connection, status },
                    (_, Some(status)) => FeedInput::Refused(Loss::Refused(status)),
                    _ => FeedInput::Ended { connection, whole, random },
                };
                self.feed(now, &feed, input);
            }
            Asking::Listing { token } => self.listed(now, token, head.as_ref(), &asked.body),
            Asking::Outbox { token } => self.answered(now, token, head.as_ref(), &asked.body),
            Asking::SignOut => self.left(now, head.as_ref(), &asked.body, asked.loss),
            Asking::Token => self.token_answered(now, head.as_ref(), &asked.body, asked.loss),
        }
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

    /// A request has taken too long.
    pub(super) fn give_up(&mut self, now: Mono, request: u64) {
        let Some(asked) = self.requests.get_mut(&request) else { return };
        asked.loss.get_or_insert(AuthLoss::TimedOut);
        self.out.push(Effect::Abort { request });
        self.ended(now, request, false);
    }
}

/// Whether it is no answer to what was asked: the platform answers in JSON.
fn is_refusal(head: &HttpHead) -> bool {
    let kind = head.header("content-type").map(str::to_ascii_lowercase);
    head.status >= 300 || kind.is_some_and(|kind| !kind.contains("json"))
}

/// That the platform wishes to be left alone holds for all requests, and is no feed's own affair.
fn feed_head(head: &HttpHead) -> FeedHead {
    let is_true = |name| head.header(name).is_some_and(|value| value.eq_ignore_ascii_case("true"));
    FeedHead {
        status: head.status,
        content_type: head.header("content-type").map(Into::into),
        next: head.header("stream-next-offset").and_then(Offset::new),
        cursor: head.header("stream-cursor").map(Into::into),
        up_to_date: is_true("stream-up-to-date"),
        closed: is_true("stream-closed"),
        retry_after: None,
    }
}
