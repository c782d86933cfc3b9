//! Which mistakes are found, where, and what is suggested.

use super::*;

pub(crate) fn mistakes(text: &str) -> Vec<Diagnostic> {
    match compile(text, &Dictionary, Expected::Bool) {
        Ok(_) => Vec::new(),
        Err(mistakes) => mistakes,
    }
}

/// An expression with one mistake: its code, the place, and a part of the suggestion.
pub(super) const MISTAKES: &[(&str, &str, &str, &str)] = &[
    ("duration('5') > 1 s", "bad-duration", "'5'", "1h30m"),
    (r"fuel_type == '\q'", "bad-escape", r"\q", "backslash"),
    ("misfire.count > 9223372036854775808", "bad-number", "9223372036854775808", ""),
    ("voltage < 12,4 V", "bad-number", "12,4 V", "write `12.4 V`"),
    ("(voltage < 12,4 V) && ignition", "bad-number", "12,4 V", "write `12.4 V`"),
    ("ratio < 0,5", "bad-number", "0,5", "write `0.5`"),
    ("misfire.count > 1_000", "bad-number", "1_000", "without separators"),
    ("misfire.since > timestamp('2026-01-31')", "bad-timestamp", "'2026-01-31'", "2026-01-31T12:00:00Z"),
    ("1 < gear < 5", "chained-comparison", "5", "1 < x && x < 5"),
    ("has(coolant > 5 °C)", "has-needs-name", "coolant > 5 °C", "has(engine_speed)"),
    ("coolant > 110", "missing-unit", "110", "write `110 °C`"),
    ("coolant > 110.5", "missing-unit", "110.5", "write `110.5 °C`"),
    ("engine_speed > 1500", "missing-unit", "1500", "write `1500 rpm`"),
    ("fuel_level < 25", "missing-unit", "25", "write `25 %`"),
    ("odometer - 15000 > last_service", "missing-unit", "15000", "write `15000 km`"),
    ("wait > 10", "missing-unit", "10", "10 min"),
    ("run_time > 10.0", "missing-unit", "10.0", "10.0 min"),
    ("coolant > $limit", "missing-unit", "$limit", "parameter a value in °C"),
    ("odometer > gear", "missing-unit", "gear", "`double(…) * 1 km`"),
    ("misfire.count + 1.0 > 2.0", "mixed-numbers", "misfire.count", "double"),
    ("ratio + 1 > 2.0", "mixed-numbers", "1", "write `1.0`"),
    ("ratio * 2 > 2.0", "mixed-numbers", "2", "write `2.0`"),
    ("odometer * 2 > 2 km", "mixed-numbers", "2", "write `2.0`"),
    ("gear > 5u", "not-supported", "5u", "write `5`"),
    ("fuel_type == b'x'", "not-supported", "b'x'", "without the `b`"),
    ("fuel_type == null", "not-supported", "null", "has(name)"),
    ("gear == [1]", "not-supported", "[", ""),
    ("package > 5", "reserved-word", "package", ""),
    ("coolant + ambient > 5 °C", "temperature", "coolant + ambient", "x + 8 °C"),
    ("coolant * 2.0 > 5 °C", "temperature", "coolant * 2.0", ""),
    ("math.abs(coolant) > 5 °C", "temperature", "math.abs(coolant)", ""),
    ("-coolant > 5 °C", "temperature", "-coolant", ""),
    ("coolant - ambient > ambient", "temperature", "coolant - ambient > ambient", "a > b + 30 °C"),
    ("5 °C + ambient > 5 °C", "temperature", "5 °C + ambient", "behind the `+`"),
    ("fuel_type + 'x' == 'y'", "text-not-constant", "fuel_type + 'x'", "message"),
    ("string(gear) == '5'", "text-not-constant", "gear", "message"),
    ("ignition > 5", "type-mismatch", "ignition > 5", "write `x`"),
    ("coolant > 'x'", "type-mismatch", "coolant > 'x'", ""),
    ("run_time > 10 m", "type-mismatch", "run_time > 10 m", "minutes are `min`"),
    ("at > wait", "type-mismatch", "at > wait", "two instants"),
    ("coolant && ignition", "type-mismatch", "coolant", "compare it"),
    ("!gear", "type-mismatch", "gear", "compare it"),
    ("fuel_level % 5 > 1", "type-mismatch", "fuel_level % 5", "(25 %)"),
    ("25 % - 5 % == fuel_level", "type-mismatch", "25 % - 5 %", "(25 %)"),
    ("ignition + 1 > 2", "type-mismatch", "ignition + 1", ""),
    ("wait * 2 > 1 s", "type-mismatch", "wait * 2", ""),
    ("gear # 5", "unexpected-character", "#", ""),
    ("gear = 5", "unexpected-character", "=", "write `==`"),
    ("gear => 5", "unexpected-character", "=>", "write `>=`"),
    ("gear =< 5", "unexpected-character", "=<", "write `<=`"),
    ("gear <> 5", "unexpected-character", "<>", "write `!=`"),
    ("ignition & misfire", "unexpected-character", "&", "write `&&`"),
    ("gear ≥ 5", "unexpected-character", "≥", "write `>=`"),
    ("$ > 5", "unexpected-character", "$", "$overtemp"),
    ("gear >", "unexpected-end", "", ""),
    ("", "unexpected-end", "", ""),
    ("(gear > 5", "unexpected-end", "", ""),
    ("ignition and misfire", "unexpected-token", "and", "write `&&`"),
    ("gear > 5 or misfire", "unexpected-token", "or", "write `||`"),
    ("not ignition", "unexpected-token", "not", "write `!`"),
    ("gear > 5 5", "unexpected-token", "5", ""),
    ("gear in 5", "unexpected-token", "5", ""),
    ("ignition ? misfire", "unexpected-end", "", ""),
    ("size('a',) == 1", "unexpected-token", ",", ""),
    ("voltage > 5 °C", "unit-mismatch", "voltage > 5 °C", ""),
    ("odometer + 5 V > 5 km", "unit-mismatch", "odometer + 5 V", ""),
    ("odometer / voltage > 1.0", "unit-product", "odometer / voltage", "x / 1 V"),
    ("odometer * odometer > 1 km", "unit-product", "odometer * odometer", "x / 1 km"),
    ("max(gear, 5) > 3", "unknown-function", "max", "math.greatest"),
    ("sise(fuel_type) > 3", "unknown-function", "sise", "`size`"),
    ("math.abbs(gear) > 3", "unknown-function", "abbs", "`math.abs`"),
    ("fuel_type.matches('a')", "unknown-function", "matches", "startsWith"),
    ("fuel_type.startswith('a')", "unknown-function", "startswith", "startsWith"),
    ("engine_sped > 5 rpm", "unknown-name", "engine_sped", "`engine_speed`"),
    ("P0301 && ignition", "unknown-name", "P0301", "declare it under `codes`"),
    ("misfire.sinse > at", "unknown-name", "misfire.sinse", "`misfire.since`"),
    ("misfir.since > at", "unknown-name", "misfir.since", "`misfire.since`"),
    ("misfir.sinse > at", "unknown-name", "misfir.sinse", "`misfire.since`"),
    ("misfir.age > 3", "unknown-name", "misfir.age", "`misfire`"),
    ("misfire.age > 3", "unknown-name", "misfire.age", ""),
    ("coolant.since > at", "unknown-name", "coolant.since", "only codes"),
    ("zzzzzzzz.since > at", "unknown-name", "zzzzzzzz.since", ""),
    ("coolant > overtemp", "unknown-name", "overtemp", "`$overtemp`"),
    ("coolant > $overtmp", "unknown-parameter", "$overtmp", "`$overtemp`"),
    ("$coolant > 5 °C", "unknown-parameter", "$coolant", "`coolant`"),
    ("odometer > 5 kms", "unknown-unit", "kms", "write `5 km`"),
    ("coolant > 5 ºC", "unknown-unit", "ºC", "write `5 °C`"),
    ("coolant > 5 °c", "unknown-unit", "°c", "write `5 °C`"),
    ("coolant > 110 C", "unknown-unit", "C", "write `110 °C`"),
    ("coolant > 230 F", "unknown-unit", "F", "write `230 °F`"),
    ("voltage > 5 v", "unknown-unit", "v", "write `5 V`"),
    ("vehicle_speed > 20 kmt", "unknown-unit", "kmt", "write `20 km/h`"),
    ("20 km/t < vehicle_speed", "unknown-unit", "km/t", "write `20 km/h`"),
    ("vehicle_speed + 2.5km/t > 20 km/h", "unknown-unit", "km/t", "write `2.5 km/h`"),
    ("odometer > 20 kmt", "unknown-unit", "kmt", "write `20 km`"),
    ("vehicle_speed > 20 km / t", "unknown-name", "t", ""),
    ("wait > 5 mn", "unknown-unit", "mn", "write `5 min`"),
    ("fuel_type == 'diesel", "unterminated-text", "'diesel", "end it with `'`"),
    ("size(gear) > 5", "wrong-arguments", "gear", "size(name)"),
    ("size() > 5", "wrong-arguments", "size", "size(name)"),
    ("math.abs('x') > 5", "wrong-arguments", "'x'", "math.abs"),
    ("int(odometer) > 5", "wrong-arguments", "odometer", "`1 km`"),
    ("int(ignition) > 5", "wrong-arguments", "ignition", "int(x)"),
    ("coolant", "wrong-result", "coolant", "compare it, as in `… > 0 °C`"),
    ("gear + 1", "wrong-result", "gear + 1", "compare it"),
];

