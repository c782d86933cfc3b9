//! Names, types and units: the written tree to the typed one, bottom-up and without recursion.

use cc_core::{Dimension, Dtc};

use super::ast::{Ast, AstId, AstKind, BinaryOp, Call};
use super::diagnostic::{Code, Sink, Span};
use super::fold;
use super::tree::{Constant, Kind, Node, NodeId, Source, Tree};
use super::types::{Expected, Names, Symbol, Ty, UnitTy};
use super::{text, units};

/// Types the whole tree; none where something was reported.
pub(super) fn check(
    source: &str,
    ast: &Ast,
    names: &dyn Names,
    expected: Expected,
    sink: &mut Sink,
) -> Option<Tree> {
    let tree = Tree { nodes: Vec::with_capacity(ast.nodes.len()), root: 0 };
    let mut checker = Checker { source, ast, names, sink, tree, typed: Vec::with_capacity(ast.nodes.len()) };
    let special = special_names(ast);
    for (id, is_special) in special.into_iter().enumerate() {
        let typed = if is_special { None } else { checker.node(id) };
        checker.typed.push(typed);
    }
    let root = checker.typed.get(ast.root).copied().flatten()?;
    checker.tree.root = checker.result(root, expected)?;
    Some(checker.tree)
}

/// The names that are no values: the `math` of `math.abs(x)`.
fn special_names(ast: &Ast) -> Vec<bool> {
    let mut special = vec![false; ast.nodes.len()];
    for node in &ast.nodes {
        if let AstKind::Call(Call { receiver: Some(receiver), .. }) = &node.kind
            && matches!(&ast.nodes[*receiver].kind, AstKind::Name(name) if name == "math")
        {
            special[*receiver] = true;
        }
    }
    special
}

pub(super) struct Checker<'a> {
    pub(super) source: &'a str,
    pub(super) ast: &'a Ast,
    pub(super) names: &'a dyn Names,
    pub(super) sink: &'a mut Sink,
    pub(super) tree: Tree,
    /// What became of each node of `ast` so far; none where a mistake was reported.
    pub(super) typed: Vec<Option<NodeId>>,
}

