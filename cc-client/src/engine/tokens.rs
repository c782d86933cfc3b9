//! Tokens, and the session for which they are given.
//!
//! Whatever holds one of these secrets here, or passes it on (a request, a command to the store, what the app orders), wipes it when it is
//! dropped. What others copy on the way is theirs: the HTTP library what it sends and receives, and, where processes share tokens, the store
//! has the present one on disk.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, Zeroizing};

use super::people::{digest, hex, is_known, is_of_another, with};
use super::unkept::no_token;
use super::words::bearer;
use super::{Asking, Effect, Engine, HttpHead, HttpRequest, StoreCommand, TOKEN_ANSWER, Ticket};
use crate::decide::{AuthEffect, AuthInput, AuthLoss, AuthState, FeedInput, OutboxInput, TokenUse};
use crate::session::person;
use crate::store::TOKEN;
use crate::wire::{Problem, ProblemCode};
use crate::{AccessToken, Mono, Offset, Session};

#[derive(Default)]
pub(super) struct Tokens {
    pub(super) session: Option<Zeroizing<String>>,
    token: Zeroizing<String>,
    number: u64,
    /// The highest number of a token that was shared: the next one is counted from there.
    shared: u64,
    /// Whose the store is, as far as that is known.
    pub(super) principal: Option<Box<str>>,
    /// Somebody signed out, or in, since the store was last known to be theirs.
    pub(super) is_unsure: bool,
    /// The digest of a session that is none of those that opened the store here, until the platform says whose it is; also once it is over.
    pub(super) stranger: Option<[u8; 32]>,
    /// Somebody has signed in: the store is told of their first token whose it is, whatever it was here before.
    is_fresh: bool,
    /// Digests of the sessions of whose the store is, the newest last.
    pub(super) sessions: Vec<u8>,
    /// Who, or whose token, waits until the store is theirs.
    coming: Option<Coming>,
    /// When a lock is asked for again that another process holds, or that waits until this client may ask for a token.
    lock_again: Option<Mono>,
    /// The request that goes on under the lock.
    under_lock: Option<u64>,
    /// When the app last said that a token was refused, and another was asked for.
    doubted: Option<Mono>,
}

/// Whose session it is, of which the store has still to learn that; with the token that said so.
struct Coming {
    /// It, and for how long it is good; none where the app knew who signed in before there was one.
    token: Option<(Zeroizing<String>, Duration)>,
    principal: Box<str>,
    /// The digest of the session that it was given for.
    session: [u8; 32],
}

/// A token as processes share it.
#[derive(Deserialize, Serialize)]
struct Shared {
    number: u64,
    token: Zeroizing<String>,
    /// Milliseconds since 1970, by the server's clock; `None` where that was not known.
    #[serde(default)]
    expires: Option<i64>,
    /// How long it was good for when it came, in milliseconds.
    #[serde(default)]
    life: Option<u64>,
    /// The digest of the session that it was given for, in hex: another process with that session is the same person.
    #[serde(default)]
    session: Option<String>,
}

/// How long a refresh may hold up the other processes: longer than it may take, and what it brings to be stored.
const LOCK_MILLIS: i64 = 45_000;
/// A refresh that goes on under the lock for so long is given up: another process may begin one soon.
const LONGEST_REFRESH: Duration = Duration::from_secs(35);
/// How long the token of another process is taken to be good where nothing else is known.
const TRUST_MILLIS: i64 = 60_000;
/// No token is taken to be good for longer than a day.
const LONGEST_LIFE_MILLIS: u64 = 86_400_000;
const LOCK_AGAIN: Duration = Duration::from_millis(250);
/// So often at most a token is given up for what the app was told.
const DOUBT_AGAIN: Duration = Duration::from_secs(60);

impl Engine {
    /// The value of `authorization`, with the token's number; `None` while there is no good token.
    pub(super) fn bearer(&mut self, now: Mono) -> Option<(u64, String)> {
        match self.auth.token(now) {
            TokenUse::Ready(number) if number == self.tokens.number => {
                Some((number, bearer(&self.tokens.token)))
            }
            _ => None,
        }
    }

