//! A condition in words, for people who read a pack and write none.

use super::ast::{Ast, AstId, AstKind, BinaryOp, Call, Comparison, LogicOp};
use super::diagnostic::Sink;
use super::parser;

/// What an expression alone does not tell of its names.
#[derive(Clone, Copy)]
pub(crate) struct About<'a> {
    /// Whether the name is a trouble code of the pack.
    pub(crate) is_code: &'a dyn Fn(&str) -> bool,
    /// For a window, over what its slope is measured: `day`.
    pub(crate) slope_per: &'a dyn Fn(&str) -> Option<String>,
}

/// The condition as half a sentence: `!ignition` reads as `ignition is off`, a comparison with its operator in words. What
/// has no words stays as it is written. `None` where the text is no expression.
pub(crate) fn words(text: &str, about: About<'_>) -> Option<String> {
    let mut sink = Sink::default();
    let ast = parser::parse(text, &mut sink)?;
    if !sink.is_empty() {
        return None;
    }
    Some(Words { text, ast: &ast, about }.condition(ast.root, Around::Nothing))
}

/// What stands around a part, which decides whether it needs parentheses.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Around {
    Nothing,
    And,
    Or,
    Not,
}

struct Words<'a> {
    text: &'a str,
    ast: &'a Ast,
    about: About<'a>,
}

/// The parser bounds how deep a tree is, so these do not recurse without a bound.
impl Words<'_> {
    fn condition(&self, id: AstId, around: Around) -> String {
        match self.kind(id) {
            Some(AstKind::Logic(op, ..)) => {
                let op = *op;
                let (word, inside) = match op {
                    LogicOp::And => (" and ", Around::And),
                    LogicOp::Or => (" or ", Around::Or),
                };
                let mut parts = Vec::new();
                self.chain(op, id, &mut parts);
                let parts: Vec<_> = parts.into_iter().map(|part| self.condition(part, inside)).collect();
                let text = parts.join(word);
                if around == Around::Nothing || around == inside { text } else { format!("({text})") }
            }
            Some(AstKind::Not(inner)) => match self.kind(*inner) {
                Some(AstKind::Call(call)) if call.name == "has" => {
                    format!("{} is not known", self.arguments(call))
                }
                Some(AstKind::Name(name)) => self.truth(name, false),
                _ => format!("not {}", self.condition(*inner, Around::Not)),
            },
            Some(AstKind::Call(call)) if call.name == "has" && call.receiver.is_none() => {
                format!("{} is known", self.arguments(call))
            }
            Some(AstKind::Binary(BinaryOp::Compare(comparison), left, right)) => {
                let word = match comparison {
                    Comparison::Equal => "is",
                    Comparison::NotEqual => "is not",
                    Comparison::Less => "is below",
                    Comparison::LessEqual => "is at most",
                    Comparison::Greater => "is above",
                    Comparison::GreaterEqual => "is at least",
                };
                format!("{} {word} {}", self.value(*left), self.value(*right))
            }
            Some(AstKind::In(item, list)) => {
                let list: Vec<_> = list.iter().map(|item| self.value(*item)).collect();
                format!("{} is one of {}", self.value(*item), list.join(", "))
            }
            Some(AstKind::Name(name)) => self.truth(name, true),
            _ => self.value(id),
        }
    }

    /// A name that is a condition: lamps are on, codes are reported, all else is true.
    fn truth(&self, name: &str, holds: bool) -> String {
        let last = name.rsplit('_').next().unwrap_or_default();
        let (yes, no) = if (self.about.is_code)(name) {
            ("is reported", "is not reported")
        } else if matches!(last, "ignition" | "indicator" | "lamp" | "light" | "lights") {
            ("is on", "is off")
        } else {
            ("is true", "is not true")
        };
        format!("{} {}", self.name(name), if holds { yes } else { no })
    }

    fn name(&self, name: &str) -> String {
        let per = name.strip_suffix(".slope").and_then(|window| (self.about.slope_per)(window));
        let per = per.map_or_else(String::new, |per| format!(" per {per}"));
        name_in_words(name) + &per
    }

    /// The parts of `a && b && c`, from left to right. A chain is as long as the text at most, and flat.
    fn chain(&self, op: LogicOp, id: AstId, into: &mut Vec<AstId>) {
        let (mut id, from) = (id, into.len());
        while let Some(AstKind::Logic(found, left, right)) = self.kind(id)
            && *found == op
        {
            into.push(*right);
            id = *left;
        }
        into.push(id);
        into[from..].reverse();
    }

    fn arguments(&self, call: &Call) -> String {
        call.arguments.iter().map(|argument| self.value(*argument)).collect::<Vec<_>>().join(", ")
    }

    /// A value: names without underscores, everything else as it is written.
    fn value(&self, id: AstId) -> String {
        match self.kind(id) {
            Some(AstKind::Name(name)) => self.name(name),
            Some(AstKind::Binary(BinaryOp::Compare(_), ..) | AstKind::Logic(..)) => {
                format!("({})", self.condition(id, Around::Nothing))
            }
            Some(AstKind::Binary(op, left, right)) => {
                format!("{} {} {}", self.operand(*left), op.symbol().replace('*', "×"), self.operand(*right))
            }
            _ => self.written(id),
        }
    }

    fn operand(&self, id: AstId) -> String {
        match self.kind(id) {
            Some(AstKind::Binary(..) | AstKind::Conditional(..)) => format!("({})", self.value(id)),
            _ => self.value(id),
        }
    }

    fn written(&self, id: AstId) -> String {
        let span = self.ast.nodes.get(id).map(|node| node.span);
        let text =
            span.and_then(|span| self.text.get(span.start as usize..span.end as usize)).unwrap_or_default();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn kind(&self, id: AstId) -> Option<&AstKind> {
        self.ast.nodes.get(id).map(|node| &node.kind)
    }
}

