//! A map that can go back to what it was: what a store in memory does as one, it undoes without a copy of everything.

use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::ops::Deref;

/// Reads as the map does; each change leaves word of what was there, while that is wanted.
#[derive(Clone)]
pub(super) struct Undoable<K, V> {
    map: BTreeMap<K, V>,
    /// What stood where before each change, the latest last.
    before: Vec<(K, Option<V>)>,
    is_wanted: bool,
}

/// What all of them can, whatever they hold.
pub(super) trait Undo {
    /// From here on it may be undone: gives up to where.
    fn mark(&mut self) -> usize;

    /// Goes back to a mark.
    fn undo(&mut self, mark: usize);

    /// What was done stays.
    fn keep(&mut self);
}

impl<K, V> Default for Undoable<K, V> {
    fn default() -> Self {
        Self { map: BTreeMap::new(), before: Vec::new(), is_wanted: false }
    }
}

impl<K, V> Deref for Undoable<K, V> {
    type Target = BTreeMap<K, V>;

    fn deref(&self) -> &BTreeMap<K, V> {
        &self.map
    }
}

impl<K: Clone + Ord, V: Clone> Undoable<K, V> {
    pub(super) fn insert(&mut self, key: K, value: V) {
        if self.is_wanted {
            self.before.push((key.clone(), self.map.get(&key).cloned()));
        }
        self.map.insert(key, value);
    }

    pub(super) fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        let (key, value) = self.map.remove_entry(key)?;
        if self.is_wanted {
            self.before.push((key, Some(value.clone())));
        }
        Some(value)
    }

    pub(super) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        let value = self.map.get_mut(key)?;
        if self.is_wanted {
            self.before.push((key.clone(), Some(value.clone())));
        }
        Some(value)
    }

    /// Puts other things in the place of all; gives what was there.
    pub(super) fn replace(&mut self, map: BTreeMap<K, V>) -> BTreeMap<K, V> {
        let old = std::mem::replace(&mut self.map, map);
        if self.is_wanted {
            // Undone the other way round: what is there leaves first.
            self.before.extend(old.iter().map(|(key, value)| (key.clone(), Some(value.clone()))));
            self.before.extend(self.map.keys().map(|key| (key.clone(), None)));
        }
        old
    }
}

impl<K: Ord, V> Undo for Undoable<K, V> {
    fn mark(&mut self) -> usize {
        self.is_wanted = true;
        self.before.len()
    }

    fn undo(&mut self, mark: usize) {
        for (key, value) in self.before.drain(mark.min(self.before.len())..).rev() {
            match value {
                Some(value) => self.map.insert(key, value),
                None => self.map.remove(&key),
            };
        }
    }

    fn keep(&mut self) {
        self.is_wanted = false;
        self.before = Vec::new();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn whatever_was_done_is_undone(
            begin in prop::collection::btree_map(0_u8..8, 0_u8..4, 0..8),
            steps in prop::collection::vec((0_u8..4, 0_u8..8, 0_u8..4), 0..20),
            half in 0_usize..20,
        ) {
            let mut map = Undoable { map: begin.clone(), ..Undoable::default() };
            let outer = map.mark();
            let (mut inner, mut there) = (outer, begin.clone());
            for (at, (kind, key, value)) in steps.into_iter().enumerate() {
                if at == half {
                    (inner, there) = (map.mark(), map.map.clone());
                }
                match kind {
                    0 => map.insert(key, value),
                    1 => drop(map.remove(&key)),
                    2 => drop(map.get_mut(&key).map(|one| *one = value)),
                    _ => drop(map.replace(BTreeMap::from([(key, value)]))),
                }
            }
            map.undo(inner);
            prop_assert_eq!(&map.map, &there);
            map.undo(outer);
            prop_assert_eq!(&map.map, &begin);
            map.keep();
            map.insert(9, 9);
            prop_assert!(map.before.is_empty());
        }
    }
}
