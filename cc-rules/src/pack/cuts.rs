//! Which new values of a signal can make a rule true that is at rest.

use super::Linked;
use crate::expr::SlotTest;

/// For each signal slot, its readers that need no look while at rest unless one of their tests comes out true that did
/// not before.
///
/// A rule at rest without blocks changes only by becoming true. Where its condition is a chain of comparisons, that
/// takes a comparison that becomes true: a coolant that goes from 90 °C to 91 °C wakes no rule that asks for 110 °C.
#[derive(Debug, Default)]
pub(crate) struct Cuts {
    /// [`Linked::words`] pairs a slot: the readers that must look at every new value, and those that are spared it.
    readers: Vec<[u64; 2]>,
    /// For each slot, where its tests begin in `tests`, and at last where they end.
    starts: Vec<u32>,
    tests: Vec<Cut>,
}

/// A range of values of which a test of the rule is true, both ends included.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cut {
    low: f64,
    high: f64,
    pub(crate) rule: u16,
}

impl Cut {
    /// Whether the test is true of the value but was not of the one before. Without a branch that could be guessed
    /// wrongly.
    #[inline]
    pub(crate) fn is_entered(&self, before: f64, value: f64) -> bool {
        let holds = |value: f64| u8::from(self.low <= value) & u8::from(value <= self.high);
        holds(value) > holds(before)
    }
}

impl Cuts {
    pub(super) fn of(linked: &Linked) -> Self {
        let words = linked.words;
        let readers = linked.signal_readers.iter().map(|all| [*all, 0]).collect();
        let mut cuts = Self { readers, ..Self::default() };
        for slot in 0..linked.signals.len() {
            cuts.starts.push(cuts.tests.len() as u32);
            for word in 0..words {
                let place = slot * words + word;
                let mut bits = linked.signal_readers[place] & linked.plain[word];
                while bits != 0 {
                    let number = word * 64 + bits.trailing_zeros() as usize;
                    if let Some(tests) = tests_of(linked, number, slot as u16) {
                        let bit = bits & bits.wrapping_neg();
                        let [watchful, spared] = &mut cuts.readers[place];
                        (*watchful, *spared) = (*watchful & !bit, *spared | bit);
                        let ranges = tests.iter().flat_map(SlotTest::ranges);
                        let rule = number as u16;
                        cuts.tests.extend(ranges.map(|(low, high)| Cut { low, high, rule }));
                    }
                    bits &= bits - 1;
                }
            }
        }
        cuts.starts.push(cuts.tests.len() as u32);
        cuts
    }

    /// For each word of a set of rules, the slot's readers that must look, and those that are spared while at rest.
    #[inline]
    pub(crate) fn readers(&self, slot: usize, words: usize) -> &[[u64; 2]] {
        self.readers.get(slot * words..(slot + 1) * words).unwrap_or_default()
    }

    /// The tests of a slot's spared readers.
    #[inline]
    pub(crate) fn tests(&self, slot: usize) -> &[Cut] {
        match self.starts.get(slot..slot + 2) {
            Some(&[start, end]) => self.tests.get(start as usize..end as usize).unwrap_or_default(),
            _ => &[],
        }
    }
}

fn tests_of(linked: &Linked, rule: usize, slot: u16) -> Option<Vec<SlotTest>> {
    let range_of = |slot: u16| linked.signals.get(usize::from(slot))?.range;
    linked.rules.get(rule)?.when.as_ref()?.chain()?.tests_of(slot, range_of)
}
