//! The bytecode interpreter.

use super::ast::{Comparison, LogicOp};
use super::code::{Op, Program};
use super::scalar;
use super::time_test;
use super::tree::{Constant, Source};
use super::types::{Slots, Ty, UnitTy, Val};

/// The stack that nearly every expression needs at most.
const SHALLOW: usize = 8;
/// The stack that the limits of nesting can need at most: no level holds more than six values.
const DEEP: usize = 256;

/// How often an operation of an evaluated part had no value, although all it read was known.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct EvalCounters {
    /// A result was out of the range of its type.
    pub(crate) overflow: u64,
    /// A number was divided by zero.
    pub(crate) division_by_zero: u64,
    /// A text was not the number, instant or duration that it should be.
    pub(crate) unreadable: u64,
}

impl EvalCounters {
    /// Counts a missing result as an overflow.
    pub(super) fn within<T>(&mut self, result: Option<T>) -> Option<T> {
        self.overflow = self.overflow.saturating_add(u64::from(result.is_none()));
        result
    }

    /// Counts a missing result as an unreadable text.
    pub(super) fn read<T>(&mut self, result: Option<T>) -> Option<T> {
        self.unreadable = self.unreadable.saturating_add(u64::from(result.is_none()));
        result
    }

    pub(super) fn divided_by_zero<'a>(&mut self) -> Val<'a> {
        self.division_by_zero = self.division_by_zero.saturating_add(1);
        Val::Unknown
    }
}

impl Program {
    /// The value at this instant; of the program's type, or unknown. Nothing is allocated.
    pub(crate) fn eval<'a>(&'a self, slots: &'a impl Slots, counters: &mut EvalCounters) -> Val<'a> {
        if let Some(chain) = &self.chain {
            return chain.truth(slots, counters).map_or(Val::Unknown, Val::Bool);
        }
        self.on_stack(slots, counters)
    }

    /// The truth of a condition; `None` is unknown.
    #[inline]
    pub(crate) fn truth(&self, slots: &impl Slots, counters: &mut EvalCounters) -> Option<bool> {
        if let Some(chain) = &self.chain {
            return chain.truth(slots, counters);
        }
        match self.on_stack(slots, counters) {
            Val::Bool(truth) => Some(truth),
            _ => None,
        }
    }

    /// The same by the operations, whether or not there is a shorter way.
    pub(super) fn on_stack<'a>(&'a self, slots: &'a impl Slots, counters: &mut EvalCounters) -> Val<'a> {
        if self.stack <= SHALLOW {
            self.run::<SHALLOW>(slots, counters)
        } else {
            self.run::<DEEP>(slots, counters)
        }
    }

