//! Under construction.

mod expr;
