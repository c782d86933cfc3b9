//! What expressions mean.

use super::*;

fn value(text: &str) -> Explained {
    evaluate(text, &Car::default()).0
}

fn yes(text: &str) {
    assert_eq!(value(text), Explained::Bool(true), "{text}");
}

#[test]
fn operators_bind_and_group_as_in_cel() {
    for (text, expected) in [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("10 - 4 - 3", 3),
        ("100 / 10 / 5", 2),
        ("7 / 2", 3),
        ("-7 / 2", -3),
        ("-7 % 2", -1),
        ("7 % -2", 1),
        ("7 %-2", 1),
        ("2 * 3 % 4", 2),
        ("--5", 5),
        ("-(-5)", 5),
        ("0x1F + 0Xa", 41),
        ("-0x10", -16),
        ("-9223372036854775808", i64::MIN),
        ("007", 7),
        ("true ? 1 : false ? 2 : 3", 1),
        ("false ? 1 : false ? 2 : 3", 3),
        ("1 // a comment\n + 1", 2),
        ("math.least(3, 1, 2)", 1),
        ("math.greatest(3, 1, 2)", 3),
        ("math.greatest(7)", 7),
        ("math.abs(-3)", 3),
        ("size('æøå')", 3),
        ("'æøå'.size()", 3),
    ] {
        assert_eq!(value(text), Explained::Int(expected), "{text}");
    }
    for text in [
        "true || false && false",
        "!false && true",
        "1 < 2 == true",
        "1 + 1 == 2 && 2 != 3",
        "2 in [1, 2, 3] == true",
        "!(1 in [])",
        "1 in [1,]",
        "1 == 1.0 && 1 < 1.5 && 2.5 > 2",
        "9007199254740993 > 9007199254740992.0",
        "9223372036854775807 < 9223372036854775808.0",
        "false < true",
        "'a' < 'b' && 'Z' < 'a' && '' < 'a'",
        "1.5e3 == 1500.0 && .5 == 0.5 && 1e-2 == 0.01",
        "7.0 / 2.0 == 3.5",
        "0.0 == -0.0",
    ] {
        yes(text);
    }
}

