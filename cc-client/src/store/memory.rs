//! A store that ends with the process: for tests, and for apps that keep nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::undo::{Undo, Undoable};
use super::{
    Item, NAMELESS, PRINCIPAL, REMEMBERED, Record, Row, STAMP, Settled, Standing, Store, StoreError, TOKEN,
    Taken, UNSURE, Work,
};
use crate::decide::SendOutcome;
use crate::wire::Detail;
use crate::{Offset, Stamp, Write, WriteId};

/// Keeps everything in memory until the process ends.
///
/// # Examples
///
/// ```
/// use cc_client::store::{MemoryStore, Store};
///
/// let mut store = MemoryStore::new();
/// assert_eq!((store.item("places", "7")?, store.waiting_count()?), (None, 0));
/// # Ok::<(), cc_client::store::StoreError>(())
/// ```
#[derive(Clone, Default)]
pub struct MemoryStore {
    positions: Undoable<String, Offset>,
    records: Undoable<(Box<str>, Box<str>), Record>,
    rows: Undoable<u64, Entry>,
    ids: Undoable<WriteId, u64>,
    settled: Undoable<WriteId, (u64, SendOutcome)>,
    last: u64,
    last_settled: u64,
    values: Undoable<String, Vec<u8>>,
    locks: Undoable<String, (u64, i64)>,
    /// Writes of others, by their owners and places.
    aside: Undoable<(String, u64), Entry>,
    /// How much is being done as one, one within the other.
    depth: u32,
}

/// What is done as one: undone where it is dropped before it is kept.
struct One<'a> {
    store: &'a mut MemoryStore,
    marks: [usize; 8],
    last: u64,
    is_kept: bool,
}

impl Drop for One<'_> {
    fn drop(&mut self) {
        self.store.depth -= 1;
        let is_over = self.store.depth == 0;
        if !self.is_kept {
            self.store.last = self.last;
        }
        for (part, mark) in self.store.parts().into_iter().zip(self.marks) {
            if !self.is_kept {
                part.undo(mark);
            }
            if is_over {
                part.keep();
            }
        }
    }
}

#[derive(Clone)]
struct Entry {
    lane: Box<str>,
    write: Write,
    outcome: Option<SendOutcome>,
    /// The item's version with this write in it, which the feed has still to tell.
    version: u64,
    /// Why it was rejected.
    detail: Option<Detail>,
}

impl Entry {
    fn is_of(&self, collection: &str, key: &str) -> bool {
        *self.write.collection == *collection && *self.write.key == *key
    }

    /// Done, and not yet told by the feed.
    fn is_done(&self) -> bool {
        matches!(self.outcome, Some(SendOutcome::Applied | SendOutcome::Duplicate))
    }
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    fn parts(&mut self) -> [&mut dyn Undo; 8] {
        let Self { positions, records, rows, ids, settled, values, locks, aside, .. } = self;
        [positions, records, rows, ids, settled, values, locks, aside]
    }

    /// Keeps the latest stamp that was given out; writes may arrive in another order than their stamps.
    fn keep_stamp(&mut self, stamp: Option<Stamp>) {
        let known = self.values.get(STAMP).and_then(|known| std::str::from_utf8(known).ok()?.parse().ok());
        if let Some(latest) = stamp.filter(|stamp| Some(*stamp) > known) {
            self.values.insert(STAMP.to_owned(), latest.to_string().into_bytes());
        }
    }

    /// What the server told last of an item.
    #[cfg(any(test, feature = "testing"))]
    pub(crate) fn record(&self, collection: &str, key: &str) -> Option<&Record> {
        self.records.get(&(collection.into(), key.into()))
    }

    fn keep(&mut self, record: &Record) -> bool {
        let place = (record.collection.clone(), record.key.clone());
        // Of the same version it may say when that was, where nobody had: an answer to a write does not; and what it is, where a listing did
        // not know it yet.
        let newer = self.records.get(&place).is_none_or(|known| {
            known.version < record.version
                || (known.version == record.version
                    && ((known.updated.is_none() && record.updated.is_some())
                        || (known.value.is_none() && record.value.is_some())))
        });
        if newer {
            self.records.insert(place, record.clone());
            self.told(|entry| {
                entry.is_of(&record.collection, &record.key) && entry.version <= record.version
            });
        }
        newer
    }

