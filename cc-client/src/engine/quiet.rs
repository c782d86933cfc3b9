//! How long the platform wishes to be left alone, and whether it was the platform who said so.
//!
//! The platform says it in an answer of its own: JSON with a code that is known, or what was asked for. Its word holds for everything, up to an
//! hour, on every network and over restarts. A balancer in front of it says it with a bare 429 or 503: that counts for a minute, and no longer
//! than the network stays the same. JSON counts for a minute, too, with any status, until its end shows whose it is, and a 429 or 503 where
//! that end never comes: on every network, since it may be the platform's. Of these the store is told as soon as they begin.
//! Whatever else says it, such as the page of a captive portal, is not heard.
//!
//! What the platform says to one process is for all that have the same store: before anything is sent, the store is asked how long it is to be
//! left alone. One answer is for all that is about to go; for a batch of writes it comes with the rows, and for a shared token with the lock.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::tokens::subject;
use super::{Asked, Asking, Effect, Engine, HttpHead, HttpRequest, Status, StoreCommand, Ticket};
use crate::Mono;
use crate::decide::{AuthLoss, AuthState, FeedState, Loss, OutboxInput, OutboxState, REFUSAL};
use crate::wire::{LONGEST_WAIT, Problem, ProblemCode};

/// Anybody's wish but the platform's is believed up to here.
const LONGEST_OF_OTHERS: Duration = Duration::from_secs(60);

/// Until when requests wait.
#[derive(Default)]
pub(super) struct Quiet {
    /// The platform asked for it.
    own: Mono,
    /// Somebody in front of it did.
    others: Mono,
    /// Somebody did in these requests' answers, whose ends have not come.
    unjudged: BTreeMap<u64, Unjudged>,
    /// So long others were told to wait until the ends show whose wishes these are.
    doubt: Mono,
    /// And so long this process waits for what others were told.
    doubt_of_others: Mono,
    /// Requests that are about to be sent: the store is asked first whether another process was told to wait.
    about: Vec<(u64, HttpRequest)>,
    /// What holds from now on is still to be told to the store.
    is_untold: bool,
    /// The store could not keep what the platform asked for: the other processes, and the next start, do not know of it.
    pub(super) is_unkept: bool,
    /// Nor what may be its wish, or that this is over.
    pub(super) is_doubt_unkept: bool,
}

#[derive(Clone, Copy)]
struct Unjudged {
    until: Mono,
    /// The status is one with which a balancer may ask for it.
    is_busy: bool,
}

/// A wait of which the end of the answer says whose it is.
#[derive(Clone, Copy)]
pub(super) struct Wish {
    at: Mono,
    wait: Duration,
    status: u16,
}

impl Quiet {
    /// Until when nothing is sent.
    pub(super) fn until(&self) -> Mono {
        let unjudged = self.unjudged.values().map(|unjudged| unjudged.until).max().unwrap_or_default();
        self.own.max(self.others).max(self.doubt_of_others).max(unjudged)
    }

    /// Until when somebody wishes it who may be the platform.
    fn in_doubt_until(&self) -> Mono {
        let busy = self.unjudged.values().filter(|unjudged| unjudged.is_busy);
        busy.map(|unjudged| unjudged.until).max().unwrap_or_default()
    }

    /// An answer has come to its end, which did not show that it was the platform's.
    fn is_of_others(&mut self, request: u64) {
        if let Some(Unjudged { until, is_busy: true }) = self.unjudged.remove(&request) {
            self.others = self.others.max(until);
        }
    }

    /// An answer is without an end: it may have been the platform's.
    pub(super) fn is_cut(&mut self, request: u64) {
        if let Some(Unjudged { until, is_busy: true }) = self.unjudged.remove(&request)
            && until > self.own
        {
            self.own = until;
            self.is_untold = true;
        }
    }

    /// No answer comes to its end any more.
    #[cfg(feature = "tokio")]
    fn ends(&mut self) {
        for request in self.unjudged.keys().copied().collect::<Vec<_>>() {
            self.is_cut(request);
        }
    }
}

/// Who wishes to be left alone, in an answer after which nothing is asked.
#[cfg(feature = "tokio")]
pub(crate) enum Wished {
    /// Somebody in front of the platform: it counts no longer than this process.
    Others,
    /// Nobody knows who: it did not come to its end.
    Whoever,
    /// The platform, for so long.
    Platform { millis: i64 },
}

