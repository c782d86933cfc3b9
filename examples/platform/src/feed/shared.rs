//! Large events that many readers wait for at the same time: each is in memory once, however many do.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use bytes::Bytes;
use sha2::{Digest as _, Sha256};

use super::{Kind, Live, frames};

/// Messages of more bytes together are told from memory that their readers share.
const LARGE: usize = 32 << 10;

/// The large events that somebody waits for.
#[derive(Clone, Debug, Default)]
pub struct Shared {
    known: Arc<Mutex<BTreeMap<[u8; 32], Weak<Held>>>>,
}

/// One of them; its bytes are counted once, until nobody waits for it any more.
struct Held {
    bytes: Bytes,
    count: Arc<AtomicU64>,
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
    /// The `data` event of messages, if they are large; `count` is what waits in all.
    pub(super) fn frame(
        &self,
        kind: Kind,
        live: Live,
        messages: &[Bytes],
        count: &Arc<AtomicU64>,
    ) -> Option<Bytes> {
        if messages.iter().map(Bytes::len).sum::<usize>() <= LARGE {
            return None;
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
            return Some(Bytes::from_owner(Owner(held)));
        }
        known.retain(|_, held| held.strong_count() > 0);
        let bytes = frames::data(kind, live, messages);
        count.fetch_add(bytes.len() as u64, Relaxed);
        let held = Arc::new(Held { bytes, count: count.clone() });
        known.insert(name, Arc::downgrade(&held));
        Some(Bytes::from_owner(Owner(held)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_event_is_in_memory_once_and_gone_with_its_last_reader() {
        let (shared, count) = (Shared::default(), Arc::default());
        let frame =
            |live, bytes: usize| shared.frame(Kind::Binary, live, &[Bytes::from(vec![b'z'; bytes])], &count);
        assert_eq!(frame(Live::Sse, LARGE), None);
        let first = frame(Live::Sse, 3 << 20).unwrap();
        let size = first.len() as u64;
        let others: Vec<Bytes> = (0..30).filter_map(|_| frame(Live::Sse, 3 << 20)).collect();
        assert!(others.iter().all(|other| other.as_ptr() == first.as_ptr()));
        assert_eq!((others.len(), count.load(Relaxed)), (30, size));
        let lines = frame(Live::Lines, 3 << 20).unwrap();
        assert_ne!(lines, first);
        drop((first, others));
        assert_eq!(count.load(Relaxed), lines.len() as u64);
        drop(lines);
        assert_eq!(count.load(Relaxed), 0);
    }
}
