//! When a token is good, and when to refresh it: one refresh at a time, for all requests and all processes.
//!
//! ```text
//!  NoToken ──▶ Locking ──▶ Refreshing ──▶ Ready ──(a fifth of its life left, or refused)──▶ Locking
//!                 │            │            ▲
//!                 └─ another process was quicker: its token is used ─┘
//!                              └─ the session is over ──▶ SignedOut
//! ```
//!
//! The machine knows tokens by number, never by content: secrets stay with the driver.

use core::time::Duration;

use super::Backoff;
use crate::Mono;

/// Decides when a token is good, and when to get another.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use cc_client::Mono;
/// use cc_client::decide::{AuthEffect, AuthInput, AuthMachine, TokenUse};
///
/// let now = Mono::default();
/// let mut auth = AuthMachine::new();
/// assert_eq!(auth.token(now), TokenUse::Wait);
/// assert_eq!(auth.handle(now, AuthInput::Wanted), [AuthEffect::Lock]);
/// // A thousand more requests want a token: there is one refresh.
/// assert_eq!(auth.handle(now, AuthInput::Wanted), []);
/// assert_eq!(auth.handle(now, AuthInput::Locked { stored: None }), [AuthEffect::Refresh]);
/// let life = Duration::from_secs(600);
/// let effects = auth.handle(now, AuthInput::Refreshed { number: 1, life });
/// assert_eq!(effects, [AuthEffect::Unlock, AuthEffect::Wake]);
/// assert_eq!(auth.token(now), TokenUse::Ready(1));
/// assert_eq!(auth.next_deadline(), Some(now + Duration::from_secs(480)));
/// ```
#[derive(Clone, Debug)]
pub struct AuthMachine {
    state: AuthState,
    token: Option<Held>,
    /// When the last refresh began; a server that refuses fresh tokens is not asked in a circle.
    refreshed: Option<Mono>,
    failures: u32,
    /// How many tokens in a row were refused before the server took one.
    refusals: u32,
    backoff: Backoff,
}

#[derive(Clone, Copy, Debug)]
struct Held {
    number: u64,
    renew: Mono,
    expires: Mono,
}

/// Why there is no new token.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum AuthLoss {
    /// The platform, or somebody in front of it, asked to be left alone (`Retry-After`).
    AskedToWait,
    /// The connection broke.
    Broken,
    /// The platform cannot be reached: there is no network, no such name, or nobody listens.
    NotConnected,
    /// Somebody else answered, mostly a captive portal: the person has to sign in to the network.
    NotThePlatform,
    /// The certificate is not trusted, or has none of the pinned keys.
    NotTrusted,
    /// The platform answered with this status.
    Refused(u16),
    /// The store could not be asked whose the token is.
    StoreFailed,
    /// The answer, or the connection, took too long.
    TimedOut,
    /// The request could not be made: its address or a header is not valid.
    Unsendable,
}

/// How getting tokens stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum AuthState {
    /// A token refresh failed; it is retried then.
    Backoff {
        /// When the next try is.
        until: Mono,
        /// Why it failed.
        reason: AuthLoss,
    },
    /// It waits until no other process refreshes the token, or until the app wakes.
    Locking,
    /// Nothing to do: there is a good token, none was needed yet, or the client has ended.
    Idle,
    /// A token refresh is under way, or waits for a network or for the app to wake.
    Refreshing,
    /// The server gives tokens and refuses them, even a fresh one. The next try is then; tries get ever
    /// rarer. Ask the person to sign in again.
    Refused {
        /// When the next try is.
        until: Mono,
    },
    /// The session has ended: a person has to sign in.
    SignedOut,
}

/// What a request should do.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TokenUse {
    /// Go, with the token of this number.
    Ready(u64),
    /// Give up: a person has to sign in.
    SignedOut,
    /// Wait for [`AuthEffect::Wake`].
    Wait,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum AuthInput {
    /// The server took a request that carried this token.
    Accepted {
        /// The token's number.
        number: u64,
    },
    /// The app goes to sleep: it holds no lock then, and a refresh under way is forgotten.
    Asleep,
    /// Somebody refused this token in a request of the app's own: it is used no more. That counts as no refusal of the
    /// server's.
    Doubted {
        /// The token's number.
        number: u64,
    },
    /// The lock was taken. Another process may have stored a token meanwhile.
    Locked {
        /// That token's number, and how long it is still good.
        stored: Option<(u64, Duration)>,
    },
    /// There is a network, or another one, or the app wakes: try again what failed.
    Network,
    /// The session was refused: it has ended.
    Over,
    /// A refresh gave a token.
    Refreshed {
        /// The new token's number; larger than all before.
        number: u64,
        /// How long it is good for.
        life: Duration,
    },
    /// A refresh failed, and may be retried.
    RefreshFailed {
        /// How long the server wishes to be left alone, if it said so.
        retry_after: Option<Duration>,
        /// A fresh random number from 0 to 1.
        random: f64,
        /// Why it failed.
        reason: AuthLoss,
    },
    /// A person has signed in.
    SignedIn,
    /// A deadline may have passed.
    Timer,
    /// The server refused a request that carried this token.
    Unauthorized {
        /// The token's number.
        number: u64,
        /// A fresh random number from 0 to 1.
        random: f64,
    },
    /// A request wants a token.
    Wanted,
}

