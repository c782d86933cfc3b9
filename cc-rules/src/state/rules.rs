//! How far one rule is.

use super::{Blocks, NEVER, NONE};
use crate::pack::{Count, Rule, Window, WindowBy};

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RuleState {
    pub(crate) phase: Phase,
    /// Cleared while its condition still held: it must be seen false before the rule may open again.
    pub(crate) spent: bool,
    /// Long enough true to open, but for `clear` being true as well.
    pub(crate) blocked: bool,
    /// The last known truth of the predicate that is counted.
    pub(crate) predicate: bool,
    /// When the condition became true: the start of the episode.
    pub(crate) since: i64,
    pub(crate) opened: i64,
    /// The stage of an open rule's escalation; 0 before the first.
    pub(crate) stage: u8,
    /// When it came into its stage.
    pub(crate) escalated: i64,
    /// When its stages were looked at last; not part of the value.
    pub(crate) looked: i64,
    /// Since when the condition of a pending rule has been unknown.
    pub(crate) unknown: i64,
    /// When the rule was last cleared, while its cooldown matters.
    pub(crate) cleared: i64,
    /// Buckets that are not empty, oldest first: number and count.
    pub(crate) buckets: Vec<(i64, u32)>,
    /// Of blocks that look back over time; none until the first look, and where the rule has no such block.
    pub(crate) blocks: Option<Box<Blocks>>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Phase {
    Idle,
    Open,
    /// The condition is true, or was until a gap began.
    Pending,
}

impl RuleState {
    pub(crate) const IDLE: Self = Self {
        phase: Phase::Idle,
        spent: false,
        blocked: false,
        predicate: false,
        since: NONE,
        opened: NONE,
        stage: 0,
        escalated: NONE,
        looked: NONE,
        unknown: NONE,
        cleared: NONE,
        buckets: Vec::new(),
        blocks: None,
    };

    pub(crate) fn rest(&mut self) {
        self.phase = Phase::Idle;
        self.since = NONE;
        self.unknown = NONE;
        self.blocked = false;
        self.stage = 0;
        self.escalated = NONE;
        self.looked = NONE;
    }

    /// When an open rule ends by itself, or may come into a later stage: the first of these.
    pub(crate) fn moves_at(&self, rule: &Rule) -> i64 {
        let stages = rule.stages.iter().skip(usize::from(self.stage)).filter(|stage| stage.after > 0);
        let stages = stages.map(|stage| self.opened.saturating_add(stage.after));
        let next = stages.filter(|at| *at > self.looked).min().unwrap_or(NEVER);
        next.min(self.opened.saturating_add(rule.valid_for))
    }

    /// The first instant at which the rule may open, if its condition stays true.
    pub(crate) fn opens_at(&self, rule: &Rule) -> i64 {
        let waited = self.since.saturating_add(rule.wait);
        if self.cleared == NONE { waited } else { waited.max(self.cleared.saturating_add(rule.cooldown)) }
    }

    pub(crate) fn add(&mut self, window: Window, bucket: i64, times: u32) {
        match self.buckets.last_mut() {
            Some((number, count)) if *number == bucket => *count = count.saturating_add(times),
            _ => self.buckets.push((bucket, times)),
        }
        self.trim(window, bucket);
    }

    /// Drops the buckets that the window has left behind.
    pub(crate) fn trim(&mut self, window: Window, bucket: i64) {
        let oldest = window.from(bucket);
        if self.buckets.first().is_some_and(|(number, _)| *number < oldest) {
            self.buckets.retain(|(number, _)| *number >= oldest);
        }
    }

    pub(crate) fn total(&self) -> u32 {
        self.buckets.iter().fold(0, |sum, (_, count)| sum.saturating_add(*count))
    }

    /// When a window by duration will have left so much behind that the count no longer holds.
    pub(crate) fn falls_at(&self, count: &Count) -> i64 {
        let WindowBy::Duration(size) = count.window.by else { return NEVER };
        let mut left = self.total();
        if left < count.at_least {
            return NEVER;
        }
        for (number, times) in &self.buckets {
            left = left.saturating_sub(*times);
            if left < count.at_least {
                return number.saturating_add(i64::from(count.window.buckets)).saturating_mul(size);
            }
        }
        NEVER
    }
}
