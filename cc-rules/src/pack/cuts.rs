//! Which new values of a signal can make a rule true that is at rest.

use super::{Linked, Rule};
use crate::expr::SlotTest;

/// For each signal slot, its readers that need no look while at rest unless one of their tests comes out true that did
/// not before.
///
/// A rule at rest without blocks changes only by becoming true. Where its condition is a chain of comparisons, that
/// takes a comparison that becomes true: a coolant that goes from 90 °C to 91 °C wakes no rule that asks for 110 °C.
#[derive(Debug, Default)]
pub(crate) struct Cuts {
    /// [`Linked::words`] numbers a slot: the readers that are spared a look.
    spared: Vec<u64>,
    /// For each slot, where its tests begin in `tests`, and at last where they end.
    starts: Vec<u32>,
    tests: Vec<(u16, SlotTest)>,
}

impl Cuts {
    pub(super) fn of(linked: &Linked) -> Self {
        let words = linked.words;
        let mut cuts = Self { spared: vec![0; linked.signal_readers.len()], ..Self::default() };
        for slot in 0..linked.signals.len() {
            cuts.starts.push(cuts.tests.len() as u32);
            for word in 0..words {
                let place = slot * words + word;
                let mut bits = linked.signal_readers[place] & linked.plain[word];
                while bits != 0 {
                    let number = word * 64 + bits.trailing_zeros() as usize;
                    if let Some(tests) = tests_of(&linked.rules[number], slot as u16) {
                        cuts.spared[place] |= bits & bits.wrapping_neg();
                        cuts.tests.extend(tests.into_iter().map(|test| (number as u16, test)));
                    }
                    bits &= bits - 1;
                }
            }
        }
        cuts.starts.push(cuts.tests.len() as u32);
        cuts
    }

    /// The readers of a slot, from the word at `slot * words` on, that are spared.
    #[inline]
    pub(crate) fn spared(&self, place: usize) -> u64 {
        self.spared.get(place).copied().unwrap_or(0)
    }

    /// The tests of a slot's spared readers.
    #[inline]
    pub(crate) fn tests(&self, slot: usize) -> &[(u16, SlotTest)] {
        match self.starts.get(slot..slot + 2) {
            Some(&[start, end]) => self.tests.get(start as usize..end as usize).unwrap_or_default(),
            _ => &[],
        }
    }
}

fn tests_of(rule: &Rule, slot: u16) -> Option<Vec<SlotTest>> {
    rule.when.as_ref()?.chain()?.tests_of(slot)
}
