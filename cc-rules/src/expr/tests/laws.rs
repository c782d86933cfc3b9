//! What holds for every expression, car and text.

use proptest::prelude::*;

use super::reference::{Choices, Sort, car, meaning, written};
use super::*;

/// Words that make texts which come close to expressions.
const SOUP: &[&str] = &[
    "coolant",
    "gear",
    "misfire",
    ".since",
    "$overtemp",
    "110",
    "1.5",
    "0x",
    "9223372036854775808",
    "°C",
    "km",
    "%",
    " ",
    " ",
    "&&",
    "||",
    "!",
    "-",
    "+",
    "*",
    "/",
    "<",
    ">=",
    "==",
    "in",
    "[",
    "]",
    "(",
    ")",
    ",",
    "?",
    ":",
    "'",
    "\"",
    "\\",
    "r'",
    "'a'",
    "has(",
    "math.least(",
    "timestamp(",
    "duration('1h')",
    "null",
    "1e999",
    "µ",
    "🚗",
    "true",
    "//",
    "\n",
    "5 min",
];

proptest! {
    #[test]
    fn bytecode_explanation_and_reference_agree(
        shape in proptest::collection::vec(any::<u8>(), 0..160),
        values in proptest::collection::vec(any::<u8>(), 0..48),
        all_known in any::<bool>(),
    ) {
        let mut choices = Choices::new(&shape, false);
        let made = choices.expression(Sort::Bool, 5);
        let text = written(&made);
        let car = car(&mut Choices::new(&values, false), all_known);
        let program = compile(&text, &Dictionary, Expected::Bool);
        prop_assert!(program.is_ok(), "{text}: {program:?}");
        let program = program.unwrap();
        let mut counters = EvalCounters::default();
        let value = program.eval(&car, &mut counters);
        prop_assert_eq!(value, meaning(&made, &car), "{} for {:?}", text, car);
        prop_assert_eq!(program.explain(&car).value, Explained::from(value), "{}", text);
        // The short way comes to the same, and counts the same.
        let mut counted = EvalCounters::default();
        prop_assert_eq!(program.on_stack(&car, &mut counted), value, "{}", text);
        prop_assert_eq!(counted, counters, "{}", text);
        // Only what is listed is read.
        let mut forgetful = car.clone();
        forgetful.slots.retain(|(slot, _)| program.reads().contains(slot));
        prop_assert_eq!(program.eval(&forgetful, &mut counters), value, "{}", text);
    }

    #[test]
    fn knowing_more_never_turns_an_answer_around(
        shape in proptest::collection::vec(any::<u8>(), 0..160),
        values in proptest::collection::vec(any::<u8>(), 0..48),
        forgotten in any::<u32>(),
    ) {
        let made = Choices::new(&shape, false).expression(Sort::Bool, 4);
        let text = written(&made);
        // `has` asks about the knowledge itself.
        if text.contains("has(") {
            return Ok(());
        }
        let full = car(&mut Choices::new(&values, false), true);
        let mut partial = full.clone();
        partial.slots.retain(|(slot, _)| forgotten & (1 << slot) == 0);
        let program = compile(&text, &Dictionary, Expected::Bool).unwrap();
        let mut counters = EvalCounters::default();
        let known = program.eval(&full, &mut counters);
        let guess = program.eval(&partial, &mut counters);
        // Where full knowledge overflows, less of it may decide earlier only by a value that decides both.
        prop_assert!(guess == Val::Unknown || guess == known || known == Val::Unknown, "{} {:?} {:?}", text, guess, known);
    }

    #[test]
    fn no_text_crashes_the_compiler_or_leaves_it_silent(
        text in prop_oneof![
            "\\PC{0,80}",
            proptest::collection::vec(proptest::sample::select(SOUP), 0..40).prop_map(|words| words.concat()),
        ],
    ) {
        match compile(&text, &Dictionary, Expected::Any) {
            Ok(program) => {
                let car = Car::default();
                let value = program.eval(&car, &mut EvalCounters::default());
                prop_assert_eq!(program.explain(&car).value, Explained::from(value));
            }
            Err(mistakes) => {
                prop_assert!(!mistakes.is_empty() && mistakes.len() <= MAX_DIAGNOSTICS);
                for mistake in mistakes {
                    let place = mistake.span.start as usize..mistake.span.end as usize;
                    prop_assert!(text.get(place).is_some(), "{mistake:?} in {text}");
                }
            }
        }
    }
}
