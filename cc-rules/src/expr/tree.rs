//! The typed tree: names resolved, types and units proven, constants folded.

use super::ast::{BinaryOp, LogicOp};
use super::diagnostic::Span;
use super::types::{Ty, UnitTy, Val};
use cc_core::MeasureUnit;

/// A tree of nodes in one list; children come before their parents.
#[derive(Clone)]
pub(super) struct Tree {
    pub(super) nodes: Vec<Node>,
    pub(super) root: NodeId,
}

/// A node of a [`Tree`].
pub(super) type NodeId = usize;

#[derive(Clone)]
pub(super) struct Node {
    pub(super) kind: Kind,
    pub(super) ty: Ty,
    pub(super) span: Span,
    /// The value, where it is the same for every vehicle and instant.
    pub(super) constant: Option<Constant>,
}

#[derive(Clone)]
pub(super) enum Kind {
    /// A constant as it was written.
    Literal,
    Read(Source),
    /// A name in a unit of time, read as a duration.
    ReadTime(Source, MeasureUnit),
    /// Whether the name that is read there has a value.
    Has(NodeId),
    Not(NodeId),
    Negate(NodeId),
    Binary(BinaryOp, NodeId, NodeId),
    Logic(LogicOp, NodeId, NodeId),
    Conditional(NodeId, NodeId, NodeId),
    In(NodeId, Vec<NodeId>),
    /// The same value in another unit; not written by anyone.
    Convert(NodeId, UnitTy, UnitTy),
    Call(Function, Vec<NodeId>),
}

/// Where a name's value comes from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Source {
    Slot(u16),
    Param(u16),
}

/// A function of one or two values; `math.least` and `math.greatest` of more are made of calls with two.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Function {
    Abs,
    Contains,
    EndsWith,
    Greatest,
    Least,
    Size,
    StartsWith,
    ToDouble,
    ToDuration,
    ToInt,
    ToTimestamp,
}

/// A value known while compiling.
#[derive(Clone, PartialEq)]
pub(super) enum Constant {
    Bool(bool),
    Int(i64),
    Double(f64),
    Text(Box<str>),
    Time(i64),
    Duration(i64),
}

impl Constant {
    pub(super) fn as_val(&self) -> Val<'_> {
        match self {
            Self::Bool(value) => Val::Bool(*value),
            Self::Int(value) => Val::Int(*value),
            Self::Double(value) => Val::Double(*value),
            Self::Text(text) => Val::Str(text),
            Self::Time(nanos) => Val::Time(*nanos),
            Self::Duration(nanos) => Val::Duration(*nanos),
        }
    }

    pub(super) fn from_val(value: Val<'_>) -> Option<Self> {
        Some(match value {
            Val::Unknown => return None,
            Val::Bool(value) => Self::Bool(value),
            Val::Int(value) => Self::Int(value),
            Val::Double(value) => Self::Double(value),
            Val::Str(text) => Self::Text(text.into()),
            Val::Time(nanos) => Self::Time(nanos),
            Val::Duration(nanos) => Self::Duration(nanos),
        })
    }
}

impl Tree {
    pub(super) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id]
    }

    /// The constant value of a node, if it has one.
    pub(super) fn constant(&self, id: NodeId) -> Option<Val<'_>> {
        self.nodes[id].constant.as_ref().map(Constant::as_val)
    }
}
