//! Nothing that was accepted is lost: it is done, or told as rejected, or waits in the file under whoever may send it.

use std::collections::BTreeMap;
use std::time::Duration;

use super::{SESSIONS_OF, World, person_of, principal_of};
use crate::WriteId;
use crate::decide::SendOutcome;
use crate::engine::Input;
use crate::engine::people::{digest, is_known, name_of};
use crate::store::{MemoryStore, NAMELESS, PRINCIPAL, SESSIONS, Standing, Store, UNSURE};

/// A write that was accepted.
pub(super) struct Accepted {
    session: &'static str,
    /// The store was known to be of its person, with it in it.
    is_theirs: bool,
}

impl World {
    pub(super) fn accepted(&mut self, id: WriteId, session: &'static str) {
        // Who writes is here, whatever a file of before was told.
        self.away.remove(session);
        self.open.insert(id, Accepted { session, is_theirs: false });
    }

    /// Writes have other ids by now.
    pub(super) fn goes_on_as(&mut self, again: &[(WriteId, WriteId)]) {
        for (id, now) in again {
            let accepted = self.open.remove(id).expect("what was not accepted goes on");
            self.open.insert(*now, accepted);
        }
    }

    /// Nobody answers under a session that is over.
    pub(super) fn is_over(&mut self, bearer: &str) -> bool {
        let session = bearer.trim_start_matches("Bearer ");
        if !self.is_calm && self.below(40) == 0 {
            self.over.insert(session.to_owned());
        }
        self.over.contains(session)
    }

    /// What the platform says of writes.
    pub(super) fn platform_changes(&mut self, body: &[u8]) -> (u16, String) {
        let asked: serde_json::Value = serde_json::from_slice(body).unwrap();
        match if self.is_calm { 9 } else { self.below(10) } {
            0..=2 => return (503, "{\"code\":\"unavailable\"}".to_owned()),
            3 => return (403, "{\"code\":\"producer_fenced\"}".to_owned()),
            _ => {}
        }
        let mut results = Vec::new();
        for change in asked["changes"].as_array().unwrap() {
            let id: WriteId = change["id"].as_str().unwrap().parse().unwrap();
            let word = match (self.done.contains(&id), self.below(if self.is_calm { 4 } else { 8 })) {
                (true, _) => "duplicate",
                (false, 0) => "forbidden",
                (false, 6) => "clock_ahead",
                (false, 7) => "depends",
                (false, _) => "applied",
            };
            results.push(match word {
                "applied" | "duplicate" => {
                    format!("{{\"id\":\"{id}\",\"outcome\":\"{word}\",\"version\":1}}")
                }
                word => {
                    format!(
                        "{{\"id\":\"{id}\",\"outcome\":\"rejected\",\"problem\":{{\"code\":\"{word}\"}}}}"
                    )
                }
            });
            if word == "applied" {
                self.done.insert(id);
            } else if word == "forbidden" {
                self.refused.insert(id);
            }
        }
        (200, format!("{{\"results\":[{}]}}", results.join(",")))
    }

    /// Each write that was accepted is told of, or waits where its person finds it.
    pub(super) fn check_kept(&mut self) {
        let owner = self.store.value(PRINCIPAL).unwrap();
        let known = self.store.value(SESSIONS).unwrap().unwrap_or_default();
        let has_left = self.store.value(UNSURE).unwrap().is_some_and(|word| !word.is_empty());
        let mut aside = BTreeMap::new();
        for id in self.open.keys().copied().collect::<Vec<_>>() {
            let standing = self.store.standing(id).unwrap();
            let (is_done, is_refused) = (self.done.contains(&id), self.refused.contains(&id));
            let accepted = self.open.get_mut(&id).unwrap();
            let (session, is_theirs) = (accepted.session, accepted.is_theirs);
            let principal = principal_of(person_of(session));
            let end = match standing {
                Some(Standing::Waiting) => {
                    match &owner {
                        Some(owner) => {
                            assert_eq!(owner, principal.as_bytes(), "{id} of {session} waits as another's");
                            accepted.is_theirs = true;
                        }
                        None => assert!(
                            has_left || is_known(&known, session),
                            "{id} of {session} waits as whoever's comes"
                        ),
                    }
                    continue;
                }
                None => {
                    let person = person_of(session);
                    let store =
                        aside.entry(person).or_insert_with(|| with_what_is_aside(&self.store, person));
                    assert!(store.standing(id).unwrap().is_some(), "{id} of {session} is nowhere");
                    continue;
                }
                Some(Standing::Settled(SendOutcome::Applied | SendOutcome::Duplicate)) => {
                    assert!(is_done, "{id} of {session} is told as done, and is not");
                    "applied"
                }
                Some(Standing::Settled(NAMELESS)) => {
                    let has_ended = self.left.contains(session) || self.over.contains(session);
                    assert!(!is_theirs, "{id} of {session}, whose person was known, is told as nobody's");
                    assert!(has_ended, "{id} of {session}, which goes on, is told as nobody's");
                    "nameless"
                }
                Some(Standing::Settled(outcome)) => {
                    assert!(is_refused, "{id} of {session} is told as {outcome:?}, which nobody said");
                    "refused"
                }
            };
            self.open.remove(&id);
            *self.ends.entry(end).or_default() += 1;
        }
    }

    /// Everybody comes back whose writes wait, with each session that nobody has left and with a fresh one, and the platform is well: nothing
    /// waits after that.
    pub(super) fn evening(&mut self) {
        self.is_calm = true;
        for at in 1..3 {
            self.processes[at] = self.start(None);
            self.begin(at);
        }
        let mut sessions = SESSIONS_OF.concat();
        sessions.retain(|session| !self.away.contains(session));
        for session in sessions.into_iter().chain(["anna 9", "bo 9"]) {
            let is_fresh = session.ends_with('9');
            let is_of = |accepted: &Accepted| {
                accepted.session == session || (is_fresh && person_of(accepted.session) == person_of(session))
            };
            if self.open.values().any(is_of) {
                self.signs_in(0, session);
            }
            for _ in 0..60 {
                if self.open.values().any(is_of) {
                    self.comes_to_rest();
                }
            }
        }
        let open = self.open.iter().map(|(id, accepted)| (id.to_string(), accepted.session));
        let open: Vec<_> = open.collect();
        assert!(open.is_empty(), "never told of: {open:?}");
    }

    fn comes_to_rest(&mut self) {
        for at in 0..3 {
            for _ in 0..6 {
                while !self.may_ask(at) {
                    self.store_does(at);
                }
                self.network_does(at);
            }
        }
        self.check_kept();
        self.now = self.now + Duration::from_secs(10);
        for at in 0..3 {
            self.tell(at, Input::Timer);
        }
    }
}

/// The store with what is set aside for one of them in its place.
fn with_what_is_aside(store: &MemoryStore, person: &str) -> MemoryStore {
    let mut store = store.clone();
    store.fetch_aside(&principal_of(person), None).unwrap();
    for session in SESSIONS_OF.concat().into_iter().filter(|session| person_of(session) == person) {
        store.fetch_aside(&name_of(&digest(session)), None).unwrap();
    }
    store
}
