//! The outside judge: what is plain CEL here must come out as the `cel` crate has it.

use proptest::prelude::*;

use super::reference::{Choices, Sort, car, written};
use super::*;

/// The same expression over the same values, by the other implementation.
fn judged(text: &str, car: &Car) -> Result<::cel::Value, String> {
    let mut context = ::cel::Context::default();
    for name in ["ignition", "door_open", "gear", "ratio", "load", "fuel_type"] {
        match car.value(name) {
            Val::Bool(value) => context.add_variable_from_value(name, value),
            Val::Int(value) => context.add_variable_from_value(name, value),
            Val::Double(value) => context.add_variable_from_value(name, value),
            Val::Str(text) => context.add_variable_from_value(name, text.to_owned()),
            other => panic!("{name} is {other:?}"),
        }
    }
    let program = ::cel::Program::compile(text).map_err(|error| error.to_string())?;
    program.execute(&context).map_err(|error| error.to_string())
}

proptest! {
    #[test]
    fn plain_cel_means_the_same_as_elsewhere(
        shape in proptest::collection::vec(any::<u8>(), 0..120),
        values in proptest::collection::vec(any::<u8>(), 0..32),
    ) {
        let text = written(&Choices::new(&shape, true).expression(Sort::Bool, 4));
        let car = car(&mut Choices::new(&values, true), true);
        // Overflow and division by zero are unknown and counted here, and errors, infinities or a wrap there.
        let (Explained::Bool(ours), counters) = evaluate(&text, &car) else { return Ok(()) };
        if counters != EvalCounters::default() {
            return Ok(());
        }
        match judged(&text, &car) {
            Ok(::cel::Value::Bool(theirs)) => prop_assert_eq!(ours, theirs, "{} {:?}", text, car),
            // `in` ends at the first equal element here; elsewhere the others are evaluated first, and may fail.
            Err(_) if text.contains(" in [") => {}
            // Two signs before the least number: the other parser takes both from the digits.
            Err(_) if text.contains("--9223372036854775808") => {}
            other => prop_assert!(false, "{text} {car:?} {other:?}"),
        }
    }
}

#[test]
fn the_differences_that_the_page_explains_are_there() {
    let car = car(&mut Choices::new(&[], true), true);
    for row in page::rows("| expression | here | the `cel` crate |") {
        let text = page::code(&row[0]);
        let ours = match evaluate(text, &car).0 {
            Explained::Bool(value) => format!("`{value}`"),
            _ => "unknown".to_owned(),
        };
        let theirs = match judged(text, &car) {
            Ok(::cel::Value::Bool(value)) => format!("`{value}`"),
            _ => "an error".to_owned(),
        };
        assert!(row[1].starts_with(&ours), "{text}: {ours}");
        assert!(row[2].starts_with(&theirs), "{text}: {theirs}");
    }
}

/// Texts that may or may not be numbers.
const NUMBERS: [&str; 17] = [
    "0",
    "7",
    "-5",
    "+3",
    "007",
    "1.5",
    "-0.0",
    "1e3",
    ".5",
    "5.",
    "",
    "x",
    " 1",
    "1_0",
    "0x10",
    "9223372036854775807",
    "9223372036854775808",
];

/// Asserts that both say the same of an expression; what is refused or unknown here is an error there. Gives whether it
/// had a value.
fn agrees(text: &str, car: &Car) -> Result<bool, TestCaseError> {
    let ours = match super::super::compile(text, &Dictionary, Expected::Bool) {
        Ok(program) => Explained::from(program.eval(car, &mut EvalCounters::default())),
        Err(_) => Explained::Unknown,
    };
    match (ours, judged(text, car)) {
        (Explained::Bool(ours), Ok(::cel::Value::Bool(theirs))) => {
            prop_assert_eq!(ours, theirs, "{} {:?}", text, car);
            Ok(true)
        }
        (Explained::Unknown, Err(_)) => Ok(false),
        other => Err(TestCaseError::fail(format!("{text} {car:?} {other:?}"))),
    }
}

