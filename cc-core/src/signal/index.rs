//! Finding a row by name: hash tables built while compiling, so that a lookup is a hash and a comparison.

use super::Signal;

/// Twice as many places as the catalogue can fill with ids, or with data-stream names and aliases.
const PLACES: usize = 2048;
const EMPTY: u16 = u16::MAX;

/// A hash table from names to rows (FNV-1a, linear probing).
pub(super) struct Index {
    places: [u16; PLACES],
}

impl Index {
    /// The table over the rows' ids.
    pub(super) const fn of_ids(rows: &[Signal]) -> Self {
        let mut index = Self { places: [EMPTY; PLACES] };
        let mut i = 0;
        while i < rows.len() {
            index.insert(rows[i].id, i as u16);
            i += 1;
        }
        index
    }

    /// The table over the rows' data-stream names and aliases.
    pub(super) const fn of_streams(rows: &[Signal]) -> Self {
        let mut index = Self { places: [EMPTY; PLACES] };
        let mut i = 0;
        while i < rows.len() {
            index.insert(rows[i].stream, i as u16);
            let mut k = 0;
            while k < rows[i].stream_aliases.len() {
                index.insert(rows[i].stream_aliases[k], i as u16);
                k += 1;
            }
            i += 1;
        }
        index
    }

    const fn insert(&mut self, name: &str, row: u16) {
        let mut place = hash(name);
        while self.places[place] != EMPTY {
            place = (place + 1) % PLACES;
        }
        self.places[place] = row;
    }

    /// The row for which `is_named` holds, among those whose names share a hash.
    pub(super) fn find(&self, name: &str, is_named: impl Fn(u16) -> bool) -> Option<u16> {
        let mut place = hash(name);
        while self.places[place] != EMPTY {
            if is_named(self.places[place]) {
                return Some(self.places[place]);
            }
            place = (place + 1) % PLACES;
        }
        None
    }
}

const fn hash(name: &str) -> usize {
    let bytes = name.as_bytes();
    let mut hash: u32 = 0x811C_9DC5;
    let mut i = 0;
    while i < bytes.len() {
        hash = (hash ^ bytes[i] as u32).wrapping_mul(0x0100_0193);
        i += 1;
    }
    hash as usize % PLACES
}