/// As a store keeps a wait, rounded up: a millisecond too early would be too early.
fn millis(wait: Duration) -> i64 {
    wait.as_nanos().div_ceil(1_000_000) as i64
}

impl Engine {
    /// What a whole answer to one of the last words wishes.
    #[cfg(feature = "tokio")]
    pub(crate) fn last_wish(&self, now: Mono, head: &HttpHead, body: &[u8]) -> Option<Wished> {
        let wait = head.retry_after(self.clock.now(now))?.min(LONGEST_WAIT);
        if head.status / 100 != 3 && is_json(head) && is_own(head.status, body) {
            return Some(Wished::Platform { millis: millis(wait) });
        }
        let is_whole = serde_json::from_slice::<IgnoredAny>(body).is_ok() || !is_json(head);
        is_busy(head.status).then_some(if is_whole { Wished::Others } else { Wished::Whoever })
    }

    /// For how many milliseconds it may be the platform's wish, by its head.
    #[cfg(feature = "tokio")]
    pub(crate) fn last_doubt(&self, now: Mono, head: &HttpHead) -> Option<i64> {
        let wait = head.retry_after(self.clock.now(now))?.min(LONGEST_OF_OTHERS);
        (is_busy(head.status) && is_json(head)).then(|| millis(wait))
    }

    pub(super) fn quiet_from(&mut self, now: Mono, left: Duration, doubt: Duration) {
        self.quiet.own = now + left.min(LONGEST_WAIT);
        self.others_doubt(now, doubt);
    }

    /// What another process was told may be the platform's wish, for so long; it is looked again soon.
    pub(super) fn others_doubt(&mut self, now: Mono, doubt: Duration) {
        let before = self.quiet.doubt_of_others;
        self.quiet.doubt_of_others =
            if doubt.is_zero() { Mono::default() } else { now + doubt.min(LONGEST_OF_OTHERS) };
        if !doubt.is_zero() {
            self.look_soon(now);
        } else if now < before {
            self.release(now);
        }
    }

    /// Reads a wish to be left alone. What is not believed is taken out of the head.
    pub(super) fn hear_wish(&mut self, now: Mono, request: u64, head: &mut HttpHead) {
        let Some(wait) = head.retry_after(self.clock.now(now)) else {
            // A date by a clock that nobody knows says nothing later either.
            head.headers.retain(|(name, _)| name != "retry-after");
            return;
        };
        let Some(asked) = self.requests.get_mut(&request) else { return };
        let may_be_own = match head.status {
            300..=399 => false,
            200..=299 if matches!(asked.what, Asking::Feed { .. }) => head.is_of_feed(),
            _ => is_json(head),
        };
        if may_be_own {
            let wait = wait.min(LONGEST_WAIT);
            if head.status < 300 && matches!(asked.what, Asking::Feed { .. }) {
                return self.believe(now, now + wait);
            }
            asked.wish = Some(Wish { at: now, wait, status: head.status });
            let until = now + wait.min(LONGEST_OF_OTHERS);
            self.quiet.unjudged.insert(request, Unjudged { until, is_busy: is_busy(head.status) });
        } else if is_busy(head.status) {
            let wait = wait.min(LONGEST_OF_OTHERS);
            self.quiet.others = self.quiet.others.max(now + wait);
            head.set("retry-after", wait.as_secs());
        } else {
            head.headers.retain(|(name, _)| name != "retry-after");
        }
    }

    /// Whether the body of a refusal of a feed is still wanted.
    pub(super) fn wants_refusal(is_in_doubt: bool, so_far: usize) -> bool {
        is_in_doubt && so_far < REFUSAL
    }

    /// An answer has come to its end: what it wished is believed where it is whole, and the platform's.
    pub(super) fn judge_wish(
        &mut self,
        now: Mono,
        request: u64,
        asked: &Asked,
        head: Option<&mut HttpHead>,
        whole: bool,
    ) {
        let Some(wish) = asked.wish else { return };
        let is_own = whole && is_own(wish.status, &asked.body);
        if let Some(head) = head {
            match (is_own, is_busy(wish.status)) {
                (true, _) => head.set("retry-after", wish.wait.as_secs()),
                (false, true) => head.set("retry-after", wish.wait.min(LONGEST_OF_OTHERS).as_secs()),
                (false, false) => head.headers.retain(|(name, _)| name != "retry-after"),
            }
        }
        if is_own {
            self.quiet.unjudged.remove(&request);
            self.believe(now, wish.at + wish.wait);
        } else if whole {
            self.quiet.is_of_others(request);
        } else {
            self.quiet.is_cut(request);
        }
    }

