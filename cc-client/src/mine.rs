//! Whether a store that several processes share is still of the person of this one: another process may have signed somebody else in.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use crate::engine::{DeviceTime, Engine, StoreAnswer, StoreClient, StoreCommand, claim};
use crate::store::{PRINCIPAL, SESSIONS, Store, StoreError, TOKEN, UNSURE, as_one, read_as_one};

/// Who the person of this process is, as far as it was told.
#[derive(Clone, Default, Eq, PartialEq)]
pub(crate) struct Person {
    pub(crate) principal: Option<Box<str>>,
    /// The digest of the session, where the platform has not yet said whose it is.
    pub(crate) session: Option<[u8; 32]>,
    /// Of whom an engine has what it asks a store to keep: while it is not known who signed in, that is the one before.
    pub(crate) holds: Option<Box<str>>,
}

/// Why nothing is shown.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Hidden {
    /// The store is another person's.
    Another,
    /// The platform has yet to say who signed in.
    NotYetKnown,
}

/// The person of a running client, for all who ask its store.
#[derive(Clone, Default)]
pub(crate) struct Mine(Arc<Mutex<Person>>);

impl fmt::Debug for Mine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mine").finish_non_exhaustive()
    }
}

impl Mine {
    /// The engine knows best.
    pub(crate) fn learn(&self, engine: &Engine) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = engine.person();
    }

    pub(crate) fn person(&self) -> Person {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether the platform has yet to say who the person is.
    pub(crate) fn is_unknown(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).session.is_some()
    }

    /// Why nothing of what is there is shown: it is, or may be, of another person. `None` where it is shown.
    pub(crate) fn hidden(&self, store: &mut dyn Store) -> Result<Option<Hidden>, StoreError> {
        let person = self.person();
        let why = if person.session.is_some() { Hidden::NotYetKnown } else { Hidden::Another };
        Ok(if person.owns(store)? { None } else { Some(why) })
    }

    /// The same before something is written: a store that is nobody's is this person's from then on.
    pub(crate) fn closed(&self, store: &mut dyn Store) -> Result<Option<Hidden>, StoreError> {
        self.person().claim(store)?;
        self.hidden(store)
    }

    /// Whether another process has made the store another person's.
    pub(crate) fn is_anothers(&self, store: &mut dyn Store) -> Result<bool, StoreError> {
        Ok(self.hidden(store)? == Some(Hidden::Another))
    }

    /// Reads what may be shown.
    pub(crate) fn read<T: Default>(
        &self,
        store: &mut dyn Store,
        read: impl FnOnce(&mut dyn Store) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        read_as_one(store, |store| if self.hidden(store)?.is_some() { Ok(T::default()) } else { read(store) })
    }
}

impl Person {
    /// Whether the store is of this person.
    pub(crate) fn owns(&self, store: &mut dyn Store) -> Result<bool, StoreError> {
        let owner = store.value(PRINCIPAL)?;
        if let (Some(owner), Some(mine)) = (&owner, &self.principal) {
            return Ok(owner == mine.as_bytes());
        }
        let sessions = store.value(SESSIONS)?.unwrap_or_default();
        // What somebody left who was never known is of nobody else.
        let has_left = store.value(UNSURE)?.is_some_and(|word| !word.is_empty());
        let is_nobodys = owner.is_none() && sessions.is_empty() && !has_left;
        Ok(match &self.session {
            _ if is_nobodys => true,
            Some(session) => sessions.chunks_exact(session.len()).any(|known| known == session),
            None => owner.is_none() && self.principal.is_none(),
        })
    }

    /// Whether a store is nobody's, and this person's or of this session with the first thing that they keep there.
    fn may_claim(&self, store: &mut dyn Store) -> Result<bool, StoreError> {
        if store.value(PRINCIPAL)?.is_some() {
            return Ok(false);
        }
        let is_of_a_session = store.value(SESSIONS)?.is_some_and(|known| !known.is_empty());
        Ok(self.principal.is_some() || (self.session.is_some() && !is_of_a_session))
    }

    fn claim(&self, store: &mut dyn Store) -> Result<(), StoreError> {
        if self.may_claim(store)? { claim(store, self.principal.as_deref(), self.session) } else { Ok(()) }
    }

