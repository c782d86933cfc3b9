//! Conflicts: what a person wrote, and what the server has instead.

use std::collections::BTreeMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::decide::SendOutcome;
use crate::store::{Item, Store, StoreError, stamp_behind_all};
use crate::waiters::Resolved;
use crate::{Stamp, Write, WriteError, WriteId, again};

/// A write that the server refused because it has a newer version of the item.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Conflict<'a> {
    /// What was written.
    pub mine: &'a Write,
    /// The item as the server has it, without what this device wrote after `mine`. `None` if it is gone.
    pub theirs: Option<&'a Item>,
}

/// What to do about a conflict.
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub enum Resolution {
    /// Leave it until a person decides.
    Ask,
    /// Send the write again, now based on the server's version.
    KeepMine,
    /// Send another body in its place: a JSON object.
    Merge(Box<str>),
    /// Let the write go.
    TakeTheirs,
}

impl fmt::Debug for Resolution {
    /// Shows no body: a person wrote it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ask => f.write_str("Ask"),
            Self::KeepMine => f.write_str("KeepMine"),
            Self::Merge(body) => write!(f, "Merge({} bytes)", body.len()),
            Self::TakeTheirs => f.write_str("TakeTheirs"),
        }
    }
}

/// How conflicts of a collection are resolved.
///
/// # Examples
///
#[cfg_attr(feature = "testing", doc = "```")]
#[cfg_attr(not(feature = "testing"), doc = "```ignore")]
/// use std::sync::Arc;
/// use cc_client::store::MemoryStore;
/// use cc_client::testing::FakeTransport;
/// use cc_client::{Client, ConflictPolicy, Resolution};
///
/// // A note that somebody wrote here is worth more than what the server has; about anything else a person is asked.
/// let policy = ConflictPolicy::Decide(Arc::new(|conflict| {
///     if conflict.mine.body.contains("\"note\"") { Resolution::KeepMine } else { Resolution::Ask }
/// }));
/// let builder = Client::builder(FakeTransport::default(), MemoryStore::new()).on_conflict("bookings", policy);
/// # let _ = builder;
/// ```
#[derive(Clone, Default)]
#[non_exhaustive]
pub enum ConflictPolicy {
    /// A person decides.
    #[default]
    Ask,
    /// The app decides, once about a write and the item as it is, and again only if the item has changed by
    /// then.
    ///
    /// It is called on the store's thread, in a transaction. It must not wait, nor call a client on the same
    /// file: a blocking call of this client would never return. If it panics, a person is asked.
    Decide(Arc<dyn Fn(&Conflict<'_>) -> Resolution + Send + Sync>),
    /// This device's write wins.
    KeepMine,
    /// The server's version wins.
    TakeTheirs,
}

impl fmt::Debug for ConflictPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ask => "Ask",
            Self::Decide(_) => "Decide",
            Self::KeepMine => "KeepMine",
            Self::TakeTheirs => "TakeTheirs",
        })
    }
}

/// Policies of collections, and how often each row was sent again.
#[derive(Debug, Default)]
pub(crate) struct Policies {
    pub(crate) of: BTreeMap<Box<str>, ConflictPolicy>,
    /// How often, and over which version of the item at last.
    tries: BTreeMap<u64, (u32, u64)>,
    /// The rows that were left to a person, over that version.
    left: BTreeMap<u64, u64>,
}

/// What policies have decided, before it is sure to be kept.
#[derive(Default)]
pub(crate) struct Decided {
    resolved: Vec<(WriteId, Resolved)>,
    sent_again: Vec<(u64, u64)>,
    left: BTreeMap<u64, u64>,
}

/// A server that finds a conflict in everything is not argued with for ever.
const TRIES: u32 = 5;

impl Policies {
    /// It is kept: counts what is sent again; gives what became of each.
    pub(crate) fn count(&mut self, decided: Decided) -> Vec<(WriteId, Resolved)> {
        for (row, version) in decided.sent_again {
            let (tries, last) = self.tries.entry(row).or_default();
            *tries = if goes_back(version, *last) { 1 } else { *tries + 1 };
            *last = if version > 0 { version } else { *last };
        }
        self.left = decided.left;
        decided.resolved
    }

