//! How far one rule is.

use std::ops::{Deref, DerefMut};

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
    /// Of an open rule that has stages.
    pub(crate) staged: Option<Box<Staged>>,
    /// Since when the condition of a pending rule has been unknown.
    pub(crate) unknown: i64,
    /// When the rule was last cleared, while its cooldown matters.
    pub(crate) cleared: i64,
    pub(crate) buckets: Buckets,
    /// Of blocks that look back over time; none until the first look, and where the rule has no such block.
    pub(crate) blocks: Option<Box<Blocks>>,
}

/// The instants of an escalation.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Staged {
    /// When the rule came into its stage.
    pub(crate) escalated: i64,
    /// When its stages were looked at last; not part of the value.
    pub(crate) looked: i64,
}

/// Buckets that are not empty, oldest first: number and count. Most rules have none, which takes eight bytes.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(
    clippy::box_collection,
    reason = "a list that is nearly always empty takes a third of the room behind a box"
)]
pub(crate) struct Buckets(Option<Box<Vec<(i64, u32)>>>);

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
        staged: None,
        unknown: NONE,
        cleared: NONE,
        buckets: Buckets(None),
        blocks: None,
    };

    pub(crate) fn rest(&mut self) {
        self.phase = Phase::Idle;
        self.since = NONE;
        self.opened = NONE;
        self.unknown = NONE;
        self.blocked = false;
        self.stage = 0;
        self.staged = None;
    }

    /// Whether nothing of it stands elsewhere.
    pub(crate) fn is_small(&self) -> bool {
        self.staged.is_none() && self.buckets.0.is_none() && self.blocks.is_none()
    }

    /// When it came into its stage.
    pub(crate) fn escalated(&self) -> i64 {
        self.staged.as_ref().map_or(NONE, |staged| staged.escalated)
    }

    fn staged(&mut self) -> &mut Staged {
        self.staged.get_or_insert_with(|| Box::new(Staged { escalated: NONE, looked: NONE }))
    }

    /// Its stages are looked at.
    pub(crate) fn look(&mut self, at: i64) {
        self.staged().looked = at;
    }

    pub(crate) fn escalate(&mut self, stage: u8, at: i64) {
        self.stage = stage;
        self.staged().escalated = at;
    }

    /// Without what is no part of the value.
    pub(crate) fn forget_look(&mut self) {
        if let Some(staged) = &mut self.staged {
            staged.looked = NONE;
        }
        self.staged.take_if(|staged| staged.escalated == NONE);
    }

    /// When an open rule ends by itself, or may come into a later stage: the first of these.
    pub(crate) fn moves_at(&self, rule: &Rule) -> i64 {
        let looked = self.staged.as_ref().map_or(NONE, |staged| staged.looked);
        let stages = rule.stages.iter().skip(usize::from(self.stage)).filter(|stage| stage.after > 0);
        let stages = stages.map(|stage| self.opened.saturating_add(stage.after));
        let next = stages.filter(|at| *at > looked).min().unwrap_or(NEVER);
        next.min(self.opened.saturating_add(rule.valid_for))
    }

    /// The first instant at which the rule may open, if its condition stays true.
    pub(crate) fn opens_at(&self, rule: &Rule) -> i64 {
        let waited = self.since.saturating_add(rule.wait);
        if self.cleared == NONE { waited } else { waited.max(self.cleared.saturating_add(rule.cooldown)) }
    }

    pub(crate) fn add(&mut self, window: Window, bucket: i64, times: u32) {
        let buckets = self.buckets.list();
        match buckets.last_mut() {
            Some((number, count)) if *number == bucket => *count = count.saturating_add(times),
            _ => buckets.push((bucket, times)),
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
        for (number, times) in &*self.buckets {
            left = left.saturating_sub(*times);
            if left < count.at_least {
                return number.saturating_add(i64::from(count.window.buckets)).saturating_mul(size);
            }
        }
        NEVER
    }
}

impl Buckets {
    fn list(&mut self) -> &mut Vec<(i64, u32)> {
        self.0.get_or_insert_default()
    }

    pub(crate) fn retain(&mut self, keep: impl FnMut(&(i64, u32)) -> bool) {
        if let Some(list) = &mut self.0 {
            list.retain(keep);
        }
        self.0.take_if(|list| list.is_empty());
    }

    pub(crate) fn clear(&mut self) {
        self.0 = None;
    }
}

impl From<Vec<(i64, u32)>> for Buckets {
    fn from(list: Vec<(i64, u32)>) -> Self {
        Self((!list.is_empty()).then(|| Box::new(list)))
    }
}

impl Deref for Buckets {
    type Target = [(i64, u32)];

    fn deref(&self) -> &[(i64, u32)] {
        self.0.as_deref().map_or(&[], Vec::as_slice)
    }
}

impl DerefMut for Buckets {
    fn deref_mut(&mut self) -> &mut [(i64, u32)] {
        self.0.as_deref_mut().map_or(&mut [], Vec::as_mut_slice)
    }
}
