//! Events that were delivered before, known again.
//!
//! The data stream is delivered at least once: a sender that hears no answer sends again, and a shard that restarts
//! repeats what it had sent. Ids do not help, because each shard counts for itself: two events of one vehicle, second,
//! type and id can be two things that happened. Only the whole event says whether it is the same, by its
//! [canonical encoding](crate::Event::canonical_encoding); [`Dedup`] remembers the SHA-256 of that.
//!
//! # What is forgotten
//!
//! Memory ends, so the oldest are forgotten. An old duplicate may then come through, and every receiver must bear it;
//! but an event that is no duplicate is never taken for one: whole digests are compared, and nothing is guessed.
//!
//! Each vehicle is remembered by its newest events. When there is no more room, the vehicle with the most gives up its
//! oldest. So a car that was offline for three weeks and uploads them now is known again as well as the others, a car
//! whose clock is wrong forgets only its own events, and one that chatters takes no room from the rest. What is remembered
//! depends on the events and not on the order they came in: with n places per vehicle, of each its n newest, wherever
//! they stand in time.
//!
//! A [`DedupLimits::horizon`] forgets earlier, by the time of the events: what is older than the vehicle's newest event
//! by more than that. A vehicle's age alone never counts, and no clock is read. With both limits at work the order of
//! arrival can matter, for what gave up its place for an event that the horizon then removes is not remembered again.
//!
//! # Surviving a restart
//!
//! [`Dedup::save`] gives everything in a stable form of bytes; [`Dedup::save_added`] what came since, to be appended to
//! the same file or row, so that a server with ten million entries writes 41 bytes an event, and a phone with five
//! thousand writes 205 kB now and then. [`Dedup::restore`] reads both and refuses what is damaged. Saved together with
//! the events (in one transaction), nothing comes twice over a crash; saved later, the events in between may.
//!
//! # Examples
//!
//! ```
//! use cc_core::dedup::{Dedup, DedupLimits};
//! use cc_core::{EventDecodeError, decode_batch};
//!
//! let mut seen = Dedup::new(DedupLimits { capacity: 5_000, horizon: None });
//! let body = br#"[
//!     {"id":1,"vehicleId":7,"organizationKey":"demo","time":"2026-05-01T10:00:00Z","type":"car_ignition","value":true},
//!     {"id":1,"vehicleId":7,"organizationKey":"demo","time":"2026-05-01T12:00:00+02:00","type":"car_ignition","value":true},
//!     {"id":1,"vehicleId":7,"organizationKey":"demo","time":"2026-05-01T10:00:00Z","type":"car_ignition","value":false}
//! ]"#;
//! let mut news = Vec::new();
//! for item in decode_batch(body) {
//!     news.push(seen.insert(&item.event?));
//! }
//! // The second is the first in other words; the third differs in its body, as from another shard.
//! assert_eq!(news, [true, false, true]);
//! # Ok::<(), EventDecodeError>(())
//! ```
//!
//! What is cut off is no memory, and says up to where it is whole:
//!
//! ```
//! use cc_core::dedup::{Dedup, DedupLimits};
//!
//! let limits = DedupLimits { capacity: 5_000, horizon: None };
//! let bytes = Dedup::new(limits).to_bytes();
//! let error = Dedup::restore(limits, &bytes[..10]).unwrap_err();
//! assert_eq!(error.to_string(), "damaged or cut off in the part that begins at byte 0");
//! ```

mod bytes;
mod mark;
mod shelf;

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;
use core::fmt;

use chrono::TimeDelta;

use crate::Event;

pub use bytes::DedupError;
pub use mark::EventMark;

use mark::Group;
use shelf::Shelf;

/// How much is remembered.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct DedupLimits {
    /// How many events, some 50 bytes each.
    pub capacity: usize,
    /// How much older than its vehicle's newest event an event may be; without one, age does not matter. Whole seconds
    /// count.
    pub horizon: Option<TimeDelta>,
}

/// A bounded memory of events; see the [module](self).
#[derive(Clone)]
pub struct Dedup {
    limits: DedupLimits,
    marks: Shelf,
    /// How many events each vehicle has.
    counts: BTreeMap<Group, u32>,
    /// The same, the fullest last.
    by_count: BTreeSet<(u32, Group)>,
    saved: Saved,
}

/// What of the memory is in the caller's file.
#[derive(Clone, Debug, Default)]
struct Saved {
    /// Whether there is a file to append to.
    is_begun: bool,
    /// How many marks were appended to it.
    appended: usize,
    /// What came since.
    added: Vec<EventMark>,
}

