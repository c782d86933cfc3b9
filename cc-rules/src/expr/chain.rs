//! Conditions that are nothing but comparisons joined by one operator: most of them. They need no stack.

use super::ast::{BinaryOp, Comparison, LogicOp};
use super::code::Op;
use super::eval::EvalCounters;
use super::scalar;
use super::tree::Source;
use super::types::{Slots, Ty, Val};

/// `test && test && …`, or the same with `||`; one test alone is either.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Chain {
    /// Whether one true test makes it true; else one false test makes it false.
    any: bool,
    tests: Box<[Test]>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Test {
    /// A slot of truths, or its opposite.
    Bool { slot: u16, is: bool },
    /// `slot cmp constant`.
    Constant(SlotTest),
    /// `slot cmp $param`.
    Param { slot: u16, orders: Orders, param: u16 },
    /// `left op right cmp constant`.
    Slots { op: BinaryOp, left: u16, right: u16, orders: Orders, constant: f64 },
}

/// A comparison of a slot of doubles with a constant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct SlotTest {
    pub(crate) slot: u16,
    orders: Orders,
    constant: f64,
}

/// The orders of two doubles that make a comparison true: one bit each for less, equal and greater.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Orders(u8);

impl Orders {
    fn of(comparison: Comparison) -> Self {
        const LESS: u8 = 1;
        const EQUAL: u8 = 2;
        const GREATER: u8 = 4;
        Self(match comparison {
            Comparison::Equal => EQUAL,
            Comparison::NotEqual => LESS | GREATER,
            Comparison::Less => LESS,
            Comparison::LessEqual => LESS | EQUAL,
            Comparison::Greater => GREATER,
            Comparison::GreaterEqual => GREATER | EQUAL,
        })
    }

    /// Without a branch that could be guessed wrongly.
    #[inline]
    fn hold(self, left: f64, right: f64) -> bool {
        let order = u8::from(left < right) | u8::from(left == right) << 1 | u8::from(left > right) << 2;
        self.0 & order != 0
    }
}

impl SlotTest {
    /// Whether it is true of a finite value.
    #[inline]
    pub(crate) fn holds(&self, value: f64) -> bool {
        self.orders.hold(value, self.constant)
    }
}

impl Test {
    #[inline]
    fn truth(&self, slots: &impl Slots, counters: &mut EvalCounters) -> Option<bool> {
        match *self {
            Self::Bool { slot, is } => match slots.get(slot) {
                Val::Bool(value) => Some(value == is),
                _ => None,
            },
            Self::Constant(test) => slots.number(test.slot).map(|value| test.holds(value)),
            Self::Param { slot, orders, param } => match (slots.number(slot), slots.param(param)) {
                (Some(value), Val::Double(param)) if param.is_finite() => Some(orders.hold(value, param)),
                _ => None,
            },
            Self::Slots { op, left, right, orders, constant } => {
                let (left, right) = (slots.number(left)?, slots.number(right)?);
                match scalar::doubles(op, Val::Double(left), Val::Double(right), counters) {
                    Val::Double(value) => Some(orders.hold(value, constant)),
                    _ => None,
                }
            }
        }
    }

    fn reads(&self, wanted: u16) -> bool {
        match *self {
            Self::Bool { slot, .. } | Self::Param { slot, .. } | Self::Constant(SlotTest { slot, .. }) => {
                slot == wanted
            }
            Self::Slots { left, right, .. } => left == wanted || right == wanted,
        }
    }

    /// The one test that the operations are, if they are.
    fn of(ops: &[Op]) -> Option<Self> {
        match *ops {
            [Op::CompareSlot { slot, comparison, constant }] => Self::constant(slot, comparison, constant),
            [Op::CompareSlotParam { slot, comparison, param }] => {
                Some(Self::Param { slot, orders: Orders::of(comparison), param })
            }
            [Op::DoubleSlots { op, left, right }, Op::CompareTop { comparison, constant }] => {
                let orders = Orders::of(comparison);
                constant.is_finite().then_some(Self::Slots { op, left, right, orders, constant })
            }
            [Op::Read(Source::Slot(slot), Ty::Bool)] => Some(Self::Bool { slot, is: true }),
            [Op::Read(Source::Slot(slot), Ty::Bool), Op::Not] => Some(Self::Bool { slot, is: false }),
            _ => None,
        }
    }

    fn constant(slot: u16, comparison: Comparison, constant: f64) -> Option<Self> {
        let orders = Orders::of(comparison);
        constant.is_finite().then_some(Self::Constant(SlotTest { slot, orders, constant }))
    }
}

impl Chain {
    /// The chain that the operations are, if they are nothing more.
    pub(super) fn of(ops: &[Op]) -> Option<Self> {
        if let Some(test) = Test::of(ops) {
            return Some(Self { any: false, tests: [test].into() });
        }
        let first = ops.iter().position(|op| matches!(op, Op::Decided(..)))?;
        let &Op::Decided(logic, end) = ops.get(first)? else { return None };
        if usize::from(end) != ops.len() {
            return None;
        }
        let mut tests = vec![Test::of(ops.get(..first)?)?];
        let mut start = first + 1;
        for (at, op) in ops.iter().enumerate().skip(start) {
            let test = match *op {
                Op::Join(joined, to) if (joined, to) == (logic, end) => Test::of(ops.get(start..at)?)?,
                Op::JoinCompareSlot { logic: joined, comparison, slot, end: to, constant }
                    if (joined, to, start) == (logic, end, at) =>
                {
                    Test::constant(slot, comparison, constant)?
                }
                _ => continue,
            };
            tests.push(test);
            start = at + 1;
        }
        (start == ops.len()).then(|| Self { any: logic == LogicOp::Or, tests: tests.into() })
    }

    /// Kleene's truth; tests behind the one that decides are not made.
    #[inline]
    pub(super) fn truth(&self, slots: &impl Slots, counters: &mut EvalCounters) -> Option<bool> {
        let mut all = Some(!self.any);
        for test in &self.tests {
            match test.truth(slots, counters) {
                Some(truth) if truth == self.any => return Some(truth),
                Some(_) => {}
                None => all = None,
            }
        }
        all
    }

    /// What the chain asks of a slot, if it only compares it with constants and computes nothing: while each of these
    /// tests comes out as before, a new value of the slot changes nothing. `None` where it asks more.
    pub(crate) fn tests_of(&self, slot: u16) -> Option<Vec<SlotTest>> {
        let mut found = Vec::new();
        for test in &self.tests {
            match test {
                Test::Slots { .. } => return None,
                Test::Constant(test) if test.slot == slot => found.push(*test),
                test if test.reads(slot) => return None,
                _ => {}
            }
        }
        Some(found)
    }
}
