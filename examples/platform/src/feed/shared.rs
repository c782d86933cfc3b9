//! Large events and pages that wait for their readers: each is in memory once, however many wait for the same, and all together are no
//! more than a node has room for, and those of one reader no more than their share of it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use bytes::Bytes;
use sha2::{Digest as _, Sha256};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{Kind, Live, frames};

/// What has more bytes as it is written is told from memory that its readers share.
pub(super) const LARGE: usize = 32 << 10;
/// What room is counted in, bytes.
const UNIT: u64 = 1 << 10;
/// One person or service has this part of the room at most.
const SHARE: u32 = 8;

/// The large events and pages that somebody waits for.
#[derive(Clone, Debug)]
pub struct Shared {
    /// By what they say.
    known: Arc<Mutex<Those<[u8; 32], Place>>>,
    /// What each may have still, of those who have something.
    shares: Arc<Mutex<Those<String, Semaphore>>>,
    room: Arc<Semaphore>,
    /// All of it, in units.
    most: u32,
    /// What of it one may have.
    share: u32,
}

/// Where one of them is once it is written. Who waits for the same waits for the lock, and for no other.
type Place = Mutex<Weak<Held>>;

/// What is there as long as somebody has it.
#[derive(Debug)]
struct Those<K, T> {
    of: BTreeMap<K, Weak<T>>,
    prune_at: usize,
}

impl<K, T> Default for Those<K, T> {
    fn default() -> Self {
        Self { of: BTreeMap::new(), prune_at: 0 }
    }
}

impl<K: Ord, T> Those<K, T> {
    /// The one of a name, which is made where nobody has it.
    fn find(&mut self, name: K, new: impl FnOnce() -> T) -> Arc<T> {
        if let Some(known) = self.of.get(&name).and_then(Weak::upgrade) {
            return known;
        }
        if self.of.len() >= self.prune_at {
            self.of.retain(|_, known| known.strong_count() > 0);
            self.prune_at = (self.of.len() * 2).max(1024);
        }
        let made = Arc::new(new());
        self.of.insert(name, Arc::downgrade(&made));
        made
    }
}

/// Room for one that is not written yet: of somebody's share, and of what there is for all.
#[derive(Debug)]
pub(super) struct Room {
    own: OwnedSemaphorePermit,
    common: OwnedSemaphorePermit,
}

/// What becomes of messages.
#[derive(Debug, Eq, PartialEq)]
pub(super) enum Framed {
    /// As they are told, where they are no large ones: each reader has its own.
    Small(Bytes),
    /// As they are told to everybody who waits for them.
    Large(Bytes),
    /// There is no room for them now; so much of it is needed.
    Crowded(u32),
}

/// One of them; its bytes are counted once, until nobody waits for it any more.
struct Held {
    bytes: Bytes,
    count: Arc<AtomicU64>,
    /// What each who waits for it has of it in their share: once, however often they wait.
    readers: Mutex<BTreeMap<String, Weak<OwnedSemaphorePermit>>>,
    _room: Option<OwnedSemaphorePermit>,
    /// It is found there as long as somebody waits for it.
    _place: Option<Arc<Place>>,
}

impl std::fmt::Debug for Held {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Held").finish_non_exhaustive()
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.count.fetch_sub(self.bytes.len() as u64, Relaxed);
    }
}

/// A part of one, as a socket takes it.
struct Owner {
    held: Arc<Held>,
    _share: Option<Arc<OwnedSemaphorePermit>>,
}

impl AsRef<[u8]> for Owner {
    fn as_ref(&self) -> &[u8] {
        &self.held.bytes
    }
}

impl Shared {
    /// With room for so many bytes. One that is larger than that takes all of it, and one that is larger than somebody's share all of
    /// that.
    pub fn with_room(bytes: u64) -> Self {
        let most = u32::try_from(bytes / UNIT).unwrap_or(u32::MAX).max(1);
        let room = Semaphore::new((most as usize).min(Semaphore::MAX_PERMITS));
        let share = (most / SHARE).max(1);
        Self { known: Arc::default(), shares: Arc::default(), room: Arc::new(room), most, share }
    }