/// What to do.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum AuthEffect {
    /// Take the lock that all processes share, read what token is stored, and report [`AuthInput::Locked`].
    Lock,
    /// Ask the server for a token, store it, and report.
    Refresh,
    /// Give back the lock.
    Unlock,
    /// Let all waiting requests ask again.
    Wake,
}

impl Default for AuthMachine {
    fn default() -> Self {
        Self::new()
    }
}

/// A server that refuses a token younger than this is not asked for another at once.
const FRESH: Duration = Duration::from_secs(2);

impl AuthMachine {
    /// Without a token.
    pub fn new() -> Self {
        Self {
            state: AuthState::Idle,
            token: None,
            refreshed: None,
            failures: 0,
            refusals: 0,
            backoff: Backoff::default(),
        }
    }

    /// How getting tokens stands.
    pub fn state(&self) -> AuthState {
        self.state
    }

    /// Whether so many tokens in a row were refused that one of before is not worth another try.
    pub(crate) fn is_refused_again(&self) -> bool {
        self.refusals > 2
    }

    /// What a request should do at `now`. Before it waits, report [`AuthInput::Wanted`].
    pub fn token(&self, now: Mono) -> TokenUse {
        match (self.state, self.token) {
            (AuthState::SignedOut, _) => TokenUse::SignedOut,
            (_, Some(held)) if now < held.expires => TokenUse::Ready(held.number),
            _ => TokenUse::Wait,
        }
    }

    /// Takes in what happened at `now`.
    pub fn handle(&mut self, now: Mono, input: AuthInput) -> Vec<AuthEffect> {
        match input {
            AuthInput::Wanted | AuthInput::Timer => self.look(now, matches!(input, AuthInput::Wanted)),
            AuthInput::Accepted { number } => {
                if self.token.is_some_and(|held| held.number == number) {
                    self.refusals = 0;
                }
                Vec::new()
            }
            AuthInput::Asleep if matches!(self.state, AuthState::Locking | AuthState::Refreshing) => {
                self.state = AuthState::Locking;
                vec![AuthEffect::Unlock, AuthEffect::Lock]
            }
            AuthInput::Asleep => Vec::new(),
            AuthInput::Doubted { number } => {
                self.token = self.token.filter(|held| held.number != number);
                self.look(now, true)
            }
            AuthInput::Unauthorized { number, random } => {
                if self.token.is_some_and(|held| held.number == number) {
                    self.token = None;
                    self.refusals = self.refusals.saturating_add(1);
                    if self.state == AuthState::Idle && self.refusals > 1 {
                        // One fresh token was tried.
                        let wait = self.backoff.delay(self.refusals, random, None);
                        self.state = AuthState::Refused { until: now + wait };
                    } else if self.state == AuthState::Idle
                        && let Some(began) = self.refreshed
                        && now - began < FRESH
                    {
                        // The newest token is refused as well: asking for more of them at once is a storm.
                        let reason = AuthLoss::Refused(401);
                        self.state = AuthState::Backoff { until: began + FRESH, reason };
                    }
                }
                self.look(now, true)
            }
            AuthInput::Locked { stored } if self.state == AuthState::Locking => {
                let last = self.token.map_or(0, |held| held.number);
                match stored {
                    Some((number, life)) if number > last && !life.is_zero() => {
                        self.hold(now, number, life);
                        vec![AuthEffect::Unlock, AuthEffect::Wake]
                    }
                    _ => {
                        self.state = AuthState::Refreshing;
                        self.refreshed = Some(now);
                        vec![AuthEffect::Refresh]
                    }
                }
            }
            // It was asked for twice: the refresh goes on under it.
            AuthInput::Locked { .. } if self.state == AuthState::Refreshing => Vec::new(),
            AuthInput::Locked { .. } => vec![AuthEffect::Unlock],
            AuthInput::Refreshed { number, life } if self.state == AuthState::Refreshing => {
                self.failures = 0;
                self.hold(now, number, life);
                vec![AuthEffect::Unlock, AuthEffect::Wake]
            }
            AuthInput::Network => {
                if !matches!(self.state, AuthState::Backoff { .. }) || self.failures == 0 {
                    return Vec::new();
                }
                self.failures = 0;
                self.state = AuthState::Idle;
                self.look(now, true)
            }
            AuthInput::RefreshFailed { retry_after, random, reason }
                if self.state == AuthState::Refreshing =>
            {
                let wait = self.backoff.delay(self.failures, random, retry_after);
                self.failures = self.failures.saturating_add(1);
                self.state = AuthState::Backoff { until: now + wait, reason };
                vec![AuthEffect::Unlock]
            }
            AuthInput::Over => {
                let unlock = self.state == AuthState::Refreshing;
                self.state = AuthState::SignedOut;
                self.token = None;
                if unlock { vec![AuthEffect::Unlock, AuthEffect::Wake] } else { vec![AuthEffect::Wake] }
            }
            AuthInput::SignedIn => {
                // A token, and a refresh under way, are of the session before.
                let unlock = self.state == AuthState::Refreshing;
                if self.state != AuthState::Locking {
                    self.state = AuthState::Idle;
                }
                self.token = None;
                self.failures = 0;
                self.refusals = 0;
                self.refreshed = None;
                let mut effects = if unlock { vec![AuthEffect::Unlock] } else { Vec::new() };
                effects.extend(self.look(now, true));
                effects
            }
            // An answer that nobody waits for any more.
            AuthInput::Refreshed { .. } | AuthInput::RefreshFailed { .. } => Vec::new(),
        }
    }

