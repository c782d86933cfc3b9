//! Marks in order, in little more memory than they have bytes.
//!
//! A plain `BTreeSet` of marks that come in their order is half empty, and a hash table has no order to forget by. Here
//! a tree holds blocks, and a block up to 128 sorted marks in a vector that grows by a few places: all but some percent
//! of the memory is marks, and the order costs two searches.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::mark::EventMark;

/// An ordered set of marks.
#[derive(Clone, Debug)]
pub(super) struct Shelf {
    /// Blocks by a mark that none of theirs is less than; there always is one for the least mark of all.
    blocks: BTreeMap<EventMark, Vec<EventMark>>,
    length: usize,
}

/// How many marks a block holds.
const BLOCK: usize = 128;
/// By how many places a block grows.
const GROWTH: usize = 32;
const LEAST: EventMark = EventMark::from_bytes([0; EventMark::LENGTH]);

impl Shelf {
    pub(super) fn new() -> Self {
        Self { blocks: BTreeMap::from([(LEAST, Vec::new())]), length: 0 }
    }

    pub(super) fn len(&self) -> usize {
        self.length
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &EventMark> {
        self.blocks.values().flatten()
    }

    /// The blocks, one after another.
    pub(super) fn blocks(&self) -> impl Iterator<Item = &[EventMark]> {
        self.blocks.values().map(Vec::as_slice)
    }

    pub(super) fn contains(&self, mark: &EventMark) -> bool {
        let block = self.blocks.range(..=mark).next_back();
        block.is_some_and(|(_, block)| block.binary_search(mark).is_ok())
    }

    /// Puts a mark in its place; gives whether it was not there.
    pub(super) fn insert(&mut self, mark: EventMark) -> bool {
        let is_last = self.blocks.last_key_value().is_some_and(|(key, _)| *key <= mark);
        let block = self.blocks.range_mut(..=mark).next_back();
        let Some((_, block)) = block else { return false };
        let Err(at) = block.binary_search(&mark) else { return false };
        self.length += 1;
        if block.len() < BLOCK {
            put(block, at, mark);
            return true;
        }
        // What comes in order fills its blocks; what comes between halves them.
        let half = if is_last && at == BLOCK { BLOCK } else { BLOCK / 2 };
        let mut right = block.split_off(half);
        block.shrink_to_fit();
        if at < half {
            put(block, at, mark);
        } else {
            put(&mut right, at - half, mark);
        }
        if let Some(key) = right.first().copied() {
            self.blocks.insert(key, right);
        }
        true
    }

    /// The first mark that is not less than `bound`.
    pub(super) fn first_from(&self, bound: &EventMark) -> Option<EventMark> {
        let (_, block) = self.blocks.range(..=bound).next_back()?;
        let at = block.partition_point(|mark| mark < bound);
        let after = || self.blocks.range(bound..).find_map(|(_, block)| block.first());
        block.get(at).or_else(after).copied()
    }

    /// The last mark that is less than `bound`; of all, where there is no bound.
    pub(super) fn last_before(&self, bound: Option<&EventMark>) -> Option<EventMark> {
        let Some(bound) = bound else {
            return self.blocks.values().rev().find_map(|block| block.last()).copied();
        };
        self.blocks.range(..bound).rev().find_map(|(_, block)| {
            let at = block.partition_point(|mark| mark < bound);
            block[..at].last().copied()
        })
    }

    /// Takes a mark out; gives whether it was there.
    pub(super) fn remove(&mut self, mark: &EventMark) -> bool {
        let Some((key, block)) = self.blocks.range_mut(..=mark).next_back() else { return false };
        let Ok(at) = block.binary_search(mark) else { return false };
        let key = *key;
        let (_, is_small) = take(block, at);
        self.taken(&key, is_small);
        true
    }

    /// Takes out the first mark that is not less than `bound`.
    pub(super) fn remove_first_from(&mut self, bound: &EventMark) -> Option<EventMark> {
        let (key, block) = self.blocks.range_mut(..=bound).next_back()?;
        let at = block.partition_point(|mark| mark < bound);
        if at == block.len() {
            let mark = self.first_from(bound)?;
            return self.remove(&mark).then_some(mark);
        }
        let key = *key;
        let (mark, is_small) = take(block, at);
        self.taken(&key, is_small);
        Some(mark)
    }

    fn taken(&mut self, key: &EventMark, is_small: bool) {
        self.length -= 1;
        if is_small && *key != LEAST {
            self.join(key);
        }
    }

    /// Puts a block's marks into the one before it, if there is room.
    fn join(&mut self, key: &EventMark) {
        let Some(mut block) = self.blocks.remove(key) else { return };
        if let Some((_, before)) = self.blocks.range_mut(..key).next_back()
            && before.len() + block.len() <= BLOCK
        {
            before.reserve_exact(block.len());
            before.append(&mut block);
        } else {
            self.blocks.insert(*key, block);
        }
    }
}

fn put(block: &mut Vec<EventMark>, at: usize, mark: EventMark) {
    if block.len() == block.capacity() {
        block.reserve_exact(GROWTH);
    }
    block.insert(at, mark);
}

/// Takes a mark out of a block, which does not keep much more memory than it needs; gives whether little is left.
fn take(block: &mut Vec<EventMark>, at: usize) -> (EventMark, bool) {
    let mark = block.remove(at);
    if block.capacity() - block.len() > 2 * GROWTH {
        block.shrink_to(block.len() + GROWTH);
    }
    (mark, block.len() <= BLOCK / 8)
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn mark(number: u16) -> EventMark {
        let mut bytes = [0; EventMark::LENGTH];
        bytes[2..4].copy_from_slice(&number.to_be_bytes());
        EventMark::from_bytes(bytes)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn a_shelf_is_an_ordered_set(
            steps in prop::collection::vec((0..4_u8, 0..1_500_u16), 0..4_000),
            ascending: bool,
        ) {
            let (mut shelf, mut set) = (Shelf::new(), BTreeSet::new());
            for (i, (step, number)) in steps.into_iter().enumerate() {
                let number = if ascending && step > 1 { i as u16 } else { number };
                let mark = mark(number);
                if step == 0 && number % 2 == 0 {
                    prop_assert_eq!(shelf.remove(&mark), set.remove(&mark));
                } else if step == 0 {
                    let first = set.range(mark..).next().copied();
                    first.inspect(|first| assert!(set.remove(first)));
                    prop_assert_eq!(shelf.remove_first_from(&mark), first);
                } else {
                    prop_assert_eq!(shelf.contains(&mark), set.contains(&mark));
                    prop_assert_eq!(shelf.insert(mark), set.insert(mark));
                }
                prop_assert_eq!(shelf.len(), set.len());
                prop_assert_eq!(shelf.first_from(&mark), set.range(mark..).next().copied());
                prop_assert_eq!(shelf.last_before(Some(&mark)), set.range(..mark).next_back().copied());
            }
            prop_assert_eq!(shelf.last_before(None), set.last().copied());
            prop_assert!(shelf.iter().eq(set.iter()));
            let places: usize = shelf.blocks.values().map(Vec::capacity).sum();
            prop_assert!(places <= set.len() + shelf.blocks.len() * 3 * GROWTH);
        }
    }
}