impl Dedup {
    /// A memory of nothing yet.
    pub fn new(limits: DedupLimits) -> Self {
        Self {
            limits,
            marks: Shelf::new(),
            counts: BTreeMap::new(),
            by_count: BTreeSet::new(),
            saved: Saved::default(),
        }
    }

    /// Remembers an event; gives whether it is new. `false` is certain; `true` also stands for what was forgotten.
    pub fn insert(&mut self, event: &Event) -> bool {
        self.insert_mark(EventMark::of(event))
    }

    /// The same with the event's mark, where that was computed before.
    pub fn insert_mark(&mut self, mark: EventMark) -> bool {
        let group = mark.group();
        let oldest = self.oldest_second(group, Some(mark.second()));
        if mark.second() < oldest {
            // Nothing that old is remembered.
            return true;
        }
        if !self.marks.insert(mark) {
            return false;
        }
        let is_kept = self.make_room(mark, oldest);
        if is_kept && self.saved.is_begun {
            self.note(mark);
        }
        true
    }

    /// Whether an event is remembered.
    pub fn contains(&self, event: &Event) -> bool {
        self.contains_mark(&EventMark::of(event))
    }

    /// Whether the event of a mark is remembered.
    pub fn contains_mark(&self, mark: &EventMark) -> bool {
        self.marks.contains(mark)
    }

    /// How many events are remembered.
    pub fn len(&self) -> usize {
        self.marks.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How much is remembered at most.
    pub fn limits(&self) -> DedupLimits {
        self.limits
    }

    /// What is remembered, by vehicle and second: in an order that does not depend on that of arrival.
    pub fn marks(&self) -> impl Iterator<Item = &EventMark> {
        self.marks.iter()
    }

    /// Forgets what must go now that a mark came; gives whether the mark itself stays.
    fn make_room(&mut self, mark: EventMark, oldest: i64) -> bool {
        let group = mark.group();
        let is_full = self.marks.len() > self.limits.capacity;
        let count = self.counts.get(&group).map_or(1, |count| count.saturating_add(1));
        if is_full && self.limits.horizon.is_none() && self.by_count.last() < Some(&(count, group)) {
            // The usual case of a full memory: the vehicle gives up one for the other, and has as many as before.
            let forgotten = self.marks.remove_first_from(&EventMark::least_of(group));
            return forgotten != Some(mark);
        }
        self.count(group, 1);
        self.expire(group, oldest);
        let mut is_kept = true;
        while self.marks.len() > self.limits.capacity {
            is_kept &= self.forget_one() != Some(mark);
        }
        is_kept
    }

    /// The oldest second of a group within the horizon, where an event of this second comes to it.
    fn oldest_second(&self, group: Group, comes: Option<i64>) -> i64 {
        let Some(horizon) = self.limits.horizon else { return i64::MIN };
        let after = group.checked_add(1).map(EventMark::least_of);
        let last = self.marks.last_before(after.as_ref()).filter(|mark| mark.group() == group);
        let newest = last.map(|mark| mark.second()).max(comes);
        newest.map_or(i64::MIN, |newest| newest.saturating_sub(horizon.num_seconds().max(0)))
    }

    /// Forgets what is older than the horizon.
    fn expire(&mut self, group: Group, oldest: i64) {
        if self.limits.horizon.is_none() {
            return;
        }
        let least = EventMark::least_of(group);
        while let Some(mark) = self.marks.first_from(&least)
            && mark.group() == group
            && mark.second() < oldest
        {
            self.marks.remove(&mark);
            self.count(group, -1);
        }
    }

    /// Forgets the oldest event of the vehicle with the most.
    fn forget_one(&mut self) -> Option<EventMark> {
        let (_, group) = *self.by_count.last()?;
        let mark = self.marks.remove_first_from(&EventMark::least_of(group))?;
        self.count(group, -1);
        Some(mark)
    }

    /// Counts marks of a group that came or went.
    fn count(&mut self, group: Group, change: i32) {
        let count = self.counts.entry(group).or_default();
        let before = *count;
        *count = before.saturating_add_signed(change);
        let after = *count;
        if before > 0 {
            self.by_count.remove(&(before, group));
        }
        if after > 0 {
            self.by_count.insert((after, group));
        } else {
            self.counts.remove(&group);
        }
    }
}

impl fmt::Debug for Dedup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dedup")
            .field("limits", &self.limits)
            .field("length", &self.len())
            .field("vehicles", &self.counts.len())
            .finish_non_exhaustive()
    }
}
