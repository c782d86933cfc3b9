//! How changes of several writers become one item.

mod fields;
mod patch;
mod usual;

pub use fields::{Stamps, ThreeWay, merge_by_clock, three_way};
pub(crate) use patch::is_too_deep;
pub use patch::merge_patch;
pub use usual::Usual;
