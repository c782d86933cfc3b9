//! The expression language of rules: the scalar part of CEL, plus units, parameters and Kleene's unknown.
//!
//! [`compile`] turns a text into a [`Program`]: [`lexer`] and [`parser`] make a tree with positions, [`check`] resolves
//! its names and proves its types and units, [`code`] makes bytecode of it. Nothing here recurses without a bound:
//! nesting is limited to [`MAX_DEPTH`], operators to [`MAX_OPERATORS`].
//!
//! The language is written down in `docs/reference/rule-expressions.md`; the tests hold that page's tables.

mod ast;
mod calls;
mod chain;
mod check;
mod code;
mod diagnostic;
mod eval;
mod explain;
mod fold;
mod guess;
mod lexer;
mod operators;
mod parser;
mod scalar;
mod text;
mod time_test;
mod tree;
mod types;
mod units;
#[cfg(feature = "source")]
mod verdict;
#[cfg(feature = "source")]
mod words;

#[cfg(test)]
mod tests;

pub(crate) use chain::SlotTest;
pub(crate) use code::Program;
pub(crate) use diagnostic::Diagnostic;
pub(crate) use eval::EvalCounters;
pub(crate) use explain::{ExplainNode, Explained, Truth};
pub(crate) use types::{Expected, Names, Scale, Slots, Symbol, Ty, UnitTy, Val};
#[cfg(feature = "source")]
pub(crate) use words::{About, words};

use diagnostic::Sink;

/// The longest expression, in bytes.
pub(crate) const MAX_LENGTH: usize = 8 * 1024;
/// How deep parentheses, calls, unary operators and `?:` may nest, the whole expression being the first level: inside it
/// 32 more fit, which is what CEL asks of everyone.
pub(crate) const MAX_DEPTH: u32 = 33;
/// How many operators, calls and list elements one expression may hold.
pub(crate) const MAX_OPERATORS: u32 = 256;
/// How many diagnostics one expression yields at most.
pub(crate) const MAX_DIAGNOSTICS: usize = 16;

/// Compiles one expression.
///
/// `expected` is what the place of the expression needs: [`Expected::Bool`] for a condition. On failure the list is
/// not empty, sorted by position, and at most [`MAX_DIAGNOSTICS`] long.
pub(crate) fn compile(text: &str, names: &dyn Names, expected: Expected) -> Result<Program, Vec<Diagnostic>> {
    let mut sink = Sink::default();
    let program = parser::parse(text, &mut sink)
        .and_then(|ast| check::check(text, &ast, names, expected, &mut sink))
        .map(|tree| code::generate(text, tree));
    match program {
        Some(program) if sink.is_empty() => Ok(program),
        _ => Err(sink.into_sorted()),
    }
}
