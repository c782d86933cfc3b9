//! Comparisons of a name in a unit of time with a duration, done on the plain number that the slot holds.
//!
//! The language compares whole nanoseconds. A larger number of units is never fewer nanoseconds, so the numbers that come
//! out less than, equal to and greater than a duration lie side by side: two bounds, found once, stand for the rounding.

use cc_core::MeasureUnit;

use super::ast::Comparison;
use super::chain::{Orders, SlotTest};
use super::eval::{EvalCounters, read_time};
use super::scalar;
use super::tree::Source;
use super::types::{Slots, Val};
use super::units;

/// `slot cmp duration`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct TimeTest {
    test: SlotTest,
    /// Numbers nearer to zero than this have a duration that fits.
    limit: f64,
    whole: Box<Whole>,
}

/// The comparison as it was written, for values that the bounds do not speak of.
#[derive(Clone, Debug, PartialEq)]
struct Whole {
    unit: MeasureUnit,
    comparison: Comparison,
    nanos: i64,
}

impl TimeTest {
    /// `None` where the unit is not one of time.
    pub(super) fn new(slot: u16, unit: MeasureUnit, comparison: Comparison, nanos: i64) -> Option<Self> {
        let limit = units::nanos_limit(unit)?;
        let largest = key(limit.next_down());
        let smallest = key(-limit.next_down());
        let first = |fits: &dyn Fn(i64) -> bool| {
            // The numbers below `start` do not fit, those from `end` on do.
            let (mut start, mut end) = (smallest, largest + 1);
            while start < end {
                let middle = start + (end.abs_diff(start) / 2) as i64;
                let value = units::nanos(number(middle), unit)?;
                if fits(value) { end = middle } else { start = middle + 1 }
            }
            Some(start)
        };
        let low = first(&|value| value >= nanos)?;
        let above = first(&|value| value > nanos)?;
        let low = if low > largest { f64::INFINITY } else { number(low) };
        let high = if above <= smallest { f64::NEG_INFINITY } else { number(above - 1) };
        let test = SlotTest { slot, orders: Orders::of(comparison), low, high };
        Some(Self { test, limit, whole: Box::new(Whole { unit, comparison, nanos }) })
    }

    pub(super) fn slot(&self) -> u16 {
        self.test.slot
    }

    /// The comparison of plain numbers, where every number of the range has a duration that fits.
    pub(super) fn plain(&self, range: Option<(f64, f64)>) -> Option<SlotTest> {
        let (low, high) = range?;
        (-self.limit < low && high < self.limit).then_some(self.test)
    }

    #[inline]
    pub(super) fn truth(&self, slots: &impl Slots, counters: &mut EvalCounters) -> Option<bool> {
        match slots.number(self.test.slot) {
            Some(value) if value.abs() < self.limit => Some(self.test.holds(value)),
            _ => self.whole.truth(self.test.slot, slots, counters),
        }
    }
}

impl Whole {
    #[cold]
    fn truth(&self, slot: u16, slots: &impl Slots, counters: &mut EvalCounters) -> Option<bool> {
        match compare(slots, slot, self.unit, self.comparison, self.nanos, counters) {
            Val::Bool(truth) => Some(truth),
            _ => None,
        }
    }
}

/// `slot cmp duration` in nanoseconds.
pub(super) fn compare<'a>(
    slots: &impl Slots,
    slot: u16,
    unit: MeasureUnit,
    comparison: Comparison,
    nanos: i64,
    counters: &mut EvalCounters,
) -> Val<'a> {
    let value = scalar::duration_of(read_time(slots, Source::Slot(slot), unit), unit, counters);
    scalar::compare(comparison, value, Val::Duration(nanos))
}

/// The place of a double in the order of all of them.
fn key(value: f64) -> i64 {
    mirrored(value.to_bits() as i64)
}

fn number(key: i64) -> f64 {
    f64::from_bits(mirrored(key) as u64)
}

/// The bits of negative doubles grow the other way.
fn mirrored(bits: i64) -> i64 {
    if bits < 0 { bits ^ i64::MAX } else { bits }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    struct One(f64);

    impl Slots for One {
        fn get(&self, _slot: u16) -> Val<'_> {
            Val::Double(self.0)
        }

        fn age(&self, _slot: u16) -> Option<i64> {
            None
        }

        fn param(&self, _index: u16) -> Val<'_> {
            Val::Unknown
        }
    }

    fn agrees(unit: MeasureUnit, nanos: i64, value: f64) {
        for comparison in [
            Comparison::Equal,
            Comparison::NotEqual,
            Comparison::Less,
            Comparison::LessEqual,
            Comparison::Greater,
            Comparison::GreaterEqual,
        ] {
            let test = TimeTest::new(0, unit, comparison, nanos).unwrap();
            let (mut short, mut long) = (EvalCounters::default(), EvalCounters::default());
            let found = test.truth(&One(value), &mut short);
            let expected = match compare(&One(value), 0, unit, comparison, nanos, &mut long) {
                Val::Bool(truth) => Some(truth),
                _ => None,
            };
            assert_eq!((found, short), (expected, long), "{value:?} {unit} {comparison:?} {nanos}");
            if let Some(plain) = test.plain(Some((value, value))) {
                assert_eq!(Some(plain.holds(value)), expected, "{value:?} {unit} {comparison:?} {nanos}");
            }
        }
    }

    fn unit() -> impl Strategy<Value = MeasureUnit> {
        let units = MeasureUnit::ALL.iter().copied().filter(|unit| units::is_time(*unit));
        proptest::sample::select(units.collect::<Vec<_>>())
    }

    proptest! {
        #[test]
        fn bounds_stand_for_whole_nanoseconds(
            unit in unit(),
            nanos in prop_oneof![any::<i64>(), -9..9_i64, (-99..99_i64).prop_map(|s| s * 3_600_000_000_000)],
            value in prop_oneof![any::<f64>(), -1e10..1e10_f64, (-99..99_i32).prop_map(f64::from)],
            steps in -3..4_i64,
        ) {
            prop_assume!(value.is_finite());
            agrees(unit, nanos, value);
            // Around the bound itself, double by double.
            let per = units::nanos(1.0, unit).unwrap() as f64;
            agrees(unit, nanos, number(key(nanos as f64 / per) + steps));
        }
    }

    #[test]
    fn what_is_no_time_has_no_such_test() {
        assert_eq!(TimeTest::new(0, MeasureUnit::Kilometer, Comparison::Less, 0), None);
        for value in [0.0, -0.0, f64::MAX, f64::MIN, 9.0e15, 8.9e15, 9.2e9, 9.3e9] {
            for nanos in [0, 1, -1, i64::MAX, i64::MIN] {
                agrees(MeasureUnit::Second, nanos, value);
                agrees(MeasureUnit::Millisecond, nanos, value);
            }
        }
    }
}