    /// The feed has told of these writes that are done: they leave.
    fn told(&mut self, is_told: impl Fn(&Entry) -> bool) {
        let gone: Vec<u64> = self
            .rows
            .iter()
            .filter(|(_, entry)| entry.is_done() && is_told(entry))
            .map(|(number, _)| *number)
            .collect();
        for number in gone {
            self.leave(number);
        }
    }

    /// A write, with the base that it has where what lies just behind the version that was shown is one's own, and the feed has yet to tell of it.
    fn with_base(&self, write: &Write) -> Write {
        let mut write = write.clone();
        let minds = write.is_of_latest();
        for done in self.rows.values().filter(|entry| minds && entry.is_done()) {
            if done.is_of(&write.collection, &write.key) {
                write.base = write.base_behind(done.version, done.write.makes()).or(write.base);
            }
        }
        write
    }

    /// A write that is done leaves the outbox; what became of it is remembered.
    fn leave(&mut self, number: u64) {
        let Some(entry) = self.rows.remove(&number) else { return };
        self.ids.remove(&entry.write.id);
        if let Some(outcome) = entry.outcome {
            // In the order in which they were settled, whatever waited longest.
            self.last_settled = number.max(self.last_settled + 1);
            self.settled.insert(entry.write.id, (self.last_settled, outcome));
        }
        if self.settled.len() as u64 > REMEMBERED {
            let oldest = self.settled.iter().min_by_key(|(_, (number, _))| *number);
            let oldest = oldest.map(|(id, _)| *id);
            oldest.and_then(|id| self.settled.remove(&id));
        }
    }

    /// An item, with what is done laid over it, and what waits unless it is left out.
    fn seen(&self, collection: &str, key: &str, with_waiting: bool) -> Option<Item> {
        let record = self.records.get(&(collection.into(), key.into()));
        let over = self.rows.values().filter(|entry| entry.is_of(collection, key));
        let over = over.filter(|entry| entry.is_done() || (with_waiting && entry.outcome.is_none()));
        let writes: Vec<(&Write, bool)> = over.map(|entry| (&entry.write, entry.outcome.is_none())).collect();
        view(key, record.cloned(), &writes)
    }
}

impl Store for MemoryStore {
    fn position(&mut self, feed: &str) -> Result<Option<Offset>, StoreError> {
        Ok(self.positions.get(feed).cloned())
    }

    fn take(
        &mut self,
        feed: &str,
        from: &Offset,
        records: &[Record],
        to: &Offset,
    ) -> Result<Taken, StoreError> {
        let known = self.positions.get(feed).unwrap_or(&Offset::BEGINNING);
        if known != from {
            return Ok(Taken { elsewhere: Some(known.clone()), ..Taken::default() });
        }
        let fresh = records.iter().filter(|record| self.keep(record)).cloned().collect();
        self.positions.insert(feed.to_owned(), to.clone());
        Ok(Taken { fresh, elsewhere: None })
    }

    fn replace(&mut self, feed: &str, records: &[Record], to: &Offset) -> Result<Vec<Record>, StoreError> {
        let new: BTreeMap<_, _> =
            records.iter().map(|one| ((one.collection.clone(), one.key.clone()), one.clone())).collect();
        let mut changed = Vec::new();
        for (place, old) in self.records.iter() {
            if old.value.is_some() && !new.contains_key(place) {
                changed.push(Record { value: None, ..old.clone() });
            }
        }
        changed.extend(
            new.iter()
                .filter(|(place, one)| self.records.get(*place) != Some(*one))
                .map(|(_, one)| one.clone()),
        );
        let versions: BTreeMap<_, _> = new.iter().map(|(place, one)| (place.clone(), one.version)).collect();
        self.records.replace(new);
        // What it lacks may have been written after it was made.
        self.told(|entry| {
            let place = (entry.write.collection.clone(), entry.write.key.clone());
            versions.get(&place).is_some_and(|version| entry.version <= *version)
        });
        self.positions.insert(feed.to_owned(), to.clone());
        Ok(changed)
    }