    /// Waits for room, in somebody's share first, as everybody does in turn; `None` where there is none for so long.
    pub(super) async fn room(&self, who: &str, units: u32, patience: Duration) -> Option<Room> {
        let both = async {
            let own = self.of(who).acquire_many_owned(units.min(self.share)).await.ok()?;
            let common = self.room.clone().acquire_many_owned(units.min(self.most)).await.ok()?;
            Some(Room { own, common })
        };
        tokio::time::timeout(patience, both).await.ok()?
    }

    /// Messages as their readers are told of them, if they are large; `who` reads them, `count` is what waits in all, and `room` what
    /// was waited for.
    pub(super) fn frame(
        &self,
        who: &str,
        (kind, live): (Kind, Live),
        messages: &[Bytes],
        room: Option<Room>,
        count: &Arc<AtomicU64>,
    ) -> Framed {
        // As they are written: with what stands between and around them.
        let may_be_small = messages.iter().map(Bytes::len).sum::<usize>() <= LARGE;
        let mut written = may_be_small.then(|| frames::data(kind, live, messages));
        if let Some(written) = written.take_if(|written| written.len() <= LARGE) {
            return Framed::Small(written);
        }
        // By what it says: the same log may be another one later, and not all see the same of it.
        let mut name = Sha256::new();
        name.update([kind as u8, live as u8]);
        for message in messages {
            name.update((message.len() as u64).to_be_bytes());
            name.update(message);
        }
        let write = || written.unwrap_or_else(|| frames::data(kind, live, messages));
        let framed = self.once(who, name.finalize().into(), write, room, count);
        framed.map_or_else(Framed::Crowded, Framed::Large)
    }

    /// What is written under a name: by the first who waits for it, and others take it then. Who waits for another does so meanwhile.
    fn once(
        &self,
        who: &str,
        name: [u8; 32],
        write: impl FnOnce() -> Bytes,
        room: Option<Room>,
        count: &Arc<AtomicU64>,
    ) -> Result<Bytes, u32> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let place = known.find(name, Place::default);
        drop(known);
        let (own, common) = room.map_or((None, None), |room| (Some(room.own), Some(room.common)));
        let mut there = place.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(held) = there.upgrade() {
            drop(there);
            return self.told(held, who, own);
        }
        let bytes = write();
        let own = self.fits(who, &bytes, own)?;
        let held = self.held(bytes, common, count, Some(place.clone()))?;
        *there = Arc::downgrade(&held);
        drop(there);
        self.told(held, who, Some(own))
    }

    /// An answer that nobody but `who` waits for; or how much room it lacks.
    pub(super) fn hold(
        &self,
        who: &str,
        body: &Bytes,
        room: Option<Room>,
        count: &Arc<AtomicU64>,
    ) -> Result<Bytes, u32> {
        let (own, common) = room.map_or((None, None), |room| (Some(room.own), Some(room.common)));
        let own = self.fits(who, body, own)?;
        let held = self.held(body.clone(), common, count, None)?;
        self.told(held, who, Some(own))
    }

    /// An answer to what is done already: it is counted, and takes no room, since nobody may be kept from it.
    pub(super) fn hold_anyway(body: Bytes, count: &Arc<AtomicU64>) -> Bytes {
        let held = Self::counted(body, None, count, None);
        Bytes::from_owner(Owner { held, _share: None })
    }

    /// What is counted until nobody waits for it; or how much room it lacks.
    fn held(
        &self,
        bytes: Bytes,
        room: Option<OwnedSemaphorePermit>,
        count: &Arc<AtomicU64>,
        place: Option<Arc<Place>>,
    ) -> Result<Arc<Held>, u32> {
        let units = units(&bytes).min(self.most);
        let room = fitting(&self.room, units, room).ok_or(units)?;
        Ok(Self::counted(bytes, Some(room), count, place))
    }

    fn counted(
        bytes: Bytes,
        room: Option<OwnedSemaphorePermit>,
        count: &Arc<AtomicU64>,
        place: Option<Arc<Place>>,
    ) -> Arc<Held> {
        count.fetch_add(bytes.len() as u64, Relaxed);
        Arc::new(Held { bytes, count: count.clone(), readers: Mutex::default(), _room: room, _place: place })
    }

    /// One for one of its readers, if there is room for it in their share; or how much it lacks.
    fn told(&self, held: Arc<Held>, who: &str, own: Option<OwnedSemaphorePermit>) -> Result<Bytes, u32> {
        let mut readers = held.readers.lock().unwrap_or_else(PoisonError::into_inner);
        let mut share = readers.get(who).and_then(Weak::upgrade);
        if share.is_none() {
            let fits = Arc::new(self.fits(who, &held.bytes, own)?);
            readers.insert(who.to_owned(), Arc::downgrade(&fits));
            share = Some(fits);
        }
        drop(readers);
        Ok(Bytes::from_owner(Owner { held, _share: share }))
    }

    /// Room for something in somebody's share; or how much it lacks.
    fn fits(
        &self,
        who: &str,
        bytes: &Bytes,
        own: Option<OwnedSemaphorePermit>,
    ) -> Result<OwnedSemaphorePermit, u32> {
        let units = units(bytes);
        fitting(&self.of(who), units.min(self.share), own).ok_or(units.min(self.most))
    }

    /// What somebody may have still.
    fn of(&self, who: &str) -> Arc<Semaphore> {
        let mut shares = self.shares.lock().unwrap_or_else(PoisonError::into_inner);
        shares.find(who.to_owned(), || Semaphore::new((self.share as usize).min(Semaphore::MAX_PERMITS)))
    }
}

