//! What can be said of a condition before any vehicle speaks: by the ranges of signals, and by another condition.

use super::ast::{BinaryOp, LogicOp};
use super::chain::SlotTest;
use super::code::{Program, flipped};
use super::tree::{Kind, NodeId, Source};
use super::types::Val;

/// The least and the greatest value of a slot, where there are such.
pub(crate) type RangeOf<'a> = &'a dyn Fn(u16) -> Option<(f64, f64)>;

/// The part of a condition that makes it false of every value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NeverTrue {
    /// Its first byte.
    pub(crate) at: u32,
    /// The slot that it compares, if it compares one.
    pub(crate) slot: Option<u16>,
}

impl Program {
    /// Whether the condition comes out the same for all values in the ranges of the slots.
    pub(crate) fn verdict(&self, range_of: RangeOf<'_>) -> Option<bool> {
        self.verdict_of(self.tree.root, range_of)
    }

    /// Why it is false of every value: the innermost part that decides it.
    pub(crate) fn never_true(&self, range_of: RangeOf<'_>) -> Option<NeverTrue> {
        let mut id = self.tree.root;
        if self.verdict_of(id, range_of) != Some(false) {
            return None;
        }
        while let Kind::Logic(LogicOp::And, left, right) = self.tree.node(id).kind {
            let part = [left, right].into_iter().find(|part| self.verdict_of(*part, range_of) == Some(false));
            let Some(part) = part else { break };
            id = part;
        }
        let slot = self.slot_test(id).map(|test| test.slot);
        Some(NeverTrue { at: self.tree.node(id).span.start, slot })
    }

    /// The parser bounds how many operators there are, so this does not recurse without a bound.
    fn verdict_of(&self, id: NodeId, range_of: RangeOf<'_>) -> Option<bool> {
        if let Some(Val::Bool(always)) = self.tree.constant(id) {
            return Some(always);
        }
        match self.tree.node(id).kind {
            Kind::Not(inner) => self.verdict_of(inner, range_of).map(|verdict| !verdict),
            Kind::Logic(op, left, right) => {
                let decides = op == LogicOp::Or;
                let (left, right) = (self.verdict_of(left, range_of), self.verdict_of(right, range_of));
                if left == Some(decides) || right == Some(decides) {
                    Some(decides)
                } else {
                    (left.is_some() && right.is_some()).then_some(!decides)
                }
            }
            _ => {
                let test = self.slot_test(id)?;
                let (least, most) = range_of(test.slot)?;
                let overlaps = test.ranges().any(|(low, high)| low <= most && least <= high);
                let covers = test.ranges().any(|(low, high)| low <= least && most <= high);
                if covers { Some(true) } else { (!overlaps).then_some(false) }
            }
        }
    }

    /// Whether `other` is certainly true whenever this is.
    pub(crate) fn implies(&self, other: &Self, range_of: RangeOf<'_>) -> bool {
        let given = self.operands(LogicOp::And, self.tree.root);
        other.operands(LogicOp::And, other.tree.root).into_iter().all(|wanted| {
            let wanted = other.operands(LogicOp::Or, wanted);
            let follows =
                |from: NodeId| wanted.iter().any(|to| self.part_implies(from, other, *to, range_of));
            self.same(self.tree.root, other, &wanted)
                || given.iter().any(|given| {
                    self.same(*given, other, &wanted)
                        || self.operands(LogicOp::Or, *given).into_iter().all(follows)
                })
        })
    }

    /// Whether a part is one that is wanted, to the letter.
    fn same(&self, id: NodeId, other: &Self, wanted: &[NodeId]) -> bool {
        wanted.iter().any(|to| self.written(id).eq(other.written(*to)))
    }

    /// The words of a part. What is in no unit but its own reads the same in both.
    fn written(&self, id: NodeId) -> impl Iterator<Item = &str> {
        self.tree.node(id).span.of(&self.text).split_whitespace()
    }

    fn part_implies(&self, from: NodeId, other: &Self, to: NodeId, range_of: RangeOf<'_>) -> bool {
        if self.written(from).eq(other.written(to)) {
            return true;
        }
        let (Some(from), Some(to)) = (self.slot_test(from), other.slot_test(to)) else { return false };
        let (least, most) = range_of(from.slot).unwrap_or((f64::NEG_INFINITY, f64::INFINITY));
        let mut possible = from
            .ranges()
            .map(|(low, high)| (low.max(least), high.min(most)))
            .filter(|(low, high)| low <= high);
        from.slot == to.slot
            && possible.all(|(low, high)| to.ranges().any(|(from, until)| from <= low && high <= until))
    }

    /// The operands of `a && b && c`, or of `||`; the part itself where it is none.
    fn operands(&self, wanted: LogicOp, id: NodeId) -> Vec<NodeId> {
        let mut list = Vec::new();
        let mut waiting = vec![id];
        while let Some(id) = waiting.pop() {
            match self.tree.node(id).kind {
                Kind::Logic(op, left, right) if op == wanted => waiting.extend([right, left]),
                _ => list.push(id),
            }
        }
        list
    }

    /// A comparison of a slot of doubles with a constant.
    fn slot_test(&self, id: NodeId) -> Option<SlotTest> {
        let Kind::Binary(BinaryOp::Compare(comparison), left, right) = self.tree.node(id).kind else {
            return None;
        };
        let slot = |id: NodeId| match self.tree.node(id).kind {
            Kind::Read(Source::Slot(slot)) => Some(slot),
            _ => None,
        };
        let number = |id: NodeId| match self.tree.constant(id) {
            Some(Val::Double(value)) => Some(value),
            _ => None,
        };
        match (slot(left), number(right), slot(right), number(left)) {
            (Some(slot), Some(value), ..) => SlotTest::new(slot, comparison, value),
            (.., Some(slot), Some(value)) => SlotTest::new(slot, flipped(comparison), value),
            _ => None,
        }
    }
}