#[test]
fn text_literals_have_the_escapes_of_cel() {
    for (text, expected) in [
        (r#""a\n\t\\\"\'\`\?""#, "a\n\t\\\"'`?"),
        (r"'\a\b\f\v\r'", "\x07\x08\x0c\x0b\r"),
        (r#""\x41\X42\u00e6\U0001F697\101""#, "ABæ🚗A"),
        (r#"r"\n\x""#, r"\n\x"),
        (r"R'\'", r"\"),
        ("\"\"\"a\n\"b\" c\"\"\"", "a\n\"b\" c"),
        ("'''it's'''", "it's"),
        ("'a' + 'b' + \"c\"", "abc"),
        ("string(5) + string(true)", "5true"),
        (
            "string(1.0) + ' ' + string(1e6) + ' ' + string(0.00001) + ' ' + string(123456.5)",
            "1 1e+06 1e-05 123456.5",
        ),
        ("string(10 min) + ' ' + string(duration('1.5s'))", "600s 1.5s"),
        ("string(timestamp('2026-01-31T13:00:00.5+01:00'))", "2026-01-31T12:00:00.500Z"),
    ] {
        assert_eq!(value(text), Explained::Text(expected.to_owned()), "{text}");
    }
}

#[test]
fn texts_are_searched_by_letters() {
    let car = Car::default().with("fuel_type", Val::Str("diesel"));
    for text in [
        "fuel_type.startsWith('die') && fuel_type.endsWith('sel') && fuel_type.contains('ese')",
        "!fuel_type.contains('DIE')",
        "size(fuel_type) == 6 && fuel_type.size() > 5.5",
        "fuel_type in ['petrol', 'diesel']",
        "fuel_type != 'petrol'",
    ] {
        assert_eq!(evaluate(text, &car).0, Explained::Bool(true), "{text}");
    }
}

#[test]
fn instants_and_durations_compute_as_in_cel() {
    for text in [
        "timestamp('2026-01-01T00:00:00Z') + duration('90m') == timestamp('2026-01-01T01:30:00Z')",
        "duration('90m') + timestamp('2026-01-01T00:00:00Z') > timestamp('2026-01-01T01:29:59.999Z')",
        "timestamp('2026-01-02T00:00:00Z') - timestamp('2026-01-01T00:00:00Z') == 1 d",
        "timestamp('2026-01-01T00:00:00Z') - 1 h == timestamp('2025-12-31T23:00:00Z')",
        "duration('1h30m') == 90 min && duration('1.5h') == 1.5 h",
        "duration('-1.5h') == -90 min && duration('0') == 0 s",
        "duration('1us') == duration('1000ns') && duration('1ms') == 1 ms",
        "2 wk - 1 d == 13 d",
        "int(timestamp('1970-01-01T00:01:00Z')) == 60",
        "timestamp(60) == timestamp('1970-01-01T00:01:00Z')",
        "int(timestamp('1969-12-31T23:59:59.5Z')) == -1",
        "duration(1 h) == 1 h && timestamp(timestamp(0)) == timestamp(0)",
        "1 wk == 604800 s && 0.1 s == 100 ms",
    ] {
        yes(text);
    }
}

#[test]
fn numbers_convert_as_in_cel() {
    for (text, expected) in [("int(-2.9)", -2), ("int('42')", 42), ("int(2.9)", 2), ("int(7)", 7)] {
        assert_eq!(value(text), Explained::Int(expected), "{text}");
    }
    for (text, expected) in [("double(7)", 7.0), ("double('1.5')", 1.5), ("double(1.5)", 1.5)] {
        assert_eq!(value(text), Explained::Double(expected), "{text}");
    }
}

#[test]
fn a_percent_sign_is_the_unit_only_where_no_operand_follows() {
    let car = Car::default().with("fuel_level", Val::Double(20.0)).with("gear", Val::Int(3));
    for text in [
        "fuel_level < 25 %",
        "fuel_level < 25%",
        "fuel_level < 25 % && true",
        "25 % > fuel_level",
        "25 % != fuel_level",
        "(25 %) - 5 % == fuel_level",
        "fuel_level in [20 %, 30%]",
        "fuel_level < 25 % ? true : false",
        "true ? fuel_level < 25 % : false",
        "fuel_level / 100 % == 0.2",
        "fuel_level + 5 % <= 25 %",
        "25 % in [25 %]",
        "7 % gear == 1",
        "7 % (gear) == 1",
        "7 % 4 == 3",
        "7%4 == 3",
        "7 % -4 == 3",
        "7 % $limit == 2",
    ] {
        let car = car.clone().with("$limit", Val::Int(5));
        assert_eq!(evaluate(text, &car).0, Explained::Bool(true), "{text}");
    }
}

#[test]
fn units_meet_in_one_of_them() {
    let car = Car::default()
        .with("coolant", Val::Double(110.0))
        .with("ambient", Val::Double(20.0))
        .with("odometer", Val::Double(16_093.44))
        .with("last_service", Val::Double(0.0))
        .with("trip", Val::Double(10.0))
        .with("voltage", Val::Double(12.4))
        .with("engine_speed", Val::Double(3_000.0))
        .with("run_time", Val::Double(600.0))
        .with("ratio", Val::Double(0.25))
        .with("fuel_level", Val::Double(25.0))
        .with("$overtemp", Val::Double(115.0))
        .with("$margin", Val::Double(8.0));
    for text in [
        "odometer == 10000 mi",
        "odometer - last_service >= 10000 mi",
        "odometer > 15000 km && odometer<16100km",
        "trip < 16.1 km && 16.09 km < trip",
        "trip + 6.21371192237334 mi < 26.1 km",
        "odometer > trip && trip < odometer",
        "voltage == 12400 mV && voltage < 12.5V",
        "engine_speed / 2.0 == 1500 rpm && 2.0 * engine_speed == 6000 rpm",
        "engine_speed / 1000 rpm == 3.0",
        "run_time == 10 min && run_time > 9.9 min && run_time + 5 min == 15 min",
        "run_time in [5 min, 10 min]",
        "ratio == 25 % && 25 % == ratio",
        "fuel_level * 2.0 == 50 % && fuel_level / 2.0 == 12.5 %",
        "100 km/h == 27.77777777777778 m/s",
        "100 km/2.0 == 50 km",
        "1000.0 * 1 km == 1000 km",
        "25 % * 200 km == 50 km",
        "odometer in [10000 mi, 5 km]",
    ] {
        assert_eq!(evaluate(text, &car).0, Explained::Bool(true), "{text}");
    }
}

#[test]
fn a_temperature_after_plus_or_minus_is_a_difference() {
    let car = Car::default()
        .with("coolant", Val::Double(107.0))
        .with("ambient", Val::Double(20.0))
        .with("$overtemp", Val::Double(115.0))
        .with("$margin", Val::Double(8.0));
    for text in [
        "coolant > 100 °C && coolant > 100degC && coolant > 100 degC",
        "coolant == 224.6 °F && 0 °C == 32 °F && 0 °C == 273.15 K",
        "coolant <= $overtemp - 8 °C && coolant >= $overtemp - 8 K && coolant >= $overtemp - 14.4 °F",
        "coolant == $overtemp - $margin",
        "coolant - ambient == 87 °C && coolant - ambient > 150 °F && 156 °F < coolant - ambient",
        "coolant - ambient - 7 °C == 80 °C",
        "ambient + 80 °C + 7 °C == coolant",
        "ambient + (87 °C) == coolant",
        "ambient > -5 °C && ambient > - 5 °C && ambient > -5 °F && ambient + -5 °C == 15 °C",
        "(coolant - ambient) * 2.0 == 174 °C && (coolant - ambient) / 87 °C == 1.0",
        "math.abs(ambient - coolant) == 87 °C",
        "coolant - ambient in [87 °C]",
        "math.greatest(coolant - ambient, 90 °C) == 90 °C",
        "$margin == 8 °C && $margin + ambient == 28 °C",
        "coolant > 32 °F + 10 °C",
        "true ? coolant > 1 °C : false",
    ] {
        assert_eq!(evaluate(text, &car).0, Explained::Bool(true), "{text}");
    }
}

/// The rows of a truth table: left, right, both, either.
const TRUTHS: [(&str, &str, &str, &str); 9] = [
    ("T", "T", "T", "T"),
    ("T", "F", "F", "T"),
    ("T", "U", "U", "T"),
    ("F", "T", "F", "T"),
    ("F", "F", "F", "F"),
    ("F", "U", "F", "U"),
    ("U", "T", "U", "T"),
    ("U", "F", "F", "U"),
    ("U", "U", "U", "U"),
];

fn truth(text: &str) -> Val<'static> {
    match text {
        "T" => Val::Bool(true),
        "F" => Val::Bool(false),
        _ => Val::Unknown,
    }
}

#[test]
fn unknown_follows_kleene() {
    for (left, right, both, either) in TRUTHS {
        let car = Car::default().with("ignition", truth(left)).with("door_open", truth(right));
        for (text, expected) in [
            ("ignition && door_open", both),
            ("ignition || door_open", either),
            ("!(!ignition || !door_open)", both),
            ("!(!ignition && !door_open)", either),
        ] {
            assert_eq!(evaluate(text, &car).0, truth(expected).into(), "{text}: {left} {right}");
        }
    }
    let car = Car::default().with("door_open", Val::Bool(true)).with("gear", Val::Int(1));
    for (text, expected) in [
        ("!ignition", "U"),
        ("coolant > 5 °C", "U"),
        ("!(coolant > 5 °C)", "U"),
        ("coolant != 10 °C", "U"),
        ("coolant == coolant", "U"),
        ("odometer - last_service > 15000 km", "U"),
        ("ignition ? true : true", "U"),
        ("door_open ? true : ignition", "T"),
        ("has(coolant)", "F"),
        ("has(gear)", "T"),
        ("has(misfire.since)", "F"),
        ("has($overtemp)", "F"),
        ("!has(coolant) || coolant > 5 °C", "T"),
        ("gear in [1, misfire.count]", "T"),
        ("gear in [misfire.count, 1]", "T"),
        ("gear in [2, misfire.count]", "U"),
        ("misfire.count in [1]", "U"),
        ("misfire.count in []", "F"),
        ("fuel_type.startsWith('d')", "U"),
        ("math.abs(coolant - ambient) > 1 °C", "U"),
        ("false && coolant > 5 °C", "F"),
        ("coolant > 5 °C || true", "T"),
    ] {
        assert_eq!(evaluate(text, &car).0, truth(expected).into(), "{text}");
    }
}

#[test]
fn overflow_and_division_by_zero_are_unknown_and_counted() {
    let car = Car::default()
        .with("gear", Val::Int(i64::MAX))
        .with("ratio", Val::Double(f64::MAX))
        .with("misfire.count", Val::Int(0))
        .with("at", Val::Time(i64::MAX))
        .with("wait", Val::Duration(i64::MIN))
        .with("run_time", Val::Double(1e300))
        .with("fuel_type", Val::Str("diesel"));
    for (text, overflow, division, unreadable) in [
        ("gear + 1 > 0", 1, 0, 0),
        ("gear * 2 > 0 || gear - -1 > 0", 2, 0, 0),
        ("gear / misfire.count > 0", 0, 1, 0),
        ("gear % misfire.count > 0", 0, 1, 0),
        ("ratio / 0.0 > 1.0", 0, 1, 0),
        ("ratio * 10.0 > 1.0", 1, 0, 0),
        ("ratio + ratio > 1.0", 1, 0, 0),
        ("1 / 0 == 1", 0, 1, 0),
        ("9223372036854775807 + 1 > 0", 1, 0, 0),
        ("-(-9223372036854775807 - 1) > 0", 1, 0, 0),
        ("int(ratio) > 0", 1, 0, 0),
        ("at + 1 s > at", 1, 0, 0),
        ("wait - 1 s < wait", 1, 0, 0),
        ("run_time > 1 s", 1, 0, 0),
        ("int(fuel_type) > 0", 0, 0, 1),
        ("double(fuel_type) > 0.0", 0, 0, 1),
        ("timestamp(fuel_type) > at", 0, 0, 1),
        ("duration(fuel_type) > wait", 0, 0, 1),
    ] {
        let counted = EvalCounters { overflow, division_by_zero: division, unreadable };
        assert_eq!(evaluate(text, &car), (Explained::Unknown, counted), "{text}");
    }
    // What is not evaluated is not counted.
    assert_eq!(evaluate("misfire.count > 0 && 1 / misfire.count > 0", &car).1, EvalCounters::default());
}

#[test]
fn a_value_that_is_not_of_its_type_is_unknown() {
    for wrong in [Val::Double(f64::NAN), Val::Double(f64::INFINITY), Val::Int(5), Val::Str("5")] {
        let car =
            Car::default().with("coolant", wrong).with("gear", Val::Double(1.0)).with("run_time", wrong);
        for text in
            ["coolant > 5 °C", "coolant + 5 °C > 5 °C", "gear > 0", "run_time > 1 s", "coolant > $overtemp"]
        {
            assert_eq!(evaluate(text, &car).0, Explained::Unknown, "{text} {wrong:?}");
        }
        assert_eq!(evaluate("has(coolant) || has(gear) || has(run_time)", &car).0, Explained::Bool(false));
    }
}