    fn item(&mut self, collection: &str, key: &str) -> Result<Option<Item>, StoreError> {
        Ok(self.seen(collection, key, true))
    }

    fn told(&mut self, collection: &str, key: &str) -> Result<Option<Item>, StoreError> {
        Ok(self.seen(collection, key, false))
    }

    fn items(&mut self, collection: &str, after: &str, limit: u32) -> Result<Vec<Item>, StoreError> {
        let mut keys: BTreeSet<&str> = BTreeSet::new();
        let in_collection = self.records.keys().filter(|(name, _)| **name == *collection);
        keys.extend(in_collection.map(|(_, key)| &**key));
        let waiting = self.rows.values().filter(|entry| *entry.write.collection == *collection);
        keys.extend(waiting.map(|entry| &*entry.write.key));
        let mut found = Vec::new();
        for key in keys.range::<str, _>((std::ops::Bound::Excluded(after), std::ops::Bound::Unbounded)) {
            if found.len() == limit as usize {
                break;
            }
            found.extend(self.seen(collection, key, true));
        }
        Ok(found)
    }

    fn accept(&mut self, lane: &str, writes: &[Write]) -> Result<(), StoreError> {
        for write in writes {
            if self.ids.contains_key(&write.id) || self.settled.contains_key(&write.id) {
                continue;
            }
            let write = self.with_base(write);
            self.last += 1;
            self.ids.insert(write.id, self.last);
            let entry = Entry { lane: lane.into(), write, outcome: None, version: 0, detail: None };
            self.rows.insert(self.last, entry);
        }
        self.keep_stamp(writes.iter().map(|write| write.clock).max());
        Ok(())
    }

    fn stamp_anew(&mut self, lane: &str, latest: Stamp, first: Stamp) -> Result<(), StoreError> {
        let waits = |entry: &Entry| *entry.lane == *lane && entry.outcome.is_none();
        let waiting = self.rows.iter().filter(|(_, entry)| waits(entry));
        let waiting = waiting.skip_while(|(_, entry)| entry.write.clock <= latest);
        let (mut last, mut next) = (first, first);
        for number in waiting.map(|(number, _)| *number).collect::<Vec<_>>() {
            if let Some(entry) = self.rows.get_mut(&number) {
                entry.write.clock = next;
                (last, next) = (next, next.next());
            }
        }
        self.set_value(STAMP, last.to_string().as_bytes())
    }

    fn waiting(&mut self, lane: &str, rows: u32, bytes: u32) -> Result<Vec<Row>, StoreError> {
        let blocked: BTreeSet<(&str, &str)> = self
            .rows
            .values()
            .filter(|entry| entry.outcome == Some(SendOutcome::Conflict))
            .map(|entry| (&*entry.write.collection, &*entry.write.key))
            .collect();
        let (mut found, mut size) = (Vec::new(), 0);
        for (number, entry) in self.rows.iter() {
            let write = &entry.write;
            if *entry.lane != *lane
                || entry.outcome.is_some()
                || blocked.contains(&(&*write.collection, &*write.key))
            {
                continue;
            }
            size += write.body.len();
            if found.len() == rows as usize || (size > bytes as usize && !found.is_empty()) {
                break;
            }
            found.push(Row { number: *number, write: write.clone(), detail: None });
        }
        Ok(found)
    }