    /// Does what an engine asks of a store, as one with the look whose that is. The time is that of when it is this process's turn: of two that
    /// take a lock, the later one is not to seem the earlier.
    pub(crate) fn execute(
        &self,
        store: &mut dyn Store,
        client: StoreClient<'_>,
        device: impl Fn() -> DeviceTime,
        command: StoreCommand,
    ) -> Result<StoreAnswer, StoreError> {
        if matches!(command, StoreCommand::Quiet) {
            // Whose the store is makes no difference, and what little is read needs no transaction.
            return client.execute(store, device(), command);
        }
        // A store that was made anew is taken before anything is read of it.
        let is_reading =
            matches!(command, StoreCommand::Load { .. } | StoreCommand::Untold) && !self.may_claim(store)?;
        let work = |store: &mut dyn Store| match self.refuse(store, &command)? {
            Some(refusal) => Ok(refusal),
            None => client.execute(store, device(), command),
        };
        if is_reading { read_as_one(store, work) } else { as_one(store, work) }
    }

    /// What an engine is told that asks for something of a store which is another's; `None` where it is not, or nothing is given away.
    fn refuse(
        &self,
        store: &mut dyn Store,
        command: &StoreCommand,
    ) -> Result<Option<StoreAnswer>, StoreError> {
        let refusal = match command {
            StoreCommand::Load { .. } => Ok(Some(StoreAnswer::Rows(Vec::new()))),
            // What is done and not told is told by its own person's feed.
            StoreCommand::Untold => Ok(Some(StoreAnswer::Untold(Vec::new()))),
            StoreCommand::ForgetUntold { .. } => Ok(Some(StoreAnswer::Done)),
            // What waits has stamps of its own person.
            StoreCommand::StampAnew { .. } => Ok(Some(StoreAnswer::Stamped(Vec::new()))),
            // Tried again after a wait that grows: the store may be this person's again.
            StoreCommand::Missed { .. }
            | StoreCommand::Position { .. }
            | StoreCommand::Replace { .. }
            | StoreCommand::Take { .. }
            | StoreCommand::Told { .. } => Err(StoreError::Busy),
            StoreCommand::SetValue { name, value } if *name == TOKEN && !value.is_empty() => {
                Ok(Some(StoreAnswer::Done))
            }
            _ => return Ok(None),
        };
        let is_anothers = match &self.holds {
            // One that is nobody's is not of the person before, either.
            Some(holds) => {
                store.value(PRINCIPAL)?.map_or(self.principal.is_none(), |owner| owner != holds.as_bytes())
            }
            None => false,
        };
        if !is_anothers {
            self.claim(store)?;
        }
        if self.owns(store)? && !is_anothers { Ok(None) } else { refusal }
    }
}

