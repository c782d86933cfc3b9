//! CEL's own conformance cases (github.com/google/cel-spec, `tests/simple/testdata/*.textproto`): `CC_CEL_SPEC` names
//! the folder. What lies outside the scalar part is counted by reason; within it, everything must come out the same.

use std::collections::BTreeMap;
use std::path::Path;

use super::textproto::{Field, parse};
use super::*;

/// The variables of a case.
struct Bound(Vec<(String, Ty, Explained)>);

impl Names for Bound {
    fn resolve(&self, name: &str, is_param: bool) -> Option<Symbol> {
        let place = self.0.iter().position(|(known, ..)| !is_param && known == name)?;
        Some(Symbol::Slot { slot: place as u16, ty: self.0[place].1 })
    }

    fn candidates(&self, _: bool) -> Vec<&str> {
        Vec::new()
    }
}

impl Slots for Bound {
    fn get(&self, slot: u16) -> Val<'_> {
        match &self.0[usize::from(slot)].2 {
            Explained::Unknown => Val::Unknown,
            Explained::Bool(value) => Val::Bool(*value),
            Explained::Int(value) => Val::Int(*value),
            Explained::Double(value) => Val::Double(*value),
            Explained::Text(text) => Val::Str(text),
            Explained::Time(nanos) => Val::Time(*nanos),
            Explained::Duration(nanos) => Val::Duration(*nanos),
        }
    }

    fn age(&self, _: u16) -> Option<i64> {
        None
    }

    fn param(&self, _: u16) -> Val<'_> {
        Val::Unknown
    }
}

/// A scalar of a case; `None` where it is none.
fn scalar(value: &Field) -> Option<(Ty, Explained)> {
    let value = value.one("value").unwrap_or(value);
    let number = |text: &str| match text.trim_end_matches(['f', 'F']) {
        "inf" | "infinity" => Some(f64::INFINITY),
        "-inf" | "-infinity" => Some(f64::NEG_INFINITY),
        "nan" => Some(f64::NAN),
        text => text.parse().ok(),
    };
    if let Some(text) = value.text("bool_value") {
        return Some((Ty::Bool, Explained::Bool(text == "true")));
    }
    if let Some(text) = value.text("int64_value") {
        return Some((Ty::Int, Explained::Int(text.parse().ok()?)));
    }
    if let Some(text) = value.text("double_value") {
        return Some((Ty::Double(UnitTy::PLAIN), Explained::Double(number(&text.to_ascii_lowercase())?)));
    }
    if let Some(text) = value.text("string_value") {
        return Some((Ty::String, Explained::Text(text.to_owned())));
    }
    let object = value.one("object_value")?;
    let nanos = |object: &Field| {
        let part = |name: &str| object.text(name).map_or(Some(0), |text| text.parse::<i64>().ok());
        part("seconds")?.checked_mul(1_000_000_000)?.checked_add(part("nanos")?)
    };
    if let Some(object) = object.one("type.googleapis.com/google.protobuf.Timestamp") {
        return Some((Ty::Timestamp, Explained::Time(nanos(object)?)));
    }
    let object = object.one("type.googleapis.com/google.protobuf.Duration")?;
    Some((Ty::Duration, Explained::Duration(nanos(object)?)))
}

#[derive(Debug)]
enum Outcome {
    Same,
    Outside(String),
    Different(String),
}

/// Mistakes that say: this part of CEL is none of this language. All variables of a case are known, so that a name that
/// is not is one of a message, an enumeration or a type.
const OUTSIDE: &[Code] = &[Code::NotSupported, Code::UnknownFunction, Code::UnknownName];