    fn settle(&mut self, settled: &[Settled]) -> Result<(), StoreError> {
        for one in settled {
            let entry = self.rows.get_mut(&one.number);
            let entry = entry.filter(|entry| entry.write.id == one.id && entry.outcome.is_none());
            let Some(entry) = entry else { continue };
            let write = entry.write.clone();
            match one.outcome {
                SendOutcome::Applied | SendOutcome::Duplicate => {
                    entry.outcome = Some(one.outcome);
                    entry.version = one.version.unwrap_or(0);
                    let (version, lane) = (entry.version, entry.lane.clone());
                    if let Some((base, before)) = write.base_on_top(one.version) {
                        let is_on_top = |later: &Entry| {
                            let is_there = later.outcome.is_none() && later.lane == lane;
                            is_there
                                && later.write.base.unwrap_or(0) <= before
                                && later.is_of(&write.collection, &write.key)
                        };
                        let on_top = self.rows.range(one.number + 1..).filter(|(_, later)| is_on_top(later));
                        for number in on_top.map(|(number, _)| *number).collect::<Vec<_>>() {
                            if let Some(later) = self.rows.get_mut(&number) {
                                later.write.base = Some(base);
                            }
                        }
                    }
                    let place = (write.collection, write.key);
                    let known = self.records.get(&place).map_or(0, |known| known.version);
                    if version <= known {
                        self.leave(one.number);
                    }
                }
                SendOutcome::Depends | SendOutcome::Unreadable => {}
                SendOutcome::Conflict | SendOutcome::Rejected(_) => {
                    entry.outcome = Some(one.outcome);
                    entry.detail.clone_from(&one.detail);
                    if let Some(record) = &one.current {
                        self.keep(record);
                    }
                }
            }
        }
        if settled.iter().any(|one| one.is_untold) {
            let done = self.rows.iter().filter(|(_, entry)| entry.is_done()).map(|(number, _)| *number);
            done.collect::<Vec<_>>().into_iter().for_each(|number| self.leave(number));
        }
        Ok(())
    }

    fn untold(&mut self) -> Result<Vec<WriteId>, StoreError> {
        Ok(self.rows.values().filter(|entry| entry.is_done()).map(|entry| entry.write.id).collect())
    }

    fn forget_untold(&mut self, writes: &[WriteId]) -> Result<(), StoreError> {
        for id in writes {
            let number = self.ids.get(id).copied();
            if let Some(number) = number.filter(|number| self.rows.get(number).is_some_and(Entry::is_done)) {
                self.leave(number);
            }
        }
        Ok(())
    }

    fn standing(&mut self, id: WriteId) -> Result<Option<Standing>, StoreError> {
        if let Some((_, outcome)) = self.settled.get(&id) {
            return Ok(Some(Standing::Settled(*outcome)));
        }
        let entry = self.ids.get(&id).and_then(|number| self.rows.get(number));
        Ok(entry.map(|entry| entry.outcome.map_or(Standing::Waiting, Standing::Settled)))
    }

    fn unresolved(&mut self) -> Result<Vec<(Row, SendOutcome)>, StoreError> {
        let open = self.rows.iter().filter(|(_, entry)| !entry.is_done()).filter_map(|(number, entry)| {
            let (write, detail) = (entry.write.clone(), entry.detail.clone());
            Some((Row { number: *number, write, detail }, entry.outcome?))
        });
        Ok(open.collect())
    }

    fn discard(&mut self, id: WriteId) -> Result<bool, StoreError> {
        let number = self.ids.remove(&id);
        Ok(number.and_then(|number| self.rows.remove(&number)).is_some())
    }

    fn send_again(&mut self, id: WriteId, write: &Write) -> Result<bool, StoreError> {
        let Some(number) = self.ids.get(&id).copied() else { return Ok(false) };
        let again = self.with_base(write);
        let open = self.rows.get_mut(&number).filter(|entry| entry.outcome.is_some() && !entry.is_done());
        let Some(entry) = open else { return Ok(false) };
        entry.write = again;
        entry.outcome = None;
        entry.detail = None;
        self.keep_stamp(Some(write.clock));
        self.ids.remove(&id);
        self.ids.insert(write.id, number);
        Ok(true)
    }

    fn waiting_count(&mut self) -> Result<u64, StoreError> {
        Ok(self.rows.values().filter(|entry| entry.outcome.is_none()).count() as u64)
    }