    /// A token for a request of the app's own; `None` while there is no good one.
    pub fn access_token(&self, now: Mono) -> Option<AccessToken> {
        self.has_token(now)
            .then(|| AccessToken { secret: self.tokens.token.clone(), number: self.tokens.number })
    }

    /// Whether nobody is signed in.
    #[cfg(feature = "tokio")]
    pub(crate) fn is_signed_out(&self) -> bool {
        self.auth.state() == AuthState::SignedOut
    }

    /// Whether there is a good token.
    pub(super) fn has_token(&self, now: Mono) -> bool {
        self.auth.token(now) == TokenUse::Ready(self.tokens.number)
    }

    pub(super) fn wanted(&mut self, now: Mono) {
        let effects = self.auth.handle(now, AuthInput::Wanted);
        self.auth_effects(now, effects);
    }

    /// The server refused a token.
    pub(super) fn refused(&mut self, now: Mono, number: u64) {
        let random = self.random.next();
        let effects = self.auth.handle(now, AuthInput::Unauthorized { number, random });
        self.auth_effects(now, effects);
    }

    /// Somebody refused a token in a request of the app's own: a portal says `401` as well, and is not to keep the client from its work.
    pub(super) fn doubted(&mut self, now: Mono, number: u64) {
        let is_over = |doubted: Mono| now - doubted >= DOUBT_AGAIN;
        if number == self.tokens.number && self.has_token(now) && self.tokens.doubted.is_none_or(is_over) {
            self.tokens.doubted = Some(now);
            let effects = self.auth.handle(now, AuthInput::Doubted { number });
            self.auth_effects(now, effects);
        }
    }

    /// The server took a token.
    pub(super) fn accepted(&mut self, now: Mono, number: u64) {
        let effects = self.auth.handle(now, AuthInput::Accepted { number });
        self.auth_effects(now, effects);
    }

    pub(super) fn signed_in(&mut self, now: Mono, session: Session) {
        let Session { secret: session, person } = session;
        self.keep_before_sign_in();
        self.stay(now, &session);
        let principal = self.tokens.principal.as_deref();
        let is_of_another = is_of_another(principal, &self.tokens.sessions, &session);
        let is_here = is_known(&self.tokens.sessions, &session);
        if is_here {
            // Whoever signed in meanwhile, the platform never said who it was: it is still this person's.
            self.known_again(digest(&session));
        } else if person.is_some() || principal.is_some() || self.tokens.is_unsure || is_of_another {
            self.stranger(&session);
        }
        self.tokens.is_fresh = true;
        self.tokens.session = Some(session);
        if self.tokens.principal.is_none() && !self.tokens.is_unsure {
            self.is_this_sessions();
        }
        // Nothing goes on under the token of the session before.
        self.forget_token();
        if let Some(person) = person.filter(|_| !is_here) {
            self.makes_it_theirs(person, None);
        }
        if self.config.share_tokens {
            self.keep(no_token());
        }
        self.each_feed(now, |_| FeedInput::SignedIn);
        let effects = self.auth.handle(now, AuthInput::SignedIn);
        self.auth_effects(now, effects);
    }

    /// What comes for a session that was left is nobody's.
    fn forget_token(&mut self) {
        self.tokens.token.zeroize();
        self.tokens.coming = None;
        self.forget_requests(|what| matches!(what, Asking::Token));
        self.tickets.retain(|_, what| !matches!(what, Ticket::Belong));
    }

    pub(super) fn signed_out(&mut self, now: Mono) {
        self.tokens.session = None;
        self.tokens.lock_again = None;
        self.forget_token();
        let effects = self.auth.handle(now, AuthInput::Over);
        self.auth_effects(now, effects);
        self.each_feed(now, |_| FeedInput::SignedOut);
        self.out.push(Effect::SignedOut);
    }

    /// A person wishes to be signed out.
    pub(super) fn sign_out(&mut self, now: Mono) {
        let Some(session) = self.tokens.session.take() else { return };
        let left = digest(&session);
        self.leave(now, session);
        self.left_by(left);
        if self.config.share_tokens {
            self.keep(no_token());
        }
        self.signed_out(now);
    }

