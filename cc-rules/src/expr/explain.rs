//! The same evaluation again, slower, with every step kept.

use std::fmt;

use cc_core::MeasureUnit;

use super::ast::LogicOp;
use super::code::Program;
use super::diagnostic::Span;
use super::eval::{self, EvalCounters};
use super::scalar;
use super::tree::{Function, Kind, NodeId, Source};
use super::types::{Slots, Ty, UnitTy, Val};

/// How one part of an expression came out. Literals have no node: they stand in the text of what uses them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ExplainNode {
    /// Where the part stands in the expression.
    pub(crate) span: Span,
    /// The part as it was written.
    pub(crate) text: String,
    /// Its value; in `unit`, if it has one.
    pub(crate) value: Explained,
    /// The unit of the value.
    pub(crate) unit: Option<MeasureUnit>,
    /// For a name, how old its value is, in nanoseconds.
    pub(crate) age: Option<i64>,
    /// For a condition, whether it holds.
    pub(crate) truth: Option<Truth>,
    /// The parts that it is made of, in the order they were written; also those that did not matter.
    pub(crate) children: Vec<ExplainNode>,
}

/// Kleene's three truths.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Truth {
    /// It holds.
    True,
    /// It does not hold.
    False,
    /// A value is missing that would decide it.
    Unknown,
}

/// A value, on its own.
#[derive(Clone, PartialEq)]
pub(crate) enum Explained {
    /// Missing, too old, or not computable.
    Unknown,
    /// A truth.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A decimal number.
    Double(f64),
    /// Text.
    Text(String),
    /// Nanoseconds since 1970-01-01T00:00:00Z.
    Time(i64),
    /// Nanoseconds.
    Duration(i64),
}

impl From<Val<'_>> for Explained {
    fn from(value: Val<'_>) -> Self {
        match value {
            Val::Unknown => Self::Unknown,
            Val::Bool(value) => Self::Bool(value),
            Val::Int(value) => Self::Int(value),
            Val::Double(value) => Self::Double(value),
            Val::Str(text) => Self::Text(text.to_owned()),
            Val::Time(nanos) => Self::Time(nanos),
            Val::Duration(nanos) => Self::Duration(nanos),
        }
    }
}

impl fmt::Debug for Explained {
    /// Shows a text's length only: it may come from a car.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("Unknown"),
            Self::Bool(value) => write!(f, "Bool({value})"),
            Self::Int(value) => write!(f, "Int({value})"),
            Self::Double(value) => write!(f, "Double({value:?})"),
            Self::Text(text) => write!(f, "Text({} bytes)", text.len()),
            Self::Time(nanos) => write!(f, "Time({nanos})"),
            Self::Duration(nanos) => write!(f, "Duration({nanos})"),
        }
    }
}

impl Program {
    /// Every part with its value, unit, age and truth. The root's value is that of [`Program::eval`].
    pub(crate) fn explain(&self, slots: &impl Slots) -> ExplainNode {
        let mut tracer = Tracer { program: self, slots, done: Vec::with_capacity(self.tree.nodes.len()) };
        // Children come before their parents, so that no recursion is needed.
        for id in 0..=self.tree.root {
            let part = tracer.part(id);
            tracer.done.push(Some(part));
        }
        let root = tracer.done.pop().flatten();
        root.map_or_else(ExplainNode::nothing, |(_, explained)| explained)
    }
}

impl ExplainNode {
    /// What is shown of a tree without nodes, which does not occur.
    fn nothing() -> Self {
        let (span, text, children) = (Span::default(), String::new(), Vec::new());
        Self { span, text, value: Explained::Unknown, unit: None, age: None, truth: None, children }
    }
}

struct Tracer<'a, S> {
    program: &'a Program,
    slots: &'a S,
    /// The parts so far, each until its parent takes it.
    done: Vec<Option<(Val<'a>, ExplainNode)>>,
}

