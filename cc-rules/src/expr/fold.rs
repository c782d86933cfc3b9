//! What is constant in an expression, by the same operations that evaluate it.

use super::ast::LogicOp;
use super::eval::EvalCounters;
use super::scalar;
use super::tree::{Constant, Kind, Tree};
use super::types::Val;

/// The value of a node whose children are folded already, if it is constant.
///
/// An operation without a value (`1 / 0`) is left to be evaluated: there it is unknown, and counted.
pub(super) fn constant_of(tree: &Tree, kind: &Kind) -> Option<Constant> {
    let counters = &mut EvalCounters::default();
    let known = |id: usize| tree.constant(id);
    let value = match kind {
        Kind::Literal | Kind::Read(_) | Kind::ReadTime(..) | Kind::Has(_) => Val::Unknown,
        Kind::Not(inner) => scalar::not(known(*inner)?),
        Kind::Negate(inner) => scalar::negate(known(*inner)?, counters),
        Kind::Binary(op, left, right) => scalar::binary(*op, known(*left)?, known(*right)?, counters),
        // One false decides an `&&`, one true an `||`, whatever the other side reads.
        Kind::Logic(LogicOp::And, left, right) => {
            scalar::and(known(*left).unwrap_or(Val::Unknown), known(*right).unwrap_or(Val::Unknown))
        }
        Kind::Logic(LogicOp::Or, left, right) => {
            scalar::or(known(*left).unwrap_or(Val::Unknown), known(*right).unwrap_or(Val::Unknown))
        }
        Kind::Conditional(condition, then, otherwise) => match known(*condition)? {
            Val::Bool(true) => known(*then)?,
            Val::Bool(false) => known(*otherwise)?,
            _ => Val::Unknown,
        },
        Kind::In(needle, elements) if elements.is_empty() => {
            let _ = needle;
            Val::Bool(false)
        }
        Kind::In(needle, elements) => {
            let needle = known(*needle)?;
            let mut found = false;
            for element in elements {
                found |= scalar::order(needle, known(*element)?)?.is_eq();
            }
            Val::Bool(found)
        }
        Kind::Convert(inner, from, to) => scalar::convert(known(*inner)?, *from, *to, counters),
        Kind::Call(function, arguments) => {
            let second = arguments.get(1).map_or(Some(Val::Unknown), |id| known(*id))?;
            scalar::call(*function, known(*arguments.first()?)?, second, counters)
        }
    };
    Constant::from_val(value)
}