    /// The store is of the person of the token that came.
    pub(super) fn belongs(&mut self, now: Mono, anew: bool) {
        let Some(coming) = self.tokens.coming.take() else { return };
        self.tokens.is_fresh = false;
        self.tokens.stranger = None;
        let was_unsure = std::mem::take(&mut self.tokens.is_unsure);
        let before = self.tokens.principal.replace(coming.principal);
        let before_is_none = before.is_none();
        // As in the store: sessions that are known are of one person.
        let known = std::mem::take(&mut self.tokens.sessions);
        let known = if before == self.tokens.principal { known } else { Vec::new() };
        self.tokens.sessions = with(known, coming.session);
        // Another process may have told the store before: what is in memory here is of the person before all the same.
        if anew || before.is_some_and(|before| self.tokens.principal.as_ref() != Some(&before)) {
            self.begin_anew(now);
        } else if was_unsure || before_is_none {
            // It may be shown again.
            self.out.push(Effect::Changed { records: Vec::new() });
        }
        // What waits may be sent now.
        let effects = self.outbox.handle(now, crate::decide::OutboxInput::Filled);
        self.outbox_effects(now, effects);
        if let Some((token, life)) = coming.token {
            self.use_token(now, token, life);
        }
    }

    /// The store is told whose it is, before anything is shown or sent.
    fn makes_it_theirs(&mut self, principal: Box<str>, token: Option<(Zeroizing<String>, Duration)>) {
        let Some(session) = self.tokens.session.as_deref().map(|session| digest(session)) else { return };
        match &mut self.tokens.coming {
            // The store has been asked already.
            Some(coming) if (&coming.principal, coming.session) == (&principal, session) => {
                coming.token = token;
            }
            coming => {
                *coming = Some(Coming { token, principal: principal.clone(), session });
                self.tickets.retain(|_, what| !matches!(what, Ticket::Belong));
                self.ask_store(StoreCommand::Belong { principal, session }, Ticket::Belong);
            }
        }
    }

    /// The store could not be asked whose it is: nothing is sent before.
    pub(super) fn belongs_to_nobody(&mut self, now: Mono) {
        if self.tokens.coming.take().is_none_or(|coming| coming.token.is_none()) {
            // The first token asks again.
            return;
        }
        let random = self.random.next();
        let effects = self.auth.handle(
            now,
            AuthInput::RefreshFailed { retry_after: None, random, reason: AuthLoss::StoreFailed },
        );
        self.auth_effects(now, effects);
    }

    /// Nothing of the person before goes on.
    fn begin_anew(&mut self, now: Mono) {
        self.listing = None;
        self.missed.clear();
        self.uplink = super::Uplink::default();
        self.forget_requests(|what| matches!(what, Asking::Listing { .. } | Asking::Outbox { .. }));
        // What the store is still to say of the one before is forgotten; an epoch and a lock are this process's.
        self.tickets.retain(|_, what| {
            matches!(
                what,
                Ticket::Epoch
                    | Ticket::KeepDoubt
                    | Ticket::KeepQuiet
                    | Ticket::Lock
                    | Ticket::Nothing
                    | Ticket::Quiet
            )
        });
        self.out.push(Effect::Anew);
        self.each_feed(now, |_| FeedInput::Start { stored: Offset::BEGINNING });
        let effects = self.outbox.handle(now, OutboxInput::Anew);
        self.outbox_effects(now, effects);
    }

    pub(super) fn forget_requests(&mut self, is_one: impl Fn(&Asking) -> bool) {
        let forgotten: Vec<u64> = self
            .requests
            .iter()
            .filter(|(_, asked)| is_one(&asked.what))
            .map(|(request, _)| *request)
            .collect();
        for request in forgotten {
            self.forget(request);
        }
    }