    /// The platform itself wishes to be left alone until then.
    fn believe(&mut self, now: Mono, until: Mono) {
        if until > self.quiet.own.max(now) {
            self.quiet.own = until;
            self.keep_quiet(until - now);
        }
    }

    /// The other processes, and the next start, hear of what was cut, and of what may be the platform's: this process may end before it knows.
    pub(super) fn tell_of_quiet(&mut self, now: Mono) {
        self.tell_of_doubt(now);
        let left = self.quiet.own - now;
        if std::mem::take(&mut self.quiet.is_untold) && !left.is_zero() {
            self.keep_quiet(left);
        }
    }

    fn tell_of_doubt(&mut self, now: Mono) {
        let until = self.quiet.in_doubt_until();
        // What is believed says as much.
        if until != self.quiet.doubt && self.quiet.own.max(now) < self.quiet.doubt.max(until) {
            self.keep_doubt(now);
        }
    }

    fn keep_doubt(&mut self, now: Mono) {
        self.quiet.doubt = self.quiet.in_doubt_until();
        let left = self.quiet.doubt - now;
        let millis = if left.is_zero() { 0 } else { millis(left) };
        self.ask_store(StoreCommand::KeepDoubt { millis }, Ticket::KeepDoubt);
    }

    /// The client ends, and what is under way with it.
    #[cfg(feature = "tokio")]
    pub(super) fn end_quiet(&mut self, now: Mono) {
        self.quiet.ends();
        self.tell_of_quiet(now);
    }

    fn keep_quiet(&mut self, left: Duration) {
        self.ask_store(StoreCommand::KeepQuiet { millis: millis(left) }, Ticket::KeepQuiet);
    }

    /// Sends a request, unless the platform is left alone, as this process or another of the same file was told.
    pub(super) fn goes(&mut self, now: Mono, request: u64, http: HttpRequest) {
        if now < self.quiet.until() || self.lane.rests() {
            return self.held.push((request, http));
        }
        let is_looked_for = match self.requests.get(&request).map(|asked| &asked.what) {
            // It was looked for just before the batch was read, or the lock taken, and neither may grow old.
            Some(Asking::Outbox { .. }) => true,
            Some(Asking::Token) => self.config.share_tokens,
            _ => false,
        };
        if is_looked_for {
            if let Some(asked) = self.requests.get_mut(&request) {
                asked.at = now;
            }
            return self.out.push(Effect::Http { request, http });
        }
        // One answer is for all that are about to go.
        if self.quiet.about.is_empty() {
            self.look_for_quiet();
        }
        self.quiet.about.push((request, http));
    }

    /// The store has said how long the platform is left alone, or could not: what was about to go goes, or waits.
    pub(super) fn looked_for_quiet(&mut self, now: Mono) {
        let is_held = now < self.quiet.until() || self.lane.rests();
        for (request, http) in std::mem::take(&mut self.quiet.about) {
            let Some(asked) = self.requests.get_mut(&request) else { continue };
            asked.at = now;
            if is_held {
                self.held.push((request, http));
            } else if let Some(http) = self.with_token_of_now(now, request, http) {
                self.out.push(Effect::Http { request, http });
            }
        }
    }

    /// A request that has waited, with the token of now: that of when it was asked for may have ended, or be another person's. Where there is
    /// none, it is taken back.
    fn with_token_of_now(&mut self, now: Mono, request: u64, mut http: HttpRequest) -> Option<HttpRequest> {
        let bearer = self.bearer(now);
        if let Some(token) = self.requests.get_mut(&request)?.what.token() {
            let Some((number, bearer)) = bearer else {
                self.take_back(now, request);
                return None;
            };
            *token = number;
            http.authorize(bearer);
        }
        Some(http)
    }

    /// Whether a request is still to be sent.
    pub(super) fn is_waiting(&self, request: u64) -> bool {
        self.held.iter().chain(&self.quiet.about).any(|(waits, _)| *waits == request)
    }

