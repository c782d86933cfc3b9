//! The reference page says what is true: each of its tables is read and tried.

use chrono::DateTime;

use super::mistakes::mistakes;
use super::*;

const PAGE: &str = include_str!("../../../../docs/reference/rule-expressions.md");

/// The rows below a table's head, each cell without its code marks.
pub(super) fn rows(head: &str) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let mut lines = PAGE.lines();
    while let Some(line) = lines.next() {
        if line == head {
            rows.extend(lines.by_ref().skip(1).map_while(cells));
        }
    }
    assert!(!rows.is_empty(), "the page has no table {head}");
    rows
}

fn cells(line: &str) -> Option<Vec<String>> {
    let inner = line.strip_prefix('|')?.strip_suffix('|')?.replace("\\|", "\u{1}");
    Some(inner.split('|').map(|cell| cell.trim().replace('\u{1}', "|")).collect())
}

pub(super) fn code(cell: &str) -> &str {
    cell.strip_prefix('`').and_then(|cell| cell.strip_suffix('`')).unwrap_or(cell)
}

/// The car of the page's examples, checked against the dictionary of these tests.
fn example_car() -> Car {
    rows("| name | type | value |").iter().fold(Car::default(), |car, row| {
        let (name, ty, value) = (code(&row[0]), row[1].as_str(), code(&row[2]));
        let plain = name.trim_start_matches('$');
        let Some(Symbol::Slot { ty: known, .. } | Symbol::Param { ty: known, .. }) =
            Dictionary.resolve(plain, name.starts_with('$'))
        else {
            panic!("{name} is not in the dictionary")
        };
        let described = match known {
            Ty::Bool => "truth".to_owned(),
            Ty::Int => "whole number".to_owned(),
            Ty::Double(UnitTy::PLAIN) => "number".to_owned(),
            Ty::Double(UnitTy { unit, .. }) => format!("number in `{unit}`"),
            Ty::String => "text".to_owned(),
            Ty::Timestamp => "instant".to_owned(),
            Ty::Duration => "duration".to_owned(),
        };
        assert_eq!(ty, described, "{name}");
        let value = match (known, value) {
            (_, "unknown") => return car,
            (Ty::Bool, value) => Val::Bool(value.parse().unwrap()),
            (Ty::Int, value) => Val::Int(value.parse().unwrap()),
            (Ty::Double(_), value) => Val::Double(value.parse().unwrap()),
            (_, value) => {
                assert_eq!(value, "'diesel'");
                Val::Str("diesel")
            }
        };
        car.with(name, value)
    })
}

/// A value as the page writes it.
fn shown(value: &Explained, ty: Ty) -> String {
    match (value, ty) {
        (Explained::Unknown, _) => "unknown".to_owned(),
        (Explained::Bool(value), _) => value.to_string(),
        (Explained::Int(value), _) => value.to_string(),
        (Explained::Double(value), Ty::Double(UnitTy { unit, .. })) if unit != U::One => {
            format!("{value} {unit}")
        }
        (Explained::Double(value), _) => format!("{value:?}"),
        (Explained::Text(text), _) => format!("'{text}'"),
        (Explained::Time(nanos), _) => {
            DateTime::from_timestamp_nanos(*nanos).to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)
        }
        (Explained::Duration(nanos), _) => format!("{}s", nanos / 1_000_000_000),
    }
}

#[test]
fn the_examples_come_out_as_the_page_says() {
    let car = example_car();
    for row in rows("| expression | value |") {
        let (text, expected) = (code(&row[0]), code(&row[1]));
        let ty = compile(text, &Dictionary, Expected::Any).unwrap().ty();
        assert_eq!(shown(&evaluate(text, &car).0, ty), expected, "{text}");
    }
}

#[test]
fn the_truth_table_of_the_page_is_right() {
    let rows = rows("| a | b | `a && b` | `a \\|\\| b` | `!a` |");
    assert_eq!(rows.len(), 9);
    let value = |cell: &str| match cell {
        "true" => Val::Bool(true),
        "false" => Val::Bool(false),
        _ => Val::Unknown,
    };
    for row in rows {
        let car = Car::default().with("ignition", value(&row[0])).with("door_open", value(&row[1]));
        for (text, expected) in
            [("ignition && door_open", &row[2]), ("ignition || door_open", &row[3]), ("!ignition", &row[4])]
        {
            assert_eq!(shown(&evaluate(text, &car).0, Ty::Bool), *expected, "{text}: {row:?}");
        }
    }
}