    fn auth_effects(&mut self, now: Mono, effects: Vec<AuthEffect>) {
        for effect in effects {
            match effect {
                // A lock that a killed process has left would hold this one up for nothing.
                AuthEffect::Lock if !self.config.share_tokens => self.locked(now, true, None),
                // Who may not ask holds no lock.
                AuthEffect::Lock if self.may_not_refresh(now) => self.tokens.lock_again = Some(now),
                AuthEffect::Lock => self.lock(),
                AuthEffect::Unlock if !self.config.share_tokens => {}
                AuthEffect::Unlock => self.ask_store(StoreCommand::Unlock { name: TOKEN }, Ticket::Nothing),
                AuthEffect::Refresh => self.refresh(now),
                AuthEffect::Wake if matches!(self.auth.token(now), TokenUse::Ready(_)) => {
                    self.each_feed(now, |_| FeedInput::TokenReady);
                    let effects = self.outbox.handle(now, OutboxInput::TokenReady);
                    self.outbox_effects(now, effects);
                    self.listing_goes_on(now);
                }
                AuthEffect::Wake => {}
            }
        }
    }

    fn refresh(&mut self, now: Mono) {
        let Some(session) = &self.tokens.session else { return self.signed_out(now) };
        let http = HttpRequest {
            method: "POST",
            target: "/v1/auth/token".to_owned(),
            headers: vec![("accept", "application/json".to_owned()), ("authorization", bearer(session))],
            body: Vec::new(),
            is_stream: false,
        };
        let request = self.request(now, Asking::Token, http);
        self.tokens.under_lock = self.config.share_tokens.then_some(request);
    }

    /// Whether a request for a token would have to wait. A lock would be over before it is sent.
    fn may_not_refresh(&self, now: Mono) -> bool {
        self.lane.rests() || now < self.quiet.until()
    }

    fn lock(&mut self) {
        self.tokens.lock_again = None;
        // Another process may have been told to wait: this one hears of it before it has the lock.
        self.look_for_quiet();
        let command = StoreCommand::Lock { name: TOKEN, millis: LOCK_MILLIS };
        self.ask_store(command, Ticket::Lock);
    }

    /// When the lock is asked for next.
    fn lock_deadline(&self) -> Option<Mono> {
        let again = self.tokens.lock_again.filter(|_| !self.lane.rests());
        again.map(|again| again.max(self.quiet.until()))
    }

    /// When the refresh under the lock has taken too long.
    fn refresh_deadline(&self) -> Option<Mono> {
        let asked = self.requests.get(&self.tokens.under_lock?)?;
        Some(asked.at + LONGEST_REFRESH)
    }

    pub(super) fn tokens_deadline(&self) -> Option<Mono> {
        self.lock_deadline().into_iter().chain(self.refresh_deadline()).min()
    }

    /// Whether the lock waits until this client may ask for a token.
    pub(super) fn is_lock_put_off(&self) -> bool {
        self.tokens.lock_again.is_some()
    }

