//! Whose the store is: which sessions are of the person whose items are shown, and what becomes of the writes of somebody who was never known.

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::{Effect, Engine, StoreCommand, Ticket, Uplink};
use crate::decide::OutboxInput;
use crate::store::{LEFT, NAMELESS, PRINCIPAL, SESSIONS, Settled, Store, StoreError, UNSURE};
use crate::{Mono, WriteId};

/// The digest of a session, by which it is known again: a session is too long to be guessed from it.
const DIGEST: usize = 32;
/// So many sessions of a person are known: several processes may share a store, each with its own.
const MOST_SESSIONS: usize = 8;
/// Rows that are let go at a time.
const ROWS: u32 = 1_000;

pub(super) fn digest(session: &str) -> [u8; DIGEST] {
    Sha256::digest(session.as_bytes()).into()
}

/// Whether a session is among those of the person whose the store is.
pub(super) fn is_known(sessions: &[u8], session: &str) -> bool {
    sessions.chunks_exact(DIGEST).any(|known| known == digest(session))
}

/// Whether a session may be of another person than the one whose the store is: its person's sessions are known, or, where nobody ever was,
/// the one under which it was written. A store that knows none of both is whoever's comes first.
pub(super) fn is_of_another(principal: Option<&str>, sessions: &[u8], session: &str) -> bool {
    (principal.is_some() || !sessions.is_empty()) && !is_known(sessions, session)
}

/// Tells of what waits in a lane of a store that never was anybody's that it will not be sent.
pub(super) fn let_go(store: &mut dyn Store, lane: &str) -> Result<Vec<WriteId>, StoreError> {
    let (mut gone, mut last) = (Vec::new(), None);
    if store.value(PRINCIPAL)?.is_some() {
        return Ok(gone);
    }
    loop {
        let rows = store.waiting(lane, ROWS, u32::MAX)?;
        let first = rows.first().map(|row| row.number);
        // A store that gives the same rows again would go round in a circle.
        if first.is_none() || first <= last {
            return Ok(gone);
        }
        last = rows.last().map(|row| row.number);
        let settled = |row: &crate::store::Row| Settled::new((row.number, row.write.id), NAMELESS);
        store.settle(&rows.iter().map(settled).collect::<Vec<_>>())?;
        gone.extend(rows.into_iter().map(|row| row.write.id));
    }
}

impl Engine {
    /// The person of this process, as far as the platform, or a store that knows the session, has said who that is.
    #[cfg(feature = "tokio")]
    pub(crate) fn person(&self) -> crate::mine::Person {
        let session = self.tokens.session.as_ref().map(|session| session.as_str());
        let principal = self.tokens.principal.clone().filter(|_| session.is_none() || !self.tokens.is_unsure);
        let session = session.filter(|_| principal.is_none()).map(digest);
        crate::mine::Person { principal, session }
    }

    /// Who signed out, or was followed by another, was never known: what they wrote cannot be sent under anybody's name.
    pub(super) fn let_go_of_the_nameless(&mut self) {
        if self.tokens.principal.is_none() {
            self.ask_store(StoreCommand::LetGo, Ticket::LetGo);
        }
    }

    /// The platform says that the session has ended. Where it never said whose it was, what was written under it is nobody's.
    pub(super) fn session_over(&mut self, now: Mono) {
        if self.tokens.principal.is_none() {
            self.unsure(LEFT);
            self.let_go_of_the_nameless();
        }
        self.signed_out(now);
    }

    /// It was let go.
    pub(super) fn gone(&mut self, now: Mono, writes: Vec<WriteId>) {
        if writes.is_empty() {
            return;
        }
        let told = |id| Effect::Settled { id, outcome: NAMELESS };
        self.out.extend(writes.into_iter().map(told));
        self.uplink = Uplink::default();
        let effects = self.outbox.handle(now, OutboxInput::Anew);
        self.outbox_effects(now, effects);
    }

    /// Before the store becomes another's: no session of the one before opens it any more.
    pub(super) fn forget_sessions(&mut self) {
        if !self.tokens.sessions.is_empty() {
            self.tokens.sessions.clear();
            self.keep_sessions();
        }
    }

    /// The present session is one of the person whose the store is.
    pub(super) fn remember_session(&mut self) {
        let Some(session) = &self.tokens.session else { return };
        if is_known(&self.tokens.sessions, session) {
            return;
        }
        let fresh = digest(session);
        let sessions = &mut self.tokens.sessions;
        sessions.extend(fresh);
        let too_many = (sessions.len() / DIGEST).saturating_sub(MOST_SESSIONS);
        sessions.drain(..too_many * DIGEST);
        self.keep_sessions();
    }

    /// A known session: what is there may be shown.
    pub(super) fn known_again(&mut self) {
        if std::mem::take(&mut self.tokens.is_unsure) {
            self.ask_store(
                StoreCommand::SetValue { name: UNSURE, value: Zeroizing::default() },
                Ticket::Nothing,
            );
            self.out.push(Effect::Changed { records: Vec::new() });
        }
    }

    fn keep_sessions(&mut self) {
        let value = self.tokens.sessions.clone().into();
        self.ask_store(StoreCommand::SetValue { name: SESSIONS, value }, Ticket::Nothing);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_known_by_its_digest_and_the_oldest_of_many_is_forgotten() {
        let mut engine = Engine::new(crate::engine::EngineConfig::new(1, 1));
        for number in 0..=MOST_SESSIONS {
            engine.tokens.session = Some(format!("session {number}").into());
            engine.remember_session();
            engine.remember_session();
        }
        assert_eq!(engine.tokens.sessions.len(), MOST_SESSIONS * DIGEST);
        assert!(!is_known(&engine.tokens.sessions, "session 0"));
        assert!(
            is_known(&engine.tokens.sessions, "session 1") && is_known(&engine.tokens.sessions, "session 8")
        );
        assert!(!is_known(&[], "session 1"));
        engine.forget_sessions();
        assert!(engine.tokens.sessions.is_empty());
    }

    #[test]
    fn the_outcome_is_a_refusal_for_good() {
        assert!(matches!(NAMELESS, crate::decide::SendOutcome::Rejected(_)));
    }
}