impl<'a, S: Slots> Tracer<'a, S> {
    /// A node's value and explanation; those of its children are done.
    fn part(&mut self, id: NodeId) -> (Val<'a>, ExplainNode) {
        let program = self.program;
        let node = program.tree.node(id);
        let counters = &mut EvalCounters::default();
        let mut children = Vec::new();
        let mut age = None;
        let mut child = |id: NodeId| {
            let Some((value, explained)) = self.done.get_mut(id).and_then(Option::take) else {
                return Val::Unknown;
            };
            match &program.tree.node(id).kind {
                Kind::Literal => {}
                Kind::Convert(inner, ..) if matches!(program.tree.node(*inner).kind, Kind::Literal) => {}
                // A call of three arguments is made of calls with two, which were not written.
                Kind::Call(Function::Least | Function::Greatest, _) if explained.span == node.span => {
                    children.extend(explained.children);
                }
                _ => children.push(explained),
            }
            value
        };
        let value = match &node.kind {
            Kind::Literal => Val::Unknown,
            Kind::Read(source) => {
                age = self.age(*source);
                scalar::declared(eval::read(self.slots, *source), node.ty)
            }
            Kind::ReadTime(source, unit) => {
                age = self.age(*source);
                scalar::duration_of(eval::read_time(self.slots, *source, *unit), *unit, counters)
            }
            Kind::Has(name) => {
                child(*name);
                self.has(*name)
            }
            Kind::Not(inner) => scalar::not(child(*inner)),
            Kind::Negate(inner) => scalar::negate(child(*inner), counters),
            Kind::Binary(op, left, right) => {
                let (left, right) = (child(*left), child(*right));
                scalar::binary(*op, left, right, counters)
            }
            Kind::Logic(op, left, right) => {
                let (left, right) = (child(*left), child(*right));
                match op {
                    LogicOp::And => scalar::and(left, right),
                    LogicOp::Or => scalar::or(left, right),
                }
            }
            Kind::Conditional(condition, then, otherwise) => {
                let (condition, then, otherwise) = (child(*condition), child(*then), child(*otherwise));
                match condition {
                    Val::Bool(true) => then,
                    Val::Bool(false) => otherwise,
                    _ => Val::Unknown,
                }
            }
            Kind::In(needle, elements) => {
                let needle = child(*needle);
                elements.iter().fold(Val::Bool(false), |found, element| {
                    let equal = scalar::order(needle, child(*element)).map(std::cmp::Ordering::is_eq);
                    scalar::or(found, equal.map_or(Val::Unknown, Val::Bool))
                })
            }
            Kind::Convert(inner, from, to) => {
                // Nobody wrote the conversion: the part below is shown, with the converted value.
                let done = self.done.get_mut(*inner).and_then(Option::take);
                let (value, mut explained) = done.unwrap_or((Val::Unknown, ExplainNode::nothing()));
                let value = scalar::convert(value, *from, *to, counters);
                explained.value = value.into();
                explained.unit = unit_of(node.ty);
                return (value, explained);
            }
            Kind::Call(function, arguments) => {
                let first = arguments.first().map_or(Val::Unknown, |id| child(*id));
                let second = arguments.get(1).map_or(Val::Unknown, |id| child(*id));
                scalar::call(*function, first, second, counters)
            }
        };
        let value = program.tree.constant(id).unwrap_or(value);
        let truth = (node.ty == Ty::Bool).then_some(match value {
            Val::Bool(true) => Truth::True,
            Val::Bool(false) => Truth::False,
            _ => Truth::Unknown,
        });
        let text = node.span.of(&program.text).to_owned();
        let explained = ExplainNode {
            span: node.span,
            text,
            value: value.into(),
            unit: unit_of(node.ty),
            age,
            truth,
            children,
        };
        (value, explained)
    }

    fn age(&self, source: Source) -> Option<i64> {
        match source {
            Source::Slot(slot) => self.slots.age(slot),
            Source::Param(_) => None,
        }
    }

    fn has(&self, name: NodeId) -> Val<'a> {
        let name = self.program.tree.node(name);
        let value = match name.kind {
            Kind::Read(source) => scalar::declared(eval::read(self.slots, source), name.ty),
            Kind::ReadTime(source, unit) => eval::read_time(self.slots, source, unit),
            _ => Val::Unknown,
        };
        Val::Bool(value != Val::Unknown)
    }
}

fn unit_of(ty: Ty) -> Option<MeasureUnit> {
    match ty {
        Ty::Double(UnitTy { unit, .. }) if unit != MeasureUnit::One => Some(unit),
        _ => None,
    }
}
