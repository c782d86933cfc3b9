//! Functions: which there are, what they take, and what their constant arguments must be.

use cc_core::MeasureUnit;
use chrono::DateTime;

use super::ast::{AstId, AstKind, Call};
use super::check::{Checker, describe};
use super::diagnostic::{Code, Span};
use super::scalar;
use super::text;
use super::tree::{Constant, Function, Kind, NodeId};
use super::types::{Scale, Ty, UnitTy};
use super::units;

/// Functions called by their name alone.
const FUNCTIONS: &[&str] = &["double", "duration", "has", "int", "size", "string", "timestamp"];
/// Functions called on a text.
const METHODS: &[&str] = &["contains", "endsWith", "size", "startsWith"];
/// Functions of `math`.
const MATH: &[&str] = &["math.abs", "math.greatest", "math.least"];

impl Checker<'_> {
    pub(super) fn call(&mut self, call: &Call, span: Span) -> Option<NodeId> {
        let Some(receiver) = call.receiver else {
            return match call.name.as_str() {
                "has" => self.has(call, span),
                "size" => self.text_function(Function::Size, &call.arguments, call, span),
                "int" | "double" | "string" | "timestamp" | "duration" => self.conversion(call, span),
                _ => self.unknown_function(call, FUNCTIONS.iter().chain(MATH).copied()),
            };
        };
        if matches!(&self.ast.nodes[receiver].kind, AstKind::Name(name) if name == "math") {
            return match call.name.as_str() {
                "abs" => self.abs(call, span),
                "least" => self.extreme(Function::Least, call, span),
                "greatest" => self.extreme(Function::Greatest, call, span),
                _ => self.unknown_function(call, MATH.iter().copied()),
            };
        }
        let function = match call.name.as_str() {
            "contains" => Function::Contains,
            "endsWith" => Function::EndsWith,
            "size" => Function::Size,
            "startsWith" => Function::StartsWith,
            _ => return self.unknown_function(call, METHODS.iter().copied()),
        };
        let arguments: Vec<AstId> = std::iter::once(receiver).chain(call.arguments.iter().copied()).collect();
        self.text_function(function, &arguments, call, span)
    }

    fn unknown_function<'n>(&mut self, call: &Call, names: impl Iterator<Item = &'n str>) -> Option<NodeId> {
        let suggestion = match call.name.as_str() {
            "min" => Some("write `math.least(a, b)`".to_owned()),
            "max" => Some("write `math.greatest(a, b)`".to_owned()),
            "abs" => Some("write `math.abs(a)`".to_owned()),
            "matches" => Some("patterns are left out; use `startsWith`, `endsWith` or `contains`".to_owned()),
            "uint" => Some("write `int(…)`".to_owned()),
            "for" | "count" | "absent" | "now" => {
                Some("time belongs into the blocks of the rule, not into its expressions".to_owned())
            }
            name => {
                let names: Vec<&str> = names.collect();
                let written = if call.receiver.is_some() && names == MATH {
                    format!("math.{name}")
                } else {
                    name.to_owned()
                };
                let nearest = text::closest(&written, names.iter().copied());
                Some(match nearest {
                    Some(nearest) => format!("did you mean `{nearest}`?"),
                    None => format!("there are {}", names.join(", ")),
                })
            }
        };
        self.sink.report(Code::UnknownFunction, call.name_span, "no function has this name", suggestion);
        None
    }

    fn wrong_arguments<T>(&mut self, span: Span, text: &str, example: &str) -> Option<T> {
        self.sink.report(Code::WrongArguments, span, text, Some(format!("write it as in `{example}`")));
        None
    }

    /// The only argument of a call; none where it was reported.
    fn only_argument(&mut self, call: &Call, example: &str) -> Option<AstId> {
        match call.arguments.as_slice() {
            [argument] => Some(*argument),
            _ => self.wrong_arguments(call.name_span, "this function takes one argument", example),
        }
    }

    fn has(&mut self, call: &Call, span: Span) -> Option<NodeId> {
        let argument = self.only_argument(call, "has(engine_speed)")?;
        if !matches!(self.ast.nodes[argument].kind, AstKind::Name(_) | AstKind::Param(_) | AstKind::Error) {
            let suggestion = Some("write the name alone, as in `has(engine_speed)`".to_owned());
            let argument = self.ast.nodes[argument].span;
            self.sink.report(
                Code::HasNeedsName,
                argument,
                "`has` asks whether a name has a value",
                suggestion,
            );
            return None;
        }
        let name = self.typed[argument]?;
        Some(self.push(Kind::Has(name), Ty::Bool, span))
    }

    /// A function of texts only.
    fn text_function(
        &mut self,
        function: Function,
        arguments: &[AstId],
        call: &Call,
        span: Span,
    ) -> Option<NodeId> {
        let (wanted, example, ty) = match function {
            Function::Size => (1, "size(name)", Ty::Int),
            Function::StartsWith => (2, "name.startsWith(\"A\")", Ty::Bool),
            Function::EndsWith => (2, "name.endsWith(\"A\")", Ty::Bool),
            _ => (2, "name.contains(\"A\")", Ty::Bool),
        };
        if arguments.len() != wanted {
            return self.wrong_arguments(
                call.name_span,
                "this function takes another number of arguments",
                example,
            );
        }
        let mut typed = Vec::with_capacity(wanted);
        for argument in arguments {
            let id = self.typed[*argument]?;
            if self.ty(id) != Ty::String {
                let text = format!("this function takes text, this is {}", describe(self.ty(id)));
                return self.wrong_arguments(self.span(id), &text, example);
            }
            typed.push(id);
        }
        Some(self.push(Kind::Call(function, typed), ty, span))
    }

    fn abs(&mut self, call: &Call, span: Span) -> Option<NodeId> {
        let argument = self.only_argument(call, "math.abs(a - b)")?;
        let id = self.typed[argument]?;
        match self.ty(id) {
            Ty::Double(UnitTy { unit, scale: Scale::Absolute }) if units::is_temperature(unit) => {
                let text =
                    "a temperature has no size without its sign; only a difference of temperatures has";
                self.sink.report(Code::Temperature, span, text, None);
                None
            }
            ty @ (Ty::Int | Ty::Double(_)) => Some(self.push(Kind::Call(Function::Abs, vec![id]), ty, span)),
            ty => {
                let text = format!("this function takes a number, this is {}", describe(ty));
                self.wrong_arguments(self.span(id), &text, "math.abs(a - b)")
            }
        }
    }

    /// `math.least` and `math.greatest`: numbers of one type, in one unit.
    fn extreme(&mut self, function: Function, call: &Call, span: Span) -> Option<NodeId> {
        let example = "math.least(a, b)";
        let Some((first, others)) = call.arguments.split_first() else {
            return self.wrong_arguments(
                call.name_span,
                "this function takes at least one argument",
                example,
            );
        };
        let mut all = self.number(*first, example)?;
        for other in others {
            let other = self.number(*other, example)?;
            let (left, right, ty) = self.alike(all, other, span)?;
            all = self.push(Kind::Call(function, vec![left, right]), ty, span);
        }
        Some(all)
    }

    fn number(&mut self, argument: AstId, example: &str) -> Option<NodeId> {
        let id = self.typed[argument]?;
        if matches!(self.ty(id), Ty::Int | Ty::Double(_)) {
            return Some(id);
        }
        let text = format!("this function takes numbers, this is {}", describe(self.ty(id)));
        self.wrong_arguments(self.span(id), &text, example)
    }

    fn conversion(&mut self, call: &Call, span: Span) -> Option<NodeId> {
        let name = call.name.as_str();
        let example = match name {
            "int" => "int(x)",
            "double" => "double(n)",
            "string" => "string(5)",
            "timestamp" => "timestamp(\"2026-01-31T12:00:00Z\")",
            _ => "duration(\"1h30m\")",
        };
        let argument = self.only_argument(call, example)?;
        let id = self.typed[argument]?;
        let (function, ty) = match (name, self.ty(id)) {
            ("int", Ty::Int) | ("double", Ty::Double(_)) | ("string", Ty::String) => return Some(id),
            ("timestamp", Ty::Timestamp) | ("duration", Ty::Duration) => return Some(id),
            ("int", Ty::Double(unit)) if unit.unit != MeasureUnit::One => {
                let text = format!("`int` would drop the unit of {}", describe(Ty::Double(unit)));
                let suggestion = Some(format!("divide by `1 {}` first", unit.unit));
                self.sink.report(Code::WrongArguments, self.span(id), text, suggestion);
                return None;
            }
            ("int", Ty::Double(_) | Ty::String | Ty::Timestamp) => (Function::ToInt, Ty::Int),
            ("double", Ty::Int | Ty::String) => (Function::ToDouble, Ty::Double(UnitTy::PLAIN)),
            ("timestamp", Ty::Int | Ty::String) => (Function::ToTimestamp, Ty::Timestamp),
            ("duration", Ty::String) => (Function::ToDuration, Ty::Duration),
            ("string", _) => return self.constant_text(id, span),
            (_, ty) => {
                let text = format!("`{name}` cannot be made of {}", describe(ty));
                return self.wrong_arguments(self.span(id), &text, example);
            }
        };
        if let Some(Constant::Text(text)) = &self.tree.nodes[id].constant {
            let (code, fits, what) = match function {
                Function::ToTimestamp => (
                    Code::BadTimestamp,
                    scalar::parse_timestamp(text).is_some(),
                    "this text is not an instant with an offset between 1678 and 2262",
                ),
                Function::ToDuration => (
                    Code::BadDuration,
                    scalar::parse_duration(text).is_some(),
                    "this text is not a duration of at most 292 years",
                ),
                _ => (Code::BadNumber, fits(function, text), "this text is not a number in range"),
            };
            if !fits {
                self.sink.report(code, self.span(id), what, Some(format!("write it as in `{example}`")));
                return None;
            }
        }
        Some(self.push(Kind::Call(function, vec![id]), ty, span))
    }

    /// `string(constant)`: evaluating never allocates, so only constants become text.
    fn constant_text(&mut self, id: NodeId, span: Span) -> Option<NodeId> {
        let text = match &self.tree.nodes[id].constant {
            Some(Constant::Bool(value)) => value.to_string(),
            Some(Constant::Int(value)) => value.to_string(),
            Some(Constant::Double(value)) => text::double_text(*value),
            Some(Constant::Time(nanos)) => {
                let time = DateTime::from_timestamp_nanos(*nanos);
                time.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)
            }
            Some(Constant::Duration(nanos)) => seconds_text(*nanos),
            Some(Constant::Text(text)) => text.to_string(),
            None => {
                let suggestion = Some("put the value into the arguments of the message".to_owned());
                let place = self.span(id);
                self.sink.report(Code::TextNotConstant, place, "only constants can become text", suggestion);
                return None;
            }
        };
        Some(self.literal(Constant::Text(text.into()), Ty::String, span))
    }
}

fn fits(function: Function, text: &str) -> bool {
    match function {
        Function::ToInt => text.parse::<i64>().is_ok(),
        _ => text.parse::<f64>().is_ok_and(f64::is_finite),
    }
}

/// A duration as CEL prints it: decimal seconds.
fn seconds_text(nanos: i64) -> String {
    let sign = if nanos < 0 { "-" } else { "" };
    let (seconds, rest) = (nanos.unsigned_abs() / 1_000_000_000, nanos.unsigned_abs() % 1_000_000_000);
    if rest == 0 {
        return format!("{sign}{seconds}s");
    }
    let fraction = format!("{rest:09}");
    format!("{sign}{seconds}.{}s", fraction.trim_end_matches('0'))
}
