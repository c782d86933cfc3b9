//! Large events and pages that wait for their readers: each is in memory once, however many wait for the same, and all together are no
//! more than a node has room for.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use bytes::Bytes;
use sha2::{Digest as _, Sha256};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{Kind, Live, frames};

/// Messages of more bytes together are told from memory that their readers share.
pub(super) const LARGE: usize = 32 << 10;
/// What room is counted in, bytes.
const UNIT: u64 = 1 << 10;

/// The large events and pages that somebody waits for.
#[derive(Clone, Debug)]
pub struct Shared {
    known: Arc<Mutex<BTreeMap<[u8; 32], Weak<Held>>>>,
    room: Arc<Semaphore>,
    /// All of it, in units.
    most: u32,
}

/// Room for one that is not written yet.
#[derive(Debug)]
pub(super) struct Room(OwnedSemaphorePermit);

/// What becomes of messages.
#[derive(Debug, Eq, PartialEq)]
pub(super) enum Framed {
    /// They are no large ones: each reader has its own.
    Small,
    /// As they are told to everybody who waits for them.
    Large(Bytes),
    /// There is no room for them now; so much of it is needed.
    Crowded(u32),
}

/// One of them; its bytes are counted once, until nobody waits for it any more.
struct Held {
    bytes: Bytes,
    count: Arc<AtomicU64>,
    _room: Room,
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
struct Owner(Arc<Held>);

impl AsRef<[u8]> for Owner {
    fn as_ref(&self) -> &[u8] {
        &self.0.bytes
    }
}

impl Shared {
    /// With room for so many bytes. One that is larger than that takes all of it.
    pub fn with_room(bytes: u64) -> Self {
        let most = u32::try_from(bytes / UNIT).unwrap_or(u32::MAX).max(1);
        let room = Semaphore::new((most as usize).min(Semaphore::MAX_PERMITS));
        Self { known: Arc::default(), room: Arc::new(room), most }
    }

    /// Waits for room, as everybody does in turn; `None` where there is none for so long.
    pub(super) async fn room(&self, units: u32, patience: Duration) -> Option<Room> {
        let got = tokio::time::timeout(patience, self.room.clone().acquire_many_owned(units.min(self.most)));
        got.await.ok()?.ok().map(Room)
    }

    /// Messages as their readers are told of them, if they are large; `count` is what waits in all, and `room` what was waited for.
    pub(super) fn frame(
        &self,
        kind: Kind,
        live: Live,
        messages: &[Bytes],
        room: Option<Room>,
        count: &Arc<AtomicU64>,
    ) -> Framed {
        if messages.iter().map(Bytes::len).sum::<usize>() <= LARGE {
            return Framed::Small;
        }
        // By what it says: the same log may be another one later, and not all see the same of it.
        let mut name = Sha256::new();
        name.update([kind as u8, live as u8]);
        for message in messages {
            name.update((message.len() as u64).to_be_bytes());
            name.update(message);
        }
        let name: [u8; 32] = name.finalize().into();
        // One at a time is written: who waits for the same takes it then.
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(held) = known.get(&name).and_then(Weak::upgrade) {
            return Framed::Large(Bytes::from_owner(Owner(held)));
        }
        known.retain(|_, held| held.strong_count() > 0);
        let held = match self.held(frames::data(kind, live, messages), room, count) {
            Ok(held) => held,
            Err(units) => return Framed::Crowded(units),
        };
        known.insert(name, Arc::downgrade(&held));
        Framed::Large(Bytes::from_owner(Owner(held)))
    }

    /// An answer that nobody else waits for, if it is large.
    pub(super) fn hold(&self, body: &Bytes, room: Option<Room>, count: &Arc<AtomicU64>) -> Framed {
        if body.len() <= LARGE {
            return Framed::Small;
        }
        match self.held(body.clone(), room, count) {
            Ok(held) => Framed::Large(Bytes::from_owner(Owner(held))),
            Err(units) => Framed::Crowded(units),
        }
    }

    /// What is counted until nobody waits for it; or how much room it lacks.
    fn held(&self, bytes: Bytes, room: Option<Room>, count: &Arc<AtomicU64>) -> Result<Arc<Held>, u32> {
        let units = u32::try_from((bytes.len() as u64).div_ceil(UNIT)).unwrap_or(u32::MAX).min(self.most);
        let room = self.fitting(units, room).ok_or(units)?;
        count.fetch_add(bytes.len() as u64, Relaxed);
        Ok(Arc::new(Held { bytes, count: count.clone(), _room: room }))
    }

    /// Room of just this size: of what there is already, or else of what nobody has.
    fn fitting(&self, units: u32, room: Option<Room>) -> Option<Room> {
        if let Some(Room(mut there)) = room
            && let Some(fits) = there.split(units as usize)
        {
            return Some(Room(fits));
        }
        self.room.clone().try_acquire_many_owned(units).ok().map(Room)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of bytes that are all the same letter.
    fn frame(shared: &Shared, live: Live, letter: u8, bytes: usize, count: &Arc<AtomicU64>) -> Framed {
        shared.frame(Kind::Binary, live, &[Bytes::from(vec![letter; bytes])], None, count)
    }

    fn large(framed: Framed) -> Bytes {
        let Framed::Large(bytes) = framed else { panic!("{framed:?}") };
        bytes
    }

    #[test]
    fn a_large_event_is_in_memory_once_and_gone_with_its_last_reader() {
        let (shared, count) = (Shared::with_room(64 << 20), Arc::default());
        let frame = |live, bytes: usize| frame(&shared, live, b'z', bytes, &count);
        assert_eq!(frame(Live::Sse, LARGE), Framed::Small);
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

    #[tokio::test]
    async fn more_than_there_is_room_for_waits_in_turn_or_is_told_so() {
        let (shared, count) = (Shared::with_room(200 << 10), Arc::default());
        let frame = |letter, bytes: usize| frame(&shared, Live::No, letter, bytes, &count);
        let [first, second] = [b'a', b'b'].map(|letter| large(frame(letter, 90 << 10)));
        assert_eq!(frame(b'c', 90 << 10), Framed::Crowded(90));
        // Who waits for what is there already needs no room.
        assert_eq!(large(frame(b'a', 90 << 10)).as_ptr(), first.as_ptr());
        assert!(shared.room(90, Duration::from_millis(20)).await.is_none());
        let waits = tokio::spawn({
            let shared = shared.clone();
            async move { shared.room(90, Duration::from_secs(20)).await }
        });
        tokio::task::yield_now().await;
        drop(second);
        // It is for who waits, and for nobody who comes later.
        assert_eq!(frame(b'd', 90 << 10), Framed::Crowded(90));
        let room = waits.await.unwrap();
        let messages = [Bytes::from(vec![b'c'; 90 << 10])];
        let third = large(shared.frame(Kind::Binary, Live::No, &messages, room, &count));
        assert_eq!(count.load(Relaxed), 180 << 10);
        drop((first, third));
        // One that is larger than all the room takes all of it.
        let all = large(frame(b'e', 1 << 20));
        assert_eq!(frame(b'f', 33 << 10), Framed::Crowded(33));
        drop(all);
        assert!(matches!(frame(b'f', 33 << 10), Framed::Large(_)));
        assert_eq!(count.load(Relaxed), 0);
    }
}
