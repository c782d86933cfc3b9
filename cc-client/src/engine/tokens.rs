//! Tokens: the one place that holds secrets.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, Zeroizing};

use super::{Asking, Effect, Engine, HttpHead, HttpRequest, StoreCommand, Ticket};
use crate::Mono;
use crate::decide::{AuthEffect, AuthInput, FeedInput, OutboxInput, TokenUse};

#[derive(Default)]
pub(super) struct Tokens {
    pub(super) session: Option<String>,
    token: Zeroizing<String>,
    number: u64,
    /// When a lock that another process holds is asked for again.
    pub(super) lock_again: Option<Mono>,
}

impl Drop for Tokens {
    fn drop(&mut self) {
        if let Some(session) = &mut self.session {
            session.zeroize();
        }
    }
}

/// A token as processes share it.
#[derive(Deserialize, Serialize)]
struct Shared {
    number: u64,
    token: String,
    /// Milliseconds since 1970, by the server's clock.
    expires: i64,
}

const NAME: &str = "token";
/// How long a refresh may hold up the other processes.
const LOCK_MILLIS: i64 = 30_000;
/// How long the token of another process is taken to be good where nothing else is known.
const TRUST_MILLIS: i64 = 60_000;
const LOCK_AGAIN: Duration = Duration::from_millis(250);

impl Engine {
    /// The value of `authorization`, with the token's number; `None` while there is no good token.
    pub(super) fn bearer(&mut self, now: Mono) -> Option<(u64, String)> {
        match self.auth.token(now) {
            TokenUse::Ready(number) if number == self.tokens.number => {
                Some((number, format!("Bearer {}", *self.tokens.token)))
            }
            _ => None,
        }
    }

    pub(super) fn wanted(&mut self, now: Mono) {
        let effects = self.auth.handle(now, AuthInput::Wanted);
        self.auth_effects(now, effects);
    }

    /// The server refused a token.
    pub(super) fn refused(&mut self, now: Mono, number: u64) {
        let effects = self.auth.handle(now, AuthInput::Unauthorized { number });
        self.auth_effects(now, effects);
    }

    pub(super) fn signed_in(&mut self, now: Mono, session: String) {
        self.tokens.session = Some(session);
        let effects = self.auth.handle(now, AuthInput::SignedIn);
        self.auth_effects(now, effects);
    }

    pub(super) fn signed_out(&mut self, now: Mono) {
        if let Some(mut session) = self.tokens.session.take() {
            session.zeroize();
        }
        self.tokens.token.zeroize();
        let effects = self.auth.handle(now, AuthInput::Over);
        self.auth_effects(now, effects);
        self.each_feed(now, |_| FeedInput::SignedOut);
        self.out.push(Effect::SignedOut);
    }

    /// A person wishes to be signed out.
    pub(super) fn sign_out(&mut self, now: Mono) {
        let Some(session) = &self.tokens.session else { return };
        let http = HttpRequest {
            method: "DELETE",
            target: "/v1/auth/session".to_owned(),
            headers: vec![("authorization", format!("Bearer {session}"))],
            body: Vec::new(),
            is_stream: false,
        };
        self.request(now, Asking::SignOut, http);
        if self.config.share_tokens {
            let forgotten = StoreCommand::SetValue { name: NAME, value: Vec::new() };
            self.ask_store(forgotten, Ticket::Nothing);
        }
        self.signed_out(now);
    }

    fn auth_effects(&mut self, now: Mono, effects: Vec<AuthEffect>) {
        for effect in effects {
            match effect {
                // A lock that a killed process has left would hold this one up for nothing.
                AuthEffect::Lock if !self.config.share_tokens => self.locked(now, true, None),
                AuthEffect::Lock => {
                    let command = StoreCommand::Lock { name: NAME, millis: LOCK_MILLIS };
                    self.ask_store(command, Ticket::Lock);
                }
                AuthEffect::Unlock if !self.config.share_tokens => {}
                AuthEffect::Unlock => self.ask_store(StoreCommand::Unlock { name: NAME }, Ticket::Nothing),
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
            headers: vec![
                ("accept", "application/json".to_owned()),
                ("authorization", format!("Bearer {session}")),
            ],
            body: Vec::new(),
            is_stream: false,
        };
        self.request(now, Asking::Token, http);
    }

    /// The lock of all processes was taken, or not.
    pub(super) fn locked(&mut self, now: Mono, taken: bool, value: Option<&[u8]>) {
        if !taken {
            self.tokens.lock_again = Some(now + LOCK_AGAIN);
            return;
        }
        let mut stored = None;
        if let Some(shared) = value.and_then(|value| serde_json::from_slice::<Shared>(value).ok()) {
            // Before the server's first answer its time is not known; a token that has expired is refused then, once.
            let left = self
                .clock
                .now(now)
                .map_or(TRUST_MILLIS, |server| shared.expires.saturating_sub(server.timestamp_millis()));
            if left > 0 && shared.number > self.tokens.number {
                self.tokens.number = shared.number;
                self.tokens.token = Zeroizing::new(shared.token);
                stored = Some((shared.number, Duration::from_millis(left as u64)));
            }
        }
        let effects = self.auth.handle(now, AuthInput::Locked { stored });
        self.auth_effects(now, effects);
    }

    pub(super) fn token_answered(&mut self, now: Mono, head: Option<&HttpHead>, body: &[u8]) {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Answer {
            token: String,
            expires_in: u64,
        }
        let status = head.map(|head| head.status);
        let answer = serde_json::from_slice::<Answer>(body).ok().filter(|_| status == Some(200));
        // A header holds visible ASCII only.
        let answer = answer.filter(|answer| answer.token.bytes().all(|byte| byte.is_ascii_graphic()));
        let input = match (status, answer) {
            (_, Some(answer)) => {
                self.tokens.number += 1;
                self.tokens.token = Zeroizing::new(answer.token);
                let life = Duration::from_secs(answer.expires_in.min(86_400));
                self.share(now, life);
                AuthInput::Refreshed { number: self.tokens.number, life }
            }
            (Some(401 | 403), None) => return self.signed_out(now),
            _ => {
                let retry_after = head.and_then(|head| head.retry_after(self.clock.now(now)));
                AuthInput::RefreshFailed { retry_after, random: self.random.next() }
            }
        };
        let effects = self.auth.handle(now, input);
        self.auth_effects(now, effects);
    }

    fn share(&mut self, now: Mono, life: Duration) {
        let (true, Some(server)) = (self.config.share_tokens, self.clock.now(now)) else { return };
        let expires = server.timestamp_millis().saturating_add(life.as_millis() as i64);
        let shared = Shared { number: self.tokens.number, token: (*self.tokens.token).clone(), expires };
        if let Ok(value) = serde_json::to_vec(&shared) {
            self.ask_store(StoreCommand::SetValue { name: NAME, value }, Ticket::Nothing);
        }
    }

    pub(super) fn token_timer(&mut self, now: Mono) {
        if self.tokens.lock_again.is_some_and(|again| now >= again) {
            self.tokens.lock_again = None;
            let command = StoreCommand::Lock { name: NAME, millis: LOCK_MILLIS };
            self.ask_store(command, Ticket::Lock);
        }
        let effects = self.auth.handle(now, AuthInput::Timer);
        self.auth_effects(now, effects);
    }
}