#[test]
fn each_mistake_has_its_code_place_and_suggestion() {
    for (text, code, place, suggestion) in MISTAKES {
        let found = mistakes(text);
        let [mistake] = found.as_slice() else { panic!("{text}: {found:#?}") };
        assert_eq!((mistake.code.as_str(), mistake.span.of(text)), (*code, *place), "{text}: {mistake:?}");
        let suggested = mistake.suggestion.as_deref().unwrap_or_default();
        assert!(suggested.contains(suggestion), "{text}: suggests {suggested}");
        assert!(!mistake.text.ends_with('.') && !mistake.text.starts_with(char::is_uppercase), "{mistake:?}");
    }
}

#[test]
fn every_code_has_an_example() {
    // These need long texts, and have tests of their own.
    let long = [Code::TooDeep, Code::TooLong, Code::TooManyOperators];
    for code in Code::ALL {
        let shown = MISTAKES.iter().any(|(_, shown, ..)| *shown == code.as_str());
        assert!(shown || long.contains(code), "{code} has no example");
    }
}

#[test]
fn several_mistakes_are_found_in_one_run() {
    let text = "coolant > 110 && engine_sped > 5 && (voltage > ) || ratio + 1 > 2.0 && gear = 5";
    let codes: Vec<&str> = mistakes(text).iter().map(|mistake| mistake.code.as_str()).collect();
    assert_eq!(
        codes,
        ["missing-unit", "unknown-name", "unexpected-token", "mixed-numbers", "unexpected-character"]
    );
}