    /// The lock of all processes was taken, or not.
    pub(super) fn locked(&mut self, now: Mono, taken: bool, value: Option<&[u8]>) {
        match self.auth.state() {
            // It was asked for twice: the refresh goes on under it.
            AuthState::Refreshing => return,
            AuthState::Locking if !taken => return self.tokens.lock_again = Some(now + LOCK_AGAIN),
            // Nobody waits for it any more.
            _ if !taken => return,
            _ => self.tokens.lock_again = None,
        }
        if self.config.share_tokens && self.may_not_refresh(now) {
            self.tokens.lock_again = Some(now);
            return self.ask_store(StoreCommand::Unlock { name: TOKEN }, Ticket::Nothing);
        }
        let mut stored = None;
        if let Some(shared) = value.and_then(|value| serde_json::from_slice::<Shared>(value).ok()) {
            // Before the server's first answer its time is not known; a token that has expired is refused then, once.
            let left = match (shared.expires, self.clock.now(now)) {
                (Some(expires), Some(server)) => expires.saturating_sub(server.timestamp_millis()),
                (None, _) => shared.life.map_or(0, |life| life.min(LONGEST_LIFE_MILLIS) as i64),
                (Some(_), None) => TRUST_MILLIS,
            };
            // Another process may be another person's. Of a file whose person nobody here has heard of yet, the session tells.
            let subject = subject(&shared.token);
            let is_of_my_session = shared.session.is_some() && shared.session == self.session_hex();
            let session = self.tokens.session.as_deref();
            let is_known = session.is_some_and(|session| is_known(&self.tokens.sessions, session));
            let is_mine = !self.tokens.is_unsure
                && match &self.tokens.principal {
                    Some(_) => is_known && self.tokens.principal == subject,
                    None => is_of_my_session && subject.is_some(),
                };
            if is_mine {
                // The other process has told the store so before it shared the token.
                self.tokens.principal = subject;
            }
            // One that nobody waits for any more is not taken: the machine would not know of it.
            let is_waited_for = self.auth.state() == AuthState::Locking;
            // Whoever has just signed in, or started, holds none: any is newer.
            let is_newer = shared.number > self.tokens.number || self.tokens.token.is_empty();
            self.tokens.shared = self.tokens.shared.max(shared.number);
            // Where one token after the other was refused, that of another process may have been as well, and it waits as long as this one.
            let may_be_good = !self.auth.is_refused_again();
            if left > 0 && is_mine && is_waited_for && is_newer && may_be_good {
                self.tokens.number = shared.number;
                self.tokens.token = shared.token;
                stored = Some((shared.number, Duration::from_millis(left as u64)));
            }
        }
        let effects = self.auth.handle(now, AuthInput::Locked { stored });
        self.auth_effects(now, effects);
    }

    /// Another network, or the time that the app slept, may bring what the last did not.
    pub(super) fn tokens_anew(&mut self, now: Mono) {
        let effects = self.auth.handle(now, AuthInput::Network);
        self.auth_effects(now, effects);
    }

    /// The client ends: the lock, where it has it or is about to, is given back. Other processes would wait for it. They hear of how long the
    /// platform may have wished to be left alone.
    #[cfg(feature = "tokio")]
    pub(crate) fn end(&mut self, now: Mono) -> Vec<Effect> {
        self.end_quiet(now);
        if self.config.share_tokens {
            self.ask_store(StoreCommand::Unlock { name: TOKEN }, Ticket::Nothing);
        }
        std::mem::take(&mut self.out)
    }

    /// The app sleeps: before the store lets go of its file, the lock is given back. The token is asked for again when the app wakes.
    pub(super) fn tokens_asleep(&mut self, now: Mono) {
        // One that came is used as soon as the store has said whose it is, which takes no network.
        if self.tokens.coming.as_ref().is_some_and(|coming| coming.token.is_some()) {
            return self.auth_effects(now, vec![AuthEffect::Unlock]);
        }
        self.forget_requests(|what| matches!(what, Asking::Token));
        // A lock that the store has yet to give is given back behind that, whoever has signed in or out meanwhile.
        let before = self.tickets.len();
        self.tickets.retain(|_, what| !matches!(what, Ticket::Lock));
        let is_asked_for = self.tickets.len() < before;
        let mut effects = self.auth.handle(now, AuthInput::Asleep);
        if is_asked_for && !effects.contains(&AuthEffect::Unlock) {
            effects.push(AuthEffect::Unlock);
        }
        self.auth_effects(now, effects);
    }