#[cfg(all(test, feature = "sqlite"))]
#[allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use super::*;
    use crate::clock::device;
    use crate::decide::SendOutcome;
    use crate::store::{Durability, MemoryStore, Settled, SqliteStore};
    use crate::{Offset, Stamp, Write, WriteId, WriteKind};

    #[test]
    fn what_waits_of_another_person_keeps_its_stamps() {
        let stamp = |millis| Stamp { millis, counter: 0, node: 1 };
        let anna = Person { principal: Some("anna".into()), ..Person::default() };
        for (owner, kept) in [("bo", stamp(90)), ("anna", stamp(20))] {
            let mut store = MemoryStore::new();
            store.belong(owner).unwrap();
            let write = Write::new(WriteId([1; 16]), ("places", "a"), WriteKind::Put, "{}", stamp(90));
            store.accept("main", &[write]).unwrap();
            let command = StoreCommand::StampAnew { latest: stamp(50), first: stamp(20), again: Vec::new() };
            let client = StoreClient { lane: "main", owner: 1 };
            let answer = anna.execute(&mut store, client, device, command).unwrap();
            assert!(matches!(answer, StoreAnswer::Stamped(again) if again.is_empty()));
            assert_eq!(store.waiting("main", 1, 100).unwrap()[0].write.clock, kept, "{owner}");
            assert_eq!(store.value("stamp").unwrap().unwrap(), kept.to_string().as_bytes(), "{owner}");
        }
    }

    #[test]
    fn what_is_done_of_another_person_is_not_forgotten_and_of_ones_own_once_all_before_the_end_is_stored() {
        let anna = Person { principal: Some("anna".into()), ..Person::default() };
        let offset = |text| Offset::new(text).unwrap();
        for (owner, end, is_forgotten) in [("bo", "5", false), ("anna", "5", true), ("anna", "6", false)] {
            let mut store = MemoryStore::new();
            store.belong(owner).unwrap();
            store.set_position("me", &Offset::BEGINNING, &offset("5")).unwrap();
            let clock = Stamp { millis: 1, counter: 0, node: 1 };
            let write = Write::new(WriteId([1; 16]), ("places", "a"), WriteKind::Put, "{}", clock);
            store.accept("main", &[write]).unwrap();
            let row = store.waiting("main", 1, 100).unwrap().remove(0);
            let done = Settled::new((row.number, row.write.id), SendOutcome::Applied);
            store.settle(&[Settled { version: Some(3), ..done }]).unwrap();
            let client = StoreClient { lane: "main", owner: 1 };
            let mut does = |command| anna.execute(&mut store, client, device, command).unwrap();
            let StoreAnswer::Untold(found) = does(StoreCommand::Untold) else { panic!("another answer") };
            assert_eq!(found.is_empty(), owner == "bo");
            let writes = vec![WriteId([1; 16])];
            does(StoreCommand::ForgetUntold { feed: "me".into(), end: offset(end), writes });
            assert_eq!(store.untold().unwrap().is_empty(), is_forgotten, "{owner} {end}");
            assert_eq!(store.item("places", "a").unwrap().is_none(), is_forgotten, "{owner} {end}");
        }
    }

    #[test]
    fn a_file_made_anew_is_its_persons_whoever_else_starts_on_it() {
        let anna = Mine(Arc::new(Mutex::new(Person { principal: Some("anna".into()), ..Person::default() })));
        let unknown = Mine(Arc::new(Mutex::new(Person { session: Some([7; 32]), ..Person::default() })));
        let mut store = MemoryStore::new();
        assert_eq!(unknown.closed(&mut store).unwrap(), None);
        let stamp = Stamp { millis: 90, counter: 0, node: 1 };
        let write = Write::new(WriteId([1; 16]), ("places", "a"), WriteKind::Put, "{}", stamp);
        store.accept("main", &[write]).unwrap();
        // It hides things from itself, and what it wrote waits until the platform has said whose that is.
        assert_eq!(anna.closed(&mut store).unwrap(), None);
        assert_eq!(unknown.closed(&mut store).unwrap(), Some(Hidden::NotYetKnown));
        assert_eq!((store.waiting_count().unwrap(), store.aside_count().unwrap()), (0, 1));
        assert_eq!(store.value(PRINCIPAL).unwrap().unwrap(), b"anna");
    }

    #[test]
    fn a_process_that_waited_for_its_turn_does_not_take_a_lock_that_was_taken_meanwhile() {
        let folder = tempfile::tempdir().unwrap();
        let open = || SqliteStore::open(folder.path().join("client.db"), Durability::Process).unwrap();
        let (mut first, mut second) = (open(), open());
        let lock = |store: &mut dyn Store, owner| {
            let command = StoreCommand::Lock { name: "token", millis: 30_000 };
            let client = StoreClient { lane: "main", owner };
            let answer = Person::default().execute(store, client, device, command).unwrap();
            matches!(answer, StoreAnswer::Locked { taken: true, .. })
        };
        let (begun, begins) = mpsc::channel();
        let waits = std::thread::scope(|threads| {
            let waits = threads.spawn(move || {
                begins.recv().unwrap();
                lock(&mut second, 2)
            });
            let work = &mut |store: &mut dyn Store| {
                begun.send(()).unwrap();
                std::thread::sleep(Duration::from_millis(200));
                assert!(lock(store, 1));
                Ok(())
            };
            first.as_one(work).unwrap();
            waits.join().unwrap()
        });
        assert!(!waits);
    }
}
