//! Which types and units each operator takes, and what to write where they do not fit.

use cc_core::{Dimension, MeasureUnit};

use super::ast::{AstId, AstKind, BinaryOp};
use super::check::{Checker, describe};
use super::diagnostic::{Code, Span};
use super::tree::{Constant, Kind, NodeId, Source};
use super::types::{Scale, Ty, UnitTy};
use super::units;

impl Checker<'_> {
    /// Reports `1 < x < 5`.
    pub(super) fn is_chained(&mut self, left: AstId, right: NodeId) -> bool {
        let AstKind::Binary(BinaryOp::Compare(_), ..) = self.ast.nodes[left].kind else { return false };
        if self.ty(right) == Ty::Bool {
            return false;
        }
        let text = "a comparison gives true or false, which cannot be compared with this";
        let suggestion = Some("write two comparisons, as in `1 < x && x < 5`".to_owned());
        self.sink.report(Code::ChainedComparison, self.span(right), text, suggestion);
        true
    }

    /// Both sides of a comparison, in one unit; whole and decimal numbers may meet.
    pub(super) fn comparable(&mut self, left: NodeId, right: NodeId, span: Span) -> Option<(NodeId, NodeId)> {
        match (self.ty(left), self.ty(right)) {
            (Ty::Int, Ty::Double(UnitTy::PLAIN)) | (Ty::Double(UnitTy::PLAIN), Ty::Int) => {
                Some((left, right))
            }
            _ => self.alike(left, right, span).map(|(left, right, _)| (left, right)),
        }
    }

    /// Two values of one type, in one unit.
    pub(super) fn alike(&mut self, left: NodeId, right: NodeId, span: Span) -> Option<(NodeId, NodeId, Ty)> {
        match (self.ty(left), self.ty(right)) {
            (Ty::Double(_), Ty::Double(_)) => {
                let (left, right, unit) = self.one_unit(left, right, span)?;
                Some((left, right, Ty::Double(unit)))
            }
            (ty, other) if ty == other => Some((left, right, ty)),
            (Ty::Int, Ty::Double(unit)) | (Ty::Double(unit), Ty::Int) => {
                let int = if self.ty(left) == Ty::Int { left } else { right };
                if unit == UnitTy::PLAIN {
                    self.mixed_numbers(int);
                } else {
                    self.missing_unit(int, unit);
                }
                None
            }
            (Ty::Duration, ty) if self.is_bare(right, ty) => self.missing_time(right),
            (ty, Ty::Duration) if self.is_bare(left, ty) => self.missing_time(left),
            (ty, other) => {
                let text = format!("{} and {} cannot be compared or mixed", describe(ty), describe(other));
                let is_meter = |ty| ty == Ty::Double(UnitTy::absolute(MeasureUnit::Meter));
                let suggestion = match (ty, other) {
                    (Ty::Duration, length) | (length, Ty::Duration) if is_meter(length) => {
                        Some("`m` is the metre; minutes are `min`".to_owned())
                    }
                    (Ty::Bool, _) => Some("a condition needs no comparison: write `x` or `!x`".to_owned()),
                    (Ty::Duration, Ty::Timestamp) | (Ty::Timestamp, Ty::Duration) => {
                        Some("the difference of two instants is a duration".to_owned())
                    }
                    _ => None,
                };
                self.sink.report(Code::TypeMismatch, span, text, suggestion);
                None
            }
        }
    }

    fn is_bare(&self, id: NodeId, ty: Ty) -> bool {
        self.is_literal(id) && matches!(ty, Ty::Int | Ty::Double(UnitTy::PLAIN))
    }

    /// Two doubles in one unit: a constant takes the other's, else the right takes the left's.
    fn one_unit(&mut self, left: NodeId, right: NodeId, span: Span) -> Option<(NodeId, NodeId, UnitTy)> {
        let (Ty::Double(mut left_unit), Ty::Double(mut right_unit)) = (self.ty(left), self.ty(right)) else {
            return None;
        };
        let dimensions = (left_unit.unit.dimension(), right_unit.unit.dimension());
        if dimensions.0 == Dimension::Temperature && dimensions.1 == Dimension::Temperature {
            // A literal beside a difference is one too.
            if left_unit.scale == Scale::Difference && self.as_difference(right) {
                right_unit.scale = Scale::Difference;
            }
            if right_unit.scale == Scale::Difference && self.as_difference(left) {
                left_unit.scale = Scale::Difference;
            }
            if left_unit.scale != right_unit.scale {
                let text = "a temperature cannot be compared with a difference of temperatures";
                let suggestion = Some("write it as a sum, as in `a > b + 30 °C`".to_owned());
                self.sink.report(Code::Temperature, span, text, suggestion);
                return None;
            }
        }
        if left_unit.unit == right_unit.unit {
            return Some((left, right, left_unit));
        }
        if self.is_bare(left, Ty::Double(left_unit)) {
            self.missing_unit(left, right_unit);
            return None;
        }
        if self.is_bare(right, Ty::Double(right_unit)) {
            self.missing_unit(right, left_unit);
            return None;
        }
        if dimensions.0 != dimensions.1 {
            self.unit_mismatch(left_unit.unit, right_unit.unit, span);
            return None;
        }
        if self.tree.nodes[left].constant.is_some() && self.tree.nodes[right].constant.is_none() {
            Some((self.converted(left, left_unit, right_unit), right, right_unit))
        } else {
            Some((left, self.converted(right, right_unit, left_unit), left_unit))
        }
    }

    fn converted(&mut self, id: NodeId, from: UnitTy, to: UnitTy) -> NodeId {
        let span = self.span(id);
        self.push(Kind::Convert(id, from, to), Ty::Double(to), span)
    }

    /// Takes a literal of a temperature as a difference; whether `id` is a difference now.
    fn as_difference(&mut self, id: NodeId) -> bool {
        let node = &mut self.tree.nodes[id];
        if let (Kind::Literal, Ty::Double(unit)) = (&node.kind, &mut node.ty)
            && units::is_temperature(unit.unit)
        {
            unit.scale = Scale::Difference;
        }
        matches!(node.ty, Ty::Double(UnitTy { scale: Scale::Difference, .. }))
    }

    /// The value of the whole expression, in the unit of its place.
    pub(super) fn in_unit(&mut self, id: NodeId, wanted: UnitTy, span: Span) -> Option<NodeId> {
        if wanted.scale == Scale::Difference {
            self.as_difference(id);
        }
        let Ty::Double(found) = self.ty(id) else { return None };
        if found == wanted {
            return Some(id);
        }
        if self.is_bare(id, Ty::Double(found)) {
            self.missing_unit(id, wanted);
            return None;
        }
        if found.unit.dimension() != wanted.unit.dimension() {
            self.unit_mismatch(found.unit, wanted.unit, span);
            return None;
        }
        if found.scale != wanted.scale {
            let text = format!(
                "this should be {}, and is {}",
                describe(Ty::Double(wanted)),
                describe(Ty::Double(found))
            );
            self.sink.report(Code::Temperature, span, text, None);
            return None;
        }
        Some(self.converted(id, found, wanted))
    }

    fn unit_mismatch(&mut self, left: MeasureUnit, right: MeasureUnit, span: Span) {
        let name = |unit: MeasureUnit| match unit {
            MeasureUnit::One => "a number without a unit".to_owned(),
            unit => format!("{} ({unit})", unit.dimension()),
        };
        let text = format!("{} and {} cannot be compared or mixed", name(left), name(right));
        self.sink.report(Code::UnitMismatch, span, text, None);
    }

    /// A plain number where one in `unit` is needed.
    pub(super) fn missing_unit(&mut self, id: NodeId, unit: UnitTy) {
        let text = format!("a plain number meets {}", describe(Ty::Double(unit)));
        let suggestion = match self.tree.nodes[id].kind {
            Kind::Literal => format!("write `{} {}`", self.span(id).of(self.source), unit.unit),
            Kind::Read(Source::Param(_)) => format!("give the parameter a value in {}", unit.unit),
            _ if self.ty(id) == Ty::Int => format!("give it the unit, as in `double(…) * 1 {}`", unit.unit),
            _ => format!("give it the unit, as in `… * 1 {}`", unit.unit),
        };
        self.sink.report(Code::MissingUnit, self.span(id), text, Some(suggestion));
    }

    fn missing_time<T>(&mut self, id: NodeId) -> Option<T> {
        let number = self.span(id).of(self.source);
        let suggestion = format!("write the unit, as in `{number} min`, `{number} h` or `{number} d`");
        self.sink.report(
            Code::MissingUnit,
            self.span(id),
            "a plain number meets a duration",
            Some(suggestion),
        );
        None
    }

    fn mixed_numbers(&mut self, int: NodeId) {
        let written = self.span(int).of(self.source);
        let decimal = self.is_literal(int) && !written.contains(['x', 'X']);
        let suggestion = if decimal {
            format!("write `{written}.0`")
        } else {
            "turn the whole number into a decimal one with `double(…)`".to_owned()
        };
        let text = "whole and decimal numbers do not mix";
        self.sink.report(Code::MixedNumbers, self.span(int), text, Some(suggestion));
    }

    pub(super) fn negate(&mut self, inner: NodeId, span: Span) -> Option<NodeId> {
        match self.ty(inner) {
            Ty::Double(UnitTy { unit, scale: Scale::Absolute }) if units::is_temperature(unit) => {
                let text = "a temperature has no negative; only a difference of temperatures has";
                self.sink.report(Code::Temperature, span, text, None);
                None
            }
            ty @ (Ty::Int | Ty::Double(_)) => Some(self.push(Kind::Negate(inner), ty, span)),
            ty => {
                let text = format!("`-` needs a number, this is {}", describe(ty));
                self.sink.report(Code::TypeMismatch, self.span(inner), text, None);
                None
            }
        }
    }

    /// `+ - * / %`.
    pub(super) fn arithmetic(
        &mut self,
        op: BinaryOp,
        left: NodeId,
        right: NodeId,
        span: Span,
    ) -> Option<NodeId> {
        let ty = match (self.ty(left), op, self.ty(right)) {
            (Ty::Int, _, Ty::Int) => Ty::Int,
            (Ty::Double(_), BinaryOp::Add | BinaryOp::Subtract, Ty::Double(_)) => {
                return self.sum(op, left, right, span);
            }
            (Ty::Double(left_unit), BinaryOp::Multiply | BinaryOp::Divide, Ty::Double(right_unit)) => {
                return self.product(op, (left, left_unit), (right, right_unit), span);
            }
            (Ty::Double(_), BinaryOp::Remainder, _) | (_, BinaryOp::Remainder, Ty::Double(_)) => {
                let suggestion = Some("for percent before another operand, write `(25 %)`".to_owned());
                self.sink.report(
                    Code::TypeMismatch,
                    span,
                    "the remainder `%` is for whole numbers",
                    suggestion,
                );
                return None;
            }
            (Ty::Int, _, Ty::Double(unit)) | (Ty::Double(unit), _, Ty::Int) => {
                let int = if self.ty(left) == Ty::Int { left } else { right };
                let is_sum = matches!(op, BinaryOp::Add | BinaryOp::Subtract);
                if is_sum && unit != UnitTy::PLAIN {
                    self.missing_unit(int, unit);
                } else {
                    self.mixed_numbers(int);
                }
                return None;
            }
            (Ty::Timestamp, BinaryOp::Subtract, Ty::Timestamp) => Ty::Duration,
            (Ty::Timestamp, BinaryOp::Add | BinaryOp::Subtract, Ty::Duration) => Ty::Timestamp,
            (Ty::Duration, BinaryOp::Add, Ty::Timestamp) => Ty::Timestamp,
            (Ty::Duration, BinaryOp::Add | BinaryOp::Subtract, Ty::Duration) => Ty::Duration,
            (Ty::Duration | Ty::Timestamp, BinaryOp::Add | BinaryOp::Subtract, ty)
                if self.is_bare(right, ty) =>
            {
                return self.missing_time(right);
            }
            (ty, BinaryOp::Add, Ty::Duration | Ty::Timestamp) if self.is_bare(left, ty) => {
                return self.missing_time(left);
            }
            (Ty::String, BinaryOp::Add, Ty::String) => return self.joined(left, right, span),
            (left, op, right) => {
                let text =
                    format!("`{}` does not take {} and {}", op.symbol(), describe(left), describe(right));
                self.sink.report(Code::TypeMismatch, span, text, None);
                return None;
            }
        };
        Some(self.push(Kind::Binary(op, left, right), ty, span))
    }

    /// Sum or difference of doubles: one unit; temperatures by points and differences.
    fn sum(&mut self, op: BinaryOp, left: NodeId, right: NodeId, span: Span) -> Option<NodeId> {
        self.as_difference_literal(right);
        let (Ty::Double(left_unit), Ty::Double(right_unit)) = (self.ty(left), self.ty(right)) else {
            return None;
        };
        let temperatures = units::is_temperature(left_unit.unit) && units::is_temperature(right_unit.unit);
        if !temperatures {
            let (left, right, unit) = self.one_unit(left, right, span)?;
            return Some(self.push(Kind::Binary(op, left, right), Ty::Double(unit), span));
        }
        let scale = match (left_unit.scale, op, right_unit.scale) {
            (Scale::Absolute, BinaryOp::Subtract, Scale::Absolute) => Scale::Difference,
            (Scale::Difference, _, Scale::Difference) => Scale::Difference,
            (Scale::Absolute, _, Scale::Difference) => Scale::Absolute,
            (Scale::Difference, BinaryOp::Add, Scale::Absolute) => Scale::Absolute,
            (Scale::Absolute, _, Scale::Absolute) => {
                let text = "two temperatures cannot be added, only a temperature and a difference";
                let suggestion = Some("write the difference behind the `+`, as in `x + 8 °C`".to_owned());
                self.sink.report(Code::Temperature, span, text, suggestion);
                return None;
            }
            (Scale::Difference, ..) => {
                let text = "a temperature cannot be taken from a difference of temperatures";
                self.sink.report(Code::Temperature, span, text, None);
                return None;
            }
        };
        // Each keeps its meaning while it changes to one unit: a point stays a point, a difference a difference.
        let unit = if self.tree.nodes[left].constant.is_some() { right_unit.unit } else { left_unit.unit };
        let left = self.moved_to(left, left_unit, unit);
        let right = self.moved_to(right, right_unit, unit);
        Some(self.push(Kind::Binary(op, left, right), Ty::Double(UnitTy { unit, scale }), span))
    }

    fn as_difference_literal(&mut self, id: NodeId) {
        if self.is_literal(id) {
            self.as_difference(id);
        }
    }

    fn moved_to(&mut self, id: NodeId, from: UnitTy, unit: MeasureUnit) -> NodeId {
        if from.unit == unit { id } else { self.converted(id, from, UnitTy { unit, scale: from.scale }) }
    }

    /// Product or quotient of doubles: one side is a number without dimension, or both sides of a quotient cancel.
    fn product(
        &mut self,
        op: BinaryOp,
        (left, left_unit): (NodeId, UnitTy),
        (right, mut right_unit): (NodeId, UnitTy),
        span: Span,
    ) -> Option<NodeId> {
        if op == BinaryOp::Divide && left_unit.scale == Scale::Difference && self.as_difference(right) {
            right_unit.scale = Scale::Difference;
        }
        let is_point = |unit: UnitTy| units::is_temperature(unit.unit) && unit.scale == Scale::Absolute;
        if is_point(left_unit) || is_point(right_unit) {
            let text = "a temperature cannot be multiplied or divided, only a difference of temperatures";
            self.sink.report(Code::Temperature, span, text, None);
            return None;
        }
        let (left_dimension, right_dimension) = (left_unit.unit.dimension(), right_unit.unit.dimension());
        let (left, right, unit) = if op == BinaryOp::Divide && left_dimension == right_dimension {
            // Equal units cancel, but a plain divisor leaves a percentage one.
            if right_unit == UnitTy::PLAIN {
                (left, right, left_unit)
            } else {
                (left, self.moved_to(right, right_unit, left_unit.unit), UnitTy::PLAIN)
            }
        } else if right_dimension == Dimension::Dimensionless {
            (left, self.plain(right, right_unit), left_unit)
        } else if left_dimension == Dimension::Dimensionless && op == BinaryOp::Multiply {
            (self.plain(left, left_unit), right, right_unit)
        } else {
            let text = format!(
                "the unit of {} {} {} has no name here",
                left_unit.unit,
                op.symbol(),
                right_unit.unit
            );
            let suggestion = format!("make one side a plain number first, as in `x / 1 {}`", right_unit.unit);
            self.sink.report(Code::UnitProduct, span, text, Some(suggestion));
            return None;
        };
        Some(self.push(Kind::Binary(op, left, right), Ty::Double(unit), span))
    }

    fn plain(&mut self, id: NodeId, unit: UnitTy) -> NodeId {
        self.moved_to(id, unit, MeasureUnit::One)
    }

    /// `text + text`, for constants: evaluating never allocates.
    fn joined(&mut self, left: NodeId, right: NodeId, span: Span) -> Option<NodeId> {
        if let (Some(Constant::Text(left)), Some(Constant::Text(right))) =
            (&self.tree.nodes[left].constant, &self.tree.nodes[right].constant)
        {
            let joined = format!("{left}{right}");
            Some(self.literal(Constant::Text(joined.into()), Ty::String, span))
        } else {
            let suggestion = Some("put the values into the arguments of the message".to_owned());
            self.sink.report(Code::TextNotConstant, span, "only constant texts can be joined", suggestion);
            None
        }
    }

    /// `needle in [elements]`, each element compared like with `==`.
    pub(super) fn membership(&mut self, needle: NodeId, elements: &[AstId], span: Span) -> Option<NodeId> {
        let mut list = Vec::with_capacity(elements.len());
        let mut whole = true;
        for element in elements {
            let Some(element) = self.typed[*element] else {
                whole = false;
                continue;
            };
            let element_span = self.span(element);
            match self.element(needle, element, element_span) {
                Some(element) => list.push(element),
                None => whole = false,
            }
        }
        whole.then(|| self.push(Kind::In(needle, list), Ty::Bool, span))
    }

    /// One element in the needle's unit: the needle is evaluated once, so it is the element that converts.
    fn element(&mut self, needle: NodeId, element: NodeId, span: Span) -> Option<NodeId> {
        match (self.ty(needle), self.ty(element)) {
            (Ty::Double(wanted), Ty::Double(found)) if wanted != found => self.in_unit(element, wanted, span),
            _ => self.comparable(needle, element, span).map(|(_, element)| element),
        }
    }
}