    /// Whether a request was still to be sent; it is not sent any more.
    pub(super) fn is_unsent(&mut self, request: u64) -> bool {
        let unsent = [&mut self.held, &mut self.quiet.about];
        let before = unsent.iter().map(|waiting| waiting.len()).sum::<usize>();
        let after = unsent.into_iter().map(|waiting| {
            waiting.retain(|(waits, _)| *waits != request);
            waiting.len()
        });
        after.sum::<usize>() < before
    }

    /// Asks whether another process was told to wait.
    pub(super) fn look_for_quiet(&mut self) {
        self.ask_store(StoreCommand::Quiet, Ticket::Quiet);
    }

    /// Asks so now and then; what could not be kept is given to the store again.
    pub(super) fn look_for_quiet_again(&mut self, now: Mono) {
        if std::mem::take(&mut self.quiet.is_doubt_unkept) {
            self.keep_doubt(now);
        }
        match self.quiet.own - now {
            left if self.quiet.is_unkept && !left.is_zero() => self.keep_quiet(left),
            _ => self.look_for_quiet(),
        }
    }

    /// The platform wishes to be left alone for so much longer, whichever process it told.
    pub(super) fn quiet_kept(&mut self, now: Mono, left: Duration) {
        let until = now + left.min(LONGEST_WAIT);
        // What was heard here seems a millisecond longer there, and what others heard may be.
        self.quiet.own = self.quiet.own.max(until);
        self.looked_for_quiet(now);
    }

    /// Who asked on another network is not there any more, unless it was the platform, or may have been.
    pub(super) fn quiet_network(&mut self, now: Mono) {
        self.quiet.others = Mono::default();
        // Where it holds still, it is found with the next look.
        self.quiet.doubt_of_others = Mono::default();
        self.release(now);
    }

    /// Sends what waited, with the token of now: that of when it was asked for may have ended. Writes are read anew, as after any wait: what
    /// was taken out meanwhile, or is another person's by now, is not sent.
    pub(super) fn release(&mut self, now: Mono) {
        if now < self.quiet.until() || self.lane.rests() {
            return;
        }
        for (request, http) in std::mem::take(&mut self.held) {
            let Some(asked) = self.requests.get(&request) else { continue };
            if matches!(asked.what, Asking::Outbox { .. }) {
                self.take_back(now, request);
            } else if let Some(http) = self.with_token_of_now(now, request, http) {
                self.goes(now, request, http);
            }
        }
    }

    /// What was held needs a token, and there is none any more; or it is asked for anew.
    fn take_back(&mut self, now: Mono, request: u64) {
        let Some(asked) = self.requests.remove(&request) else { return };
        self.opening.is_done(request);
        match asked.what {
            Asking::Feed { feed, connection, .. } => self.no_token_to_open(now, &feed, connection),
            Asking::Listing { .. } => self.no_token_to_list(now),
            Asking::Outbox { .. } => {
                let effects = self.outbox.handle(now, OutboxInput::Stamped);
                self.outbox_effects(now, effects);
            }
            Asking::SignOut | Asking::Token => {}
        }
    }

    /// Until when the platform, or somebody in front of it, is left alone.
    pub(super) fn asked_to_wait(&self, now: Mono) -> Option<Mono> {
        Some(self.quiet.until()).filter(|until| now < *until)
    }

    /// How it stands.
    pub fn status(&self, now: Mono) -> Status {
        let mut status = Status {
            another_person: false,
            auth: self.auth.state(),
            feeds: self.feeds.iter().map(|(name, feed)| (name.into(), feed.machine.state())).collect(),
            outbox: self.outbox.state(),
            server_time: self.clock.now(now),
            store_failed: self.store_failed,
            store_full: self.store_full,
            signing_out: self.leaving.is_any(),
        };
        if let Some(listing) = &self.listing
            && let Some((until, loss)) = listing.again.zip(listing.loss)
        {
            let of_it = status.feeds.iter_mut().filter(|(name, _)| *name == listing.feed);
            of_it.for_each(|(_, state)| *state = FeedState::Backoff { until, loss });
        }
        if let Some(until) = self.asked_to_wait(now) {
            self.show_wait(until, &mut status);
        }
        status
    }