    fn run<'a, const SIZE: usize>(&'a self, slots: &'a impl Slots, counters: &mut EvalCounters) -> Val<'a> {
        let mut stack = Stack { values: [Val::Unknown; SIZE], height: 0 };
        let mut at = 0;
        while let Some(op) = self.ops.get(at) {
            at += 1;
            match *op {
                Op::Constant(place) => {
                    let constant = self.constants.get(usize::from(place));
                    stack.push(constant.map_or(Val::Unknown, Constant::as_val));
                }
                Op::Read(source, ty) => stack.push(scalar::declared(read(slots, source), ty)),
                Op::ReadTime(source, unit) => {
                    stack.push(scalar::duration_of(read_time(slots, source, unit), unit, counters));
                }
                Op::Has(source, ty) => {
                    let value = match ty {
                        Ty::Double(UnitTy { unit, .. }) => read_time(slots, source, unit),
                        ty => scalar::declared(read(slots, source), ty),
                    };
                    stack.push(Val::Bool(!matches!(value, Val::Unknown)));
                }
                Op::Not => {
                    let value = stack.pop();
                    stack.push(scalar::not(value));
                }
                Op::Negate => {
                    let value = stack.pop();
                    stack.push(scalar::negate(value, counters));
                }
                Op::Binary(op) => {
                    let (left, right) = stack.pop_two();
                    stack.push(scalar::binary(op, left, right, counters));
                }
                Op::CompareSlot { slot, comparison, constant } => {
                    stack.push(compare_slot(slots, slot, comparison, constant));
                }
                Op::CompareSlotParam { slot, comparison, param } => {
                    stack.push(match (slots.get(slot), slots.param(param)) {
                        (Val::Double(value), Val::Double(param))
                            if value.is_finite() && param.is_finite() =>
                        {
                            Val::Bool(scalar::holds_of_doubles(comparison, value, param))
                        }
                        _ => Val::Unknown,
                    });
                }
                Op::CompareTime { slot, unit, comparison, nanos } => {
                    stack.push(time_test::compare(slots, slot, unit, comparison, nanos, counters));
                }
                Op::CompareTop { comparison, constant } => {
                    let value = stack.pop();
                    stack.push(match value {
                        Val::Double(value) => {
                            Val::Bool(scalar::holds_of_doubles(comparison, value, constant))
                        }
                        _ => Val::Unknown,
                    });
                }
                Op::Decided(op, end) => {
                    if let Val::Bool(truth) = stack.top()
                        && truth == (op == LogicOp::Or)
                    {
                        at = usize::from(end);
                    }
                }
                Op::Join(op, end) => {
                    let (left, right) = stack.pop_two();
                    let (joined, decided) = join(op, left, right);
                    stack.push(joined);
                    if decided {
                        at = usize::from(end);
                    }
                }
                Op::JoinCompareSlot { logic, comparison, slot, end, constant } => {
                    let left = stack.pop();
                    let (joined, decided) =
                        join(logic, left, compare_slot(slots, slot, comparison, constant));
                    stack.push(joined);
                    if decided {
                        at = usize::from(end);
                    }
                }
                Op::Double(op) => {
                    let (left, right) = stack.pop_two();
                    stack.push(scalar::doubles(op, left, right, counters));
                }
                Op::DoubleSlots { op, left, right } => {
                    let (left, right) = (slots.get(left), slots.get(right));
                    stack.push(scalar::doubles(op, left, right, counters));
                }
                Op::Branch { otherwise, end } => match stack.pop() {
                    Val::Bool(true) => {}
                    Val::Bool(false) => at = usize::from(otherwise),
                    _ => {
                        stack.push(Val::Unknown);
                        at = usize::from(end);
                    }
                },
                Op::Jump(end) => at = usize::from(end),
                Op::Convert(place) => {
                    let value = stack.pop();
                    stack.push(match self.conversions.get(usize::from(place)) {
                        Some((from, to)) => scalar::convert(value, *from, *to, counters),
                        None => Val::Unknown,
                    });
                }
                Op::Call(function) => {
                    let value = stack.pop();
                    stack.push(scalar::call(function, value, Val::Unknown, counters));
                }
                Op::CallTwo(function) => {
                    let (first, second) = stack.pop_two();
                    stack.push(scalar::call(function, first, second, counters));
                }
                Op::Element(end) => {
                    let (found, element) = stack.pop_two();
                    let equal = scalar::order(stack.top(), element).map(std::cmp::Ordering::is_eq);
                    let found = scalar::or(found, equal.map_or(Val::Unknown, Val::Bool));
                    stack.push(found);
                    if matches!(found, Val::Bool(true)) {
                        at = usize::from(end);
                    }
                }
                Op::EndList => {
                    let (_, found) = stack.pop_two();
                    stack.push(found);
                }
            }
        }
        stack.pop()
    }
}

/// `slot cmp constant`.
#[inline]
fn compare_slot<'a>(slots: &impl Slots, slot: u16, comparison: Comparison, constant: f64) -> Val<'a> {
    match slots.get(slot) {
        Val::Double(value) if value.is_finite() => {
            Val::Bool(scalar::holds_of_doubles(comparison, value, constant))
        }
        _ => Val::Unknown,
    }
}

/// Two truths joined, and whether that decides the whole chain.
#[inline]
fn join<'a>(op: LogicOp, left: Val<'_>, right: Val<'_>) -> (Val<'a>, bool) {
    match op {
        LogicOp::And => {
            let joined = scalar::and(left, right);
            (joined, matches!(joined, Val::Bool(false)))
        }
        LogicOp::Or => {
            let joined = scalar::or(left, right);
            (joined, matches!(joined, Val::Bool(true)))
        }
    }
}

/// The value behind a name, as the engine gives it.
pub(super) fn read(slots: &impl Slots, source: Source) -> Val<'_> {
    match source {
        Source::Slot(slot) => slots.get(slot),
        Source::Param(index) => slots.param(index),
    }
}

/// A finite double, or a duration where the unit is one of time.
pub(super) fn read_time(slots: &impl Slots, source: Source, unit: cc_core::MeasureUnit) -> Val<'_> {
    let value = read(slots, source);
    match value {
        Val::Duration(_) if super::units::is_time(unit) => value,
        value => scalar::declared(value, Ty::Double(UnitTy::absolute(unit))),
    }
}

/// A stack whose size the generator proved; a power of two, so that no step needs a check.
struct Stack<'a, const SIZE: usize> {
    values: [Val<'a>; SIZE],
    height: usize,
}

impl<'a, const SIZE: usize> Stack<'a, SIZE> {
    #[inline]
    fn push(&mut self, value: Val<'a>) {
        self.values[self.height & (SIZE - 1)] = value;
        self.height = self.height.wrapping_add(1);
    }

    #[inline]
    fn pop(&mut self) -> Val<'a> {
        self.height = self.height.wrapping_sub(1);
        self.values[self.height & (SIZE - 1)]
    }

    /// The value below the top, and the top.
    #[inline]
    fn pop_two(&mut self) -> (Val<'a>, Val<'a>) {
        let right = self.pop();
        (self.pop(), right)
    }

    #[inline]
    fn top(&self) -> Val<'a> {
        self.values[self.height.wrapping_sub(1) & (SIZE - 1)]
    }
}