fn judge(case: &Field, name: &str) -> Outcome {
    let outside = |why: &str| Outcome::Outside(why.to_owned());
    let Some(text) = case.text("expr") else { return outside("no expression") };
    let mut bound = Bound(Vec::new());
    for binding in case.all("bindings") {
        let value = binding.one("value").and_then(scalar);
        let (Some(name), Some((ty, value))) = (binding.text("key"), value) else {
            return outside("a variable that is no scalar");
        };
        bound.0.push((name.to_owned(), ty, value));
    }
    // Only where it does differ: of the cases of one name, others come out the same.
    let explained = EXPLAINED.iter().find(|(known, _)| *known == name).map(|(_, reason)| *reason);
    let different = |why: String| explained.map_or(Outcome::Different(why), outside);
    let fails = case.one("eval_error").is_some();
    let expected = case.one("value").and_then(scalar);
    let program = match compile(text, &bound, Expected::Any) {
        Ok(program) => program,
        Err(_) if fails => return Outcome::Same,
        Err(mistakes) => {
            return match mistakes.iter().find(|mistake| OUTSIDE.contains(&mistake.code)) {
                Some(mistake) => Outcome::Outside(format!("{}: {}", mistake.code.as_str(), mistake.text)),
                None => different(format!("{text}: {} ({})", mistakes[0].code.as_str(), mistakes[0].text)),
            };
        }
    };
    let found = Explained::from(program.eval(&bound, &mut EvalCounters::default()));
    match expected {
        // An error there is unknown here.
        _ if fails && found == Explained::Unknown => Outcome::Same,
        Some((_, Explained::Double(value))) if !value.is_finite() && found == Explained::Unknown => {
            outside(FINITE)
        }
        Some((_, expected)) if expected == found => Outcome::Same,
        None if !fails => outside("a result that is no scalar"),
        expected => different(format!("{text}: expected {expected:?}, found {found:?}")),
    }
}

/// Cases whose difference is on the page: file and name, and which difference it is.
const EXPLAINED: &[(&str, &str)] = &[
    ("comparisons/elem_in_mixed_type_list", CHECKED),
    ("comparisons/ne_double_nan", FINITE),
    ("comparisons/not_eq_double_nan", FINITE),
    ("comparisons/not_ne_double_nan", FINITE),
    ("logic/mixed_type", CHECKED),
    ("logic/short_circuit_type_left", CHECKED),
    ("logic/short_circuit_type_right", CHECKED),
    ("math_ext/binary_first_arg_double_max", ONE_TYPE),
    ("math_ext/binary_second_arg_double_max", ONE_TYPE),
    ("math_ext/binary_with_decimal", ONE_TYPE),
    ("math_ext/binary_with_int", ONE_TYPE),
    ("math_ext/ternary_double_max", ONE_TYPE),
    ("math_ext/ternary_double_min", ONE_TYPE),
    ("math_ext/ternary_with_decimal", ONE_TYPE),
    ("math_ext/ternary_with_int", ONE_TYPE),
    ("namespace/basic", CONTAINERS),
    ("namespace/disambiguation", CONTAINERS),
    ("namespace/self_eval_container_lookup", CONTAINERS),
    ("namespace/self_eval_container_lookup_unchecked", CONTAINERS),
    ("timestamps/add_time_to_duration_nanos_negative", RANGE),
    ("timestamps/add_time_to_duration_nanos_positive", RANGE),
    ("timestamps/toString_timestamp_nanos", RANGE),
];

const CHECKED: &str = "types are checked before anything runs";
const CONTAINERS: &str = "containers are left out";
const FINITE: &str = "infinities and NaN are unknown here";
const ONE_TYPE: &str = "math.least and math.greatest take arguments of one type";
const RANGE: &str = "instants have 64 bits of nanoseconds";

#[test]
#[allow(clippy::disallowed_methods, reason = "the cases are not part of this repository")]
fn the_public_conformance_cases_of_cel_come_out_the_same() {
    let Ok(folder) = std::env::var("CC_CEL_SPEC") else {
        println!("skipped: CC_CEL_SPEC does not name a folder");
        return;
    };
    let mut files: Vec<_> =
        std::fs::read_dir(Path::new(&folder)).unwrap().map(|file| file.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "textproto"));
    files.sort();
    assert!(!files.is_empty(), "no cases in the folder");
    let (mut same, mut different) = (0_u32, Vec::new());
    let mut reasons: BTreeMap<String, u32> = BTreeMap::new();
    for path in files {
        let file = path.file_stem().unwrap().to_string_lossy().into_owned();
        let root = parse(&std::fs::read(&path).unwrap()).unwrap_or_else(|at| panic!("{file}: byte {at}"));
        for case in root.all("section").flat_map(|section| section.all("test")) {
            let name = format!("{file}/{}", case.text("name").unwrap_or_default());
            match judge(case, &name) {
                Outcome::Same => same += 1,
                Outcome::Outside(reason) => *reasons.entry(reason).or_default() += 1,
                Outcome::Different(why) => different.push(format!("{name}: {why}")),
            }
        }
    }
    println!("{same} the same; outside the scalar part: {reasons:#?}");
    assert!(different.is_empty(), "{} differ:\n{}", different.len(), different.join("\n"));
    assert!(same > 300, "only {same} cases lie within the language");
}