    fn hold(&mut self, now: Mono, number: u64, life: Duration) {
        self.state = AuthState::Idle;
        self.token = Some(Held { number, renew: now + life * 4 / 5, expires: now + life });
    }

    /// Gets a token if one is wanted, or if the present one is to be renewed.
    fn look(&mut self, now: Mono, mut wanted: bool) -> Vec<AuthEffect> {
        match self.state {
            AuthState::Backoff { until, .. } | AuthState::Refused { until } if now >= until => {
                // Whoever wanted one before the wait waits for it still, also where no token was ever asked for here.
                wanted = true;
                self.state = AuthState::Idle;
            }
            AuthState::Idle => {}
            _ => return Vec::new(),
        }
        let due = match self.token {
            Some(held) => now >= held.renew,
            None => wanted,
        };
        if !due {
            return Vec::new();
        }
        self.state = AuthState::Locking;
        vec![AuthEffect::Lock]
    }

    /// When to report [`AuthInput::Timer`] next.
    pub fn next_deadline(&self) -> Option<Mono> {
        match self.state {
            AuthState::Backoff { until, .. } | AuthState::Refused { until } => Some(until),
            AuthState::Idle => self.token.map(|held| held.renew),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIFE: Duration = Duration::from_secs(600);

    fn at(seconds: u64) -> Mono {
        Mono(Duration::from_secs(seconds))
    }

    fn with_token(number: u64) -> AuthMachine {
        let mut auth = AuthMachine::new();
        auth.handle(at(0), AuthInput::Wanted);
        auth.handle(at(0), AuthInput::Locked { stored: None });
        auth.handle(at(0), AuthInput::Refreshed { number, life: LIFE });
        auth
    }

    #[test]
    fn a_thousand_refusals_at_once_make_one_refresh() {
        let mut auth = with_token(1);
        let effects: Vec<_> = (0..1_000)
            .flat_map(|_| auth.handle(at(100), AuthInput::Unauthorized { number: 1, random: 0.5 }))
            .collect();
        assert_eq!(effects, [AuthEffect::Lock]);
        assert_eq!(auth.token(at(100)), TokenUse::Wait);
    }

    #[test]
    fn a_refusal_of_an_old_token_is_old_news() {
        let mut auth = with_token(2);
        assert_eq!(auth.handle(at(100), AuthInput::Unauthorized { number: 1, random: 0.5 }), []);
        assert_eq!(auth.token(at(100)), TokenUse::Ready(2));
    }

    #[test]
    fn a_token_that_another_process_has_got_is_used() {
        let mut auth = with_token(1);
        assert_eq!(auth.handle(at(480), AuthInput::Timer), [AuthEffect::Lock]);
        // Until then, the old one is good.
        assert_eq!(auth.token(at(480)), TokenUse::Ready(1));
        let effects = auth.handle(at(481), AuthInput::Locked { stored: Some((2, LIFE)) });
        assert_eq!(effects, [AuthEffect::Unlock, AuthEffect::Wake]);
        assert_eq!(auth.token(at(481)), TokenUse::Ready(2));
    }

    #[test]
    fn a_refresh_that_fails_signs_nobody_out_and_is_tried_again() {
        let mut auth = with_token(1);
        auth.handle(at(480), AuthInput::Timer);
        auth.handle(at(480), AuthInput::Locked { stored: Some((1, LIFE)) });
        let failed = AuthInput::RefreshFailed {
            retry_after: Some(Duration::from_secs(30)),
            random: 0.0,
            reason: AuthLoss::Refused(503),
        };
        assert_eq!(auth.handle(at(480), failed), [AuthEffect::Unlock]);
        assert_eq!(auth.token(at(490)), TokenUse::Ready(1));
        assert_eq!(auth.next_deadline(), Some(at(510)));
        assert_eq!(auth.handle(at(509), AuthInput::Wanted), []);
        assert_eq!(auth.handle(at(510), AuthInput::Timer), [AuthEffect::Lock]);
    }

    #[test]
    fn a_process_whose_tokens_of_others_were_refused_asks_again_by_itself() {
        let mut auth = AuthMachine::new();
        assert_eq!(auth.handle(at(0), AuthInput::Wanted), [AuthEffect::Lock]);
        for number in [1, 2] {
            let taken = auth.handle(at(0), AuthInput::Locked { stored: Some((number, LIFE)) });
            assert_eq!(taken, [AuthEffect::Unlock, AuthEffect::Wake]);
            auth.handle(at(1), AuthInput::Unauthorized { number, random: 0.5 });
        }
        assert!(matches!(auth.state(), AuthState::Refused { .. }));
        let again = auth.next_deadline().unwrap();
        assert_eq!(auth.handle(again, AuthInput::Timer), [AuthEffect::Lock]);
        assert_eq!(auth.handle(again, AuthInput::Locked { stored: None }), [AuthEffect::Refresh]);
    }

    #[test]
    fn a_lock_that_was_asked_for_twice_is_not_given_back_under_a_refresh() {
        let mut auth = AuthMachine::new();
        auth.handle(at(0), AuthInput::Wanted);
        assert_eq!(auth.handle(at(0), AuthInput::Locked { stored: None }), [AuthEffect::Refresh]);
        assert_eq!(auth.handle(at(0), AuthInput::Locked { stored: None }), []);
        let refreshed = auth.handle(at(1), AuthInput::Refreshed { number: 1, life: LIFE });
        assert_eq!(refreshed, [AuthEffect::Unlock, AuthEffect::Wake]);
        assert_eq!(auth.handle(at(1), AuthInput::Locked { stored: None }), [AuthEffect::Unlock]);
    }

    #[test]
    fn a_server_that_refuses_fresh_tokens_is_not_asked_in_a_circle() {
        let mut auth = with_token(1);
        assert_eq!(auth.handle(at(1), AuthInput::Unauthorized { number: 1, random: 0.5 }), []);
        assert_eq!(auth.next_deadline(), Some(at(2)));
        assert_eq!(auth.handle(at(2), AuthInput::Timer), [AuthEffect::Lock]);
    }

    #[test]
    fn a_server_that_refuses_every_token_is_asked_ever_more_rarely() {
        let mut auth = with_token(1);
        let (mut number, mut waits) = (1, Vec::new());
        while number < 12 {
            let now = auth.next_deadline().unwrap();
            let refused = AuthInput::Unauthorized { number, random: 0.75 };
            auth.handle(now, refused);
            let again = auth.next_deadline().unwrap_or(now);
            waits.push((again - now).as_millis());
            auth.handle(again, AuthInput::Timer);
            auth.handle(again, AuthInput::Locked { stored: None });
            number += 1;
            auth.handle(again, AuthInput::Refreshed { number, life: LIFE });
        }
        // Each token is renewed once its life ends, so that the first of them was none too young.
        assert_eq!(
            waits,
            [0, 3_000, 6_000, 12_000, 24_000, 48_000, 96_000, 192_000, 225_000, 225_000, 225_000]
        );
        // One that is taken ends that.
        auth.handle(at(9_000), AuthInput::Accepted { number });
        let refused = AuthInput::Unauthorized { number, random: 0.75 };
        assert_eq!(auth.handle(at(9_000), refused), [AuthEffect::Lock]);
    }

    #[test]
    fn the_end_of_a_session_wakes_all_and_lasts_until_someone_signs_in() {
        let mut auth = with_token(1);
        auth.handle(at(480), AuthInput::Timer);
        auth.handle(at(480), AuthInput::Locked { stored: None });
        assert_eq!(auth.handle(at(481), AuthInput::Over), [AuthEffect::Unlock, AuthEffect::Wake]);
        assert_eq!(auth.token(at(482)), TokenUse::SignedOut);
        assert_eq!(auth.handle(at(483), AuthInput::Wanted), []);
        assert_eq!(auth.handle(at(484), AuthInput::SignedIn), [AuthEffect::Lock]);
    }
}