/// `engine_coolant_temperature` is `engine coolant temperature`; fields of a code have words of their own.
fn name_in_words(name: &str) -> String {
    let (base, field) = name.split_once('.').map_or((name, None), |(base, field)| (base, Some(field)));
    let base = base.replace('_', " ");
    match field {
        None => base,
        Some("since") => format!("the start of {base}"),
        Some("count") => format!("the number of {base}"),
        Some("clean_drives") => format!("the clean drives since {base}"),
        Some(other) => format!("the {} of {base}", other.replace('_', " ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Option<String> {
        let per = |window: &str| (window == "week").then(|| "day".to_owned());
        super::words(text, About { is_code: &|name| name == "misfire", slope_per: &per })
    }

    #[test]
    fn a_condition_reads_as_half_a_sentence() {
        for (text, expected) in [
            ("ignition", "ignition is on"),
            ("water_in_fuel_lamp && !misfire", "water in fuel lamp is on and misfire is not reported"),
            ("misfire || charging", "misfire is reported or charging is true"),
            ("week.slope < -0.1 V", "the slope of week per day is below -0.1 V"),
            ("!abs_lamp", "abs lamp is off"),
            ("abs_lamp && vehicle_speed > 10 km/h", "abs lamp is on and vehicle speed is above 10 km/h"),
            (
                "engine_coolant_temperature > $overtemp && (!has(ignition) || ignition)",
                "engine coolant temperature is above $overtemp and (ignition is not known or ignition is on)",
            ),
            ("a < $b - 8 °C || c <= 2", "a is below $b - 8 °C or c is at most 2"),
            ("!(a && b) && c != \"x\"", "not (a is true and b is true) and c is not \"x\""),
            ("x in [\"a\", \"b\"]", "x is one of \"a\", \"b\""),
            ("misfire.count >= 3", "the number of misfire is at least 3"),
            ("week.average < 12.4 V", "the average of week is below 12.4 V"),
            ("a <= b_c * $d", "a is at most b c × $d"),
        ] {
            assert_eq!(words(text).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(words("a >"), None);
        let long = vec!["a"; 250].join(" && ");
        assert_eq!(words(&long).map(|text| text.matches(" and ").count()), Some(249));
    }
}