fn units(bytes: &Bytes) -> u32 {
    u32::try_from((bytes.len() as u64).div_ceil(UNIT)).unwrap_or(u32::MAX)
}

/// Room of just this size: of what there is already, or else of what nobody has.
fn fitting(
    room: &Arc<Semaphore>,
    units: u32,
    there: Option<OwnedSemaphorePermit>,
) -> Option<OwnedSemaphorePermit> {
    let split = there.and_then(|mut there| there.split(units as usize));
    split.or_else(|| room.clone().try_acquire_many_owned(units).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of bytes that are all the same letter.
    fn frame(shared: &Shared, live: Live, letter: u8, bytes: usize, count: &Arc<AtomicU64>) -> Framed {
        shared.frame("anna", (Kind::Binary, live), &[Bytes::from(vec![letter; bytes])], None, count)
    }

    fn large(framed: Framed) -> Bytes {
        let Framed::Large(bytes) = framed else { panic!("{framed:?}") };
        bytes
    }

    #[test]
    fn a_large_event_is_in_memory_once_and_gone_with_its_last_reader() {
        let (shared, count) = (Shared::with_room(512 << 20), Arc::default());
        let frame = |live, bytes: usize| frame(&shared, live, b'z', bytes, &count);
        // What was written to know its length is what is told.
        assert_eq!(frame(Live::No, LARGE), Framed::Small(vec![b'z'; LARGE].into()));
        // It is what is written that counts: in base64, and with commas.
        large(frame(Live::Sse, LARGE));
        for (messages, is_large) in [(LARGE / 2 - 1, false), (LARGE / 2, true)] {
            let messages = vec![Bytes::from_static(b"1"); messages];
            let framed = shared.frame("anna", (Kind::Json, Live::No), &messages, None, &count);
            assert_eq!(!matches!(framed, Framed::Small(_)), is_large, "{framed:?}");
        }
        let first = large(frame(Live::Sse, 3 << 20));
        let size = first.len() as u64;
        let others: Vec<Bytes> = (0..30).map(|_| large(frame(Live::Sse, 3 << 20))).collect();
        assert!(others.iter().all(|other| other.as_ptr() == first.as_ptr()));
        assert_eq!((others.len(), count.load(Relaxed)), (30, size));
        let lines = large(frame(Live::Lines, 3 << 20));
        assert_ne!(lines, first);
        let whole = large(frame(Live::No, 3 << 20));
        assert_eq!(whole, vec![b'z'; 3 << 20]);
        drop((first, others, whole));
        assert_eq!(count.load(Relaxed), lines.len() as u64);
        drop(lines);
        assert_eq!(count.load(Relaxed), 0);
    }

    #[test]
    fn while_one_is_written_another_is_had_and_who_waits_for_the_same_takes_it_then() {
        let (shared, count) = (Shared::with_room(512 << 20), Arc::<AtomicU64>::default());
        let (shared, count, name) = (&shared, &count, [7; 32]);
        let same = std::thread::scope(|threads| {
            let (told, tell) = std::sync::mpsc::channel();
            let mut others = Vec::new();
            let write = || {
                // In the middle of it others come for the same, and for another.
                others.extend(["bo", "cid", "dan"].map(|who| {
                    let write = || unreachable!("it is written twice");
                    threads.spawn(move || shared.once(who, name, write, None, count).unwrap())
                }));
                threads.spawn(move || told.send(large(frame(shared, Live::No, b'b', 1 << 20, count))));
                // If it waited for this one, this would wait for ever.
                let another = tell.recv_timeout(Duration::from_secs(60)).expect("another waits for this one");
                assert_eq!(another, vec![b'b'; 1 << 20]);
                Bytes::from(vec![b'a'; 1 << 20])
            };
            let first = shared.once("anna", name, write, None, count).unwrap();
            let same = others.into_iter().map(|other| other.join().unwrap().as_ptr());
            same.map(|other| other == first.as_ptr()).collect::<Vec<_>>()
        });
        assert_eq!(same, [true; 3]);
        assert_eq!(count.load(Relaxed), 0);
    }

    #[tokio::test]
    async fn more_than_there_is_room_for_waits_in_turn_or_is_told_so() {
        let (shared, count) = (Shared::with_room(200 << 10), Arc::default());
        // Each has less in their share than that; it is all of it then.
        let frame = |who, letter: u8, bytes: usize| {
            shared.frame(who, (Kind::Binary, Live::No), &[Bytes::from(vec![letter; bytes])], None, &count)
        };
        let [first, second] =
            [("anna", b'a'), ("bo", b'b')].map(|(who, letter)| large(frame(who, letter, 90 << 10)));
        assert_eq!(frame("cid", b'c', 90 << 10), Framed::Crowded(90));
        // Who waits for what is there already needs no room but in their share.
        assert_eq!(large(frame("dan", b'a', 90 << 10)).as_ptr(), first.as_ptr());
        assert!(shared.room("cid", 90, Duration::from_millis(20)).await.is_none());
        let waits = tokio::spawn({
            let shared = shared.clone();
            async move { shared.room("cid", 90, Duration::from_secs(20)).await }
        });
        tokio::task::yield_now().await;
        drop(second);
        // It is for who waits, and for nobody who comes later.
        assert_eq!(frame("dan", b'd', 90 << 10), Framed::Crowded(90));
        let room = waits.await.unwrap();
        let messages = [Bytes::from(vec![b'c'; 90 << 10])];
        let third = large(shared.frame("cid", (Kind::Binary, Live::No), &messages, room, &count));
        assert_eq!(count.load(Relaxed), 180 << 10);
        drop((first, third));
        // One that is larger than all the room takes all of it.
        let all = large(frame("anna", b'e', 1 << 20));
        assert_eq!(frame("bo", b'f', 33 << 10), Framed::Crowded(33));
        drop(all);
        assert!(matches!(frame("bo", b'f', 33 << 10), Framed::Large(_)));
        assert_eq!(count.load(Relaxed), 0);
    }

    #[tokio::test]
    async fn each_has_a_share_of_the_room_and_no_more() {
        let (shared, count) = (Shared::with_room(8 << 20), Arc::default());
        let frame = |who, letter: u8| {
            let messages = [Bytes::from(vec![letter; 600 << 10])];
            shared.frame(who, (Kind::Binary, Live::No), &messages, None, &count)
        };
        let first = large(frame("anna", b'a'));
        // The same is theirs once, however often they wait for it; another goes beyond.
        let again = large(frame("anna", b'a'));
        assert_eq!(frame("anna", b'b'), Framed::Crowded(600));
        assert!(shared.room("anna", 600, Duration::from_millis(20)).await.is_none());
        // Others have their own, also of what is there already.
        let (of_bo, other) = (large(frame("bo", b'a')), frame("bo", b'b'));
        assert_eq!((of_bo.as_ptr(), other), (first.as_ptr(), Framed::Crowded(600)));
        drop(first);
        assert_eq!(frame("anna", b'b'), Framed::Crowded(600));
        drop(again);
        let room = shared.room("anna", 600, Duration::from_millis(20)).await.unwrap();
        let body = Bytes::from(vec![b'c'; 600 << 10]);
        let held = shared.hold("anna", &body, Some(room), &count).unwrap();
        assert_eq!(shared.hold("anna", &body, None, &count), Err(600));
        // What is done already is answered, whatever there is.
        assert_eq!(Shared::hold_anyway(body.clone(), &count), body);
        drop((of_bo, held));
        assert_eq!(count.load(Relaxed), 0);
        assert_eq!(large(frame("anna", b'b')).len(), 600 << 10);
    }
}