#[test]
fn the_page_says_how_temperatures_compute() {
    let mut allowed = std::collections::BTreeSet::new();
    for row in rows("| left | operator | right | gives |") {
        for operator in row[1].split(' ') {
            allowed.insert([&row[0], code(operator), &row[2], &row[3]].map(str::to_owned));
        }
    }
    let kinds = [("point", "coolant"), ("difference", "(coolant - ambient)"), ("number", "ratio")];
    for (left, left_text) in kinds {
        for operator in ["+", "-", "*", "/", "%"] {
            for (right, right_text) in kinds {
                if left == right && right == "number" {
                    continue;
                }
                let text = format!("{left_text} {operator} {right_text}");
                let given = match compile(&text, &Dictionary, Expected::Any).map(|program| program.ty()) {
                    Ok(Ty::Double(UnitTy::PLAIN)) => "number",
                    Ok(Ty::Double(DEGREES)) => "difference",
                    Ok(_) => "point",
                    Err(_) => "an error",
                };
                let entry = [left, operator, right, given].map(str::to_owned);
                assert_eq!(allowed.remove(&entry), given != "an error", "{text} gives {given}");
            }
        }
    }
    assert!(allowed.is_empty(), "{allowed:?}");
}

#[test]
fn the_page_lists_every_unit() {
    let listed = rows("| unit | also written | dimension |");
    let expected: Vec<Vec<String>> = U::ALL
        .iter()
        .filter(|unit| **unit != U::One)
        .map(|unit| {
            let synonyms: Vec<String> = unit
                .synonyms()
                .iter()
                .filter(|name| written_as(name, *unit))
                .map(|name| format!("`{name}`"))
                .collect();
            assert!(unit.symbol() == "%" || written_as(unit.symbol(), *unit), "{unit}");
            vec![format!("`{unit}`"), synonyms.join(", "), unit.dimension().to_string()]
        })
        .collect();
    assert_eq!(listed, expected, "\n{}", table(&expected));
}

/// Whether a number takes this word for the unit.
fn written_as(name: &str, unit: U) -> bool {
    let text = format!("5 {name}");
    match compile(&text, &Dictionary, Expected::Any).map(|program| program.ty()) {
        Ok(Ty::Double(found)) => found == UnitTy::absolute(unit),
        Ok(Ty::Duration) => units::is_time(unit),
        _ => false,
    }
}

#[test]
fn the_page_shows_every_mistake() {
    let rows = rows("| code | expression | place | suggestion |");
    let codes: Vec<&str> = rows.iter().map(|row| code(&row[0])).collect();
    let expected: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    let mut sorted = codes.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, expected);
    for row in &rows {
        // Too large to be shown.
        if row[2].is_empty() && row[0].starts_with("`too-") {
            continue;
        }
        let found = mistakes(code(&row[1]));
        let [mistake] = found.as_slice() else { panic!("{row:?}: {found:?}") };
        let shown = (
            mistake.code.as_str(),
            mistake.span.of(code(&row[1])),
            mistake.suggestion.as_deref().unwrap_or(""),
        );
        assert_eq!(shown, (code(&row[0]), code(&row[2]), row[3].as_str()));
    }
}

#[test]
fn the_page_has_the_limits() {
    let limits: Vec<(String, String)> =
        rows("| limit | value |").into_iter().map(|row| (row[0].clone(), row[1].clone())).collect();
    let expected = [
        ("bytes of an expression", MAX_LENGTH),
        ("depth", MAX_DEPTH as usize),
        ("operators", MAX_OPERATORS as usize),
        ("mistakes reported at once", MAX_DIAGNOSTICS),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_string()));
    assert_eq!(limits, expected);
}

fn table(rows: &[Vec<String>]) -> String {
    let lines: Vec<String> = rows.iter().map(|row| format!("| {} |", row.join(" | "))).collect();
    lines.join("\n")
}
