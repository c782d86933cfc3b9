//! Expressions as trees: how they are written, what they read, and what they mean.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::fmt;

use crate::facts::Facts;

/// A value of the language; instants and durations in nanoseconds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Unknown,
    Bool(bool),
    Int(i64),
    /// A number in the unit of the signal that it meets.
    Number(f64),
    Text(String),
    Time(i64),
    Duration(i64),
}

/// Something that facts know, and that a rule may read.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Name {
    Signal(&'static str),
    /// A declared code, by its place in the pack.
    Code(usize, &'static str),
    Today,
    /// A parameter, by its place.
    Param(usize),
    /// A field of a window of the rule, by its place.
    Window(usize, &'static str),
}

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Expr {
    /// A value, and how it is written.
    Literal(Value, String),
    Name(Name),
    Has(Name),
    Not(Box<Expr>),
    /// `&&`, `||`, a comparison, `+`, `-` or `/`.
    Infix(Box<Expr>, &'static str, Box<Expr>),
    Conditional(Box<Expr>, Box<Expr>, Box<Expr>),
    In(Box<Expr>, Vec<Expr>),
}

/// The names of the codes that packs of this test declare, in their order.
pub(crate) const CODES: [&str; 3] = ["misfire", "lean", "network"];

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Signal(signal) => f.write_str(signal),
            Self::Code(code, "") => f.write_str(CODES[*code]),
            Self::Code(code, field) => write!(f, "{}.{field}", CODES[*code]),
            Self::Today => f.write_str("today"),
            Self::Param(param) => write!(f, "$p{param}"),
            Self::Window(window, field) => write!(f, "w{window}.{field}"),
        }
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Literal(_, text) => f.write_str(text),
            Self::Name(name) => write!(f, "{name}"),
            Self::Has(name) => write!(f, "has({name})"),
            Self::Not(inner) => write!(f, "!({inner})"),
            Self::Infix(left, operator, right) => write!(f, "({left} {operator} {right})"),
            Self::Conditional(c, a, b) => write!(f, "({c} ? {a} : {b})"),
            Self::In(needle, list) => {
                let list: Vec<String> = list.iter().map(ToString::to_string).collect();
                write!(f, "({needle} in [{}])", list.join(", "))
            }
        }
    }
}

impl Expr {
    pub(crate) fn reads(&self) -> BTreeSet<Name> {
        let mut names = BTreeSet::new();
        self.collect(&mut names);
        names
    }

    fn collect(&self, names: &mut BTreeSet<Name>) {
        match self {
            Self::Literal(..) => {}
            Self::Name(name) | Self::Has(name) => {
                names.insert(*name);
            }
            Self::Not(inner) => inner.collect(names),
            Self::Infix(left, _, right) => {
                left.collect(names);
                right.collect(names);
            }
            Self::Conditional(c, a, b) => {
                c.collect(names);
                a.collect(names);
                b.collect(names);
            }
            Self::In(needle, list) => {
                needle.collect(names);
                for element in list {
                    element.collect(names);
                }
            }
        }
    }

    /// What the expression means, by Kleene.
    pub(crate) fn value(&self, facts: &Facts) -> Value {
        match self {
            Self::Literal(value, _) => value.clone(),
            Self::Name(name) => facts.value(*name),
            Self::Has(name) => Value::Bool(facts.value(*name) != Value::Unknown),
            Self::Not(inner) => match inner.value(facts) {
                Value::Bool(value) => Value::Bool(!value),
                _ => Value::Unknown,
            },
            Self::Infix(left, operator, right) => infix(&left.value(facts), operator, &right.value(facts)),
            Self::Conditional(c, a, b) => match c.value(facts) {
                Value::Bool(true) => a.value(facts),
                Value::Bool(false) => b.value(facts),
                _ => Value::Unknown,
            },
            Self::In(needle, list) => {
                let needle = needle.value(facts);
                list.iter()
                    .map(|element| infix(&needle, "==", &element.value(facts)))
                    .fold(Value::Bool(false), |found, equal| infix(&found, "||", &equal))
            }
        }
    }

    /// The truth of a condition; `None` is unknown.
    pub(crate) fn truth(&self, facts: &Facts) -> Option<bool> {
        match self.value(facts) {
            Value::Bool(value) => Some(value),
            _ => None,
        }
    }
}

/// Kleene's and of two truths.
pub(crate) fn both(left: Option<bool>, right: Option<bool>) -> Option<bool> {
    match (left, right) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

pub(crate) fn infix(left: &Value, operator: &str, right: &Value) -> Value {
    use Value::{Bool, Duration, Int, Number, Text, Time, Unknown};
    match (operator, left, right) {
        ("&&", Bool(false), _) | ("&&", _, Bool(false)) => return Bool(false),
        ("||", Bool(true), _) | ("||", _, Bool(true)) => return Bool(true),
        (_, Unknown, _) | (_, _, Unknown) => return Unknown,
        ("&&", ..) => return Bool(true),
        ("||", ..) => return Bool(false),
        _ => {}
    }
    let whole = |value: Option<i64>, make: fn(i64) -> Value| value.map_or(Unknown, make);
    match (operator, left, right) {
        ("/", Int(a), Int(b)) => return whole(a.checked_div(*b), Int),
        ("+", Int(a), Int(b)) => return whole(a.checked_add(*b), Int),
        ("-", Int(a), Int(b)) => return whole(a.checked_sub(*b), Int),
        ("-", Time(a), Time(b)) => return whole(a.checked_sub(*b), Duration),
        ("+", Time(a), Duration(b)) => return whole(a.checked_add(*b), Time),
        ("+" | "-" | "/", Number(a), Number(b)) => {
            let result = match operator {
                "+" => a + b,
                "-" => a - b,
                _ => a / b,
            };
            return if result.is_finite() { Number(result) } else { Unknown };
        }
        _ => {}
    }
    let order = match (left, right) {
        (Bool(a), Bool(b)) => a.cmp(b),
        (Int(a), Int(b)) => a.cmp(b),
        (Number(a), Number(b)) => a.partial_cmp(b).unwrap(),
        (Text(a), Text(b)) => a.chars().cmp(b.chars()),
        (Time(a), Time(b)) | (Duration(a), Duration(b)) => a.cmp(b),
        other => panic!("{other:?} do not meet at {operator}"),
    };
    Bool(match operator {
        "==" => order == Ordering::Equal,
        "!=" => order != Ordering::Equal,
        "<" => order == Ordering::Less,
        "<=" => order != Ordering::Greater,
        ">" => order == Ordering::Greater,
        ">=" => order != Ordering::Less,
        other => panic!("{other} is no operator"),
    })
}
