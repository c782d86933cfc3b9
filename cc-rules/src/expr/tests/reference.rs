//! Expressions made at random, how they are written, and what they mean: a second, slow and plain evaluator that shares
//! nothing with the first.

use std::fmt::Write as _;

use super::*;

/// The types that are made here; `Distance` is a double in km.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Sort {
    Bool,
    Int,
    Double,
    Distance,
    Text,
    Time,
    Duration,
}

/// An expression as it is made here.
#[derive(Clone, Debug)]
pub(super) enum Made {
    Literal(Val<'static>, String),
    Name(&'static str),
    Has(&'static str),
    /// `!x` or `-x`.
    Prefix(char, Box<Made>),
    /// Operands with the operator between them, and how strongly it binds.
    Infix(Box<Made>, &'static str, u8, Box<Made>),
    Conditional(Box<Made>, Box<Made>, Box<Made>),
    In(Box<Made>, Vec<Made>),
    /// A function and whether its first argument stands before it.
    Call(&'static str, bool, Vec<Made>),
    Parentheses(Box<Made>),
}

/// Instants as plain CEL writes them.
const INSTANTS: [(Val<'static>, &str); 5] = [
    (Val::Time(0), "timestamp(0)"),
    (Val::Time(-1_000_000_000), "timestamp(-1)"),
    (Val::Time(0), "timestamp('1970-01-01T01:00:00+01:00')"),
    (Val::Time(1_767_225_600_000_000_001), "timestamp('2026-01-01T00:00:00.000000001Z')"),
    (Val::Time(-9_000_000_000_000_000_000), "timestamp('1684-10-20T08:00:00Z')"),
];

/// Durations as plain CEL writes them.
const DURATIONS: [(Val<'static>, &str); 5] = [
    (Val::Duration(0), "duration('0')"),
    (Val::Duration(1), "duration('1ns')"),
    (Val::Duration(5_400_000_000_000), "duration('1h30m')"),
    (Val::Duration(-1_500_000), "duration('-1.5ms')"),
    (Val::Duration(9_000_000_000_000_000_000), "duration('2500000h')"),
];

/// Bytes that decide what is made; zeros when they run out, which make the smallest thing.
pub(super) struct Choices<'a> {
    bytes: &'a [u8],
    /// Only what plain CEL has too: no units, parameters or dotted names, and instants and durations as its functions.
    pub(super) plain: bool,
}

impl<'a> Choices<'a> {
    pub(super) fn new(bytes: &'a [u8], plain: bool) -> Self {
        Self { bytes, plain }
    }

    fn below(&mut self, limit: usize) -> usize {
        let Some((first, rest)) = self.bytes.split_first() else { return 0 };
        self.bytes = rest;
        usize::from(*first) % limit
    }

    fn one<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }

    fn names(&self, sort: Sort) -> &'static [&'static str] {
        match (sort, self.plain) {
            (Sort::Bool, false) => &["ignition", "door_open", "misfire"],
            (Sort::Bool, true) => &["ignition", "door_open"],
            (Sort::Int, false) => &["gear", "misfire.count", "$limit"],
            (Sort::Int, true) => &["gear"],
            (Sort::Double, _) => &["ratio", "load"],
            (Sort::Distance, _) => &["odometer", "last_service"],
            (Sort::Text, false) => &["fuel_type", "$brand"],
            (Sort::Text, true) => &["fuel_type"],
            (Sort::Time, false) => &["at", "misfire.since"],
            (Sort::Time, true) => &["at"],
            (Sort::Duration, false) => &["wait", "$pause"],
            (Sort::Duration, true) => &["wait"],
        }
    }

    fn any_sort(&mut self) -> Sort {
        use Sort::{Bool, Distance, Double, Duration, Int, Text, Time};
        if self.plain {
            self.one(&[Int, Double, Bool, Text, Time, Duration])
        } else {
            self.one(&[Int, Double, Bool, Text, Distance, Time, Duration])
        }
    }

    pub(super) fn value(&mut self, sort: Sort) -> Val<'static> {
        const INTS: [i64; 10] = [0, 1, -1, 2, 7, -5, 1 << 53, (1 << 53) + 1, i64::MAX, i64::MIN];
        match sort {
            Sort::Bool => Val::Bool(self.below(2) == 1),
            Sort::Int => {
                // Beyond 2^53 the other implementation rounds whole numbers before it compares them.
                let value = self.one(&INTS);
                Val::Int(if self.plain && value.unsigned_abs() >> 53 == 1 { 3 } else { value })
            }
            Sort::Double | Sort::Distance => Val::Double(self.one(&[
                0.0,
                1.0,
                -1.0,
                0.5,
                2.5,
                1e300,
                -1e300,
                9_007_199_254_740_992.0,
                9.3e18,
                1e-300,
            ])),
            Sort::Text => Val::Str(self.one(&["", "a", "diesel", "æ", "die"])),
            Sort::Time => Val::Time(self.one(&[0, 1_000_000_000, -1, i64::MAX, i64::MIN])),
            Sort::Duration => {
                Val::Duration(self.one(&[0, 1_000_000_000, -60_000_000_000, i64::MAX, i64::MIN]))
            }
        }
    }

    fn literal(&mut self, sort: Sort) -> Made {
        let value = match sort {
            Sort::Time | Sort::Duration if self.plain => {
                let (value, text) = self.one(if sort == Sort::Time { &INSTANTS } else { &DURATIONS });
                return Made::Literal(value, text.to_owned());
            }
            Sort::Time => return self.name(sort),
            Sort::Duration => Val::Duration(self.one(&[0, 1, 60]) * 1_000_000_000),
            sort => self.value(sort),
        };
        let space = self.one(&["", " "]);
        let text = match value {
            Val::Bool(value) => value.to_string(),
            Val::Int(value) if value >= 0 && self.below(4) == 1 => format!("0x{value:X}"),
            Val::Int(value) => value.to_string(),
            Val::Double(value) if sort == Sort::Distance => format!("{value:?}{space}km"),
            Val::Double(value) => format!("{value:?}"),
            Val::Str(text) => self.one(&["'T'", "\"T\"", "r'T'", "'''T'''"]).replace('T', text),
            Val::Duration(nanos) => format!("{}{space}s", nanos / 1_000_000_000),
            Val::Time(_) | Val::Unknown => unreachable!("no literal has this value"),
        };
        Made::Literal(value, text)
    }

    fn name(&mut self, sort: Sort) -> Made {
        let names = self.names(sort);
        Made::Name(self.one(names))
    }

    fn leaf(&mut self, sort: Sort) -> Made {
        if self.below(3) == 0 { self.literal(sort) } else { self.name(sort) }
    }

    /// An expression of a sort, at most `depth` deep.
    pub(super) fn expression(&mut self, sort: Sort, depth: u32) -> Made {
        if depth == 0 {
            return self.leaf(sort);
        }
        if self.below(8) == 7 {
            return Made::Parentheses(Box::new(self.expression(sort, depth - 1)));
        }
        if self.below(12) == 11 {
            let condition = self.boxed(Sort::Bool, depth);
            return Made::Conditional(condition, self.boxed(sort, depth), self.boxed(sort, depth));
        }
        match sort {
            Sort::Bool => self.condition(depth),
            Sort::Int => match self.below(6) {
                0 => self.leaf(sort),
                1 => Made::Prefix('-', self.boxed(sort, depth)),
                2 if !self.plain => self.math(sort, depth),
                3 => Made::Call("size", self.below(2) == 1, vec![self.expression(Sort::Text, depth - 1)]),
                _ => {
                    let operators = [("+", 4), ("-", 4), ("*", 5), ("/", 5), ("%", 5)];
                    self.infix(&operators, sort, sort, depth)
                }
            },
            Sort::Double => match self.below(6) {
                0 => self.leaf(sort),
                1 => Made::Prefix('-', self.boxed(sort, depth)),
                2 if !self.plain => self.math(sort, depth),
                3 if !self.plain => self.infix(&[("/", 5)], Sort::Distance, Sort::Distance, depth),
                _ => self.infix(&[("+", 4), ("-", 4), ("*", 5), ("/", 5)], sort, sort, depth),
            },
            Sort::Distance => match self.below(5) {
                0 => self.leaf(sort),
                1 => self.infix(&[("*", 5), ("/", 5)], sort, Sort::Double, depth),
                2 => self.infix(&[("*", 5)], Sort::Double, sort, depth),
                _ => self.infix(&[("+", 4), ("-", 4)], sort, sort, depth),
            },
            Sort::Text => self.leaf(sort),
            Sort::Time => match self.below(3) {
                0 => self.leaf(sort),
                1 => self.infix(&[("+", 4), ("-", 4)], sort, Sort::Duration, depth),
                _ => self.infix(&[("+", 4)], Sort::Duration, sort, depth),
            },
            Sort::Duration => match self.below(3) {
                0 => self.leaf(sort),
                1 => self.infix(&[("-", 4)], Sort::Time, Sort::Time, depth),
                _ => self.infix(&[("+", 4), ("-", 4)], sort, sort, depth),
            },
        }
    }

    fn condition(&mut self, depth: u32) -> Made {
        match self.below(8) {
            0 => self.leaf(Sort::Bool),
            1 => Made::Prefix('!', self.boxed(Sort::Bool, depth)),
            2 | 3 => self.infix(&[("&&", 2), ("||", 1)], Sort::Bool, Sort::Bool, depth),
            4 => {
                let sort = self.any_sort();
                let needle = self.boxed(sort, depth);
                let elements = (0..self.below(4)).map(|_| self.expression(sort, depth - 1)).collect();
                Made::In(needle, elements)
            }
            5 if !self.plain => {
                let sort = self.any_sort();
                let names = self.names(sort);
                Made::Has(self.one(names))
            }
            6 => {
                let function = self.one(&["startsWith", "endsWith", "contains"]);
                let arguments = (0..2).map(|_| self.expression(Sort::Text, depth - 1)).collect();
                Made::Call(function, true, arguments)
            }
            _ => {
                let sort = self.any_sort();
                let right = match sort {
                    // Whole and decimal numbers may be compared.
                    Sort::Int => self.one(&[Sort::Int, Sort::Double]),
                    Sort::Double => self.one(&[Sort::Double, Sort::Int]),
                    sort => sort,
                };
                self.infix(
                    &[("==", 3), ("!=", 3), ("<", 3), ("<=", 3), (">", 3), (">=", 3)],
                    sort,
                    right,
                    depth,
                )
            }
        }
    }

    fn math(&mut self, sort: Sort, depth: u32) -> Made {
        if self.below(2) == 0 {
            return Made::Call("math.abs", false, vec![self.expression(sort, depth - 1)]);
        }
        let function = self.one(&["math.least", "math.greatest"]);
        let count = 1 + self.below(3);
        Made::Call(function, false, (0..count).map(|_| self.expression(sort, depth - 1)).collect())
    }

    fn infix(&mut self, operators: &[(&'static str, u8)], left: Sort, right: Sort, depth: u32) -> Made {
        let (operator, binding) = self.one(operators);
        Made::Infix(self.boxed(left, depth), operator, binding, self.boxed(right, depth))
    }

    fn boxed(&mut self, sort: Sort, depth: u32) -> Box<Made> {
        Box::new(self.expression(sort, depth - 1))
    }
}

/// A car with values for some of the names.
pub(super) fn car(choices: &mut Choices<'_>, everything: bool) -> Car {
    let sorts = [Sort::Bool, Sort::Int, Sort::Double, Sort::Distance, Sort::Text, Sort::Time, Sort::Duration];
    let mut car = Car::default();
    for sort in sorts {
        for name in choices.names(sort) {
            let value = choices.value(sort);
            if everything || choices.below(4) != 0 {
                car = car.with(name, value);
            }
        }
    }
    car
}

/// How an expression is written, with no more parentheses than CEL's precedence needs.
pub(super) fn written(made: &Made) -> String {
    let mut text = String::new();
    write_at(made, 0, &mut text);
    text
}

/// The binding of a made expression as an operand: 0 `?:`, 1 to 5 infix, 6 prefix, 7 anything else.
fn binding(made: &Made) -> u8 {
    match made {
        Made::Conditional(..) => 0,
        Made::Infix(_, _, binding, _) => *binding,
        Made::In(..) => 3,
        Made::Prefix(..) => 6,
        // The sign of a number reaches only as far as the number.
        Made::Literal(_, text) if text.starts_with('-') => 6,
        _ => 7,
    }
}

fn write_at(made: &Made, floor: u8, text: &mut String) {
    if binding(made) < floor {
        text.push('(');
        write_at(made, 0, text);
        text.push(')');
        return;
    }
    match made {
        Made::Literal(_, literal) => text.push_str(literal),
        Made::Name(name) => text.push_str(name),
        Made::Has(name) => write!(text, "has({name})").unwrap(),
        Made::Prefix(sign, inner) => {
            text.push(*sign);
            write_at(inner, 6, text);
        }
        Made::Infix(left, operator, binding, right) => {
            write_at(left, *binding, text);
            write!(text, " {operator} ").unwrap();
            write_at(right, *binding + 1, text);
        }
        Made::Conditional(condition, then, otherwise) => {
            write_at(condition, 1, text);
            text.push_str(" ? ");
            write_at(then, 1, text);
            text.push_str(" : ");
            write_at(otherwise, 0, text);
        }
        Made::In(needle, elements) => {
            write_at(needle, 3, text);
            text.push_str(" in [");
            list(elements, text);
            text.push(']');
        }
        Made::Call(function, true, arguments) => {
            write_at(&arguments[0], 7, text);
            write!(text, ".{function}(").unwrap();
            list(&arguments[1..], text);
            text.push(')');
        }
        Made::Call(function, false, arguments) => {
            write!(text, "{function}(").unwrap();
            list(arguments, text);
            text.push(')');
        }
        Made::Parentheses(inner) => {
            text.push('(');
            write_at(inner, 0, text);
            text.push(')');
        }
    }
}

fn list(elements: &[Made], text: &mut String) {
    for (place, element) in elements.iter().enumerate() {
        if place > 0 {
            text.push_str(", ");
        }
        write_at(element, 0, text);
    }
}

/// What an expression means for a car.
pub(super) fn meaning(made: &Made, car: &Car) -> Val<'static> {
    match made {
        Made::Literal(value, _) => *value,
        Made::Name(name) => car.value(name),
        Made::Has(name) => Val::Bool(car.value(name) != Val::Unknown),
        Made::Parentheses(inner) => meaning(inner, car),
        Made::Prefix('!', inner) => match meaning(inner, car) {
            Val::Bool(value) => Val::Bool(!value),
            _ => Val::Unknown,
        },
        Made::Prefix(_, inner) => match meaning(inner, car) {
            Val::Int(value) => small(-i128::from(value)),
            Val::Double(value) => Val::Double(-value),
            _ => Val::Unknown,
        },
        Made::Infix(left, operator, _, right) => infix(meaning(left, car), operator, meaning(right, car)),
        Made::Conditional(condition, then, otherwise) => match meaning(condition, car) {
            Val::Bool(true) => meaning(then, car),
            Val::Bool(false) => meaning(otherwise, car),
            _ => Val::Unknown,
        },
        Made::In(needle, elements) => elements
            .iter()
            .map(|element| infix(meaning(needle, car), "==", meaning(element, car)))
            .fold(Val::Bool(false), |found, equal| infix(found, "||", equal)),
        Made::Call(function, _, arguments) => {
            let values: Vec<Val<'static>> = arguments.iter().map(|argument| meaning(argument, car)).collect();
            if values.contains(&Val::Unknown) {
                return Val::Unknown;
            }
            match (*function, values.as_slice()) {
                ("size", [Val::Str(text)]) => Val::Int(text.chars().count() as i64),
                ("startsWith", [Val::Str(text), Val::Str(part)]) => Val::Bool(text.starts_with(part)),
                ("endsWith", [Val::Str(text), Val::Str(part)]) => Val::Bool(text.ends_with(part)),
                ("contains", [Val::Str(text), Val::Str(part)]) => Val::Bool(text.contains(part)),
                ("math.abs", [Val::Int(value)]) => small(i128::from(*value).abs()),
                ("math.abs", [Val::Double(value)]) => Val::Double(value.abs()),
                ("math.least", values) => extreme(values, "<"),
                ("math.greatest", values) => extreme(values, ">"),
                other => unreachable!("{other:?} is not made"),
            }
        }
    }
}

fn extreme(values: &[Val<'static>], better: &str) -> Val<'static> {
    let first = values[0];
    values
        .iter()
        .fold(first, |best, value| if infix(*value, better, best) == Val::Bool(true) { *value } else { best })
}

fn small(value: i128) -> Val<'static> {
    i64::try_from(value).map_or(Val::Unknown, Val::Int)
}

fn infix(left: Val<'static>, operator: &str, right: Val<'static>) -> Val<'static> {
    match (operator, left, right) {
        ("&&", Val::Bool(false), _) | ("&&", _, Val::Bool(false)) => return Val::Bool(false),
        ("||", Val::Bool(true), _) | ("||", _, Val::Bool(true)) => return Val::Bool(true),
        (_, Val::Unknown, _) | (_, _, Val::Unknown) => return Val::Unknown,
        ("&&", ..) => return Val::Bool(true),
        ("||", ..) => return Val::Bool(false),
        _ => {}
    }
    let order = match (left, right) {
        (Val::Bool(left), Val::Bool(right)) => left.cmp(&right),
        (Val::Int(left), Val::Int(right)) => left.cmp(&right),
        (Val::Double(left), Val::Double(right)) => left.partial_cmp(&right).unwrap(),
        (Val::Int(left), Val::Double(right)) => mixed(left, right),
        (Val::Double(left), Val::Int(right)) => mixed(right, left).reverse(),
        (Val::Str(left), Val::Str(right)) => left.chars().cmp(right.chars()),
        (Val::Time(left), Val::Time(right)) | (Val::Duration(left), Val::Duration(right)) => left.cmp(&right),
        _ => std::cmp::Ordering::Equal,
    };
    match operator {
        "==" => return Val::Bool(order.is_eq()),
        "!=" => return Val::Bool(order.is_ne()),
        "<" => return Val::Bool(order.is_lt()),
        "<=" => return Val::Bool(order.is_le()),
        ">" => return Val::Bool(order.is_gt()),
        ">=" => return Val::Bool(order.is_ge()),
        _ => {}
    }
    let wide = |left: i64, right: i64| {
        let (left, right) = (i128::from(left), i128::from(right));
        match operator {
            "+" => Some(left + right),
            "-" => Some(left - right),
            "*" => Some(left * right),
            "/" => left.checked_div(right),
            // The least number has no remainder by -1, as in CEL's reference: the quotient overflows.
            "%" if left == i128::from(i64::MIN) && right == -1 => None,
            "%" => left.checked_rem(right),
            _ => None,
        }
        .and_then(|value| i64::try_from(value).ok())
    };
    match (left, right) {
        (Val::Int(left), Val::Int(right)) => wide(left, right).map_or(Val::Unknown, Val::Int),
        (Val::Double(left), Val::Double(right)) => {
            let value = match operator {
                "+" => left + right,
                "-" => left - right,
                "*" => left * right,
                _ if right == 0.0 => f64::NAN,
                _ => left / right,
            };
            if value.is_finite() { Val::Double(value) } else { Val::Unknown }
        }
        (Val::Time(left), Val::Time(right)) => wide(left, right).map_or(Val::Unknown, Val::Duration),
        (Val::Duration(left), Val::Duration(right)) => wide(left, right).map_or(Val::Unknown, Val::Duration),
        (Val::Time(left), Val::Duration(right)) | (Val::Duration(left), Val::Time(right)) => {
            wide(left, right).map_or(Val::Unknown, Val::Time)
        }
        other => unreachable!("{other:?} is not made"),
    }
}

/// The exact order of a whole and a decimal number, through its fraction.
fn mixed(left: i64, right: f64) -> std::cmp::Ordering {
    let left = i128::from(left);
    let whole = right.clamp(-1e30, 1e30).floor();
    match left.cmp(&(whole as i128)) {
        std::cmp::Ordering::Equal if right > whole => std::cmp::Ordering::Less,
        order => order,
    }
}
