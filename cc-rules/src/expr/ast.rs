//! The tree that the parser makes: what was written, before names and types are known.

use cc_core::MeasureUnit;

use super::diagnostic::Span;

/// A tree of nodes in one list; children come before their parents.
#[derive(Debug)]
pub(super) struct Ast {
    pub(super) nodes: Vec<AstNode>,
    pub(super) root: AstId,
}

/// A node of an [`Ast`].
pub(super) type AstId = usize;

/// A node and where it was written, parentheses around it excluded.
#[derive(Debug)]
pub(super) struct AstNode {
    pub(super) kind: AstKind,
    pub(super) span: Span,
}

#[derive(Debug)]
pub(super) enum AstKind {
    /// Something that could not be read and was reported.
    Error,
    Bool(bool),
    Int(i64),
    Double(f64),
    /// A number with a unit that is not one of time.
    Quantity(f64, MeasureUnit),
    /// A number with a unit of time, in nanoseconds.
    Duration(i64),
    Text(String),
    /// A name, dots included.
    Name(String),
    /// A parameter, without its `$`.
    Param(String),
    Not(AstId),
    Negate(AstId),
    Binary(BinaryOp, AstId, AstId),
    Logic(LogicOp, AstId, AstId),
    Conditional(AstId, AstId, AstId),
    In(AstId, Vec<AstId>),
    Call(Call),
}

/// `name(arguments)` or `receiver.name(arguments)`.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) name: String,
    pub(super) name_span: Span,
    pub(super) receiver: Option<AstId>,
    pub(super) arguments: Vec<AstId>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum LogicOp {
    And,
    Or,
}

/// An operator of two values, both of which it always needs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum BinaryOp {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Compare(Comparison),
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
}

impl BinaryOp {
    /// How the operator is written.
    pub(super) fn symbol(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Remainder => "%",
            Self::Compare(Comparison::Equal) => "==",
            Self::Compare(Comparison::NotEqual) => "!=",
            Self::Compare(Comparison::Less) => "<",
            Self::Compare(Comparison::LessEqual) => "<=",
            Self::Compare(Comparison::Greater) => ">",
            Self::Compare(Comparison::GreaterEqual) => ">=",
        }
    }
}
