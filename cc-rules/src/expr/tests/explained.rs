//! How an evaluation is shown.

use super::*;

/// One line a part: text, value, unit, age in seconds, truth.
fn lines(node: &ExplainNode, depth: usize, out: &mut Vec<String>) {
    let unit = node.unit.map(|unit| format!(" {unit}")).unwrap_or_default();
    let age = node.age.map(|age| format!(" ({} s old)", age / 1_000_000_000)).unwrap_or_default();
    let truth = node.truth.map(|truth| format!(" {truth:?}")).unwrap_or_default();
    let line = format!("{}{} = {:?}{unit}{age}{truth}", "  ".repeat(depth), node.text, node.value);
    out.push(line);
    for child in &node.children {
        lines(child, depth + 1, out);
    }
}

fn explained(text: &str, car: &Car) -> Vec<String> {
    let program = compile(text, &Dictionary, Expected::Any).unwrap();
    let mut out = Vec::new();
    lines(&program.explain(car), 0, &mut out);
    out
}

#[test]
fn each_part_shows_its_value_unit_age_and_truth() {
    let car = Car::default()
        .with("coolant", Val::Double(118.0))
        .with("voltage", Val::Double(12.1))
        .with("$overtemp", Val::Double(115.0));
    assert_eq!(
        explained("coolant > $overtemp - 8 °C && (ignition || voltage < 12400 mV)", &car),
        [
            "coolant > $overtemp - 8 °C && (ignition || voltage < 12400 mV) = Bool(true) True",
            "  coolant > $overtemp - 8 °C = Bool(true) True",
            "    coolant = Double(118.0) °C (0 s old)",
            "    $overtemp - 8 °C = Double(107.0) °C",
            "      $overtemp = Double(115.0) °C",
            "  ignition || voltage < 12400 mV = Bool(true) True",
            "    ignition = Unknown Unknown",
            "    voltage < 12400 mV = Bool(true) True",
            "      voltage = Double(12.1) V (3 s old)",
        ]
    );
}

#[test]
fn parts_that_did_not_matter_are_shown_too() {
    let car = Car::default()
        .with("gear", Val::Int(2))
        .with("trip", Val::Double(10.0))
        .with("misfire.count", Val::Int(0));
    assert_eq!(
        explained("gear in [1, 2, misfire.count] || has(odometer) && trip > odometer", &car),
        [
            "gear in [1, 2, misfire.count] || has(odometer) && trip > odometer = Bool(true) True",
            "  gear in [1, 2, misfire.count] = Bool(true) True",
            "    gear = Int(2) (20 s old)",
            "    misfire.count = Int(0) (15 s old)",
            "  has(odometer) && trip > odometer = Bool(false) False",
            "    has(odometer) = Bool(false) False",
            "      odometer = Unknown km",
            "    trip > odometer = Unknown Unknown",
            "      trip = Double(10.0) mi (10 s old)",
            "      odometer = Unknown mi",
        ]
    );
    assert_eq!(
        explained("math.least(gear, misfire.count, 5)", &car),
        [
            "math.least(gear, misfire.count, 5) = Int(0)",
            "  gear = Int(2) (20 s old)",
            "  misfire.count = Int(0) (15 s old)",
        ]
    );
}

#[test]
fn a_program_knows_its_type_and_what_it_reads() {
    let program = |text: &str| compile(text, &Dictionary, Expected::Any).unwrap();
    let overheat = program("coolant > $overtemp && (false || ignition) && has(gear)");
    assert_eq!((overheat.ty(), overheat.reads()), (Ty::Bool, &[0_u16, 11, 20][..]));
    assert_eq!(program("false && ignition").reads(), &[] as &[u16]);
    assert_eq!(program("2.0 * 5 km > trip").reads(), [10]);
    assert_eq!(program("2.0 * 5 km").reads(), &[] as &[u16]);
}

#[test]
fn a_value_takes_the_unit_of_its_place() {
    let kilometers = Ty::Double(UnitTy::absolute(U::Kilometer));
    let celsius = UnitTy::absolute(U::Celsius);
    let in_place = |text: &str, ty: Ty| {
        let program = compile(text, &Dictionary, Expected::Ty(ty)).map_err(|found| found[0].code)?;
        assert_eq!(program.ty(), ty);
        Ok(Explained::from(program.eval(&Car::default(), &mut EvalCounters::default())))
    };
    assert_eq!(in_place("10 mi", kilometers), Ok(Explained::Double(16.09344)));
    assert_eq!(in_place("trip", kilometers), Ok(Explained::Unknown));
    assert_eq!(in_place("212 °F", Ty::Double(celsius)), Ok(Explained::Double(100.0)));
    assert_eq!(in_place("9 °F", Ty::Double(DEGREES)), Ok(Explained::Double(5.0)));
    assert_eq!(in_place("coolant - 5 °C", Ty::Double(DEGREES)), Err(Code::Temperature));
    assert_eq!(in_place("10", kilometers), Err(Code::MissingUnit));
    assert_eq!(in_place("10.0", kilometers), Err(Code::MissingUnit));
    assert_eq!(in_place("5 V", kilometers), Err(Code::UnitMismatch));
    assert_eq!(in_place("5 min", kilometers), Err(Code::WrongResult));
    assert_eq!(in_place("5", Ty::Double(UnitTy::PLAIN)), Err(Code::WrongResult));
    assert_eq!(in_place("'a'", Ty::String), Ok(Explained::Text("a".to_owned())));
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a thread with a small stack")]
fn the_largest_expressions_fit_a_small_stack() {
    let wide = format!("gear > 0{}", " && gear > 0".repeat(127));
    let sum = format!("gear{} > 0", " + gear".repeat(254));
    let deep = format!("{}gear{}", "1 + 1 * (".repeat(30), ")".repeat(30)) + " == 1";
    let branches = format!("{}ignition", "ignition ? ignition : ".repeat(31));
    let nested = format!("{}ignition{}", "ignition || ignition && ignition == (".repeat(30), ")".repeat(30));
    let lists = format!("{}true{}", "gear in [gear * (gear + 1), 0] == (".repeat(29), ")".repeat(29));
    let memberships = format!("gear in [1]{}", " in [true]".repeat(120));
    let checked = std::thread::Builder::new().stack_size(512 * 1024).spawn(move || {
        let car = Car::default().with("gear", Val::Int(1)).with("ignition", Val::Bool(true));
        for text in [wide, sum, deep, branches, nested, lists, memberships] {
            let program = compile(&text, &Dictionary, Expected::Any).unwrap();
            let value = Explained::from(program.eval(&car, &mut EvalCounters::default()));
            assert_eq!(program.explain(&car).value, value, "{text}");
        }
    });
    checked.unwrap().join().unwrap();
}
