//! A text with its arguments put in.

use cc_core::{Argument, Arguments, MeasureUnit};

use super::template::{self, Case, Form, Piece};
use super::{numbers, plural};

/// What stands where a value is missing.
const MISSING: &str = "–";

pub(super) fn render(text: &str, args: &Arguments, language: &str) -> String {
    let mut out = String::with_capacity(text.len());
    match template::parse(text) {
        Ok(pieces) => write(&pieces, args, language, None, &mut out),
        // Refused when the pack was loaded.
        Err(_) => out.push_str(text),
    }
    out
}

/// As deep as texts nest; `number` is that of the innermost plural.
fn write(pieces: &[Piece], args: &Arguments, language: &str, number: Option<&str>, out: &mut String) {
    for piece in pieces {
        let argument = match piece {
            Piece::Text(text) => {
                out.push_str(text);
                continue;
            }
            Piece::Number => {
                out.push_str(&number.map_or_else(|| MISSING.to_owned(), |n| numbers::localised(n, language)));
                continue;
            }
            Piece::Argument(argument) => argument,
        };
        let value = args.get(argument.name.as_str());
        match &argument.form {
            Form::Plain { unit } => write_value(value, None, *unit, language, out),
            Form::Number { decimals, unit } => write_value(value, *decimals, *unit, language, out),
            Form::Plural(cases) => {
                let written = match value {
                    Some(Argument::Number { value, .. }) => Some(numbers::digits(*value, None)),
                    _ => None,
                };
                if let Some(inner) = by_number(cases, written.as_deref(), language) {
                    write(inner, args, language, written.as_deref(), out);
                }
            }
            Form::Select(cases) => {
                let word = match value {
                    Some(Argument::Bool(true)) => "true",
                    Some(Argument::Bool(false)) => "false",
                    Some(Argument::Text(text)) => text,
                    _ => "other",
                };
                let find = |wanted: &str| cases.iter().find(|(word, _)| word == wanted);
                match find(word).or_else(|| find("other")) {
                    Some((_, inner)) => write(inner, args, language, number, out),
                    None => out.push_str(MISSING),
                }
            }
        }
    }
}

fn by_number<'c>(
    cases: &'c [(Case, Vec<Piece>)],
    written: Option<&str>,
    language: &str,
) -> Option<&'c Vec<Piece>> {
    let find = |wanted: Case| cases.iter().find(|(case, _)| *case == wanted).map(|(_, inner)| inner);
    let exactly = written.and_then(|written| find(Case::Exactly(written.parse().ok()?)));
    let by_form = || find(Case::Category(plural::category(language, written?)));
    exactly.or_else(by_form).or_else(|| find(Case::Category(plural::Category::Other)))
}

fn write_value(
    value: Option<&Argument>,
    decimals: Option<u8>,
    wanted: Option<MeasureUnit>,
    language: &str,
    out: &mut String,
) {
    match value {
        None => out.push_str(MISSING),
        Some(Argument::Bool(value)) => out.push_str(if *value { "true" } else { "false" }),
        Some(Argument::Text(value)) => out.push_str(value.strip_suffix("T00:00:00Z").unwrap_or(value)),
        Some(Argument::Number { value, unit }) => {
            let wanted = wanted.unwrap_or(*unit);
            let (value, unit) = unit.convert(*value, wanted).map_or((*value, *unit), |value| (value, wanted));
            out.push_str(&numbers::localised(&numbers::digits(value, decimals), language));
            if unit != MeasureUnit::One {
                out.extend([" ", unit.symbol()]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_take_the_place_of_their_names() {
        let number = |value, unit| Argument::Number { value, unit };
        let args = Arguments::from([
            ("t".into(), number(118.5, MeasureUnit::Celsius)),
            ("v".into(), number(12.569, MeasureUnit::Volt)),
            ("p".into(), number(180.0, MeasureUnit::Kilopascal)),
            ("n".into(), number(3.0, MeasureUnit::One)),
            ("one".into(), number(1.0, MeasureUnit::One)),
            ("none".into(), number(0.0, MeasureUnit::One)),
            ("far".into(), number(15_000.0, MeasureUnit::Kilometer)),
            ("z".into(), number(-0.04, MeasureUnit::Celsius)),
            ("day".into(), Argument::Text("2026-05-01T00:00:00Z".into())),
            ("yes".into(), Argument::Bool(true)),
            ("fuel".into(), Argument::Text("petrol".into())),
        ]);
        for (text, english, danish) in [
            ("{t} now", "118.5 °C now", "118,5 °C now"),
            ("{v}", "12.6 V", "12,6 V"),
            ("{v, number, .2}", "12.57 V", "12,57 V"),
            ("{p}", "180 kPa", "180 kPa"),
            ("{p:bar}", "1.8 bar", "1,8 bar"),
            ("{p:km}", "180 kPa", "180 kPa"),
            ("{p:psi}.", "26.1 psi.", "26,1 psi."),
            ("{p, number, .2 bar}", "1.80 bar", "1,80 bar"),
            ("{far}", "15,000 km", "15.000 km"),
            ("{n} times", "3 times", "3 times"),
            ("{z}", "0 °C", "0 °C"),
            ("by {day}", "by 2026-05-01", "by 2026-05-01"),
            ("{gone}!", "–!", "–!"),
            ("{n, plural, one {# tyre} other {# tyres}}", "3 tyres", "3 tyres"),
            ("{one, plural, one {# tyre} other {# tyres}}", "1 tyre", "1 tyre"),
            ("{none, plural, =0 {no tyre} one {# tyre} other {# tyres}}", "no tyre", "no tyre"),
            ("{gone, plural, one {# tyre} other {# tyres}}", "– tyres", "– tyres"),
            ("{far, plural, one {# km} other {# km}}", "15,000 km", "15.000 km"),
            ("{yes, select, true {on} other {off}}", "on", "on"),
            ("{gone, select, true {on} false {off}}", "–", "–"),
            ("{fuel, select, diesel {d} petrol {{n, plural, other {p#}}} other {?}}", "p3", "p3"),
            ("{t, select, other {x}}", "x", "x"),
            ("it's '{n}' and '' #", "it's {n} and ' #", "it's {n} and ' #"),
            ("{n, plural, other {'#' # '{'}}", "# 3 {", "# 3 {"),
            ("", "", ""),
        ] {
            let both = (render(text, &args, "en"), render(text, &args, "da"));
            assert_eq!((both.0.as_str(), both.1.as_str()), (english, danish), "{text}");
        }
    }
}