    /// Whether something is open that no policy of this process has looked at, as its item is now: another process was told of it, or the one
    /// before, or the item is another by now.
    pub(crate) fn have_news(&self, store: &mut dyn Store) -> Result<bool, StoreError> {
        for (row, outcome) in store.unresolved()? {
            if outcome != SendOutcome::Conflict || !self.of.contains_key(&row.write.collection) {
                continue;
            }
            let theirs = store.told(&row.write.collection, &row.write.key)?;
            if self.left.get(&row.number) != Some(&version_of(theirs.as_ref())) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Resolves what is open, by the policies.
    pub(crate) fn resolve_all(
        &self,
        store: &mut dyn Store,
        mut fresh: impl FnMut() -> WriteId,
        clock: Stamp,
    ) -> Result<Decided, StoreError> {
        let mut decided = Decided::default();
        for (row, outcome) in store.unresolved()? {
            let policy = self.of.get(&row.write.collection).cloned().unwrap_or_default();
            if outcome != SendOutcome::Conflict {
                continue;
            }
            let theirs = store.told(&row.write.collection, &row.write.key)?;
            let version = version_of(theirs.as_ref());
            decided.left.insert(row.number, version);
            if self.left.get(&row.number) == Some(&version) {
                continue;
            }
            let resolution = match policy {
                ConflictPolicy::Ask => Resolution::Ask,
                ConflictPolicy::KeepMine => Resolution::KeepMine,
                ConflictPolicy::TakeTheirs => Resolution::TakeTheirs,
                ConflictPolicy::Decide(decide) => {
                    let conflict = Conflict { mine: &row.write, theirs: theirs.as_ref() };
                    // An app that panics has not decided, and takes nothing of the client with it.
                    catch_unwind(AssertUnwindSafe(|| decide(&conflict))).unwrap_or(Resolution::Ask)
                }
            };
            if matches!(resolution, Resolution::KeepMine | Resolution::Merge(_)) {
                let tried = self.tries.get(&row.number);
                if tried.is_some_and(|(tries, last)| *tries >= TRIES && !goes_back(version, *last)) {
                    continue;
                }
                decided.sent_again.push((row.number, version));
            }
            // What can never be sent is left to a person.
            if let Ok(Some(now)) = resolve(store, &row.write, &resolution, (fresh(), clock))? {
                decided.left.remove(&row.number);
                decided.resolved.push((row.write.id, Resolved::of((row.write.id, outcome), now)));
            }
        }
        Ok(decided)
    }
}

/// Whether an item has an earlier version than before: a copy of the platform's database was put back, and what was tried before that was over
/// another item. One that is gone has none.
fn goes_back(version: u64, last: u64) -> bool {
    (1..last).contains(&version)
}

/// The version of an item that the server has told, 0 where it has told none.
fn version_of(theirs: Option<&Item>) -> u64 {
    theirs.map_or(0, |item| item.version)
}

/// Resolves one conflict; gives the id that the write has now, which is its old one where it is let go. `None` where nothing
/// was done, an error where what is to be sent never can be.
pub(crate) fn resolve(
    store: &mut dyn Store,
    write: &Write,
    resolution: &Resolution,
    (fresh, clock): (WriteId, Stamp),
) -> Result<Result<Option<WriteId>, WriteError>, StoreError> {
    let body = match resolution {
        Resolution::Ask => return Ok(Ok(None)),
        Resolution::TakeTheirs => return Ok(Ok(store.discard(write.id)?.then_some(write.id))),
        Resolution::KeepMine => write.body.clone(),
        Resolution::Merge(body) => body.clone(),
    };
    // What waits behind it is not there yet: not what is changed, and not that it is gone.
    let known = store.told(&write.collection, &write.key)?;
    let base = known.map(|item| item.version).filter(|version| *version > 0);
    // It was decided now: by its old stamp, it would lose against what was just seen, and by this process's own against what another one
    // of the file has written, or what was decided just before.
    let clock = stamp_behind_all(store, clock)?;
    let write_again = Write { id: fresh, base, body, clock, ..write.clone() };
    if let Err(error) = write_again.check() {
        return Ok(Err(error));
    }
    let is_sent = store.send_again(write.id, &write_again)?;
    if is_sent {
        again::remember(store, write.id, fresh)?;
    }
    Ok(Ok(is_sent.then_some(fresh)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::{ConflictPolicy, Decided, Policies};
    use crate::decide::SendOutcome;
    use crate::store::{MemoryStore, Settled, Store};
    use crate::{Stamp, Write, WriteId, WriteKind};

    #[test]
    fn tries_begin_anew_over_an_item_of_before_and_not_where_it_comes_and_goes() {
        let mut policies = Policies::default();
        for (version, tries) in [(5, 1), (6, 2), (0, 3), (7, 4), (0, 5), (7, 6), (2, 1), (3, 2)] {
            policies.count(Decided { sent_again: vec![(1, version)], ..Decided::default() });
            assert_eq!(policies.tries[&1].0, tries, "{version}");
        }
    }

    /// Two writes are in conflict, and a third was stamped by another process, whose clock is ahead.
    #[test]
    fn what_a_policy_sends_again_is_later_than_all_that_was_written() {
        let stamp = |millis| Stamp { millis, counter: 0, node: 1 };
        let mut store = MemoryStore::new();
        for number in [1, 2] {
            let id = WriteId([number; 16]);
            let key = number.to_string();
            let write = Write::new(id, ("bookings", &key), WriteKind::Put, "{}", stamp(10));
            store.accept("main", &[write]).unwrap();
            let row = store.waiting("main", 1, 1).unwrap().remove(0);
            store.settle(&[Settled::new((row.number, id), SendOutcome::Conflict)]).unwrap();
        }
        let ahead = Stamp { node: 2, ..stamp(900) };
        let write = Write::new(WriteId([3; 16]), ("places", "a"), WriteKind::Put, "{}", ahead);
        store.accept("other", &[write]).unwrap();
        let policies =
            Policies { of: [("bookings".into(), ConflictPolicy::KeepMine)].into(), ..Policies::default() };
        let mut fresh = [4, 5].into_iter().map(|number| WriteId([number; 16]));
        policies.resolve_all(&mut store, || fresh.next().unwrap(), stamp(20)).unwrap();
        let again: Vec<Stamp> =
            store.waiting("main", 10, 1_000).unwrap().iter().map(|row| row.write.clock).collect();
        assert_eq!(again.len(), 2);
        assert!(
            ahead < again[0] && again[0] < again[1] && again.iter().all(|stamp| stamp.node == 1),
            "{again:?}"
        );
    }
}