impl Checker<'_> {
    fn node(&mut self, id: AstId) -> Option<NodeId> {
        let ast = self.ast;
        let span = ast.nodes[id].span;
        match &ast.nodes[id].kind {
            AstKind::Error => None,
            AstKind::Bool(value) => Some(self.literal(Constant::Bool(*value), Ty::Bool, span)),
            AstKind::Int(value) => Some(self.literal(Constant::Int(*value), Ty::Int, span)),
            AstKind::Double(value) => {
                Some(self.literal(Constant::Double(*value), Ty::Double(UnitTy::PLAIN), span))
            }
            AstKind::Quantity(value, unit) => {
                Some(self.literal(Constant::Double(*value), Ty::Double(UnitTy::absolute(*unit)), span))
            }
            AstKind::Duration(nanos) => Some(self.literal(Constant::Duration(*nanos), Ty::Duration, span)),
            AstKind::Text(text) => Some(self.literal(Constant::Text(text.as_str().into()), Ty::String, span)),
            AstKind::Name(name) => self.name(name, false, span),
            AstKind::Param(name) => self.name(name, true, span),
            AstKind::Not(inner) => {
                let inner = self.typed[*inner]?;
                self.need_bool(inner, "`!`")?;
                Some(self.push(Kind::Not(inner), Ty::Bool, span))
            }
            AstKind::Negate(inner) => {
                let inner = self.typed[*inner]?;
                self.negate(inner, span)
            }
            AstKind::Binary(op, left, right) => {
                let (typed_left, typed_right) = (self.typed[*left], self.typed[*right]);
                if typed_left.is_none() || typed_right.is_none() {
                    self.guess_unit((*left, typed_left), (*right, typed_right));
                }
                let (left_id, right_id) = (typed_left?, typed_right?);
                match op {
                    BinaryOp::Compare(_) => {
                        if self.is_chained(*left, right_id) {
                            return None;
                        }
                        let (left, right) = self.comparable(left_id, right_id, span)?;
                        Some(self.push(Kind::Binary(*op, left, right), Ty::Bool, span))
                    }
                    _ => self.arithmetic(*op, left_id, right_id, span),
                }
            }
            AstKind::Logic(op, left, right) => {
                let (left, right) = (self.typed[*left], self.typed[*right]);
                let left = left.and_then(|id| self.need_bool(id, "`&&` and `||`").map(|()| id));
                let right = right.and_then(|id| self.need_bool(id, "`&&` and `||`").map(|()| id));
                Some(self.push(Kind::Logic(*op, left?, right?), Ty::Bool, span))
            }
            AstKind::Conditional(condition, then, otherwise) => {
                let (then, otherwise) = (self.typed[*then], self.typed[*otherwise]);
                let condition = self.typed[*condition]
                    .and_then(|id| self.need_bool(id, "the condition of `?:`").map(|()| id));
                let (then, otherwise, ty) = self.alike(then?, otherwise?, span)?;
                Some(self.push(Kind::Conditional(condition?, then, otherwise), ty, span))
            }
            AstKind::In(needle, elements) => {
                let needle = self.typed[*needle]?;
                self.membership(needle, elements, span)
            }
            AstKind::Call(call) => self.call(call, span),
        }
    }

    /// Adds a node, with its value if it is constant.
    pub(super) fn push(&mut self, kind: Kind, ty: Ty, span: Span) -> NodeId {
        let constant = fold::constant_of(&self.tree, &kind);
        self.tree.nodes.push(Node { kind, ty, span, constant });
        self.tree.nodes.len() - 1
    }

    pub(super) fn literal(&mut self, value: Constant, ty: Ty, span: Span) -> NodeId {
        self.tree.nodes.push(Node { kind: Kind::Literal, ty, span, constant: Some(value) });
        self.tree.nodes.len() - 1
    }

    pub(super) fn ty(&self, id: NodeId) -> Ty {
        self.tree.nodes[id].ty
    }

    pub(super) fn span(&self, id: NodeId) -> Span {
        self.tree.nodes[id].span
    }

    pub(super) fn is_literal(&self, id: NodeId) -> bool {
        matches!(self.tree.nodes[id].kind, Kind::Literal)
    }

    fn name(&mut self, name: &str, is_param: bool, span: Span) -> Option<NodeId> {
        let Some(symbol) = self.names.resolve(name, is_param) else {
            self.unknown_name(name, is_param, span);
            return None;
        };
        let (source, ty) = match symbol {
            Symbol::Slot { slot, ty } => (Source::Slot(slot), ty),
            Symbol::Param { index, ty } => (Source::Param(index), ty),
        };
        Some(match ty {
            Ty::Double(UnitTy { unit, .. }) if units::is_time(unit) => {
                self.push(Kind::ReadTime(source, unit), Ty::Duration, span)
            }
            _ => self.push(Kind::Read(source), ty, span),
        })
    }

    fn unknown_name(&mut self, name: &str, is_param: bool, span: Span) {
        if let Some((owner, field)) = name.split_once('.')
            && !is_param
        {
            return self.unknown_field(owner, field, span);
        }
        if let Some(field) = self.names.fields(name).first()
            && !is_param
        {
            let suggestion = Some(format!("write `{name}.{field}`, for one"));
            self.sink.report(Code::UnknownName, span, "a window is read by its fields", suggestion);
            return;
        }
        let (code, text) = if is_param {
            (Code::UnknownParameter, "no parameter has this name")
        } else {
            (Code::UnknownName, "no signal or code has this name")
        };
        let written =
            |name: &str, is_param| format!("did you mean `{}{name}`?", if is_param { "$" } else { "" });
        let suggestion = if !is_param && name.parse::<Dtc>().is_ok() {
            Some(
                "declare it under `codes`, as in `codes: {misfire: {match: [P0301]}}`, and write `misfire`"
                    .to_owned(),
            )
        } else if self.names.resolve(name, !is_param).is_some() {
            Some(written(name, !is_param))
        } else {
            text::closest(name, self.names.candidates(is_param)).map(|name| written(name, is_param))
        };
        self.sink.report(code, span, text, suggestion);
    }

    /// A dotted name: its owner may be misspelt, or the field, or both.
    fn unknown_field(&mut self, owner: &str, field: &str, span: Span) {
        let has_value = self.names.resolve(owner, false).is_some();
        let known = has_value || !self.names.fields(owner).is_empty();
        let meant = if known { Some(owner) } else { text::closest(owner, self.names.candidates(false)) };
        let fields = meant.map_or(&[][..], |meant| self.names.fields(meant));
        let near = fields.iter().find(|known| **known == field).copied();
        let near = near.or_else(|| text::closest(field, fields.iter().copied()));
        let mut suggestion = match (meant, near) {
            (Some(meant), Some(field)) => Some(format!("did you mean `{meant}.{field}`?")),
            (Some(meant), None) if !known => Some(format!("did you mean `{meant}`?")),
            _ => None,
        };
        let text = match fields {
            _ if !known => "no signal or code has this name".to_owned(),
            [] => {
                suggestion = Some("only codes have: since, count and clean_drives".to_owned());
                format!("`{owner}` has no fields")
            }
            _ => {
                let what = if has_value { "code" } else { "window" };
                format!("the {what} `{owner}` has no such field; it has {}", fields.join(", "))
            }
        };
        self.sink.report(Code::UnknownName, span, text, suggestion);
    }

    pub(super) fn need_bool(&mut self, id: NodeId, what: &str) -> Option<()> {
        if self.ty(id) == Ty::Bool {
            return Some(());
        }
        let text = format!("{what} needs true or false, this is {}", describe(self.ty(id)));
        self.sink.report(Code::TypeMismatch, self.span(id), text, Some(compare_it(self.ty(id))));
        None
    }

    /// What the place of the expression needs.
    fn result(&mut self, root: NodeId, expected: Expected) -> Option<NodeId> {
        let wanted = match expected {
            Expected::Any => return Some(root),
            Expected::Bool => Ty::Bool,
            Expected::Ty(ty) => ty,
        };
        if !self.sink.is_empty() {
            // What was read may be a part only.
            return None;
        }
        let span = self.span(root);
        match (self.ty(root), wanted) {
            (found, wanted) if found == wanted => Some(root),
            (Ty::Double(_), Ty::Double(unit)) => self.in_unit(root, unit, span),
            (Ty::Int, Ty::Double(unit)) if unit != UnitTy::PLAIN => {
                self.missing_unit(root, unit);
                None
            }
            (found, Ty::Bool) => {
                let text = format!("a condition is true or false, this is {}", describe(found));
                self.sink.report(Code::WrongResult, span, text, Some(compare_it(found)));
                None
            }
            (found, wanted) => {
                let text = format!("this should be {}, and is {}", describe(wanted), describe(found));
                self.sink.report(Code::WrongResult, span, text, None);
                None
            }
        }
    }
}

