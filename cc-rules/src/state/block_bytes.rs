//! The blocks of a rule in bytes: one byte says which of them remember something, then each of those in turn.

use super::blocks::{AbsenceState, Blocks, Bucket, LastUnits, NumbersState, SequenceState};
use super::{Facts, NONE};
use crate::pack::{self, MAX_WINDOWS, Numbers};
use crate::wire::{Reader, Writer};

const LAST: u8 = 0x01;
const SEQUENCE: u8 = 0x02;
const ABSENCE: u8 = 0x04;
/// The condition that is to be absent holds.
const GOES_ON: u8 = 0x08;
const NUMBERS: u8 = 0x10;

/// Bit of the sequence's head: an instant of a complete match follows, after those of the partial ones.
const COMPLETE: u8 = 0x80;

pub(super) fn write(blocks: &Blocks, rule: &pack::Blocks, facts: &Facts, now: i64, out: &mut Writer) {
    let flag = |set: bool, bit: u8| if set { bit } else { 0 };
    let has_numbers = blocks.numbers.iter().any(|numbers| !numbers.buckets.is_empty());
    out.byte(
        flag(blocks.last != LastUnits::default(), LAST)
            | flag(!blocks.sequence.is_empty(), SEQUENCE)
            | flag(blocks.absence.at != NONE, ABSENCE)
            | flag(blocks.absence.goes_on, GOES_ON)
            | flag(has_numbers, NUMBERS),
    );
    if blocks.last != LastUnits::default() {
        out.unsigned(u64::from(blocks.last.ordinal));
        out.byte(blocks.last.units);
        out.unsigned(blocks.last.was_true);
        out.unsigned(blocks.last.was_false);
    }
    if !blocks.sequence.is_empty() {
        let SequenceState { partial, complete, known, .. } = &blocks.sequence;
        let set = partial.iter().enumerate().map(|(place, at)| flag(*at != NONE, 0x10 << place));
        out.byte(set.fold(*known, |head, bit| head | bit) | flag(*complete != NONE, COMPLETE));
        for at in partial.iter().chain([complete]).filter(|at| **at != NONE) {
            out.instant(*at);
        }
    }
    if blocks.absence.at != NONE {
        out.instant(blocks.absence.at);
    }
    if has_numbers {
        out.byte(blocks.numbers.len() as u8);
        for (state, numbers) in blocks.numbers.iter().zip(&rule.numbers) {
            out.byte(numbers.keeps);
            write_buckets(state, numbers.keeps, facts.bucket_or_zero(numbers.window.by, now), out);
        }
    }
}

fn write_buckets(state: &NumbersState, keeps: u8, current: i64, out: &mut Writer) {
    out.unsigned(state.buckets.len() as u64);
    let mut last = current;
    for bucket in state.buckets.iter().rev() {
        out.signed(last.wrapping_sub(bucket.number));
        last = bucket.number;
        out.unsigned(u64::from(bucket.count));
        if keeps & Numbers::SUM != 0 {
            out.sum(bucket.sum);
        }
        for (_, value) in kept(keeps, bucket) {
            out.number(value);
        }
    }
}

/// The numbers of a bucket but for the sum, in their order.
fn kept(keeps: u8, bucket: &Bucket) -> impl Iterator<Item = (u8, f64)> {
    let all = [
        (Numbers::MINIMUM, bucket.minimum),
        (Numbers::MAXIMUM, bucket.maximum),
        (Numbers::ENDS, bucket.first),
        (Numbers::ENDS, bucket.last),
    ];
    all.into_iter().filter(move |(bit, _)| keeps & bit != 0)
}

/// What was read, with its buckets numbered from the current one, and what each window kept.
pub(super) struct SavedBlocks {
    pub(super) blocks: Blocks,
    pub(super) keeps: Vec<u8>,
}

