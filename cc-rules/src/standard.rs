//! The pack that comes with the crate.

use crate::pack::Pack;

/// The standard pack in its canonical form, made from `packs/standard`.
///
/// A test proves it current; after editing the sources, write it anew with
/// `cargo run -p cc-rules --example compile_standard_pack`.
const CANONICAL: &str = include_str!("../packs/standard.json");

/// The standard pack: rules with sourced thresholds, in English and Danish.
///
/// Loading checks it anew; keep the result where packs are needed often.
pub fn standard_pack() -> Pack {
    match Pack::load(CANONICAL.as_bytes()) {
        Ok(pack) => pack,
        // A test proves that this cannot be.
        Err(_) => Pack::empty(),
    }
}
