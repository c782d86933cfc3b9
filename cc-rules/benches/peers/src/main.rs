//! Other engines beside ours, in one run on one core: what one condition takes, and a step through a hundred.
//!
//! The peers know neither time nor units nor unknown values: they only evaluate the conditions, all hundred of them, over
//! variables that the caller keeps. Ours takes events, and waits, cools down and remembers as well.
//!
//! `cargo run --release`, in this folder. Compiled packages: `cel` (MIT), `zen-expression` (MIT), `rhai` (MIT or
//! Apache-2.0).
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "a benchmark measures time")]

#[path = "../../workload/mod.rs"]
mod workload;

use std::hint::black_box;
use std::time::Instant;

use cel::{Context, Program};
use rhai::{Engine, Scope};
use workload::{Bare, Condition, READINGS, RULES, Random, bare_steps, conditions, signals, steps};
use zen_expression::Variable;

const STEPS: usize = 2_048;
const ROUNDS: usize = 5;

/// The best of some rounds, in nanoseconds a piece.
fn best(pieces: usize, mut work: impl FnMut()) -> f64 {
    let round = |_| {
        let start = Instant::now();
        work();
        start.elapsed().as_nanos() as f64 / pieces as f64
    };
    (0..ROUNDS).map(round).fold(f64::MAX, f64::min)
}

fn main() {
    let vehicle = workload::car(0);
    let events = steps(&vehicle, 0, STEPS, &mut Random(9));
    let bare = bare_steps(&events);
    let names: Vec<String> = signals().iter().map(|signal| signal.id.as_str().to_owned()).collect();
    let texts: Vec<String> = conditions(RULES)
        .iter()
        .map(|Condition { a, above, b, below }| {
            format!("{} > {above:?} && {} < {below:?}", names[*a], names[*b])
        })
        .collect();
    let mut rows: Vec<(&str, f64, f64)> = Vec::new();

    let mut slots = Bare::new(RULES);
    let bare_step = best(STEPS, || {
        for step in &bare {
            black_box(slots.step(black_box(step)));
        }
    });

    let pack = workload::pack(RULES);
    let warm = workload::warm(&pack, 0);
    let ours = best(STEPS, || {
        let mut state = warm.clone();
        for step in events.chunks(READINGS) {
            black_box(cc_rules::apply(&pack, &mut state, black_box(step)));
        }
    });

    // Every value is known from the first step on, as in the warm state.
    let begun: Vec<(usize, f64)> = (0..names.len()).map(|signal| (signal, 50.0)).collect();

    let programs: Vec<Program> = texts.iter().map(|text| Program::compile(text).unwrap()).collect();
    let mut context = Context::default();
    for (signal, value) in &begun {
        context.add_variable_from_value(names[*signal].clone(), *value);
    }
    let one = best(RULES * 100, || {
        for _ in 0..100 {
            for program in &programs {
                black_box(program.execute(&context).unwrap());
            }
        }
    });
    let step = best(STEPS / 16, || {
        for readings in bare.iter().take(STEPS / 16) {
            for (signal, value) in readings {
                context.add_variable_from_value(names[*signal].clone(), *value);
            }
            for program in &programs {
                black_box(program.execute(&context).unwrap());
            }
        }
    });
    rows.push(("cel 0.15", one, step));

    let compiled: Vec<_> = texts
        .iter()
        .map(|text| zen_expression::compile_expression(&text.replace("&&", "and")).unwrap())
        .collect();
    let object = |values: &[f64]| {
        let members: serde_json::Map<String, serde_json::Value> =
            names.iter().cloned().zip(values.iter().map(|value| (*value).into())).collect();
        Variable::from(serde_json::Value::Object(members))
    };
    let mut values = vec![50.0; names.len()];
    let variables = object(&values);
    let mut vm = zen_expression::vm::VM::new();
    let one = best(RULES * 100, || {
        for _ in 0..100 {
            for expression in &compiled {
                black_box(expression.evaluate_with(variables.clone(), &mut vm).unwrap());
            }
        }
    });
    let step = best(STEPS / 16, || {
        for readings in bare.iter().take(STEPS / 16) {
            for (signal, value) in readings {
                values[*signal] = *value;
            }
            let variables = object(&values);
            for expression in &compiled {
                black_box(expression.evaluate_with(variables.clone(), &mut vm).unwrap());
            }
        }
    });
    rows.push(("zen-expression 2.1", one, step));

    let engine = Engine::new();
    let trees: Vec<_> = texts.iter().map(|text| engine.compile_expression(text).unwrap()).collect();
    let mut scope = Scope::new();
    for (signal, value) in &begun {
        scope.set_or_push(names[*signal].as_str(), *value);
    }
    let one = best(RULES * 100, || {
        for _ in 0..100 {
            for tree in &trees {
                black_box(engine.eval_ast_with_scope::<bool>(&mut scope, tree).unwrap());
            }
        }
    });
    let step = best(STEPS / 16, || {
        for readings in bare.iter().take(STEPS / 16) {
            for (signal, value) in readings {
                scope.set_or_push(names[*signal].as_str(), *value);
            }
            for tree in &trees {
                black_box(engine.eval_ast_with_scope::<bool>(&mut scope, tree).unwrap());
            }
        }
    });
    rows.push(("rhai 1.27", one, step));

    println!("engine | one condition, ns | a step, ns | steps/s | times the bare loop");
    let line = |name: &str, one: Option<f64>, step: f64| {
        let one = one.map_or("-".to_owned(), |one| format!("{one:.0}"));
        println!("{name} | {one} | {step:.0} | {:.0} | {:.1}", 1e9 / step, step / bare_step);
    };
    line("bare loop over the values", None, bare_step);
    line("cc-rules, with time and state", None, ours);
    for (name, one, step) in rows {
        line(name, Some(one), step);
    }
}