    /// What cannot go on says so.
    fn show_wait(&self, quiet: Mono, status: &mut Status) {
        let held: BTreeSet<u64> = self.held.iter().map(|(request, _)| *request).collect();
        let mut asking = BTreeSet::new();
        let (mut is_token_held, mut is_outbox_held) = (false, false);
        for (request, asked) in &self.requests {
            match &asked.what {
                Asking::Feed { feed, .. } if !held.contains(request) => {
                    asking.insert(feed.clone());
                }
                Asking::Token => is_token_held |= held.contains(request),
                Asking::Outbox { .. } => is_outbox_held |= held.contains(request),
                _ => {}
            }
        }
        let is_signed_out = status.auth == AuthState::SignedOut;
        match &mut status.auth {
            AuthState::Backoff { until, .. } => *until = quiet.max(*until),
            auth @ AuthState::Refreshing if is_token_held => {
                *auth = AuthState::Backoff { until: quiet, reason: AuthLoss::AskedToWait };
            }
            auth @ AuthState::Locking if self.is_lock_put_off() => {
                *auth = AuthState::Backoff { until: quiet, reason: AuthLoss::AskedToWait };
            }
            _ => {}
        }
        match &mut status.outbox {
            OutboxState::Backoff { until } => *until = quiet.max(*until),
            OutboxState::NeedsToken if is_signed_out => {}
            OutboxState::Sending if !is_outbox_held => {}
            outbox @ (OutboxState::NeedsToken | OutboxState::Sending) => {
                *outbox = OutboxState::Backoff { until: quiet };
            }
            _ => {}
        }
        for (name, state) in &mut status.feeds {
            match state {
                FeedState::Backoff { until, .. } => *until = quiet.max(*until),
                FeedState::NeedsToken if is_signed_out => {}
                FeedState::CatchingUp | FeedState::Connecting | FeedState::NeedsToken
                    if !asking.contains(name) =>
                {
                    *state = FeedState::Backoff { until: quiet, loss: Loss::AskedToWait };
                }
                _ => {}
            }
        }
    }
}

fn is_json(head: &HttpHead) -> bool {
    head.header("content-type").is_some_and(|kind| kind.to_ascii_lowercase().contains("json"))
}

/// Whether a balancer says with this status that there is too much to do.
fn is_busy(status: u16) -> bool {
    matches!(status, 429 | 503)
}

/// Whether JSON is the platform's: a refusal with a code that is known, or what was asked for.
pub(super) fn is_own(status: u16, body: &[u8]) -> bool {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Marks<'a> {
        items: Option<IgnoredAny>,
        results: Option<IgnoredAny>,
        #[serde(borrow)]
        token: Option<Cow<'a, str>>,
    }
    if status >= 300 {
        return Problem::read(status, Some("application/json"), body).code != ProblemCode::Other;
    }
    let marks: Marks<'_> = serde_json::from_slice(body).unwrap_or_default();
    marks.items.is_some() || marks.results.is_some() || marks.token.as_deref().and_then(subject).is_some()
}

/// Whether an answer is not the platform's: captive portals and proxies redirect, and refuse with pages of their own.
pub(super) fn is_strange(head: &HttpHead) -> bool {
    let kind = head.header("content-type").unwrap_or_default();
    match head.status {
        300..=399 => true,
        // The platform says no in JSON only. These four may be anybody's, and are tried again, or with less.
        408 | 413 | 425 | 429 => false,
        400..=499 => !kind.contains("json"),
        _ => false,
    }
}

/// The status with which the platform itself said that a feed, or a place in it, is not there.
pub(super) fn gone(head: Option<&HttpHead>, body: &[u8]) -> Option<u16> {
    let head = head?;
    let code = Problem::read(head.status, head.header("content-type"), body).code;
    let is_gone = matches!(
        (head.status, code),
        (400, ProblemCode::MalformedOffset) | (404, ProblemCode::NotFound) | (410, ProblemCode::OffsetGone)
    );
    is_gone.then_some(head.status)
}

/// The status with which the platform itself said no for good, as its protocol has it: a gateway's JSON says nothing of what one may read.
pub(super) fn refusal(head: Option<&HttpHead>, body: &[u8]) -> Option<u16> {
    use ProblemCode::{Forbidden, Malformed, MalformedOffset, MethodNotAllowed, NotFound, UnknownParameter};
    let head = head?;
    let code = Problem::read(head.status, head.header("content-type"), body).code;
    let says_no = matches!(
        (head.status, code),
        (400, Malformed | MalformedOffset | UnknownParameter)
            | (403, Forbidden)
            | (404, NotFound)
            | (405, MethodNotAllowed)
    );
    says_no.then_some(head.status)
}
