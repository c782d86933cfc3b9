//! The expression language of rules: the scalar part of CEL, plus units, parameters and Kleene's unknown.
#![allow(dead_code, unused_imports, reason = "under construction")]

mod diagnostic;
mod types;

pub(crate) use diagnostic::{Code, Diagnostic, Span};
pub(crate) use types::{Expected, Names, Scale, Slots, Symbol, Ty, UnitTy, Val};

/// How many diagnostics one expression yields at most.
pub(crate) const MAX_DIAGNOSTICS: usize = 16;