/// How a message names a type.
pub(super) fn describe(ty: Ty) -> String {
    match ty {
        Ty::Bool => "true or false".to_owned(),
        Ty::Int => "a whole number".to_owned(),
        Ty::Double(UnitTy::PLAIN) => "a decimal number".to_owned(),
        Ty::Double(UnitTy { unit, scale: super::Scale::Difference }) if units::is_temperature(unit) => {
            format!("a difference of temperatures in {unit}")
        }
        Ty::Double(UnitTy { unit, .. }) if unit.dimension() == Dimension::Dimensionless => {
            format!("a number in {unit}")
        }
        Ty::Double(UnitTy { unit, .. }) => format!("a number in {unit} ({})", unit.dimension()),
        Ty::String => "text".to_owned(),
        Ty::Timestamp => "an instant".to_owned(),
        Ty::Duration => "a duration".to_owned(),
    }
}

fn compare_it(ty: Ty) -> String {
    let example = match ty {
        Ty::Bool => return "use it as it is".to_owned(),
        Ty::Int => "0".to_owned(),
        Ty::Double(UnitTy::PLAIN) => "0.0".to_owned(),
        Ty::Double(UnitTy { unit, .. }) => format!("0 {unit}"),
        Ty::String => "\"…\"".to_owned(),
        Ty::Timestamp => "timestamp(\"…\")".to_owned(),
        Ty::Duration => "10 min".to_owned(),
    };
    let sign = if ty == Ty::String { "==" } else { ">" };
    format!("compare it, as in `… {sign} {example}`")
}
