//! How long one evaluation of an expression takes, next to the same condition in Rust and in the `cel` crate: of four
//! vehicles in turn, so that no answer can be guessed from the one before.
//!
//! The language has no public interface of its own, so its sources are compiled into this benchmark.

#![allow(missing_docs, reason = "criterion's macros make undocumented functions")]

use std::hint::black_box;

use cc_core::MeasureUnit;
use criterion::{Criterion, criterion_group, criterion_main};

#[allow(
    dead_code,
    unused_imports,
    unreachable_pub,
    reason = "a benchmark is its own crate and uses a part only"
)]
#[path = "../src/expr/mod.rs"]
mod expr;

use expr::{EvalCounters, Expected, Names, Slots, Symbol, Ty, UnitTy, Val};

/// One comparison: a predicate.
const PREDICATE: &str = "engine_speed > 2000 rpm";
/// Coolant, engine speed, odometer and odometer at the last service, and one parameter.
const CONDITION: &str = "coolant > 110 °C && engine_speed > 1500 rpm && odometer - last_service > 15000 km";
const CONDITION_WITH_PARAMETER: &str =
    "coolant > $overtemp && engine_speed > 1500 rpm && odometer - last_service > 15000 km";
const CEL_CONDITION: &str = "coolant > 110.0 && engine_speed > 1500.0 && odometer - last_service > 15000.0";

/// Two rows for which all three parts hold, two where the last one fails: every part is evaluated each time.
const ROWS: [[f64; 4]; 4] = [
    [118.0, 2_500.0, 95_000.0, 70_000.0],
    [121.0, 1_800.0, 31_000.0, 15_500.0],
    [112.0, 1_600.0, 80_000.0, 70_000.0],
    [119.0, 3_100.0, 20_000.0, 15_000.0],
];

struct Dictionary;

impl Names for Dictionary {
    fn resolve(&self, name: &str, is_param: bool) -> Option<Symbol> {
        let unit = |unit| Ty::Double(UnitTy::absolute(unit));
        if is_param {
            return (name == "overtemp")
                .then_some(Symbol::Param { index: 0, ty: unit(MeasureUnit::Celsius) });
        }
        let (slot, unit_of_slot) = match name {
            "coolant" => (0, MeasureUnit::Celsius),
            "engine_speed" => (1, MeasureUnit::RevolutionsPerMinute),
            "odometer" => (2, MeasureUnit::Kilometer),
            "last_service" => (3, MeasureUnit::Kilometer),
            _ => return None,
        };
        Some(Symbol::Slot { slot, ty: unit(unit_of_slot) })
    }

    fn candidates(&self, _is_param: bool) -> Vec<&str> {
        Vec::new()
    }
}

struct Row<'a>(&'a [f64; 4]);

impl Slots for Row<'_> {
    fn get(&self, slot: u16) -> Val<'_> {
        self.0.get(usize::from(slot)).map_or(Val::Unknown, |value| Val::Double(*value))
    }

    fn age(&self, _slot: u16) -> Option<i64> {
        None
    }

    fn param(&self, _index: u16) -> Val<'_> {
        Val::Double(110.0)
    }
}

fn evaluation(c: &mut Criterion) {
    let mut group = c.benchmark_group("condition");
    for (name, text) in [
        ("one comparison", PREDICATE),
        ("three comparisons", CONDITION),
        ("three comparisons, one with a parameter", CONDITION_WITH_PARAMETER),
    ] {
        let Ok(program) = expr::compile(text, &Dictionary, Expected::Bool) else { continue };
        group.bench_function(name, |b| {
            let mut counters = EvalCounters::default();
            let mut rows = ROWS.iter().cycle();
            b.iter(|| rows.next().map(|row| program.truth(&Row(black_box(row)), &mut counters)));
        });
    }
    group.bench_function("three comparisons in Rust", |b| {
        let mut rows = ROWS.iter().cycle();
        b.iter(|| {
            rows.next().map(|row| {
                let [coolant, speed, odometer, last_service] = *black_box(row);
                coolant > 110.0 && speed > 1500.0 && odometer - last_service > 15_000.0
            })
        });
    });
    if let Ok(program) = cel::Program::compile(CEL_CONDITION) {
        let contexts = ROWS.map(|row| {
            let mut context = cel::Context::default();
            for (name, value) in ["coolant", "engine_speed", "odometer", "last_service"].into_iter().zip(row)
            {
                context.add_variable_from_value(name, value);
            }
            context
        });
        group.bench_function("three comparisons by the cel crate", |b| {
            let mut contexts = contexts.iter().cycle();
            b.iter(|| contexts.next().map(|context| program.execute(context)));
        });
    }
    group.finish();

    c.bench_function("compile three comparisons", |b| {
        b.iter(|| black_box(expr::compile(black_box(CONDITION), &Dictionary, Expected::Bool)).is_ok());
    });
}

criterion_group!(benches, evaluation);
criterion_main!(benches);
