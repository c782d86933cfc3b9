//! Conditions that are nothing but comparisons joined by one operator: most of them. They need no stack.

use super::ast::{BinaryOp, Comparison, LogicOp};
use super::code::Op;
use super::eval::EvalCounters;
use super::scalar;
use super::time_test::TimeTest;
use super::tree::Source;
use super::types::{Slots, Ty, Val};

/// `test && test && …`, or the same with `||`; one test alone is either.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Chain {
    /// Whether one true test makes it true; else one false test makes it false.
    any: bool,
    tests: Box<[Test]>,
}

#[derive(Clone, Debug, PartialEq)]
enum Test {
    /// A slot of truths, or its opposite.
    Bool { slot: u16, is: bool },
    /// `slot cmp constant`.
    Constant(SlotTest),
    /// `slot cmp $param`.
    Param { slot: u16, orders: Orders, param: u16 },
    /// `left op right cmp constant`.
    Slots { op: BinaryOp, left: u16, right: u16, orders: Orders, constant: f64 },
    /// `slot cmp duration`.
    Time(TimeTest),
}

/// A comparison of a slot of doubles with a constant, or with all numbers that count as equal to one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct SlotTest {
    pub(crate) slot: u16,
    pub(super) orders: Orders,
    /// The least and the greatest number that is equal.
    pub(super) low: f64,
    pub(super) high: f64,
}

/// The orders of two doubles that make a comparison true: one bit each for less, equal and greater.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Orders(u8);

const LESS: u8 = 1;
const EQUAL: u8 = 2;
const GREATER: u8 = 4;

impl Orders {
    pub(super) fn of(comparison: Comparison) -> Self {
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
        // At most one of the two, and neither where it is equal.
        let (less, greater) = (u8::from(value < self.low), u8::from(value > self.high));
        let order = (less * LESS) | ((less ^ greater ^ 1) * EQUAL) | (greater * GREATER);
        self.orders.0 & order != 0
    }
}

impl SlotTest {
    /// A comparison with a finite constant.
    pub(super) fn new(slot: u16, comparison: Comparison, constant: f64) -> Option<Self> {
        let orders = Orders::of(comparison);
        constant.is_finite().then_some(Self { slot, orders, low: constant, high: constant })
    }

    /// The ranges, both ends included, of the finite values that it is true of.
    pub(crate) fn ranges(&self) -> impl Iterator<Item = (f64, f64)> {
        let Self { orders: Orders(orders), low, high, .. } = *self;
        let below = match orders & (LESS | EQUAL) {
            LESS => Some((f64::NEG_INFINITY, low.next_down())),
            EQUAL => Some((low, high)),
            0 => None,
            _ => Some((f64::NEG_INFINITY, high)),
        };
        // Where what is equal goes with what is greater, it is in one range.
        let (below, least) = match orders {
            orders if orders & LESS == 0 && orders & EQUAL != 0 && orders & GREATER != 0 => (None, low),
            _ => (below, high.next_up()),
        };
        let above = (orders & GREATER != 0).then_some((least, f64::INFINITY));
        below.into_iter().chain(above)
    }
}

impl Test {
    #[inline]
    fn truth(&self, slots: &impl Slots, counters: &mut EvalCounters) -> Option<bool> {
        match *self {
            Self::Time(ref test) => test.truth(slots, counters),
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
            Self::Time(ref test) => test.slot() == wanted,
        }
    }

    /// The one test that the operations are, if they are.
    fn of(ops: &[Op]) -> Option<Self> {
        match *ops {
            [Op::CompareSlot { slot, comparison, constant }] => Self::constant(slot, comparison, constant),
            [Op::CompareTime { slot, unit, comparison, nanos }] => {
                TimeTest::new(slot, unit, comparison, nanos).map(Self::Time)
            }
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
        SlotTest::new(slot, comparison, constant).map(Self::Constant)
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
    /// tests comes out as before, a new value of the slot changes nothing. `None` where it asks more, or where a value
    /// in the range of its slot may have no duration that fits.
    pub(crate) fn tests_of(
        &self,
        slot: u16,
        range_of: impl Fn(u16) -> Option<(f64, f64)>,
    ) -> Option<Vec<SlotTest>> {
        let mut found = Vec::new();
        for test in &self.tests {
            let test = match test {
                Test::Slots { .. } => return None,
                Test::Constant(test) => *test,
                Test::Time(test) => test.plain(range_of(test.slot()))?,
                test if test.reads(slot) => return None,
                _ => continue,
            };
            if test.slot == slot {
                found.push(test);
            }
        }
        Some(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comparison_is_true_of_its_ranges() {
        use Comparison::{Equal, Greater, GreaterEqual, Less, LessEqual, NotEqual};
        // One number, some that count as equal, and none that does.
        let bounds = [
            (1.0, 1.0),
            (1.0, 2.0),
            (1.0_f64.next_up(), 1.0),
            (f64::INFINITY, f64::MAX),
            (f64::MIN, f64::NEG_INFINITY),
        ];
        let values = [
            f64::MIN,
            0.0,
            1.0_f64.next_down(),
            1.0,
            1.0_f64.next_up(),
            1.5,
            2.0,
            2.0_f64.next_up(),
            f64::MAX,
        ];
        for comparison in [Equal, Greater, GreaterEqual, Less, LessEqual, NotEqual] {
            for (low, high) in bounds {
                let test = SlotTest { slot: 0, orders: Orders::of(comparison), low, high };
                for value in values {
                    let within = test.ranges().any(|(from, to)| from <= value && value <= to);
                    assert_eq!(within, test.holds(value), "{value:?} {comparison:?} {low:?} to {high:?}");
                }
            }
        }
    }
}
