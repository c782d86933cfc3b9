//! Sessions that a person has left: the platform is told until it knows.
//!
//! A session that the platform does not know to be over is as good as before for whoever has it. It is kept in memory only, as secrets are:
//! where the process ends first, it lasts until it expires by itself.

use zeroize::Zeroizing;

use super::asked::Asking;
use super::words::bearer;
use super::{Engine, HttpHead, HttpRequest, Random};
use crate::Mono;
use crate::decide::{AuthLoss, Backoff};
use crate::wire::{Problem, ProblemCode};

/// Of more sessions that were left without a network, the oldest are let go.
const MOST: usize = 8;

#[derive(Default)]
pub(super) struct Leaving {
    /// The oldest first; it is the one that is asked about.
    sessions: Vec<Zeroizing<String>>,
    /// The number that the request under way gave itself: only the platform gives it back.
    asking: Option<String>,
    failures: u32,
    again: Option<Mono>,
}

impl Leaving {
    /// Whether the platform is still to be told of one.
    pub(super) fn is_any(&self) -> bool {
        !self.sessions.is_empty()
    }
}

impl Engine {
    /// A person has left a session.
    pub(super) fn leave(&mut self, now: Mono, session: Zeroizing<String>) {
        let sessions = &mut self.leaving.sessions;
        sessions.push(session);
        if sessions.len() > MOST {
            // Not the one that is asked about.
            sessions.remove(1);
        }
        self.leave_next(now);
    }

    /// Somebody has signed in with a session: it is not left any more.
    pub(super) fn stay(&mut self, now: Mono, session: &str) {
        let first = self.leaving.sessions.first().is_some_and(|first| **first == *session);
        self.leaving.sessions.retain(|left| **left != *session);
        if first && self.leaving.asking.take().is_some() {
            self.forget_requests(|what| matches!(what, Asking::SignOut));
            self.leave_next(now);
        }
    }

    fn leave_next(&mut self, now: Mono) {
        let is_too_soon = self.leaving.again.is_some_and(|again| now < again);
        if self.leaving.asking.is_some() || is_too_soon || self.lane.rests() {
            return;
        }
        let id = request_id(&mut self.random);
        let Some(session) = self.leaving.sessions.first() else { return };
        let http = end_of(session, id.clone());
        self.leaving.asking = Some(id);
        self.leaving.again = None;
        self.request(now, Asking::SignOut, http);
    }

    /// The platform has said something of it, or somebody else, or nobody.
    pub(super) fn left(&mut self, now: Mono, head: Option<&HttpHead>, body: &[u8], loss: Option<AuthLoss>) {
        let id = self.leaving.asking.take();
        let id = id.as_deref();
        let is_over = loss == Some(AuthLoss::Unsendable) || head.is_some_and(|head| is_over(head, body, id));
        if is_over {
            if self.leaving.is_any() {
                self.leaving.sessions.remove(0);
            }
            self.leaving.failures = 0;
        } else {
            let random = self.random.next();
            self.leaving.again = Some(now + Backoff::default().delay(self.leaving.failures, random, None));
            self.leaving.failures = self.leaving.failures.saturating_add(1);
        }
        self.leave_next(now);
    }

    /// There is a network, or the app has woken: what failed may do now.
    pub(super) fn leaving_again(&mut self, now: Mono) {
        self.leaving.again = None;
        self.leaving.failures = 0;
        self.leave_next(now);
    }

    pub(super) fn leaving_timer(&mut self, now: Mono) {
        if self.leaving_deadline().is_some_and(|again| now >= again) {
            self.leave_next(now);
        }
    }

    pub(super) fn leaving_deadline(&self) -> Option<Mono> {
        self.leaving.again.filter(|_| self.leaving.is_any() && !self.lane.rests())
    }

    /// What there is to ask before the process ends, for which it waits a moment. `left`: how much longer the platform is left alone by what
    /// the store says.
    #[cfg(feature = "tokio")]
    pub(crate) fn last_words(&mut self, now: Mono, left: std::time::Duration) -> Vec<HttpRequest> {
        if now < self.quiet.until() || !left.is_zero() || self.lane.rests() {
            return Vec::new();
        }
        let sessions = self.leaving.sessions.iter();
        sessions.map(|session| end_of(session, request_id(&mut self.random))).collect()
    }
}

fn end_of(session: &str, id: String) -> HttpRequest {
    HttpRequest {
        method: "DELETE",
        target: "/v1/auth/session".to_owned(),
        headers: vec![("authorization", bearer(session)), ("x-request-id", id)],
        body: Vec::new(),
        is_stream: false,
    }
}

/// A number that nobody can guess who has not read the request.
fn request_id(random: &mut Random) -> String {
    format!("{:016x}{:016x}", random.bits(), random.bits())
}

/// Whether the session is over by the platform's own word, or will never be by ours.
fn is_over(head: &HttpHead, body: &[u8], id: Option<&str>) -> bool {
    use ProblemCode::{Malformed, MethodNotAllowed, NotFound, SessionRevoked, TokenExpired, TokenInvalid};
    let code = Problem::read(head.status, head.header("content-type"), body).code;
    let over = matches!(code, SessionRevoked | TokenExpired | TokenInvalid);
    // Anybody answers so to what they do not know, and proxies number their own answers: only the platform gives the request's number back.
    let is_platforms = id.is_some() && head.header("x-request-id") == id;
    match head.status {
        204 => is_platforms,
        401 => over,
        400 | 404 | 405 => is_platforms && matches!(code, Malformed | MethodNotAllowed | NotFound),
        _ => false,
    }
}
