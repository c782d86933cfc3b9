//! A walk through a table of which pages cannot be read.
//!
//! A page that cannot be read hides the rows on it and stops a walk; so each table is walked from both ends, and then from the middle
//! of what is left between, again and again.

use std::collections::VecDeque;

use crate::storage::StorageError;

/// How often a walk begins anew in one table, and how often in a row without reading anything.
const ATTEMPTS: u32 = 20_000;
const IN_VAIN: u32 = 14;

/// How far a walk came: the last key that was read, and whether there is nothing more.
pub(super) type Walked<K> = (Option<K>, bool);
/// Walks from one key to another, backwards if it is said so.
pub(super) type Read<'a, K> = dyn FnMut(&K, &K, bool) -> Result<Walked<K>, StorageError> + 'a;

/// Reads everything behind one key and up to another that can be read; false where something cannot. `read` walks from the one to the
/// other, forwards or backwards.
pub(super) fn walk<K: Clone + PartialEq>(
    between: (K, K),
    read: &mut Read<'_, K>,
    middle: &dyn Fn(&K, &K) -> Option<K>,
) -> Result<bool, StorageError> {
    // The wide ones first: what is behind a broken page is found before that page is looked at closely.
    let mut open = VecDeque::from([(between, 0)]);
    let (mut attempts, mut is_whole) = (0, true);
    while let Some(((low, high), in_vain)) = open.pop_front() {
        attempts += 1;
        let (ahead, is_all) = read(&low, &high, false)?;
        if is_all {
            continue;
        }
        let (back, is_all) = read(ahead.as_ref().unwrap_or(&low), &high, true)?;
        if is_all {
            continue;
        }
        let in_vain =
            if ahead.is_none() && back.as_ref().is_none_or(|back| *back == high) { in_vain + 1 } else { 0 };
        let (low, high) = (ahead.unwrap_or(low), back.unwrap_or(high));
        let middle = middle(&low, &high).filter(|middle| *middle != low && *middle != high);
        match middle.filter(|_| attempts < ATTEMPTS && in_vain < IN_VAIN) {
            Some(middle) => open.extend([((low, middle.clone()), in_vain), ((middle, high), in_vain)]),
            None => is_whole = false,
        }
    }
    Ok(is_whole)
}

/// A text between two, by their bytes below 128.
pub(super) fn middle(low: &str, high: &str) -> Option<String> {
    let (low, high) = (low.as_bytes(), high.as_bytes());
    let mut out = Vec::new();
    let mut at = 0;
    // The high one no longer limits what comes behind a byte that is less than its.
    let mut is_limited = true;
    while out.len() < 300 {
        let from = low.get(at).copied().unwrap_or(0).min(127);
        let to = if is_limited { high.get(at).copied().unwrap_or(0).min(127) } else { 127 };
        if to > from + 1 {
            out.push(from + (to - from) / 2);
            return String::from_utf8(out).ok();
        }
        is_limited = is_limited && to == from;
        out.push(from);
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_middle_lies_between(a in "[ -~]{0,12}", b in "[ -~]{0,12}") {
            let (low, high) = if a < b { (a, b) } else { (b, a) };
            if let Some(middle) = middle(&low, &high) {
                prop_assert!(low < middle && middle < high, "{middle:?}");
            }
        }
    }

    #[test]
    fn a_walk_finds_everything_but_what_is_broken() {
        let broken = [3, 40, 41, 90];
        let mut seen = std::collections::BTreeSet::new();
        let mut read = |low: &i64, high: &i64, backwards: bool| {
            let mut numbers: Vec<i64> = (low + 1..=*high).collect();
            if backwards {
                numbers.reverse();
            }
            let mut last = None;
            for number in numbers {
                if broken.contains(&number) {
                    return Ok((last, false));
                }
                seen.insert(number);
                last = Some(number);
            }
            Ok((last, true))
        };
        assert!(!walk((0, 100), &mut read, &|low, high| Some(low + (high - low) / 2)).unwrap());
        assert!(seen.iter().copied().eq((1..=100).filter(|number| !broken.contains(number))));
    }
}
