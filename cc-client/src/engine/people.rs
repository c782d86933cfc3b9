//! Whose the store is: which sessions are of the person whose items are shown, and what becomes of the writes of somebody who was never known.

use sha2::{Digest, Sha256};

use super::{Effect, Engine, StoreCommand, Uplink, answered};
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
    holds(sessions, &digest(session))
}

/// Whether a session may be of another person than the one whose the store is: its person's sessions are known, or, where nobody ever was,
/// the one under which it was written. A store that knows none of both is whoever's comes first.
pub(super) fn is_of_another(principal: Option<&str>, sessions: &[u8], session: &str) -> bool {
    (principal.is_some() || !sessions.is_empty()) && !is_known(sessions, session)
}

/// These sessions and that one, the newest last; the oldest of many is forgotten.
pub(super) fn with(mut sessions: Vec<u8>, fresh: [u8; DIGEST]) -> Vec<u8> {
    if !holds(&sessions, &fresh) {
        sessions.extend(fresh);
    }
    let too_many = (sessions.len() / DIGEST).saturating_sub(MOST_SESSIONS);
    sessions.drain(..too_many * DIGEST);
    sessions
}

/// A digest as a text.
pub(super) fn hex(session: &[u8; DIGEST]) -> String {
    use std::fmt::Write as _;
    session.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Under which name is set aside what was written under a session of which the platform has not said whose it is: no person is named so.
pub(super) fn name_of(session: &[u8; DIGEST]) -> String {
    format!("session {}", hex(session))
}

fn is_unsure(store: &mut dyn Store) -> Result<bool, StoreError> {
    Ok(store.value(UNSURE)?.is_some_and(|word| !word.is_empty()))
}

fn holds(sessions: &[u8], session: &[u8; DIGEST]) -> bool {
    sessions.chunks_exact(DIGEST).any(|known| known == session)
}

/// The store is of the person of whose session the platform said so. Whose it is and which sessions open it are changed as one, and nowhere else
/// is a session added to those of a person: they are of one person, whatever other processes do. What was written under another session, of
/// which the platform has not said whose it is, waits aside until it does; what was written so under this one is this person's.
pub(super) fn belong(
    store: &mut dyn Store,
    principal: &str,
    session: [u8; DIGEST],
) -> Result<bool, StoreError> {
    let mut anew = false;
    store.as_one(&mut |store| {
        let owner = store.value(PRINCIPAL)?;
        let mut known = store.value(SESSIONS)?.unwrap_or_default();
        if owner.is_none() && !holds(&known, &session) {
            put_aside_of(store, &known)?;
        }
        if owner.as_deref() != Some(principal.as_bytes()) {
            known.clear();
        }
        anew = store.belong(principal)?;
        if anew {
            answered::forget(store)?;
        }
        store.fetch_aside(&name_of(&session), None)?;
        store.set_value(SESSIONS, &with(known, session))
    })?;
    Ok(anew)
}

/// What was written in a store that is nobody's, under a session of which the platform has not said whose it is, waits aside.
fn put_aside_of(store: &mut dyn Store, known: &[u8]) -> Result<(), StoreError> {
    if known.is_empty() || is_unsure(store)? {
        return Ok(());
    }
    match known.first_chunk::<DIGEST>() {
        Some(other) => store.belong(&name_of(other)).map(drop),
        None => store.set_value(UNSURE, LEFT),
    }
}

/// Somebody keeps something in a store that is nobody's, as one is that was made anew under a running process: it is theirs from then on, or
/// of their session as long as the platform has not named them, and not of whoever comes. Whoever calls it has seen, in the same transaction,
/// that it is nobody's.
#[cfg(feature = "tokio")]
pub(crate) fn claim(
    store: &mut dyn Store,
    principal: Option<&str>,
    session: Option<[u8; DIGEST]>,
) -> Result<(), StoreError> {
    match (principal, session) {
        (Some(principal), _) => store.as_one(&mut |store| {
            let known = store.value(SESSIONS)?.unwrap_or_default();
            put_aside_of(store, &known)?;
            if store.belong(principal)? {
                answered::forget(store)?;
            }
            // None opens it before the platform has named its person again.
            store.set_value(SESSIONS, &[])
        }),
        (None, Some(session)) => opens(store, session),
        (None, None) => Ok(()),
    }
}

/// A process starts with a session of which the app knows whose it is: a store that is nobody's, or that person's, is theirs at once. Of one that
/// is another person's only the platform takes it away: an app may still have what is long over.
pub(super) fn is_persons(
    store: &mut dyn Store,
    person: &str,
    session: [u8; DIGEST],
) -> Result<(), StoreError> {
    store.as_one(&mut |store| match store.value(PRINCIPAL)? {
        Some(owner) if owner != person.as_bytes() => Ok(()),
        _ => belong(store, person, session).map(drop),
    })
}

/// Somebody signs in with a session of which this process believes that it is known, or that the store is nobody's.
pub(super) fn opens(store: &mut dyn Store, session: [u8; DIGEST]) -> Result<(), StoreError> {
    store.as_one(&mut |store| {
        let known = store.value(SESSIONS)?.unwrap_or_default();
        if holds(&known, &session) {
            return store.set_value(UNSURE, &[]);
        }
        if store.value(PRINCIPAL)?.is_none() && known.is_empty() && !is_unsure(store)? {
            store.set_value(SESSIONS, &session)?;
        }
        Ok(())
    })
}

/// Somebody signed out: no session opens the store any more, and what nobody can send after that is let go in the same commit. A session that
/// does not open it makes no difference to others.
pub(super) fn leave(
    store: &mut dyn Store,
    lane: &str,
    session: [u8; DIGEST],
) -> Result<Vec<WriteId>, StoreError> {
    let mut gone = Vec::new();
    store.as_one(&mut |store| {
        let known = store.value(SESSIONS)?.unwrap_or_default();
        if holds(&known, &session) {
            store.set_value(UNSURE, LEFT)?;
            store.set_value(SESSIONS, &[])?;
        }
        gone = let_go(store, lane, Some(session))?;
        Ok(())
    })?;
    Ok(gone)
}

/// Tells of what was written under a session that is over, and of what waits in a lane of a store that was left and never was anybody's, that
/// it will not be sent.
pub(super) fn let_go(
    store: &mut dyn Store,
    lane: &str,
    session: Option<[u8; DIGEST]>,
) -> Result<Vec<WriteId>, StoreError> {
    let mut gone = match session {
        Some(session) => store.fetch_aside(&name_of(&session), Some(NAMELESS))?,
        None => Vec::new(),
    };
    if store.value(PRINCIPAL)?.is_some() || !is_unsure(store)? {
        return Ok(gone);
    }
    let mut last = None;
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
        let session = self.tokens.session.as_ref().map(|session| digest(session));
        let is_unsure = self.tokens.stranger.is_some() || (session.is_some() && self.tokens.is_unsure);
        let principal = self.tokens.principal.clone().filter(|_| !is_unsure);
        let session = session.or(self.tokens.stranger).filter(|_| principal.is_none());
        crate::mine::Person { principal, session, holds: self.tokens.principal.clone() }
    }

    /// Whose session is over, or who left before this start, was never known: what they wrote cannot be sent under anybody's name.
    pub(super) fn let_go_of_the_nameless(&mut self, session: Option<[u8; DIGEST]>) {
        if self.tokens.principal.is_none() || self.tokens.stranger.is_some() {
            self.keep(StoreCommand::LetGo { session });
        }
    }

    /// The store remembers that its person, or who was taken for that, has left this session. What they wrote who were never known cannot be
    /// sent under anybody's name.
    pub(super) fn left_by(&mut self, session: [u8; DIGEST]) {
        self.tokens.is_unsure = true;
        self.tokens.sessions.clear();
        self.keep(StoreCommand::Left { session });
    }

    /// The platform says that the session has ended. Where it never said whose it was, what was written under it is nobody's.
    pub(super) fn session_over(&mut self, now: Mono) {
        let session = self.tokens.session.as_deref().map(|session| digest(session));
        match session {
            Some(session) if self.tokens.principal.is_none() || self.tokens.stranger.is_some() => {
                self.left_by(session);
            }
            _ => self.let_go_of_the_nameless(session),
        }
        self.signed_out(now);
    }

    /// Somebody signs in with a session of which nobody here has heard: nothing is shown to them before the platform has said who it is. Who
    /// was here before them, with another session, and was never known has left.
    pub(super) fn stranger(&mut self, session: &str) {
        let session = digest(session);
        let before = self.tokens.session.as_deref().map(|before| digest(before));
        let has_left = |before: &_| *before != session && self.tokens.principal.is_none();
        if let Some(before) = before.filter(has_left) {
            self.left_by(before);
        }
        self.tokens.is_unsure = true;
        self.tokens.stranger = Some(session);
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

    /// Of a store that is nobody's: what is written before a first token is this session's.
    pub(super) fn is_this_sessions(&mut self) {
        let Some(session) = self.tokens.session.as_deref().map(|session| digest(session)) else { return };
        self.tokens.sessions = session.to_vec();
        self.tokens.stranger = None;
        self.keep(StoreCommand::Known { session });
    }

    /// A known session: what is there may be shown.
    pub(super) fn known_again(&mut self, session: [u8; DIGEST]) {
        self.tokens.stranger = None;
        if std::mem::take(&mut self.tokens.is_unsure) {
            self.keep(StoreCommand::Known { session });
            self.out.push(Effect::Changed { records: Vec::new() });
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_known_by_its_digest_and_the_oldest_of_many_is_forgotten() {
        let mut sessions = Vec::new();
        for number in 0..=MOST_SESSIONS {
            sessions = with(sessions, digest(&format!("session {number}")));
            sessions = with(sessions, digest(&format!("session {number}")));
        }
        assert_eq!(sessions.len(), MOST_SESSIONS * DIGEST);
        assert!(!is_known(&sessions, "session 0"));
        assert!(is_known(&sessions, "session 1") && is_known(&sessions, "session 8"));
        assert!(!is_known(&[], "session 1"));
    }

    #[test]
    fn a_store_is_opened_by_sessions_of_its_person_only_whichever_process_made_it_theirs() {
        use crate::engine::StoreClient;
        let mut store = crate::store::MemoryStore::new();
        let client = StoreClient { lane: "main", owner: 1 };
        let (anna, bo, bo_too) = (("anna", "a"), ("bo", "b"), ("bo", "c"));
        for (now, known, unknown) in [
            (bo, vec!["b"], vec!["a", "c"]),
            (anna, vec!["a"], vec!["b", "c"]),
            (bo, vec!["b"], vec!["a", "c"]),
            (bo_too, vec!["b", "c"], vec!["a"]),
        ] {
            let command = StoreCommand::Belong { principal: now.0.into(), session: digest(now.1) };
            client.execute(&mut store, cc_core::Timestamp::default(), command).unwrap();
            for (sessions, is_unsure) in [(known, false), (unknown, true)] {
                for session in sessions {
                    let begin = client.begin(
                        &mut store.clone(),
                        cc_core::Timestamp::default(),
                        std::iter::empty(),
                        Some(session.to_owned().into()),
                    );
                    assert_eq!(begin.unwrap().is_unsure, is_unsure, "{now:?}: {session}");
                }
            }
        }
    }

    #[test]
    fn who_leaves_a_store_that_another_session_opened_leaves_it_as_it_is() {
        use crate::engine::StoreClient;
        let client = StoreClient { lane: "main", owner: 1 };
        let clock = crate::Stamp { millis: 1, counter: 0, node: 1 };
        let write = crate::Write::new(WriteId([1; 16]), ("places", "a"), crate::WriteKind::Put, "{}", clock);
        for owner in [None, Some("bo")] {
            let mut store = crate::store::MemoryStore::new();
            match owner {
                Some(owner) => drop(belong(&mut store, owner, digest("b")).unwrap()),
                None => opens(&mut store, digest("b")).unwrap(),
            }
            store.accept("main", std::slice::from_ref(&write)).unwrap();
            let before = store.value(SESSIONS).unwrap();
            let session = digest("a");
            for command in [StoreCommand::Left { session }, StoreCommand::LetGo { session: Some(session) }] {
                client.execute(&mut store, cc_core::Timestamp::default(), command).unwrap();
            }
            assert_eq!((store.value(SESSIONS).unwrap(), store.waiting_count().unwrap()), (before, 1));
            assert!(!is_unsure(&mut store).unwrap(), "{owner:?}");
            let gone = leave(&mut store, "main", digest("b")).unwrap();
            assert!(is_unsure(&mut store).unwrap(), "{owner:?}");
            assert_eq!(gone.len(), usize::from(owner.is_none()));
        }
    }

    /// Where a process ended between the two, nobody would ever hear of it.
    #[test]
    fn what_was_set_aside_under_a_session_is_let_go_in_the_commit_that_leaves_it() {
        let mut store = crate::store::MemoryStore::new();
        let clock = crate::Stamp { millis: 1, counter: 0, node: 1 };
        let write = crate::Write::new(WriteId([1; 16]), ("places", "a"), crate::WriteKind::Put, "{}", clock);
        opens(&mut store, digest("a")).unwrap();
        store.accept("main", std::slice::from_ref(&write)).unwrap();
        belong(&mut store, "bo", digest("b")).unwrap();
        assert_eq!(store.aside_count().unwrap(), 1);
        let client = crate::engine::StoreClient { lane: "main", owner: 1 };
        let command = StoreCommand::Left { session: digest("a") };
        client.execute(&mut store, cc_core::Timestamp::default(), command).unwrap();
        let told = crate::store::Standing::Settled(NAMELESS);
        assert_eq!((store.aside_count().unwrap(), store.standing(write.id).unwrap()), (0, Some(told)));
        assert!(is_known(&store.value(SESSIONS).unwrap().unwrap(), "b"));
    }

    #[test]
    fn who_signs_in_again_with_the_same_session_has_not_left_it() {
        use crate::engine::{EngineConfig, Input, StoreClient};
        let mut store = crate::store::MemoryStore::new();
        let client = StoreClient { lane: "main", owner: 1 };
        let device = cc_core::Timestamp::default();
        opens(&mut store, digest("b")).unwrap();
        let clock = crate::Stamp { millis: 1, counter: 0, node: 1 };
        let write = crate::Write::new(WriteId([1; 16]), ("places", "a"), crate::WriteKind::Put, "{}", clock);
        store.accept("main", &[write]).unwrap();
        // Another process, in which others come and go of whom the platform never speaks.
        let mut engine = Engine::new(EngineConfig::new(1, 1));
        let session = Some("a".to_owned().into());
        let begin = client.begin(&mut store, device, std::iter::empty(), session).unwrap();
        let mut effects = engine.start(Mono::default(), begin);
        for session in ["c", "b", "b"] {
            let session = session.to_owned().into();
            effects.extend(engine.handle(Mono::default(), Input::SignedIn { session }));
        }
        for effect in effects {
            if let Effect::Store { command, .. } = effect {
                client.execute(&mut store, device, command).unwrap();
            }
        }
        assert_eq!(store.waiting_count().unwrap(), 1);
    }

    #[test]
    fn a_word_of_a_version_before_hides_nothing_from_those_whose_the_store_is() {
        let mut store = crate::store::MemoryStore::new();
        belong(&mut store, "bo", digest("b")).unwrap();
        store.set_value(UNSURE, b"new").unwrap();
        let client = crate::engine::StoreClient { lane: "main", owner: 1 };
        for (session, is_unsure) in [("a", true), ("b", false)] {
            let session = Some(session.to_owned().into());
            let begin =
                client.begin(&mut store, cc_core::Timestamp::default(), std::iter::empty(), session).unwrap();
            assert_eq!(begin.is_unsure, is_unsure);
        }
        assert!(!is_unsure(&mut store).unwrap());
    }

    #[test]
    fn the_outcome_is_a_refusal_for_good() {
        assert!(matches!(NAMELESS, crate::decide::SendOutcome::Rejected(_)));
    }
}
