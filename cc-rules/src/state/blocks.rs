//! What the blocks of a rule remember that look back over time.

use super::{NEVER, NONE};
use crate::pack;

/// The states of a rule's blocks; each stays empty where the rule has no such block.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Blocks {
    pub(crate) last: LastUnits,
    pub(crate) sequence: SequenceState,
    pub(crate) absence: AbsenceState,
    /// Whether the deadline of the age has run; not part of the value, it follows from the instant reached.
    pub(crate) aged: bool,
    pub(crate) numbers: Vec<NumbersState>,
}

impl Blocks {
    pub(crate) fn new(numbers: usize) -> Self {
        Self {
            last: LastUnits::default(),
            sequence: SequenceState::default(),
            absence: AbsenceState::default(),
            aged: false,
            numbers: vec![NumbersState::default(); numbers],
        }
    }

    /// Whether there is nothing to remember.
    pub(crate) fn are_empty(&self) -> bool {
        self.last == LastUnits::default()
            && self.sequence.is_empty()
            && self.absence.at == NONE
            && self.numbers.iter().all(|numbers| numbers.buckets.is_empty())
    }

    /// The rule was ended by `clear`.
    pub(crate) fn clear(&mut self) {
        self.last = LastUnits { ordinal: self.last.ordinal, ..LastUnits::default() };
        self.sequence.forget();
    }
}

/// The newest units, one bit each, the newest the lowest.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct LastUnits {
    /// The units since the first one, at most 64: those before it are misses.
    pub(crate) units: u8,
    /// The drive of the newest unit; without units, that in which they were emptied.
    pub(crate) ordinal: u32,
    /// Where the condition was true.
    pub(crate) was_true: u64,
    /// Where the condition was false.
    pub(crate) was_false: u64,
}

impl LastUnits {
    /// So many units pass; the new ones are blank.
    pub(crate) fn shift(&mut self, by: u32, of_last: u32) {
        let mask = u64::MAX >> (64 - of_last.clamp(1, 64));
        for bits in [&mut self.was_true, &mut self.was_false] {
            *bits = bits.checked_shl(by).unwrap_or(0) & mask;
        }
        self.units = (u32::from(self.units).saturating_add(by)).min(of_last) as u8;
    }
}

/// How far each match of a sequence has come: the latest first step that leads there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct SequenceState {
    /// For each step but the last.
    pub(crate) partial: [i64; 3],
    /// The first step of the latest complete match.
    pub(crate) complete: i64,
    /// The last known truths of the steps that are conditions, one bit each.
    pub(crate) known: u8,
    /// The instant at which `partial` changed last, and what it was before; neither matters at any other instant.
    pub(crate) instant: i64,
    pub(crate) before: [i64; 3],
}

impl Default for SequenceState {
    fn default() -> Self {
        Self { partial: [NONE; 3], complete: NONE, known: 0, instant: NONE, before: [NONE; 3] }
    }
}

impl SequenceState {
    pub(crate) fn is_empty(&self) -> bool {
        self.partial == [NONE; 3] && self.complete == NONE && self.known == 0
    }

    /// All matches are forgotten, what is known of the conditions is not.
    pub(crate) fn forget(&mut self) {
        *self = Self { known: self.known, instant: self.instant, ..Self::default() };
    }

    /// Without the matches, begun or complete, that were over before the instant reached.
    pub(crate) fn settled(mut self, within: i64, reached: i64) -> Self {
        for first in self.partial.iter_mut().chain([&mut self.complete]) {
            if *first != NONE && first.saturating_add(within) < reached.saturating_sub(1) {
                *first = NONE;
            }
        }
        self
    }

    /// When the block stops being true.
    pub(crate) fn deadline(&self, within: i64) -> i64 {
        if self.complete == NONE { NEVER } else { self.complete.saturating_add(within).saturating_add(1) }
    }
}

/// Since when something is absent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct AbsenceState {
    /// The last occurrence, or the first look; of a condition that holds, since when it does.
    pub(crate) at: i64,
    /// The condition holds.
    pub(crate) goes_on: bool,
    /// Whether the deadline has run; not part of the value, it follows from the instant reached.
    pub(crate) ripe: bool,
}

impl Default for AbsenceState {
    fn default() -> Self {
        Self { at: NONE, goes_on: false, ripe: false }
    }
}

impl AbsenceState {
    pub(crate) fn deadline(&self, wait: i64) -> i64 {
        if self.goes_on || self.ripe || self.at == NONE { NEVER } else { self.at.saturating_add(wait) }
    }
}

/// The samples of a window.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct NumbersState {
    /// Buckets that are not empty, oldest first.
    pub(crate) buckets: Vec<Bucket>,
}

/// The samples of one bucket; of the numbers, only those count that the rule reads.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Bucket {
    pub(crate) number: i64,
    pub(crate) count: u32,
    /// Infinite where it is too large, whatever its sign.
    pub(crate) sum: f64,
    pub(crate) minimum: f64,
    pub(crate) maximum: f64,
    pub(crate) first: f64,
    pub(crate) last: f64,
}

impl Bucket {
    /// One sample.
    pub(crate) fn of(number: i64, value: f64) -> Self {
        let value = value + 0.0;
        Self { number, count: 1, sum: value, minimum: value, maximum: value, first: value, last: value }
    }

    pub(crate) fn add(&mut self, value: f64) {
        // Adding zero makes of the negative zero the one that is written without a sign.
        let value = value + 0.0;
        self.count = self.count.saturating_add(1);
        self.sum = bounded(self.sum + value);
        self.minimum = if value < self.minimum { value } else { self.minimum };
        self.maximum = if value > self.maximum { value } else { self.maximum };
        self.last = value;
    }
}

/// A sum that is not finite is one infinity: no bits of it depend on the platform.
fn bounded(sum: f64) -> f64 {
    if sum.is_finite() { sum } else { f64::INFINITY }
}

impl NumbersState {
    pub(crate) fn add(&mut self, bucket: i64, value: f64) {
        match self.buckets.last_mut() {
            Some(newest) if newest.number == bucket => newest.add(value),
            _ => self.buckets.push(Bucket::of(bucket, value)),
        }
    }

    /// Only the buckets that the window holds while `bucket` is the current one.
    pub(crate) fn keep(&mut self, window: pack::Window, bucket: i64) {
        let kept = window.from(bucket)..=bucket;
        if self.buckets.iter().any(|one| !kept.contains(&one.number)) {
            self.buckets.retain(|one| kept.contains(&one.number));
        }
    }

    /// When a window by duration leaves its oldest bucket behind.
    pub(crate) fn deadline(&self, window: pack::Window) -> i64 {
        match (window.by, self.buckets.first()) {
            (pack::WindowBy::Duration(size), Some(oldest)) => {
                oldest.number.saturating_add(i64::from(window.buckets)).saturating_mul(size)
            }
            _ => NEVER,
        }
    }
}