    pub(super) fn token_answered(
        &mut self,
        now: Mono,
        head: Option<&HttpHead>,
        body: &[u8],
        loss: Option<AuthLoss>,
    ) {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Answer {
            token: Zeroizing<String>,
            /// In seconds; some write them with a fraction.
            expires_in: f64,
        }
        let status = head.map(|head| head.status);
        let answer = serde_json::from_slice::<Answer>(body).ok().filter(|_| status == Some(200));
        // What has expired when it comes is no token; and one that does not say whose it is, is not the platform's.
        let answer = answer.filter(|answer| answer.expires_in >= 1.0);
        let answer = answer.and_then(|answer| Some((subject(&answer.token)?, answer)));
        let input = match (status, answer) {
            (_, Some((principal, answer))) => {
                let life = Duration::from_secs(answer.expires_in.min(86_400.0) as u64);
                let token = answer.token;
                let is_told = !self.tokens.is_unsure && !self.tokens.is_fresh;
                if self.tokens.principal.as_ref() == Some(&principal) && is_told {
                    return self.use_token(now, token, life);
                }
                return self.makes_it_theirs(principal, Some((token, life)));
            }
            (Some(status), None) => {
                let kind = head.and_then(|head| head.header("content-type"));
                let code = Problem::read(status, kind, body).code;
                // Anybody between says no in JSON, too: only the platform's own word ends a session.
                if (status, code) == (401, ProblemCode::SessionRevoked) {
                    return self.session_over(now);
                }
                let is_strange = status < 429 && code == ProblemCode::Other;
                let reason = loss.unwrap_or(if is_strange {
                    AuthLoss::NotThePlatform
                } else {
                    AuthLoss::Refused(status)
                });
                let retry_after = head.and_then(|head| head.retry_after(self.clock.now(now)));
                AuthInput::RefreshFailed { retry_after, random: self.random.next(), reason }
            }
            (None, None) => AuthInput::RefreshFailed {
                retry_after: None,
                random: self.random.next(),
                reason: loss.unwrap_or(AuthLoss::Broken),
            },
        };
        let effects = self.auth.handle(now, input);
        self.auth_effects(now, effects);
    }

    fn use_token(&mut self, now: Mono, token: Zeroizing<String>, life: Duration) {
        self.tokens.number = self.tokens.number.max(self.tokens.shared).saturating_add(1);
        self.tokens.token = token;
        self.share(now, life);
        let effects = self.auth.handle(now, AuthInput::Refreshed { number: self.tokens.number, life });
        self.auth_effects(now, effects);
    }

    fn session_hex(&self) -> Option<String> {
        Some(hex(&digest(self.tokens.session.as_deref()?)))
    }

    fn share(&mut self, now: Mono, life: Duration) {
        if !self.config.share_tokens {
            return;
        }
        let expires = self.clock.now(now);
        let expires = expires.map(|server| server.timestamp_millis().saturating_add(life.as_millis() as i64));
        let shared = Shared {
            number: self.tokens.number,
            token: self.tokens.token.clone(),
            expires,
            life: Some(life.as_millis() as u64),
            session: self.session_hex(),
        };
        if let Ok(value) = serde_json::to_vec(&shared) {
            self.keep_a_token(value);
        }
    }

    pub(super) fn token_timer(&mut self, now: Mono) {
        if self.refresh_deadline().is_some_and(|deadline| now >= deadline)
            && let Some(request) = self.tokens.under_lock.take()
        {
            self.give_up(now, request);
        }
        if self.lock_deadline().is_some_and(|again| now >= again) {
            self.lock();
        }
        let effects = self.auth.handle(now, AuthInput::Timer);
        self.auth_effects(now, effects);
    }
}

/// The organization and subject of a token: whose it is. `None` where it is no token of a platform: no JWT, of nobody, or too long for a
/// header.
pub(super) fn subject(token: &str) -> Option<Box<str>> {
    #[derive(Deserialize)]
    struct Claims {
        #[serde(default)]
        org: String,
        sub: String,
    }
    // A header holds visible ASCII only.
    if token.len() > TOKEN_ANSWER || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return None;
    }
    let mut parts = token.split('.');
    let (_, claims, _, None) = (parts.next()?, parts.next()?, parts.next()?, parts.next()) else {
        return None;
    };
    let claims: Claims = serde_json::from_slice(&base64_url(claims)?).ok()?;
    person(&claims.org, &claims.sub)
}

/// Reads base64url without padding (RFC 4648, 5).
fn base64_url(text: &str) -> Option<Vec<u8>> {
    let (mut bytes, mut bits, mut count) = (Vec::with_capacity(text.len() * 3 / 4), 0_u32, 0_u32);
    for byte in text.bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => return None,
        };
        bits = (bits << 6 | u32::from(value)) & 0xFFFF;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    Some(bytes)
}
