//! The outside judge: what is plain CEL here must come out as the `cel` crate has it.

use chrono::{DateTime, TimeDelta};
use proptest::prelude::*;

use super::reference::{Choices, Sort, car, written};
use super::*;

/// The same expression over the same values, by the other implementation.
fn judged(text: &str, car: &Car) -> Result<::cel::Value, String> {
    let mut context = ::cel::Context::default();
    for name in ["ignition", "door_open", "gear", "ratio", "load", "fuel_type", "at", "wait"] {
        match car.value(name) {
            Val::Bool(value) => context.add_variable_from_value(name, value),
            Val::Int(value) => context.add_variable_from_value(name, value),
            Val::Double(value) => context.add_variable_from_value(name, value),
            Val::Str(text) => context.add_variable_from_value(name, text.to_owned()),
            Val::Time(nanos) => {
                context.add_variable_from_value(name, DateTime::from_timestamp_nanos(nanos).fixed_offset());
            }
            Val::Duration(nanos) => context.add_variable_from_value(name, TimeDelta::nanoseconds(nanos)),
            Val::Unknown => panic!("{name} is unknown"),
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
        let ours = match compile(text, &Dictionary, Expected::Bool).map(|_| evaluate(text, &car).0) {
            Ok(Explained::Bool(value)) => format!("`{value}`"),
            Ok(_) => "unknown".to_owned(),
            Err(_) => "a mistake".to_owned(),
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
    let ours = match compile(text, &Dictionary, Expected::Bool) {
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

/// Texts that may or may not be durations; nearest to the ends of what one holds last.
const DURATIONS: [&str; 26] = [
    "0", "-0", "0s", "1s", "+1s", "-1s", "1h30m", "-1h30m", "1.5h", ".5s", "5.s", "1ms", "250us", "3ns",
    "1.5ns", "1m0.25s", "", "s", "5", "1d", "1.5", "h1", ".s", " 1s", "2562047h", "2562048h",
];

/// Texts that may or may not be instants.
const INSTANTS: [&str; 20] = [
    "1970-01-01T00:00:00Z",
    "1970-01-01T00:00:00.000000001Z",
    "1969-12-31T23:59:59.999999999Z",
    "1970-01-01T00:00:00+00:00",
    "1970-01-01T05:30:00+05:30",
    "1969-12-31T16:00:00-08:00",
    "2024-02-29T12:00:00.5Z",
    "2023-02-29T12:00:00Z",
    "2026-01-31",
    "2026-01-31T12:00:00",
    "2026-01-31T12:00Z",
    "2026-13-01T00:00:00Z",
    "2026-01-01T24:00:00Z",
    "2026-01-01T00:00:00.Z",
    "2026-01-01T00:00:00z",
    "20260101T000000Z",
    "",
    "0",
    "noon",
    " 2026-01-31T12:00:00Z",
];

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
    fn instants_and_durations_are_read_as_elsewhere(
        values in proptest::collection::vec(any::<u8>(), 0..32),
        duration in proptest::sample::select(DURATIONS.to_vec()),
        instant in proptest::sample::select(INSTANTS.to_vec()),
        sign in proptest::sample::select(vec!["<", "==", ">="]),
    ) {
        let car = car(&mut Choices::new(&values, true), true);
        for (written, text) in [(duration, "duration(fuel_type)"), (instant, "timestamp(fuel_type)")] {
            let car = car.clone().with("fuel_type", Val::Str(written));
            let other = if text.starts_with('d') { "wait" } else { "at" };
            let constant = text.replace("fuel_type", &format!("'{written}'"));
            for text in [
                format!("{text} {sign} {other}"),
                format!("{constant} {sign} {other}"),
                format!("{constant} == {text}"),
                format!("{other} in [{other}, {text}] || {text} != {constant}"),
            ] {
                agrees(&text, &car)?;
            }
        }
        for text in [
            format!("int(at) {sign} gear"),
            format!("timestamp(gear) {sign} at"),
            format!("timestamp(timestamp(gear)) {sign} at"),
            format!("duration(wait) {sign} wait && timestamp(at) {sign} at"),
            format!("int(timestamp(gear)) {sign} int(at)"),
            format!("int(timestamp('{instant}')) {sign} gear"),
        ] {
            agrees(&text, &car)?;
        }
    }

    #[test]
    fn sums_of_instants_and_durations_overflow_where_they_do_elsewhere_or_sooner(
        at in any::<i64>(),
        wait in any::<i64>(),
        sign in proptest::sample::select(vec!["+", "-"]),
        order in proptest::sample::select(vec!["<", "==", ">="]),
    ) {
        let car = car(&mut Choices::new(&[], true), true).with("at", Val::Time(at)).with("wait", Val::Duration(wait));
        // A duration has as many bits there.
        for text in [
            format!("wait {sign} duration('1h') {order} duration('0')"),
            format!("duration('-2500000h') {sign} wait {order} wait"),
            format!("at - timestamp('2200-01-01T00:00:00Z') {order} wait"),
            format!("timestamp('1700-01-01T00:00:00Z') - at {order} wait {sign} wait"),
        ] {
            agrees(&text, &car)?;
        }
        // An instant has more: what is unknown here may be known there.
        let text = format!("at {sign} wait {order} timestamp(0)");
        let program = compile(&text, &Dictionary, Expected::Bool).unwrap();
        if let Val::Bool(ours) = program.eval(&car, &mut EvalCounters::default()) {
            prop_assert!(matches!(judged(&text, &car), Ok(::cel::Value::Bool(theirs)) if ours == theirs), "{}", text);
        } else {
            let exact = if sign == "+" { i128::from(at) + i128::from(wait) } else { i128::from(at) - i128::from(wait) };
            prop_assert!(i64::try_from(exact).is_err(), "{}", text);
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