    fn value(&mut self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.values.get(name).cloned())
    }

    fn set_value(&mut self, name: &str, value: &[u8]) -> Result<(), StoreError> {
        self.values.insert(name.to_owned(), value.to_vec());
        Ok(())
    }

    fn lock(&mut self, name: &str, owner: u64, now: i64, until: i64) -> Result<bool, StoreError> {
        let held = self.locks.get(name).copied();
        let free = held.is_none_or(|(holder, end)| holder == owner || end <= now || end > until);
        if free {
            self.locks.insert(name.to_owned(), (owner, until));
        }
        Ok(free)
    }

    fn belong(&mut self, principal: &str) -> Result<bool, StoreError> {
        let owner = self.values.get(PRINCIPAL).cloned();
        self.values.insert(PRINCIPAL.to_owned(), principal.as_bytes().to_vec());
        let is_unsure = self.values.remove(UNSURE).is_some_and(|word| !word.is_empty());
        let is_other = owner.as_deref().map_or(is_unsure, |owner| owner != principal.as_bytes());
        if is_other {
            let owner = owner.map(String::from_utf8).transpose().map_err(|_| StoreError::Corrupt)?;
            self.records.replace(BTreeMap::new());
            self.positions.replace(BTreeMap::new());
            self.values.remove(TOKEN);
            self.told(|_| true);
            if let Some(owner) = owner {
                self.ids.replace(BTreeMap::new());
                for (number, entry) in self.rows.replace(BTreeMap::new()) {
                    self.aside.insert((owner.clone(), number), entry);
                }
            } else {
                for number in self.rows.keys().copied().collect::<Vec<_>>() {
                    if let Some(entry) = self.rows.get_mut(&number) {
                        entry.outcome.get_or_insert(NAMELESS);
                    }
                    self.leave(number);
                }
            }
        }
        self.fetch_aside(principal, None)?;
        Ok(is_other)
    }

    fn fetch_aside(&mut self, owner: &str, outcome: Option<SendOutcome>) -> Result<Vec<WriteId>, StoreError> {
        let places: Vec<_> = self.aside.keys().filter(|(of, _)| *of == owner).cloned().collect();
        let mut waited = Vec::new();
        for place in places {
            let Some(mut entry) = self.aside.remove(&place) else { continue };
            if entry.outcome.is_none() {
                waited.push(entry.write.id);
            }
            entry.outcome = entry.outcome.or(outcome);
            self.ids.insert(entry.write.id, place.1);
            self.rows.insert(place.1, entry);
            if outcome.is_some() {
                self.leave(place.1);
            }
        }
        Ok(waited)
    }

    fn aside_count(&mut self) -> Result<u64, StoreError> {
        Ok(self.aside.len() as u64)
    }

    fn as_one(&mut self, work: Work<'_>) -> Result<(), StoreError> {
        let marks = self.parts().map(Undo::mark);
        self.depth += 1;
        let mut one = One { marks, last: self.last, is_kept: false, store: self };
        work(one.store)?;
        one.is_kept = true;
        Ok(())
    }

    fn read_as_one(&mut self, work: Work<'_>) -> Result<(), StoreError> {
        work(self)
    }

    fn unlock(&mut self, name: &str, owner: u64) -> Result<(), StoreError> {
        if self.locks.get(name).is_some_and(|(holder, _)| *holder == owner) {
            self.locks.remove(name);
        }
        Ok(())
    }
}

/// An item with writes laid over it, of which some still wait.
pub(super) fn view(key: &str, known: Option<Record>, writes: &[(&Write, bool)]) -> Option<Item> {
    let (version, updated) = known.as_ref().map_or((0, None), |known| (known.version, known.updated));
    let mut value = known.and_then(|known| known.value);
    for (write, _) in writes {
        value = write.apply(value.as_deref());
    }
    let pending = writes.iter().any(|(_, waits)| *waits);
    Some(Item { key: key.into(), version, updated, value: value?, pending })
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore")
            .field("records", &self.records.len())
            .field("rows", &self.rows.len())
            .finish_non_exhaustive()
    }
}