/// A character as a text literal may write it.
fn escaped(character: char, form: u8, quote: char) -> String {
    let number = u32::from(character);
    match form {
        0 if number < 0x100 => format!("\\x{number:02x}"),
        1 if number < 0x100 => format!("\\{number:03o}"),
        2 if number < 0x1_0000 => format!("\\u{number:04X}"),
        3 => format!("\\U{number:08x}"),
        _ => match character {
            '\n' => "\\n".to_owned(),
            '\t' => "\\t".to_owned(),
            '\\' => "\\\\".to_owned(),
            one if one == quote => format!("\\{one}"),
            one => one.to_string(),
        },
    }
}

proptest! {
    #[test]
    fn texts_are_read_as_elsewhere(
        characters in proptest::collection::vec(
            (proptest::sample::select(vec!['a', 'Z', ' ', '\'', '"', '\\', '\n', '\t', 'æ', '\u{7F}', '€', '😀']), 0..8_u8),
            0..12,
        ),
        quotes in proptest::sample::select(vec!["'", "\"", "'''", "\"\"\""]),
    ) {
        let quote = quotes.chars().next().unwrap();
        let literal: String = characters.iter().map(|(one, form)| escaped(*one, *form, quote)).collect();
        let plain: String = characters.iter().map(|(one, _)| escaped(*one, 3, quote)).collect();
        let count = characters.len();
        for text in [
            format!("{quotes}{literal}{quotes} == '{plain}'"),
            format!("size({quotes}{literal}{quotes}) == {count}"),
            format!("{quotes}{literal}{quotes} < 'a€' || {quotes}{literal}{quotes}.contains('\\\\')"),
            format!("'{plain}' in ['x', {quotes}{literal}{quotes}]"),
        ] {
            let has_value = agrees(&text, &car(&mut Choices::new(&[], true), true))?;
            prop_assert!(has_value, "{text}");
        }
    }

    #[test]
    fn conversions_mean_the_same_as_elsewhere(
        values in proptest::collection::vec(any::<u8>(), 0..32),
        number in proptest::sample::select(NUMBERS.to_vec()),
        sign in proptest::sample::select(vec!["<", "==", ">="]),
    ) {
        let car = car(&mut Choices::new(&values, true), true).with("fuel_type", Val::Str(number));
        for text in [
            format!("int(fuel_type) {sign} gear"),
            format!("double(fuel_type) {sign} ratio"),
            format!("int('{number}') {sign} gear"),
            format!("double('{number}') {sign} ratio"),
            format!("int(ratio) {sign} gear"),
            format!("double(gear) {sign} ratio"),
            format!("int(gear) {sign} gear && double(ratio) {sign} ratio"),
            format!("string('{number}') {sign} fuel_type || string(true) == 'true'"),
            format!("string(-7) {sign} fuel_type && string(7) in ['7', fuel_type]"),
            format!("ignition ? int(fuel_type) {sign} 3 : size(fuel_type) {sign} 3"),
        ] {
            agrees(&text, &car)?;
        }
    }

    #[test]
    fn whole_numbers_that_overflow_are_errors_elsewhere(
        left in any::<i64>(),
        right in prop_oneof![any::<i64>(), -3..3_i64],
        third in -3..3_i64,
        operators in proptest::collection::vec(proptest::sample::select(vec!["+", "-", "*", "/", "%"]), 2),
        sign in proptest::sample::select(vec!["<", "==", "!="]),
    ) {
        let car = car(&mut Choices::new(&[], true), true).with("gear", Val::Int(left));
        let [one, other] = [operators[0], operators[1]];
        for text in [
            format!("gear {one} {right} {sign} {third}"),
            format!("gear {one} {right} {other} {third} {sign} 0"),
            format!("{third} {one} (gear {other} {right}) {sign} gear"),
            format!("gear {sign} 0 ? gear {one} {right} {sign} 1 : {right} {other} gear {sign} 1"),
        ] {
            agrees(&text, &car)?;
        }
    }
}