#[test]
fn limits_are_errors_and_never_crashes() {
    let deep = |open: &str, close: &str, n: usize| format!("{}gear > 0{}", open.repeat(n), close.repeat(n));
    let codes = |text: &str| mistakes(text).iter().map(|mistake| mistake.code).collect::<Vec<_>>();
    assert_eq!(codes(&deep("(", ")", 30)), []);
    assert_eq!(codes(&deep("(", ")", 40)), [Code::TooDeep]);
    assert_eq!(codes(&deep("(", ")", 3_000)), [Code::TooDeep]);
    assert_eq!(codes(&deep("!", "", 5_000)), [Code::TooDeep]);
    assert_eq!(codes(&format!("gear > {}1", "- ".repeat(1_000))), [Code::TooDeep]);
    assert_eq!(codes(&"true ? true : ".repeat(400)), [Code::TooDeep]);
    assert_eq!(codes(&format!("gear > 0{}", " && gear > 0".repeat(127))), []);
    assert_eq!(codes(&format!("gear > 0{}", " && gear > 0".repeat(128))), [Code::TooManyOperators]);
    assert_eq!(codes(&format!("gear in [{}]", "1, ".repeat(255))), []);
    assert_eq!(codes(&format!("gear in [{}]", "1, ".repeat(300))), [Code::TooManyOperators]);
    assert_eq!(codes(&format!("gear > 0{}", " ".repeat(9_000))), [Code::TooLong]);
    assert_eq!(mistakes(&"# ".repeat(500)).len(), MAX_DIAGNOSTICS);
}

#[test]
fn no_message_repeats_what_the_language_does_not_know() {
    let planted = "WVWZZZ1KZAW000001";
    for text in [
        format!("{planted} > 5"),
        format!("${planted} > 5"),
        format!("gear > 5 {planted}"),
        format!("{planted}(gear)"),
        format!("gear.{planted}()"),
        format!("fuel_type == '{planted}"),
        format!("timestamp('{planted}') > at"),
        format!("fuel_type + '{planted}' > 5"),
        format!("'{planted}' > 5"),
        format!("'\\q{planted}' == fuel_type"),
    ] {
        let found = mistakes(&text);
        assert!(!found.is_empty(), "{text}");
        assert!(!format!("{found:?}").contains(planted), "{found:?}");
    }
    let program = compile(&format!("fuel_type == '{planted}'"), &Dictionary, Expected::Bool).unwrap();
    assert!(!format!("{program:?}").contains(planted));
    let car = Car::default().with("fuel_type", Val::Str("WVWZZZ1KZAW000001"));
    assert!(
        !format!("{:?} {:?}", car, compile("fuel_type", &Dictionary, Expected::Any).unwrap().explain(&car))
            .contains(planted)
    );
}