pub(super) fn read(input: &mut Reader<'_>) -> Option<SavedBlocks> {
    let head = input.byte().filter(|head| *head < 0x20)?;
    let mut blocks = Blocks::new(0);
    let mut keeps = Vec::new();
    if head & LAST != 0 {
        blocks.last = LastUnits {
            ordinal: input.unsigned()?.try_into().ok()?,
            units: input.byte()?,
            was_true: input.unsigned()?,
            was_false: input.unsigned()?,
        };
    }
    if head & SEQUENCE != 0 {
        blocks.sequence = read_sequence(input)?;
    }
    if head & ABSENCE != 0 {
        let goes_on = head & GOES_ON != 0;
        blocks.absence = AbsenceState { at: input.past()?, goes_on, ripe: false };
    } else if head & GOES_ON != 0 {
        return None;
    }
    if head & NUMBERS != 0 {
        let windows = input.byte().filter(|windows| usize::from(*windows) <= MAX_WINDOWS)?;
        for _ in 0..windows {
            let kept = input.byte().filter(|kept| *kept < 0x10)?;
            keeps.push(kept);
            blocks.numbers.push(read_buckets(kept, input)?);
        }
    }
    Some(SavedBlocks { blocks, keeps })
}

fn read_sequence(input: &mut Reader<'_>) -> Option<SequenceState> {
    let head = input.byte()?;
    let mut sequence = SequenceState { known: head & 0x0F, ..SequenceState::default() };
    for (place, at) in sequence.partial.iter_mut().enumerate() {
        if head & (0x10 << place) != 0 {
            *at = input.past()?;
        }
    }
    if head & COMPLETE != 0 {
        sequence.complete = input.past()?;
    }
    Some(sequence)
}

fn read_buckets(keeps: u8, input: &mut Reader<'_>) -> Option<NumbersState> {
    let mut state = NumbersState::default();
    let mut last = 0_i64;
    for _ in 0..input.count(2)? {
        last = last.wrapping_sub(input.signed()?);
        let mut bucket = Bucket::of(last, 0.0);
        bucket.count = input.unsigned()?.try_into().ok()?;
        if keeps & Numbers::SUM != 0 {
            bucket.sum = input.sum()?;
        }
        if keeps & Numbers::MINIMUM != 0 {
            bucket.minimum = input.number()?;
        }
        if keeps & Numbers::MAXIMUM != 0 {
            bucket.maximum = input.number()?;
        }
        if keeps & Numbers::ENDS != 0 {
            (bucket.first, bucket.last) = (input.number()?, input.number()?);
        }
        state.buckets.push(bucket);
    }
    state.buckets.reverse();
    Some(state)
}

impl SavedBlocks {
    /// Gives each bucket its number.
    pub(super) fn number(&mut self, rule: &pack::Blocks, facts: &Facts, now: i64) {
        for (state, numbers) in self.blocks.numbers.iter_mut().zip(&rule.numbers) {
            let current = facts.bucket_or_zero(numbers.window.by, now);
            for bucket in &mut state.buckets {
                bucket.number = bucket.number.wrapping_add(current);
            }
        }
    }

    /// Whether a rule with these blocks can have such a state.
    pub(super) fn fit(&self, rule: Option<&pack::Blocks>, facts: &Facts) -> bool {
        let Some(rule) = rule else { return self.blocks.are_empty() };
        let Blocks { last, sequence, absence, numbers, aged: _ } = &self.blocks;
        let last_fits = match &rule.last {
            Some(of) => {
                let mask = u64::MAX.checked_shl(u32::from(last.units)).unwrap_or(0);
                u32::from(last.units) <= of.of
                    && (last.was_true | last.was_false) & mask == 0
                    && last.ordinal <= facts.drives.ordinal
            }
            None => *last == LastUnits::default(),
        };
        let sequence_fits = match &rule.sequence {
            Some(of) => {
                let steps = of.steps.len();
                sequence.known < 1 << steps && sequence.partial.iter().skip(steps - 1).all(|at| *at == NONE)
            }
            None => sequence.is_empty(),
        };
        let absence_fits = match &rule.absence {
            Some(of) => !absence.goes_on || matches!(of.of, pack::Occurrence::When(_)),
            None => absence.at == NONE,
        };
        let numbers_fit = numbers.is_empty()
            || self.keeps.iter().copied().eq(rule.numbers.iter().map(|numbers| numbers.keeps));
        let buckets_fit = numbers.iter().zip(&rule.numbers).all(|(state, numbers)| {
            state.buckets.len() <= numbers.window.buckets as usize
                && state.buckets.is_sorted_by(|a, b| a.number < b.number)
        });
        last_fits && sequence_fits && absence_fits && numbers_fit && buckets_fit
    }
}
