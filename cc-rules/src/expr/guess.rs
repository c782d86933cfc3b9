//! Which unit was meant, where what stands on the other side of an operator says what is measured.

use cc_core::{Dimension, MeasureUnit};

use super::ast::{AstId, AstKind, BinaryOp};
use super::check::Checker;
use super::diagnostic::{Code, Span};
use super::tree::NodeId;
use super::types::Ty;
use super::{text, units};

impl Checker<'_> {
    /// Where one side of an operator was understood and the other has a unit that does not exist, suggests one that fits.
    pub(super) fn guess_unit(&mut self, left: (AstId, Option<NodeId>), right: (AstId, Option<NodeId>)) {
        let (((_, Some(known)), (other, None)) | ((other, None), (_, Some(known)))) = (left, right) else {
            return;
        };
        let dimension = match self.ty(known) {
            Ty::Double(of) if of.unit != MeasureUnit::One => of.unit.dimension(),
            Ty::Duration => Dimension::Time,
            _ => return,
        };
        let span = self.ast.nodes[other].span;
        match self.ast.nodes[other].kind {
            AstKind::Error => self.guess_word(span, dimension),
            AstKind::Binary(BinaryOp::Divide, number, name) => self.guess_quotient(number, name, dimension),
            _ => {}
        }
    }

    /// `20 kmt`.
    fn guess_word(&mut self, span: Span, dimension: Dimension) {
        let source = self.source;
        let Some(found) = self.sink.last_in(span, Code::UnknownUnit) else { return };
        let number = Span::new(span.start as usize, found.span.start as usize).of(source).trim();
        if let Some(unit) = closest(found.span.of(source), dimension) {
            found.suggestion = Some(format!("write `{number} {unit}`"));
        }
    }

    /// `20 km/t`: a number in a unit, divided by a name that does not exist, without a space between them.
    fn guess_quotient(&mut self, number: AstId, name: AstId, dimension: Dimension) {
        let (number_at, name_at) = (self.ast.nodes[number].span, self.ast.nodes[name].span);
        let (AstKind::Quantity(..), AstKind::Name(_)) =
            (&self.ast.nodes[number].kind, &self.ast.nodes[name].kind)
        else {
            return;
        };
        let source = self.source;
        let written = number_at.of(source);
        let digits = written.trim_end_matches(|c: char| !c.is_ascii_digit()).len();
        let unit = written.len() - written[digits..].trim_start().len();
        let whole = Span::new(number_at.start as usize + unit, name_at.end as usize);
        let word = whole.of(source);
        if word.contains(char::is_whitespace) {
            return;
        }
        let Some(meant) = closest(word, dimension) else { return };
        let Some(found) = self.sink.last_in(name_at, Code::UnknownName) else { return };
        found.code = Code::UnknownUnit;
        found.span = whole;
        "this is not a unit".clone_into(&mut found.text);
        found.suggestion = Some(format!("write `{} {meant}`", &written[..digits]));
    }
}

/// The unit of a dimension whose symbol, or another word for it, is nearest to the word.
fn closest(word: &str, dimension: Dimension) -> Option<MeasureUnit> {
    let of_dimension = || MeasureUnit::ALL.iter().filter(|unit| unit.dimension() == dimension);
    let known = units::similar_unit(word).and_then(|unit| unit.parse::<MeasureUnit>().ok());
    if let Some(unit) = known.filter(|unit| unit.dimension() == dimension) {
        return Some(unit);
    }
    let names =
        of_dimension().flat_map(|unit| std::iter::once(unit.symbol()).chain(unit.synonyms().iter().copied()));
    text::closest(word, names)?.parse().ok()
}
